"""Which hosts are one house: many names, one company's machines."""

from __future__ import annotations

import contextlib
import ipaddress
from functools import lru_cache

AT_ONCE = 4
"""So many requests at once go to all hosts of one domain together."""

_SECOND_LEVEL = frozenset(
    (
        *("ac", "asso", "co", "com", "edu", "gen", "go", "gob", "gouv", "gov", "govt", "gr", "gv"),
        *("id", "info", "ltd", "me", "mil", "ne", "net", "nic", "nom", "or", "org", "plc", "sch"),
    )
)
"""Labels under which countries register names: ``co.uk``, ``or.kr``."""


@lru_cache(maxsize=1024)
def domain_of(host: str) -> str:
    """The domain that a host belongs to: ``a.substack.com`` and ``b.substack.com`` share one.

    Without the public suffix list, which changes weekly: a rule for the frequent forms. It does
    not know the places of Norway, Italy or Japan under which some register. Where it errs,
    strangers share four requests at once. An IP address is a domain of its own.
    """
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host.strip("[]").partition("%")[0]))
    labels = host.rstrip(".").lower().split(".")
    if "blogspot" in labels[:-1]:
        return "blogspot"  # one company's, under the endings of some seventy countries
    named = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-named:])

"""Asks for the pages that an issue links to: ``digest check --links``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest.check.catalogue import finding
from digest.check.subject import NOTHING_KNOWN, Subject
from digest.config import Gather, Settings
from digest.model import Finding, Issue, Rendered

if TYPE_CHECKING:
    from digest.http.probe import Probe

AT_ONCE = 8
"""Hosts asked at once; each host gets one request at a time."""

_CODES = {
    "missing": "link-broken",
    "no-host": "link-broken",
    "certificate": "link-certificate",
    "unreachable": "link-unreachable",
    "refused": "link-not-judged",
    "private": "link-not-judged",
}

Ask = Callable[[str], "Probe"]


def bounds(settings: Settings) -> Gather:
    """The settings' own bounds for fetching, with one request at a time for each host."""
    from dataclasses import replace

    return replace(settings.gather, at_once=AT_ONCE, at_once_per_host=1)


def visit(rendered: Rendered, issue: Issue, settings: Settings, ask: Ask) -> list[Finding]:
    """What is to be said of the pages behind the links, in the order of the mail.

    ``ask`` is called once for each address, from several threads, never twice at a time for
    one host.
    """
    subject = Subject(rendered, issue, settings, NOTHING_KNOWN)
    # An address of digest's own sample hosts answers nobody, and the archive's page of an
    # issue that was not sent yet is not there yet.
    archive = settings.newsletter.archive_url
    urls = [
        url
        for url in dict.fromkeys(rendered.links)
        if urlsplit(url).scheme in ("http", "https") and not (archive and url.startswith(archive))
    ]
    answers = _ask_all(urls, ask)
    hosts = {urlsplit(probe.url).hostname for probe in answers}
    if len(hosts) > 1 and all(probe.outcome == "no-host" for probe in answers):
        # That so many are gone at once is less likely than that nobody could be asked.
        message = f"none of {len(hosts)} hosts could be found: this machine seems to be offline"
        return [finding("link-not-judged", message, fix="check again where there is a network")]
    return [found for probe in answers for found in _judge(subject, probe)]


def _ask_all(urls: Iterable[str], ask: Ask) -> list[Probe]:
    """The answers in the order of the addresses; one host's are asked one after another."""
    urls = list(urls)
    hosts: dict[str, list[str]] = {}
    for url in urls:
        hosts.setdefault(urlsplit(url).netloc, []).append(url)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        rows = pool.map(lambda row: [ask(url) for url in row], hosts.values())
        answers = {probe.url: probe for row in rows for probe in row}
    return [answers[url] for url in urls]


def _judge(subject: Subject, probe: Probe) -> Iterator[Finding]:
    where = subject.find(probe.url)
    if probe.outcome != "there":
        yield finding(_CODES[probe.outcome], f"{probe.detail}: {probe.url}", where)
    elif probe.moved_to is not None and probe.moved_to != probe.url:
        message = f"moved for good: {probe.url}"
        yield finding("link-moved", message, where, fix=f"write {probe.moved_to}")

"""CSS into style attributes: premailer, tamed. The only module that imports it.

Left to itself, premailer 3.10 loads what ``@import`` names even with ``allow_network=False``,
turns CSS sizes and colours into attributes (``height="auto"``, ``<p align>``), strips
``!important``, and loses a doctype that is spelled otherwise.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache

from digest.errors import TemplateError

DOCTYPE = "<!DOCTYPE html>"

_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_ATTRIBUTE = re.compile(r"""(?<=\sstyle=)(?:"[^"]*"|'[^']*')""")
_TAG_WITH_STYLE = re.compile(r"<[a-z][^<>]*\sstyle=[^<>]*>")
_BLANK = re.compile(r"(?<=[;,]) ")
_STYLESHEET_LINK = re.compile(r"<link\b", re.IGNORECASE)


def inline(html: str) -> str:
    """``html`` with the rules of its ``<style>`` elements in style attributes.

    A ``<style data-premailer="ignore">`` is kept byte for byte. Nothing is loaded, from the
    network or from files. Raises TemplateError when a stylesheet asks for that, or when the
    document does not start with the doctype.
    """
    _refuse(html)
    result = _TAG_WITH_STYLE.sub(_tighten, _transform(html))
    if not result.startswith(DOCTYPE):  # premailer gives it back; browsers need it
        raise TemplateError("the doctype was lost while inlining CSS")
    return result


def _refuse(html: str) -> None:
    if not html.startswith(DOCTYPE):
        raise TemplateError(
            "the HTML template does not begin with the doctype",
            where="issue.html.j2",
            fix=f"make its first characters exactly {DOCTYPE}",
        )
    for css in _STYLE.findall(html):
        if "@import" in _CSS_ESCAPE.sub(lambda match: chr(int(match[1], 16) % 0x110000), css):
            raise TemplateError(
                "@import in a stylesheet: mail clients do not load it, nor does digest",
                where="style.css",
                fix="put the rules themselves there",
            )
    if _STYLESHEET_LINK.search(html):
        raise TemplateError(
            "<link> in the HTML template: mail clients do not load it, nor does digest",
            where="issue.html.j2",
            fix="put the rules into style.css",
        )


def _tighten(tag: re.Match[str]) -> str:
    """A tag whose styles carry no needless blanks: 3 % of an issue's bytes."""
    return _ATTRIBUTE.sub(lambda style: _BLANK.sub("", style[0]), tag[0])


def _transform(html: str) -> str:
    _tame()
    from premailer import Premailer

    inliner = Premailer(
        html,
        allow_network=False,
        strip_important=False,
        disable_validation=True,
        remove_unset_properties=False,
        disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
        cssutils_logging_level=logging.CRITICAL,
    )
    return str(inliner.transform(pretty_print=False))


@lru_cache(maxsize=1)
def _tame() -> None:
    """Once per process: cssutils fetches nothing and writes ``#ffffff`` as it stands."""
    import cssutils

    cssutils.util._defaultFetcher = _fetch_nothing
    cssutils.ser.prefs.minimizeColorHash = False


def _fetch_nothing(_url: str) -> None:
    return None

"""CSS into style attributes: premailer, tamed. The only module that imports it.

Left to itself, premailer 3.10 loads what ``@import`` names even with ``allow_network=False``,
turns CSS sizes and colours into attributes (``height="auto"``, ``<p align>``), strips
``!important``, and loses a doctype that is spelled otherwise.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, ClassVar

from digest.errors import TemplateError
from digest.model import Place
from digest.render.idle import without_idle_rules
from digest.render.sound import with_sound_rules
from digest.render.standins import standing_in

DOCTYPE = "<!DOCTYPE html>"

_STYLESHEETS_KEPT = 8

_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_STYLED = re.compile(r"""<[a-z][^<>]*?(\sstyle=(?:"[^"]*"|'[^']*'))""")
_BLANK = re.compile(r"(?<=[;,]) ")
_STYLESHEET_LINK = re.compile(r"<link\b", re.IGNORECASE)


Seek = Callable[[str], Place | None]
"""Where in the templates some words stand, None where it is not known."""


def inline(html: str, seek: Seek = lambda _words: None) -> str:
    """``html`` with the rules of its ``<style>`` elements in style attributes.

    A ``<style data-premailer="ignore">`` is kept byte for byte. Nothing is loaded, from the
    network or from files. Raises TemplateError when a stylesheet asks for that, or when the
    document does not start with the doctype; ``seek`` finds the line that it then names.
    """
    _refuse(html, seek)
    result = _tighten(_transform(without_idle_rules(with_sound_rules(html))))
    if not result.startswith(DOCTYPE):  # premailer gives it back; browsers need it
        raise TemplateError("the doctype was lost while inlining CSS")
    return result


def _refuse(html: str, seek: Seek) -> None:
    if not html.startswith(DOCTYPE):
        raise TemplateError(
            "the HTML template does not begin with the doctype",
            where="issue.html.j2",
            fix=f"make its first characters exactly {DOCTYPE}",
        )
    for css in _STYLE.findall(html):
        plain = _CSS_ESCAPE.sub(lambda match: chr(int(match[1], 16) % 0x110000), css)
        if "@import" in plain.lower():
            raise TemplateError(
                "@import in a stylesheet: mail clients do not load it, nor does digest",
                where=seek("@import") or "style.css",
                fix="put the rules themselves there",
            )
    if _STYLESHEET_LINK.search(html):
        raise TemplateError(
            "<link> in the HTML template: mail clients do not load it, nor does digest",
            where=seek("<link") or "issue.html.j2",
            fix="put the rules into style.css",
        )


def _tighten(html: str) -> str:
    """``html`` whose style attributes carry no needless blanks: 3 % of an issue's bytes.

    An issue has a score of different styles, so each is replaced everywhere at once.
    """
    for style in set(_STYLED.findall(html)):
        html = html.replace(style, _BLANK.sub("", style))
    return html


def _transform(html: str) -> str:
    from xml.dom import DOMException

    try:
        return _premail(html)
    except (AttributeError, DOMException, LookupError, TypeError, ValueError) as error:
        # with_sound_rules leaves little that these libraries fall over.
        raise TemplateError(
            f"a stylesheet has CSS that cannot be inlined: {error}",
            where="style.css",
            fix="look at what changed last; `digest check` names lines that are no CSS",
        ) from error


def _premail(html: str) -> str:
    inliner = _inliner()(
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
def _inliner() -> Any:
    """premailer, tamed, remembering the rules of the last stylesheets.

    It caches what cssutils parses, but spells each rule out again: half of the time that a
    50-item issue takes (bench/render.py).
    """
    # Without their HTTP clients they cannot ask for anything, and are there twice as soon.
    fetch = SimpleNamespace(_defaultFetcher=_fetch_nothing)
    clients = dict.fromkeys(("cssutils._fetch", "cssutils._fetchgae"), fetch)
    with standing_in({"requests": None, "urllib.request": None, **clients}):
        _tame()
        from premailer import Premailer

    class Inliner(Premailer):  # type: ignore[misc]
        parsed: ClassVar[dict[tuple[str, int], Any]] = {}

        def _parse_style_rules(self, css_body: str, ruleset_index: int) -> Any:
            key = (css_body, ruleset_index)
            found = self.parsed.get(key)
            if found is None:
                if len(self.parsed) >= _STYLESHEETS_KEPT:
                    self.parsed.clear()
                found = self.parsed[key] = super()._parse_style_rules(css_body, ruleset_index)
            return found

    return Inliner


def _tame() -> None:
    """cssutils fetches nothing and writes ``#ffffff`` as it stands."""
    import cssutils

    cssutils.util._defaultFetcher = _fetch_nothing
    # Asked for the working folder's address on @import, it would ask urllib.request.
    cssutils.helper.path2url = "file:{}".format
    cssutils.ser.prefs.minimizeColorHash = False


def _fetch_nothing(_url: str) -> None:
    return None

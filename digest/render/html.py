"""The HTML part: template and stylesheet in, one inlined document out."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from digest.config import Settings
from digest.config.looks import read_look, tokens_of
from digest.config.tokens import FONTS, font_stack
from digest.render import mergetags
from digest.render.inline import inline
from digest.render.markdown import BREAK
from digest.render.templates import render_template, seek
from digest.render.view import IssueView
from digest.render.words import Words

if TYPE_CHECKING:
    from jinja2 import Environment

_HREF = re.compile(r"""<a\b[^>]*?\shref=(?:"([^"]*)"|'([^']*)')""")
_TOKEN_HREF = re.compile(rf' href="(?={re.escape(mergetags.link_token(""))})')
_ALONE = re.compile(r"<p>(?=<a\s[^>]*>(?:(?!<a\s|</a>|</p>).)*</a></p>)", re.DOTALL)
_PREHEADER_LENGTH = 140
_PADDING_PX = 88
"""The column's padding on both sides, as base/style.css has it on wide screens."""

_PADDING_LEAST = 20
_PADDING_MOST = 40

STYLE_PARTS = ("inlined", "kept", "last")
"""What style.css is asked for, one after another; templates/classic/README.md says why."""


def look_of(settings: Settings, folder: Path | None) -> dict[str, str | int]:
    """The tokens of the settings' theme, and the logo, as templates are given them.

    ``inner`` is the width of the column's content on a screen that shows all of it. Raises
    TemplateError for a theme.toml with a mistake.
    """
    tokens = tokens_of(settings.theme, read_look(settings.newsletter.theme, folder))
    fonts = {name: font_stack(str(tokens[name])) for name in FONTS}
    theme = settings.theme
    logo: dict[str, str | int] = {
        "logo": theme.logo,
        "logo_dark": theme.logo_dark,
        "logo_alt": theme.logo_alt,
        "logo_width": theme.logo_width or 0,
        "logo_height": theme.logo_height or 0,
    }
    return {**tokens, **fonts, **logo, "inner": int(tokens["width"]) - _PADDING_PX}


def render_html(
    env: Environment,
    theme: str,
    view: IssueView,
    words: Words,
    look: Mapping[str, str | int],
) -> str:
    """The HTML part, ready for the mail. Raises TemplateError."""
    filled = fill_template(env, theme, view, words, look)
    html = inline(filled, lambda words: seek(env, theme, words))
    # A token at the start of its line is never parted by quoted-printable's soft line breaks,
    # so it can be found in the message's bytes too.
    return _TOKEN_HREF.sub('\nhref="', html).replace(BREAK, "<wbr>") + "\n"


def fill_template(
    env: Environment,
    theme: str,
    view: IssueView,
    words: Words,
    look: Mapping[str, str | int],
) -> str:
    """The HTML before its styles are inlined. Raises TemplateError."""
    start, end = ("right", "left") if view.dir == "rtl" else ("left", "right")
    tokens = {
        **look,
        "theme": theme,
        "language": view.language,
        "start": start,
        "end": end,
    }
    style = {
        part: _trusted(render_template(env, f"{theme}/style.css", {**tokens, "part": part}))
        for part in STYLE_PARTS
    }
    context = {
        "look": look,
        "issue": view,
        "words": words,
        "theme": theme,
        "style": style,
        "padding": _padding(view.preheader),
    }
    html = render_template(env, f"{theme}/issue.html.j2", context).strip()
    # A paragraph that is one link is touched as a button is: style.css makes it as high.
    return _ALONE.sub('<p class="alone">', html)


def find_links(html: str) -> tuple[str, ...]:
    """The targets of all links, in order."""
    return tuple(entities.unescape(match[1] or match[2] or "") for match in _HREF.finditer(html))


def _trusted(html: str) -> Markup:
    return Markup(html)  # noqa: S704 (made of the theme's own files and of constants)


def _padding(preheader: str) -> Markup:
    """Invisible filler, so that the line in the list of mails ends with the preheader."""
    count = min(_PADDING_MOST, max(_PADDING_LEAST, _PREHEADER_LENGTH - len(preheader)))
    return _trusted("&#847;&zwnj;&nbsp;" * count)

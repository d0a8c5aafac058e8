"""issue.md's objects -> the final bytes: HTML, text and message. No clock, no network."""

from __future__ import annotations

import hashlib
from pathlib import Path

from digest.config import Settings
from digest.model import Issue, Rendered

__all__ = ["render"]


def render(
    issue: Issue, settings: Settings, folder: Path | None, *, unsubscribe: str = ""
) -> Rendered:
    """The issue as readers get it; the same bytes for the same arguments on any machine.

    ``folder`` is the workspace's ``templates/``, None without one. ``unsubscribe`` is where the
    footer's unsubscribe link leads: an address that holds for every reader, or
    ``mergetags.UNSUBSCRIBE``, a token to be replaced for each. Empty, as for the files beside
    issue.md, there is no such link: an issue that nobody sent yet has nothing to leave.

    Raises TemplateError with file and line.
    """
    from digest.render.html import find_links, render_html
    from digest.render.message import build_message, quoted_printable
    from digest.render.templates import environment, require_theme
    from digest.render.text import render_text
    from digest.render.view import view_of, window_of
    from digest.render.words import words_for

    theme = settings.newsletter.theme
    require_theme(theme, folder)
    env = environment(folder)
    view = view_of(issue, settings, unsubscribe=unsubscribe)
    words = words_for(view.language)
    html = render_html(env, theme, view, words)
    text = render_text(env, theme, view, words)
    digest = hashlib.sha256("\0".join((view.subject, text, html)).encode()).hexdigest()
    window = window_of(issue)
    html_on_the_wire = quoted_printable(html)
    return Rendered(
        html=html,
        text=text,
        message=build_message(
            html=html_on_the_wire,
            text=quoted_printable(text),
            subject=view.subject,
            sender=settings.newsletter.sender,
            language=view.language,
            date=window[1] if window else None,
            content_hash=digest,
        ),
        subject=view.subject,
        content_hash=digest,
        wire_bytes=len(html_on_the_wire),
        links=find_links(html),
    )

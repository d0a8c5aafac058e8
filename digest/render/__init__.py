"""issue.md's objects -> the final bytes: HTML, text and message. No clock, no network."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from digest.config import Settings
from digest.model import LIMIT_BYTES, Issue, Part, Rendered

if TYPE_CHECKING:
    from jinja2 import Environment

    from digest.render.pictures import Picture, Shelf

__all__ = ["LIMIT_BYTES", "render", "render_again"]


def render(
    issue: Issue,
    settings: Settings,
    folder: Path | None,
    *,
    unsubscribe: str = "",
    shelf: Shelf | None = None,
) -> Rendered:
    """The issue as readers get it; the same bytes for the same arguments on any machine.

    ``folder`` is the workspace's ``templates/``, None without one. ``unsubscribe`` is where the
    footer's unsubscribe link leads: an address that holds for every reader, or
    ``mergetags.UNSUBSCRIBE``, a token to be replaced for each. Empty, as for the files beside
    issue.md, there is no such link: an issue that nobody sent yet has nothing to leave.
    ``shelf`` is where pictures lie that ``[render] images = "inline"`` takes along; without it,
    none is.

    An issue that Gmail would cut is made to fit as ``[render] overflow`` says, with room for
    the link that it does not have yet. Raises TemplateError with file and line.
    """
    proof = _proof(settings, folder, unsubscribe, shelf)
    whole = proof.rendered(issue)
    how = settings.render.overflow
    if how == "error":
        return whole
    from digest.render.overflow import ROOM_BYTES, fit
    from digest.render.view import view_of
    from digest.render.words import words_for

    limit = LIMIT_BYTES if unsubscribe else LIMIT_BYTES - ROOM_BYTES
    if whole.size <= limit:
        return whole
    view = view_of(issue, settings, unsubscribe=unsubscribe)
    words = words_for(view.language, settings.words)
    return fit(issue, whole, how, proof=proof.rendered, limit=limit, words=words, url=view.url)


def render_again(
    rendered: Rendered,
    issue: Issue,
    settings: Settings,
    folder: Path | None,
    *,
    unsubscribe: str,
    shelf: Shelf | None = None,
) -> Rendered:
    """What :func:`render` made of ``issue``, with an unsubscribe link: the same items in the same
    mails, for which it had kept room. Raises TemplateError with file and line.

    ``issue`` may be what was shown of it.
    """
    proof = _proof(settings, folder, unsubscribe, shelf)
    if not rendered.parts:
        return proof.rendered(rendered.shown or issue)
    from digest.render.overflow import with_parts

    shares = [
        (mail.shown, mail.part)
        for mail in rendered.parts
        if mail.shown is not None and mail.part is not None
    ]
    return with_parts(rendered, shares, proof.rendered)


def _proof(
    settings: Settings, folder: Path | None, unsubscribe: str, shelf: Shelf | None
) -> _Proof:
    from digest.render.html import look_of
    from digest.render.templates import environment, require_theme

    require_theme(settings.newsletter.theme, folder)
    return _Proof(
        env=environment(folder),
        settings=settings,
        look=look_of(settings, folder),
        unsubscribe=unsubscribe,
        shelf=shelf,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    """Everything but the issue."""

    env: Environment
    settings: Settings
    look: Mapping[str, str | int]
    unsubscribe: str
    shelf: Shelf | None

    def rendered(self, issue: Issue, part: Part | None = None) -> Rendered:
        """All of ``issue``, however large; as one of several mails where there is a ``part``."""
        from digest.render.html import find_links, render_html
        from digest.render.message import build_message
        from digest.render.pictures import find_pictures, name_by_id
        from digest.render.text import render_text
        from digest.render.transfer import encode
        from digest.render.view import view_of, window_of
        from digest.render.words import words_for

        settings = self.settings
        theme = settings.newsletter.theme
        view = view_of(issue, settings, unsubscribe=self.unsubscribe, part=part)
        words = words_for(view.language, settings.words)
        html = render_html(self.env, theme, view, words, self.look)
        text = render_text(self.env, theme, view, words)
        digest = hashlib.sha256("\0".join((view.subject, text, html)).encode())
        pictures: tuple[Picture, ...] = ()
        outside: tuple[tuple[str, str], ...] = ()
        if self.shelf is not None and settings.render.images == "inline":
            pictures, outside = find_pictures(html, self.shelf)
        for picture in pictures:
            digest.update(picture.content_id.encode())
        window = window_of(issue)
        html_on_the_wire = encode(name_by_id(html, pictures))
        return Rendered(
            html=html,
            text=text,
            message=build_message(
                html=html_on_the_wire,
                text=encode(text),
                subject=view.subject,
                sender=settings.newsletter.sender,
                language=view.language,
                date=window[1] if window else None,
                content_hash=digest.hexdigest(),
                after=part.after if part else (),
                pictures=pictures,
            ),
            subject=view.subject,
            content_hash=digest.hexdigest(),
            wire_bytes=len(html_on_the_wire.content),
            links=find_links(html),
            images=tuple(picture.source for picture in pictures),
            outside=outside,
        )

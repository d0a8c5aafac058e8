"""What ``[theme]`` gets wrong: tokens that cannot be read, a logo without its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from digest.config.looks import BASE, read_look
from digest.config.mistakes import Mistake
from digest.config.schema import Newsletter
from digest.config.tokens import LOGO, NUMBERS, find_token_mistakes
from digest.errors import TemplateError
from digest.workspace import themes

Table = Mapping[str, Any]


def find_theme_mistakes(tables: Table, templates: Path | None) -> list[Mistake]:
    """All mistakes in ``[theme]``; ``templates`` is the workspace's templates/."""
    table = tables.get("theme")
    if not isinstance(table, dict) or not table:
        return []
    newsletter = tables.get("newsletter")
    name = newsletter.get("theme") if isinstance(newsletter, dict) else None
    if not isinstance(name, str) or name not in themes(templates):
        name = Newsletter().theme if name is None else BASE  # its own mistake is told elsewhere
    try:
        look = read_look(name, templates)
    except TemplateError:
        look = read_look(BASE, None)  # told with its line when the theme is used
    return [*find_token_mistakes(table, ("theme",), dict(look.tokens)), *_logo(table)]


def _logo(table: Table) -> Iterator[Mistake]:
    logo = table.get("logo")
    stated = [name for name in LOGO if table.get(name)]
    if stated and not logo and "logo" not in stated:
        yield Mistake(
            path=("theme", stated[0]), message="there is no logo", fix='write logo = "https://…"'
        )
    if not isinstance(logo, str) or not logo:
        return
    for name in ("logo", "logo_dark"):
        address = table.get(name)
        if isinstance(address, str) and address and not _is_https(address):
            yield Mistake(
                path=("theme", name),
                message="is not an https address: mail clients show no other image",
                fix=f'write {name} = "https://…/logo.png"',
            )
    missing = [name for name in ("logo_width", "logo_height") if not table.get(name)]
    if missing:
        least, most = NUMBERS[missing[0]]
        yield Mistake(
            path=("theme", "logo"),
            message=f"{' and '.join(missing)} missing: a mail client needs the size in pixels",
            fix=f"write {missing[0]} = 120 (from {least} to {most})",
        )


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address.strip())
        _ = parts.port  # ValueError where it is none
    except ValueError:
        return False
    return parts.scheme.lower() == "https" and bool(parts.hostname) and "@" not in parts.netloc

"""Themes as the command line shows, copies and starts them: ``digest theme``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digest.config import Settings
from digest.config.looks import BASE, FILE, Look, read_look, tokens_of
from digest.errors import UsageError
from digest.workspace import Workspace, templates_folder, themes, validate_theme, write_text

README = "README.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a theme. ``name`` is as the theme's own, ``theme`` the one that it comes
    from, ``path`` where it lies; ``own`` files lie in the workspace."""

    name: str
    theme: str
    path: Path
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme with its tokens as the newsletter would have them, and all of its files."""

    name: str
    about: str
    extends: str
    used: bool
    own: bool
    tokens: dict[str, str | int]
    files: tuple[File, ...]

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return {
            "name": self.name,
            "about": self.about,
            "extends": self.extends if self.extends != BASE else "",
            "used": self.used,
            "origin": "workspace" if self.own else "built-in",
            "tokens": self.tokens,
            "files": [
                {
                    "name": file.name,
                    "theme": file.theme,
                    "origin": "workspace" if file.own else "built-in",
                }
                for file in self.files
            ],
        }


def list_themes(workspace: Workspace, settings: Settings) -> list[Theme]:
    """All themes by name: ours and the workspace's. Raises TemplateError."""
    return [show_theme(workspace, settings, name) for name in themes(workspace.templates)]


def show_theme(workspace: Workspace, settings: Settings, name: str) -> Theme:
    """One theme. Raises UsageError for a name that there is not, and TemplateError."""
    look = _look(workspace, name)
    used = settings.newsletter.theme == name
    return Theme(
        name=name,
        about=look.about,
        extends=look.extends,
        used=used,
        own=(workspace.templates / name).is_dir(),
        tokens=tokens_of(settings.theme, look) if used else dict(look.tokens),
        files=_files(look, workspace.templates, templates_folder()),
    )


def copy_files(workspace: Workspace, name: str, names: Sequence[str]) -> list[Path]:
    """Puts our files of a theme into the workspace's templates/, and tells where.

    Without ``names`` those of the theme's own folder; a named one may come from a theme that it
    extends. Raises UsageError, before anything is written, where a file exists or there is none.
    """
    look = _look(workspace, name)
    found = {file.name: file for file in _files(look, templates_folder())}
    chosen = list(names) or [each for each, file in found.items() if file.theme == name]
    if not chosen:
        raise UsageError(
            f"{name} is a theme of this workspace: there is nothing built in to copy",
            where=workspace.show(workspace.templates / name),
            fix="name a file that it takes from the theme it extends",
        )
    for each in chosen:
        if each not in found:
            raise UsageError(
                f"{name} has no built-in file {each}",
                fix=f"`digest theme show {name}` names its files",
            )
        target = workspace.templates / name / each
        if target.exists():
            raise UsageError(
                "this file exists already", where=workspace.show(target), fix="edit it, or move it"
            )
    written = []
    for each in chosen:
        target = workspace.templates / name / each
        write_text(target, found[each].path.read_text(encoding="utf-8"))
        written.append(target)
    return written


def start_theme(workspace: Workspace, name: str, extends: str) -> list[Path]:
    """Writes the first files of a theme that extends another, and tells which.

    Raises UsageError for a name that is taken or cannot be one.
    """
    validate_theme(name)
    _look(workspace, extends)
    folder = workspace.templates / name
    if name in themes(workspace.templates) or folder.exists():
        raise UsageError(
            f"there is a theme named {name} already",
            where=workspace.show(folder) if folder.exists() else None,
            fix=f"`digest theme copy {name}` brings its files here",
        )
    tokens = read_look(extends, workspace.templates).tokens
    origin = "" if (workspace.templates / extends).is_dir() else "builtin/"
    files = {
        "theme.toml": _THEME.format(name=name, extends=extends, accent=tokens["accent"]),
        "style.css": _STYLE.format(extends=extends, origin=origin),
        README: _README.format(name=name, extends=extends),
    }
    for each, text in files.items():
        write_text(folder / each, text)
    return [folder / each for each in files]


def _look(workspace: Workspace, name: str) -> Look:
    import difflib

    known = themes(workspace.templates)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise UsageError(
            f"there is no theme named {name!r}",
            fix=f"did you mean {near[0]}?" if near else f"choose one of {', '.join(known)}",
        )
    return read_look(name, workspace.templates)


def _files(look: Look, *roots: Path) -> tuple[File, ...]:
    """What each of the theme's files is taken from, of folders of themes."""
    ours = templates_folder()
    found: dict[str, File] = {}
    for theme in look.line:
        for root in roots:
            for name, path in _inside(root / theme):
                if theme == look.name or name not in (README, FILE):
                    file = File(name=name, theme=theme, path=path, own=root != ours)
                    found.setdefault(name, file)
    return tuple(found[name] for name in sorted(found))


def _inside(folder: Path) -> list[tuple[str, Path]]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [(path.relative_to(folder).as_posix(), path) for path in paths]


_THEME = """\
# The theme {name}: `theme = "{name}"` under [newsletter] of digest.toml uses it.
about = "What {name} looks like, in a line."
extends = "{extends}"

# Every token of `digest theme show {extends}` may stand here; the others stay as they are there.
[tokens]
accent = "{accent}"
"""
_STYLE = """\
{{# Rules after super() win; `digest theme show {extends}` names the tokens. #}}
{{% extends "{origin}{extends}/style.css" %}}
{{% block inlined %}}
{{{{ super() }}}}
{{% endblock %}}
"""
_README = """\
# {name}

Extends {extends}: what has no file here comes from there. A file of the same name replaces it,
`digest theme copy {name} blocks/item.html.j2` brings one here.
"""

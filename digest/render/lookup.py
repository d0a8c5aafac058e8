"""Where a template lies: in the theme itself, else in the theme that it extends, else in base.

In each of them the workspace's ``templates/`` goes before ours. ``builtin/NAME`` is ours alone,
so that a user's ``classic/issue.html.j2`` may extend ``builtin/classic/issue.html.j2``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.config.looks import BASE, theme_line
from digest.errors import TemplateError

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

_SLOTS = "slots"


def make_loader(folder: Path | None, ours: Path) -> BaseLoader:
    """The loader of all templates; ``folder`` is the workspace's templates/, if there is one."""
    from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader, TemplateNotFound

    class Files(FileSystemLoader):
        def get_source(self, environment: Environment, template: str) -> Any:
            try:
                return super().get_source(environment, template)
            except UnicodeDecodeError as error:
                raise TemplateError(
                    "this template is not UTF-8", where=template, fix="save it as UTF-8"
                ) from error

    class Themes(BaseLoader):
        def __init__(self, *folders: Path, workspace: Path | None) -> None:
            self.folders = folders
            self.files = ChoiceLoader([Files(folder) for folder in folders])
            self.workspace = workspace

        def get_source(self, environment: Environment, template: str) -> Any:
            for name in self.names(template):
                with suppress(TemplateNotFound):
                    source, file, is_fresh = self.files.get_source(environment, name)
                    assert file is not None  # of a file system's loader
                    assert is_fresh is not None
                    return source, file, partial(self.is_current, template, file, is_fresh)
            raise TemplateNotFound(template)

        def is_current(self, template: str, file: str, is_fresh: Callable[[], bool]) -> bool:
            """Whether ``file`` is as it was, and no file has come that goes before it."""
            if not is_fresh():
                return False
            paths = (folder / name for name in self.names(template) for folder in self.folders)
            return next((path for path in paths if path.is_file()), None) == Path(file)

        def names(self, template: str) -> Iterator[str]:
            """What the template may be called, nearest first."""
            yield template
            theme, _, rest = template.partition("/")
            known = any((folder / theme).is_dir() for folder in self.folders)
            if rest and known and theme not in (BASE, _SLOTS):
                for above in theme_line(theme, self.workspace)[1:]:
                    yield f"{above}/{rest}"

        def list_templates(self) -> list[str]:
            return self.files.list_templates()

    folders = [ours] if folder is None else [folder, ours]
    builtin = PrefixLoader({"builtin": Themes(ours, workspace=None)})
    return ChoiceLoader([builtin, Themes(*folders, workspace=folder)])

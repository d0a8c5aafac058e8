"""Where templates are found, and what is said when one of them has a mistake.

Lookup: the workspace's ``templates/``, ours, and ours again under ``builtin/``, so that a
user's ``classic/issue.html.j2`` may extend ``builtin/classic/issue.html.j2``.
"""

from __future__ import annotations

import difflib
import os
import re
import traceback
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from digest.errors import TemplateError
from digest.model import Place
from digest.render.markdown import Fragment, Target
from digest.render.view import NAMES, BlockView, IssueView, ItemView, LinkView, SectionView
from digest.render.words import Words
from digest.workspace import templates_folder, themes

if TYPE_CHECKING:
    from jinja2 import Environment

_OURS = frozenset([BlockView, Fragment, IssueView, ItemView, LinkView, SectionView, Target, Words])

_UNDEFINED = re.compile(r"'([^']+)' is undefined|has no attribute '([^']+)'")
_UNKNOWN = re.compile(r"No (filter|test) named '([^']+)'")


def require_theme(theme: str, folder: Path | None) -> None:
    """Raises TemplateError unless there is a theme of that name."""
    known = themes(folder)
    if theme in known:
        return
    near = difflib.get_close_matches(theme, known, n=1)
    raise TemplateError(
        f"there is no theme named {theme!r}",
        where="digest.toml, newsletter.theme",
        fix=f"did you mean {near[0]}?" if near else f"choose one of {', '.join(known)}",
    )


def environment(folder: Path | None) -> Environment:
    """The one way templates are run: sandboxed, escaped, strict; kept for the process.

    ``folder`` is the workspace's ``templates/``. Templates are read again when they change.
    """
    return _environment(folder, templates_folder())


@lru_cache(maxsize=8)
def _environment(folder: Path | None, ours: Path) -> Environment:
    from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Files(FileSystemLoader):
        def get_source(self, environment: Environment, template: str) -> Any:
            try:
                return super().get_source(environment, template)
            except UnicodeDecodeError as error:
                raise TemplateError(
                    "this template is not UTF-8", where=template, fix="save it as UTF-8"
                ) from error

    builtin = Files(ours)
    loaders: list[Any] = [builtin, PrefixLoader({"builtin": builtin})]
    if folder is not None:
        loaders.insert(0, Files(folder))

    class Sandbox(ImmutableSandboxedEnvironment):
        """jinja2's own, with a short way to our views: they hold finished values alone.

        Its check of every attribute takes a third of the time that templates take.
        """

        def getattr(self, obj: Any, attribute: str) -> Any:
            if type(obj) in _OURS and attribute in NAMES:
                return getattr(obj, attribute)
            return super().getattr(obj, attribute)

    made = Sandbox(
        loader=ChoiceLoader(loaders),
        autoescape=_is_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=200,
    )
    # The same input gives the same bytes: nothing may be left to chance.
    del made.globals["lipsum"], made.filters["random"]
    return made


def _is_escaped(name: str | None) -> bool:
    return name is None or not name.endswith((".txt.j2", ".css"))


def render_template(env: Environment, name: str, context: Mapping[str, object]) -> str:
    """The output of the template ``name``.

    Raises TemplateError with file, line and the nearest name that exists.
    """
    import jinja2

    try:
        return env.get_template(name).render(context)
    except jinja2.TemplateSyntaxError as error:
        _blame_syntax(env, error)
    except jinja2.TemplateNotFound as error:
        raise TemplateError(
            f"there is no template named {error.name}",
            where=_template_place(error) or None,
            fix=_near(str(error.name), env.list_templates()),
        ) from error
    except (
        jinja2.TemplateError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        place = _template_place(error)
        if place is None:
            raise
        _blame(error, place, context)


def _blame_syntax(env: Environment, error: Any) -> NoReturn:
    place = Place(
        file=_shown(error.filename or error.name or "template"), first_line=error.lineno or 0
    )
    unknown = _UNKNOWN.search(error.message or "")
    fix = None
    if unknown:
        known = env.filters if unknown[1] == "filter" else env.tests
        fix = _near(unknown[2], [name for name in known if name.isidentifier()])
    message = (error.message or "syntax error").rstrip(".")
    raise TemplateError(message, where=place, fix=fix) from error


def _blame(error: Exception, place: Place, context: Mapping[str, object]) -> NoReturn:
    if isinstance(error, RecursionError):
        raise TemplateError(
            "it extends or includes itself",
            where=place,
            fix="to extend digest's own, write builtin/ before its name",
        ) from error
    text = str(error) or type(error).__name__
    undefined = _UNDEFINED.search(text)
    if undefined is None:
        raise TemplateError(text.rstrip("."), where=place) from error
    name = undefined[1] or undefined[2]
    known = sorted(context) if undefined[1] else sorted(NAMES)
    message = f"{name!r} is not defined" if undefined[1] else f"there is no attribute {name!r}"
    raise TemplateError(message, where=place, fix=_near(name, known)) from error


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else "see templates/classic/README.md for the names"


def _template_place(error: BaseException) -> Place | None:
    """The innermost line of a template that ``error`` passed through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith((".j2", ".css")):
            return Place(file=_shown(frame.filename), first_line=frame.lineno or 0)
    return None


def _shown(path: str) -> str:
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path if relative.startswith("..") else relative

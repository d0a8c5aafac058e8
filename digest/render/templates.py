"""Where templates are found, and what is said when one of them has a mistake.

Where each one lies is a matter of lookup.py.
"""

from __future__ import annotations

import difflib
import re
import traceback
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from digest.errors import TemplateError
from digest.model import Place
from digest.render.bounds import TooMuch, allowance, join_bounded, make_sandbox
from digest.render.bytecode import make_cache
from digest.render.faults import describe, nearest, require_known_blocks, shown_path, suggest_syntax
from digest.render.lookup import make_loader
from digest.render.markdown import Fragment, Target
from digest.render.view import (
    NAMES,
    BlockView,
    ImageView,
    IssueView,
    ItemView,
    LinkView,
    SectionView,
)
from digest.render.words import Words
from digest.workspace import templates_folder, themes

if TYPE_CHECKING:
    from jinja2 import Environment

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)

_OURS = frozenset(
    [BlockView, Fragment, ImageView, IssueView, ItemView, LinkView, SectionView, Target, Words]
)


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
    from jinja2 import StrictUndefined

    made = make_sandbox(lambda value, name: type(value) in _OURS and name in NAMES)(
        loader=make_loader(folder, ours),
        autoescape=_is_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=200,
        bytecode_cache=make_cache(ours),
        # Folding constants takes a tenth of the compilation; ours have hardly any.
        optimized=False,
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
        with allowance():
            require_known_blocks(env, name)
            return join_bounded(env.get_template(name).generate(context))
    except jinja2.TemplateSyntaxError as error:
        _blame_syntax(env, error)
    except jinja2.TemplateNotFound as error:
        raise TemplateError(
            f"there is no template named {error.name}",
            where=_template_place(error) or None,
            fix=nearest(str(error.name), env.list_templates()),
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
        if place is None and isinstance(error, TooMuch):
            place = Place(file=name)
        if place is None:
            raise
        _blame(env, error, place, context)


def seek(env: Environment, theme: str, words: str) -> Place | None:
    """The first line of a template that has ``words``, in any case: the theme's own go first."""
    import jinja2

    assert env.loader is not None
    own = (f"{theme}/style.css", f"{theme}/issue.html.j2")
    others = (name for name in env.list_templates() if name.endswith((".css", ".html.j2")))
    for name in dict.fromkeys((*own, *others)):
        try:
            source, filename, _ = env.loader.get_source(env, name)
        except jinja2.TemplateError:
            continue  # it had no part in what was rendered
        plain = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source).casefold()
        at = plain.find(words.casefold())
        if at >= 0:
            return Place(file=shown_path(filename or name), first_line=plain.count("\n", 0, at) + 1)
    return None


def _blame_syntax(env: Environment, error: Any) -> NoReturn:
    place = Place(
        file=shown_path(error.filename or error.name or "template"), first_line=error.lineno or 0
    )
    message = (error.message or "syntax error").rstrip(".")
    raise TemplateError(message, where=place, fix=suggest_syntax(env, message)) from error


def _blame(
    env: Environment, error: Exception, place: Place, context: Mapping[str, object]
) -> NoReturn:
    if isinstance(error, RecursionError):
        raise TemplateError(
            "it extends, includes or calls itself without end",
            where=place,
            fix="to extend digest's own, write builtin/ before its name",
        ) from error
    message, fix = describe(env, error, place, context)
    raise TemplateError(message, where=place, fix=fix) from error


def _template_place(error: BaseException) -> Place | None:
    """The innermost line of a template that ``error`` passed through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith((".j2", ".css")):
            return Place(file=shown_path(frame.filename), first_line=frame.lineno or 0)
    return None

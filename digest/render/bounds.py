"""How long a template may run and how much it may write: jinja2's sandbox, with an end.

The sandbox keeps a template from reaching the machine, and nothing else: two loops in each other
or ``"x" * 10000000000`` would keep it busy all the same. Steps are counted, not time, so that what
is refused is refused everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

MAX_STEPS = 200_000
"""Turns of loops and calls in one template, with all that it includes; the largest of our own
takes ten for an item."""

MAX_CHARACTERS = 10_000_000
"""Of what a template writes, and of any text that it makes on the way."""

_COUNTED = "counted_by_digest"
_SIZED = "sized_by_digest"
_WIDE_FORMAT = re.compile(r"\d{5}")
_PADDING_FILTERS = ("center", "indent")

_steps: ContextVar[list[int]] = ContextVar("steps")


class TooMuch(ValueError):
    """A template does more than it may; ``fix`` says what to do."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


@contextmanager
def allowance() -> Iterator[None]:
    """What runs inside may take MAX_STEPS steps together."""
    token = _steps.set([MAX_STEPS])
    try:
        yield
    finally:
        _steps.reset(token)


def join_bounded(pieces: Iterable[str]) -> str:
    """The pieces as one text. Raises TooMuch when it grows beyond MAX_CHARACTERS."""
    kept = []
    room = MAX_CHARACTERS
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            raise _too_long()
        kept.append(piece)
    return "".join(kept)


def make_sandbox(plain: Callable[[Any, str], bool]) -> type[SandboxedEnvironment]:
    """The class of environments whose templates come to an end.

    ``plain`` says of an object and a name that it is a finished value of ours, to be read without
    the sandbox's check, which takes a third of the time that templates take.
    """
    from jinja2 import nodes
    from jinja2.parser import Parser
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    # While the template is read: going over its tree afterwards takes a sixth of its compilation.
    class Bounds(Parser):
        def parse_for(self) -> nodes.For:
            node = super().parse_for()
            node.iter = _filtered(node.iter, _COUNTED)
            return node

        def parse_concat(self) -> nodes.Expr:
            node = super().parse_concat()
            return _filtered(node, _SIZED) if isinstance(node, nodes.Concat) else node

    def _filtered(node: Any, name: str) -> nodes.Filter:
        return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(["*", "**", "+", "%"])

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.filters[_COUNTED] = _counted
            self.filters[_SIZED] = _sized
            for name in _PADDING_FILTERS:
                self.filters[name] = _padding_bounded(self.filters[name])
            self.filters["format"] = _format_bounded(self.filters["format"])

        def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
            return Bounds(self, source, name, filename).parse()

        def getattr(self, obj: Any, attribute: str) -> Any:
            if plain(obj, attribute):
                return getattr(obj, attribute)
            return super().getattr(obj, attribute)

        def call(__self, __context: Any, __obj: Any, *args: Any, **options: Any) -> Any:  # noqa: N805
            _step()
            owner = getattr(__obj, "__self__", None)
            if isinstance(owner, str):
                _refuse_width(owner if __obj.__name__ == "format" else "", args)
            return _sized(super().call(__context, __obj, *args, **options))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            _refuse_growth(operator, left, right)
            return _sized(super().call_binop(context, operator, left, right))

    return Sandbox


def _step() -> None:
    steps = _steps.get(None)
    if steps is None:
        return
    steps[0] -= 1
    if steps[0] < 0:
        raise TooMuch(
            f"it takes more than {MAX_STEPS:,} steps", "look for a loop in a loop that never ends"
        )


def _counted(iterable: Iterable[Any]) -> Iterator[Any]:
    for value in iterable:
        _step()
        yield value


def _sized(value: Any) -> Any:
    if isinstance(value, Sized) and isinstance(value, (str, list, tuple, bytes)):  # noqa: SIM102
        if len(value) > MAX_CHARACTERS:
            raise _too_long()
    return value


def _too_long() -> TooMuch:
    return TooMuch(
        f"it writes more than {MAX_CHARACTERS:,} characters", "look for a text that repeats itself"
    )


def _refuse_growth(operator: str, left: Any, right: Any) -> None:
    """Before it is made: what would be far larger than what it is made of."""
    if operator == "*":
        for many, text in ((left, right), (right, left)):
            if isinstance(many, int) and isinstance(text, (str, list, tuple)):
                if many * len(text) > MAX_CHARACTERS:
                    raise _too_long()
            elif isinstance(many, int) and many.bit_length() > MAX_CHARACTERS:
                raise _too_long()
    elif operator == "**" and isinstance(left, int) and isinstance(right, int):
        if left.bit_length() * abs(right) > 4096:
            raise TooMuch("a number of more than 4,096 bits", "calculate with smaller ones")
    elif operator == "%" and isinstance(left, str):
        _refuse_width(left, ())


def _refuse_width(form: str, numbers: tuple[Any, ...]) -> None:
    if _WIDE_FORMAT.search(form) or any(
        isinstance(number, int) and number > MAX_CHARACTERS // 1000 for number in numbers
    ):
        raise TooMuch("a text is made wider than 10,000 characters", "write a smaller width")


def _padding_bounded(made: Callable[..., Any]) -> Callable[..., Any]:
    def bounded(text: str, *numbers: Any, **named: Any) -> Any:
        _refuse_width("", (*numbers, *named.values()))
        return made(text, *numbers, **named)

    return bounded


def _format_bounded(made: Callable[..., Any]) -> Callable[..., Any]:
    def bounded(form: str, *values: Any, **named: Any) -> Any:
        _refuse_width(form, ())
        return made(form, *values, **named)

    return bounded

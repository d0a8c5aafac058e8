"""Articles and the facts that digest read of them, for an editor's eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from digest.commands._words import show_when

if TYPE_CHECKING:
    from digest.model import Article

    Articles = Callable[[], Iterator[Article]]
    """Articles that are too many to be held: each call looks them up anew."""

_TABLE_COLUMNS = 110
"""A narrower terminal shows one fact below the other."""
_SUMMARY_COLUMNS = 160
_NOTHING = "–"
_STYLES = {True: "green", False: ""}


def show_articles(articles: Articles) -> None:
    """All facts with their basis and problems, as the terminal has room for them.

    Without a terminal one line an article, its fields parted by tabs: date, basis, title,
    source, authors, language, words, address, input, problems. Of no articles nothing is said.
    """
    from digest.commands._long_table import long_table
    from digest.commands._terminal import columns_of_stdout, emit_lines, records

    if next(articles(), None) is None:
        return
    columns = columns_of_stdout()
    if not columns:
        emit_lines("\t".join(_fields(article)) for article in articles())
    elif columns < _TABLE_COLUMNS:
        records((article.title or _NOTHING, list(_lines(article))) for article in articles())
    else:
        names = ["published, basis", "title, summary", "source, authors", "input, problems"]
        long_table(names, lambda: map(_row, articles()))


def show_candidates(articles: Articles) -> None:
    """Every candidate of every fact, the winner first, with basis and verdict.

    Without a terminal one line a candidate, its fields parted by tabs: input, fact, ``won`` or
    ``lost``, basis, value, verdict. Of no articles nothing is said.
    """
    from digest.commands._terminal import columns_of_stdout, emit_lines, records

    if next(articles(), None) is None:
        return
    if columns_of_stdout():
        records((_heading(article), list(_weighed(article))) for article in articles())
    else:
        emit_lines(line for article in articles() for line in _candidate_lines(article))


def _candidate_lines(article: Article) -> Iterator[str]:
    for entry in article.candidates:
        outcome = "won" if entry.won else "lost"
        fields = (article.input, entry.fact, outcome, entry.basis, entry.value, entry.verdict)
        yield "\t".join(map(_plain, fields))
    for problem in article.problems:
        yield f"{_plain(article.input)}\tproblem\t\t\t{_plain(problem)}\t"


def explained(article: Article) -> dict[str, Any]:
    """The article's object with its candidates."""
    return {
        **article.to_json(),
        "candidates": [candidate.to_json() for candidate in article.candidates],
    }


def _fields(article: Article) -> Iterator[str]:
    yield article.published.isoformat() if article.published else ""
    yield article.published.basis if article.published else ""
    yield _plain(article.title)
    yield _plain(article.source.name)
    yield _plain(", ".join(article.authors))
    yield article.language
    yield str(article.words)
    yield article.url or ""
    yield _plain(article.input)
    yield _plain("; ".join(article.problems))


def _plain(text: str) -> str:
    """On one line, without what parts fields."""
    return " ".join(text.split())


def _row(article: Article) -> list[str]:
    shown = _summary(article)
    wrote = ", ".join(article.authors)
    when = show_when(article.published)
    return [
        f"{when}\n{article.published.basis}" if article.published else when,
        f"{article.title or _NOTHING}\n{shown}" if shown else article.title or _NOTHING,
        "\n".join(filter(None, (_source(article), wrote, _language(article)))),
        "\n".join((article.input, *(f"! {problem}" for problem in article.problems))),
    ]


def _lines(article: Article) -> Iterator[tuple[str, str, str]]:
    basis = f" ({article.published.basis})" if article.published else ""
    yield "published", f"{show_when(article.published)}{basis}", ""
    for label, text in (
        ("summary", _summary(article)),
        ("source", _source(article)),
        ("authors", ", ".join(article.authors)),
        ("language", _language(article)),
        ("address", article.url or ""),
        ("input", article.input),
    ):
        if text:
            yield label, text, ""
    for problem in article.problems:
        yield "problem", problem, "yellow"


def _source(article: Article) -> str:
    if article.origin:
        return f"{article.source.name or _NOTHING}, text by {article.origin}"
    return article.source.name


def _language(article: Article) -> str:
    words = f"{article.words:,} words" if article.words else ""
    return ", ".join(filter(None, (article.language, words)))


def _summary(article: Article) -> str:
    from digest.excerpt import cut

    return cut(article.summary, _SUMMARY_COLUMNS)


def _heading(article: Article) -> str:
    return f"{article.input}: {article.title or _NOTHING}"


def _weighed(article: Article) -> Iterator[tuple[str, str, str]]:
    for fact, entries in groupby(article.candidates, key=lambda entry: entry.fact):
        label: str = fact
        before = ""
        for entry in entries:
            said = f"{entry.basis}: {entry.verdict}"
            if entry.value == before:  # not the same words again, line after line
                yield label, f"- {said}", "dim"
            else:
                yield label, f"{'+' if entry.won else '-'} {entry.value}", _STYLES[entry.won]
                yield "", f"  {said}", "dim"
            label, before = "", entry.value
    if article.published is None:
        yield "published", f"+ {_NOTHING}", ""
    for problem in article.problems:
        yield "problem", problem, "yellow"

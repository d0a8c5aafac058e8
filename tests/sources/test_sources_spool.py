"""A list whose articles wait on disk is the list of articles that are all held."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from digest.config import Settings, Source
from digest.errors import DigestError, Interrupted
from digest.model import Article, Candidate, Gathered, Link, When
from digest.sources import Context, gather, spool
from digest.sources.found import find_files
from digest.sources.spool import Spool
from digest.state.database import open_database
from digest.state.seen import Seen

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)


def article(number: int) -> Article:
    return Article(
        id=f"{number:016x}",
        title=f"Report {number}",
        first_seen=NOW,
        source=Link(name="Harbour Post", url="https://post.example/"),
        input=f"{number}.txt",
        published=When(value=date(2025, 4, 1), raw="1 April 2025", basis="dateline"),
        candidates=(Candidate(fact="title", value="x", basis="h1", won=True, verdict="alone"),),
    )


@pytest.mark.parametrize("count", [0, 3, 256, 257, 1_000])
def test_articles_come_out_of_the_spool_as_they_were_put_in(count: int) -> None:
    given = [article(number) for number in range(count)]
    with Spool() as kept:
        for each in given:
            kept.put(each)
        kept.order.extend(reversed(range(count)))
        assert list(kept) == given[::-1]
        assert list(kept) == given[::-1]  # as often as one likes
        assert len(kept) == count


def test_a_spool_without_room_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with Spool() as kept, pytest.raises(DigestError, match="no room for the articles"):
        for number in range(300):
            kept.put(article(number))


def write_sources(folder: Path) -> tuple[Source, ...]:
    """Files that repeat each other's articles, one of them its own under another date, and texts
    that have one title and day."""
    for number in range(4):
        lines = [
            {
                "title": f"Report number {line % 70} of the harbour",
                "url": f"https://x.example/{line}",
                "published": f"2025-04-{10 + (line * 7 + again) % 15}T09:00:00Z",
                "guid": f"entry-{line % 50}-of-the-harbour",
            }
            for again in (5, 0)
            for line in range(number * 20, number * 20 + 30)
        ]
        (folder / f"{number}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (folder / "texts").mkdir(exist_ok=True)
    for number in range(9):
        text = f"The Ferry Returns to Lesk\n\nOn April {3 + number // 3}, 2025, it sailed. {number}"
        (folder / "texts" / f"{number}.txt").write_text(text)
    (folder / "texts" / "empty.txt").write_text("")
    return (*(Source(path=f"{number}.jsonl") for number in range(4)), Source(path="texts"))


def said(gathered: Gathered) -> list[object]:
    return [
        (report.name, report.status, report.detail, report.articles) for report in gathered.reports
    ]


@pytest.mark.parametrize("held", [0, 40, 10_000])
@pytest.mark.parametrize("known", [0, 3, 5])
def test_a_list_has_the_same_articles_times_and_reports_whether_they_are_held_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, known: int
) -> None:
    monkeypatch.setattr(spool, "_HELD", held)
    sources = write_sources(tmp_path)
    with open_database(None) as connection:
        seen = Seen(connection)
        earlier = Context(
            root=tmp_path, settings=Settings(), now=NOW - timedelta(days=3), seen=seen
        )
        # What is known already was met under another address, too.
        gather([replace(each, name="earlier") for each in sources[:2]], earlier)
        gather(sources[:known], earlier)
        connection.execute("UPDATE article SET id = 'x' || id WHERE id < '6'")
        context = replace(earlier, now=NOW, texts=False)
        before = connection.total_changes
        with Spool() as kept:
            listed = gather(sources, context, spool=kept)
            spooled = list(seen.look_up(kept.__iter__, NOW))
            assert connection.total_changes == before
        whole = gather(sources, context)
    assert spooled == list(whole.articles)
    assert said(listed) == said(whole)
    assert listed.number == len(whole.articles)
    assert {each.first_seen for each in spooled} == {NOW, earlier.now}


def test_found_files_are_a_sequence_of_paths(tmp_path: Path) -> None:
    for name in ("b/a.txt", "b.txt", "ä/o.html", "a.HTML"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    _, files, _ = find_files(".", tmp_path)
    names = ["a.HTML", "b/a.txt", "b.txt", "ä/o.html"]
    assert [file.relative_to(tmp_path).as_posix() for file in files] == names
    assert files[-1] == tmp_path / "ä/o.html"
    assert list(files[1:3]) == list(files)[1:3]
    assert list(files.places((".html",))) == [0, 3]
    with pytest.raises(IndexError):
        files[4]


def test_a_list_that_is_interrupted_within_a_write_ends_as_an_interrupted_run(
    tmp_path: Path,
) -> None:
    class Cut(Spool):
        def put(self, article: Article) -> None:
            if len(self) == 2:
                self.ids.append(int(article.id, 16))
                raise KeyboardInterrupt
            super().put(article)

    lines = (json.dumps({"title": f"Report {n}", "url": f"https://x.example/{n}"}) for n in (1, 2))
    both = "\n".join(lines)
    sources = []
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(both)
        sources.append(Source(path=f"{name}.jsonl"))
    context = Context(root=tmp_path, settings=Settings(), now=NOW)
    with Cut() as kept, pytest.raises(Interrupted):
        gather(sources, context, spool=kept)
    assert len(kept.order) == 0

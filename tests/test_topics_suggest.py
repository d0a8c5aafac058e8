"""`digest topics suggest`: rules with what speaks for them, written where they are accepted."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from digest.cli import run

NOW = ["--now", "2025-04-28T07:00:00+00:00"]


def settings(language: str = "en", more: str = "") -> str:
    return (
        f'# Mine.\n[newsletter]\ntitle = "Weekly"   # as it is\nlanguage = "{language}"\n\n'
        f'[[sources]]\npath = "articles.jsonl"\n{more}'
    )


# So that titles made from one pattern are not one story.
APART = '\n[stories]\njoin = "off"\n'


def write(text: str, articles: list[dict[str, Any]] | None = None) -> None:
    Path("digest.toml").write_text(text, encoding="utf-8")
    if articles is not None:
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in articles)
        Path("articles.jsonl").write_text("".join(lines), encoding="utf-8")


def article(number: int, title: str, language: str, host: str = "", **facts: Any) -> dict[str, Any]:
    return {
        "title": title,
        "url": f"https://{host or f'paper{number % 5}.example'}/a{number}",
        "published": f"2025-04-{21 + number % 7}",
        "language": language,
        **facts,
    }


def past(items: dict[str, list[tuple[str, str]]], *, issues: int = 4) -> None:
    """Past issues as any editor has them: sections with (title, address); ``{}`` is the issue."""
    for number in range(1, issues + 1):
        lines = []
        for section, entries in items.items():
            lines.append(f"## {section}\n")
            lines += [
                f"### [{title.format(number)}]({url.format(number)})\n" for title, url in entries
            ]
        folder = Path(f"issues/{number:03}")
        folder.mkdir(parents=True)
        (folder / "issue.md").write_text("\n".join(lines), encoding="utf-8")


def suggested(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["topics", "suggest", "--json", *words]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def rules(found: dict[str, Any]) -> dict[str, set[str]]:
    return {
        topic["topic"]: {f"{one['kind']}: {one['rule']}" for one in topic["rules"]}
        for topic in found["topics"]
    }


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


COLD = {
    "en": (
        ["Parliament votes on the budget", "Voters turn out for the election"] * 3,
        ["Goalkeeper saves the final", "Coach names a new striker"] * 3,
        {"Politics", "Sport"},
        {"voter", "goalkeeper"},
    ),
    "ru": (
        ["Парламент принял бюджет", "Выборы в парламент назначены"] * 3,
        ["Вратарь спас команду", "Тренер назвал состав сборной"] * 3,
        {"Политика", "Спорт"},
        {"парламент", "вратарь"},
    ),
    "ar": (
        ["البرلمان يناقش الموازنة", "الانتخابات تبدأ غدا"] * 3,
        ["مباراة مثيرة في كأس العالم", "مدرب الفريق يعلن الاستقالة بعد مباراة"] * 3,
        {"سياسة", "رياضة"},
        {"البرلمان", "مباراة"},
    ),
    "ja": (
        ["国会で予算案が可決", "衆院選の投票率が上がる"] * 3,
        ["サッカー代表が決勝へ", "プロ野球が開幕"] * 3,
        {"政治", "スポーツ"},
        {"国会", "サッカー"},
    ),
    "zh": (
        ["议会通过选举法", "选举投票率上升"] * 3,
        ["足球队进入决赛", "篮球联赛开幕"] * 3,
        {"政治", "体育"},
        {"选举", "足球"},
    ),
}


def cold(language: str) -> list[dict[str, Any]]:
    politics, sport, _, _ = COLD[language]
    titles = [*politics, *sport]
    return [
        article(number, f"{title} {number}", language, summary="")
        for number, title in enumerate(titles)
    ]


@pytest.mark.parametrize("language", COLD)
def test_without_past_and_rules_topics_are_proposed_with_words_that_were_met(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings(language, APART), cold(language))
    found = suggested(capsys)
    assert {topic["topic"] for topic in found["topics"]} == COLD[language][2]
    assert all(topic["new"] for topic in found["topics"])
    words = {one["rule"] for topic in found["topics"] for one in topic["rules"]}
    assert COLD[language][3] <= words
    for topic in found["topics"]:
        assert topic["evidence"]["caught"] >= 5
        assert topic["evidence"]["elsewhere"] == {}
        assert len(topic["evidence"]["examples"]) == 3
        assert all(one["title"] and one["url"] for one in topic["evidence"]["examples"])


@pytest.mark.parametrize("language", COLD)
def test_what_is_accepted_is_in_digest_toml_and_is_not_proposed_again(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(settings(language, APART), cold(language))
    assert run(["topics", "suggest", "--accept"]) == 0
    text = Path("digest.toml").read_text(encoding="utf-8")
    assert text.startswith(settings(language, APART)), "what stood there stays"
    written = {topic["name"]: topic for topic in tomllib.loads(text)["topics"]}
    assert set(written) == COLD[language][2]
    assert suggested(capsys)["topics"] == []
    assert run(["topics", "suggest", "--accept"]) == 0
    assert Path("digest.toml").read_text(encoding="utf-8") == text
    # And the rules do what was promised of them.
    capsys.readouterr()
    assert run(["compose", "--week", "2025-W17", "--json", *NOW]) == 0
    issue = json.loads(capsys.readouterr().out)
    placed = {section["topic"]: section["items"] for section in issue["sections"]}
    assert all(len(placed[name]) >= 5 for name in written)
    assert placed[next(iter(written))][0]["reason"].startswith("keywords: ")


def test_topics_are_accepted_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    write(settings(more=APART), cold("en"))
    assert run(["topics", "suggest", "--accept", "sport"]) == 0
    assert [one["name"] for one in tomllib.loads(Path("digest.toml").read_text())["topics"]] == [
        "Sport"
    ]
    assert set(rules(suggested(capsys))) == {"Politics"}
    assert run(["topics", "suggest", "--accept", "keyword: voter"]) == 0
    topics = tomllib.loads(Path("digest.toml").read_text())["topics"]
    assert topics[1] == {"name": "Politics", "keywords": ["voter"]}
    left = rules(suggested(capsys))
    assert "keyword: voter" not in left["Politics"] and left["Politics"]


def test_feeds_categories_and_hosts_are_rules_of_proposed_topics(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hives = [
        article(
            at,
            f"Notes from the yard {'abcdefgh'[at]}",
            "en",
            "hives.example",
            categories=["Beekeeping"],
        )
        for at in range(4)
    ] + [article(at + 4, f"A report {'abcdefgh'[at]}", "en", "hives.example") for at in range(3)]
    other = [
        article(at + 20, f"Goalkeeper saves {'abcdefgh'[at]}", "en", "ball.example")
        for at in range(5)
    ]
    write(settings(), [*hives, *other])
    found = rules(suggested(capsys))
    assert "category: Beekeeping" in found["Beekeeping"]
    assert "host: ball.example" in found["Sport"]
    # Four of seven are too few to take the host for the section.
    assert "host: hives.example" not in found["Beekeeping"]


def test_a_cluster_by_itself_is_no_topic(capsys: pytest.CaptureFixture[str]) -> None:
    alike = [
        article(at, f"Quelnarth Ostrevane of Zubrin {'abcdefghijkl'[at]}", "en") for at in range(12)
    ]
    write(settings(), alike)
    assert suggested(capsys)["topics"] == []


def test_neither_order_nor_repetition_nor_hash_seed_changes_what_is_proposed(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [*cold("en"), *cold("ru"), *cold("zh")]
    for at, entry in enumerate(entries):
        entry["url"] = f"https://all{at % 4}.example/{at}"
    write(settings(), entries)
    first = suggested(capsys)
    write(settings(), [*reversed(entries), *entries[:9]])
    assert suggested(capsys) == first
    past(FILED)
    texts = {
        subprocess.run(
            [sys.executable, "-m", "digest", "topics", "suggest", "--json"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


FILED = {
    "Tools": [
        ("A shell {}", "https://blog.example.org/a{}"),
        ("An editor {}", "https://blog.example.org/b{}"),
        ("Sorting fast {}", "https://big.example.net/users/jo/{}"),
    ],
    "Jobs": [
        ("Lathe hand wanted {}", "https://one{}.example/x"),
        ("A lathe worker {}", "https://two{}.example/x"),
        ("Office help {}", "https://big.example.net/jobs/all/{}"),
    ],
}
SCRIPTS = {
    "en": (
        "Tools",
        "Jobs",
        ["Lathe hand wanted {}", "{} posts: experienced lathe workers"],
        "lathe",
    ),
    "ru": ("Инструменты", "Вакансии", ["Требуется токарь {}", "Ищем токаря {}"], "токарь"),
    "ar": ("أدوات", "وظائف", ["مطلوب خراط {}", "وظيفة خراط شاغرة {}"], "خراط"),
    "zh": ("工具", "招聘", ["招募车床工人{}", "工厂急需车床技师{}"], "车床"),
    "ko": ("도구", "채용", ["선반공을 찾습니다 {}", "신입 선반공 모집 {}"], "선반공"),
}


@pytest.mark.parametrize("language", SCRIPTS)
def test_past_filing_proposes_hosts_paths_and_words_that_tell_one_section(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tools, jobs, titles, word = SCRIPTS[language]
    write(settings(language), [])
    past(
        {
            tools: FILED["Tools"],
            jobs: [
                *zip(titles, (url for _, url in FILED["Jobs"]), strict=False),
                FILED["Jobs"][2],
            ],
        },
        issues=6,
    )
    found = suggested(capsys)
    assert rules(found)[tools] == {"host: blog.example.org", "path: big.example.net/users"}
    assert len(rules(found)[jobs]) == 2
    assert "path: big.example.net/jobs" in rules(found)[jobs]
    keyword = next(
        one for topic in found["topics"] for one in topic["rules"] if one["kind"] == "keyword"
    )
    assert keyword["rule"].casefold() == word
    assert (keyword["caught"], keyword["right"], keyword["elsewhere"]) == (12, 12, {})
    assert run(["topics", "suggest"]) == 0
    shown = capsys.readouterr().out
    assert f"12 of 12 past items under {tools}" in shown
    assert "https://blog.example.org/a6" in shown, "the newest are examples"
    assert run(["topics", "suggest", "--accept"]) == 0
    topics = tomllib.loads(Path("digest.toml").read_text(encoding="utf-8"))["topics"]
    assert topics[0]["hosts"] == ["blog.example.org"]
    assert topics[0]["paths"] == ["big.example.net/users"]
    assert suggested(capsys)["topics"] == []


def test_a_topic_of_the_editors_grows_and_everything_typed_stays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = (
        '\n[[topics]]  # the first\nname = "Jobs"\nkeywords = [\n    "lathe",  # rare\n]\n'
        '\n# And the second.\n[[topics]]\nname = "Tools"\nhosts = ["old.example"]   # long ago\n'
        '\n[stories]\njoin = "off"  # I prefer so\n'
    )
    write(settings(more=own), [])
    past(FILED, issues=6)
    assert run(["topics", "suggest", "--dry-run"]) == 0
    diff = capsys.readouterr().out
    assert '-hosts = ["old.example"]   # long ago' in diff
    assert '+hosts = ["old.example", "blog.example.org"]   # long ago' in diff
    assert Path("digest.toml").read_text(encoding="utf-8") == settings(more=own), "a dry run"
    assert run(["topics", "suggest", "--accept"]) == 0
    wanted = (
        own.replace('["old.example"]', '["old.example", "blog.example.org"]')
        .replace("# long ago\n", '# long ago\npaths = ["big.example.net/users"]\n')
        .replace("# rare\n]\n", '# rare\n]\npaths = ["big.example.net/jobs"]\n')
    )
    assert Path("digest.toml").read_text(encoding="utf-8") == settings(more=wanted)


def test_what_rules_catch_already_is_not_proposed(capsys: pytest.CaptureFixture[str]) -> None:
    own = '[[topics]]\nname = "Tools"\nhosts = ["example.org", "big.example.net"]\n'
    write(settings(more=own), [])
    past(FILED, issues=6)
    assert rules(suggested(capsys)) == {"Jobs": {"keyword: lathe", "path: big.example.net/jobs"}}


def test_a_rule_that_the_editor_contradicts_goes_to_the_section_of_his_filing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = (
        '[[topics]]\nname = "Jobs"\nhosts = ["blog.example.org"] # ?\n[[topics]]\nname = "Tools"\n'
    )
    write(settings(more=own), [])
    past(FILED, issues=6)
    found = suggested(capsys)
    (tools,) = (topic for topic in found["topics"] if topic["topic"] == "Tools")
    (host,) = (one for one in tools["rules"] if one["kind"] == "host")
    assert (host["instead_of"], host["right"], host["caught"]) == ("Jobs", 12, 12)
    assert found["drops"] == []
    assert run(["topics", "suggest", "--accept", "blog.example.org"]) == 0
    text = Path("digest.toml").read_text(encoding="utf-8")
    assert 'hosts = [] # ?\n[[topics]]\nname = "Tools"\nhosts = ["blog.example.org"]\n' in text


def test_rules_that_never_match_are_dropped_by_name_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = (
        '[[topics]]\nname = "Jobs"\nkeywords = ["lathe", "Embassy", {word = "envoy", weight = 2}]\n'
    )
    write(settings(more=own), [])
    past(FILED, issues=6)
    found = suggested(capsys)
    assert [one["rule"] for one in found["drops"]] == ["Embassy", "envoy"]
    assert "matched nothing in the last 6 issues" in found["drops"][0]["why"]
    assert run(["topics", "suggest", "--accept"]) == 0
    assert '"Embassy", {word = "envoy", weight = 2}]' in Path("digest.toml").read_text()
    assert run(["topics", "suggest", "--accept", "drop keyword: embassy"]) == 0
    assert 'keywords = ["lathe", {word = "envoy", weight = 2}]' in Path("digest.toml").read_text()
    assert [one["rule"] for one in suggested(capsys)["drops"]] == ["envoy"]


def test_what_digest_placed_itself_teaches_no_rule(capsys: pytest.CaptureFixture[str]) -> None:
    own = '[[topics]]\nname = "Sport"\nkeywords = ["goalkeeper", "coach"]\n'
    write(settings(more=own), cold("en"))
    assert run(["compose", "--week", "2025-W17", *NOW]) == 0
    assert "Sport" not in rules(suggested(capsys)) or all(
        one["basis"] == "articles"
        for topic in suggested(capsys)["topics"]
        for one in topic["rules"]
    )


def test_what_digest_left_in_the_last_section_contradicts_no_filing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    entries = [
        article(at, f"Low tide {'abcdefgh'[at]}", "en", "tide.example") for at in range(7)
    ] + [article(at + 10, f"Road {'abcdefgh'[at]}", "en", "road.example") for at in range(7)]
    for at, entry in enumerate(entries):
        entry["published"] = f"2025-04-{14 + at:02}"
    write(settings(more=APART + "[learning]\npropose_sections = false\n"), entries)
    for week in ("2025-W16", "2025-W17"):
        assert run(["compose", "--week", week, *NOW]) == 0
        if week == "2025-W16":
            assert run(["move", *(one["url"] for one in entries[:4]), "Water"]) == 0
    # Moved in one issue alone: no rule yet.
    assert suggested(capsys)["topics"] == []
    entries += [
        article(at + 30, f"High tide {'abcd'[at]}", "en", "tide.example") for at in range(2)
    ]
    for entry in entries[14:]:
        entry["published"] = "2025-04-29"
    write(settings(more=APART + "[learning]\npropose_sections = false\n"), entries)
    assert run(["compose", "--week", "2025-W18", "--now", "2025-05-05T07:00:00+00:00"]) == 0
    assert run(["move", entries[14]["url"], "Water"]) == 0
    (rule,) = suggested(capsys)["topics"][0]["rules"]
    # Three of the second issue and one of the third stand where digest had left them.
    assert (rule["rule"], rule["right"], rule["caught"]) == ("tide.example", 5, 9)
    assert (rule["elsewhere"], rule["unplaced"]) == ({}, 4)


def test_articles_may_be_given(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write('[newsletter]\ntitle = "Weekly"\n')
    lines = "".join(json.dumps(one) + "\n" for one in cold("en"))

    class Stdin:
        buffer = io.BytesIO(lines.encode())

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdin", Stdin())
    assert set(rules(suggested(capsys, "--from", "-"))) == {"Politics", "Sport"}
    Path("given.jsonl").write_text(lines, encoding="utf-8")
    assert set(rules(suggested(capsys, "--from", "given.jsonl"))) == {"Politics", "Sport"}


def ask(answers: str) -> str:
    """What a terminal shows while its user answers."""
    import pty

    ours, theirs = pty.openpty()
    os.write(ours, answers.encode())
    try:
        result = subprocess.run(
            [sys.executable, "-m", "digest", "topics", "suggest"],
            stdin=theirs,
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "NO_COLOR": "1"},
        )
    finally:
        os.close(ours)
        os.close(theirs)
    return result.stdout + result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_on_a_terminal_each_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    write(settings(more=APART), cold("en"))
    said = ask("?\nn\ny\n")
    assert "Write Politics with" in said and "y yes, n no, a yes to all, q no more" in said
    assert "rules of Sport into digest.toml" in said
    assert [one["name"] for one in tomllib.loads(Path("digest.toml").read_text())["topics"]] == [
        "Sport"
    ]
    before = Path("digest.toml").read_text()
    assert "nothing to write" in ask("q\n")
    assert Path("digest.toml").read_text() == before
    ask("a\n")
    assert len(tomllib.loads(Path("digest.toml").read_text())["topics"]) == 2


def test_what_cannot_be_is_one_line_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    write('[newsletter]\ntitle = "Weekly"\n')
    assert run(["topics", "suggest"]) == 1
    assert (
        "no articles yet to propose rules from; read the sources first" in capsys.readouterr().err
    )
    write(settings(more=APART), cold("en"))
    assert run(["topics", "suggest", "--accept", "Sports"]) == 2
    assert "nothing is proposed by this name: Sports; did you mean “Sport”?" in (
        capsys.readouterr().err
    )
    assert run(["topics", "suggest", "--from", "nowhere.jsonl"]) == 1
    assert "nowhere.jsonl" in capsys.readouterr().err
    write("topics = [{name = 'Jobs', keywords = ['lathe']}]\n" + settings(more=APART), cold("en"))
    assert run(["topics", "suggest", "--accept", "Sport"]) == 0
    assert [one["name"] for one in tomllib.loads(Path("digest.toml").read_text())["topics"]] == [
        "Jobs",
        "Sport",
    ]

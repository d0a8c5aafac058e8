"""What past issues teach, whatever the order, the hash seed and the script."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.topics.features import Described
from digest.topics.learned import MOVED, PRINTED, UNTOUCHED, Learned, Lesson, PastLessons

SUBJECTS = {
    "Gardens": ["Roses after frost", "Pruning apple trees", "Compost in small gardens"],
    "Trains": ["Night trains return", "A railway bridge closes", "Tram line nine opens"],
}


def lesson(
    title: str, section: str, *, url: str = "", key: str = "", weight: float = PRINTED
) -> Lesson:
    what = Described(title=title, url=url)
    return Lesson(key=key or f"{url} {title}", section=section, what=what, weight=weight)


def issue_of(subjects: dict[str, list[str]], number: int) -> PastLessons:
    lessons = [
        lesson(f"{title}, part {number}", section, key=f"{number} {title}")
        for section, titles in subjects.items()
        for title in titles
    ]
    return PastLessons(lessons=tuple(lessons))


def taught(subjects: dict[str, list[str]], issues: int = 12) -> Learned:
    learned = Learned()
    learned.learn(issue_of(subjects, number) for number in range(issues))
    return learned


def topic_of(learned: Learned, title: str, url: str = "") -> str:
    guess = learned.guess(Described(title=title, url=url))
    assert guess is not None
    return guess.topic


@pytest.mark.parametrize(
    ("subjects", "title", "section"),
    [
        (SUBJECTS, "New roses for dry gardens", "Gardens"),
        (
            {
                "Сад": ["Обрезка яблони весной", "Розы после мороза"],
                "Суд": ["Суд отменил приговор"],
            },
            "Когда нужна обрезка яблони",
            "Сад",
        ),
        (
            {
                "科学": ["研究者在深海发现新物种", "望远镜拍到黑洞"],
                "经济": ["央行下调利率", "出口增长放缓"],
            },
            "央行维持利率不变",
            "经济",
        ),
        (
            {
                "園芸": ["バラの剪定のこつ", "りんごの木の手入れ"],
                "鉄道": ["夜行列車が復活", "新しい鉄道橋"],
            },
            "夜行列車の予約が始まる",
            "鉄道",
        ),
        (
            {"สวน": ["การตัดแต่งกิ่งกุหลาบ", "ปุ๋ยหมักในสวนเล็ก"], "รถไฟ": ["รถไฟกลางคืนกลับมา"]},
            "ตั๋วรถไฟกลางคืนราคาใหม่",
            "รถไฟ",
        ),
        (
            {"اقتصاد": ["البنك المركزي يخفض الفائدة"], "رياضة": ["المنتخب يفوز بالمباراة"]},
            "قرار جديد من البَنْك المركزي",
            "اقتصاد",
        ),
        (
            {
                "Κήπος": ["Τριαντάφυλλα μετά τον παγετό", "Κλάδεμα της μηλιάς"],
                "Τρένα": ["Νυχτερινά τρένα επιστρέφουν", "Η γέφυρα του τρένου κλείνει"],
            },
            "Πότε κλείνει η γέφυρα",
            "Τρένα",
        ),
        ({"정원": ["장미를 심는 법"], "철도": ["철도가 다시 열린다"]}, "철도의 역사", "철도"),
        ({"बाग": ["गुलाब की छँटाई"], "रेल": ["रात की रेलगाड़ी लौटी"]}, "नई रेलगाड़ी कब", "रेल"),
    ],
)
def test_words_in_any_script_lead_to_the_section(
    subjects: dict[str, list[str]], title: str, section: str
) -> None:
    assert topic_of(taught(subjects), title) == section


def test_an_address_alone_is_enough() -> None:
    learned = Learned()
    learned.learn(
        PastLessons(
            lessons=(
                lesson(f"{n} a", "Talks", url=f"https://media.example/talks/{n}"),
                lesson(f"{n} b", "Papers", url=f"https://media.example/papers/{n}"),
            )
        )
        for n in range(12)
    )
    guess = learned.guess(Described(title="Zzz", url="https://media.example/talks/new-one"))
    assert guess is not None
    assert guess.topic == "Talks"
    assert "address media.example/talks" in [strength.words for strength in guess.strongest]
    assert 0 < len(guess.strongest) <= 5


def test_a_guess_is_sure_only_after_enough_of_the_past() -> None:
    young = taught(SUBJECTS, 2).guess(Described(title="Pruning apple trees"))
    grown = taught(SUBJECTS, 20).guess(Described(title="Pruning apple trees"))
    assert young is not None
    assert grown is not None
    assert (young.confidence, young.is_sure) == (0.0, False)
    assert grown.is_sure
    assert grown.second == "Trains"


def test_guesses_are_judged_by_what_rules_placed_and_nobody_moved() -> None:
    def sure(*, ruled: bool) -> tuple[float, float]:
        learned = Learned()
        for n in range(14):
            hand = [lesson(f"Roses {n}", "Gardens", key=f"{n} {k}", weight=MOVED) for k in "abc"]
            # No word tells where a post goes: each issue's rule has it otherwise.
            left = [
                Lesson(
                    key=f"{n} post {k}",
                    section=("Trains", "Boats", "Planes")[(n + k) % 3],
                    what=Described(title=f"Post {n} {k}"),
                    weight=UNTOUCHED,
                    ruled=ruled,
                )
                for k in range(6)
            ]
            learned.learn([PastLessons(lessons=(*hand, *left))])
        guesses = [learned.guess(Described(title=title)) for title in ("Roses 99", "Post 99 7")]
        assert all(guesses)
        return guesses[0].confidence, guesses[1].confidence  # type: ignore[union-attr]

    roses, post = sure(ruled=True)
    assert (roses > 0.9, post < 0.5) == (True, True), (roses, post)
    assert sure(ruled=False)[1] > post


def test_what_was_never_met_has_no_place() -> None:
    assert Learned().guess(Described(title="Anything")) is None


def test_a_move_by_hand_outweighs_placements_nobody_touched() -> None:
    learned = Learned()
    for n in range(6):
        machine = [
            lesson("Beetles at night", "Gardens", key=f"{n} {k}", weight=UNTOUCHED) for k in "abc"
        ]
        hand = lesson("Beetles at night", "Insects", key=f"{n} z", weight=MOVED)
        learned.learn([PastLessons(lessons=(*machine, hand))])
    assert topic_of(learned, "Beetles at night") == "Insects"


def test_recent_issues_count_more_than_old_ones() -> None:
    learned = Learned()
    old = PastLessons(lessons=(lesson("Bees", "Animals"), lesson("Tram", "Trains")))
    new = PastLessons(lessons=(lesson("Bees", "Gardens"), lesson("Tram", "Trains")))
    learned.learn([old] * 30 + [new] * 15)
    assert topic_of(learned, "Bees") == "Gardens"


@pytest.mark.parametrize(
    ("before", "after"),
    [("Night trains", "Night Train"), ("Trains of the week", "Trains of the past week")],
)
def test_a_section_with_nearly_the_same_name_goes_on(before: str, after: str) -> None:
    learned = taught({"Gardens": SUBJECTS["Gardens"], before: SUBJECTS["Trains"]})
    learned.learn([issue_of({"Gardens": SUBJECTS["Gardens"], after: ["Ferry"]}, 50)])
    assert topic_of(learned, "Night trains return") == after


def test_a_section_renamed_in_the_document_goes_on() -> None:
    learned = taught(SUBJECTS)
    issue = PastLessons(lessons=(lesson("Ferry", "Transport"),), renamed={"Trains": "Transport"})
    learned.learn([issue])
    assert topic_of(learned, "Night trains return") == "Transport"


def test_a_new_heading_over_the_same_kind_of_items_is_the_old_section() -> None:
    learned = taught(SUBJECTS)
    moved = {"Gardens": SUBJECTS["Gardens"], "Rails": SUBJECTS["Trains"]}
    learned.learn([issue_of(moved, 50)])
    assert topic_of(learned, "Tram line nine") == "Rails"


def test_two_names_in_one_issue_are_two_sections() -> None:
    alike = {"Local trains news": ["Tram line nine"], "Foreign trains news": ["Ferry to Oslo"]}
    learned = taught(alike)
    assert topic_of(learned, "Tram line nine") == "Local trains news"
    assert topic_of(learned, "Ferry to Oslo") == "Foreign trains news"


def test_a_cache_and_one_more_issue_give_what_learning_all_gives() -> None:
    whole = taught(SUBJECTS, 9)
    kept = Learned.from_bytes(taught(SUBJECTS, 8).to_bytes())
    kept.learn([issue_of(SUBJECTS, 8)])
    assert kept.to_bytes() == whole.to_bytes()


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_cache_anywhere_in_the_past_changes_nothing(data: st.DataObject) -> None:
    issues = [
        PastLessons(lessons=tuple(lesson(title, section) for title, section in issue))
        for issue in data.draw(ISSUES)
    ]
    whole, kept = Learned(), Learned()
    whole.learn(issues)
    for issue in issues:
        if data.draw(st.booleans()):
            kept = Learned.from_bytes(kept.to_bytes())
        kept.learn([issue])
    assert kept.to_bytes() == whole.to_bytes()


def test_what_is_read_back_guesses_alike() -> None:
    learned = taught(SUBJECTS)
    again = Learned.from_bytes(learned.to_bytes())
    for title in ("New roses", "Night trains", "Neither of them"):
        assert again.guess(Described(title=title)) == learned.guess(Described(title=title))


@pytest.mark.parametrize("broken", ["", "cut", "flipped", "longer", "other"])
def test_a_cache_that_is_not_whole_is_refused(broken: str) -> None:
    whole = taught(SUBJECTS, 3).to_bytes()
    content = {
        "": b"",
        "cut": whole[:-9],
        "flipped": whole[:400] + bytes([whole[400] ^ 1]) + whole[401:],
        "longer": whole + b"\0",
        "other": b'{"now": {}}',
    }[broken]
    with pytest.raises(ValueError, match="not what was learned"):
        Learned.from_bytes(content)


def test_many_issues_at_once_teach_what_they_teach_one_by_one() -> None:
    issues = [issue_of(SUBJECTS, number) for number in range(45)]
    at_once, one_by_one = Learned(), Learned()
    at_once.learn(issues)
    for issue in issues:
        one_by_one.learn([issue])
    assert at_once.to_bytes() == one_by_one.to_bytes()


TITLES = st.text(alphabet="abc éж中ไ١ 19.-", max_size=12)
ISSUES = st.lists(
    st.lists(st.tuples(TITLES, st.sampled_from(["A", "B", "C c"])), min_size=1, max_size=6),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(issues=ISSUES, data=st.data())
def test_order_and_repetition_within_an_issue_change_nothing(
    issues: Sequence[Sequence[tuple[str, str]]], data: st.DataObject
) -> None:
    straight, mixed = Learned(), Learned()
    for issue in issues:
        lessons = [lesson(title, section) for title, section in issue]
        again = data.draw(st.permutations([*lessons, *lessons[:2]]))
        straight.learn([PastLessons(lessons=tuple(lessons))])
        mixed.learn([PastLessons(lessons=tuple(again))])
    assert straight.to_bytes() == mixed.to_bytes()


PROGRAM = """
from tests.topics.test_learned import SUBJECTS, taught
print(taught(SUBJECTS).to_bytes().hex())
"""


def test_the_hash_seed_changes_nothing(pytestconfig: pytest.Config) -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=pytestconfig.rootpath,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1


def test_a_million_letters_and_fifty_thousand_like_titles_are_no_burden() -> None:
    long = "a b1.2 猫ไทย " * 100_000
    many = [lesson("word", "Same", key=str(number)) for number in range(50_000)]
    learned = Learned()
    learned.learn(
        [PastLessons(lessons=(*many, lesson(long, "Long", url=f"https://x.example/{long}")))]
    )
    assert topic_of(learned, "word") == "Same"
    assert topic_of(learned, long) == "Long"


def test_a_heading_of_its_own_over_every_item_is_no_burden() -> None:
    learned = Learned()
    learned.learn(
        PastLessons(
            lessons=tuple(
                lesson(f"word {n} {at}", f"Heading {n}-{chr(97 + at)}", key=f"{n} {at}")
                for at in range(20)
            )
        )
        for n in range(60)
    )
    learned.learn(issue_of(SUBJECTS, number) for number in range(5))
    assert topic_of(learned, "Night trains") == "Trains"


def test_three_thousand_issues_leave_numbers_that_can_be_reckoned_with() -> None:
    learned = Learned()
    two = PastLessons(lessons=(lesson("Roses", "Gardens"), lesson("Tram", "Trains")))
    learned.learn([two] * 6500)
    assert topic_of(learned, "Roses in June") == "Gardens"
    guess = learned.guess(Described(title="Tram"))
    assert guess is not None
    assert 0 < guess.strongest[0].amount < 10

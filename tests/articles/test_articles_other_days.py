"""Days near a headline that are another's than the article's: they date nothing."""

from __future__ import annotations

import pytest

from digest.articles.plain import read_plain

TEXT = """The crew found the rope on the pier and took it home, as they had been told to do.
Nobody has asked for it since, and it hangs behind the bar.
"""
LINES = """
Doors open 24 April 2025, Harbour Hall|Exhibition: 24 April 2025 – 3 May 2025
Printed from lesk.example on 24 April 2025|Release date (film): 24 April 2025
Will be published on 24 April 2025|Reviewed by Anna Lee on 24 April 2025
Updated by Anna Lee, 24 April 2025|Picture taken by Anna Lee on 24 April 2025
Eröffnung am 24. April 2025|Erscheint am 24. April 2025|Nächste Ausgabe: 24. April 2025
Inscriptions jusqu'au 24 avril 2025|À paraître le 24 avril 2025
Se publicará el 24 de abril de 2025|Дата обращения: 24 апреля 2025
A report by Anna Lee, published on 24 April 2025, says that ropes are dear.
The study was published in Nature on 24 April 2025.
"""


@pytest.mark.parametrize("line", LINES.strip().replace("\n", "|").split("|"))
def test_day_of_something_else_dates_nothing_above_or_below_the_text(line: str) -> None:
    for text in (f"Rope found on pier\n{line}\n{TEXT}", f"Rope found on pier\n{TEXT}{line}\n"):
        (facts,) = read_plain(text, name="rope.txt", timezone="Asia/Seoul")
        assert facts.published is None


@pytest.mark.parametrize(
    "line",
    [
        "Dentures beat umbrellas — talk on 24 April 2025 — ekimae.example",
        "24 April 2025 – 3 May 2025: dentures at the museum",
        "Until 24 April 2025: dentures at the museum",
        "Dentures beat umbrellas (photo: 24 April 2025)",
        "The bridge fell on 24/04/2025",
    ],
)
def test_day_within_a_single_line_dates_nothing(line: str) -> None:
    (facts,) = read_plain(line, name="rope.txt", timezone="Asia/Seoul")
    assert facts.published is None

"""How fast feeds are parsed, beside feedparser on the same bytes in the same run."""

from __future__ import annotations

import random
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from html import escape

from bench.measure import show_goal, show_table

GOAL = 8.0
TIMES = 9
SEED = 20250424
FEEDS = 12
ENTRIES = 25

_WORDS = {
    "en": "the harbour ferry budget of region minister and plan vote on new bridge to energy",
    "de": "der Hafen und die Fähre für Größe Straße über den Haushalt wird geprüft am Ufer nächste",
    "ru": "новый мост через реку город бюджет совет решил открыть школу для жителей района в мае",
    "ko": "항구 도시 의회 예산 새로운 다리 에너지 보고서 주민 학교 지역 장관 계획 투표 다음 주",
    "ja": "港の町で新しい橋が開通し、議会は予算を承認した。来週の投票では、学校の計画が問われる。",
}


def feeds(seed: int = SEED) -> list[bytes]:
    """Feeds as blogs and papers serve them: RSS with content:encoded, Atom with HTML, by turns
    in five languages, with links, pictures, quotations and lists. The same ones every time."""
    choose = random.Random(seed)
    made = []
    for number in range(FEEDS):
        language = list(_WORDS)[number % len(_WORDS)]
        made.append((_atom if number % 3 == 2 else _rss)(choose, language).encode())
    return made


def measure(times: int = TIMES) -> None:
    """Prints megabytes a second and whether the promise of issue 8 is kept."""
    from digest.feeds import parse_feed

    try:
        import feedparser
    except ImportError:
        sys.exit("bench: feedparser is the yardstick here: pip install feedparser")
    warnings.simplefilter("ignore")
    documents = feeds()
    size = sum(map(len, documents)) / 1e6

    def ours(data: bytes) -> object:
        return parse_feed(data, url="https://example.org/feed", timezone="UTC")

    readers = {"feedparser": feedparser.parse, "digest": ours}
    seconds = _in_turns(readers, documents, times)
    ratios = [
        slow / fast for slow, fast in zip(seconds["feedparser"], seconds["digest"], strict=True)
    ]
    show_table(
        f"Parsing {len(documents)} feeds, {size:.1f} MB, {times} rounds in turns",
        ["reader", "MB per processor second", "of feedparser"],
        [
            [
                name,
                f"{size / statistics.median(of_it):.1f}",
                f"{statistics.median(seconds['feedparser']) / statistics.median(of_it):.1f}",
            ]
            for name, of_it in seconds.items()
        ],
    )
    show_goal("bytes per second against feedparser", statistics.median(ratios), GOAL, at_least=True)


def _in_turns(
    readers: dict[str, Callable[[bytes], object]], documents: list[bytes], times: int
) -> dict[str, list[float]]:
    """Processor seconds of each reader for all documents, round by round, the first thrown away."""
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    for number in range(times + 1):
        for name, read in readers.items():
            started = time.process_time()
            for data in documents:
                read(data)
            if number:
                seconds[name].append(time.process_time() - started)
    return seconds


def _sentence(choose: random.Random, language: str) -> str:
    if language == "ja":  # written without blanks
        return "".join(choose.choice(_WORDS["ja"]) for _ in range(choose.randint(25, 60))) + "。"
    words = _WORDS[language].split()
    return " ".join(choose.choice(words) for _ in range(choose.randint(9, 22))) + "."


def _paragraph(choose: random.Random, language: str) -> str:
    text = " ".join(_sentence(choose, language) for _ in range(choose.randint(2, 4)))
    kind = choose.randrange(8)
    if kind == 0:
        return (
            '<figure class="wp-block-image"><img loading="lazy" width="1024" height="683"'
            f' src="https://example.org/images/{choose.randrange(10**6)}.jpg" alt="{text[:40]}"'
            f' class="wp-image-17" /><figcaption>{text[:80]}</figcaption></figure>\n'
        )
    if kind == 1:
        items = "".join(f"<li>{_sentence(choose, language)}</li>\n" for _ in range(4))
        return f'<ul class="wp-block-list">\n{items}</ul>\n'
    if kind == 2:
        return f"<blockquote><p>{text} &#8220;&amp;&#8221;</p></blockquote>\n"
    link = (
        f'<a href="https://example.org/{choose.randrange(10**6)}/" rel="noopener" target="_blank">'
    )
    return f"<p>{text} {link}{text[:24]}</a>, <strong>{text[:12]}</strong> &#8211; <em>…</em></p>\n"


def _body(choose: random.Random, language: str) -> str:
    return "".join(_paragraph(choose, language) for _ in range(choose.randint(5, 12)))


def _rss(choose: random.Random, language: str) -> str:
    items = []
    for number in range(ENTRIES):
        title = _sentence(choose, language)
        address = f"https://example.org/2025/04/{number}-{choose.randrange(10**6)}/"
        items.append(
            f"<item>\n<title>{title}</title>\n<link>{address}</link>\n"
            f"<dc:creator><![CDATA[A. Writer]]></dc:creator>\n"
            f"<pubDate>Thu, 24 Apr 2025 09:{number:02}:00 +0000</pubDate>\n"
            f"<category><![CDATA[News]]></category><category><![CDATA[City]]></category>\n"
            f'<guid isPermaLink="false">https://example.org/?p={number}</guid>\n'
            f"<description><![CDATA[<p>{title} [&#8230;]</p>]]></description>\n"
            f"<content:encoded><![CDATA[{_body(choose, language)}]]></content:encoded>\n"
            f"<slash:comments>3</slash:comments>\n</item>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/">\n<channel><title>Post</title>'
        f"<link>https://example.org/</link><language>{language}</language>\n"
        + "\n".join(items)
        + "</channel></rss>"
    )


def _atom(choose: random.Random, language: str) -> str:
    entries = []
    for number in range(ENTRIES):
        address = f"https://example.org/{number}-{choose.randrange(10**6)}"
        entries.append(
            f"<entry><title>{_sentence(choose, language)}</title>"
            f'<link rel="alternate" type="text/html" href="{address}"/>'
            f"<id>tag:example.org,2025:{number}</id><author><name>A. Writer</name></author>"
            f"<published>2025-04-24T09:{number:02}:00+09:00</published>"
            f"<updated>2025-04-25T09:{number:02}:00+09:00</updated>"
            f'<content type="html">{escape(_body(choose, language))}</content></entry>'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="{language}"><title>Harbour Notes</title><id>tag:example.org,2025:feed</id>'
        '<link href="https://example.org/"/><updated>2025-04-25T09:00:00Z</updated>\n'
        + "\n".join(entries)
        + "</feed>"
    )


if __name__ == "__main__":
    measure()

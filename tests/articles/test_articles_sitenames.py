"""A page's publisher bears the name that its readers know, in the shapes that sites write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from digest.articles.page import read_page

TEXT = "<p>" + "The ferry left the harbour before dawn, and nobody saw it go. " * 12 + "</p>"
HEADING = "<h1>Ferry leaves at dawn</h1>"


def name_of(head: str, body: str = "", *, url: str, lang: str = "en", heading: str = "") -> str:
    document = (
        f"<!doctype html><html lang='{lang}'><head>{head}</head>"
        f"<body>{heading or HEADING}{TEXT}{body}</body></html>"
    )
    (facts,) = read_page(document.encode(), url=url, timezone="UTC")
    assert facts.source is not None
    return facts.source.name


def site(name: str) -> str:
    return f'<meta property="og:site_name" content="{name}">'


def titled(end: str, *, mark: str = " | ") -> str:
    return f"<title>Ferry leaves at dawn{mark}{end}</title>"


def feed(title: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="/feed">'


def ld(**fields: Any) -> str:
    node = {"@type": "NewsArticle", "headline": "Ferry leaves at dawn", **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def organisation(name: str) -> dict[str, Any]:
    return {"@type": "Organization", "name": name}


CASES = {
    "wordpress with a seo plugin": (
        "https://harbourgazette.example/ferry",
        titled("Harbour Gazette", mark=" - ") + site("Harbour Gazette") + feed("x » Feed"),
        "",
        "Harbour Gazette",
    ),
    "wordpress as installed, the host says something else": (
        "https://annaskiff.example/2025/04/ferry/",
        titled("Tidewater Notes", mark=" – ")
        + feed("Tidewater Notes » Feed")
        + feed("Tidewater Notes » Comments Feed"),
        '<p class="site-title"><a href="https://annaskiff.example/" rel="home">Tidewater Notes</a>',
        "Tidewater Notes",
    ),
    "wordpress in french": (
        "https://wpo-environnement.example/garde",
        titled("Wharf Projet Océan", mark=" ‹ ") + feed("Wharf Projet Océan » Flux"),
        "",
        "Wharf Projet Océan",
    ),
    "ghost": (
        "https://slowboat.example/ferry/",
        "<title>Ferry leaves at dawn</title>"
        + site("The Slow Boat")
        + ld(publisher=organisation("The Slow Boat")),
        "",
        "The Slow Boat",
    ),
    "letters on a platform": (
        "https://lowtide.letterplace.example/p/ferry",
        titled("by Ada Ray - Low Tide", mark=" - ") + ld(publisher=organisation("Low Tide")),
        "",
        "Low Tide",
    ),
    "a publication on a platform that names itself": (
        "https://pagely.example/harbour-stories/ferry-2f3a",
        titled("by Ada Ray | Harbour Stories | Pagely")
        + site("Pagely")
        + ld(publisher=organisation("Harbour Stories")),
        "",
        "Harbour Stories",
    ),
    "drupal of a ministry with initials for a host": (
        "https://www.biw.gov.example/news/ferry",
        titled("Bureau of Inland Waters"),
        '<a href="/" title="Home" rel="home"><img alt="Home" src="/logo.svg"></a>',
        "Bureau of Inland Waters",
    ),
    "a university": (
        "https://news.saltmarsh.edu/ferry",
        titled("News | University of Saltmarsh"),
        "",
        "University of Saltmarsh",
    ),
    "squarespace": (
        "https://www.ada-boats.example/log/ferry",
        titled("Ada’s Boats", mark=" — ") + site("Ada’s Boats"),
        "",
        "Ada’s Boats",
    ),
    "blogger writes its name first": (
        "https://ttc-log.blogplace.example/2025/04/ferry.html",
        "<title>Tide Tables Club: Ferry leaves at dawn</title>" + feed("Tide Tables Club - Atom"),
        "",
        "Tide Tables Club",
    ),
    "hugo with double colons": (
        "https://saltpan.example/posts/ferry/",
        titled("Saltpan", mark=" :: "),
        "",
        "Saltpan",
    ),
    "a theme with double strokes": (
        "https://www.holzboot.example/faehre/",
        titled("HolzBoot", mark=" // "),
        "",
        "HolzBoot",
    ),
    "jekyll": (
        "https://adaray.pages.example/ferry.html",
        titled("Log of a Skiff") + site("Log of a Skiff") + feed("Log of a Skiff"),
        "",
        "Log of a Skiff",
    ),
    "discourse": (
        "https://forum.boats.example/t/ferry/12",
        titled("General - Boat Builders Forum", mark=" - ") + site("Boat Builders Forum"),
        "",
        "Boat Builders Forum",
    ),
    "a wiki": (
        "https://wiki.rope.example/Mooring",
        "<title>Ferry leaves at dawn - Rope Wiki</title>",
        "",
        "Rope Wiki",
    ),
    "a person's own site": (
        "https://adaray.example/ropes",
        "<title>Ferry leaves at dawn</title>" + feed("Ada Ray"),
        '<header><a href="/">Ada Ray</a></header>',
        "Ada Ray",
    ),
    "a copy of a wire": (
        "https://harborpost.example/ferry",
        titled("Harbor Post") + site("Harbor Post") + '<meta name="author" content="Reuters">',
        "",
        "Harbor Post",
    ),
    "amp in a cache": (
        "https://cache.amps.example/c/s/harborpost.test/amp/ferry",
        '<link rel="canonical" href="https://harborpost.test/ferry">' + site("Harbor Post"),
        "",
        "Harbor Post",
    ),
    "an aggregator's copy": (
        "https://collectnews.example/read/12",
        '<link rel="canonical" href="https://tidepress.test/ferry">'
        + titled("Collect News")
        + site("Collect News")
        + feed("Collect News » Feed"),
        '<a href="https://collectnews.example/">Collect News</a>',
        "tidepress.test",
    ),
    "korean, known by its feed": (
        "https://www.badailbo.example/news/1",
        titled("바다일보", mark=" - ") + feed("바다일보 RSS"),
        "",
        "바다일보",
    ),
    "japanese": (
        "https://umi.example/1",
        titled("海の新聞") + site("海の新聞"),
        "",
        "海の新聞",
    ),
    "arabic, known by its logo": (
        "https://www.almarfa.example/article/1",
        titled("صحيفة المرفأ"),
        '<a href="/"><img src="/l.png" alt="صحيفة المرفأ"></a>',
        "صحيفة المرفأ",
    ),
    "cyrillic with its host": (
        "https://www.prichal.example/1",
        titled("Причал Prichal.example", mark=" - "),
        "",
        "Причал Prichal.example",
    ),
    "a legal name beside the name": (
        "https://www.ropewalk.example/knots",
        titled("Ropewalk") + site("The Ropewalk Group, Inc."),
        "",
        "Ropewalk",
    ),
    "only the owner is declared": (
        "https://www.ds-kurier.example/faehre",
        titled("DS-Kurier.example")
        + '<meta name="publisher" content="TM-MediaServices Ltd. &amp; Co. KG">',
        "",
        "DS-Kurier.example",
    ),
    "the owner is in the copyright": (
        "https://pier.example/faehre",
        titled("pier.example", mark=" - ")
        + '<meta name="copyright" content="PIER Verlags- und Vertriebs GmbH">',
        "",
        "pier.example",
    ),
    "a host with its legal form": (
        "https://www.vergleicher.example/1",
        '<meta name="copyright" content="vergleicher.example AG">',
        "",
        "vergleicher.example",
    ),
    "a company known by nothing else": (
        "https://www.acker.example/1",
        titled("ACKER Deutschland GmbH", mark=" - ") + site("ACKER Deutschland GmbH"),
        "",
        "ACKER Deutschland GmbH",
    ),
    "capitals": ("https://pierhead.example/1", site("PIERHEAD"), "", "PIERHEAD"),
    "a host for a name, the name in json": (
        "https://www.die-morgenflut.com/1",
        site("die-morgenflut.com") + ld(publisher=organisation("Die Morgenflut")),
        "",
        "Die Morgenflut",
    ),
    "a host for a name, accents in json": (
        "https://diariodelrio.com/1",
        site("diariodelrio.com") + ld(publisher=organisation("Diario del Río")),
        "",
        "Diario del Río",
    ),
    "a host for a name, the name in the title and the feed": (
        "https://maz.de/1",
        titled("Märkische Allerlei Zeitung", mark=" - ")
        + site("maz.de")
        + feed("Märkische Allerlei Zeitung"),
        "",
        "Märkische Allerlei Zeitung",
    ),
    "a host for a name, and initials": (
        "https://www.mfa.gov.example/law",
        titled("Ministry of Fishing Affairs") + site("www.mfa.gov.example"),
        "",
        "Ministry of Fishing Affairs",
    ),
    "a host is the name": (
        "https://www.pierlight.example/1",
        site("www.pierlight.example"),
        "",
        "pierlight.example",
    ),
    "a host is the name, a company owns it": (
        "https://feme.com/1",
        site("feme.com") + ld(publisher=organisation("feme Media GmbH")),
        "",
        "feme.com",
    ),
    "small letters without blanks": (
        "https://harborherald.example/1",
        titled("Harbor Herald") + site("harborherald"),
        "",
        "Harbor Herald",
    ),
    "a section as the site": (
        "https://www.quayside.example/world/1",
        titled("Quayside") + site("World"),
        "",
        "Quayside",
    ),
    "a product as the site": (
        "https://www.zinsen.example/privat/1",
        titled("ZINSEN") + site("Privatkredit") + ld(publisher=organisation("Privatkredit")),
        "",
        "ZINSEN",
    ),
    "the author as publisher": (
        "https://www.radioport.example/1",
        titled("Radio PORT")
        + ld(publisher=organisation("Bo Lind"), author={"@type": "Person", "name": "Bo Lind"}),
        "",
        "Radio PORT",
    ),
    "a person holds the copyright": (
        "https://nalas-bootsseiten.example/1",
        titled("Nalas Bootsseiten", mark=" « ")
        + '<meta name="copyright" content="Nala Kapitänin">'
        + feed("Nalas Bootsseiten RSS Feed"),
        "",
        "Nalas Bootsseiten",
    ),
    "a slogan behind": (
        "https://driftwood.example/1",
        site("Driftwood - Celebrating 18 Years of Boats"),
        "",
        "Driftwood",
    ),
    "a slogan before": (
        "https://wqay.example/1",
        site("Coast News, Weather, Sports | WQAY 7News"),
        "",
        "WQAY 7News",
    ),
    "a front page's title": (
        "https://driftwood.example/1",
        site("Driftwood | Home"),
        "",
        "Driftwood",
    ),
    "the headline in the name": (
        "https://blog.boo.example/ada/1",
        titled("船の日記帳", mark=" - ") + site("Ferry leaves at dawn - 船の日記帳"),
        "",
        "船の日記帳",
    ),
    "umlauts and initials": (
        "https://www.oesv.example/1",
        titled("ÖSV - Österreichischer Seeverband", mark=" - "),
        "",
        "ÖSV",
    ),
    "a club": (
        "https://scn24.example/1",
        titled("Segel-Club Nordufer e.V.", mark=" - "),
        "",
        "Segel-Club Nordufer e.V.",
    ),
    "the foot of a company's pages": (
        "https://resources.ropewise.example/1",
        "<title>Ferry leaves at dawn</title>",
        "<footer><p>© 2024 Ropewise Ltd. All rights reserved.</p></footer>",
        "Ropewise",
    ),
    "a journal": (
        "https://papers.saltpress.example/doi/10.1",
        '<meta name="citation_journal_title" content="Journal of Ferry Studies">',
        "",
        "Journal of Ferry Studies",
    ),
    "part of a newspaper": (
        "https://mk.example/1",
        ld(isPartOf={"@type": ["Newspaper", "Product"], "name": "Morgen-Kahn"}),
        "",
        "Morgen-Kahn",
    ),
    "microdata": (
        "https://driftwood.example/1",
        "<title>Ferry leaves at dawn</title>",
        '<div itemprop="publisher" itemscope itemtype="https://schema.org/Organization">'
        '<meta itemprop="name" content="Driftwood Review"></div>',
        "Driftwood Review",
    ),
    "a handle with the same letters": (
        "https://st-see.example/1",
        titled("Stiftung Seefahrt") + '<meta name="twitter:site" content="@stiftungseefahrt">',
        "",
        "Stiftung Seefahrt",
    ),
    "a registered mark": ("https://pierlight.example/1", site("Pierlight®"), "", "Pierlight"),
    "one paper of a house": (
        "https://www.tidalstar.com/1",
        titled("Pang-Dagat Ngayon")
        + site("Tidalstar.com")
        + ld(publisher=organisation("Pang-Dagat Ngayon")),
        "",
        "Pang-Dagat Ngayon",
    ),
    "a station whose host is its call sign": (
        "https://kqbt.example/1",
        titled("BAY31 Harbour") + site("BAY31 Harbour"),
        "",
        "BAY31 Harbour",
    ),
    "a foundation, known by its logo": (
        "https://rosaboot.example/1",
        titled("Rosa-Bootsmann-Stiftung", mark=" - "),
        '<a href="/"><img src="l.svg" alt="Rosa-Bootsmann-Stiftung: zur Startseite"></a>',
        "Rosa-Bootsmann-Stiftung",
    ),
    # What is no name.
    "nothing at all": (
        "https://tidal.example/1",
        "<title>Ferry leaves at dawn</title>",
        "",
        "tidal.example",
    ),
    "a section behind the headline": (
        "https://tidal.example/1",
        titled("News") + feed("News » Feed"),
        '<a href="/">Home</a>',
        "tidal.example",
    ),
    "an author behind the headline": (
        "https://nightboat.example/1",
        titled("Ada Ray", mark=" - ") + '<meta name="author" content="Ada Ray">',
        "",
        "nightboat.example",
    ),
    "a dash within the headline": (
        "https://tidal.example/1",
        titled("what now?", mark=" - "),
        "",
        "tidal.example",
    ),
    "a host's word within the headline": (
        "https://talent.example/1",
        "<title>The show goes on - Talent wanted</title>",
        "",
        "talent.example",
    ),
    "a host's word in a section": (
        "https://denverpost.example/1",
        titled("Denver") + site("The Rocky Ledger"),
        "",
        "The Rocky Ledger",
    ),
    "the maker of the page in its foot": (
        "https://tidal.example/1",
        "<title>Ferry leaves at dawn</title>",
        "<footer>© 2024 Webwrights GmbH</footer>",
        "tidal.example",
    ),
    "a name in another script": (
        "https://www.badailbo.example/1",
        titled("BADAILBO", mark=" - ") + site("바다일보"),
        "",
        "바다일보",
    ),
}


@pytest.mark.parametrize("shape", CASES)
def test_a_publisher_is_called_what_its_readers_call_it(shape: str) -> None:
    url, head, body, name = CASES[shape]
    heading = "<h1>The show goes on - Talent wanted</h1>" if "Talent" in head else ""
    assert name_of(head, body, url=url, heading=heading) == name

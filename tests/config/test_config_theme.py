"""[theme] in digest.toml: what is taken, and what is refused with a way out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digest.config import colours
from digest.config.looks import read_look, tokens_of
from digest.config.read import parse_settings, read_settings
from digest.errors import ConfigError, TemplateError
from digest.workspace import themes


def refused(theme: str, newsletter: str = "") -> str:
    with pytest.raises(ConfigError) as caught:
        parse_settings(f"[newsletter]\n{newsletter}\n[theme]\n{theme}\n", "digest.toml")
    return str(caught.value)


def tokens(theme: str, newsletter: str = "") -> dict[str, str | int]:
    settings = parse_settings(f"[newsletter]\n{newsletter}\n[theme]\n{theme}\n", "digest.toml")
    return tokens_of(settings.theme, read_look(settings.newsletter.theme, None))


def test_contrasts_are_those_of_wcag() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_poor_contrast_is_refused_with_ratio_line_and_a_colour_that_passes() -> None:
    message = refused('accent = "#ffcc00"')
    assert message.startswith(
        'digest.toml:4: accent in [theme]: "#ffcc00" beside #f6f1e6 has a contrast of 1.34:1; '
        "WCAG AA asks 4.5:1 of text; write accent = "
    )
    better = re.search(r'accent = "(#[0-9a-f]{6})"', message.rpartition("; ")[2])
    assert better is not None
    assert tokens(f'accent = "{better[1]}"')["accent"] == better[1]


def test_large_text_needs_less() -> None:
    assert tokens('title = "#8f8f8f"')["title"] == "#8f8f8f"
    assert "WCAG AA asks 3:1 of large text" in refused('title = "#c0c0c0"')


def test_dark_colours_are_judged_against_the_dark_ground() -> None:
    assert 'dark_ink in [theme]: "#303030"' in refused('dark_ink = "#303030"')


def test_ground_is_judged_against_the_theme_s_texts() -> None:
    assert 'paper in [theme]: "#333333"' in refused('paper = "#333333"')
    both = tokens(
        'paper = "#333333"\ntint = "#333333"\nink = "#ffffff"\n'
        'soft = "#eeeeee"\naccent = "#ffeecc"\ntitle = "#ffffff"'
    )
    assert both["paper"] == "#333333"


@pytest.mark.parametrize("accent", ["#004488", "#aa0033", "#2b6b1f", "#5b2a86"])
@pytest.mark.parametrize("theme", ["classic", "bulletin", "magazine", "plain"])
def test_dark_accent_follows_the_accent_and_can_be_read(theme: str, accent: str) -> None:
    made = tokens(f'accent = "{accent}"', f'theme = "{theme}"')
    for ground in ("dark_paper", "dark_tint"):
        assert colours.contrast(str(made["dark_accent"]), str(made[ground])) >= colours.TEXT


def test_headings_follow_the_font_where_the_theme_has_one_for_both() -> None:
    assert tokens('font = "Inter, sans-serif"')["heading_font"] == "Inter, sans-serif"
    magazine = tokens('font = "Inter, sans-serif"', 'theme = "magazine"')
    assert "Georgia" in str(magazine["heading_font"])


@pytest.mark.parametrize(
    ("theme", "words"),
    [
        ('accent = "red"', "is not a colour that every mail client reads"),
        ('accent = "#abc"', 'write six digits: "#7a1f1f"'),
        ("accent = 7", "expected text"),
        ('accnt = "#7a1f1f"', "did you mean accent in [theme]?"),
        ('font = "Inter"', "has no fallback"),
        ('font = "Inter;}x{, serif"', "is not a list of fonts"),
        ("text_size = 9", "write a whole number of pixels from 14 to 22"),
        ("width = 900", "from 320 to 600"),
        ('logo = "http://example.org/l.png"', "is not an https address"),
        ('logo = "https://example.org/l.png"', "logo_width and logo_height missing"),
        ('logo_alt = "Weekly"', "there is no logo"),
        ('logo_dark = "https://example.org/n.png"', "there is no logo"),
        (
            'logo_dark = "night.png"\nlogo = "https://example.org/l.png"\n'
            "logo_width = 20\nlogo_height = 20",
            "logo_dark in [theme]: is not an https address",
        ),
    ],
)
def test_mistakes_are_told_with_a_remedy(theme: str, words: str) -> None:
    message = refused(theme)
    assert words in message
    assert message.startswith("digest.toml:4: ")


def test_logo_with_its_size_is_taken() -> None:
    settings = parse_settings(
        '[theme]\nlogo = "https://example.org/l.png"\nlogo_width = 200\nlogo_height = 40\n', "d"
    )
    assert settings.theme.logo_width == 200


@pytest.mark.parametrize("theme", themes(None))
def test_every_theme_of_ours_keeps_wcag_aa(theme: str) -> None:
    assert read_look(theme, None).line[-1] == "base"  # read_look refuses poor contrast


def test_workspace_s_theme_is_judged_with_its_own_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "templates/mine"
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text(
        'extends = "bulletin"\n[tokens]\nsoft = "#aaaaaa"\n', encoding="utf-8"
    )
    with pytest.raises(TemplateError, match=r"mine/theme\.toml:3: soft: .*contrast of 2\.\d\d:1"):
        read_look("mine", tmp_path / "templates")
    (folder / "theme.toml").write_text('extends = "nowhere"\n', encoding="utf-8")
    with pytest.raises(TemplateError, match="there is no theme named 'nowhere'"):
        read_look("mine", tmp_path / "templates")
    (folder / "theme.toml").write_text('extends = "mine"\n', encoding="utf-8")
    with pytest.raises(TemplateError, match="cannot extend 'mine'"):
        read_look("mine", tmp_path / "templates")
    (folder / "theme.toml").write_text('[tokens]\nacent = "#000000"\n', encoding="utf-8")
    with pytest.raises(TemplateError, match="did you mean accent"):
        read_look("mine", tmp_path / "templates")


def test_tokens_of_the_workspace_s_theme_count_for_theme_settings(tmp_path: Path) -> None:
    folder = tmp_path / "templates/night"
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text(
        '[tokens]\npaper = "#101010"\ntint = "#101010"\nink = "#ffffff"\nsoft = "#dddddd"\n'
        'accent = "#ffcc00"\ntitle = "#ffffff"\n',
        encoding="utf-8",
    )
    (tmp_path / "digest.toml").write_text(
        '[newsletter]\ntheme = "night"\n[theme]\naccent = "#00ccff"\n', encoding="utf-8"
    )
    assert read_settings(tmp_path / "digest.toml").theme.accent == "#00ccff"

"""What a real browser makes of it, on a phone, in the dark, without styles or images."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from made_issues import make_issue, make_settings
from made_themes import LOOKS, THEMES, find_tool, rendered

from digest.config.schema import Theme
from digest.render import render

pytestmark = pytest.mark.browser

WIDTHS_PX = (320, 600, 900)
SCHEMES = ("light", "dark")

_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 160) + ' '
    + n.failureSummary.replace(/\\s+/g, ' ').slice(0, 200)));
}"""
# Links that are lower than a finger is wide. A link whose line has other words is as high as the
# line (WCAG 2.5.8 leaves it out), but no other link may be nearer than 24 px above or below; one
# that leads where a large link leads is not needed.
_TAPS = """() => {
  const links = [...document.querySelectorAll('.page a')].filter(a => a.getClientRects().length);
  const height = a => Math.max(...[a, ...a.children].map(e => e.getBoundingClientRect().height));
  const large = new Set(links.filter(a => height(a) >= 44).map(a => a.href));
  const words = node => [...node.childNodes].map(n => n.nodeType === 3 ? n.data
    : n.nodeType === 1 && n.tagName !== 'A' ? words(n) : '').join('');
  const inText = a => /[\\p{L}\\p{N}]/u.test(words(a.closest('p,li,td,th,div,h1,h2,h3,h4')));
  const found = [];
  for (const a of links) if (!inText(a) && height(a) < 44 && !large.has(a.href))
    found.push('stands alone, ' + height(a) + ' px: ' + a.outerHTML.slice(0, 120));
  const lines = links.filter(inText).flatMap(a => [...a.getClientRects()].map(r => [a, r]));
  for (const [a, r] of lines) for (const [b, q] of lines) {
    const apart = (q.top + q.bottom - r.top - r.bottom) / 2;
    if (a.href !== b.href && apart > 8 && apart < 24 && q.left < r.right && r.left < q.right)
      found.push('only ' + apart + ' px apart: ' + a.textContent + ' | ' + b.textContent);
  }
  return found;
}"""
# Outlook's apps: what has a colour of its own is marked, prefers-color-scheme says light.
_OUTLOOK = """() => {
  for (const e of document.querySelectorAll('body, body *')) {
    if (e.style.color) e.setAttribute('data-ogsc', e.style.color);
    if (e.style.backgroundColor) e.setAttribute('data-ogsb', e.style.backgroundColor);
  }
}"""
# Every text whose colour is too near to what is behind it, or that stands on a light ground.
_PALE = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = parts(colour).slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const found = [];
  for (const e of document.querySelectorAll('.page *')) {
    const text = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('').trim();
    if (!text || !e.getClientRects().length) continue;
    const style = getComputedStyle(e), ground = behind(e);
    const [a, b] = [light(style.color), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 18.66 : 24);
    if (ratio < (large ? 3 : 4.5))
      found.push(`${style.color} on ${ground} (${ratio.toFixed(2)}): ${text.slice(0, 60)}`);
    else if (light(ground) > 0.2 && !e.closest('.label, .button'))
      found.push(`still on ${ground}: ${text.slice(0, 60)}`);
  }
  return found;
}"""
# Hangul words that a line's end cuts.
_CUT = """() => {
  const found = [], HANGUL = /[\\uac00-\\ud7ff]+/g;
  const walk = document.createTreeWalker(document.querySelector('.page'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) for (const word of walk.currentNode.data.matchAll(HANGUL)) {
    const range = document.createRange();
    range.setStart(walk.currentNode, word.index);
    range.setEnd(walk.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map(r => r.top)).size > 1) found.push(word[0]);
  }
  return found;
}"""
# A grey picture of 2 x 1 pixels, for every image that a mail asks for.
_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000010800000000d14920560000000b49444154789c6368"
    "68000001830101183522150000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("DIGEST_REQUIRE_BROWSER") == "1":
            pytest.fail("there is no Chromium on this machine")
        pytest.skip("there is no Chromium on this machine: nothing was looked at")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--headless"]
        )
        yield running
        running.close()


def shown(browser: Any, html: str, width_px: int, *, images: bool = True, **options: Any) -> Any:
    """A page of that width that reaches nothing outside; its images come from here, or not."""
    page = browser.new_page(viewport={"width": width_px, "height": 900}, **options)

    def answer(route: Any) -> None:
        if images and route.request.resource_type == "image":
            route.fulfill(body=_PICTURE, content_type="image/png")
        else:
            route.abort()

    page.route("**/*", answer)
    page.set_content(html)
    return page


@pytest.mark.parametrize(("theme", "case"), LOOKS)
def test_axe_finds_nothing_at_any_width_in_light_and_dark(
    browser: Any, theme: str, case: str
) -> None:
    axe = (find_tool("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    html = rendered(theme, case).html
    found: dict[str, list[str]] = {}
    for images in (True, False) if "<img" in html else (False,):
        page = shown(browser, html, WIDTHS_PX[0], images=images)
        page.evaluate(axe)
        for width in WIDTHS_PX:
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                name = f"{width} px, {scheme}, images {'on' if images else 'off'}"
                violations = page.evaluate(_AXE)
                if page.evaluate(_OVERFLOW) > 0:
                    violations.append("scrolls sideways")
                if violations:
                    found[name] = violations
        page.close()
    assert found == {}


@pytest.mark.parametrize(("theme", "case"), LOOKS)
def test_phone_never_scrolls_sideways_with_all_styles_dropped(
    browser: Any, theme: str, case: str
) -> None:
    bare = re.sub(r"<style\b.*?</style>", "", rendered(theme, case).html, flags=re.DOTALL)
    page = shown(browser, bare, 320)  # many clients drop all <style> elements
    assert page.evaluate(_OVERFLOW) <= 0
    page.close()


@pytest.mark.parametrize(("theme", "case"), LOOKS)
def test_column_is_at_most_600_pixels_wide(browser: Any, theme: str, case: str) -> None:
    page = shown(browser, rendered(theme, case).html, 1280)
    box = page.locator("table.sheet").bounding_box()
    assert 500 <= box["width"] <= 600
    assert abs(box["x"] - (1280 - box["width"]) / 2) <= 8
    page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_spaced_out_text_still_fits_a_phone(browser: Any, theme: str) -> None:
    page = shown(browser, rendered(theme, "sample").html, 320)
    page.add_style_tag(  # WCAG 1.4.12
        content="*{line-height:1.5!important;letter-spacing:.12em!important;"
        "word-spacing:.16em!important}p{margin-bottom:2em!important}"
    )
    assert page.evaluate(_OVERFLOW) <= 0
    page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_dark_mode_is_dark(browser: Any, theme: str) -> None:
    page = shown(browser, rendered(theme, "sample").html, 600, color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor")
    assert max(int(value) for value in re.findall(r"\d+", ground)[:3]) < 48
    page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_no_text_is_smaller_than_14_pixels(browser: Any, theme: str) -> None:
    page = shown(browser, rendered(theme, "sample").html, 320)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.column *')].filter(e => e.textContent.trim())"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 14
    page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_preheader_is_not_shown(browser: Any, theme: str) -> None:
    page = shown(browser, rendered(theme, "sample").html, 600)
    assert not page.locator(".preheader").is_visible()
    page.close()


@pytest.mark.parametrize(("theme", "case"), LOOKS)
def test_every_link_that_stands_alone_is_44_pixels_high_on_a_phone(
    browser: Any, theme: str, case: str
) -> None:
    html = rendered(theme, case).html
    found = []
    for images in (True, False) if "<img" in html else (False,):
        page = shown(browser, html, 320, images=images)
        found += page.evaluate(_TAPS)
        page.set_content(re.sub(r"<style\b.*?</style>", "", html, flags=re.DOTALL))
        found += [told for told in page.evaluate(_TAPS) if told.startswith("stands alone")]
        page.close()
    assert found == []


@pytest.mark.parametrize(("theme", "case"), LOOKS)
def test_outlook_s_own_dark_mode_is_dark_and_legible(browser: Any, theme: str, case: str) -> None:
    page = shown(browser, rendered(theme, case).html, 600, color_scheme="light")
    page.evaluate(_OUTLOOK)
    found = page.evaluate(_PALE)
    page.close()
    assert found == []


@pytest.mark.parametrize("width", WIDTHS_PX)
@pytest.mark.parametrize("theme", THEMES)
def test_korean_breaks_at_its_blanks_and_japanese_between_characters(
    browser: Any, theme: str, width: int
) -> None:
    page = shown(browser, rendered(theme, "korean").html, width)
    assert page.evaluate(_CUT) == []
    ways = page.evaluate(
        "[...document.querySelectorAll('[lang=ja]')].map(e => getComputedStyle(e).wordBreak)"
    )
    assert ways == ["normal", "normal"]  # headline and text
    assert page.evaluate(_OVERFLOW) <= 0
    page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_item_of_the_other_direction_begins_at_the_other_side(browser: Any, theme: str) -> None:
    page = shown(browser, rendered(theme, "arabic").html, 600)
    sides = page.evaluate(
        "[...document.querySelectorAll('h3')].map(e => getComputedStyle(e).direction + ' '"
        " + getComputedStyle(e).textAlign)"
    )
    assert sides == ["rtl start", "ltr start"]
    ends = page.evaluate(
        """[...document.querySelectorAll('h3 a')].map(a => {
          const range = document.createRange(), sheet = document.querySelector('.column');
          range.selectNodeContents(a);
          const [box, text] = [sheet.getBoundingClientRect(), range.getBoundingClientRect()];
          return box.right - text.right < text.left - box.left ? 'right' : 'left';
        })"""
    )
    assert ends == ["right", "left"]
    page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_dark_mode_shows_its_own_logo_and_all_else_the_first(browser: Any, theme: str) -> None:
    settings = replace(
        make_settings(theme=theme),
        theme=Theme(
            logo="https://example.org/day.png",
            logo_dark="https://example.org/night.png",
            logo_width=200,
            logo_height=40,
        ),
    )
    html = render(make_issue(), settings, None).html
    visible = (
        "[...document.images].filter(i => i.getClientRects().length).map(i => i.src.slice(20))"
    )
    page = shown(browser, html, 600, color_scheme="light")
    assert page.evaluate(visible) == ["day.png"]
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(visible) == ["night.png"]
    page.emulate_media(color_scheme="light")
    page.evaluate(_OUTLOOK)
    assert page.evaluate(visible) == ["night.png"]
    page.set_content(re.sub(r"<style\b.*?</style>", "", html, flags=re.DOTALL))
    assert page.evaluate(visible) == ["day.png"]
    page.close()

"""What a real browser makes of it, on a phone, in the dark, without styles."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from made_issues import CASES, read_case

from digest.render import render

pytestmark = pytest.mark.browser

_CONTRAST = """() => {
  const light = c => { const [r, g, b] = c.match(/\\d+/g).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b };
  const ground = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c }
    return 'rgb(255, 255, 255)' };
  const poor = [];
  for (const e of document.querySelectorAll('h1,h2,h3,h4,p,a,li,div.by')) {
    if (!e.textContent.trim() || getComputedStyle(e).display === 'none') continue;
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push([e.outerHTML.slice(0, 80), ratio]);
  }
  return poor }"""
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no Chromium on this machine: nothing was looked at")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--headless"]
        )
        yield running
        running.close()


def shown(browser: Any, html: str, width_px: int, **options: Any) -> Any:
    """A page of that width that reaches nothing outside."""
    page = browser.new_page(viewport={"width": width_px, "height": 900}, **options)
    page.route("**/*", lambda route: route.abort())
    page.set_content(html)
    return page


def case_html(case: str) -> str:
    issue, settings = read_case(case)
    return render(issue, settings, None).html


@pytest.mark.parametrize("case", CASES)
def test_phone_of_320_pixels_never_scrolls_sideways(browser: Any, case: str) -> None:
    html = case_html(case)
    bare = re.sub(r"<style\b.*?</style>", "", html, flags=re.DOTALL)
    for document in (html, bare):  # many clients drop all <style> elements
        page = shown(browser, document, 320)
        assert page.evaluate(_OVERFLOW) <= 0
        page.close()


@pytest.mark.parametrize("case", CASES)
def test_column_is_at_most_600_pixels_wide(browser: Any, case: str) -> None:
    page = shown(browser, case_html(case), 1280)
    box = page.locator("table.sheet").bounding_box()
    assert box["width"] == 600
    assert abs(box["x"] - (1280 - 600) / 2) <= 8
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground_by_wcag_aa(browser: Any, scheme: str) -> None:
    for case in CASES:
        page = shown(browser, case_html(case), 600, color_scheme=scheme)
        assert page.evaluate(_CONTRAST) == []
        page.close()


def test_dark_mode_is_dark(browser: Any) -> None:
    page = shown(browser, case_html("sample"), 600, color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor")
    assert max(int(value) for value in re.findall(r"\d+", ground)) < 48
    page.close()


def test_no_text_is_smaller_than_14_pixels(browser: Any) -> None:
    page = shown(browser, case_html("sample"), 320)
    sizes = page.evaluate(
        "[...document.querySelectorAll('.column *')].filter(e => e.textContent.trim())"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 14
    page.close()


def test_preheader_is_not_shown(browser: Any) -> None:
    page = shown(browser, case_html("sample"), 600)
    assert not page.locator(".preheader").is_visible()
    page.close()

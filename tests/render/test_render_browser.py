"""What a real browser makes of it, on a phone, in the dark, without styles or images."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from made_themes import LOOKS, THEMES, find_tool, rendered

pytestmark = pytest.mark.browser

WIDTHS_PX = (320, 600, 900)
SCHEMES = ("light", "dark")

_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_AXE = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 160) + ' '
    + n.failureSummary.replace(/\\s+/g, ' ').slice(0, 200)));
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

"""The preview as a person sees it: a real headless Chromium looks at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from preview_workspace import DOCUMENT, make_workspace, running, split_in_two

from digest.workspace import Workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Page

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        program = None
    if program is None:
        reason = "no Chromium and playwright here: the preview is NOT tested in a browser"
        if os.environ.get("DIGEST_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path)


@pytest.fixture
def wrong() -> list[str]:
    """The errors that the browser's console got; a test that expects some takes them out."""
    return []


@pytest.fixture
def page(browser: Browser, workspace: Workspace, wrong: list[str]) -> Iterator[Page]:
    """The viewer, open and connected."""
    with running(workspace) as address:
        # No emulated colour scheme: it would overrule the choice that the page offers.
        opened = browser.new_page(viewport={"width": 1300, "height": 1000}, color_scheme="null")
        opened.set_default_timeout(15_000)
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on(
            "console", lambda message: wrong.append(message.text) if message.type == "error" else 0
        )
        # What the mail holds is not to be fetched from the world by a test.
        opened.route(
            lambda url: not url.startswith(address), lambda route: route.abort("blockedbyclient")
        )
        opened.goto(address)
        opened.locator("#live", has_text="live").wait_for()
        yield opened
        opened.close()
    assert wrong == []


def mail(page: Page) -> FrameLocator:
    return page.frame_locator("#frame")


def see(page: Page, text: str) -> None:
    """Waits until the mail shows a text; there is no reload in between but the page's own."""
    mail(page).get_by_text(text).first.wait_for()


def test_the_page_shows_subject_preheader_and_the_mail(page: Page) -> None:
    see(page, "A treaty is signed")
    assert page.title() == "Six years on: a treaty – digest preview"
    assert page.locator("#subject").inner_text() == "Six years on: a treaty"
    assert page.locator("#preheader").inner_text() == "And one more story"
    assert page.locator("#sender").inner_text() == "Eurasia Weekly"
    assert page.locator("#issues a[aria-current]").inner_text() == "2025-W17"


def test_saving_issue_md_changes_the_page_by_itself(page: Page, workspace: Workspace) -> None:
    document = workspace.issue("2025-W17").document
    page.evaluate("window.neverReloaded = true")
    see(page, "A treaty is signed")
    document.write_text(
        DOCUMENT.replace("A treaty is signed", "A second treaty").replace("Six years", "Seven"),
        "utf-8",
    )
    see(page, "A second treaty")
    page.locator("#subject", has_text="Seven on: a treaty").wait_for()
    # As editors do: a new file takes the old one's place.
    other = document.with_name("issue.md.new")
    other.write_text(DOCUMENT.replace("A treaty is signed", "A third treaty"), "utf-8")
    other.replace(document)
    see(page, "A third treaty")
    assert page.evaluate("window.neverReloaded")


def test_each_mail_of_a_split_issue_is_one_click_away(page: Page, workspace: Workspace) -> None:
    see(page, "A treaty is signed")
    assert page.locator("#mails").is_hidden()
    split_in_two(workspace)
    see(page, "Story 4")
    page.locator("#subject", has_text="a treaty (part 1 of 2)").wait_for()
    assert mail(page).get_by_text("Story 5").count() == 0
    page.get_by_role("button", name="Mail 2").click()
    mail(page).get_by_role("heading", name="Story 5").wait_for()
    page.locator("#subject", has_text="a treaty (part 2 of 2)").wait_for()
    page.locator("#mails [aria-pressed=true]", has_text="Mail 2").wait_for()
    page.get_by_role("tab", name="Text").click()
    page.locator("#text pre", has_text="8. Story 8").wait_for()


def test_a_template_that_comes_breaks_and_is_mended_changes_the_page(
    page: Page, workspace: Workspace
) -> None:
    see(page, "A treaty is signed")
    template = workspace.templates / "classic" / "issue.html.j2"
    template.parent.mkdir(parents=True)
    whole = "<!DOCTYPE html>\n<html><body><p>A template of our own</p></body></html>\n"
    template.write_text(whole, "utf-8")
    see(page, "A template of our own")

    template.write_text(whole.replace("own", "{% endif %}"), "utf-8")
    page.locator("#mistakes").wait_for(state="visible")
    assert "issue.html.j2:2" in page.locator("#mistakes").inner_text()
    see(page, "A template of our own")  # the last version that could be rendered stays
    assert "stale" in (page.locator("#mail").get_attribute("class") or "")

    template.write_text(whole.replace("own", "own again"), "utf-8")
    see(page, "A template of our own again")
    page.locator("#mistakes").wait_for(state="hidden")


def test_a_mistake_in_issue_md_is_shown_with_its_line_and_mended(
    page: Page, workspace: Workspace
) -> None:
    document = workspace.issue("2025-W17").document
    see(page, "A treaty is signed")
    document.write_text(DOCUMENT.replace("title: Eurasia", "title: [Eurasia"), "utf-8")
    page.locator("#mistakes").wait_for(state="visible")
    assert "issue.md:" in page.locator("#mistakes").inner_text()
    document.write_text(DOCUMENT.replace("A treaty is signed", "All is well"), "utf-8")
    page.locator("#mistakes").wait_for(state="hidden")
    see(page, "All is well")


def test_an_issue_that_is_broken_from_the_start_shows_nothing_but_the_mistake(
    page: Page, workspace: Workspace
) -> None:
    workspace.issue("2025-W16").document.write_text("---\ntitle: [x\n---\n", "utf-8")
    page.get_by_role("link", name="2025-W16").click()
    page.locator("#mistakes").wait_for(state="visible")
    assert "2025-W16" in page.title()
    assert not page.locator("#mail").is_visible()
    assert not page.locator("#stale").is_visible()
    workspace.issue("2025-W16").document.write_text(DOCUMENT, "utf-8")
    see(page, "A treaty is signed")
    assert page.locator("#subject").is_visible()


def test_links_of_the_mail_open_in_a_page_of_their_own(page: Page) -> None:
    see(page, "A treaty is signed")
    with page.expect_popup() as popup:
        mail(page).get_by_role("link", name="A treaty is signed").click()
    assert popup.value.url != page.url
    popup.value.close()
    assert mail(page).get_by_text("A treaty is signed").first.is_visible()


def test_findings_are_listed_with_place_and_remedy(page: Page, workspace: Workspace) -> None:
    document = workspace.issue("2025-W17").document
    document.write_text(DOCUMENT.replace('subject: "Six years on: a treaty"\n', ""), "utf-8")
    page.locator("#findings li").first.wait_for()
    listed = page.locator("#findings").inner_text()
    assert "subject" in listed
    assert "1 error" in listed


def test_no_script_of_an_article_runs(page: Page, workspace: Workspace, wrong: list[str]) -> None:
    # Even if the renderer let it through: the template writes one on purpose.
    template = workspace.templates / "classic" / "issue.html.j2"
    template.parent.mkdir(parents=True)
    template.write_text(
        "<!DOCTYPE html>\n<html><body><p id=mark>untouched</p>"
        "<script>document.getElementById('mark').textContent = 'run'</script>"
        "<img src=data:image/png,x onerror=\"document.getElementById('mark').textContent = 'run'\">"
        "<p>the end</p></body></html>\n",
        "utf-8",
    )
    see(page, "the end")
    assert mail(page).locator("#mark").inner_text() == "untouched"
    assert wrong
    assert all("sandboxed" in said or "Content Security Policy" in said for said in wrong), wrong
    wrong.clear()


def test_width_text_and_colours_can_be_chosen(page: Page) -> None:
    from playwright.sync_api import expect

    see(page, "A treaty is signed")
    frame = page.locator("#frame")
    for width in (320, 900, 600):
        page.get_by_role("button", name=str(width)).click()
        assert frame.evaluate("frame => frame.offsetWidth") == width
    body = mail(page).locator("body")
    light = body.evaluate("body => getComputedStyle(body).backgroundColor")
    page.get_by_role("button", name="Dark").click()
    expect(body).not_to_have_css("background-color", light)
    page.get_by_role("button", name="Light").click()
    expect(body).to_have_css("background-color", light)
    page.get_by_role("tab", name="Text").click()
    assert "https://example.org/treaty" in page.locator("#text pre").inner_text()
    assert not frame.is_visible()


def test_another_issue_is_one_click_away(page: Page) -> None:
    page.get_by_role("link", name="2025-W16").click()
    see(page, "Older news is signed")


def test_the_page_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    see(page, "A treaty is signed")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320

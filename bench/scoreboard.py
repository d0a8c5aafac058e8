"""Our themes beside published templates, with the same articles: `python -m bench scoreboard`.

Wire size, what mail clients do not know (by npm's caniemail and by our own check), axe in light
and dark, validity. Needs node, npm, Chromium and the npm registry; what it fetches lies in a
temporary folder and is forgotten. The published templates get the articles in the manner that
their own documentation shows.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from bench.measure import show_goal, show_table
from bench.render import BYTES_GOAL
from bench.render import issue as make_issue
from digest.check.cascade import SCHEMES, looks
from digest.check.clients import chosen, judge
from digest.check.support import find_uses
from digest.config.schema import Check, Newsletter, Settings
from digest.model import Issue
from digest.render import render
from digest.workspace import themes

ARTICLES = 48
WHOLE_GOAL = 51_200 * ARTICLES // 50
OURS = " (ours)"
HERE = Path(__file__).parent
TOOLS = HERE.parent / "tests/tools"
PUBLISHED = (
    "mjml@5.4.1",
    "@react-email/components@1.0.12",
    "react@19",
    "react-dom@19",
    "responsive-html-email-template@1.0.0",
    "caniemail@2.0.2",
)


def measure() -> None:
    """Fetches the tools, makes every page and prints the table."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not (shutil.which("node") and shutil.which("npm") and chromium):
        sys.exit("bench scoreboard: needs node, npm and chromium")
    with tempfile.TemporaryDirectory() as name:
        folder, pages = Path(name), Path(name) / "pages"
        pages.mkdir()
        install(folder)
        make_pages(folder, pages)
        support = node(folder, "judge", str(pages), *chosen(Check().clients))
        valid = validate(folder, pages)
        axe = look(folder, pages, chromium)
        rows = []
        for page in sorted(pages.glob("*.html"), key=lambda page: (page.stem.islower(), page.stem)):
            text = page.read_text(encoding="utf-8")
            ours = judge_clients(text)
            wire = wire_bytes(text)
            rows.append(
                (
                    page.stem,
                    f"{wire:,}" + (" (clipped)" if wire > 102_400 else ""),
                    f"{wire // ARTICLES:,}",
                    "{errors} / {warnings}".format(**support[page.name]),
                    f"{ours[0]} / {ours[1]}",
                    f"{poor(text)}",
                    " / ".join(str(count) for count in axe[page.name]),
                    str(valid[page.name]),
                )
            )
    columns = (
        *("template", "bytes on the wire", "an article", "caniemail: lacking / partial"),
        *("digest check: errors / warnings", "poor contrast", "axe: light / dark", "validity"),
    )
    show_table(f"Scoreboard, the same {ARTICLES} articles in each", columns, rows)
    for theme in themes(None):
        all_of_them = wire_bytes(our_page(theme, ARTICLES))
        # Head and style included: the stricter reading of the promise, shown as long as it is
        # missed.
        show_goal(f"bytes of all, by article, {theme}", all_of_them / ARTICLES, BYTES_GOAL)
        one_more = (all_of_them - wire_bytes(our_page(theme, 1))) / (ARTICLES - 1)
        show_goal(f"bytes of one article more, {theme}", one_more, BYTES_GOAL)
        show_goal(f"bytes of all, {theme}", all_of_them, WHOLE_GOAL)


def install(folder: Path) -> None:
    """The templates and the tools, each in the version named."""
    versions = json.loads((TOOLS / "package.json").read_text())["devDependencies"]
    tools = [f"{name}@{version}" for name, version in versions.items()]
    (folder / "package.json").write_text('{"private": true}')
    subprocess.run(
        ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", *PUBLISHED, *tools],
        cwd=folder,
        check=True,
    )
    shutil.copy(HERE / "published.mjs", folder)


def make_pages(folder: Path, pages: Path) -> None:
    """The issue in each of our themes and in each published template."""
    issue: Issue = make_issue(ARTICLES)
    for theme in themes(None):
        (pages / f"{theme}{OURS}.html").write_text(our_page(theme, ARTICLES), encoding="utf-8")
    told = {
        "title": issue.title,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "sections": [
            {
                "heading": section.heading,
                "items": [
                    {key: getattr(item, key) for key in ("title", "url", "byline", "body")}
                    for item in section.items
                ],
            }
            for section in issue.sections
        ],
    }
    (folder / "issue.json").write_text(json.dumps(told), encoding="utf-8")
    node(folder, "make", "issue.json", str(pages))


def our_page(theme: str, articles: int) -> str:
    """The HTML of an issue with that many articles in one of our themes."""
    newsletter = Newsletter(
        title="Eurasia Weekly",
        sender="Eurasia Weekly <weekly@example.org>",
        address="1 Example Street, Seoul",
        theme=theme,
    )
    return render(make_issue(articles), Settings(newsletter=newsletter), None).html


def node(folder: Path, *arguments: str) -> Any:
    """What published.mjs prints."""
    done = subprocess.run(
        ["node", "published.mjs", *arguments], cwd=folder, check=True, capture_output=True
    )
    return json.loads(done.stdout or b"null")


def validate(folder: Path, pages: Path) -> dict[str, int]:
    """How much html-validate finds in each page, but for what mail does on purpose."""
    rules = json.loads((TOOLS / "mail-rules.json").read_text(encoding="utf-8"))
    settings = {
        "root": True,
        "extends": ["html-validate:recommended", "html-validate:document"],
        "rules": dict.fromkeys(rules, "off"),
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    program = "node_modules/html-validate/bin/html-validate.mjs"
    names = [str(page) for page in sorted(pages.glob("*.html"))]
    with (folder / "answer.json").open("wb") as file:
        subprocess.run(
            ["node", program, "--config", "settings.json", "--formatter", "json", *names],
            cwd=folder,
            stdout=file,
            check=False,
        )
    told = json.loads((folder / "answer.json").read_bytes())
    found = {Path(page["filePath"]).name: len(page["messages"]) for page in told}
    return {Path(name).name: found.get(Path(name).name, 0) for name in names}


def look(folder: Path, pages: Path, chromium: str) -> dict[str, tuple[int, ...]]:
    """How many elements axe finds fault with, in light and in dark."""
    from playwright.sync_api import sync_playwright

    axe = (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    count = "async () => (await axe.run()).violations.reduce((n, v) => n + v.nodes.length, 0)"
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in pages.glob("*.html"):
            page = browser.new_page(viewport={"width": 600, "height": 900})
            page.route("**/*", lambda route: route.abort())
            page.set_content(path.read_text(encoding="utf-8"))
            page.evaluate(axe)
            counts = []
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                counts.append(page.evaluate(count))
            found[path.name] = tuple(counts)
            page.close()
        browser.close()
    return found


def judge_clients(text: str) -> tuple[int, int]:
    """Errors and warnings of our own check."""
    clients = chosen(Check().clients)
    uses = find_uses(lxml_html.document_fromstring(text))
    codes = [judge(use, clients)[0] for use in uses]
    return codes.count("client-unsupported"), codes.count("client-partial")


def poor(text: str) -> int:
    """How many texts have less contrast than WCAG AA asks, in light, dark and Outlook's dark."""
    tree = lxml_html.document_fromstring(text)
    return sum(
        look.contrast < (3.0 if look.is_large else 4.5)
        for scheme in SCHEMES
        for _, look in looks(tree, scheme)
    )


def wire_bytes(text: str) -> int:
    """The size as quoted-printable, lines ending in CRLF."""
    import quopri

    return len(quopri.encodestring(text.encode()).replace(b"\n", b"\r\n"))

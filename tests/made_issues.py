"""Issues, settings and golden cases for the tests of render and check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from digest.config import Settings
from digest.config.read import parse_settings
from digest.config.schema import Newsletter
from digest.issue.parse import parse_issue
from digest.model import Issue, Item, Section

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.parent.name for path in GOLDEN.glob("*/issue.md"))
THEMES = ("classic", "bulletin", "magazine", "plain")


def make_settings(**newsletter: Any) -> Settings:
    """A newsletter that lacks nothing, but for what ``newsletter`` says."""
    complete: dict[str, Any] = {
        "title": "Eurasia Weekly",
        "timezone": "Asia/Seoul",
        "sender": "Eurasia Weekly <weekly@example.org>",
        "address": "1 Example Street, Seoul",
        "archive_url": "https://weekly.example.org",
    }
    return Settings(newsletter=Newsletter(**(complete | newsletter)))


def make_item(number: int = 1, **fields: Any) -> Item:
    """An item with all its parts."""
    url = fields.pop("url", f"https://example.org/story-{number}")
    complete: dict[str, Any] = {
        "key": url or f"digest:{number}",
        "url": url,
        "title": f"Headline number {number}",
        "byline": "Example Times · 24 April 2025 · 3 min read",
        "body": "A summary of one sentence.",
    }
    return Item(**(complete | fields))


def make_issue(*blocks: Any, **fields: Any) -> Issue:
    """An issue whose one section holds ``blocks``, one item when there are none."""
    complete: dict[str, Any] = {
        "slug": "2025-W17",
        "title": "Eurasia Weekly",
        "subject": "A treaty, and more",
        "preheader": "What the week brought.",
        "window": "2025-04-21T00:00:00+09:00/2025-04-28T00:00:00+09:00",
        "timezone": "Asia/Seoul",
        "language": "en",
        "sections": (Section(heading="Diplomacy", blocks=blocks or (make_item(),)),),
    }
    return Issue(**(complete | fields))


def parse(text: str) -> Issue:
    """An issue.md under that name."""
    return parse_issue(text, slug="2025-W17", file="issue.md")


def read_case(name: str, theme: str = "classic") -> tuple[Issue, Settings]:
    """The golden case's issue.md and digest.toml, in a theme."""
    folder = GOLDEN / name
    issue = parse_issue(
        (folder / "issue.md").read_text(encoding="utf-8"), slug=name, file="issue.md"
    )
    path = folder / "digest.toml"
    if not path.exists():
        return issue, make_settings(theme=theme)
    settings = parse_settings(path.read_text(encoding="utf-8"), "digest.toml")
    return issue, replace(settings, newsletter=replace(settings.newsletter, theme=theme))

"""The gallery of themes: `python -m bench gallery` writes docs/gallery/*.png anew.

Every theme in light and dark, on a screen that shows the whole column and on a phone, as
Chromium draws docs/gallery/issue.md. Pictures of the issue are drawn here: nothing is loaded.
"""

from __future__ import annotations

import shutil
import struct
import sys
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "docs/gallery"
THEMES = ("classic", "bulletin", "magazine", "plain")
SCHEMES = ("light", "dark")
SIZES = {600: 1150, 320: 1150}
"""Width of the screen in pixels, and how far down the picture goes."""

COLOURS = 64
MOST_BYTES = 1_500_000

_STRAIT = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 560">
<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#f6c99a"/>
<stop offset="1" stop-color="#f2e3cf"/></linearGradient></defs>
<rect width="1024" height="560" fill="url(#s)"/><circle cx="700" cy="250" r="54" fill="#fff3dc"/>
<path d="M0 300 180 210 330 285 470 190 640 300z" fill="#6d8a94"/>
<path d="M560 300 760 225 900 275 1024 205V300z" fill="#55737e"/>
<rect y="296" width="1024" height="264" fill="#2f5f70"/>
<path d="M646 300h108l70 260H560z" fill="#d9b98e" opacity=".35"/>
<path d="M250 400h170l-26 44H280z" fill="#12303a"/><path d="M300 360h60v40h-60z" fill="#f4efe6"/>
<path d="M690 430h130l-20 34h-88z" fill="#12303a"/><path d="M726 400h46v30h-46z" fill="#f4efe6"/>
</svg>"""
_DEPOT = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 480">
<rect width="1024" height="480" fill="#232a4a"/>
<rect y="250" width="1024" height="230" fill="#161b33"/>
<path d="M120 380V190l110-70 110 70 110-70 110 70 110-70 110 70 110-70 104 66v194z" fill="#3a3350"/>
<g fill="#ffcf7a"><path d="M160 240h90v110h-90zM290 240h90v110h-90zM420 240h90v110h-90z"/>
<path d="M550 240h90v110h-90zM680 240h90v110h-90zM810 240h50v110h-50z"/></g>
<rect y="380" width="1024" height="100" fill="#0f1326"/>
<path d="M0 420h1024M0 446h1024" stroke="#4a5170" stroke-width="4"/></svg>"""
PICTURES = {"strait.png": _STRAIT, "depot.png": _DEPOT}


def rendered(theme: str) -> str:
    """The HTML of the gallery's issue in a theme."""
    from digest.config import Settings
    from digest.config.schema import Newsletter
    from digest.issue.parse import parse_issue
    from digest.render import render

    newsletter = Newsletter(
        title="Eurasia Weekly",
        timezone="Asia/Seoul",
        sender="Eurasia Weekly <weekly@example.org>",
        address="1 Example Street, Seoul",
        archive_url="https://weekly.example.org",
        theme=theme,
    )
    text = (FOLDER / "issue.md").read_text(encoding="utf-8")
    issue = parse_issue(text, slug="2025-W17", file="issue.md")
    return render(issue, Settings(newsletter=newsletter), None).html


def show(page: Any, html: str) -> None:
    """Puts ``html`` on the page; the pictures are ours, every other request is refused."""

    def answer(route: Any) -> None:
        drawing = PICTURES.get(route.request.url.rpartition("/")[2])
        if drawing is None:
            route.abort()
        else:
            route.fulfill(body=drawing, content_type="image/svg+xml")

    page.route("**/*", answer)
    page.set_content(html, wait_until="load")


def measure() -> None:
    """Writes the pictures, and says how large they are."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("bench: gallery needs Chromium")
    from playwright.sync_api import sync_playwright

    total = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--headless"]
        )
        for theme in THEMES:
            html = rendered(theme)
            for scheme in SCHEMES:
                for width, height in SIZES.items():
                    view = {"width": width, "height": height}
                    page = browser.new_page(viewport=view, color_scheme=scheme)
                    show(page, html)
                    picture = shrink(page.screenshot())
                    page.close()
                    (FOLDER / f"{theme}-{scheme}-{width}.png").write_bytes(picture)
                    total += len(picture)
        browser.close()
    print(f"gallery    {total:9,} bytes of pictures in docs/gallery (at most {MOST_BYTES:,})")
    if total > MOST_BYTES:
        sys.exit("bench: the gallery is too large")


def shrink(png: bytes) -> bytes:
    """A PNG of at most 64 colours: a third of the bytes, and text looks the same."""
    width, height, channels, rows = _decode(png)
    step = 1 if channels == 3 else 4
    pixels = [
        row[at : at + 3] for row in rows for at in range(0, len(row), step if step > 1 else 3)
    ]
    counted = Counter(pixels)
    palette = [colour for colour, _ in counted.most_common(COLOURS)]
    index: dict[bytes, int] = {}
    for colour in counted:
        near = min(
            range(len(palette)),
            key=lambda at: sum((a - b) ** 2 for a, b in zip(palette[at], colour, strict=True)),
        )
        index[colour] = near
    flat = bytes(index[pixel] for pixel in pixels)
    lines = b"".join(b"\0" + flat[at : at + width] for at in range(0, width * height, width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, content)
        for kind, content in (
            (b"IHDR", head),
            (b"PLTE", b"".join(palette)),
            (b"IDAT", zlib.compress(lines, 9)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    sum_ = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", sum_)


def _decode(png: bytes) -> tuple[int, int, int, list[bytes]]:
    """Width, height, channels and rows of an 8-bit PNG without interlacing (Chromium's)."""
    at, data, width, height, channels = 8, b"", 0, 0, 3
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        content = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, _, colour = struct.unpack(">IIBB", content[:10])
            channels = 4 if colour == 6 else 3
        elif kind == b"IDAT":
            data += content
        at += 12 + length
    raw = zlib.decompress(data)
    stride = width * channels
    rows: list[bytes] = []
    before = bytearray(stride)
    for start in range(0, len(raw), stride + 1):
        row = bytearray(raw[start + 1 : start + 1 + stride])
        _unfilter(raw[start], row, before, channels)
        rows.append(bytes(row))
        before = row
    return width, height, channels, rows


def _unfilter(kind: int, row: bytearray, before: bytearray, step: int) -> None:
    for at in range(len(row)):
        left = row[at - step] if at >= step else 0
        above = before[at]
        if kind == 1:
            row[at] = (row[at] + left) & 255
        elif kind == 2:
            row[at] = (row[at] + above) & 255
        elif kind == 3:
            row[at] = (row[at] + (left + above) // 2) & 255
        elif kind == 4:
            corner = before[at - step] if at >= step else 0
            guess = left + above - corner
            near = min((left, above, corner), key=lambda value: abs(guess - value))
            row[at] = (row[at] + near) & 255


if __name__ == "__main__":
    measure()

"""Images, and what the mail would have to load."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.check.catalogue import finding
from digest.check.styles import parse_sheet, parse_style
from digest.check.subject import Subject
from digest.model import Finding

WORDS_AN_IMAGE = 200
"""So many characters of text stand beside each image at least."""

_LOADED = re.compile(r"url\(\s*[\"']?((?:https?:)?//[^\"')\s]+)", re.IGNORECASE)
_PIXEL = re.compile(r"[01](?:px)?")


def check_images(subject: Subject) -> Iterator[Finding]:
    """few-words, image-without-size."""
    images = [image for image in subject.tree.iter("img") if not _is_pixel(image)]
    for image in images:
        if not (image.get("width") and image.get("height")):
            source = image.get("src") or ""
            message = f"no width and height: {source}"
            yield finding("image-without-size", message, subject.find(source))
    characters = len(" ".join(subject.rendered.text.split()))
    if images and characters < WORDS_AN_IMAGE * len(images):
        message = f"{characters} characters of text and {len(images)} images"
        yield finding("few-words", message, subject.find(images[0].get("src") or ""))


def check_inside(subject: Subject) -> Iterator[Finding]:
    """image-not-inside."""
    for source, why in subject.rendered.outside:
        yield finding("image-not-inside", f"{source}: {why}", subject.find(source))


def check_resources(subject: Subject) -> Iterator[Finding]:
    """remote-resource."""
    for image in subject.tree.iter("img"):
        if _is_pixel(image):
            source = image.get("src") or ""
            yield finding("remote-resource", f"a tracking pixel: {source}", subject.find(source))
    for url in subject.tree.xpath("//@background"):
        yield finding("remote-resource", f"a background image: {url}", subject.styled(url))
    for url in dict.fromkeys(_from_styles(subject)):
        yield finding("remote-resource", f"a stylesheet loads {url}", subject.styled(url))


def _from_styles(subject: Subject) -> Iterator[str]:
    for style in subject.tree.iter("style"):
        for rule in parse_sheet(style.text or "").rules:
            for declaration in rule.declarations:
                yield from _LOADED.findall(declaration.value)
    for style in dict.fromkeys(subject.tree.xpath("//@style")):
        for declaration in parse_style(str(style)):
            yield from _LOADED.findall(declaration.value)


def _is_pixel(image: object) -> bool:
    sizes = [getattr(image, "get")(name) or "" for name in ("width", "height")]  # noqa: B009
    return all(_PIXEL.fullmatch(size) for size in sizes)

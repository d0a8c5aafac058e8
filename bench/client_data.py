"""Writes digest/check/data anew from the npm packages: `python -m bench.client_data`.

Two small files of ours: what mail clients support (caniemail, MIT) and which CSS properties there
are (mdn-data, CC0). Needs npm; the packages are unpacked into a temporary folder and forgotten.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

CANIEMAIL = "caniemail@2.0.2"
MDN = "mdn-data@2.37.2"
DATA = Path(__file__).resolve().parents[1] / "digest/check/data"

# Titles that do not say what to look for; what is in neither table nor pattern is left out.
ODD: dict[str, list[str]] = {
    "css-left-right-top-bottom": ["property", "left", "right", "top", "bottom"],
    "css-block-inline-size": ["property", "block-size", "inline-size"],
    "css-gap": ["property", "gap", "column-gap", "row-gap"],
    "css-grid-template": [
        "property",
        "grid-template",
        "grid-template-areas",
        "grid-template-columns",
        "grid-template-rows",
    ],
    "css-column-layout-properties": ["property", "columns", "column-width", "column-rule"],
    "css-border-radius-logical": [
        "property",
        "border-start-start-radius",
        "border-start-end-radius",
        "border-end-start-radius",
        "border-end-end-radius",
    ],
    "css-border-inline-block": ["property", "border-inline", "border-block"],
    "css-margin-inline-block": ["property", "margin-inline", "margin-block"],
    "css-padding-inline-block": ["property", "padding-inline", "padding-block"],
    "css-margin-inline-start-end": ["property", "margin-inline-start", "margin-inline-end"],
    "css-margin-block-start-end": ["property", "margin-block-start", "margin-block-end"],
    "css-padding-inline-start-end": ["property", "padding-inline-start", "padding-inline-end"],
    "css-padding-block-start-end": ["property", "padding-block-start", "padding-block-end"],
    "css-color-scheme": ["property", "color-scheme"],
    "css-scroll-snap": ["property", "scroll-snap-type", "scroll-snap-align"],
    "css-modern-color": ["function", "lch", "oklch", "lab", "oklab"],
    "css-unit-calc": ["function", "calc"],
    "css-variables": ["function", "var"],
    "css-intrinsic-size": ["word", "fit-content", "min-content", "max-content"],
    "css-sytem-ui": ["word", "system-ui", "ui-serif", "ui-sans-serif", "ui-rounded"],
    "css-unit-initial": ["word", "initial"],
    "css-unit-percent": ["unit", "%"],
    "css-important": ["important"],
    "css-pseudo-class-lang": ["pseudo", ":lang"],
    "css-pseudo-class-has": ["pseudo", ":has"],
    "css-at-media-hover": ["at", "media hover", "media any-hover"],
    "css-at-media-orientation": ["at", "media orientation"],
    "css-at-media-device-pixel-ratio": ["at", "media -webkit-min-device-pixel-ratio"],
    "css-selector-adjacent-sibling": ["selector", r"\+"],
    "css-selector-attribute": ["selector", r"\["],
    "css-selector-child": ["selector", ">"],
    "css-selector-general-sibling": ["selector", "~"],
    "css-selector-id": ["selector", r"#[\w-]"],
    "css-selector-chaining": ["selector", r"\.[\w-]+\.[\w-]"],
    "html-address": ["element", "address"],
    "html-base": ["element", "base"],
    "html-semantics": [
        "element",
        *("article", "aside", "details", "figcaption", "figure", "footer", "header"),
        *("main", "mark", "nav", "section", "summary", "time"),
    ],
    "html-image-maps": ["element", "map"],
    "html-svg": ["element", "svg"],
    "html-h1-h6": ["element", "h1", "h2", "h3", "h4", "h5", "h6"],
    "html-lists": ["element", "ul", "ol", "dl"],
    "html-srcset": ["attribute", "srcset", "sizes"],
    "html-anchor-links": ["anchor"],
    "html-mailto-links": ["mailto"],
    "html-meta-color-scheme": ["meta", "color-scheme"],
    "html-button-reset": ["element", "button"],
    "html-button-submit": ["element", "button"],
    "image-base64": ["data"],
    **{f"image-{ending}": ["image", ending] for ending in ("png", "gif", "svg", "webp", "avif")},
    **{f"image-{ending}": ["image", ending] for ending in ("apng", "bmp", "ico", "mp4")},
    "image-jpg": ["image", "jpg", "jpeg"],
    "image-heif": ["image", "heif", "heic"],
    "image-tiff": ["image", "tif", "tiff"],
}
# The lists of the tool say nothing of these, or are about something that digest never writes.
SKIPPED = re.compile(r"html-(input|body|doctype|comments|style)|css-(comments|nesting|selector)")
PATTERNS = (
    (re.compile(r"@media \((?P<x>[a-z-]+)\)"), "at", "media "),
    (re.compile(r"@(?P<x>[a-z-]+)"), "at", ""),
    (re.compile(r"(?P<x>::?[a-z-]+)"), "pseudo", ""),
    (re.compile(r"(?P<x>[a-z-]+: ?[a-z-]+)"), "pair", ""),
    (re.compile(r"(?:CSS )?(?P<x>[a-z-]+)\(\)(?: function)?"), "function", ""),
    (re.compile(r"(?P<x>[a-z%]+) unit"), "unit", ""),
    (re.compile(r"(?P<x>[a-z-]+(?: & [a-z-]+)*)(?: property| shorthand)?\s*"), "property", ""),
)
HTML_PATTERNS = (
    (re.compile(r"<(?P<x>\w+)>(?: element)?"), "element"),
    (re.compile(r"(?P<x>[a-z-]+) attribute"), "attribute"),
)


def what_to_look_for(feature: dict[str, Any]) -> list[str] | None:
    """How the feature is found: a kind and its names; None where it cannot be."""
    slug, title = feature["slug"], feature["title"].strip()
    if slug in ODD:
        return ODD[slug]
    if SKIPPED.match(slug):
        return None
    if feature["category"] == "html":
        for pattern, kind in HTML_PATTERNS:
            found = pattern.fullmatch(title)
            if found:
                return [kind, found["x"]]
        return None
    if feature["category"] == "css":
        for css_pattern, kind, before in PATTERNS:
            found = css_pattern.fullmatch(title)
            if found:
                return [kind, *(before + name for name in found["x"].split(" & "))]
    return None


def newest(versions: dict[str, str] | None) -> str:
    """y, a (in part), n or u: what the newest version tested does."""
    if not versions:
        return "u"

    def number(version: str) -> tuple[int, ...]:
        return tuple(int(part) for part in re.findall(r"\d+", version))

    return versions[max(versions, key=number)].split()[0]


def clients_file(packed: dict[str, Any]) -> dict[str, Any]:
    """The file on clients, of what caniemail's own file says."""
    names = packed["nicenames"]
    known: dict[str, str] = {}
    for feature in packed["data"]:
        for family, platforms in feature["stats"].items():
            for platform in platforms:
                name = f"{names['family'][family]} ({names['platform'][platform]})"
                known[f"{family}.{platform}"] = name
    clients = dict(sorted(known.items()))
    features = {}
    for feature in packed["data"]:
        match = what_to_look_for(feature)
        if match is not None:
            stats = feature["stats"]
            support = "".join(
                newest(stats.get(family, {}).get(platform))
                for family, platform in (client.split(".", 1) for client in clients)
            )
            features[feature["slug"]] = {
                "title": feature["title"].strip(),
                "match": match,
                "support": support,
            }
    return {
        "source": f"caniemail.com by way of npm's {CANIEMAIL}",
        "date": packed["last_update_date"][:10],
        "licence": "MIT, Copyright (c) 2019 HTeuMeuLeu; see LICENSE-caniemail beside this file",
        "clients": clients,
        "features": features,
    }


def properties_file(properties: dict[str, Any]) -> dict[str, Any]:
    """The file on CSS properties."""
    return {
        "source": f"npm's {MDN}, css/properties.json",
        "licence": "CC0-1.0",
        "properties": sorted(name for name in properties if name != "--*"),
    }


def unpack(package: str, member: str, folder: Path) -> Any:
    """A JSON file out of a package of the registry."""
    done = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / done.stdout.split()[-1]) as archive:
        file = archive.extractfile(f"package/{member}")
        assert file is not None
        return json.load(file)


def write(name: str, value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text)
    (DATA / name).write_text(text + "\n", encoding="utf-8")
    print(f"{DATA.name}/{name}: {len(text):,} characters")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clients = clients_file(unpack(CANIEMAIL, "data/caniemail.json", folder))
        properties = properties_file(unpack(MDN, "css/properties.json", folder))
    write("clients.json", clients)
    write("properties.json", properties)


if __name__ == "__main__":
    main()

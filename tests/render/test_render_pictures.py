"""Pictures of the workspace inside the message, and those that stay outside."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from made_issues import make_issue, make_item, make_settings

from digest.check import check
from digest.config.schema import Render
from digest.model import Rendered
from digest.render import render
from digest.render.pictures import MAX_BYTES, Shelf

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "workspace" / "issues" / "2025-W17"
    made.mkdir(parents=True)
    return made


def rendered(folder: Path, *sources: str, images: str = "inline") -> Rendered:
    body = "\n\n".join(f"![what it shows]({source})" for source in sources)
    settings = replace(make_settings(), render=Render(images=images))  # type: ignore[arg-type]
    shelf = Shelf(root=folder.parents[1], beside=folder)
    return render(make_issue(make_item(body=body)), settings, None, shelf=shelf)


def parsed(made: Rendered) -> EmailMessage:
    message = message_from_bytes(made.message, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_picture_beside_issue_md_travels_inside_and_is_named_by_its_id(folder: Path) -> None:
    (folder / "map of the port.png").write_bytes(PNG)
    (folder.parents[1] / "logo.gif").write_bytes(b"GIF89a" + bytes(50))
    made = rendered(folder, "map%20of%20the%20port.png", "../../logo.gif")
    message = parsed(made)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/gif",
    ]
    assert not any(part.defects for part in message.walk())
    related = list(message.iter_parts())[1]
    assert related.get_param("type") == "text/html"
    html, png, _ = related.iter_parts()
    assert png.get_content() == PNG
    assert png["Content-Disposition"].params["filename"] == "map of the port.png"
    assert f'src="cid:{png["Content-ID"].strip("<>")}"' in html.get_content()
    assert "cid:" not in made.html  # the file beside issue.md shows it from the disk
    assert made.images == ("map%20of%20the%20port.png", "../../logo.gif")
    assert made.outside == ()
    assert made == rendered(folder, "map%20of%20the%20port.png", "../../logo.gif")


def test_picture_that_changes_makes_another_message(folder: Path) -> None:
    (folder / "a.png").write_bytes(PNG)
    before = rendered(folder, "a.png")
    (folder / "a.png").write_bytes(PNG + b"x")
    after = rendered(folder, "a.png")
    assert before.content_hash != after.content_hash
    assert parsed(before)["Message-ID"] != parsed(after)["Message-ID"]


@pytest.mark.parametrize("name", ["지도.png", 'qu"ote;é.png', "x" * 120 + "ж.png"])
def test_file_name_in_any_script_is_written_by_rfc_2231(folder: Path, name: str) -> None:
    from urllib.parse import quote

    (folder / name).write_bytes(PNG)
    made = rendered(folder, quote(name))
    (part,) = [part for part in parsed(made).walk() if part.get_content_maintype() == "image"]
    assert part.get_filename() == name[:60]
    assert made.message.isascii()
    assert max(map(len, made.message.split(b"\r\n"))) <= 76


def test_pictures_are_left_alone_unless_asked_for(folder: Path) -> None:
    (folder / "a.png").write_bytes(PNG)
    made = rendered(folder, "a.png", images="link")
    assert b"multipart/related" not in made.message
    assert made.images == ()


def test_addresses_are_never_read(folder: Path) -> None:
    made = rendered(folder, "https://127.0.0.1:9/a.png", "//127.0.0.1:9/b.png")
    assert b"multipart/related" not in made.message
    assert made.outside == ()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("missing.png", "there is no such file"),
        ("page.html", "it is no PNG, JPEG or GIF"),
        ("../../../outside.png", "it lies outside the workspace"),
        ("link.png", "it lies outside the workspace"),
        ("large.png", "it has more than 400,000 bytes"),
        ("a%00b.png", "it cannot be read"),
        (".", "there is no such file"),
    ],
)
def test_picture_that_cannot_travel_is_a_finding_and_stays_outside(
    folder: Path, source: str, why: str
) -> None:
    (folder / "page.html").write_bytes(b"<p>secret</p>")
    (folder / "large.png").write_bytes(PNG + bytes(MAX_BYTES))
    outside = folder.parents[2] / "outside.png"
    outside.write_bytes(PNG)
    (folder / "link.png").symlink_to(outside)
    made = rendered(folder, source)
    assert b"multipart/related" not in made.message
    ((name, reason),) = made.outside
    assert name == source
    assert reason.startswith(why)
    (finding,) = (f for f in check(made, make_issue(), make_settings()) if "inside" in f.code)
    assert reason in finding.message


def test_pictures_have_a_limit_in_all(folder: Path) -> None:
    names = [f"{number}.png" for number in range(6)]
    for name in names:
        (folder / name).write_bytes(PNG + bytes(MAX_BYTES - len(PNG)))
    made = rendered(folder, *names)
    assert made.images == tuple(names[:5])
    assert len(made.outside) == 1

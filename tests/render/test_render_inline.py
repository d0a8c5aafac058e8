"""premailer, tamed: nothing is loaded, nothing that matters is lost."""

from __future__ import annotations

import builtins
import socket
from pathlib import Path
from typing import Any

import pytest

from digest.errors import TemplateError
from digest.render.inline import _transform, inline

PAGE = """<!DOCTYPE html>
<html><head>
<style>{inlined}</style>
<style data-premailer="ignore">
{kept}</style>
</head><body><p class="by">text</p><img src="https://e.org/i.png" width="60" alt="i"></body>
</html>"""


def page(inlined: str = "", kept: str = "") -> str:
    return PAGE.format(inlined=inlined, kept=kept)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every connection and every opened file, counted; the machine itself stays real."""
    inline(page("p{color:#112233}"))  # imports open files of their own, once
    seen: list[str] = []
    connect, opened = socket.socket.connect, builtins.open

    def counted_connect(self: socket.socket, address: Any) -> None:
        seen.append(f"connect {address}")
        return connect(self, address)

    def counted_open(file: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(f"open {file}")
        return opened(file, *arguments, **options)

    monkeypatch.setattr(socket.socket, "connect", counted_connect)
    monkeypatch.setattr(builtins, "open", counted_open)
    return seen


def imports(tmp_path: Path) -> list[str]:
    secret = tmp_path / "secret.css"
    secret.write_text("p{color:#ff0000}", encoding="utf-8")
    return [
        "@import url(http://127.0.0.1:9/a.css);",
        "@import 'https://localhost:9/a.css' screen;",
        "@IMPORT url(http://127.0.0.1:9/a.css);",
        f"@import url({secret.as_uri()});",
        f"@\\69mport url({secret.as_uri()});",
        f"@charset 'utf-8'; @import url({secret.as_uri()});",
    ]


def test_import_is_refused_and_nothing_loaded(tmp_path: Path, loads: list[str]) -> None:
    for rule in imports(tmp_path):
        for html in (page(inlined=rule), page(kept=rule)):
            with pytest.raises(TemplateError, match="@import in a stylesheet"):
                inline(html)
    assert loads == []


def test_import_that_came_through_would_load_nothing(tmp_path: Path, loads: list[str]) -> None:
    for rule in imports(tmp_path):
        result = _transform(page(inlined=f"{rule} p{{color:#112233}}"))
        assert "#ff0000" not in result
        assert "color:#112233" in result
    assert loads == []


def test_stylesheet_link_is_refused(loads: list[str]) -> None:
    html = page().replace("<head>", '<head><link rel="stylesheet" href="file:///etc/passwd">')
    with pytest.raises(TemplateError, match="<link>"):
        inline(html)
    assert loads == []


def test_rules_become_attributes_and_the_element_goes() -> None:
    result = inline(page("p{margin:0 0 8px;color:#ffffff} .by{color:#112233}"))
    assert '<p class="by" style="margin:0 0 8px;color:#112233">' in result
    assert result.count("<style") == 1


def test_kept_block_stays_byte_for_byte() -> None:
    kept = (
        "@media (max-width:400px){.by > b{color:#fff!important}}\n"
        "[data-ogsc] p{color:#EEE !important}\n"
        "@font-face{font-family:x}\n:root{color-scheme:light dark}\n"
    )
    assert f"<style>\n{kept}</style>" in inline(page(kept=kept))


def test_important_and_media_queries_of_the_inlined_block_are_kept() -> None:
    result = inline(page("p{color:#112233} @media (max-width:9px){p{color:#445566 !important}}"))
    assert "@media (max-width: 9px)" in result
    assert "!important" in result


def test_doctype_survives_and_must_be_spelled_so() -> None:
    assert inline(page()).startswith("<!DOCTYPE html>\n")
    with pytest.raises(TemplateError, match="doctype"):
        inline(page().replace("<!DOCTYPE html>", "<!doctype html>"))


def test_sizes_and_colours_do_not_become_attributes() -> None:
    result = inline(
        page("img{width:100%;height:auto} p{text-align:center;background-color:#eeeeee}")
    )
    assert 'width="60"' in result
    assert "height=" not in result
    assert "align=" not in result
    assert "bgcolor" not in result


def test_conditional_comments_and_tokens_survive() -> None:
    extra = (
        '<!--[if mso]><table width="600"><tr><td><![endif]-->'
        '<a href="https://digest.invalid/tag/unsubscribe">DIGEST_TAG_name_</a>'
        "<!--[if mso]></td></tr></table><![endif]-->"
    )
    assert extra in inline(page().replace("<body>", f"<body>{extra}"))


def test_colours_keep_six_digits() -> None:
    assert "color:#ffffff" in inline(page("p{color:#ffffff}"))


AUDITED = """
import sys
from digest.render.inline import _transform, inline
from digest.errors import TemplateError

page = sys.stdin.read().split("\\0")
inline(page[0])  # imports open files of their own, once
seen = []
WATCHED = ("open", "os.open", "socket.", "urllib.", "subprocess.", "os.exec", "os.listdir")
sys.addaudithook(lambda event, args: seen.append(f"{event} {args}") if event.startswith(WATCHED)
                 else None)
refused = 0
for html in page[1:]:
    try:
        inline(html)
    except TemplateError:
        refused += 1
    _transform(html)  # as though nobody had refused it
print(refused, len(seen), seen[:3])
"""


def test_no_user_stylesheet_makes_the_process_open_a_file_or_a_connection(tmp_path: Path) -> None:
    import subprocess
    import sys

    loading = [
        *(page(inlined=f"{rule} p{{color:#112233}}") for rule in imports(tmp_path)),
        *(page(kept=rule) for rule in imports(tmp_path)),
        page().replace("<head>", '<head><link rel="stylesheet" href="http://127.0.0.1:9/a.css">'),
        page().replace("<head>", f'<head><link rel="stylesheet" href="{tmp_path.as_uri()}/s.css">'),
    ]
    harmless = [
        page(inlined="p{background:url(http://127.0.0.1:9/a.png)}"),
        page(inlined=f"@font-face{{font-family:x;src:url({tmp_path.as_uri()}/secret.css)}}"),
        page().replace("<style>", '<style src="http://127.0.0.1:9/a.css">'),
    ]
    done = subprocess.run(
        [sys.executable, "-c", AUDITED],
        input="\0".join([page("@media print{p{color:#112233}}"), *loading, *harmless]),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == f"{len(loading)} 0 []\n"


def test_premailer_is_loaded_without_an_http_client() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from digest.render.inline import inline; "
        f"inline({page('p{color:#112233}')!r}); "
        "print('premailer' in sys.modules, 'requests' in sys.modules, 'urllib3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "True False False\n", done.stderr


def test_issue_is_inlined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from made_issues import make_issue, make_settings
    from premailer import Premailer

    from digest.render import render

    calls = []
    transform = Premailer.transform

    def counted(self: Any, *arguments: Any, **options: Any) -> Any:
        calls.append(1)
        return transform(self, *arguments, **options)

    monkeypatch.setattr(Premailer, "transform", counted)
    render(make_issue(), make_settings(), None)
    assert calls == [1]

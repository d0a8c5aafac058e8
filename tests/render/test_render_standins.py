"""Libraries without their HTTP clients: nobody else is to notice, before, after or meanwhile."""

from __future__ import annotations

import builtins
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from digest.render.standins import standing_in

RENDER = """
import sys
sys.path.insert(0, {tests!r})
from made_issues import make_issue, make_settings
from digest.render import render

def rendered():
    return render(make_issue(), make_settings(), None).content_hash
"""
USE = """
import requests, urllib.request, babel.util, babel.localtime, babel.dates, cssutils._fetch
import concurrent.futures, datetime
assert urllib.request.Request("https://example.org").host == "example.org"
assert requests.Session().headers
assert requests is sys.modules["requests"] and requests.adapters.HTTPAdapter
assert isinstance(babel.util.get_localzone(), datetime.tzinfo)
assert isinstance(babel.localtime.LOCALTZ, datetime.tzinfo)
assert cssutils._fetch.urllib.request is urllib.request
assert babel.dates.format_time(datetime.time(7, 30), "HH:mm") == "07:30"
"""


def run(program: str) -> str:
    head = RENDER.format(tests=str(Path(__file__).parents[1]))
    done = subprocess.run(
        [sys.executable, "-c", head + program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_real_libraries_work_before_and_after_a_render_and_the_bytes_are_the_same() -> None:
    before = run(f"{USE}\nprint(rendered())")
    after = run(f"print(rendered())\n{USE}")
    assert before == after != ""


def test_first_renders_in_many_threads_at_once_beside_one_that_uses_the_real_libraries() -> None:
    program = f"""
import threading
from concurrent.futures import ThreadPoolExecutor

def use():
    exec({USE!r}, {{"sys": sys}})

with ThreadPoolExecutor(8) as pool:
    user = pool.submit(use)
    hashes = [pool.submit(rendered) for _ in range(6)]
    users = [pool.submit(use) for _ in range(2)]
    for done in (user, *users):
        done.result()
print(len({{one.result() for one in hashes}}))
"""
    assert run(program) == "1\n"


def in_another_thread(code: str) -> dict[str, object]:
    """What ``code`` defines, run in a thread of its own."""
    names: dict[str, object] = {}
    thread = threading.Thread(target=exec, args=(code, names))
    thread.start()
    thread.join()
    return names


@pytest.mark.parametrize(
    ("module", "statement"),
    [
        ("library", "import library as found"),
        ("library.client", "from library import client as found"),
        ("library.client", "from library import name, client as found"),
        ("library.client", "from library.client import found"),
        ("library.client", "from library.user import found"),
    ],
)
def test_a_stand_in_is_given_in_its_own_thread_and_held_nowhere(
    module: str, statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "library"
    package.mkdir()
    (package / "__init__.py").write_text("name = 'library'\n", encoding="utf-8")
    (package / "client.py").write_text("found = 'real'\n", encoding="utf-8")
    (package / "user.py").write_text("from .client import found\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    stand_in = SimpleNamespace(found="stands in")
    try:
        with standing_in({module: stand_in}):
            names: dict[str, object] = {}
            exec(statement, names)
            assert names["found"] in (stand_in, "stands in")
            assert module not in sys.modules
            sys.modules.pop("library.user", None)
            elsewhere = in_another_thread(statement)
        assert elsewhere["found"] not in (stand_in, "stands in")
        assert getattr(sys.modules[module], "found", "real") == "real"
    finally:
        for name in ("library", "library.client", "library.user"):
            sys.modules.pop(name, None)


def test_a_module_that_was_there_before_is_given_itself() -> None:
    import json.decoder
    import string

    names: dict[str, object] = {}
    with standing_in({"string": None, "json.decoder": None}):
        exec("import string; from json import decoder; from json.decoder import scanner", names)
    assert names["string"] is string
    assert names["decoder"] is json.decoder


def test_the_import_function_is_put_back_whatever_happens() -> None:
    usual = builtins.__import__
    with pytest.raises(ImportError), standing_in({"requests": None}):
        import nothing_of_that_name  # type: ignore[import-not-found]  # noqa: F401
    assert builtins.__import__ is usual

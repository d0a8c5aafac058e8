"""What a text's script and words say about its language."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from digest.language import by_script, contradicts, detect, direction, foreign


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("", "", "ltr"),
        ("Treaty", "", "ltr"),
        ("معاهدة المضيق", "", "rtl"),
        ("BBC: معاهدة المضيق", "", "rtl"),
        ("The word معاهدة means treaty", "", "ltr"),
        ("123 — 456", "", "ltr"),
        ("Treaty", "ar", "rtl"),
        ("Treaty", "fa-IR", "rtl"),
        ("Treaty", "he", "rtl"),
        ("Treaty", "ur", "rtl"),
        ("Treaty", "yi", "rtl"),
        ("معاهدة", "en", "ltr"),
        ("Treaty", "az-Arab", "rtl"),
        ("Treaty", "ar-Latn", "ltr"),
        ("Treaty", "uz_Arab_AF", "rtl"),
        ("Treaty", "en-x-arab", "ltr"),
    ],
)
def test_text_runs_as_its_language_or_its_letters_say(
    text: str, language: str, expected: str
) -> None:
    assert direction(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Treaty of the Strait", ""),
        ("해협 조약이 체결됐다", "ko"),
        ("海峡の条約が結ばれた", "ja"),
        ("ニュース", "ja"),
        ("海峡条约签署", ""),
        ("海峡条约签署，日本の代表出席了在北京举行的会议和后来的宴会", ""),
        ("Συνθήκη του πορθμού", "el"),
        ("สนธิสัญญาช่องแคบ", "th"),
        ("אמנת המצר", "he"),
        ("Договор о проливе", ""),
        ("معاهدة المضيق", ""),
        ("The Greek letter α", ""),
    ],
)
def test_only_scripts_of_one_language_name_it(text: str, expected: str) -> None:
    assert by_script(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("海峡の条約が結ばれた", "ko", "ja"),
        ("해협 조약이 체결됐다", "ko-KR", ""),
        ("해협 조약이 체결됐다", "en", "ko"),
        ("Treaty of the Strait", "ko", ""),
        ("Treaty of the Strait", "ar", "und"),
        ("معاهدة المضيق", "en", "und"),
        ("معاهدة المضيق", "fa", ""),
        ("אמנת המצר", "yi", ""),
        ("אמנת המצר", "ar", "he"),
        ("24 · 4", "ar", ""),
        ("", "ar", ""),
    ],
)
def test_foreign_text_is_named_as_far_as_its_script_says(
    text: str, language: str, expected: str
) -> None:
    assert foreign(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The harbour council votes for the new ferry line after nine years", "en"),
        ("Der Hafenrat stimmt nach neun Jahren für die neue Fährlinie", "de"),
        ("Le conseil du port vote pour la nouvelle ligne de ferry après neuf ans", "fr"),
        ("El consejo del puerto vota por la nueva línea de transbordador tras nueve años", "es"),
        ("O conselho do porto vota a favor da nova linha de balsas após nove anos", "pt"),
        ("Il consiglio del porto vota per la nuova linea di traghetti dopo nove anni", "it"),
        ("De havenraad stemt na negen jaar voor de nieuwe veerdienst naar het eiland", "nl"),
        ("Совет порта проголосовал за новую паромную линию после девяти лет споров", "ru"),
        ("Рада порту проголосувала за нову поромну лінію після дев'яти років суперечок", "uk"),
        ("항만 위원회가 9년 만에 새 여객선 노선에 찬성표를 던졌다", "ko"),
        ("港湾評議会は九年ぶりに新しいフェリー航路に賛成した", "ja"),
        ("港口委员会时隔九年投票赞成新的渡轮航线", "zh"),
        ("صوّت مجلس الميناء لصالح خط العبّارات الجديد بعد تسع سنوات", "ar"),
        ("Liman meclisi dokuz yıl sonra yeni feribot hattı için oy kullandı", "tr"),
        ("מועצת הנמל הצביעה בעד קו המעבורת החדש לאחר תשע שנים", "he"),
        ("DER HAFENRAT STIMMT NACH NEUN JAHREN FÜR DIE NEUE FÄHRLINIE", "de"),
        ("", ""),
        ("2025 - 04 - 24", ""),
        ("Orun", ""),
        ("\ud800\ud800 the harbour council votes for the new ferry line after nine years", "en"),
    ],
)
def test_language_is_known_from_a_headline(text: str, expected: str) -> None:
    assert detect(text) == expected
    assert detect(text) == expected  # and again


def test_language_is_known_as_well_where_the_compiled_library_has_no_wheel() -> None:
    program = (
        "import sys; sys.modules['eldc'] = None\n"
        "from digest.language import detect\n"
        "for line in sys.stdin: print(detect(line.strip()))"
    )
    lines = [
        "Der Hafenrat stimmt nach neun Jahren für die neue Fährlinie",
        "LE CONSEIL DU PORT VOTE POUR LA NOUVELLE LIGNE DE FERRY",
        "Совет порта проголосовал за новую паромную линию после девяти лет споров",
        "항만 위원회가 9년 만에 새 여객선 노선에 찬성표를 던졌다",
        "Orun",
    ]
    found = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program],
        input="\n".join(lines),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert found.stdout.split("\n") == ["de", "fr", "ru", "ko", "", ""]


@pytest.mark.parametrize("python", ["3.11", "3.13", "3.14"])
@pytest.mark.parametrize(
    ("system", "machine"),
    [
        ("linux", "x86_64"),
        ("linux", "aarch64"),
        ("darwin", "arm64"),
        ("darwin", "x86_64"),
        ("win32", "AMD64"),
        ("win32", "ARM64"),
    ],
)
def test_each_machine_gets_one_library_for_languages_and_no_need_of_a_compiler(
    system: str, machine: str, python: str
) -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    machine_is = {
        "python_version": python,
        "platform_python_implementation": "CPython",
        "sys_platform": system,
        "platform_machine": machine,
    }
    needed = [
        wanted.name
        for wanted in map(Requirement, project["project"]["dependencies"])
        if wanted.name.startswith("eld")
        and wanted.marker is not None
        and wanted.marker.evaluate(machine_is)
    ]
    has_wheel = (system, machine) in (
        ("linux", "x86_64"),
        ("darwin", "arm64"),
        ("win32", "AMD64"),
    ) and python != "3.14"
    assert needed == ["eldc" if has_wheel else "eld"]


@pytest.mark.parametrize(
    ("detected", "stated", "expected"),
    [
        ("de", "en", True),
        ("de", "de-AT", False),
        ("no", "nb", False),
        ("hr", "sr-Latn", False),
        ("", "en", False),
        ("en", "", False),
        ("en", "EN_us", False),
    ],
)
def test_languages_contradict_only_where_they_cannot_be_mistaken(
    detected: str, stated: str, expected: bool
) -> None:
    assert contradicts(detected, stated) is expected

"""Which weekday a word names: it settles what 03/04/2025 means."""

from __future__ import annotations

from collections.abc import Iterable

from digest.dates.names import fold

# Monday to Sunday, a language a line. A word of two languages may mean two days.
_NAMES = """
monday mon|tuesday tue tues|wednesday wed weds|thursday thu thur thurs|friday fri|saturday sat|sunday sun
montag mo|dienstag di|mittwoch mi|donnerstag do|freitag fr|samstag sonnabend sa|sonntag so
lundi lun|mardi mar|mercredi mer|jeudi jeu|vendredi ven|samedi sam|dimanche dim
lunes lun|martes mar|miércoles mié|jueves jue|viernes vie|sábado sáb|domingo dom
segunda seg|terça ter|quarta qua|quinta qui|sexta sex|sábado sáb|domingo dom
lunedì lun|martedì mar|mercoledì mer|giovedì gio|venerdì ven|sabato sab|domenica dom
maandag ma|dinsdag di|woensdag wo|donderdag do|vrijdag vr|zaterdag za|zondag zo
понедельник пн|вторник вт|среда ср|четверг чт|пятница пт|суббота сб|воскресенье вс
poniedziałek pon|wtorek wt|środa śr|czwartek czw|piątek pt|sobota sob|niedziela niedz
måndag mandag mån|tisdag tirsdag tis tir|onsdag ons|torsdag tor tors|fredag fre|lördag lørdag lör lør|söndag søndag sön søn
pazartesi pzt|salı|çarşamba|perşembe|cuma|cumartesi|pazar
월요일 월|화요일 화|수요일 수|목요일 목|금요일 금|토요일 토|일요일 일
月曜日 月曜 月|火曜日 火曜 火|水曜日 水曜 水|木曜日 木曜 木|金曜日 金曜 金|土曜日 土曜 土|日曜日 日曜 日
星期一 周一 週一|星期二 周二 週二|星期三 周三 週三|星期四 周四 週四|星期五 周五 週五|星期六 周六 週六|星期日 星期天 周日 週日
الاثنين الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد
"""  # noqa: E501


def _table() -> dict[str, frozenset[int]]:
    table: dict[str, frozenset[int]] = {}
    for line in _NAMES.strip().splitlines():
        for number, names in enumerate(line.split("|")):
            for name in map(fold, names.split()):
                table[name] = table.get(name, frozenset()) | {number}
    return table


_NUMBERS = _table()


def weekdays_in(words: Iterable[str]) -> frozenset[int]:
    """The weekdays, Monday 0, that the first weekday's name among the words can mean."""
    return next((found for word in words if (found := _NUMBERS.get(fold(word)))), frozenset())

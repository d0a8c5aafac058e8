"""SpamAssassin's own verdict on the message: ``digest check --spam``."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator

from digest.check.catalogue import finding
from digest.errors import DigestError
from digest.model import Finding, Place, Rendered

PROGRAM = "spamassassin"
SECONDS = 120
TELLING = 1.0
"""Rules that give fewer points are not told one by one."""

# What every message lacks that has not travelled yet says nothing about the issue.
_UNTRAVELLED = frozenset(
    ("NO_RECEIVED", "NO_RELAYS", "MISSING_HEADERS", "TO_MALFORMED", "ALL_TRUSTED")
)
_STATUS = re.compile(r"^X-Spam-Status:.*?score=(-?[\d.]+)\s+required=([\d.]+)", re.M | re.S)
_RULE = re.compile(r"^\s*\*?\s*(-?\d+(?:\.\d)?)\s+([A-Z][A-Z0-9_]+)\s+(.*)$", re.MULTILINE)
_TESTS = re.compile(r"\btests=([A-Z0-9_,\s]*)")


def ask_spamassassin(rendered: Rendered) -> list[Finding]:
    """The verdict, and the rules that gave a point or more; nothing of it asks the network.

    Raises DigestError when SpamAssassin is not installed, fails, or is not done in time.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise DigestError(
            "SpamAssassin is not installed",
            where="--spam",
            fix="install it (Debian and Ubuntu: apt install spamassassin), or leave out --spam",
        )
    # Readers' servers see a recipient; without one SpamAssassin judges another message.
    message = b"To: reader@example.org\r\n" + rendered.message
    try:
        # --local: no look-ups in the network; --test-mode: the report at the end.
        done = subprocess.run(  # noqa: S603 (the program that was asked for)
            [program, "--local", "--test-mode", "--exit-code"],
            input=message,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DigestError(
            f"SpamAssassin gave no verdict: {error}", where="--spam", fix="try it by hand"
        ) from error
    report = done.stdout.decode("utf-8", errors="replace")
    return list(read_report(report, rendered.part.number if rendered.part else 0))


def read_report(report: str, number: int = 0) -> Iterator[Finding]:
    """spam-verdict, spam-rule: out of what SpamAssassin printed of the mail with that number
    among those of a split issue.

    Raises DigestError when it is no report.
    """
    status = _STATUS.search(report)
    if status is None:
        raise DigestError(
            "SpamAssassin gave no verdict", where="--spam", fix="try it by hand, see what it says"
        )
    # The report stands below the message, whose own lines may look like its.
    named = _TESTS.search(report, status.start())
    tests = set(re.split(r"[,\s]+", named[1])) if named else set()
    rules = {
        name: (float(points), " ".join(words.split()))
        for points, name, words in _RULE.findall(report)
        if name in tests
    }
    where = Place(file=f"digest-{number}.eml" if number else "digest.eml")
    untravelled = sum(points for name, (points, _) in rules.items() if name in _UNTRAVELLED)
    rules = {name: rule for name, rule in rules.items() if name not in _UNTRAVELLED}
    score, required = float(status[1]) - untravelled, float(status[2])
    if score >= required:
        yield finding("spam-verdict", f"{score:.1f} points, {required:g} make spam", where)
    for name, (points, words) in sorted(rules.items(), key=lambda rule: -rule[1][0]):
        if points >= TELLING:
            yield finding("spam-rule", f"{points:.1f} points, {name}: {words}", where)

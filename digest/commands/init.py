"""``digest init``: a first digest.toml, explained line by line."""

from __future__ import annotations

from pathlib import Path

import click

SETTINGS = """\
# Settings of {title}. Every key is explained in docs/configuration.md of digest.

[newsletter]
title = {title_toml}
language = {language_toml}           # BCP 47: sets dates, direction and the fixed words of the mail
timezone = {timezone_toml}          # IANA name: the window's days are days there
sender = ""                # "Name <address@example.org>": needed before anything is sent
address = ""               # postal address for the footer: bulk mail laws ask for it
last_section = "Also this week"

[schedule]
every = "week"             # day | week | month, or an RFC 5545 RRULE
starts = "monday 00:00"

[window]
undated = "first-seen"     # first-seen | hold | drop
late = "rescue"            # rescue | drop
future = "hold"            # hold | drop

# Articles that you drop into this folder: .txt .md .html .eml .json .jsonl and feeds.
[[sources]]
path = "articles"

# A feed, a page or an OPML list; digest finds out which.
# [[sources]]
# url = "https://example.org/feed.xml"
# topic = "Science"        # optional: every article of it goes there
# max = 10                 # optional: at most so many per issue

# Topics are the sections, in this order. What matches none goes to last_section.
# [[topics]]
# name = "Science"
# keywords = ["telescope", "gene therapy"]
# hosts = ["science.example.org"]

# What stands in an issue besides articles, by date: docs/configuration.md has more.
# [[slots]]
# name = "sponsor"         # sponsor | top-story | jobs | events | quote | default
# heading = "Our sponsor"
# text = "**Acme**: [anvils](https://acme.example/) that fall where you want."
# since = 2025-05-01       # optional: its first and last day
# until = 2025-05-31

# Where `digest send` hands the issue over.
# [delivery.weekly]
# provider = "smtp"
# host = "smtp.example.org"
# username = "weekly"
# password = "env:SMTP_PASSWORD"                       # secrets only by reference
# unsubscribe = "https://example.org/leave?who={{email}}"  # bulk mail laws ask for it
"""


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False))
@click.option("--title", default="My newsletter", show_default=True, help="The newsletter's name.")
@click.option("--language", default="en", show_default=True, help="BCP 47 tag, such as de or ko.")
@click.option("--timezone", default="UTC", show_default=True, help="IANA name: Europe/Berlin.")
def command(folder: str, title: str, language: str, timezone: str) -> None:
    """Start a newsletter: write digest.toml here.

    Nothing that exists is overwritten.

    \b
    Example:
      digest init weekly --title "Eurasia Weekly" --timezone Asia/Seoul
    """
    from digest.commands._terminal import say
    from digest.config.read import parse_settings
    from digest.errors import UsageError
    from digest.workspace import SETTINGS_NAME, Workspace, write_text

    root = Path(folder)
    settings = root / SETTINGS_NAME
    if settings.exists():
        raise UsageError("a newsletter lives here already", where=settings, fix="edit that file")
    text = SETTINGS.format(
        title=" ".join(title.split()),
        title_toml=_toml(title),
        language_toml=_toml(language),
        timezone_toml=_toml(timezone),
    )
    # A wrong zone or language is told before anything is written.
    parse_settings(text, str(settings))
    write_text(settings, text)
    (root / "articles").mkdir(exist_ok=True)
    ignore = root / ".gitignore"
    if not ignore.exists():
        write_text(ignore, ".digest/\n")
    place = Workspace(root=root.absolute(), settings_path=settings.absolute())
    say(f"wrote {place.show(settings.absolute())}")
    inside = "" if folder == "." else f"cd {folder}, "
    say(
        f"next: {inside}`digest sources add URL` for each source (or name them in "
        f"{SETTINGS_NAME}), then run `digest articles`"
    )


def _toml(text: str) -> str:
    """A TOML basic string: JSON's escapes are a subset of TOML's."""
    import json

    return json.dumps(" ".join(text.split()), ensure_ascii=False)

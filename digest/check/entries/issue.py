"""What issue.md says."""

from __future__ import annotations

from digest.check.entry import Entry, error, warning

ENTRIES: tuple[Entry, ...] = (
    error(
        "no-subject",
        says="The issue has no subject.",
        why="Readers decide by the subject whether to open a mail, and filters suspect mail "
        "without one.",
        fix="write subject: … in the front matter",
    ),
    warning(
        "no-preheader",
        says="The issue has no preheader.",
        why="Mail clients show it after the subject; without one they take what comes first, "
        "the newsletter's own name.",
        fix="write preheader: … in the front matter, 35 to 140 characters",
    ),
    error(
        "no-items",
        says="The issue has no item outside Hold.",
        why="An empty issue that went out cannot be called back.",
        fix="compose with a wider window or more sources, or move items out of Hold",
    ),
    error(
        "item-without-link",
        says="An item, or a heading that looks like one, has no link.",
        why="The headline is how readers reach the article.",
        fix="write the headline as [title](https://…), or make a note of your own a #### heading",
    ),
    error(
        "item-without-title",
        says="An item's link has no text.",
        why="There is nothing to read and nothing to tap.",
        fix="write the headline between the brackets",
    ),
    error(
        "broken-markdown",
        says="Markdown signs that readers would see: a link that does not close, an undefined "
        "reference, emphasis that never ends.",
        why="What was meant as a link or emphasis arrives as punctuation.",
        fix="complete the link or emphasis, or write a backslash before the sign",
    ),
    error(
        "leftover-template",
        says="Template or merge syntax, or a token of ours, that nothing will replace.",
        why="Readers would see the braces, and a provider might run them as its own tags.",
        fix="take it out of the text or the template",
    ),
    warning(
        "empty-section",
        says="A section has nothing in it.",
        why="It is left out of the mail, which may not be what its heading was meant for.",
        fix="move an item there, or delete the heading",
    ),
    warning(
        "unknown-slot",
        says="A slot names a design that there is not.",
        why="It gets the plain design: an advertisement would not say that it is one.",
        fix="correct the name in the braces, or make templates/slots/NAME.html.j2",
    ),
    warning(
        "slot-date",
        says="A slot's since= or until= is no date.",
        why="Nobody notices when the slot has expired.",
        fix="write since=2025-04-21 or until=2025-05-31",
    ),
    warning(
        "slot-expired",
        says="A slot stands in an issue of a day that it is not booked for.",
        why="Readers meet an offer that is over, or one that has not begun.",
        fix="delete the section, or change the dates in its braces or in digest.toml",
    ),
    warning(
        "slot-double-booked",
        says="Two bookings want the same slot of this issue, or one booking stands in it twice.",
        why="One of two who paid is not printed, or one is printed twice.",
        fix="change the dates or the position of one of them, or delete one of the sections",
    ),
    warning(
        "subject-too-long",
        says="The subject takes more than 90 columns.",
        why="Lists of mails show 40 columns on a phone and 60 to 90 on a screen; the rest is cut.",
        fix="put what matters first and shorten subject: in the front matter",
    ),
    warning(
        "subject-repeated",
        says="The subject is that of the last issue.",
        why="Readers take it for a mail that they have, and clients put both into one thread.",
        fix="write subject: anew in the front matter",
    ),
    warning(
        "subject-capitals",
        says="The subject stands in capitals throughout.",
        why="It reads as shouting, and spam filters count it.",
        fix="write it as a sentence",
    ),
    error(
        "subject-placeholder",
        says="The subject is a placeholder that somebody meant to replace.",
        why="A subject such as “TODO” cannot be called back.",
        fix="write subject: in the front matter",
    ),
    warning(
        "subject-spam-prone",
        says="The subject has what spam filters count: rows of !!! or $$$, a false Re: or Fwd:.",
        why="A few such signs send the mail to the folder that nobody opens.",
        fix="say the same thing plainly",
    ),
    warning(
        "preheader-too-long",
        says="The preheader takes more than 140 columns.",
        why="No list of mails shows so much: its end is written for nobody.",
        fix="shorten preheader: in the front matter to 35 to 140 characters",
    ),
    warning(
        "preheader-repeats",
        says="The preheader says what the subject says.",
        why="The two stand side by side; the second line is wasted.",
        fix="write what the subject leaves out",
    ),
    warning(
        "one-item-section",
        says="A section has a single item, in an issue of twelve or more.",
        why="A heading for each story makes a long issue harder to scan.",
        fix="move the item to a section beside it, or join the two sections",
    ),
    warning(
        "duplicate-title",
        says="Two items have the same headline.",
        why="Readers meet what looks like the same story twice.",
        fix="cut one of the two, or write a headline that tells them apart",
    ),
    warning(
        "outside-window",
        says="An item is dated outside the issue's window, and digest did not rescue it as late.",
        why="Readers take it for news of these days.",
        fix="cut it, hold it, or say in its text when it happened",
    ),
    warning(
        "undated-item",
        says="No date is known of an item.",
        why="It may be years old; digest put it in because it saw it first in these days.",
        fix="look at the page, and cut the item if it is old",
    ),
    warning(
        "summary-cut",
        says="A summary breaks off: in the middle of a word or in dots that a feed left.",
        why="Readers see a sentence that nobody finished.",
        fix="finish the sentence, or end the summary at the one before",
    ),
)

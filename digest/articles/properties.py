"""Documents of word processors as Facts: their text, and what of their properties is worth a fact.

Who made a file and when says little: programs fill it in, and copies keep it. So a property
never contradicts the text, and the days on which a file was made and saved are no dates of an
article's publication at all.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from digest.articles.bylines import is_house, is_name
from digest.articles.plain import read_body, read_plain, with_file_date
from digest.errors import ArticleError
from digest.markup import clean_text
from digest.model.candidate import Fact
from digest.model.facts import Facts

EXTRA = "newsletter-digest[documents]"
MADE = "when the file was made or saved: every copy sets it anew"
NO_STANDFIRST = "a property, no standfirst of the text"
MAX_CHARACTERS = 200_000
"""Characters of a document that are read: no article is longer."""

NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint)\b.*|untitled.*|unbenannt.*|sans titre.*|sin título.*"
    r"|(?:document|dokument|documento|title|titel|print|layout|slide)\s?\d*|word document"
    r"|.*\.(?:docx?|odt|indd|qxp|pdf|rtf|txt|html?))",
    re.IGNORECASE,
)
NO_CREATOR = re.compile(
    r"\b(?:user|admin|administrator|office|microsoft|python|word|docx|owner|windows|benutzer"
    r"|utilisateur|usuario|author|unknown|adobe|latex|tex|scanner)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a document holds: its paragraphs as one text, its marked headline and standfirst, and
    its properties as they are. ``others`` are those that become no fact, for ``--explain``: the
    fact that they speak of, what they say, their name and why that is not believed."""

    text: str
    title: str = ""
    standfirst: str = ""
    stated_title: str = ""
    creator: str = ""
    keywords: str = ""
    language: str = ""
    others: tuple[tuple[Fact, str, str, str], ...] = ()
    problems: tuple[str, ...] = ()


def document_facts(words: Words, *, name: str, timezone: str, explain: bool = False) -> list[Facts]:
    """The article of a document, as a list of one; several where the text parts them.

    The headline is the one that is marked as that, else the text's first line; the property
    only where it stands at the text's beginning, or the text has none. A creator is the author
    where the text names none and it reads as a person's name. With ``explain`` the facts carry
    what was weighed. Raises ArticleError for a document without text, naming the file ``name``.
    """
    text = words.text[:MAX_CHARACTERS]
    problems = list(words.problems)
    if len(words.text) > MAX_CHARACTERS:
        problems.append(f"is longer than {MAX_CHARACTERS:,} characters: the rest was not read")
    if not text.strip() and not words.title:
        raise ArticleError("holds no text", name, "scanned pages must be read as text before")
    stated = clean_text(words.stated_title)
    stated = "" if NO_TITLE.fullmatch(stated) else stated
    title, body = words.title, text
    if not title and stated and (rest := _without_start(text, stated)) is not None:
        title, body = stated, rest
    if title:
        found = [
            read_body(
                body, timezone=timezone, title=title, standfirst=words.standfirst, headed=True
            )
        ]
        found = [with_file_date(dataclasses.replace(found[0], title=title), name)]
    else:
        found = read_plain(text, name=name, timezone=timezone, explain=explain)
    if len(found) == 1:
        found = [_with_properties(found[0], words, stated)]
    if explain:
        from digest.articles.weigheddocument import weigh_document

        lines = body.split("\n") if len(found) == 1 else None
        found = [
            weigh_document(facts, words, lines, name=name, timezone=timezone) for facts in found
        ]
    return [
        dataclasses.replace(facts, problems=tuple(dict.fromkeys([*problems, *facts.problems])))
        for facts in found
    ]


def _with_properties(facts: Facts, words: Words, stated: str) -> Facts:
    problems = list(facts.problems)
    if not facts.title and stated:
        facts = dataclasses.replace(facts, title=stated)
        problems = [problem for problem in problems if problem != "no title"]
        problems.append("has its headline from the document's properties")
    creator = clean_text(words.creator)
    if not facts.authors and is_person(creator):
        facts = dataclasses.replace(facts, authors=(creator,))
        problems.append("has its author from the document's properties")
    keywords = [clean_text(part) for part in re.split(r"[,;]", words.keywords[:2000])]
    tag = words.language.strip().replace("_", "-")
    return dataclasses.replace(
        facts,
        categories=facts.categories or tuple(dict.fromkeys(filter(None, keywords[:50]))),
        language=facts.language
        or (tag if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", tag) else ""),
        problems=tuple(problems),
    )


def is_person(creator: str) -> bool:
    """True for a creator that reads as a person's name, not as a program's or a house's."""
    named = " " in creator and is_name(creator) and not is_house(creator)
    return named and not NO_CREATOR.search(creator)


def _without_start(text: str, title: str) -> str | None:
    """The text behind its headline, None where it does not begin with that."""
    words = [re.escape(word) for word in title.split()[:60]]
    found = re.match(r"\s*" + r"\s+".join(words) + r"[ \t]*(?:\n|$)", text, re.IGNORECASE)
    return text[found.end() :] if found is not None else None

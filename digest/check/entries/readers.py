"""What readers with screen readers, or without images, get."""

from __future__ import annotations

from digest.check.entry import Entry, warning

ENTRIES: tuple[Entry, ...] = (
    warning(
        "missing-alt",
        says="An image has no alternative text.",
        why="Many clients show no images at first, and some readers never see them.",
        fix="describe it between the brackets: ![description](https://…)",
    ),
    warning(
        "heading-order",
        says="The headings are not one h1 followed by levels that skip none.",
        why="Readers with screen readers move by headings.",
        fix="use the levels of the built-in theme: h1 title, h2 sections, h3 items",
    ),
    warning(
        "link-without-text",
        says="A link has no text and no image with a description.",
        why="It cannot be seen, tapped or read aloud.",
        fix="write text between the brackets of the link",
    ),
    warning(
        "alt-is-file-name",
        says="An image's alternative text is the name of its file.",
        why="It is read aloud and says nothing: “I M G underscore 4711”.",
        fix="describe what the image shows: ![description](https://…)",
    ),
    warning(
        "vague-link",
        says="A link's text is “here”, “read more” or the like.",
        why="Screen readers list links without the sentence around them.",
        fix="link the words that name the target",
    ),
    warning(
        "bare-address",
        says="A link's text is a web address.",
        why="A screen reader spells it out; on a phone it fills the screen.",
        fix="write words: [the report](https://…)",
    ),
    warning(
        "low-contrast",
        says="Text stands out from its ground by less than WCAG AA asks: 4.5:1, 3:1 for large "
        "text; in light, in dark or in Outlook's dark mode.",
        why="Many cannot read it, and nobody can in sunlight.",
        fix="darken the text or lighten its ground in the stylesheet, for dark mode the other way",
    ),
    warning(
        "table-without-role",
        says='A table that only places things has no role="presentation".',
        why="Screen readers announce rows and columns where there are none.",
        fix='add role="presentation" in the template, or header cells if it is a table of data',
    ),
    warning(
        "reading-order",
        says="The HTML has the items in another order than issue.md, or sets an order of its own "
        "with tabindex.",
        why="Who listens, or moves by keyboard, meets them in that other order.",
        fix="put the items into the template in the order of the issue",
    ),
    warning(
        "wrong-language",
        says="The text is in another script than the language that the mail says it is in.",
        why="Screen readers pronounce it by the rules of that language.",
        fix="correct language in digest.toml or in the front matter",
    ),
)

"""Documents over the whole of Markdown's constructs, for properties: hypothesis strategies.

A document is built as Markdown is: inline pieces make leaves, leaves stand in containers (quotes,
list entries, footnotes) to any depth, and all of it between digest's own headings. Then it is
damaged as people and programs damage files: lines fall out, line ends are mixed, the final one is
missing. Leaves come from tables, so that a document costs hypothesis few draws.
"""

from __future__ import annotations

from hypothesis import strategies as st

INLINE = (
    "plain words",
    "*emphasis* and _more_, **strong** __too__, ***both***, ~~struck~~",
    "un*frozen*ly snake_case_word 2*3*4 **open and *crossed** over*",
    "`code` ``with ` tick`` `[no](https://example.org/link)` `open",
    "[inline](https://example.org/in 'a title') [angle](<https://example.org/a b>)",
    "[paren](https://example.org/w_(x)) [empty]() [](https://example.org/none)",
    "[full][ref], [collapsed][], [ref], [Ünïcode][ß], [missing][nowhere]",
    "<https://example.org/auto?a=1&b=2> <mail@example.org> https://example.org/bare",
    "![image](https://example.org/i.png 'alt') ![ref]",
    "[![linked image](i.png)](https://example.org/i)",
    "a footnote[^1] and[^note] another[^missing]",
    "<b>raw</b> <br/> <!-- comment --> <a href='https://example.org/h'>html</a> <?php ?>",
    "&amp; &copy; &#x1F5DE; &nosuch; \\* \\[escaped\\] \\\\ \\<b>",
    "hard break with blanks  \nsecond line",
    "hard break with a stroke\\\nsecond line",
    "soft break\n   indented continuation\n\ttabbed continuation",
    "Привет мир 日本語の文 🗞️👩‍👩‍👧 e\u0301 \u00a0nbsp\u00a0",
    "עברית עם [קישור](https://example.org/rtl) \u200fمرحبا\u200e",
    "next\x85line, line\u2028separator, para\u2029graph",
    "form\x0cfeed, vertical\x0btab, unit\x1fseparator, bell\x07",
    "zero\x00byte and \ufeffmark and \ufffd",
    "{.attributes} {#id key=value} {{ jinja }} {% raw %}",
    "| not | a table",
    "trailing blanks \t ",
    "https://example.org/" + "long" * 60,
    "[" * 30 + "brackets" + "]" * 30,
    "<!-- digest:0a1b -->",
)

OURS = (
    "## Diplomacy",
    "## Trade & ferries ##",
    "## Sponsor {.slot}",
    "## Top story {.slot #top until=2025-05-01}",
    "## Hold",
    "##\thold",
    "## {.slot}",
    "##",
    "### [Linked](https://example.org/a)",
    "### [Linked](https://example.org/b) — more [words](https://example.org/c) ###",
    "### [By reference][ref]",
    "### [ref]",
    "### **[Bold](https://example.org/bold)** rest",
    "### *[Emphasised](https://example.org/em 'title')*",
    "### <https://example.org/auto>",
    "### Without link",
    "### Own <!-- digest:abc -->",
    "### [Source](https://example.org/) <!-- digest:def --> <!-- note -->",
    "### [Code `](https://example.org/no)`](https://example.org/code)",
    "### [Bad](javascript:alert(1))",
    " ### [Indented](https://example.org/i)",
    "[Underlined](https://example.org/u)\n---",
    "Setext section\n-----",
    "Two lines of\na setext section\n  ---  ",
    "*Example Times · 24 April 2025 · 3 min read*",
    "_Other byline_",
    "*a* and *b*",
    "Also covered by: [Second](https://example.org/2), [Third, with comma](https://example.org/3)",
    "Also covered by: Plain, [ref], <https://example.org/4>",
    "also  COVERED by: [Second](https://example.org/2)",
    "Also covered by: [Second](https://example.org/2) and words",
    "Earlier: [Before, all](https://example.org/3), [More](https://example.org/4)",
    "EARLIER:  [ref], <https://example.org/4>",
    "Earlier: [Before](https://example.org/3) and words",
    "- [Loose](https://example.org/k)\n\n  Words.\n\n  Earlier: [B](https://example.org/3)",
    "- [Entry](https://example.org/e) — *By* · text",
    "- [Entry](https://example.org/f)\n- [Next](https://example.org/g): words\n- plain",
    "- [Loose](https://example.org/h)\n\n  Words.\n\n  Also covered by: [S](https://example.org/2)",
    "* [Star](https://example.org/s): text\n  - nested [link](https://example.org/x)\n    1. deep",
    "1. [Number](https://example.org/n)\n2. [Number](https://example.org/o)\n10) other",
    "-\t[Tabbed](https://example.org/t)\n\n\ttext",
    "-     [code](https://example.org/no)",
    "- - [List in list](https://example.org/l)",
    "+ **[Bold entry](https://example.org/v)**\n+ [ref] and\n  words",
    "- [Own entry] <!-- digest:fee -->\n- Own <!-- digest:ada --> text",
)

LEAVES = (
    "# First level",
    "#### Fourth level ####",
    "###### Sixth #",
    "Setext one\n===",
    "* * *",
    "___",
    "- - -",
    "---",
    "```\n### [code](https://example.org/no)\n```",
    "~~~ html {.x}\n## Not a section\n\n~~~",
    "````md\n```\nnested\n```\n````",
    "```\nnever closed",
    "~~~",
    "    indented code\n\n\t### [code](https://example.org/no)\n    more",
    "<div>\n\n*markdown inside*\n\n</div>",
    "<script>\n## no section\n\n</script> after",
    "<pre>\n### [no](https://example.org/no)\n</pre>",
    "<!-- a note\n\n## no section\n-->",
    "<!-- never closed",
    "<?php\n## no ?>",
    "<![CDATA[\n## no\n]]>",
    "<!DOCTYPE html>",
    "<table><tr><td>\n## inside\n</td></tr></table>",
    "<a href='x'>\nhtml of the seventh kind",
    "| a | b |\n|---|:-:|\n| 1 | [x](https://example.org/x) |\n| `\\|` | 2 |",
    "a | b\n-|-\n1 | 2\nafter",
    "| no |\n| --- | --- |",
    "[ref]: https://example.org/ref 'Title'",
    '[ß]: <https://example.org/a b> "two\nlines"',
    "[ref]:\n  https://example.org/other\n[^x]: https://example.org/looks-like-a-note",
    "[broken]: <",
    "[^1]: A footnote.\n    With a second paragraph.",
    "[^note]: - a list\n      in a note",
    "Term\n: definition",
    "",
    "  \t",
    "\n\n",
)

_INLINE = st.sampled_from(INLINE)
_LEAF = st.one_of(
    st.sampled_from(OURS),
    st.sampled_from(OURS),
    st.sampled_from(LEAVES),
    st.lists(_INLINE, min_size=1, max_size=3).map(" ".join),
    st.tuples(st.sampled_from(["## ", "### ", "# ", "#### ", "- ", "7. "]), _INLINE).map("".join),
    st.tuples(_INLINE, st.sampled_from(["\n---", "\n==="])).map("".join),
)

# First line's mark, the other lines' and whether empty lines get it too.
CONTAINERS = (
    ("> ", "> ", True),
    (">", ">", True),
    ("> ", "", False),  # lazy continuation
    ("- ", "  ", False),
    ("* ", "  ", True),
    ("+   ", "    ", False),
    ("-\t", "\t", False),
    ("1. ", "   ", False),
    ("99999) ", "       ", False),
    ("0. ", "   ", False),
    (" - ", "   ", False),
    ("   > ", "   > ", True),
    ("[^1]: ", "    ", False),
    ("- ", "", False),
    ("    ", "    ", False),
    ("- [ ] ", "  ", False),
)


def _contain(text: str, container: tuple[str, str, bool]) -> str:
    first, others, always = container
    return "\n".join(
        (first if not at else others if line or always else "") + line
        for at, line in enumerate(text.split("\n"))
    )


_CONTAINERS = st.lists(st.sampled_from(CONTAINERS), max_size=3)


def _nest(parts: tuple[list[str], list[tuple[str, str, bool]], str]) -> str:
    leaves, containers, between = parts
    text = between.join(leaves)
    for container in containers:
        text = _contain(text, container)
    return text


# Tight or loose; what stands in one container is one block or several.
BLOCKS = st.one_of(
    _LEAF,
    _LEAF,
    st.tuples(
        st.lists(_LEAF, min_size=1, max_size=3), _CONTAINERS, st.sampled_from(["\n", "\n\n"])
    ).map(_nest),
)

HEADS = (
    "",
    "",
    "\ufeff",
    "---\n---\n",
    "---\ntitle: Weekly\nsubject: 'S'\nwindow: 2025-04-21/2025-04-28\n---\n\n",
    "---\ntitle: T # why\n# a comment\n\nunknown: [1, 2]\nsubject: S  # and this\n---\n",
    "\ufeff---\nlist:\n  - a\n  # b\n\ntitle: >\n  folded\n  text\n...\n",
    '--- \ntitle: "x\\ty"\npreheader:\n---\t\n\n',
    "---\n{title: flow, x: {y: z}}\n---\n",
    "---\ntitle: |\n  Two\n  lines\nalias: &a [1]\nother: *a\ndate: 2025-04-21 10:00\n---\n",
    "---\n# nothing but a comment\n---\n",
    "---\ntitle: 'it''s'\nعنوان: נייעס\ntags:\n- a\n-   b\n? complex\n: value\n---\n",
    "---\n\n---\n",
    "----\n",
    " ---\ntitle: no front matter\n---\n",
)
_LINE_ENDS = st.sampled_from(["\n", "\n", "\r\n", "\r", "mixed"])


def _end_lines(text: str, end: str, seed: int) -> str:
    if end != "mixed":
        return text.replace("\n", end)
    lines = text.split("\n")
    kinds = ("\n", "\r\n", "\r")
    # A different end for every line, from one draw.
    ends = [kinds[(seed >> (2 * (at % 16))) % 3] for at in range(len(lines) - 1)] + [""]
    return "".join(line + each for line, each in zip(lines, ends, strict=True))


@st.composite
def documents(draw: st.DrawFn, heads: tuple[str, ...] = HEADS, must: tuple[str, ...] = ()) -> str:
    """An issue.md by somebody who knows all of Markdown, or by a program that does not.

    One of ``must``, where there are any, stands among the rest as it is.
    """
    parts = draw(st.lists(st.tuples(BLOCKS, st.sampled_from(["\n\n", "\n", "\n \n"])), max_size=9))
    lines = "".join(block + between for block, between in parts).split("\n")
    for at in draw(st.lists(st.integers(0, 40), max_size=2)):
        if at < len(lines):
            del lines[at]
    if must:
        at = draw(st.integers(0, len(lines)))
        lines[at:at] = ["", *draw(st.sampled_from(must)).split("\n"), ""]
    text = "\n".join(lines)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    text = draw(st.sampled_from(heads)) + text
    return _end_lines(text, draw(_LINE_ENDS), draw(st.integers(0, 2**32 - 1)))

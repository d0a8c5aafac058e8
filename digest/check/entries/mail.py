"""The mail itself: size, structure, sender, what clients and filters make of it."""

from __future__ import annotations

from digest.check.entry import Entry, error, warning

ENTRIES: tuple[Entry, ...] = (
    error(
        "too-large",
        says="The HTML part is larger than 102,400 bytes, as it travels or decoded.",
        why="Gmail shows the beginning alone and hides the rest, the unsubscribe link included.",
        fix="cut items or shorten summaries in the heaviest sections, or let overflow under "
        "[render] do it",
    ),
    error(
        "image-not-inside",
        says="A picture that should travel inside the message cannot.",
        why="Readers see an empty frame in its place.",
        fix="put it beside issue.md as a PNG, JPEG or GIF made small for mail, or link to it on "
        "the web",
    ),
    warning(
        "size-near-limit",
        says="The HTML part has more than 80 % of the 102,400 bytes that Gmail shows.",
        why="A few more lines, or a provider's own additions, and Gmail hides the end.",
        fix="cut items or shorten summaries in the heaviest sections",
    ),
    warning(
        "no-sender",
        says="digest.toml names no sender.",
        why="The message has no From header, and a target needs one of its own.",
        fix='write sender = "Name <name@example.org>" under [newsletter]',
    ),
    error(
        "bad-sender",
        says="The sender in digest.toml is not a mail address.",
        why="The message has no From header: servers refuse it.",
        fix='write sender = "Name <name@example.org>" under [newsletter]',
    ),
    warning(
        "no-address",
        says="digest.toml names no postal address.",
        why="The law of many countries asks for it in mail to many (CAN-SPAM, and the imprint "
        "duties of the EU).",
        fix='write address = "…" under [newsletter]',
    ),
    error(
        "bad-message",
        says="The message is not the MIME that mail servers expect.",
        why="Servers reject or mend it, each in its own way.",
        fix="render the issue again; if the finding stays, it is a bug of digest: report it",
    ),
    error(
        "html-structure",
        says="The HTML lacks what every client needs: doctype, language, direction, charset, "
        "viewport or title.",
        why="Clients fall into quirks mode, screen readers into the wrong voice.",
        fix="give it back to the theme's issue.html.j2; the built-in classic shows how",
    ),
    error(
        "html-forbidden",
        says="The HTML holds what mail clients take out or punish: scripts, forms, frames, event "
        "handlers, remote stylesheets.",
        why="The part does not work, and filters score the whole mail for it.",
        fix="take it out of the template",
    ),
    error(
        "control-characters",
        says="Control characters stand in the HTML or the text.",
        why="Gmail clips a message with them at any size.",
        fix="retype the passage, or paste it as plain text",
    ),
    warning(
        "style-too-large",
        says="The stylesheets that stay in the head have more than 16 KB together.",
        why="Gmail drops what comes after, and with it small screens and dark mode.",
        fix="shorten the kept parts of the theme's style.css",
    ),
    error(
        "text-differs",
        says="The text part lacks an item or a link of the HTML, or has them in another order.",
        why="Readers of plain text miss it, and filters take differing parts for a trick.",
        fix="mend the theme's issue.txt.j2",
    ),
    warning(
        "text-too-wide",
        says="A line of the text part is wider than 76 columns and is no address.",
        why="Clients break it at a place of their own, and replies tear it apart.",
        fix="wrap it: in the theme's issue.txt.j2 with fill, in a code block by hand",
    ),
    warning(
        "stale-render",
        says="The rendered files are not what issue.md says now.",
        why="What was looked at is not what would be sent.",
        fix="run digest render",
    ),
    warning(
        "no-unsubscribe",
        says="A delivery target has no unsubscribe address.",
        why="Readers who cannot leave press “spam”; laws on mail to many and the rules of Gmail "
        "and Yahoo ask for a way out with one click.",
        fix='write unsubscribe = "https://example.org/leave?who={email}" in the target\'s table',
    ),
    error(
        "unsubscribe-not-shown",
        says="A template of the workspace leaves out the unsubscribe link that a delivery target "
        "has.",
        why="Readers who find no way out press “spam”; the law on mail to many asks for one that "
        "is seen, and many clients do not show the one in the headers.",
        fix="take the footer of the built-in theme, or link to issue.unsubscribe in your own",
    ),
    warning(
        "address-not-shown",
        says="A template of the workspace leaves out the postal address.",
        why="The law of many countries asks that mail to many shows it.",
        fix="take the footer of the built-in theme, or write {{ issue.address }} in your own",
    ),
    warning(
        "few-words",
        says="There is little text beside the images.",
        why="Filters take mails of images for spam, and many readers see no images at first.",
        fix="say in words what the images show",
    ),
    warning(
        "remote-resource",
        says="The mail needs what it has to load: a font, a background image, a tracking pixel.",
        why="Clients block it, ask the reader first, or tell the sender who opened the mail.",
        fix="do without it, or let the design stand when it is missing",
    ),
    warning(
        "image-without-size",
        says="An image has no width and height.",
        why="The text jumps when it comes, and Outlook shows it in its natural size.",
        fix="give width and height as attributes, in px",
    ),
    error(
        "spam-verdict",
        says="With --spam: SpamAssassin takes the message for spam.",
        why="Many servers ask it, or something like it.",
        fix="mend what the rules below name, the heaviest first",
    ),
    warning(
        "spam-rule",
        says="With --spam: a rule of SpamAssassin gives the message a point or more.",
        why="A few of these together make it spam.",
        fix="mend what the rule names",
    ),
    error(
        "client-unsupported",
        says="Half or more of the mail clients in [check] clients do not know a part of HTML or "
        "CSS that the mail needs.",
        why="For these readers the mail looks otherwise than you see it. Which client supports "
        "what is caniemail.com's knowledge, kept in digest with its date.",
        fix="use something else in the template, or name the clients that your readers have in "
        "[check] clients",
    ),
    warning(
        "client-partial",
        says="Some of the mail clients in [check] clients do not know a part of HTML or CSS that "
        "the mail needs, or most of them one that only adds to it.",
        why="Some readers see the mail otherwise than you do. What nobody would notice is not "
        "told: digest/check/support.py lists it with the reasons.",
        fix="look at the page named, and make sure that the mail reads well without it",
    ),
    error(
        "broken-template",
        says="A template or stylesheet has a mistake, and the issue cannot be rendered.",
        why="Nothing can be sent, and nothing else can be checked until it is mended.",
        fix="mend the line",
    ),
    error(
        "css-syntax",
        says="A stylesheet of the workspace has something that is no CSS.",
        why="Clients skip it, often with all that follows up to the next brace.",
        fix="mend the line",
    ),
    warning(
        "css-unknown-property",
        says="A stylesheet of the workspace sets a property that CSS does not have.",
        why="It does nothing, most likely because of a typing mistake.",
        fix="correct the name",
    ),
    warning(
        "css-unused-token",
        says="A stylesheet of the workspace sets a name that nothing reads.",
        why="The mail looks as before, most likely because of a typing mistake.",
        fix="correct the name; docs/templates.md has those that there are",
    ),
    warning(
        "css-bad-value",
        says="A stylesheet of the workspace gives a property a value that CSS does not take: a "
        "colour that is none, a length without its unit.",
        why="Clients skip the declaration, and what was set before stays.",
        fix="write the value as CSS wants it: #7a1f1f, 12px",
    ),
    warning(
        "css-nested-rule",
        says="A stylesheet of the workspace has an @-rule inside another, such as @media in "
        "@supports.",
        why="Gmail drops the whole <style> that it stands in, small screens and dark mode with "
        "it; what becomes style attributes goes without that rule.",
        fix="take it out of the other, and join their conditions with “and”",
    ),
)

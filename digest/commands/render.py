"""``digest render``."""

from __future__ import annotations

import click

from digest.commands._options import issue_argument, open_issue, open_settings


@click.command()
@issue_argument
@click.pass_context
def command(ctx: click.Context, issue: str | None) -> None:
    """Turn issue.md into HTML, text and message.

    ISSUE is a slug or a path; nothing means the newest issue. The same input gives the same
    bytes on any machine.

    \b
    Example:
      digest render 2025-W17
    """
    import gc

    from digest.commands._terminal import say, warn

    # Most of what is made lives to the end of the run; going over it again and again finds
    # nothing: a tenth of the processor time of `python -m bench render`.
    gc.set_threshold(200_000, 20, 100)
    from digest.press import prove, write_rendered
    from digest.render import LIMIT_BYTES

    workspace, settings = open_settings(ctx, required=False)
    folder = open_issue(workspace, issue)
    with workspace.lock():
        folder.clear_unfinished()
        rendered = prove(workspace, settings, folder).rendered
        write_rendered(folder, rendered)
    mails = folder.parts() if rendered.parts else [folder.message]
    for path in (folder.html, folder.text, *mails):
        say(f"wrote {workspace.show(path)} ({path.stat().st_size:,} bytes)")
    if not rendered.fitted and rendered.size <= LIMIT_BYTES:
        return
    from digest.check import weigh

    weight = weigh(rendered.whole or rendered)
    if rendered.fitted:
        say(f"whole, the HTML would have {weight}")
        say(f"so that Gmail shows all of it: {rendered.fitted}")
    else:
        warn(
            f"the HTML has {weight}, and Gmail hides the rest: overflow under [render] in "
            'digest.toml says what becomes of it ("trim", "link" or "split")'
        )

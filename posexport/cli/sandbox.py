"""A local PowerOffice Go."""

from __future__ import annotations

import sys

import click

from posexport.cli.options import example, find_lang


@click.command(
    short_help="A local PowerOffice Go to try things against.",
    epilog=example("posexport sandbox", "posexport sandbox --port 8899"),
)
@click.option("--port", type=click.IntRange(0, 65535), default=8899, show_default=True, help="0: any free port.")
def sandbox(port: int) -> None:
    """A local PowerOffice Go, both APIs, to try things against. On its page in a browser you are the bookkeeper: post,
    delete, edit, correct, lock a period, invoice and credit orders, and choose how Go behaves. Keeps nothing. Stop with
    Ctrl+C."""
    from posexport.sandbox.__main__ import main
    from posexport.texts.messages import tell

    lang = find_lang()  # drafts are received in threads, which know of no command
    sys.exit(main(["--port", str(port)], lambda message, **facts: tell(message, lang, **facts)))

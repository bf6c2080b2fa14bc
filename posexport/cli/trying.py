"""Commands to try posexport with: the demo, the doctor, and the sandbox."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posexport.cli.options import (
    console,
    example,
    find_venues,
    leave,
    print_json,
    with_json,
    with_lang,
    with_venues,
    working,
)
from posexport.errors import Exit

if TYPE_CHECKING:
    from posexport.texts.language import Lang


@click.command(
    short_help="The whole main job on example sales; no keys needed.",
    epilog=example("posexport demo", "posexport demo --keep demo-files", "posexport demo --office"),
)
@click.option("--keep", metavar="DIR", type=click.Path(path_type=Path), help="Keep the files in this folder.")
@click.option("--office", is_flag=True, help="Then open the back office on the demo's days, in a browser.")
@with_lang
@click.pass_context
def demo(ctx: click.Context, keep: Path | None, office: bool, lang: Lang) -> None:
    """The whole main job on example sales: preview, drafts in a local sandbox, a second run.

    Needs no keys and no network. Files go to ./posexport-demo unless --keep names another folder. With --office the
    sandbox stays, and a browser opens with what waits.
    """
    from posexport.demo.run import run_demo

    go_on = None
    if office:
        from posexport.cli.office import import_office, keep_open

        import_office()
        go_on = partial(keep_open, port=0)
    leave(ctx, run_demo(keep or Path("posexport-demo"), console(), lang, go_on))


@click.command(
    short_help="Ask PowerOffice Go whether this will work.",
    epilog=example("posexport doctor", "posexport doctor --venue torget"),
)
@with_venues
@with_json
@with_lang
@click.pass_context
def doctor(ctx: click.Context, venues: tuple[str, ...], as_json: bool, lang: Lang) -> None:
    """Ask PowerOffice Go whether this will work: keys, privileges, accounts, VAT codes, departments, lock date."""
    from posexport.app.doctor import examine, format_diagnoses
    from posexport.cli.printing import print_diagnosis

    with working(ctx, reads_only=True) as workspace:
        diagnoses = []
        for diagnosis in examine(workspace, find_venues(workspace, venues), lang):
            diagnoses.append(diagnosis)
            if not as_json:
                print_diagnosis(diagnosis, console(), lang)
    if as_json:
        print_json(format_diagnoses(diagnoses))
    leave(ctx, max((diagnosis.exit_code for diagnosis in diagnoses), default=Exit.DONE))


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

    sys.exit(main(["--port", str(port)]))

"""The whole main job on example sales."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posexport.cli.options import console, example, find_lang, leave, with_lang

if TYPE_CHECKING:
    from posexport.texts.language import Lang


@click.command(
    short_help="The whole main job on example sales; no keys needed.",
    epilog=example(
        "posexport demo",
        "posexport demo --keep demo-files",
        "posexport demo --office",
        "posexport demo --office --fresh",
    ),
)
@click.option("--keep", metavar="DIR", type=click.Path(path_type=Path), help="Keep the files in this folder.")
@click.option("--office", is_flag=True, help="Then open the back office on the demo's days, in a browser.")
@click.option("--fresh", is_flag=True, help="With --office: begin anew, and remove what was done in the demo before.")
@with_lang
@click.pass_context
def demo(ctx: click.Context, keep: Path | None, office: bool, fresh: bool, lang: Lang) -> None:
    """The whole main job on example sales: preview, drafts in a local sandbox, a second run.

    Needs no keys and no network. Files go to ./posexport-demo unless --keep names another folder. With --office the
    sandbox stays, and a browser opens with what waits; started again, it goes on with the days as they were left.
    """
    from posexport.demo.run import resume_demo, run_demo

    folder, go_on, spoken = keep or Path("posexport-demo"), None, find_lang(ctx)
    if office:
        from posexport.cli.office import import_office, keep_open

        import_office()
        go_on = partial(keep_open, port=0)
        resumed = None if fresh else resume_demo(folder, console(), lang, go_on, spoken)
        if resumed is not None:
            leave(ctx, resumed)
            return
    leave(ctx, run_demo(folder, console(), lang, go_on, spoken))

"""posexport import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from posexport.cli.options import (
    console,
    example,
    leave,
    print_json,
    with_json,
)
from posexport.cli.stopping import (
    format_command,
    working_until_stopped,
)
from posexport.errors import ImportStopped


@click.command(
    "import",
    short_help="Read sales: SAF-T, CSV, Excel or JSON.",
    epilog=example("posexport import sales.xml", "posexport import --venue torget november.zip"),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "file_format", type=click.Choice(["saft", "csv", "jsonl"]), help="Default: recognised.")
@click.option("--venue", metavar="ID", help="Every register in the files is this venue's.")
@click.option("--other-company", is_flag=True, help="Take files of another organization number than the company's.")
@with_json
@click.pass_context
def import_(
    ctx: click.Context,
    files: tuple[Path, ...],
    file_format: str | None,
    venue: str | None,
    other_company: bool,
    as_json: bool,
) -> None:
    """Read sales: SAF-T Cash Register, CSV, an Excel sheet or JSON, also inside a ZIP, a mail (.eml) or a folder; - is
    standard input. A file read twice adds nothing."""
    told = f"Stopped: nothing of the file that was being read is stored. Go on with: {format_command(ctx)}"
    with working_until_stopped(ctx, lambda: told) as workspace:
        from posexport.app.import_sales import import_sales
        from posexport.cli.printing import format_imported, print_imported, show_progress

        with show_progress(console(stderr=True)) as on_progress:
            imported = import_sales(
                workspace,
                files,
                file_format=file_format,
                venue_id=venue,
                other_company=other_company,
                on_progress=on_progress,
            )
        if isinstance(imported.trouble, ImportStopped):
            imported = replace(imported, trouble=ImportStopped(imported.trouble.path, format_command(ctx)))
    if as_json:
        print_json(format_imported(imported))
    print_imported(imported, quiet=as_json)
    leave(ctx, imported.exit_code)

"""Reading sales; what was read, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from posexport.cli.options import Group, console, example, find_venues, leave, print_json, with_json, word, working
from posexport.cli.stopping import format_command, working_until_stopped
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
    told = word(
        "Stopped: nothing of the file that was being read is stored. Go on with: {command}", command=format_command(ctx)
    )
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


@click.group(
    cls=Group,
    invoke_without_command=True,
    short_help="What was read, by whom; and how to take one back.",
    epilog=example("posexport imports", 'posexport imports undo 12 --why "The file of another shop"'),
)
@click.option("--venue", metavar="ID", help="Only imports with tickets of this venue.")
@with_json
@click.pass_context
def imports(ctx: click.Context, venue: str | None, as_json: bool) -> None:
    """List the files that were read: when, by whom, what came of them, and which were taken back."""
    if ctx.invoked_subcommand is None:
        _list_imports(ctx, venue, as_json)


@imports.command("list", epilog=example("posexport imports list", "posexport imports list --venue torget --json"))
@click.option("--venue", metavar="ID", help="Only imports with tickets of this venue.")
@with_json
@click.pass_context
def imports_list(ctx: click.Context, venue: str | None, as_json: bool) -> None:
    """List the files that were read, as posexport imports alone does."""
    before = ctx.parent.params if ctx.parent else {}  # what was said before the word list
    _list_imports(ctx, venue or before.get("venue"), as_json or bool(before.get("as_json")))


def _list_imports(ctx: click.Context, venue: str | None, as_json: bool) -> None:
    from posexport.app.imports import find_zones, format_imports, list_imports
    from posexport.cli.printing import print_imports

    with working(ctx, reads_only=True) as workspace:
        found = list_imports(workspace, find_venues(workspace, [venue], to_look_at=True)[0] if venue else None)
        zones = find_zones(workspace)
    if as_json:
        print_json(format_imports(found))
        return
    print_imports(found, zones, console())


@imports.command("undo", epilog=example('posexport imports undo 12 --why "The file of another shop"'))
@click.argument("import_id", metavar="ID", type=int)
@click.option("--why", default="", metavar="TEXT", help="The reason; kept with your name and the time.")
@with_json
@click.pass_context
def imports_undo(ctx: click.Context, import_id: int, why: str, as_json: bool) -> None:
    """Take import ID back, as if its file had never been read. A ticket that another import has too stays, as that one
    has it. A day that is drafted already shows as changed. The same file may be read again.
    """
    from posexport.app.imports import format_undone, undo_import
    from posexport.cli.printing import print_undone

    with working(ctx) as workspace:
        undone = undo_import(workspace, import_id, why)
    if as_json:
        print_json(format_undone(undone))
    print_undone(undone, quiet=as_json)

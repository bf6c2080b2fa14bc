"""The setup file: applied, shown, drafted."""

from __future__ import annotations

import os
from pathlib import Path

import click

from posexport.cli.options import (
    Group,
    example,
    format_json,
    print_json,
    with_json,
    with_out,
    working,
    write_file,
)


@click.group(cls=Group)
def setup() -> None:
    """Companies, venues, accounts and keys."""


@setup.command(
    "apply",
    epilog=example(
        "posexport setup apply fjordmat.toml",
        "posexport setup apply fjordmat.toml --rename torget=torget-bar",
        "posexport setup apply fjordmat.toml --remove torget",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--rename",
    "renames",
    multiple=True,
    metavar="OLD=NEW",
    help="Venue OLD has the id NEW now; all its days go along. May be repeated.",
)
@click.option(
    "--remove", "removals", multiple=True, metavar="ID", help="This venue is gone; its days stay. May be repeated."
)
@with_json
@click.pass_context
def setup_apply(
    ctx: click.Context, file: Path, renames: tuple[str, ...], removals: tuple[str, ...], as_json: bool
) -> None:
    """Check FILE, print what changes, and save it. Anything wrong in it, and nothing is saved.

    Keys need not be there yet: those that are missing are told, and needed when something is sent. A company or venue
    with sales is never removed because FILE leaves it out.
    """
    from posexport.app.setup import Leaving, apply_setup
    from posexport.cli.printing import format_applied, tell_applied
    from posexport.core.company import rename_venues
    from posexport.setup.file import read_setup_file

    leaving = Leaving(dict(map(_parse_rename, renames)), removals, str(file))
    with working(ctx) as workspace:
        saved = rename_venues(workspace.load_setup(), leaving.renames)
        read = read_setup_file(file, saved, os.environ)
        applied = apply_setup(workspace, read.companies, leaving)
    if as_json:
        print_json(format_applied(read, applied))
        return
    tell_applied(read, applied, file)


def _parse_rename(text: str) -> tuple[str, str]:
    old, equals, new = (part.strip() for part in text.partition("="))
    if not (old and equals and new) or old == new:
        raise click.UsageError(f"--rename {text!r} is no renaming. Write --rename OLD=NEW, with the ids of the venue.")
    return old, new


@setup.command("show", epilog=example("posexport setup show", "posexport setup show --out fjordmat.toml"))
@with_out
@with_json
@click.pass_context
def setup_show(ctx: click.Context, out: Path | None, as_json: bool) -> None:
    """Print what is set up, as TOML, or write it to a file. Secrets are shown as references only."""
    from posexport.setup.file import format_setup

    with working(ctx, reads_only=True) as workspace:
        saved = workspace.load_setup()
    if as_json:
        text = format_json({"company": [company.document for company in saved.companies]}) + "\n"
    else:
        text = format_setup(saved.companies)
    _put_out(text, out)


@setup.command("draft", epilog=example("posexport setup draft sales.xml --out torget.toml"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--venue", metavar="ID", help="The id of the new venue.")
@with_out
@click.pass_context
def setup_draft(
    ctx: click.Context,  # noqa: ARG001
    files: tuple[Path, ...],
    venue: str | None,
    out: Path | None,
) -> None:
    """Print a setup file for a new venue, or write it, from the codes and names in FILES; the bookkeeper fills in
    accounts."""
    from posexport import wiring
    from posexport.app.setup_starter import draft_setup

    opened = [file for path in files for file in wiring.open_sales(path)]
    _put_out(draft_setup(opened, wiring.READERS, venue), out)


def _put_out(text: str, out: Path | None) -> None:
    """To a file, where one is named; else to stdout."""
    if out is None:
        click.echo(text, nl=False)
    else:
        write_file(out, text.encode(), "--out")

"""The `setup` commands: apply, show, history, set, restore, draft, schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from posexport.cli.options import (
    Command,
    Group,
    console,
    example,
    format_json,
    local_day,
    print_json,
    say,
    with_json,
    with_lang,
    with_out,
    with_spoken_lang,
    working,
    write_file,
)

if TYPE_CHECKING:
    from posexport.texts.language import Lang


def _with_saying(command: Command) -> Command:
    """The options `--why` and `--seen`."""
    seen = click.option(
        "--seen",
        type=int,
        metavar="REVISION",
        help="The company's revision that you have seen: where somebody has saved another since, nothing is saved.",
    )
    why = click.option("--why", default="", metavar="TEXT", help="The reason; kept with your name and the time.")
    return why(seen(command))


def _with_leaving(command: Command) -> Command:
    """The options `--rename` and `--remove`, for venues."""
    rename = click.option(
        "--rename",
        "renames",
        multiple=True,
        metavar="OLD=NEW",
        help="Venue OLD has the id NEW now; all its days go along. May be repeated.",
    )
    remove = click.option(
        "--remove", "removals", multiple=True, metavar="ID", help="This venue is gone; its days stay. May be repeated."
    )
    return rename(remove(command))


def _with_company(command: Command) -> Command:
    """The option `--company`."""
    return click.option(
        "--company", "company_id", metavar="ID", help="Of this company; needed where several are set up."
    )(command)


@click.group(cls=Group)
def setup() -> None:
    """Companies, venues, accounts and keys."""


@setup.command(
    "apply",
    epilog=example(
        "posexport setup apply fjordmat.toml",
        "posexport setup apply fjordmat.toml --rename torget=torget-bar",
        "posexport setup apply fjordmat.toml --remove torget",
        'posexport setup apply fjordmat.toml --why "New accounts from the auditor"',
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@_with_leaving
@_with_saying
@with_json
@click.pass_context
def setup_apply(
    ctx: click.Context,
    file: Path,
    renames: tuple[str, ...],
    removals: tuple[str, ...],
    why: str,
    seen: int | None,
    as_json: bool,
) -> None:
    """Check FILE, print what changes, and save it. Anything wrong in it, and nothing is saved.

    Keys need not be there yet: those that are missing are told, and needed when something is sent. A company or venue
    with sales is never removed because FILE leaves it out.
    """
    from posexport.app.setup import Leaving, Saying, apply_setup
    from posexport.cli.setup_printing import format_applied, print_applied
    from posexport.core.company import rename_venues
    from posexport.setup.file import read_setup_file

    leaving = Leaving(dict(map(_parse_rename, renames)), removals, str(file))
    with working(ctx) as workspace:
        saved = rename_venues(workspace.load_setup(), leaving.renames)
        read = read_setup_file(file, saved, workspace.secrets)
        applied = apply_setup(workspace, read.companies, leaving, Saying(why, seen))
    if as_json:
        print_json(format_applied(read, applied))
        return
    print_applied(read, applied, file)


def _parse_rename(text: str) -> tuple[str, str]:
    old, equals, new = (part.strip() for part in text.partition("="))
    if not (old and equals and new) or old == new:
        raise click.UsageError(f"--rename {text!r} is no renaming. Write --rename OLD=NEW, with the ids of the venue.")
    return old, new


@setup.command(
    "show",
    epilog=example(
        "posexport setup show",
        "posexport setup show --out fjordmat.toml",
        "posexport setup show --revision 3",
    ),
)
@click.option("--revision", type=int, metavar="N", help="As it was at this revision; see posexport setup history.")
@_with_company
@with_out
@with_json
@click.pass_context
def setup_show(
    ctx: click.Context, revision: int | None, company_id: str | None, out: Path | None, as_json: bool
) -> None:
    """Print what is set up, as TOML, or write it to a file. Secrets are shown as references only. What is not set and
    has a default stands there as a comment."""
    from posexport.app.setup_revisions import find_company_id, load_newest, load_old_setup
    from posexport.setup.file import format_setup

    with working(ctx, reads_only=True) as workspace:
        numbers = load_newest(workspace)
        if revision is None:
            saved = workspace.load_setup()
            chosen = None if company_id is None else find_company_id(saved, company_id)
            companies = [company for company in saved.companies if chosen in (None, company.id)]
        else:
            companies = [load_old_setup(workspace, company_id, revision)]
            numbers = {companies[0].id: revision}
    if as_json:
        revisions = {company.id: numbers.get(company.id, 0) for company in companies}
        text = format_json({"company": [company.document for company in companies], "revisions": revisions}) + "\n"
    else:
        text = format_setup(companies, with_defaults=True)
    _put_out(text, out)


@setup.command(
    "history", epilog=example("posexport setup history", "posexport setup history --company fjordmat --json")
)
@click.option("--company", "company_id", metavar="ID", help="Only of this company.")
@with_lang
@with_json
@click.pass_context
def setup_history(ctx: click.Context, company_id: str | None, lang: Lang, as_json: bool) -> None:
    """Who saved the setup, when and why, and what each saving changed; the newest first. Each saving is a revision, and
    has a number."""
    from posexport.app.setup_revisions import format_setup_history, read_setup_history
    from posexport.cli.setup_printing import print_setup_history

    with working(ctx, reads_only=True) as workspace:
        history = read_setup_history(workspace, company_id)
    if as_json:
        print_json(format_setup_history(history, lang))
        return
    print_setup_history(history, console(), lang)


_ADD = (
    "Make the row; without it, a row that is not there is refused. A row that counts from a day on (@2026-12-01) "
    "begins as the one that counts on that day: say what changes. accounts, orders and mail have no rows, and are made "
    "by setting a key of theirs, with --add or without; only accounts from a day on need it."
)


@setup.command(
    "set",
    epilog=example(
        "posexport setup set product_type:100 accounts.3=3021 accounts.31=3031",
        'posexport setup set venue:torget automatic_export=true --seen 2 --why "Tried for a week"',
        "posexport setup set payment_type:KLARNA name=Klarna account=1594 --add",
        "posexport setup set product_type:100@2026-12-01 accounts.3=3000 --add",
        "posexport setup set accounts --unset tips",
        "posexport setup set payment_type:KLARNA --value - --seen 6 --json",
        "posexport setup set payment_type:KLARNA --remove",
    ),
)
@click.argument("row")
@click.argument("values", nargs=-1)
@click.option("--add", is_flag=True, help=_ADD)
@click.option("--remove", is_flag=True, help="Take the row out. A venue's days stay.")
@click.option("--unset", multiple=True, metavar="KEY", help="Take this key out. May be repeated.")
@click.option("--value", metavar="JSON", help="The whole row, as JSON, instead of KEY=VALUE; - reads it from stdin.")
@_with_company
@_with_saying
@with_json
@click.pass_context
def setup_set(
    ctx: click.Context,
    row: str,
    values: tuple[str, ...],
    add: bool,
    remove: bool,
    unset: tuple[str, ...],
    value: str | None,
    company_id: str | None,
    why: str,
    seen: int | None,
    as_json: bool,
) -> None:
    """Change one ROW of the setup: KEY=VALUE for each key. ROW is company, accounts, orders or mail; venue:ID,
    product_type:CODE, payment_type:CODE or vat_code:CODE; venue:ID/accounts or venue:ID/product_type:CODE for what a
    venue has of its own; product_type:CODE@2026-12-01 for the row that counts from that day. All of the setup is
    checked as a file is; anything wrong, and nothing is saved.
    """
    from posexport.app.setup import Saying
    from posexport.app.setup_rows import set_rows
    from posexport.cli.setup_printing import format_one_saved, print_one_saved
    from posexport.cli.setup_typed import parse_row_change

    change = parse_row_change(row, values, unset, value, add=add, remove=remove)
    with working(ctx) as workspace:
        saved = set_rows(workspace, company_id, [change], workspace.secrets, Saying(why, seen))
    if as_json:
        print_json(format_one_saved(saved))
        return
    print_one_saved(saved)


@setup.command(
    "restore",
    epilog=example(
        'posexport setup restore 3 --why "The new accounts were wrong"',
        "posexport setup restore 3 --company fjordmat --seen 5 --json",
    ),
)
@click.argument("revision", type=int)
@_with_company
@_with_leaving
@_with_saying
@with_json
@click.pass_context
def setup_restore(
    ctx: click.Context,
    revision: int,
    company_id: str | None,
    renames: tuple[str, ...],
    removals: tuple[str, ...],
    why: str,
    seen: int | None,
    as_json: bool,
) -> None:
    """Save a company's setup as it was at REVISION, as a new revision. It is checked as a file is: a venue with sales
    that REVISION does not have is not removed without a word.
    """
    from posexport.app.setup import Leaving, Saying
    from posexport.app.setup_revisions import restore_revision
    from posexport.cli.setup_printing import format_one_saved, print_one_saved

    leaving = Leaving(dict(map(_parse_rename, renames)), removals)
    with working(ctx) as workspace:
        saved = restore_revision(workspace, company_id, revision, workspace.secrets, leaving, Saying(why, seen))
    if as_json:
        print_json(format_one_saved(saved))
        return
    print_one_saved(saved)


@setup.command("draft", epilog=example("posexport setup draft sales.xml --out torget.toml"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--venue", metavar="ID", help="The id of the new venue.")
@with_spoken_lang
@with_out
def setup_draft(files: tuple[Path, ...], venue: str | None, out: Path | None, lang: Lang) -> None:
    """Print a setup file for a new venue, or write it, from the codes and names in FILES; the bookkeeper fills in
    accounts."""
    from posexport import wiring
    from posexport.app.setup_starter import draft_setup

    opened = [file for path in files for file in wiring.open_sales(path)]
    text = draft_setup(opened, wiring.READERS, local_day(wiring.CLOCK()), venue, lang)
    if out is not None:
        _check_not_filled_in(out, text)
    _put_out(text, out)
    if out is not None:
        told = 'Next: write the accounts where it says "", and save it with posexport setup apply {path}'
        say(told, err=True, path=out)


def _check_not_filled_in(out: Path, text: str) -> None:
    """Raises UsageError where another file is there, which may be one whose accounts were filled in."""
    from posexport.errors import UsageError

    if out.is_file() and out.read_bytes() != text.encode():
        raise UsageError(f"{out} is there already, and may be filled in. Choose another --out FILE, or move it away.")


@setup.command("schema", epilog=example("posexport setup schema --out posexport.schema.json"))
@with_lang
@with_out
def setup_schema(lang: Lang, out: Path | None) -> None:
    """Print the setup file's JSON schema, or write it, for an editor that completes and checks TOML by it."""
    from posexport.setup.pydantic_models import format_schema

    _put_out(format_json(format_schema(lang)) + "\n", out)


def _put_out(text: str, out: Path | None) -> None:
    """Write the text to a file where one is named, else to stdout."""
    if out is None:
        click.echo(text, nl=False)
    else:
        write_file(out, text.encode(), "--out")

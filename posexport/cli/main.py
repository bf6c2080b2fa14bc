"""The command line: parse, call `export`, print, exit code. Nothing heavy is imported until a command runs.

Data goes to stdout, everything else to stderr; with `--json` stdout is one JSON document. What a bookkeeper
reads is Norwegian unless `--lang en`; what an operator reads is English.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from posexport import __version__
from posexport.cli.imports import imports, tickets
from posexport.cli.options import Group as _Group
from posexport.cli.options import console as _console
from posexport.cli.options import example as _example
from posexport.cli.options import find_day as _parse_day
from posexport.cli.options import find_period as _parse_period
from posexport.cli.options import find_venues as _find
from posexport.cli.options import format_json as _format_json
from posexport.cli.options import leave as _leave
from posexport.cli.options import print_json as _print_json
from posexport.cli.options import tell_open_days as _tell_open_days
from posexport.cli.options import with_json as _with_json
from posexport.cli.options import with_lang as _with_lang
from posexport.cli.options import with_out as _with_out
from posexport.cli.options import with_period as _with_period
from posexport.cli.options import with_venues as _with_venues
from posexport.cli.options import working as _workspace
from posexport.cli.stopping import (
    count_drafted,
    end_quietly,
    judge_stopped,
    stopping,
    tell_command,
    tell_stopped,
    undoing_when_stopped,
    working_until_stopped,
)
from posexport.errors import Exit, Stopped

if TYPE_CHECKING:
    import threading
    from types import ModuleType

    from posexport.app.workspace import Workspace
    from posexport.core.company import Venue
    from posexport.core.report import VoucherReport
    from posexport.schedule.due import NextFire
    from posexport.texts.language import Lang


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_example("posexport demo", "posexport --db fjordmat.db preview --from yesterday"),
)
@click.option(
    "--db",
    metavar="PATH|URL",
    help="Database: a SQLite file, or a URL of SQLite or PostgreSQL. Default: POSEXPORT_DB, or posexport.db here.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say what is done, on stderr.")
@click.option("--log-json", is_flag=True, help="Say it as one JSON document a line.")
@click.version_option(__version__, prog_name="posexport")
@click.pass_context
def cli(ctx: click.Context, db: str | None, verbose: bool, log_json: bool) -> None:
    """From a cash register's sales to one balanced draft voucher per business day in PowerOffice Go.

    posexport drafts; your bookkeeper posts.
    """
    ctx.obj = db or os.environ.get("POSEXPORT_DB") or "posexport.db"
    if verbose or log_json:
        _log_to_stderr(as_json=log_json)


def _log_to_stderr(*, as_json: bool) -> None:
    from posexport.logs import log_to_stderr

    log_to_stderr(as_json=as_json)


# The main job, without keys and without a network


@cli.command(
    short_help="The whole main job on example sales; no keys needed.",
    epilog=_example("posexport demo", "posexport demo --keep demo-files"),
)
@click.option("--keep", metavar="DIR", type=click.Path(path_type=Path), help="Keep the files in this folder.")
@_with_lang
@click.pass_context
def demo(ctx: click.Context, keep: Path | None, lang: Lang) -> None:
    """The whole main job on example sales: preview, drafts in a local sandbox, a second run.

    Needs no keys and no network. Files go to ./posexport-demo unless --keep names another folder.
    """
    from posexport.demo.run import run_demo

    _leave(ctx, run_demo(keep or Path("posexport-demo"), _console(), lang))


# Setup


@cli.group(cls=_Group)
def setup() -> None:
    """Companies, venues, accounts and keys."""


@setup.command(
    "apply",
    epilog=_example(
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
@_with_json
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
    with _workspace(ctx) as workspace:
        saved = rename_venues(workspace.load_setup(), leaving.renames)
        read = read_setup_file(file, saved, os.environ)
        applied = apply_setup(workspace, read.companies, leaving)
    if as_json:
        _print_json(format_applied(read, applied))
        return
    tell_applied(read, applied, file)


def _parse_rename(text: str) -> tuple[str, str]:
    old, equals, new = (part.strip() for part in text.partition("="))
    if not (old and equals and new) or old == new:
        raise click.UsageError(f"--rename {text!r} is no renaming. Write --rename OLD=NEW, with the ids of the venue.")
    return old, new


@setup.command("show", epilog=_example("posexport setup show", "posexport setup show --out fjordmat.toml"))
@_with_out
@_with_json
@click.pass_context
def setup_show(ctx: click.Context, out: Path | None, as_json: bool) -> None:
    """Print what is set up, as TOML, or write it to a file. Secrets are shown as references only."""
    from posexport.setup.file import format_setup

    with _workspace(ctx, reads_only=True) as workspace:
        saved = workspace.load_setup()
    if as_json:
        text = _format_json({"company": [company.document for company in saved.companies]}) + "\n"
    else:
        text = format_setup(saved.companies)
    _put_out(text, out)


@setup.command("draft", epilog=_example("posexport setup draft sales.xml --out torget.toml"))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--venue", metavar="ID", help="The id of the new venue.")
@_with_out
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
        _write_file(out, text.encode(), "--out")


# Sales in, vouchers out


@cli.command(
    "import",
    short_help="Read sales: SAF-T, CSV, Excel or JSON.",
    epilog=_example("posexport import sales.xml", "posexport import --venue torget november.zip"),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "file_format", type=click.Choice(["saft", "csv", "jsonl"]), help="Default: recognised.")
@click.option("--venue", metavar="ID", help="Every register in the files is this venue's.")
@click.option("--other-company", is_flag=True, help="Take files of another organization number than the company's.")
@_with_json
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
    from posexport.app.import_sales import import_sales
    from posexport.cli.printing import format_imported, show_progress, tell_imported

    told = f"Stopped: nothing of the file that was being read is stored. Go on with: {tell_command(ctx)}"
    with working_until_stopped(ctx, lambda: told) as workspace, show_progress(_console(stderr=True)) as on_progress:
        imported = import_sales(
            workspace,
            files,
            file_format=file_format,
            venue_id=venue,
            other_company=other_company,
            on_progress=on_progress,
        )
    if as_json:
        _print_json(format_imported(imported))
    tell_imported(imported, quiet=as_json)
    _leave(ctx, imported.exit_code)


cli.add_command(imports)
cli.add_command(tickets)


@cli.command(
    short_help="The dry run: vouchers as they would be drafted.",
    epilog=_example("posexport preview", "posexport preview --from last-week --html preview.html"),
)
@_with_venues
@_with_period
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path), help="Also write one page to look at or print."
)
@click.option("--check", is_flag=True, help="Also ask PowerOffice Go whether it would take them.")
@_with_json
@_with_lang
@click.pass_context
def preview(
    ctx: click.Context,
    venues: tuple[str, ...],
    first: str | None,
    last: str | None,
    html: Path | None,
    check: bool,
    as_json: bool,
    lang: Lang,
) -> None:
    """The dry run: the vouchers as they would be drafted, and everything found about them.

    Without a period: every closed business day not yet drafted. With --check, PowerOffice Go is asked about
    accounts, VAT codes, departments and the lock date; nothing is sent.
    """
    _leave(ctx, _preview(ctx, venues, first, last, html, as_json, lang, check=check))


def _preview(
    ctx: click.Context,
    ids: tuple[str, ...],
    first: str | None,
    last: str | None,
    html: Path | None,
    as_json: bool,
    lang: Lang,
    *,
    check: bool = False,
) -> Exit:
    from posexport.app import preview as app_preview
    from posexport.views.json import format_report

    with _workspace(ctx, reads_only=True) as workspace:
        venues = _find(workspace, ids)
        period = _parse_period(first, last, venues, workspace.now_utc_s)
        _tell_open_days(period, venues, workspace.now_utc_s)
        if check:
            checked = app_preview.check_period(workspace, venues, period)
            report, code = checked.report, checked.exit_code
        else:
            report = app_preview.preview(workspace, venues, period)
            code = app_preview.judge_report(report)
    if html is not None:
        _write_html(html, report, lang)
    if as_json:
        _print_json(format_report(report, lang))
    else:
        from posexport.render.choose import render_report

        render_report(report, _console(), lang)
    return code


def _write_html(path: Path, report: Any, lang: Lang) -> None:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from posexport.render.choose import render_html

    # by the clock that the page's other times are told by, whatever this machine's is
    zone = ZoneInfo(report.vouchers[0].venue.timezone) if report.vouchers else None
    _write_file(path, render_html(report, lang, datetime.now(UTC).astimezone(zone)).encode(), "--html")


def _write_file(path: Path, content: bytes, option: str) -> None:
    from posexport.errors import UsageError

    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}. Choose another {option} FILE.") from None
    click.echo(f"Wrote {path}", err=True)


@cli.command(
    short_help="Draft closed business days in PowerOffice Go.",
    epilog=_example(
        "posexport export",
        "posexport export --venue torget --from 2026-11-01 --to yesterday",
        "posexport export --revise --venue torget --from 2026-11-20 --to 2026-11-20",
        "posexport export --revise --remap --venue torget",
    ),
)
@_with_venues
@_with_period
@click.option("--dry-run", is_flag=True, help="Stop before anything is sent: the same as preview.")
@click.option("--revise", is_flag=True, help="Also mend drafted days whose sales have changed since.")
@click.option(
    "--remap", is_flag=True, help="With --revise: also drafted days that have other accounts by the setup now."
)
@click.option("--dated", metavar="DAY", help="With --revise: another date for it, where its own day is locked.")
@click.option("--wait", is_flag=True, help="Stay while a voucher whose answer was lost is looked for, and finish it.")
@_with_json
@_with_lang
@click.pass_context
def export(
    ctx: click.Context,
    venues: tuple[str, ...],
    first: str | None,
    last: str | None,
    dry_run: bool,
    revise: bool,
    remap: bool,
    dated: str | None,
    wait: bool,
    as_json: bool,
    lang: Lang,
) -> None:
    """Draft in PowerOffice Go what is not yet drafted for closed business days. Run it again as often as you like.

    Without a period: every closed business day not yet drafted. A day that was drafted is never changed by itself.
    With --revise, one whose sales have changed is mended: its draft is replaced while nobody has posted it, and
    otherwise a voucher of exactly the difference is drafted. With --remap too, drafts that nobody has posted are
    replaced where the setup has other accounts for them now; posted ones are listed, and corrected where --venue,
    --from and --to name them.
    """
    if remap and not revise:
        raise click.UsageError("--remap goes with --revise.")
    if dated is not None and not revise:
        raise click.UsageError("--dated goes with --revise.")
    if dry_run:
        _leave(ctx, _preview(ctx, venues, first, last, None, as_json, lang))
        return
    from posexport.app.export import Revision, export_period
    from posexport.app.waiting import WAITS_MAX, wait_for_looked_for
    from posexport.cli.printing import format_trouble, show_export_progress
    from posexport.views.json import format_report

    drafted: list[int] = []
    with working_until_stopped(ctx, lambda: tell_stopped(ctx, sum(drafted))) as workspace:
        chosen = _find(workspace, venues)
        period = _parse_period(first, last, chosen, workspace.now_utc_s)
        _tell_open_days(period, chosen, workspace.now_utc_s)
        with show_export_progress(_console(stderr=True)) as show:

            def on_done(shown: VoucherReport, days_in_all: int) -> None:
                drafted.append(count_drafted(shown))
                if show is not None:
                    show(shown, days_in_all)

            named = bool(venues) and first is not None and last is not None
            dated_on = _parse_day(dated, chosen, workspace.now_utc_s) if dated else None
            revision = Revision(dated_on, remap, named) if revise else None
            exported = export_period(workspace, chosen, period, revision=revision, on_done=on_done)
            for _ in range(WAITS_MAX if wait else 0):
                if not wait_for_looked_for(workspace, chosen):
                    break
                exported = export_period(workspace, chosen, period, revision=revision, on_done=on_done)
        stopped = judge_stopped(ctx, exported) if workspace.stopping() else ""
    if as_json:
        trouble = format_trouble(exported.trouble or (Stopped(stopped) if stopped else None))
        _print_json({**format_report(exported.report, lang), **trouble})
    else:
        from posexport.render.choose import render_report

        render_report(exported.report, _console(), lang)
    for told in filter(None, (exported.trouble and f"Error: {exported.trouble}", stopped)):
        click.echo(told, err=True)
    _leave(ctx, max(exported.exit_code, Exit.WAIT) if stopped else exported.exit_code)


@cli.command(
    short_help="Take responsibility for a finding that allows it.",
    epilog=_example(
        'posexport accept torget 2026-11-20 z-report-mismatch --why "Z ran twice"',
        'posexport accept fjordmat 9 unknown-register --why "The staff canteen"',
    ),
)
@click.argument("venue")
@click.argument("day")
@click.argument("code")
@click.option("--why", required=True, metavar="TEXT", help="The reason; kept with your name and the time.")
@click.pass_context
def accept(ctx: click.Context, venue: str, day: str, code: str, why: str) -> None:
    """Take responsibility for a finding that allows it, such as a Z-report that differs. A register that belongs to
    no venue has neither venue nor day: name the company and the register instead.
    """
    from posexport.app.accept import accept_finding, accept_register

    with _workspace(ctx) as workspace:
        if code == "unknown-register":
            who, many = accept_register(workspace, venue, day, code, why)
            click.echo(f"{who} takes responsibility for {many} tickets of register {day} that are not counted.")
            return
        chosen = _find(workspace, [venue])[0]
        business_day = _parse_day(day, [chosen], workspace.now_utc_s)
        who, many = accept_finding(workspace, chosen, business_day, code, why)
    if many:
        click.echo(f"{who} takes responsibility for {code} on {venue} {business_day} ({many} in all).")
    else:
        click.echo(f"{code} on {venue} {business_day} is accepted already: posexport show {venue} {business_day}.")


@cli.command(
    short_help="Say where a voucher is, or that a day was booked by hand.",
    epilog=_example(
        "posexport resolve torget 2026-11-20 --drafted 84cf3ba9-853e-4075-a1b2-f45655b46087",
        "posexport resolve torget 2026-11-20 --not-drafted",
        'posexport resolve torget 2026-11-20 --booked-elsewhere --why "booked by hand in October"',
    ),
)
@click.argument("venue")
@click.argument("day")
@click.option("--drafted", metavar="ID", help="It is in PowerOffice Go, under this id.")
@click.option("--not-drafted", is_flag=True, help="It is not there: the next export sends it.")
@click.option("--reference", metavar="REF", help="Which voucher, where the day has several.")
@click.option("--booked-elsewhere", is_flag=True, help="You booked the day by hand: it is never sent.")
@click.option("--not-booked-elsewhere", "--take-back", is_flag=True, help="You did not: the next export sends the day.")
@click.option("--why", metavar="TEXT", help="With --booked-elsewhere: the reason; kept with your name and the time.")
@click.pass_context
def resolve(
    ctx: click.Context,
    venue: str,
    day: str,
    drafted: str | None,
    not_drafted: bool,
    reference: str | None,
    booked_elsewhere: bool,
    not_booked_elsewhere: bool,
    why: str | None,
) -> None:
    """Say where a voucher is that was sent and never answered, once you have looked in PowerOffice Go. Also for a
    draft that somebody deleted there and that is to be drafted anew: --not-drafted.

    A day that you have booked by hand is never sent: --booked-elsewhere --why TEXT.
    """
    if (drafted is not None) + not_drafted + booked_elsewhere + not_booked_elsewhere != 1:
        raise click.UsageError("Say one of --drafted ID, --not-drafted, --booked-elsewhere and --not-booked-elsewhere.")
    is_voucher = drafted is not None or not_drafted
    if not is_voucher and reference is not None:
        raise click.UsageError("--reference goes with --drafted and --not-drafted: a day is booked by hand as a whole.")
    if is_voucher and why is not None:
        raise click.UsageError("--why goes with --booked-elsewhere.")
    if booked_elsewhere and not (why or "").strip():
        raise click.UsageError("Say why, with --why TEXT: it is kept with your name and the time.")
    told = f"Stopped: what was not finished is undone. Say it again with: {tell_command(ctx)}"
    with undoing_when_stopped(told):
        if is_voucher:
            _resolve_voucher(ctx, venue, day, drafted, reference)
        else:
            _resolve_day(ctx, venue, day, why or "", is_booked=booked_elsewhere)


def _resolve_day(ctx: click.Context, venue: str, day: str, why: str, *, is_booked: bool) -> None:
    from posexport.app.resolve import book_day_elsewhere, is_sent_next, take_back_day

    with _workspace(ctx) as workspace:
        chosen = _find(workspace, [venue])[0]
        business_day = _parse_day(day, [chosen], workspace.now_utc_s)
        if not is_booked:
            who = take_back_day(workspace, chosen, business_day, why)
            is_sent = is_sent_next(workspace.sender, chosen, business_day)
            following = "The next export sends it." if is_sent else "What went from here before counts again."
            click.echo(f"{who} takes back that {venue} {business_day} was booked by hand. {following}")
            return
        booked = book_day_elsewhere(workspace, chosen, business_day, why)
        at = chosen.calendar.local(booked.booking.at_utc_s)
    if booked.is_new:
        click.echo(f"{booked.booking.who} booked {venue} {business_day} by hand. It is never sent from here.")
    else:
        click.echo(f"{booked.booking.who} said so already, on {at:%Y-%m-%d %H:%M}. The day is never sent from here.")


def _resolve_voucher(ctx: click.Context, venue: str, day: str, drafted: str | None, reference: str | None) -> None:
    from posexport.app.resolve import resolve_voucher

    with _workspace(ctx) as workspace:
        chosen = _find(workspace, [venue], to_look_at=True)[0]
        is_removed = workspace.load_setup().venue(venue) is None
        business_day = _parse_day(day, [chosen], workspace.now_utc_s)
        resolved = resolve_voucher(workspace, chosen, business_day, drafted, reference)
    told = f"is in PowerOffice Go as {drafted}." if drafted else "is not in PowerOffice Go."
    click.echo(f"{resolved.who} says that {resolved.reference} {told}")
    if resolved.is_sent_again:
        click.echo(f"Venue {venue} was removed: it is not sent." if is_removed else "The next export sends it.")
    elif not drafted:
        click.echo("Later corrections of the day stand; posexport export --revise brings what is missing.")
    if not resolved.was_asked:
        click.echo("PowerOffice Go could not be asked, so this is your word alone.", err=True)


@cli.command(
    short_help="The whole story of a day's vouchers.",
    epilog=_example("posexport show torget 2026-11-20", "posexport show torget 2026-11-20 --json"),
)
@click.argument("venue")
@click.argument("day")
@_with_json
@_with_lang
@click.pass_context
def show(ctx: click.Context, venue: str, day: str, as_json: bool, lang: Lang) -> None:
    """The whole story of a business day's vouchers: what was sent and answered and when, by which setup, and each
    line down to the tickets behind it. Those that were replaced are told of too.
    """
    from posexport.app.history import read_story

    with _workspace(ctx, reads_only=True) as workspace:
        chosen = _find(workspace, [venue], to_look_at=True)[0]
        business_day = _parse_day(day, [chosen], workspace.now_utc_s)
        company = workspace.load_setup_of([chosen]).company_of(chosen)
        story = read_story(workspace.database, company, chosen, business_day, workspace.now_utc_s)
    if as_json:
        from posexport.views.json_history import format_story

        _print_json(format_story(story))
        return
    from posexport.render.choose import render_story

    render_story(story, _console(), lang)


@cli.command(
    short_help="A day's settlement report as PDF.",
    epilog=_example("posexport report torget 2026-11-20 --pdf torget.pdf"),
)
@click.argument("venue")
@click.argument("day")
@click.option("--pdf", required=True, metavar="FILE", type=click.Path(path_type=Path), help="The file to write.")
@click.pass_context
def report(ctx: click.Context, venue: str, day: str, pdf: Path) -> None:
    """Write a day's settlement report as PDF, the one that is put on the draft. Where the day has several
    vouchers, each gets a file of its own with its reference in the name.
    """
    from posexport.app.settlement_report import list_pages
    from posexport.errors import UsageError

    with _workspace(ctx, reads_only=True) as workspace:
        chosen = _find(workspace, [venue], to_look_at=True)[0]
        business_day = _parse_day(day, [chosen], workspace.now_utc_s)
        pages = list_pages(workspace, chosen, business_day)
    if not pages:
        raise UsageError(f"{venue} {business_day} has no voucher. Look at it with posexport preview.")
    for reference, content in pages:
        path = pdf if len(pages) == 1 else pdf.with_name(f"{pdf.stem}-{reference}{pdf.suffix}")
        _write_file(path, content, "--pdf")


@cli.command(
    short_help="What was drafted, and what waits for whom.",
    epilog=_example("posexport status", "posexport status --venue torget --json"),
)
@_with_venues
@_with_period
@click.option("--exit-code", "with_code", is_flag=True, help="For monitoring: the exit code says who must act.")
@_with_json
@_with_lang
@click.pass_context
def status(
    ctx: click.Context,
    venues: tuple[str, ...],
    first: str | None,
    last: str | None,
    with_code: bool,
    as_json: bool,
    lang: Lang,
) -> None:
    """Per venue and business day: what was drafted, where and when, and what waits for whom."""
    from posexport.app.status import judge_status
    from posexport.app.status import status as read_status

    with _workspace(ctx, reads_only=True) as workspace:
        chosen = list(workspace.load_setup().venues) if not venues else _find(workspace, venues, to_look_at=True)
        period = _parse_period(first, last, chosen, workspace.now_utc_s)
        rows = read_status(workspace, chosen, period)
        fires, now_utc_s = _list_next(workspace, chosen), workspace.now_utc_s
    if as_json:
        from posexport.views.json import format_status

        schedules = _format_next(fires) if fires else {}
        _print_json({"days": format_status(rows, lang), **schedules})
    elif not chosen:
        click.echo("Nothing is set up yet. Run posexport setup apply FILE.toml first.", err=True)
    else:
        from posexport.render.choose import render_status

        render_status(rows, _console(), lang)
        if fires:
            from posexport.cli.printing import tell_next

            tell_next(fires, now_utc_s, _console(), lang)
    if with_code:
        _leave(ctx, judge_status(rows))


def _list_next(workspace: Workspace, venues: Sequence[Venue]) -> list[NextFire]:
    """What is next for the venues that are exported by themselves."""
    chosen = [venue for venue in venues if venue.automatic_export]
    if not chosen:
        return []  # and the scheduler is not loaded for it
    from posexport.schedule.due import list_next

    return list(list_next(workspace, chosen))


def _format_next(fires: Sequence[NextFire]) -> dict[str, Any]:
    from posexport.schedule.due import format_next

    return format_next(fires)


@cli.command(
    short_help="Ask PowerOffice Go whether this will work.",
    epilog=_example("posexport doctor", "posexport doctor --venue torget"),
)
@_with_venues
@_with_json
@_with_lang
@click.pass_context
def doctor(ctx: click.Context, venues: tuple[str, ...], as_json: bool, lang: Lang) -> None:
    """Ask PowerOffice Go whether this will work: keys, privileges, accounts, VAT codes, departments, lock date."""
    from posexport.app.doctor import examine, format_diagnoses
    from posexport.cli.printing import tell_diagnosis

    with _workspace(ctx, reads_only=True) as workspace:
        diagnoses = []
        for diagnosis in examine(workspace, _find(workspace, venues), lang):
            diagnoses.append(diagnosis)
            if not as_json:
                tell_diagnosis(diagnosis, _console(), lang)
    if as_json:
        _print_json(format_diagnoses(diagnoses))
    _leave(ctx, max((diagnosis.exit_code for diagnosis in diagnoses), default=Exit.DONE))


@cli.command(
    short_help="Tell people what waits and what is mended.",
    epilog=_example("posexport notify", "posexport notify --test torget"),
)
@click.option("--test", "test", metavar="VENUE", help="Only send a test message to this venue's addresses.")
@click.pass_context
def notify(ctx: click.Context, test: str | None) -> None:
    """Send each venue's people one message about what has begun to wait and what is mended, and what is due besides.

    posexport schedule run does this by itself. The same is never told twice, and a mail server that fails delays
    messages and nothing else.
    """
    from posexport.cli.printing import tell_sent, tell_tested
    from posexport.notify.keep_posted import keep_people_posted
    from posexport.notify.outbox import send_test

    with _workspace(ctx) as workspace:
        if test is None:
            sent = keep_people_posted(workspace, workspace.now_utc_s)
            tell_sent(sent)
            _leave(ctx, sent.exit_code)
            return
        chosen = _find(workspace, [test])[0]
        _leave(ctx, tell_tested(send_test(workspace, chosen, workspace.now_utc_s)))


# By itself


@cli.group(cls=_Group)
def schedule() -> None:
    """The export at 05:00, by itself."""


@schedule.command("run", epilog=_example("posexport schedule run", "posexport --log-json schedule run --metrics 9101"))
@click.option(
    "--metrics", metavar="[HOST:]PORT", help="Figures for Prometheus at http://HOST:PORT/metrics. HOST: 127.0.0.1."
)
@click.option("--fleet", is_flag=True, help="Leave the exports to posexport worker, of which there may be many.")
@click.pass_context
def schedule_run(ctx: click.Context, metrics: str | None, fleet: bool) -> None:
    """Take in what lies in the inboxes, and export every venue with automatic_export at its time, in the foreground.
    Nights that were missed are caught up. Ctrl+C or SIGTERM finishes what is on its way and stops.
    """
    from posexport.schedule import loop

    with _unattended(ctx) as (workspace, stop), _serving(metrics, workspace):
        if fleet:
            with _fleet().handing_out(workspace) as hand_out:
                loop.run(workspace, stop, take=hand_out)
        else:
            loop.run(workspace, stop)


@contextlib.contextmanager
def _unattended(ctx: click.Context) -> Iterator[tuple[Workspace, threading.Event]]:
    """A workplace that says what it does on stderr and stops when it is told to."""
    from posexport.core.actor import SCHEDULER
    from posexport.wiring import open_workspace

    _log_to_stderr(as_json=ctx.find_root().params["log_json"])

    def rest(seconds: float) -> None:
        stop.wait(seconds)

    with (
        stopping(end_quietly) as stop,
        open_workspace(ctx.find_root().obj, sleep=rest, stopping=stop.is_set, actor=SCHEDULER) as workspace,
    ):
        yield workspace, stop


def _fleet() -> ModuleType:
    from posexport.errors import UsageError

    try:
        from posexport.schedule import workers
    except ModuleNotFoundError as error:
        if error.name not in ("procrastinate", "psycopg_pool"):
            raise
        raise UsageError(
            "A fleet needs Procrastinate. Install it, in posexport's folder: pip install '.[fleet]'"
        ) from None
    return workers


@contextlib.contextmanager
def _serving(address: str | None, workspace: Workspace) -> Iterator[None]:
    """Figures for Prometheus for as long as it takes, where they are asked for."""
    if address is None:
        yield
        return
    from posexport.errors import UsageError
    from posexport.schedule.metrics import serve

    host, _, port = address.rpartition(":")
    if not port.isdigit() or int(port) > 65_535:
        raise click.UsageError(f"{address!r} is no port. Write --metrics 9101, or --metrics 0.0.0.0:9101.")
    try:
        stop = serve(workspace, host or "127.0.0.1", int(port))
    except OSError as error:
        raise UsageError(f"Port {port} cannot be had for --metrics: {error.strerror}. Choose another.") from None
    try:
        yield
    finally:
        stop()


@schedule.command("list", epilog=_example("posexport schedule list"))
@_with_json
@click.pass_context
def schedule_list(ctx: click.Context, as_json: bool) -> None:
    """When each venue is next exported, what its last turn came to, and what waits."""
    from posexport.cli.printing import tell_schedules
    from posexport.schedule.due import format_next, list_next

    with _workspace(ctx, reads_only=True) as workspace:
        fires = list(list_next(workspace, _find(workspace, ())))
        now_utc_s = workspace.now_utc_s
    if as_json:
        _print_json(format_next(fires))
        return
    tell_schedules(fires, now_utc_s, _console())


@cli.command(
    short_help="One of many that take the turns of a fleet.",
    epilog=_example("posexport --db postgresql://posexport@db/posexport worker"),
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=16,
    show_default=True,
    help="Venues at once. They wait for PowerOffice most of the time.",
)
@click.pass_context
def worker(ctx: click.Context, concurrency: int) -> None:
    """Take the turns that posexport schedule run --fleet hands out, in the foreground. Any number of workers share
    one PostgreSQL database, and PowerOffice's throttles with it. Ctrl+C or SIGTERM finishes what is on its way and
    stops; what a worker that died leaves behind, the others take up.
    """
    fleet = _fleet()
    with _unattended(ctx) as (workspace, stop):
        fleet.work(workspace, stop, concurrency=concurrency)


# To try things against


@cli.command(
    short_help="A local PowerOffice Go to try things against.",
    epilog=_example("posexport sandbox", "posexport sandbox --port 8899"),
)
@click.option("--port", type=click.IntRange(0, 65535), default=8899, show_default=True, help="0: any free port.")
def sandbox(port: int) -> None:
    """A local PowerOffice Go, both APIs, to try things against. On its page in a browser you are the bookkeeper: post,
    delete, edit, correct, lock a period, and choose how Go behaves. Keeps nothing. Stop with Ctrl+C."""
    from posexport.sandbox.__main__ import main

    sys.exit(main(["--port", str(port)]))

"""Commands about business days: preview, export, accept, resolve, show, report, status."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from posexport.cli.options import (
    console,
    example,
    find_day,
    find_period,
    find_venues,
    leave,
    print_json,
    print_open_days,
    with_json,
    with_lang,
    with_period,
    with_venues,
    working,
    write_file,
)
from posexport.cli.stopping import (
    count_drafted,
    format_command,
    format_stopped,
    judge_stopped,
    undoing_when_stopped,
    working_until_stopped,
)
from posexport.errors import Exit, Stopped

if TYPE_CHECKING:
    from posexport.app.workspace import Workspace
    from posexport.core.company import Venue
    from posexport.core.report import DayReport
    from posexport.schedule.due import NextFire
    from posexport.texts.language import Lang


@click.command(
    short_help="The dry run: vouchers as they would be drafted.",
    epilog=example("posexport preview", "posexport preview --from last-week --html preview.html"),
)
@with_venues
@with_period
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path), help="Also write one page to look at or print."
)
@click.option("--check", is_flag=True, help="Also ask PowerOffice Go whether it would take them.")
@with_json
@with_lang
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
    leave(ctx, _preview(ctx, venues, first, last, html, as_json, lang, check=check))


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

    with working(ctx, reads_only=True) as workspace:
        venues = find_venues(workspace, ids)
        period = find_period(first, last, venues, workspace.now_utc_s)
        now_utc_s = workspace.now_utc_s
        print_open_days(period, venues, now_utc_s)
        if check:
            checked = app_preview.check_period(workspace, venues, period)
            report, code = checked.report, checked.exit_code
        else:
            report = app_preview.preview(workspace, venues, period)
            code = app_preview.judge_report(report)
    if html is not None:
        _write_html(html, report, now_utc_s, lang)
    if as_json:
        print_json(format_report(report, lang))
    else:
        from posexport.render.choose import render_report

        render_report(report, console(), lang)
    return code


def _write_html(path: Path, report: Any, now_utc_s: int, lang: Lang) -> None:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from posexport.render.choose import render_html

    # by the clock that the page's other times are told by, whatever this machine's is
    zone = ZoneInfo(report.vouchers[0].venue.timezone) if report.vouchers else None
    made_at = datetime.fromtimestamp(now_utc_s, UTC).astimezone(zone)
    write_file(path, render_html(report, lang, made_at).encode(), "--html")


@click.command(
    short_help="Draft closed business days in PowerOffice Go.",
    epilog=example(
        "posexport export",
        "posexport export --venue torget --from 2026-11-01 --to yesterday",
        "posexport export --revise --venue torget --from 2026-11-20 --to 2026-11-20",
        "posexport export --revise --remap --venue torget",
    ),
)
@with_venues
@with_period
@click.option("--dry-run", is_flag=True, help="Stop before anything is sent: the same as preview.")
@click.option("--revise", is_flag=True, help="Also mend drafted days whose sales have changed since.")
@click.option(
    "--remap", is_flag=True, help="With --revise: also drafted days that have other accounts by the setup now."
)
@click.option("--dated", metavar="DAY", help="With --revise: another date for it, where its own day is locked.")
@click.option("--wait", is_flag=True, help="Stay while a voucher whose answer was lost is looked for, and finish it.")
@with_json
@with_lang
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
        leave(ctx, _preview(ctx, venues, first, last, None, as_json, lang))
        return
    from posexport.app.export import Revision, export_period
    from posexport.app.waiting import WAITS_MAX, wait_for_looked_for
    from posexport.cli.customer_printing import print_made_links
    from posexport.cli.printing import format_trouble, show_export_progress
    from posexport.views.json import format_report

    drafted: list[int] = []
    with working_until_stopped(ctx, lambda: format_stopped(ctx, sum(drafted))) as workspace:
        chosen = find_venues(workspace, venues)
        period = find_period(first, last, chosen, workspace.now_utc_s)
        print_open_days(period, chosen, workspace.now_utc_s)
        with show_export_progress(console(stderr=True)) as show:

            def on_done(shown: DayReport, days_in_all: int) -> None:
                drafted.append(count_drafted(shown))
                if show is not None:
                    show(shown, days_in_all)

            named = bool(venues) and first is not None and last is not None
            dated_on = find_day(dated, chosen, workspace.now_utc_s) if dated else None
            revision = Revision(dated_on, remap, named) if revise else None
            exported = export_period(workspace, chosen, period, revision=revision, on_done=on_done)
            for _ in range(WAITS_MAX if wait else 0):
                if not wait_for_looked_for(workspace, chosen):
                    break
                exported = export_period(workspace, chosen, period, revision=revision, on_done=on_done)
        if not as_json:  # posexport customers has them too
            print_made_links(workspace.delivery.customers.drain_made(), lang)
        stopped = judge_stopped(ctx, exported) if workspace.stopping() else ""
    if as_json:
        trouble = format_trouble(exported.trouble or (Stopped(stopped) if stopped else None))
        print_json({**format_report(exported.report, lang), **trouble})
    else:
        from posexport.render.choose import render_report

        render_report(exported.report, console(), lang)
    for told in filter(None, (exported.trouble and f"Error: {exported.trouble}", stopped)):
        click.echo(told, err=True)
    leave(ctx, max(exported.exit_code, Exit.WAIT) if stopped else exported.exit_code)


@click.command(
    short_help="Take responsibility for a finding that allows it.",
    epilog=example(
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

    with working(ctx) as workspace:
        if code == "unknown-register":
            who, many = accept_register(workspace, venue, day, code, why)
            click.echo(f"{who} takes responsibility for {many} tickets of register {day} that are not counted.")
            return
        chosen = find_venues(workspace, [venue])[0]
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        who, many = accept_finding(workspace, chosen, business_day, code, why)
    if many:
        click.echo(f"{who} takes responsibility for {code} on {venue} {business_day} ({many} in all).")
    else:
        click.echo(f"{code} on {venue} {business_day} is accepted already: posexport show {venue} {business_day}.")


@click.command(
    short_help="Say where a voucher is, or that a day was booked by hand.",
    epilog=example(
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
    told = f"Stopped: what was not finished is undone. Say it again with: {format_command(ctx)}"
    with undoing_when_stopped(told):
        if is_voucher:
            _resolve_voucher(ctx, venue, day, drafted, reference)
        else:
            _resolve_day(ctx, venue, day, why or "", is_booked=booked_elsewhere)


def _resolve_day(ctx: click.Context, venue: str, day: str, why: str, *, is_booked: bool) -> None:
    from posexport.app.resolve import book_day_elsewhere, is_sent_next, take_back_day

    with working(ctx) as workspace:
        chosen = find_venues(workspace, [venue])[0]
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        if not is_booked:
            who = take_back_day(workspace, chosen, business_day, why)
            is_sent = is_sent_next(workspace, chosen, business_day)
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

    with working(ctx) as workspace:
        chosen = find_venues(workspace, [venue], to_look_at=True)[0]
        is_removed = workspace.load_setup().venue(venue) is None
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        resolved = resolve_voucher(workspace, chosen, business_day, drafted, reference)
    told = f"is in PowerOffice Go as {drafted}." if drafted else "is not in PowerOffice Go."
    click.echo(f"{resolved.who} says that {resolved.reference} {told}")
    if resolved.is_sent_again:
        click.echo(f"Venue {venue} was removed: it is not sent." if is_removed else "The next export sends it.")
    elif not drafted:
        click.echo("Later corrections of the day stand; posexport export --revise brings what is missing.")
    if not resolved.was_asked:
        click.echo("PowerOffice Go could not be asked, so this is your word alone.", err=True)


@click.command(
    short_help="The whole story of a day's vouchers.",
    epilog=example("posexport show torget 2026-11-20", "posexport show torget 2026-11-20 --json"),
)
@click.argument("venue")
@click.argument("day")
@with_json
@with_lang
@click.pass_context
def show(ctx: click.Context, venue: str, day: str, as_json: bool, lang: Lang) -> None:
    """The whole story of a business day's vouchers: what was sent and answered and when, by which setup, and each
    line down to the tickets behind it. Those that were replaced are told of too.
    """
    from posexport.app.history import read_story

    with working(ctx, reads_only=True) as workspace:
        chosen = find_venues(workspace, [venue], to_look_at=True)[0]
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        company = workspace.load_setup_of([chosen]).company_of(chosen)
        story = read_story(workspace.database, company, chosen, business_day, workspace.now_utc_s)
    if as_json:
        from posexport.views.json_history import format_story

        print_json(format_story(story))
        return
    from posexport.render.choose import render_story

    render_story(story, console(), lang)


@click.command(
    short_help="A day's settlement report as PDF.",
    epilog=example("posexport report torget 2026-11-20 --pdf torget.pdf"),
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

    with working(ctx, reads_only=True) as workspace:
        chosen = find_venues(workspace, [venue], to_look_at=True)[0]
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        pages = list_pages(workspace, chosen, business_day)
    if not pages:
        raise UsageError(f"{venue} {business_day} has no voucher. Look at it with posexport preview.")
    for reference, content in pages:
        path = pdf if len(pages) == 1 else pdf.with_name(f"{pdf.stem}-{reference}{pdf.suffix}")
        write_file(path, content, "--pdf")


@click.command(
    short_help="What was drafted, and what waits for whom.",
    epilog=example("posexport status", "posexport status --venue torget --json"),
)
@with_venues
@with_period
@click.option("--exit-code", "with_code", is_flag=True, help="For monitoring: the exit code says who must act.")
@with_json
@with_lang
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
    from posexport.app.status import judge_status, status as read_status

    with working(ctx, reads_only=True) as workspace:
        chosen = list(workspace.load_setup().venues) if not venues else find_venues(workspace, venues, to_look_at=True)
        period = find_period(first, last, chosen, workspace.now_utc_s)
        rows = read_status(workspace, chosen, period)
        fires, now_utc_s = _list_next(workspace, chosen), workspace.now_utc_s
    if as_json:
        from posexport.views.json import format_status

        schedules = _format_next(fires) if fires else {}
        print_json({"days": format_status(rows, lang), **schedules})
    elif not chosen:
        click.echo("Nothing is set up yet. Run posexport setup apply FILE.toml first.", err=True)
    else:
        from posexport.render.choose import render_status

        render_status(rows, console(), lang)
        if fires:
            from posexport.cli.printing import print_next_exports

            print_next_exports(fires, now_utc_s, console(), lang)
    if with_code:
        leave(ctx, judge_status(rows))


def _list_next(workspace: Workspace, venues: Sequence[Venue]) -> list[NextFire]:
    """The next run of each venue with an automatic export."""
    chosen = [venue for venue in venues if venue.automatic_export]
    if not chosen:
        return []  # and the scheduler is not loaded for it
    from posexport.schedule.due import list_next

    return list(list_next(workspace, chosen))


def _format_next(fires: Sequence[NextFire]) -> dict[str, Any]:
    from posexport.schedule.due import format_next

    return format_next(fires)

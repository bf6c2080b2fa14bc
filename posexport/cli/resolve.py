"""Saying where a voucher is, or that a day was booked by hand."""

from __future__ import annotations

import click

from posexport.cli.options import example, find_day, find_venues, say, word, working
from posexport.cli.stopping import format_command, undoing_when_stopped


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
    told = word("Stopped: what was not finished is undone. Say it again with: {command}", command=format_command(ctx))
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
            then = word("The next export sends it." if is_sent else "What went from here before counts again.")
            told = "{who} takes back that {venue} {day} was booked by hand. {then}"
            say(told, who=who, venue=venue, day=business_day, then=then)
            return
        booked = book_day_elsewhere(workspace, chosen, business_day, why)
        at = chosen.calendar.local(booked.booking.at_utc_s)
    if booked.is_new:
        told = "{who} booked {venue} {day} by hand. It is never sent from here."
        say(told, who=booked.booking.who, venue=venue, day=business_day)
    else:
        say("{who} said so already, on {at}. The day is never sent from here.", who=booked.booking.who, at=at)


def _resolve_voucher(ctx: click.Context, venue: str, day: str, drafted: str | None, reference: str | None) -> None:
    from posexport.app.resolve import resolve_voucher

    with working(ctx) as workspace:
        chosen = find_venues(workspace, [venue], to_look_at=True)[0]
        is_removed = workspace.load_setup().venue(venue) is None
        business_day = find_day(day, [chosen], workspace.now_utc_s)
        resolved = resolve_voucher(workspace, chosen, business_day, drafted, reference)
    is_there = "{who} says that {reference} is in PowerOffice Go as {id}."
    told = is_there if drafted else "{who} says that {reference} is not in PowerOffice Go."
    say(told, who=resolved.who, reference=resolved.reference, id=drafted)
    if resolved.is_sent_again:
        say("Venue {venue} was removed: it is not sent." if is_removed else "The next export sends it.", venue=venue)
    elif not drafted:
        say("Later corrections of the day stand; posexport export --revise brings what is missing.")
    if not resolved.was_asked:
        say("PowerOffice Go could not be asked, so this is your word alone.", err=True)

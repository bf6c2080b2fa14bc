"""What an operator reads in the terminal: imports, progress, the doctor's answers. Vouchers and statuses, which a
bookkeeper reads, are printed by `render`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from posexport.core.company import USUAL_ZONE, Venue
from posexport.core.report import DayReport
from posexport.errors import Exit, PosexportError
from posexport.texts.clean import clean
from posexport.texts.commands import describe_location
from posexport.texts.doctor import ABOUT, ANSWERS
from posexport.texts.language import Lang, format_kroner
from posexport.texts.moments import format_moments
from posexport.texts.report import count_tickets

if TYPE_CHECKING:
    from posexport.app.doctor import Diagnosis
    from posexport.app.import_sales import Imported
    from posexport.app.tickets import TakenTicket
    from posexport.notify.outbox import Sent, Tried
    from posexport.schedule.due import NextFire
    from posexport.store.acts import Import
    from posexport.store.moving_in import MovedIn
    from posexport.store.undoing import Undone


def format_imported(imported: Imported) -> dict[str, Any]:
    """As `import --json` prints it."""
    return {
        "files": [
            {
                "name": result.name,
                "new": result.new,
                "known": result.known,
                "changed": result.changed,
                "refused": result.refused,
                "older": result.older,
                "moved": result.moved,
                "z_reports": result.z_reports,
                "first_day": result.first_day.isoformat() if result.first_day else None,
                "last_day": result.last_day.isoformat() if result.last_day else None,
                "unknown_registers": [
                    {"location": location or None, "register": register, "tickets": count}
                    for (location, register), count in result.refused_registers.items()
                ],
                "other_companies": [
                    {"organization_number": written, "company_organization_number": own, "tickets": count}
                    for (written, own), count in result.refused_companies.items()
                ],
                "findings": dict(sorted(result.doubts.items())),
                "changed_after_draft": [
                    {"venue": venue, "business_day": day.isoformat()} for venue, day in result.changed_after_draft
                ],
            }
            for result in imported.results
        ],
        "unreadable": [{"name": error.path, "message": str(error)} for error in imported.refused],
        "notices": [{"name": name, "place": notice.place, "text": notice.text} for name, notice in imported.notices],
        **format_trouble(imported.trouble),
        **({"not_read": list(imported.not_read)} if imported.trouble else {}),
    }


def format_trouble(trouble: PosexportError | None) -> dict[str, Any]:
    """The failure that ended a command early, as `trouble` at the top of its JSON; empty for None."""
    if trouble is None:
        return {}
    return {"trouble": {"message": str(trouble), "exit_code": int(trouble.exit_code)}}


def print_imported(imported: Imported, *, quiet: bool) -> None:
    """Print what came of each file: results on stdout (not with `quiet`), refusals and notes on stderr."""
    for result in imported.results:
        if not quiet:
            _say(
                f"{result.name}: {result.new} new, {result.known} already known, {result.changed} changed, "
                f"{result.refused} refused; {result.z_reports} new Z-reports"
                f"{_format_more(result)}{_format_days(result)}"
            )
        for (location, register), count in result.refused_registers.items():
            place = f" at {location}" if location else ""
            _say(
                f"  {count} ticket(s) of register {register}{place} belong to no venue, and are kept aside. Add "
                f'registers = ["{register}"] to its venue in the setup and run posexport setup apply: '
                f"they then move in. {describe_location(location)}",
                err=True,
            )
        for (written, own), count in result.refused_companies.items():
            _say(
                f"  other-company: {count_tickets(count, 'en')} of organization {written} left out; "
                f"the venue's company is {own}. If they are its own all the same, add the number to the venue's "
                "file_organization_numbers in the setup, or import the file once with --other-company.",
                err=True,
            )
        for code, count in sorted(result.doubts.items()):
            _say(f"  {code}: {count_tickets(count, 'en')}. See posexport preview.", err=True)
        _print_changed(result.changed_after_draft)
    for name, notice in imported.notices:
        place = f", {notice.place}" if notice.place else ""
        _say(f"  Note: {name}{place}: {notice.text}", err=True)
    for error in imported.refused:
        _say(f"Error: {error}", err=True)
    if imported.trouble is not None:
        _say(f"Error: {imported.trouble}", err=True)
        if imported.not_read:
            _say(f"Not read, and nothing of it stored: {', '.join(imported.not_read)}.", err=True)


def _print_changed(days: Iterable[tuple[str, date]]) -> None:
    """Print which drafted days have other sales now, each given by its venue's id and business day."""
    for venue, day in days:
        _say(f"  {venue} {day} was drafted already and has changed: see posexport status.", err=True)


def format_moved(moved: Sequence[MovedIn]) -> list[dict[str, Any]]:
    """Tickets counted after all because their register got a venue, as `setup apply --json` prints them."""
    return [
        {
            "venue": found.venue,
            "register": found.register,
            "location": found.location or None,
            "file": found.file,
            "tickets": found.tickets,
            "new": found.new,
            "first_day": found.first_day.isoformat() if found.first_day else None,
            "last_day": found.last_day.isoformat() if found.last_day else None,
        }
        for found in moved
    ]


def print_moved_in(moved: Sequence[MovedIn]) -> None:
    """Print which tickets are counted now because their register got a venue."""
    for found in moved:
        known = f", {found.known} of them known already" if found.known else ""
        _say(
            f"{count_tickets(found.tickets, 'en')} of register {found.register} moved in to {found.venue}, "
            f"from {found.file}{known}{_format_days(found)}."
        )
        _print_changed(found.changed_after_draft)


def print_imports(imports: Sequence[Import], zones: Mapping[str, str], console: Console) -> None:
    """Print the imports in order, in local time of the first venue of each; undone ones say so. `zones`: the time zone
    of each venue by its id."""
    if not imports:
        _say("Nothing has been read yet. Read a file with posexport import FILE.")
        return
    width = max(len(str(found.id)) for found in imports)
    for found in imports:
        console.print(Text(_format_import(found, width, zones.get(found.venue, USUAL_ZONE))), soft_wrap=True)


def _format_import(found: Import, width: int, zone: str) -> str:
    """An import in two lines, so that its id is not cut in a narrow terminal."""
    read_at = datetime.fromtimestamp(found.read_at_utc_s, ZoneInfo(zone))
    counts = f"{found.new} new, {found.known} already known, {found.changed} changed, {found.refused} refused"
    came_of = [counts, f"{found.aside} kept aside" if found.aside else "", _format_stretch(found)]
    undone = f"undone by {found.undone_by_who}: {found.undone_why}".rstrip(": ") if found.is_undone else ""
    return (
        f"{found.id:>{width}}  {clean(found.name)}  read {read_at:%Y-%m-%d %H:%M} by {clean(_format_actor(found))}\n"
        f"{' ' * width}  {'; '.join(part for part in (*came_of, clean(undone)) if part)}"
    )


def _format_actor(found: Import) -> str:
    """Who imported it, and how that is known."""
    return f"{found.who} ({found.known_by})" if found.who else "–"


def _format_stretch(found: Import) -> str:
    if found.first_day is None:
        return ""
    return str(found.first_day) if found.first_day == found.last_day else f"{found.first_day} – {found.last_day}"


def print_undone(undone: Undone, *, quiet: bool) -> None:
    """Print what undoing an import did."""
    if not quiet:
        _say(
            f"Undone: import {undone.file_id} ({undone.name}). {count_tickets(undone.removed, 'en')} taken out, "
            f"{undone.put_back} put back as another import has them, {undone.kept} kept that others have too; "
            f"{undone.z_reports} Z-reports changed, {undone.aside} tickets no longer kept aside."
        )
    if undone.is_of_earlier_version:
        _say(
            "  The file was read by an earlier version, which did not keep which tickets other files had as well: what "
            "is missing now comes back when those files are read again.",
            err=True,
        )
    for venue, day in undone.changed_after_draft:
        _say(f"  {_format_drafted(venue, day)}", err=True)


def print_withdrawn(taken: TakenTicket, venue: Venue, day: date, what: str, *, quiet: bool) -> None:
    """Print that a ticket was withdrawn or restored. `what`: "withdraw" or "restore"."""
    ticket = taken.ticket
    at = venue.calendar.local(ticket.completed_at_utc_s)
    done = "taken out" if what == "withdraw" else "brought back"
    if not quiet:
        _say(
            f"Ticket {ticket.number} on register {ticket.register}, {at:%Y-%m-%d %H:%M:%S}, "
            f"{format_kroner(ticket.sales_ore, 'en')}, is {done} by {taken.who}."
        )
    if taken.is_drafted:
        _say(f"  {_format_drafted(venue.id, day)}", err=True)


def _format_drafted(venue: str, day: date) -> str:
    return (
        f"{venue} {day} was drafted already. Where posexport status shows that it differs from its draft now, mend it: "
        f"posexport export --revise --venue {venue} --from {day} --to {day}"
    )


def _say(text: str, *, err: bool = False) -> None:
    """Print one line without control characters: names come from files that anybody may have written."""
    click.echo(clean(text), err=err)


def _format_more(result: Any) -> str:
    told = [(result.older, "of the known are otherwise in a newer file"), (result.moved, "moved from another venue")]
    return "".join(f"; {count} {what}" for count, what in told if count)


def _format_days(result: Any) -> str:
    if result.first_day is None:
        return ""
    if result.first_day == result.last_day:
        return f"; business day {result.first_day}"
    return f"; {result.days} business days, {result.first_day} to {result.last_day}"


@contextmanager
def show_progress(console: Console) -> Iterator[Callable[[str, int, int, int], None] | None]:
    """A progress bar per file, with tickets per second; yields None where `console` is no terminal."""
    if not console.is_terminal:
        yield None
        return
    with _open_bar(console) as progress:
        tasks: dict[str, TaskID] = {}

        def on_progress(name: str, position: int, size: int, tickets: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(escape(clean(name)), total=size or None, told="")
            elapsed_s = progress.tasks[tasks[name]].elapsed or 0.0
            told = f"{_format_count(tickets)} tickets, {_format_rate(tickets, elapsed_s)}"
            progress.update(tasks[name], completed=position, told=told)

        yield on_progress


@contextmanager
def show_export_progress(console: Console) -> Iterator[Callable[[DayReport, int], None] | None]:
    """A progress bar of business days; yields None where `console` is no terminal."""
    if not console.is_terminal:
        yield None
        return
    with _open_bar(console) as progress:
        task = progress.add_task("Asking PowerOffice Go…", total=None, told="")
        days: set[tuple[str, date]] = set()

        def on_done(shown: DayReport, days_in_all: int) -> None:
            days.add((shown.venue.id, shown.business_day))
            told = f"{len(days)} of {_format_count(days_in_all)} business days"
            last = f"{escape(shown.venue.id)} {shown.business_day}"
            progress.update(task, description=last, total=days_in_all, completed=len(days), told=told)

        yield on_done


def _open_bar(console: Console) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
    return Progress(*columns, TimeRemainingColumn(), console=console, transient=True)


def _format_rate(count: int, elapsed_s: float) -> str:
    return f"{_format_count(round(count / elapsed_s))} a second" if elapsed_s > 0 else ""


def _format_count(count: int) -> str:
    """A count with its thousands apart.

    >>> _format_count(12_500)
    '12 500'
    """
    return f"{count:,}".replace(",", " ")


def print_schedules(fires: Sequence[NextFire], now_utc_s: int, console: Console) -> None:
    """Print a table row per venue: next run, last run, days waiting. `now_utc_s`: UTC seconds."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("venue", "schedule", "next", "last turn", "last drafted", "waiting"):
        table.add_column(heading, overflow="fold")
    for fire in fires:
        venue, health = fire.venue, fire.health
        following = f"{fire.at:%Y-%m-%d %H:%M %Z}" if fire.at else "not by itself"
        waiting = "nothing"
        if health.oldest_waiting is not None:
            days = _count_days(fire, now_utc_s)
            waiting = f"{health.waiting}, the oldest {health.oldest_waiting} ({days} days ago)"
        drafted = health.last_drafted.isoformat() if health.last_drafted else "never"
        table.add_row(venue.id, venue.schedule, following, _format_turn(fire), drafted, waiting)
    console.print(table)


_NEXT: Mapping[str, Mapping[Lang, str]] = {
    "next": {"nb": "neste eksport", "en": "next export"},
    "last": {"nb": "forrige", "en": "the last"},
    "came_to": {"nb": "{drafted} levert, {waiting} venter", "en": "{drafted} drafted, {waiting} waiting"},
    "going_on": {"nb": "pågår", "en": "going on"},
    "drafted": {"nb": "sist leverte dag", "en": "last day drafted"},
    "waiting": {"nb": "eldste dag som gjenstår", "en": "oldest day still to be drafted"},
    "day_ago": {"nb": "1 dag siden", "en": "1 day ago"},
    "days_ago": {"nb": "{days} dager siden", "en": "{days} days ago"},
}


def print_next_exports(fires: Sequence[NextFire], now_utc_s: int, console: Console, lang: Lang) -> None:
    """Print a line per venue with an automatic export: next run, last run, days waiting. `now_utc_s`: UTC seconds."""
    for fire in fires:
        venue, health, turn = fire.venue, fire.health, fire.last
        told = [f"{_NEXT['next'][lang]} {format_moments(f'{fire.at:%Y-%m-%d %H:%M}', lang)}"]
        if turn is not None:
            at = venue.calendar.local(turn.finished_at_utc_s or turn.taken_at_utc_s)
            came_to = _NEXT["came_to"][lang].format(drafted=turn.drafted, waiting=turn.waiting)
            result = came_to if turn.finished_at_utc_s else _NEXT["going_on"][lang]
            told.append(f"{_NEXT['last'][lang]} {format_moments(f'{at:%Y-%m-%d %H:%M}', lang)} ({result})")
        if health.last_drafted is not None:
            told.append(f"{_NEXT['drafted'][lang]} {format_moments(str(health.last_drafted), lang)}")
        if health.oldest_waiting is not None:
            days = _count_days(fire, now_utc_s)
            ago = _NEXT["day_ago" if days == 1 else "days_ago"][lang].format(days=days)
            told.append(f"{_NEXT['waiting'][lang]} {format_moments(str(health.oldest_waiting), lang)} ({ago})")
        console.print(Text(f"  {venue.id}: {'; '.join(told)}"), soft_wrap=True)


def _count_days(fire: NextFire, now_utc_s: int) -> int:
    """How many days ago the oldest waiting business day ended; 0 where none waits."""
    oldest = fire.health.oldest_waiting
    return 0 if oldest is None else (now_utc_s - fire.venue.calendar.end(oldest)) // 86_400


def _format_turn(fire: NextFire) -> str:
    turn = fire.last
    if turn is None:
        return "never"
    if turn.finished_at_utc_s is None:
        return f"{fire.venue.calendar.local(turn.taken_at_utc_s):%Y-%m-%d %H:%M}, going on"
    at = f"{fire.venue.calendar.local(turn.finished_at_utc_s):%Y-%m-%d %H:%M}"
    return f"{at}, {turn.drafted} drafted, {turn.waiting} waiting"


_ANSWER_STYLES = {"ok": "green", "warning": "yellow", "wrong": "bold red"}


def print_diagnosis(diagnosis: Diagnosis, console: Console, lang: Lang = "nb") -> None:
    """Print one of the doctor's answers, with what to click in PowerOffice Go under it."""
    width = max(len(words[lang]) for words in ANSWERS.values())
    word = ANSWERS[diagnosis.answer][lang].ljust(width)
    told = f"  {diagnosis.venue} · {ABOUT[diagnosis.about][lang]}: {clean(diagnosis.message)}"
    console.print(Text.assemble((word, _ANSWER_STYLES[diagnosis.answer]), told), soft_wrap=True)
    if diagnosis.fix:
        console.print(Text(f"{' ' * width}  {clean(diagnosis.fix)}"), soft_wrap=True)


def print_sent_messages(sent: Sent) -> None:
    """Print how many e-mails were sent, and why the others were not."""
    click.echo(f"{sent.sent} {'message' if sent.sent == 1 else 'messages'} sent.")
    for told in dict.fromkeys(str(trouble) for trouble in sent.troubles):
        click.echo(f"Error: {told}", err=True)
    if sent.waiting:
        waits = "waits and is" if sent.waiting == 1 else "wait and are"
        click.echo(f"{sent.waiting} {waits} tried again, by posexport schedule run or posexport notify.", err=True)


def print_tested_addresses(results: Sequence[Tried], command: str) -> Exit:
    """Print the result of a test message to each address, and the command that sends it again where it did not go out.
    Returns the exit code: who must act, DONE where all went out."""
    for recipient, is_sent, trouble in results:
        if trouble is None:
            click.echo(f"Sent a test message to {recipient}.")
        else:
            outcome = "No test message was sent" if is_sent is False else "Whether it was sent is not known"
            click.echo(f"Error: {recipient}: {trouble.what} {outcome}. To try again: {command}", err=True)
    return max((tried.trouble.exit_code for tried in results if tried.trouble), default=Exit.DONE)

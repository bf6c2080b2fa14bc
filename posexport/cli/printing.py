"""What commands print of what they did: imports, progress, the doctor's answers. Vouchers and statuses are printed by
`render`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from posexport.cli.options import find_lang, say, say_error, word
from posexport.core.company import USUAL_ZONE, Venue
from posexport.core.report import DayReport
from posexport.errors import Exit, PosexportError
from posexport.texts.clean import clean
from posexport.texts.command_errors import describe_sentence
from posexport.texts.commands import describe_location
from posexport.texts.doctor import ABOUT, ANSWERS
from posexport.texts.finding_titles import format_title
from posexport.texts.language import Lang, format_kroner
from posexport.texts.moments import format_moments
from posexport.texts.refusals import describe_note, describe_place
from posexport.texts.report import count_tickets

if TYPE_CHECKING:
    from posexport.app.doctor import Diagnosis
    from posexport.app.import_sales import Imported
    from posexport.app.tickets import TakenTicket
    from posexport.notify.outbox import Sent, Tried
    from posexport.schedule.due import NextFire
    from posexport.store.acts import Import
    from posexport.store.moving_in import MovedIn
    from posexport.store.sales_writer import FileResult
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
            _print_counts(result)
        for (location, register), count in result.refused_registers.items():
            say(
                "  {count} ticket(s) of register {register}{place} belong to no venue, and are kept aside. Add "
                'registers = ["{register}"] to its venue in the setup and run posexport setup apply FILE: '
                "they then move in. {location}",
                err=True,
                count=count,
                register=register,
                place=word(" at {location}", location=location) if location else "",
                location=describe_location(location, find_lang()),
            )
        for (written, own), count in result.refused_companies.items():
            say(
                "  other-company: {tickets} of organization {written} left out; "
                "the venue's company is {own}. If they are its own all the same, add the number to the venue's "
                "file_organization_numbers in the setup, or import the file once with --other-company.",
                err=True,
                tickets=count_tickets(count, find_lang()),
                written=written,
                own=own,
            )
        for code, count in sorted(result.doubts.items()):
            title, tickets = format_title(code, find_lang()), count_tickets(count, find_lang())
            say("  {code}: {tickets}. See posexport preview.", err=True, code=code, title=title, tickets=tickets)
        _print_changed(result.changed_after_draft)
    for name, notice in imported.notices:
        place = f", {describe_place(notice.place, find_lang())}" if notice.place else ""
        text = describe_note(notice.text, find_lang())
        say("  Note: {name}{place}: {text}", err=True, name=name, place=place, text=text)
    for error in imported.refused:
        say_error(error)
    if imported.trouble is not None:
        say_error(imported.trouble)
        if imported.not_read:
            say("Not read, and nothing of it stored: {names}.", err=True, names=", ".join(imported.not_read))


def _print_counts(result: FileResult) -> None:
    say(
        "{name}: {new} new, {known} already known, {changed} changed, {refused} refused; {z_reports} new Z-reports"
        "{more}",
        name=result.name,
        new=result.new,
        known=result.known,
        changed=result.changed,
        refused=result.refused,
        z_reports=result.z_reports,
        more=f"{_format_more(result)}{_format_days(result)}",
    )


def _print_changed(days: Iterable[tuple[str, date]]) -> None:
    """Print which drafted days have other sales now, each given by its venue's id and business day."""
    for venue, day in days:
        told = "  {venue} {day} was drafted already and has changed: see posexport status."
        say(told, err=True, venue=venue, day=day)


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
        say(
            "{tickets} of register {register} moved in to {venue}, from {file}{known}{days}.",
            tickets=count_tickets(found.tickets, find_lang()),
            register=found.register,
            venue=found.venue,
            file=found.file,
            known=word(", {count} of them known already", count=found.known) if found.known else "",
            days=_format_days(found),
        )
        _print_changed(found.changed_after_draft)


def print_imports(imports: Sequence[Import], zones: Mapping[str, str], console: Console) -> None:
    """Print the imports in order, in local time of the first venue of each; undone ones say so. `zones`: the time zone
    of each venue by its id."""
    if not imports:
        say("Nothing has been read yet. Read a file with posexport import FILE.")
        return
    width = max(len(str(found.id)) for found in imports)
    for found in imports:
        console.print(Text(_format_import(found, width, zones.get(found.venue, USUAL_ZONE))), soft_wrap=True)


def _format_import(found: Import, width: int, zone: str) -> str:
    """An import in two lines, so that its id is not cut in a narrow terminal."""
    read_at = datetime.fromtimestamp(found.read_at_utc_s, ZoneInfo(zone))
    counts = word(
        "{new} new, {known} already known, {changed} changed, {refused} refused",
        new=found.new,
        known=found.known,
        changed=found.changed,
        refused=found.refused,
    )
    aside = word("{count} kept aside", count=found.aside) if found.aside else ""
    undone = word("undone by {who}: {why}", who=found.undone_by_who, why=found.undone_why).rstrip(": ")
    came_of = [counts, aside, _format_stretch(found), clean(undone) if found.is_undone else ""]
    read = word("{name}  read {at} by {who}", name=clean(found.name), at=read_at, who=clean(_format_actor(found)))
    return f"{found.id:>{width}}  {read}\n{' ' * width}  {'; '.join(part for part in came_of if part)}"


def _format_actor(found: Import) -> str:
    """Who imported it, and how that is known."""
    return f"{found.who} ({found.known_by})" if found.who else "–"


def _format_stretch(found: Import) -> str:
    if found.first_day is None:
        return ""
    first, last = (format_moments(str(day), find_lang()) for day in (found.first_day, found.last_day))
    return first if first == last else f"{first} – {last}"


def print_undone(undone: Undone, *, quiet: bool) -> None:
    """Print what undoing an import did."""
    if not quiet:
        say(
            "Undone: import {id} ({name}). {tickets} taken out, {back} put back as another import has them, "
            "{kept} kept that others have too; {z_reports} Z-reports changed, {aside} tickets no longer kept aside.",
            id=undone.file_id,
            name=undone.name,
            tickets=count_tickets(undone.removed, find_lang()),
            back=undone.put_back,
            kept=undone.kept,
            z_reports=undone.z_reports,
            aside=undone.aside,
        )
    if undone.is_of_earlier_version:
        say(
            "  The file was read by an earlier version, which did not keep which tickets other files had as well: what "
            "is missing now comes back when those files are read again.",
            err=True,
        )
    for venue, day in undone.changed_after_draft:
        _print_drafted(venue, day)


def print_withdrawn(taken: TakenTicket, venue: Venue, day: date, what: str, *, quiet: bool) -> None:
    """Print that a ticket was withdrawn or restored. `what`: "withdraw" or "restore"."""
    ticket = taken.ticket
    at = venue.calendar.local(ticket.completed_at_utc_s)
    taken_out = "Ticket {number} on register {register}, {at}, {amount}, is taken out by {who}."
    brought_back = "Ticket {number} on register {register}, {at}, {amount}, is brought back by {who}."
    if not quiet:
        say(
            taken_out if what == "withdraw" else brought_back,
            number=ticket.number,
            register=ticket.register,
            at=format_moments(f"{at:%Y-%m-%d %H:%M:%S}", find_lang()),
            amount=format_kroner(ticket.sales_ore, find_lang()),
            who=taken.who,
        )
    if taken.is_drafted:
        _print_drafted(venue.id, day)


def _print_drafted(venue: str, day: date) -> None:
    told = (
        "  {venue} {day} was drafted already. Where posexport status shows that it differs from its draft now, mend "
        "it: posexport export --revise --venue {venue} --from {typed_day} --to {typed_day}"
    )
    say(told, err=True, venue=venue, day=day, typed_day=day.isoformat())


def _format_more(result: FileResult) -> str:
    told = [
        (result.older, "; {count} of the known are otherwise in a newer file"),
        (result.moved, "; {count} moved from another venue"),
    ]
    return "".join(word(what, count=count) for count, what in told if count)


def _format_days(result: FileResult | MovedIn) -> str:
    if result.first_day is None:
        return ""
    if result.first_day == result.last_day:
        return word("; business day {first}", first=result.first_day)
    told = "; {days} business days, {first} to {last}"
    return word(told, days=result.days, first=result.first_day, last=result.last_day)


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
            rate = _format_rate(tickets, elapsed_s)
            told = word("{count} tickets, {rate}", count=_format_count(tickets), rate=rate)
            progress.update(tasks[name], completed=position, told=told)

        yield on_progress


@contextmanager
def show_export_progress(console: Console) -> Iterator[Callable[[DayReport, int], None] | None]:
    """A progress bar of business days; yields None where `console` is no terminal."""
    if not console.is_terminal:
        yield None
        return
    with _open_bar(console) as progress:
        task = progress.add_task(word("Asking PowerOffice Go…"), total=None, told="")
        days: set[tuple[str, date]] = set()

        def on_done(shown: DayReport, days_in_all: int) -> None:
            days.add((shown.venue.id, shown.business_day))
            told = word("{done} of {all} business days", done=len(days), all=_format_count(days_in_all))
            last = f"{escape(shown.venue.id)} {format_moments(str(shown.business_day), find_lang())}"
            progress.update(task, description=last, total=days_in_all, completed=len(days), told=told)

        yield on_done


def _open_bar(console: Console) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"))
    return Progress(*columns, TimeRemainingColumn(), console=console, transient=True)


def _format_rate(count: int, elapsed_s: float) -> str:
    return word("{count} a second", count=_format_count(round(count / elapsed_s))) if elapsed_s > 0 else ""


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
        table.add_column(word(heading), overflow="fold")
    for fire in fires:
        venue, health = fire.venue, fire.health
        at = format_moments(f"{fire.at:%Y-%m-%d %H:%M %Z}", find_lang()) if fire.at else word("not by itself")
        waiting = word("nothing")
        if health.oldest_waiting is not None:
            told, days = "{waiting}, the oldest {day} ({days:day|days} ago)", _count_days(fire, now_utc_s)
            waiting = word(told, waiting=health.waiting, day=health.oldest_waiting, days=days)
        drafted = format_moments(str(health.last_drafted), find_lang()) if health.last_drafted else word("never")
        table.add_row(venue.id, venue.schedule, at, _format_turn(fire), drafted, waiting)
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
        return word("never")
    if turn.finished_at_utc_s is None:
        return word("{at}, going on", at=fire.venue.calendar.local(turn.taken_at_utc_s))
    at = fire.venue.calendar.local(turn.finished_at_utc_s)
    return word("{at}, {drafted} drafted, {waiting} waiting", at=at, drafted=turn.drafted, waiting=turn.waiting)


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
    say("{count} message sent." if sent.sent == 1 else "{count} messages sent.", count=sent.sent)
    for trouble in {str(trouble): trouble for trouble in sent.troubles}.values():
        say_error(trouble)
    if sent.waiting:
        one = "{count} waits and is tried again, by posexport schedule run or posexport notify."
        several = "{count} wait and are tried again, by posexport schedule run or posexport notify."
        say(one if sent.waiting == 1 else several, err=True, count=sent.waiting)


def print_tested_addresses(results: Sequence[Tried], command: str) -> Exit:
    """Print the result of a test message to each address, and the command that sends it again where it did not go out.
    Returns the exit code: who must act, DONE where all went out."""
    for recipient, is_sent, trouble in results:
        if trouble is None:
            say("Sent a test message to {recipient}.", recipient=recipient)
        else:
            outcome = "No test message was sent." if is_sent is False else "Whether it was sent is not known."
            what = describe_sentence(trouble.what, find_lang())
            told = "Error: {recipient}: {trouble} {outcome} To try again: {command}"
            say(told, err=True, recipient=recipient, trouble=what, outcome=word(outcome), command=command)
    return max((tried.trouble.exit_code for tried in results if tried.trouble), default=Exit.DONE)

"""The export by itself. APScheduler decides when; what is exported is always every closed business day not yet
drafted, by the same functions that the command line calls, so a night that was missed is caught up.

A venue's turn is due at its time, by its own clock, and a grace later for registers that deliver late. It is
written down before it is taken, so that of several schedulers on one database one takes it; one that nobody
finished is taken again. A turn that ended in waiting (PowerOffice could not be reached) is tried again before the
next is due.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from posexport.core.day import Period
from posexport.core.report import State
from posexport.core.setup import Setup, Venue
from posexport.errors import Exit, PosexportError
from posexport.export import Exported, Workplace, export_period
from posexport.inbox import Watch, take_in
from posexport.notify import AtWork, Sent, keep_people_posted
from posexport.setup_values import parse_schedule
from posexport.staying import list_looked_for
from posexport.store.health import Health, read_health
from posexport.store.setups import find_venue_number
from posexport.store.turns import Turn, finish_turn, give_up_turn, read_last_turns, reopen_turn, take_turn
from posexport.watching import watch_imports

_log = logging.getLogger("posexport.scheduler")

TICK_S = 20
"""How often the inboxes, the setup and what is due are looked at."""

LOST_S = 3_600
"""A turn that has had no end for so long was taken by a process that died."""

RETRY_S = 1_800
"""How long after a turn that ended in waiting it is tried again."""

POST_S = 300
"""How often people are told what is new, beside after each turn."""

PATIENCE_S = 2.0
"""How long a look waits for mail servers before it goes on without them."""

GRACE_S = 6.0
"""How long what is on its way may take once the program is to stop."""

WATCH_AFTER_S = 4 * 3_600
"""How long after its business day begins a venue's imports are asked about, where its own turn has not."""

WATCH_S = 60
"""How long one look asks about imports."""

AT_ONCE = 8
"""Turns that are taken at once; each may have many vouchers on their way."""

_AGAIN = (Exit.WAIT, Exit.BUG)
"""Turns that ended like this are tried again before the next is due."""

_JOB: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""However late a job is, it runs once."""

_LOOK_BACK = tuple(timedelta(days=days) for days in (1, 8, 32, 367))


@dataclass(frozen=True, slots=True)
class NextFire:
    """When a venue is next exported (None where it never is by itself), its latest turn, and how it is doing."""

    venue: Venue
    at: datetime | None
    last: Turn | None
    health: Health


def make_trigger(venue: Venue) -> CronTrigger:
    """A venue's schedule in its own time zone, without its grace."""
    return CronTrigger(**parse_schedule(venue.schedule), timezone=ZoneInfo(venue.timezone))


class DueTrigger(BaseTrigger):  # type: ignore[misc]
    """A venue's schedule, a grace later."""

    def __init__(self, venue: Venue) -> None:
        self._cron, self._grace = make_trigger(venue), timedelta(minutes=venue.grace_minutes)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """As APScheduler asks: the first time after the previous, or from now on."""
        previous = None if previous_fire_time is None else previous_fire_time - self._grace
        found = self._cron.get_next_fire_time(previous, now - self._grace)
        return None if found is None else found + self._grace


def find_last_due(venue: Venue, now_utc_s: int) -> int | None:
    """When a venue's turn was last due, at or before now; None where it never was within a year."""
    now = datetime.fromtimestamp(now_utc_s, UTC)
    trigger = DueTrigger(venue)
    for back in _LOOK_BACK:
        found, last = trigger.get_next_fire_time(None, now - back), None
        while found is not None and found <= now:
            last, found = found, trigger.get_next_fire_time(found, found + timedelta(microseconds=1))
        if last is not None:
            return int(last.timestamp())
    return None


def list_next(workplace: Workplace, venues: Sequence[Venue]) -> Iterator[NextFire]:
    """When each venue is next exported, seen from now, and its latest turn."""
    now = datetime.fromtimestamp(workplace.now_utc_s, UTC)
    with workplace.database.reading() as connection:
        turns = read_last_turns(connection)
        for venue in venues:
            at = DueTrigger(venue).get_next_fire_time(None, now) if venue.automatic_export else None
            number = find_venue_number(connection, venue)
            last_closed = venue.calendar.last_closed(workplace.now_utc_s)
            by_itself = venue.automatic_export
            health = read_health(connection, number, venue.export_from, last_closed, by_itself=by_itself)
            yield NextFire(venue, at, turns.get(venue.id), health)


def format_next(fires: Sequence[NextFire]) -> dict[str, Any]:
    """As `schedule list --json` prints it."""
    return {
        "schedules": [
            {
                "venue": fire.venue.id,
                "automatic_export": fire.venue.automatic_export,
                "schedule": fire.venue.schedule,
                "grace_minutes": fire.venue.grace_minutes,
                "timezone": fire.venue.timezone,
                "next": fire.at.isoformat() if fire.at else None,
                "last": _format_turn(fire.last, fire.venue) if fire.last else None,
                "last_drafted_day": _format_day(fire.health.last_drafted),
                "oldest_waiting_day": _format_day(fire.health.oldest_waiting),
                "waiting_days": fire.health.waiting,
            }
            for fire in fires
        ]
    }


def _format_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _format_turn(turn: Turn, venue: Venue) -> dict[str, Any]:
    local = venue.calendar.local
    return {
        "due_at": local(turn.due_at_utc_s).isoformat(),
        "finished_at": local(turn.finished_at_utc_s).isoformat() if turn.finished_at_utc_s else None,
        "exit_code": turn.exit_code,
        "drafted": turn.drafted,
        "waiting": turn.waiting,
    }


@dataclass(slots=True)
class Night:
    """What one scheduler remembers between two looks: `busy` venues, and the `turns` that it has taken and not
    ended."""

    watch: Watch = field(default_factory=Watch)
    posted_at_utc_s: int = 0
    busy: set[str] = field(default_factory=set)
    turns: set[int] = field(default_factory=set)
    at_work: AtWork = field(default_factory=AtWork)
    lock: threading.Lock = field(default_factory=threading.Lock)


def take_due_turn(
    workplace: Workplace, venue: Venue, night: Night, *, by: str = "", retry_after_s: int | None = None
) -> Exported | None:
    """Take a venue's turn if one is due that nobody has taken, or that has to be tried again; what came of it.

    `by` names a taker who comes back for what it left behind when it died.
    """
    due_at = find_last_due(venue, workplace.now_utc_s)
    if due_at is None or not _enter(night, venue):
        return None
    try:
        retry_s = _find_last_retry_s(workplace, venue) if retry_after_s is None else retry_after_s
        with workplace.database.writing() as connection:
            number, now = find_venue_number(connection, venue), workplace.now_utc_s
            turn = take_turn(connection, number, due_at, now, by=by, lost_after_s=LOST_S)
            if turn is None:
                turn = reopen_turn(connection, number, due_at, now, by=by, retry_after_s=retry_s, exit_codes=_AGAIN)
        if turn is None:
            return None
        night.turns.add(turn)
        exported = _export(workplace, venue, turn)
        night.turns.discard(turn)
        return exported
    finally:
        night.busy.discard(venue.id)


def _find_last_retry_s(workplace: Workplace, venue: Venue) -> int:
    """As `_find_retry_s`, of the venue's last turn."""
    with workplace.database.reading() as connection:
        last = read_last_turns(connection).get(venue.id)
    if last is None or last.finished_at_utc_s is None:
        return RETRY_S
    return _find_retry_s(workplace, venue, last.finished_at_utc_s)


def _enter(night: Night, venue: Venue) -> bool:
    """Whether no other thread has the venue."""
    with night.lock:
        if venue.id in night.busy:
            return False
        night.busy.add(venue.id)
        return True


def _export(workplace: Workplace, venue: Venue, turn: int) -> Exported | None:
    """A venue's turn: everything closed and not yet drafted. What goes wrong is kept in the store and logged; a bug
    is raised as well."""
    exported, code, note = None, Exit.BUG, ""
    try:
        exported = export_period(workplace, [venue], Period())
    except PosexportError as error:
        _log.error("%s: %s", venue.id, error)
        code, note = error.exit_code, str(error)
    finally:
        if workplace.stopping():
            with workplace.database.writing() as connection:
                give_up_turn(connection, turn)
        elif exported is None:
            _finish(workplace, turn, code, note=note)
    if exported is None:
        return None
    shown = exported.report.vouchers
    for voucher in shown:
        _log.info("%s %s: %s %s", venue.id, voucher.business_day, voucher.state.value, voucher.answer)
    if workplace.stopping():
        return exported
    drafted = sum(voucher.state is State.DRAFTED for voucher in shown)
    waiting = sum(voucher.state not in (State.DRAFTED, State.NOTHING) for voucher in shown)
    _finish(workplace, turn, exported.exit_code, drafted, waiting)
    _log.info("%s: %d drafted, %d waiting, exit %d", venue.id, drafted, waiting, int(exported.exit_code))
    return exported


def _finish(workplace: Workplace, turn: int, code: Exit, drafted: int = 0, waiting: int = 0, note: str = "") -> None:
    with workplace.database.writing() as connection:
        finish_turn(
            connection,
            turn,
            workplace.now_utc_s,
            exit_code=int(code),
            drafted=drafted,
            waiting=waiting,
            note=note,
        )


Take = Callable[[Workplace, Venue, Night], Exported | None]
"""What is done with a venue whose turn is due: the export itself, or handing it to workers."""


def look(workplace: Workplace, night: Night, take: Take = take_due_turn) -> None:
    """One look at everything: what has come into the inboxes, every turn that is due, and what people are to know."""
    setup = workplace.load_setup()
    venues = setup.venues
    for venue in venues:
        if workplace.stopping():
            return
        take_in(workplace, venue, night.watch)
    taken = _take_all(workplace, night, take, list_due(workplace, venues))
    if not workplace.stopping() and (taken or workplace.now_utc_s >= night.posted_at_utc_s + POST_S):
        night.posted_at_utc_s = workplace.now_utc_s
        _watch_the_rest(workplace, setup)
        _post(workplace, night)


def _post(workplace: Workplace, night: Night) -> None:
    """Tell people what is new. A mail server that is slow is not waited for: it goes on by itself."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="mail")
    posting = thread.submit(keep_people_posted, workplace, workplace.now_utc_s, night.at_work)
    thread.shutdown(wait=False)
    if wait([posting], PATIENCE_S).done:
        posting.result()
    else:
        posting.add_done_callback(_tell_late)


def _tell_late(posting: Future[Sent]) -> None:
    """Log what went wrong with messages after nobody waited for them any more."""
    error = posting.exception()
    if isinstance(error, PosexportError):
        _log.error("people are told later: %s", error)
    elif error is not None:
        _log.error("people were not told", exc_info=error)


def _watch_the_rest(workplace: Workplace, setup: Setup) -> None:
    """Ask about the imports that no turn has asked about by the middle of the morning: of venues that are exported once
    a week or once a month. What a look has no time for is left to the next."""
    now, until_s = workplace.now_utc_s, workplace.clock() + WATCH_S
    late = [venue for venue in setup.venues if now >= venue.calendar.opened_at(now) + WATCH_AFTER_S]
    watch_imports(workplace.courier, setup, late, lambda: workplace.stopping() or workplace.clock() >= until_s)


def _take_all(workplace: Workplace, night: Night, take: Take, venues: Sequence[Venue]) -> bool:
    """Take every turn, several at once; whether anything was exported. A bug is raised when all have had theirs."""

    def take_one(venue: Venue) -> bool:
        return not workplace.stopping() and take(workplace, venue, night) is not None

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="turn") as threads:
        taken = [threads.submit(take_one, venue) for venue in venues]
    return sum(turn.result() for turn in taken) > 0


def list_due(workplace: Workplace, venues: Sequence[Venue]) -> list[Venue]:
    """The venues with a turn that nobody has taken, or that has to be taken again."""
    with workplace.database.reading() as connection:
        turns = read_last_turns(connection)
    now = workplace.now_utc_s
    return [venue for venue in venues if venue.automatic_export and _is_due(workplace, venue, turns.get(venue.id), now)]


def _is_due(workplace: Workplace, venue: Venue, last: Turn | None, now_utc_s: int) -> bool:
    due_at = find_last_due(venue, now_utc_s)
    if due_at is None:
        return False
    if last is None or last.due_at_utc_s < due_at:
        return True
    if last.finished_at_utc_s is None:
        return last.taken_at_utc_s <= now_utc_s - LOST_S
    if last.exit_code not in _AGAIN:
        return False
    return last.finished_at_utc_s <= now_utc_s - _find_retry_s(workplace, venue, last.finished_at_utc_s)


def _find_retry_s(workplace: Workplace, venue: Venue, finished_at_utc_s: int) -> int:
    """How long after a turn that ended in waiting it is tried again: as soon as a voucher that it looked for in vain
    need not be looked for any longer, and otherwise after `RETRY_S`."""
    until = [at for at in list_looked_for(workplace, [venue]) if at >= finished_at_utc_s]
    return min([RETRY_S, *(at - finished_at_utc_s for at in until)])


def run(
    workplace: Workplace,
    stop: threading.Event,
    *,
    take: Take = take_due_turn,
    on_look: Callable[[], None] = lambda: None,
) -> None:
    """Look at everything, again and again, and take each turn at its time, until `stop` is set. `on_look` is
    called after each look."""
    night = Night()
    scheduler = BackgroundScheduler(timezone=UTC)

    def look_around() -> None:
        try:
            _plan(scheduler, workplace, night, take)
            look(workplace, night, take)
        except PosexportError as error:
            _log.error("%s It is looked at again in %d seconds.", error, TICK_S)
        on_look()

    _say_what_is_next(workplace)
    scheduler.add_job(look_around, IntervalTrigger(seconds=TICK_S), next_run_time=datetime.now(UTC), **_JOB)
    scheduler.start()
    try:
        stop.wait()
    finally:
        _log.info("stopping: what is on its way is finished, for at most %d seconds", GRACE_S)
        ending = threading.Thread(target=scheduler.shutdown, daemon=True)
        ending.start()
        ending.join(GRACE_S)
        if ending.is_alive():
            _log.warning("what is on its way takes too long, and is looked for the next time")
            _let_go(workplace, night)


def _let_go(workplace: Workplace, night: Night) -> None:
    """Let whoever comes next take the turns that are not ended."""
    with workplace.database.writing() as connection:
        for turn in tuple(night.turns):
            give_up_turn(connection, turn)


def _say_what_is_next(workplace: Workplace) -> None:
    fires = [fire for fire in list_next(workplace, workplace.load_setup().venues) if fire.at is not None]
    first = min(fires, key=lambda fire: fire.at, default=None)  # type: ignore[arg-type,return-value]
    if first is None:
        _log.warning("running, but no venue has automatic_export = true: nothing is exported by itself")
    else:
        _log.info("running: %d venues by themselves, next %s at %s", len(fires), first.venue.id, first.at)


def _plan(scheduler: BackgroundScheduler, workplace: Workplace, night: Night, take: Take) -> None:
    """A job at its time for every venue that is exported by itself, as the setup says now."""
    venues = {venue.id: venue for venue in workplace.load_setup().venues if venue.automatic_export}
    planned = {job.id: job for job in scheduler.get_jobs() if job.id.startswith("venue ")}
    for job_id, job in planned.items():
        venue = venues.get(job_id.removeprefix("venue "))
        if venue is None or job.kwargs["venue"] != venue:
            job.remove()
    for venue in venues.values():
        if scheduler.get_job(f"venue {venue.id}") is None:
            scheduler.add_job(
                _take_at_its_time,
                DueTrigger(venue),
                kwargs={"take": take, "workplace": workplace, "venue": venue, "night": night},
                id=f"venue {venue.id}",
                **_JOB,
            )


def _take_at_its_time(take: Take, workplace: Workplace, venue: Venue, night: Night) -> None:
    try:
        take(workplace, venue, night)
    except PosexportError as error:
        _log.error("%s: %s It is tried again.", venue.id, error)

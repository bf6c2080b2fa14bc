"""A run: a line per voucher as it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from time import monotonic
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from posexport.core.company import Venue
from posexport.core.roles import Right
from posexport.office.fill import format_brief_day, render
from posexport.office.visit import NotFound, Visit
from posexport.office.words import office_words
from posexport.store.office_runs import Run, RunLine, read_lines, read_run, read_runs
from posexport.texts.language import Lang

RENEWED_EVERY_S = 3
"""How often a page without JavaScript is loaded anew while a run goes on."""

YOUNG_S, RENEWED_AT_FIRST_S = 10, 1
"""At first more often: most runs are over by then."""

LOOKED_EVERY_S = 0.5
TOLD_FOR_S = 300.0

NAMED_AT_MOST = 3
"""So many venues are called by their names; more are counted."""


def renew_after_s(visit: Visit, run: Run) -> int:
    """After how many seconds a page about a run that goes on is to be loaded anew."""
    is_young = visit.workspace.now_utc_s - run.made_at_utc_s < YOUNG_S
    return RENEWED_AT_FIRST_S if is_young else RENEWED_EVERY_S


def find_run(visit: Visit) -> tuple[Run, list[Venue]]:
    """The run that the address names, and those of its venues that the user may see. Raises NotFound where that is
    none."""
    with visit.workspace.database.reading() as connection:
        run = read_run(connection, visit.request.path_params["run"])
    seen = [] if run is None else list_seen(visit, run)
    if run is None or not seen:
        raise NotFound
    return run, seen


def list_seen(visit: Visit, run: Run) -> list[Venue]:
    """The venues of a run that the user may see."""
    return [venue for venue in visit.venues if venue.id in run.venues]


def may_stop(visit: Visit, run: Run) -> bool:
    """Whether the user may stop a run: whoever asked for it, and administrators of all its venues."""
    is_allowed = [venue.id for venue in visit.venues if visit.user.may_at(Right.CONNECT, venue)]
    return run.user_id == visit.user.id or set(run.venues) <= set(is_allowed)


def find_rivals(run: Run, others: Iterable[Run]) -> list[Run]:
    """The runs that were asked for before this one, were not over by then, and concern one of its days."""
    return [
        other
        for other in others
        if (other.made_at_utc_s, other.id) < (run.made_at_utc_s, run.id)
        and (other.ended_at_utc_s is None or other.ended_at_utc_s >= run.made_at_utc_s)
        and overlaps(other, run.venues, run.period)
    ]


def overlaps(other: Run, venues: Iterable[str], period: tuple[date, date] | None) -> bool:
    """Whether a run concerns one of these venues' days of a period."""
    theirs = other.period
    if theirs is None or period is None or not set(other.venues) & set(venues):
        return False
    return theirs[0] <= period[1] and period[0] <= theirs[1]


def guess_left_s(run: Run, done: int, now_utc_s: int) -> int | None:
    """How many seconds a run may still take, by how long it took so far; None where that cannot be told."""
    if run.is_over or run.started_at_utc_s is None or not 0 < done < run.days:
        return None
    return max(1, round((now_utc_s - run.started_at_utc_s) / done * (run.days - done)))


def count_days(lines: Iterable[RunLine]) -> int:
    """How many business days were answered; orders are counted with theirs."""
    return len({(line.venue, line.business_day) for line in lines if "order" not in line.facts})


def show(visit: Visit) -> Response:
    """The page. It follows the run by itself until that is over: with JavaScript by `tell`, else by being loaded
    anew."""
    run, seen = find_run(visit)
    shown: dict[str, Any] = lay_out(visit, run, seen, read_rivals(visit, run))
    return visit.show("run.html.j2", renewed_after_s=renew_after_s(visit, run), **shown)


def read_rivals(visit: Visit, run: Run) -> list[Run]:
    """The runs whose days this one shares, as `find_rivals` has them: the same ones for as long as it goes on."""
    with visit.workspace.database.reading() as connection:
        return find_rivals(run, read_runs(connection))


def lay_out(visit: Visit, run: Run, seen: Sequence[Venue], rivals: Sequence[Run]) -> dict[str, object]:
    """What the page shows of a run, those of its venues that the user may see, and its rivals."""
    venues = {venue.id: venue for venue in seen}
    with visit.workspace.database.reading() as connection:
        lines = read_lines(connection, run.id)
    done = count_days(lines)
    return {
        "run": run,
        "about": describe_run(run, seen, visit.lang),
        "asked_at": seen[0].calendar.local(run.made_at_utc_s),
        "venues": venues,
        "lines": [line for line in lines if line.venue in venues and line.business_day is not None],
        "done": done,
        "left_s": guess_left_s(run, done, visit.workspace.now_utc_s),
        "rivals": rivals,
        "may_stop": not run.is_over and not run.stopped_by and may_stop(visit, run),
    }


def tell(visit: Visit) -> Response:
    """The same as server-sent events: the part of the page that changes, whenever it has, and `over` at the end. After
    a while the browser asks anew, so that a session that has ended ends this too."""
    run, _ = find_run(visit)
    return StreamingResponse(_list_events(visit, read_rivals(visit, run)), media_type="text/event-stream")


async def _list_events(visit: Visit, rivals: Sequence[Run]) -> AsyncIterator[str]:
    told, since = "", monotonic()
    while monotonic() - since < TOLD_FOR_S and not await visit.request.is_disconnected():
        part, is_over = await run_in_threadpool(_render_progress, visit, rivals)
        if part != told:
            told = part
            yield "".join(f"data: {line}\n" for line in part.splitlines()) + "\n"
        if is_over:
            yield "event: over\ndata: over\n\n"
            return
        await asyncio.sleep(LOOKED_EVERY_S)


def _render_progress(visit: Visit, rivals: Sequence[Run]) -> tuple[str, bool]:
    """The part of the page that changes, and whether the run is over."""
    run, seen = find_run(visit)
    shown = lay_out(visit, run, seen, rivals)
    return render("run_progress.html.j2", visit.lang, **visit.on_every_page, **shown), run.is_over


def describe_run(run: Run, seen: Sequence[Venue], lang: Lang) -> str:
    """What a run is about: its kind, its venues by name, as many as there is room for, and its days."""
    words = office_words(lang)
    names = name_venues(seen, lang)
    days = [format_brief_day(date.fromisoformat(run.asked[end]), lang) for end in ("from", "to") if end in run.asked]
    told = " – ".join(dict.fromkeys(days))
    return ", ".join(part for part in (f"{words[f'work_{run.work}']}: {names}", told) if part)


def name_venues(venues: Sequence[Venue], lang: Lang) -> str:
    """Venues by name, as many as there is room for; else how many they are."""
    if len(venues) > NAMED_AT_MOST:
        return office_words(lang)["n_venues"].format(n=len(venues))
    return ", ".join(venue.name for venue in venues)

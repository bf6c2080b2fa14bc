"""One night: every venue's last business day settled and its voucher built, out of everything in the store; beside
the raw queries for that day by the index. Many rounds in one process, as a scheduler that stays up would do it.

And the same night out of a store that has only a few days: how much longer it takes with the history behind it.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from statistics import median
from typing import Any

from tests.bench.figure_settle import FIGURES, SUMS, digest_reviews, digest_sums
from tests.bench.ground import Ground, url_of
from tests.bench.measuring import Compared, Measured, NoFigure, Row, Stopwatch, format_seconds

NAME = "night"
WORK = "one night: every venue's last day settled, vouchers built"
FLOOR = "the two queries by the index for that day, venue by venue"
AT_MOST = 2.0
HISTORY = "night-with-history"
HISTORY_AT_MOST = 1.25
"""The same, measured twice, differs by as much on a busy machine."""

SHORT_DAYS = 2
ROUNDS = 20


def both(store: str, day: str, rounds: int) -> Measured:
    """Ours and the floor in turn, in this process; the answer is (ours, floor) per round and what they came to."""
    from posexport.wiring import open_workspace

    seconds: list[tuple[float, float]] = []
    connection = sqlite3.connect(store)
    with open_workspace(url_of(store)) as workspace:
        for _ in range(rounds + 1):
            first, reviews = _settle(workspace, date.fromisoformat(day))
            second, sums, figures = _query(connection, int(day.replace("-", "")))
            seconds.append((first, second))
        ours_answer, floor_answer = digest_reviews(reviews), digest_sums(connection, sums, figures)
    if ours_answer != floor_answer:
        raise NoFigure(f"the sides do not agree: {ours_answer} {floor_answer}")
    return Measured(sum(pair[0] for pair in seconds), [seconds[1:], ours_answer])


def _settle(workspace: Any, day: date) -> tuple[float, list[Any]]:
    from posexport.app.review_venues import review_venues
    from posexport.core.day import Period

    stopwatch = Stopwatch()
    with stopwatch.running():
        venues = list(workspace.load_setup().venues)
        reviews = list(review_venues(workspace, venues, Period(day, day)))
    return stopwatch.seconds, reviews


def _query(connection: sqlite3.Connection, day: int) -> tuple[float, list[Any], list[Any]]:
    where = "WHERE venue_id = ? AND business_day = ?"
    sums_of_day, figures_of_day = SUMS.format(where=where), FIGURES.format(where=where)
    stopwatch = Stopwatch()
    sums: list[Any] = []
    figures: list[Any] = []
    with stopwatch.running():
        for (venue,) in connection.execute("SELECT id FROM venue").fetchall():
            sums += connection.execute(sums_of_day, (venue, day)).fetchall()
            figures += connection.execute(figures_of_day, (venue, day)).fetchall()
    return stopwatch.seconds, sums, figures


def measure(ground: Ground) -> list[Row]:
    """Both figures."""
    whole = ground.plan
    short = whole.last(SHORT_DAYS)
    stores = [ground.filled_store("jsonl", plan) for plan in (whole, short)]
    day = whole.business_days[-1].isoformat()
    rounds = max(ROUNDS, ground.runs)
    runs = [[ground.run(both, str(store), day, rounds) for store in stores] for _ in range(2)]
    long_runs, short_runs = zip(*runs, strict=True)
    if long_runs[0].answer[1] != short_runs[0].answer[1]:
        raise NoFigure("the same night comes to something else without its history")
    pairs = [pair for run in long_runs for pair in run.answer[0]]
    compared = Compared([Measured(ours) for ours, _ in pairs], [Measured(floor) for _, floor in pairs])
    row = compared.row(NAME, WORK, FLOOR, AT_MOST, f"{whole.venues} venues, {len(pairs)} rounds")
    alone_s = median(ours for run in short_runs for ours, _ in run.answer[0])
    history = Row(
        HISTORY,
        f"the same night with {whole.days} days in the store",
        f"with {short.days} days in the store",
        HISTORY_AT_MOST,
        compared.ours_s / alone_s,
        ours=format_seconds(compared.ours_s),
        theirs=format_seconds(alone_s),
    )
    return [row, history]

"""Every venue and day in the store settled and every voucher built, every rule tried; beside the two GROUP BY queries
that it cannot do without, their rows fetched.

Settled once from a store that JSON lines filled, and once from one that SAF-T filled: there each register's night has
a Z-report too, and every figure on it is compared. The floor of that is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.bench.answers import digest_rows
from tests.bench.ground import Ground, url_of
from tests.bench.measuring import Compared, Measured, Row, Stopwatch, alternate

NAME = "settle"
WORK = "settle every venue and day, build and prove every voucher"
FLOOR = "the two GROUP BY queries over the covering indexes, rows fetched"
AT_MOST = 1.3
WITH_Z_REPORTS = "settle-with-z-reports"

SUMS = """
    SELECT venue_id, business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id,
           SUM(amount_ore), SUM(vat_ore), COUNT(vat_ore), SUM(discount_ore), COUNT(*)
    FROM entry {where}
    GROUP BY venue_id, business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id
    ORDER BY venue_id, business_day, kind, part, code_id, vat_code_id, vat_rate_bp, customer_id, currency_id
"""
"""What everything sold and paid comes to."""

FIGURES = """
    SELECT venue_id, business_day, register_id, status, COUNT(*), SUM(sales_ore),
           SUM(CASE WHEN sales_ore < 0 THEN 1 ELSE 0 END), SUM(CASE WHEN sales_ore < 0 THEN sales_ore ELSE 0 END),
           MIN(completed_at_utc_s), MAX(completed_at_utc_s), MIN(serial), MAX(serial), COUNT(serial)
    FROM ticket {where}
    GROUP BY venue_id, business_day, register_id, status
    ORDER BY venue_id, business_day, register_id, status
"""
"""Control figures and number series."""


def ours(url: str) -> Measured:
    """Every voucher, as a preview has them; Python looks for garbage as seldom as in the program's own commands."""
    from posexport.app.review_venues import review_venues
    from posexport.cli.options import collecting_seldom
    from posexport.core.day import Period
    from posexport.wiring import open_workspace

    stopwatch = Stopwatch()
    with collecting_seldom(), open_workspace(url) as workspace, stopwatch.running():
        venues = list(workspace.load_setup().venues)
        reviews = list(review_venues(workspace, venues, Period()))
    return stopwatch.measured(digest_reviews(reviews))


def floor(store: str) -> Measured:
    """The raw queries."""
    import sqlite3

    connection = sqlite3.connect(store)
    connection.execute("PRAGMA cache_size = -32000")
    stopwatch = Stopwatch()
    with stopwatch.running():
        sums = connection.execute(SUMS.format(where="")).fetchall()
        figures = connection.execute(FIGURES.format(where="")).fetchall()
    return stopwatch.measured(digest_sums(connection, sums, figures))


def digest_reviews(reviews: Iterable[Any]) -> dict[str, Any]:
    """What vouchers come to: per venue, day and product or payment type what their lines move, and how many tickets
    are behind each."""
    rows: list[tuple[Any, ...]] = []
    for review in reviews:
        report = review.report
        key = (report.venue.id, report.business_day.strftime("%Y%m%d"))
        assert report.state.value == "ready", (*key, report.state, report.findings)
        rows.append((*key, "tickets", report.control.tickets, report.control.sales_ore))
        moved: Counter[tuple[str, str]] = Counter()
        for line in report.voucher.lines:
            moved[line.kind.value, line.source] += line.amount_ore
        rows += [(*key, *name, amount_ore) for name, amount_ore in moved.items() if amount_ore]
    return digest_rows(rows)


_KINDS = {1: ("sales", -1), 2: ("payment", 1), 3: ("tip", -1), 4: ("rounding", -1)}
"""What the store calls a kind of amount -> what a voucher's line calls it, and its side there."""


def digest_sums(connection: Any, sums: Iterable[Any], figures: Iterable[Any]) -> dict[str, Any]:
    """What the raw rows come to, in the vouchers' words."""
    venues = dict(connection.execute("SELECT id, code FROM venue"))
    codes = dict(connection.execute("SELECT id, text FROM code"))
    moved: Counter[tuple[str, str, str, str]] = Counter()
    for row in sums:
        kind, sign = _KINDS[row[2]]
        source = codes[row[4]] if row[4] else {"tip": "tips"}.get(kind, kind)
        moved[venues[row[0]], str(row[1]), kind, source] += sign * row[9]
    rows: list[tuple[Any, ...]] = [(*key, amount_ore) for key, amount_ore in moved.items() if amount_ore]
    tickets: dict[tuple[str, str], list[int]] = {}
    for row in figures:
        if row[3] == 0:
            counted = tickets.setdefault((venues[row[0]], str(row[1])), [0, 0])
            counted[0] += row[4]
            counted[1] += row[5]
    rows += [(*key, "tickets", many, amount_ore) for key, (many, amount_ore) in tickets.items()]
    return digest_rows(rows)


def measure(ground: Ground) -> list[Row]:
    """The figure, without Z-reports and with."""
    return [_measure(ground, NAME, "jsonl"), _measure(ground, WITH_Z_REPORTS, "xml")]


def _measure(ground: Ground, name: str, extension: str) -> Row:
    store = ground.filled_store(extension)
    found = alternate(
        ground.runs,
        lambda: ground.run(ours, url_of(store)),
        lambda: ground.run(floor, str(store)),
    )
    vouchers = ground.plan.venues * ground.plan.days
    note = f"{vouchers:,} vouchers, {Compared(*found).ours_s / vouchers * 1000:.2f} ms each"
    work = WORK if extension == "jsonl" else f"{WORK}, with a Z-report per register and night"
    return Compared(*found).row(name, work, FLOOR, AT_MOST, note)

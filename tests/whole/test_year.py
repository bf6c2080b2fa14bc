"""A year by itself: clocks that change, nights that are missed, a month without PowerOffice Go, a register that
delivers two days late. In the end every business day is drafted, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from posexport.sandbox import Fault
from posexport.schedule.run import look
from posexport.schedule.turn import SchedulerState
from tests.support.harness import BRYGGA, VENUES, Shop, sale, write_jsonl
from tests.support.looks import read_rows

OSLO = ZoneInfo("Europe/Oslo")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
CLOSED = {day for day in DAYS if day.weekday() == 6 and day.month == 7}
"""Brygga keeps shut on Sundays in July."""

OFF = [(date(2026, 3, 27), date(2026, 3, 30)), (date(2026, 8, 3), date(2026, 8, 12))]
"""When the machine is switched off: over the change to summer time, and for ten nights in August."""

DOWN = (date(2026, 5, 1), date(2026, 5, 31))
"""When PowerOffice Go does not answer."""


def is_in(day: date, *spans: tuple[date, date]) -> bool:
    return any(first <= day <= last for first, last in spans)


def instant(day: date, hour: int, minute: int) -> float:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=OSLO).timestamp()


def deliver(shop: Shop, venue: str, register: str, day: date, number: int) -> None:
    """What the register wrote of a business day: a noon sale, and one after midnight, in the hour that the clocks
    change in."""
    late = datetime(day.year, day.month, day.day, 1, 30, tzinfo=OSLO).astimezone(UTC) + timedelta(days=1)
    tickets = [
        sale(2 * number, f"{100 + number}.00", at=f"{day}T12:00:00", register=register),
        sale(2 * number + 1, "50.00", at=late.isoformat(), register=register),
    ]
    write_jsonl(shop.folder / "inbox" / venue / f"{day}.jsonl", tickets)


@pytest.mark.long
def test_a_year_by_itself_ends_with_every_business_day_drafted_once(shop: Shop) -> None:
    inbox: Callable[[str], Path] = lambda venue: shop.folder / "inbox" / venue  # noqa: E731
    own = 'automatic_export = true\n  inbox = "{}"'
    shop.apply(
        target="journal",
        torget=own.format(inbox("torget")),
        venues=VENUES + BRYGGA + "  " + own.format(inbox("brygga")) + "\n  grace_minutes = 15\n",
    )
    for venue in ("torget", "brygga"):
        inbox(venue).mkdir(parents=True)
    now = [0.0]
    shop.world.faults = lambda request: (
        Fault("status_before", 503) if is_in(datetime.fromtimestamp(now[0], OSLO).date(), DOWN) else None
    )
    night = SchedulerState()
    with shop.open() as workspace:
        for number, day in enumerate([*DAYS, *(LAST + timedelta(days=n) for n in (1, 2, 3))]):
            yesterday, before = day - timedelta(days=1), day - timedelta(days=3)
            if FIRST <= yesterday <= LAST:
                deliver(shop, "torget", "1", yesterday, number)
            if FIRST <= before <= LAST and before not in CLOSED:
                deliver(shop, "brygga", "3", before, number)
            if is_in(day, *OFF):
                continue
            for hour, minute in ((4, 58), (4, 59), (5, 20)):
                shop.clock.now_s = now[0] = instant(day, hour, minute)
                look(workspace, night)
    received = Counter((draft.application_key, draft.voucher_date) for draft in shop.world.drafts())
    by_venue = {key: {day for other, day in received if other == key} for key, _ in received}
    torget, brygga = (by_venue[key] for key in ("appkey-5ecret-A1", "addonkey-5ecret-N1"))
    assert set(received.values()) == {1}
    assert torget == set(DAYS)
    assert brygga == set(DAYS) - CLOSED
    assert sum(draft.debit_ore for draft in shop.world.drafts()) == sum(
        int(ticket) for (ticket,) in read_rows(shop, "ticket", "sales_ore")
    )
    assert not list(inbox("torget").glob("*.jsonl"))
    assert len(list((inbox("brygga") / "done").iterdir())) == len(DAYS) - len(CLOSED)

"""Days that are half, whole, or whole as far as the registers can show it: from import to preview, both databases."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from posexport.app.imports import undo_import
from posexport.core.sales import Coverage, NamedRegister, Ticket, TicketStatus, ZReport
from posexport.texts.describe import fix_of, message_of
from tests.app.test_import import SAFT_VENUE
from tests.app.test_review import accept, store, ticket, z_report
from tests.store.test_identity import write_saft
from tests.support import saft_builder as saft
from tests.support.harness import FRIDAY, SATURDAY, VENUES, Shop, codes, sale, states
from tests.support.looks import overwrite_rows, read_rows

OSLO = ZoneInfo("Europe/Oslo")
MONDAY = date(2026, 11, 2)


def turn(shop: Shop, moment: str) -> None:
    """Set the clock to a local time."""
    shop.clock.now_s = datetime.fromisoformat(moment).replace(tzinfo=OSLO).astimezone(UTC).timestamp()


def told(shop: Shop, day: date = FRIDAY) -> list[str]:
    """The state of a day's voucher and its findings."""
    shown = shop.preview(day, day).vouchers[0]
    return [shown.state.value, *codes(shown)]


def calendar_day(day: date, made_at: str | None = None) -> Coverage:
    midnight = datetime(day.year, day.month, day.day)
    return Coverage(midnight, midnight + timedelta(days=1), datetime.fromisoformat(made_at) if made_at else None)


def deliver(shop: Shop, *items: Ticket | ZReport | Coverage | NamedRegister, read: str, name: str) -> None:
    turn(shop, read)
    store(shop, *items, name=name)


def test_a_shop_that_exports_each_calendar_day_is_ready_at_five_every_day(both: Shop) -> None:
    both.apply()
    number = 0
    for n in range(20):
        day = MONDAY + timedelta(days=n)
        if day.weekday() == 6:
            continue
        items: list[Ticket | Coverage] = []
        for hour in (10, 15, 21):
            number += 1
            items.append(ticket(number, at=f"{day}T{hour}:00:00"))
        deliver(both, *items, calendar_day(day), read=f"{day + timedelta(days=1)}T00:10:00", name=f"{day}.xml")
        turn(both, f"{day + timedelta(days=1)}T05:00:00")
        assert told(both, day) == ["ready"], day


def test_a_bar_that_exports_before_midnight_waits_for_the_next_file(both: Shop) -> None:
    both.apply()
    evening = ticket(1, at="2026-11-20T20:00:00"), ticket(2, at="2026-11-20T23:40:00")
    deliver(both, *evening, calendar_day(FRIDAY, "2026-11-20T23:59:00"), read="2026-11-20T23:59:30", name="fri.xml")
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["held", "incomplete-day"]
    night = ticket(3, at="2026-11-21T02:30:00"), ticket(4, at="2026-11-21T20:00:00")
    deliver(both, *night, calendar_day(SATURDAY, "2026-11-21T23:59:00"), read="2026-11-21T23:59:30", name="sat.xml")
    turn(both, "2026-11-22T05:00:00")
    assert told(both) == ["ready"]
    assert told(both, SATURDAY) == ["held", "incomplete-day"]


def test_half_a_day_in_json_is_held_until_a_later_file_or_a_person_says_so(both: Shop) -> None:
    both.apply()
    turn(both, "2026-11-20T15:30:00")
    half = both.write(sale(1), sale(2, at="2026-11-20T14:10:00"))
    both.load(half)
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["held", "incomplete-day"]
    message = message_of(both.preview(FRIDAY, FRIDAY).vouchers[0].findings[0], "en")
    assert "reaches 20 Nov 2026 15:30" in message
    assert "21 Nov 2026 00:00" in message
    both.sell(sale(1), sale(2, at="2026-11-20T14:10:00"), sale(3, at="2026-11-20T20:00:00"))
    assert told(both) == ["ready"]


def write_at(path: Path, moment: str) -> Path:
    """Give a file the time it was last written."""
    at = datetime.fromisoformat(moment).replace(tzinfo=OSLO).timestamp()
    os.utime(path, (at, at))
    return path


@pytest.mark.parametrize("packed", ["alone", "folder", "zip"])
def test_half_a_day_that_is_read_again_the_next_morning_is_still_half(both: Shop, packed: str) -> None:
    both.apply()
    turn(both, "2026-11-20T15:30:00")
    (both.folder / "in").mkdir()
    half = write_at(both.write(sale(1), sale(2, at="2026-11-20T14:10:00"), name="in/half.jsonl"), "2026-11-20T15:29:00")
    if packed == "zip":
        with zipfile.ZipFile(both.folder / "half.zip", "w") as pack:
            pack.write(half, "half.jsonl")
        write_at(both.folder / "half.zip", "2026-11-20T15:29:30")
    path = {"alone": half, "folder": half.parent, "zip": both.folder / "half.zip"}[packed]
    both.load(path)
    turn(both, "2026-11-21T06:00:00")
    both.load(path)
    assert told(both) == ["held", "incomplete-day"]
    write_at(half, "2026-11-21T05:59:00")
    both.load(half)
    assert told(both) == ["ready"]


def test_a_file_that_was_written_before_its_own_tickets_has_a_wrong_date(both: Shop) -> None:
    both.apply()
    turn(both, "2026-11-21T06:00:00")
    for moment in ("1980-01-01T00:00:00", "2026-11-20T14:09:00"):
        both.load(write_at(both.write(sale(1), sale(2, at="2026-11-20T14:10:00")), moment))
        assert told(both) == ["ready"]


def test_what_a_file_says_of_when_it_was_made_goes_before_when_it_was_written(both: Shop) -> None:
    both.apply(venues=SAFT_VENUE)
    turn(both, "2020-01-03T06:00:00")
    path = write_saft(both, saft.sale("1"), name="day.xml", made="2020-01-02", made_time="06:00:00", until="2020-01-01")
    both.load(write_at(path, "2020-01-01T15:00:00"))
    assert told(both, date(2020, 1, 1)) == ["ready"]


def test_half_a_day_that_moves_in_later_is_still_half(both: Shop) -> None:
    both.apply()
    turn(both, "2026-11-21T06:00:00")
    both.load(write_at(both.write(sale(1, register="9")), "2026-11-20T15:29:00"))
    both.apply(venues=VENUES.replace('["1", "2"]', '["1", "9"]'))
    assert told(both) == ["held", "incomplete-day"]


def test_half_a_day_that_is_accepted_goes_out(shop: Shop) -> None:
    shop.apply()
    turn(shop, "2026-11-20T15:30:00")
    shop.sell(sale(1))
    turn(shop, "2026-11-21T05:00:00")
    accept(shop, "incomplete-day")
    assert states(shop.export().report) == ["drafted"]


def test_half_a_day_every_week_never_makes_a_habit(both: Shop) -> None:
    both.apply()
    for n in (3, 2, 1, 0):
        day = FRIDAY - timedelta(weeks=n)
        turn(both, f"{day}T15:30:00")
        both.sell(sale(100 - 20 * n, at=f"{day}T14:10:00"))
        turn(both, f"{day + timedelta(days=1)}T05:00:00")
        assert told(both, day)[:2] == ["held", "incomplete-day"]


def test_a_weekday_that_was_whole_before_tells_when_the_venue_closes(both: Shop) -> None:
    both.apply()
    turn(both, "2026-11-14T09:00:00")
    both.sell(sale(1, at="2026-11-13T12:00:00"), sale(2, at="2026-11-13T21:00:00"))
    turn(both, "2026-11-20T20:59:00")
    path = both.write(sale(10), sale(11, at="2026-11-20T20:50:00"))
    both.load(path)
    turn(both, "2026-11-21T05:00:00")
    assert "incomplete-day" in told(both)
    turn(both, "2026-11-20T21:01:00")
    both.load(path)
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["ready"]


@pytest.mark.parametrize(("closes", "state"), [("15:00", "ready"), ("16:00", "held"), ("02:30", "held")])
def test_a_venue_that_says_when_it_closes_is_believed(both: Shop, closes: str, state: str) -> None:
    both.apply(torget=f'closes = "{closes}"')
    turn(both, "2026-11-20T15:30:00")
    both.sell(sale(1), sale(2, at="2026-11-20T14:10:00"))
    turn(both, "2026-11-21T05:00:00")
    assert told(both)[0] == state


def test_each_register_shows_in_its_own_way_that_nothing_is_missing(both: Shop) -> None:
    both.apply()
    half = (
        *(ticket(n, at=f"2026-11-20T1{n}:00:00") for n in (1, 2)),
        *(ticket(n, at=f"2026-11-20T1{n}:30:00", register="2") for n in (1, 2)),
    )
    deliver(both, *half, read="2026-11-20T15:30:00", name="half.csv")
    z = z_report(25000, at="2026-11-20T16:00:00")
    claim = calendar_day(SATURDAY)
    deliver(both, ticket(3, at="2026-11-21T12:00:00"), claim, z, read="2026-11-22T09:00:00", name="one.xml")
    assert told(both) == ["held", "incomplete-day"]
    two = ticket(3, at="2026-11-21T13:00:00", register="2"), ticket(4, at="2026-11-21T14:00:00", register="2")
    deliver(both, *two, claim, read="2026-11-22T09:05:00", name="two.xml")
    assert told(both) == ["ready"]


def test_a_z_report_after_the_next_day_proves_nothing_unless_it_says_what_the_tickets_say(both: Shop) -> None:
    both.apply(torget='z_report = "warn"')
    thursday = ticket(1, 10000, at="2026-11-19T12:00:00"), z_report(10000, at="2026-11-19T23:00:00", number="6")
    half = ticket(2, 10000), ticket(3, 10000, at="2026-11-20T14:00:00")
    deliver(both, *thursday, *half, read="2026-11-20T15:30:00", name="half.csv")
    saturday = ticket(6, 10000, at="2026-11-21T12:00:00"), calendar_day(SATURDAY)
    late = "2026-11-21T23:00:00"
    deliver(both, *saturday, z_report(50000, at=late), read="2026-11-22T09:00:00", name="saturday.xml")
    assert told(both) == ["held", "incomplete-day", "z-report-mismatch"]
    deliver(both, z_report(30000, at=late), read="2026-11-22T09:05:00", name="corrected.xml")
    assert told(both) == ["ready"]


def test_a_day_on_which_nothing_was_sold_is_proven_by_every_register_that_was_used(both: Shop) -> None:
    both.apply()
    training = ticket(1, at="2026-11-20T10:00:00", status=TicketStatus.TRAINING)
    deliver(both, training, read="2026-11-20T15:30:00", name="half.csv")
    turn(both, "2026-11-21T06:00:00")
    assert "incomplete-day" in told(both)
    following = ticket(2, at="2026-11-21T12:00:00"), calendar_day(SATURDAY)
    deliver(both, *following, read="2026-11-22T09:00:00", name="saturday.xml")
    assert told(both) == ["nothing", "only-training-or-void"]


def test_numbers_missing_between_two_days_are_told_and_do_not_prove_the_day(both: Shop) -> None:
    both.apply()
    first = [ticket(n, at=f"2026-11-20T12:{n:02}:00") for n in range(1, 11)]
    deliver(both, *first, read="2026-11-20T15:30:00", name="friday.csv")
    second = [ticket(n, at=f"2026-11-21T12:{n:02}:00") for n in range(13, 23)]
    deliver(both, *second, calendar_day(SATURDAY), read="2026-11-22T09:00:00", name="saturday.xml")
    assert told(both) == ["held", "incomplete-day"]
    shown = both.preview(SATURDAY, SATURDAY).vouchers[0]
    assert codes(shown) == ["ticket-gap"]
    assert "11, 12" in message_of(shown.findings[0], "en")
    assert "10–22" in message_of(shown.findings[0], "en")


def test_a_number_of_any_ticket_is_there_whatever_the_ticket_was(both: Shop) -> None:
    both.apply()
    statuses = (TicketStatus.VOID, TicketStatus.TRAINING, TicketStatus.UNJUDGED, TicketStatus.WITHDRAWN)
    items = [ticket(n, at=f"2026-11-20T12:{n:02}:00") for n in (1, 6, 8, 9)]
    items += [
        ticket(n, at=f"2026-11-20T12:{n:02}:00", status=status)
        for n, status in zip((2, 3, 4, 5), statuses, strict=True)
    ]
    store(both, *items)
    shown = both.preview(FRIDAY, FRIDAY).vouchers[0]
    (gap,) = (finding for finding in shown.findings if finding.code == "ticket-gap")
    assert gap.facts["missing"] == "7"


def test_a_restart_at_midnight_inside_the_day_is_no_gap_and_hides_none(both: Shop) -> None:
    both.apply()
    day = [ticket(n, at=f"2026-11-20T12:{n:02}:00") for n in range(8, 41)]
    night = [ticket(n, at=f"2026-11-21T01:{n:02}:00") for n in range(1, 6)]
    store(both, *day, *night)
    assert told(both) == ["ready"]
    shop_two = [ticket(n, at=f"2026-11-20T13:{n:02}:00", register="2") for n in range(8, 41) if n != 12]
    store(
        both, *shop_two, *(ticket(n, at=f"2026-11-21T02:{n:02}:00", register="2") for n in range(1, 16)), name="2.xml"
    )
    assert told(both) == ["ready", "ticket-gap"]


def test_a_series_that_goes_on_after_a_long_pause_is_looked_after(both: Shop) -> None:
    both.apply()
    both.sell(*(sale(n, at="2026-08-01T12:00:00") for n in range(1, 9)))
    both.sell(*(sale(n) for n in range(10, 15)))
    assert told(both) == ["ready", "ticket-gap"]
    both.sell(sale(9, at="2026-11-20T11:00:00"))
    assert told(both) == ["ready"]


# The first Z known of a register


def test_a_first_z_in_the_morning_accuses_no_tickets_and_the_next_one_is_compared(both: Shop) -> None:
    both.apply()
    items = [ticket(n, 10000, at=f"2026-11-{18 + n}T12:00:00") for n in (1, 2, 3)]
    store(both, *items, *(z_report(10000, at=f"2026-11-{18 + n}T10:30:00", number=str(n)) for n in (1, 2, 3)))
    thursday = FRIDAY - timedelta(days=1)
    assert told(both, thursday) == ["ready", "z-report-first"]
    assert "19 Nov 2026 10:30" in fix_of(both.preview(thursday, thursday).vouchers[0].findings[0], "en")
    assert told(both, FRIDAY) == ["ready"]
    store(both, z_report(9000, at="2026-11-22T10:30:00", number="4"), name="late.xml")
    assert told(both, SATURDAY) == ["held", "z-report-mismatch"]


def test_a_first_z_agrees_with_the_tickets_of_an_earlier_day_where_they_are_there(both: Shop) -> None:
    both.apply()
    store(both, ticket(1, 10000, at="2026-11-19T12:00:00"), ticket(2), z_report(10000, at="2026-11-20T10:30:00"))
    assert told(both) == ["ready"]


def test_a_first_z_at_closing_time_that_differs_holds_the_day(both: Shop) -> None:
    both.apply()
    store(both, ticket(1, 10000), ticket(2, 5000, at="2026-11-20T20:00:00"), z_report(20000, at="2026-11-20T23:00:00"))
    assert told(both) == ["held", "z-report-mismatch"]


def test_a_first_z_in_the_midst_of_the_day_accuses_no_tickets(both: Shop) -> None:
    both.apply()
    store(both, ticket(1, 10000), ticket(2, at="2026-11-20T20:00:00"), z_report(17000, at="2026-11-20T15:00:00"))
    assert told(both) == ["ready", "z-report-first"]
    both.apply(torget='z_report = "ignore"')
    assert told(both) == ["ready"]


# Registers that are exported apart


def both_registers(*hours: str, first: int = 1) -> list[Ticket]:
    """A ticket of each of two registers at each of these hours of Friday."""
    return [
        ticket(first + n, at=f"2026-11-20T{hour}:00", register=register)
        for n, hour in enumerate(hours)
        for register in ("1", "2")
    ]


def read_whole_evening(shop: Shop, *items: Ticket | Coverage | NamedRegister, name: str = "one.xml") -> None:
    deliver(shop, *items, calendar_day(FRIDAY), read="2026-11-21T00:10:00", name=name)


def of_register(register: str, *hours: str, first: int = 1, day: date = FRIDAY) -> list[Ticket]:
    return [ticket(first + n, at=f"{day}T{hour}:00", register=register) for n, hour in enumerate(hours)]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_register_that_was_read_whole_does_not_hide_that_the_others_file_was_cut(both: Shop, is_first: bool) -> None:
    both.apply()
    cut = of_register("2", "11:00", "15:10")
    if is_first:
        deliver(both, *cut, calendar_day(FRIDAY, "2026-11-20T15:30:00"), read="2026-11-20T15:31:00", name="two.xml")
    read_whole_evening(both, *of_register("1", "10:00", "15:00", "21:00"))
    if not is_first:
        deliver(both, *cut, calendar_day(FRIDAY, "2026-11-20T15:30:00"), read="2026-11-21T00:20:00", name="two.xml")
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["held", "incomplete-day"]
    message = message_of(both.preview(FRIDAY, FRIDAY).vouchers[0].findings[0], "en")
    assert "register 2 reaches 20 Nov 2026 15:30" in message
    deliver(
        both,
        *of_register("2", "11:00", "15:10", "20:00"),
        calendar_day(FRIDAY),
        read="2026-11-21T06:00:00",
        name="2.xml",
    )
    assert told(both) == ["ready"]


def test_a_file_without_a_claim_covers_the_registers_that_it_has(both: Shop) -> None:
    both.apply()
    turn(both, "2026-11-20T15:30:00")
    both.sell(*(sale(n, at=f"2026-11-20T1{n}:00:00", register="2") for n in (1, 2)))
    turn(both, "2026-11-21T09:00:00")
    both.sell(sale(1), sale(2, at="2026-11-20T20:00:00"))
    assert told(both) == ["held", "incomplete-day"]


def test_one_file_with_both_registers_covers_both_also_the_one_that_closed_early(both: Shop) -> None:
    both.apply()
    late = of_register("1", "21:00", first=3)
    read_whole_evening(both, *both_registers("10:00", "12:00"), *late)
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["ready"]


def test_a_register_that_sells_nothing_the_next_day_is_covered_by_the_files_it_is_exported_in(both: Shop) -> None:
    both.apply()
    night = of_register("1", "23:50", first=3)
    read_whole_evening(both, *both_registers("10:00", "23:30"), *night)
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["held", "incomplete-day"]
    saturday = ticket(9, at="2026-11-21T12:00:00")
    deliver(both, saturday, calendar_day(SATURDAY), read="2026-11-22T00:10:00", name="saturday.xml")
    assert told(both) == ["ready"]


def test_a_register_that_is_exported_apart_is_not_covered_by_the_next_days_file_of_the_other(both: Shop) -> None:
    both.apply()
    for register, number in (("1", 1), ("2", 5)):
        tickets = of_register(register, "10:00", "23:40", first=number)
        read_whole_evening(both, *tickets, name=f"{register}.xml")
    saturday = ticket(7, at="2026-11-21T12:00:00")
    deliver(both, saturday, calendar_day(SATURDAY), read="2026-11-22T00:10:00", name="saturday.xml")
    assert told(both) == ["held", "incomplete-day"]
    other = ticket(11, at="2026-11-21T12:00:00", register="2")
    deliver(both, other, calendar_day(SATURDAY), read="2026-11-22T00:10:00", name="other.xml")
    assert told(both) == ["ready"]


def test_a_file_of_one_register_does_not_cover_what_it_lacks_of_another_it_was_exported_with(both: Shop) -> None:
    both.apply()
    deliver(
        both,
        *both_registers("10:00", "15:10"),
        calendar_day(FRIDAY, "2026-11-20T15:30:00"),
        read="2026-11-20T15:31:00",
        name="both.xml",
    )
    read_whole_evening(both, *of_register("1", "10:00", "15:10", "21:00"))
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["held", "incomplete-day"]


def test_registers_that_are_exported_at_different_times_are_each_whole_by_their_own_files(both: Shop) -> None:
    both.apply()
    read_whole_evening(both, *of_register("1", "10:00", "21:00"))
    next_noon = [*of_register("2", "11:00", "19:00"), *of_register("2", "10:00", first=3, day=SATURDAY)]
    claim = Coverage(datetime(2026, 11, 20, 5), datetime(2026, 11, 21, 12))
    deliver(both, *next_noon, claim, read="2026-11-21T12:01:00", name="two.xml")
    assert told(both) == ["ready"]


def test_a_shared_series_that_goes_on_proves_the_register_that_was_cut(both: Shop) -> None:
    both.apply()
    turn(both, "2026-11-21T09:00:00")
    one = [ticket(n, at=f"2026-11-20T{hour}:00:00") for n, hour in ((101, 10), (103, 12), (105, 14), (106, 20))]
    deliver(both, *one, calendar_day(FRIDAY), read="2026-11-21T00:10:00", name="one.xml")
    two = [ticket(n, at=f"2026-11-20T{hour}:00:00", register="2") for n, hour in ((102, 11), (104, 13))]
    claim = calendar_day(FRIDAY, "2026-11-20T13:30:00")
    deliver(both, *two, claim, read="2026-11-20T13:31:00", name="two.xml")
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["held", "incomplete-day"]
    saturday = [ticket(107, at="2026-11-21T10:00:00"), ticket(108, at="2026-11-21T11:00:00", register="2")]
    deliver(both, *saturday, calendar_day(SATURDAY), read="2026-11-22T00:10:00", name="saturday.xml")
    assert told(both) == ["ready"], "105 and 106 are register 1's"


def test_what_a_file_covers_goes_with_it_when_it_is_undone(both: Shop) -> None:
    both.apply()
    read_whole_evening(both, *of_register("1", "10:00", "21:00"))
    cut = of_register("2", "11:00", "15:10")
    claim = calendar_day(FRIDAY, "2026-11-20T15:30:00")
    deliver(both, *cut, claim, read="2026-11-20T15:31:00", name="cut.xml")
    whole = [*cut, *of_register("2", "20:00", first=3)]
    deliver(both, *whole, calendar_day(FRIDAY), read="2026-11-21T06:00:00", name="whole.xml")
    assert told(both) == ["ready"]
    with both.open() as workspace:
        undo_import(workspace, 3)
    assert told(both) == ["held", "incomplete-day"]
    with both.open() as workspace:
        undo_import(workspace, 2)
    assert told(both) == ["ready"], "register 2 has nothing on the day any more"
    assert {row[0] for row in read_rows(both, "span", "file_id")} == {1}


def test_spans_of_an_earlier_version_count_for_every_register(both: Shop) -> None:
    both.apply()
    read_whole_evening(both, *of_register("1", "10:00", "21:00"))
    deliver(
        both,
        *of_register("2", "11:00"),
        calendar_day(FRIDAY, "2026-11-20T15:30:00"),
        read="2026-11-20T15:31:00",
        name="2",
    )
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["held", "incomplete-day"]
    overwrite_rows(both, "span", {"register_id": 0})
    assert told(both) == ["ready"]


def test_a_register_that_a_file_names_is_covered_by_it_though_it_sold_nothing(both: Shop) -> None:
    both.apply()
    for register, number in (("1", 1), ("2", 5)):
        read_whole_evening(both, *of_register(register, "10:00", "23:40", first=number), name=f"{register}.xml")
    saturday = ticket(3, at="2026-11-21T12:00:00"), NamedRegister(None, "2")
    deliver(both, *saturday, calendar_day(SATURDAY), read="2026-11-22T00:10:00", name="saturday.xml")
    assert told(both) == ["ready"]


def test_a_register_that_a_file_names_is_not_covered_where_the_file_lacks_what_it_sold(both: Shop) -> None:
    both.apply()
    read_whole_evening(both, *of_register("1", "10:00", "21:00"), NamedRegister(None, "2"))
    cut = of_register("2", "11:00", "15:10")
    deliver(both, *cut, calendar_day(FRIDAY, "2026-11-20T15:30:00"), read="2026-11-21T00:20:00", name="two.xml")
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["held", "incomplete-day"]


def test_a_register_whose_numbers_go_on_from_the_day_before_was_read_from_the_day_s_start(both: Shop) -> None:
    both.apply()
    thursday = FRIDAY - timedelta(days=1)
    deliver(
        both,
        *of_register("1", "12:00", "20:00", day=thursday),
        calendar_day(thursday),
        read="2026-11-20T00:10:00",
        name="1",
    )
    late = Coverage(datetime(2026, 11, 20, 9), datetime(2026, 11, 21, 6))
    deliver(both, *of_register("1", "10:00", first=3), late, read="2026-11-21T06:00:00", name="2")
    assert told(both) == ["ready"]
    deliver(both, *of_register("2", "10:30", first=3), late, read="2026-11-21T06:00:00", name="3")
    assert told(both) == ["held", "incomplete-day"]


# A register that begins its numbers anew each day, exported before midnight


def sell_daily(shop: Shop, day: date, *hours: str, made: str, claims: bool, register: str = "1") -> None:
    tickets = [ticket(n, at=f"{day}T{hour}:00", register=register) for n, hour in enumerate(hours, 1)]
    moment = f"{day}T{made}:00"
    claim = calendar_day(day, moment) if claims else Coverage()
    deliver(shop, *tickets, claim, read=moment, name=f"{day}.xml")


@pytest.mark.parametrize("claims", [True, False])
def test_a_shop_that_exports_after_closing_and_before_midnight_is_lifted_by_the_next_file(
    both: Shop, claims: bool
) -> None:
    both.apply()
    for n in range(10):
        day = MONDAY + timedelta(days=n)
        sell_daily(both, day, "10:00", "15:00", "22:00", made="23:30", claims=claims)
        turn(both, f"{day + timedelta(days=1)}T05:00:00")
        assert told(both, day)[0] == ("held" if n < 7 else "ready"), "in the second week its habit is known"
        if n:
            assert told(both, day - timedelta(days=1)) == ["ready"]


@pytest.mark.parametrize("claims", [True, False])
@pytest.mark.parametrize(
    ("hours", "made"),
    [
        (("10:00", "14:10"), "15:30"),
        (("10:00", "23:20"), "23:59"),
        (("10:00", "19:00"), "21:30"),
        (("10:00", "22:00"), "22:40"),
    ],
)
def test_a_day_that_may_have_sold_on_after_its_export_is_never_lifted_by_the_next_file(
    both: Shop, hours: tuple[str, ...], made: str, claims: bool
) -> None:
    both.apply()
    for n in range(9):
        day = MONDAY + timedelta(days=n)
        sell_daily(both, day, *hours, made=made, claims=claims)
        turn(both, f"{day + timedelta(days=1)}T05:00:00")
        if n:
            assert told(both, day - timedelta(days=1))[:2] == ["held", "incomplete-day"]


def test_the_next_file_covers_the_night_in_which_nothing_was_sold(both: Shop) -> None:
    both.apply()
    sell_daily(both, FRIDAY, "10:00", "23:50", made="23:59", claims=True)
    turn(both, "2026-11-21T05:00:00")
    assert told(both) == ["held", "incomplete-day"]
    made = datetime(2026, 11, 20, 23, 59)
    claim = Coverage(made, made + timedelta(days=1))
    deliver(both, ticket(1, at="2026-11-21T12:00:00"), claim, read="2026-11-22T00:10:00", name="saturday.xml")
    assert told(both) == ["ready"]


def test_numbers_that_leap_to_the_next_day_do_not_lift_a_quiet_evening(both: Shop) -> None:
    both.apply()
    sell_daily(both, FRIDAY, "10:00", "22:00", made="23:30", claims=False)
    saturday = ticket(8, at="2026-11-21T12:00:00"), ticket(9, at="2026-11-21T22:00:00")
    deliver(both, *saturday, read="2026-11-21T23:30:00", name="saturday.csv")
    turn(both, "2026-11-22T05:00:00")
    assert told(both) == ["held", "incomplete-day"]


def test_a_venue_that_ever_sold_later_is_not_taken_to_be_closed(both: Shop) -> None:
    both.apply()
    deliver(both, ticket(1, at="2026-11-14T23:45:00"), read="2026-11-16T09:00:00", name="saturday.csv")
    sell_daily(both, FRIDAY, "10:00", "22:00", made="23:30", claims=False)
    sell_daily(both, SATURDAY, "10:00", "22:00", made="23:30", claims=False)
    turn(both, "2026-11-22T05:00:00")
    assert told(both) == ["held", "incomplete-day"]


def test_who_says_when_the_venue_closes_is_believed_rather_than_its_silence(both: Shop) -> None:
    both.apply(torget='closes = "00:00"')
    sell_daily(both, FRIDAY, "10:00", "22:00", made="23:30", claims=False)
    sell_daily(both, SATURDAY, "10:00", "22:00", made="23:30", claims=False)
    turn(both, "2026-11-22T05:00:00")
    assert told(both) == ["held", "incomplete-day"]

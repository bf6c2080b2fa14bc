"""Whether what was read covers a business day: calendar-day exports, headers that lie, files that join."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posexport.core import coverage
from posexport.core.coverage import DayEvidence, Span, check_coverage
from posexport.core.findings import LANGS, Finding, Severity
from posexport.core.sales import Coverage
from tests.build import DAY, VENUE
from tests.strategies import looking

CALENDAR = VENUE.calendar
START, END = CALENDAR.start(DAY), CALENDAR.end(DAY)
HOUR = 3_600


def at(hour: int, minute: int = 0, *, day: date = DAY) -> int:
    """A local time as an instant; hour 26 is two o'clock the night after."""
    moment = datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute)
    return CALENDAR.place(moment).at_utc_s


def measure_span(
    claim: Coverage,
    first_utc_s: int,
    last_utc_s: int,
    *,
    read: int = END + HOUR,
    trusted: tuple[date, date] | None = None,
) -> Span:
    return coverage.measure_span(claim, CALENDAR, first_utc_s, last_utc_s, read_at_utc_s=read, trusted=trusted)


def calendar_day(day: date) -> Span:
    """What an export of one calendar day covers."""
    return Span(at(0, day=day), at(24, day=day))


LATE_BAR = DayEvidence(at(12), at(23, 50), None, sells_after_midnight=True)
CAFE = DayEvidence(at(8), at(16), None, sells_after_midnight=False)


def check(*spans: Span, evidence: DayEvidence = LATE_BAR) -> list[Finding]:
    return check_coverage(DAY, CALENDAR, spans, evidence)


# What a file covers


def test_a_file_that_says_what_it_covers_and_keeps_to_it_is_believed() -> None:
    claim = Coverage(datetime(2026, 11, 20), datetime(2026, 11, 21))
    assert measure_span(claim, at(8), at(23)) == Span(at(0), at(24))


@pytest.mark.parametrize(
    "claim",
    [
        Coverage(datetime(2026, 1, 1), datetime(2026, 6, 30)),
        Coverage(datetime(2026, 11, 20, 9), datetime(2026, 11, 21)),
        Coverage(datetime(2026, 11, 20), datetime(2026, 11, 20, 22)),
        Coverage(datetime(2026, 11, 22), datetime(2026, 11, 22)),
        Coverage(datetime(2026, 11, 20), None),
        Coverage(None, datetime(2026, 11, 21)),
        Coverage(),
    ],
)
def test_a_claim_that_the_tickets_contradict_or_that_is_half_a_claim_is_not_believed(claim: Coverage) -> None:
    assert measure_span(claim, at(8), at(23)) == Span(START, END)


def test_a_file_without_a_claim_that_is_read_afterwards_covers_the_days_of_its_tickets_whole() -> None:
    assert measure_span(Coverage(), at(2), at(23)) == Span(CALENDAR.start(DAY - timedelta(days=1)), END)
    assert measure_span(Coverage(), at(10), at(26)) == Span(START, END)


@pytest.mark.parametrize(("read", "end"), [(at(15, 30), at(15, 30)), (at(29), END), (at(40), END), (at(9), at(14))])
def test_a_file_without_a_claim_covers_nothing_after_it_was_read_but_its_own_tickets(read: int, end: int) -> None:
    assert measure_span(Coverage(), at(10), at(14), read=read) == Span(START, end)


@pytest.mark.parametrize(("read", "end"), [(at(15, 30), at(15, 30)), (at(24), at(24)), (END, at(24)), (at(9), at(14))])
def test_a_file_that_does_not_say_when_it_was_made_covers_nothing_after_it_was_read(read: int, end: int) -> None:
    claim = Coverage(datetime(2026, 11, 20), datetime(2026, 11, 21))
    assert measure_span(claim, at(10), at(14), read=read) == Span(at(0), end)


@pytest.mark.parametrize(
    ("claim", "start"), [(Coverage(), START), (Coverage(datetime(2026, 1, 1), datetime(2026, 3, 1)), START)]
)
def test_without_a_believable_claim_when_a_file_was_made_is_as_far_as_it_goes(claim: Coverage, start: int) -> None:
    made = claim._replace(made_at=datetime(2026, 11, 20, 15, 30))
    assert measure_span(made, at(8), at(14)) == Span(start, at(15, 30))
    assert measure_span(made, at(8), at(16)) == Span(start, END), "it was not made then: it has a later ticket"


def test_a_claim_is_believed_only_for_the_days_that_are_trusted_and_for_its_own_tickets() -> None:
    claim = Coverage(datetime(2026, 1, 1), datetime(2027, 1, 1), datetime(2026, 11, 22, 9))
    saturday = DAY + timedelta(days=1)
    noon = {"read": at(60)}
    assert measure_span(claim, at(37), at(45), trusted=(saturday, saturday), **noon) == Span(END, at(53))
    assert measure_span(claim, at(37), at(45), trusted=(DAY, saturday), **noon) == Span(START, at(53))
    assert measure_span(claim, at(13), at(45), trusted=(saturday, saturday), **noon) == Span(START, at(53))
    assert measure_span(claim, at(37), at(45), **noon).start_utc_s == at(0, day=date(2026, 1, 1))


@looking(100)
@given(
    st.tuples(*[st.one_of(st.none(), st.integers(-60, 100))] * 3),
    st.lists(st.integers(-30, 60), min_size=1, max_size=5),
    st.integers(-40, 120),
)
def test_a_file_covers_its_own_tickets_and_nothing_after_it_was_read(
    told: tuple[int | None, ...], hours: list[int], read: int
) -> None:
    midnight = datetime(2026, 11, 20)
    claim = Coverage(*(None if hour is None else midnight + timedelta(hours=hour) for hour in told))
    first, last = at(min(hours)), at(max(hours))
    span = measure_span(claim, first, last, read=at(read))
    assert span.start_utc_s <= first <= last <= span.end_utc_s
    assert span.end_utc_s <= max(last, at(read))
    if claim.made_at is not None and at(0, day=DAY) + told[2] * HOUR >= last:  # type: ignore[operator]
        assert span.end_utc_s <= at(told[2])  # type: ignore[arg-type]


def test_a_fiscal_year_in_the_header_covers_no_more_than_when_the_file_was_made() -> None:
    claim = Coverage(datetime(2026, 1, 1), datetime(2027, 1, 1), datetime(2026, 11, 21, 0, 30))
    assert measure_span(claim, at(8), at(23)).end_utc_s == at(24, 30)


def test_when_a_file_was_made_counts_only_after_its_tickets_and_before_its_claimed_end() -> None:
    whole = Span(at(0), at(24))
    for made_at in (datetime(2026, 11, 20, 12), datetime(2026, 11, 22, 9), None):
        claim = Coverage(datetime(2026, 11, 20), datetime(2026, 11, 21), made_at)
        assert measure_span(claim, at(8), at(23)) == whole


def test_a_claim_of_one_instant_with_its_only_ticket_there_is_believed() -> None:
    claim = Coverage(datetime(2026, 11, 20, 12), datetime(2026, 11, 20, 12))
    assert measure_span(claim, at(12), at(12)) == Span(at(12), at(12))


# Whether a day is whole


def test_a_span_over_the_whole_day_covers_it() -> None:
    assert check(Span(START, END)) == []
    assert check(Span(START - 1, END + 1)) == []


def test_a_calendar_day_export_cuts_the_business_day_of_a_place_that_sells_after_midnight() -> None:
    (found,) = check(calendar_day(DAY))
    assert (found.code, found.variant, found.severity) == ("incomplete-day", "end", Severity.ERROR)
    assert found.facts == {"until": "2026-11-21 00:00", "day_ends": "2026-11-21 05:00"}


def test_the_night_of_the_day_before_is_cut_at_its_start() -> None:
    before = DAY - timedelta(days=1)
    (found,) = check_coverage(before, CALENDAR, [calendar_day(DAY)], LATE_BAR)
    assert (found.variant, found.severity) == ("start", Severity.ERROR)
    assert found.facts == {"since": "2026-11-20 00:00", "day_starts": "2026-11-19 05:00"}


def test_the_next_calendar_day_makes_the_business_day_whole() -> None:
    assert check(calendar_day(DAY), calendar_day(DAY + timedelta(days=1))) == []


def test_several_files_join_in_any_order_and_may_overlap() -> None:
    parts = [Span(at(11), at(22)), Span(at(3), at(12)), Span(at(22), END), Span(at(12), at(13))]
    assert check(*parts) == []
    assert check(*reversed(parts)) == []


def test_a_place_that_is_closed_at_night_is_whole_at_midnight() -> None:
    assert check(calendar_day(DAY), evidence=CAFE) == []


def test_a_place_that_was_selling_when_the_file_ends_is_not_whole() -> None:
    selling = CAFE._replace(last_utc_s=at(23, 0))
    assert [finding.variant for finding in check(calendar_day(DAY), evidence=selling)] == ["end"]
    assert check(calendar_day(DAY), evidence=CAFE._replace(last_utc_s=at(22, 59))) == []


def test_a_z_report_after_the_last_ticket_closes_the_day() -> None:
    assert check(calendar_day(DAY), evidence=LATE_BAR._replace(last_z_utc_s=at(23, 50))) == []
    assert check(calendar_day(DAY), evidence=LATE_BAR._replace(last_z_utc_s=at(23, 55))) == []


def test_a_z_report_before_the_last_ticket_does_not() -> None:
    assert len(check(calendar_day(DAY), evidence=LATE_BAR._replace(last_z_utc_s=at(15)))) == 1


def test_a_z_report_does_not_mend_a_day_that_is_cut_at_its_start() -> None:
    late = Span(at(10), END)
    (found,) = check(late, evidence=LATE_BAR._replace(last_z_utc_s=at(24)))
    assert found.variant == "start"


def test_a_day_without_any_span_is_cut_at_its_start() -> None:
    (found,) = check()
    assert found.facts["since"] == "2026-11-21 05:00"


def test_spans_of_other_days_do_not_help() -> None:
    assert [finding.variant for finding in check(calendar_day(DAY - timedelta(days=3)))] == ["start"]
    assert [finding.variant for finding in check(Span(END, END + HOUR))] == ["start"]


def test_a_hole_between_two_files_while_the_place_was_selling_is_found() -> None:
    (found,) = check(Span(START, at(12)), Span(at(14), END))
    assert found.facts["until"] == "2026-11-20 12:00"


def test_a_file_that_ends_one_second_early_does_not_cover_a_place_open_all_night() -> None:
    all_night = LATE_BAR._replace(last_utc_s=END - 2)
    assert len(check(Span(START, END - 1), evidence=all_night)) == 1


def test_incomplete_days_can_be_told_in_both_languages() -> None:
    for found in (*check(calendar_day(DAY)), *check()):
        for lang in LANGS:
            assert "2026-11-2" in found.message(lang)
            assert "{" not in found.message(lang) + found.fix(lang)


@looking(100)
@given(st.lists(st.tuples(st.integers(-6, 30), st.integers(0, 30)), max_size=6))
def test_a_place_open_all_night_is_whole_exactly_when_every_hour_is_covered(pieces: list[tuple[int, int]]) -> None:
    spans = [Span(START + first * HOUR, START + (first + length) * HOUR) for first, length in pieces]
    evidence = DayEvidence(START, END - 1, None, sells_after_midnight=True)
    covered = all(
        any(span.start_utc_s <= START + hour * HOUR and START + (hour + 1) * HOUR <= span.end_utc_s for span in spans)
        for hour in range(24)
    )
    assert (check_coverage(DAY, CALENDAR, spans, evidence) == []) is covered

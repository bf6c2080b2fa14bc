"""A business day's status as text for the stored day list, and back to the same values, whatever the venue is called or
its clock shows by then. Times are UTC seconds, amounts øre."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from posexport.core.company import Company, Venue
from posexport.core.delivery import WATCHED_S, Delivery
from posexport.core.finding import Accepted, Fact, Finding, Ore, Severity
from posexport.core.report import State, StatusRow
from posexport.core.review import find_believed_at
from posexport.core.row_plan import RowPlan
from posexport.core.setup_revision import parse_address

_STATES = {state.value: state for state in State}
_OWN = 0
"""Stands for the row's own venue or business day."""


def format_status_rows(rows: Iterable[StatusRow]) -> str:
    """The status rows of one venue's business day, as JSON."""
    return json.dumps([_format_row(row) for row in rows], ensure_ascii=False, separators=(",", ":"))


def _format_row(row: StatusRow) -> list[Any]:
    drafted_at = None if row.drafted_at is None else int(row.drafted_at.timestamp())
    findings = [_format_finding(finding, row) for finding in row.findings]
    return [row.state.value, row.reference, row.remote_id, drafted_at, row.debit_ore, row.answer, findings, row.sold]


def _format_finding(finding: Finding, row: StatusRow) -> list[Any]:
    facts = [
        [name, int(fact) if isinstance(fact, Ore) else fact, isinstance(fact, Ore)]
        for name, fact in finding.facts.items()
    ]
    venue = _OWN if finding.venue == row.venue.id else finding.venue
    day: str | int | None = _OWN
    if finding.business_day != row.business_day:
        day = None if finding.business_day is None else finding.business_day.isoformat()
    accepted = finding.accepted and [finding.accepted.who, int(finding.accepted.at.timestamp()), finding.accepted.why]
    kept = [finding.code, finding.severity.value, facts, finding.variant, venue, day, accepted]
    plan = finding.row and [str(finding.row.address), finding.row.copies and str(finding.row.copies)]
    return [*kept, finding.is_one_of_several, plan]


def parse_status_rows(document: str, venue: Venue, day: date) -> tuple[StatusRow, ...]:
    """The status rows from that JSON, for the venue as it is set up now."""
    return tuple([_parse_row(row, venue, day) for row in json.loads(document)])


def _parse_row(kept: Sequence[Any], venue: Venue, day: date) -> StatusRow:
    state, reference, remote_id, drafted_at, debit_ore, answer, findings, sold = kept
    return StatusRow(
        venue,
        day,
        _STATES[state],
        reference,
        remote_id,
        None if drafted_at is None else venue.calendar.local(drafted_at),
        debit_ore,
        tuple([_parse_finding(finding, venue, day) for finding in findings]) if findings else (),
        answer,
        sold=sold,
    )


def _parse_finding(kept: Sequence[Any], venue: Venue, day: date) -> Finding:
    code, severity, told, variant, of_venue, of_day, accepted, is_one_of_several, plan = kept
    facts: dict[str, Fact] = {name: Ore(fact) if is_ore else fact for name, fact, is_ore in told}
    by = None if accepted is None else Accepted(accepted[0], venue.calendar.local(accepted[1]), accepted[2])
    own_day = day if of_day == _OWN else of_day and date.fromisoformat(of_day)
    own_venue = venue.id if of_venue == _OWN else of_venue
    row = None if plan is None else _parse_plan(plan[0], plan[1])
    return Finding(code, Severity(severity), facts, variant, own_venue, own_day, by, is_one_of_several, row)


def _parse_plan(address: str, copies: str | None) -> RowPlan | None:
    """The setup row that a finding names."""
    of_row = parse_address(address)
    return None if of_row is None else RowPlan(of_row, None if copies is None else parse_address(copies))


def list_turning_times(delivery: Delivery, company: Company) -> list[int]:
    """The times (UTC s) at which a voucher's status may change although nothing is written."""
    times = [
        delivery.changed_at_utc_s + company.uncertain_hours * 3600 + 1,
        find_believed_at(delivery.stage, delivery.changed_at_utc_s, company),
    ]
    if delivery.drafted_at_utc_s is not None:
        times.append(delivery.drafted_at_utc_s + WATCHED_S + 1)
    return times

"""The status in a terminal, and as plain text where the output is piped: where every day of every venue stands.

What waits is told under it, equal days as one.

No id, amount or reference is ever cut or broken over lines. Amounts are øre until they are printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from posexport.core.company import Venue
from posexport.core.document import VOUCHER
from posexport.core.finding import Finding, Severity
from posexport.core.report import State, StatusRow
from posexport.render.terminal.findings import print_findings
from posexport.render.terminal.grouped import list_groups, name_venues, print_groups
from posexport.render.terminal.sheet import INDENT, Column, Sheet
from posexport.render.terminal.states import style_of
from posexport.texts.clean import clean
from posexport.texts.describe import fix_of
from posexport.texts.language import (
    Lang,
    capitalize,
    format_day,
    format_day_short,
    format_days,
    format_kroner,
    format_moment,
)
from posexport.texts.report import (
    count_days,
    count_shown,
    describe_answer,
    describe_row_next,
    name_state,
)

IN_FULL_MAX = 200
"""So many rows are shown each; of more, those at rest are counted."""

_WAITING = frozenset({State.HELD, State.UNCERTAIN, State.REFUSED, State.UNREACHABLE, State.GAP})


def print_status(
    rows: Sequence[StatusRow], console: Console, lang: Lang, *, only_waiting: bool = False, is_full: bool = False
) -> None:
    """Print per venue: its days, and under them what waits, why, and the next step; of a long status only the days that
    wait, unless `is_full`, and why for all venues together. `only_waiting`: the rows are only those that wait."""
    sheet = Sheet(console, lang)
    if not rows:
        sheet.line(sheet.words["empty_none-waits" if only_waiting else "status_empty"], indent="")
        return
    is_long = len(rows) > IN_FULL_MAX and not is_full
    venues = [(venue, list(group)) for venue, group in groupby(rows, key=lambda row: row.venue)]
    for venue, days in venues:
        _print_venue(sheet, venue, days, is_long=is_long)
    if is_long:
        _print_waiting(sheet, [row for row in rows if _wants_attention(row)], has_venues=True)
        sheet.line(sheet.words["status_in_full"], indent="")
    if len(venues) > 1:
        _print_totals(sheet, rows, len({venue.id for venue, _ in venues}))


def _print_venue(sheet: Sheet, venue: Venue, days: Sequence[StatusRow], *, is_long: bool) -> None:
    counted = f"{capitalize(count_shown(days, sheet.lang))}."
    shown = [row for row in days if _wants_attention(row)] if is_long else days
    if not shown:
        sheet.line(Text(f"{clean(venue.name)}: ", style="bold"), counted, indent="")
        return
    sheet.line(Text(clean(venue.name), style="bold"), indent="")
    has_reference = sheet.is_wide and _has_room(sheet, shown)
    under = [_list_facts(sheet, row, has_reference=has_reference) for row in shown]
    cells = (_status_cells(sheet, row, has_reference=has_reference) for row in shown)
    sheet.table(_status_columns(sheet, has_reference=has_reference), cells, under=under)
    if not is_long:
        _print_waiting(sheet, [row for row in days if _wants_attention(row)])
    sheet.line(counted)
    sheet.blank()


def _print_totals(sheet: Sheet, rows: Sequence[StatusRow], venues: int) -> None:
    """Print how many days stand where over all venues, and what is drafted, ready and waiting of each company."""
    told = sheet.words
    count = told["venues_many"].format(n=venues)
    sheet.line(Text(f"{told['in_all']}, {count}: ", style="bold"), f"{count_shown(rows, sheet.lang)}.", indent="")
    sums: dict[str, Counter[str]] = {}
    for row in rows:
        place = _find_place(row)
        if place and row.document_kind == VOUCHER.name:
            sums.setdefault(row.venue.company_id, Counter())[place] += row.debit_ore or 0
    for company, of_company in sums.items():
        facts = ", ".join(
            f"{told[f'sum_{place}']} {format_kroner(of_company[place], sheet.lang)}"
            for place in _PLACES
            if place in of_company
        )
        sheet.line(f"{clean(company)}: {facts}." if len(sums) > 1 else f"{capitalize(facts)}.")


_PLACES = ("drafted", "ready", "waiting")
"""Where the sums of a status are."""


def _find_place(row: StatusRow) -> str:
    """Which sum a voucher is part of; "" for none."""
    if _wants_attention(row):
        return "waiting"
    return row.state.value if row.state in (State.DRAFTED, State.READY) else ""


_LONGEST_STATE = 24


def _has_room(sheet: Sheet, rows: Sequence[StatusRow]) -> bool:
    """Whether the longest reference fits beside the other columns."""
    longest = max((len(clean(row.reference)) for row in rows), default=0)
    amounts = max((len(sheet.amount(row.debit_ore).plain) for row in rows), default=0)
    days = max((len(format_day_short(row.business_day, sheet.lang)) for row in rows), default=0)
    return len(INDENT) + days + _LONGEST_STATE + amounts + longest + 4 * sheet.gap <= sheet.console.width


def _status_columns(sheet: Sheet, *, has_reference: bool) -> tuple[Column, ...]:
    told = sheet.words
    columns = (Column(told["day"]), Column(told["state"], wraps=True), Column(told["amount"], is_amount=True))
    return (*columns, Column(told["reference"])) if has_reference else columns


def _status_cells(sheet: Sheet, row: StatusRow, *, has_reference: bool) -> tuple[Text, ...]:
    state = Text(name_state(row, sheet.lang), style=style_of(row))
    day = Text(format_day_short(row.business_day, sheet.lang))
    cells = (day, state, sheet.amount(row.debit_ore))
    return (*cells, Text(clean(row.reference))) if has_reference else cells


def _list_facts(sheet: Sheet, row: StatusRow, *, has_reference: bool) -> list[str]:
    """What identifies the voucher of a day; each part can be copied whole."""
    facts = [] if has_reference or not row.reference else [clean(row.reference)]
    if row.remote_id:
        facts.append(f"{sheet.words['remote_id']}: {clean(row.remote_id)}")
    if row.drafted_at is not None:
        drafted = format_moment(row.drafted_at, sheet.lang, row.venue)
        label = sheet.words.get(f"drafted_at_{row.document_kind}", sheet.words["drafted_at"])
        facts.append(f"{label}: {drafted}")
    return facts


def _wants_attention(row: StatusRow) -> bool:
    return row.state in _WAITING or any(_is_told(finding) for finding in row.findings)


def _is_told(finding: Finding) -> bool:
    return finding.severity is not Severity.INFO


def _print_waiting(sheet: Sheet, rows: Sequence[StatusRow], *, has_venues: bool = False) -> None:
    """Print why days wait: a day at a time, or where several have the same, that once with its days. `has_venues`: the
    rows are of several venues."""
    if not rows:
        return
    sheet.heading(sheet.words["waits"])
    groups = list_groups((row.venue.company_id, finding) for row in rows for finding in row.findings)
    if has_venues or any(group.days > 1 and _is_told(group.first) for group in groups):
        print_groups(sheet, groups, name_venues(row.venue for row in rows))
        rows = [row for row in rows if row.answer or not any(map(_is_told, row.findings))]
        _print_days(sheet, rows, has_findings=False, has_venues=has_venues)
    else:
        _print_days(sheet, rows, has_findings=True, has_venues=has_venues)
    sheet.blank()


def _print_days(sheet: Sheet, rows: Sequence[StatusRow], *, has_findings: bool, has_venues: bool) -> None:
    """Print the days that wait, with the next step and the findings; days that wait for the same, and have no findings
    to tell, as one."""
    alike: dict[tuple[object, ...], list[StatusRow]] = {}
    for row in rows:
        own = row if has_findings and row.findings else None
        where = row.venue.id if own or has_venues else ""
        key = (where, own and own.business_day, row.reference if own else "", name_state(row, sheet.lang), row.answer)
        alike.setdefault(key, []).append(row)
    for of_all in alike.values():
        _print_alike(sheet, of_all, has_findings=has_findings, has_venues=has_venues)


def _print_alike(sheet: Sheet, rows: Sequence[StatusRow], *, has_findings: bool, has_venues: bool) -> None:
    row = rows[0]
    days = [one.business_day for one in rows]
    when = capitalize(format_day(row.business_day, sheet.lang))
    if len(set(days)) > 1:
        when = f"{format_days(days, sheet.lang)} ({count_days(len(set(days)), sheet.lang)})"
    whose = f"{clean(row.venue.name)}, {when[:1].lower()}{when[1:]}" if has_venues else when
    state = name_state(row, sheet.lang)
    if row.order_state:  # which has a colon of its own
        whose, state = f"{whose}, {state.partition(': ')[0].lower()}", state.partition(": ")[2]
    sheet.line(Text(f"{whose}: ", style="bold"), Text(state, style=style_of(row)))
    if row.answer:
        label, answer = describe_answer(row, sheet.lang)
        sheet.line(f"{label}: {clean(answer)}")
    next_step = describe_row_next(row, sheet.lang)
    if next_step and not any(fix_of(finding, sheet.lang) for finding in row.findings):
        sheet.line(Text(f"{sheet.words['fix']} ", style="bold"), next_step)
    if has_findings:
        print_findings(sheet, row.findings)

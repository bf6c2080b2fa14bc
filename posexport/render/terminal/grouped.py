"""What many days have in common, in a terminal: equal findings as one, and a long report in short.

Amounts are øre until they are printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from rich.text import Text

from posexport.core.company import Company, Venue
from posexport.core.finding import Finding
from posexport.core.report import DayReport, State, StatusRow, VoucherReport, by_company
from posexport.render.terminal.findings import STYLES
from posexport.render.terminal.sheet import INDENT, Column, Sheet
from posexport.texts.clean import clean
from posexport.texts.language import format_days, format_kroner, format_span
from posexport.texts.report import count_shown, describe_answer, describe_next, describe_state
from posexport.views.finding_groups import (
    FindingGroup,
    describe_places,
    fix_of_group,
    group_by_company,
    group_findings,
    message_of_group,
)

FindingKey = tuple[object, ...]


def key_of(finding: Finding) -> FindingKey:
    """What tells a finding from every other one of a report."""
    return (finding.digest, finding.venue, finding.business_day)


def list_groups(found: Iterable[tuple[str, Finding]]) -> list[FindingGroup]:
    """Findings with the ids of their companies, in groups, a company at a time."""
    return [group for groups in group_by_company(found).values() for group in groups]


def list_repeated(vouchers: Sequence[DayReport]) -> list[FindingGroup]:
    """Those groups of findings of a report that are of several days."""
    found = ((shown.company.id, finding) for shown in vouchers for finding in shown.findings)
    return [group for group in list_groups(found) if group.days > 1]


def print_groups(sheet: Sheet, groups: Iterable[FindingGroup], names: Mapping[str, str]) -> None:
    """Print each group once: what is wrong, where and when, and what to do. `names`: of venues, by id."""
    for group in groups:
        severity = group.first.severity
        word = sheet.words[f"severity_{severity.value}"]
        sheet.line(Text(f"{word}: ", style=STYLES[severity]), clean(message_of_group(group, sheet.lang)))
        places = describe_places(group, names, sheet.lang)
        if places:
            sheet.line(f"{sheet.words['applies_to']} {places}.", indent=INDENT * 2)
        fix = fix_of_group(group, sheet.lang)
        if fix:
            sheet.line(Text(f"{sheet.words['fix']} ", style="bold"), clean(fix), indent=INDENT * 2)


def name_venues(venues: Iterable[Venue]) -> dict[str, str]:
    """The names of venues, by id."""
    return {venue.id: venue.name for venue in venues}


def print_in_short(sheet: Sheet, vouchers: Sequence[DayReport]) -> None:
    """Print a long report: per company a line for each venue with its sum, then what waits and what was found, equal
    days as one."""
    for company, of_company in by_company(vouchers):
        sheet.line(Text(clean(company.name), style="bold"), indent="")
        _print_venues(sheet, company, of_company)
        names = name_venues(shown.venue for shown in of_company)
        groups = group_findings(finding for shown in of_company for finding in shown.findings)
        _print_unexplained(sheet, of_company)
        if groups:
            sheet.heading(sheet.words["found"])
            print_groups(sheet, groups, names)
        sheet.blank()
    sheet.line(sheet.words["each_in_full"], indent="")


def _print_venues(sheet: Sheet, company: Company, vouchers: Sequence[DayReport]) -> None:
    told = sheet.words
    columns = (
        Column(told["venue"], wraps=True),
        Column(told["day"]),
        Column(told["vouchers"], wraps=True),
        Column(f"{told['amount']} ({clean(company.currency)})", is_amount=True),
    )
    rows = []
    for _, group in groupby(sorted(vouchers, key=lambda shown: shown.venue.id), key=lambda shown: shown.venue.id):
        of_venue = list(group)
        days = [shown.business_day for shown in of_venue]
        period = format_days(days, sheet.lang) if len(days) < 3 else format_span(min(days), max(days), sheet.lang)
        rows.append(
            (
                Text(clean(of_venue[0].venue.name)),
                Text(period),
                Text(count_shown(of_venue, sheet.lang)),
                sheet.amount(sum_debit(of_venue)),
            )
        )
    footer = (Text(told["sum"]), Text(), Text(), sheet.amount(sum_debit(vouchers)))
    sheet.table(columns, rows, footer)


def sum_debit(vouchers: Iterable[DayReport]) -> int:
    """The sum of vouchers' debits (øre)."""
    return sum(shown.voucher.debit_ore for shown in vouchers if isinstance(shown, VoucherReport))


def _print_unexplained(sheet: Sheet, vouchers: Sequence[DayReport]) -> None:
    """Print vouchers that wait without a finding, for what PowerOffice answered or did not; equal ones as one."""
    alike: dict[tuple[str, str, str], list[DayReport]] = {}
    for shown in vouchers:
        answer = shown.answer if isinstance(shown, VoucherReport) else ""
        waits = shown.state in (State.UNCERTAIN, State.REFUSED, State.UNREACHABLE)
        if answer or (waits and not shown.findings):
            told = (describe_state(shown, sheet.lang), answer, describe_next(shown, sheet.lang))
            alike.setdefault(told, []).append(shown)
    if alike:
        sheet.heading(sheet.words["waits"])
    for (state, answer, next_step), of_all in alike.items():
        sheet.line(Text(f"{state}: ", style="bold"), _name_places(sheet, of_all))
        first = of_all[0]
        if answer and isinstance(first, VoucherReport):
            label, words = describe_answer(first, sheet.lang)
            sheet.line(f"{label}: {clean(words)}", indent=INDENT * 2)
        sheet.line(Text(f"{sheet.words['fix']} ", style="bold"), next_step, indent=INDENT * 2)


def _name_places(sheet: Sheet, rows: Iterable[DayReport | StatusRow]) -> str:
    """The days of each venue."""
    of_venue: dict[str, tuple[str, list[DayReport | StatusRow]]] = {}
    for row in rows:
        of_venue.setdefault(row.venue.id, (row.venue.name, []))[1].append(row)
    return "; ".join(
        f"{clean(name)} {format_days((row.business_day for row in of_one), sheet.lang)}"
        for name, of_one in of_venue.values()
    )


def print_sums(sheet: Sheet, vouchers: Sequence[DayReport]) -> None:
    """Print the sum of a report's vouchers, a company at a time."""
    companies = by_company(vouchers)
    for company, of_company in companies:
        if len(of_company) > 1:
            amount = format_kroner(sum_debit(of_company), sheet.lang)
            whose = f"{clean(company.name)}: " if len(companies) > 1 else ""
            sheet.line(f"{whose}{sheet.words['changes_sum']} {amount} {clean(company.currency)}.", indent="")

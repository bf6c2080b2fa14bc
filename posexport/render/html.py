"""A report as one self-contained HTML page, for the screen and for paper.

The layout is in `templates/`; here it is only filled. Every value is escaped, wherever it came from. Amounts are øre
until the template's filter `kroner` formats them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment

from posexport.core.company import Company, Venue
from posexport.core.finding import Finding, gravest_first
from posexport.core.order_review import OrderReport
from posexport.core.report import DayReport, Report, State, VoucherReport, by_company
from posexport.render.filling import open_templates
from posexport.render.folding import BY_VENUE_ABOVE, FOLDED_ABOVE, choose_whole
from posexport.texts.describe import message_of
from posexport.texts.language import (
    Lang,
    capitalize,
    format_date,
    format_day,
    format_day_short,
    format_kroner,
    format_moment,
    format_organization_number,
    format_period,
)
from posexport.texts.mail import MAIL_WORDS
from posexport.texts.mends_in_words import fix_in_words
from posexport.texts.orders import describe_invoice, name_order_state, order_words
from posexport.texts.report import (
    count_findings,
    count_shown,
    describe_answer,
    describe_code,
    describe_next,
    describe_nothing,
    describe_removal,
    describe_removals_sum,
    describe_since,
    describe_state,
    describe_z_figure,
    format_rate_words,
    words,
)
from posexport.texts.targets import name_target
from posexport.views.finding_groups import (
    FindingGroup,
    describe_places,
    fix_of_group,
    group_by_company,
    message_of_group,
)
from posexport.views.json_orders import list_orders
from posexport.views.line_changes import ChangeRow, ChangeTable, lay_out_changes
from posexport.views.orders import (
    DayKey,
    OrderRow,
    OrderTable,
    day_of,
    find_last_of_days,
    format_credit,
    format_customer,
    format_tally,
    group_by_day,
    lay_out_orders,
    tally_orders,
)
from posexport.views.venue_tables import VenueTable, lay_out_venues
from posexport.views.voucher import DaySheet, LineRow, ZFigure, format_figure, lay_out


@dataclass(frozen=True, slots=True)
class Sheet:
    """One voucher on the page, or a day without one. `anchor`: empty where the overview already says everything, or
    where it is not shown whole for lack of room (`is_whole`)."""

    anchor: str
    shown: DayReport
    laid_out: DaySheet
    orders: OrderTable
    is_whole: bool = True

    @property
    def report(self) -> VoucherReport | None:
        """The voucher; None for a day without one."""
        return self.shown if isinstance(self.shown, VoucherReport) else None

    @property
    def changes(self) -> ChangeTable | None:
        """What was drafted beside what it would be now; None where there is nothing to compare."""
        return lay_out_changes(self.shown)

    @property
    def errors(self) -> list[Finding]:
        """The findings that hold it."""
        return [finding for finding in self.shown.findings if finding.holds]

    @property
    def others(self) -> tuple[Finding, ...]:
        """The other findings: warnings before notes."""
        return gravest_first(finding for finding in self.shown.findings if not finding.holds)


class _ToldGroup(NamedTuple):
    """Equal findings as one, in words."""

    severity: str
    code: str
    message: str
    places: str
    fix: str


@dataclass(frozen=True, slots=True)
class _CompanyGroup:
    """A company on the page, with its vouchers in the order of the report. `tables`: a table a venue, where there are
    too many vouchers for a row each; `findings`: what several days have, or on a page of many vouchers any day."""

    company: Company
    venues: tuple[Venue, ...]
    sheets: tuple[Sheet, ...]
    tables: tuple[VenueTable, ...] = ()
    findings: tuple[_ToldGroup, ...] = ()

    @property
    def debit_ore(self) -> int:
        """The sum of its vouchers (øre)."""
        return sum(sheet.report.voucher.debit_ore for sheet in self.sheets if sheet.report)


def fill_page(report: Report, lang: Lang, made_at: datetime, layout: Path) -> str:
    """The page: the template `layout`, filled with `report`."""
    orders, many = list_orders(report), len(report.vouchers)
    groups, days = _group(report, group_by_day(orders), lang), set(map(day_of, report.vouchers))
    alone = group_by_day(shown for shown in orders if day_of(shown) not in days)
    told = words(lang)
    has_mends = any(fix_in_words(finding, lang) for finding in list_findings(report))
    return (
        _environment(layout.parent, lang)
        .get_template(layout.name)
        .render(
            lang=lang,
            w=told,
            made_at=made_at,
            groups=groups,
            sheets=[sheet for group in groups for sheet in group.sheets if sheet.anchor],
            is_folded=many > FOLDED_ABOVE,
            anchors={_place_of(sheet.shown): sheet.anchor for group in groups for sheet in group.sheets},
            left_out=sum(bool(sheet.report) and not sheet.is_whole for group in groups for sheet in group.sheets),
            period=format_period((shown.business_day for shown in report.vouchers), lang),
            nothing=describe_nothing(report, lang),
            who=MAIL_WORDS["who"][lang] if has_mends else "",
            counted=count_shown(report.vouchers, lang),
            findings=gravest_first(report.findings),
            o=order_words(lang),
            tally=format_tally(tally_orders(orders), lang),
            alone=[lay_out_orders(of_day) for of_day in alone.values()],
        )
    )


def list_findings(report: Report) -> Iterator[Finding]:
    """Everything that was found, wherever it stands."""
    yield from report.findings
    for document in (*report.vouchers, *list_orders(report)):
        yield from document.findings


def _place_of(shown: DayReport) -> tuple[str, str]:
    """What tells a voucher from every other one of a report."""
    return (shown.venue.id, shown.reference or shown.business_day.isoformat())


def _group(report: Report, orders: Mapping[DayKey, Sequence[OrderReport]], lang: Lang) -> list[_CompanyGroup]:
    """The report by company, in the order companies first appear."""
    last, whole = find_last_of_days(report.vouchers), choose_whole(report.vouchers)
    numbered = [
        _lay_out(
            shown,
            number,
            orders.get(day_of(shown), ()) if shown is last[day_of(shown)] else (),
            is_whole=number - 1 in whole,
        )
        for number, shown in enumerate(report.vouchers, start=1)
    ]
    many, has_all = len(report.vouchers), len(whole) == len(report.vouchers)
    is_long = many > FOLDED_ABOVE
    documents = (*report.vouchers, *(list_orders(report) if is_long else ()))
    found = group_by_company((one.company.id, finding) for one in documents for finding in one.findings)
    sheets: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in numbered:
        sheets[sheet.shown.company.id].append(sheet)
    groups = []
    for company, shown in by_company(report.vouchers):
        venues = {one.venue.id: one.venue for one in shown}
        names = {id_: venue.name for id_, venue in venues.items()}
        told = (group for group in found.get(company.id, ()) if group.days > 1 or is_long)
        groups.append(
            _CompanyGroup(
                company,
                tuple(venues.values()),
                tuple(sheets[company.id]),
                lay_out_venues(shown) if many > BY_VENUE_ABOVE or not has_all else (),
                tuple(_tell_group(group, names, lang) for group in told),
            )
        )
    return groups


def _tell_group(group: FindingGroup, names: Mapping[str, str], lang: Lang) -> _ToldGroup:
    first = group.first
    places = describe_places(group, names, lang)
    return _ToldGroup(
        first.severity.value, first.code, message_of_group(group, lang), places, fix_of_group(group, lang, fix_in_words)
    )


def _lay_out(shown: DayReport, number: int, orders: Sequence[OrderReport], *, is_whole: bool = True) -> Sheet:
    laid_out = lay_out(shown)
    has_more_to_say = shown.state is not State.NOTHING or bool(shown.findings) or bool(laid_out.control.removals)
    anchor = f"bilag-{number}" if is_whole and (has_more_to_say or orders) else ""
    return Sheet(anchor, shown, laid_out, lay_out_orders(orders, shown), is_whole)


def lay_out_sheets(shown: Sequence[DayReport], orders: Sequence[OrderReport]) -> list[Sheet]:
    """The vouchers of one business day as they are laid out on a page; the day's orders stand on the last."""
    return [
        _lay_out(report, number, orders if number == len(shown) else ()) for number, report in enumerate(shown, start=1)
    ]


@lru_cache(maxsize=4)
def _environment(folder: Path, lang: Lang) -> Environment:
    return open_templates(folder, page_filters(lang))


def page_filters(lang: Lang) -> dict[str, Callable[..., Any]]:
    """What templates format values with, in a language."""
    return {
        "message": message_of,
        "fix": fix_in_words,
        "kroner": partial(format_kroner, lang=lang),
        "day": partial(format_day, lang=lang),
        "day_short": partial(format_day_short, lang=lang),
        "date": partial(format_date, lang=lang),
        "moment": partial(format_moment, lang=lang),
        "rate": partial(format_rate_words, lang=lang),
        "organization_number": format_organization_number,
        "large_first": capitalize,
        "count_findings": partial(count_findings, lang=lang),
        "figure": partial(format_figure, lang=lang),
        "line_code": partial(_name_code, lang=lang),
        "answer": partial(describe_answer, lang=lang),
        "since": partial(describe_since, "state", lang=lang),
        "state_word": partial(describe_state, lang=lang),
        "next_step": partial(describe_next, lang=lang),
        "target_name": partial(name_target, lang=lang),
        "removal": partial(describe_removal, lang=lang),
        "removals_sum": partial(describe_removals_sum, lang=lang),
        "order_state": partial(_name_order_state, lang=lang),
        "order_customer": partial(format_customer, lang=lang),
        "invoice": partial(describe_invoice, lang=lang),
        "tally": partial(format_tally, lang=lang),
        "credit": partial(format_credit, lang=lang),
        "place": _place_of,
        "z_figure": partial(_name_z_figure, lang=lang),
    }


def _name_code(row: LineRow | ChangeRow, lang: Lang) -> str:
    return describe_code(row.kind, row.source, lang)


def _name_order_state(row: OrderRow, lang: Lang) -> str:
    return name_order_state(row.state, lang, is_changed=row.is_changed)


def _name_z_figure(row: ZFigure, lang: Lang) -> str:
    return describe_z_figure(row.what, row.code, row.name, lang)

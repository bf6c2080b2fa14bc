"""A report as one self-contained HTML page, for the screen and for paper.

The layout is in `templates/`; here it is only filled. Every value is escaped, wherever it came from. Amounts are øre
until the template's filter `kroner` formats them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment

from posexport.core.company import Company, Venue
from posexport.core.finding import Finding, gravest_first
from posexport.core.order_review import OrderReport
from posexport.core.report import DayReport, Report, State, VoucherReport
from posexport.render.filling import open_templates
from posexport.texts.describe import fix_of, message_of
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
from posexport.views.json_orders import list_orders
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
from posexport.views.voucher import DaySheet, LineRow, ZFigure, format_figure, lay_out


@dataclass(frozen=True, slots=True)
class Sheet:
    """One voucher on the page, or a day without one. `anchor`: empty where the overview already says everything."""

    anchor: str
    shown: DayReport
    laid_out: DaySheet
    orders: OrderTable

    @property
    def report(self) -> VoucherReport | None:
        """The voucher; None for a day without one."""
        return self.shown if isinstance(self.shown, VoucherReport) else None

    @property
    def errors(self) -> list[Finding]:
        """The findings that hold it."""
        return [finding for finding in self.shown.findings if finding.holds]

    @property
    def others(self) -> tuple[Finding, ...]:
        """The other findings: warnings before notes."""
        return gravest_first(finding for finding in self.shown.findings if not finding.holds)


@dataclass(frozen=True, slots=True)
class _CompanyGroup:
    """A company on the page, with its vouchers in the order of the report."""

    company: Company
    venues: tuple[Venue, ...]
    sheets: tuple[Sheet, ...]

    @property
    def debit_ore(self) -> int:
        """The sum of its vouchers (øre)."""
        return sum(sheet.report.voucher.debit_ore for sheet in self.sheets if sheet.report)


def fill_page(report: Report, lang: Lang, made_at: datetime, layout: Path) -> str:
    """The page: the template `layout`, filled with `report`."""
    orders = list_orders(report)
    groups, days = _group(report, group_by_day(orders)), set(map(day_of, report.vouchers))
    alone = group_by_day(shown for shown in orders if day_of(shown) not in days)
    told = words(lang)
    return (
        _environment(layout.parent, lang)
        .get_template(layout.name)
        .render(
            lang=lang,
            w=told,
            made_at=made_at,
            groups=groups,
            sheets=[sheet for group in groups for sheet in group.sheets if sheet.anchor],
            period=format_period((shown.business_day for shown in report.vouchers), lang),
            nothing=describe_nothing(report, lang),
            counted=count_shown(report.vouchers, lang),
            findings=gravest_first(report.findings),
            o=order_words(lang),
            tally=format_tally(tally_orders(orders), lang),
            alone=[lay_out_orders(of_day) for of_day in alone.values()],
        )
    )


def _group(report: Report, orders: Mapping[DayKey, Sequence[OrderReport]]) -> list[_CompanyGroup]:
    """The report by company, in the order companies first appear."""
    companies = {shown.company.id: shown.company for shown in report.vouchers}
    last = find_last_of_days(report.vouchers)
    numbered = [
        _lay_out(shown, number, orders.get(day_of(shown), ()) if shown is last[day_of(shown)] else ())
        for number, shown in enumerate(report.vouchers, start=1)
    ]
    return [
        _group_company(company, [sheet for sheet in numbered if sheet.shown.company.id == company_id])
        for company_id, company in companies.items()
    ]


def _group_company(company: Company, sheets: list[Sheet]) -> _CompanyGroup:
    venues = {sheet.shown.venue.id: sheet.shown.venue for sheet in sheets}
    return _CompanyGroup(company, tuple(venues.values()), tuple(sheets))


def _lay_out(shown: DayReport, number: int, orders: Sequence[OrderReport]) -> Sheet:
    laid_out = lay_out(shown)
    has_more_to_say = shown.state is not State.NOTHING or bool(shown.findings) or bool(laid_out.control.removals)
    return Sheet(f"bilag-{number}" if has_more_to_say or orders else "", shown, laid_out, lay_out_orders(orders, shown))


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
        "fix": fix_of,
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
        "z_figure": partial(_name_z_figure, lang=lang),
    }


def _name_code(row: LineRow, lang: Lang) -> str:
    return describe_code(row.kind, row.source, lang)


def _name_order_state(row: OrderRow, lang: Lang) -> str:
    return name_order_state(row.state, lang, is_changed=row.is_changed)


def _name_z_figure(row: ZFigure, lang: Lang) -> str:
    return describe_z_figure(row.what, row.code, row.name, lang)

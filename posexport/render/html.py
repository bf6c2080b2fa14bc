"""A report as one self-contained page, for the screen and for paper.

The layout stands in `templates/`; here it is only filled. Everything is escaped: what is written into the page
by a template is text, whoever wrote it. Amounts are øre until `kroner` in a template tells them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from posexport.core.company import Company, Venue
from posexport.core.findings import Finding, Severity
from posexport.core.report import ControlFigures, DayReport, Report, State, VoucherReport
from posexport.core.vat import VatFigure
from posexport.texts.clean import clean
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
from posexport.texts.report import (
    count_findings,
    count_shown,
    describe_answer,
    describe_line,
    describe_next,
    describe_nothing,
    describe_removal,
    describe_removals_sum,
    describe_since,
    describe_state,
    describe_vat,
    describe_z_figure,
    describe_z_row,
    format_rate_words,
    words,
)
from posexport.texts.targets import name_target


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One voucher on the page, or a day without one. `anchor` is empty where the overview says all there is to say."""

    anchor: str
    shown: DayReport

    @property
    def report(self) -> VoucherReport | None:
        """The voucher, where there is one."""
        return self.shown if isinstance(self.shown, VoucherReport) else None

    @property
    def errors(self) -> list[Finding]:
        """What holds it back."""
        return [finding for finding in self.shown.findings if finding.holds]

    @property
    def others(self) -> list[Finding]:
        """What need not: warnings before notes."""
        return _by_severity(finding for finding in self.shown.findings if not finding.holds)

    @property
    def has_control(self) -> bool:
        """Whether the control figures of the day stand with this voucher."""
        return self.shown.control != ControlFigures()

    @property
    def vat_sum(self) -> VatFigure | None:
        """All VAT codes together; None where there is only one, or a figure is missing."""
        figures = self.report.vat if self.report else ()
        register = [figure.register_ore for figure in figures if figure.register_ore is not None]
        extracted = [figure.extracted_ore for figure in figures if figure.extracted_ore is not None]
        if len(figures) < 2 or not len(register) == len(extracted) == len(figures):
            return None
        gross_ore = sum(figure.gross_ore for figure in figures)
        compared_ore = sum(figure.compared_ore or 0 for figure in figures)
        return VatFigure("", gross_ore, None, sum(register), sum(extracted), 0, compared_ore)


@dataclass(frozen=True, slots=True)
class _CompanyGroup:
    """A company on the page, with its vouchers in the order of the report."""

    company: Company
    venues: tuple[Venue, ...]
    sheets: tuple[_Sheet, ...]

    @property
    def debit_ore(self) -> int:
        """The sum of its vouchers."""
        return sum(sheet.report.voucher.debit_ore for sheet in self.sheets if sheet.report)


def fill_page(report: Report, lang: Lang, made_at: datetime, layout: Path) -> str:
    """The template `layout`, filled with `report`."""
    groups = _group(report)
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
            findings=_by_severity(report.findings),
        )
    )


def _by_severity(findings: Iterable[Finding]) -> list[Finding]:
    order = list(Severity)
    return sorted(findings, key=lambda finding: order.index(finding.severity))


def _group(report: Report) -> list[_CompanyGroup]:
    """The report by company, in the order companies first appear."""
    companies = {shown.company.id: shown.company for shown in report.vouchers}
    numbered = [
        _Sheet(f"bilag-{number}" if _has_more_to_say(shown) else "", shown)
        for number, shown in enumerate(report.vouchers, start=1)
    ]
    return [
        _group_company(company, [sheet for sheet in numbered if sheet.shown.company.id == company_id])
        for company_id, company in companies.items()
    ]


def _group_company(company: Company, sheets: list[_Sheet]) -> _CompanyGroup:
    venues = {sheet.shown.venue.id: sheet.shown.venue for sheet in sheets}
    return _CompanyGroup(company, tuple(venues.values()), tuple(sheets))


def _has_more_to_say(shown: DayReport) -> bool:
    return shown.state is not State.NOTHING or bool(shown.findings) or bool(shown.control.removals)


@lru_cache(maxsize=4)
def _environment(folder: Path, lang: Lang) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean_value,
    )
    environment.filters |= {
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
        "line_code": partial(describe_line, lang=lang),
        "answer": partial(describe_answer, lang=lang),
        "since": partial(describe_since, "state", lang=lang),
        "state_word": partial(describe_state, lang=lang),
        "next_step": partial(describe_next, lang=lang),
        "target_name": partial(name_target, lang=lang),
        "vat_result": partial(describe_vat, lang=lang),
        "removal": partial(describe_removal, lang=lang),
        "removals_sum": partial(describe_removals_sum, lang=lang),
        "z_figure": partial(describe_z_figure, lang=lang),
        "z_result": partial(describe_z_row, lang=lang),
    }
    return environment


def _clean_value(value: object) -> object:
    """Every text that a template prints, without control characters; markup of the templates' own as it is."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

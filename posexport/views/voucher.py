"""One business day as rows and cells: voucher lines, VAT, control figures, and Z-reports compared with tickets. Laid
out once here; terminal, HTML, PDF and JSON only draw them.

In no language: a `key` is one of `texts.report.WORDS`, and so is a verdict. Amounts are øre, debit and credit both
positive. What nobody may overlook is flagged: `is_incomplete`, `differs`. Never here: columns, colours, markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from posexport.core.company import Venue
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.report import ControlFigures, CreditFigures, DayReport, EmptyDay, Removal
from posexport.core.vat import VatFigure
from posexport.core.voucher import Voucher
from posexport.core.z_report import VAT, ZComparison, ZRow
from posexport.texts.language import Lang, format_kroner, format_moment


class LineRow(NamedTuple):
    """One voucher line. `kind` and `source`: what it is for, and the register's code behind it; `kind` is None where
    only its text says that. Account and VAT code are None where the setup has none yet."""

    account: str | None
    counter_account: str | None
    vat_code: str | None
    department: str | None
    debit_ore: int
    credit_ore: int
    kind: LineKind | None
    source: str
    description: str
    customer: str | None = None

    @property
    def is_incomplete(self) -> bool:
        """Whether it lacks an account or a VAT code, and so cannot be sent."""
        return self.account is None or self.vat_code is None


@dataclass(frozen=True, slots=True)
class LineTable:
    """The lines of a voucher and their sums; `open_ore`: debit minus credit, 0 on every voucher that may be sent."""

    rows: tuple[LineRow, ...]
    debit_ore: int
    credit_ore: int

    @property
    def open_ore(self) -> int:
        """The difference between debit and credit that unbalanced tickets leave (øre)."""
        return self.debit_ore - self.credit_ore


class VatRow(NamedTuple):
    """The VAT of one code as the register states it, and as PowerOffice calculates it; None where unknown. `verdict`:
    how to judge the difference, "" where that is no longer known."""

    vat_code: str
    rate_bp: int | None
    gross_ore: int
    register_ore: int | None
    extracted_ore: int | None
    difference_ore: int | None
    verdict: str = ""
    differs: bool = False


class VatSum(NamedTuple):
    """The sums over all VAT codes."""

    gross_ore: int
    register_ore: int
    extracted_ore: int
    difference_ore: int


class Count(NamedTuple):
    """A control figure that is a number, with its amount where there is one."""

    key: str
    number: int
    amount_ore: int | None = None


class Amount(NamedTuple):
    """A control figure that is an amount."""

    key: str
    amount_ore: int


class Moment(NamedTuple):
    """A control figure that is a local time; None where there is none."""

    key: str
    at: datetime | None


Figure = Count | Amount | Moment


@dataclass(frozen=True, slots=True)
class ControlTable:
    """The control figures, in order; `removals`: what the register's journal has and these figures do not; `credit`:
    where sales on credit are booked, None where they are not ordered."""

    figures: tuple[Figure, ...]
    removals: tuple[Removal, ...] = ()
    credit: CreditFigures | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there are none here: the day's figures are with its first voucher."""
        return not self.removals and not any(map(_says_something, self.figures))

    @property
    def shown(self) -> tuple[Figure, ...]:
        """The figures shown to people: without times that there are none of."""
        return tuple(figure for figure in self.figures if not isinstance(figure, Moment) or figure.at)


class ZFigure(NamedTuple):
    """One figure of a Z-report with the tickets' figure. `name`: the code's name, or the code itself."""

    what: str
    code: str
    name: str
    z_ore: int
    tickets_ore: int
    agrees: bool

    @property
    def differs(self) -> bool:
        """Whether it needs a look."""
        return not self.agrees

    @property
    def difference_ore(self) -> int:
        """The Z-report's figure minus the tickets' (øre)."""
        return self.z_ore - self.tickets_ore

    @property
    def verdict(self) -> str:
        """Whether it agrees, and why it does although it differs."""
        if not self.agrees:
            return "z_row_differs"
        if self.difference_ore == 0:
            return "z_row_agrees"
        return "z_row_rounding" if self.what == VAT else "z_row_other_way"


@dataclass(frozen=True, slots=True)
class ZTable:
    """One Z-report compared with the tickets."""

    register: str
    number: str
    rows: tuple[ZFigure, ...]

    @property
    def agrees(self) -> bool:
        """Whether all figures agree."""
        return all(row.agrees for row in self.rows)

    @property
    def verdict(self) -> str:
        """Whether it agrees, or has no figures to compare."""
        if not self.rows:
            return "z_empty"
        return "z_agrees" if self.agrees else "z_differs"


@dataclass(frozen=True, slots=True)
class DaySheet:
    """A business day as rows; `lines` is None where it has no voucher."""

    lines: LineTable | None
    vat: tuple[VatRow, ...]
    control: ControlTable
    z_reports: tuple[ZTable, ...]

    @property
    def vat_sum(self) -> VatSum | None:
        """The sums over all VAT codes; None where there is only one, or where a figure is missing."""
        return sum_vat_rows(self.vat)


def lay_out(shown: DayReport) -> DaySheet:
    """A report of a business day as rows."""
    control = lay_out_control(shown.control)
    z_reports = tuple(_lay_out_z(comparison, shown.venue) for comparison in shown.z_reports)
    if isinstance(shown, EmptyDay):
        return DaySheet(None, (), control, z_reports)
    return DaySheet(lay_out_lines(shown.voucher), tuple(map(_lay_out_vat, shown.vat)), control, z_reports)


def lay_out_lines(voucher: Voucher) -> LineTable:
    """A voucher's lines as rows."""
    rows = (lay_out_line(line, voucher.counter_account(line)) for line in voucher.lines)
    return LineTable(tuple(rows), voucher.debit_ore, voucher.credit_ore)


def lay_out_line(line: VoucherLine, counter_account: str | None = None) -> LineRow:
    """One line as a row, with its only counterpart where it has one."""
    return LineRow(
        line.account,
        counter_account,
        line.vat_code,
        line.department,
        line.debit_ore,
        line.credit_ore,
        line.kind,
        line.source,
        line.description,
        line.customer,
    )


def _lay_out_vat(figure: VatFigure) -> VatRow:
    return VatRow(
        figure.vat_code,
        figure.rate_bp,
        figure.gross_ore,
        figure.register_ore,
        figure.extracted_ore,
        figure.difference_ore,
        _judge_vat(figure),
        not figure.is_explained,
    )


def _judge_vat(figure: VatFigure) -> str:
    """The verdict on a VAT difference."""
    if not figure.is_explained:
        return "vat_differs"
    if figure.difference_ore is None:
        return "vat_unknown"
    if figure.stated_extracted_ore is not None:
        return "vat_in_part"
    return "vat_explained" if figure.difference_ore else "vat_same"


def sum_vat_rows(rows: Sequence[VatRow]) -> VatSum | None:
    """The sums over all VAT codes; None where there is only one, or where a figure is missing.

    >>> sum_vat_rows([VatRow("3", 2500, 12500, 2501, 2500, 1), VatRow("31", 1500, 11500, 1500, 1500, 0)])
    VatSum(gross_ore=24000, register_ore=4001, extracted_ore=4000, difference_ore=1)
    """
    register = [row.register_ore for row in rows if row.register_ore is not None]
    extracted = [row.extracted_ore for row in rows if row.extracted_ore is not None]
    if len(rows) < 2 or not len(register) == len(extracted) == len(rows):
        return None
    gross_ore = sum(row.gross_ore for row in rows)
    return VatSum(gross_ore, sum(register), sum(extracted), sum(row.difference_ore or 0 for row in rows))


def lay_out_control(control: ControlFigures = ControlFigures()) -> ControlTable:
    """The control figures, in the order they are shown."""
    figures = (
        Count("tickets", control.tickets),
        Amount("sales", control.sales_ore),
        Count("returns", control.returns, control.returns_ore),
        Amount("discounts", control.discounts_ore),
        Count("voids", control.voids, control.voids_ore),
        Count("training", control.training, control.training_ore),
        Count("movements", control.movements),
        Count("not_sales", control.not_sales),
        Moment("first_at", control.first_at),
        Moment("last_at", control.last_at),
    )
    return ControlTable(figures, control.removals, control.credit)


def _says_something(figure: Figure) -> bool:
    if isinstance(figure, Count):
        return bool(figure.number or figure.amount_ore)
    return bool(figure.amount_ore if isinstance(figure, Amount) else figure.at)


def format_figure(figure: Figure, lang: Lang) -> str:
    """A control figure as text: a count with its amount, an amount, or a time.

    >>> format_figure(Count("returns", 2, 12500), "en"), format_figure(Count("voids", 0, 0), "en")
    ('2 (125.00)', '0')
    """
    if isinstance(figure, Count):
        has_amount = figure.number and figure.amount_ore is not None
        return f"{figure.number} ({format_kroner(figure.amount_ore or 0, lang)})" if has_amount else str(figure.number)
    if isinstance(figure, Amount):
        return format_kroner(figure.amount_ore, lang)
    return format_moment(figure.at, lang) if figure.at else ""


def _lay_out_z(comparison: ZComparison, venue: Venue) -> ZTable:
    return ZTable(comparison.register, comparison.number, tuple(_lay_out_figures(comparison.rows, venue)))


def _lay_out_figures(rows: Iterable[ZRow], venue: Venue) -> Iterable[ZFigure]:
    for row in rows:
        name = row.code
        if row.what == "sale":
            name = venue.mapping.product_name(row.code)
        elif row.what == "payment":
            name = venue.mapping.payment_name(row.code)
        yield ZFigure(row.what, row.code, name, row.z_ore, row.tickets_ore, row.agrees)

"""Many vouchers as a table a venue, with a row a day and a column an account. Amounts are øre. Never here: markup."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from posexport.core.company import Venue
from posexport.core.report import DayReport, VoucherReport, waits
from posexport.texts.language import Lang, format_days
from posexport.texts.report import count_shown

CELLS_MAX = 50_000
"""Above so many amounts the tables have each day's sum only."""


class DayCells(NamedTuple):
    """A day of a venue: what is told of it, and its amounts in the order of the table's accounts (0 where it has
    none)."""

    shown: DayReport
    amounts_ore: tuple[int, ...]
    debit_ore: int


@dataclass(frozen=True, slots=True)
class VenueTable:
    """A venue's days. `accounts`: the columns; None stands for a missing account."""

    venue: Venue
    accounts: tuple[str | None, ...]
    days: tuple[DayCells, ...]

    @property
    def debit_ore(self) -> int:
        """The sum of its vouchers (øre)."""
        return sum(day.debit_ore for day in self.days)

    @property
    def waits(self) -> bool:
        """Whether any of its days waits for somebody."""
        return any(map(waits, (day.shown for day in self.days)))

    def count(self, lang: Lang) -> str:
        """How many of its days are in each state, in words."""
        return count_shown((day.shown for day in self.days), lang)

    def span(self, lang: Lang) -> str:
        """Its days, as short as can be."""
        return format_days((day.shown.business_day for day in self.days), lang)


def lay_out_venues(vouchers: Sequence[DayReport]) -> tuple[VenueTable, ...]:
    """The vouchers of a report by venue, in the order venues first appear; those of a venue by day."""
    of_venue: dict[str, list[DayReport]] = defaultdict(list)
    for shown in vouchers:
        of_venue[shown.venue.id].append(shown)
    columns = {venue: _list_accounts(days) for venue, days in of_venue.items()}
    has_accounts = sum(len(columns[venue]) * len(days) for venue, days in of_venue.items()) <= CELLS_MAX
    return tuple(
        _lay_out_venue(sorted(days, key=lambda shown: shown.business_day), columns[venue] if has_accounts else ())
        for venue, days in of_venue.items()
    )


def _list_accounts(days: Iterable[DayReport]) -> tuple[str | None, ...]:
    found = {line.account for shown in days if isinstance(shown, VoucherReport) for line in shown.voucher.lines}
    return tuple(sorted(found, key=lambda account: (account is not None, account or "")))


def _lay_out_venue(days: Sequence[DayReport], accounts: tuple[str | None, ...]) -> VenueTable:
    return VenueTable(days[0].venue, accounts, tuple(_lay_out_day(shown, accounts) for shown in days))


def _lay_out_day(shown: DayReport, accounts: tuple[str | None, ...]) -> DayCells:
    if not isinstance(shown, VoucherReport):
        return DayCells(shown, tuple(0 for _ in accounts), 0)
    sums: dict[str | None, int] = defaultdict(int)
    for line in shown.voucher.lines:
        sums[line.account] += line.amount_ore
    return DayCells(shown, tuple(sums[account] for account in accounts), shown.voucher.debit_ore)


def count_rows(shown: DayReport) -> int:
    """How many rows the tables of a voucher have, or of a day without one."""
    rows = sum(len(table.rows) for table in shown.z_reports) + len(shown.control.removals)
    if isinstance(shown, VoucherReport):
        rows += len(shown.voucher.lines) + len(shown.vat) + len(shown.changes)
    return rows

"""What was drafted beside what it would be now, line by line: laid out once, drawn by terminal, pages and PDF.

Amounts are øre, debit positive and credit negative. Never here: columns, colours, markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from posexport.core.lines import LineKind
from posexport.core.money import format_ore, parse_ore
from posexport.core.report import DayReport, State, VoucherReport

_Json = Mapping[str, Any]


class ChangeRow(NamedTuple):
    """One voucher line as it was drafted, and as it would be now; 0 where it was not, or is not any more. `kind`: None
    where only its text says what it is for."""

    account: str | None
    vat_code: str | None
    department: str | None
    kind: LineKind | None
    source: str
    description: str
    drafted_ore: int
    now_ore: int

    @property
    def difference_ore(self) -> int:
        """What has come to it since (øre)."""
        return self.now_ore - self.drafted_ore

    @property
    def differs(self) -> bool:
        """Whether it is another amount now."""
        return self.drafted_ore != self.now_ore


@dataclass(frozen=True, slots=True)
class ChangeTable:
    """The lines side by side. `references`: of what was drafted; `is_drafted`: the voucher it stands with is what was
    drafted, and nothing has been done about it; `is_adjustment`: that voucher is the difference, and replaces
    nothing."""

    rows: tuple[ChangeRow, ...]
    references: tuple[str, ...]
    is_drafted: bool = False
    is_adjustment: bool = False

    @property
    def drafted_ore(self) -> int:
        """The sum of what was debited (øre)."""
        return sum(max(row.drafted_ore, 0) for row in self.rows)

    @property
    def now_ore(self) -> int:
        """The sum of what would be debited now (øre)."""
        return sum(max(row.now_ore, 0) for row in self.rows)

    @property
    def difference_ore(self) -> int:
        """The second less the first (øre)."""
        return self.now_ore - self.drafted_ore


def lay_out_changes(shown: DayReport) -> ChangeTable | None:
    """A report's changed lines as rows; None where there is nothing to compare."""
    if not isinstance(shown, VoucherReport) or not shown.changes:
        return None
    rows = (
        ChangeRow(
            line.account, line.vat_code, line.department, line.kind, line.source, line.description, drafted_ore, now_ore
        )
        for line, drafted_ore, now_ore in shown.changes
    )
    return ChangeTable(tuple(rows), shown.compared_with, shown.state is State.DRAFTED, shown.is_adjustment)


def format_changes(table: ChangeTable) -> dict[str, Any]:
    """The table as JSON data, for what is stored of a settlement report."""
    return {
        "references": list(table.references),
        "is_adjustment": table.is_adjustment,
        "lines": [
            {
                "account": row.account,
                "vat_code": row.vat_code,
                "department": row.department,
                "kind": row.kind.value if row.kind else None,
                "source": row.source,
                "description": row.description,
                "drafted": format_ore(row.drafted_ore),
                "now": format_ore(row.now_ore),
            }
            for row in table.rows
        ],
    }


def read_changes(document: _Json | None) -> ChangeTable | None:
    """The table from such data; None where there is none. Raises KeyError or ValueError for what is no such data."""
    if document is None:
        return None
    rows = (
        ChangeRow(
            line["account"],
            line["vat_code"],
            line["department"],
            LineKind(line["kind"]) if line["kind"] else None,
            line["source"],
            line["description"],
            parse_ore(line["drafted"]),
            parse_ore(line["now"]),
        )
        for line in document["lines"]
    )
    return ChangeTable(tuple(rows), tuple(document["references"]), is_adjustment=document["is_adjustment"])

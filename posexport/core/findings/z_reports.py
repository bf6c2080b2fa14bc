"""Findings about Z-reports whose figures differ from the register's tickets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from posexport.core.company import ZReportPolicy
from posexport.core.finding import Fact, Finding, Ore, Severity
from posexport.core.z_report import ZComparison


def check_z_reports(comparisons: Iterable[ZComparison], policy: ZReportPolicy) -> list[Finding]:
    """A finding for each Z-report that differs, with both figures; it holds, warns or is left out as the venue's
    `policy` says. A first Z-report that may include earlier sales gets a finding that says from when on they can be
    compared."""
    if policy == "ignore":
        return []
    found: list[Finding] = []
    for comparison in comparisons:
        if comparison.agrees:
            continue
        if comparison.first_at:
            found.append(_make_first_finding(comparison))
        else:
            found += _find_differing_figures(comparison, Severity.ERROR if policy == "hold" else Severity.WARNING)
    return found


def _make_first_finding(comparison: ZComparison) -> Finding:
    row = next(row for row in comparison.rows if not row.agrees)
    facts: dict[str, Fact] = {
        "register": comparison.register,
        "z_number": comparison.number,
        "time": comparison.first_at,
        "z_amount": Ore(row.z_ore),
        "amount": Ore(row.tickets_ore),
        "code_of": row.code,
    }
    return Finding("z-report-first", Severity.INFO, facts, variant=row.what)


def _find_differing_figures(comparison: ZComparison, severity: Severity) -> Iterator[Finding]:
    for row in comparison.rows:
        if not row.agrees:
            facts: dict[str, Fact] = {
                "register": comparison.register,
                "z_number": comparison.number,
                "z_amount": Ore(row.z_ore),
                "amount": Ore(row.tickets_ore),
                "difference": Ore(row.difference_ore),
                "code_of": row.code,
            }
            yield Finding("z-report-mismatch", severity, facts, variant=row.what)

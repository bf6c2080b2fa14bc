"""Drafting, or revising drafts: the export of a period at some venues, or of days that were picked (`parts`, each with
venues and days of its own, and `days`, how many there are in all)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from posexport.app.export import Revision, export_period
from posexport.app.workspace import Workspace
from posexport.core.day import Period
from posexport.core.order_review import OrderReport
from posexport.core.report import DayReport, VoucherReport
from posexport.errors import Exit
from posexport.office.work.progress import Progress
from posexport.store.office_runs import Run

KIND = "drafts"


def do(workspace: Workspace, run: Run, progress: Progress) -> int:
    """Draft what the run asks for. Returns who must act (an exit code)."""
    worst, in_all = Exit.DONE, run.asked.get("days")
    dated = date.fromisoformat(run.asked["dated"]) if "dated" in run.asked else None
    revision = Revision(dated) if run.asked.get("revises") else None
    if in_all is not None:
        progress.expect(in_all)
    for part in run.asked.get("parts", [{**run.asked, "venues": run.venues}]):
        if workspace.stopping():
            break
        code = _draft(workspace, part, progress, revision, expects=in_all is None)
        worst = max(worst, code)
    return int(worst)


def _draft(
    workspace: Workspace, part: Mapping[str, Any], progress: Progress, revision: Revision | None, *, expects: bool
) -> Exit:
    """Draft some venues' days of one period. `expects`: how many days there are is not known yet. Returns who must
    act."""
    venues = [venue for venue in workspace.load_setup().venues if venue.id in part["venues"]]
    if not venues:
        return Exit.BOOKKEEPER
    is_first = expects

    def on_done(shown: DayReport, days: int) -> None:
        nonlocal is_first
        if is_first:
            is_first = False
            progress.expect(days)
        progress.tell(shown.venue.id, shown.business_day, shown.state.value, _list_facts(shown))

    period = Period(date.fromisoformat(part["from"]), date.fromisoformat(part["to"]))
    exported = export_period(workspace, venues, period, revision=revision, on_done=on_done)
    for shown in exported.report.orders:
        if isinstance(shown, OrderReport):
            tell_order(progress, shown)
    return exported.exit_code


def tell_order(progress: Progress, shown: OrderReport) -> None:
    """Add a line for an order."""
    facts: dict[str, str | int] = {
        "order": shown.reference,
        "ticket": shown.order.ticket_number,
        "debit_ore": shown.order.total_ore,
        "answer": shown.answer,
    }
    progress.tell(shown.venue.id, shown.business_day, shown.state_of_order.value, facts)


def _list_facts(shown: DayReport) -> dict[str, str | int]:
    facts: dict[str, str | int] = {"reference": shown.reference}
    if isinstance(shown, VoucherReport):
        facts |= {"debit_ore": shown.voucher.debit_ore, "answer": shown.answer}
    locked = next(
        (one.facts for one in shown.findings if one.code == "locked-period" and "first_open" in one.facts), {}
    )
    return facts | {name: locked[name] for name in ("lock_date", "first_open") if name in locked}

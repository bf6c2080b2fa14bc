"""Drafting, or revising drafts: the export of a period at some venues."""

from __future__ import annotations

from datetime import date

from posexport.app.workspace import Workspace
from posexport.core.day import Period
from posexport.core.report import DayReport, VoucherReport
from posexport.errors import Exit
from posexport.office.work.progress import Progress
from posexport.store.office_runs import Run

KIND = "drafts"


def do(workspace: Workspace, run: Run, progress: Progress) -> int:
    """Draft what the run asks for. Returns who must act (an exit code)."""
    from posexport.app.export import Revision, export_period

    setup = workspace.load_setup()
    venues = [venue for id_ in run.venues if (venue := setup.venue(id_)) is not None]
    if not venues:
        return int(Exit.BOOKKEEPER)
    is_first = True

    def on_done(shown: DayReport, days: int) -> None:
        nonlocal is_first
        if is_first:
            is_first = False
            progress.expect(days)
        progress.tell(shown.venue.id, shown.business_day, shown.state.value, _list_facts(shown))

    period = Period(date.fromisoformat(run.asked["from"]), date.fromisoformat(run.asked["to"]))
    revision = Revision() if run.asked.get("revises") else None
    return int(export_period(workspace, venues, period, revision=revision, on_done=on_done).exit_code)


def _list_facts(shown: DayReport) -> dict[str, str | int]:
    facts: dict[str, str | int] = {"reference": shown.reference}
    if isinstance(shown, VoucherReport):
        facts |= {"debit_ore": shown.voucher.debit_ore, "answer": shown.answer}
    return facts

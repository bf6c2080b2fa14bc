"""Send orders, or what has changed of orders that were sent.

Asked for: `venues` (ids), `from` and `to` (ISO dates), `ticket` and `register` (of which order; else of every one),
`revises`.
"""

from __future__ import annotations

from datetime import date

from posexport.app.export_orders import judge_order
from posexport.app.orders import OrderFilter, send
from posexport.app.workspace import Workspace
from posexport.core.day import Period
from posexport.errors import Exit
from posexport.office.work.drafts import tell_order
from posexport.office.work.progress import Progress
from posexport.store.office_runs import Run

KIND = "orders"


def do(workspace: Workspace, run: Run, progress: Progress) -> int:
    """Send what the run asks for."""
    asked = run.asked
    venues = [venue for venue in workspace.load_setup().venues if venue.id in run.venues]
    period = Period(date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"]))
    wanted = OrderFilter(period, ticket=asked.get("ticket"), register=asked.get("register"))
    outcomes = send(workspace, venues, wanted, revises=bool(asked.get("revises")))
    for outcome in outcomes:
        tell_order(progress, outcome.report)
    return int(max((max(judge_order(one.report), one.exit_code) for one in outcomes), default=Exit.DONE))

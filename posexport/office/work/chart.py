"""Read the chart of accounts of PowerOffice Go again.

Asked for: `company` (its id), `venues` (the ids of its venues).
"""

from __future__ import annotations

from posexport.app.workspace import Workspace
from posexport.errors import Exit
from posexport.office.work.progress import Progress
from posexport.store.office_runs import Run

KIND = "chart"


def do(workspace: Workspace, run: Run, _: Progress) -> int:
    """Read a company's chart, with the key of its first venue."""
    setup = workspace.load_setup({run.asked["company"]})
    for company in setup.companies:
        if company.venues:
            ledger = workspace.delivery.open_ledger(company, company.venues[0])
            workspace.delivery.charts.find(company, ledger)
    return int(Exit.DONE)

"""Try a company's mail server by a letter.

Asked for: `company` (its id), `venues` (the ids of its venues), `recipient`, `lang`, and `address`, of the page where
the server is set up.
"""

from __future__ import annotations

from posexport.app.user_letters import Tested, send_test
from posexport.app.workspace import Workspace
from posexport.errors import Exit
from posexport.office.work.progress import Progress
from posexport.store.office_runs import Run

KIND = "mail-test"


def do(workspace: Workspace, run: Run, progress: Progress) -> int:
    """Send it, and tell what became of it."""
    setup = workspace.load_setup({run.asked["company"]})
    code = Exit.DONE
    for company in setup.companies:
        asked = run.asked
        outcome, why = send_test(workspace, company, asked["recipient"], asked["lang"], asked["address"])
        progress.tell("", None, outcome.value, {"recipient": asked["recipient"], "why": why})
        code = Exit.DONE if outcome is Tested.SENT else Exit.OPERATOR
    return int(code)

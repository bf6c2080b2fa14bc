"""Read the customers of PowerOffice Go again, or make one there.

Asked for: `company` (its id), `venues` (the ids of its venues), and the register's `code` of a customer to make.
"""

from __future__ import annotations

from posexport.app.customers import create_customer, read_customers_again
from posexport.app.workspace import Workspace
from posexport.errors import Exit
from posexport.office.work.progress import Progress
from posexport.store.office_runs import Run

KIND, NEW = "customers", "new-customer"


def read_again(workspace: Workspace, run: Run, _: Progress) -> int:
    """Read what has changed of a company's customers."""
    read_customers_again(workspace, run.asked["company"])
    return int(Exit.DONE)


def create(workspace: Workspace, run: Run, _: Progress) -> int:
    """Make a customer, and link the register's to it."""
    linked = create_customer(workspace, run.asked["company"], run.asked["code"])
    return int(Exit.DONE if linked.link is not None else Exit.BOOKKEEPER)

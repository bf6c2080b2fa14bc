"""posexport setup set: one row of the setup changed, through the same checks as a whole file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posexport.app.setup import SAYING_NOTHING, Leaving, Proposal, Saying, check_seen
from posexport.app.setup_revisions import Saved, find_company_id, save_one
from posexport.app.workspace import Workspace
from posexport.core.company import Setup
from posexport.core.setup_revision import RevisionKind, RowAddress
from posexport.setup.rows import Draft, RowChange, change_rows, start_draft
from posexport.store.database import Connection


def set_rows(
    workspace: Workspace,
    company_id: str | None,
    changes: Sequence[RowChange],
    environ: Mapping[str, str],
    saying: Saying = SAYING_NOTHING,
) -> Saved:
    """Change rows of a company's setup, all or none, as one revision. They are applied to the newest setup: rows that
    others saved meanwhile stay. `company_id`: None for the only company.

    Raises SetupRefused with every fault, SetupChangedSince, and UsageError where there is no such row or the change
    cannot be saved (see `app.setup.save_setup`). Nothing is saved then.
    """

    def propose(connection: Connection, saved: Setup) -> Proposal:
        draft = _start(saved, company_id, changes)
        check_seen(connection, saved, draft.company, saying.seen)
        company, notes = change_rows(draft, changes, saved, environ)
        leaving = Leaving(draft.renames, draft.removals, "what was set")
        return Proposal((company,), leaving, RevisionKind.SET, notes=(*draft.notes, *notes))

    return save_one(workspace, propose, saying.why)


def check_rows(workspace: Workspace, company_id: str, changes: Sequence[RowChange], environ: Mapping[str, str]) -> None:
    """Try such a change and save nothing, as before somebody is asked to confirm it.

    Raises SetupRefused and UsageError as `set_rows` does.
    """
    saved = workspace.load_setup()
    change_rows(_start(saved, company_id, changes), changes, saved, environ)


def _start(saved: Setup, company_id: str | None, changes: Sequence[RowChange]) -> Draft:
    """The company's newest document as a draft; an empty one where the first change adds the company."""
    is_new = changes and changes[0].row == RowAddress("company") and changes[0].does == "add"
    if is_new and company_id is not None and company_id not in {company.id for company in saved.companies}:
        return Draft(company_id, {"id": company_id})
    make = f" If it is new, make it first: posexport setup set company --add --company {company_id}, with its keys."
    id_ = find_company_id(saved, company_id, make if changes and changes[0].does == "add" else "")
    return start_draft(next(company for company in saved.companies if company.id == id_))

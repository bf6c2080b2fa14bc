"""posexport setup history, setup restore, and setup show of an old revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from posexport.app.setup import (
    SAYING_NOTHING,
    Applied,
    Leaving,
    Proposal,
    Propose,
    Saying,
    check_seen,
    find_zone,
    save_proposed,
)
from posexport.app.workspace import Workspace
from posexport.core.company import Company, Setup, parse_company, rename_venues
from posexport.core.setup_revision import RevisionKind, SetupRevision
from posexport.errors import UsageError
from posexport.setup.rows import check_company
from posexport.store.database import Connection
from posexport.store.setup_revisions import find_all_newest, find_newest, list_revisions, load_revision
from posexport.texts.language import Lang
from posexport.texts.setup_changes import describe_change


def find_company_id(setup: Setup, company_id: str | None, make: str = "") -> str:
    """The id of the company that is meant: the named one, or the only one. `make`: the command that adds a missing
    company, for the message.

    Raises UsageError where it is not set up, or where several are and none is named.
    """
    known = [company.id for company in setup.companies]
    if not known:
        raise UsageError("Nothing is set up yet. Run posexport setup apply FILE.toml first.")
    if company_id is None and len(known) > 1:
        raise UsageError(f"Several companies are set up: {', '.join(known)}. Say which with --company ID.")
    if company_id is not None and company_id not in known:
        raise UsageError(f"There is no company {company_id!r}. The setup has: {', '.join(known)}.{make}")
    return company_id or known[0]


# What was saved


class SetupHistory(NamedTuple):
    """The revisions of the companies asked for, newest first, and each company's time zone."""

    revisions: tuple[SetupRevision, ...]
    zones: Mapping[str, str]

    def local(self, revision: SetupRevision) -> datetime:
        """When a revision was saved, in its company's local time."""
        return datetime.fromtimestamp(revision.at_utc_s, ZoneInfo(self.zones[revision.company]))


def read_setup_history(workspace: Workspace, company_id: str | None = None) -> SetupHistory:
    """Every revision, or those of one company. Raises UsageError where there is no such company."""
    setup = workspace.load_setup()
    chosen = None if company_id is None else [find_company_id(setup, company_id)]
    with workspace.database.reading() as connection:
        revisions = list_revisions(connection, chosen)
    return SetupHistory(tuple(revisions), {company.id: find_zone(company) for company in setup.companies})


def format_setup_history(history: SetupHistory, lang: Lang) -> dict[str, Any]:
    """As `setup history --json` prints it."""
    return {"revisions": [_format_revision(revision, history, lang) for revision in history.revisions]}


def _format_revision(revision: SetupRevision, history: SetupHistory, lang: Lang) -> dict[str, Any]:
    return {
        "company": revision.company,
        "revision": revision.number,
        "at": history.local(revision).isoformat(),
        "who": revision.who or None,
        "known_by": revision.known_by or None,
        "why": revision.why or None,
        "by": revision.kind.value,
        "restored": revision.restored,
        "can_be_restored": revision.is_kept,
        "changes": [
            {
                "told": describe_change(change, revision.company, lang),
                "row": change.row or None,
                "key": change.key or None,
            }
            | {"was": change.was, "now": change.now}
            for change in revision.changes
        ],
    }


def load_newest(workspace: Workspace) -> dict[str, int]:
    """The number of each company's newest revision, by company id."""
    with workspace.database.reading() as connection:
        return find_all_newest(connection)


def load_old_setup(workspace: Workspace, company_id: str | None, number: int) -> Company:
    """A company as of one revision. Raises UsageError where there is no such revision."""
    company_id = find_company_id(workspace.load_setup(), company_id)
    with workspace.database.reading() as connection:
        return parse_company(load_document(connection, company_id, number))


def load_document(connection: Connection, company_id: str, number: int) -> dict[str, Any]:
    """A company's setup document (TOML as nested dicts) as of one revision. Raises UsageError where there is none."""
    newest = find_newest(connection, company_id)
    if not 1 <= number <= newest:
        raise UsageError(
            f"Company {company_id} has no revision {number}; the newest is {newest}. See posexport setup history."
        )
    document = load_revision(connection, company_id, number)
    if document is None:
        raise UsageError(
            f"Of revision {number} of company {company_id} only what it changed is known: the version that saved it "
            "did not keep the setup itself. Choose a later one of posexport setup history."
        )
    return document


# Saving one company


class Saved(NamedTuple):
    """The outcome of changing one company's setup: its id, and what was saved, if anything changed."""

    company: str
    applied: Applied

    @property
    def revision(self) -> int:
        """The number of the company's newest revision now."""
        return self.applied.revisions[self.company]


def save_one(workspace: Workspace, propose: Propose, why: str) -> Saved:
    """Save a change of one company."""
    applied = save_proposed(workspace.database, propose, why, workspace.now_utc_s, workspace.actor)
    (company,) = applied.revisions
    return Saved(company, applied)


def restore_revision(
    workspace: Workspace,
    company_id: str | None,
    number: int,
    environ: Mapping[str, str],
    leaving: Leaving,
    saying: Saying = SAYING_NOTHING,
) -> Saved:
    """Save a company as it was at a revision, as a new revision, checked as a file is today. `leaving`: what became of
    venues that revision lacks. Nothing is saved where the company already is the same.

    Raises SetupRefused with every fault, SetupChangedSince, and UsageError where there is no such revision or it cannot
    be saved (see `app.setup.save_setup`). Nothing is saved then.
    """

    def propose(connection: Connection, saved: Setup) -> Proposal:
        id_ = find_company_id(saved, company_id)
        check_seen(connection, saved, id_, saying.seen)
        document = load_document(connection, id_, number)
        known = rename_venues(saved, leaving.renames)
        company, notes = check_company(document, known, environ)
        command = f"posexport setup restore {number} --company {id_}"
        told = replace(leaving, file=f"revision {number}", command=command)
        return Proposal((company,), told, RevisionKind.RESTORE, restored=number, notes=notes)

    return save_one(workspace, propose, saying.why)

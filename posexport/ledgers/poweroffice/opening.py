"""Opens PowerOffice Go's three targets; named by their rows in `ledgers.registry`. Each ledger has a session of its
own, with its venue's keys."""

from __future__ import annotations

from pathlib import Path

from posexport.core.ports.ledger import Ledger, Opening
from posexport.ledgers.folder.report_files import ReportFolder
from posexport.ledgers.poweroffice.direct_posting import LedgerPostings
from posexport.ledgers.poweroffice.import_queue import ImportQueue
from posexport.ledgers.poweroffice.journal import JournalDrafts
from posexport.ledgers.poweroffice.orders import SalesOrders
from posexport.ledgers.poweroffice.session import Api, Keys, Session, find_base_url, format_user_agent


def open_import_queue(opening: Opening) -> Ledger:
    """v1: the import queue, a folder for settlement reports, and by v2, when they are first needed, orders."""
    reports = ReportFolder(Path(opening.company.reports))
    return ImportQueue(_open_session(opening, "v1"), reports, lambda: SalesOrders(_open_session(opening, "v2")))


def open_journal(opening: Opening) -> Ledger:
    """v2: journal-entry drafts."""
    return JournalDrafts(_open_session(opening, "v2"))


def open_direct_posting(opening: Opening) -> Ledger:
    """v2: direct posting."""
    return LedgerPostings(_open_session(opening, "v2"))


def _open_session(opening: Opening, api: Api) -> Session:
    company, find_key = opening.company, opening.find_key
    keys = Keys(
        application_key=find_key("application_key"),
        client_key=find_key("client_key"),
        subscription_key=find_key("subscription_key") if api == "v2" else None,
    )
    agent = format_user_agent(company.whom_to_write)
    return Session(opening.find_runtime(), api, find_base_url(company, api), keys, opening.venue.id, user_agent=agent)

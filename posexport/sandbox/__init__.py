"""A local PowerOffice Go, v1 and v2, as far as a settlement exporter uses it, and strict.

Lives here: everything of the sandbox. Never here: an import from the rest of posexport, so that the sandbox
cannot agree with the exporter by construction; only the standard library is used.

    chart.py        master data: accounts, VAT codes, departments, customers, clients, keys; the demo company
    wire.py         requests, answers, strict JSON with Decimal, checks of one field
    odata.py        the filters of v1 lists
    multipart.py    an uploaded file
    ledger.py       one company's state and the bookkeeping rules of both APIs
    refusals.py     every body a refusal comes in
    oauth.py        tokens
    faults.py       what may go wrong on the way
    v1.py v2.py     routes and shapes
    master_data.py  the lists of v2 that ids come from
    parameters.py   the queries of v2 lists
    transactions.py the ledger as v2 shows it, and its documentation
    world.py        PowerOfficeGo: all of it behind `handle`
    bookkeeper.py   what a person in Go does with drafts and vouchers
    page.py         what a person sees at /, and page_acts.py what a click there does
    server.py       SandboxServer: sockets

    >>> with SandboxServer(default_world()) as server:
    ...     server.base_url.startswith("http://127.0.0.1:")
    True
"""

from __future__ import annotations

from .bookkeeper import NotAllowed
from .books import LoggedRequest
from .chart import (
    ALL_PRIVILEGES,
    Account,
    Customer,
    Department,
    Key,
    SandboxClient,
    VatCode,
    demo_client,
)
from .faults import Fault
from .ledger import Draft, DraftLine, Page
from .page import describe
from .server import SandboxServer
from .wire import Answer, ConnectionLost, Request
from .world import PowerOfficeGo, default_world

__all__ = [
    "ALL_PRIVILEGES",
    "Account",
    "Answer",
    "ConnectionLost",
    "Customer",
    "Department",
    "Draft",
    "DraftLine",
    "Fault",
    "Key",
    "LoggedRequest",
    "NotAllowed",
    "Page",
    "PowerOfficeGo",
    "Request",
    "SandboxClient",
    "SandboxServer",
    "VatCode",
    "default_world",
    "demo_client",
    "describe",
]

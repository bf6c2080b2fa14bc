"""A local PowerOffice Go, v1 and v2, as far as a settlement exporter uses it, and strict.

Lives here: everything of the sandbox. Never here: an import from the rest of posexport, so that the sandbox
cannot agree with the exporter by construction; only the standard library is used.

    chart.py        master data: accounts, VAT codes, departments, clients, keys; the demo company
    customers.py products.py projects.py    their records and rules; demo_sales.py has the demo company's
    kept.py         ids, and what things were at which time
    orders.py       orders and invoices, reckoning.py what their lines come to
    wire.py         requests, answers, strict JSON with Decimal, checks of one field
    odata.py        the filters of v1 lists
    multipart.py    an uploaded file
    ledger.py       one company's state and the bookkeeping rules of both APIs
    refusals.py     every body a refusal comes in
    oauth.py        tokens
    faults.py       what may go wrong on the way
    v1.py v2.py     routes and shapes
    v2_sales.py     routes of what is sold on credit, to v2_customers.py, v2_products.py, v2_invoices.py, and
                    v2_orders.py, whose reading and shapes are v2_order_body.py and v2_order_shapes.py
    master_data.py  the lists of v2 that ids come from
    parameters.py   the queries of v2 lists
    transactions.py the ledger as v2 shows it, and its documentation
    world.py        PowerOfficeGo: all of it behind `handle`
    bookkeeper.py   what a person in Go does with drafts and vouchers, invoicing.py with orders and invoices
    sales_books.py  the same acts and the master data of sales, for tests and the page
    page.py         what a person sees at /, page_sales.py the part with customers, products, orders and invoices
    page_acts.py    what a click there does, page_sales_acts.py a click on that part
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
    Department,
    Key,
    SandboxClient,
    VatCode,
    demo_client,
)
from .customers import ContactPerson, Customer
from .faults import Fault
from .ledger import Draft, DraftLine, Page
from .orders import Invoice, Order, OrderLine
from .products import Product, ProductGroup
from .projects import Project
from .server import SandboxServer
from .wire import Answer, ConnectionLost, Request
from .world import PowerOfficeGo, default_world

__all__ = [
    "ALL_PRIVILEGES",
    "Account",
    "Answer",
    "ConnectionLost",
    "ContactPerson",
    "Customer",
    "Department",
    "Draft",
    "DraftLine",
    "Fault",
    "Invoice",
    "Key",
    "LoggedRequest",
    "NotAllowed",
    "Order",
    "OrderLine",
    "Page",
    "PowerOfficeGo",
    "Product",
    "ProductGroup",
    "Project",
    "Request",
    "SandboxClient",
    "SandboxServer",
    "VatCode",
    "default_world",
    "demo_client",
]

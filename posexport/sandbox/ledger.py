"""The bookkeeping rules both APIs share: which lines may be posted, and when a voucher balances.

Lives here: one company's state (`Company`), the drafts and vouchers it received (`Draft`), and the checks. Never here:
HTTP, JSON shapes of v1 or v2, a clock. Units: `amount_ore` is signed øre, debit positive; `*_at` is an instant in UTC.
What is not published is decided here and named: a draft is accepted without what its accounts require, and then cannot
be posted; of two rows of a VAT code that are valid on a day the first counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from .chart import DIMENSIONS, Account, SandboxClient, VatCode
from .customers import Customers
from .kept import Ids
from .orders import Orders
from .products import Products
from .projects import Projects
from .wire import Refused, kroner

Kind = Literal[
    "import",
    "manual-journal",
    "cash-voucher",
    "manual-voucher",
    "correction",
    "outgoing-invoice",
    "outgoing-credit-note",
]

DRAFT_KINDS: tuple[Kind, ...] = ("import", "manual-journal")
DIRECT_KINDS: tuple[Kind, ...] = ("cash-voucher", "manual-voucher")
INVOICE_KINDS: tuple[Kind, ...] = ("outgoing-invoice", "outgoing-credit-note")
"""Vouchers of invoices, which have the invoice's id."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line as it will be posted. A customer's line is on the control account; `matching_reference` is what it is to
    be matched with by its sender."""

    account_no: int
    vat_code: str
    department_code: str | None
    amount_ore: int
    description: str | None
    customer: int | None = None
    posting_date: date | None = None
    document_number: int | None = None
    saft_source_id: str | None = None
    saft_batch_id: str | None = None
    has_quantity: bool = False
    product_code: str | None = None
    project_code: str | None = None
    matching_reference: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Documentation of a draft; only its name, type, size and digest are kept."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What was received: a draft (`import`, `manual-journal`), a voucher posted directly, a bookkeeper's `correction`,
    or the voucher of an invoice. `error`: why the last attempt to post it failed."""

    api: Literal["v1", "v2"]
    kind: Kind
    id: str
    client_id: str
    application_key: str = field(repr=False)
    integration: str
    reference: str | None
    description: str | None
    voucher_date: date
    lines: tuple[DraftLine, ...]
    created_at: datetime
    posted: bool = False
    pages: tuple[Page, ...] = ()
    error: str | None = None
    correction_of: str | None = None

    @property
    def debit_ore(self) -> int:
        return sum(line.amount_ore for line in self.lines if line.amount_ore > 0)

    @property
    def credit_ore(self) -> int:
        return -sum(line.amount_ore for line in self.lines if line.amount_ore < 0)


@dataclass(frozen=True, slots=True)
class Reversal:
    """The voucher that reverses another. `correction_id`: the corrected voucher, None where there is none."""

    id: str
    voucher_no: int
    at_s: float
    correction_id: str | None = None


@dataclass(slots=True)
class Stored:
    """A draft with what only the server knows: times in epoch seconds, and the answer it is read back as.

    `tried_at_s`: when somebody last clicked to post it, `posted_at_s`: when posting finished; `edited_at_s`: when a
    person changed it.
    """

    draft: Draft
    created_at_s: float
    wire: bytes = field(repr=False)
    tried_at_s: float | None = None
    posted_at_s: float | None = None
    deleted_at_s: float | None = None
    submitted_at_s: float | None = None
    edited_at_s: float | None = None
    voucher_no: int | None = None
    reversal: Reversal | None = None

    @property
    def changed_at_s(self) -> float:
        pages = [page.created_at.timestamp() for page in self.draft.pages]
        times = (self.posted_at_s, self.submitted_at_s, self.edited_at_s)
        return max([self.created_at_s, *pages, *(at_s for at_s in times if at_s is not None)])

    def is_seen_at(self, at_s: float) -> bool:
        """Whether it exists in the state as of `at_s`."""
        return self.created_at_s <= at_s and (self.deleted_at_s is None or self.deleted_at_s > at_s)

    def is_posted_at(self, at_s: float) -> bool:
        return self.posted_at_s is not None and self.posted_at_s <= at_s

    def is_posting_at(self, at_s: float) -> bool:
        """Whether it is being posted: clicked, and not finished."""
        return (
            self.tried_at_s is not None and self.posted_at_s is not None and self.tried_at_s <= at_s < self.posted_at_s
        )

    def has_failed_at(self, at_s: float) -> bool:
        """Whether an attempt to post it has failed."""
        return self.draft.error is not None and self.tried_at_s is not None and self.tried_at_s <= at_s

    def voucher_no_at(self, at_s: float) -> int | None:
        """Its voucher number; None as long as it has none."""
        return self.voucher_no if self.is_posted_at(at_s) else None

    def is_in_approval_at(self, at_s: float) -> bool:
        """Whether it waits for approval; False once it is posted."""
        return self.submitted_at_s is not None and self.submitted_at_s <= at_s and not self.is_posted_at(at_s)

    def is_reversed_at(self, at_s: float) -> bool:
        return self.reversal is not None and self.reversal.at_s <= at_s


class Company:
    """One client with its indexes. The v2 ids differ from company to company."""

    def __init__(self, client: SandboxClient, ordinal: int) -> None:
        base = 1_000_000 * (ordinal + 1)
        self.account_ids = Ids(base + 101, 7)
        self.subledger_ids = Ids(base + 500_003, 3)
        self.vat_ids = Ids(1_000 * (ordinal + 1) + 11, 5)
        self.department_ids = Ids(base + 900_001, 11)
        self.contact_ids = Ids(base + 700_009, 13)
        self.customers = Customers(self.contact_ids, self.subledger_ids, base + 800_003)
        self.products = Products(Ids(base + 300_007, 17), Ids(base + 350_003, 19))
        self.projects = Projects(Ids(base + 400_009, 23))
        self.client = client
        self._load(client)
        self.clear()

    def set_client(self, client: SandboxClient) -> None:
        """Replace the company's master data; ids already given stay. What integrations and persons made of customers,
        products and projects stays where the client has the same ones as before."""
        before, self.client = self.client, client
        if before.customers is not client.customers or before.contact_persons is not client.contact_persons:
            self.customers.load(client.customers.values(), client.contact_persons)
        if before.products is not client.products or before.product_groups is not client.product_groups:
            self.products.load(client.products, client.product_groups)
        if before.projects is not client.projects:
            self.projects.load(client.projects)
        self._give_ids(client)

    def _load(self, client: SandboxClient) -> None:
        self.customers.load(client.customers.values(), client.contact_persons)
        self.products.load(client.products, client.product_groups)
        self.projects.load(client.projects)
        self._give_ids(client)

    def _give_ids(self, client: SandboxClient) -> None:
        for no in client.accounts:
            self.account_ids.id_of(no)
        for row in client.vat_codes:
            self.vat_id(row)
        for code in client.departments:
            self.department_ids.id_of(code)
        for no in client.customers:
            self.subledger_ids.id_of(no)
            self.contact_ids.id_of(no)

    def clear(self) -> None:
        """Forgets every draft, voucher, order and invoice."""
        self.stored: dict[str, Stored] = {}
        self.orders = Orders()
        self.import_by_reference: dict[str, str] = {}
        self.voucher_by_reference: dict[str, str] = {}
        self.journal_times: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
        self.last_voucher_no = 0

    # --- VAT codes ------------------------------------------------------------------------------------

    def vat_id(self, row: VatCode) -> int:
        """The id of a row: a code has one for each of its periods."""
        return self.vat_ids.id_of(f"{row.code} {row.valid_from}")

    def vat_row_of(self, number: int) -> VatCode | None:
        """The row behind an id."""
        return next((row for row in self.client.vat_codes if self.vat_id(row) == number), None)

    def vat_row_on(self, code: str, day: date) -> VatCode | None:
        """The row of a code that is valid on a day; None where there is none."""
        return next((row for row in self.client.vat_codes if row.code == code and row.is_valid_on(day)), None)

    # --- the checks -----------------------------------------------------------------------------------

    def check_day(self, posting_date: date) -> None:
        lock_date = self.client.lock_date
        if lock_date is not None and posting_date <= lock_date:
            raise Refused(f"The posting date {posting_date} is on or before the lock date {lock_date}.")

    def check_account(self, account_no: int) -> Account:
        account = self.client.accounts.get(account_no)
        if account is None:
            raise Refused(f"Account {account_no} does not exist.")
        if not account.active:
            raise Refused(f"Account {account_no} is not active.")
        if account.subledger:
            raise Refused(f"Account {account_no} is the control account of a sub-ledger; name the customer instead.")
        return account

    def check_customer(self, customer_no: int) -> Account:
        """The control account for a customer's line. Raises Refused."""
        customer = self.customers.numbered(customer_no)
        if customer is None:
            raise Refused(f"Customer {customer_no} does not exist.")
        if not customer.active:
            raise Refused(f"Customer {customer_no} is not active.")
        account = self.client.accounts.get(self.client.customer_account_no)
        if account is None:
            raise Refused(f"The control account {self.client.customer_account_no} of customers does not exist.")
        return account

    def check_vat(self, code: str, account: Account, posting_date: date) -> None:
        """Check a VAT code by its code, as v1 has it. Raises Refused."""
        if all(row.code != code for row in self.client.vat_codes):
            raise Refused(f"VAT code '{code}' does not exist.")
        if self.vat_row_on(code, posting_date) is None:
            raise Refused(f"VAT code '{code}' is not valid on {posting_date}.")
        self._check_vat_lock(code, account)

    def check_vat_row(self, row: VatCode, account: Account, posting_date: date) -> None:
        """Check a VAT code by one row's id, as v2 has it. Raises Refused."""
        if not row.is_valid_on(posting_date):
            raise Refused(f"VAT code '{row.code}' with id = {self.vat_id(row)} is not valid on {posting_date}.")
        self._check_vat_lock(row.code, account)

    def _check_vat_lock(self, code: str, account: Account) -> None:
        if account.vat_locked and account.vat_code != code:
            raise Refused(f"Account {account.no} is locked to VAT code '{account.vat_code}', not '{code}'.")

    def check_required(self, line: DraftLine) -> None:
        """Check what the line's account requires: done when it is posted. Raises Refused."""
        account = self.client.accounts.get(line.account_no)
        if account is None:
            return
        if account.project_required and line.project_code is None:
            raise Refused(f"Account {account.no} requires a project.")
        if account.department_required and line.department_code is None:
            raise Refused(f"Account {account.no} requires a department.")
        for name in account.required:
            has = {"quantity": line.has_quantity, "product": line.product_code is not None}
            if not has.get(name, False):
                raise Refused(f"Account {account.no} requires {_ARTICLES.get(name, f'a {name}')}.")

    def check_postable(self, draft: Draft) -> None:
        """Raises `Refused` at the first line that cannot be posted now."""
        for at, line in enumerate(draft.lines, start=1):
            try:
                self.check_day(line.posting_date or draft.voucher_date)
                if line.customer is None:
                    self.check_account(line.account_no)
                self.check_required(line)
            except Refused as refused:
                raise refused.on_line(at, "") from None

    def check_department(self, code: str | None) -> None:
        if code is None:
            return
        department = self.client.departments.get(code)
        if department is None:
            raise Refused(f"Department '{code}' does not exist.")
        if not department.active:
            raise Refused(f"Department '{code}' is not active.")


def why_not_post(company: Company, draft: Draft) -> str | None:
    """The reason a person gets why the draft cannot be posted; None where it can."""
    try:
        company.check_postable(draft)
    except Refused as refused:
        return refused.summary
    return None


REQUIRED_FLAGS = tuple(f"Is{name.capitalize()}Required" for name in DIMENSIONS)


def required_flags(account: Account) -> dict[str, bool]:
    """An account's required dimensions as flags, in PascalCase."""
    return {f"Is{name.capitalize()}Required": name in account.required for name in DIMENSIONS}


_ARTICLES = {"activity": "an activity", **{f"dim{number}": f"dimension {number}" for number in (1, 2, 3)}}


def check_balance(lines: Iterable[DraftLine]) -> None:
    """Raises Refused unless the lines sum to 0 per (document number, posting date)."""
    sums: dict[tuple[int | None, date | None], int] = defaultdict(int)
    for line in lines:
        sums[line.document_number, line.posting_date] += line.amount_ore
    for (number, posting_date), amount_ore in sums.items():
        if amount_ore:
            document = "" if number is None else f"document {number} "
            raise Refused(f"The voucher does not balance: {document}on {posting_date} sums to {kroner(amount_ore)}.")

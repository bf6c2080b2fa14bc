"""The bookkeeping rules both APIs share: which line may stand in the ledger, and when a voucher balances.

Lives here: one company's state (`Company`), the drafts and vouchers it received (`Draft`), and the checks.
Never here: HTTP, JSON shapes of v1 or v2, a clock.
Units: `amount_ore` is signed øre, debit positive; `*_at` is an instant in UTC.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from .chart import Account, SandboxClient, VatCode
from .wire import Refused, kroner

Kind = Literal["import", "manual-journal", "cash-voucher", "manual-voucher"]

DRAFT_KINDS: tuple[Kind, ...] = ("import", "manual-journal")


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line as the ledger will see it. A customer's line stands on the control account."""

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


@dataclass(frozen=True, slots=True)
class Page:
    """Documentation of a draft; the file itself is not kept, what it was is."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What was received: a draft (`import`, `manual-journal`) or a voucher posted directly."""

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

    @property
    def debit_ore(self) -> int:
        return sum(line.amount_ore for line in self.lines if line.amount_ore > 0)

    @property
    def credit_ore(self) -> int:
        return -sum(line.amount_ore for line in self.lines if line.amount_ore < 0)


@dataclass(frozen=True, slots=True)
class Reversal:
    """The voucher that nullifies another."""

    id: str
    voucher_no: int
    at_s: float


@dataclass(slots=True)
class Stored:
    """A draft with what only the server knows: times in epoch seconds and the answer it is read back as."""

    draft: Draft
    created_at_s: float
    wire: bytes = field(repr=False)
    posted_at_s: float | None = None
    deleted_at_s: float | None = None
    submitted_at_s: float | None = None
    voucher_no: int | None = None
    reversal: Reversal | None = None

    @property
    def changed_at_s(self) -> float:
        pages = [page.created_at.timestamp() for page in self.draft.pages]
        changed = [at_s for at_s in (self.posted_at_s, self.submitted_at_s) if at_s is not None]
        return max([self.created_at_s, *pages, *changed])

    def is_seen_at(self, at_s: float) -> bool:
        """Whether a reader that sees the state as it was at `at_s` finds it."""
        return self.created_at_s <= at_s and (self.deleted_at_s is None or self.deleted_at_s > at_s)

    def is_posted_at(self, at_s: float) -> bool:
        return self.posted_at_s is not None and self.posted_at_s <= at_s

    def is_in_approval_at(self, at_s: float) -> bool:
        """Whether somebody has still to approve of it; what is posted is past that."""
        return self.submitted_at_s is not None and self.submitted_at_s <= at_s and not self.is_posted_at(at_s)

    def is_reversed_at(self, at_s: float) -> bool:
        return self.reversal is not None and self.reversal.at_s <= at_s


class Ids:
    """Numbers handed out for codes of one kind, unlike the codes themselves and stable over changes."""

    def __init__(self, first: int, step: int) -> None:
        self._next = first
        self._step = step
        self._by_code: dict[int | str, int] = {}
        self._codes: dict[int, int | str] = {}

    def id_of(self, code: int | str) -> int:
        if code not in self._by_code:
            self._by_code[code] = self._next
            self._codes[self._next] = code
            self._next += self._step
        return self._by_code[code]

    def code_of(self, number: int) -> int | str | None:
        return self._codes.get(number)


class Company:
    """One client with its indexes. Numbers of the v2 ids differ from company to company."""

    def __init__(self, client: SandboxClient, ordinal: int) -> None:
        base = 1_000_000 * (ordinal + 1)
        self.account_ids = Ids(base + 101, 7)
        self.subledger_ids = Ids(base + 500_003, 3)
        self.vat_ids = Ids(1_000 * (ordinal + 1) + 11, 5)
        self.department_ids = Ids(base + 900_001, 11)
        self.contact_ids = Ids(base + 700_009, 13)
        self.client = client
        self.set_client(client)
        self.clear()

    def set_client(self, client: SandboxClient) -> None:
        """The company's master data from now on; ids already given stay."""
        self.client = client
        for no in client.accounts:
            self.account_ids.id_of(no)
        for code in client.vat_codes:
            self.vat_ids.id_of(code)
        for code in client.departments:
            self.department_ids.id_of(code)
        for no in client.customers:
            self.subledger_ids.id_of(no)
            self.contact_ids.id_of(no)

    def clear(self) -> None:
        """Forgets every draft and voucher."""
        self.stored: dict[str, Stored] = {}
        self.import_by_reference: dict[str, str] = {}
        self.voucher_by_reference: dict[str, str] = {}
        self.journal_times: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
        self.last_voucher_no = 0

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
        """The control account the customer's line will stand on."""
        customer = self.client.customers.get(customer_no)
        if customer is None:
            raise Refused(f"Customer {customer_no} does not exist.")
        if not customer.active:
            raise Refused(f"Customer {customer_no} is not active.")
        account = self.client.accounts.get(self.client.customer_account_no)
        if account is None:
            raise Refused(f"The control account {self.client.customer_account_no} of customers does not exist.")
        return account

    def check_vat(self, code: str, account: Account, posting_date: date) -> VatCode:
        vat_code = self.client.vat_codes.get(code)
        if vat_code is None:
            raise Refused(f"VAT code '{code}' does not exist.")
        if not vat_code.is_valid_on(posting_date):
            raise Refused(f"VAT code '{code}' is not valid on {posting_date}.")
        if account.vat_locked and account.vat_code != code:
            raise Refused(f"Account {account.no} is locked to VAT code '{account.vat_code}', not '{code}'.")
        return vat_code

    def check_dimensions(self, code: str | None, account: Account) -> None:
        """The dimensions an account asks for: a department that is there, and a project, of which there is none."""
        if account.project_required:
            raise Refused(f"Account {account.no} requires a project.")
        if code is None:
            if account.department_required:
                raise Refused(f"Account {account.no} requires a department.")
            return
        department = self.client.departments.get(code)
        if department is None:
            raise Refused(f"Department '{code}' does not exist.")
        if not department.active:
            raise Refused(f"Department '{code}' is not active.")


def check_balance(lines: Iterable[DraftLine]) -> None:
    """Proves the sum 0 per (document number, posting date)."""
    sums: dict[tuple[int | None, date | None], int] = defaultdict(int)
    for line in lines:
        sums[line.document_number, line.posting_date] += line.amount_ore
    for (number, posting_date), amount_ore in sums.items():
        if amount_ore:
            document = "" if number is None else f"document {number} "
            raise Refused(f"The voucher does not balance: {document}on {posting_date} sums to {kroner(amount_ore)}.")

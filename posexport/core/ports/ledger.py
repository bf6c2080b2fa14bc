"""What an accounting system must be able to do, and the plain values exchanged with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from posexport.core.company import Company, Venue
from posexport.core.lines import VoucherLine
from posexport.core.vat import VatRate
from posexport.core.voucher import Voucher

Payload = dict[str, Any]
"""The exact body of a request, as plain JSON data; amounts are text until they are sent."""


DIMENSIONS = ("location", "product", "quantity", "activity", "dim1", "dim2", "dim3")
"""What an account may require besides a department and a project. Our vouchers have none of it."""


@dataclass(frozen=True, slots=True)
class Account:
    """A ledger account. `id` is 0 where the API works by account number; `required`: what else its lines must have
    (`DIMENSIONS`)."""

    number: str
    name: str
    id: int = 0
    is_active: bool = True
    vat_code: str | None = None
    is_vat_code_locked: bool = False
    is_department_required: bool = False
    is_project_required: bool = False
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """What the ledger says of a client: enough to check whether a voucher will be accepted. None: not known, and so not
    checked."""

    accounts: Mapping[str, Account] | None = None
    vat_rates: tuple[VatRate, ...] = ()
    """Every active row of every VAT code, past and future ones too."""
    departments: Mapping[str, int] | None = None
    """Active departments: code -> id (0 where the API works by code)."""
    customers: Mapping[str, int] | None = None
    """Customers asked for: number -> sub-ledger account id."""
    customer_ids: Mapping[str, int] | None = None
    """The same customers: number -> the id that never changes, by which a link is known."""
    projects: Mapping[str, int | None] | None = None
    """Projects asked for: code -> id (0 where the API works by code), None for one that does not exist or is closed."""
    lock_date: date | None = None
    lock_date_untold: str = ""
    """Why the lock date could not be read, if so."""
    vat_registered: bool | None = None
    """Whether the client is registered for VAT; None where unknown."""
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Privileges without which nothing can be sent, by the venue whose key lacks them. Only of keys used just now: not
    stored."""

    def requires_project(self, line: VoucherLine) -> bool:
        """Whether a line's account takes nothing without a project; a customer's own account takes it."""
        if line.customer is not None or line.account is None:
            return False
        account = (self.accounts or {}).get(line.account)
        return account is not None and account.is_project_required

    def list_projects(self, vouchers: Iterable[Voucher]) -> list[str]:
        """The projects of these vouchers that an account requires."""
        return sorted(
            {
                voucher.project
                for voucher in vouchers
                if voucher.project is not None and any(map(self.requires_project, voucher.lines))
            }
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """The client that the keys belong to. `missing`: privileges they lack, None where unknown; `invalid`: those of them
    granted without effect, since the client's subscription lacks the module."""

    client_name: str
    organization_number: str | None = None
    missing: tuple[str, ...] | None = ()
    invalid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceTrail:
    """The audit trail back to the register's file (at most 35 characters each), and the venue's position among its
    company's, which makes voucher numbers unique."""

    source: str = "posexport"
    batch: str = ""
    place: int = 0


class DraftedHow(StrEnum):
    """How we know that a draft exists: we created it, or by what we found it."""

    IMPORTED = "imported"
    DRAFTED = "drafted"
    POSTED = "posted"
    WRITTEN = "written"
    FOUND_BY_REFERENCE = "found-by-reference"
    FOUND_BY_CONTENT = "found-by-content"
    FOUND_IN_FOLDER = "found-in-folder"


@dataclass(frozen=True, slots=True)
class Drafted:
    """An existing draft: its id in the ledger, how we know of it, and the raw answer as evidence. `told`: what else the
    ledger says of it, in a form of its kind of document."""

    remote_id: str
    how: DraftedHow = DraftedHow.DRAFTED
    evidence: str = ""
    told: Any = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Lookup:
    """The result of a look-up: the draft, if it exists, and the ids of others, which need not be read again.

    `is_same`: the draft has the date, accounts, VAT codes and amounts that were searched for; `has_other_amounts`: it
    certainly differs on some account. `alike`: drafts that may be it but do not carry its reference, or several that
    do; a person has to look at them. `named`: drafts unknown so far, as ids by the reference they carry.
    `told_at_utc_s`: the ledger's own clock then, where it tells it. `reference`: what the draft has, where that is
    another than was searched for.
    """

    drafted: Drafted | None = None
    ruled_out: frozenset[str] = frozenset()
    is_same: bool = True
    has_other_amounts: bool = False
    alike: tuple[str, ...] = ()
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    told_at_utc_s: int | None = field(default=None, compare=False)
    reference: str = ""


@dataclass(slots=True)
class DraftList:
    """One client's drafts as listed at one moment, and those of them that were read. Shared by several look-ups, so
    that each draft is read once; filled by the first thread while others wait.

    It has drafts made at or after `since_utc_s`; `made_at_utc_s`: just before it was requested, by our clock;
    `told_at_utc_s`: when it was answered, by the ledger's clock, where it tells it.
    """

    since_utc_s: int
    made_at_utc_s: float
    told_at_utc_s: int | None = None
    rows: tuple[Mapping[str, Any], ...] | None = None
    read: dict[str, Any] = field(default_factory=dict)
    failed: Exception | None = None
    lock: AbstractContextManager[Any] = field(default_factory=nullcontext, repr=False)


class DraftStatus(StrEnum):
    """The status of one of our drafts in the ledger."""

    UNPOSTED = "unposted"
    """A draft that can still be deleted."""
    POSTED = "posted"
    """In the books, or being posted: it cannot be deleted."""
    REVERSED = "reversed"
    """Posted, and reversed by another voucher: no longer in the books."""
    CORRECTED = "corrected"
    """Posted, and replaced by another voucher, which is in the books."""
    GONE = "gone"
    """It no longer exists."""


class ImportProgress(NamedTuple):
    """The state of a queued import. `error`: what failed when somebody tried to post it, "" where that is not said,
    None where nothing failed."""

    standing: DraftStatus
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The settlement report to attach to a voucher: a PDF, and its file name."""

    name: str
    content: bytes = field(repr=False)


class Destination(Protocol):
    """Where documents of one kind are drafted for one venue.

    Order of use: with the intent committed, `send`, then `attach`. `find` searches for a draft that an earlier,
    unanswered `send` may have created. Every method may raise PowerOfficeRefused or PowerOfficeUnavailable (see
    `errors`). Only `send` and `attach` raise AnswerLost: it may have been done all the same. What can safely be
    repeated, such as a removal, raises NotSent instead.
    """

    def send(self, payload: Payload, deadline_utc_s: float) -> Drafted:
        """Draft the document. No request is begun after the deadline: NotSent instead."""

    def find(
        self,
        payload: Payload,
        since_utc_s: int,
        ruled_out: frozenset[str] = frozenset(),
        listing: DraftList | None = None,
    ) -> Lookup:
        """The draft created from this payload at or after `since_utc_s`, if it exists, and whether its content is the
        same: another database may have used the reference. `ruled_out`: ids known to be others. `listing`: used by
        destinations that list drafts, and filled where it is empty."""

    def find_status(self, remote_id: str, since_utc_s: int) -> DraftStatus:
        """The status now of a draft created at or after `since_utc_s`."""

    def find_successor(self, remote_id: str, since_utc_s: int) -> str:
        """The number of the voucher that reversed one, or corrected it last; "" where there is none, or where it is
        unknown."""

    def remove(self, remote_id: str) -> DraftStatus:
        """Delete a draft: returns GONE where it no longer exists, POSTED where it cannot be deleted."""

    def attach(self, remote_id: str, page: Page, deadline_utc_s: float) -> None:
        """Attach the settlement report to a draft. Raises AnswerLost where it may have been attached, and NotSent where
        the deadline has passed."""

    def has_page(self, remote_id: str, page_name: str) -> bool:
        """Whether the report is attached, for a lost answer to `attach`. Raises VoucherNotSeen where the ledger does
        not show the draft: nothing is known then."""


class Ledger(Destination, Protocol):
    """The destination of one venue's vouchers, which also knows the client's chart of accounts: before a voucher is
    sent, `read_chart` and `build_payload` (pure) are called."""

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """The chart needed to check and send these vouchers. Reads only; the caller caches it."""

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The exact request for a sendable voucher whose accounts are all in `chart`."""

    def read_identity(self) -> Identity:
        """The client that the keys belong to, and the privileges they lack."""


@runtime_checkable
class SignsIn(Protocol):
    """A destination that requires a token."""

    def sign_in(self) -> None:
        """Make sure that there is a token, cached or new."""


@runtime_checkable
class TellsProgress(Protocol):
    """A destination where posting a draft may fail later, when a person does it."""

    def read_progress(self, remote_id: str) -> ImportProgress:
        """The state of one import."""


@dataclass(frozen=True, slots=True)
class AskedVouchers:
    """The vouchers of one business day, asked for by their references. `stems`: those without a revision
    ("torget-20261120"), one for each part of the day; `revision`: the newest that is known, 0 where none is; `known`:
    the ids, in lower case, of the venue's vouchers that are known, of any day; `since_utc_s`: none was made before."""

    day: date
    stems: tuple[str, ...]
    revision: int
    known: frozenset[str]
    since_utc_s: int


@runtime_checkable
class ListsVouchers(Protocol):
    """A destination that says which vouchers of a business day it has, whoever made them with our keys."""

    def list_vouchers(self, asked: AskedVouchers, listing: DraftList) -> Mapping[str, str]:
        """The day's vouchers that are there, drafts and posted ones, as references by their ids; "" for a draft of ours
        of that date that names none. Known ones of other days may be among them. `listing`: filled with what one
        request says of several days, where the destination has such a request."""


@runtime_checkable
class TellsTime(Protocol):
    """A destination with a clock of its own."""

    def read_time(self) -> int | None:
        """The time by that clock (UTC s); None where it has not told it."""


Text = Mapping[str, str]
"""The same words in each language: by "nb" and "en"."""


@dataclass(frozen=True, slots=True)
class SetupNeed:
    """A setup key that a target requires: of the company, of each venue, or ("shared") of the company unless each venue
    has its own. `why` ends the sentence "... has no KEY, which"."""

    key: str
    of: Literal["company", "venue", "shared"]
    why: str


@dataclass(frozen=True, slots=True)
class LedgerFolder:
    """A folder that a target writes to: the setup key that names it, its default, and whether vouchers or only reports
    go there."""

    key: str
    default: str
    holds: Literal["vouchers", "reports"]


@dataclass(frozen=True, slots=True)
class LedgerKind:
    """Everything about a target that is known without opening it. `ledgers.registry` has one for each.

    The defaults are cautious, for an unknown target: it would accept a voucher twice, and nothing in it can be deleted.
    """

    name: str
    opened_by: str = ""
    """"module:function" that opens it, called with an `Opening`."""
    needs: tuple[SetupNeed, ...] = ()
    orders_need: tuple[SetupNeed, ...] | None = None
    """What it needs besides to take credit sales as orders; None where it cannot."""
    is_service: bool = True
    """Whether it is called over the network, with keys; a folder is not."""
    is_guarded: bool = False
    """Whether the server refuses a second voucher with the same reference."""
    posts_directly: bool = False
    """Whether what is sent is in the books at once, rather than a draft that a person posts."""
    removes_drafts: bool = False
    """Whether a draft can be deleted while nobody has posted it."""
    attaches: Literal["to the draft", "as a file"] = "to the draft"
    """Where a voucher's settlement report goes."""
    tells_lock_date: bool = False
    """Whether it says up to when its books are closed."""
    takes_orders: bool = False
    """Whether credit sales can be sent to it as orders to be invoiced: its ledger is a `TakesOrders` then."""
    tells_progress: bool = False
    """Whether posting a draft may fail later, and it says so: it is a `TellsProgress` then."""
    tells_own_privileges: bool = True
    """Whether it says which privileges keys have; where not, the doctor tries a look-up."""
    folder: LedgerFolder | None = None
    """The folder it writes to, besides or instead of a service."""
    venues_max: int | None = None
    """How many venues a company may have there; None where there is no limit."""
    has_long_keys: bool = False
    """Whether a short key (`setup.secrets.KEY_LENGTH_MIN`) certainly is none of its own."""
    drafts_instead: str = ""
    """For a target that posts directly: the one to choose for drafts."""
    system: str = ""
    """What the accounting system is called."""
    words: Mapping[str, Text] = field(default_factory=dict, repr=False)
    """Its words for people: its "name", and its own version of words in `texts.report`, and of `texts.events` with
    "event_" before the key."""
    doctor_words: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    """What the doctor says of it, by language: (message, what to do), with `{environment}` and `{folder}` filled in."""

    @property
    def makes_drafts(self) -> bool:
        """Whether its vouchers are drafts that people post."""
        return self.is_service and not self.posts_directly

    def asks_for(self, key: str) -> bool:
        """Whether it requires this setup key."""
        return any(need.key == key for need in self.needs)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a ledger is opened with: company, venue, and what it may use. `find_key` returns the secret of a setup key
    and raises UsageError where the setup has none; `find_runtime` returns what requests are made with."""

    company: Company
    venue: Venue
    clock: Callable[[], float]
    find_key: Callable[[str], str] = field(repr=False)
    find_runtime: Callable[[], Any] = field(repr=False)

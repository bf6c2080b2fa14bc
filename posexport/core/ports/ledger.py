"""What an accounting system must be able to do, and the plain values that cross that border."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

from posexport.core.company import Company, Venue
from posexport.core.vat import VatRate
from posexport.core.voucher import Voucher

Payload = dict[str, Any]
"""The exact body of a request, as plain JSON data; amounts are text until the wire."""


DIMENSIONS = ("location", "product", "quantity", "activity", "dim1", "dim2", "dim3")
"""What an account may require beside a department and a project. Our vouchers have none of it."""


@dataclass(frozen=True, slots=True)
class Account:
    """A ledger account as PowerOffice has it. `id` is 0 where the API works by number; `required` is what else its
    lines must have (`DIMENSIONS`)."""

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
    """What PowerOffice told of a client: enough to know whether a voucher will be taken. None is not told, and
    then not checked either."""

    accounts: Mapping[str, Account] | None = None
    vat_rates: tuple[VatRate, ...] = ()
    """Every active row of every VAT code, past and future ones too."""
    departments: Mapping[str, int] | None = None
    """Active departments: code -> id (0 where the API works by code)."""
    customers: Mapping[str, int] | None = None
    """Customers asked for: number -> sub-ledger account id."""
    lock_date: date | None = None
    lock_date_untold: str = ""
    """Why the lock date could not be read, where it could not."""
    vat_registered: bool | None = None
    """Whether the client is registered for VAT, where that is told."""
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Privileges without which nothing can be sent, by the venue whose key lacks them. Known only of keys that were
    asked with just now: never kept."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who PowerOffice says the client key belongs to; `missing` are privileges it lacks, None where it does not say;
    `invalid` those of them that it was given in vain, as the client's subscription lacks the module."""

    client_name: str
    organization_number: str | None = None
    missing: tuple[str, ...] | None = ()
    invalid: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceTrail:
    """The audit trail back to the register's file, at most 35 characters each, and the venue's place among its
    company's, which makes a voucher's number its own."""

    source: str = "posexport"
    batch: str = ""
    place: int = 0


class DraftedHow(StrEnum):
    """How we know that a draft is there: what it was made as, or what it was found by."""

    IMPORTED = "imported"
    DRAFTED = "drafted"
    POSTED = "posted"
    WRITTEN = "written"
    FOUND_BY_REFERENCE = "found-by-reference"
    FOUND_BY_CONTENT = "found-by-content"
    FOUND_IN_FOLDER = "found-in-folder"


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft that is there: its id at the destination, how we know, and the raw answer as evidence."""

    remote_id: str
    how: DraftedHow = DraftedHow.DRAFTED
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a look-up saw: the draft, if it is there, and the ids of others that it need never look at again.

    `is_same`: what is there comes to what was looked for, date, accounts, VAT codes and amounts; `has_other_amounts`:
    it certainly comes to something else on some account. `alike`: drafts that may be it and do not say so, or several
    that do; a person has to look at them. `named`: drafts that nobody knew, their ids by the references that they
    name. `told_at_utc_s`: the destination's own time then, where it tells that.
    """

    drafted: Drafted | None = None
    ruled_out: frozenset[str] = frozenset()
    is_same: bool = True
    has_other_amounts: bool = False
    alike: tuple[str, ...] = ()
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    told_at_utc_s: int | None = field(default=None, compare=False)


@dataclass(slots=True)
class DraftList:
    """What was listed of one client's drafts at one moment, and what was read of them: shared by every look-up that it
    is good enough for, so that each draft is read once. Filled by whoever comes first, while others wait.

    It has what was made at or after `since_utc_s`; `made_at_utc_s` is before it was asked for, by our clock, and
    `told_at_utc_s` when it was answered, by the destination's, where it tells that.
    """

    since_utc_s: int
    made_at_utc_s: float
    told_at_utc_s: int | None = None
    rows: tuple[Mapping[str, Any], ...] | None = None
    read: dict[str, Any] = field(default_factory=dict)
    failed: Exception | None = None
    lock: AbstractContextManager[Any] = field(default_factory=nullcontext, repr=False)


class DraftStatus(StrEnum):
    """Where a draft of ours stands at its destination."""

    UNPOSTED = "unposted"
    """A draft that can still be taken back."""
    POSTED = "posted"
    """In the books, or on its way there: it cannot be taken back."""
    REVERSED = "reversed"
    """Posted, and taken out of the books again by another voucher. It is not in the books."""
    CORRECTED = "corrected"
    """Posted, and replaced by another voucher: it is in the books as that one."""
    GONE = "gone"
    """Not there any more."""


class ImportProgress(NamedTuple):
    """How far an import has come: `error` is what failed when somebody tried to post it, "" where nothing is said of
    that, and None where nothing failed."""

    standing: DraftStatus
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Documentation of one voucher: a PDF and the name of its file."""

    name: str
    content: bytes = field(repr=False)


class Destination(Protocol):
    """Where documents of one kind are drafted for one venue.

    Order of use: with the intent committed, `send`, then `attach`. `find` looks for a draft that an earlier,
    unanswered `send` may have made. Every method may raise PowerOfficeRefused or PowerOfficeUnavailable (see
    `errors`); AnswerLost, that something may have been done all the same, `send` and `attach` alone: what can be asked
    again, as a removal can, is NotSent.
    """

    def send(self, payload: Payload, deadline_utc_s: float) -> Drafted:
        """Draft it. No request is begun after the deadline: NotSent instead."""

    def find(
        self,
        payload: Payload,
        since_utc_s: int,
        ruled_out: frozenset[str] = frozenset(),
        listing: DraftList | None = None,
    ) -> Lookup:
        """The draft made from this payload at or after `since_utc_s`, if there is one, and whether it comes to the
        same: a reference may be taken by what another database sent. Ids in `ruled_out` are known to be others. A
        `listing` is used where it takes one, and filled where it is empty."""

    def find_status(self, remote_id: str, since_utc_s: int) -> DraftStatus:
        """Where a draft made at or after `since_utc_s` stands now."""

    def find_successor(self, remote_id: str, since_utc_s: int) -> str:
        """The number of the voucher that reversed one, or that it stands as now; "" where there is none, or it is not
        told."""

    def remove(self, remote_id: str) -> DraftStatus:
        """Take a draft back: GONE where it is not there afterwards, POSTED where it cannot be taken back."""

    def attach(self, remote_id: str, page: Page, deadline_utc_s: float) -> None:
        """Put documentation on a draft. Raises AnswerLost where it may have been put there, and NotSent where no
        request may begin any more."""

    def has_page(self, remote_id: str, page_name: str) -> bool:
        """Whether the draft's documentation is there, asked after an answer to `attach` was lost. Raises VoucherNotSeen
        where the draft is not shown: that says nothing of it."""


class Ledger(Destination, Protocol):
    """Where one venue's vouchers are drafted, and what its client has: before one is sent, `read_chart` and
    `build_payload` (pure)."""

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """What is needed to judge and send these vouchers. Reads only; kept for a few minutes."""

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The exact request for a sendable voucher whose accounts are all in `chart`."""

    def read_identity(self) -> Identity:
        """Who the keys belong to and what they lack."""


@runtime_checkable
class SignsIn(Protocol):
    """A destination that lets in whoever has a token."""

    def sign_in(self) -> None:
        """Have a token, kept or new."""


@runtime_checkable
class TellsProgress(Protocol):
    """A destination whose drafts may fail when a person posts them."""

    def read_progress(self, remote_id: str) -> ImportProgress:
        """How far one has come."""


@runtime_checkable
class TellsTime(Protocol):
    """A destination with a clock of its own."""

    def read_time(self) -> int | None:
        """What it is now by that clock (UTC s); None where it has not told."""


Text = Mapping[str, str]
"""The same words in every language: by "nb" and "en"."""


@dataclass(frozen=True, slots=True)
class SetupNeed:
    """A setup key that a target cannot do without: of the company, of each venue, or of the venues that do not have one
    of their own and then of the company ("shared"). `why` ends the sentence "... has no KEY, which"."""

    key: str
    of: Literal["company", "venue", "shared"]
    why: str


@dataclass(frozen=True, slots=True)
class LedgerFolder:
    """A folder that a target writes to: the setup key that names it, where it is when that is not set, and whether
    vouchers or only reports go there."""

    key: str
    default: str
    holds: Literal["vouchers", "reports"]


@dataclass(frozen=True, slots=True)
class LedgerKind:
    """What is to be known of a target without opening it. `ledgers.registry` has one of each.

    What stands here without being given is what is safe to believe of a target that nobody knows: that it takes a
    voucher twice, and that nothing in it can be taken back.
    """

    name: str
    opened_by: str = ""
    """"module:function" of what opens it; it is given an `Opening`."""
    needs: tuple[SetupNeed, ...] = ()
    is_service: bool = True
    """Whether it is asked over the network, under keys: not so a folder."""
    is_guarded: bool = False
    """Whether it refuses a second voucher with the same reference."""
    posts_directly: bool = False
    """Whether what is sent is in the books at once, rather than a draft that a person posts."""
    removes_drafts: bool = False
    """Whether what was sent can be taken back while nobody has posted it."""
    attaches: Literal["to the draft", "as a file"] = "to the draft"
    """Where a voucher's documentation goes."""
    tells_lock_date: bool = False
    """Whether it says up to when its books are closed."""
    tells_progress: bool = False
    """Whether a draft may fail when it is posted, and says so: it is then a `TellsProgress`."""
    tells_own_privileges: bool = True
    """Whether it says what keys may not do; where it does not, the doctor tries a look-up."""
    folder: LedgerFolder | None = None
    """Where it writes beside, or instead of, a service."""
    venues_max: int | None = None
    """How many venues a company may have there; None where that is no matter."""
    has_long_keys: bool = False
    """Whether a short key (`setup.secrets.KEY_LENGTH_MIN`) is certainly none of its own."""
    drafts_instead: str = ""
    """Of a target that posts directly: the one to choose where drafts are wanted after all."""
    system: str = ""
    """What the accounting system is called."""
    words: Mapping[str, Text] = field(default_factory=dict, repr=False)
    """Its words for people: its "name", and its own wording of what `texts.report`, and `texts.events`
    after "event_", have one for all of."""
    doctor_words: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    """What the doctor says of it, by language: a message and what to do. `{environment}` and `{folder}` are filled
    in."""

    @property
    def makes_drafts(self) -> bool:
        """Whether vouchers are drafts in it, for people to post."""
        return self.is_service and not self.posts_directly

    def asks_for(self, key: str) -> bool:
        """Whether it cannot do without this setup key."""
        return any(need.key == key for need in self.needs)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a target is opened with: whose it is, and what it may reach for. `find_key` gives the secret of a setup key
    and raises UsageError where the setup has none; `find_runtime` gives what requests are made with."""

    company: Company
    venue: Venue
    clock: Callable[[], float]
    find_key: Callable[[str], str] = field(repr=False)
    find_runtime: Callable[[], Any] = field(repr=False)

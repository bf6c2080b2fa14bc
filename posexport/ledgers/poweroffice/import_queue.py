"""PowerOffice Go's import queue (v1): `POST /Import/`, where a person checks the draft and clicks Import.

Every well-formed call answers 200, and the body's `success` shows the result, unless the body is a problem document.
The server refuses a second import with the same external reference, which is its own guard against duplicates. Amounts:
positive debits, negative credits, gross.

Source: the v1 description (legacy, maintained).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from posexport.core.lines import VoucherLine
from posexport.core.orders.book import OrderBook
from posexport.core.ports.ledger import (
    AskedVouchers,
    Chart,
    Drafted,
    DraftedHow,
    DraftList,
    DraftStatus,
    Identity,
    ImportProgress,
    Lookup,
    Page,
    Payload,
    SourceTrail,
)
from posexport.core.voucher import Voucher, number_document, page_name
from posexport.errors import (
    AnswerLost,
    NotSent,
    OperatorError,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    UsageError,
    VoucherRefused,
)
from posexport.http.client import NEVER
from posexport.http.evidence import Answered, with_evidence
from posexport.ledgers.folder.report_files import ReportFolder
from posexport.ledgers.poweroffice.aftermath import read_import_aftermath
from posexport.ledgers.poweroffice.answers import (
    HttpRefused,
    is_problem_document,
    list_words,
    parse_guid,
)
from posexport.ledgers.poweroffice.chart import read_v1_chart
from posexport.ledgers.poweroffice.client_information import read_v1_identity
from posexport.ledgers.poweroffice.fields import (
    fold_names,
    parse_wire_ore,
    sum_accounts,
)
from posexport.ledgers.poweroffice.session import Session, wire_amount
from posexport.ledgers.poweroffice.v2 import URL_LENGTH_MAX, split_values

CASH = 4
"""Import type: a cash voucher."""

PRIVILEGES = ("Import_Full",)
"""The privilege that an extension needs to import; what it may read is found out by reading."""

ERROR_LENGTH_MAX = 1_000
"""How many characters of an error are kept."""

FOUND = DraftedHow.FOUND_BY_REFERENCE
"""How we know that an existing import is ours."""

REVISIONS_AHEAD = 3
"""How many revisions of a voucher are looked for beyond the newest that is known."""

UNSAID = "the answer does not say whether it succeeded"

_NOT_FOUND = re.compile(r"\bimport\b.*\bnot found\b", re.IGNORECASE | re.DOTALL)
_DUPLICATE = "ApiUniqueConstraint"


class ImportRefused(VoucherRefused):
    """A `success: false`, or a problem document with status 200. `kind`: PowerOffice's own error code, where it gives
    one; `is_problem`: the refusal is a problem document, whose wording is not known."""

    def __init__(self, words: str, kind: str, *, is_problem: bool = False) -> None:
        self.kind, self.is_problem = kind, is_problem
        super().__init__(words)

    @property
    def is_duplicate(self) -> bool:
        """Whether the refusal says that an import with this reference exists."""
        return _DUPLICATE in str(self)

    @property
    def is_not_found(self) -> bool:
        """Whether the refusal says that the import does not exist. PowerOffice's wording is not known, so anything
        ambiguous counts as False: a draft believed gone may be drafted again."""
        return "notfound" in self.kind.lower() or _NOT_FOUND.search(str(self)) is not None


class ImportQueue:
    """The import queue of one venue's client. An import takes no attachment: with `reports`, PDFs are written to that
    folder, and the import's description names the file. Orders go by v2: `open_orders` opens their session, which signs
    in by itself, when the first order needs it."""

    def __init__(
        self,
        session: Session,
        reports: ReportFolder | None = None,
        open_orders: Callable[[], OrderBook] | None = None,
    ) -> None:
        self._session, self._reports = session, reports
        self._open_orders = open_orders
        self._orders: OrderBook | None = None

    @property
    def orders(self) -> OrderBook:
        """The client's sales orders. Raises UsageError where the setup has no subscription key, which v2 needs."""
        if self._orders is None:
            if self._open_orders is None:
                raise UsageError("Orders go by API v2, which needs a subscription_key in the setup.")
            self._orders = self._open_orders()
        return self._orders

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """Accounts, VAT codes, departments, the lock date, whether the client is registered for VAT, and whether the
        key may import. What the extension may not read is left out of the chart, and so not checked."""
        chart = read_v1_chart(self._read, self._session.venue, PRIVILEGES)
        wanted = chart.list_projects(vouchers)
        return replace(chart, projects=self._find_projects(wanted)) if wanted else chart

    def _find_projects(self, codes: Sequence[str]) -> dict[str, int | None]:
        """The projects by code, None for one that does not exist or is closed: asked by v2. Where that is not to be had
        they are taken as they are, and v1 says what it thinks of them."""
        try:
            found = self.orders.find_projects(codes)
        except (OperatorError, PowerOfficeRefused, PowerOfficeUnavailable):
            return dict.fromkeys(codes, 0)
        usable = {code for code, project in found.items() if project.is_usable}
        return {code: 0 if code in usable else None for code in codes}

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The body of `POST /Import/`; deterministic."""
        day = voucher.posting_date.isoformat()
        shown = page_name(voucher.reference) if self._reports is not None else voucher.reference
        return {
            "description": f"{voucher.description} [{shown}]",
            "date": day,
            "type": CASH,
            "externalImportReference": voucher.reference,
            "importLines": [_import_line(line, voucher, chart, trail) for line in voucher.lines],
        }

    def sign_in(self) -> None:
        """Fetch a token."""
        self._session.sign_in()

    def send(self, payload: Payload, deadline_utc_s: float) -> Drafted:
        """Create the import. After a refusal that is, or may be, about a duplicate, the existing import is looked
        up."""
        answered = self._session.write("/Import/", payload, deadline_utc_s, is_guarded=True)
        try:
            import_id = parse_guid(_data_of(answered))
        except ImportRefused as error:
            error.may_be_there = answered.is_preceded
            if not error.is_duplicate and not error.is_problem:
                raise
            return self._find_same(payload, error, deadline_utc_s)
        if import_id is None:
            raise answered.lost("the answer gives no id")
        return Drafted(answered.redact(import_id), DraftedHow.IMPORTED, answered.evidence)

    def _find_same(self, payload: Payload, refusal: ImportRefused, deadline_utc_s: float) -> Drafted:
        """The import that has the payload's reference and the same lines.

        Raises VoucherRefused where it has other lines, the refusal itself where there is no such import, and AnswerLost
        where the search fails now.
        """
        try:
            row = _row_of(self._ask(payload, deadline_utc_s), payload)
            if row is None and not refusal.is_duplicate:
                raise refusal
            if row is not None and "importLines" not in row:
                whole = self._read_import(str(row["id"]), "", deadline_utc_s).value
                row = whole if "importLines" in whole else None
        except PowerOfficeUnavailable:
            row = None
        if row is None:
            why = "the reference is taken, but what has it cannot be read yet"
            raise with_evidence(AnswerLost(why), refusal.evidence)
        if _amounts(row) != _amounts(payload):
            told = VoucherRefused(
                f"an import {payload['externalImportReference']} is there already, with other lines. "
                "Delete it in Go under Menu > Accounts > Import, or mend it there by hand."
            )
            raise with_evidence(told, refusal.evidence)
        return Drafted(str(row["id"]), FOUND, refusal.evidence)

    def find(
        self,
        payload: Payload,
        since_utc_s: int,
        ruled_out: frozenset[str] = frozenset(),
        listing: DraftList | None = None,
    ) -> Lookup:
        """The import with the payload's reference; no other is looked at. Another database may have created it."""
        answered = self._ask(payload)
        row = _row_of(answered, payload)
        if row is None:
            return Lookup(told_at_utc_s=self.read_time())
        there = row if "importLines" in row else self._read_import(str(row["id"]), "").value
        if "importLines" not in there:
            raise with_evidence(NotSent("the answer does not say what the import has"), answered.evidence)
        return Lookup(
            Drafted(str(row["id"]), FOUND, answered.evidence),
            is_same=_amounts(there) == _amounts(payload),
            has_other_amounts=_sum_accounts(there) not in (None, _sum_accounts(payload)),
            told_at_utc_s=self.read_time(),
        )

    def _ask(self, payload: Payload, deadline_utc_s: float = NEVER) -> Answered:
        """The imports with the payload's reference, as answered."""
        return self._read("/Import/", _name_any([str(payload["externalImportReference"])]), deadline_utc_s)

    def list_vouchers(self, asked: AskedVouchers, listing: DraftList) -> Mapping[str, str]:
        """The imports with one of the day's references, up to some revisions beyond the newest that is known."""
        revisions = range(1, asked.revision + REVISIONS_AHEAD + 1)
        names = [f"{stem}-r{revision}" for stem in asked.stems for revision in revisions]
        found: dict[str, str] = {}
        for part in split_values(names, self._fits):
            answered = self._read("/Import/", _name_any(part))
            rows = (_row_of(answered, {"externalImportReference": name}) for name in part)
            found |= {str(row["id"]): str(row["externalImportReference"]) for row in rows if row is not None}
        return found

    def _fits(self, references: Iterable[str]) -> bool:
        """Whether one request can ask for all of these."""
        return self._session.measure("/Import/", _name_any(references)) <= URL_LENGTH_MAX

    def find_status(self, remote_id: str, since_utc_s: int) -> DraftStatus:
        """From the import's status, and for one that is no draft any more from the ledger, where the extension may read
        it. Reads lag writes, usually by less than a second: not to be asked about an import that was created, posted or
        deleted less than two seconds ago."""
        standing = self._read_status(remote_id)
        if standing is DraftStatus.UNPOSTED:
            return standing
        found = read_import_aftermath(self._read, remote_id, since_utc_s)
        return found.standing if found else standing

    def _read_status(self, remote_id: str) -> DraftStatus:
        try:
            status = self._read_import(remote_id, "/status").value
        except (ImportRefused, HttpRefused) as error:
            if error.is_not_found:
                return DraftStatus.GONE
            raise
        if "isPosted" not in status:
            raise NotSent("the answer does not say whether the import is posted")
        return DraftStatus.POSTED if status["isPosted"] or status.get("isPosting") else DraftStatus.UNPOSTED

    def read_progress(self, remote_id: str) -> ImportProgress:
        """From the import's status: whether it is posted, and what failed when somebody clicked Import. Raises NotSent
        where the answer cannot be interpreted."""
        try:
            answered = self._read_import(remote_id, "/status")
        except (ImportRefused, HttpRefused) as error:
            if error.is_not_found:
                return ImportProgress(DraftStatus.GONE)
            raise
        told = fold_names(answered.value)
        if "isposted" not in told and "haserror" not in told:
            raise NotSent("the answer does not say how far the import has come")
        is_posted = told.get("isposted") or told.get("isposting")
        words = answered.redact(" ".join(str(told.get("errordescription") or "").split()))[:ERROR_LENGTH_MAX]
        return ImportProgress(
            DraftStatus.POSTED if is_posted else DraftStatus.UNPOSTED, words if told.get("haserror") is True else None
        )

    def find_successor(self, remote_id: str, since_utc_s: int) -> str:
        """From the ledger; see `read_successor`."""
        found = read_import_aftermath(self._read, remote_id, since_utc_s)
        return found.number if found else ""

    def remove(self, remote_id: str) -> DraftStatus:
        """Delete the import from the queue; where that is refused, its status says why. Raises the refusal where the
        import is not posted."""
        try:
            _data_of(self._session.delete(f"/Import/{remote_id}"))
        except (ImportRefused, HttpRefused) as error:
            if error.is_not_found:
                return DraftStatus.GONE
            standing = self._read_status(remote_id)
            if standing is DraftStatus.UNPOSTED:
                raise
            return standing
        except AnswerLost as error:
            raise with_evidence(NotSent(UNSAID), error.evidence) from None
        return DraftStatus.GONE

    def attach(self, remote_id: str, page: Page, deadline_utc_s: float) -> None:
        """Write the PDF to the folder for reports, if there is one. Raises NotSent where it cannot be written."""
        if self._reports is not None:
            self._reports.write(page)

    def has_page(self, remote_id: str, page_name: str) -> bool:
        """Whether the folder for reports has the PDF; False where there is no folder."""
        return self._reports is not None and self._reports.has(page_name)

    def read_time(self) -> int | None:
        """PowerOffice's clock (UTC s); None where it has not told it."""
        return self._session.read_time()

    def read_identity(self) -> Identity:
        """The client that the key belongs to, and the privileges the key lacks, where these may be read."""
        return read_v1_identity(self._read, PRIVILEGES)

    def _read_import(self, remote_id: str, what: str, deadline_utc_s: float = NEVER) -> Answered:
        """The JSON object of one import. Raises NotSent where the answer is about another."""
        answered = self._read(f"/Import/{remote_id}{what}", None, deadline_utc_s)
        told = fold_names(answered.value) if isinstance(answered.value, dict) else None
        if told is None or str(told.get("id") or remote_id).lower() != remote_id.lower():
            raise with_evidence(NotSent("the answer is not about the import that was asked for"), answered.evidence)
        return answered

    def _read(self, path: str, parameters: Mapping[str, str] | None = None, deadline_utc_s: float = NEVER) -> Answered:
        """Read a path; the answer's JSON is the `data` of its envelope."""
        answered = self._session.read(path, parameters, deadline_utc_s)
        try:
            return replace(answered, value=_data_of(answered))
        except AnswerLost as error:
            raise with_evidence(NotSent(UNSAID), error.evidence) from None


def _name_any(references: Iterable[str]) -> dict[str, str]:
    """The parameters that ask for the imports with one of these references."""
    quoted = (reference.replace("'", "''") for reference in references)
    any_of = " or ".join(f"ExternalImportReference eq '{one}'" for one in quoted)
    return {"$filter": f"({any_of})"}


def _row_of(answered: Answered, payload: Payload) -> dict[str, Any] | None:
    """The import with the payload's reference in a list of imports; None where it is not in it. Raises NotSent where
    the answer is no list: then nothing is known to be missing."""
    rows = [] if answered.value is None else answered.value
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("id") for row in rows):
        raise with_evidence(NotSent("the answer is no list of imports"), answered.evidence)
    wanted = payload["externalImportReference"]
    return next((row for row in rows if row.get("externalImportReference") == wanted), None)


def _data_of(answered: Answered) -> Any:
    """The `data` of a successful answer. Raises ImportRefused where it is a refusal or a problem document, and
    AnswerLost where it says neither."""
    answer = answered.value
    if not isinstance(answer, dict) or not isinstance(answer.get("success"), bool):
        raise answered.lost(UNSAID)
    data = answer.get("data")
    problem = {str(name).lower(): value for name, value in data.items()} if isinstance(data, dict) else {}
    if answer["success"] and not is_problem_document(problem):
        return data
    if answer["success"]:
        words, kind, is_newer = list_words(problem), "NotFound" if problem.get("status") == 404 else "", True
    else:
        validation = answer.get("validation")
        told = validation if isinstance(validation, dict) else {}
        words = [str(told[name]) for name in ("summary", "exception", "errorLogReference") if told.get(name)]
        words, kind, is_newer = [*words, *list_words(problem)], str(told.get("exception") or ""), False
    refused = ImportRefused(answered.redact(" · ".join(words)) or "refused without a reason", kind, is_problem=is_newer)
    raise with_evidence(refused, answered.evidence)


def _amounts(document: Mapping[str, Any]) -> Counter[tuple[str, str, int | None]]:
    """An import's lines as a multiset of (account or customer, VAT code, øre), so that their order does not matter."""
    return Counter(
        (
            str(line.get("customerCode") or line.get("accountNumber")),
            str(line.get("vatCode")),
            parse_wire_ore(line.get("amount")),
        )
        for line in document.get("importLines") or ()
    )


def _sum_accounts(document: Mapping[str, Any]) -> Mapping[Any, int] | None:
    """An import's sum per account or customer (øre), over all VAT codes; None where the lines cannot be read."""
    return sum_accounts(
        (str(line.get("customerCode") or line.get("accountNumber")), line.get("amount"))
        for line in document.get("importLines") or ()
    )


def _import_line(line: VoucherLine, voucher: Voucher, chart: Chart, trail: SourceTrail) -> dict[str, Any]:
    day = voucher.posting_date.isoformat()
    fields: dict[str, Any] = {
        "documentDate": day,
        "documentNumber": number_document(voucher, trail.place),
        "postingDate": day,
        "description": line.description,
        "accountNumber": int(line.account or 0),
        "vatCode": line.vat_code,
        "departmentCode": line.department,
        "projectCode": voucher.project if chart.requires_project(line) else None,
        "amount": wire_amount(line.amount_ore),
        "currencyCode": voucher.currency,
        "currencyAmount": wire_amount(line.amount_ore),
        "customerCode": int(line.customer) if line.customer and line.customer.isdigit() else line.customer,
        "saftSourceId": trail.source[:35] or None,
        "saftBatchId": trail.batch[:35] or None,
    }
    return {name: value for name, value in fields.items() if value is not None}

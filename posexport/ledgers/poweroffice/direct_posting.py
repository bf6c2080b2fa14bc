"""PowerOffice Go's direct posting (v2): `POST /Vouchers/CashJournals`, which PowerOffice recommends to cash registers.

What is sent is in the books at once: nobody checks it first, and it is never deleted from here. The server refuses a
second voucher with the same external reference, which is its own guard against duplicates; a voucher that is reversed
in Go frees its reference. Amounts: positive debits, negative credits, gross.

Source: the v2 OpenAPI description (spring 2025).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
    Lookup,
    Page,
    Payload,
    SourceTrail,
)
from posexport.core.voucher import Voucher
from posexport.errors import AnswerLost, NotSent, PowerOfficeRefused, PowerOfficeUnavailable, VoucherRefused
from posexport.http.client import NEVER
from posexport.http.evidence import Answered, with_evidence
from posexport.ledgers.poweroffice import v2
from posexport.ledgers.poweroffice.aftermath import ask_since, read_aftermath, read_successor
from posexport.ledgers.poweroffice.answers import HttpRefused
from posexport.ledgers.poweroffice.chart import find_account_id, find_project, find_vat_id, read_chart
from posexport.ledgers.poweroffice.client_information import read_v2_identity
from posexport.ledgers.poweroffice.documentation import has_pdf, replace_page
from posexport.ledgers.poweroffice.fields import parse_wire_ore, sum_accounts
from posexport.ledgers.poweroffice.orders import SalesOrders
from posexport.ledgers.poweroffice.session import Session, wire_amount

PRIVILEGES = (
    "CashVoucher_Full",
    "AccountTransaction",
    "VoucherDocumentation_Full",
    "GeneralLedgerAccount",
    "Department",
    "CommonServices",
)
"""The privileges that an extension needs; the `_Full` form of a read privilege serves as well."""

FOUND = DraftedHow.FOUND_BY_REFERENCE
"""How we know that an existing voucher is ours."""

_REVERSAL = "ReversalVoucher"


class LedgerPostings:
    """Direct posting for one venue's client.

    Reads lag writes, usually by less than a second. `find`, `find_status` and `has_page` must not be asked about what
    was done less than two seconds ago: they would report it as missing.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """Accounts, VAT codes, departments, the lock date, and the customers these vouchers name."""
        return read_chart(self._session, vouchers)

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The body of `POST /Vouchers/CashJournals`; deterministic for one chart."""
        day = voucher.posting_date.isoformat()
        fields: dict[str, Any] = {
            "CurrencyCode": voucher.currency,
            "VoucherDate": day,
            "Description": v2.describe(voucher),
            "ExternalImportReference": voucher.reference,
            "SaftSourceId": trail.source[:35] or None,
            "SaftBatchId": trail.batch[:35] or None,
            "VoucherLines": [_ledger_line(line, voucher, chart) for line in voucher.lines],
        }
        return {name: value for name, value in fields.items() if value is not None}

    @property
    def orders(self) -> OrderBook:
        """The client's sales orders, with the same keys."""
        return SalesOrders(self._session)

    def sign_in(self) -> None:
        """Fetch a token."""
        self._session.sign_in()

    def send(self, payload: Payload, deadline_utc_s: float) -> Drafted:
        """Post the voucher; after a refusal it is looked up once, since it may be there already."""

        def read(answered: Answered) -> Drafted:
            return Drafted(v2.read_id(answered), DraftedHow.POSTED, answered.evidence)

        def find_same(refusal: HttpRefused | AnswerLost) -> Drafted:
            return self._find_same(payload, refusal, deadline_utc_s)

        return v2.write_once(self._session, "/Vouchers/CashJournals", payload, deadline_utc_s, read, find_same)

    def _find_same(self, payload: Payload, refusal: HttpRefused | AnswerLost, deadline_utc_s: float) -> Drafted:
        """The voucher that has the payload's reference and the same lines. How PowerOffice words a duplicate is not
        known, so any refusal may be one.

        Raises the refusal where no voucher has the reference, or where we may not search; VoucherRefused where one has
        it with other lines; AnswerLost where the search fails now.
        """
        try:
            found = self._find_voucher(payload, {}, deadline_utc_s)
            there = self._read(found, deadline_utc_s) if found is not None else None
            if there is not None and not isinstance(there.value.get("VoucherLines"), list):
                raise NotSent("the answer does not say what the voucher has")
        except PowerOfficeRefused:
            raise refusal from None
        except PowerOfficeUnavailable:
            why = "it was refused, and whether the reference is taken cannot be read now"
            raise with_evidence(AnswerLost(why), refusal.evidence) from None
        if found is None:
            raise refusal
        if there is None or _amounts(there.value) != _amounts(payload):
            how = "made another way" if there is None else "with other lines"
            told = VoucherRefused(
                f"a voucher {payload['ExternalImportReference']} is there already, {how}. "
                "Reverse it in Go and run it again, or mend it there by hand."
            )
            raise with_evidence(told, refusal.evidence)
        return Drafted(found, FOUND, there.evidence)

    def find(
        self,
        payload: Payload,
        since_utc_s: int,
        ruled_out: frozenset[str] = frozenset(),
        listing: DraftList | None = None,
    ) -> Lookup:
        """The voucher with the payload's reference, posted since then and not reversed; no other is looked at. Another
        database may have posted it."""
        since = {"createdDateTimeOffsetGreaterThan": v2.format_since(since_utc_s)}
        found = self._find_voucher(payload, since)
        if found is None:
            return Lookup(told_at_utc_s=self.read_time())
        answered = self._read(found)
        if answered is None or not isinstance(answered.value.get("VoucherLines"), list):
            raise NotSent("a voucher with the reference is there, and what it has cannot be read")
        return Lookup(
            Drafted(found, FOUND),
            is_same=_amounts(answered.value) == _amounts(payload),
            has_other_amounts=_sum_accounts(answered.value) not in (None, _sum_accounts(payload)),
            told_at_utc_s=self.read_time(),
        )

    def _find_voucher(self, payload: Payload, narrower: Mapping[str, str], deadline_utc_s: float = NEVER) -> str | None:
        """The id of the voucher with the payload's reference that is not reversed, among its day's transactions."""
        day = payload["VoucherDate"]
        asked = {"fromDate": day, "toDate": day, **narrower}
        for row in v2.read_rows(self._session, "/AccountTransactions", asked, deadline_utc_s):
            if row.get("ExternalImportReference") == payload["ExternalImportReference"] and not _is_reversed(row):
                return str(row["VoucherId"])
        return None

    def list_vouchers(self, asked: AskedVouchers, listing: DraftList) -> Mapping[str, str]:
        """From the ledger's transactions since then, by their references; reversed vouchers are left out."""

        def read(since_utc_s: int) -> list[dict[str, Any]]:
            return v2.read_rows(self._session, "/AccountTransactions", ask_since(since_utc_s))

        with listing.lock:
            v2.fill_listing(self._session, listing, asked.since_utc_s, read)
            standing = [row for row in listing.rows or () if not _is_reversed(row)]
        if not all(row.get("VoucherId") for row in standing):
            raise NotSent("the answer is no list")
        named = {str(row["VoucherId"]): str(row.get("ExternalImportReference") or "") for row in standing}
        stems = asked.stems
        return {
            remote_id: name
            for remote_id, name in named.items()
            if remote_id.lower() in asked.known or name.rpartition("-r")[0] in stems
        }

    def find_status(self, remote_id: str, since_utc_s: int) -> DraftStatus:
        """POSTED, or what the ledger says of a voucher that was reversed or corrected; it is never a draft."""
        answered = self._read(remote_id)
        if answered is not None and not answered.value.get("IsReversed"):
            return DraftStatus.POSTED
        found = read_aftermath(self._session, remote_id, since_utc_s)
        if answered is None:
            return found.standing if found else DraftStatus.GONE
        return found.standing if found and found.standing is not DraftStatus.POSTED else DraftStatus.REVERSED

    def _read(self, remote_id: str, deadline_utc_s: float = NEVER) -> Answered | None:
        return v2.read_voucher(self._session, "/Vouchers/CashJournals", remote_id, deadline_utc_s)

    def find_successor(self, remote_id: str, since_utc_s: int) -> str:
        """From the ledger; see `read_successor`."""
        return read_successor(self._session, remote_id, since_utc_s)

    def remove(self, remote_id: str) -> DraftStatus:
        """Always POSTED: what is in the books is reversed by a person, never from here."""
        return DraftStatus.POSTED

    def attach(self, remote_id: str, page: Page, deadline_utc_s: float) -> None:
        """Set the PDF as the voucher's documentation, replacing any before it."""
        replace_page(self._session, remote_id, page, deadline_utc_s)

    def has_page(self, remote_id: str, page_name: str) -> bool:
        """Whether the voucher has a PDF; PowerOffice does not give its name."""
        return has_pdf(self._session, remote_id)

    def read_time(self) -> int | None:
        """PowerOffice's clock (UTC s); None where it has not told it."""
        return self._session.read_time()

    def read_identity(self) -> Identity:
        """The client that the key belongs to, and the privileges the key lacks."""
        return read_v2_identity(self._session, PRIVILEGES)


def _is_reversed(row: Mapping[str, Any]) -> bool:
    """Whether a transaction is of a voucher that was reversed, or of one that reverses another."""
    return bool(row.get("IsReversed")) or row.get("VoucherType") == _REVERSAL


def _amounts(document: Mapping[str, Any]) -> Counter[tuple[Any, Any, int | None]]:
    """A voucher's lines as a multiset of (account, VAT code, øre), so that their order does not matter."""
    return Counter(
        (line.get("AccountId"), line.get("VatId"), parse_wire_ore(line.get("CurrencyAmount")))
        for line in document.get("VoucherLines") or ()
    )


def _sum_accounts(document: Mapping[str, Any]) -> Mapping[Any, int] | None:
    """A voucher's sum per account (øre), over all VAT codes; None where the lines cannot be read."""
    lines = document.get("VoucherLines") or ()
    return sum_accounts((line.get("AccountId"), line.get("CurrencyAmount")) for line in lines)


def _ledger_line(line: VoucherLine, voucher: Voucher, chart: Chart) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "AccountId": find_account_id(line, chart),
        "VatId": find_vat_id(line, voucher, chart),
        "CurrencyAmount": wire_amount(line.amount_ore),
        "PostingDate": voucher.posting_date.isoformat(),
        "Description": line.description,
        **find_project(line, voucher, chart),
    }
    if line.department is not None and chart.departments is not None:
        fields["DepartmentId"] = chart.departments[line.department]
    if line.customer is not None and line.order is not None:
        fields["CustomMatchingReference"] = voucher.order_reference(line)
    return fields

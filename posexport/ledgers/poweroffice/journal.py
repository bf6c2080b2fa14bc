"""PowerOffice Go's journal-entry drafts (v2): `POST /JournalEntryVouchers/ManualJournals`.

Everything is addressed by numeric id, so accounts, VAT codes and departments are looked up first. A draft has no
external reference and the server does not prevent duplicates: our reference stands in brackets in the description, and
`find` searches this integration's own drafts for it, or for a draft with the same content.

Source: the v2 OpenAPI description (spring 2025).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    Lookup,
    Page,
    Payload,
    SourceTrail,
)
from posexport.core.voucher import Voucher
from posexport.errors import NotSent, VoucherNotSeen
from posexport.http.evidence import Answered
from posexport.ledgers.poweroffice import v2
from posexport.ledgers.poweroffice.aftermath import read_aftermath, read_successor
from posexport.ledgers.poweroffice.answers import HttpRefused, parse_guid
from posexport.ledgers.poweroffice.chart import find_account_id, find_project, find_vat_id, read_chart
from posexport.ledgers.poweroffice.client_information import read_v2_identity
from posexport.ledgers.poweroffice.documentation import put_page
from posexport.ledgers.poweroffice.fields import fold_names
from posexport.ledgers.poweroffice.journal_likeness import (
    Likeness,
    compare,
    find_voucher_of_day,
    has_other_amounts,
    list_references,
)
from posexport.ledgers.poweroffice.orders import SalesOrders
from posexport.ledgers.poweroffice.session import Session, wire_amount

PRIVILEGES = ("JournalEntryVoucher_Full", "GeneralLedgerAccount", "Department", "CommonServices")
"""The privileges that an extension needs; the `_Full` form of a read privilege serves as well."""


class JournalDrafts:
    """The journal-entry drafts of one venue's client.

    Reads lag writes, usually by less than a second. `find`, `find_status` and `has_page` must not be asked about what
    was done less than two seconds ago: they would report it as missing.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """Accounts, VAT codes, departments, the lock date, and the customers these vouchers name."""
        return read_chart(self._session, vouchers)

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The body of `POST .../ManualJournals`; deterministic for one chart."""
        day = voucher.posting_date.isoformat()
        fields: dict[str, Any] = {
            "CurrencyCode": voucher.currency,
            "VoucherDate": day,
            "Description": v2.describe(voucher),
            "Comment": f"posexport {voucher.reference} · {trail.source} {trail.batch}".strip()[:1000],
            "ManualVoucherLines": [_journal_line(line, voucher, chart) for line in voucher.lines],
        }
        if voucher.department is not None and chart.departments is not None:
            fields["DepartmentId"] = chart.departments[voucher.department]
        return fields

    @property
    def orders(self) -> OrderBook:
        """The client's sales orders, with the same keys."""
        return SalesOrders(self._session)

    def sign_in(self) -> None:
        """Fetch a token."""
        self._session.sign_in()

    def send(self, payload: Payload, deadline_utc_s: float) -> Drafted:
        """Create the draft."""
        answered = self._session.write(
            "/JournalEntryVouchers/ManualJournals", payload, deadline_utc_s, is_guarded=False
        )
        return Drafted(v2.read_id(answered), DraftedHow.DRAFTED, answered.evidence)

    def find(
        self,
        payload: Payload,
        since_utc_s: int,
        ruled_out: frozenset[str] = frozenset(),
        listing: DraftList | None = None,
    ) -> Lookup:
        """The draft of ours, made since then, that has the payload's reference, or that has no reference and the same
        content. All other drafts read are returned as ruled out, also those deleted meanwhile."""
        listing = DraftList(since_utc_s, 0) if listing is None else listing
        found: dict[Likeness, list[str]] = {likeness: [] for likeness in Likeness}
        with listing.lock:
            self._fill(listing, since_utc_s)
            unknown = [remote_id for remote_id in self._list_candidates(listing) if remote_id not in ruled_out]
            for remote_id in unknown:
                draft = self._read_once(listing, remote_id)
                found[Likeness.OTHER if draft is None else compare(payload, draft.value)].append(remote_id)
        others = frozenset(found[Likeness.OTHER])
        named, nameless = found[Likeness.SAME] + found[Likeness.OTHERWISE], found[Likeness.NAMELESS]
        chosen = named or nameless
        if len(chosen) == 1:
            how = DraftedHow.FOUND_BY_REFERENCE if named else DraftedHow.FOUND_BY_CONTENT
            read = listing.read[chosen[0]]
            seen = Lookup(
                Drafted(chosen[0], how, read.evidence),
                others,
                is_same=not found[Likeness.OTHERWISE],
                has_other_amounts=has_other_amounts(payload, read.value),
            )
        else:
            seen = Lookup(None, others, alike=tuple(chosen or found[Likeness.DOUBTFUL]))
        return replace(seen, named=_by_reference(listing, unknown), told_at_utc_s=listing.told_at_utc_s)

    def _fill(self, listing: DraftList, since_utc_s: int) -> None:
        v2.fill_listing(self._session, listing, since_utc_s, self._list)

    def list_vouchers(self, asked: AskedVouchers, listing: DraftList) -> Mapping[str, str]:
        """From the list of drafts; those that are not known are read once each."""
        found: dict[str, str] = {}
        with listing.lock:
            self._fill(listing, asked.since_utc_s)
            listed = (str(row.get("Id")) for row in listing.rows or ())
            found |= {remote_id: "" for remote_id in listed if remote_id.lower() in asked.known}
            for remote_id in self._list_candidates(listing):
                draft = None if remote_id in found else self._read_once(listing, remote_id)
                reference = None if draft is None else find_voucher_of_day(draft.value, asked)
                if reference is not None:
                    found[remote_id] = reference
        return found

    def _read_once(self, listing: DraftList, remote_id: str) -> Answered | None:
        """A listed draft; None where it was deleted meanwhile. Raises NotSent where it exists and cannot be read yet,
        as may happen right after it was made."""
        if remote_id not in listing.read:
            draft = self._read_draft(remote_id)
            if draft is None and any(str(row.get("Id")) == remote_id for row in self._list(listing.since_utc_s)):
                raise NotSent("a draft that is listed cannot be read yet")
            listing.read[remote_id] = draft
        found: Answered | None = listing.read[remote_id]
        return found

    @staticmethod
    def _list_candidates(listing: DraftList) -> list[str]:
        """The ids of this integration's own drafts of this kind."""
        return [
            str(row.get("Id"))
            for row in listing.rows or ()
            if row.get("IsCreatedByCurrentIntegration") is not False
            and row.get("VoucherType") in (None, "Unknown", "ManualJournal")
        ]

    def _list(self, since_utc_s: int) -> list[dict[str, Any]]:
        since = {"createdDateTimeOffsetGreaterThan": v2.format_since(since_utc_s)}
        rows = v2.read_rows(self._session, "/JournalEntryVouchers", since)
        if not all(parse_guid(row.get("Id")) for row in rows):
            raise NotSent("the answer is no list of drafts")
        return rows

    def find_status(self, remote_id: str, since_utc_s: int) -> DraftStatus:
        """From the list of drafts, and for a posted one from the ledger. One that is not in the list is also read by
        its id and searched in the ledger before it is called GONE."""
        for row in self._list(since_utc_s):
            if str(row.get("Id")).lower() == remote_id.lower():
                if row.get("IsPosted"):
                    found = read_aftermath(self._session, remote_id, since_utc_s)
                    return found.standing if found else DraftStatus.POSTED
                return DraftStatus.POSTED if row.get("InApprovalWorkflow") else DraftStatus.UNPOSTED
        if self._read_draft(remote_id) is not None:
            return DraftStatus.UNPOSTED
        found = read_aftermath(self._session, remote_id, since_utc_s)
        return found.standing if found else DraftStatus.GONE

    def find_successor(self, remote_id: str, since_utc_s: int) -> str:
        """From the ledger; see `read_successor`."""
        return read_successor(self._session, remote_id, since_utc_s)

    def _read_draft(self, remote_id: str) -> Answered | None:
        """The draft; None where it does not exist."""
        return v2.read_voucher(self._session, "/JournalEntryVouchers/ManualJournals", remote_id)

    def remove(self, remote_id: str) -> DraftStatus:
        """Delete the draft. PowerOffice keeps one that is posted or under approval."""
        try:
            self._session.delete(f"/JournalEntryVouchers/{remote_id}")
        except HttpRefused as error:
            if error.is_conflict:
                return DraftStatus.POSTED
            if not error.is_not_found:
                raise
        return DraftStatus.GONE

    def attach(self, remote_id: str, page: Page, deadline_utc_s: float) -> None:
        """Add the PDF to the draft's documentation. Raises AnswerLost where it may have been added."""
        path = f"/JournalEntryVouchers/{remote_id}/VoucherPages"
        put_page(lambda: self._session.upload(path, page, deadline_utc_s), self._session.wait)

    def has_page(self, remote_id: str, page_name: str) -> bool:
        """Whether the draft has any attachment; PowerOffice does not give names. Raises VoucherNotSeen where it does
        not show the draft."""
        draft = self._read_draft(remote_id)
        if draft is None:
            raise VoucherNotSeen("it is not shown")
        return bool(draft.value.get("Pages"))

    def read_time(self) -> int | None:
        """PowerOffice's clock (UTC s); None where it has not told it."""
        return self._session.read_time()

    def read_identity(self) -> Identity:
        """The client that the key belongs to, and the privileges the key lacks."""
        return read_v2_identity(self._session, PRIVILEGES)


def _by_reference(listing: DraftList, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The references that each of these drafts names, of those that have been read."""
    named: dict[str, tuple[str, ...]] = {}
    for remote_id in ids:
        draft = listing.read.get(remote_id)
        for reference in list_references(str(fold_names(draft.value).get("description") or "")) if draft else ():
            named[reference] = (*named.get(reference, ()), remote_id)
    return named


def _journal_line(line: VoucherLine, voucher: Voucher, chart: Chart) -> dict[str, Any]:
    side = "Debit" if line.amount_ore > 0 else "Credit"
    return {
        f"{side}AccountId": find_account_id(line, chart),
        f"{side}VatId": find_vat_id(line, voucher, chart),
        "CurrencyAmount": wire_amount(abs(line.amount_ore)),
        "PostingDate": voucher.posting_date.isoformat(),
        "Description": line.description,
        **find_project(line, voucher, chart),
    }

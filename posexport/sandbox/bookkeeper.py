"""What a person in Go does with drafts and vouchers: post, send to approval, edit, reverse, correct, delete.

Lives here: those acts, on one stored draft of one company; the caller holds the world's lock.
Never here: HTTP, and what an integration may do.
A posted voucher's texts may be changed in place; every other change makes two new vouchers, a reversal and a
correction. A plain reversal makes only the first and frees the external reference of a voucher posted directly.
What is not published is decided here and named: a change of text is seen at once, without the replica's lag.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from .ledger import DIRECT_KINDS, Company, Draft, DraftLine, Reversal, Stored, check_balance, why_not_post
from .wire import Json, format_json, instant, kroner, parse_json


class NotAllowed(Exception):
    """What Go does not let a person do, in words."""


def post(company: Company, stored: Stored, now_s: float, takes_s: float = 0) -> None:
    """A person clicks Post, or Import in the import queue: the draft is posted, or gets the reason why not as its
    error. `takes_s`: how long posting takes (s)."""
    if stored.posted_at_s is not None:
        return
    stored.tried_at_s = now_s
    error = why_not_post(company, stored.draft)
    if error is None:
        mark_posted(company, stored, now_s + takes_s)
    else:
        stored.draft = replace(stored.draft, error=error)


def fail(stored: Stored, now_s: float, error: str) -> None:
    """A person clicks Import, and Go says this error instead of posting. Raises NotAllowed where it is posted
    already."""
    if stored.posted_at_s is not None:
        raise NotAllowed("It is posted already.")
    stored.tried_at_s = now_s
    stored.draft = replace(stored.draft, error=error)


def mark_posted(company: Company, stored: Stored, now_s: float) -> None:
    """Gives the next voucher number."""
    if stored.posted_at_s is None:
        stored.voucher_no = _next_no(company)
        stored.posted_at_s = now_s
        stored.draft = replace(stored.draft, posted=True, error=None)


def reverse(company: Company, stored: Stored, now_s: float, new_id: Callable[[], str]) -> None:
    """Reverse a posted voucher. Raises NotAllowed where it is not posted, or reversed already."""
    if stored.posted_at_s is None:
        raise NotAllowed("Only what is posted can be reversed.")
    if stored.reversal is None:
        stored.reversal = Reversal(new_id(), _next_no(company), now_s)
        if stored.draft.reference is not None and stored.draft.kind in DIRECT_KINDS:
            company.voucher_by_reference.pop(stored.draft.reference, None)


def correct(
    company: Company,
    stored: Stored,
    now_s: float,
    new_id: Callable[[], str],
    *,
    lines: tuple[DraftLine, ...] | None = None,
    voucher_date: date | None = None,
    description: str | None = None,
) -> Stored:
    """Make a reversal and a voucher of the corrected content; returns the latter, which the caller stores. What is not
    given stays; another date moves every line to it. Raises NotAllowed."""
    if stored.posted_at_s is None:
        raise NotAllowed("Only what is posted can be corrected; a draft is edited.")
    if stored.reversal is not None:
        raise NotAllowed("It is reversed already.")
    draft = _changed(
        replace(
            stored.draft,
            id=new_id(),
            kind="correction",
            reference=None,
            created_at=instant(now_s),
            posted=False,
            pages=(),
            correction_of=stored.draft.id,
        ),
        lines,
        voucher_date,
        description,
    )
    error = why_not_post(company, draft)
    if error is not None:
        raise NotAllowed(error)
    stored.reversal = Reversal(new_id(), _next_no(company), now_s, draft.id)
    made = Stored(draft, now_s, b"{}")
    mark_posted(company, made, now_s)
    return made


def edit(
    company: Company,
    stored: Stored,
    now_s: float,
    *,
    lines: tuple[DraftLine, ...] | None = None,
    voucher_date: date | None = None,
    description: str | None = None,
) -> None:
    """Change a draft in any way, or the text of a posted voucher. What is not given stays. Raises NotAllowed."""
    if stored.posted_at_s is not None and (lines is not None or voucher_date is not None):
        raise NotAllowed("Of what is posted only the text can be changed; anything else is a correction.")
    stored.draft = _changed(stored.draft, lines, voucher_date, description)
    stored.edited_at_s = now_s
    stored.wire = format_json(_rewritten(company, stored)).encode("utf-8", "replace")


def _changed(
    draft: Draft, lines: tuple[DraftLine, ...] | None, voucher_date: date | None, description: str | None
) -> Draft:
    if lines is None:
        lines = draft.lines
    if voucher_date is not None:
        lines = tuple(replace(line, posting_date=voucher_date) for line in lines)
    check_balance(lines)
    return replace(
        draft,
        lines=lines,
        voucher_date=voucher_date or draft.voucher_date,
        description=draft.description if description is None else description,
    )


def _next_no(company: Company) -> int:
    company.last_voucher_no += 1
    return company.last_voucher_no


# --- what is read back --------------------------------------------------------------------------------


def _rewritten(company: Company, stored: Stored) -> Json:
    """The draft as an integration reads it after a person edited it."""
    draft, kept = stored.draft, dict(parse_json(stored.wire))
    if draft.kind == "import":
        lines = [_import_line(line, at, draft) for at, line in enumerate(draft.lines, start=1)]
        return kept | {"description": draft.description, "date": draft.voucher_date, "importLines": lines}
    kept |= {"Description": draft.description, "VoucherDate": draft.voucher_date}
    if draft.kind == "manual-journal":
        kept["ManualVoucherLines"] = [
            _journal_line(company, line, at, draft, kept) for at, line in enumerate(draft.lines, start=1)
        ]
    return kept


def _import_line(line: DraftLine, at: int, draft: Draft) -> Json:
    found: dict[str, Any] = {
        "id": at,
        "documentDate": draft.voucher_date,
        "documentNumber": line.document_number,
        "postingDate": line.posting_date,
        "description": line.description,
        "accountNumber": line.account_no,
        "vatCode": line.vat_code,
        "departmentCode": line.department_code,
        "projectCode": line.project_code,
        "amount": kroner(line.amount_ore),
        "customerCode": line.customer,
        "saftSourceId": line.saft_source_id,
        "saftBatchId": line.saft_batch_id,
    }
    return {name: value for name, value in found.items() if value is not None}


def _journal_line(company: Company, line: DraftLine, at: int, draft: Draft, kept: Json) -> Json:
    """A line of an edited draft: it has one side only."""
    side, other = ("Debit", "Credit") if line.amount_ore > 0 else ("Credit", "Debit")
    day = line.posting_date or draft.voucher_date
    row = company.vat_row_on(line.vat_code, day)
    account_id = (
        company.account_ids.id_of(line.account_no)
        if line.customer is None
        else company.subledger_ids.id_of(line.customer)
    )
    first: Json = next(iter(kept["ManualVoucherLines"]), {})
    return dict.fromkeys(first) | {
        "Id": at,
        f"{side}AccountId": account_id,
        f"{side}VatId": None if row is None else company.vat_id(row),
        f"{other}AccountId": None,
        f"{other}VatId": None,
        "CurrencyAmount": kroner(abs(line.amount_ore)),
        "CurrencyCode": kept["CurrencyCode"],
        "CreatedDateTimeOffset": first.get("CreatedDateTimeOffset"),
        "DepartmentId": None if line.department_code is None else company.department_ids.id_of(line.department_code),
        "Description": line.description,
        "PostingDate": day,
        "ProjectId": None if line.project_code is None else company.projects.ids.id_of(line.project_code),
    }

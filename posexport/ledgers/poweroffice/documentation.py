"""Attaches a PDF to a new voucher: for some seconds PowerOffice may not know the voucher there.

A 404 is retried for some ten seconds, and even then only means "not yet": a later look-up shows whether the voucher is
gone. A 409 is final: the voucher is posted, or being posted.

Source: PowerOffice Go's API descriptions; other programs' experience of 404 after a write.
"""

from __future__ import annotations

from collections.abc import Callable

from posexport.core.ports.ledger import Page
from posexport.errors import PageTooLate, VoucherNotSeen
from posexport.http.evidence import with_evidence
from posexport.ledgers.poweroffice import v2
from posexport.ledgers.poweroffice.answers import HttpRefused
from posexport.ledgers.poweroffice.session import Session

WAITS_S = (1.0, 2.0, 3.0, 4.0)
"""The waits between attempts (s)."""


_POSTED = "/VoucherDocumentation"
"""What a posted voucher has; a journal draft has pages of its own."""


def replace_page(session: Session, voucher_id: str, page: Page, deadline_utc_s: float) -> None:
    """Set a PDF as a posted voucher's only documentation. Raises as `put_page`."""
    put_page(lambda: session.replace(_POSTED, {"id": voucher_id}, page, deadline_utc_s), session.wait)


def has_pdf(session: Session, voucher_id: str) -> bool:
    """Whether a posted voucher has a PDF; PowerOffice does not give its name."""
    return any(row.get("HasPdf") for row in v2.read_rows(session, _POSTED, {"id": voucher_id}))


def put_page(put: Callable[[], object], sleep: Callable[[float], None]) -> None:
    """Call `put` until the voucher is known. Raises VoucherNotSeen where it stays unknown, PageTooLate where it takes
    no attachment any more, and whatever else `put` raises."""
    for wait_s in WAITS_S:
        try:
            _put(put)
            return
        except VoucherNotSeen:
            sleep(wait_s)
    _put(put)


def _put(put: Callable[[], object]) -> None:
    try:
        put()
    except HttpRefused as error:
        if error.status == 404:
            raise with_evidence(VoucherNotSeen(error.answer), error.evidence) from None
        if error.is_conflict:
            raise with_evidence(PageTooLate(error.answer), error.evidence) from None
        raise

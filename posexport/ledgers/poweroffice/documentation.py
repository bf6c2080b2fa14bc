"""Attaches a PDF to a new voucher: for some seconds PowerOffice may not know the voucher there.

A 404 is retried for some ten seconds, and even then only means "not yet": a later look-up shows whether the voucher is
gone. A 409 is final: the voucher is posted, or being posted.

Source: PowerOffice Go's API descriptions; other programs' experience of 404 after a write.
"""

from __future__ import annotations

from collections.abc import Callable

from posexport.errors import PageTooLate, VoucherNotSeen
from posexport.http.evidence import with_evidence
from posexport.ledgers.poweroffice.answers import HttpRefused

WAITS_S = (1.0, 2.0, 3.0, 4.0)
"""The waits between one try and the next."""


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

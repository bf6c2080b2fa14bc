"""Putting a page on a voucher that has just been made: PowerOffice may not know it there for some seconds.

A 404 is waited out for some ten seconds before it is believed, and even then it only means "not yet": whoever asks
again later finds out whether the voucher is gone. A 409 is final: the voucher is posted, or on its way there.

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
    """Put it there. Raises VoucherNotSeen where the voucher stays unknown, PageTooLate where it takes no page any
    more, and what else `put` raises."""
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

"""How much of a page of many vouchers is folded, and which vouchers it has room for."""

from __future__ import annotations

from collections.abc import Sequence

from posexport.core.report import DayReport, waits
from posexport.views.venue_tables import count_rows

FOLDED_ABOVE = 12
"""Above so many vouchers each is folded."""

BY_VENUE_ABOVE = 200
"""Above so many days the overview has a table a venue."""

WHOLE_BYTES_MAX = 700_000
"""So much of the page is for whole vouchers; those that wait come first."""

_BYTES_OF_VOUCHER, _BYTES_OF_ROW, _BYTES_OF_FINDING = 4_500, 600, 900
"""What a voucher, a row of one of its tables, and a finding come to as HTML, more rather than less."""


def choose_whole(vouchers: Sequence[DayReport], room: int = WHOLE_BYTES_MAX) -> frozenset[int]:
    """The places of those vouchers that the page has room (bytes) to show whole: all where it can, else those that wait
    before the others."""
    order = sorted(range(len(vouchers)), key=lambda place: not waits(vouchers[place]))
    chosen, used = [], 0
    for place in order:
        used += _estimate_bytes(vouchers[place])
        if used > room:
            break
        chosen.append(place)
    return frozenset(chosen)


def _estimate_bytes(shown: DayReport) -> int:
    return _BYTES_OF_VOUCHER + count_rows(shown) * _BYTES_OF_ROW + len(shown.findings) * _BYTES_OF_FINDING

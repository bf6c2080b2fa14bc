"""Every kind of document there is."""

from __future__ import annotations

from posexport.core.document import VOUCHER, DocumentKind
from posexport.core.orders.document import ORDER

KINDS: dict[str, DocumentKind] = {VOUCHER.name: VOUCHER, ORDER.name: ORDER}
"""Every kind there is, by its name."""


def find_kind(name: str) -> DocumentKind:
    """The kind with this name."""
    return KINDS[name]

"""Recognizes files that other programs made, and says what to do with them.

By the names of their columns (CSV, Excel) or keys (JSON), or by how they begin. Never here: reading them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from posexport.sources.files.values import show_text

_FROM_REGISTER = (
    "Export the sales from the register as SAF-T Cash Register (SAF-T Kassasystem), or convert them to posexport's own "
    "CSV or JSON lines; the guide says how."
)
_NOT_SALES = "It is made for accounting and does not hold single tickets. "
_NO_TICKETS = "It says what was paid out, not what was sold. "


class Program(NamedTuple):
    """A program and how its files are recognized: by any of `marks` (names in lower case that are all there), or by a
    beginning (upper case)."""

    name: str
    marks: tuple[frozenset[str], ...]
    beginnings: tuple[str, ...] = ()
    why: str = ""


def _marks(*marks: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(mark.split("|")) for mark in marks)


PROGRAMS = (
    Program(
        "Zettle (iZettle)",
        _marks(
            "purchaseuuid",
            "purchases|firstpurchasehash",
            "globalpurchasenumber",
            "receipt number|card issuer|device",
            "receipt number|card type|last digits",
            "kvitteringsnummer|korttype",
            "kvitteringsnummer|kortutsteder",
            "originatortransactiontype",
        ),
    ),
    Program(
        "SumUp",
        _marks(
            "transaction id|payout id",
            "transaction id|entry mode",
            "transaction id|last 4 digits",
            "transaction id|price (gross)",
            "transaction code|payment type",
            "transaction_code|payment_type",
            "transaction_code|entry_mode",
            "transaction_code|transaction_id",
        ),
    ),
    Program(
        "Square",
        _marks(
            "gross sales|event type",
            "gross sales|payment id",
            "gross sales|card entry methods",
            "net sales|pan suffix",
            "location_id|tenders",
            "location_id|amount_money",
            "location_id|total_money|line_items",
        ),
    ),
    Program(
        "Loyverse",
        _marks(
            "receipt number|receipt type",
            "gross sales|receipt number|dining option",
            "receipt_number|receipt_type",
            "receipts|cursor",
            "receipt_number|total_money",
        ),
    ),
    Program(
        "Shopify",
        _marks(
            "lineitem name",
            "lineitem quantity",
            "financial status|fulfillment status",
            "financial_status",
            "displayfinancialstatus",
            "card source|payout status",
            "order|sale id|sale kind",
        ),
    ),
    Program(
        "Lightspeed",
        _marks(
            "line type|receipt number",
            "accountcodesale",
            "saleid|salelines",
            "saleid|timestamp",
            "register_sale_products",
            "posiosexport",
            "accountfiscid",
            "accountreference|businesslocationid",
        ),
    ),
    Program(
        "Vipps",
        _marks(
            "vippsnummer",
            "vipps-nummer",
            "vipps mobilepay",
            "salesdate|saleunitname",
            "salesdate|salesunitname",
            "salgsdato|salgssted",
            "salgsdato|salgsenhet",
            "ledgerdate|pspreference",
            "ledger_date|psp_reference",
            "ledgeramount",
            "psp reference|sales unit",
            "psp reference|merchant serial number",
            "booking date|sales unit",
            "settlementid|transactionid",
        ),
        why=_NO_TICKETS,
    ),
    Program("GBAT10 (vouchers)", (), ("GBAT10",), _NOT_SALES),
    Program("SIE (vouchers)", (), ("#FLAGGA", "#SIETYP", "#PROGRAM"), _NOT_SALES),
    Program("DSFinV-K (German registers)", _marks("z_kasse_id", "z_nr|z_erstellung", "cash_point_closing")),
)

_BESIDE_MAX = 6


def find_program(names: Collection[str], beginning: str = "") -> Program | None:
    """The program whose file has columns or keys with these names, or begins like this; None where unknown."""
    lower = {" ".join(name.lower().split()) for name in names}
    begins = beginning.lstrip("\ufeff \t\r\n\"'").upper()
    for program in PROGRAMS:
        if any(mark <= lower for mark in program.marks) or begins.startswith(program.beginnings or ("\0",)):
            return program
    return None


def explain_program(program: Program) -> tuple[str, str]:
    """What a file of this program is, and what to do instead."""
    return f"this is a file from {program.name}.", f"{program.why}{_FROM_REGISTER}"


def explain_foreign(names: Iterable[str], what: str, beginning: str = "") -> tuple[str, str]:
    """What a file is that has none of our names, and what to do instead. `what`: "columns" or "keys"."""
    listed = [name for name in names if name.strip()]
    program = find_program(listed, beginning)
    if program is not None:
        return explain_program(program)
    shown = ", ".join(show_text(name.strip()[:40]) for name in listed[:_BESIDE_MAX])
    more = ", ..." if len(listed) > _BESIDE_MAX else ""
    has = f" (its {what} are {shown}{more})" if shown else ""
    return f"this is another program's file{has}.", _FROM_REGISTER


def list_keys(value: object, depth: int = 4) -> set[str]:
    """The keys of a decoded JSON value, and of the values within it, down to `depth`."""
    if depth == 0:
        return set()
    if isinstance(value, dict):
        return set(value).union(*(list_keys(inner, depth - 1) for inner in value.values()))
    if isinstance(value, list):
        return set().union(*(list_keys(inner, depth - 1) for inner in value[:3]))
    return set()

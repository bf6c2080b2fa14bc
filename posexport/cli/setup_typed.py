"""Parses the arguments of `setup set` into a change of one row. No message repeats a value: it may be a secret pasted
by mistake."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Literal

import click

from posexport.core.setup_revision import RowAddress, parse_address
from posexport.setup.rows import RowChange, read_json, read_value

_ROWS = (
    "Write company, accounts, orders, mail, venue:ID, product_type:CODE, payment_type:CODE or vat_code:CODE; for what "
    "a venue has of its own, venue:ID/accounts, venue:ID/product_type:CODE and so on."
)

_LIKE_A_DAY = re.compile(r"@\d{1,4}([-./])\d{1,2}\1\d{1,4}$")
"""What looks like a mistyped @DAY at the end of a code: as part of the code, it would make a row that never applies."""


def parse_row_change(
    row: str, values: Sequence[str], unset: Sequence[str], value: str | None, *, add: bool, remove: bool
) -> RowChange:
    """The row change that was typed: KEY=VALUE pairs, keys to unset, or a whole row added or removed. Raises
    click.UsageError where it names no change, or more than one."""
    address = parse_address(row)
    if address is None:
        raise click.UsageError(f"{_shorten(row)} is no row of the setup. {_ROWS}")
    if remove and (add or values or unset or value is not None):
        raise click.UsageError("--remove takes the whole row out, and stands alone.")
    if remove:
        return RowChange(address, "remove")
    if value is not None and (values or unset):
        raise click.UsageError("--value is the whole row. Say either that, or KEY=VALUE and --unset.")
    if not (add or values or unset or value is not None):
        raise click.UsageError(f"Say what is to be changed of {address}: KEY=VALUE, --unset KEY, --value or --remove.")
    if add and _LIKE_A_DAY.search(address.code):
        raise click.UsageError(
            f"{_shorten(row)} does not end in a day. Write the day as in product_type:100@2026-12-01. A code that ends "
            "so itself is added by a setup file."
        )
    does: Literal["set", "add"] = "add" if add else "set"
    if value is not None:
        return RowChange(address, does, _read_whole(value), whole=True)
    return RowChange(address, does, _read_values(address, values), unset)


def _read_values(row: RowAddress, values: Sequence[str]) -> dict[str, object]:
    read: dict[str, object] = {}
    for written in values:
        key, equals, text = written.partition("=")
        key = key.strip()
        if not equals or not key:
            raise click.UsageError(
                f"Number {len(read) + 1} of what is to be set of {row} is no KEY=VALUE. Write such as account=1920."
            )
        if key in read:
            raise click.UsageError(f"{_shorten(key)} is set twice. Keep one of them.")
        read[key] = read_value(row, key, text)
    return read


def _read_whole(value: str) -> dict[str, object]:
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig") if value == "-" else value
        read: object = read_json(text)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise click.UsageError(
            """--value is no JSON of a row. Write such as '{"name": "Visa", "account": "1592"}', each key once."""
        )
    return read


def _shorten(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")

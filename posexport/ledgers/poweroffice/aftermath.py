"""What people did in PowerOffice Go to a posted voucher: whether it was reversed or corrected.

Only texts can be changed in place. Any other change makes two vouchers: one that reverses the old one and one that
corrects it; a plain reversal makes the first alone. A correction can itself be corrected: the chain is followed to its
end.

Source: the v2 OpenAPI description (spring 2025), `AccountTransactionDto`; v1's `/Reporting/AccountTransactions` has the
same by voucher number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from posexport.core.ports.ledger import DraftStatus
from posexport.errors import PowerOfficeRefused
from posexport.http.evidence import Answered
from posexport.ledgers.poweroffice import v2
from posexport.ledgers.poweroffice.fields import fold_names
from posexport.ledgers.poweroffice.session import Session

_REVERSAL = "reversalvoucher"
_NAMES = ("voucherid", "reversedvoucherid", "correctionofvoucherid")
_FIRST_DAY = "2000-01-01"
_AHEAD = timedelta(days=800)
"""How long after a voucher was made its reversal or correction may be dated."""

NEARBY = timedelta(days=62)
"""How far around the day it was made an import's reversal or correction is searched for: v1 refuses more than 50,000
rows at a time."""

Read = Callable[[str, Mapping[str, str]], Answered]
"""Reads a path of v1 with these parameters: what it holds as `data`."""


class Aftermath(NamedTuple):
    """A posted voucher's status, and the number of the voucher that corrected it last, or reversed it; "" where it
    stands as it was made, or where the number is not known."""

    standing: DraftStatus
    number: str = ""


def read_aftermath(session: Session, remote_id: str, since_utc_s: int) -> Aftermath | None:
    """The aftermath of a voucher made at or after `since_utc_s`; None where the ledger does not have it, or where the
    extension may not read the ledger."""
    try:
        rows = v2.read_rows(session, "/AccountTransactions", ask_since(since_utc_s))
    except PowerOfficeRefused:
        return None
    return judge_aftermath(rows, remote_id)


def ask_since(since_utc_s: int) -> dict[str, str]:
    """The parameters that ask for every transaction made at or after `since_utc_s`, whatever its date."""
    made = datetime.fromtimestamp(since_utc_s, UTC).date()
    return {
        "fromDate": _FIRST_DAY,
        "toDate": (made + _AHEAD).isoformat(),
        "createdDateTimeOffsetGreaterThan": v2.format_since(since_utc_s),
    }


def read_successor(session: Session, remote_id: str, since_utc_s: int) -> str:
    """The number of the voucher that corrected, or reversed, this one; "" where there is none."""
    found = read_aftermath(session, remote_id, since_utc_s)
    return found.number if found else ""


def read_import_aftermath(read: Read, import_id: str, since_utc_s: int) -> Aftermath | None:
    """The aftermath of the voucher posted from an import made at or after `since_utc_s`, by v1; None where the ledger
    does not have it, or may not be read."""
    made = datetime.fromtimestamp(since_utc_s, UTC).date()
    asked = {"fromDate": (made - NEARBY).isoformat(), "toDate": (made + NEARBY).isoformat()}
    try:
        rows = read("/Reporting/AccountTransactions", asked).value
    except PowerOfficeRefused:
        return None
    is_list = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    return judge_import(rows, import_id) if is_list else None


def judge_aftermath(rows: Iterable[Mapping[str, Any]], remote_id: str) -> Aftermath | None:
    """The aftermath of a voucher from rows of v2's ledger; None where no row belongs to it."""
    told = [fold_names(row) for row in rows]
    if not any(remote_id.lower() in map(_id, map(row.get, _NAMES)) for row in told):
        return None
    current, number, seen = remote_id.lower(), "", set[str]()
    while current not in seen:
        seen.add(current)
        successor = next((row for row in told if _corrects(row, current)), None)
        if successor is None:
            break
        current, number = _id(successor.get("voucherid")), _name(successor)
    reversal = next((row for row in told if _id(row.get("reversedvoucherid")) == current), None)
    is_reversed = any(_id(row.get("voucherid")) == current and row.get("isreversed") for row in told)
    if reversal is not None or is_reversed:
        return Aftermath(DraftStatus.REVERSED, "" if reversal is None else _name(reversal))
    return Aftermath(DraftStatus.CORRECTED if number else DraftStatus.POSTED, number)


def judge_import(rows: Iterable[Mapping[str, Any]], import_id: str) -> Aftermath | None:
    """The aftermath of the voucher posted from an import, from rows of v1's ledger; None where no row belongs to it."""
    told = [fold_names(row) for row in rows]
    own = {_id(row.get("voucherno")) for row in told if _id(row.get("createdfromimportjournalid")) == import_id.lower()}
    by_number = [
        row
        | {
            "voucherid": row.get("voucherno"),
            "reversedvoucherid": row.get("reversedvoucherno"),
            "correctionofvoucherid": row.get("correctionofvoucherno"),
        }
        for row in told
    ]
    found = list(filter(None, (judge_aftermath(by_number, number) for number in sorted(own - {""}))))
    return next((one for one in found if one.standing is not DraftStatus.POSTED), found[0] if found else None)


def _corrects(row: Mapping[str, Any], voucher: str) -> bool:
    is_reversal = str(row.get("vouchertype") or "").lower() == _REVERSAL
    return not is_reversal and bool(row.get("voucherid")) and _id(row.get("correctionofvoucherid")) == voucher


def _id(told: Any) -> str:
    return str(told or "").lower()


def _name(row: Mapping[str, Any]) -> str:
    """A voucher's number; its id where it has no number yet."""
    return str(row.get("voucherno") or row.get("voucherid") or "?")

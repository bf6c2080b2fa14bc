"""The stored sums of each business day's tickets: a day is settled far more often than its tickets change.

Recomputed from the tickets, by the database, for every day that an import touches and in the same transaction. Nothing
is sent on the stored sums alone: an export first compares them with the tickets.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, text

from posexport.core.day import stretches
from posexport.core.vat import LINE_TOLERANCE_ORE
from posexport.store.database import day_number, day_of, lock_sales, read_rows


class _Kept(NamedTuple):
    """A table of sums: its key columns, its value columns, and the expressions that give both from the tickets."""

    table: str
    key: tuple[str, ...]
    figures: dict[str, str]
    source: str

    @property
    def columns(self) -> str:
        """The names of its columns."""
        return ", ".join((*self.key, *self.figures))

    @property
    def there(self) -> str:
        """The query of the stored sums."""
        return f"SELECT {self.columns} FROM {self.table} WHERE {_OF_DAYS}"  # noqa: S608

    @property
    def anew(self) -> str:
        """The query that computes them from the tickets, in the order of an index, so that nothing is sorted."""
        figures = ", ".join(f"{how} AS {name}" for name, how in self.figures.items())
        key = ", ".join(self.key)
        return f"SELECT {key}, {figures} FROM {self.source} WHERE {_OF_DAYS} GROUP BY {key}"  # noqa: S608


_OF_DAYS = "venue_id = :venue AND business_day BETWEEN :first AND :last"

_ANY_RATE = 1_000_000_000_000
_GROSS, _VAT = "ABS(amount_ore)", "(CASE WHEN amount_ore < 0 THEN -vat_ore ELSE vat_ore END)"
_TOO_LARGE = f"ABS(amount_ore) > {_ANY_RATE} OR ABS(vat_ore) > {_ANY_RATE}"

_LOWEST_RATE = f"""
    CASE WHEN vat_ore > {LINE_TOLERANCE_ORE} AND amount_ore > vat_ore AND amount_ore <= {_ANY_RATE}
         THEN 1000000 * (vat_ore - {LINE_TOLERANCE_ORE}) / (amount_ore - vat_ore + {LINE_TOLERANCE_ORE})
         WHEN vat_ore IS NULL THEN NULL WHEN {_TOO_LARGE} OR {_VAT} <= {LINE_TOLERANCE_ORE} THEN 0
         WHEN {_GROSS} - {_VAT} + {LINE_TOLERANCE_ORE} <= 0 THEN {_ANY_RATE}
         ELSE 1000000 * ({_VAT} - {LINE_TOLERANCE_ORE}) / ({_GROSS} - {_VAT} + {LINE_TOLERANCE_ORE}) END
    """
_HIGHEST_RATE = f"""
    CASE WHEN vat_ore >= 0 AND amount_ore > vat_ore + {LINE_TOLERANCE_ORE} AND amount_ore <= {_ANY_RATE}
         THEN 1000000 * (vat_ore + {LINE_TOLERANCE_ORE}) / (amount_ore - vat_ore - {LINE_TOLERANCE_ORE}) + 1
         WHEN vat_ore IS NULL THEN NULL WHEN {_TOO_LARGE} THEN {_ANY_RATE}
         WHEN {_VAT} < -{LINE_TOLERANCE_ORE} THEN -1
         WHEN {_GROSS} - {_VAT} - {LINE_TOLERANCE_ORE} <= 0 THEN {_ANY_RATE}
         ELSE 1000000 * ({_VAT} + {LINE_TOLERANCE_ORE}) / ({_GROSS} - {_VAT} - {LINE_TOLERANCE_ORE}) + 1 END
    """
"""The rates, in millionths, that the VAT stated on one line can be of (see `core.vat.VatBounds`). Of amounts too large
to multiply, any. The first branch is that of nearly every line, a sale with VAT, and says what the others would."""

_SUMS = _Kept(
    "day_sum",
    (
        *("venue_id", "business_day", "kind", "part", "code_id", "vat_code_id", "vat_rate_bp", "customer_id"),
        *("currency_id", "register_id"),
    ),
    {
        "amount_ore": "CAST(SUM(amount_ore) AS BIGINT)",
        "positive_ore": "CAST(SUM(CASE WHEN amount_ore > 0 THEN amount_ore ELSE 0 END) AS BIGINT)",
        "vat_ore": "CAST(SUM(vat_ore) AS BIGINT)",
        "discount_ore": "CAST(SUM(discount_ore) AS BIGINT)",
        "entries": "COUNT(*)",
        "stated_ore": "CAST(COALESCE(SUM(CASE WHEN vat_ore IS NOT NULL THEN amount_ore END), 0) AS BIGINT)",
        "stated_entries": "COUNT(vat_ore)",
        "lowest_rate": f"CAST(MAX({_LOWEST_RATE}) AS BIGINT)",
        "highest_rate": f"CAST(MIN({_HIGHEST_RATE}) AS BIGINT)",
    },
    "entry",
)
_COUNTS = _Kept(
    "day_count",
    ("venue_id", "business_day", "register_id", "status"),
    {
        "tickets": "COUNT(*)",
        "sales_ore": "CAST(SUM(sales_ore) AS BIGINT)",
        "returns": "SUM(CASE WHEN sales_ore < 0 THEN 1 ELSE 0 END)",
        "returns_ore": "CAST(SUM(CASE WHEN sales_ore < 0 THEN sales_ore ELSE 0 END) AS BIGINT)",
        "first_at_utc_s": "MIN(completed_at_utc_s)",
        "last_at_utc_s": "MAX(completed_at_utc_s)",
        "first_serial": "MIN(serial)",
        "last_serial": "MAX(serial)",
        "serials": "COUNT(serial)",
        "serial_sum": "CAST(SUM(serial) AS BIGINT)",
    },
    "ticket",
)


def sum_days(connection: Connection, venue: int, days: Collection[date]) -> None:
    """Recompute the stored sums of these days. Days in between that lie near are recomputed too, to the same values."""
    lock_sales(connection)
    if connection.dialect.name == "postgresql":  # which knows little of rows that are this new, and would sort them
        connection.execute(text("SET LOCAL enable_sort = off"))
    for stretch in stretches(sorted(days)):
        of_days = {"venue": venue, "first": day_number(stretch[0]), "last": day_number(stretch[-1])}
        for kept in (_SUMS, _COUNTS):
            connection.execute(text(f"DELETE FROM {kept.table} WHERE {_OF_DAYS}"), of_days)  # noqa: S608
            connection.execute(text(f"INSERT INTO {kept.table} ({kept.columns}) {kept.anew}"), of_days)


def find_wrong_days(connection: Connection, venue: int, days: Collection[date]) -> list[date]:
    """The days whose stored sums differ from their tickets. Always empty unless somebody changed the database by
    hand."""
    wrong: set[int] = set()
    for stretch in stretches(sorted(days)):
        of_days = {"venue": venue, "first": day_number(stretch[0]), "last": day_number(stretch[-1])}
        for kept in (_SUMS, _COUNTS):
            there, anew = (set(read_rows(connection, query, of_days)) for query in (kept.there, kept.anew))
            wrong |= {row[kept.key.index("business_day")] for row in there ^ anew}
    return [day_of(number) for number in sorted(wrong)]


class SoldCode(NamedTuple):
    """A code that was sold under or paid by, with the kind of amount, and whether it occurs on a day that is not
    done."""

    kind: int
    code: str
    vat_code: str
    currency: str
    is_waiting: bool


_SOLD = """
    SELECT s.kind, c.text, v.text, u.text, MAX(CASE WHEN d.is_open THEN 1 ELSE 0 END)
    FROM day_sum s JOIN business_day d ON d.venue_id = s.venue_id AND d.business_day = s.business_day
    LEFT JOIN code c ON c.id = s.code_id LEFT JOIN code v ON v.id = s.vat_code_id
    LEFT JOIN code u ON u.id = s.currency_id
    WHERE s.venue_id = :venue AND s.business_day BETWEEN :first AND :last AND s.amount_ore <> 0
    GROUP BY s.kind, c.text, v.text, u.text ORDER BY s.kind, c.text, v.text, u.text
    """


def read_sold_codes(connection: Connection, venue: int, first: date, last: date) -> list[SoldCode]:
    """Every code in a venue's sales of these business days, once."""
    days = {"venue": venue, "first": day_number(first), "last": day_number(last)}
    rows = read_rows(connection, _SOLD, days)
    return [
        SoldCode(int(kind), code or "", vat_code or "", currency or "", bool(is_waiting))
        for kind, code, vat_code, currency, is_waiting in rows
    ]


class NamedCustomer(NamedTuple):
    """A register's customer whom amounts of a kind and code are of, and whether a day that is not done has them."""

    kind: int
    code: str
    customer: str
    is_waiting: bool


_NAMED = """
    SELECT s.kind, c.text, u.text, MAX(CASE WHEN d.is_open THEN 1 ELSE 0 END)
    FROM day_sum s JOIN business_day d ON d.venue_id = s.venue_id AND d.business_day = s.business_day
    JOIN code u ON u.id = s.customer_id LEFT JOIN code c ON c.id = s.code_id
    WHERE s.venue_id = :venue AND s.business_day >= :since AND s.customer_id <> 0
    GROUP BY s.kind, c.text, u.text ORDER BY s.kind, c.text, u.text
    """


def read_named_customers(connection: Connection, venue: int, since: date | None = None) -> list[NamedCustomer]:
    """Every customer in a venue's sales, once per kind and code of what they paid by; of business days from `since` on,
    where it is given."""
    asked = {"venue": venue, "since": 0 if since is None else day_number(since)}
    return [
        NamedCustomer(int(kind), code or "", customer, bool(is_waiting))
        for kind, code, customer, is_waiting in read_rows(connection, _NAMED, asked)
    ]

"""The ids of codes: each product type, VAT code, payment type, currency and customer is stored once."""

from __future__ import annotations

from sqlalchemy import Connection, select

from posexport.store.database import insert_row
from posexport.store.tables import CodeRow

_code = CodeRow.__table__  # type: ignore[attr-defined]


class Codes(dict[str, int]):
    """Code -> id, for every code seen so far; a missing one is looked up, and inserted where it is new."""

    def __init__(self, connection: Connection) -> None:
        super().__init__({"": 0})
        self._connection = connection

    def __missing__(self, code: str) -> int:
        found = self._connection.execute(select(_code.c.id).where(_code.c.text == code)).scalar()
        self[code] = int(found) if found is not None else insert_row(self._connection, _code, text=code)
        return self[code]

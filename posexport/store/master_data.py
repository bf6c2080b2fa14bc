"""Names and codes from a company's files, stored by its organization number."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Connection, insert, select, update

from posexport.core.findings.setup_rows import Names
from posexport.core.sales import MasterData
from posexport.store.database import read_rows
from posexport.store.tables import MasterDataRow

_master = MasterDataRow.__table__  # type: ignore[attr-defined]


def save_master_data(connection: Connection, master: MasterData) -> None:
    """Merge a file's master data into what is stored; the file's entries win. Customers are stored elsewhere
    (`store.credit_facts`)."""
    master = replace(master, customers={})
    known = load_master_data(connection, master.organization_number)
    merged = (known or MasterData()).merged(master)
    document = json.dumps(
        {
            "company_name": merged.company_name,
            "organization_number": merged.organization_number,
            "product_types": dict(merged.product_types),
            "payment_types": dict(merged.payment_types),
            "vat_codes": dict(merged.vat_codes),
            "standard_vat_codes": dict(merged.standard_vat_codes),
            "articles": dict(merged.articles),
            "basics": {key: list(value) for key, value in merged.basics.items()},
            "registers": [list(register) for register in merged.registers],
        },
        ensure_ascii=False,
    )
    key = master.organization_number
    if known is None:
        connection.execute(insert(_master).values(organization_number=key, document=document))
    elif merged != known:
        renewed = {"document": document, "version": _master.c.version + 1}
        connection.execute(update(_master).where(_master.c.organization_number == key).values(**renewed))


def read_master_versions(connection: Connection) -> dict[str, int]:
    """By organization number, how often its master data has changed."""
    return dict(read_rows(connection, "SELECT organization_number, version FROM master_data", {}))


def load_master_data(connection: Connection, organization_number: str) -> MasterData | None:
    """A company's merged master data; None where there is none."""
    found = select(_master.c.document).where(_master.c.organization_number == organization_number)
    document = connection.execute(found).scalar()
    if document is None:
        return None
    data = json.loads(document)
    data["basics"] = {key: (value[0], value[1]) for key, value in data["basics"].items()}
    data["registers"] = tuple((row[0], row[1], row[2]) for row in data["registers"])
    return MasterData(**data)


_CASH = "12001"
"""The predefined code of cash, among payment types (basic type 12)."""


def read_cash_codes(connection: Connection, organization_numbers: Collection[str]) -> frozenset[str]:
    """The payment types that files of these organization numbers, or of none, describe as cash."""
    found: set[str] = set()
    for number in {*organization_numbers, ""}:
        master = load_master_data(connection, number)
        for key, (predefined, _) in master.basics.items() if master else ():
            basic_type, _, code = key.partition(":")
            if basic_type == "12" and predefined == _CASH:
                found.add(code)
    return frozenset(found)


def read_code_names(connection: Connection, organization_numbers: Collection[str]) -> Names:
    """The names that files of these organization numbers, or of none, give product types and payment types."""
    masters = [load_master_data(connection, number) or MasterData() for number in sorted({*organization_numbers, ""})]
    return {
        "product_type": {code: name for master in masters for code, name in master.product_types.items()},
        "payment_type": {code: name for master in masters for code, name in master.payment_types.items()},
    }

"""Products and their groups (v2): which account, and so which VAT, Go would invoice each with.

The client's own standard sales account is in no call: what has neither an account nor a group with one is told as
having none. Source: the v2 OpenAPI description (spring 2025), ProductDto and ProductGroupDto.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posexport.core.orders.products import LedgerProduct, ProductCatalog
from posexport.core.ports.ledger import Chart
from posexport.ledgers.poweroffice.answers import reading
from posexport.ledgers.poweroffice.fields import fold_names, parse_text
from posexport.ledgers.poweroffice.session import Session
from posexport.ledgers.poweroffice.v2 import read_rows


def read_catalog(session: Session, chart: Chart) -> ProductCatalog:
    """Every product of the client, archived ones included, with its accounts and their VAT codes from `chart`.

    Raises NotSent where an answer cannot be interpreted, and PrivilegeMissing where reading is not allowed.
    """
    products, groups = (read_rows(session, path, {}) for path in ("/Products", "/ProductGroups"))
    with reading("products and product groups"):
        known = [_read_product(row) for row in map(fold_names, products)]
        return ProductCatalog(
            products={product.code: product for product in known if product.code},
            group_accounts={
                str(row["code"]): account for row in map(fold_names, groups) if (account := _account_of(row))
            },
            account_vat_codes={number: account.vat_code for number, account in (chart.accounts or {}).items()},
            vat_rates=chart.vat_rates,
        )


def _read_product(row: Mapping[str, Any]) -> LedgerProduct:
    return LedgerProduct(
        code=parse_text(row.get("code")),
        name=parse_text(row.get("name")),
        sales_account=_account_of(row),
        group=parse_text(row.get("productgroupcode")),
        is_archived=row.get("isarchived") is True,
    )


def _account_of(row: Mapping[str, Any]) -> str:
    """The number of its standard sales account; "" where it has none."""
    return parse_text(row.get("standardsalesaccount"))

"""Products: whether what the setup names can be invoiced with the tax that the register took.

An order line has no VAT code: the ledger takes account and VAT from the product's standard sales account, which is the
product's own, its group's, or the client's. So the product decides the tax.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from posexport.core.mapping import NO_VAT
from posexport.core.vat import VatRate, find_rate


class LedgerProduct(NamedTuple):
    """A product as the ledger has it. `sales_account`: its own standard sales account, `group`: the code of its product
    group; "" where it has none."""

    code: str
    name: str = ""
    sales_account: str = ""
    group: str = ""
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class ProductCatalog:
    """What the ledger says of products. `products`: by code. `group_accounts`: the standard sales account of each
    product group, by its code. `client_account`: the client's own, "" where it has none. `account_vat_codes`: the VAT
    code of each sales account, None where it has none."""

    products: Mapping[str, LedgerProduct] = field(default_factory=dict)
    group_accounts: Mapping[str, str] = field(default_factory=dict)
    client_account: str = ""
    account_vat_codes: Mapping[str, str | None] = field(default_factory=dict)
    vat_rates: Sequence[VatRate] = ()

    def find_sales_account(self, product: LedgerProduct) -> str:
        """Its standard sales account: its own, else its group's, else the client's; "" where there is none."""
        return product.sales_account or self.group_accounts.get(product.group, "") or self.client_account


class ProductFaultKind(StrEnum):
    """What is wrong with a product for a line."""

    NOT_SET = "not-set"
    """The setup names none for this product type and VAT code."""
    UNKNOWN = "unknown"
    """The ledger has no product with this code."""
    INACTIVE = "inactive"
    NO_ACCOUNT = "no-account"
    """Neither it, nor its group, nor the client has a standard sales account; or the account is not in the chart."""
    OTHER_VAT = "other-vat"
    """Its account has another VAT code than the line: the invoice would have another tax than the receipt."""
    OTHER_ACCOUNT = "other-account"
    """Its account is another than the voucher's: the right tax, and turnover in another place."""

    @property
    def holds(self) -> bool:
        """Whether the order waits until it is mended."""
        return self is not ProductFaultKind.OTHER_ACCOUNT


class SoldAs(NamedTuple):
    """What a line is sold as. `source`: its product type, or the setup's name of the account (`tips`). `vat_code`: the
    ledger's; `account`: the account a voucher would use, None where it has none."""

    source: str
    vat_code: str
    account: str | None = None


class ProductFault(NamedTuple):
    """One fault of one product for one kind of line. `product`: its code, "" where none is set. `account`: the standard
    sales account it has, "" where none; `vat_code`: that account's. Rates are basis points on the line's day, None
    where the ledger has none: `rate_bp` of that account's VAT code, `sold_rate_bp` of the line's."""

    kind: ProductFaultKind
    sold: SoldAs
    product: str = ""
    account: str = ""
    vat_code: str = ""
    rate_bp: int | None = None
    sold_rate_bp: int | None = None


def judge_product(product: str | None, sold: SoldAs, day: date, catalog: ProductCatalog) -> ProductFault | None:
    """What is wrong with the product that the setup names (None: none) for lines sold like this on a day: the gravest
    fault, None where there is none."""
    if not product:
        return ProductFault(ProductFaultKind.NOT_SET, sold)
    known = catalog.products.get(product)
    if known is None:
        return ProductFault(ProductFaultKind.UNKNOWN, sold, product)
    if known.is_archived:
        return ProductFault(ProductFaultKind.INACTIVE, sold, product)
    account = catalog.find_sales_account(known)
    if not account or account not in catalog.account_vat_codes:
        return ProductFault(ProductFaultKind.NO_ACCOUNT, sold, product, account)
    vat_code = catalog.account_vat_codes[account] or NO_VAT
    rates = catalog.vat_rates
    fault = ProductFault(
        ProductFaultKind.OTHER_VAT,
        sold,
        product,
        account,
        vat_code,
        find_rate(rates, vat_code, day),
        find_rate(rates, sold.vat_code, day),
    )
    if vat_code != sold.vat_code:
        return fault
    if sold.account is not None and account != sold.account:
        return fault._replace(kind=ProductFaultKind.OTHER_ACCOUNT)
    return None

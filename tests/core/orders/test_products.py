"""Products: judged by the account that the ledger would take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from posexport.core.orders.products import (
    LedgerProduct,
    ProductFault,
    ProductFaultKind,
    SoldAs,
    judge_product,
)
from posexport.core.vat import VatRate
from tests.support.orders import catalog

DAY = date(2026, 11, 20)
RATES = (VatRate("3", 2500), VatRate("31", 1500), VatRate("0", 0))
SOLD = SoldAs("food", "3", "3020")


def kind_of(fault: ProductFault | None) -> ProductFaultKind | None:
    return fault.kind if fault else None


def test_a_product_on_the_vouchers_account_is_right() -> None:
    assert judge_product("MAT25", SOLD, DAY, catalog(MAT25="3020")) is None


@pytest.mark.parametrize("product", [None, ""])
def test_a_product_that_is_not_set_holds(product: str | None) -> None:
    assert kind_of(judge_product(product, SOLD, DAY, catalog())) is ProductFaultKind.NOT_SET


def test_a_product_that_the_ledger_does_not_have_holds() -> None:
    assert kind_of(judge_product("MAT25", SOLD, DAY, catalog(MAT15="3030"))) is ProductFaultKind.UNKNOWN


def test_an_archived_product_holds_whatever_its_account() -> None:
    known = catalog(MAT25="3020")
    archived = {"MAT25": known.products["MAT25"]._replace(is_archived=True)}
    assert kind_of(judge_product("MAT25", SOLD, DAY, replace(known, products=archived))) is ProductFaultKind.INACTIVE


def test_a_product_without_any_sales_account_or_with_an_unknown_one_holds() -> None:
    assert kind_of(judge_product("MAT25", SOLD, DAY, catalog(MAT25=""))) is ProductFaultKind.NO_ACCOUNT
    assert kind_of(judge_product("MAT25", SOLD, DAY, catalog(MAT25="3999"))) is ProductFaultKind.NO_ACCOUNT


def test_the_sales_account_is_the_products_else_its_groups_else_the_clients() -> None:
    product = LedgerProduct("MAT25", group="MAT")
    known = replace(catalog(), products={"MAT25": product})
    client = replace(known, client_account="3020")
    group = replace(client, group_accounts={"MAT": "3030"})
    own = replace(group, products={"MAT25": product._replace(sales_account="3000")})
    assert kind_of(judge_product("MAT25", SOLD, DAY, known)) is ProductFaultKind.NO_ACCOUNT
    assert judge_product("MAT25", SOLD, DAY, client) is None
    assert kind_of(judge_product("MAT25", SOLD, DAY, group)) is ProductFaultKind.OTHER_VAT
    assert kind_of(judge_product("MAT25", SOLD, DAY, own)) is ProductFaultKind.OTHER_ACCOUNT


def test_the_rates_are_those_of_the_day() -> None:
    rates = (VatRate("31", 1500, None, date(2026, 11, 19)), VatRate("31", 1600, date(2026, 11, 20)), *RATES[::2])
    fault = judge_product("MAT25", SOLD, DAY, replace(catalog(MAT25="3030"), vat_rates=(*rates, VatRate("3", 2500))))
    assert fault is not None
    assert fault.rate_bp == 1600


def test_a_line_without_vat_fits_an_account_without_a_vat_code() -> None:
    assert judge_product("TIPS", SoldAs("tips", "0", "2911"), DAY, catalog(TIPS="2911")) is None
    assert kind_of(judge_product("TIPS", SOLD, DAY, catalog(TIPS="2911"))) is ProductFaultKind.OTHER_VAT


def test_where_no_account_is_known_for_the_voucher_only_the_tax_is_judged() -> None:
    assert judge_product("MAT25", SoldAs("food", "3"), DAY, catalog(MAT25="3000")) is None

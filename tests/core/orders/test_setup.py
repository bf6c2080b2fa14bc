"""The setup's rules for credit sales on a day: credit types, dates, products."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from posexport.core.company import Company, parse_company
from posexport.core.finding import Finding, Severity
from posexport.core.findings.setup_rows import name_row
from posexport.core.mends import MendKind
from posexport.core.order_setup import CustomerMode, Mixed, OrderSetup, Route
from posexport.core.orders.order import OrderProducts
from posexport.core.orders.route import CreditRules
from posexport.core.orders.setup import credit_rules, order_products
from posexport.core.sales import CREDIT_SALE
from posexport.texts.describe import fix_of

DAY = date(2026, 11, 20)


def company_of(venue: dict[str, Any] | None = None, **keys: Any) -> Company:
    """A company with one venue, from the keys of its setup document."""
    own = {"id": "brygga", "name": "Brygga", "export_from": "2026-01-01", **(venue or {})}
    return parse_company({"id": "kai", "name": "Kai AS", "organization_number": "974760673", "venue": [own], **keys})


def rules_of(company: Company, day: date = DAY) -> CreditRules:
    return credit_rules(company, company.venues[0].on(day))


def products_of(company: Company, day: date = DAY) -> OrderProducts:
    return order_products(company, company.venues[0].on(day))


ON: dict[str, Any] = {"invoicing": "orders", "orders": {"from": "2026-11-15"}}


@pytest.mark.parametrize(
    ("row", "is_credit"),
    [
        ({"account": "1500"}, True),
        ({"account": "1500", "credit": False}, True),
        ({"account": "1500", "customer_ledger": False}, True),
        ({"account": "1579", "credit": True}, True),
        ({"credit": True}, True),
        ({"account": "1579"}, False),
        ({"account": "1900"}, False),
        ({}, False),
    ],
)
def test_a_type_on_the_customers_account_is_credit_whether_it_says_so_or_not(
    row: dict[str, Any], is_credit: bool
) -> None:
    rules = rules_of(company_of(payment_type=[{"code": "REGNING", **row}]))
    assert ("REGNING" in rules.credit_types) is is_credit
    assert ("REGNING" in rules.transferred) is is_credit


def test_what_is_not_transferred_is_credit_all_the_same() -> None:
    rules = rules_of(company_of(payment_type=[{"code": "REGNING", "account": "1500", "transfer": False}]))
    assert "REGNING" in rules.credit_types
    assert "REGNING" not in rules.transferred


def test_a_receipt_without_payment_is_credit_once_the_setup_says_which_type_it_is() -> None:
    types = [{"code": "REGNING", "account": "1579"}]
    without = rules_of(company_of(payment_type=types))
    assert CREDIT_SALE not in without.credit_types
    named = rules_of(company_of(payment_type=types, credit_type="REGNING"))
    assert all(code in named.credit_types for code in (CREDIT_SALE, "REGNING"))
    assert all(code in named.transferred for code in (CREDIT_SALE, "REGNING"))


def test_a_receipt_without_payment_is_left_out_where_its_type_is() -> None:
    types = [{"code": "REGNING", "account": "1500", "transfer": False}]
    rules = rules_of(company_of(payment_type=types, credit_type="REGNING"))
    assert CREDIT_SALE in rules.credit_types
    assert CREDIT_SALE not in rules.transferred


def test_the_days_count_only_where_invoicing_is_on() -> None:
    orders = {"from": "2026-11-15", "until": "2026-11-30", "credit_before": "left-out", "mixed": "whole"}
    off = rules_of(company_of(orders=orders))
    assert (off.invoices_from, off.invoices_until, off.credit_before) == (None, None, None)
    on = rules_of(company_of(invoicing="orders", orders=orders))
    assert (on.invoices_from, on.invoices_until) == (date(2026, 11, 15), date(2026, 11, 30))
    assert (on.mixed, on.credit_before) == (Mixed.WHOLE, Route.LEFT_OUT)


def test_a_company_that_says_nothing_has_no_orders_and_takes_codes_for_customer_numbers() -> None:
    assert company_of().orders == OrderSetup()
    assert company_of().orders.customers is CustomerMode.NUMBER


def test_every_key_of_orders_is_read() -> None:
    keys = {
        "from": "2026-11-15",
        "until": "2026-12-31",
        "customers": "match",
        "mixed": "whole",
        "credit_before": "voucher",
        "confirm": True,
        "department_from": "customer",
        "rounding_product": "ØRE",
        "products": {"tips": "DRIKKE", "gift_cards": "KORT", "rounding": "AVR"},
        "projects": "create",
        "not_invoiced_days": 9,
    }
    assert company_of(invoicing="orders", orders=keys).orders == OrderSetup(
        is_on=True,
        invoices_from=date(2026, 11, 15),
        invoices_until=date(2026, 12, 31),
        customers=CustomerMode.MATCH,
        mixed=Mixed.WHOLE,
        credit_before=Route.VOUCHER,
        is_confirmed=True,
        department_from="customer",
        rounding_product="ØRE",
        tips="DRIKKE",
        gift_cards="KORT",
        rounding="AVR",
        projects_created=True,
        not_invoiced_days=9,
    )


@pytest.mark.parametrize(
    ("day", "is_invoiced"),
    [(date(2026, 11, 14), False), (date(2026, 11, 15), True), (date(2026, 11, 30), True), (date(2026, 12, 1), False)],
)
def test_the_first_and_the_last_day_are_both_included(day: date, is_invoiced: bool) -> None:
    company = company_of(invoicing="orders", orders={"from": "2026-11-15", "until": "2026-11-30"})
    assert company.orders.invoices(day) is is_invoiced
    assert rules_of(company, day).invoices(day) is is_invoiced


# Products


def row(code: str, **keys: Any) -> dict[str, Any]:
    return {"code": code, **keys}


def test_a_product_is_found_by_product_type_and_vat_code() -> None:
    company = company_of(
        **ON, product_type=[row("Mat", accounts={"3": "3020"}, products={"3": "MAT25", "31": "MAT15"})]
    )
    found = products_of(company)
    assert [found.find("Mat", code) for code in ("3", "31", "33", None)] == ["MAT25", "MAT15", None, None]
    assert found.find("Drikke", "3") is None


def test_what_is_no_sale_line_has_products_of_its_own() -> None:
    orders = {"from": "2026-11-15", "rounding_product": "ØRE", "products": {"tips": "DRIKKE", "rounding": "AVR"}}
    found = products_of(company_of(invoicing="orders", orders=orders))
    assert (found.tips, found.gift_cards, found.rounding, found.difference) == ("DRIKKE", None, "AVR", "ØRE")


def test_a_venue_says_only_which_products_and_accounts_are_others() -> None:
    own = [row("Mat", products={"31": "BRYGGE15"}), row("Øl", accounts={"3": "3022"})]
    shared = [
        row("Mat", accounts={"3": "3020", "31": "3030"}, products={"3": "MAT25", "31": "MAT15"}),
        row("Øl", accounts={"3": "3020"}, products={"3": "ØL25"}),
    ]
    company = company_of({"product_type": own}, product_type=shared)
    found, mapping = products_of(company), company.venues[0].mapping
    assert [found.find("Mat", "3"), found.find("Mat", "31"), found.find("Øl", "3")] == ["MAT25", "BRYGGE15", "ØL25"]
    assert [mapping.sales_account("Mat", "31"), mapping.sales_account("Øl", "3")] == ["3030", "3022"]


def test_a_venues_row_without_products_has_its_own_accounts_alone_as_it_always_had() -> None:
    company = company_of(
        {"product_type": [row("Mat", name="Brygge", accounts={"3": "3021"})]},
        product_type=[row("Mat", accounts={"3": "3020", "31": "3030"})],
    )
    mapping = company.venues[0].mapping
    assert (mapping.sales_account("Mat", "3"), mapping.sales_account("Mat", "31")) == ("3021", None)


def test_products_change_on_the_day_that_a_row_counts_from() -> None:
    rows = [
        row("Mat", accounts={"3": "3020"}, products={"3": "GAMMEL"}),
        row("Mat", accounts={"3": "3020"}, products={"3": "NY"}, valid_from="2026-11-20"),
    ]
    company = company_of(**ON, product_type=rows)
    assert products_of(company, date(2026, 11, 19)).find("Mat", "3") == "GAMMEL"
    assert products_of(company, date(2026, 11, 20)).find("Mat", "3") == "NY"


def test_codes_that_look_the_same_have_the_same_product() -> None:
    company = company_of(product_type=[row("Kald  mat ", products={"3": "MAT25"})])
    assert products_of(company).find("Kald mat", "3") == "MAT25"
    assert products_of(company).find("Kald  mat ", "3") == "MAT25"


# Which row to write a product in


def missing_product(source: str = "Mat", variant: str = "sale") -> Finding:
    return Finding("order-product-missing", Severity.ERROR, {"source": source, "vat_code": "31"}, variant)


@pytest.mark.parametrize(
    ("own", "day", "expected"),
    [
        ([], date(2026, 11, 19), None),
        ([], date(2026, 11, 20), "product_type:Mat@2026-11-20"),
        ([row("Mat", name="Brygge")], date(2026, 11, 20), "venue:brygga/product_type:Mat"),
        ([row("Øl")], date(2026, 11, 20), "product_type:Mat@2026-11-20"),
    ],
)
def test_a_missing_product_is_written_in_the_row_that_counts_on_the_day(
    own: list[dict[str, Any]], day: date, expected: str | None
) -> None:
    rows = [row("Mat", accounts={"3": "3020"}), row("Mat", accounts={"3": "3020"}, valid_from="2026-11-20")]
    company = company_of({"product_type": own}, product_type=rows)
    named = name_row(missing_product(), company, company.venues[0], day)
    (mend,) = named.list_mends()
    assert mend.kind is MendKind.SET_PRODUCT
    assert mend.facts.get("row") == expected
    assert "copies" not in mend.facts, "a product is in no voucher: no drafted day needs a row of its own"
    dated = expected is not None and "@" in expected
    assert ("valid_from = 2026-11-20" in fix_of(named, "en")) is dated
    assert ("[[company.venue.product_type]]" in fix_of(named, "en")) is bool(expected and "venue" in expected)


def test_a_product_of_what_is_no_sale_line_has_no_row() -> None:
    company = company_of({"product_type": [row("tips")]})
    other = missing_product("tips", "other")
    assert name_row(other, company, company.venues[0], DAY) == other
    assert "under [company.orders.products]: tips" in fix_of(other, "en")

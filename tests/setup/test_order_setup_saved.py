"""Orders where a setup is saved: what a company keeps that its file leaves out, and when they may begin and end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from posexport.app.setup import STAYING, Applied, apply_setup
from posexport.app.setup_revisions import restore_revision
from posexport.app.setup_rows import set_rows
from posexport.core.codes import Codes
from posexport.core.company import Company
from posexport.core.order_setup import CustomerMode, Route
from posexport.core.orders.setup import credit_rules
from posexport.core.setup_revision import RowAddress
from posexport.errors import UsageError
from posexport.setup.file import read_setup
from posexport.setup.rows import RowChange
from tests.support.harness import FRIDAY, MAPPING, SATURDAY, Shop, sale, setup_text
from tests.support.looks import add_row, overwrite_rows, read_rows

CASH_ONLY = MAPPING.replace(
    '  [[company.payment_type]]\n  code = "CREDIT"\n  name = "Kreditt"\n  account = "1500"\n', ""
)
LEFT_OUT = MAPPING.replace('account = "1500"\n', 'account = "1500"\n  transfer = false\n')
ON = 'invoicing = "orders"'


def orders(first: date | str = "", last: date | str = "", more: str = "") -> str:
    """The table of orders."""
    lines = [f"from = {first}" if first else "", f"until = {last}" if last else "", more]
    return "\n".join(["  [company.orders]", *filter(None, lines)]) + "\n"


def save(shop: Shop, table: str = "", mapping: str = MAPPING, company: str = "") -> Applied:
    path = shop.folder / "fjordmat.toml"
    path.write_text(setup_text(mapping=mapping + table, company=company, customers=""), encoding="utf-8")
    with shop.open() as workspace:
        return apply_setup(workspace, read_setup(path, workspace.load_setup(), shop.environ))


def switch_on(shop: Shop, first: date, last: date | str = "", mapping: str = MAPPING) -> Applied:
    return save(shop, orders(first, last), mapping, ON)


def saved(shop: Shop) -> Company:
    with shop.open() as workspace:
        return workspace.load_setup().companies[0]


def forget_mode(shop: Shop) -> None:
    """Let the company be one that was set up before customers had modes."""
    ((kept,),) = read_rows(shop, "company", "document")
    document = json.loads(kept)
    del document["orders"]
    overwrite_rows(shop, "company", {"document": json.dumps(document, ensure_ascii=False)})


def seal(shop: Shop, day: date, route: Route, key: str = "0123456789abcdef") -> None:
    number = day.year * 10_000 + day.month * 100 + day.day
    add_row(
        shop,
        "credit_route",
        venue_id=1,
        document_key=key,
        business_day=number,
        route=route.value,
        sealed_at_utc_s=0,
        moved_by="",
        why="",
        share="",
    )


# Customers


def test_a_company_that_is_new_has_its_customers_linked_by_a_person_and_is_told(both: Shop) -> None:
    applied = save(both)
    assert saved(both).document["orders"] == {"customers": "linked"}
    assert saved(both).orders.customers is CustomerMode.LINKED
    (note,) = applied.notes
    assert note.startswith("company fjordmat: a person links each of the register's customers to one in PowerOffice Go")
    assert 'customers = "number" under [company.orders]' in note


def test_the_same_file_again_changes_nothing_and_says_nothing(both: Shop) -> None:
    save(both)
    again = save(both)
    assert (again.changes, again.notes, again.revisions) == ((), (), {"fjordmat": 1})
    assert saved(both).orders.customers is CustomerMode.LINKED


def test_a_company_whose_customers_cannot_be_read_goes_by_numbers(shop: Shop) -> None:
    path = shop.folder / "fjordmat.toml"
    text = setup_text(customers="").replace('subscription_key = "env:PO_SUB"\n', "")
    path.write_text(text, encoding="utf-8")
    with shop.open() as workspace:
        assert apply_setup(workspace, read_setup(path, workspace.load_setup(), shop.environ)).notes == ()
    assert "orders" not in saved(shop).document
    save(shop)
    assert saved(shop).orders.customers is CustomerMode.NUMBER, "it was set up before, whatever keys it has now"


def test_a_company_without_credit_is_told_once_it_has_some(shop: Shop) -> None:
    assert save(shop, mapping=CASH_ONLY).notes == ()
    assert saved(shop).orders.customers is CustomerMode.LINKED
    (note,) = save(shop).notes
    assert 'customers = "linked"' in note


def test_a_company_set_up_before_goes_on_with_its_customers_numbers(both: Shop) -> None:
    save(both)
    forget_mode(both)
    applied = save(both)
    assert (applied.changes, applied.notes) == ((), ())
    assert "orders" not in saved(both).document
    assert saved(both).orders.customers is CustomerMode.NUMBER


@pytest.mark.parametrize("mode", ["number", "match", "create", "linked"])
def test_what_the_file_says_of_customers_counts_and_is_kept_when_it_says_nothing_later(shop: Shop, mode: str) -> None:
    assert save(shop, orders(more=f'customers = "{mode}"')).notes == ()
    save(shop, mapping=MAPPING.replace('"3022"', '"3000"'))
    assert saved(shop).document["orders"] == {"customers": mode}


def test_a_mode_that_was_kept_is_changed_by_saying_another(shop: Shop) -> None:
    save(shop)
    assert save(shop, orders(more='customers = "match"')).changes == ("orders: customers linked -> match",)


def test_a_row_of_orders_is_set_and_keeps_the_rest(shop: Shop) -> None:
    save(shop)
    row = RowAddress("orders")
    with shop.open() as workspace:
        change = RowChange(row, values={"from": "2027-01-01", "products.tips": "TIPS"})
        told = set_rows(workspace, None, [change], shop.environ).applied.changes
    assert told == ("orders: from not set -> 2027-01-01", "orders: product for tips: not set -> TIPS")
    assert saved(shop).document["orders"] == {"from": "2027-01-01", "customers": "linked", "products": {"tips": "TIPS"}}
    with shop.open() as workspace:
        set_rows(workspace, None, [RowChange(row, unset=["customers", "products.tips"])], shop.environ)
    assert saved(shop).document["orders"] == {"from": "2027-01-01", "customers": "linked"}


def test_the_products_of_a_row_are_set_also_where_it_counts_from_a_day(shop: Shop) -> None:
    save(shop)
    dated = RowAddress("product_type", "100", "", "2026-12-01")
    with shop.open() as workspace:
        changes = [
            RowChange(RowAddress("product_type", "100"), values={"products.3": "MAT25"}),
            RowChange(dated, "add", values={"products.3": "NY25"}),
        ]
        told = set_rows(workspace, None, changes, shop.environ).applied.changes
    assert "product type 100: product for VAT code 3: not set -> MAT25" in told
    assert "product type 100 from 2026-12-01: new" in told
    with shop.open() as workspace:
        change = RowChange(dated, values={"products.31": "NY15"})
        assert set_rows(workspace, None, [change], shop.environ).applied.changes == (
            "product type 100 from 2026-12-01: product for VAT code 31: not set -> NY15",
        )
    venue = saved(shop).venues[0]
    assert venue.on(date(2026, 11, 30)).mapping.product_types["100"].products == {"3": "MAT25"}
    assert venue.on(date(2026, 12, 1)).mapping.product_types["100"].products == {"3": "NY25", "31": "NY15"}
    assert venue.on(date(2026, 12, 1)).mapping.sales_account("100", "3") == "3020"


def test_an_old_revision_comes_back_as_it_was(shop: Shop) -> None:
    save(shop)
    forget_mode(shop)
    save(shop, mapping=MAPPING.replace('"3022"', '"3000"'))  # revision 2: set up before customers had modes
    save(shop, orders(more='customers = "match"'))
    with shop.open() as workspace:
        restore_revision(workspace, None, 2, shop.environ, STAYING)
    assert "orders" not in saved(shop).document


# Credit that was left out


def test_credit_that_was_left_out_stays_so_before_orders_begin(both: Shop) -> None:
    save(both, mapping=LEFT_OUT)
    (note,) = switch_on(both, SATURDAY).notes
    assert note.startswith("company fjordmat: credit sales before 2026-11-21 stay out of the vouchers")
    assert 'credit_before = "left-out"' in note
    assert saved(both).orders.credit_before is Route.LEFT_OUT
    again = switch_on(both, SATURDAY)
    assert (again.changes, again.notes) == ((), ())
    assert saved(both).orders.credit_before is Route.LEFT_OUT


def test_credit_that_was_booked_has_nothing_before(shop: Shop) -> None:
    save(shop)
    assert switch_on(shop, SATURDAY).notes == ()
    assert "credit_before" not in saved(shop).document["orders"]


def test_what_the_file_says_of_the_days_before_counts(shop: Shop) -> None:
    save(shop, mapping=LEFT_OUT)
    table = orders(SATURDAY, more='credit_before = "voucher"')
    assert save(shop, table, company=ON).notes == ()
    assert saved(shop).orders.credit_before is Route.VOUCHER


def test_a_row_that_counts_until_orders_begin_says_it_by_itself(shop: Shop) -> None:
    save(shop, mapping=LEFT_OUT)
    later = f'  [[company.payment_type]]\n  code = "CREDIT"\n  valid_from = {SATURDAY}\n  account = "1500"\n'
    assert switch_on(shop, SATURDAY, mapping=LEFT_OUT + later).notes == ()
    assert "credit_before" not in saved(shop).document["orders"]


def test_orders_are_switched_on_a_row_at_a_time(shop: Shop) -> None:
    save(shop, mapping=LEFT_OUT)
    rows = [
        RowChange(RowAddress("payment_type", "CREDIT", "", str(SATURDAY)), "add", {"transfer": True}),
        RowChange(RowAddress("orders"), values={"from": str(SATURDAY)}),
        RowChange(RowAddress("company"), values={"invoicing": "orders"}),
    ]
    for change in rows:
        with shop.open() as workspace:
            set_rows(workspace, None, [change], shop.environ)
    company = saved(shop)
    assert company.orders.invoices_from == SATURDAY
    assert credit_rules(company, company.venues[0].on(FRIDAY)).transferred == Codes()
    assert "CREDIT" in credit_rules(company, company.venues[0].on(SATURDAY)).transferred


def test_types_that_disagreed_have_no_rule_for_the_days_before(both: Shop) -> None:
    invoice = '  [[company.payment_type]]\n  code = "INVOICE"\n  account = "1500"\n'
    save(both, mapping=LEFT_OUT + invoice)
    with pytest.raises(UsageError) as refused:
        switch_on(both, SATURDAY, mapping=MAPPING + invoice)
    assert "transfer = false left CREDIT out of the vouchers, and INVOICE was in them" in str(refused.value)
    assert "valid_from = 2026-11-21" in str(refused.value)
    assert not saved(both).orders.is_on
    later = f'  [[company.payment_type]]\n  code = "CREDIT"\n  valid_from = {SATURDAY}\n  account = "1500"\n'
    switch_on(both, SATURDAY, mapping=LEFT_OUT + invoice + later)
    assert saved(both).orders.is_on


def test_what_was_left_out_is_forgotten_with_orders_switched_off(shop: Shop) -> None:
    save(shop, mapping=LEFT_OUT)
    switch_on(shop, SATURDAY)
    save(shop)
    assert saved(shop).document["orders"] == {"customers": "linked"}
    assert switch_on(shop, SATURDAY).notes == ()
    assert "credit_before" not in saved(shop).document["orders"], "it was in the vouchers meanwhile"


# Which day they begin on


def draft_credit(shop: Shop, *days: date, paid: str = "CREDIT") -> None:
    """Draft days with a sale on credit each."""
    shop.sell(*(sale(n, "800.00", at=f"{day}T12:00:00", paid=paid) for n, day in enumerate(days, start=1)))
    exported = shop.export(days[0], days[-1])
    assert {shown.state.value for shown in exported.report.vouchers} == {"drafted"}


def test_orders_begin_after_the_last_day_whose_voucher_has_credit(both: Shop) -> None:
    both.apply()
    draft_credit(both, FRIDAY - timedelta(days=1), FRIDAY)
    for first in (date(2026, 11, 1), FRIDAY - timedelta(days=1)):
        with pytest.raises(UsageError) as refused:
            switch_on(both, first)
        assert (
            "2026-11-19 to 2026-11-20 are drafted with credit sales in the voucher; use 2026-11-21, or move single days"
        ) in str(refused.value)
    with pytest.raises(UsageError, match="2026-11-20 is drafted with credit sales in the voucher; use 2026-11-21"):
        switch_on(both, FRIDAY)
    assert not saved(both).orders.is_on
    switch_on(both, SATURDAY)
    assert saved(both).orders.is_on
    with pytest.raises(UsageError, match="use 2026-11-21"):
        switch_on(both, FRIDAY)


def test_a_voucher_without_credit_is_in_nobodys_way(both: Shop) -> None:
    both.apply()
    draft_credit(both, FRIDAY, paid="CARD")
    switch_on(both, FRIDAY - timedelta(days=9))
    assert saved(both).orders.invoices_from == FRIDAY - timedelta(days=9)


def test_credit_that_was_left_out_is_in_no_voucher(shop: Shop) -> None:
    shop.apply(mapping=LEFT_OUT)
    shop.sell(sale(1, "800.00", paid="CREDIT"), sale(2, "100.00"))
    shop.export()
    switch_on(shop, FRIDAY)
    assert saved(shop).orders.invoices_from == FRIDAY


def test_a_type_that_becomes_credit_only_now_counts_too(shop: Shop) -> None:
    shop.apply()
    draft_credit(shop, FRIDAY, paid="CARD")
    credit = MAPPING.replace('account = "1592"\n', 'account = "1592"\n  credit = true\n')
    with pytest.raises(UsageError, match="2026-11-20 is drafted with credit sales"):
        switch_on(shop, FRIDAY, mapping=credit)


def test_days_behind_the_last_day_of_orders_do_not_matter(shop: Shop) -> None:
    shop.apply()
    draft_credit(shop, FRIDAY)
    switch_on(shop, date(2026, 11, 1), FRIDAY - timedelta(days=1))
    assert saved(shop).orders.invoices_until == FRIDAY - timedelta(days=1)


def test_a_last_day_that_is_lifted_leaves_vouchers_as_they_are_and_tells_it(both: Shop) -> None:
    both.apply()
    switch_on(both, date(2026, 11, 1), FRIDAY - timedelta(days=1))
    draft_credit(both, FRIDAY)
    (note,) = switch_on(both, date(2026, 11, 1)).notes
    assert note == "company fjordmat: 2026-11-20 is drafted with credit sales in the voucher; there they stay"


# Days that have orders


def test_days_with_orders_stay_days_of_orders(both: Shop) -> None:
    switch_on(both, date(2026, 11, 1))
    save(both, orders(date(2026, 11, 1)), company=ON)
    seal(both, FRIDAY, Route.ORDER)
    seal(both, SATURDAY, Route.VOUCHER, "fedcba9876543210")
    first = date(2026, 11, 1)
    changes: dict[str, Callable[[], Applied]] = {
        "Write from = 2026-11-20 or earlier;": lambda: switch_on(both, SATURDAY),
        "Write until = 2026-11-20 or later;": lambda: switch_on(both, first, FRIDAY - timedelta(days=1)),
        'until = 2026-11-20 or later, with invoicing = "orders" and from = 2026-11-01;': lambda: save(both),
    }
    for told, change in changes.items():
        with pytest.raises(UsageError) as refused:
            change()
        assert "the credit sales of 2026-11-20 are orders" in str(refused.value)
        assert told in str(refused.value)
        assert (saved(both).orders.invoices_from, saved(both).orders.invoices_until) == (first, None)
    switch_on(both, FRIDAY, FRIDAY)
    assert (saved(both).orders.invoices_from, saved(both).orders.invoices_until) == (FRIDAY, FRIDAY)


def test_orders_that_were_moved_to_vouchers_hold_nobody(shop: Shop) -> None:
    switch_on(shop, date(2026, 11, 1))
    seal(shop, FRIDAY, Route.VOUCHER)
    seal(shop, SATURDAY, Route.LEFT_OUT, "fedcba9876543210")
    save(shop)
    assert not saved(shop).orders.is_on


# Drafted days stay as they are


@pytest.mark.parametrize("mapping", [MAPPING, LEFT_OUT])
def test_a_drafted_day_is_the_same_before_and_after_orders_are_switched_on(both: Shop, mapping: str) -> None:
    both.apply(mapping=mapping)
    both.sell(sale(1, "800.00", paid="CREDIT"), sale(2, "100.00"))
    both.export()
    before = read_rows(both, "delivery", "reference", "fingerprint", "lines")
    applied = switch_on(both, SATURDAY)
    assert applied.drafted == ()
    assert [shown.state.value for shown in both.preview(FRIDAY, FRIDAY).vouchers] == ["drafted"]
    assert both.export().report.vouchers == ()
    assert read_rows(both, "delivery", "reference", "fingerprint", "lines") == before

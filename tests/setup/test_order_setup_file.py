"""Orders in the setup file: what is read and written, and every refusal with its line and mend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from posexport.core.codes import Codes
from posexport.core.company import Company, Setup
from posexport.core.order_setup import CustomerMode, Mixed, Route
from posexport.core.sales import MasterData
from posexport.errors import SetupFault, SetupRefused
from posexport.setup.file import format_setup, read_setup, read_setup_file
from posexport.setup.pydantic_models import format_schema
from posexport.setup.schema import ORDERS
from posexport.setup.starter import format_draft

COMPANY = """\
[[company]]
id = "kai"
name = "Kai AS"
organization_number = "974760673"
application_key = "env:PO_APP_KEY"
subscription_key = "env:PO_SUB_KEY"
"""
ON = 'invoicing = "orders"\n'
VENUE = """
  [[company.venue]]
  id = "brygga"
  name = "Brygga"
  client_key = "env:PO_CLIENT_KEY"
  registers = ["1"]
  export_from = 2026-01-01
"""
ACCOUNT = """
  [[company.payment_type]]
  code = "REGNING"
  account = "1500"
"""
FROM = """
  [company.orders]
  from = 2026-12-01
"""
KEYS = {"PO_APP_KEY": "an-application-key", "PO_SUB_KEY": "a-subscription-key", "PO_CLIENT_KEY": "a-client-key"}


def read(tmp_path: Path, text: str, environ: Mapping[str, str] = KEYS) -> Company:
    path = tmp_path / "kai.toml"
    path.write_text(text, encoding="utf-8")
    (company,) = read_setup(path, Setup(), environ)
    return company


def notes_of(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = tmp_path / "kai.toml"
    path.write_text(text, encoding="utf-8")
    return read_setup_file(path, Setup(), KEYS).notes


def fault_of(tmp_path: Path, text: str) -> SetupFault:
    """The only fault of a file."""
    with pytest.raises(SetupRefused) as refused:
        read(tmp_path, text)
    (fault,) = refused.value.faults
    return fault


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), start=1) if part in line)


# What is read and written


def test_the_least_that_switches_orders_on(tmp_path: Path) -> None:
    orders = read(tmp_path, COMPANY + ON + VENUE + ACCOUNT + FROM).orders
    assert orders.is_on
    assert str(orders.invoices_from) == "2026-12-01"
    assert (orders.customers, orders.mixed, orders.not_invoiced_days) == (CustomerMode.NUMBER, Mixed.SHARE, 14)


FULL = """
  [[company.product_type]]
  code = "100"
  accounts = { "3" = "3020", "31" = "3030" }
  products = { "3" = 4711, "31" = "MAT15" }

  [company.orders]
  from = 2026-12-01
  until = 2027-01-31
  customers = "match"
  mixed = "whole"
  credit_before = "left-out"
  confirm = true
  department_from = "customer"
  rounding_product = 99
  projects = "create"
  not_invoiced_days = 7

    [company.orders.products]
    tips = "DRIKKE"
    gift_cards = 12
    rounding = "AVR"
"""


def test_every_key_comes_back_as_it_was_written_and_product_codes_are_text(tmp_path: Path) -> None:
    company = read(tmp_path, COMPANY + ON + VENUE + ACCOUNT + FULL)
    assert company.orders.credit_before is Route.LEFT_OUT
    assert (company.orders.rounding_product, company.orders.gift_cards) == ("99", "12")
    assert company.venues[0].mapping.product_types["100"].products == {"3": "4711", "31": "MAT15"}
    for with_defaults in (False, True):
        text = format_setup([company], with_defaults=with_defaults)
        again = read(tmp_path, text)
        assert (again.orders, again.document) == (company.orders, company.document)
    assert "from = 2026-12-01\n" in text and "until = 2027-01-31\n" in text


def test_what_says_no_more_than_its_default_is_not_kept(tmp_path: Path) -> None:
    written = 'mixed = "share"\nconfirm = false\nprojects = "off"\nnot_invoiced_days = 14\ndepartment_from = "venue"\n'
    company = read(tmp_path, COMPANY + 'invoicing = "off"\n' + VENUE + FROM + written)
    assert company.document["orders"] == {"from": "2026-12-01"}
    assert "invoicing" not in company.document


def test_the_mode_of_customers_is_kept_whatever_it_is(tmp_path: Path) -> None:
    for mode in CustomerMode:
        company = read(tmp_path, COMPANY + VENUE + f'\n  [company.orders]\n  customers = "{mode.value}"\n')
        assert company.document["orders"] == {"customers": mode.value}


def test_every_mode_that_there_is_can_be_written() -> None:
    choices: dict[str, set[str]] = {
        name: set(field.kind.choices()) for name, field in ORDERS.items() if field.kind.choices is not None
    }
    assert choices["customers"] == {mode.value for mode in CustomerMode}
    assert choices["mixed"] == {mixed.value for mixed in Mixed}
    assert choices["credit_before"] == {route.value for route in Route if route is not Route.ORDER}


def test_a_venue_has_products_of_its_own(tmp_path: Path) -> None:
    own = '\n    [[company.venue.product_type]]\n    code = "100"\n    products = { "3" = "BRYGGE25" }\n'
    company = read(tmp_path, COMPANY + ON + VENUE + own + ACCOUNT + FULL)
    mapping = company.venues[0].mapping
    assert mapping.product_types["100"].products == {"3": "BRYGGE25", "31": "MAT15"}
    assert mapping.sales_account("100", "3") == "3020"
    assert read(tmp_path, format_setup([company])).document == company.document


def test_an_editor_knows_the_keys_of_orders() -> None:
    schema = format_schema()
    orders = schema["$defs"]["company_orders"]
    assert orders["properties"].keys() == ORDERS.keys()
    assert orders["properties"]["customers"]["enum"] == ["linked", "match", "create", "number"]
    assert orders["properties"]["from"]["examples"] == ["2026-12-01"]
    assert "products" in schema["$defs"]["company_product_type"]["properties"]


# What is missing


def test_orders_may_stand_beside_invoicing_that_is_off(tmp_path: Path) -> None:
    company = read(tmp_path, COMPANY + VENUE + '\n  [company.orders]\n  customers = "linked"\n')
    assert (company.orders.is_on, company.orders.customers) == (False, CustomerMode.LINKED)


def test_orders_need_a_first_day(tmp_path: Path) -> None:
    text = COMPANY + ON + VENUE + ACCOUNT
    fault = fault_of(tmp_path, text)
    assert fault.line == line_of(text, "invoicing")
    assert fault.what == 'company kai has no from under [company.orders], and invoicing = "orders".'
    assert fault.fix.endswith("under [company.orders]: from = 2026-12-01")
    text += '\n  [company.orders]\n  mixed = "share"\n'
    assert fault_of(tmp_path, text).line == line_of(text, "[company.orders]")


@pytest.mark.parametrize("target", ["import", "journal"])
def test_orders_need_a_subscription_key_whatever_way_the_vouchers_go(tmp_path: Path, target: str) -> None:
    text = COMPANY.replace('subscription_key = "env:PO_SUB_KEY"', f'target = "{target}"') + ON + VENUE + ACCOUNT + FROM
    fault = fault_of(tmp_path, text)
    assert fault.line == 1
    assert "company kai has no subscription_key" in fault.what
    assert fault.fix == 'Add one, such as: subscription_key = "env:PO_SUBSCRIPTION_KEY"'


def test_without_orders_the_import_queue_needs_no_subscription_key(tmp_path: Path) -> None:
    text = COMPANY.replace('subscription_key = "env:PO_SUB_KEY"\n', "") + VENUE + ACCOUNT + FROM
    assert not read(tmp_path, text).orders.is_on


def test_orders_are_in_kroner_alone(tmp_path: Path) -> None:
    text = COMPANY + 'currency = "EUR"\n' + ON + VENUE + ACCOUNT + FROM
    fault = fault_of(tmp_path, text)
    assert fault.line == line_of(text, "currency")
    assert fault.what == 'currency = "EUR" cannot go with invoicing = "orders": orders are made in NOK alone.'
    assert fault.fix.startswith("Take invoicing out: sales on credit stay in the vouchers.")
    assert not read(tmp_path, text.replace(ON, "")).orders.is_on
    assert read(tmp_path, text.replace('"EUR"', '"nok"')).orders.is_on


def test_a_folder_takes_no_orders(tmp_path: Path) -> None:
    text = COMPANY + 'target = "file"\noutput = "bilag"\n' + ON + VENUE + ACCOUNT + FROM
    fault = fault_of(tmp_path, text)
    assert fault.line == line_of(text, "invoicing")
    assert fault.what == 'invoicing = "orders" cannot go with target "file", which takes no orders.'
    assert fault.fix == 'Choose target = "import" or "journal" or "ledger", or take invoicing out.'


@pytest.mark.parametrize(
    "row", ["", '\n  [[company.payment_type]]\n  code = "KORT"\n  account = "1592"\n  credit = false\n']
)
def test_orders_need_a_credit_payment_type(tmp_path: Path, row: str) -> None:
    text = COMPANY + ON + VENUE + row + FROM
    fault = fault_of(tmp_path, text)
    assert fault.line == line_of(text, "invoicing")
    assert "no credit payment type" in fault.what
    assert fault.fix == 'Write credit = true on the payment type that is paid later by invoice, or account = "1500".'


@pytest.mark.parametrize(
    "rows",
    [
        '  [[company.payment_type]]\n  code = "FAKTURA"\n  account = "1579"\n  credit = true\n',
        '  [[company.payment_type]]\n  code = "FAKTURA"\n  credit = true\n',
        '  [[company.venue.payment_type]]\n  code = "FAKTURA"\n  account = "1500"\n',
        '  [[company.payment_type]]\n  code = "FAKTURA"\n  valid_from = 2027-01-01\n  account = "1500"\n',
        '  [[company.payment_type]]\n  code = "FAKTURA"\n\n  [company.accounts]\n  credit_type = "FAKTURA"\n',
    ],
)
def test_a_credit_payment_type_may_stand_wherever_payment_types_do(tmp_path: Path, rows: str) -> None:
    assert read(tmp_path, COMPANY + ON + VENUE + rows + FROM).orders.is_on


# What contradicts itself


@pytest.mark.parametrize("says", ["", "  credit = true\n", "  credit = false\n"])
def test_what_is_on_credit_has_no_second_switch(tmp_path: Path, says: str) -> None:
    text = COMPANY + ON + VENUE + ACCOUNT + says + "  transfer = false\n" + FROM
    fault = fault_of(tmp_path, text)
    assert fault.line == line_of(text, "transfer")
    assert fault.what == 'payment type REGNING is credit and has transfer = false, and invoicing = "orders".'
    assert fault.fix.startswith("The route decides; remove transfer.")


def test_the_switch_is_found_under_a_venue_and_on_any_account(tmp_path: Path) -> None:
    own = '\n    [[company.venue.payment_type]]\n    code = "FAKTURA"\n    credit = true\n    transfer = false\n'
    text = COMPANY + ON + VENUE + own + ACCOUNT + FROM
    assert fault_of(tmp_path, text).line == line_of(text, "transfer")


def test_without_orders_credit_may_be_left_out(tmp_path: Path) -> None:
    text = COMPANY + VENUE + ACCOUNT + "  transfer = false\n" + FROM
    assert read(tmp_path, text).venues[0].mapping.left_out == Codes({"REGNING"})


def test_what_is_paid_at_once_may_be_left_out_beside_orders(tmp_path: Path) -> None:
    text = COMPANY + ON + VENUE + ACCOUNT + FROM
    text += '\n  [[company.payment_type]]\n  code = "GAVE"\n  account = "2901"\n  transfer = false\n'
    assert read(tmp_path, text).venues[0].mapping.left_out == Codes({"GAVE"})


@pytest.mark.parametrize(
    ("first", "later", "until", "is_refused"),
    [
        ("", "2026-12-01", "", False),  # left out to the day before orders begin
        ("", "2026-12-02", "", True),  # one day too long
        ("", "2026-11-01", "", False),
        ("2027-02-01", "", "2027-01-31", False),  # left out again from the day after the last
        ("2027-01-31", "", "2027-01-31", True),
        ("2027-02-01", "", "", True),
    ],
)
def test_a_row_that_counts_on_no_day_of_orders_may_leave_credit_out(
    tmp_path: Path, first: str, later: str, until: str, is_refused: bool
) -> None:
    left_out = ACCOUNT + "  transfer = false\n" + (f"  valid_from = {first}\n" if first else "")
    booked = ACCOUNT + (f"  valid_from = {later}\n" if later else "")
    text = COMPANY + ON + VENUE + left_out + booked + FROM + (f"  until = {until}\n" if until else "")
    if is_refused:
        assert fault_of(tmp_path, text).line == line_of(text, "transfer")
    else:
        assert read(tmp_path, text).orders.is_on


def test_the_last_day_is_not_before_the_first(tmp_path: Path) -> None:
    text = COMPANY + VENUE + FROM + "  until = 2026-11-30\n"
    fault = fault_of(tmp_path, text)
    assert fault.line == line_of(text, "until")
    assert fault.what == "until is 2026-11-30, which is before from (2026-12-01)."
    assert read(tmp_path, text.replace("2026-11-30", "2026-12-01")).orders.invoices_until is not None


def test_what_is_not_credit_by_a_word_and_is_by_its_account_is_told(tmp_path: Path) -> None:
    text = COMPANY + ON + VENUE + ACCOUNT + "  credit = false\n" + FROM
    (note,) = notes_of(tmp_path, text)
    assert note.startswith(f"line {line_of(text, 'credit')}: payment type REGNING counts as credit all the same. ")


# Products


def test_a_product_for_a_vat_code_without_an_account_is_told_and_saved_all_the_same(tmp_path: Path) -> None:
    row = '\n  [[company.product_type]]\n  code = "Mat"\n  accounts = { "3" = "3020", "33" = "" }\n'
    text = COMPANY + VENUE + row + '  products = { "3" = "A", "33" = "B", "31" = "C" }\n'
    (note,) = notes_of(tmp_path, text)
    line = line_of(text, "products")
    assert note.startswith(f"line {line}: product type Mat has a product for VAT code 31, and no account for it. ")


def test_a_venues_products_are_held_against_its_companys_accounts_where_it_has_none(tmp_path: Path) -> None:
    own = '\n    [[company.venue.product_type]]\n    code = "Mat"\n    products = { "3" = "A", "5" = "B" }\n'
    shared = '\n  [[company.product_type]]\n  code = "Mat"\n  accounts = { "3" = "3020" }\n'
    (note,) = notes_of(tmp_path, COMPANY + VENUE + own + shared)
    assert "VAT code 5" in note


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ('products = { "3" = true }', 'products."3" is true or false; expected text in quotes.'),
        ('products = { "3" = 4.5 }', 'products."3" is a decimal number; expected text in quotes.'),
        ('products = { "3" = "" }', 'products."3" is empty.'),
        ('products = ["MAT25"]', "products is a list; expected a table of products."),
        ('products = { "25 %" = "MAT25" }', 'products."25 %" is "25 %", which is no VAT code in Go.'),
    ],
)
def test_a_product_is_a_code_for_a_vat_code(tmp_path: Path, written: str, what: str) -> None:
    text = COMPANY + VENUE + '\n  [[company.product_type]]\n  code = "Mat"\n  ' + written + "\n"
    fault = fault_of(tmp_path, text)
    assert fault.line == line_of(text, "products")
    assert fault.what == what


# Slips


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("form = 2026-12-01", "Did you mean from?"),
        ('customer = "linked"', "Did you mean customers?"),
        ('customers = "linkd"', 'Did you mean "linked"?'),
        ('mixed = "half"', 'Write one of "share", "whole".'),
        ('credit_before = "order"', 'Write one of "left-out", "voucher".'),
        ("confirm = 1", "Write it as: confirm = true"),
        ("not_invoiced_days = 26", "Write days from 1 to 25; 14 is usual."),
        ("not_invoiced_days = 0", "Write days from 1 to 25; 14 is usual."),
        ('from = "soon"', "Write it as: from = 2026-12-01"),
        ("until = 1926-12-31", "Write the last business day whose credit sales become orders."),
        ('products = { tip = "TIPS" }', '"tips", "gift_cards", "rounding"'),
        ('department_from = "register"', 'Write one of "venue", "customer".'),
        ('projects = "yes"', 'Write one of "off", "create".'),
        ('invoicing = "orders"', "It belongs under [[company]]."),
    ],
)
def test_a_slip_is_told_with_its_line_and_what_to_write(tmp_path: Path, written: str, told: str) -> None:
    text = COMPANY + VENUE + f"\n  [company.orders]\n  {written}\n"
    fault = fault_of(tmp_path, text)
    assert fault.line == line_of(text, written)
    assert told in fault.fix


def test_orders_stand_in_a_table(tmp_path: Path) -> None:
    text = COMPANY + 'orders = "on"\n' + VENUE
    fault = fault_of(tmp_path, text)
    assert (fault.line, fault.fix) == (line_of(text, "orders"), "Begin it with a line of its own: [company.orders]")


def test_the_words_for_invoicing_are_told(tmp_path: Path) -> None:
    text = COMPANY + "invoicing = true\n" + VENUE
    fault = fault_of(tmp_path, text)
    assert fault.what == 'invoicing is true or false; expected one of "off", "orders".'


def test_the_example_of_every_key_is_valid_toml() -> None:
    read_back: dict[str, Any] = {name: tomllib.loads(f"key = {field.example}")["key"] for name, field in ORDERS.items()}
    assert read_back["products"] == {"tips": "TIPS", "gift_cards": "GAVEKORT", "rounding": "AVR"}


def test_a_drafted_setup_has_orders_as_comments_that_can_be_made_lines(tmp_path: Path) -> None:
    drafted = format_draft(MasterData(), "brygga", export_from=date(2026, 12, 1))
    table = drafted.partition("  # [company.orders]\n")[2]
    lines = re.findall(r"(?m)^  # (\w+ = .*)$", table)
    assert [line.partition(" = ")[0] for line in lines] == ["from", "rounding_product", "products", "customers"]
    company = read(tmp_path, COMPANY + VENUE + "\n[company.orders]\n" + "\n".join(lines))
    assert (company.orders.rounding_product, company.orders.tips) == ("AVR", "TIPS")

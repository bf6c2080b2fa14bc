"""What a register's code is: its name stands beside it, from the setup or from the register's own files, and can be
typed where nobody has told it."""

from __future__ import annotations

from typing import Any

import pytest

from posexport.core.roles import Grant, Role
from posexport.core.sales import MasterData
from posexport.store.master_data import save_master_data
from tests.support.harness import Shop, sale
from tests.support.looks import read_rows
from tests.support.office import Office, Visitor, open_office

DAY, NUMBER = "/v/torget/2026-11-21", "999999999"
ACCOUNTS = "/c/fjordmat/accounts"


def tell_names(shop: Shop, number: str = NUMBER) -> None:
    """What a register's file says of its codes."""
    names = MasterData(
        organization_number=number, product_types={"330": "Cocktails"}, payment_types={"VIPPS": "Vipps på telefon"}
    )
    with shop.open() as workspace, workspace.database.writing() as connection:
        save_master_data(connection, names)


def sell_unknown(shop: Shop, paid: str = "CARD") -> None:
    shop.sell(sale(2, "80.00", at="2026-11-21T12:00:00", product="330", paid=paid))


def choose(visitor: Visitor, nth: int = 0, **fields: str) -> None:
    """The page that chooses an account, from a finding of the day that lacks one; with `fields`, sent too."""
    visitor.get(DAY)
    links = [str(a.get("href")) for a in visitor.tree.iter("a") if "/account?" in str(a.get("href"))]
    visitor.get(links[nth])
    if fields:
        visitor.post(f"{DAY}/account", visitor.find_form(f"{DAY}/account") | fields)


def row_of(office: Office, table: str, code: str) -> dict[str, Any]:
    (company,) = office.workspace.load_setup().companies
    return next(row for row in company.document[table] if row["code"] == code)


@pytest.mark.parametrize("number", [NUMBER, ""])
def test_a_code_that_the_registers_files_name_has_its_name_wherever_it_is_shown(both: Shop, number: str) -> None:
    both.apply()
    tell_names(both, number)
    sell_unknown(both, "VIPPS")
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        kari.get(DAY)
        assert "Varegruppe 330 (Cocktails) med mva-kode 3" in kari.text
        assert "Betalingsmåte VIPPS (Vipps på telefon) har tatt imot 80,00" in kari.text
        kari.get("/")
        assert "VIPPS (Vipps på telefon)" in kari.text
        choose(kari, nth=1)
        assert "Varegruppe 330 (Cocktails)" in kari.text
        assert kari.find_form(f"{DAY}/account")["name"] == "Cocktails"
        kari.get(ACCOUNTS)
        assert "330 Cocktails" in kari.text
        choose(kari, nth=1, account="3024")
        assert row_of(office, "product_type", "330") == {
            "code": "330",
            "name": "Cocktails",
            "accounts": {"3": "3024"},
        }


UNNAMED = "Kassens filer sier ikke hva koden heter."


def test_a_day_says_that_nobody_has_told_what_a_code_is_called(both: Shop) -> None:
    both.apply()
    sell_unknown(both, "VIPPS")
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        kari.get(DAY)
        assert kari.text.count(UNNAMED) == 2
        choose(kari)
        assert UNNAMED in kari.text
        tell_names(both)
        kari.get(DAY)
        assert "330 (Cocktails)" in kari.text and UNNAMED not in kari.text
        choose(kari)
        assert UNNAMED not in kari.text


def test_names_that_come_after_the_sales_are_told_of_days_that_wait(both: Shop) -> None:
    both.apply()
    sell_unknown(both)
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        kari.get("/")
        assert "Varegruppe 330 med mva-kode 3" in kari.text
        tell_names(both)
        kari.get("/")
        assert "Varegruppe 330 (Cocktails) med mva-kode 3" in kari.text


def test_the_name_of_the_setup_is_told_rather_than_that_of_the_files(both: Shop) -> None:
    both.apply(mapping=_with_330('name = "Drinker"'))
    tell_names(both)
    sell_unknown(both)
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        choose(kari)
        assert "Varegruppe 330 (Drinker)" in kari.text and "Cocktails" not in kari.text
        assert "name" not in kari.find_form(f"{DAY}/account")
        kari.send(f"{DAY}/account", account="3024", name="Something else")
        assert row_of(office, "product_type", "330")["name"] == "Drinker"


def _with_330(keys: str) -> str:
    from tests.support.harness import MAPPING

    return f'  [[company.product_type]]\n  code = "330"\n  {keys}\n{MAPPING}'


@pytest.mark.parametrize("of_row", ["", 'accounts = { "31" = "3030" }'])
def test_a_name_that_nobody_has_told_can_be_typed_and_is_kept_in_the_setup(both: Shop, of_row: str) -> None:
    both.apply(**({"mapping": _with_330(of_row)} if of_row else {}))
    sell_unknown(both, "VIPPS")
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        choose(kari, nth=1, name=" Cocktails ", account="3024")
        assert "Konto 3024 er lagret" in kari.text
        assert row_of(office, "product_type", "330")["name"] == "Cocktails"
        kari.get(DAY)
        assert "Cocktails" in kari.text  # it stands on the voucher's line
        choose(kari, name="", account="1592")
        assert "name" not in row_of(office, "payment_type", "VIPPS")


@pytest.mark.parametrize("name", ["x" * 257, "Cock\ttails"])
def test_what_is_no_name_is_not_taken(both: Shop, name: str) -> None:
    both.apply()
    sell_unknown(both)
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        choose(kari, name=name, account="3024")
        assert kari.page.status_code == 422 and "Skriv navnet på én linje" in kari.text
        assert kari.find_form(f"{DAY}/account")["name"] == name.replace("\t", " ")  # nothing typed is lost
        assert len(read_rows(both, "setup_revision", "who")) == 1


def test_a_code_without_a_name_can_be_named_among_the_accounts(both: Shop) -> None:
    both.apply()
    sell_unknown(both)
    both.sell(sale(3, "10.00", at="2026-11-21T13:00:00", product="330", vat_code="31"))
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        kari.get(ACCOUNTS)
        assert len(kari.tree.xpath("//input[@name='product_type:330|name']")) == 1  # once, of two VAT codes
        assert "product_type:100|name" not in kari.find_form(ACCOUNTS)
        typed = {"product_type:330|name": "Cocktails", "product_type:330|accounts.3": "3024"}
        kari.post(ACCOUNTS, kari.find_form(ACCOUNTS) | typed)
        assert "Lagret" in kari.text and "330 Cocktails" in kari.text
        assert row_of(office, "product_type", "330") == {
            "code": "330",
            "name": "Cocktails",
            "accounts": {"3": "3024"},
        }

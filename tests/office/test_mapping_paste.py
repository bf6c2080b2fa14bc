"""Accounts from a setup file: pasted or chosen, looked at row by row, and saved as one revision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from posexport.core.roles import Grant, Role
from tests.support.harness import BRYGGA, FRIDAY, MAPPING, VENUES, Shop, sale, setup_text
from tests.support.looks import count_rows, read_rows
from tests.support.office import Office, Visitor, open_office

PASTE = "/c/fjordmat/accounts/paste"
COCKTAILS = """
[[company.product_type]]
code = "330"
name = "Cocktails"
accounts = { "3" = "3024" }
"""


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    both.apply(venues=VENUES + BRYGGA)
    both.sell(sale(1), sale(2, "80.00", product="330"))
    with open_office(both) as office:
        yield office


@pytest.fixture
def kari(office: Office) -> Visitor:
    return office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))


def paste(visitor: Visitor, text: str, removes: str = "") -> None:
    visitor.get(PASTE)
    visitor.send(PASTE, text=text, removes=removes)


def document_of(office: Office) -> dict[str, Any]:
    (company,) = office.workspace.load_setup().companies
    return company.document


def main_of(visitor: Visitor) -> str:
    return str(visitor.tree.xpath("//main")[0].text_content())


def changes_shown(visitor: Visitor) -> list[str]:
    return [" ".join(str(one.text_content()).split()) for one in visitor.tree.xpath("//main//li")]


def test_what_is_pasted_is_shown_row_by_row_and_saved_when_it_is_confirmed(
    office: Office, kari: Visitor, both: Shop
) -> None:
    kari.get("/c/fjordmat/accounts")
    kari.click("Kontoer fra fil")
    before = count_rows(both, "setup_revision")
    paste(kari, COCKTAILS + '[[company.payment_type]]\ncode = "CARD"\nname = "Bankkort"\naccount = "1593"\n')
    assert "Lagre endringene (2)?" in kari.text
    assert changes_shown(kari) == ["varegruppe 330: lagt til", "betalingsmåte CARD: account 1592 -> 1593"]
    assert count_rows(both, "setup_revision") == before  # nothing is saved by looking
    form = kari.find_form(f"{PASTE}/save")
    kari.send(f"{PASTE}/save", why="Nye kontoer fra revisor")
    assert kari.page.url.path == "/c/fjordmat/accounts" and "Lagret." in kari.text
    kari.post(f"{PASTE}/save", form)  # once more is once
    assert kari.page.url.path == "/c/fjordmat/accounts" and kari.page.status_code == 200
    assert count_rows(both, "setup_revision") == before + 1
    assert read_rows(both, "setup_revision", "who", "why", "kind")[-1] == (
        "Kari Moe",
        "Nye kontoer fra revisor",
        "set",
    )
    types = {row["code"]: row for row in document_of(office)["product_type"]}
    assert types["330"]["accounts"] == {"3": "3024"} and set(types) == {"100", "200", "330"}
    assert read_rows(both, "office_log", "act", "who")[-1] == ("mapping-saved", "Kari Moe")
    kari.get(f"/v/torget/{FRIDAY}")
    assert "MANGLER KONTO" not in kari.text


def test_the_setup_as_it_is_shown_changes_nothing_and_a_whole_file_changes_accounts_alone(
    office: Office, kari: Visitor
) -> None:
    kari.get("/c/fjordmat/accounts/file")
    shown = kari.page.text
    paste(kari, shown, removes="yes")
    assert "Ingenting endres: oppsettet er slik alt." in kari.text
    other = setup_text(venues=VENUES).replace("Torget Kafé", "Another").replace('"1592"', '"1599"')
    paste(kari, other.replace('target = "import"', 'target = "journal"'))
    assert changes_shown(kari) == ["betalingsmåte CARD: account 1592 -> 1599"]


def test_rows_that_the_text_lacks_go_only_where_that_is_asked_for(office: Office, kari: Visitor) -> None:
    paste(kari, COCKTAILS)
    assert changes_shown(kari) == ["varegruppe 330: lagt til"]
    paste(kari, COCKTAILS, removes="yes")
    assert changes_shown(kari) == ["varegruppe 100: fjernet", "varegruppe 200: fjernet", "varegruppe 330: lagt til"]
    assert "Rader som blir fjernet: 2." in kari.text
    kari.send(f"{PASTE}/save")
    document = document_of(office)
    assert [row["code"] for row in document["product_type"]] == ["330"]
    assert [row["code"] for row in document["payment_type"]] == ["CASH", "CARD", "CREDIT"]


@pytest.mark.parametrize(
    "text",
    [
        COCKTAILS,
        COCKTAILS.replace("company.", ""),
        COCKTAILS.replace("\n", "\r\n"),
        f'[[company]]\nid = "tindmat"\n[[company]]\nid = "fjordmat"\n{COCKTAILS}',
    ],
)
def test_a_part_of_a_file_will_do(kari: Visitor, text: str) -> None:
    paste(kari, text)
    assert changes_shown(kari) == ["varegruppe 330: lagt til"]


def test_rows_of_a_venue_and_rows_from_a_day_on_are_taken(office: Office, kari: Visitor) -> None:
    text = """
    [[company]]
    id = "fjordmat"
      [[company.venue]]
      id = "brygga"
        [[company.venue.payment_type]]
        code = "CARD"
        account = "1594"
        [company.venue.accounts]
        tips = "2912"
      [[company.product_type]]
      code = "100"
      valid_from = 2026-12-01
      name = "Mat"
      accounts = { "31" = "3031", "3" = "3020" }
      [company.accounts]
      rounding = "7741"
      tips = "2911"
      gift_cards = "2901"
    """
    paste(kari, text)
    assert set(changes_shown(kari)) == {
        "varegruppe 100 fra 01.12.2026: lagt til",
        "konto for øreavrunding: 7740 -> 7741",
        "utsalgssted brygga: betalingsmåte CARD: lagt til",
        "utsalgssted brygga: konto for tips: ikke satt -> 2912",
    }
    kari.send(f"{PASTE}/save")
    document = document_of(office)
    (brygga,) = [venue for venue in document["venue"] if venue["id"] == "brygga"]
    assert brygga["payment_type"] == [{"code": "CARD", "account": "1594"}] and brygga["accounts"] == {"tips": "2912"}
    assert [row.get("valid_from") for row in document["product_type"] if row["code"] == "100"] == [None, "2026-12-01"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Det står ingen kontoer i teksten."),
        ("[[company.product_type]\n", "Teksten kan ikke leses (linje 1)"),
        ("x = 1", "Det står ingen kontoer"),
        ('[[company]]\nid = "tindmat"\n' + COCKTAILS, "Teksten er oppsettet til tindmat, ikke til Fjordmat AS."),
        (COCKTAILS.replace('code = "330"\n', ""), "mangler kode, eller står to ganger: product_type"),
        (COCKTAILS + COCKTAILS, "står to ganger: product_type 330"),
        ("company = 3", "ikke skrevet som i en oppsettfil"),
        ("[company]\nproduct_type = 3", "ikke skrevet som i en oppsettfil"),
        ('[[company.venue]]\nname = "x"', "ikke skrevet som i en oppsettfil"),
        ('[[company.venue]]\nid = "x"\n[[company.venue.payment_type]]\ncode = "C"', "accounts of the venue|stedet x"),
        (COCKTAILS.replace('"3024"', '"3O24"'), "se over product_type:330"),
        (COCKTAILS.replace("name =", "nam ="), "se over product_type:330"),
        ("a = " + "[" * 5000, "Teksten kan ikke leses"),
    ],
)
def test_a_text_that_cannot_be_taken_says_why_and_nothing_is_saved(
    kari: Visitor, both: Shop, text: str, told: str
) -> None:
    before = count_rows(both, "setup_revision")
    paste(kari, text)
    assert kari.page.status_code == 422
    assert any(part in kari.text for part in told.split("|")), kari.text
    shown = kari.tree.xpath("//textarea[@id='text']")[0].text_content()
    assert shown.strip().splitlines() == text.strip().splitlines()
    assert count_rows(both, "setup_revision") == before


def test_a_key_that_was_pasted_too_is_neither_kept_nor_shown_again(kari: Visitor, both: Shop) -> None:
    key = "0f6b1d0e-7a50-4b5b-9a9e-3f4f7f1d2c3b"
    text = f'[[company]]\nid = "fjordmat"\napplication_key = "{key}"\n{COCKTAILS}'
    paste(kari, text)
    assert "Lagre endringene (1)?" in kari.text and key not in kari.page.text
    kari.send(f"{PASTE}/save")
    assert "Lagret." in kari.text
    paste(kari, text.replace("accounts =", "accounts"))
    assert kari.page.status_code == 422 and key not in kari.page.text
    for table in ("company", "setup_revision", "office_log", "office_form"):
        assert key not in repr(read_rows(both, table)), table


def test_a_file_is_taken_as_a_text_is(office: Office, kari: Visitor) -> None:
    kari.get(PASTE)
    form = kari.find_form(PASTE)
    form.pop("file", None)
    sent = kari.client.post(
        PASTE,
        data=form,
        files=[("file", ("oppsett.toml", b"\xef\xbb\xbf" + COCKTAILS.encode()))],
        headers={"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8080"},
    )
    page = kari.runner.run(sent)
    assert page.status_code == 200 and "varegruppe 330: lagt til" in page.text


def test_somebody_who_was_quicker_is_named_and_nothing_of_theirs_is_lost(office: Office, kari: Visitor) -> None:
    paste(kari, COCKTAILS)
    other = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"), name="Ola Vik")
    paste(other, COCKTAILS.replace("3024", "3022"))
    other.send(f"{PASTE}/save")
    kari.send(f"{PASTE}/save")
    assert kari.page.status_code == 409 and "Ola Vik endret oppsettet" in kari.text
    types = {row["code"]: row for row in document_of(office)["product_type"]}
    assert types["330"]["accounts"] == {"3": "3022"}


@pytest.mark.parametrize("mapping", ["", "x", "[]", '{"venue": 3}', '{"product_type": 3}', '{"venue": {"x": {}}}'])
def test_a_form_that_was_made_up_saves_nothing(kari: Visitor, both: Shop, mapping: str) -> None:
    before = count_rows(both, "setup_revision")
    paste(kari, COCKTAILS)
    kari.send(f"{PASTE}/save", mapping=mapping)
    assert kari.page.status_code == 422
    assert count_rows(both, "setup_revision") == before


def test_the_pages_have_nothing_to_type_and_are_for_those_who_set_accounts(office: Office, kari: Visitor) -> None:
    kari.get(PASTE)
    assert not [typed for typed in ("posexport ", "[[", ".toml") if typed in main_of(kari)]
    paste(kari, MAPPING + COCKTAILS)
    assert not [typed for typed in ("posexport ", "[[", ".toml") if typed in main_of(kari)]
    shop = office.sign_in(Grant(Role.SHOP, "fjordmat"), name="Butikk")
    assert shop.get(PASTE).status_code == 403
    shop.get("/")
    form = shop.find_form("/logout")
    for path in (PASTE, f"{PASTE}/save"):
        assert shop.post(path, form | {"text": COCKTAILS}).status_code == 403, path

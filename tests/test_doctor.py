"""The doctor asks PowerOffice Go ahead of time, says what to click, and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import httpx
import pytest

from posexport.doctor import Diagnosis, examine
from posexport.errors import Exit
from posexport.export import apply_setup
from posexport.sandbox import Fault
from tests.harness import BRYGGA, MAPPING, SECRETS, VENUES, Shop

TARGETS = ("import", "journal", "file")
WIRE = ("import", "journal")


def ask(shop: Shop) -> list[Diagnosis]:
    with shop.open() as workplace:
        return list(examine(workplace, shop.venues(workplace), "en"))


def wrong(shop: Shop) -> list[tuple[str, str]]:
    return [(found.venue, found.about) for found in ask(shop) if found.answer == "wrong"]


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_wrong_is_said_of_a_venue_that_is_right(shop: Shop, target: str) -> None:
    shop.apply(target=target, venues=VENUES + BRYGGA)
    found = ask(shop)
    assert {diagnosis.answer for diagnosis in found} == {"ok"}
    assert {diagnosis.exit_code for diagnosis in found} == {Exit.DONE}
    assert {diagnosis.venue for diagnosis in found} == {"torget", "brygga"}
    assert any("Fjordmat AS" in diagnosis.message for diagnosis in found)


@pytest.mark.parametrize("target", WIRE)
def test_a_doctor_only_reads(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    ask(shop)
    assert {(request.method, request.path) for request in shop.world.requests if request.method != "GET"} == {
        ("POST", "/OAuth/Token")
    }
    assert shop.world.drafts() == []
    assert shop.rows("SELECT * FROM delivery") == []


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize(
    ("mapping", "venues", "words"),
    [
        (MAPPING.replace('"1592"', '"1598"'), VENUES, "1598"),
        (MAPPING.replace('"3020"', '"3999"'), VENUES, "3999"),
        (MAPPING.replace('"7740"', '"7741"'), VENUES, "7741"),
        (MAPPING.replace('"3022"', '"3100"'), VENUES, "locked"),
        (MAPPING, VENUES.replace('"10"', '"77"'), "77"),
    ],
)
def test_what_will_not_be_taken_is_the_bookkeepers_before_there_is_a_sale(
    shop: Shop, target: str, mapping: str, venues: str, words: str
) -> None:
    shop.apply(target=target, mapping=mapping, venues=venues)
    faults = [found for found in ask(shop) if found.answer == "wrong"]
    assert len(faults) == 1
    assert words in faults[0].message
    assert faults[0].fix
    assert faults[0].exit_code is Exit.BOOKKEEPER


def test_accounts_left_open_and_bank_accounts_are_warnings(shop: Shop) -> None:
    mapping = MAPPING.replace('"1592"', '"1920"') + '\n  [[company.payment_type]]\n  code = "GIFT"\n  account = ""\n'
    shop.apply(mapping=mapping)
    warnings = {found.about: found for found in ask(shop) if found.answer == "warning"}
    assert "payment GIFT" in warnings["mapping"].message
    assert "1920" in warnings["payments"].message
    assert {found.exit_code for found in warnings.values()} == {Exit.DONE}


@pytest.mark.parametrize("target", WIRE)
def test_a_venue_with_wrong_keys_stops_only_itself(shop: Shop, target: str) -> None:
    shop.apply(target=target, venues=VENUES + BRYGGA)
    shop.environ["PO_CLIENT_TORGET"] = "wrong-key"
    found = ask(shop)
    faults = [diagnosis for diagnosis in found if diagnosis.answer == "wrong"]
    assert [(fault.venue, fault.about, fault.exit_code) for fault in faults] == [("torget", "keys", Exit.INTEGRATOR)]
    assert "wrong-key" not in faults[0].message
    assert any(diagnosis.venue == "brygga" and diagnosis.answer == "ok" for diagnosis in found)


def test_a_secret_that_is_not_there_is_the_operators(shop: Shop) -> None:
    shop.apply()
    del shop.environ["PO_APP"]
    (fault,) = [found for found in ask(shop) if found.answer == "wrong"]
    assert fault.exit_code is Exit.OPERATOR
    assert "env:PO_APP" in fault.message


@pytest.mark.parametrize("target", WIRE)
def test_a_service_that_is_down_is_nobodys(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.world.faults = lambda request: Fault("status_before", 503)
    (fault,) = [found for found in ask(shop) if found.answer == "wrong"]
    assert fault.exit_code is Exit.WAIT


def test_a_key_of_another_company_is_the_integrators(shop: Shop) -> None:
    shop.apply()
    (client,) = shop.world.clients
    shop.world.add_client(replace(client, name="Elvebar AS", organization_number="123456785"))
    (fault,) = [found for found in ask(shop) if found.answer == "wrong"]
    assert (fault.about, fault.exit_code) == ("client", Exit.INTEGRATOR)
    assert "Elvebar AS (123456785), not to Fjordmat AS (999999999)" in fault.message


def test_a_privilege_that_is_missing_is_named_before_a_403_is(shop: Shop) -> None:
    shop.apply(target="journal")
    ask(shop)
    held = ["GeneralLedgerAccount", "Department", "CommonServices", "JournalEntryVoucher"]
    shop.world.set_privileges(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], held)
    faults = [found for found in ask(shop) if found.answer == "wrong"]
    assert faults[0].about == "privileges"
    assert "JournalEntryVoucher_Full" in faults[0].message
    assert faults[0].exit_code is Exit.INTEGRATOR


def test_a_lock_date_is_told(shop: Shop) -> None:
    shop.apply(target="journal")
    shop.world.set_lock_date(date(2026, 12, 31))
    found = {diagnosis.about: diagnosis for diagnosis in ask(shop)}
    assert "2026-12-31" in found["lock date"].message
    assert wrong(shop) == []


def test_two_venues_with_one_key_are_told_of(shop: Shop) -> None:
    """The setup file refuses it; an older setup may still have it."""
    shop.apply(venues=VENUES + BRYGGA)
    with shop.open() as workplace:
        (company,) = workplace.load_setup().companies
        document = dict(company.document)
        venues = [dict(venue) for venue in document["venue"]]
        venues[0]["addon"] = 1
        venues[1]["client_key"] = venues[0]["client_key"]
        apply_setup(workplace, [replace(company, document={**document, "venue": venues})])
    found = [diagnosis for diagnosis in ask(shop) if diagnosis.answer == "wrong"]
    assert len(found) == 2
    assert all("torget" in fault.message and "brygga" in fault.message for fault in found)


def test_an_answer_of_another_form_is_no_bug(shop: Shop) -> None:
    shop.apply()
    shop.line.before = lambda request: (
        httpx.Response(200, json=["what", "is", "this"]) if request.method == "GET" else None
    )
    (fault,) = [found for found in ask(shop) if found.answer == "wrong"]
    assert fault.exit_code is Exit.WAIT

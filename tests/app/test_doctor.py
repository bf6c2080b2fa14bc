"""The doctor asks PowerOffice Go ahead of time, says what to click, and changes nothing."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from posexport.app.doctor import Diagnosis, examine, format_diagnoses
from posexport.app.setup import apply_setup
from posexport.cli.printing import print_diagnosis
from posexport.errors import Exit
from posexport.sandbox import Fault
from posexport.texts.doctor import ABOUT, ANSWERS, NAMES, TEXTS
from posexport.texts.language import Lang
from tests.support.harness import BRYGGA, MAPPING, SECRETS, VENUES, Shop, sale
from tests.support.looks import read_rows

TARGETS = ("import", "journal", "ledger", "file")
WIRE = ("import", "journal", "ledger")
V2 = ("journal", "ledger")
LISTS = {"GeneralLedgerAccount": "accounts", "VatCode": "VAT codes", "Department": "departments"}


def apply(shop: Shop, target: str, **options: str) -> None:
    company = "direct_posting = true" if target == "ledger" else ""
    shop.apply(target=target, company=f"{company}\n{options.pop('company', '')}", **options)


def ask(shop: Shop, lang: Lang = "en", venues: Sequence[str] = ()) -> list[Diagnosis]:
    with shop.open() as workspace:
        return list(examine(workspace, shop.venues(workspace, venues), lang, shop.environ))


def wrong(shop: Shop) -> list[tuple[str, str]]:
    return [(found.venue, found.about) for found in ask(shop) if found.answer == "wrong"]


def faults_of(shop: Shop) -> list[Diagnosis]:
    return [found for found in ask(shop) if found.answer == "wrong"]


def one(shop: Shop, about: str) -> Diagnosis:
    """The one answer about this."""
    (found,) = [diagnosis for diagnosis in ask(shop) if diagnosis.about == about]
    return found


def refuse(shop: Shop, *ends: str) -> None:
    """Answer 403 to every read of these paths."""
    shop.world.faults = lambda request: Fault("status_before", 403) if request.path.rstrip("/").endswith(ends) else None


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_wrong_is_said_of_a_venue_that_is_right(shop: Shop, target: str) -> None:
    apply(shop, target, venues=VENUES + BRYGGA)
    found = ask(shop)
    unwell = {(diagnosis.about, diagnosis.answer) for diagnosis in found if diagnosis.answer != "ok"}
    assert unwell == ({("target", "warning")} if target == "ledger" else set())
    assert {diagnosis.exit_code for diagnosis in found} == {Exit.DONE}
    assert {diagnosis.venue for diagnosis in found} == {"torget", "brygga"}
    assert any("Fjordmat AS" in diagnosis.message for diagnosis in found)


@pytest.mark.parametrize("target", WIRE)
def test_whatever_is_asked_about_gets_an_answer(shop: Shop, target: str) -> None:
    apply(shop, target)
    asked = {"target", "keys", "client", "privileges", "department", "accounts", "VAT codes", "lock date"}
    asked |= {"mapping", "payments"} | ({"folder"} if target == "import" else set())
    assert {diagnosis.about for diagnosis in ask(shop)} == asked


@pytest.mark.parametrize("target", WIRE)
def test_a_doctor_only_reads(shop: Shop, target: str) -> None:
    apply(shop, target)
    ask(shop)
    assert {(request.method, request.path) for request in shop.world.requests if request.method != "GET"} == {
        ("POST", "/OAuth/Token")
    }
    assert shop.world.drafts() == []
    assert read_rows(shop, "delivery") == []


# Words


@pytest.mark.parametrize("table", [ABOUT, ANSWERS, NAMES, TEXTS], ids=["ABOUT", "ANSWERS", "NAMES", "TEXTS"])
def test_every_text_stands_in_both_languages_with_the_same_facts(table: dict[str, dict[str, object]]) -> None:
    for key, texts in table.items():
        assert texts.keys() == {"nb", "en"}, key
        told = {lang: set(re.findall(r"\{(\w+)\}", str(texts[lang]))) for lang in texts}
        assert told["nb"] == told["en"], key


def test_everything_that_is_told_can_be_told_in_norwegian_without_a_word_of_english(shop: Shop) -> None:
    hurt = MAPPING.replace('"1592"', '"1920"').replace('"3022"', '"3100"').replace('"7740"', '"9999"')
    gift = '\n  [[company.payment_type]]\n  code = "GIFT"\n  account = ""\n'
    found: list[Diagnosis] = []
    for target in WIRE:
        apply(shop, target, venues=VENUES.replace('"10"', '"77"') + BRYGGA, mapping=hurt + gift)
        shop.world.set_lock_date(date(2026, 12, 31))
        refuse(shop, *LISTS, "Client", "OrganizationSettings")
        found += ask(shop, "nb")
        refuse(shop)
        found += ask(shop, "nb")
        shop.environ["PO_CLIENT_TORGET"] = "wrong-key"
        found += ask(shop, "nb")
        del shop.environ["PO_CLIENT_TORGET"]
        found += ask(shop, "nb")
        shop.environ["PO_CLIENT_TORGET"] = SECRETS["PO_CLIENT_TORGET"]
    assert {diagnosis.answer for diagnosis in found} == {"ok", "warning", "wrong"}
    english = re.compile(r"\b(the|is|not|and|Menu|Settings|voucher|extension)\b", re.IGNORECASE)
    for diagnosis in found:
        own = re.sub(
            r"\(HTTP [^)]*\)", "", f"{diagnosis.message} {diagnosis.fix}"
        )  # PowerOffice's words stay as they are
        assert english.search(own) is None, diagnosis


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_whatever_is_not_well_says_what_to_click(shop: Shop, lang: Lang) -> None:
    apply(shop, "import", mapping=MAPPING.replace('"1592"', '"1920"').replace('"3022"', '"3100"'))
    refuse(shop, "Import", "Client")
    found = [diagnosis for diagnosis in ask(shop, lang) if diagnosis.answer != "ok"]
    assert len(found) >= 4
    assert all(diagnosis.fix for diagnosis in found)
    menu = "Meny > Innstillinger > Utvidelser" if lang == "nb" else "Menu > Settings > Extensions"
    assert menu in next(diagnosis.fix for diagnosis in found if diagnosis.about == "privileges")


def test_an_answer_is_told_in_the_readers_language_and_nothing_in_it_steers_a_terminal(shop: Shop) -> None:
    apply(shop, "import")
    (client,) = shop.world.clients
    shop.world.add_client(replace(client, name="\x1b[2JFjordmat\u202e AS\x9b1m", organization_number="123456785"))
    answers: tuple[tuple[Lang, str], ...] = (
        ("nb", "feil      torget · klient: "),
        ("en", "wrong    torget · client: "),
    )
    for lang, told in answers:
        text = io.StringIO()
        for diagnosis in ask(shop, lang):
            print_diagnosis(diagnosis, Console(file=text, highlight=False, width=200), lang)
        assert told in text.getvalue()
        assert not any(sign in text.getvalue() for sign in "\x1b\x9b\u202e")


def test_what_programs_read_keeps_its_shape_in_every_language(shop: Shop) -> None:
    apply(shop, "import")
    for lang in ("nb", "en"):
        checks = format_diagnoses(ask(shop, lang))["checks"]
        assert {frozenset(check) for check in checks} == {frozenset({"venue", "about", "answer", "message", "fix"})}
        assert {check["about"] for check in checks} <= ABOUT.keys()
        assert {check["answer"] for check in checks} == {"ok"}


# Where vouchers go


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("import", "import queue (API v1, demo)"),
        ("journal", "drafts (API v2, demo)"),
        ("ledger", "nobody looks at them in PowerOffice Go first"),
        ("file", "written as files to the folder"),
    ],
)
def test_it_says_where_vouchers_go_and_by_which_api(shop: Shop, target: str, words: str) -> None:
    apply(shop, target)
    told = [diagnosis for diagnosis in ask(shop) if diagnosis.about == "target"]
    assert words in told[0].message
    assert any("https://go.test" in diagnosis.message for diagnosis in told) == (target != "file")


def test_production_is_said_to_be_production(shop: Shop) -> None:
    apply(shop, "journal", company='environment = "production"')
    assert "(API v2, production)" in ask(shop)[0].message


@pytest.mark.parametrize("target", ["import", "file"])
def test_a_folder_that_can_be_written_to_is_tried_and_left_as_it_was(shop: Shop, target: str) -> None:
    apply(shop, target)
    before = sorted(shop.folder.rglob("*"))
    assert one(shop, "folder").answer == "ok"
    assert sorted(shop.folder.rglob("*")) == before, "the folder itself is made with the first file"
    made = shop.folder / ("vouchers" if target == "file" else "reports")
    made.mkdir()
    assert one(shop, "folder").answer == "ok"
    assert list(made.iterdir()) == []


@pytest.mark.parametrize("target", ["import", "file"])
def test_a_folder_that_cannot_be_written_to_is_the_operators(shop: Shop, target: str) -> None:
    key = "output" if target == "file" else "reports"
    (shop.folder / "taken").write_text("a file")
    for path in (shop.folder / "taken", shop.folder / "taken" / "below"):
        apply(shop, target, **{key: str(path)})
        fault = one(shop, "folder")
        assert (fault.answer, fault.exit_code) == ("wrong", Exit.OPERATOR)
        assert str(path) in fault.message
        assert key in fault.fix


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_of_somebody_elses_is_the_operators(shop: Shop) -> None:
    closed = shop.folder / "closed"
    closed.mkdir(mode=0o500)
    apply(shop, "import", reports=str(closed / "reports"))
    assert "Permission denied" in one(shop, "folder").message


# What a voucher would be held back by


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize(
    ("about", "mapping", "venues", "words"),
    [
        ("accounts", MAPPING.replace('"1592"', '"1598"'), VENUES, "1598"),
        ("accounts", MAPPING.replace('"3020"', '"3999"'), VENUES, "3999"),
        ("accounts", MAPPING.replace('"7740"', '"7741"'), VENUES, "7741"),
        ("accounts", MAPPING.replace('"3022"', '"3100"'), VENUES, "locked"),
        ("accounts", MAPPING.replace('"3022"', '"3906"'), VENUES, "requires a project"),
        ("accounts", f'{MAPPING}\ndiscounts = {{ "3" = "3086" }}', VENUES, "3086"),
        ("department", MAPPING, VENUES.replace('"10"', '"77"'), "77"),
        ("department", MAPPING, VENUES.replace('"10"', '"99"'), "99"),
        (
            "department",
            MAPPING.replace('"3022"', '"3905"'),
            VENUES.replace('department = "10"', ""),
            "3905",
        ),
        ("VAT codes", MAPPING.replace('go = "31"', 'go = "77"'), VENUES, "77"),
        ("VAT codes", MAPPING.replace('go = "31"', 'go = "C24"'), VENUES, "C24"),
        ("VAT codes", MAPPING.replace('go = "31"', 'go = "C99"'), VENUES, "C99"),
        ("VAT codes", MAPPING.replace('{ "3" = "3022" }', '{ "C24" = "3022" }'), VENUES, "C24"),
    ],
)
def test_what_will_not_be_taken_is_the_bookkeepers_before_there_is_a_sale(
    shop: Shop, target: str, about: str, mapping: str, venues: str, words: str
) -> None:
    apply(shop, target, mapping=mapping, venues=venues)
    (fault,) = faults_of(shop)
    assert (fault.about, fault.exit_code) == (about, Exit.BOOKKEEPER)
    assert words in fault.message
    assert fault.fix


def test_an_account_for_another_currency_is_asked_about_too(shop: Shop) -> None:
    in_euro = MAPPING.replace('account = "1900"', 'account = "1900"\n  currency_accounts = { EUR = "1906" }')
    apply(shop, "import", mapping=in_euro)
    (fault,) = faults_of(shop)
    assert "1906" in fault.message


def test_accounts_by_vat_code_are_not_asked_about_where_no_vat_is_counted(shop: Shop) -> None:
    """A client that is not registered for VAT posts everything with code 0."""
    mapping = MAPPING.replace('{ "3" = "3022" }', '{ "3" = "9999", "0" = "3900" }')
    apply(shop, "import", mapping=mapping, company="vat_registered = false")
    assert wrong(shop) == []
    warning = one(shop, "mapping")
    assert (warning.answer, "product type 100 with VAT code 0" in warning.message) == ("warning", True)
    assert "200" not in warning.message


def test_accounts_left_open_and_bank_accounts_are_warnings(shop: Shop) -> None:
    mapping = MAPPING.replace('"1592"', '"1920"') + '\n  [[company.payment_type]]\n  code = "GIFT"\n  account = ""\n'
    apply(shop, "import", mapping=mapping)
    warnings = {found.about: found for found in ask(shop) if found.answer == "warning"}
    assert "payment type GIFT" in warnings["mapping"].message
    assert "1920" in warnings["payments"].message
    assert {found.exit_code for found in warnings.values()} == {Exit.DONE}


def test_what_the_register_has_written_and_has_no_account_is_a_warning(shop: Shop) -> None:
    apply(shop, "import", mapping=MAPPING.replace('tips = "2911"', "").replace('gift_cards = "2901"', ""))
    assert one(shop, "mapping").answer == "ok"
    shop.sell(sale(1, "100.00", payments=[{"payment_type": "CARD", "amount": "120.00"}], tip="20.00"))
    warning = one(shop, "mapping")
    assert (warning.answer, warning.message) == ("warning", "No account is set for: tips (tips).")


def test_a_setup_without_any_accounts_yet_is_no_bug(shop: Shop) -> None:
    bare = '[[company.product_type]]\n  code = "100"\n  [[company.payment_type]]\n  code = "CARD"\n  account = ""'
    apply(shop, "import", mapping=bare)
    assert wrong(shop) == []
    assert "No accounts are set yet" in one(shop, "accounts").message
    assert "product type 100, payment type CARD" in one(shop, "mapping").message


@pytest.mark.parametrize("target", WIRE)
def test_a_vat_code_whose_rate_is_not_the_registers_is_a_warning_with_the_code_it_should_be(
    shop: Shop, target: str
) -> None:
    apply(shop, target)
    line = {"product_type": "100", "gross": "115.00", "vat_code": "3", "vat_rate": "15"}
    shop.sell(sale(1, "115.00", lines=[line]))
    warning = one(shop, "VAT codes")
    assert warning.answer == "warning"
    assert "15 % for its VAT code 3, but VAT code 3 in Go is 25 %" in warning.message
    assert "should be 31" in warning.fix
    shop.sell(sale(2, "125.00", lines=[{**line, "gross": "125.00", "vat_rate": "25"}]))
    assert one(shop, "VAT codes").answer == "ok", "the rate may just have changed"


def test_rates_are_compared_with_the_usual_ones_where_poweroffice_does_not_tell_its_own(shop: Shop) -> None:
    apply(shop, "import")
    refuse(shop, "VatCode")
    shop.sell(sale(1, "115.00", lines=[{"product_type": "100", "gross": "115.00", "vat_code": "3", "vat_rate": "9"}]))
    warning = one(shop, "VAT codes")
    assert "9 % for its VAT code 3, but VAT code 3 in Go is 25 %" in warning.message
    assert "See whether go is right" in warning.fix


# Keys


@pytest.mark.parametrize("target", WIRE)
def test_a_venue_with_wrong_keys_stops_only_itself(shop: Shop, target: str) -> None:
    apply(shop, target, venues=VENUES + BRYGGA)
    shop.environ["PO_CLIENT_TORGET"] = "wrong-key"
    found = ask(shop)
    faults = [diagnosis for diagnosis in found if diagnosis.answer == "wrong"]
    assert [(fault.venue, fault.about, fault.exit_code) for fault in faults] == [("torget", "keys", Exit.INTEGRATOR)]
    assert "wrong-key" not in faults[0].message
    assert any(diagnosis.venue == "brygga" and diagnosis.about == "client" for diagnosis in found)


@pytest.mark.parametrize(
    ("status", "body", "said", "fix"),
    [
        (401, {"statusCode": 401, "message": "Access denied"}, "refuses the subscription key", "developer portal"),
        (400, {"error": "invalid_client"}, "refuses the application key or the client key", "Make the client key anew"),
        (401, {"error": "invalid_grant"}, "refuses the application key or the client key", "Make the client key anew"),
        (400, {"error": "unauthorized_client"}, "The keys are right, but", "the extension is active"),
        (400, {"error": "access_denied"}, "The keys are right, but", "the extension is active"),
        (400, {"error": "server_error"}, "PowerOffice Go refuses the keys (", "Make the client key anew, or check it"),
    ],
)
@pytest.mark.parametrize("target", WIRE)
def test_the_keys_that_may_be_wrong_are_told_apart(
    shop: Shop, target: str, status: int, body: dict[str, Any], said: str, fix: str
) -> None:
    apply(shop, target)
    shop.line.before = lambda request: (
        httpx.Response(status, json=body) if request.url.path.lower().endswith("token") else None
    )
    (fault,) = faults_of(shop)
    assert (fault.about, fault.exit_code) == ("keys", Exit.INTEGRATOR)
    assert said in fault.message and str(next(reversed(body.values()))) in fault.message
    assert fix in fault.fix


@pytest.mark.parametrize("target", WIRE)
def test_a_venue_whose_key_is_not_there_is_the_operators_and_the_others_are_examined(shop: Shop, target: str) -> None:
    apply(shop, target, venues=VENUES + BRYGGA, mapping=MAPPING.replace('"1592"', '"1920"'))
    del shop.environ["PO_CLIENT_TORGET"]
    found = ask(shop)
    (fault,) = [diagnosis for diagnosis in found if diagnosis.answer == "wrong"]
    assert (fault.venue, fault.about, fault.exit_code) == ("torget", "keys", Exit.OPERATOR)
    assert "env:PO_CLIENT_TORGET" in fault.message
    assert any(diagnosis.venue == "brygga" and diagnosis.about == "client" for diagnosis in found)
    told = {diagnosis.about for diagnosis in found if diagnosis.venue == "torget"}
    assert {"payments", "mapping"} <= told, "what needs no keys is told all the same"


def test_a_secret_that_is_not_there_is_the_operators(shop: Shop) -> None:
    apply(shop, "import")
    del shop.environ["PO_APP"]
    (fault,) = faults_of(shop)
    assert fault.exit_code is Exit.OPERATOR
    assert "env:PO_APP" in fault.message


@pytest.mark.parametrize("key", ["client_key", "application_key", "subscription_key"])
def test_a_key_that_the_setup_does_not_name_is_named(shop: Shop, key: str) -> None:
    """The setup file refuses it; an older setup may still lack it."""
    apply(shop, "journal")
    with shop.open() as workspace:
        (company,) = workspace.load_setup().companies
        document = {name: value for name, value in company.document.items() if name != key}
        document["venue"] = [
            {name: value for name, value in venue.items() if name != key} for venue in document["venue"]
        ]
        apply_setup(workspace, [replace(company, document=document)])
    (fault,) = faults_of(shop)
    assert (fault.about, fault.exit_code) == ("keys", Exit.OPERATOR)
    assert key in fault.message


@pytest.mark.parametrize("target", WIRE)
def test_a_service_that_is_down_is_nobodys(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.world.faults = lambda request: Fault("status_before", 503)
    (fault,) = faults_of(shop)
    assert (fault.about, fault.exit_code) == ("connection", Exit.WAIT)
    assert "HTTP 503" in fault.message


def test_a_service_that_asks_to_slow_down_is_nobodys(shop: Shop) -> None:
    apply(shop, "import")
    shop.world.faults = lambda request: Fault("status_before", 429)
    (fault,) = faults_of(shop)
    assert (fault.exit_code, "HTTP 429" in fault.message) == (Exit.WAIT, True)


def test_an_answer_of_another_form_is_no_bug(shop: Shop) -> None:
    apply(shop, "import")
    shop.line.before = lambda request: (
        httpx.Response(200, json=["what", "is", "this"]) if request.method == "GET" else None
    )
    (fault,) = faults_of(shop)
    assert fault.exit_code is Exit.WAIT


def share_keys(shop: Shop) -> None:
    """As an older setup may have it: the setup file refuses it."""
    with shop.open() as workspace:
        (company,) = workspace.load_setup().companies
        document = dict(company.document)
        venues = [dict(venue) for venue in document["venue"]]
        venues[0]["addon"] = 1
        venues[1]["client_key"] = venues[0]["client_key"]
        apply_setup(workspace, [replace(company, document={**document, "venue": venues})])


def test_two_venues_with_one_key_are_both_told_of_it(shop: Shop) -> None:
    apply(shop, "import", venues=VENUES + BRYGGA)
    assert "client key of its own and add-on 1" in "".join(diagnosis.message for diagnosis in ask(shop))
    share_keys(shop)
    for venues in ((), ("torget",), ("brygga",)):
        found = [diagnosis for diagnosis in ask(shop, "en", venues) if diagnosis.answer == "wrong"]
        assert len(found) == 2 * (len(venues) or 2), "also where only one of them is asked about"
        assert {fault.about for fault in found} == {"keys"}
        assert all("torget" in fault.message and "brygga" in fault.message for fault in found)


def test_two_references_that_lead_to_one_key_are_told_of(shop: Shop) -> None:
    """The setup file compares them when it is applied; the environment may have changed since."""
    apply(shop, "import", venues=VENUES + BRYGGA)
    shop.environ["PO_CLIENT_BRYGGA"] = shop.environ["PO_CLIENT_TORGET"]
    faults = [fault for fault in faults_of(shop) if "same client key" in fault.message]
    assert {fault.venue for fault in faults} == {"torget", "brygga"}
    assert not any(secret in f"{fault.message}{fault.fix}" for fault in faults for secret in SECRETS.values())


# The client


@pytest.mark.parametrize("target", WIRE)
def test_a_key_of_another_company_is_the_integrators(shop: Shop, target: str) -> None:
    apply(shop, target)
    (client,) = shop.world.clients
    shop.world.add_client(replace(client, name="Elvebar AS", organization_number="123456785"))
    (fault,) = faults_of(shop)
    assert (fault.about, fault.exit_code) == ("client", Exit.INTEGRATOR)
    assert "Elvebar AS (123456785), not to Fjordmat AS (999999999)" in fault.message


@pytest.mark.parametrize("told", ["999 999 999", "NO999999999MVA", "999.999.999 MVA"])
def test_an_organization_number_is_the_same_however_it_is_written(shop: Shop, told: str) -> None:
    apply(shop, "import")
    (client,) = shop.world.clients
    shop.world.add_client(replace(client, organization_number=told))
    assert one(shop, "client").answer == "ok"


@pytest.mark.parametrize("target", WIRE)
def test_a_number_that_poweroffice_does_not_tell_is_a_warning_with_the_clients_name(shop: Shop, target: str) -> None:
    apply(shop, target)
    if target == "import":
        (client,) = shop.world.clients
        shop.world.add_client(replace(client, organization_number=""))
    else:
        refuse(shop, "OrganizationSettings")
    warning = one(shop, "client")
    assert (warning.answer, warning.exit_code) == ("warning", Exit.DONE)
    assert "does not tell the organization number. The client is called Fjordmat AS there" in warning.message
    assert wrong(shop) == []


# Privileges


def test_a_client_that_v1_may_not_read_is_a_warning_and_the_rest_is_asked_all_the_same(shop: Shop) -> None:
    apply(shop, "import")
    refuse(shop, "Client")
    found = {diagnosis.about: diagnosis for diagnosis in ask(shop)}
    assert found["client"].answer == found["privileges"].answer == "warning"
    assert "who the client is" in found["privileges"].message
    assert found["keys"].message == "The keys work."
    assert found["accounts"].answer == "ok"


@pytest.mark.parametrize("path", LISTS)
def test_a_list_that_v1_may_not_read_is_named_and_nothing_is_said_of_what_stands_in_it(shop: Shop, path: str) -> None:
    apply(shop, "import", mapping=MAPPING.replace('"1592"', '"1598"'), venues=VENUES.replace('"10"', '"77"'))
    refuse(shop, path)
    found = {diagnosis.about: diagnosis for diagnosis in ask(shop)}
    assert found["privileges"].answer == "warning"
    assert LISTS[path] in found["privileges"].message
    unsaid = {"GeneralLedgerAccount": "accounts", "VatCode": "VAT codes", "Department": "department"}[path]
    assert unsaid not in found


def test_an_import_queue_that_may_not_be_looked_into_is_the_integrators(shop: Shop) -> None:
    apply(shop, "import")
    refuse(shop, "Import")
    (fault,) = faults_of(shop)
    assert (fault.about, fault.exit_code) == ("privileges", Exit.INTEGRATOR)
    assert "read /Import/" in fault.message


@pytest.mark.parametrize(
    ("target", "held", "lacking"),
    [
        ("journal", "GeneralLedgerAccount Department CommonServices JournalEntryVoucher", "JournalEntryVoucher_Full"),
        ("journal", "JournalEntryVoucher_Full Department CommonServices", "GeneralLedgerAccount"),
        ("ledger", "JournalEntryVoucher_Full GeneralLedgerAccount Department CommonServices", "CashVoucher_Full"),
    ],
)
def test_a_privilege_that_is_missing_is_named_before_a_403_is(shop: Shop, target: str, held: str, lacking: str) -> None:
    apply(shop, target)
    ask(shop)
    shop.world.set_privileges(SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], held.split())
    (fault,) = faults_of(shop)
    assert fault.about == "privileges"
    assert lacking in fault.message
    assert fault.exit_code is Exit.INTEGRATOR


@pytest.mark.parametrize("target", V2)
@pytest.mark.parametrize("path", ["ClientIntegrationInformation", "GeneralLedgerAccounts"])
def test_a_read_that_v2_refuses_in_spite_of_its_own_word_is_the_integrators(shop: Shop, target: str, path: str) -> None:
    apply(shop, target)
    refuse(shop, path)
    (fault,) = faults_of(shop)
    assert (fault.about, fault.exit_code) == ("privileges", Exit.INTEGRATOR)
    assert path in fault.message


# The lock date


@pytest.mark.parametrize("target", WIRE)
def test_books_without_a_lock_date_are_well(shop: Shop, target: str) -> None:
    apply(shop, target)
    assert one(shop, "lock date").message == "No lock date stands in the way."


FRIDAY, SATURDAY, SUNDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)
"""It is Sunday noon, so Saturday is the last business day that is closed."""


@pytest.mark.parametrize("target", ["import", "journal"])
@pytest.mark.parametrize(
    ("lock_date", "sold", "drafted", "answer", "words"),
    [
        (date(2026, 10, 31), FRIDAY, False, "ok", "2026-10-31. No day that waits is touched"),
        (FRIDAY, FRIDAY, False, "wrong", "(2026-11-20). The first open day is 2026-11-21"),
        (SATURDAY, FRIDAY, False, "wrong", "(2026-11-20). The first open day is 2026-11-22"),
        (FRIDAY, FRIDAY, True, "ok", "No day that waits"),
        (SATURDAY, SATURDAY, True, "ok", "No day that waits"),
        (SATURDAY, FRIDAY, True, "warning", "no day before 2026-11-22 can be drafted"),
        (SUNDAY, FRIDAY, True, "wrong", "no day before 2026-11-23 can be drafted"),
        (date(2026, 12, 31), None, False, "wrong", "no day before 2027-01-01 can be drafted"),
        (SATURDAY, None, False, "warning", "no day before 2026-11-22 can be drafted"),
    ],
)
def test_a_lock_date_is_held_against_what_waits_and_what_comes(
    shop: Shop, lock_date: date, sold: date | None, drafted: bool, answer: str, words: str, target: str
) -> None:
    apply(shop, target)
    if sold is not None:
        shop.sell(sale(1, at=f"{datetime.combine(sold, datetime.min.time().replace(hour=12)):%Y-%m-%dT%H:%M:%S}"))
    if drafted:
        assert len(shop.export(sold, sold).report.vouchers) == 1
    shop.world.set_lock_date(lock_date)
    found = one(shop, "lock date")
    assert found.answer == answer
    assert found.exit_code is (Exit.BOOKKEEPER if answer == "wrong" else Exit.DONE)
    assert words in found.message


def test_the_doctor_needs_no_folder_of_its_own(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `reports` in the setup, the folder stands where posexport is run."""
    monkeypatch.chdir(shop.folder)
    shop.apply(target="import", reports="posexport-reports")
    assert str(Path.cwd() / "posexport-reports") in one(shop, "folder").message


# What has been sold


def test_what_was_sold_without_an_account_is_told_as_what_is_set_up_is(both: Shop) -> None:
    apply(both, "import")
    both.sell(
        sale(1, product="900"),
        sale(2, vat_code="77"),
        sale(3, paid="VIPPS"),
        sale(4, product="200", vat_code="31"),
        sale(5),
    )
    found = [told for told in ask(both) if told.about == "mapping"]
    assert [(told.answer, told.exit_code) for told in found][:1] == [("wrong", Exit.BOOKKEEPER)]
    for name in ("900", "77", "VIPPS", "200"):
        assert name in found[0].message
    assert "product type 100" not in found[0].message


def test_what_was_sold_on_days_that_are_done_with_is_a_warning(both: Shop) -> None:
    apply(both, "import")
    both.sell(sale(1))
    both.export()
    mapping = MAPPING.replace('code = "100"', 'code = "101"')
    apply(both, "import", mapping=mapping)
    found = [told for told in ask(both) if told.about == "mapping"]
    assert [told.answer for told in found] == ["warning"]
    assert "product type 100" in found[0].message


def test_a_payment_type_that_is_left_out_needs_no_account(shop: Shop) -> None:
    extra = '  [[company.payment_type]]\n  code = "APP"\n  transfer = false\n'
    apply(shop, "import", mapping=MAPPING.replace("  [company.accounts]", f"{extra}  [company.accounts]"))
    shop.sell(sale(1, paid="APP"))
    assert [told.answer for told in ask(shop) if told.about == "mapping"] == ["ok"]


def test_every_key_that_is_not_there_is_told_at_once(shop: Shop) -> None:
    apply(shop, "journal")
    for name in ("PO_CLIENT_TORGET", "PO_APP", "PO_SUB"):
        del shop.environ[name]
    told = [diagnosis for diagnosis in ask(shop) if diagnosis.about == "keys" and diagnosis.answer == "wrong"]
    assert [diagnosis.exit_code for diagnosis in told] == [Exit.OPERATOR] * 3
    for name, diagnosis in zip(("PO_CLIENT_TORGET", "PO_APP", "PO_SUB"), told, strict=True):
        assert f"env:{name}" in diagnosis.message


LATER_FOOD = """
  [[company.product_type]]
  code = "100"
  valid_from = 2026-12-01
  accounts = { "3" = "%s" }
"""


@pytest.mark.parametrize(("account", "answers"), [("3000", {"ok"}), ("3997", {"wrong"})])
def test_accounts_of_rows_that_count_later_are_asked_about_ahead_of_time(
    shop: Shop, account: str, answers: set[str]
) -> None:
    apply(shop, "import", mapping=LATER_FOOD % account + MAPPING)
    found = [diagnosis for diagnosis in ask(shop) if diagnosis.about == "accounts"]
    assert {diagnosis.answer for diagnosis in found} == answers
    assert all(account in diagnosis.message for diagnosis in found if diagnosis.answer == "wrong")


def test_what_waits_goes_by_the_rows_of_its_own_day_and_what_comes_by_todays(shop: Shop) -> None:
    dated = MAPPING.replace('code = "200"', 'code = "200"\n  valid_from = 2026-11-21')
    apply(shop, "import", mapping=dated)
    shop.sell(sale(1, product="200"), sale(2, at="2026-11-21T12:00:00", product="200"))
    told = one(shop, "mapping")
    assert (told.answer, "200" in told.message) == ("wrong", True)
    apply(shop, "import", mapping=dated.replace("2026-11-21", "2026-11-20"))
    assert one(shop, "mapping").answer == "ok"

"""Orders and customers in the office: seen, sent, linked, moved, resolved and accepted by the functions of the command
line, once, by whom and only by whom that may."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import pytest

from posexport.app.customers import link_customer, unlink_customer
from posexport.core.roles import Grant, Role
from posexport.sandbox import Fault
from posexport.sandbox.customers import Customer
from tests.app.test_orders_late import arrive_after_the_move
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import FRIDAY, Shop
from tests.support.looks import delete_rows, read_rows
from tests.support.office import OTHER_COMPANY, Office, Visitor, open_office

HOTEL = {
    "number": "K-17",
    "name": "Pensjonat Utvær",
    "organization_number": "974760673",
    "email": "post@utvaer.example",
}
LINK, UNLINK = "/c/fjordmat/customers/link", "/c/fjordmat/customers/unlink"
ASKED = f"{LINK}?code=K-17"


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    """A sale on credit to a customer who could be one of PowerOffice Go's, read once."""
    both.world.set_customer(Customer(10018, "Pensjonat Utvær AS", "974760673"))
    apply_orders(both, customers="linked")
    both.sell(credit_sale(1042, "640.00", customer=HOTEL))
    with open_office(both) as office:
        yield office


@pytest.fixture
def kari(office: Office) -> Visitor:
    """The bookkeeper, signed in; the customers were read."""
    kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
    read_customers(office, kari)
    return kari


def read_customers(office: Office, visitor: Visitor) -> None:
    visitor.get("/customers")
    visitor.send("/c/fjordmat/customers/read")
    assert office.work() == 1
    visitor.get(str(visitor.page.url))
    assert "ferdig" in visitor.text


def order_path(visitor: Visitor, number: int = 1042) -> str:
    visitor.get("/orders")
    visitor.click(f"bong {number}")
    return visitor.page.url.path


def send(office: Office, visitor: Visitor, path: str, how: str = "send") -> str:
    """Ask for it, have it done, and return what the run's page says."""
    visitor.get(f"{path}/{how}")
    visitor.send(f"{path}/{how}")
    assert office.work() == 1
    visitor.get(str(visitor.page.url))
    return visitor.text


def link(visitor: Visitor, number: str = "10018") -> None:
    visitor.get(ASKED)
    visitor.send(LINK, number=number)


def links(shop: Shop) -> list[tuple[str, str, str]]:
    return [(code, number, who) for code, number, who in read_rows(shop, "customer_link", "code", "number", "who")]


def test_an_order_without_a_link_is_linked_sent_and_shown_as_invoiced(
    office: Office, kari: Visitor, both: Shop
) -> None:
    kari.get("/")
    assert "Torget Kafé, ordre på 640,00, fre. 20. nov." in kari.text
    kari.click("Koble kunde")
    assert "samme organisasjonsnummer" in kari.text and "640,00 venter" in kari.text
    kari.send(LINK, number="10018")
    assert kari.page.url.path == "/" and "ordre på 640,00, fre. 20. nov. Send nå" in kari.text
    assert "Venter på andre" not in kari.text  # nothing is sent by itself here
    assert links(both) == [("K-17", "10018", "Kari Moe")]
    path = order_path(kari)
    assert "10018 Pensjonat Utvær AS (K-17 i kassen)" in kari.text and "koblet for hånd" in kari.text
    kari.click("Send nå")
    assert "1 ordre på 640,00 i alt går til Fjordmat AS (demo) som ordrekladd" in kari.text
    kari.send(f"{path}/send")
    assert office.work() == 1
    (made,) = both.world.orders()
    kari.get(str(kari.page.url))
    assert "✓ sendt" in kari.text
    both.clock.sleep(1_000)
    both.export()  # asks what became of it
    kari.get(path)
    assert f"Ordre i Go{made.no}" in kari.text and "Send nå" not in kari.text
    assert "sendt til PowerOffice Go" in kari.text
    invoice = both.world.invoice(made.id)
    both.clock.sleep(1_000)
    both.export()
    kari.get(path)
    assert "✓ fakturert" in kari.text and f"{invoice.no}" in kari.text
    kari.get("/orders?state=invoiced")
    assert "1 ordre, 640,00 i alt" in kari.text
    acts = [act for (act,) in read_rows(both, "office_log", "act")]
    assert acts == ["customers-read-asked", "customer-linked", "order-send-asked"]


def test_the_same_form_sent_twice_sends_once(office: Office, kari: Visitor, both: Shop) -> None:
    link(kari)
    path = order_path(kari)
    kari.get(f"{path}/send")
    form = kari.find_form(f"{path}/send")
    first = str(kari.post(f"{path}/send", form).url)
    assert str(kari.post(f"{path}/send", form).url) == first
    assert office.work() == 1
    assert len(both.world.orders()) == 1


def test_a_day_leads_to_its_orders_and_to_the_link(kari: Visitor) -> None:
    day = f"/v/torget/{FRIDAY}"
    kari.get(day)
    kari.click("Koble kunde")
    kari.send(LINK, number="10018")
    assert kari.page.url.path == day
    assert "Koble kunde" not in kari.text
    assert "Kunden er koblet til 10018 i PowerOffice Go." in kari.text
    kari.click("1042")
    assert kari.page.url.path.startswith("/orders/torget-o20261120-")


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "/login", "/v/\\x", "", "/orders\r\nx: y"]
)
def test_after_linking_one_is_led_to_the_offices_own_pages_alone(kari: Visitor, back: str) -> None:
    kari.get(ASKED)
    kari.post(LINK, kari.find_form(LINK) | {"number": "10018", "back": back}, follows=False)
    assert kari.page.headers["location"] == "/customers?linked=10018"


def test_who_links_is_told_so_and_finds_the_name_in_the_search(kari: Visitor) -> None:
    kari.get(ASKED)
    (box,) = kari.tree.xpath("//input[@id='q']")
    assert box.get("value") == "Pensjonat Utvær"
    kari.get("/customers?linked=10018")
    assert "Kunden er koblet til" not in kari.text
    link(kari)
    assert "Kunden er koblet til 10018 i PowerOffice Go." in kari.text
    kari.get("/customers?linked=10402")
    assert "Kunden er koblet til" not in kari.text


def test_who_has_the_name_is_shown_at_once_and_not_chosen_where_there_is_no_candidate(
    kari: Visitor, office: Office, both: Shop
) -> None:
    both.world.set_customer(Customer(10104, "Mona Strandheim"))
    both.sell(credit_sale(1043, "80.00", customer={"number": "K-88", "name": "Mona Strandheim"}))
    read_customers(office, kari)
    kari.get(f"{LINK}?code=K-88")
    assert "Se etter at det er samme kunde. 10104 Mona Strandheim" in kari.text
    assert not kari.tree.xpath("//input[@name='number'][@checked]") and links(both) == []
    kari.get(f"{LINK}?code=K-88&q=")
    assert "10104" not in kari.text and "Søk på navnet" in kari.text
    kari.get("/customers")
    assert "Koble kunde K-88" in kari.text and "Koble til en annen K-17" in kari.text
    kari.get(ASKED)
    assert "samme kunde" not in kari.text


def test_two_candidates_are_shown_with_their_reasons_and_none_is_chosen(
    office: Office, kari: Visitor, both: Shop
) -> None:
    both.clock.sleep(60)
    both.world.change_customer(10101, name="Hotel Utvær", organization_number="974760673")
    both.clock.sleep(60)
    read_customers(office, kari)
    kari.get("/customers")
    assert "10018 Pensjonat Utvær AS samme organisasjonsnummer" in kari.text
    assert "10101 Hotel Utvær samme organisasjonsnummer" in kari.text
    kari.get(ASKED)
    assert kari.tree.xpath("//input[@type='radio'][@checked]") == []
    kari.send(LINK)
    assert kari.page.status_code == 422 and "Velg en kunde." in kari.text
    assert links(both) == []
    path = order_path(kari)
    assert "✕ venter" in send(office, kari, path) and both.world.orders() == []


@pytest.mark.parametrize("mode", ["number", "linked", "match", "create"])
def test_the_same_email_address_alone_links_nobody_and_a_person_is_asked_again(both: Shop, mode: str) -> None:
    both.world.set_customer(Customer(10077, "Kafé Holmen", email="post@utvaer.example"))
    apply_orders(both, customers=mode)
    both.sell(credit_sale(1042, "640.00", customer=HOTEL))
    both.export()
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER))
        kari.get("/customers")
        assert links(both) == []
        assert "10077 Kafé Holmen samme e-postadresse" in kari.text and "Opprett i Go" not in kari.text
        kari.post(LINK, kari.find_form(LINK))
        assert "Bare e-postadressen er lik" in kari.text and links(both) == []
        kari.send(LINK)
        assert links(both) == [("K-17", "10077", "Kari Moe")]


def test_a_customer_that_another_code_has_is_linked_after_a_second_question(kari: Visitor, both: Shop) -> None:
    link(kari)
    both.sell(credit_sale(1043, "80.00", customer="K-18", at="2026-11-20T13:00:00"))
    kari.get(f"{LINK}?code=K-18&q=utv")
    kari.send(LINK, number="10018")
    assert "K-17 i kassen er allerede kunde 10018" in kari.text and len(links(both)) == 1
    form = kari.find_form(LINK)
    kari.post(LINK, form | {"sure": "sure"})  # of nobody that is shared with
    assert "Er det samme kunde?" in kari.text and len(links(both)) == 1
    kari.post(LINK, form)
    assert [code for code, _, _ in links(both)] == ["K-17", "K-18"]


def test_a_link_that_somebody_made_or_took_away_meanwhile_is_told_before_it_is_changed(
    kari: Visitor, both: Shop
) -> None:
    def linked() -> str | None:
        return {code: number for code, number, _ in links(both)}.get("K-17")

    kari.get(ASKED)
    stale = kari.find_form(LINK) | {"number": "10111"}
    with both.open() as workspace:
        link_customer(workspace, "fjordmat", "K-17", "10018")
    kari.post(LINK, stale)
    assert kari.page.status_code == 422 and "Noen var raskere: K-17 er nå 10018 Pensjonat Utvær AS." in kari.text
    assert linked() == "10018"
    kari.send(LINK, number="10111")  # whoever has seen it may
    assert linked() == "10111"
    kari.get(f"{UNLINK}?code=K-17")
    stale = kari.find_form(UNLINK)
    with both.open() as workspace:
        link_customer(workspace, "fjordmat", "K-17", "10018")
    kari.post(UNLINK, stale)
    assert "Noen var raskere: K-17 er nå 10018 Pensjonat Utvær AS." in kari.text
    assert linked() == "10018"
    kari.get(ASKED)
    stale = kari.find_form(LINK) | {"number": "10018"}
    with both.open() as workspace:
        unlink_customer(workspace, "fjordmat", "K-17")
    kari.post(LINK, stale)
    assert "Noen var raskere: K-17 er ikke koblet lenger." in kari.text and linked() is None


def test_what_cannot_be_linked_is_refused_beside_the_choice(kari: Visitor, both: Shop) -> None:
    kari.get(ASKED)
    kari.send(LINK, number="99999")
    assert kari.page.status_code == 422 and "Kunde 99999 finnes ikke" in kari.text
    assert links(both) == []
    assert kari.get(f"{LINK}?code=K-99").status_code == 404


def test_a_customer_is_linked_though_poweroffice_does_not_answer(kari: Visitor, both: Shop) -> None:
    both.world.faults = lambda request: Fault("status_before", 503)
    link(kari)
    assert links(both) == [("K-17", "10018", "Kari Moe")]


def test_unlinking_names_the_orders_that_stay(office: Office, kari: Visitor, both: Shop) -> None:
    link(kari)
    path = order_path(kari)
    send(office, kari, path)
    kari.get("/customers?state=linked")
    assert "koblet til 10018 Pensjonat Utvær AS koblet av Kari Moe" in kari.text
    kari.click("Koble fra")
    assert path.rpartition("/")[2] in kari.text
    kari.send(UNLINK)
    assert links(both) == []
    assert kari.get(f"{UNLINK}?code=K-17").status_code == 422 and "Kunden er ikke koblet" in kari.text


def test_a_customer_is_created_where_the_setup_lets_it_and_every_field_is_shown(both: Shop) -> None:
    apply_orders(both, customers="create")
    both.sell(credit_sale(1042, "640.00", customer=HOTEL))
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER))
        read_customers(office, kari)
        kari.get("/customers")
        kari.click("Opprett i Go K-17")
        for told in ("Pensjonat Utvær", "974760673", "post@utvaer.example", "posexport:K-17"):
            assert told in kari.text
        before = len(both.world.customers())
        action = "/c/fjordmat/customers/create"
        form = kari.find_form(action)
        kari.post(action, form)
        assert len(both.world.customers()) == before  # a run makes it, not the click
        assert office.work() == 1
        kari.post(action, form)
        assert office.work() == 0 and len(both.world.customers()) == before + 1
        assert [code for code, _, _ in links(both)] == ["K-17"]


def test_no_customer_is_created_where_the_setup_does_not_let_it(kari: Visitor, office: Office, both: Shop) -> None:
    before = len(both.world.customers())
    assert kari.get("/c/fjordmat/customers/create?code=K-17").status_code == 422
    kari.get("/customers")
    kari.post("/c/fjordmat/customers/create", kari.find_form("/logout") | {"code": "K-17"})
    assert kari.page.status_code == 422 and office.work() == 0
    assert len(both.world.customers()) == before


def till_agrees(shop: Shop) -> tuple[int, int, int]:
    """Till, vouchers and orders of the Friday (øre)."""
    from posexport.app.order_reconciliation import reconcile_orders
    from posexport.core.day import Period

    with shop.open() as workspace:
        (found,) = reconcile_orders(workspace, workspace.load_setup().venues, Period(FRIDAY, FRIDAY), asks=False)
    assert found.day.difference_ore == 0
    return found.day.till_ore, found.day.voucher_ore, found.day.sum_orders()


def test_a_sale_is_booked_by_voucher_instead_and_back(office: Office, kari: Visitor, both: Shop) -> None:
    from tests.support.harness import sale

    both.sell(sale(7, "100.00"))
    both.export(FRIDAY, FRIDAY)
    assert till_agrees(both) == (74_000, 10_000, 64_000)
    path = order_path(kari)
    kari.click("Før i bilaget i stedet")
    assert "640,00 går ut av ordrene" in kari.text
    form = kari.find_form(f"{path}/move")
    kari.post(f"{path}/move", form | {"why": "Betalt likevel"})
    assert kari.page.url.path == f"/v/torget/{FRIDAY}/revise" and "640,00" in kari.text
    assert kari.post(f"{path}/move", form).url.path == f"/v/torget/{FRIDAY}/revise"  # once, and led there again
    kari.send(f"/v/torget/{FRIDAY}/revise")
    link(kari)  # the voucher has the customer's line
    office.work()
    assert till_agrees(both) == (74_000, 74_000, 0)
    assert sum(draft.debit_ore for draft in both.world.drafts()) == 74_000
    assert both.world.orders() == []
    kari.get(path)
    assert "- ført i bilag" in kari.text
    kari.post(f"{path}/move", kari.find_form("/logout") | {"to": "voucher"})
    assert kari.page.status_code == 422 and "Noen var raskere" in kari.text
    kari.get(path)
    kari.click("Lag ordre likevel")
    kari.send(f"{path}/move")
    kari.send(f"/v/torget/{FRIDAY}/revise")
    office.work()
    assert till_agrees(both) == (74_000, 10_000, 64_000)


def test_an_order_that_arrived_late_stays_and_its_sale_is_taken_out_of_the_voucher(both: Shop) -> None:
    arrive_after_the_move(both)
    both.export()
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        kari.get(f"/v/torget/{FRIDAY}")
        assert "er ført to ganger" in kari.text
        path = order_path(kari, 2)
        assert "er ført to ganger" in kari.text and "«Lag ordre likevel»" in kari.text
        kari.click("Lag ordre likevel")
        kari.send(f"{path}/move")
        assert kari.page.url.path == f"/v/torget/{FRIDAY}/revise"
        kari.send(f"/v/torget/{FRIDAY}/revise")
        office.work()
        kari.get(path)
        assert "er ført to ganger" not in kari.text and "Lag ordre likevel" not in kari.text
    assert (len(both.world.orders()), [draft.debit_ore for draft in both.world.drafts()]) == (1, [20_000])


def test_a_return_of_a_credited_sale_is_left_out_with_a_reason_and_had_back(
    office: Office, kari: Visitor, both: Shop
) -> None:
    link(kari)
    send(office, kari, order_path(kari))
    both.clock.sleep(1_000)
    (made,) = both.world.orders()
    both.world.credit(both.world.invoice(made.id).id)
    both.clock.sleep(1_000)
    back = {"register": "1", "ticket": "1042"}
    both.sell(credit_sale(1043, "-640.00", at="2026-11-20T13:00:00", customer=HOTEL, refers_to=back))
    both.export(FRIDAY, FRIDAY)
    path = order_path(kari, 1043)
    assert "✕ venter" in kari.text and "hold den utenfor: «Hold utenfor»" in kari.text
    kari.click("Hold utenfor")
    assert "Holde -640,00 utenfor?" in kari.text
    form = kari.find_form(f"{path}/move")
    kari.post(f"{path}/move", form | {"why": ""})
    assert kari.page.status_code == 422 and "Skriv en begrunnelse" in kari.text
    kari.post(f"{path}/move", kari.find_form(f"{path}/move") | {"why": "Kreditert for hånd"})
    assert kari.page.url.path == path and "- holdt utenfor" in kari.text
    assert len(both.world.orders()) == 0
    assert till_agrees(both) == (0, 0, 640_00)
    kari.click("Lag ordre likevel")
    assert "-640,00 blir en ordre" in kari.text
    kari.send(f"{path}/move")
    kari.get(path)
    assert "✕ venter" in kari.text


def test_an_order_that_is_in_poweroffice_is_not_moved(office: Office, kari: Visitor, both: Shop) -> None:
    link(kari)
    path = order_path(kari)
    kari.get(f"{path}/move")
    form = kari.find_form(f"{path}/move")
    send(office, kari, path)
    kari.get(path)
    assert "Før i bilaget i stedet" not in kari.text
    kari.post(f"{path}/move", form)
    assert kari.page.status_code == 422 and "Ingenting er flyttet" in kari.text
    assert till_agrees(both)[1:] == (0, 64_000)


def test_a_changed_ticket_is_shown_and_revised(office: Office, kari: Visitor, both: Shop) -> None:
    link(kari)
    path = order_path(kari)
    send(office, kari, path)
    kari.get(f"{path}/revise")
    assert "Det er ingenting å rette." in kari.text and f"{path}/revise" not in kari.list_actions()
    both.sell(credit_sale(1042, "600.00", customer=HOTEL))
    kari.get(path)
    assert "! endret siden" in kari.text
    kari.click("Rett ordren")
    assert "slettes den og sendes på nytt" in kari.text
    both.clock.sleep(1_000)
    send(office, kari, path, "revise")
    (order,) = both.world.orders()
    assert order.total_ore == 60_000


def test_an_order_that_somebody_changed_in_poweroffice_is_not_offered_to_be_revised(
    office: Office, kari: Visitor, both: Shop
) -> None:
    link(kari)
    path = order_path(kari)
    send(office, kari, path)
    (order,) = both.world.orders()
    both.world.confirm_order(order.id)
    both.clock.sleep(1_000)
    both.sell(credit_sale(1042, "600.00", customer=HOTEL))
    both.export(FRIDAY, FRIDAY)
    kari.get(path)
    assert "! endret siden" in kari.text and "bekreftet eller endret i PowerOffice Go" in kari.text
    assert "Rett ordren" not in kari.text
    kari.send(f"{path}/accept", why="avtalt med kunden")
    kari.get(path)
    assert "! endret siden" not in kari.text


def test_a_person_says_that_several_orders_of_a_ticket_that_are_there_are_right(
    office: Office, kari: Visitor, both: Shop
) -> None:
    link(kari)
    send(office, kari, order_path(kari))
    invoice = both.world.invoice(both.world.orders()[0].id)
    both.clock.sleep(1_000)
    both.sell(credit_sale(1042, "600.00", customer=HOTEL))
    send(office, kari, order_path(kari), "revise")
    (note,) = both.world.orders()
    both.clock.sleep(60)
    for table in ("order_seen", "delivery_event", "delivery"):
        delete_rows(both, table)
    both.sell(credit_sale(1042, "550.00", customer=HOTEL))
    both.export(FRIDAY, FRIDAY)
    path = order_path(kari)
    kari.click("Si hvor den er")
    kari.send(f"{path}/resolve", id=f"{invoice.id}, {note.id}")
    assert kari.page.status_code in (200, 303)
    ids = read_rows(both, "delivery", "remote_id", document_kind="order", state="drafted")
    assert sorted(row[0] for row in ids) == sorted([invoice.id, note.id])


def test_a_person_says_that_an_order_is_not_there(office: Office, kari: Visitor, both: Shop) -> None:
    link(kari)
    path = order_path(kari)
    send(office, kari, path)
    (order,) = both.world.orders()
    both.world.delete_order(order.id)
    both.clock.sleep(1_000)
    both.export()
    both.clock.sleep(1_000)
    both.export()
    kari.get(path)
    assert "✕ slettet i Go" in kari.text
    kari.click("Si hvor den er")
    kari.send(f"{path}/resolve", id=" ")
    assert kari.page.status_code == 422 and "Skriv id-en" in kari.text
    kari.send(f"{path}/resolve", id="nonsense")
    assert kari.page.status_code == 422 and "Ingenting er endret" in kari.text
    kari.post(f"{path}/resolve", kari.find_form(f"{path}/resolve") | {"answer": "not-there"})
    assert kari.page.url.path == path
    send(office, kari, path)
    assert len(both.world.orders()) == 1


def test_a_finding_about_an_order_is_accepted_with_a_reason(office: Office, kari: Visitor, both: Shop) -> None:
    link(kari)
    path = order_path(kari)
    send(office, kari, path)
    both.clock.now_s += 20 * 24 * 3600
    kari = office.sign_in(Grant(Role.BOOKKEEPER), name="Ola Lie")
    both.export()
    kari.get(path)
    form = kari.find_form(f"{path}/accept")
    assert form["code"] == "order-not-invoiced"
    kari.post(f"{path}/accept", form | {"why": "x"})
    assert kari.page.status_code == 422 and "Skriv en begrunnelse" in kari.text
    kari.post(f"{path}/accept", form | {"why": "Faktureres i desember"})
    assert "Ola Lie godtok: Faktureres i desember" in kari.text and f"{path}/accept" not in kari.list_actions()
    kari.post(f"{path}/accept", form | {"why": "Fordi", "code": "order-gone"})
    assert kari.page.status_code == 422 and "kan ikke godtas" in kari.text


def test_orders_are_listed_by_period_state_and_customer(office: Office, kari: Visitor, both: Shop) -> None:
    both.sell(credit_sale(7, "80.00", customer="K-18", at="2026-11-21T12:00:00"))

    def shown(query: str) -> list[str]:
        kari.get(f"/orders{query}")
        names = kari.tree.xpath("//tbody//th[@scope='row']//a")
        return [str(name.text_content()).removeprefix("bong ") for name in names]

    assert shown("") == ["7", "1042"]
    assert shown("?from=2026-11-21") == ["7"]
    assert shown("?to=2026-11-20") == ["1042"]
    assert shown("?from=i+g%C3%A5r") == shown("?from=yesterday") == ["7"]
    assert shown("?customer=K-18") == ["7"]
    assert shown("?state=waiting") == ["7", "1042"] and shown("?state=sent") == []
    assert shown("?venue=torget") == ["7", "1042"]
    kari.get("/orders?from=nonsense")
    assert "er ingen periode" in kari.text
    both.clock.now_s += 60 * 24 * 3600
    kari = office.sign_in(Grant(Role.BOOKKEEPER), name="Ola Lie")
    assert shown_by(kari) == ["7", "1042"]  # older than a month, and not at an end


def shown_by(visitor: Visitor) -> list[str]:
    visitor.get("/orders")
    return [str(a.text_content()).removeprefix("bong ") for a in visitor.tree.xpath("//tbody//th//a")]


def test_the_csv_file_has_harmless_cells_and_names_for_administrators_alone(office: Office, both: Shop) -> None:
    both.sell(credit_sale(8, "80.00", customer={"number": "=1+1", "name": "=cmd|' /C calc'!A0"}, register="2"))
    for role, name in ((Role.READER, ""), (Role.ADMINISTRATOR, "'=cmd|' /C calc'!A0")):
        visitor = office.sign_in(Grant(role, "fjordmat"), name=role.value)
        visitor.get("/orders.csv?customer=%3D1%2B1")
        assert visitor.page.headers["content-disposition"].startswith("attachment")
        rows = list(csv.DictReader(io.StringIO(visitor.page.content.decode("utf-8-sig")), delimiter=";"))
        assert [(row["Kundekode i kassen"], row["Kunde"], row["Beløp"]) for row in rows] == [("'=1+1", name, "80,00")]
    assert read_rows(both, "office_log", "act")[-1] == ("orders-exported",)


def test_what_is_not_invoiced_at_a_date_is_told_per_account(office: Office, kari: Visitor) -> None:
    link(kari)
    send(office, kari, order_path(kari))
    kari.get("/orders/not-invoiced?at=2026-11-20")
    assert "30203512,00128,00640,00" in kari.text
    kari.get("/orders/not-invoiced?at=2026-11-19")
    assert "Alt er fakturert" in kari.text
    kari.get("/orders/not-invoiced?at=2026-11-25")
    assert kari.page.status_code == 422 and "ikke over ennå" in kari.text
    kari.get("/orders/not-invoiced?at=x")
    assert kari.page.status_code == 422 and "er ingen periode" in kari.text


def test_a_reader_sees_orders_and_customers_and_changes_nothing(office: Office, kari: Visitor, both: Shop) -> None:
    path = order_path(kari)
    visitor = office.sign_in(Grant(Role.READER, "fjordmat"), name="Ola Lie")
    for seen in ("/orders", path, "/orders/not-invoiced", "/customers", f"/v/torget/{FRIDAY}", "/"):
        assert visitor.get(seen).status_code == 200
        assert visitor.list_actions() == ["/logout"], seen
        names = {" ".join(str(link.text_content()).split()) for link in visitor.tree.iter("a")}
        assert not names & {"Koble kunde", "Send nå", "Før i bilaget i stedet", "Koble til en annen"}, seen
    form = visitor.find_form("/logout") | {"code": "K-17", "number": "10018"}
    for how in ("send", "revise", "move", "resolve"):
        assert visitor.get(f"{path}/{how}").status_code == 403
        assert visitor.post(f"{path}/{how}", form).status_code == 403
    assert visitor.post(f"{path}/accept", form).status_code == 403
    for how in ("link", "unlink", "create", "read"):
        assert visitor.post(f"/c/fjordmat/customers/{how}", form).status_code == 403
    assert links(both) == [] and office.work() == 0


def test_a_role_at_one_venue_reaches_no_customers(office: Office, kari: Visitor) -> None:
    path = order_path(kari)
    visitor = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat", "torget"), name="Ola Lie")
    assert visitor.get(path).status_code == 200
    visitor.get("/customers")
    assert "K-17" not in visitor.text
    assert visitor.get(ASKED).status_code == 403


@pytest.mark.parametrize("path", ["/orders/none", "/orders/torget-o20261120-00000000", "/orders/torget-oxxxxxxxx-1"])
def test_an_order_that_is_none_is_not_found(kari: Visitor, path: str) -> None:
    assert kari.get(path).status_code == 404


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_pages_of_orders_speak_the_browsers_language_and_of_no_terminal(office: Office, both: Shop, lang: str) -> None:
    from posexport.office.words import STATE_WORDS, WORDS

    both.sell(credit_sale(9, "50.00", customer=None, at="2026-11-20T15:00:00"))
    visitor = office.sign_in(**{"accept-language": lang})
    paths = [quote(str(a.get("href"))) for a in (visitor.get("/orders"), visitor.tree.xpath("//tbody//th//a"))[1]]
    pages = [f"{path}{below}" for path in paths for below in ("", "/send", "/move", "/resolve", "/revise")]
    for path in ("/orders", "/orders/not-invoiced", "/customers", ASKED, *pages):
        assert visitor.get(path).status_code == 200, path
        assert visitor.tree.get("lang") == lang, path
        shown = str(visitor.tree.text_content())
        assert not [typed for typed in ("posexport ", "[[", ".toml") if typed in shown], path
        assert [key for key in (*WORDS, *STATE_WORDS) if "_" in key and key in visitor.text] == [], path


def test_two_runs_over_the_same_day_say_who_came_first(office: Office, kari: Visitor, both: Shop) -> None:
    ola = office.sign_in(Grant(Role.BOOKKEEPER), name="Ola Lie")
    path = order_path(kari)
    for visitor in (kari, ola):
        visitor.get(f"{path}/send")
        visitor.send(f"{path}/send")
        both.clock.sleep(1)
    assert "Kjøringen til Kari Moe har noen av de samme dagene" in ola.text
    assert "Kjøringen til" not in kari.text


def test_the_business_day_of_an_order_is_in_its_reference() -> None:
    from posexport.core.orders.reference import find_day_of

    assert find_day_of("brygga-bar-o20261120-9f3a61c2") == date(2026, 11, 20)
    assert find_day_of("torget") is None


@pytest.mark.parametrize("role", list(Role))
def test_an_order_of_another_company_is_not_there(office: Office, kari: Visitor, both: Shop, role: Role) -> None:
    both.apply(OTHER_COMPANY.format(output=both.folder / "vouchers"))
    path = order_path(kari)
    visitor = office.sign_in(Grant(role, "tindmat"), name="Per Vik")
    visitor.get("/orders")
    assert "1042" not in visitor.text and "Torget" not in visitor.text
    form = visitor.find_form("/logout")
    for how in ("", "/send", "/revise", "/move", "/resolve"):
        assert visitor.get(f"{path}{how}").status_code == 404, how
    for how in ("/send", "/revise", "/move", "/resolve", "/accept"):
        assert visitor.post(f"{path}{how}", form).status_code == 404, how

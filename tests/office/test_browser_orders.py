"""Orders, customers, a period and the accounts as a person has them before them: in a real browser, also without
JavaScript, on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from posexport.app.settlement_report import list_pages
from posexport.sandbox.customers import Customer
from tests.office.test_orders import till_agrees
from tests.support.browser import IN_A_BROWSER, Running, finish_run, run_office
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import BRYGGA, FRIDAY, SATURDAY, VENUES, Shop, sale
from tests.support.looks import read_rows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = IN_A_BROWSER

HOTEL = {
    "number": "K-17",
    "name": "Pensjonat Utvær",
    "organization_number": "974760673",
    "email": "post@utvaer.example",
}


@pytest.fixture
def credit(shop: Shop, chromium: Browser) -> Iterator[Running]:
    """Two sales on credit to a customer who could be two of PowerOffice Go's, and one to nobody."""
    shop.world.set_customer(Customer(10018, "Pensjonat Utvær AS", "974760673"))
    shop.world.set_customer(Customer(10402, "Hotel Utvær", email="post@utvaer.example"))
    apply_orders(shop, customers="linked", venues=VENUES + BRYGGA)
    shop.sell(
        credit_sale(1042, "640.00", customer=HOTEL),
        credit_sale(1043, "250.00", customer=None, at="2026-11-20T13:00:00"),
        sale(7, "100.00"),
        sale(8, "75.00", at="2026-11-21T12:00:00", product="330"),
        sale(9, "90.00", register="3"),
    )
    with run_office(shop, chromium) as running:
        yield running


@pytest.mark.scenario(25, 22)
@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_waiting_order_is_linked_sent_and_invoiced(credit: Running, has_scripts: bool) -> None:
    page = credit.sign_in(java_script_enabled=has_scripts)
    credit.go(page, "/customers")
    page.get_by_role("button", name="Les på nytt").click()
    finish_run(page)
    credit.go(page, "/")
    page.get_by_role("link", name="Koble kunde").first.click()
    assert page.locator("input[type=radio]:checked").count() == 0  # two candidates, none chosen
    assert page.get_by_label("10018").count() == 1 and page.get_by_label("10402").count() == 1
    page.get_by_label("10018").check()
    page.get_by_role("button", name="Koble", exact=True).click()
    credit.go(page, "/orders")
    page.get_by_role("link", name="bong 1042").click()
    page.get_by_role("link", name="Send nå").click()
    page.get_by_role("button", name="Send nå").click()
    page.get_by_text("✓ sendt").wait_for()
    (order,) = credit.shop.world.orders()
    assert order.total_ore == 64_000
    credit.shop.world.invoice(order.id)
    credit.shop.clock.sleep(1_000)
    credit.go(page, "/draft?from=2026-11-20&to=2026-11-20")
    page.get_by_role("button", name="Lag ").click()
    finish_run(page)
    credit.go(page, "/orders?state=invoiced")
    assert page.get_by_role("link", name="bong 1042").is_visible()


@pytest.mark.scenario(26)
def test_two_customers_with_the_same_number_are_both_shown_and_neither_chosen(credit: Running) -> None:
    credit.shop.world.set_customer(Customer(10019, "Utvær Pensjonat og Kro AS", "974760673"))
    page = credit.sign_in()
    credit.go(page, "/customers")
    page.get_by_role("button", name="Les på nytt").click()
    finish_run(page)
    credit.go(page, "/c/fjordmat/customers/link?code=K-17")
    told = page.locator("label.choice").all_inner_texts()
    assert [one.split()[0] for one in told if "samme organisasjonsnummer" in one] == ["10018", "10019"]
    assert page.locator("input[type=radio]:checked").count() == 0
    assert read_rows(credit.shop, "customer_link") == []


@pytest.mark.scenario(26)
def test_an_email_address_alone_is_asked_about_again(credit: Running) -> None:
    page = credit.sign_in()
    credit.go(page, "/customers")
    page.get_by_role("button", name="Les på nytt").click()
    finish_run(page)
    credit.go(page, "/customers")
    page.get_by_role("button", name="Koble K-17: 10402").click()
    assert page.get_by_text("Bare e-postadressen er lik").is_visible()
    assert read_rows(credit.shop, "customer_link") == []


@pytest.mark.scenario(27)
def test_a_sale_is_booked_by_voucher_instead(credit: Running) -> None:
    credit.shop.export(FRIDAY, FRIDAY)
    assert till_agrees(credit.shop) == (99_000, 10_000, 89_000)
    page = credit.sign_in()
    credit.go(page, "/orders")
    page.get_by_role("link", name="bong 1043").click()
    page.get_by_role("link", name="Før i bilaget i stedet").click()
    assert page.get_by_text("250,00 går ut av ordrene").is_visible()
    page.get_by_role("button", name="Før i bilaget i stedet").click()
    page.get_by_role("button", name="Rett 1 kladd").click()
    finish_run(page)
    assert sum(draft.debit_ore for draft in credit.shop.world.drafts()) == 10_000 + 9_000 + 25_000
    assert till_agrees(credit.shop) == (99_000, 35_000, 64_000)


def test_a_period_of_24_vouchers_is_followed_left_and_stopped(shop: Shop, chromium: Browser) -> None:
    shop.apply(venues=VENUES + BRYGGA)
    shop.sell(
        *(
            sale(f"{register}{n}", "100.00", at=f"2026-11-{n + 1:02}T12:00:00", register=register)
            for register in ("1", "3")
            for n in range(12)
        )
    )
    with run_office(shop, chromium) as running:
        page = running.sign_in()
        running.go(page, "/draft?from=2026-11-01&to=2026-11-30")
        page.get_by_role("button", name="Lag 24 kladder").click()
        run = page.url
        running.go(page, "/")
        page.goto(run)
        page.get_by_text("ferdig · 24 av 24").wait_for()
        assert len(shop.world.drafts()) == 24
        assert page.locator("tbody tr").count() == 24


def test_an_account_from_a_day_on(credit: Running) -> None:
    page = credit.sign_in()
    credit.go(page, "/c/fjordmat/accounts")
    field = page.get_by_label("330  3", exact=True)
    field.fill("3024")
    page.get_by_label("Gjelder fra dag").fill(str(SATURDAY))
    page.get_by_role("button", name="Lagre").click()
    page.get_by_text("Lagret, fra 21.11.2026").wait_for()
    assert page.get_by_text("Klart nå, og holdt før: 1 dag.").is_visible()
    page.get_by_role("link", name="Historikk").click()
    page.get_by_role("link", name="Hent tilbake 1").click()
    page.get_by_role("button", name="Hent tilbake").click()
    page.get_by_text("Lagret.").wait_for()


@pytest.mark.scenario(37)
def test_the_days_pdf_is_shown_or_saved_as_the_draft_has_it(credit: Running) -> None:
    credit.shop.export(FRIDAY, FRIDAY)
    page = credit.sign_in()
    credit.go(page, f"/v/torget/{FRIDAY}")
    link = page.locator("a[data-key='p']")
    answer = page.request.get(f"{credit.site.origin}{link.get_attribute('href')}")
    assert answer.headers["content-type"] == "application/pdf" and answer.body().startswith(b"%PDF")
    with credit.shop.open() as workspace:
        ((_, content),) = list_pages(workspace, workspace.load_setup().venues[0], FRIDAY)
    assert answer.body() == content
    assert answer.headers["content-disposition"].startswith("inline")

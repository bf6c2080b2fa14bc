"""Orders, customers, a period and the accounts as a person has them before them: in a real browser, also without
JavaScript, on a phone, in both languages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from posexport.sandbox.customers import Customer
from tests.office.test_browser_pages import find_serious
from tests.support.browser import IN_A_BROWSER, Running, listen_to_console, run_office
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import BRYGGA, FRIDAY, SATURDAY, VENUES, Shop, sale
from tests.support.looks import read_rows

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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


def finish_run(page: Page) -> None:
    page.locator(".run-done").first.wait_for()  # the note beside Stop has the same word


def go(running: Running, page: Page, path: str) -> None:
    page.goto(f"{running.site.origin}{path}")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_waiting_order_is_linked_sent_and_invoiced(credit: Running, has_scripts: bool) -> None:
    page = credit.sign_in(java_script_enabled=has_scripts)
    go(credit, page, "/customers")
    page.get_by_role("button", name="Les på nytt").click()
    finish_run(page)
    go(credit, page, "/")
    page.get_by_role("link", name="Koble kunde").first.click()
    assert page.locator("input[type=radio]:checked").count() == 0  # two candidates, none chosen
    assert page.get_by_label("10018").count() == 1 and page.get_by_label("10402").count() == 1
    page.get_by_label("10018").check()
    page.get_by_role("button", name="Koble", exact=True).click()
    go(credit, page, "/orders")
    page.get_by_role("link", name="bong 1042").click()
    page.get_by_role("link", name="Send nå").click()
    page.get_by_role("button", name="Send nå").click()
    page.get_by_text("v sendt").wait_for()
    (order,) = credit.shop.world.orders()
    assert order.total_ore == 64_000
    credit.shop.world.invoice(order.id)
    credit.shop.clock.sleep(1_000)
    go(credit, page, "/draft?from=2026-11-20&to=2026-11-20")
    page.get_by_role("button", name="Lag ").click()
    finish_run(page)
    go(credit, page, "/orders?state=invoiced")
    assert page.get_by_role("link", name="bong 1042").is_visible()


def test_an_email_address_alone_is_asked_about_again(credit: Running) -> None:
    page = credit.sign_in()
    go(credit, page, "/customers")
    page.get_by_role("button", name="Les på nytt").click()
    finish_run(page)
    go(credit, page, "/customers")
    page.get_by_role("button", name="Koble K-17: 10402").click()
    assert page.get_by_text("Bare e-postadressen er lik").is_visible()
    assert read_rows(credit.shop, "customer_link") == []


def test_a_sale_is_booked_by_voucher_instead(credit: Running) -> None:
    credit.shop.export(FRIDAY, FRIDAY)
    page = credit.sign_in()
    go(credit, page, "/orders")
    page.get_by_role("link", name="bong 1043").click()
    page.get_by_role("link", name="Før i bilaget i stedet").click()
    assert page.get_by_text("250,00 går ut av ordrene").is_visible()
    page.get_by_role("button", name="Før i bilaget i stedet").click()
    page.get_by_role("button", name="Rett 1 kladd").click()
    finish_run(page)
    assert sum(draft.debit_ore for draft in credit.shop.world.drafts()) == 10_000 + 9_000 + 25_000


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
        go(running, page, "/draft?from=2026-11-01&to=2026-11-30")
        page.get_by_role("button", name="Lag 24 kladder").click()
        run = page.url
        go(running, page, "/")
        page.goto(run)
        page.get_by_text("ferdig · 24 av 24").wait_for()
        assert len(shop.world.drafts()) == 24
        assert page.locator("tbody tr").count() == 24


def test_an_account_from_a_day_on(credit: Running) -> None:
    page = credit.sign_in()
    go(credit, page, "/c/fjordmat/accounts")
    field = page.get_by_label("330  3", exact=True)
    field.fill("3024")
    page.get_by_label("Gjelder fra dag").fill(str(SATURDAY))
    page.get_by_role("button", name="Lagre").click()
    page.get_by_text("Lagret, fra 2026-11-21").wait_for()
    assert page.get_by_text("1 holdt(e) dag(er) ble klar(e)").is_visible()
    page.get_by_role("link", name="Historikk").click()
    page.get_by_role("link", name="Hent tilbake 1").click()
    page.get_by_role("button", name="Hent tilbake").click()
    page.get_by_text("Lagret.").wait_for()


def list_paths(running: Running) -> list[str]:
    (_, reference), *_ = sorted(find_orders(running))
    order = f"/orders/{reference}"
    day = f"/v/torget/{FRIDAY}"
    return [
        *("/", "/days?month=2026-11&pick=1", "/orders", "/orders/not-invoiced", "/customers", "/draft"),
        *(order, f"{order}/send", f"{order}/move", f"{order}/resolve", "/c/fjordmat/customers/link?code=K-17"),
        *("/draft?from=2026-11-01&to=2026-11-30", "/c/fjordmat/accounts", "/c/fjordmat/accounts/history"),
        *(day, f"{day}?part=history", f"{day}?part=tickets&reference=torget-20261120-r1&line=1", "/runs", "/log"),
    ]


def find_orders(running: Running) -> list[tuple[str, str]]:
    from posexport.app.orders import list_orders

    workspace = running.site.workspace
    found = list_orders(workspace, workspace.load_setup().venues, asks=False)
    return [(shown.order.ticket_number, shown.reference) for shown in found]


PICTURES = os.environ.get("POSEXPORT_PICTURES", "")


@pytest.mark.parametrize(("locale", "name"), [("nb-NO", "Logg inn"), ("en-GB", "Sign in")])
@pytest.mark.parametrize(("width", "colors"), [(320, "light"), (375, "dark"), (1280, "light"), (1280, "dark")])
def test_every_page_is_whole_in_each_form(credit: Running, locale: str, name: str, width: int, colors: str) -> None:
    credit.shop.check()
    options: dict[str, Any] = {"viewport": {"width": width, "height": 800}, "color_scheme": colors}
    page = credit.sign_in(name, locale=locale, **options)
    told = listen_to_console(page)
    go(credit, page, "/customers")
    page.locator("form[action$='/customers/read'] button").click()
    page.locator(".run-done").wait_for()
    for number, path in enumerate(list_paths(credit)):
        credit.look_at(page, path)
        if width in (375, 1280) and locale == "nb-NO":
            assert find_serious(page) == [], path
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{locale[:2]}-{width}-{colors}-{number:02}.png", full_page=True)
    assert told == []


def test_the_days_pdf_is_shown_or_saved_as_the_draft_has_it(credit: Running) -> None:
    credit.shop.export(FRIDAY, FRIDAY)
    page = credit.sign_in()
    go(credit, page, f"/v/torget/{FRIDAY}")
    link = page.locator("a[data-key='p']")
    answer = page.request.get(f"{credit.site.origin}{link.get_attribute('href')}")
    assert answer.headers["content-type"] == "application/pdf" and answer.body().startswith(b"%PDF")

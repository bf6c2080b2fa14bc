"""Who is let in, and to what, as a browser sees it: strangers, links, passwords, roles, forms of elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from posexport.app.users import invite
from posexport.core.roles import Grant, Role
from posexport.office.access import IDLE_S, LOCAL_LINK_S, make_local_link
from posexport.office.app import ACTIONS, PAGES
from posexport.store.office_failures import FAILURES_MAX
from tests.office.test_security import OWN, REFERENCE, address, file_of
from tests.office.test_signing_in import HOUSE, KARI, WORDS
from tests.support.browser import IN_A_BROWSER, Running, run_office, text_of
from tests.support.harness import FRIDAY, SATURDAY, Shop, sale, setup_text
from tests.support.looks import count_rows, read_rows
from tests.support.office import OTHER_COMPANY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_A_BROWSER

BOOKKEEPER, ADMINISTRATOR = Grant(Role.BOOKKEEPER, "fjordmat"), Grant(Role.ADMINISTRATOR, "fjordmat")
DRAFT = f"/v/torget/{FRIDAY}/draft"


@pytest.fixture
def two(shop: Shop, chromium: Browser) -> Iterator[Running]:
    """Two companies; the first has a day that is ready and one that lacks an account."""
    shop.apply(setup_text() + OTHER_COMPANY.format(output=shop.folder / "vouchers"))
    shop.sell(sale(1), sale(2, "80.00", at=f"{SATURDAY}T12:00:00", product="330"))
    with run_office(shop, chromium) as running:
        yield running


def bring_in(running: Running, email: str = KARI, *grants: Grant, name: str = "Kari Moe") -> Page:
    """The page of somebody who was invited and has chosen a password."""
    invited = invite(running.site.workspace, HOUSE, email, grants or (BOOKKEEPER,))
    assert invited.link is not None
    page = running.enter()
    running.go(page, invited.link.path)
    page.get_by_label("Navnet ditt").fill(name)
    page.locator("#password").fill(WORDS)
    page.locator("main form button").click()
    page.wait_for_url(f"{running.site.origin}/")
    return page


def try_password(running: Running, page: Page, password: str, email: str = KARI) -> str:
    """What the page says after a name and a password."""
    running.go(page, "/login")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.locator("main form button").click()
    page.wait_for_load_state()
    return text_of(page)


def send(running: Running, page: Page, path: str, token: str, **headers: str) -> int:
    """The status of a form that a program of the browser's user sends."""
    fields: dict[str, Any] = {"form_token": token, "form_key": path}
    answer = page.request.post(f"{running.site.origin}{path}", form=fields, headers=headers, max_redirects=0)
    return answer.status


def token_of(page: Page) -> str:
    return page.locator("input[name=form_token]").first.input_value()


@pytest.mark.scenario(1)
def test_a_stranger_lands_on_the_sign_in_and_reads_no_companys_name(two: Running) -> None:
    page = two.enter()
    for path in ("/", f"/v/torget/{FRIDAY}", "/c/fjordmat/accounts"):
        two.go(page, path)
        page.get_by_role("heading", name="Logg inn").wait_for()
    for path in PAGES:
        answer = page.request.get(f"{two.site.origin}{address(path)}")
        assert answer.url.startswith(f"{two.site.origin}/login"), path
        assert not re.search("Fjordmat|Tindmat|Torget", answer.text()), path


@pytest.mark.scenario(2)
def test_the_link_signs_in_once_and_not_after_a_quarter_of_an_hour(two: Running) -> None:
    link = make_local_link(two.site, "kari")
    first, second = two.enter(), two.enter()
    first.goto(link)
    first.get_by_role("button", name="Logg inn").click()
    first.wait_for_url(f"{two.site.origin}/")
    late = make_local_link(two.site, "kari")
    for one, passes_s in ((link, 0), (late, LOCAL_LINK_S)):
        two.shop.clock.now_s += passes_s
        second.goto(one)
        assert "Lenken er brukt eller for gammel" in text_of(second)
        assert second.get_by_role("button", name="Logg inn").count() == 1  # the one with a password


@pytest.mark.scenario(3)
def test_five_wrong_passwords_delay_the_sixth_and_an_unknown_name_reads_the_same(two: Running) -> None:
    bring_in(two)
    page = two.enter()
    told = [try_password(two, page, "feil passord helt klart") for _ in range(FAILURES_MAX)]
    assert "Navn eller passord stemmer ikke" in told[0]
    assert "For mange forsøk" in try_password(two, page, WORDS)
    two.shop.clock.now_s += 3600
    unknown = try_password(two, page, "feil passord helt klart", "nobody@fjordmat.example")
    assert unknown == told[0]
    assert try_password(two, page, WORDS).startswith("I dag")


@pytest.mark.scenario(4)
def test_nothing_of_another_company_is_there(two: Running) -> None:
    asking = two.sign_in_as(BOOKKEEPER, name="Ola Nes")
    two.go(asking, DRAFT)
    asking.get_by_role("button", name="Lag 1 kladd").click()
    asking.wait_for_url("**/runs/*")
    run = asking.url.rpartition("/")[2]
    page = two.sign_in_as(Grant(Role.PARTNER, "tindmat"))
    two.go(page, "/")
    token = token_of(page)
    there = {"run": run, "user": "Ola Nes", "file": file_of(two.site.workspace)}
    for path in PAGES:
        answer = page.request.get(f"{two.site.origin}{address(path, **there)}")
        assert (answer.status == 404) if "{" in path else ("Torget" not in answer.text()), path
    before = read_rows(two.shop, "setup_revision")
    for path in ACTIONS:
        if "{" in path:
            assert send(two, page, address(path, **there), token) == 404, path
    assert read_rows(two.shop, "setup_revision") == before


@pytest.mark.scenario(5)
def test_a_form_of_elsewhere_or_with_a_wrong_token_changes_nothing(two: Running) -> None:
    page = two.sign_in()
    two.go(page, DRAFT)
    page.locator("main input[name=form_token]").evaluate("field => { field.value = '0'.repeat(64); }")
    page.get_by_role("button", name="Lag 1 kladd").click()
    page.get_by_text("Skjemaet kom ikke fra denne innloggingen").wait_for()
    two.go(page, "/")
    token = token_of(page)
    form = (
        f"<form method=post action='{two.site.origin}{DRAFT}'><input name=form_token value={token}><button>Go</button>"
    )
    page.context.route("http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
    evil = page.context.new_page()
    evil.goto("http://evil.example/")
    evil.get_by_role("button").click()
    evil.wait_for_load_state()
    assert evil.url.startswith(two.site.origin) and "/runs/" not in evil.url
    assert send(two, page, DRAFT, token, origin="http://evil.example") == 403
    assert send(two, page, DRAFT, token, **{"sec-fetch-site": "cross-site"}) == 403
    assert send(two, page, DRAFT, token, host="evil.example") == 400
    assert count_rows(two.shop, "office_run") == 0 and two.shop.world.drafts() == []


@pytest.mark.scenario(6)
def test_a_reader_finds_no_button_that_changes_anything(two: Running) -> None:
    page = two.sign_in_as(Grant(Role.READER, "fjordmat"))
    for path in ("/", "/days?month=2026-11", f"/v/torget/{FRIDAY}", f"/v/torget/{SATURDAY}"):
        two.go(page, path)
        assert page.locator("main form:not([method=get]) button").count() == 0, path
        assert page.locator("main button:not(form button)").count() == 0, path
    for path in PAGES:
        found = re.findall(
            r'method="post" action="([^"]*)"', page.request.get(f"{two.site.origin}{address(path)}").text()
        )
        assert set(found) <= {*OWN}, path
    token = token_of(page)
    for path in ACTIONS:
        if path not in OWN and path != "/runs/{run}/stop" and REFERENCE not in address(path):
            asked = address(path, user="Kari Moe", file=file_of(two.site.workspace))
            assert send(two, page, asked, token) == 403, path


@pytest.mark.scenario(31)
def test_a_change_of_roles_narrows_a_session_at_once_and_the_last_administrator_stays(two: Running) -> None:
    boss = bring_in(two, "ola@fjordmat.example", ADMINISTRATOR, name="Ola Nes")
    kari = bring_in(two)
    two.go(kari, DRAFT)
    assert kari.get_by_role("button", name="Lag 1 kladd").is_visible()
    two.go(boss, "/users")
    boss.get_by_role("link", name="Kari Moe").click()
    boss.get_by_role("checkbox", name="Regnskapsfører").first.uncheck()
    boss.get_by_role("checkbox", name="Innsyn").first.check()
    boss.get_by_role("button", name="Lagre rollene").click()
    boss.get_by_text("Rollene er lagret").wait_for()
    kari.get_by_role("button", name="Lag 1 kladd").click()
    kari.get_by_text("rollen regnskapsfører trengs").wait_for()
    two.go(boss, "/users")
    boss.get_by_role("main").get_by_role("link", name="Ola Nes").click()
    boss.get_by_role("link", name="Steng brukeren").click()
    boss.get_by_role("button", name="Steng brukeren").click()
    boss.get_by_text("Da kan ingen andre styre brukerne").wait_for()


@pytest.mark.scenario(35)
def test_letters_do_nothing_where_they_are_switched_off(two: Running) -> None:
    page = two.sign_in_as(BOOKKEEPER)
    two.go(page, "/")
    page.keyboard.press("?")
    page.wait_for_url("**/help#keys")
    assert page.locator("dl.keys dt").count() > 8
    two.go(page, "/me")
    page.get_by_label("Bokstaver er snarveier").uncheck()
    page.get_by_role("button", name="Lagre", exact=True).click()
    page.get_by_text("lagret").first.wait_for()
    two.go(page, "/")
    for key in ("?", "g", "d", "j", "/"):
        page.keyboard.press(key)
    assert page.url == f"{two.site.origin}/"
    assert page.evaluate("document.activeElement === document.body")


def test_a_form_sent_after_the_session_is_not_lost_in_silence(two: Running) -> None:
    page = two.sign_in()
    two.go(page, DRAFT)
    two.shop.clock.now_s += IDLE_S
    page.get_by_role("button", name="Lag 1 kladd").click()
    page.get_by_text("Det du sendte, er ikke lagret").wait_for()
    assert count_rows(two.shop, "office_run") == 0

"""From what waits to what is drafted, in a browser: the grid, a held day, drafts that are lost, refused, changed or
stopped, and a server that is killed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from posexport.app.export import export_period
from posexport.core.roles import Grant, Role
from posexport.delivery.chart_cache import CHART_AGE_S
from posexport.demo.run import run_demo
from posexport.office.serve import listen, make_local_link
from posexport.sandbox import Draft, Fault, SandboxServer, default_world
from posexport.sandbox.wire import Request
from posexport.store.office_runs import keep_run
from tests.office.test_pages import _lose_the_answer_and_be_gone
from tests.support.browser import IN_A_BROWSER, Running, finish_run, run_office, run_site, text_of
from tests.support.command_line import Run, make_run
from tests.support.harness import BRYGGA, FRIDAY, SATURDAY, SECRETS, VENUES, Shop, sale
from tests.support.looks import count_rows, overwrite_rows, read_rows, shift_rows
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = IN_A_BROWSER

BOOKKEEPER = Grant(Role.BOOKKEEPER, "fjordmat")
READY, LACKING = f"/v/torget/{FRIDAY}", f"/v/torget/{SATURDAY}"
CAFE = ROOT / "examples" / "cafe-saft"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shop: Shop) -> Run:
    """The command line, over the shop's database."""
    monkeypatch.setenv("POSEXPORT_DB", shop.url)
    return make_run(monkeypatch, capsys)


@contextmanager
def open_shop(shop: Shop, chromium: Browser, *tickets: Any, **setup: Any) -> Iterator[Running]:
    """The office over a shop that has sold this, with PowerOffice Go's chart read."""
    shop.apply(**setup)
    shop.sell(*(tickets or (sale(1),)))
    shop.check()
    with run_office(shop, chromium) as running:
        yield running


def draft(running: Running, page: Page, day: str = READY, *, verb: str = "Lag", how: str = "draft") -> None:
    """Draft a day from its page, or revise its draft, and see the run to its end."""
    running.go(page, f"{day}/{how}")
    page.get_by_role("button", name=f"{verb} 1 kladd").click()
    finish_run(page)


# What waits


@pytest.mark.scenario(7)
def test_after_the_demo_today_shows_what_brygga_lacks_and_nothing_of_torget(tmp_path: Path, chromium: Browser) -> None:
    told: list[str] = []

    def look(workspace: Any) -> None:
        with run_site(workspace, chromium) as site:
            page = chromium.new_context(locale="nb-NO").new_page()
            page.goto(make_local_link(site, "kari"))
            page.get_by_role("button", name="Logg inn").click()
            waiting = page.get_by_role("region", name="Venter på deg")
            waiting.wait_for()
            told.extend(waiting.get_by_role("listitem").all_inner_texts())

    run_demo(tmp_path / "demo", Console(file=StringIO()), "nb", look)
    assert any(
        "Brygga Bar, lør. 14. nov." in line and "Varegruppe 330" in line and "Velg konto" in line for line in told
    )
    assert not [line for line in told if "Torget" in line]


@pytest.mark.scenario(8)
def test_a_held_day_is_mended_and_drafted_by_keyboard_alone(running: Running) -> None:
    page = running.sign_in()

    def reach(name: str) -> None:
        page.wait_for_load_state()
        for _ in range(90):
            page.keyboard.press("Tab")
            focused = "document.activeElement?.closest('label')?.textContent ?? document.activeElement?.textContent"
            if name in (page.evaluate(focused) or ""):
                return
        raise AssertionError(name)

    def press(name: str, leads_to: str) -> None:
        reach(name)
        page.keyboard.press("Enter")
        page.wait_for_url(leads_to)

    press("lør. 21. nov.", f"**{LACKING}")
    press("Velg konto", f"**{LACKING}/account*")
    page.keyboard.press("Tab")
    for _ in range(30):
        if page.evaluate("document.activeElement?.id") == "q":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("3024")
    page.locator("#accounts input").nth(1).wait_for(state="detached")
    reach("3024")
    page.keyboard.press("Space")
    press("Lagre", f"**{LACKING}?saved=3024*")
    press("Lag kladd", f"**{LACKING}/draft")
    press("Lag 1 kladd", "**/runs/*")
    finish_run(page)
    running.go(page, LACKING)
    assert "Levert som kladd" in text_of(page)
    (made,) = running.shop.world.drafts()
    assert 3024 in {line.account_no for line in made.lines}


@pytest.mark.scenario(11)
def test_the_grid_has_every_venue_and_day_by_name_and_is_walked_by_keys(shop: Shop, chromium: Browser) -> None:
    sold = [
        sale(f"{register}{n}", at=f"2026-11-{n:02}T12:00:00", register=register) for register in "13" for n in (1, 20)
    ]
    with open_shop(shop, chromium, *sold, venues=VENUES + BRYGGA) as running:
        page = running.sign_in_as(BOOKKEEPER)
        running.go(page, "/days?month=2026-11")
        rows = page.locator("table.grid tbody tr")
        names = {"Brygga Bar", "Torget Kafé"}
        assert set(rows.locator("th").all_inner_texts()) == names
        cells = [rows.nth(n).locator("td") for n in range(2)]
        assert [found.count() for found in cells] == [31, 31]  # the last is how many wait
        links = page.locator("table.grid td a")
        told = links.evaluate_all("links => links.map(link => link.getAttribute('aria-label'))")
        assert len(told) == 2 * 21  # 1 to 20, and the day that is not over
        assert all(
            re.fullmatch(rf"({'|'.join(names)}), \w+dag \d+\. november 2026: [\w ,]+?(, [\d\xa0,]+)?", one)
            for one in told
        )
        page.get_by_role("link", name="Brygga Bar, torsdag 19. november").focus()
        for key, day in (
            *(("ArrowRight", "Brygga Bar, fredag 20."), ("ArrowDown", "Torget Kafé, fredag 20.")),
            *(
                ("Home", "Torget Kafé, søndag 1."),
                ("End", "Torget Kafé, søndag 22."),
                ("ArrowUp", "Brygga Bar, søndag 22."),
            ),
        ):
            page.keyboard.press(key)
            assert day in page.evaluate("document.activeElement.getAttribute('aria-label')")
        page.keyboard.press("PageDown")
        page.wait_for_url("**month=2026-12*")
        running.go(page, "/days?month=2026-11")
        page.get_by_role("link", name="Torget Kafé, fredag 20. november").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{READY}")


WAITING = {"holdt", "avvist", "usikker", "mangler data", "ikke nådd", "klar"}


@pytest.mark.scenario(12)
def test_what_waits_is_what_the_status_says(shop: Shop, chromium: Browser, run: Run) -> None:
    sold = [sale(n, at=f"2026-11-{n:02}T12:00:00") for n in range(2, 20) if n not in (9, 15)]
    held = sale(20, "80.00", at="2026-11-20T12:00:00", product="330")
    with open_shop(shop, chromium, *sold, held) as running:
        shop.export(date(2026, 11, 2), date(2026, 11, 17))
        page = running.sign_in_as(BOOKKEEPER)
        running.go(page, "/days?month=2026-11&state=waiting")
        links = page.locator("table.grid td a").evaluate_all("links => links.map(link => [link.href, link.ariaLabel])")
        shown = {href.rpartition("/")[2]: label.partition(": ")[2].partition(",")[0] for href, label in links}
        days = [(row["business_day"], row["state"]) for row in run("status", "--json").json["days"]]
    assert set(shown.values()) <= WAITING
    told = {day for day, state in days if state in {"held", "refused", "uncertain", "gap", "ready", "unreachable"}}
    assert set(shown) == told and {"klar", "holdt"} <= set(shown.values())


# Accepting


@pytest.mark.scenario(13)
def test_a_z_report_is_accepted_with_a_reason_and_the_users_name(shop: Shop, chromium: Browser, run: Run) -> None:
    shop.apply((CAFE / "setup.toml").read_text())
    told = (CAFE / "sales.xml").read_text().replace("<totalCashSaleAmnt>3652.60<", "<totalCashSaleAmnt>3640.60<")
    path, day = shop.folder / "sales.xml", "2025-10-31"
    path.write_text(told)
    shop.load(path)
    with run_office(shop, chromium) as running:
        page = running.sign_in_as(Grant(Role.BOOKKEEPER))
        running.go(page, f"/v/torget/{day}")
        page.get_by_role("group").get_by_text("Godta").first.click()
        box = page.get_by_label("Begrunnelse").first
        box.fill("   ")
        page.locator("details.accept form button").first.click()
        told_beside = page.locator(f"#{box.get_attribute('aria-describedby')}")
        assert "Skriv en begrunnelse" in told_beside.inner_text()
        assert count_rows(shop, "acceptance") == 0
        page.get_by_label("Begrunnelse").first.fill("Z ble tatt to ganger")
        page.locator("details.accept form button").first.click()
        page.get_by_text("Z ble tatt to ganger").first.wait_for()
        running.go(page, f"/v/torget/{day}?part=history")
        assert "Kari Moe" in text_of(page) and "Z ble tatt to ganger" in text_of(page)
        (accepted,) = [
            one for one in json.dumps(run("show", "torget", day, "--json").json).split("{") if "Z ble tatt" in one
        ]
        assert "Kari Moe" in accepted


@pytest.mark.scenario(14)
def test_what_may_not_be_accepted_has_no_button_and_is_refused_in_words(running: Running) -> None:
    running.shop.sell(sale(4, at="2026-11-18T12:00:00"))
    page = running.sign_in_as(BOOKKEEPER)
    running.go(page, LACKING)
    assert page.get_by_text("MANGLER KONTO").is_visible() or "konto" in text_of(page)
    assert page.locator("details.accept").count() == 0
    running.go(page, "/v/torget/2026-11-19")
    page.locator("details.accept summary").click()
    page.locator("details.accept input[name=code]").evaluate("field => { field.value = 'missing-account'; }")
    page.get_by_label("Begrunnelse").fill("Fordi")
    page.locator("details.accept form").evaluate("form => { form.action = form.action.replace('no-sales', 'accept'); }")
    page.locator("details.accept form button").click()
    page.get_by_text("kan ikke godtas").wait_for()
    assert count_rows(running.shop, "acceptance") == 0


# Once


@pytest.mark.scenario(9)
def test_pressing_twice_or_going_back_makes_one_voucher(running: Running) -> None:
    page = running.sign_in_as(BOOKKEEPER)
    running.go(page, f"{READY}/draft")
    page.get_by_role("button", name="Lag 1 kladd").dblclick()
    page.wait_for_url("**/runs/*")
    finish_run(page)
    run = page.url
    page.go_back()
    if page.get_by_role("button", name="Lag 1 kladd").count():
        page.get_by_role("button", name="Lag 1 kladd").click()
        finish_run(page)
        assert page.url == run
    assert len(running.shop.world.drafts()) == 1 and count_rows(running.shop, "office_run") == 1


@pytest.mark.scenario(10)
def test_two_browsers_draft_the_same_day_and_one_is_told_who_has_it(running: Running) -> None:
    gate = threading.Event()

    def hold(request: Request) -> None:
        if request.method == "POST" and "/Import" in request.path:
            gate.wait(10)

    running.shop.world.faults = hold
    pages = [running.sign_in_as(BOOKKEEPER, name=name) for name in ("Kari Moe", "Ola Lie")]
    for page in pages:
        running.go(page, f"{READY}/draft")
    for page in pages:
        page.get_by_role("button", name="Lag 1 kladd").click()
        page.wait_for_url("**/runs/*")
        running.shop.clock.now_s += 1
    told = [page.get_by_text(re.compile("Kjøringen til .* kom først")).all_inner_texts() for page in pages]
    gate.set()
    for page in pages:
        finish_run(page)
    assert sorted(map(len, told)) == [0, 1]
    (((words,),),) = [[one] for one in told if one]
    assert ("Kari Moe" in words) is (told[1] != [])
    assert len(running.shop.world.drafts()) == 1


def test_a_form_that_lies_open_in_two_tabs_is_sent_by_either_and_drafted_once(running: Running) -> None:
    page = running.sign_in_as(BOOKKEEPER)
    other = page.context.new_page()
    for tab in (page, other):
        running.go(tab, f"{READY}/draft")
    for tab in (page, other):
        tab.get_by_role("button", name="Lag 1 kladd").click()
        finish_run(tab)
    assert len(running.shop.world.drafts()) == 1


def test_poweroffice_that_takes_its_time_keeps_nobody_from_looking_elsewhere(running: Running) -> None:
    gate = threading.Event()

    def dawdle(_: Request) -> None:
        gate.wait(10)

    running.shop.world.faults = dawdle
    page = running.sign_in_as(BOOKKEEPER)
    running.go(page, f"{READY}/draft")
    page.get_by_role("button", name="Lag 1 kladd").click()
    page.get_by_text("pågår").first.wait_for()
    running.go(page, "/")
    page.get_by_role("region", name="Pågår").get_by_role("link").click()
    page.wait_for_url("**/runs/*")
    gate.set()
    finish_run(page)
    assert len(running.shop.world.drafts()) == 1


# Lost, refused, changed


@pytest.mark.scenario(17)
def test_a_lost_answer_asks_nothing_of_anybody_and_is_found(running: Running) -> None:
    page = running.sign_in_as(BOOKKEEPER)
    running.shop.world.faults = _lose_the_answer_and_be_gone
    draft(running, page)
    assert "~ usikker" in text_of(page)
    running.go(page, "/")
    others = page.get_by_role("region", name="Venter på andre").get_by_role("listitem").all_inner_texts()
    assert len(others) == 1 and "fre. 20. nov." in others[0]
    running.go(page, READY)
    assert "ser etter bilaget i PowerOffice Go før noe sendes igjen" in text_of(page)
    assert page.get_by_role("link", name="Si hvor bilaget er").count() == 0
    running.shop.world.faults = deque()
    draft(running, page)
    assert "✓ kladd" in text_of(page) and len(running.shop.world.drafts()) == 1


@pytest.mark.scenario(18)
@pytest.mark.parametrize("is_there", [True, False])
def test_past_the_time_limit_a_person_says_where_the_voucher_is(running: Running, is_there: bool) -> None:
    running.shop.world.faults = _lose_the_answer_and_be_gone if is_there else _lose_it_all
    running.shop.export(FRIDAY, FRIDAY)
    running.shop.clock.now_s += 3 * 24 * 3600
    running.shop.world.faults = deque()
    page = running.sign_in_as(BOOKKEEPER)
    running.go(page, READY)
    page.get_by_role("link", name="Si hvor bilaget er").first.click()
    page.get_by_label("Bilagets id").fill("nonsense")
    page.get_by_role("button", name="Det ligger der", exact=True).click()
    page.get_by_text("Ingenting er endret").wait_for()
    if is_there:
        (made,) = running.shop.world.drafts()
        page.get_by_label("Bilagets id").fill(str(made.id))
        page.get_by_role("button", name="Det ligger der", exact=True).click()
        page.get_by_text("Levert som kladd").wait_for()
    else:
        assert page.get_by_text("sendes det på nytt ved neste eksport").is_visible()
        page.get_by_role("button", name="Det ligger ikke der").click()
        page.wait_for_url(f"**{READY}")
        draft(running, page)
    assert len(running.shop.world.drafts()) == 1


def _lose_it_all(request: Request) -> Fault | None:
    if "/Import" not in request.path:
        return None
    return Fault("lose_request") if request.method == "POST" else Fault("status_before", 503)


@pytest.mark.scenario(19)
def test_a_refusal_is_told_in_gos_words_and_does_nothing_else(running: Running) -> None:
    page = running.sign_in_as(BOOKKEEPER)
    evil = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
    said = json.dumps({"title": "Validation failed", "detail": f"Account 3020 {evil} is closed.", "status": 400})
    running.shop.faults.append(Fault("answer_before", 400, body=said, method="POST", path="/Import"))
    draft(running, page)
    for path in (page.url.removeprefix(running.site.origin), READY):
        running.go(page, path)
        told = text_of(page)
        assert "Validation failed" in told and f"Account 3020 {evil} is closed." in told, path
        assert page.evaluate("window.hacked === undefined")
    assert running.shop.world.drafts() == []


@pytest.mark.scenario(20)
def test_a_late_ticket_replaces_the_draft_or_makes_the_difference_on_an_open_date(
    shop: Shop, chromium: Browser
) -> None:
    with open_shop(shop, chromium, target="journal") as running:
        page = running.sign_in_as(BOOKKEEPER)
        draft(running, page)
        shop.sell(sale(3, "75.00", at="2026-11-20T13:00:00"))
        running.go(page, READY)
        assert "75,00" in text_of(page)
        draft(running, page, verb="Rett", how="revise")
        (whole,) = shop.world.drafts()
        assert whole.debit_ore == 20_000
        shop.world.post(whole.id)
        shop.world.set_lock_date(date(2026, 11, 30))
        shop.clock.sleep(CHART_AGE_S)
        shop.sell(sale(4, "10.00", at="2026-11-20T14:00:00"))
        draft(running, page, verb="Rett", how="revise")
        assert "låst til og med 30.11.2026" in text_of(page) and len(shop.world.drafts()) == 1
        page.get_by_role("link", name="Velg en annen dato").click()
        assert page.get_by_label("Bilagsdato").input_value() == "01.12.2026"
        page.get_by_label("Bilagsdato").fill("i forrige uke")
        page.get_by_role("button", name="Rett 1 kladd").click()
        page.get_by_role("alert").wait_for()
        page.get_by_label("Bilagsdato").fill("1.12.2026")
        page.get_by_role("button", name="Rett 1 kladd").click()
        finish_run(page)
        difference = shop.world.drafts()[-1]
        assert (difference.voucher_date, difference.debit_ore) == (date(2026, 12, 1), 1_000)


def test_a_revision_that_go_refuses_for_its_date_gets_another_one(shop: Shop, chromium: Browser) -> None:
    with open_shop(shop, chromium, target="journal") as running:
        page = running.sign_in_as(BOOKKEEPER)
        draft(running, page)
        shop.world.post(shop.world.drafts()[0].id)
        shop.world.set_lock_date(date(2026, 11, 30))  # and the chart that is remembered has none
        shop.sell(sale(4, "10.00", at="2026-11-20T14:00:00"))
        draft(running, page, verb="Rett", how="revise")
        assert "✕ avvist" in text_of(page) and "lock date" in text_of(page)
        running.go(page, READY)
        page.get_by_role("link", name="Prøv igjen").click()
        page.get_by_label("Bilagsdato").fill("1.12.2026")
        page.get_by_role("button", name="Lag 1 kladd").click()
        finish_run(page)
        difference = shop.world.drafts()[-1]
        assert (difference.voucher_date, difference.debit_ore) == (date(2026, 12, 1), 1_000)


# Runs


@pytest.mark.scenario(21)
def test_a_run_of_24_vouchers_stops_on_stop_with_none_half_sent(
    shop: Shop, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, is_reached, sent, keep = threading.Event(), threading.Event(), Counter[str](), keep_run

    def hold(request: Request) -> None:
        if request.method == "POST" and request.path.endswith("/Import/"):
            sent["vouchers"] += 1
            if sent["vouchers"] > 5:
                is_reached.set()
                gate.wait(10)

    def watch(*arguments: Any) -> bool:
        goes_on = keep(*arguments)
        if not goes_on:
            gate.set()
        return goes_on

    monkeypatch.setattr("posexport.office.runs.keep_run", watch)
    monkeypatch.setattr("posexport.office.runs._KEPT_EVERY_S", 0.1)
    monkeypatch.setattr("posexport.office.work.drafts.export_period", partial(export_period, in_flight=2))
    tickets = [sale(f"{r}{n}", at=f"2026-11-{n + 1:02}T12:00:00", register=r) for r in "13" for n in range(12)]
    with open_shop(shop, chromium, *tickets, venues=VENUES + BRYGGA) as running:
        shop.world.faults = hold
        page = running.sign_in_as(BOOKKEEPER)
        running.go(page, "/draft?from=2026-11-01&to=2026-11-30")
        page.get_by_role("button", name="Lag 24 kladder").click()
        assert is_reached.wait(20)
        page.get_by_text("av 24").wait_for()
        run = page.url
        running.go(page, "/")
        page.goto(run)
        page.get_by_role("button", name="Stopp").click()
        page.get_by_text("stoppet av Kari Moe").wait_for()
        page.reload()
        drafted = page.get_by_text("✓ kladd").count()
        states = Counter(state for (state,) in read_rows(shop, "delivery", "state"))
        assert 5 <= drafted < 24
        assert len(shop.world.drafts()) == drafted == states["drafted"] and set(states) <= {"drafted", "ready"}


def start_office(shop: Shop, port: int) -> tuple[subprocess.Popen[str], str]:
    """A process that serves the office, and the link that it prints."""
    environ = {**os.environ, **SECRETS, "POSEXPORT_DB": shop.url}
    command = [sys.executable, "-m", "posexport", "office", "--port", str(port)]
    process = subprocess.Popen(command, env=environ, cwd=shop.folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as told:
        return process, next(found[0] for line in told if (found := re.search(r"http://\S+token=\S+", line)))


def enter_by(chromium: Browser, link: str) -> Page:
    page = chromium.new_context(locale="nb-NO").new_page()
    page.goto(link)
    page.get_by_role("button", name="Logg inn").click()
    page.locator("main h1").wait_for()
    return page


@pytest.mark.scenario(40)
def test_a_server_that_is_killed_in_a_run_doubles_nothing(shop: Shop, chromium: Browser) -> None:
    process: subprocess.Popen[str] | None = None
    days = [date(2026, 11, n) for n in range(10, 15)]

    def kill(_: Draft) -> None:
        if process is not None and len(world.drafts()) == 2:
            process.kill()

    with listen(0) as found:
        port = found.getsockname()[1]
    world = default_world(v1_requests_per_s=1_000, v2_requests_per_s=1_000, on_draft=kill)
    with SandboxServer(world) as server:
        shop.apply(base_url=server.base_url)
        shop.sell(*(sale(n, at=f"{day}T12:00:00") for n, day in enumerate(days)))
        process, link = start_office(shop, port)
        try:
            page = enter_by(chromium, link)
            origin = f"http://127.0.0.1:{port}"
            page.goto(f"{origin}/draft?from=2026-11-10&to=2026-11-14")
            page.get_by_role("button", name="Lag 5 kladder").click()
            assert process.wait(30) < 0
            run = read_rows(shop, "office_run", "id", kind="drafts")[0][0]
            overwrite_rows(shop, "office_run", {"alive_until_utc_s": 0}, kind="drafts")  # half a minute later
            overwrite_rows(shop, "delivery", {"claimed_until_utc_s": 0})
            shift_rows(shop, "delivery", {"changed_at_utc_s": -600, "told_at_utc_s": -600})
            process, _ = start_office(shop, port)
            page = page.context.new_page()  # the other may still be on its way to the browser's own page of errors
            page.goto(f"{origin}/runs/{run}")  # the session is a row: it goes on
            page.get_by_text("avbrutt").wait_for()
            page.goto(f"{origin}/days?month=2026-11")
            told = page.locator("table.grid td a").evaluate_all("links => links.map(link => link.href)")
            assert [sum(href.endswith(f"/{day}") for href in told) for day in days] == [1] * len(days)
            page.goto(f"{origin}/draft?from=2026-11-10&to=2026-11-14")
            page.get_by_role("button", name=re.compile("Lag .* kladd")).click()
            finish_run(page)
        finally:
            process.terminate()
            process.wait(20)
    assert Counter(made.voucher_date for made in world.drafts()) == Counter(days)


# Accounts from a day on, and many venues


@pytest.mark.scenario(24)
def test_an_account_from_the_21st_leaves_the_20th_and_what_is_drafted_alone(shop: Shop, chromium: Browser) -> None:
    tickets = [sale(n, at=f"2026-11-{day}T12:00:00") for n, day in enumerate((19, 20, 21))]
    with open_shop(shop, chromium, *tickets) as running:
        shop.export(date(2026, 11, 19), date(2026, 11, 19))
        drafted = read_rows(shop, "delivery", "fingerprint", "lines", "payload", state="drafted")
        page = running.sign_in_as(BOOKKEEPER)

        def accounts_of(day: str) -> str:
            running.go(page, f"/v/torget/{day}")
            return " ".join(set(re.findall(r"\b30\d\d\b", text_of(page))))

        running.go(page, "/c/fjordmat/accounts")
        page.get_by_label("100 Mat 3", exact=True).fill("3024")
        page.get_by_label("Gjelder fra dag").fill("21.11.2026")
        page.get_by_role("button", name="Lagre").click()
        page.get_by_text("Lagret, fra 21.11.2026").wait_for()
        assert [accounts_of(f"2026-11-{day}") for day in (19, 20, 21)] == ["3020", "3020", "3024"]
        running.go(page, "/c/fjordmat/accounts/history")
        page.get_by_role("link", name="Hent tilbake 1").click()
        page.get_by_role("button", name="Hent tilbake").click()
        page.get_by_text("Lagret.").wait_for()
        assert [accounts_of(f"2026-11-{day}") for day in (20, 21)] == ["3020", "3020"]
        assert read_rows(shop, "delivery", "fingerprint", "lines", "payload", state="drafted") == drafted
        assert [kind for (kind,) in read_rows(shop, "setup_revision", "kind")][-1] == "restore"


@pytest.mark.scenario(39)
def test_of_500_venues_a_page_shows_50_and_asks_no_more_for_more_days(shop: Shop, chromium: Browser) -> None:
    from sqlalchemy import event

    venue = (
        '  [[company.venue]]\n  id = "v{0}"\n  name = "Sted {0}"\n  registers = ["r{0}"]\n  export_from = 2020-01-01\n'
    )
    shop.apply(target="file", venues="".join(venue.format(f"{n:03}") for n in range(500)))
    asked: list[str] = []

    def trace(connection: Any, *_: object) -> None:
        connection.set_trace_callback(asked.append)

    with run_office(shop, chromium) as running:
        page, counted = running.sign_in_as(BOOKKEEPER), []
        for days in (2, 20):
            shop.sell(
                *(
                    sale(f"{day}", at=f"2026-11-{day:02}T12:00:00", register=f"r{n:03}")
                    for n in range(0, 500, 5)
                    for day in range(1, days)
                )
            )
            running.go(page, "/days?month=2026-11")  # the days are worked out once
            event.listen(running.site.workspace.database.engine, "checkout", trace)
            asked.clear()
            page.reload()
            counted.append(sum(one.startswith("SELECT") and "office_" not in one for one in asked))
        assert page.locator("table.grid tbody tr").count() == 50
        assert "Side 1 av 10" in text_of(page)
    assert counted[0] == counted[1] > 0

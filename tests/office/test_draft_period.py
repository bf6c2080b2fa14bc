"""A period drafted from the office: looked at first, then a run of exactly those days, of the venues one may draft."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from posexport.core.roles import Grant, Role
from posexport.office.runs import Worker
from posexport.sandbox.wire import Request
from posexport.store.office_runs import RunState, read_lines, read_run
from tests.support.harness import BRYGGA, VENUES, Shop, sale
from tests.support.looks import read_rows
from tests.support.office import Office, Visitor, open_office

DAYS = 12


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    """Two venues with twelve days each; one more day lacks an account."""
    both.apply(venues=VENUES + BRYGGA)
    both.sell(
        *(
            sale(f"{register}{n}", "100.00", at=f"2026-11-{n + 1:02}T12:00:00", register=register)
            for register in ("1", "3")
            for n in range(DAYS)
        ),
        sale(99, "80.00", at="2026-11-20T12:00:00", product="330"),
    )
    with open_office(both) as office:
        yield office


@pytest.fixture
def kari(office: Office) -> Visitor:
    """The bookkeeper, signed in."""
    return office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))


def preview(visitor: Visitor, query: str = "?from=2026-11-01&to=2026-11-30") -> str:
    visitor.get(f"/draft{query}")
    return visitor.text


def test_a_period_is_looked_at_confirmed_and_drafted_in_order(office: Office, kari: Visitor, both: Shop) -> None:
    told = preview(kari)
    assert "Fjordmat AS (demo)" in told and "24 bilag2 400,00" in told
    assert "Dette venter (1) ✕ holdt Torget Kafé, fre. 20. nov. Varegruppe 330" in told
    assert both.world.drafts() == [] and office.work() == 0
    kari.send("/draft")
    assert office.work() == 1
    run = str(kari.page.url)
    kari.get("/")  # leaving changes nothing
    kari.get(run)
    assert "ferdig · 24 av 24" in kari.text
    assert len(both.world.drafts()) == 24
    days = [" ".join(str(row.text_content()).split()) for row in kari.tree.xpath("//tbody/tr")]
    assert days[:2] == ["Torget Kafé søn. 1. nov. ✓ kladd 100,00", "Torget Kafé man. 2. nov. ✓ kladd 100,00"]
    assert "24 er levert allerede" in preview(kari)
    assert read_rows(both, "office_log", "act")[-1] == ("period-draft-asked",)


@pytest.mark.parametrize(
    ("query", "many"),
    [
        ("?from=2026-11-01&to=2026-11-03", 6),
        ("?from=2026-11-01&to=2026-11-03&venue=brygga", 3),
        ("?from=&to=", 24),
        ("?from=this-month&to=", 24),
        ("?from=denne+m%C3%A5neden&to=", 24),
        ("?from=last-month&to=", 0),
        ("?d=torget/2026-11-02&d=torget/2026-11-03&d=brygga/2026-11-09", 3),
        ("?d=torget/nonsense&d=nowhere/2026-11-02&d=torget/2026-11-02", 1),
    ],
)
def test_days_are_chosen_by_dates_words_and_boxes(
    office: Office, kari: Visitor, both: Shop, query: str, many: int
) -> None:
    told = preview(kari, query)
    assert ("Det er ingenting å lage kladd av" in told) is (many == 0)
    if many:
        kari.send("/draft")
        office.work()
    assert len(both.world.drafts()) == many


@pytest.mark.parametrize(
    "query", ["?from=nonsense&to=", "?from=2026-11-09&to=2026-11-01", "?from=2020-01-01&to=2026-11-01"]
)
def test_a_period_that_is_none_is_refused_beside_the_field(kari: Visitor, query: str) -> None:
    preview(kari, query)
    assert kari.page.status_code == 422
    (field,) = kari.tree.xpath("//input[@aria-invalid='true']")
    assert kari.tree.xpath(f"//*[@id='{field.get('aria-describedby')}']")


@pytest.mark.parametrize("path", ["/draft", "/orders"])
def test_the_dates_of_an_address_stand_as_they_are_written_in_the_language(kari: Visitor, path: str) -> None:
    kari.get(f"{path}?from=2026-11-01&to=i+går")
    assert kari.tree.xpath("//input[@id='from' or @id='to']/@value") == ["01.11.2026", "i går"]


def test_a_venue_one_may_not_draft_is_left_out_and_said(office: Office, both: Shop) -> None:
    grants = Grant(Role.BOOKKEEPER, "fjordmat", "torget"), Grant(Role.READER, "fjordmat")
    visitor = office.sign_in(*grants)
    told = preview(visitor, "?from=2026-11-01&to=2026-11-30&venue=torget&venue=brygga")
    assert "Utelatt, for du kan ikke lage kladder der: Brygga Bar" in told and "12 bilag" in told
    form = visitor.find_form("/draft")
    visitor.post("/draft", form | {"days": f"{form['days']} brygga/2026-11-02"})
    office.work()
    assert len(both.world.drafts()) == 12
    visitor.get("/draft")
    form = visitor.find_form("/logout") | {"days": "brygga/2026-11-02"}
    assert visitor.post("/draft", form).status_code == 422 and office.work() == 0


@pytest.mark.parametrize("role", [Role.READER, Role.SHOP, Role.ADMINISTRATOR, Role.PARTNER])
def test_only_a_bookkeeper_drafts(office: Office, role: Role) -> None:
    visitor = office.sign_in(Grant(role, "fjordmat"))
    assert visitor.get("/draft").status_code == 403
    assert visitor.post("/draft", visitor.find_form("/logout") | {"days": "torget/2026-11-02"}).status_code == 403
    visitor.get("/days?month=2026-11&pick=1")
    assert visitor.tree.xpath("//input[@name='d']") == [] and "Velg dager" not in visitor.text


def test_days_are_picked_in_the_grid(office: Office, kari: Visitor, both: Shop) -> None:
    kari.get("/days?month=2026-11")
    kari.click("Velg dager")
    boxes = [str(box.get("value")) for box in kari.tree.xpath("//table//input[@name='d']")]
    assert len(boxes) == 32 and "torget/2026-11-20" in boxes and "torget/2026-11-22" not in boxes
    (label,) = {str(box.get("aria-label")) for box in kari.tree.xpath("//input[@value='torget/2026-11-20']")}
    assert label == "Torget Kafé, fredag 20. november 2026: holdt"
    preview(kari, "?d=torget/2026-11-20&d=torget/2026-11-02")
    kari.send("/draft")
    office.work()
    assert [str(draft.voucher_date) for draft in both.world.drafts()] == ["2026-11-02"]


def test_the_same_form_sent_twice_is_one_run(office: Office, kari: Visitor, both: Shop) -> None:
    preview(kari)
    form = kari.find_form("/draft")
    first = str(kari.post("/draft", form).url)
    assert str(kari.post("/draft", form).url) == first
    assert office.work() == 1 and len(both.world.drafts()) == 24


def test_two_browsers_make_each_voucher_once_and_the_second_is_told(office: Office, kari: Visitor, both: Shop) -> None:
    ola = office.sign_in(Grant(Role.BOOKKEEPER), name="Ola Lie")
    preview(kari)
    kari.send("/draft")
    both.clock.sleep(1)
    assert "Kjøringen til Kari Moe" in preview(ola)
    ola.send("/draft")
    assert "Kjøringen til Kari Moe" in ola.text
    workers = [threading.Thread(target=Worker(office.site).take_one) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(both.world.drafts()) == 24
    assert len({str(draft.voucher_date) for draft in both.world.drafts()}) == DAYS


def test_a_run_that_is_stopped_leaves_no_voucher_half_sent(office: Office, kari: Visitor, both: Shop) -> None:
    preview(kari)
    kari.send("/draft")
    run = str(kari.page.url)
    action, asked = f"{kari.page.url.path}/stop", kari.find_form(f"{kari.page.url.path}/stop")
    sent = 0

    def stop_soon(request: Request) -> None:
        nonlocal sent
        if request.method == "POST" and "/Import" in request.path:
            sent += 1
            if sent == 5:
                kari.post(action, asked)

    both.world.faults = stop_soon
    office.work()
    kari.get(run)
    told = read_rows(both, "delivery", "state")
    with office.workspace.database.reading() as connection:
        found = read_run(connection, run.rpartition("/")[2])
        lines = read_lines(connection, run.rpartition("/")[2])
    assert found is not None
    drafted = [line for line in lines if line.state == "drafted"]
    assert len(both.world.drafts()) == len(drafted) == sum(state == "drafted" for (state,) in told)
    assert {state for (state,) in told} <= {"drafted", "ready"}
    assert found.state in {RunState.STOPPED, RunState.DONE}


def test_lines_of_venues_that_one_may_not_see_are_not_shown(office: Office, kari: Visitor) -> None:
    preview(kari)
    kari.send("/draft")
    office.work()
    run = str(kari.page.url)
    visitor = office.sign_in(Grant(Role.READER, "fjordmat", "torget"), name="Ola Lie")
    visitor.get(run)
    assert "Torget Kafé" in visitor.text and "Brygga" not in visitor.text
    visitor.get("/runs")
    assert "Brygga" not in visitor.text and "Torget Kafé" in visitor.text


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_pages_of_a_period_are_in_the_browsers_language(office: Office, lang: str) -> None:
    visitor = office.sign_in(**{"accept-language": lang})
    for path in ("/draft", "/draft?from=2026-11-01&to=2026-11-30", "/draft?from=x", "/days?month=2026-11&pick=1"):
        visitor.get(path)
        assert visitor.tree.get("lang") == lang
        assert not [typed for typed in ("posexport ", "[[", ".toml") if typed in str(visitor.tree.text_content())], path

"""The pages, and what is done from them: what waits, why, how it is mended, and that it is done once."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

import posexport.office
from posexport.core.roles import Grant, Role
from posexport.office import fill
from posexport.office.runs import Worker
from posexport.office.words import SIGNS, STATE_WORDS, TOPICS, WORDS
from posexport.render.templates import find_template
from posexport.sandbox import Fault
from posexport.sandbox.faults import Faults
from posexport.sandbox.wire import Request
from posexport.store.office_runs import LEASE_S, SILENT_S, keep_run, take_run
from tests.support.harness import BRYGGA, FRIDAY, SATURDAY, VENUES, Shop, sale
from tests.support.looks import count_rows, delete_rows, read_rows
from tests.support.office import Office, Visitor, open_office

OFFICE = Path(posexport.office.__file__).parent
READY, LACKING = f"/v/torget/{FRIDAY}", f"/v/torget/{SATURDAY}"


@pytest.fixture
def kari(office: Office) -> Visitor:
    """The bookkeeper, signed in."""
    return office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))


def test_today_tells_what_waits_and_for_whom(kari: Visitor) -> None:
    kari.get("/")
    assert (
        "Venter på deg (2) ○ klar Torget Kafé, fre. 20. nov. Lag kladd ✕ holdt Torget Kafé, lør. 21. nov." in kari.text
    )
    assert "Varegruppe 330" in kari.text and "Venter på andre" not in kari.text


def test_of_many_that_wait_the_oldest_are_shown_and_the_others_counted(
    kari: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posexport.office.pages.today.SHOWN_AT_MOST", 0)
    kari.get("/")
    assert "Venter på deg (2) … og 2 til: se Dager" in kari.text and "Varegruppe 330" not in kari.text
    kari.click("… og 2 til: se Dager")
    assert kari.page.url.path == "/days" and kari.page.url.params["state"] == "waiting"


def test_a_day_of_which_no_file_has_come_is_said_where_sales_are_usual(office: Office, both: Shop) -> None:
    both.clock.now_s += 24 * 3600  # the Sunday is over too, and nothing says that it is no usual day
    kari = office.sign_in(Grant(Role.BOOKKEEPER))
    kari.get("/")
    assert "Ingen fil ennå, der det pleier å være salg (1) ? ingen fil ennå Torget Kafé, søn. 22. nov." in kari.text
    kari.get("/days?month=2026-11")
    names = [str(link.get("aria-label")) for link in kari.tree.xpath("//table//a")]
    assert "Torget Kafé, søndag 22. november 2026: ingen fil ennå" in names
    kari.get("/days?month=2026-11&state=waiting")
    names = [str(link.get("aria-label")) for link in kari.tree.xpath("//table//a")]
    assert names and not [name for name in names if "ingen fil ennå" in name]
    both.apply(torget="automatic_export = true")
    kari.get("/")
    assert "Ingen fil ennå" not in kari.text and "mangler data" in kari.text


def test_a_weekday_on_which_nothing_is_usually_sold_is_not_asked_for(both: Shop) -> None:
    both.apply()
    both.sell(*(sale(day, at=f"2026-11-{day:02}T12:00:00") for day in (2, 3, 5, 6, 9, 10, 12, 13, 16, 17, 19, 20)))
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.READER))
        visitor.get("/days?month=2026-11")
        names = [str(link.get("aria-label")) for link in visitor.tree.xpath("//table//a")]
        assert names and not [name for name in names if "ingen fil ennå" in name]  # no Saturdays
        both.clock.now_s += 12 * 3600 + 3 * 24 * 3600
        visitor = office.sign_in(Grant(Role.READER), name="Per")
        visitor.get("/days?month=2026-11")
        names = [str(link.get("aria-label")) for link in visitor.tree.xpath("//table//a")]
        assert [name for name in names if "ingen fil ennå" in name] == [
            "Torget Kafé, mandag 23. november 2026: ingen fil ennå",
            "Torget Kafé, tirsdag 24. november 2026: ingen fil ennå",
        ]


def test_a_run_that_nothing_is_heard_of_is_said_not_to_answer(office: Office, kari: Visitor) -> None:
    kari.get(f"{READY}/draft")
    kari.send(f"{READY}/draft")
    run, now = str(kari.page.url), office.workspace.now_utc_s
    with office.workspace.database.writing() as connection:
        assert take_run(connection, "another worker", now, now + LEASE_S - SILENT_S + 1) is not None
    assert "pågår" in (kari.get(run), kari.text)[1]
    with office.workspace.database.writing() as connection:
        assert keep_run(connection, run.rpartition("/")[2], "another worker", now + LEASE_S - SILENT_S)
    for path in (run, "/runs"):
        assert "svarer ikke" in (kari.get(path), kari.text)[1]


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ("1920", "er en bankkonto"),
        ("1900", "er en kassekonto"),
        ("1500", "er en fordring"),
        ("2700", "er en mva-konto"),
    ],
)
def test_an_account_for_something_else_is_taken_for_sales_once_it_is_said_to_be_right(
    both: Shop, kari: Visitor, account: str, told: str
) -> None:
    kari.get(LACKING)
    kari.click("Velg konto")
    kari.send(f"{LACKING}/account", account=account)
    assert kari.page.status_code == 422 and f"{account} {told}" in kari.text
    kari.send(f"{LACKING}/account", account=account, sure="3024")
    assert kari.page.status_code == 422
    kari.send(f"{LACKING}/account", account=account, sure=account)
    assert f"Konto {account} er lagret." in kari.text
    kari.click("Endre konto")
    field = str(kari.page.url).partition("#")[2]
    (box,) = kari.tree.xpath(f"//input[@id='{field}']")
    assert box.get("value") == account


def test_nothing_waits(kari: Visitor, both: Shop) -> None:
    delete_rows(both, "business_day")
    kari.get("/")
    assert "Ingenting venter." in kari.text


def test_every_day_of_the_month_has_its_state_in_words(kari: Visitor) -> None:
    kari.get("/days?month=2026-11")
    names = [link.get("aria-label") for link in kari.tree.xpath("//table//a")]
    assert names == [
        "Torget Kafé, fredag 20. november 2026: klar, 125,00",
        "Torget Kafé, lørdag 21. november 2026: holdt, 80,00",
        "Torget Kafé, søndag 22. november 2026: ikke over",
    ]
    kari.get("/days?month=2026-11&state=waiting")
    assert len(kari.tree.xpath("//table//a")) == 2
    kari.get("/days?month=2026-10")
    assert "Ingen dager å vise" in kari.text


def test_the_grid_sums_what_waits_by_venue_and_by_day(both: Shop) -> None:
    both.apply(venues=VENUES + BRYGGA)
    both.sell(sale(1), sale(2, "80.00", at=f"{SATURDAY}T12:00:00", product="330"), sale(3, register="3"))
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER))
        kari.get("/days?month=2026-11")
        assert kari.tree.xpath("//tbody/tr/td[last()]/text()") == ["1", "2"]
        by_day = kari.tree.xpath("//tfoot/tr/td")
        told = {place: cell.text for place, cell in enumerate(by_day, 1) if cell.text}
        assert told == {20: "2", 21: "1", 31: "3"}
        both.export(FRIDAY, FRIDAY)
        kari.get("/days?month=2026-11")
        assert kari.tree.xpath("//tfoot/tr/td/text()") == ["1", "1"], "one day, and in all"
        kari.get("/days?month=2026-10")
        assert not kari.tree.xpath("//tfoot")


@pytest.mark.parametrize("path", ["/days", "/c/fjordmat/month"])
@pytest.mark.parametrize(("accepted", "is_smaller"), [("gzip, br", True), ("identity", False)])
def test_the_month_is_compressed_for_browsers_that_take_it(
    kari: Visitor, accepted: str, is_smaller: bool, path: str
) -> None:
    page = kari.get(f"{path}?month=2026-11", **{"accept-encoding": accepted})
    assert (page.headers.get("content-encoding") == "gzip") is is_smaller
    assert (int(page.headers["content-length"]) < len(page.content)) is is_smaller
    assert "Torget Kafé" in kari.text


@pytest.mark.parametrize("path", ["/", "/search?q=kaf", "/orders?customer=x", "/c/fjordmat/accounts", "/c/fjordmat"])
def test_a_page_that_may_repeat_what_was_asked_is_not_compressed(kari: Visitor, path: str) -> None:
    """By how well it is, what is secret on it could be told (BREACH)."""
    assert "content-encoding" not in kari.get(path, **{"accept-encoding": "gzip"}).headers


@pytest.mark.parametrize("path", ["/days", "/c/fjordmat/month", "/c/sought-by-elsewhere/month"])
def test_a_page_that_is_compressed_repeats_nothing_of_what_was_asked(kari: Visitor, path: str) -> None:
    sought = "sought-by-elsewhere"
    asked = "&".join(
        f"{name}={sought}" for name in ("month", "venue", "company", "state", "page", "pick", "saved", "q")
    )
    page = kari.get(f"{path}?{asked}&{sought}=1", **{"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip" and sought not in page.text


@pytest.mark.parametrize("month", ["", "2026-13", "x", "2026-11-20"])
def test_a_month_that_is_none_is_the_present_one(kari: Visitor, month: str) -> None:
    assert kari.get(f"/days?month={month}").status_code == 200
    assert "november 2026" in kari.text


def test_a_held_day_is_mended_and_drafted_from_the_page(office: Office, kari: Visitor, both: Shop) -> None:
    kari.get("/")
    kari.click("Torget Kafé, lør. 21. nov.")
    assert "Dette hindrer kladden" in kari.text and "MANGLER KONTO" in kari.text and "Lag kladd" not in kari.text
    kari.click("Velg konto")
    kari.send(f"{LACKING}/account", account="3024")
    assert "Konto 3024 er lagret." in kari.text
    kari.click("Lag kladd")
    assert "1 kladd på 80,00 i alt går til Fjordmat AS (demo)." in kari.text
    kari.send(f"{LACKING}/draft")
    assert "venter på tur" in kari.text
    assert office.work() == 1
    kari.get(str(kari.page.url))
    assert "ferdig · 1 av 1" in kari.text
    (draft,) = both.world.drafts()
    assert draft.voucher_date == SATURDAY
    assert (3024, -8000) in {(line.account_no, line.amount_ore) for line in draft.lines}
    kari.get(LACKING)
    assert "Levert som kladd" in kari.text
    acts = read_rows(both, "office_log", "act", "who")
    assert acts == [("account-set", "Kari Moe"), ("draft-asked", "Kari Moe")]
    assert read_rows(both, "setup_revision", "who", "known_by")[-1] == ("Kari Moe", "signed-in")


def test_the_same_form_sent_twice_drafts_once(office: Office, kari: Visitor, both: Shop) -> None:
    kari.get(f"{READY}/draft")
    form = kari.find_form(f"{READY}/draft")
    first = str(kari.post(f"{READY}/draft", form).url)
    assert str(kari.post(f"{READY}/draft", form).url) == first
    assert office.work() == 1
    kari.post(f"{READY}/draft", form)
    assert office.work() == 0
    assert len(both.world.drafts()) == 1


def test_two_browsers_that_draft_the_same_day_make_one_voucher(office: Office, both: Shop) -> None:
    for name in ("Kari Moe", "Ola Lie"):
        visitor = office.sign_in(Grant(Role.BOOKKEEPER), name=name)
        visitor.get(f"{READY}/draft")
        visitor.send(f"{READY}/draft")
    workers = [threading.Thread(target=Worker(office.site).take_one) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(both.world.drafts()) == 1
    assert read_rows(both, "office_run", "state") == [("done",), ("done",)]


def test_a_run_whose_worker_died_is_shown_as_interrupted(office: Office, kari: Visitor, both: Shop) -> None:
    kari.get(f"{READY}/draft")
    kari.send(f"{READY}/draft")
    run, now = str(kari.page.url), office.workspace.now_utc_s
    with office.workspace.database.writing() as connection:
        assert take_run(connection, "another worker", now, now + LEASE_S) is not None
    assert office.work() == 0 and "pågår" in (kari.get(run), kari.text)[1]
    both.clock.now_s += LEASE_S
    assert office.work() == 0
    kari.get(run)
    assert "avbrutt" in kari.text and "refresh" not in kari.page.headers
    kari.get(f"{READY}/draft")
    kari.send(f"{READY}/draft")
    assert office.work() == 1 and len(both.world.drafts()) == 1


def test_a_run_that_is_stopped_before_its_turn_sends_nothing(office: Office, kari: Visitor, both: Shop) -> None:
    kari.get(f"{READY}/draft")
    kari.send(f"{READY}/draft")
    run = str(kari.page.url).rpartition("/")[2]
    form = kari.find_form(f"/runs/{run}/stop")
    for _ in range(2):
        kari.post(f"/runs/{run}/stop", form)
    acts = [(act, json.loads(facts)) for act, facts in read_rows(both, "office_log", "act", "facts")]
    assert [facts for act, facts in acts if act == "stop-asked"] == [{"run": run}]
    office.work()
    kari.get(f"/runs/{run}")
    assert "stoppet av Kari Moe" in kari.text
    assert both.world.drafts() == []


def test_who_did_not_ask_for_a_run_does_not_stop_it(office: Office, kari: Visitor) -> None:
    kari.get(f"{READY}/draft")
    kari.send(f"{READY}/draft")
    run = kari.page.url.path
    ola = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"), name="Ola Lie")
    ola.get(run)
    assert ola.list_actions() == ["/logout"]
    assert ola.post(f"{run}/stop", ola.find_form("/logout")).status_code == 403


def _lose_the_answer_and_be_gone(request: Request) -> Fault | None:
    if "/Import" not in request.path:
        return None
    return Fault("lose_answer") if request.method == "POST" else Fault("status_before", 503)


def test_a_lost_answer_is_shown_and_found_by_the_next_run(office: Office, kari: Visitor, both: Shop) -> None:
    faults: list[tuple[Faults, str]] = [(_lose_the_answer_and_be_gone, "~ usikker"), (deque(), "✓ kladd")]
    for both.world.faults, told in faults:
        kari.get(READY)
        kari.post(f"{READY}/draft", kari.find_form("/logout"))
        office.work()
        kari.get(str(kari.page.url))
        assert told in kari.text
        assert len(both.world.drafts()) == 1


def test_a_draft_that_changed_since_is_revised_from_the_page(office: Office, kari: Visitor, both: Shop) -> None:
    both.export(FRIDAY, FRIDAY)
    both.sell(sale(3, "75.00", at="2026-11-20T13:00:00"))
    kari.get("/days?month=2026-11")
    names = [str(link.get("aria-label")) for link in kari.tree.xpath("//table//a")]
    assert "Torget Kafé, fredag 20. november 2026: kladd, se på den, 125,00" in names
    kari.get(READY)
    kari.click("Rett kladden")
    assert "Rette 1 kladd?" in kari.text and "75,00" in kari.text
    kari.send(f"{READY}/revise")
    assert office.work() == 1
    (draft,) = both.world.drafts()
    assert draft.debit_ore == 20000
    assert read_rows(both, "office_log", "act")[-1] == ("revision-asked",)


def test_what_mends_a_changed_day_stands_beside_it_once_on_today_and_on_the_day(
    office: Office, kari: Visitor, both: Shop
) -> None:
    both.export(FRIDAY, FRIDAY)
    both.sell(sale(3, "75.00", at="2026-11-20T13:00:00"))
    links = f"//a[@href='{READY}/revise']"
    kari.get("/")
    assert len(kari.tree.xpath(f"//*[@class='waiting']{links}")) == 1
    kari.get(READY)
    assert len(kari.tree.xpath(f"//*[contains(@class, 'finding')]{links}")) == len(kari.tree.xpath(links)) == 1
    reader = office.sign_in(Grant(Role.READER), name="Ola Lie")
    for path in ("/", READY):
        reader.get(path)
        assert reader.tree.xpath(links) == []


def test_a_day_without_a_file_leads_whoever_may_upload_to_the_files(office: Office, both: Shop) -> None:
    both.sell(sale(4, at="2026-11-18T12:00:00"))
    links = "//main//a[@href='/files' and text()='Last opp fil']"
    for role, many in ((Role.SHOP, 1), (Role.READER, 0)):
        visitor = office.sign_in(Grant(role), name=role.value)
        for path in ("/v/torget/2026-11-19", "/"):
            visitor.get(path)
            assert len(visitor.tree.xpath(links)) == many, (role, path)


def test_a_person_says_where_a_voucher_is_that_nobody_answered_for(office: Office, kari: Visitor, both: Shop) -> None:
    both.world.faults = _lose_the_answer_and_be_gone
    both.export(FRIDAY, FRIDAY)
    kari.get(READY)
    assert "Si hvor bilaget er" not in kari.text
    both.clock.now_s += 3 * 24 * 3600
    kari = office.sign_in(Grant(Role.BOOKKEEPER), name="Ola Lie")
    kari.get(READY)
    kari.click("Si hvor bilaget er")
    both.world.faults = deque()
    form = kari.find_form(f"{READY}/resolve")
    kari.post(f"{READY}/resolve", form | {"id": "nonsense"})
    assert kari.page.status_code == 422 and "Ingenting er endret" in kari.text
    assert "PowerOffice Go har ikke bilaget nonsense på dette stedet." in kari.text
    kari.post(f"{READY}/resolve", form | {"id": " "})
    assert kari.page.status_code == 422 and "Skriv id-en" in kari.text
    (draft,) = both.world.drafts()
    kari.post(f"{READY}/resolve", form | {"id": str(draft.id)})
    assert "Levert som kladd" in kari.text
    assert read_rows(both, "office_log", "act", "who")[-1] == ("resolved", "Ola Lie")
    assert kari.post(f"{READY}/resolve", form | {"id": str(draft.id)}).url.path == READY


def test_venues_stand_fifty_on_a_page(both: Shop) -> None:
    venue = (
        '  [[company.venue]]\n  id = "v{0}"\n  name = "Sted {0}"\n  registers = ["r{0}"]\n  export_from = 2020-01-01\n'
    )
    both.apply(target="file", venues="".join(venue.format(f"{n:02}") for n in range(60)))
    both.sell(*(sale(1, register=f"r{n:02}") for n in range(60)))
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.READER))
        for page, first, last in (
            ("1", "Sted 00", "Sted 49"),
            ("2", "Sted 50", "Sted 59"),
            ("9", "Sted 50", "Sted 59"),
        ):
            visitor.get(f"/days?month=2026-11&page={page}")
            names = [" ".join(str(cell.text_content()).split()) for cell in visitor.tree.xpath("//tbody//th")]
            assert (names[0], names[-1]) == (first, last)
        visitor.get("/days?month=2026-11&page=x")
        assert "Side 1 av 2" in visitor.text


CLOSED = "/v/torget/2026-11-19"


@pytest.fixture
def closed(both: Shop) -> Iterator[Office]:
    """A day without sales data, between two that have some."""
    both.apply()
    both.sell(sale(1, at="2026-11-18T12:00:00"), sale(2))
    with open_office(both) as office:
        yield office


@pytest.mark.parametrize("why", ["", "  ", "ok", "x" * 501])
def test_a_reason_has_three_to_five_hundred_characters(closed: Office, both: Shop, why: str) -> None:
    visitor = closed.sign_in(Grant(Role.BOOKKEEPER))
    visitor.get(CLOSED)
    visitor.send(f"{CLOSED}/no-sales", why=why)
    assert visitor.page.status_code == 422
    (box,) = visitor.tree.xpath("//textarea[@aria-invalid='true']")
    (told,) = visitor.tree.xpath(f"//*[@id='{box.get('aria-describedby')}']")
    assert "Skriv en begrunnelse" in told.text_content()
    assert count_rows(both, "acceptance") == 0


def test_an_acceptance_has_the_name_and_the_reason_of_who_is_signed_in(closed: Office, both: Shop) -> None:
    visitor = closed.sign_in(Grant(Role.BOOKKEEPER))
    visitor.get(CLOSED)
    visitor.send(f"{CLOSED}/no-sales", why="Stengt for bryllup")
    assert visitor.page.url.path == CLOSED
    assert "Stengt for bryllup" in visitor.text and "Kari Moe" in visitor.text
    assert visitor.list_actions() == ["/logout", f"{CLOSED}/unaccept"]
    assert read_rows(both, "acceptance", "who", "known_by", "why") == [("Kari Moe", "signed-in", "Stengt for bryllup")]


@pytest.mark.parametrize(
    ("code", "told"), [("missing-account", "kan ikke godtas"), ("z-report-mismatch", "ikke dette funnet")]
)
def test_what_cannot_be_accepted_is_refused_in_words(closed: Office, both: Shop, code: str, told: str) -> None:
    visitor = closed.sign_in(Grant(Role.BOOKKEEPER))
    visitor.get(CLOSED)
    visitor.post(f"{CLOSED}/accept", visitor.find_form(f"{CLOSED}/no-sales") | {"why": "Fordi", "code": code})
    assert visitor.page.status_code == 422 and told in visitor.text
    assert count_rows(both, "acceptance") == 0


def test_both_languages_have_every_word() -> None:
    for words in (WORDS, STATE_WORDS):
        for key, told in words.items():
            assert set(told) == {"nb", "en"} and all(told.values()), key
    assert set(SIGNS) == set(STATE_WORDS)


def test_no_two_pages_have_different_words_under_one_key() -> None:
    keys = [key for topic in TOPICS for key in topic.WORDS]
    assert len(keys) == len(set(keys))


def test_every_word_is_used() -> None:
    folder = find_template("office/frame.html.j2").parent
    users = [path for path in OFFICE.rglob("*.py") if path.parent.name != "words"]
    told = "".join(path.read_text("utf-8") for path in (*folder.iterdir(), *users))
    # named by what they are of
    made: tuple[str, ...] = ("act_", "by_", "fact_", "found_", "help_", "me_saved_", "password_", "posted_", "role_")
    made += ("right_", "run_", "doubt_", "left_out_", "user_saved_", "users_", "work_", "demo", "production")
    made += ("account_", "answer_", "choice_", "key_", "mail_test_", "mapping_", "section_", "set_")
    assert [key for key in WORDS if not key.startswith(made) and not re.search(rf"(\bt\.|\"){key}\b", told)] == []


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_pages_speak_the_browsers_language_and_of_no_terminal(office: Office, lang: str) -> None:
    visitor = office.sign_in(**{"accept-language": lang})
    for path in ("/", "/days", READY, LACKING, f"{READY}/draft", "/runs", "/log", "/nowhere"):
        visitor.get(path)
        assert visitor.tree.get("lang") == lang, path
        shown = str(visitor.tree.text_content())
        assert not [typed for typed in ("posexport ", "[[", ".toml") if typed in shown], path
        raw = [key for key in (*WORDS, *STATE_WORDS) if "_" in key and key in visitor.text]
        assert raw == [], path


@pytest.mark.parametrize("path", ["/v/torget/2026-02-30", "/v/nowhere/2026-11-20", "/runs/none", "/v/torget/x"])
def test_what_is_not_there_is_not_found(kari: Visitor, path: str) -> None:
    assert kari.get(path).status_code == 404
    assert "Denne siden finnes ikke" in kari.text


def test_an_account_that_the_ledger_has_not_is_refused_beside_the_choice(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    both.check()  # reads the chart
    both.sell(sale(2, at="2026-11-21T12:00:00", product="330"))
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.ADMINISTRATOR))
        visitor.get(LACKING)
        visitor.click("Velg konto")
        form = visitor.find_form(f"{LACKING}/account")
        visitor.post(f"{LACKING}/account", form | {"account": "3998"})
        assert visitor.page.status_code == 422 and "har ingen konto 3998" in visitor.text
        visitor.post(f"{LACKING}/account", form | {"account": ""})
        assert "Velg en konto." in visitor.text
        visitor.get(f"{LACKING}/account?finding={form['finding']}&q=3024")
        assert [box.get("value") for box in visitor.tree.xpath("//input[@type='radio']")] == ["3024"]
        visitor.post(f"{LACKING}/account", form | {"account": "3024"})
        assert "Konto 3024 er lagret." in visitor.text
        visitor.get(f"{LACKING}/account?finding={form['finding']}")
        assert visitor.page.status_code == 422 and "ikke dette funnet lenger" in visitor.text


@pytest.mark.parametrize(("how", "told"), [("draft", "ingenting å lage kladd av"), ("revise", "ingenting å rette")])
def test_where_there_is_nothing_to_do_the_page_says_what(kari: Visitor, both: Shop, how: str, told: str) -> None:
    both.export()
    kari.get(f"{READY}/{how}")
    assert told in kari.text and "/logout" in kari.list_actions() and len(kari.list_actions()) == 1


def test_every_page_is_compiled_before_somebody_looks_and_once_for_both_languages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill._open.cache_clear()
    monkeypatch.setattr(fill, "_COMPILED", fill._Compiled())
    compiled: list[str] = []
    compile_one = Environment.compile

    def watch(self: Environment, source: Any, name: str | None = None, *more: Any, **others: Any) -> Any:
        compiled.append(str(name))
        return compile_one(self, source, name, *more, **others)

    monkeypatch.setattr(Environment, "compile", watch)
    fill.prepare()
    pages = {f"office/{path.name}" for path in find_template("office/frame.html.j2").parent.glob("*.j2")}
    assert sorted(name for name in compiled if name.startswith("office/")) == sorted(pages)
    fill._open.cache_clear()

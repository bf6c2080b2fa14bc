"""Business days that a person booked by hand: never sent, shown as such, and taken back again; and who did what."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given, strategies as st
from prometheus_client import CollectorRegistry
from rich.console import Console

from posexport.app.accept import accept_finding
from posexport.app.history import read_story
from posexport.app.resolve import Booked, book_day_elsewhere, resolve_voucher, take_back_day
from posexport.app.status import Health, judge_status
from posexport.app.workspace import find_venues
from posexport.core.actor import Actor, KnownBy
from posexport.core.alerts import DayStatus, Digest
from posexport.core.delivery import CLAIM_MAX_S
from posexport.core.history import Story
from posexport.core.mends import MendKind
from posexport.core.report import BOOKED_ELSEWHERE, DayReport, State
from posexport.core.sales import TicketStatus
from posexport.delivery.sender import Sender
from posexport.errors import Exit, UsageError
from posexport.render.choose import render_html, render_report, render_status, render_story
from posexport.render.mail import write_digest
from posexport.sandbox import Fault
from posexport.schedule.due import list_next
from posexport.schedule.metrics import VenueFigures
from posexport.schedule.turn import SchedulerState, take_due_turn
from posexport.texts.describe import fix_of, message_of
from posexport.texts.language import Lang, format_day
from posexport.views.json import format_report
from posexport.views.json_history import format_story
from tests.app.test_doubts import doubt, set_status
from tests.support.books import DRAFT_PATH
from tests.support.harness import (
    FRIDAY,
    KARI,
    MAPPING,
    NOON,
    SATURDAY,
    Shop,
    codes,
    empty_day,
    first_review,
    run_program,
    sale,
    states,
    together,
)
from tests.support.looks import count_rows, overwrite_rows, read_rows
from tests.support.quick_store import put_database
from tests.support.strategies import looking

WHY = "ført for hånd i oktober"
OLA = Actor("ola@fjordmat.example", KnownBy.SIGNED_IN)


def book(shop: Shop, day: date = FRIDAY, why: str = WHY, actor: Actor = KARI) -> Booked:
    with shop.open() as workspace:
        return book_day_elsewhere(replace(workspace, actor=actor), shop.venues(workspace)[0], day, why)


def take_back(shop: Shop, day: date = FRIDAY, why: str = "", actor: Actor = KARI) -> str:
    with shop.open() as workspace:
        return take_back_day(replace(workspace, actor=actor), shop.venues(workspace)[0], day, why)


def tell(shop: Shop, day: date = FRIDAY) -> Story:
    with shop.open() as workspace:
        setup = workspace.load_setup()
        [venue] = find_venues(setup, ["torget"])
        return read_story(workspace.database, setup.company_of(venue), venue, day, workspace.now_utc_s)


def friday(shop: Shop) -> DayReport:
    return shop.only(shop.preview(FRIDAY, FRIDAY))


def health(shop: Shop) -> Health:
    with shop.open() as workspace:
        return next(list_next(workspace, shop.venues(workspace))).health


# Never sent


@pytest.mark.parametrize("target", ["import", "journal", "file"])
def test_a_day_booked_by_hand_is_never_sent(shop: Shop, target: str) -> None:
    shop.apply(target=target)
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    assert book(shop).is_new
    exported = shop.export()
    assert [shown.business_day for shown in exported.report.vouchers] == [SATURDAY]
    for ask in (shop.export, shop.revise, partial(shop.revise, dated=SATURDAY)):
        again = ask(FRIDAY, FRIDAY)
        assert (states(again.report), again.exit_code) == (["nothing"], Exit.DONE)
    assert shop.check(FRIDAY, FRIDAY).exit_code is Exit.DONE
    assert read_rows(shop, "delivery", "business_day") == [(20261121,)]


def test_the_scheduler_sends_no_day_that_was_booked_by_hand_and_it_is_done(both: Shop) -> None:
    both.apply(torget="automatic_export = true")
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    book(both)
    with both.open() as workspace:
        exported = take_due_turn(workspace, both.venues(workspace)[0], SchedulerState())
    assert exported is not None
    assert [(shown.business_day, shown.state) for shown in exported.report.vouchers] == [(SATURDAY, State.DRAFTED)]
    assert len(both.world.drafts()) == 1
    assert (health(both).waiting, health(both).oldest_waiting) == (0, None)


def test_a_day_that_is_booked_while_it_is_reviewed_is_not_sent(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    with both.open() as workspace:
        review = first_review(workspace, both.venues(workspace))
        book(both)
        assert Sender(workspace.delivery).deliver(review).again
    assert both.world.drafts() == []
    assert count_rows(both, "delivery") == 0


def test_what_held_a_day_or_was_refused_is_over_once_it_is_booked_by_hand(both: Shop) -> None:
    both.apply(target="journal")
    both.sell(sale(1, product="999"), sale(2, at="2026-11-21T12:00:00"))
    both.faults.append(Fault("refuse", 400, method="POST", path=DRAFT_PATH["journal"]))
    exported = both.export()
    assert states(exported.report) == ["held", "refused"]
    assert health(both).waiting == 2
    book(both)
    book(both, SATURDAY)
    assert [row.state for row in both.status()] == [State.NOTHING] * 2
    assert judge_status(both.status()) is Exit.DONE
    assert health(both).waiting == 0
    again = both.export(FRIDAY, SATURDAY)
    assert (states(again.report), again.exit_code) == (["nothing", "nothing"], Exit.DONE)
    assert both.world.drafts() == []
    both.sell(sale(3, at="2026-11-21T13:00:00"))
    both.export()
    assert health(both).waiting == 0


# Shown as such


def test_a_day_booked_by_hand_tells_who_when_and_why_and_keeps_its_figures(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "125.00"), sale(2, "80.50"))
    book(both, actor=OLA)
    shown = empty_day(both.preview(FRIDAY, FRIDAY))
    assert (shown.state, codes(shown), shown.is_booked) == (State.NOTHING, [BOOKED_ELSEWHERE], True)
    for lang in ("nb", "en"):
        told = message_of(shown.findings[0], lang)
        at = {"nb": "22.11.2026 kl. 13.00", "en": "22 Nov 2026 13:00"}[lang]
        assert all(part in told for part in ("ola@fjordmat.example", at, WHY))
        command = "posexport resolve torget 2026-11-20 --not-booked-elsewhere."
        assert fix_of(shown.findings[0], lang).endswith(command)
    assert [mend.kind for mend in shown.findings[0].mends] == [MendKind.RESOLVE]
    (voucher,) = format_report(both.preview(FRIDAY, FRIDAY))["vouchers"]
    assert (voucher["state"], voucher["control"]["tickets"], voucher["control"]["sales"]) == ("nothing", 2, "205.50")
    (row,) = both.status()
    assert (row.state, row.is_booked) == (State.NOTHING, True)


def test_the_history_of_a_day_names_who_booked_it_and_who_took_that_back(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    book(both)
    both.clock.now_s += 60
    assert take_back(both, why="feil dag", actor=OLA) == OLA.name
    book(both, why="likevel")
    document = format_story(tell(both))
    first, second = document["booked_elsewhere"]
    assert (first["who"], first["known_by"], first["why"], first["sales"]) == ("kari", "terminal", WHY, "125.00")
    assert first["at"] == "2026-11-22T13:00:00+01:00"
    assert first["taken_back"] == {
        "why": "feil dag",
        "who": OLA.name,
        "known_by": "signed-in",
        "at": "2026-11-22T13:01:00+01:00",
    }
    assert (second["why"], second["taken_back"]) == ("likevel", None)


def test_a_day_without_data_that_was_booked_by_hand_is_no_gap(both: Shop) -> None:
    both.apply(torget="automatic_export = true")
    both.sell(sale(1, at="2026-11-19T12:00:00"), sale(2, at="2026-11-21T12:00:00"))
    both.export()
    assert (health(both).waiting, health(both).oldest_waiting) == (1, FRIDAY)
    book(both)
    assert [row.state for row in both.status()] == [State.DRAFTED, State.NOTHING, State.DRAFTED]
    assert health(both).waiting == 0
    assert tell(both).bookings[0].sales_ore == 0
    both.sell(sale(3))
    assert states(both.export(FRIDAY, FRIDAY).report) == ["nothing"]
    assert codes(friday(both)) == ["changed-after-booking", BOOKED_ELSEWHERE]


@pytest.mark.parametrize(
    ("lang", "word", "counted", "because"),
    [
        ("nb", "ført for hånd", "1 dag ført for hånd", "sier at dagen er ført for hånd"),
        ("en", "booked by hand", "1 day booked by hand", "booked the day by hand"),
    ],
)
def test_terminal_page_and_history_call_the_day_what_it_is(
    shop: Shop, lang: Lang, word: str, counted: str, because: str
) -> None:
    shop.apply()
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    book(shop, actor=OLA)

    def drawn(draw: Callable[[Console], None]) -> str:
        console = Console(file=io.StringIO(), width=200)
        draw(console)
        return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]

    report = shop.preview(FRIDAY, SATURDAY)
    preview = drawn(lambda console: render_report(report, console, lang)).lower()
    assert f"{format_day(FRIDAY, lang)}: {word}.".lower() in preview
    assert counted in preview
    assert "125" in preview
    status = drawn(lambda console: render_status(shop.status(), console, lang)).lower()
    assert word in status
    assert counted in status
    history = drawn(lambda console: render_story(tell(shop), console, lang))
    known = {"nb": "innlogget", "en": "signed in"}[lang]
    assert f"{OLA.name} ({known}) {because}: {WHY}" in history
    page = render_html(report, lang, datetime(2026, 11, 22, 12, 0)).lower()
    assert f">{word}<" in page
    assert counted in page


def test_people_are_told_that_a_day_that_waited_was_booked_by_hand(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))
    book(shop)
    day = DayStatus(shop.status()[0].venue, FRIDAY, shop.status())
    assert (day.reason, day.is_settled) == ("", True)
    with shop.open() as workspace:
        [company] = workspace.load_setup().companies
    letter = write_digest(Digest(company, (), (day,)))
    assert "Fredag 20. november 2026: ført for hånd" in letter.text
    assert "ikke noe salg" not in letter.text + letter.html


# Taken back, refused, changed


def test_a_day_that_is_taken_back_is_sent_by_the_next_export(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    book(both)
    assert both.export().report.vouchers == ()
    take_back(both)
    assert health(both).waiting == 1
    exported = both.export()
    assert (states(exported.report), both.only(exported.report).reference) == (["drafted"], "torget-20261120-r1")
    with pytest.raises(UsageError, match="Nobody has said that torget 2026-11-20 was booked by hand"):
        take_back(both)


def test_sales_that_come_after_a_day_was_booked_by_hand_are_warned_of_and_not_sent(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    book(both)
    both.sell(sale(2, "80.50"))
    assert health(both).waiting == 0  # nothing is to be sent: status tells it, and monitoring counts by status
    exported = both.export()
    shown = both.only(exported.report)
    assert (shown.state, codes(shown), exported.exit_code) == (
        State.NOTHING,
        ["changed-after-booking", BOOKED_ELSEWHERE],
        Exit.DONE,
    )
    assert "125,00 da, 205,50 nå" in message_of(shown.findings[0])
    assert health(both).waiting == 0
    assert both.world.drafts() == []
    assert book(both, why="rettet").is_new
    assert codes(friday(both)) == [BOOKED_ELSEWHERE]
    assert [booking.stands for booking in tell(both).bookings] == [False, True]


def test_another_mapping_is_no_change_of_a_day_that_was_booked_by_hand(shop: Shop) -> None:
    shop.apply()
    line = {"product_type": "100", "vat_code": "3", "gross": "90.00", "discount": "10.00"}
    shop.sell(sale(1, "90.00", lines=[line]))
    book(shop)
    shop.apply(mapping=f'{MAPPING}\ndiscounts = {{ "3" = "3087" }}')
    assert codes(friday(shop)) == [BOOKED_ELSEWHERE]


def test_a_day_booked_by_hand_twice_is_booked_once(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    assert book(both).is_new
    again = book(both, why="en gang til", actor=OLA)
    assert (again.is_new, again.booking.who, again.booking.why) == (False, "kari", WHY)
    assert count_rows(both, "booked_elsewhere") == 1


def test_a_day_whose_draft_is_there_is_not_booked_by_hand_as_well(both: Shop) -> None:
    both.apply(target="journal")
    both.sell(sale(1))
    both.export()
    with pytest.raises(UsageError, match=r"is in PowerOffice Go already, as torget-20261120-r1 .*--not-drafted"):
        book(both)
    assert states(both.preview(FRIDAY, FRIDAY)) == ["drafted"]


def test_a_day_whose_voucher_may_be_there_is_resolved_first(both: Shop) -> None:
    both.apply(target="journal")
    both.sell(sale(1))
    both.faults.append(Fault("lose_request", method="POST", path=DRAFT_PATH["journal"]))
    assert states(both.export().report) == ["uncertain"]
    both.clock.now_s += 3_600
    with pytest.raises(UsageError, match="nobody knows whether it is in PowerOffice Go"):
        book(both)
    with both.open() as workspace:
        resolve_voucher(workspace, both.venues(workspace)[0], FRIDAY, None)
    book(both)
    assert states(both.export(FRIDAY, FRIDAY).report) == ["nothing"]


def test_a_day_that_is_being_sent_is_not_booked_by_hand_and_one_with_a_dead_claim_is(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    both.world.is_down = True
    assert states(both.export().report) == ["unreachable"]
    now = int(both.clock())
    overwrite_rows(both, "delivery", {"claimed_until_utc_s": now + CLAIM_MAX_S})
    with pytest.raises(UsageError, match="being sent by another run"):
        book(both)
    overwrite_rows(both, "delivery", {"claimed_until_utc_s": now + CLAIM_MAX_S + 1})
    assert book(both).is_new


def test_a_day_is_booked_by_hand_with_a_reason_once_it_is_over_and_where_it_would_be_sent(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))
    with pytest.raises(UsageError, match="Say why"):
        book(shop, why="  ")
    with pytest.raises(UsageError, match="is not over until 2026-11-23 05:00"):
        book(shop, date(2026, 11, 22))
    with pytest.raises(UsageError, match="is never exported"):
        book(shop, date(2019, 12, 31))
    assert count_rows(shop, "booked_elsewhere") == 0


def test_a_word_that_is_refused_leaves_the_day_open(both: Shop) -> None:
    both.apply(target="journal")
    both.sell(sale(1))
    both.faults.append(Fault("lose_answer", method="POST", path=DRAFT_PATH["journal"]))
    both.export()
    both.clock.now_s += 3_600
    with pytest.raises(UsageError):
        book(both)
    assert health(both).waiting == 1
    assert states(both.export().report) == ["drafted"]


# At the command line


def test_the_command_line_says_what_was_written_down(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOGNAME", "kari")
    monkeypatch.setenv("POSEXPORT_DB", shop.url)
    shop.apply()
    shop.sell(sale(1))

    def run(*arguments: str) -> tuple[int, str]:
        code = run_program(monkeypatch, "resolve", "torget", "2026-11-20", *arguments)
        out, err = capsys.readouterr()
        return code, out + err

    assert run("--booked-elsewhere", "--why", WHY) == (
        0,
        "kari booked torget 20 Nov 2026 by hand. It is never sent from here.\n",
    )
    code, told = run("--booked-elsewhere", "--why", "again")
    assert (code, told.startswith("kari said so already, on ")) == (0, True)
    assert run("--not-booked-elsewhere") == (
        0,
        "kari takes back that torget 20 Nov 2026 was booked by hand. The next export sends it.\n",
    )
    assert run("--take-back")[0] == 2
    for wrong in (
        ("--booked-elsewhere",),
        ("--booked-elsewhere", "--not-drafted", "--why", "x"),
        ("--not-drafted", "--why", "x"),
        ("--booked-elsewhere", "--why", "x", "--reference", "r"),
        (),
    ):
        code, told = run(*wrong)
        assert code == 2
        assert "Error: Say" in told or " goes with " in told


# Who acts


def test_a_finding_that_is_accepted_twice_is_accepted_once(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, at="2026-11-19T12:00:00"), sale(2, at="2026-11-21T12:00:00"))
    with both.open() as workspace:
        venue = both.venues(workspace)[0]
        assert accept_finding(workspace, venue, FRIDAY, "no-sales-data", "stengt") == ("kari", 1)
        again = replace(workspace, actor=OLA)
        assert accept_finding(again, venue, FRIDAY, "no-sales-data", "stengt igjen") == (OLA.name, 0)
    assert read_rows(both, "acceptance", "who", "known_by", "why") == [("kari", "terminal", "stengt")]
    (told,) = format_story(tell(both))["acceptances"]
    assert (told["who"], told["known_by"]) == ("kari", "terminal")


def test_two_who_accept_the_same_finding_at_once_accept_it_once(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, at="2026-11-19T12:00:00"), sale(2, at="2026-11-21T12:00:00"))
    with both.open() as workspace:
        venue = both.venues(workspace)[0]
        accept = partial(accept_finding, workspace, venue, FRIDAY, "no-sales-data", "stengt")
        counts = [many for _, many in together(*[accept] * 4)]
    assert sorted(counts) == [0, 0, 0, 1]
    assert count_rows(both, "acceptance") == 1


def test_the_history_tells_who_resolved_a_voucher_and_how_they_are_known(both: Shop) -> None:
    both.apply(target="journal")
    both.sell(sale(1))
    both.faults.append(Fault("lose_request", method="POST", path=DRAFT_PATH["journal"]))
    both.export()
    both.clock.now_s += 3_600
    with both.open() as workspace:
        resolve_voucher(replace(workspace, actor=OLA), both.venues(workspace)[0], FRIDAY, None)
    events = format_story(tell(both))["vouchers"][0]["events"]
    assert (events[-1]["who"], events[-1]["known_by"]) == (OLA.name, "signed-in")
    assert all("who" not in event for event in events[:-1])


# Monitoring


def scrape(shop: Shop) -> dict[str, float | None]:
    with shop.open() as workspace:
        registry = CollectorRegistry()
        registry.register(VenueFigures(workspace))
        names = ("posexport_waiting_days", "posexport_oldest_waiting_age_seconds")
        return {name: registry.get_sample_value(name, {"venue": "torget"}) for name in names}


def test_a_gap_is_a_day_that_waits_until_its_file_comes_or_somebody_explains_it(both: Shop) -> None:
    both.apply(torget="automatic_export = true")
    both.sell(sale(1, at="2026-11-18T12:00:00"), sale(2, at="2026-11-20T12:00:00"))
    both.export()
    age_s = NOON - both_end(both, date(2026, 11, 19))
    assert scrape(both) == {"posexport_waiting_days": 2.0, "posexport_oldest_waiting_age_seconds": age_s}
    with both.open() as workspace:
        accept_finding(workspace, both.venues(workspace)[0], date(2026, 11, 19), "no-sales-data", "stengt")
    assert scrape(both)["posexport_waiting_days"] == 1.0
    both.sell(sale(3, at="2026-11-21T12:00:00"))
    both.export()
    assert scrape(both) == {"posexport_waiting_days": 0.0, "posexport_oldest_waiting_age_seconds": 0.0}


def both_end(shop: Shop, day: date) -> int:
    with shop.open() as workspace:
        return shop.venues(workspace)[0].calendar.end(day)


@looking(30, quickly=8)
@given(st.sets(st.integers(0, 60), min_size=1), st.booleans())
def test_monitoring_counts_the_gaps_of_a_status(
    tmp_path_factory: pytest.TempPathFactory, back: set[int], by_itself: bool
) -> None:
    folder = tmp_path_factory.mktemp("gaps")
    shop = Shop(put_database(folder / "posexport.db"), folder)
    shop.apply(torget=f"automatic_export = {str(by_itself).lower()}")
    days = {SATURDAY - timedelta(days=n) for n in back}
    shop.sell(*(sale(n, at=f"{day}T12:00:00") for n, day in enumerate(sorted(days))))
    rows = shop.status()
    gaps = {row.business_day for row in rows if row.state is State.GAP}
    told = health(shop)
    assert told.waiting == len(days | gaps)
    assert told.oldest_waiting == min(days | gaps)


def test_a_held_day_without_a_voucher_waits(both: Shop) -> None:
    both.apply(torget="automatic_export = true")
    both.sell(sale(1, at="2026-11-21T12:00:00"))
    both.export()
    assert health(both).waiting == 0
    both.sell(sale(2))
    set_status(both, 2, TicketStatus.UNJUDGED)
    doubt(both, "unjudged-ticket", 2)
    assert states(both.export(FRIDAY, FRIDAY).report) == ["held"]
    assert (health(both).waiting, health(both).oldest_waiting) == (1, FRIDAY)

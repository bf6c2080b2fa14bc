"""The story of a day's vouchers: what happened, word for word and in sentences, and every line down to its tickets.

Golden files stand in `tests/golden/story_*.txt`: what a pipe gets, in both languages and at two widths. Rewrite them
with POSEXPORT_REWRITE_GOLDEN=1 and read the difference before you keep it.
"""

from __future__ import annotations

import io
import json
import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from posexport import wiring
from posexport.app.accept import accept_finding
from posexport.app.export import Revision, export_period
from posexport.app.history import read_story
from posexport.app.preview import Exported
from posexport.app.resolve import resolve_voucher
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.delivery import Kind, PageState, Stage
from posexport.core.events import DeliveryEvent, EventKind, Fact, RecordedEvent
from posexport.core.finding import Finding, Severity, format_findings
from posexport.core.history import (
    Acceptance,
    Story,
    StoryLine,
    StoryVoucher,
    TicketChange,
    digest_contents,
    find_changes,
    pick_tickets,
)
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.ports.ledger import Chart
from posexport.core.trace import TicketShare
from posexport.core.vat import VatRate
from posexport.errors import UsageError
from posexport.ledgers.registry import list_targets
from posexport.render.choose import render_story
from posexport.render.terminal.history import describe_stage
from posexport.sandbox import Fault
from posexport.store.charts import save_chart
from posexport.store.evidence import digest_tickets, read_versions
from posexport.store.setup_snapshots import digest_setup
from posexport.texts.events import describe_event
from posexport.texts.language import LANGS, Lang
from posexport.texts.report import WORDS
from posexport.views.json_history import format_story
from tests.support.each import each
from tests.support.harness import (
    FRIDAY,
    FULL_DAY,
    MAPPING,
    SATURDAY,
    SECRETS,
    VENUES,
    Shop,
    run_program,
    sale,
)
from tests.support.looks import delete_rows, overwrite_rows, read_rows
from tests.support.paths import ROOT, TESTS

GOLDEN = TESTS / "golden"
PACKAGE = ROOT / "posexport"
TARGETS = ("import", "journal", "ledger", "file")
DRAFT_PATH = {"import": "/Import/", "journal": "/JournalEntryVouchers/ManualJournals"}
MONEY = re.compile(r"-?\d+\.\d\d")


def apply(shop: Shop, target: str = "import", **more: Any) -> None:
    if target == "ledger":
        more["company"] = "direct_posting = true"
    shop.apply(target=target, **more)


def read(shop: Shop, day: date = FRIDAY) -> Story:
    """The story of the café's day, in a run of its own."""
    with shop.open() as workspace:
        (venue, *_) = shop.venues(workspace)
        company = workspace.load_setup().company_of(venue)
        return read_story(workspace.database, company, venue, day, workspace.now_utc_s)


def only(shop: Shop) -> StoryVoucher:
    """The one voucher of the day."""
    (told,) = read(shop).vouchers
    return told


def revise(shop: Shop) -> Exported:
    """An export that mends what has changed, a minute later: PowerOffice's reads lag its writes."""
    shop.clock.now_s += 60
    with shop.open() as workspace:
        return export_period(workspace, shop.venues(workspace), Period(), revision=Revision())


def text(story: Story, lang: Lang = "nb", width: int = 80) -> str:
    """What a pipe gets."""
    out = io.StringIO()
    render_story(story, Console(file=out, width=width), lang)
    return out.getvalue()


def soft(told: str) -> str:
    return re.sub(r"\s+", " ", told)


def happened(told: StoryVoucher) -> list[str]:
    return [found.event.state for found in told.events]


def sentences(told: StoryVoucher, lang: Lang = "nb") -> list[str]:
    return [describe(event, told, lang) for event in told.events]


def describe(event: RecordedEvent, told: StoryVoucher, lang: Lang = "nb") -> str:
    return describe_event(event, told, Story(TORGET, FRIDAY, (told,)), lang)


def behind(told: StoryVoucher, account: str) -> dict[str, int]:
    """The tickets behind the line on an account: number -> øre."""
    (line,) = (line for line in told.lines if line.line.account == account)
    return {share.number: share.amount_ore for share in line.tickets}


def changed(changes: tuple[TicketChange, ...]) -> list[tuple[str, int | None, int | None]]:
    return [(change.number, change.before_ore, change.after_ore) for change in changes]


def check(story: Story) -> None:
    """That the tickets behind every line of every voucher sum to it, and stand there once."""
    assert story.vouchers
    for told in story.vouchers:
        for line in told.lines:
            assert line.untraced_ore == 0, (told.reference, line)
            assert line.tickets
            assert len({share[:3] for share in line.tickets}) == len(line.tickets)


# A day on its way


def test_a_day_that_nothing_was_done_about_is_told_as_it_would_be_drafted(both: Shop) -> None:
    apply(both)
    both.sell(*FULL_DAY)
    story = read(both)
    check(story)
    (told,) = story.vouchers
    assert (told.reference, told.state, told.kind, told.revision) == ("torget-20261120-r1", "ready", "whole", 1)
    assert (told.events, told.remote_id, told.request, told.first_sent_at_utc_s) == ((), None, None, None)
    assert (told.are_tickets_same, told.are_tickets_shown, told.is_setup_same) == (True, True, True)
    assert behind(told, "1592") == {"2": 11_500, "3": 2_000, "4": -5_000, "6": 50_000}
    both.export()
    assert (told.tickets_digest, told.setup_digest) == (only(both).tickets_digest, only(both).setup_digest)


def test_a_day_that_is_held_back_is_told_as_it_stands(shop: Shop) -> None:
    apply(shop)
    shop.sell(sale(1, paid="GIFT"), sale(2))
    told = only(shop)
    assert (told.state, told.is_tried) == ("held", False)
    assert [line.line.account for line in told.lines] == [None, "1592", "3020"]
    check(read(shop))
    assert "MANGLER KONTO Gavekort" in soft(text(read(shop))) or "MANGLER KONTO GIFT" in soft(text(read(shop)))


@pytest.mark.parametrize("target", TARGETS)
def test_a_drafted_day_is_told_with_what_was_sent_and_answered(both: Shop, target: str) -> None:
    apply(both, target)
    both.sell(*FULL_DAY)
    both.clock.now_s += 3
    both.export()
    story = read(both)
    check(story)
    (told,) = story.vouchers
    assert (told.state, told.target, told.posting_date) == ("drafted", target, FRIDAY)
    assert told.remote_id == read_rows(both, "delivery", "remote_id")[0][0]
    assert told.first_sent_at_utc_s == told.drafted_at_utc_s == int(both.clock())
    assert happened(told) == ["sending", "drafted", "page-sending", "page-attached"]
    assert told.request is not None
    assert json.loads(told.events[0].request) == told.request
    assert told.events[1].answer
    assert (told.page_state, told.page_answer) == ("attached", "")
    assert (told.are_tickets_same, told.are_tickets_shown, told.is_setup_same) == (True, True, True)
    assert told.changes == told.changed_since == ()
    assert story.venue.calendar.local(told.events[0].at_utc_s).isoformat() == "2026-11-22T13:00:03+01:00"
    assert f"{told.remote_id}" in sentences(told)[1]
    assert sentences(told)[1].startswith(
        {"ledger": "bokført", "file": "skrevet til fil"}.get(target, "lagt inn som kladd")
    )


@pytest.mark.parametrize("target", ["import", "journal"])
def test_an_answer_that_was_lost_and_found_again_is_told_in_order(both: Shop, target: str) -> None:
    apply(both, target)
    both.sell(sale(1))
    both.faults.append(Fault("lose_answer", method="POST", path=DRAFT_PATH[target]))
    both.export()
    told = only(both)
    assert (told.state, happened(told), told.remote_id) == ("uncertain", ["sending", "uncertain"], None)
    assert "UVISST" in text(read(both))
    both.clock.now_s += 600
    both.export()
    told = only(both)
    assert happened(told) == ["sending", "uncertain", "drafted", "page-sending", "page-attached"]
    assert told.drafted_at_utc_s is not None
    assert told.first_sent_at_utc_s == told.drafted_at_utc_s - 600
    first, lost, found, *_ = sentences(told)
    assert first == "sendt til PowerOffice Go"
    assert lost.startswith("svaret kom ikke fram: PowerOffice Go ga ikke noe brukbart svar")
    assert found == f"funnet igjen på referansen: {told.remote_id}"
    assert text(read(both)).count(str(told.remote_id)) == 2


def test_an_answer_that_was_lost_with_its_request_is_looked_for_and_sent_again(shop: Shop) -> None:
    apply(shop)
    shop.sell(sale(1))
    shop.faults.append(Fault("lose_request", method="POST", path="/Import/"))
    shop.export()
    shop.export()
    told = only(shop)
    assert happened(told)[:5] == ["sending", "uncertain", "looked-up", "sending", "drafted"]
    assert sentences(told)[2] == "sett etter i PowerOffice Go: ikke der"


def test_a_refusal_and_the_draft_after_it_are_told_with_powerofficess_words(both: Shop) -> None:
    apply(both)
    both.sell(sale(1))
    both.faults.append(Fault("refuse", 400, method="POST", path="/Import/"))
    both.export()
    told = only(both)
    assert (told.state, told.remote_id) == ("refused", None)
    assert sentences(told)[1].startswith("avvist av PowerOffice Go: Customer validation error(s)")
    assert "Customer validation error(s)" in told.events[1].answer
    both.export()
    told = only(both)
    assert (told.state, happened(told)[:4]) == ("drafted", ["sending", "refused", "sending", "drafted"])
    assert told.events[2].request == told.events[0].request


def test_a_day_that_could_not_be_sent_was_never_sent(shop: Shop) -> None:
    apply(shop)
    shop.sell(sale(1))
    del shop.environ["PO_CLIENT_TORGET"]
    shop.export()
    told = only(shop)
    assert (told.state, happened(told), told.first_sent_at_utc_s) == ("unreachable", ["ready", "unreachable"], None)
    assert sentences(told)[1].startswith("ikke sendt: Nøkkelen env:PO_CLIENT_TORGET er ikke satt")
    check(read(shop))


def test_what_poweroffice_would_not_take_is_told_in_the_readers_language(shop: Shop) -> None:
    apply(shop, mapping=MAPPING.replace('"3020"', '"3999"'))
    shop.sell(sale(1))
    shop.export()
    told = only(shop)
    assert (told.state, happened(told)) == ("held", ["ready", "held"])
    assert sentences(told)[1].startswith("holdt tilbake: Konto 3999")
    assert sentences(told, "en")[1].startswith("held back: Account 3999")


def test_what_a_person_said_is_told_with_who_it_was(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "kari")
    apply(shop)
    shop.sell(sale(1))
    shop.export()
    first = only(shop).remote_id
    assert first is not None
    shop.world.delete(first)
    shop.clock.now_s += 60
    with shop.open() as workspace:
        resolve_voucher(workspace, shop.venues(workspace)[0], FRIDAY, None)
    told = only(shop)
    assert (told.state, told.remote_id) == ("ready", None)
    assert sentences(told)[-1] == "kari sier at det ikke er i PowerOffice Go, så det kan sendes på nytt"
    assert first not in text(read(shop)), "the id of a draft that is gone is in the answer alone"
    shop.faults.append(Fault("lose_answer", method="POST", path="/Import/"))
    shop.export()
    second = shop.world.drafts()[-1].id
    shop.clock.now_s += 60
    with shop.open() as workspace:
        resolve_voucher(workspace, shop.venues(workspace)[0], FRIDAY, second)
    assert sentences(only(shop))[-1] == f"kari sier at det er i PowerOffice Go: {second}"


def test_documentation_that_did_not_get_there_is_told(shop: Shop) -> None:
    apply(shop, "journal")
    shop.sell(sale(1))
    shop.world.faults = lambda request: Fault("status_before", 503) if "VoucherPages" in request.path else None
    shop.export()
    told = only(shop)
    assert (told.state, told.page_state, happened(told)[-1]) == ("drafted", "uncertain", "page-uncertain")
    assert sentences(told)[-1].startswith("uvisst om rapporten kom fram: PowerOffice Go ga ikke noe brukbart svar")
    assert "Rapporten: uvisst om den er der" in soft(text(read(shop)))
    documentation = format_story(read(shop))["vouchers"][0]["documentation"]
    assert documentation == {"state": "uncertain", "answer": told.page_answer}
    assert told.page_answer


# Days that changed


def test_an_adjustment_has_the_tickets_that_made_it_and_no_others(both: Shop) -> None:
    apply(both)
    both.sell(*FULL_DAY)
    both.export()
    both.world.post(str(only(both).remote_id))
    both.sell(sale(1, "250.00", paid="CASH"), sale(20, "75.00", register="2"))
    revise(both)
    story = read(both)
    check(story)
    first, second = story.vouchers
    assert (first.kind, second.kind, second.after) == ("whole", "adjustment", first.reference)
    assert changed(second.changes) == [("1", 20_000, 25_000), ("20", None, 7_500)]
    assert behind(second, "1592") == {"20": 7_500}
    assert behind(second, "1900") == {"1": 5_000}
    assert behind(second, "3020") == {"1": -5_000, "20": -7_500}
    assert behind(first, "1900") == {"1": 20_000, "3": 40_000}
    assert (first.are_tickets_same, first.are_tickets_shown) == (False, True)
    assert (second.are_tickets_same, second.are_tickets_shown) == (True, True)
    told = soft(text(story))
    assert "Korreksjon av torget-20261120-r1" in told
    assert told.count("endret fra 200,00 til 250,00") == 1, "told under the voucher that mends it"


def test_a_draft_that_was_replaced_keeps_its_own_tickets_and_its_own_lines(both: Shop) -> None:
    apply(both)
    both.sell(*FULL_DAY)
    both.export()
    both.sell(sale(1, "250.00", paid="CASH"))
    revise(both)
    story = read(both)
    check(story)
    first, second = story.vouchers
    assert (first.state, second.state, second.kind) == ("replaced", "drafted", "whole")
    assert happened(first)[-2:] == ["removing", "replaced"]
    assert sentences(first)[-2:] == ["slettes og erstattes", "tatt tilbake"]
    assert (behind(first, "1900"), behind(second, "1900")) == (
        {"1": 20_000, "3": 40_000},
        {"1": 25_000, "3": 40_000},
    )
    assert (changed(first.changed_since), changed(second.changes)) == ([("1", 20_000, 25_000)],) * 2
    assert "GJELDER IKKE LENGER" in text(story)


def test_three_deliveries_each_have_the_tickets_of_their_time(shop: Shop) -> None:
    apply(shop)
    shop.sell(*FULL_DAY)
    shop.export()
    shop.world.post(str(only(shop).remote_id))
    for number, amount in ((31, "10.00"), (32, "20.00")):
        shop.sell(sale(number, amount), sale(2, f"{number}.00", vat_code="31", at="2026-11-20T12:05:00"))
        revise(shop)
        shop.clock.now_s += 60
        shop.world.post(str(read(shop).vouchers[-1].remote_id))
    story = read(shop)
    check(story)
    assert [told.after for told in story.vouchers] == [None, "torget-20261120-r1", "torget-20261120-r2"]
    assert [changed(told.changes) for told in story.vouchers] == [
        [],
        [("31", None, 1_000), ("2", 11_500, 3_100)],
        [("32", None, 2_000), ("2", 3_100, 3_200)],
    ]
    total: dict[str, int] = {}
    for told in story.vouchers:
        for line in told.lines:
            if line.line.account == "1592":
                for share in line.tickets:
                    total[share.number] = total.get(share.number, 0) + share.amount_ore
    assert total == {"2": 3_200, "3": 2_000, "4": -5_000, "6": 50_000, "31": 1_000, "32": 2_000}


def test_tickets_that_changed_after_the_draft_are_flagged_and_listed(both: Shop) -> None:
    apply(both)
    both.sell(sale(1), sale(2, at="2026-11-20T13:00:00"))
    both.export()
    both.sell(sale(2, "75.00", at="2026-11-20T13:00:00"), sale(3, void=True, at="2026-11-20T14:00:00"))
    story = read(both)
    check(story)
    told = only(both)
    assert (told.are_tickets_same, told.are_tickets_shown) == (False, True)
    assert changed(told.changed_since) == [("2", 12_500, 7_500), ("3", None, 0)]
    assert behind(told, "1592") == {"1": 12_500, "2": 12_500}
    assert "endret siden; bongene over er de som var der da" in soft(text(story))
    assert "13.00 nr. 2 endret fra 125,00 til 75,00" in soft(text(story))


def test_tickets_that_went_missing_behind_our_back_are_told_of(shop: Shop) -> None:
    apply(shop)
    shop.sell(sale(1), sale(2, "75.00", at="2026-11-20T13:00:00"))
    shop.export()
    delete_rows(shop, "entry", ticket_id=2)
    delete_rows(shop, "ticket", id=2)
    told = only(shop)
    assert (told.are_tickets_same, told.are_tickets_shown) == (False, False)
    assert [line.untraced_ore for line in told.lines] == [7_500, -7_500]
    shown = soft(text(read(shop)))
    assert shown.count("75,00 er ikke funnet igjen i bongene") == 2
    assert "stemmer ikke med bongene som kan vises over" in shown


def test_a_voucher_from_before_evidence_was_kept_says_that_it_was_not(shop: Shop) -> None:
    apply(shop)
    shop.sell(sale(1))
    shop.export()
    overwrite_rows(shop, "delivery", {"tickets_digest": "", "setup_digest": ""})
    told = only(shop)
    assert (told.are_tickets_same, told.are_tickets_shown, told.is_setup_same, told.setup) == (None,) * 4
    assert soft(text(read(shop))).count("ikke tatt vare på") == 2
    check(read(shop))


def test_the_setup_is_told_as_it_was(both: Shop) -> None:
    apply(both)
    both.sell(*FULL_DAY)
    both.export()
    apply(both, mapping=MAPPING.replace('"3022"', '"3023"').replace('account = "1592"', 'account = "1591"'))
    both.sell(sale(9, product="200", at="2026-11-20T14:00:00"))
    story = read(both)
    check(story)
    (told,) = story.vouchers
    assert {"1592", "3022"} < {line.line.account for line in told.lines}
    assert told.is_setup_same is False
    assert told.setup is not None
    assert told.setup["product_type"][1]["accounts"] == {"3": "3022"}
    assert "endret siden; linjene er etter oppsettet som gjaldt da" in soft(text(story))
    both.world.post(str(told.remote_id))
    revise(both)
    story = read(both)
    check(story)
    first, second = story.vouchers
    assert first.setup_digest != second.setup_digest
    assert second.is_setup_same is True
    assert behind(second, "3023") == {"3": -9_950, "9": -12_500}, "what moved between accounts is behind it too"
    assert behind(second, "3022") == {"3": 9_950}


def test_a_kept_setup_is_found_by_the_digest_of_its_document(shop: Shop) -> None:
    apply(shop)
    shop.sell(sale(1))
    shop.export()
    told = only(shop)
    with shop.open() as workspace:
        (company,) = workspace.load_setup().companies
    assert told.setup_digest == digest_setup(company)
    assert digest_setup(replace(company, document=dict(told.setup or {}))) == told.setup_digest


# Lines of every kind


DISCOUNTS = '[company.accounts]\n  discounts = { "3" = "3087" }'


def test_every_line_has_its_tickets_also_with_discounts_and_what_is_left_out(both: Shop) -> None:
    mapping = MAPPING.replace("[company.accounts]", DISCOUNTS) + (
        '  [[company.payment_type]]\n  code = "MALL"\n  name = "Senterkort"\n  account = "1579"\n  transfer = false\n'
    )
    apply(both, mapping=mapping, target="file")
    lines = [
        {"product_type": "100", "vat_code": "3", "gross": "90.00", "discount": "10.00"},
        {"product_type": "200", "vat_code": "3", "gross": "60.00"},
        {"product_type": "100", "vat_code": "31", "gross": "33.33"},
    ]
    payments = [{"payment_type": "MALL", "amount": "50.00"}, {"payment_type": "CARD", "amount": "133.33"}]
    both.sell(
        *FULL_DAY,
        sale(11, at="2026-11-20T15:00:00", lines=lines, payments=payments),
        sale(12, "19.00", at="2026-11-20T15:01:00", paid="MALL"),
    )
    check(read(both))
    both.export()
    story = read(both)
    check(story)
    (told,) = story.vouchers
    assert told.state == "drafted"
    assert {line.line.kind for line in told.lines} >= {LineKind.DISCOUNT, LineKind.TIP, LineKind.ROUNDING}
    assert behind(told, "1592")["11"] == 13_333
    assert "12" not in {share.number for line in told.lines for share in line.tickets}


EVE = date(2026, 12, 31)


def test_of_a_day_in_two_vouchers_each_has_its_own_tickets(both: Shop) -> None:
    both.clock.now_s = datetime(2027, 1, 2, 12, tzinfo=UTC).timestamp()
    apply(both, target="file")
    rates = [VatRate("31", 1500, date(2000, 1, 1), EVE), VatRate("31", 1200, date(2027, 1, 1))]
    with both.open() as workspace, workspace.database.writing() as connection:
        save_chart(connection, 1, "", Chart(vat_rates=tuple(rates)), 0)
    both.sell(
        sale(1, "115.00", at="2026-12-31T20:00:00", vat_code="31"),
        sale(2, "112.00", at="2027-01-01T01:00:00", vat_code="31"),
    )
    for state in ("ready", "drafted"):
        story = read(both, EVE)
        check(story)
        assert [told.reference for told in story.vouchers] == ["torget-20261231-r1", "torget-20261231-p2-r1"]
        assert [told.state for told in story.vouchers] == [state] * 2
        assert [told.posting_date for told in story.vouchers] == [EVE, date(2027, 1, 1)]
        assert [behind(told, "1592") for told in story.vouchers] == [{"1": 11_500}, {"2": 11_200}]
        both.export()
    both.sell(sale(3, "224.00", at="2027-01-01T02:00:00", vat_code="31"))
    first, second = read(both, EVE).vouchers
    assert (changed(first.changed_since), changed(second.changed_since)) == ([], [("3", None, 22_400)])


# What a person accepted


def test_what_a_person_accepted_is_told_with_their_reason(both: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "kari")
    apply(both)
    both.sell(sale(1, at="2026-11-19T12:00:00"), sale(2, at="2026-11-21T12:00:00"))
    with both.open() as workspace:
        accept_finding(workspace, both.venues(workspace)[0], FRIDAY, "no-sales-data", "stengt for varetelling")
    story = read(both)
    assert story.vouchers == ()
    (accepted,) = story.acceptances
    assert (accepted.code, accepted.why, accepted.who) == ("no-sales-data", "stengt for varetelling", "kari")
    shown = soft(text(story))
    assert "Det er ikke laget noe bilag for dagen." in shown
    assert "22.11.2026 kl. 13.00.00 Godtatt av kari (Ikke noe salg lest inn): stengt for varetelling" in shown
    assert format_story(story)["acceptances"][0]["at"] == "2026-11-22T13:00:00+01:00"


# Days without a story


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (SATURDAY, "torget has no sales on 2026-11-21. Import the file that holds them with posexport import"),
        (date(2026, 11, 22), "torget 2026-11-22 is not over until 2026-11-23 05:00. Ask again then."),
        (date(2026, 11, 18), "torget 2026-11-18 has no voucher: nothing on it is to be drafted. Look at it with "),
        (date(2026, 11, 16), "torget 2026-11-16 is never exported: the first business day that is, is 2026-11-17."),
    ],
)
def test_a_day_without_a_voucher_says_what_to_do(shop: Shop, day: date, told: str) -> None:
    apply(shop, venues=VENUES.replace("2020-01-01", "2026-11-17"))
    shop.sell(
        sale(1),
        sale(2, at="2026-11-22T12:00:00"),
        sale(3, at="2026-11-18T12:00:00", training=True),
        sale(4, at="2026-11-16T12:00:00"),
    )
    with pytest.raises(UsageError) as raised:
        read(shop, day)
    assert str(raised.value).startswith(told)


# The store behind it


def test_every_version_of_a_ticket_is_read_back_as_it_was(both: Shop) -> None:
    apply(both)
    both.sell(*FULL_DAY)
    both.sell(
        sale(3, "7.00", at="2026-11-20T22:00:00", tip="1.00", payments=[{"payment_type": "CASH", "amount": "8.00"}])
    )
    both.sell(sale(3, "9.00", at="2026-11-20T22:00:00", void=True), sale(8, "1.00"))
    with both.open() as workspace, workspace.database.reading() as connection:
        versions = read_versions(workspace.database, connection, 1, FRIDAY)
        now = digest_tickets(connection, 1, FRIDAY)
    third = [version for version in versions if version.key[1] == "3"]
    assert [(version.file_id, version.until_file_id) for version in third] == [(1, 2), (2, 3), (3, None)]
    assert [version.takings_ore for version in third] == [42_000, 800, 0]
    ticket = third[0].placed[0]
    assert [(line.product_type, line.gross_ore) for line in ticket.lines] == [("200", 9_950), ("100", 30_025)]
    assert [(payment.payment_type, payment.amount_ore) for payment in ticket.payments] == [
        ("CASH", 40_000),
        ("CARD", 2_000),
    ]
    assert (ticket.tip_ore, ticket.rounding_ore) == (2_000, 25)
    assert [len(pick_tickets(versions, file_id)) for file_id in (0, 1, 2, 3)] == [0, 6, 6, 7]
    assert now == digest_contents((*version.key, version.content) for version in pick_tickets(versions, 3))
    assert changed(tuple(find_changes(versions, 1, 3))) == [("8", None, 100), ("3", 42_000, 0)]
    assert list(find_changes(versions, 1, 3, part=1)) == []


def test_a_digest_does_not_ask_in_which_order_tickets_came(both: Shop) -> None:
    apply(both)
    both.sell(sale("Ø1"), sale("a1"), sale("Z1"), sale("10"), sale("9"))
    with both.open() as workspace, workspace.database.reading() as connection:
        digest = digest_tickets(connection, 1, FRIDAY)
    assert digest == "aa4870fa8ccbe00423438dbafc870a615c3bfff091ba30b831e4f53325a47753"
    contents = [("1", "a", 5, 7), ("1", "b", 5, -7), ("2", "a", 4, 0)]
    assert digest_contents(contents) == digest_contents(reversed(contents)) != digest_contents(contents[1:])


# The JSON


STORY_KEYS = {"acts", "venue", "business_day", "vouchers", "acceptances"}
VOUCHER_KEYS = {
    *("reference", "kind", "revision", "state", "target", "remote_id", "posting_date", "first_sent_at", "drafted_at"),
    *("tickets_digest", "tickets_unchanged", "tickets_as_sent", "setup_digest", "setup_unchanged", "setup"),
    *("request", "documentation", "lines", "after", "changes", "changed_since", "events"),
}
LINE_KEYS = {"account", "vat_code", "department", "debit", "credit", "kind", "source", "description", "tickets"}
TICKET_KEYS = {"register", "number", "completed_at", "amount"}
CHANGE_KEYS = {"register", "number", "completed_at", "change", "before", "after"}
EVENT_KEYS = {"at", "state", "note", "request", "answer"}


def is_moment(told: str) -> bool:
    return datetime.fromisoformat(told).utcoffset() == timedelta(hours=1)


def ore(told: str) -> int:
    assert MONEY.fullmatch(told)
    return int(told.replace(".", ""))


def test_the_json_has_the_contracts_keys_and_adds_up(shop: Shop) -> None:
    apply(shop)
    shop.sell(*FULL_DAY)
    shop.export()
    shop.world.post(str(only(shop).remote_id))
    shop.sell(sale(20, "75.00"))
    revise(shop)
    shop.sell(sale(20, "80.00"))
    document = json.loads(json.dumps(format_story(read(shop))))
    assert set(document) == STORY_KEYS
    assert (document["venue"], document["business_day"]) == ("torget", "2026-11-20")
    assert [voucher["kind"] for voucher in document["vouchers"]] == ["whole", "adjustment"]
    for voucher in document["vouchers"]:
        assert set(voucher) == VOUCHER_KEYS
        assert voucher["posting_date"] == "2026-11-20"
        assert is_moment(voucher["drafted_at"])
        assert is_moment(voucher["first_sent_at"])
        assert re.fullmatch("[0-9a-f]{64}", voucher["tickets_digest"])
        assert voucher["setup"]["application_key"] == "env:PO_APP"
        assert voucher["request"]["importLines"]
        assert voucher["documentation"] == {"state": "attached", "answer": ""}
        assert (voucher["tickets_unchanged"], voucher["tickets_as_sent"], voucher["setup_unchanged"]) == (
            False,
            True,
            True,
        )
        for line in voucher["lines"]:
            assert set(line) - {"customer"} == LINE_KEYS
            assert all(set(ticket) == TICKET_KEYS for ticket in line["tickets"])
            assert all(is_moment(ticket["completed_at"]) for ticket in line["tickets"])
            amounts = [ore(ticket["amount"]) for ticket in line["tickets"]]
            assert sum(amounts) == ore(line["debit"]) - ore(line["credit"])
        assert all(set(change) == CHANGE_KEYS for change in (*voucher["changes"], *voucher["changed_since"]))
        for event in voucher["events"]:
            assert set(event) == EVENT_KEYS
            assert is_moment(event["at"])
            assert event["request"] is None or event["request"] == voucher["request"]
    first, second = document["vouchers"]
    assert [line["customer"] for line in first["lines"] if "customer" in line] == ["10001"]
    assert (first["after"], second["after"]) == (None, first["reference"])
    (change,) = second["changed_since"]
    assert (change["change"], change["before"], change["after"]) == ("changed", "75.00", "80.00")
    assert second["changes"][0]["before"] is None


def test_the_json_of_a_day_that_nothing_was_done_about_has_the_same_keys(shop: Shop) -> None:
    apply(shop)
    shop.sell(*FULL_DAY)
    (voucher,) = format_story(read(shop))["vouchers"]
    assert set(voucher) == VOUCHER_KEYS
    assert (voucher["events"], voucher["documentation"], voucher["request"]) == ([], None, None)
    assert voucher["drafted_at"] is voucher["first_sent_at"] is None


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("trouble", ["none", "wrong keys", "refused"])
def test_no_secret_stands_in_a_story(shop: Shop, target: str, trouble: str) -> None:
    apply(shop, target)
    shop.sell(*FULL_DAY)
    if trouble == "wrong keys":
        shop.environ["PO_CLIENT_TORGET"] = "wrong-5ecret-key"
    elif trouble == "refused":
        shop.world.faults = lambda request: Fault("status_before", 400) if "Token" not in request.path else None
    shop.export()
    story = read(shop)
    told = json.dumps(format_story(story), ensure_ascii=False) + text(story) + text(story, "en", 120)
    assert "5ecret" not in told
    assert not [name for name, secret in SECRETS.items() if secret in told]
    assert "env:PO_CLIENT_TORGET" in told


# The command


def test_the_command_tells_a_story_in_either_language_or_as_one_document(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], secrets_in_environment: None
) -> None:
    real = wiring.open_workspace

    def open_workspace(url: str, **options: Any) -> Any:
        return real(url, clock=shop.clock, sleep=shop.clock.sleep, transport=shop.line, **options)

    monkeypatch.setattr(wiring, "open_workspace", open_workspace)
    monkeypatch.setenv("POSEXPORT_DB", shop.url)
    apply(shop)
    shop.sell(*FULL_DAY)
    shop.export()

    def run(*arguments: str) -> tuple[int, str, str]:
        code = run_program(monkeypatch, "show", *arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    code, out, err = run("torget", "2026-11-20", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads(json.dumps(format_story(read(shop))))
    assert run("torget", "2026-11-20") == (0, text(read(shop), "nb"), "")
    assert run("torget", "2026-11-20", "--lang", "en") == (0, text(read(shop), "en"), "")
    assert "fredag 20. november 2026" in text(read(shop))
    for arguments in (("torget", "2026-11-19"), ("nowhere", "2026-11-20"), ("torget", "last-week")):
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert "Error: " in err


# For people


TORGET = Venue("torget", "Torget Kafé", "fjordmat", department="10")
NIGHT = int(datetime(2026, 11, 21, 4, 0, 3, tzinfo=UTC).timestamp())
MORNING = int(datetime(2026, 11, 20, 10, 15, tzinfo=UTC).timestamp())
REMOTE = "84cf3ba9-853e-4075-a1b2-f45655b46087"
TICKETS_DIGEST, SETUP_DIGEST = "060ba612b1723e41" * 4, "45f4f5f460008e33" * 4


def share(number: int, amount_ore: int, register: str = "1") -> TicketShare:
    return TicketShare(register, str(1000 + number), MORNING + number * 700, amount_ore)


def behind_line(
    account: str | None, kind: LineKind, source: str, name: str, *shares: TicketShare, vat_code: str | None = "0"
) -> StoryLine:
    amount_ore = sum(found.amount_ore for found in shares)
    return StoryLine(VoucherLine(account, vat_code, "10", amount_ore, kind, source, name), shares)


def recorded(at_utc_s: int, kind: EventKind, state: str = "", **facts: Fact) -> RecordedEvent:
    return RecordedEvent(at_utc_s, DeliveryEvent(kind, facts, state))


def the_lost_voucher() -> StoryVoucher:
    """Lost on the wire, found the next night, posted before it could be replaced."""
    sales = [share(number, -12_500 - number) for number in range(14)]
    cards = [TicketShare(*found[:3], -found.amount_ore) for found in sales]
    return StoryVoucher(
        reference="torget-20261120-r1",
        kind="whole",
        part=0,
        revision=1,
        state="drafted",
        target="journal",
        posting_date=FRIDAY,
        remote_id=REMOTE,
        first_sent_at_utc_s=NIGHT,
        drafted_at_utc_s=NIGHT + 86_400,
        lines=(
            behind_line("1592", LineKind.PAYMENT, "CARD", "Bankkort", *cards, share(30, -50_000)),
            behind_line("1900", LineKind.PAYMENT, "CASH", "Kontant", share(31, 1_234_550)),
            behind_line("3020", LineKind.SALES, "100", "Mat og annet som serveres på stedet", *sales, vat_code="3"),
            behind_line("3022", LineKind.SALES, "200", "Øl", share(30, 50_000), share(31, -1_234_550), vat_code="3"),
        ),
        events=(
            recorded(NIGHT, EventKind.SENDING, of="whole"),
            recorded(NIGHT + 25, EventKind.UNCERTAIN, error="PowerOffice Go gave no usable answer (ReadTimeout)."),
            recorded(
                NIGHT + 3_600, EventKind.LOOK_UP_FAILED, error="PowerOffice Go could not be reached (ConnectError)."
            ),
            recorded(NIGHT + 86_400, EventKind.DRAFTED, how="found-by-reference"),
            recorded(NIGHT + 86_400, EventKind.PAGE_SENDING),
            recorded(NIGHT + 86_401, EventKind.PAGE_ATTACHED),
            recorded(NIGHT + 90_000, EventKind.REMOVING),
            recorded(NIGHT + 90_002, EventKind.POSTED_MEANWHILE),
        ),
        page_state="attached",
        are_tickets_same=False,
        are_tickets_shown=True,
        changed_since=(TicketChange("1", "1003", MORNING + 2_100, 12_503, 10_000),),
        is_setup_same=False,
        tickets_digest=TICKETS_DIGEST,
        setup_digest=SETUP_DIGEST,
    )


def the_adjustment() -> StoryVoucher:
    held = (Finding("locked-period", Severity.ERROR, {"lock_date": "2026-11-20", "day": "2026-11-20"}),)
    return replace(
        the_lost_voucher(),
        reference="torget-20261120-r2",
        kind="adjustment",
        revision=2,
        state="held",
        remote_id=None,
        first_sent_at_utc_s=None,
        drafted_at_utc_s=None,
        lines=(
            behind_line("1592", LineKind.PAYMENT, "CARD", "Bankkort", share(3, -2_503), share(40, 9_900, "12")),
            behind_line("3020", LineKind.SALES, "100", "Mat", share(3, 2_503), share(40, -9_900, "12"), vat_code="3"),
        ),
        events=(
            recorded(NIGHT + 90_000, EventKind.PLANNED, of="adjustment"),
            recorded(NIGHT + 90_005, EventKind.HELD, findings=format_findings(held)),
        ),
        page_state="",
        after="torget-20261120-r1",
        changes=(
            TicketChange("1", "1003", MORNING + 2_100, 12_503, 10_000),
            TicketChange("12", "1040", MORNING + 28_000, None, 9_900),
        ),
        changed_since=(TicketChange("12", "1041", MORNING + 28_100, None, 0),),
        are_tickets_same=False,
        is_setup_same=True,
    )


def the_next_part() -> StoryVoucher:
    """The day's second voucher, which nothing was done about."""
    lost = the_lost_voucher()
    return replace(
        lost,
        reference="torget-20261120-p2-r1",
        part=1,
        posting_date=SATURDAY,
        state="held",
        remote_id=None,
        first_sent_at_utc_s=None,
        drafted_at_utc_s=None,
        events=(),
        lines=(
            behind_line("1592", LineKind.PAYMENT, "CARD", "Bankkort", share(60, 5_000)),
            behind_line(None, LineKind.SALES, "400", "Leie", share(60, -5_000), vat_code=None),
        ),
        page_state="",
        are_tickets_same=True,
        changed_since=(),
        is_setup_same=True,
    )


def the_story() -> Story:
    accepted = Acceptance("z-report-mismatch", "Z ble tatt to ganger", "kari", NIGHT - 30)
    return Story(TORGET, FRIDAY, (the_lost_voucher(), the_adjustment(), the_next_part()), (accepted,))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [80, 120])
def test_what_a_pipe_gets_is_what_its_golden_file_holds(lang: Lang, width: int) -> None:
    golden = GOLDEN / f"story_{lang}_{width}.txt"
    told = text(the_story(), lang, width)
    if os.environ.get("POSEXPORT_REWRITE_GOLDEN"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("lang", LANGS)
def test_nothing_runs_past_the_edge_or_ends_in_blanks_or_colours(lang: Lang, width: int) -> None:
    lines = text(the_story(), lang, width).splitlines()
    assert max(map(len, lines)) <= width
    assert not [line for line in lines if line != line.rstrip() or "\x1b" in line]


@pytest.mark.parametrize("width", [30, 40, 60, 200])
def test_no_amount_and_no_ticket_is_left_out_at_any_width(width: int) -> None:
    told = text(the_story(), "en", width)
    assert "12,345.50" in told
    assert told.count("no. 1003") == 5, "behind two lines of each voucher, and among the changes of the second"
    for number in range(14):
        assert f"no. {1000 + number}" in told


def test_a_ticket_is_told_the_way_its_line_goes() -> None:
    lines = (
        behind_line("3020", LineKind.SALES, "100", "Mat", share(1, -10_000), share(2, 2_500), vat_code="3"),
        behind_line("1592", LineKind.PAYMENT, "CARD", "Bankkort", share(1, 10_000), share(2, -2_500)),
    )
    told = soft(text(Story(TORGET, FRIDAY, (replace(the_next_part(), lines=lines),))))
    assert told.count("nr. 1001 100,00") == told.count("nr. 1002 -25,00") == 2
    assert "Kredit 75,00" in told
    assert "Debet 75,00" in told


def test_the_register_is_told_where_there_are_several() -> None:
    assert "kasse 12 nr. 1040" in text(the_story())
    assert "kasse" not in text(Story(TORGET, FRIDAY, (the_lost_voucher(),)))


def test_hostile_names_are_neither_markup_nor_escape_codes() -> None:
    hostile = "[red]<b>\x1b[2J\x07\nØl\u202e"
    lines = (behind_line(hostile, LineKind.SALES, hostile, hostile, TicketShare(hostile, hostile, NIGHT, 5)),)
    told = replace(the_lost_voucher(), lines=lines, remote_id=hostile, reference=hostile)
    events = (
        recorded(NIGHT, EventKind.REFUSED, error=hostile),
        recorded(NIGHT, EventKind.SAID_THERE, who=hostile, id="x"),
        recorded(NIGHT, EventKind.NOTE, "moved", text=hostile),
    )
    told = replace(told, events=events, changed_since=(TicketChange(hostile, hostile, NIGHT, None, 5),))
    accepted = Acceptance("x", hostile, hostile, NIGHT)
    story = Story(replace(TORGET, name=hostile), FRIDAY, (told,), (accepted,))
    for lang in LANGS:
        shown = text(story, lang, 120)
        assert "[red]<b>" in shown
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", shown)


# Words


@each("target", list_targets())
@each("state", [*Stage, "nothing"])
def test_every_stage_and_every_page_state_has_its_words(state: str, target: str) -> None:
    for lang in LANGS:
        assert describe_stage(state, target, lang) != state
    assert {f"page_{page.value}" for page in PageState if page is not PageState.NONE} <= WORDS.keys()
    assert {kind.value for kind in Kind} == {"whole", "adjustment"}

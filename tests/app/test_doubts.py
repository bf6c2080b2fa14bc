"""What an import could not be sure of about a ticket, as a preview, an export and a status tell it."""

from __future__ import annotations

import json
import re
import string
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from posexport.app.accept import accept_finding
from posexport.app.preview import judge_report
from posexport.app.status import judge_status
from posexport.core.finding import ACCEPTABLE, Ore, Severity
from posexport.core.report import DayReport, State
from posexport.core.sales import TicketStatus
from posexport.errors import Exit
from posexport.render.choose import render_html
from posexport.store.database import day_of
from posexport.store.day_sums import sum_days
from posexport.texts.describe import TEXTS, fix_of, message_of
from tests.support.harness import BRYGGA, FRIDAY, MAPPING, NOON, SATURDAY, VENUES, Shop, codes, empty_day, sale
from tests.support.looks import add_row, delete_rows, overwrite_rows, read_rows

NEXT_YEAR = date(2027, 3, 4)

FACTS: dict[str, dict[str, Any]] = {
    "same-number-twice": {"file": "b.jsonl", "other_file": "a.jsonl"},
    "no-longer-in-file": {"file": "b.jsonl", "other_file": "a.jsonl"},
    "odd-date": {},
    "unjudged-ticket": {"what": "void", "written": "kanskje"},
    "other-currency": {"currency": "EUR", "ledger_currency": "NOK"},
    "unknown-raise": {"type": "SERV", "raise": 1000},
    "discount-sign": {"discount": 500},
    "rate-per-100": {"source": "CARD", "currency": "SEK", "rate": "98.5"},
    "ticket-changed": {"file": "b.jsonl", "other_file": "a.jsonl", "before": 9900},
}
"""Every code that an import makes, with the facts that it keeps."""

DISCOUNTS = MAPPING + '\n  discounts = { "3" = "3087" }\n'
"""With an account that discounts go to: without one, the sign of a discount changes nothing."""

HOLDING = [code for code in FACTS if code != "ticket-changed"]


def doubt(shop: Shop, code: str, number: int = 1, other: int | None = None, **facts: Any) -> None:
    """Keep a doubt about a ticket, and where it is about two, the other."""
    ids = {number: (id_, day) for id_, number, day in read_rows(shop, "ticket", "id", "number", "business_day")}
    (ticket_id, day), (other_id, _) = ids[str(number)], ids.get(str(other), (0, 0))
    document = json.dumps(FACTS[code] | facts)
    delete_rows(shop, "ticket_doubt", ticket_id=ticket_id, code=code)
    where = {"venue_id": 1, "business_day": day, "ticket_id": ticket_id, "other_id": other_id}
    add_row(shop, "ticket_doubt", code=code, facts=document, act_id=1, **where)


def set_status(shop: Shop, number: int, status: TicketStatus) -> None:
    """As an import or a withdrawal would, of a ticket that has no entries any more."""
    overwrite_rows(shop, "ticket", {"status": int(status)}, number=str(number))
    tickets = read_rows(shop, "ticket", "id", "business_day", number=str(number))
    delete_rows(shop, "entry", ticket_id=[id_ for id_, _ in tickets])
    days = [day_of(day) for _, day in tickets]
    with shop.open() as workspace, workspace.database.writing() as connection:
        sum_days(connection, 1, days)


def friday(shop: Shop) -> DayReport:
    return shop.only(shop.preview(FRIDAY, FRIDAY))


def accept(shop: Shop, code: str, day: date = FRIDAY) -> int:
    with shop.open() as workspace:
        return accept_finding(workspace, workspace.load_setup().venues[0], day, code, "I looked")[1]


def test_the_sign_of_a_discount_is_no_matter_where_discounts_have_no_account_of_their_own(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"))
    doubt(both, "discount-sign")
    assert codes(friday(both)) == []
    both.apply(mapping=DISCOUNTS)
    assert codes(friday(both)) == ["discount-sign"]


@pytest.mark.parametrize("code", HOLDING)
def test_a_doubt_holds_its_day_and_names_the_ticket_until_it_is_accepted_where_it_may_be(both: Shop, code: str) -> None:
    both.apply(mapping=DISCOUNTS)
    both.sell(sale(1, "100.00"), sale(2, "60.00", at="2026-11-20T13:05:06"))
    doubt(both, code, other=2)
    shown = friday(both)
    assert (shown.state, codes(shown)) == (State.HELD, [code])
    [finding] = shown.findings
    assert finding.severity is Severity.ERROR
    assert {name: finding.facts[name] for name in ("register", "number", "time", "amount")} == {
        "register": "1",
        "number": "1",
        "time": "2026-11-20 12:00:00",
        "amount": Ore(10000),
    }
    assert both.export(FRIDAY, FRIDAY).exit_code is Exit.BOOKKEEPER
    if code in ACCEPTABLE:
        assert accept(both, code) == 1
        assert friday(both).state is State.READY
        assert both.export(FRIDAY, FRIDAY).exit_code is Exit.DONE


@pytest.mark.parametrize("code", FACTS)
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_doubt_is_told_with_nothing_but_what_is_kept_or_known(shop: Shop, code: str, lang: Any) -> None:
    shop.apply(mapping=DISCOUNTS)
    shop.sell(sale(1, "1100.00"), sale(2, "2260.00", at="2026-11-20T13:05:06"))
    doubt(shop, code, other=2 if "{other_time}" in TEXTS[code]["en"][0] else None)
    [finding] = friday(shop).findings
    told = message_of(finding, lang) + fix_of(finding, lang)
    assert re.search(r"{\w+}", told) is None
    wanted = {name for text in TEXTS[code][lang] for _, name, _, _ in string.Formatter().parse(text) if name}
    for name in wanted - {"venue", "day", "code"} - {mend.name for mend in finding.mends}:
        fact = finding.facts[name]
        assert not isinstance(fact, int) or isinstance(fact, Ore) or name == "act", name


def test_a_number_that_stands_twice_tells_of_both_tickets(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"), sale(2, "60.00", at="2026-11-20T13:05:06"))
    doubt(both, "same-number-twice", 1, other=2)
    message = message_of(friday(both).findings[0], "en")
    assert "20 Nov 2026 12:00:00 for 100.00" in message
    assert "20 Nov 2026 13:05:06 for 60.00 (files b.jsonl and a.jsonl)" in message


@pytest.mark.parametrize("number", [1, 2])
def test_a_number_stands_twice_only_while_both_tickets_are_there(both: Shop, number: int) -> None:
    both.apply()
    both.sell(sale(1, "100.00"), sale(2, "60.00", at="2026-11-20T13:05:06"))
    doubt(both, "same-number-twice", 1, other=2)
    set_status(both, number, TicketStatus.WITHDRAWN)
    assert codes(friday(both)) == []


def test_a_number_no_longer_stands_twice_when_the_other_ticket_is_gone(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"), sale(2, "60.00", at="2026-11-20T13:05:06"))
    doubt(both, "same-number-twice", 1, other=2)
    delete_rows(both, "ticket", number="2")
    assert codes(friday(both)) == []


@pytest.mark.parametrize("code", FACTS)
def test_a_doubt_is_over_once_its_ticket_is_withdrawn(shop: Shop, code: str) -> None:
    shop.apply()
    shop.sell(sale(1, "100.00"), sale(2, "60.00"))
    doubt(shop, code, other=2)
    set_status(shop, 1, TicketStatus.WITHDRAWN)
    assert codes(friday(shop)) == []


def test_another_amount_of_either_ticket_is_another_finding_than_the_accepted_one(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"), sale(2, "60.00"))
    doubt(both, "same-number-twice", 1, other=2)
    accept(both, "same-number-twice")
    assert friday(both).state is State.READY
    both.sell(sale(2, "70.00"))
    doubted = [finding.severity for finding in friday(both).findings if finding.code == "same-number-twice"]
    assert doubted == [Severity.ERROR]


def test_an_addition_is_explained_by_a_product_type_of_its_own_with_an_account(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"))
    doubt(both, "unknown-raise")
    product = '[[company.product_type]]\n  code = "raise:{}"\n  name = "Servering"\n  {}\n'
    for code, accounts, found in [
        ("SERV", "", ["unknown-raise"]),
        ("OTHER", 'accounts = { "3" = "3025" }', ["unknown-raise"]),
        ("SERV", 'accounts = { "3" = "3025" }', []),
    ]:
        both.apply(mapping=product.format(code, accounts) + MAPPING)
        assert codes(friday(both)) == found


def test_a_rate_for_a_hundred_units_is_only_for_the_record_once_the_setup_says_so(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"))
    doubt(both, "rate-per-100")
    both.apply(mapping=MAPPING.replace('account = "1900"', 'account = "1900"\n  rate_per = 100'))
    assert friday(both).state is State.HELD
    both.apply(mapping=MAPPING.replace('account = "1592"', 'account = "1592"\n  rate_per = 100'))
    shown = friday(both)
    assert (shown.state, [finding.severity for finding in shown.findings]) == (State.READY, [Severity.INFO])


def test_a_ticket_that_changed_is_told_until_its_day_is_drafted(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"))
    doubt(both, "ticket-changed")
    shown = friday(both)
    assert (shown.state, [finding.severity for finding in shown.findings]) == (State.READY, [Severity.WARNING])
    assert "was 99.00 in file a.jsonl and is 100.00" in message_of(shown.findings[0], "en")
    both.export(FRIDAY, FRIDAY)
    assert codes(friday(both)) == []
    both.sell(sale(2, "30.00"))
    assert codes(friday(both)) == ["changed-after-draft"]
    both.revise(FRIDAY, FRIDAY)
    assert codes(friday(both)) == []


# Days without a voucher


def test_a_day_of_nothing_but_a_ticket_that_cannot_be_judged_is_held_and_stays_open(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00", void=True), sale(2, "40.00", at="2026-11-21T12:00:00"))
    set_status(both, 1, TicketStatus.UNJUDGED)
    doubt(both, "unjudged-ticket")
    shown = empty_day(both.preview(FRIDAY, FRIDAY))
    assert (shown.state, codes(shown)) == (State.HELD, ["unjudged-ticket"])
    assert "kanskje" in render_html(both.preview(), "nb", datetime.fromtimestamp(NOON, UTC))
    for _ in range(2):
        exported = both.export()
        assert exported.exit_code is Exit.BOOKKEEPER
        assert exported.report.vouchers[0].state is State.HELD
        assert len(both.line.posts) == 1  # Saturday's
    assert [row.state for row in both.status()] == [State.HELD, State.DRAFTED]
    set_status(both, 1, TicketStatus.WITHDRAWN)
    assert both.export().exit_code is Exit.DONE
    assert both.preview().vouchers == ()


def test_a_ticket_that_cannot_be_judged_waits_even_where_its_day_was_drafted_before_it_came(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"))
    both.export()
    both.sell(sale(2, "60.00", void=True))
    set_status(both, 2, TicketStatus.UNJUDGED)
    doubt(both, "unjudged-ticket", 2)
    for _ in range(2):
        exported = both.export()
        assert (exported.exit_code, codes(exported.report.vouchers[0])) == (Exit.BOOKKEEPER, ["unjudged-ticket"])
        assert exported.report.vouchers[0].state is State.DRAFTED
    set_status(both, 2, TicketStatus.WITHDRAWN)
    assert both.export().exit_code is Exit.DONE


# Days that no preview shows


@pytest.mark.parametrize("day", [SATURDAY + timedelta(days=1), NEXT_YEAR, date(2052, 1, 31)])
def test_a_ticket_of_a_day_to_come_is_told_beside_the_days_until_it_is_accepted(both: Shop, day: date) -> None:
    both.apply()
    both.sell(sale(1, "100.00"), sale(2, "60.00", at=f"{day}T13:00:00"))
    doubt(both, "odd-date", 2)
    report = both.preview(FRIDAY, FRIDAY)
    assert [(found.code, found.venue, found.business_day) for found in report.findings] == [("odd-date", "torget", day)]
    assert f"tickets withdraw torget {day} 1 2" in fix_of(report.findings[0])
    assert judge_report(report) is Exit.BOOKKEEPER
    assert both.export().exit_code is Exit.BOOKKEEPER
    rows = both.status()
    assert [(row.business_day, row.state) for row in rows] == [(FRIDAY, State.DRAFTED), (day, State.OPEN)]
    assert judge_status(rows) is Exit.BOOKKEEPER
    assert accept(both, "odd-date", day) == 1
    assert both.preview().findings == ()
    assert len(both.status()) == 1
    assert both.export().exit_code is Exit.DONE


def test_a_ticket_of_a_day_to_come_is_no_longer_told_once_it_is_withdrawn_or_undone(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00", at="2031-01-01T12:00:00"), sale(2, "60.00", at="2032-01-01T12:00:00"))
    doubt(both, "odd-date", 1)
    doubt(both, "odd-date", 2)
    assert len(both.preview().findings) == 2
    set_status(both, 1, TicketStatus.WITHDRAWN)
    assert [found.facts["number"] for found in both.preview().findings] == ["2"]
    delete_rows(both, "ticket", number="2")
    assert both.preview().findings == ()


def test_a_day_that_is_over_tells_of_its_odd_dates_itself(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "100.00"), sale(2, "60.00", at="2026-11-23T13:00:00"))
    doubt(both, "odd-date", 2)
    assert codes(both.preview()) == ["odd-date"]
    both.clock.now_s += 2 * 86_400
    report = both.preview(date(2026, 11, 23), date(2026, 11, 23))
    assert (codes(report), codes(both.only(report))[:1]) == ([], ["odd-date"])


def test_odd_dates_are_told_for_the_venues_that_were_asked_about(both: Shop) -> None:

    both.apply(venues=VENUES + BRYGGA)
    both.sell(sale(1, "100.00", at="2031-01-01T12:00:00"))
    doubt(both, "odd-date", 1)
    assert codes(both.preview(venues=["torget"])) == ["odd-date"]
    assert codes(both.preview(venues=["brygga"])) == []

"""What is reconciled, of any orders in any states: nothing is counted twice, dropped or plugged."""

from __future__ import annotations

import doctest
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, strategies as st

from posexport.core.delivery import Delivery, History, Kind, Stage
from posexport.core.finding import Accepted, Finding, Severity
from posexport.core.order_reconciliation import (
    NOT_IN_LEDGER,
    AccountSum,
    CountedOrder,
    DayReconciliation,
    Difference,
    NotInvoiced,
    Place,
    Reason,
    ReconciliationProofFailed,
    Takings,
    Verdict,
    VoucherAmounts,
    count_orders,
    list_not_invoiced,
)
from posexport.core.order_review import OrderReport, OrderReview
from posexport.core.orders.book import LedgerOrder
from posexport.core.orders.order import OrderLine, OrderLineKind
from posexport.core.orders.state import Invoice, OrderState, Seen
from posexport.core.report import State
from posexport.render.templates import find_template
from posexport.texts import reconciliation as texts
from posexport.texts.language import LANGS
from posexport.texts.reconciliation import (
    PLACES,
    RECONCILIATION_WORDS,
    describe_difference,
    describe_verdict,
)
from posexport.views.reconciliation import lay_out_booked
from tests.support.build import COMPANY, DAY, VENUE
from tests.support.orders import credit_ticket, order_of

AT = DAY + timedelta(days=2)
AT_NOON = datetime(2026, 11, 23, 12)
DRAFTED = cast("Delivery", SimpleNamespace(is_drafted=True, kind=Kind.WHOLE))
KINDS = ("food@25 {}", "food@15 {}", "beer@25 {}")


def make_report(number: int, ore: int, state: OrderState, **more: object) -> OrderReport:
    """The report of an order of one line."""
    kroner = f"{'-' if ore < 0 else ''}{abs(ore) // 100}.{abs(ore) % 100:02d}"
    order = order_of(credit_ticket(f"{KINDS[number % 3].format(kroner)} = invoice {kroner}", number=number))
    report = OrderReport(COMPANY, VENUE, DAY, State.READY, order.reference, order, state_of_order=state)
    return replace(report, **more)  # type: ignore[arg-type]


@st.composite
def reviews(draw: st.DrawFn) -> list[OrderReview]:
    """The reviews of some orders that are not corrected, in any states, invoiced before a date or after it."""
    found = []
    for number in range(draw(st.integers(0, 6))):
        ore = draw(st.integers(-200_000, 200_000).filter(bool))
        state = draw(st.sampled_from(OrderState))
        invoice = None
        if state in (OrderState.INVOICED, OrderState.CREDITED):
            on = AT + timedelta(days=draw(st.integers(-2, 2)))
            invoice = Invoice(str(5_000 + number), on, draw(st.integers(-300_000, 300_000)), 0)
        totals = st.none() | st.builds(LedgerOrder, st.just("2031"), st.none() | st.integers(-300_000, 300_000))
        day = DAY + timedelta(days=draw(st.integers(0, 4)))
        report = make_report(number, ore, state, seen=Seen(invoice is None, invoice), sent=draw(totals))
        report = replace(report, there=draw(totals), business_day=day)
        found.append(OrderReview(report, key=f"1/{number}", is_void=draw(st.booleans())))
    return found


def find_account(_: CountedOrder, line: OrderLine) -> str | None:
    return {"MAT25": "3020", "MAT15": "3030"}.get(line.product or "")


@given(reviews())
def test_every_order_is_counted_once_and_the_accounts_are_the_orders(found: list[OrderReview]) -> None:
    counted = count_orders(found)
    nothing = [one for one in found if one.is_void and one.report.state_of_order is not OrderState.UNCERTAIN]
    assert [one.shown.reference for one in counted] == [one.report.reference for one in found if one not in nothing]
    listed = list_not_invoiced(COMPANY, AT, counted, find_account)
    assert listed.net_ore + listed.vat_ore == listed.gross_ore == sum(one.total_ore for one in listed.orders)
    assert all(one.net_ore + one.vat_ore == one.gross_ore for one in listed.accounts)
    kept = {id(one) for one in listed.orders}
    for one in counted:
        invoice = one.shown.seen.invoice
        is_later = invoice is None or invoice.on > AT
        assert (id(one) in kept) == (one.place is not Place.MOVED and is_later and one.shown.business_day <= AT)


@given(reviews())
def test_the_reasons_of_a_difference_are_all_of_it(found: list[OrderReview]) -> None:
    for one in count_orders(found):
        invoice, there, sent = one.shown.seen.invoice, one.shown.there, one.shown.sent
        known = [invoice.total_ore if invoice else None, there and there.total_ore, sent and sent.total_ore]
        last_ore = next((ore for ore in known if ore is not None), one.total_ore)
        assert one.difference_ore == last_ore - one.due_ore


AMOUNTS = st.integers(-100_000, 100_000)


@given(reviews(), AMOUNTS, AMOUNTS, st.integers(-5, 5), st.just(0) | AMOUNTS)
def test_a_day_agrees_to_the_ore_or_says_by_how_much_it_does_not(
    found: list[OrderReview], drafted_ore: int, waiting_ore: int, off_ore: int, held_ore: int
) -> None:
    orders = tuple(count_orders(found))
    total_ore = sum(one.due_ore for one in orders) + drafted_ore + waiting_ore + 500 + off_ore
    day = replace(make_day(orders, total_ore, VoucherAmounts(drafted_ore, waiting_ore)), held_ore=held_ore)
    assert day.difference_ore == off_ore
    assert day.till_ore == day.voucher_ore + day.sum_orders() + day.left_out_ore + day.held_ore + off_ore
    assert day.verdict is (Verdict.DIFFERS if off_ore else Verdict.AGREES)
    assert sum(day.sum_orders(place) for place in Place) == day.sum_orders()
    assert day.not_in_ledger_ore == waiting_ore + sum(day.sum_orders(place) for place in NOT_IN_LEDGER)
    for lang in LANGS:
        assert sum(row.amount_ore for row in lay_out_booked(day, lang)) == day.till_ore


def make_day(orders: Sequence[CountedOrder], till_ore: int, voucher: VoucherAmounts) -> DayReconciliation:
    return DayReconciliation(
        COMPANY, VENUE, DAY, (Takings("CARD", "Kort", till_ore),), voucher, tuple(orders), left_out_ore=500
    )


@pytest.mark.parametrize("is_accepted", [False, True])
def test_an_order_of_a_changed_ticket_that_a_person_has_seen_to_is_what_the_ticket_comes_to(is_accepted: bool) -> None:
    found = Finding(
        "order-changed-after-sending", Severity.INFO, accepted=Accepted("Kari", datetime(2026, 11, 23), "-")
    )
    there = LedgerOrder("2031", 100_000 if is_accepted else 90_000)
    report = make_report(0, 100_000, OrderState.SENT, sent=LedgerOrder("2031", 100_000), there=there, is_mended=True)
    report = replace(report, findings=(found,) if is_accepted else ())
    now = order_of("food@25 900.00 = invoice 900.00")
    (one,) = count_orders([OrderReview(report, key="1/0", now=now, delivery=DRAFTED)])
    assert (one.place, one.due_ore, one.total_ore, one.is_change) == (Place.SENT, 90_000, 90_000, False)
    assert one.differences == ((Difference(Reason.KEPT, 10_000),) if is_accepted else ())
    assert sum(account.gross_ore for account in list_not_invoiced(COMPANY, AT, [one], find_account).accounts) == 90_000


def test_of_several_orders_of_a_ticket_that_a_person_has_seen_to_the_last_has_the_rest() -> None:
    first = OrderReview(make_report(0, 100_000, OrderState.INVOICED), key="1/0", delivery=DRAFTED)
    note = OrderReview(make_report(0, -10_000, OrderState.SENT, is_mended=True), key="1/0", delivery=DRAFTED)
    counted = count_orders([first, replace(note, now=order_of("food@25 800.00 = invoice 800.00"))])
    assert [one.due_ore for one in counted] == [100_000, -20_000]


def test_a_list_whose_accounts_are_not_its_orders_cannot_be_made() -> None:
    (one,) = count_orders([OrderReview(make_report(0, 125_000, OrderState.SENT), key="1/1")])
    right = AccountSum("3020", "3", 125_000, 100_000, 25_000)
    assert NotInvoiced(COMPANY, AT, (one,), (right,)).gross_ore == 125_000
    for orders, accounts in (
        ((one,), (right._replace(gross_ore=124_999, net_ore=99_999),)),
        ((one,), (right._replace(net_ore=99_999),)),
        ((one, one), (right, right)),
    ):
        with pytest.raises(ReconciliationProofFailed):
            NotInvoiced(COMPANY, AT, orders, accounts)


def test_every_place_reason_and_word_is_said_in_both_languages() -> None:
    for lang in LANGS:
        assert len({PLACES[place][lang] for place in Place}) == len(Place)
        told = [describe_difference(Difference(reason, 100), lang) for reason in Reason]
        assert len(set(told)) == len(Reason)
        assert all(told[lang] for told in RECONCILIATION_WORDS.values())
    assert doctest.testmod(texts).failed == 0


def test_an_invoice_that_is_less_than_its_order_has_no_fee() -> None:
    difference = Difference(Reason.ON_INVOICE, -100)
    assert describe_difference(difference, "en") == "-1.00 edited in Go"


@pytest.mark.parametrize(
    ("off_ore", "waiting_ore", "nb", "en"),
    [
        (0, 0, "Stemmer.", "Agrees."),
        (0, 64_000, "Stemmer. 640,00 er ikke i Go.", "Agrees. 640.00 is not in Go."),
        (
            1,
            0,
            "Stemmer ikke: kassen har 0,01 mer enn bilag, ordrer og utelatt.",
            "Differs: the register has 0.01 more than voucher, orders and left out.",
        ),
    ],
)
def test_a_verdict_is_a_sentence(off_ore: int, waiting_ore: int, nb: str, en: str) -> None:
    day = make_day((), 500 + waiting_ore + off_ore, VoucherAmounts(0, waiting_ore))
    assert (describe_verdict(day, "nb"), describe_verdict(day, "en")) == (nb, en)


def test_what_nobody_knows_of_is_not_told_to_be_outside_the_ledger() -> None:
    def tell(*states: OrderState) -> tuple[str, str]:
        reviews = [OrderReview(make_report(0, 64_000, state), key=f"1/{at}") for at, state in enumerate(states)]
        day = make_day(tuple(count_orders(reviews)), 64_000 * len(states) + 500, VoucherAmounts())
        return describe_verdict(day, "nb"), describe_verdict(day, "en")

    assert tell(OrderState.UNCERTAIN) == (
        "Stemmer. Om 640,00 er i Go, er ikke kjent ennå.",
        "Agrees. Whether 640.00 is in Go is not known yet.",
    )
    told = tell(OrderState.UNCERTAIN, OrderState.READY, OrderState.UNCERTAIN, OrderState.UNCERTAIN)
    assert told == (
        "Stemmer. 640,00 er ikke i Go. Om 640,00, 640,00 og 640,00 er i Go, er ikke kjent ennå.",
        "Agrees. 640.00 is not in Go. Whether 640.00, 640.00 and 640.00 are in Go is not known yet.",
    )


def test_a_line_of_text_has_no_account() -> None:
    (one,) = count_orders([OrderReview(make_report(0, 125_000, OrderState.SENT), key="1/1")])
    assert any(line.kind is OrderLineKind.TEXT for line in one.lines)
    found = list_not_invoiced(COMPANY, date.max, [one], find_account)
    assert [account.account for account in found.accounts] == ["3020"]


def test_the_page_asks_for_no_word_that_is_not_there() -> None:
    template = find_template("reconciliation.html.j2").read_text(encoding="utf-8")
    used = set(re.findall(r"\br\.(\w+)", template))
    assert used
    assert used <= RECONCILIATION_WORDS.keys()


def test_a_correction_that_cannot_be_made_yet_is_counted_as_the_difference_alone() -> None:
    sent, whole = (make_report(0, ore, OrderState.SENT) for ore in (100_000, 90_000))
    drafted, pending = (
        cast("Delivery", SimpleNamespace(is_drafted=is_drafted, kind=kind))
        for is_drafted, kind in ((True, Kind.WHOLE), (False, Kind.ADJUSTMENT))
    )
    waiting = replace(whole, state_of_order=OrderState.WAITING)
    counted = count_orders(
        [
            OrderReview(sent, key="1/1", now=whole.order, delivery=drafted),
            OrderReview(waiting, key="1/1", delivery=pending),
        ]
    )
    assert [(one.place, one.due_ore) for one in counted] == [(Place.SENT, 100_000), (Place.WAITING, -10_000)]


def test_what_is_to_be_replaced_and_is_there_still_is_counted_with_the_difference_alone() -> None:
    there, whole = (make_report(0, ore, OrderState.SENT) for ore in (100_000, 90_000))
    planned = cast("Delivery", SimpleNamespace(is_drafted=False, kind=Kind.WHOLE, stage=Stage.READY))
    leaving = cast("Delivery", SimpleNamespace(is_drafted=False, kind=Kind.WHOLE, stage=Stage.REMOVING))
    pending = replace(whole, state_of_order=OrderState.READY)
    counted = count_orders(
        [
            OrderReview(there, key="1/1", now=whole.order, delivery=DRAFTED),
            OrderReview(pending, key="1/1", delivery=planned, history=History((leaving, planned))),
        ]
    )
    assert [(one.place, one.due_ore) for one in counted] == [(Place.SENT, 100_000), (Place.WAITING, -10_000)]

"""A return of a sale that a person has credited in PowerOffice Go already: it waits, and is left out or sent when a
person has said which."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from posexport.app.customers import link_customer
from posexport.app.export_orders import judge_order
from posexport.app.orders import accept_order, move_orders
from posexport.app.preview import check_period
from posexport.core.day import Period
from posexport.core.finding import Finding
from posexport.core.findings.orders import CREDITED_RETURN
from posexport.core.money import format_ore
from posexport.core.order_reconciliation import Verdict
from posexport.core.order_review import OrderReport
from posexport.core.orders.route import Route
from posexport.core.orders.state import OrderState
from posexport.core.report import State
from posexport.delivery.order_watch import watch_orders
from posexport.errors import Exit, UsageError
from posexport.sandbox import invoicing
from posexport.texts.buttons import fix_on_pages
from posexport.texts.describe import LANGS, fix_of, message_of
from tests.app.test_order_reconciliation import reconcile
from tests.app.test_orders import listed, posts
from tests.app.test_orders_changed import CHANGED, accept, change, plan_revision, revise, sell_and_send
from tests.support.credit_shop import credit_sale, orders_of
from tests.support.harness import FRIDAY, Shop


@pytest.fixture
def shop(both: Shop) -> Shop:
    """A shop on either database."""
    return both


def invoice_sale(shop: Shop) -> str:
    """Ticket 1 of 1 000.00 is sent and invoiced. Returns the invoice's id."""
    order_id = sell_and_send(shop)
    shop.world.invoice(order_id)
    shop.clock.sleep(1_000)
    return order_id


def credit_part(shop: Shop, invoice_id: str) -> None:
    """A person makes a credit note for a quarter of an invoice by hand: it takes nothing off what is left to pay."""
    made, company, now = shop.world._one(None).orders.invoices.now(invoice_id), shop.world._one(None), shop.clock()
    assert made is not None
    line = next(line for line in made.lines if line.quantity is not None)
    line = replace(invoicing._negated(line, "by-hand-1"), unit_price=Decimal(200))
    assert line.amounts is not None
    line = replace(line, amounts=replace(line.amounts, net_ore=-20_000, vat_ore=-5_000))
    order = replace(
        made.order, id="by-hand", no=2900, lines=(line,), reference=None, related_invoice_no=made.no, status="Draft"
    )
    company.orders.add(order, now)
    shop.world.invoice("by-hand")
    shop.clock.sleep(1_000)


def credit_all(shop: Shop, invoice_id: str) -> None:
    """A person credits an invoice."""
    shop.world.credit(invoice_id)
    shop.clock.sleep(1_000)


def give_back(shop: Shop, number: int = 9, amount: str = "-250.00") -> OrderReport:
    """The register delivers a return of ticket 1; it is exported. Returns its order."""
    at = f"2026-11-20T13:{number:02}:00"
    shop.sell(credit_sale(number, amount, at=at, refers_to={"register": "1", "ticket": "1"}))
    found = orders_of(shop.export(FRIDAY, FRIDAY).report)
    return next(one for one in found if one.order.ticket_number == str(number))


def credited(report: OrderReport) -> Finding:
    (found,) = [one for one in report.findings if one.code == CREDITED_RETURN]
    return found


def leave_out(shop: Shop, ticket: str = "9") -> None:
    with shop.open() as workspace:
        (venue,) = shop.venues(workspace)
        move_orders(workspace, venue, FRIDAY, Route.LEFT_OUT, "credited by hand", ticket)


def test_a_return_of_a_sale_that_was_credited_by_hand_waits_and_says_so(shop: Shop) -> None:
    credit_all(shop, invoice_sale(shop))
    report = give_back(shop)
    found = credited(report)
    assert (report.state_of_order, judge_order(report), posts(shop)) == (OrderState.WAITING, Exit.BOOKKEEPER, 1)
    assert "5001 of it is credited" in message_of(found, "en")
    assert (found.facts["invoice"], format_ore(int(found.facts["credited"]))) == ("5001", "1000.00")
    for lang in LANGS:
        assert 'orders move torget 2026-11-20 --ticket 9 --to left-out --why "…"' in fix_of(found, lang)
        assert f"orders accept {report.reference} {CREDITED_RETURN}" in fix_of(found, lang)
    shown = shop.preview(FRIDAY, FRIDAY)
    told = [one.key for report in orders_of(shown) for one in report.findings]
    assert told == ["order-edited/credited", CREDITED_RETURN]


def test_a_credit_note_for_a_part_that_leaves_the_invoice_to_be_paid_is_seen(shop: Shop) -> None:
    credit_part(shop, invoice_sale(shop))
    report = give_back(shop)
    assert (report.state_of_order, format_ore(int(credited(report).facts["credited"]))) == (
        OrderState.WAITING,
        "250.00",
    )
    assert [one.code for one in listed(shop)[-1].findings] == [CREDITED_RETURN]
    shop.clock.sleep(1_000)
    with shop.open() as workspace:
        venues = shop.venues(workspace)
        watch_orders(workspace.delivery, workspace.load_setup_of(venues), venues)
    shown = shop.preview(FRIDAY, FRIDAY)
    assert [one.code for report in orders_of(shown) for one in report.findings] == [CREDITED_RETURN]


def test_an_invoice_that_is_paid_and_credited_afterwards_is_asked_about_again(shop: Shop) -> None:
    invoice_id = invoice_sale(shop)
    shop.world.pay(invoice_id)
    shop.clock.sleep(1_000)
    assert listed(shop)[0].seen.invoice is not None
    credit_part(shop, invoice_id)
    assert give_back(shop).state_of_order is OrderState.WAITING


def test_sent_all_the_same_it_is_a_credit_note_and_says_nothing_more(shop: Shop) -> None:
    credit_part(shop, invoice_sale(shop))
    report = give_back(shop)
    with shop.open() as workspace:
        accept_order(workspace, report.reference, CREDITED_RETURN, "another complaint")
    assert shop.export(FRIDAY, FRIDAY).exit_code is Exit.DONE
    (note,) = shop.world.orders()
    assert (note.total_ore, note.related_invoice_no) == (-25_000, 5001)


def test_left_out_it_is_in_neither_and_the_day_agrees_and_back_it_waits(shop: Shop) -> None:
    credit_all(shop, invoice_sale(shop))
    give_back(shop)
    leave_out(shop)
    report = next(one for one in listed(shop) if one.order.ticket_number == "9")
    assert (report.state_of_order, report.state, report.findings) == (OrderState.LEFT_OUT, State.NOTHING, ())
    exported = shop.export(FRIDAY, FRIDAY)
    assert (exported.exit_code, posts(shop)) == (Exit.DONE, 1)
    told = [one.code for day in exported.report.vouchers for one in day.findings]
    assert told == ["left-out-by-hand"]
    day = reconcile(shop).day
    assert (day.verdict, day.left_out_ore, day.till_ore) == (Verdict.AGREES, -25_000, 75_000)
    with shop.open() as workspace:
        (venue,) = shop.venues(workspace)
        assert not move_orders(workspace, venue, FRIDAY, Route.ORDER, "", "9").is_drafted
    assert [one.state_of_order for one in listed(shop)][-1] is OrderState.WAITING


def test_only_a_return_of_a_credited_sale_is_left_out_and_with_a_reason(shop: Shop) -> None:
    credit_all(shop, invoice_sale(shop))
    give_back(shop)
    shop.sell(credit_sale(10, "-30.00", at="2026-11-20T14:00:00"))
    with shop.open() as workspace:
        (venue,) = shop.venues(workspace)
        with pytest.raises(UsageError, match="no return of a sale that is credited"):
            move_orders(workspace, venue, FRIDAY, Route.LEFT_OUT, "why not", "10")
        with pytest.raises(UsageError, match="Say why"):
            move_orders(workspace, venue, FRIDAY, Route.LEFT_OUT, "", "9")


def test_our_own_credit_note_of_an_earlier_return_holds_no_later_one(shop: Shop) -> None:
    invoice_sale(shop)
    assert give_back(shop, 9, "-250.00").state_of_order is OrderState.SENT
    (note,) = shop.world.orders()
    shop.world.invoice(note.id)
    shop.clock.sleep(1_000)
    assert give_back(shop, 10, "-100.00").state_of_order is OrderState.SENT


def test_a_part_that_is_credited_between_two_returns_holds_the_second(shop: Shop) -> None:
    invoice_id = invoice_sale(shop)
    assert give_back(shop, 9, "-250.00").state_of_order is OrderState.SENT
    credit_part(shop, invoice_id)
    assert give_back(shop, 10, "-100.00").state_of_order is OrderState.WAITING


def test_a_return_that_is_a_draft_already_is_warned_of_when_its_sale_is_credited(shop: Shop) -> None:
    invoice_id = invoice_sale(shop)
    give_back(shop)
    credit_all(shop, invoice_id)
    report = next(one for one in listed(shop) if one.order.ticket_number == "9")
    found = credited(report)
    assert (found.key, found.holds, report.state_of_order) == ("order-return-credited/sent", False, OrderState.SENT)


def test_a_draft_that_is_deleted_since_its_sale_was_credited_is_left_out(shop: Shop) -> None:
    invoice_id = invoice_sale(shop)
    note_id = give_back(shop).remote_id
    credit_all(shop, invoice_id)
    shop.world.delete_order(str(note_id))
    for _ in range(2):
        listed(shop)
        shop.clock.sleep(1_000)
    report = next(one for one in listed(shop) if one.order.ticket_number == "9")
    assert [one.code for one in report.findings] == ["order-gone", CREDITED_RETURN]
    leave_out(shop)
    assert [one.state_of_order for one in listed(shop)][-1] is OrderState.LEFT_OUT
    assert (shop.export(FRIDAY, FRIDAY).exit_code, posts(shop)) == (Exit.DONE, 2)
    assert reconcile(shop).day.left_out_ore == -25_000


def test_a_preview_that_is_checked_tells_of_it_before_anything_is_sent(shop: Shop) -> None:
    invoice_id = invoice_sale(shop)
    shop.world.pay(invoice_id)
    shop.clock.sleep(1_000)
    listed(shop)
    credit_part(shop, invoice_id)
    shop.sell(credit_sale(9, "-250.00", at="2026-11-20T13:09:00", refers_to={"register": "1", "ticket": "1"}))
    with shop.open() as workspace:
        checked = check_period(workspace, shop.venues(workspace), Period(FRIDAY, FRIDAY))
    assert [one.code for report in orders_of(checked.report) for one in report.findings] == [CREDITED_RETURN]


def test_a_list_of_orders_tells_of_it_too(shop: Shop) -> None:
    credit_part(shop, invoice_sale(shop))
    shop.sell(credit_sale(9, "-250.00", at="2026-11-20T13:09:00", refers_to={"register": "1", "ticket": "1"}))
    assert [one.code for one in listed(shop)[-1].findings] == [CREDITED_RETURN]


# Invoiced twice


def of_ticket(shop: Shop, number: str, *, at: int = -1) -> OrderReport:
    """One of a ticket's orders as they are listed, by default the last."""
    shop.clock.sleep(1_000)
    return [one for one in listed(shop) if one.order.ticket_number == number][at]


def invoice_draft(shop: Shop) -> str:
    """The bookkeeper invoices the one order that there is. Returns the credit note's number."""
    (draft,) = shop.world.orders()
    number = str(shop.world.invoice(draft.id).no)
    shop.clock.sleep(1_000)
    return number


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_return_that_is_invoiced_too_is_an_error_until_it_is_accepted(shop: Shop, is_whole: bool) -> None:
    invoice_id = invoice_sale(shop)
    give_back(shop, amount="-1000.00" if is_whole else "-250.00")
    (credit_all if is_whole else credit_part)(shop, invoice_id)
    invoice_draft(shop)
    report = of_ticket(shop, "9")
    found = credited(report)
    assert (found.key, found.holds, report.state_of_order) == ("order-return-credited/invoiced", True, "invoiced")
    assert (judge_order(report), found.facts["credited"]) == (Exit.BOOKKEEPER, 100_000 if is_whole else 25_000)
    accept(shop, report.reference, CREDITED_RETURN)
    report = of_ticket(shop, "9")
    assert (credited(report).is_settled, judge_order(report)) == (True, Exit.DONE)


def test_a_return_that_is_invoiced_alone_says_nothing(shop: Shop) -> None:
    invoice_sale(shop)
    give_back(shop, amount="-1000.00")
    invoice_draft(shop)
    assert of_ticket(shop, "9").findings == ()


def test_a_part_that_is_credited_after_the_return_was_invoiced_is_told_of_too(shop: Shop) -> None:
    invoice_id = invoice_sale(shop)
    give_back(shop)
    invoice_draft(shop)
    assert of_ticket(shop, "9").findings == ()
    credit_part(shop, invoice_id)
    assert credited(of_ticket(shop, "9")).variant == "invoiced"


def test_what_was_accepted_before_the_return_was_sent_counts_when_it_is_a_draft_and_when_it_is_invoiced(
    shop: Shop,
) -> None:
    credit_part(shop, invoice_sale(shop))
    accept(shop, give_back(shop).reference, CREDITED_RETURN)
    shop.export(FRIDAY, FRIDAY)
    assert credited(of_ticket(shop, "9")).is_settled
    invoice_draft(shop)
    report = of_ticket(shop, "9")
    assert (credited(report).is_settled, report.state_of_order) == (True, OrderState.INVOICED)


def test_a_return_that_is_invoiced_of_a_sale_that_was_reversed_is_an_error_until_the_return_is_reversed_too(
    shop: Shop,
) -> None:
    invoice_id = invoice_sale(shop)
    give_back(shop)
    (draft,) = shop.world.orders()
    shop.world.reverse_invoice(invoice_id)
    invoice_draft(shop)
    found = credited(of_ticket(shop, "9"))
    assert (found.holds, found.facts["credited"]) == (True, 100_000)
    shop.world.reverse_invoice(draft.id)
    report = of_ticket(shop, "9")
    assert (report.state_of_order, report.findings) == (OrderState.CREDITED, ())


def test_a_hand_made_credit_note_that_is_reversed_is_told_of_no_longer(shop: Shop) -> None:
    invoice_id = invoice_sale(shop)
    give_back(shop)
    credit_part(shop, invoice_id)
    invoice_draft(shop)
    assert credited(of_ticket(shop, "9")).holds
    shop.world.reverse_invoice("by-hand")
    assert of_ticket(shop, "9").findings == ()


# Corrections


@pytest.mark.parametrize("amount", ["900.00", None])
def test_the_draft_of_a_correction_is_warned_of_when_its_invoice_is_credited(shop: Shop, amount: str | None) -> None:
    invoice_id = invoice_sale(shop)
    change(shop, amount)
    revise(shop)
    assert of_ticket(shop, "1").findings == ()
    credit_all(shop, invoice_id)
    report = of_ticket(shop, "1")
    found = credited(report)
    assert (found.key, found.holds) == ("order-return-credited/correction-sent", False)
    assert found.facts["amount"] == (10_000 if amount else 100_000)
    invoice_draft(shop)
    report = of_ticket(shop, "1")
    assert (credited(report).variant, judge_order(report)) == ("invoiced", Exit.BOOKKEEPER)
    accept(shop, str(found.facts["reference"]), CREDITED_RETURN)
    assert judge_order(of_ticket(shop, "1")) is Exit.DONE


def test_a_correction_that_is_invoiced_alone_says_nothing(shop: Shop) -> None:
    invoice_sale(shop)
    change(shop, None)
    revise(shop)
    invoice_draft(shop)
    assert of_ticket(shop, "1").findings == ()


def change_credited(shop: Shop, amount: str | None) -> OrderReport:
    """A quarter of the invoice is credited by hand, and the ticket changes; the revision that is asked for is left to a
    person. Returns what they are told."""
    credit_part(shop, invoice_sale(shop))
    change(shop, amount)
    told = next(one for one in revise(shop) if one.report.order.ticket_number == "1")
    assert (told.exit_code, posts(shop), shop.world.orders()) == (Exit.BOOKKEEPER, 1, [])
    assert "credited in PowerOffice Go already" in told.report.answer
    found = credited(told.report)
    assert "it is not to be sent: “Accept” at the change." in fix_on_pages(found, "en")
    for lang in LANGS:
        assert f"orders accept {told.report.reference} {CHANGED}" in fix_of(found, lang)
        assert f"orders accept {told.report.reference} {CREDITED_RETURN}" in fix_of(found, lang)
    return told.report


@pytest.mark.parametrize("amount", ["750.00", None])
def test_a_correction_of_what_was_credited_by_hand_is_not_sent_and_the_change_is_accepted(
    shop: Shop, amount: str | None
) -> None:
    accept(shop, change_credited(shop, amount).reference)
    revise(shop)
    shop.export(FRIDAY, FRIDAY)
    assert (posts(shop), shop.world.orders()) == (1, [])
    report = of_ticket(shop, "1")
    assert (judge_order(report), any(one.code == CREDITED_RETURN for one in report.findings)) == (Exit.DONE, False)


@pytest.mark.parametrize("amount", ["750.00", None])
def test_a_correction_besides_what_was_credited_by_hand_is_sent_when_that_is_accepted(
    shop: Shop, amount: str | None
) -> None:
    accept(shop, change_credited(shop, amount).reference, CREDITED_RETURN)
    revise(shop)
    (draft,) = shop.world.orders()
    assert draft.total_ore == (-25_000 if amount else -100_000)
    assert credited(of_ticket(shop, "1")).is_settled
    invoice_draft(shop)
    assert judge_order(of_ticket(shop, "1")) is Exit.DONE


def test_a_correction_upwards_is_sent_whatever_was_credited(shop: Shop) -> None:
    credit_part(shop, invoice_sale(shop))
    change(shop, "1100.00")
    revise(shop)
    assert [one.total_ore for one in shop.world.orders()] == [10_000]


@pytest.mark.parametrize("amount", ["750.00", None])
def test_a_correction_that_was_not_sent_yet_waits_when_its_invoice_is_credited_meanwhile(
    shop: Shop, amount: str | None
) -> None:
    invoice_id = invoice_sale(shop)
    change(shop, amount)
    plan_revision(shop)
    assert of_ticket(shop, "1").state_of_order is not OrderState.SENT
    credit_part(shop, invoice_id)
    shop.export(FRIDAY, FRIDAY)
    report = of_ticket(shop, "1")
    assert (shop.world.orders(), report.state_of_order) == ([], OrderState.WAITING)
    found = credited(report)
    assert found.key == "order-return-credited/correction"
    accept(shop, str(found.facts["reference"]))
    shop.export(FRIDAY, FRIDAY)
    assert shop.world.orders() == []
    assert judge_order(of_ticket(shop, "1")) is Exit.DONE


# For somebody else


def give_back_to(shop: Shop, customer: str) -> OrderReport:
    """The register delivers a return of ticket 1 on another customer than its sale had."""
    refers_to = {"register": "1", "ticket": "1"}
    shop.sell(credit_sale(9, "-250.00", at="2026-11-20T13:09:00", customer=customer, refers_to=refers_to))
    return next(one for one in orders_of(shop.export(FRIDAY, FRIDAY).report) if one.order.ticket_number == "9")


def test_a_return_on_another_customer_than_was_invoiced_waits_before_go_refuses_it(shop: Shop) -> None:
    invoice_sale(shop)
    before = posts(shop)
    report = give_back_to(shop, "10102")
    (found,) = report.findings
    assert (report.state_of_order, found.key, found.holds) == (OrderState.WAITING, "order-return-customer/other", True)
    assert "10102, er koblet til 10102" in message_of(found, "nb")
    assert "posexport customers link fjordmat 10102 10101" in fix_of(found, "en")
    assert posts(shop) == before, "it is not sent"
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "10102", "10101", share=True)
    shop.clock.sleep(1_000)
    shop.export(FRIDAY, FRIDAY)
    (note,) = shop.world.orders()
    assert (note.total_ore, note.related_invoice_no) == (-25_000, shop.world.invoices()[0].no)


def test_a_return_for_the_customer_that_was_invoiced_goes_whatever_the_register_calls_it(shop: Shop) -> None:
    invoice_sale(shop)
    with shop.open() as workspace:
        link_customer(workspace, "fjordmat", "10102", "10101", share=True)
    assert give_back_to(shop, "10102").state_of_order is OrderState.SENT

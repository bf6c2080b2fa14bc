"""Settlements: what of a day is summed, by what, and what payment types that are left out take with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from posexport.core.day import Moment
from posexport.core.sales import EntryKind, MasterData, SaleLine, Ticket, TicketStatus
from posexport.core.settlement import (
    EntryKey,
    EntrySum,
    PlacedTicket,
    Settlement,
    UnbalancedTicket,
    add_sums,
    entries_of,
    fingerprint_sums,
    sort_key,
    subtract_sums,
    sum_left_out,
    sum_tickets,
)
from tests.support.build import DAY, leaving_out, read_ticket, read_tickets, settle


def placed(*texts: str) -> list[PlacedTicket]:
    return [(ticket, Moment(0, DAY, 0)) for ticket in read_tickets(texts)]


def sold(sums: tuple[EntrySum, ...]) -> dict[tuple[str, str], int]:
    """Sales by product type and the register's VAT code."""
    return {(e.key.code, e.key.vat_code): e.amount_ore for e in sums if e.key.kind is EntryKind.SALE}


def others(sums: tuple[EntrySum, ...]) -> dict[EntryKind, int]:
    """Tips, rounding and gift cards."""
    return {e.key.kind: e.amount_ore for e in sums if e.key.kind not in (EntryKind.SALE, EntryKind.PAYMENT)}


def paid(sums: tuple[EntrySum, ...]) -> dict[str, int]:
    """Payments by type."""
    return {e.key.code: e.amount_ore for e in sums if e.key.kind is EntryKind.PAYMENT}


# Summing


def test_every_amount_of_a_ticket_is_an_entry() -> None:
    ticket = read_ticket("food@25 100.00 off 5.00 vat 20.00 rate 25, tip 10.00, rounding 0.40, giftcards 50.00 "
                         "= cash 110.40 EUR, visa 50.00 for 10018")  # fmt: skip
    assert list(entries_of(ticket, 1)) == [
        EntrySum(EntryKey(EntryKind.SALE, 1, "food", "25", 2500), 10_000, 2_000, 500),
        EntrySum(EntryKey(EntryKind.PAYMENT, 1, "cash", customer="10018", currency="EUR"), 11_040),
        EntrySum(EntryKey(EntryKind.PAYMENT, 1, "visa", customer="10018"), 5_000),
        EntrySum(EntryKey(EntryKind.TIP, 1), 1_000),
        EntrySum(EntryKey(EntryKind.ROUNDING, 1), 40),
        EntrySum(EntryKey(EntryKind.GIFT_CARD, 1), 5_000),
    ]


@pytest.mark.parametrize("status", [TicketStatus.TRAINING, TicketStatus.VOID, TicketStatus.NOT_A_SALE])
def test_what_is_no_takings_is_not_summed(status: TicketStatus) -> None:
    ticket = read_ticket("food@25 100.00 = cash 100.00")._replace(status=status)
    assert sum_tickets([(ticket, Moment(0, DAY, 0))]) == ()
    assert sum_left_out([(ticket, Moment(0, DAY, 0))], {"cash"}) == ((), ())


def test_lines_of_one_product_type_and_code_are_one_sum() -> None:
    sums = sum_tickets(placed("food@25 100.00 vat 20.00, food@25 50.00 vat 10.00 = visa 150.00"))
    assert sums[0] == EntrySum(EntryKey(EntryKind.SALE, 0, "food", "25"), 15_000, 3_000, 0, 2)


def test_vat_is_summed_over_the_lines_that_state_it() -> None:
    summed = sum_tickets(placed("food@25 100.00 vat 20.00, food@25 50.00, food@25 0.00 = visa 150.00"))[0]
    assert (summed.vat_ore, summed.stated_ore, summed.stated_entries) == (2_000, 10_000, 1)
    assert (summed.unstated_ore, summed.unstated_entries) == (5_000, 2)


def test_of_a_sum_without_vat_nothing_is_stated() -> None:
    summed = sum_tickets(placed("food@25 100.00, food@25 50.00 = visa 150.00"))[0]
    assert (summed.vat_ore, summed.stated_ore, summed.stated_entries) == (None, 0, 0)


def test_vat_of_nothing_is_still_stated() -> None:
    assert sum_tickets(placed("hall@outside 100.00 vat 0.00 = visa 100.00"))[0].vat_ore == 0


def test_after_midnight_is_summed_apart() -> None:
    settlement = settle(read_tickets(["23:00 food@25 1.00 = visa 1.00", "+1 01:00 food@25 2.00 = visa 2.00"]))
    assert [(e.key.part, e.amount_ore) for e in settlement.sums if e.key.kind is EntryKind.SALE] == [(0, 100), (1, 200)]


def test_a_sum_of_nothing_stays_among_sums_so_that_its_discount_is_seen() -> None:
    (entry,) = sum_tickets(placed("food@25 0.00 off 89.00 = "))
    assert (entry.amount_ore, entry.discount_ore) == (0, 8_900)


def test_keys_have_an_order_in_which_an_unstated_rate_comes_first() -> None:
    keys = [
        EntryKey(EntryKind.PAYMENT, 0, "visa"),
        EntryKey(EntryKind.SALE, 1, "food", "25"),
        EntryKey(EntryKind.SALE, 0, "food", "25", 0),
        EntryKey(EntryKind.SALE, 0, "food", "25"),
        EntryKey(EntryKind.SALE, 0, "food", "25", 2500),
    ]
    ordered = sorted(keys, key=sort_key)
    assert [(key.kind, key.part, key.vat_rate_bp) for key in ordered] == [
        *((1, 0, None), (1, 0, 0), (1, 0, 2500), (1, 1, None), (2, 0, None))
    ]


def test_what_is_subtracted_takes_vat_and_discounts_with_it_and_counts_no_entries() -> None:
    key = EntryKey(EntryKind.SALE, 0, "food", "25")
    left = subtract_sums([EntrySum(key, 1_000, 200, 100, 3)], [EntrySum(key, 400, 80, 40, 2)])
    assert left == (EntrySum(key, 600, 120, 60, 3),)
    assert subtract_sums([EntrySum(key, 1_000, 200, 100, 3)], [EntrySum(key, 1_000, 200, 100, 3)]) == ()


def test_sums_without_anything_are_nothing() -> None:
    assert add_sums([]) == ()
    assert sum_tickets([]) == ()
    assert Settlement("torget", DAY, ()).transferred == ()


# Fingerprints


def test_a_fingerprint_knows_codes_and_amounts_and_not_accounts_rates_or_halves_of_the_night() -> None:
    one = settle(read_tickets(["23:00 food@25 100.00 vat 20.00 rate 25 = visa 100.00"])).sums
    other = settle(read_tickets(["+1 01:00 food@25 60.00 = visa 60.00", "food@25 40.00 = visa 40.00"])).sums
    assert fingerprint_sums(one, with_discounts=False) == fingerprint_sums(other, with_discounts=False)


@pytest.mark.parametrize(
    "text",
    [
        "food@15 100.00 = visa 100.00",
        "beer@25 100.00 = visa 100.00",
        "food@25 100.00 = cash 100.00",
        "food@25 100.01 = visa 100.01",
        "food@25 100.00 = visa 100.00 EUR",
        "food@25 100.00 = visa 100.00 for 10018",
        "food@25 90.00, tip 10.00 = visa 100.00",
    ],
)
def test_another_code_amount_currency_or_customer_is_another_fingerprint(text: str) -> None:
    one, other = (settle([read_ticket(said)]).sums for said in ("food@25 100.00 = visa 100.00", text))
    first, second = (fingerprint_sums(sums, with_discounts=True, with_customers={"visa"}) for sums in (one, other))
    assert first != second


def test_the_order_of_a_part_payment_is_no_part_of_a_fingerprint() -> None:
    bare = EntrySum(EntryKey(EntryKind.PAYMENT, 0, "invoice", customer="K-17"), -60_000)
    named = [
        bare._replace(key=bare.key._replace(order=order), amount_ore=amount_ore)
        for order, amount_ore in (("o20261120-aaaaaaaa", -40_000), ("o20261120-bbbbbbbb", -20_000))
    ]
    first, second = (
        fingerprint_sums(sums, with_discounts=False, with_customers={"invoice"}) for sums in ([bare], named)
    )
    assert first == second


def test_customers_are_part_of_a_fingerprint_only_where_they_are_posted() -> None:
    named, unnamed = (
        settle([read_ticket(text)]).sums
        for text in ("food@25 100.00 = visa 100.00 for 10018", "food@25 100.00 = visa 100.00")
    )
    first, second = (
        fingerprint_sums(sums, with_discounts=False, with_customers={"invoice"}) for sums in (named, unnamed)
    )
    assert first == second


def test_discounts_are_part_of_a_fingerprint_only_where_they_are_posted() -> None:
    net, gross = (
        settle([read_ticket(text)]).sums
        for text in ("food@25 90.00 = visa 90.00", "food@25 90.00 off 10.00 = visa 90.00")
    )
    assert fingerprint_sums(net, with_discounts=False) == fingerprint_sums(gross, with_discounts=False)
    assert fingerprint_sums(net, with_discounts=True) != fingerprint_sums(gross, with_discounts=True)


def test_sales_and_returns_that_cancel_leave_the_fingerprint_of_an_empty_day() -> None:
    day = settle(read_tickets(["food@25 1.00 = visa 1.00", "food@25 -1.00 = visa -1.00"])).sums
    assert day != ()
    assert fingerprint_sums(day, with_discounts=True) == fingerprint_sums((), with_discounts=True)


# What is left out


def test_where_nothing_is_left_out_everything_is_transferred() -> None:
    settlement = settle([read_ticket("food@25 100.00 = visa 100.00")])
    assert settlement.left_out == ()
    assert settlement.transferred is settlement.sums


def test_a_ticket_paid_wholly_with_what_is_left_out_goes_out_whole() -> None:
    text = "food@25 100.00 off 5.00, tip 10.00, rounding 0.40, giftcards 50.00 = invoice 100.40, giftcard 60.00"
    settlement = settle([read_ticket(text)], leaving_out("invoice", "giftcard"))
    assert settlement.left_out == settlement.sums
    assert settlement.transferred == ()


def test_a_share_goes_out_pro_rata_over_the_lines_with_its_vat_and_discount() -> None:
    text = "food@25 80.00 off 20.00 vat 16.00, food@15 20.00 vat 2.61 = invoice 25.00, visa 75.00"
    out = sum_left_out(placed(text), {"invoice"})
    assert sold(out.sums) == {("food", "25"): 2_000, ("food", "15"): 500}
    assert [(e.vat_ore, e.discount_ore) for e in out.sums if e.key.kind is EntryKind.SALE] == [(65, 0), (400, 500)]
    assert paid(out.sums) == {"invoice": 2_500}


def test_the_ore_that_is_over_goes_to_the_earlier_line() -> None:
    out = sum_left_out(placed("food@25 10.00, beer@25 10.00, soda@25 10.00 = invoice 10.00, visa 20.00"), {"invoice"})
    assert sold(out.sums) == {("food", "25"): 334, ("beer", "25"): 333, ("soda", "25"): 333}


def test_a_return_takes_out_what_its_sale_took_out() -> None:
    sale = "food@25 10.00, beer@25 10.00, soda@25 10.00 = invoice 10.00, visa 20.00"
    back = "food@25 -10.00, beer@25 -10.00, soda@25 -10.00 = invoice -10.00, visa -20.00"
    out = sum_left_out(placed(sale, back), {"invoice"})
    assert all(entry.amount_ore == 0 for entry in out.sums)
    assert out.indivisible == ()


def test_a_return_among_sales_takes_its_share_with_its_own_sign() -> None:
    out = sum_left_out(placed("food@25 100.00, beer@25 -40.00 = invoice 30.00, visa 30.00"), {"invoice"})
    assert sold(out.sums) == {("food", "25"): 5_000, ("beer", "25"): -2_000}


def test_two_left_out_payments_take_out_the_share_of_both() -> None:
    out = sum_left_out(placed("food@25 100.00 = invoice 30.00, giftcard 20.00, visa 50.00"), {"invoice", "giftcard"})
    assert sold(out.sums) == {("food", "25"): 5_000}
    assert paid(out.sums) == {"giftcard": 2_000, "invoice": 3_000}


def test_the_tip_stays_in_as_long_as_the_lines_suffice() -> None:
    out = sum_left_out(placed("food@25 100.00, tip 20.00 = invoice 100.00, visa 20.00"), {"invoice"})
    assert sold(out.sums) == {("food", "25"): 10_000}
    assert others(out.sums) == {}


@pytest.mark.parametrize(
    ("invoice", "visa", "expected"),
    [
        ("120.00", "41.00", {EntryKind.GIFT_CARD: 2_000}),
        ("155.00", "6.00", {EntryKind.GIFT_CARD: 5_000, EntryKind.TIP: 500}),
        ("160.50", "0.50", {EntryKind.GIFT_CARD: 5_000, EntryKind.TIP: 1_000, EntryKind.ROUNDING: 50}),
    ],
)
def test_a_payment_above_the_lines_goes_on_to_gift_cards_then_the_tip_then_the_rounding(
    invoice: str, visa: str, expected: dict[EntryKind, int]
) -> None:
    text = f"food@25 100.00, tip 10.00, rounding 1.00, giftcards 50.00 = invoice {invoice}, visa {visa}"
    out = sum_left_out(placed(text), {"invoice"})
    assert sold(out.sums) == {("food", "25"): 10_000}
    assert others(out.sums) == expected
    assert out.indivisible == ()


@pytest.mark.parametrize(
    ("text", "sold_ore", "paid_ore"),
    [
        ("food@25 400.00 = giftcard 500.00, cash -100.00", 40_000, 50_000),
        ("food@25 100.00, beer@25 -100.00 = giftcard 50.00, cash -50.00", 0, 5_000),
        ("food@25 400.00 = giftcard -100.00, cash 500.00", 0, -10_000),
    ],
)
def test_a_ticket_whose_rest_would_not_balance_is_named(text: str, sold_ore: int, paid_ore: int) -> None:
    settlement = settle([read_ticket(text, number=77)], leaving_out("giftcard"))
    (named,) = settlement.indivisible
    assert (named.number, named.sales_ore, named.payments_ore) == ("77", sold_ore, paid_ore)


def test_an_unbalanced_ticket_is_not_also_called_indivisible() -> None:
    settlement = settle([read_ticket("food@25 400.00 = giftcard 500.00, cash 100.00")], leaving_out("giftcard"))
    assert settlement.indivisible == ()
    assert len(settlement.unbalanced) == 1


def test_a_line_given_away_stays_when_a_share_goes_out() -> None:
    out = sum_left_out(placed("food@25 0.00 off 89.00, beer@25 90.00 = invoice 45.00, visa 45.00"), {"invoice"})
    assert sold(out.sums) == {("beer", "25"): 4_500}


def test_left_out_payments_that_cancel_take_nothing_of_the_sales() -> None:
    out = sum_left_out(placed("food@25 50.00 = invoice 30.00, invoice -30.00, visa 50.00"), {"invoice"})
    assert sold(out.sums) == {}
    assert paid(out.sums) == {"invoice": 0}


def test_a_movement_of_a_left_out_payment_type_is_no_payment() -> None:
    settlement = settle([read_ticket("move in-out invoice 10.00")], leaving_out("invoice"))
    assert settlement.left_out == ()
    assert [entry.key.kind for entry in settlement.transferred] == [EntryKind.MOVE_IN_OUT]


# Tickets


def test_a_tickets_sales_are_lines_tip_rounding_and_gift_cards() -> None:
    ticket = read_ticket("food@25 100.00, tip 10.00, rounding -0.40, giftcards 50.00 = visa 100.00, cash 59.60")
    assert ticket.sales_ore == ticket.payments_ore == 15_960


def test_the_difference_of_an_unbalanced_ticket_is_what_was_paid_too_much() -> None:
    settlement = settle([read_ticket("food@25 100.00 = visa 90.00"), read_ticket("beer@25 50.00 = visa 60.00")])
    assert [ticket.difference_ore for ticket in settlement.unbalanced] == [-1_000, 1_000]


def test_only_a_format_that_may_leave_tips_out_has_unexplained_payments() -> None:
    tickets = [
        read_ticket(text)._replace(tip_may_be_unwritten=may)
        for text in ("food@25 100.00 = visa 110.00", "food@25 100.00 = visa 90.00", "food@25 -100.00 = visa -90.00")
        for may in (True, False)
    ]
    found = [ticket.unexplained_payment for ticket in settle(tickets).unbalanced]
    assert found == [True, False, False, False, False, False]


def test_newer_master_data_wins_and_registers_are_listed_once() -> None:
    old = MasterData("Old", "1", product_types={"1": "Mat", "2": "Øl"}, registers=((None, "1", "Bar"),))
    new = MasterData("", "2", product_types={"2": "Pils"}, registers=((None, "1", "Bar"), ("Oslo", "2", "Disk")))
    merged = old.merged(new)
    assert (merged.company_name, merged.organization_number) == ("Old", "2")
    assert merged.product_types == {"1": "Mat", "2": "Pils"}
    assert merged.registers == ((None, "1", "Bar"), ("Oslo", "2", "Disk"))


def test_values_of_a_settlement_cannot_be_changed() -> None:
    settlement = Settlement("torget", date(2026, 11, 20), ())
    with pytest.raises(AttributeError):
        settlement.venue = "brygga"  # type: ignore[misc]
    assert replace(settlement, venue="brygga").venue == "brygga"
    assert UnbalancedTicket("1", "1", 0, 0, 0, 0, False).difference_ore == 0
    assert (
        Ticket("1", "1", read_ticket("tip 1.00 = cash 1.00").completed_at, (SaleLine("a", "b", 5),), ()).sales_ore == 5
    )

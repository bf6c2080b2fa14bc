"""Vouchers: the proofs they are made with, the key of a line, references, fingerprints and counterparts."""

from __future__ import annotations

import doctest
import json
import re
from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from posexport.core import voucher as voucher_module
from posexport.core.company import Venue
from posexport.core.document import format_lines, parse_lines
from posexport.core.lines import LineKind, LineRules, VoucherLine, build_lines
from posexport.core.mapping import AccountMapping, OtherAccounts, PaymentType, ProductType
from posexport.core.sales import EntryKind
from posexport.core.settlement import EntryKey, EntrySum
from posexport.core.voucher import (
    Voucher,
    VoucherProofFailed,
    build_vouchers,
    format_reference,
    prove_completeness,
    renamed,
    subtract_lines,
)
from tests.support.build import (
    COMPANY,
    DAY,
    MAPPING,
    VENUE,
    line,
    read_tickets,
    settle,
    venue_with,
    voucher_of,
    voucher_with,
)
from tests.support.strategies import looking

SALES, PAYMENT, TIP, MOVEMENT = LineKind.SALES, LineKind.PAYMENT, LineKind.TIP, LineKind.MOVEMENT


def test_the_examples_in_the_module_hold() -> None:
    assert doctest.testmod(voucher_module).failed == 0


# Proofs


def test_a_voucher_that_does_not_sum_to_0_cannot_be_made() -> None:
    with pytest.raises(VoucherProofFailed, match=r"lines sum to 0\.01, not 0\.00"):
        voucher_with(line("1900", 10_000), line("3020", -9_999, SALES, "food", vat_code="3"))


def test_a_voucher_cannot_be_made_with_a_line_of_0() -> None:
    with pytest.raises(VoucherProofFailed, match=r"a line of 0\.00"):
        voucher_with(line("1900", 0))


def test_a_voucher_cannot_claim_to_be_open_by_what_it_is_not() -> None:
    with pytest.raises(VoucherProofFailed):
        voucher_with(line("1900", 100), line("3020", -100, SALES), open_ore=5)


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("tampered_ore", [1, -1, 10_000])
def test_a_voucher_cannot_be_made_again_with_an_amount_tampered(place: int, tampered_ore: int) -> None:
    voucher = voucher_of("food@25 100.00, food@15 50.00 = visa 150.00")
    lines = list(voucher.lines)
    lines[place] = lines[place]._replace(amount_ore=lines[place].amount_ore + tampered_ore)
    with pytest.raises(VoucherProofFailed):
        replace(voucher, lines=tuple(lines))


@pytest.mark.parametrize("place", range(3))
def test_a_voucher_cannot_be_made_again_with_a_line_gone(place: int) -> None:
    voucher = voucher_of("food@25 100.00, food@15 50.00 = visa 150.00")
    with pytest.raises(VoucherProofFailed):
        replace(voucher, lines=voucher.lines[:place] + voucher.lines[place + 1 :])


def test_a_voucher_and_its_lines_cannot_be_changed() -> None:
    voucher = voucher_of("food@25 100.00 = visa 100.00")
    with pytest.raises(FrozenInstanceError):
        voucher.lines = ()  # type: ignore[misc]
    with pytest.raises(AttributeError):
        voucher.lines[0].amount_ore = 0  # type: ignore[misc]


SALE_SUM = EntrySum(EntryKey(EntryKind.SALE, 0, "food", "25"), 10_000)
PAID_SUM = EntrySum(EntryKey(EntryKind.PAYMENT, 0, "visa"), 11_000)
TIP_SUM = EntrySum(EntryKey(EntryKind.TIP, 0), 1_000)
SUMS = (SALE_SUM, PAID_SUM, TIP_SUM)
LINES = (
    line("1592", 11_000, PAYMENT, "visa"),
    line("3020", -10_000, SALES, "food", vat_code="3"),
    line("2911", -1_000, TIP, "tips"),
)


def test_what_a_venue_remembers_of_its_mapping_is_not_another_venues() -> None:
    mapping = AccountMapping({"25": "3"}, {"food": ProductType("food", "Mat", {"3": "3020"})})
    before = Venue("torget", "Torget", "bistro", mapping=mapping)
    moved = replace(mapping, product_types={"food": ProductType("food", "Mat", {"3": "3000"})})
    after = replace(before, mapping=moved)
    for venue, account in ((before, "3020"), (after, "3000"), (before, "3020"), (replace(before), "3020")):
        assert [found.account for found in build_lines((SALE_SUM,), LineRules(venue))] == [account]
    assert before == replace(before)


def test_completeness_is_proved_where_the_lines_hold_what_the_sums_held() -> None:
    prove_completeness(SUMS, LINES, MAPPING)
    split = (line("3020", -14_000, SALES, "food", vat_code="3"), line("3087", 4_000, LineKind.DISCOUNT, vat_code="3"))
    prove_completeness(SUMS, (LINES[0], *split, LINES[2]), MAPPING)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (LINES[1:], "payment type visa: tickets hold 110.00, lines 0.00"),
        ((LINES[0], LINES[2]), "VAT code 3: tickets hold -100.00, lines 0.00"),
        (LINES[:2], "account tips: tickets hold -10.00, lines 0.00"),
        ((LINES[0], LINES[1]._replace(vat_code="31"), LINES[2]), "VAT code 3"),
        ((LINES[0]._replace(source="cash"), *LINES[1:]), "payment type"),
        ((*LINES[:2], LINES[2]._replace(source="rounding")), "account"),
        ((*LINES, line("7740", 5, LineKind.ROUNDING, "rounding")), "account rounding: tickets hold 0.00"),
        ((*LINES, line("1900", 5, PAYMENT, "cash")), "payment type cash: tickets hold 0.00, lines 0.05"),
    ],
)
def test_what_is_lost_moved_or_made_up_on_the_way_fails_the_proof(lines: tuple[VoucherLine, ...], says: str) -> None:
    with pytest.raises(VoucherProofFailed, match=re.escape(says)):
        prove_completeness(SUMS, lines, MAPPING)


def test_a_sum_moved_to_another_vat_code_fails_though_the_voucher_balances() -> None:
    moved = (LINES[0], LINES[1]._replace(vat_code="31", account="3030"), LINES[2])
    voucher_with(*moved)
    with pytest.raises(VoucherProofFailed, match="VAT code"):
        prove_completeness(SUMS, moved, MAPPING)


def test_a_proof_that_fails_is_a_bug_and_no_finding() -> None:
    assert issubclass(VoucherProofFailed, AssertionError)


# Lines


def part_payment(amount_ore: int, order: str | None) -> VoucherLine:
    described = f"Kreditt kunde K-17{', bong 1042, kasse 1' if order else ''}"
    return VoucherLine("1500", "0", "10", amount_ore, LineKind.PAYMENT, "CREDIT", described, "K-17", order)


FIRST, SECOND = "o20261120-aaaaaaaa", "o20261120-bbbbbbbb"


def test_part_payments_of_other_orders_are_other_lines() -> None:
    lines = [part_payment(-400, SECOND), part_payment(-300, FIRST), part_payment(-100, FIRST)]
    assert subtract_lines(lines, ()) == (part_payment(-400, FIRST), part_payment(-400, SECOND))
    assert subtract_lines(lines, [part_payment(-400, FIRST)]) == (part_payment(-400, SECOND),)


def test_a_part_payment_that_was_drafted_without_its_order_differs_only_where_its_sum_does() -> None:
    wanted, before = [part_payment(-400, FIRST), part_payment(-200, SECOND)], [part_payment(-600, None)]
    assert subtract_lines(wanted, before) == ()
    assert subtract_lines([part_payment(-400, FIRST)], before) == (
        part_payment(600, None),
        part_payment(-400, FIRST),
    )
    told = [part_payment(-400, FIRST), part_payment(-200, FIRST)]
    assert subtract_lines(wanted, told) == (part_payment(200, FIRST), part_payment(-200, SECOND))


def test_a_line_without_an_order_is_stored_and_digested_as_it_was_before_lines_had_any() -> None:
    lines = (part_payment(-600, None), part_payment(600, None)._replace(customer=None))
    assert [len(line) for line in json.loads(format_lines(lines))] == [8, 8]
    named = (part_payment(-600, FIRST), lines[1])
    assert (parse_lines(format_lines(lines)), parse_lines(format_lines(named))) == (lines, named)
    voucher = Voucher("torget", DAY, 0, DAY, "torget-20261120-r1", "", None, "NOK", lines)
    assert voucher.fingerprint == "377f3d17b325b9ddb1315f1b3e01966ebc7e2a5942ecd59caef7e5437b395083"
    assert replace(voucher, lines=named).fingerprint != voucher.fingerprint


def test_an_orders_reference_on_a_line_has_the_venue_id_of_its_voucher() -> None:
    lines = (part_payment(-600, FIRST), part_payment(600, None)._replace(customer=None))
    voucher = Voucher("torget", DAY, 0, DAY, "torget-20261120-r1", "", None, "NOK", lines)
    assert [voucher.order_reference(line) for line in lines] == [f"torget-{FIRST}", None]
    former = renamed(voucher, "kafeen")
    assert [former.order_reference(line) for line in former.lines] == [f"kafeen-{FIRST}", None]
    assert former.lines == voucher.lines


def test_a_line_is_a_debit_above_0_and_a_credit_below() -> None:
    debit, credit = line("1900", 5), line("3020", -7)
    assert (debit.debit_ore, debit.credit_ore) == (5, 0)
    assert (credit.debit_ore, credit.credit_ore) == (0, 7)


def test_debit_and_credit_of_a_balanced_voucher_are_the_same() -> None:
    voucher = voucher_of("food@25 100.00 = visa 100.00", "food@15 -30.00 = cash -30.00")
    assert voucher.debit_ore == voucher.credit_ore == 13_000


def test_one_account_with_two_product_types_is_two_lines_with_their_sources() -> None:
    products = {**MAPPING.product_types, "beer": ProductType("beer", "Øl", {"3": "3020"})}
    voucher = voucher_of("food@25 100.00, beer@25 90.00 = visa 190.00", venue=venue_with(product_types=products))
    assert [(told.account, told.source, told.amount_ore) for told in voucher.lines if told.kind is SALES] == [
        ("3020", "beer", -9_000),
        ("3020", "food", -10_000),
    ]


def test_two_payment_types_on_one_account_are_two_lines_with_their_sources() -> None:
    payments = {**MAPPING.payment_types, "amex": PaymentType("amex", "Amex", "1592")}
    venue = venue_with(payment_types=payments)
    voucher = voucher_of("food@25 100.00 = visa 60.00, amex 40.00", venue=venue)
    assert {told.source: told.amount_ore for told in voucher.lines if told.kind is PAYMENT} == {
        "visa": 6_000,
        "amex": 4_000,
    }


def test_a_bookkeeper_reads_payments_first_then_sales_then_the_rest() -> None:
    voucher = voucher_of("beer@25 90.00, food@25 100.00, tip 10.00, rounding 0.40, giftcards 50.00 = cash 250.40")
    assert [told.kind for told in voucher.lines] == [PAYMENT, SALES, SALES, LineKind.GIFT_CARD, TIP, LineKind.ROUNDING]
    assert [told.account for told in voucher.lines] == ["1900", "3020", "3022", "2901", "2911", "7740"]


def test_lines_carry_names_a_bookkeeper_knows_and_codes_where_there_are_none() -> None:
    products = {"food": ProductType("food", "", {"3": "3020"})}
    voucher = voucher_of("food@25 100.00, tip 10.00 = visa 110.00", venue=venue_with(product_types=products))
    assert [told.description for told in voucher.lines] == ["Visa", "food", "Tips"]


def test_the_outside_knows_discounts_and_movements_as_other() -> None:
    assert {kind.value: kind.wire for kind in LineKind} == {
        "payment": "payment",
        "sales": "sales",
        "discount": "other",
        "gift-card": "gift-card",
        "tip": "tip",
        "rounding": "rounding",
        "movement": "other",
    }


def test_a_movement_between_two_accounts_is_neither_payment_nor_sale() -> None:
    venue = venue_with(accounts=OtherAccounts(cash_in_out="1910", cash_difference="1909"))
    voucher = voucher_of("move in-out cash -50.00, difference cash -0.40", venue=venue)
    told = [(line.account, line.kind, line.source, line.amount_ore) for line in voucher.lines]
    assert told == [
        ("1900", MOVEMENT, "cash", -5_040),
        ("1909", MOVEMENT, "cash_difference", 40),
        ("1910", MOVEMENT, "cash_in_out", 5_000),
    ]


def test_counterparts_are_named_where_a_line_has_exactly_one() -> None:
    voucher = voucher_of("food@25 100.00, beer@25 90.00 = visa 190.00")
    paid, food, beer = voucher.lines
    assert voucher.counter_account(paid) is None
    assert voucher.counter_account(food) == voucher.counter_account(beer) == "1592"


def test_no_counterpart_is_named_where_both_sides_have_several() -> None:
    voucher = voucher_of("food@25 100.00, beer@25 90.00 = visa 100.00, cash 90.00")
    assert {voucher.counter_account(told) for told in voucher.lines} == {None}


def test_a_counterpart_without_an_account_is_not_named() -> None:
    voucher = voucher_of("rum@25 50.00 = visa 50.00")
    assert [voucher.counter_account(told) for told in voucher.lines] == [None, "1592"]


# What may be sent


def test_a_voucher_is_sendable_with_an_account_and_a_vat_code_on_every_line() -> None:
    assert voucher_of("food@25 100.00 = visa 100.00").is_sendable


@pytest.mark.parametrize("text", ["rum@25 50.00 = visa 50.00", "food@99 50.00 = visa 50.00", "food@25 1.00 = iou 1.00"])
def test_a_voucher_without_an_account_or_a_vat_code_is_shown_and_not_sendable(text: str) -> None:
    voucher = voucher_of(text)
    assert voucher.lines
    assert not voucher.is_sendable


def test_an_open_or_an_empty_voucher_is_not_sendable() -> None:
    assert not voucher_of("food@25 100.00 = visa 90.00").is_sendable
    assert not voucher_with().is_sendable


def test_two_unbalanced_tickets_that_cancel_are_both_still_named() -> None:
    settlement = settle(read_tickets(["food@25 100.00 = visa 90.00", "food@25 100.00 = visa 110.00"]))
    assert [ticket.difference_ore for ticket in settlement.unbalanced] == [-1_000, 1_000]
    (voucher,) = build_vouchers(settlement, COMPANY, VENUE)
    assert voucher.open_ore == 0


def test_a_ticket_that_was_never_paid_is_shown_open_by_all_of_it() -> None:
    voucher = voucher_of("food@25 100.00 = ")
    assert voucher.open_ore == -10_000


# Days and references


def test_a_day_is_one_voucher_unless_it_is_split_at_midnight() -> None:
    settlement = settle(read_tickets(["23:00 food@25 1.00 = visa 1.00", "+1 01:00 food@25 2.00 = visa 2.00"]))
    (whole,) = build_vouchers(settlement, COMPANY, VENUE)
    assert (whole.posting_date, whole.debit_ore, whole.reference) == (DAY, 300, "torget-20261120-r1")
    before, after = build_vouchers(settlement, COMPANY, VENUE, split=True)
    assert (before.posting_date, before.business_day, before.debit_ore) == (DAY, DAY, 100)
    assert (after.posting_date, after.business_day, after.debit_ore) == (DAY + timedelta(days=1), DAY, 200)
    assert (before.reference, after.reference) == ("torget-20261120-r1", "torget-20261120-p2-r1")


def test_splitting_a_day_that_only_sold_after_midnight_makes_one_voucher_dated_the_day_after() -> None:
    settlement = settle(read_tickets(["+1 01:00 food@25 2.00 = visa 2.00"]))
    (after,) = build_vouchers(settlement, COMPANY, VENUE, split=True)
    assert (after.part, after.posting_date) == (1, DAY + timedelta(days=1))


def test_a_revision_is_part_of_the_reference_and_not_of_the_fingerprint() -> None:
    settlement = settle(read_tickets(["food@25 1.00 = visa 1.00"]))
    (first,) = build_vouchers(settlement, COMPANY, VENUE)
    (second,) = build_vouchers(settlement, COMPANY, VENUE, revision=2)
    assert second.reference == "torget-20261120-r2"
    assert first.fingerprint == second.fingerprint


@looking(200)
@given(
    st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=30),
    st.dates(date(2000, 1, 1), date(2999, 12, 31)),
    st.sampled_from((0, 1)),
    st.integers(1, 9_999),
)
def test_a_reference_is_at_most_50_characters_for_every_venue_a_setup_allows(
    venue: str, day: date, part: int, revision: int
) -> None:
    reference = format_reference(venue, day, part, revision)
    assert len(reference) <= 50
    assert reference.isascii()
    assert reference == format_reference(venue, day, part, revision)
    assert reference != format_reference(venue, day, 1 - part, revision)


@pytest.mark.parametrize(
    "text",
    [
        "food@25 100.01 = visa 100.01",
        "food@15 100.00 = visa 100.00",
        "beer@25 100.00 = visa 100.00",
        "food@25 100.00 = cash 100.00",
    ],
)
def test_another_content_is_another_fingerprint(text: str) -> None:
    assert voucher_of(text).fingerprint != voucher_of("food@25 100.00 = visa 100.00").fingerprint


def test_customers_departments_dates_and_currencies_are_part_of_a_fingerprint() -> None:
    voucher = voucher_of("food@25 100.00 = invoice 100.00 for 10018")
    others = [
        voucher_of("food@25 100.00 = invoice 100.00 for 10019"),
        voucher_of("food@25 100.00 = invoice 100.00 for 10018", venue=replace(VENUE, department="20")),
        replace(voucher, posting_date=DAY + timedelta(days=1)),
        replace(voucher, currency="DKK"),
        replace(voucher, venue="brygga"),
    ]
    assert len({told.fingerprint for told in [voucher, *others]}) == 6


def test_names_are_no_part_of_a_fingerprint() -> None:
    products = {"food": ProductType("food", "Noe annet", {"3": "3020"})}
    renamed = voucher_of("food@25 100.00 = visa 100.00", venue=venue_with(product_types=products))
    assert renamed.fingerprint == voucher_of("food@25 100.00 = visa 100.00").fingerprint


# The mapping


def test_a_venues_own_mapping_wins_code_by_code_and_account_by_account() -> None:
    shared = AccountMapping(
        vat_codes={"25": "3", "15": "31"},
        product_types={"food": ProductType("food", "Mat", {"3": "3020"}), "beer": ProductType("beer", "Øl", {})},
        payment_types={"cash": PaymentType("cash", "Kontant", "1900")},
        accounts=OtherAccounts(rounding="7740", tips="2911", discounts={"3": "3087"}),
        vat_registered=False,
    )
    own = AccountMapping(
        vat_codes={"15": "33"},
        product_types={"food": ProductType("food", "Mat", {"3": "3021"})},
        accounts=OtherAccounts(tips="2912"),
    )
    both = shared.overlaid(own)
    assert both.vat_codes == {"25": "3", "15": "33"}
    assert both.product_types["food"].accounts == {"3": "3021"}
    assert "beer" in both.product_types
    assert both.payment_types == shared.payment_types
    assert both.accounts == OtherAccounts(rounding="7740", tips="2912", discounts={"3": "3087"})
    assert both.vat_registered is False


def test_nothing_laid_over_a_mapping_leaves_it_as_it_was() -> None:
    assert MAPPING.overlaid(AccountMapping()) == MAPPING


def test_what_a_mapping_does_not_know_has_no_account_and_keeps_its_code_as_its_name() -> None:
    assert MAPPING.sales_account("rum", "3") is None
    assert MAPPING.sales_account("food", "33") is None
    assert MAPPING.sales_account("food", None) is None
    assert MAPPING.payment_account("iou", None) is None
    assert MAPPING.go_vat_code("99") is None
    assert (MAPPING.product_name("rum"), MAPPING.payment_name("iou")) == ("rum", "iou")
    assert MAPPING.payment_account("cash", "EUR") == "1905"
    assert MAPPING.payment_account("cash", "SEK") == "1900"

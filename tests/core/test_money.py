"""Money: what text is an amount, what an amount is as text, and every rounding there is."""

from __future__ import annotations

import doctest
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from posexport.core import money
from posexport.core.money import (
    convert_ore,
    convert_together_ore,
    extract_vat_ore,
    format_ore,
    parse_ore,
    round_half_up,
    round_half_up_ratio,
    split_ore,
)
from tests.support.strategies import looking

amounts = st.integers(-(10**15), 10**15)
rates_bp = st.sampled_from((0, 600, 1111, 1200, 1500, 2500)) | st.integers(0, 10_000)


def test_the_examples_in_the_module_hold() -> None:
    assert doctest.testmod(money).failed == 0


# Text


@looking(200)
@given(amounts)
def test_an_amount_comes_back_from_its_text(amount_ore: int) -> None:
    assert parse_ore(format_ore(amount_ore)) == amount_ore


@looking(200)
@given(amounts)
def test_text_of_an_amount_is_the_decimal_with_two_places(amount_ore: int) -> None:
    assert format_ore(amount_ore) == str((Decimal(amount_ore) / 100).quantize(Decimal("0.01")))


@looking(200)
@given(st.decimals(-(10**12), 10**12, places=2), st.integers(0, 3), st.sampled_from(("", " ", "\n")))
def test_zeros_and_spaces_that_say_nothing_are_read_over(amount: Decimal, zeros: int, space: str) -> None:
    assert parse_ore(f"{space}{amount:f}{'0' * zeros}{space}") == int(amount * 100)


@pytest.mark.parametrize(
    ("text", "amount_ore"),
    [("0", 0), ("-0.00", 0), ("7", 700), ("+7.5", 750), ("007.05", 705), ("-0.4", -40), ("1.5000", 150)],
)
def test_plain_forms_are_read(text: str, amount_ore: int) -> None:
    assert parse_ore(text) == amount_ore


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "-", "+", "1.", ".5", "--1", "+-1", "- 1", "1 000.00", "1,000.00", "1000,00", "1'000.00"),
        *("1.005", "1.001", "0.0001", "1e3", "1E-2", "0x10", "1_000", "NaN", "inf", "-Infinity", "1.2.3", "kr 5"),
        *("5 kr", "5.-", "(5.00)", "5.00-", "١٢", "１２.００", "½", "1.00\n2.00", "1.00\x00", "9" * 17),
    ],
)
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="no amount in kroner"):
        parse_ore(text)


@looking(300)
@given(st.text(alphabet="0123456789.,-+ eE_", max_size=12))
def test_what_is_read_is_what_decimal_reads_and_has_at_most_two_decimals(text: str) -> None:
    try:
        amount_ore = parse_ore(text)
    except ValueError:
        return
    assert Decimal(amount_ore) / 100 == Decimal(text.strip())


# Rounding


@looking(200)
@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_half_goes_away_from_zero(amount: Decimal) -> None:
    nearest = round_half_up(amount)
    assert abs(amount - nearest) <= Decimal("0.5")
    assert round_half_up(-amount) == -nearest
    if abs(amount - nearest) == Decimal("0.5"):
        assert abs(nearest) > abs(amount)


@looking(200)
@given(amounts, st.integers(1, 10**6) | st.integers(-(10**6), -1))
def test_a_ratio_in_integers_rounds_as_decimals_do(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    nearest = round_half_up_ratio(numerator, denominator)
    assert abs(exact - nearest) <= Fraction(1, 2)
    if abs(exact - nearest) == Fraction(1, 2):
        assert abs(nearest) > abs(exact)


@looking(300)
@given(st.integers(-(10**11), 10**11), rates_bp)
def test_vat_extracted_in_integers_is_vat_extracted_in_decimals(gross_ore: int, rate_bp: int) -> None:
    rate = Decimal(rate_bp) / 10_000
    exact = (Decimal(gross_ore) * rate / (1 + rate)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert extract_vat_ore(gross_ore, rate_bp) == exact
    assert extract_vat_ore(-gross_ore, rate_bp) == -exact


@pytest.mark.parametrize(
    ("gross_ore", "rate_bp", "vat_ore"),
    [(1_750_000, 2500, 350_000), (115_000, 1500, 15_000), (3_000, 1500, 391), (11_111, 1111, 1_111), (100, 0, 0)],
)
def test_vat_of_the_usual_rates(gross_ore: int, rate_bp: int, vat_ore: int) -> None:
    assert extract_vat_ore(gross_ore, rate_bp) == vat_ore


def test_foreign_money_is_converted_at_its_rate_to_the_nearest_ore() -> None:
    assert convert_ore(2_000, Decimal("11.5")) == 23_000
    assert convert_ore(1, Decimal("0.5")) == 1
    assert convert_ore(-1_000, Decimal("11.4235")) == -11_424


# Splitting

weights = st.lists(st.integers(-1_000, 50_000), min_size=1, max_size=12).filter(sum)


@looking(300)
@given(st.integers(-(10**9), 10**9), weights)
def test_parts_sum_to_the_whole_and_none_is_an_ore_off_its_proportion(amount_ore: int, parts_of: list[int]) -> None:
    parts = split_ore(amount_ore, parts_of)
    assert len(parts) == len(parts_of)
    assert sum(parts) == amount_ore
    for part, weight in zip(parts, parts_of, strict=True):
        assert abs(part - Fraction(amount_ore * weight, sum(parts_of))) < 1


@looking(200)
@given(st.integers(0, 10**9), st.lists(st.integers(0, 50_000), min_size=1, max_size=12).filter(any))
def test_no_part_of_a_sale_is_more_than_its_line(share: int, lines: list[int]) -> None:
    amount_ore = share % (sum(lines) + 1)
    for part, line in zip(split_ore(amount_ore, lines), lines, strict=True):
        assert 0 <= part <= line


@looking(200)
@given(st.integers(-(10**9), 10**9), weights)
def test_what_is_taken_back_is_split_as_it_was_given(amount_ore: int, parts_of: list[int]) -> None:
    given_parts = split_ore(amount_ore, parts_of)
    assert split_ore(-amount_ore, parts_of) == [-part for part in given_parts]
    assert split_ore(-amount_ore, [-weight for weight in parts_of]) == [-part for part in given_parts]


@looking(200)
@given(st.integers(-(10**9), 10**9), weights)
def test_equal_weights_stand_in_order_the_earlier_first(amount_ore: int, parts_of: list[int]) -> None:
    parts = split_ore(amount_ore, parts_of)
    for place, weight in enumerate(parts_of):
        for later in range(place + 1, len(parts_of)):
            if parts_of[later] == weight:
                # Of equals the earlier takes the øre that is over, whichever side of 0 the whole is on.
                ahead = parts[place] - parts[later]
                assert ahead == 0 or (ahead == 1) == (amount_ore > 0)


@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=6),
    st.decimals("0.0001", "2000", allow_nan=False, places=6),
)
def test_payments_converted_together_come_to_what_their_sum_is_worth(amounts_ore: list[int], rate: Decimal) -> None:
    parts = convert_together_ore(amounts_ore, rate)
    assert sum(parts) == convert_ore(sum(amounts_ore), rate)
    assert all(abs(part - amount * rate) < 1 for part, amount in zip(parts, amounts_ore, strict=True))


@given(st.integers(-(10**6), 10**6), st.decimals("0.0001", "2000", allow_nan=False, places=6))
def test_one_payment_alone_is_converted_as_ever(amount_ore: int, rate: Decimal) -> None:
    assert convert_together_ore([amount_ore], rate) == [convert_ore(amount_ore, rate)]


def test_three_payments_that_would_each_lose_a_little_lose_nothing_together() -> None:
    rate = Decimal("11.334")
    assert [convert_ore(100, rate)] * 3 == [1133] * 3
    assert convert_together_ore([100, 100, 100], rate) == [1134, 1133, 1133]


def test_an_amount_off_two_rates_is_split_to_the_ore() -> None:
    assert split_ore(5_840, [40_000, 18_400]) == [4_000, 1_840]
    assert split_ore(1, [1, 1]) == [1, 0]
    assert split_ore(-100, [1, 1, 1]) == [-34, -33, -33]


def test_nothing_is_split_over_parts_that_sum_to_0_and_something_cannot_be() -> None:
    assert split_ore(0, [5, -5]) == [0, 0]
    assert split_ore(0, []) == []
    with pytest.raises(ValueError, match="sum to 0"):
        split_ore(1, [5, -5])
    with pytest.raises(ValueError, match="sum to 0"):
        split_ore(1, [])

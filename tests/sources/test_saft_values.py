"""Flags, codes and organization numbers, as every format of ours reads them."""

from __future__ import annotations

import doctest
import unicodedata

import pytest
from hypothesis import given, strategies as st

from posexport.core import organization_number
from posexport.core.codes import clean_code
from posexport.core.organization_number import parse_organization_number
from posexport.sources.files import values
from posexport.sources.files.values import parse_flag

YES = ("true", "1", "yes", "ja", "y", "j", "t", "-1", "sann")
NO = ("false", "0", "no", "nei", "n", "f", "usann", "")
blanks = st.text(st.sampled_from(" \t\n\N{NO-BREAK SPACE}"), max_size=3)


def in_any_case(words: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(words).flatmap(
        lambda word: st.tuples(*(st.sampled_from((letter, letter.upper())) for letter in word)).map("".join)
    )


def test_the_examples_in_the_modules_hold() -> None:
    assert doctest.testmod(values).failed == 0
    assert doctest.testmod(organization_number).failed == 0


@given(in_any_case(YES), blanks, blanks)
def test_a_word_for_yes_is_yes_in_any_case_and_with_blanks_around_it(word: str, before: str, after: str) -> None:
    assert parse_flag(before + word + after) is True


@given(in_any_case(NO), blanks, blanks)
def test_a_word_for_no_is_no_in_any_case_and_with_blanks_around_it(word: str, before: str, after: str) -> None:
    assert parse_flag(before + word + after) is False


@given(st.text(max_size=8))
def test_any_other_word_is_neither(text: str) -> None:
    known = {*YES, *NO}
    if text.strip().casefold() not in known:
        assert parse_flag(text) is None


@pytest.mark.parametrize("text", ["2", "-", "01", "1.0", "true false", "oui", "null", "x", "sant"])
def test_a_word_nobody_agreed_on_is_neither_yes_nor_no(text: str) -> None:
    assert parse_flag(text) is None


@given(st.text(st.characters(codec="utf-8") | st.sampled_from(" \N{NO-BREAK SPACE}\tA\N{COMBINING RING ABOVE}")))
def test_a_clean_code_has_single_plain_blanks_and_composed_letters_and_stays_as_it_is(text: str) -> None:
    clean = clean_code(text)
    assert clean == clean_code(clean) == clean.strip() == " ".join(clean.split())
    assert unicodedata.is_normalized("NFC", clean)


@given(st.text(st.characters(codec="utf-8")))
def test_the_way_text_is_composed_makes_no_other_code(text: str) -> None:
    assert clean_code(unicodedata.normalize("NFD", text)) == clean_code(unicodedata.normalize("NFC", text))


@given(st.integers(0, 99_999_999), st.sampled_from(("", "NO", "no ")), st.sampled_from(("", "MVA", " mva")))
def test_a_number_is_read_as_it_is_written_where_its_check_digit_is_right(first: int, no: str, mva: str) -> None:
    digits = f"{first:08d}"
    right = -sum(int(digit) * weight for digit, weight in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    for last in range(10):
        number = f"{digits}{last}"
        grouped = f"{no}{number[:3]} {number[3:6]}.{number[6:]}{mva}"
        assert parse_organization_number(grouped) == (number if last == right else "")


@pytest.mark.parametrize("text", ["", "12345678", "0123456789", "NO", "DK12345674", "99999999A", "٩٩٩٩٩٩٩٩٩"])
def test_what_is_no_nine_digits_is_no_number(text: str) -> None:
    assert parse_organization_number(text) == ""

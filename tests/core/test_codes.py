"""Codes: two that look the same are one, on every way in and in every look-up."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from posexport.core.codes import clean_code, find_code
from posexport.core.mapping import AccountMapping, OtherAccounts, PaymentType, ProductType
from posexport.setup.values import parse_code as parse_setup_code
from posexport.sources.files.values import parse_code
from tests.support.build import VENUE
from tests.support.each import each
from tests.support.harness import FRIDAY, MAPPING, Shop, codes, sale
from tests.support.looks import count_rows, overwrite_rows

ALIKE = ["Øl & é bar", "Øl & é  bar", "Øl &\N{NO-BREAK SPACE}é bar ", " Øl &\N{NARROW NO-BREAK SPACE}é bar"]
ALIKE += ["\N{ZERO WIDTH SPACE}Øl & é bar", "Øl & é b\N{SOFT HYPHEN}ar", "Øl & é bar\N{ZERO WIDTH NO-BREAK SPACE}"]
ALIKE += [unicodedata.normalize("NFD", text) for text in ALIKE]


@pytest.mark.parametrize("written", ALIKE)
def test_a_code_is_the_same_from_a_file_and_from_the_setup_however_it_is_written(written: str) -> None:
    assert clean_code(written) == parse_code(written) == parse_setup_code(written) == "Øl & é bar"


def test_a_code_of_nothing_that_can_be_seen_is_none() -> None:
    with pytest.raises(ValueError, match=r"^$"):
        parse_code("\N{ZERO WIDTH SPACE}\N{SOFT HYPHEN}")


@each("written", ALIKE)
@each("stored", ALIKE)
def test_a_code_stored_before_codes_were_cleaned_still_finds_its_accounts(stored: str, written: str) -> None:
    mapping = AccountMapping(
        vat_codes={stored: "3"},
        product_types={stored: ProductType(stored, "Drikke", {"3": "3020", "0": "2901"})},
        payment_types={stored: PaymentType(stored, "Konto", "1500", transfer=False, customer_ledger=True)},
        accounts=OtherAccounts(),
    )
    assert mapping.go_vat_code(written) == "3"
    assert mapping.sales_account(written, "3") == "3020"
    assert mapping.product_name(written) == "Drikke"
    assert (mapping.payment_account(written, None), mapping.payment_name(written)) == ("1500", "Konto")
    assert {stored, clean_code(written)} <= mapping.left_out & mapping.per_customer


def test_where_two_stored_codes_look_the_same_each_keeps_its_own() -> None:
    table = {"A B": "plain", "A\N{NO-BREAK SPACE}B": "no-break"}
    assert [find_code(table, code) for code in table] == ["plain", "no-break"]
    assert find_code(table, "A  B") == "plain"
    assert find_code(table, "AB") is None


@given(st.dictionaries(st.text(min_size=1, max_size=4), st.integers(), max_size=4), st.text(max_size=4))
def test_what_a_table_has_exactly_is_found_exactly(table: dict[str, int], other: str) -> None:
    assert all(find_code(table, code) == value for code, value in table.items())
    found = find_code(table, other)
    assert found is None or any(clean_code(key) == clean_code(other) for key in table)


@each("stored", ALIKE)
@each("set_up", ALIKE)
def test_a_payment_type_stored_before_codes_were_cleaned_is_left_out_and_kept_per_customer(
    stored: str, set_up: str
) -> None:
    known = PaymentType(set_up, "Konto", "1500", transfer=False, customer_ledger=True)
    mapping = AccountMapping({}, {}, {set_up: known}, OtherAccounts())
    assert stored in mapping.left_out
    assert stored in mapping.per_customer
    assert "Øl & é" not in mapping.left_out


@each("stored", ALIKE)
@each("written", ALIKE)
def test_a_location_is_the_same_however_it_is_written(stored: str, written: str) -> None:
    venue = replace(VENUE, location=stored, registers=("1",))
    assert venue.claims(written, "1")
    assert venue.nearly_claims(written, "1")
    assert not venue.claims("Øl & é", "1")
    assert not venue.claims(None, "1")


@pytest.mark.parametrize("stored", ALIKE)
def test_sales_stored_before_codes_were_cleaned_stay_out_of_the_voucher_and_keep_their_fingerprint(
    both: Shop, stored: str
) -> None:
    odd = '[[company.payment_type]]\n  code = "Øl & é bar"\n  account = "1500"\n  transfer = false\n'
    both.apply(mapping=MAPPING + odd)
    both.sell(sale(1), sale(2, paid="Øl & é bar"))
    shown = both.only_voucher(both.preview(FRIDAY, FRIDAY))
    assert count_rows(both, "code", text="Øl & é bar") == 1
    overwrite_rows(both, "code", {"text": stored}, text="Øl & é bar")
    again = both.only_voucher(both.preview(FRIDAY, FRIDAY))
    assert again.voucher == shown.voucher
    assert codes(again) == codes(shown) == ["credit-left-out", "not-transferred"]

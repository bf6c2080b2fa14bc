"""Rows of the setup that count from a day on: a voucher is settled by those that count on its date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from posexport.core.company import Company, Venue, parse_company
from posexport.core.review import fingerprint_day
from posexport.core.sales import Ticket
from posexport.core.settlement import Settlement
from posexport.core.voucher import build_vouchers
from tests.support.build import DAY, read_tickets, settle
from tests.support.strategies import GO_VAT_CODES, PAYMENT_TYPES, POS_VAT_CODES, PRODUCTS, days_of_tickets, looking

_ACCOUNTS = ("1500", "1592", "1900", "2901", "2911", "3000", "3020", "7740")
_DAYS = tuple(DAY + timedelta(days=n) for n in (-400, -30, -1, 0, 1, 2, 40))
_NAMES = ("rounding", "tips", "gift_cards", "cash_difference", "customer_payments")
Row = dict[str, Any]


def _make_rows(pick: Random) -> dict[str, list[Row]]:
    """The tables of a company or a venue: for every code some rows, each from another day on, or from the beginning."""
    tables: dict[str, list[Row]] = {"vat_code": [], "product_type": [], "payment_type": [], "accounts": []}

    def add(table: str, code: str, make: Any) -> None:
        for day in pick.sample((None, *_DAYS), pick.randint(0, 3)):
            since = {} if day is None else {"valid_from": day.isoformat()}
            tables[table].append(({"code": code} if code else {}) | since | make())

    for code in POS_VAT_CODES:
        add("vat_code", code, lambda: {"go": pick.choice((*GO_VAT_CODES, ""))})
    for code in PRODUCTS:
        add(
            "product_type",
            code,
            lambda: {"accounts": {go: pick.choice(_ACCOUNTS) for go in GO_VAT_CODES if pick.random() < 0.8}},
        )
    for code in PAYMENT_TYPES:
        add(
            "payment_type",
            code,
            lambda: {"account": pick.choice(_ACCOUNTS), "transfer": pick.random() < 0.8},
        )
    add("accounts", "", lambda: _make_accounts(pick))
    for rows in tables.values():
        pick.shuffle(rows)
    return tables


def _make_accounts(pick: Random) -> Row:
    row: Row = {name: pick.choice((*_ACCOUNTS, "")) for name in _NAMES if pick.random() < 0.5}
    if pick.random() < 0.4:
        row["discounts"] = {go: pick.choice(("3087", "")) for go in GO_VAT_CODES if pick.random() < 0.3}
    return row | ({"rounding_limit": pick.choice(("0.50", "2.00"))} if pick.random() < 0.3 else {})


def _plain(tables: dict[str, list[Row]], day: date) -> Row:
    """The same tables as somebody would write them who knew of that day alone."""

    def counts(row: Row) -> bool:
        return str(row.get("valid_from", "")) <= day.isoformat()

    def without_day(row: Row) -> Row:
        return {key: value for key, value in row.items() if key != "valid_from"}

    found: Row = {}
    for table in ("vat_code", "product_type", "payment_type"):
        last: dict[str, Row] = {}
        for row in filter(counts, tables[table]):
            if row["code"] not in last or last[row["code"]].get("valid_from", "") < row.get("valid_from", ""):
                last[row["code"]] = row
        found[table] = [without_day(row) for row in last.values()]
    accounts: Row = {}
    for row in sorted(filter(counts, tables["accounts"]), key=lambda row: row.get("valid_from", "")):
        accounts |= without_day(row)
    return found | {"accounts": accounts}


def _company(shared: Row, own: Row, **more: Any) -> Company:
    venue = {"id": "torget", "name": "Torget", "export_from": "2020-01-01", "department": "10", **own}
    about = {"id": "fjordmat", "name": "Fjordmat AS", "organization_number": "999999999", **more}
    return parse_company({**about, **shared, "venue": [venue]})


def _venue(company: Company) -> Venue:
    return company.venues[0]


def _settle(tickets: Sequence[Ticket], company: Company, day: date, *, split: bool) -> Any:
    """Vouchers and what they are frozen by. The tickets are all of `DAY`; they are taken for those of `day`."""
    on_day = _venue(company).on(day)
    settled = settle(tickets, on_day)
    settlement = Settlement("torget", day, settled.sums, settled.left_out)
    vouchers = build_vouchers(settlement, company, _venue(company), split=split)
    return vouchers, fingerprint_day(settlement.sums, on_day)


@looking(150)
@given(st.integers(0, 10**6), days_of_tickets, st.sampled_from(_DAYS), st.integers(-2, 3), st.booleans())
def test_a_day_is_settled_as_by_the_plain_setup_of_its_date(
    seed: int, tickets: list[Ticket], near: date, off: int, is_registered: bool
) -> None:
    pick, day = Random(seed), near + timedelta(days=off)
    shared, own = _make_rows(pick), _make_rows(pick)
    limits = {"rounding_limit": "1.00"} if pick.random() < 0.5 else {}
    dated = _company(shared, own, vat_registered=is_registered, **limits)
    plain = _company(_plain(shared, day), _plain(own, day), vat_registered=is_registered, **limits)
    assert _venue(plain).dated is None
    assert _venue(dated).on(day).mapping == _venue(plain).mapping
    assert _settle(tickets, dated, day, split=False) == _settle(tickets, plain, day, split=False)


@looking(60)
@given(st.integers(0, 10**6), days_of_tickets)
def test_the_second_voucher_of_a_day_goes_by_its_own_date(seed: int, tickets: list[Ticket]) -> None:
    pick, midnight = Random(seed), DAY + timedelta(days=1)
    before, after = _make_rows(pick), _make_rows(pick)
    shared = {table: [*_without_days(before[table], None), *_without_days(after[table], midnight)] for table in before}
    for row in shared["payment_type"]:
        row["transfer"] = True
    night = [ticket._replace(completed_at=datetime.combine(midnight, time(2, n))) for n, ticket in enumerate(tickets)]
    dated = _company(shared, {})
    settlement = Settlement("torget", DAY, settle([*tickets, *night], _venue(dated).on(DAY)).sums)
    both = {voucher.part: voucher for voucher in build_vouchers(settlement, dated, _venue(dated), split=True)}
    for part in (0, 1):
        plain = _company(_plain(shared, DAY + timedelta(days=part)), {})
        alone = build_vouchers(settlement, plain, _venue(plain), split=True)
        assert both.get(part) == next((voucher for voucher in alone if voucher.part == part), None)


def _without_days(rows: list[Row], day: date | None) -> list[Row]:
    """A row of each code, from one day on or from the beginning."""
    since = {} if day is None else {"valid_from": day.isoformat()}
    bare = [{key: value for key, value in row.items() if key != "valid_from"} | since for row in rows]
    return list({row.get("code"): row for row in bare}.values())


@looking(100)
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(_DAYS))
def test_rows_from_a_day_on_change_nothing_before_it(seed: int, added: int, first: date) -> None:
    pick, other = Random(seed), Random(added)
    shared, own = _make_rows(pick), _make_rows(pick)
    before = _company(shared, own)
    late, taken = _make_rows(other), {**shared}
    for table, rows in late.items():
        known = {(row.get("code"), row.get("valid_from")) for row in shared[table]}
        new = [row | {"valid_from": max(row.get("valid_from", ""), first.isoformat())} for row in rows]
        unique = {(row.get("code"), row["valid_from"]): row for row in new}
        taken[table] = [*shared[table], *(row for key, row in unique.items() if key not in known)]
    after = _company(taken, own)
    for day in (*(day for day in _DAYS if day < first), first - timedelta(days=1)):
        assert _venue(after).on(day).mapping == _venue(before).on(day).mapping


def test_a_venue_that_was_taken_for_one_day_can_be_taken_for_another() -> None:
    company = _company({"product_type": [_food("3020"), _food("3025", DAY)]}, {})
    later = _venue(company).on(DAY)
    assert later.mapping.sales_account("food", "3") == "3025"
    assert later.on(DAY - timedelta(days=1)).mapping.sales_account("food", "3") == "3020"
    assert _venue(company) == later, "as it is in the end"


def _food(account: str, since: date | None = None) -> Row:
    day = {} if since is None else {"valid_from": since.isoformat()}
    return {"code": "food", "accounts": {"3": account}, **day}


def test_a_row_counts_whole_and_takes_nothing_from_the_one_before() -> None:
    first = {"code": "food", "name": "Mat", "accounts": {"3": "3020", "31": "3030"}}
    company = _company({"product_type": [first, _food("3025", DAY)]}, {})
    mapping = _venue(company).on(DAY).mapping
    assert (mapping.sales_account("food", "3"), mapping.sales_account("food", "31")) == ("3025", None)
    assert mapping.product_name("food") == "food"


def test_the_order_in_which_rows_are_written_is_of_no_account() -> None:
    rows = [_food("3025", DAY), _food("3020"), _food("3027", DAY + timedelta(days=9))]
    for written in (rows, rows[::-1], [rows[1], rows[2], rows[0]]):
        venue = _venue(_company({"product_type": written}, {}))
        days = (DAY - timedelta(days=1), DAY, DAY + timedelta(days=8), DAY + timedelta(days=9))
        assert [venue.on(day).mapping.sales_account("food", "3") for day in days] == ["3020", "3025", "3025", "3027"]


def test_a_code_is_missing_before_its_first_row() -> None:
    venue = _venue(_company({"product_type": [_food("3025", DAY)]}, {}))
    assert venue.on(DAY - timedelta(days=1)).mapping.product_type("food") is None
    assert venue.dated is not None
    assert venue.dated.find_next("product_type", "food", DAY - timedelta(days=1)) == DAY
    assert venue.dated.find_next("product_type", "food", DAY) is None


@pytest.mark.parametrize("off", [-1, 0])
def test_the_venues_own_row_wins_on_the_days_that_it_counts_on(off: int) -> None:
    shared = {"product_type": [_food("3020"), _food("3029", DAY - timedelta(days=5))]}
    venue = _venue(_company(shared, {"product_type": [_food("3025", DAY)]}))
    assert venue.on(DAY + timedelta(days=off)).mapping.sales_account("food", "3") == ("3025" if off == 0 else "3029")


def test_only_the_accounts_that_a_later_table_names_are_others() -> None:
    accounts = [
        {"tips": "2911", "rounding": "7740", "discounts": {"3": "3087"}},
        {"valid_from": DAY.isoformat(), "tips": "2912", "discounts": {}},
    ]
    venue = _venue(_company({"accounts": accounts}, {}))
    before, after = venue.mapping.accounts, venue.on(DAY).mapping.accounts
    assert after == replace(before, tips="2912", discounts={})


def test_a_company_without_days_has_one_mapping() -> None:
    venue = _venue(_company({"product_type": [_food("3020")]}, {}))
    assert venue.dated is None
    assert venue.on(DAY) is venue
    tickets = read_tickets(["food@3 100.00 = cash 100.00"])
    assert settle(tickets, venue.on(DAY)) == settle(tickets, venue)

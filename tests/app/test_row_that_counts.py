"""Which row of the setup a finding tells to change: the venue's own, where it has one, or else its company's. What is
shown is done as it stands, and resolves the finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from posexport.app.setup_rows import set_rows
from posexport.core.finding import Finding
from posexport.core.row_plan import find_row
from posexport.core.sales import EntryKind, Movement, Ticket, TicketStatus
from posexport.core.setup_revision import RowAddress
from posexport.setup.rows import RowChange
from posexport.texts.describe import fix_of
from posexport.texts.language import LANGS
from tests.app.test_doubts import doubt
from tests.app.test_review import store, ticket
from tests.support import saft_builder as b
from tests.support.harness import FRIDAY, MAPPING, SATURDAY, Shop, sale

_PAYMENT = '[[company.payment_type]]\n  code = "KUPONG"\n  name = "Kupong"\n  account = "1593"\n  {}\n'
_PAID = {"paid": "KUPONG"}


def _sell_credit(shop: Shop) -> None:
    path = shop.folder / "kasse.xml"
    told = b.ticket(b.line(), (), head="<custSupID>10018</custSupID>", date="2026-11-20", time="12:00:00")
    path.write_bytes(b.document(locations=b.location(b.register(told, "1"))))
    shop.load(path)


def _sell_rated(shop: Shop) -> None:
    shop.sell(sale(1, **_PAID))
    doubt(shop, "rate-per-100", source="KUPONG")


def _sell_raised(shop: Shop) -> None:
    shop.sell(sale(1))
    doubt(shop, "unknown-raise", type="EMBALLASJE")


def _sell_indivisible(shop: Shop) -> None:
    payments = [{"payment_type": "KUPONG", "amount": "500.00"}, {"payment_type": "CASH", "amount": "-100.00"}]
    shop.sell(sale(1, "400.00", payments=payments))


def _sell_rounded(count: int) -> Callable[[Shop], object]:
    payments = [{"payment_type": "KUPONG", "amount": "100.30"}]
    return lambda shop: shop.sell(*(sale(n, "100.00", rounding="0.30", payments=payments) for n in range(count)))


def _move(shop: Shop) -> None:
    store(shop, ticket(1), _moved(EntryKind.MOVE_DIFFERENCE))


def _move_only(shop: Shop) -> None:
    store(shop, _moved(EntryKind.MOVE_IN_OUT))


def _moved(kind: EntryKind) -> Ticket:
    movements = (Movement(kind, "CASH", -500),)
    return ticket(2, lines=(), payments=(), status=TicketStatus.MOVEMENT, movements=movements)


def _sell_tipped(shop: Shop) -> None:
    shop.sell(sale(1, tip="10.00", payments=[{"payment_type": "CARD", "amount": "135.00"}]))


@dataclass(frozen=True)
class Case:
    """A finding that a person resolves in a row of the setup. `row`: that row, lacking what the finding asks for, as it
    stands under a company, and `address` its address; `value`: what to set where the command leaves it open."""

    key: str
    sell: Callable[[Shop], object]
    row: str
    address: str
    value: Any = None


CASES = (
    Case("rate-per-100", _sell_rated, _PAYMENT.format(""), "payment_type:KUPONG"),
    Case("indivisible-ticket", _sell_indivisible, _PAYMENT.format("transfer = false"), "payment_type:KUPONG"),
    Case("rounding-without-cash", _sell_rounded(1), _PAYMENT.format(""), "payment_type:KUPONG"),
    Case("rounding-without-cash/many", _sell_rounded(9), _PAYMENT.format("cash = false"), "payment_type:KUPONG"),
    Case("movements-left-out", _move, '[company.accounts]\n  cash_difference = ""\n', "accounts", "1909"),
    Case("movements-left-out", _move_only, '[company.accounts]\n  cash_in_out = ""\n', "accounts", "1911"),
    Case(
        "unknown-raise",
        _sell_raised,
        '[[company.product_type]]\n  code = "raise:EMBALLASJE"\n',
        "product_type:raise:EMBALLASJE",
        {"3": "3020"},
    ),
)


UNSHOWN = (
    Case("bank-account", _sell_rounded(1), _PAYMENT.replace("1593", "1920").format(""), "payment_type:KUPONG", "1593"),
    Case("tips-as-income", _sell_tipped, '[company.accounts]\n  tips = "3990"\n', "accounts", "2911"),
)
"""Whose words name no row: their mends do, for programs."""


def case_id(case: Case) -> str:
    return f"{case.key}-{case.sell.__name__}"


def of_company(row: str) -> str:
    """The mapping with a row of the company's; a table of other accounts is part of the one that is there."""
    header, _, lines = row.partition("\n")
    if header != "[company.accounts]":
        return row + MAPPING
    taken = [line.split("=")[0].strip() for line in lines.splitlines()]
    kept = [line for line in MAPPING.splitlines() if line.split("=")[0].strip() not in taken]
    return "\n".join([*kept, lines])


def of_venue(row: str) -> str:
    return re.sub(r"(\[+company)\.", r"\1.venue.", row)


def found(shop: Shop, key: str) -> list[Finding]:
    return [finding for finding in shop.only(shop.preview(FRIDAY, FRIDAY)).findings if finding.key == key]


_SHOWN = re.compile(
    r"(?:(?P<set>\w+)(?: = (?P<value>\w+))? under )?(?P<header>\[+company[\w.]+\]+)"
    r"(?: (?:with|med) code = \"(?P<code>[^\"]+)\")?(?:,? ?(?:with|med)? ?valid_from = (?P<since>[\d-]+))?"
    r"(?: \([^)]+\))?(?P<rest>:? ?,?.*)"
)


def read_shown(told: str) -> tuple[RowAddress, str, Any]:
    """The row, key and value that a finding tells a person to write; no value where the person chooses it."""
    shown = _SHOWN.search(told)
    assert shown is not None, told
    *within, table = shown["header"].strip("[]").removeprefix("company.").split(".")
    address = RowAddress(table, shown["code"] or "", "torget" if within == ["venue"] else "", shown["since"] or "")
    key = shown["set"]
    if key is None:
        key = next(name for name in re.findall(r"(\w+) = [\"{]", shown["rest"]) if name not in ("name", "code"))
    value = shown["value"]
    return address, key, {"true": True, "100": 100, None: None}[value]


def follow(shop: Shop, told: str, value: Any) -> str:
    """Do what is shown, and return the address of the row that was written."""
    address, key, given = read_shown(told)
    write(shop, address, {key: value if given is None else given})
    return str(address)


def write(shop: Shop, address: RowAddress, values: Mapping[str, Any]) -> None:
    """Set keys of a row; a new row is otherwise like the one without a day."""
    with shop.open() as workspace:
        company = workspace.load_setup().companies[0]
        is_new = find_row(company, address) is None
        like = find_row(company, address._replace(valid_from="")) if is_new and address.code else None
        kept = {key: value for key, value in (like or {}).items() if key != "code"}
        change = RowChange(address, "add" if is_new else "set", values={**kept, **values})
        set_rows(workspace, None, [change], shop.environ)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("is_own", [False, True])
@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_the_row_that_is_shown_is_the_one_that_counts_and_resolves_the_finding(
    shop: Shop, case: Case, is_own: bool, lang: Any
) -> None:
    """Also where the company has a row of the same code, which does not count for this venue."""
    shop.apply(mapping=of_company(case.row), torget=of_venue(case.row) if is_own else "")
    case.sell(shop)
    (finding,) = found(shop, case.key)
    written = follow(shop, fix_of(finding, lang), case.value)
    assert written == (f"venue:torget/{case.address}" if is_own else case.address)
    assert [told for told in found(shop, case.key) if told.severity.value != "info"] == []


@pytest.mark.parametrize("is_own", [False, True])
@pytest.mark.parametrize("case", UNSHOWN, ids=case_id)
def test_a_program_is_told_the_venues_own_row_too(shop: Shop, case: Case, is_own: bool) -> None:
    shop.apply(mapping=of_company(case.row), torget=of_venue(case.row) if is_own else "")
    case.sell(shop)
    (finding,) = found(shop, case.key)
    (mend,) = finding.mends
    assert mend.facts.get("row") == (f"venue:torget/{case.address}" if is_own else None)
    key = "tips" if case.address == "accounts" else "account"
    table, _, code = case.address.partition(":")
    write(shop, RowAddress(table, code, "torget" if is_own else ""), {key: case.value})
    assert found(shop, case.key) == []


@pytest.mark.parametrize("is_own", [False, True])
def test_a_status_that_is_kept_names_the_same_row(both: Shop, is_own: bool) -> None:
    row = _PAYMENT.format("")
    both.apply(mapping=of_company(row), torget=of_venue(row) if is_own else "")
    _sell_rounded(1)(both)
    first, again = ([day.findings for day in both.status()] for _ in range(2))
    assert first == again
    (finding,) = found(both, "rounding-without-cash")
    assert (finding,) in again
    assert bool(finding.row) is is_own


_LATER = "valid_from = 2026-11-24"


@pytest.mark.parametrize("is_own", [False, True])
def test_sales_on_account_are_a_payment_type_from_the_first_day_that_waits_where_one_is_set_later(
    shop: Shop, is_own: bool
) -> None:
    later = f'[[company.accounts]]\n  {_LATER}\n  credit_type = "CREDIT"\n'
    tables = MAPPING.replace("[company.accounts]", "[[company.accounts]]")
    shop.apply(mapping=tables if is_own else tables + later, torget=of_venue(later) if is_own else "")
    _sell_credit(shop)
    (finding,) = found(shop, "missing-account/credit")
    written = follow(shop, fix_of(finding, "en"), "CREDIT")
    assert written == f"{'venue:torget/' if is_own else ''}accounts@2026-11-20"
    assert found(shop, "missing-account/credit") == []


def test_sales_on_account_are_a_payment_type_of_the_companys_where_no_venue_says_otherwise(shop: Shop) -> None:
    shop.apply(torget='[company.venue.accounts]\n  tips = "2910"\n')
    _sell_credit(shop)
    (finding,) = found(shop, "missing-account/credit")
    assert follow(shop, fix_of(finding), "CREDIT") == "accounts"
    assert found(shop, "missing-account/credit") == []


@pytest.mark.parametrize("is_own", [False, True])
def test_a_key_that_drafted_days_were_settled_by_is_another_from_the_first_day_that_waits(
    shop: Shop, is_own: bool
) -> None:
    row = _PAYMENT.format("transfer = false")
    shop.apply(mapping=of_company(row), torget=of_venue(row) if is_own else "")
    shop.sell(sale(1, **_PAID), sale(2, "50.00"))
    shop.export()
    shop.clock.now_s += 86_400 * 2
    payments = [{"payment_type": "KUPONG", "amount": "500.00"}, {"payment_type": "CASH", "amount": "-100.00"}]
    shop.sell(sale(3, "400.00", at=f"{SATURDAY}T12:00:00", payments=payments))
    (shown,) = shop.preview(SATURDAY, SATURDAY).vouchers
    (finding,) = (each for each in shown.findings if each.key == "indivisible-ticket")
    own = "venue:torget/" if is_own else ""
    (mend, _) = finding.mends
    assert mend.facts["row"] == f"{own}payment_type:KUPONG@{SATURDAY}"
    assert mend.facts["copies"] == f"{own}payment_type:KUPONG"
    assert "(a new row, otherwise like the one before it)" in fix_of(finding, "en")
    follow(shop, fix_of(finding, "en"), None)
    (shown,) = shop.preview(SATURDAY, SATURDAY).vouchers
    assert shown.state.value == "ready"
    assert {day.business_day: day.state.value for day in shop.status()}[FRIDAY] == "drafted"


@pytest.mark.parametrize("is_own", [False, True])
def test_a_key_of_a_row_that_counts_from_a_day_on_is_set_there(shop: Shop, is_own: bool) -> None:
    row = _PAYMENT.format("valid_from = 2026-11-20") + "  " + _PAYMENT.format("valid_from = 2026-11-01")
    shop.apply(mapping=of_company(row), torget=of_venue(row) if is_own else "")
    _sell_rounded(1)(shop)
    (finding,) = found(shop, "rounding-without-cash")
    own = "venue:torget/" if is_own else ""
    assert follow(shop, fix_of(finding), None) == f"{own}payment_type:KUPONG@2026-11-20"
    assert found(shop, "rounding-without-cash") == []


def test_of_several_payment_types_the_one_that_most_tickets_are_paid_by_is_named(both: Shop) -> None:
    row = _PAYMENT.format("")
    both.apply(mapping=of_company(row), torget=of_venue(row.replace("KUPONG", "CARD")))
    card, coupon = ([{"payment_type": code, "amount": "100.30"}] for code in ("CARD", "KUPONG"))
    both.sell(*(sale(n, "100.00", rounding="0.30", payments=card if n < 3 else coupon) for n in range(9)))
    (finding,) = found(both, "rounding-without-cash/many")
    assert finding.facts["source"] == "KUPONG"
    assert follow(both, fix_of(finding), None) == "payment_type:KUPONG"
    named = found(both, "rounding-without-cash")
    assert [each.facts["source"] for each in named] == ["CARD"] * 3
    assert follow(both, fix_of(named[0]), None) == "venue:torget/payment_type:CARD"
    assert found(both, "rounding-without-cash") == []

"""VAT codes have a history: rows with a rate, a period and an id each. The row that is active and counts on the posting
date is the one that is sent by and judged by; where two do, a person is told and nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from posexport.app.doctor import examine
from posexport.core.findings.every_rule import check_chart
from posexport.core.findings.vat import check_vat_rows
from posexport.core.lines import LineKind, VoucherLine
from posexport.core.ports.ledger import Chart
from posexport.core.vat import VatRate, find_rate, find_rows
from posexport.core.voucher import Voucher
from posexport.errors import Exit
from posexport.texts.describe import message_of
from tests.support.books import company_of
from tests.support.harness import FRIDAY, SATURDAY, Shop, sale, states

V2 = ("journal", "ledger")
WIRE = ("import", *V2)
VAT_PATH = {"import": "/VatCode/", "journal": "/v2/VatCodes", "ledger": "/v2/VatCodes"}

Row = Mapping[str, Any]


def row(code: str, rate: float, since: str | None = None, until: str | None = None, id_: int = 0, **more: Any) -> Row:
    """A row as a person would write it down; `rate` in per cent."""
    return {"code": code, "rate": rate, "since": since, "until": until, "id": id_, **more}


def spell(target: str, told: Row) -> dict[str, Any]:
    """The row as the API of a target has it."""
    if target == "import":
        names = {"code": "code", "rate": "rate", "since": "validFrom", "until": "validto", "id": "id"}
        values = {names[name]: value for name, value in told.items() if name in names and value is not None}
        return values | ({"isActive": told["active"]} if "active" in told else {})
    return {
        "Code": told["code"],
        "Rate": told["rate"] / 100,
        "ValidFrom": told["since"],
        "ValidTo": told["until"],
        "Id": told["id"],
        "IsActive": told.get("active", True),
    }


def tell_rows(shop: Shop, target: str, rows: Sequence[Row], respell: Callable[[str], str] = lambda name: name) -> None:
    """Let PowerOffice answer with these VAT codes, beside a code 0 that always counts."""
    everything = [*rows, row("0", 0, id_=990)]

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.rstrip("/") != VAT_PATH[target].rstrip("/"):
            return None
        spelled = [{respell(name): value for name, value in spell(target, told).items()} for told in everything]
        body = {"data": spelled, "success": True} if target == "import" else spelled
        return httpx.Response(200, json=body)

    shop.line.before = answer


def apply(shop: Shop, target: str) -> None:
    shop.apply(target=target, company=company_of(target))


def vat_ids(posted: Mapping[str, Any]) -> set[int]:
    """The ids of the VAT codes that a voucher of v2 was sent with, but for code 0."""
    lines = [*posted.get("ManualVoucherLines", ()), *posted.get("VoucherLines", ())]
    names = ("DebitVatId", "CreditVatId", "VatId")
    return {line[name] for line in lines for name in names if name in line} - {990}


CHANGED = (
    row("3", 24, "2001-01-01", f"{FRIDAY}", 7),
    row("3", 25, f"{SATURDAY}", None, 8),
)
"""A rate that changes at the midnight between the two days of the tests."""


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(("target", "on_friday", "on_saturday"), [("journal", 7, 8), ("ledger", 7, 8)])
def test_the_row_of_the_posting_date_is_sent_by(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, target: str, on_friday: int, on_saturday: int, order: int
) -> None:
    apply(shop, target)
    wire = _note_posts(shop, monkeypatch)
    tell_rows(shop, target, CHANGED[::order])
    shop.sell(sale(1, "124.00", "2026-11-20T12:00:00"), sale(2, "125.00", "2026-11-21T12:00:00"))
    shop.export()
    sent = {posted["VoucherDate"]: vat_ids(posted) for posted in wire}
    assert sent == {f"{FRIDAY}": {on_friday}, f"{SATURDAY}": {on_saturday}}


def _note_posts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is posted; answered here, since the sandbox does not know the ids that these tests tell."""
    posted: list[Any] = []
    handle = shop.line.handle_request

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("content-type", "").startswith("application/json"):
            posted.append(json.loads(request.content))
            return httpx.Response(201, json={"Id": f"84cf3ba9-853e-4075-a1b2-f45655b4608{len(posted)}"})
        return handle(request)

    monkeypatch.setattr(shop.line, "handle_request", answer)
    return posted


SPELLINGS = {"lower": str.lower, "upper": str.upper, "title": str.title, "as it is": str}


@pytest.mark.parametrize("respell", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("target", WIRE)
def test_names_are_read_however_they_are_spelled(shop: Shop, target: str, respell: Callable[[str], str]) -> None:
    """An end that is not read would make two rows of one."""
    apply(shop, target)
    tell_rows(shop, target, CHANGED, respell)
    shop.sell(sale(1, "124.00", vat="24.00"), sale(2, "125.00", "2026-11-21T12:00:00", vat="25.00"))
    with shop.open() as workspace:
        context, setup = workspace.delivery, workspace.load_setup()
        chart = context.open_ledger(setup.companies[0], setup.venues[0]).read_chart([])
    ids = (0, 0) if target == "import" else (7, 8)
    assert [found for found in chart.vat_rates if found.code == "3"] == [
        VatRate("3", 2400, date(2001, 1, 1), FRIDAY, ids[0]),
        VatRate("3", 2500, SATURDAY, None, ids[1]),
    ]


OVERLAPPING = {
    "both open": (row("3", 25, None, None, 7), row("3", 25, None, None, 8)),
    "two rates": (row("3", 24, "2001-01-01", f"{FRIDAY}", 7), row("3", 25, f"{FRIDAY}", None, 8)),
    "one within the other": (row("3", 25, "2001-01-01", None, 7), row("3", 25, f"{FRIDAY}", f"{FRIDAY}", 8)),
}


@pytest.mark.parametrize("name", OVERLAPPING)
@pytest.mark.parametrize("target", WIRE)
def test_two_rows_that_count_on_one_day_hold_it_until_one_is_ended(shop: Shop, target: str, name: str) -> None:
    apply(shop, target)
    tell_rows(shop, target, OVERLAPPING[name])
    shop.sell(sale(1))
    told = shop.export(FRIDAY, FRIDAY)
    found = [finding for finding in shop.only(told.report).findings if finding.holds]
    assert (states(told.report), told.exit_code) == (["held"], Exit.BOOKKEEPER)
    assert [finding.code for finding in found] == ["vat-code-twice"]
    assert "25 %" in message_of(found[0], "en")
    assert not shop.world.drafts()
    assert not shop.world.vouchers()
    assert shop.status()[0].findings[0].code == "vat-code-twice", "the status says why"

    shop.line.before = lambda request: None
    assert states(shop.export(FRIDAY, FRIDAY).report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_a_row_that_is_not_active_is_no_row(shop: Shop, target: str) -> None:
    apply(shop, target)
    tell_rows(shop, target, (row("3", 24, None, None, 7, active=False), row("3", 25, None, None, 8)))
    with shop.open() as workspace:
        context, setup = workspace.delivery, workspace.load_setup()
        chart = context.open_ledger(setup.companies[0], setup.venues[0]).read_chart([])
    assert [found.rate_bp for found in chart.vat_rates if found.code == "3"] == [2500]


@pytest.mark.parametrize("target", WIRE)
def test_the_doctor_names_a_code_of_which_two_rows_count_today(shop: Shop, target: str) -> None:
    apply(shop, target)
    rows = (row("3", 25, None, None, 7), row("3", 25, None, None, 8), row("31", 15, None, None, 9))
    tell_rows(shop, target, rows)
    with shop.open() as workspace:
        found = list(examine(workspace, workspace.load_setup().venues, "en", shop.environ))
    told = [diagnosis for diagnosis in found if diagnosis.about == "VAT codes" and diagnosis.answer == "wrong"]
    assert ["VAT code 3 has several rows" in diagnosis.message for diagnosis in told] == [True]


def test_a_list_of_vat_codes_without_a_row_is_not_taken_for_one(shop: Shop) -> None:
    apply(shop, "journal")
    shop.line.before = lambda request: httpx.Response(200, json=[]) if request.url.path == "/v2/VatCodes" else None
    shop.sell(sale(1))
    assert states(shop.export().report) == ["unreachable"]


# The rule alone

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.lists(st.integers(0, 2_800), min_size=1, max_size=6, unique=True), DAYS, st.randoms())
def test_of_rows_that_follow_each_other_one_counts_on_every_day(ends: list[int], day: date, pick: Any) -> None:
    first = date(2021, 1, 1)
    bounds = [None, *(first + timedelta(days=end) for end in sorted(ends)), None]
    rows = [
        VatRate("3", 100 * n, None if since is None else since + timedelta(days=1), until, n)
        for n, (since, until) in enumerate(pairwise(bounds), start=1)
    ]
    pick.shuffle(rows)
    (found,) = find_rows(rows, "3", day)
    assert find_rate(rows, "3", day) == found.rate_bp
    assert (found.valid_from or date.min) <= day <= (found.valid_to or date.max)
    assert check_vat_rows({"3"}, rows, day) == []
    doubled = check_vat_rows({"3"}, [*rows, found], day)
    assert [(finding.code, finding.holds) for finding in doubled] == [("vat-code-twice", True)]
    others = [other for other in rows if other is not found]
    assert [finding.code for finding in check_vat_rows({"3"}, others, day)] == (["unknown-vat-code"] if others else [])


def test_two_rates_at_once_are_no_rate() -> None:
    rates = (VatRate("3", 2500), VatRate("3", 2400), VatRate("31", 1500), VatRate("31", 1500))
    assert find_rate(rates, "3", FRIDAY) is None
    assert find_rate(rates, "31", FRIDAY) == 1500


def test_a_voucher_is_judged_on_its_posting_date_and_not_on_its_business_day() -> None:
    lines = tuple(VoucherLine("3020", "3", None, ore, LineKind.SALES, "100", "Mat") for ore in (-100, 100))
    voucher = Voucher("torget", FRIDAY, 1, SATURDAY, "torget-20261120-p2-r1", "", None, "NOK", lines)
    chart = Chart(vat_rates=(VatRate("3", 2400, None, FRIDAY), VatRate("3", 2500, FRIDAY, None)))
    assert check_chart(voucher, chart) == []

"""A month of a company: its days with sums and vouchers, VAT, what is missing or held, and orders."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest

from posexport.core.roles import Grant, Role
from posexport.sandbox import Fault
from posexport.sandbox.wire import Request
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import BRYGGA, VENUES, Shop, sale, setup_text
from tests.support.looks import overwrite_rows
from tests.support.office import OTHER_COMPANY, Office, Visitor, open_office

PATH = "/c/fjordmat/month?month=2026-11"


def cells(visitor: Visitor, heading: str) -> list[list[str]]:
    """The rows of the table under a heading, as text."""
    section = visitor.tree.xpath("//section[normalize-space(h2)=$heading]", heading=heading)
    assert section, visitor.text
    rows = section[0].xpath(".//tbody/tr")
    return [[" ".join(str(cell.text_content()).split()) for cell in row] for row in rows]


def test_a_month_has_its_days_with_sales_vat_vouchers_and_sums(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, vat="25.00"), sale(2, "115.00", at="2026-11-20T13:00:00", vat_code="31", vat="15.00"))
    both.export()
    both.sell(sale(3, "80.00", at="2026-11-21T12:00:00", product="330"))
    (draft,) = both.world.drafts()
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.READER, "fjordmat"))
        visitor.get(PATH)
        assert "Fjordmat AS, november 2026" in visitor.text and "holdt 1" in visitor.text and "kladd 1" in visitor.text
        assert "Måneden er ikke over" in visitor.text and "Mangler eller venter (1) ✕ holdt" in visitor.text
        friday, saturday, total = cells(visitor, "Torget Kafé")
        assert friday[:5] == ["fre. 20. nov.", "✓ kladd", "240,00", "40,00", "torget-20261120-r1"]
        assert friday[5:] == [str(draft.id), "240,00"]
        assert saturday == ["lør. 21. nov.", "✕ holdt", "80,00", "", "torget-20261121-r1", "", "80,00"]
        assert total == ["Sum", "", "320,00", "40,00", "", "", "320,00"]


def test_a_draft_whose_sales_have_changed_since_is_among_what_waits(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    both.export()
    both.sell(sale(2, at="2026-11-20T13:00:00"))
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.READER, "fjordmat"))
        visitor.get(PATH)
        assert "Mangler eller venter (1) ! kladd, se på den Torget Kafé, fre. 20. nov." in visitor.text


def test_vat_of_a_month_is_summed_by_the_ledgers_codes(shop: Shop) -> None:
    shop.apply()
    shop.sell(
        sale(1, vat="25.00"),
        sale(2, "250.00", at="2026-11-21T12:00:00", vat="50.00"),
        sale(3, "10.00", at="2026-11-21T13:00:00"),
        sale(4, "115.00", at="2026-11-21T14:00:00", vat_code="31", vat="15.00"),
        sale(5, "7.00", at="2026-11-21T15:00:00", vat_code="77"),
    )
    with open_office(shop) as office:
        visitor = office.sign_in(Grant(Role.READER, "fjordmat"))
        visitor.get(PATH)
        assert [[row[0], *row[2:]] for row in cells(visitor, "Salg og mva etter kode")] == [
            ["3", "385,00", "75,00"],
            ["31", "115,00", "15,00"],
            ["mangler", "7,00", "0,00"],
            ["Sum", "507,00", "90,00"],
        ]
        assert "10,00 solgt uten oppgitt mva" in visitor.text and "7,00 solgt uten oppgitt mva" in visitor.text


def test_orders_of_a_month_are_counted_by_state_and_those_not_sent_are_told_with_what_mends_them(both: Shop) -> None:
    apply_orders(both)
    both.sell(credit_sale(1, "1250.00"), credit_sale(2, "640.00", customer="77"))
    both.export()
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        visitor.get(PATH)
        assert cells(visitor, "Ordrer for kredittsalg") == [
            ["✕ venter", "1", "640,00"],
            ["✓ sendt", "1", "1 250,00"],
            ["Sum", "2", "1 890,00"],
        ]
        assert "Torget Kafé, ordre på 640,00, fre. 20. nov." in visitor.text
        assert "ordre på 1 250,00" not in visitor.text


def test_orders_that_were_refused_or_replaced_are_counted_once_and_as_what_they_are(both: Shop) -> None:
    apply_orders(both)
    both.sell(credit_sale(1, "1250.00"), credit_sale(2, "640.00"))
    both.world.faults = refuse_second
    both.export()
    both.world.faults = deque()
    both.sell(credit_sale(1, "1300.00"), name="changed.jsonl")
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        visitor.get("/orders")
        visitor.click("bong 1")
        path = visitor.page.url.path
        both.clock.sleep(1_000)
        visitor.get(f"{path}/revise")
        visitor.send(f"{path}/revise")
        assert office.work() == 1
        visitor.get(PATH)
        assert [row[1:] for row in cells(visitor, "Ordrer for kredittsalg")[:-1]] == [
            ["1", "640,00"],
            ["1", "1 300,00"],
        ]
        assert "✕ avvist Torget Kafé, ordre på 640,00" in visitor.text
        overwrite_rows(both, "business_day", {"is_open": False})  # whatever was said of the day, the order is not sent
        visitor.get(PATH)
        assert "✕ avvist Torget Kafé, ordre på 640,00" in visitor.text


def refuse_second(request: Request) -> Fault | None:
    """Refuse the order of the second ticket."""
    is_order = "SalesOrders" in request.path and request.method == "POST" and b"512" in request.body
    return Fault("refuse", 400) if is_order else None


def test_a_month_that_is_over_and_whole_says_so(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    both.export()
    both.clock.now_s += 30 * 86_400
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.READER, "fjordmat"))
        visitor.get(PATH)
        assert "Ingenting mangler" in visitor.text and "Måneden er ikke over" not in visitor.text
        visitor.get("/c/fjordmat/month?month=2026-09")
        assert "Ingen dager å vise i denne måneden." in visitor.text and "Ingenting mangler" not in visitor.text


@pytest.fixture
def two(shop: Shop) -> Any:
    """Two venues of a company, and another company."""
    other = OTHER_COMPANY.format(output=shop.folder / "vouchers")
    shop.apply(setup_text(venues=VENUES + BRYGGA) + other)
    shop.sell(sale(1), sale(2, register="3"))
    with open_office(shop) as office:
        yield office


def test_a_venue_can_be_looked_at_by_itself(two: Office) -> None:
    visitor = two.sign_in(Grant(Role.READER, "fjordmat"))
    visitor.get(PATH)
    assert {"Brygga Bar", "Torget Kafé", "Mangler eller venter (2)"} <= headings(visitor)
    visitor.click("Brygga Bar")
    assert headings(visitor) & {"Brygga Bar", "Torget Kafé"} == {"Brygga Bar"}
    visitor.click("‹ Måneden før")
    assert dict(visitor.page.url.params) == {"month": "2026-10", "venue": "brygga"}


def headings(visitor: Visitor) -> set[str]:
    return {str(found.text_content()).strip() for found in visitor.tree.iter("h2")}


def test_only_venues_that_one_sees_are_in_a_month(two: Office) -> None:
    visitor = two.sign_in(Grant(Role.SHOP, "fjordmat", "torget"))
    visitor.get(PATH + "&venue=brygga")
    assert "Torget Kafé" in visitor.text and "Brygga" not in visitor.text


def test_the_month_is_found_from_the_days_and_a_company_is_chosen_where_there_are_several(two: Office) -> None:
    partner = two.sign_in()
    partner.get("/days?month=2026-11")
    partner.click("Månedsoversikt")
    assert partner.page.url.path == "/month"
    partner.click("Fjordmat AS")
    assert str(partner.page.url).endswith(PATH) and "Tinden" not in partner.text
    own = two.sign_in(Grant(Role.READER, "fjordmat"))
    own.get("/month?month=2026-10")
    assert str(own.page.url).endswith("/c/fjordmat/month?month=2026-10")


def test_of_much_that_waits_the_oldest_is_told_and_the_rest_counted(
    both: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.apply()
    both.sell(*[sale(day, at=f"2026-11-{day:02d}T12:00:00") for day in range(2, 6)])
    monkeypatch.setattr("posexport.office.pages.month.WAITING_AT_MOST", 2)
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.READER, "fjordmat"))
        visitor.get(PATH)
        assert "Mangler eller venter (4)" in visitor.text and "og 2 til, se tabellene under" in visitor.text
        told = [" ".join(str(one.text_content()).split()) for one in visitor.tree.xpath("//ul[@class='waiting']/li")]
        assert len(told) == 2 and "man. 2. nov." in told[0] and "tir. 3. nov." in told[1]
        assert len(cells(visitor, "Torget Kafé")) == 5


def test_a_month_of_ten_venues_is_no_large_page(shop: Shop) -> None:
    numbers, days = range(10), range(1, 22)
    venue = """
  [[company.venue]]
  id = "sted-{0}"
  name = "Sted {0}"
  department = "10"
  registers = ["{0}"]
  export_from = 2020-01-01
"""
    shop.apply(target="file", venues="".join(venue.format(n) for n in numbers))
    at = "2026-11-{:02d}T12:00:00"
    shop.sell(*[sale(day, at=at.format(day), register=str(n), vat="25.00") for n in numbers for day in days])
    with open_office(shop) as office:
        page = office.sign_in(Grant(Role.READER, "fjordmat")).get(PATH, **{"accept-encoding": "gzip"})
        rows = page.text.count("<tr>")
        assert rows > len(numbers) * len(days)
        assert int(page.headers["content-length"]) < 20_000  # as it is sent
        assert len(page.content) / rows < 600  # of a row, with its part of all else

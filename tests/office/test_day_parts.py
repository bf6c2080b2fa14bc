"""What is below a day's page: its report as PDF, the tickets behind a line, and what happened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from posexport.app.settlement_report import list_pages
from posexport.core.roles import Grant, Role
from tests.support.harness import FRIDAY, FULL_DAY, Shop, sale
from tests.support.office import Office, Visitor, open_office

DAY = f"/v/torget/{FRIDAY}"


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    """A day with everything on it."""
    both.apply()
    both.sell(*FULL_DAY)
    with open_office(both) as office:
        yield office


@pytest.fixture
def reader(office: Office) -> Visitor:
    """Somebody who may look, signed in."""
    return office.sign_in(Grant(Role.READER, "fjordmat"))


def test_the_days_pdf_is_the_one_that_its_draft_carries(office: Office, reader: Visitor, both: Shop) -> None:
    reader.get(DAY)
    (link,) = reader.tree.xpath("//a[@data-key='p']")
    both.export(FRIDAY, FRIDAY)
    page = reader.get(str(link.get("href")))
    venue = office.workspace.load_setup().venues[0]
    ((reference, content),) = list_pages(office.workspace, venue, FRIDAY)
    assert page.content == content and page.content.startswith(b"%PDF")
    assert page.headers["content-type"] == "application/pdf"
    assert page.headers["content-disposition"] == f'inline; filename="{reference}.pdf"'
    assert "sandbox" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_a_changed_day_shows_what_was_drafted_beside_what_it_is_now_and_has_both_pdfs(
    office: Office, reader: Visitor, both: Shop
) -> None:
    both.export(FRIDAY, FRIDAY)
    reader.get(DAY)
    assert not reader.tree.xpath("//section[@class='changes']")
    both.sell(sale(7, "10.00", paid="CASH"))
    reader.get(DAY)
    rows = reader.tree.xpath("//section[@class='changes']//tr[@class='changed']")
    told = [" ".join(str(row.text_content()).split()) for row in rows]
    assert told == [
        "1900 Kontant betalingsmåte CASH 0 600,00 610,00 10,00",
        "3020 Mat varegruppe 100 3 -450,25 -460,25 -10,00",
    ]
    assert "Levert, men endret siden" in reader.text and "Bilagslinjer, slik de ble levert" in reader.text
    links = {str(link.text_content()): str(link.get("href")) for link in reader.tree.xpath("//a[@class='pdf']")}
    assert len(links) == 2
    now = reader.get(links["PDF, slik dagen er nå"]).content
    drafted = reader.get(next(href for href in links.values() if "now=1" not in href)).content
    assert b"is_unsent" in now and b"is_unsent" not in drafted


@pytest.mark.parametrize("path", [f"{DAY}/report?reference=other", "/v/torget/2026-11-19/report"])
def test_a_report_that_is_none_is_not_found(reader: Visitor, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_a_line_opens_its_tickets(reader: Visitor) -> None:
    reader.get(DAY)
    reader.click("Kontant")
    rows = [" ".join(str(row.text_content()).split()) for row in reader.tree.xpath("//tbody/tr")]
    assert len(rows) == 2 and "2 bonger" in reader.text and "Kontant betalingsmåte " in reader.text
    assert "Sum av linjen" in reader.text and rows[0] == "1120.11.2026 kl. 12.00200,00"


def test_many_tickets_stand_a_hundred_on_a_page(both: Shop) -> None:
    both.apply()
    both.sell(*(sale(n, "10.00") for n in range(1, 151)))
    with open_office(both) as office:
        reader = office.sign_in(Grant(Role.READER))
        reader.get(DAY)
        reader.click("Bankkort")
        assert len(reader.tree.xpath("//tbody/tr")) == 100 and "Side 1 av 2" in reader.text
        reader.click("Neste side ›")
        assert len(reader.tree.xpath("//tbody/tr")) == 50 and "1 500,00" in reader.text


@pytest.mark.parametrize("line", ["0", "99", "x", "", "1&reference=other"])
def test_a_line_that_is_none_is_not_found(reader: Visitor, line: str) -> None:
    assert reader.get(f"{DAY}?part=tickets&line={line}").status_code == 404


@pytest.mark.parametrize(("lang", "told"), [("nb", "lagt inn som kladd"), ("en", "drafted")])
def test_what_happened_is_told_in_order(office: Office, both: Shop, lang: str, told: str) -> None:
    both.export(FRIDAY, FRIDAY)
    reader = office.sign_in(Grant(Role.READER), **{"accept-language": lang})
    reader.get(DAY)
    reader.click("Historikk" if lang == "nb" else "History")
    moments = [" ".join(str(row.text_content()).split()) for row in reader.tree.xpath("//tbody/tr")]
    assert len(moments) >= 3 and told in moments[1] and "torget-20261120" in moments[1]
    assert "posexport " not in str(reader.tree.text_content())


def test_an_acceptance_is_in_the_history_with_its_name(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, at="2026-11-18T12:00:00"), sale(2))
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER))
        path = "/v/torget/2026-11-19"
        kari.get(path)
        kari.send(f"{path}/no-sales", why="Stengt for bryllup")
        kari.get(f"{path}?part=history")
        assert "Kari Moe" in kari.text and "Stengt for bryllup" in kari.text

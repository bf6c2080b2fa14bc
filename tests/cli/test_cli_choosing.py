"""Only what waits, only one company: what is shown is chosen, and who must act is what it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.support.command_line import Run, reach_run
from tests.support.harness import Shop, sale, setup_text

ELV = """
[[company]]
id = "elv"
name = "Elv AS"
organization_number = "888888888"
target = "import"
base_url = "https://go.test"
application_key = "env:PO_APP"

  [[company.venue]]
  id = "elv"
  name = "Elvebredden"
  client_key = "env:PO_CLIENT_1"
  registers = ["9"]
  export_from = 2020-01-01

  [[company.vat_code]]
  code = "3"
  go = "3"
  [[company.product_type]]
  code = "100"
  name = "Mat"
  accounts = { "3" = "3020" }
  [[company.payment_type]]
  code = "CARD"
  name = "Bankkort"
  account = "1592"
"""


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Two companies: one has a day that is ready and one that waits, the other one that is ready."""
    shop.apply(setup_text() + ELV)
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00", product="999"))
    shop.sell(sale(1, register="9"))
    return reach_run(shop, monkeypatch, capsys)


def days(told: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(day["venue"], day["business_day"][-2:]) for day in told]


def test_only_what_waits_is_shown_and_the_exit_code_is_the_same(run: Run) -> None:
    whole, waiting = run("preview", "--json"), run("preview", "--waiting", "--json")
    assert days(whole.json["vouchers"]) == [("torget", "20"), ("torget", "21"), ("elv", "20")]
    assert days(waiting.json["vouchers"]) == [("torget", "21")]
    assert whole.code == waiting.code == 3
    assert days(run("status", "--waiting", "--json").json["days"]) == [("torget", "21")]
    assert run("status", "--waiting", "--exit-code").code == run("status", "--exit-code").code == 3


def test_only_one_companys_venues_are_shown(run: Run) -> None:
    assert days(run("preview", "--company", "elv", "--json").json["vouchers"]) == [("elv", "20")]
    assert days(run("status", "--company", "elv", "--json").json["days"]) == [("elv", "20")]
    assert run("preview", "--company", "elv").code == 0
    both = run("status", "--company", "elv", "--company", "fjordmat", "--json").json["days"]
    assert {day["venue"] for day in both} == {"elv", "torget"}
    nothing = run("preview", "--company", "elv", "--venue", "torget")
    assert nothing.code == 2 and "None of these venues is of elv." in nothing.err


def test_a_company_that_is_not_set_up_is_named_with_those_that_are(run: Run) -> None:
    told = run("status", "--company", "elva")
    assert told.code == 2 and "'elva'" in told.err and "fjordmat, elv" in told.err


def test_nothing_waiting_is_said_so(run: Run) -> None:
    assert "Nothing waits." in run("preview", "--waiting", "--company", "elv", "--lang", "en").out
    assert "Ingenting venter." in run("status", "--waiting", "--company", "elv").out


def test_the_page_of_a_changed_day_as_it_is_now_is_written_as_pdf(run: Run, shop: Shop, tmp_path: Path) -> None:
    shop.export(venues=["elv"])
    shop.sell(sale(2, "75.00", register="9"))
    now, drafted = tmp_path / "now.pdf", tmp_path / "drafted.pdf"
    assert run("report", "elv", "2026-11-20", "--pdf", str(now), "--now").code == 0
    assert run("report", "elv", "2026-11-20", "--pdf", str(drafted)).code == 0
    told = ["".join(page.extract_text() for page in PdfReader(path).pages) for path in (now, drafted)]
    assert ["Levert og nå" in text for text in told] == [True, False]
    assert ["200,00" in text for text in told] == [True, False]

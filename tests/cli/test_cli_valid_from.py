"""The command line over a change of accounts on 1 December: what a bookkeeper types, and what is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posexport.errors import Exit
from tests.support.command_line import Run, make_run, reach_shop
from tests.support.harness import MAPPING, Shop, sale, setup_text

FIRST = date(2026, 11, 28)
LATER = """
  [[company.product_type]]
  code = "100"
  valid_from = {day}
  name = "Mat"
  accounts = {{ "3" = "{account}", "31" = "3030" }}
"""


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    for name, value in shop.environ.items():
        monkeypatch.setenv(name, value)
    reach_shop(shop, monkeypatch)
    shop.clock.now_s = datetime(2026, 12, 1, 12, tzinfo=UTC).timestamp()
    return make_run(monkeypatch, capsys)


def write(shop: Shop, *later: str) -> Path:
    path = shop.folder / "fjordmat.toml"
    text = setup_text(reports=str(shop.folder / "reports"), mapping="".join(later) + MAPPING)
    path.write_text(text, encoding="utf-8")
    return path


def sell(shop: Shop, days: Sequence[date]) -> str:
    """A file with a ticket on each of these days."""
    return str(shop.write(*(sale(n, at=f"{day}T12:00:00") for n, day in enumerate(days))))


def accounts(voucher: dict[str, list[dict[str, str]]]) -> set[str]:
    return {line["account"] for line in voucher["lines"] if line["kind"] == "sales"}


def test_accounts_change_on_the_first_of_december_and_november_stays_as_it_was_drafted(shop: Shop, run: Run) -> None:
    november = [FIRST + timedelta(n) for n in range(3)]
    december = [FIRST + timedelta(n) for n in range(3, 6)]
    assert run("setup", "apply", str(write(shop))).code == Exit.DONE
    run("import", sell(shop, november))
    first = run("export", "--json").json
    assert [(voucher["state"], accounts(voucher)) for voucher in first["vouchers"]] == [("drafted", {"3020"})] * 3
    before = run("show", "torget", "2026-11-30", "--json").json

    applied = run("setup", "apply", str(write(shop, LATER.format(day="2026-12-01", account="3000"))))
    assert applied.code == Exit.DONE
    assert "product type 100 from 2026-12-01: new" in applied.out
    assert "2026-11" not in applied.out, "no drafted day is told of"
    shop.clock.now_s = datetime(2026, 12, 4, 12, tzinfo=UTC).timestamp()
    run("import", sell(shop, december))
    second = run("export", "--json").json
    assert [(voucher["state"], accounts(voucher)) for voucher in second["vouchers"]] == [("drafted", {"3000"})] * 3
    told = run("status", "--json", "--exit-code")
    assert (told.code, told.codes) == (Exit.DONE, [])
    assert {day["state"] for day in told.json["days"]} == {"drafted"}
    after = run("show", "torget", "2026-11-30", "--json").json
    assert [voucher["lines"] for voucher in after["vouchers"]] == [voucher["lines"] for voucher in before["vouchers"]]
    remapped = run("export", "--revise", "--remap", "--json")
    assert (remapped.code, remapped.json["vouchers"]) == (Exit.DONE, [])


def test_what_is_set_up_is_shown_with_its_days_and_applied_again_without_a_change(shop: Shop, run: Run) -> None:
    run("setup", "apply", str(write(shop, LATER.format(day="2026-12-01", account="3000"))))
    shown = run("setup", "show").out
    assert shown.count("valid_from = 2026-12-01") == 1
    again = shop.folder / "again.toml"
    again.write_text(shown, encoding="utf-8")
    before = run("setup", "history", "--json").json["revisions"]
    assert run("setup", "apply", str(again)).code == Exit.DONE
    assert run("setup", "history", "--json").json["revisions"] == before


def test_two_rows_of_one_code_and_day_are_refused_with_their_lines(shop: Shop, run: Run) -> None:
    twice = LATER.format(day="2026-12-01", account="3000")
    path = write(shop, twice, twice)
    told = run("setup", "apply", str(path))
    lines = [n for n, line in enumerate(path.read_text().splitlines(), 1) if line.strip() == 'code = "100"']
    assert told.code == Exit.OPERATOR
    what = f"{path}:{lines[1]}: product type 100 valid from 2026-12-01 stands here and on line {lines[0]}."
    assert what in told.err


def test_an_account_is_set_for_the_days_that_wait_with_the_row_that_is_named(shop: Shop, run: Run) -> None:
    run("setup", "apply", str(write(shop)))
    run("import", str(shop.write(*(sale(n, at=f"{FIRST + timedelta(n)}T12:00:00", product="200") for n in range(3)))))
    run("export")
    shop.clock.now_s = datetime(2026, 12, 4, 12, tzinfo=UTC).timestamp()
    waiting = [sale(9 + n, at=f"{FIRST + timedelta(3 + n)}T12:00:00", product="200", vat_code="31") for n in range(3)]
    run("import", str(shop.write(*waiting)))
    held = run("preview", "--json")
    assert held.code == Exit.BOOKKEEPER
    findings: list[Any] = list(held.findings)
    mend = findings[-1]["mends"][0]
    assert (mend["row"], mend["copies"]) == ("product_type:200@2026-12-01", "product_type:200")
    values = ["accounts.3=3022", "accounts.31=3030", "name=Øl"]
    assert run("setup", "set", "--add", mend["row"], *values).code == Exit.DONE
    assert run("export").code == Exit.DONE
    assert run("status", "--exit-code").code == Exit.DONE

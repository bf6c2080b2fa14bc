"""Accounts that require more than we send: such a draft is taken and cannot be posted, so its day is held beforehand,
with the account and what to change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from posexport.app.doctor import examine
from posexport.core.ports.ledger import DIMENSIONS
from posexport.errors import Exit
from posexport.texts.describe import fix_of, message_of
from tests.support.books import company_of
from tests.support.harness import Shop, codes, sale, states

LISTS = {
    "import": "/GeneralLedgerAccount/",
    "journal": "/v2/GeneralLedgerAccounts",
    "ledger": "/v2/GeneralLedgerAccounts",
}


def require(shop: Shop, target: str, account: int, told: Mapping[str, Any]) -> None:
    """Let an account be told with this as well; everything else is the sandbox's."""

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != LISTS[target]:
            return None
        query = request.url.query.decode()
        found = shop.world.handle(request.method, request.url.path, query, dict(request.headers), b"")
        document = json.loads(found.body)
        rows = document["data"] if target == "import" else document
        for row in rows:
            if account in (row.get("code"), row.get("AccountNo")):
                row |= told
        return httpx.Response(found.status, json=document)

    shop.line.before = answer


def spell(target: str, name: str) -> str:
    """A requirement as the API of a target has it."""
    told = f"is{name[0].upper()}{name[1:]}Required"
    return told if target == "import" else told[0].upper() + told[1:]


@pytest.mark.sampled(7)
@pytest.mark.parametrize("name", DIMENSIONS)
@pytest.mark.parametrize("target", LISTS)
def test_a_day_on_an_account_that_requires_more_is_held_and_nothing_is_sent(shop: Shop, target: str, name: str) -> None:
    shop.apply(target=target, company=company_of(target))
    require(shop, target, 3020, {spell(target, name): True})
    shop.sell(sale(1))
    told = shop.export()
    assert (states(told.report), told.exit_code) == (["held"], Exit.BOOKKEEPER)
    (found,) = (finding for finding in shop.only(told.report).findings if finding.holds)
    assert found.code == "dimension-required"
    assert "Account 3020" in message_of(found, "en")
    assert "chart of accounts" in fix_of(found, "en")
    assert shop.line.posts == []
    assert [row.findings[0].code for row in shop.status()] == ["dimension-required"]

    with shop.open() as workspace:
        asked = list(examine(workspace, workspace.load_setup().venues, "nb", shop.environ))
    (wrong,) = (diagnosis for diagnosis in asked if diagnosis.answer == "wrong")
    assert (wrong.about, "Konto 3020" in wrong.message) == ("accounts", True)

    require(shop, target, 3020, {spell(target, name): False})
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", LISTS)
def test_an_account_that_the_day_does_not_use_may_require_what_it_likes(both: Shop, target: str) -> None:
    both.apply(target=target, company=company_of(target))
    require(both, target, 3030, {spell(target, "location"): True})
    both.sell(sale(1))
    assert states(both.export().report) == ["drafted"]


@pytest.mark.parametrize("target", ["import", "journal"])
def test_what_is_remembered_of_an_account_is_never_the_last_word(both: Shop, target: str) -> None:
    """It required a product yesterday and does not today: the day is asked about anew before it is held."""
    both.apply(target=target)
    require(both, target, 1592, {spell(target, "product"): True})
    both.sell(sale(1, paid="CASH"))
    both.export()
    both.clock.now_s += 86_400
    both.line.before = lambda request: None
    both.sell(sale(2, at="2026-11-21T12:00:00"))
    told = both.export()
    assert states(told.report) == ["drafted"]
    assert "dimension-required" not in codes(told.report.vouchers[0])

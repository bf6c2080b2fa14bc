"""Tokens and keys, as the program uses them."""

from __future__ import annotations

import httpx
import pytest

from posexport.errors import (
    Exit,
    KeysRefused,
    NotSent,
)
from posexport.sandbox import Fault
from tests.support.harness import (
    SECRETS,
    Shop,
    of_voucher,
    sale,
    states,
)
from tests.support.ledger_bench import DRAFT_PATH, WIRE, apply, received, requests, waits_for_it, where


@pytest.mark.parametrize("target", WIRE)
def test_a_token_is_asked_for_once_and_renewed_ahead_of_time(shop: Shop, target: str) -> None:
    apply(shop, target)
    with shop.open() as workspace:
        destination = where(workspace)
        for step in (0, 600, 539):
            shop.clock.now_s += step
            destination.read_identity()
        tokens = [request for request in requests(shop) if request[1].endswith("/OAuth/Token")]
        assert len(tokens) == 1
        shop.clock.now_s += 2
        destination.read_identity()
    tokens = [request for request in requests(shop) if request[1].endswith("/OAuth/Token")]
    assert len(tokens) == 2
    assert {status for _, _, status in requests(shop)} == {200}


@pytest.mark.parametrize("target", WIRE)
def test_a_401_renews_the_token_once_and_repeats_the_call_once(shop: Shop, target: str) -> None:
    apply(shop, target)
    with shop.open() as workspace:
        destination = where(workspace)
        destination.read_identity()
        shop.world.reset()
        assert destination.read_identity().client_name == "Fjordmat AS"
    assert [status for _, _, status in requests(shop)] == [401, 200, 200, 200]


@pytest.mark.parametrize("target", WIRE)
def test_a_second_401_is_a_refusal_of_the_keys(shop: Shop, target: str) -> None:
    apply(shop, target)
    path = "/Client/" if target == "import" else "/ClientIntegrationInformation"
    shop.world.faults = lambda request: Fault("status_before", 401) if path in request.path else None
    with shop.open() as workspace, pytest.raises(KeysRefused, match="torget"):
        where(workspace).read_identity()
    assert len(shop.world.requests) == 4


@pytest.mark.parametrize("target", WIRE)
def test_a_401_on_the_drafting_call_drafts_once(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    shop.faults.append(Fault("status_before", 401, method="POST", path=DRAFT_PATH[target]))
    if target == "journal":
        waits_for_it(shop)
    assert states(shop.export().report) == ["drafted"]
    assert len(received(shop)) == 1


@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("name", ["PO_CLIENT_TORGET", "PO_APP", "PO_SUB"])
def test_wrong_keys_are_the_integrators_and_are_not_tried_again(shop: Shop, target: str, name: str) -> None:
    if (target, name) == ("import", "PO_SUB"):
        pytest.skip("v1 has no subscription key")
    apply(shop, target)
    shop.sell(sale(1))
    shop.environ[name] = "wrong-key-value"
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["refused"], Exit.INTEGRATOR)
    assert "refused the keys of venue torget" in of_voucher(exported.report.vouchers[0]).answer
    assert "wrong-key-value" not in of_voucher(exported.report.vouchers[0]).answer
    assert len(shop.world.requests) <= 2
    assert shop.clock.slept == []
    shop.environ[name] = SECRETS[name]
    assert states(shop.export().report) == ["drafted"]


@pytest.mark.parametrize("target", WIRE)
def test_wrong_keys_are_asked_about_once_however_many_days_wait(shop: Shop, target: str) -> None:
    apply(shop, target)
    shop.sell(*(sale(day, at=f"2026-11-{day}T12:00:00") for day in range(10, 21)))
    shop.environ["PO_CLIENT_TORGET"] = "wrong-key-value"
    exported = shop.export()
    assert (set(states(exported.report)), exported.exit_code) == ({"refused"}, Exit.INTEGRATOR)
    assert len(shop.world.requests) == 1


@pytest.mark.sampled(9)
@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize("name", ["PO_CLIENT_TORGET", "PO_APP", "PO_SUB"])
@pytest.mark.parametrize("value", ["nøkkel-med-ø", "two\nlines", "with:colon and space"])
def test_keys_that_are_no_keys_are_never_a_bug(shop: Shop, target: str, name: str, value: str) -> None:
    apply(shop, target)
    shop.sell(sale(1))
    shop.environ[name] = value
    exported = shop.export()
    assert exported.exit_code in (Exit.DONE, Exit.OPERATOR, Exit.INTEGRATOR)
    assert value not in of_voucher(exported.report.vouchers[0]).answer


def test_a_token_that_is_none_is_no_token(shop: Shop) -> None:
    shop.apply()
    shop.line.before = lambda request: httpx.Response(200, json={"token_type": "bearer"})
    with shop.open() as workspace, pytest.raises(NotSent, match="without a token"):
        where(workspace).read_identity()

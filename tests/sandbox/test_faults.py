"""What the sandbox is ordered to do wrong."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest

from posexport.sandbox import (
    ConnectionLost,
    Draft,
    Fault,
    PowerOfficeGo,
    default_world,
)
from tests.support.sandbox_client import (
    Caller,
    Clock,
    data,
    import_body,
)


def test_a_lost_request_changes_nothing(world: PowerOfficeGo, v1: Caller) -> None:
    v1.log_in()
    world.faults = lambda request: Fault("lose_request") if request.method == "POST" else None
    with pytest.raises(ConnectionLost) as caught:
        v1("POST", "/Import/", import_body())
    assert caught.value.processed is False
    assert world.drafts() == []
    assert world.requests[-1].status == 0


def test_a_lost_answer_leaves_the_draft_behind(clock: Clock) -> None:
    received: list[Draft] = []
    world = default_world(clock=clock, on_draft=received.append)
    caller = Caller(world)
    caller.log_in()
    world.faults = lambda request: Fault("lose_answer")
    with pytest.raises(ConnectionLost) as caught:
        caller("POST", "/Import/", import_body())
    assert caught.value.processed is True
    assert received == world.drafts()
    assert len(received) == 1
    assert (world.requests[-1].status, world.requests[-1].fault) == (200, "lose_answer")


def test_a_status_comes_before_or_after_the_request_is_processed(world: PowerOfficeGo, v1: Caller) -> None:
    v1.log_in()
    queue = [Fault("status_before", status=503), Fault("status_after", status=502), Fault()]
    world.faults = lambda request: queue.pop(0)
    assert v1("POST", "/Import/", import_body()).status == 503
    assert world.drafts() == []
    assert v1("POST", "/Import/", import_body()).status == 502
    assert len(world.drafts()) == 1
    answer = v1("POST", "/Import/", import_body())
    assert "ApiUniqueConstraint" in data(answer)["validation"]["exception"]


def test_a_queue_is_spent_on_the_requests_it_is_for(v1: Caller) -> None:
    v1.log_in()
    faults = deque([Fault("status_before", method="POST", path="/Import/"), Fault("status_before", status=500)])
    v1.world.faults = faults
    assert v1("GET", "/Client/").status == 500
    assert v1("GET", "/Client/").status == 200
    assert v1("POST", "/Import/", import_body()).status == 503
    assert v1("POST", "/Import/", import_body()).status == 200
    assert not faults


@pytest.mark.parametrize("garbage", ["html", "truncated", "content-type", "extra-field"])
def test_garbage_is_unreadable_in_its_own_way_and_still_processed(v1: Caller, garbage: Any) -> None:
    v1.log_in()
    v1.world.faults = lambda request: Fault("garbage", garbage=garbage)
    answer = v1("POST", "/Import/", import_body())
    assert answer.status == 200
    assert len(v1.world.drafts()) == 1
    if garbage == "extra-field":
        assert data(answer)["brandNewField"] == {"x": 1}
    elif garbage == "content-type":
        assert answer.headers["Content-Type"] == "text/plain"
        assert data(answer)["success"] is True
    else:
        with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
            data(answer)


def test_a_delay_is_told_and_not_slept(v1: Caller) -> None:
    v1.log_in()
    v1.world.faults = lambda request: Fault(delay_s=9)
    answer = v1("GET", "/Client/")
    assert (answer.status, answer.delay_s) == (200, 9)

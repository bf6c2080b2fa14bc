"""Reads that lag writes in the sandbox, and how many requests it takes."""

from __future__ import annotations

from posexport.sandbox import (
    Key,
    PowerOfficeGo,
    default_world,
    demo_client,
)
from tests.support.sandbox_client import (
    Caller,
    Clock,
    Numbers,
    data,
    import_body,
)

# The replica


def test_reads_do_not_see_a_write_younger_than_the_lag(v1: Caller, clock: Clock) -> None:
    import_id = data(v1("POST", "/Import/", import_body()))["data"]
    assert v1.find("torget-20200101-r1")["data"] == []
    assert data(v1("GET", f"/Import/{import_id}"))["success"] is False
    clock.advance(0.29)
    assert v1.find("torget-20200101-r1")["data"] == []
    clock.advance(0.02)
    assert len(v1.find("torget-20200101-r1")["data"]) == 1
    assert data(v1("GET", f"/Import/{import_id}"))["success"] is True


def test_reads_see_a_deleted_draft_until_the_lag_has_passed(v1: Caller, v2: Caller, clock: Clock) -> None:
    numbers = Numbers(v2)
    import_id = data(v1("POST", "/Import/", import_body()))["data"]
    journal_id = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"]
    clock.advance(1)
    assert data(v1("DELETE", f"/Import/{import_id}"))["success"]
    assert v2("DELETE", f"/v2/JournalEntryVouchers/{journal_id}").status == 200
    assert len(v1.find("torget-20200101-r1")["data"]) == 1
    assert v2("GET", "/v2/JournalEntryVouchers").status == 200
    clock.advance(0.31)
    assert v1.find("torget-20200101-r1")["data"] == []
    assert v2("GET", "/v2/JournalEntryVouchers").status == 204
    assert data(v1("DELETE", f"/Import/{import_id}"))["success"] is False


def test_without_lag_a_write_is_seen_at_once(clock: Clock) -> None:
    caller = Caller(default_world(clock=clock, replica_lag_s=0))
    caller("POST", "/Import/", import_body())
    assert len(caller.find("torget-20200101-r1")["data"]) == 1


def test_posting_is_seen_after_the_lag(world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock) -> None:
    voucher_id = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"]
    clock.advance(1)
    world.post(voucher_id)
    assert v2("GET", "/v2/JournalEntryVouchers", isPosted="true").status == 204
    clock.advance(0.31)
    assert len(data(v2("GET", "/v2/JournalEntryVouchers", isPosted="true"))) == 1
    assert v2("GET", "/v2/JournalEntryVouchers", isPosted="false").status == 204


# Throttles


def test_v1_takes_fifty_requests_a_second_per_application_key(clock: Clock) -> None:
    world = default_world(clock=clock)
    caller, other = Caller(world), Caller(world, "v1", "addon", "other")
    caller.log_in()
    assert [caller("GET", "/Client/").status for _ in range(49)] == [200] * 49
    refused = caller("GET", "/Client/")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert other("GET", "/Client/").status == 200
    clock.advance(1)
    assert caller("GET", "/Client/").status == 200


def test_v2_takes_ten_requests_a_second_per_subscription_key_over_all_clients(clock: Clock) -> None:
    world = default_world(clock=clock)
    other_client = world.add_client(demo_client("Brygga AS", "888888888"))
    world.add_key(Key("app", "brygga", other_client.client_id))
    one, two = Caller(world, "v2"), Caller(world, "v2", "app", "brygga")
    one.log_in()
    two.log_in()
    assert [caller("GET", "/v2/LockDateSettings").status for caller in (one, two) * 4] == [200] * 8
    clock.advance(0.5)
    refused = two("GET", "/v2/LockDateSettings")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert data(refused) == {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds."}
    one.extra = {"Ocp-Apim-Subscription-Key": "another"}
    assert one("GET", "/v2/LockDateSettings").status == 200
    clock.advance(0.5)
    assert two("GET", "/v2/LockDateSettings").status == 200


def test_a_throttled_post_stores_nothing(clock: Clock) -> None:
    world = default_world(clock=clock, v1_requests_per_s=1)
    caller = Caller(world)
    caller.log_in()
    assert caller("POST", "/Import/", import_body()).status == 429
    assert world.drafts() == []

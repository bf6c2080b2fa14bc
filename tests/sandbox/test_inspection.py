"""What can be seen of the sandbox, and its page."""

from __future__ import annotations

import random
import re

import pytest

from posexport.sandbox import (
    PowerOfficeGo,
    default_world,
)
from posexport.sandbox.told import describe_draft
from tests.support.sandbox_client import (
    Caller,
    Clock,
    Numbers,
    data,
    import_body,
    import_line,
)

# Inspection


def test_the_log_has_method_path_status_and_api_but_no_query(world: PowerOfficeGo, v1: Caller, v2: Caller) -> None:
    v1("GET", "/Import/", None, **{"$filter": "(ExternalImportReference eq 'secret')"})
    v2("GET", "/v2/VatCodes")
    assert [(entry.method, entry.path, entry.status, entry.api) for entry in world.requests] == [
        ("POST", "/OAuth/Token", 200, "v1"),
        ("GET", "/Import/", 200, "v1"),
        ("POST", "/OAuth/Token", 200, "v2"),
        ("GET", "/v2/VatCodes", 200, "v2"),
    ]


def test_a_bookkeeper_posts_and_deletes(world: PowerOfficeGo, v1: Caller) -> None:
    ids = [data(v1("POST", "/Import/", import_body(externalImportReference=name)))["data"] for name in "ab"]
    world.post(ids[0])
    world.delete(ids[1])
    assert [(draft.id, draft.posted) for draft in world.drafts()] == [(ids[0], True)]
    for missing in (ids[1], "nope"):
        with pytest.raises(KeyError):
            world.post(missing)


def test_reset_forgets_drafts_tokens_and_log_but_no_company(world: PowerOfficeGo, v1: Caller) -> None:
    v1("POST", "/Import/", import_body())
    world.reset()
    assert (world.drafts(), len(world.requests), len(world.clients)) == ([], 0, 1)
    assert v1("GET", "/Client/").status == 401
    v1.log_in()
    assert data(v1("POST", "/Import/", import_body()))["success"]


def test_ids_and_tokens_follow_from_the_random_source(clock: Clock) -> None:
    def run(seed: int) -> tuple[str, str]:
        caller = Caller(default_world(clock=clock, rng=random.Random(seed)))
        return data(caller("POST", "/Import/", import_body()))["data"], caller.token

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_a_draft_is_described_in_one_line(world: PowerOfficeGo, v1: Caller) -> None:
    v1("POST", "/Import/", import_body(description="Torget\nKafé"))
    assert describe_draft(world.drafts()[0]) == "received import 2020-01-01 Torget Kafé (2 lines, 514.20)"


def test_thousands_of_drafts_stay_quick_to_add_and_find(
    world: PowerOfficeGo, v1: Caller, v2: Caller, clock: Clock
) -> None:
    v1.log_in()
    for number in range(2000):
        assert data(v1("POST", "/Import/", import_body(externalImportReference=f"r{number}")))["success"]
    clock.advance(1)
    assert all(v1.find(f"r{number}")["count"] == 1 for number in range(0, 2000, 10))


# The page


def test_the_page_shows_drafts_escaped_and_loads_nothing(world: PowerOfficeGo, v1: Caller) -> None:
    v1.application_key, v1.client_key = "secret-app", "secret-client"
    evil = "<script>alert('x')</script>"
    body = import_body(
        import_line(1900, "0", 12345.67, description=evil),
        import_line(3020, "3", -12345.67),
        description=evil,
        externalImportReference='"><img src=x>',
    )
    assert data(v1("POST", "/Import/", body))["success"]
    answer = world.handle("GET", "/")
    page = answer.body.decode()
    assert answer.status == 200
    assert "Sandbox" in page
    assert "Fjordmat AS" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "12\N{NO-BREAK SPACE}345.67" in page
    assert not re.search(r"https?://|src=x>", page.replace("&gt;", ""))
    assert "secret" not in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_drafts_are_shown_as_json_too(world: PowerOfficeGo, v1: Caller, v2: Caller, numbers: Numbers) -> None:
    v1("POST", "/Import/", import_body())
    v2("POST", "/v2/Vouchers/CashJournals", numbers.voucher())
    found = data(world.handle("GET", "/drafts.json"))
    assert [client["name"] for client in found["clients"]] == ["Fjordmat AS"]
    [draft] = found["drafts"]
    assert (draft["reference"], draft["debit"], draft["lines"][0]["amount"]) == (
        "torget-20200101-r1",
        "514.20",
        "514.20",
    )
    assert [voucher["kind"] for voucher in found["vouchers"]] == ["cash-voucher"]
    assert "application_key" not in draft
    assert world.handle("POST", "/").status == 405

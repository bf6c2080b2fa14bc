"""The sandbox is strict, remembers, forgets, lags, throttles and fails as PowerOffice Go does.

Most tests drive `PowerOfficeGo.handle` with a frozen clock; the last part goes over real sockets.
"""

from __future__ import annotations

import ast
import base64
import json
import random
import re
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

import posexport.sandbox
from posexport.sandbox import (
    ALL_PRIVILEGES,
    ConnectionLost,
    Draft,
    Fault,
    Key,
    PowerOfficeGo,
    SandboxServer,
    default_world,
    demo_client,
    describe,
)
from posexport.sandbox.__main__ import main
from tests.support.sandbox_client import (
    NOON,
    PDF,
    SUBSCRIPTION,
    Caller,
    Clock,
    Numbers,
    basic,
    claims_of,
    data,
    document,
    import_body,
    import_line,
    instant_text,
    upload,
    words,
)

DAY_ASKED = {"fromDate": "2020-01-01", "toDate": "2020-01-01"}


# --- the folder ---------------------------------------------------------------------------------------


def test_the_sandbox_imports_nothing_but_itself_and_the_standard_library() -> None:
    folder = Path(posexport.sandbox.__file__).parent
    for source in folder.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, source.name
                names = [node.module or ""] if node.level == 0 else []
            assert all(name.split(".")[0] in sys.stdlib_module_names for name in names), source.name


def test_the_sandbox_computes_nothing_with_floats_of_the_wire() -> None:
    folder = Path(posexport.sandbox.__file__).parent
    for source in folder.glob("*.py"):
        assert not re.search(r"\bfloat\(", source.read_text("utf-8")), source.name


# --- tokens -------------------------------------------------------------------------------------------


def test_right_keys_get_a_bearer_token_of_twenty_minutes(v1: Caller) -> None:
    answer = data(v1.log_in())
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 1200
    assert answer["access_token"]


@pytest.mark.parametrize(("application_key", "client_key"), [("wrong", "c"), ("a", "wrong-one"), ("", "c"), ("a", "")])
def test_wrong_or_empty_keys_are_an_invalid_client(world: PowerOfficeGo, application_key: str, client_key: str) -> None:
    answer = Caller(world, "v1", application_key, client_key).log_in()
    assert (answer.status, data(answer)["error"]) == (400, "invalid_client")
    assert data(answer)["error_description"]


@pytest.mark.parametrize(
    "authorization", ["", "Basic !!!", "Basic " + base64.b64encode(b"nocolon").decode(), "Bearer x"]
)
def test_a_token_call_without_readable_keys_is_an_invalid_client(world: PowerOfficeGo, authorization: str) -> None:
    headers = {"Authorization": authorization, "Content-Type": "application/x-www-form-urlencoded"}
    answer = world.handle("POST", "/OAuth/Token", "", headers, b"grant_type=client_credentials")
    assert (answer.status, data(answer)["error"]) == (400, "invalid_client")
    assert data(answer)["error_description"]


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/x-www-form-urlencoded", b"grant_type=password", "unsupported_grant_type"),
        ("application/x-www-form-urlencoded", b"", "invalid_request"),
        ("application/x-www-form-urlencoded", b"grant_type=client_credentials&scope=", "invalid_request"),
        ("application/json", b'{"grant_type":"client_credentials"}', "invalid_request"),
    ],
)
def test_only_a_form_with_client_credentials_gets_a_token(
    world: PowerOfficeGo, kind: str, body: bytes, error: str
) -> None:
    headers = {"Authorization": basic("a", "c"), "Content-Type": kind}
    answer = world.handle("POST", "/OAuth/Token", "", headers, body)
    assert (answer.status, data(answer)["error"]) == (400, error)
    assert data(answer)["error_description"]


def test_an_extension_that_is_switched_off_gets_no_token_and_says_so(world: PowerOfficeGo, v1: Caller) -> None:
    v1.log_in()
    world.set_active("app", "client", active=False)
    answer = v1.log_in()
    assert (answer.status, data(answer)["error"]) == (400, "unauthorized_client")
    world.set_active("app", "client", active=True)
    assert v1.log_in().status == 200


@pytest.mark.parametrize("name", ["Ål", "Fjordmat AS", "Ø" * 100])
@pytest.mark.parametrize("privileges", [frozenset[str](), frozenset({"Import_Full", "Nonsense"}), ALL_PRIVILEGES])
def test_a_token_is_a_jwt_of_real_length_that_tells_client_and_privileges(
    clock: Clock, name: str, privileges: frozenset[str]
) -> None:
    client = demo_client(name)
    world = PowerOfficeGo([client], [Key("app", "client", client.client_id, privileges=privileges)], clock=clock)
    caller = Caller(world)
    caller.log_in()
    assert 2_000 <= len(caller.token) <= 4_000
    claims = claims_of(caller.token)
    assert (claims["goClientId"], claims["goClientName"]) == (client.client_id, name)
    assert claims["role"] == sorted(privileges & ALL_PRIVILEGES)
    assert claims["goInvalidPrivileges"] == sorted(privileges - ALL_PRIVILEGES)
    assert claims["goActiveClientSubscriptions"] == ["Accounting"]
    assert (claims["exp"], claims["goAllowSendInvoice"]) == (NOON + 1200, "False")


def test_a_get_for_a_token_is_not_allowed(world: PowerOfficeGo) -> None:
    assert world.handle("GET", "/OAuth/Token").status == 405


def test_a_token_expires_after_twenty_minutes_on_the_clock(v1: Caller, clock: Clock) -> None:
    assert v1("GET", "/Client/").status == 200
    clock.advance(1199)
    assert v1("GET", "/Client/").status == 200
    clock.advance(1)
    assert v1("GET", "/Client/").status == 401
    assert v1.log_in().status == 200
    assert v1("GET", "/Client/").status == 200


def test_an_unknown_or_missing_token_is_unauthorized_in_both_apis(world: PowerOfficeGo) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Bearer "}):
        assert world.handle("GET", "/Client/", "", headers).status == 401
        answer = world.handle("GET", "/v2/VatCodes", "", {**headers, "Ocp-Apim-Subscription-Key": "s"})
        assert (answer.status, data(answer)["statusCode"]) == (401, 401)
        assert "token" in data(answer)["message"]


def test_a_token_of_one_api_is_not_taken_by_the_other(v1: Caller, v2: Caller) -> None:
    v1.log_in()
    v2.log_in()
    v1.token, v2.token = v2.token, v1.token
    assert v1("GET", "/Client/").status == 401
    assert v2("GET", "/v2/VatCodes").status == 401


def test_v2_needs_an_accepted_subscription_key_on_every_call(v2: Caller) -> None:
    assert v2("GET", "/v2/VatCodes").status == 200
    for extra in ({}, {"Ocp-Apim-Subscription-Key": "wrong"}, {"Ocp-Apim-Subscription-Key": ""}):
        v2.extra = extra
        assert v2("GET", "/v2/VatCodes").status == 401
    v2.extra = {"Ocp-Apim-Subscription-Key": "wrong"}
    assert v2.log_in().status == 401


def test_only_listed_subscription_keys_work_where_they_are_listed() -> None:
    world = default_world(subscription_keys={"mine"})
    caller = Caller(world, "v2")
    assert caller.log_in().status == 401
    caller.extra = {"ocp-apim-subscription-key": "mine"}
    assert caller.log_in().status == 200


def test_only_listed_pairs_work_where_unknown_keys_are_not_admitted() -> None:
    client = demo_client()
    world = PowerOfficeGo([client], [Key("app", "client", client.client_id)], admit_unknown_keys=False)
    assert Caller(world, "v1", "app", "client").log_in().status == 200
    assert Caller(world, "v1", "app", "other").log_in().status == 400
    assert Caller(world, "v1", "other", "client").log_in().status == 400


def test_there_is_one_client_key_per_client_and_application_key() -> None:
    client = demo_client()
    world = PowerOfficeGo([client], [Key("app", "one", client.client_id)])
    with pytest.raises(ValueError, match="for this client already"):
        world.add_key(Key("app", "two", client.client_id))
    with pytest.raises(ValueError, match="in use already"):
        world.add_key(Key("addon", "one", client.client_id))
    with pytest.raises(ValueError, match="not here"):
        world.add_key(Key("addon", "three", "no-such-client"))
    world.add_key(Key("addon", "two", client.client_id))


def test_the_same_application_key_serves_several_clients() -> None:
    one, two = demo_client(), demo_client("Brygga AS", "888888888")
    world = PowerOfficeGo(
        [one, two], [Key("app", "one", one.client_id), Key("app", "two", two.client_id)], admit_unknown_keys=False
    )
    names = [data(Caller(world, "v1", "app", key)("GET", "/Client/"))["data"]["name"] for key in ("one", "two")]
    assert names == ["Fjordmat AS", "Brygga AS"]


def test_no_key_or_token_is_shown_by_repr(world: PowerOfficeGo, v1: Caller) -> None:
    v1.application_key, v1.client_key = "secret-app", "secret-client"
    v1("POST", "/Import/", import_body())
    shown = repr([world.drafts(), list(world.requests), Key("secret-app", "secret-client", "id")])
    assert "secret" not in shown
    assert v1.token not in shown


# --- privileges ---------------------------------------------------------------------------------------


def test_a_missing_privilege_is_forbidden_and_a_change_needs_a_new_token(
    world: PowerOfficeGo, v1: Caller, v2: Caller
) -> None:
    v1.log_in()
    world.set_privileges("app", "client", ALL_PRIVILEGES - {"Import_Full", "JournalEntryVoucher_Full"})
    assert data(v1("POST", "/Import/", import_body()))["success"] is True
    v1.log_in()
    answer = v1("POST", "/Import/", import_body(externalImportReference="two"))
    assert answer.status == 403
    assert "Import_Full" in data(answer)["message"]
    numbers = Numbers(v2)
    refused = v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal())
    assert refused.status == 403
    assert data(refused)["title"] == "Missing privilege"
    assert v2("GET", "/v2/JournalEntryVouchers").status == 204


def test_valid_and_invalid_privileges_are_those_of_the_token() -> None:
    client = replace(demo_client(), privileges=frozenset({"JournalEntryVoucher_Full"}))
    key = Key("app", "client", client.client_id, privileges=frozenset({"JournalEntryVoucher_Full", "Department"}))
    world = PowerOfficeGo([client], [key])
    information = data(Caller(world, "v2")("GET", "/v2/ClientIntegrationInformation"))
    assert information["ClientId"] == client.client_id
    assert information["ClientName"] == "Fjordmat AS"
    assert information["ValidPrivileges"] == ["JournalEntryVoucher_Full"]
    assert information["InvalidPrivileges"] == ["Department"]


# --- v1: the import queue -----------------------------------------------------------------------------


def test_an_import_becomes_a_draft_with_its_lines_in_oere(world: PowerOfficeGo, v1: Caller) -> None:
    answer = v1(
        "POST",
        "/Import/",
        import_body(
            import_line(1900, "0", 514.20, saftSourceId="S1", saftBatchId="B1"),
            import_line(3030, "31", -102.80, departmentCode="20"),
            import_line(3020, "3", -411.40),
        ),
    )
    assert answer.status == 200
    [draft] = world.drafts()
    assert data(answer) == {"data": draft.id, "success": True}
    assert (draft.api, draft.kind, draft.reference) == ("v1", "import", "torget-20200101-r1")
    assert (draft.voucher_date, draft.posted, draft.pages) == (date(2020, 1, 1), False, ())
    assert (draft.application_key, draft.integration) == ("app", "Egendefinert 1")
    assert [(line.account_no, line.vat_code, line.department_code, line.amount_ore) for line in draft.lines] == [
        (1900, "0", "10", 51420),
        (3030, "31", "20", -10280),
        (3020, "3", "10", -41140),
    ]
    assert (draft.lines[0].saft_source_id, draft.lines[0].saft_batch_id) == ("S1", "B1")
    assert (draft.debit_ore, draft.credit_ore) == (51420, 51420)
    assert draft.created_at.timestamp() == NOON


def test_a_customer_line_ignores_its_account_number(world: PowerOfficeGo, v1: Caller) -> None:
    line = import_line(9999, "0", 100, customerCode=10018)
    assert data(v1("POST", "/Import/", import_body(line, import_line(3020, "3", -100))))["success"]
    [draft] = world.drafts()
    assert (draft.lines[0].account_no, draft.lines[0].customer) == (1500, 10018)


def without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key != name}


def with_line(**more: Any) -> dict[str, Any]:
    return import_body(import_line(1900, "0", 100), {**import_line(3020, "3", -100), **more})


REFUSED_IMPORTS = [
    pytest.param(without(import_body(), "description"), "description is required", id="no description"),
    pytest.param(import_body(description=" "), "description is required", id="blank description"),
    pytest.param(import_body(description="x" * 256), "256 characters", id="long description"),
    pytest.param(without(import_body(), "date"), "date is required", id="no date"),
    pytest.param(import_body(date="01.01.2020"), "has to be a date", id="norwegian date"),
    pytest.param(import_body(date="2020-02-30"), "not a date of the calendar", id="no such day"),
    pytest.param(import_body(date="2020-01-01T12:00:00"), "has to be a date", id="time of day"),
    pytest.param(without(import_body(), "type"), "type is required", id="no type"),
    pytest.param(import_body(type=2), "not an import type", id="type 2"),
    pytest.param(import_body(type="4"), "has to be a whole number", id="type as text"),
    pytest.param(import_body(type=True), "has to be a whole number", id="type true"),
    pytest.param(import_body(externalImportReference="x" * 51), "at most 50", id="long reference"),
    pytest.param(import_body(externalImportReference=""), "must not be blank", id="blank reference"),
    pytest.param(import_body(importLines=[]), "at least one line", id="no lines"),
    pytest.param(import_body(importLines=None), "at least one line", id="null lines"),
    pytest.param(import_body(importLines=["x"]), "objects only", id="lines of text"),
    pytest.param(import_body(id="x"), "Could not find member 'id'", id="unknown field"),
    pytest.param(import_body(Description="x"), "member 'Description'", id="PascalCase"),
    pytest.param(with_line(vatcode="3"), "Line 2: Could not find member 'vatcode'", id="unknown line field"),
    pytest.param(with_line(documentDate=None), "documentDate is required", id="no document date"),
    pytest.param(with_line(documentNumber=None), "documentNumber is required", id="no document number"),
    pytest.param(with_line(documentNumber="1"), "whole number", id="document number as text"),
    pytest.param(with_line(postingDate=None), "postingDate is required", id="no posting date"),
    pytest.param(with_line(accountNumber=None), "accountNumber is required", id="no account"),
    pytest.param(with_line(accountNumber="3020"), "whole number", id="account as text"),
    pytest.param(with_line(accountNumber=3020.0), "whole number", id="account as decimal"),
    pytest.param(with_line(accountNumber=3021), "Account 3021 does not exist", id="unknown account"),
    pytest.param(with_line(accountNumber=3999), "Account 3999 is not active", id="inactive account"),
    pytest.param(with_line(vatCode=None), "vatCode is required", id="no VAT code"),
    pytest.param(with_line(vatCode=3), "vatCode has to be text", id="VAT code as number"),
    pytest.param(with_line(vatCode="4"), "VAT code '4' does not exist", id="unknown VAT code"),
    pytest.param(with_line(vatCode="C24"), "not valid on 2020-01-01", id="expired VAT code"),
    pytest.param(with_line(vatCode="C99"), "not valid on", id="inactive VAT code"),
    pytest.param(with_line(accountNumber=3100), "locked to VAT code '5'", id="3100 locked"),
    pytest.param(with_line(accountNumber=3200), "locked to VAT code '6'", id="3200 locked"),
    pytest.param(with_line(departmentCode="11"), "Department '11' does not exist", id="unknown department"),
    pytest.param(with_line(departmentCode=10), "has to be text", id="department as number"),
    pytest.param(with_line(departmentCode="99"), "Department '99' is not active", id="inactive department"),
    pytest.param(with_line(projectCode="P"), "projectCode 'P' does not exist", id="unknown project"),
    pytest.param(with_line(customerCode=10031), "Customer 10031 does not exist", id="unknown customer"),
    pytest.param(with_line(amount=None), "amount is required", id="no amount"),
    pytest.param(with_line(amount="-100"), "has to be a number", id="amount as text"),
    pytest.param(with_line(amount=-100.005), "more than two decimals", id="three decimals"),
    pytest.param(with_line(amount=0), "not 0", id="amount 0"),
    pytest.param(with_line(amount=-1e15), "out of range", id="huge amount"),
    pytest.param(with_line(amount=-99.99), "sums to 0.01", id="one oere off"),
    pytest.param(with_line(postingDate="2020-01-02"), "does not balance", id="not balanced per date"),
    pytest.param(with_line(documentNumber=2), "does not balance", id="not balanced per document"),
    pytest.param(with_line(currencyCode="XXX"), "Currency 'XXX'", id="unknown currency"),
    pytest.param(with_line(currencyCode="NOK", currencyAmount=-99), "differ", id="two amounts in one currency"),
    pytest.param(with_line(saftSourceId="x" * 36), "at most 35", id="long source id"),
    pytest.param(with_line(saftBatchId="x" * 36), "at most 35", id="long batch id"),
    pytest.param(with_line(description="x" * 256), "at most 255", id="long text"),
]


@pytest.mark.parametrize(("body", "said"), REFUSED_IMPORTS)
def test_a_broken_import_is_refused_by_name_and_keeps_nothing(
    world: PowerOfficeGo, v1: Caller, body: dict[str, Any], said: str
) -> None:
    answer = v1("POST", "/Import/", body)
    assert answer.status == 200
    found = data(answer)
    assert found["success"] is False
    assert "data" not in found
    assert set(found["validation"]) == {"errorLogReference", "summary", "exception"}
    assert said in found["validation"]["summary"]
    assert world.drafts() == []


@pytest.mark.parametrize(("body", "said"), REFUSED_IMPORTS)
def test_the_new_back_end_of_v1_calls_a_broken_import_a_success_around_a_problem(
    world: PowerOfficeGo, v1: Caller, body: dict[str, Any], said: str
) -> None:
    world.v1_back_end = "new"
    answer = v1("POST", "/Import/", body)
    found = data(answer)
    assert (answer.status, found["success"], set(found)) == (200, True, {"success", "data"})
    problem = found["data"]
    assert (problem["title"], problem["status"]) == ("One or more validation errors occurred.", 400)
    ((texts),) = problem["errors"].values()
    assert said in texts[0]
    assert problem["traceId"].startswith("00-")
    assert world.drafts() == []


def test_the_new_back_end_of_v1_names_the_field_of_the_line(world: PowerOfficeGo, v1: Caller) -> None:
    world.v1_back_end = "new"
    errors = data(v1("POST", "/Import/", with_line(amount=None)))["data"]["errors"]
    assert list(errors) == ["importLines[1].amount"]


def test_what_is_no_validation_is_refused_alike_on_both_back_ends_of_v1(world: PowerOfficeGo, v1: Caller) -> None:
    world.v1_back_end = "new"
    assert isinstance(data(v1("POST", "/Import/", import_body()))["data"], str)
    for answer, kind in [
        (v1("POST", "/Import/", import_body()), "ApiUniqueConstraint"),
        (v1("GET", "/Import/nope/status"), "ApiNotFound"),
        (v1("GET", "/Import/", None, **{"$filter": "x"}), "OData"),
    ]:
        assert (data(answer)["success"], data(answer)["validation"]["exception"]) == (False, kind)


def test_foreign_currency_keeps_both_amounts(v1: Caller) -> None:
    body = import_body(
        import_line(1905, "0", 114.5, currencyCode="EUR", currencyAmount=10), import_line(3020, "3", -114.5)
    )
    assert data(v1("POST", "/Import/", body))["success"] is True


def test_several_documents_of_one_import_balance_one_by_one(world: PowerOfficeGo, v1: Caller) -> None:
    body = import_body(
        import_line(1900, "0", 100),
        import_line(3020, "3", -100),
        import_line(1900, "0", 50, documentNumber=2, postingDate="2020-01-02"),
        import_line(3020, "3", -50, documentNumber=2, postingDate="2020-01-02"),
    )
    assert data(v1("POST", "/Import/", body))["success"] is True
    assert world.drafts()[0].debit_ore == 15000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"a":1,"a":2}', 400),
        (b'{"amount":NaN}', 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b'{"amount":1e99999999999999999999}', 400),
    ],
)
def test_what_is_not_a_json_object_is_a_bad_request(v1: Caller, body: bytes, status: int) -> None:
    assert v1("POST", "/Import/", body).status == status


def test_json_without_its_content_type_is_an_unsupported_media_type(v1: Caller) -> None:
    v1.log_in()
    headers = {"Authorization": f"Bearer {v1.token}", "Content-Type": "text/plain"}
    assert v1.world.handle("POST", "/Import/", "", headers, b"{}").status == 415


def test_a_number_with_many_decimals_is_not_rounded_away(v1: Caller) -> None:
    raw = json.dumps(with_line(amount=-100)).replace('"amount": -100', '"amount": -100.' + "0" * 40 + "1")
    answer = data(v1("POST", "/Import/", raw.encode()))
    assert answer["success"] is False
    assert "out of range" in answer["validation"]["summary"]


def test_a_second_import_with_the_same_reference_is_a_unique_constraint(world: PowerOfficeGo, v1: Caller) -> None:
    assert data(v1("POST", "/Import/", import_body()))["success"]
    other = Caller(world, "v1", "addon", "other-client")
    for caller in (v1, other):
        answer = data(caller("POST", "/Import/", import_body()))
        assert answer["success"] is False
        assert "ApiUniqueConstraint" in answer["validation"]["exception"]
    assert len(world.drafts()) == 1


def test_a_reference_is_unique_per_client_and_compares_case(world: PowerOfficeGo, v1: Caller) -> None:
    other = world.add_client(demo_client("Brygga AS", "888888888"))
    world.add_key(Key("app", "brygga", other.client_id))
    assert data(v1("POST", "/Import/", import_body()))["success"]
    assert data(v1("POST", "/Import/", import_body(externalImportReference="TORGET-20200101-R1")))["success"]
    assert data(Caller(world, "v1", "app", "brygga")("POST", "/Import/", import_body()))["success"]
    assert [len(world.drafts(client)) for client in world.clients] == [2, 1]
    assert len(world.drafts(other.client_id)) == 1


def test_imports_without_a_reference_are_not_compared(world: PowerOfficeGo, v1: Caller) -> None:
    for _ in range(2):
        assert data(v1("POST", "/Import/", without(import_body(), "externalImportReference")))["success"]
    assert len(world.drafts()) == 2


def test_a_deleted_import_frees_its_reference(v1: Caller) -> None:
    first = data(v1("POST", "/Import/", import_body()))["data"]
    assert data(v1("DELETE", f"/Import/{first}")) == {"success": True}
    assert data(v1("POST", "/Import/", import_body()))["success"]


def test_nothing_is_imported_on_or_before_the_lock_date(world: PowerOfficeGo, v1: Caller) -> None:
    world.set_lock_date(date(2020, 1, 1))
    answer = data(v1("POST", "/Import/", import_body()))
    assert "lock date" in answer["validation"]["summary"]
    world.set_lock_date(date(2019, 12, 31), world.clients[0])
    assert data(v1("POST", "/Import/", import_body()))["success"]
    assert data(v1("GET", "/Client/"))["data"]["lockDate"] == "2019-12-31"
    world.set_lock_date(None)
    assert "lockDate" not in data(v1("GET", "/Client/"))["data"]


def test_a_control_account_marked_as_such_takes_customers_only(world: PowerOfficeGo, v1: Caller) -> None:
    client = world.clients[0]
    accounts = {**client.accounts, 1500: replace(client.accounts[1500], subledger=True)}
    world.add_client(replace(client, accounts=accounts))
    direct = import_body(import_line(1500, "0", 100), import_line(3020, "3", -100))
    assert "sub-ledger" in data(v1("POST", "/Import/", direct))["validation"]["summary"]
    named = import_body(import_line(1500, "0", 100, customerCode=10001), import_line(3020, "3", -100))
    assert data(v1("POST", "/Import/", named))["success"]


def test_an_import_is_found_by_its_reference_with_quotes_doubled(v1: Caller, clock: Clock) -> None:
    reference = "Ola's & co + 100%"
    import_id = data(v1("POST", "/Import/", import_body(externalImportReference=reference)))["data"]
    clock.advance(1)
    found = v1.find(reference)
    assert (found["success"], found["count"]) == (True, 1)
    [item] = found["data"]
    assert (item["id"], item["externalImportReference"], item["isPosted"]) == (import_id, reference, False)
    assert item["importLines"][1]["amount"] == Decimal("-514.2")
    assert v1.find(reference.upper()) == {"data": [], "count": 0, "success": True}


@pytest.mark.parametrize(
    "options",
    [
        {"$filter": "ExternalImportReference eq 'x'"},
        {"$filter": "(externalImportReference eq 'x')"},
        {"$filter": "(ExternalImportReference = 'x')"},
        {"$filter": "(ExternalImportReference eq 'O'la')"},
        {"$filter": "(ExternalImportReference eq 'x'"},
        {"$filter": "(Nonsense eq 'x')"},
        {"$filter": ""},
        {"$filter": "(" * 600},
        {"$skip": "1"},
        {"$skip": "1", "$top": "1"},
        {"$skip": "1", "$orderby": "Date"},
        {"$orderby": "date"},
        {"$top": "-1"},
        {"$select": "Id"},
        {"filter": "x"},
    ],
)
def test_a_query_that_is_not_proper_odata_is_refused(v1: Caller, options: dict[str, str]) -> None:
    answer = v1("GET", "/Import/", None, **options)
    assert answer.status == 200
    assert data(answer)["validation"]["exception"] == "OData"


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        ("(ExternalImportReference eq 'a' or ExternalImportReference eq 'b')", 2),
        ("(ExternalImportReference eq 'a') and (IsPosted eq false)", 1),
        ("(not (ExternalImportReference eq 'a'))", 2),
        ("(Type eq 4 and Date ge DateTime'2020-01-01')", 3),
        ("(Date gt DateTime'2020-01-01')", 0),
        ("(LastChanged gt DateTimeOffset'2026-11-22T11:00:00Z')", 3),
        ("(ExternalImportReference ne null)", 3),
    ],
)
def test_filters_combine(v1: Caller, clock: Clock, expression: str, count: int) -> None:
    for reference in "abc":
        v1("POST", "/Import/", import_body(externalImportReference=reference))
    clock.advance(1)
    found = data(v1("GET", "/Import/", None, **{"$filter": expression}))
    assert found["success"] is True, found
    assert len(found["data"]) == count


def test_a_list_is_paged_with_skip_top_and_orderby(v1: Caller) -> None:
    options = {"$skip": "2", "$top": "2", "$orderby": "Code desc"}
    found = data(v1("GET", "/Department/", None, **options))
    assert [item["code"] for item in found["data"]] == ["80", "70"]
    assert found["count"] == 11


def test_an_import_is_read_by_id_without_what_is_null(v1: Caller, clock: Clock) -> None:
    body = with_line(saftSourceId=None)
    import_id = data(v1("POST", "/Import/", body))["data"]
    clock.advance(1)
    item = data(v1("GET", f"/Import/{import_id}"))["data"]
    assert item["description"] == "Torget Kafé 01.01.2020"
    assert item["type"] == 4
    assert "saftSourceId" not in item["importLines"][1]
    assert None not in item.values()


def test_the_status_of_an_import_says_whether_it_is_posted(world: PowerOfficeGo, v1: Caller, clock: Clock) -> None:
    import_id = data(v1("POST", "/Import/", import_body()))["data"]
    clock.advance(1)
    status = data(v1("GET", f"/Import/{import_id}/status"))["data"]
    assert status == {
        "id": import_id,
        "isPosting": False,
        "isPosted": False,
        "hasError": False,
        "canBePosted": True,
    }
    assert world.post(import_id).posted is True
    clock.advance(1)
    status = data(v1("GET", f"/Import/{import_id}/status"))["data"]
    assert (status["isPosted"], status["canBePosted"]) == (True, False)


def test_a_posted_import_is_neither_deleted_nor_posted_again(world: PowerOfficeGo, v1: Caller) -> None:
    import_id = data(v1("POST", "/Import/", import_body()))["data"]
    assert data(v1("POST", "/Import/Post", {"id": import_id})) == {"data": import_id, "success": True}
    assert world.draft(import_id).posted
    assert data(v1("POST", "/Import/Post", {"id": import_id}))["success"] is False
    answer = data(v1("DELETE", f"/Import/{import_id}"))
    assert answer["success"] is False
    assert "posted" in answer["validation"]["summary"]
    assert len(world.drafts()) == 1


def test_an_unknown_import_is_not_found(v1: Caller) -> None:
    for method, path, body in [
        ("GET", "/Import/nope", None),
        ("GET", "/Import/nope/status", None),
        ("DELETE", "/Import/nope", None),
        ("POST", "/Import/Post", {"id": "nope"}),
    ]:
        answer = v1(method, path, body)
        assert answer.status == 200
        assert data(answer)["validation"]["exception"] == "ApiNotFound"


def test_unknown_paths_and_methods_of_v1_are_404_and_405(v1: Caller) -> None:
    assert v1("GET", "/Nothing/").status == 404
    assert v1("PUT", "/Import/").status == 405
    assert v1("POST", "/Client/", {}).status == 405


def test_another_clients_import_is_not_seen(world: PowerOfficeGo, v1: Caller, clock: Clock) -> None:
    other = world.add_client(demo_client("Brygga AS", "888888888"))
    world.add_key(Key("app", "brygga", other.client_id))
    stranger = Caller(world, "v1", "app", "brygga")
    import_id = data(v1("POST", "/Import/", import_body()))["data"]
    clock.advance(1)
    stranger.log_in()
    assert stranger.find("torget-20200101-r1")["data"] == []
    assert data(stranger("GET", f"/Import/{import_id}"))["success"] is False
    assert data(stranger("DELETE", f"/Import/{import_id}"))["success"] is False


def test_the_lists_of_v1_show_the_demo_company(v1: Caller) -> None:
    accounts = {item["code"]: item for item in data(v1("GET", "/GeneralLedgerAccount/"))["data"]}
    assert len(accounts) >= 80
    assert accounts[3020]["name"] == "Salg tjenester (servering), høy sats"
    assert (accounts[3020]["vatCode"], accounts[3020]["isActive"]) == ("3", True)
    assert accounts[3999]["isActive"] is False
    assert accounts[3905]["isDepartmentRequired"] is True
    rates = {item["code"]: item["rate"] for item in data(v1("GET", "/VatCode/"))["data"]}
    assert {code: rates[code] for code in ("3", "31", "32", "33", "0")} == {
        "3": 25,
        "31": 15,
        "32": Decimal("11.11"),
        "33": 12,
        "0": 0,
    }
    departments = data(v1("GET", "/Department"))["data"]
    assert [item["code"] for item in departments if not item["isActive"]] == ["99"]
    client = data(v1("GET", "/Client/"))["data"]
    assert (client["name"], client["vatNumber"]) == ("Fjordmat AS", "999999999")
    found = data(v1("GET", "/Customer/", None, **{"$filter": "(Code eq 10018)"}))
    assert [item["code"] for item in found["data"]] == [10018]
    assert data(v1("GET", "/ClientIntegrationInformation/"))["data"]["clientName"] == "Fjordmat AS"


def test_the_demo_chart_has_the_accounts_of_a_restaurant() -> None:
    cash = [1500, 1579, 1591, 1592, 1593, 1900, 1905, 1909, 1910, 1911, 1920]
    debts = [2401, 2900, 2901, 2902, 2911, 2992]
    sales = [3000, 3005, 3015, 3020, 3022, 3023, 3025, 3030, 3035, 3050, 3087, 3088, 3100, 3200, 3700, 3900]
    needed = [*cash, *debts, *sales, 7740, 7770, 8060]
    chart = demo_client().accounts
    assert [no for no in needed if no not in chart or not chart[no].active] == []


# --- the replica --------------------------------------------------------------------------------------


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


# --- throttles ----------------------------------------------------------------------------------------


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


# --- v2: lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("3020", [3020]),
        ("3020,3030", [3020, 3030]),
        (" 1900 - 1909 , 7740 ", [1900, 1905, 1909, 7740]),
        ("8100-", [8150, 8160, 8960]),
        ("-1250", [1079, 1200, 1250]),
    ],
)
def test_accounts_are_filtered_by_numbers_and_ranges(v2: Caller, wanted: str, found: list[int]) -> None:
    assert [item["AccountNo"] for item in data(v2("GET", "/v2/GeneralLedgerAccounts", accountNos=wanted))] == found


def test_a_list_that_finds_nothing_is_204_without_a_body(v2: Caller) -> None:
    for path, query in [
        ("GeneralLedgerAccounts", {"accountNos": "9000"}),
        ("Departments", {"codes": "nope"}),
        ("Customers", {"customerNos": "1"}),
        ("Projects", {}),
        ("JournalEntryVouchers", {}),
    ]:
        answer = v2("GET", f"/v2/{path}", None, **query)
        assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("GeneralLedgerAccounts", {"accountNos": "abc"}),
        ("GeneralLedgerAccounts", {"accountNos": "3000,,3020"}),
        ("GeneralLedgerAccounts", {"accountNumbers": "3000"}),
        ("GeneralLedgerAccounts", {"PageSize": "0"}),
        ("GeneralLedgerAccounts", {"PageSize": "20001"}),
        ("GeneralLedgerAccounts", {"OrderBy": "Nonsense"}),
        ("VatCodes", {"isActive": "maybe"}),
        ("JournalEntryVouchers", {"createdDateTimeOffsetGreaterThan": "yesterday"}),
        ("JournalEntryVouchers", {"createdDateTimeOffsetGreaterThan": "2026-11-22T11:00:00"}),
        ("JournalEntryVouchers", {"createdDateTimeOffsetGreaterThan": "2026-11-22T11:00:00 00:00"}),
    ],
)
def test_a_query_that_cannot_be_understood_is_a_problem(v2: Caller, path: str, query: dict[str, str]) -> None:
    answer = v2("GET", f"/v2/{path}", None, **query)
    assert answer.status == 400
    assert set(data(answer)) in ({"title", "detail", "status"}, {"title", "status", "errors", "traceId"})
    assert answer.headers["Content-Type"].startswith("application/json")


def test_lists_are_paged_ordered_and_narrowed_to_fields(v2: Caller) -> None:
    query = {"PageSize": "2", "PageNumber": "2", "OrderBy": "Code desc", "Fields": "Code,Name"}
    found = data(v2("GET", "/v2/Departments", None, **query))
    assert found == [{"Code": "80", "Name": "Selskapslokalet"}, {"Code": "70", "Name": "Fiskebua"}]


def test_accounts_say_what_a_line_needs(v2: Caller, numbers: Numbers) -> None:
    wanted = {item["AccountNo"]: item for item in data(v2("GET", "/v2/GeneralLedgerAccounts", accountNos="3000-3999"))}
    assert wanted[3100]["IsVatCodeLocked"] is True
    assert (wanted[3100]["VatCode"], wanted[3100]["VatCodeId"]) == ("5", numbers.vat["5"])
    assert wanted[3905]["IsDepartmentRequired"] is True
    assert wanted[3999]["IsActive"] is False
    assert wanted[3020]["Id"] != 3020


def test_vat_codes_have_rates_between_zero_and_one_and_hide_the_expired(v2: Caller) -> None:
    codes = {item["Code"]: item for item in data(v2("GET", "/v2/VatCodes"))}
    assert {code: codes[code]["Rate"] for code in ("0", "3", "31", "32", "33")} == {
        "0": 0,
        "3": Decimal("0.25"),
        "31": Decimal("0.15"),
        "32": Decimal("0.1111"),
        "33": Decimal("0.12"),
    }
    assert codes["3"]["ValidFrom"] == "2000-01-01"
    assert codes["3"]["ValidTo"] is None
    assert "C24" not in codes
    assert "C24" in {item["Code"] for item in data(v2("GET", "/v2/VatCodes", includeExpired="true"))}
    assert {item["Code"] for item in data(v2("GET", "/v2/VatCodes", isActive="false"))} == {"C99"}


def test_departments_and_customers_are_filtered(v2: Caller) -> None:
    assert [item["Code"] for item in data(v2("GET", "/v2/Departments", codes="10, 100"))] == ["10", "100"]
    assert [item["Code"] for item in data(v2("GET", "/v2/Departments", isActive="false"))] == ["99"]
    [customer] = data(v2("GET", "/v2/Customers", customerNos="10018"))
    assert customer["Number"] == 10018
    assert customer["SubledgerAccountId"] != customer["Id"]


def test_the_lock_date_is_shown(world: PowerOfficeGo, v2: Caller) -> None:
    assert data(v2("GET", "/v2/LockDateSettings")) == {"LockDate": None}
    world.set_lock_date(date(2020, 12, 31))
    assert data(v2("GET", "/v2/LockDateSettings")) == {"LockDate": "2020-12-31"}


def test_numeric_ids_differ_between_companies(world: PowerOfficeGo, numbers: Numbers) -> None:
    other = world.add_client(demo_client("Brygga AS", "888888888"))
    world.add_key(Key("app", "brygga", other.client_id))
    theirs = Numbers(Caller(world, "v2", "app", "brygga"))
    for ours, others in [
        (numbers.account, theirs.account),
        (numbers.vat, theirs.vat),
        (numbers.department, theirs.department),
        (numbers.subledger, theirs.subledger),
    ]:
        assert not set(ours.values()) & set(others.values())


def test_no_numeric_id_is_the_number_or_code_of_something(numbers: Numbers) -> None:
    assert not set(numbers.account.values()) & set(numbers.account)
    assert not {str(number) for number in numbers.vat.values()} & set(numbers.vat)
    assert not {str(number) for number in numbers.department.values()} & set(numbers.department)
    assert not set(numbers.subledger.values()) & set(numbers.account.values())


def test_the_gateway_of_v2_knows_no_other_paths_and_methods(v2: Caller) -> None:
    for method, path in [
        ("GET", "/v2/Nothing"),
        ("GET", "/v2/VatCodes/"),
        ("GET", "/v2/journalentryvouchers"),
        ("POST", "/v2/VatCodes"),
        ("PUT", "/v2/JournalEntryVouchers"),
    ]:
        answer = v2(method, path)
        assert (answer.status, data(answer)) == (404, {"statusCode": 404, "message": "Resource not found"})


# --- v2: journal-entry drafts -------------------------------------------------------------------------


def test_a_journal_draft_is_kept_with_signed_lines_and_codes(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers
) -> None:
    body = numbers.journal(
        numbers.debit(1900, "0", 514.20, Description="Kontant"),
        numbers.credit(3030, "31", 102.80, DepartmentId=numbers.department["20"]),
        numbers.credit(3020, "3", 411.40, DepartmentId=-1),
        Comment="Fra kassen",
    )
    answer = v2("POST", "/v2/JournalEntryVouchers/ManualJournals", body)
    assert answer.status == 201
    [draft] = world.drafts()
    assert data(answer)["Id"] == draft.id
    assert (draft.api, draft.kind, draft.reference, draft.posted) == ("v2", "manual-journal", None, False)
    assert draft.description == "torget-20200101-r1 Torget Kafé"
    assert [(line.account_no, line.vat_code, line.department_code, line.amount_ore) for line in draft.lines] == [
        (1900, "0", "10", 51420),
        (3030, "31", "20", -10280),
        (3020, "3", None, -41140),
    ]
    assert draft.lines[0].posting_date == date(2020, 1, 1)


def test_a_line_with_both_sides_balances_by_itself(world: PowerOfficeGo, v2: Caller, numbers: Numbers) -> None:
    both = {**numbers.debit(1900, "0", 100), **numbers.credit(3020, "3", 100)}
    assert v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal(both)).status == 201
    assert [line.amount_ore for line in world.drafts()[0].lines] == [10000, -10000]


def test_a_line_without_vat_id_takes_the_accounts_vat_code(world: PowerOfficeGo, v2: Caller, numbers: Numbers) -> None:
    lines = [
        without(numbers.debit(1900, "0", 100), "DebitVatId"),
        without(numbers.credit(3020, "3", 100), "CreditVatId"),
    ]
    assert v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal(*lines)).status == 201
    assert [line.vat_code for line in world.drafts()[0].lines] == ["0", "3"]


def test_a_customer_is_debited_by_the_id_of_the_sub_ledger(world: PowerOfficeGo, v2: Caller, numbers: Numbers) -> None:
    debit = {"DebitAccountId": numbers.subledger[10018], "CurrencyAmount": 100}
    body = numbers.journal(debit, numbers.credit(3020, "3", 100))
    assert v2("POST", "/v2/JournalEntryVouchers/ManualJournals", body).status == 201
    line = world.drafts()[0].lines[0]
    assert (line.account_no, line.customer, line.vat_code) == (1500, 10018, "0")


def test_foreign_currency_is_booked_at_the_lines_rate(world: PowerOfficeGo, v2: Caller, numbers: Numbers) -> None:
    euro = numbers.debit(1905, "0", 10, CurrencyCode="EUR", CurrencyExchangeRate=11.45)
    body = numbers.journal(euro, numbers.credit(3020, "3", 114.5))
    assert v2("POST", "/v2/JournalEntryVouchers/ManualJournals", body).status == 201
    assert world.drafts()[0].lines[0].amount_ore == 11450
    del euro["CurrencyExchangeRate"]
    assert v2("POST", "/v2/JournalEntryVouchers/ManualJournals", body).status == 400


def test_the_comment_is_never_returned(v2: Caller, numbers: Numbers, clock: Clock) -> None:
    answer = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal(Comment="hemmelig")))
    clock.advance(1)
    read = v2("GET", f"/v2/JournalEntryVouchers/ManualJournals/{answer['Id']}")
    assert "hemmelig" not in json.dumps(str(answer)) + read.body.decode()
    assert "Comment" not in data(read)


def test_a_draft_reads_back_as_it_was_sent(v2: Caller, numbers: Numbers, clock: Clock) -> None:
    voucher_id = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"]
    clock.advance(1)
    found = data(v2("GET", f"/v2/JournalEntryVouchers/ManualJournals/{voucher_id}"))
    assert found["Description"] == "torget-20200101-r1 Torget Kafé"
    assert (found["VoucherDate"], found["CurrencyCode"], found["Pages"]) == ("2020-01-01", "NOK", [])
    line = found["ManualVoucherLines"][0]
    assert line["CurrencyAmount"] == Decimal("514.2")
    assert line["DebitAccountId"] == numbers.account[1900]
    assert line["PostingDate"] == "2020-01-01"


def test_a_second_draft_with_the_same_description_is_not_refused(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers
) -> None:
    for _ in range(2):
        assert v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()).status == 201
    assert len(world.drafts()) == 2


JOURNAL_REFUSALS = [
    ({"CurrencyCode": None}, {}, "CurrencyCode is required"),
    ({"CurrencyCode": "XXX"}, {}, "Currency 'XXX'"),
    ({"VoucherDate": None}, {}, "VoucherDate is required"),
    ({"VoucherDate": "1.1.2020"}, {}, "has to be a date"),
    ({"Comment": "x" * 1001}, {}, "at most 1000"),
    ({"ExternalImportReference": "x"}, {}, "Could not find member 'ExternalImportReference'"),
    ({"description": "x"}, {}, "Could not find member 'description'"),
    ({"ManualVoucherLines": []}, {}, "at least one line"),
    ({"DepartmentId": 10}, {}, "DepartmentId 10 does not exist"),
    ({"ProjectId": 1}, {}, "ProjectId 1 does not exist"),
    ({}, {"CreditAccountId": 3020}, "CreditAccountId 3020 does not exist"),
    ({}, {"CreditAccountId": "3020"}, "whole number"),
    ({}, {"CreditAccountId": None, "CreditVatId": None}, "DebitAccountId or CreditAccountId is required"),
    ({}, {"CreditVatId": 3}, "CreditVatId 3 does not exist"),
    ({}, {"DebitVatId": 1011}, "without DebitAccountId"),
    ({}, {"CurrencyAmount": None}, "CurrencyAmount is required"),
    ({}, {"CurrencyAmount": 0}, "not 0"),
    ({}, {"CurrencyAmount": 99.999}, "more than two decimals"),
    ({}, {"CurrencyAmount": 99.99}, "does not balance"),
    ({}, {"PostingDate": "2020-01-02"}, "does not balance"),
    ({}, {"CurrencyExchangeRate": 2}, "has to be 1"),
    ({}, {"Amount": 1}, "Could not find member 'Amount'"),
    ({}, {"Accrual": {}}, "Accrual is not supported"),
    ({}, {"Dim1Id": 5}, "Dim1Id 5 does not exist"),
]


@pytest.mark.parametrize(("head", "line", "said"), JOURNAL_REFUSALS)
def test_a_broken_journal_draft_is_a_problem_and_keeps_nothing(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, head: dict[str, Any], line: dict[str, Any], said: str
) -> None:
    body = numbers.journal(numbers.debit(1900, "0", 100), {**numbers.credit(3020, "3", 100), **line})
    answer = v2("POST", "/v2/JournalEntryVouchers/ManualJournals", {**body, **head})
    assert answer.status == (404 if "does not exist" in said else 400)
    assert said in words(answer)
    assert world.drafts() == []


def test_v2_says_field_by_field_what_is_wrong_with_single_fields(v2: Caller, numbers: Numbers) -> None:
    line = {**numbers.credit(3020, "3", 100), "CurrencyAmount": "100"}
    answer = v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal(numbers.debit(1900, "0", 1), line))
    found = data(answer)
    assert (answer.status, found["title"], found["status"]) == (400, "One or more validation errors occurred.", 400)
    assert found["errors"] == {"ManualVoucherLines[1].CurrencyAmount": ["Line 2: CurrencyAmount has to be a number."]}
    unreadable = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", b"{"))
    assert list(unreadable["errors"]) == ["$"]


@pytest.mark.parametrize(
    ("account", "vat", "department", "said"),
    [
        (3999, "3", "10", "not active"),
        (3020, "C24", "10", "not valid on"),
        (3020, "C99", "10", "not valid on"),
        (3100, "3", "10", "locked to VAT code '5'"),
        (3020, "3", "99", "Department '99' is not active"),
    ],
)
def test_a_journal_line_keeps_the_rules_of_its_account(
    v2: Caller, numbers: Numbers, account: int, vat: str, department: str, said: str
) -> None:
    number = numbers.department[department]
    body = numbers.journal(numbers.debit(1900, "0", 100), numbers.credit(account, vat, 100, DepartmentId=number))
    answer = v2("POST", "/v2/JournalEntryVouchers/ManualJournals", body)
    assert answer.status == 400
    assert said in words(answer)
    assert data(answer)["detail"].startswith("Line 2: ")
    assert (data(answer)["title"], data(answer)["status"]) == ("Voucher validation error(s)", 400)


def test_no_journal_draft_is_taken_on_or_before_the_lock_date(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers
) -> None:
    world.set_lock_date(date(2020, 1, 1))
    answer = v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal())
    assert answer.status == 400
    assert "lock date" in words(answer)
    later = numbers.journal(VoucherDate="2020-01-02")
    assert v2("POST", "/v2/JournalEntryVouchers/ManualJournals", later).status == 201


def test_the_list_shows_drafts_created_after_a_moment_in_order_of_time(
    v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    ids = []
    for _ in range(3):
        ids.append(data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"])
        clock.advance(1.25)
    everything = data(v2("GET", "/v2/JournalEntryVouchers"))
    assert [item["Id"] for item in everything] == ids
    assert set(everything[0]) == {
        "Id",
        "VoucherType",
        "CreatedDateTimeOffset",
        "LastChangedDateTimeOffset",
        "InApprovalWorkflow",
        "IsCreatedByCurrentIntegration",
        "IsPosted",
        "OriginatedFromEhf",
    }
    assert everything[0]["VoucherType"] == "ManualJournal"
    after = everything[0]["CreatedDateTimeOffset"]
    later = data(v2("GET", "/v2/JournalEntryVouchers", createdDateTimeOffsetGreaterThan=after))
    assert [item["Id"] for item in later] == ids[1:]
    none = v2("GET", "/v2/JournalEntryVouchers", createdDateTimeOffsetGreaterThan="2030-01-01T00:00:00Z")
    assert none.status == 204


def test_an_integration_sees_only_its_own_journal_vouchers(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    voucher_id = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"]
    clock.advance(1)
    other = Caller(world, "v2", "addon", "other")
    assert other("GET", "/v2/JournalEntryVouchers").status == 204
    assert other("GET", f"/v2/JournalEntryVouchers/ManualJournals/{voucher_id}").status == 404
    assert other("DELETE", f"/v2/JournalEntryVouchers/{voucher_id}").status == 404
    assert len(data(v2("GET", "/v2/JournalEntryVouchers"))) == 1


def test_a_posted_voucher_is_not_deleted(world: PowerOfficeGo, v2: Caller, numbers: Numbers) -> None:
    voucher_id = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"]
    world.post(voucher_id)
    answer = v2("DELETE", f"/v2/JournalEntryVouchers/{voucher_id}")
    assert (answer.status, data(answer)["title"]) == (409, "Object conflict")
    assert data(answer)["detail"].endswith("is already posted.")
    assert len(world.drafts()) == 1


def test_an_unposted_voucher_is_deleted_once(world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock) -> None:
    ids = [data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"] for _ in range(3)]
    assert v2("DELETE", f"/v2/JournalEntryVouchers/{ids[1]}").status == 200
    assert v2("DELETE", f"/v2/JournalEntryVouchers/{ids[1]}").status == 404
    assert [draft.id for draft in world.drafts()] == [ids[0], ids[2]]
    clock.advance(1)
    assert [item["Id"] for item in data(v2("GET", "/v2/JournalEntryVouchers"))] == [ids[0], ids[2]]


# --- v2: pages ----------------------------------------------------------------------------------------


def test_a_pdf_documents_a_draft(world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock) -> None:
    voucher_id = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"]
    assert upload(v2, voucher_id, PDF).status == 201
    [page] = world.draft(voucher_id).pages
    assert (page.name, page.content_type, page.size) == ("bilag.pdf", "application/pdf", len(PDF))
    clock.advance(1)
    found = data(v2("GET", f"/v2/JournalEntryVouchers/ManualJournals/{voucher_id}"))
    assert [(item["Id"], item["VoucherId"]) for item in found["Pages"]] == [(page.id, voucher_id)]


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (b"<html>", {}, "PDF or an image"),
        (b"", {}, "PDF or an image"),
        (PDF, {"field": "document"}, "field named 'file'"),
        (PDF, {"name": ""}, "no file name"),
    ],
)
def test_what_is_no_document_is_refused(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, content: bytes, more: dict[str, str], said: str
) -> None:
    voucher_id = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"]
    answer = upload(v2, voucher_id, content, **more)
    assert answer.status == 400
    assert said in words(answer)
    assert world.draft(voucher_id).pages == ()


def test_a_page_needs_a_form_and_an_unposted_draft(world: PowerOfficeGo, v2: Caller, numbers: Numbers) -> None:
    voucher_id = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"]
    assert v2("POST", f"/v2/JournalEntryVouchers/{voucher_id}/VoucherPages", {}).status == 400
    assert upload(v2, "nope", PDF).status == 404
    world.post(voucher_id)
    assert upload(v2, voucher_id, PDF).status == 409


def test_a_draft_in_an_approval_keeps_its_shape(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    voucher_id, other_id = (
        data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"] for _ in range(2)
    )
    clock.advance(1)
    world.submit_for_approval(voucher_id)
    assert v2("DELETE", f"/v2/JournalEntryVouchers/{voucher_id}").status == 409
    assert upload(v2, voucher_id, PDF).status == 409
    assert not any(item["InApprovalWorkflow"] for item in data(v2("GET", "/v2/JournalEntryVouchers")))
    clock.advance(1)
    shown = {item["Id"]: item for item in data(v2("GET", "/v2/JournalEntryVouchers"))}
    assert (shown[voucher_id]["InApprovalWorkflow"], shown[voucher_id]["IsPosted"]) == (True, False)
    assert shown[other_id]["InApprovalWorkflow"] is False
    for flag, expected in (("true", voucher_id), ("false", other_id)):
        assert [item["Id"] for item in data(v2("GET", "/v2/JournalEntryVouchers", inApprovalWorkflow=flag))] == [
            expected
        ]
    world.post(voucher_id)
    clock.advance(1)
    (posted,) = data(v2("GET", "/v2/JournalEntryVouchers", isPosted="true"))
    assert (posted["Id"], posted["InApprovalWorkflow"]) == (voucher_id, False)


# --- v2: direct posting -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["CashJournals", "ManualJournals"])
def test_a_voucher_is_posted_directly_and_is_no_draft(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock, kind: str
) -> None:
    answer = v2("POST", f"/v2/Vouchers/{kind}", numbers.voucher(SaftSourceId="S"))
    assert answer.status == 201
    assert data(answer)["VoucherNo"] == 1
    assert world.drafts() == []
    [voucher] = world.vouchers()
    assert (voucher.posted, voucher.reference, voucher.debit_ore) == (True, "torget-20200101-r1", 10000)
    assert voucher.lines[0].saft_source_id == "S"
    path = f"/v2/Vouchers/{kind}/{voucher.id}"
    assert v2("GET", path).status == 404
    clock.advance(1)
    found = data(v2("GET", path))
    assert (found["ExternalImportReference"], found["VoucherNo"]) == ("torget-20200101-r1", 1)
    other = "ManualJournals" if kind == "CashJournals" else "CashJournals"
    assert v2("GET", f"/v2/Vouchers/{other}/{voucher.id}").status == 404


def test_a_second_voucher_with_the_same_reference_is_refused(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers
) -> None:
    assert v2("POST", "/v2/Vouchers/CashJournals", numbers.voucher()).status == 201
    answer = v2("POST", "/v2/Vouchers/ManualJournals", numbers.voucher())
    assert answer.status == 400
    assert "already in use" in data(answer)["detail"]
    assert world.vouchers()[0].id in data(answer)["detail"]
    assert len(world.vouchers()) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"VatId": None}, "VatId is required"),
        ({"AccountId": None}, "AccountId is required"),
        ({"PostingDate": None}, "PostingDate is required"),
        ({"CurrencyAmount": -99}, "does not balance"),
        ({"DebitAccountId": 1}, "Could not find member 'DebitAccountId'"),
        ({"AccountId": 3000}, "AccountId 3000 does not exist"),
    ],
)
def test_a_line_posted_directly_is_read_strictly(v2: Caller, numbers: Numbers, line: dict[str, Any], said: str) -> None:
    body = numbers.voucher(numbers.signed(1900, "0", 100), {**numbers.signed(3000, "3", -100), **line})
    answer = v2("POST", "/v2/Vouchers/CashJournals", body)
    assert answer.status == (404 if "does not exist" in said else 400)
    assert said in words(answer)


# --- v2: the ledger -----------------------------------------------------------------------------------


def test_every_line_that_was_posted_is_a_transaction(v2: Caller, numbers: Numbers, clock: Clock) -> None:
    body = numbers.voucher(
        numbers.signed(1900, "0", 125, DepartmentId=numbers.department["10"]),
        {**numbers.signed(1900, "0", 100), "AccountId": numbers.subledger[10001]},
        numbers.signed(3000, "3", -225, Description="Mat"),
        Description="Torget",
    )
    voucher_id = data(v2("POST", "/v2/Vouchers/CashJournals", body))["Id"]
    assert v2("GET", "/v2/AccountTransactions", **DAY_ASKED).status == 204
    clock.advance(1)
    rows = data(v2("GET", "/v2/AccountTransactions", **DAY_ASKED))
    assert [(row["AccountNo"], row["VatCode"], row["Amount"], row["DepartmentCode"]) for row in rows] == [
        (1900, "0", 125, "10"),
        (1500, "0", 100, None),
        (3000, "3", -180, None),
        (2700, None, -45, None),
    ]
    assert rows[1]["CustomerAccountNo"] == 10001
    assert len({row["Id"] for row in rows}) == 4
    times = ("CreatedDateTimeOffset", "LastChangedDateTimeOffset")
    net = {name: value for name, value in rows[2].items() if name not in ("Id", *times)}
    assert net == {
        "AccountId": numbers.account[3000],
        "AccountNo": 3000,
        "Amount": -180,
        "CorrectionOfVoucherId": None,
        "CorrectionOfVoucherNo": None,
        "CreatedFromImportJournalId": None,
        "CurrencyAmount": -180,
        "CurrencyCode": "NOK",
        "CustomerAccountNo": None,
        "DepartmentCode": None,
        "DepartmentId": None,
        "Description": "Mat",
        "ExternalImportReference": "torget-20200101-r1",
        "IsReversed": False,
        "PostingDate": "2020-01-01",
        "ProductCode": None,
        "ProjectCode": None,
        "ReversedVoucherId": None,
        "ReversedVoucherNo": None,
        "VatAmount": -45,
        "VatCode": "3",
        "VatId": numbers.vat["3"],
        "VatRate": Decimal("0.25"),
        "VoucherDate": "2020-01-01",
        "VoucherDescription": "Torget",
        "VoucherId": voucher_id,
        "VoucherNo": 1,
        "VoucherType": "CashJournal",
    }


def test_transactions_are_found_by_date_time_account_and_voucher_number(
    v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    for number in range(3):
        day = f"2020-01-0{number + 1}"
        lines = (
            {**numbers.signed(1900, "0", 100), "PostingDate": day},
            {**numbers.signed(3000, "3", -100), "PostingDate": day},
        )
        body = numbers.voucher(*lines, ExternalImportReference=f"r{number}", VoucherDate=day)
        assert v2("POST", "/v2/Vouchers/CashJournals", body).status == 201
        clock.advance(10)
    whole = {"fromDate": "2020-01-01", "toDate": "2020-01-03"}

    def numbers_of(**query: str) -> list[int]:
        answer = v2("GET", "/v2/AccountTransactions", **query)
        return [row["VoucherNo"] for row in data(answer)] if answer.status == 200 else []

    assert numbers_of(**whole) == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert numbers_of(fromDate="2020-01-02", toDate="2020-01-02T23:00:00+02:00") == [2, 2, 2]
    assert numbers_of(**whole, accountNos="3000-3999") == [1, 2, 3]
    assert numbers_of(**whole, voucherNos="1, 3-") == [1, 1, 1, 3, 3, 3]
    assert numbers_of(**whole, PageSize="7", PageNumber="2") == [3, 3]
    second = instant_text(NOON + 10)
    assert numbers_of(**whole, createdDateTimeOffsetGreaterThan=second) == [3, 3, 3]
    assert numbers_of(**whole, lastChangedDateTimeOffsetGreaterThan=second) == [3, 3, 3]
    assert numbers_of(**whole, vatCodes="3") == [1, 2, 3]
    assert numbers_of(**whole, vatCodes="0,3") == [1, 1, 2, 2, 3, 3]
    assert numbers_of(**whole, vatCodes="-1") == [1, 2, 3]
    assert numbers_of(**whole, departmentCodes="10") == []
    assert len(numbers_of(**whole, departmentCodes="-1", projectCodes="-1", productCodes="-1")) == 9
    assert numbers_of(**whole, projectCodes="1", includeSubProject="true") == []
    assert numbers_of(**whole, voucherTypes="CashJournal") == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert numbers_of(**whole, voucherTypes="ManualJournal, ReversalVoucher") == []
    assert numbers_of(fromDate="2021-01-01", toDate="2021-01-01") == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"fromDate": "2020-01-01"},
        {"toDate": "2020-01-01"},
        {"fromDate": "2020-01-02", "toDate": "2020-01-01"},
        {"fromDate": "yesterday", "toDate": "2020-01-01"},
        {**DAY_ASKED, "createdDateTimeOffsetGreaterThan": "2020-01-01T00:00:00"},
        {**DAY_ASKED, "externalImportReference": "x"},
    ],
)
def test_transactions_are_asked_for_strictly(v2: Caller, query: dict[str, str]) -> None:
    assert v2("GET", "/v2/AccountTransactions", **query).status == 400


def test_drafts_are_transactions_once_they_are_posted(
    world: PowerOfficeGo, v1: Caller, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    import_id = data(v1("POST", "/Import/", import_body()))["data"]
    voucher_id = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"]
    clock.advance(1)
    assert v2("GET", "/v2/AccountTransactions", **DAY_ASKED).status == 204
    for draft_id in (import_id, voucher_id):
        world.post(draft_id)
    clock.advance(1)
    imported, _, _, drafted, _, _ = data(v2("GET", "/v2/AccountTransactions", **DAY_ASKED))
    assert (imported["CreatedFromImportJournalId"], imported["ExternalImportReference"]) == (
        import_id,
        "torget-20200101-r1",
    )
    assert imported["VoucherId"] != import_id
    assert (drafted["VoucherId"], drafted["ExternalImportReference"]) == (voucher_id, None)
    assert (imported["VoucherType"], drafted["VoucherType"]) == ("CashJournal", "ManualJournal")
    assert imported["CreatedDateTimeOffset"] == instant_text(NOON + 1)


def test_a_reversal_nullifies_a_voucher_and_frees_its_reference(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    voucher_id = data(v2("POST", "/v2/Vouchers/CashJournals", numbers.voucher()))["Id"]
    world.reverse(voucher_id)
    world.reverse(voucher_id)
    clock.advance(1)
    rows = data(v2("GET", "/v2/AccountTransactions", **DAY_ASKED))
    assert sum(row["Amount"] for row in rows) == 0
    assert [(row["VoucherNo"], row["VoucherType"], row["IsReversed"], row["Amount"]) for row in rows] == [
        (1, "CashJournal", True, 100),
        (1, "CashJournal", True, -80),
        (1, "CashJournal", True, -20),
        (2, "ReversalVoucher", False, -100),
        (2, "ReversalVoucher", False, 80),
        (2, "ReversalVoucher", False, 20),
    ]
    assert {row["ReversedVoucherId"] for row in rows if row["VoucherType"] == "ReversalVoucher"} == {voucher_id}
    assert len({row["Id"] for row in rows}) == 6
    assert data(v2("GET", f"/v2/Vouchers/CashJournals/{voucher_id}"))["IsReversed"] is True
    again = v2("POST", "/v2/Vouchers/CashJournals", numbers.voucher())
    assert (again.status, data(again)["IsReversed"], data(again)["VoucherNo"]) == (201, False, 3)


def test_the_documentation_of_a_posted_voucher_is_replaced(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    voucher_id = data(v2("POST", "/v2/Vouchers/CashJournals", numbers.voucher()))["Id"]
    clock.advance(1)
    (before,) = data(v2("GET", "/v2/VoucherDocumentation", id=voucher_id))
    assert before == {
        "VoucherId": voucher_id,
        "VoucherNo": 1,
        "VoucherType": "CashJournal",
        "HasPdf": False,
        "HasImages": False,
        "HasEhf": False,
        "HasSalesOrderAttachments": False,
        "IsImported": True,
    }
    for name in ("one.pdf", "two.pdf"):
        assert document(v2, voucher_id, name=name).status == 202
        assert [page.name for page in world.draft(voucher_id).pages] == [name]
    assert data(v2("GET", "/v2/VoucherDocumentation", id=voucher_id))[0]["HasPdf"] is False
    clock.advance(1)
    assert data(v2("GET", "/v2/VoucherDocumentation", id=voucher_id.upper()))[0]["HasPdf"] is True
    assert data(v2("GET", "/v2/VoucherDocumentation", voucherNo="1"))[0]["VoucherId"] == voucher_id
    assert v2("GET", "/v2/VoucherDocumentation", voucherNo="2").status == 204
    assert v2("GET", "/v2/VoucherDocumentation", id="00000000-0000-0000-0000-000000000000").status == 204
    assert v2("GET", "/v2/VoucherDocumentation", id="nonsense").status == 400


def test_only_a_pdf_documents_what_this_integration_has_posted(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers
) -> None:
    draft_id = data(v2("POST", "/v2/JournalEntryVouchers/ManualJournals", numbers.journal()))["Id"]
    voucher_id = data(v2("POST", "/v2/Vouchers/CashJournals", numbers.voucher()))["Id"]
    png = b"\x89PNG\r\n\x1a\n"
    other = Caller(world, "v2", "addon", "other")
    other.log_in()
    for answer, said in (
        (document(v2, draft_id), "is not posted"),
        (document(v2, voucher_id, png), "has to be a PDF"),
        (document(v2, voucher_id, b"<html>"), "has to be a PDF"),
        (document(v2, voucher_id, PDF + b"x" * 30 * 1024 * 1024), "larger than 30 MB"),
        (document(v2, "00000000-0000-0000-0000-000000000000"), "not found"),
        (document(v2, ""), "id is required"),
        (document(other, voucher_id), "not found"),
    ):
        assert answer.status == (404 if said == "not found" else 400)
        assert said in words(answer)
    assert world.draft(voucher_id).pages == ()
    world.post(draft_id)
    assert document(v2, draft_id).status == 202


def test_the_ledger_needs_privileges_of_its_own(world: PowerOfficeGo, v2: Caller, numbers: Numbers) -> None:
    voucher_id = data(v2("POST", "/v2/Vouchers/CashJournals", numbers.voucher()))["Id"]
    lacking = {"AccountTransaction", "VoucherDocumentation", "VoucherDocumentation_Full", "CommonServices"}
    world.set_privileges("app", "client", ALL_PRIVILEGES - lacking)
    v2.log_in()
    assert v2("GET", "/v2/AccountTransactions", **DAY_ASKED).status == 403
    assert v2("GET", "/v2/VoucherDocumentation", id=voucher_id).status == 403
    assert v2("GET", "/v2/OrganizationSettings").status == 403
    assert document(v2, voucher_id).status == 403
    assert v2("POST", "/v2/AccountTransactions", {}).status == 404
    assert v2("DELETE", "/v2/VoucherDocumentation").status == 404


def test_the_organization_settings_are_those_of_the_client(v2: Caller) -> None:
    found = data(v2("GET", "/v2/OrganizationSettings"))
    assert (found["Name"], found["LegalName"], found["OrganizationNumber"]) == (
        "Fjordmat AS",
        "Fjordmat AS",
        "999999999",
    )


# --- faults -------------------------------------------------------------------------------------------


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


# --- inspection ---------------------------------------------------------------------------------------


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
    assert describe(world.drafts()[0]) == "import 2020-01-01 Torget Kafé (2 lines, 514.20)"


def test_thousands_of_drafts_stay_quick_to_add_and_find(
    world: PowerOfficeGo, v1: Caller, v2: Caller, clock: Clock
) -> None:
    v1.log_in()
    for number in range(2000):
        assert data(v1("POST", "/Import/", import_body(externalImportReference=f"r{number}")))["success"]
    clock.advance(1)
    assert all(v1.find(f"r{number}")["count"] == 1 for number in range(0, 2000, 10))


# --- the page -----------------------------------------------------------------------------------------


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


# --- the server ---------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    world = default_world(v1_requests_per_s=10_000, v2_requests_per_s=10_000, replica_lag_s=0)
    with SandboxServer(world) as running:
        yield running


@pytest.fixture
def http(server: SandboxServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url, timeout=10) as client:
        answer = client.post("/OAuth/Token", auth=("app", "client"), data={"grant_type": "client_credentials"})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def test_the_server_listens_on_this_machine_only(server: SandboxServer) -> None:
    assert server.base_url == f"http://127.0.0.1:{server.port}"
    assert server.port > 0


def test_an_import_travels_over_http_on_one_connection(server: SandboxServer, http: httpx.Client) -> None:
    answer = http.post("/Import/", json=import_body(externalImportReference="Ola's+1"))
    assert answer.json()["success"] is True
    found = http.get("/Import/", params={"$filter": "(ExternalImportReference eq 'Ola''s+1')"})
    assert found.json()["count"] == 1
    encoded = quote("(ExternalImportReference eq 'Ola''s+1')")
    assert http.get(f"/Import/?$filter={encoded}").json()["count"] == 1
    assert answer.http_version == "HTTP/1.1"
    assert "connection" not in answer.headers
    assert len(server.world.drafts()) == 1


def test_v2_and_its_multipart_pages_travel_over_http(server: SandboxServer) -> None:
    headers = {"Ocp-Apim-Subscription-Key": SUBSCRIPTION}
    with httpx.Client(base_url=server.base_url, headers=headers, timeout=10) as client:
        token = client.post("/OAuth/Token", auth=("app", "client"), data={"grant_type": "client_credentials"}).json()[
            "access_token"
        ]
        client.headers["Authorization"] = f"Bearer {token}"
        caller = Caller(server.world, "v2")
        body = Numbers(caller).journal()
        created = client.post("/v2/JournalEntryVouchers/ManualJournals", json=body)
        assert created.status_code == 201
        voucher_id = created.json()["Id"]
        page = client.post(
            f"/v2/JournalEntryVouchers/{voucher_id}/VoucherPages",
            files={"file": ("bilag æøå.pdf", PDF, "application/pdf")},
        )
        assert page.status_code == 201
        empty = client.get("/v2/Projects")
        assert (empty.status_code, empty.content) == (204, b"")
        assert client.get(f"/v2/JournalEntryVouchers/ManualJournals/{voucher_id}").json()["Pages"]
        assert client.delete(f"/v2/JournalEntryVouchers/{voucher_id}").status_code == 200


@pytest.mark.parametrize(("kind", "kept"), [("lose_request", 0), ("lose_answer", 1)])
def test_a_lost_request_or_answer_closes_the_connection_without_a_word(
    server: SandboxServer, http: httpx.Client, kind: Any, kept: int
) -> None:
    server.world.faults = lambda request: Fault(kind) if request.method == "POST" else None
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/Import/", json=import_body())
    assert len(server.world.drafts()) == kept
    assert http.get("/Client/").status_code == 200


def test_a_delay_is_slept_by_the_server(server: SandboxServer, http: httpx.Client) -> None:
    server.world.faults = lambda request: Fault(delay_s=2)
    with pytest.raises(httpx.ReadTimeout):
        http.get("/Client/", timeout=0.2)


def test_a_sender_that_waits_for_a_go_ahead_gets_it(server: SandboxServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        head = b"POST /Import/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        connection.sendall(head)
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert connection.recv(100).startswith(b"HTTP/1.1 401 ")


def test_many_threads_draft_at_once_and_none_is_lost_or_doubled(server: SandboxServer, http: httpx.Client) -> None:
    authorization = http.headers["Authorization"]
    failures: list[object] = []

    def draft(number: int) -> None:
        with httpx.Client(base_url=server.base_url, headers={"Authorization": authorization}, timeout=20) as own:
            for _ in range(2):
                answer = own.post("/Import/", json=import_body(externalImportReference=f"r{number}")).json()
                if not answer["success"] and "Unique" not in answer["validation"]["exception"]:
                    failures.append(answer)

    threads = [threading.Thread(target=draft, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {found.reference for found in server.world.drafts()} == {f"r{number}" for number in range(20)}
    assert len(server.world.drafts()) == 20


def test_a_busy_port_is_an_os_error() -> None:
    with SandboxServer(default_world()) as server, pytest.raises(OSError, match="in use"):
        SandboxServer(default_world(), port=server.port)


def test_a_stopped_server_frees_its_port_and_hangs_up() -> None:
    server = SandboxServer(default_world()).start()
    port = server.port
    with socket.create_connection(("127.0.0.1", port)) as open_connection:
        open_connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert open_connection.recv(10)
        server.stop()
    with SandboxServer(default_world(), port=port) as again:
        assert httpx.get(again.base_url).status_code == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Content-Length: x", b"400"),
        (b"Content-Length: 99999999999", b"413"),
        (b"Transfer-Encoding: chunked", b"411"),
    ],
)
def test_a_request_of_bad_form_is_refused_and_hung_up_on(server: SandboxServer, head: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"POST /Import/ HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n")
        found = b""
        while piece := connection.recv(4096):
            found += piece
    assert found.startswith(b"HTTP/1.1 " + status)


def test_the_module_runs_by_itself_and_gives_hints() -> None:
    command = [sys.executable, "-u", "-m", "posexport.sandbox", "--port", "0"]
    root = Path(posexport.sandbox.__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=root) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            base_url = re.search(r"http://127\.0\.0\.1:\d+", first)
            assert base_url is not None, first
            assert httpx.get(base_url[0]).status_code == 200
        finally:
            process.terminate()


def test_the_module_says_which_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with SandboxServer(default_world()) as server:
        assert main(["--port", str(server.port)]) == 2
    captured = capsys.readouterr()
    assert str(server.port) in captured.err
    assert captured.out == ""

"""Tokens, keys and privileges in the sandbox, and that it stands alone."""

from __future__ import annotations

import ast
import base64
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import posexport.sandbox
from posexport.sandbox import (
    ALL_PRIVILEGES,
    Key,
    PowerOfficeGo,
    default_world,
    demo_client,
)
from tests.support.sandbox_client import (
    NOON,
    Caller,
    Clock,
    Numbers,
    basic,
    claims_of,
    data,
    import_body,
)

# The folder


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


# Tokens


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


# Privileges


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

"""The import queue of v1 in the sandbox."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from posexport.sandbox import (
    Key,
    PowerOfficeGo,
    demo_client,
)
from tests.support.sandbox_client import (
    NOON,
    Caller,
    Clock,
    data,
    import_body,
    import_line,
    without,
)


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

"""The lists of v2 in the sandbox."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from posexport.sandbox import (
    Key,
    PowerOfficeGo,
    demo_client,
)
from tests.support.sandbox_client import (
    Caller,
    Numbers,
    data,
)


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

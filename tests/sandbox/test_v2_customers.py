"""Customers, contact persons, products and projects in the sandbox, as v2 and v1 show and make them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from posexport.sandbox import (
    ConnectionLost,
    ContactPerson,
    Customer,
    Fault,
    Key,
    NotAllowed,
    PowerOfficeGo,
    Product,
    Project,
)
from posexport.sandbox.wire import Refused
from tests.support.sandbox_client import (
    Caller,
    Clock,
    Numbers,
    Sales,
    data,
    import_body,
    import_line,
    instant_text,
    words,
)

CUSTOMERS = "/v2/Customers"
NEW = {
    "Name": "Brygga Velforening",
    "OrganizationNumber": "310042196",
    "EmailAddress": "post@bryggavel.example",
    "ExternalImportReference": "posexport:VEL",
    "InvoiceDeliveryType": "Print",
    "MailAddress": {"AddressLine1": "Kaia 3", "ZipCode": "9008", "City": "Tromsø", "CountryCode": "NO"},
}


def rows(v2: Caller, path: str, **query: str) -> list[dict[str, Any]]:
    """A list of v2; an empty one is a 204."""
    answer = v2("GET", path, None, **query)
    assert answer.status in (200, 204), words(answer)
    return [] if answer.status == 204 else list(data(answer))


def numbers_of(v2: Caller, **query: str) -> list[int]:
    return [row["Number"] for row in rows(v2, CUSTOMERS, **query)]


# --- customers, read ----------------------------------------------------------------------------------


def test_the_demo_company_has_a_customer_of_every_kind(v2: Caller) -> None:
    found = {row["Number"]: row for row in rows(v2, CUSTOMERS, customerNos="10101-")}
    by_organization: dict[str, int] = {}
    for row in found.values():
        number = row["OrganizationNumber"] or ""
        by_organization[number] = by_organization.get(number, 0) + 1
    assert by_organization.pop("") >= 3, "some have no organization number"
    assert sorted(by_organization.values())[-2:] == [1, 2], "two share one"
    assert [row["Number"] for row in found.values() if row["IsArchived"]] == [10105]
    assert [row["Number"] for row in found.values() if row["IsVatFree"]] == [10106]
    assert [(row["Number"], row["Allowance"]) for row in found.values() if row["Allowance"]] == [(10107, 10)]
    assert [row["Number"] for row in found.values() if row["CurrencyCode"] != "NOK"] == [10108]
    person = next(row for row in found.values() if row["IsPerson"])
    assert (person["Name"], person["FirstName"], person["LastName"]) == (None, "Mona", "Strandheim")
    for number in by_organization:
        digits = [int(digit) for digit in number]
        weighed = sum(digit * weight for digit, weight in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True))
        assert weighed % 11 == 0, "check digits are right"


def test_customers_are_found_by_the_filters_of_the_description_alone(
    world: PowerOfficeGo, v2: Caller, clock: Clock
) -> None:
    assert numbers_of(v2, externalImportReference="posexport:KURS") == [10111]
    assert numbers_of(v2, externalNos="4711") == [10111]
    assert numbers_of(v2, externalNos="1-") == [10111]
    assert numbers_of(v2, customerNos="10101,10103-10104") == [10101, 10103, 10104]
    start = instant_text(clock.now_s)
    clock.advance(10)
    world.change_customer(10102, email="ny@nordlysreiser.example")
    clock.advance(1)
    assert numbers_of(v2, lastChangedDateTimeOffsetGreaterThan=start) == [10102]
    assert numbers_of(v2, customerCreatedDateTimeOffsetGreaterThan=start) == []
    for name in ("organizationNumbers", "emailAddresses", "names"):
        answer = v2("GET", CUSTOMERS, None, **{name: "1"})
        assert (answer.status, list(data(answer)["errors"])) == (400, [name])


def test_a_list_of_customers_is_narrowed_and_paged(v2: Caller) -> None:
    query = {"Fields": "Id,Number,OrganizationNumber,EmailAddress", "PageSize": "2", "customerNos": "10101-"}
    answer = v2("GET", CUSTOMERS, None, **query)
    assert [set(row) for row in data(answer)] == [{"Id", "Number", "OrganizationNumber", "EmailAddress"}] * 2
    assert "PageNumber=2" in answer.headers["X-Pagination"]


def test_one_customer_is_read_by_its_id_not_its_number(v2: Caller) -> None:
    (row,) = rows(v2, CUSTOMERS, customerNos="10101")
    assert data(v2("GET", f"{CUSTOMERS}/{row['Id']}")) == row
    for missing in ("10101", "abc", "²"):
        answer = v2("GET", f"{CUSTOMERS}/{missing}")
        assert (answer.status, data(answer)["title"]) == (404, "Object(s) not found")


def test_a_number_may_change_and_the_ids_stay(world: PowerOfficeGo, v2: Caller, sales: Sales, clock: Clock) -> None:
    (before,) = rows(v2, CUSTOMERS, customerNos="10101")
    order = sales.make()
    world.change_customer(10101, no=10901)
    clock.advance(1)
    (after,) = rows(v2, CUSTOMERS, customerNos="10901")
    assert (after["Id"], after["SubledgerAccountId"]) == (before["Id"], before["SubledgerAccountId"])
    assert numbers_of(v2, customerNos="10101") == []
    assert data(v2("GET", f"/v2/SalesOrders/{order['Id']}"))["CustomerNo"] == 10901
    persons = rows(v2, "/v2/ContactPersons", contactIds=str(before["Id"]))
    assert {person["LastName"] for person in persons} == {"Solvang", "Bakken"}
    with pytest.raises(Refused, match="already in use"):
        world.change_customer(10102, no=10901)
    with pytest.raises(KeyError):
        world.change_customer(10101, name="x")


# --- customers, made ----------------------------------------------------------------------------------


def test_a_customer_is_made_with_the_next_number_and_seen_after_the_lag(v2: Caller, clock: Clock) -> None:
    answer = v2("POST", CUSTOMERS, NEW)
    made = data(answer)
    assert (answer.status, made["Number"], made["InvoiceDeliveryType"]) == (201, 10112, "Print")
    assert {name: made[name] for name in NEW if name != "MailAddress"} == {
        name: value for name, value in NEW.items() if name != "MailAddress"
    }
    assert made["MailAddress"] == {**NEW["MailAddress"], "AddressLine2": None}  # type: ignore[dict-item]
    assert made["SubledgerAccountId"] != made["Id"]
    assert v2("GET", f"{CUSTOMERS}/{made['Id']}").status == 404
    assert numbers_of(v2, externalImportReference="posexport:VEL") == []
    clock.advance(1)
    assert data(v2("GET", f"{CUSTOMERS}/{made['Id']}")) == made
    assert numbers_of(v2, externalImportReference="posexport:VEL") == [10112]
    assert numbers_of(v2, customerCreatedDateTimeOffsetGreaterThan="2026-01-01T00:00:00Z") == [10112]


def test_a_customer_made_without_a_delivery_type_gets_mail_and_the_companys_currency(v2: Caller) -> None:
    made = data(v2("POST", CUSTOMERS, {"Name": "A"}))
    assert (made["InvoiceDeliveryType"], made["CurrencyCode"], made["IsVatFree"]) == ("PdfByEmail", "NOK", False)
    assert (made["IsArchived"], made["Allowance"], made["OrganizationNumber"]) == (False, None, None)


def test_a_person_is_made_of_two_names(v2: Caller) -> None:
    made = data(v2("POST", CUSTOMERS, {"IsPerson": True, "FirstName": "Liv", "LastName": "Moen"}))
    assert (made["IsPerson"], made["Name"], made["FirstName"], made["LastName"]) == (True, None, "Liv", "Moen")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"Name": None}, "Name is required"),
        ({"Name": " "}, "Name is required"),
        ({"Name": 7}, "Name has to be text"),
        ({"IsPerson": True}, "FirstName is required"),
        ({"IsPerson": True, "FirstName": "Liv"}, "LastName is required"),
        ({"IsPerson": "yes"}, "IsPerson has to be true or false"),
        ({"Number": "10200"}, "Number has to be a whole number"),
        ({"Number": 20000}, "is in no customer number series"),
        ({"Number": 10101}, "Number is already in use"),
        ({"ExternalImportReference": "posexport:KURS"}, "ExternalImportReference is already in use. 'posexport:KURS'"),
        ({"ExternalImportReference": "x" * 51}, "at most 50"),
        ({"ExternalNumber": 4711}, "ExternalNumber is already in use"),
        ({"EmailAddress": "post.bryggavel"}, "not a valid e-mail address"),
        ({"EmailAddress": "a@b@c.no"}, "not a valid e-mail address"),
        ({"InvoiceDeliveryType": "Efaktura"}, "'Efaktura' is not valid for InvoiceDeliveryType"),
        ({"MailAddress": "Kaia 3"}, "MailAddress has to be an object"),
        ({"MailAddress": {"City": "Tromsø"}}, "ZipCode is required"),
        ({"MailAddress": {"ZipCode": "9008"}}, "City is required"),
        ({"MailAddress": {"ZipCode": "9008", "City": "T", "CountryCode": "N1"}}, "two letters"),
        ({"MailAddress": {"ZipCode": "9008", "City": "T", "Street": "x"}}, "Could not find member 'Street'"),
        ({"Allowance": 200}, "Allowance has to be"),
        ({"CurrencyCode": "KR"}, "Currency 'KR' does not exist"),
        ({"PaymentTerm": -1}, "PaymentTerm has to be 0 or more"),
        ({"DepartmentCode": "99"}, "is not active"),
        ({"DateOfBirth": "1990-01-01"}, "DateOfBirth is not supported"),
        ({"Organisation": "1"}, "Could not find member 'Organisation'"),
    ],
)
def test_no_customer_is_made_of_what_is_wrong(
    world: PowerOfficeGo, v2: Caller, wrong: dict[str, Any], said: str
) -> None:
    before = world.customers()
    answer = v2("POST", CUSTOMERS, {**NEW, **wrong})
    assert (answer.status, said in words(answer)) == (400, True), words(answer)
    assert world.customers() == before


def test_a_department_that_is_not_there_is_not_found(v2: Caller) -> None:
    answer = v2("POST", CUSTOMERS, {**NEW, "DepartmentCode": "nope"})
    assert (answer.status, data(answer)["detail"]) == (404, "Department with code = nope not found.")


@pytest.mark.parametrize("path", ["Customers/{0}", "ContactPersons/1/{0}", "Products/{0}", "Projects/{0}"])
@pytest.mark.parametrize("written", ["x", "-1", "1.5", "\N{ARABIC-INDIC DIGIT ONE}", "9" * 5_000])
def test_an_id_that_is_none_is_not_found(v2: Caller, path: str, written: str) -> None:
    assert v2("GET", f"/v2/{path.format(written)}").status == 404


def test_a_second_customer_of_a_reference_names_the_first(v2: Caller) -> None:
    first = data(v2("POST", CUSTOMERS, NEW))
    answer = v2("POST", CUSTOMERS, {**NEW, "Name": "Another"})
    assert (answer.status, data(answer)["title"]) == (400, "Customer validation error(s)")
    assert data(answer)["detail"] == (
        f"ExternalImportReference is already in use. 'posexport:VEL' is used on (contact) Id = {first['Id']}."
    )


def test_organization_numbers_and_e_mails_need_not_be_unique(v2: Caller) -> None:
    twin = {name: value for name, value in NEW.items() if name != "ExternalImportReference"}
    assert [v2("POST", CUSTOMERS, twin).status for _ in range(2)] == [201, 201]


@pytest.mark.parametrize(("kind", "arrives"), [("lose_request", 0), ("lose_answer", 1)])
def test_faults_meet_customers_too(world: PowerOfficeGo, v2: Caller, kind: Any, arrives: int) -> None:
    v2.log_in()
    before = len(world.customers())
    world.faults = lambda request: Fault(kind) if request.method == "POST" else None
    with pytest.raises(ConnectionLost):
        v2("POST", CUSTOMERS, NEW)
    assert len(world.customers()) - before == arrives


def test_nothing_of_a_customer_is_changed_or_deleted_by_api(v2: Caller, sales: Sales) -> None:
    path = f"{CUSTOMERS}/{sales.customer[10101]}"
    for method in ("PATCH", "DELETE", "PUT"):
        answer = v2(method, path, {})
        assert (answer.status, data(answer)["message"]) == (404, "Resource not found")
    assert v2("POST", f"/v2/ContactPersons/{sales.customer[10101]}", {}).status == 404
    assert v2("POST", "/v2/Products", {"Name": "x"}).status == 404


def test_a_customer_that_was_made_may_be_ordered_for_and_posted_on_at_once(
    world: PowerOfficeGo, v1: Caller, v2: Caller, sales: Sales
) -> None:
    made = data(v2("POST", CUSTOMERS, {**NEW, "DepartmentCode": "10"}))
    order = data(v2("POST", "/v2/SalesOrders/Complete", {**sales.order(), "CustomerId": made["Id"]}))
    assert order["CustomerNo"] == made["Number"]
    lines = import_line(3020, "3", -10), {**import_line(1500, "0", 10), "customerCode": made["Number"]}
    assert data(v1("POST", "/Import/", import_body(*lines)))["success"] is True
    assert world.invoice(order["Id"]).total_ore == 100_000


# --- v1 -----------------------------------------------------------------------------------------------


def test_v1_shows_what_customers_are_matched_by(world: PowerOfficeGo, v1: Caller, clock: Clock) -> None:
    found = {row["code"]: row for row in data(v1("GET", "/Customer/"))["data"]}
    assert found[10111]["externalImportReference"] == "posexport:KURS"
    assert (found[10111]["externalCode"], found[10105]["isArchived"]) == (4711, True)
    assert found[10101]["invoiceEmailAddress"] == "faktura@fjordvikbygg.example"
    assert (found[10104]["isPerson"], "vatNumber" in found[10104]) == (True, False)
    query = {"$filter": "(VatNumber eq '310042048')"}
    assert [row["code"] for row in data(v1("GET", "/Customer/", None, **query))["data"]] == [10102, 10103]
    world.change_customer(10101, name="Fjordvik Bygg & Anlegg AS")
    clock.advance(1)
    query = {"$filter": "(Code eq 10101)"}
    assert data(v1("GET", "/Customer/", None, **query))["data"][0]["name"] == "Fjordvik Bygg & Anlegg AS"


# --- contact persons ----------------------------------------------------------------------------------


def test_contact_persons_are_found_by_their_customer(world: PowerOfficeGo, v2: Caller, sales: Sales) -> None:
    first, second = sales.customer[10101], sales.customer[10103]
    persons = rows(v2, "/v2/ContactPersons", contactIds=f"{first}, {second}")
    assert [(row["ContactId"], row["LastName"], row["IsDefault"], row["IsActive"]) for row in persons] == [
        (first, "Solvang", False, True),
        (first, "Bakken", True, True),
        (second, "Lunde", False, True),
        (second, "Aune", False, False),
    ]
    same = [row["ContactId"] for row in rows(v2, "/v2/ContactPersons") if row["FirstName"] == "Vera"]
    assert len(set(same)) == 2, "one e-mail address at two customers is two persons"
    path = f"/v2/ContactPersons/{first}/{persons[0]['Id']}"
    assert data(v2("GET", path)) == persons[0]
    assert v2("GET", f"/v2/ContactPersons/{second}/{persons[0]['Id']}").status == 404
    assert v2("GET", "/v2/ContactPersons", None, contactIds="1").status == 204
    assert v2("GET", "/v2/ContactPersons", None, contactIds="x").status == 400
    world.set_contact_person(ContactPerson(10101, "Nora", "Vik", external_code="N1"))
    assert [row["LastName"] for row in rows(v2, "/v2/ContactPersons", externalCodes="N1")] == ["Vik"]


@pytest.mark.parametrize("privilege", ["ContactPerson", "Customer", "Customer_Full"])
def test_contact_persons_are_read_with_either_privilege(world: PowerOfficeGo, v2: Caller, privilege: str) -> None:
    world.add_key(Key("p", "p", world.clients[0].client_id, privileges=frozenset({privilege})))
    assert Caller(world, "v2", "p", "p")("GET", "/v2/ContactPersons").status == 200


# --- products -----------------------------------------------------------------------------------------


def test_products_are_filtered(world: PowerOfficeGo, v2: Caller, clock: Clock) -> None:
    def found(**query: str) -> list[str]:
        return [row["Code"] for row in rows(v2, "/v2/Products", **query)]

    assert found(codes="SERV25, FATØL,NOPE") == ["SERV25", "FATØL"]
    assert found(isArchived="true") == ["SELSKAP"]
    assert "SELSKAP" not in found(isArchived="false")
    assert found(productGroupCodes="DRIKKE") == ["FATØL"]
    assert found(names="Kaffe") == ["KAFFE"]
    assert found(type="Service") == []
    start = instant_text(clock.now_s)
    clock.advance(5)
    world.change_product("TAKE15", standard_account_no=3020)
    clock.advance(1)
    assert found(lastChangedDateTimeOffsetGreaterThan=start) == ["TAKE15"]
    assert v2("GET", "/v2/Products", None, type="Freight").status == 400
    assert v2("GET", "/v2/Products", None, productCodes="a").status == 400
    with pytest.raises(KeyError):
        world.change_product("NOPE", active=False)


def test_a_product_shows_the_accounts_that_are_set_on_it_and_its_group_its_own(
    v2: Caller, sales: Sales, numbers: Numbers
) -> None:
    found = {row["Code"]: row for row in rows(v2, "/v2/Products")}
    assert (found["SERV25"]["StandardSalesAccount"], found["SERV25"]["OptionalSalesAccount"]) == (3020, 3250)
    assert found["SERV25"]["StandardSalesAccountId"] == numbers.account[3020]
    assert (found["FATØL"]["StandardSalesAccount"], found["FATØL"]["StandardSalesAccountId"]) == (None, None)
    groups = {row["Code"]: row for row in rows(v2, "/v2/ProductGroups")}
    assert found["FATØL"]["ProductGroupId"] == groups["DRIKKE"]["Id"]
    assert (groups["DRIKKE"]["StandardSalesAccount"], groups["1"]["StandardSalesAccount"]) == (3022, None)
    assert rows(v2, "/v2/ProductGroups", codes="DRIKKE") == [groups["DRIKKE"]]
    assert data(v2("GET", f"/v2/Products/{sales.product['KAFFE']}")) == found["KAFFE"]
    assert found["KAFFE"]["UnitPrice"] == Decimal("31.20")
    assert v2("GET", "/v2/Products/1").status == 404


def test_every_vat_rate_has_a_product(v2: Caller, world: PowerOfficeGo) -> None:
    accounts = world.clients[0].accounts
    found = [row["StandardSalesAccount"] for row in rows(v2, "/v2/Products") if row["StandardSalesAccount"]]
    assert {accounts[no].vat_code for no in found} >= {"3", "31", "33", "5", "0"}


# --- projects -----------------------------------------------------------------------------------------


def test_a_project_is_made_and_found_by_its_code(v2: Caller, sales: Sales, clock: Clock) -> None:
    answer = v2("POST", "/v2/Projects", {"Name": "Julebord", "Code": "JUL", "CustomerNo": 10101})
    made = data(answer)
    assert (answer.status, made["Code"], made["ProjectStatus"], made["IsActive"]) == (201, "JUL", "Active", True)
    assert made["CustomerId"] == sales.customer[10101]
    assert v2("GET", "/v2/Projects").status == 204
    clock.advance(1)
    assert rows(v2, "/v2/Projects", projectCodes="JUL") == [made]
    assert data(v2("GET", f"/v2/Projects/{made['Id']}")) == made
    order = sales.make(ProjectCode="JUL")
    assert (order["ProjectCode"], order["ProjectId"]) == ("JUL", made["Id"])
    again = v2("POST", "/v2/Projects", {"Name": "Julebord", "Code": "JUL"})
    assert (again.status, "already in use" in words(again)) == (400, True)


def test_a_sub_project_has_a_dot_and_nobody_else_may(v2: Caller, clock: Clock) -> None:
    assert data(v2("POST", "/v2/Projects", {"Name": "Uten kode"}))["Code"] == "1"
    sub = data(v2("POST", "/v2/Projects", {"Name": "Del", "Code": "2", "ParentProjectCode": "1"}))
    assert (sub["Code"], sub["ParentProjectCode"]) == ("1.2", "1")
    for wrong, status in [
        ({"Name": "x", "Code": "1.3"}, 400),
        ({"Name": "x", "Code": "3", "ParentProjectCode": "9"}, 404),
        ({"Code": "4"}, 400),
        ({"Name": "x", "Code": "y" * 51}, 400),
        ({"Name": "x", "ProjectStatus": "Open"}, 400),
        ({"Name": "x", "CustomerNo": 1}, 404),
        ({"Name": "x", "FixedPrice": 1}, 400),
        ({"Name": "x", "Color": 1}, 400),
    ]:
        assert v2("POST", "/v2/Projects", wrong).status == status, wrong
    clock.advance(1)
    assert [row["Code"] for row in rows(v2, "/v2/Projects", projectCodes="1")] == ["1"]
    both = rows(v2, "/v2/Projects", projectCodes="1", includeSubProjects="true")
    assert [row["Code"] for row in both] == ["1", "1.2"]


def test_projects_are_filtered(world: PowerOfficeGo, v2: Caller) -> None:
    world.set_project(Project("A", "Sommerfest", customer_no=10101, department_code="10"))
    world.set_project(Project("B", "Vinterfest", status="Archived"))

    def found(**query: str) -> str:
        return "".join(row["Code"] for row in rows(v2, "/v2/Projects", **query))

    assert found() == "AB"
    assert found(excludeArchivedProject="true") == "A"
    assert found(status="Archived") == "B"
    assert found(name="somm") == "A"
    assert found(customerNos="10101") == "A"
    assert found(departmentCodes="10") == "A"
    assert found(projectManagerEmployeeNos="1") == ""
    assert [project.code for project in world.projects()] == ["A", "B"]


def test_a_voucher_may_name_a_project_and_an_account_may_ask_for_one(
    world: PowerOfficeGo, v1: Caller, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    project_id = world.set_project(Project("TUR", "Tur"))
    world.set_project(Project("OVER", "Over", status="Complete"))
    sale = numbers.credit(3906, "3", 100)
    drafts = "/v2/JournalEntryVouchers/ManualJournals"
    bare = data(v2("POST", drafts, numbers.journal(numbers.debit(1900, "0", 100), sale)))["Id"]
    error = world.post(bare).error
    assert error is not None
    assert error.startswith("Line 2: Account 3906 requires a project")
    lines = numbers.debit(1900, "0", 100, ProjectId=-1), sale
    good = data(v2("POST", drafts, numbers.journal(*lines, ProjectId=project_id)))["Id"]
    assert world.post(good).error is None
    imported = [import_line(1900, "0", 50), import_line(3906, "3", -50, projectCode="TUR")]
    draft_id = data(v1("POST", "/Import/", import_body(*imported)))["data"]
    assert world.post(draft_id).error is None
    direct = [numbers.signed(1900, "0", 10), numbers.signed(3906, "3", -10, ProjectId=project_id)]
    assert v2("POST", "/v2/Vouchers/CashJournals", numbers.voucher(*direct)).status == 201
    clock.advance(1)
    asked = {"fromDate": "2020-01-01", "toDate": "2020-12-31", "projectCodes": "TUR"}
    ledger = rows(v2, "/v2/AccountTransactions", **asked)
    assert [(row["AccountNo"], row["ProjectCode"]) for row in ledger] == [(3906, "TUR")] * 3
    for code, said in (("NOPE", "projectCode 'NOPE' does not exist"), ("OVER", "is not active")):
        line = import_line(3906, "3", -50, projectCode=code)
        refused = v1("POST", "/Import/", import_body(line, externalImportReference="another"))
        assert said in data(refused)["validation"]["summary"]


# --- what a company starts with -----------------------------------------------------------------------


def test_master_data_that_is_replaced_is_seen_at_once_and_the_rest_stays(
    world: PowerOfficeGo, v2: Caller, clock: Clock
) -> None:
    made = data(v2("POST", CUSTOMERS, NEW))
    world.set_lock_date(None)
    clock.advance(1)
    assert made["Number"] in numbers_of(v2), "a change of something else keeps what was made"
    (client,) = world.clients
    world.add_client(replace(client, customers={10500: Customer(10500, "Ny")}, products=(Product("A", "A"),)))
    assert numbers_of(v2) == [10500]
    assert [row["Code"] for row in rows(v2, "/v2/Products")] == ["A"]
    assert [customer.no for customer in world.customers()] == [10500]
    assert [product.code for product in world.products()] == ["A"]


def test_a_customer_with_open_invoices_is_not_archived(world: PowerOfficeGo, sales: Sales) -> None:
    invoice = world.invoice(sales.make()["Id"])
    with pytest.raises(NotAllowed, match="open invoices"):
        world.change_customer(10101, active=False)
    world.pay(invoice.id)
    assert world.change_customer(10101, active=False).active is False

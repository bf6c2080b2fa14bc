"""Vouchers that are posted directly, by v2, and the ledger, in the sandbox."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from posexport.sandbox import (
    ALL_PRIVILEGES,
    PowerOfficeGo,
)
from tests.support.sandbox_client import (
    NOON,
    PDF,
    Caller,
    Clock,
    Numbers,
    data,
    document,
    import_body,
    instant_text,
    words,
)

DAY_ASKED = {"fromDate": "2020-01-01", "toDate": "2020-01-01"}


# Direct posting


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


# The ledger


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

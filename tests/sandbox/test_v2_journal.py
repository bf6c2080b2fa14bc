"""Journal entry vouchers and their pages, by v2, in the sandbox."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from posexport.sandbox import (
    PowerOfficeGo,
)
from tests.support.sandbox_client import (
    PDF,
    Caller,
    Clock,
    Numbers,
    data,
    upload,
    without,
    words,
)

# Journal-entry drafts


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


# Pages


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

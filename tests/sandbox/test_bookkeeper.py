"""What becomes of a draft in the sandbox's Go: posted, refused, edited, corrected, reversed; VAT codes with a history,
the ledger with the VAT taken out, what Go's answers wait for, and the page on which a person is the bookkeeper."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

import pytest
from hypothesis import given, strategies as st

from posexport.sandbox import (
    ALL_PRIVILEGES,
    Account,
    Answer,
    ConnectionLost,
    Draft,
    NotAllowed,
    PowerOfficeGo,
    VatCode,
    demo_client,
)
from posexport.sandbox.chart import DIMENSIONS
from posexport.sandbox.wire import Refused
from tests.support.sandbox_client import (
    NOON,
    PDF,
    Caller,
    Clock,
    Numbers,
    data,
    document,
    import_body,
    import_line,
    instant_text,
    quick_world,
    upload,
    words,
)

DAY_ASKED = {"fromDate": "2020-01-01", "toDate": "2020-12-31"}
DRAFTS = "/v2/JournalEntryVouchers/ManualJournals"
POSTINGS = "/v2/Vouchers/CashJournals"


def rows_of(v2: Caller, **more: str) -> list[dict[str, Any]]:
    """The ledger of 2020."""
    answer = v2("GET", "/v2/AccountTransactions", None, **DAY_ASKED, **more)
    return [] if answer.status == 204 else list(data(answer))


def status_of(v1: Caller, import_id: str) -> dict[str, Any]:
    """What the status of an import says."""
    found: dict[str, Any] = data(v1("GET", f"/Import/{import_id}/status"))["data"]
    return found


def draft_import(v1: Caller, *lines: dict[str, Any], **more: Any) -> str:
    return str(data(v1("POST", "/Import/", import_body(*lines, **more)))["data"])


def draft_journal(v2: Caller, body: dict[str, Any]) -> str:
    return str(data(v2("POST", DRAFTS, body))["Id"])


# --- VAT codes ----------------------------------------------------------------------------------------


def test_a_vat_code_has_a_row_for_each_of_its_periods_in_both_apis(v1: Caller, v2: Caller) -> None:
    new = [row for row in data(v2("GET", "/v2/VatCodes", includeExpired="true")) if row["Code"] == "33"]
    assert [(row["ValidFrom"], row["ValidTo"], row["Rate"]) for row in new[-2:]] == [
        ("2020-04-01", "2021-09-30", Decimal("0.06")),
        ("2021-10-01", None, Decimal("0.12")),
    ]
    assert len({row["Id"] for row in new}) == len(new) == 5
    assert [row["Rate"] for row in data(v2("GET", "/v2/VatCodes")) if row["Code"] == "33"] == [Decimal("0.12")]
    old = [row for row in data(v1("GET", "/VatCode/"))["data"] if row["code"] == "33"]
    assert [row.get("validto") for row in old] == ["2015-12-31", "2017-12-31", "2020-03-31", "2021-09-30", None]
    assert not any("validTo" in row for row in old)
    assert [row["rate"] for row in old] == [8, 10, 12, 6, 12]


@pytest.mark.parametrize(("day", "at"), [("2020-03-31", 2), ("2020-04-01", 3), ("2021-09-30", 3), ("2021-10-01", 4)])
def test_only_the_row_that_counts_on_the_posting_date_may_be_sent(
    v2: Caller, numbers: Numbers, day: str, at: int
) -> None:
    ids = [row["Id"] for row in data(v2("GET", "/v2/VatCodes", includeExpired="true")) if row["Code"] == "33"]
    answers = []
    for vat_id in ids:
        line = {**numbers.credit(3050, "33", 112), "CreditVatId": vat_id}
        answers.append(v2("POST", DRAFTS, numbers.journal(numbers.debit(1900, "0", 112), line, VoucherDate=day)))
    assert [answer.status for answer in answers] == [201 if row == at else 400 for row in range(5)]
    assert "VAT code '33'" in words(answers[0])


def test_v1_names_the_code_and_the_ledger_takes_the_rate_of_the_day(
    world: PowerOfficeGo, v1: Caller, v2: Caller, clock: Clock
) -> None:
    for day, number in (("2020-03-31", 1), ("2020-04-01", 2)):
        dates = {"postingDate": day, "documentDate": day}
        lines = import_line(1900, "0", 112, **dates), import_line(3050, "33", -112, **dates)
        world.post(draft_import(v1, *lines, externalImportReference=f"r{number}", date=day))
    clock.advance(1)
    assert [(row["VatRate"], row["Amount"]) for row in rows_of(v2, accountNos="3050")] == [
        (Decimal("0.12"), -100),
        (Decimal("0.06"), Decimal("-105.66")),
    ]


# --- the ledger ---------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(1, 10**9), st.sampled_from(["3", "31", "32", "33", "5", "0"])), min_size=1))
def test_net_and_vat_are_what_was_sent_and_a_voucher_sums_to_nothing(sales: list[tuple[int, str]]) -> None:
    clock = Clock()
    world = quick_world(clock)
    v1, v2 = Caller(world), Caller(world, "v2")
    lines = [import_line(3000, vat, -ore / 100) for ore, vat in sales]
    total = import_line(1920, "0", sum(ore for ore, _ in sales) / 100)
    world.post(draft_import(v1, total, *lines))
    clock.advance(1)
    rows = rows_of(v2)
    assert sum(row["Amount"] for row in rows) == 0
    bases = [row for row in rows if row["AccountNo"] == 3000]
    assert [-(row["Amount"] + row["VatAmount"]) * 100 for row in bases] == [ore for ore, _ in sales]
    assert sum(row["Amount"] for row in rows if 2700 <= row["AccountNo"] < 2750) == sum(
        row["VatAmount"] for row in bases
    )
    for row in bases:
        exact = (row["Amount"] + row["VatAmount"]) * row["VatRate"] / (1 + row["VatRate"])
        assert abs(row["VatAmount"] - exact) <= Decimal("0.005")


def test_a_voucher_number_may_come_later_than_the_rest(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    world.voucher_no_lag_s = 5
    answer = data(v2("POST", POSTINGS, numbers.voucher()))
    assert answer["VoucherNo"] is None
    for now_s, number in ((1, None), (5.5, 1)):
        clock.now_s = NOON + now_s
        assert {row["VoucherNo"] for row in rows_of(v2)} == {number}
        assert data(v2("GET", f"{POSTINGS}/{answer['Id']}"))["VoucherNo"] == number
        (shown,) = data(v2("GET", "/v2/VoucherDocumentation", id=answer["Id"]))
        assert shown["VoucherNo"] == number
        assert bool(rows_of(v2, voucherNos="1-")) is bool(number)


# --- what accounts require ----------------------------------------------------------------------------


def requiring(world: PowerOfficeGo, **more: Any) -> None:
    """Account 3000 requires more than its number from now on."""
    client = world.clients[0]
    world.add_client(replace(client, accounts={**client.accounts, 3000: replace(client.accounts[3000], **more)}))


@pytest.mark.parametrize("name", DIMENSIONS)
def test_accounts_tell_which_dimensions_they_require(world: PowerOfficeGo, v1: Caller, v2: Caller, name: str) -> None:
    requiring(world, required=(name,))
    (new,) = data(v2("GET", "/v2/GeneralLedgerAccounts", accountNos="3000"))
    (old,) = data(v1("GET", "/GeneralLedgerAccount/", None, **{"$filter": "(Code eq 3000)"}))["data"]
    for row, spell in ((new, str.capitalize), (old, str.lower)):
        told = {key.lower() for key, value in row.items() if key.endswith("Required") and value}
        assert told == {f"is{name}required"}
        assert f"{spell('is')}{name.capitalize()}Required" in row


REQUIREMENTS = [
    ({"department_required": True}, "requires a department"),
    ({"project_required": True}, "requires a project"),
    ({"required": ("location",)}, "requires a location"),
    ({"required": ("quantity",)}, "requires a quantity"),
    ({"required": ("activity",)}, "requires an activity"),
    ({"required": ("dim2",)}, "requires dimension 2"),
]


@pytest.mark.parametrize(("required", "said"), REQUIREMENTS)
def test_a_draft_that_lacks_what_its_account_requires_is_taken_and_cannot_be_posted(
    world: PowerOfficeGo, v1: Caller, v2: Caller, numbers: Numbers, clock: Clock, required: dict[str, Any], said: str
) -> None:
    requiring(world, **required)
    lines = import_line(1900, "0", 100), import_line(3000, "3", -100, departmentCode=None)
    import_id = draft_import(v1, *lines)
    draft_id = draft_journal(
        v2, numbers.journal(numbers.debit(1900, "0", 1), numbers.credit(3000, "3", 1, DepartmentId=-1))
    )
    clock.advance(1)
    assert (status_of(v1, import_id)["canBePosted"], status_of(v1, import_id)["hasError"]) == (False, False)
    for found in (world.post(import_id), world.post(draft_id)):
        assert not found.posted
        assert said in str(found.error)
    answer = data(v1("POST", "/Import/Post", {"id": import_id}))
    assert said in answer["validation"]["summary"]
    direct = v2("POST", POSTINGS, numbers.voucher())
    assert direct.status == 400
    assert said in words(direct)


def test_a_line_with_a_quantity_is_enough_where_one_is_required(world: PowerOfficeGo, v1: Caller) -> None:
    requiring(world, required=("quantity",))
    lines = import_line(1900, "0", 100), import_line(3000, "3", -100, quantity=2)
    assert world.post(draft_import(v1, *lines)).posted


# --- the import queue's status ------------------------------------------------------------------------


def test_an_import_that_fails_when_it_is_clicked_says_why_until_it_is_posted(
    world: PowerOfficeGo, v1: Caller, clock: Clock
) -> None:
    import_id = draft_import(v1)
    clock.advance(1)
    world.fail(import_id, "Perioden er lukket for avdeling 10.")
    assert status_of(v1, import_id)["hasError"] is False
    clock.advance(1)
    assert status_of(v1, import_id) == {
        "id": import_id,
        "isPosting": False,
        "isPosted": False,
        "hasError": True,
        "errorDescription": "Perioden er lukket for avdeling 10.",
        "canBePosted": True,
    }
    assert world.post(import_id).posted
    clock.advance(1)
    after = status_of(v1, import_id)
    assert (after["isPosted"], after["hasError"], "errorDescription" in after) == (True, False, False)
    with pytest.raises(NotAllowed, match="posted already"):
        world.fail(import_id, "no")


def test_a_click_in_a_period_that_was_locked_meanwhile_is_an_error_of_the_import(
    world: PowerOfficeGo, v1: Caller, clock: Clock
) -> None:
    import_id = draft_import(v1)
    world.set_lock_date(date(2020, 1, 31))
    assert not world.post(import_id).posted
    clock.advance(1)
    status = status_of(v1, import_id)
    assert (status["hasError"], status["canBePosted"]) == (True, False)
    assert "lock date" in status["errorDescription"]


def test_posting_may_take_its_time(world: PowerOfficeGo, v1: Caller, v2: Caller, clock: Clock) -> None:
    world.posting_s = 10
    import_id = draft_import(v1)
    world.post(import_id)
    for later_s, posting, posted in ((1, True, False), (10, False, True)):
        clock.advance(later_s)
        status = status_of(v1, import_id)
        assert (status["isPosting"], status["isPosted"], status["canBePosted"]) == (posting, posted, False)
        assert bool(rows_of(v2)) is posted


# --- edits, corrections, reversals --------------------------------------------------------------------


def moved(draft: Draft, account_no: int) -> Any:
    """The draft's lines with the last one on another account."""
    return (*draft.lines[:-1], replace(draft.lines[-1], account_no=account_no))


def test_a_person_edits_a_draft_and_what_is_read_back_follows(
    world: PowerOfficeGo, v1: Caller, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    import_id = draft_import(v1)
    draft_id = draft_journal(v2, numbers.journal())
    clock.advance(5)
    for found in (import_id, draft_id):
        edited = world.edit(
            found, description="Ryddet", voucher_date=date(2020, 2, 1), lines=moved(world.draft(found), 3000)
        )
        assert (edited.description, edited.voucher_date) == ("Ryddet", date(2020, 2, 1))
    item = data(v1("GET", f"/Import/{import_id}"))["data"]
    assert (item["description"], item["date"]) == ("Ryddet", "2020-02-01")
    assert [(line["accountNumber"], line["postingDate"], line["amount"]) for line in item["importLines"]] == [
        (1900, "2020-02-01", Decimal("514.20")),
        (3000, "2020-02-01", Decimal("-514.20")),
    ]
    dto = data(v2("GET", f"{DRAFTS}/{draft_id}"))
    assert (dto["Description"], dto["VoucherDate"]) == ("Ryddet", "2020-02-01")
    debit, credit = dto["ManualVoucherLines"]
    assert (debit["DebitAccountId"], debit["CreditAccountId"]) == (numbers.account[1900], None)
    assert (credit["CreditAccountId"], credit["CreditVatId"]) == (numbers.account[3000], numbers.vat["3"])
    assert credit["CurrencyAmount"] == Decimal("514.20")
    (listed,) = data(v2("GET", "/v2/JournalEntryVouchers"))
    assert listed["LastChangedDateTimeOffset"] == instant_text(NOON + 5)
    with pytest.raises(Refused, match="balance"):
        world.edit(draft_id, lines=world.draft(draft_id).lines[:1])


def test_of_what_is_posted_only_the_text_is_changed_in_place(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    voucher_id = str(data(v2("POST", POSTINGS, numbers.voucher(Description="før")))["Id"])
    world.edit(voucher_id, description="etter")
    clock.advance(1)
    assert {row["VoucherDescription"] for row in rows_of(v2)} == {"etter"}
    assert data(v2("GET", f"{POSTINGS}/{voucher_id}"))["Description"] == "etter"
    with pytest.raises(NotAllowed, match="correction"):
        world.edit(voucher_id, voucher_date=date(2020, 1, 2))
    with pytest.raises(NotAllowed, match="never deleted"):
        world.delete(voucher_id)


@pytest.mark.parametrize("how", ["import", "draft", "direct"])
def test_a_correction_is_a_reversal_and_a_new_voucher_whatever_was_posted(
    world: PowerOfficeGo, v1: Caller, v2: Caller, numbers: Numbers, clock: Clock, how: str
) -> None:
    if how == "direct":
        sent = str(data(v2("POST", POSTINGS, numbers.voucher()))["Id"])
    else:
        sent = draft_import(v1) if how == "import" else draft_journal(v2, numbers.journal())
        with pytest.raises(NotAllowed, match="draft is edited"):
            world.correct(sent)
        world.post(sent)
    clock.advance(1)
    made = world.correct(sent, lines=moved(world.draft(sent), 3022))
    clock.advance(1)
    rows = rows_of(v2)
    assert sum(row["Amount"] for row in rows) == 0
    old, reversal, new = ([row for row in rows if row["VoucherNo"] == number] for number in (1, 2, 3))
    assert {row["IsReversed"] for row in old} == {True}
    assert {row["VoucherType"] for row in reversal} == {"ReversalVoucher"}
    assert {row["VoucherType"] for row in new} == {"CorrectionVoucher"}
    voucher_id = old[0]["VoucherId"]
    assert {(row["ReversedVoucherId"], row["ReversedVoucherNo"]) for row in reversal} == {(voucher_id, 1)}
    assert {(row["CorrectionOfVoucherId"], row["CorrectionOfVoucherNo"]) for row in new} == {(voucher_id, 1)}
    assert {row["VoucherId"] for row in new} == {made.id}
    assert {row["ExternalImportReference"] for row in new} == {None}
    assert 3022 in {row["AccountNo"] for row in new}
    assert world.corrections() == [made]
    with pytest.raises(NotAllowed, match="reversed already"):
        world.correct(sent)
    again = world.correct(made.id, voucher_date=date(2020, 3, 1))
    assert again.correction_of == made.id


def test_a_correction_keeps_the_reference_taken_and_a_plain_reversal_frees_it(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers
) -> None:
    first = str(data(v2("POST", POSTINGS, numbers.voucher()))["Id"])
    made = world.correct(first)
    assert v2("POST", POSTINGS, numbers.voucher()).status == 400
    world.reverse(made.id)
    assert v2("POST", POSTINGS, numbers.voucher()).status == 400
    other = str(data(v2("POST", POSTINGS, numbers.voucher(ExternalImportReference="r2")))["Id"])
    world.reverse(other)
    assert v2("POST", POSTINGS, numbers.voucher(ExternalImportReference="r2")).status == 201


def test_nothing_is_corrected_into_a_locked_period_and_nothing_has_changed_then(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    sent = str(data(v2("POST", POSTINGS, numbers.voucher()))["Id"])
    world.set_lock_date(date(2020, 1, 31))
    with pytest.raises(NotAllowed, match="lock date"):
        world.correct(sent)
    clock.advance(1)
    assert {row["IsReversed"] for row in rows_of(v2)} == {False}
    assert world.correct(sent, voucher_date=date(2020, 2, 1)).voucher_date == date(2020, 2, 1)


def test_only_what_is_posted_is_reversed(world: PowerOfficeGo, v1: Caller) -> None:
    import_id = draft_import(v1)
    with pytest.raises(NotAllowed, match="Only what is posted"):
        world.reverse(import_id)


# --- what answers wait for ----------------------------------------------------------------------------


def test_documentation_of_a_fresh_voucher_meets_a_404_for_some_seconds(
    world: PowerOfficeGo, v2: Caller, numbers: Numbers, clock: Clock
) -> None:
    world.fresh_s = 8
    draft_id = draft_journal(v2, numbers.journal())
    voucher_id = str(data(v2("POST", POSTINGS, numbers.voucher()))["Id"])
    for later_s, expected in ((0, (404, 404)), (7.9, (404, 404)), (0.2, (201, 202))):
        clock.advance(later_s)
        pages, documents = upload(v2, draft_id, PDF), document(v2, voucher_id)
        assert (pages.status, documents.status) == expected
    world.fresh_s = 0
    late = upload(v2, "3fa85f64-5717-4562-b3fc-2c963f66afa6", PDF)
    assert (late.status, data(late)["title"]) == (404, "Object(s) not found")


@pytest.mark.parametrize("status", [403, 400])
def test_a_missing_privilege_is_called_that_under_either_status(world: PowerOfficeGo, v2: Caller, status: int) -> None:
    v2.log_in()
    world.privilege_status = status
    world.set_privileges("app", "client", ALL_PRIVILEGES - {"Department"})
    v2.log_in()
    answer = v2("GET", "/v2/Departments")
    assert (answer.status, data(answer)["title"], data(answer)["status"]) == (status, "Missing privilege", status)


@pytest.mark.parametrize(
    ("api", "path", "name", "part"),
    [("v1", "/Import/", "$filter", "(Type eq 4) or "), ("v2", "/v2/Customers", "customerNos", "10001,")],
)
def test_an_address_over_two_thousand_characters_is_a_404_of_something_on_the_way(
    world: PowerOfficeGo, api: str, path: str, name: str, part: str
) -> None:
    caller = Caller(world, api)
    last = part.removesuffix(" or ").removesuffix(",")
    short, long = ((part * (length // len(quote_plus(part)) + 1) + last) for length in (1_700, 2_000))
    assert caller("GET", path, None, **{name: short}).status == 200
    answer = caller("GET", path, None, **{name: long})
    assert answer.status == 404
    assert "json" not in answer.headers["Content-Type"]


# --- lists of v2 --------------------------------------------------------------------------------------


def follow(v2: Caller, path: str, **query: str) -> list[list[Any]]:
    """Every page of a list, as far as the answers say that there is a next one."""
    pages = []
    while True:
        answer = v2("GET", path, None, **query)
        pages.append(data(answer))
        link = json.loads(answer.headers["X-Pagination"])["nextPageLink"]
        if not link:
            return pages
        assert urlsplit(link).path == path
        query = dict(parse_qsl(urlsplit(link).query))


@pytest.mark.parametrize(("size", "pages"), [("4", [4, 4, 3]), ("11", [11]), ("5000", [11]), ("1", [1] * 11)])
def test_a_list_says_where_its_next_page_is_and_the_last_one_that_there_is_none(
    v2: Caller, size: str, pages: list[int]
) -> None:
    found = follow(v2, "/v2/Departments", PageSize=size, OrderBy="Code", Fields="Id,Code")
    assert [len(page) for page in found] == pages
    codes = [row["Code"] for page in found for row in page]
    assert codes == sorted(codes)
    assert all(set(row) == {"Id", "Code"} for page in found for row in page)


def test_a_page_past_the_end_is_empty(v2: Caller) -> None:
    answer = v2("GET", "/v2/Departments", None, PageNumber="9")
    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize("name", ["$top", "$filter", "$skip", "limit", "accountNumbers"])
def test_a_query_by_a_name_that_is_not_known_is_a_400_that_names_it(v2: Caller, name: str) -> None:
    answer = v2("GET", "/v2/GeneralLedgerAccounts", None, **{name: "1"})
    assert (answer.status, list(data(answer)["errors"])) == (400, [name])


LISTS_AND_THEIR_FILTERS = [
    ("GeneralLedgerAccounts", "agricultureDepartments"),
    ("GeneralLedgerAccounts", "lastChangedDateTimeOffsetGreaterThan"),
    ("Departments", "createdDateTimeOffsetGreaterThan"),
    ("Departments", "createdFromImportJournalId"),
    ("Departments", "managerEmployeeNo"),
    ("Customers", "contactGroupIds"),
    ("Customers", "customerCreatedDateTimeOffsetGreaterThan"),
    ("Customers", "externalImportReference"),
    ("Customers", "externalNos"),
    ("Projects", "excludeArchivedProject"),
]


@pytest.mark.parametrize(("path", "name"), LISTS_AND_THEIR_FILTERS)
def test_filters_of_the_description_are_known_and_find_what_is_there(v2: Caller, path: str, name: str) -> None:
    value = "2026-01-01T00:00:00Z" if name.endswith("GreaterThan") else "1"
    assert v2("GET", f"/v2/{path}", None, **{name: value}).status == 204
    if name.endswith("GreaterThan"):
        assert v2("GET", f"/v2/{path}", None, **{name: "1999-01-01T00:00:00Z"}).status == 200
        assert v2("GET", f"/v2/{path}", None, **{name: "yesterday"}).status == 400


# --- the bookkeeper's page ----------------------------------------------------------------------------


def click(world: PowerOfficeGo, act: str, headers: dict[str, str] | None = None, **form: str) -> Answer:
    """A form is sent, as a browser does it."""
    kind = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    return world.handle("POST", f"/bookkeeper/{act}", "", kind, urlencode(form).encode())


def page_of(world: PowerOfficeGo, query: str = "") -> str:
    return world.handle("GET", "/", query).body.decode()


def test_every_click_goes_back_to_the_page_which_says_once_what_it_did(world: PowerOfficeGo, v1: Caller) -> None:
    import_id = draft_import(v1)
    answer = click(world, "post", id=import_id)
    assert (answer.status, answer.headers["Location"], answer.body) == (303, f"/#d-{import_id}", b"")
    assert "Posted: 2020-01-01 Torget Kafé 01.01.2020" in page_of(world)
    assert "Posted: 2020" not in page_of(world)
    assert world.draft(import_id).posted


def test_the_bookkeeper_does_all_of_it_by_forms(world: PowerOfficeGo, v1: Caller, v2: Caller, numbers: Numbers) -> None:
    client_id = world.clients[0].client_id
    first, second, third = (draft_import(v1, externalImportReference=name) for name in "abc")
    draft_id = draft_journal(v2, numbers.journal())
    click(world, "text", id=first, description="Ryddet")
    assert world.draft(first).description == "Ryddet"
    rows = {"account-1": "3000", "amount-0": "100,00", "amount-1": "-100"}
    click(world, "edit", None, id=first, day="2020-01-05", **rows)
    edited = world.draft(first)
    assert [(line.account_no, line.amount_ore, line.posting_date) for line in edited.lines] == [
        (1900, 10000, date(2020, 1, 5)),
        (3000, -10000, date(2020, 1, 5)),
    ]
    click(world, "post", id=first)
    click(world, "correct", None, id=first, day="2020-01-06", **{"account-1": "3022"})
    (made,) = world.corrections()
    assert (made.correction_of, made.lines[1].account_no) == (first, 3022)
    click(world, "reverse", id=made.id)
    click(world, "delete", id=second)
    click(world, "fail", id=third, error="Nei.")
    click(world, "approve", id=draft_id)
    click(world, "lock", client=client_id, day="2019-12-31")
    page = page_of(world)
    assert world.clients[0].lock_date == date(2019, 12, 31)
    assert {draft.id for draft in world.drafts()} == {first, third, draft_id}
    for told in ("Could not be posted: Nei.", "in approval", "reversed by voucher 2, corrected by voucher 3"):
        assert told in page
    assert "instead of voucher 1" in page
    click(world, "unlock", client=client_id)
    assert world.clients[0].lock_date is None


@pytest.mark.parametrize(
    ("act", "form", "said"),
    [
        ("post", {"id": "gone"}, "not here any more"),
        ("edit", {"day": "2020-01-01", "amount-0": "1"}, "does not balance"),
        ("edit", {"day": "2020-01-01", "amount-0": "x"}, "is no amount"),
        ("edit", {"day": "2020-01-01", "amount-0": "1.005"}, "kroner and øre"),
        ("edit", {"day": "2020-01-01", "account-1": "abc"}, "no account number"),
        ("edit", {"day": "tomorrow"}, "The date is missing"),
        ("correct", {"day": "2020-01-01"}, "a draft is edited"),
        ("reverse", {}, "Only what is posted"),
        ("fail", {"error": " "}, "is missing"),
        ("lock", {"client": "nobody", "day": "2020-01-01"}, "not here any more"),
        ("surroundings", {"next_voucher": "x", "v1_back_end": "old"}, "cannot be chosen"),
        ("surroundings", {"v1_back_end": "old", "replica_lag_s": "9999"}, "choose 0 to 3600"),
        ("surroundings", {"v1_back_end": "old", "replica_lag_s": "soon"}, "no number of seconds"),
    ],
)
def test_a_click_that_cannot_be_is_told_in_words_and_changes_nothing(
    world: PowerOfficeGo, v1: Caller, act: str, form: dict[str, str], said: str
) -> None:
    before = world.draft(draft_import(v1))
    answer = click(world, act, None, **{"id": before.id, **form})
    assert answer.status == 303
    assert said in page_of(world)
    assert world.drafts() == [before]


def test_no_other_site_plays_the_bookkeeper(world: PowerOfficeGo, v1: Caller) -> None:
    import_id = draft_import(v1)
    for site in ("cross-site", "same-site"):
        assert click(world, "delete", {"Sec-Fetch-Site": site}, id=import_id).status == 403
    assert click(world, "nonsense", id=import_id).status == 404
    assert world.handle("GET", "/bookkeeper/delete", f"id={import_id}").status == 405
    assert len(world.drafts()) == 1
    assert click(world, "delete", {"Sec-Fetch-Site": "same-origin"}, id=import_id).status == 303
    assert world.drafts() == []


def test_a_place_to_go_back_to_is_never_more_than_a_name(world: PowerOfficeGo) -> None:
    answer = click(world, "post", id="x\r\nSet-Cookie: a=b")
    assert answer.headers["Location"] == "/#d-xSet-Cookieab"


def test_a_copy_of_the_page_has_nothing_to_click(world: PowerOfficeGo, v1: Caller) -> None:
    draft_import(v1)
    assert "<form" in page_of(world)
    assert "<form" not in page_of(world, "copy")
    assert "Torget Kafé" in page_of(world, "copy")


def test_what_a_person_wrote_is_escaped_also_in_forms(world: PowerOfficeGo, v1: Caller) -> None:
    import_id = draft_import(v1)
    evil = '"><script>alert(1)</script>'
    click(world, "text", id=import_id, description=evil)
    click(world, "fail", id=import_id, error=evil)
    page = page_of(world)
    assert "<script" not in page
    assert page.count("&quot;&gt;&lt;script&gt;") >= 3


def test_how_go_behaves_is_set_on_the_page(world: PowerOfficeGo, v1: Caller) -> None:
    usual = {"up": "up", "next_voucher": "", "v1_back_end": "old"}
    lags = {"replica_lag_s": "2.5", "fresh_s": "8", "voucher_no_lag_s": "3", "posting_s": "1"}
    click(world, "surroundings", None, **usual | lags | {"v1_back_end": "new", "next_voucher": "refuse"})
    assert (world.replica_lag_s, world.fresh_s, world.voucher_no_lag_s, world.posting_s) == (2.5, 8, 3, 1)
    refused = data(v1("POST", "/Import/", import_body()))
    assert (refused["success"], refused["data"]["errors"]) == (
        True,
        {"": ["The sandbox was told to refuse this voucher."]},
    )
    assert data(v1("POST", "/Import/", import_body()))["success"] is True
    assert len(world.drafts()) == 1


@pytest.mark.parametrize(
    ("kind", "arrives"),
    [("lose_request", False), ("lose_answer", True), ("status_before", False), ("status_after", True)],
)
@pytest.mark.parametrize("path", ["/Import/", DRAFTS, POSTINGS])
def test_the_next_voucher_alone_meets_what_was_set_for_it(
    world: PowerOfficeGo, v1: Caller, v2: Caller, numbers: Numbers, kind: str, arrives: bool, path: str
) -> None:
    caller = v1 if path == "/Import/" else v2
    body = {"/Import/": import_body(), DRAFTS: numbers.journal(), POSTINGS: numbers.voucher()}[path]
    caller.log_in()
    world.next_voucher = kind
    assert v1("GET", "/Client/").status == 200
    try:
        assert caller("POST", path, body).status in (502, 503)
    except ConnectionLost as lost:
        assert lost.processed is arrives
    assert len(world.drafts() + world.vouchers()) == arrives
    assert world.next_voucher == ""


def test_a_go_that_is_down_answers_nobody_but_the_bookkeeper(world: PowerOfficeGo, v1: Caller) -> None:
    v1.log_in()
    world.is_down = True
    with pytest.raises(ConnectionLost):
        v1("GET", "/Client/")
    with pytest.raises(ConnectionLost):
        v1.log_in()
    assert "does not answer" in page_of(world)


# --- the client ---------------------------------------------------------------------------------------


def test_v1_tells_the_client_and_the_privileges(world: PowerOfficeGo, v1: Caller) -> None:
    world.add_client(replace(demo_client(), vat_registered=False, subscriptions=("Accounting", "Invoicing")))
    world.set_lock_date(date(2026, 10, 31))
    client = data(v1("GET", "/Client/"))["data"]
    assert (client["name"], client["vatNumber"], client["lockDate"], client["isVatRegistered"]) == (
        "Fjordmat AS",
        "999999999",
        "2026-10-31",
        False,
    )
    world.set_privileges("app", "client", {"Import_Full", "Nonsense_Full"})
    v1.log_in()
    told = data(v1("GET", "/ClientIntegrationInformation/"))["data"]
    assert (told["validPrivileges"], told["invalidPrivileges"]) == (["Import_Full"], ["Nonsense_Full"])
    assert told["activeClientSubscriptions"] == ["Accounting", "Invoicing"]


def test_a_chart_of_ones_own_has_vat_codes_of_ones_own(clock: Clock) -> None:
    client = replace(
        demo_client(),
        accounts={1: Account(1, "Kasse"), 3: Account(3, "Salg", vat_code="X")},
        vat_codes=(VatCode("0", "Ingen"), VatCode("X", "Ti", Decimal(10), account_no=2)),
    )
    world = PowerOfficeGo([client], clock=clock, replica_lag_s=0)
    v1, v2 = Caller(world), Caller(world, "v2")
    world.post(draft_import(v1, import_line(1, "0", 110), import_line(3, "X", -110)))
    assert [(row["AccountNo"], row["Amount"]) for row in rows_of(v2)] == [(1, 110), (3, -100), (2, -10)]

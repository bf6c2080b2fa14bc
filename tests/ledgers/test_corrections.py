"""What people did to posted vouchers in Go: reversed, or corrected and posted anew under another number. Such a
voucher is told as that, and nothing is drafted in its place."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from posexport.app.accept import accept_finding
from posexport.core.finding import BOOKED_IN_LEDGER
from posexport.core.ports.ledger import DraftStatus
from posexport.core.report import State
from posexport.errors import Exit, UsageError
from posexport.ledgers.poweroffice.aftermath import Aftermath, judge_aftermath, judge_import
from posexport.texts.describe import fix_of, message_of
from tests.support.books import Books
from tests.support.harness import FRIDAY, Shop, sale, states
from tests.support.looks import read_rows

V2 = ("journal", "ledger")
R1 = "torget-20261120-r1"


def row(voucher: str, number: int | None, kind: str = "CashJournal", **more: Any) -> dict[str, Any]:
    """A row of the ledger."""
    return {"VoucherId": voucher, "VoucherNo": number, "VoucherType": kind, "IsReversed": False, **more}


def undone(voucher: str, number: int, *, by: int) -> list[dict[str, Any]]:
    """A voucher and the one that reversed it."""
    return [
        row(voucher, number, IsReversed=True),
        row(str(uuid.uuid4()), by, "ReversalVoucher", ReversedVoucherId=voucher, ReversedVoucherNo=number),
    ]


def corrected(voucher: str, number: int, *, by: int, to: str, as_: int, kind: str = "CorrectionVoucher") -> list[Any]:
    """A voucher, the one that reversed it and the one that it is now."""
    return [*undone(voucher, number, by=by), row(to, as_, kind, CorrectionOfVoucherId=voucher)]


A, B, C = (str(uuid.UUID(int=n)) for n in (0xA, 0xB, 0xC))

CASES: Mapping[str, tuple[list[dict[str, Any]], Aftermath | None]] = {
    "nothing known": ([], None),
    "others alone": (corrected(B, 9, by=10, to=C, as_=11), None),
    "as it was made": ([row(A, 7)], Aftermath(DraftStatus.POSTED)),
    "reversed": (undone(A, 7, by=8), Aftermath(DraftStatus.REVERSED, "8")),
    "reversed, and the other voucher is not seen": ([row(A, 7, IsReversed=True)], Aftermath(DraftStatus.REVERSED)),
    "corrected": (corrected(A, 7, by=8, to=B, as_=9), Aftermath(DraftStatus.CORRECTED, "9")),
    "corrected under its own type": (
        corrected(A, 7, by=8, to=B, as_=9, kind="CashJournal"),
        Aftermath(DraftStatus.CORRECTED, "9"),
    ),
    "corrected twice": (
        [*corrected(A, 7, by=8, to=B, as_=9), *corrected(B, 9, by=10, to=C, as_=11)],
        Aftermath(DraftStatus.CORRECTED, "11"),
    ),
    "corrected, and that reversed": (
        [*corrected(A, 7, by=8, to=B, as_=9), *undone(B, 9, by=10)],
        Aftermath(DraftStatus.REVERSED, "10"),
    ),
    "corrected, and the number comes later": (
        [row(A, 7, IsReversed=True), row(B, None, "CorrectionVoucher", CorrectionOfVoucherId=A)],
        Aftermath(DraftStatus.CORRECTED, B),
    ),
    "another's": ([row(A, 7), *corrected(B, 9, by=10, to=C, as_=11)], Aftermath(DraftStatus.POSTED)),
    "a reversal that names what it corrects is no correction": (
        [row(A, 7, IsReversed=True), row(B, 8, "ReversalVoucher", ReversedVoucherId=A, CorrectionOfVoucherId=A)],
        Aftermath(DraftStatus.REVERSED, "8"),
    ),
    "in a circle": (
        [row(B, 9, CorrectionOfVoucherId=A), row(A, 7, CorrectionOfVoucherId=B)],
        Aftermath(DraftStatus.CORRECTED, "7"),
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("spell", [str, str.lower, str.upper])
def test_what_became_of_a_voucher_is_read_off_the_ledgers_rows(name: str, spell: Callable[[str], str]) -> None:
    rows, expected = CASES[name]
    assert judge_aftermath([{spell(key): value for key, value in told.items()} for told in rows], A) == expected
    assert judge_aftermath(rows[::-1], A.upper()) == expected


@given(st.lists(st.sampled_from(["correct", "reverse"]), max_size=6), st.randoms())
def test_a_chain_of_any_length_is_followed_to_its_end(steps: list[str], pick: Any) -> None:
    rows, current, number, expected = [row(A, 1)], A, 1, Aftermath(DraftStatus.POSTED)
    for step in steps:
        if step == "reverse":
            rows += undone(current, number, by=number + 1)[1:]
            expected = Aftermath(DraftStatus.REVERSED, str(number + 1))
            break
        new = str(uuid.UUID(int=1_000 + number))
        rows += corrected(current, number, by=number + 1, to=new, as_=number + 2)[1:]
        current, number = new, number + 2
        expected = Aftermath(DraftStatus.CORRECTED, str(number))
    pick.shuffle(rows)
    assert judge_aftermath(rows, A) == expected


# In the program


def posted(shop: Shop, target: str) -> str:
    """A day that is drafted, posted, and has sold more since; the id of its voucher."""
    books = Books(shop, target).open()
    shop.sell(sale(1))
    shop.export()
    books.wait()
    books.post(R1)
    remote_id = books.entry(R1).remote_id
    shop.sell(sale(2, "75.00"))
    return remote_id


def tell(shop: Shop, remote_id: str, rows: list[dict[str, Any]]) -> list[httpx.Request]:
    """Let the ledger have these rows, of which A is our voucher; the requests that asked for them."""
    own = [{name: remote_id if value == A else value for name, value in told.items()} for told in rows]
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v2/AccountTransactions":
            asked.append(request)
            return httpx.Response(200, json=own)
        if request.url.path == f"/v2/Vouchers/CashJournals/{remote_id}":
            return httpx.Response(
                200, json={"Id": remote_id, "IsReversed": any(told.get("IsReversed") for told in own)}
            )
        return None

    shop.line.before = answer
    return asked


@pytest.mark.parametrize("target", V2)
@pytest.mark.parametrize(
    ("rows", "code", "number"),
    [
        (undone(A, 7, by=8), "voucher-reversed", "8"),
        (corrected(A, 7, by=8, to=B, as_=9), "voucher-corrected", "9"),
        (
            [*corrected(A, 7, by=8, to=B, as_=9), *corrected(B, 9, by=10, to=C, as_=11)],
            "voucher-corrected",
            "11",
        ),
    ],
    ids=["reversed", "corrected", "corrected twice"],
)
def test_a_voucher_that_people_undid_is_told_with_its_new_number_and_nothing_is_drafted(
    both: Shop, target: str, rows: list[dict[str, Any]], code: str, number: str
) -> None:
    remote_id = posted(both, target)
    tell(both, remote_id, rows)
    posts = len(both.line.posts)
    told = both.revise()
    (shown,) = told.report.vouchers
    (found,) = (finding for finding in shown.findings if finding.code == code)
    assert told.exit_code is Exit.BOOKKEEPER
    assert number in message_of(found, "en")
    assert "gone" not in message_of(found, "en")
    assert "--not-drafted" not in fix_of(found, "en"), "not offered for drafting anew"
    assert "draft-gone" not in [finding.code for finding in shown.findings]
    assert len(both.line.posts) == posts
    newest = read_rows(both, "delivery_event", "kind", "state", "facts")[-1]
    undone = code.removeprefix("voucher-")
    assert newest == (undone, undone, json.dumps({"number": number}))


@pytest.mark.parametrize("target", V2)
@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (undone(A, 7, by=8), "voucher-reversed"),
        (corrected(A, 7, by=8, to=B, as_=9), "voucher-corrected"),
        ([row(A, None)], "changed-after-draft"),
        ([], "draft-gone"),
    ],
    ids=["reversed", "corrected", "posted", "deleted"],
)
def test_what_go_shows_nowhere_else_is_looked_for_in_the_ledger_before_it_is_called_gone(
    shop: Shop, target: str, rows: list[dict[str, Any]], code: str
) -> None:
    remote_id = posted(shop, target)
    tell(shop, remote_id, rows)
    by_ledger, hidden = shop.line.before, {"title": "Object(s) not found", "status": 404}

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET" and request.url.path == "/v2/JournalEntryVouchers":
            return httpx.Response(204)
        is_hidden = request.method == "GET" and request.url.path.endswith(f"/{remote_id}")
        return httpx.Response(404, json=hidden) if is_hidden else by_ledger(request)

    shop.line.before = answer
    shown = shop.revise().report.vouchers[0]
    if code == "changed-after-draft":
        assert "draft-gone" not in [finding.code for finding in shown.findings]
        assert shop.line.posts[-1]["Description"].startswith("Korreksjon")
    else:
        assert code in [finding.code for finding in shown.findings]


@pytest.mark.parametrize("target", V2)
def test_a_corrected_voucher_cannot_be_said_to_be_missing(shop: Shop, target: str) -> None:
    remote_id = posted(shop, target)
    tell(shop, remote_id, corrected(A, 7, by=8, to=B, as_=9))
    with pytest.raises(UsageError, match="is voucher 9 now"):
        shop.resolve(None)
    assert shop.status()[0].state.value == "drafted"


@pytest.mark.parametrize("target", V2)
def test_a_voucher_that_stands_as_it_was_made_gets_its_adjustment(shop: Shop, target: str) -> None:
    remote_id = posted(shop, target)
    tell(shop, remote_id, [row(A, 7)])
    assert [shown.state.value for shown in shop.revise().report.vouchers] == ["drafted", "drafted"]
    assert shop.line.posts[-1]["Description"].startswith("Korreksjon")


def test_a_ledger_that_may_not_be_read_leaves_a_posted_draft_posted(shop: Shop) -> None:
    remote_id = posted(shop, "journal")
    shop.line.before = lambda request: (
        httpx.Response(403, json={"title": "Missing privilege", "status": 403})
        if request.url.path == "/v2/AccountTransactions"
        else None
    )
    assert remote_id
    assert [shown.state.value for shown in shop.revise().report.vouchers] == ["drafted", "drafted"]


def test_the_ledger_is_asked_only_about_what_is_posted(shop: Shop) -> None:
    books = Books(shop, "journal").open()
    shop.sell(sale(1))
    shop.export()
    books.wait()
    asked = tell(shop, books.entry(R1).remote_id, [])
    shop.sell(sale(2, "75.00"))
    assert [shown.state.value for shown in shop.revise().report.vouchers] == ["drafted"]
    assert asked == []


# By v1, whose ledger names the numbers of vouchers


def by_number(rows: list[dict[str, Any]], import_id: str) -> list[dict[str, Any]]:
    """Rows as v1 has them: A is what was posted from the import."""
    numbers = {told["VoucherId"]: told["VoucherNo"] for told in rows}
    return [
        {
            "voucherNo": told["VoucherNo"],
            "isReversed": told["IsReversed"],
            **({"createdFromImportJournalId": import_id} if told["VoucherId"] == A else {}),
            **({"reversedVoucherNo": numbers[told["ReversedVoucherId"]]} if "ReversedVoucherId" in told else {}),
            **(
                {"correctionOfVoucherNo": numbers[told["CorrectionOfVoucherId"]]}
                if "CorrectionOfVoucherId" in told
                else {}
            ),
        }
        for told in rows
    ]


V1_CASES = [name for name in CASES if "later" not in name and "reversal that names" not in name]


@pytest.mark.parametrize("name", V1_CASES)
def test_what_became_of_an_import_is_read_off_v1s_rows(name: str) -> None:
    rows, expected = CASES[name]
    assert judge_import(by_number(rows, B), B.upper()) == expected
    assert judge_import(by_number(rows, B)[::-1], B) == expected


def test_an_import_of_which_the_ledger_tells_no_number_yet_is_not_judged() -> None:
    assert judge_import([{"createdFromImportJournalId": A, "isReversed": True}], A) is None
    assert judge_import([], A) is None


@pytest.mark.parametrize(("act", "code"), [("reverse", "voucher-reversed"), ("correct", "voucher-corrected")])
@pytest.mark.parametrize("may_read", [True, False])
def test_an_import_that_people_undid_after_it_was_posted_is_told_as_that(
    both: Shop, act: str, code: str, may_read: bool
) -> None:
    remote_id = posted(both, "import")
    getattr(both.world, act)(remote_id)
    both.clock.now_s += 60
    if not may_read:
        both.line.before = lambda request: (
            httpx.Response(403, json={"message": "no"}) if "Reporting" in request.url.path else None
        )
    told = both.revise()
    if may_read:
        (shown,) = told.report.vouchers
        (found,) = (finding for finding in shown.findings if finding.code == code)
        assert (told.exit_code, shown.state) == (Exit.BOOKKEEPER, State.DRAFTED)
        assert re.search(r"\bvoucher \d+", message_of(found, "en"))
    else:
        assert states(told.report) == ["drafted", "drafted"], "an adjustment, as if nobody had touched it"
    assert len(both.world.drafts()) == (1 if may_read else 2)


@pytest.mark.parametrize(("act", "code"), [("reverse", "voucher-reversed"), ("correct", "voucher-corrected")])
@pytest.mark.parametrize("target", ["import", *V2])
def test_what_took_the_place_of_a_voucher_is_told_by_its_number_however_late_it_was_sent(
    shop: Shop, target: str, act: str, code: str
) -> None:
    """v1's ledger is read around a date: that of the sales, not that of the sending half a year later."""
    shop.clock.now_s += 182 * 86_400
    remote_id = posted(shop, target)
    getattr(shop.world, act)(remote_id, **({"voucher_date": FRIDAY} if act == "correct" else {}))
    shop.clock.now_s += 60
    (shown,) = shop.revise().report.vouchers
    (found,) = (finding for finding in shown.findings if finding.code == code)
    assert re.search(r"\bvoucher \d+", message_of(found, "en"))


@pytest.mark.parametrize("code", sorted(BOOKED_IN_LEDGER))
@pytest.mark.parametrize("target", ["import", *V2])
def test_a_day_that_nothing_was_sent_of_is_not_closed_by_accepting_what_it_has_not(
    shop: Shop, target: str, code: str
) -> None:
    Books(shop, target).open()
    shop.sell(sale(1))
    with shop.open() as workspace, pytest.raises(UsageError, match=f"has no finding {code}; it has none"):
        accept_finding(workspace, shop.venues(workspace)[0], FRIDAY, code, "the wrong day")
    assert states(shop.export().report) == ["drafted"]


def test_an_import_that_is_posted_as_it_was_is_revised_by_an_adjustment(shop: Shop) -> None:
    posted(shop, "import")
    shop.clock.now_s += 60
    assert shop.revise().exit_code is Exit.DONE
    assert shop.line.posts[-1]["description"].startswith("Korreksjon")

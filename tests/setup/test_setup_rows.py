"""The setup changed a row at a time, and brought back: the checks of a file, one who wins, and nothing lost."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from posexport.app.setup import STAYING, Leaving, Saying, apply_setup
from posexport.app.setup_revisions import Saved, load_newest, load_old_setup, read_setup_history, restore_revision
from posexport.app.setup_rows import set_rows
from posexport.app.workspace import Workspace
from posexport.core.company import Setup
from posexport.core.report import VoucherReport
from posexport.core.setup_revision import RevisionKind, RowAddress, parse_address
from posexport.errors import Exit, PosexportError, SetupChangedSince, SetupRefused, UsageError
from posexport.setup.file import format_setup, read_setup
from posexport.setup.rows import RowChange, change_row, check_company, own_keys, read_value, start_draft
from posexport.setup.schema import COMPANY, VENUE
from tests.setup.test_setup_revisions import document, history, save
from tests.support.harness import BRYGGA, FRIDAY, MAPPING, SATURDAY, VENUES, Shop, sale, setup_text, states
from tests.support.looks import count_rows, read_rows
from tests.support.scope import count_examples

OTHER_ACCOUNT = MAPPING.replace('"3020"', '"3022"')
NORDBAR = (
    setup_text(venues=BRYGGA.replace('["3"]', '["9"]'))
    .replace('"fjordmat"', '"nordbar"')
    .replace("999999999", "974760673")
)


def row(text: str) -> RowAddress:
    address = parse_address(text)
    assert address is not None
    return address


def change(
    shop: Shop,
    *changes: RowChange,
    company: str | None = None,
    why: str = "",
    seen: int | None = None,
) -> Saved:
    with shop.open() as workspace:
        return set_rows(workspace, company, changes, shop.environ, Saying(why, seen))


def put(shop: Shop, address: str, seen: int | None = None, company: str | None = None, **values: object) -> Saved:
    """Set keys of one row."""
    return change(shop, RowChange(row(address), values=values), seen=seen, company=company)


def add(shop: Shop, address: str, **values: object) -> Saved:
    return change(shop, RowChange(row(address), "add", values))


def remove(shop: Shop, address: str) -> Saved:
    return change(shop, RowChange(row(address), "remove"))


def restore(shop: Shop, number: int, leaving: Leaving = STAYING, **saying: Any) -> Saved:
    with shop.open() as workspace:
        return restore_revision(workspace, None, number, shop.environ, leaving, Saying(**saying))


def is_as_its_newest_revision(shop: Shop) -> bool:
    with shop.open() as workspace:
        (company,) = workspace.load_setup().companies
        return load_old_setup(workspace, None, load_newest(workspace)[company.id]).document == company.document


# One row


def test_one_key_of_a_row_is_set_and_everything_else_stays(both: Shop) -> None:
    save(both)
    before = document(both)
    saved = change(both, RowChange(row("product_type:100"), values={"accounts.3": "3021"}), why="Revisor", seen=1)
    assert (saved.company, saved.revision) == ("fjordmat", 2)
    assert saved.applied.changes == ("product type 100: account for VAT code 3: 3020 -> 3021",)
    after = document(both)
    assert after["product_type"][0]["accounts"] == {"31": "3030", "3": "3021"}
    after["product_type"][0]["accounts"]["3"] = "3020"
    assert after == before
    newest = history(both)[0]
    assert (newest.kind, newest.why, newest.who) == (RevisionKind.SET, "Revisor", "kari")


def test_what_is_set_as_it_is_already_makes_no_revision(both: Shop) -> None:
    save(both)
    saved = put(both, "payment_type:CARD", account="1592")
    assert (saved.revision, saved.applied.changes) == (1, ())
    assert len(history(both)) == 1


@pytest.mark.parametrize(
    ("address", "values", "line"),
    [
        ("company", {"name": "Fjord AS"}, "company fjordmat: name Fjordmat AS -> Fjord AS"),
        ("company", {"contact": "drift@fjord.example"}, "company fjordmat: contact not set -> drift@fjord.example"),
        ("accounts", {"rounding": "7745"}, "account for rounding: 7740 -> 7745"),
        ("accounts", {"discounts.3": "3087"}, "account for discounts at VAT code 3: not set -> 3087"),
        ("mail", {"server": "s.example:587", "sender": "a@b.example"}, "server not set -> s.example:587"),
        ("venue:torget", {"z_report": "warn"}, "venue torget: z_report hold -> warn"),
        ("venue:torget", {"registers": ["1"]}, "venue torget: registers 1, 2 -> 1"),
        ("venue:torget/accounts", {"tips": "2912"}, "venue torget: account for tips: not set -> 2912"),
        ("vat_code:31", {"go": "3"}, "VAT code 31: go 31 -> 3"),
        ("payment_type:CARD", {"transfer": False}, "payment type CARD: transfer true -> false"),
        ("payment_type:CASH", {"currency_accounts.EUR": "1905"}, "payment type CASH: account for EUR: not set -> 1905"),
    ],
)
def test_every_kind_of_row_is_set_by_its_address(
    shop: Shop, address: str, values: Mapping[str, object], line: str
) -> None:
    save(shop)
    assert change(shop, RowChange(row(address), values=values)).applied.changes[0] == line
    assert is_as_its_newest_revision(shop)


@pytest.mark.parametrize(
    ("address", "key", "line"),
    [
        ("company", "subscription_key", "company fjordmat: subscription_key env:PO_SUB -> not set"),
        ("venue:torget", "department", "venue torget: department 10 -> not set"),
        ("accounts", "tips", "account for tips: 2911 -> not set"),
        ("product_type:100", "accounts.31", "product type 100: account for VAT code 31: 3030 -> not set"),
        ("product_type:100", "name", "product type 100: name Mat -> not set"),
    ],
)
def test_a_key_is_taken_out(shop: Shop, address: str, key: str, line: str) -> None:
    save(shop)
    assert change(shop, RowChange(row(address), unset=[key])).applied.changes == (line,)


@pytest.mark.parametrize(
    ("address", "values", "line"),
    [
        ("product_type:300", {"name": "Vin", "accounts": {"3": "3024"}}, "product type 300: new"),
        ("product_type:300/A@b", {"accounts.3": "3024"}, "product type 300/A@b: new"),
        ("payment_type:VIPPS", {"account": "1593"}, "payment type VIPPS: new"),
        ("vat_code:5", {"go": "33"}, "VAT code 5: new"),
        ("venue:torget/payment_type:CARD", {"account": "1594"}, "venue torget: payment type CARD: new"),
        ("venue:brygga", {"name": "Brygga", "export_from": "2020-01-01", "client_key": "env:PO_CLIENT_BRYGGA",
                          "addon": 1, "application_key": "env:PO_ADDON_1"}, "venue brygga: new"),
    ],
)  # fmt: skip
def test_a_row_is_added_and_removed_again(shop: Shop, address: str, values: Mapping[str, object], line: str) -> None:
    save(shop)
    before = document(shop)
    assert change(shop, RowChange(row(address), "add", values)).applied.changes == (line,)
    assert remove(shop, address).applied.changes == (line.replace(": new", ": removed"),)
    assert document(shop) == before
    assert [one.number for one in history(shop)] == [3, 2, 1]


def test_a_row_is_only_added_when_that_is_said(shop: Shop) -> None:
    """A slip of the finger in a code is not a new row."""
    save(shop)
    with pytest.raises(UsageError) as caught:
        put(shop, "payment_type:CRAD", account="1592")
    assert "payment_type:CARD" in str(caught.value) and "--add" in str(caught.value)
    with pytest.raises(UsageError, match="already"):
        add(shop, "payment_type:CARD", account="1592")
    with pytest.raises(UsageError, match="no venue:brygga"):
        add(shop, "venue:brygga/payment_type:CARD", account="1592")
    with pytest.raises(UsageError, match="no product_type:9"):
        remove(shop, "product_type:9")
    with pytest.raises(UsageError, match="There is no mail"):
        remove(shop, "mail")
    assert len(history(shop)) == 1


def test_a_whole_row_is_what_is_said_and_the_rest_is_as_if_left_out_of_a_file(shop: Shop) -> None:
    save(shop, torget='z_report = "warn"\n  grace_minutes = 15')
    change(shop, RowChange(row("venue:torget/payment_type:CARD"), "add", {"account": "1594"}))
    kept = document(shop)["venue"][0]
    values = {"name": "Torget", "client_key": "env:PO_CLIENT_TORGET", "export_from": "2020-01-01", "registers": ["1"]}
    saved = change(shop, RowChange(row("venue:torget"), values=values, whole=True))
    assert set(saved.applied.changes) == {
        "venue torget: name Torget Kafé -> Torget",
        "venue torget: department 10 -> not set",
        "venue torget: registers 1, 2 -> 1",
        "venue torget: z_report warn -> hold",
        "venue torget: grace_minutes 15 -> 0",
    }
    after = document(shop)["venue"][0]
    assert after == {"id": "torget", **values, "payment_type": kept["payment_type"]}, "what stands under it stays"


def test_a_row_may_get_another_code_but_not_one_that_is_there(shop: Shop) -> None:
    save(shop)
    saved = put(shop, "product_type:200", code="201")
    assert saved.applied.changes == ("product type 200: removed", "product type 201: new")
    for taken in ("100", " 100 ", 100):
        with pytest.raises(UsageError, match=r"product_type:100 already\. Each stands once"):
            put(shop, "product_type:201", code=taken)


def test_a_venue_that_gets_another_id_is_renamed_and_takes_its_days_along(both: Shop) -> None:
    save(both)
    both.sell(sale(1))
    both.export()
    numbers = read_rows(both, "venue", "id")
    assert put(both, "venue:torget", id="kaia").applied.changes == ("venue torget: is called kaia now",)
    assert read_rows(both, "venue", "id") == numbers
    assert [(row.venue.id, row.state.value) for row in both.status()] == [("kaia", "drafted")]
    with pytest.raises(UsageError, match="no venue:torget"):
        put(both, "venue:torget", name="Torget")


def test_a_venue_that_is_removed_keeps_its_days_and_may_come_back(both: Shop) -> None:
    save(both, venues=VENUES + BRYGGA)
    both.sell(sale(1), sale(2, register="3"))
    saved = remove(both, "venue:brygga")
    assert saved.applied.changes == ("venue brygga: removed",)
    assert "1 of its business days wait" in saved.applied.notes[0]
    assert count_rows(both, "venue", removed_at_utc_s=None) == 1
    assert restore(both, 1).applied.changes == ("venue brygga: new",)
    assert count_rows(both, "venue", removed_at_utc_s=None) == 2
    assert len(both.status()) == 2


def test_a_venue_does_not_get_the_id_of_one_that_was_removed(both: Shop) -> None:
    save(both, venues=VENUES + BRYGGA)
    remove(both, "venue:brygga")
    with pytest.raises(UsageError, match="brygga is the id of a venue that was removed"):
        put(both, "venue:torget", id="brygga")
    assert put(both, "venue:torget", id="torv").applied.changes == ("venue torget: is called torv now",)


def test_a_new_company_is_added_by_its_own_row(both: Shop) -> None:
    save(both)
    values = {
        "name": "Nordbar AS",
        "organization_number": "974760673",
        "application_key": "env:PO_APP",
    }
    saved = change(both, RowChange(row("company"), "add", values), company="nordbar", seen=0)
    assert (saved.company, saved.revision) == ("nordbar", 1)
    with pytest.raises(UsageError, match="fjordmat, nordbar"):
        put(both, "company", name="Which?")
    assert put(both, "company", company="nordbar", name="Nord").revision == 2
    with pytest.raises(UsageError, match="no company 'sydbar'"):
        put(both, "company", company="sydbar", name="Syd")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (RowChange(RowAddress("company"), "remove"), "never removed"),
        (RowChange(RowAddress("company"), values={"id": "other"}), "id of company fjordmat cannot be changed"),
        (RowChange(RowAddress("company"), unset=["id"]), "id of company fjordmat cannot be changed"),
        (RowChange(RowAddress("company"), values={"venue": []}), "venue:ID"),
        (RowChange(RowAddress("company"), unset=["product_type"]), "product_type:CODE"),
        (RowChange(RowAddress("venue", "torget"), values={"accounts": {}}), "venue:torget/accounts"),
        (RowChange(RowAddress("venue", "torget"), unset=["payment_type"]), "venue:torget/payment_type:CODE"),
    ],
)
def test_rows_under_a_row_are_not_changed_by_the_way(shop: Shop, changed: RowChange, words: str) -> None:
    save(shop)
    with pytest.raises(UsageError, match=words):
        change(shop, changed)
    assert len(history(shop)) == 1


def test_several_rows_are_one_revision_or_none(both: Shop) -> None:
    save(both)
    good = RowChange(row("product_type:100"), values={"accounts.3": "3021"})
    more = RowChange(row("payment_type:CARD"), values={"account": "1594"})
    saved = change(both, good, more)
    assert (saved.revision, len(saved.applied.changes)) == (2, 2)
    bad = RowChange(row("payment_type:CARD"), values={"account": "1"})
    back = RowChange(row("product_type:100"), values={"accounts.3": "3020"})
    with pytest.raises(SetupRefused):
        change(both, back, bad)
    assert [one.number for one in history(both)] == [2, 1]
    assert document(both)["product_type"][0]["accounts"]["3"] == "3021"


# The same checks as a file


@pytest.mark.parametrize(
    ("address", "values", "words"),
    [
        (
            "product_type:100",
            {"accounts.3": "30"},
            'product_type:100: accounts."3" is "30", which is no account number',
        ),
        ("product_type:100", {"acounts": {}}, "Unknown key acounts. Did you mean accounts?"),
        ("venue:torget", {"automatic_export": "yes"}, "venue:torget: automatic_export is text; expected true or false"),
        ("venue:torget", {"timezone": "Europe/Olso"}, "venue:torget: timezone"),
        ("venue:torget", {"export_from": "2021-01-01"}, "was saved as 2020-01-01 and cannot be changed"),
        ("venue:torget", {"registers": "1"}, "expected a list"),
        ("venue:torget", {"name": ""}, "venue:torget: name is empty"),
        ("company", {"target": "moon"}, "target is"),
        ("company", {"target": "ledger"}, "direct_posting = true"),
        ("company", {"organization_number": "999999998"}, "organization_number"),
        ("mail", {"server": "smtp.example.com:587"}, "mail: The mail has no sender"),
    ],
)
def test_what_a_file_could_not_say_is_refused_in_the_same_words_with_its_row(
    shop: Shop, address: str, values: Mapping[str, object], words: str
) -> None:
    save(shop)
    before = document(shop)
    with pytest.raises(SetupRefused) as caught:
        change(shop, RowChange(row(address), values=values))
    assert words in str(caught.value)
    assert str(caught.value).endswith("Nothing was saved.")
    assert "line" not in str(caught.value)
    assert caught.value.exit_code is Exit.OPERATOR
    assert (document(shop), len(history(shop))) == (before, 1)


def test_rules_over_several_rows_hold_too(shop: Shop) -> None:
    save(shop, venues=VENUES + BRYGGA)
    save(shop, text=NORDBAR.replace("brygga", "molo").replace("PO_CLIENT_BRYGGA", "PO_CLIENT_1"))
    for values, words in (
        ({"client_key": "env:PO_CLIENT_TORGET"}, "venue:brygga: client_key is the one venue torget has"),
        ({"client_key": "env:PO_CLIENT_1"}, "venue:brygga: client_key is the one venue molo of company nordbar has"),
        ({"registers": ["2"]}, "venue:brygga: Register 2 is claimed by venue torget and by venue brygga"),
        ({"id": "torget"}, "venue:torget already"),
        ({"id": "molo"}, "'molo' is another venue of the setup"),
    ):
        with pytest.raises((UsageError, SetupRefused), match=words):
            put(shop, "venue:brygga", company="fjordmat", **values)


def test_a_venue_with_sales_keeps_its_time_zone_however_it_is_set(both: Shop) -> None:
    save(both)
    both.sell(sale(1))
    with pytest.raises(UsageError, match="its timezone cannot be changed"):
        put(both, "venue:torget", timezone="Asia/Tokyo")
    assert len(history(both)) == 1


def test_a_key_itself_is_refused_unseen_and_a_reference_is_taken(shop: Shop) -> None:
    save(shop)
    secret = "4f0c7a7e-37d1-4a57-9df0-8f7b2d3c9a10"
    for value in (secret, f"env:{secret}", f"file:{secret}", 12345678, {"a": secret}, [secret]):
        with pytest.raises(SetupRefused) as caught:
            put(shop, "venue:torget", client_key=value)
        assert secret not in str(caught.value) and "12345678" not in str(caught.value)
    shop.environ["PO_OTHER"] = secret
    saved = put(shop, "venue:torget", client_key="env:PO_OTHER")
    assert saved.applied.changes == ("venue torget: client_key env:PO_CLIENT_TORGET -> env:PO_OTHER",)
    assert secret not in str(read_rows(shop, "setup_revision")) + str(read_rows(shop, "company"))


def test_a_key_that_is_not_there_yet_is_told_for_the_row_that_was_set_alone(shop: Shop) -> None:
    save(shop)
    del shop.environ["PO_APP"]
    saved = put(shop, "venue:torget", client_key="env:PO_LATER")
    (note,) = saved.applied.notes
    assert note.startswith("venue:torget: client_key: the secret env:PO_LATER is not set")
    assert put(shop, "payment_type:CARD", account="1594").applied.notes == ()


@pytest.mark.parametrize("text", ["\ud800", "Kafé \udcff"])
def test_what_is_no_text_is_refused(shop: Shop, text: str) -> None:
    save(shop)
    with pytest.raises(UsageError, match="no text"):
        put(shop, "venue:torget", name=text)


def test_drafted_days_that_used_what_changed_are_told_and_stay(both: Shop) -> None:
    save(both)
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    assert set(states(both.export().report)) == {"drafted"}
    before = read_rows(both, "delivery", "reference", "state", "fingerprint")
    (days,) = put(both, "product_type:100", accounts={"3": "3021", "31": "3030"}).applied.drafted
    assert (days.venue, days.first, days.count) == ("torget", FRIDAY, 2)
    assert read_rows(both, "delivery", "reference", "state", "fingerprint") == before


def test_an_account_that_is_set_lets_the_held_day_go(both: Shop) -> None:
    save(both, mapping=MAPPING.replace('"3020"', '""'))
    both.sell(sale(1))
    assert states(both.preview(FRIDAY, FRIDAY)) == ["held"]
    put(both, "product_type:100", accounts={"3": "3020"})
    assert states(both.export().report) == ["drafted"]


def test_tickets_kept_aside_move_in_when_a_venue_gets_their_register(both: Shop) -> None:
    save(both)
    both.sell(sale(1), sale(2, register="7"))
    (moved,) = put(both, "venue:torget", registers=["1", "2", "7"]).applied.moved
    assert (moved.venue, moved.tickets) == ("torget", 1)


def test_a_row_from_a_day_on_changes_no_day_before_it_and_a_restore_takes_it_back(both: Shop) -> None:
    """Friday is drafted, Saturday held for another account: a row from Saturday on concerns Saturday alone."""
    save(both)
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    assert states(both.export(FRIDAY, FRIDAY).report) == ["drafted"]
    before = read_rows(both, "delivery", "fingerprint")
    values = {"name": "Mat", "accounts": {"3": "3025", "31": "3035"}}
    saved = change(both, RowChange(row("product_type:100@2026-11-21"), "add", values))
    assert (saved.applied.changes, saved.applied.drafted) == (("product type 100 from 2026-11-21: new",), ())
    assert _sales_accounts(both) == ["3020", "3025"]
    change(both, RowChange(row("product_type:100@2026-11-21"), values={"accounts.3": "3026"}))
    assert _sales_accounts(both) == ["3020", "3026"]
    with pytest.raises(UsageError, match="product_type:100@2026-11-21 already"):
        put(both, "product_type:100", valid_from="2026-11-21")
    assert restore(both, 1).applied.changes == ("product type 100 from 2026-11-21: removed",)
    assert _sales_accounts(both) == ["3020", "3020"]
    assert read_rows(both, "delivery", "fingerprint") == before
    assert [one.number for one in history(both)] == [4, 3, 2, 1]


def _sales_accounts(shop: Shop) -> list[str | None]:
    """The account that each day's food is posted to."""
    shown = [report for report in shop.preview(FRIDAY, SATURDAY).vouchers if isinstance(report, VoucherReport)]
    return [line.account for report in shown for line in report.voucher.lines if line.source == "100"]


# Values as they are typed


@pytest.mark.parametrize(
    ("address", "key", "typed", "read"),
    [
        ("payment_type:CARD", "account", "1592", "1592"),
        ("payment_type:CARD", "account", '"1592"', "1592"),
        ("payment_type:CARD", "account", "", ""),
        ("payment_type:CARD", "name", "true", "true"),
        ("payment_type:CARD", "name", 'Kort "VISA"', 'Kort "VISA"'),
        ("payment_type:CARD", "transfer", "false", False),
        ("payment_type:CARD", "transfer", "nei", "nei"),
        ("payment_type:CARD", "rate_per", "100", 100),
        ("payment_type:CARD", "currency_accounts.EUR", "1905", "1905"),
        ("payment_type:CARD", "currency_accounts", '{"EUR": "1905"}', {"EUR": "1905"}),
        ("payment_type:CARD", "currency_accounts", '{ EUR = "1905" }', {"EUR": "1905"}),
        ("venue:torget", "registers", '["1", "2"]', ["1", "2"]),
        ("venue:torget", "registers", "1,2", ["1", "2"]),
        ("venue:torget", "registers", "", []),
        ("venue:torget", "export_from", "2020-01-01", "2020-01-01"),
        ("venue:torget", "client_key", "env:PO_T", "env:PO_T"),
        ("venue:torget", "addon", "3", 3),
        ("venue:torget", "nonsense", "3", "3"),
    ],
)
def test_a_typed_value_is_what_its_key_wants(address: str, key: str, typed: str, read: object) -> None:
    assert read_value(row(address), key, typed) == read


def test_every_example_of_the_schema_is_read_as_it_stands_in_a_file() -> None:
    """And as text behind the equals sign, without its quotes."""
    for fields, address in ((COMPANY, row("company")), (VENUE, row("venue:torget"))):
        for name in own_keys(fields):
            example = fields[name].example
            assert read_value(address, name, example) == read_value(address, name, example.strip('"')), name


# Two at once


def test_of_two_who_saw_the_same_revision_exactly_one_wins_and_the_other_is_told(both: Shop) -> None:
    save(both)

    def try_it(account: str) -> str:
        try:
            return str(put(both, "product_type:100", seen=1, accounts={"3": account}).revision)
        except SetupChangedSince as lost:
            return str(lost)

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(try_it, ["3021", "3022"]))
    lost, won = sorted(outcomes, key=len, reverse=True)
    assert won == "2"
    assert "changed by kari at" in lost and "since you looked (revision 1)" in lost and "-> 302" in lost
    assert len(history(both)) == 2
    winner = ["3021", "3022"][outcomes.index("2")]
    assert document(both)["product_type"][0]["accounts"] == {"3": winner}


def test_rows_that_several_set_at_once_are_all_kept(both: Shop) -> None:
    """Nobody says what they saw, and nobody's row is overwritten by another's."""
    save(both)
    rows = [("product_type:100", "name"), ("product_type:200", "name"), ("payment_type:CASH", "name")]
    rows += [("payment_type:CARD", "name"), ("payment_type:CREDIT", "name"), ("venue:torget", "name")]

    def rename(one: tuple[str, str]) -> int:
        return change(both, RowChange(row(one[0]), values={one[1]: f"New {one[0][-4:]}"})).revision

    with ThreadPoolExecutor(3) as threads:
        numbers = list(threads.map(rename, rows))
    assert sorted(numbers) == [2, 3, 4, 5, 6, 7]
    after = document(both)
    names = [one["name"] for one in (*after["product_type"], *after["payment_type"], *after["venue"])]
    assert all(name.startswith("New ") for name in names)
    assert is_as_its_newest_revision(both)


def test_a_lost_race_is_told_before_a_row_that_is_gone(both: Shop) -> None:
    save(both)
    remove(both, "product_type:200")
    with pytest.raises(SetupChangedSince, match="product type 200: removed"):
        put(both, "product_type:200", seen=1, name="Brus")


# Restoring


def test_a_restored_revision_is_a_new_one_equal_to_the_old(both: Shop) -> None:
    save(both)
    first = document(both)
    put(both, "product_type:100", name="Mat og drikke")
    remove(both, "product_type:200")
    saved = restore(both, 1, why="Feil")
    assert saved.revision == 4
    assert set(saved.applied.changes) == {"product type 100: name Mat og drikke -> Mat", "product type 200: new"}
    assert document(both) == first
    newest = history(both)[0]
    assert (newest.kind, newest.restored, newest.why) == (RevisionKind.RESTORE, 1, "Feil")
    again = restore(both, 1)
    assert (again.revision, again.applied.changes) == (4, ())
    assert len(history(both)) == 4


def test_a_venue_with_sales_is_not_left_out_by_a_restore_without_a_word(both: Shop) -> None:
    save(both)
    add(both, "venue:brygga", name="Brygga", export_from="2020-01-01", registers=["3"], addon=1,
        client_key="env:PO_CLIENT_BRYGGA", application_key="env:PO_ADDON_1")  # fmt: skip
    both.sell(sale(1, register="3"))
    with pytest.raises(UsageError) as caught:
        restore(both, 1)
    message = str(caught.value)
    assert "Venue brygga has sales, and revision 1 does not have it any more. Nothing was saved." in message
    assert "posexport setup restore 1 --company fjordmat --remove brygga" in message
    assert len(history(both)) == 2
    assert restore(both, 1, Leaving(removals=["brygga"])).applied.changes == ("venue brygga: removed",)
    assert document(both)["venue"][0]["id"] == "torget"


def test_a_venue_that_was_renamed_since_is_called_as_it_was_when_that_is_said(both: Shop) -> None:
    save(both)
    both.sell(sale(1))
    put(both, "venue:torget", id="kaia")
    with pytest.raises(UsageError, match="--rename kaia=torget"):
        restore(both, 1)
    saved = restore(both, 1, Leaving({"kaia": "torget"}))
    assert saved.applied.changes == ("venue kaia: is called torget now",)
    assert [one.venue.id for one in both.status()] == ["torget"]


def test_what_may_not_be_saved_any_more_is_not_restored(both: Shop) -> None:
    """Another company has the client key now."""
    save(both, venues=VENUES + BRYGGA)
    remove(both, "venue:brygga")
    save(both, text=NORDBAR.replace("brygga", "molo"))
    with both.open() as workspace, pytest.raises(SetupRefused) as caught:
        restore_revision(workspace, "fjordmat", 1, both.environ, STAYING)
    assert "venue:brygga: client_key is the one venue molo of company nordbar has" in str(caught.value)
    assert str(caught.value).endswith("Nothing was saved.")


def test_a_restore_over_what_was_not_seen_is_refused(both: Shop) -> None:
    save(both)
    put(both, "product_type:100", name="Mat og drikke")
    put(both, "product_type:100", name="Alt")
    with pytest.raises(SetupChangedSince):
        restore(both, 1, seen=2)
    assert restore(both, 1, seen=3).revision == 4


# Any sequence

_ACCOUNTS = st.sampled_from(["3000", "3020", "3021", ""])
_CODES = st.sampled_from(["1", "2", "3"])
_ROWS = st.sampled_from(["1", "2", "3", "1@2026-12-01"])
_STEPS = st.one_of(
    st.tuples(st.just("add"), _ROWS, _ACCOUNTS),
    st.tuples(st.just("set"), _ROWS, _ACCOUNTS),
    st.tuples(st.just("remove"), _ROWS, st.none()),
    st.tuples(st.just("venue"), st.sampled_from(["hold", "warn", "nonsense"]), st.none()),
    st.tuples(st.just("apply"), st.lists(_CODES, unique=True), _ACCOUNTS),
    st.tuples(st.just("restore"), st.integers(1, 9), st.none()),
)
_EXAMPLES = itertools.count(1)


def _start(n: int) -> str:
    return f"""
[[company]]
id = "c{n}"
name = "Nummer {n}"
organization_number = "999999999"
target = "file"
output = "vouchers"
[[company.venue]]
id = "v{n}"
name = "Sted"
export_from = 2020-01-01
registers = ["{n}"]
"""


def _take(workspace: Workspace, n: int, step: tuple[str, Any, Any], path: Path) -> None:
    """One step, which may be refused."""
    match step:
        case ("apply", codes, account):
            rows = [f'[[company.product_type]]\ncode = "{code}"\naccounts = {{ "3" = "{account}" }}' for code in codes]
            path.write_text("\n".join([_start(n), *rows]), encoding="utf-8")
            apply_setup(workspace, read_setup(path, workspace.load_setup(), {}))
        case ("restore", number, _):
            restore_revision(workspace, f"c{n}", number, {}, STAYING)
        case ("venue", value, _):
            set_rows(workspace, f"c{n}", [RowChange(row(f"venue:v{n}"), values={"z_report": value})], {})
        case ("add" | "set" | "remove" as does, code, account):
            values = {} if account is None else {"accounts.3": account}
            set_rows(workspace, f"c{n}", [RowChange(row(f"product_type:{code}"), does, values)], {})


@settings(
    max_examples=count_examples(25, quickly=10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(_STEPS, max_size=8))
def test_after_any_savings_a_company_is_its_newest_revision_and_every_revision_can_be_had_again(
    shop: Shop, steps: Sequence[tuple[str, Any, Any]]
) -> None:
    n = next(_EXAMPLES)
    with shop.open() as workspace:
        seen: dict[int, Any] = {}
        for step in [("apply", [], ""), *steps]:
            with suppress(PosexportError):
                _take(workspace, n, step, shop.folder / "any.toml")
            newest = load_newest(workspace)[f"c{n}"]
            seen.setdefault(newest, load_old_setup(workspace, f"c{n}", newest).document)
            (now,) = (one for one in workspace.load_setup().companies if one.id == f"c{n}")
            assert now.document == seen[newest]
        revisions = read_setup_history(workspace, f"c{n}").revisions
        assert [one.number for one in revisions] == list(range(len(revisions), 0, -1))
        for number, kept in seen.items():
            assert load_old_setup(workspace, f"c{n}", number).document == kept, "a revision never changes"
            restore_revision(workspace, f"c{n}", number, {}, STAYING)
            (now,) = (one for one in workspace.load_setup().companies if one.id == f"c{n}")
            assert now.document == kept


@settings(max_examples=count_examples(60))
@given(
    key=st.sampled_from(["name", "account", "transfer", "rate_per", "cash", "currency_accounts", "frob", "code"]),
    value=st.one_of(
        st.text(max_size=8), st.integers(-1, 1_000), st.booleans(), st.just("1592"), st.lists(st.text(max_size=2)),
        st.dictionaries(st.sampled_from(["EUR", "sek", "1"]), st.sampled_from(["1905", "", 1905, "x"]), max_size=2),
    ),
)  # fmt: skip
def test_what_set_saves_is_what_a_file_saying_so_would_save(key: str, value: object) -> None:
    """Nothing comes in that a file could not say, and nothing that it could is kept out."""
    environ = {name: f"the-secret-{name}" for name in ("PO_APP", "PO_SUB", "PO_CLIENT_TORGET")}
    company = _read(setup_text(), environ)
    draft = start_draft(company)
    change_row(draft, RowChange(row("payment_type:CARD"), values={key: value}))
    try:
        changed, _ = check_company(draft.document, Setup((company,)), environ)
    except (SetupRefused, UsageError):
        return
    assert _read(format_setup([changed]), environ) == changed


def _read(text: str, environ: Mapping[str, str]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "setup.toml"
        path.write_text(text, encoding="utf-8", newline="")
        (company,) = read_setup(path, Setup(), environ)
        return company


def test_accounts_that_are_others_from_a_day_on_are_a_row_by_that_day(shop: Shop) -> None:
    save(shop)
    with pytest.raises(UsageError, match="has no accounts@2026-12-01"):
        put(shop, "accounts@2026-12-01", tips="2912")
    added = add(shop, "accounts@2026-12-01", tips="2912")
    assert added.applied.changes == ("accounts from 2026-12-01: new",)
    changed = put(shop, "accounts@2026-12-01", tips="2913")
    assert changed.applied.changes == ("accounts from 2026-12-01: account for tips: 2912 -> 2913",)
    assert put(shop, "accounts", rounding="7745").applied.changes == ("account for rounding: 7740 -> 7745",)
    with shop.open() as workspace:
        (venue,) = workspace.load_setup().venues
    before, after = (venue.on(date(2026, month, 30)).mapping.accounts for month in (11, 12))
    assert ((before.tips, after.tips), (before.rounding, after.rounding)) == (("2911", "2913"), ("7745", "7745"))
    with pytest.raises(UsageError, match=r"accounts@2026-12-01 already\. Change that one, without --add"):
        add(shop, "accounts@2026-12-01", tips="2914")
    with pytest.raises(UsageError, match=r"accounts@2026-12-01 already\. Each stands once"):
        put(shop, "accounts", valid_from="2026-12-01")
    with pytest.raises(UsageError, match=r"has accounts already\. Each stands once"):
        change(shop, RowChange(row("accounts@2026-12-01"), unset=("valid_from",)))
    assert remove(shop, "accounts@2026-12-01").applied.changes == ("accounts from 2026-12-01: removed",)
    with shop.open() as workspace:
        assert workspace.load_setup().venues[0].dated is None


def test_a_row_of_a_code_may_be_added_from_a_day_on_and_never_twice(shop: Shop) -> None:
    save(shop)
    add(shop, "product_type:100@2026-12-01", accounts={"3": "3025"})
    with shop.open() as workspace:
        (venue,) = workspace.load_setup().venues
    found = [venue.on(date(2026, month, 30)).mapping.sales_account("100", "3") for month in (11, 12)]
    assert found == ["3020", "3025"]
    with pytest.raises(UsageError, match="already"):
        add(shop, "product_type:100@2026-12-01", accounts={"3": "3026"})
    with pytest.raises(UsageError, match="already"):
        put(shop, "product_type:100", valid_from="2026-12-01")

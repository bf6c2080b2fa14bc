"""What becomes of a venue, and of what was drafted, when a setup changes: nothing by itself, everything on request."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from posexport.app.export import Revision
from posexport.app.history import read_story
from posexport.app.preview import Exported
from posexport.app.setup import STAYING, Applied, Leaving, apply_setup
from posexport.app.status import status
from posexport.app.workspace import find_venues
from posexport.core.company import rename_venues
from posexport.core.day import Period
from posexport.core.finding import Severity
from posexport.errors import Exit, UsageError
from posexport.sandbox import Fault
from posexport.setup.file import read_setup
from posexport.texts.describe import fix_of
from tests.support.books import TARGETS, Books
from tests.support.harness import (
    BRYGGA,
    FRIDAY,
    FULL_DAY,
    MAPPING,
    SATURDAY,
    VENUES,
    Shop,
    codes,
    of_voucher,
    sale,
    setup_text,
    states,
    vouchers_of,
)
from tests.support.looks import add_row, count_rows, read_rows

CALLED_KAIA = VENUES.replace('"torget"', '"kaia"')
OTHER_ACCOUNT = MAPPING.replace('"3020"', '"3022"')


def save(shop: Shop, leaving: Leaving = STAYING, text: str | None = None, **options: str) -> Applied:
    """Apply a setup and say what became of venues."""
    path = shop.folder / "setup.toml"
    path.write_text(
        text if text is not None else setup_text(reports=str(shop.folder / "reports"), **options), encoding="utf-8"
    )
    with shop.open() as workspace:
        saved = rename_venues(workspace.load_setup(), leaving.renames)
        return apply_setup(workspace, read_setup(path, saved, shop.environ), leaving)


def ids(shop: Shop) -> list[str]:
    with shop.open() as workspace:
        return [venue.id for venue in workspace.load_setup().venues]


def references(exported: Exported) -> list[tuple[str, str]]:
    return [(shown.reference, shown.state.value) for shown in exported.report.vouchers]


# Who is who


@pytest.mark.parametrize("left", ["tickets", "drafts"])
def test_a_venue_with_sales_is_not_left_out_without_a_word(both: Shop, left: str) -> None:
    save(both)
    both.sell(*FULL_DAY)
    if left == "drafts":
        both.export()
    before = read_rows(both, "company", "document"), read_rows(both, "venue")
    with pytest.raises(UsageError) as caught:
        save(both, Leaving(file="fjordmat.toml"), venues=CALLED_KAIA)
    assert "posexport setup apply fjordmat.toml --rename torget=kaia" in str(caught.value)
    assert "posexport setup apply fjordmat.toml --remove torget" in str(caught.value)
    assert caught.value.exit_code is Exit.OPERATOR
    with pytest.raises(UsageError, match="--remove torget"):
        save(both, venues="")
    assert (read_rows(both, "company", "document"), read_rows(both, "venue")) == before
    assert len(read_rows(both, "setup_revision")) == 1, "nothing was changed since"


def test_a_venue_without_sales_may_be_left_out_or_called_otherwise(both: Shop) -> None:
    save(both)
    assert save(both, venues=CALLED_KAIA).changes == ("venue torget: removed", "venue kaia: new")
    assert ids(both) == ["kaia"]


def test_every_venue_that_is_left_out_is_named(both: Shop) -> None:
    save(both, venues=VENUES + BRYGGA)
    both.sell(sale(1), sale(2, register="3"))
    with pytest.raises(UsageError) as caught:
        save(both, venues=CALLED_KAIA)
    assert all(f"--rename {id_}=kaia" in str(caught.value) for id_ in ("torget", "brygga"))


def test_a_company_that_is_left_out_stays_as_it_is(both: Shop) -> None:
    save(both)
    both.sell(sale(1))
    other = (
        setup_text(venues=BRYGGA.replace('"3"', '"9"'))
        .replace('"fjordmat"', '"nordbar"')
        .replace("999999999", "974760673")
    )
    save(both, text=other)
    assert ids(both) == ["torget", "brygga"]


def test_a_renamed_venue_takes_all_its_days_along(both: Shop) -> None:
    save(both)
    both.sell(*FULL_DAY, sale(11, at="2026-11-21T12:00:00"))
    both.export(FRIDAY, FRIDAY)
    numbers = read_rows(both, "venue", "id")
    applied = save(both, Leaving({"torget": "kaia"}), venues=CALLED_KAIA)
    assert applied.changes == ("venue torget: is called kaia now",)
    assert read_rows(both, "venue", "id") == numbers
    assert [(row.venue.id, row.state.value, row.reference) for row in both.status()] == [
        ("kaia", "drafted", "torget-20261120-r1"),
        ("kaia", "ready", "kaia-20261121-r1"),
    ]
    assert references(both.export()) == [("kaia-20261121-r1", "drafted")]
    assert both.sell(*FULL_DAY).results[0].known == 6
    assert len(read_rows(both, "delivery")) == 2


def test_a_rename_may_change_something_else_as_well_and_is_told_once(both: Shop) -> None:
    save(both)
    both.sell(sale(1))
    changed = CALLED_KAIA.replace('"Torget Kafé"', '"Kaia Kafé"')
    assert save(both, Leaving({"torget": "kaia"}), venues=changed).changes == (
        "venue torget: is called kaia now",
        "venue kaia: name Torget Kafé -> Kaia Kafé",
    )
    again = save(both, Leaving({"torget": "kaia"}), venues=changed)
    assert again.changes == ()
    assert "venue torget" in again.notes[0]


def test_two_venues_may_change_ids(both: Shop) -> None:
    save(both, venues=VENUES + BRYGGA)
    both.sell(sale(1), sale(2, register="3"))
    numbers = dict(read_rows(both, "venue", "code", "id"))
    swapped = (VENUES + BRYGGA).replace('"torget"', '"x"').replace('"brygga"', '"torget"').replace('"x"', '"brygga"')
    save(both, Leaving({"torget": "brygga", "brygga": "torget"}), venues=swapped)
    assert dict(read_rows(both, "venue", "code", "id")) == {"brygga": numbers["torget"], "torget": numbers["brygga"]}


@pytest.mark.parametrize(
    ("renames", "removals", "venues", "words"),
    [
        ({"nowhere": "kaia"}, (), CALLED_KAIA, "no venue 'nowhere' to rename"),
        ({"torget": "kai"}, (), CALLED_KAIA, "has no venue 'kai'"),
        (
            {"torget": "kaia"},
            (),
            VENUES + CALLED_KAIA.replace("PO_CLIENT_TORGET", "PO_CLIENT_1").replace('["1", "2"]', '["8"]'),
            "has venue 'torget' still",
        ),
        ({"torget": "brygga"}, (), BRYGGA, "another venue of the setup"),
        ({"torget": "kaia"}, ("torget",), CALLED_KAIA + BRYGGA, "both be renamed and removed"),
        ({}, ("nowhere",), VENUES + BRYGGA, "no venue 'nowhere' to remove"),
        ({}, ("torget",), VENUES + BRYGGA, "has venue 'torget' still"),
        ({"torget": "kaia", "brygga": "kaia"}, (), CALLED_KAIA, "one new id"),
    ],
)
def test_what_cannot_be_renamed_or_removed_is_refused_whole(
    both: Shop, renames: dict[str, str], removals: Sequence[str], venues: str, words: str
) -> None:
    save(both, venues=VENUES + BRYGGA)
    both.sell(sale(1), sale(2, register="3"))
    before = read_rows(both, "company", "document"), read_rows(both, "venue")
    with pytest.raises(UsageError, match=words):
        save(both, Leaving(renames, removals), venues=venues)
    assert (read_rows(both, "company", "document"), read_rows(both, "venue")) == before


def test_an_id_that_stands_on_vouchers_of_another_venue_is_nobody_elses(both: Shop) -> None:
    save(both)
    both.sell(sale(1))
    both.export()
    save(both, Leaving({"torget": "kaia"}), venues=CALLED_KAIA)
    with pytest.raises(UsageError, match="torget-20261120-r1"):
        save(both, venues=CALLED_KAIA + BRYGGA.replace('"brygga"', '"torget"'))
    save(both, Leaving({"kaia": "torget"}), venues=VENUES)
    assert ids(both) == ["torget"], "its own id it may have again"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("posted", [False, True])
def test_a_day_sent_under_the_old_id_is_revised_under_its_reference(shop: Shop, target: str, posted: bool) -> None:
    books = Books(shop, target).open()
    shop.sell(sale(1))
    shop.export()
    if posted:
        books.post("torget-20261120-r1")
    shop.clock.now_s += 60
    _rename(books)
    shop.sell(sale(1), sale(2, "75.00"))
    assert [row.findings[0].facts["reference"] for row in shop.status()] == ["torget-20261120-r1"]
    assert references(shop.revise())[-1] == ("torget-20261120-r2", "drafted")
    assert books.sums() == {1592: 20_000, 3020: -20_000}
    told = [name for entry in books.entries() for name in entry.pages]
    assert all(name.startswith("torget-20261120-r") for name in told)
    assert references(shop.export(FRIDAY, FRIDAY))[-1] == ("torget-20261120-r2", "drafted")


def _rename(books: Books) -> None:
    text = setup_text(
        books.target,
        venues=CALLED_KAIA,
        company="direct_posting = true" if books.target == "ledger" else "",
        reports=str(books.shop.folder / "reports"),
        output=str(books.folder) if books.target == "file" else "",
    )
    save(books.shop, Leaving({"torget": "kaia"}), text=text)


@pytest.mark.parametrize("target", ["import", "journal"])
def test_a_voucher_whose_answer_was_lost_before_a_rename_is_found_under_its_reference(shop: Shop, target: str) -> None:
    books = Books(shop, target).open()
    shop.sell(sale(1))
    paths = {"import": "/Import/", "journal": "/JournalEntryVouchers/ManualJournals"}
    shop.faults.append(Fault("lose_answer", method="POST", path=paths[target]))
    shop.export()
    assert states(shop.preview(FRIDAY, FRIDAY)) == ["uncertain"]
    _rename(books)
    shop.clock.now_s += 600
    assert references(shop.export()) == [("torget-20261120-r1", "drafted")]
    assert len(books.entries()) == 1


def test_the_second_voucher_of_a_day_keeps_the_name_of_the_first(shop: Shop) -> None:
    """A day that was planned, but not sent, before its venue was renamed."""
    save(shop, mapping=MAPPING.replace('"3020"', '"3099"'))
    shop.sell(sale(1))
    assert references(shop.export()) == [("torget-20261120-r1", "held")]
    save(shop, Leaving({"torget": "kaia"}), venues=CALLED_KAIA)
    assert references(shop.export()) == [("torget-20261120-r1", "drafted")]


def test_the_story_of_a_day_finds_its_tickets_by_the_setup_of_then_after_a_rename(shop: Shop) -> None:
    save(shop)
    shop.sell(sale(1))
    shop.export()
    save(shop, Leaving({"torget": "kaia"}), venues=CALLED_KAIA, mapping=OTHER_ACCOUNT)
    with shop.open() as workspace:
        venue = shop.venues(workspace)[0]
        company = workspace.load_setup().company_of(venue)
        (told,) = read_story(workspace.database, company, venue, FRIDAY, workspace.now_utc_s).vouchers
    assert told.reference == "torget-20261120-r1"
    assert all(line.tickets for line in told.lines)


def test_a_removed_venue_is_exported_no_more_and_can_be_looked_at(both: Shop) -> None:
    save(both, venues=VENUES + BRYGGA)
    both.sell(sale(1), sale(2, at="2026-11-21T12:00:00"), sale(3, register="3"))
    both.export(FRIDAY, FRIDAY)
    applied = save(both, Leaving(removals=["torget"]), venues=BRYGGA)
    assert applied.changes == ("venue torget: removed",)
    assert "1 of its business days wait" in applied.notes[0]
    assert ids(both) == ["brygga"]
    assert [shown.venue.id for shown in both.export().report.vouchers] == []
    assert {row.venue.id for row in both.status()} == {"brygga"}
    assert both.sell(sale(9, at="2026-11-21T14:00:00")).exit_code is Exit.BOOKKEEPER, "its registers are nobody's"
    with both.open() as workspace:
        chosen = find_venues(workspace.load_setup_with(["torget"]), ["torget"])
        rows = status(workspace, chosen, Period())
        assert [(row.state.value, row.reference) for row in rows] == [
            ("drafted", "torget-20261120-r1"),
            ("ready", "torget-20261121-r1"),
        ]
        company = workspace.load_setup_of(chosen).company_of(chosen[0])
        (told,) = read_story(workspace.database, company, chosen[0], FRIDAY, workspace.now_utc_s).vouchers
        assert told.reference == "torget-20261120-r1"
    assert read_rows(both, "venue", "removed_at_utc_s") == [(int(both.clock()),), (None,)]


def test_a_removed_venue_may_come_back_as_it_was(both: Shop) -> None:
    save(both, venues=VENUES + BRYGGA)
    both.sell(sale(1))
    both.export()
    save(both, Leaving(removals=["torget"]), venues=BRYGGA)
    save(both, venues=BRYGGA.replace('"Brygga Bar"', '"Brygga"'))
    for wrong, words in (("2021-05-05", "export_from = 2020-01-01"),):
        with pytest.raises(UsageError, match=words):
            save(both, venues=VENUES.replace("2020-01-01", wrong) + BRYGGA)
    with pytest.raises(UsageError, match="timezone"):
        save(both, venues=VENUES.replace("{torget}", 'timezone = "Asia/Tokyo"') + BRYGGA)
    save(both, venues=VENUES + BRYGGA)
    assert sorted(ids(both)) == ["brygga", "torget"]
    assert count_rows(both, "venue", removed_at_utc_s=None) == 2
    assert '"removed_venue":' not in read_rows(both, "company", "document")[0][0]
    assert ("torget-20261120-r1", "drafted") in references(both.export(FRIDAY, FRIDAY))
    assert len(read_rows(both, "delivery")) == 1


def test_a_venue_never_moves_to_another_company_also_by_way_of_being_removed(both: Shop) -> None:
    save(both, venues=VENUES + BRYGGA)
    both.sell(sale(1))
    save(both, Leaving(removals=["torget"]), venues=BRYGGA)
    other = setup_text().replace('"fjordmat"', '"nordbar"').replace("999999999", "974760673")
    with pytest.raises(UsageError, match="cannot move"):
        save(both, text=other)


def test_who_changed_what_is_kept(both: Shop) -> None:
    save(both)
    both.clock.now_s += 60
    save(both)
    save(both, torget='z_report = "warn"')
    rows = read_rows(both, "setup_revision", "number", "at_utc_s", "who", "known_by", "changes")
    now = int(both.clock())
    assert [row[:4] for row in rows] == [(1, now - 60, "kari", "terminal"), (2, now, "kari", "terminal")]
    assert [change["told"] for change in json.loads(rows[1][4])] == ["venue torget: z_report hold -> warn"]


# What was drafted by another setup


def drafted(shop: Shop, days: int = 3) -> Callable[..., Applied]:
    """Days that were drafted one by one from the 18th on."""
    save(shop)
    shop.sell(*(sale(n, at=f"2026-11-{18 + n}T12:00:00") for n in range(days)))
    assert set(states(shop.export().report)) == {"drafted"}
    return lambda **options: save(shop, **options)


def test_a_change_says_which_drafted_days_used_it(both: Shop) -> None:
    apply = drafted(both)
    both.sell(sale(9, at="2026-11-21T12:00:00", vat_code="31"))
    both.export()
    (days,) = apply(mapping=OTHER_ACCOUNT).drafted
    assert (days.venue, days.first, days.last, days.count) == ("torget", date(2026, 11, 18), FRIDAY, 3)
    assert apply(mapping=OTHER_ACCOUNT).drafted == ()
    assert apply(mapping=OTHER_ACCOUNT, torget='z_report = "warn"').drafted == ()
    assert apply().drafted == (), "what is drafted is right again"


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"mapping": MAPPING.replace('account = "1592"', 'account = "1593"')}, 3),
        ({"mapping": MAPPING.replace('go = "3"\n', 'go = "31"\n')}, 3),
        ({"venues": VENUES.replace('department = "10"', 'department = "20"')}, 3),
        ({"mapping": MAPPING.replace('name = "Mat"', 'name = "Mat og drikke"')}, 0),
        ({"mapping": MAPPING.replace('account = "1900"', 'account = "1901"')}, 0),
        ({"mapping": MAPPING.replace('rounding = "7740"', 'rounding = "7741"')}, 0),
    ],
)
def test_what_counts_is_what_stands_on_the_lines(shop: Shop, options: dict[str, str], count: int) -> None:
    apply = drafted(shop)
    assert sum(days.count for days in apply(**options).drafted) == count


def test_days_that_differ_for_another_reason_have_not_used_what_changed(shop: Shop) -> None:
    apply = drafted(shop)
    shop.sell(sale(9, "75.00", at="2026-11-20T13:00:00"))
    assert apply(mapping=MAPPING.replace('account = "1900"', 'account = "1901"')).drafted == ()
    (days,) = apply(mapping=OTHER_ACCOUNT).drafted
    assert days.count == 3
    assert apply(mapping=OTHER_ACCOUNT.replace('account = "1900"', 'account = "1901"')).drafted == ()


def test_a_change_is_never_brought_to_drafts_by_itself(both: Shop) -> None:
    apply = drafted(both)
    apply(mapping=OTHER_ACCOUNT)
    for revision in (None, Revision()):
        both.export(revision=revision)
        exported = both.export(date(2026, 11, 18), FRIDAY, revision=revision)
        assert {shown.state.value for shown in exported.report.vouchers} == {"drafted"}
        assert {*read_rows(both, "delivery", "revision")} == {(1,)}


@pytest.mark.parametrize("named", [False, True])
def test_drafts_that_nobody_posted_are_replaced_on_request(both: Shop, named: bool) -> None:
    drafted(both)(mapping=OTHER_ACCOUNT)
    both.clock.now_s += 60
    first, last = (date(2026, 11, 18), FRIDAY) if named else (None, None)
    exported = both.export(first, last, revision=Revision(remap=True, named=named))
    assert references(exported) == [(f"torget-202611{day}-r2", "drafted") for day in (18, 19, 20)]
    assert exported.exit_code is Exit.DONE
    assert {line.account for shown in exported.report.vouchers for line in shown.voucher.lines} == {"1592", "3022"}  # type: ignore[union-attr]
    assert Counter(read_rows(both, "delivery", "state")) == {("drafted",): 3, ("replaced",): 3}
    assert both.export(first, last, revision=Revision(remap=True, named=named)).exit_code is Exit.DONE
    assert max(read_rows(both, "delivery", "revision")) == (2,), "there is nothing left to remap"


@pytest.mark.parametrize("target", TARGETS)
def test_posted_vouchers_are_listed_and_corrected_only_where_they_are_named(shop: Shop, target: str) -> None:
    books = Books(shop, target).open()
    shop.sell(sale(1))
    shop.export()
    books.post("torget-20261120-r1")
    shop.clock.now_s += 60
    books.open(mapping=OTHER_ACCOUNT)
    listed = shop.export(revision=Revision(remap=True))
    (shown,) = listed.report.vouchers
    assert (shown.reference, shown.state.value, codes(shown)) == (
        "torget-20261120-r1",
        "drafted",
        ["posted-by-old-setup"],
    )
    assert "--revise --remap --venue torget --from 2026-11-20 --to 2026-11-20" in fix_of(shown.findings[0])
    assert listed.exit_code is Exit.DONE
    assert books.sums() == {1592: 12_500, 3020: -12_500}
    shop.export(FRIDAY, FRIDAY, revision=Revision(remap=True, named=True))
    assert books.sums() == {1592: 12_500, 3022: -12_500}
    assert books.entry("torget-20261120-r2").amounts == {3020: 12_500, 3022: -12_500}


@pytest.mark.parametrize("target", ["journal"])
@pytest.mark.parametrize("posted", [False, True])
def test_nothing_is_remapped_in_a_locked_period_but_on_another_date(shop: Shop, target: str, posted: bool) -> None:
    books = Books(shop, target).open()
    shop.sell(sale(1))
    shop.export()
    if posted:
        books.post("torget-20261120-r1")
    shop.clock.now_s += 400
    shop.world.set_lock_date(FRIDAY)
    books.open(mapping=OTHER_ACCOUNT)
    kept = shop.export(FRIDAY, FRIDAY, revision=Revision(remap=True, named=True))
    assert "locked-period" in codes(kept.report.vouchers[0])
    assert max(read_rows(shop, "delivery", "revision")) == (1,)
    shop.export(FRIDAY, FRIDAY, revision=Revision(SATURDAY, remap=True, named=True))
    assert read_rows(shop, "delivery", "posting_day", revision=2) == [(20261121,)]


# What was said of the setup before


def test_what_poweroffice_said_of_an_account_is_over_when_the_setup_has_another(both: Shop) -> None:
    save(both, mapping=MAPPING.replace('"3020"', '"3099"'))
    both.sell(sale(1))
    assert codes(both.export().report.vouchers[0]) == ["unknown-account"]
    assert codes(both.preview().vouchers[0]) == ["unknown-account"]
    save(both, mapping=MAPPING.replace('"3020"', '"3099"'), torget='z_report = "warn"')
    assert codes(both.preview().vouchers[0]) == ["unknown-account"], "another part of the setup"
    save(both, mapping=MAPPING.replace('"3020"', '"3099"').replace("7740", "7741"))
    assert codes(both.preview().vouchers[0]) == ["unknown-account"], "another account"
    save(both)
    (shown,) = both.preview().vouchers
    assert (shown.state.value, codes(shown)) == ("ready", ["to-be-asked-again"])
    assert shown.findings[0].severity is Severity.INFO
    assert [codes_of.code for row in both.status() for codes_of in row.findings] == ["to-be-asked-again"]
    exported = both.export()
    assert (states(exported.report), codes(exported.report.vouchers[0])) == (["drafted"], [])


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"venues": VENUES.replace('department = "10"', 'department = "99"')}, {}),
        ({}, {"company": 'environment = "production"'}),
        ({}, {"venues": VENUES.replace("PO_CLIENT_TORGET", "PO_CLIENT_BRYGGA")}),
        ({}, {"target": "journal"}),
    ],
    ids=["department", "environment", "key", "target"],
)
def test_what_was_said_under_other_keys_or_departments_is_over_too(
    shop: Shop, wrong: dict[str, str], right: dict[str, str]
) -> None:
    bad = MAPPING if wrong else MAPPING.replace('"3020"', '"3099"')
    save(shop, STAYING, mapping=bad, **wrong)
    shop.sell(sale(1))
    assert states(shop.export().report) == ["held"]
    assert all(document for (document,) in read_rows(shop, "chart", "document"))
    assert count_rows(shop, "chart") == 1
    save(shop, STAYING, mapping=bad, **right)
    assert codes(shop.preview().vouchers[0]) == ["to-be-asked-again"]
    assert [document.startswith('{"doubted": ') for (document,) in read_rows(shop, "chart", "document")] == [True]


def test_what_was_said_is_kept_where_only_a_name_changes(shop: Shop) -> None:
    save(shop, mapping=MAPPING.replace('"3020"', '"3099"'))
    shop.sell(sale(1))
    shop.export()
    save(shop, mapping=MAPPING.replace('"3020"', '"3099"').replace('name = "Mat"', 'name = "Mat og drikke"'))
    assert codes(shop.preview().vouchers[0]) == ["unknown-account"]
    assert all(document for (document,) in read_rows(shop, "chart", "document"))
    assert count_rows(shop, "chart") == 1


# Codes that were stored before they were cleaned


def test_stored_ids_that_have_become_the_same_are_told(both: Shop) -> None:
    save(both)
    both.sell(sale(1))
    for code in ("VISA ", "VISA", "visa"):
        add_row(both, "code", text=code)
    (number,) = read_rows(both, "venue", "id")[0]
    for code in ("Kasse A", "KASSE a"):
        add_row(both, "register", venue_id=number, code=code)
    notes = save(both).notes
    assert len(notes) == 2
    assert 'venue torget: registers "KASSE a", "Kasse A" look the same' in notes[0]
    assert 'codes "VISA", "VISA " look the same' in notes[1]
    assert count_rows(both, "code", text=("VISA", "VISA ")) == 2


# Keys that are needed when something is sent


def test_keys_that_are_not_there_hold_a_preview_back_no_more_and_an_export_all_the_same(shop: Shop) -> None:
    keys, shop.environ = shop.environ, {}
    save(shop)
    shop.sell(sale(1))
    assert states(shop.preview()) == ["ready"]
    exported = shop.export()
    assert exported.exit_code is Exit.OPERATOR
    assert "env:PO_APP" in of_voucher(exported.report.vouchers[0]).answer
    assert shop.line.posts == []
    shop.environ = keys
    assert states(shop.export().report) == ["drafted"]


def test_two_venues_whose_keys_turn_out_to_be_one_send_nothing(shop: Shop) -> None:
    keys, shop.environ = shop.environ, {}
    save(shop, venues=VENUES + BRYGGA)
    shop.sell(sale(1), sale(2, register="3"))
    shop.environ = {**keys, "PO_CLIENT_BRYGGA": keys["PO_CLIENT_TORGET"]}
    exported = shop.export()
    assert exported.exit_code is Exit.OPERATOR
    assert all("same client key" in shown.answer for shown in vouchers_of(exported.report))
    assert shop.line.posts == []


def test_a_change_of_keys_is_heeded_by_a_program_that_goes_on(shop: Shop) -> None:
    save(shop)
    with shop.open() as workspace:
        company = workspace.load_setup().companies[0]
        first = workspace.delivery.open_ledger(company, company.venues[0])
        assert workspace.delivery.open_ledger(company, company.venues[0]) is first
        save(shop, venues=VENUES.replace("PO_CLIENT_TORGET", "PO_CLIENT_BRYGGA"))
        company = workspace.load_setup().companies[0]
        assert workspace.delivery.open_ledger(company, company.venues[0]) is not first

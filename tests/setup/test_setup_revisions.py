"""Every saving of a setup is a revision: who, when, why, what changed, and the setup as it was saved."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command

from posexport.app.setup import STAYING, Applied, Leaving, Saying, apply_setup
from posexport.app.setup_revisions import (
    format_setup_history,
    load_newest,
    load_old_setup,
    read_setup_history,
)
from posexport.core.actor import Actor, KnownBy
from posexport.core.company import rename_venues
from posexport.core.setup_revision import RevisionKind, SetupRevision, parse_address
from posexport.errors import Exit, SetupChangedSince, UsageError
from posexport.setup.file import read_setup
from posexport.store.database import open_database, upgrade
from posexport.texts.setup_changes import describe_change
from tests.store.test_migrations import alembic_config
from tests.store.test_old_stores import fill, of_every_version
from tests.support.harness import BRYGGA, MAPPING, VENUES, Shop, sale, setup_text
from tests.support.looks import read_rows

OTHER_ACCOUNT = MAPPING.replace('"3020"', '"3022"')
NORDBAR = (
    setup_text(venues=BRYGGA.replace('["3"]', '["9"]'))
    .replace('"fjordmat"', '"nordbar"')
    .replace("999999999", "974760673")
)


def save(
    shop: Shop,
    leaving: Leaving = STAYING,
    *,
    text: str | None = None,
    why: str = "",
    seen: int | None = None,
    actor: Actor | None = None,
    **options: str,
) -> Applied:
    """Apply a setup file."""
    path = shop.folder / "setup.toml"
    path.write_text(setup_text(**options) if text is None else text, encoding="utf-8")
    with shop.open() as workspace:
        if actor is not None:
            workspace = replace(workspace, actor=actor)
        saved = rename_venues(workspace.load_setup(), leaving.renames)
        return apply_setup(workspace, read_setup(path, saved, shop.environ), leaving, Saying(why, seen))


def history(shop: Shop, company: str | None = None) -> tuple[SetupRevision, ...]:
    with shop.open() as workspace:
        return read_setup_history(workspace, company).revisions


def told(revision: SetupRevision, lang: Any = "en") -> list[str]:
    return [describe_change(change, revision.company, lang) for change in revision.changes]


def document(shop: Shop, company: str = "fjordmat") -> dict[str, Any]:
    """What is set up now; a copy, for what is loaded is shared."""
    with shop.open() as workspace:
        return deepcopy(next(found.document for found in workspace.load_setup().companies if found.id == company))


# What makes one, and what it says


def test_each_saving_that_changes_something_is_a_revision_with_who_when_why_and_what(both: Shop) -> None:
    first = save(both)
    assert first.revisions == {"fjordmat": 1}
    both.clock.now_s += 3_600
    per = Actor("Per Hansen", KnownBy.SIGNED_IN)
    assert save(both, mapping=OTHER_ACCOUNT, why="  Ny kontoplan ", actor=per).revisions == {"fjordmat": 2}
    newest, oldest = history(both)
    assert (newest.number, newest.who, newest.known_by, newest.why) == (2, "Per Hansen", "signed-in", "Ny kontoplan")
    assert newest.at_utc_s - oldest.at_utc_s == 3_600
    assert told(newest) == ["product type 100: account for VAT code 3: 3020 -> 3022"]
    assert told(newest, "nb") == ["varegruppe 100: konto for mva-kode 3: 3020 -> 3022"]
    assert (oldest.number, oldest.who, oldest.why, oldest.kind) == (1, "kari", "", RevisionKind.APPLY)
    assert told(oldest) == ["company fjordmat: new", "venue torget: new"]


def test_the_same_file_again_makes_no_revision(both: Shop) -> None:
    save(both)
    again = save(both, why="Once more")
    assert (again.changes, again.revisions) == ((), {"fjordmat": 1})
    assert [revision.number for revision in history(both)] == [1]


def test_a_new_order_of_rows_is_kept_as_a_revision_that_changes_nothing_to_tell(both: Shop) -> None:
    """The company is always equal to its newest revision."""
    save(both)
    turned = MAPPING.replace('code = "100"', 'code = "X"').replace('code = "200"', 'code = "100"')
    turned = turned.replace('code = "X"', 'code = "200"').replace('"Mat"', '"X"').replace('"Øl"', '"Mat"')
    turned = turned.replace('"X"', '"Øl"').replace('{ "31" = "3030", "3" = "3020" }', "X")
    turned = turned.replace('{ "3" = "3022" }', '{ "31" = "3030", "3" = "3020" }').replace("X", '{ "3" = "3022" }')
    applied = save(both, mapping=turned)
    assert (applied.changes, applied.revisions) == ((), {"fjordmat": 2})
    assert history(both)[0].changes == ()
    with both.open() as workspace:
        assert load_old_setup(workspace, None, 2).document == document(both)
        assert load_old_setup(workspace, None, 1).document != document(both)


def test_each_company_has_numbers_of_its_own_and_only_those_that_change_get_one(both: Shop) -> None:
    save(both)
    save(both, text=NORDBAR)
    applied = save(both, text=setup_text(mapping=OTHER_ACCOUNT) + NORDBAR)
    assert applied.revisions == {"fjordmat": 2, "nordbar": 1}
    assert [(one.company, one.number) for one in history(both)] == [("fjordmat", 2), ("fjordmat", 1), ("nordbar", 1)]
    assert [(one.company, one.number) for one in history(both, "nordbar")] == [("nordbar", 1)]
    with both.open() as workspace:
        assert load_newest(workspace) == {"fjordmat": 2, "nordbar": 1}
    with pytest.raises(UsageError, match="no company 'sydbar'"):
        history(both, "sydbar")


def test_a_rename_and_a_removal_are_told_in_both_languages(both: Shop) -> None:
    save(both, venues=VENUES + BRYGGA)
    both.sell(sale(1), sale(2, register="3"))
    kaia = VENUES.replace('"torget"', '"kaia"')
    save(both, Leaving({"torget": "kaia"}, ["brygga"]), venues=kaia)
    newest = history(both)[0]
    assert told(newest) == ["venue torget: is called kaia now", "venue brygga: removed"]
    assert told(newest, "nb") == ["utsalgssted torget: heter nå kaia", "utsalgssted brygga: fjernet"]


def test_what_is_refused_makes_no_revision(both: Shop) -> None:
    save(both)
    both.sell(sale(1))
    with pytest.raises(UsageError, match="--remove torget"):
        save(both, venues="")
    assert len(history(both)) == 1


def test_an_old_revision_is_shown_as_it_was(both: Shop) -> None:
    save(both)
    before = document(both)
    save(both, mapping=OTHER_ACCOUNT)
    with both.open() as workspace:
        assert load_old_setup(workspace, "fjordmat", 1).document == before
        for number in (0, -1, 3):
            with pytest.raises(UsageError, match=f"no revision {number}; the newest is 2"):
                load_old_setup(workspace, None, number)


def test_the_history_as_json_has_the_rows_that_changed_and_no_secret(both: Shop) -> None:
    both.environ["PO_APP"] = "the-application-key-itself"
    save(both)
    save(both, torget="automatic_export = true\n  notify = ['ola@fjordmat.example']", why="Klar")
    with both.open() as workspace:
        printed = format_setup_history(read_setup_history(workspace), "nb")
    assert "the-application-key-itself" not in json.dumps(printed)
    assert "the-application-key-itself" not in str(read_rows(both, "setup_revision"))
    (newest, _) = printed["revisions"]
    assert newest["changes"][0] == {
        "told": "utsalgssted torget: automatic_export false -> true",
        "row": "venue:torget",
        "key": "automatic_export",
        "was": "false",
        "now": "true",
    }
    assert {name: newest[name] for name in ("company", "revision", "who", "known_by", "why", "by", "restored")} == {
        "company": "fjordmat",
        "revision": 2,
        "who": "kari",
        "known_by": "terminal",
        "why": "Klar",
        "by": "apply",
        "restored": None,
    }
    assert newest["at"].endswith("+01:00"), "by the venue's clock"


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("company", ("company", "", "", "")),
        ("mail", ("mail", "", "", "")),
        ("venue:torget", ("venue", "torget", "", "")),
        ("venue:torget/accounts", ("accounts", "", "torget", "")),
        ("product_type:10", ("product_type", "10", "", "")),
        ("product_type:10@2026-12-01", ("product_type", "10", "", "2026-12-01")),
        ("product_type:10@2026-13-01", ("product_type", "10@2026-13-01", "", "")),
        ("venue:torget/payment_type:Kort: VISA/MC", ("payment_type", "Kort: VISA/MC", "torget", "")),
    ],
)
def test_a_row_has_one_address_that_is_read_as_it_is_written(address: str, parts: tuple[str, ...]) -> None:
    found = parse_address(address)
    assert found is not None
    assert tuple(found) == parts
    assert str(found) == address


@pytest.mark.parametrize(
    "text",
    ["", "torget", "venue", "product_type", "product_type:", "accounts:1", "venue:a/venue:b", "venue:a/mail", "mail:1"],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_address(text) is None


# The revision that was seen


def test_a_file_is_not_applied_over_a_revision_that_was_not_seen(both: Shop) -> None:
    save(both, seen=0)
    save(both, mapping=OTHER_ACCOUNT, seen=1)
    with pytest.raises(SetupChangedSince) as caught:
        save(both, torget='z_report = "warn"', seen=1)
    message = str(caught.value)
    assert "changed by kari at 2026-11-" in message and "since you looked (revision 1)" in message
    assert "3020 -> 3022" in message and "revision 2" in message
    assert caught.value.exit_code is Exit.OPERATOR
    assert len(history(both)) == 2
    assert save(both, torget='z_report = "warn"', mapping=OTHER_ACCOUNT, seen=2).revisions == {"fjordmat": 3}


@pytest.mark.parametrize("seen", [7, -1])
def test_a_revision_that_never_was_cannot_have_been_seen(both: Shop, seen: int) -> None:
    save(both)
    with pytest.raises(UsageError, match=f"no revision {seen}; the newest is 1"):
        save(both, mapping=OTHER_ACCOUNT, seen=seen)
    assert len(history(both)) == 1


def test_a_file_of_several_companies_has_no_one_revision_to_be_seen(both: Shop) -> None:
    with pytest.raises(UsageError, match="several companies"):
        save(both, text=setup_text() + NORDBAR, seen=0)
    assert history(both) == ()


def test_of_two_who_apply_over_the_same_revision_one_wins_and_the_other_is_told(both: Shop) -> None:
    save(both)
    paths = []
    for account in ("3023", "3024"):
        path = both.folder / f"{account}.toml"
        path.write_text(setup_text(mapping=MAPPING.replace('"3020"', f'"{account}"')), encoding="utf-8")
        paths.append(path)

    def apply(path: Path) -> str:
        with both.open() as workspace:
            companies = read_setup(path, workspace.load_setup(), both.environ)
            try:
                apply_setup(workspace, companies, STAYING, Saying(path.stem, 1))
            except SetupChangedSince as lost:
                return str(lost)
        return "saved"

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(apply, paths))
    assert max(outcomes) == "saved" and "since you looked (revision 1)" in min(outcomes)
    newest, _ = history(both)
    won = outcomes.index("saved")
    assert newest.why == paths[won].stem
    assert paths[won].stem in json.dumps(document(both))


# Stores of earlier versions


@pytest.fixture
def bare(bare_database_url: str, tmp_path: Path) -> Shop:
    """A shop whose database has nothing in it, not even a schema."""
    return Shop(bare_database_url, tmp_path)


def changes_in(store: dict[str, Any]) -> list[dict[str, Any]]:
    """What a store of an earlier version kept of changes of the setup."""
    table = store["tables"].get("setup_change", {"columns": [], "rows": []})
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


@pytest.mark.sampled(3)
@of_every_version
def test_the_history_of_an_earlier_version_stays_and_ends_in_the_setup_as_it_stands(bare: Shop, path: Path) -> None:
    store = json.loads(path.read_text(encoding="utf-8"))
    fill(bare.url, store)
    with bare.open() as workspace:
        companies = workspace.load_setup().companies
        for company in companies:
            kept = [row for row in changes_in(store) if row["company_code"] == company.id]
            revisions = read_setup_history(workspace, company.id).revisions[::-1]
            assert [one.number for one in revisions] == list(range(1, max(len(kept), 1) + 1))
            assert load_old_setup(workspace, company.id, len(revisions)).document == company.document
            for row, revision in zip(kept, revisions, strict=False):
                assert (revision.at_utc_s, revision.who) == (row["at_utc_s"], row["who"])
                assert told(revision) == told(revision, "nb") == json.loads(row["changes"])
    assert companies


def _go_back_and_upgrade(shop: Shop, schema: str) -> None:
    database = open_database(shop.url)
    config = alembic_config()
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, schema)
    upgrade(database)
    database.close()


def test_savings_of_the_version_before_are_told_and_only_the_last_can_be_looked_at(bare: Shop) -> None:
    """Taken back to the schema of the version before, and upgraded again."""
    save(bare)
    save(bare, mapping=OTHER_ACCOUNT)
    save(bare, mapping=OTHER_ACCOUNT, torget='z_report = "warn"')
    before = [(one.number, one.at_utc_s, one.who, one.known_by, told(one)) for one in history(bare)]
    _go_back_and_upgrade(bare, "0008")
    after = history(bare)
    assert [(one.number, one.at_utc_s, one.who, one.known_by, told(one)) for one in after] == before
    assert [one.is_kept for one in after] == [True, False, False]
    with bare.open() as workspace:
        assert load_old_setup(workspace, None, 3).document == document(bare)
        with pytest.raises(UsageError, match="did not keep the setup itself"):
            load_old_setup(workspace, None, 1)
    assert save(bare, seen=3).revisions == {"fjordmat": 4}


def test_a_removed_venue_is_no_part_of_the_first_revision(bare: Shop) -> None:
    save(bare, venues=VENUES + BRYGGA)
    bare.sell(sale(1))
    save(bare, Leaving(removals=["torget"]), venues=BRYGGA)
    _go_back_and_upgrade(bare, "0008")
    with bare.open() as workspace:
        shown = load_old_setup(workspace, None, 2).document
    assert shown == document(bare)
    assert "removed_venue" not in shown

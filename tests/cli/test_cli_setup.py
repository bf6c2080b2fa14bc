"""The commands of the setup: what they print, in words and as JSON, and how they end."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Run, make_run, reach_shop
from tests.support.harness import BRYGGA, MAPPING, VENUES, Shop, sale, setup_text
from tests.support.looks import overwrite_rows, read_rows
from tests.support.pages import read_pages

OTHER_ACCOUNT = MAPPING.replace('"3020"', '"3022"')
NORDBAR = (
    setup_text(venues=BRYGGA.replace('["3"]', '["9"]'))
    .replace('"fjordmat"', '"nordbar"')
    .replace("999999999", "974760673")
)


@pytest.fixture
def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: Any, secrets_in_environment: None) -> Run:
    """Run a command in this process, on a shop's database."""
    reach_shop(shop, monkeypatch)
    return make_run(monkeypatch, capsys)


def write(shop: Shop, text: str | None = None, **options: str) -> str:
    path = shop.folder / "fjordmat.toml"
    path.write_text(setup_text(**options) if text is None else text, encoding="utf-8")
    return str(path)


# setup apply, history and show --revision


def test_the_history_tells_who_saved_what_and_why_newest_first_in_both_languages(run: Run, shop: Shop) -> None:
    assert run("setup", "apply", write(shop)).code == 0
    assert run("setup", "apply", write(shop, mapping=OTHER_ACCOUNT), "--why", "Ny kontoplan").code == 0
    told = run("setup", "history")
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0] == "fjordmat"
    assert re.fullmatch(r"  Revisjon 2 · 2\d\.11\.2026 kl\. \d\d\.\d\d · \S+ \(med setup apply\)", lines[1])
    assert lines[2:4] == ["    Grunn: Ny kontoplan", "    varegruppe 100: konto for mva-kode 3: 3020 -> 3022"]
    assert lines[4].startswith("  Revisjon 1 ")
    english = run("setup", "history", "--lang", "en").out
    assert "    Why: Ny kontoplan\n    product type 100: account for VAT code 3: 3020 -> 3022\n" in english


def test_programs_read_the_number_that_they_name_as_seen(run: Run, shop: Shop) -> None:
    assert run("setup", "apply", write(shop), "--json").json["revisions"] == {"fjordmat": 1}
    assert run("setup", "apply", write(shop), "--json").json["revisions"] == {"fjordmat": 1}, "nothing was changed"
    shown = run("setup", "show", "--json").json
    assert (shown["revisions"], shown["company"][0]["id"]) == ({"fjordmat": 1}, "fjordmat")
    path = write(shop, mapping=OTHER_ACCOUNT)
    assert run("setup", "apply", path, "--seen", "1", "--json").json["revisions"] == {"fjordmat": 2}
    lost = run("setup", "apply", write(shop), "--seen", "1", "--json")
    assert (lost.code, lost.out) == (2, "")
    assert "since you looked (revision 1)" in lost.err and "posexport setup history --company fjordmat" in lost.err
    (newest, oldest) = run("setup", "history", "--json").json["revisions"]
    assert (newest["revision"], oldest["revision"]) == (2, 1)


def test_an_old_revision_is_shown_as_a_file_that_can_be_applied(run: Run, shop: Shop) -> None:
    first = run("setup", "apply", write(shop))
    before = run("setup", "show").out
    run("setup", "apply", write(shop, mapping=OTHER_ACCOUNT))
    told = run("setup", "show", "--revision", "1", "--out", "old.toml")
    assert (first.code, told.code) == (0, 0)
    assert Path("old.toml").read_text(encoding="utf-8") == before
    assert run("setup", "show", "--revision", "1", "--json").json["revisions"] == {"fjordmat": 1}
    assert run("setup", "apply", "old.toml").code == 0
    assert run("setup", "show").out == before
    assert run("setup", "show", "--revision", "9").code == 2


def test_with_several_companies_it_is_said_which(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    run("setup", "apply", write(shop, NORDBAR))
    asked = run("setup", "show", "--revision", "1")
    assert asked.code == 2
    assert "fjordmat, nordbar" in asked.err and "--company" in asked.err
    assert 'id = "nordbar"' in run("setup", "show", "--revision", "1", "--company", "nordbar").out
    assert [one["id"] for one in run("setup", "show", "--company", "nordbar", "--json").json["company"]] == ["nordbar"]
    assert "fjordmat" not in run("setup", "history", "--company", "nordbar").out
    assert run("setup", "history", "--company", "sydbar").code == 2


def test_the_history_of_nothing_says_what_to_do(run: Run, shop: Shop) -> None:
    told = run("setup", "history")
    assert told.code == 0 and "posexport setup apply" in told.out
    assert run("setup", "history", "--json").json == {"revisions": []}


def test_what_a_person_types_cannot_steer_the_terminal(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop), "--why", "Rød\x1b[31m\nRevisjon 9")
    told = run("setup", "history").out
    assert "\x1b" not in told
    assert "\nRevisjon 9" not in told


# setup set and restore


def test_a_row_is_set_and_told_and_the_next_revision_named(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    told = run("setup", "set", "product_type:100", "accounts.3=3021", "name=Mat og drikke", "--why", "Revisor")
    assert told.code == 0
    assert told.out.splitlines() == [
        "product type 100: name Mat -> Mat og drikke",
        "product type 100: account for VAT code 3: 3020 -> 3021",
        "Saved revision 2 of fjordmat.",
    ]
    again = run("setup", "set", "product_type:100", "accounts.3=3021")
    assert (again.code, again.out) == (0, "That changes nothing. fjordmat is at revision 2.\n")
    assert "    Grunn: Revisor\n" in run("setup", "history").out


def test_a_program_sets_a_whole_row_over_the_revision_that_it_saw(
    run: Run, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("setup", "apply", write(shop))
    row = '{"name": "Kort", "account": "1594", "transfer": null}'
    saved = run("setup", "set", "payment_type:CARD", "--value", row, "--seen", "1", "--json").json
    assert saved == {
        "company": "fjordmat",
        "revision": 2,
        "changes": ["payment type CARD: name Bankkort -> Kort", "payment type CARD: account 1592 -> 1594"],
    }
    lost = run("setup", "set", "payment_type:CARD", "account=1595", "--seen", "1", "--json")
    assert (lost.code, lost.out) == (2, "")
    assert "since you looked (revision 1)" in lost.err
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO('{"name": "Kjøtt"}'.encode())))
    assert run("setup", "set", "product_type:100", "--value", "-", "--json").json["changes"][0].endswith("Mat -> Kjøtt")


def test_what_is_missing_is_told_as_when_a_file_is_applied(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    told = run("setup", "set", "venue:torget", "client_key=env:PO_LATER")
    assert told.code == 0 and "Note: venue:torget: client_key: the secret env:PO_LATER is not set" in told.err
    printed = run("setup", "set", "venue:torget", "client_key=env:PO_LATEST", "--json").json
    assert printed["notes"][0].startswith("venue:torget: client_key: the secret env:PO_LATEST is not set")


def test_drafted_days_that_used_what_changed_are_told(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    shop.sell(sale(1))
    run("export")
    told = run("setup", "set", "product_type:100", "accounts.3=3021")
    assert "1 drafted day (20 Nov 2026) used what changed and stays as it is. To replace its draft, if" in told.out
    assert "posted: posexport export --revise --remap --venue torget" in told.out
    printed = run("setup", "set", "product_type:100", "accounts.3=3023", "--json").json
    assert printed["drafted_days"] == [{"venue": "torget", "first": "2026-11-20", "last": "2026-11-20", "days": 1}]
    shop.sell(sale(2, at="2026-11-21T12:00:00"))
    run("export")
    told = run("setup", "set", "product_type:100", "accounts.3=3024")
    many = "2 drafted days (20 Nov 2026 to 21 Nov 2026) used what changed and stay as they are. To replace the drafts"
    assert many in told.out


def test_rows_are_added_and_removed_by_word(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    slip = run("setup", "set", "payment_type:VIPS", "account=1593")
    assert slip.code == 2 and "payment_type:CARD" in slip.err and "--add" in slip.err
    assert run("setup", "set", "payment_type:VIPPS", "account=1593", "--add").code == 0
    assert run("setup", "set", "payment_type:VIPPS", "--remove").out.startswith("payment type VIPPS: removed\n")
    gone = run("setup", "set", "payment_type:VIPPS", "--remove")
    assert gone.code == 2 and "has no payment_type:VIPPS" in gone.err and "--add" not in gone.err
    assert run("setup", "set", "accounts", "--unset", "tips").out.startswith("account for tips: 2911 -> not set\n")
    assert run("setup", "show", "--revision", "4").out == run("setup", "show").out


def set_in_vain(run: Run, shop: Shop, arguments: list[str], words: str) -> str:
    """Try to set what is refused with these words, and changes nothing; all that is said of it."""
    run("setup", "apply", write(shop))
    told = run("setup", "set", *arguments)
    assert (told.code, told.out) == (2, "")
    assert words in told.err
    assert run("setup", "show", "--json").json["revisions"] == {"fjordmat": 1}
    return told.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["product_typ:100", "name=X"], "'product_typ:100' is no row of the setup"),
        (["venue", "name=X"], "venue:ID"),
        (["product_type:100"], "Say what is to be changed of product_type:100"),
        (["product_type:100", "name"], "is no KEY=VALUE"),
        (["product_type:100", "=X"], "is no KEY=VALUE"),
        (["product_type:100", "name=X", "name=Y"], "'name' is set twice"),
        (["product_type:100", "name=X", "--remove"], "--remove takes the whole row out"),
        (["product_type:100", "--add", "--remove"], "--remove takes the whole row out"),
        (["product_type:100", "name=X", "--value", "{}"], "--value is the whole row"),
        (["product_type:100", "--value", "name=X"], "--value is no JSON of a row"),
        (["product_type:100", "--value", "[1]"], "--value is no JSON of a row"),
        (["product_type:100", "--value", '{"name": "a", "name": "b"}'], "each key once"),
        (["product_type:100", "--value", "[" * 100_000], "--value is no JSON of a row"),
        (["product_type:100", "accounts.3=30"], 'accounts."3" is "30", which is no account number'),
        (["product_type:100", "name=X", "--company", "nordbar"], "There is no company 'nordbar'"),
        (["product_type:100", "name=X", "--seen", "9"], "no revision 9; the newest is 1"),
        (
            ["product_type:100@2026-13-01", "accounts.3=3021", "--add"],
            "'product_type:100@2026-13-01' does not end in a",
        ),
        (["product_type:100@2026-12-1", "accounts.3=3021", "--add"], "does not end in a day"),
        (["venue:torget/vat_code:3@1.12.2026", "go=31", "--add"], "does not end in a day"),
    ],
)
def test_what_cannot_be_set_ends_with_2_and_says_what_to_do(
    run: Run, shop: Shop, arguments: list[str], words: str
) -> None:
    assert "Traceback" not in set_in_vain(run, shop, arguments, words)


@pytest.mark.parametrize(
    "arguments",
    [
        ["company", "application_key=hush-hush-key"],
        ["company", "application_key", "hush-hush-key"],
        ["company", "application_key=hush-hush-key", "--json"],
        ["company", "--value", '{"application_key": "hush-hush-key"'],
        ["company", "--value", '{"application_key": "hush-hush-key"}'],
        ["venue:torget", "client_key=hush-hush-key"],
        ["mail", "password=hush-hush-key", "server=s.example:25", "sender=a@b.example"],
        ["nowhere", "application_key=hush-hush-key"],
    ],
)
def test_a_key_that_is_written_out_is_refused_and_never_repeated(run: Run, shop: Shop, arguments: list[str]) -> None:
    run("setup", "apply", write(shop))
    told = run("setup", "set", *arguments)
    assert told.code == 2
    assert "hush-hush-key" not in told.out + told.err
    assert "hush-hush-key" not in str(read_rows(shop, "setup_revision"))


def test_a_row_from_a_day_on_begins_as_the_row_that_counts_on_that_day(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    added = run("setup", "set", "product_type:100@2026-12-01", "accounts.3=3000", "--add")
    assert (added.code, added.out) == (0, "product type 100 from 2026-12-01: new\nSaved revision 2 of fjordmat.\n")
    assert added.err == "Note: product_type:100@2026-12-01: what was not said is as in product_type:100\n"
    (first,) = [row for row in rows_of(run) if "valid_from" not in row]
    (later,) = [row for row in rows_of(run) if "valid_from" in row]
    assert later == first | {"valid_from": "2026-12-01", "accounts": first["accounts"] | {"3": "3000"}}
    third = run("setup", "set", "product_type:100@2027-01-01", "name=Mat og drikke", "--unset", "accounts.31", "--add")
    assert third.err.endswith("what was not said is as in product_type:100@2026-12-01\n")
    assert rows_of(run)[-1] == {
        "code": "100",
        "valid_from": "2027-01-01",
        "name": "Mat og drikke",
        "accounts": {"3": "3000"},
    }


def rows_of(run: Run, code: str = "100") -> list[dict[str, Any]]:
    """The rows of a product type as they are set up, by their days."""
    rows = run("setup", "show", "--json").json["company"][0]["product_type"]
    return sorted((row for row in rows if row["code"] == code), key=lambda row: row.get("valid_from", ""))


def test_a_venues_own_row_from_a_day_on_begins_as_what_counts_for_that_venue(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    own = "venue:torget/product_type:100@2026-12-01"
    told = run("setup", "set", own, "accounts.3=3000", "--add")
    assert told.err == f"Note: {own}: what was not said is as in product_type:100\n"
    run("setup", "set", "venue:torget/product_type:100@2026-12-05", "name=Lunsj", "--add")
    row = run("setup", "show", "--json").json["company"][0]["venue"][0]["product_type"][-1]
    assert (row["valid_from"], row["name"], row["accounts"]["3"]) == ("2026-12-05", "Lunsj", "3000")


@pytest.mark.parametrize(
    "arguments",
    [
        ["product_type:100@2026-12-01", "--value", '{"name": "Bare navnet"}'],
        ["product_type:777@2026-12-01", "name=Bare navnet"],
        ["product_type:777", "name=Bare navnet"],
    ],
)
def test_what_is_said_whole_or_is_not_there_before_begins_with_nothing(
    run: Run, shop: Shop, arguments: list[str]
) -> None:
    run("setup", "apply", write(shop))
    told = run("setup", "set", *arguments, "--add")
    assert (told.code, told.err) == (0, ""), told.err
    row = rows_of(run, arguments[0].removeprefix("product_type:").partition("@")[0])[-1]
    assert {key: row[key] for key in row if key not in ("code", "valid_from")} == {"name": "Bare navnet"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["product_type:100", "--unset", "nam"], 'product_type:100 has no key "nam". Did you mean name?'),
        (["product_type:100", "--unset", "color"], 'no key "color". What may stand here: code, valid_from, name, acc'),
        (["venue:torget", "name=X", "--unset", "target"], "It belongs under [[company]]."),
        (["accounts", "--unset", "tps"], "Did you mean tips?"),
        (["venue:zz/accounts", "tips=2911", "--add"], "has no venue:zz. There is: venue:torget. Only a venue that is"),
        (["venue:zz/payment_type:A", "name=A", "--add"], "with its keys"),
        (["venue:zz/accounts", "--remove"], "has no venue:zz. There is: venue:torget. Nothing was saved."),
        (
            ["venue:ny", "name=Ny", "--add", "--company", "nordbar"],
            "setup set company --add --company nordbar",
        ),
        (["company", "name=" + "A" * 10_000], "name has 10000 characters. Write it with 256 at most."),
        (["product_type:" + "7" * 10_000, "name=A", "--add"], "code has 10000 characters"),
        (["payment_type:CARD", "name=" + "A" * 257], "name has 257 characters"),
        (
            ["venue:torget", "grace_minutes=721"],
            "grace_minutes is 721, which is not from 0 to 720. Write minutes",
        ),
        (
            ["company", "uncertain_hours=0"],
            "uncertain_hours is 0, which is not from 1 to 744. Write hours",
        ),
        (["company", "looked_for_minutes=-5"], "looked_for_minutes is -5, which is not from 1 to 120"),
        (["company", "name=A", "--why", "A" * 501], "The reason has 501 characters. Say it with 500 at most."),
    ],
)
def test_what_is_not_there_or_too_long_is_told_with_what_to_do(
    run: Run, shop: Shop, arguments: list[str], words: str
) -> None:
    told = set_in_vain(run, shop, arguments, words)
    assert "with its keys" not in words or "posexport setup set venue:zz --add, with its keys" in told


def test_a_reason_and_a_name_may_be_as_long_as_that(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    assert run("setup", "set", "venue:torget", f"name={'N' * 256}", "--why", "B" * 500).code == 0
    told = run("setup", "history").out
    assert "N" * 256 in told and "B" * 500 in told


def test_what_was_saved_before_there_was_a_limit_is_cut_in_the_history(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    run("setup", "set", "venue:torget", "name=KORT", "--why", "HVORFOR")
    ((changes,),) = read_rows(shop, "setup_revision", "changes", number=2)
    long = {"changes": changes.replace("KORT", "L" * 10_000), "why": "L" * 10_000}
    overwrite_rows(shop, "setup_revision", long, number=2)
    for lang in ("nb", "en"):
        assert max(map(len, run("setup", "history", "--lang", lang).out.splitlines())) < 1_100


def test_a_lost_race_tells_every_saving_since_the_one_that_was_seen(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    run("setup", "set", "product_type:100", "name=A")
    run("setup", "set", "product_type:200", "name=B")
    lost = run("setup", "set", "product_type:100", "name=C", "--seen", "1").err
    assert lost.index("name Øl -> B") < lost.index("name Mat -> A"), "the newest first"
    assert "more time" not in lost
    for n in range(4):
        run("setup", "set", "product_type:100", f"name=A{n}")
    lost = run("setup", "set", "product_type:100", "name=C", "--seen", "1").err
    assert "name A2 -> A3" in lost and "name Øl -> B" in lost
    assert "name Mat -> A" not in lost
    assert "and 1 more time since you looked (revision 1). It is at revision 7 now" in lost


def test_the_help_says_what_add_means_for_tables_without_rows(run: Run, shop: Shop) -> None:
    told = " ".join(run("setup", "set", "--help").out.split())
    assert (
        "accounts, orders and mail have no rows, and are made by setting a key of theirs, with --add or without" in told
    )
    run("setup", "apply", write(shop, mapping=MAPPING.partition("  [company.accounts]")[0]))
    assert run("setup", "set", "accounts", "tips=2911").code == 0
    assert run("setup", "set", "venue:torget/accounts", "tips=2912", "--add").code == 0
    assert run("setup", "set", "mail", "server=smtp.example:25", "sender=a@b.example", "--add").code == 0


def test_a_revision_is_restored_and_told(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    before = run("setup", "show").out
    run("setup", "set", "product_type:100", "accounts.3=3021")
    told = run("setup", "restore", "1", "--why", "Feil konto")
    assert told.out == "product type 100: account for VAT code 3: 3021 -> 3020\nSaved revision 3 of fjordmat.\n"
    assert run("setup", "show").out == before
    assert "(revisjon 1 hentet tilbake)\n    Grunn: Feil konto\n" in run("setup", "history").out
    assert run("setup", "restore", "2", "--json").json["revision"] == 4
    assert run("setup", "restore", "9").code == 2
    for number in ("0", "9" * 12, "9" * 30):  # the last two are more than databases can count
        for told in (run("setup", "restore", number), run("setup", "show", "--revision", number)):
            assert told.code == 2 and f"has no revision {number}; the newest is 4" in told.err
    (newest, *_) = run("setup", "history", "--json").json["revisions"]
    assert (newest["by"], newest["restored"]) == ("restore", 2)


def test_a_venue_with_sales_is_not_lost_by_a_restore(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    run("setup", "apply", write(shop, venues=VENUES + BRYGGA))
    shop.sell(sale(1, register="3"))
    told = run("setup", "restore", "1")
    assert told.code == 2
    command = "posexport setup restore 1 --company fjordmat --remove brygga"
    assert command in told.err
    assert run(*command.split()[1:]).out.startswith("venue brygga: removed\n")


def test_everything_in_json_about_revisions_stands_in_the_guide(run: Run, shop: Shop) -> None:
    run("setup", "apply", write(shop))
    run("setup", "set", "venue:torget", "client_key=env:PO_LATER")
    pages = read_pages()
    (newest, *_) = run("setup", "history", "--json").json["revisions"]
    keys = {*newest, *newest["changes"][0], *run("setup", "restore", "1", "--json").json}
    assert [key for key in sorted(keys) if f"`{key}`" not in pages] == []

"""The command line is the contract: commands, exit codes, one JSON document on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from posexport import __version__
from posexport.cli.main import cli
from posexport.core.day import parse_period
from posexport.sandbox import Fault, SandboxServer
from posexport.store.database import open_database
from tests.support.command_line import Run, make_run, reach_shop
from tests.support.harness import FULL_DAY, MAPPING, SECRETS, VENUES, Shop, sale, setup_text

COMMANDS = [
    ["demo"],
    ["setup", "apply"],
    ["setup", "show"],
    ["setup", "history"],
    ["setup", "set"],
    ["setup", "restore"],
    ["setup", "draft"],
    ["setup", "schema"],
    ["import"],
    ["imports", "list"],
    ["imports", "undo"],
    ["tickets", "withdraw"],
    ["tickets", "restore"],
    ["users", "list"],
    ["users", "invite"],
    ["users", "link"],
    ["users", "close"],
    ["vault", "key"],
    ["vault", "rotate"],
    ["customers", "list"],
    ["customers", "link"],
    ["customers", "unlink"],
    ["preview"],
    ["export"],
    ["accept"],
    ["resolve"],
    ["show"],
    ["report"],
    ["status"],
    ["orders", "list"],
    ["orders", "show"],
    ["orders", "send"],
    ["orders", "move"],
    ["orders", "resolve"],
    ["office"],
    ["orders", "accept"],
    ["orders", "reconcile"],
    ["orders", "not-invoiced"],
    ["doctor"],
    ["guide"],
    ["notify"],
    ["schedule", "run"],
    ["schedule", "list"],
    ["worker"],
    ["sandbox"],
]

VOUCHER_KEYS = {
    "venue",
    "business_day",
    "reference",
    "currency",
    "description",
    "department",
    "target",
    "state",
    "debit",
    "credit",
    "lines",
    "findings",
}
LINE_KEYS = {
    "account",
    "counter_account",
    "vat_code",
    "department",
    "debit",
    "credit",
    "kind",
    "source",
    "description",
}
FINDING_KEYS = {"code", "severity", "message", "fix", "mends"}
STATES = {"ready", "held", "drafted", "uncertain", "refused", "unreachable", "nothing"}
KINDS = {"sales", "payment", "rounding", "tip", "gift-card", "other"}
MONEY = re.compile(r"-?\d+\.\d\d")


@pytest.fixture
def cash(shop: Shop, monkeypatch: pytest.MonkeyPatch, secrets_in_environment: None) -> Shop:
    """A shop whose command line reaches its world, at its time."""
    reach_shop(shop, monkeypatch)
    return shop


@pytest.fixture
def run(cash: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""
    return make_run(monkeypatch, capsys)


def write_setup(shop: Shop, **options: Any) -> str:
    path = shop.folder / "fjordmat.toml"
    path.write_text(setup_text(**options))
    return str(path)


def posexport(*arguments: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """The program itself, in a process of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PO_", "POSEXPORT_"))}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "posexport", *arguments],
        check=False,
        cwd=folder,
        env=env | environ,
        capture_output=True,
        text=True,
        timeout=60,
    )


# Help


@pytest.mark.parametrize("command", [[], *COMMANDS], ids=lambda command: " ".join(command) or "posexport")
def test_every_help_has_an_example_of_that_command(command: list[str]) -> None:
    told = CliRunner().invoke(cli, [*command, "--help"], prog_name="posexport")
    assert told.exit_code == 0
    _, _, examples = told.output.partition("Examples:")
    assert f"posexport {' '.join(command)}".strip() in examples


def test_the_commands_are_those_of_the_contract() -> None:
    found = []
    for name, command in cli.commands.items():
        found += [[name, sub] for sub in command.commands] if isinstance(command, click.Group) else [[name]]
    assert sorted(found) == sorted(COMMANDS)


def test_every_option_is_explained() -> None:
    def commands(group: click.Group) -> Iterator[click.Command]:
        for command in group.commands.values():
            yield command
            if isinstance(command, click.Group):
                yield from commands(command)

    for command in commands(cli):
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (command.name, parameter.name)


HEAVY = (
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "httpx",
    "lxml",
    "rich",
    "jinja2",
    "apscheduler",
    "tomlkit",
)


def test_what_is_new_is_shown_and_the_newest_version_is_the_programs(run: Run) -> None:
    told = run("--changes")
    assert told.code == 0
    assert f"## {__version__} " in told.out
    assert told.out.index("## ") == told.out.index(f"## {__version__}")


@pytest.mark.parametrize("arguments", [["--help"], ["export", "--help"], ["--version"]])
def test_a_help_text_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['posexport', *{arguments!r}]\n"
        "from posexport.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit as left:\n    assert not left.code\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_status_loads_nothing_of_the_network(tmp_path: Path) -> None:
    store = str(tmp_path / "posexport.db")
    open_database(store).close()
    code = (
        "import sys\n"
        f"sys.argv = ['posexport', '--db', {store!r}, 'status']\n"
        "from posexport.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit as left:\n    assert not left.code\n"
        "network = ('httpx', 'sqlalchemy.dialects.postgresql')\n"
        "assert not (found := [name for name in network if name in sys.modules]), found\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr


# Wrong usage


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["export", "--nonsense"],
        ["import"],
        ["import", "--format", "xls", "x"],
        ["preview", "--from", "someday"],
        ["preview", "--from", "2026-11-21", "--to", "2026-11-20"],
        ["preview", "--from", "2026-13-01"],
        ["export", "--venue", "nowhere"],
        ["status", "--venue", "nowhere"],
        ["doctor", "--venue", "nowhere"],
        ["import", "--venue", "nowhere", "sales.jsonl"],
        ["import", "missing.xml"],
        ["accept", "torget", "2026-11-20", "z-report-mismatch"],
        ["accept", "torget", "last-week", "z-report-mismatch", "--why", "x"],
        ["accept", "torget", "2026-11-20", "nonsense", "--why", "x"],
        ["accept", "nowhere", "2026-11-20", "z-report-mismatch", "--why", "x"],
        ["setup", "apply", "missing.toml"],
        ["setup", "apply", "."],
        ["--db", "mysql://x/y", "status"],
        ["--db", "sqlite:////no/such/folder/x.db", "status"],
        ["preview", "--html", "/no/such/folder/x.html"],
        ["sandbox", "--port", "70000"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_the_operators_and_no_traceback(run: Run, cash: Shop, arguments: list[str]) -> None:
    cash.apply()
    told = run(*arguments)
    assert told.code == 2
    assert told.out == ""
    assert "Error: " in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "arguments", [["preview"], ["export"], ["doctor"], ["schedule", "list"], ["import", "x.jsonl"]]
)
def test_a_command_before_any_setup_says_what_to_do_first(run: Run, arguments: list[str]) -> None:
    told = run(*arguments)
    assert told.code == 2
    assert "posexport setup apply" in told.err


def test_a_status_before_any_setup_is_empty(run: Run) -> None:
    assert run("status", "--json").json == {"days": []}
    told = run("status")
    assert (told.code, told.out) == (0, "")
    assert "posexport setup apply" in told.err


# The database


READING = [
    ["preview"],
    ["preview", "--check"],
    ["export", "--dry-run"],
    ["status"],
    ["status", "--json"],
    ["show", "torget", "2026-11-20"],
    ["report", "torget", "2026-11-20", "--pdf", "x.pdf"],
    ["setup", "show"],
    ["setup", "show", "--revision", "1"],
    ["setup", "history"],
    ["schedule", "list"],
    ["doctor"],
]


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_a_command_that_only_reads_makes_no_database_and_names_the_one_that_is_not_there(
    run: Run, cash: Shop, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    there = sorted(path.name for path in cash.folder.iterdir())
    for place in (["--db", "sals.db"], ["--db", f"sqlite:///{cash.folder / 'sals.db'}"], []):
        monkeypatch.setenv("POSEXPORT_DB", "sals.db")
        told = run(*place, *arguments)
        assert (told.code, told.out) == (2, "")
        assert str(cash.folder / "sals.db") in told.err
        assert "posexport setup apply" in told.err
    assert sorted(path.name for path in cash.folder.iterdir()) == there


def test_a_command_that_writes_makes_its_database_and_others_read_it_by_its_path(run: Run, cash: Shop) -> None:
    (cash.folder / "setup.toml").write_text(setup_text(), encoding="utf-8")
    cash.write(*FULL_DAY, name="sales.jsonl")
    assert run("--db", "of their own.db", "setup", "apply", "setup.toml").code == 0
    assert run("--db", str(cash.folder / "of their own.db"), "import", "sales.jsonl").code == 0
    assert [day["business_day"] for day in run("--db", "of their own.db", "status", "--json").json["days"]] == [
        "2026-11-20"
    ]
    assert run("--db", "another.db", "import", "sales.jsonl").code == 2
    assert (cash.folder / "another.db").exists()


def test_a_database_is_named_by_option_or_environment_or_lies_here(
    cash: Shop, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_setup(cash)
    run("setup", "apply", path)
    monkeypatch.delenv("POSEXPORT_DB")
    elsewhere = cash.folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert str(elsewhere / "posexport.db") in run("setup", "show").err
    assert run("setup", "apply", path).code == 0
    assert (elsewhere / "posexport.db").exists()
    other = f"sqlite:///{cash.folder / 'other.db'}"
    assert run("--db", other, "setup", "apply", path).code == 0
    monkeypatch.setenv("POSEXPORT_DB", "sqlite:////no/such/folder/x.db")
    assert "torget" in run("--db", other, "setup", "show").out, "the option wins"
    monkeypatch.setenv("POSEXPORT_DB", other)
    assert "torget" in run("setup", "show").out


# Setup


def test_a_setup_is_applied_tells_what_changes_and_is_idempotent(run: Run, cash: Shop) -> None:
    path = write_setup(cash)
    told = run("setup", "apply", path)
    assert (told.code, told.err) == (0, "")
    assert "company fjordmat: new" in told.out
    assert "venue torget: new" in told.out
    told = run("setup", "apply", path)
    assert (told.code, told.out) == (0, f"{path} changes nothing.\n")
    told = run("setup", "apply", write_setup(cash, torget='z_report = "warn"'), "--json")
    changed = ["venue torget: z_report hold -> warn"]
    assert told.json == {"companies": ["fjordmat"], "changes": changed, "revisions": {"fjordmat": 2}}


def test_a_venue_is_renamed_and_removed_by_saying_so(run: Run, cash: Shop) -> None:
    run("setup", "apply", write_setup(cash))
    cash.sell(*FULL_DAY)
    path = write_setup(cash, venues=VENUES.replace('"torget"', '"kaia"'))
    told = run("setup", "apply", path)
    assert (told.code, told.out) == (2, "")
    assert f"posexport setup apply {path} --rename torget=kaia" in told.err
    assert f"posexport setup apply {path} --remove torget" in told.err
    for wrong in ("torget", "torget=", "=kaia", "kaia=kaia"):
        assert run("setup", "apply", path, "--rename", wrong).code == 2
    told = run("setup", "apply", path, "--rename", "torget=kaia")
    assert (told.code, told.out) == (0, f"venue torget: is called kaia now\nSaved {path}.\n")
    assert {row["venue"] for row in run("status", "--json").json["days"]} == {"kaia"}
    none = write_setup(cash, venues="")
    assert run("setup", "apply", none).code == 2
    told = run("setup", "apply", none, "--remove", "kaia", "--json")
    assert "posexport status --venue kaia" in told.json["notes"][0]
    assert run("status", "--json").json == {"days": []}
    assert [row["venue"] for row in run("status", "--venue", "kaia", "--json").json["days"]] == ["kaia"]
    assert "kaia" in run("show", "kaia", "2026-11-20").out
    assert run("report", "kaia", "2026-11-20", "--pdf", "kaia.pdf").code == 0
    told = run("export", "--venue", "kaia")
    assert told.code == 2
    assert "was removed" in told.err or "Nothing is set up" in told.err
    assert "kaia" not in run("setup", "show").out


def test_a_changed_mapping_is_brought_to_drafts_on_request(run: Run, cash: Shop) -> None:
    run("setup", "apply", write_setup(cash))
    cash.sell(sale(1))
    assert run("export").code == 0
    cash.clock.now_s += 60
    path = write_setup(cash, mapping=MAPPING.replace('"3020"', '"3022"'))
    told = run("setup", "apply", path)
    assert "venue torget: 1 drafted day (20 Nov 2026) used what changed" in told.out
    assert "posexport export --revise --remap --venue torget" in told.out
    assert run("export", "--remap").code == 2
    assert run("export", "--revise", "--json").json["vouchers"] == []
    (voucher,) = run("export", "--revise", "--remap", "--json").json["vouchers"]
    assert (voucher["reference"], voucher["state"]) == ("torget-20261120-r2", "drafted")
    assert "3022" in {line["account"] for line in voucher["lines"]}


def test_a_setup_with_a_fault_is_refused_whole_with_its_lines(run: Run, cash: Shop) -> None:
    run("setup", "apply", write_setup(cash))
    path = write_setup(cash, torget='z_report = "maybe"\nnonsense = 1', target="nowhere")
    told = run("setup", "apply", path)
    assert told.code == 2
    assert told.out == ""
    assert len(re.findall(rf"{re.escape(path)}:\d+: ", told.err)) == 3
    assert "Nothing of the file was applied." in told.err
    assert 'z_report = "maybe"' not in run("setup", "show").out


def test_a_setup_is_shown_as_it_was_applied_and_can_be_applied_again(run: Run, cash: Shop) -> None:
    run("setup", "apply", write_setup(cash, torget='schedule = "weekly"\nnotify = ["a@example.com"]'))
    shown = run("setup", "show")
    assert shown.code == 0
    document = tomllib.loads(shown.out)
    assert document["company"][0]["venue"][0]["schedule"] == "weekly"
    again = cash.folder / "shown.toml"
    again.write_text(shown.out)
    assert run("setup", "apply", str(again)).out == f"{again} changes nothing.\n"
    assert run("setup", "show").out == shown.out
    told = run("setup", "show", "--json").json
    assert told["company"][0]["id"] == "fjordmat"
    assert not [secret for secret in SECRETS.values() if secret in shown.out + json.dumps(told)]


def test_a_setup_drafted_from_sales_can_be_applied_once_its_keys_are_set(
    run: Run, cash: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales = cash.write(*FULL_DAY)
    drafted = run("setup", "draft", str(sales), "--venue", "torget")
    assert drafted.code == 0
    assert "tickets" not in drafted.err
    path = cash.folder / "drafted.toml"
    path.write_text(drafted.out)
    names = re.findall(r'= "env:(\w+)"', drafted.out)
    assert names
    told = run("setup", "apply", str(path))
    assert told.code == 0, "its keys are needed when something is sent"
    assert all(name in told.err for name in names)
    for name in names:
        monkeypatch.setenv(name, f"value-of-{name}")
    assert run("setup", "apply", str(path)).code == 0
    assert run("import", str(sales)).code == 0
    told = run("preview", "--json")
    assert told.code == 3, "the accounts are the bookkeeper's"
    assert {finding["code"] for finding in told.json["vouchers"][0]["findings"]} >= {"missing-account"}


# Import


def test_an_import_tells_what_came_of_each_file(run: Run, cash: Shop) -> None:
    cash.apply()
    first, second = cash.write(sale(1), sale(2, at="2026-11-21T12:00:00")), cash.write(sale(1), sale(3))
    told = run("import", str(first), str(second))
    assert (told.code, told.err) == (0, "")
    assert f"{first}: 2 new, 0 already known, 0 changed, 0 refused" in told.out
    assert "2 business days, 20 Nov 2026 to 21 Nov 2026" in told.out
    assert f"{second}: 1 new, 1 already known, 0 changed, 0 refused" in told.out


def test_an_import_as_json_is_one_document_whatever_went_wrong(run: Run, cash: Shop) -> None:
    cash.apply()
    bad = cash.folder / "bad.jsonl"
    bad.write_text("{")
    good = cash.write(sale(1), sale(2, register="9"), sale(3, training=True))
    told = run("import", "--json", str(good), str(bad))
    assert told.code == 3
    document = told.json
    assert set(document) == {"files", "unreadable", "notices"}
    (file,) = document["files"]
    assert (file["name"], file["new"], file["known"], file["changed"], file["refused"]) == (str(good), 2, 0, 0, 1)
    assert (file["first_day"], file["last_day"]) == ("2026-11-20", "2026-11-20")
    assert file["unknown_registers"] == [{"location": None, "register": "9", "tickets": 1}]
    assert [error["name"] for error in document["unreadable"]] == [str(bad)]
    assert "belong to no venue" in told.err
    assert "Error: " in told.err


def test_an_unreadable_file_is_the_operators_and_the_others_are_read(run: Run, cash: Shop) -> None:
    cash.apply()
    bad = cash.folder / "bad.jsonl"
    bad.write_text("{")
    told = run("import", str(bad), str(cash.write(sale(1))))
    assert told.code == 2
    assert "1 new" in told.out
    assert f"Error: {bad}, line 1" in told.err


# Preview and export


def check_report(document: Any) -> None:
    """That a document has the contract's shape to the last key."""
    assert set(document) == {"vouchers", "findings"}
    for finding in document["findings"]:
        assert set(finding) == FINDING_KEYS
    for voucher in document["vouchers"]:
        assert set(voucher) >= VOUCHER_KEYS
        assert date.fromisoformat(voucher["business_day"])
        assert voucher["state"] in STATES
        assert len(voucher["reference"]) <= 50
        assert MONEY.fullmatch(voucher["debit"])
        assert MONEY.fullmatch(voucher["credit"])
        for line in voucher["lines"]:
            assert set(line) - {"customer"} == LINE_KEYS
            assert MONEY.fullmatch(line["debit"])
            assert MONEY.fullmatch(line["credit"])
            assert (line["debit"] == "0.00") != (line["credit"] == "0.00")
            assert line["kind"] in KINDS
        for finding in voucher["findings"]:
            assert set(finding) == FINDING_KEYS
            assert finding["severity"] in {"error", "warning", "info"}
            assert finding["message"]


def test_a_preview_as_json_has_the_contracts_shape(run: Run, cash: Shop) -> None:
    cash.apply()
    cash.sell(*FULL_DAY, sale(99, register="9"))
    told = run("preview", "--json")
    assert (told.code, told.err) == (3, "")
    document = told.json
    check_report(document)
    assert [finding["code"] for finding in document["findings"]] == ["unknown-register"]
    (voucher,) = document["vouchers"]
    assert {name: voucher[name] for name in ("venue", "business_day", "reference", "currency", "department")} == {
        "venue": "torget",
        "business_day": "2026-11-20",
        "reference": "torget-20261120-r1",
        "currency": "NOK",
        "department": "10",
    }
    assert (voucher["target"], voucher["state"]) == ("import", "ready")
    assert voucher["debit"] == voucher["credit"]
    assert "remote_id" not in voucher
    kinds = {line["kind"] for line in voucher["lines"]}
    assert kinds == {"sales", "payment", "rounding", "tip", "gift-card"}
    assert all(line["counter_account"] is None for line in voucher["lines"])


def test_a_line_with_one_counterpart_names_its_account_and_a_missing_one_is_null(run: Run, cash: Shop) -> None:
    cash.apply()
    cash.sell(sale(1, "100.00"), sale(2, "80.00", at="2026-11-21T12:00:00", product="999"))
    first, second = run("preview", "--json").json["vouchers"]
    assert [(line["account"], line["counter_account"], line["debit"], line["credit"]) for line in first["lines"]] == [
        ("1592", "3020", "100.00", "0.00"),
        ("3020", "1592", "0.00", "100.00"),
    ]
    assert [(line["account"], line["counter_account"]) for line in second["lines"]] == [("1592", None), (None, "1592")]
    assert second["state"] == "held"


def test_a_day_of_nothing_has_no_lines(run: Run, cash: Shop) -> None:
    cash.apply()
    cash.sell(sale(1, training=True))
    told = run("preview", "--json")
    check_report(told.json)
    (voucher,) = told.json["vouchers"]
    assert (told.code, voucher["state"], voucher["lines"], voucher["debit"]) == (0, "nothing", [], "0.00")


def test_an_export_drafts_once_and_tells_it_in_json(run: Run, cash: Shop) -> None:
    cash.apply()
    cash.sell(*FULL_DAY)
    previewed = run("preview", "--json").json["vouchers"][0]
    told = run("export", "--json")
    assert (told.code, told.err) == (0, "")
    check_report(told.json)
    (voucher,) = told.json["vouchers"]
    assert voucher["state"] == "drafted"
    assert voucher["remote_id"] == cash.world.drafts()[0].id
    assert datetime.fromisoformat(voucher["drafted_at"]).timestamp() == cash.clock.now_s
    assert voucher["lines"] == previewed["lines"]
    assert voucher["reference"] == previewed["reference"]
    told = run("export", "--json")
    assert (told.code, told.json) == (0, {"vouchers": [], "findings": []})
    assert len(cash.world.drafts()) == 1


def test_a_dry_run_is_the_preview(run: Run, cash: Shop) -> None:
    cash.apply()
    cash.sell(*FULL_DAY)
    assert run("export", "--dry-run", "--json").json == run("preview", "--json").json
    assert run("export", "--dry-run").out == run("preview").out
    assert len(cash.world.requests) == 0


@pytest.mark.parametrize(
    ("what", "code", "state"),
    [
        ("nothing wrong", 0, "drafted"),
        ("a payment type without an account", 3, "held"),
        ("an account that is not in use", 3, "held"),
        ("wrong keys", 4, "refused"),
        ("an answer lost", 5, "uncertain"),
        ("the service down", 5, "unreachable"),
        ("no secret", 2, "unreachable"),
    ],
)
def test_an_exit_code_says_who_must_act(
    run: Run, cash: Shop, monkeypatch: pytest.MonkeyPatch, what: str, code: int, state: str
) -> None:
    cash.apply(mapping=MAPPING.replace('"3020"', '"3999"') if what == "an account that is not in use" else MAPPING)
    cash.sell(sale(1, paid="GIFT" if what == "a payment type without an account" else "CARD"))
    if what == "wrong keys":
        monkeypatch.setenv("PO_CLIENT_TORGET", "wrong")
    elif what == "an answer lost":
        cash.faults.append(Fault("lose_answer", method="POST", path="/Import/"))
    elif what == "the service down":
        cash.world.faults = lambda request: Fault("status_before", 503)
    elif what == "no secret":
        monkeypatch.delenv("PO_CLIENT_TORGET")
    told = run("export", "--json")
    assert told.code == code
    check_report(told.json)
    assert told.json["vouchers"][0]["state"] == state
    (day,) = run("status", "--json").json["days"]
    assert day["state"] == state
    assert run("export").code == (0 if what in ("nothing wrong", "an answer lost") else code)


def test_what_people_read_is_norwegian_unless_they_ask_for_english(run: Run, cash: Shop) -> None:
    cash.apply()
    cash.sell(sale(1, paid="GIFT"))
    for command, norwegian, english in (("preview", "Fredag 20.", "Friday 20"), ("export", "Fredag 20.", "Friday 20")):
        assert norwegian in run(command).out
        assert norwegian in run(command, "--lang", "nb").out
        assert english in run(command, "--lang", "en").out
    assert run("status").out == run("status", "--lang", "nb").out != run("status", "--lang", "en").out
    messages = {
        lang: run("preview", "--json", "--lang", lang).json["vouchers"][0]["findings"][0]["message"]
        for lang in ("nb", "en")
    }
    assert "Betalingsmåte GIFT" in messages["nb"]
    assert "Payment type GIFT" in messages["en"]
    assert run("preview", "--lang", "sv").code == 2


def test_a_preview_writes_a_page_as_well(run: Run, cash: Shop) -> None:
    cash.apply()
    cash.sell(*FULL_DAY)
    page = cash.folder / "preview.html"
    told = run("preview", "--html", str(page), "--json")
    assert told.code == 0
    check_report(told.json)
    assert told.err == f"Wrote {page}\n"
    assert "torget-20261120-r1" in page.read_text()


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        (["--from", "yesterday"], date(2026, 11, 21), date(2026, 11, 21)),
        (["--from", "last-week"], date(2026, 11, 9), date(2026, 11, 15)),
        (["--from", "last-month"], date(2026, 10, 1), date(2026, 10, 31)),
        (["--from", "2026-11-20", "--to", "yesterday"], date(2026, 11, 20), date(2026, 11, 21)),
        (["--from", "last-month", "--to", "last-week"], date(2026, 10, 1), date(2026, 11, 15)),
        (["--from", "2026-11-20", "--to", "2026-11-20"], date(2026, 11, 20), date(2026, 11, 20)),
    ],
)
def test_a_period_may_be_given_in_words(run: Run, cash: Shop, words: list[str], first: date, last: date) -> None:
    cash.apply()
    told = run("preview", "--json", *words)
    assert told.code == 0
    days = [date.fromisoformat(voucher["business_day"]) for voucher in told.json["vouchers"]]
    assert days == [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_before_five_in_the_morning_yesterday_is_the_business_day_that_is_over(run: Run, cash: Shop) -> None:
    cash.apply()
    cash.clock.now_s = datetime.fromisoformat("2026-11-22T04:30:00+01:00").timestamp()
    told = run("preview", "--json", "--from", "yesterday")
    assert [voucher["business_day"] for voucher in told.json["vouchers"]] == ["2026-11-20"]
    assert parse_period("yesterday", None, date(2026, 11, 21)).first == date(2026, 11, 20)


def test_days_that_are_not_over_are_told_of_on_stderr(run: Run, cash: Shop) -> None:
    cash.apply()
    told = run("preview", "--json", "--from", "yesterday", "--to", "today")
    assert [voucher["business_day"] for voucher in told.json["vouchers"]] == ["2026-11-21"]
    assert "22 Nov 2026 is not over until 23 Nov 2026 05:00" in told.err


# Responsibility, status, doctor, schedule


def test_a_finding_is_accepted_and_then_holds_nothing(run: Run, cash: Shop) -> None:
    cash.apply()
    cash.sell(sale(1, at="2026-11-19T12:00:00"), sale(2, at="2026-11-21T12:00:00"))
    assert "gap" in {day["state"] for day in run("status", "--json").json["days"]}
    told = run("accept", "torget", "2026-11-20", "no-sales-data", "--why", "stengt")
    assert (told.code, told.err) == (0, "")
    assert "takes responsibility for no-sales-data on torget 20 Nov 2026" in told.out
    assert {day["state"] for day in run("status", "--json").json["days"]} == {"ready", "nothing"}


def test_a_status_as_json_has_a_row_per_venue_and_day(run: Run, cash: Shop) -> None:
    cash.apply()
    cash.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    run("export", "--to", "2026-11-20")
    told = run("status", "--json")
    assert (told.code, told.err) == (0, "")
    drafted, ready = told.json["days"]
    assert set(drafted) >= {"venue", "business_day", "state", "reference", "remote_id", "drafted_at", "findings"}
    assert (drafted["state"], drafted["amount"], drafted["remote_id"]) == (
        "drafted",
        "125.00",
        cash.world.drafts()[0].id,
    )
    assert (ready["state"], ready["remote_id"], ready["drafted_at"]) == ("ready", None, None)
    told = run("status", "--from", "yesterday", "--json")
    assert [day["business_day"] for day in told.json["days"]] == ["2026-11-21"]
    assert "torget-20261120-r1" in run("status").out


def test_a_doctor_that_finds_nothing_wrong_says_so(run: Run, cash: Shop) -> None:
    cash.apply()
    told = run("doctor", "--json")
    assert (told.code, told.err) == (0, "")
    assert {check["answer"] for check in told.json["checks"]} == {"ok"}
    told = run("doctor")
    assert told.code == 0
    assert "ok        torget · nøkler: Nøklene virker; klienten er Fjordmat AS." in told.out
    told = run("doctor", "--lang", "en")
    assert "ok       torget · keys: The keys work; the client is Fjordmat AS." in told.out


def test_a_schedule_is_listed_with_its_next_times(run: Run, cash: Shop) -> None:
    cash.apply(torget='automatic_export = true\nschedule = "weekly"')
    cash.sell(sale("1"))
    told = run("schedule", "list", "--json")
    assert told.json == {
        "schedules": [
            {
                "venue": "torget",
                "automatic_export": True,
                "schedule": "weekly",
                "grace_minutes": 0,
                "timezone": "Europe/Oslo",
                "next": "2026-11-23T05:00:00+01:00",
                "last": None,
                "last_drafted_day": None,
                "oldest_waiting_day": "2026-11-20",
                "waiting_days": 2,
            }
        ]
    }
    assert "23 Nov 2026" in run("schedule", "list").out
    next_export = "  torget: neste eksport 23.11.2026 kl. 05.00; eldste dag som gjenstår 20.11.2026 (1 dag siden)"
    assert next_export in run("status").out
    assert "next export 23 Nov 2026 05:00; oldest day still to be drafted" in run("status", "--lang", "en").out
    assert run("status", "--json").json["schedules"] == told.json["schedules"]
    cash.apply()
    assert "not by itself" in run("schedule", "list").out
    assert run("status", "--json").json.keys() == {"days"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["setup", "show", "--json"],
        ["import", "--json", "sales.jsonl"],
        ["preview", "--json"],
        ["export", "--json"],
        ["status", "--json"],
        ["doctor", "--json"],
        ["schedule", "list", "--json"],
    ],
    ids=" ".join,
)
def test_json_is_one_document_also_when_everything_is_told(run: Run, cash: Shop, arguments: list[str]) -> None:
    cash.apply()
    cash.write(*FULL_DAY, name="sales.jsonl")
    told = run("-v", *arguments)
    assert told.code == 0
    assert isinstance(told.json, dict)
    assert told.out.startswith("{")


# Bugs, and the program itself


def test_a_bug_keeps_its_traceback_and_exits_1(cash: Shop, tmp_path: Path) -> None:
    cash.apply()
    code = (
        "import sys, posexport.app.preview as story\n"
        "def bug(*_, **__): raise ZeroDivisionError('a bug')\n"
        "story.preview = bug\n"
        "sys.argv = ['posexport', 'preview']\n"
        "from posexport.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "ZeroDivisionError: a bug" in done.stderr
    assert done.stdout == ""


@pytest.mark.long
def test_the_program_itself_from_setup_to_draft(tmp_path: Path, shop: Shop) -> None:
    keys = {name: SECRETS[name] for name in ("PO_APP", "PO_SUB", "PO_CLIENT_TORGET")}
    sales = shop.write(*FULL_DAY)
    with SandboxServer(shop.world) as server:
        path = write_setup(shop, base_url=server.base_url)

        def do(*arguments: str) -> subprocess.CompletedProcess[str]:
            return posexport("--db", f"sqlite:///{tmp_path / 'own.db'}", *arguments, folder=tmp_path, **keys)

        assert do("setup", "apply", path).returncode == 0
        assert do("import", str(sales)).returncode == 0
        told = do("export", "--json")
        assert (told.returncode, told.stderr) == (0, "")
        check_report(json.loads(told.stdout))
        assert len(shop.world.drafts()) == 1
    told = do("export", "--from", "2026-11-20", "--to", "2026-11-20", "--json")
    assert (told.returncode, told.stderr) == (0, "")
    assert json.loads(told.stdout)["vouchers"][0]["state"] == "drafted"


def test_a_reader_that_stops_reading_is_no_bug(cash: Shop) -> None:
    cash.apply(venues=VENUES)
    cash.sell(*(sale(n, at=f"2026-11-{n:02d}T12:00:00") for n in range(1, 22)))
    with subprocess.Popen(
        [sys.executable, "-m", "posexport", "preview", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        told = process.stderr.read().decode()
        process.wait(timeout=60)
    assert "Traceback" not in told
    assert process.returncode in (0, 1, 3)

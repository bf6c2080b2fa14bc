"""Every folder under `examples/` does what its README says: its sales become the vouchers in its `expected.json`.

Rewrite the golden files with POSEXPORT_REWRITE_GOLDEN=1 and read the difference before you keep it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from lxml import etree

from posexport.app import export, import_sales, preview, setup as app_setup
from posexport.app.workspace import Workspace
from posexport.cli.main import cli
from posexport.core.day import Period
from posexport.core.report import Report, State, VoucherReport
from posexport.core.voucher import Voucher
from posexport.errors import Exit
from posexport.sandbox import PowerOfficeGo, SandboxServer, default_world
from posexport.setup.file import read_setup
from posexport.views.json import format_report
from posexport.wiring import open_workspace
from tests.support.harness import vouchers_of
from tests.support.paths import ROOT

EXAMPLES = ROOT / "examples"
SHARED = ROOT.parent / "shared" / "saft-cash-register"
OFFICIAL = SHARED / "official-example_999999999_20210330104000.xml"
SCHEMA = SHARED / "Norwegian_SAF-T_Cash_Register_Schema_v_1.00.xsd"
NOW = datetime(2025, 11, 3, 9, tzinfo=UTC)

SALES = {
    "cafe-saft": ("cafe-saft/sales.xml", "cafe-saft/setup.toml"),
    "cafe-csv": ("cafe-csv/sales.csv", "cafe-saft/setup.toml"),
    "cafe-jsonl": ("cafe-jsonl/sales.jsonl", "cafe-saft/setup.toml"),
    "two-departments": ("two-departments/sales.jsonl", "two-departments/setup.toml"),
    "rate-change": ("rate-change/sales.jsonl", "rate-change/setup.toml"),
}
"""Example -> its sales, its setup."""

needs_official = pytest.mark.skipif(
    not OFFICIAL.is_file(), reason="the tax authority's example is theirs to give out; it is not beside this checkout"
)


def keys_of(setup: Path) -> dict[str, str]:
    """Something for every secret that a setup names."""
    return {name: f"secret-{name}" for name in re.findall(r'"env:(\w+)"', setup.read_text(encoding="utf-8"))}


@contextmanager
def opened(folder: Path, setup: Path, *sales: Path) -> Iterator[Workspace]:
    """A workspace with a setup applied and sales imported, all of them new and all with a venue. Whatever it
    writes goes into the folder."""
    environ = keys_of(setup)
    database = f"sqlite:///{folder / 'example.db'}"
    with (
        chdir(folder),
        open_workspace(
            database, environ=environ, clock=NOW.timestamp, sleep=lambda _: None, transport=httpx.HTTPTransport()
        ) as workspace,
    ):
        app_setup.apply_setup(workspace, read_setup(setup, workspace.load_setup(), environ))
        imported = import_sales.import_sales(workspace, sales)
        assert imported.exit_code is Exit.DONE
        told = [notice.text for _, notice in imported.notices]
        assert all("more than two years old" in text for text in told), "an example may be history, and nothing else"
        assert all(result.new and not result.known for result in imported.results)
        yield workspace


TARGETS = {
    "import": 'target = "import"',
    "journal": 'target = "journal"\nsubscription_key = "env:PO_SUBSCRIPTION_KEY"',
}


@contextmanager
def sandbox_for(setup: Path, folder: Path, target: str = "import") -> Iterator[tuple[PowerOfficeGo, Path]]:
    """A sandbox, and the setup with its address in it, for either API."""
    world = default_world(clock=NOW.timestamp)
    with SandboxServer(world) as server:
        text = setup.read_text(encoding="utf-8").replace("http://127.0.0.1:8899", server.base_url)
        text = text.replace('target = "import"', TARGETS[target])
        own = folder / "own-setup.toml"
        own.write_text(text, encoding="utf-8")
        yield world, own


def preview_of(folder: Path, setup: Path, *sales: Path) -> Report:
    with opened(folder, setup, *sales) as workspace:
        return preview.preview(workspace, workspace.load_setup().venues, Period())


def example(name: str) -> tuple[Path, Path]:
    sales, setup = SALES[name]
    return EXAMPLES / setup, EXAMPLES / sales


def list_vouchers(report: Report) -> list[Voucher]:
    return [shown.voucher for shown in report.vouchers if isinstance(shown, VoucherReport)]


def hold_to_golden(report: Report, golden: Path) -> None:
    text = json.dumps(format_report(report), ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("POSEXPORT_REWRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def amounts(voucher: Voucher) -> dict[tuple[str | None, str | None, str], int]:
    return {(line.account, line.vat_code, line.source): line.amount_ore for line in voucher.lines}


# All of them


@pytest.mark.parametrize("name", SALES)
def test_every_example_becomes_the_vouchers_in_its_golden_file(name: str, tmp_path: Path) -> None:
    report = preview_of(tmp_path, *example(name))

    assert {shown.state for shown in report.vouchers} == {State.READY}
    assert all(voucher.open_ore == 0 for voucher in list_vouchers(report))
    hold_to_golden(report, EXAMPLES / name / "expected.json")


@pytest.mark.parametrize("name", [name for name in SALES if name != "rate-change"])  # the sandbox has today's rates
def test_every_example_is_drafted_by_the_sandbox_and_nothing_is_the_second_time(name: str, tmp_path: Path) -> None:
    setup, sales = example(name)
    with sandbox_for(setup, tmp_path) as (world, own_setup), opened(tmp_path, own_setup, sales) as workspace:
        first = export.export_period(workspace, workspace.load_setup().venues, Period())
        drafted = len(world.drafts())
        second = export.export_period(workspace, workspace.load_setup().venues, Period())

    assert first.exit_code is Exit.DONE
    assert drafted == len(first.report.vouchers)
    assert second.report.vouchers == ()
    assert len(world.drafts()) == drafted


def test_the_examples_are_all_tested_and_all_described() -> None:
    folders = {folder.name for folder in EXAMPLES.iterdir() if folder.is_dir()}
    overview = (EXAMPLES / "README.md").read_text(encoding="utf-8")

    assert folders == {*SALES, "official", "deploy"}
    for folder in folders:
        assert f"`{folder}`" in overview
        assert (EXAMPLES / folder / "README.md").is_file()


def test_the_command_line_prints_the_golden_file(tmp_path: Path) -> None:
    setup, sales = example("cafe-saft")
    run = CliRunner(env=keys_of(setup))
    database = ["--db", f"sqlite:///{tmp_path / 'cafe.db'}"]

    assert run.invoke(cli, [*database, "setup", "apply", str(setup)]).exit_code == 0
    assert run.invoke(cli, [*database, "import", str(sales)]).exit_code == 0
    shown = run.invoke(cli, [*database, "preview", "--json"])

    assert shown.exit_code == 0
    assert json.loads(shown.stdout) == json.loads((EXAMPLES / "cafe-saft" / "expected.json").read_text("utf-8"))


# The café's day, three ways


def test_the_same_day_is_the_same_voucher_from_saft_csv_and_json_lines(tmp_path: Path) -> None:
    prints = {}
    for name in ("cafe-saft", "cafe-csv", "cafe-jsonl"):
        (tmp_path / name).mkdir()
        (voucher,) = list_vouchers(preview_of(tmp_path / name, *example(name)))
        prints[name] = (voucher.fingerprint, voucher.reference, voucher.lines)

    assert prints["cafe-csv"] == prints["cafe-saft"]
    assert prints["cafe-jsonl"] == prints["cafe-saft"]


def test_the_same_day_read_a_second_time_in_the_same_form_adds_nothing(tmp_path: Path) -> None:
    setup, sales = example("cafe-csv")
    with opened(tmp_path, setup, sales) as workspace:
        (result,) = import_sales.import_sales(workspace, [sales]).results

    assert (result.new, result.changed) == (0, 0)
    assert result.known == 12


def test_the_cafe_s_figures_can_be_counted_by_hand(tmp_path: Path) -> None:
    (shown,) = vouchers_of(preview_of(tmp_path, *example("cafe-saft")))
    held = amounts(shown.voucher)

    assert held["2901", "0", "900"] == -50_000, "one gift card sold"
    assert held["2901", "0", "GIFTCARD"] == 50_000, "one used"
    assert held["2911", "0", "tips"] == -8_000, "30.00 and, after midnight, 50.00"
    assert held["7740", "0", "rounding"] == -20, "0.10 twice"
    assert held["3030", "31", "110"] == -8_400, "two coffees and a bun taken away, a bun returned"
    assert ("3020", "3", "110") not in held, "served coffee only in training, served cake only on a voided ticket"
    assert held["1900", "0", "CASH"] == 12_900 + 48_500
    assert (shown.control.training, shown.control.voids, shown.control.returns) == (1, 1, 1)
    assert [z.agrees for z in shown.z_reports] == [True]


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the tax authority's schema is not beside this checkout")
def test_our_saft_example_keeps_the_tax_authority_s_schema() -> None:
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))

    schema.assertValid(etree.parse(str(EXAMPLES / "cafe-saft" / "sales.xml")))


# Two departments


def test_each_department_is_drafted_with_a_key_of_its_own(tmp_path: Path) -> None:
    setup, sales = example("two-departments")
    with sandbox_for(setup, tmp_path) as (world, own_setup), opened(tmp_path, own_setup, sales) as workspace:
        export.export_period(workspace, workspace.load_setup().venues, Period())

    used = {draft.reference: draft.application_key for draft in world.drafts()}
    assert used == {"torget-20251031-r1": "secret-PO_APP_KEY", "brygga-20251031-r1": "secret-PO_ADDON3_KEY"}
    departments = {draft.reference: {line.department_code for line in draft.lines} for draft in world.drafts()}
    assert departments == {"torget-20251031-r1": {"10"}, "brygga-20251031-r1": {"20"}}


def test_the_two_departments_become_files_where_no_poweroffice_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    setup, sales = EXAMPLES / "two-departments" / "setup-file.toml", example("two-departments")[1]
    assert keys_of(setup) == {}
    with opened(tmp_path, setup, sales) as workspace:
        exported = export.export_period(workspace, workspace.load_setup().venues, Period())
        again = export.export_period(workspace, workspace.load_setup().venues, Period())

    assert exported.exit_code is Exit.DONE
    assert again.report.vouchers == ()
    written = [json.loads(path.read_text("utf-8")) for path in sorted((tmp_path / "vouchers").rglob("*.json"))]
    assert {voucher["reference"] for voucher in written} == {"torget-20251031-r1", "brygga-20251031-r1"}


# The night a rate changes


def test_the_night_a_rate_changes_is_two_vouchers_on_two_dates(tmp_path: Path) -> None:
    before, after = vouchers_of(preview_of(tmp_path, *example("rate-change")))

    assert [str(shown.business_day) for shown in (before, after)] == ["2021-09-30", "2021-09-30"]
    assert [str(voucher.posting_date) for voucher in (before.voucher, after.voucher)] == ["2021-09-30", "2021-10-01"]
    assert rate_of(before, "33") == 600
    assert rate_of(after, "33") == 1200
    assert before.voucher.reference != after.voucher.reference


def rate_of(shown: VoucherReport, vat_code: str) -> int | None:
    return next(figure.rate_bp for figure in shown.vat if figure.vat_code == vat_code)


# The tax authority's example

FIGURES = {
    ("3030", "31", "100"): -10_280,
    ("3000", "3", "200"): -23_200,
    ("3022", "3", "300"): -17_940,
    ("1900", "0", "CASH"): 29_500,
    ("1591", "0", "DEBCARD"): 21_880,
    ("7740", "0", "rounding"): 40,
}


@needs_official
def test_the_official_example_becomes_one_balanced_voucher_that_agrees_with_its_z_report(tmp_path: Path) -> None:
    report = preview_of(tmp_path, EXAMPLES / "official" / "setup.toml", OFFICIAL)
    (shown,) = vouchers_of(report)

    assert amounts(shown.voucher) == FIGURES
    assert shown.voucher.debit_ore == shown.voucher.credit_ore == 51_420
    assert str(shown.voucher.posting_date) == "2020-01-01"
    assert shown.state is State.READY
    assert [z.agrees for z in shown.z_reports] == [True]
    assert shown.findings == ()
    hold_to_golden(report, EXAMPLES / "official" / "expected.json")


@needs_official
@pytest.mark.parametrize("target", TARGETS)
def test_the_official_example_is_drafted_once_by_either_api(target: str, tmp_path: Path) -> None:
    setup = EXAMPLES / "official" / "setup.toml"
    with (
        sandbox_for(setup, tmp_path, target) as (world, own_setup),
        opened(tmp_path, own_setup, OFFICIAL) as workspace,
    ):
        venues = workspace.load_setup().venues
        first = export.export_period(workspace, venues, Period())
        again = export.export_period(workspace, venues, Period())
        named = export.export_period(workspace, venues, Period(date(2020, 1, 1), date(2020, 1, 1)))

    (draft,) = world.drafts()
    assert first.exit_code is again.exit_code is named.exit_code is Exit.DONE
    assert again.report.vouchers == ()
    assert [shown.state for shown in named.report.vouchers] == [State.DRAFTED]
    assert draft.kind == ("import" if target == "import" else "manual-journal")
    assert (draft.debit_ore, draft.credit_ore) == (51_420, 51_420)
    assert not draft.posted
    received = {(str(line.account_no), line.vat_code): line.amount_ore for line in draft.lines}
    assert received == {(account, vat_code): amount for (account, vat_code, _), amount in FIGURES.items()}
    assert [shown.remote_id for shown in vouchers_of(first.report)] == [draft.id]


@needs_official
def test_the_official_example_in_a_zip_is_the_same_voucher(tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "official"), "zip", SHARED, OFFICIAL.name)
    (tmp_path / "plain").mkdir()
    setup = EXAMPLES / "official" / "setup.toml"

    (from_zip,) = list_vouchers(preview_of(tmp_path, setup, Path(packed)))
    (from_xml,) = list_vouchers(preview_of(tmp_path / "plain", setup, OFFICIAL))

    assert from_zip.fingerprint == from_xml.fingerprint


def test_no_example_holds_a_key() -> None:
    for setup in EXAMPLES.rglob("*.toml"):
        values: list[str] = re.findall(r"_key = (.*?)(?:\s+#.*)?$", setup.read_text(encoding="utf-8"), re.MULTILINE)
        assert all(value.startswith('"env:') for value in values), setup

"""The benchmarks still run, and each floor still comes to what ours comes to. Small, and never a time: how fast
posexport is stands in the table that `python -m tests.bench` writes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from tests.bench import figure_memory, figure_orders, figure_postgresql_import, figure_traffic
from tests.bench.figure_alternatives import digest_sums, import_and_settle
from tests.bench.figures import FIGURES
from tests.bench.ground import Ground
from tests.bench.journals import accounts_of
from tests.bench.measuring import Compared, Measured, NoFigure, Row, alternate, format_table
from tests.bench.sales import Plan, sell
from tests.support.looks import StoreFile

LINES = 800


pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("bench"), LINES, runs=1, is_fresh=False)


@pytest.mark.parametrize(
    "figure",
    [figure for figure in FIGURES if figure is not figure_postgresql_import],
    ids=lambda figure: figure.NAME,
)
def test_a_figure_is_measured_and_both_sides_agree(
    ground: Ground, figure: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure_memory, "EXTENSIONS", ("jsonl",))
    for over_a_line in (figure_traffic, figure_orders):
        monkeypatch.setattr(over_a_line, "LATENCY_S", 0)
    rows = figure.measure(ground)
    assert rows
    assert all(row.value is not None or row.skipped.endswith("is not installed") for row in rows)


def test_the_figure_of_postgresql_is_measured_and_both_sides_agree(
    ground: Ground, postgresql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSEXPORT_TEST_POSTGRESQL", postgresql_server)
    [row] = figure_postgresql_import.measure(ground)
    assert row.value is not None


@pytest.mark.parametrize("extension", ["jsonl", "csv", "xml"])
def test_the_files_hold_the_sales_that_were_made_up(ground: Ground, extension: str) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for sold in sell(ground.plan):
        for account, amount_ore in accounts_of(sold):
            sums[account, f"{sold.business_day:%Y%m%d}"] += amount_ore
    made_up = digest_sums((account, day, amount_ore) for (account, day), amount_ore in sums.items())
    store = ground.fresh_copy(ground.empty_store())
    assert import_and_settle(str(store), str(ground.sales(extension))).answer == made_up


def test_every_ticket_that_is_made_up_is_paid_to_the_ore() -> None:
    for sold in sell(Plan(2, 3, 40)):
        assert sum(amount_ore for _, amount_ore in accounts_of(sold)) == 0


def test_the_same_seed_makes_up_the_same_sales_and_another_seed_others() -> None:
    sales = [list(sell(Plan(1, 1, 20, seed=seed))) for seed in (1, 1, 2)]
    assert sales[0] == sales[1] != sales[2]


def test_the_last_days_of_a_plan_are_the_days_of_the_whole() -> None:
    plan = Plan(2, 5, 10)
    last = set(plan.business_days[-2:])
    assert list(sell(plan.last(2))) == [sold for sold in sell(plan) if sold.business_day in last]


def test_sides_that_do_not_agree_make_no_figure() -> None:
    with pytest.raises(NoFigure, match="do not agree"):
        alternate(1, lambda: Measured(1.0, "a"), lambda: Measured(1.0, "b"))


def test_a_ratio_is_the_median_of_the_ratios_of_runs_that_stood_beside_each_other() -> None:
    compared = Compared([Measured(2.0), Measured(30.0), Measured(9.0)], [Measured(1.0), Measured(10.0), Measured(9.0)])
    assert compared.ratio == 2.0


def test_the_table_says_what_is_met_what_is_not_and_what_was_left_out() -> None:
    rows = [
        Row("a", "work", "floor", 2.0, 1.5),
        Row("b", "work", "floor", 2.0, 2.5),
        Row("c", "work", "floor", 2.0, skipped="x is not installed"),
    ]
    lines = format_table(rows).splitlines()[2:]
    assert "| 1.50 x | 2 x | yes |" in lines[0]
    assert "| 2.50 x | 2 x | **no** |" in lines[1]
    assert "| x is not installed | 2 x |  |" in lines[2]


def test_the_floor_of_an_import_has_every_column_of_its_tables(sqlite_url: str) -> None:
    from tests.bench.floor_rows import ENTRY_COLUMNS, TICKET_COLUMNS

    store = StoreFile(Path(sqlite_url.removeprefix("sqlite:///")))
    for table, columns in (("ticket", TICKET_COLUMNS), ("entry", ENTRY_COLUMNS)):
        assert store.columns_of(table) == set(columns)

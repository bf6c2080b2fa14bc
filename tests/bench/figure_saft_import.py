"""A SAF-T file imported, everything kept, committed; beside lxml doing nothing but find its tickets and events."""

from __future__ import annotations

from pathlib import Path

from tests.bench.ground import Ground, url_of
from tests.bench.measuring import Compared, Measured, Row, Stopwatch, alternate

NAME = "saft-import"
WORK = "import a SAF-T file"
FLOOR = "lxml iterparse over tickets and events, clearing"
AT_MOST = 2.0


def ours(store: str, sales: str) -> Measured:
    """Import into a store that has its setup."""
    from posexport.app.import_sales import import_sales
    from posexport.wiring import open_workspace

    stopwatch = Stopwatch()
    with stopwatch.running(), open_workspace(url_of(store)) as workspace:
        imported = import_sales(workspace, [Path(sales)])
    [result] = imported.results
    return stopwatch.measured([result.new, result.z_reports])


def floor(sales: str) -> Measured:
    """Parse, count, let go."""
    from lxml import etree

    tickets = z_reports = 0
    stopwatch = Stopwatch()
    with stopwatch.running():
        for _, element in etree.iterparse(sales, events=("end",), tag=("{*}cashtransaction", "{*}event")):
            if element.tag.endswith("cashtransaction"):
                tickets += 1
            elif element[-1].tag.endswith("eventReport"):
                z_reports += 1
            element.clear()
    return stopwatch.measured([tickets, z_reports])


def measure(ground: Ground) -> list[Row]:
    """The figure."""
    sales, store = ground.sales("xml"), ground.empty_store()
    found = alternate(
        ground.runs,
        lambda: ground.run(ours, str(ground.fresh_copy(store)), str(sales)),
        lambda: ground.run(floor, str(sales)),
    )
    return [Compared(*found).row(NAME, WORK, FLOOR, AT_MOST, f"{sales.stat().st_size / 1e6:.0f} MB")]

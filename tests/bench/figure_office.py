"""Pages of the office on the server: of a company with ten venues and a year of days, and the grid of 50 of 500 venues
over a month.

A page is asked for in this process, without a socket, by somebody who is signed in; the first look, which works days
out that no night has, is nobody's time. What is told is the median, in seconds, and the size of the largest page.
"""

from __future__ import annotations

import asyncio
import calendar
import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.ground import Ground, url_of
from tests.bench.measuring import Measured, NoFigure, Row, format_seconds
from tests.bench.sales import Plan, venue_id

if TYPE_CHECKING:
    import httpx

NAME = "office"
WORK = "a page of the office, ten venues and a year"
PAGE_AT_MOST_S, GRID_AT_MOST_S, PAGE_AT_MOST_KB = 0.2, 0.5, 100.0
LOOKS = 5
YEAR = Plan(venues=10, days=365, tickets_per_day=3, lines_min=1, lines_max=3)
MONTH = Plan(venues=500, days=31, tickets_per_day=2, lines_min=1, lines_max=2)
ORIGIN = "http://127.0.0.1:8080"


def look(url: str, as_of_utc_s: int, paths: list[str]) -> Measured:
    """Each page looked at once, and then some more times: its median (s) and its size as it is sent (bytes), in the
    order asked."""
    import httpx

    from posexport.office.access import make_local_link
    from posexport.office.app import build_app
    from posexport.office.site import Site
    from posexport.wiring import open_workspace

    async def visit() -> list[tuple[float, int]]:
        transport = httpx.ASGITransport(build_app(site))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as browser:
            token = make_local_link(site, "kari").partition("token=")[2]
            await browser.post("/login", data={"token": token}, headers={"origin": ORIGIN})
            return [await _look_at(browser, path) for path in paths]

    with open_workspace(url, clock=lambda: float(as_of_utc_s)) as workspace:
        site = Site(workspace, ORIGIN, frozenset({"127.0.0.1:8080"}), lambda _, venues: ((one, None) for one in venues))
        started_s = time.perf_counter()
        found = asyncio.run(visit())
    return Measured(time.perf_counter() - started_s, found)


async def _look_at(browser: httpx.AsyncClient, path: str) -> tuple[float, int]:
    took_s, size = [], 0
    for _ in range(LOOKS + 1):
        started_s = time.perf_counter()
        page = await browser.get(path)
        took_s.append(time.perf_counter() - started_s)
        if page.status_code != 200:
            raise NoFigure(f"{path}: {page.status_code}")
        size = int(page.headers["content-length"])
    return median(took_s[1:]), size


def measure(ground: Ground) -> list[Row]:
    """The slowest page, the grid, and the largest page."""
    year = YEAR if ground.is_fresh else replace(YEAR, venues=2, days=3)
    month = MONTH if ground.is_fresh else replace(MONTH, venues=2, days=3)
    last = year.business_days[-1]
    day = f"/v/{venue_id(0)}/{last}"
    month_page = f"/c/fjordmat/month?month={last:%Y-%m}"
    pages = ["/", f"/days?month={last:%Y-%m}", month_page, day]
    pages += ["/orders", "/files", "/c/fjordmat/accounts", "/runs", "/log"]
    found = dict(zip(pages, _look(ground, year, pages), strict=True))
    (grid,) = _look(ground, month, [f"/days?month={month.business_days[0]:%Y-%m}"])
    slowest = max(found, key=lambda path: found[path][0])
    largest = max(found, key=lambda path: found[path][1])
    told = ", ".join(f"{path} {format_seconds(seconds)}" for path, (seconds, _) in found.items())
    grid_s, grid_bytes = grid
    kilobytes = max(found[largest][1], grid_bytes) / 1000
    return [
        Row(NAME, WORK, "", PAGE_AT_MOST_S, found[slowest][0], "s", note=f"the slowest; {told}"),
        Row(f"{NAME}-grid", f"its grid, 50 of {month.venues} venues over a month", "", GRID_AT_MOST_S, grid_s, "s"),
        Row(f"{NAME}-size", "its largest page", "", PAGE_AT_MOST_KB, kilobytes, "kB", note=largest),
    ]


def _look(ground: Ground, plan: Plan, paths: list[str]) -> list[tuple[float, int]]:
    store = ground.fresh_copy(ground.filled_store("jsonl", plan))
    after = calendar.timegm(plan.business_days[-1].timetuple()) + 2 * 86_400
    return [(seconds, size) for seconds, size in ground.run(look, url_of(store), after, paths).answer]

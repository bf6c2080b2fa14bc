"""Pages of the office on the server: of a company with ten venues and a year of days, and the grid of 50 of 500 venues
over a month, as it is and narrowed to what waits at any of the 500.

A page is asked for in this process, without a socket, by somebody who is signed in; the first look, which works days
out that no night has, is nobody's time. What is told is the median, in seconds, and the size of the largest page.
"""

from __future__ import annotations

import asyncio
import calendar
import time
from dataclasses import replace
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.ground import Ground, url_of
from tests.bench.measuring import Measured, NoFigure, Row, format_seconds
from tests.bench.sales import Plan, venue_id

if TYPE_CHECKING:
    import httpx

    from posexport.app.workspace import Workspace

NAME = "office"
WORK = "a page of the office, ten venues and a year"
PAGE_AT_MOST_S, GRID_AT_MOST_S, PAGE_AT_MOST_KB = 0.2, 0.5, 100.0
LOOKS = 5
NAMED = 6
"""So many of the slowest pages are named in the note."""

YEAR = Plan(venues=10, days=365, tickets_per_day=3, lines_min=1, lines_max=3)
MONTH = Plan(venues=500, days=31, tickets_per_day=2, lines_min=1, lines_max=2)
ORIGIN = "http://127.0.0.1:8080"


def look(url: str, as_of_utc_s: int, paths: list[str]) -> Measured:
    """Each page looked at once, and then some more times: its median (s) and its size as it is sent (bytes), in the
    order asked. A path names with `{file}` and `{user}` the last file and somebody who is invited."""
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
            there = _set_going(workspace)
            return [await _look_at(browser, path.format_map(there)) for path in paths]

    with open_workspace(url, clock=lambda: float(as_of_utc_s)) as workspace:
        site = Site(workspace, ORIGIN, frozenset({"127.0.0.1:8080"}), lambda _, venues: ((one, None) for one in venues))
        started_s = time.perf_counter()
        found = asyncio.run(visit())
    return Measured(time.perf_counter() - started_s, found)


def _set_going(workspace: Workspace) -> dict[str, str]:
    """What addresses call the last file, and somebody who is invited. Two runs wait, which are called by their kind."""
    from posexport.app.imports import list_imports
    from posexport.app.users import Manager, invite
    from posexport.core.roles import EVERYTHING, Grant, Role, User
    from posexport.store.office_runs import add_run, new_run

    venues = [venue.id for venue in workspace.load_setup().venues]
    asked = {"venues": venues, "company": "fjordmat", "files": []}
    with workspace.database.writing() as connection:
        for kind in ("drafts", "files"):
            add_run(connection, new_run(kind, "kari", "kari", kind, asked, workspace.now_utc_s))
    house = Manager(User("", "bench", "", EVERYTHING), "terminal")
    invited = invite(workspace, house, "ola@posexport.example", (Grant(Role.READER, "fjordmat"),))
    return {"file": list_imports(workspace)[-1].reference, "user": invited.user.id}


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


def list_pages(day: date) -> list[str]:
    """Every page of the office that a company without orders has, on this business day and over its month. `{file}`
    and `{user}` are left open."""
    from posexport.office.app import PAGES

    there = {"company": "fjordmat", "venue": venue_id(0), "day": day, "topic": "days"}
    there |= {"file": "{file}", "user": "{user}"}
    month = f"month={day:%Y-%m}"
    asked = {
        "/days": month,
        "/c/{company}/month": month,
        "/draft": f"from={day.replace(day=1)}&to={day}",
        "/c/{company}/accounts/restore": "revision=1",
        "/search": "q=20",
    }
    paths = [path for path in PAGES if path not in NOT_THERE and "{reference}" not in path]
    filled = [path.format(**there, run="files" if path.startswith("/files") else "drafts") for path in paths]
    return [f"{page}?{asked[path]}" if path in asked else page for path, page in zip(paths, filled, strict=True)]


NOT_THERE = frozenset(
    {
        *("/accounts", "/month"),  # lead to another page
        "/runs/{run}/events",  # is told for as long as somebody listens
        *("/v/{venue}/{day}/account", "/c/{company}/mail/remove"),  # are about what such a company has not
        *(f"/c/{{company}}/customers/{what}" for what in ("link", "unlink", "create")),
    }
)
"""Routes that are no page of this company."""


def measure(ground: Ground) -> list[Row]:
    """The slowest page, the grid, the grid of what waits, and the largest page."""
    year = YEAR if ground.is_fresh else replace(YEAR, venues=2, days=3)
    month = MONTH if ground.is_fresh else replace(MONTH, venues=2, days=3)
    pages = list_pages(year.business_days[-1])
    found = dict(zip(pages, _look(ground, year, pages), strict=True))
    address = f"/days?month={month.business_days[0]:%Y-%m}"
    grid, narrowed = _look(ground, month, [address, f"{address}&state=waiting"])
    slowest = max(found, key=lambda path: found[path][0])
    largest = max(found, key=lambda path: found[path][1])
    next_slowest = sorted(found.items(), key=lambda one: one[1][0], reverse=True)[:NAMED]
    told = ", ".join(f"{path} {format_seconds(seconds)}" for path, (seconds, _) in next_slowest)
    kilobytes = max(size for _, size in (found[largest], grid, narrowed)) / 1000
    return [
        Row(NAME, WORK, "", PAGE_AT_MOST_S, found[slowest][0], "s", note=f"the slowest of {len(found)}; {told}"),
        Row(f"{NAME}-grid", f"its grid, 50 of {month.venues} venues over a month", "", GRID_AT_MOST_S, grid[0], "s"),
        Row(f"{NAME}-waiting", "the same, of what waits at any of them", "", GRID_AT_MOST_S, narrowed[0], "s"),
        Row(f"{NAME}-size", "its largest page", "", PAGE_AT_MOST_KB, kilobytes, "kB", note=largest),
    ]


def _look(ground: Ground, plan: Plan, paths: list[str]) -> list[tuple[float, int]]:
    store = ground.fresh_copy(ground.filled_store("jsonl", plan))
    after = calendar.timegm(plan.business_days[-1].timetuple()) + 2 * 86_400
    return [(seconds, size) for seconds, size in ground.run(look, url_of(store), after, paths).answer]

"""Runs: work is asked for by a page and done by a worker, which may be another process. Leaving the page, or stopping
the server, loses nothing."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from posexport.app.workspace import Workspace
from posexport.core.actor import Actor, KnownBy
from posexport.core.company import Venue
from posexport.errors import Exit, PosexportError, StoreTrouble
from posexport.office.addresses import day_address
from posexport.office.site import Site
from posexport.office.work import chart, check, customers, drafts, files, mail_test, orders
from posexport.office.work.afternoon import ask_for_checks
from posexport.office.work.progress import Progress
from posexport.store.office_log import add_entry
from posexport.store.office_runs import (
    LEASE_S as LEASE_S,
    Run,
    RunState,
    add_run,
    end_run,
    interrupt_lost,
    keep_run,
    new_run,
    take_run,
)

if TYPE_CHECKING:
    from posexport.office.visit import Visit

_log = logging.getLogger("posexport.office")

_KEPT_EVERY_S = 2.0
_LOOKED_EVERY_S = 1.0
_ASKS_EVERY_S = 600.0


WORK: Mapping[str, Callable[[Workspace, Run, Progress], int]] = {
    chart.KIND: chart.do,
    check.KIND: check.do,
    customers.KIND: customers.read_again,
    customers.NEW: customers.create,
    drafts.KIND: drafts.do,
    files.KIND: files.do,
    mail_test.KIND: mail_test.do,
    orders.KIND: orders.do,
}
"""What each kind of run does; it returns who must act (an exit code)."""


def ask_for_drafts(visit: Visit, venue: Venue, day: date, *, revises: bool = False, dated: date | None = None) -> str:
    """Ask for a venue's day to be drafted; with `revises`, for its draft to be revised where its sales have changed,
    `dated` otherwise than the day where that is said. Returns the address of the run."""
    asked: dict[str, Any] = {
        "venues": [venue.id],
        "from": day.isoformat(),
        "to": day.isoformat(),
        "revises": revises,
        "then": day_address(venue.id, day),
    }
    if dated is not None:
        asked["dated"] = dated.isoformat()
    return ask_for(visit, drafts.KIND, asked, "revision-asked" if revises else "draft-asked", venue, day)


def ask_for(
    visit: Visit,
    kind: str,
    asked: Mapping[str, Any],
    act: str,
    venue: Venue | None = None,
    day: date | None = None,
    **facts: object,
) -> str:
    """Ask for work. `kind`: of `WORK`, and after a colon what its runs wait for each other at; `asked`: what of it:
    `venues`, the ids of those it concerns (who may see one of them may see the run), `then`, the address that shows
    what came of it, and what the work itself reads; `act`: how the log calls it, with `facts`. Returns the address of
    the run: of the first one, where the same form was sent before."""
    run_id, user, now = secrets.token_urlsafe(12), visit.user, visit.workspace.now_utc_s
    address = f"/runs/{run_id}"
    run = new_run(run_id, user.id, user.name, kind, asked, now)
    with visit.workspace.database.writing() as connection:
        before = visit.remember_form(connection, address)
        if before is None:
            add_run(connection, run)
            company = str(asked.get("company", venue.company_id if venue else ""))
            entry = visit.make_entry(act, company, venue.id if venue else "", day, "", {"run": run_id, **facts})
            add_entry(connection, entry, now)
    visit.site.work_waits.set()
    return before or address


class Worker:
    """Takes runs, one after another, until it is told to stop."""

    def __init__(self, site: Site) -> None:
        self._site, self._name = site, secrets.token_hex(8)
        self._stop, self._asks_at_s = threading.Event(), 0.0
        self._thread = threading.Thread(target=self._work, name="office-worker", daemon=True)

    def start(self) -> None:
        """Begin to look for work, in another thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is on its way, and end."""
        self._stop.set()
        self._site.work_waits.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                if time.monotonic() >= self._asks_at_s:
                    self._asks_at_s = time.monotonic() + _ASKS_EVERY_S
                    ask_for_checks(self._site.workspace)
                while not self._stop.is_set() and self.take_one():
                    pass
            except StoreTrouble as trouble:
                _log.warning("runs: %s", trouble)
            self._site.work_waits.wait(_LOOKED_EVERY_S)
            self._site.work_waits.clear()

    def take_one(self) -> bool:
        """Take a run that waits, and do it; False where none waits."""
        workspace = self._site.workspace
        now = workspace.now_utc_s
        with workspace.database.writing() as connection:
            interrupt_lost(connection, now)
            run = take_run(connection, self._name, now, now + LEASE_S)
        if run is None:
            return False
        with self._keeping(run) as stopping, ThreadPoolExecutor(1, "office-run") as pool:
            worked = pool.submit(_work_on, replace(workspace, stopping=stopping.is_set), run)
        error, trouble = worked.exception(), ""
        if error is None:
            state, code = RunState.STOPPED if stopping.is_set() else RunState.DONE, worked.result()
        elif isinstance(error, PosexportError):
            state, code, trouble = RunState.FAILED, int(error.exit_code), str(error)
        else:
            state, code = RunState.FAILED, int(Exit.BUG)
            _log.error("run %s failed", run.id, exc_info=error)
        with workspace.database.writing() as connection:
            end_run(connection, run.id, self._name, state, code, trouble, workspace.now_utc_s)
        return True

    @contextmanager
    def _keeping(self, run: Run) -> Iterator[threading.Event]:
        """Say again and again that the run is being worked on. Yields an event that is set when it is to stop."""
        stopping, over = threading.Event(), threading.Event()

        def keep() -> None:
            while not over.wait(_KEPT_EVERY_S if not self._stop.is_set() else 0.2):
                if self._stop.is_set():
                    stopping.set()
                try:
                    with self._site.workspace.database.writing(durable=False) as connection:
                        until = self._site.workspace.now_utc_s + LEASE_S
                        if not keep_run(connection, run.id, self._name, until):
                            stopping.set()
                except StoreTrouble as trouble:
                    _log.warning("run %s: %s", run.id, trouble)

        thread = threading.Thread(target=keep, name="office-run", daemon=True)
        thread.start()
        try:
            yield stopping
        finally:
            over.set()
            thread.join()


def _work_on(workspace: Workspace, run: Run) -> int:
    acting = replace(workspace, actor=Actor(run.who, KnownBy.SIGNED_IN))
    return WORK[run.work](acting, run, Progress(acting, run.id))

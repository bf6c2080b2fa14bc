"""Several workers on one PostgreSQL database, by Procrastinate: the scheduler puts each due run into a queue, and
workers process them with the function that the scheduler itself would call.

The queue only distributes work: that a run is taken once and a voucher drafted once is ensured by the store. The queue
has a database schema of its own, which may be dropped and is created anew.

A job locks its venue, so that no two work on one venue's days, and is queued once per venue and business day. One that
could not reach PowerOffice is tried again with growing delays; one whose worker was stopped is requeued at once, and
one whose worker crashed when its heartbeat has been missing for half a minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision, SyncPsycopgConnector
from procrastinate.connector import BaseConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from posexport.app.preview import Exported
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.errors import Exit, UsageError
from posexport.schedule.turn import SchedulerState, Take, take_due_turn
from posexport.store.database import Database, make_schema

SCHEMA = "procrastinate"
QUEUE = "turns"
TASK = "take_turn"

CONCURRENCY = 16
"""How many runs one worker processes at once: they mostly wait for PowerOffice."""

RETRY_S, RETRY_MAX_S = 60, 1_800
"""A run that could not reach PowerOffice is retried after the first time (s), then after twice as long each time, up to
the second."""

HEARTBEAT_S, STALLED_S = 5, 30
"""How often (s) a worker sends a heartbeat, and after how long (s) without one it counts as dead."""

KEPT_H = 30 * 24
"""How long (hours) finished jobs stay in the queue's tables."""

_LOOK_S = 0.2

_log = logging.getLogger("posexport.fleet")


class TurnWaits(Exception):
    """A run must be tried again: PowerOffice could not be reached, or another process holds a voucher's claim."""


class TurnLeft(Exception):
    """A run was abandoned because its worker was told to stop."""


class _Rules(BaseRetryStrategy):
    """When a job is retried. Not after a programming error: the scheduler queues its run again."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, TurnLeft):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, TurnWaits):
            return RetryDecision(retry_in={"seconds": min(RETRY_S << max(0, min(job.attempts, 12) - 4), RETRY_MAX_S)})
        return None


@contextlib.contextmanager
def handing_out(workspace: Workspace) -> Iterator[Take]:
    """Yields what a scheduler does with a due run when workers process it: queue it, once.

    Raises UsageError where the database is not PostgreSQL.
    """
    connector = SyncPsycopgConnector(conninfo=_prepare(workspace.database), min_size=1, max_size=4)
    app = App(connector=connector)

    def hand_out(workspace: Workspace, venue: Venue, state: SchedulerState) -> Exported | None:  # noqa: ARG001
        day = venue.calendar.last_closed(workspace.now_utc_s)
        job = app.configure_task(TASK, queue=QUEUE, lock=f"venue {venue.id}", queueing_lock=f"{venue.id} {day}")
        with contextlib.suppress(AlreadyEnqueued):
            number = job.defer(company=venue.company_id, venue=venue.id)
            _log.info("%s: handed to the workers as job %d", venue.id, number)
        return None

    with app.open():
        yield hand_out


def work(workspace: Workspace, stop: threading.Event, *, concurrency: int = CONCURRENCY) -> None:
    """Process runs from the queue until `stop` is set; those under way are finished first.

    Raises UsageError where the database is not PostgreSQL.
    """
    connector = PsycopgConnector(conninfo=_prepare(workspace.database), min_size=1, max_size=4)
    asyncio.run(_work(build_queue(connector, workspace), stop, concurrency))


async def _work(app: App, stop: threading.Event, concurrency: int) -> None:
    with ThreadPoolExecutor(concurrency, thread_name_prefix="turn") as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    concurrency=concurrency,
                    install_signal_handlers=False,
                    update_heartbeat_interval=HEARTBEAT_S,
                    stalled_worker_timeout=STALLED_S,
                )
            )
            while not stop.is_set() and not working.done():
                await asyncio.sleep(_LOOK_S)
            _log.info("stopping: what is on its way is finished")
            if not working.done():
                working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working


def build_queue(connector: BaseConnector, workspace: Workspace) -> App:
    """The Procrastinate app of a worker: the job that exports a venue, and the queue's own maintenance."""
    app, state = App(connector=connector), SchedulerState()

    @app.task(name=TASK, queue=QUEUE, pass_context=True, retry=_Rules())
    def take_turn(context: JobContext, company: str, venue: str) -> None:
        found = workspace.load_setup({company}).venue(venue)
        if found is not None and found.automatic_export:
            _take_turn(workspace, state, found, f"job {context.job.id}")

    @app.periodic(cron="* * * * * */10")
    @app.task(name="rescue", queue=QUEUE, queueing_lock="rescue", pass_context=True)
    async def rescue(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=STALLED_S):
            _log.warning("job %s: its worker is gone, it is taken up again", job.id)
            await manager.retry_job(job)

    @app.periodic(cron="30 12 * * *")
    @app.task(name="tidy", queue=QUEUE, queueing_lock="tidy", pass_context=True)
    async def tidy(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
        await context.app.job_manager.delete_old_jobs(KEPT_H, include_failed=True, include_aborted=True)

    return app


def _take_turn(workspace: Workspace, state: SchedulerState, venue: Venue, by: str) -> None:
    """Process one job. Raises TurnWaits or TurnLeft where it must come back."""
    exported = take_due_turn(workspace, venue, state, by=by, retry_after_s=0)
    if workspace.stopping():
        raise TurnLeft(venue.id)
    if exported is not None and exported.exit_code is Exit.WAIT:
        raise TurnWaits(venue.id)


def _prepare(database: Database) -> str:
    """Create the queue's schema if it is missing; returns the connection string. Raises UsageError where it cannot
    be."""
    if not database.is_postgresql:
        raise UsageError(
            "Workers share a PostgreSQL database. Name one with --db postgresql://user@host/name; "
            "with SQLite, posexport schedule run does the work itself."
        )
    make_schema(database, SCHEMA, App(connector=SyncPsycopgConnector()).schema_manager.get_schema())
    url = database.engine.url.set(drivername="postgresql")
    options = f"{url.query.get('options', '')} -csearch_path={SCHEMA}".strip()
    return url.update_query_dict({"options": options}).render_as_string(hide_password=False)

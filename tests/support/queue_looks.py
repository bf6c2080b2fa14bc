"""Looks at the workers' queue on PostgreSQL, and changes to it behind their backs. Its tables are the queue's own."""

from __future__ import annotations

from typing import Any

from tests.support.harness import Shop

_JOBS, _WORKERS = "procrastinate.procrastinate_jobs", "procrastinate.procrastinate_workers"
_QUEUES = "SET LOCAL search_path TO procrastinate, public;"
"""Before a change to the queue's own tables: its triggers do not name their schema."""


def read_jobs(shop: Shop) -> list[tuple[str, str]]:
    """The venue of each job that takes a turn and how it stands, in the order in which they were queued."""
    rows = shop.rows(f"SELECT args->>'venue', status FROM {_JOBS} WHERE task_name = 'take_turn' ORDER BY id")
    return [(venue, status) for venue, status in rows]


def read_locks(shop: Shop) -> list[tuple[Any, ...]]:
    """Of each job its venue, its lock and its lock while it is queued, by venue."""
    return shop.rows(f"SELECT args->>'venue', lock, queueing_lock FROM {_JOBS} ORDER BY 1")


def count_jobs(shop: Shop) -> int:
    """How many jobs there are, of any kind."""
    return int(shop.rows(f"SELECT COUNT(*) FROM {_JOBS}")[0][0])


def read_waits_s(shop: Shop, venue: str) -> list[float]:
    """How long each of a venue's jobs that are put off waits from now on (s)."""
    rows = shop.rows(
        f"SELECT extract(epoch FROM scheduled_at - now()) FROM {_JOBS} "
        f"WHERE task_name = 'take_turn' AND scheduled_at IS NOT NULL AND args->>'venue' = '{venue}'"
    )
    return [float(wait_s) for (wait_s,) in rows]


def forget_queueing_locks(shop: Shop) -> None:
    """Let every job be queued once more."""
    shop.change(f"{_QUEUES} UPDATE {_JOBS} SET queueing_lock = NULL")


def end_waits(shop: Shop) -> None:
    """Let every job that is put off begin now."""
    shop.change(f"{_QUEUES} UPDATE {_JOBS} SET scheduled_at = NULL")


def cancel_jobs(shop: Shop, venue: str) -> None:
    """Let nobody take a venue's jobs."""
    shop.change(f"{_QUEUES} UPDATE {_JOBS} SET status = 'cancelled' WHERE args->>'venue' = '{venue}'")


def leave_to_dead_worker(shop: Shop, venue: str) -> int:
    """Let a worker that has been silent for half a minute have a venue's job; the job's number."""
    shop.change(f"INSERT INTO {_WORKERS} (last_heartbeat) VALUES (now() - interval '31 seconds')")
    shop.change(
        f"{_QUEUES} UPDATE {_JOBS} SET status = 'doing', worker_id = (SELECT max(id) FROM {_WORKERS}) "
        f"WHERE args->>'venue' = '{venue}'"
    )
    ((number,),) = shop.rows(f"SELECT id FROM {_JOBS} WHERE args->>'venue' = '{venue}'")
    return int(number)


def queue_rescue(shop: Shop) -> None:
    """Queue what looks for jobs of workers that have died."""
    values = "VALUES ('rescue', 'turns', '{\"timestamp\": 0}')"
    shop.change(f"{_QUEUES} INSERT INTO {_JOBS} (task_name, queue_name, args) {values}")


def count_workers(shop: Shop) -> int:
    """How many workers are signed on; none where the queue has no tables yet."""
    if not shop.rows("SELECT 1 FROM pg_class WHERE relname = 'procrastinate_workers'"):
        return 0
    return int(shop.rows(f"SELECT COUNT(*) FROM {_WORKERS}")[0][0])

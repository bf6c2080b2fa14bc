"""The whole export under everything that can go wrong, by seed: a seed that fails once fails every time.

A simulated client of PowerOffice Go, a store on disk and one or two workers that export, revise and import, one
step at a time in an order that the seed decides. Between any two steps the process may die, the clock may jump,
the bookkeeper may post, delete or retitle a draft, and the other worker may have its turn; requests and answers are
lost, refused, throttled and garbled, processed minutes later, or answered as if they were refused; what is read lags
what was written, by up to 15 seconds. The database may be put back to an older copy, or be used twice. Then the trouble
stops, a person answers what only a person can, and everything must be there, once.

    python -m tests.whole.simulation                  2,000 seeds
    python -m tests.whole.simulation --seeds 50000 --first 2000
    python -m tests.whole.simulation --seed 4711      one seed again, every step told
    python -m tests.whole.simulation --without claims-are-kept --seeds 400
                                                the seeds that notice when a guard is taken out
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import functools
import json
import random
import shutil
import sys
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from posexport.app import export as app_export, orders as app_orders
from posexport.app.export import Revision, export_period
from posexport.app.import_sales import import_sales
from posexport.app.preview import Exported
from posexport.app.resolve import resolve_voucher
from posexport.app.setup import apply_setup
from posexport.app.status import status
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.core.day import Period
from posexport.core.report import Report, State, VoucherReport
from posexport.delivery.claims import CLAIM_S
from posexport.errors import Exit, UsageError
from posexport.http.client import Runtime
from posexport.sandbox import Draft, Fault, PowerOfficeGo, default_world
from posexport.sandbox.throttle import Throttle
from posexport.setup.file import read_setup
from posexport.store.database import Database, open_database
from posexport.wiring import Connections, build_workspace
from tests.support.harness import MAPPING, SECRETS, Line, NoThrottle, sale, setup_text, write_jsonl
from tests.support.looks import StoreFile, Within, read_deliveries, read_rows
from tests.support.quick_store import commit_quickly
from tests.support.scope import IS_EVERYTHING
from tests.whole.simulated_faults import Trouble, is_voucher

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC).timestamp()
FIRST_DAY = date(2026, 11, 10)
TARGETS: tuple[str, ...] = ("import", "journal", "ledger", "file")
_CLOCKS_OFF_S = (-86_000.0, -7_200.0, -300.0, 0.0, 300.0, 7_200.0, 86_000.0, 5 * 86_400.0)
SEEDS = 2_000 if IS_EVERYTHING else 12
"""Seeds of a test run."""

_VENUE = """
  [[company.venue]]
  id = "venue-{number}"
  name = "Venue {number}"
  client_key = "env:PO_CLIENT_{number}"
  {addon}
  registers = ["{number}", "K{number}"]
  export_from = 2020-01-01
"""
_ACCOUNTS = {"100": 3020, "200": 3022, "CARD": 1592, "CASH": 1900, "CREDIT": 1500}


MOODS: dict[str, dict[str, Any]] = {
    "anything": {},
    "hurried": {
        "venues": (2,),
        "days": (3,),
        "trouble": (0.0, 0.03),
        "trouble_of_vouchers": (0.8,),
        "death": (0.0, 0.01),
        "jumps": (0.0,),
        "bookkeeper": (0.0,),
        "is_slow": (True, True, False),
        "copies": ("",),
        "hands": (1,),
        "plan": (("hurry", "hurry"), ("hurry", "ten minutes", "hurry", "ten minutes", "hurry")),
    },
    "misread": {
        "venues": (2,),
        "days": (3,),
        "trouble": (0.2,),
        "trouble_of_vouchers": (0.8,),
        "death": (0.0,),
        "jumps": (0.0,),
        "bookkeeper": (0.0,),
        "copies": ("",),
        "hands": (1,),
        "plan": (("hurry", "ten minutes", "hurry", "ten minutes", "hurry", "ten minutes", "hurry"),),
    },
    "posted": {
        "venues": (2,),
        "days": (2,),
        "trouble": (0.0,),
        "trouble_of_vouchers": (0.0, 0.1),
        "death": (0.0,),
        "jumps": (0.0,),
        "bookkeeper": (0.05, 0.1),
        "is_slow": (False,),
        "copies": ("",),
        "hands": (1,),
        "plan": (("export", "change", "revise", "change", "revise", "change", "revise"),),
    },
    "side by side": {
        "venues": (1, 2),
        "days": (2,),
        "trouble": (0.0,),
        "trouble_of_vouchers": (0.3, 0.8),
        "death": (0.0,),
        "jumps": (0.0,),
        "bookkeeper": (0.0,),
        "copies": ("",),
        "hands": (2,),
        "plan": (("hurry", "hurry"),),
    },
    "changing": {
        "venues": (1, 2),
        "days": (2,),
        "trouble": (0.0, 0.03),
        "trouble_of_vouchers": (0.5, 0.8),
        "death": (0.0, 0.01),
        "jumps": (0.0,),
        "bookkeeper": (0.0, 0.02),
        "copies": ("",),
        "hands": (1,),
        "plan": (
            ("export", "void", "hurry", "change", "hurry"),
            ("export", "change", "revise", "late", "hurry", "revise"),
        ),
    },
    "replacing": {
        "venues": (1, 2),
        "days": (2,),
        "trouble": (0.0, 0.1),
        "trouble_of_vouchers": (0.1,),
        "death": (0.0, 0.01),
        "jumps": (0.0,),
        "bookkeeper": (0.0, 0.03, 0.1),
        "is_slow": (False,),
        "copies": ("",),
        "hands": (1,),
        "plan": (("export", "change", "revise", "change", "revise"), ("export", "late", "revise", "void", "revise")),
    },
    "tidied": {
        "venues": (1, 2),
        "days": (2,),
        "trouble": (0.0, 0.03),
        "trouble_of_vouchers": (0.8,),
        "death": (0.0,),
        "jumps": (0.0,),
        "bookkeeper": (0.2,),
        "is_slow": (False,),
        "copies": ("", "restored"),
        "hands": (1,),
        "plan": (
            ("hurry", "ten minutes", "hurry", "ten minutes", "hurry"),
            ("export", "change", "ten minutes", "revise"),
        ),
    },
    "out of time": {
        "venues": (1, 2),
        "days": (2,),
        "trouble": (0.0, 0.03),
        "trouble_of_vouchers": (0.8,),
        "death": (0.0, 0.02),
        "jumps": (0.2,),
        "bookkeeper": (0.0,),
        "is_today": (True, True, False),
        "copies": ("",),
        "hands": (1,),
        "plan": (
            ("late", "hurry", "late", "hurry", "late", "hurry"),
            ("hurry", "late", "wait", "hurry", "late", "hurry"),
        ),
    },
    "copied": {
        "venues": (1, 2),
        "days": (2,),
        "trouble": (0.0, 0.03),
        "trouble_of_vouchers": (0.0, 0.5),
        "death": (0.0, 0.01),
        "jumps": (0.0,),
        "bookkeeper": (0.0, 0.03),
        "is_slow": (False,),
        "copies": ("restored", "restored", "second"),
        "hands": (1,),
        "plan": (("export", "change", "export"), ("change", "revise", "hurry"), ("late", "hurry", "revise")),
    },
    "refused": {
        "venues": (1, 2),
        "days": (1, 2),
        "trouble": (0.0,),
        "trouble_of_vouchers": (0.0, 0.3),
        "death": (0.0,),
        "jumps": (0.0,),
        "bookkeeper": (0.0,),
        "copies": ("",),
        "hands": (1,),
        "plan": (("lasting no", "hurry"), ("hurry", "lasting no")),
    },
    "together": {
        "venues": (1, 2),
        "days": (2,),
        "trouble": (0.0, 0.1),
        "trouble_of_vouchers": (0.1, 0.5),
        "death": (0.0, 0.04),
        "jumps": (0.0,),
        "bookkeeper": (0.0,),
        "copies": ("",),
        "hands": (2,),
        "plan": (("hurry", "wait", "hurry"), ("wait", "hurry", "wait", "hurry"), ("hurry", "change", "revise")),
    },
}
"""What a seed is mostly about: from what narrower choices it is made. Half of the seeds are about anything."""


_READ_BADLY: dict[str, Any] = {
    "venues": (2,),
    "days": (3,),
    "trouble": (0.4,),
    "death": (0.0,),
    "jumps": (0.0,),
    "bookkeeper": (0.0,),
    "is_slow": (False,),
    "copies": ("",),
    "hands": (1,),
}
_QUIET = _READ_BADLY | {"trouble": (0.0,), "trouble_of_vouchers": (0.0,), "days": (2,)}
NARROW_MOODS: dict[str, dict[str, Any]] = {
    "documented": _READ_BADLY | {"trouble_of_vouchers": (0.1,), "plan": (("hurry", "hurry", "hurry"),)},
    "looked for": _READ_BADLY
    | {"trouble_of_vouchers": (0.6,), "plan": (("export", "ten minutes", "hurry", "ten minutes", "export"),)},
    "two histories": _QUIET
    | {
        "trouble_of_vouchers": (0.8,),
        "copies": ("restored",),
        "plan": (("hurry", "ten minutes", "hurry", "change", "change", "change"),),
        "after": ("hurry", "hurry"),
    },
    "two tidied histories": _QUIET
    | {
        "bookkeeper": (0.1,),
        "copies": ("restored",),
        "plan": (("hurry", "late", "late", "late"),),
        "after": ("hurry",),
    },
    "slow and refused": _QUIET
    | {
        "trouble_of_vouchers": (0.9,),
        "faults_of_vouchers": (Fault("late", delay_s=230.0), Fault("late", delay_s=40.0), Fault("refuse", 400)),
        "is_slow": (True,),
        "plan": (("export", "export", "void", "void", "export"),),
    },
}
"""What no seed is about by itself: so much of one trouble that the guard against it is seen in a few seeds."""


class Crash(BaseException):
    """The process dies here."""


class Failure(AssertionError):
    """A promise was broken; the message has the seed."""


@dataclass
class Clock:
    """The world's time, and ours beside it, which may be off."""

    true_s: float = START
    off_s: float = 0.0

    def ours(self) -> float:
        return self.true_s + self.off_s

    def theirs(self) -> float:
        return self.true_s


@dataclass
class Tally:
    """What was done to posexport, and what came of it."""

    seeds: int = 0
    steps: int = 0
    drafts: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.seeds += other.seeds
        self.steps += other.steps
        self.drafts += other.drafts
        self.done.update(other.done)


class _SteppingLine(Line):
    """A line on which something may happen before a request arrives and before its answer is read."""

    def __init__(self, world: PowerOfficeGo, simulation: Simulation, worker: Worker) -> None:
        super().__init__(world)
        self._simulation, self._worker = simulation, worker

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        simulation = self._simulation
        what = f"{request.method} {request.url.path}"
        simulation.step(self._worker, what)
        simulation.clock.true_s += simulation.chance.choice((0.02, 0.1, 0.3))
        try:
            response = super().handle_request(request)
        except httpx.RemoteProtocolError:
            simulation.clock.true_s += simulation.chance.choice((0.1, 24.0))
            raise
        simulation.tell(f"{response.status_code} to {what}")
        simulation.step(self._worker, f"answer to {what}")
        return response


@dataclass
class Worker:
    """One process after another, each doing the next thing on the list."""

    number: int
    jobs: list[Callable[[Worker], None]] = field(default_factory=list)
    failed: BaseException | None = None
    is_dead: bool = False
    """Whether its present process is: no thread of that does anything more."""

    def check_alive(self) -> None:
        """Raises Crash where its process is dead."""
        if self.is_dead:
            raise Crash


class Simulation:
    """One seed. `mapping` and `company`: parts of its setup file; `moods`: what a seed may be about."""

    mapping = MAPPING
    company = ""
    moods: Mapping[str, dict[str, Any]] = MOODS | NARROW_MOODS

    def __init__(
        self,
        seed: int,
        bench: Bench,
        *,
        target: str | None = None,
        mood: str | None = None,
        told: Callable[[str], None] | None = None,
    ) -> None:
        self.seed, self.folder, self.engine, self._told = seed, bench.folder, bench.engine, told
        self.chance = random.Random(seed)
        self.clock = Clock()
        self.tally = Tally(seeds=1)
        self.target = target or choose_target(seed)
        self.mood = self.moods[mood or self.chance.choice(sorted(MOODS) + ["anything"] * len(MOODS))]
        big = self.chance.random() < 0.03 and not self.mood
        self.venues = self.chance.choice((6, 9)) if big else self.chance.choice((1, 2, 2, 3))
        self.days = self.chance.choice((6, 9)) if big else self.chance.choice((1, 2, 3, 4))
        self.trouble = self.chance.choice((0.0, 0.03, 0.1, 0.3))
        self.trouble_of_vouchers = self.chance.choice((0.1, 0.5, 0.8))
        self.death = self.chance.choice((0.0, 0.0, 0.01, 0.04))
        self.jumps = self.chance.choice((0.0, 0.0, 0.02))
        self.bookkeeper = self.chance.choice((0.0, 0.02, 0.06))
        self.is_slow = self.chance.random() < 0.5
        """Whether reads lag far and requests are processed late: no wait outlasts that where the clock jumps too."""
        self.copies = self.chance.choice(("", "", "", "", "restored", "second"))
        """What becomes of a copy of the database that is made on the way."""
        self.is_today = bool(self.jumps) and self.chance.random() < 0.4
        """Whether the last of its business days is not over yet, whatever our clock says."""
        vars(self).update({name: self.chance.choice(choices) for name, choices in self.mood.items()})
        self.is_slow = self.is_slow and not self.jumps
        last = datetime.fromtimestamp(START, UTC).date()
        self.first_day = last - timedelta(days=self.days - 1) if self.is_today else FIRST_DAY
        self.calm = False
        self.lasting: Fault | None = None
        """What every voucher meets for now."""
        self.world = default_world(
            clock=self.clock.theirs,
            rng=random.Random(seed),
            replica_lag_s=15.0 if self.is_slow else self.chance.choice((0.0, 0.3, 1.9)),
            v1_requests_per_s=self.chance.choice((50, 5)),
            v2_requests_per_s=self.chance.choice((10, 3)),
        )
        self.world.faults = self._choose_fault
        self.been_there: set[str] = set()
        """The ids of everything that ever stood in PowerOffice Go."""
        self.world.on_draft = lambda draft: self.been_there.add(draft.id)
        self.world.v1_back_end = self.chance.choice(("old", "new"))
        self.world.fresh_s = self.chance.choice((0.0, 0.0, 3.0, 12.0))
        self._faults = Trouble(self.chance, is_slow=self.is_slow)
        self.sold: dict[tuple[int, int], dict[str, Any]] = {}
        self.retitled: dict[str, str] = {}
        """The references of drafts whose text a bookkeeper has written anew, by their ids."""
        self.workers = [Worker(number) for number in range(self.chance.choice(self.mood.get("hands", (1, 1, 2))))]
        self._turn = 0
        self._alive: set[int] = set()
        self._baton = threading.Condition()

    # Time, trouble and turns

    def tell(self, what: str) -> None:
        if self._told is not None:
            self._told(f"{self.clock.true_s - START:10.2f}  {what}")

    def step(self, worker: Worker, what: str) -> None:
        """Something may happen here."""
        worker.check_alive()
        self.tally.steps += 1
        self.tell(f"worker {worker.number}: {what}")
        if self.calm:
            return
        if self.chance.random() < self.bookkeeper:
            self._act_as_bookkeeper()
        if self.chance.random() < self.trouble / 20:
            self.world.expire_tokens()
            self.tally.done["times every token expired"] += 1
            self.tell("every token expires")
        if what == "commit" and self.chance.random() < self.jumps:
            self.clock.off_s = self.chance.choice(_CLOCKS_OFF_S)
            self.tally.done["clock jumps"] += 1
            self.tell(f"our clock is off by {self.clock.off_s}")
        if self.chance.random() < self.death:
            self.tally.done["deaths"] += 1
            self.tell(f"worker {worker.number} dies after: {what}")
            worker.is_dead = True
            raise Crash
        if len(self._alive) > 1 and self.chance.random() < 0.3:
            self._pass_on(worker)

    def _pass_on(self, worker: Worker) -> None:
        with self._baton:
            others = sorted(self._alive - {worker.number})
            if not others:
                return
            self._turn = self.chance.choice(others)
            self._baton.notify_all()
            self._baton.wait_for(lambda: self._turn == worker.number)

    def _act_as_bookkeeper(self) -> None:
        drafts = [draft for draft in self.world.drafts() if not draft.posted]
        if not drafts:
            return
        draft = self.chance.choice(drafts)
        if draft.kind == "manual-journal" and self.chance.random() < 0.5:
            self._retitle(draft)
        elif self.chance.random() < 0.8:
            self.world.post(draft.id)
            self.tally.done["drafts posted by the bookkeeper"] += 1
            self.tell(f"the bookkeeper posts {draft.description}")
        else:
            self.been_there.add(draft.id)  # also one that came late
            self.world.delete(draft.id)
            self.tally.done["drafts deleted by the bookkeeper"] += 1
            self.tell(f"the bookkeeper deletes {draft.description}")

    def _retitle(self, draft: Draft) -> None:
        """The bookkeeper writes another text: tidier, or without our reference."""
        reference = self.name_of(draft)
        text = self.chance.choice((reference.upper(), f"{reference}, sjekket", "Kasse", ""))
        self.retitled[draft.id] = reference
        _, stored = self.world._stored(draft.id)
        stored.draft = replace(stored.draft, description=text)
        stored.wire = json.dumps({**json.loads(stored.wire), "Description": text}).encode()
        self.tally.done["drafts retitled by the bookkeeper"] += 1
        self.tell(f"the bookkeeper calls {reference} {text!r}")

    def name_of(self, draft: Draft) -> str:
        """The reference that a draft was sent with, whatever it is called now."""
        if draft.reference is not None:
            return draft.reference
        return self.retitled.get(draft.id) or str(draft.description).rpartition("[")[2].rstrip("]")

    def _choose_fault(self, request: Any) -> Fault | None:
        of_mood = self.mood.get("faults_of_vouchers") if is_voucher(request) else None
        likely = max(self.trouble, self.trouble_of_vouchers) if is_voucher(request) else self.trouble
        if self.lasting is not None:
            return self.lasting if is_voucher(request) else None
        if self.calm or self.chance.random() >= likely:
            return None
        return self._tell_fault(self.chance.choice(of_mood) if of_mood else self._faults.choose(request))

    def _tell_fault(self, fault: Fault) -> Fault:
        self.tally.done[f"fault {fault.kind.replace('_', ' ')}"] += 1
        what = f"{fault.status} {fault.body}" if fault.kind.startswith(("status", "answer")) else fault.garbage
        self.tell(f"fault {fault.kind} {what}")
        return fault

    # Work

    @contextlib.contextmanager
    def open(self, worker: Worker) -> Iterator[Workspace]:
        """A process of a worker's, which dies or ends."""

        def step(what: str) -> None:
            self.step(worker, what)

        def sleep(seconds: float) -> None:
            self.clock.true_s += seconds
            step(f"slept {seconds:.1f} s")

        worker.is_dead = False
        database = _Database(self.engine).stepping(step, worker)
        connections = Connections(SECRETS, self.clock.ours, sleep, render_page=_render_page)
        with httpx.Client(transport=_SteppingLine(self.world, self, worker)) as client:
            connections._runtime = Runtime(client, NoThrottle(), self.clock.ours, sleep, monotonic=self.clock.theirs)
            try:
                yield build_workspace(database, connections)
            finally:
                database.close()

    def export(self, worker: Worker, *, revise: bool = False) -> Exported:
        with self.open(worker) as workspace:
            revision = Revision() if revise else None
            venues = list(workspace.load_setup().venues)
            return export_period(workspace, venues, Period(), revision=revision, in_flight=1)

    def sell(self, worker: Worker, tickets: list[tuple[int, int]]) -> None:
        path = self.folder / f"sales-{self.chance.getrandbits(40):x}.jsonl"
        write_jsonl(path, [self.sold[key] for key in tickets])
        with self.open(worker) as workspace:
            assert import_sales(workspace, [path]).exit_code is Exit.DONE

    # The story

    def run(self) -> Tally:
        """All of it. Raises Failure where a promise is broken."""
        self._set_up()
        for worker in self.workers:
            worker.jobs = [self._choose_job() for _ in range(self.chance.choice((1, 3, 4)))]
            if self.mood:
                worker.jobs = list(map(self._make_job, self.chance.choice(self.mood["plan"])))
        if self.copies and self.target != "file":
            self._add_copying()
        self._let_work()
        self._come_to_rest()
        self._judge()
        return self.tally

    def _set_up(self) -> None:
        self.calm = True
        first = self.workers[0]
        venues = "".join(_venue_text(number) for number in range(self.venues))
        text = setup_text(
            self.target,
            venues=venues,
            mapping=self.mapping,
            output=str(self.folder / "vouchers") if self.target == "file" else "",
            reports=str(self.folder / "reports"),
            company="\n".join(("direct_posting = true" if self.target == "ledger" else "", self.company)),
        )
        path = self.folder / "setup.toml"
        path.write_text(text, encoding="utf-8")
        with self.open(first) as workspace:
            apply_setup(workspace, read_setup(path, workspace.load_setup(), SECRETS))
        keys = [self._new_ticket(number, day) for number in range(self.venues) for day in range(self.days)]
        self.sell(first, keys)
        self.calm = False

    def _new_ticket(self, venue: int, day: int) -> tuple[int, int]:
        key = (venue, len(self.sold) + 1)
        self.sold[key] = self._ticket(venue, key[1], self.first_day + timedelta(days=day))
        return key

    def _ticket(self, venue: int, number: int, day: date) -> dict[str, Any]:
        amount = f"{self.chance.randrange(1, 90_000) / 100:.2f}"
        product, paid = self.chance.choice(("100", "200")), self.chance.choice(("CARD", "CASH"))
        return sale(number, amount, at=f"{day}T12:00:00", register=str(venue), product=product, paid=paid)

    def _choose_job(self) -> Callable[[Worker], None]:
        return self._make_job(
            self.chance.choice((*("hurry",) * 4, "export", "revise", "late", "change", "void", "wait"))
        )

    def _make_job(self, job: str) -> Callable[[Worker], None]:
        if job == "void" and self.copies:
            job = "change"  # of a day that came to nothing, nobody asks PowerOffice what another database drafted
        if job in ("late", "change") and self.copies == "second":
            job = "export"  # of two databases whose sales differ, neither can know what the other sent under one name
        if job == "export":
            return lambda worker: self._look_at(self.export(worker))
        if job == "revise":
            return lambda worker: self._look_at(self.export(worker, revise=True))
        if job == "hurry":
            return self._hurry
        if job == "wait":
            return self._wait
        if job == "lasting no":
            return self._suffer_a_lasting_no
        if job == "ten minutes":
            return lambda _: self._let_settle()
        return lambda worker: self._let_sales_change(worker, job)

    def _add_copying(self) -> None:
        """One of the workers' jobs more makes a copy of the database, and a later one uses it."""
        del self.workers[1:]
        jobs, then = self.workers[0].jobs, self.mood.get("after")
        at = 0 if then else self.chance.randrange(len(jobs) + 1)
        use = self._put_back if self.copies == "restored" else self._export_from_copy
        jobs[at:] = [self._copy, *jobs[at:], use]
        if then:
            jobs += map(self._make_job, then)
        elif self.chance.random() < 0.5:
            jobs.append(self._choose_job())

    @property
    def _copied(self) -> Path:
        return self.folder / "copy.db"

    @property
    def _store(self) -> StoreFile:
        return StoreFile(self.folder / "posexport.db")

    def _copy(self, worker: Worker) -> None:
        self.engine.dispose()
        self._store.copy_to(self._copied)

    def _let_settle(self) -> None:
        """Whoever puts a copy back, or takes another into use, needs some minutes for it."""
        self.clock.true_s += 600
        self.world.process_late()

    def _put_back(self, worker: Worker) -> None:
        """The database is lost; the copy takes its place, and what was sold since is read again."""
        self._let_settle()
        self.tally.done["databases put back"] += 1
        self.tell("an older copy of the database is put back")
        self.engine.dispose()
        for path in self.folder.glob("posexport.db*"):
            path.unlink()
        shutil.copy(self._copied, self.folder / "posexport.db")
        self._sell_until_it_is_read(worker, sorted(self.sold))

    def _export_from_copy(self, worker: Worker) -> None:
        """Somebody runs the copy as well."""
        self._let_settle()
        self.tally.done["exports from a second database"] += 1
        self.tell("a copy of the database exports as well")
        engine, self.engine = self.engine, open_database(f"sqlite:///{self._copied}").engine
        try:
            self._look_at(self.export(worker))
        finally:
            self.engine.dispose()
            self.engine = engine
            self._let_settle()

    def _hurry(self, worker: Worker) -> None:
        """Somebody who sees that it failed, or a watchdog that sees that it died, starts it again at once."""
        for _ in range(3):
            with contextlib.suppress(Crash):
                self._look_at(self.export(worker))

    def _suffer_a_lasting_no(self, worker: Worker) -> None:
        """Something on the way has a no for every voucher, and keeps to it: it is not to be waited for without end."""
        self.calm, self.lasting = True, Fault("status_before", self.chance.choice((302, 403, 404, 407)))
        for _ in range(4):
            self._let_settle()
            exported = self.export(worker)
            self._look_at(exported)
        waiting = [shown.reference for shown in exported.report.vouchers if shown.state is State.UNCERTAIN]
        if waiting:
            raise Failure(f"seed {self.seed}: nobody is told that something keeps refusing {waiting}")
        self.calm, self.lasting = False, None

    def _wait(self, worker: Worker) -> None:
        self.clock.true_s += self.chance.choice((1, 60, CLAIM_S + 20, 1_300, 40 * 3_600))

    def _let_sales_change(self, worker: Worker, job: str) -> None:
        venue, number = self.chance.choice(sorted(self.sold))
        known = self.sold[venue, number]
        day = date.fromisoformat(known["completed_at"][:10])
        if job == "late":
            key = self._new_ticket(venue, (day - self.first_day).days)
        else:
            key = (venue, number)
            self.sold[key] = self._ticket(venue, number, day) if job == "change" else {**known, "void": True}
        self.tally.done[f"tickets: {job}"] += 1
        self.tell(f"ticket {key} of {day}: {job}")
        self._sell_until_it_is_read(worker, [key])

    def _sell_until_it_is_read(self, worker: Worker, keys: list[tuple[int, int]]) -> None:
        while True:
            with contextlib.suppress(Crash):
                self.sell(worker, keys)
                return

    def _let_work(self) -> None:
        if len(self.workers) == 1:
            self._work(self.workers[0])
            return
        self._alive = {worker.number for worker in self.workers}
        threads = [threading.Thread(target=self._work_in_turn, args=(worker,)) for worker in self.workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for worker in self.workers:
            if worker.failed is not None:
                raise worker.failed

    def _work_in_turn(self, worker: Worker) -> None:
        with self._baton:
            self._baton.wait_for(lambda: self._turn == worker.number)
        try:
            self._work(worker)
        except BaseException as error:  # noqa: BLE001
            worker.failed = error
        with self._baton:
            self._alive.discard(worker.number)
            self._turn = min(self._alive, default=-1)
            self._baton.notify_all()

    def _work(self, worker: Worker) -> None:
        for job in worker.jobs:
            with contextlib.suppress(Crash):
                job(worker)
            self._look_at_status(worker)

    def _look_at(self, exported: Exported) -> None:
        self.tell(f"export: {[shown.state.value for shown in exported.report.vouchers]} -> {exported.exit_code.name}")
        self.tally.done[f"exports that ended with {exported.exit_code.name.lower()}"] += 1

    # Promises

    def _look_at_status(self, worker: Worker) -> None:
        """Every voucher that is on its way is told of."""
        was_calm, self.calm = self.calm, True
        with self.open(worker) as workspace:
            rows = status(workspace, list(workspace.load_setup().venues), Period())
            with workspace.database.reading() as connection:
                sent = read_deliveries(Within(connection), "business_day", "state")
            waiting = [row for row in sent if row[2] not in ("drafted", "replaced")]
        told = {
            (row.venue.id, row.business_day.strftime("%Y%m%d"))
            for row in rows
            if row.state not in (State.DRAFTED, State.NOTHING)
        }
        told |= {
            (row.venue.id, row.business_day.strftime("%Y%m%d")) for row in rows if row.findings and not row.remote_id
        }
        for venue, day, state in waiting:
            is_over = datetime.strptime(f"{day} 08+0000", "%Y%m%d %H%z").timestamp() + 86_400 < self.clock.ours()
            if is_over and (venue, str(day)) not in told:  # of a day that is not over by our clock nothing is told
                raise Failure(f"seed {self.seed}: {venue} {day} is {state} and no status says so")
        self.calm = was_calm

    def _come_to_rest(self) -> None:
        """The trouble stops; people do what only they can."""
        self.calm = True
        self.world._v1_throttle = self.world._v2_throttle = Throttle(1_000_000)
        self.tell("calm")
        self.clock.off_s = 0.0
        self.clock.true_s += 600  # as long as a claim may lie ahead that was made by a clock not far off
        worker = self.workers[0]
        if self.is_today:
            self.clock.true_s = max(self.clock.true_s, START + 86_400)
            self.sell(worker, sorted(self.sold))  # the whole day, as the register sends it when it is over
        for _ in range(16):
            self.clock.true_s += CLAIM_S + 150
            self.world.process_late()
            self._draft_again_what_was_deleted(worker)
            self._answer_about_orders(worker)
            exported = self.export(worker, revise=True)
            self._look_at(exported)
            if exported.exit_code is Exit.DONE:
                return
            for shown in _vouchers_among(exported.report):
                codes = {finding.code for finding in shown.findings}
                if codes & {"uncertain-too-long", "draft-gone"}:
                    self._delete_unknown(worker, shown.reference)
                    self._answer(worker, shown.venue, shown.business_day)
                if codes & {"draft-differs", "draft-in-doubt"} or "is there already" in shown.answer:
                    self._delete_unknown(worker, shown.reference)
        left = [
            (shown.reference, shown.state.value, shown.answer, [finding.code for finding in shown.findings])
            for shown in _vouchers_among(exported.report)
        ]
        raise Failure(f"seed {self.seed}: it does not come to rest: {left}")

    def _answer_about_orders(self, worker: Worker) -> bool:
        """People do what only they can about orders; whether there was nothing to do."""
        return True

    def _delete_unknown(self, worker: Worker, reference: str) -> None:
        """A person takes out of PowerOffice Go what stands there of a voucher, any revision of it, and is not known
        here, so that it is drafted anew as it is now."""
        with self.open(worker) as workspace, workspace.database.reading() as connection:
            known = {row[0] for row in read_rows(Within(connection), "delivery", "remote_id")}
        for draft in (*self.world.drafts(), *self.world.vouchers()):
            is_of_it = self.name_of(draft).rpartition("-r")[0] == reference.rpartition("-r")[0]
            if is_of_it and draft.id not in known:
                self.tally.done["questions answered by a person"] += 1
                self.tell(f"a person deletes {self.name_of(draft)}, {draft.id}")
                company, stored = self.world._stored(draft.id)
                company.voucher_by_reference.pop(str(draft.reference), None)
                self.world.mark_deleted(company, stored, self.clock.true_s)  # what is posted is reversed

    def _answer(self, worker: Worker, venue: Venue, day: date) -> None:
        """A person looks in PowerOffice Go and says what stands there."""
        self.tally.done["questions answered by a person"] += 1
        with self.open(worker) as workspace:
            with workspace.database.reading() as connection:
                states = ("sending", "uncertain", "doubted", "drafted")
                at = int(f"{day:%Y%m%d}")
                sent = read_deliveries(Within(connection), "reference", "remote_id", business_day=at, state=states)
            lost = [row[1:] for row in sent if row[0] == venue.id]
            for reference, remote_id in lost:
                there = self._find_in_go(reference)
                if there == remote_id and there is not None:
                    continue
                self.tell(f"a person says {reference} is {there or 'not there'}")
                with contextlib.suppress(UsageError):
                    resolve_voucher(workspace, venue, day, there, reference)

    def _find_in_go(self, reference: str) -> str | None:
        for draft in (*self.world.drafts(), *self.world.vouchers()):
            if self.name_of(draft) == reference:
                return draft.id
        if self.target == "file" and (self.folder / "vouchers" / f"{reference}.json").exists():
            return f"{reference}.json"
        return None

    def _draft_again_what_was_deleted(self, worker: Worker) -> None:
        """The bookkeeper deleted drafts by mistake and wants them back. What never stood there nobody misses: a day
        that is said to be drafted and is not has to be found by posexport, or is lost."""
        with self.open(worker) as workspace:
            setup = workspace.load_setup()
            with workspace.database.reading() as connection:
                columns = ("business_day", "reference", "remote_id")
                drafted = read_deliveries(Within(connection), *columns, order="id", state="drafted")
            self.clock.true_s += 5
            there = {draft.id for draft in (*self.world.drafts(), *self.world.vouchers())}
            self.been_there |= there  # what was processed late, too
            for code, day, reference, remote_id in drafted:
                is_gone = remote_id in self.been_there - there
                if is_gone and (self.copies != "second" or self._find_in_go(reference) is None):
                    venue = setup.venue(code)
                    assert venue is not None
                    business_day = datetime.strptime(str(day), "%Y%m%d").date()
                    with contextlib.suppress(UsageError):
                        resolve_voucher(workspace, venue, business_day, None, reference)
                        self.tally.done["questions answered by a person"] += 1

    def _judge(self) -> None:
        """Per venue and day, what stands in PowerOffice sums to what was sold; nothing is there that the store
        does not know, and the store knows of nothing that is not there."""
        wanted = self._sum_sold()
        there, ids = self._sum_there()
        self.tally.drafts += len(ids)
        for key in sorted(wanted.keys() | there.keys()):
            if wanted.get(key, {}) != there.get(key, {}):
                raise Failure(f"seed {self.seed}: {key}: sold {wanted.get(key)}, in PowerOffice {there.get(key)}")
        rows = read_rows(
            self._store, "delivery", "state", "remote_id", "page_state", "reference", document_kind="voucher"
        )
        kinds = read_rows(self._store, "delivery", "kind", state="drafted")
        self.tally.done["adjustments drafted"] += sum(kind == "adjustment" for (kind,) in kinds)
        self.tally.done["drafts replaced"] += sum(row[0] == "replaced" for row in rows)
        strange = [row for row in rows if row[0] not in ("drafted", "replaced")]
        if strange:
            raise Failure(f"seed {self.seed}: not at rest: {strange}")
        known = sorted(row[1] for row in rows if row[0] == "drafted")
        if known != sorted(ids) and self.copies != "second":  # a deleted draft may be drafted again by the other one
            raise Failure(f"seed {self.seed}: the store knows {known}, in PowerOffice are {sorted(ids)}")
        self._judge_documentation({row[1]: (row[2], row[3]) for row in rows if row[0] == "drafted"})

    def _judge_documentation(self, drafted: dict[str, tuple[str, str]]) -> None:
        """What is said to have its documentation has it, once; given up is only what takes none any more."""
        there = {draft.id: draft for draft in (*self.world.drafts(), *self.world.vouchers())}
        for remote_id, (page_state, reference) in drafted.items():
            draft = there.get(remote_id)
            if page_state not in ("attached", "given-up"):
                raise Failure(f"seed {self.seed}: {reference} has its documentation {page_state or 'not'}")
            if draft is None or draft.kind == "import":
                continue
            if page_state == "attached" and not draft.pages:
                raise Failure(f"seed {self.seed}: {reference} is said to have its documentation and has none")
            if page_state == "given-up" and not (draft.posted and draft.kind == "manual-journal"):
                raise Failure(f"seed {self.seed}: the documentation of {reference} was given up")
            if len(draft.pages) > 1 and not (self.is_slow or self.copies or self.jumps):
                raise Failure(f"seed {self.seed}: {reference} has its documentation {len(draft.pages)} times")

    def _sum_sold(self) -> dict[tuple[str, str], dict[int, int]]:
        sums: dict[tuple[str, str], Counter[int]] = {}
        for (venue, _), ticket in self.sold.items():
            if ticket.get("void"):
                continue
            amount_ore = round(float(ticket["lines"][0]["gross"]) * 100)
            of_day = sums.setdefault((f"venue-{venue}", ticket["completed_at"][:10]), Counter())
            of_day[_ACCOUNTS[ticket["lines"][0]["product_type"]]] -= amount_ore
            of_day[_ACCOUNTS[ticket["payments"][0]["payment_type"]]] += amount_ore
        return _without_nothing(sums)

    def _sum_there(self) -> tuple[dict[tuple[str, str], dict[int, int]], list[str]]:
        sums: dict[tuple[str, str], Counter[int]] = {}
        ids = []
        if self.target == "file":
            for path in sorted((self.folder / "vouchers").glob("*.json")):
                document = json.loads(path.read_text(encoding="utf-8"))
                ids.append(path.name)
                for line in document["lines"]:
                    of_day = sums.setdefault((document["venue"], document["date"]), Counter())
                    amount = float(line["debit"]) - float(line["credit"])
                    of_day[int(line["account"])] += round(amount * 100)
            return _without_nothing(sums), ids
        for draft in (*self.world.drafts(), *self.world.vouchers()):
            ids.append(draft.id)
            for line in draft.lines:
                of_day = sums.setdefault((_VENUE_OF[draft.application_key], str(draft.voucher_date)), Counter())
                of_day[line.account_no] += line.amount_ore
        return _without_nothing(sums), ids


class _Database(Database):
    """A store that lets the simulation in after every commit."""

    def stepping(self, step: Callable[[str], None], worker: Worker) -> _Database:
        object.__setattr__(self, "_step", step)
        object.__setattr__(self, "_worker", worker)
        return self

    def close(self) -> None:
        """Its connections are left for the next: to make them takes a quarter of a seed's time."""

    @contextlib.contextmanager
    def writing(self, *, durable: bool = True, at_once: bool = False) -> Iterator[Any]:
        with super().writing(durable=durable, at_once=at_once) as connection:
            yield connection
            self._worker.check_alive()  # type: ignore[attr-defined]
        self._step("commit")  # type: ignore[attr-defined]


def _vouchers_among(report: Report) -> list[VoucherReport]:
    """What a report shows of vouchers; a day of which everything was taken out has none."""
    return [shown for shown in report.vouchers if isinstance(shown, VoucherReport)]


def _render_page(document: Mapping[str, Any]) -> bytes:
    return b"%PDF-1.7 " + json.dumps(document["voucher"]["reference"]).encode()


def _venue_text(number: int) -> str:
    addon = f'addon = {number}\n  application_key = "env:PO_ADDON_{number}"' if number else ""
    return _VENUE.format(number=number, addon=addon)


def _without_nothing(sums: dict[tuple[str, str], Counter[int]]) -> dict[tuple[str, str], dict[int, int]]:
    kept = {key: {account: ore for account, ore in of_day.items() if ore} for key, of_day in sums.items()}
    return {key: of_day for key, of_day in kept.items() if of_day}


_VENUE_OF = {SECRETS["PO_APP"]: "venue-0"} | {SECRETS[f"PO_ADDON_{n}"]: f"venue-{n}" for n in range(1, 10)}
"""Whose an application key is."""


# Running many


def run_seed(
    seed: int,
    *,
    target: str | None = None,
    mood: str | None = None,
    told: Callable[[str], None] | None = None,
) -> Tally:
    """One seed on an empty store; with another target or mood than its own, where one is given. Raises Failure, or
    whatever posexport stumbled over."""
    with begin_seed(seed) as bench:
        return Simulation(seed, bench, target=target, mood=mood, told=told).run()


@contextlib.contextmanager
def begin_seed(seed: int) -> Iterator[Bench]:
    """An empty store for a seed, whose one document in flight needs no thread beside its worker's."""
    random.seed(seed)  # the jitter of retries
    bench = open_bench()
    shutil.rmtree(bench.folder, ignore_errors=True)
    bench.folder.mkdir()
    shutil.copy(bench.upgraded, bench.folder / "posexport.db")
    try:
        with pytest.MonkeyPatch.context() as patch:
            for module in (app_export, app_orders):
                patch.setattr(module, "ThreadPoolExecutor", _AtOnce)
            yield bench
    finally:
        bench.engine.dispose()


class _AtOnce(Executor):
    """Does what it is given before it is asked for it, in the thread that gives it."""

    def __init__(self, _max_workers: int) -> None:
        """As many as one likes are one."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(work(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001
            done.set_exception(error)
        return done


@dataclass(frozen=True)
class Bench:
    """What one seed after the other uses: a folder, emptied before each, and an engine on the store in it, which
    keeps the statements it has made."""

    folder: Path
    upgraded: Path
    engine: Engine


@functools.cache
def open_bench() -> Bench:
    """This process's own."""
    folder = Path(tempfile.mkdtemp(prefix="posexport-simulation-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    upgraded = folder / "upgraded.db"
    open_database(f"sqlite:///{upgraded}").close()
    (folder / "seed").mkdir()
    engine = open_database(f"sqlite:///{folder / 'seed' / 'posexport.db'}").engine
    engine.dispose()
    commit_quickly(engine)
    return Bench(folder / "seed", upgraded, engine)


def _try_seed(seed: int, target: str | None = None, mood: str | None = None) -> tuple[int, Tally, str]:
    try:
        return seed, run_seed(seed, target=target, mood=mood), ""
    except BaseException:  # noqa: BLE001
        return seed, Tally(), traceback.format_exc()


def choose_target(seed: int) -> str:
    """Where a seed's vouchers go."""
    return TARGETS[seed % len(TARGETS)] if seed % 9 else "journal"


def _run_without(name: str, seeds: range) -> int:
    """Which of the seeds notice that a guard is out, and how; 1 where none does."""
    from tests.whole.simulated_guards import GUARDS

    found = next(guard for guard in GUARDS if guard.name == name)
    noticed = 0
    with pytest.MonkeyPatch.context() as patch:
        found.take_out(patch)
        for seed in seeds:
            failure = _try_seed(seed, found.target, found.mood)[2].strip().rpartition("\n")[2]
            noticed += bool(failure)
            print(f"{seed}: {failure}" if failure else ".", flush=True, end="\n" if failure else "")
    print(f"{noticed} seeds noticed")
    return 0 if noticed else 1


def main() -> int:
    """Run what the command line asks for; 1 where a seed failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="one seed, every step told")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many")
    parser.add_argument("--target", choices=TARGETS, help="where the vouchers of --seed go, whatever the seed says")
    parser.add_argument(
        "--mood", choices=sorted(MOODS | NARROW_MOODS), help="what --seed is about, whatever the seed says"
    )
    parser.add_argument("--without", help="a guard to take out, by its name in tests.simulated_guards")
    options = parser.parse_args()
    if options.without is not None:
        return _run_without(options.without, range(options.first, options.first + options.seeds))
    if options.seed is not None:
        run_seed(options.seed, target=options.target, mood=options.mood, told=print)
        return 0
    total, failed = Tally(), 0
    with ProcessPoolExecutor() as pool:
        for seed, tally, failure in pool.map(
            _try_seed, range(options.first, options.first + options.seeds), chunksize=8
        ):
            total.add(tally)
            if failure:
                failed += 1
                print(
                    f"seed {seed} failed; again with: python -m tests.whole.simulation --seed {seed}\n{failure}",
                    flush=True,
                )
    print(f"{total.seeds} seeds, {total.steps} steps, {total.drafts} vouchers at the end, {failed} seeds failed")
    for what, many in sorted(total.done.items()):
        print(f"{many:>9}  {what}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

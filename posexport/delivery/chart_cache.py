"""A cache of charts of accounts, in the process and in the store. Times are UTC seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from posexport.core.company import Company
from posexport.core.ports.ledger import Chart, Ledger
from posexport.core.voucher import Voucher
from posexport.errors import PowerOfficeUnavailable
from posexport.store.charts import doubt_chart, find_chart, load_chart, save_chart
from posexport.store.database import Database
from posexport.store.setups import find_company_number

CHART_AGE_S = 300
"""How long (s) a chart is used without question."""


CHART_KEPT_S = 7 * 86_400
"""How long (s) a chart may still show that a voucher is in order; before a voucher is called wrong, it is read anew."""


SILENCE_S = 30
"""How long (s) a PowerOffice that does not answer is not asked again for the same chart: hundreds of vouchers would
each wait for it."""


@dataclass(frozen=True, slots=True)
class _CachedChart:
    """A chart, when it was read (UTC s), and whether this process read it itself."""

    chart: Chart
    read_at: float
    is_own: bool


@dataclass(slots=True)
class Charts:
    """The charts of all clients, one per client, shared by its venues and kept in the store: an ordinary night need not
    read any of them from the ledger."""

    database: Database
    clock: Callable[[], float]
    _told: dict[tuple[str, str], _CachedChart] = field(default_factory=dict)
    _silent: dict[tuple[str, str], tuple[float, PowerOfficeUnavailable]] = field(default_factory=dict)
    _locks: dict[tuple[str, str], threading.Lock] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def find(
        self,
        company: Company,
        destination: Ledger,
        vouchers: Sequence[Voucher] = (),
        *,
        remembered: bool = False,
    ) -> Chart:
        """The chart of a company's client that covers these vouchers, at most a few minutes old; read now if need be,
        by one thread while the others wait. With `remembered`, one that an earlier run stored will do. Raises what
        `destination.read_chart` raises; after PowerOfficeUnavailable the same again for `SILENCE_S` without asking."""
        key = (company.id, company.target)
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            told = self._told.get(key) or (self._load(company) if remembered else None)
            if told is not None and self._is_good(told, vouchers, remembered):
                self._told[key] = told
                return told.chart
            silent = self._silent.get(key)
            if silent is not None and self.clock() - silent[0] < SILENCE_S:
                raise silent[1].with_traceback(None)
            try:
                chart = destination.read_chart(vouchers)
            except PowerOfficeUnavailable as error:
                self._silent[key] = (self.clock(), error)
                raise
            if told is not None:
                chart = _with_known_customers(chart, told.chart)
            self._told[key] = _CachedChart(chart, self.clock(), is_own=True)
            self._save(company, chart)
            return chart

    def are_kept(self, company: Company) -> bool:
        """Whether the store has a valid chart of a company's client, without loading it."""
        with self.database.reading() as connection:
            read_at = find_chart(connection, find_company_number(connection, company.id), company.target)
        return read_at is not None and self.clock() - read_at < CHART_KEPT_S

    def doubt(self, company: Company) -> None:
        """Invalidate a company's chart after a refusal, so that it is read again before the next voucher."""
        with self._guard:
            self._told.pop((company.id, company.target), None)
        with self.database.writing() as connection:
            doubt_chart(connection, find_company_number(connection, company.id))

    def _is_good(self, told: _CachedChart, vouchers: Sequence[Voucher], remembered: bool) -> bool:
        if not all(_knows(told.chart, voucher) for voucher in vouchers):
            return False
        age_s = self.clock() - told.read_at
        return (told.is_own and age_s < CHART_AGE_S) or (
            remembered and age_s < CHART_KEPT_S and not any(_may_be_locked(voucher, told) for voucher in vouchers)
        )

    def _load(self, company: Company) -> _CachedChart | None:
        with self.database.reading() as connection:
            found = load_chart(connection, find_company_number(connection, company.id), company.target)
        return None if found is None else _CachedChart(found[1], found[0], is_own=False)

    def _save(self, company: Company, chart: Chart) -> None:
        with self.database.writing(durable=False) as connection:
            number = find_company_number(connection, company.id)
            save_chart(connection, number, company.target, chart, int(self.clock()))


def _with_known_customers(chart: Chart, before: Chart) -> Chart:
    """A chart just read, with the customers and projects that were asked for before."""
    if before.projects:
        chart = replace(chart, projects={**before.projects, **(chart.projects or {})})
    if not before.customers or chart.customers is None:
        return chart
    ids = {**(before.customer_ids or {}), **(chart.customer_ids or {})}
    return replace(chart, customers={**before.customers, **chart.customers}, customer_ids=ids)


def _may_be_locked(voucher: Voucher, told: _CachedChart) -> bool:
    """Whether a voucher is dated so early that its period may have been locked since the chart was read."""
    return voucher.posting_date < datetime.fromtimestamp(told.read_at, UTC).date() - timedelta(days=1)


def _knows(chart: Chart, voucher: Voucher) -> bool:
    """Whether the chart has been read for every customer that a voucher names, and for the project that it needs."""
    if any(project not in (chart.projects or {}) for project in chart.list_projects([voucher])):
        return False
    if chart.customers is None:
        return True
    return all(line.customer is None or line.customer in chart.customers for line in voucher.lines)

"""Metrics for monitoring, in Prometheus' format; read from the store on each request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from posexport.app.orders import list_unfinished_orders
from posexport.app.workspace import Workspace
from posexport.core.day import Period
from posexport.core.order_review import OrderReport
from posexport.core.orders.state import WAITS_FOR_PERSON
from posexport.schedule.due import NextFire, list_next


class VenueFigures(Collector):
    """Metrics per venue: last drafted day, waiting days and their age, last run, next run; and orders by state, where
    there are some, without anything of the customers."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The metrics now (prometheus_client's interface)."""
        fires = list(list_next(self._workspace, self._workspace.load_setup().venues))
        now_utc_s = self._workspace.now_utc_s

        def age_s(fire: NextFire) -> float | None:
            oldest = fire.health.oldest_waiting
            return None if oldest is None else now_utc_s - fire.venue.calendar.end(oldest)

        yield _gauge("waiting_days", "Closed business days that are not done with", fires, lambda f: f.health.waiting)
        yield _gauge("oldest_waiting_age_seconds", "Since the oldest of them closed", fires, lambda f: age_s(f) or 0)
        yield _gauge(
            "last_drafted_day_timestamp_seconds",
            "When the last business day that is drafted closed",
            fires,
            lambda f: f.venue.calendar.end(f.health.last_drafted) if f.health.last_drafted else None,
        )
        yield _gauge(
            "last_turn_timestamp_seconds",
            "When the last turn ended",
            fires,
            lambda f: f.last.finished_at_utc_s if f.last else None,
        )
        yield _gauge(
            "last_turn_exit_code",
            "Who must act after the last turn: 0 nobody, 3 the bookkeeper, 4 the integrator, 5 nobody yet",
            fires,
            lambda f: f.last.exit_code if f.last else None,
        )
        yield _gauge(
            "next_turn_timestamp_seconds",
            "When the next turn is due",
            fires,
            lambda f: f.at.timestamp() if f.at else None,
        )
        yield from _count_orders(list_unfinished_orders(self._workspace, [fire.venue for fire in fires], Period()))


def _count_orders(orders: Sequence[OrderReport]) -> Iterator[GaugeMetricFamily]:
    """How many orders are not at an end, by venue and state, and what waits for a person (kroner)."""
    orders = [shown for shown in orders if not shown.is_settled]
    counted = Counter((shown.venue.id, shown.state_of_order.value) for shown in orders)
    waiting_ore: dict[str, int] = {shown.venue.id: 0 for shown in orders}
    for shown in orders:
        if shown.state_of_order in WAITS_FOR_PERSON:
            waiting_ore[shown.venue.id] += shown.order.credit_ore
    if not counted:
        return
    by_state = GaugeMetricFamily("posexport_orders", "Orders that are not at an end", labels=["venue", "state"])
    for labels, many in sorted(counted.items()):
        by_state.add_metric(labels, many)
    yield by_state
    waiting = GaugeMetricFamily("posexport_orders_waiting_kroner", "Sold on credit, and waits", labels=["venue"])
    for venue, ore in sorted(waiting_ore.items()):
        waiting.add_metric([venue], ore / 100)
    yield waiting


def _gauge(
    name: str, told: str, fires: list[NextFire], figure: Callable[[NextFire], float | None]
) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"posexport_{name}", told, labels=["venue"])
    for fire in fires:
        value = figure(fire)
        if value is not None:
            gauge.add_metric([fire.venue.id], float(value))
    return gauge


def serve(workspace: Workspace, host: str, port: int) -> Callable[[], None]:
    """Serve http://host:port/metrics in the background; returns the function that stops it.

    Raises OSError where the port is taken.
    """
    registry = CollectorRegistry()
    registry.register(VenueFigures(workspace))
    server, thread = start_http_server(port, addr=host, registry=registry)

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop

"""What every step of a delivery is handed: the store, the clock, the ledgers and what is known of their charts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from posexport.core.company import Company, Venue
from posexport.core.delivery import Delivery
from posexport.core.ports.ledger import Ledger
from posexport.core.review import Review
from posexport.delivery.chart_cache import Charts
from posexport.delivery.lookup import Lookout
from posexport.store.database import Database


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """The world around a delivery. `open_ledger` may raise OperatorError; `render_page` makes the PDF of what
    `format_page` gives."""

    database: Database
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    open_ledger: Callable[[Company, Venue], Ledger]
    render_page: Callable[[Mapping[str, Any]], bytes]
    charts: Charts

    @property
    def now_utc_s(self) -> int:
        """The time, in whole UTC seconds."""
        return int(self.clock())

    @property
    def lookout(self) -> Lookout:
        """What looks for vouchers in the ledger."""
        return Lookout(self.database, self.clock, self.sleep, self.open_ledger)

    def open_where_it_went(self, review: Review, delivery: Delivery) -> Ledger:
        """The ledger that a delivery was sent to, whatever the setup says now."""
        return self.lookout.open_where_it_went(review, delivery.target)

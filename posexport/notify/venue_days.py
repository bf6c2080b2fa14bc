"""One venue's days, as alerts and summaries are worked out from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posexport.core.alerts import (
    Alert,
    DayStatus,
)
from posexport.core.company import Venue


@dataclass(frozen=True, slots=True)
class VenueDays:
    """One venue: its database number, its open alerts, and the days an e-mail may mention."""

    venue: Venue
    number: int
    notices: tuple[Alert, ...]
    days: tuple[DayStatus, ...]
    days_with_data: frozenset[date]

"""What was looked at of one venue."""

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
    """One venue as it stands: its number, its open notices, and every day that may be worth a word."""

    venue: Venue
    number: int
    notices: tuple[Alert, ...]
    days: tuple[DayStatus, ...]
    days_with_data: frozenset[date]

"""The list of figures, in the order of the table."""

from __future__ import annotations

from types import ModuleType

from tests.bench import (
    figure_alternatives,
    figure_jsonl_import,
    figure_memory,
    figure_night,
    figure_office,
    figure_orders,
    figure_postgresql_import,
    figure_saft_import,
    figure_settle,
    figure_startup,
    figure_status,
    figure_traffic,
)

FIGURES: tuple[ModuleType, ...] = (
    figure_saft_import,
    figure_jsonl_import,
    figure_postgresql_import,
    figure_memory,
    figure_settle,
    figure_night,
    figure_traffic,
    figure_orders,
    figure_startup,
    figure_status,
    figure_office,
    figure_alternatives,
)
"""Each has a NAME and `measure(ground)`, the rows that come of it."""

"""How much is tried: what a change needs within minutes, or everything (`POSEXPORT_TESTS=all`, as `.ci/run` asks).

Left out otherwise: the tests marked `long`, PostgreSQL where no server is named, and most seeds of the simulation.
"""

from __future__ import annotations

import os

IS_EVERYTHING = os.environ.get("POSEXPORT_TESTS") == "all"

WHY_LEFT_OUT = "POSEXPORT_TESTS=all runs it"

"""Where things lie: the project, its golden files and stores of earlier versions, and what may be shared beside it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The top of the project."""

TESTS = ROOT / "tests"

SHARED = ROOT.parent / "shared"
"""Reference material beside the project; there may be none."""

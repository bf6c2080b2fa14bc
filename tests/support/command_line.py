"""The command line in this process, on a shop's database, at its time and over its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from posexport import wiring
from posexport.http import throttle
from tests.support.harness import NoThrottle, Shop, run_program


@dataclass
class Told:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)

    @property
    def findings(self) -> list[dict[str, str]]:
        """Every finding in the document, those of a day first."""
        days = self.json.get("vouchers", self.json.get("days", []))
        return [*(finding for day in days for finding in day["findings"]), *self.json.get("findings", [])]

    @property
    def codes(self) -> list[str]:
        """The codes of the findings."""
        return [finding["code"] for finding in self.findings]


Run = Callable[..., Told]


def reach_shop(shop: Shop, monkeypatch: pytest.MonkeyPatch, *, has_line: bool = True) -> None:
    """Have commands work on the shop's database, at its time, and reach its world: over its line, or over a real one to
    the address that the setup names. Its world takes any number of requests a second, and they need not wait."""
    real = wiring.open_workspace
    line: dict[str, Any] = {"transport": shop.line} if has_line else {}

    def open_workspace(url: str, **options: Any) -> Any:
        return real(url, clock=shop.clock, sleep=shop.clock.sleep, **line, **options)

    monkeypatch.setattr(wiring, "open_workspace", open_workspace)
    monkeypatch.setattr(wiring.Connections, "_build_throttle", lambda _: NoThrottle())
    monkeypatch.setattr(throttle, "REQUESTS_PER_SECOND", {})
    monkeypatch.setenv("POSEXPORT_DB", shop.url)
    monkeypatch.chdir(shop.folder)


def make_run(monkeypatch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def run(*arguments: str) -> Told:
        captured.readouterr()
        code = run_program(monkeypatch, *arguments)
        told = captured.readouterr()
        return Told(code, told.out, told.err)

    return run


def reach_run(shop: Shop, monkeypatch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, on the shop's database and with its keys."""
    for name, value in shop.environ.items():
        monkeypatch.setenv(name, value)
    reach_shop(shop, monkeypatch)
    return make_run(monkeypatch, captured)

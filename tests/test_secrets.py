"""No key and no token is ever written down: not on stdout or stderr, not in a log, a page, a database or a file."""

from __future__ import annotations

import base64
import logging
from pathlib import Path
from typing import Any

import pytest

from posexport import wiring
from posexport.sandbox import Fault
from tests.harness import BRYGGA, FULL_DAY, SECRETS, VENUES, Shop, run_program, sale

TARGETS = ("import", "journal", "file")
DRAFTING = ("/Import/", "/v2/JournalEntryVouchers/ManualJournals")


class Watch:
    """Remembers every secret, the tokens too, and looks for them in whatever was left."""

    def __init__(self, shop: Shop) -> None:
        self.secrets = set(SECRETS.values()) | {"wrong-5ecret-key"}
        given = shop.world.handle

        def handle(*arguments: Any) -> Any:
            answer = given(*arguments)
            if arguments[1].endswith("/Token") and answer.status == 200:
                self.secrets.add(answer.body.decode().split('"access_token":"')[1].split('"')[0])
            for name, value in arguments[3].items():
                if name.lower() == "authorization":
                    self.secrets.add(value.partition(" ")[2])
            return answer

        shop.world.handle = handle  # type: ignore[method-assign]

    def check(self, what: str, content: bytes) -> None:
        for secret in self.secrets:
            for form in (secret.encode(), base64.b64encode(secret.encode())):
                assert form not in content, f"a secret stands in {what}"


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("trouble", ["none", "wrong keys", "403", "refused", "answer lost", "down", "held", "bug"])
def test_no_secret_is_left_anywhere(
    shop: Shop,
    target: str,
    trouble: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    secrets_in_environment: None,
) -> None:
    real = wiring.open_workplace

    def open_workplace(url: str) -> Any:
        return real(url, clock=shop.clock, sleep=shop.clock.sleep, transport=shop.line)

    monkeypatch.setattr(wiring, "open_workplace", open_workplace)
    monkeypatch.setenv("POSEXPORT_DB", shop.url)
    monkeypatch.chdir(shop.folder)
    watch = Watch(shop)
    caplog.set_level(logging.DEBUG)
    shop.apply(target=target, venues=VENUES + BRYGGA)
    shop.sell(*FULL_DAY, sale(1, register="3", paid="GIFT" if trouble == "held" else "CARD"))
    run_program(monkeypatch, "setup", "show")
    run_program(monkeypatch, "setup", "show", "--json")
    if trouble == "wrong keys":
        monkeypatch.setenv("PO_CLIENT_TORGET", "wrong-5ecret-key")
    elif trouble == "403":
        shop.world.faults = lambda request: Fault("status_before", 403) if "Token" not in request.path else None
    elif trouble == "refused":
        shop.world.faults = lambda request: Fault("status_before", 400) if "Token" not in request.path else None
    elif trouble == "answer lost":
        shop.world.faults = lambda request: Fault("lose_answer") if request.path in DRAFTING else None
    elif trouble == "down":
        shop.world.faults = lambda request: Fault("status_before", 502)
    elif trouble == "bug":
        shop.line.before = lambda request: 1 / 0  # type: ignore[assignment,return-value]
    codes = []
    for arguments in (
        ["-v", "doctor"],
        ["-v", "export", "--json"],
        ["-v", "export"],
        ["-v", "preview", "--from", "2026-11-20", "--to", "2026-11-20", "--html", "page.html"],
        ["-v", "status", "--json"],
        ["-v", "status"],
    ):
        try:
            codes.append(run_program(monkeypatch, *arguments))
        except ZeroDivisionError as error:
            codes.append(1)
            watch.check("the bug's words", str(error).encode())
    if target != "file":
        assert max(codes[:3]) == {"none": 0, "bug": 1, "held": 3, "answer lost": 5, "down": 5}.get(trouble, 4)
        assert len(watch.secrets) > len(SECRETS) + 1 or trouble == "bug", "no token was seen"
    told = capfd.readouterr()
    watch.check("stdout", told.out.encode())
    watch.check("stderr", told.err.encode())
    watch.check("the log", caplog.text.encode())
    left = [path for path in Path(shop.folder).rglob("*") if path.is_file()]
    assert any(path.name == "posexport.db" for path in left)
    assert any(path.name == "page.html" for path in left)
    for path in left:
        watch.check(path.name, path.read_bytes())

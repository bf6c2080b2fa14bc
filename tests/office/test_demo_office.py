"""`posexport demo --office`: from the demo to its held day in a browser."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx


def test_the_demo_leads_to_its_held_day_in_the_office(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "posexport", "demo", "--office"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as demo:
        assert demo.stdout is not None
        try:
            link = next(
                found[0] for line in demo.stdout if (found := re.search(r"http://\S+/login\?token=(\S+)", line))
            )
            origin, token = link.split("/login?token=")
            with httpx.Client(base_url=origin, follow_redirects=True, headers={"accept-language": "nb"}) as browser:
                page = browser.post("/login", data={"token": token})
                assert "Brygga Bar, lør. 14. nov." in page.text
                assert "MANGLER KONTO" in browser.get("/v/brygga/2026-11-14").text
        finally:
            demo.send_signal(signal.SIGINT)
        assert demo.wait(20) == 0

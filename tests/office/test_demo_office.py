"""`posexport demo --office`: from the demo to its held day in a browser, and back to it as it was left."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import lxml.html
import pytest
from lxml.html import FormElement, HtmlElement

HELD = "/v/brygga/2026-11-14"


@contextmanager
def started(folder: Path, *options: str) -> Iterator[tuple[httpx.Client, str]]:
    """A browser that has signed in to the demo's office, and what the demo printed until then."""
    command = [sys.executable, "-m", "posexport", "demo", "--office", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as demo:
        assert demo.stdout is not None
        told, link = "", None
        try:
            for line in demo.stdout:
                told += line
                link = re.search(r"(http://\S+)/login\?token=(\S+)", line)
                if link is not None:
                    break
            assert link is not None, told
            headers = {"accept-language": "nb", "sec-fetch-site": "same-origin"}
            with httpx.Client(base_url=link[1], follow_redirects=True, headers=headers) as browser:
                assert "Brygga Bar, lør. 14. nov." in browser.post("/login", data={"token": link[2]}).text
                yield browser, told
        finally:
            demo.send_signal(signal.SIGINT)
        assert demo.wait(20) == 0


def send(browser: httpx.Client, page: str, action: str, **fields: str) -> httpx.Response:
    """Fill the form of a page that leads there, and send it."""
    tree: HtmlElement = lxml.html.fromstring(browser.get(page).text)
    forms: list[FormElement] = list(tree.forms)
    form = next(form for form in forms if (form.get("action"), form.get("method")) == (action, "post"))
    told = {name: value or "" for name, value in form.form_values()}
    return browser.post(action, data=told | fields)


@pytest.mark.long
def test_the_demo_leads_to_its_held_day_and_goes_on_where_it_was_left_until_it_is_begun_anew(tmp_path: Path) -> None:
    with started(tmp_path) as (browser, told):
        day = browser.get(HELD).text
        assert "MANGLER KONTO" in day and "as you left them" not in told
        choose = re.search(rf'href="({HELD}/account[^"]*)"', day)
        assert choose is not None
        saved = send(browser, choose[1].replace("&amp;", "&"), f"{HELD}/account", account="3024")
        assert "Konto 3024 er lagret." in saved.text
    with started(tmp_path) as (browser, told):
        assert "as you left them" in told and "posexport demo --office --fresh" in told
        assert "MANGLER KONTO" not in browser.get(HELD).text
        links = send(browser, "/c/fjordmat/accounts", "/c/fjordmat/accounts/chart")  # the new sandbox answers
        assert links.status_code == 200 and "/runs/" in str(links.url)
    with started(tmp_path, "--fresh") as (browser, told):
        assert "as you left them" not in told
        assert "MANGLER KONTO" in browser.get(HELD).text

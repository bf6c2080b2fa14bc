"""A server that is never done and never silent for long, and a name that is never found: each ends in time."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from posexport.core.company import Mail
from posexport.errors import AnswerLost, MailTrouble, NotSent
from posexport.http import network
from posexport.http.client import Limits, RetryPolicy, Runtime
from posexport.http.throttle import Departures
from posexport.http.transport import Transport
from posexport.ledgers.poweroffice import session as poweroffice_session
from posexport.ledgers.poweroffice.session import Keys, Session
from posexport.notify.smtp import SmtpMailer
from posexport.wiring import Connections
from tests.cli.test_stopping import TEN_SECONDS, mailer_at, send, stop, talking
from tests.support.harness import SECRETS, VENUES, NoThrottle, Shop, sale

KEYS = Keys("appkey-5ecret-A1", "clientkey-5ecret-T1", "subkey-5ecret-S1")
TOKEN = json.dumps({"access_token": "t" * 40, "expires_in": 1200}).encode()


def read_request(one: socket.socket) -> bytes:
    """A request, the beginning of its body too; nothing where there is none any more."""
    told = b""
    while b"\r\n\r\n" not in told:
        part = one.recv(65_536)
        if not part:
            return b""
        told += part
    return told


def answer_token(one: socket.socket) -> None:
    one.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
    one.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(TOKEN), TOKEN))
    one.close()


def drip(one: socket.socket, quickly: bytes, piece: bytes) -> None:
    """Something at once, and then a little at a time without end."""
    one.sendall(quickly)
    while True:
        one.sendall(piece)
        time.sleep(0.05)


OK = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "the status line": (b"HTTP/1.1 200 ", b"O"),
    "a header": (OK + b"X-Long: ", b"a"),
    "header after header": (OK, b"X-One: a\r\n"),
    "a hundred that is not the end": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body": (OK + b"Content-Type: application/json\r\nContent-Length: 999999\r\n\r\n", b" "),
}


@contextmanager
def dripping(what: str, *, token_too: bool) -> Iterator[str]:
    """A server that drips, where it runs."""

    def talk(one: socket.socket) -> None:
        if read_request(one).startswith(b"POST /OAuth/Token") and not token_too:
            answer_token(one)
        else:
            drip(one, *DRIPS[what])

    with talking(talk) as port:
        yield f"http://127.0.0.1:{port}"


OpenSession = Callable[..., Session]


@pytest.fixture
def open_session() -> Iterator[OpenSession]:
    """Opens sessions over real sockets, which sleep for nothing."""
    with httpx.Client(transport=Transport({}, httpx.Limits()), timeout=25, trust_env=False) as http:
        runtime = Runtime(http, NoThrottle(), time.time, lambda _: None)

        def open_one(base_url: str, api: Any = "v2", **options: Any) -> Session:
            return Session(replace(runtime, **options), api, base_url, KEYS, "torget")

        yield open_one


@pytest.mark.sampled(5)
@pytest.mark.parametrize("what", DRIPS)
@pytest.mark.parametrize("token_too", [False, True])
def test_an_answer_that_drips_ends_in_time(
    open_session: OpenSession, what: str, token_too: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poweroffice_session, "LIMITS", Limits(exchange_s=0.4))
    monkeypatch.setattr(poweroffice_session, "RETRIES", RetryPolicy(attempts=1))
    with dripping(what, token_too=token_too) as base_url:
        began = time.monotonic()
        with pytest.raises(NotSent, match=r"the answer was not there in 0\.4 s"):
            open_session(base_url).read("/Departments")
        lost = NotSent if token_too else AnswerLost
        with pytest.raises(lost, match=r"the answer was not there in 0\.4 s"):
            open_session(base_url, "v1").write("/Import/", {}, time.time() + 60, is_guarded=False)
        assert time.monotonic() - began < 5


def test_the_next_request_has_its_own_time(open_session: OpenSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poweroffice_session, "LIMITS", Limits(exchange_s=1.0))

    def talk(one: socket.socket) -> None:
        while (told := read_request(one)) and not told.startswith(b"POST /OAuth"):
            time.sleep(0.7)
            one.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        answer_token(one)

    with talking(talk) as port:
        session = open_session(f"http://127.0.0.1:{port}")
        assert [session.read("/Departments").value for _ in range(3)] == [None] * 3


def test_a_request_is_held_back_when_it_leaves_and_not_before(open_session: OpenSession) -> None:
    """The first of a run waits longest between its place in the line and its way: it opens a connection."""
    steps: list[str] = []

    class Watched(Departures):
        def wait(self, api: Any, key_digest: str) -> None:
            wait_for(lambda: "connected" in steps)
            steps.append(f"leaves {api}")

    def talk(one: socket.socket) -> None:
        steps.append("connected")
        while told := read_request(one):
            steps.append("arrived")
            if told.startswith(b"POST /OAuth"):
                body = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(TOKEN), TOKEN)
                one.sendall(OK + body)
            else:
                one.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with talking(talk) as port:
        session = open_session(f"http://127.0.0.1:{port}", departures=Watched())
        for _ in range(2):
            session.read("/Departments")
    assert steps == ["connected", *["leaves v2", "arrived"] * 3]


def test_the_programs_own_traffic_is_held_back(shop: Shop) -> None:
    assert Connections(shop.environ)._find_runtime().departures is not None


# Names


@pytest.fixture
def never_found(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names that end in .lost are never found; the list has those that were asked for."""
    asked: list[str] = []
    may_end, usual = threading.Event(), socket.getaddrinfo

    def look(host: Any, *more: Any, **options: Any) -> Any:
        if not str(host).endswith(".lost"):
            return usual(host, *more, **options)
        asked.append(str(host))
        may_end.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", look)
    yield asked
    may_end.set()


def mailer_of(host: str, **options: Any) -> SmtpMailer:
    return SmtpMailer(Mail(f"{host}:25", "posexport@example.com", None, None, "none"), **options)


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)


def test_a_mail_server_whose_name_is_never_found_is_given_up_in_time(never_found: list[str]) -> None:
    began = time.monotonic()
    with pytest.raises(MailTrouble, match="it was not done within 1 seconds"):
        send(mailer_of("mail.lost", total_s=1.0))
    with pytest.raises(MailTrouble, match="its name was not found within 1 seconds"):
        send(mailer_of("mail.lost", timeout_s=1.0))
    assert time.monotonic() - began < 8
    assert never_found == ["mail.lost"], "a second look-up of the same name waits for the first"


def test_looking_for_a_mail_server_ends_when_the_program_is_to_stop(never_found: list[str]) -> None:
    began = time.monotonic()
    with pytest.raises(MailTrouble, match="told to stop"):
        send(mailer_of("stopped.lost", stopping=lambda: time.monotonic() - began > 0.3))
    assert time.monotonic() - began < 5
    assert never_found


def test_another_name_is_found_while_one_is_not(never_found: list[str]) -> None:
    def send_to_nobody() -> None:
        with suppress(MailTrouble):
            send(mailer_of("meanwhile.lost", total_s=2.0))

    thread = threading.Thread(target=send_to_nobody)
    thread.start()
    wait_for(lambda: bool(never_found))
    with talking(lambda one: one.close()) as port:
        with pytest.raises(MailTrouble) as caught:
            send(mailer_at(port))
        assert "name" not in str(caught.value)
    thread.join()


def test_a_name_that_does_not_exist_is_told_as_that() -> None:
    with pytest.raises(MailTrouble) as caught:
        send(mailer_of("no.such.name.invalid", timeout_s=5))
    assert "within" not in str(caught.value)


def test_poweroffices_name_is_looked_for_within_the_time_of_a_request(
    open_session: OpenSession, never_found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poweroffice_session, "LIMITS", Limits(exchange_s=0.4))
    monkeypatch.setattr(poweroffice_session, "RETRIES", RetryPolicy(attempts=1))
    began = time.monotonic()
    with pytest.raises(NotSent):
        open_session("http://go.lost").read("/Departments")
    assert time.monotonic() - began < 5
    assert never_found == ["go.lost"]


@pytest.mark.parametrize("answer", [OSError("x"), UnicodeError("x"), socket.gaierror(-2, "x")])
def test_what_goes_wrong_with_a_name_is_raised_to_everybody_who_waits(
    answer: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise answer

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    for _ in range(2):
        with pytest.raises(type(answer)):
            network.look_up("x.example", 25, lambda: False)
    assert ("x.example", 25) not in network._look_ups


_HANG = """
import socket, time
_usual = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **options: (
    time.sleep(600) if str(host).endswith(".lost") else _usual(host, *more, **options)
)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.long
def test_a_scheduler_whose_mail_servers_name_is_never_found_works_on_and_stops_in_time(
    shop: Shop, tmp_path: Path
) -> None:
    inbox, extra = tmp_path / "inbox", tmp_path / "extra"
    extra.mkdir()
    (extra / "sitecustomize.py").write_text(_HANG)
    mail = '  [company.mail]\n  server = "mail.lost:25"\n  sender = "p@example.com"\n  security = "none"\n'
    venue = f'notify = ["kari@example.com"]\n  inbox = "{inbox}"'
    shop.clock.now_s = time.time()
    shop.apply(venues=VENUES.replace("{torget}", venue) + mail)
    shop.sell(sale(1, product="999", at="2025-06-01T12:00:00"))
    inbox.mkdir()
    shop.write(sale(2), name="inbox/day.jsonl")
    process = subprocess.Popen(
        [sys.executable, "-m", "posexport", "--db", shop.url, "-v", "schedule", "run"],
        env={**os.environ, **SECRETS, "PYTHONPATH": str(extra)},
        cwd=shop.folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 60
        while not list(inbox.glob("done/*")) and time.monotonic() < until:
            time.sleep(0.2)
        assert list(inbox.glob("done/*")), "it was read while the name was being looked for"
        took_s, told = stop(process)
    finally:
        process.kill()
        process.communicate()
    assert took_s < TEN_SECONDS, told
    assert process.returncode == 0, told

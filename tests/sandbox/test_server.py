"""The sandbox as a server."""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from click.testing import CliRunner

import posexport.sandbox
from posexport.cli.main import cli
from posexport.ledgers.registry import LEDGERS
from posexport.sandbox import (
    Fault,
    SandboxServer,
    default_world,
)
from posexport.sandbox.__main__ import main
from posexport.sandbox.told import HINTS
from posexport.texts.language import LANGS, Lang
from posexport.texts.messages import tell
from tests.support.sandbox_client import (
    PDF,
    SUBSCRIPTION,
    Caller,
    Numbers,
    import_body,
)


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    world = default_world(v1_requests_per_s=10_000, v2_requests_per_s=10_000, replica_lag_s=0)
    with SandboxServer(world) as running:
        yield running


@pytest.fixture
def http(server: SandboxServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url, timeout=10) as client:
        answer = client.post("/OAuth/Token", auth=("app", "client"), data={"grant_type": "client_credentials"})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def test_the_server_listens_on_this_machine_only(server: SandboxServer) -> None:
    assert server.base_url == f"http://127.0.0.1:{server.port}"
    assert server.port > 0


def test_an_import_travels_over_http_on_one_connection(server: SandboxServer, http: httpx.Client) -> None:
    answer = http.post("/Import/", json=import_body(externalImportReference="Ola's+1"))
    assert answer.json()["success"] is True
    found = http.get("/Import/", params={"$filter": "(ExternalImportReference eq 'Ola''s+1')"})
    assert found.json()["count"] == 1
    encoded = quote("(ExternalImportReference eq 'Ola''s+1')")
    assert http.get(f"/Import/?$filter={encoded}").json()["count"] == 1
    assert answer.http_version == "HTTP/1.1"
    assert "connection" not in answer.headers
    assert len(server.world.drafts()) == 1


def test_v2_and_its_multipart_pages_travel_over_http(server: SandboxServer) -> None:
    headers = {"Ocp-Apim-Subscription-Key": SUBSCRIPTION}
    with httpx.Client(base_url=server.base_url, headers=headers, timeout=10) as client:
        token = client.post("/OAuth/Token", auth=("app", "client"), data={"grant_type": "client_credentials"}).json()[
            "access_token"
        ]
        client.headers["Authorization"] = f"Bearer {token}"
        caller = Caller(server.world, "v2")
        body = Numbers(caller).journal()
        created = client.post("/v2/JournalEntryVouchers/ManualJournals", json=body)
        assert created.status_code == 201
        voucher_id = created.json()["Id"]
        page = client.post(
            f"/v2/JournalEntryVouchers/{voucher_id}/VoucherPages",
            files={"file": ("bilag æøå.pdf", PDF, "application/pdf")},
        )
        assert page.status_code == 201
        empty = client.get("/v2/Projects")
        assert (empty.status_code, empty.content) == (204, b"")
        assert client.get(f"/v2/JournalEntryVouchers/ManualJournals/{voucher_id}").json()["Pages"]
        assert client.delete(f"/v2/JournalEntryVouchers/{voucher_id}").status_code == 200


@pytest.mark.parametrize(("kind", "kept"), [("lose_request", 0), ("lose_answer", 1)])
def test_a_lost_request_or_answer_closes_the_connection_without_a_word(
    server: SandboxServer, http: httpx.Client, kind: Any, kept: int
) -> None:
    server.world.faults = lambda request: Fault(kind) if request.method == "POST" else None
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/Import/", json=import_body())
    assert len(server.world.drafts()) == kept
    assert http.get("/Client/").status_code == 200


def test_a_delay_is_slept_by_the_server(server: SandboxServer, http: httpx.Client) -> None:
    server.world.faults = lambda request: Fault(delay_s=2)
    with pytest.raises(httpx.ReadTimeout):
        http.get("/Client/", timeout=0.2)


def test_a_sender_that_waits_for_a_go_ahead_gets_it(server: SandboxServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        head = b"POST /Import/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        connection.sendall(head)
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert connection.recv(100).startswith(b"HTTP/1.1 401 ")


def test_many_threads_draft_at_once_and_none_is_lost_or_doubled(server: SandboxServer, http: httpx.Client) -> None:
    authorization = http.headers["Authorization"]
    failures: list[object] = []

    def draft(number: int) -> None:
        with httpx.Client(base_url=server.base_url, headers={"Authorization": authorization}, timeout=20) as own:
            for _ in range(2):
                answer = own.post("/Import/", json=import_body(externalImportReference=f"r{number}")).json()
                if not answer["success"] and "Unique" not in answer["validation"]["exception"]:
                    failures.append(answer)

    threads = [threading.Thread(target=draft, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {found.reference for found in server.world.drafts()} == {f"r{number}" for number in range(20)}
    assert len(server.world.drafts()) == 20


def test_a_busy_port_is_an_os_error() -> None:
    with SandboxServer(default_world()) as server, pytest.raises(OSError, match="in use"):
        SandboxServer(default_world(), port=server.port)


def test_a_stopped_server_frees_its_port_and_hangs_up() -> None:
    server = SandboxServer(default_world()).start()
    port = server.port
    with socket.create_connection(("127.0.0.1", port)) as open_connection:
        open_connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert open_connection.recv(10)
        server.stop()
    with SandboxServer(default_world(), port=port) as again:
        assert httpx.get(again.base_url).status_code == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Content-Length: x", b"400"),
        (b"Content-Length: 99999999999", b"413"),
        (b"Transfer-Encoding: chunked", b"411"),
    ],
)
def test_a_request_of_bad_form_is_refused_and_hung_up_on(server: SandboxServer, head: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"POST /Import/ HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n")
        found = b""
        while piece := connection.recv(4096):
            found += piece
    assert found.startswith(b"HTTP/1.1 " + status)


def test_the_module_runs_by_itself_and_gives_hints() -> None:
    command = [sys.executable, "-u", "-m", "posexport.sandbox", "--port", "0"]
    root = Path(posexport.sandbox.__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=root) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            base_url = re.search(r"http://127\.0\.0\.1:\d+", first)
            assert base_url is not None, first
            assert httpx.get(base_url[0]).status_code == 200
        finally:
            process.terminate()


@pytest.mark.parametrize("lang", LANGS)
def test_the_hints_have_lines_to_copy_and_say_that_orders_need_a_subscription_key(lang: Lang) -> None:
    told = tell(HINTS, lang, base_url="http://127.0.0.1:8899")
    lines = [line.strip() for line in told.splitlines() if line.strip().startswith("export ")]
    typed = [shlex.split(line, comments=True)[1].partition("=")[0] for line in lines]
    assert typed == ["PO_APP_KEY", "PO_CLIENT_KEY_TORGET", "PO_SUBSCRIPTION_KEY"]
    needing = [name for name, kind in LEDGERS.items() if "subscription_key" in {need.key for need in kind.needs}]
    for_orders = [name for name, kind in LEDGERS.items() if kind.orders_need]
    assert (needing, for_orders) == (["journal", "ledger"], ["import"])
    either, also = {"en": ("or", "also with"), "nb": ("eller", "også med")}[lang]
    assert f'target = "journal" {either} "ledger"' in told
    assert f'{also} target = "import"' in told


def test_what_is_received_is_told_in_the_language_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft is received in a thread of its own, which knows of no command."""
    given: dict[str, Callable[[object], None]] = {}
    draft = SimpleNamespace(
        kind="import", voucher_date=date(2020, 1, 31), description="Torget", lines=[0], debit_ore=51420
    )

    class Server:
        base_url = "http://127.0.0.1:8899"

        def __init__(self, *_: object, **__: object) -> None:
            pass

        def serve_forever(self) -> None:
            thread = threading.Thread(target=given["on_draft"], args=(draft,))
            thread.start()
            thread.join()

        def stop(self) -> None:
            pass

    monkeypatch.setattr("posexport.sandbox.__main__.default_world", given.update)
    monkeypatch.setattr("posexport.sandbox.__main__.SandboxServer", Server)
    told = CliRunner().invoke(cli, ["--lang", "nb", "sandbox"])
    assert told.output.splitlines()[0].startswith("Sandkasse for PowerOffice Go")
    assert told.output.splitlines()[-1] == "mottatt import 31.01.2020 Torget (1 linje, 514.20)"


def test_the_module_says_which_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with SandboxServer(default_world()) as server:
        assert main(["--port", str(server.port)]) == 2
    captured = capsys.readouterr()
    assert str(server.port) in captured.err
    assert captured.out == ""

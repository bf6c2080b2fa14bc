"""What surrounds a machine's connections: proxies, certificates and the variables that name them. What is wrong with
one is told by its name, to the operator; this machine itself is never reached through a proxy."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from posexport import wiring
from posexport.app.doctor import examine
from posexport.core.company import Mail
from posexport.errors import Exit, MailRefused, NotConnected
from posexport.http import throttle
from posexport.http.network import NetworkTrouble, find_proxy, is_this_machine, make_tls_context
from posexport.notify import smtp as mail_out
from posexport.sandbox import Answer, SandboxServer
from posexport.schedule.run import look
from posexport.schedule.turn import SchedulerState
from tests.support.harness import FULL_DAY, Clock, Shop, run_program
from tests.support.looks import read_rows

HOST = "go.example.test"
PASSWORD = "pr0xy-5ecret"
NAMES = [f"{start}_PROXY" for start in ("HTTP", "HTTPS", "ALL", "NO")] + ["SSL_CERT_FILE", "SSL_CERT_DIR"]


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


# Which proxy


def through(environ: Mapping[str, str], host: str = HOST, scheme: str = "https", port: int | None = None) -> str | None:
    found = find_proxy(environ, scheme, host, port)
    return None if found is None else f"{found.variable} {found.address}"


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p.test:1"}, "HTTPS_PROXY http://p.test:1"),
        ({"https_proxy": "p.test:1", "HTTPS_PROXY": "http://q.test"}, "https_proxy http://p.test:1"),
        ({"ALL_PROXY": "https://p.test"}, "ALL_PROXY https://p.test"),
        ({"ALL_PROXY": "socks5://p.test", "HTTPS_PROXY": "http://q.test"}, "HTTPS_PROXY http://q.test"),
        ({"HTTP_PROXY": "http://p.test"}, None),
        ({"https_proxy": "", "HTTPS_PROXY": "http://p.test"}, None),
        ({"HTTPS_PROXY": "  ", "all_proxy": "http://[::1]:3128"}, "all_proxy http://[::1]:3128"),
    ],
)
def test_the_proxy_is_the_one_that_the_variables_name(environ: Mapping[str, str], found: str | None) -> None:
    assert through(environ) == found


def test_a_proxy_that_a_visitor_of_a_web_server_names_is_none() -> None:
    environ = {"HTTP_PROXY": "http://p.test", "REQUEST_METHOD": "GET"}
    assert through(environ, scheme="http") is None
    assert through({"HTTP_PROXY": "http://p.test"}, scheme="http") is not None


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.200.3.4", "::1", "[::1]", "::ffff:127.0.0.1"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("address", ["http://p.test", "socks5://p.test", "what?"])
def test_this_machine_is_never_reached_through_a_proxy(host: str, scheme: str, address: str) -> None:
    assert through(dict.fromkeys(["HTTP_PROXY", "https_proxy", "ALL_PROXY"], address), host, scheme) is None
    assert is_this_machine("localhost.example.com") is False


@pytest.mark.parametrize(
    ("told", "host", "is_excepted"),
    [
        ("*", HOST, True),
        (HOST, HOST, True),
        ("GO.Example.Test", HOST, True),
        ("example.test", HOST, True),
        (".example.test", HOST, True),
        ("*.example.test", HOST, True),
        ("ample.test", HOST, False),
        ("other.test, example.test", HOST, True),
        ("other.test example.test", HOST, True),
        (f"https://{HOST}", HOST, True),
        (f"{HOST}:443", HOST, True),
        (f"{HOST}:444", HOST, False),
        ("10.0.0.0/8", "10.2.3.4", True),
        ("10.0.0.0/8", "11.2.3.4", False),
        ("10.2.3.4", "10.2.3.4", True),
        ("2001:db8::/32", "2001:db8::1", True),
        ("", HOST, False),
        (",", HOST, False),
    ],
)
def test_what_no_proxy_names_is_reached_directly(told: str, host: str, is_excepted: bool) -> None:
    environ = {"HTTPS_PROXY": "http://p.test"}
    for name in ("no_proxy", "NO_PROXY"):
        assert (through(environ | {name: told}, host, port=443) is None) is is_excepted


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    "address",
    [
        "socks5://p.test:1080",
        "socks5h://p.test:1080",
        "SOCKS4://p.test",
        "socks://p.test",
        "ftp://p.test",
        "://p.test",
        "http://",
        "http://:3128",
        "http://p.test:port",
        "http://p.test:99999",
        "http://p.test:0",
        "http://[::1",
        "http://p te.st",
        "http://p.test\x01",
        "what?is=this",
    ],
)
def test_a_variable_that_names_no_usable_proxy_is_named_without_its_password(name: str, address: str) -> None:
    before, sign, after = address.partition("://")
    with pytest.raises(NetworkTrouble) as caught:
        through({name: f"{before}://user:{PASSWORD}@{after}" if sign and after else address})
    told = f"{caught.value.what} {caught.value.fix}"
    assert caught.value.what.startswith(name)
    assert "NO_PROXY" in told
    assert PASSWORD not in told


@given(st.text(max_size=30))
def test_whatever_a_variable_holds_it_is_a_proxy_or_told(address: str) -> None:
    with suppress(NetworkTrouble):
        found = find_proxy({"HTTPS_PROXY": address}, "https", HOST)
        if found is not None:
            transport = poweroffice_transport({"HTTPS_PROXY": address})
            transport._find_route(found, is_secure=False)
            transport.close()
    assert True


def poweroffice_transport(environ: Mapping[str, str]) -> Any:
    from posexport.http.transport import Transport

    with suppress(NotConnected):
        return Transport(environ, httpx.Limits())
    raise AssertionError("nothing is read before the first request")


# Certificates


@dataclass(frozen=True)
class Certificates:
    """An authority of our own, and what it has signed; all in one folder."""

    folder: Path

    def context(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make certificates with")
    folder = tmp_path_factory.mktemp("tls")

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    def key(name: str) -> list[str]:
        return ["-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key"]

    both = f"subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:{HOST}"
    run("req", "-x509", *key("own"), "-out", "own.pem", "-days", "2", "-subj", "/CN=own", "-addext", both)
    run("req", "-x509", *key("authority"), "-out", "authority.pem", "-days", "2", "-subj", "/CN=Inspecting firewall")
    names = {"inspected": both, "other": "subjectAltName=DNS:other.example.test"}
    for name, alternative in names.items():
        (folder / f"{name}.ext").write_text(alternative)
        run("req", "-new", *key(name), "-out", f"{name}.csr", "-subj", f"/CN={name}")
        signed = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2"]
        run("x509", "-req", "-in", f"{name}.csr", *signed, "-extfile", f"{name}.ext", "-out", f"{name}.pem")
    (folder / "chained.pem").write_text(
        (folder / "inspected.pem").read_text() + (folder / "authority.pem").read_text(), encoding="ascii"
    )
    shutil.copy(folder / "inspected.key", folder / "chained.key")
    (folder / "empty.pem").write_text("")
    (folder / "words.pem").write_text("-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n")
    return Certificates(folder)


@contextmanager
def go_with_tls(shop: Shop, context: ssl.SSLContext) -> Iterator[int]:
    """The sandbox behind TLS; its port."""
    server = SandboxServer(shop.world)
    server._http.socket = context.wrap_socket(server._http.socket, server_side=True)
    with server:
        yield server.port


@dataclass
class Proxy:
    """An HTTP proxy: answers each wish to be let through with `status`, and leads everything to one port."""

    port: int
    status: str
    asked: list[str] = field(default_factory=list)


@contextmanager
def proxying(to_port: int, status: str = "200 Connection established") -> Iterator[Proxy]:
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(listener.getsockname()[1], status)

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def serve(connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head and not head.startswith(b"\x16"):  # that is how TLS begins
                head += connection.recv(65536) or b"\r\n\r\n"
            proxy.asked.append(head.decode("latin-1"))
            connection.sendall(f"HTTP/1.1 {proxy.status}\r\nContent-Length: 0\r\n\r\n".encode())
            if proxy.status.startswith("200"):
                with socket.create_connection(("127.0.0.1", to_port)) as onward:
                    back = threading.Thread(target=pump, args=(onward, connection), daemon=True)
                    back.start()
                    pump(connection, onward)
                    back.join(5)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield proxy
    finally:
        listener.close()


@pytest.fixture
def program(shop: Shop, monkeypatch: pytest.MonkeyPatch, secrets_in_environment: None) -> Shop:
    """A shop whose command line goes out over real connections; the clock is the shop's."""
    real = wiring.open_workspace

    def open_workspace(url: str, **options: Any) -> Any:
        return real(url, clock=shop.clock, sleep=shop.clock.sleep, **options)

    monkeypatch.setattr(wiring, "open_workspace", open_workspace)
    monkeypatch.setattr(throttle, "REQUESTS_PER_SECOND", {"v1": 100_000, "v2": 100_000})
    monkeypatch.setenv("POSEXPORT_DB", shop.url)
    monkeypatch.chdir(shop.folder)
    return shop


def set_up(shop: Shop, base_url: str, target: str = "import") -> None:
    direct = "direct_posting = true" if target == "ledger" else ""
    shop.apply(target=target, base_url=base_url, company=direct, torget="automatic_export = true")
    shop.sell(*FULL_DAY)


def count_requests(shop: Shop) -> list[str]:
    asked: list[str] = []
    given = shop.world.handle

    def handle(
        method: str, path: str, query: str = "", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        asked.append(path)
        return given(method, path, query, headers, body)

    shop.world.handle = handle  # type: ignore[method-assign]
    return asked


def run_everything(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: Any, caplog: Any) -> tuple[set[int], list[str]]:
    """What `doctor`, `export`, `status` and a night of the schedule end with and say."""
    codes, told = set(), []
    for command in (["doctor", "--lang", "en"], ["-v", "export", "--lang", "en"]):
        codes.add(run_program(monkeypatch, *command))
        caught = capsys.readouterr()
        told.append(" ".join((caught.out + caught.err).split()))
    with wiring.open_workspace(shop.url) as workspace:
        look(workspace, SchedulerState())
        found = list(examine(workspace, workspace.load_setup().venues, "en"))
    codes |= {int(diagnosis.exit_code) for diagnosis in found if diagnosis.answer == "wrong"}
    told.append(" ".join(" ".join(record.getMessage().split()) for record in caplog.records))
    turns = {code for (code,) in read_rows(shop, "turn", "exit_code") if code is not None}
    return codes | turns, told


Wrong = Callable[[pytest.MonkeyPatch, Certificates], None]


def setting(name: str, value: str) -> Wrong:
    return lambda monkeypatch, certificates: monkeypatch.setenv(name, value.format(folder=certificates.folder))


CASES: Mapping[str, tuple[str, Wrong, tuple[str, ...]]] = {
    "signed by itself": ("own", lambda *_: None, ("certificate of 127.0.0.1", "SSL_CERT_FILE")),
    "inspected": ("inspected", lambda *_: None, ("certificate of 127.0.0.1", "inspection", "SSL_CERT_FILE")),
    "inspected, with the authority's own": ("chained", lambda *_: None, ("inspection", "SSL_CERT_FILE")),
    "another name": ("other", setting("SSL_CERT_FILE", "{folder}/authority.pem"), ("another name", "base_url")),
    "a list without the authority": ("inspected", setting("SSL_CERT_FILE", "{folder}/own.pem"), ("own.pem",)),
    "a list that is not there": ("own", setting("SSL_CERT_FILE", "{folder}/gone.pem"), ("SSL_CERT_FILE", "gone.pem")),
    "a list without certificates": ("own", setting("SSL_CERT_FILE", "{folder}/empty.pem"), ("SSL_CERT_FILE", "PEM")),
    "a list of words": ("own", setting("SSL_CERT_FILE", "{folder}/words.pem"), ("SSL_CERT_FILE", "PEM")),
    "a folder for a list": ("own", setting("SSL_CERT_FILE", "{folder}"), ("SSL_CERT_FILE",)),
    "a folder that is not there": ("own", setting("SSL_CERT_DIR", "{folder}/gone"), ("SSL_CERT_DIR", "gone")),
    "a log that cannot be written": ("own", setting("SSLKEYLOGFILE", "{folder}/gone/log"), ("SSLKEYLOGFILE",)),
}


@pytest.mark.sampled(5)
@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_with_certificates_is_told_by_its_name_to_the_operator(
    program: Shop,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    case: str,
) -> None:
    shown, wrong, words = CASES[case]
    asked = count_requests(program)
    with go_with_tls(program, certificates.context(shown)) as port:
        set_up(program, f"https://127.0.0.1:{port}")
        wrong(monkeypatch, certificates)
        codes, told = run_everything(program, monkeypatch, capsys, caplog)
    assert not asked, "nothing is sent to somebody unknown"
    assert codes == {int(Exit.OPERATOR)}
    for text in told:
        assert all(word in text for word in words), text
        assert "run it again" not in text
        assert "again later" not in text
        assert "Traceback" not in text


@pytest.mark.sampled(3)
@pytest.mark.parametrize("target", ["import", "journal", "ledger"])
@pytest.mark.parametrize(("shown", "trusted"), [("own", "own"), ("inspected", "authority"), ("chained", "authority")])
def test_an_authority_that_ssl_cert_file_names_is_trusted(
    program: Shop, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, target: str, shown: str, trusted: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.folder / f"{trusted}.pem"))
    monkeypatch.setenv("ALL_PROXY", "socks5://user:pr0xy@p.test")
    with go_with_tls(program, certificates.context(shown)) as port:
        set_up(program, f"https://127.0.0.1:{port}", target)
        assert run_program(monkeypatch, "export") == Exit.DONE


PROXIES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "SOCKS": ("ALL_PROXY", "socks5://user:{password}@127.0.0.1:{port}", ("ALL_PROXY", "SOCKS", "HTTPS_PROXY")),
    "no port": ("HTTPS_PROXY", "http://user:{password}@127.0.0.1:p{port}", ("HTTPS_PROXY",)),
    "no such kind": ("https_proxy", "gopher://user:{password}@127.0.0.1:{port}", ("https_proxy",)),
    "a proxy that speaks no TLS": ("HTTPS_PROXY", "https://user:{password}@127.0.0.1:{port}", ("HTTPS_PROXY", "TLS")),
    "a password that is wrong": ("HTTPS_PROXY", "http://user:{password}@127.0.0.1:{port}", ("HTTPS_PROXY", "password")),
    "a host that is not let through": ("ALL_PROXY", "user:{password}@127.0.0.1:{port}", ("ALL_PROXY", HOST)),
}
ANSWERS = {
    "a password that is wrong": "407 Proxy Authentication Required",
    "a host that is not let through": "403 Forbidden",
}


@pytest.mark.parametrize("case", PROXIES)
def test_what_is_wrong_with_a_proxy_is_told_by_its_variable_to_the_operator(
    program: Shop,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    case: str,
) -> None:
    name, address, words = PROXIES[case]
    asked = count_requests(program)
    with proxying(1, ANSWERS.get(case, "400 Bad Request")) as proxy:
        set_up(program, f"https://{HOST}")
        monkeypatch.setenv(name, address.format(password=PASSWORD, port=proxy.port))
        codes, told = run_everything(program, monkeypatch, capsys, caplog)
    assert not asked
    assert codes == {int(Exit.OPERATOR)}
    for text in told:
        assert all(word in text for word in words), text
        assert "run it again" not in text
        assert "again later" not in text
        assert PASSWORD not in text
    assert PASSWORD.encode() not in Path(program.url.removeprefix("sqlite:///")).read_bytes()


@pytest.mark.parametrize("status", ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"])
def test_a_proxy_that_lets_nothing_through_just_now_is_waited_for(
    program: Shop,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    status: str,
) -> None:
    with proxying(1, status) as proxy:
        set_up(program, f"https://{HOST}")
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:{proxy.port}")
        assert run_program(monkeypatch, "export", "--lang", "en") == Exit.WAIT
    told = capsys.readouterr()
    assert "HTTPS_PROXY" in " ".join((told.out + told.err).split())
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:1")
    assert run_program(monkeypatch, "export", "--lang", "en") == Exit.WAIT
    told = capsys.readouterr()
    assert "HTTPS_PROXY" in " ".join((told.out + told.err).split())
    assert PASSWORD not in told.out + told.err


def test_vouchers_go_through_the_proxy_that_is_named(
    program: Shop, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.folder / "authority.pem"))
    with go_with_tls(program, certificates.context("inspected")) as port, proxying(port) as proxy:
        set_up(program, f"https://{HOST}:{port}")
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PASSWORD}@127.0.0.1:{proxy.port}")
        assert run_program(monkeypatch, "export") == Exit.DONE
    assert proxy.asked
    assert all(asked.startswith(f"CONNECT {HOST}:{port} ") for asked in proxy.asked)


def test_the_sandbox_on_this_machine_is_reached_whatever_the_variables_say(
    program: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "socks9://[")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with SandboxServer(program.world) as server:
        set_up(program, f"http://localhost:{server.port}")
        assert run_program(monkeypatch, "export") == Exit.DONE


def test_a_server_without_tls_at_a_secure_address_is_the_operators(
    program: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with SandboxServer(program.world) as server:
        set_up(program, f"https://127.0.0.1:{server.port}")
        assert run_program(monkeypatch, "export", "--lang", "en") == Exit.OPERATOR
    told = capsys.readouterr()
    assert "base_url" in told.out + told.err


# Mail


@contextmanager
def secure_port(context: ssl.SSLContext | None) -> Iterator[int]:
    """A port that shakes hands and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with suppress(OSError), closing(connection):
                    if context is None:
                        connection.sendall(b"220 plain\r\n")
                        connection.recv(1000)
                    else:
                        context.wrap_socket(connection, server_side=True).close()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


@pytest.mark.parametrize("case", [*CASES, "no TLS"])
def test_what_is_wrong_with_a_mail_servers_certificate_is_told_by_its_name(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    shown, wrong, words = CASES.get(case, ("", lambda *_: None, ("without TLS", "security")))
    wrong(monkeypatch, certificates)
    with secure_port(certificates.context(shown) if shown else None) as port:
        mail = Mail(f"127.0.0.1:{port}", "posexport@example.com", None, None, "tls")
        with pytest.raises(MailRefused) as caught, mail_out.SmtpMailer(mail, environ=os.environ).connect():
            pass
    told = str(caught.value)
    assert caught.value.exit_code is Exit.OPERATOR
    assert f"127.0.0.1:{port}" in told
    assert all(word in told for word in words if word != "base_url"), told


def test_certificates_are_always_checked(certificates: Certificates) -> None:
    for environ in ({}, {"SSL_CERT_FILE": str(certificates.folder / "own.pem")}, {"SSL_CERT_DIR": "/"}):
        context = make_tls_context(environ)
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname


def test_the_network_is_looked_at_only_when_something_is_to_leave() -> None:
    transport = poweroffice_transport({"SSL_CERT_FILE": "/nowhere", "HTTPS_PROXY": "socks5://p.test"})
    assert transport._context is None
    assert Clock(0)() == 0


def test_what_only_the_operator_can_mend_is_not_tried_again(program: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with proxying(1, "407 Proxy Authentication Required") as proxy:
        set_up(program, f"https://{HOST}")
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        before_s = program.clock()
        assert run_program(monkeypatch, "export") == Exit.OPERATOR
    assert program.clock() == before_s, "nothing is waited for"

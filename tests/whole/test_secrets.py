"""No key and no token is ever written down: not on stdout or stderr, not in a log, a page, a database, a report or a
file, whatever goes wrong; and what is kept is its owner's alone."""

from __future__ import annotations

import base64
import html
import json
import logging
import os
import re
import stat
import traceback
import urllib.parse
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from posexport import wiring
from posexport.app.doctor import examine
from posexport.app.setup import apply_setup
from posexport.core.company import Setup
from posexport.delivery import outcomes
from posexport.errors import Exit, SetupRefused
from posexport.render import pdf
from posexport.sandbox import Answer, Fault, SandboxServer
from posexport.setup.file import read_setup, read_setup_file
from tests.support.command_line import reach_shop
from tests.support.harness import (
    BRYGGA,
    FULL_DAY,
    SECRETS,
    VENUES,
    Clock,
    Line,
    Shop,
    run_program,
    sale,
    setup_text,
    vouchers_of,
)
from tests.support.looks import StoreFile

TARGETS = ("import", "journal", "ledger", "file")
WIRE = ("import", "journal", "ledger")
DRAFTING = ("/Import/", "/v2/JournalEntryVouchers/ManualJournals", "/v2/Vouchers/CashJournals")
BASIC = [
    base64.b64encode(f"{application}:{client}".encode()).decode()
    for application, client in (
        (SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"]),
        (SECRETS["PO_ADDON_1"], SECRETS["PO_CLIENT_BRYGGA"]),
    )
]


class InboxWatch:
    """Remembers every secret, the tokens too, and looks for them in whatever was left."""

    def __init__(self, shop: Shop) -> None:
        self.secrets = {*SECRETS.values(), *BASIC, "wrong-5ecret-key"}
        given = shop.world.handle

        def handle(
            method: str, path: str, query: str = "", headers: Mapping[str, str] | None = None, body: bytes = b""
        ) -> Answer:
            answer = given(method, path, query, headers, body)
            if path.endswith("/Token") and answer.status == 200:
                self.secrets.add(answer.body.decode().split('"access_token":"')[1].split('"')[0])
            for name, value in (headers or {}).items():
                if name.lower() == "authorization":
                    self.secrets.add(value.partition(" ")[2])
            return answer

        shop.world.handle = handle  # type: ignore[method-assign]

    def check(self, what: str, content: bytes) -> None:
        """That no secret stands in it, however it may be written."""
        lowered = content.lower()
        for secret in self.secrets:
            for form in forms_of(secret):
                assert form.lower() not in lowered, f"a secret stands in {what}"

    def check_folder(self, folder: Path) -> set[str]:
        """Every file under a folder, databases and PDFs unpacked; the names."""
        names = set()
        for path in (path for path in folder.rglob("*") if path.is_file()):
            self.check(path.name, path.read_bytes())
            if path.suffix == ".pdf":
                self.check(path.name, unpack_pdf(path))
            if path.suffix == ".db":
                self.check(path.name, unpack_database(path))
            names.add(path.name)
        return names


def forms_of(secret: str) -> set[bytes]:
    """A secret as files, pages and addresses may hold it."""
    texts = {secret, urllib.parse.quote(secret, safe=""), html.escape(secret), json.dumps(secret)[1:-1]}
    encoded = {text.encode(encoding) for text in texts for encoding in ("utf-8", "utf-16-le", "utf-16-be")}
    return encoded | {base64.b64encode(secret.encode()), secret.encode().hex().encode()}


def unpack_pdf(path: Path) -> bytes:
    """A PDF's text, and whatever else is packed in it."""
    raw = path.read_bytes()
    unpacked = [raw]
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL):
        with suppress(zlib.error):
            unpacked.append(zlib.decompressobj().decompress(found[1]))
    reader = PdfReader(path)
    unpacked += [page.extract_text().encode() for page in reader.pages]
    return b"\n".join([*unpacked, repr(reader.metadata).encode()])


def unpack_database(path: Path) -> bytes:
    """Every value of every table: what is long is stored in pieces."""
    return repr(StoreFile(path).read_all()).encode()


def held_open(shop: Shop) -> AbstractContextManager[None]:
    """While this lasts, the database keeps its journal: whatever was written stays in it too."""
    return StoreFile(Path(shop.url.removeprefix("sqlite:///"))).held_open()


@pytest.fixture
def program(shop: Shop, monkeypatch: pytest.MonkeyPatch, secrets_in_environment: None) -> Shop:
    """A shop that the command line reaches, with everything on."""
    reach_shop(shop, monkeypatch)
    return shop


def set_up(shop: Shop, target: str, paid: str = "CARD") -> None:
    company = "direct_posting = true" if target == "ledger" else ""
    shop.apply(target=target, venues=VENUES + BRYGGA, company=company)
    shop.sell(*FULL_DAY, sale(1, register="3", paid=paid))


DAY = ("torget", "2026-11-20")
COMMANDS = (
    ["setup", "show"],
    ["setup", "show", "--json"],
    ["-v", "doctor"],
    ["-v", "export", "--json"],
    ["-v", "export"],
    ["-v", "preview", "--from", "2026-11-20", "--to", "2026-11-20", "--html", "page.html"],
    ["-v", "preview", "--from", "2026-11-20", "--to", "2026-11-20", "--check"],
    ["-v", "status", "--json"],
    ["-v", "status"],
    ["-v", "show", *DAY, "--json"],
    ["-v", "show", *DAY],
    ["-v", "report", *DAY, "--pdf", "report.pdf"],
)
ASKING = tuple(command for command in COMMANDS if {"doctor", "export", "show", "report"} & {*command})
"""Those that ask PowerOffice, or tell what it answered."""


def run_all(
    monkeypatch: pytest.MonkeyPatch, watch: InboxWatch, commands: Sequence[Sequence[str]] = COMMANDS
) -> dict[str, int]:
    """Run every command that tells anything; their exit codes. A bug's traceback is looked at too."""
    codes = {}
    for arguments in commands:
        try:
            codes[" ".join(arguments)] = run_program(monkeypatch, *arguments)
        except (ZeroDivisionError, AssertionError):
            codes[" ".join(arguments)] = 1
            watch.check("a traceback", traceback.format_exc().encode())
    return codes


Trouble = Callable[[Shop, pytest.MonkeyPatch], None]


def faulty(fault: Fault, *paths: str) -> Trouble:
    def trouble(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        shop.world.faults = lambda request: (
            fault if "Token" not in request.path and (not paths or request.path in paths) else None
        )

    return trouble


def wrong_keys(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PO_CLIENT_TORGET", "wrong-5ecret-key")


def unheard_of(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PO_CLIENT_TORGET")


def down(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.world.faults = lambda request: Fault("status_before", 502)


def bug_on_the_line(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.line.before = lambda request: 1 / 0  # type: ignore[assignment,return-value]


def bug_after_sending(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def settle(*arguments: object, **options: object) -> None:
        raise AssertionError("it was sent, and then this")

    monkeypatch.setattr(outcomes, "settle_drafted", settle)


def bug_in_a_report(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def render(document: Mapping[str, Any]) -> bytes:
        raise KeyError("page")

    monkeypatch.setattr(pdf, "render_page", render)


def full_disk(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def sync(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("posexport.ledgers.folder.report_files.os.fsync", sync)


TROUBLES: Mapping[str, tuple[Trouble, int]] = {
    "none": (lambda shop, monkeypatch: None, 0),
    "wrong keys": (wrong_keys, 4),
    "a key that is not there": (unheard_of, 2),
    "403": (faulty(Fault("status_before", 403)), 4),
    "refused": (faulty(Fault("status_before", 400)), 4),
    "answer lost": (faulty(Fault("lose_answer"), *DRAFTING), 5),
    "down": (down, 5),
    "held": (lambda shop, monkeypatch: None, 3),
    "a bug on the line": (bug_on_the_line, 1),
    "a bug after sending": (bug_after_sending, 1),
    "a bug in a report": (bug_in_a_report, 1),
    "a full disk": (full_disk, 5),
}
"""What goes wrong, and the exit code of doctor and export together where PowerOffice is the target."""


@pytest.mark.sampled(len(TROUBLES))
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_secret_is_left_anywhere(
    program: Shop,
    target: str,
    trouble: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = InboxWatch(program)
    caplog.set_level(logging.DEBUG)
    set_up(program, target, paid="GIFT" if trouble == "held" else "CARD")
    cause, code = TROUBLES[trouble]
    cause(program, monkeypatch)
    with held_open(program):
        codes = run_all(monkeypatch, watch)
        names = watch.check_folder(program.folder)
    if target != "file" and (trouble, target) not in (("a full disk", "journal"), ("a full disk", "ledger")):
        asked = [found for command, found in codes.items() if "doctor" in command or "export" in command]
        assert (max(asked) if code != 1 else min(found for found in (*asked, 1) if found)) == code
    if target != "file" and trouble not in ("a bug on the line", "down"):
        assert watch.secrets - {*SECRETS.values(), *BASIC, "wrong-5ecret-key"}, "no token was seen"
    told = capfd.readouterr()
    watch.check("stdout", told.out.encode())
    watch.check("stderr", told.err.encode())
    watch.check("the log", caplog.text.encode())
    assert {"posexport.db", "posexport.db-wal", "posexport.db-shm", "page.html"} <= names
    assert not [name for name in names if name.endswith(".part")], "what could not be written whole is not left"
    if trouble == "none":
        assert "report.pdf" in names
        assert ("torget-20261120-r1.pdf" in names) == (target in ("import", "file"))


# A server that says back what it was told

TOLD = (SECRETS["PO_APP"], SECRETS["PO_CLIENT_TORGET"], BASIC[0])
"""What every API is told of the one venue; v2 is told the subscription key as well, in a header."""


def echo(request: httpx.Request) -> str:
    """Every header, the body and the keys, as they are and as pages and addresses write them."""
    told = [f"{name}: {value}" for name, value in request.headers.items()]
    told += [f"x{secret}y" for secret in TOLD]
    if request.headers.get("content-type", "").startswith("application/x-www-form"):
        told.append(request.content.decode())
    forms = [form for text in told for form in (text, html.escape(text), urllib.parse.quote(text), text.upper())]
    return "\n".join([*forms, json.dumps(forms)])


def problem(request: httpx.Request) -> httpx.Response:
    return httpx.Response(400, json={"Title": echo(request), "Detail": echo(request), "Status": 400})


def validation(request: httpx.Request) -> httpx.Response:
    told = {"summary": echo(request), "exception": echo(request), "errorLogReference": echo(request)}
    return httpx.Response(200, json={"success": False, "validation": told, "Title": echo(request)})


ECHOES: Mapping[str, Callable[[httpx.Request], httpx.Response]] = {
    "an error page": lambda request: httpx.Response(500, html=f"<pre>{echo(request)}</pre>"),
    "a page of a proxy": lambda request: httpx.Response(407, html=f"<pre>{echo(request)}</pre>"),
    "a page that says all is well": lambda request: httpx.Response(200, html=f"<pre>{echo(request)}</pre>"),
    "a problem": problem,
    "a refusal": lambda request: httpx.Response(403, json={"Title": "No", "Detail": echo(request)}),
    "a validation": validation,
    "headers": lambda request: httpx.Response(
        400,
        headers={"Content-Type": f"text/{SECRETS['PO_APP']}; a={BASIC[0]}", "X-Told": SECRETS["PO_APP"]},
        content=echo(request).encode(),
    ),
    "bytes": lambda request: httpx.Response(400, content=b"\xff\xfe" + echo(request).encode("utf-16")),
    "another address": lambda request: httpx.Response(
        302, headers={"Location": f"https://go.test/?key={SECRETS['PO_CLIENT_TORGET']}"}, text=echo(request)
    ),
    "a name": lambda request: httpx.Response(
        200,
        json={
            "success": True,
            "data": {"name": echo(request), "vatNumber": echo(request), "id": echo(request)},
            "ClientName": echo(request),
            "Id": echo(request),
        },
    ),
}


@pytest.mark.sampled(len(ECHOES) + 3)
@pytest.mark.parametrize("target", WIRE)
@pytest.mark.parametrize(
    ("where", "form"),
    [
        *(("to calls", form) for form in ECHOES),
        *(("to the token call", form) for form in ("an error page", "a page that says all is well", "a problem")),
    ],
)
def test_no_secret_is_left_where_the_server_says_it_back(
    program: Shop,
    target: str,
    where: str,
    form: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = InboxWatch(program)
    caplog.set_level(logging.DEBUG)
    program.apply(target=target, company="direct_posting = true" if target == "ledger" else "")
    program.sell(*FULL_DAY)
    tokens: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response | None:
        is_token = request.url.path.endswith("/Token")
        if not is_token:
            tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        return ECHOES[form](request) if is_token == (where == "to the token call") else None

    program.line.before = answer
    with held_open(program):
        codes = run_all(monkeypatch, watch, ASKING)
        watch.secrets.update(tokens)
        watch.check_folder(program.folder)
    assert 1 not in codes.values(), codes
    assert max(codes["-v doctor"], codes["-v export"]) >= 4
    told = capfd.readouterr()
    for what, text in (("stdout", told.out), ("stderr", told.err), ("the log", caplog.text)):
        watch.check(what, text.encode())


@pytest.mark.parametrize("target", WIRE)
def test_no_secret_is_logged_over_a_real_line_when_everything_is_logged(
    shop: Shop,
    target: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    secrets_in_environment: None,
) -> None:
    """What the libraries log of their own: connections, requests, headers."""
    shop.world.clock = shop.clock = Clock()
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("posexport.logs.log_to_stderr", lambda **form: None)
    reach_shop(shop, monkeypatch, has_line=False)
    watch = InboxWatch(shop)
    with SandboxServer(shop.world) as server:
        company = "direct_posting = true" if target == "ledger" else ""
        shop.apply(target=target, base_url=server.base_url, company=company)
        shop.sell(*FULL_DAY)
        codes = run_all(monkeypatch, watch)
    assert codes["-v export"] == 0
    assert any(record.name.startswith("httpcore") for record in caplog.records), "the libraries log as well"
    told = capfd.readouterr()
    for what, text in (("stdout", told.out), ("stderr", told.err), ("the log", caplog.text)):
        watch.check(what, text.encode())


@pytest.mark.parametrize("target", WIRE)
def test_nothing_that_may_stand_in_a_traceback_shows_a_secret(shop: Shop, target: str) -> None:
    """A bug's message may hold the text of whatever was in hand."""
    set_up(shop, target)
    with shop.open() as workspace:
        connections = wiring.Connections(SECRETS, shop.clock, shop.clock.sleep, Line(shop.world))
        venue = shop.venues(workspace)[0]
        company = workspace.load_setup().company_of(venue)
        destination = connections.open_ledger(company, venue)
        identity = destination.read_identity()
        told = [
            repr(thing)
            for thing in (workspace, workspace.delivery, connections, connections._runtime, destination, identity)
        ]
        connections.close()
    InboxWatch(shop).check("a traceback", "\n".join(told).encode())


# Whose it is


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="permissions are another matter here")
@pytest.mark.parametrize("mask", [0, 0o022], ids=["nothing is masked", "as usual"])
@pytest.mark.parametrize("target", ["import", "file"])
def test_what_is_kept_is_its_owners_alone_whatever_the_umask(
    program: Shop, target: str, mask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {path for path in program.folder.rglob("*") if path.name == "posexport.db"}
    for path in given:
        path.unlink()
    key = "output" if target == "file" else "reports"
    kept = program.folder / "made" / "as" / "needed"
    while_written: list[int] = []
    replace = Path.replace

    def watch(self: Path, to: Path) -> Path:
        while_written.append(mode_of(self))
        return replace(self, to)

    monkeypatch.setattr(Path, "replace", watch)
    with umask(mask):
        program.apply(target=target, **{key: str(kept)})
        with held_open(program):
            program.sell(*FULL_DAY)
            assert run_program(monkeypatch, "export") == 0
            for name in ("posexport.db", "posexport.db-wal", "posexport.db-shm"):
                assert mode_of(program.folder / name) == 0o600, name
    written = list(kept.iterdir())
    assert {path.suffix for path in written} == ({".json", ".csv", ".pdf"} if target == "file" else {".pdf"})
    assert {mode_of(path) for path in written} == {0o600}
    assert set(while_written) == {0o600}
    assert {mode_of(folder) for folder in (kept, kept.parent, kept.parent.parent)} == {0o700}


@pytest.mark.skipif(os.name != "posix", reason="permissions are another matter here")
@pytest.mark.parametrize("mask", [0, 0o022, 0o077])
def test_what_a_user_asks_to_be_written_is_as_the_user_has_it(
    program: Shop, mask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.apply()
    program.sell(*FULL_DAY)
    with umask(mask):
        assert run_program(monkeypatch, "preview", "--html", "page.html") == 0
        assert run_program(monkeypatch, "report", *DAY, "--pdf", "report.pdf") == 0
    for name in ("page.html", "report.pdf"):
        assert mode_of(program.folder / name) == 0o666 & ~mask


# Keys that are too short to be any of PowerOffice Go's

KEYS_AT = {"client_key": "PO_CLIENT_TORGET", "application_key": "PO_APP", "subscription_key": "PO_SUB"}


def for_production(text: str) -> str:
    return text.replace('base_url = "https://go.test"', 'environment = "production"')


@pytest.mark.parametrize("key", KEYS_AT)
@pytest.mark.parametrize("value", ["a", "secret7", "0000000"])
def test_a_key_that_is_too_short_is_refused_for_production_by_its_name_alone(
    shop: Shop, tmp_path: Path, key: str, value: str
) -> None:
    path = tmp_path / "setup.toml"
    path.write_text(for_production(setup_text("journal")), encoding="utf-8")
    environ = shop.environ | {KEYS_AT[key]: value}
    with pytest.raises(SetupRefused) as caught:
        read_setup(path, Setup(), environ)
    (fault,) = caught.value.faults
    assert key in fault.what
    assert value not in str(caught.value) or len(value) == 1
    assert path.read_text(encoding="utf-8").splitlines()[(fault.line or 0) - 1].strip().startswith(key)
    assert read_setup_file(path, Setup(), environ | {KEYS_AT[key]: "eightchr"}).notes == ()


@pytest.mark.parametrize("key", KEYS_AT)
def test_a_key_that_is_too_short_is_taken_elsewhere_and_told(shop: Shop, tmp_path: Path, key: str) -> None:
    path = tmp_path / "setup.toml"
    path.write_text(setup_text("journal"), encoding="utf-8")
    (note,) = read_setup_file(path, Setup(), shop.environ | {KEYS_AT[key]: "Q9"}).notes
    assert key in note
    assert "Q9" not in note


def test_a_key_that_has_become_too_short_for_production_sends_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shop.folder / "setup.toml"
    path.write_text(for_production(setup_text("import", reports=str(shop.folder / "reports"))), encoding="utf-8")
    with shop.open() as workspace:
        apply_setup(workspace, read_setup(path, workspace.load_setup(), shop.environ))
    shop.sell(*FULL_DAY)
    shop.environ["PO_CLIENT_TORGET"] = "short"
    asked: list[str] = []
    shop.line.before = lambda request: asked.append(request.url.path)
    exported = shop.export()
    assert exported.exit_code is Exit.OPERATOR
    assert not asked
    (voucher,) = vouchers_of(exported.report)
    assert "env:PO_CLIENT_TORGET" in voucher.answer
    with shop.open() as workspace:
        told = list(examine(workspace, workspace.load_setup().venues, "en", shop.environ))
    (wrong,) = [diagnosis for diagnosis in told if diagnosis.about in ("keys", "connection") and diagnosis.exit_code]
    assert (wrong.answer, wrong.exit_code) == ("wrong", Exit.OPERATOR)
    assert "env:PO_CLIENT_TORGET" in wrong.message
    assert not asked


def test_a_key_of_one_letter_scrambles_no_word_of_an_answer(shop: Shop) -> None:
    shop.environ["PO_CLIENT_TORGET"] = "e"
    shop.apply(target="import")
    shop.sell(*FULL_DAY)
    told = "The period is closed (e) until somebody opens it."
    shop.line.before = lambda request: httpx.Response(
        400, json={"title": told, "status": 400}, headers={"Content-Type": "application/problem+json"}
    )
    (voucher,) = vouchers_of(shop.export().report)
    assert "closed (e)" not in voucher.answer
    with shop.open() as workspace:
        found = list(examine(workspace, workspace.load_setup().venues, "en", shop.environ))
    assert any(diagnosis.answer == "warning" and "env:PO_CLIENT_TORGET" in diagnosis.message for diagnosis in found)

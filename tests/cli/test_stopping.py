"""A program that is told to stop ends within ten seconds, whatever it is waiting for; and a mail server that takes its
time has nobody else wait."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from posexport.app.workspace import Workspace
from posexport.core.company import Company, Mail
from posexport.core.ports.mail import Letter, MailConnection, Mailer
from posexport.errors import MailTrouble
from posexport.notify.notify import keep_people_posted
from posexport.notify.outbox import AtWork, send_waiting
from posexport.notify.smtp import SmtpMailer
from posexport.sandbox import SandboxServer
from posexport.sandbox.faults import Fault
from posexport.schedule.run import look
from posexport.schedule.turn import SchedulerState
from tests.support.harness import SECRETS, VENUES, Shop, sale, setup_text
from tests.support.looks import count_rows, read_rows

TEN_SECONDS = 10.0
LETTER = Letter("posexport.1.abc", "kari@example.com", "Torget", "text\n", "<p>text</p>\n", 1)

Talk = Callable[[socket.socket], None]


@contextmanager
def talking(talk: Talk) -> Iterator[int]:
    """A server that does this with whoever connects; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    ends: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                one, _ = listener.accept()
            except OSError:
                return
            ends.append(one)
            threading.Thread(target=quietly, args=(one,), daemon=True).start()

    def quietly(one: socket.socket) -> None:
        with suppress(OSError):
            talk(one)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for one in ends:
            one.close()
        thread.join(5)


def say_nothing(one: socket.socket) -> None:
    one.recv(1)
    time.sleep(60)


def drip(one: socket.socket) -> None:
    """Never done, and never silent for long."""
    for _ in range(600):
        one.sendall(b"2")
        time.sleep(0.1)


def go_on_and_on(one: socket.socket) -> None:
    """A greeting, and an answer that has always one line more."""
    one.sendall(b"220 hello\r\n")
    one.recv(1_000)
    for _ in range(600):
        one.sendall(b"250-and\r\n")
        time.sleep(0.1)


def hang_on_to_a_letter(one: socket.socket) -> None:
    one.sendall(b"220 hello\r\n")
    while word := one.recv(10_000):
        if word[:4].upper() == b"DATA":
            one.sendall(b"354 go on\r\n")
            drip(one)
        one.sendall(b"250 yes\r\n")


UNENDING = [say_nothing, drip, go_on_and_on, hang_on_to_a_letter]


def mailer_at(port: int, security: str = "none", **options: object) -> SmtpMailer:
    mail = Mail(f"127.0.0.1:{port}", "posexport@example.com", None, None, security)  # type: ignore[arg-type]
    return SmtpMailer(mail, **options)  # type: ignore[arg-type]


def send(mailer: SmtpMailer) -> None:
    with mailer.connect() as post:
        post.send(LETTER)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("talk", UNENDING)
def test_a_mail_server_has_so_long_for_everything_and_no_longer(talk: Talk) -> None:
    with talking(talk) as port:
        began = time.monotonic()
        with pytest.raises(MailTrouble, match="it was not done within 1 seconds"):
            send(mailer_at(port, total_s=1.0))
        assert time.monotonic() - began < 5


def test_tls_that_never_gets_done_ends_too() -> None:
    with talking(say_nothing) as port, pytest.raises(MailTrouble, match="it was not done within 1 seconds"):
        send(mailer_at(port, "tls", total_s=1.0))


@pytest.mark.sampled(2)
@pytest.mark.parametrize("talk", UNENDING)
def test_mail_ends_when_the_program_is_to_stop(talk: Talk) -> None:
    began = time.monotonic()
    with talking(talk) as port, pytest.raises(MailTrouble, match="told to stop"):
        send(mailer_at(port, stopping=lambda: time.monotonic() - began > 0.5))
    assert time.monotonic() - began < 5


# One company's mail server, and the others


SECOND = """
[[company]]
id = "brygga"
name = "Brygga AS"
organization_number = "888888888"
target = "file"
output = "vouchers"
  [[company.venue]]
  id = "brygga"
  name = "Brygga"
  registers = ["3"]
  export_from = 2020-01-01
  notify = ["ola@example.com"]
  [company.mail]
  server = "mail.example.com:25"
  sender = "posexport@example.com"
  security = "none"
"""

COMPANY_MAIL = '  [company.mail]\n  server = "m.example.com:25"\n  sender = "p@example.com"\n  security = "none"\n'


@dataclass
class Post2:
    """The mail servers of two companies, of which one keeps us waiting."""

    letters: list[str] = field(default_factory=list)
    may_go_on: threading.Event = field(default_factory=threading.Event)
    slow: str = "fjordmat"

    def __call__(self, company: Company) -> Mailer:
        return Line2(self, company.id)


@dataclass
class Line2:
    """A connection to one of them."""

    post: Post2
    company: str

    @contextmanager
    def connect(self) -> Iterator[MailConnection]:
        if self.company == self.post.slow:
            self.post.may_go_on.wait(30)
        yield self

    def send(self, letter: Letter) -> None:
        self.post.letters.append(letter.recipient)


@pytest.fixture
def two(shop: Shop) -> Shop:
    """Two companies with people who have something to hear: a day without accounts."""
    venues = VENUES.replace("{torget}", 'notify = ["kari@example.com"]') + COMPANY_MAIL
    shop.apply(setup_text(venues=venues) + SECOND)
    shop.sell(sale(1, product="999"))
    shop.sell(sale(1, register="3"))
    shop.clock.now_s += 3 * 86_400
    return shop


@contextmanager
def opened(shop: Shop, post: Post2) -> Iterator[Workspace]:
    with shop.open() as workspace:
        try:
            yield replace(workspace, open_mailer=post)
        finally:
            post.may_go_on.set()


def soon(is_so: Callable[[], bool]) -> bool:
    """Whether it comes to be within a few seconds."""
    until = time.monotonic() + 8
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def test_one_companys_mail_server_has_no_other_company_wait(two: Shop) -> None:
    post = Post2()
    with opened(two, post) as workspace:
        sending = threading.Thread(target=keep_people_posted, args=(workspace, workspace.now_utc_s))
        sending.start()
        assert soon(lambda: post.letters == ["ola@example.com"])
        assert sending.is_alive()
        post.may_go_on.set()
        sending.join(10)
    assert sorted(post.letters) == ["kari@example.com", "ola@example.com"]


def test_a_slow_mail_server_holds_up_neither_inboxes_nor_the_schedule_nor_the_next_message(two: Shop) -> None:
    post, night = Post2(), SchedulerState()
    with opened(two, post) as workspace:
        began = time.monotonic()
        look(workspace, night)
        assert time.monotonic() - began < 6
        assert soon(lambda: post.letters == ["ola@example.com"])
        two.sell(sale(2, register="3", at="2026-11-21T12:00:00"))
        two.clock.now_s += 86_400
        look(workspace, night)
        assert soon(lambda: post.letters.count("ola@example.com") == 2)
        assert "kari@example.com" not in post.letters
        post.may_go_on.set()
        assert soon(lambda: not night.at_work.companies)
        two.clock.now_s += 600
        look(workspace, night)
        assert soon(lambda: "kari@example.com" in post.letters)


def test_what_one_thread_sends_no_other_begins(two: Shop) -> None:
    post, at_work = Post2(slow=""), AtWork()
    with opened(two, post) as workspace:
        at_work.companies.update({1, 2})
        assert keep_people_posted(workspace, workspace.now_utc_s, at_work).sent == 0
        assert post.letters == []
        assert send_waiting(workspace, workspace.now_utc_s).sent == 2


def test_no_letter_is_begun_once_the_program_is_to_stop_and_none_is_lost(two: Shop) -> None:
    post = Post2(slow="")
    with opened(two, post) as workspace:
        stopping = replace(workspace, stopping=lambda: len(post.letters) >= 1)
        sent = keep_people_posted(stopping, workspace.now_utc_s).sent
        assert sent == len(post.letters) >= 1
        send_waiting(workspace, workspace.now_utc_s)
    assert sorted(post.letters) == ["kari@example.com", "ola@example.com"]


def test_no_further_letter_of_a_company_is_begun_once_the_program_is_to_stop(two: Shop) -> None:
    people = 'notify = ["kari@example.com", "liv@example.com", "per@example.com"]'
    two.apply(setup_text(venues=VENUES.replace("{torget}", people) + COMPANY_MAIL) + SECOND)
    post = Post2(slow="")
    with opened(two, post) as workspace:
        stopping = replace(workspace, stopping=lambda: "kari@example.com" in post.letters)
        keep_people_posted(stopping, workspace.now_utc_s)
        assert not {"liv@example.com", "per@example.com"} & {*post.letters}
        send_waiting(workspace, workspace.now_utc_s)
    assert sorted(post.letters) == ["kari@example.com", "liv@example.com", "ola@example.com", "per@example.com"]


# The whole program


@contextmanager
def running(shop: Shop, *command: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "posexport", "--db", shop.url, "-v", *command],
        env={**os.environ, **SECRETS},
        cwd=shop.folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_database(process: subprocess.Popen[str]) -> None:
    """Wait until it has opened the database, and a little longer: until it waits to write."""
    opened, until = Path(f"/proc/{process.pid}/fd"), time.monotonic() + 6
    while time.monotonic() < until and not (opened.exists() and has_open(opened, "posexport.db")):
        time.sleep(0.1)
    time.sleep(2)


def has_open(opened: Path, name: str) -> bool:
    with suppress(OSError):
        return any(Path(os.readlink(file)).name == name for file in opened.iterdir())
    return False


def stop(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[float, str]:
    """How long it takes to end, and what it said."""
    began = time.monotonic()
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    return time.monotonic() - began, told


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.long
def test_a_scheduler_whose_poweroffice_hangs_stops_in_time_and_its_turn_is_free(shop: Shop) -> None:
    year = datetime.now(UTC).year - 1
    with SandboxServer(shop.world) as server:
        shop.clock.now_s = time.time()
        shop.apply(setup_text(torget="automatic_export = true", base_url=server.base_url))
        shop.sell(sale(1, at=f"{year}-06-01T12:00:00"))
        is_asked = threading.Event()

        def slow(request: object) -> Fault:
            is_asked.set()
            return Fault("none", delay_s=20.0)

        shop.world.faults = slow
        with running(shop, "schedule", "run") as process:
            assert is_asked.wait(60)
            took_s, told = stop(process)
        assert took_s < TEN_SECONDS, told
        assert process.returncode == 0, told
        assert "Traceback" not in told
    assert read_rows(shop, "turn", "finished_at_utc_s", "taken_at_utc_s") == [(None, 0)]


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.long
@pytest.mark.parametrize("command", [["schedule", "run"], ["import", "sales.jsonl"], ["notify"]])
def test_whoever_waits_for_a_database_stops_in_time(shop: Shop, command: list[str]) -> None:
    shop.apply(torget=f'inbox = "{shop.folder / "inbox"}"')
    file = shop.write(sale(1), name="sales.jsonl")
    (shop.folder / "inbox").mkdir()
    old = shop.write(sale(2), name="inbox/old.jsonl")
    os.utime(old, (1, 1))
    with shop.open() as workspace, workspace.database.writing(), running(shop, *command) as process:
        wait_for_database(process)
        took_s, told = stop(process)
        assert took_s < TEN_SECONDS, told
    assert file.exists()
    assert count_rows(shop, "ticket") == 0


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.long
def test_a_scheduler_whose_mail_server_hangs_stops_in_time_and_works_on_until_then(shop: Shop, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    with talking(drip) as port:
        mail = f'  [company.mail]\n  server = "127.0.0.1:{port}"\n  sender = "p@example.com"\n  security = "none"\n'
        venue = f'notify = ["kari@example.com"]\n  inbox = "{inbox}"'
        shop.clock.now_s = time.time()
        shop.apply(venues=VENUES.replace("{torget}", venue) + mail)
        shop.sell(sale(1, product="999", at=f"{datetime.now(UTC).year - 1}-06-01T12:00:00"))
        inbox.mkdir()
        shop.write(sale(2), name="inbox/day.jsonl")
        with running(shop, "schedule", "run") as process:
            until = time.monotonic() + 60
            while not list(inbox.glob("done/*")) and time.monotonic() < until:
                time.sleep(0.2)
            assert list(inbox.glob("done/*")), "it was read while the mail server was being waited for"
            took_s, told = stop(process)
        assert took_s < TEN_SECONDS, told
        assert process.returncode == 0, told


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only the administrator can make a container")
@pytest.mark.long
def test_a_command_that_is_the_first_process_of_a_container_is_ended_too(shop: Shop) -> None:
    shop.apply()
    shop.write(sale(1), name="sales.jsonl")
    command = [sys.executable, "-m", "posexport", "--db", shop.url, "-v", "import", "sales.jsonl"]
    with shop.open() as workspace, workspace.database.writing():
        process = subprocess.Popen(["unshare", "--fork", "--pid", "--kill-child", *command], cwd=shop.folder)
        try:
            time.sleep(6)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
            if not children:
                pytest.skip("no container can be made here")
            began = time.monotonic()
            os.kill(int(children[0]), signal.SIGTERM)
            process.wait(timeout=TEN_SECONDS)
            assert time.monotonic() - began < TEN_SECONDS
        finally:
            process.kill()
            process.wait()


# What a person types


def opened_shop(shop: Shop, base_url: str, days: int = 3) -> None:
    shop.clock.now_s = time.time()
    shop.apply(setup_text(base_url=base_url))
    year = datetime.now(UTC).year - 1
    shop.sell(*(sale(day, at=f"{year}-06-{day:02d}T12:00:00") for day in range(1, days + 1)))


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.sampled(1)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_export_that_is_told_to_stop_ends_between_vouchers_and_says_how_to_go_on(shop: Shop, number: int) -> None:
    with SandboxServer(shop.world) as server:
        opened_shop(shop, server.base_url, days=30)
        is_asked = threading.Event()

        def slow(request: object) -> Fault:
            if getattr(request, "method", "") == "POST" and "Token" not in getattr(request, "path", ""):
                is_asked.set()
                return Fault("none", delay_s=1.5)
            return Fault("none")

        shop.world.faults = slow
        with running(shop, "export", "--venue", "torget", "--wait") as process:
            assert is_asked.wait(60)
            took_s, told = stop(process, number)
        assert took_s < TEN_SECONDS, told
        assert process.returncode == 5, told
        [said] = [line for line in told.splitlines() if line.startswith("Stopped: ")]
        drafted = count_rows(shop, "delivery", state="drafted")
        assert said.startswith(f"Stopped: {drafted} vouchers drafted, {30 - drafted} vouchers left. ")
        assert said.endswith("Go on with: posexport export --venue torget --wait")
        assert 0 < drafted < 30


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("command", [["export"], ["resolve", "torget", "{day}", "--not-drafted"]])
@pytest.mark.long
def test_a_command_whose_poweroffice_hangs_is_over_in_time_and_keeps_nothing_half(
    shop: Shop, command: list[str]
) -> None:
    with SandboxServer(shop.world) as server:
        opened_shop(shop, server.base_url, days=1)
        day = f"{datetime.now(UTC).year - 1}-06-01"
        if command[0] == "resolve":
            shop.export()
        is_asked = threading.Event()

        def slow(request: object) -> Fault:
            is_asked.set()
            return Fault("none", delay_s=20.0)

        shop.world.faults = slow
        before = read_rows(shop, "delivery", "state", "remote_id", "version")
        with running(shop, *(word.format(day=day) for word in command)) as process:
            assert is_asked.wait(60)
            took_s, told = stop(process)
        assert took_s < TEN_SECONDS, told
        assert process.returncode == 5, told
        assert "Traceback" not in told
        assert f"posexport {' '.join(command).format(day=day)}" in told.rpartition("Stopped: ")[2]
        if command[0] == "resolve":
            assert read_rows(shop, "delivery", "state", "remote_id", "version") == before


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.long
def test_an_import_that_is_told_to_stop_says_that_nothing_is_stored(shop: Shop) -> None:
    shop.apply()
    shop.write(sale(1), name="sales.jsonl")
    with shop.open() as workspace, workspace.database.writing(), running(shop, "import", "sales.jsonl") as process:
        wait_for_database(process)
        took_s, told = stop(process)
        assert took_s < TEN_SECONDS, told
    assert process.returncode == 5, told
    assert "nothing of the file that was being read is stored. Go on with: posexport import sales.jsonl" in told
    assert count_rows(shop, "ticket") == 0


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.sampled(1)
@pytest.mark.parametrize("is_writing", [False, True])
def test_an_import_of_a_large_file_that_is_told_to_stop_names_the_command_to_go_on_with(
    shop: Shop, is_writing: bool
) -> None:
    shop.apply()
    shop.write(sale(1), name="first.jsonl")
    shop.write(*(sale(n, at=f"2026-{n // 2_000 + 1:02d}-01T12:00:00") for n in range(2, 20_002)), name="sales.jsonl")
    journal = Path(f"{shop.url.removeprefix('sqlite:///')}-wal")
    with running(shop, "import", "first.jsonl", "sales.jsonl", "--venue", "torget") as process:
        until = time.monotonic() + 60
        while not count_rows(shop, "ticket") and time.monotonic() < until:
            time.sleep(0.02)
        size = journal.stat().st_size
        while is_writing and journal.stat().st_size <= size and process.poll() is None:
            time.sleep(0.005)
        took_s, told = stop(process)
    assert took_s < TEN_SECONDS, told
    assert process.returncode == 5, told
    said = "sales.jsonl was not read to its end, since posexport was told to stop. Nothing of it is stored. "
    assert f"{said}Go on with: posexport import first.jsonl sales.jsonl --venue torget" in told
    assert count_rows(shop, "ticket") == 1


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.sampled(1)
@pytest.mark.parametrize("arguments", [[], ["--test", "torget"]])
def test_notify_that_is_told_to_stop_says_what_became_of_the_messages(shop: Shop, arguments: list[str]) -> None:
    is_asked = threading.Event()

    def hang(one: socket.socket) -> None:
        is_asked.set()
        drip(one)

    with talking(hang) as port:
        mail = f'  [company.mail]\n  server = "127.0.0.1:{port}"\n  sender = "p@example.com"\n  security = "none"\n'
        shop.clock.now_s = time.time()
        shop.apply(venues=VENUES.replace("{torget}", 'notify = ["kari@example.com"]') + mail)
        shop.sell(sale(1, product="999", at=f"{datetime.now(UTC).year - 1}-06-01T12:00:00"))
        with running(shop, "notify", *arguments) as process:
            assert is_asked.wait(60)
            took_s, told = stop(process)
    assert took_s < TEN_SECONDS, told
    assert process.returncode == 5, told
    assert "Traceback" not in told
    command = " ".join(["posexport", "notify", *arguments])
    if arguments:
        assert f"No test message was sent. To try again: {command}" in told
    else:
        assert f"Stopped: what was not sent waits, and nothing is lost. Go on with: {command}" in told
        assert count_rows(shop, "message", sent_at_utc_s=None) == 1

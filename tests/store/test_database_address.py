"""Where a database is: however a password is written into it, it is understood or refused, and never shown."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, strategies as st

from posexport import wiring
from posexport.errors import Exit, PosexportError, UsageError
from posexport.store.database_address import conceal_password, parse_place, show_place
from tests.support.harness import run_program

SECRET = "Zu@cker/wa?tte#7:%x"
PARTS = ("Zu", "cker", "wa?", "tte", "7:%x", "Z%75")

URLS = {
    "as it ought to be": f"postgresql://kari:{quote(SECRET, safe='')}@{{host}}/sales",
    "with a bare @": "postgresql://kari:Zu@cker@{host}/sales",
    "with a bare @ and a slash": "postgres://kari:Zu@cker/wa@{host}/sales",
    "with a bare @ and a percent sign": "postgresql+psycopg://kari:Zu@cker%@{host}/sales",
    "with a question mark": "postgresql://kari:Zu?cker@{host}/sales",
    "as an option": f"postgresql://kari@{{host}}/sales?password={quote(SECRET, safe='')}",
    "as a bare option": "postgresql://kari@{host}/sales?password=Zu@cker/tte",
    "as an option beside others": "postgresql://{host}/sales?user=kari&password=Zu%20cker&sslmode=disable",
    "twice": "postgresql://kari:Zucker@{host}/sales?password=tteZu",
    "as another option": "postgresql://kari@{host}/sales?sslpassword=Zucker",
    "as an option that is none": "postgresql://kari@{host}/sales?passwort=Zucker",
    "with every sign escaped": "postgresql://kari:" + "".join(f"%{ord(c):02x}" for c in "Zucker") + "@{host}/sales",
}
NO_URLS = {
    "keywords": "host={host} user=kari password=Zucker dbname=sales",
    "keywords in another order": "password='Zucker' host={host}",
    "one keyword": "password=Zucker",
    "keywords apart": "dbname = sales  password = Zucker",
    "no kind": "kari:Zucker@{host}/sales",
    "no colon": "postgresql//kari:Zucker@{host}/sales",
    "one slash": "postgresql:/kari:Zucker@{host}/sales",
    "a port that is none": "postgresql://kari:Zu:cker@{host}:port/sales",
    "a password for a port": "postgresql://kari:Zu/cker?tte=Z@{host}/sales",
    "another program's": "mysql://kari:Zucker@{host}/sales",
    "SQLite's": "sqlite://kari:Zucker@{host}/sales",
    "unheard of": "oracledb+x://kari:Zucker@{host}/sales",
}


def is_shown(text: str) -> list[str]:
    return [part for part in PARTS if part.lower() in text.lower()]


@pytest.mark.parametrize("form", [*URLS, *NO_URLS])
@pytest.mark.parametrize(
    "command",
    [["status", "--json"], ["-v", "doctor"], ["--log-json", "export"], ["setup", "show"], ["import", "x.csv"]],
)
def test_no_password_of_a_database_is_ever_shown(
    form: str,
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSEXPORT_DB", (URLS | NO_URLS)[form].format(host="127.0.0.1:1"))
    code = run_program(monkeypatch, *command)
    caught = capsys.readouterr()
    assert code in (Exit.OPERATOR, Exit.WAIT), caught.err
    assert not is_shown(caught.out + caught.err), caught.err
    assert "Traceback" not in caught.err
    assert not list(tmp_path.iterdir()), "no file has the password for its name"


@pytest.mark.parametrize("form", [*URLS, *NO_URLS])
@pytest.mark.parametrize("before", [[], ["setup"]])
def test_a_database_in_the_place_of_a_command_is_not_repeated(
    form: str, before: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_program(monkeypatch, *before, (URLS | NO_URLS)[form].format(host="db.test"), "status") == Exit.OPERATOR
    caught = capsys.readouterr()
    assert not is_shown(caught.out + caught.err)
    assert "--db URL" in caught.err


@pytest.mark.parametrize("form", [*URLS, *NO_URLS])
def test_no_password_stands_in_what_a_failure_holds(form: str) -> None:
    try:
        with wiring.open_workspace((URLS | NO_URLS)[form].format(host="127.0.0.1:1")):
            raise AssertionError("nobody is there")
    except PosexportError as error:
        said = "".join(line for line in traceback.format_exception(error) if not line.lstrip().startswith("File"))
        assert not is_shown(said + repr(error) + json.dumps(str(error)))


@pytest.mark.parametrize(
    ("form", "password"),
    [
        ("as it ought to be", SECRET),
        ("with a bare @", "Zu@cker"),
        ("with a bare @ and a slash", "Zu@cker/wa"),
        ("with a bare @ and a percent sign", "Zu@cker%"),
        ("with a question mark", "Zu?cker"),
        ("as an option", SECRET),
        ("as a bare option", "Zu@cker/tte"),
        ("as an option beside others", "Zu cker"),
        ("twice", "tteZu"),
        ("with every sign escaped", "Zucker"),
    ],
)
def test_a_password_is_understood_wherever_it_stands(form: str, password: str) -> None:
    url = parse_place(URLS[form].format(host="db.test:5433"))
    assert (url.password, url.host, url.port, url.database) == (password, "db.test", 5433, "sales")
    assert "password" not in url.query
    assert url.username == "kari" or url.query["user"] == "kari"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="?"), min_size=1, max_size=30))
def test_any_password_is_understood_as_it_is_written_and_not_shown(password: str) -> None:
    for written in (quote(password, safe=""), password.replace("%", "%25")):
        url = parse_place(f"postgresql://kari:{written}@db.test/sales")
        assert (url.username, url.password, url.host, url.database) == ("kari", password, "db.test", "sales")
        assert show_place(url) == "postgresql://kari:***@db.test/sales"


@given(st.text(min_size=1, max_size=30), st.text(max_size=20), st.text(max_size=20))
def test_what_a_driver_repeats_is_concealed(password: str, before: str, after: str) -> None:
    url = parse_place("postgresql://db.test/sales").set(password=password)
    told = conceal_password(url, f"{before} {password} {after} {quote(password, safe='')}.")
    assert told.count("***") >= 2 or password in "***"


@pytest.mark.parametrize(
    "path", ["sales.db", "/srv/pos export/a@b.db", "C:\\Users\\me@work\\pos.db", "~/pos.db", "host.db", "kafé:1.db"]
)
def test_a_path_is_a_path(path: str) -> None:
    assert parse_place(path).get_backend_name() == "sqlite"


def test_a_file_that_is_there_is_a_file_whatever_its_name(tmp_path: Path) -> None:
    odd = tmp_path / "kari:a@b.db"
    odd.touch()
    assert parse_place(str(odd)).database == str(odd)
    with pytest.raises(UsageError):
        parse_place(str(tmp_path / "kari:c@d.db"))

"""Where a database is, as a person wrote it: a path or a URL; and how it is shown, without a password.

A URL may hold a password in several ways, also with characters that should have been escaped, or in what is not quite a
URL. It is recognized in all of them, so that none is printed or mistaken for a file or server name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from posexport.errors import UsageError

_URL = re.compile(r"[^/\\]*://|(sqlite|postgres(ql)?|mysql|file)(\+\w+)?:")
"""How a URL begins, also a malformed one. Anything else is a file's path."""

_KEYWORDS = re.compile(
    r"(^|\s)(host|hostaddr|port|dbname|user|password|passfile|service|sslmode|sslpassword|connect_timeout)\s*=",
    re.IGNORECASE,
)
"""How a connection string of keywords and values begins or continues."""

_NAME_AND_PASSWORD = re.compile(r"[^/\\:@\s]{2,}:.*@", re.DOTALL)
"""What stands before a host and is no path; a single letter and a colon may be a drive."""

_AS_URL = "Write --db posexport.db for a file, or --db postgresql://USER@HOST/NAME, with the password in ~/.pgpass."


def parse_place(place: str) -> URL:
    """A database's URL from what a person wrote: a URL, or the path of a SQLite file. A password is moved to where a
    URL has it, wherever it was written.

    Raises UsageError for a URL of another kind of database, and for what is no URL.

    >>> parse_place("sales.db").render_as_string()
    'sqlite:///sales.db'
    >>> parse_place("postgresql://kari:p@ss@db/sales?password=").password
    'p@ss'
    """
    if not _URL.match(place):
        return URL.create("sqlite", database=str(_parse_path(place)))
    try:
        parsed = make_url(_escape_password(place))
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        raise UsageError(f"The database URL is not one. {_AS_URL}") from None
    if backend in ("postgresql", "postgres"):
        return _move_password(parsed.set(drivername="postgresql+psycopg"))
    if backend != "sqlite":
        raise UsageError(f"posexport keeps its data in SQLite or PostgreSQL, not in {backend}.")
    if parsed.host or parsed.username or parsed.password or parsed.port:
        raise UsageError(
            "A SQLite URL has three slashes, or four before a whole path, and neither user nor host: "
            "sqlite:///posexport.db."
        )
    return parsed


def show_place(url: URL) -> str:
    """A database's name for messages: without password, and without options, which may hold one."""
    shown = url.set(drivername=url.get_backend_name(), query={})
    return shown.render_as_string(hide_password=True)


def conceal_password(url: URL, text: str) -> str:
    """A driver's message with the password redacted, should it contain it."""
    for secret in sorted(_secrets_of(url), key=len, reverse=True):
        edge = r"\b" if secret.isalnum() else ""
        text = re.sub(f"{edge}{re.escape(secret)}{edge}", "***", text)
    return text


def _parse_path(place: str) -> Path:
    path = Path(place).expanduser()
    if (_KEYWORDS.search(place) or _NAME_AND_PASSWORD.search(place)) and not _is_there(path):
        raise UsageError(f"The database is neither the path of a file nor a URL. {_AS_URL}")
    return path


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _escape_password(place: str) -> str:
    """The URL with characters escaped that would end the password early: the password ends at the last @ before the
    host."""
    scheme, sign, rest = place.partition("://")
    head, question, options = rest.partition("?")
    if "@" not in head and "@" in options.partition("=")[0]:
        head, question, options = rest, "", ""  # the question mark is the password's
    options = options.replace("@", "%40")
    written, _, host = head.rpartition("@")
    user, colon, password = written.partition(":")
    if colon:
        head = f"{quote(unquote(user), safe='')}:{quote(unquote(password), safe='')}@{host}"
    return f"{scheme}{sign}{head}{question}{options}"


def _move_password(url: URL) -> URL:
    """Move the option `?password=` to where a URL has the password; for libpq the option wins."""
    told = url.query.get("password")
    if told is None:
        return url
    password = told if isinstance(told, str) else told[-1]
    url = url.difference_update_query(["password"])
    return url.set(password=password) if password else url


def _secrets_of(url: URL) -> Iterator[str]:
    values = [url.password or ""]
    for name, value in url.query.items():
        if re.search("pass|secret|token|key", name, re.IGNORECASE) and name != "passfile":
            values += [value] if isinstance(value, str) else value
    for value in filter(None, values):
        yield from {value, quote(value, safe=""), quote_plus(value)}

"""Explains TOML syntax errors in a setup file: which line, what is wrong, and what to write instead.

TOML's own messages name a character and a column; a person who pasted from a letter, or is used to another program,
needs to hear which of the usual slips it is. The line is shown too, unless it may contain a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from posexport.errors import SetupFault
from posexport.setup.schema import HEADERS

OTHERWISE = (
    'Mend the line: text stands in quotes (name = "Torget"), a table begins with its name in brackets '
    "([[company.venue]]), and a key is written once per table."
)

_FIELDS = [(name, field) for fields in HEADERS.values() for name, field in fields.items()]
_SECRET_KEYS = {name for name, field in _FIELDS if field.shape == "secret"} | {"base_url"}
_KEYS = {name for name, _ in _FIELDS}
_SECRET_WORDS = re.compile(r"(?i)key|pass|secret|token|pwd|nøkkel|nokkel|hemmelig|base_url|://")
_LOOKS_SECRET = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}|(?=\w*[0-9])(?=\w*[A-Za-z])\w{16,}")
_CURLY = "“”„‟«»‘’‚‛′″"
_INVISIBLE = {
    "\N{NO-BREAK SPACE}": "a no-break space",
    "\N{NARROW NO-BREAK SPACE}": "a no-break space",
    "\N{ZERO WIDTH SPACE}": "a space of no width",
    "\N{ZERO WIDTH NO-BREAK SPACE}": "a byte order mark",
    "\N{WORD JOINER}": "a sign of no width",
}
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_STRING_AS_MEANT = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'')
_PAIR = re.compile(r"""\s*(?P<key>[A-Za-z_][\w-]*|"[^"]*")\s*(?P<sign>[=:]?)\s*(?P<value>.*?)\s*$""")
_DATE = re.compile(r"(?P<first>[0-9]{1,4})[./-](?P<month>[0-9]{1,2})[./-](?P<last>[0-9]{1,4})\b")
_TIME = re.compile(r"(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})")
_YES = {"true": True, "yes": True, "ja": True, "on": True, "sann": True, "y": True, "j": True}
_NO = {"false": False, "no": False, "nei": False, "off": False, "usann": False, "n": False}


class _Line(NamedTuple):
    """A line as it was written, and its parts. `bare`: the line without complete strings and comments."""

    text: str
    key: str
    sign: str
    value: str
    bare: str
    message: str
    may_be_shown: bool

    def show(self, value: str) -> str:
        """The corrected line with this value; with a reference where it may be a secret."""
        if self.may_be_shown:
            return f"{self.key or 'name'} = {value}"
        near = get_close_matches(self.key.lower(), _KEYS, 1, 0.7)
        value = '"env:NAME"' if near and near[0] in _SECRET_KEYS - {"base_url"} else '"..."'
        return f"{self.name} = {value}"

    @property
    def name(self) -> str:
        """Its key, if it is one of the setup's; otherwise "", since the text may itself be a secret."""
        near = get_close_matches(self.key.lower(), _KEYS, 1, 0.7)
        return self.key if near else "name"


_Told = tuple[str, str] | None


def explain_mistake(message: str, text: str) -> SetupFault:
    """The fault in a text that is not valid TOML. `message` is tomllib's, which contains keys at most."""
    place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if place is None:
        return SetupFault(None, f"The file is not TOML: {message}.", OTHERWISE)
    lines = text.split("\n")
    number = int(place[1]) if place[1] else text.rstrip("\n").count("\n") + 1
    reason = message[: place.start()]
    opened = _find_open(lines, number)
    if opened is not None:
        number, what, fix = opened
        return _fault(lines, number, what, fix)
    line = _take_apart(lines, number, reason)
    before = _take_apart(lines, number - 1, reason) if number > 1 else line
    if reason.startswith('Expected "\'"') and before.bare.count("'") % 2:
        line, number = before, number - 1
    brackets = _find_other_brackets(lines, number, reason)
    if brackets is not None:
        return _fault(lines, number, *brackets)
    for look in _LOOKS:
        told = look(line)
        if told is not None:
            return _fault(lines, number, *told)
    twice = _find_twice(lines, number, reason)
    if twice is not None:
        return _fault(lines, number, *twice)
    return _fault(lines, number, f"The file is not TOML here: {reason}", OTHERWISE)


def _fault(lines: list[str], number: int, what: str, fix: str) -> SetupFault:
    return SetupFault(number, f"{what}.", fix, _show(lines, number))


def _take_apart(lines: list[str], number: int, message: str) -> _Line:
    text = lines[number - 1] if number <= len(lines) else ""
    found = _PAIR.match(text)
    key, sign, value = (found["key"], found["sign"], found["value"]) if found else ("", "", text.strip())
    bare = _STRING.sub('""', text).partition("#")[0]
    value = re.sub(r"\s+#[^\"']*$", "", value)
    return _Line(text, key, sign, value, bare, message, _may_be_shown(lines, number))


# ---- may it be shown ----


def _show(lines: list[str], number: int) -> str:
    """A line for a message; empty where it may contain a secret."""
    if number > len(lines) or not _may_be_shown(lines, number):
        return ""
    shown = "".join(sign if sign.isprintable() else "?" for sign in lines[number - 1].strip().replace("\t", " "))
    return shown if len(shown) <= 100 else f"{shown[:97]}..."


def _may_be_shown(lines: list[str], number: int) -> bool:
    """Whether a line certainly contains no secret: it belongs to a key of the setup that takes none, and nothing in it
    looks like one."""
    text = lines[number - 1] if number <= len(lines) else ""
    if _SECRET_WORDS.search(text) or _LOOKS_SECRET.search(text):
        return False
    for line in reversed(lines[:number]):
        if re.match(r"\s*\[\[?\s*[A-Za-z]", line):
            return True
        found = re.match(r"\W*(?P<key>[^\W\d][\w-]*)", line)
        near = get_close_matches(found["key"].lower(), _KEYS, 1, 0.7) if found else []
        if near:
            return near[0] not in _SECRET_KEYS and not _SECRET_WORDS.search(line)
        if "=" in line or line is text:
            return False
    return False


# ---- what it is ----


def _find_open(lines: list[str], number: int) -> tuple[int, str, str] | None:
    """A multi-line string or list that is opened before the line and not closed."""
    depth, opened, quotes = 0, 0, ""
    for at, text in enumerate(lines[: number - 1], start=1):
        for found in re.finditer(r'"""|\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#.*|[\[\]]', text):
            sign = found[0]
            if quotes:
                quotes = "" if sign == quotes else quotes
            elif sign in ('"""', "'''"):
                quotes, opened = sign, at
            elif sign == "[" and (depth or not re.match(r"\s*\[", text)):
                depth, opened = depth + 1, at if not depth else opened
            elif sign == "]" and depth:
                depth -= 1
    if quotes:
        return opened, f"The text that begins with {quotes} here is never closed", f"Write {quotes} where it ends."
    if depth and number <= len(lines) and re.match(r"\s*(\[\[?\w|[A-Za-z_][\w-]*\s*=)", lines[number - 1]):
        return opened, "The list that begins here is never closed", 'Close it with ], such as: registers = ["1", "2"]'
    return None


def _look_curly(line: _Line) -> _Told:
    if not any(sign in line.bare for sign in _CURLY):
        return None
    plain = re.sub(f"[{_CURLY}]", '"', line.value)
    meant = _STRING_AS_MEANT.fullmatch(plain) is not None or plain.startswith(("[", "{"))
    fix = f"Write: {line.show(plain)}" if meant and line.sign else 'Write straight quotes: name = "Torget"'
    return "The quotes are curly, as in a letter; a setup file has straight ones", fix


def _look_invisible(line: _Line) -> _Told:
    found = next((name for sign, name in _INVISIBLE.items() if sign in line.bare), None)
    if found is None:
        return None
    return f"The line holds {found}, which is not seen", "Delete the blanks of the line and type them again."


def _look_header(line: _Line) -> _Told:
    text = line.text.partition("#")[0].strip()
    if not text.startswith("["):
        return None
    name = re.sub(r"\s*\.\s*", ".", text.strip("[] \t")).replace(" ", ".")
    several = name in ("company", "company.venue") or name.endswith(("_type", "vat_code"))
    right = f"[[{name}]]" if several else f"[{name}]"
    if not re.fullmatch(r"[\w.-]+", name):
        right = "[[company.venue]]"
    elif re.sub(r"\s", "", text) == right:
        return None
    return "The name of a table begins and ends with the same brackets, and has a line of its own", f"Write: {right}"


def _look_twice_or_nothing(line: _Line) -> _Told:
    if line.sign == "=" and not line.value:
        return (
            f"{line.name} has no value",
            f"Write one, such as {line.show(chr(34) + '...' + chr(34))}, or take the line out.",
        )
    if line.sign == ":":
        value = line.value if line.value[:1] in ('"', "'", "[", "{") else f'"{line.value}"'
        return f"{line.name} is followed by a colon; here it is =", f"Write: {line.show(value)}"
    if line.key and not line.sign and not line.text.strip().startswith(("[", "#", '"')):
        value = line.value if line.value[:1] in ('"', "'", "[", "{") else f'"{line.value or "..."}"'
        return f"{line.name} has no = after it", f"Write: {line.show(value)}"
    return None


def _look_backslash(line: _Line) -> _Told:
    if "\\" not in line.text or not re.search(r"(?i)escape|hex value|unicode|backslash", line.message):
        return None
    inside = line.value.strip('"')
    simple = "'" not in inside and '"' not in inside
    return (
        'A backslash in "..." begins a sign of its own, so a Windows path cannot stand there',
        f"Write it in single quotes: {line.show(chr(39) + inside + chr(39))}" if simple else "Write / instead of \\.",
    )


def _look_quotes(line: _Line) -> _Told:
    """A quote that is not closed, closed but not opened, or inside another."""
    rest = line.bare.replace('""', "")
    if line.value.startswith(('"', "'")) and (rest.count('"') % 2 or rest.count("'") % 2):
        mark = line.value[0]
        inside = line.value.strip("\"' ")
        return f"The text is opened with {mark} and never closed", f"Write: {line.show(mark + inside + mark)}"
    if line.value.endswith('"') and not line.value.startswith(('"', "[", "{", "'")) and line.value.count('"') == 1:
        return "The text is closed with a quote and never opened", f"Write: {line.show(chr(34) + line.value)}"
    found = _STRING.match(line.value)
    if found and found.end() < len(line.value):
        if line.value[found.end() :].lstrip().startswith(","):
            return "Several values stand in a list", f"Write: {line.show('[' + line.value + ']')}"
        if line.value.endswith('"') and line.value.count('"') > 2 and "'" not in line.value:
            return (
                "There are quotes inside the quotes",
                f"Write single ones around it: {line.show(chr(39) + line.value[1:-1] + chr(39))}",
            )
        return "There is something after the closing quote", f"Write: {line.show(found[0])}"
    return None


def _look_bool(line: _Line) -> _Told:
    word = line.value.rstrip(",").strip()
    known = _YES | _NO
    if line.sign != "=" or word.lower() not in known:
        return None
    right = "true" if known[word.lower()] else "false"
    return f"{word} is no value; yes and no are true and false, in small letters", f"Write: {line.show(right)}"


def _look_date(line: _Line) -> _Told:
    found = _DATE.match(line.value)
    if line.sign != "=" or found is None:
        return None
    meant, why = _turn(found), "A date is written year-month-day, with dashes"
    if meant is None:
        return why, f"Write it as: {line.show('2026-11-20')}"
    if meant == "":
        return "There is no such date", f"Write it as: {line.show('2026-11-20')}"
    return why, f"Write: {line.show(meant)}"


def _turn(found: re.Match[str]) -> str | None:
    """A date written day before month, in ISO order; "" where there is none, None where it is ambiguous."""
    first, month, last = found["first"], int(found["month"]), found["last"]
    year, day = (int(first), int(last)) if len(first) == 4 else (int(last), int(first))
    if "/" in found[0] and len(first) < 4 and (day <= 12 or month > 12):
        return None
    try:
        return date(year + 2000 if year < 100 else year, month, day).isoformat()
    except ValueError:
        return ""


def _look_time(line: _Line) -> _Told:
    found = _TIME.fullmatch(line.value)
    if line.sign != "=" or found is None:
        return None
    hour = int(found["hour"])
    minute = found["minute"]
    quoted = f'"{hour:02}:{minute}"'
    return "A time stands in quotes", f"Write: {line.show(quoted)}"


def _look_table(line: _Line) -> _Told:
    """A list or inline table with something missing or too much."""
    for left, right, name, example in (
        ("{", "}", "table", 'accounts = { "31" = "3030", "3" = "3020" }'),
        ("[", "]", "list", 'registers = ["1", "2"]'),
    ):
        if not line.key or not line.value.startswith(left):
            continue
        if line.bare.count(left) != line.bare.count(right):
            return f"The {name} is not closed with {right} on its line", f"Write: {example}"
        return f"Something is wrong in the {name}: its parts stand in quotes with commas between", f"Write: {example}"
    return None


def _look_unquoted(line: _Line) -> _Told:
    if (
        line.sign != "="
        or line.value.startswith(('"', "'", "[", "{"))
        or line.message.startswith(("Cannot", "Duplicate"))
    ):
        return None
    inside = line.value.replace('"', "").replace("\\", "/") if line.may_be_shown else ""
    inside = re.sub(r"^([0-9]+),([0-9]{1,2})$", r"\1.\2", inside)
    return "The text stands without quotes", f"Write: {line.show(chr(34) + inside + chr(34))}"


def _look_key(line: _Line) -> _Told:
    if not line.key and "=" in line.text and re.match(r"\s*[^\W\d]", line.text):
        return "A key has no other signs than a-z, 0-9, - and _", "Write the key as the guide has it, or in quotes."
    return None


_LOOKS: tuple[Callable[[_Line], _Told], ...] = (
    _look_curly,
    _look_invisible,
    _look_header,
    _look_twice_or_nothing,
    _look_backslash,
    _look_quotes,
    _look_bool,
    _look_date,
    _look_time,
    _look_table,
    _look_unquoted,
    _look_key,
)


_ACCOUNTS = re.compile(r"(?P<open>\[\[?)\s*(?P<name>company(\.venue)?\.accounts)\s*\]\]?")
_EACH = "write each as [[{0}]], with valid_from = 2026-12-01 in the one that counts later."
"""The hint that there may be an accounts table per `valid_from`."""


def _find_other_brackets(lines: list[str], number: int, message: str) -> tuple[str, str] | None:
    """Accounts tables by `valid_from` that begin with [[ in one place and [ in another."""
    headers = [line.partition("#")[0].strip() for line in lines[:number]]
    here = _ACCOUNTS.fullmatch(headers[-1]) if headers and message.startswith("Cannot") else None
    if here is None:
        return None
    for at in range(number - 1, 0, -1):
        there = _ACCOUNTS.fullmatch(headers[at - 1])
        if there and there["name"] == here["name"] and there["open"] != here["open"]:
            return f"{here[0]} stands here, and {there[0]} on line {at}", _EACH.format(here["name"]).capitalize()
    return None


def _mend_twice(name: str) -> str:
    """The fix for a duplicate key or table."""
    accounts = _ACCOUNTS.fullmatch(name)
    return f"Keep one of them, or {_EACH.format(accounts['name'])}" if accounts else "Keep one of them."


def _find_twice(lines: list[str], number: int, message: str) -> tuple[str, str] | None:
    """A key or table name that occurs twice."""
    if not message.startswith(("Cannot", "Duplicate")):
        return None
    text = lines[number - 1].partition("#")[0].strip()
    is_table = text.startswith("[")
    name = text if is_table else text.partition("=")[0].strip()
    for at in range(number - 2, -1, -1):
        before = lines[at].partition("#")[0].strip()
        if before == name if is_table else before.partition("=")[0].strip() == name:
            return f"{name} stands here and on line {at + 1}", _mend_twice(name)
        if not is_table and before.startswith("["):
            break
    return f"{name} stands here and before", "Keep one of them."

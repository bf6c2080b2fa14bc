"""The setup file: TOML that a person writes -> checked companies, and back.

Here are reading the whole file, with every fault and its line, and writing it. Which keys exist is in `schema`, rules
are in `check`, single values in `values`, secrets in `secrets`, comparisons in `changes`, a new client's first file in
`starter`. Secrets are references throughout: reading looks them up once, to report missing ones early, and keeps none.

Source: TOML 1.0. `tomllib` gives no line numbers, so `locate_lines` finds them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import tomlkit

from posexport.core.company import Company, Document, Setup, parse_company
from posexport.errors import SetupFault, SetupRefused, UsageError
from posexport.setup.mistakes import OTHERWISE, explain_mistake
from posexport.setup.schema import COMPANY, Fields
from posexport.setup.toml_lines import locate_lines


class SetupRead(NamedTuple):
    """The companies of a setup file, and notes: missing secrets, which are needed to send anything, and what looks like
    a slip."""

    companies: tuple[Company, ...]
    notes: tuple[str, ...]


def read_setup(path: Path, saved: Setup, environ: Mapping[str, str]) -> tuple[Company, ...]:
    """The companies of a setup file; raises as `read_setup_file`."""
    return read_setup_file(path, saved, environ).companies


def read_setup_file(path: Path, saved: Setup, environ: Mapping[str, str]) -> SetupRead:
    """Read a setup file, checked against the `saved` setup and the secrets in `environ`.

    Raises SetupRefused with every fault and its line, and UsageError where the file cannot be read.
    """
    from posexport.setup.check import check_document

    text = _read_text(path)
    try:
        raw = tomllib.loads(text)
        lines = locate_lines(text)
    except ValueError as error:
        raise SetupRefused(str(path), [explain_mistake(str(error), text)]) from None
    except RecursionError:
        fault = SetupFault(None, "Lists or tables stand too deep in each other.", OTHERWISE)
        raise SetupRefused(str(path), [fault]) from None
    documents, faults, notes = check_document(raw, lines, saved, environ)
    if faults:
        raise SetupRefused(str(path), faults)
    return SetupRead(tuple(parse_company(document) for document in documents), tuple(notes))


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"There is no setup file {path}. Check the path.") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(f"The setup file {path} cannot be read ({why}). Give the path of a file.") from None
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):  # as PowerShell and Notepad may save it
            return raw.decode("utf-16").replace("\r\n", "\n")
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        fault = SetupFault(line, "The file is not UTF-8 text.", "Save it again with encoding UTF-8.")
        raise SetupRefused(str(path), [fault]) from None


# ---- lines ----


# ---- writing it back ----


def format_setup(companies: Iterable[Company], *, with_defaults: bool = False) -> str:
    """These companies as the text of a setup file; secrets stay references. With `with_defaults`, keys left at their
    default are included as comments.

    `read_setup` of this text returns the same companies.
    """
    tables = (_format_table("[[company]]", company.document, COMPANY, with_defaults) for company in companies)
    return "\n\n".join("\n".join(lines) for lines in tables) + "\n"


def _format_table(header: str, document: Document, fields: Fields, with_defaults: bool) -> list[str]:
    """A table's lines: its own keys, then a block for each table under it, indented by two spaces."""
    lines = [header]
    name = header.strip("[]")
    for key, row in fields.items():
        if row.fields is None and key in document:
            lines.append(f"{key} = {_format_field(key, document[key])}")
        elif row.fields is None and with_defaults and row.default not in (None, "", [], {}):
            lines.append(_format_default(key, row.default))
    for key, row in fields.items():
        if key not in document or row.fields is None:
            continue
        several = isinstance(document[key], list)
        under = f"[[{name}.{key}]]" if several else f"[{name}.{key}]"
        for table in document[key] if several else [document[key]]:
            block = _format_table(under, table, row.fields, with_defaults)
            lines += ["", *(f"  {line}" if line else "" for line in block)]
    return lines


def _format_default(key: str, value: object) -> str:
    """A key's default as a comment that can be made a real line."""
    return f"# {key} = {format_value(value)}  # default"


_DATES = ("export_from", "valid_from", "from", "until")
"""Keys whose values are dates."""


def _format_field(key: str, value: object) -> str:
    """A key's line; dates are stored as text and written as TOML dates."""
    return str(value) if key in _DATES else format_value(value)


def format_value(value: object) -> str:
    """A value in TOML, on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return f"[{', '.join(format_value(one) for one in value)}]"
        case dict():
            pairs = ", ".join(f"{format_value(str(key))} = {format_value(one)}" for key, one in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case str():
            return "".join(map(_format_sign, tomlkit.string(value).as_string()))
        case _:
            return str(value)


def _format_sign(sign: str) -> str:
    """A character in a TOML string; invisible and control characters are escaped."""
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


# ---- what a change changes ----

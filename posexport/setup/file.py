"""The setup file: TOML a person writes -> checked companies, and back.

Here are the file and its text: reading it whole with every fault and its line, and writing it as a person would. What
may stand in it is told by `check`, single values are read by `values` and secrets by `secrets`; what a change changes
is said in `changes`, and a first file for a new client is made in `starter`. Secrets are references throughout: reading
looks them up once, to say early that one is missing, and keeps none.

Source: TOML 1.0. `tomllib` reads it but names no lines, so `locate_lines` finds them.
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
    """The companies of a setup file, and notes on the keys that are not there yet: they are needed to send anything."""

    companies: tuple[Company, ...]
    notes: tuple[str, ...]


def read_setup(path: Path, saved: Setup, environ: Mapping[str, str]) -> tuple[Company, ...]:
    """The companies of a setup file. As `read_setup_file`."""
    return read_setup_file(path, saved, environ).companies


def read_setup_file(path: Path, saved: Setup, environ: Mapping[str, str]) -> SetupRead:
    """A setup file, checked against what is `saved` and against `environ`'s secrets, where they are there.

    Raises SetupRefused with every fault and its line, UsageError where there is no file to read.
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
    """A setup file of these companies, as a person would write it; secrets stay references. `with_defaults`: with what
    holds where a key is left out, as comments.

    `read_setup` reads the same companies back from it.
    """
    tables = (_format_table("[[company]]", company.document, COMPANY, with_defaults) for company in companies)
    return "\n\n".join("\n".join(lines) for lines in tables) + "\n"


def _format_table(header: str, document: Document, fields: Fields, with_defaults: bool) -> list[str]:
    """A table's lines: its own keys first, then a block for each table under it, two spaces in."""
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
    """What holds where a key is left out: a comment, which can be made a line of its own and changed."""
    return f"# {key} = {format_value(value)}  # default"


def _format_field(key: str, value: object) -> str:
    """A date is kept as text and written as a date."""
    return str(value) if key in ("export_from", "valid_from") else format_value(value)


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
    """A letter in a TOML string: what is not seen, or steers a terminal, by its number."""
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


# ---- what a change changes ----

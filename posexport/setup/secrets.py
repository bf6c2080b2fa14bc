"""Secrets by reference: `env:NAME`, `file:PATH`, and `vault:COMPANY/NAME` for a key that was typed in the office and
lies sealed in the database. The setup says where a key is, never the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from posexport.errors import MissingSecret

VARIABLE_FORM = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


# PowerOffice's keys look like this: one that follows env: or file: is the secret itself.
KEY_ITSELF = re.compile(r"[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}")


class NoSecret(Exception):
    """A reference that gives no usable key. `is_absent`: the reference is valid, and nothing is there (yet)."""

    def __init__(self, reference: str, why: str, fix: str, *, is_absent: bool = False) -> None:
        self.reference, self.why, self.fix, self.is_absent = reference, why, fix, is_absent
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Secrets(Mapping[str, str]):
    """Where references lead: the environment, and the vault. `open_vault`: the secret of a name in it; raises
    NoSecret."""

    environ: Mapping[str, str] = field(repr=False)
    open_vault: Callable[[str], str] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        return self.environ[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.environ)

    def __len__(self) -> int:
        return len(self.environ)


VAULT_NAME_FORM = re.compile(r"[a-z0-9-]{1,30}/[0-9a-f]{16}")
"""A name in the vault: whose it is (the company's id), and a random number."""


def is_of_another(reference: str, company_id: str) -> bool:
    """Whether a reference is to a key that was sealed for another company."""
    return reference.startswith("vault:") and not reference.startswith(f"vault:{company_id}/")


KEY_LENGTH_MIN = 8
"""A key with fewer characters is none of PowerOffice Go's, and too short to be redacted wherever it occurs."""


def resolve_secret(reference: str, environ: Mapping[str, str]) -> str:
    """The secret behind `env:NAME` or `file:PATH` (relative to the current folder), without surrounding whitespace.
    Raises MissingSecret, whose message never contains a value."""
    try:
        return find_secret(reference, environ)
    except NoSecret as missing:
        raise MissingSecret(missing.reference, missing.why) from None


def find_secret(reference: str, environ: Mapping[str, str]) -> str:
    """As `resolve_secret`, but raises NoSecret, which says how to fix it."""
    kind, name = split_reference(reference)
    if kind == "env":
        fix = f"Set {name} in the environment that runs posexport."
        if name not in environ:
            raise NoSecret(reference, "is not set", fix, is_absent=True)
        value = environ[name].strip()
    elif kind == "vault":
        if not isinstance(environ, Secrets):
            fix = "Run it where the database is open."
            raise NoSecret(reference, "lies in the vault, which is not open here", fix, is_absent=True)
        value = environ.open_vault(name)
        fix = "Type it again in the office."
    else:
        fix = f"Put the secret in the file {name} and let posexport read it, or correct the path."
        try:
            value = Path(name).read_text(encoding="utf-8-sig").strip()
        except FileNotFoundError:
            raise NoSecret(reference, "is a file that is not there", fix, is_absent=True) from None
        except (OSError, ValueError) as error:
            why = "is a file that cannot be read as text"
            raise NoSecret(reference, why, fix, is_absent=isinstance(error, PermissionError)) from None
    if not value:
        raise NoSecret(reference, "is empty", fix, is_absent=True)
    if not (value.isascii() and value.isprintable()):
        raise NoSecret(reference, "holds more than one line, or characters no key has", fix)
    return value


def split_reference(reference: str) -> tuple[Literal["env", "file", "vault"], str]:
    """("env", NAME), ("file", PATH) or ("vault", COMPANY/NAME). The text may be a secret by mistake, so no message
    repeats it."""
    kind, _, name = reference.partition(":")
    if not KEY_ITSELF.fullmatch(name.strip()):
        if kind == "env" and VARIABLE_FORM.fullmatch(name):
            return "env", name
        if kind == "vault" and VAULT_NAME_FORM.fullmatch(name):
            return "vault", name
        if kind == "file" and name.strip():
            return "file", name
    raise NoSecret(
        "(not shown here)",
        "is written out, or is no reference",
        "Put the secret in an environment variable or a file and write env:NAME or file:PATH here. "
        "A secret that has stood in a file others read should be made anew.",
    )

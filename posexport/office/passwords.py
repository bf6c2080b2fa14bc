"""Passwords: what they have to be, and how they are kept (argon2id, RFC 9106's second recommended option)."""

from __future__ import annotations

import threading
import unicodedata
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from posexport.core.roles import User

LENGTH_MIN = 12
LENGTH_MAX = 1000
"""So that nobody keeps the server busy with a longer one."""

_PART_MIN = 4
"""A name shorter than this may be part of a password: it is part of too many words."""

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_at_once = threading.BoundedSemaphore(4)
"""Each takes 64 MiB while it is worked out."""


class Weakness(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    NAME = "name"
    """It has the user's name or e-mail address in it."""


def find_weakness(password: str, user: User) -> Weakness | None:
    """Why a password cannot be this user's; None where it can. There are no other rules: any characters will do."""
    if len(_normalize(password)) < LENGTH_MIN:
        return Weakness.SHORT
    if len(password) > LENGTH_MAX:
        return Weakness.LONG
    plain = _squeeze(password)
    names = {_squeeze(told) for told in (user.name, user.email, user.email.partition("@")[0])}
    return Weakness.NAME if any(len(name) >= _PART_MIN and name in plain for name in names) else None


def hash_password(password: str) -> str:
    """What is stored of a password."""
    with _at_once:
        return _hasher.hash(_normalize(password))


def is_password(hashed: str, password: str) -> bool:
    """Whether a password is the one that was hashed. Takes as long where there is none to compare with."""
    known = hashed or _hash_of_nobody()
    if len(password) > LENGTH_MAX:
        password = ""
    try:
        with _at_once:
            _hasher.verify(known, _normalize(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(hashed)


def is_outdated(hashed: str) -> bool:
    """Whether a hash was made more cheaply than today's are."""
    return _hasher.check_needs_rehash(hashed)


@cache
def _hash_of_nobody() -> str:
    return hash_password("nobody has this password")


def _normalize(password: str) -> str:
    """The same characters, however a keyboard puts them together."""
    return unicodedata.normalize("NFKC", password)


def _squeeze(told: str) -> str:
    return "".join(_normalize(told).casefold().split())

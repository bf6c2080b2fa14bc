"""Seals keys, so that they can lie in the database: AES-256-GCM, each bound to its name. Never here: where they lie."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

VARIABLE = "POSEXPORT_VAULT_KEY"
"""The environment variable that has the vault's key: 32 bytes as base64 or hexadecimal digits, or file:PATH."""

OLD_VARIABLE = "POSEXPORT_VAULT_KEY_OLD"
"""The one that has the key before, while keys are sealed anew (see `app.vault.rotate`)."""

_KEY_BYTES, _NONCE_BYTES = 32, 12


class VaultLocked(Exception):
    """The vault cannot be opened, or what lies in it not be read. The text says why, and nothing of a key."""


@dataclass(frozen=True, slots=True)
class VaultKey:
    """A key that seals other keys. `id`: by which it is known beside what it sealed; says nothing of the key."""

    id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A key as it lies in the vault. `key_id`: of the vault's key that sealed it."""

    key_id: str
    nonce: bytes
    ciphertext: bytes


def load_vault_keys(environ: Mapping[str, str]) -> list[VaultKey]:
    """The vault's keys: the one to seal with first, then the one before, where there is one; none where none is set.

    Raises VaultLocked for what is no key.
    """
    return [_read(name, environ[name]) for name in (VARIABLE, OLD_VARIABLE) if environ.get(name, "").strip()]


def _read(name: str, written: str) -> VaultKey:
    written = written.strip()
    if written.startswith("file:"):
        try:
            written = Path(written.removeprefix("file:")).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise VaultLocked(f"the file that {name} names cannot be read as a key") from None
    key = _decode(written)
    if key is None:
        raise VaultLocked(f"{name} is no key of 32 bytes, as base64 or hexadecimal digits")
    return VaultKey(hashlib.sha256(b"posexport vault" + key).hexdigest()[:16], key)


def _decode(written: str) -> bytes | None:
    for decode in (bytes.fromhex, lambda text: base64.b64decode(text, validate=True)):
        try:
            key = decode(written)
        except (ValueError, binascii.Error):
            continue
        if len(key) == _KEY_BYTES:
            return key
    return None


def make_vault_key() -> str:
    """A new key, as it is written into the environment."""
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode()


def seal(key: VaultKey, name: str, secret: str) -> Sealed:
    """Seal a secret under its name, which is not stored with it: under another one it cannot be opened."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    return Sealed(key.id, nonce, AESGCM(key.key).encrypt(nonce, secret.encode(), name.encode()))


def unseal(keys: list[VaultKey], name: str, sealed: Sealed) -> str:
    """The secret again. Raises VaultLocked where none of the keys sealed it under this name."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = next((key for key in keys if key.id == sealed.key_id), None)
    if key is None:
        raise VaultLocked(
            f"is sealed with another key than {VARIABLE}" if keys else f"is sealed, and {VARIABLE} is not set"
        )
    try:
        return AESGCM(key.key).decrypt(sealed.nonce, sealed.ciphertext, name.encode()).decode()
    except InvalidTag:
        raise VaultLocked("was not sealed under that name, or is damaged") from None

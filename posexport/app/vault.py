"""posexport vault, and keys typed in the office: sealed, tried against PowerOffice Go, and named in the setup."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from posexport.app.setup import Saying
from posexport.app.setup_rows import set_rows
from posexport.app.workspace import Workspace
from posexport.core.company import Company, Venue
from posexport.core.ports.ledger import Identity
from posexport.core.setup_revision import RowAddress
from posexport.errors import (
    ClientKeyShared,
    KeysRefused,
    KeyTooShort,
    MissingSecret,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    UsageError,
)
from posexport.ledgers.registry import find_ledger
from posexport.setup.rows import RowChange
from posexport.setup.sealing import OLD_VARIABLE, VARIABLE, Sealed, VaultKey, VaultLocked, load_vault_keys, seal, unseal
from posexport.setup.secrets import KEY_LENGTH_MIN, NoSecret
from posexport.store.database import Database
from posexport.store.setup_revisions import list_documents
from posexport.store.vault import StoredKey, add_key, read_key, read_keys, remove_key, reseal_key

COMPANY_KEYS = ("application_key", "subscription_key")
VENUE_KEYS = ("client_key", "application_key")
"""What may be typed of a company, and of a venue."""

KEY_LENGTH_MAX = 500


class KeyNotSet(Exception):
    """A key that was typed is not taken. `code`: why: "no-vault", "no-key", "refused", "other-client", "shared",
    "not-reached", "setup"; `client`: whose it is, where that is another one's."""

    def __init__(self, code: str, client: str = "") -> None:
        super().__init__(code)
        self.code, self.client = code, client


@dataclass(frozen=True, slots=True)
class KeySet:
    """A key that is set. `client`: whom PowerOffice Go says it belongs to, "" where that could not be asked (yet)."""

    reference: str
    client: str = ""


@dataclass(frozen=True, slots=True)
class SetBy:
    """Who typed a key, and when (UTC s)."""

    who: str
    at_utc_s: int


def is_vault_open(workspace: Workspace) -> bool:
    """Whether keys can be sealed."""
    try:
        return bool(load_vault_keys(workspace.secrets))
    except VaultLocked:
        return False


def make_opener(database: Database, environ: Mapping[str, str]) -> Callable[[str], str]:
    """What opens a key of the vault by its name, for `setup.secrets.Secrets`."""

    def open_vault(name: str) -> str:
        reference, fix = f"vault:{name}", f"Set {VARIABLE} in the environment that runs posexport."
        with database.reading() as connection:
            stored = read_key(connection, name)
        if stored is None:
            raise NoSecret(reference, "is not in the vault", "Type it again in the office.", is_absent=True)
        try:
            return _open(load_vault_keys(environ), stored)
        except VaultLocked as locked:
            raise NoSecret(reference, str(locked), fix, is_absent=True) from None

    return open_vault


def _open(keys: list[VaultKey], stored: StoredKey) -> str:
    sealed = Sealed(stored.key_id, bytes.fromhex(stored.nonce), bytes.fromhex(stored.sealed))
    return unseal(keys, stored.name, sealed)


def _seal(key: VaultKey, name: str, secret: str, who: str, at_utc_s: int) -> StoredKey:
    sealed = seal(key, name, secret)
    return StoredKey(name, sealed.key_id, sealed.nonce.hex(), sealed.ciphertext.hex(), who, at_utc_s)


def read_set_by(workspace: Workspace, references: Mapping[str, str | None]) -> dict[str, SetBy]:
    """Who set which of these references (by key), of those that lie in the vault."""
    names = {ref.removeprefix("vault:"): key for key, ref in references.items() if ref and ref.startswith("vault:")}
    with workspace.database.reading() as connection:
        return {names[one.name]: SetBy(one.who, one.at_utc_s) for one in read_keys(connection, names)}


# Setting a key


def set_key(workspace: Workspace, company: Company, venue: Venue | None, key: str, secret: str) -> KeySet:
    """Seal a key, try it, and name it in the setup: a company's, or with `venue`, a venue's.

    Raises KeyNotSet, with nothing saved.
    """
    with _seal_new(workspace, company, secret, KEY_LENGTH_MIN) as reference:
        client = _try(workspace, company, venue, key, reference)
        row = RowAddress("company") if venue is None else RowAddress("venue", venue.id)
        _name_in_setup(workspace, company, row, key, reference)
    return KeySet(reference, client)


def set_mail_password(workspace: Workspace, company: Company, password: str) -> None:
    """Seal the password of a company's mail server, and name it in the setup. It is not tried.

    Raises KeyNotSet, with nothing saved; "setup" too where the company has no mail server.
    """
    if company.mail is None:
        raise KeyNotSet("setup")
    with _seal_new(workspace, company, password, 1) as reference:
        _name_in_setup(workspace, company, RowAddress("mail"), "password", reference)


def remove_mail_server(workspace: Workspace, company: Company, saying: Saying) -> None:
    """Take a company's mail server out of the setup, and its password out of the vault, with those that it replaced.

    Raises what `set_rows` raises; nothing is removed then.
    """
    set_rows(workspace, company.id, [RowChange(RowAddress("mail"), "remove")], workspace.secrets, saying)
    still_named = _list_vault_names(one.document for one in workspace.load_setup().companies)
    with workspace.database.writing() as connection:
        documents = list_documents(connection, company.id)
        once = _list_vault_names(document["mail"] for document in documents if "mail" in document)
        for name in once - still_named:
            remove_key(connection, name)


def _list_vault_names(documents: Iterable[Mapping[str, Any]]) -> set[str]:
    """The names of what these documents have in the vault."""
    text = "\n".join(json.dumps(document, default=str) for document in documents)
    return set(re.findall(r'"vault:([^"]+)"', text))


@contextmanager
def _seal_new(workspace: Workspace, company: Company, secret: str, length_min: int) -> Iterator[str]:
    """A reference to a secret that was typed; it leaves the vault again where what is done with it fails. Raises
    KeyNotSet."""
    secret, vault_key = secret.strip(), _find_vault_key(workspace)
    if not (length_min <= len(secret) <= KEY_LENGTH_MAX and secret.isascii() and secret.isprintable()):
        raise KeyNotSet("no-key")
    name = f"{company.id}/{secrets.token_hex(8)}"
    with workspace.database.writing() as connection:
        add_key(connection, _seal(vault_key, name, secret, workspace.actor.name, workspace.now_utc_s))
    is_set = False
    try:
        yield f"vault:{name}"
        is_set = True
    finally:
        if not is_set:
            with workspace.database.writing() as connection:
                remove_key(connection, name)


def _name_in_setup(workspace: Workspace, company: Company, row: RowAddress, key: str, reference: str) -> None:
    try:
        set_rows(workspace, company.id, [RowChange(row, "set", {key: reference})], workspace.secrets)
    except UsageError:
        raise KeyNotSet("setup") from None


def _find_vault_key(workspace: Workspace) -> VaultKey:
    try:
        return load_vault_keys(workspace.secrets)[0]
    except (VaultLocked, IndexError):
        raise KeyNotSet("no-vault") from None


def _try(workspace: Workspace, company: Company, venue: Venue | None, key: str, reference: str) -> str:
    """Whom PowerOffice Go says the key belongs to, with the others that are set; "" where it is not asked, since
    another key is still missing. Raises KeyNotSet."""
    if not find_ledger(company.target).is_service:
        return ""
    new: dict[str, Any] = {key: reference}
    if venue is None:
        changed = replace(company, **new)
    else:
        others = (one for one in company.venues if one.id != venue.id)
        changed = replace(company, venues=(replace(venue, **new), *others))
    if not changed.venues:
        return ""
    try:
        identity = workspace.delivery.open_ledger(changed, changed.venues[0]).read_identity()
    except ClientKeyShared:
        raise KeyNotSet("shared") from None
    except KeysRefused:
        raise KeyNotSet("refused") from None
    except (MissingSecret, KeyTooShort, UsageError, PowerOfficeRefused):
        return ""
    except PowerOfficeUnavailable:
        raise KeyNotSet("not-reached") from None
    return _check_client(company, identity)


def _check_client(company: Company, identity: Identity) -> str:
    number = "".join(sign for sign in identity.organization_number or "" if sign.isdecimal())
    if number and number != company.organization_number:
        raise KeyNotSet("other-client", identity.client_name)
    return identity.client_name


# Another vault key


def rotate(workspace: Workspace) -> int:
    """Seal everything in the vault with the newest of the vault's keys. Returns how many keys were sealed anew.

    Raises UsageError, and changes nothing, where a key is missing that sealed one of them.
    """
    try:
        keys = load_vault_keys(workspace.secrets)
    except VaultLocked as locked:
        raise UsageError(f"The vault is not sealed anew: {locked}. Nothing was changed.") from None
    if not keys:
        raise UsageError(f"Set {VARIABLE}, the new key, and {OLD_VARIABLE}, the one before.")
    with workspace.database.writing() as connection:
        old = [stored for stored in read_keys(connection) if stored.key_id != keys[0].id]
        for stored in old:
            secret = _open_to_reseal(keys, stored)
            reseal_key(connection, _seal(keys[0], stored.name, secret, stored.who, stored.at_utc_s))
    return len(old)


def _open_to_reseal(keys: list[VaultKey], stored: StoredKey) -> str:
    try:
        return _open(keys, stored)
    except VaultLocked as locked:
        told = f"The vault is not sealed anew: the key {stored.name} {locked}. Nothing was changed."
        raise UsageError(told) from None

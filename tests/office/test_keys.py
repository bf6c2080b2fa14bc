"""Keys that are typed in the office: sealed, bound to their company, tried at once, and found nowhere again."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from posexport.app.vault import rotate
from posexport.cli.main import cli
from posexport.core.roles import Grant, Role
from posexport.errors import MissingSecret, SetupRefused, UsageError
from posexport.setup.sealing import OLD_VARIABLE, VARIABLE, VaultLocked, load_vault_keys, make_vault_key, seal, unseal
from posexport.setup.secrets import resolve_secret
from tests.support.harness import BRYGGA, SECRETS, VENUES, Shop, sale, setup_text
from tests.support.looks import overwrite_rows, read_rows
from tests.support.office import Office, Visitor, open_office

COMPANY, VENUE = "/c/fjordmat", "/c/fjordmat/venues/torget"
TYPED = "clientkey-typed-in-a-browser-7"


@pytest.fixture
def vaulted(both: Shop) -> Shop:
    """A shop whose vault is open, and whose sandbox knows the key that is typed."""
    both.environ[VARIABLE] = make_vault_key()
    both.apply(venues=VENUES + BRYGGA)
    return both


@pytest.fixture
def office(vaulted: Shop) -> Iterator[Office]:
    with open_office(vaulted) as office:
        yield office


@pytest.fixture
def admin(office: Office) -> Visitor:
    visitor = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"))
    visitor.get(VENUE)
    return visitor


def type_key(visitor: Visitor, secret: str = TYPED, key: str = "client_key", **more: str) -> None:
    form = {name: visitor.find_form("/logout")[name] for name in ("form_token", "form_key")}
    visitor.post(f"{VENUE}/keys", form | {"key": key, "secret": secret, "replaces": "yes"} | more)


def reference_of(office: Office) -> str:
    return str(office.workspace.load_setup().venue("torget").client_key)  # type: ignore[union-attr]


def test_a_key_is_sealed_tried_and_used(office: Office, admin: Visitor, vaulted: Shop) -> None:
    type_key(admin)
    assert "Nøkkelen virker, og er lagret." in admin.text and "satt søn. 22. nov. av Kari Moe" in admin.text
    reference = reference_of(office)
    assert reference.startswith("vault:fjordmat/")
    assert resolve_secret(reference, office.workspace.secrets) == TYPED
    vaulted.sell(sale(1))
    vaulted.export()
    assert len(vaulted.world.drafts()) == 1
    assert ("key-set", "Kari Moe") in read_rows(vaulted, "office_log", "act", "who")


def test_a_typed_key_is_found_nowhere(
    office: Office, admin: Visitor, vaulted: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    type_key(admin)
    pages = [admin.page.text, admin.get(VENUE).text, admin.get("/c/fjordmat").text, admin.get("/log").text]
    assert not [page for page in pages if TYPED in page or TYPED[-4:] + '"' in page]
    stored = [
        str(row)
        for table in ("vault_key", "office_log", "setup_revision", "company")
        for row in read_rows(vaulted, table)
    ]
    assert stored and not [row for row in stored if TYPED in row]
    assert not [path for path in vaulted.folder.rglob("*") if path.is_file() and TYPED.encode() in path.read_bytes()]
    assert TYPED not in caplog.text


def test_a_key_of_another_company_is_refused_by_its_name(
    office: Office, admin: Visitor, vaulted: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from posexport.core.ports.ledger import Identity
    from posexport.ledgers.poweroffice import session

    before = reference_of(office)
    name = "read_identity"
    owner = next(kind for kind in _ledger_classes() if name in vars(kind))
    monkeypatch.setattr(owner, name, lambda _: Identity("Tindmat AS", "974760673"))
    assert session is not None
    type_key(admin)
    assert admin.page.status_code == 422 and "Nøkkelen hører til Tindmat AS, ikke Fjordmat AS" in admin.text
    assert reference_of(office) == before and read_rows(vaulted, "vault_key", "name") == []


def _ledger_classes() -> list[type]:
    from posexport.ledgers.poweroffice.import_queue import ImportQueue

    return list(ImportQueue.__mro__)


@pytest.mark.parametrize("secret", ["", "kort", "to\nlinjer-lange", "nøkkel-med-ø", "x" * 501])
def test_what_is_no_key_is_not_taken(office: Office, admin: Visitor, vaulted: Shop, secret: str) -> None:
    before = reference_of(office)
    type_key(admin, secret)
    assert admin.page.status_code == 422 and "Dette er ingen nøkkel." in admin.text
    assert reference_of(office) == before and read_rows(vaulted, "vault_key", "name") == []


@pytest.mark.parametrize(
    ("address", "key"),
    [
        *((VENUE, key) for key in ("subscription_key", "name", "inbox", "department", "")),
        *((COMPANY, key) for key in ("client_key", "name", "output", "target", "organization_number")),
    ],
)
def test_nothing_but_keys_is_set_where_keys_are(
    office: Office, admin: Visitor, vaulted: Shop, address: str, key: str
) -> None:
    before = office.workspace.load_setup().companies[0].document
    form = {name: admin.find_form("/logout")[name] for name in ("form_token", "form_key")}
    admin.post(f"{address}/keys", form | {"key": key, "secret": TYPED, "replaces": "yes"})
    assert admin.page.status_code == 422
    assert office.workspace.load_setup().companies[0].document == before
    assert read_rows(vaulted, "vault_key", "name") == []


def test_a_key_that_is_set_is_replaced_only_when_it_is_said(office: Office, admin: Visitor) -> None:
    before = reference_of(office)
    type_key(admin, replaces="")
    assert admin.page.status_code == 422 and "Kryss av" in admin.text and reference_of(office) == before
    assert TYPED not in admin.page.text


@pytest.mark.parametrize("typed", ["env:PO_CLIENT_BRYGGA", "file:/etc/hostname", "vault:tindmat/0123456789abcdef"])
def test_a_reference_that_is_typed_is_a_key_like_any_other_and_leads_nowhere(
    office: Office, admin: Visitor, typed: str
) -> None:
    type_key(admin, typed)
    reference = reference_of(office)
    assert reference != typed
    if reference.startswith("vault:"):
        assert resolve_secret(reference, office.workspace.secrets) == typed


def test_a_key_that_another_venue_has_is_not_taken(office: Office, admin: Visitor) -> None:
    type_key(admin, SECRETS["PO_CLIENT_BRYGGA"])
    assert admin.page.status_code == 422 and "Et annet sted har denne klientnøkkelen." in admin.text


def test_without_a_vault_nothing_can_be_typed(both: Shop) -> None:
    both.apply()
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"))
        visitor.get(VENUE)
        assert f"{VENUE}/keys" not in visitor.list_actions() and "må gi det et hvelv" in visitor.text
        type_key(visitor)
        assert visitor.page.status_code == 422 and "Hvelvet er ikke åpent" in visitor.text


def test_whatever_sends_needs_the_vaults_key(office: Office, admin: Visitor, vaulted: Shop) -> None:
    type_key(admin)
    key = vaulted.environ.pop(VARIABLE)
    with vaulted.open() as workspace:
        setup = workspace.load_setup()
        venue = setup.venue("torget")
        assert venue is not None
        with pytest.raises(MissingSecret, match=f"is sealed, and {VARIABLE} is not set"):
            workspace.delivery.open_ledger(setup.company_of(venue), venue)
        vaulted.environ[VARIABLE] = make_vault_key()
        with pytest.raises(MissingSecret, match="sealed with another key"):
            workspace.delivery.open_ledger(setup.company_of(venue), venue)
        vaulted.environ[VARIABLE] = key
        workspace.delivery.open_ledger(setup.company_of(venue), venue)


def test_the_vault_is_sealed_anew_with_another_key(office: Office, admin: Visitor, vaulted: Shop) -> None:
    type_key(admin)
    reference, old = reference_of(office), vaulted.environ[VARIABLE]
    before = read_rows(vaulted, "vault_key", "key_id", "sealed")
    vaulted.environ |= {VARIABLE: make_vault_key()}
    of_key = (
        f"the key {reference.removeprefix('vault:')} is sealed with another key than {VARIABLE}. Nothing was changed"
    )
    with vaulted.open() as workspace, pytest.raises(UsageError, match=of_key):
        rotate(workspace)
    assert read_rows(vaulted, "vault_key", "key_id", "sealed") == before
    vaulted.environ |= {OLD_VARIABLE: old}
    with vaulted.open() as workspace:
        assert resolve_secret(reference, workspace.secrets) == TYPED  # both open it meanwhile
        assert (rotate(workspace), rotate(workspace)) == (1, 0)
    del vaulted.environ[OLD_VARIABLE]
    with vaulted.open() as workspace:
        assert resolve_secret(reference, workspace.secrets) == TYPED


def test_a_sealed_key_is_bound_to_its_company_and_name(office: Office, admin: Visitor, vaulted: Shop) -> None:
    type_key(admin)
    reference = reference_of(office)
    other = f"tindmat/{reference.rpartition('/')[2]}"
    overwrite_rows(vaulted, "vault_key", {"name": other})
    with pytest.raises(MissingSecret, match="not sealed under that name"):
        resolve_secret(f"vault:{other}", office.workspace.secrets)


def test_a_company_cannot_use_anothers_sealed_key(office: Office, admin: Visitor, vaulted: Shop) -> None:
    type_key(admin)
    text = setup_text().replace("env:PO_CLIENT_TORGET", reference_of(office).replace("fjordmat", "tindmat"))
    with pytest.raises(SetupRefused, match="is another company's key"):
        vaulted.apply(text)
    setup = office.workspace.load_setup()
    venue = setup.venue("torget")
    assert venue is not None
    slipped_in = replace(venue, client_key="vault:tindmat/0123456789abcdef")
    with pytest.raises(MissingSecret, match="is another company's"):
        office.workspace.delivery.open_ledger(setup.company_of(venue), slipped_in)


def test_who_may_not_connect_types_no_key(office: Office) -> None:
    visitor = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
    visitor.get("/")
    type_key(visitor)
    assert visitor.page.status_code == 403


# Sealing


@pytest.mark.parametrize("write", [lambda key: key.hex(), lambda key: base64.b64encode(key).decode()])
def test_the_vaults_key_is_read_from_a_variable_and_from_a_file(tmp_path: Path, write: object) -> None:
    key = os.urandom(32)
    written = write(key)  # type: ignore[operator]
    (tmp_path / "key").write_text(f"{written}\n")
    for told in (written, f"file:{tmp_path / 'key'}"):
        assert [found.key for found in load_vault_keys({VARIABLE: told})] == [key]


@pytest.mark.parametrize("written", ["x", "00" * 31, "file:/nowhere/key"])
def test_what_is_no_vault_key_is_told_without_it(written: str) -> None:
    with pytest.raises(VaultLocked, match=VARIABLE) as told:
        load_vault_keys({VARIABLE: written})
    assert written == "x" or written not in str(told.value)


def test_the_same_key_is_sealed_differently_each_time_and_opened_by_its_own_name_alone() -> None:
    (key,) = load_vault_keys({VARIABLE: make_vault_key()})
    first, second = seal(key, "a/1", "secret"), seal(key, "a/1", "secret")
    assert (first.nonce, first.ciphertext) != (second.nonce, second.ciphertext)
    assert unseal([key], "a/1", first) == "secret" and b"secret" not in first.ciphertext
    with pytest.raises(VaultLocked):
        unseal([key], "b/1", first)
    assert key.key.hex() not in repr(key)


def test_the_command_prints_a_key_that_works() -> None:
    printed = CliRunner().invoke(cli, ["vault", "key"]).output.strip()
    assert len(load_vault_keys({VARIABLE: printed})) == 1

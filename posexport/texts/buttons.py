"""Mends as whoever has the office's pages does them: the words of a button or of a page, where `texts.commands` has
what to type."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.core.finding import Finding
from posexport.core.mends import Fact, Mend, MendKind
from posexport.texts.describe import describe_fix
from posexport.texts.language import Lang

_BUTTONS: Mapping[MendKind, Mapping[Lang, str]] = {
    MendKind.SET_ACCOUNT: {"nb": "«Velg konto»", "en": "“Choose account”"},
    MendKind.ADD_PRODUCT_TYPE: {"nb": "«Velg konto»", "en": "“Choose account”"},
    MendKind.ADD_PAYMENT_TYPE: {"nb": "«Velg konto»", "en": "“Choose account”"},
    MendKind.SET_VAT_CODE: {"nb": "på siden Kontoer", "en": "on the page Accounts"},
    MendKind.SET_PRODUCT: {"nb": "på siden Kontoer", "en": "on the page Accounts"},
    MendKind.ADD_REGISTER: {"nb": "på siden Filer", "en": "on the page Files"},
    MendKind.IMPORT_FILE: {"nb": "på siden Filer", "en": "on the page Files"},
    MendKind.UNDO_IMPORT: {"nb": "på siden Filer", "en": "on the page Files"},
    MendKind.ACCEPT: {"nb": "«Godta»", "en": "“Accept”"},
    MendKind.REVISE: {"nb": "«Rett kladden»", "en": "“Revise”"},
    MendKind.RESOLVE: {"nb": "«Si hvor det er»", "en": "“Say where it is”"},
    MendKind.WITHDRAW_TICKET: {"nb": "«Ta ut bongen»", "en": "“Withdraw the ticket”"},
    MendKind.EXPORT: {"nb": "kjøring", "en": "run"},
    MendKind.ATTACH_REPORT: {"nb": "dagens PDF", "en": "the day's PDF"},
    MendKind.LINK_CUSTOMER: {"nb": "«Koble kunde»", "en": "“Link customer”"},
    MendKind.SEND_ORDERS: {"nb": "«Send nå»", "en": "“Send now”"},
    MendKind.MOVE_ORDER: {"nb": "«Før i bilaget i stedet»", "en": "“Book by voucher instead”"},
    MendKind.RESOLVE_ORDER: {"nb": "«Si hvor den er»", "en": "“Say where it is”"},
}


_NO_SALES: Mapping[Lang, str] = {"nb": "«Ikke salg denne dagen»", "en": "“No sales that day”"}
_MOVES: Mapping[str, Mapping[Lang, str]] = {
    "order": {"nb": "«Lag ordre likevel»", "en": "“Make an order after all”"},
    "left-out": {"nb": "«Hold utenfor»", "en": "“Leave out”"},
}


_ACCEPT_CHANGE: Mapping[Lang, str] = {"nb": "«Godta» ved endringen", "en": "“Accept” at the change"}
"""Where a finding besides the one that is told is accepted."""


KEYS: Mapping[str, Mapping[Lang, str]] = {
    "addon": {"nb": "Tillegg", "en": "Add-on"},
    "cash": {"nb": "Kontanter", "en": "Cash"},
    "client_key": {"nb": "Klientnøkkel", "en": "Client key"},
    "closes": {"nb": "Stenger", "en": "Closes"},
    "credit": {"nb": "Kreditt", "en": "Credit"},
    "credit_type": {"nb": "Betalingsmåte for kredittsalg", "en": "Payment type of credit sales"},
    "currency": {"nb": "Valuta", "en": "Currency"},
    "department": {"nb": "Avdeling i PowerOffice Go", "en": "Department in PowerOffice Go"},
    "file_organization_numbers": {
        "nb": "Andre organisasjonsnumre i filene",
        "en": "Other organization numbers in files",
    },
    "invoicing": {"nb": "Kredittsalg som ordrer", "en": "Credit sales as orders"},
    "project": {"nb": "Prosjekt i PowerOffice Go", "en": "Project in PowerOffice Go"},
    "rate_per": {"nb": "Kurs per", "en": "Rate per"},
    "rounding_product": {"nb": "Produkt for øredifferanser", "en": "Product for øre differences"},
    "subscription_key": {"nb": "Abonnementsnøkkel", "en": "Subscription key"},
    "target": {"nb": "Hvor kladdene går", "en": "Where drafts go"},
    "transfer": {"nb": "Tas med i bilaget", "en": "Goes into the voucher"},
    "vat_registered": {"nb": "Mva-registrert", "en": "Registered for VAT"},
}
"""The keys of the setup that findings ask for, as the pages that set them call them."""
_OF_ACCOUNTS: Mapping[Lang, str] = {"nb": "kontoen under Kontoer", "en": "the account under Accounts"}
_KEY: Mapping[Lang, str] = {"nb": "«{name}»", "en": "“{name}”"}
_KEY_TO: Mapping[Lang, str] = {"nb": "«{name}» til «{value}»", "en": "“{name}” to “{value}”"}
_VALUES: Mapping[bool, Mapping[Lang, str]] = {True: {"nb": "på", "en": "on"}, False: {"nb": "av", "en": "off"}}


def _name_key(facts: Mapping[str, Fact], lang: Lang) -> str:
    """What sets a key: its name on the page, with what it is to be where that is the same for everybody."""
    key, value = str(facts["key"]), facts.get("value")
    if facts["table"] == "accounts" and key not in KEYS:
        return _OF_ACCOUNTS[lang]
    name = KEYS[key][lang]
    if isinstance(value, bool):
        return _KEY_TO[lang].format(name=name, value=_VALUES[value][lang])
    return (_KEY if value is None or isinstance(value, str) else _KEY_TO)[lang].format(name=name, value=value)


def name_button(mend: Mend, lang: Lang) -> str:
    """What does a mend on the pages; empty where it is done elsewhere, which the finding's text says.

    >>> name_button(Mend(MendKind.ACCEPT), "en")
    '“Accept”'
    """
    if mend.kind is MendKind.SET_KEY:
        return _name_key(mend.facts, lang)
    if mend.kind is MendKind.MOVE_ORDER and "to" in mend.facts:
        return _MOVES[str(mend.facts["to"])][lang]
    if mend.kind is MendKind.ACCEPT and mend.facts.get("code") == "no-sales-data":
        return _NO_SALES[lang]
    if mend.kind is MendKind.ACCEPT and mend.facts.get("of") == "change":
        return _ACCEPT_CHANGE[lang]
    return _BUTTONS.get(mend.kind, {}).get(lang, "")


def fix_on_pages(finding: Finding, lang: Lang = "nb") -> str:
    """What to do about a finding, for somebody who has the pages and no terminal; empty where nothing need be done."""
    return describe_fix(finding, lang, name_button)

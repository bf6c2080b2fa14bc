"""Mends as whoever has the office's pages does them: the words of a button or of a page, where `texts.commands` has
what to type."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.core.finding import Finding
from posexport.core.mends import Mend, MendKind
from posexport.texts.describe import describe_fix
from posexport.texts.language import Lang

_BUTTONS: Mapping[MendKind, Mapping[Lang, str]] = {
    MendKind.SET_ACCOUNT: {"nb": "«Velg konto»", "en": "“Choose account”"},
    MendKind.ADD_PRODUCT_TYPE: {"nb": "«Velg konto»", "en": "“Choose account”"},
    MendKind.ADD_PAYMENT_TYPE: {"nb": "«Velg konto»", "en": "“Choose account”"},
    MendKind.SET_VAT_CODE: {"nb": "på siden Kontoer", "en": "on the page Accounts"},
    MendKind.SET_PRODUCT: {"nb": "på siden Kontoer", "en": "on the page Accounts"},
    MendKind.SET_KEY: {"nb": "på siden Oppsett", "en": "on the page Setup"},
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


def name_button(mend: Mend, lang: Lang) -> str:
    """What does a mend on the pages; empty where it is done elsewhere, which the finding's text says.

    >>> name_button(Mend(MendKind.ACCEPT), "en")
    '“Accept”'
    """
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

"""Mends as they are told to whoever has neither the office nor a terminal: in plain words, nothing to type. The third
wording beside `texts.commands` and `texts.buttons`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.core.finding import Finding
from posexport.core.mends import Fact, Mend, MendKind
from posexport.texts.describe import describe_fix
from posexport.texts.language import Lang
from posexport.texts.moments import Write, format_moments

_WORDS: Mapping[MendKind, Mapping[Lang, str]] = {
    MendKind.ADD_REGISTER: {"nb": "kasse {register}", "en": "register {register}"},
    MendKind.UNDO_IMPORT: {"nb": "import nummer {act}", "en": "import number {act}"},
    MendKind.ACCEPT: {"nb": "godta det i posexport", "en": "accept it in posexport"},
    MendKind.REVISE: {"nb": "rett bilaget fra posexport", "en": "revise the voucher from posexport"},
    MendKind.WITHDRAW_TICKET: {"nb": "ta ut bong {number}", "en": "withdraw ticket {number}"},
    MendKind.EXPORT: {"nb": "eksport", "en": "export"},
    MendKind.ATTACH_REPORT: {"nb": "dagens rapport som PDF", "en": "the day's report as a PDF"},
    MendKind.LINK_CUSTOMER: {"nb": "koble kunde {customer} i posexport", "en": "link customer {customer} in posexport"},
    MendKind.SEND_ORDERS: {"nb": "send ordren fra posexport", "en": "send the order from posexport"},
}
_OF_ANSWERS: Mapping[tuple[MendKind, str], Mapping[Lang, str]] = {
    (MendKind.RESOLVE, "drafted"): {
        "nb": "meld i posexport at bilaget er i Go",
        "en": "tell posexport that the voucher is in Go",
    },
    (MendKind.RESOLVE, "not-drafted"): {
        "nb": "meld i posexport at bilaget ikke er i Go",
        "en": "tell posexport that the voucher is not in Go",
    },
    (MendKind.RESOLVE, "booked-elsewhere"): {
        "nb": "meld i posexport at dagen er ført for hånd",
        "en": "tell posexport that the day was booked by hand",
    },
    (MendKind.RESOLVE, "not-booked-elsewhere"): {
        "nb": "meld i posexport at dagen likevel ikke er ført for hånd",
        "en": "tell posexport that the day was not booked by hand after all",
    },
    (MendKind.RESOLVE_ORDER, "there"): {
        "nb": "meld i posexport at ordren er i Go",
        "en": "tell posexport that the order is in Go",
    },
    (MendKind.RESOLVE_ORDER, "not-there"): {
        "nb": "meld i posexport at ordren ikke er i Go",
        "en": "tell posexport that the order is not in Go",
    },
}
_MOVES: Mapping[str, Mapping[Lang, str]] = {
    "voucher": {"nb": "la bongen gå i bilaget", "en": "have the ticket in the voucher"},
    "order": {"nb": "la bongen bli en ordre", "en": "have the ticket become an order"},
    "left-out": {"nb": "hold bongen utenfor begge", "en": "leave the ticket out of both"},
}
_NO_SALES: Mapping[Lang, str] = {"nb": "meld at det ikke var salg", "en": "report that there were none"}
_ROWS: Mapping[str, Mapping[Lang, str]] = {
    "product_type": {"nb": "varegruppe {product_type}", "en": "product type {product_type}"},
    "raise_type": {"nb": "tilleggstype {raise_type}", "en": "addition type {raise_type}"},
    "payment_type": {"nb": "betalingsmåte {payment_type}", "en": "payment type {payment_type}"},
    "purpose": {"nb": "andre kontoer", "en": "other accounts"},
}
_WITH_VAT: Mapping[Lang, str] = {"nb": "{row}, mva-kode {code}", "en": "{row}, VAT code {code}"}
_UNDER: Mapping[Lang, str] = {"nb": "under {row}", "en": "under {row}"}
_ADDED: Mapping[Lang, str] = {"nb": "{row}, med navn og konto", "en": "{row}, with its name and account"}
_ELSEWHERE: Mapping[Lang, str] = {"nb": "der kontoen står", "en": "where the account stands"}
_VAT_CODES: Mapping[Lang, str] = {"nb": "under mva-kodene", "en": "under the VAT codes"}
_POS_CODE: Mapping[Lang, str] = {
    "nb": "kassens mva-kode {pos_code}, med koden den har i Go",
    "en": "the register's VAT code {pos_code}, with its code in Go",
}
_PRODUCTS: Mapping[Lang, str] = {"nb": "under produktene", "en": "under the products"}
_KEY: Mapping[Lang, str] = {"nb": "«{key}»", "en": "“{key}”"}
_KEY_TO: Mapping[Lang, str] = {"nb": "«{key}» til «{value}»", "en": "“{key}” to “{value}”"}


def fix_in_words(finding: Finding, lang: Lang = "nb", write: Write = format_moments) -> str:
    """What to do about a finding, with nothing to type; empty where nothing need be done."""
    return describe_fix(finding, lang, tell_mend, write)


def tell_mend(mend: Mend, lang: Lang) -> str:
    """A mend in plain words; empty where it is done elsewhere, which the finding's text says.

    >>> tell_mend(Mend(MendKind.ADD_PAYMENT_TYPE, {"payment_type": "VIPPS"}), "nb")
    'betalingsmåte VIPPS, med navn og konto'
    """
    facts = mend.facts
    match mend.kind:
        case MendKind.SET_ACCOUNT:
            row = _name_row(facts, lang)
            return _UNDER[lang].format(row=row) if row else _ELSEWHERE[lang]
        case MendKind.ADD_PRODUCT_TYPE | MendKind.ADD_PAYMENT_TYPE:
            return _ADDED[lang].format(row=_name_row(facts, lang))
        case MendKind.SET_VAT_CODE:
            return (_POS_CODE if "pos_code" in facts else _VAT_CODES)[lang].format_map(facts)
        case MendKind.SET_PRODUCT:
            return _PRODUCTS[lang]
        case MendKind.SET_KEY:
            return (_KEY_TO if "value" in facts else _KEY)[lang].format_map({"value": "", **facts})
        case MendKind.MOVE_ORDER:
            return _MOVES[str(facts.get("to", "voucher"))][lang]
        case MendKind.RESOLVE | MendKind.RESOLVE_ORDER:
            return _OF_ANSWERS[mend.kind, str(facts["answer"])][lang]
        case MendKind.ACCEPT if facts.get("code") == "no-sales-data":
            return _NO_SALES[lang]
    told = _WORDS.get(mend.kind)
    return told[lang].format_map(facts) if told else ""


def _name_row(facts: Mapping[str, Fact], lang: Lang) -> str:
    """The row of the setup that is meant; "" where none is named."""
    row = next((words[lang].format_map(facts) for name, words in _ROWS.items() if facts.get(name)), "")
    vat_code = facts.get("vat_code")
    return _WITH_VAT[lang].format(row=row, code=vat_code) if row and vat_code else row

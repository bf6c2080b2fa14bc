"""The changes of a saved setup, one line each, and the other words of its history; in Norwegian and English."""

from __future__ import annotations

from posexport.core.setup_revision import ChangeKind, RowAddress, SetupChange, parse_address
from posexport.texts.clean import shorten
from posexport.texts.language import Lang
from posexport.texts.moments import keep_moments

_ROWS = {
    "company": {"nb": "selskap", "en": "company"},
    "venue": {"nb": "utsalgssted", "en": "venue"},
    "vat_code": {"nb": "mva-kode", "en": "VAT code"},
    "product_type": {"nb": "varegruppe", "en": "product type"},
    "payment_type": {"nb": "betalingsmåte", "en": "payment type"},
    "orders": {"nb": "ordrer", "en": "orders"},
}

_ACCOUNT_FOR = {
    "accounts": {"nb": "konto for mva-kode {of}:", "en": "account for VAT code {of}:"},
    "discounts": {"nb": "konto for rabatter med mva-kode {of}:", "en": "account for discounts at VAT code {of}:"},
    "currency_accounts": {"nb": "konto for {of}:", "en": "account for {of}:"},
    "products": {"nb": "produkt for mva-kode {of}:", "en": "product for VAT code {of}:"},
}
"""Keys that are tables of accounts, or products, by what they are for."""

_ORDER_PRODUCTS = {
    "tips": {"nb": "produkt for tips:", "en": "product for tips:"},
    "gift_cards": {"nb": "produkt for gavekort:", "en": "product for gift cards:"},
    "rounding": {"nb": "produkt for øreavrunding:", "en": "product for rounding:"},
}
"""The products of what is no sale line, on orders."""

_OTHER_ACCOUNTS = {
    "rounding": "konto for øreavrunding:",
    "tips": "konto for tips:",
    "gift_cards": "konto for gavekort:",
    "cash_difference": "konto for kassedifferanse:",
    "cash_in_out": "konto for kontanter inn og ut:",
    "customer_payments": "konto for innbetalinger fra kunder:",
}
"""The names of the other accounts, in Norwegian; English uses the key."""

_BECAME = {
    ChangeKind.NEW: {"nb": "lagt til", "en": "new"},
    ChangeKind.REMOVED: {"nb": "fjernet", "en": "removed"},
    ChangeKind.RENAMED: {"nb": "heter nå {now}", "en": "is called {now} now"},
}
_NOT_SET = {"nb": "ikke satt", "en": "not set"}
_ACCOUNTS = {"nb": "kontoer", "en": "accounts"}
_VALID_FROM = {"nb": "fra", "en": "from"}

_VALUE_LENGTH_MAX, _LINE_LENGTH_MAX = 300, 1_000
"""What a line of a history has room for: more than any name, and than most lists."""


def describe_change(change: SetupChange, company: str, lang: Lang) -> str:
    """One change of a company's setup, in one line. What an early version stored as text is shown as it is.

    >>> change = SetupChange(ChangeKind.CHANGED, "venue:torget/payment_type:VISA", "account", None, "1592")

    >>> describe_change(change, "fjordmat", "en")
    'venue torget: payment type VISA: account not set -> 1592'

    >>> describe_change(change, "fjordmat", "nb")
    'utsalgssted torget: betalingsmåte VISA: account ikke satt -> 1592'
    """
    address = parse_address(change.row)
    if address is None or (lang == "en" and change.told):
        return shorten(change.told, _LINE_LENGTH_MAX)
    title = _name_row(address, company, lang)
    if not change.key:
        gone_by = change.now or ""
        return f"{title}{_BECAME[change.kind][lang].format(now=gone_by)}"
    values = (change.was, change.now)
    was, now = (_NOT_SET[lang] if value is None else shorten(value, _VALUE_LENGTH_MAX) for value in values)
    return f"{title}{_name_key(address, change.key, lang)} {was} -> {now}"


def _name_row(address: RowAddress, company: str, lang: Lang) -> str:
    within = f"{_ROWS['venue'][lang]} {address.venue}: " if address.venue else ""
    if address.table == "company":
        return f"{_ROWS['company'][lang]} {company}: "
    since = f" {_VALID_FROM[lang]} {keep_moments(address.valid_from, lang)}" if address.valid_from else ""
    if address.table == "orders":
        return f"{_ROWS['orders'][lang]}: "
    if address.table not in _ROWS:
        return f"{within}{_ACCOUNTS[lang]}{since}: " if since else within
    return f"{within}{_ROWS[address.table][lang]} {address.code}{since}: "


def _name_key(address: RowAddress, key: str, lang: Lang) -> str:
    name, dot, of = key.partition(".")
    if dot and address.table == "orders":
        return _ORDER_PRODUCTS[of][lang]
    if dot:
        return _ACCOUNT_FOR[name][lang].format(of=of)
    if address.table != "accounts":
        return key
    return _OTHER_ACCOUNTS.get(key, key) if lang == "nb" else f"account for {key.replace('_', ' ')}:"


HISTORY = {
    "revision": {"nb": "Revisjon {number}", "en": "Revision {number}"},
    "by_apply": {"nb": "med setup apply", "en": "by setup apply"},
    "by_set": {"nb": "med setup set", "en": "by setup set"},
    "by_restore": {"nb": "revisjon {restored} hentet tilbake", "en": "revision {restored} restored"},
    "by_upgrade": {
        "nb": "slik oppsettet var da posexport begynte å ta vare på det",
        "en": "the setup as it was when posexport began to keep it",
    },
    "nobody": {"nb": "ukjent", "en": "not known"},
    "why": {"nb": "Grunn: {why}", "en": "Why: {why}"},
    "order_only": {
        "nb": "bare rekkefølgen, eller hva som står tomt",
        "en": "only the order, or what is left empty",
    },
    "not_kept": {
        "nb": "kan ikke hentes tilbake: en tidligere versjon tok ikke vare på oppsettet",
        "en": "cannot be restored: an earlier version did not keep the setup",
    },
    "none": {
        "nb": "Ingenting er satt opp ennå. Sett opp med posexport setup apply FILE.toml.",
        "en": "Nothing is set up yet. Set up with posexport setup apply FILE.toml.",
    },
}
"""The other words of a setup's history; `by_` keys end in the kind of a revision."""

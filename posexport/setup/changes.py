"""What applying a setup file changes, in words."""

from __future__ import annotations

from collections.abc import Iterator

from posexport.core.company import Company, Document
from posexport.setup.file import format_value
from posexport.setup.schema import ACCOUNTS, COMPANY, Fields


def describe_changes(before: Company | None, after: Company) -> list[str]:
    """What saving `after` over `before` changes, one line each; none where nothing does.

    Such as: "venue torget: z_report hold -> warn", "product type 100: account for VAT code 3: 3020 -> 3021".
    """
    if before is None:
        return [f"company {after.id}: new", *(f"venue {venue.id}: new" for venue in after.venues)]
    return list(_differences(f"company {after.id}: ", "", before.document, after.document, COMPANY))


_ROWS = {
    "venue": "venue",
    "vat_code": "VAT code",
    "product_type": "product type",
    "payment_type": "payment type",
}


_ACCOUNTS = {
    "accounts": "account for VAT code",
    "discounts": "account for discounts at VAT code",
    "currency_accounts": "account for",
}


def _differences(title: str, within: str, old: Document, new: Document, fields: Fields) -> Iterator[str]:
    """`title` begins the lines about the table itself, `within` those about tables under it."""
    for key, field in fields.items():
        was, now = old.get(key, field.default), new.get(key, field.default)
        match field.shape:
            case "rows":
                yield from _row_differences(_ROWS[key], within, was, now, field.fields or {})
            case "table":
                yield from _differences(within, within, was, now, field.fields or {})
            case "accounts":
                for code in dict.fromkeys((*was, *now)):
                    yield from _difference(f"{title}{_ACCOUNTS[key]} {code}:", was.get(code), now.get(code))
            case _:
                said = f"account for {key.replace('_', ' ')}:" if fields is ACCOUNTS else key
                yield from _difference(f"{title}{said}", was, now)


def _row_differences(word: str, within: str, was: list[Document], now: list[Document], fields: Fields) -> Iterator[str]:
    by = "id" if "id" in fields else "code"
    old, new = {row[by]: row for row in was}, {row[by]: row for row in now}
    for code in dict.fromkeys((*old, *new)):
        title = f"{within}{word} {code}: "
        if code not in old:
            yield f"{title}new"
        elif code not in new:
            yield f"{title}removed"
        else:
            yield from _differences(title, title, old[code], new[code], fields)


def _difference(what: str, was: object, now: object) -> Iterator[str]:
    old, new = _text(was), _text(now)
    if old != new:
        yield f"{what} {old} -> {new}"


def _text(value: object) -> str:
    """As a person reads it; an account left for the bookkeeper is not set."""
    match value:
        case None | "" | []:
            return "not set"
        case list():
            return ", ".join(str(one) for one in value)
        case bool() | dict():
            return format_value(value)
        case _:
            return str(value)

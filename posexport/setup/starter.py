"""Writes a first setup file for a new client: filled in as far as the source knows, accounts left to the bookkeeper.

A text with comments for a person to complete; `file` can read it as it is once its keys are in the environment. No
account is guessed: a wrong one looks just like a right one. The comments about keys come from `schema`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from textwrap import wrap
from typing import NamedTuple

from posexport.core.codes import clean_code
from posexport.core.sales import MasterData
from posexport.errors import UsageError
from posexport.ledgers.registry import VENUES_MAX
from posexport.setup.file import format_value
from posexport.setup.schema import (
    ACCOUNTS,
    COMPANY,
    ORDERS,
    PAYMENT_TYPE,
    PRODUCT_TYPE,
    VENUE,
    Field,
    Fields,
    describe_row,
)
from posexport.setup.values import GO_VAT_CODE_FORM, ID_FORM, NAME_LENGTH_MAX, Wrong, parse_organization_number
from posexport.texts.clean import shorten
from posexport.texts.language import Lang
from posexport.texts.setup_draft import OPENING, REMARKS

PLACEHOLDER_NUMBER = "999999999"

_OUTPUT_VAT_CODES = ("0", "3", "31", "32", "33", "5", "51", "52", "6", "7")
"""Standard VAT codes a sale may have."""

_USUAL_GO_CODES = ("3", "31")
"""Offered where it is not known which VAT codes are sold."""

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ð": "d", "þ": "th", "ß": "ss"})

_COMMENT_WIDTH = 112


class _Claim(NamedTuple):
    """What belongs to a venue: registers, or a location."""

    venue_id: str
    name: str
    location: str | None
    registers: tuple[str, ...]


def format_draft(
    master: MasterData,
    venue_id: str | None = None,
    *,
    export_from: date,
    sold: Mapping[str, set[str]] | None = None,
    paid: Collection[str] = (),
    lang: Lang = "en",
) -> str:
    """A setup file for the client of this master data.

    `venue_id`: the id of one venue for everything; without it, one venue per location, and one for registers without.
    `sold`: the register's VAT codes seen per product type; a type that is not in it gets every VAT code sold, or all
    known ones where nothing was sold. `paid`: the payment types seen. `lang`: of the comments. Raises
    UsageError where `venue_id` is not a valid id.
    """
    if venue_id is not None and not ID_FORM.fullmatch(venue_id):
        raise UsageError(f"{venue_id!r} is no venue id. Use 1 to 30 of the characters a-z, 0-9 and -.")
    sold = _without_blank(sold or {})
    go_codes = {code: _guess_go_code(master, code) for code in _pos_vat_codes(master, sold)}
    blocks = [
        OPENING[lang],
        _format_company(master, lang),
        _about(COMPANY["venue"], lang),
        *_format_venues(_claims(master, venue_id), export_from, lang),
        _about(COMPANY["vat_code"], lang),
        *(_format_vat_code(master, code, go, lang) for code, go in go_codes.items()),
        _about(COMPANY["product_type"], lang, f"products: {PRODUCT_TYPE['products'].about(lang)}"),
        *_format_product_types(master, sold, go_codes, lang),
        _about(COMPANY["payment_type"], lang, *_describe_keys(PAYMENT_TYPE, ("transfer", "credit"), lang)),
        *_format_payment_types(master, paid, lang),
        _format_accounts(lang),
        _format_orders(lang),
    ]
    return "\n\n".join(blocks) + "\n"


def _about(row: Field, lang: Lang, *further: str) -> str:
    """A table's purpose, as a comment."""
    lines = [
        line
        for text in (describe_row(row, lang), *further)
        for line in wrap(text, _COMMENT_WIDTH, break_on_hyphens=False)
    ]
    return "\n".join(f"  # {line}" for line in lines)


def _describe_keys(fields: Fields, keys: Iterable[str], lang: Lang) -> Iterator[str]:
    """Keys and their purposes, for a comment."""
    return (f"{key}: {fields[key].about(lang)}" for key in keys)


def _explained(lines: Iterable[tuple[str, str]]) -> list[str]:
    """Lines with a remark beside each, or above it where that would be too long; an empty remark is left out."""
    pairs = list(lines)
    width = max(len(line) for line, remark in pairs if remark)
    told = []
    for line, remark in pairs:
        beside = f"{line:{width}}  # {remark}"
        is_long = len(beside) > _COMMENT_WIDTH
        told += [line] if not remark else [f"# {remark}", line] if is_long else [beside]
    return told


def _without_blank(codes: Mapping[str, set[str]]) -> dict[str, set[str]]:
    return {code: {vat for vat in vats if clean_code(vat)} for code, vats in codes.items() if clean_code(code)}


def _one_line(text: str) -> str:
    """A name without line breaks, for a comment or a string."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return shorten(line, NAME_LENGTH_MAX)


# ---- the company and its venues ----


def _format_company(master: MasterData, lang: Lang) -> str:
    name = _one_line(master.company_name)
    number, remark = _organization_number(master.organization_number, lang)
    lines = [
        ("[[company]]", ""),
        (f"id = {format_value(_slug(re.sub(r'(?i) as(a)?$', '', name), 'company', ()))}", ""),
        (f"name = {format_value(name or 'Company')}", "" if name else REMARKS["fill_in"][lang]),
        (f'organization_number = "{number}"', remark),
        *(
            (f"{key} = {COMPANY[key].example}", COMPANY[key].about(lang))
            for key in ("target", "environment", "application_key")
        ),
    ]
    return "\n".join(_explained(lines))


def _organization_number(written: str, lang: Lang) -> tuple[str, str]:
    try:
        return parse_organization_number(written), ""
    except Wrong:
        return PLACEHOLDER_NUMBER, REMARKS["not_said"][lang]


def _claims(master: MasterData, venue_id: str | None) -> list[_Claim]:
    """One venue per location, one for the registers without; or all of it for `venue_id`."""
    by_location: dict[str | None, list[str]] = {}
    for location, register, _ in master.registers:
        here = by_location.setdefault(location if location and clean_code(location) else None, [])
        if clean_code(register) and register not in here:
            here.append(register)
    company = _one_line(master.company_name)
    if venue_id is not None and len(by_location) > 1:
        by_location = {None: list(dict.fromkeys(one for some in by_location.values() for one in some))}
    claims: list[_Claim] = []
    for location, registers in (by_location or {None: []}).items():
        name = _one_line(location or "") or company or "Venue"
        taken = [claim.venue_id for claim in claims]
        claims.append(_Claim(venue_id or _slug(name, "venue", taken), name, location, tuple(registers)))
    return claims


def _format_venues(claims: list[_Claim], export_from: date, lang: Lang) -> list[str]:
    venues = [_format_venue(claim, export_from, lang) for claim in claims]
    beyond = [re.sub(r"(?m)^", "# ", venue) for venue in venues[VENUES_MAX:]]
    if beyond:
        beyond.insert(0, f"  # {REMARKS['too_many_venues'][lang]}")
    return [*venues[:VENUES_MAX], *beyond]


def _format_venue(claim: _Claim, export_from: date, lang: Lang) -> str:
    variable = f"PO_CLIENT_KEY_{claim.venue_id.replace('-', '_').upper()}"
    registers = format_value(list(claim.registers))
    if claim.location is not None:
        takes = [(f"location = {format_value(claim.location)}", "")]
        takes += [(f"# registers = {registers}", REMARKS["registers_of_location"][lang])] if claim.registers else []
    elif claim.registers:
        takes = [(f"registers = {registers}", REMARKS["registers_apart"][lang])]
    else:
        takes = [('# registers = ["1"]', REMARKS["registers_missing"][lang])]
    lines = [
        ("[[company.venue]]", ""),
        (f'id = "{claim.venue_id}"', ""),
        (f"name = {format_value(claim.name)}", ""),
        (f"# department = {VENUE['department'].example}", VENUE["department"].about(lang)),
        (f'client_key = "env:{variable}"', VENUE["client_key"].about(lang)),
        *takes,
        ("automatic_export = false", VENUE["automatic_export"].about(lang)),
        (f"export_from = {export_from}", VENUE["export_from"].about(lang)),
        (f"# notify = {VENUE['notify'].example}", VENUE["notify"].about(lang)),
    ]
    return "\n".join(f"  {line}" for line in _explained(lines))


def _slug(name: str, otherwise: str, taken: Collection[str]) -> str:
    """An id made from a name, different from those `taken`.

    >>> _slug("Torget Kafé", "venue", ())
    'torget-kafe'
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:26].strip("-") or otherwise
    numbered = (slug if n == 1 else f"{slug}-{n}" for n in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


# ---- codes ----


def _in_order(codes: Iterable[str]) -> list[str]:
    """Numbers by value, then the rest."""
    return sorted(codes, key=lambda code: (not code.isdecimal(), len(code) if code.isdecimal() else 0, code))


def _pos_vat_codes(master: MasterData, sold: Mapping[str, set[str]]) -> list[str]:
    known = {*master.vat_codes, *master.standard_vat_codes}.union(*sold.values())
    return _in_order(code for code in known if clean_code(code))


def _guess_go_code(master: MasterData, pos_code: str) -> str:
    """The VAT code in Go: the standard code that the source gives; else the register's own code, where that is a
    standard code."""
    standard = master.standard_vat_codes.get(pos_code, "").strip()
    if GO_VAT_CODE_FORM.fullmatch(standard):
        return standard
    return pos_code if not standard and pos_code in _OUTPUT_VAT_CODES else ""


def _format_vat_code(master: MasterData, code: str, go: str, lang: Lang) -> str:
    name = _one_line(master.vat_codes.get(code, ""))
    remark = ""
    if not go:
        remark = f"    # {REMARKS['not_said'][lang]}"
    elif not master.standard_vat_codes.get(code):
        remark = f"    # {REMARKS['check'][lang]}"
    about = [f"# {name}"] if name else []
    lines = ["[[company.vat_code]]", *about, f"code = {format_value(code)}", f'go = "{go}"{remark}']
    return "\n".join(f"  {line}" for line in lines)


def _format_product_types(
    master: MasterData, sold: Mapping[str, set[str]], go_codes: Mapping[str, str], lang: Lang
) -> list[str]:
    seen = _in_order(sold)
    unseen = _in_order(code for code in master.product_types if clean_code(code) and code not in sold)
    sold_at_all = {code for codes in sold.values() for code in codes} or set(go_codes)
    usual = {code for code in sold_at_all if go_codes[code] != "0"}
    blocks = [_format_product_type(master, code, sold[code] or usual, go_codes) for code in seen]
    if seen and unseen:
        blocks.append(f"  # {REMARKS['not_sold'][lang]}")
    return blocks + [_format_product_type(master, code, usual, go_codes) for code in unseen]


def _format_product_type(
    master: MasterData, code: str, pos_vat_codes: Iterable[str], go_codes: Mapping[str, str]
) -> str:
    known = _in_order({go_codes[pos] for pos in pos_vat_codes} - {""}) or list(_USUAL_GO_CODES)
    lines = [
        "[[company.product_type]]",
        f"code = {format_value(code)}",
        f"name = {format_value(_one_line(master.product_types.get(code, '')))}",
        f"accounts = {format_value(dict.fromkeys(known, ''))}",
    ]
    return "\n".join(f"  {line}" for line in lines)


def _format_payment_types(master: MasterData, paid: Collection[str], lang: Lang) -> list[str]:
    seen = _in_order({code for code in paid if clean_code(code)})
    unseen = _in_order(code for code in master.payment_types if clean_code(code) and code not in paid)
    blocks = [_format_payment_type(master, code) for code in seen]
    if seen and unseen:
        blocks.append(f"  # {REMARKS['not_used'][lang]}")
    return blocks + [_format_payment_type(master, code) for code in unseen]


def _format_payment_type(master: MasterData, code: str) -> str:
    lines = [
        "[[company.payment_type]]",
        f"code = {format_value(code)}",
        f"name = {format_value(_one_line(master.payment_types.get(code, '')))}",
        'account = ""',
    ]
    return "\n".join(f"  {line}" for line in lines)


def _format_accounts(lang: Lang) -> str:
    """The accounts table: the usual keys empty, the others as comments; without `valid_from`."""
    lines = [("[company.accounts]", "")]
    for key, row in ACCOUNTS.items():
        if key == "valid_from":
            continue
        lines.append((f'{key} = ""' if row.usual else f"# {key} = {row.example}", describe_row(row, lang)))
    return "\n".join([_about(COMPANY["accounts"], lang), *(f"  {line}" for line in _explained(lines))])


def _format_orders(lang: Lang) -> str:
    """The table of orders, all of it as comments: whoever wants them takes the signs away."""
    about = (*_describe_keys(COMPANY, ("invoicing",), lang), *_describe_keys(ORDERS, ("customers",), lang))
    lines = [("# [company.orders]", "")]
    lines += [
        (f"# {key} = {ORDERS[key].example}", ORDERS[key].about(lang))
        for key in ("from", "rounding_product", "products")
    ]
    lines.append((f"# customers = {ORDERS['customers'].example}", ""))
    return "\n".join([_about(COMPANY["orders"], lang, *about), *(f"  {line}" for line in _explained(lines))])

"""Mends as a person types them: a command, or lines of a setup file with the command that saves them. The only place
where a mend becomes something to type, in Norwegian and English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from posexport.core.mends import Fact, Mend, MendKind
from posexport.core.money import format_ore
from posexport.core.setup_revision import parse_address

Facts = Mapping[str, Fact]

_APPLY = {"nb": "og kjør posexport setup apply FIL", "en": "and run posexport setup apply FILE"}
_WITH = {"nb": "med", "en": "with"}
_LIKE = {"nb": "en ny rad, ellers som raden før den", "en": "a new row, otherwise like the one before it"}
_REPORT = {"nb": "rapport.pdf", "en": "report.pdf"}
_NUMBER = {"nb": "NUMMER", "en": "NUMBER"}
_CLOSED = {"nb": "stengt", "en": "closed"}
_TABLES = {"company": "[[company]]", "orders": "[company.orders]"}

_PLAIN = re.compile(r"[\w@%+=:,./-]+")
"""What no shell takes for anything else: letters of every language among them."""


def quote_argument(text: str) -> str:
    r"""An argument as it is typed in a shell: quoted only where needed, with double quotes, which every shell knows,
    wherever they suffice.

    >>> quote_argument("Bodø-1"), quote_argument("Kasse 1"), quote_argument('5" pizza')
    ('Bodø-1', '"Kasse 1"', '\'5" pizza\'')
    """
    if _PLAIN.fullmatch(text):
        return text
    if not re.search(r'["$`\\!]', text):
        return f'"{text}"'
    return "'" + text.replace("'", "'\"'\"'") + "'"


def quote_value(text: str) -> str:
    r"""Text as it is written in a setup file.

    >>> quote_value("100"), quote_value('Øl "stor"')
    ('"100"', '"Øl \\"stor\\""')
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'


_LOCATION = {
    "nb": "Har utsalgsstedet en location, må den være {location}.",
    "en": "If that venue has a location, it must be {location}.",
}
_NO_LOCATION = {
    "nb": "Har utsalgsstedet en location, så ta den ut, siden filen ikke nevner noen, eller importer filen med "
    "--venue.",
    "en": "If that venue has a location, take it out, as this file names none: or import the file with --venue.",
}


def describe_location(location: str, lang: str) -> str:
    """What a venue's location must be for a register to belong to it by its id: a venue with a location only takes
    registers that name it. `location`: the source's, empty where it has none."""
    return _LOCATION[lang].format(location=quote_value(location)) if location else _NO_LOCATION[lang]


def format_mend(mend: Mend, lang: str) -> str:
    """What to type for a mend; empty where there is nothing to type.

    >>> format_mend(Mend(MendKind.ACCEPT, {"venue": "torget", "day": "2026-11-20", "code": "odd-date"}), "en")
    'posexport accept torget 2026-11-20 odd-date --why "…"'
    """
    in_words, as_typed = _IN_WORDS.get(mend.kind), _AS_TYPED.get(mend.kind)
    if in_words is not None:
        return in_words(mend.facts, lang)
    return as_typed(mend.facts) if as_typed is not None else ""


def _command(*words: str, options: str = "", facts: Facts, taking: tuple[str, ...]) -> str:
    """A command with these facts as arguments; behind `--` where one could be taken for an option."""
    arguments = [str(facts[name]) for name in taking if name in facts]
    quoted = [quote_argument(argument) for argument in arguments]
    options = f" {options}" if options else ""
    if any(argument.startswith("-") for argument in arguments):
        return f"posexport {' '.join(words)}{options} -- {' '.join(quoted)}"
    return f"posexport {' '.join((*words, *quoted))}{options}"


def _accept(facts: Facts, lang: str) -> str:
    if "reference" in facts:
        return _command("orders", "accept", options='--why "…"', facts=facts, taking=("reference", "code"))
    why = _CLOSED[lang] if facts["code"] == "no-sales-data" else "…"
    return _command(
        "accept", options=f'--why "{why}"', facts=facts, taking=("venue", "day", "company", "register", "code")
    )


def _withdraw(facts: Facts) -> str:
    taking = ("venue", "day", "register", "number")
    clock = re.search(r"\d\d:\d\d:\d\d", str(facts.get("at", "")))
    at = f"--at {clock[0]} " if clock else ""
    amount = facts.get("amount")
    amount = f"--amount {format_ore(amount)} " if isinstance(amount, int) else ""
    import_id = facts.get("import_id")
    held_by = f"--import {import_id} " if isinstance(import_id, int) else ""
    return _command("tickets", "withdraw", options=f'{at}{amount}{held_by}--why "…"', facts=facts, taking=taking)


def _undo(facts: Facts) -> str:
    return _command("imports", "undo", facts=facts, taking=("act",))


def _resolve(facts: Facts) -> str:
    known = [found for found in str(facts.get("id", "")).split(", ") if found]
    id_ = quote_argument(known[0]) if len(known) == 1 else "ID"
    options = {"drafted": f"--drafted {id_}", "booked-elsewhere": '--booked-elsewhere --why "…"'}
    answer = str(facts["answer"])
    which = f" --reference {quote_argument(str(facts['reference']))}" if facts.get("reference") else ""
    told = f"{options.get(answer, f'--{answer}')}{which}"
    return _command("resolve", options=told, facts=facts, taking=("venue", "day"))


def _revise(facts: Facts) -> str:
    venue, day = quote_argument(str(facts["venue"])), facts["day"]
    dated = f" --dated {facts['dated']}" if "dated" in facts else ""
    remap = " --remap" if facts.get("remap") else ""
    return f"posexport export --revise{remap} --venue {venue} --from {day} --to {day}{dated}"


def _report(facts: Facts, lang: str) -> str:
    return _command("report", options=f"--pdf {_REPORT[lang]}", facts=facts, taking=("venue", "day"))


def _set_account(facts: Facts, lang: str) -> str:
    if "product_type" in facts:
        row = _row("product_type", facts["product_type"], lang, facts)
        return f"under {row}{_like(facts, lang)}: {_accounts(facts)}, {_APPLY[lang]}"
    if "payment_type" in facts:
        row = _row("payment_type", facts["payment_type"], lang, facts)
        return f'under {row}{_like(facts, lang)}: account = "…", {_APPLY[lang]}'
    if "purpose" in facts:
        return f'under {_accounts_table(lang, facts)}: {facts["purpose"]} = "…", {_APPLY[lang]}'
    return ""


def _accounts_table(lang: str, facts: Facts) -> str:
    """The table of other accounts as it is written in the file, with its `valid_from` where it has one."""
    table = f"company{_of_venue(facts)}.accounts"
    if "valid_from" in facts:
        return f"[[{table}]] {_WITH[lang]} valid_from = {facts['valid_from']}"
    return f"[{table}]"


def _row(table: str, code: Fact, lang: str, facts: Facts | None = None) -> str:
    """A setup row as it is written in the file, with its `valid_from` where it has one."""
    since = f", valid_from = {facts['valid_from']}" if facts and "valid_from" in facts else ""
    return f"[[company{_of_venue(facts)}.{table}]] {_WITH[lang]} code = {quote_value(str(code))}{since}"


def _of_venue(facts: Facts | None) -> str:
    return ".venue" if facts and str(facts.get("row", "")).startswith("venue:") else ""


def _like(facts: Facts, lang: str) -> str:
    """The remark that a new row is otherwise like the one that is valid before it."""
    return f" ({_LIKE[lang]})" if "copies" in facts else ""


def _accounts(facts: Facts) -> str:
    return f'accounts = {{ {quote_value(str(facts.get("vat_code", "…")))} = "…" }}'


def _add_product_type(facts: Facts, lang: str) -> str:
    code = facts.get("product_type", f"raise:{facts.get('raise_type')}")
    return f'{_row("product_type", code, lang, facts)}, name = "…", {_accounts(facts)}, {_APPLY[lang]}'


def _add_payment_type(facts: Facts, lang: str) -> str:
    return f'{_row("payment_type", facts["payment_type"], lang, facts)}, name = "…", account = "…", {_APPLY[lang]}'


def _set_product(facts: Facts, lang: str) -> str:
    if "product_type" in facts:
        row = _row("product_type", facts["product_type"], lang, facts)
        told = f'products = {{ {quote_value(str(facts["vat_code"]))} = "…" }}'
        return f"under {row}{_like(facts, lang)}: {told}, {_APPLY[lang]}"
    if "purpose" in facts:
        return f'under [company.orders.products]: {facts["purpose"]} = "…", {_APPLY[lang]}'
    return ""


def _link_customer(facts: Facts, lang: str) -> str:
    """The command; with a word in place of the customer's number where none is meant."""
    told = facts if "go_number" in facts else {**facts, "go_number": _NUMBER[lang]}
    return _command("customers", "link", facts=told, taking=("company", "customer", "go_number"))


def _send_orders(facts: Facts) -> str:
    venue, day = quote_argument(str(facts["venue"])), facts["day"]
    revise = " --revise" if facts.get("revise") else ""
    return f"posexport orders send{revise} --venue {venue} --from {day} --to {day} {_name_ticket(facts)}"


def _move_order(facts: Facts) -> str:
    to = facts.get("to", "voucher")
    options = f"{_name_ticket(facts)} --to {to}" + (' --why "…"' if to == "left-out" else "")
    return _command("orders", "move", options=options, facts=facts, taking=("venue", "day"))


def _name_ticket(facts: Facts) -> str:
    """The options that name a ticket, with its register where several have that number."""
    register = f" --register {quote_argument(str(facts['register']))}" if "register" in facts else ""
    return f"--ticket {quote_argument(str(facts['ticket']))}{register}"


def _resolve_order(facts: Facts) -> str:
    ids = [quote_argument(id_) for id_ in str(facts.get("id", "")).split(", ") if id_] or ["ID"]
    option = " ".join(f"--there {id_}" for id_ in ids) if facts["answer"] == "there" else "--not-there"
    return _command("orders", "resolve", options=option, facts=facts, taking=("reference",))


def _set_vat_code(facts: Facts, lang: str) -> str:
    if "pos_code" not in facts:
        address = parse_address(str(facts.get("row", "")))
        row = "[[company.vat_code]]" if address is None else _row("vat_code", address.code, lang, facts)
        return f"under {row}{_like(facts, lang)}"
    since = f" valid_from = {facts['valid_from']}" if "valid_from" in facts else ""
    row = f"[[company{_of_venue(facts)}.vat_code]] code = {quote_value(str(facts['pos_code']))}{since}"
    return f'{row} go = "…", {_APPLY[lang]}'


def _set_key(facts: Facts, lang: str) -> str:
    table = str(facts["table"])
    row = _TABLES.get(table, f"[[company.{table}]]")
    if table == "accounts":
        row = _accounts_table(lang, facts)
    elif facts.get("code"):
        row = f"{_row(table, facts['code'], lang, facts)}{_like(facts, lang)}"
    value = facts.get("value")
    told = f" = [{quote_value(str(value))}]" if facts["key"] in _LISTS else _told_value(value)
    return f"{facts['key']}{told} under {row}"


_LISTS = ("registers", "file_organization_numbers")
"""Keys whose values are lists."""


def _told_value(value: Fact | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f" = {quote_value(value)}"
    return f" = {str(value).lower()}"


def _add_register(facts: Facts, lang: str) -> str:
    return f"registers = [{quote_value(str(facts['register']))}] under [[company.venue]], {_APPLY[lang]}"


_IN_WORDS: Mapping[MendKind, Callable[[Facts, str], str]] = {
    MendKind.SET_ACCOUNT: _set_account,
    MendKind.ADD_PRODUCT_TYPE: _add_product_type,
    MendKind.ADD_PAYMENT_TYPE: _add_payment_type,
    MendKind.SET_VAT_CODE: _set_vat_code,
    MendKind.ADD_REGISTER: _add_register,
    MendKind.SET_KEY: _set_key,
    MendKind.ACCEPT: _accept,
    MendKind.ATTACH_REPORT: _report,
    MendKind.SET_PRODUCT: _set_product,
    MendKind.LINK_CUSTOMER: _link_customer,
}
"""Mends whose command contains words of a language."""

_AS_TYPED: Mapping[MendKind, Callable[[Facts], str]] = {
    MendKind.REVISE: _revise,
    MendKind.RESOLVE: _resolve,
    MendKind.WITHDRAW_TICKET: _withdraw,
    MendKind.UNDO_IMPORT: _undo,
    MendKind.EXPORT: lambda _: "posexport export",
    MendKind.SEND_ORDERS: _send_orders,
    MendKind.MOVE_ORDER: _move_order,
    MendKind.RESOLVE_ORDER: _resolve_order,
}
"""Mends whose command is the same in every language. For a mend in neither table there is nothing to type: it is done
elsewhere, and the finding's text says where."""

"""The rules: one function each, from a settlement or a voucher to findings. Pure and without order; what a finding says
stands in `texts.findings`. Those of VAT are in `vat_checks`, those of the ledger's chart in `chart_checks`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from posexport.core.company import Venue
from posexport.core.findings import Fact, Finding, Ore, Severity
from posexport.core.lines import MOVEMENT_ACCOUNTS, NAMES, LineKind, VoucherLine
from posexport.core.mapping import AccountMapping, DatedMapping, Table
from posexport.core.reversal import Reversal
from posexport.core.sales import CREDIT_SALE, MOVEMENTS, EntryKind
from posexport.core.settlement import EntrySum, RoundedTicket, Settlement, UnbalancedTicket
from posexport.core.voucher import Voucher

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

TICKETS_NAMED = 5
"""So many tickets are named in a finding; more are counted."""


def check_settlement(settlement: Settlement, venue: Venue) -> list[Finding]:
    """What the tickets alone tell: unbalanced ones, unmapped VAT codes, what stays out."""
    return [
        *check_unbalanced(settlement.unbalanced, venue),
        *check_indivisible(settlement.indivisible, venue),
        *check_vat_codes(settlement.transferred, venue.mapping),
        *list_left_out(settlement.left_out, venue.mapping),
        *list_movements(settlement.transferred, venue.mapping),
    ]


def check_voucher(voucher: Voucher, mapping: AccountMapping) -> list[Finding]:
    """What the lines alone tell: missing accounts and unwise ones."""
    return [
        *check_accounts(voucher, mapping),
        *check_bank_accounts(voucher),
        *check_tips(voucher),
        *check_customers(voucher, mapping),
    ]


def check_unbalanced(tickets: Iterable[UnbalancedTicket], venue: Venue) -> list[Finding]:
    """Every ticket balances before anything is summed; one that does not is named and holds its day."""
    return [
        Finding(
            "unexplained-payment" if ticket.unexplained_payment else "unbalanced",
            _ERROR,
            _ticket_facts(ticket, venue),
        )
        for ticket in tickets
    ]


def check_indivisible(tickets: Iterable[UnbalancedTicket], venue: Venue) -> list[Finding]:
    """A ticket of which a part stays out, such that the rest does not balance."""
    return [Finding("indivisible-ticket", _ERROR, _ticket_facts(ticket, venue)) for ticket in tickets]


def _ticket_facts(ticket: UnbalancedTicket, venue: Venue) -> dict[str, Fact]:
    return {
        "register": ticket.register,
        "number": ticket.number,
        "time": f"{venue.calendar.local(ticket.completed_at_utc_s):%Y-%m-%d %H:%M:%S}",
        "sales": Ore(ticket.sales_ore),
        "payments": Ore(ticket.payments_ore),
        "difference": Ore(ticket.difference_ore),
    }


def check_vat_codes(sums: Iterable[EntrySum], mapping: AccountMapping) -> list[Finding]:
    """A VAT code of the register's that the setup does not know."""
    unknown: dict[tuple[str, str], int] = defaultdict(int)
    sales = [entry for entry in sums if entry.key.kind is EntryKind.SALE]
    nowhere = {code for code in {entry.key.vat_code for entry in sales} if mapping.go_vat_code(code) is None}
    for entry in sales if nowhere else ():
        if entry.key.vat_code in nowhere:
            unknown[entry.key.vat_code, entry.key.code] += entry.amount_ore
    return [
        Finding(
            "missing-vat-code",
            _ERROR,
            {"pos_code": pos_code, "source": source, "amount": Ore(amount_ore)},
            variant="" if pos_code else "none",
        )
        for (pos_code, source), amount_ore in sorted(unknown.items())
    ]


def list_left_out(left_out: Iterable[EntrySum], mapping: AccountMapping) -> list[Finding]:
    """Payment types that the setup leaves out, with what they took."""
    amounts: dict[str, int] = defaultdict(int)
    for entry in left_out:
        if entry.key.kind is EntryKind.PAYMENT:
            amounts[entry.key.code] += entry.amount_ore
    return [
        Finding(
            "not-transferred",
            _INFO,
            {"source": code, "name": mapping.payment_name(code), "amount": Ore(amount_ore)},
        )
        for code, amount_ore in sorted(amounts.items())
    ]


def list_movements(sums: Iterable[EntrySum], mapping: AccountMapping) -> list[Finding]:
    """Cash movements for which no account is set: left out, and listed."""
    amounts: dict[EntryKind, int] = defaultdict(int)
    for entry in sums:
        kind = entry.key.kind
        if kind not in MOVEMENTS:
            continue
        source = MOVEMENT_ACCOUNTS.get(kind)
        if kind is EntryKind.MOVE_FLOAT or (source and getattr(mapping.accounts, source) is None):
            amounts[kind] += entry.amount_ore
    found = []
    for kind, amount_ore in sorted(amounts.items()):
        source = MOVEMENT_ACCOUNTS.get(kind, "float")
        facts: dict[str, Fact] = {"name": NAMES[source], "source": source, "amount": Ore(amount_ore)}
        variant = "float" if kind is EntryKind.MOVE_FLOAT else ""
        found.append(Finding("movements-left-out", _INFO, facts, variant=variant))
    return found


def check_accounts(voucher: Voucher, mapping: AccountMapping) -> list[Finding]:
    """No line without an account reaches PowerOffice."""
    return [_missing_account(line, mapping) for line in voucher.lines if line.account is None and line.vat_code]


def _missing_account(line: VoucherLine, mapping: AccountMapping) -> Finding:
    facts: dict[str, Fact] = {
        "source": line.source,
        "name": line.description,
        "vat_code": line.vat_code or "",
        "amount": Ore(abs(line.amount_ore)),
    }
    variant = "other"
    if line.kind is LineKind.SALES:
        variant = "sale" if mapping.product_type(line.source) else "unknown-product"
    elif line.source == CREDIT_SALE:
        variant = "credit"
    elif line.kind in (LineKind.PAYMENT, LineKind.MOVEMENT):
        variant = "payment" if mapping.payment_type(line.source) else "unknown-payment"
    return Finding("missing-account", _ERROR, facts, variant=variant)


_SET_LATER: Mapping[str, tuple[Table, str, str]] = {
    "missing-vat-code": ("vat_code", "pos_code", "later"),
    "missing-account/unknown-product": ("product_type", "source", "product-later"),
    "missing-account/unknown-payment": ("payment_type", "source", "payment-later"),
    "missing-account/other": ("accounts", "source", "other-later"),
}
"""Findings that say that the setup has no row: in which table, of which code, and what it is where one comes later."""


def mark_later(findings: Iterable[Finding], dated: DatedMapping | None, posting_date: date) -> list[Finding]:
    """The same findings; what the setup has from a later day on is told as such."""
    return list(findings) if dated is None else [_mark_later(finding, dated, posting_date) for finding in findings]


def _mark_later(finding: Finding, dated: DatedMapping, posting_date: date) -> Finding:
    if finding.key not in _SET_LATER:
        return finding
    table, code, variant = _SET_LATER[finding.key]
    since = dated.find_next(table, str(finding.facts[code]), posting_date)
    if since is None:
        return finding
    return replace(finding, variant=variant, facts={**finding.facts, "set_from": since.isoformat()})


def check_bank_accounts(voucher: Voucher) -> list[Finding]:
    """Card payments go to clearing accounts: 1920-1999 on a payment type is a warning."""
    return [
        Finding(
            "bank-account",
            _WARNING,
            {"source": line.source, "name": line.description, "account": line.account or ""},
        )
        for line in voucher.lines
        if line.kind is LineKind.PAYMENT and is_bank_account(line.account)
    ]


def is_bank_account(account: str | None) -> bool:
    """Whether an account is one of the bank's."""
    return account is not None and len(account) == 4 and "1920" <= account <= "1999"


def check_tips(voucher: Voucher) -> list[Finding]:
    """Tips are a debt to staff; an income account is a warning."""
    return [
        Finding("tips-as-income", _WARNING, {"account": line.account})
        for line in voucher.lines
        if line.kind is LineKind.TIP and line.account is not None and line.account.startswith("3")
    ]


def check_customers(voucher: Voucher, mapping: AccountMapping) -> list[Finding]:
    """A credit sale, or an invoice paid at the till, that names no customer goes to the account without a
    sub-ledger."""
    found = []
    for line in voucher.lines:
        known = mapping.payment_type(line.source) if line.kind is LineKind.PAYMENT else None
        if known is not None and known.customer_ledger and line.customer is None and line.account:
            facts: dict[str, Fact] = {
                "source": line.source,
                "amount": Ore(line.amount_ore),
                "account": line.account,
            }
            found.append(Finding("missing-customer", _WARNING, facts))
    if mapping.received_per_customer:
        found += [_missing_payer(line) for line in voucher.lines if _names_no_payer(line)]
    return found


def _names_no_payer(line: VoucherLine) -> bool:
    is_received = line.kind is LineKind.MOVEMENT and line.source == MOVEMENT_ACCOUNTS[EntryKind.MOVE_RECEIVED]
    return is_received and line.customer is None


def _missing_payer(line: VoucherLine) -> Finding:
    facts: dict[str, Fact] = {"source": line.source, "amount": Ore(-line.amount_ore), "account": line.account or ""}
    return Finding("missing-customer", _WARNING, facts, variant="received")


def check_rounding(tickets: Iterable[RoundedTicket], limit_ore: int, venue: Venue) -> list[Finding]:
    """Cash rounding is at most what the coins allow, and only where there is cash. More than that is an error; of a
    register that rounds its cards the first tickets are named."""
    found, without = [], []
    for ticket in tickets:
        if abs(ticket.amount_ore) > limit_ore:
            facts = _name_ticket(ticket.register, ticket.number, ticket.completed_at_utc_s, venue)
            facts |= {"amount": Ore(ticket.amount_ore), "limit": Ore(limit_ore)}
            found.append(Finding("rounding-too-large", _ERROR, facts))
        else:
            without.append(ticket)
    if len(without) > TICKETS_NAMED:
        named = ", ".join(f"{ticket.number} ({ticket.register})" for ticket in without[:TICKETS_NAMED])
        amount_ore = sum(abs(ticket.amount_ore) for ticket in without)
        many: dict[str, Fact] = {"count": len(without), "amount": Ore(amount_ore), "tickets": named}
        return [*found, Finding("rounding-without-cash", _WARNING, many, variant="many")]
    for ticket in without:
        facts = _name_ticket(ticket.register, ticket.number, ticket.completed_at_utc_s, venue)
        found.append(Finding("rounding-without-cash", _WARNING, facts | {"amount": Ore(ticket.amount_ore)}))
    return found


def check_reversals(reversals: Iterable[Reversal], venue: Venue) -> list[Finding]:
    """A ticket marked void and its exact counter ticket, of which one counts."""
    found = []
    for void, counter in reversals:
        facts = _name_ticket(void.register, void.number, void.completed_at_utc_s, venue)
        other = _name_ticket(counter.register, counter.number, counter.completed_at_utc_s, venue)
        facts |= {"amount": Ore(void.sales_ore), "other_amount": Ore(counter.sales_ore)}
        facts |= {"other_number": other["number"], "other_time": other["time"]}
        variant = "sale" if counter.sales_ore > 0 else ""
        if counter.business_day != void.business_day:
            facts["other_day"] = counter.business_day.isoformat()
            variant = f"{variant}-days".removeprefix("-")
        found.append(Finding("void-and-reversal", _ERROR, facts, variant=variant))
    return found


def _name_ticket(register: str, number: str, completed_at_utc_s: int, venue: Venue) -> dict[str, Fact]:
    return {
        "register": register,
        "number": number,
        "time": f"{venue.calendar.local(completed_at_utc_s):%Y-%m-%d %H:%M:%S}",
    }

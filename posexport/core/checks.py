"""The rules: one function each, from a settlement, a voucher or a chart to findings. Pure and without order;
what a finding says stands in `findings`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from posexport.core.company import Venue
from posexport.core.findings import Fact, Finding, Ore, Severity
from posexport.core.lines import MOVEMENT_ACCOUNTS, NAMES, LineKind, VoucherLine
from posexport.core.mapping import NO_VAT, AccountMapping, DatedMapping, Table
from posexport.core.ports.ledger import Chart
from posexport.core.reversal import Reversal
from posexport.core.sales import CREDIT_SALE, MOVEMENTS, EntryKind
from posexport.core.settlement import EntrySum, RoundedTicket, Settlement, UnbalancedTicket
from posexport.core.vat import USUAL_RATES_BP, Misfit, VatFigure, VatRate, find_rows, sends_all_to_none
from posexport.core.voucher import Voucher

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


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
    if len(without) > _TICKETS_NAMED:
        named = ", ".join(f"{ticket.number} ({ticket.register})" for ticket in without[:_TICKETS_NAMED])
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


def check_vat(figures: Iterable[VatFigure], venue: Venue | None = None) -> list[Finding]:
    """VAT by the register and by PowerOffice may differ by rounding; beyond that it is a finding. Lines that cannot be
    right are named one by one, unless it is all of them: then the code is wrong."""
    return [found for figure in figures for found in _check_vat_code(figure, venue)]


def _check_vat_code(figure: VatFigure, venue: Venue | None) -> Iterator[Finding]:
    if figure.misfits and sum(misfit.gross_ore for misfit in figure.misfits) == figure.stated_ore:
        figure = replace(figure, misfits=())
    facts: dict[str, Fact] = {"vat_code": figure.vat_code, "rate": format_rate(figure.rate_bp)}
    if venue is not None and sends_all_to_none(venue.mapping):
        figure = replace(figure, other_rates=(), misfits=())  # it is not the lines that are wrong
    for other in figure.other_rates:
        stated: dict[str, Fact] = {"stated_rate": format_rate(other.rate_bp), "gross": Ore(other.gross_ore)}
        yield Finding("vat-mismatch", _ERROR, facts | stated, variant="rate")
    if figure.misfits:
        yield Finding("vat-mismatch", _ERROR, facts | _list_misfits(figure.misfits, venue), variant="tickets")
    if not figure.is_explained_elsewhere:
        difference: dict[str, Fact] = {
            "gross": Ore(figure.stated_ore),
            "register_vat": Ore(figure.register_ore or 0),
            "extracted": Ore(figure.compared_ore or 0),
            "difference": Ore(figure.difference_ore or 0),
        }
        is_none = venue is not None and sends_all_to_none(venue.mapping)
        yield Finding("vat-mismatch", _ERROR, facts | difference, variant="none" if is_none else "")
    if figure.unstated_ore:
        yield Finding("vat-not-stated", _INFO, {"vat_code": figure.vat_code, "amount": Ore(figure.unstated_ore)})


def _list_misfits(misfits: Sequence[Misfit], venue: Venue | None) -> dict[str, Fact]:
    return {
        "tickets": ", ".join(_format_ticket(misfit, venue) for misfit in misfits[:_TICKETS_NAMED]),
        "count": len(misfits),
        "gross": Ore(sum(misfit.gross_ore for misfit in misfits)),
        "register_vat": Ore(sum(misfit.vat_ore for misfit in misfits)),
    }


_TICKETS_NAMED = 5


def _format_ticket(misfit: Misfit, venue: Venue | None) -> str:
    at = f", {venue.calendar.local(misfit.completed_at_utc_s):%H:%M:%S}" if venue else ""
    return f"{misfit.number} ({misfit.register}{at})"


def format_rate(rate_bp: int | None) -> str:
    """Basis points as a percentage without trailing zeros.

    >>> format_rate(2500), format_rate(1111)
    ('25', '11.11')
    """
    if rate_bp is None:
        return "?"
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def check_former_departments(voucher: Voucher, chart: Chart) -> list[Finding]:
    """An adjustment takes amounts off the department they stand on, which is no longer the venue's."""
    former = {line.department for line in voucher.lines if line.department not in (None, voucher.department)}
    known = former if chart.departments is None else chart.departments
    return [
        Finding("unknown-department", Severity.ERROR, {"department": department})
        for department in sorted(filter(None, former))
        if department not in known
    ]


def check_chart(voucher: Voucher, chart: Chart) -> list[Finding]:
    """Whether PowerOffice will take the voucher, by what it told of the client."""
    found = [
        *(f for line in voucher.lines for f in _check_account(line, chart)),
        *_check_vat_validity(voucher, chart),
        *_check_customer_numbers(voucher, chart),
    ]
    departments = chart.departments
    if departments is not None and voucher.department is not None and voucher.department not in departments:
        found.append(Finding("unknown-department", _ERROR, {"department": voucher.department}))
    found += check_lock_date(voucher.posting_date, chart.lock_date)
    return list({finding.digest: finding for finding in found}.values())


def check_registration(voucher: Voucher, chart: Chart, mapping: AccountMapping) -> list[Finding]:
    """Whether the client is registered for VAT, by PowerOffice and by the setup. VAT of a client that is not would be
    owed all the same; sales without VAT of a client that is are for a person to look at."""
    if chart.vat_registered is None or chart.vat_registered == mapping.vat_registered:
        return []
    if chart.vat_registered:
        return [Finding("vat-registration", _WARNING, variant="registered")]
    day = voucher.posting_date
    codes = {line.vat_code for line in voucher.lines if line.vat_code is not None}
    with_vat = sorted(code for code in codes if _find_known_rate(code, chart, day))
    return [Finding("vat-registration", _ERROR, {"vat_codes": ", ".join(with_vat)})] if with_vat else []


def _find_known_rate(code: str, chart: Chart, day: date) -> int:
    """A VAT code's rate by PowerOffice, or as it usually is."""
    rates = [row.rate_bp for row in find_rows(chart.vat_rates, code, day)]
    return max(rates) if rates else USUAL_RATES_BP.get(code, 0)


def check_lock_date(posting_date: date, lock_date: date | None) -> list[Finding]:
    """Nothing may be posted on or before the lock date."""
    if lock_date is None or posting_date > lock_date:
        return []
    facts: dict[str, Fact] = {"lock_date": lock_date.isoformat(), "day": posting_date.isoformat()}
    return [Finding("locked-period", _ERROR, facts)]


def _check_account(line: VoucherLine, chart: Chart) -> list[Finding]:
    if chart.accounts is None or line.account is None or line.customer is not None:
        return []
    account = chart.accounts.get(line.account)
    if account is None:
        return [Finding("unknown-account", _ERROR, {"account": line.account})]
    facts: dict[str, Fact] = {"account": account.number, "name": account.name}
    found = []
    if not account.is_active:
        found.append(Finding("inactive-account", _ERROR, facts))
    if account.is_vat_code_locked and (account.vat_code or NO_VAT) != line.vat_code:
        locked = {**facts, "locked": account.vat_code or NO_VAT, "vat_code": line.vat_code or ""}
        found.append(Finding("vat-code-locked", _ERROR, locked))
    if account.is_department_required and line.department is None:
        found.append(Finding("department-required", _ERROR, facts))
    if account.is_project_required:
        found.append(Finding("project-required", _ERROR, facts))
    return [*found, *(_miss_dimension(name, facts) for name in account.required)]


def _miss_dimension(name: str, facts: Mapping[str, Fact]) -> Finding:
    """That an account requires what our vouchers never have: "location", say, or "dim2"."""
    if name.startswith("dim"):
        return Finding("dimension-required", _ERROR, {**facts, "number": name.removeprefix("dim")}, "dimension")
    return Finding("dimension-required", _ERROR, facts, name)


def _check_vat_validity(voucher: Voucher, chart: Chart) -> list[Finding]:
    used = {line.vat_code for line in voucher.lines if line.vat_code is not None}
    return check_vat_rows(used, chart.vat_rates, voucher.posting_date)


def check_vat_rows(codes: Iterable[str], rates: Sequence[VatRate], day: date) -> list[Finding]:
    """Each VAT code has exactly one row that counts on the day, where PowerOffice told of any."""
    found: list[Finding] = []
    for code in sorted(codes) if rates else ():
        rows, facts = find_rows(rates, code, day), {"vat_code": code, "day": day.isoformat()}
        if not rows:
            found.append(Finding("unknown-vat-code", _ERROR, facts))
        elif len(rows) > 1:
            told = "; ".join(_format_row(row) for row in rows)
            found.append(Finding("vat-code-twice", _ERROR, {**facts, "rows": told}))
    return found


def _format_row(row: VatRate) -> str:
    """A row of a VAT code as a list has it: its rate and its period."""
    since, until = (day.isoformat() if day else "…" for day in (row.valid_from, row.valid_to))
    return f"{format_rate(row.rate_bp)} % {since} – {until}"


def _check_customer_numbers(voucher: Voucher, chart: Chart) -> list[Finding]:
    if chart.customers is None:
        return []
    used = {line.customer for line in voucher.lines if line.customer is not None}
    return [
        Finding("unknown-customer", _ERROR, {"customer": customer})
        for customer in sorted(used - chart.customers.keys())
    ]

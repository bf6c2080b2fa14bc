"""Findings about VAT: codes that the setup or the ledger does not know, stated VAT that cannot be the rate's (ticket by
ticket), and clients that are not registered for VAT."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from posexport.core.company import Company, Venue
from posexport.core.finding import TICKETS_NAMED, Fact, Finding, Ore, Severity
from posexport.core.mapping import NO_VAT, AccountMapping
from posexport.core.ports.ledger import Account, Chart
from posexport.core.sales import EntryKind
from posexport.core.settlement import EntrySum
from posexport.core.vat import USUAL_RATES_BP, Misfit, VatFigure, VatRate, find_rows, format_rate, sends_all_to_none
from posexport.core.voucher import Voucher


def check_vat_codes(sums: Iterable[EntrySum], mapping: AccountMapping) -> list[Finding]:
    """A finding for each VAT code of the register that the setup does not map."""
    unknown: dict[tuple[str, str], int] = defaultdict(int)
    sale = EntryKind.SALE
    sales = [entry for entry in sums if entry.key.kind is sale]
    nowhere = {code for code in {entry.key.vat_code for entry in sales} if mapping.go_vat_code(code) is None}
    for entry in sales if nowhere else ():
        if entry.key.vat_code in nowhere:
            unknown[entry.key.vat_code, entry.key.code] += entry.amount_ore
    return [
        Finding(
            "missing-vat-code",
            Severity.ERROR,
            {"pos_code": pos_code, "source": source, "amount": Ore(amount_ore)},
            variant="" if pos_code else "none",
        )
        for (pos_code, source), amount_ore in sorted(unknown.items())
    ]


def check_vat(figures: Iterable[VatFigure], venue: Venue | None = None) -> list[Finding]:
    """A finding for each VAT code whose figure by the register differs from PowerOffice's by more than rounding. Wrong
    lines are named one by one, unless all are wrong: then the code is."""
    return [found for figure in figures for found in _check_vat_code(figure, venue)]


def _check_vat_code(figure: VatFigure, venue: Venue | None) -> Iterator[Finding]:
    if figure.misfits and sum(misfit.gross_ore for misfit in figure.misfits) == figure.stated_ore:
        figure = replace(figure, misfits=())
    facts: dict[str, Fact] = {"vat_code": figure.vat_code, "rate": format_rate(figure.rate_bp)}
    if venue is not None and sends_all_to_none(venue.mapping):
        figure = replace(figure, other_rates=(), misfits=())  # it is not the lines that are wrong
    for other in figure.other_rates:
        stated: dict[str, Fact] = {"stated_rate": format_rate(other.rate_bp), "gross": Ore(other.gross_ore)}
        yield Finding("vat-mismatch", Severity.ERROR, facts | stated, variant="rate")
    if figure.misfits:
        yield Finding("vat-mismatch", Severity.ERROR, facts | _list_misfits(figure.misfits, venue), variant="tickets")
    if not figure.is_explained_elsewhere:
        difference: dict[str, Fact] = {
            "gross": Ore(figure.stated_ore),
            "register_vat": Ore(figure.register_ore or 0),
            "extracted": Ore(figure.compared_ore or 0),
            "difference": Ore(figure.difference_ore or 0),
        }
        is_none = venue is not None and sends_all_to_none(venue.mapping)
        yield Finding("vat-mismatch", Severity.ERROR, facts | difference, variant="none" if is_none else "")
    if figure.unstated_ore:
        yield Finding(
            "vat-not-stated", Severity.INFO, {"vat_code": figure.vat_code, "amount": Ore(figure.unstated_ore)}
        )


def _list_misfits(misfits: Sequence[Misfit], venue: Venue | None) -> dict[str, Fact]:
    return {
        "tickets": ", ".join(_format_ticket(misfit, venue) for misfit in misfits[:TICKETS_NAMED]),
        "count": len(misfits),
        "gross": Ore(sum(misfit.gross_ore for misfit in misfits)),
        "register_vat": Ore(sum(misfit.vat_ore for misfit in misfits)),
    }


def _format_ticket(misfit: Misfit, venue: Venue | None) -> str:
    at = f", {venue.calendar.local(misfit.completed_at_utc_s):%H:%M:%S}" if venue else ""
    return f"{misfit.number} ({misfit.register}{at})"


def check_registration(voucher: Voucher, chart: Chart, mapping: AccountMapping) -> list[Finding]:
    """A finding where the setup and PowerOffice disagree on whether the client is registered for VAT: VAT charged by
    one that is not would be owed all the same; sales without VAT by one that is need a person's look."""
    if chart.vat_registered is None or chart.vat_registered == mapping.vat_registered:
        return []
    if chart.vat_registered:
        return [Finding("vat-registration", Severity.WARNING, variant="registered")]
    day = voucher.posting_date
    codes = {line.vat_code for line in voucher.lines if line.vat_code is not None}
    with_vat = sorted(code for code in codes if _find_known_rate(code, chart, day))
    return [Finding("vat-registration", Severity.ERROR, {"vat_codes": ", ".join(with_vat)})] if with_vat else []


def _find_known_rate(code: str, chart: Chart, day: date) -> int:
    """A VAT code's rate (basis points) by PowerOffice, else its usual one."""
    rates = [row.rate_bp for row in find_rows(chart.vat_rates, code, day)]
    return max(rates) if rates else USUAL_RATES_BP.get(code, 0)


def check_vat_validity(voucher: Voucher, chart: Chart) -> list[Finding]:
    """As `check_vat_rows`, for the VAT codes of a voucher on its posting date."""
    used = {line.vat_code for line in voucher.lines if line.vat_code is not None}
    return check_vat_rows(used, chart.vat_rates, voucher.posting_date)


def check_vat_rows(codes: Iterable[str], rates: Sequence[VatRate], day: date) -> list[Finding]:
    """A finding for each VAT code that does not have exactly one valid rate on the day, where PowerOffice's rates are
    known."""
    found: list[Finding] = []
    for code in sorted(codes) if rates else ():
        rows, facts = find_rows(rates, code, day), {"vat_code": code, "day": day.isoformat()}
        if not rows:
            found.append(Finding("unknown-vat-code", Severity.ERROR, facts))
        elif len(rows) > 1:
            told = "; ".join(_format_row(row) for row in rows)
            found.append(Finding("vat-code-twice", Severity.ERROR, {**facts, "rows": told}))
    return found


def _format_row(row: VatRate) -> str:
    """A VAT code's row for a list: its rate and period."""
    since, until = (day.isoformat() if day else "…" for day in (row.valid_from, row.valid_to))
    return f"{format_rate(row.rate_bp)} % {since} – {until}"


def make_locked_vat_code_finding(account: Account, vat_code: str | None) -> Finding:
    """The finding that the ledger has locked an account to another VAT code."""
    facts: dict[str, Fact] = {"account": account.number, "name": account.name}
    locked = {**facts, "locked": account.vat_code or NO_VAT, "vat_code": vat_code or ""}
    return Finding("vat-code-locked", Severity.ERROR, locked)


def make_not_registered_finding(company: Company) -> Finding:
    """The finding that a client is not registered for VAT by the setup, though its registers charge VAT."""
    return Finding("vat-not-registered", Severity.WARNING, {"company": company.name})

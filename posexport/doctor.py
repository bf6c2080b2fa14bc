"""Asks PowerOffice Go ahead of time whether a venue's vouchers will be taken, and says what to click if not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from posexport.core.checks import check_chart, is_bank_account
from posexport.core.findings import Finding, Lang, Severity
from posexport.core.mapping import NO_VAT, OtherAccounts
from posexport.core.ports import Chart, Destination, Identity
from posexport.core.setup import Company, Venue
from posexport.core.voucher import LineKind, Voucher, VoucherLine
from posexport.errors import Exit, PosexportError
from posexport.export import Workplace

Answer = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing asked about one venue: ok, warning or wrong, in words, and what to do."""

    venue: str
    about: str
    answer: Answer
    message: str
    fix: str = ""
    exit_code: Exit = Exit.DONE


def examine(workplace: Workplace, venues: Sequence[Venue], lang: Lang = "nb") -> Iterator[Diagnosis]:
    """Everything worth asking about these venues, one after the other; a venue that cannot be asked about
    stops nothing but itself. Nothing is written anywhere."""
    setup = workplace.load_setup()
    for venue in venues:
        company = setup.company_of(venue)
        try:
            destination = workplace.courier.open_destination(company, venue)
            yield from _examine_identity(company, venue, destination)
            voucher = sample_voucher(company, venue, workplace.now_utc_s)
            chart = destination.read_chart([voucher])
            yield from _examine_chart(venue, voucher, chart, lang)
        except PosexportError as error:
            yield Diagnosis(venue.id, "keys", "wrong", str(error), exit_code=error.exit_code)
    yield from _examine_keys(venues, lang)


def _examine_identity(company: Company, venue: Venue, destination: Destination) -> Iterator[Diagnosis]:
    identity: Identity = destination.read_identity()
    yield Diagnosis(venue.id, "keys", "ok", f"The keys work; the client is {identity.client_name or 'unnamed'}.")
    number = identity.organization_number
    if number is not None and "".join(filter(str.isdigit, number)) != company.organization_number:
        yield Diagnosis(
            venue.id,
            "client",
            "wrong",
            f"The client key belongs to {identity.client_name} ({number}), not to {company.name} "
            f"({company.organization_number}).",
            "Make a client key in the right company: in Go under Menu > Settings > Extensions > Add extension.",
            Exit.INTEGRATOR,
        )
    if identity.missing:
        yield Diagnosis(
            venue.id,
            "privileges",
            "wrong",
            f"The extension lacks the privileges {', '.join(identity.missing)}.",
            "Give it them in Go under Menu > Settings > Extensions.",
            Exit.INTEGRATOR,
        )
    elif company.target == "journal":
        yield Diagnosis(venue.id, "privileges", "ok", "Every privilege that is needed is there.")


def sample_voucher(company: Company, venue: Venue, now_utc_s: int) -> Voucher:
    """A voucher with one line for every account of a venue's mapping, to be judged and never sent."""
    lines = tuple(_sample_lines(venue))
    return Voucher(
        venue=venue.id,
        business_day=(day := venue.calendar.last_closed(now_utc_s)),
        part=0,
        posting_date=day,
        reference=f"{venue.id}-sample",
        description="",
        department=venue.department,
        currency=company.currency,
        lines=lines,
        open_ore=len(lines),
    )


def _sample_lines(venue: Venue) -> Iterator[VoucherLine]:
    mapping, department = venue.mapping, venue.department
    for product in mapping.product_types.values():
        for vat_code, account in product.accounts.items():
            yield VoucherLine(account, vat_code, department, 1, LineKind.SALES, product.code, product.name)
    for vat_code, account in mapping.accounts.discounts.items():
        yield VoucherLine(account, vat_code, department, 1, LineKind.DISCOUNT, "discounts", "")
    for payment in mapping.payment_types.values():
        if payment.transfer:
            yield VoucherLine(payment.account, NO_VAT, department, 1, LineKind.PAYMENT, payment.code, payment.name)
    for name in OtherAccounts.__dataclass_fields__:
        account = getattr(mapping.accounts, name)
        if isinstance(account, str):
            yield VoucherLine(account, NO_VAT, department, 1, LineKind.MOVEMENT, name, name)


def _examine_chart(venue: Venue, voucher: Voucher, chart: Chart, lang: Lang) -> Iterator[Diagnosis]:
    findings = [finding for finding in check_chart(voucher, chart) if finding.code != "locked-period"]
    for finding in findings:
        yield _diagnose(venue, "accounts", finding, lang)
    if not findings and chart.accounts is not None:
        yield Diagnosis(venue.id, "accounts", "ok", f"All {len(voucher.lines)} accounts and VAT codes are usable.")
    missing = sorted({f"{line.kind.wire} {line.source}" for line in voucher.lines if line.account is None})
    missing += sorted(
        f"product type {code}" for code, known in venue.mapping.product_types.items() if not known.accounts
    )
    if missing:
        yield Diagnosis(
            venue.id,
            "mapping",
            "warning",
            f"No account is set for: {', '.join(missing)}.",
            "Set the accounts in the setup and run posexport setup apply.",
        )
    for line in voucher.lines:
        if line.kind is LineKind.PAYMENT and is_bank_account(line.account):
            facts = {"source": line.source, "name": line.description, "account": line.account or ""}
            yield _diagnose(venue, "payments", Finding("bank-account", Severity.WARNING, facts), lang)
    yield _examine_lock_date(venue, chart.lock_date)


def _examine_lock_date(venue: Venue, lock_date: date | None) -> Diagnosis:
    told = f"The books are locked up to and including {lock_date}." if lock_date else "No lock date stands in the way."
    return Diagnosis(venue.id, "lock date", "ok", told)


def _examine_keys(venues: Sequence[Venue], lang: Lang) -> Iterator[Diagnosis]:
    """Each department has its own key."""
    for place, venue in enumerate(venues):
        for other in venues[:place]:
            facts = {"venue": venue.id, "other": other.id}
            if venue.client_key is not None and venue.client_key == other.client_key:
                yield _diagnose(venue, "keys", Finding("duplicate-client-key", Severity.ERROR, facts), lang)
            if venue.addon is not None and (venue.company_id, venue.addon) == (other.company_id, other.addon):
                shared = Finding("duplicate-addon", Severity.ERROR, {**facts, "addon": venue.addon})
                yield _diagnose(venue, "keys", shared, lang)


def _diagnose(venue: Venue, about: str, finding: Finding, lang: Lang) -> Diagnosis:
    answer: Answer = "wrong" if finding.holds else "warning"
    code = Exit.BOOKKEEPER if finding.holds else Exit.DONE
    return Diagnosis(venue.id, about, answer, finding.message(lang), finding.fix(lang), code)


def format_diagnoses(diagnoses: Sequence[Diagnosis]) -> dict[str, Any]:
    """As `doctor --json` prints them."""
    return {
        "checks": [
            {
                "venue": diagnosis.venue,
                "about": diagnosis.about,
                "answer": diagnosis.answer,
                "message": diagnosis.message,
                "fix": diagnosis.fix,
            }
            for diagnosis in diagnoses
        ]
    }

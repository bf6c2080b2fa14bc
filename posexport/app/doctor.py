"""Asks in advance what PowerOffice Go would hold against a venue's vouchers, and says what to click.

Every check is a function that yields its answers; the wording is in `texts.doctor`, or in `texts.findings` where a
voucher would be held for the same reason. Nothing is changed: PowerOffice is only read, and a folder is tested with a
file that is deleted at once.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from posexport.app.diagnosis import Answer, Diagnosis as Diagnosis, DoctorContext, StoreFacts
from posexport.app.doctor_customers import examine_customers
from posexport.app.doctor_orders import examine_orders
from posexport.app.workspace import Workspace
from posexport.core.codes import clean_code, find_code
from posexport.core.company import Company, Setup, Venue
from posexport.core.finding import Finding
from posexport.core.findings.accounts import is_bank_account, make_bank_account_finding
from posexport.core.findings.every_rule import check_chart
from posexport.core.findings.setup import make_shared_addon_finding, make_shared_key_finding
from posexport.core.findings.vat import check_registration, check_vat_rows
from posexport.core.lines import OTHER, LineKind, VoucherLine
from posexport.core.mapping import NO_VAT, AccountMapping, OtherAccounts
from posexport.core.ports.ledger import Chart, Identity, Ledger, SourceTrail
from posexport.core.sales import EntryKind
from posexport.core.vat import USUAL_RATES_BP, VatRate, find_rate, format_rate, is_same_rate
from posexport.core.voucher import Voucher
from posexport.errors import (
    ClientKeyShared,
    Exit,
    KeysRefused,
    KeyTooShort,
    MissingSecret,
    NotConnected,
    PosexportError,
    PowerOfficeRefused,
    PowerOfficeUnavailable,
    WrongKey,
)
from posexport.setup.secrets import KEY_LENGTH_MIN, NoSecret, find_secret
from posexport.store.charts import load_vat_rates
from posexport.store.day_sums import SoldCode, read_sold_codes
from posexport.store.days import read_days
from posexport.store.setups import find_company_number, find_venue_number
from posexport.store.sums import read_sums
from posexport.texts.language import Lang
from posexport.texts.moments import Write, keep_moments

_ONE_DAY = timedelta(days=1)
_DAYS_LOOKED_AT = 14
"""How many of the last days with data show what a register usually writes."""


def examine(
    workspace: Workspace,
    venues: Sequence[Venue],
    lang: Lang = "nb",
    environ: Mapping[str, str] | None = None,
    write: Write = keep_moments,
) -> Iterator[Diagnosis]:
    """Every diagnosis of these venues, one venue after the other. A venue that cannot be examined does not stop the
    others. `environ` resolves key references, None for the workspace's own; keys are compared, never shown. `write`
    writes days and times."""
    environ = workspace.secrets if environ is None else environ
    setup = workspace.load_setup()
    begun: set[str] = set()
    for venue in venues:
        company = setup.company_of(venue)
        today = venue.calendar.open_day(workspace.now_utc_s)
        context = DoctorContext(company, venue, lang, today, _read_habits(workspace, company, venue), write)
        yield from _examine_target(context)
        yield from _examine_own_keys(context, setup, environ)
        if context.kind.is_service:
            lost = list(_examine_references(context, environ))
            yield from lost
            yield from _examine_service(context, workspace, lost, is_first_of_company=company.id not in begun)
            begun.add(company.id)
        yield from _examine_mapping(context)
        yield from _examine_payments(context)
        yield from _examine_folder(context)


def _read_habits(workspace: Workspace, company: Company, venue: Venue) -> StoreFacts:
    stated: dict[str, set[int]] = defaultdict(set)
    kinds: set[EntryKind] = set()
    last = venue.calendar.last_closed(workspace.now_utc_s)
    with workspace.database.reading() as connection:
        number = find_venue_number(connection, venue)
        days = read_days(connection, number, venue.export_from, last)
        waiting = read_days(connection, number, venue.export_from, last, only_open=True)
        looked_at = days[-_DAYS_LOOKED_AT:]
        if looked_at:
            for _, sums, _ in read_sums(workspace.database, connection, number, (looked_at[0], looked_at[-1])):
                kinds |= {entry.key.kind for entry in sums}
                for key in (entry.key for entry in sums if entry.key.kind is EntryKind.SALE):
                    if key.vat_rate_bp is not None:
                        stated[key.vat_code].add(key.vat_rate_bp)
        sold = [
            (code, venue.on(day).mapping)
            for day, until in _part_by_mapping(venue, venue.export_from, last)
            for code in read_sold_codes(connection, number, day, until)
        ]
        rates = load_vat_rates(connection, find_company_number(connection, company.id))
    return StoreFacts(
        {code: frozenset(rates_bp) for code, rates_bp in stated.items()},
        tuple(sold),
        frozenset(kinds),
        rates,
        tuple(waiting),
        frozenset(days) - frozenset(waiting),
    )


def _part_by_mapping(venue: Venue, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Divide a period into parts with one mapping each, given by first and last day."""
    changes = [] if venue.dated is None else [day for day in venue.dated.days if first < day <= last]
    for day, following in pairwise((first, *changes, last + _ONE_DAY)):
        yield day, following - _ONE_DAY


# Where vouchers go, and under which keys


def _examine_target(context: DoctorContext) -> Iterator[Diagnosis]:
    company = context.company
    environment = context.name(company.environment)
    answer: Answer = "warning" if context.kind.posts_directly else "ok"
    yield context.say_target("target", answer, environment=environment, folder=_folder_of(context) or "")
    if company.base_url is not None and context.kind.is_service:
        yield context.say("target", "ok", "target/address", base_url=company.base_url, system=context.kind.system)


def _examine_own_keys(context: DoctorContext, setup: Setup, environ: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Whether each department has a client key and an add-on of its own: references and the keys behind them are
    compared."""
    venue = context.venue
    if not context.kind.is_service:
        yield context.say("keys", "ok", "keys/none-needed", company=context.company.name)
        return
    shared = list(_find_shared_keys(venue, setup, environ))
    for finding in shared:
        yield context.tell("keys", finding)
    if not shared and venue.client_key is not None:
        code = "keys/own" if venue.addon is None else "keys/own-addon"
        yield context.say("keys", "ok", code, addon=venue.addon)


def _find_shared_keys(venue: Venue, setup: Setup, environ: Mapping[str, str]) -> Iterator[Finding]:
    for other in setup.venues:
        if other.id == venue.id:
            continue
        if _is_same_key(venue.client_key, other.client_key, environ):
            yield make_shared_key_finding(venue.id, other.id)
        is_of_company = venue.company_id == other.company_id and venue.addon is not None
        if is_of_company and (
            venue.addon == other.addon or _is_same_key(venue.application_key, other.application_key, environ)
        ):
            yield make_shared_addon_finding(venue.id, other.id, venue.addon or 0)


def _is_same_key(reference: str | None, other: str | None, environ: Mapping[str, str]) -> bool:
    if reference is None or other is None:
        return False
    digest = _digest_key(reference, environ)
    return reference == other or (digest is not None and digest == _digest_key(other, environ))


def _digest_key(reference: str, environ: Mapping[str, str]) -> str | None:
    """A digest of the key that a reference resolves to; None where it is missing (reported elsewhere)."""
    try:
        return hashlib.sha256(find_secret(reference, environ).encode()).hexdigest()
    except NoSecret:
        return None


# What PowerOffice tells


def _examine_references(context: DoctorContext, environ: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Every key that the setup refers to and that is missing: without it nothing can be sent, or mailed."""
    company, venue = context.company, context.venue
    names = [venue.client_key, venue.application_key or company.application_key]
    if context.kind.asks_for("subscription_key"):
        names.append(company.subscription_key)
    if company.mail is not None:
        names.append(company.mail.password)
    password = company.mail.password if company.mail is not None else None
    is_real = company.environment == "production" and company.base_url is None and context.kind.has_long_keys
    for reference in dict.fromkeys(filter(None, names)):
        try:
            secret = find_secret(reference, environ)
            if len(secret) < KEY_LENGTH_MIN and reference != password:
                code = Exit.OPERATOR if is_real else Exit.DONE
                yield context.say("keys", "wrong" if is_real else "warning", "keys/short", code, reference=reference)
        except NoSecret as missing:
            yield context.say("keys", "wrong", "keys/missing", Exit.OPERATOR, reference=missing.reference)


def _examine_service(
    context: DoctorContext, workspace: Workspace, told: Sequence[Diagnosis], *, is_first_of_company: bool
) -> Iterator[Diagnosis]:
    """The diagnoses that need an answer from the ledger. `told`: what was already said about its keys."""
    absent = list(_find_absent_keys(context))
    for key in absent:
        yield context.say("keys", "wrong", "keys/not-in-setup", Exit.OPERATOR, key=key)
    if absent:
        return
    try:
        destination = workspace.delivery.open_ledger(context.company, context.venue)
        identity = _ask_identity(destination)
        yield from _examine_identity(context, identity)
        vouchers = [sample_voucher(context.company, context.venue.on(day), day) for day in context.days]
        chart = _ask_chart(destination, vouchers)
        yield from _examine_privileges(context, destination, vouchers[0], identity, chart)
        if isinstance(chart, Chart):
            yield from _examine_chart(context, vouchers, chart)
        if is_first_of_company:
            yield from examine_customers(context, workspace, destination)
        yield from examine_orders(context, workspace, destination)
    except (ClientKeyShared, KeyTooShort):
        return  # told with the keys
    except PosexportError as error:
        diagnosis = _diagnose_failure(context, error)
        if diagnosis not in told:
            yield diagnosis


def _find_absent_keys(context: DoctorContext) -> Iterator[str]:
    """The keys that the target needs and the setup does not name."""
    company, venue = context.company, context.venue
    for need in reversed(context.kind.needs):
        if getattr(venue, need.key, None) is None and getattr(company, need.key, None) is None:
            yield need.key


def _ask_identity(destination: Ledger) -> Identity | PowerOfficeRefused:
    """Whom the keys belong to, or the refusal to say so (the keys themselves work then)."""
    try:
        return destination.read_identity()
    except KeysRefused:
        raise
    except PowerOfficeRefused as refused:
        return refused


def _ask_chart(destination: Ledger, vouchers: Sequence[Voucher]) -> Chart | PowerOfficeRefused:
    try:
        return destination.read_chart(vouchers)
    except KeysRefused:
        raise
    except PowerOfficeRefused as refused:
        return refused


def _examine_identity(context: DoctorContext, identity: Identity | PowerOfficeRefused) -> Iterator[Diagnosis]:
    company = context.company
    name = identity.client_name if isinstance(identity, Identity) else ""
    told = identity.organization_number or "" if isinstance(identity, Identity) else ""
    number = "".join(sign for sign in told if sign.isdecimal())
    facts = {"client": name, "number": told, "company": company.name, "expected": company.organization_number}
    yield context.say("keys", "ok", "keys/work" if name else "keys/work-unnamed", **facts)
    if number == company.organization_number:
        yield context.say("client", "ok", "client/expected", **facts)
    elif number:
        yield context.say("client", "wrong", "client/other", Exit.INTEGRATOR, **facts)
    else:
        yield context.say("client", "warning", "client/untold" if name else "client/unknown", **facts)


def _examine_privileges(
    context: DoctorContext,
    destination: Ledger,
    voucher: Voucher,
    identity: Identity | PowerOfficeRefused,
    chart: Chart | PowerOfficeRefused,
) -> Iterator[Diagnosis]:
    """What the keys may not do: missing privileges by name, and reads that were refused."""
    unread = list(_find_unread(identity, chart))
    refusals = [answer for answer in (identity, chart) if isinstance(answer, PowerOfficeRefused)]
    missing, invalid = (identity.missing, identity.invalid) if isinstance(identity, Identity) else ((), ())
    if not context.kind.tells_own_privileges:
        refusals = _try_lookup(destination, voucher)
    if missing:
        code = "privileges/invalid" if invalid else "privileges/missing"
        facts = {"missing": ", ".join(missing), "invalid": ", ".join(invalid)}
        yield context.say("privileges", "wrong", code, Exit.INTEGRATOR, **facts)
        refusals = []
    for refusal in refusals:
        yield context.say("privileges", "wrong", "privileges/refused", Exit.INTEGRATOR, answer=refusal.answer)
    if unread:
        what = ", ".join(context.name(name) for name in unread)
        yield context.say("privileges", "warning", "privileges/unread", what=what)
    if missing is None and not refusals:
        yield context.say("privileges", "warning", "privileges/untold")
    elif not (missing or refusals or unread):
        yield context.say("privileges", "ok", "privileges/all")


def _find_unread(identity: Identity | PowerOfficeRefused, chart: Chart | PowerOfficeRefused) -> Iterator[str]:
    """The names of what the keys may not read, which therefore is not checked."""
    known = chart if isinstance(chart, Chart) else Chart()
    if not isinstance(identity, Identity):
        yield "read-client"
    if known.accounts is None:
        yield "read-accounts"
    if not known.vat_rates:
        yield "read-vat-codes"
    if known.departments is None:
        yield "read-departments"


def _try_lookup(destination: Ledger, voucher: Voucher) -> list[PowerOfficeRefused]:
    """The refusal to search for a voucher, if any: such a search is needed after a lost answer."""
    try:
        destination.find(destination.build_payload(voucher, Chart(), SourceTrail()), 0)
    except KeysRefused:
        raise
    except PowerOfficeRefused as refused:
        return [refused]
    return []


_REFUSED = {
    WrongKey.SUBSCRIPTION: "keys/refused-subscription",
    WrongKey.CLIENT: "keys/refused-client",
    WrongKey.NOT_ALLOWED: "keys/refused-not-allowed",
    WrongKey.UNKNOWN: "keys/refused",
}
"""The code of the answer for each key that may be refused."""


def _diagnose_failure(context: DoctorContext, error: PosexportError) -> Diagnosis:
    """Why a venue could not be examined, as a diagnosis."""
    match error:
        case MissingSecret():
            return context.say("keys", "wrong", "keys/missing", error.exit_code, reference=error.reference)
        case KeysRefused():
            return context.say("keys", "wrong", _REFUSED[error.wrong], error.exit_code, answer=error.answer)
        case PowerOfficeRefused():
            return context.say("keys", "wrong", "keys/refused", error.exit_code, answer=error.answer)
        case NotConnected():
            return context.say("connection", "wrong", "connection/other", error.exit_code, why=str(error))
        case PowerOfficeUnavailable():
            return context.say("connection", "wrong", "connection/unavailable", error.exit_code, why=error.why)
        case _:
            return context.say("connection", "wrong", "connection/other", error.exit_code, why=str(error))


# What PowerOffice would say of a voucher


def sample_voucher(company: Company, venue: Venue, day: date) -> Voucher:
    """A voucher with one line for every account of a venue's mapping, to be judged and never sent."""
    lines = tuple(_sample_lines(venue))
    return Voucher(
        venue=venue.id,
        business_day=day,
        part=0,
        posting_date=day,
        reference=f"{venue.id}-sample",
        description="",
        department=venue.department,
        currency=company.currency,
        lines=lines,
        open_ore=len(lines),
        project=venue.project,
    )


def _sample_lines(venue: Venue) -> Iterator[VoucherLine]:
    mapping, department = venue.mapping, venue.department
    for product in mapping.product_types.values():
        for vat_code, account in product.accounts.items():
            if mapping.vat_registered or vat_code == NO_VAT:
                yield VoucherLine(account, vat_code, department, 1, LineKind.SALES, product.code, product.name)
    for vat_code, account in mapping.accounts.discounts.items():
        if mapping.vat_registered or vat_code == NO_VAT:
            yield VoucherLine(account, vat_code, department, 1, LineKind.DISCOUNT, "discounts", "")
    for payment in mapping.payment_types.values():
        for payment_account in (payment.account, *payment.currency_accounts.values()):
            if payment.transfer and payment_account is not None:
                yield VoucherLine(payment_account, NO_VAT, department, 1, LineKind.PAYMENT, payment.code, payment.name)
    for name in OtherAccounts.__dataclass_fields__:
        other = getattr(mapping.accounts, name)
        if isinstance(other, str):
            yield VoucherLine(other, NO_VAT, department, 1, LineKind.MOVEMENT, name, name)


def _examine_chart(context: DoctorContext, vouchers: Sequence[Voucher], chart: Chart) -> Iterator[Diagnosis]:
    findings = _each_once(finding for voucher in vouchers for finding in check_chart(voucher, chart))
    yield from _examine_department(context, chart, findings)
    yield from _examine_project(context, vouchers, chart)
    yield from _examine_accounts(context, vouchers, chart, findings)
    yield from _examine_vat_codes(context, vouchers, chart, findings)
    yield from _examine_lock_date(context, chart)


def _examine_project(context: DoctorContext, vouchers: Sequence[Voucher], chart: Chart) -> Iterator[Diagnosis]:
    """Whether it could be looked up that the venue's project exists, where an account requires one."""
    if context.company.subscription_key is None and context.kind.takes_orders and chart.list_projects(vouchers):
        yield context.say("project", "warning", "project/unchecked", project=context.venue.project or "")


def _each_once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings of several vouchers without repetitions."""
    return list({finding.digest: finding for finding in findings}.values())


def _examine_department(context: DoctorContext, chart: Chart, findings: Iterable[Finding]) -> Iterator[Diagnosis]:
    found = [finding for finding in findings if finding.code in ("unknown-department", "department-required")]
    for finding in found:
        yield context.tell("department", finding)
    if found:
        return
    department = context.venue.department
    if department is not None and chart.departments is not None:
        yield context.say("department", "ok", "department/exists", department=department)
    if department is None and chart.accounts is not None:
        yield context.say("department", "ok", "department/none")


_OF_ACCOUNTS = ("unknown-account", "inactive-account", "vat-code-locked", "project-required", "dimension-required")


def _examine_accounts(
    context: DoctorContext, vouchers: Sequence[Voucher], chart: Chart, findings: Iterable[Finding]
) -> Iterator[Diagnosis]:
    found = [finding for finding in findings if finding.code in _OF_ACCOUNTS]
    for finding in found:
        yield context.tell("accounts", finding)
    if found or chart.accounts is None:
        return
    count = len({line.account for voucher in vouchers for line in voucher.lines})
    yield context.say("accounts", "ok", "accounts/usable" if count else "accounts/unasked", count=count)


def _examine_vat_codes(
    context: DoctorContext, vouchers: Sequence[Voucher], chart: Chart, findings: Iterable[Finding]
) -> Iterator[Diagnosis]:
    """Whether the VAT codes on the accounts and of the mapping are valid on the day, with the rate the register
    wrote."""
    found = [finding for finding in findings if finding.code in ("unknown-vat-code", "vat-code-twice")]
    used: set[str] = set()
    mapped: set[str] = set()
    for voucher, mapping in zip(vouchers, context.mappings, strict=True):
        of_lines = {line.vat_code for line in voucher.lines if line.vat_code is not None}
        of_codes = set(mapping.vat_codes.values()) if mapping.vat_registered else set()
        found += check_vat_rows(of_codes - of_lines, chart.vat_rates, voucher.posting_date)
        used, mapped = used | of_lines, mapped | of_codes
    for finding in _each_once(found):
        yield context.tell("VAT codes", finding)
    registration = _each_once(
        finding for voucher in vouchers for finding in check_registration(voucher, chart, context.mapping)
    )
    for finding in registration:
        yield context.tell("VAT codes", finding)
    doubted = list(_compare_rates(context, chart.vat_rates or context.facts_of_store.rates))
    yield from doubted
    if chart.vat_rates and not (found or registration or doubted) and used | mapped:
        yield context.say("VAT codes", "ok", "vat-codes/valid", count=len(used | mapped))


def _compare_rates(context: DoctorContext, rates: Sequence[VatRate]) -> Iterator[Diagnosis]:
    """Register VAT codes whose sales never had the rate that the mapped code has in Go today."""
    if not context.mapping.vat_registered:
        return
    for pos_code, code in context.mapping.vat_codes.items():
        stated_bp = context.facts_of_store.stated_bp.get(pos_code, frozenset())
        rate_bp = find_rate(rates, code, context.today) if rates else USUAL_RATES_BP.get(code)
        if not stated_bp or rate_bp is None or any(is_same_rate(stated, rate_bp) for stated in stated_bp):
            continue
        near = [
            rate.code
            for rate in rates
            if rate.code in USUAL_RATES_BP and rate.rate_bp in stated_bp and rate.is_valid(context.today)
        ]
        yield context.say(
            "VAT codes",
            "warning",
            "vat-codes/other-rate-near" if near else "vat-codes/other-rate",
            pos_code=pos_code,
            vat_code=code,
            stated=", ".join(format_rate(stated) for stated in sorted(stated_bp)),
            rate=format_rate(rate_bp),
            near=" / ".join(near),
        )


def _examine_lock_date(context: DoctorContext, chart: Chart) -> Iterator[Diagnosis]:
    """Whether waiting or coming days are dated within the locked period."""
    lock_date = chart.lock_date
    if chart.lock_date_untold:
        yield context.say("lock date", "warning", "lock-date/unread", answer=chart.lock_date_untold)
        return
    if lock_date is None:
        yield context.say("lock date", "ok", "lock-date/none")
        return
    facts = {"lock_date": lock_date.isoformat(), "first_open": (lock_date + _ONE_DAY).isoformat()}
    locked = [day for day in context.facts_of_store.waiting if day <= lock_date]
    last_closed = context.today - _ONE_DAY
    if locked:
        days = " – ".join(dict.fromkeys((locked[0].isoformat(), locked[-1].isoformat())))
        yield context.say("lock date", "wrong", "lock-date/waiting", Exit.BOOKKEEPER, **facts, days=days)
    elif lock_date >= context.today:
        yield context.say("lock date", "wrong", "lock-date/ahead", Exit.BOOKKEEPER, **facts)
    elif lock_date == last_closed and last_closed not in context.facts_of_store.done:
        yield context.say("lock date", "warning", "lock-date/ahead", **facts)
    else:
        yield context.say("lock date", "ok", "lock-date/behind", **facts)


# What needs nobody's answer


def _examine_mapping(context: DoctorContext) -> Iterator[Diagnosis]:
    """Codes without an account: those that were sold under, which hold days, and those only set up, which may."""
    sold = dict(_find_sold_without_account(context))
    waiting = [name for name, is_waiting in sold.items() if is_waiting]
    others = dict.fromkeys([*(name for name in sold if name not in waiting), *_find_missing_accounts(context)])
    missing = [name for name in others if name not in waiting]
    if waiting:
        yield context.say("mapping", "wrong", "mapping/sold", Exit.BOOKKEEPER, what=", ".join(waiting))
    if missing:
        yield context.say("mapping", "warning", "mapping/missing", what=", ".join(missing))
    if not waiting and not missing:
        yield context.say("mapping", "ok", "mapping/complete")


def _find_sold_without_account(context: DoctorContext) -> Iterator[tuple[str, bool]]:
    """Each code that was sold under and has no account, in words, and whether a waiting day has it. A waiting day is
    judged by its own mapping, others by today's. A name may come twice; waiting days come last."""
    today = context.mapping
    for sold, then in sorted(context.facts_of_store.sold, key=lambda found: found[0].is_waiting):
        mapping = then if sold.is_waiting else today
        if sold.kind == EntryKind.SALE:
            go = mapping.go_vat_code(sold.vat_code)
            if go is None:
                yield context.name("vat-code", code=sold.vat_code), sold.is_waiting
            elif mapping.sales_account(sold.code, go) is None:
                product = find_code(mapping.product_types, sold.code)
                name = "product-vat" if product is not None and product.accounts else "product"
                yield context.name(name, code=sold.code, vat_code=go), sold.is_waiting
        elif sold.kind == EntryKind.PAYMENT and not _has_account(mapping, sold):
            yield context.name("payment", code=sold.code), sold.is_waiting


def _has_account(mapping: AccountMapping, paid: SoldCode) -> bool:
    """Whether a payment type has an account, or needs none."""
    is_left_out = clean_code(paid.code) in mapping.left_out
    return is_left_out or mapping.payment_account(paid.code, paid.currency or None) is not None


def _find_missing_accounts(context: DoctorContext) -> Iterator[str]:
    """The set-up codes that have no account and probably need one, in words."""
    for mapping in context.mappings:
        yield from _find_unset(context, mapping)


def _find_unset(context: DoctorContext, mapping: AccountMapping) -> Iterator[str]:
    for product in mapping.product_types.values():
        if not product.accounts:
            yield context.name("product", code=product.code)
        elif not mapping.vat_registered and NO_VAT not in product.accounts:
            yield context.name("product-vat", code=product.code, vat_code=NO_VAT)
    for payment in mapping.payment_types.values():
        if payment.transfer and payment.account is None:
            yield context.name("payment", code=payment.code)
    for kind, (name, _) in OTHER.items():
        if kind in context.facts_of_store.kinds and getattr(mapping.accounts, name) is None:
            yield context.name(name)


def _examine_payments(context: DoctorContext) -> Iterator[Diagnosis]:
    found = [
        make_bank_account_finding(payment.code, payment.name, account or "")
        for mapping in context.mappings
        for payment in mapping.payment_types.values()
        for account in (payment.account, *payment.currency_accounts.values())
        if payment.transfer and is_bank_account(account)
    ]
    for finding in _each_once(found):
        yield context.tell("payments", finding)
    if not found:
        yield context.say("payments", "ok", "payments/clear")


def _examine_folder(context: DoctorContext) -> Iterator[Diagnosis]:
    """Whether the folder for reports or vouchers can be written to."""
    folder, row = _folder_of(context), context.kind.folder
    if folder is None or row is None:
        return
    try:
        _try_folder(folder)
    except OSError as error:
        why = error.strerror or type(error).__name__
        yield context.say("folder", "wrong", "folder/closed", Exit.OPERATOR, folder=folder, why=why, key=row.key)
    else:
        yield context.say("folder", "ok", f"folder/{row.holds}", folder=folder)


def _folder_of(context: DoctorContext) -> Path | None:
    """The local folder that this venue's target writes to; None where there is none."""
    folder = context.kind.folder
    return None if folder is None else Path(getattr(context.company, folder.key) or folder.default).absolute()


def _try_folder(folder: Path) -> None:
    """Write a file to a folder and delete it; the folder's parent where it does not exist yet. Raises OSError."""
    while not folder.exists():
        folder = folder.parent
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"posexport")
        file.flush()


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

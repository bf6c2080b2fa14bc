"""Saves a setup: renamed and removed venues, what changes, who changed it, and what it means for drafted and held days.

All of a file or nothing. A venue with sales never disappears because a file leaves it out: a person says whether it was
renamed or removed. Drafts stay as they are; they are only listed where they would have other accounts now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from posexport.app.order_setup import check_invoiced_days, keep_orders, list_kept_mixed
from posexport.app.review import Reviewer
from posexport.app.why import read_why
from posexport.app.workspace import Workspace
from posexport.core.actor import Actor
from posexport.core.codes import clean_code
from posexport.core.company import USUAL_ZONE, Company, Setup, Venue, rename_venues
from posexport.core.finding import (
    TO_BE_ASKED_AGAIN,
    Finding,
    format_findings,
    parse_findings,
)
from posexport.core.findings.drafts import make_ask_again_finding
from posexport.core.lines import VoucherLine
from posexport.core.mapping import AccountMapping, OtherAccounts
from posexport.core.review import Review
from posexport.core.setup_revision import ChangeKind, RevisionKind, RowAddress, SetupChange, SetupRevision
from posexport.core.voucher import subtract_lines
from posexport.errors import OtherSaving, SetupChangedSince, UsageError
from posexport.setup.changes import find_changes
from posexport.store.charts import doubt_chart
from posexport.store.database import Connection, Database
from posexport.store.deliveries import change_held_answer, read_held_answers
from posexport.store.moving_in import MovedIn, move_in
from posexport.store.setup_revisions import add_revision, find_newest, list_revisions, lock_setup
from posexport.store.setups import (
    count_undrafted,
    find_company_number,
    find_drafted_days,
    find_unanswered,
    find_venue_number,
    has_history,
    load_removed,
    load_setup,
    read_codes,
    rename_venues_in_store,
    save_company,
)
from posexport.texts.setup_changes import describe_change


@dataclass(frozen=True, slots=True)
class DraftedDays:
    """Drafted days of a venue that would have other accounts, VAT codes or departments by the new setup."""

    venue: str
    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True)
class Applied:
    """The outcome of saving a setup: changes, notes, and the drafted days they concern."""

    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    drafted: tuple[DraftedDays, ...] = ()
    moved: tuple[MovedIn, ...] = ()
    """Kept-aside tickets that are counted now, since their registers have a venue."""
    revisions: Mapping[str, int] = field(default_factory=dict)
    """The number of each company's newest revision: the one that it got by this, or, where nothing of it has changed,
    the one that it had."""
    made: tuple[tuple[str, SetupChange], ...] = ()
    """The changes as facts, each with its company's id."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a person says about venues missing from the file: new ids by old ids, and removed ids. `file`: the file's
    name in messages; `command`: the command that saves it."""

    renames: Mapping[str, str] = field(default_factory=dict)
    removals: Collection[str] = ()
    file: str = "FILE"
    command: str = ""

    @property
    def again(self) -> str:
        """The command to type again, up to the options about venues."""
        return self.command or f"posexport setup apply {self.file}"


STAYING = Leaving()
"""No venue is renamed or removed."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What is given with a save: the reason, and the number of the revision its author has seen (None where not
    given)."""

    why: str = ""
    seen: int | None = None


SAYING_NOTHING = Saying()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be saved, already checked. `restored`: the number of the revision that is restored, if one is."""

    companies: tuple[Company, ...]
    leaving: Leaving = STAYING
    kind: RevisionKind = RevisionKind.APPLY
    restored: int | None = None
    notes: tuple[str, ...] = ()


Propose = Callable[[Connection, Setup], Proposal]
"""Makes what is to be saved from what is saved, called while nobody else can save."""


def save_setup(
    database: Database,
    companies: Sequence[Company],
    leaving: Leaving,
    now_utc_s: int,
    actor: Actor,
    saying: Saying = SAYING_NOTHING,
) -> Applied:
    """Save these companies; each that changes gets a new revision.

    Raises UsageError, and saves nothing: where a venue with sales is left out without a rename or removal; where one
    with sales gets another time zone (its tickets would move in time, and count twice when read again); where a venue's
    id, company or `export_from` is impossible; where orders cannot begin, or end, on that day (`app.order_setup`).
    Raises SetupChangedSince, and saves nothing, where the newest revision is not the one that was seen.
    """

    def propose(connection: Connection, saved: Setup) -> Proposal:
        if saying.seen is not None and len(companies) != 1:
            raise UsageError(f"{leaving.file} has several companies, each with revisions of its own. Leave --seen out.")
        for company in companies:
            check_seen(connection, saved, company.id, saying.seen)
        return Proposal(tuple(companies), leaving)

    return save_proposed(database, propose, saying.why, now_utc_s, actor)


def save_proposed(database: Database, propose: Propose, why: str, now_utc_s: int, actor: Actor) -> Applied:
    """Save what `propose` returns, called within the transaction. Every save of a setup goes through here. Raises as
    `save_setup` does, and what `propose` raises; UsageError, too, where `why` is too long."""
    why = read_why(why)
    with database.writing() as connection:
        lock_setup(connection)
        saved = load_setup(connection)
        proposal = propose(connection, saved)
        companies, leaving = proposal.companies, proposal.leaving
        removed = {venue.id: venue for venue, _ in load_removed(connection)}
        renames, notes = _check_renames(saved, companies, leaving)
        _check_removals(connection, saved, companies, leaving)
        before = rename_venues(saved, renames)
        _check_left_out(connection, before, companies, leaving, renames)
        _check_timezones(connection, before, removed, companies, renames)
        rename_venues_in_store(connection, renames)
        changes: list[tuple[str, SetupChange]] = []
        revisions: dict[str, int] = {}
        saving: list[Company] = []
        for written in companies:
            old = next((found for found in before.companies if found.id == written.id), None)
            company, told = keep_orders(old, written, is_restored=proposal.kind is RevisionKind.RESTORE)
            saving.append(company)
            notes += [*told, *check_invoiced_days(connection, old, company)]
            notes += list_kept_mixed(connection, old, company)
            found = [*_find_renames(company, renames), *find_changes(old, company)]
            gone = [venue.id for venue in (old.venues if old else ()) if venue.id in leaving.removals]
            notes += [_format_removed(connection, venue) for venue in gone]
            documents = [row for row in (old.document["venue"] if gone and old else ()) if row["id"] in gone]
            save_company(connection, company, now_utc_s, removed=documents)
            revisions[company.id] = find_newest(connection, company.id)
            if found or old is None or company.document != old.document:
                revisions[company.id] = add_revision(
                    connection,
                    company.id,
                    company.document,
                    found,
                    now_utc_s,
                    actor,
                    kind=proposal.kind,
                    why=why,
                    restored=proposal.restored,
                )
            if old is not None:
                _forget(connection, old, company)
            changes += [(company.id, change) for change in found]
        notes += _list_same_codes(read_codes(connection))
        moved = move_in(connection, load_setup(connection), actor, now_utc_s)
    drafted = [days for company in saving for days in _find_drafted(database, before, company, now_utc_s)]
    told = tuple(change.told for _, change in changes)
    return Applied(told, (*proposal.notes, *notes), tuple(drafted), moved, revisions, tuple(changes))


def check_seen(connection: Connection, saved: Setup, company_id: str, seen: int | None) -> None:
    """Raises SetupChangedSince where a company has a newer revision than `seen`, and UsageError where it never had that
    one."""
    newest = find_newest(connection, company_id)
    if seen is None or seen == newest:
        return
    if not 0 <= seen < newest:
        has = f"the newest is {newest}" if newest else "it is not set up yet"
        raise UsageError(
            f"Company {company_id} has no revision {seen}; {has}. Nothing was saved. Look at it with "
            f"posexport setup history --company {company_id}."
        )
    zone = ZoneInfo(find_zone(next((found for found in saved.companies if found.id == company_id), None)))
    since = [revision for revision in list_revisions(connection, [company_id]) if revision.number > seen]
    raise SetupChangedSince(company_id, seen, newest, [_tell_saving(revision, zone) for revision in since])


def _tell_saving(revision: SetupRevision, zone: ZoneInfo) -> OtherSaving:
    at = datetime.fromtimestamp(revision.at_utc_s, zone)
    changes = [describe_change(change, revision.company, "en") for change in revision.changes]
    return OtherSaving(revision.who, f"{at:%Y-%m-%d %H:%M}", changes)


def find_zone(company: Company | None) -> str:
    """The time zone that a company's history is shown in: its first venue's."""
    return company.venues[0].timezone if company and company.venues else USUAL_ZONE


# Who is who


def _check_renames(saved: Setup, companies: Sequence[Company], leaving: Leaving) -> tuple[dict[str, str], list[str]]:
    """The renames still to be done, and notes about the others. Raises UsageError for an impossible one."""
    renames, notes = {}, []
    written = {venue.id: venue for company in companies for venue in company.venues}
    for old, new in leaving.renames.items():
        before = saved.venue(old)
        if before is None and saved.venue(new) is not None and old not in written:
            notes.append(f"venue {old}: there is none (any more); {new} stays as it is")
            continue
        if before is None:
            known = ", ".join(venue.id for venue in saved.venues) or "none yet"
            raise UsageError(f"There is no venue {old!r} to rename. The setup has: {known}.")
        if new not in written:
            raise UsageError(f"{leaving.file} has no venue {new!r}. Write the new id there, and apply it again.")
        if old in written and old not in leaving.renames.values():
            raise UsageError(
                f"{leaving.file} has venue {old!r} still. If it has the id {new!r} now, it stands there once, as that."
            )
        if saved.venue(new) is not None and new not in leaving.renames:
            raise UsageError(f"{new!r} is another venue of the setup. Two venues cannot become one.")
        if written[new].company_id != before.company_id:
            raise UsageError(
                f"Venue {old} belongs to company {before.company_id} and {new} to {written[new].company_id}; a venue "
                "cannot move. Give the new venue an id of its own."
            )
        renames[old] = new
    if len(set(renames.values())) < len(renames):
        raise UsageError("Two venues are given one new id. Give each its own.")
    return renames, notes


def _check_removals(connection: Connection, saved: Setup, companies: Sequence[Company], leaving: Leaving) -> None:
    written = {venue.id for company in companies for venue in company.venues}
    for id_ in leaving.removals:
        venue = saved.venue(id_)
        if id_ in leaving.renames:
            raise UsageError(f"{id_!r} cannot both be renamed and removed. Say one of them.")
        if venue is None:
            known = ", ".join(found.id for found in saved.venues) or "none yet"
            raise UsageError(f"There is no venue {id_!r} to remove. The setup has: {known}.")
        if id_ in written:
            raise UsageError(f"{leaving.file} has venue {id_!r} still. Take it out of the file, and apply it again.")
        if venue.company_id not in {company.id for company in companies}:
            raise UsageError(
                f"Venue {id_} is of company {venue.company_id}, which {leaving.file} says nothing of. Apply that "
                "company's file."
            )
        unanswered = find_unanswered(connection, id_)
        if unanswered:
            day, reference = unanswered[0]
            raise UsageError(
                f"Venue {id_} cannot be removed yet: nobody knows whether {reference} is in PowerOffice Go. Run "
                f"posexport export --venue {id_}, which looks for it, or look yourself and say so: posexport resolve "
                f"{id_} {day} --drafted ID, or --not-drafted. Then remove the venue."
            )


def _check_left_out(
    connection: Connection, before: Setup, companies: Sequence[Company], leaving: Leaving, renames: Mapping[str, str]
) -> None:
    """Raises UsageError where a venue with sales is left out without a rename or removal."""
    former = {new: old for old, new in renames.items()}
    told = []
    for company in companies:
        ids = {venue.id for venue in company.venues}
        old = next((found for found in before.companies if found.id == company.id), None)
        known = {venue.id for venue in (old.venues if old else ())}
        told += [
            _format_left_out(id_, sorted(ids - known), leaving)
            for id_ in sorted(known - ids - set(leaving.removals))
            if has_history(connection, former.get(id_, id_))
        ]
    if told:
        raise UsageError("\n".join(told))


def _format_left_out(venue: str, new: Sequence[str], leaving: Leaving) -> str:
    command = leaving.again
    renames = " or ".join(f"{command} --rename {venue}={id_}" for id_ in new or ["NEW"])
    return (
        f"Venue {venue} has sales, and {leaving.file} does not have it any more. Nothing was saved. If it has another "
        f"id now: {renames}. If it is gone: {command} --remove {venue}; its days can be looked at all the same."
    )


def _check_timezones(
    connection: Connection,
    before: Setup,
    removed: Mapping[str, Venue],
    companies: Sequence[Company],
    renames: Mapping[str, str],
) -> None:
    former = {new: old for old, new in renames.items()}
    for venue in (venue for company in companies for venue in company.venues):
        was = before.venue(venue.id) or removed.get(venue.id)
        if was is None or was.timezone == venue.timezone or not has_history(connection, former.get(venue.id, venue.id)):
            continue
        raise UsageError(
            f"Venue {venue.id} has sales whose times were read as {was.timezone}; its timezone cannot be changed any "
            "more. Set it back, or set the venue up anew under another id."
        )


def _find_renames(company: Company, renames: Mapping[str, str]) -> list[SetupChange]:
    ids = {venue.id for venue in company.venues}
    changes = [
        SetupChange(ChangeKind.RENAMED, str(RowAddress("venue", old)), now=new)
        for old, new in renames.items()
        if new in ids
    ]
    return [change._replace(told=describe_change(change, company.id, "en")) for change in changes]


def _format_removed(connection: Connection, venue: str) -> str:
    waiting = count_undrafted(connection, venue)
    left = f"; {waiting} of its business days wait and will not be drafted" if waiting else ""
    return f"venue {venue}: removed{left}. Look at its days with posexport status --venue {venue}"


# What was said of the setup before


def _forget(connection: Connection, before: Company, after: Company) -> None:
    """Drop stored answers and refusals of PowerOffice that concern what has changed, so that it is asked again."""
    forgotten = False
    for venue in after.venues:
        old = next((found for found in before.venues if found.id == venue.id), None)
        if old is None:
            continue
        all_of_it = _service_of(before, old) != _service_of(after, venue)
        accounts, vat_codes = _touched_on_any_day(old, venue)
        departments = {old.department or ""} if old.department != venue.department else set[str]()
        is_other_project = old.project != venue.project
        if not (all_of_it or accounts or vat_codes or old.department != venue.department or is_other_project):
            continue
        forgotten = True
        for delivery, answer in read_held_answers(connection, find_venue_number(connection, venue)):
            said = parse_findings(answer)
            now = tuple(
                _ask_again(finding)
                if all_of_it
                or (is_other_project and finding.code == "project-required")
                or _is_about(finding, accounts, vat_codes, departments, old.department != venue.department)
                else finding
                for finding in said
            )
            if now != said:
                change_held_answer(connection, delivery, format_findings(now))
    if forgotten:
        doubt_chart(connection, find_company_number(connection, after.id))


def _service_of(company: Company, venue: Venue) -> tuple[object, ...]:
    """Which ledger a venue uses, and with which keys: as a tuple to compare."""
    return (
        company.target,
        company.environment,
        company.base_url,
        company.subscription_key,
        venue.application_key or company.application_key,
        venue.client_key,
    )


def _touched_on_any_day(before: Venue, after: Venue) -> tuple[set[str], set[str]]:
    """As `_touched`, over every mapping that the setup has, past and future."""
    dates = {date.min, *(day for venue in (before, after) if venue.dated for day in venue.dated.days)}
    found = [_touched(before.on(day).mapping, after.on(day).mapping) for day in dates]
    return {account for accounts, _ in found for account in accounts}, {code for _, codes in found for code in codes}


def _touched(before: AccountMapping, after: AccountMapping) -> tuple[set[str], set[str]]:
    """The accounts and the VAT codes in Go that the old mapping uses and the new one no longer does."""
    old, new = dict(_accounts_of(before)), dict(_accounts_of(after))
    accounts = {account for key, account in old.items() if new.get(key) != account}
    changed = {code for code, go in before.vat_codes.items() if after.go_vat_code(code) != before.go_vat_code(code)}
    vat_codes = {before.vat_codes[code] for code in changed}
    vat_codes |= {key[2] for key, account in old.items() if key[0] == "product" and account in accounts}
    accounts |= {account for key, account in old.items() if key[0] == "product" and key[2] in vat_codes and changed}
    return accounts, vat_codes


def _accounts_of(mapping: AccountMapping) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Every account of a mapping, by what is booked on it."""
    for product in mapping.product_types.values():
        for vat_code, account in product.accounts.items():
            yield ("product", product.code, vat_code), account
    for payment in mapping.payment_types.values():
        if payment.transfer and payment.account is not None:
            yield ("payment", payment.code, ""), payment.account
        for currency, account in payment.currency_accounts.items():
            yield ("payment", payment.code, currency), account
    for vat_code, account in mapping.accounts.discounts.items():
        yield ("discounts", "", vat_code), account
    for name in OtherAccounts.__dataclass_fields__:
        value = getattr(mapping.accounts, name)
        if isinstance(value, str) and name != "credit_type":
            yield ("other", name, ""), value


def _is_about(
    finding: Finding, accounts: set[str], vat_codes: set[str], departments: set[str], is_department_new: bool
) -> bool:
    """Whether a finding concerns the accounts, VAT codes or departments that have changed."""
    facts = finding.facts
    if finding.code == "department-required":
        return is_department_new or facts.get("account") in accounts
    return (
        facts.get("account") in accounts
        or ("account" not in facts and facts.get("vat_code") in vat_codes)
        or facts.get("department") in departments
    )


def _ask_again(finding: Finding) -> Finding:
    if finding.code == TO_BE_ASKED_AGAIN:
        return finding
    return make_ask_again_finding(finding.code)


# What was drafted before


def _find_drafted(database: Database, before: Setup, company: Company, now_utc_s: int) -> Iterator[DraftedDays]:
    """Per venue whose accounts have changed, the drafted days whose voucher lines this change alters."""
    old = next((found for found in before.companies if found.id == company.id), None)
    if old is None:
        return
    for venue in company.venues:
        was = next((found for found in old.venues if found.id == venue.id), None)
        if was is None or (was.mapping, was.dated, was.department) == (venue.mapping, venue.dated, venue.department):
            continue
        with database.reading() as connection:
            drafted = find_drafted_days(connection, find_venue_number(connection, venue))
            days = _choose_touched(drafted, was, venue) if was.department == venue.department else drafted
            differing = _find_differing(Reviewer(database, connection, company, venue, remap=True), days, now_utc_s)
            as_it_was = Reviewer(database, connection, old, replace(was, id=venue.id), remap=True)
            lines = _find_differing(as_it_was, sorted({day for day, _ in differing}), now_utc_s)
        used = sorted({key[0] for key, found in differing.items() if _differ(found, lines.get(key))})
        if used:
            yield DraftedDays(venue.id, used[0], used[-1], len(used))


def _choose_touched(days: Iterable[date], before: Venue, after: Venue) -> list[date]:
    """The business days whose valid setup rows have changed, for either of the two vouchers a day may have."""
    is_other: dict[tuple[int, int], bool] = {}

    def has_other_rows(day: date) -> bool:
        stretch = before.find_stretch(day), after.find_stretch(day)
        if stretch not in is_other:
            is_other[stretch] = before.on(day).mapping != after.on(day).mapping
        return is_other[stretch]

    return [day for day in days if has_other_rows(day) or has_other_rows(day + timedelta(days=1))]


_Lines = Sequence[VoucherLine]


def _find_differing(reviewer: Reviewer, days: Sequence[date], now_utc_s: int) -> dict[tuple[date, int], _Lines]:
    """The drafted vouchers of these days whose lines would differ now, with the lines they would have."""
    return {
        (review.business_day, review.history.deliveries[0].part): review.whole.voucher.lines
        for review in reviewer.review_days(days, now_utc_s)
        if isinstance(review, Review) and review.whole is not None
    }


def _differ(now: _Lines, then: _Lines | None) -> bool:
    """Whether this change makes the lines differ, rather than sales that have changed since."""
    return then is None or bool(subtract_lines(now, then))


# Codes that were kept before they were cleaned


def _list_same_codes(stored: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Notes on ids that count as one by today's rules but were stored as different: they stay different."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for of, code in stored:
        clean = clean_code(code)
        alike[of, clean.casefold() if of else clean].append(code)
    for (of, _), same in alike.items():
        if len(same) > 1:
            what = f"venue {of}: registers" if of else "codes"
            listed = ", ".join(f'"{code}"' for code in sorted(same))
            yield (
                f"{what} {listed} look the same and were stored as different ones; what is stored stays so, and what "
                "is read from now on is one of them"
            )


def apply_setup(
    workspace: Workspace,
    companies: Iterable[Company],
    leaving: Leaving | None = None,
    saying: Saying = SAYING_NOTHING,
) -> Applied:
    """Save these companies, and report which drafted days and kept-aside tickets that concerns. `leaving`: what became
    of venues that are missing.

    Raises UsageError or SetupChangedSince, and saves nothing, where it is refused (see `save_setup`).
    """
    database, now_utc_s = workspace.database, workspace.now_utc_s
    return save_setup(database, tuple(companies), leaving or STAYING, now_utc_s, workspace.actor, saying)

"""Accounts: what each of the registers' codes is booked on, with PowerOffice Go's own names and what is wrong with
them; the history of the setup, and what restoring a part of it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from starlette.responses import Response

from posexport.app.account_table import AccountRow, Cell, Section, read_account_table
from posexport.app.setup_revisions import load_newest, load_old_setup, read_setup_history
from posexport.core.company import Company, Document
from posexport.core.findings.accounts import is_bank_account
from posexport.core.ports.ledger import Account, Chart
from posexport.core.roles import Right
from posexport.errors import OtherSaving, UsageError
from posexport.office.visit import NotAllowed, NotFound, Visit, go_to, read_number
from posexport.office.words import DONE, WAITS, office_words
from posexport.setup.changes import find_changes
from posexport.setup.file import format_setup
from posexport.store.charts import load_last_chart
from posexport.store.setups import find_company_number
from posexport.texts.setup_changes import describe_change

REVISIONS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class KnownChart:
    """A company's chart of accounts as it was last read; `read_at`: when, None where it never was."""

    chart: Chart
    read_at: datetime | None

    def find(self, number: str) -> Account | None:
        """The account with this number."""
        return (self.chart.accounts or {}).get(number)

    @property
    def accounts(self) -> list[Account]:
        """Every account, by number."""
        return sorted((self.chart.accounts or {}).values(), key=lambda account: account.number)

    @property
    def vat_codes(self) -> frozenset[str]:
        """The ledger's VAT codes; none where they are not known."""
        return frozenset(rate.code for rate in self.chart.vat_rates)


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A value in its field. `sign` and `told`: how it stands in the ledger; `is_typed`: it is not saved; `other`: what
    somebody else has saved meanwhile, None where nobody has."""

    name: str
    value: str
    sign: str
    told: str
    is_typed: bool
    other: str | None = None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A line of the table with its fields."""

    row: AccountRow
    title: str
    venue: str
    account: ShownCell
    product: ShownCell | None
    naming: ShownCell | None


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A form that was not saved. `typed`: its values that were changed; `was`: what they were when it was filled;
    `faults`: what is wrong, with the name of the field; `savings`: by others, since; `sure`: what the form says once
    the faults, which are doubts alone, are said to be none."""

    typed: Mapping[str, str]
    was: Mapping[str, str]
    faults: Sequence[tuple[str, str]] = ()
    savings: Sequence[OtherSaving] = ()
    valid_from: str = ""
    sure: str = ""


def make_sure(doubts: Sequence[tuple[str, str]]) -> str:
    """What a form says of these doubts, and of no others."""
    return " ".join(sorted(f"{name}: {told}" for name, told in doubts))


NOTHING_TYPED = Unsaved({}, {})


def read_chart(visit: Visit, company: Company) -> KnownChart:
    """The chart of a company's client as it was last read; PowerOffice Go is not asked."""
    with visit.workspace.database.reading() as connection:
        found = load_last_chart(connection, find_company_number(connection, company.id), company.target)
    if found is None or found[1].accounts is None or not company.venues:
        return KnownChart(Chart(), None)
    return KnownChart(found[1], company.venues[0].calendar.local(found[0]))


def choose(visit: Visit) -> Response:
    """The accounts of the only company that the user sees as a whole, or a list of them."""
    companies = [company for company in visit.setup.companies if visit.user.may(Right.SEE, company.id)]
    if len(companies) == 1:
        return go_to(f"/c/{quote(companies[0].id, safe='')}/accounts")
    return visit.show("accounts_choose.html.j2", listed=companies)


def show(visit: Visit, unsaved: Unsaved = NOTHING_TYPED, *, status_code: int = 200) -> Response:
    """The page; with what was typed and not saved, where a save was refused. It sums what every venue has sold, so
    that a role at one of them does not reach it."""
    company = visit.find_company()
    if not visit.user.may(Right.SEE, company.id):
        raise NotAllowed(Right.SEE)
    table = read_account_table(visit.workspace, company.id)
    known, params = read_chart(visit, company), visit.request.query_params
    names = {venue.id: venue.name for venue in company.venues}
    rows = [_show_row(visit, row, known, unsaved, names) for row in _name_once(table.rows)]
    sections = [(section, [row for row in rows if row.row.section is section]) for section in Section]
    return visit.show(
        "accounts.html.j2",
        status_code=status_code,
        company=company,
        table=table,
        sections=[
            (section.value, sorted(of_section, key=lambda one: not one.row.lacks))
            for section, of_section in sections
            if of_section
        ],
        known=known,
        has_products=company.orders.is_on,
        may_map=visit.user.may(Right.MAP, company.id),
        unsaved=unsaved,
        many_typed=len(unsaved.typed),
        saved=_read_saved(params.get("saved", "")),
        ready=read_number(params.get("ready", "")) or 0,
        kept=read_number(params.get("kept", "")) or 0,
    )


def _name_once(rows: Iterable[AccountRow]) -> Iterator[AccountRow]:
    """The rows, with the field for a code's name at its first one alone."""
    named: set[Cell] = set()
    for row in rows:
        yield row._replace(naming=None) if row.naming in named else row
        if row.naming is not None:
            named.add(row.naming)


def _read_saved(text: str) -> date | str:
    """The business day from which was saved, or "now"; "" where nothing was."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return "now" if text else ""


def _show_row(
    visit: Visit, row: AccountRow, known: KnownChart, unsaved: Unsaved, venues: Mapping[str, str]
) -> ShownRow:
    words = office_words(visit.lang)
    title = words.get(f"account_{row.code.replace('.', '_')}", row.code) if row.section in _NAMED else row.code
    value, is_typed, other = _find_value(row.cell.name, row.cell.value, unsaved)
    sign, told = judge_value(words, row, value, known)
    account = ShownCell(row.cell.name, value, sign, told, is_typed, other)
    product, naming = (_show_plain(cell, unsaved) for cell in (row.product, row.naming))
    return ShownRow(row, title, venues.get(row.cell.row.venue, ""), account, product, naming)


def _show_plain(cell: Cell | None, unsaved: Unsaved) -> ShownCell | None:
    """A value that is not held against the ledger."""
    if cell is None:
        return None
    value, is_typed, other = _find_value(cell.name, cell.value, unsaved)
    return ShownCell(cell.name, value, "", "", is_typed, other)


_NAMED = frozenset({Section.ACCOUNTS, Section.ORDERS})


def _find_value(name: str, saved: str, unsaved: Unsaved) -> tuple[str, bool, str | None]:
    """The value to show, whether it is typed, and what others have saved meanwhile."""
    if name not in unsaved.typed:
        return saved, False, None
    return unsaved.typed[name], True, saved if saved != unsaved.was.get(name, saved) else None


def judge_value(words: Mapping[str, str], row: AccountRow, value: str, known: KnownChart) -> tuple[str, str]:
    """A sign and a word for how a value stands in the ledger, or its name there."""
    if not value:
        return (WAITS, words["account_lacks"]) if row.is_sold else ("-", words["account_unused"])
    if row.section is Section.ORDERS:
        return "", ""
    if row.section is Section.VAT_CODES:
        return _judge_vat_code(words, value, known)
    if known.read_at is None:
        return "?", words["account_unchecked"]
    account = known.find(value)
    if account is None:
        return WAITS, words["account_not_in_go"]
    if not account.is_active:
        return "!", f"{account.name}: {words['closed_in_go']}"
    if account.is_vat_code_locked and row.section is Section.PRODUCT_TYPES and account.vat_code != row.vat_code:
        return "!", f"{account.name}: {words['vat_locked'].format(code=account.vat_code or '–')}"
    if row.section is Section.PAYMENT_TYPES and is_bank_account(value):
        return "!", f"{account.name}: {words['account_is_bank']}"
    return DONE, account.name


def _judge_vat_code(words: Mapping[str, str], value: str, known: KnownChart) -> tuple[str, str]:
    if not known.vat_codes:
        return "?", words["account_unchecked"]
    is_there = value in known.vat_codes
    return (DONE, words["vat_code_is_in_go"]) if is_there else (WAITS, words["vat_code_not_in_go"])


# The history of the setup


def show_history(visit: Visit) -> Response:
    """Who saved what, when and why; each can be brought back."""
    company = visit.find_company(Right.MAP)
    history = read_setup_history(visit.workspace, company.id)
    newest = max((revision.number for revision in history.revisions), default=0)
    revisions = [
        (one, history.local(one), [describe_change(change, company.id, visit.lang) for change in one.changes])
        for one in history.revisions[:REVISIONS_SHOWN]
    ]
    return visit.show("accounts_history.html.j2", company=company, revisions=revisions, newest=newest)


def find_restored(visit: Visit, number: str) -> tuple[Company, Company, int]:
    """The company now, as it was at a revision, and its number. What concerns connections is restored by whoever may
    set connections alone.

    Raises NotFound where there is no such revision, NotAllowed where the right is missing.
    """
    company = visit.find_company(Right.MAP)
    try:
        revision = read_number(number) or 0
        old = load_old_setup(visit.workspace, company.id, revision)
    except UsageError:
        raise NotFound from None
    is_of_accounts = _without_accounts(old.document) == _without_accounts(company.document)
    if not is_of_accounts and not visit.user.may(Right.CONNECT, company.id):
        raise NotAllowed(Right.CONNECT)
    return company, old, revision


_OF_ACCOUNTS = frozenset({"vat_code", "product_type", "payment_type", "accounts"})


def _without_accounts(document: Document) -> Document:
    """A company's document without what a bookkeeper sets in it."""
    own = {key: value for key, value in document.items() if key not in {*_OF_ACCOUNTS, "venue", "orders"}}
    venues = [
        {key: value for key, value in venue.items() if key not in _OF_ACCOUNTS} for venue in document.get("venue", ())
    ]
    orders = {key: value for key, value in document.get("orders", {}).items() if "product" not in key}
    return {**own, "venue": venues, "orders": orders}


def show_restore(visit: Visit) -> Response:
    """What bringing a revision back changes, and the button that does it."""
    company, old, number = find_restored(visit, visit.request.query_params.get("revision", ""))
    changes = [describe_change(change, company.id, visit.lang) for change in find_changes(company, old)]
    seen = load_newest(visit.workspace).get(company.id, 0)
    return visit.show("accounts_restore.html.j2", company=company, number=number, changes=changes, seen=seen)


def download(visit: Visit) -> Response:
    """The setup of the company as a file; keys are references there."""
    company = visit.find_company(Right.MAP)
    visit.log("setup-exported", company)
    headers = {"content-disposition": f'attachment; filename="{company.id}.toml"'}
    text = format_setup([company], with_defaults=True)
    return Response(text.encode(), media_type="application/toml", headers=headers)

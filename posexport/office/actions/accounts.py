"""Save the accounts that were changed, as one revision of the setup; bring an earlier revision back; read the chart of
accounts again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import urlencode

from starlette.responses import Response

from posexport.app.account_table import AccountTable, Section, read_account_table, save_accounts
from posexport.app.day_list import read_day_states
from posexport.app.setup import STAYING, Saying
from posexport.app.setup_revisions import restore_revision
from posexport.core.actor import WHY_LENGTH_MAX
from posexport.core.company import Company
from posexport.core.findings.accounts import find_other_kind
from posexport.core.report import State
from posexport.core.roles import Right
from posexport.errors import SetupChangedSince, SetupRefused, UsageError
from posexport.office.pages import accounts as page
from posexport.office.periods import read_day
from posexport.office.runs import ask_for
from posexport.office.visit import Declined, Visit, go_to, read_number
from posexport.office.words import office_words
from posexport.office.work import chart


def save(visit: Visit) -> Response:
    """Save what was changed; what cannot be saved stays in the form."""
    company = visit.find_company(Right.MAP)
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before)
    seen = _read_seen(visit)
    table = read_account_table(visit.workspace, company.id, seen)
    typed, was = _read_typed(visit, table)
    valid_from = visit.form.get("valid_from", "").strip()
    day, faults = _read_day(visit, company, valid_from)
    faults += list(_check(visit, company, table, typed))
    doubts = [] if faults else _list_doubts(visit, table, typed)
    address = f"/c/{company.id}/accounts"
    if faults:
        return page.show(visit, page.Unsaved(typed, was, faults, valid_from=valid_from), status_code=422)
    if doubts:
        unsure = page.Unsaved(typed, was, doubts, valid_from=valid_from, sure=page.make_sure(doubts))
        return page.show(visit, unsure, status_code=422)
    if not typed:
        return go_to(address)
    held = _count_held(visit, company)
    try:
        saying = Saying(visit.form.get("why", "").strip()[:WHY_LENGTH_MAX], seen)
        saved = save_accounts(visit.workspace, company.id, typed, day, os.environ, saying)
    except SetupChangedSince as changed:
        unsaved = page.Unsaved(typed, was, savings=changed.savings, valid_from=valid_from)
        return page.show(visit, unsaved, status_code=409)
    except (SetupRefused, UsageError):
        told = [("", office_words(visit.lang)["accounts_refused"])]
        return page.show(visit, page.Unsaved(typed, was, told, valid_from=valid_from), status_code=422)
    ready = max(held - _count_held(visit, company), 0)
    kept = sum(one.count for one in saved.applied.drafted)
    leads_to = f"{address}?{urlencode({'saved': day or 'now', 'ready': ready, 'kept': kept})}"
    visit.note_done(
        leads_to, "accounts-saved", company, revision=saved.revision, since=str(day or ""), was=was, now=typed
    )
    return go_to(leads_to)


def _read_seen(visit: Visit) -> int:
    seen = read_number(visit.form.get("seen", ""))
    if seen is None:
        raise Declined(office_words(visit.lang)["form_without_key"])
    return seen


def _read_typed(visit: Visit, table: AccountTable) -> tuple[dict[str, str], dict[str, str]]:
    """The values that differ from those that the form was filled with, and those."""
    cells = table.cells
    typed = {
        name: value.strip()
        for name, value in visit.form.items()
        if name in cells and value.strip() != cells[name].value
    }
    return typed, {name: cells[name].value for name in typed}


def _read_day(visit: Visit, company: Company, text: str) -> tuple[date | None, list[tuple[str, str]]]:
    """The business day that the values count from; None for all that are not drafted."""
    try:
        return read_day(visit, text, company.venues), []
    except Declined:
        return None, [("valid_from", office_words(visit.lang)["no_date"])]


def _check(visit: Visit, company: Company, table: AccountTable, typed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with what was typed: accounts that PowerOffice Go has not, or has closed."""
    words, known = office_words(visit.lang), page.read_chart(visit, company)
    rows = {row.cell.name: row for row in table.rows}
    for name, value in typed.items():
        row = rows.get(name)
        if row is None or not value or row.section is Section.ORDERS:
            continue
        if row.section is Section.VAT_CODES:
            if known.vat_codes and value not in known.vat_codes:
                yield name, words["vat_code_unknown"].format(code=value)
        elif not (value.isascii() and value.isdigit()):
            yield name, words["account_no_number"].format(account=value)
        elif known.read_at is not None:
            account = known.find(value)
            if account is None:
                yield name, words["account_unknown"].format(account=value)
            elif not account.is_active:
                yield name, words["account_inactive"].format(account=value)


def _list_doubts(visit: Visit, table: AccountTable, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """The accounts that were typed for sales and are for something else, unless they were said to be right."""
    words, found = office_words(visit.lang), []
    for row in table.rows:
        value = typed.get(row.cell.name, "")
        doubt = find_other_kind(value) if row.section is Section.PRODUCT_TYPES else None
        if doubt is not None:
            found.append((row.cell.name, words[f"doubt_{doubt}"].format(account=value)))
    return [] if visit.form.get("sure") == page.make_sure(found) else found


def _count_held(visit: Visit, company: Company) -> int:
    """How many business days of the company are held."""
    saved = visit.workspace.load_setup({company.id})
    now = visit.workspace.now_utc_s
    states = read_day_states(visit.workspace, saved.venues, lambda _, with_data: with_data, now)
    return sum(state.state is State.HELD for of_venue in states.values() for state in of_venue)


def restore(visit: Visit) -> Response:
    """Bring a revision back, as a new one."""
    company, _, number = page.find_restored(visit, visit.form.get("revision", ""))
    leads_to = visit.find_sent_form()
    if leads_to is None:
        why = visit.form.get("why", "").strip()[:WHY_LENGTH_MAX]
        words = office_words(visit.lang)
        try:
            restored = restore_revision(
                visit.workspace, company.id, number, os.environ, STAYING, Saying(why, _read_seen(visit))
            )
        except SetupChangedSince:
            raise Declined(words["restore_outrun"]) from None
        except (SetupRefused, UsageError):
            raise Declined(words["restore_refused"]) from None
        leads_to = f"/c/{company.id}/accounts?saved=now"
        visit.note_done(leads_to, "setup-restored", company, restored=number, revision=restored.revision)
    return go_to(leads_to)


def read_chart(visit: Visit) -> Response:
    """Ask for the chart of accounts to be read again."""
    company = visit.find_company(Right.MAP)
    if not company.venues:
        raise Declined(office_words(visit.lang)["nothing_set_up"])
    venues = [venue.id for venue in company.venues]
    asked = {"company": company.id, "venues": venues, "then": f"/c/{company.id}/accounts"}
    return go_to(ask_for(visit, chart.KIND, asked, "chart-read-asked"))

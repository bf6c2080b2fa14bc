"""Set the account that a held day lacks: a row of the mapping, valid from the earliest day that waits for it."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from posexport.app.row_to_write import find_name, work_out_row
from posexport.app.setup import Saying
from posexport.app.setup_rows import set_rows
from posexport.core.findings.accounts import find_other_kind
from posexport.core.roles import Right
from posexport.errors import SetupRefused, UsageError
from posexport.office.addresses import day_address
from posexport.office.pages import set_account as page
from posexport.office.visit import Visit, go_to
from posexport.office.words import office_words
from posexport.setup.rows import RowChange
from posexport.setup.values import NAME_LENGTH_MAX
from posexport.texts.describe import message_of


def do(visit: Visit) -> Response:
    """Save the row, and show the day, settled again."""
    venue, day = visit.find_venue(Right.MAP), visit.find_day()
    words, account = office_words(visit.lang), visit.form.get("account", "").strip()
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before)
    finding, wanted = page.find_lacking(visit, venue, day, visit.form.get("finding", ""))
    company = visit.company_of(venue)
    known = page.read_accounts(visit, company, venue)
    chosen = next((one for one in known.accounts if one.number == account), None)
    if not account:
        return page.show(visit, trouble=words["account_missing"], status_code=422)
    if not (account.isascii() and account.isdigit()):
        return page.show(visit, trouble=words["account_no_number"].format(account=account), status_code=422)
    if known.accounts and (chosen is None or not chosen.is_active):
        told = words["account_unknown" if chosen is None else "account_inactive"]
        return page.show(visit, trouble=told.format(account=account), status_code=422)
    doubt = find_other_kind(account) if wanted.table == "product_type" else None
    if doubt is not None and visit.form.get("sure") != account:
        told = words[f"doubt_{doubt}"].format(account=account)
        return page.show(visit, trouble=told, doubted=account, status_code=422)
    naming = find_name(visit.workspace, venue, wanted, day)
    name = visit.form.get("name", naming.name).strip() if naming else ""
    if len(name) > NAME_LENGTH_MAX or not name.isprintable():
        return page.show(visit, trouble=words["code_name_wrong"].format(most=NAME_LENGTH_MAX), status_code=422)
    is_own = not visit.user.may(Right.MAP, company.id)
    row = work_out_row(visit.workspace, venue, wanted, account, day, name, is_own=is_own)
    field = f"{row.address}|{f'accounts.{wanted.vat_code}' if wanted.vat_code else 'account'}"
    leads_to = f"{day_address(venue.id, day)}?{urlencode({'saved': account, 'row': field})}"
    change = RowChange(row.address, "add" if row.is_new else "set", row.values)
    try:
        set_rows(
            visit.workspace, company.id, [change], visit.workspace.secrets, Saying(message_of(finding, visit.lang))
        )
    except (SetupRefused, UsageError):
        return page.show(visit, trouble=words["settings_refused_as_a_whole"], status_code=422)
    visit.note_done(leads_to, "account-set", venue, day, row=str(row.address), account=account)
    return go_to(leads_to)

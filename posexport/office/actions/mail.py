"""Set the password of a company's mail server, try the server by a letter, and remove it."""

from __future__ import annotations

import re

from starlette.responses import Response

from posexport.app.setup import Saying
from posexport.app.vault import KeyNotSet, remove_mail_server, set_mail_password
from posexport.core.roles import Right
from posexport.errors import SetupChangedSince, SetupRefused, UsageError
from posexport.office.actions.save_settings import describe_saving, read_seen
from posexport.office.addresses import company_address
from posexport.office.pages.mail import kind_of, show, show_remove
from posexport.office.runs import ask_for
from posexport.office.settings import NotTaken
from posexport.office.visit import Visit, go_to
from posexport.office.words import office_words
from posexport.setup.values import EMAIL


def set_password(visit: Visit) -> Response:
    """Set it, and show the page again."""
    company, words = visit.find_company(Right.CONNECT), office_words(visit.lang)
    if company.mail and company.mail.password and visit.form.get("replaces") != "yes":
        return show(visit, NotTaken(key=("password", words["key_confirm_missing"])), status_code=422)
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before)
    try:
        set_mail_password(visit.workspace, company, visit.form.get("secret", ""))
    except KeyNotSet as not_set:
        told = words["password_not_taken"] if not_set.code == "no-key" else words[f"key_not_{not_set.code}"]
        return show(visit, NotTaken(key=("password", told)), status_code=422)
    leads_to = f"{company_address(company.id, 'mail')}?saved=yes"
    visit.note_done(leads_to, "key-set", company, key="mail.password")
    return go_to(leads_to)


_ADDRESS_LENGTH_MAX = 250


def send_test(visit: Visit) -> Response:
    """Ask for a letter to be sent, and show the page, which renews itself until it is known what became of it."""
    company, words = visit.find_company(Right.CONNECT), office_words(visit.lang)
    recipient = visit.form.get("recipient", "").strip()
    if company.mail is None or not company.venues:
        return show(visit, NotTaken(wrong=["recipient"], told=words["mail_not_set_up"]), status_code=422)
    if len(recipient) > _ADDRESS_LENGTH_MAX or not re.fullmatch(str(EMAIL.pattern), recipient):
        return show(visit, NotTaken(wrong=["recipient"], told=words["mail_no_address"]), status_code=422)
    address = company_address(company.id, "mail")
    asked = {
        "company": company.id,
        "venues": [venue.id for venue in company.venues],
        "recipient": recipient,
        "lang": visit.lang,
        "address": visit.site.locate(address),
        "then": address,
    }
    ask_for(visit, kind_of(company), asked, "mail-tested", company.venues[0], recipient=recipient)
    return go_to(address)


def remove(visit: Visit) -> Response:
    """Remove the server with its password, and show the page again."""
    company, words = visit.find_company(Right.CONNECT), office_words(visit.lang)
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before)
    leads_to, server = f"{company_address(company.id, 'mail')}?saved=yes", company.mail.server if company.mail else ""
    try:
        remove_mail_server(visit.workspace, company, Saying(seen=read_seen(visit)))
    except SetupChangedSince as since:
        return show_remove(visit, trouble=describe_saving(visit, since), status_code=409)
    except (SetupRefused, UsageError):
        return show_remove(visit, trouble=words["settings_refused_as_a_whole"], status_code=422)
    visit.note_done(leads_to, "mail-removed", company, server=server)
    return go_to(leads_to)

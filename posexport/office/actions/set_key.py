"""Set a key of a company or venue: typed once, tried against PowerOffice Go, and never shown again."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.vault import COMPANY_KEYS, VENUE_KEYS, KeyNotSet, set_key
from posexport.core.company import Company, Venue
from posexport.core.roles import Right
from posexport.office.addresses import company_address
from posexport.office.pages import company as company_page, venue as venue_page
from posexport.office.settings import NotTaken
from posexport.office.visit import Declined, Visit, go_to
from posexport.office.words import office_words


def do(visit: Visit) -> Response:
    """Set it, and show the company or venue again."""
    words, company, venue = office_words(visit.lang), visit.find_company(), _find_venue(visit)
    if venue is None:
        company = visit.find_company(Right.CONNECT)
    key, own = visit.form.get("key", ""), COMPANY_KEYS if venue is None else VENUE_KEYS
    if key not in own:
        raise Declined(words["no_such_key"])
    show = company_page.show if venue is None else venue_page.show
    if getattr(venue or company, key) and visit.form.get("replaces") != "yes":
        return show(visit, NotTaken(key=(key, words["key_confirm_missing"])), status_code=422)
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before)
    try:
        found = set_key(visit.workspace, company, venue, key, visit.form.get("secret", ""))
    except KeyNotSet as not_set:
        told = words[f"key_not_{not_set.code}"].format(client=not_set.client, company=company.name)
        return show(visit, NotTaken(key=(key, told)), status_code=422)
    address = company_address(company.id) if venue is None else company_address(company.id, "venues", venue.id)
    leads_to = f"{address}?saved={'works' if found.client else 'untried'}"
    visit.note_done(leads_to, "key-set", venue or company, key=key)
    return go_to(leads_to)


def _find_venue(visit: Visit) -> Venue | None:
    """The venue that the address names; None where it names the company alone."""
    if "venue" not in visit.request.path_params:
        return None
    company_and_venue: tuple[Company, Venue] = venue_page.find_venue_to_set_up(visit)
    return company_and_venue[1]

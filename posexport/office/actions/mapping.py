"""Accounts from a setup file: what it would change is shown row by row, and saved when that is confirmed."""

from __future__ import annotations

import json

from starlette.responses import Response

from posexport.app.mapping_text import (
    MappingPlan,
    MappingUnreadable,
    Unreadable,
    choose_mapping,
    plan_mapping,
    read_mapping,
    save_mapping,
)
from posexport.app.setup import Saying
from posexport.app.setup_revisions import load_newest
from posexport.core.actor import WHY_LENGTH_MAX
from posexport.core.company import Company, Document
from posexport.core.roles import Right
from posexport.errors import SetupChangedSince, SetupRefused, UsageError
from posexport.office.actions.save_settings import describe_saving, read_seen
from posexport.office.addresses import company_address
from posexport.office.pages.mapping import show
from posexport.office.visit import Declined, Visit, go_to
from posexport.office.words import office_words
from posexport.texts.setup_changes import describe_change


def read(visit: Visit) -> Response:
    """Show what a pasted text, or a file, would change, and ask."""
    company = visit.find_company(Right.MAP)
    text = visit.form.get("text", "").strip() or visit.form.get("file", "").strip()
    removes = visit.form.get("removes") == "yes"
    try:
        mapping = read_mapping(company, text)
        plan = plan_mapping(visit.workspace, company, mapping, removes=removes)
    except MappingUnreadable as unreadable:
        return show(visit, trouble=_tell(visit, company, unreadable), status_code=422)
    if not plan.changes:
        return show(visit, trouble=office_words(visit.lang)["mapping_no_changes"])
    return visit.show(
        "confirm_mapping.html.j2",
        company=company,
        changes=[describe_change(change, company.id, visit.lang) for change in plan.changes],
        removed=plan.removed,
        mapping=json.dumps(mapping, default=str),
        removes=removes,
        seen=load_newest(visit.workspace).get(company.id, 0),
    )


def save(visit: Visit) -> Response:
    """Save what was confirmed."""
    company, words = visit.find_company(Right.MAP), office_words(visit.lang)
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before)
    why = visit.form.get("why", "").strip()[:WHY_LENGTH_MAX]
    try:
        plan = _read_plan(visit, company)
        saved = save_mapping(visit.workspace, company, plan, Saying(why, read_seen(visit)))
    except MappingUnreadable as unreadable:
        return show(visit, trouble=_tell(visit, company, unreadable), status_code=422)
    except SetupChangedSince as since:
        return show(visit, trouble=describe_saving(visit, since, "mapping_changed_since"), status_code=409)
    except (SetupRefused, UsageError):
        return show(visit, trouble=words["accounts_refused"], status_code=422)
    leads_to = f"{company_address(company.id, 'accounts')}?saved=now"
    visit.note_done(leads_to, "mapping-saved", company, revision=saved.revision, rows=len(plan.rows))
    return go_to(leads_to)


def _read_plan(visit: Visit, company: Company) -> MappingPlan:
    """What the form that was shown would change. Raises MappingUnreadable."""
    try:
        mapping: Document = json.loads(visit.form.get("mapping", ""))
    except (ValueError, RecursionError):
        raise Declined(office_words(visit.lang)["form_without_key"]) from None
    if not isinstance(mapping, dict):
        raise Declined(office_words(visit.lang)["form_without_key"])
    of_venues = mapping.get("venue", {})
    venues = [{**tables, "id": id_} for id_, tables in of_venues.items()] if isinstance(of_venues, dict) else []
    mapping = choose_mapping(company, mapping | {"venue": venues})
    return plan_mapping(visit.workspace, company, mapping, removes=visit.form.get("removes") == "yes")


def _tell(visit: Visit, company: Company, unreadable: MappingUnreadable) -> str:
    told = office_words(visit.lang)[f"mapping_{unreadable.why}"].format(
        about=unreadable.about, line=unreadable.line, company=company.name
    )
    if unreadable.why is Unreadable.REFUSED and not unreadable.about:
        return office_words(visit.lang)["accounts_refused"]
    return told

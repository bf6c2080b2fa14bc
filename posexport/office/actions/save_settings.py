"""Save what a form says of a company or venue: a revision of the setup, after a confirmation where it decides where
drafts go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from starlette.responses import Response

from posexport.app.setup import Saying
from posexport.app.setup_rows import check_rows, set_rows
from posexport.app.venue_turns import list_turns
from posexport.core.company import Company, Venue
from posexport.core.roles import Right
from posexport.core.setup_revision import RowAddress
from posexport.errors import SetupChangedSince, SetupFault, SetupRefused, UsageError
from posexport.ledgers.registry import find_ledger
from posexport.office.addresses import company_address
from posexport.office.pages import company as company_page, mail as mail_page, venue as venue_page
from posexport.office.settings import (
    Change,
    NotTaken,
    Setting,
    find_changes,
    list_company_settings,
    list_mail_settings,
)
from posexport.office.visit import Declined, Visit, go_to, read_number
from posexport.office.words import office_words
from posexport.setup.rows import RowChange
from posexport.texts.moments import format_moments
from posexport.texts.targets import name_target

Show = Callable[..., Response]

_CONFIRMED = frozenset({"target", "environment", "organization_number", "vat_registered"})
"""Keys that decide where drafts go, whose files are taken, and the VAT of every line."""


def do_company(visit: Visit) -> Response:
    """Save a company's form."""
    company = visit.find_company(Right.CONNECT)
    settings = list_company_settings(company, visit.form, ())
    row, address = RowAddress("company"), company_address(company.id)
    return _save(visit, company, None, row, settings, address, company_page.show)


def do_venue(visit: Visit) -> Response:
    """Save a venue's form."""
    company, venue = venue_page.find_venue_to_set_up(visit)
    settings = venue_page.list_settings(visit, company, venue)
    row, address = RowAddress("venue", venue.id), company_address(company.id, "venues", venue.id)
    return _save(visit, company, venue, row, settings, address, venue_page.show)


def do_mail(visit: Visit) -> Response:
    """Save the form of a company's mail server. Its password goes to no other server, nor over a connection that is
    not protected any more: it has to be typed anew then."""
    company = visit.find_company(Right.CONNECT)
    settings = list_mail_settings(company, visit.form, ())
    row, address = RowAddress("mail"), company_address(company.id, "mail")
    return _save(visit, company, None, row, settings, address, mail_page.show)


_KEEPS_PASSWORD = frozenset({"sender", "weekly"})
"""The keys of a mail server that do not decide to whom its password is told."""


def _without_password(company: Company, change: RowChange, told: Sequence[Change]) -> RowChange:
    """The change of a mail server, which drops the password where it would go elsewhere."""
    is_other = any(one.key not in _KEEPS_PASSWORD for one in told)
    if change.row.table != "mail" or not is_other or company.mail is None or company.mail.password is None:
        return change
    return replace(change, unset=[*change.unset, "password"])


def do_automatic(visit: Visit) -> Response:
    """Switch a venue's automatic export on or off."""
    company, venue = venue_page.find_venue_to_set_up(visit)
    words, turns_on = office_words(visit.lang), visit.form.get("automatic_export") == "true"
    if turns_on and not venue_page.may_be_automatic(visit, venue):
        raise Declined(words["automatic_not_yet"])
    address = company_address(company.id, "venues", venue.id)
    change = RowChange(RowAddress("venue", venue.id), "set", {"automatic_export": turns_on})
    told = [Change("automatic_export", str(venue.automatic_export).lower(), str(turns_on).lower())]
    if turns_on == venue.automatic_export:
        return go_to(address)
    if visit.form.get("confirmed") != "yes":
        turns = list_turns(venue, visit.workspace.now_utc_s, 1)
        warnings = [(words["automatic_warning_off"], False)]
        if turns_on:
            warnings = [(words["automatic_warning"], True)]
        return _confirm(visit, company, told, warnings, f"{address}/automatic", address, turns[0] if turns else None)
    return _write(visit, company, venue, change, told, address, venue_page.show)


def _save(
    visit: Visit,
    company: Company,
    venue: Venue | None,
    row: RowAddress,
    settings: Sequence[Setting],
    address: str,
    show: Show,
) -> Response:
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before)
    change, told = find_changes(company, row, settings, visit.form)
    if not told:
        return go_to(f"{address}?saved=nothing")
    change, warnings = _without_password(company, change, told), _list_warnings(visit, company, told)
    if any(one.key in _CONFIRMED for one in told) and visit.form.get("confirmed") != "yes":
        refused = _find_refusal(
            visit, told, show, lambda: check_rows(visit.workspace, company.id, [change], visit.workspace.secrets)
        )
        if refused is not None:
            return refused
        return _confirm(visit, company, told, warnings, address, address)
    return _write(visit, company, venue, change, told, address, show)


def _list_warnings(visit: Visit, company: Company, told: Sequence[Change]) -> list[tuple[str, bool]]:
    """What a person has to know before saving, and whether it stands in red."""
    words, now = office_words(visit.lang), {change.key: change.now for change in told}
    warnings = []
    if now.get("environment") == "production":
        warnings.append((words["production_warning"].format(company=company.name), True))
    if "target" in now:
        warnings.append((words["target_warning"], False))
        if find_ledger(now["target"]).posts_directly:
            warnings.append((words["posts_directly"], True))
    if "organization_number" in now:
        warnings.append((words["number_warning"], False))
    if "vat_registered" in now:
        key = "vat_on_warning" if now["vat_registered"] == "true" else "vat_off_warning"
        warnings.append((words[key], True))
    return warnings


def _confirm(
    visit: Visit,
    company: Company,
    told: Sequence[Change],
    warnings: Sequence[tuple[str, bool]],
    action: str,
    back: str,
    turn: object = None,
) -> Response:
    kept = {key: value for key, value in visit.form.items() if key not in {"form_token", "form_key", "confirmed"}}
    return visit.show(
        "confirm_settings.html.j2",
        company=company,
        told=told,
        warnings=warnings,
        action=action,
        back=back,
        kept=kept,
        turn=turn,
        name_target=lambda target: name_target(target, visit.lang),
    )


def _write(
    visit: Visit,
    company: Company,
    venue: Venue | None,
    change: RowChange,
    told: Sequence[Change],
    address: str,
    show: Show,
) -> Response:
    leads_to = f"{address}?saved=yes"
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before)
    saying = Saying(seen=read_seen(visit))
    refused = _find_refusal(
        visit, told, show, lambda: set_rows(visit.workspace, company.id, [change], visit.workspace.secrets, saying)
    )
    if refused is not None:
        return refused
    changes = {one.key: f"{one.was} -> {one.now}" for one in told}
    visit.note_done(leads_to, "settings-saved", venue or company, changes=changes)
    return go_to(leads_to)


def _find_refusal(
    visit: Visit, told: Sequence[Change], show: Show, change_setup: Callable[[], object]
) -> Response | None:
    """The form again with what is wrong with it, where the setup cannot be changed so; None once it is."""
    words = office_words(visit.lang)
    try:
        change_setup()
    except SetupRefused as refused:
        wrong = _find_wrong(refused.faults, told)
        trouble = words["settings_refused" if wrong else "settings_refused_as_a_whole"]
        return show(visit, NotTaken(wrong, trouble), status_code=422)
    except SetupChangedSince as since:
        return show(visit, NotTaken(told=describe_saving(visit, since)), status_code=409)
    except UsageError:
        return show(visit, NotTaken(told=words["settings_refused_as_a_whole"]), status_code=422)
    return None


def describe_saving(visit: Visit, since: SetupChangedSince, told: str = "settings_changed_since") -> str:
    """Who saved the setup after a form was filled, and that the form was not saved. `told`: the key of the words."""
    words, last = office_words(visit.lang), since.savings[0]
    return words[told].format(who=last.who or words["nobody"], at=format_moments(last.at, visit.lang))


def read_seen(visit: Visit) -> int | None:
    """The revision of the setup that a form was filled with; None where it does not say."""
    return read_number(visit.form.get("seen", ""))


def _find_wrong(faults: Sequence[SetupFault], told: Sequence[Change]) -> list[str]:
    """The changed keys that faults are about."""
    return [change.key for change in told if any(change.key in fault.what for fault in faults)]

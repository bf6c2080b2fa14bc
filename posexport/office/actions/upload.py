"""Upload sales files: they lie in a private folder until a run reads them."""

from __future__ import annotations

from starlette.responses import Response

from posexport.core.company import Company, Venue
from posexport.core.roles import Right
from posexport.office.pages import files as page
from posexport.office.runs import ask_for
from posexport.office.visit import NotAllowed, Visit, go_to
from posexport.office.words import office_words
from posexport.office.work.files import KIND


def do(visit: Visit) -> Response:
    """Ask for the files to be read, and show how far that is."""
    is_kept = False
    try:
        answer, is_kept = _ask(visit)
    finally:
        if visit.received is not None and not is_kept:
            visit.received.drop()
    return answer


def _ask(visit: Visit) -> tuple[Response, bool]:
    """The answer, and whether the files are to be read."""
    words, companies = office_words(visit.lang), page.list_uploadable(visit)
    if not companies:
        raise NotAllowed(Right.UPLOAD)
    before = visit.find_sent_form()
    if before is not None:
        return go_to(before.replace("/runs/", "/files/", 1)), False
    received, company = visit.received, _find_company(visit, companies)
    if received is None or not received.files:
        return page.show(visit, trouble=words["no_file_chosen"], status_code=422), False
    if company is None:
        return page.show(visit, trouble=words["no_company_chosen"], status_code=422), False
    venues = [venue for venue in company.venues if visit.user.may_at(Right.UPLOAD, venue)]
    asked = {
        "company": company.id,
        "venues": [venue.id for venue in venues],
        "whose": _find_whose(visit, venues),
        "is_sure": bool(visit.form.get("sure")),
        "folder": str(received.folder),
        "files": _list_files(visit),
        "then": "/files",
    }
    address = ask_for(visit, f"{KIND}:{company.id}", asked, "uploaded", venues[0])
    return go_to(address.replace("/runs/", "/files/", 1)), True


def _find_company(visit: Visit, companies: list[Company]) -> Company | None:
    chosen = visit.form.get("company", "")
    if len(companies) == 1 and not chosen:
        return companies[0]
    return next((company for company in companies if company.id == chosen), None)


def _find_whose(visit: Visit, venues: list[Venue]) -> str:
    """The venue that every register in the files is of; "" where the registers decide."""
    chosen = visit.form.get("whose", "")
    return chosen if any(venue.id == chosen for venue in venues) else ""


def _list_files(visit: Visit) -> list[dict[str, str | int]]:
    """The files, no two under one name."""
    assert visit.received is not None
    listed: list[dict[str, str | int]] = []
    names: set[str] = set()
    for file in visit.received.files:
        name, number = file.name, 1
        while name in names:
            number += 1
            name = f"{file.name} ({number})"
        names.add(name)
        listed.append({"name": name, "stored": file.path.name, "size_bytes": file.size_bytes, "digest": file.digest})
    return listed

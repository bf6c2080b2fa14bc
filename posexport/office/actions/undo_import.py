"""Take a file back: as if it had never been read."""

from __future__ import annotations

from starlette.responses import Response

from posexport.app.imports import undo_import
from posexport.core.actor import WHY_LENGTH_MAX
from posexport.core.roles import Right
from posexport.errors import UsageError
from posexport.office.actions.accept import WHY_LENGTH_MIN
from posexport.office.addresses import import_address
from posexport.office.pages import imported as page
from posexport.office.visit import Declined, Visit, go_to
from posexport.office.words import office_words


def do(visit: Visit) -> Response:
    """Record it, and show the file again."""
    found, venues = page.find_import(visit, Right.UPLOAD)
    words, why = office_words(visit.lang), visit.form.get("why", "").strip()
    if not WHY_LENGTH_MIN <= len(why) <= WHY_LENGTH_MAX:
        return page.show(visit, trouble=words["reason_missing"], status_code=422)
    leads_to = visit.find_sent_form()
    if leads_to is None:
        leads_to = import_address(found)
        try:
            undone = undo_import(visit.workspace, found.id, why)
        except UsageError:
            raise Declined(words["undone_already"]) from None
        drafted = [f"{venue} {day}" for venue, day in undone.changed_after_draft]
        visit.note_done(
            leads_to, "import-undone", venues[0], why=why, file=found.name, tickets=undone.removed, drafted=drafted
        )
    return go_to(leads_to)

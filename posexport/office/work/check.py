"""Checking a company: what the doctor asks PowerOffice Go, kept in both languages."""

from __future__ import annotations

from posexport.app.doctor import examine
from posexport.app.workspace import Workspace
from posexport.core.company import Venue
from posexport.errors import Exit
from posexport.office.work.progress import Progress
from posexport.store.office_runs import Run
from posexport.texts.language import LANGS
from posexport.texts.moments import format_moments

KIND = "check"


def do(workspace: Workspace, run: Run, progress: Progress) -> int:
    """Examine the venues of the run. Returns who must act (an exit code)."""
    setup = workspace.load_setup()
    venues = [venue for id_ in run.venues if (venue := setup.venue(id_)) is not None]
    code = Exit.DONE
    for venue in venues:
        if workspace.stopping():
            break
        code = max(code, _examine(workspace, venue, progress))
    return int(code)


def _examine(workspace: Workspace, venue: Venue, progress: Progress) -> Exit:
    """Examine one venue. It is asked about once for each language, since answers are made of words that depend on it;
    nothing but reading is done."""
    code = Exit.DONE
    for lang in LANGS:
        for diagnosis in examine(workspace, [venue], lang, write=format_moments):
            facts = {"lang": lang, "about": diagnosis.about, "message": diagnosis.message, "fix": diagnosis.fix}
            progress.tell(venue.id, None, diagnosis.answer, facts)
            code = max(code, diagnosis.exit_code)
    return code

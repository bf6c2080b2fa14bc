"""Files: where sales files are dropped, what came of those before, registers that no venue has, and inboxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from posexport.app.inbox import InboxState, look_into
from posexport.app.registers import list_unknown_registers
from posexport.core.company import Company, Venue
from posexport.core.roles import Right
from posexport.office.uploads import UPLOAD_BYTES_MAX
from posexport.office.visit import Visit
from posexport.office.work.files import KIND, READ
from posexport.store.acts import Import, find_recent_files, read_imports
from posexport.store.aside import UnknownRegister
from posexport.store.office_runs import Run, RunLine, read_lines, read_runs
from posexport.texts.language import choose_lang

SHOWN = 60


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that was read, or refused. `run`: the upload it came with, None where it came another way; `found`: the
    import as it is now, None where nothing of it was taken; `facts`: what its reading told."""

    at: datetime
    name: str
    who: str
    run: Run | None
    found: Import | None
    facts: Mapping[str, Any]
    is_refused: bool = False


def show(visit: Visit, *, trouble: str = "", status_code: int = 200) -> Response:
    """The page. `trouble`: why the files that were sent were not taken."""
    uploadable = list_uploadable(visit)
    return visit.show(
        "files.html.j2",
        status_code=status_code,
        trouble=trouble,
        rows=_list_rows(visit),
        going=[run for run in _read_uploads(visit) if not run.is_over],
        uploadable=uploadable,
        venues=[venue for venue in visit.venues if visit.user.may_at(Right.UPLOAD, venue)],
        unknown=_list_unknown(visit),
        inboxes=_list_inboxes(visit),
        upload_right=Right.UPLOAD,
        most_mb=UPLOAD_BYTES_MAX // 2**20,
        local=visit.clock,
        done=visit.request.query_params.get("done", ""),
    )


def list_uploadable(visit: Visit) -> list[Company]:
    """The companies whose files the user may upload, for some of their venues at least."""
    return list(visit.user.list_companies(visit.setup, Right.UPLOAD))


def _read_uploads(visit: Visit) -> list[Run]:
    """The uploads of the user's companies that concern a venue the user sees, newest first."""
    kinds = [f"{KIND}:{company.id}" for company in visit.companies]
    seen = {venue.id for venue in visit.venues}
    if not kinds:
        return []
    with visit.workspace.database.reading() as connection:
        return [run for run in read_runs(connection, most=SHOWN, kinds=kinds) if seen & set(run.venues)]


def _list_rows(visit: Visit) -> list[FileRow]:
    """The newest files first: those of uploads, and those that came another way and have sales of the user's venues."""
    uploads = _read_uploads(visit)
    with visit.workspace.database.reading() as connection:
        lines = [(run, line) for run in uploads for line in read_lines(connection, run.id)]
        of_venues = find_recent_files(connection, {venue.id for venue in visit.venues}, SHOWN)
        ids = {*of_venues, *(line.facts["import"] for _, line in lines if line.state == READ)}
        imports = {found.id: found for found in read_imports(connection, ids)}
    told = {line.facts.get("import"): (run, line) for run, line in lines}
    rows = [_of_line(visit, run, line, imports) for run, line in lines]
    rows += [_of_import(visit, found) for found in imports.values() if found.id not in told]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:SHOWN]


def _of_line(visit: Visit, run: Run, line: RunLine, imports: Mapping[int, Import]) -> FileRow:
    found = imports.get(line.facts.get("import", 0))
    return FileRow(visit.clock(line.at_utc_s), line.facts["name"], run.who, run, found, line.facts, line.state != READ)


def _of_import(visit: Visit, found: Import) -> FileRow:
    return FileRow(visit.clock(found.read_at_utc_s), name_of(found), found.who, None, found, {})


def name_of(found: Import) -> str:
    """What a file is called, without the folder it lay in on the machine that read it."""
    outer, inside, inner = found.name.partition(" > ")
    return f"{outer.replace(chr(92), '/').rpartition('/')[2] or outer}{inside}{inner}"


def _list_unknown(visit: Visit) -> list[tuple[Company, Sequence[Venue], UnknownRegister]]:
    """The registers that no venue has, with the venues that the user may give them to."""
    found: list[tuple[Company, Sequence[Venue], UnknownRegister]] = []
    for company in visit.companies:
        if visit.user.may(Right.SEE, company.id):
            own = [venue for venue in company.venues if visit.user.may_at(Right.MAP, venue)]
            found += [(company, own, one) for one in list_unknown_registers(visit.workspace, company.id)]
    return found


def _list_inboxes(visit: Visit) -> list[tuple[Venue, InboxState]]:
    return [
        (venue, look_into(venue, visit.lang, choose_lang(visit.company_of(venue).language)))
        for venue in visit.venues
        if venue.inbox is not None
    ]

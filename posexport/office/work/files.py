"""Reading files that were uploaded: as the command line reads them, within what the one who sent them may add to. The
files are deleted afterwards, whatever came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from posexport.app.import_sales import Imported, import_sales
from posexport.app.sales_file import Reach
from posexport.app.workspace import Workspace
from posexport.errors import Exit, UnreadableSales
from posexport.office.uploads import drop_upload, sweep
from posexport.office.work.progress import Progress
from posexport.store.acts import read_days_touched
from posexport.store.office_runs import Run, RunState, read_runs
from posexport.store.sales_writer import FileResult

KIND = "files"

READ, REFUSED = "read", "refused"
"""What becomes of a file."""

DAYS_NAMED = 40
"""So many days that a file touched are listed; more are counted."""


def do(workspace: Workspace, run: Run, progress: Progress) -> int:
    """Read the files of an upload. Returns who must act (an exit code)."""
    folder = Path(run.asked["folder"])
    progress.expect(len(run.asked["files"]))
    _forget_left_behind(workspace, folder.parent)
    with _deleted_afterwards(folder):
        if not folder.is_dir():
            for file in run.asked["files"]:
                progress.tell("", None, REFUSED, _describe(file) | {"is_gone": True})
            return int(Exit.OPERATOR)
        code = Exit.DONE
        for file in run.asked["files"]:
            code = max(code, _read(workspace, run, folder / file["stored"], file, progress))
            if workspace.stopping():
                break
    return int(code)


@contextmanager
def _deleted_afterwards(folder: Path) -> Iterator[None]:
    try:
        yield
    finally:
        drop_upload(folder)


def _forget_left_behind(workspace: Workspace, uploads: Path) -> None:
    with workspace.database.reading() as connection:
        waiting = read_runs(connection, states=[RunState.WAITING, RunState.GOING])
    sweep(uploads, {Path(run.asked["folder"]).name for run in waiting if run.work == KIND})


def _read(workspace: Workspace, run: Run, path: Path, file: Mapping[str, Any], progress: Progress) -> Exit:
    imported = import_sales(
        workspace,
        [path],
        venue_id=run.asked.get("whose") or None,
        reach=Reach(run.asked["company"], frozenset(run.venues), bool(run.asked.get("is_sure"))),
        names={path: file["name"]},
    )
    for result in imported.results:
        with workspace.database.reading() as connection:
            days = read_days_touched(connection, result.file_id)
        progress.tell("", None, READ, _describe(file) | _describe_result(result, days, imported))
    for refusal in imported.refused:
        progress.tell("", None, REFUSED, _describe(file) | _describe_refusal(refusal))
    if imported.trouble is not None:
        raise imported.trouble
    return imported.exit_code


def _describe(file: Mapping[str, Any]) -> dict[str, Any]:
    return {name: file[name] for name in ("name", "size_bytes", "digest")}


def _describe_result(result: FileResult, days: Sequence[tuple[str, date]], imported: Imported) -> dict[str, Any]:
    return {
        "name": result.name,
        "import": result.file_id,
        **{name: getattr(result, name) for name in ("new", "known", "changed", "z_reports")},
        "days": [[venue, day.isoformat()] for venue, day in days[:DAYS_NAMED]],
        "more_days": max(0, len(days) - DAYS_NAMED),
        "drafted": [[venue, day.isoformat()] for venue, day in result.changed_after_draft[:DAYS_NAMED]],
        "registers": [[location, register, count] for (location, register), count in result.refused_registers.items()],
        "companies": [[number, own, count] for (number, own), count in result.refused_companies.items()],
        "venues": [[venue, count] for venue, count in result.refused_venues.items()],
        "notes": [[note.place, note.text] for name, note in imported.notices if name == result.name],
    }


def _describe_refusal(refusal: UnreadableSales) -> dict[str, Any]:
    return {
        "name": refusal.path,
        "place": refusal.place,
        "found": refusal.found,
        "expected": refusal.expected,
        "fix": refusal.fix,
    }

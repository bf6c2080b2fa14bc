"""posexport import: sales files are read, each completely or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from posexport.app.sales_file import FileReading, Reach, Spool, watch, write_items
from posexport.app.workspace import Workspace, find_venues
from posexport.core.organization_number import parse_organization_number
from posexport.core.ports.sales import OpenFile
from posexport.core.sales import ImportNote, MasterData
from posexport.errors import Exit, ImportStopped, StoreTrouble, UnreadableSales
from posexport.store.master_data import load_master_data
from posexport.store.missing_tickets import FileTrail, doubt_missing, may_lack_tickets
from posexport.store.sales_writer import FileResult, SalesWriter
from posexport.store.setups import load_setup


@dataclass(frozen=True, slots=True)
class Imported:
    """The outcome of an import: per file a result or a refusal, and the readers' notes. `trouble`: what ended the
    import early; nothing of the files in `not_read` is stored then."""

    results: tuple[FileResult, ...] = ()
    refused: tuple[UnreadableSales, ...] = ()
    notices: tuple[tuple[str, ImportNote], ...] = ()
    trouble: StoreTrouble | ImportStopped | None = None
    not_read: tuple[str, ...] = ()

    @property
    def exit_code(self) -> Exit:
        """Who must act: the operator for an unreadable file, the bookkeeper for tickets without a venue."""
        waiting = any(result.refused for result in self.results)
        return max(
            Exit.OPERATOR if self.refused else Exit.DONE,
            Exit.BOOKKEEPER if waiting else Exit.DONE,
            self.trouble.exit_code if self.trouble else Exit.DONE,
        )


NO_NAMES: Mapping[Path, str] = MappingProxyType({})

Progress = Callable[[str, int, int, int], None]
"""Called with a file's name, bytes read, bytes in all, and tickets read."""


def import_sales(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    file_format: str | None = None,
    venue_id: str | None = None,
    other_company: bool = False,
    reach: Reach | None = None,
    names: Mapping[Path, str] = NO_NAMES,
    on_progress: Progress | None = None,
) -> Imported:
    """Import sales files, each in one transaction. Every file is tried unless the database fails or the program is to
    stop.

    Master data of all files is collected first, since one file may name what another uses. Tickets that are missing
    from the new files are looked for last, since one export may be several files. `other_company`: also accept sales
    with another organization number than the venue's company has. `reach`: what may be added to, if not everything.
    `names`: what files are called where that is not their path.
    """
    setup = workspace.load_setup() if reach is None else reach.narrow(workspace.load_setup())
    forced = find_venues(setup, [venue_id])[0] if venue_id else None
    if not setup.venues:
        find_venues(setup, [])
    files, refused = _open_all(workspace, paths, file_format, names)
    masters = _gather_masters(workspace, files)
    results: list[FileResult] = []
    notices: list[tuple[str, ImportNote]] = []
    trails: list[FileTrail] = []
    trouble: StoreTrouble | ImportStopped | None = None
    left = list(files)
    try:
        for file in files:
            reading = FileReading(setup, forced, "", file.name, other_company, reach=reach)
            try:
                with Spool() as spool:
                    _read_file(workspace, file, masters, reading, spool, on_progress)
                    result, writer = _write_file(workspace, file, reading, spool, on_progress)
            except UnreadableSales as error:
                refused.append(_rename(error, names))
            else:
                results.append(result)
                trails.append(writer.trail)
                notices += [(file.name, notice) for notice in (*reading.notices, *writer.notes)]
            left.pop(0)
        results = list(_with_missing(workspace, results, trails))
    except (StoreTrouble, ImportStopped) as error:
        trouble = error
    not_read = tuple(file.name for file in left)
    return Imported(tuple(results), tuple(refused), tuple(notices), trouble, not_read)


def _with_missing(
    workspace: Workspace, results: Sequence[FileResult], trails: Sequence[FileTrail]
) -> Iterator[FileResult]:
    """Each file's result, with the stored tickets that lie in its time and that it no longer has."""
    found: Mapping[int, int] = {}
    if any(may_lack_tickets(trail) for trail in trails):
        with workspace.database.writing() as connection:
            found = doubt_missing(connection, trails)
    for result, trail in zip(results, trails, strict=True):
        count = found.get(trail.file_id, 0)
        yield replace(result, doubts={**result.doubts, "no-longer-in-file": count}) if count else result


def _open_all(
    workspace: Workspace, paths: Sequence[Path], file_format: str | None, names: Mapping[Path, str]
) -> tuple[list[OpenFile], list[UnreadableSales]]:
    files: list[OpenFile] = []
    refused: list[UnreadableSales] = []
    for path in paths:
        try:
            files += [_call(file, names) for file in workspace.open_files(path, file_format)]
        except UnreadableSales as error:
            refused.append(_rename(error, names))
    return files, refused


def _call(file: OpenFile, names: Mapping[Path, str]) -> OpenFile:
    """A file under the name that it is called by."""
    name = _name_of(file.name, names)
    return file if name == file.name else file.called(name)


def _rename(error: UnreadableSales, names: Mapping[Path, str]) -> UnreadableSales:
    name = _name_of(error.path, names)
    return error if name == error.path else UnreadableSales(name, error.place, error.found, error.expected, error.fix)


def _name_of(path: str, names: Mapping[Path, str]) -> str:
    """What a file is called: of what lies in another file, the outer name alone is replaced."""
    for real, called in names.items():
        if path == str(real) or path.startswith(f"{real} > "):
            return called + path[len(str(real)) :]
    return path


def _gather_masters(workspace: Workspace, files: Sequence[OpenFile]) -> dict[str, tuple[str, MasterData]]:
    """Per file: its organization number, and the master data of all files of that company. Unreadable files are left
    out: reading them reports why."""
    of_company: dict[str, MasterData] = {}
    of_file: dict[str, str] = {}
    for file in files:
        try:
            with file.open() as stream:
                master = workspace.readers[file.format].read_master(stream, file.name)
        except UnreadableSales:
            continue
        if master is not None:
            number = master.organization_number
            of_file[file.name] = number
            of_company[number] = of_company.get(number, MasterData()).merged(master)
    return {name: (number, of_company[number]) for name, number in of_file.items()}


def _read_file(
    workspace: Workspace,
    file: OpenFile,
    masters: Mapping[str, tuple[str, MasterData]],
    reading: FileReading,
    spool: Spool,
    on_progress: Progress | None,
) -> None:
    """Read a whole file into the spool, before the database is locked."""
    number, known = masters.get(file.name, ("", MasterData()))
    with workspace.database.reading() as connection:
        stored = load_master_data(connection, number)
    with file.open() as stream:
        items = workspace.readers[file.format].read(stream, file.name, stored.merged(known) if stored else known)

        def tell(tickets: int) -> None:
            if on_progress is not None:
                on_progress(file.name, getattr(stream, "position", 0) // 2, file.size_bytes, tickets)

        spool.fill(watch(items, file.name, workspace.stopping, tell))
    reading.organization_number = parse_organization_number(number)


def _write_file(
    workspace: Workspace,
    file: OpenFile,
    reading: FileReading,
    spool: Spool,
    on_progress: Progress | None,
) -> tuple[FileResult, SalesWriter]:
    """Write what was read of a file, in one transaction, by the setup as it is then."""
    with workspace.database.writing() as connection:
        writer = SalesWriter(
            connection,
            file.name,
            file.format,
            reading.find_venue,
            workspace.now_utc_s,
            actor=workspace.actor,
            organization_number=reading.organization_number,
            find_currency=reading.find_currency,
            find_company=reading.find_company,
            written_at_utc_s=file.written_at_utc_s,
            are_apart=None if reading.forced else reading.are_apart,
        )
        reading.renew(load_setup(connection))

        def tell(place: int) -> None:
            if on_progress is not None:
                share = (1 + place / len(spool)) / 2
                on_progress(file.name, round(share * file.size_bytes), file.size_bytes, place)

        write_items(watch(spool, file.name, workspace.stopping, tell), writer, reading)
        writer.why = reading.why
        return writer.finish(), writer

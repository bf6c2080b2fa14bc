"""The time that files cover of a venue (half open, UTC s), stored when a file is read."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection

from posexport.core.coverage import Covered, Span
from posexport.store.database import read_rows

_SPANS = """
    SELECT start_utc_s, end_utc_s, register_id, file_id, is_silent FROM span
    WHERE venue_id = :venue AND end_utc_s > :start AND start_utc_s < :end
    """


def read_spans(connection: Connection, venue: int, stretch: Span) -> list[Covered]:
    """What files cover of a span of time."""
    wanted = {"venue": venue, "start": stretch.start_utc_s, "end": stretch.end_utc_s}
    return [Covered(row[0], row[1], row[2], row[3], bool(row[4])) for row in read_rows(connection, _SPANS, wanted)]


_FILES_OF_REGISTERS = """
    SELECT DISTINCT file_id, register_id FROM span
    WHERE venue_id = :venue AND end_utc_s > :start AND start_utc_s < :end
    ORDER BY file_id
    """


def read_registers_of_files(connection: Connection, venue: int, stretch: Span) -> list[set[int]]:
    """For each file that covers something of a span of time, the registers it has tickets of or names."""
    wanted = {"venue": venue, "start": stretch.start_utc_s, "end": stretch.end_utc_s}
    rows = read_rows(connection, _FILES_OF_REGISTERS, wanted)
    return [{row[1] for row in group} for _, group in groupby(rows, key=itemgetter(0))]

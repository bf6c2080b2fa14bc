"""The log as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from starlette.responses import Response

from posexport.core.harmless import make_harmless
from posexport.office.pages import log as page
from posexport.office.visit import Visit, answer_csv

COLUMNS = ("time", "person", "signed_in_by", "address", "company", "venue", "day", "action", "about", "facts", "reason")


def do(visit: Visit) -> Response:
    """The acts that the page was narrowed to, as CSV. That they were taken out is in the log too."""
    asked = {name: visit.form.get(name, "").strip() for name in page.FIELDS}
    lines = page.lay_out(visit, page.read(visit, asked))
    with visit.workspace.database.writing() as connection:
        visit.log_in(
            connection, "log-exported", lines=len(lines), **{name: told for name, told in asked.items() if told}
        )
    name = f"posexport-log-{visit.local_now():%Y%m%d-%H%M}.csv"
    return answer_csv(format_csv(lines), name)


def format_csv(lines: Sequence[page.LogLine]) -> str:
    """Acts as a file that spreadsheets open as it is: with semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        entry = line.entry
        row = (
            line.at.isoformat(),
            entry.who,
            entry.signed_in_by,
            entry.address,
            entry.company,
            entry.venue,
            entry.business_day.isoformat() if entry.business_day else "",
            entry.act,
            line.act,
            json.dumps(dict(entry.facts), ensure_ascii=False) if entry.facts else "",
            entry.why,
        )
        writer.writerow([make_harmless(cell) for cell in row])
    return text.getvalue()

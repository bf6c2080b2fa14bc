"""Vouchers as files in a folder: one JSON and one CSV each, and the settlement report, readable by their owner only.

The files are written atomically, JSON last: where the JSON is, both are complete. The same voucher has the same file
name, so nothing is drafted twice. Whoever collects vouchers takes the files away: a JSON that is gone counts as
delivered (posted). One that we delete ourselves leaves a hidden marker file, `.torget-20261120-r1.json.removed`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from posexport.core.harmless import make_harmless
from posexport.core.money import format_ore
from posexport.core.ports.ledger import (
    Chart,
    Drafted,
    DraftedHow,
    DraftList,
    DraftStatus,
    Identity,
    Lookup,
    Page,
    Payload,
    SourceTrail,
)
from posexport.core.voucher import Voucher
from posexport.errors import NotSent, VoucherRefused
from posexport.ledgers.folder.report_files import (
    ReportFolder,
    is_there,
    make_folder,
    sync_folder,
    unreadable,
    unwritable,
    write_whole,
)

COLUMNS = (
    "reference",
    "date",
    "account",
    "vat_code",
    "department",
    "debit",
    "credit",
    "kind",
    "source",
    "customer",
    "description",
)


class VoucherFolder:
    """A folder that vouchers are written to. Without a clock, deadlines are ignored: writing the same voucher twice
    gives one file."""

    def __init__(self, folder: Path, company_name: str, clock: Callable[[], float] | None = None) -> None:
        self._folder, self._company_name, self._clock = folder, company_name, clock
        self._reports = ReportFolder(folder)

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """An empty chart: a folder knows no accounts."""
        return Chart()

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The JSON document of the voucher; amounts as text in kroner with two decimals."""
        return {
            "reference": voucher.reference,
            "venue": voucher.venue,
            "business_day": voucher.business_day.isoformat(),
            "date": voucher.posting_date.isoformat(),
            "description": voucher.description,
            "currency": voucher.currency,
            "saft_source_id": trail.source[:35],
            "saft_batch_id": trail.batch[:35],
            "lines": [
                {
                    "account": line.account,
                    "vat_code": line.vat_code,
                    "department": line.department,
                    "debit": format_ore(line.debit_ore),
                    "credit": format_ore(line.credit_ore),
                    "kind": line.kind.wire,
                    "source": line.source,
                    "customer": line.customer,
                    "description": line.description,
                }
                for line in voucher.lines
            ],
        }

    def send(self, payload: Payload, deadline_utc_s: float) -> Drafted:
        """Write both files. Raises NotSent where the folder cannot be written to, and VoucherRefused where a file of
        this voucher exists with other content: what was delivered is never silently rewritten."""
        if self._clock is not None and self._clock() >= deadline_utc_s:
            raise NotSent("the time to send it ran out")
        path = self._folder / f"{payload['reference']}.json"
        if is_there(path):
            return self._find_same(payload)
        try:
            make_folder(self._folder)
            _trace_of(path).unlink(missing_ok=True)
            write_whole(path.with_suffix(".csv"), _format_csv(payload).encode())
            write_whole(path, (json.dumps(payload, ensure_ascii=False, indent=1) + "\n").encode())
        except OSError as error:
            raise unwritable(self._folder, error) from None
        return Drafted(path.name, DraftedHow.WRITTEN)

    def _find_same(self, payload: Payload) -> Drafted:
        found = self.find(payload, 0).drafted
        if found is None:
            path = self._folder / f"{payload['reference']}.json"
            raise VoucherRefused(f"{path} is there already and says something else. Move it away if it is not wanted.")
        return found

    def find(
        self,
        payload: Payload,
        since_utc_s: int,
        ruled_out: frozenset[str] = frozenset(),
        listing: DraftList | None = None,
    ) -> Lookup:
        """The voucher's file, if it exists with the same content; no other file is looked at."""
        name = f"{payload['reference']}.json"
        return Lookup(Drafted(name, DraftedHow.FOUND_IN_FOLDER) if self._read(name) == payload else None)

    def find_status(self, remote_id: str, since_utc_s: int) -> DraftStatus:
        """POSTED where the file was taken away or replaced by another: it was delivered."""
        path = self._path(remote_id)
        written = self._read(path.name)
        if written is not None and written.get("reference") == path.stem:
            return DraftStatus.UNPOSTED
        return DraftStatus.GONE if self._is_removed(path) else DraftStatus.POSTED

    def find_successor(self, remote_id: str, since_utc_s: int) -> str:
        """Always "": what happens to a collected file is not known here."""
        return ""

    def remove(self, remote_id: str) -> DraftStatus:
        """Delete the voucher's files, JSON first: from then on `find` does not see it, and after a crash the deletion
        can be repeated. Raises NotSent where the folder cannot be written to."""
        standing = self.find_status(remote_id, 0)
        if standing is DraftStatus.POSTED:
            return standing
        path = self._path(remote_id)
        try:
            if standing is DraftStatus.UNPOSTED:
                path.replace(_trace_of(path))
            for suffix in (".csv", ".pdf"):
                path.with_suffix(suffix).unlink(missing_ok=True)
            sync_folder(self._folder)
        except OSError as error:
            raise unwritable(self._folder, error) from None
        return DraftStatus.GONE

    def attach(self, remote_id: str, page: Page, deadline_utc_s: float) -> None:
        """Write the settlement report beside the voucher's files. Raises NotSent where the folder cannot be written
        to."""
        self._reports.write(page)

    def has_page(self, remote_id: str, page_name: str) -> bool:
        """Whether the settlement report is there."""
        return self._reports.has(page_name)

    def read_identity(self) -> Identity:
        """No identity: a folder belongs to no client."""
        return Identity(self._company_name)

    def _path(self, remote_id: str) -> Path:
        return self._folder / Path(remote_id).name

    def _read(self, name: str) -> dict[str, Any] | None:
        """The JSON document in a file; None where there is no file or no voucher in it. Raises NotSent where it cannot
        be read."""
        try:
            written = json.loads((self._folder / name).read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        except OSError as error:
            raise unreadable(self._folder, error) from None
        return written if isinstance(written, dict) else None

    def _is_removed(self, path: Path) -> bool:
        return not is_there(path) and is_there(_trace_of(path))


def _trace_of(path: Path) -> Path:
    """The path of the marker file for a voucher that we deleted."""
    return path.with_name(f".{path.name}.removed")


def _format_csv(payload: Payload) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, delimiter=";", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for line in payload["lines"]:
        row = {"reference": payload["reference"], "date": payload["date"], **line}
        # amounts are never negative: there is a debit and a credit column
        writer.writerow({name: make_harmless(cell) for name, cell in row.items()})
    return text.getvalue()

"""Vouchers as files in a folder: one JSON and one CSV each, readable by their owner only.

A voucher's files are written beside their place and then moved into it, JSON last: where the JSON is, both are
whole. The same voucher again is the same file again, so nothing is drafted twice.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path

from posexport.core.money import format_ore
from posexport.core.ports import Chart, Drafted, Identity, Payload, SourceTrail
from posexport.core.voucher import Voucher
from posexport.errors import NotSent, VoucherRefused

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
    """A folder that vouchers are written to."""

    def __init__(self, folder: Path, company_name: str) -> None:
        self._folder, self._company_name = folder, company_name

    def read_chart(self, vouchers: Sequence[Voucher]) -> Chart:
        """A folder knows nothing of accounts."""
        return Chart()

    def build_payload(self, voucher: Voucher, chart: Chart, trail: SourceTrail) -> Payload:
        """The voucher as it will stand in the file; money as text."""
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

    def send(self, payload: Payload) -> Drafted:
        """Write both files. Raises NotSent where the folder cannot be written to, VoucherRefused where the
        voucher is there already and says something else: what was delivered is never silently rewritten."""
        path = self._path(payload)
        if path.exists():
            return self._find_same(payload)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path.with_suffix(".csv"), _format_csv(payload))
            _write(path, json.dumps(payload, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise NotSent(f"the folder {self._folder} cannot be written to: {error.strerror}") from None
        return Drafted(path.name, "written")

    def _find_same(self, payload: Payload) -> Drafted:
        found = self.find(payload, 0)
        if found is None:
            path = self._path(payload)
            raise VoucherRefused(f"{path} is there already and says something else. Move it away if it is not wanted.")
        return found

    def find(self, payload: Payload, since_utc_s: int) -> Drafted | None:
        """The file, where it is there and says the same."""
        path = self._path(payload)
        try:
            written = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return Drafted(path.name, "found in the folder") if written == payload else None

    def read_identity(self) -> Identity:
        """A folder is nobody's in particular."""
        return Identity(self._company_name)

    def _path(self, payload: Payload) -> Path:
        return self._folder / f"{payload['reference']}.json"


def _format_csv(payload: Payload) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, delimiter=";", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for line in payload["lines"]:
        writer.writerow({"reference": payload["reference"], "date": payload["date"], **line})
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.part")
    handle = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)

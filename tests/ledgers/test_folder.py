"""Vouchers as files in a folder, and what the program makes of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from posexport.core.ports.ledger import (
    Chart,
    DraftedHow,
    DraftStatus,
    SourceTrail,
)
from posexport.errors import (
    Exit,
    NotSent,
)
from posexport.http.client import NEVER
from posexport.ledgers.folder.voucher_files import VoucherFolder
from tests.support.harness import (
    FULL_DAY,
    MAPPING,
    Shop,
    sale,
    states,
)
from tests.support.ledger_bench import PDF, REFERENCE, Bench, a_voucher

# The folder


def test_a_voucher_that_is_half_taken_back_is_not_found_and_is_taken_back_the_next_time(
    folder: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = folder.payload()
    drafted = folder.send(payload)
    folder.destination.attach(drafted.remote_id, PDF, NEVER)
    unlink = Path.unlink

    def fail(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", fail)
    with pytest.raises(NotSent, match="Permission denied"):
        folder.destination.remove(drafted.remote_id)
    assert folder.find(payload).drafted is None
    assert folder.standing(drafted.remote_id) is DraftStatus.GONE
    monkeypatch.setattr(Path, "unlink", unlink)
    assert folder.destination.remove(drafted.remote_id) is DraftStatus.GONE
    assert [path.name for path in (folder.folder / "vouchers").iterdir()] == [f".{REFERENCE}.json.removed"]


def test_a_voucher_sent_again_after_it_was_taken_back_is_delivered_when_it_is_collected(folder: Bench) -> None:
    first = folder.send()
    folder.destination.remove(first.remote_id)
    again = folder.send()
    assert folder.standing(again.remote_id) is DraftStatus.UNPOSTED
    folder.post(again.remote_id)
    assert folder.standing(again.remote_id) is DraftStatus.POSTED
    assert folder.destination.remove(again.remote_id) is DraftStatus.POSTED


@pytest.mark.parametrize("content", ["", "{", "[]", '{"reference": "another"}', '"text"'])
def test_a_file_that_is_no_voucher_of_ours_means_that_ours_was_taken_away(folder: Bench, content: str) -> None:
    drafted = folder.send()
    path = folder.folder / "vouchers" / drafted.remote_id
    path.write_text(content)
    assert folder.standing(drafted.remote_id) is DraftStatus.POSTED
    assert folder.destination.remove(drafted.remote_id) is DraftStatus.POSTED
    assert path.read_text() == content


def test_a_folder_that_cannot_be_looked_into_tells_nothing_of_a_voucher(
    folder: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = folder.payload()
    drafted = folder.send(payload)

    def fail(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied")

    for name in ("read_bytes", "stat", "is_file"):
        monkeypatch.setattr(Path, name, fail)
    asks: list[Callable[[], object]] = [
        lambda: folder.find(payload),
        lambda: folder.send(payload),
        lambda: folder.standing(drafted.remote_id),
        lambda: folder.destination.remove(drafted.remote_id),
        lambda: folder.destination.has_page(drafted.remote_id, PDF.name),
    ]
    for ask in asks:
        with pytest.raises(NotSent, match="vouchers cannot be read: Permission denied"):
            ask()


def test_a_folder_without_a_clock_has_no_deadline(tmp_path: Path) -> None:
    destination = VoucherFolder(tmp_path, "Fjordmat AS")
    payload = destination.build_payload(a_voucher(), Chart(), SourceTrail())
    assert destination.send(payload, 0).how is DraftedHow.WRITTEN


# Files


def test_voucher_files_may_be_read_by_their_owner_only_and_are_whole(shop: Shop) -> None:
    shop.apply(target="file")
    shop.sell(*FULL_DAY)
    shop.export()
    folder = shop.folder / "vouchers"
    assert {path.suffix for path in folder.iterdir()} == {".json", ".csv", ".pdf"}
    assert {path.stem for path in folder.iterdir()} == {"torget-20261120-r1"}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    rows = (folder / "torget-20261120-r1.csv").read_text().splitlines()
    assert rows[0].startswith("reference;date;account;vat_code;department;debit;credit;kind")
    assert len(rows) == 1 + len(json.loads((folder / "torget-20261120-r1.json").read_text())["lines"])


def test_no_cell_of_a_voucher_file_is_a_formula_and_no_number_is_changed(shop: Shop) -> None:
    names = ["=1+2", "+47 Mat", "-10 % uke", "@SUM(A1)", "Mat"]
    text = "".join(
        f'[[company.product_type]]\n  code = "{n}"\n  name = {json.dumps(name)}\n  accounts = {{ "3" = "302{n}" }}\n  '
        for n, name in enumerate(names, 1)
    )
    shop.apply(target="file", mapping=text + MAPPING)
    shop.sell(*(sale(n, f"{sign}{n}00.00", product=str(n)) for n, sign in enumerate(["", "-", "", "-", ""], 1)))
    shop.export()
    folder = shop.folder / "vouchers"
    with (folder / "torget-20261120-r1.csv").open(newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert {len(row) for row in rows} == {11}
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]
    lines = json.loads((folder / "torget-20261120-r1.json").read_text())["lines"]
    assert [(row[5], row[6]) for row in rows[1:]] == [(line["debit"], line["credit"]) for line in lines]
    told = {row[-1] for row in rows} | {row[-1].removeprefix("'") for row in rows}
    assert {line["description"] for line in lines} <= told
    assert "=1+2" in {line["description"] for line in lines}


def test_a_folder_that_cannot_be_written_to_is_unreachable_and_nothing_is_lost(shop: Shop) -> None:
    blocked = shop.folder / "blocked"
    blocked.write_text("a file where a folder should be")
    shop.apply(target="file", output=str(blocked))
    shop.sell(sale(1))
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["unreachable"], Exit.WAIT)
    blocked.unlink()
    assert states(shop.export().report) == ["drafted"]


def test_a_file_left_half_written_is_written_again(shop: Shop) -> None:
    shop.apply(target="file")
    shop.sell(sale(1))
    folder = shop.folder / "vouchers"
    folder.mkdir()
    (folder / ".torget-20261120-r1.json.part").write_text('{"reference"')
    (folder / "torget-20261120-r1.csv").write_text("half")
    assert states(shop.export().report) == ["drafted"]
    assert json.loads((folder / "torget-20261120-r1.json").read_text())["reference"] == "torget-20261120-r1"
    assert (folder / "torget-20261120-r1.csv").read_text().startswith("reference;")

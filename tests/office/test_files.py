"""Files: what is uploaded is read as the command line reads it, within what the one who sends it may add to."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posexport.app.import_sales import import_sales
from posexport.app.imports import list_imports
from posexport.core.roles import Grant, Role
from posexport.office import uploads
from posexport.office.addresses import import_address
from posexport.office.runs import Worker
from posexport.office.uploads import FILES_MAX, LEFT_BEHIND_S, find_uploads, sweep
from posexport.store.office_runs import RunState, read_runs
from tests.support.harness import BRYGGA, FRIDAY, VENUES, Shop, sale, setup_text
from tests.support.looks import count_rows, read_rows
from tests.support.office import OTHER_COMPANY, Office, Visitor, open_office
from tests.support.paths import ROOT

CAFE = ROOT / "examples" / "cafe-saft"


def lines(*tickets: dict[str, Any]) -> bytes:
    """A file of JSON lines."""
    return "".join(json.dumps(ticket) + "\n" for ticket in tickets).encode()


@pytest.fixture
def office(both: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(
        "tempfile.tempdir", str(tmp_path)
    )  # a server's uploads lie there: nobody else's tests are in it
    both.apply(venues=VENUES + BRYGGA)
    with open_office(both) as office:
        yield office


@pytest.fixture
def kari(office: Office) -> Visitor:
    """The bookkeeper of Fjordmat."""
    visitor = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
    visitor.get("/files")
    return visitor


def read(office: Office, visitor: Visitor) -> str:
    """Let the worker read what was uploaded, and look at what came of it."""
    assert office.work() >= 1
    visitor.get(str(visitor.page.url))
    return visitor.text


def list_files_of(visitor: Visitor) -> list[str]:
    """Where the files lead that the page lists."""
    visitor.get("/files")
    return [str(address) for address in visitor.tree.xpath("//table//a/@href")]


def left_in(office: Office) -> list[Path]:
    folder = find_uploads(office.workspace, {})
    return [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []


def test_an_upload_is_read_and_leads_to_its_days(office: Office, kari: Visitor, both: Shop) -> None:
    kari.upload(("sales.jsonl", lines(sale(1), sale(2))))
    assert "venter på tur" in kari.text and count_rows(both, "ticket") == 0
    told = read(office, kari)
    assert "ferdig" in told and "2 nye" in told
    kari.click("Torget Kafé, fre. 20. nov.")
    assert kari.page.url.path == f"/v/torget/{FRIDAY}"
    assert count_rows(both, "ticket") == 2 and left_in(office) == []
    assert read_rows(both, "sales_file", "name", "who", "known_by") == [("sales.jsonl", "Kari Moe", "signed-in")]
    assert ("uploaded", "Kari Moe") in read_rows(both, "office_log", "act", "who")
    kari.get("/files")
    assert "sales.jsonl 2 nye Kari Moe" in kari.text


def test_the_same_file_again_brings_nothing_new(office: Office, kari: Visitor, both: Shop) -> None:
    for told in ("2 nye", "Ingenting nytt · 2 kjent fra før"):
        kari.get("/files")
        kari.upload(("sales.jsonl", lines(sale(1), sale(2))))
        assert told in read(office, kari)
    assert count_rows(both, "ticket") == 2


def test_the_same_form_sent_twice_is_read_once(office: Office, kari: Visitor) -> None:
    page = kari.page
    first = str(kari.upload(("a.jsonl", lines(sale(1)))).url)
    kari.page = page
    assert str(kari.upload(("a.jsonl", lines(sale(1)))).url) == first
    assert office.work() == 1 and left_in(office) == []


def test_a_saft_file_is_read_as_the_command_line_reads_it(both: Shop) -> None:
    both.apply((CAFE / "setup.toml").read_text())
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.SHOP, "fjordmat"))
        visitor.get("/files")
        visitor.upload(("sales.xml", (CAFE / "sales.xml").read_bytes()))
        told = read(office, visitor)
    uploaded = read_rows(both, "sales_file", "new", "first_day", "last_day")
    assert f"{uploaded[0][0]} nye" in told and uploaded[0][0] > 0
    with both.open() as workspace:
        again = import_sales(workspace, [CAFE / "sales.xml"])
    assert [(result.new, result.known) for result in again.results] == [(0, uploaded[0][0])]


def test_several_files_and_a_zip_are_each_told_of(office: Office, kari: Visitor) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in.jsonl", lines(sale(3)))
    kari.upload(("a.jsonl", lines(sale(1))), ("a.jsonl", lines(sale(2))), ("b.zip", packed.getvalue()))
    told = read(office, kari)
    assert [name for name in ("a.jsonl", "a.jsonl (2)", "b.zip > in.jsonl") if name in told] == [
        "a.jsonl",
        "a.jsonl (2)",
        "b.zip > in.jsonl",
    ]


def test_a_refused_file_is_told_by_place_and_mend_and_nothing_of_it_stays(
    office: Office, kari: Visitor, both: Shop
) -> None:
    csv = b"register;ticket;completed_at;kind;code;vat_code;amount\n1;1;2026-11-20T12:00;sale;100;3;12,3O\n"
    kari.upload(("feil.csv", csv))
    told = read(office, kari)
    assert "Avvist Ingenting av filen er lagret." in told and "linje 2" in told and "12,3O" in told
    assert "Rett det der filen blir laget." in told
    assert hashlib.sha256(csv).hexdigest() in told and f"{len(csv)} byte" in told
    assert left_in(office) == [] and count_rows(both, "sales_file") == 0
    kari.get("/files")
    assert "feil.csv ✕ Avvist Kari Moe" in kari.text


def test_a_cut_file_is_refused(office: Office, kari: Visitor, both: Shop) -> None:
    whole = (CAFE / "sales.xml").read_bytes()
    kari.upload(("kuttet.xml", whole[: len(whole) // 2]))
    told = read(office, kari)
    assert "Filen slutter midt i." in told and "Eksporter den på nytt." in told
    assert count_rows(both, "ticket") == 0


@pytest.mark.parametrize(
    "name",
    ["../../x.jsonl", "/etc/x.jsonl", "..\\..\\x.jsonl", "a" * 500 + ".jsonl", "<b>.jsonl", "\u202esalget.jsonl"],
)
def test_a_files_name_is_shown_and_never_a_path(office: Office, kari: Visitor, both: Shop, name: str) -> None:
    around = {path for path in both.folder.rglob("*") if path.is_file()}
    kari.upload((name, lines(sale(1))))
    (left,) = left_in(office)
    assert left.name == "0.jsonl" and left.parent.parent == find_uploads(office.workspace, {})
    told = read(office, kari)
    assert "a" * 200 not in told, "a long name is cut"
    assert "1 nye" in told and name[-8:] in told and "<b>" not in kari.page.text and "\u202e" not in kari.page.text
    new = {path for path in both.folder.rglob("*") if path.is_file()} - around
    assert not [path for path in new if path.suffix == ".jsonl"]


@pytest.mark.parametrize("ending", ["x" * 300, "é" * 9, "jsonl%2f"])
def test_an_ending_that_is_none_is_no_part_of_where_a_file_lies(office: Office, kari: Visitor, ending: str) -> None:
    kari.upload((f"salg.{ending}", lines(sale(1))))
    (left,) = left_in(office)
    assert left.name == "0"
    assert "salg" in read(office, kari) or len(ending) > 200


# Cut off, too large, not allowed


def body_of(visitor: Visitor, content: bytes) -> tuple[bytes, str]:
    form = visitor.find_form("/files")
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{form[name]}\r\n'.encode()
        for name in ("form_token", "form_key")
    ]
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n'
    return b"".join(parts) + head + content + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"


def test_an_upload_that_is_cut_off_leaves_nothing(office: Office, kari: Visitor, both: Shop) -> None:
    body, kind = body_of(kari, lines(sale(1)))
    kari.send_body("/files", body[:-8], kind)
    assert kari.page.status_code == 400 and "ble brutt underveis" in kari.text
    assert (office.work(), left_in(office), count_rows(both, "office_run")) == (0, [], 0)
    kari.send_body("/files", body, kind)
    assert "1 nye" in read(office, kari)


def test_more_than_a_request_may_have_is_refused(
    office: Office, kari: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, kind = body_of(kari, lines(*(sale(n) for n in range(20))))
    monkeypatch.setattr("posexport.office.app.UPLOAD_BYTES_MAX", len(body) - 1)
    for sent in (body, chunks_of(body)):
        kari.send_body("/files", sent, kind)
        assert kari.page.status_code == 413 and "for mye på en gang" in kari.text
        assert (office.work(), left_in(office)) == (0, [])
    monkeypatch.setattr("posexport.office.app.UPLOAD_BYTES_MAX", len(body))
    kari.send_body("/files", chunks_of(body), kind)
    assert "20 nye" in read(office, kari)


def test_a_field_beside_files_is_no_larger_than_fields_are(office: Office, kari: Visitor) -> None:
    body, kind = body_of(kari, lines(sale(1)))
    for length, status in ((16_384, 200), (16_385, 413)):
        field = f'--b\r\nContent-Disposition: form-data; name="whose"\r\n\r\n{"x" * length}\r\n'.encode()
        kari.send_body("/files", field + body, kind)
        assert kari.page.status_code == status
    assert office.work() == 1


def test_more_files_than_a_request_may_have_are_refused(office: Office, kari: Visitor) -> None:
    many = [(f"{number}.jsonl", b"{}\n") for number in range(FILES_MAX + 1)]
    kari.upload(*many)
    assert kari.page.status_code == 413 and (office.work(), left_in(office)) == (0, [])
    kari.get("/files")
    kari.upload(*many[1:])
    assert kari.page.status_code == 200 and len(left_in(office)) == FILES_MAX


def test_what_a_reader_sends_is_not_even_received(
    office: Office, kari: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def receive(*_: object) -> None:
        raise AssertionError("nothing is to be received")

    monkeypatch.setattr("posexport.office.app.receive", receive)
    body, kind = body_of(kari, lines(sale(1)))
    reader = office.sign_in(Grant(Role.READER, "fjordmat"), name="Les")
    assert reader.send_body("/files", body, kind).status_code == 403


@pytest.mark.parametrize(("field", "value"), [("company", "tindmat"), ("company", "x"), ("whose", "tinden")])
def test_files_are_given_to_no_company_or_venue_of_others(both: Shop, field: str, value: str) -> None:
    both.apply(setup_text() + OTHER_COMPANY.format(output=both.folder / "vouchers"))
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        visitor.get("/files")
        visitor.upload(("a.jsonl", lines(sale(1, register="9"))), **{field: value})
        assert visitor.page.status_code == (422 if field == "company" else 200)
        office.work()
    assert count_rows(both, "ticket") == 0


async def chunks_of(body: bytes) -> AsyncIterator[bytes]:
    """A body whose length is not said."""
    for start in range(0, len(body), 100):
        yield body[start : start + 100]


def test_a_form_of_elsewhere_with_files_is_not_read(office: Office, kari: Visitor) -> None:
    body, kind = body_of(kari, lines(sale(1)))
    read: list[bytes] = []

    async def watched() -> AsyncIterator[bytes]:
        async for chunk in chunks_of(body):
            read.append(chunk)
            yield chunk

    assert kari.send_body("/files", watched(), kind, origin="http://evil.example").status_code == 403
    assert read == []
    forged = body.replace(kari.find_form("/logout")["form_token"].encode(), b"0" * 64)
    assert kari.send_body("/files", forged, kind).status_code == 403
    assert (office.work(), left_in(office)) == (0, [])


def test_files_are_taken_at_one_address_alone(office: Office, kari: Visitor) -> None:
    kari.get(f"/v/torget/{FRIDAY}")
    body = b'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\nx\r\n--b--\r\n'
    assert kari.send_body("/logout", body, "multipart/form-data; boundary=b").status_code == 403


def test_an_upload_without_a_file_is_told_beside_the_field(kari: Visitor) -> None:
    kari.upload(("", b""))
    assert kari.page.status_code == 422 and "Velg minst én fil." in kari.text


def test_a_reader_uploads_nothing(office: Office) -> None:
    visitor = office.sign_in(Grant(Role.READER, "fjordmat"))
    visitor.get("/files")
    assert "/files" not in visitor.list_actions()
    form = visitor.find_form("/logout")
    body = f'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{form["form_token"]}\r\n--b--\r\n'.encode()
    assert visitor.send_body("/files", body, "multipart/form-data; boundary=b").status_code == 403


def test_tickets_of_another_venue_are_named_and_not_taken(office: Office, both: Shop) -> None:
    visitor = office.sign_in(Grant(Role.SHOP, "fjordmat", "brygga"))
    visitor.get("/files")
    visitor.upload(("begge.jsonl", lines(sale(1), sale(2), sale(3, register="3"))))
    told = read(office, visitor)
    assert "1 nye" in told and "2 bonger er av Torget Kafé, som du ikke kan laste opp for" in told
    assert [row[0] for row in read_rows(both, "ticket", "number")] == ["3"]
    assert count_rows(both, "aside") == 0


def test_a_file_of_another_venues_register_is_asked_about(office: Office, kari: Visitor, both: Shop) -> None:
    kari.upload(("brygga.jsonl", lines(sale(1, register="3"))), whose="torget")
    told = read(office, kari)
    assert "kassen hører til Brygga Bar, og Torget Kafé ble valgt." in told
    assert "Last den opp på nytt og la kassen avgjøre, eller kryss av for at stedet er riktig." in told
    assert count_rows(both, "ticket") == 0
    kari.get("/files")
    kari.upload(("brygga.jsonl", lines(sale(1, register="3"))), whose="torget", sure="1")
    assert "1 nye" in read(office, kari) and "Torget Kafé, fre. 20. nov." in kari.text


def test_what_is_noted_of_a_file_is_in_the_readers_language(office: Office, kari: Visitor) -> None:
    kari.upload(("a.jsonl", lines(sale(1, "12,50"), sale(2, "13,50", at="2026-11-20T13:00:00"))))
    told = read(office, kari)
    assert "har desimalkomma, og er lest som om det var punktum. Det er 4 slike i filen; dette er den første." in told


def test_sales_of_another_company_are_neither_taken_nor_kept_aside(both: Shop) -> None:
    both.apply(setup_text(venues=VENUES) + OTHER_COMPANY.format(output=both.folder / "vouchers"))
    example = (CAFE / "sales.xml").read_bytes()
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.SHOP, "tindmat"))
        visitor.get("/files")
        visitor.upload(("andres.xml", example))
        told = read(office, visitor)
        assert "Det er ikke tatt med." in told
        assert count_rows(both, "ticket") == count_rows(both, "aside") == 0


def test_an_upload_of_another_company_is_not_there(both: Shop) -> None:
    both.apply(setup_text(venues=VENUES) + OTHER_COMPANY.format(output=both.folder / "vouchers"))
    with open_office(both) as office:
        mine = office.sign_in(Grant(Role.SHOP, "fjordmat"))
        theirs = office.sign_in(Grant(Role.SHOP, "tindmat"), name="Ola Lie")
        mine.get("/files")
        mine.upload(("mine.jsonl", lines(sale(1))))
        read(office, mine)
        assert theirs.get(str(mine.page.url)).status_code == 404
        mine.click("Ta filen tilbake")
        assert theirs.get(str(mine.page.url)).status_code == 404
        theirs.get("/files")
        assert "mine.jsonl" not in theirs.text


def test_who_has_several_companies_says_whose_files_they_are(both: Shop) -> None:
    both.apply(setup_text(venues=VENUES) + OTHER_COMPANY.format(output=both.folder / "vouchers"))
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.PARTNER))
        visitor.get("/files")
        visitor.upload(("a.jsonl", lines(sale(1))))
        assert visitor.page.status_code == 422 and "Velg hvilket selskap" in visitor.text
        assert left_in(office) == []
        visitor.upload(("a.jsonl", lines(sale(1))), company="fjordmat")
        assert "1 nye" in read(office, visitor)


# Runs


def test_two_uploads_of_a_company_wait_for_each_other(office: Office, kari: Visitor) -> None:
    for name in ("a", "b"):
        kari.get("/files")
        kari.upload((f"{name}.jsonl", lines(sale(1))))
    from posexport.store.office_runs import take_run

    database, now = office.workspace.database, office.workspace.now_utc_s
    with database.writing() as connection:
        first = take_run(connection, "another worker", now, now + 30)
        assert first is not None and take_run(connection, "a third", now, now + 30) is None
    assert not Worker(office.site).take_one()
    with database.reading() as connection:
        assert sorted(run.state for run in read_runs(connection)) == [RunState.GOING, RunState.WAITING]


def test_an_upload_whose_files_are_gone_says_so(office: Office, kari: Visitor) -> None:
    kari.upload(("a.jsonl", lines(sale(1))))
    for path in left_in(office):
        uploads.drop_upload(path.parent)
    assert "Last den opp på nytt." in read(office, kari)


def test_what_a_dead_program_left_behind_is_deleted_after_a_day(tmp_path: Path) -> None:
    for name in ("old", "kept"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.csv").write_text("x")
    made_at = (tmp_path / "old").stat().st_mtime
    sweep(tmp_path, {"kept"}, made_at + LEFT_BEHIND_S - 60)
    assert (tmp_path / "old").is_dir()
    sweep(tmp_path, {"kept"}, made_at + LEFT_BEHIND_S + 60)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_the_folder_of_uploads_is_nobody_elses(office: Office, kari: Visitor) -> None:
    kari.upload(("a.jsonl", lines(sale(1))))
    folder = find_uploads(office.workspace, {})
    assert folder.stat().st_mode & 0o077 == 0
    (left,) = left_in(office)
    assert left.parent.stat().st_mode & 0o077 == 0
    office.work()


def link_elsewhere(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    folder.symlink_to(folder.parent / "elsewhere")


def give_to_another(folder: Path) -> None:
    folder.mkdir(0o777)
    try:
        os.chown(folder, 65_000, 65_000)
    except PermissionError:
        pytest.skip("a folder can be given away by root alone")


@pytest.mark.parametrize("make", [link_elsewhere, give_to_another])
def test_a_folder_of_uploads_that_another_one_may_have_made_is_not_written_to(
    office: Office, kari: Visitor, make: Callable[[Path], None]
) -> None:
    folder = find_uploads(office.workspace, {})
    make(folder)
    kari.upload(("a.jsonl", lines(sale(1))))
    assert kari.page.status_code == 507 and office.work() == 0
    assert list(folder.iterdir()) == []


# Registers without a venue


@pytest.mark.parametrize(("lang", "told"), [("nb", "1 bong"), ("en", "1 ticket")])
def test_one_ticket_is_not_told_as_several(office: Office, lang: str, told: str) -> None:
    visitor = office.sign_in(Grant(Role.BOOKKEEPER), **{"accept-language": lang})
    visitor.get("/files")
    visitor.upload(("en.jsonl", lines(sale(1, register="9"))))
    assert f"{told} " in read(office, visitor) and f"{told}er" not in visitor.text and f"{told}s" not in visitor.text
    visitor.get("/files")
    assert f"9 · {told} en.jsonl" in visitor.text
    visitor.send("/files/register", venue="brygga")
    visitor.get(f"/v/brygga/{FRIDAY}?part=tickets&reference=brygga-20261120-r1&line=1")
    assert f"· {told} " in visitor.text


def test_a_register_that_is_given_to_a_venue_has_its_tickets_without_a_second_upload(
    office: Office, kari: Visitor, both: Shop
) -> None:
    kari.upload(("ny.jsonl", lines(sale(1, register="9"), sale(2, register="9"))))
    told = read(office, kari)
    assert "Kasse 9: 2 bonger hører ikke til noe sted" in told and count_rows(both, "ticket") == 0
    kari.click("Gi den til et sted")
    assert "2 uten sted, ikke talt med" in kari.text
    kari.send("/files/register", venue="brygga")
    assert "Kassen har et sted nå. 2 bonger telles med." in kari.text and "Kasser uten sted" not in kari.text
    assert count_rows(both, "ticket") == 2 and count_rows(both, "aside") == 0
    kari.get(f"/v/brygga/{FRIDAY}")
    assert "250,00" in kari.text.replace("\xa0", "")
    assert ("register-given", "Kari Moe") in read_rows(both, "office_log", "act", "who")
    assert read_rows(both, "setup_revision", "who")[-1] == ("Kari Moe",)


def test_a_register_is_given_by_who_may_map_and_where_it_stands(office: Office, kari: Visitor, both: Shop) -> None:
    kari.upload(("ny.jsonl", lines(sale(1, register="9"))))
    read(office, kari)
    kari.get("/files")
    form = kari.find_form("/files/register")
    shop = office.sign_in(Grant(Role.SHOP, "fjordmat"), name="Butikk")
    shop.get("/files")
    assert "Kasser uten sted" in shop.text and "/files/register" not in shop.list_actions()
    assert (
        shop.post("/files/register", form | {"form_token": shop.find_form("/files")["form_token"]}).status_code == 403
    )
    kari.post("/files/register", form | {"register": "77", "venue": "torget"})
    assert kari.page.status_code == 422 and "venter lenger" in kari.text
    both.apply(venues=VENUES.replace("{torget}", 'location = "Torget"') + BRYGGA)
    kari.post("/files/register", form | {"venue": "torget", "form_key": "another"})
    assert kari.page.status_code == 422 and "er satt opp med «Torget»" in kari.text
    assert count_rows(both, "ticket") == 0


# Taking back


def test_a_file_is_taken_back_with_a_reason_and_once(office: Office, kari: Visitor, both: Shop) -> None:
    kari.upload(("feil.jsonl", lines(sale(1))))
    read(office, kari)
    kari.click("Ta filen tilbake")
    page = kari.page.url.path
    kari.send(f"{page}/undo", why="")
    assert kari.page.status_code == 422 and count_rows(both, "ticket") == 1
    form = kari.find_form(f"{page}/undo") | {"why": "En annen butikks fil"}
    kari.post(f"{page}/undo", form)
    assert "Tatt tilbake av Kari Moe" in kari.text and "En annen butikks fil" in kari.text
    assert count_rows(both, "ticket") == 0
    assert ("import-undone", "Kari Moe") in read_rows(both, "office_log", "act", "who")
    assert kari.post(f"{page}/undo", form).url.path == page
    assert kari.post(f"{page}/undo", form | {"form_key": "another"}).status_code == 422
    assert "tatt tilbake allerede" in kari.text
    kari.get("/files")
    assert "feil.jsonl - Tatt tilbake" in kari.text


def test_a_file_with_sales_out_of_reach_is_not_taken_back(office: Office, kari: Visitor, both: Shop) -> None:
    kari.upload(("begge.jsonl", lines(sale(1), sale(2, register="3"))))
    read(office, kari)
    kari.click("Ta filen tilbake")
    page = kari.page.url.path
    shop = office.sign_in(Grant(Role.SHOP, "fjordmat", "brygga"), name="Butikk")
    shop.get(page)
    assert shop.page.status_code == 200 and "Torget" not in shop.text
    assert shop.list_actions() == ["/logout"] and "steder du ikke ser" in shop.text
    form = shop.find_form("/logout") | {"why": "Feil fil"}
    assert shop.post(f"{page}/undo", form).status_code == 403
    assert count_rows(both, "ticket") == 2


@pytest.mark.parametrize("reference", ["0", "1", "-1", "x", "9" * 40, "9" * 5000, "9" * 18 + "-x", "²-x"])
def test_a_file_that_was_never_read_is_not_there(kari: Visitor, both: Shop, reference: str) -> None:
    both.sell(sale(1))
    assert kari.get(f"/imports/{reference}").status_code == 404


def test_the_address_of_a_file_does_not_count_those_of_others(office: Office, kari: Visitor, both: Shop) -> None:
    paths = [both.write(sale(number, register=register)) for number, register in ((1, "1"), (2, "3"), (3, "1"))]
    both.load(paths[0])
    [before] = list_files_of(kari)
    both.load(*paths[1:])
    after = list_files_of(kari)
    assert len(set(after)) == 3 and before in after, "the address lasts"
    now_s = int(both.clock.now_s)
    assert all(re.fullmatch(rf"/imports/{now_s}-[0-9a-f]{{12}}", path) for path in after)
    assert all(kari.get(path).status_code == 200 for path in after)


def test_readings_that_are_alike_have_one_address(kari: Visitor, both: Shop) -> None:
    path = both.write(sale(1))
    for _ in range(3):  # the second and the third are
        both.load(path)
    addresses = set(list_files_of(kari))
    assert len(addresses) == 2 and all(kari.get(address).status_code == 200 for address in addresses)


def test_files_that_came_another_way_are_listed(office: Office, kari: Visitor, both: Shop) -> None:
    both.sell(sale(1))
    kari.get("/files")
    assert "1 nye" in kari.text
    kari.click(kari.tree.xpath("//table//a")[0].text_content())
    assert kari.page.url.path.startswith("/imports/") and "1 nye" in kari.text


# Inboxes


def test_a_refused_file_of_an_inbox_is_read_again(both: Shop) -> None:
    inbox = both.folder / "inn"
    (inbox / "refused").mkdir(parents=True)
    (inbox / "refused" / "z.csv").write_text("x")
    (inbox / "refused" / "z.csv.txt").write_text("line 1: nonsense. Run posexport setup apply, and try again.")
    (inbox / "venter.csv").write_text("x")
    both.apply(venues=VENUES.replace("{torget}", f'inbox = "{inbox}"'))
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.SHOP, "fjordmat"))
        visitor.get("/files")
        assert "Venter (1): venter.csv" in visitor.text and "line 1: nonsense." in visitor.text
        assert "posexport " not in str(visitor.tree.text_content())
        form = visitor.find_form("/v/torget/inbox")
        assert visitor.post("/v/torget/inbox", form | {"name": "../venter.csv"}).status_code == 422
        visitor.post("/v/torget/inbox", form)
        assert sorted(path.name for path in inbox.iterdir() if path.is_file()) == ["venter.csv", "z.csv"]
        assert list((inbox / "refused").iterdir()) == []
        assert "Avvist (1)" not in visitor.text
        assert visitor.post("/v/torget/inbox", form | {"form_key": "another"}).status_code == 422


def test_a_link_in_an_inbox_is_not_followed(both: Shop) -> None:
    inbox, secret = both.folder / "inn", both.folder / "hemmelig.txt"
    (inbox / "refused").mkdir(parents=True)
    secret.write_text("the key")
    (inbox / "refused" / "z.csv").write_text("x")
    (inbox / "refused" / "z.csv.txt").symlink_to(secret)
    (inbox / "refused" / "lenke.csv").symlink_to(secret)
    both.apply(venues=VENUES.replace("{torget}", f'inbox = "{inbox}"'))
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.SHOP, "fjordmat"))
        visitor.get("/files")
        assert "z.csv" in visitor.text and "the key" not in visitor.text and "lenke.csv" not in visitor.text


WITHOUT_TWO = VENUES.replace('registers = ["1", "2"]', 'registers = ["1"]')
WITH_TWO = BRYGGA.replace('registers = ["3"]', 'registers = ["3", "2"]')


@pytest.fixture
def moved(both: Shop) -> Shop:
    """The tickets of an import have moved to the venue that has their register now."""
    both.apply(venues=VENUES + BRYGGA)
    path = both.write(sale(1, register="2"), sale(2, register="2", at="2026-11-20T13:00:00"))
    both.load(path)
    both.apply(venues=WITHOUT_TWO + WITH_TWO)
    both.clock.now_s += 1
    both.load(path)
    return both


def list_imports_of(shop: Shop) -> list[str]:
    """The addresses of what was read, in that order."""
    with shop.open() as workspace:
        return [import_address(found) for found in list_imports(workspace)]


def test_a_file_whose_tickets_have_moved_says_where_they_are(moved: Shop) -> None:
    with open_office(moved) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        first, second = list_imports_of(moved)
        assert kari.get(first).status_code == 200
        assert "2 av bongene er flyttet til Brygga Bar, som har kassen nå." in kari.text
        kari.get("/files")
        assert first in kari.page.text
        assert kari.get(second).status_code == 200 and "flyttet" not in kari.text


def test_where_tickets_went_is_named_to_those_who_see_that_venue(moved: Shop) -> None:
    with open_office(moved) as office:
        before = office.sign_in(Grant(Role.SHOP, "fjordmat", "torget"), name="Butikk")
        first = list_imports_of(moved)[0]
        assert before.get(first).status_code == 200
        assert "2 av bongene er flyttet til et sted du ikke ser." in before.text and "Brygga" not in before.text
        now = office.sign_in(Grant(Role.SHOP, "fjordmat", "brygga"), name="Bar")
        assert now.get(first).status_code == 200 and "Torget" not in now.text

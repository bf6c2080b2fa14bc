"""What a person reads after an export: the same in both languages, in whole commands, about what is really so."""

from __future__ import annotations

import ast
import re
import shlex
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st
from rich.console import Console

from posexport import errors
from posexport.app.accept import accept_finding
from posexport.app.imports import find_zones, list_imports
from posexport.app.order_revisions import ANSWERS, LATER, NOBODY
from posexport.cli.printing import print_imports
from posexport.core.company import Venue
from posexport.core.finding import Accepted, Finding, Severity
from posexport.core.findings.drafts import make_undone_finding
from posexport.core.mends import MENDS, MendKind
from posexport.core.ports.ledger import DraftStatus
from posexport.core.report import Nothing, State, StatusRow
from posexport.errors import AnswerLost, KeysRefused, NotSent, PrivilegeMissing, VoucherRefused, WrongKey
from posexport.ledgers.poweroffice.import_queue import UNSAID
from posexport.render.choose import render_html, render_report, render_status
from posexport.texts.describe import fix_of, message_of
from posexport.texts.failures import REASONS, SENTENCES, describe_failure, is_known
from posexport.texts.language import LANGS, Lang, format_moment
from posexport.texts.moments import format_moments
from posexport.texts.report import describe_answer
from posexport.views.json import format_finding, format_report
from tests.support.harness import FRIDAY, Shop, codes, sale, setup_text

PACKAGE = Path(errors.__file__).parent
FAILURES = ("AnswerLost", "NotSent", "VoucherRefused", "Repeatable", "NotLeft", "Lost")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
ISO = re.compile(r"\d{4}-\d\d-\d\d|\b\d\d:\d\d\b")


# What happened, in both languages


def reasons_given() -> Iterator[tuple[str, str]]:
    """Every reason that the code gives for a failure, its facts in the form of numbers, and where it stands."""
    for path in (*PACKAGE.glob("ledgers/**/*.py"), *PACKAGE.glob("http/*.py"), *PACKAGE.glob("delivery/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            if name in (*FAILURES, "lost") and node.args:
                told = as_text(node.args[0])
                if told is not None:
                    yield told, f"{path.name}:{node.lineno}"


def as_text(node: ast.expr) -> str | None:
    """Text as it stands in the code, with 7 for what it is filled with; None where it is made elsewhere. What a `told`
    adds may be left out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(map(fill, node.values))
    return None


def fill(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    return "" if getattr(part.value, "id", "") == "told" else "7"


def test_every_reason_for_a_failure_that_the_code_gives_has_words_in_norwegian() -> None:
    given_ = dict(reasons_given())
    assert len(given_) > 15
    assert [(told, place) for told, place in given_.items() if not is_known(told)] == []


def test_every_answer_to_a_revision_of_an_order_has_words_in_norwegian() -> None:
    assert [answer for answer in (*ANSWERS.values(), LATER, NOBODY) if not is_known(answer)] == []


def fill_in(form: str, **facts: str) -> str:
    """A form of words with its facts, of the shapes that they have."""
    shaped = {
        "number": "17",
        "until": "23:41",
        "variable": "HTTPS_PROXY",
        "path": "/a/b",
        "there": "a7",
        "moment": "2026-11-20 11:42",
    }
    shaped |= facts
    return form.format_map({name: shaped.get(name, f"x{name}x") for name in NAMED.findall(form)})


NAMED = re.compile(r"{(\w+)}")


@pytest.mark.parametrize("slot", ["answer", "why"])
def test_a_reason_within_a_sentence_leaves_the_sentence_in_the_same_language(slot: str) -> None:
    sentences = [english for english in SENTENCES if f"{{{slot}}}" in english and not english.startswith("The ")]
    assert sentences
    for english in sentences:
        for reason, told in REASONS.items():
            found = describe_failure(fill_in(english, **{slot: fill_in(reason)}), "nb").text
            expected = format_moments(fill_in(SENTENCES[english], **{slot: fill_in(told)}), "nb")
            assert found == expected, (english, reason)


def test_an_order_that_is_there_already_is_told_in_one_language() -> None:
    kept = (
        "PowerOffice Go refused it: an order torget-o20261120-9f3a61c2 is there already, with another customer or "
        "other lines. Look at it in Go, and say whether it is this one."
    )
    told = describe_failure(kept, "nb")
    assert told.text.startswith("PowerOffice Go avviste det: en ordre torget-o20261120-9f3a61c2 er der allerede, med")
    assert not told.is_poweroffices


@pytest.mark.parametrize("lang", LANGS)
def test_what_poweroffice_said_is_its_own_words_in_both_languages(lang: Lang) -> None:
    told = describe_failure("PowerOffice Go refused it: HTTP 400: Perioden er låst", lang)
    assert told == ("HTTP 400: Perioden er låst", True)


def test_every_failure_of_a_delivery_has_words_in_norwegian() -> None:
    made = [
        AnswerLost("ReadTimeout"),
        NotSent("ConnectError"),
        errors.NotConnected("What.", "Fix."),
        errors.Throttled(),
        errors.VoucherNotSeen("HTTP 404"),
        errors.VoucherGone(),
        errors.MissingSecret("env:PO_APP", "is not set"),
        errors.ClientKeyShared("torget", "brygga"),
        errors.KeyTooShort("torget", "env:PO_APP"),
        errors.ReportNotMade("KeyError"),
        PrivilegeMissing("write /Vouchers", "HTTP 403"),
        *(KeysRefused("torget", "HTTP 401", wrong) for wrong in WrongKey),
    ]
    for error in made:
        told = describe_failure(str(error), "nb")
        assert told.text != str(error)
        assert not told.is_poweroffices
        assert not re.search(r"\b(the|is|and|not|was|refused|Check|Make)\b", told.text), told.text


def test_the_table_of_failures_says_the_same_facts_in_both_languages() -> None:
    for english, norwegian in {**SENTENCES, **REASONS}.items():
        assert set(re.findall(r"{(\w+)}", english)) == set(re.findall(r"{(\w+)}", norwegian)), english


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
    lambda text: not is_known(text)
)


@given(words)
def test_what_poweroffice_said_stays_word_for_word_under_its_own_label(said: str) -> None:
    told = describe_failure(str(VoucherRefused(said)), "nb")
    assert told == (said, True)
    assert said in describe_failure(str(VoucherRefused(said)), "en").text


@given(st.text(max_size=80))
def test_what_was_kept_by_another_version_is_told_as_it_is(kept: str) -> None:
    if not is_known(kept):
        assert describe_failure(kept, "nb").text == kept


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (str(AnswerLost("RemoteProtocolError")), "forbindelsen ble brutt"),
        (str(AnswerLost("the answer was not there in 45 s")), "svaret var ikke der på 45 s"),
        (str(NotSent("a draft that is listed cannot be read yet")), "en kladd som står på listen, kan ikke leses ennå"),
        (str(AnswerLost("HTTP 502 with text/html, not PowerOffice's own words")), "HTTP 502 med text/html"),
        (
            f"{AnswerLost('HTTP 503')} It is looked for until 05:07 before it is sent again.",
            "letes etter til kl. 05.07",
        ),
        (str(NotSent(UNSAID)), "svaret sier ikke om det gikk bra"),
    ],
)
def test_what_we_found_is_told_in_norwegian(kept: str, told: str) -> None:
    assert told in describe_failure(kept, "nb").text


@pytest.mark.parametrize(
    ("name", "english", "norwegian"),
    [
        ("ConnectError", "no connection", "ingen forbindelse"),
        ("ConnectTimeout", "no connection", "ingen forbindelse"),
        ("ReadTimeout", "the answer did not come in time", "svaret kom ikke i tide"),
        ("RemoteProtocolError", "the connection was broken off", "forbindelsen ble brutt"),
        ("ReadError", "the connection was broken off", "forbindelsen ble brutt"),
        ("DecodingError", "the answer could not be unpacked", "svaret kunne ikke pakkes ut"),
    ],
)
def test_no_reader_is_told_what_a_program_library_calls_a_failure(name: str, english: str, norwegian: str) -> None:
    for lang, told in (("en", english), ("nb", norwegian)):
        for kept in (str(AnswerLost(name)), str(NotSent(name)), name):
            assert told in describe_failure(kept, lang).text  # type: ignore[arg-type]
            assert name not in describe_failure(kept, lang).text  # type: ignore[arg-type]


def test_a_bug_in_making_a_report_is_not_told_as_a_broken_connection() -> None:
    kept = str(errors.ReportNotMade("KeyError"))
    assert [("KeyError" in describe_failure(kept, lang).text) for lang in ("nb", "en")] == [True, True]


def test_what_we_found_is_told_in_english_as_it_is_kept() -> None:
    for kept in (str(AnswerLost("HTTP 503")), str(NotSent("a draft that is listed cannot be read yet")), UNSAID):
        assert describe_failure(kept, "en").text == kept


def row_of(state: State, answer: str) -> StatusRow:
    return StatusRow(Venue("torget", "Torget Kafé", "fjordmat"), FRIDAY, state, answer=answer)


def test_what_happened_has_another_label_than_what_poweroffice_said() -> None:
    lost, said = (
        row_of(State.UNCERTAIN, str(AnswerLost("ReadError"))),
        row_of(State.REFUSED, str(VoucherRefused("Nei"))),
    )
    assert [describe_answer(row, "nb")[0] for row in (lost, said)] == ["Hva som skjedde", "Svaret fra PowerOffice"]
    assert [describe_answer(row, "en")[0] for row in (lost, said)] == ["What happened", "PowerOffice's answer"]


def status_text(rows: tuple[StatusRow, ...], lang: Lang, width: int) -> str:
    out = StringIO()
    render_status(rows, Console(file=out, width=width), lang)
    return out.getvalue()


# Ids are copied from a status


@given(st.from_regex(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", fullmatch=True), st.sampled_from(LANGS))
@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_an_id_stands_on_one_line_of_a_status_at_any_width(width: int, id_: str, lang: Lang) -> None:
    at = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    rows = tuple(
        replace(
            row_of(state, ""), reference=f"torget-brygga-kjeller-{number}-20261120-r1", remote_id=id_, drafted_at=at
        )
        for number, state in enumerate((State.DRAFTED, State.UNCERTAIN), 10)
    )
    lines = status_text(rows, lang, width).split("\n")
    assert sum(id_ in line for line in lines) == 2
    assert all(sum(row.reference in line for line in lines) == 1 for row in rows)
    assert max(map(len, lines)) <= width


# Days and times


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))
def test_a_day_or_a_time_in_a_norwegian_text_is_told_as_norwegians_write_it(moment: datetime) -> None:
    told = format_moments(f"{moment:%Y-%m-%d %H:%M:%S}", "nb")
    assert told.startswith(f"{moment:%d.%m.%Y} kl. {moment:%H.%M}")
    assert not ISO.search(told)


FACTS = {"time", "other_time", "until", "since", "at", "lock_date", "closes", "day_starts", "rows"}


@pytest.mark.parametrize(("lang", "iso", "day"), [("nb", ISO, "20.11.2026"), ("en", ISO_DAY, "20 Nov 2026")])
def test_no_finding_has_a_day_or_a_time_as_a_program_writes_it(lang: Lang, iso: re.Pattern[str], day: str) -> None:
    from posexport.texts.describe import TEXTS
    from tests.core.test_findings import fields, make

    for key in TEXTS:
        found = make(key)
        facts = {name: "2026-11-20 11:42:00" if name in FACTS else "x" for name in found.facts}
        told = message_of(replace(found, facts=facts), lang)
        assert not iso.search(told), told
        if fields(TEXTS[key][lang][0]) & (FACTS | {"day"}):
            assert day in told


def test_a_finding_in_english_for_programs_has_its_days_as_it_always_had() -> None:
    from posexport.texts.describe import TEXTS
    from tests.core.test_findings import fields, make

    for key in TEXTS:
        found = make(key)
        facts = {name: "2026-11-20 11:42:00" if name in FACTS else "x" for name in found.facts}
        told = format_finding(replace(found, facts=facts), "en")
        assert "20 Nov 2026" not in told["message"] + told["fix"]
        if fields(TEXTS[key]["en"][0]) & (FACTS | {"day"}):
            assert "2026-11-20" in told["message"]


def test_imports_are_listed_by_the_clock_of_their_venue(both: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    both.apply(setup_text().replace('id = "torget"', 'id = "torget"\ntimezone = "Pacific/Auckland"', 1))
    both.sell(sale(1))
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    try:
        out = StringIO()
        with both.open() as workspace:
            print_imports(list_imports(workspace), find_zones(workspace), Console(file=out, width=200))
    finally:
        monkeypatch.undo()
        time.tzset()
    here = datetime.fromtimestamp(both.clock.now_s, ZoneInfo("Pacific/Auckland"))
    assert f"read {format_moment(here, 'en')}" in out.getvalue()


# Acceptances


def test_who_accepted_a_finding_when_and_why_stands_wherever_it_is_shown(both: Shop) -> None:
    both.apply(setup_text())
    both.sell(sale(1, at="2026-11-19T12:00:00"), sale(2, at="2026-11-21T12:00:00"))
    with both.open() as workspace:
        accept_finding(workspace, both.venues(workspace)[0], FRIDAY, "no-sales-data", "stengt for varetelling")
    report = both.preview(FRIDAY, FRIDAY)
    out = StringIO()
    render_report(report, Console(file=out, width=200), "nb")
    said = "Godtatt av kari, 22.11.2026: stengt for varetelling."
    assert said in out.getvalue().replace("\n  ", " ")
    assert said in render_html(report, "nb", datetime.now(UTC))
    (finding,) = format_report(report)["vouchers"][0]["findings"]
    assert said in finding["message"], "which the PDF is made from"
    assert finding["accepted"] == {"who": "kari", "at": "2026-11-22T13:00:00+01:00", "why": "stengt for varetelling"}


def test_an_acceptance_changes_nothing_of_what_it_is_bound_to() -> None:
    found = Finding("odd-date", Severity.ERROR, {"number": "1"})
    accepted = replace(found, accepted=Accepted("kari", datetime(2026, 11, 26, 9), "Rett dato"))
    assert accepted.digest == found.digest
    assert message_of(
        replace(accepted, facts=dict.fromkeys(("number", "register", "time", "amount"), "1")), "en"
    ).endswith("Accepted by kari, 26 Nov 2026: Rett dato.")


# Nothing to draft, and why


def test_an_export_without_anything_to_draft_says_why(both: Shop) -> None:
    both.apply(setup_text())
    assert both.export().report.nothing is Nothing.NO_SALES
    both.sell(sale(1, at="2026-11-22T09:00:00"))
    assert both.export().report.nothing is Nothing.NOT_OVER
    both.sell(sale(2))
    assert both.export().report.nothing is None
    assert both.export().report.nothing is Nothing.DONE
    assert both.preview().nothing is Nothing.DONE
    for lang, said in (("nb", "alle avsluttede dager med salg er levert"), ("en", "every closed day with sales is")):
        out = StringIO()
        render_report(both.preview(), Console(file=out, width=200), lang)  # type: ignore[arg-type]
        assert said in out.getvalue()
        assert said in render_html(both.preview(), lang, datetime.now(UTC))  # type: ignore[arg-type]


def test_a_held_day_is_no_nothing(both: Shop) -> None:
    both.apply(setup_text())
    both.sell(sale(1, product="999"))
    report = both.export().report
    assert (report.nothing, [shown.state for shown in report.vouchers]) == (None, [State.HELD])


# Commands that are told are whole


@pytest.mark.parametrize(
    "key", [key for key, recipes in MENDS.items() if any(r.kind is MendKind.RESOLVE for r in recipes)]
)
def test_a_voucher_is_named_by_its_reference_in_every_command_that_is_about_one(key: str) -> None:
    code, _, variant = key.partition("/")
    facts: dict[str, str | int] = {
        "reference": "torget-20261120-p2-r3",
        "voucher": "torget-20261120-p2-r3",
        "id": "a1",
        "number": "7",
        "register": "1",
        "hours": 36,
        "answer": "",
        "until": "05:07",
    }
    facts |= dict.fromkeys(("who", "why", "at", "before", "amount", "lock_date", "day"), "x")
    found = Finding(code, Severity.ERROR, facts, variant, "torget", FRIDAY)
    assert "--reference" not in fix_of(found, "en"), "where there is only one, none need be named"
    found = replace(found, is_one_of_several=True)
    for command in re.findall(r"posexport resolve [^:;,()]*?(?=\.(?: |$)|, and| eller|, og| or )", fix_of(found, "en")):
        words_ = shlex.split(command)
        if "--drafted" in words_ or "--not-drafted" in words_:
            assert words_[words_.index("--reference") + 1] == "torget-20261120-p2-r3"
        if "--drafted" in words_ and code.startswith("draft-"):
            assert words_[words_.index("--drafted") + 1] == "a1"


def test_tickets_of_one_number_are_taken_out_by_the_commands_that_are_told(
    both: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    from posexport.app.tickets import WhichTicket, withdraw

    both.apply(setup_text())
    both.sell(sale(1, "125.00", at="2026-11-20T12:00:05", id=None), name="a.jsonl")
    both.sell(sale(1, "80.00", at="2026-11-20T15:40:00", id=None), name="b.jsonl")
    (finding,) = [found for found in both.only(both.preview()).findings if found.code == "same-number-twice"]
    told = re.findall(
        r"posexport tickets withdraw (\S+) (\S+) (\S+) (\S+) --at (\S+) --amount (\S+) --why", fix_of(finding, "nb")
    )
    assert {(row[4], row[5]) for row in told} == {("12:00:05", "125.00"), ("15:40:00", "80.00")}
    venue, day, register, number, at, amount = told[0]
    with both.open() as workspace:
        withdraw(
            workspace,
            both.venues(workspace, [venue])[0],
            WhichTicket(date.fromisoformat(day), register, number, at, amount),
            "x",
        )
    assert "same-number-twice" not in codes(both.only(both.preview()))


# A drafted day that changed, and what keeps it from being mended


def test_a_changed_day_that_is_held_tells_what_holds_it_and_that_its_draft_stands(both: Shop) -> None:
    both.apply(setup_text())
    both.sell(sale(1, "125.00", at="2026-11-20T12:00:05", id=None), name="a.jsonl")
    both.export()
    before = len(both.world.drafts())
    both.sell(sale(1, "80.00", at="2026-11-20T15:40:00", id=None), name="b.jsonl")
    for shown in (both.only(both.preview(FRIDAY, FRIDAY)), both.only(both.revise(FRIDAY, FRIDAY).report)):
        changed = shown.findings[0]
        assert codes(shown)[:1] == ["changed-after-draft"]
        assert "same-number-twice" in codes(shown)
        assert (
            "står som det var: endringen er ikke sendt, fordi dagen holdes tilbake av same-number-twice"
            in message_of(changed)
        )
        assert "Gjør først det som står ved same-number-twice. Så: posexport export --revise" in fix_of(changed)
        out = StringIO()
        render_report(replace(both.preview(), vouchers=(shown,)), Console(file=out, width=200), "nb")
        assert "LEVERT, MEN ENDRET SIDEN" in out.getvalue()
        assert "LEVERT SOM KLADD" not in out.getvalue()
    (row,) = both.status()
    assert "same-number-twice" in codes(row), "a status tells what holds it, too"
    assert len(both.world.drafts()) == before


@pytest.mark.parametrize(
    ("standing", "said"),
    [(DraftStatus.CORRECTED, "korrigert: bilag 93"), (DraftStatus.REVERSED, "reversert: bilag 93")],
)
def test_what_became_of_a_posted_voucher_is_told_instead_of_that_it_is_a_draft(
    standing: DraftStatus, said: str
) -> None:
    found = make_undone_finding(standing, "93", "torget-20261120-r1")
    row = replace(row_of(State.DRAFTED, ""), findings=(replace(found, venue="torget", business_day=FRIDAY),))
    assert f"Bokført og {said}" in status_text((row,), "nb", 80)
    assert "Levert som kladd" not in status_text((row,), "nb", 80)
    code = row.findings[0].code
    assert f"posexport accept torget 2026-11-20 {code} --why" in fix_of(row.findings[0])
    assert "--not-drafted" not in fix_of(row.findings[0])

"""Many vouchers and many days: equal findings as one, the rest in short, nothing cut, and pages that stay small."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from posexport.app.preview import keep_waiting
from posexport.core.company import Company, Venue
from posexport.core.finding import Finding, Ore, Severity
from posexport.core.report import DayReport, EmptyDay, Report, State, StatusRow
from posexport.render.choose import render_report, render_status
from posexport.render.folding import choose_whole
from posexport.render.terminal import report as terminal_report, status as terminal_status
from posexport.texts.language import LANGS, Lang
from posexport.views import venue_tables
from posexport.views.venue_tables import lay_out_venues
from tests.render.test_render import (
    BRYGGA,
    FJORDMAT,
    MAPPING,
    TORGET,
    Page,
    page_of,
    payment,
    piped,
    report_text,
    sale,
    shown,
    soft,
    status_text,
    voucher,
)

START = date(2026, 11, 2)


def lacks_account(venue: Venue, day: date, amount_ore: int = 45000) -> Finding:
    facts: dict[str, Any] = {"source": "110", "name": "Mat", "vat_code": "3", "amount": Ore(amount_ore)}
    return Finding("missing-account", Severity.ERROR, facts, "sale", venue.id, day)


def ready(venue: Venue, day: date, **more: object) -> DayReport:
    made = voucher(venue, day, payment("1900", 45000, "CASH", "Kontant"), sale("3000", "3", 45000, "110", "Mat"))
    return replace(shown(made), venue=venue, **more)  # type: ignore[arg-type]


def held(venue: Venue, day: date) -> DayReport:
    made = voucher(venue, day, payment("1900", 45000, "CASH", "Kontant"), sale(None, "3", 45000, "110", "Mat"))
    waiting = shown(made, State.HELD, findings=(lacks_account(venue, day),))
    return replace(waiting, venue=venue)


def days(many: int) -> list[date]:
    return [START + timedelta(days=number) for number in range(many)]


def fleet(venues: int, many: int) -> Report:
    """Many venues over many days; every seventh waits on two days."""
    made = [
        Venue(f"sted-{number}", f"Sted nummer {number}", "fjordmat", department="10", mapping=MAPPING)
        for number in range(venues)
    ]
    return Report(
        tuple(
            (held if number % 7 == 0 and place in (3, 4) else ready)(venue, day)
            for number, venue in enumerate(made)
            for place, day in enumerate(days(many))
        )
    )


FOUR_HELD = Report(tuple(held(TORGET, day) for day in [*days(2), START + timedelta(days=3), START + timedelta(days=4)]))


@pytest.mark.parametrize("state", [State.HELD, State.UNCERTAIN, State.REFUSED, State.UNREACHABLE])
def test_what_waits_is_kept_and_shown_whole_first_whether_or_not_a_finding_says_why(state: State) -> None:
    done = ready(TORGET, START, state=State.DRAFTED)
    waiting = ready(TORGET, START + timedelta(days=1), state=state)
    kept = keep_waiting(Report((done, ready(TORGET, START + timedelta(days=2)), waiting)))
    assert kept.vouchers == (waiting,)
    assert choose_whole((done, waiting), room=8_000) == {1}


# A terminal


def test_what_to_do_about_what_several_days_have_is_told_once_with_the_days_and_the_sum() -> None:
    told = soft(report_text(FOUR_HELD))
    assert told.count("Gjør dette:") == 1
    assert "solgt for 1 800,00, men har ingen konto. Gjelder Torget Kafé 02.–03.11., 05.–06.11.2026 (4 dager)." in told
    assert told.count("solgt for 450,00") == 4


def test_what_one_day_has_is_told_under_it_alone() -> None:
    told = soft(report_text(Report((held(TORGET, START), ready(TORGET, START + timedelta(days=1))))))
    assert told.count("Gjør dette:") == 1 and "Gjelder flere dager" not in told


def test_many_vouchers_are_a_line_a_venue_with_sums_and_what_waits_once() -> None:
    text = report_text(fleet(15, 5), "nb", 80)
    assert len(text.splitlines()) < 45
    told = soft(text)
    assert "Sted nummer 1 02.–06.11.2026 5 klare 2 250,00" in told
    assert "Sted nummer 7 02.–06.11.2026 3 klare, 2 holdt tilbake 2 250,00" in told
    assert "Sum 33 750,00" in told
    assert (
        "Sted nummer 0 05.–06.11.2026; Sted nummer 7 05.–06.11.2026; Sted nummer 14 05.–06.11.2026 (6 dager)." in told
    )
    assert told.count("Gjør dette:") == 1 and "posexport preview --full" in told
    assert "Bilag: 69 klare, 6 holdt tilbake." in told


def test_each_of_many_vouchers_is_shown_where_that_is_asked_for() -> None:
    text = piped(lambda console: render_report(fleet(15, 5), console, "nb", is_full=True))
    assert text.count("Referanse:") == 75


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", LANGS)
def test_a_long_report_fits_at_any_width(lang: Lang, width: int) -> None:
    assert max(map(len, report_text(fleet(30, 5), lang, width).splitlines())) <= width


def test_vouchers_that_wait_for_an_answer_are_told_once_for_all_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_report, "IN_FULL_MAX", 1)
    lost = [ready(TORGET, day, state=State.UNCERTAIN, answer="502") for day in days(3)]
    told = soft(report_text(Report(tuple(lost))))
    assert "Uvisst om det kom frem: Torget Kafé 02.–04.11.2026" in told
    assert told.count("Hva som skjedde: 502") == 1


def test_the_sum_of_the_vouchers_stands_at_the_end_for_each_company() -> None:
    assert "Sum debet 1 800,00 NOK." in soft(report_text(FOUR_HELD))
    other = Company("elv", "Elv og Vann AS", "888888888")
    two = Report((*FOUR_HELD.vouchers, *(ready(BRYGGA, day, company=other) for day in days(2))))
    told = soft(report_text(two))
    assert "Fjordmat AS: Sum debet 1 800,00 NOK." in told and "Elv og Vann AS: Sum debet 900,00 NOK." in told


# The status


def row(venue: Venue, day: date, state: State = State.DRAFTED, *found: Finding, **more: Any) -> StatusRow:
    return StatusRow(venue, day, state, f"{venue.id}-{day:%Y%m%d}-r1", debit_ore=45000, findings=found, **more)


def test_days_that_wait_for_the_same_are_one_in_a_status() -> None:
    rows = tuple(row(TORGET, day, State.HELD, lacks_account(TORGET, day)) for day in days(4))
    told = soft(status_text(rows))
    assert "solgt for 1 800,00, men har ingen konto. Gjelder Torget Kafé 02.–05.11.2026 (4 dager)." in told
    assert told.count("Gjør dette:") == 1


def test_days_without_data_are_one_in_a_status() -> None:
    rows = tuple(StatusRow(TORGET, day, State.GAP) for day in days(3))
    told = soft(status_text(rows))
    assert "02.–04.11.2026 (3 dager): Salgsdata mangler Gjør dette:" in told and told.count("Gjør dette:") == 1


def test_days_that_wait_for_different_things_are_told_each(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (
        row(TORGET, START, State.HELD, lacks_account(TORGET, START)),
        StatusRow(TORGET, START + timedelta(days=1), State.GAP),
        row(TORGET, START + timedelta(days=2), State.UNCERTAIN, answer="502"),
    )
    told = soft(status_text(rows))
    assert "Mandag 2. november 2026: Holdt tilbake FEIL: Varegruppe 110" in told
    assert "Tirsdag 3. november 2026: Salgsdata mangler" in told
    assert "Onsdag 4. november 2026: Uvisst om det kom frem Hva som skjedde: 502" in told


def test_a_status_of_several_venues_ends_with_all_of_them() -> None:
    rows = (
        row(TORGET, START),
        row(TORGET, START + timedelta(days=1), State.HELD, lacks_account(TORGET, START)),
        row(BRYGGA, START, State.READY),
    )
    told = soft(status_text(rows))
    assert "I alt, 2 utsalgssteder: 1 klar, 1 holdt tilbake, 1 levert." in told
    assert "Levert 450,00, klart 450,00, venter 450,00." in told
    assert "I alt" not in status_text(rows[:2])


def test_a_long_status_lists_what_waits_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal_status, "IN_FULL_MAX", 10)
    other = replace(BRYGGA, name="Brygga")
    rows = (
        *(row(TORGET, day) for day in days(6)),
        *(row(other, day, State.HELD, lacks_account(other, day)) for day in days(2)),
        *(row(other, START + timedelta(days=2 + number)) for number in range(4)),
    )
    told = soft(status_text(rows))
    assert "Torget Kafé: 6 levert." in told and "torget-20261102-r1" not in told
    assert "brygga-20261102-r1" in told and "brygga-20261104-r1" not in told
    assert "Gjelder Brygga 02.–03.11.2026 (2 dager)." in told and told.count("Gjør dette:") == 1
    assert "posexport status --full" in told
    whole = piped(lambda console: render_status(rows, console, "nb", is_full=True))
    assert "torget-20261102-r1" in whole and "--full" not in whole


def test_only_what_waits_and_nothing_does_is_said_so() -> None:
    for lang, told in (("nb", "Ingenting venter."), ("en", "Nothing waits.")):
        assert piped(lambda console, lang=lang: render_status((), console, lang, only_waiting=True)).strip() == told  # type: ignore[misc]


LONGEST_ID = "v" * 30
"""A venue's id may be this long."""


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("lang", LANGS)
def test_the_longest_reference_and_id_stand_whole_on_a_line_of_a_status_at_any_width(lang: Lang, width: int) -> None:
    venue = replace(TORGET, id=LONGEST_ID)
    id_ = "6b0f3c7e-2f47-4f0e-9a0e-2b6b5a1c9d10"
    changed = Finding("changed-after-draft", Severity.ERROR, {"reference": "r", "what": "3020 Mat 1.00"})
    rows = tuple(
        replace(row(venue, day, State.DRAFTED, changed), remote_id=id_, debit_ore=123456789) for day in days(2)
    )
    lines = status_text(rows, lang, width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(sum(one.reference in line for line in lines) == 1 for one in rows)
    assert sum(id_ in line for line in lines) == 2


# The page


def test_a_page_of_a_few_vouchers_has_none_folded_and_one_of_many_has_all() -> None:
    assert "<details" not in page_of(FOUR_HELD)
    page = page_of(fleet(4, 5))
    assert page.count('<details class="fold">') == 20 == page.count('<article class="voucher"')
    Page(page)


def test_a_page_tells_what_several_days_have_once_above_the_vouchers() -> None:
    page = page_of(FOUR_HELD)
    text = Page(page).text
    assert "solgt for 1 800,00, men har ingen konto. missing-account Gjelder Torget Kafé 02.–03.11., 05." in text
    assert page.index("Gjelder flere dager") < page.index("<article")
    assert "Gjelder flere dager" not in page_of(Report((held(TORGET, START),)))


def test_the_page_of_three_hundred_venues_and_nineteen_days_is_small_and_has_every_amount() -> None:
    report = fleet(300, 19)
    page = page_of(report)
    assert len(page.encode()) < 2_000_000
    rows = re.findall(r"^<tr><th scope=\"row\">.*", page, re.MULTILINE)
    assert len(rows) == 5_700
    assert all("450,00" in line for line in rows)
    whole = page.count('<article class="voucher"')
    assert whole >= 86 and "bilag vises bare med sum per konto" in page
    assert page.count("MANGLER KONTO") > 0 and page.count('<details class="venue waits">') == 43


def test_what_waits_is_shown_whole_before_what_does_not() -> None:
    report = fleet(8, 5)
    places = choose_whole(report.vouchers, room=4 * 8_000)
    waiting = {number for number, one in enumerate(report.vouchers) if one.state is State.HELD}
    assert waiting <= places and len(places) < 10
    assert len(choose_whole(report.vouchers)) == 40


def test_too_many_amounts_leave_each_day_its_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venue_tables, "CELLS_MAX", 3)
    [table] = lay_out_venues([ready(TORGET, day) for day in days(2)])
    assert table.accounts == () and [day.debit_ore for day in table.days] == [45000, 45000]


def test_a_venues_table_adds_up_what_is_on_each_account_and_has_days_without_sales() -> None:
    nothing = EmptyDay(FJORDMAT, TORGET, START + timedelta(days=1), State.NOTHING, "")
    [table] = lay_out_venues([nothing, held(TORGET, START)])
    assert table.accounts == (None, "1900")
    assert [day.amounts_ore for day in table.days] == [(-45000, 45000), (0, 0)]
    assert table.waits and table.debit_ore == 45000


def test_links_of_a_page_of_many_lead_to_vouchers_that_are_there() -> None:
    page = page_of(fleet(300, 3))
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids

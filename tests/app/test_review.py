"""What a preview shows of a business day: its state, and every finding that says why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from posexport.app.accept import accept_finding
from posexport.app.preview import judge_report
from posexport.app.status import status
from posexport.core.credit_facts import CreditFacts, RegisterCustomer
from posexport.core.day import Period
from posexport.core.finding import Severity
from posexport.core.ports.ledger import Chart
from posexport.core.report import DayReport, State, VoucherReport
from posexport.core.sales import (
    Coverage,
    EntryKind,
    Movement,
    NamedRegister,
    Payment,
    SaleLine,
    Ticket,
    TicketStatus,
    ZReport,
    ZTotal,
)
from posexport.core.vat import VatRate
from posexport.errors import Exit, UsageError
from posexport.store.charts import save_chart
from posexport.store.sales_writer import FileResult, SalesWriter
from posexport.texts.describe import message_of
from tests.support.credit_shop import CUSTOMER, apply_orders, orders_of
from tests.support.harness import (
    FRIDAY,
    FULL_DAY,
    MAPPING,
    SATURDAY,
    VENUES,
    Shop,
    codes,
    empty_day,
    of_voucher,
    sale,
    states,
    vouchers_of,
)
from tests.support.looks import delete_rows, read_rows

THURSDAY = FRIDAY - timedelta(days=1)


def store(shop: Shop, *items: Ticket | ZReport | Coverage | NamedRegister, name: str = "day.xml") -> FileResult:
    """Write what a source would yield, for the first venue."""
    with shop.open() as workspace, workspace.database.writing() as connection:
        venue = workspace.load_setup().venues[0]
        writer = SalesWriter(connection, name, "saft", lambda location, register: venue, workspace.now_utc_s)
        for item in items:
            if isinstance(item, Ticket):
                writer.add_ticket(item)
            elif isinstance(item, ZReport):
                writer.add_z_report(item)
            elif isinstance(item, NamedRegister):
                writer.add_register(item)
            else:
                writer.add_claim(item)
        return writer.finish()


def ticket(number: int, amount_ore: int = 12500, at: str = "2026-11-20T12:00:00", **more: Any) -> Ticket:
    values: dict[str, Any] = {
        "register": "1",
        "number": str(number),
        "completed_at": datetime.fromisoformat(at),
        "lines": (SaleLine("100", "3", amount_ore),),
        "payments": (Payment("CARD", amount_ore),),
        "serial": number,
    }
    return Ticket(**values | more)


def z_report(total_ore: int | None, *totals: ZTotal, at: str = "2026-11-21T02:00:00", number: str = "7") -> ZReport:
    return ZReport("1", number, datetime.fromisoformat(at), total_ore, totals)


def friday(shop: Shop) -> DayReport:
    return shop.only(shop.preview(FRIDAY, FRIDAY))


def accept(shop: Shop, code: str, day: date = FRIDAY, why: str = "so it is") -> tuple[str, int]:
    with shop.open() as workspace:
        return accept_finding(workspace, workspace.load_setup().venues[0], day, code, why)


# States


def test_a_day_without_faults_is_ready(both: Shop) -> None:
    both.apply()
    both.sell(*FULL_DAY)
    shown = both.only_voucher(both.preview())
    assert (shown.state, codes(shown)) == (State.READY, [])
    assert shown.reference == "torget-20261120-r1"
    assert shown.voucher.debit_ore == shown.voucher.credit_ore
    by_source = {(line.kind.wire, line.source): line.amount_ore for line in shown.voucher.lines}
    assert by_source[("tip", "tips")] == -2000
    assert by_source[("rounding", "rounding")] == -25
    assert by_source[("gift-card", "gift_cards")] == -50000
    assert by_source[("payment", "CREDIT")] == 23000
    assert judge_report(both.preview()) is Exit.DONE


def test_the_day_of_a_sale_after_midnight_is_the_day_before(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, at="2026-11-21T04:59:59"), sale(2, at="2026-11-21T05:00:00"))
    report = shop.preview()
    assert [(shown.business_day, shown.control.tickets) for shown in report.vouchers] == [(FRIDAY, 1), (SATURDAY, 1)]


def test_a_day_that_is_not_over_is_not_shown(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, at="2026-11-22T12:00:00"))
    assert shop.preview().vouchers == ()
    assert shop.preview(date(2026, 11, 22), date(2026, 11, 30)).vouchers == ()
    shop.clock.now_s = datetime(2026, 11, 23, 4, 0, tzinfo=UTC).timestamp() - 1
    assert shop.preview().vouchers == ()
    shop.clock.now_s += 1
    assert states(shop.preview()) == ["held"], "it was read at one o'clock, and may have gone on selling"
    shop.load(shop.folder / "sales-1.jsonl")
    assert states(shop.preview()) == ["ready"]


def test_a_day_before_the_first_to_be_exported_is_never_shown(shop: Shop) -> None:
    shop.apply(venues=VENUES.replace("2020-01-01", "2026-11-21"))
    shop.sell(sale(1), sale(2, at="2026-11-21T12:00:00"))
    assert [shown.business_day for shown in shop.preview().vouchers] == [SATURDAY]
    assert [shown.business_day for shown in shop.preview(FRIDAY, SATURDAY).vouchers] == [SATURDAY]


@pytest.mark.parametrize(
    ("tickets", "code"),
    [
        ([sale(1, product="999")], "missing-account"),
        ([sale(1, paid="GIFT")], "missing-account"),
        ([sale(1, vat_code="77")], "missing-vat-code"),
        ([sale(1, payments=[{"payment_type": "CASH", "amount": "1.00"}])], "unbalanced"),
    ],
)
def test_a_day_with_a_fault_is_held(shop: Shop, tickets: list[dict[str, Any]], code: str) -> None:
    shop.apply()
    shop.sell(*tickets, sale(50))
    report = shop.preview()
    assert states(report) == ["held"]
    assert code in codes(report.vouchers[0])
    assert judge_report(report) is Exit.BOOKKEEPER
    exported = shop.export()
    assert states(exported.report) == ["held"]
    assert exported.exit_code is Exit.BOOKKEEPER
    assert shop.world.drafts() == []


def test_a_fault_mended_in_the_setup_lets_the_day_go(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, paid="GIFT"))
    assert states(shop.preview()) == ["held"]
    shop.apply(mapping='  [[company.payment_type]]\n  code = "GIFT"\n  account = "2901"\n' + MAPPING)
    assert states(shop.preview()) == ["ready"]


def test_a_missing_account_is_shown_as_none_with_its_amount(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, "80.00", product="999"))
    shown = of_voucher(friday(shop))
    assert [(line.account, line.amount_ore) for line in shown.voucher.lines] == [("1592", 8000), (None, -8000)]


def test_a_drafted_day_is_shown_as_drafted_and_only_when_asked_for(both: Shop) -> None:
    both.apply()
    both.sell(sale(1))
    both.export()
    assert both.preview().vouchers == ()
    shown = both.only_voucher(both.preview(FRIDAY, FRIDAY))
    assert shown.state is State.DRAFTED
    assert shown.remote_id == both.world.drafts()[0].id
    assert shown.drafted_at is not None
    assert shown.drafted_at.isoformat() == "2026-11-22T13:00:00+01:00"


def test_sales_changed_after_the_draft_say_exactly_what_differs(both: Shop) -> None:
    both.apply()
    both.sell(sale(1, "125.00"))
    both.export()
    both.sell(sale(2, "75.00"))
    report = both.preview()
    shown = both.only(report)
    assert (shown.state, codes(shown)) == (State.DRAFTED, ["changed-after-draft"])
    told = message_of(shown.findings[0], "en")
    assert "torget-20261120-r1" in told
    assert "1592 Bankkort 75.00" in told
    assert "3020 Mat -75.00" in told
    assert "1592 Bankkort 75,00" in message_of(shown.findings[0], "nb")
    exported = both.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.BOOKKEEPER)
    assert len(both.world.drafts()) == 1


def test_sales_changed_and_changed_back_are_no_change(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, "125.00"))
    shop.export()
    shop.sell(sale(1, "130.00"))
    assert codes(friday(shop)) == ["changed-after-draft"]
    shop.sell(sale(1, "125.00"))
    assert codes(friday(shop)) == []


def test_another_account_in_the_setup_does_not_change_a_drafted_day(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1))
    shop.export()
    shop.apply(mapping=MAPPING.replace('"1592"', '"1591"'))
    assert codes(friday(shop)) == []


# Days without sales


def test_a_day_without_data_is_a_gap_until_somebody_says_it_was_closed(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, at="2026-11-19T12:00:00"), sale(2, at="2026-11-21T12:00:00"))
    report = shop.preview(THURSDAY, SATURDAY)
    assert states(report) == ["ready", "nothing", "ready"]
    assert codes(report.vouchers[1]) == ["no-sales-data"]
    assert judge_report(report) is Exit.DONE
    with shop.open() as workspace:
        rows = status(workspace, shop.venues(workspace), Period())
    assert [row.state for row in rows] == [State.READY, State.GAP, State.READY]
    accept(shop, "no-sales-data")
    with shop.open() as workspace:
        rows = status(workspace, shop.venues(workspace), Period())
    assert [row.state for row in rows] == [State.READY, State.NOTHING, State.READY]


def test_a_ticket_that_cannot_be_judged_is_not_said_to_be_training_or_void(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, void=True), sale(2, void="perhaps"))
    assert codes(friday(shop)) == ["unjudged-ticket"]


def test_a_day_of_nothing_but_training_is_nothing_and_says_so(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, training=True), sale(2, void=True))
    shown = friday(shop)
    assert (shown.state, codes(shown)) == (State.NOTHING, ["only-training-or-void"])
    assert (shown.control.training, shown.control.voids) == (1, 1)
    exported = shop.export()
    assert (states(exported.report), exported.exit_code) == (["nothing"], Exit.DONE)
    assert shop.preview().vouchers == ()
    assert list(shop.world.requests) == []


def test_a_day_whose_sales_come_to_nothing_is_done_with(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, "100.00"), sale(2, "-100.00", at="2026-11-20T13:00:00"))
    shown = empty_day(shop.preview(FRIDAY, FRIDAY))
    assert shown.state is State.NOTHING
    assert shown.control.returns == 1
    assert shop.export().exit_code is Exit.DONE
    assert shop.preview().vouchers == ()


# Whether it is all there


def test_a_day_cut_at_its_end_waits_until_the_rest_is_read_or_it_is_accepted(both: Shop) -> None:
    both.apply()
    friday_only = Coverage(datetime(2026, 11, 20), datetime(2026, 11, 21))
    store(both, ticket(1), ticket(2, at="2026-11-20T23:50:00"), friday_only, name="friday.xml")
    report = both.preview()
    assert (states(report), codes(report.vouchers[0])) == (["held"], ["incomplete-day"])
    assert "21.11.2026 kl. 00.00" in message_of(report.vouchers[0].findings[0])
    saturday_only = Coverage(datetime(2026, 11, 21), datetime(2026, 11, 22))
    store(both, ticket(3, at="2026-11-21T00:30:00"), ticket(4, at="2026-11-21T20:00:00"), saturday_only, name="s.xml")
    report = both.preview()
    assert [(shown.business_day, shown.state) for shown in report.vouchers] == [
        (FRIDAY, State.READY),
        (SATURDAY, State.HELD),
    ]
    both.apply()
    accept(both, "incomplete-day", SATURDAY)
    assert states(both.preview()) == ["ready", "ready"]


def test_a_day_cut_at_its_start_waits(shop: Shop) -> None:
    shop.apply()
    store(shop, ticket(1, at="2026-11-21T01:00:00"), Coverage(datetime(2026, 11, 21), datetime(2026, 11, 22)))
    shown = shop.preview(FRIDAY, FRIDAY).vouchers[0]
    assert (shown.state, codes(shown)) == (State.HELD, ["incomplete-day"])
    assert shown.findings[0].variant == "start"


def test_a_number_missing_inside_a_series_is_a_warning(shop: Shop) -> None:
    shop.apply()
    shop.sell(*(sale(n) for n in (1, 2, 3, 5, 6, 7, 8)))
    shown = friday(shop)
    assert (shown.state, codes(shown)) == (State.READY, ["ticket-gap"])
    assert "4" in message_of(shown.findings[0], "en")
    assert shown.findings[0].severity is Severity.WARNING


def test_numbers_that_are_no_series_are_no_gap(shop: Shop) -> None:
    shop.apply()
    shop.sell(*(sale(n) for n in (1, 50, 900)))
    assert codes(friday(shop)) == []
    shop.sell(*(sale(n, register="2") for n in (2, 3, 4)))
    assert codes(friday(shop)) == []


# Z-reports


@pytest.mark.parametrize(
    ("policy", "state", "found"),
    [
        ("hold", State.HELD, ["z-report-mismatch"]),
        ("warn", State.READY, ["z-report-mismatch"]),
        ("ignore", State.READY, []),
    ],
)
def test_a_z_report_that_differs_holds_warns_or_is_let_be(
    shop: Shop, policy: str, state: State, found: list[str]
) -> None:
    shop.apply(torget=f'z_report = "{policy}"')
    store(shop, ticket(1, 10000), z_report(9000))
    shown = friday(shop)
    assert (shown.state, codes(shown)) == (state, found)
    assert shown.z_reports[0].agrees is False


def test_a_z_report_that_agrees_is_shown_and_holds_nothing(both: Shop) -> None:
    both.apply()
    totals = (
        ZTotal(EntryKind.SALE, "100", 10000),
        ZTotal(EntryKind.PAYMENT, "CARD", 10000),
        ZTotal(None, "3", 8000, 2000),
    )
    lines = (SaleLine("100", "3", 10000, vat_ore=2000),)
    store(both, ticket(1, 10000, lines=lines), z_report(10000, *totals))
    shown = friday(both)
    assert (shown.state, codes(shown)) == (State.READY, [])
    assert [row.what for row in shown.z_reports[0].rows] == ["total", "sale", "payment", "vat"]


@pytest.mark.parametrize("total_ore", [30_000, 29_999])
def test_a_z_report_is_compared_with_the_sales_that_become_orders_too(both: Shop, total_ore: int) -> None:
    apply_orders(both, venues=VENUES.replace("{torget}", 'z_report = "hold"'))
    facts = CreditFacts(RegisterCustomer(CUSTOMER))
    on_credit = ticket(2, 20_000, payments=(Payment("CREDIT", 20_000),), facts=facts)
    totals = (ZTotal(EntryKind.PAYMENT, "CARD", 10_000), ZTotal(EntryKind.PAYMENT, "CREDIT", 20_000))
    store(both, ticket(1, 10_000), on_credit, z_report(total_ore, *totals))
    agrees = total_ore == 30_000
    report = both.export().report
    (shown,) = vouchers_of(report)
    assert (shown.state, codes(shown)) == ((State.DRAFTED, []) if agrees else (State.HELD, ["z-report-mismatch"]))
    assert [order.order.total_ore for order in orders_of(report)] == [20_000]
    assert [draft.lines[0].amount_ore for draft in both.world.drafts()] == ([10_000] if agrees else [])


@pytest.mark.parametrize(
    ("total_ore", "agrees"), [(10000, True), (12000, True), (15000, True), (17000, True), (16999, False)]
)
def test_a_z_reports_total_may_count_the_tips_and_gift_cards_that_are_kept(
    both: Shop, total_ore: int, agrees: bool
) -> None:
    both.apply()
    paid = (Payment("CARD", 17000),)
    store(both, ticket(1, 10000, payments=paid, tip_ore=2000, gift_cards_ore=5000), z_report(total_ore))
    assert friday(both).z_reports[0].agrees is agrees


def test_a_z_reports_vat_is_held_against_no_lines_of_which_only_some_state_theirs(both: Shop) -> None:
    both.apply()
    lines = (SaleLine("100", "3", 5000, 1000), SaleLine("100", "3", 5000))
    store(both, ticket(1, 10000, lines=lines), z_report(10000, ZTotal(None, "3", 8000, 2000)))
    assert [row.what for row in friday(both).z_reports[0].rows] == ["total"]


def test_a_z_report_over_two_days_is_held_against_both_together(both: Shop) -> None:
    both.apply()
    store(
        both,
        z_report(5000, at="2026-11-19T23:00:00", number="6"),
        ticket(1, 5000, at="2026-11-19T12:00:00"),
        ticket(2, 7000),
        ticket(3, 3000, at="2026-11-21T12:00:00"),
        z_report(10000, at="2026-11-21T23:00:00"),
    )
    report = both.preview()
    assert states(report) == ["ready", "ready", "ready"]
    assert [len(shown.z_reports) for shown in report.vouchers] == [1, 1, 1]


def test_each_register_has_its_own_z_report(both: Shop) -> None:
    both.apply()
    lines = (SaleLine("100", "3", 4000),)
    store(
        both,
        ticket(1, 10000),
        ticket(2, 4000, at="2026-11-21T01:30:00", lines=(*lines, SaleLine("200", "3", -1000))),
        ticket(1, 7000, register="2"),
        ticket(2, 500, register="2", at="2026-11-21T02:30:00"),
        z_report(13000, ZTotal(EntryKind.SALE, "100", 14000), ZTotal(EntryKind.SALE, "200", -1000)),
        z_report(7000, number="3")._replace(register="2"),
    )
    compared = friday(both).z_reports
    assert [(found.register, found.number, found.agrees) for found in compared] == [("1", "7", True), ("2", "3", True)]
    assert [row.tickets_ore for row in compared[0].rows] == [13000, 14000, -1000]


def test_days_read_together_are_as_each_is_alone(both: Shop) -> None:
    both.apply()
    days = [FRIDAY - timedelta(days=back) for back in range(70, -1, -1) if back not in (8, 9) and not 20 <= back < 30]
    items: list[Ticket | ZReport] = []
    for place, day in enumerate(days):
        next_day = day + timedelta(days=1)
        for register in ("1", "2"):
            items += [
                ticket(2 * place + 1, 1000 + place, at=f"{day}T12:00:00", register=register),
                ticket(2 * place + 2, 500, at=f"{next_day}T01:00:00", register=register),
                z_report(1500 + place + place % 7 // 6, at=f"{next_day}T02:00:00", number=str(place))._replace(
                    register=register
                ),
            ]
    store(both, *items, ticket(900, 1000, payments=(Payment("CARD", 900),), at=f"{days[3]}T13:00:00"))
    accept(both, "z-report-mismatch", day=days[6])
    together = both.preview(days[0], days[-1]).vouchers
    alone = [shown for day in Period(days[0], days[-1]).days() for shown in both.preview(day, day).vouchers]
    assert list(together) == alone
    assert {shown.state for shown in together} == {State.READY, State.HELD, State.NOTHING}
    assert all(len(shown.z_reports) == 2 for shown in together if isinstance(shown, VoucherReport))


def test_an_acceptance_is_bound_to_its_figures(both: Shop) -> None:
    both.apply()
    store(both, ticket(1, 10000), z_report(9000))
    assert friday(both).state is State.HELD
    who, many = accept(both, "z-report-mismatch", why="Z ran twice")
    assert (bool(who), many) == (True, 1)
    shown = friday(both)
    assert shown.state is State.READY
    assert [(finding.code, finding.severity) for finding in shown.findings] == [("z-report-mismatch", Severity.INFO)]
    store(both, ticket(2, 500), name="late.xml")
    shown = friday(both)
    assert shown.state is State.HELD, "other figures are another finding"
    accept(both, "z-report-mismatch", why="and again")
    exported = both.export()
    assert (states(exported.report), exported.exit_code) == (["drafted"], Exit.DONE)
    kept = read_rows(both, "acceptance", "code", "why", "at_utc_s")
    assert [(code, why) for code, why, _ in kept] == [
        ("z-report-mismatch", "Z ran twice"),
        ("z-report-mismatch", "and again"),
    ]
    assert all(at_utc_s == both.clock.now_s for _, _, at_utc_s in kept)


def test_an_acceptance_of_one_day_is_of_no_other(shop: Shop) -> None:
    shop.apply()
    for day in (20, 21):
        at = f"2026-11-{day}T12:00:00"
        store(shop, ticket(1, 10000, at=at), z_report(9000, at=f"2026-11-{day}T23:00:00"), name=str(day))
    accept(shop, "z-report-mismatch", FRIDAY)
    assert states(shop.preview()) == ["ready", "held"]


@pytest.mark.parametrize(
    ("code", "why", "words"),
    [
        ("unbalanced", "because", "cannot be accepted"),
        ("z-report-mismatch", "  ", "Say why"),
        ("vat-mismatch", "because", "has no finding vat-mismatch; it has z-report-mismatch"),
    ],
)
def test_what_cannot_be_accepted_says_why(shop: Shop, code: str, why: str, words: str) -> None:
    shop.apply()
    store(shop, ticket(1, 10000), z_report(9000))
    with pytest.raises(UsageError, match=words):
        accept(shop, code, why=why)
    assert read_rows(shop, "acceptance") == []


# What is left out


def test_a_payment_type_that_is_left_out_takes_its_share_with_it(both: Shop) -> None:
    extra = '  [[company.payment_type]]\n  code = "STAFF"\n  name = "Ansatt"\n  transfer = false\n'
    both.apply(mapping=extra + MAPPING)
    both.sell(
        sale(1, "100.00"),
        sale(2, "60.00", paid="STAFF"),
        sale(
            3,
            lines=[
                {"product_type": "100", "vat_code": "3", "gross": "66.67"},
                {"product_type": "200", "vat_code": "3", "gross": "33.33"},
            ],
            payments=[{"payment_type": "CARD", "amount": "50.00"}, {"payment_type": "STAFF", "amount": "50.00"}],
        ),
    )
    shown = of_voucher(friday(both))
    assert (shown.state, codes(shown)) == (State.READY, ["not-transferred"])
    assert {line.source: line.amount_ore for line in shown.voucher.lines} == {
        "CARD": 15000,
        "100": -(10000 + 3333),
        "200": -1667,
    }
    assert states(both.export().report) == ["drafted"]


def test_a_day_of_nothing_but_what_is_left_out_is_nothing(shop: Shop) -> None:
    shop.apply(mapping='  [[company.payment_type]]\n  code = "STAFF"\n  transfer = false\n' + MAPPING)
    shop.sell(sale(1, "60.00", paid="STAFF"))
    shown = friday(shop)
    assert (shown.state, codes(shown)) == (State.NOTHING, ["not-transferred"])
    assert shop.export().exit_code is Exit.DONE


def test_cash_movements_are_left_out_and_listed(shop: Shop) -> None:
    shop.apply()
    moved = ticket(
        2,
        lines=(),
        payments=(),
        status=TicketStatus.MOVEMENT,
        movements=(Movement(EntryKind.MOVE_IN_OUT, "CASH", -500),),
    )
    store(shop, ticket(1), moved)
    shown = of_voucher(friday(shop))
    assert (shown.state, codes(shown)) == (State.READY, ["movements-left-out"])
    assert len(shown.voucher.lines) == 2
    shop.apply(mapping=MAPPING + '  cash_in_out = "1911"\n')
    shown = of_voucher(friday(shop))
    assert codes(shown) == []
    assert {(line.account, line.amount_ore) for line in shown.voucher.lines} >= {("1900", -500), ("1911", 500)}


# The night a rate changes

NEW_YEARS_EVE = date(2026, 12, 31)


def _rate_line(rate: str | None) -> list[dict[str, str]]:
    line = {"product_type": "100", "vat_code": "31", "gross": "115.00"}
    return [line if rate is None else {**line, "vat_rate": rate}]


def _eve(shop: Shop, before: str | None = "15", after: str | None = "12") -> None:
    shop.clock.now_s = datetime(2027, 1, 2, 12, tzinfo=UTC).timestamp()
    shop.apply()
    shop.sell(
        sale(1, "115.00", at="2026-12-31T20:00:00", lines=_rate_line(before)),
        sale(2, "115.00", at="2027-01-01T01:00:00", lines=_rate_line(after)),
    )


def _change_rate_in_go(shop: Shop) -> None:
    """From the New Year, code 31 is 12 % in Go."""
    rates: list[dict[str, Any]] = [
        {"code": code, "rate": rate, "isActive": True} for code, rate in (("0", 0), ("3", 25))
    ]
    rates.append({"code": "31", "rate": 15, "validFrom": "2000-01-01T00:00:00", "validTo": "2026-12-31T00:00:00"})
    rates.append({"code": "31", "rate": 12, "validFrom": "2027-01-01T00:00:00"})

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/VatCode/":
            return None
        return httpx.Response(200, json={"success": True, "data": rates})

    shop.line.before = answer


def test_a_rate_that_changes_at_midnight_makes_two_vouchers(both: Shop) -> None:
    _eve(both)
    _change_rate_in_go(both)
    first, second = vouchers_of(both.preview())
    assert (first.reference, second.reference) == ("torget-20261231-r1", "torget-20261231-p2-r1")
    assert first.business_day == second.business_day == NEW_YEARS_EVE
    assert (first.voucher.posting_date, second.voucher.posting_date) == (NEW_YEARS_EVE, date(2027, 1, 1))
    assert both.export().exit_code is Exit.DONE
    assert sorted(draft.voucher_date for draft in both.world.drafts()) == [NEW_YEARS_EVE, date(2027, 1, 1)]
    assert both.preview().vouchers == ()
    assert states(both.preview(NEW_YEARS_EVE, NEW_YEARS_EVE)) == ["drafted", "drafted"]


def test_a_register_that_writes_no_rates_is_split_by_what_go_tells_at_the_first_export(shop: Shop) -> None:
    _eve(shop, None, None)
    assert len(shop.preview().vouchers) == 1
    _change_rate_in_go(shop)
    assert states(shop.export().report) == ["drafted", "drafted"]
    assert sorted(draft.voucher_date for draft in shop.world.drafts()) == [NEW_YEARS_EVE, date(2027, 1, 1)]


def test_a_rate_that_stays_makes_one_voucher(shop: Shop) -> None:
    _eve(shop, after="15")
    assert [shown.reference for shown in shop.preview().vouchers] == ["torget-20261231-r1"]


def _learn_of_a_change(shop: Shop) -> None:
    rates = [
        VatRate("31", 1500, date(2000, 1, 1), NEW_YEARS_EVE),
        VatRate("31", 1200, date(2027, 1, 1)),
    ]
    with shop.open() as workspace, workspace.database.writing() as connection:
        save_chart(connection, 1, "", Chart(vat_rates=tuple(rates)), 0)


def test_a_day_drafted_as_one_voucher_stays_one_when_the_rates_are_learned_later(shop: Shop) -> None:
    _eve(shop, None, None)
    assert states(shop.export().report) == ["drafted"]
    _learn_of_a_change(shop)
    report = shop.preview(NEW_YEARS_EVE, NEW_YEARS_EVE)
    assert (states(report), codes(report.vouchers[0])) == (["drafted"], [])
    shop.sell(sale(3, at="2026-12-31T21:00:00"))
    exported = shop.export()
    assert (states(exported.report), codes(exported.report.vouchers[0])) == (["drafted"], ["changed-after-draft"])
    assert len(shop.world.drafts()) == 1, "what is in the books already is not drafted again"


def test_a_day_drafted_as_two_vouchers_stays_two_when_the_rates_are_forgotten(shop: Shop) -> None:
    _eve(shop)
    _change_rate_in_go(shop)
    shop.export()
    delete_rows(shop, "chart")
    shop.sell(sale(2, "115.00", at="2027-01-01T01:00:00", lines=_rate_line("15")))
    references = [shown.reference for shown in shop.preview(NEW_YEARS_EVE, NEW_YEARS_EVE).vouchers]
    assert references == ["torget-20261231-r1", "torget-20261231-p2-r1"]
    assert states(shop.export(NEW_YEARS_EVE, NEW_YEARS_EVE).report) == ["drafted", "drafted"]
    assert len(shop.world.drafts()) == 2


def test_late_sales_after_a_midnight_of_new_rates_become_a_voucher_of_their_own(shop: Shop) -> None:
    shop.clock.now_s = datetime(2027, 1, 2, 12, tzinfo=UTC).timestamp()
    shop.apply()
    _change_rate_in_go(shop)
    shop.sell(sale(1, "115.00", at="2026-12-31T20:00:00", lines=_rate_line("15")))
    shop.export()
    shop.sell(sale(2, "115.00", at="2027-01-01T01:00:00", lines=_rate_line("12")))
    exported = shop.export()
    assert states(exported.report) == ["drafted", "drafted"]
    assert exported.exit_code is Exit.DONE
    assert [draft.voucher_date for draft in shop.world.drafts()] == [NEW_YEARS_EVE, date(2027, 1, 1)]


# Status


def test_a_status_tells_every_day_from_the_first_to_the_last_with_data(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, at="2026-11-16T12:00:00"), sale(2, at="2026-11-19T12:00:00", paid="GIFT"), sale(3))
    shop.export(date(2026, 11, 16), date(2026, 11, 16))
    with shop.open() as workspace:
        rows = status(workspace, shop.venues(workspace), Period())
    assert [(row.business_day.day, row.state.value) for row in rows] == [
        (16, "drafted"),
        (17, "gap"),
        (18, "gap"),
        (19, "held"),
        (20, "ready"),
    ]
    assert rows[0].remote_id == shop.world.drafts()[0].id
    assert rows[0].debit_ore == 12500
    assert [finding.code for finding in rows[3].findings] == ["missing-account"]
    with shop.open() as workspace:
        assert status(workspace, [], Period()) == ()

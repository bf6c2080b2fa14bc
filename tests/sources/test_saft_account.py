"""Sales on account without a payment on the ticket, and old invoices paid at the till: from a file to vouchers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from posexport.core.mapping import CUSTOMER_LEDGER, AccountMapping, OtherAccounts, PaymentType
from posexport.core.sales import CREDIT_SALE, EntryKind, ZReport, ZTotal
from posexport.core.settlement import EntryKey, EntrySum, fingerprint_sums
from posexport.core.z_report import TicketSum, compare_z_report
from tests.support import saft_builder as b
from tests.support.build import MAPPING
from tests.support.harness import FRIDAY, MAPPING as SETUP_MAPPING, Shop, codes
from tests.support.looks import read_rows

TO = "<custSupID>10018</custSupID>"
ON_DAY = {"date": "2026-11-20", "time": "12:00:00"}


def write(shop: Shop, *tickets: str) -> Path:
    path = shop.folder / "kasse.xml"
    path.write_bytes(b.document(locations=b.location(b.register("".join(tickets), "1"))))
    return path


def lines(shop: Shop) -> list[tuple[str | None, str, int, str | None]]:
    """Account, source, øre and customer of the day's lines that are no sales."""
    voucher = shop.only_voucher(shop.preview(FRIDAY, FRIDAY)).voucher
    return [
        (line.account, line.source, line.amount_ore, line.customer) for line in voucher.lines if line.kind != "sales"
    ]


def test_a_sale_on_account_waits_for_the_setup_to_say_what_it_is_and_then_goes_to_the_customers_ledger(
    both: Shop,
) -> None:
    both.apply()
    both.load(write(both, b.ticket(b.line(), (), head=TO, **ON_DAY)))
    shown = both.only(both.preview(FRIDAY, FRIDAY))
    (finding,) = [finding for finding in shown.findings if finding.code == "missing-account"]
    assert (finding.variant, finding.holds) == ("credit", True)
    both.apply(mapping=SETUP_MAPPING + '  credit_type = "CREDIT"\n')
    assert "missing-account" not in codes(both.only(both.preview(FRIDAY, FRIDAY)))
    assert lines(both) == [("1500", "CREDIT", 10_000, "10018")]


def test_sales_on_account_with_and_without_a_payment_element_are_one_line(both: Shop) -> None:
    both.apply(mapping=SETUP_MAPPING + '  credit_type = "CREDIT"\n')
    paid = b.ticket(b.line(), b.payment(payment_type="CREDIT"), head=TO, number="2", **ON_DAY)
    both.load(write(both, b.ticket(b.line(), (), head=TO, **ON_DAY), paid))
    assert lines(both) == [("1500", "CREDIT", 20_000, "10018")]


def test_an_old_invoice_paid_at_the_till_is_credited_to_its_customer(both: Shop) -> None:
    both.apply(mapping=SETUP_MAPPING + '  customer_payments = "1500"\n')
    received = b.ticket((), b.payment("500.00"), kind="11005", head=TO, **ON_DAY)
    both.load(write(both, received))
    assert lines(both) == [("1500", "customer_payments", -50_000, "10018"), ("1592", "CARD", 50_000, None)]
    assert "missing-customer" not in codes(both.only(both.preview(FRIDAY, FRIDAY)))


def test_an_old_invoice_of_nobody_is_told_before_it_is_sent(both: Shop) -> None:
    both.apply(mapping=SETUP_MAPPING + '  customer_payments = "1500"\n')
    both.load(write(both, b.ticket((), b.payment("500.00"), kind="11005", **ON_DAY)))
    shown = both.only(both.preview(FRIDAY, FRIDAY))
    (finding,) = [finding for finding in shown.findings if finding.code == "missing-customer"]
    assert (finding.variant, int(finding.facts["amount"])) == ("received", 50_000)


def test_what_a_float_or_a_payout_moved_has_no_customer(both: Shop) -> None:
    both.apply(mapping=SETUP_MAPPING + '  cash_in_out = "1910"\n')
    both.load(write(both, b.ticket((), b.payment("500.00", "CASH"), kind="DROP", head=TO, **ON_DAY)))
    assert {customer for _, _, _, customer in lines(both)} == {None}
    assert read_rows(both, "entry", "kind", "customer_id") == [(int(EntryKind.MOVE_IN_OUT), 0)]


def test_a_flag_nobody_understands_holds_its_day_in_the_store(both: Shop) -> None:
    both.apply()
    both.load(write(both, b.sale(**ON_DAY), b.sale("2", training="kanskje", **ON_DAY)))
    shown = both.only(both.preview(FRIDAY, FRIDAY))
    (finding,) = [finding for finding in shown.findings if finding.code == "unjudged-ticket"]
    assert (finding.facts["number"], finding.facts["what"], finding.facts["written"]) == ("2", "trainingID", "kanskje")
    assert (shown.state.value, lines(both)) == ("held", [("1592", "CARD", 10_000, None)])


def test_an_addition_holds_its_day_until_the_setup_has_a_product_type_for_it(both: Shop) -> None:
    both.apply()
    fee = "<raise><raiseType>FEE</raiseType><raiseAmnt>10.00</raiseAmnt></raise>"
    both.load(write(both, b.ticket(b.line(), b.payment("110.00"), extra=fee, **ON_DAY)))
    assert "unknown-raise" in codes(both.only(both.preview(FRIDAY, FRIDAY)))
    fee_type = '  [[company.product_type]]\n  code = "raise:FEE"\n  name = "Tillegg"\n  accounts = { "3" = "3900" }\n'
    both.apply(mapping=SETUP_MAPPING.replace("  [[company.payment_type]]", fee_type + "  [[company.payment_type]]", 1))
    shown = both.only_voucher(both.preview(FRIDAY, FRIDAY))
    assert not {"unknown-raise", "missing-account"} & set(codes(shown))
    assert ("3900", -1000) in [(line.account, line.amount_ore) for line in shown.voucher.lines]


def test_a_z_report_is_not_held_against_codes_that_no_register_knows() -> None:
    sums = [
        TicketSum(EntryKind.SALE, "100", "3", 10_000, 10_000, None, 1),
        TicketSum(EntryKind.SALE, "raise:FEE", "3", 1000, 1000, None, 1),
        TicketSum(EntryKind.PAYMENT, "CARD", "", 1000, 1000, None, 1),
        TicketSum(EntryKind.PAYMENT, CREDIT_SALE, "", 10_000, 10_000, None, 1),
    ]
    totals = (ZTotal(EntryKind.SALE, "100", 10_000), ZTotal(EntryKind.PAYMENT, "CARD", 1000))
    for total_ore in (10_000, 11_000):
        report = ZReport("1", "7", datetime(2026, 11, 20, 23), total_ore, totals)
        assert compare_z_report(report, 0, sums).agrees


# The look-ups.


def credit(credit_type: str | None, **changed: Any) -> AccountMapping:
    invoice = replace(MAPPING.payment_types["invoice"], **changed)
    types = {**MAPPING.payment_types, "invoice": invoice}
    return replace(MAPPING, payment_types=types, accounts=replace(MAPPING.accounts, credit_type=credit_type))


def test_a_sale_on_account_is_its_credit_type_in_every_look_up() -> None:
    mapping = credit("invoice")
    assert mapping.payment_account(CREDIT_SALE, None) == "1500"
    assert (mapping.payment_code(CREDIT_SALE), mapping.payment_name(CREDIT_SALE)) == ("invoice", "Faktura")
    assert CREDIT_SALE in mapping.per_customer and CREDIT_SALE not in mapping.left_out
    assert CREDIT_SALE in credit("invoice", transfer=False).left_out
    assert CREDIT_SALE not in credit("invoice", customer_ledger=False).per_customer


def test_a_sale_on_account_is_nothing_until_there_is_a_credit_type() -> None:
    for mapping in (credit(None), credit("nothing")):
        assert mapping.payment_account(CREDIT_SALE, None) is None
        assert CREDIT_SALE not in mapping.per_customer | mapping.left_out
    assert credit(None).payment_name(CREDIT_SALE) == "Kredittsalg"


@pytest.mark.parametrize(
    ("account", "types", "expected"),
    [
        (None, {}, False),
        (CUSTOMER_LEDGER, {}, True),
        ("1579", {}, False),
        ("1510", {"a": PaymentType("a", "A", "1510", customer_ledger=True)}, True),
        (CUSTOMER_LEDGER, {"a": PaymentType("a", "A", CUSTOMER_LEDGER, customer_ledger=False)}, False),
    ],
)
def test_paid_invoices_are_posted_per_customer_where_their_account_is_kept_so(
    account: str | None, types: dict[str, PaymentType], expected: bool
) -> None:
    mapping = AccountMapping(payment_types=types, accounts=OtherAccounts(customer_payments=account))
    assert mapping.received_per_customer is expected


def test_who_paid_counts_in_a_fingerprint_only_where_it_is_posted_and_old_days_keep_theirs() -> None:
    def of(customer: str, *, told: bool) -> str:
        key = EntryKey(EntryKind.MOVE_RECEIVED, 0, "cash", customer=customer)
        sums = [EntrySum(key, 50_000)]
        return fingerprint_sums(sums, with_discounts=False, with_customers={"cash"}, with_payers=told)

    assert of("", told=True) == of("", told=False) == of("10018", told=False)
    assert of("10018", told=True) != of("", told=True)
    assert of("10018", told=True) != of("10019", told=True)

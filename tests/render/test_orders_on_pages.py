"""Orders for sales on credit on the preview page and in the settlement report, with where each credit krone of the day
is booked."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime
from typing import Any

import pytest
from pypdf import PdfReader

from posexport.core.report import CreditFigures, OrderedTicket, Report
from posexport.render.choose import render_html
from posexport.render.pdf import render_page
from posexport.texts.language import LANGS
from posexport.views.json import format_page, format_voucher
from posexport.views.json_orders import list_orders
from posexport.views.kept import read_sheet
from posexport.views.orders import format_credit, format_ordered
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import Shop, sale
from tests.texts.test_no_terminal import TYPED

MADE_AT = datetime(2026, 11, 22, 13, 0)


def html(report: Report, lang: Any = "nb") -> str:
    return render_html(report, lang, MADE_AT).replace("\xa0", " ")


def read(pdf: bytes) -> str:
    told = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(told.replace("\xa0", " ").split())


@pytest.fixture
def told(shop: Shop) -> Report:
    """A day of two orders, one of them of a ticket that was paid in part, and a ticket moved by nobody."""
    apply_orders(shop)
    in_part = [{"payment_type": "CARD", "amount": "70.00"}, {"payment_type": "CREDIT", "amount": "180.00"}]
    shop.sell(
        sale(1, "60.00"),
        credit_sale(2, "410.00"),
        sale(3, "250.00", payments=in_part, customer="10101"),
        credit_sale(4, "33.00", customer=None),
    )
    return shop.export().report


def test_till_is_voucher_and_orders_and_what_is_left_out(told: Report) -> None:
    (shown,) = told.vouchers
    credit = shown.control.credit
    assert credit is not None
    assert (credit.total_ore, credit.voucher_ore, credit.ordered_ore, credit.left_out_ore) == (62300, 0, 62300, 0)
    assert [(ticket.number, ticket.credit_ore) for ticket in credit.ordered] == [
        ("2", 41000),
        ("3", 18000),
        ("4", 3300),
    ]


def test_days_before_orders_are_in_the_voucher_and_show_where_their_credit_is(shop: Shop) -> None:
    apply_orders(shop, first="2026-11-21")
    shop.sell(credit_sale(1, "75.00"), sale(2, "10.00"), credit_sale(3, "12.00", at="2026-11-21T12:00:00"))
    by_day = {shown.business_day.day: shown for shown in shop.preview().vouchers}
    friday, saturday = by_day[20].control.credit, by_day[21].control.credit
    assert friday is not None and saturday is not None
    assert (friday.voucher_ore, friday.ordered) == (7500, ())
    assert (saturday.voucher_ore, saturday.ordered_ore) == (0, 1200)


def test_a_company_without_orders_shows_nothing_of_them(shop: Shop) -> None:
    shop.apply()
    shop.sell(sale(1, "75.00", paid="CREDIT", customer="10001"), sale(2, "10.00"))
    report = shop.preview()
    (shown,) = report.vouchers
    assert shown.control.credit is None
    assert "ordre" not in html(report).lower()
    assert "orders" not in format_page(shown)
    assert not [key for key in format_voucher(shown)["control"] if key.startswith("credit")]


def test_the_page_shows_the_orders_under_their_day_with_their_states(told: Report) -> None:
    page = html(told)
    assert page.index("Kontrolltall") < page.index("Kredittsalg i kassen:") < page.index("Kredittsalg som ordrer")
    assert "623,00 = 0,00 i bilaget + 623,00 som ordrer + 0,00 utelatt" in page
    assert page.count('badge-green">Sendt<') == 2
    assert page.count('badge-red">Venter<') == 1
    assert "Kredittsalg sendt som ordre: 2 ordrer, 590,00. Venter: 1 ordre, 33,00 (bongen er uten kunde)." in page
    assert "order-no-customer" in page
    english = html(told, "en")
    assert "Credit sales sent as orders: 2 orders, 590.00. Waiting: 1 order, 33.00" in english


def test_a_page_with_orders_that_wait_sends_nobody_to_a_terminal(told: Report) -> None:
    assert any(order.findings for order in list_orders(told))
    for lang in LANGS:
        shown = re.sub(r"(?s)<style.*?</style>", "", html(told, lang))
        assert not TYPED.search(shown), TYPED.search(shown)


def test_a_day_of_credit_sales_alone_says_that_and_has_its_orders(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "75.00"))
    page = html(shop.preview())
    assert "1 dag med bare kredittsalg" in page
    assert "alt er solgt på kreditt og blir ordrer" in page
    assert 'badge-blue">Klar<' in page
    assert "Ikke noe salg" not in page


def test_a_name_of_a_register_is_no_markup(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(credit_sale(1, "75.00", customer={"number": "K-<b>", "name": "<script>alert(1)</script>"}))
    assert "<script>alert" not in html(shop.preview())


def test_the_settlement_report_tells_what_is_ordered_and_not_what_became_of_it(told: Report) -> None:
    document = format_page(told.vouchers[0])
    assert [(row["ticket"], row["customer"], row["credit"]) for row in document["orders"]] == [
        ("2", "10101", "410.00"),
        ("3", "10101", "180.00"),
        ("4", None, "33.00"),
    ]
    shown = read(render_page(document))
    assert "Kredittsalg i kassen: 623,00 = 0,00 i bilaget + 623,00 som ordrer + 0,00 utelatt" in shown
    assert "Sendes som ordre: 3 ordrer, 623,00" in shown
    assert "uten kunde" in shown
    for state in ("Sendt", "Venter", "Klar"):
        assert state not in shown


def test_the_settlement_report_is_the_same_before_and_after_the_orders_are_sent(shop: Shop) -> None:
    apply_orders(shop)
    shop.sell(sale(1, "60.00"), credit_sale(2, "410.00"))
    before = format_page(shop.preview().vouchers[0])["orders"]
    assert format_page(shop.export().report.vouchers[0])["orders"] == before


def test_what_was_kept_of_a_voucher_shows_its_orders_again(told: Report) -> None:
    shown = told.vouchers[0]
    document = json.loads(json.dumps(format_page(shown)))
    assert read_sheet(document["voucher"], document["orders"]).control.credit == shown.control.credit
    old = dict(document["voucher"])
    old["control"] = {key: value for key, value in old["control"].items() if not key.startswith("credit")}
    assert read_sheet(old).control.credit is None


def test_where_credit_is_booked_is_told_in_both_languages() -> None:
    credit = CreditFigures(10000, 2500, 1500, (OrderedTicket("1", "7", None, 6000),))
    told = [format_credit(credit, lang).replace("\xa0", " ") for lang in LANGS]
    assert told == [
        "100,00 = 25,00 i bilaget + 60,00 som ordrer + 15,00 utelatt",
        "100.00 = 25.00 in the voucher + 60.00 as orders + 15.00 left out",
    ]
    assert format_ordered(credit, "en") == "1 order, 60.00"

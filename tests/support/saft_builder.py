"""Builds small SAF-T Cash Register documents for tests, with every dialect a parameter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

NORWEGIAN = "urn:StandardAuditFile-Taxation-CashRegister:NO"
DANISH = "urn:StandardAuditFile-Taxation-CashRegister:DK"

BASICS = (
    ("04", "100", "04006", "Mat"),
    ("04", "200", "04007", "Øl"),
    ("05", "SAL", "", "Sale line"),
    ("05", "RET", "", "Return line"),
    ("08", "100", "", "Staff discount"),
    ("10", "TIPS", "10001", "Tips"),
    ("10", "FEE", "10999", "Evening surcharge"),
    ("11", "CASHSAL", "11001", "Cash sale"),
    ("11", "CREDSAL", "11002", "Credit sale"),
    ("11", "RETURNSAL", "11006", "Return"),
    ("11", "EXCH", "11013", "Exchange"),
    ("11", "DROP", "11010", "Out payment"),
    ("12", "CASH", "12001", "Kontant"),
    ("12", "CARD", "12002", "Bankkort"),
    ("13", "SALREC", "13012", "Sales receipt"),
    ("13", "PROV", "13015", "Provisional receipt"),
    ("13", "ZREP", "13009", "Z report"),
    ("13", "XREP", "13008", "X report"),
)
VAT_CODES = (("0", "VAT 0 %", "0"), ("2", "VAT 15 %", "31"), ("3", "VAT 25 %", "3"))
ARTICLES = (("1001", "100"), ("2001", "200"))


def tag(name: str, text: object) -> str:
    """One element, or nothing for None."""
    return "" if text is None else f"<{name}>{text}</{name}>"


def vat(
    code: str | None = "3", percent: str | None = "25.00", amount: str | None = "20.00", side: str | None = "C"
) -> str:
    texts = {"vatCode": code, "vatPerc": percent, "vatAmnt": amount, "vatAmntTp": side}
    return "<vat>" + "".join(tag(name, text) for name, text in texts.items()) + "</vat>"


def line(
    amount: str = "100.00",
    *,
    net: str | None = None,
    side: str | None = "C",
    line_type: str | None = "SAL",
    group: str | None = "100",
    article: str | None = "1001",
    quantity: str | None = "1",
    vats: str | None = None,
    extra: str = "",
) -> str:
    """One ctLine at 25 % unless `vats` says otherwise."""
    try:
        exact = (Decimal(amount) / Decimal("1.25")).quantize(Decimal("0.01"))
        net = str(exact) if net is None else net
        own = vat(amount=str(Decimal(amount) - exact), side=side)
    except ArithmeticError:
        own = vat(side=side)
    return (
        "<ctLine><nr>1</nr><lineID>1</lineID>"
        + tag("lineType", line_type)
        + tag("artGroupID", group)
        + tag("artID", article)
        + tag("qnt", quantity)
        + tag("lineAmntIn", amount)
        + tag("lineAmntEx", net or None)
        + tag("amntTp", side)
        + "<lineDate>2020-01-01</lineDate><lineTime>08:59:00</lineTime>"
        + (own if vats is None else vats)
        + extra
        + "</ctLine>"
    )


def payment(
    amount: str = "100.00",
    payment_type: str | None = "CARD",
    currency: str | None = "NOK",
    rate: str | None = None,
) -> str:
    return (
        "<payment>"
        + tag("paymentType", payment_type)
        + tag("paidAmnt", amount)
        + tag("curCode", currency)
        + tag("exchRt", rate)
        + "</payment>"
    )


def ticket(
    lines: str | Sequence[str] = (),
    payments: str | Sequence[str] = (),
    *,
    number: str | None = "1",
    trans_id: str | None = None,
    kind: str | None = "CASHSAL",
    total: str = "100.00",
    side: str | None = "C",
    date: str | None = "2020-01-01",
    time: str | None = "09:00:00",
    rounding: str | None = None,
    extra: str = "",
    head: str = "",
    void: str | None = "false",
    training: str | None = "false",
) -> str:
    """One cashtransaction; `extra` stands between the lines and the rounding, `head` after the time."""
    return (
        "<cashtransaction>"
        + tag("nr", number)
        + tag("transID", number if trans_id is None else trans_id or None)
        + tag("transType", kind)
        + tag("transAmntIn", total)
        + tag("transAmntEx", "80.00")
        + tag("amntTp", side)
        + tag("transDate", date)
        + tag("transTime", time)
        + head
        + (lines if isinstance(lines, str) else "".join(lines))
        + extra
        + ("" if rounding is None else f"<rounding><roundingAmnt>{rounding}</roundingAmnt></rounding>")
        + (payments if isinstance(payments, str) else "".join(payments))
        + "<signature>abc</signature><keyVersion>1</keyVersion><receiptNum>1</receiptNum>"
        + tag("voidTransaction", void)
        + tag("trainingID", training)
        + "</cashtransaction>"
    )


def sale(number: str = "1", amount: str = "100.00", **options: Any) -> str:
    """An ordinary sale of one line, paid by card."""
    return ticket(line(amount), payment(amount), number=number, total=amount, **options)


def event(kind: str = "SALREC", trans_id: str | None = None, report: str = "") -> str:
    return (
        f"<event><eventID>1</eventID><eventType>{kind}</eventType>{tag('transID', trans_id)}"
        f"<eventDate>2020-01-01</eventDate><eventTime>23:00:00</eventTime>{report}</event>"
    )


def report(kind: str = "Z report", body: str = "", number: str = "7", register: str = "K1") -> str:
    return (
        f"<eventReport><reportID>{number}</reportID><reportType>{kind}</reportType>"
        "<companyIdent>999999999</companyIdent><companyName>Fjordmat AS</companyName>"
        f"<reportDate>2020-01-01</reportDate><reportTime>23:30:00</reportTime>{tag('registerID', register)}"
        f"{body}</eventReport>"
    )


def register(content: str, number: str | None = "K1", description: str | None = "Bar") -> str:
    return f"<cashregister>{tag('registerID', number)}{tag('regDesc', description)}{content}</cashregister>"


def location(content: str, name: str | None = "Torget") -> str:
    address = "<streetAddress><streetname>Torget</streetname><number>1</number></streetAddress>"
    return f"<location>{tag('name', name)}{address}{content}</location>"


def header(**changed: str | None) -> str:
    texts: dict[str, str | None] = {
        "fiscalYear": "2020",
        "startDate": "2020-01-01",
        "endDate": "2020-01-31",
        "curCode": "NOK",
        "dateCreated": "2020-02-01",
        "timeCreated": "10:40:00",
        "softwareDesc": "Kassen",
        **changed,
    }
    sender = "<auditfileSender><companyIdent>111111111</companyIdent></auditfileSender>"
    return "<header>" + "".join(tag(name, text) for name, text in texts.items()) + sender + "</header>"


def master(
    basics: Sequence[tuple[str, str, str, str]] = BASICS,
    articles: Sequence[tuple[str, str]] = ARTICLES,
    vat_codes: Sequence[tuple[str, str, str]] = VAT_CODES,
) -> str:
    rows = [
        "<vatCodeDetail>"
        + tag("vatCode", code)
        + tag("vatDesc", name)
        + tag("standardVatCode", standard)
        + "</vatCodeDetail>"
        for code, name, standard in vat_codes
    ]
    goods = [f"<article><artID>{article}</artID>{tag('artGroupID', group)}</article>" for article, group in articles]
    codes = [
        f"<basic><basicType>{basic_type}</basicType><basicID>{basic_id}</basicID>"
        f"{tag('predefinedBasicID', code or None)}<basicDesc>{description}</basicDesc></basic>"
        for basic_type, basic_id, code, description in basics
    ]
    return (
        f"<vatCodeDetails>{''.join(rows)}</vatCodeDetails><articles>{''.join(goods)}</articles>"
        f"<basics>{''.join(codes)}</basics>"
    )


def document(
    *tickets: str,
    before: str = "",
    lists: str | None = None,
    head: str | None = None,
    locations: str | None = None,
    root: str = "auditfile",
    namespace: str | None = NORWEGIAN,
    prefix: str = "",
    declared: str | None = "UTF-8",
    encoding: str = "utf-8",
) -> bytes:
    """A whole file of one location and one register; `before` stands before the tickets."""
    body = (
        (header() if head is None else head)
        + "<company><companyIdent>999999999</companyIdent><companyName>Fjordmat AS</companyName>"
        + "<taxRegIdent>999999999MVA</taxRegIdent>"
        + (master() if lists is None else lists)
        + (location(register(before + "".join(tickets))) if locations is None else locations)
        + "</company>"
    )
    xmlns = "" if namespace is None else f' xmlns{":" + prefix if prefix else ""}="{namespace}"'
    text = f"<{root}>{body}</{root}>"
    if prefix:
        text = re.sub(r"<(/?)([A-Za-z])", rf"<\1{prefix}:\2", text)
    text = re.sub(r">", f"{xmlns}>", text, count=1)
    declaration = "" if declared is None else f'<?xml version="1.0" encoding="{declared}"?>\n'
    return (declaration + text).encode(encoding)

"""One SAF-T `event` element with an `eventReport` -> one ZReport, or nothing.

A Z covers its register from the Z before it; an X is no Z. Its total is before rounding, its payments after. Never
here: comparing it with the tickets. Units: øre. Source: SAF-T CR 1.00 XSD, eventReport.
"""

from __future__ import annotations

import re
from typing import Any

from posexport.core.sales import EntryKind, ZReport, ZTotal
from posexport.sources import saft_codes
from posexport.sources.saft_codes import CodeBook, parse_rate
from posexport.sources.saft_values import Unreadable, check_code, local_name, parse_amount, parse_moment

_Z = re.compile(r"z", re.IGNORECASE)
_X = re.compile(r"x", re.IGNORECASE)


def read_z_report(event: Any, register: str, location: str | None, book: CodeBook) -> ZReport | None:
    """The Z-report in an event; None where it holds none. What a report lacks is left out.

    Raises Unreadable for an amount or a date that is none, and for a Z-report without any date.
    """
    texts: dict[str, str] = {}
    report = None
    for child in event:
        name = local_name(child.tag)
        if name == "eventReport":
            report = child
        elif name:
            texts[name] = (child.text or "").strip()
    if report is None:
        return None
    texts.update({local_name(child.tag): (child.text or "").strip() for child in report})
    if not _is_z(texts.get("reportType", ""), texts.get("eventType", ""), book):
        return None
    totals: list[ZTotal] = []
    total_ore = None
    for child in report:
        name = local_name(child.tag)
        if name == "reportTotalCashSales":
            total = _texts(child).get("totalCashSaleAmnt")
            total_ore = parse_amount("totalCashSaleAmnt", total) if total else None
        elif name == "reportArtGroups":
            for group in child:
                _add(totals, EntryKind.SALE, _texts(group), "artGroupID", "artGroupAmnt", book)
        elif name == "reportPayments":
            for payment in child:
                _add(totals, EntryKind.PAYMENT, _texts(payment), "paymentType", "paymentAmnt", book)
        elif name == "reportTip":
            tip = _texts(child).get("tipAmnt")
            if tip:
                totals.append(ZTotal(EntryKind.TIP, "", parse_amount("tipAmnt", tip)))
        elif name == "reportCashSalesVat":
            totals.extend(_vat_totals(child, book))
    return ZReport(
        check_code("registerID", texts.get("registerID") or register),
        check_code("reportID", texts.get("reportID") or texts.get("eventID", "")),
        parse_moment(
            texts.get("reportDate") or texts.get("eventDate"), texts.get("reportTime") or texts.get("eventTime")
        ),
        total_ore,
        tuple(totals),
        location,
    )


def _is_z(report_type: str, event_type: str, book: CodeBook) -> bool:
    for text in (report_type, event_type):
        code = book.predefined(saft_codes.EVENT, text)
        if code in (saft_codes.X_REPORT, saft_codes.Z_REPORT):
            return code == saft_codes.Z_REPORT
        has_z, has_x = _Z.search(text) is not None, _X.search(text) is not None
        if has_z != has_x:
            return has_z
    return False


def _add(totals: list[ZTotal], kind: EntryKind, texts: dict[str, str], code: str, amount: str, book: CodeBook) -> None:
    if not texts.get(code) or not texts.get(amount):
        return
    amount_ore = parse_amount(amount, texts[amount])
    check_code(code, texts[code])
    if kind is EntryKind.SALE:
        totals.append(ZTotal(kind, book.product_type(texts[code], ""), amount_ore))
    else:
        totals.append(ZTotal(kind, book.payment_type(texts[code]), amount_ore))


def _vat_totals(element: Any, book: CodeBook) -> list[ZTotal]:
    """VAT per code. A row marked D among rows marked C is below zero, however it is written."""
    rows = [texts for texts in map(_texts, element) if texts.get("cashSaleAmnt") or texts.get("vatAmnt")]
    sides = {texts.get("vatAmntTp", "") for texts in rows}
    totals = []
    for texts in rows:
        amount_ore = parse_amount("cashSaleAmnt", texts.get("cashSaleAmnt") or "0")
        vat_ore = parse_amount("vatAmnt", texts.get("vatAmnt") or "0")
        if texts.get("vatAmntTp") == "D" and "C" in sides and amount_ore > 0 and vat_ore >= 0:
            amount_ore, vat_ore = -amount_ore, -vat_ore
        elif amount_ore:
            vat_ore = abs(vat_ore) if amount_ore > 0 else -abs(vat_ore)
        code = check_code("vatCode", texts.get("vatCode", ""))
        if not code and texts.get("vatPerc"):
            try:
                code = book.vat_code_of_rate(parse_rate(texts["vatPerc"]))
            except ValueError:
                raise Unreadable(
                    f"vatPerc is {texts['vatPerc'][:60]!r}.",
                    "a percentage such as 25.00.",
                    "Have the supplier correct the Z-report and export the file again.",
                ) from None
        totals.append(ZTotal(None, code, amount_ore, vat_ore))
    return totals


def _texts(element: Any) -> dict[str, str]:
    return {local_name(child.tag): (child.text or "").strip() for child in element}

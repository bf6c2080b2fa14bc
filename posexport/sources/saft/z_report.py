"""One SAF-T `event` element with an `eventReport` -> one ZReport, or nothing.

A Z-report covers its register from the previous Z-report on; an X-report is none. Its total is before rounding, its
payments after. Never here: comparing it with tickets. Units: øre. Source: SAF-T CR 1.00 XSD, eventReport.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from posexport.core.sales import EntryKind, ImportNote, ZReport, ZTotal
from posexport.sources.saft import codes
from posexport.sources.saft.codes import CodeBook, parse_rate
from posexport.sources.saft.values import (
    Odd,
    Unreadable,
    check_code,
    local_name,
    parse_amount,
    parse_moment,
    short,
)

_Z = re.compile(r"z", re.IGNORECASE)
_X = re.compile(r"x", re.IGNORECASE)


def read_z_report(
    event: Any,
    register: str,
    location: str | None,
    book: CodeBook,
    notice: Callable[[str, ImportNote], None],
    odd: Odd,
) -> ZReport | None:
    """The Z-report in an event; None where it has none. Missing figures are left out; `notice` is called for what had
    to be guessed from words, `odd` for unusual spellings.

    Raises Unreadable for an invalid amount or date, and for a Z-report without a date.
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
    place = f"register {texts.get('registerID') or register}, report {texts.get('reportID', '') or 'without a number'}"
    if not _is_z(texts.get("reportType", ""), texts.get("eventType", ""), book, place, notice):
        return None

    def amount_of(what: str, text: str | None) -> int:
        return parse_amount(what, text, odd)

    totals: list[ZTotal] = []
    total_ore = None
    for child in report:
        name = local_name(child.tag)
        if name == "reportTotalCashSales":
            total = _texts(child).get("totalCashSaleAmnt")
            total_ore = amount_of("totalCashSaleAmnt", total) if total else None
        elif name == "reportArtGroups":
            for group in child:
                _add(totals, EntryKind.SALE, _texts(group), "artGroupID", "artGroupAmnt", book, odd)
        elif name == "reportPayments":
            for payment in child:
                _add(totals, EntryKind.PAYMENT, _texts(payment), "paymentType", "paymentAmnt", book, odd)
        elif name == "reportTip":
            tip = _texts(child).get("tipAmnt")
            if tip:
                totals.append(ZTotal(EntryKind.TIP, "", amount_of("tipAmnt", tip)))
        elif name == "reportCashSalesVat":
            totals.extend(_vat_totals(child, book, odd))
    return ZReport(
        check_code("registerID", texts.get("registerID") or register),
        check_code("reportID", texts.get("reportID") or texts.get("eventID", "")),
        parse_moment(
            texts.get("reportDate") or texts.get("eventDate"),
            texts.get("reportTime") or texts.get("eventTime"),
            odd,
        ),
        total_ore,
        tuple(totals),
        location,
    )


def _is_z(
    report_type: str, event_type: str, book: CodeBook, place: str, notice: Callable[[str, ImportNote], None]
) -> bool:
    """Whether it is a Z-report: by the code list, by its letter, or by its name."""
    said = (report_type, event_type)
    for text in said:
        code = book.predefined(codes.EVENT, text)
        if code and code not in codes.OTHER_EVENTS:
            return code == codes.Z_REPORT
        told = book.is_day_end(text)
        if told is None:
            has_z, has_x = _Z.search(text) is not None, _X.search(text) is not None
            if has_z != has_x:
                return has_z
        else:
            if told and not _Z.search(text):
                notice(
                    "z-by-name",
                    ImportNote(place, f"The report is called {_called(text, book)} and was read as a Z-report."),
                )
            return told
    if any(said):
        called = _called(report_type or event_type, book)
        notice(
            "z-unclear",
            ImportNote(
                place,
                f"It cannot be told whether the report {called} is a Z-report; it was not compared with the tickets. "
                "If it is one, have the cash register's supplier give the event the predefined code 13009.",
            ),
        )
    return False


def _called(text: str, book: CodeBook) -> str:
    described = book.description(codes.EVENT, text)
    return f"{short(text)} ({described[:60]})" if described and described != text else short(text)


def _add(
    totals: list[ZTotal], kind: EntryKind, texts: dict[str, str], code: str, amount: str, book: CodeBook, odd: Odd
) -> None:
    if not texts.get(code) or not texts.get(amount):
        return
    amount_ore = parse_amount(amount, texts[amount], odd)
    written = check_code(code, texts[code])
    own = book.product_type(written, "") if kind is EntryKind.SALE else book.payment_type(written)
    totals.append(ZTotal(kind, own, amount_ore))


def _vat_totals(element: Any, book: CodeBook, odd: Odd) -> list[ZTotal]:
    """VAT per code. A row marked D among rows marked C is negative, whatever sign is written. Raises Unreadable."""
    rows = [texts for texts in map(_texts, element) if texts.get("cashSaleAmnt") or texts.get("vatAmnt")]
    sides = {texts.get("vatAmntTp", "") for texts in rows}
    totals = []
    for texts in rows:
        amount_ore = parse_amount("cashSaleAmnt", texts.get("cashSaleAmnt") or "0", odd)
        vat_ore = parse_amount("vatAmnt", texts.get("vatAmnt") or "0", odd)
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

"""The JSON of previews, exports and statuses, as the guide lists it. Amounts are strings of kroner. Stored JSON of a
voucher is read back by `views.kept`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from posexport.core.finding import Accepted, Finding, Ore
from posexport.core.mends import Mend
from posexport.core.money import format_ore
from posexport.core.order_review import OrderReport
from posexport.core.report import DayReport, OrderedTicket, Removal, Report, StatusRow, VoucherReport
from posexport.texts.describe import fix_of, message_of
from posexport.texts.language import Lang, choose_lang
from posexport.texts.mends_in_words import fix_in_words
from posexport.texts.moments import Write, keep_moments
from posexport.views.json_orders import format_order, list_orders
from posexport.views.line_changes import format_changes, lay_out_changes
from posexport.views.voucher import (
    Amount,
    ControlTable,
    Figure,
    LineRow,
    Moment,
    VatRow,
    ZTable,
    lay_out,
)

Describe = Callable[[Finding, Lang, Write], str]

OTHER = "other"
"""The kind of a line whose text alone says what it is for."""


def format_report(report: Report, lang: Lang = "nb") -> dict[str, Any]:
    """A report as `preview --json` and `export --json` print it."""
    return {
        "vouchers": [format_voucher(shown, lang) for shown in report.vouchers],
        "findings": [format_finding(finding, lang) for finding in report.findings],
        **({"orders": format_orders(list_orders(report), lang)} if report.orders else {}),
    }


def format_orders(orders: Iterable[OrderReport], lang: Lang = "nb") -> list[dict[str, Any]]:
    """Orders as JSON data."""
    return [format_order(one, [format_finding(finding, lang) for finding in one.findings]) for one in orders]


def format_voucher(shown: DayReport, lang: Lang = "nb", describe_fix: Describe = fix_of) -> dict[str, Any]:
    """One voucher, or a day without one, as JSON data: amounts are strings with two decimals. `describe_fix`: how it
    says what to do about a finding."""
    report = shown if isinstance(shown, VoucherReport) else None
    voucher, sheet = report.voucher if report else None, lay_out(shown)
    data: dict[str, Any] = {
        "venue": shown.venue.id,
        "business_day": shown.business_day.isoformat(),
        "posting_date": (voucher.posting_date if voucher else shown.business_day).isoformat(),
        "reference": shown.reference,
        "currency": shown.company.currency,
        "description": voucher.description if voucher else "",
        "department": shown.venue.department,
        "target": shown.company.target,
        "state": shown.state.value,
        "debit": format_ore(sheet.lines.debit_ore if sheet.lines else 0),
        "credit": format_ore(sheet.lines.credit_ore if sheet.lines else 0),
        "lines": [_format_line(row) for row in sheet.lines.rows] if sheet.lines else [],
        "findings": [format_finding(finding, lang, describe_fix) for finding in shown.findings],
        "vat": [_format_vat(row) for row in sheet.vat],
        "control": _format_control(sheet.control),
        "z_reports": [_format_z(table) for table in sheet.z_reports],
    }
    return data | _format_delivery(report) if report else data


def _format_delivery(shown: VoucherReport) -> dict[str, Any]:
    """The outcome of sending a voucher, as far as there is one."""
    data: dict[str, Any] = {}
    if shown.remote_id is not None:
        data["remote_id"] = shown.remote_id
    if shown.drafted_at is not None:
        data["drafted_at"] = shown.drafted_at.isoformat()
    if shown.answer:
        data["answer"] = shown.answer
    return data


class Making(NamedTuple):
    """When (by the venue's clock), by which version, and from which files, with when each was read, a settlement report
    is made."""

    made_at: datetime
    version: str
    files: tuple[tuple[str, datetime], ...] = ()


def format_page(shown: DayReport, *, made: Making | None = None, is_unsent: bool = False) -> dict[str, Any]:
    """The data of one voucher's settlement report in the company's language: the voucher's JSON, with venue and
    company, and what was drafted before it. `made`: of what the report tells how it was made; `is_unsent`: it shows
    a drafted day as it is now, and nothing of that is sent. It is read where nobody can type: what to do is told in
    words."""
    credit = lay_out(shown).control.credit
    orders = credit.ordered if credit else ()
    changes = lay_out_changes(shown)
    lang = choose_lang(shown.company.language)
    return {
        **({} if lang == "nb" else {"language": lang}),
        "company": shown.company.name,
        "organization_number": shown.company.organization_number,
        "venue_name": shown.venue.name,
        "opens": shown.venue.calendar.local(shown.venue.calendar.start(shown.business_day)).isoformat(),
        "closes": shown.venue.calendar.local(shown.venue.calendar.end(shown.business_day)).isoformat(),
        "voucher": format_voucher(shown, lang, fix_in_words),
        **({"orders": [_format_ordered(ticket) for ticket in orders]} if orders else {}),
        **({"changes": format_changes(changes)} if changes else {}),
        **({"made": _format_making(made)} if made else {}),
        **({"is_unsent": True} if is_unsent else {}),
    }


def _format_making(made: Making) -> dict[str, Any]:
    return {
        "at": made.made_at.isoformat(),
        "version": made.version,
        "files": [{"name": name, "read_at": read_at.isoformat()} for name, read_at in made.files],
    }


def _format_ordered(ticket: OrderedTicket) -> dict[str, Any]:
    return {
        "register": ticket.register,
        "ticket": ticket.number,
        "customer": ticket.customer,
        "credit": format_ore(ticket.credit_ore),
    }


def format_line(row: LineRow) -> dict[str, Any]:
    """One voucher line as JSON data, without its counterpart."""
    data: dict[str, Any] = {
        "account": row.account,
        "vat_code": row.vat_code,
        "department": row.department,
        "debit": format_ore(row.debit_ore),
        "credit": format_ore(row.credit_ore),
        "kind": row.kind.wire if row.kind else OTHER,
        "source": row.source,
        "description": row.description,
    }
    if row.customer is not None:
        data["customer"] = row.customer
    return data


def _format_line(row: LineRow) -> dict[str, Any]:
    return {"account": row.account, "counter_account": row.counter_account, **format_line(row)}


def format_finding(finding: Finding, lang: Lang = "nb", describe_fix: Describe = fix_of) -> dict[str, Any]:
    """A finding as JSON data."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": message_of(finding, lang, keep_moments),
        "fix": describe_fix(finding, lang, keep_moments),
        "mends": [_format_mend(mend) for mend in finding.mends],
        **({"accepted": _format_accepted(finding.accepted)} if finding.accepted else {}),
    }


def _format_accepted(accepted: Accepted) -> dict[str, Any]:
    return {"who": accepted.who, "at": accepted.at.isoformat(), "why": accepted.why}


def _format_mend(mend: Mend) -> dict[str, Any]:
    facts = {name: format_ore(fact) if isinstance(fact, Ore) else fact for name, fact in mend.facts.items()}
    return {"kind": mend.kind.value, **facts}


def _format_vat(row: VatRow) -> dict[str, Any]:
    return {
        "vat_code": row.vat_code,
        "rate_bp": row.rate_bp,
        "gross": format_ore(row.gross_ore),
        "register": _optional_ore(row.register_ore),
        "poweroffice": _optional_ore(row.extracted_ore),
    }


def _optional_ore(amount_ore: int | None) -> str | None:
    return None if amount_ore is None else format_ore(amount_ore)


def _format_control(control: ControlTable) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for figure in control.figures:
        data |= _format_figure(figure)
    if control.removals:
        data["removed"] = sum(removal.tickets for removal in control.removals)
        data["removed_amount"] = format_ore(sum(removal.amount_ore for removal in control.removals))
        data["removals"] = [_format_removal(removal) for removal in control.removals]
    if control.credit is not None:
        data["credit_sales"] = format_ore(control.credit.total_ore)
        data["credit_in_voucher"] = format_ore(control.credit.voucher_ore)
        data["credit_in_orders"] = format_ore(control.credit.ordered_ore)
        data["credit_left_out"] = format_ore(control.credit.left_out_ore)
        data["credit_held"] = format_ore(control.credit.held_ore)
    return data


def _format_figure(figure: Figure) -> dict[str, Any]:
    if isinstance(figure, Amount):
        return {figure.key: format_ore(figure.amount_ore)}
    if isinstance(figure, Moment):
        return {figure.key: figure.at.isoformat() if figure.at else None}
    amount = {} if figure.amount_ore is None else {f"{figure.key}_amount": format_ore(figure.amount_ore)}
    return {figure.key: figure.number, **amount}


def _format_removal(removal: Removal) -> dict[str, Any]:
    return {
        "kind": removal.kind,
        "register": removal.register,
        "number": removal.number,
        "completed_at": removal.completed_at.isoformat() if removal.completed_at else None,
        "tickets": removal.tickets,
        "amount": format_ore(removal.amount_ore),
        "file": removal.file or None,
        "who": removal.who,
        "at": removal.at.isoformat(),
        "why": removal.why,
    }


def _format_z(table: ZTable) -> dict[str, Any]:
    return {
        "register": table.register,
        "number": table.number,
        "agrees": table.agrees,
        "rows": [
            {
                "what": row.what,
                "code": row.code,
                "z_report": format_ore(row.z_ore),
                "tickets": format_ore(row.tickets_ore),
                "agrees": row.agrees,
            }
            for row in table.rows
        ],
    }


def format_status(rows: tuple[StatusRow, ...], lang: Lang = "nb") -> list[dict[str, Any]]:
    """Status rows as JSON data; `document` is present only for documents other than vouchers."""
    return [
        {
            "venue": row.venue.id,
            "business_day": row.business_day.isoformat(),
            "state": row.state.value,
            "reference": row.reference,
            "amount": _optional_ore(row.debit_ore),
            "remote_id": row.remote_id,
            "drafted_at": row.drafted_at.isoformat() if row.drafted_at else None,
            "findings": [format_finding(finding, lang) for finding in row.findings],
            "answer": row.answer,
            **({} if row.document_kind == "voucher" else {"document": row.document_kind}),
        }
        for row in rows
    ]

"""The reconciliation of credit sales, and what is not invoiced at a date, in a terminal and as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from posexport.core.order_reconciliation import AccountSum, DayReconciliation, NotInvoiced, Verdict
from posexport.render.terminal.sheet import Column, Sheet, hold
from posexport.texts.clean import clean
from posexport.texts.language import Lang, capitalize, format_day, format_day_short
from posexport.texts.reconciliation import (
    describe_days,
    describe_till,
    describe_verdict,
    name_not_invoiced,
    reconciliation_words,
)
from posexport.views.reconciliation import BookedRow, CountedRow, lay_out_booked, lay_out_counted, lay_out_total

_UNDONE_STYLE = "bold yellow"
_STYLES = {Verdict.AGREES: "bold green", Verdict.DIFFERS: "bold red", Verdict.BY_HAND: "bold"}


def print_reconciliation(days: Sequence[DayReconciliation], console: Console, lang: Lang) -> None:
    """Print business days reconciled: takings, where they are booked, each order, and whether that agrees."""
    sheet, words = Sheet(console, lang), reconciliation_words(lang)
    if not days:
        sheet.line(words["none"], indent="")
        return
    for day in days:
        sheet.rule()
        when = capitalize(format_day(day.business_day, lang))
        sheet.line(Text(f"{words['title']}  {clean(day.venue.name)}  {when}", style="bold"), indent="")
        sheet.line(Text(f"{words['till']}: ", style="bold"), hold(clean(describe_till(day.till, lang))))
        sheet.blank()
        _print_booked(sheet, lay_out_booked(day, lang))
        sheet.blank()
        _print_orders(sheet, day)
        sheet.line(Text(describe_verdict(day, lang), style=_find_style(day)))
        sheet.blank()
    if len(days) > 1:
        sheet.rule()
        sheet.line(Text(f"{words['title']}  {describe_days(days, lang)}", style="bold"), indent="")
        sheet.blank()
        _print_booked(sheet, lay_out_total(days, lang))
        sheet.blank()


def _find_style(day: DayReconciliation) -> str:
    return _UNDONE_STYLE if day.verdict is Verdict.AGREES and not day.is_done else _STYLES[day.verdict]


def _print_booked(sheet: Sheet, rows: Sequence[BookedRow]) -> None:
    words = reconciliation_words(sheet.lang)
    columns = (
        Column(words["what"], wraps=True),
        Column(words["number"], wraps=True),
        Column(words["amount"], is_amount=True),
    )
    cells = ((Text(row.name), Text(clean(row.numbers)), sheet.amount(row.amount_ore)) for row in rows)
    total_ore = sum(row.amount_ore for row in rows)
    sheet.table(columns, cells, (Text(words["sum"]), Text(), sheet.amount(total_ore)))


def _print_orders(sheet: Sheet, day: DayReconciliation) -> None:
    rows = lay_out_counted(day.orders, sheet.lang)
    if not rows:
        return
    words = reconciliation_words(sheet.lang)
    columns = (
        Column(words["ticket"]),
        Column(words["customer"], wraps=True),
        Column(words["state"], wraps=True),
        Column(words["order_no"]),
        Column(words["invoice_no"]),
        Column(words["amount"], is_amount=True),
        Column(words["invoiced"], is_amount=True),
        Column(words["difference"], is_amount=True),
    )
    sheet.table(columns, (_cells(sheet, row) for row in rows), under=[row.why for row in rows])
    sheet.blank()


def _cells(sheet: Sheet, row: CountedRow) -> tuple[Text, ...]:
    return (
        Text(clean(row.ticket)),
        Text(clean(row.customer)),
        Text(row.state),
        Text(clean(row.order_no)),
        Text(clean(row.invoice_no)),
        sheet.amount(row.amount_ore),
        sheet.amount(row.invoiced_ore),
        sheet.side(row.difference_ore),
    )


def print_not_invoiced(companies: Sequence[NotInvoiced], console: Console, lang: Lang) -> None:
    """Print what each company had not invoiced at a date: each order, and the sums by sales account."""
    sheet, words = Sheet(console, lang), reconciliation_words(lang)
    for found in companies:
        sheet.rule()
        title = f"{name_not_invoiced(found.at, lang)}  {clean(found.company.name)}"
        sheet.line(Text(title, style="bold"), indent="")
        if not found.orders:
            sheet.line(words["nothing_open"])
            sheet.blank()
            continue
        _print_open(sheet, found)
        sheet.blank()
        _print_accounts(sheet, found)
        sheet.blank()
        sheet.line(words["explained"])
        sheet.blank()


def _print_open(sheet: Sheet, found: NotInvoiced) -> None:
    words, rows = reconciliation_words(sheet.lang), lay_out_counted(found.orders, sheet.lang)
    columns = (
        Column(words["day"]),
        Column(words["venue"], wraps=True),
        Column(words["ticket"]),
        Column(words["customer"], wraps=True),
        Column(words["state"], wraps=True),
        Column(words["order_no"]),
        Column(words["gross"], is_amount=True),
    )
    cells = (
        (
            Text(format_day_short(row.shown.shown.business_day, sheet.lang)),
            Text(clean(row.shown.shown.venue.name)),
            Text(clean(row.ticket)),
            Text(clean(row.customer)),
            Text(row.state),
            Text(clean(row.order_no)),
            sheet.amount(row.shown.total_ore),
        )
        for row in rows
    )
    sheet.table(columns, cells, under=[[clean(row.later)] if row.later else [] for row in rows])


def _print_accounts(sheet: Sheet, found: NotInvoiced) -> None:
    words = reconciliation_words(sheet.lang)
    columns = (
        Column(words["account"]),
        Column(words["vat_code"]),
        Column(words["net"], is_amount=True),
        Column(words["vat"], is_amount=True),
        Column(words["gross"], is_amount=True),
    )
    sums = (sheet.amount(found.net_ore), sheet.amount(found.vat_ore), sheet.amount(found.gross_ore))
    sheet.table(columns, (_account_cells(sheet, one) for one in found.accounts), (Text(words["sum"]), Text(), *sums))


def _account_cells(sheet: Sheet, one: AccountSum) -> tuple[Text, ...]:
    unknown = reconciliation_words(sheet.lang)["unknown_account"]
    return (
        Text(clean(one.account)) if one.account else sheet.marked(unknown),
        Text(clean(one.vat_code or "?")),
        sheet.amount(one.net_ore),
        sheet.amount(one.vat_ore),
        sheet.amount(one.gross_ore),
    )

"""Orders for sales on credit in a terminal, and as plain text where the output is piped: those of a day under its
voucher, a list of them, and one with its lines.

Nothing is shown by colour alone. Names are printed as `Text`, so that nothing a register wrote is taken for markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from posexport.core.order_review import OrderReport
from posexport.core.orders.order import OrderLine, OrderLineKind
from posexport.core.report import DayReport
from posexport.render.terminal.findings import print_findings
from posexport.render.terminal.sheet import INDENT, Column, Sheet, hold
from posexport.texts.clean import clean
from posexport.texts.language import Lang, capitalize, format_day, format_day_short, format_moment
from posexport.texts.orders import (
    describe_also,
    describe_invoice,
    name_order_state,
    order_words,
)
from posexport.texts.report import describe_answer
from posexport.views.orders import (
    Colour,
    OrderRow,
    format_customer,
    format_tally,
    gather_findings,
    lay_out_order,
    lay_out_orders,
)

_STYLES = {
    Colour.GREY: "dim",
    Colour.RED: "bold red",
    Colour.BLUE: "bold blue",
    Colour.AMBER: "bold yellow",
    Colour.GREEN: "bold green",
}


def print_orders_of_day(sheet: Sheet, orders: Sequence[OrderReport], day: DayReport | None = None) -> None:
    """Print the orders of one business day: a table, how many are where, and what is found and not told of its voucher
    (`day`) above them."""
    if not orders:
        return
    sheet.line(Text(order_words(sheet.lang)["orders"], style="bold"))
    _print_table(sheet, orders, has_day=False)
    _print_tally(sheet, orders)
    _print_trouble(sheet, orders, day)
    sheet.blank()


def print_orders(orders: Sequence[OrderReport], console: Console, lang: Lang) -> None:
    """Print orders of any days, venue by venue, each with its findings; and how many are where."""
    sheet = Sheet(console, lang)
    if not orders:
        sheet.line(order_words(lang)["none"], indent="")
        return
    for _, group in groupby(orders, key=lambda shown: shown.venue.id):
        of_venue = list(group)
        sheet.line(Text(clean(of_venue[0].venue.name), style="bold"), indent="")
        _print_table(sheet, of_venue, has_day=True)
        _print_trouble(sheet, of_venue)
        sheet.blank()
    _print_tally(sheet, orders, indent="")


def print_order(shown: OrderReport, console: Console, lang: Lang) -> None:
    """Print one order with its lines."""
    sheet, words, row = Sheet(console, lang), order_words(lang), lay_out_order(shown)
    sheet.rule()
    place = f"{words['register']} {row.register}, {words['ticket'].lower()} {row.ticket}"
    day = capitalize(format_day(row.business_day, lang))
    sheet.line(Text(f"{clean(shown.venue.name)}  {day}  {clean(place)}  ", style="bold"), _state(sheet, row), indent="")
    facts = [(words["customer"], format_customer(row.customer, lang)), *_facts(sheet, row, has_order_no=True)]
    sheet.line("   ".join(hold(f"{name}: {clean(value)}") for name, value in facts))
    _print_answer(sheet, shown)
    sheet.blank()
    _print_lines(sheet, shown)
    sheet.line(Text(f"{words['credit']}: ", style="bold"), sheet.amount(shown.order.credit_ore))
    if shown.findings:
        sheet.blank()
        print_findings(sheet, shown.findings)
    sheet.blank()


def _print_table(sheet: Sheet, orders: Sequence[OrderReport], *, has_day: bool) -> None:
    words, rows = order_words(sheet.lang), lay_out_orders(orders).rows
    columns = (
        *([Column(words["day"])] if has_day else []),
        Column(words["register"]),
        Column(words["ticket"]),
        Column(words["customer"], wraps=True),
        Column(words["state"], wraps=True),
        Column(words["order_no"]),
        Column(words["total"], is_amount=True),
    )
    cells = (_cells(sheet, row, has_day=has_day) for row in rows)
    under = [[f"{name}: {clean(value)}" for name, value in _facts(sheet, row)] for row in rows]
    sheet.table(columns, cells, under=under)


def _cells(sheet: Sheet, row: OrderRow, *, has_day: bool) -> tuple[Text, ...]:
    return (
        *([Text(format_day_short(row.business_day, sheet.lang))] if has_day else []),
        Text(clean(row.register)),
        Text(clean(row.ticket)),
        Text(clean(format_customer(row.customer, sheet.lang))),
        _state(sheet, row),
        Text(clean(row.order_no)),
        sheet.amount(row.total_ore),
    )


def _state(sheet: Sheet, row: OrderRow) -> Text:
    return Text(name_order_state(row.state, sheet.lang, is_changed=row.is_changed), style=_STYLES[row.colour])


def _facts(sheet: Sheet, row: OrderRow, *, has_order_no: bool = False) -> list[tuple[str, str]]:
    """What identifies an order, and what became of it; each can be copied whole."""
    words, sent_at = order_words(sheet.lang), row.shown.drafted_at
    told = [(words["reference"], row.reference)]
    if has_order_no and row.order_no:
        told.append((words["order_no"], row.order_no))
    if sent_at is not None:
        told.append((words["sent_at"], format_moment(sent_at, sheet.lang, row.shown.venue)))
    if row.shown.order.related_invoice_no is not None:
        told.append((words["credits"], str(row.shown.order.related_invoice_no)))
    if row.invoice is not None:
        told.append((words["invoice"], describe_invoice(row.invoice, sheet.lang)))
    return told


def _print_tally(sheet: Sheet, orders: Sequence[OrderReport], indent: str = "  ") -> None:
    sheet.line(Text(f"{format_tally(lay_out_orders(orders).tally, sheet.lang)}.", style="bold"), indent=indent)


def _print_trouble(sheet: Sheet, orders: Sequence[OrderReport], day: DayReport | None = None) -> None:
    """Print what the ledger said of orders, and what is found on them."""
    for shown in orders:
        _print_answer(sheet, shown)
    for told in gather_findings(lay_out_orders(orders, day).findings):
        print_findings(sheet, [told.finding])
        if told.also:
            sheet.line(clean(describe_also(told.also, sheet.lang)), indent=INDENT * 2)


def _print_answer(sheet: Sheet, shown: OrderReport) -> None:
    if not shown.answer:
        return
    label, answer = describe_answer(shown, sheet.lang)
    sheet.line(Text(f"{label} ({clean(shown.order.reference)}): ", style="bold"), clean(answer))


def _print_lines(sheet: Sheet, shown: OrderReport) -> None:
    words, order = order_words(sheet.lang), shown.order
    columns = (
        Column(words["product"]),
        Column(words["text"], wraps=True),
        Column(words["quantity"], is_amount=True),
        Column(words["price"], is_amount=True),
        Column(words["vat_code"]),
        Column(words["net"], is_amount=True),
        Column(words["vat"], is_amount=True),
        Column(words["total"], is_amount=True),
    )
    sums = (sheet.amount(order.net_ore), sheet.amount(order.vat_ore), sheet.amount(order.total_ore))
    footer = (Text(), Text(words["sum"]), Text(), Text(), Text(), *sums)
    sheet.table(columns, (_line_cells(sheet, line) for line in order.lines), footer)


def _line_cells(sheet: Sheet, line: OrderLine) -> tuple[Text, ...]:
    text = Text(clean(line.text))
    if line.kind is OrderLineKind.TEXT:
        return (Text(), text, *(Text() for _ in range(6)))
    return (
        Text(clean(line.product)) if line.product else sheet.marked(order_words(sheet.lang)["missing_product"]),
        text,
        Text(_plain(f"{line.quantity:f}", sheet.lang)),
        Text(_plain(f"{line.price:f}", sheet.lang)),
        Text(clean(line.vat_code or "?")),
        sheet.amount(line.net_ore),
        sheet.amount(line.vat_ore),
        sheet.amount(line.total_ore),
    )


def _plain(number: str, lang: Lang) -> str:
    """A number of any decimals as the language writes it."""
    return number.replace(".", ",") if lang == "nb" else number

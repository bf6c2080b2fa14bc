"""Orders as a CSV file for a spreadsheet: semicolons, and amounts as the language writes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable

from posexport.core.harmless import make_harmless
from posexport.core.money import format_ore
from posexport.texts.clean import clean
from posexport.texts.language import Lang
from posexport.texts.orders import name_order_state, order_words
from posexport.views.orders import OrderRow


def format_orders_csv(rows: Iterable[OrderRow], lang: Lang, named: Collection[str]) -> str:
    """Orders as CSV. `named`: the ids of the venues whose customers' names are told; of others only codes and
    numbers."""
    words, written = order_words(lang), io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";")
    keys = ("day", "venue", "register", "ticket", "customer_code", "customer_number", "customer", "state", "order_no")
    writer.writerow([words[key] for key in (*keys, "invoice", "net", "vat", "total", "reference")])
    for row in rows:
        writer.writerow(_cells(row, lang, with_name=row.shown.venue.id in named))
    return written.getvalue()


def _cells(row: OrderRow, lang: Lang, *, with_name: bool) -> list[str]:
    customer, order = row.customer, row.shown.order
    name = (customer.number_name or customer.name) if customer and with_name else ""
    told = (
        row.business_day.isoformat(),
        row.shown.venue.name,
        row.register,
        row.ticket,
        customer.code if customer else "",
        (customer.number or "") if customer else "",
        name,
        name_order_state(row.state, lang, is_changed=row.is_changed),
        row.order_no,
        row.invoice.number if row.invoice else "",
    )
    amounts = (format_ore(ore) for ore in (order.net_ore, order.vat_ore, row.total_ore))
    in_language = (amount.replace(".", ",") if lang == "nb" else amount for amount in amounts)
    return [*(make_harmless(clean(cell)) for cell in told), *in_language, row.reference]

"""What a click on an order, an invoice, a customer or a product does.

Lives here: the reading of those forms, and the words for what was done. Never here: the acts (`invoicing`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from .orders import Invoice, Order
from .page_forms import Form, Unreadable, read_number

if TYPE_CHECKING:
    from .sales_books import SalesBooks


def _invoice(world: SalesBooks, form: Form) -> str:
    return f"Invoiced: {_invoice_name(world.invoice(form['id']))}"


def _confirm(world: SalesBooks, form: Form) -> str:
    return f"Confirmed: {_order_name(world.confirm_order(form['id']))}"


def _unconfirm(world: SalesBooks, form: Form) -> str:
    return f"Set back to a draft: {_order_name(world.confirm_order(form['id'], confirmed=False))}"


def _delete(world: SalesBooks, form: Form) -> str:
    return f"Deleted: {_order_name(world.delete_order(form['id']))}"


def _edit(world: SalesBooks, form: Form) -> str:
    order = world.order(form["id"])
    at = form.get("at", "")
    if not (at.isascii() and at.isdigit() and len(at) < 6 and int(at) < len(order.lines)):
        raise Unreadable("That line is not there.")
    changed = world.edit_order(
        order.id,
        int(at),
        quantity=read_number(form, "quantity", "quantity"),
        unit_price=read_number(form, "price", "price"),
        description=form.get("description", ""),
        product_code=form.get("product", ""),
    )
    return f"Changed: {_order_name(changed)}"


def _credit(world: SalesBooks, form: Form) -> str:
    return f"Credited: {_invoice_name(world.credit(form['id']))}"


def _pay(world: SalesBooks, form: Form) -> str:
    return f"Paid: {_invoice_name(world.pay(form['id']))}"


def _reverse(world: SalesBooks, form: Form) -> str:
    return f"Reversed: {_invoice_name(world.reverse_invoice(form['id']))}"


def _set_customer_active(world: SalesBooks, form: Form, *, active: bool) -> str:
    text = form["customer"]
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Unreadable(f"{text!r} is no customer number.")
    customer = world.change_customer(int(text), form["client"], active=active)
    return f"{'Taken back' if active else 'Archived'}: {customer.no} {customer.name}"


def _archive_customer(world: SalesBooks, form: Form) -> str:
    return _set_customer_active(world, form, active=False)


def _unarchive_customer(world: SalesBooks, form: Form) -> str:
    return _set_customer_active(world, form, active=True)


def _archive_product(world: SalesBooks, form: Form) -> str:
    return f"Archived: {world.change_product(form['product'], form['client'], active=False).name}"


def _unarchive_product(world: SalesBooks, form: Form) -> str:
    return f"Taken back: {world.change_product(form['product'], form['client'], active=True).name}"


def _order_name(order: Order) -> str:
    return f"order {order.no}"


def _invoice_name(invoice: Invoice) -> str:
    kind = "credit note" if invoice.is_credit_note else "invoice"
    return f"{kind} {invoice.no} of order {invoice.order.no}"


ACTS: Mapping[str, Callable[[SalesBooks, Form], str]] = {
    "invoice": _invoice,
    "confirm-order": _confirm,
    "unconfirm-order": _unconfirm,
    "delete-order": _delete,
    "edit-order": _edit,
    "credit": _credit,
    "pay": _pay,
    "reverse-invoice": _reverse,
    "archive-customer": _archive_customer,
    "unarchive-customer": _unarchive_customer,
    "archive-product": _archive_product,
    "unarchive-product": _unarchive_product,
}

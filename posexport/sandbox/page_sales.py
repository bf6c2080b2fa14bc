"""The part of the sandbox's page with customers, products, orders and invoices.

Lives here: its HTML, and the same as JSON. Never here: what a click does (`page_sales_acts`).
"""

from __future__ import annotations

from html import escape

from .customers import Customer
from .ledger import Company
from .orders import Invoice, Order, OrderLine, project_of
from .page_forms import button_of, form_of, grouped, hidden, tags_of
from .products import Product
from .reckoning import department_of
from .wire import Json, kroner

SHOWN_MAX = 200


def section(company: Company, *, is_copy: bool) -> str:
    """Orders and invoices, newest first, and what they are made of."""
    orders = [order for _, order in company.orders.register.items_now()][::-1]
    invoices = [invoice for _, invoice in company.orders.invoices.items_now()][::-1]
    shown = "".join(_order(company, order, is_copy=is_copy) for order in orders[:SHOWN_MAX])
    shown_invoices = "".join(_invoice(company, invoice, is_copy=is_copy) for invoice in invoices[:SHOWN_MAX])
    return (
        f'<h3 class="part">Orders</h3>{shown or "<p>No orders.</p>"}{_more(len(orders))}'
        f'<h3 class="part">Invoices</h3>{shown_invoices or "<p>No invoices.</p>"}{_more(len(invoices))}'
        f"{_customers(company, is_copy=is_copy)}{_products(company, is_copy=is_copy)}"
    )


def _more(count: int) -> str:
    return f"<p>{count - SHOWN_MAX} older not shown.</p>" if count > SHOWN_MAX else ""


def _name(company: Company, order: Order) -> str:
    customer = company.customers.register.now(order.customer_id)
    return f"{customer.no} {customer.name}" if customer is not None else ""


# --- orders -------------------------------------------------------------------------------------------


def _order(company: Company, order: Order, *, is_copy: bool) -> str:
    what = "Credit note draft" if order.is_credit_note else "Order"
    tags = [("", f"total {grouped(order.total_ore)}"), ("", order.integration or "made by a person")]
    tags.append(("good", "confirmed") if order.status == "Confirmed" else ("", "draft"))
    if order.related_invoice_no is not None:
        tags.append(("", f"credits invoice {order.related_invoice_no}"))
    return (
        f'<article id="d-{escape(order.id)}"><h3>{what} {order.no}, {escape(_name(company, order))}</h3>'
        f'<p class="tags">{tags_of(tags)}</p>{_facts(company, order)}'
        f"{_lines(order.lines)}{'' if is_copy else _order_acts(order)}</article>"
    )


def _facts(company: Company, order: Order) -> str:
    """What stands in the head of an order, where it is there."""
    facts = {
        "Reference": order.reference,
        "Order date": order.order_date,
        "Delivery date": order.delivery_date,
        "Your reference": order.customer_reference,
        "Purchase order": order.purchase_order,
        "Department": department_of(company, order),
        "Project": project_of(order),
    }
    told = "; ".join(f"{name} {escape(str(value))}" for name, value in facts.items() if value is not None)
    return f"<p>{told}</p><p>Id <code>{escape(order.id)}</code></p>"


def _lines(lines: tuple[OrderLine, ...]) -> str:
    net_ore = sum(line.amounts.net_ore for line in lines if line.amounts is not None)
    vat_ore = sum(line.amounts.vat_ore for line in lines if line.amounts is not None)
    return (
        "<table><thead><tr><th>Product</th><th>Text</th><th>Account</th><th>VAT code</th>"
        '<th class="n">Quantity</th><th class="n">Price</th><th class="n">Discount %</th>'
        '<th class="n">Net</th><th class="n">VAT</th><th class="n">Total</th></tr></thead><tbody>'
        + "".join(_line(line) for line in lines)
        + f'</tbody><tfoot><tr><td colspan="7">Total</td><td class="n">{grouped(net_ore)}</td>'
        f'<td class="n">{grouped(vat_ore)}</td><td class="n">{grouped(net_ore + vat_ore)}</td></tr></tfoot></table>'
    )


def _line(line: OrderLine) -> str:
    amounts = line.amounts
    if line.line_type == "Text":
        return f'<tr><td></td><td colspan="9">{escape(line.description or "")}</td></tr>'
    numbers = [f"{line.quantity:f}" if line.quantity is not None else ""]
    numbers.append(f"{line.unit_price:f}" if line.unit_price is not None else "")
    numbers.append(f"{line.allowance_percent:f}" if line.allowance_percent else "")
    sums = ("?",) * 3 if amounts is None else map(grouped, (amounts.net_ore, amounts.vat_ore, amounts.total_ore))
    cells = "".join(f'<td class="n">{text}</td>' for text in (*numbers, *sums))
    account = '<span class="why">none</span>' if amounts is None else str(amounts.account_no)
    return (
        f"<tr><td>{escape(line.product_code or '')}</td><td>{escape(line.description or '')}</td>"
        f"<td>{account}</td><td>{escape(amounts.vat_code) if amounts is not None else ''}</td>{cells}</tr>"
    )


def _order_acts(order: Order) -> str:
    """What the bookkeeper can do with an order now."""
    own = hidden("id", order.id)
    buttons = form_of("invoice", own, button_of("Credit note" if order.is_credit_note else "Invoice", "main"))
    if order.status == "Confirmed":
        buttons += form_of("unconfirm-order", own, button_of("Set back to draft"))
        return f'<div class="acts">{buttons}</div>'
    buttons += form_of("confirm-order", own, button_of("Confirm"))
    buttons += form_of("delete-order", own, button_of("Delete", "danger"))
    return f'<div class="acts">{buttons}</div>{_change_form(order)}'


def _change_form(order: Order) -> str:
    """A form per line with quantity, price and text."""
    forms = "".join(
        form_of(
            "edit-order",
            hidden("id", order.id) + hidden("at", str(at)) + _change_fields(line),
            f'<div class="acts">{button_of("Save the line")}</div>',
        )
        for at, line in enumerate(order.lines)
        if line.quantity is not None and line.unit_price is not None
    )
    return f"<details><summary>Change a line</summary>{forms}</details>" if forms else ""


def _change_fields(line: OrderLine) -> str:
    return (
        '<div class="fields">'
        f'<label>Text <input class="text" name="description" maxlength="255" value="{escape(line.description or "")}">'
        "</label>"
        f'<label>Product <input name="product" required value="{escape(line.product_code or "")}"></label>'
        f'<label>Quantity <input class="amount" name="quantity" inputmode="decimal" value="{line.quantity:f}"></label>'
        f'<label>Price without VAT <input class="amount" name="price" inputmode="decimal" '
        f'value="{line.unit_price:f}"></label></div>'
    )


# --- invoices -----------------------------------------------------------------------------------------


def _invoice(company: Company, invoice: Invoice, *, is_copy: bool) -> str:
    order = invoice.order
    what = "Credit note" if invoice.is_credit_note else "Invoice"
    tags = [("", f"total {grouped(invoice.total_ore)}"), ("", f"voucher {invoice.voucher_no}")]
    tags.append(("", f"sent {invoice.sent_at:%Y-%m-%d %H:%M:%S} UTC"))
    if order.related_invoice_no is not None:
        tags.append(("", f"credits invoice {order.related_invoice_no}"))
    if invoice.is_reversed:
        tags.append(("bad", "reversed"))
    elif invoice.balance_ore:
        tags.append(("", f"left to pay {grouped(invoice.balance_ore)}, due {invoice.due_date}"))
    else:
        tags.append(("good", "nothing left to pay"))
    return (
        f'<article id="d-{escape(invoice.id)}"><h3>{what} {invoice.no}, {invoice.invoice_date}, '
        f"{escape(_name(company, order))}</h3>"
        f'<p class="tags">{tags_of(tags)}</p><p>Made of order {order.no}</p>{_facts(company, order)}'
        f"{_lines(invoice.lines)}{'' if is_copy else _invoice_acts(invoice)}</article>"
    )


def _invoice_acts(invoice: Invoice) -> str:
    own = hidden("id", invoice.id)
    if invoice.is_reversed:
        return ""
    buttons = ""
    if not invoice.is_credit_note:
        buttons += form_of("credit", own, button_of("Credit"))
    if invoice.balance_ore > 0:
        buttons += form_of("pay", own, button_of("Register payment"))
    buttons += form_of("reverse-invoice", own, button_of("Reverse", "danger"))
    return f'<div class="acts">{buttons}</div>'


# --- customers and products ---------------------------------------------------------------------------


def _customers(company: Company, *, is_copy: bool) -> str:
    customers = [customer for _, customer in company.customers.register.items_now()]
    rows = "".join(_customer_row(company, customer, is_copy=is_copy) for customer in customers)
    head = "<th>Number</th><th>Name</th><th>Organization number</th><th>E-mail</th><th>Invoice by</th><th>Notes</th>"
    return _listed("Customers", len(customers), head, rows, is_copy=is_copy)


def _listed(title: str, count: int, head: str, rows: str, *, is_copy: bool) -> str:
    """A table that is opened by a click; a copy has nothing to click, and shows it."""
    last = "" if is_copy else "<th></th>"
    return (
        f'<details class="box"{" open" * is_copy}><summary>{title} ({count})</summary>'
        f"<table><thead><tr>{head}{last}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _customer_row(company: Company, customer: Customer, *, is_copy: bool) -> str:
    notes = {
        "archived": not customer.active,
        "VAT free": customer.vat_free,
        f"{customer.allowance_percent or 0:f} % discount": bool(customer.allowance_percent),
        customer.currency: customer.currency != company.client.currency,
    }
    person = company.customers.default_person(customer)
    if person is not None:
        notes[f"your reference {person.name}"] = True
    cells = (
        str(customer.no),
        customer.name,
        customer.organization_number or "",
        customer.invoice_email or customer.email or "",
        customer.delivery_type,
        ", ".join(text for text, holds in notes.items() if holds),
    )
    return _row(
        f"c-{customer.no}",
        cells,
        "" if is_copy else _archive_form(company, "customer", str(customer.no), active=customer.active),
    )


def _row(anchor: str, cells: tuple[str, ...], form: str) -> str:
    shown = "".join(f"<td>{escape(text)}</td>" for text in cells)
    return f'<tr id="{escape(anchor)}">{shown}{f"<td>{form}</td>" if form else ""}</tr>'


def _archive_form(company: Company, what: str, key: str, *, active: bool) -> str:
    place = f"{what[0]}-{key}"
    own = hidden("client", company.client.client_id) + hidden(what, key) + hidden("place", place)
    act, text = ("archive", "Archive") if active else ("unarchive", "Take back")
    return form_of(f"{act}-{what}", own, button_of(text))


def _products(company: Company, *, is_copy: bool) -> str:
    products = [product for _, product in company.products.register.items_now()]
    rows = "".join(_product_row(company, product, is_copy=is_copy) for product in products)
    head = "<th>Code</th><th>Name</th><th>Sales account</th><th>VAT code</th><th>Price</th><th>Notes</th>"
    return _listed("Products", len(products), head, rows, is_copy=is_copy)


def _product_row(company: Company, product: Product, *, is_copy: bool) -> str:
    of_client = company.client.standard_sales_account_no
    account_no = company.products.sales_account_no(product, of_client, standard=True)
    account = None if account_no is None else company.client.accounts.get(account_no)
    cells = (
        product.code,
        product.name,
        "none" if account_no is None else str(account_no),
        "" if account is None else account.vat_code,
        "" if product.unit_price is None else f"{product.unit_price:f}",
        "" if product.active else "archived",
    )
    return _row(
        f"p-{product.code}",
        cells,
        "" if is_copy else _archive_form(company, "product", product.code, active=product.active),
    )


# --- JSON ---------------------------------------------------------------------------------------------


def order_json(company: Company, order: Order) -> Json:
    """An order as JSON; amounts are strings with two decimals."""
    customer = company.customers.register.now(order.customer_id)
    return {
        "id": order.id,
        "client_id": company.client.client_id,
        "order_no": order.no,
        "reference": order.reference,
        "status": order.status,
        "customer": None if customer is None else customer.no,
        "order_date": order.order_date,
        "related_invoice_no": order.related_invoice_no,
        "net": str(kroner(order.net_ore)),
        "vat": str(kroner(order.vat_ore)),
        "total": str(kroner(order.total_ore)),
        "lines": [_line_json(line) for line in order.lines],
    }


def _line_json(line: OrderLine) -> Json:
    amounts = line.amounts
    return {
        "product": line.product_code,
        "text": line.description,
        "quantity": None if line.quantity is None else f"{line.quantity:f}",
        "price": None if line.unit_price is None else f"{line.unit_price:f}",
        "account": None if amounts is None else amounts.account_no,
        "vat_code": None if amounts is None else amounts.vat_code,
        "net": None if amounts is None else str(kroner(amounts.net_ore)),
        "vat": None if amounts is None else str(kroner(amounts.vat_ore)),
    }


def invoice_json(company: Company, invoice: Invoice) -> Json:
    """An invoice as JSON: its order's facts, and its own."""
    return order_json(company, invoice.order) | {
        "invoice_no": invoice.no,
        "invoice_date": invoice.invoice_date,
        "total": str(kroner(invoice.total_ore)),
        "balance": str(kroner(invoice.balance_ore)),
        "reversed": invoice.is_reversed,
    }

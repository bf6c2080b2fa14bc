"""What the lines of an order come to in one company, and what an order inherits there.

Lives here: the account of a line's product, its VAT and its amounts. Never here: HTTP, JSON, and state that changes.
The account of a line's product decides its VAT code, and the order's date the rate.
What is not published is decided here and named: a line whose product has no sales account anywhere is kept without
amounts, and cannot be invoiced; a date left out counts as the day of the request.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from .customers import Customer
from .ledger import Company
from .orders import ORDER_WRONG, Amounts, Order, OrderLine, own_or, project_of, sum_line
from .wire import Refused


def reckon(company: Company, line: OrderLine, customer: Customer, day: date) -> OrderLine:
    """The line with its amounts. Raises Refused where the VAT code of its product's account is not valid that day."""
    if line.product_id is None or line.quantity is None or line.unit_price is None:
        return replace(line, amounts=None)
    product = company.products.register.now(line.product_id)
    if product is None:
        return replace(line, amounts=None)
    standard = not customer.vat_free if line.use_standard_account is None else line.use_standard_account
    client = company.client
    of_client = client.standard_sales_account_no if standard else client.optional_sales_account_no
    account_no = company.products.sales_account_no(product, of_client, standard=standard)
    account = None if account_no is None else client.accounts.get(account_no)
    if account is None:
        return replace(line, amounts=None)
    row = company.vat_row_on(account.vat_code, day)
    if row is None:
        raise Refused(
            f"VAT code '{account.vat_code}' of account {account.no} is not valid on {day}.", title=ORDER_WRONG
        )
    net_ore, vat_ore = sum_line(line.quantity, line.unit_price, line.allowance_percent, row.rate_percent)
    return replace(line, amounts=Amounts(account.no, row.code, row.rate_percent, net_ore, vat_ore))


def department_of(company: Company, order: Order) -> str | None:
    """The order's department: its own, its project's, or its customer's."""
    project = None if project_of(order) is None else company.projects.coded(project_of(order) or "")
    customer = company.customers.register.now(order.customer_id)
    of_project = project.department_code if project is not None else None
    return own_or(order.department_code, of_project or (customer.department_code if customer is not None else None))

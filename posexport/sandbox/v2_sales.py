"""v2: the routes of what is sold on credit: customers, products, projects, orders and invoices.

Lives here: which call a method and a path ask for. Never here: the calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import v2_customers, v2_invoices, v2_orders, v2_products
from .wire import Answer, HttpRefusal

if TYPE_CHECKING:
    from .call import Call


def answer_master_data(call: Call, parts: list[str]) -> Answer:
    """Customers, products and projects."""
    match call.request.method, parts:
        case "GET", ["Customers"]:
            return v2_customers.list_customers(call)
        case "POST", ["Customers"]:
            return v2_customers.post_customer(call)
        case "GET", ["Customers", contact_id]:
            return v2_customers.get_customer(call, contact_id)
        case "GET", ["ContactPersons"]:
            return v2_customers.list_persons(call)
        case "GET", ["ContactPersons", contact_id, person_id]:
            return v2_customers.get_person(call, contact_id, person_id)
        case "GET", ["Products"]:
            return v2_products.list_products(call)
        case "GET", ["Products", product_id]:
            return v2_products.get_product(call, product_id)
        case "GET", ["ProductGroups"]:
            return v2_products.list_groups(call)
        case "GET", ["Projects"]:
            return v2_products.list_projects(call)
        case "POST", ["Projects"]:
            return v2_products.post_project(call)
        case "GET", ["Projects", project_id]:
            return v2_products.get_project(call, project_id)
    raise HttpRefusal(404, "Resource not found")


def answer_orders(call: Call, parts: list[str]) -> Answer:
    """Orders and invoices."""
    match call.request.method, parts:
        case "GET", ["SalesOrders"]:
            return v2_orders.list_orders(call)
        case "POST", ["SalesOrders", "Complete"]:
            return v2_orders.post_order(call)
        case "GET", ["SalesOrders", order_id]:
            return v2_orders.get_order(call, order_id)
        case "PATCH", ["SalesOrders", order_id]:
            return v2_orders.patch_order(call, order_id)
        case "DELETE", ["SalesOrders", order_id]:
            return v2_orders.delete_order(call, order_id)
        case "GET", ["SalesOrders", order_id, "Complete"]:
            return v2_orders.get_complete_order(call, order_id)
        case "GET", ["SalesOrders", order_id, "Lines"]:
            return v2_orders.list_lines(call, order_id)
        case "POST", ["SalesOrders", _, "createAndSendInvoice"]:
            return v2_orders.refuse_to_send(call)
        case "GET", ["OutgoingInvoices"]:
            return v2_invoices.list_invoices(call)
        case "GET", ["OutgoingInvoices", invoice_id]:
            return v2_invoices.get_invoice(call, invoice_id)
        case "GET", ["OutgoingInvoices", invoice_id, "Lines"]:
            return v2_invoices.list_lines(call, invoice_id)
    raise HttpRefusal(404, "Resource not found")

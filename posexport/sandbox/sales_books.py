"""The books with what is sold on credit: customers, products, projects, orders and invoices, for tests and the page.

Lives here: what is looked at, what is set up, and a person's acts by name. Never here: the rules.
What is set up (`set_...`) counts as having always been there; an act happens now, and reads see it after their lag.
Where no client is named, the first one is meant, and all of them for lists of orders and invoices.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from . import invoicing
from .books import Books
from .chart import SandboxClient
from .customers import ContactPerson, Customer
from .ledger import Company
from .orders import Invoice, Order
from .products import Product, ProductGroup
from .projects import Project


class SalesBooks(Books):
    """All state, with customers, products, projects, orders and invoices."""

    # --- master data ----------------------------------------------------------------------------------

    def customers(self, client: SandboxClient | str | None = None) -> list[Customer]:
        """The customers there are now, archived ones included."""
        with self._lock:
            return [customer for _, customer in self._one(client).customers.register.items_now()]

    def set_customer(self, customer: Customer, client: SandboxClient | str | None = None) -> int:
        """A customer that has always been there; its id is returned."""
        with self._lock:
            customers = self._one(client).customers
            contact_id = customers.contact_id(customer)
            customers.subledger_id(customer)
            customers.register.set(contact_id, customer)
            return contact_id

    def change_customer(self, number: int, client: SandboxClient | str | None = None, **changes: Any) -> Customer:
        """A person changes the customer with this number; with `no` it gets another one, and keeps its ids. Raises
        KeyError where there is none, and NotAllowed where it is archived with open invoices."""
        with self._lock:
            company = self._one(client)
            customers = company.customers
            customer = customers.numbered(number)
            if customer is None:
                raise KeyError(number)
            changed = replace(customer, **changes)
            if customer.active and not changed.active:
                invoicing.check_no_balance(company, customer)
            customers.change(customers.contact_id(customer), changed, self.clock())
            return changed

    def set_contact_person(self, person: ContactPerson, client: SandboxClient | str | None = None) -> int:
        """A contact person that has always been there; its id is returned."""
        with self._lock:
            return self._one(client).customers.add_person(person)

    def remove_contact_person(self, person_id: int, client: SandboxClient | str | None = None) -> None:
        """A person removes a contact person. Raises KeyError where there is none."""
        with self._lock:
            persons = self._one(client).customers.persons
            if persons.now(person_id) is None:
                raise KeyError(person_id)
            persons.remove(person_id, self.clock())

    def products(self, client: SandboxClient | str | None = None) -> list[Product]:
        """The products there are now, archived ones included."""
        with self._lock:
            return [product for _, product in self._one(client).products.register.items_now()]

    def set_product(self, product: Product, client: SandboxClient | str | None = None) -> int:
        """A product that has always been there; its id is returned."""
        with self._lock:
            products = self._one(client).products
            product_id = products.product_ids.id_of(product.code)
            products.register.set(product_id, product)
            return product_id

    def set_product_group(self, group: ProductGroup, client: SandboxClient | str | None = None) -> None:
        """A product group that has always been there."""
        with self._lock:
            products = self._one(client).products
            products.groups.set(products.group_ids.id_of(group.code), group)

    def change_product(self, code: str, client: SandboxClient | str | None = None, **changes: Any) -> Product:
        """A person changes the product with this code. Raises KeyError where there is none."""
        with self._lock:
            products = self._one(client).products
            found = products.coded(code)
            if found is None:
                raise KeyError(code)
            changed = replace(found[1], **changes)
            products.register.put(found[0], changed, self.clock())
            return changed

    def projects(self, client: SandboxClient | str | None = None) -> list[Project]:
        with self._lock:
            return [project for _, project in self._one(client).projects.register.items_now()]

    def set_project(self, project: Project, client: SandboxClient | str | None = None) -> int:
        """A project that has always been there; its id is returned."""
        with self._lock:
            projects = self._one(client).projects
            project_id = projects.ids.id_of(project.code)
            projects.register.set(project_id, project)
            return project_id

    # --- orders and invoices --------------------------------------------------------------------------

    def orders(self, client: SandboxClient | str | None = None) -> list[Order]:
        """The orders that are no invoices yet, oldest first; without replica lag."""
        with self._lock:
            return [order for company in self._chosen(client) for _, order in company.orders.register.items_now()]

    def order(self, order_id: str) -> Order:
        """One order. Raises KeyError."""
        with self._lock:
            order = self._owner_of(order_id).orders.register.now(order_id)
            if order is None:
                raise KeyError(order_id)
            return order

    def invoices(self, client: SandboxClient | str | None = None) -> list[Invoice]:
        """Invoices and credit notes, oldest first; without replica lag."""
        with self._lock:
            return [found for company in self._chosen(client) for _, found in company.orders.invoices.items_now()]

    def confirm_order(self, order_id: str, *, confirmed: bool = True) -> Order:
        """A person confirms an order, or sets it back to a draft. Raises KeyError."""
        with self._lock:
            return invoicing.confirm(self._owner_of(order_id), order_id, self.clock(), confirmed=confirmed)

    def edit_order(
        self,
        order_id: str,
        at: int,
        *,
        quantity: Decimal | None = None,
        unit_price: Decimal | None = None,
        description: str | None = None,
        product_code: str | None = None,
    ) -> Order:
        """A person changes the line `at`, counted from 0, of an order. Raises KeyError, and NotAllowed where it is
        confirmed."""
        with self._lock:
            return invoicing.edit_line(
                self._owner_of(order_id),
                order_id,
                at,
                self.clock(),
                quantity=quantity,
                unit_price=unit_price,
                description=description,
                product_code=product_code,
            )

    def delete_order(self, order_id: str) -> Order:
        """A person deletes an order. Raises KeyError, and NotAllowed where it is confirmed."""
        with self._lock:
            return invoicing.delete(self._owner_of(order_id), order_id, self.clock())

    def invoice(self, order_id: str, *, on: date | None = None) -> Invoice:
        """A person invoices an order, dated today or as said. Raises KeyError, and NotAllowed where Go cannot."""
        with self._lock:
            company = self._owner_of(order_id)
            made, voucher = invoicing.invoice(company, order_id, self.clock(), self.new_id, on=on)
            self.store(company, voucher)
            return made

    def credit(self, invoice_id: str, *, on: date | None = None) -> Invoice:
        """A person credits an invoice by a credit note, which is returned. Raises KeyError and NotAllowed."""
        with self._lock:
            company = self._owner_of(invoice_id)
            made, voucher = invoicing.credit(company, invoice_id, self.clock(), self.new_id, on=on)
            self.store(company, voucher)
            return made

    def pay(self, invoice_id: str, amount_ore: int | None = None) -> Invoice:
        """A customer pays an invoice, or a part of it. Raises KeyError."""
        with self._lock:
            return invoicing.pay(self._owner_of(invoice_id), invoice_id, self.clock(), amount_ore)

    def reverse_invoice(self, invoice_id: str) -> Invoice:
        """An invoice's voucher is reversed. Raises KeyError."""
        with self._lock:
            return invoicing.reverse_invoice(self._owner_of(invoice_id), invoice_id, self.clock(), self.new_id)

    def _one(self, client: SandboxClient | str | None) -> Company:
        return self._chosen(client)[0]

    def _owner_of(self, order_id: str) -> Company:
        """The company of an order or an invoice. Raises KeyError."""
        for company in self._companies.values():
            orders = company.orders
            if orders.register.now(order_id) is not None or orders.invoices.now(order_id) is not None:
                return company
        raise KeyError(order_id)

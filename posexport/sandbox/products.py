"""Products of a company, their groups, and the sales account that decides a sale's VAT.

Lives here: the records, what is kept of them (`Products`), and which account a sale goes to. Never here: HTTP, JSON.
Units: `unit_price` is kroner without VAT as `Decimal`. A product has no VAT code: it is that of its sales account.
What is not published is decided here and named: two products of one code are not made here; a product without a group
is in the default group, which has no account of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .kept import SINCE_S, Ids, Register


@dataclass(frozen=True, slots=True)
class ProductGroup:
    """A group of products, whose accounts count where a product has none."""

    code: str
    name: str
    standard_account_no: int | None = None
    optional_account_no: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Product:
    """A product. `standard_account_no`: where a sale is posted; the optional one counts for customers that are VAT
    free, and where a line says so. `active` False: archived."""

    code: str
    name: str
    standard_account_no: int | None = None
    optional_account_no: int | None = None
    group_code: str | None = None
    active: bool = True
    unit_price: Decimal | None = None
    unit_cost: Decimal | None = None
    unit: str = "EA"
    kind: str = "Product"


class Products:
    """One company's products and groups by id."""

    def __init__(self, product_ids: Ids, group_ids: Ids) -> None:
        self.product_ids = product_ids
        self.group_ids = group_ids
        self.register: Register[int, Product] = Register()
        self.groups: Register[int, ProductGroup] = Register()

    def load(self, products: Iterable[Product], groups: Iterable[ProductGroup]) -> None:
        """Hold these alone; ids already given stay."""
        self.register.replace_all({self.product_ids.id_of(product.code): product for product in products})
        self.groups.replace_all({self.group_ids.id_of(group.code): group for group in groups})

    def coded(self, code: str) -> tuple[int, Product] | None:
        """The product with a code, and its id."""
        product_id = self.product_ids.id_of(code)
        product = self.register.now(product_id)
        return None if product is None else (product_id, product)

    def put(self, product: Product, now_s: float = SINCE_S) -> int:
        """Make or change a product; its id is returned."""
        product_id = self.product_ids.id_of(product.code)
        self.register.put(product_id, product, now_s)
        return product_id

    def sales_account_no(self, product: Product, of_client: int | None, *, standard: bool) -> int | None:
        """The account a sale goes to: the product's own, its group's, else the client's; None where none has one."""
        group = None if product.group_code is None else self.groups.now(self.group_ids.id_of(product.group_code))
        if standard:
            own, of_group = product.standard_account_no, group and group.standard_account_no
        else:
            own, of_group = product.optional_account_no, group and group.optional_account_no
        return own or of_group or of_client

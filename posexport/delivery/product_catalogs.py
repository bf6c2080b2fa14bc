"""A cache of the products of ledgers, in the process and in the store. Times are UTC seconds."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from posexport.core.company import Company
from posexport.core.orders.book import OrderBook
from posexport.core.orders.products import LedgerProduct, ProductCatalog
from posexport.core.ports.ledger import Chart
from posexport.core.vat import VatRate
from posexport.errors import PowerOfficeUnavailable
from posexport.store.charts import format_rates, parse_rates
from posexport.store.database import Database
from posexport.store.ledger_listings import PRODUCTS, read_listing, save_listing
from posexport.store.setups import find_company_number

CATALOG_AGE_S = 300
"""How long (s) a catalog that this process read is used without question."""

CATALOG_KEPT_S = 7 * 86_400
"""How long (s) a catalog may still show that an order is in order; before an order is called wrong, it is read anew."""

SILENCE_S = 30
"""How long (s) a ledger that does not answer is not asked again for the same catalog."""


class _CachedCatalog(NamedTuple):
    """A catalog, when it was read, and whether this process read it itself."""

    catalog: ProductCatalog
    read_at: float
    is_own: bool


@dataclass(slots=True)
class ProductCatalogs:
    """The products of all clients, one catalog per client, shared by its venues and kept in the store: an ordinary
    night need not read any of them from the ledger."""

    database: Database
    clock: Callable[[], float]
    _known: dict[str, _CachedCatalog] = field(default_factory=dict)
    _silent: dict[str, tuple[float, PowerOfficeUnavailable]] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def find(
        self, company: Company, book: OrderBook, read_chart: Callable[[], Chart], *, remembered: bool = False
    ) -> ProductCatalog:
        """The products of a company's client, at most a few minutes old; read now if need be, with the chart, by one
        thread while the others wait. With `remembered`, what an earlier run stored will do. Raises what `book` and
        `read_chart` raise; after PowerOfficeUnavailable the same again for `SILENCE_S` without asking."""
        with self._lock_of(company):
            known = self._known.get(company.id) or self._load(company)
            if known is not None and self._is_good(known, remembered=remembered):
                self._known[company.id] = known
                return known.catalog
            silent = self._silent.get(company.id)
            if silent is not None and self.clock() - silent[0] < SILENCE_S:
                raise silent[1].with_traceback(None)
            try:
                catalog = book.read_catalog(read_chart())
            except PowerOfficeUnavailable as error:
                self._silent[company.id] = (self.clock(), error)
                raise
            self._known[company.id] = _CachedCatalog(catalog, self.clock(), is_own=True)
            self._save(company, catalog)
            return catalog

    def find_kept(self, company: Company) -> ProductCatalog | None:
        """The products as last read, however long ago; None where they never were."""
        with self._lock_of(company):
            known = self._known.get(company.id) or self._load(company)
            return None if known is None else known.catalog

    def doubt(self, company: Company) -> None:
        """After a refusal: the products are read again before the next order."""
        with self._lock_of(company):
            known = self._known.get(company.id) or self._load(company)
            if known is not None:
                self._known[company.id] = known._replace(read_at=0.0)

    def _lock_of(self, company: Company) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(company.id, threading.Lock())

    def _is_good(self, known: _CachedCatalog, *, remembered: bool) -> bool:
        age_s = self.clock() - known.read_at
        return 0 <= age_s < (CATALOG_KEPT_S if remembered else CATALOG_AGE_S if known.is_own else 0)

    def _load(self, company: Company) -> _CachedCatalog | None:
        with self.database.reading() as connection:
            listed = read_listing(connection, find_company_number(connection, company.id), PRODUCTS)
        return None if listed is None else _CachedCatalog(_parse(listed.document), listed.read_at_utc_s, is_own=False)

    def _save(self, company: Company, catalog: ProductCatalog) -> None:
        with self.database.writing(durable=False) as connection:
            number = find_company_number(connection, company.id)
            save_listing(connection, number, PRODUCTS, _format(catalog), int(self.clock()))


def _format(catalog: ProductCatalog) -> str:
    """A catalog as JSON, with those sales accounts alone that products have."""
    used = {catalog.find_sales_account(product) for product in catalog.products.values()}
    return json.dumps(
        {
            "products": list(catalog.products.values()),
            "group_accounts": dict(catalog.group_accounts),
            "client_account": catalog.client_account,
            "account_vat_codes": {
                account: code for account, code in catalog.account_vat_codes.items() if account in used
            },
            "vat_rates": format_rates(catalog.vat_rates),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _parse(document: str) -> ProductCatalog:
    told: Mapping[str, Any] = json.loads(document)
    products = [LedgerProduct(*product) for product in told["products"]]
    rates: tuple[VatRate, ...] = parse_rates(told["vat_rates"])
    return ProductCatalog(
        products={product.code: product for product in products},
        group_accounts=told["group_accounts"],
        client_account=told["client_account"],
        account_vat_codes=told["account_vat_codes"],
        vat_rates=rates,
    )

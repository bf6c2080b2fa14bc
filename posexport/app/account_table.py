"""The accounts of a company as a table to look at and to change: for every code its account, what was sold under it
lately, and what has none yet. Codes that were sold under and have no row stand first.

Amounts are whole øre. Rows are saved by `app.setup_rows`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from posexport.app.setup import Applied, Saying
from posexport.app.setup_revisions import load_document, load_newest
from posexport.app.setup_rows import set_rows
from posexport.app.workspace import Workspace
from posexport.core.codes import clean_code, find_code
from posexport.core.company import Company, Document, list_accounts, parse_company
from posexport.core.row_plan import find_row
from posexport.core.sales import EntryKind, MasterData
from posexport.core.setup_revision import RowAddress, parse_address
from posexport.setup.rows import RowChange
from posexport.store.database import Connection
from posexport.store.master_data import load_master_data
from posexport.store.setups import find_venue_number
from posexport.store.sums import read_sums

SOLD_DAYS = 30
"""So many days back is looked for what was sold."""


class Section(StrEnum):
    """A part of the table; each is a table of the setup."""

    PRODUCT_TYPES = "product_type"
    PAYMENT_TYPES = "payment_type"
    VAT_CODES = "vat_code"
    ACCOUNTS = "accounts"
    ORDERS = "orders"


OTHER_ACCOUNTS: Mapping[str, EntryKind] = {
    "rounding": EntryKind.ROUNDING,
    "tips": EntryKind.TIP,
    "gift_cards": EntryKind.GIFT_CARD,
    "cash_difference": EntryKind.MOVE_DIFFERENCE,
    "cash_in_out": EntryKind.MOVE_IN_OUT,
    "customer_payments": EntryKind.MOVE_RECEIVED,
}
"""The other accounts, with what is booked on them."""

ORDER_PRODUCTS = ("products.tips", "products.gift_cards", "products.rounding", "rounding_product")
"""The products of what is no sale line, on orders."""


class Cell(NamedTuple):
    """One value. `row`: the setup's row that has it, or would; `key`: its key there."""

    row: RowAddress
    key: str
    value: str

    @property
    def name(self) -> str:
        """What the value is called in a form: `product_type:100|accounts.3`."""
        return f"{self.row}|{self.key}"


class AccountRow(NamedTuple):
    """One line of the table. `vat_code`: the ledger's, of a product type's account; `sold_ore`: lately; `is_new`: the
    setup has no row of the code yet; `product`: the ledger's product on orders, where there is one to set; `naming`:
    the code's name, where neither the setup nor a file has one."""

    section: Section
    code: str
    name: str
    vat_code: str
    sold_ore: int
    is_sold: bool
    cell: Cell
    product: Cell | None = None
    is_new: bool = False
    naming: Cell | None = None

    @property
    def lacks(self) -> bool:
        """Whether something was sold under it, and it has no account."""
        return self.is_sold and not self.cell.value


@dataclass(frozen=True, slots=True)
class AccountTable:
    """A company's table, as of one `revision` of its setup."""

    company: Company
    revision: int
    rows: tuple[AccountRow, ...]

    def of(self, section: Section) -> list[AccountRow]:
        """The lines of a section: what lacks something first."""
        return sorted((row for row in self.rows if row.section is section), key=lambda row: not row.lacks)

    @property
    def cells(self) -> dict[str, Cell]:
        """Every value by its name in a form."""
        cells = (cell for row in self.rows for cell in (row.cell, row.product, row.naming) if cell is not None)
        return {cell.name: cell for cell in cells}


class _Sold(NamedTuple):
    """What was sold lately, by kind, code and the register's VAT code; of one venue, or of several together."""

    sums: Mapping[tuple[EntryKind, str, str], int]

    def of(self, kind: EntryKind, code: str | None = None, vat_codes: Iterable[str] | None = None) -> tuple[int, bool]:
        """The sum (øre), and whether there was anything."""
        wanted = None if vat_codes is None else set(vat_codes)
        found = [
            ore
            for (of_kind, of_code, vat_code), ore in self.sums.items()
            if of_kind is kind and code in (None, of_code) and (wanted is None or vat_code in wanted)
        ]
        return sum(found), bool(found)


def read_account_table(workspace: Workspace, company_id: str, revision: int | None = None) -> AccountTable:
    """The table of a company, as it is set up now, or as of a revision. Raises UsageError where there is none
    such."""
    newest = load_newest(workspace).get(company_id, 0)
    with workspace.database.reading() as connection:
        document = load_document(connection, company_id, revision if revision is not None else newest)
        company = parse_company(document)
        master = _read_master(connection, company)
    every, by_venue = _read_sold(workspace, company)
    today = max((venue.calendar.open_day(workspace.now_utc_s) for venue in company.venues), default=date.max)
    rows = list(_Builder(company, document, master, every, today).list_rows())
    for venue in document.get("venue", ()):
        sold = by_venue.get(venue["id"], _Sold({}))
        rows += _Builder(company, venue, master, sold, today, venue["id"]).list_own_rows()
    return AccountTable(company, revision if revision is not None else newest, tuple(rows))


def _read_master(connection: Connection, company: Company) -> MasterData:
    """What the files of the company's registers say, its own organization number's last."""
    others = {number for venue in company.venues for number in venue.file_organization_numbers}
    master = MasterData()
    for number in ("", *sorted(others), company.organization_number or ""):
        master = master.merged(load_master_data(connection, number) or MasterData())
    return master


def _read_sold(workspace: Workspace, company: Company) -> tuple[_Sold, dict[str, _Sold]]:
    by_venue: dict[str, _Sold] = {}
    every: dict[tuple[EntryKind, str, str], int] = defaultdict(int)
    saved = {venue.id: venue for venue in workspace.load_setup({company.id}).venues}
    with workspace.database.reading() as connection:
        for venue in company.venues:
            if venue.id not in saved:
                continue
            last = venue.calendar.open_day(workspace.now_utc_s)
            found: dict[tuple[EntryKind, str, str], int] = defaultdict(int)
            days = (last - timedelta(days=SOLD_DAYS), last)
            for of_day in read_sums(workspace.database, connection, find_venue_number(connection, venue), days):
                for one in of_day.sums:
                    key = EntryKind(one.key.kind), clean_code(one.key.code), clean_code(one.key.vat_code)
                    found[key] += one.amount_ore
            by_venue[venue.id] = _Sold(found)
            for key, ore in found.items():
                every[key] += ore
    return _Sold(every), by_venue


@dataclass(frozen=True, slots=True)
class _Builder:
    """Makes the rows of a company's document, or of a venue's own (`venue`: its id)."""

    company: Company
    document: Document
    master: MasterData
    sold: _Sold
    today: date
    venue: str = ""

    def list_rows(self) -> Iterator[AccountRow]:
        """Every row, with those of codes that were sold under and have none."""
        yield from self.list_own_rows()
        yield from self._list_new()
        yield from self._list_unset_accounts()
        if self.company.orders.is_on and not self.venue:
            yield from self._list_order_products()

    def list_own_rows(self) -> Iterator[AccountRow]:
        """The rows that the document has: those that count now, and later ones."""
        for row in self._choose("product_type"):
            yield from self._list_product_type(row)
        for row in self._choose("payment_type"):
            sold_ore, is_sold = self.sold.of(EntryKind.PAYMENT, clean_code(row["code"]))
            yield self._row(Section.PAYMENT_TYPES, row, "account", (sold_ore, is_sold))
        for row in self._choose("vat_code"):
            sold = self.sold.of(EntryKind.SALE, None, [clean_code(row["code"])])
            yield self._row(Section.VAT_CODES, row, "go", sold)
        for table in self._choose_accounts():
            for key in OTHER_ACCOUNTS:
                if table.get(key):
                    yield self._other(key, str(table.get("valid_from", "")), str(table[key]))

    def _choose(self, table: str) -> list[Document]:
        """By code, the row that counts today and those that count later."""
        by_code: dict[str, list[Document]] = defaultdict(list)
        for row in self.document.get(table, ()):
            by_code[clean_code(str(row["code"]))].append(row)
        return [row for rows in by_code.values() for row in self._choose_dated(rows)]

    def _choose_accounts(self) -> list[Document]:
        return list(list_accounts(self.document))

    def _choose_dated(self, rows: Sequence[Document]) -> list[Document]:
        ordered = sorted(rows, key=_since)
        before = [row for row in ordered if _since(row) <= self.today.isoformat()]
        return [*before[-1:], *(row for row in ordered if _since(row) > self.today.isoformat())]

    def _list_product_type(self, row: Document) -> Iterator[AccountRow]:
        code, accounts = clean_code(str(row["code"])), row.get("accounts", {})
        used = {vat_code for vat_code in self._list_sold_vat_codes(code) if vat_code not in accounts}
        for vat_code in (*accounts, *sorted(used)):
            yield self._product(row, code, vat_code, str(accounts.get(vat_code, "")))

    def _product(self, row: Document, code: str, vat_code: str, value: str, *, is_new: bool = False) -> AccountRow:
        pos_codes = [clean_code(pos) for pos, go in self._vat_codes().items() if go == vat_code]
        sold_ore, is_sold = self.sold.of(EntryKind.SALE, code, pos_codes)
        address = self._address("product_type", row)
        product = None
        if self.company.orders.is_on:
            product = Cell(address, f"products.{vat_code}", str(row.get("products", {}).get(vat_code, "")))
        name = str(row.get("name", "")) or (find_code(self.master.product_types, code) or "")
        cell = Cell(address, f"accounts.{vat_code}", value)
        naming = _name_cell(address, name)
        return AccountRow(
            Section.PRODUCT_TYPES, str(row["code"]), name, vat_code, sold_ore, is_sold, cell, product, is_new, naming
        )

    def _list_sold_vat_codes(self, code: str) -> set[str]:
        """The ledger's VAT codes of what was sold under a product type."""
        known = self._vat_codes()
        sold = {vat_code for kind, of, vat_code in self.sold.sums if kind is EntryKind.SALE and of == code}
        return {go for vat_code in sold if (go := find_code(known, vat_code))}

    def _vat_codes(self) -> Mapping[str, str]:
        """The ledger's VAT codes by the register's, as they count now."""
        venues = {venue.id: venue for venue in self.company.venues}
        venue = venues.get(self.venue) or next(iter(self.company.venues), None)
        return venue.on(self.today).mapping.vat_codes if venue is not None else {}

    def _row(self, section: Section, row: Document, key: str, sold: tuple[int, bool]) -> AccountRow:
        names = self.master.payment_types if section is Section.PAYMENT_TYPES else self.master.vat_codes
        name = str(row.get("name", "")) or (find_code(names, str(row["code"])) or "")
        address = self._address(section.value, row)
        naming = _name_cell(address, name) if section is Section.PAYMENT_TYPES else None
        cell = Cell(address, key, str(row.get(key, "")))
        return AccountRow(section, str(row["code"]), name, "", *sold, cell, naming=naming)

    def _address(self, table: str, row: Document) -> RowAddress:
        return RowAddress(table, str(row["code"]), self.venue, _since(row))

    # What has no row yet

    def _list_new(self) -> Iterator[AccountRow]:
        """Rows for the codes that were sold under, where the company has none."""
        known = {
            table: {clean_code(str(row["code"])) for row in self.document.get(table, ())}
            for table in ("product_type", "payment_type", "vat_code")
        }
        for code, vat_code in sorted({(of, vat) for kind, of, vat in self.sold.sums if kind is EntryKind.SALE}):
            if vat_code and vat_code not in known["vat_code"]:
                known["vat_code"].add(vat_code)
                sold = self.sold.of(EntryKind.SALE, None, [vat_code])
                yield self._row(Section.VAT_CODES, {"code": vat_code}, "go", sold)._replace(is_new=True)
            go = find_code(self._vat_codes(), vat_code)
            if code and code not in known["product_type"] and go is not None:
                yield self._product({"code": code}, code, go, "", is_new=True)
        for code in sorted({of for kind, of, _ in self.sold.sums if kind is EntryKind.PAYMENT and of}):
            if code not in known["payment_type"]:
                row = self._row(Section.PAYMENT_TYPES, {"code": code}, "account", self.sold.of(EntryKind.PAYMENT, code))
                yield row._replace(is_new=True)

    def _other(self, key: str, since: str, value: str) -> AccountRow:
        cell = Cell(RowAddress("accounts", "", self.venue, since), key, value)
        sold_ore, is_sold = self.sold.of(OTHER_ACCOUNTS[key])
        return AccountRow(Section.ACCOUNTS, key, "", "", abs(sold_ore), is_sold, cell)

    def _list_unset_accounts(self) -> Iterator[AccountRow]:
        there = {key for table in self._choose_accounts() for key, value in table.items() if value}
        return (self._other(key, "", "") for key in OTHER_ACCOUNTS if key not in there)

    def _list_order_products(self) -> Iterator[AccountRow]:
        table: Document = self.document.get("orders", {})
        for key in ORDER_PRODUCTS:
            name, _, of = key.partition(".")
            value = table.get(name, {}).get(of, "") if of else table.get(name, "")
            yield AccountRow(Section.ORDERS, key, "", "", 0, False, Cell(RowAddress("orders"), key, str(value)))


def _name_cell(row: RowAddress, name: str) -> Cell | None:
    return None if name else Cell(row, "name", "")


def _since(row: Document) -> str:
    return str(row.get("valid_from", ""))


# Saving


class SavedAccounts(NamedTuple):
    """What was saved: the revision, and the drafted days that it does not touch."""

    revision: int
    applied: Applied


def save_accounts(
    workspace: Workspace,
    company_id: str,
    changed: Mapping[str, str],
    valid_from: date | None,
    environ: Mapping[str, str],
    saying: Saying,
) -> SavedAccounts:
    """Save values of the table, all or none, as one revision. `changed`: by their names in a form; `valid_from`: the
    first business day that has them, None for all days that are not drafted.

    Raises what `set_rows` raises.
    """
    company = next((one for one in workspace.load_setup({company_id}).companies if one.id == company_id), None)
    values: dict[RowAddress, dict[str, str]] = defaultdict(dict)
    for name, value in changed.items():
        row, _, key = name.partition("|")
        address = parse_address(row)
        if address is not None and company is not None:
            values[address][key] = value.strip()
    with workspace.database.reading() as connection:
        master = _read_master(connection, company) if company else MasterData()
    changes = [_make_change(company, master, row, of_row, valid_from) for row, of_row in values.items() if company]
    saved = set_rows(workspace, company_id, changes, environ, saying)
    return SavedAccounts(saved.revision, saved.applied)


def _make_change(
    company: Company, master: MasterData, row: RowAddress, values: Mapping[str, str], valid_from: date | None
) -> RowChange:
    is_dated = valid_from is not None and row.table != Section.ORDERS
    target = row._replace(valid_from=valid_from.isoformat()) if is_dated and valid_from is not None else row
    is_there = target.table == Section.ORDERS or find_row(company, target) is not None
    is_plain_table = target.table == Section.ACCOUNTS and not target.valid_from
    told: dict[str, object] = {key: value for key, value in values.items() if value or _keeps_empty(row, key)}
    unset = [key for key in values if key not in told]
    if not is_there and not find_row(company, row):
        name = _name_of(master, row)
        told |= {"name": name} if name else {}
    return RowChange(target, "set" if is_there or is_plain_table else "add", told, unset)


def _keeps_empty(row: RowAddress, key: str) -> bool:
    """Whether an emptied value stays as an empty one, which a later row needs to say that there is none."""
    return row.table in (Section.PAYMENT_TYPES, Section.VAT_CODES) or key.startswith("accounts.")


def _name_of(master: MasterData, row: RowAddress) -> str:
    names = {Section.PRODUCT_TYPES: master.product_types, Section.PAYMENT_TYPES: master.payment_types}
    return find_code(names.get(Section(row.table), {}), row.code) or ""

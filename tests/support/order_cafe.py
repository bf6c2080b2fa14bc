"""A café that sells on account, run by its commands: what the register sold, what the day's voucher and the orders are
in the sandbox, as short lines of text.

`Café` is set up with orders from 15 November 2026. Its register calls cash CASH, cards CARD and the account CREDIT;
customer K-17 is Go's 10018.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from posexport.core.money import format_ore
from posexport.sandbox.customers import Customer
from posexport.sandbox.orders import Invoice, Order, OrderLine
from posexport.sandbox.products import Product
from tests.support.command_line import Run, Told, make_run, reach_shop
from tests.support.harness import Shop, setup_text

K_17 = {"number": "K-17", "name": "Pensjonat Utvær", "organization_number": "974760673"}
GO_NUMBER = 10018

_SOLD_UNDER = {"25": "3", "15": "31", "12": "33", "0": "5"}
_MAPPING = """
  [[company.vat_code]]
  code = "3"
  go = "3"
  [[company.vat_code]]
  code = "31"
  go = "31"
  [[company.vat_code]]
  code = "33"
  go = "33"
  [[company.vat_code]]
  code = "5"
  go = "5"
  [[company.product_type]]
  code = "100"
  name = "Mat"
  accounts = { "3" = "3020", "31" = "3030", "33" = "3050", "5" = "3100" }
  products = { "3" = "SERV25", "31" = "TAKE15", "33" = "OVERN12", "5" = "FRITT" }
  [[company.payment_type]]
  code = "CASH"
  account = "1900"
  [[company.payment_type]]
  code = "CARD"
  account = "1592"
  [[company.payment_type]]
  code = "CREDIT"
  account = "1500"
  [company.accounts]
  rounding = "7740"
  tips = "2911"
  gift_cards = "2901"
  [company.orders]
"""


def ticket(number: int, text: str, *, at: str = "2026-11-20T12:00:00", **more: Any) -> dict[str, Any]:
    """A ticket of K-17 as JSON lines have it, from a line of text: rates and gross amounts of what was sold, then what
    paid for it. `more` goes on the ticket; `customer=None` names nobody.

    >>> ticket(1, "25 300.00, 15 100.00 = CARD 150.00, CREDIT 250.00")["payments"][0]
    {'payment_type': 'CARD', 'amount': '150.00'}
    """
    sold, paid = ([part.split() for part in side.split(",")] for side in text.split(" = "))
    lines = [{"product_type": "100", "vat_code": _SOLD_UNDER[rate], "gross": amount} for rate, amount in sold]
    customer = more.pop("customer", K_17)
    return {
        "register": "1",
        "ticket": str(number),
        "completed_at": at,
        "lines": lines,
        "payments": [{"payment_type": code, "amount": amount} for code, amount in paid],
        "id": f"1/{number}/{at}",
        **({"customer": customer} if customer is not None else {}),
        **more,
    }


def pieces(number: int, text: str, quantity: str, what: str) -> dict[str, Any]:
    """A ticket of one line, of so many of something."""
    made = ticket(number, text)
    made["lines"][0] |= {"quantity": quantity, "text": what}
    return made


@dataclass
class Cafe:
    """The café: a shop and its command line."""

    shop: Shop
    run: Run
    keys: dict[str, str] = field(default_factory=dict)
    """Further keys of `[company.orders]`."""
    flags: dict[str, str] = field(default_factory=dict)
    """Further keys that are no texts, as TOML has them."""
    target: str = "journal"
    products: dict[str, str] = field(default_factory=lambda: {"tips": "DRIKKEPENGER", "gift_cards": "GAVEKORT"})

    def __post_init__(self) -> None:
        self.shop.world.set_customer(Customer(GO_NUMBER, "Pensjonat Utvær AS", "974760673"))
        self.shop.world.set_product(Product("SERV25", "Servering", 3020, 3250))

    def set_up(self, *, link: bool = True, first: str = "2026-11-15", **keys: str) -> Told:
        """Set the company up, with these keys of its orders; `link`: K-17 is linked by a person."""
        self.keys = {"customers": "linked", **keys}
        told = self.apply(first)
        if link:
            linked = self.run("customers", "link", "fjordmat", "K-17", str(GO_NUMBER))
            assert linked.code == 0, linked
        return told

    def apply(self, first: str, *flags: str) -> Told:
        """`posexport setup apply`, with orders from this day."""
        table = [f"  from = {first}", *(f'  {key} = "{value}"' for key, value in self.keys.items())]
        table += [f"  {key} = {value}" for key, value in self.flags.items()]
        named = ["    [company.orders.products]", *(f'    {key} = "{code}"' for key, code in self.products.items())]
        text = setup_text(
            self.target,
            company='invoicing = "orders"' + ("\ndirect_posting = true" if self.target == "ledger" else ""),
            mapping=_MAPPING + "\n".join([*table, *named]) + "\n",
            reports=str(self.shop.folder / "reports"),
        )
        path = self.shop.folder / "setup.toml"
        path.write_text(text, encoding="utf-8")
        return self.run("setup", "apply", str(path), *flags)

    def sell(self, *tickets: Mapping[str, Any]) -> None:
        """Import these tickets as a file."""
        told = self.run("import", str(self.shop.write(*tickets)))
        assert told.code == 0, told

    def export(self, *options: str) -> Told:
        """`posexport export --json`."""
        return self.run("export", "--json", *options)

    def orders(self, *options: str) -> list[dict[str, Any]]:
        """`posexport orders --json`, after enough time that Go is asked again."""
        self.shop.clock.sleep(1_000)
        found: list[dict[str, Any]] = self.run("orders", *options, "--json").json["orders"]
        return found

    def state_of(self, number: int) -> str:
        """The state of the order of a ticket, as `posexport orders` has it."""
        (found,) = [one for one in self.orders() if one["ticket"] == str(number)]
        return str(found["state"])

    def invoice(self, number: int) -> Invoice:
        """A person invoices the only order, under this number."""
        self.shop.world._one(None).orders._last_invoice_no = number - 1
        return self.shop.world.invoice(self.order.id)

    def contact_id(self, number: int) -> int:
        """The id of the customer with this number."""
        customers = self.shop.world._one(None).customers
        (customer,) = [one for one in self.shop.world.customers() if one.no == number]
        return customers.contact_id(customer)

    def posts(self, path: str) -> int:
        """How often something was sent to this path."""
        return sum(one.method == "POST" and one.path.endswith(path) for one in self.shop.world.requests)

    def wait(self) -> None:
        """Let so much time pass that what is read is not older than what was written."""
        self.shop.clock.sleep(1_000)

    # What is in the sandbox

    @property
    def voucher(self) -> list[str]:
        """The lines of every voucher draft together: account, amount and VAT code, payments first."""
        sums: dict[tuple[str, str], int] = {}
        for line in (line for draft in self.shop.world.drafts() for line in draft.lines):
            account = f"{line.account_no}/{line.customer}" if line.customer else str(line.account_no)
            key = account, line.vat_code
            sums[key] = sums.get(key, 0) + line.amount_ore
        told = sorted((ore < 0, account, code, ore) for (account, code), ore in sums.items() if ore)
        return [f"{account} {_signed(ore)}{_under(code)}" for _, account, code, ore in told]

    @property
    def order(self) -> Order:
        """The only order."""
        (made,) = self.shop.world.orders()
        return made

    @property
    def is_empty(self) -> bool:
        """Whether neither voucher nor order is there."""
        return not (self.shop.world.drafts() or self.shop.world.orders() or self.shop.world.invoices())


def open_cafe(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    """A café, not yet set up, whose command line has the shop's keys and reaches its ledger."""
    for name, value in shop.environ.items():
        monkeypatch.setenv(name, value)
    reach_shop(shop, monkeypatch)
    return Cafe(shop, make_run(monkeypatch, capsys))


def _signed(ore: int) -> str:
    return f"{'+' if ore > 0 else ''}{format_ore(ore)}"


def _under(code: str) -> str:
    return "" if code in ("0", "") else f" ({code})"


def tell(order: Order) -> list[str]:
    """The lines of an order that are no texts, as `PRODUCT quantity x price: net + VAT`."""
    return [_tell_line(line) for line in order.lines if line.line_type == "Normal"]


def _tell_line(line: OrderLine) -> str:
    assert line.amounts is not None, line
    assert line.quantity is not None, line
    what = f"{line.product_code} {line.quantity:f} x {_price(line.unit_price)}"
    return f"{what}: {format_ore(line.amounts.net_ore)} + {format_ore(line.amounts.vat_ore)}"


def _price(number: Decimal | None) -> str:
    """As few decimals as it has, two at least."""
    assert number is not None
    places = max(2, -int(number.normalize().as_tuple().exponent))
    return f"{number:.{places}f}"


def sum_of(order: Order) -> str:
    """`net + VAT = total`."""
    return f"{format_ore(order.net_ore)} + {format_ore(order.vat_ore)} = {format_ore(order.total_ore)}"


def texts(order: Order) -> list[str]:
    """The text lines of an order, but for the first, which says whose ticket it is."""
    first, *others = [line.description or "" for line in order.lines if line.line_type == "Text"]
    assert "bong" in first, first
    return others


def codes(shown: Mapping[str, Any]) -> list[str]:
    """The codes of the findings of an order, or of a day."""
    return [finding["code"] for finding in shown["findings"]]

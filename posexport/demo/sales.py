"""Made-up sales for the demo: two departments' Fridays and a Saturday, and the files their registers would write.

Everything follows from a seed, so every run shows the same figures. Never here: reading such files, accounts, the
setup. Units: øre, VAT included; times are local. Source of the XML: SAF-T CR 1.00 XSD and its official example.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from posexport.core.money import extract_vat_ore, format_ore

RATES_BP = {"3": 2500, "2": 1500, "0": 0}
"""The registers' own VAT codes: 3 served or alcohol, 2 food taken away, 0 gift cards."""

_TAKEAWAY, _SERVED = "2", "3"
_CARDS = ("VISA", "BANKAXEPT")
_WAYS_TO_PAY = {"VISA": 38, "BANKAXEPT": 32, "VIPPS": 18, "CASH": 12}
_GIFT_CARD_ORE = 50_000


class Article(NamedTuple):
    """Something on the menu. `takeaway`: food and soft drinks, which cost 15 % VAT when they are taken away."""

    id: str
    product_type: str
    name: str
    price_ore: int
    takeaway: bool
    weight: int


class SoldLine(NamedTuple):
    """One line of a ticket; a return has negative amount and quantity."""

    article: Article
    vat_code: str
    quantity: int
    gross_ore: int
    discount_ore: int = 0

    @property
    def vat_ore(self) -> int:
        """Its VAT in øre, rounded line by line as registers do."""
        return extract_vat_ore(self.gross_ore, RATES_BP[self.vat_code])


class Customer(NamedTuple):
    """A customer as the register knows it: its own code, a name, and an organization number, "" where it has none."""

    number: str
    name: str
    organization_number: str = ""


class Sale(NamedTuple):
    """One ticket. `payments`: (payment type, øre). `customer`: whom it is for, where it is sold on account."""

    number: int
    completed_at: datetime
    lines: tuple[SoldLine, ...]
    payments: tuple[tuple[str, int], ...]
    tip_ore: int = 0
    rounding_ore: int = 0
    gift_cards_ore: int = 0
    training: bool = False
    void: bool = False
    customer: Customer | None = None

    @property
    def lines_ore(self) -> int:
        """The sum of its lines (øre)."""
        return sum(line.gross_ore for line in self.lines)

    @property
    def counts(self) -> bool:
        """Whether it is counted as sales."""
        return not (self.training or self.void)


@dataclass(frozen=True, slots=True)
class Shop:
    """A department as its register knows it. `gift_card`: the article that gift cards are sold as, None where the
    register keeps them apart from its lines. `per_hour`: tickets in each hour after opening."""

    name: str
    street: str
    register: str
    opens: time
    per_hour: Sequence[int]
    menu: Sequence[Article]
    product_types: dict[str, str]
    takeaway_percent: int
    regulars_percent: int
    gift_card: Article | None = None


PAYMENT_TYPES = {
    "CASH": ("12001", "Kontant"),
    "BANKAXEPT": ("12002", "BankAxept"),
    "VISA": ("12003", "Visa"),
    "VIPPS": ("12011", "Vipps"),
    "GIFTCARD": ("12005", "Gavekort"),
}
"""Payment type -> its predefined code in SAF-T, its name."""

ACCOUNT = "ACCOUNT"
"""The payment type of what is not paid at the register."""

_ORDERED = ("100", "200")
"""The product types that the setup has products for."""

TORGET = Shop(
    name="Torget Kafé",
    street="Torget",
    register="TK-1",
    opens=time(10),
    per_hour=(5, 7, 12, 11, 7, 7, 8, 10, 11, 9, 7, 6, 5, 4, 3),
    menu=(
        Article("1001", "100", "Fiskesuppe", 18_900, True, 9),
        Article("1002", "100", "Rekesmørbrød", 16_450, True, 9),
        Article("1003", "100", "Dagens burger", 21_900, True, 8),
        Article("1004", "100", "Barneburger", 9_890, True, 4),
        Article("1101", "110", "Kaffe", 4_200, True, 16),
        Article("1102", "110", "Kanelbolle", 4_490, True, 12),
        Article("1103", "110", "Sjokoladekake", 7_450, True, 6),
        Article("1201", "120", "Eplemost 0,33", 4_890, True, 7),
        Article("2001", "200", "Pils 0,5", 10_900, False, 8),
        Article("2101", "210", "Husets rødvin, glass", 12_900, False, 6),
    ),
    product_types={
        "100": "Mat",
        "110": "Kaffe og bakst",
        "120": "Mineralvann",
        "200": "Øl",
        "210": "Vin",
        "900": "Gavekort",
    },
    takeaway_percent=34,
    regulars_percent=0,
    gift_card=Article("9001", "900", "Gavekort", _GIFT_CARD_ORE, False, 0),
)

BRYGGA = Shop(
    name="Brygga Bar",
    street="Brygga",
    register="BB-1",
    opens=time(15),
    per_hour=(4, 7, 10, 12, 13, 13, 14, 15, 14, 12, 9, 5),
    menu=(
        Article("11", "100", "Fish and chips", 19_900, True, 7),
        Article("12", "100", "Sliders", 17_950, True, 6),
        Article("13", "100", "Peanøtter", 4_990, True, 4),
        Article("21", "200", "Pils 0,4", 9_450, False, 22),
        Article("22", "200", "Indian Pale Ale 0,4", 11_900, False, 12),
        Article("23", "210", "Hvitvin, glass", 12_900, False, 9),
        Article("24", "120", "Mineralvann", 4_690, True, 8),
    ),
    product_types={"100": "Mat", "120": "Mineralvann", "200": "Øl", "210": "Vin"},
    takeaway_percent=9,
    regulars_percent=6,
)

BRYGGA_WITH_COCKTAILS = replace(
    BRYGGA,
    per_hour=(6, 8, 11, 12, 14, 15, 15, 16, 15, 14, 10, 6),
    menu=(*BRYGGA.menu, Article("31", "330", "Dark and stormy", 15_900, False, 8)),
    product_types={**BRYGGA.product_types, "330": "Cocktails"},
)
"""The Saturday's: nobody has told the setup about product type 330 yet."""


# A day's tickets


def make_sales(shop: Shop, day: date, first_number: int, seed: int) -> tuple[Sale, ...]:
    """A day's tickets, from opening until long after midnight, with one of each special case: a training ticket, a gift
    card sold and one used, a return, a voided ticket."""
    rng = random.Random(seed)  # noqa: S311 - figures to look at, not secrets
    opens = datetime.combine(day, shop.opens)
    times = sorted(
        opens + timedelta(hours=hour, seconds=int(rng.random() * 3600))
        for hour, many in enumerate(shop.per_hour)
        for _ in range(many)
    )
    sales = [_make_sale(shop, first_number + place, at, rng) for place, at in enumerate(times)]
    sales[0] = sales[0]._replace(training=True)
    sold, used, returned, voided = (len(sales) * part // 10 for part in (3, 6, 7, 8))
    sales[sold] = _sell_gift_card(sales[sold], shop)
    sales[used] = _use_gift_card(sales[used])
    sales[returned] = _return_line(sales[returned], sales[returned - 5])
    sales[voided] = sales[voided]._replace(void=True)
    return tuple(sales)


def sell_on_account(sales: Sequence[Sale], customer: Customer) -> tuple[Sale, ...]:
    """The sales with the dearest ticket of food and beer sold on account to a customer."""
    of_food = [
        sale for sale in sales if sale.counts and all(line.article.product_type in _ORDERED for line in sale.lines)
    ]
    dearest = max(of_food, key=lambda sale: sale.lines_ore)
    sold = Sale(dearest.number, dearest.completed_at, dearest.lines, ((ACCOUNT, dearest.lines_ore),), customer=customer)
    return tuple(sold if sale is dearest else sale for sale in sales)


def _make_sale(shop: Shop, number: int, at: datetime, rng: random.Random) -> Sale:
    is_takeaway = rng.random() * 100 < shop.takeaway_percent
    menu = [article for article in shop.menu if article.takeaway or not is_takeaway]
    chosen = rng.choices(menu, [article.weight for article in menu], k=1 + int(rng.random() * 3.4))
    many: dict[Article, int] = defaultdict(int)
    for article in chosen:
        many[article] += 1 + int(rng.random() * 1.7)
    vat_code = _TAKEAWAY if is_takeaway else _SERVED
    is_regular = rng.random() * 100 < shop.regulars_percent
    lines = tuple(_make_line(article, vat_code, quantity, is_regular) for article, quantity in many.items())
    total_ore = sum(line.gross_ore for line in lines)
    way = rng.choices(list(_WAYS_TO_PAY), list(_WAYS_TO_PAY.values()))[0]
    gives_tip = way in _CARDS and not is_takeaway and rng.random() < 0.2
    tip_ore = rng.choices((2_000, 3_000, 5_000, 10_000), (5, 4, 3, 1))[0] if gives_tip else 0
    rounding_ore = (total_ore + 50) // 100 * 100 - total_ore if way == "CASH" else 0
    return Sale(number, at, lines, ((way, total_ore + tip_ore + rounding_ore),), tip_ore, rounding_ore)


def _make_line(article: Article, vat_code: str, quantity: int, is_regular: bool) -> SoldLine:
    """A line; a regular guest gets ten per cent off."""
    full_ore = article.price_ore * quantity
    discount_ore = full_ore // 10 if is_regular else 0
    return SoldLine(article, vat_code, quantity, full_ore - discount_ore, discount_ore)


def _sell_gift_card(sale: Sale, shop: Shop) -> Sale:
    payments = (("VISA", _GIFT_CARD_ORE),)
    if shop.gift_card is None:
        return Sale(sale.number, sale.completed_at, (), payments, gift_cards_ore=_GIFT_CARD_ORE)
    return Sale(sale.number, sale.completed_at, (SoldLine(shop.gift_card, "0", 1, _GIFT_CARD_ORE),), payments)


def _use_gift_card(sale: Sale) -> Sale:
    """The sale paid with a gift card as far as it goes, the rest by card."""
    used_ore = min(_GIFT_CARD_ORE, sale.lines_ore)
    rest_ore = sale.lines_ore - used_ore
    payments = (("GIFTCARD", used_ore), *((("BANKAXEPT", rest_ore),) if rest_ore else ()))
    return Sale(sale.number, sale.completed_at, sale.lines, payments)


def _return_line(sale: Sale, earlier: Sale) -> Sale:
    """The sale with a return of an earlier ticket's first article, at the VAT code it was sold with."""
    line = earlier.lines[0]
    back_ore = -(line.gross_ore // line.quantity)
    return Sale(
        sale.number,
        sale.completed_at,
        (SoldLine(line.article, line.vat_code, -1, back_ore),),
        (("BANKAXEPT", back_ore),),
    )


# JSON lines


def format_jsonl(shop: Shop, sales: Iterable[Sale]) -> bytes:
    """The sales as JSON lines."""
    return b"".join(f"{json.dumps(_as_json(shop, sale), ensure_ascii=False)}\n".encode() for sale in sales)


def _as_json(shop: Shop, sale: Sale) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "register": shop.register,
        "ticket": str(sale.number),
        "completed_at": sale.completed_at.isoformat(),
        "lines": [_line_as_json(line) for line in sale.lines],
        "payments": [{"payment_type": way, "amount": format_ore(amount_ore)} for way, amount_ore in sale.payments],
    }
    amounts = {"tip": sale.tip_ore, "rounding": sale.rounding_ore, "gift_cards_sold": sale.gift_cards_ore}
    entry |= {key: format_ore(amount_ore) for key, amount_ore in amounts.items() if amount_ore}
    if sale.customer is not None:
        told = sale.customer._asdict()
        entry["customer"] = {key: value for key, value in told.items() if value}
    entry |= {key: True for key, holds in {"training": sale.training, "void": sale.void}.items() if holds}
    return entry


def _line_as_json(line: SoldLine) -> dict[str, str]:
    entry = {
        "product_type": line.article.product_type,
        "vat_code": line.vat_code,
        "gross": format_ore(line.gross_ore),
        "vat": format_ore(line.vat_ore),
        "quantity": str(line.quantity),
        "text": line.article.name,
    }
    return entry | ({"discount": format_ore(line.discount_ore)} if line.discount_ore else {})


# SAF-T Cash Register


def format_saft(shop: Shop, sales: Sequence[Sale], made_at: datetime) -> bytes:
    """The sales as a SAF-T Cash Register file, with the Z-report that closed the register."""
    from xml.etree import ElementTree

    root = ElementTree.Element("auditfile", xmlns="urn:StandardAuditFile-Taxation-CashRegister:NO")
    _fill(root, _saft_of(shop, sales, made_at))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


_Node = tuple[str, Any]
"""An element: its name, and its text or the elements in it."""


def _fill(element: Any, nodes: Iterable[_Node]) -> None:
    for name, content in nodes:
        child = element.makeelement(name, {})
        element.append(child)
        if isinstance(content, str):
            child.text = content
        else:
            _fill(child, content)


def _saft_of(shop: Shop, sales: Sequence[Sale], made_at: datetime) -> list[_Node]:
    return [
        (
            "header",
            [
                ("fiscalYear", f"{made_at:%Y}"),
                ("startDate", f"{sales[0].completed_at:%Y-%m-%d}"),
                ("endDate", f"{made_at:%Y-%m-%d}"),
                ("curCode", "NOK"),
                ("dateCreated", f"{made_at:%Y-%m-%d}"),
                ("timeCreated", f"{made_at:%H:%M:%S}"),
                ("softwareDesc", "Kassen"),
                ("softwareVersion", "4.2"),
                ("softwareCompanyName", "Kassen AS"),
                ("auditfileVersion", "1.0"),
            ],
        ),
        (
            "company",
            [
                ("companyIdent", "999999999"),
                ("companyName", "Fjordmat AS"),
                ("taxRegistrationCountry", "NO"),
                ("taxRegIdent", "999999999MVA"),
                ("vatCodeDetails", [_vat_code_of(code, rate_bp) for code, rate_bp in RATES_BP.items()]),
                ("articles", [_article_of(article) for article in _articles(shop)]),
                ("basics", _basics_of(shop)),
                (
                    "location",
                    [
                        ("name", shop.name),
                        ("streetAddress", [("streetname", shop.street), ("number", "1")]),
                        (
                            "cashregister",
                            [
                                ("registerID", shop.register),
                                ("regDesc", f"Kassen, {shop.name}"),
                                _z_event(shop, sales),
                                *(_ticket_of(sale) for sale in sales),
                            ],
                        ),
                    ],
                ),
            ],
        ),
    ]


def _articles(shop: Shop) -> list[Article]:
    return [*shop.menu, *([shop.gift_card] if shop.gift_card else [])]


def _vat_code_of(code: str, rate_bp: int) -> _Node:
    standard = {"2": "31"}.get(code, code)
    return (
        "vatCodeDetail",
        [
            ("vatCode", code),
            ("dateOfEntry", "2026-01-01"),
            ("vatDesc", f"MVA {rate_bp // 100} %"),
            ("standardVatCode", standard),
        ],
    )


def _article_of(article: Article) -> _Node:
    return (
        "article",
        [
            ("artID", article.id),
            ("dateOfEntry", "2026-01-01"),
            ("artGroupID", article.product_type),
            ("artDesc", article.name),
        ],
    )


_GROUP_CODES = {"100": "04006", "110": "04012", "120": "04011", "200": "04007", "210": "04008"}


def _basics_of(shop: Shop) -> list[_Node]:
    rows = [("04", code, _GROUP_CODES.get(code, "04999"), name) for code, name in shop.product_types.items()]
    rows += [
        ("05", "SAL", "", "Salgslinje"),
        ("05", "RET", "", "Returlinje"),
        ("10", "TIPS", "10001", "Tips"),
        ("11", "CASHSAL", "11001", "Kontantsalg"),
        ("11", "RETURNSAL", "11006", "Retur"),
    ]
    rows += [("12", code, predefined, name) for code, (predefined, name) in PAYMENT_TYPES.items()]
    rows.append(("13", "ZREP", "13009", "Z-rapport"))
    return [
        (
            "basic",
            [
                ("basicType", basic_type),
                ("basicID", basic_id),
                *([("predefinedBasicID", predefined)] if predefined else []),
                ("basicDesc", description),
            ],
        )
        for basic_type, basic_id, predefined, description in rows
    ]


def _ticket_of(sale: Sale) -> _Node:
    number, side = str(sale.number), _side(sale.lines_ore)
    net_ore = sale.lines_ore - sum(line.vat_ore for line in sale.lines)
    return (
        "cashtransaction",
        [
            ("nr", number),
            ("transID", number),
            ("transType", "CASHSAL" if sale.lines_ore >= 0 else "RETURNSAL"),
            ("transAmntIn", format_ore(sale.lines_ore)),
            ("transAmntEx", format_ore(net_ore)),
            ("amntTp", side),
            ("transDate", f"{sale.completed_at:%Y-%m-%d}"),
            ("transTime", f"{sale.completed_at:%H:%M:%S}"),
            *(_line_of(line, number, place) for place, line in enumerate(sale.lines, 1)),
            *([("raise", [("raiseType", "TIPS"), ("raiseAmnt", format_ore(sale.tip_ore))])] if sale.tip_ore else []),
            ("rounding", [("roundingAmnt", format_ore(sale.rounding_ore))]),
            *(_payment_of(way, amount_ore) for way, amount_ore in sale.payments),
            ("signature", "demo"),
            ("keyVersion", "1"),
            ("receiptNum", "1"),
            ("voidTransaction", str(sale.void).lower()),
            ("trainingID", str(sale.training).lower()),
        ],
    )


def _line_of(line: SoldLine, number: str, place: int) -> _Node:
    side, net = _side(line.gross_ore), format_ore(line.gross_ore - line.vat_ore)
    vat = [
        ("vatCode", line.vat_code),
        ("vatPerc", format_ore(RATES_BP[line.vat_code])),
        ("vatAmnt", format_ore(line.vat_ore)),
        ("vatAmntTp", side),
        ("vatBasAmnt", net),
    ]
    return (
        "ctLine",
        [
            ("nr", number),
            ("lineID", str(place)),
            ("lineType", "SAL" if line.gross_ore >= 0 else "RET"),
            ("artGroupID", line.article.product_type),
            ("artID", line.article.id),
            ("qnt", str(line.quantity)),
            ("lineAmntIn", format_ore(line.gross_ore)),
            ("lineAmntEx", net),
            ("amntTp", side),
            ("vat", vat),
        ],
    )


def _payment_of(way: str, amount_ore: int) -> _Node:
    paid = [("paymentType", way), ("paidAmnt", format_ore(amount_ore)), ("curCode", "NOK"), ("exchRt", "1.000000")]
    return "payment", paid


def _side(amount_ore: int) -> str:
    return "C" if amount_ore >= 0 else "D"


def _z_event(shop: Shop, sales: Sequence[Sale]) -> _Node:
    """The Z-report, a quarter of an hour after the last ticket."""
    at = sales[-1].completed_at + timedelta(minutes=15)
    day, clock = f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}"
    report = [
        ("reportID", "312"),
        ("reportType", "Z report"),
        ("companyIdent", "999999999"),
        ("companyName", "Fjordmat AS"),
        ("reportDate", day),
        ("reportTime", clock),
        ("registerID", shop.register),
        *_z_sums([sale for sale in sales if sale.counts]),
        ("reportOpeningChangeFloat", "2000.00"),
        *_z_counts(sales),
    ]
    return (
        "event",
        [
            ("eventID", "9001"),
            ("eventType", "ZREP"),
            ("eventDate", day),
            ("eventTime", clock),
            ("eventReport", report),
        ],
    )


def _z_sums(sales: Sequence[Sale]) -> list[_Node]:
    """Sales per article group, payments per type, tips, VAT per code."""
    groups: dict[str, list[int]] = defaultdict(list)
    vat: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    payments: dict[str, list[int]] = defaultdict(list)
    for sale in sales:
        for line in sale.lines:
            groups[line.article.product_type].append(line.gross_ore)
            vat[line.vat_code][0] += line.gross_ore - line.vat_ore
            vat[line.vat_code][1] += line.vat_ore
        for way, amount_ore in sale.payments:
            payments[way].append(amount_ore)
    tips = [sale.tip_ore for sale in sales if sale.tip_ore]
    return [
        ("reportTotalCashSales", [("totalCashSaleAmnt", _sum(sale.lines_ore for sale in sales))]),
        (
            "reportArtGroups",
            [
                ("reportArtGroup", [("artGroupID", code), ("artGroupNum", str(len(of))), ("artGroupAmnt", _sum(of))])
                for code, of in sorted(groups.items())
            ],
        ),
        (
            "reportPayments",
            [
                ("reportPayment", [("paymentType", way), ("paymentNum", str(len(of))), ("paymentAmnt", _sum(of))])
                for way, of in sorted(payments.items())
            ],
        ),
        ("reportTip", [("tipNum", str(len(tips))), ("tipAmnt", _sum(tips))]),
        (
            "reportCashSalesVat",
            [
                (
                    "reportCashSaleVat",
                    [
                        ("vatCode", code),
                        ("vatPerc", format_ore(RATES_BP[code])),
                        ("cashSaleAmnt", format_ore(net_ore)),
                        ("vatAmnt", format_ore(vat_ore)),
                        ("vatAmntTp", "C"),
                    ],
                )
                for code, (net_ore, vat_ore) in sorted(vat.items())
            ],
        ),
    ]


def _z_counts(sales: Sequence[Sale]) -> list[_Node]:
    """The Z-report's counts; posexport does not compare them."""
    returns = [-sale.lines_ore for sale in sales if sale.counts and sale.lines_ore < 0]
    voids = [sale.lines_ore for sale in sales if sale.void]
    trainings = [sale.lines_ore for sale in sales if sale.training]
    counted = [sale for sale in sales if sale.counts]
    cash = sum(1 for sale in counted if sale.payments[0][0] == "CASH")
    none = {"Num": "0", "Amnt": "0.00"}
    return [
        ("reportReceiptNum", str(len(counted) - len(returns))),
        ("reportOpenCashBoxNum", str(cash)),
        *((f"reportReceiptCopy{what}", nothing) for what, nothing in none.items()),
        *((f"reportReceiptProforma{what}", nothing) for what, nothing in none.items()),
        ("reportReturnNum", str(len(returns))),
        ("reportReturnAmnt", _sum(returns)),
        *((f"reportDiscount{what}", nothing) for what, nothing in none.items()),
        ("reportVoidTransNum", str(len(voids))),
        ("reportVoidTransAmnt", _sum(voids)),
        ("reportCorrLines", [_none("reportCorrLine", "corrLine", "corrLineType")]),
        ("reportPriceInquiries", [_none("reportPriceInquiry", "priceInquiry", "priceInquiryGroup")]),
        ("reportOtherCorrs", [_none("reportOtherCorr", "otherCorr", "otherCorrType")]),
        *((f"reportReceiptDelivery{what}", nothing) for what, nothing in none.items()),
        ("reportTrainingNum", str(len(trainings))),
        ("reportTrainingAmnt", _sum(trainings)),
        ("reportGrandTotalSales", _sum(sale.lines_ore for sale in counted if sale.lines_ore > 0)),
        ("reportGrandTotalReturn", _sum(returns)),
        ("reportGrandTotalSalesNet", _sum(sale.lines_ore for sale in counted)),
    ]


def _none(name: str, prefix: str, kind: str) -> _Node:
    return name, [(kind, "Ingen"), (f"{prefix}Num", "0"), (f"{prefix}Amnt", "0.00")]


def _sum(amounts_ore: Iterable[int]) -> str:
    return format_ore(sum(amounts_ore))

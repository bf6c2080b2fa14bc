"""The master data of a company in PowerOffice Go: accounts, VAT codes, departments, customers and keys.

Lives here: the frozen records of master data, the privileges, and the demo company "Fjordmat AS" with a Norwegian chart
(an excerpt of NS 4102 with the sub-accounts a restaurant commonly opens); its customers and products are in
`demo_sales`. Never here: HTTP, JSON, a clock, or anything of posexport outside this folder. Units: VAT rates are
percent as `Decimal` (v1 shows them so; v2 divides by 100).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from .customers import ContactPerson, Customer
from .demo_sales import DEMO_CUSTOMERS, DEMO_GROUPS, DEMO_PERSONS, DEMO_PRODUCTS
from .products import Product, ProductGroup
from .projects import Project

EARLY = date(2000, 1, 1)
"""VAT codes of the demo company are valid from here, so that old sales can be tried."""

DIMENSIONS = ("location", "product", "quantity", "activity", "dim1", "dim2", "dim3")
"""What an account may require beside department and project."""

CURRENCIES = ("NOK", "DKK", "EUR", "GBP", "SEK", "USD")

V1_READ = (
    "Import",
    "GeneralLedgerAccount",
    "CommonServices",
    "Department",
    "Customer",
    "Reporting_AccountTransaction_Full",
)
V1_WRITE = ("Import_Full",)
V2_READ = (
    "JournalEntryVoucher",
    "GeneralLedgerAccount",
    "CommonServices",
    "Department",
    "Customer",
    "Project",
    "AccountTransaction",
    "VoucherDocumentation",
)
V2_WRITE = ("JournalEntryVoucher_Full", "CashVoucher_Full", "ManualVoucher_Full", "VoucherDocumentation_Full")
V2_SALES = (
    "ContactPerson",
    "Customer_Full",
    "OutgoingInvoice",
    "Product",
    "Project_Full",
    "SalesOrders",
    "SalesOrders_Full",
)
ALL_PRIVILEGES = frozenset((*V1_READ, *V1_WRITE, *V2_READ, *V2_WRITE, *V2_SALES))
"""Names of v2 are those of its description; v1 publishes none, so `Import` and `Import_Full` are ours.

Reading is allowed by `X` and by `X_Full`, writing by `X_Full` alone.
"""


@dataclass(frozen=True, slots=True)
class Account:
    """A ledger account. `subledger`: lines must name a customer instead of the account. What an account requires beside
    an amount is checked when a line is posted, not when it is drafted; `required` names dimensions of `DIMENSIONS`, of
    which the company has none but the products of its invoices."""

    no: int
    name: str
    vat_code: str = "0"
    active: bool = True
    vat_locked: bool = False
    department_required: bool = False
    project_required: bool = False
    required: tuple[str, ...] = ()
    subledger: bool = False


@dataclass(frozen=True, slots=True)
class VatCode:
    """One row of a VAT code: a rate and the period it is valid in; a code may have several. `rate_percent` 25 means
    25 %. `valid_to` is inclusive, None is for good. `account_no` takes the VAT when a line is posted; None where the
    amount of a line has no VAT in it, as with reverse charge."""

    code: str
    name: str
    rate_percent: Decimal = Decimal(0)
    valid_from: date = EARLY
    valid_to: date | None = None
    active: bool = True
    account_no: int | None = None

    def is_valid_on(self, day: date) -> bool:
        return self.active and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Department:
    code: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class SandboxClient:
    """A company in the sandbox. `privileges`: the most that its Go subscription allows any integration. Customers,
    products and projects are those that it starts with. `invoice_fee` is kroner without VAT on each invoice, 0 is none;
    the sales accounts count for products that have none, nor their group."""

    client_id: str
    name: str
    organization_number: str
    accounts: Mapping[int, Account] = field(repr=False)
    vat_codes: tuple[VatCode, ...] = field(repr=False)
    departments: Mapping[str, Department] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    customers: Mapping[int, Customer] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    contact_persons: tuple[ContactPerson, ...] = field(default=(), repr=False)
    products: tuple[Product, ...] = field(default=(), repr=False)
    product_groups: tuple[ProductGroup, ...] = field(default=(), repr=False)
    projects: tuple[Project, ...] = field(default=(), repr=False)
    standard_sales_account_no: int | None = None
    optional_sales_account_no: int | None = None
    invoice_fee: Decimal = Decimal(0)
    invoice_fee_account_no: int = 3900
    lock_date: date | None = None
    privileges: frozenset[str] = ALL_PRIVILEGES
    customer_account_no: int = 1500
    currency: str = "NOK"
    vat_registered: bool = True
    subscriptions: tuple[str, ...] = ("Accounting",)


@dataclass(frozen=True, slots=True)
class Key:
    """The pair of keys one integration uses for one client; both are secrets and never shown. `active` False: switched
    off under Settings > Extensions."""

    application_key: str = field(repr=False)
    client_key: str = field(repr=False)
    client_id: str
    integration: str = "posexport"
    privileges: frozenset[str] = ALL_PRIVILEGES
    active: bool = True


_PLAIN_ACCOUNTS = """
1079 Utsatt skattefordel
1200 Maskiner og anlegg
1250 Inventar
1280 Kontormaskiner
1300 Investeringer i datterselskap
1400 Varelager, råvarer
1460 Varelager, innkjøpte varer for videresalg
1500 Kundefordringer
1530 Opptjente, ikke fakturerte inntekter
1579 Andre kortsiktige fordringer
1580 Avsetning tap på kundefordringer
1591 Kort i oppgjør BankAxept
1592 Kort i oppgjør Visa/MC
1593 Vipps i oppgjør
1594 Kort i oppgjør American Express
1700 Forskuddsbetalt leie
1749 Andre forskuddsbetalte kostnader
1900 Kontanter, NOK
1905 Kontanter, EUR
1909 Kassedifferanse
1910 Kontanter i transitt
1911 Uttak/innskudd kasse, interim
1920 Bankinnskudd
1950 Bankinnskudd, skattetrekk
2000 Aksjekapital
2050 Annen egenkapital
2400 Leverandørgjeld
2401 Kommittent/leverandør
2500 Betalbar skatt, ikke utlignet
2600 Forskuddstrekk
2700 Utgående merverdiavgift, høy sats
2701 Utgående merverdiavgift, middels sats
2702 Utgående merverdiavgift, lav sats
2703 Utgående merverdiavgift, råfisk
2710 Inngående merverdiavgift, høy sats
2711 Inngående merverdiavgift, middels sats
2712 Inngående merverdiavgift, lav sats
2713 Inngående merverdiavgift, råfisk
2740 Oppgjørskonto merverdiavgift
2770 Skyldig arbeidsgiveravgift
2900 Forskudd fra kunder
2901 Gavekort
2902 Tilgodelapper
2911 Skyldig tips
2930 Skyldig lønn
2940 Skyldige feriepenger
2990 Annen kortsiktig gjeld
2992 Pant
5000 Lønn til ansatte
5092 Feriepenger
5400 Arbeidsgiveravgift
6060 Avskrivning inventar
7350 Representasjon, fradragsberettiget
7740 Øresavrunding
7745 Kassedifferanser
7770 Bank- og kortgebyr
7830 Tap på fordringer
8050 Renteinntekter
8060 Valutagevinst (agio)
8150 Rentekostnader
8160 Valutatap (disagio)
8960 Overføring annen egenkapital
"""

_VAT_ACCOUNTS = """
3 3000 Salg varer, høy sats
51 3005 Salg varer, høy sats, omvendt avgiftsplikt
51 3015 Salg varer, middels sats, omvendt avgiftsplikt
3 3020 Salg tjenester (servering), høy sats
3 3022 Salg øl, høy sats
3 3023 Salg mineralvann, høy sats
3 3024 Salg vin og brennevin, høy sats
51 3025 Salg tjenester, omvendt avgiftsplikt
31 3030 Salg varer, middels sats
32 3035 Salg råfisk mv.
33 3050 Salg tjenester, lav sats
3 3087 Annen salgsinntektsreduksjon, høy sats
31 3088 Annen salgsinntektsreduksjon, middels sats
52 3150 Salg varer, utførsel
6 3250 Salg tjenester, unntatt
3 3600 Leieinntekt, avgiftspliktig
3 3700 Provisjonsinntekt, avgiftspliktig
7 3710 Provisjonsinntekt, uten avgiftsbehandling
3 3900 Annen driftsrelatert inntekt
1 4300 Innkjøp varer for videresalg, høy sats
11 4330 Innkjøp varer for videresalg, middels sats
1 4500 Fremmedytelser
1 6300 Leie lokale
1 6340 Lys, varme
1 6540 Inventar, anskaffelser
1 6700 Revisjons- og regnskapshonorar
1 6800 Kontorrekvisita
1 6900 Telefon
1 7320 Reklamekostnad
"""

_SPECIAL_ACCOUNTS = (
    Account(3100, "Salg varer, avgiftsfri", vat_code="5", vat_locked=True),
    Account(3200, "Salg varer, unntatt", vat_code="6", vat_locked=True),
    Account(3905, "Annen driftsrelatert inntekt, per avdeling", vat_code="3", department_required=True),
    Account(3906, "Annen driftsrelatert inntekt, per prosjekt", vat_code="3", project_required=True),
    Account(3907, "Annen driftsrelatert inntekt, per sted", vat_code="3", required=("location", "dim1")),
    Account(3999, "Gammel salgskonto (ikke i bruk)", vat_code="3", active=False),
    Account(1999, "Gammel bankkonto (ikke i bruk)", active=False),
)

_VAT_CODES = """
0 0 Ingen avgiftsbehandling
1 25 Inngående avgift, høy sats
11 15 Inngående avgift, middels sats
12 11.11 Inngående avgift, råfisk
14 25 Innførselsavgift betalt ved innførsel, høy sats
15 15 Innførselsavgift betalt ved innførsel, middels sats
20 0 Grunnlag ved innførsel, nullsats
21 25 Grunnlag ved innførsel, høy sats
22 15 Grunnlag ved innførsel, middels sats
3 25 Utgående avgift, høy sats
31 15 Utgående avgift, middels sats
32 11.11 Utgående avgift, råfisk
5 0 Innenlands omsetning, fritatt
51 0 Innenlands omsetning med omvendt avgiftsplikt
52 0 Utførsel av varer og tjenester
6 0 Omsetning utenfor merverdiavgiftsloven
7 0 Ingen avgiftsbehandling, inntekter
81 25 Innførsel av varer, høy sats, med fradrag
82 25 Innførsel av varer, høy sats, uten fradrag
83 15 Innførsel av varer, middels sats, med fradrag
84 15 Innførsel av varer, middels sats, uten fradrag
85 0 Innførsel av varer, nullsats
86 25 Tjenester kjøpt fra utlandet, høy sats, med fradrag
87 25 Tjenester kjøpt fra utlandet, høy sats, uten fradrag
88 12 Tjenester kjøpt fra utlandet, lav sats, med fradrag
89 12 Tjenester kjøpt fra utlandet, lav sats, uten fradrag
91 25 Klimakvoter eller gull, med fradrag
92 25 Klimakvoter eller gull, uten fradrag
"""

_VAT_ACCOUNTS_BY_CODE = {"1": 2710, "11": 2711, "12": 2713, "13": 2712, "3": 2700, "31": 2701, "32": 2703, "33": 2702}

_LOW_RATES = (
    (EARLY, date(2015, 12, 31), 8),
    (date(2016, 1, 1), date(2017, 12, 31), 10),
    (date(2018, 1, 1), date(2020, 3, 31), 12),
    (date(2020, 4, 1), date(2021, 9, 30), 6),
    (date(2021, 10, 1), None, 12),
)
"""The low rate as it has been, so that two codes have several rows each."""

_LOW_RATE_CODES = (("13", "Inngående avgift, lav sats"), ("33", "Utgående avgift, lav sats"))

_SPECIAL_VAT_CODES = (
    VatCode("C24", "Utgående avgift, gammel sats", Decimal(24), valid_to=date(2004, 12, 31), account_no=2700),
    VatCode("C99", "Utgående avgift, ikke i bruk", Decimal(25), active=False, account_no=2700),
)

_DEPARTMENTS = (
    Department("10", "Torget Kafé"),
    Department("20", "Brygga Bar"),
    Department("30", "Fjellstua"),
    Department("40", "Kantina"),
    Department("50", "Bakeriet"),
    Department("60", "Isbaren"),
    Department("70", "Fiskebua"),
    Department("80", "Selskapslokalet"),
    Department("90", "Matbilen"),
    Department("100", "Administrasjon"),
    Department("99", "Nedlagt utsalg", active=False),
)


def demo_chart() -> dict[int, Account]:
    """The demo company's accounts by number, about ninety of them."""
    plain = (line.split(" ", 1) for line in _PLAIN_ACCOUNTS.split("\n") if line)
    with_vat = (line.split(" ", 2) for line in _VAT_ACCOUNTS.split("\n") if line)
    accounts = [Account(int(no), name) for no, name in plain]
    accounts += [Account(int(no), name, vat_code=vat) for vat, no, name in with_vat]
    accounts += _SPECIAL_ACCOUNTS
    return {account.no: account for account in sorted(accounts, key=lambda account: account.no)}


def demo_vat_codes() -> tuple[VatCode, ...]:
    """The standard SAF-T codes, the low rate with its history, one that has expired (C24) and one that is inactive
    (C99)."""
    rows = (line.split(" ", 2) for line in _VAT_CODES.split("\n") if line)
    plain = [
        VatCode(code, name, Decimal(rate), account_no=_VAT_ACCOUNTS_BY_CODE.get(code)) for code, rate, name in rows
    ]
    low = [
        VatCode(code, name, Decimal(rate), first, last, account_no=_VAT_ACCOUNTS_BY_CODE[code])
        for code, name in _LOW_RATE_CODES
        for first, last, rate in _LOW_RATES
    ]
    return (*plain, *low, *_SPECIAL_VAT_CODES)


def demo_client(
    name: str = "Fjordmat AS", organization_number: str = "999999999", client_id: str | None = None
) -> SandboxClient:
    """A company with the demo chart; give another name and number for further companies.

    The client id follows from name and number where none is given, so it is the same in every run.
    """
    return SandboxClient(
        client_id=client_id or str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{organization_number}.{name}")),
        name=name,
        organization_number=organization_number,
        accounts=MappingProxyType(demo_chart()),
        vat_codes=demo_vat_codes(),
        departments=MappingProxyType({department.code: department for department in _DEPARTMENTS}),
        customers=MappingProxyType(
            {
                no: Customer(no, f"Kunde {no} AS", organization_number=str(900_000_000 + no))
                for no in range(10001, 10031)
            }
            | {customer.no: customer for customer in DEMO_CUSTOMERS}
        ),
        contact_persons=DEMO_PERSONS,
        products=DEMO_PRODUCTS,
        product_groups=DEMO_GROUPS,
        standard_sales_account_no=3000,
    )

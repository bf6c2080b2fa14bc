"""What the demo company sells, and to whom: customers of every kind an order can meet, and products for each VAT rate.

Lives here: made-up data alone. Never here: rules. The numbers of accounts are those of the demo chart (`chart`); the
organization numbers have right check digits and belong to nobody.
"""

from __future__ import annotations

from decimal import Decimal

from .customers import Address, ContactPerson, Customer
from .products import Product, ProductGroup

_TWICE = "310042048"
"""An organization number that two customers have."""

DEMO_CUSTOMERS = (
    Customer(
        10101,
        "Fjordvik Bygg AS",
        "310042013",
        email="post@fjordvikbygg.example",
        invoice_email="faktura@fjordvikbygg.example",
        delivery_type="PdfByEmail",
        address=Address("5003", "Bergen", "Strandgaten 14"),
    ),
    Customer(10102, "Nordlys Reiser AS", _TWICE, email="post@nordlysreiser.example"),
    Customer(10103, "Nordlys Reiser AS, avd. Tromsø", _TWICE, email="tromso@nordlysreiser.example"),
    Customer(
        10104,
        "Mona Strandheim",
        email="mona@strandheim.example",
        is_person=True,
        first_name="Mona",
        last_name="Strandheim",
    ),
    Customer(10105, "Nedlagt Kantine AS", "310042072", active=False),
    Customer(10106, "Havneby Eksport AS", "310042102", vat_free=True),
    Customer(10107, "Storhall Arena AS", "310042137", allowance_percent=Decimal(10), department_code="40"),
    Customer(10108, "Baltic Charter OÜ", currency="EUR"),
    Customer(10109, "Lag uten orgnummer", delivery_type="EHF"),
    Customer(10110, "Forening uten e-post", delivery_type="PdfByEmail"),
    Customer(10111, "Kurslokalet AS", "310042161", external_reference="posexport:KURS", external_number=4711),
)

DEMO_PERSONS = (
    ContactPerson(10101, "Ida", "Solvang", "ida@fjordvikbygg.example", title="Prosjektleder"),
    ContactPerson(10101, "Ola", "Bakken", "ola@fjordvikbygg.example", is_default=True),
    ContactPerson(10102, "Vera", "Lunde", "vera@nordlysreiser.example"),
    ContactPerson(10103, "Vera", "Lunde", "vera@nordlysreiser.example"),
    ContactPerson(10103, "Per", "Aune", "per@nordlysreiser.example", active=False),
)

DEMO_GROUPS = (
    ProductGroup("1", "Standard"),
    ProductGroup("DRIKKE", "Drikke", standard_account_no=3022),
)

DEMO_PRODUCTS = (
    Product("SERV25", "Servering", 3020, 3250),
    Product("TAKE15", "Mat med ut", 3030, 3250),
    Product("OVERN12", "Overnatting", 3050, 3250),
    Product("FRITT", "Aviser og bøker", 3100),
    Product("DRIKKEPENGER", "Tips", 2911, 2911),
    Product("GAVEKORT", "Gavekort", 2901, 2901),
    Product("ØRE", "Øresavrunding", 7740, 7740),
    Product("FATØL", "Fatøl", group_code="DRIKKE", unit_price=Decimal("79.20")),
    Product("KAFFE", "Kaffe", group_code="1", unit_price=Decimal("31.20")),
    Product("SELSKAP", "Selskapsmeny (utgått)", 3020, active=False),
)

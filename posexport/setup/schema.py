"""The setup file's schema: every key once, with its kind, default, example, purpose, and the version that introduced
it.

File checks, the guide, the comments of a first setup file, the defaults shown by `setup show` and the JSON schema
for editors are all made from these rows, in the order in which keys are written. A key is added here and nowhere else.
Rules over several keys are in `check`. Data only: nothing here reads or checks a file.

Source: PowerOffice Go gives one client key per client and application key, and takes ten departments per integration.
The usual accounts are those of the tax authority's standard list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from posexport.core.company import (
    DEFAULT_LANGUAGE,
    DEFAULT_LOOKED_FOR_MINUTES,
    DEFAULT_REPORTS,
    DEFAULT_TARGET,
    DEFAULT_UNCERTAIN_HOURS,
)
from posexport.core.order_setup import DEFAULT_NOT_INVOICED_DAYS
from posexport.ledgers.registry import list_targets
from posexport.setup import values
from posexport.setup.values import Kind, one_of
from posexport.texts.language import Lang


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the setup file.

    `nb`, `en`: its purpose, in each language. `usual`: further hints, in each language. `example`: a value as it is
    written in the file. `default`: the value, as a document has it, where the key is left out; None where there is
    none. `since`: the version that introduced it.

    `shape`: `one` value; a `list` of values; a `secret`'s reference; `accounts`: a table of accounts, or products,
    by `key`; `table`, `rows`: one table, or several, of `fields`; `dated`: one, or one per `valid_from`.
    """

    kind: Kind
    example: str
    nb: str
    en: str
    default: Any = None
    required: bool = False
    shape: Literal["one", "list", "secret", "accounts", "table", "rows", "dated"] = "one"
    key: Kind = values.CODE
    fields: Mapping[str, Field] | None = None
    usual: Mapping[str, str] | None = None
    since: str = "0.1.0"

    def about(self, lang: Lang) -> str:
        """Its purpose."""
        return {"nb": self.nb, "en": self.en}[lang]


Fields = Mapping[str, Field]
"""The keys of a table."""
Place = tuple[str | int, ...]
"""A place in the file: ("company", 0, "venue", 1, "client_key")."""


def _rows(fields: Fields, example: str, *, nb: str, en: str, usual: Mapping[str, str] | None = None) -> Field:
    return Field(values.TABLE, example, nb, en, default=[], shape="rows", fields=fields, usual=usual)


def _table(fields: Fields, example: str, *, nb: str, en: str) -> Field:
    return Field(values.TABLE, example, nb, en, default={}, shape="table", fields=fields)


def _accounts(example: str, key: Kind, *, nb: str, en: str) -> Field:
    return Field(values.ACCOUNT, example, nb, en, default={}, shape="accounts", key=key)


def _products(example: str, key: Kind, *, nb: str, en: str) -> Field:
    return Field(values.PRODUCT, example, nb, en, default={}, shape="accounts", key=key)


def _secret(example: str, *, nb: str, en: str) -> Field:
    return Field(values.SECRET, example, nb, en, shape="secret")


# ---- the mapping: of a company, or of a venue ----

_VALID_FROM = Field(
    values.VALID_FROM,
    "2026-12-01",
    nb="Første forretningsdag raden gjelder; uten den: fra begynnelsen. En kode kan ha en rad for hver slik dag.",
    en="The first business day that the row counts on; without it: from the beginning. A code may have a row for each.",
)
VAT_CODE: Fields = {
    "code": Field(
        values.CODE,
        '"3"',
        nb="Kassens mva-kode.",
        en="The register's VAT code.",
        required=True,
    ),
    "valid_from": _VALID_FROM,
    "go": Field(
        values.GO_VAT_CODE,
        '"3"',
        nb='Mva-koden i Go; "" lar det stå til regnskapsføreren.',
        en='The VAT code in Go; "" leaves it to the bookkeeper.',
        required=True,
    ),
}
PRODUCT_TYPE: Fields = {
    "code": Field(
        values.CODE,
        '"100"',
        nb="Kassens kode for varetypen (varegruppe i SAF-T).",
        en="The register's code of the product type (an article group in SAF-T).",
        required=True,
    ),
    "valid_from": _VALID_FROM,
    "name": Field(
        values.NAME,
        '"Mat"',
        nb="Navnet, slik det står på bilagslinjene.",
        en="Its name, as it stands on the voucher's lines.",
        default="",
    ),
    "accounts": _accounts(
        '{ "31" = "3030", "3" = "3020" }',
        values.KEY_VAT_CODE,
        nb='Salgskontoen for hver mva-kode i Go; "" lar den stå til regnskapsføreren.',
        en='The sales account for each VAT code in Go; "" leaves it to the bookkeeper.',
    ),
    "products": _products(
        '{ "31" = "MAT15", "3" = "MAT25" }',
        values.KEY_VAT_CODE,
        nb="Produktet i Go for hver mva-kode i Go, på ordrer; under et utsalgssted: bare det som er et annet.",
        en="The product in Go for each VAT code in Go, on orders; under a venue: only what is another.",
    ),
}
PAYMENT_TYPE: Fields = {
    "code": Field(
        values.CODE,
        '"CASH"',
        nb="Kassens kode for betalingsmåten.",
        en="The register's code of the payment type.",
        required=True,
    ),
    "valid_from": _VALID_FROM,
    "name": Field(
        values.NAME,
        '"Kontant"',
        nb="Navnet, slik det står på bilagslinjene.",
        en="Its name, as it stands on the voucher's lines.",
        default="",
    ),
    "account": Field(
        values.ACCOUNT,
        '"1900"',
        nb='Kontoen pengene venter på; "" lar den stå til regnskapsføreren.',
        en='The account where the money waits; "" leaves it to the bookkeeper.',
    ),
    "transfer": Field(
        values.BOOL,
        "false",
        nb="false holder betalingsmåten, og dens andel av salget, utenfor bilagene.",
        en="false leaves this type, and its share of the sales, out of the vouchers.",
        default=True,
    ),
    "currency_accounts": _accounts(
        '{ EUR = "1905" }',
        values.CURRENCY,
        nb="En egen konto for penger i en annen valuta.",
        en="An account of its own for money in another currency.",
    ),
    "customer_ledger": Field(
        values.BOOL,
        "true",
        nb="Om hver kunde får sin egen linje på reskontro; uten den: der kontoen er 1500.",
        en="Whether each customer has a line on the sub-ledger; without it: where the account is 1500.",
    ),
    "cash": Field(
        values.BOOL,
        "true",
        nb="Om det er kontanter; uten den: der kontoen er 1900-1909.",
        en="Whether it is cash; without it: where the account is 1900-1909.",
    ),
    "credit": Field(
        values.BOOL,
        "true",
        nb="Om det selges nå og betales senere på faktura; uten den: der kontoen er 1500.",
        en="Whether it is sold now and paid later by invoice; without it: where the account is 1500.",
    ),
    "rate_per": Field(
        values.RATE_PER,
        "100",
        nb="Hvor mange enheter fremmed valuta kassens kurser gjelder for: 1 eller 100.",
        en="How many units of foreign money the register's rates are for: 1 or 100.",
        default=1,
    ),
}
ACCOUNTS: Fields = {
    "valid_from": Field(
        values.VALID_FROM,
        "2026-12-01",
        nb="Som for en rad; tabellen står da som [[company.accounts]], og det den ikke nevner, gjelder videre.",
        en="As of a row; the table is then written [[company.accounts]], and what it does not name goes on.",
    ),
    "rounding": Field(
        values.ACCOUNT,
        '"7740"',
        nb="Det kassen selv har ført som øreavrunding, og ingenting annet.",
        en="What the register itself declared as cash rounding, and nothing else.",
        usual={"nb": "Vanligvis 7740.", "en": "Usually 7740."},
    ),
    "tips": Field(
        values.ACCOUNT,
        '"2911"',
        nb="Tips: gjeld til de ansatte.",
        en="Tips: a debt to the staff.",
        usual={"nb": "Vanligvis 2911.", "en": "Usually 2911."},
    ),
    "gift_cards": Field(
        values.ACCOUNT,
        '"2901"',
        nb="Solgte gavekort som ikke er en vanlig varelinje.",
        en="Gift cards sold that are no ordinary line.",
        usual={"nb": "Vanligvis 2901.", "en": "Usually 2901."},
    ),
    "discounts": _accounts(
        '{ "3" = "3087" }',
        values.KEY_VAT_CODE,
        nb="For hver mva-kode: brutto salg, med rabatten på sin egen konto, i stedet for netto.",
        en="By VAT code: gross sales with the discount on its own account, instead of net.",
    ),
    "cash_difference": Field(
        values.ACCOUNT,
        '"1909"',
        nb="Bare der talte kassedifferanser skal bokføres.",
        en="Only where counted differences are to be posted.",
    ),
    "cash_in_out": Field(
        values.ACCOUNT,
        '"1911"',
        nb="Bare der penger lagt i og tatt ut av kassen skal bokføres.",
        en="Only where money put in and taken out is to be posted.",
    ),
    "customer_payments": Field(
        values.ACCOUNT,
        '"1500"',
        nb="Kunder som betaler en faktura i kassen.",
        en="Customers who pay an invoice at the till.",
    ),
    "rounding_limit": Field(
        values.KRONER,
        '"0.50"',
        nb="Som under [[company]]; her kan den være en annen for et utsalgssted.",
        en="As under [[company]]; here it may differ by venue.",
    ),
    "credit_type": Field(
        values.CODE,
        '"INVOICE"',
        nb="Som under [[company]]; her kan den være en annen for et utsalgssted.",
        en="As under [[company]]; here it may differ by venue.",
    ),
}
_MAPPING: Fields = {
    "vat_code": _rows(
        VAT_CODE,
        "[[company.vat_code]]",
        nb="Kassens mva-kode -> mva-koden i Go.",
        en="The register's VAT code -> the VAT code in Go.",
        usual={
            "nb": "3 alminnelig sats, 31 middels (mat), 32 råfisk, 33 lav, 5 fritatt, 52 eksport, 6 utenfor "
            "merverdiavgiftsloven, 7 og 0 uten mva-behandling.",
            "en": "3 regular rate, 31 middle (food), 32 raw fish, 33 low, 5 zero-rated, 52 export, 6 outside the VAT "
            "act, 7 and 0 no VAT treatment.",
        },
    ),
    "product_type": _rows(
        PRODUCT_TYPE,
        "[[company.product_type]]",
        nb="Det som selges -> en salgskonto for hver mva-kode i Go, siden servering og henting er ulike.",
        en="What is sold -> a sales account for each VAT code in Go, since serving and takeaway differ.",
        usual={
            "nb": "Vanlige kontoer: 3000 varer med alminnelig sats, 3020 servering, 3022 øl, 3023 brus, 3030 varer "
            "med middels sats, 3050 tjenester med lav sats, 3100 fritatt, 3200 utenfor merverdiavgiftsloven; ikke "
            "3005, 3015 eller 3025, som er for omvendt avgiftsplikt. Et gavekort solgt som vanlig varelinje går til "
            "2901, pant til 2992.",
            "en": "Usual accounts: 3000 goods at regular rate, 3020 serving, 3022 beer, 3023 soft drinks, 3030 goods "
            "at middle rate, 3050 services at low rate, 3100 zero-rated, 3200 outside the VAT act; not 3005, 3015 or "
            "3025, which are for reverse charge. A gift card sold as an ordinary line goes to 2901, a bottle deposit "
            "to 2992.",
        },
    ),
    "payment_type": _rows(
        PAYMENT_TYPE,
        "[[company.payment_type]]",
        nb="Hvordan det ble betalt -> kontoen pengene venter på.",
        en="How it was paid -> the account where the money waits.",
        usual={
            "nb": "Vanlige kontoer: 1900 kontanter, 1591 BankAxept, 1592 Visa og Mastercard, 1593 Vipps, 2901 egne "
            "gavekort, 1579 andres gavekort, 1500 kunder på konto. Kort går til en mellomkonto, ikke til banken "
            "(1920): pengene kommer senere, med gebyrene trukket fra.",
            "en": "Usual accounts: 1900 cash, 1591 BankAxept, 1592 Visa and Mastercard, 1593 Vipps, 2901 own gift "
            "cards, 1579 others' gift cards, 1500 customers on account. Cards go to a clearing account rather than "
            "to the bank (1920): the money arrives later, less fees.",
        },
    ),
    "accounts": Field(
        values.TABLE,
        "[company.accounts]",
        nb="Hvor resten går; det som trengs og ikke er satt, er et funn.",
        en="Where the rest goes; what is needed and not set is a finding.",
        default={},
        shape="dated",
        fields=ACCOUNTS,
    ),
}

# ---- credit sales as orders ----

ORDERS: Fields = {
    "from": Field(
        values.ORDERS_FROM,
        "2026-12-01",
        nb='Første forretningsdag der kredittsalg blir ordrer; kreves med invoicing = "orders".',
        en='The first business day whose credit sales become orders; required with invoicing = "orders".',
    ),
    "until": Field(
        values.ORDERS_UNTIL,
        "2027-01-31",
        nb="Den siste, der det er slått av igjen; uten den: inntil videre.",
        en="The last one, where it was switched off again; without it: for good.",
    ),
    "customers": Field(
        one_of("linked", "match", "create", "number"),
        '"linked"',
        nb="Hvem som kobler kassens kunder til kunder i Go: linked en person, match organisasjonsnummeret, create "
        "lager også kunden, number kassens kode er kundenummeret. Uten den: det som er lagret; et nytt selskap med "
        "subscription_key begynner med linked, andre med number.",
        en="Who links the register's customers to customers in Go: linked a person, match the organization number, "
        "create makes the customer too, number the register's code is the customer number. Without it: what is saved; "
        "a new company with subscription_key begins with linked, others with number.",
    ),
    "mixed": Field(
        one_of("share", "whole"),
        '"share"',
        nb="En bong som er delvis betalt: share ordrer det som er på kreditt, whole hele bongen.",
        en="A ticket that is paid in part: share orders what is on credit, whole the whole ticket.",
        default="share",
    ),
    "credit_before": Field(
        one_of("left-out", "voucher"),
        '"left-out"',
        nb="Hvor kredittsalg før from er: left-out ingen steder, voucher i bilagene. posexport setup apply skriver den "
        "der transfer = false gjaldt til da.",
        en="Where credit sales before from are: left-out nowhere, voucher in the vouchers. posexport setup apply "
        "writes it where transfer = false counted until then.",
    ),
    "confirm": Field(
        values.BOOL,
        "true",
        nb="true sender ordrer som bekreftet: låst for endring.",
        en="true sends orders as confirmed: locked for editing.",
        default=False,
    ),
    "department_from": Field(
        one_of("venue", "customer"),
        '"venue"',
        nb="Ordrens avdeling: venue utsalgsstedets, customer den Go velger etter kunden.",
        en="The order's department: venue the venue's, customer the one Go chooses by the customer.",
        default="venue",
    ),
    "rounding_product": Field(
        values.PRODUCT,
        '"AVR"',
        nb="Produktet (mva-kode 0) for en linje på høyst 1 øre per varelinje, som gjør ordren nøyaktig.",
        en="The product (VAT code 0) of a line of at most 1 øre per line sold, which makes the order exact.",
    ),
    "products": _products(
        '{ tips = "TIPS", gift_cards = "GAVEKORT", rounding = "AVR" }',
        values.KEY_ORDER_PRODUCT,
        nb="Produktene for det som ikke er en varelinje: tips, gift_cards (solgte gavekort), rounding (øreavrunding).",
        en="The products of what is no sale line: tips, gift_cards (sold), rounding (cash rounding).",
    ),
    "projects": Field(
        one_of("off", "create"),
        '"create"',
        nb="create lager bongens prosjekt i Go der det ikke finnes.",
        en="create makes the ticket's project in Go where it does not exist.",
        default="off",
    ),
    "not_invoiced_days": Field(
        values.NOT_INVOICED,
        "14",
        nb="Etter hvor mange dager en ordre uten faktura gir en advarsel.",
        en="After how many days an order without an invoice is warned of.",
        default=DEFAULT_NOT_INVOICED_DAYS,
    ),
}

# ---- how people are told ----

MAIL: Fields = {
    "server": Field(
        values.SERVER,
        '"smtp.example.com:587"',
        nb="E-posttjeneren, som vert:port.",
        en="The mail server, as host:port.",
        required=True,
    ),
    "sender": Field(
        values.EMAIL,
        '"posexport@example.com"',
        nb="Adressen meldingene kommer fra.",
        en="The address that messages come from.",
        required=True,
    ),
    "user": Field(
        values.TEXT,
        '"posexport"',
        nb="Brukernavnet, der tjeneren spør etter det.",
        en="The user's name, where the server asks for it.",
    ),
    "password": _secret(
        '"env:PO_SMTP_PASSWORD"',
        nb="Hvor passordet er, der tjeneren spør etter det.",
        en="Where the password is, where the server asks for it.",
    ),
    "security": Field(
        one_of("starttls", "tls", "none"),
        '"starttls"',
        nb="starttls, tls, eller none (ukryptert).",
        en="starttls, tls, or none (in the clear).",
        default="starttls",
    ),
    "weekly": Field(
        values.BOOL,
        "true",
        nb="true gir et sammendrag hver mandag i tillegg.",
        en="true adds a summary every Monday.",
        default=False,
    ),
}

# ---- venues ----

VENUE: Fields = {
    "id": Field(
        values.ID,
        '"torget"',
        nb="Blir en del av hvert bilags referanse; a-z, 0-9 og -, høyst 30 tegn.",
        en="Becomes part of every voucher's reference; a-z, 0-9 and -, at most 30.",
        required=True,
    ),
    "name": Field(
        values.TITLE,
        '"Torget Kafé"',
        nb="Navnet, slik folk skal lese det.",
        en="Its name, as people are to read it.",
        required=True,
    ),
    "department": Field(
        values.CODE,
        '"10"',
        nb="Avdelingskoden i Go; utelates der klienten ikke bruker avdelinger.",
        en="Its department code in Go; left out where the client uses no departments.",
    ),
    "project": Field(
        values.CODE,
        '"P-10"',
        nb="Prosjektkoden i Go, på bilagslinjer der kontoen krever et prosjekt.",
        en="Its project code in Go, on the voucher's lines whose account requires a project.",
    ),
    "client_key": _secret(
        '"env:PO_CLIENT_KEY_TORGET"',
        nb="Hvor klientnøkkelen er; to utsalgssteder deler aldri en.",
        en="Where its client key is; two venues never share one.",
    ),
    "addon": Field(
        values.ADDON,
        "3",
        nb="1-9 der denne avdelingen har en egen applikasjonsnøkkel for en tilleggsintegrasjon.",
        en="1-9 where this department has an add-on application key.",
    ),
    "application_key": _secret(
        '"env:PO_ADDON3_KEY"',
        nb="Hvor tilleggsintegrasjonens egen nøkkel er; kreves sammen med addon.",
        en="Where the add-on's own key is; required with addon.",
    ),
    "timezone": Field(
        values.TIMEZONE,
        '"Europe/Oslo"',
        nb="Tidssonen klokkeslettene er i; kan ikke endres når det er salg.",
        en="The time zone its times are in; cannot be changed once there are sales.",
        default="Europe/Oslo",
    ),
    "day_starts": Field(
        values.TIME,
        '"05:00"',
        nb="Når forretningsdagen begynner, lokal tid.",
        en="When the business day opens, local time.",
        default="05:00",
    ),
    "registers": Field(
        values.CODE,
        '["1", "2"]',
        nb="Kassene som er dette utsalgsstedets, med sine id-er i kilden.",
        en="The registers, by their ids in the source, that are this venue's.",
        default=[],
        shape="list",
    ),
    "location": Field(
        values.CODE,
        '"Shop Frogner"',
        nb="Og/eller stedet de står på, slik SAF-T navngir det.",
        en="And/or the SAF-T location they stand in.",
    ),
    "automatic_export": Field(
        values.BOOL,
        "true",
        nb="true lar posexport schedule eksportere det: når en forhåndsvisning og en første kladd ser riktige ut.",
        en="true lets posexport schedule export it: once a preview and a first draft look right.",
        default=False,
    ),
    "z_report": Field(
        one_of("hold", "warn", "ignore"),
        '"hold"',
        nb="En dag som avviker fra sin Z-rapport: hold venter, warn advarer, ignore sier ingenting.",
        en="A day that differs from its Z-report: hold waits, warn warns, ignore says nothing.",
        default="hold",
    ),
    "schedule": Field(
        values.SCHEDULE,
        '"daily"',
        nb="daily (05:00), weekly (mandag), monthly (den 1.) eller en cron-linje med fem felt.",
        en="daily (05:00), weekly (Monday), monthly (the 1st), or a five-field cron line.",
        default="daily",
    ),
    "grace_minutes": Field(
        values.MINUTES,
        "30",
        nb="Vent så lenge etter oppsatt tid på en kasse som leverer sent.",
        en="Wait so long after the scheduled time for a register that delivers late.",
        default=0,
    ),
    "inbox": Field(
        values.TEXT,
        '"inbox/torget"',
        nb="En mappe som kassens filer kommer inn i.",
        en="A folder that the register's files come into.",
    ),
    "export_from": Field(
        values.DATE,
        "2020-01-01",
        nb="Første forretningsdag som noen gang eksporteres; kan ikke endres når den er lagret.",
        en="The first business day ever exported; cannot be changed once saved.",
        required=True,
    ),
    "notify": Field(
        values.EMAIL,
        '["name@example.com"]',
        nb="Hvem som får beskjed på e-post; trenger [company.mail].",
        en="Who to tell by e-mail; needs [company.mail].",
        default=[],
        shape="list",
    ),
    "closes": Field(
        values.TIME,
        '"23:30"',
        nb="Når det stenger, om dets egen fortid ikke sier det.",
        en="When it closes, if its own past does not tell.",
    ),
    "file_organization_numbers": Field(
        values.ORGANIZATION_NUMBER,
        '["999999999"]',
        nb="Andre numre som filene kan bære: underenhetens, for eksempel.",
        en="Other numbers that its files may carry: the business entity's, say.",
        default=[],
        shape="list",
    ),
    **_MAPPING,
}

# ---- companies ----

COMPANY: Fields = {
    "id": Field(
        values.ID,
        '"fjordmat"',
        nb="Klientens id her: a-z, 0-9 og -, høyst 30 tegn.",
        en="The client's id here: a-z, 0-9 and -, at most 30.",
        required=True,
    ),
    "name": Field(
        values.TITLE,
        '"Fjordmat AS"',
        nb="Navnet, slik folk skal lese det.",
        en="Its name, as people are to read it.",
        required=True,
    ),
    "organization_number": Field(
        values.ORGANIZATION_NUMBER,
        '"999999999"',
        nb="De ni sifrene fra Enhetsregisteret; filene holdes opp mot det.",
        en="The nine digits of the Register of Business Enterprises; its files are held against it.",
        required=True,
    ),
    "target": Field(
        Kind("a choice", choices=list_targets),
        f'"{DEFAULT_TARGET}"',
        nb="Hvor kladdene går: import; journal med subscription_key; ledger med direct_posting; file med output.",
        en="Where drafts go: import; journal with subscription_key; ledger with direct_posting; file with output.",
        default=DEFAULT_TARGET,
    ),
    "environment": Field(
        one_of("demo", "production"),
        '"demo"',
        nb="demo, eller production når det er prøvd; de har hver sine nøkler.",
        en="demo, or production once it has been tried; their keys differ.",
        default="demo",
    ),
    "base_url": Field(
        values.BASE_URL,
        '"http://127.0.0.1:8899"',
        nb="En egen adresse i stedet, som sandkassens.",
        en="An address of your own instead, such as the sandbox's.",
    ),
    "application_key": _secret(
        '"env:PO_APP_KEY"',
        nb="Hvor integrasjonens nøkkel er: én for alle klientene.",
        en="Where the integration's key is: one for all its clients.",
    ),
    "subscription_key": _secret(
        '"env:PO_SUBSCRIPTION_KEY"',
        nb='Hvor abonnementsnøkkelen er; target = "journal" og "ledger" trenger den, og invoicing = "orders".',
        en='Where the subscription key is; target = "journal" and "ledger" need it, and invoicing = "orders".',
    ),
    "output": Field(
        values.TEXT,
        '"vouchers"',
        nb='Mappen filene går til; target = "file" trenger den.',
        en='The folder the files go to; target = "file" needs it.',
    ),
    "reports": Field(
        values.TEXT,
        '"posexport-reports"',
        nb='Mappen for rapportene (PDF) med target = "import".',
        en='The folder for the reports (PDF) with target = "import".',
        default=DEFAULT_REPORTS,
    ),
    "direct_posting": Field(
        values.BOOL,
        "true",
        nb='true med target = "ledger": bilag som ingen ser på først.',
        en='true with target = "ledger": vouchers that nobody checks first.',
        default=False,
    ),
    "uncertain_hours": Field(
        values.HOURS,
        "36",
        nb="Hvor mange timer et tapt svar overlates til oppslag før en person spørres.",
        en="How many hours a lost answer is left to look-ups before a person is asked.",
        default=DEFAULT_UNCERTAIN_HOURS,
    ),
    "looked_for_minutes": Field(
        values.LOOKED_FOR,
        "5",
        nb='Hvor mange minutter et tapt svar letes etter før "ikke der" blir trodd (journal).',
        en='How many minutes a lost answer is looked for before "not there" is believed (journal).',
        default=DEFAULT_LOOKED_FOR_MINUTES,
    ),
    "currency": Field(
        values.CURRENCY,
        '"NOK"',
        nb="Valutaen klienten fører regnskapet i.",
        en="The currency the client keeps its books in.",
        default="NOK",
    ),
    "vat_registered": Field(
        values.BOOL,
        "false",
        nb="false setter mva-kode 0 på hver linje.",
        en="false puts VAT code 0 on every line.",
        default=True,
    ),
    "contact": Field(
        values.EMAIL,
        '"drift@fjordmat.example"',
        nb="Hvem PowerOffice kan skrive til, fortalt med hvert kall; uten den: avsenderen under [company.mail].",
        en="Whom PowerOffice may write to, told with every call; without it: the sender under [company.mail].",
    ),
    "language": Field(
        one_of("nb", "en"),
        '"en"',
        nb="Språket i dagsoppgjøret (PDF) og i e-posten til dem som ikke har valgt et eget på sidene.",
        en="The language of settlement reports (PDF), and of e-mails to whoever has not chosen one in the office.",
        default=DEFAULT_LANGUAGE,
    ),
    "rounding_limit": Field(
        values.KRONER,
        '"0.50"',
        nb='Det meste kontanter kan avrundes med på en bong; uten den: "0.50".',
        en='The most that cash may be rounded by, per ticket; without it: "0.50".',
    ),
    "credit_type": Field(
        values.CODE,
        '"INVOICE"',
        nb="Betalingsmåten til bonger til en kunde uten noen betaling.",
        en="The payment type of tickets to a customer without any payment.",
    ),
    "invoicing": Field(
        one_of("off", "orders"),
        '"orders"',
        nb="orders gjør kredittsalg til ordrer i Go, én per bong; trenger subscription_key og from under "
        "[company.orders].",
        en="orders makes credit sales orders in Go, one per ticket; needs subscription_key, and from under "
        "[company.orders].",
        default="off",
    ),
    "orders": _table(
        ORDERS,
        "[company.orders]",
        nb="Kredittsalg som ordrer, og hvem kassens kunder er i Go.",
        en="Credit sales as orders, and who the register's customers are in Go.",
    ),
    "mail": _table(
        MAIL,
        "[company.mail]",
        nb="Hvordan folk får beskjed.",
        en="How people are told.",
    ),
    "venue": _rows(
        VENUE,
        "[[company.venue]]",
        nb="En avdeling med sin egen klientnøkkel; høyst ti for en integrasjon.",
        en="One department with a client key of its own; ten at most per integration.",
        usual={
            "nb": "Nøkkelen lages i Go under Meny > Innstillinger > Utvidelser.",
            "en": "The key is made in Go under Menu > Settings > Extensions.",
        },
    ),
    **_MAPPING,
}
FILE: Fields = {
    "company": _rows(
        COMPANY,
        "[[company]]",
        nb="En klient (et selskap) i PowerOffice Go.",
        en="One client (company) in PowerOffice Go.",
    )
}


TABLES = (FILE["company"], COMPANY["venue"], *_MAPPING.values(), COMPANY["orders"], COMPANY["mail"])
"""Every table, once; those of the mapping may stand under a venue too."""
HEADERS: Mapping[str, Fields] = {row.example: row.fields or {} for row in TABLES}
"""The keys of every table, by its header."""


def describe_row(row: Field, lang: Lang) -> str:
    """A key's purpose and further hints."""
    return f"{row.about(lang)} {row.usual[lang]}" if row.usual else row.about(lang)


def find_row(place: Place) -> tuple[Field | None, int]:
    """The schema row of a place (None where there is no such key), and how many parts of the place lead to it: further
    ones are within its value.

    >>> find_row(("company", 0, "venue", 1, "registers", 2))[1]
    5
    """
    fields: Fields = FILE
    row = None
    for at, part in enumerate(place):
        if isinstance(part, int):
            continue
        row = fields.get(part)
        if row is None or row.fields is None:
            return row, at + 1
        fields = row.fields
    return row, len(place)


def find_fields(place: Place) -> Fields:
    """The keys of the table at a place."""
    row, _ = find_row(place)
    return FILE if row is None else row.fields or {}

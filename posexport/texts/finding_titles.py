"""What each finding is called, in a few words and without its figures: where its code would say less to a reader."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.language import Lang

TITLES: Mapping[str, Mapping[Lang, str]] = {
    "missing-account": {"nb": "Mangler konto", "en": "No account"},
    "missing-vat-code": {"nb": "Mangler mva-kode", "en": "No VAT code"},
    "unbalanced": {"nb": "Bong som ikke går opp", "en": "Ticket that does not add up"},
    "unexplained-payment": {"nb": "Betalt mer enn bongen lyder på", "en": "Paid more than the ticket comes to"},
    "indivisible-ticket": {"nb": "Bong som ikke kan deles", "en": "Ticket that cannot be divided"},
    "z-report-mismatch": {"nb": "Z-rapporten stemmer ikke med bongene", "en": "Z-report differs from the tickets"},
    "z-report-first": {"nb": "Den første Z-rapporten", "en": "The first Z-report"},
    "vat-mismatch": {"nb": "Kassens mva stemmer ikke", "en": "The register's VAT differs"},
    "vat-not-stated": {"nb": "Kassen har ikke skrevet mva", "en": "The register states no VAT"},
    "ticket-gap": {"nb": "Hull i bongnumrene", "en": "Gap in the ticket numbers"},
    "same-number-twice": {"nb": "Samme bongnummer to ganger", "en": "The same ticket number twice"},
    "no-longer-in-file": {"nb": "Bong som ikke er med i den nye filen", "en": "Ticket that the newer file lacks"},
    "odd-date": {"nb": "Bong med usannsynlig dato", "en": "Ticket with an unlikely date"},
    "void-and-reversal": {"nb": "Annullert og tilbakeført", "en": "Voided and reversed"},
    "rounding-too-large": {"nb": "For stor øreavrunding", "en": "Rounding too large"},
    "rounding-without-cash": {"nb": "Avrundet uten kontanter", "en": "Rounded without cash"},
    "unjudged-ticket": {"nb": "Bong som ikke kan tolkes", "en": "Ticket that cannot be read"},
    "unknown-raise": {"nb": "Tillegg av ukjent type", "en": "Surcharge of an unknown type"},
    "other-currency": {"nb": "Bong i en annen valuta", "en": "Ticket in another currency"},
    "rate-per-100": {"nb": "Kurs per 100", "en": "Exchange rate per 100"},
    "discount-sign": {"nb": "Rabatt med feil fortegn", "en": "Discount with the wrong sign"},
    "ticket-changed": {"nb": "Endret bong", "en": "Changed ticket"},
    "movements-left-out": {"nb": "Kontantbevegelser utenfor bilaget", "en": "Cash movements left out"},
    "left-out-by-hand": {"nb": "Bong holdt utenfor for hånd", "en": "Ticket left out by hand"},
    "not-transferred": {"nb": "Betalingsmåte holdt utenfor", "en": "Payment type left out"},
    "missing-customer": {"nb": "Kredittsalg uten kunde", "en": "Sale on credit without a customer"},
    "bank-account": {"nb": "Betaling rett på bankkonto", "en": "Payment straight to a bank account"},
    "tips-as-income": {"nb": "Tips på inntektskonto", "en": "Tips booked as income"},
    "incomplete-day": {"nb": "Dagen er ikke lest inn til slutt", "en": "The day is not imported to its end"},
    "no-sales-data": {"nb": "Ikke noe salg lest inn", "en": "No sales imported"},
    "only-training-or-void": {"nb": "Bare treningsmodus eller annullert", "en": "Only training or voided"},
    "changed-after-draft": {"nb": "Endret etter kladden", "en": "Changed after it was drafted"},
    "booked-elsewhere": {"nb": "Ført for hånd", "en": "Booked by hand"},
    "changed-after-booking": {
        "nb": "Endret etter at dagen ble ført for hånd",
        "en": "Changed after it was booked by hand",
    },
    "unknown-register": {"nb": "Ukjent kasse", "en": "Unknown register"},
    "unknown-account": {"nb": "Ukjent konto", "en": "Unknown account"},
    "inactive-account": {"nb": "Konto som ikke er aktiv", "en": "Inactive account"},
    "unknown-department": {"nb": "Ukjent avdeling", "en": "Unknown department"},
    "department-required": {"nb": "Kontoen krever avdeling", "en": "The account requires a department"},
    "vat-code-locked": {
        "nb": "Kontoen er låst til en annen mva-kode",
        "en": "The account is locked to another VAT code",
    },
    "unknown-vat-code": {"nb": "Ukjent mva-kode", "en": "Unknown VAT code"},
    "unknown-customer": {"nb": "Ukjent kunde", "en": "Unknown customer"},
    "locked-period": {"nb": "Låst periode", "en": "Locked period"},
    "to-be-asked-again": {"nb": "Sendes på nytt", "en": "To be sent again"},
    "posted-by-old-setup": {"nb": "Bokført etter et tidligere oppsett", "en": "Posted by an earlier setup"},
    "uncertain-too-long": {"nb": "Uvisst for lenge", "en": "Uncertain for too long"},
    "looked-for": {"nb": "Letes etter", "en": "Being looked for"},
    "draft-differs": {"nb": "Noe annet ligger under referansen", "en": "Something else has the reference"},
    "draft-in-doubt": {"nb": "Kan være bilaget", "en": "May be the voucher"},
    "draft-gone": {"nb": "Bilaget er borte", "en": "The voucher is gone"},
    "documentation-missing": {"nb": "Rapporten er ikke lagt ved", "en": "The report is not attached"},
    "direct-posting": {"nb": "Bokføres direkte", "en": "Posted directly"},
    "vat-not-registered": {"nb": "Ikke mva-registrert etter oppsettet", "en": "Not registered for VAT by the setup"},
    "project-required": {"nb": "Kontoen krever prosjekt", "en": "The account requires a project"},
    "duplicate-client-key": {"nb": "Samme klientnøkkel to steder", "en": "One client key for two venues"},
    "duplicate-addon": {"nb": "Samme tilleggsnøkkel to steder", "en": "One add-on key for two venues"},
    "vat-code-twice": {"nb": "Mva-kode med flere rader", "en": "VAT code with several rows"},
    "vat-registration": {
        "nb": "Ikke mva-registrert i PowerOffice Go",
        "en": "Not registered for VAT in PowerOffice Go",
    },
    "dimension-required": {"nb": "Kontoen krever en dimensjon", "en": "The account requires a dimension"},
    "drafted-twice": {"nb": "Bilaget ligger to ganger", "en": "The voucher is there twice"},
    "import-failed": {"nb": "Importen mislyktes", "en": "The import failed"},
    "voucher-reversed": {"nb": "Bilaget er reversert", "en": "The voucher was reversed"},
    "voucher-corrected": {"nb": "Bilaget er korrigert", "en": "The voucher was corrected"},
    "order-no-customer": {
        "nb": "Kredittsalg uten kunde, ingen ordre",
        "en": "Sale on credit without a customer, no order",
    },
    "order-customer-not-linked": {"nb": "Kunden er ikke koblet", "en": "The customer is not linked"},
    "order-customer-ambiguous": {"nb": "Flere kunder passer", "en": "Several customers fit"},
    "order-customer-inactive": {"nb": "Kunden er ikke aktiv", "en": "The customer is not active"},
    "order-customer-vat-free": {"nb": "Kunden er avgiftsfri", "en": "The customer is free of VAT"},
    "order-customer-delivery": {"nb": "Kunden kan ikke få fakturaen", "en": "The customer cannot get the invoice"},
    "contact-elsewhere": {"nb": "Kontaktperson hos en annen", "en": "Contact person of somebody else"},
    "order-product-missing": {"nb": "Mangler produkt", "en": "No product"},
    "order-product-inactive": {"nb": "Produktet er arkivert", "en": "The product is archived"},
    "order-product-no-account": {"nb": "Produktet har ingen salgskonto", "en": "The product has no sales account"},
    "order-product-vat": {"nb": "Produktet har en annen mva", "en": "The product has another VAT"},
    "order-product-account": {"nb": "Produktet føres på en annen konto", "en": "The product goes to another account"},
    "order-project-unknown": {"nb": "Ukjent prosjekt", "en": "Unknown project"},
    "order-total-differs": {"nb": "Ordren lyder på noe annet", "en": "The order comes to something else"},
    "order-gone": {"nb": "Ordren er borte", "en": "The order is gone"},
    "sale-ordered-already": {"nb": "Er alt en ordre i Go", "en": "An order in Go already"},
    "order-booked-twice": {"nb": "Ført to ganger", "en": "Booked twice"},
    "order-uncertain-too-long": {"nb": "Ordren er uviss for lenge", "en": "The order is uncertain for too long"},
    "order-changed-after-sending": {"nb": "Endret etter at ordren ble sendt", "en": "Changed after the order was sent"},
    "order-not-invoiced": {"nb": "Ikke fakturert", "en": "Not invoiced"},
    "order-unsent": {"nb": "Ordren er ikke sendt", "en": "The order is not sent"},
    "credit-left-out": {"nb": "Kredittsalg holdt utenfor", "en": "Sale on credit left out"},
    "order-in-voucher": {"nb": "Salget kan stå i bilaget", "en": "The voucher may have the sale"},
    "order-same-reference": {"nb": "To bonger med samme referanse", "en": "Two tickets with one reference"},
    "order-edited": {"nb": "Ordren er endret i PowerOffice Go", "en": "The order was changed in PowerOffice Go"},
    "order-rounding": {"nb": "Ordren er rundet av", "en": "The order is rounded"},
    "order-return-customer": {"nb": "Retur til fakturaens kunde", "en": "Return for the invoice's customer"},
    "order-return-open": {"nb": "Retur før fakturaen", "en": "Return before the invoice"},
    "order-return-credited": {"nb": "Returen er kreditert fra før", "en": "The return is credited already"},
}
"""By code."""


def format_title(code: str, lang: Lang) -> str:
    """The title of the findings with this code; the code itself where no finding has it any more.

    >>> format_title("no-sales-data", "nb"), format_title("of-an-early-version", "nb")
    ('Ikke noe salg lest inn', 'of-an-early-version')
    """
    return TITLES[code][lang] if code in TITLES else code

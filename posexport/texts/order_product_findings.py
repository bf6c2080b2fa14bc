"""Texts of findings about the products and amounts of orders, in Norwegian and English; in the form of `findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.finding_parts import ACCEPT_EN, ACCEPT_NB, WAITS_EN, WAITS_NB
from posexport.texts.language import Lang

PRODUCT_TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    "order-product-missing/sale": {
        "nb": (
            f"Varegruppe {{source}} med mva-kode {{vat_code}} har ikke noe produkt i oppsettet. {WAITS_NB}",
            "Legg inn produktets kode i Go, {set_product}.",
        ),
        "en": (
            f"Product type {{source}} with VAT code {{vat_code}} has no product in the setup. {WAITS_EN}",
            "Add the product's code in Go, {set_product}.",
        ),
    },
    "order-product-missing/other": {
        "nb": (
            f"Oppsettet har ikke noe produkt for {{source}} på kreditt. {WAITS_NB}",
            "Legg inn produktets kode i Go, {set_product}.",
        ),
        "en": (
            f"The setup has no product for {{source}} on credit. {WAITS_EN}",
            "Add the product's code in Go, {set_product}.",
        ),
    },
    "order-product-missing/unknown": {
        "nb": (
            f"Produkt {{product}} (for {{source}}) finnes ikke i PowerOffice Go. {WAITS_NB}",
            "Opprett produktet i Go med denne koden, eller velg et annet i oppsettet.",
        ),
        "en": (
            f"Product {{product}} (for {{source}}) does not exist in PowerOffice Go. {WAITS_EN}",
            "Create the product in Go with this code, or choose another in the setup.",
        ),
    },
    "order-product-inactive": {
        "nb": (
            f"Produkt {{product}} (for {{source}}) er arkivert i PowerOffice Go. {WAITS_NB}",
            "Åpne produktet igjen i Go, eller velg et annet i oppsettet.",
        ),
        "en": (
            f"Product {{product}} (for {{source}}) is archived in PowerOffice Go. {WAITS_EN}",
            "Open the product again in Go, or choose another in the setup.",
        ),
    },
    "order-product-no-account": {
        "nb": (
            "Produkt {product} (for {source}) har ingen salgskonto i PowerOffice Go: verken produktet, produktgruppen "
            f"eller klienten har en som gjelder. {WAITS_NB}",
            "Sett produktets standard salgskonto i Go, eller klientens under Innstillinger > Fakturainnstillinger > "
            "Salgskontoer.",
        ),
        "en": (
            "Product {product} (for {source}) has no sales account in PowerOffice Go: neither the product, its product "
            f"group nor the client has one that counts. {WAITS_EN}",
            "Set the product's standard sales account in Go, or the client's under Settings > Invoice settings > Sales "
            "accounts.",
        ),
    },
    "order-product-vat": {
        "nb": (
            "Produkt {product} (for {source}) ville blitt fakturert med {rate} % mva, men kassen tok {sold_rate} %: "
            f"salgskontoen {{account}} har mva-kode {{account_vat_code}}, og linjen {{vat_code}}. {WAITS_NB}",
            "Velg et produkt med riktig mva i oppsettet, eller rett produktets salgskonto i Go.",
        ),
        "en": (
            "Product {product} (for {source}) would be invoiced with {rate} % VAT, but the register took {sold_rate} "
            f"%: its sales account {{account}} has VAT code {{account_vat_code}}, and the line {{vat_code}}. "
            f"{WAITS_EN}",
            "Choose a product with the right VAT in the setup, or mend the product's sales account in Go.",
        ),
    },
    "order-product-account": {
        "nb": (
            "Produkt {product} (for {source}) føres på konto {account} i PowerOffice Go, og bilaget ville ført salget "
            "på {wanted}. Ordren for bong {number} på kasse {register}, {amount} på kreditt, går likevel.",
            "Rett produktets salgskonto i Go, eller velg et annet produkt i oppsettet.",
        ),
        "en": (
            "Product {product} (for {source}) goes to account {account} in PowerOffice Go, and the voucher would book "
            "the sale on {wanted}. The order for ticket {number} on register {register}, {amount} on credit, goes all "
            "the same.",
            "Mend the product's sales account in Go, or choose another product in the setup.",
        ),
    },
    "order-project-unknown": {
        "nb": (
            f"Prosjekt {{project}} finnes ikke i PowerOffice Go. {WAITS_NB}",
            "Opprett prosjektet i Go, eller rett det på bongen i kassen, eksporter dagen på nytt og les filen inn.",
        ),
        "en": (
            f"Project {{project}} does not exist in PowerOffice Go. {WAITS_EN}",
            "Create the project in Go, or mend it on the ticket, export the day again and import the file.",
        ),
    },
    "order-total-differs": {
        "nb": (
            "Ordre {order_no} ({reference}) lyder på {theirs} i PowerOffice Go, og ble sendt på {ours}: en differanse "
            "på {difference}.",
            "Finn ordren i Go, og rett den eller slett den der. " + ACCEPT_NB,
        ),
        "en": (
            "Order {order_no} ({reference}) comes to {theirs} in PowerOffice Go, and was sent as {ours}: a difference "
            "of {difference}.",
            "Find the order in Go, and correct it or delete it there. " + ACCEPT_EN,
        ),
    },
    "order-rounding": {
        "nb": (
            "Ordren for bong {number} på kasse {register} kommer til {total} i PowerOffice Go, ikke {due}: "
            "{difference}, fordi Go regner mva av nettobeløpet.",
            "Skal ordrer gå opp på øret, sett {set_key} i oppsettet.",
        ),
        "en": (
            "The order for ticket {number} on register {register} comes to {total} in PowerOffice Go, not {due}: "
            "{difference}, since Go works out the VAT from the net amount.",
            "If orders are to be right to the øre, set {set_key} in the setup.",
        ),
    },
}

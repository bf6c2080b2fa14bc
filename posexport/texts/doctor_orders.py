"""The doctor's answers about orders, in Norwegian and English; in the form of `doctor`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.language import Lang

ORDER_ANSWERS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    "orders/ready": {
        "nb": (
            "Kredittsalg kan sendes som ordre: tilgangen er der, og produktene i oppsettet kan faktureres. Retten til "
            "å sende fakturaer trengs ikke: det gjør et menneske i Go.",
            "",
        ),
        "en": (
            "Credit sales can be sent as orders: the access is there, and the setup's products can be invoiced. The "
            "right to send invoices is not needed: a person does that in Go.",
            "",
        ),
    },
    "orders/ready-sends": {
        "nb": (
            "Kredittsalg kan sendes som ordre: tilgangen er der, og produktene i oppsettet kan faktureres. Utvidelsen "
            "har også retten til å sende fakturaer. Den trengs ikke, og brukes ikke herfra.",
            "",
        ),
        "en": (
            "Credit sales can be sent as orders: the access is there, and the setup's products can be invoiced. The "
            "extension has the right to send invoices too. It is not needed, and not used from here.",
            "",
        ),
    },
    "orders/missing": {
        "nb": (
            "Utvidelsen mangler rettigheter som ordrer trenger: {missing}.",
            "Gi den dem i Go under Meny > Innstillinger > Utvidelser.",
        ),
        "en": (
            "The extension lacks privileges that orders need: {missing}.",
            "Give it them in Go under Menu > Settings > Extensions.",
        ),
    },
    "orders/not-opened": {
        "nb": ("Ordrer kan ikke sendes: {why}", "Rett oppsettet og bruk det på nytt: posexport setup apply FIL.toml."),
        "en": ("Orders cannot be sent: {why}", "Mend the setup and apply it again: posexport setup apply FILE.toml."),
    },
    "orders/refused": {
        "nb": (
            "PowerOffice Go lot oss ikke se om ordrer kan sendes: {answer}.",
            "Gi utvidelsen rettigheten i Go under Meny > Innstillinger > Utvidelser.",
        ),
        "en": (
            "PowerOffice Go did not let us see whether orders can be sent: {answer}.",
            "Give the extension the privilege in Go under Menu > Settings > Extensions.",
        ),
    },
    "orders/contacts": {
        "nb": (
            "Kontaktpersoner kan ikke leses i PowerOffice Go: {answer}. Ordrene sendes, med kontakten på bongen som "
            "tekst.",
            "Skal ordrene vise til kundens kontaktperson, gi utvidelsen rettigheten ContactPerson eller Customer i Go "
            "under Meny > Innstillinger > Utvidelser.",
        ),
        "en": (
            "Contact persons cannot be read in PowerOffice Go: {answer}. Orders are sent, with the ticket's contact as "
            "text.",
            "If orders are to name the customer's contact person, give the extension the privilege ContactPerson or "
            "Customer in Go under Menu > Settings > Extensions.",
        ),
    },
    "orders/without-product": {
        "nb": (
            "Oppsettet har ikke noe produkt for: {what} (mva-kode i parentes, og produkter i Go på samme konto). "
            "Selges det på kreditt, venter ordren.",
            "Skriv products på varegruppen, eller under [company.orders.products], og bruk oppsettet på nytt.",
        ),
        "en": (
            "The setup names no product for: {what} (in brackets the VAT code, and products in Go on the same "
            "account). Where one is sold on account, its order waits.",
            "Write products on the product type, or under [company.orders.products], and apply the setup again.",
        ),
    },
    "orders/product-unknown": {
        "nb": (
            "PowerOffice Go har ikke noe produkt {product}, som oppsettet bruker for {source}.",
            "Lag produktet i Go med standard salgskonto, eller skriv et annet i oppsettet.",
        ),
        "en": (
            "PowerOffice Go has no product {product}, which the setup names for {source}.",
            "Make the product in Go with a standard sales account, or name another in the setup.",
        ),
    },
    "orders/product-inactive": {
        "nb": (
            "Produkt {product} for {source} er arkivert i PowerOffice Go og kan ikke faktureres.",
            "Gjør det aktivt i Go, eller skriv et annet i oppsettet.",
        ),
        "en": (
            "Product {product} for {source} is archived in PowerOffice Go and cannot be invoiced.",
            "Make it active in Go, or name another in the setup.",
        ),
    },
    "orders/product-no-account": {
        "nb": (
            "Produkt {product} for {source} har ingen standard salgskonto som PowerOffice Go viser, hverken selv eller "
            "på produktgruppen, så ordrer med det kan ikke faktureres.",
            "Sett standard salgskonto på produktet i Go, til kontoen som bilaget ville brukt: {wanted}.",
        ),
        "en": (
            "Product {product} for {source} has no standard sales account that PowerOffice Go shows, neither its own "
            "nor its group's, so that orders with it cannot be invoiced.",
            "Set a standard sales account on the product in Go: the account that the voucher would use, {wanted}.",
        ),
    },
    "orders/product-vat": {
        "nb": (
            "Produkt {product} for {source} ville bli fakturert med {rate} % mva fra konto {account}. Kassen tar "
            "{sold_rate} % (mva-kode {vat_code}).",
            "Gi produktet en standard salgskonto med mva-kode {vat_code} i Go, eller skriv et annet i oppsettet.",
        ),
        "en": (
            "Product {product} for {source} would be invoiced with {rate} % VAT, by account {account}. The register "
            "takes {sold_rate} % (VAT code {vat_code}).",
            "Give the product a standard sales account with VAT code {vat_code} in Go, or name another in the setup.",
        ),
    },
    "orders/product-account": {
        "nb": (
            "Produkt {product} for {source} bokføres på konto {account}, mens bilaget bruker {wanted}. Mva er riktig.",
            "Er det ikke meningen, sett standard salgskonto {wanted} på produktet i Go.",
        ),
        "en": (
            "Product {product} for {source} is posted to account {account}, while the voucher uses {wanted}. The VAT "
            "is right.",
            "If that is not the intention, set the standard sales account {wanted} on the product in Go.",
        ),
    },
}

"""Texts of findings about what the setup lacks, which a setup row resolves; in the form of `texts.findings`."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.language import Lang

SETUP_TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    "missing-account/sale": {
        "nb": (
            "Varegruppe {source} ({name}) med mva-kode {vat_code} er solgt for {amount}, men har ingen konto.",
            "Legg kontoen inn i oppsettet, {set_account}.",
        ),
        "en": (
            "Product type {source} ({name}) with VAT code {vat_code} sold for {amount} but has no account.",
            "Add the account to the setup, {set_account}.",
        ),
    },
    "missing-account/payment": {
        "nb": (
            "Betalingsmåte {source} ({name}) har tatt imot {amount}, men har ingen konto.",
            "Legg kontoen inn i oppsettet, {set_account}.",
        ),
        "en": (
            "Payment type {source} ({name}) took {amount} but has no account.",
            "Add the account to the setup, {set_account}.",
        ),
    },
    "missing-account/unknown-product": {
        "nb": (
            "Varegruppe {source} ({name}) med mva-kode {vat_code} er solgt for {amount}, men finnes ikke i oppsettet.",
            "Legg den til i oppsettet: {add_product_type}.",
        ),
        "en": (
            "Product type {source} ({name}) with VAT code {vat_code} sold for {amount} but is not in the setup.",
            "Add it to the setup: {add_product_type}.",
        ),
    },
    "missing-account/unknown-payment": {
        "nb": (
            "Betalingsmåte {source} ({name}) har tatt imot {amount}, men finnes ikke i oppsettet.",
            "Legg den til i oppsettet: {add_payment_type}.",
        ),
        "en": (
            "Payment type {source} ({name}) took {amount} but is not in the setup.",
            "Add it to the setup: {add_payment_type}.",
        ),
    },
    "missing-account/product-later": {
        "nb": (
            "Varegruppe {source} ({name}) med mva-kode {vat_code} er solgt for {amount}, men gjelder i oppsettet først "
            "fra {set_from}.",
            "Legg til en rad i oppsettet som gjelder dagen: {add_product_type}.",
        ),
        "en": (
            "Product type {source} ({name}) with VAT code {vat_code} sold for {amount}, but counts in the setup only "
            "from {set_from}.",
            "Add a row to the setup that counts on the day: {add_product_type}.",
        ),
    },
    "missing-account/payment-later": {
        "nb": (
            "Betalingsmåte {source} ({name}) har tatt imot {amount}, men gjelder i oppsettet først fra {set_from}.",
            "Legg til en rad i oppsettet som gjelder dagen: {add_payment_type}.",
        ),
        "en": (
            "Payment type {source} ({name}) took {amount}, but counts in the setup only from {set_from}.",
            "Add a row to the setup that counts on the day: {add_payment_type}.",
        ),
    },
    "missing-account/credit": {
        "nb": (
            "Salg på konto for {amount}, uten betaling på bongen, har ingen betalingsmåte i oppsettet.",
            "Si hvilken betalingsmåte kredittsalg er: {set_key} i oppsettet.",
        ),
        "en": (
            "Sales on account of {amount}, without a payment on the ticket, have no payment type in the setup.",
            "Say which payment type credit sales are: {set_key} in the setup.",
        ),
    },
    "missing-account/other": {
        "nb": (
            "Dagen har {name} på {amount}, men det er ikke satt noen konto for det.",
            "Legg kontoen inn i oppsettet, {set_account}.",
        ),
        "en": (
            "The day has {name} of {amount}, but no account is set for it.",
            "Add the account to the setup, {set_account}.",
        ),
    },
    "missing-account/other-later": {
        "nb": (
            "Dagen har {name} på {amount}, men kontoen for det ({source} i oppsettet) gjelder først fra {set_from}.",
            "Legg kontoen inn i oppsettet, {set_account}.",
        ),
        "en": (
            "The day has {name} of {amount}, but the account for it ({source} in the setup) counts only from "
            "{set_from}.",
            "Add the account to the setup, {set_account}.",
        ),
    },
    "missing-vat-code/later": {
        "nb": (
            "Kassens mva-kode {pos_code} er brukt på salg for {amount} (varegruppe {source}), "
            "men gjelder i oppsettet først fra {set_from}.",
            "Legg til en rad i oppsettet som gjelder dagen: {set_vat_code}.",
        ),
        "en": (
            "The register's VAT code {pos_code} stands on sales of {amount} (product type {source}), "
            "but counts in the setup only from {set_from}.",
            "Add a row to the setup that counts on the day: {set_vat_code}.",
        ),
    },
    "missing-vat-code": {
        "nb": (
            "Kassens mva-kode {pos_code} er brukt på salg for {amount} (varegruppe {source}), "
            "men oppsettet sier ikke hvilken mva-kode det er i Go.",
            "Legg den inn i oppsettet: {set_vat_code}.",
        ),
        "en": (
            "The register's VAT code {pos_code} stands on sales of {amount} (product type {source}), "
            "but the setup does not say which VAT code that is in Go.",
            "Add it to the setup: {set_vat_code}.",
        ),
    },
    "missing-vat-code/none": {
        "nb": (
            "Salg for {amount} (varegruppe {source}) står uten mva-kode i filen fra kassen.",
            "Be kasseleverandøren om en fil med mva-kode på hver linje, og les den inn på nytt.",
        ),
        "en": (
            "Sales of {amount} (product type {source}) carry no VAT code in the register's file.",
            "Ask the register's vendor for a file with a VAT code on every line, and import it again.",
        ),
    },
}
"""(what is wrong, what to do) for every wording."""

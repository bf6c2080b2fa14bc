"""By what a person meets findings: the parts in which the guide explains them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from posexport.texts.language import Lang


class FindingTopic(NamedTuple):
    """Findings that somebody meets together, in order. `title`: in each language."""

    title: Mapping[Lang, str]
    codes: tuple[str, ...]


FINDING_TOPICS: tuple[FindingTopic, ...] = (
    FindingTopic(
        {"nb": "Kontoer, mva-koder og avdelinger", "en": "Accounts, VAT codes and departments"},
        (
            "missing-account",
            "missing-vat-code",
            "unknown-account",
            "inactive-account",
            "vat-code-locked",
            "unknown-vat-code",
            "vat-code-twice",
            "unknown-department",
            "department-required",
            "project-required",
            "dimension-required",
            "unknown-customer",
            "bank-account",
            "tips-as-income",
            "vat-not-registered",
            "vat-registration",
            "direct-posting",
            "duplicate-client-key",
            "duplicate-addon",
        ),
    ),
    FindingTopic(
        {"nb": "Dager og filer som mangler noe", "en": "Days and files that lack something"},
        (
            "incomplete-day",
            "no-sales-data",
            "only-training-or-void",
            "ticket-gap",
            "no-longer-in-file",
            "unknown-register",
        ),
    ),
    FindingTopic(
        {"nb": "Bonger", "en": "Tickets"},
        (
            "unbalanced",
            "unexplained-payment",
            "indivisible-ticket",
            "unjudged-ticket",
            "same-number-twice",
            "odd-date",
            "void-and-reversal",
            "ticket-changed",
            "unknown-raise",
            "other-currency",
            "rate-per-100",
            "discount-sign",
            "left-out-by-hand",
        ),
    ),
    FindingTopic(
        {"nb": "Kassens egne tall", "en": "The register's own figures"},
        (
            "z-report-mismatch",
            "z-report-first",
            "vat-mismatch",
            "vat-not-stated",
            "rounding-too-large",
            "rounding-without-cash",
            "movements-left-out",
            "not-transferred",
            "missing-customer",
        ),
    ),
    FindingTopic(
        {"nb": "Det som er endret etter kladden", "en": "What has changed since the draft"},
        (
            "changed-after-draft",
            "booked-elsewhere",
            "changed-after-booking",
            "voucher-reversed",
            "voucher-corrected",
            "draft-gone",
            "draft-differs",
            "draft-in-doubt",
            "drafted-twice",
        ),
    ),
    FindingTopic(
        {"nb": "Sendingen til PowerOffice Go", "en": "The sending to PowerOffice Go"},
        (
            "looked-for",
            "uncertain-too-long",
            "to-be-asked-again",
            "posted-by-old-setup",
            "locked-period",
            "import-failed",
            "documentation-missing",
        ),
    ),
    FindingTopic(
        {"nb": "Kredittsalg: kundene", "en": "Credit sales: the customers"},
        (
            "order-no-customer",
            "order-customer-not-linked",
            "order-customer-ambiguous",
            "order-customer-inactive",
            "order-customer-vat-free",
            "order-customer-delivery",
            "contact-elsewhere",
        ),
    ),
    FindingTopic(
        {"nb": "Kredittsalg: produkter og summer", "en": "Credit sales: products and sums"},
        (
            "order-product-missing",
            "order-product-inactive",
            "order-product-no-account",
            "order-product-vat",
            "order-product-account",
            "order-project-unknown",
            "order-total-differs",
            "order-rounding",
            "order-same-reference",
        ),
    ),
    FindingTopic(
        {"nb": "Kredittsalg: det som skjer siden", "en": "Credit sales: what happens afterwards"},
        (
            "order-unsent",
            "order-uncertain-too-long",
            "order-changed-after-sending",
            "order-edited",
            "order-gone",
            "order-booked-twice",
            "order-in-voucher",
            "sale-ordered-already",
            "credit-left-out",
            "order-return-open",
            "order-return-customer",
            "order-return-credited",
            "order-not-invoiced",
        ),
    ),
)
"""Every finding once; first what holds a day most often."""

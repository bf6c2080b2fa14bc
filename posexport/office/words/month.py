"""The words of a month of a company."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "month_overview": {"nb": "Månedsoversikt", "en": "Month overview"},
    "month_of": {"nb": "{company}, {month}", "en": "{company}, {month}"},
    "month_print": {"nb": "Skriv ut siden: den er laget for papir.", "en": "Print the page: it is made for paper."},
    "month_not_over": {
        "nb": "Måneden er ikke over: tallene endrer seg ennå.",
        "en": "The month is not over: the figures still change.",
    },
    "month_in_brief": {"nb": "Kort sagt", "en": "In brief"},
    "month_more": {
        "nb": "… og {n} til, se tabellene under.",
        "en": "… and {n} more, see the tables below.",
    },
    "month_waits": {"nb": "Mangler eller venter ({n})", "en": "Missing or waiting ({n})"},
    "month_complete": {
        "nb": "Ingenting mangler: hver dag med salg er lagt som kladd eller har sin forklaring.",
        "en": "Nothing is missing: every day with sales is drafted or explained.",
    },
    "month_sold": {"nb": "Salg", "en": "Sales"},
    "month_vat": {"nb": "Mva", "en": "VAT"},
    "month_in_go": {"nb": "Id i Go", "en": "Id in Go"},
    "month_voucher_sum": {"nb": "Sum bilag", "en": "Voucher sum"},
    "month_sum": {"nb": "Sum", "en": "Sum"},
    "month_vat_by_code": {"nb": "Salg og mva etter kode", "en": "Sales and VAT by code"},
    "month_vat_told": {
        "nb": "Som kassene oppga det, med mva-kodene i PowerOffice Go. "
        "Go regner ut mva selv når bilaget bokføres; øreavrunding kan gi små forskjeller.",
        "en": "As the registers stated it, with PowerOffice Go's VAT codes. "
        "Go calculates VAT itself when the voucher is posted; rounding may give small differences.",
    },
    "month_vat_code": {"nb": "Mva-kode", "en": "VAT code"},
    "month_vat_rate": {"nb": "Sats", "en": "Rate"},
    "month_no_code": {"nb": "mangler", "en": "missing"},
    "month_unstated": {"nb": "{amount} solgt uten oppgitt mva", "en": "{amount} sold without stated VAT"},
    "month_orders": {"nb": "Ordrer for kredittsalg", "en": "Orders for credit sales"},
    "month_count": {"nb": "Antall", "en": "Number"},
    "month_all_venues": {"nb": "Alle steder", "en": "All venues"},
    "month_nothing": {
        "nb": "Ingen dager å vise i denne måneden.",
        "en": "No days to show in this month.",
    },
    "month_choose": {"nb": "Velg selskap.", "en": "Choose a company."},
}

"""One row per target: how it is opened, what it can do, which setup keys it needs, and its words.

Data only. A ledger is added by a folder beside this file and a row in `LEDGERS`; nothing outside this file compares a
target with a name. What a row does not say has the defaults of `LedgerKind`. Imports nothing but the core, so that
every folder may read it; only `wiring` opens a ledger.

Source: PowerOffice Go API v1 (import queue) and v2 (journal entries, vouchers); ten departments per integration.
"""

from __future__ import annotations

from posexport.core.ports.ledger import LedgerFolder, LedgerKind, SetupNeed

VENUES_MAX = 10
"""Departments of one integration in PowerOffice Go: the main application key and nine add-ons."""


def _keys(target: str, *further: str) -> tuple[SetupNeed, ...]:
    """The setup keys of an integration with PowerOffice Go, with `further` ones first."""
    why = f'target "{target}" needs'
    return (
        *(SetupNeed(key, "company", why) for key in further),
        SetupNeed("application_key", "shared", why),
        SetupNeed("client_key", "venue", "is made in Go under Menu > Settings > Extensions"),
    )


_IMPORT = LedgerKind(
    name="import",
    system="PowerOffice Go",
    opened_by="posexport.ledgers.poweroffice.opening:open_import_queue",
    needs=_keys("import"),
    orders_need=(SetupNeed("subscription_key", "company", 'invoicing = "orders" needs: orders go by API v2'),),
    is_guarded=True,
    removes_drafts=True,
    attaches="as a file",
    tells_lock_date=True,
    takes_orders=True,
    tells_progress=True,
    tells_own_privileges=False,
    folder=LedgerFolder("reports", "posexport-reports", "reports"),
    venues_max=VENUES_MAX,
    has_long_keys=True,
    words={
        "name": {"nb": "PowerOffice Go, importkøen", "en": "PowerOffice Go, the import queue"},
        "page_attached": {"nb": "i mappen for rapporter", "en": "in the folder for reports"},
        "event_page-attached": {
            "nb": "rapporten lagt i mappen for rapporter",
            "en": "the report put into the folder for reports",
        },
    },
    doctor_words={
        "nb": (
            "Bilagene legges i importkøen (API v1, {environment}) og venter under Meny > Regnskap > Import til noen "
            "går gjennom dem og klikker Importer.",
            "",
        ),
        "en": (
            "Vouchers go to the import queue (API v1, {environment}) and wait under Menu > Accounts > Import until "
            "somebody checks them and clicks Import.",
            "",
        ),
    },
)

_JOURNAL = LedgerKind(
    name="journal",
    system="PowerOffice Go",
    opened_by="posexport.ledgers.poweroffice.opening:open_journal",
    needs=_keys("journal", "subscription_key"),
    orders_need=(),
    removes_drafts=True,
    tells_lock_date=True,
    takes_orders=True,
    venues_max=VENUES_MAX,
    has_long_keys=True,
    words={"name": {"nb": "PowerOffice Go, bilagskladd", "en": "PowerOffice Go, journal drafts"}},
    doctor_words={
        "nb": ("Bilagene legges som kladd i bilagsføring (API v2, {environment}) til noen bokfører dem.", ""),
        "en": ("Vouchers go to journal entry as drafts (API v2, {environment}) until somebody posts them.", ""),
    },
)

_LEDGER = LedgerKind(
    name="ledger",
    system="PowerOffice Go",
    opened_by="posexport.ledgers.poweroffice.opening:open_direct_posting",
    needs=_keys("ledger", "subscription_key"),
    orders_need=(),
    is_guarded=True,
    posts_directly=True,
    tells_lock_date=True,
    takes_orders=True,
    venues_max=VENUES_MAX,
    has_long_keys=True,
    drafts_instead="journal",
    words={
        "name": {"nb": "PowerOffice Go, rett i hovedboken", "en": "PowerOffice Go, straight to the ledger"},
        "state_ready": {"nb": "Klar til bokføring", "en": "Ready to post"},
        "state_drafted": {"nb": "Bokført", "en": "Posted"},
        "next_ready": {
            "nb": "Bokføres rett i hovedboken ved neste eksport. Ingen ser på bilaget i PowerOffice Go først.",
            "en": "Is posted straight to the ledger with the next export. Nobody looks at it in PowerOffice Go first.",
        },
        "next_drafted": {
            "nb": "Bokført i PowerOffice Go. Det er ikke noe mer å gjøre.",
            "en": "Posted in PowerOffice Go. There is nothing more to do.",
        },
        "event_drafted": {"nb": "bokført", "en": "posted"},
    },
    doctor_words={
        "nb": (
            "Bilagene bokføres rett i hovedboken (API v2, {environment}): ingen ser på dem i PowerOffice Go først.",
            'Er det ikke meningen, sett target = "journal" i oppsettet: da blir de kladder. Ellers: se nøye på '
            "posexport preview før hver eksport.",
        ),
        "en": (
            "Vouchers are posted straight to the ledger (API v2, {environment}): nobody looks at them in PowerOffice "
            "Go first.",
            'If that is not the intention, set target = "journal" in the setup: they are drafts then. Otherwise look '
            "closely at posexport preview before every export.",
        ),
    },
)

_FILE = LedgerKind(
    name="file",
    system="PowerOffice Go",
    opened_by="posexport.ledgers.folder.opening:open_voucher_folder",
    needs=(SetupNeed("output", "company", 'target "file" needs: the folder the voucher files go to'),),
    is_service=False,
    is_guarded=True,
    removes_drafts=True,
    attaches="as a file",
    folder=LedgerFolder("output", "vouchers", "vouchers"),
    words={
        "name": {"nb": "fil i mappe", "en": "a file in a folder"},
        "state_drafted": {"nb": "Skrevet til fil", "en": "Written to a file"},
        "next_ready": {"nb": "Skrives til fil ved neste eksport.", "en": "Is written to a file with the next export."},
        "next_drafted": {
            "nb": "Les filen inn i PowerOffice Go, gå gjennom bilaget og bokfør det der.",
            "en": "Read the file into PowerOffice Go, review the voucher and post it there.",
        },
        "event_sending": {"nb": "skrives til fil", "en": "being written to a file"},
        "event_drafted": {"nb": "skrevet til fil", "en": "written to a file"},
        "event_looked-up": {
            "nb": "sett etter i mappen: ikke der",
            "en": "looked for in the folder: not there",
        },
    },
    doctor_words={
        "nb": ("Bilagene skrives som filer i mappen {folder}. PowerOffice Go spørres ikke om noe.", ""),
        "en": ("Vouchers are written as files to the folder {folder}. PowerOffice Go is asked nothing.", ""),
    },
)

LEDGERS: dict[str, LedgerKind] = {kind.name: kind for kind in (_IMPORT, _JOURNAL, _LEDGER, _FILE)}
"""Every target, in the order in which they are listed for people."""


def find_ledger(target: str) -> LedgerKind:
    """The ledger kind of a target. For a name that is not in the table (a voucher sent to a target that no longer
    exists): a kind with cautious assumptions."""
    return LEDGERS.get(target) or LedgerKind(target)


def list_targets() -> tuple[str, ...]:
    """The names of all targets, in the table's order."""
    return tuple(LEDGERS)

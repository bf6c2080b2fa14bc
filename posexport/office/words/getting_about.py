"""The words of searching, of the company chooser and of help."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "search_for": {"nb": "Søk eller gå til", "en": "Search or go to"},
    "found": {"nb": "Funnet", "en": "Found"},
    "found_venue": {"nb": "Sted, siste dag", "en": "Venue, last day"},
    "found_day": {"nb": "Dag", "en": "Day"},
    "found_ticket": {"nb": "Bong", "en": "Ticket"},
    "found_document": {"nb": "Bilag eller ordre", "en": "Voucher or order"},
    "found_order": {"nb": "Ordre", "en": "Order"},
    "found_customer": {"nb": "Kunde", "en": "Customer"},
    "found_account": {"nb": "Konto", "en": "Account"},
    "register": {"nb": "kasse", "en": "register"},
    "nothing_found": {"nb": "Ingenting passer.", "en": "Nothing fits."},
    "search_what": {
        "nb": "Søk på sted, dag (20.11, i går), bongnummer, referanse, ordrenummer, fakturanummer, kunde eller konto.",
        "en": "Search by venue, day (20.11, yesterday), ticket number, reference, order or invoice number, customer or "
        "account.",
    },
    "company": {"nb": "Selskap", "en": "Company"},
    "all_companies": {"nb": "Alle selskaper", "en": "All companies"},
    "choose": {"nb": "Velg", "en": "Choose"},
    "help": {"nb": "Hjelp", "en": "Help"},
    "guide": {"nb": "Veiledning", "en": "Guide"},
    "guide_contents": {"nb": "Innhold", "en": "Contents"},
    "guide_more": {"nb": "Mer om dette", "en": "More about this"},
    "help_states": {"nb": "Hva en dag kan være", "en": "What a day can be"},
    "help_keys": {"nb": "Taster", "en": "Keys"},
    "help_keys_off": {
        "nb": "Tastene virker ikke mens du skriver i et felt. De kan slås av på siden om deg.",
        "en": "The keys do nothing while you type in a field. They can be switched off on the page about you.",
    },
    "help_what": {"nb": "Når noe venter", "en": "When something waits"},
    "help_ready": {
        "nb": "Klar: lag kladden, eller la den gå med neste kjøring.",
        "en": "Ready: draft it, or let it go with the next run.",
    },
    "help_held": {
        "nb": "Holdt: noe mangler eller stemmer ikke. Dagen sier hva, og knappen ved siden av retter det.",
        "en": "Held: something is missing or does not agree. The day says what, and the button beside it mends it.",
    },
    "help_drafted": {
        "nb": "Kladd: bilaget ligger i PowerOffice Go. Se på det der og bokfør.",
        "en": "Drafted: the voucher is in PowerOffice Go. Look at it there and post it.",
    },
    "help_changed": {
        "nb": "Kladd, se på den: salget er endret siden kladden ble laget, eller kladden er rørt. Dagen viser begge.",
        "en": "Drafted, look at it: sales have changed since, or the draft was touched. The day shows both.",
    },
    "help_uncertain": {
        "nb": "Usikker: bilaget er sendt uten at svaret kom. Det ses etter i Go før noe sendes igjen.",
        "en": "Uncertain: it was sent and no answer came. It is looked for in Go before anything is sent again.",
    },
    "help_refused": {
        "nb": "Avvist: PowerOffice Go sa nei. Svaret står på dagen.",
        "en": "Refused: PowerOffice Go said no. The day has its answer.",
    },
    "help_unreachable": {
        "nb": "Ikke nådd: PowerOffice Go svarte ikke. Den prøves igjen i neste kjøring.",
        "en": "Not reached: PowerOffice Go did not answer. It is tried again by the next run.",
    },
    "help_nothing": {"nb": "Ikke salg: ingen bonger den dagen.", "en": "No sales: no tickets that day."},
    "help_ordered": {
        "nb": "Bare ordrer: alt er solgt på kreditt, så dagen har ikke noe bilag.",
        "en": "Orders only: all was sold on credit, so the day has no voucher.",
    },
    "help_gap": {
        "nb": "Mangler data: ingen fil dekker dagen. Les inn filen, eller si at det ikke var salg.",
        "en": "No data: no file has the day. Read the file, or say that nothing was sold.",
    },
    "help_no-file": {
        "nb": "Ingen fil ennå: dagen er over, og det pleier å være salg. Last opp filen.",
        "en": "No file yet: the day is over, and there usually are sales. Upload the file.",
    },
    "help_open": {"nb": "Ikke over: dagen varer til klokken 05.", "en": "Not over: the day lasts until 05:00."},
    "key_search": {"nb": "søk", "en": "search"},
    "key_next": {"nb": "neste og forrige rad", "en": "next and previous row"},
    "key_open": {"nb": "åpne", "en": "open"},
    "key_up": {"nb": "opp", "en": "up"},
    "key_mend": {"nb": "dagens første retting", "en": "the day's first mend"},
    "key_pdf": {"nb": "dagens PDF", "en": "the day's PDF"},
    "key_list": {"nb": "denne listen", "en": "this list"},
    "key_grid": {
        "nb": "i månedens dager og mellom kontoer; Home og End, PageUp og PageDown for en måned; mellomrom velger en "
        "dag, Shift med pil flere",
        "en": "in the month's days and between accounts; Home and End, PageUp and PageDown for a month; space picks a "
        "day, Shift with an arrow several",
    },
}

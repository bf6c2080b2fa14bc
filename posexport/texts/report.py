"""The words of reports, statuses, histories and pages, in Norwegian and English.

Everything a page or a terminal says that is no finding and no name is in `WORDS`, with both languages side by side.
Never here: layout, colour, rich, jinja2. Days are dates; times are local.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from posexport.core.finding import Finding, Severity
from posexport.core.lines import LineKind
from posexport.core.orders.state import OrderState
from posexport.core.report import (
    LEFT_OUT,
    ORDERED,
    DayReport,
    DocumentReport,
    EmptyDay,
    Removal,
    Report,
    State,
    StatusRow,
    VoucherReport,
)
from posexport.texts.clean import clean
from posexport.texts.failures import describe_failure, is_known
from posexport.texts.language import Lang, format_kroner, format_moment
from posexport.texts.orders import count_order_states, describe_order_next, name_order_in_status
from posexport.texts.targets import find_own_words

WORDS: Mapping[str, Mapping[Lang, str]] = {
    # the page
    "title": {"nb": "Dagsoppgjør, forhåndsvisning", "en": "Daily settlements, preview"},
    "promise": {
        "nb": "Forhåndsvisning: dette er grunnlaget for kladd. Vi lager kladd, dere bokfører i PowerOffice Go.",
        "en": "Preview: this is what drafts are made from. We draft, you post in PowerOffice Go.",
    },
    "promise_long": {
        "nb": (
            "Dette er en forhåndsvisning, grunnlaget for kladd. Ingenting her er bokført: posexport lager "
            "bilagene som kladd, og regnskapsføreren går gjennom dem og bokfører i PowerOffice Go. "
            "Vi lager kladd, dere bokfører."
        ),
        "en": (
            "This is a preview, what drafts are made from. Nothing here has been posted: posexport makes the "
            "vouchers as drafts, and the bookkeeper reviews and posts them in PowerOffice Go. "
            "We draft, you post."
        ),
    },
    "closing": {
        "nb": "Vi lager kladd, dere bokfører i PowerOffice Go.",
        "en": "We draft, you post in PowerOffice Go.",
    },
    "made": {"nb": "Laget", "en": "Made"},
    "organization": {"nb": "Org.nr.", "en": "Org. no."},
    "company": {"nb": "Selskap", "en": "Company"},
    "venue": {"nb": "Utsalgssted", "en": "Venue"},
    "venues": {"nb": "Utsalgssteder", "en": "Venues"},
    "period": {"nb": "Periode", "en": "Period"},
    "vouchers": {"nb": "Bilag", "en": "Vouchers"},
    "overview": {"nb": "Oversikt", "en": "Overview"},
    "to_overview": {"nb": "Til oversikten", "en": "To the overview"},
    "page": {"nb": "Side", "en": "Page"},
    "empty": {"nb": "Ingen dager å vise.", "en": "No days to show."},
    "empty_done": {
        "nb": "Ingenting å levere: alle avsluttede dager med salg er levert allerede, eller ført for hånd.",
        "en": "Nothing to draft: every closed day with sales is drafted already, or booked by hand.",
    },
    "empty_not-over": {
        "nb": "Ingenting å levere ennå: det er bare lest inn salg for en dag som ikke er omme.",
        "en": "Nothing to draft yet: only sales of a day that is not over have been read.",
    },
    "empty_no-sales": {
        "nb": "Ingenting å levere: det er ikke lest inn noe salg for perioden. Les inn salg med posexport import.",
        "en": "Nothing to draft: no sales have been read for the period. Import sales with posexport import.",
    },
    "empty_none-waits": {"nb": "Ingenting venter.", "en": "Nothing waits."},
    "general": {"nb": "Gjelder ikke ett enkelt bilag", "en": "Not about any one voucher"},
    # a voucher
    "day": {"nb": "Dag", "en": "Day"},
    "state": {"nb": "Tilstand", "en": "State"},
    "amount": {"nb": "Beløp", "en": "Amount"},
    "remarks": {"nb": "Merknader", "en": "Remarks"},
    "reference": {"nb": "Referanse", "en": "Reference"},
    "posting_date": {"nb": "Bilagsdato", "en": "Posting date"},
    "description": {"nb": "Bilagstekst", "en": "Voucher text"},
    "department": {"nb": "Avdeling", "en": "Department"},
    "department_short": {"nb": "Avd.", "en": "Dept."},
    "currency": {"nb": "Valuta", "en": "Currency"},
    "remote_id": {"nb": "Id i PowerOffice", "en": "PowerOffice id"},
    "drafted_at": {"nb": "Levert", "en": "Drafted"},
    "voucher": {"nb": "Bilag", "en": "Voucher"},
    "answer": {"nb": "Svaret fra PowerOffice", "en": "PowerOffice's answer"},
    "happened": {"nb": "Hva som skjedde", "en": "What happened"},
    "voucher_deleted": {
        "nb": "Bilaget {reference} er slettet i PowerOffice Go: det er ikke noe igjen av dagen å ha i et bilag.",
        "en": "The voucher {reference} was deleted in PowerOffice Go: nothing of the day is left for a voucher.",
    },
    "no_voucher": {"nb": "Det er ikke laget noe bilag for dagen.", "en": "No voucher was made for the day."},
    "split": {
        "nb": (
            "En mva-sats endres ved midnatt, så dagen er delt: dette bilaget er salget etter midnatt. "
            "Kontrolltall og Z-rapporter for hele dagen står ved det første."
        ),
        "en": (
            "A VAT rate changes at midnight, so the day is divided: this voucher is the sales after midnight. "
            "Control figures and Z-reports of the whole day stand with the first."
        ),
    },
    "after_midnight": {"nb": "etter midnatt", "en": "after midnight"},
    "target": {"nb": "Leveres til", "en": "Goes to"},
    # its lines
    "lines": {"nb": "Bilagslinjer", "en": "Voucher lines"},
    "account": {"nb": "Konto", "en": "Account"},
    "text": {"nb": "Navn / tekst", "en": "Name / text"},
    "counter_account": {"nb": "Motkonto", "en": "Counter account"},
    "counter_account_short": {"nb": "Motkto.", "en": "Counter"},
    "vat_code": {"nb": "Mva-kode", "en": "VAT code"},
    "vat_code_short": {"nb": "Mva", "en": "VAT"},
    "debit": {"nb": "Debet", "en": "Debit"},
    "credit": {"nb": "Kredit", "en": "Credit"},
    "sum": {"nb": "Sum", "en": "Total"},
    "missing_account": {"nb": "MANGLER KONTO", "en": "NO ACCOUNT"},
    "missing_vat_code": {"nb": "MANGLER KODE", "en": "NO CODE"},
    "open": {
        "nb": "Bilaget går ikke opp: {amount} står åpent",
        "en": "The voucher does not balance: {amount} is open",
    },
    "kind_sales": {"nb": "varegruppe {source}", "en": "product type {source}"},
    "kind_payment": {"nb": "betalingsmåte {source}", "en": "payment type {source}"},
    "kind_discount": {"nb": "rabatt, varegruppe {source}", "en": "discount, product type {source}"},
    "kind_gift-card": {"nb": "gavekort", "en": "gift cards"},
    "kind_tip": {"nb": "tips", "en": "tips"},
    "kind_rounding": {"nb": "øreavrunding", "en": "cash rounding"},
    "kind_movement": {"nb": "kontantbevegelse", "en": "cash movement"},
    "lines_drafted": {"nb": "Bilagslinjer, slik de ble levert", "en": "Voucher lines, as drafted"},
    # what was drafted beside what it would be now
    "changes": {"nb": "Levert og nå, linje for linje", "en": "As drafted and as it is now, line by line"},
    "changes_since": {
        "nb": (
            "Det som ble levert ({references}), står som det var. Mva, kontrolltall og Z-rapporter under er av salget "
            "slik det er nå."
        ),
        "en": (
            "What was drafted ({references}) stands as it was. VAT, control figures and Z-reports below are of the "
            "sales as they are now."
        ),
    },
    "changes_of": {
        "nb": "Sammenlignet med det som ble levert før: {references}.",
        "en": "Compared with what was drafted before: {references}.",
    },
    "changes_none": {"nb": "Ingen linje er endret.", "en": "No line has changed."},
    "changes_signs": {
        "nb": "Debet uten fortegn, kredit med minus.",
        "en": "Debit without a sign, credit with a minus.",
    },
    "changes_drafted": {"nb": "Levert", "en": "Drafted"},
    "changes_now": {"nb": "Nå", "en": "Now"},
    "changes_difference": {"nb": "Endring", "en": "Change"},
    "changes_sum": {"nb": "Sum debet", "en": "Total debit"},
    # the PDF's own words
    "page_title": {"nb": "Dagsoppgjør", "en": "Daily settlement"},
    "page_correction": {"nb": "Korreksjon Dagsoppgjør", "en": "Correction of a daily settlement"},
    "page_of": {"nb": "av", "en": "of"},
    "page_replaces": {"nb": "Erstatter {references}.", "en": "Replaces {references}."},
    "page_corrects": {
        "nb": "Korrigerer {references}: dette bilaget er bare differansen.",
        "en": "Corrects {references}: this voucher is only the difference.",
    },
    "page_now": {
        "nb": "Dagen slik den er nå, til sammenligning. Det som er levert, er {references}, og det står som det var.",
        "en": "The day as it is now, to compare. What is drafted is {references}, and it stands as it was.",
    },
    "page_making": {"nb": "Om rapporten", "en": "About the report"},
    "page_made": {"nb": "Laget {time} av posexport {version}.", "en": "Made {time} by posexport {version}."},
    "page_files": {"nb": "Salget er lest fra", "en": "The sales were read from"},
    "page_file": {"nb": "{name} (lest {time})", "en": "{name} (read {time})"},
    "page_more_files": {"nb": "{n} filer til", "en": "{n} more files"},
    # VAT
    "vat": {"nb": "Mva per kode", "en": "VAT per code"},
    "vat_note": {
        "nb": "Mva føres aldri av oss: PowerOffice trekker den ut av bruttobeløpene.",
        "en": "We never post VAT: PowerOffice takes it out of the gross amounts.",
    },
    "rate": {"nb": "Sats", "en": "Rate"},
    "gross": {"nb": "Brutto", "en": "Gross"},
    "by_register": {"nb": "Kassen", "en": "Register"},
    "by_poweroffice": {"nb": "PowerOffice", "en": "PowerOffice"},
    "difference": {"nb": "Differanse", "en": "Difference"},
    "result": {"nb": "Resultat", "en": "Result"},
    "not_stated": {"nb": "ikke oppgitt", "en": "not stated"},
    "not_known": {"nb": "ikke kjent", "en": "not known"},
    "rate_unknown": {"nb": "ukjent sats", "en": "rate unknown"},
    "vat_same": {"nb": "stemmer", "en": "agrees"},
    "vat_explained": {"nb": "øreavrunding", "en": "rounding"},
    "vat_differs": {"nb": "AVVIKER", "en": "DIFFERS"},
    "vat_in_part": {"nb": "bare der mva er oppgitt", "en": "only where VAT is stated"},
    "vat_unknown": {"nb": "kan ikke sammenlignes", "en": "cannot be compared"},
    # control figures
    "control": {"nb": "Kontrolltall", "en": "Control figures"},
    "tickets": {"nb": "Bonger", "en": "Tickets"},
    "sales": {
        "nb": "Innbetalt totalt, med tips, avrunding og gavekort",
        "en": "Takings with tips, rounding and gift cards",
    },
    "sales_short": {"nb": "Innbetalt totalt", "en": "Takings"},
    "returns": {"nb": "Returer", "en": "Returns"},
    "discounts": {"nb": "Rabatter", "en": "Discounts"},
    "voids": {"nb": "Annullert", "en": "Voided"},
    "training": {"nb": "Treningsmodus", "en": "Training"},
    "movements": {"nb": "Kontantbevegelser", "en": "Cash movements"},
    "not_sales": {"nb": "Proforma, kopier, følgesedler", "en": "Pro forma, copies, delivery notes"},
    "not_sales_short": {"nb": "Proforma o.l.", "en": "Pro forma etc."},
    "first_at": {"nb": "Første bong", "en": "First ticket"},
    "last_at": {"nb": "Siste bong", "en": "Last ticket"},
    # Z-reports
    "z_reports": {"nb": "Z-rapporter mot bonger", "en": "Z-reports against tickets"},
    "z_report": {"nb": "Z-rapport", "en": "Z-report"},
    "z_name": {"nb": "Z-rapport {number} på kasse {register}", "en": "Z-report {number} on register {register}"},
    "z_agrees": {"nb": "alle tall stemmer med bongene", "en": "every figure agrees with the tickets"},
    "z_differs": {"nb": "AVVIKER fra bongene", "en": "DIFFERS from the tickets"},
    "z_rest": {"nb": "De andre {n} tallene stemmer.", "en": "The other {n} figures agree."},
    "z_empty": {"nb": "ingen tall å sammenligne", "en": "no figures to compare"},
    "z_figure": {"nb": "Tall", "en": "Figure"},
    "z_tickets": {"nb": "Bongene", "en": "Tickets"},
    "z_row_agrees": {"nb": "stemmer", "en": "agrees"},
    "z_row_rounding": {"nb": "stemmer, øreavrunding", "en": "agrees, rounding"},
    "z_row_other_way": {"nb": "stemmer på kassens måte", "en": "agrees the register's way"},
    "z_row_differs": {"nb": "AVVIKER", "en": "DIFFERS"},
    "z_what_total": {"nb": "Samlet salg", "en": "Total sales"},
    "z_what_sale": {"nb": "Varegruppe {code}", "en": "Article group {code}"},
    "z_what_payment": {"nb": "Betalingsmåte {code}", "en": "Payment type {code}"},
    "z_what_tip": {"nb": "Tips", "en": "Tips"},
    "z_what_vat": {"nb": "Mva, kassens kode {code}", "en": "VAT, the register's code {code}"},
    # findings
    "errors": {"nb": "Dette holder bilaget tilbake", "en": "What holds the voucher back"},
    "others": {"nb": "Verdt å vite", "en": "Worth knowing"},
    "fix": {"nb": "Gjør dette:", "en": "Do this:"},
    "severity_error": {"nb": "FEIL", "en": "ERROR"},
    "severity_warning": {"nb": "ADVARSEL", "en": "WARNING"},
    "severity_info": {"nb": "MERK", "en": "NOTE"},
    "count_error_one": {"nb": "{n} feil", "en": "{n} error"},
    "count_error_many": {"nb": "{n} feil", "en": "{n} errors"},
    "count_warning_one": {"nb": "{n} advarsel", "en": "{n} warning"},
    "count_warning_many": {"nb": "{n} advarsler", "en": "{n} warnings"},
    "count_info_one": {"nb": "{n} merknad", "en": "{n} note"},
    "count_info_many": {"nb": "{n} merknader", "en": "{n} notes"},
    "several_days": {"nb": "Gjelder flere dager", "en": "About several days"},
    "found": {"nb": "Dette ble funnet", "en": "What was found"},
    "applies_to": {"nb": "Gjelder", "en": "On"},
    "left_out": {
        "nb": "{n} bilag vises bare med sum per konto, under utsalgsstedet: siden ville blitt for stor med alle hele.",
        "en": "{n} vouchers are shown only by sums per account, under their venue: whole they would make the page too "
        "large.",
    },
    "each_in_full": {
        "nb": "Hvert bilag for seg: posexport preview --full, gjerne med --venue, --from og --to.",
        "en": "Each voucher by itself: posexport preview --full, with --venue, --from and --to if you like.",
    },
    "status_in_full": {
        "nb": "Dagene som ikke venter, er bare talt opp. Hver for seg: posexport status --full.",
        "en": "Days that do not wait are only counted. Each by itself: posexport status --full.",
    },
    "in_all": {"nb": "I alt", "en": "In all"},
    "venues_many": {"nb": "{n} utsalgssteder", "en": "{n} venues"},
    "sum_drafted": {"nb": "levert", "en": "drafted"},
    "sum_ready": {"nb": "klart", "en": "ready"},
    "sum_waiting": {"nb": "venter", "en": "waiting"},
    "same_for_each": {"nb": "Det samme gjelder hver av dagene.", "en": "The same goes for each of the days."},
    "more_venues_one": {"nb": "{n} sted til", "en": "{n} more venue"},
    "more_venues_many": {"nb": "{n} steder til", "en": "{n} more venues"},
    "days_one": {"nb": "{n} dag", "en": "{n} day"},
    "days_many": {"nb": "{n} dager", "en": "{n} days"},
    # states: the word, what comes next, how many
    "state_ready": {"nb": "Klar til kladd", "en": "Ready to draft"},
    "state_held": {"nb": "Holdt tilbake", "en": "Held back"},
    "state_drafted": {"nb": "Levert som kladd", "en": "Drafted"},
    "state_uncertain": {"nb": "Uvisst om det kom frem", "en": "Uncertain whether it arrived"},
    "state_sent_by_another": {"nb": "På vei fra en annen kjøring", "en": "On its way from another run"},
    "state_refused": {"nb": "Avvist av PowerOffice", "en": "Refused by PowerOffice"},
    "state_unreachable": {"nb": "Ikke sendt", "en": "Not sent"},
    "state_nothing": {"nb": "Ikke noe salg", "en": "Nothing sold"},
    "state_ordered": {"nb": "Bare kredittsalg, som ordrer", "en": "Credit sales only, as orders"},
    "state_left-out": {"nb": "Bare salg som er utelatt", "en": "Left-out sales only"},
    "state_booked": {"nb": "Ført for hånd", "en": "Booked by hand"},
    "state_gap": {"nb": "Salgsdata mangler", "en": "No sales data"},
    "state_open": {"nb": "Dagen er ikke omme", "en": "The day is not over"},
    "state_changed-after-draft": {"nb": "Levert, men endret siden", "en": "Drafted, but changed since"},
    "state_voucher-corrected": {"nb": "Bokført og korrigert: bilag {number}", "en": "Posted, corrected: {number}"},
    "state_voucher-reversed": {"nb": "Bokført og reversert: bilag {number}", "en": "Posted, reversed: {number}"},
    "state_draft-gone": {"nb": "Borte fra PowerOffice", "en": "Gone from PowerOffice"},
    "next_changed-after-draft": {
        "nb": "Bilaget i PowerOffice Go står som det var. Hva som må til, står under.",
        "en": "The voucher in PowerOffice Go stands as it was. What it takes is told below.",
    },
    "next_voucher-corrected": {
        "nb": "Dagen er i regnskapet som bilag {number}.",
        "en": "The day is in the books as voucher {number}.",
    },
    "next_voucher-reversed": {
        "nb": "Dagen er ikke i regnskapet: bilag {number} tok den ut.",
        "en": "The day is not in the books: voucher {number} took it out.",
    },
    "next_draft-gone": {
        "nb": "Bilaget ligger ikke lenger i PowerOffice Go.",
        "en": "The voucher is no longer in PowerOffice Go.",
    },
    "next_ready": {
        "nb": "Legges i PowerOffice Go som kladd ved neste eksport.",
        "en": "Goes to PowerOffice Go as a draft with the next export.",
    },
    "next_held": {
        "nb": "Ingenting er sendt. Bilaget går med neste eksport når feilene er rettet.",
        "en": "Nothing was sent. The voucher goes with the next export once the errors are mended.",
    },
    "next_drafted": {
        "nb": "Gå gjennom bilaget i PowerOffice Go og bokfør det der.",
        "en": "Review the voucher in PowerOffice Go and post it there.",
    },
    "next_uncertain": {
        "nb": (
            "Bilaget ble sendt, men det kom ikke noe brukbart svar. Kjør eksporten på nytt: den ser etter "
            "bilaget i PowerOffice Go før noe sendes igjen."
        ),
        "en": (
            "The voucher was sent, but no usable answer came. Run the export again: it looks for the voucher "
            "in PowerOffice Go before anything is sent again."
        ),
    },
    "next_sent_by_another": {
        "nb": (
            "Ingenting trengs: statusen viser hva det blir til. Om den andre kjøringen er avbrutt, tar en "
            "eksport tre minutter senere det herfra."
        ),
        "en": (
            "Nothing need be done: the status shows what comes of it. If the other run was broken off, an export "
            "three minutes later goes on from here."
        ),
    },
    "next_refused": {
        "nb": "PowerOffice Go sa nei. Rett det svaret peker på, og kjør eksporten på nytt.",
        "en": "PowerOffice Go said no. Mend what its answer points to and run the export again.",
    },
    "next_unreachable": {
        "nb": (
            "Ingenting er sendt, og ingenting er tapt. Rett det svaret peker på; er det ikke noe hos dere, tar neste "
            "eksport det herfra."
        ),
        "en": (
            "Nothing was sent, and nothing is lost. Mend what the answer points to; where that is nothing of yours, "
            "the next export goes on from here."
        ),
    },
    "next_nothing": {"nb": "Det trengs ikke noe bilag.", "en": "No voucher is needed."},
    "next_ordered": {
        "nb": "Det trengs ikke noe bilag: alt er solgt på kreditt og blir ordrer.",
        "en": "No voucher is needed: all was sold on credit and becomes orders.",
    },
    "next_left-out": {
        "nb": "Det lages ikke noe bilag: alt som er solgt, er utelatt fra bilag og ordrer.",
        "en": "No voucher is made: all that was sold is left out of vouchers and orders.",
    },
    "next_booked": {"nb": "Den sendes ikke herfra.", "en": "It is not sent from here."},
    "next_gap": {
        "nb": "Det er salg før og etter denne dagen, men ingenting på den. Les inn filen som mangler.",
        "en": "There are sales before and after this day, but none on it. Import the file that is missing.",
    },
    "next_open": {
        "nb": "Bilaget kan lages når dagen er omme.",
        "en": "The voucher can be made once the day is over.",
    },
    "count_ready_one": {"nb": "{n} klar", "en": "{n} ready"},
    "count_ready_many": {"nb": "{n} klare", "en": "{n} ready"},
    "count_held_one": {"nb": "{n} holdt tilbake", "en": "{n} held back"},
    "count_held_many": {"nb": "{n} holdt tilbake", "en": "{n} held back"},
    "count_drafted_one": {"nb": "{n} levert", "en": "{n} drafted"},
    "count_drafted_many": {"nb": "{n} levert", "en": "{n} drafted"},
    "count_changed-after-draft_one": {"nb": "{n} levert, endret siden", "en": "{n} drafted, changed since"},
    "count_changed-after-draft_many": {"nb": "{n} levert, endret siden", "en": "{n} drafted, changed since"},
    "count_uncertain_one": {"nb": "{n} uviss", "en": "{n} uncertain"},
    "count_uncertain_many": {"nb": "{n} uvisse", "en": "{n} uncertain"},
    "count_refused_one": {"nb": "{n} avvist", "en": "{n} refused"},
    "count_refused_many": {"nb": "{n} avvist", "en": "{n} refused"},
    "count_unreachable_one": {"nb": "{n} ikke sendt", "en": "{n} not sent"},
    "count_unreachable_many": {"nb": "{n} ikke sendt", "en": "{n} not sent"},
    "count_nothing_one": {"nb": "{n} dag uten salg", "en": "{n} day without sales"},
    "count_nothing_many": {"nb": "{n} dager uten salg", "en": "{n} days without sales"},
    "count_ordered_one": {"nb": "{n} dag med bare kredittsalg", "en": "{n} day of credit sales only"},
    "count_ordered_many": {"nb": "{n} dager med bare kredittsalg", "en": "{n} days of credit sales only"},
    "count_left-out_one": {"nb": "{n} dag med bare utelatt salg", "en": "{n} day of left-out sales only"},
    "count_left-out_many": {"nb": "{n} dager med bare utelatt salg", "en": "{n} days of left-out sales only"},
    "count_booked_one": {"nb": "{n} dag ført for hånd", "en": "{n} day booked by hand"},
    "count_booked_many": {"nb": "{n} dager ført for hånd", "en": "{n} days booked by hand"},
    "count_gap_one": {"nb": "{n} dag uten salgsdata", "en": "{n} day without sales data"},
    "count_gap_many": {"nb": "{n} dager uten salgsdata", "en": "{n} days without sales data"},
    "count_open_one": {"nb": "{n} dag ikke omme", "en": "{n} day not over"},
    "count_open_many": {"nb": "{n} dager ikke omme", "en": "{n} days not over"},
    # a status
    "status_empty": {
        "nb": "Ingen dager ennå. Les inn salg med posexport import.",
        "en": "No days yet. Import sales with posexport import.",
    },
    "waits": {"nb": "Dager som gjenstår", "en": "Days that still wait"},
    # the story of a day's vouchers
    "story_untried": {
        "nb": "Ikke prøvd ennå: slik ville bilaget bli nå.",
        "en": "Not tried yet: this is what the voucher would be now.",
    },
    "story_held": {
        "nb": "Hvorfor det holdes tilbake, står i posexport preview.",
        "en": "What holds it back stands in posexport preview.",
    },
    "story_adjustment": {"nb": "Korreksjon av {after}", "en": "Adjustment of {after}"},
    "story_happened": {"nb": "Dette har skjedd", "en": "What happened"},
    "story_lines": {"nb": "Linjene, og bongene bak dem", "en": "The lines, and the tickets behind them"},
    "story_vat": {"nb": "mva {code}", "en": "VAT {code}"},
    "story_tickets_one": {"nb": "{n} bong", "en": "{n} ticket"},
    "story_tickets_many": {"nb": "{n} bonger", "en": "{n} tickets"},
    "story_ticket": {"nb": "nr. {number}", "en": "no. {number}"},
    "story_ticket_on": {"nb": "kasse {register} nr. {number}", "en": "register {register} no. {number}"},
    "story_untraced": {
        "nb": "{amount} er ikke funnet igjen i bongene",
        "en": "{amount} was not found in the tickets",
    },
    "story_changes": {"nb": "Nye og endrede bonger siden {after}", "en": "New and changed tickets since {after}"},
    "story_changed_since": {
        "nb": "Nye og endrede bonger siden dette bilaget",
        "en": "New and changed tickets since this voucher",
    },
    "story_new": {"nb": "ny, {after}", "en": "new, {after}"},
    "story_changed": {"nb": "endret fra {before} til {after}", "en": "changed from {before} to {after}"},
    "story_removed": {"nb": "tatt ut, var {before}", "en": "taken out, was {before}"},
    "story_trail": {"nb": "Kontrollspor", "en": "Audit trail"},
    "story_tickets_digest": {"nb": "Dagens bonger, SHA-256", "en": "The day's tickets, SHA-256"},
    "story_tickets_same": {"nb": "de samme i dag", "en": "the same today"},
    "story_tickets_other": {
        "nb": "endret siden; bongene over er de som var der da",
        "en": "changed since; the tickets above are those that were there then",
    },
    "story_tickets_lost": {
        "nb": "stemmer ikke med bongene som kan vises over",
        "en": "does not match the tickets that can be shown above",
    },
    "story_setup_digest": {"nb": "Oppsettet, SHA-256", "en": "The setup, SHA-256"},
    "story_setup_same": {"nb": "det samme i dag", "en": "the same today"},
    "story_setup_other": {
        "nb": "endret siden; linjene er etter oppsettet som gjaldt da",
        "en": "changed since; the lines are by the setup of then",
    },
    "story_not_kept": {"nb": "ikke tatt vare på", "en": "not kept"},
    "story_raw": {
        "nb": "Forespørslene og svarene ord for ord: posexport show {venue} {day} --json",
        "en": "The requests and answers word for word: posexport show {venue} {day} --json",
    },
    "story_acts": {"nb": "Gjort med dagens bonger", "en": "Done to the day's tickets"},
    "act_undo": {
        "nb": "{who} angret importen av {file} ({count} denne dagen)",
        "en": "{who} undid the import of {file} ({count} on this day)",
    },
    "act_withdrawal": {"nb": "{who} tok ut bong {tickets}", "en": "{who} took out ticket {tickets}"},
    "act_restoration": {"nb": "{who} tok inn igjen bong {tickets}", "en": "{who} brought back ticket {tickets}"},
    "act_move_in": {
        "nb": "{who} fikk inn bonger som var lagt til side, fra {file} ({count} denne dagen)",
        "en": "{who} had tickets moved in that were kept aside, from {file} ({count} on this day)",
    },
    "act_ticket": {"nb": "{number} (kasse {register})", "en": "{number} (register {register})"},
    "removals": {
        "nb": "Tatt ut og ikke regnet med",
        "en": "Taken out and not counted",
    },
    "removals_sum": {"nb": "{count}, {amount} i alt", "en": "{count}, {amount} in all"},
    "count_ticket": {"nb": "{n} bong", "en": "{n} ticket"},
    "count_tickets": {"nb": "{n} bonger", "en": "{n} tickets"},
    "removal_ticket": {
        "nb": "Bong {number} på kasse {register}, {time}, {amount}",
        "en": "Ticket {number} on register {register}, {time}, {amount}",
    },
    "removal_tickets": {"nb": "{count}, {amount}", "en": "{count}, {amount}"},
    "removal_withdrawn": {"nb": "tatt ut av {who} {at}", "en": "taken out by {who} {at}"},
    "removal_undone": {
        "nb": "importen av {file} ble angret av {who} {at}",
        "en": "the import of {file} was undone by {who} {at}",
    },
    "removal_moved": {
        "nb": "flyttet til et annet utsalgssted med {file}, av {who} {at}",
        "en": "moved to another venue with {file}, by {who} {at}",
    },
    "drafted_before": {"nb": "levert tidligere", "en": "drafted earlier"},
    "story_acceptances": {"nb": "Godtatt for dagen", "en": "Accepted for the day"},
    "story_accepted": {"nb": "Godtatt av {who} ({title}): {why}", "en": "Accepted by {who} ({title}): {why}"},
    "story_bookings": {"nb": "Ført for hånd", "en": "Booked by hand"},
    "story_booked": {"nb": "{who} sier at dagen er ført for hånd: {why}", "en": "{who} booked the day by hand: {why}"},
    "story_booked_back": {"nb": "{who} tok det tilbake", "en": "{who} took that back"},
    "story_booked_back_why": {"nb": "{who} tok det tilbake: {why}", "en": "{who} took that back: {why}"},
    "known_signed-in": {"nb": "{who} (innlogget)", "en": "{who} (signed in)"},
    "known_program": {"nb": "{who} (program)", "en": "{who} (program)"},
    "known_scheduler": {"nb": "{who} (av seg selv)", "en": "{who} (by itself)"},
    "stage_ready_order": {"nb": "Klar til å sendes", "en": "Ready to send"},
    "stage_drafted_order": {"nb": "Sendt som ordre", "en": "Sent as an order"},
    "target_order": {"nb": "PowerOffice Go, ordrer", "en": "PowerOffice Go, orders"},
    "drafted_at_order": {"nb": "Sendt", "en": "Sent"},
    "stage_sending": {"nb": "Sendt, uten svar ennå", "en": "Sent, no answer yet"},
    "stage_doubted": {"nb": "Uvisst: et menneske må se etter", "en": "Uncertain: a person has to look"},
    "stage_removing": {"nb": "Tas tilbake", "en": "Being taken back"},
    "stage_replaced": {"nb": "Gjelder ikke lenger", "en": "No longer counts"},
    "documentation": {"nb": "Rapporten", "en": "Report"},
    "page_wanted": {"nb": "mangler ennå", "en": "still missing"},
    "page_sending": {"nb": "uvisst om den er der", "en": "uncertain whether it is there"},
    "page_uncertain": {"nb": "uvisst om den er der", "en": "uncertain whether it is there"},
    "page_attached": {"nb": "lagt ved", "en": "attached"},
    "page_given-up": {"nb": "kan ikke legges ved lenger", "en": "can no longer be attached"},
}
"""Every word in both languages. `state_`, `next_`, `count_`, `kind_`, `severity_`, `z_what_`, `stage_`,
`page_` and `known_` keys end in the value they are for; some have a second one that goes before it, and a
target its own wording of some (`texts.targets`)."""


_BOOKED = "booked"


def words(lang: Lang) -> dict[str, str]:
    """All of `WORDS` in one language."""
    return {key: told[lang] for key, told in WORDS.items()}


def format_rate_words(rate_bp: int | None, lang: Lang) -> str:
    r"""A VAT rate as a percentage; `rate_bp` in basis points, None where unknown.

    >>> format_rate_words(2500, "nb"), format_rate_words(1111, "nb"), format_rate_words(None, "en")
    ('25\xa0%', '11,11\xa0%', 'rate unknown')
    """
    if rate_bp is None:
        return WORDS["rate_unknown"][lang]
    whole, rest = divmod(rate_bp, 100)
    decimals = f"{rest:02d}".rstrip("0")
    point = "," if lang == "nb" else "."
    return f"{whole}{point + decimals if decimals else ''}{chr(0xA0) if lang == 'nb' else ''}%"


def name_state(row: StatusRow, lang: Lang) -> str:
    """The state of a business day, or of an order, in a status, in words."""
    if row.order_state:
        return name_order_in_status(OrderState(row.order_state), lang)
    state = _BOOKED if row.is_booked else row.sold or row.state.value
    return describe_since("state", row, lang) or WORDS[f"state_{state}"][lang]


def describe_row_next(row: StatusRow, lang: Lang) -> str:
    """The next step for a business day, or for an order, in a status; empty where there is none."""
    if row.order_state:
        return describe_order_next(OrderState(row.order_state), lang)
    return WORDS[f"next_{row.sold or row.state.value}"][lang]


def describe_answer(shown: DocumentReport | StatusRow, lang: Lang) -> tuple[str, str]:
    """(label, text) of what PowerOffice said of a voucher, word for word, or of what happened to it, in our own
    words."""
    told = describe_failure(shown.answer, lang)
    is_said = told.is_poweroffices or (shown.state is State.REFUSED and not is_known(shown.answer))
    return WORDS["answer" if is_said else "happened"][lang], told.text


def describe_nothing(report: Report, lang: Lang) -> str:
    """Why a report has no voucher."""
    return WORDS[f"empty_{report.nothing.value}" if report.nothing else "empty"][lang]


def describe_state(shown: DayReport, lang: Lang) -> str:
    """The state of a voucher, in words."""
    return describe_since("state", shown, lang) or _of_target("state", shown, lang)


def describe_next(shown: DayReport, lang: Lang) -> str:
    """The next step for a voucher, in words."""
    return describe_since("next", shown, lang) or _of_target("next", shown, lang)


_CHANGED = "changed-after-draft"
_SINCE = ("voucher-corrected", "voucher-reversed", "draft-gone", _CHANGED)
"""Codes of what has happened to a drafted voucher since, most severe first."""


def describe_since(key: str, shown: DayReport | StatusRow, lang: Lang) -> str:
    """What has happened to a drafted voucher since, by its findings: its "state", or what is "next" (`key`); empty
    where it stands as it was drafted."""
    found = _find_since(shown)
    return "" if found is None else WORDS[f"{key}_{found.code}"][lang].format(number=found.facts.get("number", ""))


def _find_since(shown: DayReport | StatusRow) -> Finding | None:
    """The finding that says what has happened to a drafted voucher since."""
    if shown.state is not State.DRAFTED:
        return None
    by_code = {finding.code: finding for finding in reversed(shown.findings)}
    return next((by_code[code] for code in _SINCE if code in by_code), None)


def _of_target(key: str, shown: DayReport, lang: Lang) -> str:
    """The words of the company's target where it has its own."""
    if shown.is_booked:
        return WORDS[f"{key}_booked"][lang]
    if isinstance(shown, EmptyDay) and shown.sold:
        return WORDS[f"{key}_{shown.sold}"][lang]
    if isinstance(shown, VoucherReport) and shown.is_sent_by_another:
        return WORDS[f"{key}_sent_by_another"][lang]
    return find_word(f"{key}_{shown.state.value}", shown.company.target, lang)


def find_word(key: str, target: str, lang: Lang) -> str:
    """A target's own words where it has some, else the general ones."""
    return (find_own_words(target, key) or WORDS[key])[lang]


def name_actor(who: str, known_by: str, lang: Lang) -> str:
    """Who did something, and how they are known where that is not as a person at the terminal."""
    told = WORDS.get(f"known_{known_by}")
    return told[lang].format(who=clean(who)) if told else clean(who)


def describe_code(kind: LineKind | None, source: str, lang: Lang) -> str:
    """The register's code behind a voucher line, in words; empty where the line's text already says it."""
    if kind not in (LineKind.SALES, LineKind.PAYMENT, LineKind.DISCOUNT):
        return ""
    return WORDS[f"kind_{kind.value}"][lang].format(source=source)


def describe_z_figure(what: str, code: str, name: str, lang: Lang) -> str:
    """What a figure of a Z-report is, with its code's name where that differs from the code."""
    told = WORDS[f"z_what_{what}"][lang].format(code=code)
    return told if name == code else f"{told} ({name})"


def count_tickets(many: int, lang: Lang) -> str:
    """A number of tickets, in words.

    >>> count_tickets(1, "nb"), count_tickets(12, "en")
    ('1 bong', '12 tickets')
    """
    return WORDS["count_ticket" if many == 1 else "count_tickets"][lang].format(n=many)


def count_days(many: int, lang: Lang) -> str:
    """A number of days, in words.

    >>> count_days(1, "nb"), count_days(4, "en")
    ('1 dag', '4 days')
    """
    return WORDS["days_one" if many == 1 else "days_many"][lang].format(n=many)


def describe_removal(removal: Removal, lang: Lang) -> str:
    """A sentence on what was removed from a day, by whom, when and why."""
    facts = {
        "amount": format_kroner(removal.amount_ore, lang),
        "count": count_tickets(removal.tickets, lang),
        "number": clean(removal.number or ""),
        "register": clean(removal.register or ""),
        "time": format_moment(removal.completed_at, lang) if removal.completed_at else "",
        "who": clean(removal.who),
        "at": format_moment(removal.at, lang),
        "file": clean(removal.file),
    }
    what = WORDS["removal_tickets" if removal.number is None else "removal_ticket"][lang].format(**facts)
    how = WORDS[f"removal_{removal.kind}"][lang].format(**facts)
    return f"{what}: {how}. {clean(removal.why)}".rstrip() if removal.why else f"{what}: {how}."


def describe_removals_sum(removals: Sequence[Removal], lang: Lang) -> str:
    """How many tickets were removed, and their sum."""
    amount = format_kroner(sum(removal.amount_ore for removal in removals), lang)
    count = count_tickets(sum(removal.tickets for removal in removals), lang)
    return WORDS["removals_sum"][lang].format(count=count, amount=amount)


def count_shown(shown: Iterable[DayReport | StatusRow], lang: Lang) -> str:
    """How many vouchers or days are in each state, as in "2 klare, 1 holdt tilbake"; days booked by hand come last, and
    orders in a sentence of their own."""
    shown = list(shown)
    orders = [OrderState(one.order_state) for one in shown if isinstance(one, StatusRow) and one.order_state]
    counted = Counter(_count_as(one) for one in shown if not (isinstance(one, StatusRow) and one.order_state))
    told = _format_counts(counted, [*(state.value for state in State), _CHANGED, ORDERED, LEFT_OUT, _BOOKED], lang)
    return ". ".join(part for part in (told, count_order_states(orders, lang)) if part)


def _count_as(shown: DayReport | StatusRow) -> str:
    if shown.is_booked:
        return _BOOKED
    since = _find_since(shown)
    if since is not None and since.code == _CHANGED:
        return _CHANGED
    sold = "" if isinstance(shown, VoucherReport) else shown.sold
    return sold or shown.state.value


def count_findings(findings: Iterable[Finding], lang: Lang) -> str:
    """How many findings of each severity; empty where there are none."""
    counted = Counter(finding.severity.value for finding in findings)
    return _format_counts(counted, [severity.value for severity in Severity], lang)


def _format_counts(counted: Counter[str], order: list[str], lang: Lang) -> str:
    return ", ".join(
        WORDS[f"count_{what}_{'one' if counted[what] == 1 else 'many'}"][lang].format(n=counted[what])
        for what in order
        if counted[what]
    )

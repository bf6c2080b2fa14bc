"""Every finding in words, in Norwegian and in English: what is so, and what to do about it, for a bookkeeper.

Keys are a finding's code, or code/variant where it has several wordings; {names} are its facts. What is to be typed is
not here: {mend_name} stands for it (see `mends`).
"""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.finding_parts import (
    ACCEPT_EN,
    ACCEPT_NB,
    ADD_REGISTER_EN,
    ADD_REGISTER_NB,
    LOCATION_EN,
    LOCATION_NB,
    OTHER_NUMBER,
    VOID_COUNTER,
    VOID_SALE,
    first_z_texts,
    z_texts,
)
from posexport.texts.language import LANGS as LANGS, Lang as Lang

TEXTS: Mapping[str, Mapping[Lang, tuple[str, str]]] = {
    "unbalanced": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, går ikke opp: solgt for {sales}, betalt {payments}, "
            "differanse {difference}.",
            "Finn bongen i kassen. Er den rettet der, eksporter dagen på nytt og les filen inn igjen. "
            "Dagen venter til bongen går opp; differansen blir aldri ført som avrunding.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, does not balance: sold {sales}, paid {payments}, "
            "difference {difference}.",
            "Find the ticket in the register. Once mended there, export the day again and import the file. "
            "The day waits until the ticket balances; the difference is never booked as rounding.",
        ),
    },
    "unexplained-payment": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, er betalt med {difference} mer enn den lyder på "
            "(solgt for {sales}, betalt {payments}). Det kan være tips som kassen ikke har skrevet i filen.",
            "Be kasseleverandøren skrive tips i SAF-T-filen (raise, 10001), eksporter dagen på nytt og les "
            "filen inn igjen. Beløpet blir verken inntekt eller avrunding av seg selv.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, was paid {difference} more than it comes to "
            "(sold {sales}, paid {payments}). It may be a tip that the register left out of the file.",
            "Ask the register's vendor to write tips in the SAF-T file (raise, 10001), export the day again "
            "and import the file. The amount becomes neither income nor rounding by itself.",
        ),
    },
    "indivisible-ticket": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, er delt mellom betalingsmåter som skal med og "
            "betalingsmåter som holdes utenfor, på en måte som ikke lar seg dele: {sales} av salget mot "
            "{payments} av betalingen.",
            "Før bongen for seg i PowerOffice Go. Eller ta betalingsmåten med: sett {set_key} i oppsettet.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, is shared between payment types that are "
            "transferred and ones that are left out in a way that cannot be divided: {sales} of the sales "
            "against {payments} of the payment.",
            "Book the ticket by itself in PowerOffice Go. Or transfer the payment type too: set {set_key} in the "
            "setup.",
        ),
    },
    "indivisible-ticket/order": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, lar seg ikke dele i det som ble solgt på kreditt og det som "
            "ble betalt i kassen: {payments} på kreditt svarer til {sales} av salget. Verken en ordre eller dagens "
            "bilag sendes.",
            "Før hele bongen i dagens bilag: {move_order}. Eller rett bongen i kassen, eksporter dagen på nytt og les "
            "filen inn.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, cannot be divided into what was sold on credit and what "
            "was paid at the register: {payments} on credit come with {sales} of the sales. Neither an order nor the "
            "day's voucher is sent.",
            "Have all of the ticket in the day's voucher: {move_order}. Or correct the ticket in the register, export "
            "the day again and import the file.",
        ),
    },
    **z_texts(),
    **first_z_texts(),
    "vat-mismatch": {
        "nb": (
            "Mva-kode {vat_code}: kassen har regnet {register_vat} i mva av {gross}, men Go vil trekke ut "
            "{extracted} ({rate} %). Øreavrunding kan ikke forklare {difference}.",
            "Se om kassens mva-kode peker på riktig kode i Go, {set_vat_code} i oppsettet. " + ACCEPT_NB,
        ),
        "en": (
            "VAT code {vat_code}: the register counted {register_vat} of VAT in {gross}, but Go will extract "
            "{extracted} ({rate} %). Rounding cannot explain {difference}.",
            "See whether the register's VAT code points to the right one in Go, {set_vat_code} "
            "in the setup. " + ACCEPT_EN,
        ),
    },
    "vat-mismatch/none": {
        "nb": (
            "Mva-kode {vat_code}: kassen har regnet {register_vat} i mva av {gross}, men oppsettet sender alle kassens "
            "mva-koder til koder uten mva i Go.",
            "Er klienten ikke mva-registrert, sett {set_key} i oppsettet, én gang for alle dager. Er den det, rett "
            "kassens mva-koder der. " + ACCEPT_NB,
        ),
        "en": (
            "VAT code {vat_code}: the register counted {register_vat} of VAT in {gross}, but the setup sends every VAT "
            "code of the register's to codes without VAT in Go.",
            "If the client is not registered for VAT, set {set_key} in the setup, once for all days. If it is, mend "
            "the register's VAT codes there. " + ACCEPT_EN,
        ),
    },
    "vat-mismatch/rate": {
        "nb": (
            "Mva-kode {vat_code} er {rate} % i Go, men kassen har slått inn {gross} med {stated_rate} %.",
            "Er det en retur av noe som ble solgt til en annen sats, før den for hånd med riktig mva-kode. Ellers: se "
            "om kassens mva-kode peker på riktig kode i Go, {set_vat_code} i oppsettet. " + ACCEPT_NB,
        ),
        "en": (
            "VAT code {vat_code} is {rate} % in Go, but the register sold {gross} at {stated_rate} %.",
            "If it is a return of goods sold at another rate, book it by hand with the right VAT code. Otherwise see "
            "whether the register's VAT code points to the right one in Go, {set_vat_code} in the setup. " + ACCEPT_EN,
        ),
    },
    "vat-mismatch/tickets": {
        "nb": (
            "Mva-kode {vat_code}: på {count} bong(er) har kassen regnet {register_vat} i mva av {gross}, som ikke kan "
            "være {rate} %: {tickets}.",
            "Se på bongene i kassen. Er de solgt eller returnert med en annen sats, må de ha en annen mva-kode: rett "
            "det i kassen, eksporter dagen på nytt og les filen inn. " + ACCEPT_NB,
        ),
        "en": (
            "VAT code {vat_code}: on {count} ticket(s) the register counted {register_vat} of VAT in {gross}, which "
            "cannot be {rate} %: {tickets}.",
            "Look at the tickets in the register. If they were sold or given back at another rate, they need another "
            "VAT code: mend it there, export the day again and import the file. " + ACCEPT_EN,
        ),
    },
    "vat-not-stated": {
        "nb": (
            "Mva-kode {vat_code}: for salg på {amount} har kassen ikke skrevet noen mva, så den er ikke sammenlignet "
            "med den som Go vil trekke ut.",
            "",
        ),
        "en": (
            "VAT code {vat_code}: the register wrote no VAT for sales of {amount}, so it was not compared with what Go "
            "will extract.",
            "",
        ),
    },
    "ticket-gap": {
        "nb": (
            "Kasse {register}: bongnummer {missing} mangler i rekken {first}–{last}.",
            "Sjekk om bongene finnes i kassen. Finnes de, eksporter dagen på nytt og les filen inn.",
        ),
        "en": (
            "Register {register}: ticket number {missing} is missing from the series {first}–{last}.",
            "See whether the tickets are in the register. If so, export the day again and import the file.",
        ),
    },
    "same-number-twice": {
        "nb": (
            "Bong {number} på kasse {register} finnes to ganger: {time} på {amount}, og {other_time} på {other_amount} "
            "(filene {file} og {other_file}). Begge er regnet med.",
            "Er det samme salget, ta ut den som er feil: {withdraw_ticket}, eller {withdraw_other}. Er det to salg: "
            "{accept}.",
        ),
        "en": (
            "Ticket {number} on register {register} is there twice: {time} for {amount}, and {other_time} for "
            "{other_amount} (files {file} and {other_file}). Both are counted.",
            "If they are one sale, take out the wrong one: {withdraw_ticket}, or {withdraw_other}. If they are two "
            "sales: {accept}.",
        ),
    },
    "same-number-twice/other-register": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, på {amount}, er også på kasse {other_register}, med samme tid, "
            "på {other_amount} (filene {file} og {other_file}). Det som ikke er sendt av dem, venter.",
            "Har kassen fått nytt navn, er det samme salget: angre innlesingen av {file} med {undo_import}, eller ta "
            "ut den ene bongen: {withdraw_ticket}, eller {withdraw_other}. Er det to salg: {accept}.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, for {amount}, is on register {other_register} too, at the "
            "same time, for {other_amount} (files {file} and {other_file}). What is not sent of them waits.",
            "If the register has a new name, they are one sale: undo the import of {file} with {undo_import}, or take "
            "out one of the tickets: {withdraw_ticket}, or {withdraw_other}. If they are two sales: {accept}.",
        ),
    },
    "no-longer-in-file": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, på {amount} sto i filen {other_file}, men ikke i den nyere "
            "filen {file}, som dekker samme tid.",
            "Er salget tatt bort i kassen: {withdraw_ticket}. Er det riktig likevel: {accept}.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, for {amount} was in file {other_file} and is not in the "
            "newer file {file}, which covers its time.",
            "If the sale was taken away in the register: {withdraw_ticket}. If it is right all the same: {accept}.",
        ),
    },
    "odd-date": {
        "nb": (
            "Bong {number} på kasse {register} på {amount} er datert {time}. Kassens klokke kan ha gått feil.",
            "Er datoen feil, ta bongen ut: {withdraw_ticket}, og før salget for hånd. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register} for {amount} is dated {time}. The register's clock may have been "
            "wrong.",
            "If the date is wrong, take the ticket out: {withdraw_ticket}, and book the sale by hand. " + ACCEPT_EN,
        ),
    },
    "void-and-reversal": VOID_SALE,
    "void-and-reversal/days": VOID_SALE,
    "void-and-reversal/sale": VOID_COUNTER,
    "void-and-reversal/sale-days": VOID_COUNTER,
    "rounding-too-large": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, har {amount} i øreavrunding. Den kan ikke være på mer "
            "enn {limit}.",
            "Se på bongen i kassen: beløpet er trolig tips, vekslepenger eller en tastefeil. Rett den der og eksporter "
            "dagen på nytt. " + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, has rounding of {amount}. It cannot be more than {limit}.",
            "Look at the ticket in the register: the amount is likely a tip, change or a typing mistake. Mend it there "
            "and export the day again. " + ACCEPT_EN,
        ),
    },
    "rounding-without-cash": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, er avrundet med {amount} uten at noe er betalt kontant. Bare "
            "kontanter avrundes.",
            "Be kasseleverandøren om å slå av avrunding for kort. Er en betalingsmåte kontant, sett {set_key} i "
            "oppsettet.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, is rounded by {amount} with nothing paid in cash. Only "
            "cash is rounded.",
            "Ask the register's vendor to turn rounding off for cards. If a payment type is cash, set {set_key} in the "
            "setup.",
        ),
    },
    "rounding-without-cash/many": {
        "nb": (
            "{count} bonger er avrundet, med {amount} i alt, uten at noe er betalt kontant: {tickets} og flere. Bare "
            "kontanter avrundes.",
            "Be kasseleverandøren om å slå av avrunding for kort. Er en betalingsmåte kontant, sett {set_key} i "
            "oppsettet.",
        ),
        "en": (
            "{count} tickets are rounded, by {amount} in all, with nothing paid in cash: {tickets} and more. Only cash "
            "is rounded.",
            "Ask the register's vendor to turn rounding off for cards. If a payment type is cash, set {set_key} in the "
            "setup.",
        ),
    },
    "unjudged-ticket": {
        "nb": (
            'Bong {number} på kasse {register}, {time}, på {amount} kan ikke tolkes: {what} er "{written}". Den er '
            "ikke regnet med.",
            "Be kasseleverandøren rette det, eksporter dagen på nytt og les filen inn. Eller ta bongen ut: "
            "{withdraw_ticket}.",
        ),
        "en": (
            'Ticket {number} on register {register}, {time}, for {amount} cannot be judged: {what} is "{written}". It '
            "is "
            "not counted.",
            "Have the register's vendor correct it, export the day again and import the file. Or take the ticket out: "
            "{withdraw_ticket}.",
        ),
    },
    "unknown-raise": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, har et tillegg av ukjent type {type} på {raise}. Det regnes "
            "verken som tips eller omsetning før noen har sagt hva det er.",
            "Er det betaling for en vare eller tjeneste, legg typen til i oppsettet: {add_product_type}. Er det tips, "
            "be kasseleverandøren knytte typen til 10001 i filen.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, has an addition of unknown type {type} of {raise}. It is "
            "neither tip nor turnover until somebody has said what it is.",
            "If it pays for goods or a service, add the type to the setup: {add_product_type}. If it is a tip, have "
            "the register's vendor map the type to 10001 in the file.",
        ),
    },
    "other-currency": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, er i {currency}, og regnskapet føres i {ledger_currency}. Den "
            "er ikke regnet med.",
            "Be kasseleverandøren om en fil i {ledger_currency}. Føres regnskapet i {currency}, sett {set_key} i "
            "oppsettet, og les filen inn på nytt.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, is in {currency}, and the books are in {ledger_currency}. "
            "It is not counted.",
            "Ask the register's vendor for a file in {ledger_currency}. If the books are in {currency}, set {set_key} "
            "in the setup, and import the file again.",
        ),
    },
    "rate-per-100": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, er betalt med {currency} til kurs {rate}. Den går bare opp om "
            "kursen gjelder for 100 {currency}, og er regnet slik.",
            "Stemmer det, sett {set_key} i oppsettet. Ellers: be kasseleverandøren rette kursen, eksporter dagen på "
            "nytt og les filen inn.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, is paid in {currency} at a rate of {rate}. It only "
            "balances if the rate is for 100 {currency}, and is counted so.",
            "If that is right, set {set_key} in the setup. Otherwise have the register's vendor correct the rate, "
            "export the day again and import the file.",
        ),
    },
    "discount-sign": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, på {amount} har en rabatt på {discount} som ikke stemmer "
            "med det som ble solgt eller tatt i retur, verken som pluss eller minus.",
            "Se på bongen i kassen, og hva rabatten var. Er den rettet der, eksporter dagen på nytt og les filen inn. "
            + ACCEPT_NB,
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, for {amount} has a discount of {discount} that agrees "
            "with what was sold or given back neither as a plus nor as a minus.",
            "Look at the ticket in the register, and what the discount was. Once mended there, export the day again "
            "and import the file. " + ACCEPT_EN,
        ),
    },
    "ticket-changed": {
        "nb": (
            "Bong {number} på kasse {register}, {time}, var {before} i filen {other_file} og er {amount} i den nyere "
            "filen {file}. Den nyeste filen gjelder.",
            "Ingenting må gjøres om endringen er riktig. Er den ikke det, angre importen av filen: {undo_import}.",
        ),
        "en": (
            "Ticket {number} on register {register}, {time}, was {before} in file {other_file} and is {amount} in the "
            "newer file {file}. The newest file counts.",
            "Nothing need be done if the change is right. If it is not, undo the import of the file: {undo_import}.",
        ),
    },
    "movements-left-out": {
        "nb": (
            "{name} på {amount} er ikke med i bilaget.",
            "Ingenting må gjøres. Vil dere ha det ført, sett {set_key} i oppsettet.",
        ),
        "en": (
            "{name} of {amount} is not part of the voucher.",
            "Nothing need be done. To have it posted, set {set_key} in the setup.",
        ),
    },
    "movements-left-out/float": {
        "nb": ("{name} på {amount} er opplyst av kassen og føres ikke.", ""),
        "en": ("{name} of {amount} was declared by the register and is not posted.", ""),
    },
    "left-out-by-hand": {
        "nb": (
            "Bong {number} på kasse {register} på {amount} er holdt utenfor både bilag og ordrer: den er kreditert for "
            "hånd i PowerOffice Go.",
            "",
        ),
        "en": (
            "Ticket {number} on register {register} of {amount} is left out of voucher and orders alike: it was "
            "credited by hand in PowerOffice Go.",
            "",
        ),
    },
    "not-transferred": {
        "nb": (
            "Betalingsmåte {source} ({name}) på {amount} og dens del av salget er holdt utenfor bilaget, "
            "som oppsettet sier (transfer = false).",
            "",
        ),
        "en": (
            "Payment type {source} ({name}) of {amount} and its share of the sales are left out of the "
            "voucher, as the setup says (transfer = false).",
            "",
        ),
    },
    "missing-customer": {
        "nb": (
            "Kredittsalg på {amount} ({source}) mangler kunde og føres på konto {account} uten reskontro.",
            "Registrer kunden på bongen i kassen, eller rett linjen i PowerOffice Go før bilaget bokføres.",
        ),
        "en": (
            "A credit sale of {amount} ({source}) names no customer and goes to account {account} without "
            "a sub-ledger.",
            "Register the customer on the ticket, or mend the line in PowerOffice Go before it is posted.",
        ),
    },
    "missing-customer/received": {
        "nb": (
            "Innbetaling fra kunde på {amount} mangler kunde og føres på konto {account} uten reskontro.",
            "Registrer kunden på bongen i kassen, eller rett linjen i PowerOffice Go før bilaget bokføres.",
        ),
        "en": (
            "A payment from a customer of {amount} names no customer and goes to account {account} without "
            "a sub-ledger.",
            "Register the customer on the ticket, or mend the line in PowerOffice Go before it is posted.",
        ),
    },
    "bank-account": {
        "nb": (
            "Betalingsmåte {source} ({name}) føres rett på bankkonto {account}. Pengene kommer senere, og "
            "med gebyr trukket fra.",
            "Bruk en oppgjørskonto (1591–1593) for kort og Vipps i oppsettet.",
        ),
        "en": (
            "Payment type {source} ({name}) goes straight to bank account {account}. The money arrives "
            "later, and less fees.",
            "Use a clearing account (1591–1593) for cards and Vipps in the setup.",
        ),
    },
    "tips-as-income": {
        "nb": (
            "Tips føres på inntektskonto {account}. Tips er gjeld til de ansatte, ikke omsetning.",
            "Bruk en gjeldskonto (for eksempel 2911) for tips i oppsettet, {set_account}.",
        ),
        "en": (
            "Tips go to income account {account}. Tips are a debt to the staff, not turnover.",
            "Use a liability account (2911, say) for tips in the setup, {set_account}.",
        ),
    },
    "incomplete-day/end": {
        "nb": (
            "Det som er lest inn av dagen, rekker til {until}. Det som er solgt mellom da og {closes}, kan mangle.",
            "Les inn en fil som er laget etter stengetid, eller neste dags fil. Stenger stedet før, sett {set_key} "
            "i oppsettet. " + ACCEPT_NB,
        ),
        "en": (
            "What was read of the day reaches {until}. What was sold between then and {closes} may be missing.",
            "Import a file made after closing time, or the next day's file. If the venue closes earlier, set {set_key} "
            "in the setup. " + ACCEPT_EN,
        ),
    },
    "incomplete-day/hole": {
        "nb": (
            "Ingen fil dekker tiden fra {until} til {since}. Det som er solgt da, kan mangle.",
            "Les inn en fil fra kassen som dekker hele dagen. " + ACCEPT_NB,
        ),
        "en": (
            "No file covers the time from {until} to {since}. What was sold then may be missing.",
            "Import a file from the register that covers the whole day. " + ACCEPT_EN,
        ),
    },
    "incomplete-day/start": {
        "nb": (
            "Filen fra kassen begynner {since}, etter at dagen åpnet {day_starts}. Salget før det mangler.",
            "Les inn filen for kalenderdagen før også. " + ACCEPT_NB,
        ),
        "en": (
            "The register's file begins {since}, after the day opened {day_starts}. The sales before that are missing.",
            "Import the file of the calendar day before as well. " + ACCEPT_EN,
        ),
    },
    "incomplete-day/register-end": {
        "nb": (
            "Det som er lest inn av dagen fra kasse {registers}, rekker til {until}. Det som er solgt der mellom da og "
            "{closes}, kan mangle.",
            "Les inn en fil fra kasse {registers} som er laget etter stengetid, eller neste dags fil. Stenger stedet "
            "før, sett {set_key} i oppsettet. " + ACCEPT_NB,
        ),
        "en": (
            "What was read of the day from register {registers} reaches {until}. What was sold there between then and "
            "{closes} may be missing.",
            "Import a file from register {registers} made after closing time, or the next day's file. If the venue "
            "closes earlier, set {set_key} in the setup. " + ACCEPT_EN,
        ),
    },
    "incomplete-day/register-hole": {
        "nb": (
            "Ingen fil dekker kasse {registers} fra {until} til {since}. Det som er solgt der da, kan mangle.",
            "Les inn en fil fra kasse {registers} som dekker hele dagen. " + ACCEPT_NB,
        ),
        "en": (
            "No file covers register {registers} from {until} to {since}. What was sold there then may be missing.",
            "Import a file from register {registers} that covers the whole day. " + ACCEPT_EN,
        ),
    },
    "incomplete-day/register-start": {
        "nb": (
            "Filen fra kasse {registers} begynner {since}, etter at dagen åpnet {day_starts}. Salget før det mangler.",
            "Les inn filen fra kasse {registers} for kalenderdagen før også. " + ACCEPT_NB,
        ),
        "en": (
            "The file of register {registers} begins {since}, after the day opened {day_starts}. The sales before that "
            "are missing.",
            "Import the file of register {registers} for the calendar day before as well. " + ACCEPT_EN,
        ),
    },
    "no-sales-data": {
        "nb": (
            "Det er ikke lest inn noe salg for {day}.",
            "Var det stengt, bekreft det: {accept}. Ellers mangler en fil: les den inn.",
        ),
        "en": (
            "No sales have been read for {day}.",
            "If it was closed, say so: {accept}. Otherwise a file is missing: import it.",
        ),
    },
    "only-training-or-void": {
        "nb": (
            "Alle dagens {count} bonger er fra treningsmodus eller annullert. Det er ikke det samme som null salg.",
            "Se etter om kassen har stått i treningsmodus.",
        ),
        "en": (
            "All {count} tickets of this day are training or void. That is not the same as no sales.",
            "See whether the register was left in training mode.",
        ),
    },
    "changed-after-draft": {
        "nb": (
            "Salget for dagen er endret etter at bilaget ble lagt i PowerOffice Go ({reference}): {what}.",
            "Få det rettet: {revise}. Er bilaget "
            "ikke bokført, blir kladden byttet ut; ellers kommer et korreksjonsbilag med bare differansen.",
        ),
        "en": (
            "The day's sales have changed since the voucher went to PowerOffice Go ({reference}): {what}.",
            "Have it mended: {revise}. Where the "
            "voucher is not posted, its draft is replaced; otherwise a voucher of exactly the difference is drafted.",
        ),
    },
    "booked-elsewhere": {
        "nb": (
            "Dagen er ført for hånd, sier {who} ({at}): «{why}». Den sendes ikke herfra.",
            "Skal den sendes herfra likevel: {not_booked_elsewhere}.",
        ),
        "en": (
            "The day was booked by hand, says {who} ({at}): “{why}”. It is not sent from here.",
            "To send it from here all the same: {not_booked_elsewhere}.",
        ),
    },
    "changed-after-booking": {
        "nb": (
            "Salget for dagen er endret etter at den ble ført for hånd: {before} da, {amount} nå.",
            "Rett det som ble ført i PowerOffice Go. Si så fra at det er gjort: {booked_elsewhere}.",
        ),
        "en": (
            "The day's sales have changed since it was booked by hand: {before} then, {amount} now.",
            "Mend what was booked in PowerOffice Go. Then say that it is done: {booked_elsewhere}.",
        ),
    },
    "unknown-register": {
        "nb": (
            "Kasse {register}{at_location} i filen {file} hører ikke til noe utsalgssted: {count} bonger er "
            "lagt til side og ikke regnet med.",
            ADD_REGISTER_NB,
        ),
        "en": (
            "Register {register}{at_location} in file {file} belongs to no venue: {count} tickets are kept aside and "
            "not counted.",
            ADD_REGISTER_EN,
        ),
    },
    "unknown-register/whose": {
        "nb": (
            "Kasse {register}{at_location} i filen {file} hører ikke til noe utsalgssted, og filen sier ikke hvilket "
            "selskap den er fra: {count} bonger er lagt til side og ikke regnet med.",
            ADD_REGISTER_NB,
        ),
        "en": (
            "Register {register}{at_location} in file {file} belongs to no venue, and the file does not say whose it "
            "is: {count} tickets are kept aside and not counted.",
            ADD_REGISTER_EN,
        ),
    },
    "unknown-register/other": OTHER_NUMBER,
    "unknown-register/others": OTHER_NUMBER,
    "unknown-register/not-kept": {
        "nb": (
            "Kasse {register}{at_location} i filen {file} hører ikke til noe utsalgssted: {count} bonger ble ikke lest "
            "inn.",
            f"Legg kassen til utsalgsstedet i oppsettet: {{add_register}}. {LOCATION_NB} Les så filen inn på nytt. "
            "Skal bongene ikke med: {accept}.",
        ),
        "en": (
            "Register {register}{at_location} in file {file} belongs to no venue: {count} tickets were not taken.",
            f"Add the register to its venue in the setup: {{add_register}}. {LOCATION_EN} Then import the file again. "
            "If the tickets are to be left out: {accept}.",
        ),
    },
    "unknown-account": {
        "nb": (
            "Konto {account} finnes ikke i PowerOffice Go.",
            "Opprett kontoen i Go, i kontoplanen, eller rett den i oppsettet.",
        ),
        "en": (
            "Account {account} does not exist in PowerOffice Go.",
            "Open the account in Go, in the chart of accounts, or mend it in the setup.",
        ),
    },
    "inactive-account": {
        "nb": (
            "Konto {account} ({name}) er ikke aktiv i PowerOffice Go.",
            "Gjør kontoen aktiv i Go, eller velg en annen i oppsettet.",
        ),
        "en": (
            "Account {account} ({name}) is not active in PowerOffice Go.",
            "Make the account active in Go, or choose another in the setup.",
        ),
    },
    "unknown-department": {
        "nb": (
            "Avdeling {department} finnes ikke, eller er ikke aktiv, i PowerOffice Go.",
            "Opprett avdelingen i Go, eller rett {set_key} i oppsettet.",
        ),
        "en": (
            "Department {department} does not exist, or is not active, in PowerOffice Go.",
            "Create the department in Go, or mend {set_key} in the setup.",
        ),
    },
    "department-required": {
        "nb": (
            "Konto {account} ({name}) krever avdeling, og utsalgsstedet har ingen.",
            "Sett {set_key} i oppsettet.",
        ),
        "en": (
            "Account {account} ({name}) requires a department, and the venue has none.",
            "Set {set_key} in the setup.",
        ),
    },
    "vat-code-locked": {
        "nb": (
            "Konto {account} ({name}) er låst til mva-kode {locked}, men linjen har mva-kode {vat_code}.",
            "Velg en annen konto for mva-kode {vat_code} i oppsettet, eller lås opp kontoen i Go.",
        ),
        "en": (
            "Account {account} ({name}) is locked to VAT code {locked}, but the line has VAT code {vat_code}.",
            "Choose another account for VAT code {vat_code} in the setup, or unlock the account in Go.",
        ),
    },
    "unknown-vat-code": {
        "nb": (
            "Mva-kode {vat_code} finnes ikke, eller gjelder ikke, i PowerOffice Go på {day}.",
            "Velg en annen kode i Go for den, {set_vat_code} i oppsettet.",
        ),
        "en": (
            "VAT code {vat_code} does not exist, or is not valid, in PowerOffice Go on {day}.",
            "Choose another code in Go for it, {set_vat_code} in the setup.",
        ),
    },
    "unknown-customer": {
        "nb": (
            "Kunde {customer} finnes ikke i PowerOffice Go.",
            "Opprett kunden i Go med dette kundenummeret, eller rett den på bongen.",
        ),
        "en": (
            "Customer {customer} does not exist in PowerOffice Go.",
            "Create the customer in Go with this number, or mend it on the ticket.",
        ),
    },
    "locked-period": {
        "nb": (
            "Regnskapet er låst til og med {lock_date}, og bilaget er datert {day}.",
            "Åpne perioden i Go, under låsedato. Eller før dagen for hånd, og si fra: {booked_elsewhere}.",
        ),
        "en": (
            "The books are locked up to and including {lock_date}, and the voucher is dated {day}.",
            "Open the period in Go, under lock date. Or book the day by hand, and say so: {booked_elsewhere}.",
        ),
    },
    "locked-period/revision": {
        "nb": (
            "Regnskapet er låst til og med {lock_date}, og rettelsen av dagen er datert {day}.",
            "Åpne perioden i Go, under låsedato. Eller dater rettelsen på første åpne dag: {revise}.",
        ),
        "en": (
            "The books are locked up to and including {lock_date}, and the correction of the day is dated {day}.",
            "Open the period in Go, under lock date. Or date the correction on the first open day: {revise}.",
        ),
    },
    "to-be-asked-again": {
        "nb": (
            "PowerOffice Go hadde noe imot bilaget sist ({was}), men oppsettet er endret siden.",
            "Neste {export} spør på nytt.",
        ),
        "en": (
            "PowerOffice Go had something against the voucher last time ({was}), but the setup has changed since.",
            "The next {export} asks again.",
        ),
    },
    "posted-by-old-setup": {
        "nb": (
            "Bilaget {reference} er bokført slik oppsettet var da. Slik oppsettet er nå, ville det vært annerledes: "
            "{what}.",
            "Skal det rettes med et bilag av bare differansen: {revise}.",
        ),
        "en": (
            "The voucher {reference} was posted as the setup was then. By the setup as it is now it would differ: "
            "{what}.",
            "To correct it with a voucher of the difference alone: {revise}.",
        ),
    },
    "uncertain-too-long": {
        "nb": (
            "I mer enn {hours} timer har det vært uvisst om bilaget {reference} kom fram til PowerOffice Go. Det "
            "sendes ikke på nytt før et menneske har sett etter.",
            "Let etter {reference} i Go, blant kladdene og blant de bokførte bilagene. Er det der: {drafted}. "
            "Er det ikke der: {not_drafted}.",
        ),
        "en": (
            "For more than {hours} hours it has not been known whether the voucher {reference} reached PowerOffice Go. "
            "It is not sent again before a person has looked.",
            "Look for {reference} in Go, among the drafts and among the posted vouchers. If it is there: "
            "{drafted}. If it is not: {not_drafted}.",
        ),
    },
    "looked-for": {
        "nb": (
            "Bilaget {reference} er sendt, og svaret kom ikke fram. Det letes etter i PowerOffice Go til {until}, før "
            "det eventuelt sendes på nytt.",
            "Ingenting er å gjøre: {export} etter {until} fullfører, og tidsplanen gjør det av seg selv.",
        ),
        "en": (
            "The voucher {reference} was sent, and no usable answer came. It is looked for in PowerOffice Go until "
            "{until}, before it is sent again.",
            "Nothing need be done: {export} after {until} completes it, and the schedule does so by itself.",
        ),
    },
    "draft-differs": {
        "nb": (
            "I PowerOffice Go ligger det allerede en kladd eller et bilag {reference} ({id}), men med annen dato, "
            "andre kontoer, mva-koder eller beløp enn bilaget skal ha. Det sendes ikke et til.",
            "Skal dagen legges inn slik den er nå: slett kladden i Go, eller rett den der, og så {export}. Er det som "
            "ligger der riktig: {drafted}.",
        ),
        "en": (
            "In PowerOffice Go there is already a draft or a voucher {reference} ({id}), but with another date, other "
            "accounts, VAT codes or amounts than the voucher should have. No other is sent.",
            "To have the day as it is now: delete the draft in Go, or mend it there, and then {export}. If what is "
            "there is right: {drafted}.",
        ),
    },
    "draft-in-doubt": {
        "nb": (
            "I PowerOffice Go ligger noe fra oss som kan være bilaget {reference} uten at det er sikkert ({id}): "
            "referansen er borte, og dato, kontoer eller beløp stemmer bare delvis, eller flere kan være det. "
            "Det sendes ikke et til.",
            "Se på det i Go. Er det bilaget: {drafted}. Er det et annet: {not_drafted}, og så {export}.",
        ),
        "en": (
            "In PowerOffice Go there is something of ours that may be the voucher {reference} without it being certain "
            "({id}): its reference is gone and its date, accounts or amounts agree only in part, or several may be it. "
            "No other is sent.",
            "Look at it in Go. If it is the voucher: {drafted}. If it is another: {not_drafted}, and then {export}.",
        ),
    },
    "draft-gone": {
        "nb": (
            "Bilaget {reference} finnes ikke lenger i PowerOffice Go, så det kan ikke rettes.",
            "Er dagen ført på annen måte, er alt i orden. Skal den legges inn på nytt: {not_drafted}, og så {export}.",
        ),
        "en": (
            "The voucher {reference} is no longer in PowerOffice Go, so it cannot be revised.",
            "If the day was booked in another way, all is well. To draft it anew: {not_drafted}, and then {export}.",
        ),
    },
    "documentation-missing": {
        "nb": (
            "Bilaget ligger i PowerOffice Go, men rapporten (PDF) er ikke lagt ved{answer}.",
            "Neste {export} prøver igjen med bare rapporten. Eller legg den ved selv: {attach_report}.",
        ),
        "en": (
            "The voucher is in PowerOffice Go, but its report (PDF) is not attached{answer}.",
            "The next {export} tries again with the report alone. Or attach it yourself: {attach_report}.",
        ),
    },
    "direct-posting": {
        "nb": (
            '{company} har target = "ledger": bilagene bokføres rett i hovedboken, og ingen ser på dem i PowerOffice '
            "Go først.",
            "Se nøye på denne forhåndsvisningen. Vil dere ha kladder i stedet, sett {set_key} i oppsettet.",
        ),
        "en": (
            '{company} has target = "ledger": vouchers are posted straight to the ledger, and nobody looks at them in '
            "PowerOffice Go first.",
            "Look closely at this preview. For drafts instead, set {set_key} in the setup.",
        ),
    },
    "vat-not-registered": {
        "nb": (
            "Kassen regner mva på salget, men {company} er ikke mva-registrert etter oppsettet. Alt føres med kode 0.",
            "Er klienten ikke mva-registrert, be kasseleverandøren ta mva av varene: mva på en kvittering må betales. "
            "Er den registrert, sett {set_key} i oppsettet.",
        ),
        "en": (
            "The register counts VAT on sales, but {company} is not registered for VAT by the setup. Everything is "
            "posted with code 0.",
            "If the client is not registered, have the register's vendor take VAT off the goods: VAT on a receipt has "
            "to be paid. If it is registered, set {set_key} in the setup.",
        ),
    },
    "project-required": {
        "nb": (
            "Konto {account} ({name}) krever prosjekt, og bilaget har ingen.",
            "Sett {set_key} i oppsettet. Eller velg en annen konto der, eller slå av kravet "
            "på kontoen i Go, i kontoplanen.",
        ),
        "en": (
            "Account {account} ({name}) requires a project, and the voucher has none.",
            "Set {set_key} in the setup. Or choose another account there, or take the requirement "
            "off the account in Go, in the chart of accounts.",
        ),
    },
    "project-required/unknown": {
        "nb": (
            "Konto {account} ({name}) krever prosjekt, og prosjekt {project} finnes ikke i PowerOffice Go, eller er "
            "avsluttet.",
            "Opprett prosjektet i Go med denne koden, eller åpne det igjen; eller velg et annet i oppsettet: "
            "{set_key}.",
        ),
        "en": (
            "Account {account} ({name}) requires a project, and project {project} does not exist in PowerOffice Go, or "
            "is closed.",
            "Create the project in Go with this code, or open it again; or choose another in the setup: {set_key}.",
        ),
    },
    "duplicate-client-key": {
        "nb": (
            "Utsalgsstedene {venue} og {other} bruker samme klientnøkkel.",
            "Lag en egen klientnøkkel for hvert av dem i Go under Meny > Innstillinger > Utvidelser.",
        ),
        "en": (
            "Venues {venue} and {other} use the same client key.",
            "Make a client key for each of them in Go under Menu > Settings > Extensions.",
        ),
    },
    "duplicate-addon": {
        "nb": (
            "Utsalgsstedene {venue} og {other} bruker samme tilleggsnøkkel ({addon}).",
            "Gi hvert av dem sin egen tilleggsnøkkel (1–9).",
        ),
        "en": (
            "Venues {venue} and {other} use the same add-on key ({addon}).",
            "Give each of them its own add-on key (1–9).",
        ),
    },
}

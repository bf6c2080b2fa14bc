"""Why a command was refused, in Norwegian, by the English sentence: what there is not, what does not go together, and
what to type instead. {day} and {moment} are written as the language does; {typed} stands in a command, as it is typed.

`command_errors` looks a sentence up here. One that a company's page may show too is in `failures`.
"""

from __future__ import annotations

from collections.abc import Mapping

OF_SETUP: Mapping[str, str] = {
    "Nothing is set up yet. Run posexport setup apply FILE.toml first.": "Ingenting er satt opp ennå. Kjør posexport "
    "setup apply FIL.toml først.",
    "No company {id} is set up. These are: {known}.": "Det er ikke satt opp noe selskap {id}. Disse finnes: {known}.",
    "None of these venues is of {ids}.": "Ingen av disse utsalgsstedene hører til {ids}.",
    "No venue is set up. Apply a setup first: posexport setup apply FILE.": "Ingen utsalgssteder er satt opp. Lagre et "
    "oppsett først: posexport setup apply FIL.",
    "There is no venue {id}. The setup has: {known}.": "Det er ikke noe utsalgssted {id}. Oppsettet har: {known}.",
    "There is no venue {id} to rename. The setup has: {known}.": "Det er ikke noe utsalgssted {id} å gi nytt navn. "
    "Oppsettet har: {known}.",
    "There is no venue {id} to remove. The setup has: {known}.": "Det er ikke noe utsalgssted {id} å fjerne. Oppsettet "
    "har: {known}.",
    "There is no company {id}. The setup has: {known}.": "Det er ikke noe selskap {id}. Oppsettet har: {known}.",
    "There is no company {id}. The setup has: {known}. A register without a venue is accepted by its company: "
    "posexport accept COMPANY REGISTER {code} --why TEXT.": "Det er ikke noe selskap {id}. Oppsettet har: {known}. En "
    "kasse uten utsalgssted godtas på selskapet: posexport accept SELSKAP KASSE {code} --why TEKST.",
    "There is no company {id} in the setup (any more).": "Selskapet {id} er ikke i oppsettet (lenger).",
    "Nothing of the file was applied.": "Ingenting fra filen er lagret.",
    "Nothing was saved.": "Ingenting er lagret.",
    "none yet": "ingen ennå",
    "none": "ingen",
    "Several companies are set up: {known}. Say which with --company ID.": "Flere selskaper er satt opp: {known}. Si "
    "hvilket med --company ID.",
    "Venue {venue} was removed from the setup. Look at its days with posexport status --venue {typed}.": (
        "Utsalgsstedet {venue} er fjernet fra oppsettet. Se dagene med posexport status --venue {typed}."
    ),
    "{file} has several companies, each with revisions of its own. Leave --seen out.": "{file} har flere selskaper, "
    "hvert med egne revisjoner. Utelat --seen.",
    "Company {id} has no revision {number}; {has}. Nothing was saved. Look at it with posexport setup history "
    "--company {typed}.": "Selskapet {id} har ingen revisjon {number}; {has}. Ingenting er lagret. Se på det med "
    "posexport setup history --company {typed}.",
    "the newest is {number}": "den nyeste er {number}",
    "it is not set up yet": "det er ikke satt opp ennå",
    "Company {id} has no revision {number}; the newest is {newest}. See posexport setup history.": "Selskapet {id} har "
    "ingen revisjon {number}; den nyeste er {newest}. Se posexport setup history.",
    "Of revision {number} of company {id} only what it changed is known: the version that saved it did not keep the "
    "setup itself. Choose a later one of posexport setup history.": "Av revisjon {number} av selskapet {id} er bare "
    "det som ble endret, kjent: versjonen som lagret den, tok ikke vare på oppsettet. Velg en senere i posexport setup "
    "history.",
    "Company {id} was changed {savings} since you looked (revision {number}). It is at revision {number2} now, and "
    "nothing was saved. Look at it again: posexport setup history --company {typed}": "Selskapet {id} er endret "
    "{savings} siden du så på det (revisjon {number}). Det er på revisjon {number2} nå, og ingenting er lagret. Se på "
    "det på nytt: posexport setup history --company {typed}",
    "{file} has no venue {id}. Write the new id there, and apply it again.": "{file} har ikke noe utsalgssted {id}. "
    "Skriv den nye id-en der, og lagre den på nytt.",
    "{file} has venue {id} still. If it has the id {id2} now, it stands there once, as that.": "{file} har fortsatt "
    "utsalgsstedet {id}. Har det id-en {id2} nå, skal det stå der én gang, med den.",
    "{file} has venue {id} still. Take it out of the file, and apply it again.": "{file} har fortsatt utsalgsstedet "
    "{id}. Ta det ut av filen, og lagre den på nytt.",
    "{id} is another venue of the setup. Two venues cannot become one.": "{id} er et annet utsalgssted i oppsettet. To "
    "utsalgssteder kan ikke bli ett.",
    "Venue {id} belongs to company {company} and {id2} to {company2}; a venue cannot move. Give the new venue an id of "
    "its own.": "Utsalgsstedet {id} hører til selskapet {company} og {id2} til {company2}; et utsalgssted kan ikke "
    "flytte. Gi det nye en egen id.",
    "There is no company {id}. The setup has: {known}. If it is new, make it first: posexport setup set company --add "
    "--company {typed}, with its keys.": "Det er ikke noe selskap {id}. Oppsettet har: {known}. Er det nytt, så lag "
    "det først: posexport setup set company --add --company {typed}, med nøklene.",
    "Two venues are given one new id. Give each its own.": "To utsalgssteder får samme nye id. Gi hvert sin egen.",
    "{id} cannot both be renamed and removed. Say one of them.": "{id} kan ikke både få nytt navn og fjernes. Si én av "
    "delene.",
    "Venue {id} is of company {company}, which {file} says nothing of. Apply that company's file.": "Utsalgsstedet "
    "{id} hører til selskapet {company}, som {file} ikke sier noe om. Lagre det selskapets fil.",
    "Venue {id} cannot be removed yet: nobody knows whether {reference} is in PowerOffice Go. Run posexport export "
    "--venue {typed}, which looks for it, or look yourself and say so: posexport resolve {typed2} {typed3} --drafted "
    "ID, or --not-drafted. Then remove the venue.": "Utsalgsstedet {id} kan ikke fjernes ennå: ingen vet om "
    "{reference} er i PowerOffice Go. Kjør posexport export --venue {typed}, som ser etter det, eller se selv og si "
    "fra: posexport resolve {typed2} {typed3} --drafted ID, eller --not-drafted. Fjern utsalgsstedet etterpå.",
    "Venue {id} has sales, and {file} does not have it any more. Nothing was saved. If it has another id now: {typed}. "
    "If it is gone: {typed2}; its days can be looked at all the same.": "Utsalgsstedet {id} har salg, og {file} har "
    "det ikke lenger. Ingenting er lagret. Har det en annen id nå: {typed}. Er det borte: {typed2}; dagene kan likevel "
    "ses på.",
    "Venue {id} has sales whose times were read as {zone}; its timezone cannot be changed any more. Set it back, or "
    "set the venue up anew under another id.": "Utsalgsstedet {id} har salg der tidene ble lest som {zone}; timezone "
    "kan ikke endres lenger. Sett den tilbake, eller sett opp utsalgsstedet på nytt med en annen id.",
    "Venue {id} was set up before as another company's, and a venue cannot move. Give the new venue an id of its "
    "own.": (
        "Utsalgsstedet {id} er satt opp før på et annet selskap, og et utsalgssted kan ikke flytte. Gi det nye en egen "
        "id."
    ),
    "Venue {id} was set up before with export_from = {typed}, which cannot be changed once saved. Write that date "
    "again, or give the venue another id.": (
        "Utsalgsstedet {id} er satt opp før med export_from = {typed}, som ikke kan endres når den er lagret. Skriv "
        "den datoen igjen, eller gi utsalgsstedet en annen id."
    ),
    "{id} is the id of a venue that was removed, and its days stay under it. Give {id2} another id.": "{id} er id-en "
    "til et utsalgssted som er fjernet, og dagene ligger under den. Gi {id2} en annen id.",
    "{id} stands on vouchers of a venue that has another id now ({reference}), and no two vouchers share a reference. "
    "Give the venue another id.": "{id} står på bilag fra et utsalgssted som har en annen id nå ({reference}), og to "
    "bilag kan ikke ha samme referanse. Gi utsalgsstedet en annen id.",
    "--rename {typed} is no renaming. Write --rename OLD=NEW, with the ids of the venue.": "--rename {typed} er ikke "
    "noe nytt navn. Skriv --rename GAMMEL=NY, med id-ene til utsalgsstedet.",
    "{id} is no venue id. Use 1 to 30 of the characters a-z, 0-9 and -.": "{id} kan ikke være id for et utsalgssted. "
    "Bruk 1 til 30 av tegnene a-z, 0-9 og -.",
    "There is no setup file {file}. Check the path.": "Det er ingen oppsettsfil {file}. Sjekk stien.",
    "The setup file {file} cannot be read ({why}). Give the path of a file.": "Oppsettsfilen {file} kan ikke leses "
    "({why}). Oppgi stien til en fil.",
    "Venue {id} has no {name} in the setup. Add it and apply the setup again.": "Utsalgsstedet {id} har ingen {name} i "
    "oppsettet. Legg den til og lagre oppsettet på nytt.",
    "Company {id} has no mail server. Add [company.mail] to the setup and apply it.": "Selskapet {id} har ingen "
    "e-posttjener. Legg [company.mail] til i oppsettet og lagre det.",
    'Venue {id} has nobody to tell. Add notify = ["name@example.com"] and apply the setup.': "Utsalgsstedet {id} har "
    'ingen å varsle. Legg til notify = ["navn@example.com"] og lagre oppsettet.',
    "Company {id} has target {target}, which there is none of. Set target to one of {targets} and apply the setup "
    "again.": "Selskapet {id} har target {target}, som ikke finnes. Sett target til en av {targets} og lagre oppsettet "
    "på nytt.",
    'Target "{target}" of company {id} takes no {kind}s. Set target to one that does, such as "journal", or write '
    'invoicing = "off" from a day on, and apply the setup again.': 'Target "{target}" på selskapet {id} tar ikke imot '
    'slike. Sett target til en som gjør det, som "journal", eller skriv invoicing = "off" fra en dag, og lagre '
    "oppsettet på nytt.",
    "Orders go by API v2, which needs a subscription_key in the setup.": "Ordrer går med API v2, som krever en "
    "subscription_key i oppsettet.",
    # setup set
    "{row} is no row of the setup. Write company, accounts, orders, mail, venue:ID, product_type:CODE, "
    "payment_type:CODE or vat_code:CODE; for what a venue has of its own, venue:ID/accounts, "
    "venue:ID/product_type:CODE and so on.": "{row} er ingen rad i oppsettet. Skriv company, accounts, orders, mail, "
    "venue:ID, product_type:KODE, payment_type:KODE eller vat_code:KODE; for det et utsalgssted har selv, "
    "venue:ID/accounts, venue:ID/product_type:KODE og så videre.",
    "--remove takes the whole row out, and stands alone.": "--remove tar ut hele raden, og står alene.",
    "--value is the whole row. Say either that, or KEY=VALUE and --unset.": (
        "--value er hele raden. Si enten det, eller NØKKEL=VERDI og --unset."
    ),
    "Say what is to be changed of {row}: KEY=VALUE, --unset KEY, --value or --remove.": "Si hva som skal endres i "
    "{row}: NØKKEL=VERDI, --unset NØKKEL, --value eller --remove.",
    "{row} does not end in a day. Write the day as in product_type:100@2026-12-01. A code that ends so itself is "
    "added by a setup file.": (
        "{row} slutter ikke med en dag. Skriv dagen som i product_type:100@2026-12-01. En kode som selv slutter slik, "
        "legges til med en oppsettsfil."
    ),
    "Number {number} of what is to be set of {row} is no KEY=VALUE. Write such as account=1920.": "Nummer {number} av "
    "det som skal settes i {row}, er ikke NØKKEL=VERDI. Skriv for eksempel account=1920.",
    "{name} is set twice. Keep one of them.": "{name} settes to ganger. Behold én av dem.",
    "--value is no JSON of a row. Write such as '{typed}', each key once.": (
        "--value er ikke JSON for en rad. Skriv for eksempel '{typed}', hver nøkkel én gang."
    ),
    "{name} is no key of {row}, but rows of its own: {rows}. Nothing was saved.": "{name} er ingen nøkkel i {row}, men "
    "egne rader: {rows}. Ingenting er lagret.",
    "{row} has no key {name}. {fix} Nothing was saved.": "{row} har ingen nøkkel {name}. {fix} Ingenting er lagret.",
    "It belongs under {place}.": "Den hører hjemme under {place}.",
    "Did you mean {name}?": "Mente du {name}?",
    "What may stand here: {names}.": "Det som kan stå her: {names}.",
    "A company is never removed: its days stay. Nothing was saved.": "Et selskap fjernes aldri: dagene blir. Ingenting "
    "er lagret.",
    "The id of company {id} cannot be changed: its days are kept under it. Set another company up under an id of its "
    "own. Nothing was saved.": "Id-en til selskapet {id} kan ikke endres: dagene ligger under den. Sett opp et annet "
    "selskap med egen id. Ingenting er lagret.",
    "There is no {row} in company {id}. Nothing was saved.": (
        "Det er ingen {row} i selskapet {id}. Ingenting er lagret."
    ),
    "Company {id} has {row} already. Change that one, without --add. Nothing was saved.": "Selskapet {id} har {row} "
    "fra før. Endre den, uten --add. Ingenting er lagret.",
    "Company {id} has {row} already. Each stands once: change or remove that one first. Nothing was saved.": (
        "Selskapet {id} har {row} fra før. Hver står én gang: endre eller fjern den først. Ingenting er lagret."
    ),
    "Company {id} has no {row}. There are: {known}. To make it: --add. Nothing was saved.": "Selskapet {id} har ingen "
    "{row}. Det har: {known}. For å lage den: --add. Ingenting er lagret.",
    "Company {id} has no {row}. There is: {known}. To make it: --add. Nothing was saved.": "Selskapet {id} har ingen "
    "{row}. Det har: {known}. For å lage den: --add. Ingenting er lagret.",
    "Company {id} has no {row}. There is none yet. To make it: --add. Nothing was saved.": "Selskapet {id} har ingen "
    "{row}. Det har ingen ennå. For å lage den: --add. Ingenting er lagret.",
    "Company {id} has no {row}. There are: {known}. Nothing was saved.": "Selskapet {id} har ingen {row}. Det har: "
    "{known}. Ingenting er lagret.",
    "Company {id} has no {row}. There is: {known}. Nothing was saved.": "Selskapet {id} har ingen {row}. Det har: "
    "{known}. Ingenting er lagret.",
    "Company {id} has no {row}. There is none yet. Nothing was saved.": "Selskapet {id} har ingen {row}. Det har ingen "
    "ennå. Ingenting er lagret.",
    "What was written holds bytes that are no text. Write it as UTF-8. Nothing was saved.": "Det som er skrevet, har "
    "byte som ikke er tekst. Skriv det som UTF-8. Ingenting er lagret.",
    # what is told of a setup that was saved
    "venue {id}: there is none (any more); {id2} stays as it is": "utsalgssted {id}: finnes ikke (lenger); {id2} blir "
    "som det er",
    "venue {id}: removed. Look at its days with posexport status --venue {typed}": "utsalgssted {id}: fjernet. Se "
    "dagene med posexport status --venue {typed}",
    "venue {id}: removed; {number} of its business days wait and will not be drafted. Look at its days with posexport "
    "status --venue {typed}": "utsalgssted {id}: fjernet; {number} av dagene venter og blir ikke levert. Se dagene med "
    "posexport status --venue {typed}",
    "venue {id}: registers {codes} look the same and were stored as different ones; what is stored stays so, and what "
    "is read from now on is one of them": "utsalgssted {id}: kassene {codes} ser like ut og er lagret som ulike; det "
    "som er lagret, blir slik, og det som leses fra nå, er én av dem",
    "codes {codes} look the same and were stored as different ones; what is stored stays so, and what is read from now "
    "on is one of them": "kodene {codes} ser like ut og er lagret som ulike; det som er lagret, blir slik, og det som "
    "leses fra nå, er én av dem",
    'company {id}: a person links each of the register\'s customers to one in PowerOffice Go (customers = "linked"). '
    'Where the register\'s codes are the customer numbers in Go, write customers = "number" under [company.orders].': (
        "selskap {id}: en person kobler hver av kassens kunder til en i PowerOffice Go (customers = "
        '"linked"). Er kassens koder kundenumrene i Go, så skriv customers = "number" under [company.orders].'
    ),
    "company {id}: credit sales before {day} stay out of the vouchers, as transfer = false said until now (saved as "
    'credit_before = "left-out" under [company.orders]).': "selskap {id}: kredittsalg før {day} holdes utenfor "
    'bilagene, slik transfer = false sa til nå (lagret som credit_before = "left-out" under [company.orders]).',
    'company {id}: mixed = "{now}" counts for tickets that no voucher and no order is planned with yet; what is '
    'planned of {days} stays as it is, by mixed = "{was}"': 'selskap {id}: mixed = "{now}" gjelder bonger som ikke '
    'noe bilag og ingen ordre er planlagt med ennå; det som er planlagt {days}, blir som det er, etter mixed = "{was}"',
    "company {id}: {days} drafted with credit sales in the voucher; there they stay": "selskap {id}: {days} levert med "
    "kredittsalg i bilaget; der blir de",
    "{row}: what was not said is as in {row2}": "{row}: det som ikke ble sagt, er som i {row2}",
    "Company {id}: until now, transfer = false left {codes} out of the vouchers, and {codes2} was in them, so that the "
    "days before {day} have no common rule. Nothing was saved. Leave the row of {codes3} as it was, and add one that "
    "counts from then on: the same code, valid_from = {typed}, and no transfer.": "Selskapet {id}: til nå holdt "
    "transfer = false {codes} utenfor bilagene, og {codes2} var i dem, så dagene før {day} har ingen felles regel. "
    "Ingenting er lagret. La raden for {codes3} stå som den var, og legg til en som gjelder fra da av: samme kode, "
    "valid_from = {typed}, og ingen transfer.",
    "Company {id}: from = {typed} is too early. {days} drafted with credit sales in the voucher; use {typed2}, or move "
    "single days afterwards (posexport orders move VENUE DAY --to order). Nothing was saved.": "Selskapet {id}: from = "
    "{typed} er for tidlig. {days} levert med kredittsalg i bilaget; bruk {typed2}, eller flytt enkelte dager etterpå "
    "(posexport orders move UTSALGSSTED DAG --to order). Ingenting er lagret.",
    "Company {id}: the credit sales of {days} are orders. Nothing was saved. Write {rest}; or have them in the "
    "vouchers first, where they are not sent yet: posexport orders move VENUE DAY --to voucher.": (
        "Selskapet {id}: kredittsalget {days} er ordrer. Ingenting er lagret. Skriv {rest}; eller ha det i bilagene "
        "først, der det ikke er sendt ennå: posexport orders move UTSALGSSTED DAG --to voucher."
    ),
    'from = {typed} or earlier, with invoicing = "orders" and from = {typed2}': "from = {typed} eller tidligere, med "
    'invoicing = "orders" og from = {typed2}',
    'until = {typed} or later, with invoicing = "orders" and from = {typed2}': "until = {typed} eller senere, med "
    'invoicing = "orders" og from = {typed2}',
    "from = {typed} or earlier": "from = {typed} eller tidligere",
    "until = {typed} or later": "until = {typed} eller senere",
    "{day} is": "{day} er",
    "{day} to {day2} are": "{day} til {day2} er",
    "by {who} at {moment}": "av {who} {moment}",
    "by {who} at {moment} ({changes})": "av {who} {moment} ({changes})",
    "{day} to {day2}": "{day} til {day2}",
}

OF_DAYS: Mapping[str, str] = {
    "{text} is no business day; write a date such as 2026-11-20, or {words}": "{text} er ingen dag; skriv en dato som "
    "20.11.2026, eller i dag, i går, denne-uken, forrige-uke, denne-måneden, forrige-måned",
    "the period ends ({day}) before it begins ({day2})": "perioden slutter ({day}) før den begynner ({day2})",
    "{text} is more than one business day.": "{text} er mer enn én dag.",
    "{day} is not over yet: what is sold until then is not known.": (
        "{day} er ikke omme ennå: det som selges til da, er ikke kjent."
    ),
    "{venue} {day} is not over until {moment}. Say so then.": "{venue} {day} er ikke omme før {moment}. Si det da.",
    "{venue} {day} is not over until {moment}. Ask again then.": "{venue} {day} er ikke omme før {moment}. Spør igjen "
    "da.",
    "{venue} {day} is never exported: the first business day that is, is {day2}.": "{venue} {day} eksporteres aldri: "
    "den første dagen som gjør det, er {day2}.",
    "{venue} has no sales on {day}. Import the file that holds them with posexport import, or look at another day: "
    "posexport status lists them.": "{venue} har ikke noe salg {day}. Les inn filen som har det, med posexport import, "
    "eller se på en annen dag: posexport status viser dem.",
    "{venue} {day} has no voucher: nothing on it is to be drafted. Look at it with posexport preview --venue {typed} "
    "--from {typed2} --to {typed3}.": "{venue} {day} har ikke noe bilag: ingenting den dagen skal leveres. Se på den "
    "med posexport preview --venue {typed} --from {typed2} --to {typed3}.",
    "{venue} {day} has no voucher. Look at it with posexport preview.": "{venue} {day} har ikke noe bilag. Se på dagen "
    "med posexport preview.",
    # accept
    "{code} cannot be accepted; these can: {codes}.": "{code} kan ikke godtas; dette kan: {codes}.",
    "{venue} {day} has no finding {code}; it has {codes}. Look at it with posexport preview.": (
        "{venue} {day} har ingen merknad {code}; den har {codes}. Se på dagen med posexport preview."
    ),
    "{venue} {day} is drafted, or may be: what was accepted of it is not taken back any more.": "{venue} {day} er "
    "levert, eller kan være det: det som er godtatt, kan ikke trekkes tilbake lenger.",
    "Nothing of the code {code} was accepted of {venue} {day}.": "Ingenting med koden {code} er godtatt for {venue} "
    "{day}.",
    "No tickets of register {register} wait for {company}.": "Ingen bonger på kasse {register} venter for {company}.",
    "No tickets of register {register} wait for {company}. These wait: {registers}.": "Ingen bonger på kasse "
    "{register} venter for {company}. Disse venter: {registers}.",
    "The reason has {number} characters. Say it with {number2} at most. Nothing was saved.": "Begrunnelsen har "
    "{number} tegn. Si det med høyst {number2}. Ingenting er lagret.",
    "Say why, with --why TEXT: it is kept with your name and the time.": "Si hvorfor, med --why TEKST: det lagres med "
    "navnet ditt og tiden.",
    # resolve
    "Say one of --drafted ID, --not-drafted, --booked-elsewhere and --not-booked-elsewhere.": "Si én av --drafted ID, "
    "--not-drafted, --booked-elsewhere og --not-booked-elsewhere.",
    "--reference goes with --drafted and --not-drafted: a day is booked by hand as a whole.": "--reference hører "
    "sammen med --drafted og --not-drafted: en dag føres for hånd i sin helhet.",
    "--why goes with --booked-elsewhere.": "--why hører sammen med --booked-elsewhere.",
    "{id} is another voucher of {venue}. Look for {reference} in PowerOffice Go.": "{id} er et annet bilag for "
    "{venue}. Se etter {reference} i PowerOffice Go.",
    "{id} is another order of {venue}. Look for {reference} in PowerOffice Go.": "{id} er en annen ordre for {venue}. "
    "Se etter {reference} i PowerOffice Go.",
    "Later corrections build on {reference}, and PowerOffice Go cannot be asked about it now. Run it again when it "
    "answers.": (
        "Senere rettelser bygger på {reference}, og PowerOffice Go kan ikke spørres om det nå. Kjør på nytt når den "
        "svarer."
    ),
    "Nobody has said that {venue} {day} was booked by hand.": "Ingen har sagt at {venue} {day} er ført for hånd.",
    "{venue} {day} is in PowerOffice Go already, as {reference} ({id}). Delete that draft there and say so with "
    "posexport resolve {typed} {typed2} --not-drafted --reference {typed3}, or leave the day as it is.": "{venue} "
    "{day} er i PowerOffice Go allerede, som {reference} ({id}). Slett kladden der og si fra med posexport resolve "
    "{typed} {typed2} --not-drafted --reference {typed3}, eller la dagen være som den er.",
    "{reference} was sent, and nobody knows whether it is in PowerOffice Go. Look for it there, and say first where it "
    "is: posexport resolve {typed} {typed2} --reference {typed3} --drafted ID, or --not-drafted.": "{reference} ble "
    "sendt, og ingen vet om det er i PowerOffice Go. Se etter det der, og si først hvor det er: posexport resolve "
    "{typed} {typed2} --reference {typed3} --drafted ID, eller --not-drafted.",
    "{reference} is being sent by another run right now. Try again in a minute.": "{reference} sendes av en annen "
    "kjøring akkurat nå. Prøv igjen om et minutt.",
    "{venue} {day} has no {document} to resolve: none is uncertain. Look at it with posexport {typed}.": (
        "{venue} {day} har ikke noe å avklare: ingenting er usikkert. Se på dagen med posexport {typed}."
    ),
    "{venue} {day} has no {document} to resolve: none is uncertain, and only those can be said to be there. Look at "
    "it with posexport {typed}.": (
        "{venue} {day} har ikke noe å avklare: ingenting er usikkert, og bare det som er usikkert kan sies å ligge "
        "der. Se på dagen med posexport {typed}."
    ),
    "{venue} {day} has several: {names}. Say which with --reference, such as: {typed}": "{venue} {day} har flere: "
    "{names}. Si hvilket med --reference, for eksempel: {typed}",
    "{reference} was corrected in PowerOffice Go and is voucher {id} now: the day is in the books. Nothing is "
    "drafted anew; mend it there if anything is still wrong.": "{reference} er korrigert i PowerOffice Go og er bilag "
    "{id} nå: dagen er ført. Ingenting leveres på nytt; rett det der om noe fortsatt er feil.",
    "{reference} was corrected in PowerOffice Go and is voucher ? now: the day is in the books. Nothing is drafted "
    "anew; mend it there if anything is still wrong.": "{reference} er korrigert i PowerOffice Go og er et annet bilag "
    "nå: dagen er ført. Ingenting leveres på nytt; rett det der om noe fortsatt er feil.",
    "{reference} is in PowerOffice Go, as {id}. If that is right: --drafted {typed}. If it is to be drafted anew, "
    "delete it there first.": "{reference} er i PowerOffice Go, som {id}. Er det riktig: --drafted {typed}. Skal det "
    "leveres på nytt, så slett det der først.",
    "{reference} is in PowerOffice Go, as {id}. If that is right: --there {typed}. If it is to be drafted anew, delete "
    "it there first.": "{reference} er i PowerOffice Go, som {id}. Er det riktig: --there {typed}. Skal den sendes på "
    "nytt, så slett den der først.",
    "PowerOffice Go has no voucher {id} of this venue. The id is the one PowerOffice gives it, not the reference "
    "{reference}.": (
        "PowerOffice Go har ikke noe bilag {id} for dette utsalgsstedet. Id-en er den PowerOffice gir, ikke referansen "
        "{reference}."
    ),
    "PowerOffice Go has no order {id} of this venue. The id is the one PowerOffice gives it, not the reference "
    "{reference}.": "PowerOffice Go har ingen ordre {id} for dette utsalgsstedet. Id-en er den PowerOffice gir, ikke "
    "referansen {reference}.",
    # what was read, and its tickets
    "There is no import {number}. List them with posexport imports.": "Det er ingen import {number}. Se dem med "
    "posexport imports.",
    "{number} is no import but an undo of import {number2}. List imports with posexport imports.": "{number} er ingen "
    "import, men en angring av import {number2}. Se importene med posexport imports.",
    "{number} is no import but an undo. List imports with posexport imports.": "{number} er ingen import, men en "
    "angring. Se importene med posexport imports.",
    "{number} is no import but a {kind}. List imports with posexport imports.": (
        "{number} er ingen import. Se importene med posexport imports."
    ),
    "Import {number} ({name}) is undone already. To have its tickets again, read the file anew: posexport import "
    "FILE.": "Import {number} ({name}) er angret fra før. For å få bongene igjen, les filen på nytt: posexport import "
    "FIL.",
    "{venue} has no ticket {ticket} on register {register} on business day {day}. Look at the day with posexport show "
    "{typed} {typed2}; a ticket sold after midnight belongs to the day before.": "{venue} har ingen bong {ticket} på "
    "kasse {register} {day}. Se på dagen med posexport show {typed} {typed2}; en bong solgt etter midnatt hører til "
    "dagen før.",
    "{venue} {day}: ticket {ticket} on register {register} is not taken out.": "{venue} {day}: bong {ticket} på kasse "
    "{register} er ikke tatt ut.",
    "{venue} {day}: ticket {ticket} on register {register} is taken out already; posexport tickets restore brings it "
    "back.": "{venue} {day}: bong {ticket} på kasse {register} er tatt ut fra før; posexport tickets restore tar den "
    "inn igjen.",
    "{venue} {day} has ticket {ticket} on register {register}, but not that one. There is:{list}": "{venue} {day} har "
    "bong {ticket} på kasse {register}, men ikke den. Det er:{list}",
    "{venue} {day} has {number} tickets {ticket} on register {register}. Say which, with --at HH:MM[:SS], --amount "
    "KRONER or --import ID:{list}": "{venue} {day} har {number} bonger {ticket} på kasse {register}. Si hvilken, med "
    "--at TT:MM[:SS], --amount KRONER eller --import ID:{list}",
    "Ticket {ticket} on register {register} was changed just now. Try again.": "Bong {ticket} på kasse {register} ble "
    "endret akkurat nå. Prøv igjen.",
    "{text} is no time of day. Write --at 12:40 or --at 12:40:05, by the venue's clock.": "{text} er ikke noe "
    "klokkeslett. Skriv --at 12:40 eller --at 12:40:05, etter utsalgsstedets klokke.",
    "{text} is no amount. Write --amount 125.00.": "{text} er ikke noe beløp. Skriv --amount 125.00.",
    # export
    "--remap goes with --revise.": "--remap hører sammen med --revise.",
    "--dated goes with --revise.": "--dated hører sammen med --revise.",
}

OF_ORDERS: Mapping[str, str] = {
    "Say either the order's REFERENCE, or --ticket NUMBER, with --register where needed.": (
        "Si enten ordrens REFERANSE, eller --ticket NUMMER, med --register om det trengs."
    ),
    "Say --there ID or --not-there.": "Si --there ID eller --not-there.",
    "Say the finding's CODE too, such as order-not-invoiced.": "Si koden til merknaden også, som order-not-invoiced.",
    "There is no order {reference}. posexport orders lists them all.": "Det er ingen ordre {reference}. posexport "
    "orders viser alle.",
    "{missing} posexport orders lists them all.": "{missing} posexport orders viser alle.",
    "No order is of ticket {ticket}.": "Ingen ordre er av bong {ticket}.",
    "No order is of customer {code}.": "Ingen ordre er til kunde {code}.",
    "No order is of register {register}.": "Ingen ordre er fra kasse {register}.",
    "No order is of ticket {ticket}. Did you mean {name}?": "Ingen ordre er av bong {ticket}. Mente du {name}?",
    "No order is of customer {code}. Did you mean {name}?": "Ingen ordre er til kunde {code}. Mente du {name}?",
    "No order is of register {register}. Did you mean {name}?": "Ingen ordre er fra kasse {register}. Mente du {name}?",
    "No order has {typed} together.": "Ingen ordre har {typed} sammen.",
    "There is such an order, but not of these days: {days}. Say that day, or leave --from out.": (
        "Det er en slik ordre, men fra {days}. Si den dagen, eller utelat --from."
    ),
    "Ticket {ticket} is on several registers of {venue}: {registers}. Say which one: --register {typed}.": "Bong "
    "{ticket} er på flere kasser på {venue}: {registers}. Si hvilken: --register {typed}.",
    "Several tickets have number {ticket}. Say which one by its reference: {list}.": "Flere bonger har nummer "
    "{ticket}. Si hvilken med referansen: {list}.",
    "Ticket {number} of {venue} {day} was moved to the voucher already.": (
        "Bong {number} på {venue} {day} er flyttet til bilaget allerede."
    ),
    "Ticket {number} of {venue} {day} was left out already.": "Bong {number} på {venue} {day} holdes utenfor allerede.",
    "Ticket {number} of {venue} {day} is an order already: {reference}.": (
        "Bong {number} på {venue} {day} er en ordre allerede: {reference}."
    ),
    "{venue} {day} has no order to move.": "{venue} {day} har ingen ordre å flytte.",
    "{venue} {day} has no order of ticket {ticket} to move.": (
        "{venue} {day} har ingen ordre av bong {ticket} å flytte."
    ),
    "{venue} {day} has no credit sale in the voucher to move.": "{venue} {day} har ikke noe kredittsalg i bilaget å "
    "flytte.",
    "Ticket {ticket} is no return of a sale that is credited in PowerOffice Go, so it is not left out. Let the next "
    "export look, or move it to the voucher.": "Bong {ticket} er ingen retur av et salg som er kreditert i PowerOffice "
    "Go, så den holdes ikke utenfor. La neste eksport se etter, eller flytt den til bilaget.",
    "Ticket {ticket} is there twice with different content. Take one of them out first: posexport preview shows "
    "both.": ("Bong {ticket} finnes to ganger med ulikt innhold. Ta ut den ene først: posexport preview viser begge."),
    "Ticket {ticket} does not balance, and no voucher can have it either. Correct it in the register, export the day "
    "again and import the file.": "Bong {ticket} går ikke opp, og kan heller ikke stå i et bilag. Rett den i kassen, "
    "eksporter dagen på nytt og les inn filen.",
    "{reference} was sent again only minutes ago, and what was sent before may still arrive. Try again in ten "
    "minutes.": (
        "{reference} ble sendt på nytt for bare noen minutter siden, og det som ble sendt før, kan fortsatt komme "
        "fram. Prøv igjen om ti minutter."
    ),
    "{reference} was sent, and nobody knows yet whether it is in PowerOffice Go. Let the next export look for it, or "
    "say where it is: posexport orders resolve {typed} --there ID, or --not-there.": (
        "{reference} ble sendt, og ingen vet ennå om den er i PowerOffice Go. La neste eksport se etter den, eller si "
        "hvor den er: posexport orders resolve {typed} --there ID, eller --not-there."
    ),
    "{reference} is in PowerOffice Go. Delete the order there first, or leave it: a sale is booked once.": (
        "{reference} er i PowerOffice Go. Slett ordren der først, eller la den være: et salg føres én gang."
    ),
    "PowerOffice Go does not show {reference} any more, nor an invoice of it. What it shows may lag: try again in "
    "three minutes, and it counts as deleted if it is not there then either.": (
        "PowerOffice Go viser ikke {reference} lenger, og heller ingen faktura av den. Det den viser, kan henge etter: "
        "prøv igjen om tre minutter, så regnes den som slettet om den ikke er der da heller."
    ),
    "{reference} may be in PowerOffice Go. Let the next export look for it first.": (
        "{reference} kan være i PowerOffice Go. La neste eksport se etter den først."
    ),
    '{company} makes no orders. Set invoicing = "orders" first.': "{company} lager ingen ordrer. Sett invoicing = "
    '"orders" først.',
    "{reference} is one order: say the one id under which it is in PowerOffice Go.": "{reference} er én ordre: si den "
    "ene id-en den har i PowerOffice Go.",
    "{reference} has no finding {code}; it has {codes}.": "{reference} har ingen merknad {code}; den har {codes}.",
    "{id} is the order {reference} in PowerOffice Go, known here already or of another ticket than {ticket}.": (
        "{id} er ordren {reference} i PowerOffice Go, som er kjent her fra før eller hører til en annen bong enn "
        "{ticket}."
    ),
    "Ticket {ticket} was moved to the voucher just now.": "Bong {ticket} ble flyttet til bilaget akkurat nå.",
    # customers
    "Company {id} has no subscription_key in the setup, and without it the customers in PowerOffice Go cannot be read. "
    "Add one and apply the setup again.": "Selskapet {id} har ingen subscription_key i oppsettet, og uten den kan ikke "
    "kundene i PowerOffice Go leses. Legg til en og lagre oppsettet på nytt.",
    "Company {id} has no venue, and so no client key. Add one and apply the setup again.": "Selskapet {id} har ikke "
    "noe utsalgssted, og dermed ingen klientnøkkel. Legg til et og lagre oppsettet på nytt.",
    "Customer {customer} in PowerOffice Go is linked to customer {codes} of the register already. If {code} is the "
    "same customer, say --share: then the sales of all of them are on customer {customer2}. If that link is a "
    "mistake, take it away first: posexport customers unlink {company} {other}.": (
        "Kunde {customer} i PowerOffice Go er koblet til kassens kunde {codes} fra før. Er {code} samme kunde, så si "
        "--share: da står salget til alle på kunde {customer2}. Er den koblingen feil, så ta den bort først: "
        "posexport customers unlink {company} {other}."
    ),
    "Customer {customer} in PowerOffice Go is linked to customers {codes} of the register already. If {code} is the "
    "same customer, say --share: then the sales of all of them are on customer {customer2}. If that link is a "
    "mistake, take it away first: posexport customers unlink {company} {other}.": (
        "Kunde {customer} i PowerOffice Go er koblet til kassens kunder {codes} fra før. Er {code} samme kunde, så si "
        "--share: da står salget til alle på kunde {customer2}. Er den koblingen feil, så ta den bort først: "
        "posexport customers unlink {company} {other}."
    ),
    "PowerOffice Go has no customer with number {customer}. Look at the customer's number there; posexport customers "
    "--company {typed} shows who could be meant.": (
        "PowerOffice Go har ingen kunde med nummer {customer}. Se på kundens nummer der; posexport customers --company "
        "{typed} viser hvem det kan være."
    ),
    "Customer {customer} is archived or inactive in PowerOffice Go. Open it again there, or link another.": "Kunde "
    "{customer} er arkivert eller inaktiv i PowerOffice Go. Åpne den igjen der, eller koble en annen.",
    "Customer {code} of the register is not linked. Look at the links with posexport customers --company {typed}.": (
        "Kassens kunde {code} er ikke koblet. Se koblingene med posexport customers --company {typed}."
    ),
    "Say the customer's code as the register has it, such as K-17.": "Si kundens kode slik kassen har den, som K-17.",
    'Company {id} has target "{target}", where customers stand by the register\'s codes: there is nothing to link.': (
        'Selskapet {id} har target "{target}", der kundene står med kassens koder: det er ingenting å koble.'
    ),
}

OF_FILES: Mapping[str, str] = {
    "{file} cannot be written: {why}. Choose another {typed} FILE.": "{file} kan ikke skrives: {why}. Velg en annen "
    "{typed} FIL.",
    "The output cannot be written: {why}. What the command did is done; make room, or send the output elsewhere, and "
    "look with posexport status.": "Utdataene kan ikke skrives: {why}. Det kommandoen gjorde, er gjort; lag plass, "
    "eller send utdataene et annet sted, og se med posexport status.",
    "The guide has no page {topic}. Name one of {topics}, or the code of a finding.": "Veiledningen har ingen side "
    "{topic}. Oppgi en av {topics}, eller koden til en merknad.",
    "{file} was not read to its end, since posexport was told to stop. Nothing of it is stored.": (
        "{file} ble ikke lest ferdig, siden posexport ble bedt om å stoppe. Ingenting av den er lagret."
    ),
    "{file} was not read to its end, since posexport was told to stop. Nothing of it is stored. Go on with: {typed}": (
        "{file} ble ikke lest ferdig, siden posexport ble bedt om å stoppe. Ingenting av den er lagret. Fortsett med: "
        "{typed}"
    ),
    "The folder {file} for temporary files cannot be written ({why}).": "Mappen {file} for midlertidige filer kan ikke "
    "skrives til ({why}).",
    "Make room in it, or name another in the environment variable TMPDIR, and run it again.": "Lag plass der, eller "
    "oppgi en annen i miljøvariabelen TMPDIR, og kjør på nytt.",
    "{name} must be the office's address, such as {typed}.": "{name} må være kontorets adresse, som {typed}.",
    "The demo's files cannot be written to {folder} ({why}). {fix}": "Demoens filer kan ikke skrives til {folder} "
    "({why}). {fix}",
    "The folder {folder} has files in it that are not the demo's. {fix}": "Mappen {folder} har filer som ikke er "
    "demoens. {fix}",
    "Choose another with --keep DIR.": "Velg en annen med --keep MAPPE.",
    "{file} cannot be moved back into the inbox: {why}.": "{file} kan ikke flyttes tilbake til innboksen: {why}.",
    # what was typed
    "There is no such command. A database is named before it: posexport --db URL COMMAND.": "Det er ingen slik "
    "kommando. En database oppgis før den: posexport --db URL KOMMANDO.",
    "The database URL is not one. Write --db posexport.db for a file, or --db postgresql://USER@HOST/NAME, with the "
    "password in ~/.pgpass.": "Database-URL-en er ingen URL. Skriv --db posexport.db for en fil, eller --db "
    "postgresql://BRUKER@TJENER/NAVN, med passordet i ~/.pgpass.",
    "The database is neither the path of a file nor a URL. Write --db posexport.db for a file, or --db "
    "postgresql://USER@HOST/NAME, with the password in ~/.pgpass.": "Databasen er verken en sti til en fil eller en "
    "URL. Skriv --db posexport.db for en fil, eller --db postgresql://BRUKER@TJENER/NAVN, med passordet i ~/.pgpass.",
    "posexport keeps its data in SQLite or PostgreSQL, not in {name}.": "posexport lagrer i SQLite eller PostgreSQL, "
    "ikke i {name}.",
    "A SQLite URL has three slashes, or four before a whole path, and neither user nor host: sqlite:///posexport.db.": (
        "En SQLite-URL har tre skråstreker, eller fire før en hel sti, og verken bruker eller tjener: "
        "sqlite:///posexport.db."
    ),
    "The folder {folder} for the database does not exist. Make it, or choose another --db.": "Mappen {folder} for "
    "databasen finnes ikke. Lag den, eller velg en annen --db.",
    "The database {place} cannot be made ({why}). Let the user who runs posexport write to its folder, or choose "
    "another --db.": "Databasen {place} kan ikke lages ({why}). La brukeren som kjører posexport skrive til mappen, "
    "eller velg en annen --db.",
    "The database {place} was made by a newer posexport (schema {number}). It was left as it is. Install that "
    "posexport, or a newer one.": "Databasen {place} er laget av en nyere posexport (skjema {number}). Den er urørt. "
    "Installer den versjonen, eller en nyere.",
    "The database {place} has a schema that posexport does not know (schema {version}). It was left as it is. Check "
    "the --db option or POSEXPORT_DB.": (
        "Databasen {place} har et skjema som posexport ikke kjenner (skjema {version}). Den er urørt. Sjekk --db eller "
        "POSEXPORT_DB."
    ),
    "The database {place} cannot be opened ({why}). Check the --db option or POSEXPORT_DB.": "Databasen {place} kan "
    "ikke åpnes ({why}). Sjekk --db eller POSEXPORT_DB.",
    "The database {place} cannot be opened ({why}). Nothing is lost. {fix} Check the --db option or POSEXPORT_DB.": (
        "Databasen {place} kan ikke åpnes ({why}). Ingenting er tapt. {fix} Sjekk --db eller POSEXPORT_DB."
    ),
    "The database {place} cannot be opened ({why}). {fix} Check the --db option or POSEXPORT_DB.": "Databasen {place} "
    "kan ikke åpnes ({why}). {fix} Sjekk --db eller POSEXPORT_DB.",
}

OF_DATABASE: Mapping[str, str] = {
    "{reference}: whether imports have failed could not be asked: {error}": "{reference}: det kunne ikke spørres om "
    "importer har feilet: {error}",
    "{reference}: what became of its orders could not be asked: {error}": "{reference}: det kunne ikke spørres om hva "
    "det ble til med ordrene: {error}",
    "{reference}: what holds its orders could not be read anew: {error}": "{reference}: det som holder ordrene, kunne "
    "ikke leses på nytt: {error}",
    "{path} is there already, and may be filled in. Choose another --out FILE, or move it away.": "{path} finnes fra "
    "før, og kan være fylt inn. Velg en annen --out FIL, eller flytt den unna.",
    "There is no posexport database at {place}. Make it with posexport setup apply FILE.toml, or say where yours is "
    "with --db or POSEXPORT_DB; posexport demo ends with the line that says where its own is.": "Det er ingen "
    "posexport-database på {place}. Lag den med posexport setup apply FIL.toml, eller si hvor din er med --db eller "
    "POSEXPORT_DB; posexport demo slutter med linjen som sier hvor dens egen er.",
    "The database {place} is in use by another program, which did not let go of it within {number} minutes ({why}).": (
        "Databasen {place} er i bruk av et annet program, som ikke slapp den på {number} minutter ({why})."
    ),
    "Run it again when that one is done; posexport itself never has it for so long.": "Kjør på nytt når det er ferdig; "
    "posexport selv har den aldri så lenge.",
    "The connection to the database {place} was lost ({why}).": "Forbindelsen til databasen {place} ble brutt ({why}).",
    "Run it again when the database server answers.": "Kjør på nytt når databasetjeneren svarer.",
    "The server of the database {place} has no room for us ({why}).": "Tjeneren for databasen {place} har ikke plass "
    "til oss ({why}).",
    "Run it again later; where it stays so, allow it more connections or memory.": "Kjør på nytt senere; varer det, så "
    "gi den flere forbindelser eller mer minne.",
    "The disk of the database {place} is full ({why}).": "Disken til databasen {place} er full ({why}).",
    "Make room on it and run it again.": "Lag plass på den og kjør på nytt.",
    "The database {place} can be read but not written ({why}).": "Databasen {place} kan leses, men ikke skrives til "
    "({why}).",
    "Let the user who runs posexport write to the file and to its folder, or name a server that is not a read-only "
    "copy, and run it again.": "La brukeren som kjører posexport skrive til filen og mappen, eller oppgi en tjener som "
    "ikke er en kopi som bare kan leses, og kjør på nytt.",
    "The database {place} may not be used ({why}).": "Databasen {place} kan ikke brukes ({why}).",
    "Let the user who runs posexport read and write the file and its folder; on PostgreSQL, its tables and their "
    "schema. Then run it again.": "La brukeren som kjører posexport lese og skrive filen og mappen; på PostgreSQL "
    "tabellene og skjemaet. Kjør så på nytt.",
    "The database {place} is damaged ({why}).": "Databasen {place} er skadet ({why}).",
    "Do not write to it any more. Put back the last copy of it that is whole, and import the sales since then again.": (
        "Skriv ikke mer til den. Legg tilbake den siste kopien som er hel, og les inn salget siden da på nytt."
    ),
    "The disk of the database {place} gives trouble ({why}).": "Disken til databasen {place} svikter ({why}).",
    "Look at that disk, or the network it is on, and run it again.": "Se på disken, eller nettet den er på, og kjør på "
    "nytt.",
}

OF_MAIL: Mapping[str, str] = {
    "The mail server {server} could not be used ({why}).": "E-posttjeneren {server} kunne ikke brukes ({why}).",
    "The mail server {server} could not be used ({why}). The message waits and is tried again.": "E-posttjeneren "
    "{server} kunne ikke brukes ({why}). Meldingen venter og prøves på nytt.",
    "The mail server {server} refuses us: {why} Check [company.mail] in the setup.": "E-posttjeneren {server} avviser "
    "oss: {why} Sjekk [company.mail] i oppsettet.",
    "The mail server {server} is out of reach: {why}": "E-posttjeneren {server} er utenfor rekkevidde: {why}",
    "The mail server {server} did not take the message: {answer}": "E-posttjeneren {server} tok ikke imot meldingen: "
    "{answer}",
}

OF_SERVICES: Mapping[str, str] = {
    "{typed} is no port. Write --metrics 9101, or --metrics 0.0.0.0:9101.": "{typed} er ingen port. Skriv --metrics "
    "9101, eller --metrics 0.0.0.0:9101.",
    "Port {number} cannot be had for --metrics: {why}. Choose another.": "Port {number} kan ikke brukes for --metrics: "
    "{why}. Velg en annen.",
    "A fleet needs Procrastinate. Install it, in posexport's folder: pip install '.[fleet]'": "En flåte trenger "
    "Procrastinate. Installer det, i mappen til posexport: pip install '.[fleet]'",
    "Workers share a PostgreSQL database. Name one with --db postgresql://user@host/name; with SQLite, posexport "
    "schedule run does the work itself.": "Arbeidere deler en PostgreSQL-database. Oppgi den med --db "
    "postgresql://bruker@tjener/navn; med SQLite gjør posexport schedule run arbeidet selv.",
    "Set {variable}, the new key, and {variable2}, the one before.": "Sett {variable}, den nye nøkkelen, og "
    "{variable2}, den forrige.",
    "The vault is not sealed anew: {why}. Nothing was changed.": "Hvelvet er ikke forseglet på nytt: {why}. Ingenting "
    "er endret.",
    "The vault is not sealed anew: the key {name} {why}. Nothing was changed.": "Hvelvet er ikke forseglet på nytt: "
    "nøkkelen {name} {why}. Ingenting er endret.",
}
"""What runs by itself, and the vault."""

OF_OFFICE: Mapping[str, str] = {
    # users
    "That is no e-mail address. Write one such as name@example.com.": "Det er ingen e-postadresse. Skriv en som "
    "navn@eksempel.no.",
    "A name has 1 to 200 characters.": "Et navn har 1 til 200 tegn.",
    "Choose at least one role.": "Velg minst én rolle.",
    "These roles are not yours to give or take.": "Disse rollene kan du ikke gi eller ta.",
    "Nobody else could manage users then. Have another administrator sign in first.": "Da kan ingen andre styre "
    "brukerne. La en annen med rollen administrator logge inn først.",
    "There is no such user. List them with posexport users list.": "Det er ingen slik bruker. Se dem med posexport "
    "users list.",
    "Say with --company which company the venue is of.": "Si med --company hvilket selskap utsalgsstedet hører til.",
    "{company} has no venue {id}. It has: {known}.": "{company} har ikke noe utsalgssted {id}. Det har: {known}.",
    # office
    "The office needs Starlette, uvicorn and argon2. Install them, in posexport's folder: pip install '.[office]'": (
        "Kontoret trenger Starlette, uvicorn og argon2. Installer dem, i mappen til posexport: pip install '.[office]'"
    ),
    "Signing in with another service needs joserfc: pip install '.[office]'": "Innlogging med en annen tjeneste "
    "trenger joserfc: pip install '.[office]'",
    "--oidc-issuer, --oidc-client-id and --oidc-secret go together.": "--oidc-issuer, --oidc-client-id og "
    "--oidc-secret hører sammen.",
    "--oidc-issuer {typed} is no address of an issuer. Write one such as https://accounts.google.com.": "--oidc-issuer "
    "{typed} er ingen adresse til en utsteder. Skriv en som https://accounts.google.com.",
    "--host {host} is no address of this machine ({why}).": "--host {host} er ingen adresse på denne maskinen ({why}).",
    "Port {number} cannot be used ({why}). Choose another one: --port 0.": "Port {number} kan ikke brukes ({why}). "
    "Velg en annen: --port 0.",
    "{host}, port {number}, cannot be used ({why}). Choose another one: --port 0.": "{host}, port {number}, kan ikke "
    "brukes ({why}). Velg en annen: --port 0.",
    "--base-url {typed} is no address. Write one such as https://pos.example.no or https://example.no/pos.": (
        "--base-url {typed} er ingen adresse. Skriv en som https://pos.example.no eller https://example.no/pos."
    ),
    "--user-header needs --trusted-proxy: whoever asks could say that they are somebody else. Name the proxy's "
    "address, such as --trusted-proxy 127.0.0.1/32.": "--user-header trenger --trusted-proxy: ellers kunne hvem som "
    "helst si at de er en annen. Oppgi adressen til proxyen, som --trusted-proxy 127.0.0.1/32.",
    "On {host} the office is open to a network, and has to know what browsers call it. Say it with --base-url "
    "https://NAME.": "På {host} er kontoret åpent for et nettverk, og må vite hva nettlesere kaller det. Si det med "
    "--base-url https://NAVN.",
    "Passwords would go over the network for anybody to read. Put a proxy with TLS in front of the office and say "
    "--base-url https://NAME, or say with --trusted-proxy which proxy it is behind.": "Passord ville gått over nettet "
    "så hvem som helst kunne lese dem. Sett en proxy med TLS foran kontoret og si --base-url https://NAVN, eller si "
    "med --trusted-proxy hvilken proxy det er bak.",
    "Nobody could sign in: the office has no users. Invite the first one, an administrator: posexport users invite "
    "NAME@EXAMPLE.NO --role administrator --company ID --base-url {typed}": "Ingen kunne logget inn: kontoret har "
    "ingen brukere. Inviter den første, en administrator: posexport users invite NAVN@EKSEMPEL.NO --role administrator "
    "--company ID --base-url {typed}",
    "--trusted-proxy {typed} is no address or network. Write one such as 127.0.0.1/32 or 10.0.0.0/8.": (
        "--trusted-proxy {typed} er ingen adresse eller noe nettverk. Skriv en som 127.0.0.1/32 eller 10.0.0.0/8."
    ),
}

OF_CLICK: Mapping[str, str] = {
    "Usage: {typed}": "Bruk: {typed}",
    "Try '{typed}' for help.": "Se '{typed}' for hjelp.",
    "No such command '{name}'.": "Det er ingen kommando '{name}'.",
    "No such command '{name}'. Did you mean {names}?": "Det er ingen kommando '{name}'. Mente du {names}?",
    "No such command '{name}'. (Did you mean one of: {names}?)": "Det er ingen kommando '{name}'. Mente du {names}?",
    "No such option '{name}'.": "Det er ikke noe valg '{name}'.",
    "No such option '{name}'. Did you mean {names}?": "Det er ikke noe valg '{name}'. Mente du {names}?",
    "No such option '{name}'. (Did you mean one of: {names}?)": "Det er ikke noe valg '{name}'. Mente du {names}?",
    "No such option: {name}": "Det er ikke noe valg {name}",
    "No such option: {name} Did you mean {names}?": "Det er ikke noe valg {name}. Mente du {names}?",
    "No such option: {name} (Possible options: {names})": "Det er ikke noe valg {name} (mulige valg: {names})",
    "Missing argument '{name}'.": "Argumentet '{name}' mangler.",
    "Missing option '{name}'.": "Valget '{name}' mangler.",
    "Missing option '{name}'. Choose from:{list}": "Valget '{name}' mangler. Velg blant:{list}",
    "Missing command.": "Kommando mangler.",
    "Option '{name}' requires an argument.": "Valget '{name}' må ha en verdi.",
    "Option '{name}' does not take a value.": "Valget '{name}' tar ingen verdi.",
    "Got unexpected extra argument ({names})": "Uventet argument ({names})",
    "Got unexpected extra arguments ({names})": "Uventede argumenter ({names})",
    "Invalid value for '{name}': {what}": "Ugyldig verdi for '{name}': {what}",
    "'{text}' is not one of {names}.": "'{text}' er ikke en av {names}.",
    "'{text}' is not a valid integer.": "'{text}' er ikke et heltall.",
    "{text} is not in the range {names}.": "{text} er ikke i området {names}.",
}
"""The sentences of click, which reads what was typed."""

USAGE: Mapping[str, str] = {
    **OF_CLICK,
    **OF_SETUP,
    **OF_DAYS,
    **OF_ORDERS,
    **OF_FILES,
    **OF_DATABASE,
    **OF_MAIL,
    **OF_SERVICES,
    **OF_OFFICE,
}

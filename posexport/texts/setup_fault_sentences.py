"""What is wrong in a setup file and how it is put right, in Norwegian, by the English sentence. Keys and values stand
as in the file."""

from __future__ import annotations

from collections.abc import Mapping

WHAT: Mapping[str, str] = {
    # a key, or its value
    "Unknown key {key}.": "Ukjent nøkkel {key}.",
    "{title} has no {key}.": "{title} mangler {key}.",
    "{title} has no {key}, which {why}.": "{title} mangler {key}, som {why}.",
    "{key} {wrong} where {header} is expected.": "{key} {wrong} der {header} skulle stå.",
    "{key} is {kind} where {header} is expected.": "{key} er {kind} der {header} skulle stå.",
    "{key} is {kind}; expected {expected}.": "{key} er {kind}; det skulle være {expected}.",
    "is {kind}; expected {expected}": "er {kind}; det skulle være {expected}",
    "{key} is empty.": "{key} er tom.",
    "{key} is {shown}.": "{key} er {shown}.",
    "{key} is {shown}, which is no account number.": "{key} er {shown}, som ikke er noe kontonummer.",
    "{key} is {shown}, which is no VAT code in Go.": "{key} er {shown}, som ikke er noen mva-kode i Go.",
    "{key} is {shown}, which is no currency.": "{key} er {shown}, som ikke er noen valuta.",
    "{key} is {shown}, which is not nine digits.": "{key} er {shown}, som ikke er ni sifre.",
    "{key} is {shown}, whose last digit does not fit the others.": "{key} er {shown}, der siste siffer ikke passer med "
    "de andre.",
    "{key} is {shown}, which is no mail server.": "{key} er {shown}, som ikke er noen e-posttjener.",
    "{key} is {shown}, which is no known time zone.": "{key} er {shown}, som ikke er noen kjent tidssone.",
    "{key} is {shown}, which is not on the minute.": "{key} er {shown}, som ikke er på hele minuttet.",
    "{key} is {shown}, which is no date.": "{key} er {shown}, som ikke er noen dato.",
    "{key} is {shown}, which must be a slip.": "{key} er {shown}, som må være en skrivefeil.",
    "{key} is {shown}, which is no cron line ({why}).": "{key} er {shown}, som ikke er noen cron-linje ({why}).",
    "{key} is {shown}, which never comes due: no year has such a date.": "{key} er {shown}, som aldri inntreffer: ikke "
    "noe år har en slik dato.",
    "{key} is {shown}, which is not from {least} to {most}.": "{key} er {shown}, som ikke er fra {least} til {most}.",
    "{key} is {shown}, and becomes part of every voucher's reference.": "{key} er {shown}, og blir en del av "
    "referansen på hvert bilag.",
    "{key} has {shown}, which is no e-mail address.": "{key} har {shown}, som ikke er noen e-postadresse.",
    "{key} has {number} characters.": "{key} har {number} tegn.",
    "{key} has an empty VAT code.": "{key} har en tom mva-kode.",
    '{key} holds a sign that a backslash in "..." stands for.': (
        '{key} har et tegn som en omvendt skråstrek i "..." står for.'
    ),
    "{key} holds a line break or another character that cannot be printed.": "{key} har et linjeskift eller et annet "
    "tegn som ikke kan skrives ut.",
    "{key} holds more than an address.": "{key} har mer enn en adresse.",
    "{key} is no address.": "{key} er ingen adresse.",
    "{key} is no http or https address.": "{key} er ingen http- eller https-adresse.",
    "{key} is no add-on.": "{key} er ikke noe tillegg.",
    "{key} would send the keys in the clear to {host}.": "{key} ville sendt nøklene åpent til {host}.",
    "{key} has {key2} twice.": "{key} har {key2} to ganger.",
    "{row} stands here and on line {number}.": "{row} står her og på linje {number}.",
    "{row} stands here and before.": "{row} står her og før.",
    "{row} stands here, and {row2} on line {number}.": "{row} står her, og {row2} på linje {number}.",
    "{key} is another company's key.": "{key} er nøkkelen til et annet selskap.",
    "{key}: the secret {reference} {why}.": "{key}: nøkkelen {reference} {why}.",
    "{key}: the secret {reference} {why}; nothing can be sent before.": "{key}: nøkkelen {reference} {why}; ingenting "
    "kan sendes før det.",
    "line {number}: {what}": "linje {number}: {what}",
    "{address}: {what}": "{address}: {what}",
    "{key}: the secret {reference} {why}; nothing can be sent before. {fix}": "{key}: nøkkelen {reference} {why}; "
    "ingenting kan sendes før det. {fix}",
    # several keys
    "The file describes no company.": "Filen beskriver ikke noe selskap.",
    'target "{target}" posts straight to the ledger.': 'target "{target}" bokfører rett i regnskapet.',
    "until is {typed}, which is before from ({typed2}).": "until er {typed}, som er før from ({typed2}).",
    'invoicing = "orders" cannot go with target "{target}", which takes no orders.': 'invoicing = "orders" går ikke '
    'sammen med target "{target}", som ikke tar imot ordrer.',
    'currency = "{currency}" cannot go with invoicing = "orders": orders are made in {currency2} alone.': "currency = "
    '"{currency}" går ikke sammen med invoicing = "orders": ordrer lages bare i {currency2}.',
    '{title} has no from under [company.orders], and invoicing = "orders".': "{title} mangler from under "
    '[company.orders], og har invoicing = "orders".',
    '{title} has no credit payment type, and invoicing = "orders".': "{title} har ingen betalingsmåte for kreditt, og "
    'invoicing = "orders".',
    '{title} is credit and has transfer = false, and invoicing = "orders".': "{title} er kreditt og har transfer = "
    'false, og invoicing = "orders".',
    "{title} counts as credit all the same. {fix}": "{title} regnes som kreditt likevel. {fix}",
    "{title} has a product for VAT code {code}, and no account for it. {fix}": "{title} har et produkt for mva-kode "
    "{code}, og ingen konto for den. {fix}",
    "{key} of {title} has fewer than {number} characters.": "{key} på {title} har færre enn {number} tegn.",
    "{key} of {title} has fewer than {number} characters; {rest}. {fix}": "{key} på {title} har færre enn {number} "
    "tegn; {rest}. {fix}",
    "it is taken, and where PowerOffice Go repeats it, it is covered as a whole word only": "den godtas, og der "
    "PowerOffice Go gjentar den, dekkes den bare som helt ord",
    "nothing is sent under it": "ingenting sendes med den",
    "{title} has an addon and no application_key.": "{title} har addon og ingen application_key.",
    "{title} has an application_key and no addon.": "{title} har application_key og ingen addon.",
    "addon {number} is used by {title} too.": "addon {number} brukes også av {title}.",
    "{title} has the application key of {title2}.": "{title} har applikasjonsnøkkelen til {title2}.",
    "{title} is beyond the tenth venue of {title2}.": "{title} er ut over det tiende utsalgsstedet til {title2}.",
    "Register {registers} is claimed by {title} and by {title2}.": "Kasse {registers} står både på {title} og på "
    "{title2}.",
    "Location {shown} is claimed by {title} and by {title2}.": "Stedet {shown} står både på {title} og på {title2}.",
    "client_key is the one {title} has.": "client_key er den samme som {title} har.",
    "{title} belongs to company {company}, and a venue cannot move.": "{title} hører til selskapet {company}, og et "
    "utsalgssted kan ikke flytte.",
    "export_from is {typed}, was saved as {typed2} and cannot be changed once saved.": "export_from er {typed}, ble "
    "lagret som {typed2}, og kan ikke endres når den er lagret.",
    # the file itself
    "The file is not UTF-8 text.": "Filen er ikke UTF-8-tekst.",
    "Lists or tables stand too deep in each other.": "Lister eller tabeller står for dypt i hverandre.",
    "The file is not TOML: {driver}.": "Filen er ikke TOML: {driver}.",
    "The file is not TOML here: {driver}.": "Filen er ikke TOML her: {driver}.",
    "The text that begins with {mark} here is never closed.": "Teksten som begynner med {mark} her, lukkes aldri.",
    "The list that begins here is never closed.": "Listen som begynner her, lukkes aldri.",
    "The quotes are curly, as in a letter; a setup file has straight ones.": "Anførselstegnene er krøllede, som i et "
    "brev; en oppsettsfil har rette.",
    "The line holds {sign}, which is not seen.": "Linjen har {sign}, som ikke synes.",
    "The name of a table begins and ends with the same brackets, and has a line of its own.": "Navnet på en tabell "
    "begynner og slutter med samme klammer, og har en egen linje.",
    "{key} has no value.": "{key} har ingen verdi.",
    "{key} is followed by a colon; here it is =.": "{key} har kolon etter seg; her skal det være =.",
    "{key} has no = after it.": "{key} har ikke = etter seg.",
    'A backslash in "..." begins a sign of its own, so a Windows path cannot stand there.': "En omvendt skråstrek i "
    '"..." begynner et eget tegn, så en Windows-sti kan ikke stå der.',
    "The text is opened with {mark} and never closed.": "Teksten åpnes med {mark} og lukkes aldri.",
    "The text is closed with a quote and never opened.": "Teksten lukkes med et anførselstegn og åpnes aldri.",
    "Several values stand in a list.": "Flere verdier står i en liste.",
    "There are quotes inside the quotes.": "Det er anførselstegn inni anførselstegnene.",
    "There is something after the closing quote.": "Det står noe etter det siste anførselstegnet.",
    "{word} is no value; yes and no are true and false, in small letters.": "{word} er ingen verdi; ja og nei er true "
    "og false, med små bokstaver.",
    "A date is written year-month-day, with dashes.": "En dato skrives år-måned-dag, med bindestreker.",
    "There is no such date.": "Den datoen finnes ikke.",
    "A time stands in quotes.": "Et klokkeslett står i anførselstegn.",
    "The {name} is not closed with {mark} on its line.": "Det som åpnes her, lukkes ikke med {mark} på samme linje.",
    "Something is wrong in the {name}: its parts stand in quotes with commas between.": (
        "Noe er galt her: delene står i anførselstegn med komma mellom."
    ),
    "The text stands without quotes.": "Teksten står uten anførselstegn.",
    "A key has no other signs than a-z, 0-9, - and _.": "En nøkkel har bare tegnene a-z, 0-9, - og _.",
}

FIXES: Mapping[str, str] = {
    "Add one, such as: {typed}": "Legg til en, for eksempel: {typed}",
    "Begin it with a line of its own: {typed}": "Begynn den med en egen linje: {typed}",
    "Write it as: {typed}": "Skriv det slik: {typed}",
    "Write: {typed}": "Skriv: {typed}",
    "Keep one of them.": "Behold én av dem.",
    "Keep one of them, or write each as [[{name}]], with valid_from = 2026-12-01 in the one that counts later.": (
        "Behold én av dem, eller skriv hver som [[{name}]], med valid_from = 2026-12-01 i den som gjelder senere."
    ),
    "Write each as [[{name}]], with valid_from = 2026-12-01 in the one that counts later.": (
        "Skriv hver som [[{name}]], med valid_from = 2026-12-01 i den som gjelder senere."
    ),
    "Set this company's own in the office.": "Sett selskapets egen på kontoret.",
    "Set {variable} in the environment that runs posexport.": "Sett {variable} i miljøet som kjører posexport.",
    "Run it where the database is open.": "Kjør det der databasen er åpen.",
    "Type it again in the office.": "Skriv den på nytt på kontoret.",
    "Put the secret in the file {file} and let posexport read it, or correct the path.": "Legg nøkkelen i filen {file} "
    "og la posexport lese den, eller rett stien.",
    "Put the secret in an environment variable or a file and write env:NAME or file:PATH here. A secret that has stood "
    "in a file others read should be made anew.": "Legg nøkkelen i en miljøvariabel eller en fil, og skriv env:NAVN "
    "eller file:STI her. En nøkkel som har stått i en fil andre leser, bør lages på nytt.",
    "Begin with [[company]], id, name and organization_number.": "Begynn med [[company]], id, name og "
    "organization_number.",
    "Give every {name} an id of its own.": "Gi hver sin egen id.",
    "Add direct_posting = true if the client really wants vouchers that nobody checks first; otherwise target = "
    '"{target}" makes drafts.': "Legg til direct_posting = true om klienten virkelig vil ha bilag som ingen ser på "
    'først; ellers lager target = "{target}" kladder.',
    "Write the last business day whose credit sales become orders, or leave until out.": "Skriv den siste dagen der "
    "kredittsalg blir ordrer, eller utelat until.",
    "Choose target = {targets}, or take invoicing out.": "Velg target = {targets}, eller ta ut invoicing.",
    "Take invoicing out: sales on credit stay in the vouchers. If the books are in NOK, take currency out.": "Ta ut "
    "invoicing: kredittsalg blir i bilagene. Er regnskapet i NOK, så ta ut currency.",
    "Add the first business day whose credit sales become orders, under [company.orders]: {typed}": "Legg til den "
    "første dagen der kredittsalg blir ordrer, under [company.orders]: {typed}",
    'Write credit = true on the payment type that is paid later by invoice, or account = "1500".': (
        'Skriv credit = true på betalingsmåten som betales senere med faktura, eller account = "1500".'
    ),
    "The route decides; remove transfer. What was left out until then stays left out.": "Veien bestemmer; ta ut "
    "transfer. Det som er holdt utenfor til da, blir det.",
    "Take credit = false out. If it is paid at once, give it another account.": "Ta ut credit = false. Betales det med "
    "en gang, så gi den en annen konto.",
    "If it is sold with that code, add the account; if not, take the product out.": "Selges det med den koden, så legg "
    "til kontoen; hvis ikke, ta ut produktet.",
    "PowerOffice Go's keys are longer. Copy the whole key to where the reference leads.": "PowerOffice Gos nøkler er "
    "lengre. Kopier hele nøkkelen dit referansen fører.",
    "Add the add-on's own key, such as: {typed}": "Legg til tilleggets egen nøkkel, for eksempel: {typed}",
    "Add addon = 1 to 9 if the key is an add-on's, or leave the key out to use the company's.": (
        "Legg til addon = 1 til 9 om nøkkelen er et tilleggs, eller utelat nøkkelen for å bruke selskapets."
    ),
    "Give each department an add-on of its own.": "Gi hver avdeling sitt eget tillegg.",
    "Write the key that belongs to this add-on.": "Skriv nøkkelen som hører til dette tillegget.",
    "PowerOffice Go takes ten departments per integration: the main key and nine add-ons.": "PowerOffice Go tar ti "
    "avdelinger per integrasjon: hovednøkkelen og ni tillegg.",
    "Leave it with the venue whose sales it takes.": "La den stå på utsalgsstedet den tar salg for.",
    "Leave it with the venue whose sales it takes. Where two shops number their registers alike, set location on "
    "both.": "La den stå på utsalgsstedet den tar salg for. Nummererer to butikker kassene likt, så sett location på "
    "begge.",
    "List the registers of each under registers, or let one venue have the location.": "Skriv kassene til hvert under "
    "registers, eller la ett utsalgssted ha stedet.",
    "Make one for this department in Go under Menu > Settings > Extensions.": "Lag en for denne avdelingen i Go under "
    "Meny > Innstillinger > Utvidelser.",
    "Give the new venue an id of its own.": "Gi det nye utsalgsstedet en egen id.",
    "Write export_from = {typed}, or give the new venue an id of its own.": "Skriv export_from = {typed}, eller gi det "
    "nye utsalgsstedet en egen id.",
    "Write one of {choices}.": "Skriv en av {choices}.",
    "Write one of {choices}. Did you mean {name}?": "Skriv en av {choices}. Mente du {name}?",
    "Write it with {number} at most.": "Skriv det med høyst {number}.",
    "Write it on one line.": "Skriv det på én linje.",
    "Write a Windows path in single quotes: {typed}": "Skriv en Windows-sti i enkle anførselstegn: {typed}",
    "Use 1 to 30 of the characters a-z, 0-9 and -.": "Bruk 1 til 30 av tegnene a-z, 0-9 og -.",
    'Write the code alone, such as "3" or "31".': 'Skriv bare koden, for eksempel "3" eller "31".',
    'Write the VAT code in Go before the =, as { "3" = "3020" }.': 'Skriv mva-koden i Go foran =, som {{ "3" = "3020" '
    "}}.",
    'Write kroner from "0.00" to "100.00", such as "0.50".': 'Skriv kroner fra "0.00" til "100.00", for eksempel '
    '"0.50".',
    'Write 3 to 8 digits, such as "3020", or "" where the bookkeeper is to fill it in.': "Skriv 3 til 8 sifre, for "
    'eksempel "3020", eller "" der regnskapsføreren skal fylle inn.',
    'Write its three letters, such as "NOK".': 'Skriv de tre bokstavene, for eksempel "NOK".',
    "Copy it again from the Register of Business Enterprises (brreg.no).": "Kopier det på nytt fra Enhetsregisteret "
    "(brreg.no).",
    'Write host and port, such as "smtp.example.com:587".': (
        'Skriv tjener og port, for eksempel "smtp.example.com:587".'
    ),
    "Leave out names, passwords and everything from ? or #.": "Utelat navn, passord og alt fra ? eller #.",
    "Write https:// (plain http is for addresses of this machine, such as http://127.0.0.1:8899).": "Skriv https:// "
    "(ren http er for adresser på denne maskinen, som http://127.0.0.1:8899).",
    'Write one such as "name@example.com".': 'Skriv en som "navn@example.com".',
    "Write the add-on's number, 1 to 9, or leave it out for the main key.": "Skriv tilleggets nummer, 1 til 9, eller "
    "utelat det for hovednøkkelen.",
    'Write one such as "Europe/Oslo".': 'Skriv en som "Europe/Oslo".',
    "Write the first business day that is to be exported.": "Skriv den første dagen som skal eksporteres.",
    "Write the first business day on which it counts.": "Skriv den første dagen den gjelder.",
    "Write the first business day whose credit sales become orders.": "Skriv den første dagen der kredittsalg blir "
    "ordrer.",
    "Write the last business day whose credit sales become orders.": "Skriv den siste dagen der kredittsalg blir "
    "ordrer.",
    'Write "daily", "weekly", "monthly" or a five-field cron line such as "30 5 * * mon-fri".': 'Skriv "daily", '
    '"weekly", "monthly" eller en cron-linje med fem felt, som "30 5 * * mon-fri".',
    'Write "daily", "weekly", "monthly" or a five-field cron line such as "30 5 * * mon-fri". Did you mean {name}?': (
        'Skriv "daily", "weekly", "monthly" eller en cron-linje med fem felt, som "30 5 * * mon-fri". Mente du {name}?'
    ),
    "Write hours from {least} to {most}; 36 is usual.": "Skriv timer fra {least} til {most}; 36 er vanlig.",
    "Write minutes from {least} to {most}; 5 is usual.": "Skriv minutter fra {least} til {most}; 5 er vanlig.",
    "Write minutes from {least} to {most}.": "Skriv minutter fra {least} til {most}.",
    "Write days from {least} to {most}.": "Skriv dager fra {least} til {most}.",
    "Write days from {least} to {most}; 14 is usual.": "Skriv dager fra {least} til {most}; 14 er vanlig.",
    'Write a time from "00:00" to "23:59", such as "05:00".': 'Skriv et klokkeslett fra "00:00" til "23:59", for '
    'eksempel "05:00".',
    "Save it again with encoding UTF-8.": "Lagre den på nytt med tegnsettet UTF-8.",
    'Mend the line: text stands in quotes (name = "Torget"), a table begins with its name in brackets '
    "([[company.venue]]), and a key is written once per table.": "Rett linjen: tekst står i anførselstegn (name = "
    '"Torget"), en tabell begynner med navnet i klammer ([[company.venue]]), og en nøkkel skrives én gang per tabell.',
    "Write {mark} where it ends.": "Skriv {mark} der den slutter.",
    "Close it with ], such as: {typed}": "Lukk den med ], for eksempel: {typed}",
    "Write straight quotes: {typed}": "Skriv rette anførselstegn: {typed}",
    "Delete the blanks of the line and type them again.": "Slett mellomrommene på linjen og skriv dem på nytt.",
    "Write one, such as {typed}, or take the line out.": "Skriv en, for eksempel {typed}, eller ta ut linjen.",
    "Write it in single quotes: {typed}": "Skriv det i enkle anførselstegn: {typed}",
    "Write / instead of \\.": "Skriv / i stedet for \\.",
    "Write single ones around it: {typed}": "Skriv enkle rundt: {typed}",
    "Write the key as the guide has it, or in quotes.": "Skriv nøkkelen slik veiledningen har den, eller i "
    "anførselstegn.",
}

PARTS: Mapping[str, str] = {
    "true or false": "true eller false",
    "true or false, without quotes": "true eller false, uten anførselstegn",
    "text": "tekst",
    "text in quotes": "tekst i anførselstegn",
    "a whole number": "et heltall",
    "a decimal number": "et desimaltall",
    "a date with a time": "en dato med klokkeslett",
    "a date": "en dato",
    "a time": "et klokkeslett",
    "a time in quotes": "et klokkeslett i anførselstegn",
    "a list": "en liste",
    "a table": "en tabell",
    "a table of accounts": "en tabell med kontoer",
    "a table of products": "en tabell med produkter",
    "one of {names}": "en av {names}",
    "1 or 100, without quotes": "1 eller 100, uten anførselstegn",
    'an amount in quotes, such as "0.50"': 'et beløp i anførselstegn, for eksempel "0.50"',
    "env:NAME or file:PATH in quotes": "env:NAVN eller file:STI i anførselstegn",
    "a whole number from 1 to 9, without quotes": "et heltall fra 1 til 9, uten anførselstegn",
    "a whole number of hours, without quotes": "et helt antall timer, uten anførselstegn",
    "a whole number of minutes, without quotes": "et helt antall minutter, uten anførselstegn",
    "a whole number of days, without quotes": "et helt antall dager, uten anførselstegn",
    "venue {id}": "utsalgssted {id}",
    "company {id}": "selskap {id}",
    "venue {id} of company {company}": "utsalgssted {id} i selskapet {company}",
    "product type {id}": "varegruppe {id}",
    "payment type {id}": "betalingsmåte {id}",
    "VAT code {id}": "mva-kode {id}",
    "The venue": "Utsalgsstedet",
    "The company": "Selskapet",
    "The product type": "Varegruppen",
    "The payment type": "Betalingsmåten",
    "The VAT code": "Mva-koden",
    "The file": "Filen",
    "a no-break space": "et hardt mellomrom",
    "a space of no width": "et mellomrom uten bredde",
    "a byte order mark": "et byte order mark",
    "a sign of no width": "et tegn uten bredde",
    "is made in Go under Menu > Settings > Extensions": "lages i Go under Meny > Innstillinger > Utvidelser",
    'invoicing = "orders" needs: orders go by API v2': 'invoicing = "orders" krever: ordrer går med API v2',
    'target "file" needs: the folder the voucher files go to': 'target "file" krever: mappen bilagsfilene legges i',
    'target "{target}" needs': 'target "{target}" krever',
    "is a file that is not there": "er en fil som ikke finnes",
    "is a file that cannot be read as text": "er en fil som ikke kan leses som tekst",
    "is empty": "er tom",
    "{text} has no step from 1 to 7": "{text} har ikke noe steg fra 1 til 7",
    "{text} is no weekday": "{text} er ingen ukedag",
    "holds more than one line, or characters no key has": "har mer enn én linje, eller tegn som ingen nøkkel har",
    "is written out, or is no reference": "er skrevet rett ut, eller er ingen referanse",
}
"""What stands in the holes of the others."""

"""Why a sales file was refused, and what is noted of one that was read: each sentence as the readers make it, and in
Norwegian. Data only; `texts.refusals` finds the sentence for a text."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    # what was found
    "The file is empty.": "Filen er tom.",
    "the file is empty.": "filen er tom.",
    "The file ends in the middle.": "Filen slutter midt i.",
    "The file is not XML.": "Filen er ikke XML.",
    "The file is a compressed archive.": "Filen er et pakket arkiv.",
    "The file is not well-formed XML: {why}.": "Filen er ikke gyldig XML: {why}.",
    "The file is no readable XML ({why}).": "Filen er ikke lesbar XML ({why}).",
    "The file lacks {what}.": "Filen mangler {what}.",
    "The file has a DOCTYPE.": "Filen har en DOCTYPE.",
    "The file is XML of another kind: its root element is {root}.": "Filen er XML av et annet slag: rotelementet er "
    "{root}.",
    "This is SAF-T Financial (the ledger), not Cash Register: its root element is {root}.": "Dette er SAF-T Regnskap, "
    "ikke kassasystem: rotelementet er {root}.",
    "{column} is {text}.": "{column} er {text}.",
    "{column} is empty.": "{column} er tom.",
    "the row has {n} cells.": "raden har {n} felter.",
    "the header has no column {columns}.": "overskriften mangler kolonnen {columns}.",
    "the column {name} is unknown.": "kolonnen {name} er ukjent.",
    "the column {name} stands twice.": "kolonnen {name} står to ganger.",
    "it is encrypted.": "den er kryptert.",
    "it is a ZIP inside a ZIP.": "den er en ZIP inni en ZIP.",
    "it would unpack to {n} MB from {packed} kB, as a ZIP bomb does.": "den ville blitt {n} MB utpakket fra "
    "{packed} kB, slik en ZIP-bombe gjør.",
    "the ZIP holds no sales file (but {held}).": "ZIP-filen har ingen salgsfil (men {held}).",
    "the ZIP holds {n} files.": "ZIP-filen har {n} filer.",
    "the file cannot be read ({why}).": "filen kan ikke leses ({why}).",
    "this is {what}.": "dette er {what}.",
    "venues {names} both have this register.": "stedene {names} har begge denne kassen.",
    "the ticket{told} stands twice in the file, completed at {at}, with different contents.": "bongen{told} står to "
    "ganger i filen, avsluttet {at}, med ulikt innhold.",
    "it begins as none of the formats posexport reads.": "den begynner ikke som noe format som kan leses.",
    "the line is no complete JSON ({why}).": "linjen er ikke hel JSON ({why}).",
    "what begins here is no complete JSON ({why}).": "det som begynner her, er ikke hel JSON ({why}).",
    "the register belongs to {venue}, and {chosen} was chosen.": "kassen hører til {venue}, og {chosen} ble valgt.",
    "There is no company {name} in the setup (any more).": "Det er ikke noe selskap {name} i oppsettet (lenger).",
    # what is noted of a file that was read
    "The file names no valid organization number ({written}), so it was not compared with that of the venue's "
    "company. Check that these are the right sales.": "Filen har ikke noe gyldig organisasjonsnummer ({written}), så "
    "det er ikke sammenlignet med selskapets. Se etter at dette er riktig salg.",
    "Every ticket in the file is void or training. That is not the same as no sales.": "Alle bongene i filen er "
    "annullert eller i treningsmodus. Det er ikke det samme som ikke salg.",
    "All {n} tickets are voided or training tickets. This is not a day without sales: ask whether the cash register "
    "was in training mode.": "Alle de {n} bongene er annullert eller i treningsmodus. Det er ikke en dag uten "
    "salg: spør om kassen sto i treningsmodus.",
    "The total row says {amount}; its sales come to {sold}, its payments to {paid}. See whether rows are missing from "
    "the file.": "Sumraden sier {amount}; salget er {sold}, betalingene {paid}. Se om det mangler rader i filen.",
    "{written} has a decimal comma, and was read as if it were a point.": "{written} har desimalkomma, og er lest "
    "som om det var punktum.",
    "{written} is an amount with a computer's rounding error, and was read to the nearest øre.": "{written} er et "
    "beløp med avrundingsfeil, og er lest til nærmeste øre.",
    "{written} is empty, and was read as if it were left out.": "{written} er tom, og er lest som om den ikke var der.",
    "{written} was read as midnight, 00:00 of the next day.": "{written} er lest som midnatt, 00.00 neste dag.",
    "{written} has points in its time, and was read as if they were colons.": "{written} har punktum i "
    "klokkeslettet, og er lest som om det var kolon.",
    "The row before the header was passed over.": "Raden over overskriftene er hoppet over.",
    "{n} rows before the header were passed over.": "{n} rader over overskriftene er hoppet over.",
    "A delivery receipt that names no customer, and that nobody paid, was not counted as a sale.": "En "
    "leveringskvittering uten kunde, som ingen betalte, er ikke regnet som salg.",
    "The transaction type {type} says that cash was moved ({code}), but a line of {amount} sells {what}: it was read "
    "as a sale.": "Transaksjonstypen {type} sier at kontanter ble flyttet ({code}), men en linje på {amount} selger "
    "{what}: den er lest som salg.",
    "A movement of cash ({code}) states no amount; nothing was moved.": "En kontantbevegelse ({code}) har ikke noe "
    "beløp; ingenting er flyttet.",
    "A count difference above zero marked D was read as money missing.": "En tellediff over null merket D er lest som "
    "manglende penger.",
    "The report is called {name} and was read as a Z-report.": "Rapporten heter {name} og er lest som en Z-rapport.",
    "It cannot be told whether the report {name} is a Z-report; it was not compared with the tickets. If it is one, "
    "have the cash register's supplier give the event the predefined code 13009.": "Det går ikke an å se om rapporten "
    "{name} er en Z-rapport; den er ikke sammenlignet med bongene. Er den det, be kasseleverandøren gi hendelsen den "
    "faste koden 13009.",
    "A foreign payment was already in {currency}; its rate was not used.": "En betaling i utenlandsk valuta var "
    "allerede i {currency}; kursen er ikke brukt.",
    "The tip seems to be inside the sales, and no line tells where.": "Tipset ser ut til å ligge i salget, og ingen "
    "linje sier hvor.",
    "{n} more tickets like the last one named ({kind}).": "{n} bonger til som den siste som er nevnt ({kind}).",
    "The file claims to be UTF-16 and is not; it was read as UTF-8.": "Filen sier at den er UTF-16, og er det ikke; "
    "den er lest som UTF-8.",
    # what is noted of tickets as they are stored
    "{tickets} stand more than once in the file, the same to the minute or nearly so; each was read once. If they are "
    "sales of their own, ask the register's vendor for numbers that do not repeat.": "{tickets} står mer enn én gang i "
    "filen, likt på minuttet eller nesten; hver er lest én gang. Er de egne salg, be kasseleverandøren om numre som "
    "ikke går igjen.",
    "{tickets} have a number that another ticket of the same register and day has in this file, at another time; all "
    "of them are counted as sales. If the register does not start its numbers anew, ask its vendor why.": "{tickets} "
    "har et nummer som en annen bong på samme kasse og dag har i denne filen, på et annet klokkeslett; alle er regnet "
    "med som salg. Begynner ikke kassen på nytt med numrene, spør kasseleverandøren om hvorfor.",
    "{tickets} are otherwise in a newer file that was read before; what the newer file says stays. To take over this "
    "file's, undo the import of the newer one.": "{tickets} er annerledes i en nyere fil som er lest før; det den "
    "nyere filen sier, står. Skal det i denne filen gjelde, angre importen av den nyere.",
    "{tickets} are not in a newer file that was read before and covers their time; they were not brought back. If they "
    "are sales all the same, undo the import of the newer file and import this one again.": "{tickets} er ikke i en "
    "nyere fil som er lest før og dekker tiden deres; de er ikke satt tilbake. Er de likevel salg, angre importen av "
    "den nyere filen og les inn denne på nytt.",
    "{tickets} are sales of venue {venue}, business day {day}, whose voucher is drafted or on its way; they stay there "
    "and count there alone. If they belong here, delete the draft in PowerOffice Go, resolve it with {command}, and "
    "import the file again.": "{tickets} er salg på utsalgsstedet {venue} {day}, der bilaget er levert eller på vei; "
    "de blir der og regnes bare med der. Hører de til her, slett kladden i PowerOffice Go, si det med {command}, og "
    "les inn filen på nytt.",
    "{tickets} are like sales of venue {venue}, business day {day}: the same register id, number, time and content. "
    "The two venues have locations of their own, so both are counted. If they are the same sales, undo the import of "
    "the file that is wrong.": "{tickets} er som salg på utsalgsstedet {venue} {day}: samme kasse-id, nummer, "
    "klokkeslett og innhold. De to utsalgsstedene har hvert sitt sted, så begge er regnet med. Er det samme salg, "
    "angre importen av filen som er feil.",
    "{tickets} are dated in the future, the first {day}: no business day that closes soon will show them. Was the "
    "register's clock wrong, take each out with {command} and book the sales by hand.": "{tickets} har en dato frem i "
    "tid, den første {day}: ingen dag som gjøres opp med det første, viser dem. Gikk klokken i kassen feil, ta ut hver "
    "av dem med posexport tickets withdraw STED DAG KASSE BONG --why TEKST, og før salget for hånd.",
    "{tickets} are dated two years or more before the others, the first {day}; their days are held. Was the register's "
    "clock wrong, take each out with {command} and book the sales by hand.": "{tickets} har en dato to år eller mer "
    "før de andre, den første {day}; dagene deres holdes tilbake. Gikk klokken i kassen feil, ta ut hver av dem med "
    "posexport tickets withdraw STED DAG KASSE BONG --why TEKST, og før salget for hånd.",
    "Every ticket of the file is more than two years old, the newest of {day}. Is that the file you meant?": "Alle "
    "bongene i filen er mer enn to år gamle, den nyeste fra {day}. Er det denne filen du mente?",
    "{tickets} are from before {day}, the export_from of venue {venue}: they are kept and never exported. Nothing need "
    "be done if that is right.": "{tickets} er fra før {day}, som er export_from for utsalgsstedet {venue}: de er "
    "lagret, og eksporteres aldri. Er det riktig, er det ingenting å gjøre.",
    "{tickets} have numbers that run against the clock by hours. The register may date its sales by the shift: check "
    "the business days.": "{tickets} har numre som går mot klokken med flere timer. Kanskje daterer kassen salget "
    "etter vakten: se over dagene.",
    # what was expected
    "sales of the venue that was chosen.": "salg fra stedet som ble valgt.",
    "one whole ticket, as a JSON object in braces, on each line.": "én hel bong, som et JSON-objekt i klammer, på hver "
    "linje.",
    "SAF-T Cash Register.": "SAF-T Kassasystem.",
    "SAF-T Cash Register, an XML file.": "SAF-T Kassasystem, en XML-fil.",
    "SAF-T Cash Register as the cash register wrote it.": "SAF-T Kassasystem slik kassen skrev den.",
    "SAF-T Cash Register, which begins with 'auditfile'.": "SAF-T Kassasystem, som begynner med «auditfile».",
    "a whole file, to the end of 'auditfile'.": "en hel fil, til slutten av «auditfile».",
    "a whole file, as it was exported.": "en hel fil, slik den ble eksportert.",
    "an XML file.": "en XML-fil.",
    "an XML file without one; a DOCTYPE can pull in other files.": "en XML-fil uten; en DOCTYPE kan hente inn andre "
    "filer.",
    "a SAF-T Cash Register file (saft), CSV with a header row (csv), an Excel sheet like it (.xlsx) or JSON (jsonl).": (
        "en SAF-T Kassasystem-fil, CSV med overskrifter, et Excel-ark som den (.xlsx) eller JSON."
    ),
    "a header row with {columns}, with ; or , between them.": "en overskriftsrad med {columns}, med ; eller , mellom.",
    "{n}, as in the header.": "{n}, som i overskriften.",
    "kroner with a decimal point, such as 1234.50.": "kroner med desimalpunktum, som 1234.50.",
    "kroner with a decimal comma or point, at most two decimals and no thousands separator, such as 200,00.": (
        "kroner med komma eller punktum, høyst to desimaler og ingen tusenskiller, som 200,00."
    ),
    "a ZIP without a password.": "en ZIP uten passord.",
    "the sales files themselves in the ZIP.": "selve salgsfilene i ZIP-filen.",
    "at most {n}.": "høyst {n}.",
    "one venue per register.": "ett sted for hver kasse.",
    "one ticket per register, number and time, and per id.": "én bong for hver kasse, nummer og tid, og for hver id.",
    # what to do
    "Upload it again and let the register decide, or say that the venue is right.": "Last den opp på nytt og la kassen "
    "avgjøre, eller kryss av for at stedet er riktig.",
    "Export the sales as one of these, or say which of them it is with --format.": "Eksporter salget som et av disse.",
    "Write each ticket whole; is the file cut off here?": "Skriv hver bong hel; er filen kuttet her?",
    "Is the file cut off here? Export it again.": "Er filen kuttet her? Eksporter den på nytt.",
    "Export it again.": "Eksporter den på nytt.",
    "Export the sales again.": "Eksporter salget på nytt.",
    "Copy or export it again.": "Kopier eller eksporter den på nytt.",
    "Correct it where the file is made.": "Rett det der filen blir laget.",
    "Unpack it and read what it holds.": "Pakk den ut, og last opp det som er i den.",
    "Unpack it and give the files inside.": "Pakk den ut, og last opp filene i den.",
    "Unpack it and give the file inside.": "Pakk den ut, og last opp filen i den.",
    "Unpack the outer ZIP and give the inner ones.": "Pakk ut den ytre ZIP-filen, og last opp de indre.",
    "Put the sales files into the ZIP, or give them on their own.": "Legg salgsfilene i ZIP-filen, eller last dem opp "
    "hver for seg.",
    "If the file is right, unpack it and give the files inside.": "Er filen riktig, pakk den ut og last opp filene i "
    "den.",
    "Export the electronic journal as SAF-T Cash Register (SAF-T Kassasystem) from the cash register.": "Eksporter den "
    "elektroniske journalen som SAF-T Kassasystem fra kassen.",
    "Have the cash register's supplier correct it and export the file again.": "Be kasseleverandøren rette det, og "
    "eksporter filen på nytt.",
    "Have the supplier correct it and export the file again.": "Be leverandøren rette det, og eksporter filen på nytt.",
    "Export the file again from the cash register, and do not edit it.": "Eksporter filen på nytt fra kassen, og ikke "
    "endre den.",
    "Say whose file it is with --venue ID.": "Velg hvem sitt salg det er når du laster opp.",
    "Add it, as the first row of the file.": "Legg den til, som første rad i filen.",
    "Export the period again; where two locations share register numbers, import each by itself.": "Eksporter perioden "
    "på nytt; har to steder samme kassenummer, last opp hver for seg.",
    # kinds of files
    "this is a ZIP file.": "dette er en ZIP-fil.",
    "this is a gzip file.": "dette er en gzip-fil.",
    "this is a 7z archive.": "dette er et 7z-arkiv.",
    "this is a RAR archive.": "dette er et RAR-arkiv.",
    "this is a PDF.": "dette er en PDF.",
    "this is a database.": "dette er en database.",
    "this is a web page.": "dette er en nettside.",
    "this is a folder.": "dette er en mappe.",
    "this is no ordinary file.": "dette er ikke en vanlig fil.",
    "this is an old Excel file (.xls), one with a password, or another Office file.": "dette er en gammel "
    "Excel-fil (.xls), en med passord, eller en annen Office-fil.",
    "this is an OpenDocument spreadsheet (.ods).": "dette er et OpenDocument-regneark (.ods).",
    "this is an OpenDocument file, no Excel workbook.": "dette er en OpenDocument-fil, ikke en Excel-arbeidsbok.",
    "this is a binary Excel workbook (.xlsb).": "dette er en binær Excel-arbeidsbok (.xlsb).",
    "this is a Word or other Office file, no Excel workbook.": "dette er en Word-fil eller en annen Office-fil, "
    "ikke en Excel-arbeidsbok.",
    "this is a file from {name}.": "dette er en fil fra {name}.",
    "this is another program's file.": "dette er en fil fra et annet program.",
    "this is another program's file (its columns are {names}).": "dette er en fil fra et annet program (kolonnene "
    "er {names}).",
    "this is another program's file (its keys are {names}).": "dette er en fil fra et annet program (nøklene er "
    "{names}).",
    # what was found
    "the Excel file cannot be read ({why}).": "Excel-filen kan ikke leses ({why}).",
    "the sheet cannot be read ({why}).": "arket kan ikke leses ({why}).",
    "the sheet is empty.": "arket er tomt.",
    "the file could not be read further ({why}).": "filen kunne ikke leses videre ({why}).",
    "the file is UTF-16 and cut off, or damaged.": "filen er UTF-16 og kuttet, eller ødelagt.",
    "the file is UTF-16.": "filen er UTF-16.",
    "the file may not be read.": "filen kan ikke åpnes.",
    "the file mixes UTF-8 and ISO-8859-1.": "filen blander UTF-8 og ISO-8859-1.",
    "the folder holds no sales file.": "mappen har ingen salgsfil.",
    "the format {name} was asked for.": "det ble bedt om formatet {name}.",
    "there is no such file.": "det er ingen slik fil.",
    "the key {name} is unknown.": "nøkkelen {name} er ukjent.",
    "the key {name} stands twice.": "nøkkelen {name} står to ganger.",
    "the line holds NUL bytes.": "linjen har NUL-tegn.",
    "the line is longer than {n} MB.": "linjen er lengre enn {n} MB.",
    "the line is neither UTF-8 nor ISO-8859-1.": "linjen er verken UTF-8 eller ISO-8859-1.",
    "the line is nested too deeply.": "linjen har for mange nivåer.",
    "the line is no ticket.": "linjen er ikke en bong.",
    "the line is not UTF-8.": "linjen er ikke UTF-8.",
    "the lines end in CR alone.": "linjene slutter med bare CR.",
    "the mail has {n} MB.": "e-posten er på {n} MB.",
    "no sales file is attached to the mail (but {held}).": "e-posten har ingen salgsfil som vedlegg (men {held}).",
    "the row is longer than {n} MB.": "raden er lengre enn {n} MB.",
    "the row that begins here cannot be taken apart (up to line {n}: {why}).": "raden som begynner her, kan ikke "
    "deles opp (til linje {n}: {why}).",
    "the rows of the ticket disagree about training or void.": "radene til bongen er uenige om den er i "
    "treningsmodus eller annullert.",
    "the rows of the ticket have {column} {one} and {other}.": "radene til bongen har {column} {one} og {other}.",
    "the ticket has the customers {one} and {other}.": "bongen har kundene {one} og {other}.",
    "the ticket has the ids {one} and {other}.": "bongen har id-ene {one} og {other}.",
    "the ticket has more than {n} rows.": "bongen har mer enn {n} rader.",
    "this ticket began on line {n}, and other tickets stand between.": "denne bongen begynte på linje {n}, og det "
    "står andre bonger imellom.",
    "a row without time, number and kind stands between the tickets.": "en rad uten tid, nummer og kind står "
    "mellom bongene.",
    "a row of kind {kind} has VAT or a discount.": "en rad av kind {kind} har mva eller rabatt.",
    "a payment in NOK has the rate {rate}.": "en betaling i NOK har kursen {rate}.",
    "a payment is in {currency} without a rate.": "en betaling er i {currency} uten kurs.",
    "it is in {currency} without a rate.": "den er i {currency} uten kurs.",
    "it is in NOK with the rate {rate}.": "den er i NOK med kursen {rate}.",
    "it is said to be in {currency}.": "det står at den er i {currency}.",
    "it is packed in an unusual way (method {n}).": "den er pakket på en uvanlig måte (metode {n}).",
    "{amount} is no amount.": "{amount} er ikke et beløp.",
    "currency is {currency} on a row that is no payment.": "currency er {currency} på en rad som ikke er en betaling.",
    "code is {code} on a row that is neither a sale nor a payment.": "code er {code} på en rad som verken er salg "
    "eller betaling.",
    "a column of the header has no name.": "en kolonne i overskriften har ikke noe navn.",
    "{text} stands in a column that has no name.": "{text} står i en kolonne uten navn.",
    "a file in the ZIP has a name of {n} characters.": "en fil i ZIP-filen har et navn på {n} tegn.",
    "after the ticket comes {text}.": "etter bongen kommer {text}.",
    "after the tickets comes {text}.": "etter bongene kommer {text}.",
    "beside the list of tickets stands {name}.": "ved siden av listen over bonger står {name}.",
    "{name} stands after the list of tickets.": "{name} står etter listen over bonger.",
    "found {text}.": "fant {text}.",
    "here stands {text}.": "her står {text}.",
    "there stands {text}.": "der står {text}.",
    "what begins here is no complete JSON.": "det som begynner her, er ikke hel JSON.",
    "{column} is missing.": "{column} mangler.",
    "{column} is {text}, {n} characters long.": "{column} er {text}, på {n} tegn.",
    "venue {name} was taken out of the setup, or got another id, meanwhile.": "stedet {name} er fjernet fra "
    "oppsettet, eller har fått en annen id, i mellomtiden.",
    "This is SAF-T Financial (the ledger), not Cash Register: its root element is {root} in {namespace}.": "Dette "
    "er SAF-T Regnskap, ikke kassasystem: rotelementet er {root} i {namespace}.",
    "This is SAF-T Financial (the ledger), not Cash Register: its root element is {root}, and {first} stands "
    "first in it.": "Dette er SAF-T Regnskap, ikke kassasystem: rotelementet er {root}, og {first} står først i det.",
    "The file is XML of another kind: its root element is {root} in {namespace}.": "Filen er XML av et annet slag: "
    "rotelementet er {root} i {namespace}.",
    "The file lacks a root element.": "Filen mangler et rotelement.",
    "The file lacks a root element at its start.": "Filen mangler et rotelement i begynnelsen.",
    "A payment has no paymentType.": "En betaling har ingen paymentType.",
    "A payment of {amount} has no rate.": "En betaling på {amount} har ingen kurs.",
    "exchRt is {rate} on {amount}.": "exchRt er {rate} på {amount}.",
    "It cannot be told whether the ticket is a sale or a return: sale and return balance alike, and nothing "
    "on the ticket tells which it is.": "Det går ikke an å se om bongen er salg eller retur: begge går opp, og "
    "ingenting på bongen sier hva den er.",
    "It cannot be told whether the ticket is a sale or a return: this register writes its sales as D, and "
    "here is one as C.": "Det går ikke an å se om bongen er salg eller retur: denne kassen skriver salg som D, og "
    "her er ett som C.",
    "It cannot be told whether the ticket is a sale or a return: amntTp D says a return, and a code on the "
    "ticket says a sale.": "Det går ikke an å se om bongen er salg eller retur: amntTp D sier retur, og en kode på "
    "bongen sier salg.",
    "It cannot be told whether the ticket is a sale or a return: {why}.": "Det går ikke an å se om bongen er salg "
    "eller retur: {why}.",
    "The company's lists are too long.": "Selskapets lister er for lange.",
    "The date holds the time {time}, and the time beside it is {other}.": "Datoen har klokkeslettet {time}, og "
    "klokkeslettet ved siden av er {other}.",
    "The date is {text}.": "Datoen er {text}.",
    "The date is missing.": "Datoen mangler.",
    "The time is {text}.": "Klokkeslettet er {text}.",
    "The time is missing.": "Klokkeslettet mangler.",
    "Date and time are {day} and {time}.": "Dato og klokkeslett er {day} og {time}.",
    "The list {name} stands after tickets that need it.": "Listen {name} står etter bonger som trenger den.",
    "The location's name stands after its cash registers.": "Navnet på stedet står etter kassene.",
    "The ticket has no number.": "Bongen har ikke noe nummer.",
    "The ticket stands in no cashregister, or before its registerID.": "Bongen står utenfor cashregister, eller "
    "foran registerID.",
    "The folder {name} for temporary files cannot be written ({why}).": "Mappen {name} for midlertidige filer kan "
    "ikke skrives i ({why}).",
    # what is noted of a file that was read
    "A payment of {amount} has no rate; it was taken as {currency} as it stands.": "En betaling på {amount} har "
    "ingen kurs; den er tatt som {currency} slik den står.",
    "A payment of {amount} has no rate; it was taken as {currency} as it stands, since the ticket balances "
    "with it.": "En betaling på {amount} har ingen kurs; den er tatt som {currency} slik den står, siden bongen "
    "går opp med den.",
    "A payment of {amount} has the rate 1; it was taken as {currency} as it stands.": "En betaling på {amount} har "
    "kursen 1; den er tatt som {currency} slik den står.",
    "A payment of {amount} has the rate 1; it was taken as {currency} as it stands, since the ticket balances "
    "with it.": "En betaling på {amount} har kursen 1; den er tatt som {currency} slik den står, siden bongen går "
    "opp med den.",
    "A voided ticket with a sum below zero is not counted; if it cancels another ticket, look that one up, "
    "for it is counted.": "En annullert bong med en sum under null er ikke regnet med; opphever den en annen bong, "
    "slå opp den andre, for den er regnet med.",
    "It cannot be told which VAT code a line of this ticket has: {line}.": "Det går ikke an å se hvilken mva-kode "
    "en linje på denne bongen har: {line}.",
    "{n} times an & stands where XML wants &amp;; it was read as a plain &.": "{n} ganger står det & der XML skal "
    "ha &amp;; det er lest som et vanlig &.",
    "The file claims to be UTF-8 and holds bytes that are not; they were read as Windows-1252 (ISO-8859-1). "
    "Look over names with æ, ø and å.": "Filen sier at den er UTF-8, og har tegn som ikke er det; de er lest som "
    "Windows-1252 (ISO-8859-1). Se over navn med æ, ø og å.",
    "The cash registers {ids} differ only by zeros or by case. They are read as different; if they are one, "
    "have the cash register's supplier write it one way.": "Kassene {ids} skiller seg bare ved nuller eller store "
    "bokstaver. De er lest som ulike; er de én, be kasseleverandøren skrive den på én måte.",
    "The {kind} {ids} differ only by zeros or by case. They are read as different; if they are one, have the "
    "cash register's supplier write it one way.": "Kodene {ids} ({kind}) skiller seg bare ved nuller eller store "
    "bokstaver. De er lest som ulike; er de én, be kasseleverandøren skrive den på én måte.",
    # what was expected
    '"{name}", perhaps?': "kanskje «{name}»?",
    '"rate" as NOK for one {currency}, such as "11.4235".': '"rate" som NOK for én {currency}, som "11.4235".',
    'the rate "1", or none, for NOK, and "currency" for any other.': 'kursen "1", eller ingen, for NOK, og '
    '"currency" for andre valutaer.',
    "the rate 1, or none, for NOK, and a currency for any other.": "kursen 1, eller ingen, for NOK, og en valuta "
    "for andre.",
    'amounts in NOK, and "currency" with "rate" for a payment in another currency alone.': "beløp i NOK, og "
    '"currency" med "rate" bare for en betaling i en annen valuta.',
    'NOK for one unit of the currency, such as "11.4235".': 'NOK for én enhet av valutaen, som "11.4235".',
    "NOK for one unit of the currency, such as 11,4235.": "NOK for én enhet av valutaen, som 11,4235.",
    "in the column rate, NOK for one {currency}, such as 11,4235.": "i kolonnen rate, NOK for én {currency}, som "
    "11,4235.",
    "exchRt, what one {currency} is in {own}.": "exchRt, hva én {currency} er i {own}.",
    "what one {currency} is in {own}, such as 11.423500.": "hva én {currency} er i {own}, som 11.423500.",
    "NOK, or nothing.": "NOK, eller ingenting.",
    "SAF-T Cash Register with company and cashregister.": "SAF-T Kassasystem med company og cashregister.",
    "a JSON object with {keys}.": "et JSON-objekt med {keys}.",
    "a line such as {example}": "en linje som {example}",
    'a VAT rate in percent, such as "25" or "11.11".': 'en mva-sats i prosent, som "25" eller "11.11".',
    "a VAT rate in percent, such as 25 or 11,11.": "en mva-sats i prosent, som 25 eller 11,11.",
    "a percentage such as 25.00.": "en prosent, som 25.00.",
    "a code, not empty, at most {n} characters.": "en kode, ikke tom, høyst {n} tegn.",
    "text or a number, not empty, at most {n} characters.": "tekst eller et tall, ikke tomt, høyst {n} tegn.",
    "the product type's code.": "koden for varegruppen.",
    "the payment type's code.": "koden for betalingsmåten.",
    "the code of the payment type.": "koden for betalingsmåten.",
    "a comma between the tickets of a list.": "et komma mellom bongene i en liste.",
    "a currency of three letters, such as EUR, or nothing.": "en valuta på tre bokstaver, som EUR, eller ingenting.",
    "a currency of three letters, such as EUR.": "en valuta på tre bokstaver, som EUR.",
    "a customer's number, or an object such as {example}.": "et kundenummer, eller et objekt som {example}.",
    "the ticket it gives back, such as {example}.": "bongen den gir tilbake, som {example}.",
    "a list of texts, such as {example}.": "en liste med tekster, som {example}.",
    "a list, [] where there is none.": "en liste, [] der det ikke er noen.",
    "a date such as 2020-01-31.": "en dato, som 2020-01-31.",
    "a day and a time that exist, such as 2020-01-31 and 09:15:00.": "en dag og et klokkeslett som finnes, som "
    "2020-01-31 og 09:15:00.",
    'a time such as "2026-11-21T23:41:07" (local) or "2026-11-21T23:41:07+01:00".': "en tid, som "
    '"2026-11-21T23:41:07" (lokal) eller "2026-11-21T23:41:07+01:00".',
    "a time such as 2026-11-21T23:41:07 (local) or 2026-11-21T23:41:07+01:00.": "en tid, som 2026-11-21T23:41:07 "
    "(lokal) eller 2026-11-21T23:41:07+01:00.",
    "a time such as 09:15:00.": "et klokkeslett, som 09:15:00.",
    "one time.": "ett klokkeslett.",
    "a file on a disk.": "en fil på en disk.",
    "a file that can be read to its end.": "en fil som kan leses til slutten.",
    "a file that the user who runs posexport may read.": "en fil som kan leses.",
    "a file.": "en fil.",
    "the path of a file.": "en fil som er der.",
    "a folder that can be written, with room for the whole file.": "en mappe det kan skrives i, med plass til hele "
    "filen.",
    "a name in the header over every column that holds something.": "et navn i overskriften over hver kolonne som "
    "har noe i seg.",
    "a rate that leaves the amount below a billion NOK.": "en kurs som gir et beløp under en milliard NOK.",
    "a rate that leaves the amount below a billion.": "en kurs som gir et beløp under en milliard.",
    "a ticket with its lines and payments, and nothing deeper.": "en bong med linjer og betalinger, og ikke flere "
    "nivåer.",
    "a total at the end of the file only.": "en sum bare til slutt i filen.",
    "a transType, lineType or quantity that tells a return, or an amount below zero.": "en transType, lineType "
    "eller et antall som viser en retur, eller et beløp under null.",
    "a venue that is set up.": "et sted som er satt opp.",
    "an Excel workbook (.xlsx) as Excel saves it.": "en Excel-arbeidsbok (.xlsx) slik Excel lagrer den.",
    "an amount in kroner with a decimal point and at most two decimals, such as 102.80, below a billion.": "et "
    "beløp i kroner med desimalpunktum og høyst to desimaler, som 102.80, under en milliard.",
    "an amount such as 102.80.": "et beløp, som 102.80.",
    'kroner with a point and at most two decimals, such as "200.00" or "-12.50".': "kroner med punktum og høyst to "
    'desimaler, som "200.00" eller "-12.50".',
    "an empty code.": "en tom code.",
    "an ordinary ZIP (deflate).": "en vanlig ZIP (deflate).",
    "at most {n} MB.": "høyst {n} MB.",
    "at most {n} characters.": "høyst {n} tegn.",
    "at most {n} times the packed size.": "høyst {n} ganger den pakkede størrelsen.",
    "at most some 100 000 articles, codes and customers.": "høyst rundt 100 000 artikler, koder og kunder.",
    "cells in quotation marks that are closed again, and a quotation mark inside one written twice.": "felter i "
    "anførselstegn som lukkes igjen, og et anførselstegn inni skrevet to ganger.",
    "each column once.": "hver kolonne én gang.",
    "each key once.": "hver nøkkel én gang.",
    "lines that end in LF or CR LF.": "linjer som slutter med LF eller CR LF.",
    "nr or transID.": "nr eller transID.",
    "one customer a ticket.": "én kunde på en bong.",
    "one id a ticket.": "én id på en bong.",
    "one {column} a ticket.": "én {column} på en bong.",
    "one encoding in the whole file.": "samme tegnsett i hele filen.",
    "one list of tickets, and nothing beside it that could hold more.": "én liste over bonger, og ingenting ved "
    "siden av som kan ha flere.",
    "one sale, payment, tip, rounding or gift card a row.": "ett salg, én betaling, ett tips, én avrunding eller "
    "ett gavekort på hver rad.",
    "one ticket a line, or one list of tickets.": "én bong på hver linje, eller én liste over bonger.",
    "one ticket after the other in the list, each as a JSON object in braces.": "bong etter bong i listen, hver "
    "som et JSON-objekt i klammer.",
    "one ticket after the other, or one list of them, and nothing else.": "bong etter bong, eller én liste over "
    "dem, og ingenting annet.",
    "one ticket on each line, and nothing after it.": "én bong på hver linje, og ingenting etter den.",
    "one ticket, as a JSON object in braces, on each line.": "én bong, som et JSON-objekt i klammer, på hver linje.",
    "registerID first in each cashregister, its tickets after it.": "registerID først i hvert cashregister, "
    "bongene etter.",
    "text in UTF-8 or ISO-8859-1.": "tekst i UTF-8 eller ISO-8859-1.",
    "text in UTF-8, with or without a byte order mark.": "tekst i UTF-8, med eller uten BOM.",
    "whole UTF-16, UTF-8 or ISO-8859-1.": "hel UTF-16, UTF-8 eller ISO-8859-1.",
    "whole tickets: one on each line, or all in one list.": "hele bonger: én på hver linje, eller alle i én liste.",
    "text.": "tekst.",
    "true or false.": "true eller false.",
    "the company's lists before its locations.": "selskapets lister foran stedene.",
    "the name first in each location.": "navnet først for hvert sted.",
    "the number, the register or the time to change with each ticket.": "at nummeret, kassen eller tiden skifter "
    "for hver bong.",
    "the rows of a ticket together.": "radene til en bong samlet.",
    "the same on all rows of a ticket.": "det samme på alle radene til en bong.",
    "vat_code, vat_amount, discount and vat_rate on rows of kind sale only.": "vat_code, vat_amount, discount og "
    "vat_rate bare på rader av kind sale.",
    "what is so of all tickets before them.": "det som gjelder alle bongene, foran dem.",
    # what to do
    'Add "{key}" to it.': 'Legg til "{key}".',
    "Ask for saft, csv or jsonl, or leave the format out.": "Be om saft, csv eller jsonl, eller la være å velge "
    "format.",
    "Check how the path is spelt.": "Se om navnet og mappen er riktig skrevet.",
    "Compare the two.": "Sammenlign de to.",
    "Copy the file to a disk that works and run it again.": "Kopier filen til en disk som virker, og prøv igjen.",
    'Correct the header, or let the name begin with "{prefix}" if it is for your own use.': "Rett overskriften, "
    'eller la navnet begynne med "{prefix}" om det er til eget bruk.',
    'Correct the key, or let it begin with "{prefix}" if it is for your own use.': "Rett nøkkelen, eller la den "
    'begynne med "{prefix}" om den er til eget bruk.',
    'Leave it out, or let its name begin with "{prefix}" if it is for your own use.': "Ta det ut, eller la navnet "
    'begynne med "{prefix}" om det er til eget bruk.',
    'Name the column; a name that begins with "{prefix}" is for your own use.': "Gi kolonnen et navn; et navn som "
    'begynner med "{prefix}" er til eget bruk.',
    "Correct the quotation marks of this row.": "Rett anførselstegnene i denne raden.",
    "Export the file again, as CSV UTF-8 where that can be chosen.": "Eksporter filen på nytt, som CSV UTF-8 der "
    "det kan velges.",
    "Export the file again, or open it in an editor and save it as UTF-8.": "Eksporter filen på nytt, eller åpne "
    "den i et redigeringsprogram og lagre den som UTF-8.",
    "Export the file again.": "Eksporter filen på nytt.",
    "Export the sales again, logged in.": "Eksporter salget på nytt, innlogget.",
    "Export the sales as SAF-T, CSV or JSON lines instead.": "Eksporter salget som SAF-T, CSV eller JSON i stedet.",
    "Export the sales from the register as SAF-T Cash Register (SAF-T Kassasystem), or convert them to "
    "posexport's own CSV or JSON lines; the guide says how.": "Eksporter salget fra kassen som SAF-T Kassasystem, "
    "eller gjør det om til CSV eller JSON som kan leses her.",
    "It is made for accounting and does not hold single tickets. Export the sales from the register as SAF-T "
    "Cash Register (SAF-T Kassasystem), or convert them to posexport's own CSV or JSON lines; the guide says how.": (
        "Den er laget for regnskap og har ikke enkeltbonger. Eksporter salget fra kassen som SAF-T Kassasystem, "
        "eller gjør det om til CSV eller JSON som kan leses her."
    ),
    "It says what was paid out, not what was sold. Export the sales from the register as SAF-T Cash Register "
    "(SAF-T Kassasystem), or convert them to posexport's own CSV or JSON lines; the guide says how.": "Den sier hva "
    "som ble utbetalt, ikke hva som ble solgt. Eksporter salget fra kassen som SAF-T Kassasystem, eller gjør "
    "det om til CSV eller JSON som kan leses her.",
    "Give that user permission to read it.": "Gi lesetilgang til den.",
    "Give the amount in NOK; only payments have a currency of their own.": "Oppgi beløpet i NOK; bare betalinger "
    "har en egen valuta.",
    "Give the files in it on their own.": "Last opp filene i den hver for seg.",
    "Give the files in it, such as {example}.": "Last opp filene i den, som {example}.",
    "Give the folder with the files themselves (folders inside it are not looked into), or the files.": "Oppgi "
    "mappen med selve filene (mapper inni den blir ikke lest), eller filene.",
    'Give the payment the "rate" the register used, or its amount in NOK without "currency" {currency}.': "Gi "
    'betalingen den "rate" kassen brukte, eller beløpet i NOK uten "currency" {currency}.',
    "Give the payment the rate the register used, or its amount in NOK and no currency.": "Gi betalingen den "
    "kursen kassen brukte, eller beløpet i NOK uten valuta.",
    "Have the supplier correct the Z-report and export the file again.": "Be leverandøren rette Z-rapporten, og "
    "eksporter filen på nytt.",
    "Have the supplier export returns with a minus, or with transaction type 11006 among the basics.": "Be "
    "leverandøren eksportere returer med minus, eller med transaksjonstype 11006 blant basics.",
    "Have the supplier leave out of the lists what the tickets do not use, and export the file again.": "Be "
    "leverandøren ta ut av listene det bongene ikke bruker, og eksporter filen på nytt.",
    "If the file is UTF-16 without a byte order mark, save it as CSV UTF-8; if not, it is damaged.": "Er filen "
    "UTF-16 uten BOM, lagre den som CSV UTF-8; hvis ikke er den ødelagt.",
    "Is a quotation mark missing before this line? Close it, or export the file again.": "Mangler det et "
    "anførselstegn før denne linjen? Lukk det, eller eksporter filen på nytt.",
    'Leave the code out, or write kind "sale" if the amount belongs to a product type.': "Ta ut code, eller skriv "
    'kind "sale" om beløpet hører til en varegruppe.',
    "Leave the key out where the amounts are in NOK; otherwise have the register write them in NOK.": "Ta ut "
    "nøkkelen der beløpene er i NOK; ellers få kassen til å skrive dem i NOK.",
    'Leave them empty, or write kind "sale" if the amount is a sale.': 'La dem stå tomme, eller skriv kind "sale" '
    "om beløpet er et salg.",
    "Make room in it, or name another in the environment variable TMPDIR, and run it again.": "Be den som drifter "
    "kontoret rydde plass, og prøv igjen.",
    "Mark the whole ticket, or leave a single row that was voided out of the file.": "Merk hele bongen, eller ta "
    "en enkelt rad som ble annullert, ut av filen.",
    "Number the tickets where the file is made.": "Nummerer bongene der filen blir laget.",
    "Open it and save it as an Excel workbook (.xlsx) without a password; of a mail (.msg), save the "
    "attachment.": "Åpne den og lagre den som Excel-arbeidsbok (.xlsx) uten passord; er det en e-post (.msg), "
    "lagre vedlegget.",
    "Open it and save it as an Excel workbook (.xlsx), or as CSV UTF-8, and give that.": "Åpne den og lagre den "
    "som Excel-arbeidsbok (.xlsx) eller CSV UTF-8, og last opp den.",
    "Open it in Excel and save it again, or save it as CSV UTF-8.": "Åpne den i Excel og lagre den på nytt, eller "
    "lagre den som CSV UTF-8.",
    "Open it in Excel, save it again as Excel workbook (.xlsx), or as CSV UTF-8, and give that.": "Åpne den i "
    "Excel, lagre den på nytt som Excel-arbeidsbok (.xlsx) eller CSV UTF-8, og last opp den.",
    "Put a text that holds the delimiter in quotation marks.": "Sett en tekst som har skilletegnet i seg, i "
    "anførselstegn.",
    "Put a text that holds the delimiter in quotation marks, and an amount with a decimal comma too.": "Sett en "
    "tekst som har skilletegnet i seg, i anførselstegn, og et beløp med desimalkomma også.",
    "Save it as UTF-8 instead.": "Lagre den som UTF-8 i stedet.",
    "Save it to a file first and give that.": "Lagre den som en fil først, og last opp den.",
    "Save the attachment to a file and give that.": "Lagre vedlegget som en fil, og last opp den.",
    "Save the file again as CSV UTF-8.": "Lagre filen på nytt som CSV UTF-8.",
    "Save the file as UTF-8 where it is made.": "Lagre filen som UTF-8 der den blir laget.",
    "Save the sales file from the mail and give that.": "Lagre salgsfilen fra e-posten, og last opp den.",
    "The file looks like UTF-16; save it as UTF-8.": "Filen ser ut som UTF-16; lagre den som UTF-8.",
    "Say in the column currency which one the amount is in, or leave the rate out.": "Si i kolonnen currency "
    "hvilken valuta beløpet er i, eller ta ut kursen.",
    'Say which "currency" the amount is in, or leave the rate out.': 'Si hvilken "currency" beløpet er i, eller ta '
    "ut kursen.",
    "Sort the file by register, time and ticket.": "Sorter filen etter kasse, tid og bong.",
    "Take one of them out.": "Ta ut en av dem.",
    "Take out of the list what is no ticket.": "Ta ut av listen det som ikke er en bong.",
    "Take the row out, or write what it lacks.": "Ta ut raden, eller skriv det den mangler.",
    "Unpack it and give the files inside shorter names.": "Pakk den ut, og gi filene i den kortere navn.",
    "Unpack it and give the files with sales.": "Pakk den ut, og last opp filene med salg.",
    "Write each as an object in braces.": "Skriv hver som et objekt i klammer.",
    "Write each ticket on a line of its own.": "Skriv hver bong på sin egen linje.",
    "Write it before the tickets.": "Skriv det foran bongene.",
    "Write one ticket a line, without a list around them.": "Skriv én bong på hver linje, uten en liste rundt.",
    "Write one ticket a line, without commas between the lines.": "Skriv én bong på hver linje, uten komma mellom "
    "linjene.",
    "Write the amount out, or leave the key out.": "Skriv ut beløpet, eller ta ut nøkkelen.",
    "Write the key once; two amounts of a kind are added together first.": "Skriv nøkkelen én gang; to beløp av "
    "samme slag legges sammen først.",
    "Write the same customer on all its rows, or on the first only.": "Skriv samme kunde på alle radene, eller "
    "bare på den første.",
    "Write the same id on all its rows, or on the first only.": "Skriv samme id på alle radene, eller bare på den "
    "første.",
    "Write the same on all its rows, or on the first only.": "Skriv det samme på alle radene, eller bare på den "
    "første.",
    "Write the ticket without further levels.": "Skriv bongen uten flere nivåer.",
    # unusual spellings in a SAF-T file
    "Amounts with a decimal comma were read as with a point (once: {first}).": "Beløp med desimalkomma er lest som "
    "med punktum (én gang: {first}).",
    "Amounts with a decimal comma were read as with a point ({n} times, first: {first}).": "Beløp med desimalkomma "
    "er lest som med punktum ({n} ganger, først: {first}).",
    "Amounts that a computer's rounding has left a little off were read to the nearest øre (once: {first}).": (
        "Beløp som er litt feil etter avrunding, er lest til nærmeste øre (én gang: {first})."
    ),
    "Amounts that a computer's rounding has left a little off were read to the nearest øre ({n} times, first: "
    "{first}).": "Beløp som er litt feil etter avrunding, er lest til nærmeste øre ({n} ganger, først: {first}).",
    "Amounts with something between the thousands were read without it (once: {first}).": "Beløp med noe mellom "
    "tusenene er lest uten det (én gang: {first}).",
    "Amounts with something between the thousands were read without it ({n} times, first: {first}).": "Beløp med "
    "noe mellom tusenene er lest uten det ({n} ganger, først: {first}).",
    "Amounts with another kind of minus or blank were read as with a plain one (once: {first}).": "Beløp med et "
    "annet minustegn eller mellomrom er lest som med et vanlig (én gang: {first}).",
    "Amounts with another kind of minus or blank were read as with a plain one ({n} times, first: {first}).": (
        "Beløp med et annet minustegn eller mellomrom er lest som med et vanlig ({n} ganger, først: {first})."
    ),
    "The time 24:00:00 was read as 00:00:00 of the next day (once: {first}).": "Klokkeslettet 24:00:00 er lest som "
    "00:00:00 neste dag (én gang: {first}).",
    "The time 24:00:00 was read as 00:00:00 of the next day ({n} times, first: {first}).": "Klokkeslettet 24:00:00 "
    "er lest som 00:00:00 neste dag ({n} ganger, først: {first}).",
    "Times with dots were read as with colons (once: {first}).": "Klokkeslett med punktum er lest som med kolon "
    "(én gang: {first}).",
    "Times with dots were read as with colons ({n} times, first: {first}).": "Klokkeslett med punktum er lest som "
    "med kolon ({n} ganger, først: {first}).",
    "Discounts and additions without an amount were read as 0.00 (once: {first}).": "Rabatter og tillegg uten "
    "beløp er lest som 0.00 (én gang: {first}).",
    "Discounts and additions without an amount were read as 0.00 ({n} times, first: {first}).": "Rabatter og "
    "tillegg uten beløp er lest som 0.00 ({n} ganger, først: {first}).",
    "Payments without any content were left out (once: {first}).": "Betalinger uten innhold er utelatt (én gang: "
    "{first}).",
    "Payments without any content were left out ({n} times, first: {first}).": "Betalinger uten innhold er utelatt "
    "({n} ganger, først: {first}).",
    "Lines of two VAT rates were divided between them, as their VAT adds up (once: {first}).": "Linjer med to "
    "mva-satser er delt mellom dem, slik mva-en går opp (én gang: {first}).",
    "Lines of two VAT rates were divided between them, as their VAT adds up ({n} times, first: {first}).": "Linjer "
    "med to mva-satser er delt mellom dem, slik mva-en går opp ({n} ganger, først: {first}).",
    "Line discounts that are not in the lines' amounts were taken off, which balances the ticket (once: "
    "{first}).": "Linjerabatter som ikke er i linjebeløpene, er trukket fra, så bongen går opp (én gang: {first}).",
    "Line discounts that are not in the lines' amounts were taken off, which balances the ticket ({n} times, "
    "first: {first}).": "Linjerabatter som ikke er i linjebeløpene, er trukket fra, så bongen går opp ({n} ganger, "
    "først: {first}).",
}
"""What is found, what was expected, and what to do: as a refusal has it, and in Norwegian."""

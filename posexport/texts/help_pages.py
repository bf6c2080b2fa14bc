"""What `--help` says, in Norwegian, by the English form. A page is told in Norwegian where all of it is here
(`cli.help_pages`): those of the commands that whoever keeps the books types."""

from __future__ import annotations

from collections.abc import Mapping

HELP: Mapping[str, str] = {
    "From a cash register's sales to one balanced draft voucher per business day in PowerOffice Go. posexport drafts; "
    "your bookkeeper posts.": "Fra salget i kassen til ett bilag for hver dag, som kladd i PowerOffice Go.\n\n"
    "posexport lager kladd; regnskapsføreren bokfører.",
    # what every command has
    "Show the version and exit.": "Vis versjonen.",
    "Show what is new and exit.": "Vis hva som er nytt.",
    "Show this message and exit.": "Vis denne siden.",
    "Say what is done, on stderr.": "Si hva som gjøres, på stderr.",
    "Say it as one JSON document a line.": "Si det som ett JSON-dokument på hver linje.",
    "Database: a SQLite file, or a URL of SQLite or PostgreSQL. Default: POSEXPORT_DB, or posexport.db here.": (
        "Databasen: en SQLite-fil, eller en URL til SQLite eller PostgreSQL. Uten den: POSEXPORT_DB, eller "
        "posexport.db her."
    ),
    "Language. Default: POSEXPORT_LANG; without it, days and findings are told in nb, the rest in en.": "Språk. Uten "
    "det: POSEXPORT_LANG; uten den også vises dager og merknader på nb, resten på en.",
    "Language of what is shown. Default: the one before the command, else nb.": "Språket i det som vises. Uten det: "
    "det som står foran kommandoen, ellers nb.",
    "Language of what is written. Default: the one before the command, else en.": "Språket i det som skrives. Uten "
    "det: det som står foran kommandoen, ellers en.",
    "Only this venue; may be repeated.": "Bare dette utsalgsstedet; kan gjentas.",
    "Only this company's venues; may be repeated.": "Bare dette selskapets utsalgssteder; kan gjentas.",
    "First business day: 2026-11-20, yesterday, last-week, last-month.": "Første dag: 20.11.2026, i-går, forrige-uke, "
    "forrige-måned.",
    "Last business day, included.": "Siste dag, den også.",
    "Only what somebody must act for, or what waits for an answer.": "Bare det noen må gjøre noe med, eller som venter "
    "på svar.",
    "Show each, however many there are.": "Vis hver enkelt, uansett hvor mange det er.",
    "One JSON document on stdout, nothing else.": "Ett JSON-dokument på stdout, ikke noe annet.",
    "Write this file, instead of to stdout.": "Skriv til denne filen, i stedet for til skjermen.",
    "The reason; kept with your name and the time.": "Begrunnelsen; den blir stående med navnet ditt og tidspunktet.",
    # the commands
    "The whole main job on example sales; no keys needed.": "Hele jobben på oppdiktet salg; uten nøkler.",
    "Companies, venues, accounts and keys.": "Selskaper, utsalgssteder, kontoer og nøkler.",
    "Read sales: SAF-T, CSV, Excel or JSON.": "Les inn salg: SAF-T, CSV, Excel eller JSON.",
    "What was read, by whom; and how to take one back.": "Hva som er lest inn, av hvem; og angre det.",
    "Take a single ticket out, or bring it back.": "Ta ut en enkelt bong, eller ta den inn igjen.",
    "Who the register's customers are in PowerOffice Go.": "Hvem kassens kunder er i PowerOffice Go.",
    "The dry run: vouchers as they would be drafted.": "Forhåndsvisning: bilagene slik de ville blitt.",
    "Draft closed business days in PowerOffice Go.": "Lag kladder i PowerOffice Go av dager som er over.",
    "Take responsibility for a finding that allows it.": "Godta en merknad som kan godtas.",
    "Say where a voucher is, or that a day was booked by hand.": "Si hvor et bilag er, eller at en dag er ført for "
    "hånd.",
    "The whole story of a day's vouchers.": "Alt som har hendt med en dags bilag.",
    "A day's settlement report as PDF.": "En dags dagsoppgjør som PDF.",
    "What was drafted, and what waits for whom.": "Hva som er levert, og hva som venter på hvem.",
    "Credit sales as orders: where each stands.": "Kredittsalg som ordrer: hvor hver av dem står.",
    "Ask PowerOffice Go whether this will work.": "Spør PowerOffice Go om det kommer til å gå.",
    "The guide: what to do when.": "Veiledningen: hva du gjør når.",
    "The back office in a browser.": "Kontoret i nettleseren.",
    "Who may sign in to the office.": "Hvem som kan logge inn på kontoret.",
    "The key that seals keys typed in the office.": "Nøkkelen som forsegler nøkler skrevet på kontoret.",
    "Tell people what waits and what is mended.": "Si fra til folk om det som venter og det som er i orden.",
    "The export at 05:00, by itself.": "Eksporten kl. 05.00, av seg selv.",
    "One of many that take the turns of a fleet.": "En av mange som deler på turene til mange utsalgssteder.",
    "A local PowerOffice Go to try things against.": "Et PowerOffice Go på denne maskinen, å prøve mot.",
    # status, preview, export
    "Per venue and business day: what was drafted, where and when, and what waits for whom. Without --venue, also the "
    "orders of venues that were removed from the setup that wait for somebody. With --waiting, only what waits. Of "
    "more than 200 days only those that wait are listed, and the others counted: see each with --full.": "For hvert "
    "utsalgssted og hver dag: hva som er levert, hvor og når, og hva som venter på hvem.\n\nUten --venue også ordrer "
    "som venter på noen, fra utsalgssteder som er fjernet fra oppsettet. Med --waiting bare det som venter. Av mer enn "
    "200 dager vises bare de som venter, og de andre telles: se hver med --full.",
    "For monitoring: the exit code says who must act.": "For overvåking: sluttkoden sier hvem som må gjøre noe.",
    "The dry run: the vouchers as they would be drafted, and everything found about them. Without a period: every "
    "closed business day not yet drafted. With --check, PowerOffice Go is asked about accounts, VAT codes, departments "
    "and the lock date; nothing is sent. With --waiting, only what waits is shown. More than twenty vouchers are told "
    "in short, equal findings as one: see each with --full or --html.": "Forhåndsvisning: bilagene slik de ville "
    "blitt, og alt som er funnet om dem.\n\nUten periode: hver dag som er over og ikke levert. Med --check spørres "
    "PowerOffice Go om kontoer, mva-koder, avdelinger og låsedato; ingenting sendes. Med --waiting vises bare det som "
    "venter. Mer enn tjue bilag vises i korthet, og like merknader som én: se hvert med --full eller --html.",
    "Also write one page to look at or print.": "Skriv også en side å se på eller skrive ut.",
    "Also ask PowerOffice Go whether it would take them.": "Spør også PowerOffice Go om det ville tatt imot dem.",
    "Draft in PowerOffice Go what is not yet drafted for closed business days. Run it again as often as you like. "
    "Without a period: every closed business day not yet drafted. A day that was drafted is never changed by itself. "
    "With --revise, one whose sales have changed is mended: its draft is replaced while nobody has posted it, and "
    "otherwise a voucher of exactly the difference is drafted. With --remap too, drafts that nobody has posted are "
    "replaced where the setup has other accounts for them now; posted ones are listed, and corrected where --venue, "
    "--from and --to name them.": "Lag kladder i PowerOffice Go av dager som er over og ikke levert. Kjør den så ofte "
    "du vil.\n\nUten periode: hver dag som er over og ikke levert. En dag som er levert, endres aldri av seg selv. Med "
    "--revise rettes en dag der salget er endret: kladden slettes og erstattes så lenge ingen har bokført den, og "
    "ellers lages et bilag på nøyaktig forskjellen. Med --remap også erstattes kladder som ingen har bokført, der "
    "oppsettet nå har andre kontoer; de bokførte listes opp, og rettes der --venue, --from og --to nevner dem.",
    "Stop before anything is sent: the same as preview.": "Stopp før noe sendes: det samme som preview.",
    "Also mend drafted days whose sales have changed since.": "Rett også leverte dager der salget er endret siden.",
    "With --revise: also drafted days that have other accounts by the setup now.": "Med --revise: også leverte dager "
    "som har andre kontoer etter oppsettet nå.",
    "With --revise: another date for it, where its own day is locked.": "Med --revise: en annen dato for rettelsen, "
    "der dagen selv er låst.",
    "Stay while a voucher whose answer was lost is looked for, and finish it.": "Vent mens et bilag uten svar letes "
    "etter, og gjør det ferdig.",
    # import
    "Read sales: SAF-T Cash Register, CSV, an Excel sheet or JSON, also inside a ZIP, a mail (.eml) or a folder; - is "
    "standard input. A file read twice adds nothing.": "Les inn salg: SAF-T Kassasystem, CSV, et Excel-ark eller JSON, "
    "også i en ZIP, en e-post (.eml) eller en mappe; - er standard inn. En fil som leses to ganger, legger ingenting "
    "til.",
    "Default: recognised.": "Uten det: kjennes igjen.",
    "Every register in the files is this venue's.": "Alle kassene i filene er dette utsalgsstedets.",
    "Take files of another organization number than the company's.": "Ta imot filer med et annet organisasjonsnummer "
    "enn selskapets.",
    "List the files that were read: when, by whom, what came of them, and which were taken back.": "Vis filene som er "
    "lest: når, av hvem, hva det ble til, og hvilke som er angret.",
    "Only imports with tickets of this venue.": "Bare importer med bonger fra dette utsalgsstedet.",
    "List the files that were read, as posexport imports alone does.": "Vis filene som er lest, som posexport imports "
    "gjør alene.",
    "Take import ID back, as if its file had never been read.": "Angre import ID, som om filen aldri var lest.",
    "Take import ID back, as if its file had never been read. A ticket that another import has too stays, as that one "
    "has it. A day that is drafted already shows as changed. The same file may be read again.": "Angre import ID, som "
    "om filen aldri var lest. En bong som en annen import også har, blir stående slik den har den. En dag som er "
    "levert, vises som endret. Den samme filen kan leses igjen.",
    # accept, resolve
    "Take responsibility for a finding that allows it, such as a Z-report that differs. A register that belongs to no "
    "venue has neither venue nor day: name the company and the register instead.": "Godta en merknad som kan godtas, "
    "som en Z-rapport som avviker. En kasse som ikke hører til noe utsalgssted, har verken utsalgssted eller dag: "
    "oppgi selskapet og kassen i stedet.",
    "Say where a voucher is that was sent and never answered, once you have looked in PowerOffice Go. Also for a draft "
    "that somebody deleted there and that is to be drafted anew: --not-drafted. A day that you have booked by hand is "
    "never sent: --booked-elsewhere --why TEXT.": "Si hvor et bilag er som ble sendt uten svar, når du har sett etter "
    "i PowerOffice Go. Også for en kladd som noen har slettet der og som skal lages på nytt: --not-drafted.\n\nEn dag "
    "som du har ført for hånd, sendes aldri: --booked-elsewhere --why TEKST.",
    "It is in PowerOffice Go, under this id.": "Det er i PowerOffice Go, med denne id-en.",
    "It is not there: the next export sends it.": "Det er ikke der: neste eksport sender det.",
    "Which voucher, where the day has several.": "Hvilket bilag, der dagen har flere.",
    "You booked the day by hand: it is never sent.": "Du har ført dagen for hånd: den sendes aldri.",
    "You did not: the next export sends the day.": "Det har du ikke: neste eksport sender dagen.",
    "With --booked-elsewhere: the reason; kept with your name and the time.": "Med --booked-elsewhere: begrunnelsen; "
    "den blir stående med navnet ditt og tidspunktet.",
    # show, report, guide, doctor, demo, sandbox
    "The whole story of a business day's vouchers: what was sent and answered and when, by which setup, and each line "
    "down to the tickets behind it. Those that were replaced are told of too.": "Alt som har hendt med en dags bilag: "
    "hva som ble sendt og svart og når, med hvilket oppsett, og hver linje ned til bongene bak den. De som er "
    "erstattet, er med.",
    "Write a day's settlement report as PDF, the one that is put on the draft. Where the day has several vouchers, "
    "each gets a file of its own with its reference in the name. With --now, a day that has changed since it was "
    "drafted is shown as it is now, beside what was drafted, line by line.": "Skriv en dags dagsoppgjør som PDF, den "
    "som legges ved kladden. Har dagen flere bilag, får hvert sin egen fil med referansen i navnet. Med --now vises en "
    "dag som er endret etter at den ble levert, slik den er nå, ved siden av det som ble levert, linje for linje.",
    "The file to write.": "Filen som skrives.",
    "A drafted day that has changed since: as it is now.": "En levert dag som er endret siden: slik den er nå.",
    "Show a page of the guide, or the part of it about a finding; without a TOPIC, list the pages. TOPIC is a page's "
    "name, or the code of a finding.": "Vis en side av veiledningen, eller det som står der om en merknad; uten TOPIC "
    "listes sidene.\n\nTOPIC er navnet på en side, eller koden til en merknad.",
    "Ask PowerOffice Go whether this will work: keys, privileges, accounts, VAT codes, departments, lock date.": (
        "Spør PowerOffice Go om det kommer til å gå: nøkler, rettigheter, kontoer, mva-koder, avdelinger, låsedato."
    ),
    "The whole main job on example sales: preview, drafts in a local sandbox, a second run. Needs no keys and no "
    "network. Files go to ./posexport-demo unless --keep names another folder. With --office the sandbox stays, and a "
    "browser opens with what waits; started again, it goes on with the days as they were left.": "Hele jobben på "
    "oppdiktet salg: forhåndsvisning, kladder i en sandkasse på maskinen, en gang til.\n\nTrenger verken nøkler eller "
    "nett. Filene legges i ./posexport-demo om ikke --keep nevner en annen mappe. Med --office blir sandkassen "
    "stående, og nettleseren åpnes med det som venter; startes den igjen, fortsetter den der du slapp.",
    "Keep the files in this folder.": "Legg filene i denne mappen.",
    "Then open the back office on the demo's days, in a browser.": "Åpne så kontoret på demoens dager, i nettleseren.",
    "With --office: begin anew, and remove what was done in the demo before.": "Med --office: begynn på nytt, og fjern "
    "det som ble gjort i demoen før.",
    "A local PowerOffice Go, both APIs, to try things against. On its page in a browser you are the bookkeeper: post, "
    "delete, edit, correct, lock a period, invoice and credit orders, and choose how Go behaves. Keeps nothing. Stop "
    "with Ctrl+C.": "Et PowerOffice Go på denne maskinen, begge API-ene, å prøve mot. På siden i nettleseren er du "
    "regnskapsføreren: bokfør, slett, endre, korriger, lås en periode, fakturer og krediter ordrer, og velg hvordan Go "
    "oppfører seg. Husker ingenting. Stopp med Ctrl+C.",
    "0: any free port.": "0: en port som er ledig.",
    # setup
    "Check FILE, print what changes, and save it.": "Sjekk FILE, vis hva som endres, og lagre det.",
    "Print what is set up, as TOML, or write it to a file.": "Vis det som er satt opp, som TOML, eller skriv det til "
    "en fil.",
    "Who saved the setup, when and why, and what each saving changed; the newest first.": "Hvem som lagret oppsettet, "
    "når og hvorfor, og hva hver lagring endret; den nyeste først.",
    "Change one ROW of the setup: KEY=VALUE for each key.": "Endre én rad (ROW) i oppsettet: NØKKEL=VERDI for hver "
    "nøkkel.",
    "Save a company's setup as it was at REVISION, as a new revision.": "Lagre et selskaps oppsett slik det var ved "
    "REVISION, som en ny revisjon.",
    "Print a setup file for a new venue, or write it, from the codes and names in FILES; the bookkeeper fills in "
    "accounts.": "Vis en oppsettsfil for et nytt utsalgssted, eller skriv den, av koder og navn i FILES; "
    "regnskapsføreren fyller inn kontoene.",
    "Print the setup file's JSON schema, or write it, for an editor that completes and checks TOML by it.": "Vis "
    "JSON-skjemaet til oppsettsfilen, eller skriv det, for et redigeringsprogram som bruker det på TOML.",
    "The id of the new venue.": "Id-en til det nye utsalgsstedet.",
    "Check FILE, print what changes, and save it. Anything wrong in it, and nothing is saved. Keys need not be there "
    "yet: those that are missing are told, and needed when something is sent. A company or venue with sales is never "
    "removed because FILE leaves it out.": "Sjekk FILE, vis hva som endres, og lagre det. Er noe galt i den, lagres "
    "ingenting.\n\nNøklene må ikke være der ennå: de som mangler, sies det fra om, og de trengs når noe sendes. Et "
    "selskap eller utsalgssted med salg fjernes aldri fordi FILE ikke har det.",
    "Venue OLD has the id NEW now; all its days go along. May be repeated.": "Utsalgsstedet OLD har nå id-en NEW; alle "
    "dagene følger med. Kan gjentas.",
    "This venue is gone; its days stay. May be repeated.": "Dette utsalgsstedet er borte; dagene blir stående. Kan "
    "gjentas.",
    "The company's revision that you have seen: where somebody has saved another since, nothing is saved.": (
        "Revisjonen av selskapet som du har sett: har noen lagret en annen siden, lagres ingenting."
    ),
    # customers, tickets
    "List the customers that the registers sold to on account: which customer of PowerOffice Go each is, or who it "
    "could be.": "Vis kundene som kassene har solgt til på kreditt: hvilken kunde i PowerOffice Go hver av dem er, "
    "eller hvem det kan være.",
    "Only customers without a link.": "Bare kunder som ikke er koblet.",
    "Only this company's.": "Bare dette selskapets.",
    "List the customers of the registers, as posexport customers alone does.": "Vis kassenes kunder, som posexport "
    "customers gjør alene.",
    "Say that customer CODE of COMPANY's registers is the customer with this NUMBER in PowerOffice Go.": "Si at kunde "
    "CODE i kassene til COMPANY er kunden med nummer NUMBER i PowerOffice Go.",
    "Take the link of customer CODE of COMPANY's registers away.": "Ta bort koblingen til kunde CODE i kassene til "
    "COMPANY.",
    "Say that customer CODE of COMPANY's registers is the customer with this NUMBER in PowerOffice Go. A link that the "
    "code has already is replaced; what is booked or sent stays where it is.": "Si at kunde CODE i kassene til COMPANY "
    "er kunden med nummer NUMBER i PowerOffice Go. En kobling som koden har fra før, erstattes; det som er ført eller "
    "sendt, blir der det er.",
    "Take the link of customer CODE of COMPANY's registers away. What is booked or sent stays where it is.": "Ta bort "
    "koblingen til kunde CODE i kassene til COMPANY. Det som er ført eller sendt, blir der det er.",
    "Another code has that customer already, and it is the same customer.": "En annen kode har den kunden fra før, og "
    "det er samme kunde.",
    "Take out ticket NUMBER of REGISTER on business DAY: it counts nowhere, and reading its file again does not bring "
    "it back.": "Ta ut bong NUMBER på kassen REGISTER på dagen DAY: den telles ikke med noe sted, og kommer ikke "
    "tilbake om filen leses igjen.",
    "Bring back ticket NUMBER of REGISTER on business DAY that was taken out.": "Ta inn igjen bong NUMBER på kassen "
    "REGISTER på dagen DAY, som ble tatt ut.",
    "Take out ticket NUMBER of REGISTER on business DAY: it counts nowhere, and reading its file again does not bring "
    "it back. Where several share the number, say which.": "Ta ut bong NUMBER på kassen REGISTER på dagen DAY: den "
    "telles ikke med noe sted, og kommer ikke tilbake om filen leses igjen. Har flere samme nummer, si hvilken.",
    "The one of this time, by the venue's clock.": "Den med dette klokkeslettet, etter utsalgsstedets klokke.",
    "The one of this amount, such as 125.00.": "Den med dette beløpet, som 125.00.",
    "The one that this import holds.": "Den som denne importen har.",
}

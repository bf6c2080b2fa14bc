"""What the demo tells of its steps, in Norwegian, by the English form."""

from __future__ import annotations

from collections.abc import Mapping

DEMO_MESSAGES: Mapping[str, str] = {
    "posexport demo: from two cash registers to draft vouchers": "posexport demo: fra to kasser til bilagskladder",
    "Everything happens on this machine. The sales are made up, and PowerOffice Go is played by a sandbox at "
    "{address}. The same commands do it for real.": "Alt skjer på denne maskinen. Salget er oppdiktet, og en sandkasse "
    "på {address} spiller PowerOffice Go. De samme kommandoene gjør det på ordentlig.",
    # the files
    "A Friday night's sales, and a setup file": "Salget en fredagskveld, og en oppsettsfil",
    "{venue}, {tickets}: SAF-T with its Z-report": "{venue}, {tickets}: SAF-T med Z-rapporten",
    "{venue}, {tickets}: JSON lines": "{venue}, {tickets}: JSON-linjer",
    "the company, its departments and accounts": "selskapet, avdelingene og kontoene",
    "All in {folder}. There is a training ticket, a voided one, a return, tips, cash rounding and gift cards among the "
    "tickets, sales after midnight, which are Friday's, and a dinner on account.": "Alt ligger i {folder}. Blant "
    "bongene er en i treningsmodus, en annullert, en retur, tips, øreavrunding og gavekort, salg etter midnatt, som "
    "hører til fredagen, og en middag på kreditt.",
    # the comments of the setup file
    "One company in PowerOffice Go, two departments, each with its own client key.": "Ett selskap i PowerOffice Go, to "
    "avdelinger, hver med sin egen klientnøkkel.",
    "Keys stand in the environment (env:NAME) or in a file (file:PATH), never here.": "Nøkler står i miljøet "
    "(env:NAVN) eller i en fil (file:STI), aldri her.",
    'the demo\'s sandbox; for the real thing: environment = "production"': "sandkassen til demoen; på ordentlig: "
    'environment = "production"',
    "each voucher's report as PDF goes there": "rapporten til hvert bilag som PDF legges der",
    "what is sold on account becomes orders in Go, for a person to invoice": "kredittsalg blir ordrer i Go, som en "
    "person fakturerer",
    "PowerOffice gives one client key per application key:": "PowerOffice gir én klientnøkkel per applikasjonsnøkkel:",
    "a second department needs an add-on's": "en avdeling til trenger nøkkelen til en tilleggsintegrasjon",
    "The register's VAT codes -> VAT codes in Go.": "Mva-kodene i kassen -> mva-kodene i Go.",
    "25 %: served, and alcohol always": "25 %: servert, og alkohol alltid",
    "15 %: food and soft drinks taken away": "15 %: mat og mineralvann som tas med",
    "What is sold -> its sales account, by VAT code in Go.": "Det som selges -> salgskontoen, etter mva-kode i Go.",
    "the products of orders, in Go": "produktene på ordrer, i Go",
    "a debt until the card is used, so no sales account": "gjeld til kortet brukes, så ingen salgskonto",
    "How it was paid -> where the money waits. Cards on clearing accounts, not on the bank's.": "Hvordan det ble "
    "betalt -> hvor pengene venter. Kort på mellomkontoer, ikke på bankens.",
    "the customers' ledger: sold on credit": "kundereskontroen: solgt på kreditt",
    "linked by organization number where only one in Go has it": "kobles på organisasjonsnummer der bare én i Go har "
    "det",
    # the setup and the sales
    "The setup is checked and saved": "Oppsettet sjekkes og lagres",
    "The sales are read": "Salget leses inn",
    "{file}: {new} new tickets{reports}, business day {day}": "{file}: {new:ny bong|nye bonger}{reports}, {day}",
    ", {count} Z-report": ", {count} Z-rapport",
    ", {count} Z-reports": ", {count} Z-rapporter",
    # the vouchers
    "The vouchers, before anything is sent": "Bilagene, før noe sendes",
    "The same as a page to look at or print: {path}": "Det samme som en side å se på eller skrive ut: {path}",
    "The vouchers are drafted": "Bilagene leveres som kladder",
    "What the sandbox of PowerOffice Go received, {count} draft:": "Dette fikk sandkassen for PowerOffice Go, {count} "
    "kladd:",
    "What the sandbox of PowerOffice Go received, {count} drafts:": "Dette fikk sandkassen for PowerOffice Go, {count} "
    "kladder:",
    "  {count} lines, department {departments}, by the integration “{integration}”": "  {count:linje|linjer}, avdeling "
    "{departments}, fra integrasjonen «{integration}»",
    "none": "ingen",
    "  debit {debit}, credit {credit}": "  debet {debit}, kredit {credit}",
    "Nothing is posted. In PowerOffice Go your bookkeeper looks at each draft and imports it.": "Ingenting er bokført. "
    "I PowerOffice Go ser regnskapsføreren på hver kladd og importerer den.",
    "The dinner on account is in no voucher. It became an order there, for a person to invoice:": "Middagen på kreditt "
    "er ikke i noe bilag. Den ble en ordre der, som en person fakturerer:",
    "ticket {number}, {customer}": "bong {number}, {customer}",
    ", order {number} in PowerOffice Go": ", ordre {number} i PowerOffice Go",
    # the same again
    "The same again: nothing happens twice": "Det samme en gang til: ingenting skjer to ganger",
    "Both files read again: {new} new tickets, {known} already known.": "Begge filene er lest på nytt: "
    "{new:ny bong|nye bonger}, {known} kjent fra før.",
    "Friday exported again: {drafted} vouchers drafted already, {sent} sent. The sandbox still has {count} drafts.": (
        "Fredagen er eksportert på nytt: {drafted} bilag levert fra før, {sent} sendt. Sandkassen har fortsatt "
        "{count:kladd|kladder}."
    ),
    "{ordered} orders sent: the sandbox still has {orders}.": "{ordered:ordre|ordrer} sendt: sandkassen har fortsatt "
    "{orders}.",
    # the day that waits
    "A day that has to wait": "En dag som må vente",
    "Brygga Bar sold cocktails on Saturday, product type 330, which the setup has never heard of.": "Brygga Bar solgte "
    "cocktails på lørdag, varegruppe 330, som oppsettet aldri har hørt om.",
    "{venue} {day}: {state}, nothing was sent.": "{venue} {day}: {state}, ingenting er sendt.",
    "Exit code {code}: the bookkeeper decides the account, nobody guesses it. With these lines at the end of {path}, "
    "the next export drafts the day:": "Sluttkode {code}: regnskapsføreren bestemmer kontoen, ingen gjetter den. Med "
    "disse linjene sist i {path} leverer neste eksport dagen:",
    "The same Saturday, a dinner on account waits for its customer to be linked:": "Samme lørdag venter en middag på "
    "kreditt på at kunden kobles:",
    "Mona Strandheim is customer 10104 in the sandbox, which this command says:": "Mona Strandheim er kunde 10104 i "
    "sandkassen. Denne kommandoen sier det:",
    # the office
    "The demo's days are as you left them, in {folder}. Its sandbox is a new one and remembers nothing: what was "
    "drafted is not in it any more.": "Demoens dager er slik du forlot dem, i {folder}. Sandkassen er ny og husker "
    "ingenting: det som var levert, er ikke i den lenger.",
    "To begin anew, which removes what you did there:": "Slik begynner du på nytt, og fjerner det du gjorde der:",
    "In a browser: choose the account, link the customer, and draft the Saturday with its order.": "I en nettleser: "
    "velg kontoen, koble kunden, og lever lørdagen med ordren.",
    # the end
    "Look at, in {folder}": "Se på, i {folder}",
    "both vouchers, as the bookkeeper sees them": "begge bilagene, slik regnskapsføreren ser dem",
    "the Saturday that waits, and why": "lørdagen som venter, og hvorfor",
    "what PowerOffice Go (the sandbox) received": "det PowerOffice Go (sandkassen) fikk",
    "each draft's report as PDF, for the bookkeeper's files": "rapporten til hver kladd som PDF, til arkivet",
    "the setup: yours will look like it": "oppsettet: ditt vil ligne",
    "the sales, with {file}": "salget, sammen med {file}",
    "Try it yourself": "Prøv selv",
    "Start the sandbox again, say where cocktails go, link the customer, and draft the Saturday with its order:": (
        "Start sandkassen igjen, si hvilken konto cocktails skal til, koble kunden, og lever lørdagen med ordren:"
    ),
    "in a terminal of its own": "i et vindu for seg",
    "Or all of that in a browser (pip install '.[office]'):": "Eller alt det i en nettleser (pip install '.[office]'):",
    "Then, with your own register's file: {command}, under “The first day from your own register”.": "Så med filen fra "
    "din egen kasse: {command} viser hvordan, under «Den første dagen fra din egen kasse».",
}

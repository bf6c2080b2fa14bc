"""What commands say of what they did, in Norwegian and English: a message by its English form, with holes for facts.

What must never be here: findings and their mends (`findings`), what refuses a command (`command_errors`), and labels of
vouchers and reports (`report`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from posexport.texts.demo_messages import DEMO_MESSAGES
from posexport.texts.language import Lang
from posexport.texts.moments import format_moments

MESSAGES: Mapping[str, str] = {
    # accept
    "{who} takes responsibility for {many} tickets of register {register} that are not counted.": "Godtatt av {who}: "
    "{tickets} på kasse {register} regnes ikke med.",
    "The tickets of register {register} are accepted already, by {who}.": "Bongene på kasse {register} er godtatt "
    "fra før, av {who}.",
    "{who} takes responsibility for {code} on {venue} {day} ({many} in all).": "Godtatt av {who}: {title} ({code}) på "
    "{venue} {day} ({many} i alt).",
    "{code} on {venue} {day} is accepted already: posexport show {venue} {typed_day}.": "{title} ({code}) på {venue} "
    "{day} er godtatt fra før: posexport show {venue} {typed_day}.",
    # resolve
    "{who} takes back that {venue} {day} was booked by hand. {then}": "{who} trekker tilbake at {venue} {day} er ført "
    "for hånd. {then}",
    "The next export sends it.": "Neste eksport sender det.",
    "What went from here before counts again.": "Det som ble sendt herfra før, gjelder igjen.",
    "{who} booked {venue} {day} by hand. It is never sent from here.": "{who} har ført {venue} {day} for hånd. Dagen "
    "sendes aldri herfra.",
    "{who} said so already, on {at}. The day is never sent from here.": "{who} har sagt det før, {at}. Dagen sendes "
    "aldri herfra.",
    "{who} says that {reference} is in PowerOffice Go as {id}.": "{who} sier at {reference} ligger i PowerOffice Go "
    "som {id}.",
    "{who} says that {reference} is not in PowerOffice Go.": "{who} sier at {reference} ikke ligger i PowerOffice Go.",
    "Venue {venue} was removed: it is not sent.": "Utsalgsstedet {venue} er fjernet: det sendes ikke.",
    "Later corrections of the day stand; posexport export --revise brings what is missing.": "Senere rettelser av "
    "dagen står; posexport export --revise lager det som mangler.",
    "PowerOffice Go could not be asked, so this is your word alone.": "PowerOffice Go kunne ikke spørres, så dette er "
    "bare ditt ord.",
    # import
    "{name}: {new} new, {known} already known, {changed} changed, {refused} refused; {z_reports} new Z-reports"
    "{more}": "{name}: {new:ny|nye}, {known} kjent fra før, {changed} endret, {refused} avvist; "
    "{z_reports:ny Z-rapport|nye Z-rapporter}{more}",
    "; {count} of the known are otherwise in a newer file": "; {count} av de kjente er annerledes i en nyere fil",
    "; {count} moved from another venue": "; {count} flyttet fra et annet utsalgssted",
    "; business day {first}": "; {first}",
    "; {days} business days, {first} to {last}": "; {days} dager, {first} til {last}",
    "  {count} ticket(s) of register {register}{place} belong to no venue, and are kept aside. Add "
    'registers = ["{register}"] to its venue in the setup and run posexport setup apply FILE: they then move '
    "in. {location}": "  {count:bong|bonger} på kasse {register}{place} hører ikke til noe utsalgssted, og er lagt til "
    'side. Legg registers = ["{register}"] til utsalgsstedet i oppsettet og kjør posexport setup apply FIL: da regnes '
    "de med. {location}",
    "{count} tickets of register {register}{place} belong to no venue. Add "
    'registers = ["{register}"] to its venue in the setup, run posexport setup apply FILE, and move the file back into '
    "the inbox. {location}": "{count:bong|bonger} på kasse {register}{place} hører ikke til noe utsalgssted. Legg "
    'registers = ["{register}"] til utsalgsstedet i oppsettet, kjør posexport setup apply FIL, og flytt filen tilbake '
    "til innboksen. {location}",
    " at {location}": " på {location}",
    "  other-company: {tickets} of organization {written} left out; the venue's company is {own}. If they are its own "
    "all the same, add the number to the venue's file_organization_numbers in the setup, or import the file once with "
    "--other-company.": "  other-company: {tickets} fra org.nr. {written} er holdt utenfor; utsalgsstedets selskap er "
    "{own}. Er de selskapets egne likevel, så legg nummeret i utsalgsstedets file_organization_numbers i oppsettet, "
    "eller importer filen én gang med --other-company.",
    "  {code}: {tickets}. See posexport preview.": "  {title} ({code}): {tickets}. Se posexport preview.",
    "  Note: {name}{place}: {text}": "  Merk: {name}{place}: {text}",
    "Error: {error}": "Feil: {error}",
    "Not read, and nothing of it stored: {names}.": "Ikke lest, og ingenting av det er lagret: {names}.",
    "  {venue} {day} was drafted already and has changed: see posexport status.": (
        "  {venue} {day} er levert fra før og har endret seg: se posexport status."
    ),
    "{tickets} of register {register} moved in to {venue}, from {file}{known}{days}.": "{tickets} på kasse {register} "
    "hører nå til {venue}, fra {file}{known}{days}.",
    ", {count} of them known already": ", {count} av dem kjent fra før",
    "{count} tickets, {rate}": "{count} bonger, {rate}",
    "{count} a second": "{count} i sekundet",
    # the imports there were
    "Nothing has been read yet. Read a file with posexport import FILE.": "Ingenting er lest inn ennå. Les inn en fil "
    "med posexport import FIL.",
    "{name}  read {at} by {who}": "{name}  lest {at} av {who}",
    "{new} new, {known} already known, {changed} changed, {refused} refused": "{new:ny|nye}, {known} kjent fra før, "
    "{changed} endret, {refused} avvist",
    "{count} kept aside": "{count} lagt til side",
    "undone by {who}: {why}": "angret av {who}: {why}",
    "Undone: import {id} ({name}). {tickets} taken out, {back} put back as another import has them, {kept} kept that "
    "others have too; {z_reports} Z-reports changed, {aside} tickets no longer kept aside.": "Angret: import {id} "
    "({name}). {tickets} tatt ut, {back} satt tilbake slik en annen import har dem, {kept} beholdt som andre også har; "
    "{z_reports:Z-rapport|Z-rapporter} endret, {aside:bong|bonger} er ikke lenger lagt til side.",
    "  The file was read by an earlier version, which did not keep which tickets other files had as well: what is "
    "missing now comes back when those files are read again.": "  Filen ble lest av en tidligere versjon, som ikke "
    "husket hvilke bonger andre filer også hadde: det som mangler nå, kommer tilbake når de filene leses på nytt.",
    # tickets
    "Ticket {number} on register {register}, {at}, {amount}, is taken out by {who}.": "Bong {number} på kasse "
    "{register}, {at}, {amount}, er tatt ut av {who}.",
    "Ticket {number} on register {register}, {at}, {amount}, is brought back by {who}.": "Bong {number} på kasse "
    "{register}, {at}, {amount}, er tatt inn igjen av {who}.",
    "  {venue} {day} was drafted already. Where posexport status shows that it differs from its draft now, mend it: "
    "posexport export --revise --venue {venue} --from {typed_day} --to {typed_day}": "  {venue} {day} er levert fra "
    "før. Viser posexport status at dagen nå er en annen enn kladden, så rett det: posexport export --revise --venue "
    "{venue} --from {typed_day} --to {typed_day}",
    # setup
    "Saved {path}.": "{path} er lagret.",
    'Next: write the accounts where it says "", and save it with posexport setup apply {path}': "Så: skriv kontoene "
    'der det står "", og lagre det med posexport setup apply {path}',
    "Not filled in: {names}. A day that needs one of them waits until it is.": "Ikke fylt inn: {names}. En dag som "
    "trenger noe av det, venter til det er gjort.",
    "{path} changes nothing.": "{path} endrer ingenting.",
    "Saved revision {number} of {company}.": "Revisjon {number} av {company} er lagret.",
    "That changes nothing. {company} is at revision {number}.": "Det endrer ingenting. {company} er på revisjon "
    "{number}.",
    "Note: {note}": "Merk: {note}",
    "venue {venue}: 1 drafted day ({first}) used what changed and stays as it is. To replace its draft, if nobody has "
    "posted: posexport export --revise --remap --venue {venue}": "utsalgssted {venue}: 1 levert dag ({first}) brukte "
    "det som er endret, og blir som den er. For å bytte ut kladden, om ingen har bokført den: posexport export "
    "--revise --remap --venue {venue}",
    "venue {venue}: {count} drafted days ({first} to {last}) used what changed and stay as they are. To replace the "
    "drafts that nobody has posted: posexport export --revise --remap --venue {venue}": "utsalgssted {venue}: {count} "
    "leverte dager ({first} til {last}) brukte det som er endret, og blir som de er. For å bytte ut kladdene som ingen "
    "har bokført: posexport export --revise --remap --venue {venue}",
    "Nothing is set up yet. Run posexport setup apply FILE.toml first.": "Ingenting er satt opp ennå. Kjør posexport "
    "setup apply FIL.toml først.",
    # export
    "{venue}: business day {day} is not over until {ends}.": "{venue}: {day} er ikke omme før {ends}.",
    "Asking PowerOffice Go…": "Spør PowerOffice Go …",
    "{done} of {all} business days": "{done} av {all} dager",
    "Stopped: {drafted} drafted, {left}. Nothing is lost. Go on with: {command}": "Stoppet: {drafted} levert, {left}. "
    "Ingenting er tapt. Fortsett med: {command}",
    "Stopped: {drafted} drafted. What was on its way takes too long to answer: it is looked for before anything is "
    "sent again. Nothing is lost. Go on with: {command}": "Stoppet: {drafted} levert. Svaret på det som var underveis, "
    "lar vente på seg: det letes etter før noe sendes på nytt. Ingenting er tapt. Fortsett med: {command}",
    "{vouchers} left": "{vouchers} gjenstår",
    "reports are left to be attached": "rapporter gjenstår å legge ved",
    "{count} voucher": "{count} bilag",
    "{count} vouchers": "{count} bilag",
    "Stopped: nothing of the file that was being read is stored. Go on with: {command}": "Stoppet: ingenting av filen "
    "som ble lest, er lagret. Fortsett med: {command}",
    "Stopped: what was not finished is undone. Say it again with: {command}": "Stoppet: det som ikke ble ferdig, er "
    "gjort om. Si det på nytt med: {command}",
    "Stopped: what was not sent waits, and nothing is lost. Go on with: {command}": "Stoppet: det som ikke ble sendt, "
    "venter, og ingenting er tapt. Fortsett med: {command}",
    "Stopped: it is not known whether the test message was sent. Send it again with: {command}": "Stoppet: det er ikke "
    "kjent om prøvemeldingen ble sendt. Send den på nytt med: {command}",
    # schedule
    "venue": "utsalgssted",
    "schedule": "tidsplan",
    "next": "neste",
    "last turn": "forrige kjøring",
    "last drafted": "sist leverte dag",
    "waiting": "venter",
    "not by itself": "ikke av seg selv",
    "nothing": "ingenting",
    "never": "aldri",
    "{waiting}, the oldest {day} ({days:day|days} ago)": "{waiting}, den eldste {day} ({days:dag|dager} siden)",
    "{at}, going on": "{at}, pågår",
    "{at}, {drafted} drafted, {waiting} waiting": "{at}, {drafted} levert, {waiting} venter",
    "{count} key sealed anew.": "{count} nøkkel er forseglet på nytt.",
    "{count} keys sealed anew.": "{count} nøkler er forseglet på nytt.",
    # files and messages
    "Wrote {path}": "Skrev {path}",
    "{count} message sent.": "{count} melding sendt.",
    "{count} messages sent.": "{count} meldinger sendt.",
    "{count} waits and is tried again, by posexport schedule run or posexport notify.": "{count} venter og prøves på "
    "nytt, av posexport schedule run eller posexport notify.",
    "{count} wait and are tried again, by posexport schedule run or posexport notify.": "{count} venter og prøves på "
    "nytt, av posexport schedule run eller posexport notify.",
    "Sent a test message to {recipient}.": "Sendte en prøvemelding til {recipient}.",
    "No test message was sent.": "Ingen prøvemelding ble sendt.",
    "Whether it was sent is not known.": "Om den ble sendt, er ikke kjent.",
    "Error: {recipient}: {trouble} {outcome} To try again: {command}": "Feil: {recipient}: {trouble} {outcome} "
    "Prøv på nytt med: {command}",
    # users
    "Nobody is invited yet. Invite somebody: posexport users invite EMAIL --role ROLE --company ID": "Ingen er "
    "invitert ennå. Inviter noen: posexport users invite E-POST --role ROLLE --company ID",
    "{email} is a user already and has the role now.": "{email} er bruker fra før og har fått rollen.",
    "{email} is a user already and has the roles now.": "{email} er bruker fra før og har fått rollene.",
    "It was sent by e-mail.": "Det er sendt på e-post.",
    "Nothing was sent: no company of theirs has a mail server. Tell them yourself.": "Ingenting er sendt: ingen av "
    "selskapene deres har en e-posttjener. Si det til dem selv.",
    "The e-mail was not sent: the mail server did not take it. Tell them yourself.": "E-posten er ikke sendt: "
    "e-posttjeneren tok ikke imot den. Si det til dem selv.",
    "{email} cannot sign in any more.": "{email} kan ikke logge inn lenger.",
    "It works once, within seven days. Give it to nobody else.": "Den virker én gang, innen sju dager. Gi den ikke til "
    "noen andre.",
    "It works once, within an hour. Give it to nobody else.": "Den virker én gang, innen en time. Gi den ikke til noen "
    "andre.",
    "no roles": "ingen roller",
    "(invited)": "(invitert)",
    "all companies": "alle selskaper",
    "{role} of {place}": "{role} i {place}",
    # office
    "The office is open.": "Kontoret er åpent.",
    "The office is open. Sign in, once, within 15 minutes:": "Kontoret er åpent. Logg inn, én gang, innen 15 minutter:",
    "Ctrl+C closes it.": "Ctrl+C lukker det.",
    # the sandbox
    "PowerOffice Go sandbox at {base_url} (be the bookkeeper in a browser: {base_url}/)\n"
    'In the setup, under [[company]]: base_url = "{base_url}"\n'
    "Any keys will do. Type those that your setup names where you run posexport, for example\n"
    "  export PO_APP_KEY=my-application-key\n"
    "  export PO_CLIENT_KEY_TORGET=my-client-key          # one for each venue\n"
    "  export PO_SUBSCRIPTION_KEY=my-subscription-key     # one for each company\n"
    'in PowerShell $env:PO_APP_KEY = "my-application-key", and so on.\n'
    'The subscription key is needed where target = "journal" or "ledger", and wherever sales on credit\n'
    'become orders (invoicing = "orders"), also with target = "import".\n'
    'A key that starts with "wrong" is refused. Stop with Ctrl+C.': (
        "Sandkasse for PowerOffice Go på {base_url} (vær regnskapsfører i en nettleser: {base_url}/)\n"
        'I oppsettet, under [[company]]: base_url = "{base_url}"\n'
        "Nøklene kan være hva som helst. Skriv dem som oppsettet nevner, der posexport kjøres, for eksempel\n"
        "  export PO_APP_KEY=min-applikasjonsnokkel\n"
        "  export PO_CLIENT_KEY_TORGET=min-klientnokkel           # en for hvert utsalgssted\n"
        "  export PO_SUBSCRIPTION_KEY=min-abonnementsnokkel       # en for hvert selskap\n"
        'i PowerShell $env:PO_APP_KEY = "min-applikasjonsnokkel", og så videre.\n'
        'Abonnementsnøkkelen trengs der target = "journal" eller "ledger", og overalt der kredittsalg blir\n'
        'ordrer (invoicing = "orders"), også med target = "import".\n'
        'En nøkkel som begynner med "wrong", avvises. Stopp med Ctrl+C.'
    ),
    "Stopped.": "Stoppet.",
    "The port {port} cannot be used ({why}). Choose another with --port.": "Porten {port} kan ikke brukes ({why}). "
    "Velg en annen med --port.",
    "received {kind} {date} {text} ({count} lines, {amount})": "mottatt {kind} {date} {text} ({count:linje|linjer}, "
    "{amount})",
    "received order {number} {reference} ({count} lines, {amount})": "mottatt ordre {number} {reference} "
    "({count:linje|linjer}, {amount})",
    **DEMO_MESSAGES,
}
"""The Norwegian form of each message, by the English one."""


def tell(message: str, lang: Lang, **facts: object) -> str:
    """A message with its facts. Dates and times are written as the language does; text stays as it is, so that a
    command that stands in it can be typed. A hole with two words, as {new:ny|nye}, is a count with the one that fits.

    >>> tell("{venue}: business day {day} is not over until {ends}.", "nb", venue="torget", day=date(2026, 11, 20),
    ...     ends=datetime(2026, 11, 21, 5))
    'torget: 20.11.2026 er ikke omme før 21.11.2026 kl. 05.00.'

    >>> tell("{new} new, {known} already known, {changed} changed, {refused} refused", "nb", new=1, known=2, changed=0,
    ...     refused=0)
    '1 ny, 2 kjent fra før, 0 endret, 0 avvist'
    """
    form = MESSAGES[message] if lang == "nb" else message
    return form.format_map({name: _format_fact(fact, lang) for name, fact in facts.items()})


class _Count(int):
    """A number that a form says with a word behind it, as {new:ny|nye}."""

    def __format__(self, words: str) -> str:
        one, _, several = words.partition("|")
        return f"{int(self)} {one if self == 1 else several}" if words else str(int(self))


def _format_fact(fact: object, lang: Lang) -> object:
    if isinstance(fact, int):
        return _Count(fact)
    if isinstance(fact, datetime):
        return format_moments(f"{fact:%Y-%m-%d %H:%M}", lang)
    return format_moments(fact.isoformat(), lang) if isinstance(fact, date) else fact

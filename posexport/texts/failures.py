"""The failures of deliveries in our own words, stored in English, shown also in Norwegian: no answer, a broken
connection, an unusable answer, refused keys. What PowerOffice itself said is a fact in them and stays word for word.

A text is found by its whole English form; {names} are its facts, which are looked up in turn: most failures are a
sentence of `errors` around a reason from a destination. A text that is in no table (stored by an early version, or from
a driver) is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from posexport.texts.language import Lang
from posexport.texts.moments import format_clock, format_moments
from posexport.texts.network_failures import NETWORK
from posexport.texts.sentence_patterns import FoundSentence, Patterns, find_sentence, make_pattern, make_patterns

REFUSAL = "PowerOffice Go refused it: {answer}"
"""The form of a refusal in PowerOffice's own words, unless its answer is one of `REASONS`."""

SENTENCES: Mapping[str, str] = {
    REFUSAL: "PowerOffice Go avviste det: {answer}",
    "PowerOffice Go gave no usable answer ({why}). It may have received the {document}: the next run looks for it "
    "there before anything is sent again.": "PowerOffice Go ga ikke noe brukbart svar ({why}). Det kan være at "
    "{document} kom fram: neste kjøring ser etter der før noe sendes igjen.",
    "voucher": "bilaget",
    "order": "ordren",
    "PowerOffice Go could not be reached ({why}). Nothing is lost; run it again later.": "PowerOffice Go kunne ikke "
    "nås ({why}). Ingenting er tapt; kjør det på nytt senere.",
    "PowerOffice Go is out of reach: {both} Nothing was sent.": "PowerOffice Go er utenfor rekkevidde: {both} "
    "Ingenting er sendt.",
    "PowerOffice Go asks us to slow down. Nothing is lost; run it again in a minute.": "PowerOffice Go ber oss vente. "
    "Ingenting er tapt; kjør det på nytt om et minutt.",
    "PowerOffice Go refused the keys of venue {venue}: {what} ({answer}). {fix}": "PowerOffice Go avviste nøklene til "
    "{venue}: {what} ({answer}). {fix}",
    "PowerOffice Go does not let this integration {action} ({answer}). Give the extension the privilege in Go under "
    "Menu > Settings > Extensions and run it again.": "PowerOffice Go lar ikke denne integrasjonen gjøre dette: "
    "{action} ({answer}). Gi utvidelsen rettigheten i Go under Meny > Innstillinger > Utvidelser, og kjør på nytt.",
    "PowerOffice Go does not show the voucher yet ({answer}). Nothing is lost; run it again later.": "PowerOffice Go "
    "viser ikke bilaget ennå ({answer}). Ingenting er tapt; kjør det på nytt senere.",
    "PowerOffice Go does not have the voucher any more.": "PowerOffice Go har ikke bilaget lenger.",
    "{rest} It is looked for until {until} before it is sent again.": "{rest} Det letes etter til {until} før det "
    "sendes på nytt.",
    "It is looked for until {until} before it is sent again.": "Det letes etter til {until} før det sendes på nytt.",
    "another run is sending this {document} right now": "en annen kjøring sender {document} akkurat nå",
    "A second draft, {id}, could not be taken back. Delete it in Go. ({error})": "En kladd nummer to, {id}, kunne ikke "
    "tas tilbake. Slett den i Go. ({error})",
    "The secret {reference} {why}. Set it in the environment that runs posexport.": "Nøkkelen {reference} {why}. Sett "
    "den i miljøet som kjører posexport.",
    "Venues {venue} and {other} have the same client key, so nothing of {venue_again} is sent. Make one for each "
    "department in Go under Menu > Settings > Extensions.": "Utsalgsstedene {venue} og {other} har samme "
    "klientnøkkel, så ingenting sendes for {venue_again}. Lag en for hver avdeling i Go under Meny > Innstillinger > "
    "Utvidelser.",
    "The key {reference} of venue {venue} has fewer than eight characters; PowerOffice Go's are longer. Nothing is "
    "sent under it. Copy the whole key to where the setup says it is.": "Nøkkelen {reference} til {venue} har færre "
    "enn åtte tegn; PowerOffice Gos er lengre. Ingenting sendes med den. Kopier hele nøkkelen dit oppsettet sier at "
    "den er.",
    "The report could not be made ({why}). This is a bug in posexport; please report it.": "Rapporten kunne ikke lages "
    "({why}). Det er en feil i posexport; si fra om den.",
    "{what} What was not finished is undone, and nothing else is lost. {fix}": "{what} Det som ikke ble ferdig, er "
    "gjort om, og ingenting annet er tapt. {fix}",
}
"""The messages of `errors`, and what is added to them."""

REASONS: Mapping[str, str] = {
    # no answer, or not all of it
    "the time to send it ran out": "tiden til å sende det løp ut",
    "the answer is packed more than once": "svaret er pakket mer enn én gang",
    "the answer is longer than {number} MB": "svaret er lengre enn {number} MB",
    "the answer was not there in {number} s": "svaret var ikke der på {number} s",
    "HTTP {number}": "HTTP {number}",
    "HTTP {number} on the token call": "HTTP {number} da nøklene ble prøvd",
    # an answer of another shape, or of somebody else
    "HTTP {number} with {kind}, not JSON": "HTTP {number} med {kind}, ikke JSON",
    "HTTP {number} with {kind}, not PowerOffice's own words": "HTTP {number} med {kind}, ikke PowerOffices egne ord",
    "no content type": "ukjent innhold",
    "the answer is not whole JSON": "svaret er ikke hel JSON",
    "the answer is no list": "svaret er ingen liste",
    "the pages of the list repeat": "sidene i listen gjentar seg",
    "the answer is no list of drafts": "svaret er ingen liste over kladder",
    "the answer is no list of imports": "svaret er ingen liste over importer",
    "the answer is no list of orders": "svaret er ingen liste over ordrer",
    "the answer is no list of invoices": "svaret er ingen liste over fakturaer",
    "the answer is no order": "svaret er ingen ordre",
    "the answer is no customer": "svaret er ingen kunde",
    "the answer is no project": "svaret er ikke noe prosjekt",
    "the project made has the code {code}": "prosjektet som ble laget, har koden {code}",
    "the answer is about another order": "svaret gjelder en annen ordre",
    "the answer is not the order that was asked for": "svaret er ikke ordren det ble spurt om",
    "the order that is to be replaced is not shown, and neither is an invoice of it": (
        "ordren som skal erstattes vises ikke, og heller ingen faktura av den"
    ),
    "the answer is not the draft that was asked for": "svaret er ikke kladden det ble spurt om",
    "the answer is not the voucher that was asked for": "svaret er ikke bilaget det ble spurt om",
    "the answer is not about the import that was asked for": "svaret gjelder ikke importen det ble spurt om",
    "the answer does not say what the voucher has": "svaret sier ikke hva bilaget inneholder",
    "the answer does not say what was asked for": "svaret sier ikke det som det ble spurt om",
    "the answer does not say whose key it is": "svaret sier ikke hvem nøkkelen tilhører",
    "the answer does not say whether it succeeded": "svaret sier ikke om det gikk bra",
    "the answer does not say whether the import is posted": "svaret sier ikke om importen er bokført",
    "the answer does not say how far the import has come": "svaret sier ikke hvor langt importen er kommet",
    "the answer gives no id": "svaret har ingen id",
    "the token call answered without a token": "svaret på nøklene hadde ikke noe tilgangsbevis",
    "the token call answered with a token that no header can carry": "svaret på nøklene hadde et tilgangsbevis "
    "som ikke kan brukes",
    "the token call answered with a token of a lifetime that cannot be": "svaret på nøklene hadde et tilgangsbevis "
    "med en varighet som ikke kan stemme",
    "what it tells of {what} cannot be read": "det den sier om {what}, kan ikke leses",
    # what is there already, or cannot be seen yet
    "a voucher with the reference is there, and what it has cannot be read": "et bilag med referansen finnes, men "
    "innholdet kan ikke leses",
    "an order with the reference is there, and what it has cannot be read": "en ordre med referansen finnes, men "
    "innholdet kan ikke leses",
    "{there} {reference} is there already, with another customer or other lines. Look at it in Go, and say whether it "
    "is this one.": "{there} {reference} er der allerede, med en annen kunde eller andre linjer. Se på den i Go, og si "
    "om det er denne.",
    "an order": "en ordre",
    "an invoice": "en faktura",
    "somebody has confirmed or changed the order in PowerOffice Go: correct it there": "noen har bekreftet eller "
    "endret ordren i PowerOffice Go: rett den der",
    "its invoice does not come to what was sent, so the order was changed in PowerOffice Go before it was invoiced, or "
    "has a fee: correct the invoice there, if it is not what the ticket comes to": "fakturaen er ikke på det som ble "
    "sendt, så ordren ble endret i PowerOffice Go før den ble fakturert, eller har et gebyr: rett fakturaen der, om "
    "den ikke er det bongen kommer på",
    "it is invoiced to another customer than the ticket has now, and no difference is sent to the wrong one: credit "
    "the invoice in full in PowerOffice Go, and make an order to the right customer there": "den er fakturert til en "
    "annen kunde enn bongen har nå, og ingen differanse sendes til feil kunde: krediter hele fakturaen i PowerOffice "
    "Go, og lag en ordre til riktig kunde der",
    "it is invoiced, and only what is written on it has changed, so there is no difference to send: credit the "
    "invoice in PowerOffice Go and make it anew there, or take responsibility for it with posexport orders accept": (
        "den er fakturert, og bare det som står skrevet på den er endret, så det er ingen differanse å sende: krediter "
        "fakturaen i PowerOffice Go og lag den på nytt der, eller ta ansvar for det med posexport orders accept"
    ),
    "the new order could not be sent as things are, so the old one is left as it is: mend what stands here, and run it "
    "again": "den nye ordren kan ikke sendes slik det står, så den gamle blir liggende: gjør det som står her, og kjør "
    "det på nytt",
    "its ticket has no customer any more, so no other order can be made of it: register the customer on the ticket, or "
    "delete the order in PowerOffice Go, or credit the invoice there": "bongen har ingen kunde lenger, så ingen annen "
    "ordre kan lages av den: registrer kunden på bongen, eller slett ordren i PowerOffice Go, eller krediter fakturaen "
    "der",
    "an invoice of it was credited in PowerOffice Go: make there what the customer is to be invoiced, and take "
    "responsibility for it with posexport orders accept": "en faktura av den er kreditert i PowerOffice Go: lag der "
    "det kunden skal faktureres, og ta ansvar for det med posexport orders accept",
    "it was deleted in PowerOffice Go, since its ticket is no sale on credit any more": "den er slettet i PowerOffice "
    "Go, siden bongen ikke er kredittsalg lenger",
    "it is not known to be in PowerOffice Go: say first with posexport orders resolve where it is": "det er ikke kjent "
    "om den er i PowerOffice Go: si først hvor den er med posexport orders resolve",
    "it was sent twice, and the first request may still arrive in PowerOffice Go: run it again in some minutes": "den "
    "ble sendt to ganger, og den første kan fortsatt komme fram til PowerOffice Go: kjør det på nytt om noen minutter",
    "the reference seems taken, and no order has it": "referansen ser ut til å være i bruk, men ingen ordre har den",
    "the reference seems taken, and it may not be looked up: {answer}": "referansen ser ut til å være i bruk, og det "
    "kan ikke slås opp: {answer}",
    "the answer does not say what the import has": "svaret sier ikke hva importen inneholder",
    "a draft that is listed cannot be read yet": "en kladd som står på listen, kan ikke leses ennå",
    "it was refused, and whether the reference is taken cannot be read now": "det ble avvist, og om referansen er i "
    "bruk, kan ikke leses nå",
    "the reference is taken, but what has it cannot be read yet": "referansen er i bruk, men det som har den, kan ikke "
    "leses ennå",
    "{why}. It answered the same before, and the {document} is not there.": "{why}. Svaret var det samme sist, og "
    "{document} er ikke der.",
    "a voucher {reference} is there already, {how}. Reverse it in Go and run it again, or mend it there by hand.": "et "
    "bilag {reference} er der allerede, {how}. Reverser det i Go og kjør på nytt, eller rett det der for hånd.",
    "made another way": "laget på en annen måte",
    "with other lines": "med andre linjer",
    "an import {reference} is there already, with other lines. Delete it in Go under Menu > Accounts > Import, or mend "
    "it there by hand.": "en import {reference} er der allerede, med andre linjer. Slett den i Go under Meny > "
    "Regnskap > Import, eller rett den der for hånd.",
    "{path} is there already and says something else. Move it away if it is not wanted.": "{path} er der allerede og "
    "sier noe annet. Flytt den bort om den ikke skal være der.",
    "Ticket {ticket} is no sale on credit any more: there is nothing to book by the voucher, and nothing of "
    "{reference} to move.": "Bong {ticket} er ikke noe kredittsalg lenger: det er ikke noe å føre i bilaget, og ikke "
    "noe av {reference} å flytte.",
    "The sale of ticket {ticket} is in the voucher already. Delete the order {reference} in PowerOffice Go.": "Salget "
    "på bong {ticket} er allerede i bilaget. Slett ordren {reference} i PowerOffice Go.",
    "Ticket {ticket} was invoiced as {invoice}, and that is credited in PowerOffice Go: taken out of the voucher it "
    "would be booked nowhere. Leave it in the voucher.": "Bong {ticket} ble fakturert som {invoice}, og det er "
    "kreditert i PowerOffice Go: tatt ut av bilaget ville salget ikke være ført noe sted. La det stå i bilaget.",
    "{other} is on another order itself, or {reference} has others on it. Say for each of them which order in "
    "PowerOffice Go has it now.": "{other} er selv satt på en annen ordre, eller {reference} har andre på seg. Si for "
    "hver av dem hvilken ordre i PowerOffice Go som har den nå.",
    "{other} is not in PowerOffice Go either, or its invoice is credited, so it cannot have the sale of "
    "{reference}.": "{other} er heller ikke i PowerOffice Go, eller fakturaen er kreditert, så den kan ikke ha "
    "salget på {reference}.",
    "{other} is for another customer in PowerOffice Go than {reference}. Two customers' sales are not invoiced by one "
    "order.": "{other} er til en annen kunde i PowerOffice Go enn {reference}. Salg til to kunder faktureres ikke med "
    "én ordre.",
    "{other} comes to what its own ticket does in PowerOffice Go, so it has nothing of {reference}. Put the sale on it "
    "there first.": "{other} lyder i PowerOffice Go på det samme som sin egen bong, så den har ikke noe av "
    "{reference}. Sett salget på den der først.",
    "{id} is another {document} of {venue}. Look for {reference} in PowerOffice Go.": "{id} er ikke {document} det "
    "gjelder, men noe annet på {venue}. Se etter {reference} i PowerOffice Go.",
    "PowerOffice Go has no {document} {id} of this venue. The id is the one PowerOffice gives it, not the reference "
    "{reference}.": "PowerOffice Go har ikke {document} {id} på dette stedet. Id-en er den PowerOffice gir, ikke "
    "referansen {reference}.",
    "{reference} is in PowerOffice Go, as {id}. If that is right: {command} {same}. If it is to be drafted anew, "
    "delete it there first.": "{reference} er i PowerOffice Go, som {id}. Er det riktig, så si at det ligger der: "
    "{command} {same}. Skal det lages på nytt, slett det der først.",
    "{reference} is settled: PowerOffice Go has nothing of it that counts, and its ticket is no sale on credit any "
    "more, or has another order. There is nothing to say of it.": "{reference} er avsluttet: PowerOffice Go har ikke "
    "noe av den som teller, og bongen er ikke noe kredittsalg lenger, eller har en annen ordre. Det er ikke noe å si "
    "om den.",
    "{reference} is in PowerOffice Go, and not all that is invoiced of its ticket is credited. Credit the rest there "
    "first, or leave it: a sale is booked once.": "{reference} er i PowerOffice Go, og ikke alt som er fakturert av "
    "bongen, er kreditert. Krediter resten der først, eller la den være: et salg føres én gang.",
    "{reference} is credited in PowerOffice Go, and a new order of its ticket is sent already, or nothing is left to "
    "send: see posexport orders.": "{reference} er kreditert i PowerOffice Go, og en ny ordre av bongen er sendt "
    "allerede, eller det er ikke noe igjen å sende: se posexport orders.",
    "Ticket {ticket} is in PowerOffice Go as order {number} ({found}), though that is not known here. If it is right, "
    "take it over: posexport orders resolve {reference} --there {id}. Otherwise delete it there first: a sale is "
    "booked once.": "Bong {ticket} er i PowerOffice Go som ordre {number} ({found}), selv om det ikke er kjent her. Er "
    "den riktig, så ta den over: posexport orders resolve {reference} --there {id}. Ellers må den slettes der først: "
    "et salg føres én gang.",
    "Ticket {ticket} is in PowerOffice Go as invoice {number} ({found}), though that is not known here. If it is "
    "right, take it over: posexport orders resolve {reference} --there {id}. Otherwise credit it there first: a sale "
    "is booked once.": "Bong {ticket} er i PowerOffice Go som faktura {number} ({found}), selv om det ikke er kjent "
    "her. Er den riktig, så ta den over: posexport orders resolve {reference} --there {id}. Ellers må den krediteres "
    "der først: et salg føres én gang.",
    "{reference} was sent a short while ago, and may still arrive in PowerOffice Go, which may not show it yet either. "
    "Look for it there again, and say so after {moment}.": "{reference} ble sendt for litt siden, og kan fortsatt "
    "komme fram til PowerOffice Go, som kanskje heller ikke viser den ennå. Se etter den der igjen, og si fra "
    "etter {moment}.",
    # folders and the network
    "the folder {folder} cannot be written to: {why}": "mappen {folder} kan ikke skrives til: {why}",
    "the folder {folder} cannot be read: {why}": "mappen {folder} kan ikke leses: {why}",
    "no secure connection: {why}": "ingen sikker forbindelse: {why}",
    "TLS failed": "TLS mislyktes",
    "no connection through the proxy that {named} names": "ingen forbindelse gjennom proxyen som {named} nevner",
    "the proxy that {named} names let nothing through just now": "proxyen som {named} nevner, slapp ikke noe "
    "gjennom akkurat nå",
    "the proxy that {named} names let nothing through just now (HTTP {number})": "proxyen som {named} nevner, "
    "slapp ikke noe gjennom akkurat nå (HTTP {number})",
    **NETWORK,
    # keys and privileges
    "is not set": "er ikke satt",
    "is not in the vault": "er ikke i hvelvet",
    "lies in the vault, which is not open here": "ligger i hvelvet, som ikke er åpent her",
    "is sealed, and {variable} is not set": "er forseglet, og {variable} er ikke satt",
    "is sealed with another key than {variable}": "er forseglet med en annen nøkkel enn {variable}",
    "was not sealed under that name, or is damaged": "ble ikke forseglet under det navnet, eller er skadet",
    "the file that {variable} names cannot be read as a key": "filen som {variable} nevner, kan ikke leses som en "
    "nøkkel",
    "{variable} is no key of 32 bytes, as base64 or hexadecimal digits": "{variable} er ingen nøkkel på 32 byte, som "
    "base64 eller heksadesimale sifre",
    "is another company's": "er et annet selskaps",
    "the subscription key is wrong": "abonnementsnøkkelen er feil",
    "Check subscription_key in the setup: it is the one of PowerOffice's developer portal, and demo and production "
    "have one each.": "Sjekk subscription_key i oppsettet: det er den fra PowerOffices utviklerportal, og demo og "
    "produksjon har hver sin.",
    "the application key or the client key is wrong": "applikasjonsnøkkelen eller klientnøkkelen er feil",
    "Make or check the client key in Go under Menu > Settings > Extensions, and that the setup's environment (demo or "
    "production) is the one the keys belong to.": "Lag eller sjekk klientnøkkelen i Go under Meny > Innstillinger > "
    "Utvidelser, og at environment i oppsettet (demo eller production) er det som nøklene hører til.",
    "the keys are right, but this integration may not be used for this client": "nøklene er riktige, men integrasjonen "
    "kan ikke brukes for denne klienten",
    "See in Go under Menu > Settings > Extensions that the extension is active and has the privileges, and ask "
    "PowerOffice whether the integration is approved.": "Se i Go under Meny > Innstillinger > Utvidelser at utvidelsen "
    "er aktiv og har rettighetene, og spør PowerOffice om integrasjonen er godkjent.",
    "it does not say which": "den sier ikke hvilken",
    "Make or check the client key in Go under Menu > Settings > Extensions, and the subscription key, and that the "
    "setup's environment or base_url is the one the keys belong to. An answer in no words of PowerOffice's own comes "
    "from a proxy on the way.": "Lag eller sjekk klientnøkkelen i Go under Meny > Innstillinger > Utvidelser, og "
    "abonnementsnøkkelen, og at environment eller base_url i oppsettet er det som nøklene hører til. Et svar uten "
    "PowerOffices egne ord kommer fra en proxy på veien.",
    "import vouchers": "importere bilag",
    "read {path}": "lese {path}",
    "write {path}": "skrive {path}",
    "it lacks {privileges}": "den mangler {privileges}",
}
"""Reasons given by the destinations and the network."""

_CLASSES: tuple[tuple[str, str, str], ...] = (
    (r"Connect\w*|PoolTimeout", "no connection", "ingen forbindelse"),
    (r"\w*Timeout", "the answer did not come in time", "svaret kom ikke i tide"),
    (r"DecodingError", "the answer could not be unpacked", "svaret kunne ikke pakkes ut"),
    (r"(?:Read|Write|Close|Network|\w*Protocol)Error", "the connection was broken off", "forbindelsen ble brutt"),
)
"""httpx's exceptions in words, in English and Norwegian."""

_CLASS_OF_OURS = re.compile(r"(?P<before>.*\()?(?P<name>[A-Z][A-Za-z]*)(?P<after>\).*)?", re.DOTALL)
"""Such a name by itself, or in brackets in a sentence of ours."""


class Told(NamedTuple):
    """A failure in the reader's language; `is_poweroffices`: it is all PowerOffice's own words."""

    text: str
    is_poweroffices: bool


def describe_failure(kept: str, lang: Lang) -> Told:
    """A stored failure for a reader.

    >>> describe_failure("PowerOffice Go refused it: HTTP 400: Perioden er låst", "nb")
    Told(text='HTTP 400: Perioden er låst', is_poweroffices=True)

    >>> kept = "PowerOffice Go could not be reached (ConnectError). Nothing is lost; run it again later."

    >>> describe_failure(kept, "nb").text
    'PowerOffice Go kunne ikke nås (ingen forbindelse). Ingenting er tapt; kjør det på nytt senere.'
    """
    refusal = make_pattern(REFUSAL).fullmatch(kept)
    is_own = refusal is not None and _find(refusal["answer"]) is None
    if refusal is not None and is_own:
        return Told(refusal["answer"], is_poweroffices=True)
    return Told(_describe_class(kept) if lang == "en" else _translate(kept), is_poweroffices=False)


def is_known(text: str) -> bool:
    """Whether a text of ours has words in both languages."""
    return _find(text) is not None


def _translate(text: str) -> str:
    found = _find(text)
    if found is None:
        return _translate_both(text) or text
    told, facts = found
    return told.format_map({name: _describe_fact(name, fact) for name, fact in facts.items()})


def _translate_both(text: str) -> str:
    """What is wrong and what to do, one after the other; empty where they are not sentences of ours."""
    for end in re.finditer(r"(?<=\.) ", text):
        what, fix = text[: end.start()], text[end.end() :]
        if is_known(what) and is_known(fix):
            return f"{_translate(what)} {_translate(fix)}"
    return ""


def _describe_class(text: str) -> str:
    """A text of ours in English, with httpx's exception name replaced by words."""
    found = _CLASS_OF_OURS.fullmatch(text)
    told = (
        None if found is None else next((said for name, said, _ in _CLASSES if re.fullmatch(name, found["name"])), None)
    )
    if found is None or told is None or not is_known(text):
        return text
    return f"{found['before'] or ''}{told}{found['after'] or ''}"


def _describe_fact(name: str, fact: str) -> str:
    if name == "until":
        return format_clock(fact)
    return format_moments(fact, "nb") if name == "moment" else _translate(fact)


def _find(text: str) -> FoundSentence | None:
    """The Norwegian form of a text of ours, and its facts; None where it is not known."""
    return find_sentence(text, _list_patterns())


@lru_cache(maxsize=1)
def _list_patterns() -> Patterns:
    return (*make_patterns(SENTENCES, REASONS), *((re.compile(name), told) for name, _, told in _CLASSES))

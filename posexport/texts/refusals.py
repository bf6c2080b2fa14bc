"""Why a sales file was refused, in both languages. A refusal is made in English (`errors.UnreadableSales`); what is
known here is said in Norwegian too, and anything else stays as it is. Nothing here is typed in a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from posexport.texts.language import Lang

PLACES: Mapping[str, str] = {
    "line {n}": "linje {n}",
    "after line {n}": "etter linje {n}",
    "line {n}, ticket {ticket}": "linje {n}, bong {ticket}",
    "register {register}": "kasse {register}",
    "register {register}, ticket {ticket}": "kasse {register}, bong {ticket}",
    "near register {register}, ticket {ticket}": "nær kasse {register}, bong {ticket}",
    "register {register}, a Z-report": "kasse {register}, en Z-rapport",
    "location {name}": "stedet {name}",
    "before the first ticket": "før den første bongen",
}

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
    # what is noted of a file that was read
    "The file names no valid organization number ({written}), so it was not compared with that of the venue's "
    "company. Check that these are the right sales.": "Filen har ikke noe gyldig organisasjonsnummer ({written}), så "
    "det er ikke sammenlignet med firmaets. Se etter at dette er riktig salg.",
    "Every ticket in the file is void or training. That is not the same as no sales.": "Alle bongene i filen er "
    "makulert eller øvelse. Det er ikke det samme som ikke salg.",
    "All {n} tickets are voided or training tickets. This is not a day without sales: ask whether the cash register "
    "was in training mode.": "Alle de {n} bongene er makulert eller øvelse. Det er ikke en dag uten salg: spør om "
    "kassen sto i øvelse.",
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
}
"""What is found, what was expected, and what to do: as a refusal has it, and in Norwegian."""

_IN_ENGLISH: Mapping[str, str] = {
    "Say whose file it is with --venue ID.": "Say whose sales it is when you upload it.",
    "it begins as none of the formats posexport reads.": "it begins as none of the formats that can be read.",
    "Export the sales as one of these, or say which of them it is with --format.": "Export the sales as one of these.",
}
"""What is said in other words where nobody types commands."""

_MORE = re.compile(r" There are (\d+) such values in the file; this is the first\.\Z")
_COMMANDS = re.compile(r"[^.;]*(?:posexport |--[a-z]|\[\[|\.toml)[^.;]*[.;]?")


def describe_refusal(text: str, lang: Lang) -> str:
    """One part of a refusal for a reader who types no commands.

    >>> describe_refusal("Export it again.", "nb"), describe_refusal("gross is '12,3O'.", "nb")
    ('Eksporter den på nytt.', "gross er '12,3O'.")
    >>> describe_refusal("Say whose file it is with --venue ID.", "en")
    'Say whose sales it is when you upload it.'
    """
    if lang == "en":
        return _IN_ENGLISH.get(text) or leave_out_commands(text)
    more = _MORE.search(text)
    if more is not None:
        return f"{describe_refusal(text[: more.start()], lang)} Det er {more[1]} slike i filen; dette er den første."
    return _translate(text, _list_patterns("sentences")) or leave_out_commands(text)


def describe_place(text: str, lang: Lang) -> str:
    """A place in a sales file.

    >>> describe_place("register 1, ticket 1042", "nb"), describe_place("line 48", "en")
    ('kasse 1, bong 1042', 'line 48')
    """
    return text if lang == "en" else _translate(text, _list_patterns("places")) or text


def leave_out_commands(text: str) -> str:
    """A text without the parts of its sentences that are for a terminal or a setup file.

    >>> leave_out_commands("2 tickets belong to no venue. Run posexport setup apply, and try again.")
    '2 tickets belong to no venue.'
    """
    return _COMMANDS.sub("", text).strip()


def _translate(text: str, patterns: tuple[tuple[re.Pattern[str], str], ...]) -> str | None:
    for pattern, told in patterns:
        found = pattern.fullmatch(text)
        if found is not None:
            return told.format_map(found.groupdict())
    return None


@lru_cache(maxsize=2)
def _list_patterns(which: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """A pattern for every known text, the most specific first."""
    forms = PLACES if which == "places" else SENTENCES
    ordered = sorted(forms.items(), key=lambda form: -len(re.sub(r"{\w+}", "", form[0])))
    return tuple((_pattern(english), norwegian) for english, norwegian in ordered)


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"{(\w+)}", english)
    shaped = [_group(part) if place % 2 else re.escape(part) for place, part in enumerate(parts)]
    return re.compile("".join(shaped), re.DOTALL)


def _group(name: str) -> str:
    return _GROUPS.get(name, r"(?P<{name}>.*?)").format(name=name)


_GROUPS = {"n": r"(?P<{name}>\d+)", "column": r"(?P<{name}>[\w.:/-]+)"}
"""What fits a name in a text, where that is not anything: a column's name is one word, so that no sentence is one."""

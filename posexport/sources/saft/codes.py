"""SAF-T's codes: the meaning of a transType, a lineType, an article group or a payment type.

Never here: XML, amounts. Source: SAF-T Cash Register code lists (BasicType, PredefinedBasicID 04, 10-13,
Standard_Tax_Codes). A code is always looked up by basic type and id, since one id may occur in several types; where an
id is expected, a predefined code or a description is accepted too, if it is unambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from posexport.core.codes import clean_code
from posexport.core.sales import EntryKind, MasterData

ARTICLE_GROUP, LINE_TYPE, RAISE, TRANSACTION, PAYMENT, EVENT = "04", "05", "10", "11", "12", "13"

RETURN = "11006"
SALES = frozenset({"11001", "11002", "11015"})
MOVES = {
    "11005": EntryKind.MOVE_RECEIVED,
    "11007": EntryKind.MOVE_FLOAT,
    "11008": EntryKind.MOVE_DIFFERENCE,
    "11010": EntryKind.MOVE_IN_OUT,
    "11011": EntryKind.MOVE_IN_OUT,
}
PAY_OUT, PAY_IN, CASH, TIP = "11010", "11011", "12001", "10001"
X_REPORT, Z_REPORT, PROVISIONAL, DELIVERY = "13008", "13009", "13015", "13016"
OTHER_EVENTS = frozenset({"13018", "13999"})
"""Other reports, other events: only their names tell what they are."""
NO_GROUP = "no-group"

CODE_LENGTH_MAX = 200
"""Longer than any code, or description in a code's place. Longer texts are not cached."""
_REMEMBERED_MAX = 10_000

NAMES = {
    "04001": "Uttak av behandlingstjenester",
    "04002": "Uttak av behandlingsvarer",
    "04003": "Varesalg",
    "04004": "Salg av behandlingstjenester",
    "04005": "Salg av hårklipp",
    "04006": "Mat",
    "04007": "Øl",
    "04008": "Vin",
    "04009": "Brennevin",
    "04010": "Rusbrus/Cider",
    "04011": "Mineralvann (brus)",
    "04012": "Annen drikke",
    "04013": "Tobakk",
    "04014": "Andre varer",
    "04015": "Inngangspenger",
    "04016": "Fri adgang",
    "04017": "Garderobeavgift",
    "04018": "Fri garderobe",
    "04019": "Overnatting, helpensjon",
    "04020": "Overnatting, halvpensjon",
    "04021": "Overnatting med frokost",
    "04999": "Øvrige",
    "12001": "Kontant",
    "12002": "Bankkort",
    "12003": "Kredittkort",
    "12004": "Bankkonto",
    "12005": "Gavekort",
    "12006": "Kundekonto",
    "12007": "Lojalitetspoeng",
    "12008": "Pant",
    "12009": "Sjekk",
    "12010": "Tilgodelapp",
    "12011": "Mobilbetaling",
    "12999": "Øvrige",
}
"""Short Norwegian names of the predefined article groups and payment types."""

_WORDS = {
    RAISE: {
        TIP: "tip|tips|drikkepenger|drikkepenge|gratuity|amount from gratuity/tip|"
        "beløp knyttet til drikkepenger eller tips",
    },
    TRANSACTION: {
        "11001": "cash sale|kontantsalg|kontant salg",
        "11002": "credit sale|kredittsalg|kreditsalg",
        "11003": "purchase|kjøp av varer fra leverandører etc.|køb",
        "11004": "payment|betaling",
        "11005": "receiving payment|innbetaling fra kunde|indbetaling fra kunde|modtaget betaling|"
        "modtagelse af betaling",
        RETURN: "return payment|return|retur|return sale|utbetaling til kunde ved vareretur|"
        "udbetaling til kunde ved varereturnering|vareretur|returbetaling|retursalg",
        "11007": "cash declaration|inngående vekselbeholdning|vekselbeholdning|indgående kassebeholdning|"
        "kassebeholdning primo|byttepenge|opening float|opening change float",
        "11008": "cash difference|kassedifferanse ved opptelling|kassedifferanse|"
        "kassedifference ved optælling|kassedifference",
        "11009": "correction|korrigere kvittering/bong|korrektion",
        PAY_OUT: "out payment|ansatte/virksomheten selv tar ut penger|"
        "ansatte/virksomheden tager selv penge ud|utbetaling|udbetaling|pay out|payout|pay-out|cash drop",
        PAY_IN: "in payment|ansatte/virksomheten selv setter inn penger|"
        "ansatte/virksomheden sætter selv penge ind|innbetaling|indbetaling|pay in|payin|pay-in",
        "11012": "trade-in, exchange|kjøp av vare fra kunde, og salg av ny vare",
        "11013": "return products|tidligere solgt vare i retur og ny vare med seg",
        "11014": "inventory, stock|inventar, lager",
        "11015": "cash and credit sale|kontant- og kredittsalg|kontant- og kreditsalg",
        "11016": "cash sale and return|kontantsalg og retur",
        "11017": "credit sale and return|kredittsalg og retur|kreditsalg og retur",
    },
    EVENT: {
        X_REPORT: "x report|x-report|x rapport|x-rapport|kjøring av x-rapport|kørsel af x-rapport",
        Z_REPORT: "z report|z-report|z rapport|z-rapport|kjøring av z-rapport|kørsel af z-rapport",
        PROVISIONAL: "provisional receipt|foreløpig kvittering|foreløbig kvittering|pro forma|proforma",
        DELIVERY: "delivery receipt|utleveringskvittering ved kredittsalg|"
        "udleveringskvittering ved kreditsalg|delivery note|følgeseddel",
    },
}
_BY_WORD = {
    basic_type: {word: code for code, words in codes.items() for word in words.split("|")}
    for basic_type, codes in _WORDS.items()
}
_PAPER = re.compile(
    r"pro ?forma|foreløpig kvittering|foreløbig kvittering|provisional receipt|utleveringskvittering|"
    r"udleveringskvittering|delivery (?:receipt|note)|pakkseddel|følgeseddel|kopi av kvittering|copy receipt"
)
_DELIVERED = re.compile(r"utleveringskvittering|udleveringskvittering|delivery (?:receipt|note)|pakkseddel|følgeseddel")
_DAY_END = re.compile(
    r"\bz\b|\bz[- ]?(?:rapport|report)|dag(?:s|ens )\W?(?:oppgj[øo]r|oppgjer|avslut\w*|slutt)|"
    r"kass[ea](?:oppgj[øo]r|oppgjer|avslut\w*|afslut\w*|opg[øo]relse)|dags(?:afslut\w*|opg[øo]relse)|"
    r"end[- ]of[- ](?:the[- ])?day|daily (?:closing|close|settlement)|day[- ]end|closing report"
)
_INTERIM = re.compile(r"\bx\b|\bx[- ]?(?:rapport|report)|mellom\w*|interim|foreløpig|foreløbig|current")
_RETURN_LINE = re.compile(r"\b(?:ret|retur\w*|return\w*|refund\w*|tilbakebetal\w*)\b")
_SALE_LINE = re.compile(r"\b(?:sal|sale\w*|salg\w*|sell\w*)\b")
_PERCENT = re.compile(r"(\d{1,2}(?:[.,]\d{1,3})?)\s*(?:%|pst|prosent|procent|percent)")
_USUAL_RATES = {
    "3": Decimal(25),
    "31": Decimal(15),
    "32": Decimal("11.11"),
    "33": Decimal(12),
    "0": Decimal(0),
    "5": Decimal(0),
    "51": Decimal(0),
    "52": Decimal(0),
    "6": Decimal(0),
    "7": Decimal(0),
}


class LineKind(NamedTuple):
    """Whether a line type means a return, a sale, or neither."""

    returned: bool
    sold: bool


def plain(text: str) -> str:
    """A description for comparison: lower case, single spaces."""
    return " ".join(text.casefold().split())


def parse_rate(text: str) -> Decimal:
    """A VAT percentage: "25.00", "15", "11,11", "25 %". Raises ValueError for anything else."""
    try:
        rate = abs(Decimal(text.strip().rstrip("%").rstrip().replace(",", ".")))
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no percentage") from error
    if not rate.is_finite() or rate > 100:
        raise ValueError(f"{text!r} is no percentage")
    return rate.quantize(Decimal("0.0001"))


class CodeBook:
    """The company's codes, looked up by what a ticket has. Lookups are cached."""

    def __init__(self, master: MasterData, article_names: Mapping[str, str] | None = None) -> None:
        self._article_names = article_names or {}
        basics = {_clean_key(key): entry for key, entry in master.basics.items()}
        master = replace(
            master,
            basics=basics,
            articles={clean_code(key): clean_code(group) for key, group in master.articles.items()},
        )
        self._master = master
        self._answers: dict[tuple[str, str], str] = {}
        self._line_kinds: dict[str, LineKind] = {}
        self._vat_codes: dict[str, str] = {}
        self._product_types: dict[tuple[str, str], str] = {}
        self._ids: dict[str, dict[str, list[str]]] = {}
        for key, (_, description) in master.basics.items():
            basic_type, _, basic_id = key.partition(":")
            by_words = self._ids.setdefault(basic_type, {})
            by_words.setdefault(plain(description), []).append(basic_id)
        self._rates = _rates_of(master)
        self.vat_codes_seen: set[str] = set()
        self.named_here: dict[str, str] = {}
        """Predefined codes used without basics, with their names."""

    def predefined(self, basic_type: str, text: str) -> str:
        """The predefined code that `text` stands for in `basic_type`; "" where it stands for none."""
        key = (basic_type, text)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._look_up(basic_type, text)
            self._remember(key, answer)
        return answer

    def _remember(self, key: tuple[str, str], answer: str) -> None:
        if len(self._answers) > _REMEMBERED_MAX:
            self._answers.clear()
        if len(key[1]) <= CODE_LENGTH_MAX:
            self._answers[key] = answer

    def _look_up(self, basic_type: str, text: str) -> str:
        text = clean_code(text)
        entry = self._master.basics.get(f"{basic_type}:{text}")
        if entry is None:
            if len(text) == 5 and text.isdigit() and text.startswith(basic_type):
                return text
            ids = self._ids.get(basic_type, {}).get(plain(text), [])
            if len(ids) != 1:
                return _BY_WORD.get(basic_type, {}).get(plain(text), "")
            entry = self._master.basics[f"{basic_type}:{ids[0]}"]
            text = ids[0]
        code, description = entry
        if code and not code.endswith("999"):
            return code
        said = _BY_WORD.get(basic_type, {}).get(plain(description), "")
        if said:
            return said
        return text if not code and len(text) == 5 and text.isdigit() and text.startswith(basic_type) else code

    def line_kind(self, line_type: str) -> LineKind:
        """The meaning of a lineType, by its id and its description among the basics."""
        kind = self._line_kinds.get(line_type)
        if kind is None:
            entry = self._master.basics.get(f"{LINE_TYPE}:{clean_code(line_type)}", ("", ""))
            words = plain(f"{line_type} {entry[1]}")
            returned = _RETURN_LINE.search(words) is not None
            kind = LineKind(returned, not returned and _SALE_LINE.search(words) is not None)
            if len(self._line_kinds) > _REMEMBERED_MAX:
                self._line_kinds.clear()
            if len(line_type) <= CODE_LENGTH_MAX:
                self._line_kinds[line_type] = kind
        return kind

    def is_tip(self, raise_type: str) -> bool:
        """Whether a raiseType is a tip."""
        return self.predefined(RAISE, raise_type) == TIP

    def raise_type(self, text: str) -> str:
        """The type of a surcharge (`raise`), as the setup names it."""
        return self._own_id(RAISE, text) or "?"

    def is_paper(self, trans_type: str, description: str) -> bool:
        """Whether a ticket's type or description says pro forma, copy or delivery note."""
        return _PAPER.search(self._words(trans_type, description)) is not None

    def is_delivery(self, trans_type: str, description: str) -> bool:
        """Whether a ticket's type or description says delivery note."""
        return _DELIVERED.search(self._words(trans_type, description)) is not None

    def _words(self, trans_type: str, description: str) -> str:
        return plain(f"{trans_type} | {self.description(TRANSACTION, trans_type)} | {description}")

    def description(self, basic_type: str, text: str) -> str:
        """The description of an id among the basics; "" where it has none."""
        return self._master.basics.get(f"{basic_type}:{clean_code(text)}", ("", ""))[1]

    def is_day_end(self, text: str) -> bool | None:
        """Whether the type or description of an event or report means a day's end (a Z-report) or not (an X-report);
        None where the words say neither, or both."""
        words = plain(f"{text} | {self.description(EVENT, text)}")
        is_end, is_interim = _DAY_END.search(words) is not None, _INTERIM.search(words) is not None
        return is_end if is_end != is_interim else None

    def codes_seen(self) -> dict[str, set[str]]:
        """The codes that tickets have used, by what they are codes of."""
        return {
            "product types": set(self._product_types.values()),
            "payment types": {answer for (kind, _), answer in self._answers.items() if kind == "own"},
            "VAT codes": set(self.vat_codes_seen),
        }

    def _own_id(self, basic_type: str, text: str) -> str:
        """The id to store: `text` itself, unless it is the description of exactly one basic."""
        text = clean_code(text)
        if f"{basic_type}:{text}" in self._master.basics:
            return text
        ids = self._ids.get(basic_type, {}).get(plain(text), [])
        if len(ids) == 1:
            return ids[0]
        name = NAMES.get(text)
        if name is not None and text.startswith(basic_type):
            self.named_here[text] = name
        return text

    def product_type(self, group: str, article: str) -> str:
        """The article group of a line: its own, or its article's."""
        key = (group, article)
        answer = self._product_types.get(key)
        if answer is None:
            article = clean_code(article)
            known = clean_code(group) or self._master.articles.get(article, "")
            unknown = f"article:{article}" if article else NO_GROUP
            answer = self._own_id(ARTICLE_GROUP, known) if known else unknown
            if len(self._product_types) > 50_000:
                self._product_types.clear()
            self._product_types[key] = answer
        return answer

    def describe_article(self, article: str) -> str:
        """An article's name in the file's own list; "" where it has none."""
        return self._article_names.get(clean_code(article), "")

    def payment_type(self, text: str) -> str:
        """The id of a payment's type."""
        key = ("own", text)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._own_id(PAYMENT, text)
            self._remember(key, answer)
        return answer

    def cash(self) -> str:
        """The payment type that is cash; the predefined code where none or several are."""
        ids = [key[3:] for key, entry in self._master.basics.items() if key[:3] == "12:" and entry[0] == CASH]
        return ids[0] if len(ids) == 1 else CASH

    def vat_code_of_rate(self, rate: Decimal) -> str:
        """The only VAT code with this percentage; text such as "25%" where none or several have it."""
        text = f"{rate.normalize():f}"
        answer = self._vat_codes.get(text)
        if answer is None:
            fits = [code for code, rates in self._rates.items() if rate in rates]
            answer = self._vat_codes[text] = fits[0] if len(fits) == 1 else f"{text}%"
        return answer

    def vat_code_of_percent(self, percent: str) -> str:
        """The same for a percentage as written; "" where it is none."""
        try:
            return self.vat_code_of_rate(parse_rate(percent))
        except ValueError:
            return ""

    def rate_of_vat_code(self, code: str) -> Decimal | None:
        """The percentage of a VAT code; None where the master data has none, or several."""
        rates = self._rates.get(code, frozenset())
        return next(iter(rates)) if len(rates) == 1 else None


def _clean_key(key: str) -> str:
    """A basic's key (type and id), cleaned."""
    basic_type, colon, basic_id = key.partition(":")
    return f"{basic_type}{colon}{clean_code(basic_id)}"


def _rates_of(master: MasterData) -> dict[str, frozenset[Decimal]]:
    """The percentages each VAT code may have: the usual one of its standard code, and one in its name."""
    found = {}
    for code in {**master.vat_codes, **master.standard_vat_codes}:
        rates = set()
        usual = _USUAL_RATES.get(master.standard_vat_codes.get(code, ""))
        if usual is not None:
            rates.add(usual)
        told = _PERCENT.search(master.vat_codes.get(code, "").casefold())
        if told:
            rates.add(Decimal(told.group(1).replace(",", ".")))
        found[code] = frozenset(rates)
    return found


def names_of(basics: dict[str, tuple[str, str]], basic_type: str) -> dict[str, str]:
    """The names of a basic type's ids; the code list's names where the file has none."""
    return {
        key[3:]: description or NAMES.get(code, "") or NAMES.get(key[3:], "")
        for key, (code, description) in basics.items()
        if key.startswith(f"{basic_type}:")
    }

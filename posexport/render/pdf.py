"""One voucher's settlement report ("Dagsoppgjør") as a PDF, attached to its draft.

Every word and figure is prepared here, in the document's language; the layout in `templates/report.typ` is given plain
values and reads nothing else. What the ledger was told (voucher text, names of lines) stays as it was drafted. Never
here: layout, state or anything else that changes after drafting, so that a report made again has the same bytes. What a
document lacks (those of early versions) the report lacks too. Amounts are the JSON contract's strings of kroner,
compared as øre. Source: ISO 19005-2 (PDF/A-2a, for archiving) and ISO 14289-1 (PDF/UA-1, for accessibility).
"""

from __future__ import annotations

import atexit
import json
import re
import shutil
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from tempfile import mkdtemp
from typing import Any

from posexport.core.finding import Severity
from posexport.core.money import parse_ore
from posexport.core.report import CreditFigures, Removal
from posexport.core.voucher import is_adjustment
from posexport.ledgers.registry import find_ledger
from posexport.render.templates import find_template
from posexport.texts.clean import clean, shorten
from posexport.texts.language import (
    Lang,
    capitalize,
    choose_lang,
    format_date,
    format_day,
    format_kroner,
    format_moment,
    format_organization_number,
)
from posexport.texts.moments import write_days
from posexport.texts.orders import order_words
from posexport.texts.report import (
    describe_code,
    describe_removal,
    describe_removals_sum,
    describe_z_figure,
    format_rate_words,
    words,
)
from posexport.views.kept import read_sheet
from posexport.views.line_changes import ChangeTable, read_changes
from posexport.views.orders import format_credit, format_ordered
from posexport.views.voucher import (
    ControlTable,
    LineRow,
    LineTable,
    VatRow,
    VatSum,
    ZTable,
    format_figure,
)

_LAYOUT = "report.typ"
_RUNNING_CHARACTERS = 50
"""How many characters of a name the header of every page has room for."""

_PART_AFTER_MIDNIGHT = re.compile(r"-p2-r\d+\Z")
"""How `core.voucher.format_reference` ends where the day was divided and this is its second voucher."""

_WITHOUT_GLYPH = re.compile(
    "[^ -~\xa0-\xac\xae-\u02ff\u0374-\u0377\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff"  # Latin, Greek, Cyrillic
    "\u05d0-\u05ea\u0621-\u063a\u0641-\u064a\u1e00-\u1eff"  # Hebrew, Arabic, Vietnamese
    "\u2010-\u2027\u2030-\u2037\u2039-\u203f\u2070\u2074-\u208e\u20a0-\u20bf\u2116\u2122"  # marks, currencies
    "\u2190-\u2220\u2248\u2260-\u226b\u2500-\u25ff\u2605\u2606\u2615\u2660-\u266f\u2713-\u2718\ufffd]"  # signs
)
"""What the fonts inside typst cannot draw. PDF/A forbids a letter without a glyph, and typst then makes no
report at all. Combining marks are left out too: what composes has composed before this is asked."""


def render_page(document: Mapping[str, Any]) -> bytes:
    """The report on one voucher as one PDF/A file on A4. `document`: as `views.json.format_page` makes it.

    The same document and the same typst version give the same bytes on every machine. Raises FileNotFoundError where
    the layout is missing (a broken installation), another OSError where no temporary folder can be made, and KeyError
    or ValueError for what is no such document.
    """
    import typst  # tens of megabytes: for the call that needs it

    sheet = json.dumps(_show(_open_sheet(document).build(document)))
    layout = find_template(_LAYOUT).read_bytes()
    typesetter = typst.Compiler(layout, root=_nowhere(), font_paths=_fonts(), sys_inputs={"sheet": sheet})
    page = typesetter.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])
    assert isinstance(page, bytes)
    return page


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """Typst's own fonts, unpacked once: the same on every machine."""
    import typst

    return typst.Fonts(include_system_fonts=False)


@lru_cache(maxsize=1)
def _nowhere() -> str:
    """An empty folder as typst's root, so that a layout can read no files; deleted when the program ends."""
    folder = mkdtemp(prefix="posexport-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _show(value: Any) -> Any:
    """`value` with every text limited to characters that the fonts have."""
    if isinstance(value, str):
        return _WITHOUT_GLYPH.sub(_stand_in, unicodedata.normalize("NFC", clean(value)))
    if isinstance(value, Mapping):
        return {key: _show(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_show(part) for part in value]
    return value


def _stand_in(found: re.Match[str]) -> str:
    """What a missing character becomes: a replacement mark, a plain space for another space, nothing for an invisible
    one."""
    category = unicodedata.category(found[0])
    if category == "Zs":
        return " "
    is_unseen = category == "Cf" or "\ufe00" <= found[0] <= "\ufe0f"
    return "" if is_unseen else "\N{REPLACEMENT CHARACTER}"


def _format_instant(moment: datetime) -> dict[str, int]:
    """A time as typst takes it, in UTC. A PDF/A must have a date; the business day's end never changes."""
    utc = moment.astimezone(UTC)
    return {part: getattr(utc, part) for part in ("year", "month", "day", "hour", "minute", "second")}


def _open_sheet(document: Mapping[str, Any]) -> _Sheet:
    lang = choose_lang(document.get("language", ""))
    return _Sheet(lang, words(lang), order_words(lang))


_FILES_NAMED = 12
"""So many files are named; more are counted."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Makes the values that the layout shows, in one language."""

    lang: Lang
    words: Mapping[str, str]
    orders: Mapping[str, str]

    def build(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Everything the layout shows, in order; a section without content is None or empty."""
        voucher, laid_out = document["voucher"], read_sheet(document["voucher"], document.get("orders", ()))
        day = date.fromisoformat(voucher["business_day"])
        opens, closes = (datetime.fromisoformat(document[key]) for key in ("opens", "closes"))
        is_second = bool(_PART_AFTER_MIDNIGHT.search(voucher["reference"]))
        findings, organization_number = voucher["findings"], format_organization_number(document["organization_number"])
        heading = self._format_heading(voucher["description"], document["venue_name"])
        return {
            "language": self.lang,
            "title": f"{heading} {document['venue_name']} {day.isoformat()}",
            "made": _format_instant(closes),
            "company": document["company"],
            "organization": f"{self.words['organization']} {organization_number}",
            "heading": heading,
            "venue": document["venue_name"],
            "day": capitalize(format_day(day, self.lang)) + (f", {self.words['after_midnight']}" if is_second else ""),
            "span": f"{format_moment(opens, self.lang)} – {format_moment(closes, self.lang)}",
            "running": self._build_running_head(document, day),
            "reference": voucher["reference"],
            "closing": "" if find_ledger(voucher["target"]).posts_directly else self.words["closing"],
            "page": [self.words["page"], self.words["page_of"]],
            "facts": self._build_facts(voucher),
            "note": " ".join([*self._tell_what_it_is(document), *([self.words["split"]] if is_second else ())]),
            "changes": self._build_changes(read_changes(document.get("changes"))),
            "errors": self._build_findings(self.words["errors"], findings, {Severity.ERROR}),
            "lines": self._build_lines(laid_out.lines),
            "vat": self._build_vat(laid_out.vat, laid_out.vat_sum),
            "control": self._build_control(laid_out.control),
            "z_reports": self._build_z_reports(laid_out.z_reports),
            "others": self._build_findings(self.words["others"], findings, set(Severity) - {Severity.ERROR}),
            "making": self._build_making(document.get("made")),
        }

    def _tell_what_it_is(self, document: Mapping[str, Any]) -> list[str]:
        """Which earlier voucher it takes the place of or corrects, or that it shows what was never sent."""
        changes = read_changes(document.get("changes"))
        if changes is None:
            return []
        key = "page_now" if document.get("is_unsent") else "page_corrects" if changes.is_adjustment else "page_replaces"
        return [self.words[key].format(references=", ".join(changes.references))]

    def _build_changes(self, table: ChangeTable | None) -> dict[str, Any] | None:
        """What was drafted before beside what the day comes to now."""
        if table is None:
            return None
        names = ("account", "text", "vat_code", "changes_drafted", "changes_now", "changes_difference")
        sums = (table.drafted_ore, table.now_ore, table.difference_ore)
        return {
            "title": self.words["changes"],
            "head": [self.words[key] for key in names],
            "rows": [
                {
                    "account": row.account or "",
                    "missing_account": "" if row.account is not None else self.words["missing_account"],
                    "text": row.description,
                    "source": describe_code(row.kind, row.source, self.lang),
                    "vat_code": row.vat_code or "–",
                    "amounts": [self._kroner(ore) if ore else "–" for ore in (row.drafted_ore, row.now_ore)],
                    "difference": self._kroner(row.difference_ore) if row.differs else "",
                }
                for row in table.rows
            ],
            "sum": [self.words["changes_sum"], *map(self._kroner, sums)],
            "note": self.words["changes_signs"],
        }

    def _build_making(self, made: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """When, by which version and from which files it was made; None in what was stored by a version without it."""
        if made is None:
            return None
        files = [
            self.words["page_file"].format(
                name=file["name"], time=format_moment(datetime.fromisoformat(file["read_at"]), self.lang)
            )
            for file in made["files"]
        ]
        more = len(files) - _FILES_NAMED
        named = files if more <= 0 else [*files[:_FILES_NAMED], self.words["page_more_files"].format(n=more)]
        at = format_moment(datetime.fromisoformat(made["at"]), self.lang)
        return {
            "title": self.words["page_making"],
            "by": self.words["page_made"].format(time=at, version=made["version"]),
            "from": f"{self.words['page_files']}: {'; '.join(named)}." if named else "",
        }

    def _format_heading(self, description: str, venue_name: str) -> str:
        """The voucher's description without venue and date: for an adjustment, it says so."""
        told = re.sub(rf" {re.escape(venue_name)} \d{{4}}-\d\d-\d\d\Z", "", description)
        if self.lang == "nb":
            return told if told != description else self.words["page_title"]
        return self.words["page_correction" if is_adjustment(description) else "page_title"]

    def _build_running_head(self, document: Mapping[str, Any], day: date) -> list[str]:
        """The header of every page but the first, so that a loose sheet can be identified: left and right."""
        names = (document["company"], document["venue_name"], document["voucher"]["reference"])
        company, venue, reference = (shorten(name, _RUNNING_CHARACTERS) for name in names)
        return [" · ".join((company, venue, format_date(day, self.lang))), reference]

    def _kroner(self, amount_ore: int) -> str:
        return format_kroner(amount_ore, self.lang)

    def _build_facts(self, voucher: Mapping[str, Any]) -> list[dict[str, str]]:
        facts = [(self.words["reference"], voucher["reference"]), (self.words["description"], voucher["description"])]
        if voucher["posting_date"] != voucher["business_day"]:
            facts.append(
                (self.words["posting_date"], format_date(date.fromisoformat(voucher["posting_date"]), self.lang))
            )
        facts.append((self.words["department"], voucher["department"] or "–"))
        facts.append((self.words["amount"], f"{self._kroner(parse_ore(voucher['debit']))}\xa0{voucher['currency']}"))
        return [{"name": name, "value": value} for name, value in facts if value]

    def _build_findings(
        self, title: str, findings: Iterable[Mapping[str, Any]], wanted: set[Severity]
    ) -> dict[str, Any] | None:
        order = list(Severity)
        chosen = sorted(
            (finding for finding in findings if finding["severity"] in wanted),
            key=lambda finding: order.index(finding["severity"]),
        )
        if not chosen:
            return None
        return {
            "title": title,
            "fix": self.words["fix"],
            "findings": [
                {
                    "severity": self.words[f"severity_{finding['severity']}"],
                    "message": write_days(finding["message"], self.lang),
                    "fix": write_days(finding["fix"], self.lang),
                }
                for finding in chosen
            ],
        }

    def _build_lines(self, lines: LineTable | None) -> dict[str, Any]:
        table = lines or LineTable((), 0, 0)
        return {
            "title": self.words["lines"],
            "absent": "" if table.rows else self.words["no_voucher"],
            "head": [self.words[key] for key in ("account", "text", "vat_code", "department_short", "debit", "credit")],
            "rows": [self._build_line(row) for row in table.rows],
            "sum": [self.words["sum"], self._kroner(table.debit_ore), self._kroner(table.credit_ore)],
            "open": self.words["open"].format(amount=self._kroner(table.open_ore)) if table.open_ore else "",
        }

    def _build_line(self, row: LineRow) -> dict[str, str]:
        """A voucher line; a missing account or VAT code is given in words, as `missing_…`."""
        return {
            "text": row.description,
            "source": describe_code(row.kind, row.source, self.lang),
            "department": row.department or "",
            "account": row.account or "",
            "missing_account": "" if row.account is not None else self.words["missing_account"],
            "vat_code": row.vat_code or "",
            "missing_vat_code": "" if row.vat_code is not None else self.words["missing_vat_code"],
            "debit": self._kroner(row.debit_ore) if row.debit_ore else "",
            "credit": self._kroner(row.credit_ore) if row.credit_ore else "",
        }

    def _build_vat(self, rows: Sequence[VatRow], total: VatSum | None) -> dict[str, Any] | None:
        if not rows:
            return None
        return {
            "title": self.words["vat"],
            "head": [
                self.words[key] for key in ("vat_code", "rate", "gross", "by_register", "by_poweroffice", "difference")
            ],
            "rows": [self._build_vat_row(row) for row in rows],
            "sum": [self.words["sum"], *map(self._kroner, total)] if total else [],
            "note": self.words["vat_note"],
        }

    def _build_vat_row(self, row: VatRow) -> list[str]:
        return [
            row.vat_code,
            format_rate_words(row.rate_bp, self.lang),
            self._kroner(row.gross_ore),
            self.words["not_stated"] if row.register_ore is None else self._kroner(row.register_ore),
            self.words["not_known"] if row.extracted_ore is None else self._kroner(row.extracted_ore),
            "" if row.difference_ore is None else self._kroner(row.difference_ore),
        ]

    def _build_control(self, control: ControlTable) -> dict[str, Any] | None:
        """The control figures; None on a day's second voucher, since they are on the first one's report."""
        if control.is_empty:
            return None
        return {
            "title": self.words["control"],
            "facts": [
                {"name": self.words[figure.key], "value": format_figure(figure, self.lang)} for figure in control.shown
            ],
            "credit": self._build_credit(control.credit),
            "removals": self._build_removals(control.removals),
        }

    def _build_credit(self, credit: CreditFigures | None) -> dict[str, Any] | None:
        """Where sales on credit are booked, and which of them go as orders: what became of those is not known yet."""
        if credit is None:
            return None
        return {
            "title": f"{self.orders['credit_control']}: {format_credit(credit, self.lang)}",
            "going": f"{self.orders['credit_going']}: {format_ordered(credit, self.lang)}" if credit.ordered else "",
            "head": [self.orders[key] for key in ("register", "ticket", "customer", "total")],
            "rows": [
                [
                    ticket.register,
                    ticket.number,
                    ticket.customer or self.orders["no_customer"],
                    self._kroner(ticket.credit_ore),
                ]
                for ticket in credit.ordered
            ],
        }

    def _build_removals(self, removals: Sequence[Removal]) -> dict[str, Any] | None:
        if not removals:
            return None
        return {
            "title": f"{self.words['removals']}: {describe_removals_sum(removals, self.lang)}",
            "rows": [describe_removal(removal, self.lang) for removal in removals],
        }

    def _build_z_reports(self, tables: Sequence[ZTable]) -> dict[str, Any] | None:
        if not tables:
            return None
        return {
            "title": self.words["z_reports"],
            "head": [self.words[key] for key in ("z_figure", "z_report", "z_tickets", "difference", "result")],
            "reports": [self._build_z_report(table) for table in tables],
        }

    def _build_z_report(self, table: ZTable) -> dict[str, Any]:
        return {
            "name": self.words["z_name"].format(number=table.number, register=table.register),
            "agrees": table.agrees,
            "verdict": self.words[table.verdict],
            "rows": [
                {
                    "agrees": row.agrees,
                    "figure": describe_z_figure(row.what, row.code, row.name, self.lang),
                    "amounts": [self._kroner(amount) for amount in (row.z_ore, row.tickets_ore, row.difference_ore)],
                    "result": self.words[row.verdict],
                }
                for row in table.rows
            ],
        }

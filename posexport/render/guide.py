"""The guide (`posexport/guide/nb` and `en`, Markdown), as pages for people without a terminal and as text for those
with one.

Marks in the Markdown, each on a line of its own, which other readers of Markdown do not show:

- from `<!-- terminal -->` to `<!-- end -->`: only for whoever has a terminal;
- from `<!-- office` to `-->`: only for whoever has none;
- `<!-- findings: CODE CODE -->` before a heading: what stands below it is about these findings;
- any other comment is for those who write the guide.

Other HTML in the Markdown is shown as text. Links lead from page to page by their files, as wherever Markdown is read;
the office has them by its addresses, and a terminal by the command that shows the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from posexport.texts.language import Lang

BOOKKEEPER: Mapping[str, Mapping[Lang, str]] = {
    "start": {"nb": "begynn-her.md", "en": "start-here.md"},
    "days": {"nb": "nar-en-dag-venter.md", "en": "when-a-day-waits.md"},
    "what-happens": {"nb": "hva-skjer-nar.md", "en": "what-happens-when.md"},
    "day-limits": {"nb": "slik-telles-dagene.md", "en": "how-days-are-counted.md"},
    "drafts": {"nb": "hvor-kladdene-er.md", "en": "where-the-drafts-are.md"},
    "by-itself": {"nb": "av-seg-selv.md", "en": "by-itself.md"},
    "browser": {"nb": "i-nettleseren.md", "en": "in-a-browser.md"},
    "credit-sales": {"nb": "kredittsalg-og-faktura.md", "en": "credit-sales-and-invoices.md"},
    "reconciling": {"nb": "avstemming-av-kredittsalg.md", "en": "credit-sales-reconciled.md"},
    "findings": {"nb": "merknader.md", "en": "findings.md"},
    "words": {"nb": "ord.md", "en": "words.md"},
}
OPERATOR: Mapping[str, Mapping[Lang, str]] = {
    "setup-file": {"nb": "oppsettsfilen.md", "en": "setup-file.md"},
    "files": {"nb": "filer-som-leses.md", "en": "files-that-are-read.md"},
    "operating": {"en": "operating.md"},
    "windows": {"nb": "pa-windows.md", "en": "windows.md"},
    "commands": {"en": "commands.md"},
    "programs": {"en": "for-programs.md"},
    "developing": {"en": "developing.md"},
}
TOPICS: Mapping[str, Mapping[Lang, str]] = {**BOOKKEEPER, **OPERATOR}
"""The pages of the guide and their files, in the order in which they are read: first those for bookkeepers, then those
for whoever runs posexport or writes programs. A page without a Norwegian file is there in English only."""

IN_OFFICE = ("days", "credit-sales", "findings")
"""The pages that help somebody who has no terminal."""

_FOLDER = Path(__file__).resolve().parents[1] / "guide"


@dataclass(frozen=True, slots=True)
class GuideHeading:
    """A heading of a page. `anchor`: its id there; `codes`: the findings that it is about; `below`: those headings
    under it that are about findings."""

    anchor: str
    title: str
    codes: tuple[str, ...]
    below: tuple[GuideHeading, ...] = ()


@dataclass(frozen=True, slots=True)
class GuideFold:
    """What stands under a heading, shown when that is opened. `body`: without the heading, as HTML."""

    heading: GuideHeading
    body: Markup

    def has(self, anchor: str) -> bool:
        """Whether this is where an anchor leads."""
        return anchor in {self.heading.anchor, *(one.anchor for one in self.heading.below)}


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of the guide. `body`: all below its title, as HTML, but for what is folded; `headings`: of the second
    level, in order; `folds`: each heading that has headings of findings below it."""

    topic: str
    title: str
    headings: tuple[GuideHeading, ...]
    body: Markup
    folds: tuple[GuideFold, ...] = ()


@dataclass(slots=True)
class _Shown:
    """The lines that are shown, and the findings that were named before each (by number)."""

    lines: list[str] = field(default_factory=list)
    codes: dict[int, tuple[str, ...]] = field(default_factory=dict)


def _choose_lines(text: str, *, has_terminal: bool = False) -> _Shown:
    """The lines for somebody with or without a terminal. Raises ValueError for marks that do not go together."""
    shown, within = _Shown(), ""
    left_out = "-->" if has_terminal else "<!-- end -->"
    for line in text.splitlines():
        mark = line.strip()
        opened = {"<!-- terminal -->": "<!-- end -->", "<!-- office": "-->"}.get(mark)
        if opened is not None:
            if within:
                raise ValueError(f"{mark} stands within another mark")
            within = opened
        elif mark in ("<!-- end -->", "-->"):
            if mark != within:
                raise ValueError(f"{mark} ends nothing")
            within = ""
        elif within != left_out:
            if mark.startswith("<!-- findings:"):
                shown.codes[len(shown.lines)] = tuple(mark.removesuffix("-->").partition(":")[2].split())
            elif not (mark.startswith("<!--") and mark.endswith("-->")):
                shown.lines.append(line)
    if within:
        raise ValueError(f"a mark is not ended by {within}")
    return shown


def render_guide_page(topic: str, text: str) -> GuidePage:
    """A page from its Markdown. Raises ValueError for marks that do not go together, and where no title stands
    first."""
    shown = _choose_lines(text)
    linked = _LINK.sub(_lead_in_office, "\n".join(shown.lines))
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(linked)
    if len(tokens) < 3 or tokens[0].tag != "h1":
        raise ValueError(f"the page {topic} has no title")
    title, rest = tokens[1].content, tokens[3:]
    whole: list[Token] = []
    headings, folds = [], []
    for part in _split_at_headings(rest):
        heading = _mark_heading(part, shown.codes)
        if heading is None or not heading.below:
            whole += part
        else:
            folds.append(GuideFold(heading, _render(markdown, part[3:])))
        headings += [heading] if heading else []
    return GuidePage(topic, title, tuple(headings), _render(markdown, whole), tuple(folds))


def _render(markdown: MarkdownIt, tokens: Sequence[Token]) -> Markup:
    # the guide is ours, HTML in it is text, and links in it lead where we wrote
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S704


def _split_at_headings(tokens: Sequence[Token]) -> list[list[Token]]:
    """What stands before the first heading of the second level, then each with what stands under it."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            parts.append([])
        parts[-1].append(token)
    return parts


def _mark_heading(part: Sequence[Token], codes: Mapping[int, tuple[str, ...]]) -> GuideHeading | None:
    """Give a part's heading an id, and those headings below that are about findings: the first finding that they are
    about, else their words. None for a part without a heading."""
    found: list[GuideHeading] = []
    for opening, content in pairwise(part):
        if opening.type != "heading_open":
            continue
        about = codes.get(opening.map[0] if opening.map else -1, ())
        if opening.tag == "h2" or about:
            anchor = about[0] if about else make_anchor(content.content)
            opening.attrSet("id", anchor)
            found.append(GuideHeading(anchor, content.content, about))
    return replace(found[0], below=tuple(found[1:])) if found else None


@dataclass(frozen=True, slots=True)
class GuideText:
    """A page of the guide as Markdown for a terminal. `lang`: what it is written in; `names`: what a person may call
    it; `codes`: the findings it is about, each with the heading under which it is explained."""

    topic: str
    title: str
    lang: Lang
    names: tuple[str, ...]
    codes: Mapping[str, str]
    text: str


def read_texts(lang: Lang) -> tuple[GuideText, ...]:
    """The guide in a language, for a terminal; in English what is there in English only."""
    return tuple(_read_text(topic, lang) for topic in TOPICS)


def _read_text(topic: str, lang: Lang) -> GuideText:
    lang, file = ("en", TOPICS[topic]["en"]) if lang not in TOPICS[topic] else (lang, TOPICS[topic][lang])
    shown = _choose_lines((_FOLDER / lang / file).read_text(encoding="utf-8"), has_terminal=True)
    title = shown.lines[0].removeprefix("# ")
    codes = {code: shown.lines[place] for place, about in shown.codes.items() for code in about}
    text = _LINK.sub(_lead_in_terminal, "\n".join(shown.lines))
    names = (topic, file.removesuffix(".md"), title.lower())
    return GuideText(topic, title, lang, names, codes, text)


_LINK = re.compile(r"\[([^\]\[]+)\]\(([^)\s]+)\)")
_TOPIC_OF = {file: topic for topic, names in TOPICS.items() for file in names.values()}


def _lead_in_office(link: re.Match[str]) -> str:
    """A link by the office's address of the page; its words alone where the office has no such page."""
    label, leads_to = link.groups()
    file, _, anchor = leads_to.rpartition("/")[2].partition("#")
    if not file or leads_to.startswith("https://"):
        return link[0]
    topic = _TOPIC_OF.get(file)
    return f"[{label}](/help/{topic}{'#' * bool(anchor)}{anchor})" if topic in IN_OFFICE else label


def _lead_in_terminal(link: re.Match[str]) -> str:
    """A link as the command that shows its page; its words alone where it leads elsewhere."""
    label, leads_to = link.groups()
    topic = _TOPIC_OF.get(leads_to.rpartition("/")[2].partition("#")[0])
    if leads_to.startswith("https://"):
        return link[0]
    return f"{label} (`posexport guide {topic}`)" if topic else label


def make_anchor(heading: str) -> str:
    """The id of a heading, as it is made wherever Markdown is shown.

    >>> make_anchor("A file, and \u201cwhose\u201d it is")
    'a-file-and-whose-it-is'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def find_part(page: GuideText, heading: str) -> str:
    """The part of a page from this heading to the next of its level or above."""
    lines = page.text.splitlines()
    start, level = lines.index(heading), heading.index(" ")
    after = (place for place, line in enumerate(lines) if place > start and re.match(rf"#{{1,{level}}} ", line))
    return "\n".join(lines[start : next(after, len(lines))])


@cache
def read_guide(lang: Lang) -> tuple[GuidePage, ...]:
    """The pages of the guide that the office shows, in a language."""
    return tuple(
        render_guide_page(topic, (_FOLDER / lang / TOPICS[topic][lang]).read_text(encoding="utf-8"))
        for topic in IN_OFFICE
    )


@cache
def index_findings(lang: Lang) -> Mapping[str, tuple[str, str, bool]]:
    """Where the guide explains findings, by their codes: the topic of the page, the id of the heading there, and
    whether that is in what is folded. Of several pages it is the first, which tells most."""
    found: dict[str, tuple[str, str, bool]] = {}
    for page in read_guide(lang):
        for heading in page.headings:
            for one in (heading, *heading.below):
                for code in one.codes:
                    found.setdefault(code, (page.topic, one.anchor, bool(heading.below)))
    return found

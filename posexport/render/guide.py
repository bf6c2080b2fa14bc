"""The guide (`posexport/guide/nb` and `en`, Markdown), as pages for people without a terminal and as text for those
with one.

Marks in the Markdown, each on a line of its own, which other readers of Markdown do not show:

- from `<!-- terminal -->` to `<!-- end -->`: only for whoever has a terminal;
- from `<!-- office` to `-->`: only for whoever has none;
- `<!-- findings: CODE CODE -->` before a heading: what stands below it is about these findings.

HTML in the Markdown is shown as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from posexport.texts.describe import CODES, TEXTS, describe_wording
from posexport.texts.finding_titles import format_title
from posexport.texts.language import Lang

TOPICS: Mapping[str, Mapping[Lang, str]] = {
    "days": {"nb": "nar-en-dag-venter.md", "en": "when-a-day-waits.md"},
    "credit-sales": {"nb": "kredittsalg-og-faktura.md", "en": "credit-sales-and-invoices.md"},
}
"""The pages of the guide and their files, in the order in which they are read."""

_FOLDER = Path(__file__).resolve().parents[1] / "guide"


@dataclass(frozen=True, slots=True)
class GuideHeading:
    """A heading of a page. `anchor`: its id there; `codes`: the findings that it is about."""

    anchor: str
    title: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of the guide. `body`: all below its title, as HTML; `headings`: in order."""

    topic: str
    title: str
    headings: tuple[GuideHeading, ...]
    body: Markup


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
            else:
                shown.lines.append(line)
    if within:
        raise ValueError(f"a mark is not ended by {within}")
    return shown


def render_guide_page(topic: str, text: str) -> GuidePage:
    """A page from its Markdown. Raises ValueError for marks that do not go together, and where no title stands
    first."""
    shown = _choose_lines(text)
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse("\n".join(shown.lines))
    if len(tokens) < 3 or tokens[0].tag != "h1":
        raise ValueError(f"the page {topic} has no title")
    title, rest = tokens[1].content, tokens[3:]
    headings = tuple(_mark_headings(rest, shown.codes))
    # the guide is ours, HTML in it is text, and links in it lead where we wrote
    body = Markup(markdown.renderer.render(rest, markdown.options, {}))  # noqa: S704
    return GuidePage(topic, title, headings, body)


def _mark_headings(tokens: Sequence[Token], codes: Mapping[int, tuple[str, ...]]) -> list[GuideHeading]:
    """Give the headings of the second level an id: the first finding that they are about, else their number."""
    found: list[GuideHeading] = []
    for opening, content in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h2":
            about = codes.get(opening.map[0] if opening.map else -1, ())
            anchor = about[0] if about else f"part-{len(found) + 1}"
            opening.attrSet("id", anchor)
            found.append(GuideHeading(anchor, content.content, about))
    return found


@dataclass(frozen=True, slots=True)
class GuideText:
    """A page of the guide as Markdown for a terminal. `names`: what a person may call it; `codes`: the findings it is
    about, each with the heading under which it is explained."""

    topic: str
    title: str
    names: tuple[str, ...]
    codes: Mapping[str, str]
    text: str


FINDINGS = "findings"
"""The page with every finding, which is written from the findings' own wordings."""

_FINDINGS_TITLE: Mapping[Lang, str] = {"nb": "Merknader", "en": "Findings"}


def read_texts(lang: Lang) -> tuple[GuideText, ...]:
    """The guide in a language, for a terminal."""
    pages = (_read_text(topic, names[lang], lang) for topic, names in TOPICS.items())
    return (*pages, _write_findings(lang))


def _write_findings(lang: Lang) -> GuideText:
    title = _FINDINGS_TITLE[lang]
    headings = {code: f"## {format_title(code, lang)}" for code in CODES}
    lines = [f"# {title}"]
    for code, heading in headings.items():
        lines += ["", heading, "", f"`{code}`"]
        for key in TEXTS:
            if key.partition("/")[0] == code:
                lines += ["", " ".join(filter(None, describe_wording(key, lang)))]
    return GuideText(FINDINGS, title, (FINDINGS, title.lower()), headings, "\n".join(lines))


def _read_text(topic: str, file: str, lang: Lang) -> GuideText:
    shown = _choose_lines((_FOLDER / lang / file).read_text(encoding="utf-8"), has_terminal=True)
    title = shown.lines[0].removeprefix("# ")
    codes = {code: shown.lines[place] for place, about in shown.codes.items() for code in about}
    return GuideText(topic, title, (topic, file.removesuffix(".md")), codes, "\n".join(shown.lines))


def find_part(page: GuideText, heading: str) -> str:
    """The part of a page from this heading of the second level to the next."""
    lines = page.text.splitlines()
    start = lines.index(heading)
    after = (place for place, line in enumerate(lines) if place > start and line.startswith("## "))
    return "\n".join(lines[start : next(after, len(lines))])


@cache
def read_guide(lang: Lang) -> tuple[GuidePage, ...]:
    """The guide in a language."""
    return tuple(
        render_guide_page(topic, (_FOLDER / lang / names[lang]).read_text(encoding="utf-8"))
        for topic, names in TOPICS.items()
    )


@cache
def index_findings(lang: Lang) -> Mapping[str, tuple[str, str]]:
    """Where the guide explains findings, by their codes: the topic of the page, and the id of the heading there."""
    return {
        code: (page.topic, heading.anchor)
        for page in read_guide(lang)
        for heading in page.headings
        for code in heading.codes
    }

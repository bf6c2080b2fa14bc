"""README and the pages of the guide as tests read them: sections, blocks, and what is generated in them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.support.paths import ROOT

README = ROOT / "README.md"
GUIDE = ROOT / "posexport" / "guide"
REWRITE = bool(os.environ.get("POSEXPORT_REWRITE_GOLDEN"))


def read_pages(folder: str = "en") -> str:
    """README and every page of the guide in a language, one after another."""
    pages = [README, *sorted((GUIDE / folder).glob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def blank_fences(text: str) -> str:
    """The text with fenced blocks blanked: a # in them is no heading. Nothing moves."""
    return re.sub(r"(?ms)^```.*?^```", lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def section(title: str, text: str | None = None) -> str:
    """A section's text, from its heading to the next of its rank or above, wherever it stands."""
    text = read_pages() if text is None else text
    found = re.search(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
    assert found, f"neither README nor posexport/guide/en has a section {title!r}"
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", blank_fences(rest), re.MULTILINE)
    return rest[: end.start()] if end else rest


def fences(text: str) -> list[tuple[str, str]]:
    """Every fenced block: its language and what stands in it."""
    return [(found[1], found[2]) for found in re.finditer(r"(?ms)^```(\w*)\n(.*?)^```", text)]


def find_page(words: str, folder: str = "en") -> Path:
    """The page in which a line such as a comment stands."""
    found = [page for page in sorted((GUIDE / folder).glob("*.md")) if f"{words}\n" in page.read_text(encoding="utf-8")]
    assert len(found) == 1, f"a page in posexport/guide/{folder} has {words!r}, and one alone"
    return found[0]


def marked_fence(mark: str) -> str:
    """The fenced block right after a comment."""
    found = re.search(rf"(?ms)^<!-- {re.escape(mark)} -->\n```\w*\n(.*?)^```", read_pages())
    assert found, f"no page in posexport/guide/en has a block marked {mark!r}"
    return found[1]


def check_marked(mark: str, told: str, language: str, folder: str = "en") -> None:
    """The fenced block right after a comment is what was told; rewritten where that is asked for."""
    page = find_page(f"<!-- {mark} -->", folder)
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"(?ms)^(<!-- {re.escape(mark)} -->\n```{language}\n)(.*?)^```", text)
    assert found, f"{page.name} has no {language} block marked {mark!r}"
    if REWRITE and found[2] != told:
        page.write_text(text[: found.start(2)] + told + text[found.end(2) :], encoding="utf-8")
        return
    _check(found[2], told, page, mark)


def check_generated(name: str, generated: str, folder: str = "en") -> None:
    """A block between markers is what the code says; rewritten where that is asked for."""
    begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->"
    page = find_page(begin.rstrip("\n"), folder)
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    written, _, after = rest.partition(end)
    if REWRITE and written != generated:
        page.write_text(f"{before}{begin}{generated}{end}{after}", encoding="utf-8")
        return
    _check(written, generated, page, name)


def _check(written: str, told: str, page: Path, name: str) -> None:
    where = page.relative_to(ROOT)
    assert written == told, (
        f"{name!r} stands in {where} and is written by this test: run it with POSEXPORT_REWRITE_GOLDEN=1, and read the "
        "difference"
    )

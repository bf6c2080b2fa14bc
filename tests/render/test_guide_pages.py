"""The guide as pages: what is for a terminal is left out, and findings lead to their headings."""

from __future__ import annotations

import re

import pytest

from posexport.render.guide import BOOKKEEPER, TOPICS, index_findings, read_guide, read_texts, render_guide_page
from posexport.texts.describe import CODES
from posexport.texts.finding_topics import FINDING_TOPICS
from posexport.texts.language import LANGS, Lang
from tests.support.paths import ROOT


@pytest.mark.parametrize("lang", LANGS)
def test_no_page_of_the_guide_sends_anybody_to_a_terminal(lang: Lang) -> None:
    for page in read_guide(lang):
        assert not re.search(r"posexport |\[\[|\.toml|--[a-z]|<code>", page.body), page.topic
        assert "&lt;" not in page.body, page.topic
        for fold in page.folds:
            assert not re.search(r"posexport |\[\[|\.toml|--[a-z]|<code>|&lt;", fold.body), fold.heading.title


def test_every_finding_stands_once_under_what_people_meet_together() -> None:
    named = [code for topic in FINDING_TOPICS for code in topic.codes]
    assert sorted(named) == sorted(CODES)
    for lang in LANGS:
        (page,) = (page for page in read_guide(lang) if page.topic == "findings")
        assert [fold.heading.title for fold in page.folds] == [topic.title[lang] for topic in FINDING_TOPICS]
        shown = [one.codes for fold in page.folds for one in fold.heading.below]
        assert shown == [(code,) for code in named]
        assert "<h3" not in page.body


def test_both_languages_have_the_same_pages_with_the_same_findings() -> None:
    norwegian, english = (
        [(page.topic, [one.codes for one in page.headings]) for page in read_guide(lang)] for lang in LANGS
    )
    assert norwegian == english
    assert index_findings("nb") == index_findings("en")


def test_every_finding_that_the_guide_names_is_one_and_stands_there_once() -> None:
    pages = [page for page in read_guide("nb") if page.topic != "findings"]
    named = [code for page in pages for heading in page.headings for code in heading.codes]
    assert set(named) <= set(CODES) and len(named) == len(set(named)) > 50


def test_every_page_for_the_bookkeeper_is_there_in_both_languages_and_links_stay_in_one() -> None:
    assert [topic for topic, names in BOOKKEEPER.items() if set(names) != set(LANGS)] == []
    for lang in LANGS:
        for page in read_texts(lang):
            if page.topic in BOOKKEEPER:
                assert page.lang == lang
                assert not re.search(r"\]\((?!https://)", re.sub(r"(?s)```.*?```", "", page.text)), page.topic


def test_every_file_of_the_guide_is_a_page() -> None:
    files = {
        str(path.relative_to(ROOT / "posexport" / "guide")) for path in (ROOT / "posexport" / "guide").rglob("*.md")
    }
    assert files == {f"{lang}/{name}" for names in TOPICS.values() for lang, name in names.items()}


PAGE = """# Title

Before.
<!-- terminal -->
`posexport status`
<!-- end -->
<!-- office
Press *the button*.
-->

<!-- findings: unbalanced odd-date -->
## Heading & more

Below <b>it</b>.

## Last
"""


def test_marks_choose_what_is_shown_and_name_headings() -> None:
    page = render_guide_page("x", PAGE)
    assert page.title == "Title"
    assert [(one.anchor, one.title, one.codes) for one in page.headings] == [
        ("unbalanced", "Heading & more", ("unbalanced", "odd-date")),
        ("last", "Last", ()),
    ]
    assert '<h2 id="unbalanced">Heading &amp; more</h2>' in page.body and '<h2 id="last">' in page.body
    assert "<em>the button</em>" in page.body and "posexport" not in page.body
    assert "&lt;b&gt;it" in page.body and "<h1>" not in page.body and "--" not in page.body


def test_what_stands_above_headings_of_findings_is_folded_and_known_by_each() -> None:
    page = render_guide_page("x", "# T\n\n## A\n\n<!-- findings: unbalanced -->\n### One\n\nTold.\n\n### Two\n\n## B\n")
    (fold,) = page.folds
    assert [heading.title for heading in page.headings] == ["A", "B"]
    assert [(one.anchor, one.codes) for one in fold.heading.below] == [("unbalanced", ("unbalanced",))]
    assert '<h3 id="unbalanced">One</h3>' in fold.body and "<h3>Two</h3>" in fold.body and "Told." in fold.body
    assert "Told" not in page.body and '<h2 id="b">' in page.body and ">A<" not in page.body + fold.body
    assert [fold.has(anchor) for anchor in ("a", "unbalanced", "b", "")] == [True, True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "no title",
        "# T\n<!-- terminal -->\nx",
        "# T\n<!-- office\nx\n<!-- end -->",
        "# T\n-->",
        "# T\n<!-- terminal -->\n<!-- office\n-->\n<!-- end -->",
    ],
)
def test_marks_that_do_not_go_together_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"mark|ends|ended|title|within"):
        render_guide_page("x", text)

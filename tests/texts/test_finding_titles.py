"""Each finding has a title, in both languages."""

from __future__ import annotations

from posexport.texts.describe import CODES
from posexport.texts.finding_titles import TITLES
from posexport.texts.language import LANGS

LONGEST = 45


def test_every_finding_has_a_title_of_its_own() -> None:
    assert set(TITLES) == set(CODES)
    for lang in LANGS:
        told = [titles[lang] for titles in TITLES.values()]
        assert len(set(told)) == len(told)
        assert all(0 < len(title) <= LONGEST and not title.endswith(".") for title in told)

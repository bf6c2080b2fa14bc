"""Why an inbox refused a file is told in the language of whoever looks, whatever their company's is."""

from __future__ import annotations

import os

import pytest

from posexport.app.inbox import STILL_S, InboxWatch, take_in
from posexport.core.roles import Grant, Role
from tests.support.harness import VENUES, Shop
from tests.support.office import Visitor, open_office

IN = {"nb": ("z.jsonl, linje 1: ", "Ventet:"), "en": ("z.jsonl, line 1: ", "Expected:")}


def read_reason(visitor: Visitor) -> tuple[str, str]:
    """What is told, and in which language that is."""
    visitor.get("/files")
    [told] = visitor.tree.xpath("//li/p[@class='told']")
    return " ".join(str(told.text_content()).split()), str(told.get("lang"))


@pytest.mark.parametrize("of_company", ["nb", "en"])
def test_a_reason_is_told_in_the_language_of_the_page(both: Shop, of_company: str) -> None:
    inbox = both.folder / "inn"
    venues = VENUES.replace("{torget}", f'inbox = "{inbox}"')
    both.apply(venues=venues, company=f'language = "{of_company}"')
    with open_office(both) as office:
        watch, [venue] = InboxWatch(), office.workspace.load_setup().venues
        take_in(office.workspace, venue, watch)
        (inbox / "z.jsonl").write_text("{not json\n", encoding="utf-8")
        os.utime(inbox / "z.jsonl", (both.clock(), both.clock()))
        take_in(office.workspace, venue, watch)
        both.clock.now_s += STILL_S
        assert take_in(office.workspace, venue, watch) == 1
        for lang, (begins, says) in IN.items():
            visitor = office.sign_in(Grant(Role.SHOP, "fjordmat"), name=lang, **{"accept-language": lang})
            told, told_in = read_reason(visitor)
            assert told.startswith(begins) and says in told and told_in == lang
            assert "In English" not in told and "På norsk" not in told
        reason = inbox / "refused" / "z.jsonl.txt"
        reason.write_text("line 1: nonsense.", encoding="utf-8")  # as they were written before
        assert read_reason(visitor) == ("line 1: nonsense.", of_company)

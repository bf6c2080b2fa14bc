"""Today: what goes on, whoever asked for it; and what was drafted last, where nothing waits."""

from __future__ import annotations

import pytest

from posexport.core.roles import Grant, Role
from tests.support.harness import BRYGGA, FRIDAY, VENUES, Shop, sale, setup_text
from tests.support.office import OTHER_COMPANY, Office, Visitor, open_office


def find_going(visitor: Visitor) -> list[str]:
    visitor.get("/")
    return [" ".join(str(one.text_content()).split()) for one in visitor.tree.xpath("//*[@id='pagar']/../ul/li")]


def test_what_others_asked_for_is_going_on_for_whoever_sees_its_venues(both: Shop) -> None:
    both.apply(setup_text(venues=VENUES + BRYGGA) + OTHER_COMPANY.format(output=both.folder / "vouchers"))
    both.sell(sale(1))
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        kari.get(f"/v/torget/{FRIDAY}/draft")
        kari.send(f"/v/torget/{FRIDAY}/draft")
        about = "Kladder: Torget Kafé, fre. 20. nov."
        assert find_going(kari) == [about]
        assert find_going(office.sign_in(Grant(Role.READER, "fjordmat"), name="Per")) == [f"{about} Kari Moe"]
        elsewhere = (Grant(Role.BOOKKEEPER, "fjordmat", "brygga"), Grant(Role.BOOKKEEPER, "tindmat"))
        assert [find_going(office.sign_in(one, name=str(one.company) + "x")) for one in elsewhere] == [[], []]
        office.work()
        assert find_going(kari) == []


@pytest.mark.parametrize(
    ("lang", "told"),
    [("nb", "Ingenting venter. Siste kladd: Torget Kafé, "), ("en", "Nothing waits. The last draft: Torget Kafé, ")],
)
def test_where_nothing_waits_the_last_draft_is_told(shop: Shop, lang: str, told: str) -> None:
    shop.apply()
    shop.sell(sale(1))
    with open_office(shop) as office:
        visitor = office.sign_in(Grant(Role.BOOKKEEPER), **{"accept-language": lang})
        visitor.get("/")
        assert told not in visitor.text
        shop.export(FRIDAY, FRIDAY)
        visitor.get("/")
        assert told in visitor.text


def test_a_month_is_drafted_of_the_company_and_the_venue_that_were_chosen(office: Office, both: Shop) -> None:
    both.apply(OTHER_COMPANY.format(output=both.folder / "vouchers"))
    both.sell(sale(9, register="9"))
    kari = office.sign_in(Grant(Role.BOOKKEEPER))
    kari.get("/days?month=2026-11&company=tindmat")
    kari.click("Lag kladder for måneden")
    assert "Tinden Kro" in kari.text and "Torget" not in kari.text
    form = next(form for form in kari.tree.forms if form.get("action") == "/draft" and form.get("method") == "get")
    assert dict(form.form_values())["company"] == "tindmat"
    kari.get("/days?month=2026-11&venue=torget")
    kari.click("Lag kladder for måneden")
    assert dict(kari.page.url.params)["venue"] == "torget"
    (form,) = [form for form in kari.tree.forms if form.get("action") == "/draft" and form.get("method") == "post"]
    assert "torget/" in form.form_values()[0][1] or "torget/2026-11-20" in dict(form.form_values())["days"]
    assert "tinden" not in dict(form.form_values())["days"]

"""Help shows the guide, and what is found on a day leads to where the guide explains it."""

from __future__ import annotations

import pytest

from posexport.core.roles import Grant, Role
from posexport.office.fill import guide_address
from posexport.render.guide import IN_OFFICE
from posexport.texts.finding_topics import FINDING_TOPICS
from tests.support.credit_shop import apply_orders, credit_sale
from tests.support.harness import FRIDAY, SATURDAY, Shop
from tests.support.office import Office, open_office

LANGUAGES = {"nb": "Når en dag venter", "en": "When a day waits"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_leads_to_the_pages_of_the_guide_in_the_readers_language(office: Office, lang: str) -> None:
    visitor = office.sign_in(Grant(Role.SHOP, "fjordmat"), **{"accept-language": lang})
    visitor.get("/help")
    visitor.click(LANGUAGES[lang])
    assert visitor.page.url.path == "/help/days" and visitor.tree.get("lang") == lang
    ids = {str(found.get("id")) for found in visitor.tree.iter("h2")}
    links = [str(found.get("href")) for found in visitor.tree.xpath("//main//nav//a")]
    assert len(links) > 5 and {link.removeprefix("#") for link in links} == ids


def test_the_page_of_all_findings_is_folded_but_for_the_part_that_a_link_leads_to(office: Office) -> None:
    visitor = office.sign_in(Grant(Role.READER, "fjordmat"), **{"accept-language": "en"})
    visitor.get("/help/findings")
    assert len(visitor.tree.xpath("//main//details")) == len(FINDING_TOPICS) and not visitor.tree.xpath(
        "//main//details[@open]"
    )
    leads = visitor.tree.xpath("//a[.='The sending to PowerOffice Go']/@href")[0]
    assert leads == "?open=the-sending-to-poweroffice-go#the-sending-to-poweroffice-go"
    (address,) = {guide_address("movements-left-out", "en")}
    for path in (address, "/help/findings?open=the-registers-own-figures"):
        visitor.get(path)
        [opened] = visitor.tree.xpath("//main//details[@open]")
        assert opened.xpath("summary/h2")[0].text_content() == "The register's own figures"
        assert opened.xpath(".//h3[@id='movements-left-out']")


@pytest.mark.parametrize("topic", IN_OFFICE)
def test_no_page_of_the_guide_has_what_is_typed(office: Office, topic: str) -> None:
    visitor = office.sign_in(Grant(Role.READER, "fjordmat"))
    assert visitor.get(f"/help/{topic}").status_code == 200
    assert not [
        typed for typed in ("posexport ", "[[", ".toml") if typed in visitor.tree.xpath("//main")[0].text_content()
    ]


def test_an_orders_finding_leads_there_too(shop: Shop) -> None:
    apply_orders(shop, customers="linked")
    shop.sell(credit_sale(1, customer="K-17"))
    with open_office(shop) as office:
        visitor = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
        for path in (f"/v/torget/{FRIDAY}", None):
            visitor.get(path or "/orders")
            if path is None:
                visitor.click("bong 1")
            links = [str(one.get("href")) for one in visitor.tree.iter("a")]
            assert "/help/credit-sales#order-customer-not-linked" in links


def test_a_finding_leads_to_where_the_guide_explains_it(office: Office) -> None:
    visitor = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
    visitor.get(f"/v/torget/{SATURDAY}")
    [link] = [str(one.get("href")) for one in visitor.tree.iter("a") if "Mer om dette" in str(one.text_content())]
    path, _, anchor = link.partition("#")
    visitor.get(path)
    assert visitor.tree.xpath("//h2[@id=$id]", id=anchor)[0].text_content() == "Konto eller mva-kode mangler"

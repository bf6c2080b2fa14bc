"""The accounts of a company in the office: what lacks one stands first, what is typed is checked, one save is one
revision, and nobody's work is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from posexport.core.roles import Grant, Role
from tests.support.credit_shop import apply_orders
from tests.support.harness import BRYGGA, FRIDAY, SATURDAY, VENUES, Shop, sale, setup_text
from tests.support.looks import count_rows, read_rows
from tests.support.office import OTHER_COMPANY, Office, Visitor, open_office

PAGE = "/c/fjordmat/accounts"
MAT, COCKTAILS, CARD = "product_type:100|accounts.3", "product_type:330|accounts.3", "payment_type:CARD|account"


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    """The ledger's chart was read; since then something of an unknown product type was sold, for an unknown payment."""
    both.apply()
    both.sell(sale(1, "200.00"))
    both.check()
    both.sell(sale(2, "80.00", at="2026-11-21T12:00:00", product="330", paid="VIPPS"))
    with open_office(both) as office:
        yield office


@pytest.fixture
def kari(office: Office) -> Visitor:
    """The bookkeeper, signed in."""
    return office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))


def save(visitor: Visitor, **fields: str) -> str:
    visitor.get(PAGE)
    return save_form(visitor, visitor.find_form(PAGE), fields)


def save_form(visitor: Visitor, form: dict[str, str], fields: dict[str, str]) -> str:
    visitor.post(PAGE, form | fields)
    return visitor.text


def revisions(shop: Shop) -> list[tuple[str, str]]:
    return [(who, kind) for who, kind in read_rows(shop, "setup_revision", "who", "kind")]


def rows_of(visitor: Visitor, section: str) -> list[str]:
    found = visitor.tree.xpath(f"//section[@aria-labelledby='section-{section}']//tbody/tr")
    return [" ".join(str(row.text_content()).split()) for row in found]


def test_codes_without_an_account_stand_first_with_what_was_sold(kari: Visitor) -> None:
    kari.get(PAGE)
    products, payments = rows_of(kari, "product_type"), rows_of(kari, "payment_type")
    assert products[0] == "330 ny 3 80,00 ✕mangler" and products[1].startswith("100 Mat")
    assert "200,00 ✓" in products[2] or "200,00 ✓" in products[1]
    assert payments[0] == "VIPPS ny 80,00 ✕mangler"
    assert "Kontoplanen lest fra PowerOffice Go" in kari.text
    assert kari.find_form(PAGE)[MAT] == "3020"


def test_accounts_are_saved_and_held_days_become_ready(office: Office, kari: Visitor, both: Shop) -> None:
    told = save(kari, **{COCKTAILS: "3024", "payment_type:VIPPS|account": "1593", "why": "Nye koder"})
    assert "Lagret. Dager som er levert, endres ikke. Klart nå, og holdt før: 1 dag." in told
    assert revisions(both)[-1] == ("Kari Moe", "set") and len(revisions(both)) == 2
    kari.get(PAGE)
    assert kari.find_form(PAGE)[COCKTAILS] == "3024"
    both.export()
    accounts = {line.account_no for draft in both.world.drafts() for line in draft.lines}
    assert {3024, 1593} <= accounts
    acts = read_rows(both, "office_log", "act", "company")
    assert acts == [("accounts-saved", "fjordmat")]


def test_an_account_for_something_else_is_taken_for_sales_after_a_second_look(kari: Visitor, both: Shop) -> None:
    before = count_rows(both, "setup_revision")
    save(kari, **{MAT: "1920"})
    assert kari.page.status_code == 422 and "1920 er en bankkonto" in kari.text
    assert count_rows(both, "setup_revision") == before
    (box,) = kari.tree.xpath("//input[@name='sure']")
    sure = str(box.get("value"))
    form = kari.find_form(PAGE)
    kari.post(PAGE, form | {MAT: "1500", "sure": sure})
    assert kari.page.status_code == 422 and "1500 er en fordring" in kari.text
    kari.post(PAGE, form | {MAT: "1920", "sure": sure})
    assert kari.page.status_code == 200 and "Lagret" in kari.text


def test_a_form_that_is_sent_twice_is_saved_once(kari: Visitor, both: Shop) -> None:
    kari.get(PAGE)
    form = kari.find_form(PAGE)
    for _ in range(2):
        assert "Lagret" in save_form(kari, form, {COCKTAILS: "3024"})
    assert len(revisions(both)) == 2


def test_a_form_without_changes_makes_no_revision(kari: Visitor, both: Shop) -> None:
    save(kari)
    assert kari.page.url.path == PAGE and len(revisions(both)) == 1


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        (COCKTAILS, "3998", "har ingen konto 3998"),
        (COCKTAILS, "3999", "Konto 3999 er stengt"),
        (COCKTAILS, "tusen", "er ikke noe kontonummer"),
        ("vat_code:3|go", "77", "ingen mva-kode 77"),
        ("valid_from", "i morgen", "Skriv datoen slik"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    kari: Visitor, both: Shop, field: str, value: str, told: str
) -> None:
    save(kari, **{MAT: "3024", field: value})
    assert kari.page.status_code == 422 and told in kari.text
    form = kari.find_form(PAGE)
    assert (form[MAT], form[field]) == ("3024", value)
    assert "Endringer som ikke er lagret: " in kari.text
    assert kari.tree.xpath("//input[@aria-invalid='true']")
    assert len(revisions(both)) == 1


def test_two_people_lose_nothing(office: Office, kari: Visitor, both: Shop) -> None:
    ola = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"), name="Ola Lie")
    ola.get(PAGE)
    form = ola.find_form(PAGE)
    both.clock.now_s += 60
    save(kari, **{MAT: "3022"})
    told = save_form(ola, form, {MAT: "3024", COCKTAILS: "3024"})
    assert ola.page.status_code == 409
    assert "Kari Moe endret oppsettet 22.11.2026 kl. 13.01" in told and "nå lagret: 3022" in told
    kept = ola.find_form(PAGE)
    assert (kept[MAT], kept[COCKTAILS]) == ("3024", "3024")
    assert len(revisions(both)) == 2
    save_form(ola, kept, {})
    assert [who for who, _ in revisions(both)] == ["kari", "Kari Moe", "Ola Lie"]
    ola.get(PAGE)
    assert ola.find_form(PAGE)[MAT] == "3024"


def test_an_account_from_a_day_on_leaves_the_days_before_as_they_are(office: Office, kari: Visitor, both: Shop) -> None:
    both.sell(sale(3, "50.00", at="2026-11-20T13:00:00", product="330"), sale(4, "75.00", at="2026-11-21T13:00:00"))
    both.export(date(2026, 11, 19), date(2026, 11, 19))
    save(kari, **{COCKTAILS: "3024", "payment_type:VIPPS|account": "1593"})
    before = read_rows(both, "delivery", "fingerprint")
    told = save(kari, **{COCKTAILS: "3022", MAT: "3024", "valid_from": str(SATURDAY)})
    assert "Lagret, fra 21.11.2026" in told
    assert read_rows(both, "delivery", "fingerprint") == before
    kari.get(PAGE)
    assert "fra 21.11.2026" in kari.text
    both.export()
    used = {draft.voucher_date: {line.account_no for line in draft.lines} for draft in both.world.drafts()}
    assert {3024, 3020} <= used[FRIDAY] and {3022, 3024} <= used[SATURDAY]
    drafted = read_rows(both, "delivery", "fingerprint", state="drafted")
    kari.get(f"{PAGE}/history")
    assert "Utgave 3" in kari.text
    kari.get(f"{PAGE}/restore?revision=2")
    kari.send(f"{PAGE}/restore", why="Feil dato")
    assert "Lagret" in kari.text
    assert read_rows(both, "setup_revision", "who", "kind", "restored")[-1] == ("Kari Moe", "restore", 2)
    kari.get(PAGE)
    assert kari.find_form(PAGE)[MAT] == "3020" and "fra 21.11.2026" not in kari.text
    assert read_rows(both, "delivery", "fingerprint", state="drafted") == drafted


def test_a_bookkeeper_restores_accounts_and_no_connections(office: Office, kari: Visitor, both: Shop) -> None:
    both.apply(torget="automatic_export = true")
    save(kari, **{MAT: "3024"})
    for number, status in (("2", 200), ("1", 403), ("9", 404), ("x", 404), ("", 404)):
        assert kari.get(f"{PAGE}/restore?revision={number}").status_code == status, number
    form = kari.find_form("/logout") | {"revision": "1", "seen": "3"}
    assert kari.post(f"{PAGE}/restore", form).status_code == 403
    assert len(revisions(both)) == 3
    ola = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"), name="Ola Lie")
    assert ola.get(f"{PAGE}/restore?revision=1").status_code == 200


def test_a_revision_is_not_restored_over_what_somebody_saved_meanwhile(kari: Visitor, both: Shop) -> None:
    save(kari, **{MAT: "3024"})
    kari.get(f"{PAGE}/restore?revision=1")
    form = kari.find_form(f"{PAGE}/restore")
    save(kari, **{MAT: "3022"})
    kari.post(f"{PAGE}/restore", form)
    assert kari.page.status_code == 422 and "Noen endret oppsettet" in kari.text
    assert len(revisions(both)) == 3


def test_a_reader_sees_accounts_and_changes_none(office: Office, both: Shop) -> None:
    visitor = office.sign_in(Grant(Role.READER, "fjordmat"))
    visitor.get(PAGE)
    assert "3020" in visitor.text and visitor.list_actions() == ["/logout"]
    form = visitor.find_form("/logout")
    for path in ("", "/restore", "/chart"):
        assert visitor.post(f"{PAGE}{path}", form).status_code == 403
    for path in ("/file", "/history", "/restore?revision=1"):
        assert visitor.get(f"{PAGE}{path}").status_code == 403
    assert len(revisions(both)) == 1


def test_the_setup_is_downloaded_with_references_alone(kari: Visitor, both: Shop) -> None:
    kari.get(f"{PAGE}/file")
    assert kari.page.headers["content-disposition"] == 'attachment; filename="fjordmat.toml"'
    assert "env:PO_APP" in kari.page.text and not [key for key in both.environ.values() if key in kari.page.text]
    assert read_rows(both, "office_log", "act", "company")[-1] == ("setup-exported", "fjordmat")


def test_the_chart_is_read_again_by_a_run(office: Office, kari: Visitor, both: Shop) -> None:
    both.clock.now_s += 3600
    kari.get(PAGE)
    kari.send(f"{PAGE}/chart")
    assert office.work() == 1
    kari.get(PAGE)
    assert "kl. 14.00" in kari.text


def test_an_account_of_a_venue_is_shown_as_such_and_changed_there(both: Shop) -> None:
    own = '  [[company.venue.payment_type]]\n  code = "CARD"\n  account = "1593"\n'
    both.apply(venues=VENUES + BRYGGA + own)
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.ADMINISTRATOR))
        visitor.get(PAGE)
        assert any("bare Brygga Bar" in row for row in rows_of(visitor, "payment_type"))
        save(visitor, **{"venue:brygga/payment_type:CARD|account": "1594"})
        with both.open() as workspace:
            brygga, torget = (workspace.load_setup().venue(id_) for id_ in ("brygga", "torget"))
        assert brygga is not None and torget is not None
        assert brygga.mapping.payment_account("CARD", None) == "1594"
        assert torget.mapping.payment_account("CARD", None) == "1592"


def test_products_for_orders_are_set_and_taken_out(both: Shop) -> None:
    apply_orders(both)
    with open_office(both) as office:
        visitor = office.sign_in(Grant(Role.BOOKKEEPER))
        save(
            visitor,
            **{
                "orders|products.rounding": "AVR",
                "orders|products.tips": "",
                f"{MAT}".replace("accounts", "products"): "NY",
            },
        )
        assert "Lagret" in visitor.text
        with both.open() as workspace:
            document = workspace.load_setup().companies[0].document
        assert document["orders"]["products"] == {"gift_cards": "GAVEKORT", "rounding": "AVR"}
        assert document["product_type"][0]["products"]["3"] == "NY"


def test_of_several_companies_one_is_chosen(both: Shop) -> None:
    both.apply(setup_text() + OTHER_COMPANY.format(output=both.folder / "vouchers"))
    with open_office(both) as office:
        visitor = office.sign_in()
        visitor.get("/accounts")
        visitor.click("Tindmat AS")
        assert visitor.page.url.path == "/c/tindmat/accounts"
        assert office.sign_in(Grant(Role.READER, "tindmat")).get("/accounts").url.path == "/c/tindmat/accounts"


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_pages_are_in_the_browsers_language(office: Office, kari: Visitor, lang: str) -> None:
    from posexport.office.words import WORDS

    save(kari, **{MAT: "3024"})
    visitor = office.sign_in(**{"accept-language": lang})
    for path in (PAGE, "/accounts", f"{PAGE}/history", f"{PAGE}/restore?revision=1"):
        assert visitor.get(path).status_code == 200
        assert visitor.tree.get("lang") == lang, path
        shown = str(visitor.tree.text_content())
        assert not [typed for typed in ("posexport ", "[[", ".toml") if typed in shown], path
        assert [key for key in WORDS if "_" in key and key in visitor.text] == [], path


@pytest.mark.parametrize(
    ("field", "value", "sign", "told"),
    [
        (COCKTAILS, "", "✕", "mangler"),
        (MAT, "3020", "✓", "Salg tjenester"),
        ("payment_type:CARD|account", "1920", "!", "er en bankkonto"),
        (COCKTAILS, "3100", "!", "låst til mva-kode 5"),
        ("vat_code:3|go", "3", "✓", "finnes i Go"),
    ],
)
def test_every_account_has_a_sign_and_a_word(
    office: Office, both: Shop, field: str, value: str, sign: str, told: str
) -> None:
    kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
    save(kari, **{field: value})
    kari.get(PAGE)
    (box,) = kari.tree.xpath(f"//input[@name='{field}']")
    words = " ".join(str(box.getparent().text_content()).split())
    assert words.startswith(sign) and told in words

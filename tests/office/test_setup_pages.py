"""Company, venues and check: what is set up is changed as the command line changes it, by whoever may, and confirmed
where it decides where drafts go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from posexport.core.finding import Finding, Severity
from posexport.core.roles import Grant, Role
from posexport.office.work.afternoon import ask_for_checks
from posexport.store.acceptances import add_acceptance
from posexport.store.setups import find_venue_number
from tests.support import saft_builder as b
from tests.support.harness import BRYGGA, FRIDAY, KARI, SATURDAY, VENUES, Shop, sale
from tests.support.looks import read_rows
from tests.support.office import Office, Visitor, open_office

COMPANY, VENUE = "/c/fjordmat", "/c/fjordmat/venues/torget"


@pytest.fixture
def office(both: Shop) -> Iterator[Office]:
    both.apply(venues=VENUES + BRYGGA)
    both.sell(sale(1))
    with open_office(both) as office:
        yield office


@pytest.fixture
def admin(office: Office) -> Visitor:
    """The administrator of Fjordmat."""
    return office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"))


def saved(office: Office) -> dict[str, object]:
    """The venue's keys as they are saved."""
    (company,) = office.workspace.load_setup().companies
    return next(venue for venue in company.document["venue"] if venue["id"] == "torget")


# Company and venues


def test_a_venues_keys_are_saved_as_a_revision_with_the_users_name(office: Office, admin: Visitor, both: Shop) -> None:
    admin.get("/setup")
    admin.click("Torget Kafé")
    admin.send(VENUE, schedule="weekly", grace_minutes="30", registers="1, 2, 7", notify="", z_report="warn")
    assert "Lagret." in admin.text
    found = saved(office)
    assert (found["schedule"], found["grace_minutes"], found["registers"]) == ("weekly", 30, ["1", "2", "7"])
    assert found["z_report"] == "warn" and found["export_from"] in (
        "2020-01-01",
        __import__("datetime").date(2020, 1, 1),
    )
    assert read_rows(both, "setup_revision", "who", "known_by")[-1] == ("Kari Moe", "signed-in")
    assert ("settings-saved", "Kari Moe") in read_rows(both, "office_log", "act", "who")


def test_sales_on_account_without_a_payment_get_their_payment_type_here_and_no_account(both: Shop) -> None:
    both.apply()
    path, told = both.folder / "kasse.xml", b.ticket(b.line(), (), head="<custSupID>10018</custSupID>")
    path.write_bytes(b.document(locations=b.location(b.register(told, "1"))))
    both.load(path)
    with open_office(both) as office:
        admin = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"), Grant(Role.BOOKKEEPER, "fjordmat"))
        admin.get("/v/torget/2020-01-01")
        assert (
            "har ingen betalingsmåte i oppsettet" in admin.text
            and "«Betalingsmåte for kredittsalg» i oppsettet" in admin.text
        )
        assert not [a for a in admin.tree.iter("a") if "/account" in str(a.get("href"))]
        admin.get(COMPANY)
        assert admin.tree.xpath("//datalist[@id='f-credit_type-known']/option/@value") == ["CASH", "CARD", "CREDIT"]
        admin.send(COMPANY, credit_type="CREDIT")
        assert "Lagret." in admin.text
        admin.get("/v/torget/2020-01-01")
        assert "har ingen betalingsmåte i oppsettet" not in admin.text


def test_whether_a_company_is_registered_for_vat_is_confirmed_and_told_in_figures(
    office: Office, admin: Visitor, both: Shop
) -> None:
    admin.get(COMPANY)
    assert "endrer den som drifter posexport" in admin.text
    admin.send(COMPANY, vat_registered="false")
    assert "på → av" in admin.text and "Alle linjer føres med mva-kode 0." in admin.text
    (company,) = office.workspace.load_setup().companies
    assert company.document.get("vat_registered", True) is True
    admin.send(COMPANY)
    (company,) = office.workspace.load_setup().companies
    assert company.document["vat_registered"] is False
    admin.get(COMPANY)
    admin.send(COMPANY, vat_registered="true")
    assert "av → på" in admin.text and "Linjene føres med mva-kodene i oppsettet." in admin.text


def test_a_venues_project_is_set_where_its_department_is(office: Office, admin: Visitor) -> None:
    admin.get(VENUE)
    admin.send(VENUE, project="P-10")
    assert "Lagret." in admin.text and saved(office)["project"] == "P-10"


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        (COMPANY, {"application_key": "file:/etc/passwd"}),
        (COMPANY, {"base_url": "http://127.0.0.1:9"}),
        (COMPANY, {"output": "/tmp/elsewhere"}),
        (VENUE, {"client_key": "env:PO_CLIENT_BRYGGA"}),
        (VENUE, {"inbox": "/etc"}),
    ],
)
def test_no_reference_folder_or_address_can_be_typed_in_a_browser(
    office: Office, admin: Visitor, path: str, typed: dict[str, str]
) -> None:
    before = office.workspace.load_setup().companies[0].document
    admin.get(path)
    admin.post(path, admin.find_form(path) | typed)
    assert "Ingenting er endret." in admin.text
    assert office.workspace.load_setup().companies[0].document == before


def test_a_form_that_changes_nothing_makes_no_revision(admin: Visitor, both: Shop) -> None:
    before = len(read_rows(both, "setup_revision", "number"))
    for path in (COMPANY, VENUE):
        admin.get(path)
        admin.send(path)
        assert "Ingenting er endret." in admin.text
    assert len(read_rows(both, "setup_revision", "number")) == before


@pytest.mark.parametrize(
    ("key", "value"),
    [("schedule", "hver dag"), ("grace_minutes", "-1"), ("name", "x" * 500), ("notify", "kari"), ("closes", "25:00")],
)
def test_a_value_that_does_not_fit_is_told_beside_its_field(
    office: Office, admin: Visitor, key: str, value: str
) -> None:
    before = saved(office)
    admin.get(VENUE)
    admin.post(VENUE, admin.find_form(VENUE) | {key: value})
    assert admin.page.status_code == 422 and saved(office) == before
    (field,) = admin.tree.xpath(f"//*[@name='{key}']")
    assert field.get("aria-invalid") == "true" and field.get("value") == value
    assert "passer ikke her" in str(admin.tree.get_element_by_id(str(field.get("aria-describedby"))).text_content())


def test_what_decides_the_business_day_is_fixed_once_there_are_sales(office: Office, admin: Visitor) -> None:
    admin.get(VENUE)
    assert not {"day_starts", "timezone", "export_from"} & set(admin.find_form(VENUE))
    form = admin.find_form(VENUE) | {"day_starts": "03:00", "export_from": "2026-01-01", "timezone": "UTC"}
    admin.post(VENUE, form)
    assert "Ingenting er endret." in admin.text and saved(office).get("day_starts", "05:00") == "05:00"


def test_what_another_saved_meanwhile_is_told_and_not_overwritten(office: Office, admin: Visitor) -> None:
    other = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"), name="Ola Lie")
    admin.get(VENUE)
    other.get(VENUE)
    other.send(VENUE, grace_minutes="10")
    admin.send(VENUE, grace_minutes="20")
    assert admin.page.status_code == 409 and "Ola Lie endret oppsettet" in admin.text
    assert saved(office)["grace_minutes"] == 10
    admin.send(VENUE)
    assert saved(office)["grace_minutes"] == 20


def test_production_is_confirmed_in_red(office: Office, admin: Visitor) -> None:
    admin.get(COMPANY)
    admin.send(COMPANY, environment="production")
    (warning,) = admin.tree.xpath("//p[@class='danger']")
    assert "virkelige regnskapet til Fjordmat AS" in str(warning.text_content())
    assert office.workspace.load_setup().companies[0].environment == "demo"
    admin.send(COMPANY)
    assert "Lagret." in admin.text and office.workspace.load_setup().companies[0].environment == "production"


@pytest.mark.parametrize(
    ("key", "value", "told", "is_red"),
    [
        ("target", "ledger", "bilaget er bokført når det er sendt", True),
        ("target", "file", "blir der de er", False),
        ("organization_number", "974760673", "blir ikke tatt imot lenger", False),
    ],
)
def test_what_decides_where_drafts_go_is_confirmed(
    office: Office, admin: Visitor, both: Shop, key: str, value: str, told: str, is_red: bool
) -> None:
    both.apply(venues=VENUES + BRYGGA, output=str(both.folder / "vouchers"))
    before = office.workspace.load_setup().companies[0].document
    admin.get(COMPANY)
    admin.post(COMPANY, admin.find_form(COMPANY) | {key: value})
    warnings = admin.tree.xpath("//section//p")
    (warning,) = [one for one in warnings if told in str(one.text_content())]
    assert (warning.get("class") == "danger") is is_red
    assert office.workspace.load_setup().companies[0].document == before


def test_what_cannot_be_is_told_before_anything_is_to_be_confirmed(office: Office, admin: Visitor) -> None:
    before = office.workspace.load_setup().companies[0].document
    admin.get(COMPANY)
    sent = admin.post(COMPANY, admin.find_form(COMPANY) | {"organization_number": "12"})
    assert sent.status_code == 422
    assert admin.tree.xpath("//input[@name='organization_number' and @aria-invalid='true' and @value='12']")
    assert office.workspace.load_setup().companies[0].document == before


def test_automatic_export_waits_for_a_first_draft_and_a_confirmation(
    office: Office, admin: Visitor, both: Shop
) -> None:
    admin.get(VENUE)
    assert f"{VENUE}/automatic" not in admin.list_actions() and "Lag en første kladd selv" in admin.text
    form = admin.find_form(VENUE) | {"automatic_export": "true", "confirmed": "yes"}
    assert admin.post(f"{VENUE}/automatic", form).status_code == 422
    both.export()
    admin.get(VENUE)
    admin.send(f"{VENUE}/automatic")
    assert "blir levert av seg selv" in admin.text and "automatic_export" not in saved(office)
    admin.send(f"{VENUE}/automatic")
    assert saved(office)["automatic_export"] is True and "Automatisk eksport: på" in admin.text
    admin.send(f"{VENUE}/automatic")
    admin.send(f"{VENUE}/automatic")
    assert saved(office).get("automatic_export", False) is False


def test_the_schedule_is_told_in_words_and_the_first_day_as_days_are(office: Office, both: Shop) -> None:
    both.apply(torget='schedule = "30 6 * * 1-5"')
    visitor = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat"), name="Per")
    visitor.get("/c/fjordmat/venues/torget")
    assert "Mandag–fredag kl. 06.30." in visitor.text
    assert "01.01.2020 kan ikke endres" in visitor.text and "2020-01-01" not in visitor.text


def test_the_next_three_turns_are_told(admin: Visitor) -> None:
    admin.get(VENUE)
    assert "Neste ganger: 23.11.2026 kl. 05.00 · 24.11.2026 kl. 05.00 · 25.11.2026 kl. 05.00" in admin.text


@pytest.mark.parametrize("role", [Role.READER, Role.SHOP, Role.BOOKKEEPER])
def test_who_may_not_connect_changes_nothing(office: Office, role: Role) -> None:
    visitor = office.sign_in(Grant(role, "fjordmat"))
    for path in (COMPANY, VENUE):
        assert visitor.get(path).status_code == 403
        assert visitor.post(path, visitor.find_form("/logout")).status_code == 403


def test_an_administrator_of_one_venue_sets_that_up_alone(office: Office) -> None:
    visitor = office.sign_in(Grant(Role.ADMINISTRATOR, "fjordmat", "brygga"))
    assert visitor.get("/c/fjordmat/venues/brygga").status_code == 200
    assert visitor.get(COMPANY).status_code == 403 and visitor.get(VENUE).status_code == 404
    visitor.get("/setup")
    assert "Brygga Bar" in visitor.text and "Torget" not in visitor.text


def test_keys_and_folders_cannot_be_typed_and_are_not_shown(office: Office, admin: Visitor) -> None:
    before = saved(office)
    for path in (COMPANY, VENUE):
        admin.get(path)
        assert "env:" not in admin.page.text and "5ecret" not in admin.page.text
        admin.post(path, admin.find_form(path) | {"client_key": "file:/etc/passwd", "inbox": "/etc", "output": "/"})
        assert "Ingenting er endret." in admin.text
    assert saved(office) == before


# Check


def test_a_check_tells_what_is_wrong_venue_by_venue(office: Office, admin: Visitor, both: Shop) -> None:
    del both.environ["PO_CLIENT_BRYGGA"]
    admin.get("/c/fjordmat/check")
    assert admin.text.count("Ikke kontrollert ennå.") == 2
    admin.send("/c/fjordmat/check")
    assert "Kontrollen pågår." in admin.text and admin.page.headers["refresh"] == "1"
    both.clock.now_s += 10
    assert admin.get("/c/fjordmat/check").headers["refresh"] == "3", "less often where it takes longer"
    assert office.work() == 1
    admin.get("/c/fjordmat/check")
    assert admin.text.index("Brygga Bar ✕ feil") < admin.text.index("Torget Kafé")
    assert "kontrollert 22.11.2026 kl. 13.00" in admin.text and "refresh" not in admin.page.headers
    english = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"), name="B", **{"accept-language": "en"})
    english.get("/c/fjordmat/check")
    assert "Brygga Bar ✕ wrong" in english.text
    for visitor in (admin, english):
        shown = str(visitor.tree.text_content())
        assert not [typed for typed in ("posexport ", "[[", ".toml") if typed in shown]


def test_the_run_of_a_check_has_a_page_that_leads_to_what_came_of_it(
    office: Office, admin: Visitor, both: Shop
) -> None:
    admin.get("/c/fjordmat/check")
    admin.send("/c/fjordmat/check")
    office.work()
    ((run,),) = read_rows(both, "office_run", "id")
    assert admin.get(f"/runs/{run}").status_code == 200
    admin.click("Se hva det ble til")
    assert admin.page.url.path == "/c/fjordmat/check"


def test_who_may_only_look_asks_for_no_check(office: Office) -> None:
    visitor = office.sign_in(Grant(Role.SHOP, "fjordmat"))
    visitor.get("/c/fjordmat/check")
    assert visitor.list_actions() == ["/logout"]
    assert visitor.post("/c/fjordmat/check", visitor.find_form("/logout")).status_code == 403


def test_a_check_of_venues_out_of_sight_is_not_shown(office: Office, admin: Visitor) -> None:
    admin.get("/c/fjordmat/check")
    admin.send("/c/fjordmat/check")
    office.work()
    visitor = office.sign_in(Grant(Role.SHOP, "fjordmat", "brygga"), name="B")
    visitor.get("/c/fjordmat/check")
    assert "Brygga Bar" in visitor.text and "Torget" not in visitor.text


def test_every_company_is_checked_by_itself_once_each_afternoon(office: Office, admin: Visitor, both: Shop) -> None:
    assert ask_for_checks(office.workspace) == 0  # it is one o'clock
    both.clock.now_s += 3600
    assert (ask_for_checks(office.workspace), ask_for_checks(office.workspace)) == (1, 0)
    assert office.work() == 1
    admin.get("/c/fjordmat/check")
    assert "kontrollert 22.11.2026 kl. 14.00" in admin.text
    both.clock.now_s += 24 * 3600
    assert ask_for_checks(office.workspace) == 1
    assert read_rows(both, "office_run", "who") == [("posexport",), ("posexport",)]


# No sales, and what is taken back


@pytest.fixture
def gap(both: Shop) -> Iterator[Office]:
    """A venue that sells every day and has nothing of one."""
    both.apply()
    both.sell(*(sale(n, at=f"2026-11-{n:02}T12:00:00") for n in range(2, 21) if n != 19))
    with open_office(both) as office:
        yield office


def test_a_day_without_data_is_a_day_without_sales_when_somebody_says_so(gap: Office, both: Shop) -> None:
    kari, path = gap.sign_in(Grant(Role.BOOKKEEPER, "fjordmat")), "/v/torget/2026-11-19"
    kari.get(path)
    assert "? ingen fil ennå" in kari.text and "bekreft det: «Ikke salg denne dagen»" in kari.text
    assert "Det trengs ikke noe bilag" not in kari.text
    kari.send(f"{path}/no-sales", why="")
    assert kari.page.status_code == 422
    accepted = kari.find_form(f"{path}/no-sales") | {"why": "Stengt for vareopptelling"}
    kari.post(f"{path}/no-sales", accepted)
    assert "Stengt for vareopptelling" in kari.text
    assert "ingen fil ennå" not in kari.text and "Det trengs ikke noe bilag" in kari.text
    assert read_rows(both, "acceptance", "code", "who") == [("no-sales-data", "Kari Moe")]
    form = kari.find_form(f"{path}/unaccept")
    kari.post(f"{path}/unaccept", form)
    assert read_rows(both, "acceptance", "code") == [] and "Ikke salg denne dagen" in kari.text
    kari.post(f"{path}/unaccept", form)  # the same form
    kari.post(f"{path}/no-sales", accepted)  # and the one by which it was accepted: somebody goes back
    assert read_rows(both, "acceptance", "code") == [] and kari.page.status_code == 200
    assert kari.post(f"{path}/unaccept", form | {"form_key": "another"}).status_code == 422
    assert [act for (act,) in read_rows(both, "office_log", "act")] == ["accepted", "unaccepted"]


def test_what_was_accepted_stays_once_the_day_is_drafted(office: Office, both: Shop) -> None:
    finding, path = Finding("odd-date", Severity.WARNING), f"/v/torget/{FRIDAY}"
    with office.workspace.database.writing() as connection:
        number = find_venue_number(connection, office.workspace.load_setup().venues[0])
        add_acceptance(connection, number, FRIDAY, [finding], "Riktig likevel", office.workspace.now_utc_s, KARI)
    kari = office.sign_in(Grant(Role.BOOKKEEPER, "fjordmat"))
    kari.get(f"{path}/draft")
    form = kari.find_form(f"{path}/draft") | {"code": "odd-date"}
    both.export()
    kari.post(f"{path}/unaccept", form)
    assert kari.page.status_code == 422 and "Dette kan ikke tas tilbake" in kari.text
    assert len(read_rows(both, "acceptance", "code")) == 1


def test_nobody_else_takes_back(gap: Office) -> None:
    visitor = gap.sign_in(Grant(Role.SHOP, "fjordmat"))
    visitor.get(f"/v/torget/{SATURDAY}")
    assert visitor.post("/v/torget/2026-11-19/unaccept", visitor.find_form("/logout")).status_code == 403


# Before there is any


@pytest.mark.parametrize("path", ["/", "/setup", "/draft"])
def test_where_no_company_is_set_up_nobody_is_told_that_a_role_is_missing(both: Shop, path: str) -> None:
    with open_office(both) as office:
        kari = office.sign_in(Grant(Role.PARTNER), Grant(Role.BOOKKEEPER), Grant(Role.ADMINISTRATOR))
        kari.get(path)
        assert "Ingen selskaper er satt opp ennå." in kari.text and "trengs" not in kari.text

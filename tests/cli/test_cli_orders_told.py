"""What is told of sales on credit, and the exit code beside it, say one thing."""

from __future__ import annotations

import pytest

from posexport.errors import Exit
from posexport.sandbox import Fault
from posexport.texts.language import LANGS, Lang
from tests.support.command_line import reach_run
from tests.support.harness import MAPPING, Shop
from tests.support.order_cafe import K_17, Cafe, ticket


@pytest.fixture
def cafe(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cafe:
    """A café that sells on credit."""
    return Cafe(shop, reach_run(shop, monkeypatch, capsys))


def read(cafe: Cafe, *command: str, lang: Lang = "en") -> str:
    """What a command prints, on one line."""
    return " ".join(cafe.run(*command, "--lang", lang).out.replace("\xa0", " ").split())


# A preview


def delete_in_go(cafe: Cafe) -> None:
    """An order of 100.00 is sent and deleted in Go, and that is seen."""
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    assert cafe.export().code == Exit.DONE
    cafe.shop.world.delete_order(cafe.order.id)
    assert [cafe.state_of(1) for _ in range(2)][-1] == "gone"


@pytest.mark.parametrize("period", [(), ("--from", "2026-11-20", "--to", "2026-11-20"), ("--check",)])
def test_a_preview_names_an_order_that_is_gone_and_ends_as_the_export_does(cafe: Cafe, period: tuple[str, ...]) -> None:
    delete_in_go(cafe)
    told = cafe.run("preview", *period, "--json")
    assert (told.code, [one["state"] for one in told.json["orders"]]) == (Exit.BOOKKEEPER, ["gone"])
    assert cafe.export(*(period if len(period) > 1 else ())).code == Exit.BOOKKEEPER
    assert "Deleted in Go" in read(cafe, "preview", *period)


def test_a_preview_of_another_period_says_nothing_of_it(cafe: Cafe) -> None:
    delete_in_go(cafe)
    told = cafe.run("preview", "--from", "2026-11-19", "--to", "2026-11-19", "--json")
    assert (told.code, told.json.get("orders")) == (Exit.DONE, None)


def test_a_preview_of_an_order_that_goes_by_itself_waits_for_nobody(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    assert cafe.run("preview").code == Exit.DONE


# The reconciliation


def credit_twice(cafe: Cafe) -> None:
    """A sale of 100.00 that is invoiced is given back, that is invoiced too, and the sale is credited by hand."""
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    cafe.export()
    sale_id = cafe.order.id
    cafe.invoice(5001)
    cafe.wait()
    back = {"register": "1", "ticket": "1"}
    cafe.sell(ticket(2, "25 -100.00 = CREDIT -100.00", at="2026-11-20T13:00:00", refers_to=back))
    cafe.export()
    cafe.shop.world.credit(sale_id)
    cafe.shop.world.invoice(cafe.order.id)
    cafe.orders()


def test_a_sale_that_is_credited_twice_agrees_to_the_ore_and_is_not_done(cafe: Cafe) -> None:
    credit_twice(cafe)
    told = cafe.run("orders", "reconcile", "--json")
    (day,) = told.json["days"]
    assert (told.code, day["verdict"], day["done"]) == (Exit.BOOKKEEPER, "agrees", False)
    words = {
        "nb": "Stemmer til øret, men er ikke ferdig. Noen må se på: bong 2 (salget er alt kreditert i Go).",
        "en": "Agrees to the øre, but is not done. Somebody has to look at: ticket 2 (the sale is credited in Go "
        "already).",
    }
    for lang in LANGS:
        assert words[lang] in read(cafe, "orders", "reconcile", lang=lang)
    path = cafe.shop.folder / "reconciliation.html"
    cafe.run("orders", "reconcile", "--html", str(path))
    assert 'badge-amber">Stemmer til øret' in path.read_text(encoding="utf-8")


def test_when_a_person_has_accepted_it_the_day_agrees(cafe: Cafe) -> None:
    credit_twice(cafe)
    reference = cafe.orders()[1]["reference"]
    assert cafe.run("orders", "accept", reference, "order-return-credited", "--why", "Both are meant").code == 0
    told = cafe.run("orders", "reconcile", "--json")
    assert (told.code, told.json["days"][0]["done"]) == (Exit.DONE, True)
    assert "Agrees. " in read(cafe, "orders", "reconcile") + " "


def test_of_several_days_those_that_are_not_done_are_counted_apart(cafe: Cafe) -> None:
    credit_twice(cafe)
    cafe.sell(ticket(3, "25 50.00 = CREDIT 50.00", at="2026-11-19T12:00:00"))
    cafe.export()
    assert "2 days: 1 agree, 1 agree, but are not done" in read(cafe, "orders", "reconcile")


def test_a_voucher_that_waits_is_named_where_the_orders_are_done(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"), ticket(2, "25 80.00 = UNKNOWN 80.00"))
    cafe.export()
    told = cafe.run("orders", "reconcile")
    assert told.code == Exit.BOOKKEEPER
    assert "Somebody has to look at: the day's voucher." in read(cafe, "orders", "reconcile")


# Links


def link(cafe: Cafe, lang: Lang = "en") -> str:
    return read(cafe, "customers", "link", "fjordmat", "K-17", "10018", lang=lang)


def test_who_links_a_customer_is_told_how_much_waited_for_it(cafe: Cafe) -> None:
    cafe.set_up(link=False)
    cafe.sell(
        ticket(1, "25 100.00 = CREDIT 100.00"),
        ticket(2, "25 50.00 = CREDIT 50.00"),
        ticket(3, "25 50.00 = CREDIT 50.00", customer={**K_17, "number": "K-18"}),
        ticket(4, "25 50.00 = CREDIT 50.00", customer=None),
        {**ticket(5, "25 50.00 = CREDIT 50.00"), "lines": [{"product_type": "9", "vat_code": "3", "gross": "50.00"}]},
    )
    assert "3 orders waited for the customer: the next export takes them unless" in link(cafe)
    assert "Ingenting ventet på kunden." in link(cafe, "nb")
    cafe.export()
    assert len(cafe.shop.world.orders()) == 2


def test_a_customer_that_the_export_would_link_by_itself_is_waited_for_by_nothing(cafe: Cafe) -> None:
    cafe.set_up(link=False, customers="match")
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    cafe.run("customers")  # and so they are known
    assert "Nothing waited for the customer." in link(cafe)


# Days without a voucher


LEFT_OUT = {"nb": "Bare salg som er utelatt", "en": "Left-out sales only"}
ORDERED = {"nb": "Bare kredittsalg, som ordrer", "en": "Credit sales only, as orders"}


@pytest.mark.parametrize("lang", LANGS)
def test_a_day_of_left_out_sales_alone_is_not_called_a_day_without_sales(cafe: Cafe, lang: Lang) -> None:
    cafe.shop.apply(mapping=_left_out(), target="journal")
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    for command in ("status", "preview", "export", "status"):  # the last one as it was stored
        assert LEFT_OUT[lang].lower() in read(cafe, command, lang=lang).lower(), command
    counted = {"nb": "1 dag med bare utelatt salg", "en": "1 day of left-out sales only"}
    assert counted[lang] in read(cafe, "status", lang=lang)


def _left_out() -> str:
    account = '  account = "1500"\n'
    assert account in MAPPING
    return MAPPING.replace(account, f"{account}  transfer = false\n")


@pytest.mark.parametrize("lang", LANGS)
def test_a_day_of_orders_alone_is_not_called_a_day_without_sales(cafe: Cafe, lang: Lang) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    cafe.export()
    for _ in range(2):
        assert ORDERED[lang] in read(cafe, "status", lang=lang)
    assert cafe.run("status", "--json").json["days"][0]["state"] == "nothing"


@pytest.mark.parametrize("lang", LANGS)
def test_a_day_on_which_nothing_was_sold_is_called_that(cafe: Cafe, lang: Lang) -> None:
    cafe.set_up()
    cafe.sell(ticket(1, "25 100.00 = CARD 100.00"), ticket(2, "25 -100.00 = CARD -100.00", at="2026-11-20T13:00:00"))
    words = {"nb": "Ikke noe salg", "en": "Nothing sold"}
    assert words[lang] in read(cafe, "status", lang=lang)


# Long lists


@pytest.mark.parametrize("lang", LANGS)
def test_what_many_orders_lack_alike_is_told_once_with_their_tickets(cafe: Cafe, lang: Lang) -> None:
    cafe.set_up(link=False)
    cafe.sell(*(ticket(number, f"25 {number}.00 = CREDIT {number}.00") for number in range(2, 12)))
    told = read(cafe, "orders", lang=lang)
    words = {
        "nb": "Det samme gjelder bong 3, 4, 5, 6, 7, 8, 9, 10, 11.",
        "en": "The same goes for tickets 3, 4, 5, 6, ",
    }
    assert words[lang] in told
    assert told.count("customers link fjordmat K-17") == 1


def test_what_differs_in_more_than_the_ticket_is_told_of_each(cafe: Cafe) -> None:
    cafe.set_up(link=False)
    cafe.sell(*(ticket(n, "25 10.00 = CREDIT 10.00", customer={"number": f"K-{n}"}) for n in range(2, 6)))
    told = read(cafe, "orders")
    assert [told.count(f"customers link fjordmat K-{n} ") for n in range(2, 6)] == [1, 1, 1, 1]
    assert "The same goes" not in told


# Sending


def test_a_lost_answer_is_not_told_to_be_unsent_for_days(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.shop.clock.sleep(20 * 86_400)
    cafe.sell(ticket(1, "25 100.00 = CREDIT 100.00"))
    cafe.shop.faults.append(Fault("lose_answer", path="/SalesOrders/Complete"))
    told = cafe.export()
    assert told.code == Exit.WAIT
    (order,) = told.json["orders"]
    assert (order["state"], order["findings"]) == ("uncertain", [])


def test_orders_that_are_replaced_stand_where_their_tickets_do(cafe: Cafe) -> None:
    cafe.set_up()
    cafe.sell(*(ticket(number, "25 100.00 = CREDIT 100.00") for number in (9, 10)))
    cafe.export()
    cafe.wait()
    cafe.sell(ticket(9, "25 90.00 = CREDIT 90.00"))
    told = cafe.run("orders", "send", "--revise", "--json")
    assert [(one["ticket"], one["total"]) for one in told.json["orders"]] == [("9", "90.00"), ("10", "100.00")]

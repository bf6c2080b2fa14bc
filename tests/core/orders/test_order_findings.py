"""Findings about orders: which there are for what an order lacks, and that each is told in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from posexport.core.credit_facts import RegisterCustomer, TicketReference
from posexport.core.finding import Finding, Severity
from posexport.core.findings import order_customers, orders as findings
from posexport.core.findings.customers import find_unlinked_payer, make_unlinked_customer_finding
from posexport.core.history import Acceptance
from posexport.core.mends import MendKind
from posexport.core.orders.booking import RouteSeal
from posexport.core.orders.correction import RevisionPlan
from posexport.core.orders.customers import (
    AmbiguousCustomer,
    AskPerson,
    Candidate,
    CandidateReason,
    Contact,
    CustomerFault,
    CustomerLink,
    CustomerMode,
    NewCustomer,
)
from posexport.core.orders.order import Order, OrderProducts
from posexport.core.orders.products import SoldAs, judge_product
from posexport.core.orders.route import Route
from posexport.core.orders.state import Invoice, OrderState
from posexport.texts.describe import fix_of, message_of
from posexport.texts.language import LANGS
from tests.support.build import DAY, MAPPING
from tests.support.orders import RULES, catalog, credit_ticket, go_customer, order_of, with_difference
from tests.support.strategies import looking

DINNER = "food@25 640.00 = invoice 640.00"
SENT = findings.SentOrder("2031", 63_999)


def told(found: Finding) -> str:
    """A finding in English, with what to do; in Norwegian it must be possible as well."""
    for lang in LANGS:
        words = message_of(found, lang) + fix_of(found, lang)
        assert not re.search(r"\{\w+\}", words)
    return f"{message_of(found, 'en')} {fix_of(found, 'en')}".strip()


def codes(found: list[Finding]) -> list[str]:
    return [one.key for one in found]


def an_order(text: str = DINNER) -> Order:
    return order_of(text)


# Customers


def test_without_a_customer_the_words_say_that_the_sale_is_in_no_book_and_how_to_move_it() -> None:
    found = order_customers.make_no_customer_finding(order_of(credit_ticket(DINNER, customer=None), link=None))
    assert (found.holds, found.venue, found.business_day) == (True, "torget", DAY)
    words = told(found)
    assert "Ticket 1042 on register 1 is a sale on credit of 640.00 without a customer" in words
    assert "posexport orders move torget 2026-11-20 --ticket 1042 --to voucher" in words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (CandidateReason.ORGANIZATION_NUMBER, "has the same organization number"),
        (CandidateReason.REFERENCE, "as its reference"),
        (CandidateReason.NUMBER, "has the same customer number"),
        (CandidateReason.EMAIL, "has the same e-mail address"),
    ],
)
def test_one_candidate_is_offered_with_its_reason_and_the_command_that_links_it(
    reason: CandidateReason, words: str
) -> None:
    asked = AskPerson((Candidate(go_customer("10077"), (reason,)),))
    found = order_customers.make_unlinked_finding(an_order(), "fjordmat", asked)
    assert (found.code, found.holds) == ("order-customer-not-linked", True)
    assert words in told(found)
    assert "posexport customers link fjordmat K-17 10077." in told(found)


@pytest.mark.parametrize("wrong", ["", "974760674"])
def test_a_candidate_that_is_archived_is_opened_again_before_it_is_linked(wrong: str) -> None:
    asked = AskPerson((Candidate(go_customer("10077", is_active=False), (CandidateReason.EMAIL,)),))
    found = order_customers.make_unlinked_finding(an_order(), "fjordmat", asked, wrong)
    assert "Customer 10077 there could be the same one, but is archived or inactive" in told(found)
    assert "open it again in Go and link them: posexport customers link fjordmat K-17 10077." in told(found)
    assert [mend.kind for mend in found.mends][:2] == [MendKind.OPEN_IN_LEDGER, MendKind.LINK_CUSTOMER]
    of_voucher = make_unlinked_customer_finding("fjordmat", "K-17", CustomerMode.MATCH, asked)
    assert "er arkivert eller inaktiv" in message_of(of_voucher, "nb")
    part_paid = replace(an_order(), part_paid_ore=100, credit_ore=an_order().credit_ore - 100)
    payer = find_unlinked_payer(part_paid, [found], CustomerMode.MATCH)
    assert payer is not None
    assert payer.key == "unknown-customer/archived"


@pytest.mark.parametrize("asked", [AskPerson(), NewCustomer("Hotell", "posexport:K-17")])
def test_without_a_candidate_the_command_leaves_the_number_open(asked: AskPerson | NewCustomer) -> None:
    found = order_customers.make_unlinked_finding(an_order(), "fjordmat", asked)
    assert found.key == "order-customer-not-linked"
    assert "posexport customers link fjordmat K-17 NUMBER." in told(found)
    assert "posexport customers link fjordmat K-17 NUMMER." in fix_of(found, "nb")


def test_several_candidates_are_all_named_and_none_is_offered() -> None:
    both = tuple(Candidate(go_customer(number), (CandidateReason.EMAIL,)) for number in ("10018", "10402"))
    found = order_customers.make_unlinked_finding(an_order(), "fjordmat", AmbiguousCustomer(both))
    assert (found.code, found.holds) == ("order-customer-ambiguous", True)
    assert "10018, 10402" in told(found)
    assert "link fjordmat K-17 NUMBER." in told(found)


def test_of_several_candidates_the_archived_are_named_as_such_on_order_and_voucher() -> None:
    every = tuple(
        Candidate(go_customer(number, is_active=number == "10018"), (CandidateReason.EMAIL,))
        for number in ("10018", "10402")
    )
    found = order_customers.make_unlinked_finding(an_order(), "fjordmat", AmbiguousCustomer(every))
    assert "10018, 10402. Archived or inactive there: 10402. None of them is chosen." in told(found)
    assert "10018, 10402. Arkivert eller inaktiv der: 10402. Ingen av dem er valgt." in message_of(found, "nb")
    wrong = order_customers.make_unlinked_finding(an_order(), "fjordmat", AmbiguousCustomer(every), WRONG)
    assert wrong.variant == "archived-check-digit" and "10402. None" in told(wrong) and SHOWN in told(wrong)
    of_voucher = make_unlinked_customer_finding("fjordmat", "K-17", CustomerMode.MATCH, AmbiguousCustomer(every))
    assert "Archived or inactive there: 10402." in message_of(of_voucher, "en")
    part_paid = replace(an_order(), part_paid_ore=100, credit_ore=an_order().credit_ore - 100)
    payer = find_unlinked_payer(part_paid, [found], CustomerMode.MATCH)
    assert payer == of_voucher


WRONG, SHOWN = "NO 974 760 674 MVA", "974 760 674"


def candidates(*reasons: CandidateReason) -> AskPerson | AmbiguousCustomer:
    found = tuple(Candidate(go_customer(f"1001{place}"), (reason,)) for place, reason in enumerate(reasons))
    return AmbiguousCustomer(found) if len(found) > 1 else AskPerson(found)


@pytest.mark.parametrize(
    "asked",
    [
        candidates(),
        candidates(CandidateReason.REFERENCE),
        candidates(CandidateReason.NUMBER),
        candidates(CandidateReason.EMAIL),
        candidates(CandidateReason.EMAIL, CandidateReason.NUMBER),
    ],
)
def test_a_wrong_check_digit_is_named_whoever_it_could_be(asked: AskPerson | AmbiguousCustomer) -> None:
    found = order_customers.make_unlinked_finding(an_order(), "fjordmat", asked, WRONG)
    assert f"{SHOWN} is not a valid organization number: check digit" in message_of(found, "en")
    assert f"{SHOWN} er ikke et gyldig organisasjonsnummer: kontrollsifferet" in message_of(found, "nb")
    bare = order_customers.make_unlinked_finding(an_order(), "fjordmat", asked)
    assert message_of(found, "en").startswith(message_of(bare, "en"))
    assert fix_of(found, "nb").startswith(fix_of(bare, "nb"))


@pytest.mark.parametrize("number", ["974760673", "", "97476067", "DE 974760674"])
def test_a_right_number_or_none_at_all_is_no_check_digit(number: str) -> None:
    found = order_customers.make_unlinked_finding(an_order(), "fjordmat", candidates(), number)
    assert found.key == "order-customer-not-linked"


def test_no_name_and_no_e_mail_stands_in_a_finding_about_a_customer() -> None:
    wanted = RegisterCustomer("K-17", "Kari Moe", email="kari@moe.example", contact="Kari", address=("Storgata 1",))
    order = order_of(credit_ticket(DINNER, customer=wanted), contact=Contact(None, "Kari", ("10402",)))
    found = [
        order_customers.make_unlinked_finding(
            order, "fjordmat", AskPerson((Candidate(go_customer("10077", "Kari Moe"), (CandidateReason.EMAIL,)),))
        ),
        *order_customers.check_customer(order, "fjordmat", CustomerFault),
        *order_customers.check_contact(order),
    ]
    assert len(found) == 6
    for one in found:
        assert not re.search(r"Kari|kari@|Storgata", repr(dict(one.facts)) + told(one))


def test_an_inactive_customer_holds_and_the_rest_only_warns() -> None:
    found = order_customers.check_customer(an_order(), "fjordmat", CustomerFault)
    assert [(one.key, one.holds) for one in found] == [
        ("order-customer-inactive", True),
        ("order-customer-vat-free", False),
        ("order-customer-delivery/ehf", False),
        ("order-customer-delivery/email", False),
    ]
    assert "Customer 10018 is marked as free of VAT" in told(found[1])
    assert f"posexport orders accept {an_order().reference} order-customer-vat-free" in told(found[1])


def test_a_contact_person_elsewhere_is_told_unless_the_order_names_one() -> None:
    elsewhere = Contact(None, "Kari", ("10402", "10410"))
    (found,) = order_customers.check_contact(order_of(DINNER, contact=elsewhere))
    assert (found.code, found.severity) == ("contact-elsewhere", Severity.INFO)
    assert "customer 10402, 10410" in told(found)
    assert "remove the contact there first, in Go: customer card > Contact persons > Remove." in told(found)
    assert "kundekortet > Kontaktpersoner > Fjern" in fix_of(found, "nb")
    assert order_customers.check_contact(order_of(DINNER, contact=Contact(None, "Kari"))) == []
    assert order_customers.check_contact(order_of(DINNER, contact=elsewhere._replace(person_id=31))) == []
    referred = credit_ticket(DINNER, customer_reference="PO-7")
    assert order_customers.check_contact(order_of(referred, contact=elsewhere)) == []


# Products


def test_every_missing_product_is_a_finding_that_says_where_it_is_set() -> None:
    rules = replace(RULES, products=OrderProducts({("food", "31"): "MAT15"}))
    order = order_of("food@25 100.00, food@15 50.00, tip 20.00 = invoice 170.00", rules=rules)
    sale, tips = findings.check_missing(order)
    assert (sale.key, tips.key) == ("order-product-missing/sale", "order-product-missing/other")
    assert 'code = "food": products = { "3" = "…" }, and run posexport setup apply FILE.' in told(sale)
    assert 'under [company.orders.products]: tips = "…", and run posexport setup apply FILE.' in told(tips)
    assert sale.holds and tips.holds


def test_a_vat_code_or_rate_that_is_missing_is_the_finding_that_vouchers_have() -> None:
    codes_ = replace(MAPPING, vat_codes={"15": "31"})
    rules = replace(RULES, mapping=codes_, rates_bp={})
    order = order_of("food@25 100.00, food@15 50.00 = invoice 150.00", rules=rules)
    assert codes(findings.check_missing(order)) == ["missing-vat-code", "unknown-vat-code"]
    for found in findings.check_missing(order):
        told(found)


def test_an_order_that_lacks_only_a_link_has_no_finding_about_products() -> None:
    assert findings.check_missing(order_of(DINNER, link=None)) == []


@pytest.mark.parametrize(
    ("product", "account", "key", "holds"),
    [
        ("MAT99", "3020", "order-product-missing/unknown", True),
        ("MAT25", "", "order-product-no-account", True),
        ("MAT25", "3030", "order-product-vat", True),
        ("MAT25", "3000", "order-product-account", False),
    ],
)
def test_what_go_says_of_a_product_is_a_finding(product: str, account: str, key: str, holds: bool) -> None:
    fault = judge_product(product, SoldAs("food", "3", "3020"), DAY, catalog(MAT25=account))
    assert fault is not None
    (found,) = findings.check_products(an_order(), [fault, fault])
    assert (found.key, found.holds) == (key, holds)
    assert product in told(found)


def test_a_product_with_the_wrong_tax_says_both_rates() -> None:
    fault = judge_product("MAT25", SoldAs("food", "3", "3020"), DAY, catalog(MAT25="3030"))
    assert fault is not None
    (found,) = findings.check_products(an_order(), [fault])
    assert "MAT25 (for food) would be invoiced with 15 % VAT, but the register took 25 %" in told(found)


def test_an_archived_product_and_an_unknown_project_hold_their_order() -> None:
    known = catalog(MAT25="3020")
    archived = replace(known, products={"MAT25": known.products["MAT25"]._replace(is_archived=True)})
    fault = judge_product("MAT25", SoldAs("food", "3"), DAY, archived)
    assert fault is not None
    assert codes(findings.check_products(an_order(), [fault])) == ["order-product-inactive"]
    found = findings.make_unknown_project_finding(order_of(credit_ticket(DINNER, project="P-9")))
    assert found.holds and "Project P-9" in told(found)


def test_a_product_that_the_setup_does_not_name_is_told_once() -> None:
    fault = judge_product(None, SoldAs("food", "3"), DAY, catalog())
    assert fault is not None
    assert findings.check_products(an_order(), [fault]) == []


# Afterwards


def test_another_total_in_go_is_an_error_with_both_figures_that_can_be_accepted() -> None:
    found = findings.make_other_total_finding(an_order(), SENT)
    assert found.holds
    assert "Order 2031" in told(found) and "639.99" in told(found) and "640.00" in told(found)
    assert "a difference of -0.01" in told(found)
    assert f"posexport orders accept {an_order().reference} order-total-differs --why" in told(found)


def test_an_edited_order_is_only_told() -> None:
    found = findings.make_edited_finding(an_order(), SENT)
    assert (found.severity, found.mends, fix_of(found, "en")) == (Severity.INFO, (), "")
    told(found)


def test_a_person_says_of_a_lost_or_deleted_order_where_it_is() -> None:
    order = an_order()
    gone, unsure = findings.make_gone_finding(order, "2031"), findings.make_uncertain_finding(order, 36)
    assert gone.holds and unsure.holds
    for found in (gone, unsure):
        assert f"posexport orders resolve {order.reference} --not-there" in told(found)
        assert f"posexport orders resolve {order.reference} --there ID" in told(found)


def test_a_changed_ticket_says_by_how_much_line_by_line_and_how_to_send_it() -> None:
    sent = an_order("food@25 1000.00, tip 50.00 = invoice 1050.00")
    now = an_order("food@25 900.00, tip 50.00, goods@15 23.00 = invoice 973.00")
    found = findings.make_changed_finding(sent, now, RevisionPlan.REPLACE)
    assert found.facts["what"] == "MAT25 Mat -100.00; VARE15 Varer 23.00"
    assert "by -77.00" in told(found)
    assert "posexport orders send --revise --venue torget --from 2026-11-20 --to 2026-11-20 --ticket 1042" in told(
        found
    )
    void = findings.make_changed_finding(sent, None, RevisionPlan.CORRECT)
    assert void.facts["what"] == "MAT25 Mat -1000.00; TIPS Tips -50.00"
    assert int(void.facts["difference"]) == -105_000


@pytest.mark.parametrize(
    ("plan", "variant", "kinds"),
    [
        (RevisionPlan.REPLACE, "", [MendKind.SEND_ORDERS, MendKind.ACCEPT]),
        (RevisionPlan.CORRECT, "", [MendKind.SEND_ORDERS, MendKind.ACCEPT]),
        (RevisionPlan.REFUSE, "touched", [MendKind.OPEN_IN_LEDGER, MendKind.ACCEPT]),
        (RevisionPlan.REFUSE_INVOICED, "invoiced", [MendKind.OPEN_IN_LEDGER, MendKind.ACCEPT]),
        (RevisionPlan.REFUSE_REFERENCES, "references-kept", [MendKind.OPEN_IN_LEDGER, MendKind.ACCEPT]),
    ],
)
def test_a_changed_ticket_is_offered_what_will_be_done_and_nothing_that_is_refused(
    plan: RevisionPlan, variant: str, kinds: list[MendKind]
) -> None:
    sent, now = an_order("food@25 1000.00 = invoice 1000.00"), an_order("food@25 900.00 = invoice 900.00")
    found = findings.make_changed_finding(sent, now, plan, 95_000)
    assert (found.variant, [mend.kind for mend in found.mends], found.holds) == (variant, kinds, True)
    assert f"posexport orders accept {sent.reference} order-changed-after-sending" in told(found)
    if variant not in ("", "references-kept"):
        assert "comes to 950.00" in message_of(found, "en") and "900.00" in fix_of(found, "en")
    assert {one.variant for one in findings.list_wordings(found)} >= {variant, ""}
    assert len({one.digest for one in findings.list_wordings(found)}) == 2 * len(findings.TicketChange)


@pytest.mark.parametrize(
    ("plan", "variant", "kinds"),
    [
        (RevisionPlan.REPLACE, "customer", [MendKind.SEND_ORDERS, MendKind.ACCEPT]),
        (RevisionPlan.CORRECT, "customer", [MendKind.SEND_ORDERS, MendKind.ACCEPT]),
        (RevisionPlan.REFUSE, "customer-kept", [MendKind.OPEN_IN_LEDGER, MendKind.ACCEPT]),
        (RevisionPlan.REFUSE_INVOICED, "customer-kept", [MendKind.OPEN_IN_LEDGER, MendKind.ACCEPT]),
        (RevisionPlan.REFUSE_CUSTOMER, "customer-kept", [MendKind.OPEN_IN_LEDGER, MendKind.ACCEPT]),
        (
            RevisionPlan.NONE,
            "credited",
            [MendKind.OPEN_IN_LEDGER, MendKind.RESOLVE_ORDER, MendKind.MOVE_ORDER, MendKind.ACCEPT],
        ),
    ],
)
def test_a_ticket_that_has_another_customer_names_both(plan: RevisionPlan, variant: str, kinds: list[MendKind]) -> None:
    sent = an_order("food@25 1000.00 = invoice 1000.00")
    now = replace(an_order("food@25 900.00 = invoice 900.00"), customer_code="K-12")
    found = findings.make_changed_finding(sent, now, plan)
    assert (found.variant, [mend.kind for mend in found.mends], found.holds) == (variant, kinds, True)
    assert "K-12" in message_of(found, "en") and "K-12" in message_of(found, "nb") and "900.00" in told(found)
    if variant != "credited":
        assert f"from customer {sent.customer_code} to K-12" in message_of(found, "en")


@pytest.mark.parametrize("plan", [RevisionPlan.REPLACE, RevisionPlan.REFUSE, RevisionPlan.REFUSE_CUSTOMER])
def test_a_ticket_that_has_no_customer_any_more_says_who_is_gone(plan: RevisionPlan) -> None:
    sent = an_order("food@25 1000.00 = invoice 1000.00")
    found = findings.make_changed_finding(sent, replace(sent, customer_code=None, link=None), plan)
    assert (found.variant, found.mends[-1].kind) == ("customer-gone", MendKind.ACCEPT)
    assert f"customer {sent.customer_code} is not on the ticket any more" in message_of(found, "en")
    assert f"kunde {sent.customer_code} er ikke på bongen lenger" in message_of(found, "nb")


def test_who_accepted_a_change_before_the_customer_was_told_has_accepted_it_still() -> None:
    sent, now = an_order("food@25 1000.00 = invoice 1000.00"), an_order("food@25 900.00 = invoice 900.00")
    found = findings.make_changed_finding(sent, now, RevisionPlan.REPLACE)
    before = replace(found, facts={name: fact for name, fact in found.facts.items() if name != "customer_now"})
    assert before.digest in {one.digest for one in findings.list_wordings(found)}


def test_a_ticket_that_is_void_now_has_its_order_deleted() -> None:
    found = findings.make_changed_finding(an_order(), None, RevisionPlan.REPLACE)
    assert (found.variant, "have the order deleted: posexport orders send --revise" in told(found)) == ("void", True)


def test_an_order_that_was_corrected_in_go_is_only_told() -> None:
    found = findings.make_mended_finding(an_order(), SENT)
    assert (found.key, found.severity, found.mends) == ("order-edited/mended", Severity.INFO, ())
    assert "comes to 639.99, as the ticket does now" in told(found)


def test_a_ticket_that_may_be_in_the_voucher_is_said_to_be_moved_back_only_where_it_was() -> None:
    back, changed = (findings.make_in_voucher_finding(an_order(), was_moved_back=was) for was in (True, False))
    assert (back.key, changed.key) == ("order-in-voucher", "order-in-voucher/changed")
    assert "moved back from the voucher" in told(back)
    assert "The day has changed since its voucher was drafted" in told(changed)


@pytest.mark.parametrize(
    ("missing", "others", "variant", "words"),
    [
        ("", ("4711",), "other", "a voucher of the day that is not known here (4711)"),
        ("torget-20261120-r1", ("4711", "4712"), "replaced", "the voucher torget-20261120-r1 is not in PowerOffice Go"),
        ("torget-20261120-r1", (), "gone", "Look for the day's voucher in Go."),
    ],
)
def test_vouchers_that_are_others_in_the_ledger_are_told_with_what_to_do(
    missing: str, others: tuple[str, ...], variant: str, words: str
) -> None:
    found = findings.make_other_voucher_finding(an_order(), missing, others)
    assert (found.key, found.holds) == (f"order-in-voucher/{variant}", True)
    assert words in told(found)
    mends = [mend.kind for mend in found.mends]
    assert (MendKind.MOVE_ORDER in mends, MendKind.RESOLVE in mends) == (bool(others), bool(missing))


@pytest.mark.parametrize(("is_invoiced", "what"), [(False, "order"), (True, "invoice")])
def test_a_sale_of_a_voucher_that_is_ordered_already_is_told_with_what_to_do(is_invoiced: bool, what: str) -> None:
    seal = RouteSeal("key", Route.VOUCHER, "", "1", "1042", 0)
    found = findings.make_ordered_already_finding(seal, "5012", is_invoiced=is_invoiced)
    found = replace(found, venue="torget", business_day=DAY)
    assert found.holds
    assert f"is in PowerOffice Go as {what} 5012" in told(found)
    assert "orders move torget" in told(found)


def test_a_credit_note_that_is_for_whom_its_invoice_is_for_says_to_whom_its_customer_is_linked_now() -> None:
    note, now = replace(an_order(), related_invoice_no=5001), CustomerLink(4712, "10402")
    (found,) = findings.check_return_customer(note, now)
    assert found.severity is Severity.INFO
    for said in ("invoice 5001", "10402"):
        assert said in told(found)
    assert findings.check_return_customer(note, note.link) == []
    assert findings.check_return_customer(an_order(), now) == []


def test_an_order_whose_customer_was_linked_anew_says_whom_it_is_for() -> None:
    sent = an_order()
    now = replace(sent, link=CustomerLink(4712, "10402"))
    for plan, variant in (
        (RevisionPlan.REPLACE, "relinked"),
        (RevisionPlan.REFUSE, "relinked-kept"),
        (RevisionPlan.REFUSE_CUSTOMER, "relinked-kept"),
        (RevisionPlan.NONE, "credited"),
    ):
        found = findings.make_changed_finding(sent, now, plan, is_relinked=True)
        assert found.variant == variant
        assert ("10402" in told(found)) is variant.startswith("relinked")


def test_a_return_for_another_customer_than_was_invoiced_is_held_and_names_both() -> None:
    note = order_of("food@25 -250.00 = invoice -250.00", related_invoice_no=5012)
    sold = order_of("food@25 1000.00 = invoice 1000.00")
    assert findings.check_return_buyer(note, sold, "fjordmat") == []
    assert findings.check_return_buyer(note, None, "fjordmat") == []
    (found,) = findings.check_return_buyer(replace(note, link=CustomerLink(4712, "10402")), sold, "fjordmat")
    assert (found.key, found.holds, found.facts["go_number_now"]) == ("order-return-customer/other", True, "10402")
    assert "250.00 of invoice 5012" in told(found)


def test_a_sale_of_a_drafted_voucher_that_is_an_order_too_is_told_while_its_route_is_the_voucher() -> None:
    seal = RouteSeal("key", Route.VOUCHER, "", "1", "1042")
    assert findings.list_ordered_too([seal], {"other": "2031"}) == []
    assert findings.list_ordered_too([seal._replace(route=Route.ORDER)], {"key": "2031"}) == []
    (found,) = findings.list_ordered_too([seal], {"key": "2031"})
    assert (found.key, found.holds) == ("sale-ordered-already/in-voucher", True)
    assert "order or invoice 2031" in message_of(found, "en")


# For the record


def test_an_order_an_ore_off_says_so_and_an_exact_one_does_not() -> None:
    (found,) = findings.check_difference(an_order("food@15 10.00 = invoice 10.00"))
    assert (found.code, found.severity) == ("order-rounding", Severity.INFO)
    assert "comes to 9.99 in PowerOffice Go, not 10.00: -0.01" in told(found)
    assert "rounding_product under [company.orders]" in told(found)
    assert findings.check_difference(order_of("food@15 10.00 = invoice 10.00", rules=with_difference())) == []


def test_a_return_of_a_sale_without_an_invoice_is_told() -> None:
    back = credit_ticket("food@25 -200.00 = invoice -200.00", refers_to=TicketReference("2", "871"))
    (found,) = findings.check_return(order_of(back))
    assert found.severity is Severity.INFO
    assert "gives back 200.00 of ticket 871 on register 2" in told(found)
    assert "gir tilbake 200,00" in message_of(found, "nb")
    assert findings.check_return(order_of(back, related_invoice_no=5012)) == []
    assert findings.check_return(an_order()) == []


def test_a_return_of_itself_says_that_the_sale_is_not_known() -> None:
    back = credit_ticket("food@25 -200.00 = invoice -200.00", refers_to=TicketReference("1", "1042"))
    order = order_of(back)
    (found,) = findings.check_return(order)
    assert (found.key, order.refers_to_itself) == ("order-return-open/itself", True)
    assert "gives back 200.00, and has its own number as that of the sale" in told(found)
    assert [line.text for line in order.lines if "Gjelder" in line.text] == []
    other = order_of(credit_ticket("food@25 -200.00 = invoice -200.00", refers_to=TicketReference("2", "1042")))
    assert (other.refers_to_itself, [line.text for line in other.lines if "Gjelder" in line.text]) == (
        False,
        ["Gjelder bong 1042, kasse 2"],
    )


def test_a_return_of_a_sale_that_is_credited_already_is_held_and_named_with_its_credit_notes() -> None:
    back = order_of(credit_ticket("food@25 -200.00 = invoice -200.00", refers_to=TicketReference("2", "871")))
    paid = Invoice("5012", DAY, 100_000, 0, credited_ore=0)
    part = paid._replace(credited_ore=20_000)
    assert findings.check_credited_return(back, [paid, paid._replace(credited_ore=None)]) == []
    assert findings.check_credited_return(an_order(), [part]) == []
    (found,) = findings.check_credited_return(back, [part, paid._replace(number="5013", is_credited=True)])
    assert (found.holds, found.facts["invoice"], found.facts["credited"]) == (True, "5012, 5013", 120_000)
    assert "gives back 200.00 of ticket 871 on register 2" in told(found)
    assert "alt kreditert med" in message_of(found, "nb")
    (found,) = findings.check_credited_return(back, [part], is_sent=True)
    assert (found.severity, found.variant) == (Severity.WARNING, "sent")
    assert [mend.kind for mend in found.mends] == [MendKind.OPEN_IN_LEDGER, MendKind.ACCEPT]


def test_of_a_return_that_is_invoiced_only_what_people_credited_counts() -> None:
    back = order_of(credit_ticket("food@25 -200.00 = invoice -200.00", refers_to=TicketReference("2", "871")))
    note = Invoice("5014", DAY, -20_000, 0)
    by_ours = Invoice("5012", DAY, 20_000, 0, is_credited=True, credited_ore=0)
    assert findings.check_credited_return(back, [by_ours], note=note) == []
    (found,) = findings.check_credited_return(back, [by_ours._replace(credited_ore=20_000)], note=note)
    assert (found.key, found.holds) == ("order-return-credited/invoiced", True)
    assert "is invoiced as a credit note of 200.00" in told(found)


def test_a_correction_of_less_than_what_people_credited_is_told_by_the_order_it_corrects() -> None:
    less = order_of(credit_ticket("food@25 -100.00 = invoice -100.00"))
    part = Invoice("5012", DAY, 100_000, 0, credited_ore=10_000)
    assert findings.check_credited_correction(an_order(), "first", [part]) == []
    assert findings.check_credited_correction(less, "first", [part._replace(credited_ore=0)]) == []
    (found,) = findings.check_credited_correction(less, "first", [part])
    assert (found.key, found.facts["reference"]) == ("order-return-credited/correction", "first")
    (sent,) = findings.check_credited_correction(less, "first", [part], is_sent=True)
    assert (sent.key, sent.severity) == ("order-return-credited/correction-sent", Severity.WARNING)
    by = Acceptance(findings.CREDITED_RETURN, "another complaint", "Kari", 0)
    assert findings.accept_in_every_wording([sent], {found.digest: by})[sent.digest] is by


def test_sales_on_credit_that_are_booked_nowhere_are_a_warning_that_can_be_accepted() -> None:
    found = findings.make_left_out_finding("invoice", "Faktura", 64_000)
    placed_ = replace(found, venue="torget", business_day=DAY)
    assert found.severity is Severity.WARNING
    assert 'invoicing = "orders"' in told(placed_)
    assert "posexport accept torget 2026-11-20 credit-left-out" in told(placed_)


# Too late


@pytest.mark.parametrize(
    ("days", "state", "keys"),
    [
        (3, OrderState.WAITING, []),
        (4, OrderState.WAITING, ["order-unsent"]),
        (4, OrderState.SENT, []),
        (14, OrderState.SENT, []),
        (15, OrderState.SENT, ["order-not-invoiced"]),
        (15, OrderState.READY, ["order-unsent", "order-not-invoiced/waiting"]),
        (30, OrderState.SENT, ["order-not-invoiced"]),
        (31, OrderState.SENT, ["order-not-invoiced/month"]),
        (31, OrderState.GONE, ["order-not-invoiced/waiting-month"]),
        (99, OrderState.INVOICED, []),
        (99, OrderState.MOVED, []),
        (99, OrderState.CREDITED, []),
    ],
)
def test_what_is_late_is_told_and_a_month_late_is_an_error(days: int, state: OrderState, keys: list[str]) -> None:
    found = findings.check_age(an_order(), state, DAY + timedelta(days=days))
    assert codes(found) == keys
    assert [one.holds for one in found] == ["month" in key for key in keys]
    for one in found:
        told(one)


def test_an_order_of_a_removed_venue_is_held_and_told_as_not_to_be_sent() -> None:
    found = findings.make_removed_finding(an_order())
    assert found.holds and found.key == "order-unsent/removed"
    assert "will not be: the venue torget was removed from the setup" in told(found)
    assert [mend.kind for mend in found.mends] == [MendKind.ACCEPT]


def test_of_a_removed_venue_only_those_mends_are_told_that_can_be_done_without_it() -> None:
    (late,) = findings.check_age(an_order(), OrderState.SENT, DAY + timedelta(days=15))
    assert replace(late, is_of_removed=True).mends == late.mends
    waiting = findings.check_age(an_order(), OrderState.READY, DAY + timedelta(days=15))[-1]
    assert MendKind.SEND_ORDERS in [mend.kind for mend in waiting.mends]
    removed = replace(waiting, is_of_removed=True)
    assert removed.mends == ()
    assert "posexport" not in fix_of(removed, "en") and "Set it up again" in told(removed)


def test_what_an_error_explains_is_not_told_as_unsent_besides() -> None:
    at = DAY + timedelta(days=15)
    found = findings.check_age(an_order(), OrderState.WAITING, at, is_explained=True)
    assert codes(found) == ["order-not-invoiced/waiting"]


def test_the_setup_says_after_how_many_days_but_no_more_than_a_month_allows() -> None:
    def keys(days: int, limit: int) -> list[str]:
        return codes(findings.check_age(an_order(), OrderState.SENT, DAY + timedelta(days=days), limit))

    assert (keys(8, 7), keys(7, 7)) == (["order-not-invoiced"], [])
    assert (keys(26, 60), keys(25, 60)) == (["order-not-invoiced"], [])


@looking(100)
@given(st.integers(0, 400), st.sampled_from(OrderState))
def test_an_acceptance_of_what_is_late_holds_the_day_after(days: int, state: OrderState) -> None:
    """Its digest has no figure that changes by itself, but the month is another finding than the fortnight."""
    today, tomorrow = (findings.check_age(an_order(), state, DAY + timedelta(days=days + more)) for more in (0, 1))
    for one in today:
        later = [other for other in tomorrow if other.key == one.key]
        assert not later or later[0].digest == one.digest


def test_a_month_is_the_calendars() -> None:
    order = order_of(credit_ticket(DINNER, day=date(2027, 1, 31)))
    at = [findings.check_age(order, OrderState.SENT, day) for day in (date(2027, 2, 28), date(2027, 3, 1))]
    assert [codes(found) for found in at] == [["order-not-invoiced"], ["order-not-invoiced/month"]]

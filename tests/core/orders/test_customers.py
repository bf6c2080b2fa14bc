"""Customers: who could be the register's customer, and who is linked without a person."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, strategies as st

from posexport.core.credit_facts import RegisterCustomer
from posexport.core.orders.customers import (
    AmbiguousCustomer,
    AskPerson,
    CandidateReason,
    Contact,
    ContactPerson,
    CustomerFault,
    CustomerLink,
    CustomerMode,
    Delivery,
    LedgerCustomer,
    LinkDecision,
    LinkedBy,
    NewCustomer,
    ask_before_sharing,
    decide_link,
    find_candidates,
    find_contact,
    judge_customer,
)
from tests.support.orders import go_customer
from tests.support.strategies import looking

OURS, OTHERS = "974760673", "999999999"
WANTED = RegisterCustomer("K-17", "Hotell Fjordgløtt AS", OURS, email="post@fjordglott.example")
AUTOMATIC = (CustomerMode.MATCH, CustomerMode.CREATE)


def decide(
    mode: CustomerMode, *known: LedgerCustomer, wanted: RegisterCustomer = WANTED, is_person: bool = False
) -> LinkDecision:
    return decide_link(mode, wanted, find_candidates(wanted, known), is_person=is_person)


def numbers(decision: LinkDecision) -> list[str]:
    assert isinstance(decision, AskPerson | AmbiguousCustomer)
    return [candidate.customer.number for candidate in decision.candidates]


# Candidates


def test_candidates_come_best_first_and_each_says_why() -> None:
    known = [
        go_customer("10077", invoice_email="POST@fjordglott.example"),
        go_customer("10040", external_reference="posexport:K-17"),
        go_customer("10018", organization_number="NO 974 760 673 MVA", email="post@fjordglott.example"),
        go_customer("10099", name="Hotell Fjordgløtt AS"),
    ]
    found = find_candidates(WANTED, known)
    assert [(candidate.customer.number, candidate.reasons) for candidate in found] == [
        ("10018", (CandidateReason.ORGANIZATION_NUMBER, CandidateReason.EMAIL)),
        ("10040", (CandidateReason.REFERENCE,)),
        ("10077", (CandidateReason.EMAIL,)),
    ]


def test_an_archived_candidate_comes_last_whatever_speaks_for_it() -> None:
    known = [
        go_customer("10018", organization_number=OURS, is_active=False),
        go_customer("10077", email="post@fjordglott.example"),
    ]
    assert [candidate.customer.number for candidate in find_candidates(WANTED, known)] == ["10077", "10018"]


def test_the_registers_code_is_looked_for_as_number_external_number_and_reference() -> None:
    wanted = RegisterCustomer("10018")
    known = [go_customer("10018"), go_customer("10019", external_number="10018"), go_customer("100180")]
    assert [candidate.customer.number for candidate in find_candidates(wanted, known)] == ["10019", "10018"]


@pytest.mark.parametrize("written", ["", "974760674", "97476067", "12345"])
def test_an_organization_number_with_a_wrong_check_digit_matches_nobody(written: str) -> None:
    wanted = RegisterCustomer("K-17", "Hotell", written)
    assert find_candidates(wanted, [go_customer("10018", organization_number=written)]) == ()


def test_an_empty_e_mail_is_nobodys() -> None:
    assert find_candidates(RegisterCustomer("K-17"), [go_customer("10018")]) == ()


# Links


def test_nothing_is_linked_without_a_person_where_the_setup_says_so() -> None:
    assert numbers(decide(CustomerMode.LINKED, go_customer("10018", organization_number=OURS))) == ["10018"]


@pytest.mark.parametrize("mode", AUTOMATIC)
def test_the_only_active_customer_with_the_organization_number_is_linked(mode: CustomerMode) -> None:
    archived = go_customer("10402", organization_number=OURS, is_active=False)
    decision = decide(mode, go_customer("10018", organization_number=OURS), archived)
    assert decision == CustomerLink(19018, "10018", "Hotell Fjordgløtt AS", LinkedBy.ORGANIZATION_NUMBER)


@pytest.mark.parametrize("mode", AUTOMATIC)
@pytest.mark.parametrize(
    "other",
    [
        go_customer("10040", external_reference="posexport:K-17"),
        go_customer("10041", external_number="K-17"),
        go_customer("10042", email="post@fjordglott.example"),
        go_customer("10043", email="post@fjordglott.example", is_active=False),
        go_customer("10044", organization_number=OURS, email="post@fjordglott.example", is_active=False),
    ],
)
def test_another_candidate_for_another_reason_is_ambiguous(mode: CustomerMode, other: LedgerCustomer) -> None:
    decision = decide(mode, go_customer("10018", organization_number=OURS), other)
    assert isinstance(decision, AmbiguousCustomer)
    assert numbers(decision) == ["10018", other.number]


@pytest.mark.parametrize("mode", AUTOMATIC)
def test_an_archived_customer_with_the_organization_number_is_neither_linked_nor_made_again(mode: CustomerMode) -> None:
    decision = decide(mode, go_customer("10018", organization_number=OURS, is_active=False))
    assert isinstance(decision, AskPerson)
    assert numbers(decision) == ["10018"]


def test_a_code_that_is_a_customer_number_is_linked_where_the_setup_says_so() -> None:
    wanted = RegisterCustomer("10018", "Hotell")
    decision = decide(CustomerMode.NUMBER, go_customer("10018", "Fjordgløtt Drift AS"), wanted=wanted)
    assert decision == CustomerLink(19018, "10018", "Fjordgløtt Drift AS", LinkedBy.NUMBER)
    assert numbers(decide(CustomerMode.NUMBER, go_customer("10019"), wanted=wanted)) == []
    assert isinstance(decide(CustomerMode.MATCH, go_customer("10018"), wanted=wanted), AskPerson)


def test_a_number_that_is_another_company_than_the_organization_number_says_is_ambiguous() -> None:
    wanted = WANTED._replace(number="10018")
    known = (go_customer("10018", "Bakeri AS"), go_customer("10402", organization_number=OURS))
    assert isinstance(decide(CustomerMode.NUMBER, *known, wanted=wanted), AmbiguousCustomer)
    shared = (go_customer("10018"), go_customer("10402", email="post@fjordglott.example"))
    assert isinstance(decide(CustomerMode.NUMBER, *shared, wanted=wanted), CustomerLink)


# Making one


def test_a_customer_is_made_only_where_there_is_no_candidate_of_any_kind() -> None:
    made = decide(CustomerMode.CREATE, go_customer("10099"))
    assert isinstance(made, NewCustomer)
    assert (made.name, made.external_reference, made.organization_number) == (WANTED.name, "posexport:K-17", OURS)
    for mode in set(CustomerMode) - {CustomerMode.CREATE}:
        assert numbers(decide(mode, go_customer("10099"))) == []
    assert isinstance(decide(CustomerMode.CREATE, go_customer("10077", email=WANTED.email)), AskPerson)


@pytest.mark.parametrize(
    ("wanted", "is_person", "is_made"),
    [
        (WANTED._replace(name=""), False, False),
        (WANTED._replace(organization_number=""), False, False),
        (WANTED._replace(organization_number="974760674"), False, False),
        (WANTED._replace(organization_number="", name="Kari Moe"), True, True),
        (WANTED._replace(organization_number="", name="Kari"), True, False),
        (WANTED._replace(number="K" * 41), False, False),
        (WANTED._replace(number="K" * 40), False, True),
    ],
)
def test_a_customer_is_made_only_of_what_the_ledger_takes(
    wanted: RegisterCustomer, is_person: bool, is_made: bool
) -> None:
    assert isinstance(decide(CustomerMode.CREATE, wanted=wanted, is_person=is_person), NewCustomer) is is_made


words = st.sampled_from(["", "K-17", "10018", "10402", "Hotell AS", "post@x.example", OURS, OTHERS])
wanted_customers = st.builds(RegisterCustomer, words, words, st.sampled_from(["", OURS, OTHERS]), email=words)
ledger_customers = st.lists(
    st.builds(
        LedgerCustomer,
        id=st.integers(1, 9),
        number=st.sampled_from(["10018", "10402", "10500"]),
        name=words,
        organization_number=st.sampled_from(["", OURS, OTHERS]),
        email=words,
        invoice_email=words,
        external_reference=st.sampled_from(["", "posexport:K-17"]),
        external_number=st.sampled_from(["", "10018"]),
        is_active=st.booleans(),
    ),
    max_size=4,
    unique_by=(lambda customer: customer.id, lambda customer: customer.number),
)


@looking(300)
@given(wanted_customers, ledger_customers, st.sampled_from(CustomerMode), st.booleans())
def test_nobody_is_ever_chosen_by_name_or_e_mail(
    wanted: RegisterCustomer, known: list[LedgerCustomer], mode: CustomerMode, is_person: bool
) -> None:
    candidates = find_candidates(wanted, known)
    decision = decide_link(mode, wanted, candidates, is_person=is_person)
    if isinstance(decision, CustomerLink):
        (chosen,) = [candidate for candidate in candidates if candidate.customer.id == decision.customer_id]
        strong = {CandidateReason.ORGANIZATION_NUMBER, CandidateReason.NUMBER}
        assert strong & set(chosen.reasons)
        assert mode is not CustomerMode.LINKED
    if isinstance(decision, NewCustomer):
        assert candidates == ()
        assert decision.organization_number or is_person
    if isinstance(decision, AmbiguousCustomer | AskPerson):
        assert decision.candidates == candidates
    renamed = [customer._replace(name="Another name") for customer in known]
    told = decide_link(mode, wanted, find_candidates(wanted, renamed), is_person=is_person)
    assert type(told) is type(decision)


@looking(200)
@given(ledger_customers, st.sampled_from(CustomerMode))
def test_with_a_name_and_an_e_mail_and_no_number_nobody_is_linked(
    known: list[LedgerCustomer], mode: CustomerMode
) -> None:
    wanted = RegisterCustomer("K-99", "Hotell AS", email="post@x.example")
    assert not isinstance(decide(mode, *known, wanted=wanted), CustomerLink)


# Faults


@pytest.mark.parametrize(
    ("told", "faults"),
    [
        ({"organization_number": OURS, "delivery": Delivery.EHF}, ()),
        ({"delivery": Delivery.EHF}, (CustomerFault.NO_ORGANIZATION_NUMBER,)),
        ({"delivery": Delivery.EMAIL}, (CustomerFault.NO_EMAIL,)),
        ({"delivery": Delivery.EMAIL, "invoice_email": "a@b.example"}, ()),
        ({"is_active": False, "is_vat_free": True}, (CustomerFault.INACTIVE, CustomerFault.VAT_FREE)),
        ({}, ()),
    ],
)
def test_what_is_wrong_with_a_customer_is_said(told: dict[str, str], faults: tuple[CustomerFault, ...]) -> None:
    assert judge_customer(go_customer("10018", **told)) == faults


# Contact persons

KARI = ContactPerson(1, 19018, "Kari  Moe", "Kari@fjordglott.example")
ELSEWHERE = ContactPerson(2, 19402, "Kari Moe", "kari@fjordglott.example")
NAMED = WANTED._replace(contact="kari moe", email="kari@fjordglott.example")
KNOWN = {customer.id: customer for customer in (go_customer("10018"), go_customer("10402"), go_customer("9000"))}


def contact(
    wanted: RegisterCustomer, *persons: ContactPerson, known: Mapping[int, LedgerCustomer] | None = None
) -> Contact:
    return find_contact(wanted, 19018, persons, KNOWN if known is None else known)


def test_a_contact_is_the_one_person_of_that_customer_with_the_name_or_the_e_mail() -> None:
    assert contact(NAMED, KARI) == Contact(1, "kari moe")
    assert contact(NAMED._replace(contact="K. Moe"), KARI).person_id == 1
    assert contact(NAMED._replace(email=""), KARI).person_id == 1
    assert contact(NAMED._replace(email="", contact="Kari"), KARI) == Contact(None, "Kari"), "the full name"


def test_a_contact_written_as_an_e_mail_address_is_found_by_that_address() -> None:
    written = WANTED._replace(contact="kari@fjordglott.example")
    assert contact(written, KARI) == Contact(1, "kari@fjordglott.example")
    assert contact(written._replace(email="ola@fjordglott.example"), KARI).person_id == 1
    ola = ContactPerson(3, 19018, "Ola Berg", "ola@fjordglott.example")
    assert contact(written._replace(email="ola@fjordglott.example"), ola).person_id is None


def test_an_e_mail_address_that_is_the_customers_own_says_nothing_of_who_it_is() -> None:
    own = {**KNOWN, 19018: go_customer("10018", invoice_email="POST@fjordglott.example")}
    shared = NAMED._replace(email="post@fjordglott.example")
    ola = ContactPerson(3, 19018, "Ola Berg", "post@fjordglott.example")
    assert contact(shared, ola).person_id == 3
    assert contact(shared, ola, known=own) == Contact(None, "kari moe")
    assert contact(shared, ola, KARI, known=own).person_id == 1


def test_a_contact_person_of_another_customer_is_told_and_never_used() -> None:
    assert contact(NAMED, ELSEWHERE) == Contact(None, "kari moe", ("10402",))
    both = (ELSEWHERE, ELSEWHERE._replace(id=3), ELSEWHERE._replace(id=4, customer_id=18000))
    assert contact(NAMED, *both) == Contact(None, "kari moe", ("9000", "10402"))
    assert contact(NAMED, ELSEWHERE._replace(email="")) == Contact(None, "kari moe"), "a name is no match elsewhere"


def test_a_contact_person_of_a_supplier_is_not_elsewhere() -> None:
    assert contact(NAMED, ELSEWHERE._replace(customer_id=777)) == Contact(None, "kari moe")


def test_of_two_persons_that_fit_neither_is_chosen() -> None:
    assert contact(NAMED, KARI, KARI._replace(id=3)) == Contact(None, "kari moe")
    ola = ContactPerson(3, 19018, "Ola Berg", "kari@fjordglott.example")
    assert contact(NAMED, KARI._replace(email=""), ola) == Contact(None, "kari moe"), "one by name, one by e-mail"


def test_an_inactive_person_and_one_without_an_e_mail_are_not_matched_by_it() -> None:
    assert contact(NAMED, KARI._replace(is_active=False)).person_id is None
    nameless = NAMED._replace(email="", contact="Ola")
    assert contact(nameless, KARI._replace(email="")).person_id is None


def test_without_a_contact_on_the_ticket_nobody_is_named() -> None:
    assert contact(NAMED._replace(contact=""), KARI, ELSEWHERE) == Contact()


@given(st.sampled_from(CustomerMode), st.sets(st.integers(19_000, 19_004)), st.integers(1, 3))
def test_no_link_by_organization_number_shares_a_customer_with_another_code(
    mode: CustomerMode, taken: set[int], many: int
) -> None:
    known = [go_customer(str(10_000 + n))._replace(id=19_000 + n, organization_number=OURS) for n in range(many)]
    candidates = find_candidates(WANTED, known)
    before = decide_link(mode, WANTED, candidates)
    decision = ask_before_sharing(before, candidates, taken)
    if isinstance(before, CustomerLink) and before.customer_id in taken:
        assert numbers(decision) == [candidate.customer.number for candidate in candidates]
    else:
        assert decision == before


def test_a_number_that_another_code_is_linked_to_is_still_the_number() -> None:
    candidates = find_candidates(RegisterCustomer("10018"), [go_customer("10018")])
    linked = decide_link(CustomerMode.NUMBER, RegisterCustomer("10018"), candidates)
    assert isinstance(linked, CustomerLink)
    assert ask_before_sharing(linked, candidates, {linked.customer_id}) == linked

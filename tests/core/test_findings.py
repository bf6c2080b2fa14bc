"""Findings: every code in words in both languages, what an acceptance is bound to, and amounts as people read them."""

from __future__ import annotations

import ast
import doctest
import json
import re
import shlex
import string
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, strategies as st

from posexport.core import finding as finding_module
from posexport.core.finding import (
    ACCEPTABLE,
    Fact,
    Finding,
    Ore,
    Severity,
    format_findings,
    gravest_first,
    parse_findings,
)
from posexport.core.mends import MENDS, NEEDS_NONE, Mend, MendKind, Recipe, list_recipes
from posexport.core.row_plan import RowPlan
from posexport.core.setup_revision import RowAddress
from posexport.texts import commands, moments
from posexport.texts.commands import format_mend, quote_argument, quote_value
from posexport.texts.describe import CODES, TEXTS, fix_of, message_of, tell
from posexport.texts.language import LANGS, Lang, format_kroner
from posexport.views.json import format_finding
from tests.support.each import each
from tests.support.pages import read_pages
from tests.support.strategies import looking

PACKAGE = Path(finding_module.__file__).parents[1]

CONTRACT = [
    "missing-account",
    "missing-vat-code",
    "unbalanced",
    "z-report-mismatch",
    "vat-mismatch",
    "ticket-gap",
    "unexplained-payment",
    "movements-left-out",
    "unknown-register",
    "unknown-account",
    "inactive-account",
    "unknown-department",
    "department-required",
    "vat-code-locked",
    "locked-period",
    "bank-account",
    "changed-after-draft",
    "duplicate-client-key",
    "duplicate-addon",
]
"""The codes that the contract names."""

every_text = each("key", TEXTS)


def test_the_examples_in_the_modules_hold() -> None:
    assert doctest.testmod(finding_module).failed == 0
    assert doctest.testmod(commands).failed == 0
    assert doctest.testmod(moments).failed == 0


# Words


def test_every_code_of_the_contract_has_words() -> None:
    assert set(CONTRACT) - set(CODES) == set()


def test_codes_are_lower_case_words_and_listed_once() -> None:
    assert len(set(CODES)) == len(CODES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", code) for code in CODES)


def test_the_languages_are_norwegian_and_english() -> None:
    assert LANGS == get_args(Lang) == ("nb", "en")


@every_text
def test_every_text_is_there_in_both_languages_and_says_the_same_facts(key: str) -> None:
    assert set(TEXTS[key]) == set(LANGS)
    (nb_message, nb_fix), (en_message, en_fix) = TEXTS[key]["nb"], TEXTS[key]["en"]
    assert fields(nb_message) == fields(en_message)
    assert bool(nb_fix) == bool(en_fix)
    assert fields(nb_fix) == fields(en_fix)


@every_text
def test_every_text_is_a_sentence_and_every_fix_too(key: str) -> None:
    for lang in LANGS:
        message, fix = TEXTS[key][lang]
        assert message.endswith(".")
        assert message[0].isupper() or message.startswith("{")
        assert not fix or fix.endswith(".")
        assert "  " not in message + fix


@every_text
def test_what_can_be_accepted_says_how_in_its_fix_and_what_cannot_does_not(key: str) -> None:
    for lang in LANGS:
        assert ("{accept}" in TEXTS[key][lang][1]) is (key.split("/", maxsplit=1)[0] in ACCEPTABLE)
        accepts = re.search(r"posexport (orders )?accept", fix_of(make(key), lang)) is not None
        assert accepts is (key.split("/", maxsplit=1)[0] in ACCEPTABLE)


@every_text
def test_every_text_can_be_told_with_any_facts_and_leaves_none_out(key: str) -> None:
    for lang in LANGS:
        told = message_of(make(key), lang) + fix_of(make(key), lang)
        names = fields("".join(TEXTS[key][lang])) - mend_names(key) - {"venue", "day", "code"}
        assert all(f"<{name}>" in told for name in names)
        assert not re.search(r"\{\w+\}", told)


def make(key: str) -> Finding:
    """A finding of a wording, each of its facts told as its own name."""
    code, _, variant = key.partition("/")
    names = {name for lang in LANGS for name in fields("".join(TEXTS[key][lang]))} - mend_names(key)
    facts = {name: f"<{name}>" for name in (names | taken_by(key)) - {"venue", "day", "code"}}
    return Finding(code, Severity.ERROR, facts, variant, venue="torget", business_day=date(2026, 11, 20))


def recipes_of(key: str) -> tuple[Recipe, ...]:
    return list_recipes(key, is_acceptable=key.split("/", maxsplit=1)[0] in ACCEPTABLE)


def mend_names(key: str) -> set[str]:
    return {recipe.name for recipe in recipes_of(key)}


def taken_by(key: str) -> set[str]:
    return {fact for recipe in recipes_of(key) for fact in recipe.taken.values()}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def made_anywhere() -> Iterator[tuple[str, str]]:
    """Every code that stands as text in a `Finding(...)` of the package, and the file it stands in."""
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "Finding(" in text else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                for part in ast.walk(node.args[0]) if node.args else ():
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value, path.name


def test_no_finding_is_made_with_a_code_that_has_no_words() -> None:
    made = list(made_anywhere())
    assert len(made) > 10
    assert [(code, name) for code, name in made if code not in CODES] == []


def test_an_unknown_code_is_a_bug_and_says_which() -> None:
    with pytest.raises(KeyError, match="no-such-code"):
        message_of(Finding("no-such-code", Severity.INFO))


def test_braces_in_a_fact_are_told_as_they_are() -> None:
    found = Finding("unknown-account", Severity.ERROR, {"account": "{other} {0} {{"})
    assert "{other} {0} {{" in message_of(found, "en")


def test_the_venue_and_the_day_are_part_of_the_words_where_they_ask_for_them() -> None:
    found = Finding("no-sales-data", Severity.WARNING, venue="torget", business_day=date(2026, 11, 20))
    assert "20.11.2026" in message_of(found, "nb")
    assert "20 Nov 2026" in message_of(found, "en")
    assert "posexport accept torget 2026-11-20 no-sales-data" in fix_of(found, "nb")


# Mends

ONLY_FOR_MENDS = {
    **{key: {"company"} for key in TEXTS if key.startswith(("order-customer-", "unknown-customer/"))},
    **{
        f"{code}/{wording}": {"company", "customer"}
        for code in ("order-customer-ambiguous", "unknown-customer")
        for wording in ("shared-code", "other-firm")
    },
    "order-customer-vat-free": {"reference"},
    "order-gone": {"number", "register"},
    "order-not-invoiced/waiting": {"reference"},
    "order-not-invoiced/waiting-month": {"reference"},
    "order-changed-after-sending/relinked-kept": {"company"},
    "order-return-customer/other": {"company"},
    "order-return-customer": {"customer", "go_number", "go_number_now", "reference"},
    "order-return-open": {"reference"},
    "order-return-open/itself": {"reference"},
    "order-return-open/not-ordered": {"reference"},
    "order-return-open/unread": {"reference"},
    "order-return-credited": {"reference"},
    "order-return-credited/sent": {"reference"},
    "order-return-credited/invoiced": {"reference"},
    "order-return-credited/correction": {"reference"},
    "order-return-credited/correction-sent": {"reference"},
    "order-unsent": {"reference"},
    "order-unsent/removed": {"reference"},
    "order-same-reference/twins": {"import_id"},
    "same-number-twice": {"import_id", "other_import_id"},
    "same-number-twice/other-register": {"act", "import_id", "other_time"},
    "ticket-changed": {"act"},
    "indivisible-ticket": {"source"},
    "locked-period/revision": {"first_open"},
    "missing-account/other": {"source"},
    "movements-left-out": {"source"},
    "rate-per-100": {"source"},
    "rounding-without-cash": {"source"},
    "rounding-without-cash/many": {"source"},
    "unknown-register": {"company"},
    "unknown-register/not-kept": {"company"},
    "unknown-register/other": {"company"},
    "void-and-reversal/days": {"other_day"},
    "void-and-reversal/sale-days": {"other_day"},
}
"""Facts that no wording tells and a mend needs."""

names_of_shops = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12)


def test_every_wording_has_its_mends_and_nothing_else_has() -> None:
    assert MENDS.keys() == TEXTS.keys()


@every_text
def test_every_finding_has_a_mend_but_for_those_that_are_told_for_the_record(key: str) -> None:
    assert bool(recipes_of(key)) is (key not in NEEDS_NONE)


def test_what_needs_no_mend_is_a_wording_that_asks_for_nothing() -> None:
    assert TEXTS.keys() >= NEEDS_NONE
    assert {re.split(r"\.", TEXTS[key]["en"][1])[0] for key in NEEDS_NONE} == {"", "Nothing"}


NAMED_ACTS = {
    MendKind.IMPORT_FILE: r"\b[Ii]mport (the|what|a|it)\b",
    MendKind.ASK_VENDOR: r"the register's vendor",
    MendKind.CORRECT_IN_REGISTER: r"(tickets?|are) in the register\b|on the ticket|VAT codes there|training mode",
    MendKind.OPEN_IN_LEDGER: (
        r"\b[Bb]ook (it|the \w+) by |the day there|[Ll]ook at it in Go|"
        r"\b([Oo]pen|[Cc]reate|[Ff]ind|[Ll]ook for|[Ll]ook at voucher|[Dd]elete|[Uu]nlock|[Mm]end it)\b.* in Go\b"
    ),
}
"""By the mend, how the English words name an act for which there is nothing to type."""


@every_text
@each("kind", NAMED_ACTS)
def test_what_the_words_tell_a_person_to_do_is_a_mend_too(key: str, kind: MendKind) -> None:
    kinds = {recipe.kind for recipe in recipes_of(key)}
    told = TEXTS[key]["en"][1]
    if re.search(NAMED_ACTS[kind], told):
        assert kind in kinds, told


@every_text
def test_every_mend_in_the_setup_says_where(key: str) -> None:
    for mend in make(key).mends:
        if mend.kind is MendKind.SET_KEY:
            assert {"table", "key"} <= mend.facts.keys()
            has_no_venue = key.startswith("unknown-register")  # whose the register is, is what is not known
            assert mend.facts["table"] != "venue" or "venue" in mend.facts or has_no_venue
        assert "" not in mend.facts.values() or key.startswith("unknown-register")


def test_every_kind_of_mend_is_named_for_programs_and_made_of_some_finding() -> None:
    pages = read_pages()
    assert [kind.value for kind in MendKind if f"`{kind.value}`" not in pages] == []
    made = {recipe.kind for key in TEXTS for recipe in recipes_of(key)}
    assert made == set(MendKind)


@every_text
def test_every_fact_of_a_mend_is_the_findings_own(key: str) -> None:
    told = fields("".join(part for lang in LANGS for part in TEXTS[key][lang])) - mend_names(key)
    assert taken_by(key) - told - ONLY_FOR_MENDS.get(key, set()) <= {"venue", "day", "code"}


@every_text
def test_a_mends_name_is_one_mends_alone_and_no_facts(key: str) -> None:
    names = [recipe.name for recipe in recipes_of(key)]
    assert len(set(names)) == len(names)
    assert not set(names) & (taken_by(key) | fields(TEXTS[key]["nb"][0]))


@every_text
def test_every_command_that_a_wording_names_is_there_to_be_typed(key: str) -> None:
    named = fields(TEXTS[key]["nb"][1]) & mend_names(key)
    for mend in make(key).mends:
        for lang in LANGS:
            assert bool(format_mend(mend, lang)) or mend.name not in named


@every_text
def test_what_is_so_tells_nobody_to_type_anything(key: str) -> None:
    for lang in LANGS:
        told = message_of(make(key), lang)
        assert not re.search(r"posexport |\[\[|\.toml|\[company|--\w|\{\w+\}", told)


@every_text
def test_what_needs_something_to_be_typed_says_so_nowhere_but_in_its_mends(key: str) -> None:
    for lang in LANGS:
        assert "[[" not in TEXTS[key][lang][1]
        assert not re.search(r"posexport [a-z]+ (\{|--)|posexport (setup|accept|export|resolve)", TEXTS[key][lang][1])


def test_every_code_that_can_be_accepted_has_the_mend_and_no_other_has() -> None:
    with_accept = {key.split("/")[0] for key in TEXTS if any(mend.kind is MendKind.ACCEPT for mend in make(key).mends)}
    assert with_accept == ACCEPTABLE


def test_what_somebody_took_responsibility_for_has_nothing_left_to_mend() -> None:
    found = make("z-report-mismatch/total")
    assert found.mends[-1].kind is MendKind.ACCEPT
    settled = replace(found, severity=Severity.INFO)
    assert (settled.mends, fix_of(settled, "nb"), fix_of(settled, "en")) == ((), "", "")
    assert replace(make("not-transferred"), severity=Severity.INFO).mends == ()
    assert replace(make("movements-left-out"), severity=Severity.INFO).mends != ()


def test_mends_are_data_in_a_findings_json_beside_its_words() -> None:
    facts: dict[str, Fact] = {"source": "330", "name": "Cocktails", "vat_code": "3", "amount": Ore(18_900)}
    found = Finding("missing-account", Severity.ERROR, facts, "sale", venue="torget", business_day=date(2026, 11, 21))
    told = json.loads(json.dumps(format_finding(found, "en")))
    assert told["mends"] == [{"kind": "set-account", "product_type": "330", "vat_code": "3"}]
    assert told["fix"].endswith('accounts = { "3" = "…" }, and run posexport setup apply FILE.')
    mismatch = replace(make("z-report-mismatch/tip"), venue="brygga")
    assert format_finding(mismatch)["mends"][-1] == {
        "kind": "accept",
        "venue": "brygga",
        "day": "2026-11-20",
        "code": "z-report-mismatch",
    }


def test_a_mend_is_about_the_business_day_where_a_fact_called_day_is_another() -> None:
    facts: dict[str, Fact] = {"lock_date": "2026-10-31", "day": "2026-10-30", "first_open": "2026-11-01"}
    found = Finding("locked-period", Severity.ERROR, facts, "revision", "torget", date(2026, 10, 29))
    assert "30 Oct 2026" in message_of(found, "en")
    assert "30.10.2026" in message_of(found, "nb")
    assert "--from 2026-10-29 --to 2026-10-29 --dated 2026-11-01." in fix_of(found)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("TK-1", "TK-1"),
        ("Bodø_2", "Bodø_2"),
        ("Kasse 1", '"Kasse 1"'),
        ("", '""'),
        ("Per's", '"Per\'s"'),
        ("a;b", '"a;b"'),
        ("50 $", "'50 $'"),
        ('5"', "'5\"'"),
    ],
)
def test_an_argument_is_quoted_where_it_has_to_be(text: str, quoted: str) -> None:
    assert quote_argument(text) == quoted


@looking(200)
@given(names_of_shops, names_of_shops)
def test_a_shell_reads_a_command_as_it_was_meant(register: str, number: str) -> None:
    facts: dict[str, str | int] = {"venue": "torget", "day": "2026-11-20", "register": register, "number": number}
    read = shlex.split(format_mend(Mend(MendKind.WITHDRAW_TICKET, facts), "nb"))
    assert read[:3] == ["posexport", "tickets", "withdraw"]
    assert [word for word in read[3:] if word not in ("--why", "…", "--")] == [
        word for word in ("torget", "2026-11-20", register, number) if word not in ("--why", "…", "--")
    ]
    if register.startswith("-") or number.startswith("-"):
        assert read.index("--") < read.index("torget")


@looking(200)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_a_setup_file_reads_a_value_as_it_was_meant(text: str) -> None:
    assert tomllib.loads(f"code = {quote_value(text)}") == {"code": text}


def test_a_register_with_a_blank_in_its_name_can_be_typed_as_it_is_told() -> None:
    facts: dict[str, Fact] = dict.fromkeys(("time", "amount", "other_file", "file"), "x")
    facts |= {"register": "Kasse 1", "number": "42"}
    found = Finding("no-longer-in-file", Severity.ERROR, facts, venue="torget", business_day=date(2026, 11, 20))
    assert 'posexport tickets withdraw torget 2026-11-20 "Kasse 1" 42 --why "…".' in fix_of(found)


# Severity


def test_only_errors_hold() -> None:
    assert [Finding("x", severity).holds for severity in Severity] == [True, False, False]


def test_findings_are_told_the_gravest_first_and_else_in_their_own_order() -> None:
    error, warning, info = (Finding("x", severity) for severity in Severity)
    another = Finding("y", Severity.WARNING)
    assert gravest_first([info, another, error, warning]) == (error, another, warning, info)
    assert gravest_first(iter([])) == ()


# What an acceptance is bound to

FACTS: dict[str, Fact] = {"register": "1", "z_number": "41", "z_amount": Ore(100), "amount": Ore(90)}


def test_a_digest_is_the_same_tomorrow() -> None:
    """Acceptances are stored by it: a change here makes every one of them void."""
    found = Finding("z-report-mismatch", Severity.ERROR, FACTS, "total")
    assert found.digest == "613efd18485476d1"


def test_a_digest_does_not_ask_for_severity_order_place_or_how_an_amount_is_told() -> None:
    found = Finding("z-report-mismatch", Severity.ERROR, FACTS, "total")
    same = [
        replace(found, severity=Severity.INFO),
        replace(found, facts=dict(reversed(FACTS.items()))),
        replace(found, venue="torget", business_day=date(2026, 11, 20)),
        replace(found, facts={**FACTS, "amount": 90}),
    ]
    assert {other.digest for other in same} == {found.digest}


def test_another_code_wording_or_figure_is_another_digest() -> None:
    found = Finding("z-report-mismatch", Severity.ERROR, FACTS, "total")
    others = [
        replace(found, code="vat-mismatch"),
        replace(found, variant="sale"),
        replace(found, facts={**FACTS, "amount": Ore(91)}),
        replace(found, facts={**FACTS, "code_of": ""}),
        replace(found, facts={}),
    ]
    assert len({other.digest for other in [found, *others]}) == 6


@looking(200)
@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=6), st.integers(-99, 99).map(Ore) | st.text(max_size=8)))
def test_a_digest_is_short_and_does_not_depend_on_the_order_of_facts(facts: dict[str, Ore | str]) -> None:
    one = Finding("x", Severity.INFO, facts)
    other = Finding("x", Severity.INFO, dict(reversed(facts.items())))
    assert one.digest == other.digest
    assert re.fullmatch(r"[0-9a-f]{16}", one.digest)


# Amounts


@pytest.mark.parametrize(
    ("amount_ore", "nb", "en"),
    [
        (0, "0,00", "0.00"),
        (-5, "-0,05", "-0.05"),
        (99_999, "999,99", "999.99"),
        (100_000, "1\xa0000,00", "1,000.00"),
        (-123_456_789, "-1\xa0234\xa0567,89", "-1,234,567.89"),
    ],
)
def test_kroner_are_told_as_the_reader_writes_them(amount_ore: int, nb: str, en: str) -> None:
    assert (format_kroner(amount_ore), format_kroner(amount_ore, "en")) == (nb, en)
    assert (tell(Ore(amount_ore), "nb"), tell(Ore(amount_ore), "en")) == (nb, en)


@looking(200)
@given(st.integers(-(10**12), 10**12))
def test_kroner_told_can_be_read_back(amount_ore: int) -> None:
    told = format_kroner(amount_ore, "nb").replace("\xa0", "").replace(",", "")
    assert int(told) == amount_ore


def test_a_count_is_told_as_a_number_and_text_as_it_is() -> None:
    assert (tell(1_234, "nb"), tell("00123", "en")) == ("1234", "00123")


def test_what_poweroffice_said_of_a_voucher_is_kept_word_for_word() -> None:
    said = (
        Finding("unknown-account", Severity.ERROR, {"account": "3999"}),
        Finding("department-required", Severity.ERROR, {"account": "3905", "name": "Tilskudd «æøå»"}),
    )
    assert parse_findings(format_findings(said)) == said


def test_a_key_names_the_row_of_its_own_table_only() -> None:
    row = RowPlan(RowAddress("payment_type", "VIPPS", "torget"))
    required = replace(make("department-required"), row=row)
    assert all("row" not in mend.facts for mend in required.mends)
    rated = replace(make("rate-per-100"), row=row)
    assert [mend.facts.get("row") for mend in rated.mends] == ["venue:torget/payment_type:VIPPS", None, None]
    assert '[[company.venue.payment_type]] with code = "<source>"' in fix_of(rated, "en")


def test_a_key_of_a_payment_type_that_nobody_knows_names_no_code() -> None:
    found = make("rounding-without-cash")
    found = replace(found, facts={**found.facts, "source": ""})
    assert "code" not in found.mends[1].facts
    assert "cash = true under [[company.payment_type]] in the setup" in fix_of(found, "en")

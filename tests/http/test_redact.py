"""What covers secrets: in whatever form, at whatever place, without touching anything else, and cheaply."""

from __future__ import annotations

import base64
import html
import json
import random
import re
import string
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, strategies as st

from posexport.http import redact
from posexport.http.redact import COVER, Redactor, basic_secret
from tests.support.each import each

KEY = "7c1d90be-44a5-5f0a-9b1e-5d2f03aa81c6"
TOKEN = "eyJhbGciOiJSUzI1NiJ9." + "".join(
    random.Random(1).choices(string.ascii_letters + string.digits + "-_", k=3_600)
)

FORMS: dict[str, Callable[[str], str]] = {
    "itself": str,
    "capitals": str.upper,
    "small letters": str.lower,
    "json": lambda secret: json.dumps(secret)[1:-1],
    "json with every character escaped": lambda secret: "".join(f"\\u{ord(c):04x}" for c in secret),
    "backslashed hex": lambda secret: "".join(f"\\x{ord(c):02X}" for c in secret),
    "octal": lambda secret: "".join(f"\\{ord(c):03o}" for c in secret),
    "an address": lambda secret: quote(secret, safe=""),
    "a form": quote_plus,
    "an address with every character escaped": lambda secret: "".join(f"%{ord(c):02x}" for c in secret),
    "an address twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "a page": html.escape,
    "entities": lambda secret: "".join(f"&#{ord(c)};" for c in secret),
    "hex entities": lambda secret: "".join(f"&#X{ord(c):04X};" for c in secret),
    "entities without semicolons": lambda secret: "".join(f"&#{ord(c):07d}" for c in secret),
    "entities of entities": lambda secret: "".join(f"&amp;#{ord(c)};" for c in secret),
    "a page in json": lambda secret: json.dumps("".join(f"&#{ord(c)};" for c in secret))[1:-1],
    "every other character escaped": lambda secret: "".join(
        f"%{ord(c):02X}" if place % 2 else c for place, c in enumerate(secret)
    ),
    "hex": lambda secret: secret.encode().hex(),
    "hex in capitals": lambda secret: secret.encode().hex().upper(),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 without padding": lambda secret: base64.b64encode(secret.encode()).decode().rstrip("="),
    "base64 for addresses": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "base64 behind one character": lambda secret: base64.b64encode(f"x{secret}".encode()).decode(),
    "base64 of a header": lambda secret: base64.b64encode(f"Bearer {secret}\r\n".encode()).decode(),
    "base64 between others": lambda secret: base64.b64encode(f"ab:{secret}:cd".encode()).decode(),
}


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def percent(text: str) -> str:
    return quote(text, safe="")


def percent_all(text: str) -> str:
    return "".join(f"%{ord(c):02X}" for c in text)


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def entities(text: str) -> str:
    return "".join(f"&#{ord(c)};" for c in text)


ONCE: dict[str, Callable[[str], str]] = {
    "base64": b64,
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 behind two": lambda text: b64(f"k={text}&x"),
    "hex": lambda text: text.encode().hex(),
    "hex in capitals": lambda text: text.encode().hex().upper(),
    "an address": percent,
    "a form": quote_plus,
    "every character percent": percent_all,
    "a page": html.escape,
    "entities": entities,
    "json": in_json,
}
HIDES = ("every character percent", "entities")
"""What leaves no letter as it was: within base64 or hex nobody writes it, and it is not looked for."""
TWICE = [
    (outer, inner) for outer in ONCE for inner in ONCE if not (inner in HIDES and ("base64" in outer or "hex" in outer))
]

LONG_FORMS: dict[str, Callable[[str], str]] = {
    "base64 in lines": lambda secret: base64.encodebytes(f"Authorization: Bearer {secret}".encode()).decode(),
    "base64 in lines in json": lambda secret: json.dumps(base64.encodebytes(secret.encode()).decode())[1:-1],
    "hex apart": lambda secret: secret.encode().hex(" "),
    "hex with colons": lambda secret: secret.encode().hex(":").upper(),
    "without separators": lambda secret: re.sub("[^0-9a-zA-Z]", "", secret),
}


def letters_of(secret: str) -> str:
    return re.sub("[^0-9a-z]", "", secret.lower())


@each("form", FORMS)
@each("secret", [KEY, TOKEN, 'Zx9"k&%2+/<~', "hunter 2+2", basic_secret(KEY, KEY[::-1])])
def test_a_secret_is_covered_in_every_form(form: str, secret: str) -> None:
    written = FORMS[form](secret)
    told = Redactor((secret, "other-secret-key"))(f"<p>før: {written} etter</p>")
    assert told == f"<p>før: {COVER} etter</p>"


@each("way", TWICE)
@each("secret", [KEY, TOKEN, 'Zx9"k&%2+/<~', "q8w7e6r5", basic_secret(KEY, "ÿ?~>ÿ?~>")])
def test_a_secret_that_is_encoded_twice_is_covered(way: tuple[str, str], secret: str) -> None:
    outer, inner = way
    written = ONCE[outer](ONCE[inner](secret))
    told = Redactor((secret, "other-secret-key"))(f"<p>før: {written} etter</p>")
    assert told == f"<p>før: {COVER} etter</p>"


@pytest.mark.parametrize("way", [(b64, b64, percent), (b64, percent, percent), (html.escape, in_json, percent, b64)])
@pytest.mark.parametrize("secret", [KEY, TOKEN])
def test_what_a_gateway_makes_of_a_secret_on_several_ways_is_covered(way: Any, secret: str) -> None:
    written = secret
    for encode in way:
        written = encode(written)
    assert Redactor((secret,))(f"told: {written}.") == f"told: {COVER}."


@given(
    st.text(string.ascii_letters + string.digits + string.punctuation, min_size=8, max_size=60),
    st.sampled_from(TWICE),
    st.text(max_size=10),
    st.text(max_size=10),
)
def test_a_secret_that_is_encoded_twice_is_never_left(
    secret: str, ways: tuple[str, str], before: str, after: str
) -> None:
    written = ONCE[ways[0]](before + ONCE[ways[1]](secret) + after)
    told = Redactor((secret,))(f"({written})")
    assert COVER in told or written in f"({COVER})"


@pytest.mark.parametrize("form", LONG_FORMS)
@pytest.mark.parametrize("secret", [KEY, TOKEN])
def test_neither_line_breaks_nor_separators_hide_a_secret(form: str, secret: str) -> None:
    told = Redactor((secret,))(f"[{LONG_FORMS[form](secret)}]")
    assert COVER in told
    assert len(told) < len(secret) / 10 + 40


@given(
    st.text(string.ascii_letters + string.digits + string.punctuation, min_size=8, max_size=80),
    st.sampled_from(sorted(FORMS)),
    st.text(max_size=20),
    st.text(max_size=20),
)
@example("0000%00<", "a page", "", "")
@example("&lt;%41\\u0041&", "a page", "", "")
def test_whatever_stands_around_it_a_secret_is_never_left(secret: str, form: str, before: str, after: str) -> None:
    written = FORMS[form](secret)
    told = Redactor((secret,))(f"{before} {written} {after}")
    assert written not in told or written in f"{before} {COVER} {after}"


@given(st.text(max_size=300), st.lists(st.text(string.ascii_letters + string.digits, min_size=24, max_size=60)))
def test_a_text_without_secrets_is_told_as_it_is(text: str, secrets: list[str]) -> None:
    is_there = any(letters_of(secret)[:20] in letters_of(text) for secret in secrets)
    assert is_there or Redactor(tuple(secrets))(text) == text


@pytest.mark.parametrize("length", [70, 200, 1_000, 3_000])
@pytest.mark.parametrize("form", ["itself", "hex", "base64", "entities"])
def test_a_token_is_covered_as_far_as_it_goes_where_it_is_told_shortened(length: int, form: str) -> None:
    told = Redactor((TOKEN,))(f"the token {FORMS[form](TOKEN[:length])}... is none")
    assert told.startswith(f"the token {COVER}")
    assert len(told) < 45


def test_what_a_text_says_beside_a_secret_stays_letter_for_letter() -> None:
    text = f"Søren's 100 % &amp; \\u00e5 {KEY} k\u00f8stet 7c1d90be-44a5 {KEY.upper()}, %F8"
    assert Redactor((KEY,))(text) == f"Søren's 100 % &amp; \\u00e5 {COVER} k\u00f8stet 7c1d90be-44a5 {COVER}, %F8"


def test_two_keys_that_begin_alike_are_both_covered_and_a_third_is_not() -> None:
    first, second, third = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2, 3))
    assert Redactor((first, second))(f"{first} {second} {third}") == f"{COVER} {COVER} {third}"


@pytest.mark.parametrize("key", ["a", "e", "Go", "in", "r3d", "voucher"])
def test_a_short_key_is_covered_as_a_whole_word_and_scrambles_no_other(key: str) -> None:
    text = "PowerOffice Go's vouchers: a day is in redone, r3d-2 e.g. voucher 17"
    told = Redactor((key,))(text)
    words = re.findall(r"\w+", text)
    assert re.findall(r"\w+", told) == [word for word in words if word.lower() != key.lower()]
    assert told.count(COVER) == sum(word.lower() == key.lower() for word in words)


def test_a_short_key_is_covered_in_escapes_too() -> None:
    assert Redactor(("k!7",))("key=k%217&x &#107;&#33;7 ak!7") == f"key={COVER}&x {COVER} ak!7"


def test_nothing_to_cover_leaves_a_text_alone() -> None:
    assert Redactor(("", ""))("nothing to hide") == "nothing to hide"
    assert Redactor((KEY,))("") == ""


# What it costs


def test_a_text_costs_the_same_beside_one_token_as_beside_sixteen_and_tokens_are_prepared_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = random.Random(2)
    tokens = tuple("".join(made.choices(string.ascii_letters + string.digits + "-_.", k=3_600)) for _ in range(16))
    text = "HTTP 400 application/problem+json " + '{"title": "One or more validation errors occurred."}' * 40
    bare = letters_of(text)
    looked_up: list[bytes] = []
    compared: list[bytes] = []
    prepare, measure = redact._prepare, redact._measure

    class Grams(dict[bytes, Any]):
        def __contains__(self, gram: object) -> bool:
            looked_up.append(gram)  # type: ignore[arg-type]
            return super().__contains__(gram)

    def watched(secrets: tuple[str, ...]) -> redact._Wanted:
        wanted = prepare(secrets)
        return wanted._replace(grams=Grams(wanted.grams))

    def measured(bare: bytes, at: int, form: bytes) -> int:
        compared.append(form)
        return measure(bare, at, form)

    for secrets in ((KEY, tokens[0]), (KEY, *tokens)):
        Redactor(secrets)("once")
        looked_up.clear()
        with monkeypatch.context() as patched:
            patched.setattr(redact, "_prepare", watched)
            patched.setattr(redact, "_measure", measured)
            patched.setattr(base64, "b64encode", lambda raw: pytest.fail("a secret was written again"))
            patched.setattr(re, "compile", lambda *arguments: pytest.fail("a pattern was made for one text"))
            assert Redactor(secrets)(text) == text
        assert len(looked_up) == -(-len(bare) // redact.APART)
        assert max(map(len, looked_up)) == redact.GRAM_LENGTH
    assert not compared

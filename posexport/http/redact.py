"""Redacts secrets in any encoding, in whatever is kept or shown of an answer.

A text is searched as it is, and with its escapes resolved (entities, percent signs, backslashes, also nested). Searched
for are each secret itself, its base64 and its hex, and each of these (or their URL, HTML or JSON escaping) within
another base64 or hex. Long forms are compared by letters and digits only, so that line breaks or separators hide none.
For speed, the text is not searched once per form: a few characters at every ninth position are looked up in one table
of the beginnings of all forms. So the cost does not depend on how many tokens there are or how long they are.
"""

from __future__ import annotations

import base64
import html
import json
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import compress
from typing import NamedTuple
from urllib.parse import quote, quote_plus

COVER = "•••"
"""The text that replaces a secret."""

WORD_LENGTH_MAX = 7
"""A secret up to this length is redacted only as a whole word: a key of one letter would be found in every word."""

GRAM_LENGTH, APART = 8, 9
"""How many characters are looked up at a time, and at which distance."""

BARE_LENGTH_MIN = GRAM_LENGTH + APART - 1
"""A form with this many letters and digits is searched for by them alone."""

PART_LENGTH_MIN, PART_SHOWN_MIN = 64, 24
"""A form longer than this is redacted also where it is cut off after this much: tokens are often shown shortened."""

NESTED_LENGTH_MAX = 128
"""How many characters of a secret are searched for in nested encodings: the rest of the same hex or base64 is redacted
too."""

READINGS_MAX = 4
"""How many levels of escapes are resolved, counting the text as it came."""

_ALPHANUMERIC = b"0123456789abcdefghijklmnopqrstuvwxyz"
_OTHER = bytes(sorted({*range(256)} - {*_ALPHANUMERIC}))
_IS_ALPHANUMERIC = bytes(byte in _ALPHANUMERIC for byte in range(256))

_KINDS_OF_ESCAPE = (
    r"&(?:#[0-9]{1,12}|#[xX][0-9a-fA-F]{1,10}|[A-Za-z][A-Za-z0-9]{1,31});?",
    r"%(?:[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*|u[0-9a-fA-F]{4})",
    r"\\(?:u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|[0-7]{3}|[\"'\\/bfnrt])",
)
_ESCAPE_SIGNS = "&%\\"
_ESCAPE = re.compile(f"(?=[{re.escape(_ESCAPE_SIGNS)}])(?:{'|'.join(_KINDS_OF_ESCAPE)})")
_ESCAPES_ONE_BY_ONE = tuple(re.compile(kind) for kind in _KINDS_OF_ESCAPE)
_BASE64 = string.ascii_letters + string.digits + "+/-_"
_BASE64_LENGTH_MAX = 32_768
"""How far base64 is redacted on either side of a secret in it."""


@dataclass(frozen=True, slots=True)
class Redactor:
    """Redacts secrets in any encoding. Call it with a text."""

    secrets: tuple[str, ...] = field(repr=False)

    def __call__(self, text: str) -> str:
        """The text with every secret replaced."""
        wanted = _prepare(self.secrets)
        found: list[tuple[int, int]] = []
        for reading in _read_one_by_one(text) if wanted.has_escapes else _read(text):
            spans = [match.span() for word in wanted.words for match in word.finditer(reading.text)]
            spans += [span for form in wanted.short for span in _find_short(reading, form)]
            spans += _find_long(reading, wanted.grams)
            found += [reading.locate(span) for span in spans]
        return _cover(text, found)


def basic_secret(application_key: str, client_key: str) -> str:
    """The application key and client key as HTTP Basic authentication encodes them.

    >>> basic_secret("a", "b")
    'YTpi'
    """
    return base64.b64encode(f"{application_key}:{client_key}".encode()).decode()


def _cover(text: str, found: Iterable[tuple[int, int]]) -> str:
    kept, end = [], 0
    for begin, after in sorted(found):
        if begin >= end:
            kept += [text[end:begin], COVER]
        end = max(end, after)
    return "".join([*kept, text[end:]])


# What is looked for


class _Form(NamedTuple):
    """One way a secret may be written, in lower case. `is_bare`: letters and digits only, compared with the text's
    letters and digits; `is_base64`: the base64 around it is redacted too."""

    text: bytes
    is_bare: bool
    is_base64: bool


class _Wanted(NamedTuple):
    """What to search for: short secrets as words, short forms as they are, and of long forms every piece of their
    beginning with its position. `has_escapes`: a secret itself holds what reads like an escape."""

    words: tuple[re.Pattern[str], ...]
    short: tuple[_Form, ...]
    grams: Mapping[bytes, Sequence[tuple[int, _Form]]]
    has_escapes: bool


@lru_cache(maxsize=32)
def _prepare(secrets: tuple[str, ...]) -> _Wanted:
    own = dict.fromkeys(filter(None, secrets))
    forms = dict.fromkeys(form for secret in own if len(secret) > WORD_LENGTH_MAX for form in _forms_of(secret))
    grams: dict[bytes, list[tuple[int, _Form]]] = {}
    for form in (form for form in forms if form.is_bare):
        for place in range(APART):
            grams.setdefault(form.text[place : place + GRAM_LENGTH], []).append((place, form))
    words = tuple(_word_of(secret) for secret in own if len(secret) <= WORD_LENGTH_MAX)
    has_escapes = any(_ESCAPE.search(secret) for secret in own)
    return _Wanted(words, tuple(form for form in forms if not form.is_bare), grams, has_escapes)


def _word_of(secret: str) -> re.Pattern[str]:
    before = r"(?<!\w)" if re.match(r"\w", secret) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", secret) else ""
    return re.compile(f"{before}{re.escape(secret)}{after}", re.IGNORECASE)


@lru_cache(maxsize=256)
def _forms_of(secret: str) -> tuple[_Form, ...]:
    """Every way a secret may be written: itself, hex, base64 at each of the three alignments; and these, or their URL,
    HTML or JSON escaping, within another hex or base64."""
    raw = secret.encode("utf-8", "surrogatepass")
    is_padded = secret.endswith("=")
    written = [(_fold(secret), is_padded), (raw.hex().encode(), False)]
    if " " in secret:
        written.append((_fold(secret.replace(" ", "+")), is_padded))
    written += [(form, True) for form in _base64_of(raw)]
    for inner in dict.fromkeys(_list_inner(secret[:NESTED_LENGTH_MAX])):
        written += [(form, True) for form in (inner.hex().encode(), *_base64_of(inner))]
    return tuple(_form_of(text, is_base64=is_base64) for text, is_base64 in dict.fromkeys(written))


def _form_of(text: bytes, *, is_base64: bool) -> _Form:
    bare = text.translate(None, _OTHER)
    is_bare = len(bare) >= BARE_LENGTH_MIN
    return _Form(bare if is_bare else text, is_bare, is_base64)


def _list_inner(secret: str) -> Iterator[bytes]:
    """How a secret may be escaped inside hex or base64, other than as itself."""
    raw = secret.encode("utf-8", "surrogatepass")
    for text in _base64_at_each_place(raw):
        yield text
        yield text.replace(b"+", b"-").replace(b"/", b"_")
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    in_json = json.dumps(secret)[1:-1]
    for form in (quote(raw, safe=""), quote_plus(raw), html.escape(secret), in_json):
        if form != secret:
            yield form.encode("utf-8", "surrogatepass")


def _base64_at_each_place(raw: bytes) -> Iterator[bytes]:
    """The part of a secret's base64 that does not depend on the bytes around it, at each of the three alignments."""
    for shift in range(3):
        yield base64.b64encode(bytes(shift) + raw)[(0, 2, 3)[shift] : (shift + len(raw)) * 8 // 6]


def _base64_of(raw: bytes) -> Iterator[bytes]:
    """The same in lower case; in both base64 alphabets where it is too short to leave out + / - _."""
    for text in _base64_at_each_place(raw):
        yield text.lower()
        if len(text.translate(None, b"+/")) < BARE_LENGTH_MIN:
            yield text.replace(b"+", b"-").replace(b"/", b"_").lower()


# Where it is looked for


@dataclass(frozen=True)
class _Reading:
    """A text with `below` levels of escapes resolved; 0 is the text as it came."""

    text: str
    below: _Reading | None = None
    escape: re.Pattern[str] = _ESCAPE

    @cached_property
    def folded(self) -> bytes:
        """The text in lower case, one byte per character."""
        return _fold(self.text)

    @cached_property
    def bare(self) -> bytes:
        """Its letters and digits only."""
        return self.folded.translate(None, _OTHER)

    @cached_property
    def places(self) -> Sequence[int]:
        """The position in `text` of each character of `bare`."""
        return list(compress(range(len(self.text)), self.folded.translate(_IS_ALPHANUMERIC)))

    @cached_property
    def offsets(self) -> Sequence[int]:
        """The position in the text one level below of each character of `text`, and of its end."""
        assert self.below is not None
        offsets: list[int] = []
        end = 0
        for match in self.escape.finditer(self.below.text):
            offsets += range(end, match.start())
            at = match.start()
            for _, length in _resolve(match[0]):
                offsets.append(at)
                at += length
            end = match.end()
        offsets += range(end, len(self.below.text) + 1)
        return offsets

    def locate(self, span: tuple[int, int]) -> tuple[int, int]:
        """A span of this reading as a span of the text as it came."""
        if self.below is None:
            return span
        return self.below.locate((self.offsets[span[0]], self.offsets[span[1]]))


def _read(text: str) -> Iterator[_Reading]:
    reading = _Reading(text)
    for _ in range(READINGS_MAX - 1):
        yield reading
        if not any(sign in reading.text for sign in _ESCAPE_SIGNS):
            return
        resolved = _ESCAPE.sub(_resolve_match, reading.text)
        if resolved == reading.text:
            return
        reading = _Reading(resolved, reading)
    yield reading


def _read_one_by_one(text: str) -> Iterator[_Reading]:
    """As `_read`, and at each level also with the escapes of only one kind resolved: those of the others may be the
    secret's own."""
    level, seen = [_Reading(text)], {text}
    for _ in range(READINGS_MAX):
        yield from level
        resolved = [
            _Reading(escape.sub(_resolve_match, reading.text), reading, escape)
            for reading in level
            for escape in (_ESCAPE, *_ESCAPES_ONE_BY_ONE)
        ]
        level = []
        for reading in resolved:
            if reading.text not in seen:
                seen.add(reading.text)
                level.append(reading)


def _find_short(reading: _Reading, form: _Form) -> Iterator[tuple[int, int]]:
    at = reading.folded.find(form.text)
    while at >= 0:
        end = at + len(form.text)
        yield _widen(reading.text, (at, end)) if form.is_base64 else (at, end)
        at = reading.folded.find(form.text, end)


def _find_long(reading: _Reading, grams: Mapping[bytes, Sequence[tuple[int, _Form]]]) -> Iterator[tuple[int, int]]:
    bare = reading.bare
    hits = [at for at in range(0, len(bare), APART) if bare[at : at + GRAM_LENGTH] in grams] if grams else []
    for at in hits:
        for place, form in grams[bare[at : at + GRAM_LENGTH]]:
            begin = at - place
            length = _measure(bare, begin, form.text) if begin >= 0 else 0
            if length:
                span = (reading.places[begin], reading.places[begin + length - 1] + 1)
                yield _widen(reading.text, span) if form.is_base64 else span


def _measure(bare: bytes, at: int, form: bytes) -> int:
    """How many characters of a form stand at this position; 0 where too few to be sure."""
    if bare.startswith(form, at):
        return len(form)
    known, more = PART_SHOWN_MIN, len(form)
    if more < PART_LENGTH_MIN or not bare.startswith(form[:known], at):
        return 0
    while known < more:
        middle = (known + more + 1) // 2
        if bare.startswith(form[:middle], at):
            known = middle
        else:
            more = middle - 1
    return known


def _widen(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span extended over the adjoining base64 characters and padding."""
    begin, end = span
    before = text[max(0, begin - _BASE64_LENGTH_MAX) : begin]
    after = text[end : end + _BASE64_LENGTH_MAX]
    begin -= len(before) - len(before.rstrip(_BASE64))
    end += len(after) - len(after.lstrip(_BASE64))
    padding = text[end : end + 2]
    return begin, end + len(padding) - len(padding.lstrip("="))


def _fold(text: str) -> bytes:
    return text.encode("ascii", "replace").lower()


def _resolve_match(match: re.Match[str]) -> str:
    return _resolve_text(match[0])


@lru_cache(maxsize=4096)
def _resolve_text(escape: str) -> str:
    return "".join(character for character, _ in _resolve(escape))


def _resolve(escape: str) -> list[tuple[str, int]]:
    """The characters that an escape stands for, each with how many characters of the escape belong to it."""
    if escape[0] == "%" and escape[1] != "u":
        told = bytes.fromhex(escape.replace("%", "")).decode("utf-8", "surrogateescape")
        return [(character, 3 * len(character.encode("utf-8", "surrogateescape"))) for character in told]
    told = html.unescape(escape) if escape[0] == "&" else _resolve_backslash(escape[1:])
    own = [len(escape)] + [0] * (len(told) - 1)
    return list(zip(told, own, strict=True)) if told else []


def _resolve_backslash(name: str) -> str:
    """The character that a backslash escape, or %u, stands for."""
    if name[0] in "ux" and len(name) > 1:
        number = int(name[1:].strip("{}"), 16)
        return chr(number) if number <= 0x10FFFF else ""
    if name[0].isdigit():
        return chr(int(name, 8))
    return " " if name in "bfnrt" else name

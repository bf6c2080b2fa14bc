"""Norwegian organization numbers: their spellings, and their check digit.

Never here: whose number one is. Source: the Register of Business Enterprises (nine digits, the last by modulus 11).
"""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(?:NO)?([0-9]{9})(?:MVA)?\Z")
_BETWEEN = re.compile(r"[\s.\-]+")
_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def bare_organization_number(text: str) -> str:
    """The nine digits in `text`, where it has nothing else but NO, MVA, spaces, dots and hyphens; otherwise "".

    >>> bare_organization_number("NO 974 760 673 MVA"), bare_organization_number("97476067")
    ('974760673', '')
    """
    written = _WRITTEN.match(_BETWEEN.sub("", text).upper())
    return written.group(1) if written else ""


def has_right_check_digit(digits: str) -> bool:
    """Whether the last of nine digits fits the others.

    999999999, the tax authority's example and everyone's placeholder, keeps the rule too: 9 times the weights' sum
    of 32 is 288, 2 more than a multiple of 11, and 11 - 2 is 9. It needs no exception.
    """
    rest = sum(int(digit) * weight for digit, weight in zip(digits[:8], _WEIGHTS, strict=True)) % 11
    return int(digits[8]) == (11 - rest) % 11


def find_wrong_check_digit(text: str) -> str:
    """The nine digits in `text` where only their check digit is wrong; otherwise "".

    >>> find_wrong_check_digit("NO 974 760 674 MVA"), find_wrong_check_digit("974760673")
    ('974760674', '')
    """
    digits = bare_organization_number(text)
    return digits if digits and not has_right_check_digit(digits) else ""


def parse_organization_number(text: str) -> str:
    """Nine digits with a right check digit, "" for anything else.

    >>> parse_organization_number("no 999.999.999 mva"), parse_organization_number("999999998")
    ('999999999', '')
    """
    digits = bare_organization_number(text)
    return digits if digits and has_right_check_digit(digits) else ""

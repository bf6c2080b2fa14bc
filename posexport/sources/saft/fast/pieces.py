"""Cuts a SAF-T file into pieces: each apparent ticket by itself, and what lies between.

What looks like a ticket may be something else (inside a comment, say); only the parser, fed with everything before it,
knows. Never here: what a ticket contains. Units: bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_SPACE = b" \t\r\n"
_TICKET_BYTES_MAX = 1024 * 1024
"""A longer ticket goes to the parser in chunks, rather than being collected first."""


def cut_tickets(chunks: Iterable[bytes], prefix: bytes) -> Iterator[tuple[bytes, bool]]:
    """The file in pieces, each with whether it is a ticket, from the white space before its start tag to its end.
    `prefix`: that of its elements' names, with the colon, where they have one.

    >>> list(cut_tickets([b"<r> <cashtransaction>", b"</cashtransaction></r>"], b""))
    [(b'<r>', False), (b' <cashtransaction></cashtransaction>', True), (b'</r>', False)]
    """
    begin, end = b"<%bcashtransaction>" % prefix, b"</%bcashtransaction>" % prefix
    held = b""
    for chunk in chunks:
        data = held + chunk if held else chunk
        at = 0
        while (start := data.find(begin, at)) >= 0 and (stop := data.find(end, start)) >= 0:
            between = data[at:start].rstrip(_SPACE)
            if between:
                yield between, False
            yield data[at + len(between) : stop + len(end)], True
            at = stop + len(end)
        between = data[at : start if start >= 0 else _find_begun(data, at, len(begin))].rstrip(_SPACE)
        if len(data) - at - len(between) > _TICKET_BYTES_MAX:
            between = data[at:]
        if between:
            yield between, False
        held = data[at + len(between) :]
    if held:
        yield held, False


def _find_begun(data: bytes, at: int, length: int) -> int:
    """Where an incomplete tag of up to this length may begin, at the end of the data."""
    begun = data.rfind(b"<", max(at, len(data) - length + 1))
    return begun if begun >= 0 else len(data)


class Skipped:
    r"""Stands in for pieces that the parser is not fed: a comment with as many lines, whose last line is as long, so
    that the parser's line and column numbers stay right.

    >>> skipped = Skipped()
    >>> skipped.add(b"<cashtransaction>\n</cashtransaction>")
    >>> skipped.take()
    b'<!--\n               -->'
    """

    def __init__(self) -> None:
        self.lines = self.columns = 0

    def add(self, piece: bytes) -> None:
        """Add a skipped piece; it is longer than an empty comment."""
        last = piece.rfind(b"\n") + 1
        columns = len(piece) - last if piece.isascii() else len(piece[last:].decode())
        if last:
            self.lines += piece.count(b"\n", 0, last)
            self.columns = columns
        else:
            self.columns += columns

    def take(self) -> bytes:
        """The comment, and start anew; empty where nothing was skipped."""
        lines, columns = self.lines, self.columns
        self.lines = self.columns = 0
        if not columns:
            return b""
        return b"<!--" + b"\n" * lines + b" " * (columns - (3 if lines else 7)) + b"-->"


def strip_prefix(piece: bytes, prefix: bytes) -> bytes:
    """A piece without the namespace prefix of its names; unchanged where a name has another prefix or none."""
    if not prefix or piece.count(b"<" + prefix) + piece.count(b"</" + prefix) != piece.count(b"<"):
        return piece
    return piece.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")

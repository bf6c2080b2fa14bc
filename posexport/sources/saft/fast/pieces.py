"""A SAF-T file in pieces: each whole ticket, as far as its bytes tell, by itself, and what lies between them.

What looks like a ticket may be anything, inside a comment, say: whether it is one only the parser knows that has been
fed what came before. Never here: what a ticket says. Units: bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_SPACE = b" \t\r\n"
_TICKET_BYTES_MAX = 1024 * 1024
"""A longer one goes to the parser as it comes, rather than being waited for."""


def cut_tickets(chunks: Iterable[bytes], prefix: bytes) -> Iterator[tuple[bytes, bool]]:
    """Pieces that make up the file, and whether each is a ticket, from the white space before its begin to its end.
    `prefix` is that of its elements' names, with the colon, where they have one.

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
    """Where a tag of this length may begin that has not ended."""
    begun = data.rfind(b"<", max(at, len(data) - length + 1))
    return begun if begun >= 0 else len(data)


class Skipped:
    """What the parser is not fed: it gets a comment that takes up the same lines, and as much of the last, so that
    its lines and columns stay right.

    >>> skipped = Skipped()
    >>> skipped.add(b"<cashtransaction>\\n</cashtransaction>")
    >>> skipped.take()
    b'<!--\\n               -->'
    """

    def __init__(self) -> None:
        self.lines = self.columns = 0

    def add(self, piece: bytes) -> None:
        """A piece, which is longer than a comment."""
        last = piece.rfind(b"\n") + 1
        columns = len(piece) - last if piece.isascii() else len(piece[last:].decode())
        if last:
            self.lines += piece.count(b"\n", 0, last)
            self.columns = columns
        else:
            self.columns += columns

    def take(self) -> bytes:
        """The comment, once; empty where nothing was skipped."""
        lines, columns = self.lines, self.columns
        self.lines = self.columns = 0
        if not columns:
            return b""
        return b"<!--" + b"\n" * lines + b" " * (columns - (3 if lines else 7)) + b"-->"


def strip_prefix(piece: bytes, prefix: bytes) -> bytes:
    """A piece without the prefix of its names; as it is where some name has none, or another."""
    if not prefix or piece.count(b"<" + prefix) + piece.count(b"</" + prefix) != piece.count(b"<"):
        return piece
    return piece.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")

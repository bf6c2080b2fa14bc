"""One authorized request, and the state it may touch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from . import oauth
from .ledger import Company, Draft, DraftLine, Kind, Page, Stored
from .orders import Order
from .wire import Refused, Request, instant

if TYPE_CHECKING:
    from .books import Books


@dataclass(frozen=True, slots=True)
class Call:
    """One authorized request, with what v1 and v2 need to answer it."""

    world: Books
    company: Company
    token: oauth.Token
    request: Request
    now_s: float
    received: list[Draft | Order]

    @property
    def replica_s(self) -> float:
        """The time (epoch s) whose state a read sees."""
        return self.now_s - self.world.replica_lag_s

    @property
    def numbered_s(self) -> float:
        """The time (epoch s) up to which posted vouchers have their number in what a read sees."""
        return self.replica_s - self.world.voucher_no_lag_s

    def is_fresh(self, stored: Stored) -> bool:
        """Whether attaching documentation to it still gets a 404."""
        return self.now_s < stored.created_at_s + self.world.fresh_s

    def find(self, draft_id: str, *kinds: Kind, own: bool = False) -> Stored | None:
        """The stored draft, for a write: without lag. None where there is none."""
        stored = self.company.stored.get(draft_id.lower())
        if stored is None or stored.deleted_at_s is not None or stored.draft.kind not in kinds:
            return None
        if own and stored.draft.application_key != self.token.key.application_key:
            return None
        return stored

    def read(self, draft_id: str, *kinds: Kind, own: bool = False) -> Stored | None:
        """The stored draft as the replica has it; None where it has none."""
        stored = self.company.stored.get(draft_id.lower())
        if stored is None or stored.draft.kind not in kinds or not stored.is_seen_at(self.replica_s):
            return None
        if own and stored.draft.application_key != self.token.key.application_key:
            return None
        return stored

    def receive(
        self,
        kind: Kind,
        draft_id: str,
        *,
        reference: str | None,
        description: str | None,
        voucher_date: date,
        lines: tuple[DraftLine, ...],
        wire: bytes,
        posted: bool = False,
    ) -> Stored:
        """Store a received draft or voucher and notify `on_draft`. Raises `Refused` where the page was set to refuse
        it."""
        self.check_not_refused("voucher")
        api: Literal["v1", "v2"] = "v1" if kind == "import" else "v2"
        key = self.token.key
        draft = Draft(
            api=api,
            kind=kind,
            id=draft_id,
            client_id=key.client_id,
            application_key=key.application_key,
            integration=key.integration,
            reference=reference,
            description=description,
            voucher_date=voucher_date,
            lines=lines,
            created_at=instant(self.now_s),
        )
        stored = Stored(draft, self.now_s, wire)
        self.world.store(self.company, stored)
        if posted:
            self.world.mark_posted(self.company, stored, self.now_s)
        self.received.append(stored.draft)
        return stored

    def check_not_refused(self, what: str) -> None:
        """Raises `Refused` where the page was set to refuse the next voucher or order."""
        if self.world.next_voucher == "refuse":
            self.world.next_voucher = ""
            raise Refused(f"The sandbox was told to refuse this {what}.")

    def add_page(self, stored: Stored, name: str, content_type: str, size: int, sha256: str) -> Page:
        number = 1 + max((found.id for found in stored.draft.pages), default=0)
        added = Page(number, name, content_type, size, sha256, instant(self.now_s))
        stored.draft = replace(stored.draft, pages=(*stored.draft.pages, added))
        return added

    def replace_pages(self, stored: Stored, name: str, size: int, sha256: str) -> None:
        """Replace all documentation by this PDF."""
        added = self.add_page(stored, name, "application/pdf", size, sha256)
        stored.draft = replace(stored.draft, pages=(added,))

"""Every failure posexport names, and who must act on it.

    PosexportError                  exit
    ├── ReportNotMade                1   a voucher's PDF, which must not stop anything else
    ├── OperatorError                2   wrong usage, setup file or unreadable input
    │   ├── UsageError                   a command asked for something that is not there
    │   │   └── DatabaseAway         5   its database is in use, or its server does not answer: it may be up again soon
    │   ├── SetupRefused                 a setup file, or a change of the setup, with one or more faults
    │   ├── SetupChangedSince            somebody else saved the setup since it was looked at
    │   ├── UnreadableSales              a sales file that cannot be read, with its place
    │   ├── MissingSecret                an env: or file: reference that leads nowhere
    │   ├── ClientKeyShared              two venues with one client key
    │   └── KeyTooShort                  a key that is none of PowerOffice Go's
    ├── PowerOfficeRefused           4   the integrator: keys, privileges, a 4xx; never retried
    │   ├── KeysRefused                  the token call, or the gateway, says no
    │   ├── PrivilegeMissing             403, or a 400 "Missing privilege"
    │   └── VoucherRefused               PowerOffice read the voucher and would not have it
    ├── PowerOfficeUnavailable       5   nobody: wait, nothing is lost, run it again
    │   ├── NotSent                      the request never left: safe to send again
    │   │   └── NotConnected         2   the operator: a proxy, a variable or a certificate keeps it from leaving
    │   ├── Throttled                    429, also after waiting
    │   └── AnswerLost                   it may have been processed: look before sending again
    ├── MailTrouble                  5   nobody: a message waits, and nothing else does
    │   ├── MailRefused              2   the operator: the mail server will not have us (login, TLS)
    │   └── LetterRefused                the mail server will not have one letter; 2 where it never will
    ├── StoreTrouble                 5   nobody: the database is in use, or its server went away; run it again
    │   └── StoreUnusable            2   the operator: disk full, read-only, damaged, no rights
    └── Stopped                      5   nobody: told to stop before all was done; run it again
        └── ImportStopped                in the middle of a file, of which nothing was stored

Exit 3 (the bookkeeper) is no exception: a held voucher is an ordinary outcome. Data problems are
`core.finding.Finding` values, not exceptions. Anything else that escapes is a bug and exits 1.

No message may contain a secret: constructors take names and places, never keys or tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum


class Exit(IntEnum):
    """Exit codes: who must act. Where several apply, the highest wins."""

    DONE = 0
    BUG = 1
    OPERATOR = 2
    BOOKKEEPER = 3
    INTEGRATOR = 4
    WAIT = 5


class PosexportError(Exception):
    """A failure with a name. `exit_code`: who must act.

    `evidence`: what PowerOffice answered, word for word but redacted, empty where it did not answer; kept for the
    record, not part of the message. `may_be_there`: an earlier request of the same call may have been processed,
    whatever the last one was answered.
    """

    exit_code: Exit = Exit.BUG
    evidence: str = ""
    may_be_there: bool = False

    def tell(self, document: str = "voucher") -> str:  # noqa: ARG002
        """The message; `document`: the kind of document that was sent, where the message names it."""
        return str(self)


class ReportNotMade(PosexportError):
    """A voucher's settlement report could not be made: a programming error, which must not stop anything else."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The report could not be made ({why}). This is a bug in posexport; please report it.")


class OperatorError(PosexportError):
    """Something the person at the command line can fix."""

    exit_code = Exit.OPERATOR


class UsageError(OperatorError):
    """A command asked for something that is not there; the message ends with what to do."""


class DatabaseAway(UsageError):
    """The database cannot be opened right now: another process has it locked, or its server does not answer."""

    exit_code = Exit.WAIT


@dataclass(frozen=True, slots=True)
class SetupFault:
    """One fault in a setup file: its line (from 1; None where there is none), what is wrong, how to fix it, and the
    text of the line where it helps and contains no secret."""

    line: int | None
    what: str
    fix: str
    shown: str = ""


class SetupRefused(OperatorError):
    """A setup file, or a change of the setup (`path` names the company then), with faults; nothing of it was saved."""

    def __init__(self, path: str, faults: list[SetupFault], outcome: str = "Nothing of the file was applied.") -> None:
        self.path, self.faults, self.outcome = path, faults, outcome
        rows = [
            f"{path}{f':{fault.line}' if fault.line else ''}: {fault.what} {fault.fix}".rstrip()
            + (f"\n    {fault.shown}" if fault.shown else "")
            for fault in faults
        ]
        super().__init__("\n".join([*rows, outcome]))


class SetupChangedSince(OperatorError):
    """Somebody else saved a company's setup since it was looked at; nothing was saved. `savings`: those since, newest
    first."""

    def __init__(self, company: str, seen: int, newest: int, savings: Sequence[OtherSaving]) -> None:
        self.company, self.seen, self.newest, self.savings = company, seen, newest, tuple(savings)
        told = [f"by {saving}" for saving in savings[:_SAVINGS_TOLD]]
        more = len(savings) - len(told)
        told += [f"{more} more {'time' if more == 1 else 'times'}"] if more else []
        super().__init__(
            f"Company {company} was changed {_join(told)} since you looked (revision {seen}). "
            f"It is at revision {newest} now, and nothing was saved. Look at it again: posexport setup history "
            f"--company {company}"
        )


@dataclass(frozen=True, slots=True)
class OtherSaving:
    """A save of a setup by somebody else. `at`: the company's local time; `changes`: in words."""

    who: str
    at: str
    changes: Sequence[str]

    def __str__(self) -> str:
        told = [*self.changes[:_CHANGES_TOLD]]
        more = len(self.changes) - len(told)
        told += [f"{more} more"] if more else []
        return f"{self.who or 'somebody'} at {self.at}{f' ({_SEMICOLON.join(told)})' if told else ''}"


_SAVINGS_TOLD, _CHANGES_TOLD, _SEMICOLON = 5, 10, "; "
"""What a message has room for."""


def _join(told: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))


class UnreadableSales(OperatorError):
    """A sales file that cannot be read; nothing of it was stored.

    `place`: a line or a ticket ("line 42", "register 1, ticket 1042"), empty where it is the whole file.
    """

    def __init__(self, path: str, place: str, found: str, expected: str, fix: str) -> None:
        self.path, self.place, self.found, self.expected, self.fix = path, place, found, expected, fix
        where = f"{path}, {place}" if place else path
        super().__init__(f"{where}: {found} Expected: {expected} {fix} Nothing of this file was stored.")


class MissingSecret(OperatorError):
    """An `env:` or `file:` reference to something that is not there. The message names the reference, never a value."""

    def __init__(self, reference: str, why: str) -> None:
        self.reference = reference
        super().__init__(f"The secret {reference} {why}. Set it in the environment that runs posexport.")


class ClientKeyShared(OperatorError):
    """Two venues have the same client key: nothing is sent with it."""

    def __init__(self, venue: str, other: str) -> None:
        super().__init__(
            f"Venues {venue} and {other} have the same client key, so nothing of {venue} is sent. "
            "Make one for each department in Go under Menu > Settings > Extensions."
        )


class KeyTooShort(OperatorError):
    """A key too short to be one of PowerOffice Go's: nothing is sent with it."""

    def __init__(self, venue: str, reference: str) -> None:
        super().__init__(
            f"The key {reference} of venue {venue} has fewer than eight characters; PowerOffice Go's are longer. "
            "Nothing is sent under it. Copy the whole key to where the setup says it is."
        )


class PowerOfficeRefused(PosexportError):
    """PowerOffice refused. Sending the same again gets the same answer. `answer`: its own words."""

    exit_code = Exit.INTEGRATOR
    answer: str = ""


class WrongKey(Enum):
    """Which of the keys was refused, and what to do about it."""

    SUBSCRIPTION = (
        "the subscription key is wrong",
        "Check subscription_key in the setup: it is the one of PowerOffice's developer portal, and demo and production "
        "have one each.",
    )
    CLIENT = (
        "the application key or the client key is wrong",
        "Make or check the client key in Go under Menu > Settings > Extensions, "
        "and that the setup's environment (demo or production) is the one the keys belong to.",
    )
    NOT_ALLOWED = (
        "the keys are right, but this integration may not be used for this client",
        "See in Go under Menu > Settings > Extensions that the extension is active and has the privileges, and ask "
        "PowerOffice whether the integration is approved.",
    )
    UNKNOWN = (
        "it does not say which",
        "Make or check the client key in Go under Menu > Settings > Extensions, and the subscription key, and "
        "that the setup's environment or base_url is the one the keys belong to. An answer in no words of "
        "PowerOffice's own comes from a proxy on the way.",
    )


class KeysRefused(PowerOfficeRefused):
    """The token call was refused for one application key and client key, or the gateway for the subscription key."""

    def __init__(self, venue: str, answer: str, wrong: WrongKey = WrongKey.UNKNOWN) -> None:
        self.answer, self.wrong = answer, wrong
        what, fix = wrong.value
        super().__init__(f"PowerOffice Go refused the keys of venue {venue}: {what} ({answer}). {fix}")


class PrivilegeMissing(PowerOfficeRefused):
    """The keys work but may not do this: a 403, or a 400 "Missing privilege"."""

    def __init__(self, action: str, answer: str) -> None:
        self.answer = f"{action}: {answer}"
        super().__init__(
            f"PowerOffice Go does not let this integration {action} ({answer}). "
            "Give the extension the privilege in Go under Menu > Settings > Extensions and run it again."
        )


class VoucherRefused(PowerOfficeRefused):
    """PowerOffice read the request and refused it."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        super().__init__(f"PowerOffice Go refused it: {answer}")


class ReferenceTaken(VoucherRefused):
    """Another document has the reference that was sent, under `remote_id`: a person says what it is."""

    def __init__(self, answer: str, remote_id: str) -> None:
        self.remote_id = remote_id
        super().__init__(answer)


class PageTooLate(VoucherRefused):
    """A voucher takes no attachment any more: it is posted, or being posted."""


class VoucherNotSeen(VoucherRefused):
    """PowerOffice does not show a voucher that was made, so that nothing can be attached: its reads lag its writes, or
    the voucher is gone. A later run finds out."""

    exit_code = Exit.WAIT

    def __init__(self, answer: str) -> None:
        self.answer = answer
        PosexportError.__init__(
            self, f"PowerOffice Go does not show the voucher yet ({answer}). Nothing is lost; run it again later."
        )


class VoucherGone(VoucherRefused):
    """A voucher is no longer there, so that nothing can be attached. Nobody need act: a person deleted it."""

    exit_code = Exit.DONE

    def __init__(self) -> None:
        self.answer = "HTTP 404"
        PosexportError.__init__(self, "PowerOffice Go does not have the voucher any more.")


class PowerOfficeUnavailable(PosexportError):
    """Nobody need act: nothing is lost, and the next run continues. `why`: the reason, for whoever asks."""

    exit_code = Exit.WAIT
    why: str = ""


class NotSent(PowerOfficeUnavailable):
    """The request never reached PowerOffice; sending it again is safe."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"PowerOffice Go could not be reached ({why}). Nothing is lost; run it again later.")


class NotConnected(NotSent):
    """This machine's network settings, or a certificate, keep requests from leaving. `what` is wrong, `fix` says what
    to do."""

    exit_code = Exit.OPERATOR

    def __init__(self, what: str, fix: str) -> None:
        self.why = what
        PosexportError.__init__(self, f"PowerOffice Go is out of reach: {what} {fix} Nothing was sent.")


class Throttled(PowerOfficeUnavailable):
    """429, even after waiting as long as we are willing to."""

    why = "HTTP 429"

    def __init__(self, retry_after_s: float = 1.0) -> None:
        self.retry_after_s = retry_after_s
        super().__init__("PowerOffice Go asks us to slow down. Nothing is lost; run it again in a minute.")


class AnswerLost(PowerOfficeUnavailable):
    """The request left and no usable answer came: it may or may not have been processed. `status`: the HTTP status, 0
    where nothing came."""

    def __init__(self, why: str, *, status: int = 0) -> None:
        self.why, self.status = why, status
        super().__init__(self.tell())

    def tell(self, document: str = "voucher") -> str:
        """The message, naming the kind of document that was sent."""
        return (
            f"PowerOffice Go gave no usable answer ({self.why}). It may have received the {document}: "
            "the next run looks for it there before anything is sent again."
        )

    @property
    def may_last(self) -> bool:
        """Whether the cause may be permanent, unlike a busy or broken server. If a look-up finds nothing and the same
        happens again, it counts as a refusal."""
        return 0 < self.status < 500 and self.status != 429


class MailTrouble(PosexportError):
    """A message could not be sent; it is tried again later. `server`: host:port; `what`: what is wrong; `why`: that
    alone, in the server's words where it has any."""

    exit_code = Exit.WAIT

    def __init__(self, server: str, why: str) -> None:
        self.what, self.why = f"The mail server {server} could not be used ({why}).", why
        super().__init__(f"{self.what} The message waits and is tried again.")


class MailRefused(MailTrouble):
    """The mail server refuses us as we are set up. The message waits."""

    exit_code = Exit.OPERATOR

    def __init__(self, server: str, why: str) -> None:
        self.what, self.why = f"The mail server {server} refuses us: {why} Check [company.mail] in the setup.", why
        PosexportError.__init__(self, self.what)


class MailNotConnected(MailRefused):
    """This machine's network settings, or a certificate, keep it from reaching the mail server."""

    def __init__(self, server: str, what: str, fix: str) -> None:
        self.what, self.why = f"The mail server {server} is out of reach: {what} {fix}", what
        PosexportError.__init__(self, f"{self.what} The message waits.")


class LetterRefused(MailTrouble):
    """The mail server refuses one letter; others may go through."""

    def __init__(self, server: str, answer: str, *, is_final: bool) -> None:
        if is_final:
            self.exit_code = Exit.OPERATOR
        self.what, self.why = f"The mail server {server} did not take the message: {answer}", answer
        PosexportError.__init__(self, self.what)


class StoreTrouble(PosexportError):
    """The database failed during an operation, which was rolled back; nothing else is lost. `what` is wrong, `mend`
    says what to do, `why` is the database's message."""

    exit_code = Exit.WAIT

    def __init__(self, what: str, mend: str, why: str) -> None:
        self.mend, self.why = mend, why
        super().__init__(f"{what} What was not finished is undone, and nothing else is lost. {mend}")


class StoreUnusable(StoreTrouble):
    """As StoreTrouble, until the operator does something about it."""

    exit_code = Exit.OPERATOR


class Stopped(PosexportError):
    """posexport was told to stop before all was done."""

    exit_code = Exit.WAIT


class ImportStopped(Stopped):
    """posexport was told to stop while importing a file. `command`: how to continue, where a person typed the
    command."""

    def __init__(self, path: str, command: str = "") -> None:
        self.path = path
        go_on = f" Go on with: {command}" if command else ""
        super().__init__(
            f"{path} was not read to its end, since posexport was told to stop. Nothing of it is stored.{go_on}"
        )

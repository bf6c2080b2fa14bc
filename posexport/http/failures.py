"""How an exchange with a web service fails, by what is known of the request. Each user of `http.client` says it in its
own words: a ledger speaks of vouchers, a source of sales.

    Failed
    ├── NotLeft          nothing left this machine: it may be made again
    │   └── NoWayOut     and nothing will before the operator mends a setting or a certificate
    ├── Lost             it left, and no usable answer came: it may have been processed
    ├── Busy             429: the service asks for a wait
    └── Refused          any other answer that is no success; the same again gets the same

No text of these holds an address, which may hold a key; `evidence` is the answer without secrets.
"""

from __future__ import annotations


class Failed(Exception):
    """An exchange that failed. `why`: the reason; `evidence`: the answer, empty where there was none; `status`: its
    HTTP status, 0 where there was none."""

    def __init__(self, why: str, *, status: int = 0, evidence: str = "") -> None:
        self.why, self.status, self.evidence = why, status, evidence
        super().__init__(why)


class NotLeft(Failed):
    """The request never left: repeating it is safe, whatever it does."""


class NoWayOut(NotLeft):
    """This machine's network settings, or a certificate, keep the request from leaving. `what` is wrong, `fix` says
    what to do."""

    def __init__(self, what: str, fix: str) -> None:
        self.what, self.fix = what, fix
        super().__init__(what)


class Lost(Failed):
    """The request left, and no usable answer came: it may or may not have been processed."""


class Busy(Failed):
    """A 429. `retry_after_s`: the wait that it asks for (s), at least a second."""

    def __init__(self, retry_after_s: float, *, evidence: str = "") -> None:
        self.retry_after_s = retry_after_s
        super().__init__("HTTP 429", status=429, evidence=evidence)


class Refused(Failed):
    """The service refused, or answered something else that is no success."""

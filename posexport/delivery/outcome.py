"""What comes of a delivery."""

from __future__ import annotations

from dataclasses import dataclass

from posexport.core.report import VoucherReport
from posexport.errors import (
    Exit,
)

BUSY = "another run is sending this voucher right now"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one voucher: how it is shown now, and who must act. `again`: a step was taken, and the day is
    to be looked at anew."""

    report: VoucherReport
    exit_code: Exit = Exit.DONE
    again: bool = False

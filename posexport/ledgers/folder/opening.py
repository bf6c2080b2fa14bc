"""Opens the folder of voucher files; named by the folder's row in `ledgers.registry`."""

from __future__ import annotations

from pathlib import Path

from posexport.core.ports.ledger import Ledger, Opening
from posexport.ledgers.folder.voucher_files import VoucherFolder


def open_voucher_folder(opening: Opening) -> Ledger:
    """The ledger for the folder that the setup's `output` names."""
    return VoucherFolder(Path(opening.company.output or "vouchers"), opening.company.name)

"""Opens the folder of voucher files, as the row of it in `ledgers.registry` asks for."""

from __future__ import annotations

from pathlib import Path

from posexport.core.ports.ledger import Ledger, Opening
from posexport.ledgers.folder.voucher_files import VoucherFolder


def open_voucher_folder(opening: Opening) -> Ledger:
    """The folder that the setup names."""
    return VoucherFolder(Path(opening.company.output or "vouchers"), opening.company.name)

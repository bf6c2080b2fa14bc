"""What seeds of the simulation of orders are about: those of vouchers that have no clocks that leap, with more of what
people do with orders; and some of their own."""

from __future__ import annotations

from typing import Any

from tests.whole.simulation import MOODS

_QUIET: dict[str, Any] = {
    "venues": (1, 2),
    "days": (2,),
    "trouble": (0.0, 0.03),
    "trouble_of_vouchers": (0.0, 0.3),
    "death": (0.0, 0.01),
    "jumps": (0.0,),
    "bookkeeper": (0.0, 0.03),
    "copies": ("",),
    "hands": (1,),
}

_OWN: dict[str, dict[str, Any]] = {
    "moved": _QUIET
    | {
        "moves": (0.8,),
        "plan": (
            ("to voucher", "export", "to order", "revise", "to voucher", "revise"),
            ("export", "to order", "change", "to voucher", "revise", "ten minutes", "to order", "hurry"),
        ),
    },
    "moved side by side": _QUIET
    | {
        "hands": (2,),
        "moves": (0.8,),
        "plan": (("to voucher", "hurry", "to order", "revise"), ("hurry", "to order", "hurry", "to voucher")),
    },
    "handled": _QUIET
    | {
        "bookkeeper": (0.1, 0.2),
        "plan": (
            ("hurry", "change", "revise orders", "change", "revise orders"),
            ("export", "void", "revise orders", "change", "hurry", "revise orders"),
        ),
    },
    "put back": _QUIET
    | {
        "copies": ("restored",),
        "bookkeeper": (0.0, 0.1),
        "plan": (("hurry", "revise orders"), ("export", "change", "revise orders", "hurry")),
        "after": ("hurry", "hurry"),
    },
    "put back to before a move": _QUIET
    | {
        "copies": ("restored",),
        "is_moved_meanwhile": (True,),
        "bookkeeper": (0.0, 0.03),
        "moves": (0.0,),
        "plan": (
            ("to voucher", "hurry", "to order", "revise"),
            ("export", "to voucher", "revise", "to voucher", "revise"),
            ("to voucher", "export", "to order", "to order", "revise", "hurry"),
        ),
    },
    "late": _QUIET
    | {
        "late_orders": (0.6,),
        "bookkeeper": (0.0,),
        "plan": (
            ("export", "give up", "ten minutes", "hurry", "ten minutes", "hurry"),
            ("export", "give up", "change", "hurry", "ten minutes", "revise"),
        ),
    },
    "whole": _QUIET
    | {
        "mixed": ("whole",),
        "moves": (0.0, 0.2),
        "bookkeeper": (0.0, 0.05, 0.1),
        "plan": (
            ("export", "relink", "change", "revise orders", "revise", "relink", "hurry", "change", "revise orders"),
            ("hurry", "relink", "hurry", "change", "revise", "revise orders", "relink", "void", "revise orders"),
            ("export", "change", "relink", "revise orders", "relink", "revise orders", "revise"),
        ),
    },
    "codes of two firms": _QUIET
    | {
        "has_shared_codes": (True,),
        "moves": (0.0,),
        "plan": (
            ("hurry", "say whose", "hurry", "change", "revise orders"),
            ("export", "late", "hurry", "say whose", "revise orders", "export"),
            ("late", "say whose", "export", "change", "late", "hurry"),
        ),
    },
    "renamed": _QUIET
    | {
        "has_renamed_registers": (True,),
        "moves": (0.0,),
        "bookkeeper": (0.0,),
        "plan": (("hurry", "rename", "hurry", "export"), ("rename", "export", "late", "rename", "hurry")),
    },
    "used twice": _QUIET
    | {"copies": ("second",), "bookkeeper": (0.0, 0.1), "plan": (("hurry", "export"), ("export", "hurry"))},
}

ORDER_MOODS: dict[str, dict[str, Any]] = {name: mood for name, mood in MOODS.items() if name != "out of time"} | _OWN
"""By name. Clocks that leap are for the vouchers' simulation."""

CHOSEN_MOODS = (*sorted(ORDER_MOODS), *["anything"] * len(ORDER_MOODS))
"""What a seed chooses from."""

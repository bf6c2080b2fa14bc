"""Amounts, addresses, keys and errors of the wire."""

from __future__ import annotations

import json
from pathlib import Path

from posexport.core.company import Company
from posexport.core.ports.ledger import (
    Chart,
)
from posexport.errors import (
    AnswerLost,
    Exit,
    KeysRefused,
    NotSent,
    Throttled,
    VoucherRefused,
)
from posexport.ledgers.folder.voucher_files import VoucherFolder
from posexport.ledgers.poweroffice.session import Keys, find_base_url, wire_amount


def test_amounts_on_the_wire_have_two_decimals_at_most() -> None:
    for amount_ore in (1, -1, 10, 29, 102_80, 1_234_567_89, 99_999_999_999, -30, 70, 115):
        text = json.dumps(wire_amount(amount_ore))
        assert round(float(text) * 100) == amount_ore
        assert len(text.partition(".")[2]) <= 2


def test_addresses_are_those_of_the_api_and_the_environment() -> None:
    def base(api: str, environment: str, base_url: str | None = None) -> str:
        company = Company("c", "C", "999999999", environment=environment, base_url=base_url)  # type: ignore[arg-type]
        return find_base_url(company, api)  # type: ignore[arg-type]

    assert base("v1", "production") == "https://api.poweroffice.net"
    assert base("v1", "demo") == "https://api-demo.poweroffice.net"
    assert base("v2", "production") == "https://goapi.poweroffice.net"
    assert base("v2", "demo") == "https://goapi.poweroffice.net/Demo"
    assert base("v2", "production", "http://127.0.0.1:8899/") == "http://127.0.0.1:8899"


def test_keys_show_nothing_of_themselves() -> None:
    keys = Keys("app-secret", "client-secret", "sub-secret")
    assert "secret" not in repr(keys)
    assert "secret" not in str(keys)


def test_a_chart_of_a_folder_knows_nothing(tmp_path: Path) -> None:

    assert VoucherFolder(tmp_path, "x").read_chart([]) == Chart()


def test_errors_of_sending_say_who_must_act() -> None:
    assert AnswerLost("x").exit_code is Throttled().exit_code is NotSent("x").exit_code is Exit.WAIT
    assert VoucherRefused("x").exit_code is KeysRefused("v", "x").exit_code is Exit.INTEGRATOR

"""The setup file: every refusal with its line and mend, what comes back when it is written, secrets never."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings, strategies as st

from posexport.core.codes import clean_code
from posexport.core.company import Company, Setup, parse_company
from posexport.core.sales import MasterData
from posexport.errors import MissingSecret, SetupFault, SetupRefused, UsageError
from posexport.setup.changes import describe_changes
from posexport.setup.file import format_setup, read_setup, read_setup_file
from posexport.setup.secrets import resolve_secret
from posexport.setup.starter import format_draft
from posexport.setup.toml_lines import locate_lines
from posexport.setup.values import parse_schedule
from tests.support.scope import count_examples

GOOD = """\
# A client with two venues.
[[company]]
id = "fjordmat"
name = "Fjordmat AS"
organization_number = "999999999"
application_key = "env:PO_APP_KEY"

  [[company.venue]]
  id = "torget"
  name = "Torget Kafé"
  department = "10"
  client_key = "env:PO_CLIENT_KEY_TORGET"
  registers = ["11.222-33.44.567"]
  day_starts = "05:00"
  z_report = "hold"
  export_from = 2020-01-01

  [[company.venue]]
  id = "brygga"
  name = "Brygga Bar"
  client_key = "env:PO_CLIENT_KEY_BRYGGA"
  addon = 3
  application_key = "env:PO_ADDON3_KEY"
  location = "Location A: Shop Frogner"
  export_from = 2020-02-01
  notify = ["regnskap@fjordmat.example"]

  [[company.vat_code]]
  code = "3"
  go = "3"

  [[company.product_type]]
  code = "100"
  name = "Mat"
  accounts = { "31" = "3030", "3" = "3020" }

  [[company.payment_type]]
  code = "CASH"
  name = "Kontant"
  account = "1900"

  [company.accounts]
  rounding = "7740"
  discounts = { "3" = "3087" }
"""

SECRETS = {
    "PO_APP_KEY": "hush-main",
    "PO_CLIENT_KEY_TORGET": "hush-torget",
    "PO_CLIENT_KEY_BRYGGA": "hush-brygga",
    "PO_ADDON3_KEY": "hush-addon",
    "PO_SUBSCRIPTION_KEY": "hush-subscription",
    "PO_OTHER": "hush-other",
    "PO_SAME_AS_TORGET": " hush-torget\n",
    "PO_SAME_AS_MAIN": "hush-main",
    "PO_EMPTY": " ",
    "PO_TWO_LINES": "hush\nhush",
}

OTHER_COMPANY = """\
[[company]]
id = "nordbar"
name = "Nordbar AS"
organization_number = "974760673"
application_key = "env:PO_APP_KEY"

  [[company.venue]]
  id = "havna"
  name = "Havna"
  client_key = "env:PO_OTHER"
  registers = ["1"]
  export_from = 2021-01-01
"""


def read(
    tmp_path: Path, text: str, saved: Setup | None = None, environ: Mapping[str, str] = SECRETS
) -> tuple[Company, ...]:
    path = tmp_path / "setup.toml"
    path.write_text(text, encoding="utf-8")
    return read_setup(path, saved or Setup(), environ)


def faults_of(
    tmp_path: Path, text: str, saved: Setup | None = None, environ: Mapping[str, str] = SECRETS
) -> list[SetupFault]:
    with pytest.raises(SetupRefused) as refused:
        read(tmp_path, text, saved, environ)
    said = str(refused.value)
    assert "hush" not in said
    assert said.endswith("Nothing of the file was applied.")
    assert all(fault.what.endswith(".") and fault.fix for fault in refused.value.faults)
    return refused.value.faults


def changed(old: str, new: str, text: str = GOOD) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), start=1) if part in line)


# ---- what is read ----


def test_a_right_file_gives_its_companies_and_venues(tmp_path: Path) -> None:
    (company,) = read(tmp_path, GOOD)
    assert (company.id, company.target, company.environment) == ("fjordmat", "import", "demo")
    torget, brygga = company.venues
    assert torget.name == "Torget Kafé"
    assert torget.export_from == date(2020, 1, 1)
    assert torget.registers == ("11.222-33.44.567",)
    assert (brygga.addon, brygga.application_key) == (3, "env:PO_ADDON3_KEY")
    assert torget.mapping.sales_account("100", "31") == "3030"
    assert torget.mapping.accounts.discounts == {"3": "3087"}


def test_the_document_is_plain_data_in_a_fixed_order_without_defaults_or_secrets(tmp_path: Path) -> None:
    (company,) = read(tmp_path, GOOD)
    stored = json.dumps(company.document)
    assert json.loads(stored) == company.document
    assert parse_company(json.loads(stored)) == company
    assert "hush" not in stored
    torget = company.document["venue"][0]
    assert list(torget) == ["id", "name", "department", "client_key", "registers", "export_from"]
    assert torget["export_from"] == "2020-01-01"


def test_order_of_keys_and_written_out_defaults_make_no_difference(tmp_path: Path) -> None:
    reordered = changed('id = "fjordmat"\nname = "Fjordmat AS"\n', 'name = "Fjordmat AS"\nid = "fjordmat"\n')
    reordered = changed("[[company]]\n", '[[company]]\ntarget = "import"\ncurrency = "nok"\n', reordered)
    assert json.dumps(read(tmp_path, reordered)[0].document) == json.dumps(read(tmp_path, GOOD)[0].document)


def test_numbers_written_without_quotes_become_codes(tmp_path: Path) -> None:
    text = changed('registers = ["11.222-33.44.567"]', "registers = [1, 2]")
    text = changed('account = "1900"', "account = 1900", text)
    text = changed('code = "100"', "code = 100", text)
    text = changed('department = "10"', "department = 10", text)
    text = changed('go = "3"', "go = 3", text)
    text = changed('organization_number = "999999999"', "organization_number = 999999999", text)
    (company,) = read(tmp_path, text)
    venue = company.venues[0]
    assert (venue.registers, venue.department) == (("1", "2"), "10")
    assert venue.mapping.payment_account("CASH", None) == "1900"
    assert venue.mapping.go_vat_code("3") == "3"
    assert company.organization_number == "999999999"


@pytest.mark.parametrize("written", ["999 999 999", "NO999999999MVA", "999999999 mva", "NO 999 999 999 MVA"])
def test_an_organisation_number_is_read_as_people_write_it(tmp_path: Path, written: str) -> None:
    (company,) = read(tmp_path, changed('"999999999"', f'"{written}"'))
    assert company.organization_number == "999999999"


def test_a_time_and_a_date_may_be_quoted_or_not(tmp_path: Path) -> None:
    text = changed('day_starts = "05:00"', "day_starts = 06:30:00")
    text = changed("export_from = 2020-01-01", 'export_from = "2020-01-01"', text)
    venue = read(tmp_path, text)[0].venues[0]
    assert f"{venue.day_starts:%H:%M}" == "06:30"
    assert venue.export_from == date(2020, 1, 1)


def test_an_empty_account_is_left_for_the_bookkeeper(tmp_path: Path) -> None:
    text = changed('"31" = "3030"', '"31" = ""')
    text = changed('go = "3"', 'go = ""', text)
    (company,) = read(tmp_path, text)
    mapping = company.venues[0].mapping
    assert mapping.sales_account("100", "31") is None
    assert mapping.go_vat_code("3") is None
    assert '"31" = ""' in format_setup([company])


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "setup.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_setup(path, Setup(), SECRETS) == read(tmp_path, GOOD)


def test_several_venues_may_use_the_main_application_key(tmp_path: Path) -> None:
    text = changed("  addon = 3\n", "")
    text = changed('  application_key = "env:PO_ADDON3_KEY"\n', "", text)
    assert len(read(tmp_path, text)[0].venues) == 2


def test_a_company_whose_venues_all_use_addons_needs_no_main_key(tmp_path: Path) -> None:
    text = changed(
        'client_key = "env:PO_CLIENT_KEY_TORGET"\n',
        'client_key = "env:PO_CLIENT_KEY_TORGET"\naddon = 1\napplication_key = "env:PO_OTHER"\n',
    )
    assert read(tmp_path, changed('application_key = "env:PO_APP_KEY"\n', "", text))


def test_a_company_that_writes_files_needs_no_keys(tmp_path: Path) -> None:
    text = changed('  client_key = "env:PO_OTHER"\n', "", OTHER_COMPANY)
    text = changed('application_key = "env:PO_APP_KEY"', 'target = "file"\noutput = "out"', text)
    (company,) = read(tmp_path, text, environ={})
    assert (company.target, company.output) == ("file", "out")


def test_the_same_file_is_taken_again_when_it_is_saved_already(tmp_path: Path) -> None:
    saved = Setup(read(tmp_path, GOOD + OTHER_COMPANY))
    assert read(tmp_path, GOOD, saved) == (saved.companies[0],)


@pytest.mark.parametrize(
    "address", ["https://go.example/", "http://127.0.0.1:8899", "http://localhost:1/x", "http://[::1]:8899"]
)
def test_an_address_may_be_encrypted_or_on_this_machine(tmp_path: Path, address: str) -> None:
    text = changed('id = "fjordmat"\n', f'id = "fjordmat"\nbase_url = "{address}"\n')
    assert read(tmp_path, text)[0].base_url == address.rstrip("/")


# ---- what is refused, with its line ----


COMPANY_KEYS = 'application_key = "env:PO_APP_KEY"\n'
TORGET = '  id = "torget"\n'
ADDRESS = "base_url"

DATED_CASH = '  [[company.payment_type]]\n  code = "CASH"\n  valid_from = 2026-12-01\n'

# What is written instead of what, a part of the line that is at fault, and words that must be said.
REFUSED: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "an unknown key of a company": (COMPANY_KEYS, 'nmae = "x"\n' + COMPANY_KEYS, "nmae", ("nmae", "name?")),
    "an unknown key of a venue": ('z_report = "hold"', 'zreport = "hold"', "zreport", ("z_report?",)),
    "a key that belongs elsewhere": (
        COMPANY_KEYS,
        'timezone = "Europe/Oslo"\n' + COMPANY_KEYS,
        "timezone",
        ("belongs under [[company.venue]]",),
    ),
    "an unknown key like no other": (
        COMPANY_KEYS,
        "qqqq = 1\n" + COMPANY_KEYS,
        "qqqq",
        ("What may stand here",),
    ),
    "an unknown account": ('rounding = "7740"', 'roundings = "7740"', "roundings", ("rounding?",)),
    "an unknown table": ("[company.accounts]", "[company.acounts]", "acounts", ("accounts?",)),
    "a name that is a number": ('name = "Brygga Bar"', "name = 7", "name = 7", ("a whole number", "text")),
    "an empty name": ('name = "Brygga Bar"', 'name = " "', 'name = " "', ("name is empty",)),
    "a name of two lines": ('"Brygga Bar"', '"Brygga\\nBar"', "Brygga", ("line break",)),
    "true in quotes": (
        TORGET,
        TORGET + 'automatic_export = "true"\n',
        "automatic_export",
        ("is text", "without quotes"),
    ),
    "a text where a list belongs": (
        'registers = ["11.222-33.44.567"]',
        'registers = "1"',
        "registers",
        ("expected a list", 'registers = ["1", "2"]'),
    ),
    "a table where several belong": (
        "[[company.vat_code]]",
        "[company.vat_code]",
        "vat_code",
        ("[[company.vat_code]]",),
    ),
    "an account table that is a text": (
        'accounts = { "31" = "3030", "3" = "3020" }',
        'accounts = "3020"',
        'accounts = "3020"',
        ("table of accounts", '{ "31" = "3030"'),
    ),
    "a company without id": ('id = "fjordmat"\n', "", "[[company]]", ("has no id", "id = ")),
    "a company without number": (
        'organization_number = "999999999"\n',
        "",
        "[[company]]",
        ("organization_number",),
    ),
    "a venue without name": ('name = "Brygga Bar"\n', "", "@brygga", ("venue brygga has no name",)),
    "a venue without first day": (
        "  export_from = 2020-02-01\n",
        "",
        "@brygga",
        ("export_from = 2020-01-01",),
    ),
    "a code without its code": ('code = "100"\n', "", "[[company.product_type]]", ("has no code",)),
    "no application key": (COMPANY_KEYS, "", "[[company]]", ("no application_key", 'target "import"')),
    "no client key": (
        '  client_key = "env:PO_CLIENT_KEY_BRYGGA"\n',
        "",
        "@brygga",
        ("venue brygga has no client_key", "Extensions"),
    ),
    "no subscription key": (
        COMPANY_KEYS,
        COMPANY_KEYS + 'target = "journal"\n',
        "[[company]]",
        ("no subscription_key", 'target "journal"'),
    ),
    "no folder for the files": (
        COMPANY_KEYS,
        COMPANY_KEYS + 'target = "file"\n',
        "[[company]]",
        ("no output", 'output = "'),
    ),
    "an id with a capital": ('id = "torget"', 'id = "Torget"', '"Torget"', ("a-z, 0-9 and -",)),
    "an id that is too long": ('id = "torget"', f'id = "{"x" * 31}"', "xxx", ("1 to 30",)),
    "an id of two venues": ('id = "brygga"', 'id = "torget"', "@19", ("on line 9", "an id of its own")),
    "a number with eight digits": ('"999999999"', '"99999999"', "organization_number", ("not nine digits",)),
    "a number whose check digit is wrong": (
        '"999999999"',
        '"999999998"',
        "organization_number",
        ("last digit",),
    ),
    "a time zone nobody knows": (
        TORGET,
        TORGET + 'timezone = "Europe/Osl"\n',
        "timezone",
        ('"Europe/Oslo"?',),
    ),
    "a time zone that is a path": (
        TORGET,
        TORGET + 'timezone = "../x"\n',
        "timezone",
        ("no known time zone",),
    ),
    "a day that starts at 24:00": ('"05:00"', '"24:00"', "day_starts", ('"00:00" to "23:59"',)),
    "a day that starts at five": ('"05:00"', '"5"', "day_starts", ('"05:00"',)),
    "a day that starts off the minute": ('"05:00"', "05:00:01", "day_starts", ("on the minute",)),
    "a schedule nobody knows": (TORGET, TORGET + 'schedule = "dayly"\n', "schedule", ('"daily"?',)),
    "a cron line of four fields": (TORGET, TORGET + 'schedule = "0 5 * *"\n', "schedule", ("five-field",)),
    "a cron line out of range": (TORGET, TORGET + 'schedule = "0 25 * * *"\n', "schedule", ("no cron line",)),
    "a cron line on day 8": (TORGET, TORGET + 'schedule = "0 5 * * 8"\n', "schedule", ('"8" is no weekday',)),
    "a cron line that steps by 0": (TORGET, TORGET + 'schedule = "0 5 * * */0"\n', "schedule", ("no step",)),
    "a date that no year has": (TORGET, TORGET + 'schedule = "0 5 31 2 *"\n', "schedule", ("never comes",)),
    "a Z-report policy nobody knows": (
        '"hold"',
        '"holdd"',
        "z_report",
        ('"hold", "warn", "ignore"', '"hold"?'),
    ),
    "a target nobody knows": (COMPANY_KEYS, COMPANY_KEYS + 'target = "jurnal"\n', "target", ('"journal"?',)),
    "an environment nobody knows": (
        COMPANY_KEYS,
        COMPANY_KEYS + 'environment = "prod"\n',
        "environment",
        ('"production"?',),
    ),
    "keys in the clear": (
        COMPANY_KEYS,
        COMPANY_KEYS + 'base_url = "http://go.example"\n',
        ADDRESS,
        ("in the clear", "https://"),
    ),
    "an address of files": (
        COMPANY_KEYS,
        COMPANY_KEYS + 'base_url = "ftp://x"\n',
        ADDRESS,
        ("http or https",),
    ),
    "no address at all": (COMPANY_KEYS, COMPANY_KEYS + 'base_url = "https://[x"\n', ADDRESS, ("no address",)),
    "an address with a password": (
        COMPANY_KEYS,
        COMPANY_KEYS + 'base_url = "https://me:hush@go.example"\n',
        ADDRESS,
        ("Leave out names, passwords",),
    ),
    "a secret written out": (
        '"env:PO_APP_KEY"',
        '"hush-main"',
        "application_key",
        ("env:NAME or file:PATH",),
    ),
    "a secret that is a number": ('"env:PO_APP_KEY"', "123456", "application_key", ("in quotes",)),
    "a secret after env": (
        '"env:PO_APP_KEY"',
        '"env:0f8fad5b-d9cb-469f-a165-70867728950e"',
        "application_key",
        ("env:NAME or file:PATH",),
    ),
    "a secret after file": (
        '"env:PO_APP_KEY"',
        '"file:0f8fad5bd9cb469fa16570867728950e"',
        "application_key",
        ("not shown",),
    ),
    "a secret of two lines": ('"env:PO_APP_KEY"', '"env:PO_TWO_LINES"', "application_key", ("one line",)),
    "an account with a letter": ('account = "1900"', 'account = "19OO"', "19OO", ("3 to 8 digits",)),
    "an account of two digits": (
        'rounding = "7740"',
        'rounding = "77"',
        '"77"',
        ("accounts.rounding", "3 to 8"),
    ),
    "a sales account of nine digits": (
        '"3" = "3020"',
        '"3" = "302030203"',
        "302030203",
        ('accounts."3"', "3 to 8 digits"),
    ),
    "an account under no VAT code": ('"31" = "3030"', '"" = "3030"', "3030", ("empty VAT code",)),
    "a discount account that is none": ('"3087"', '"x"', "discounts", ("accounts.discounts",)),
    "a VAT code in Go that is a text": ('go = "3"', 'go = "25 %"', "go =", ("no VAT code in Go",)),
    "a VAT code without Go's": ('  go = "3"\n', "", "[[company.vat_code]]", ("VAT code 3 has no go",)),
    "an e-mail address that is none": (
        "regnskap@fjordmat.example",
        "regnskap",
        "notify",
        ("e-mail address",),
    ),
    "an add-on 10": ("addon = 3", "addon = 10", "addon", ("1 to 9",)),
    "an add-on in quotes": ("addon = 3", 'addon = "3"', "addon", ("whole number", "addon = 3")),
    "an add-on without its key": (
        '  application_key = "env:PO_ADDON3_KEY"\n',
        "",
        "addon",
        ("add-on's own key",),
    ),
    "an add-on's key without its number": ("  addon = 3\n", "", "PO_ADDON3_KEY", ("no addon",)),
    "an add-on used twice": (
        TORGET,
        TORGET + 'addon = 3\napplication_key = "env:PO_OTHER"\n',
        "  addon = 3",
        ("used by venue torget",),
    ),
    "an add-on with the main key": (
        '"env:PO_ADDON3_KEY"',
        '"env:PO_SAME_AS_MAIN"',
        "PO_SAME_AS_MAIN",
        ("application key of company fjordmat",),
    ),
    "a client key by the same name": (
        "env:PO_CLIENT_KEY_BRYGGA",
        "env:PO_CLIENT_KEY_TORGET",
        "@21",
        ("the one venue torget has",),
    ),
    "a client key by another name": (
        "env:PO_CLIENT_KEY_BRYGGA",
        "env:PO_SAME_AS_TORGET",
        "PO_SAME_AS_TORGET",
        ("the one venue torget has", "Extensions"),
    ),
    "a register of two venues": (
        'location = "Location A: Shop Frogner"',
        'registers = ["7", "11.222-33.44.567"]',
        '"7"',
        ("11.222-33.44.567 is claimed by venue torget and by venue brygga",),
    ),
    "a location of two venues": (
        'registers = ["11.222-33.44.567"]',
        'location = "Location A: Shop Frogner"',
        "@24",
        ("claimed by venue torget and by venue brygga", "registers"),
    ),
    "a first day that is no date": ("2020-01-01", '"1. januar"', "januar", ("no date", "export_from = 2020")),
    "a first day with a time": ("2020-01-01", "2020-01-01T05:00:00", "T05", ("a date with a time",)),
    "a first day long ago": ("2020-01-01", "0202-01-01", "0202", ("slip",)),
    "a code twice": (
        "  [[company.payment_type]]\n",
        '  [[company.payment_type]]\n  code = "CASH"\n  [[company.payment_type]]\n',
        "@40",
        ("payment type CASH stands here and on line 38", "Keep one"),
    ),
    "a code twice from one day on": (
        "  [[company.payment_type]]\n",
        DATED_CASH + DATED_CASH + "  [[company.payment_type]]\n",
        "@41",
        ("payment type CASH valid from 2026-12-01 stands here and on line 38", "Keep one"),
    ),
    "the accounts twice from one day on": (
        "  [company.accounts]\n",
        "  [[company.accounts]]\n  valid_from = 2026-12-01\n" * 2 + "  [[company.accounts]]\n",
        "@44",
        ("accounts valid from 2026-12-01 stands here and on line 42", "Keep one"),
    ),
    "a day that a row counts from, as it is written in Norway": (
        'code = "CASH"\n',
        'code = "CASH"\n  valid_from = "1.12.2026"\n',
        "valid_from",
        ("no date", "valid_from = 2026-12-01"),
    ),
    "a row that counts from a day long ago": (
        'code = "CASH"\n',
        'code = "CASH"\n  valid_from = 0202-12-01\n',
        "valid_from",
        ("slip", "the first business day on which it counts"),
    ),
    "a day where no row is": ('z_report = "hold"', "valid_from = 2026-12-01", "valid_from", ("[[company.vat_code]]",)),
    "a currency of four letters": (
        COMPANY_KEYS,
        COMPANY_KEYS + 'currency = "NOKK"\n',
        "currency",
        ("three letters",),
    ),
    "a currency account twice": (
        'account = "1900"',
        'currency_accounts = { EUR = "1905", eur = "1906" }',
        "currency_accounts",
        ("EUR twice",),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_fault_is_refused_with_its_line_and_its_mend(tmp_path: Path, case: str) -> None:
    old, new, at, words = REFUSED[case]
    text = changed(old, new)
    if at == "@brygga":
        line = line_of(text, '"brygga"') - 1
    elif at.startswith("@"):
        line = int(at[1:])
    else:
        line = line_of(text, at)
    faults = faults_of(tmp_path, text)
    said = [f"{fault.what} {fault.fix}" for fault in faults if fault.line == line]
    assert any(all(word in one for word in words) for one in said), [*faults]
    assert len(faults) == 1


def test_every_fault_is_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = changed('account = "1900"', 'account = "x"')
    text = changed('id = "torget"', 'id = "T"', text)
    text = changed("env:PO_APP_KEY", "env:PO_TWO_LINES", text)
    assert [fault.line for fault in faults_of(tmp_path, text)] == [6, 9, line_of(text, 'account = "x"')]


def test_the_message_names_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(SetupRefused) as refused:
        read(tmp_path, changed('"hold"', '"holdd"'))
    assert str(refused.value).startswith(f'{tmp_path / "setup.toml"}:15: z_report is "holdd".')


def test_a_fault_in_a_list_over_several_lines_is_told_with_its_own_line(tmp_path: Path) -> None:
    text = changed(
        'notify = ["regnskap@fjordmat.example"]',
        'notify = [ # [who]\n  "a@b.example", """x[1]\n""",\n  "nobody",\n  ]',
    )
    lines = [fault.line for fault in faults_of(tmp_path, text)]
    assert lines == [line_of(text, "a@b.example"), line_of(text, "nobody")]


def test_a_file_without_a_company_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "# nothing yet\n")
    assert (fault.line, "[[company]]" in fault.fix) == (None, True)


def test_a_company_written_as_one_table_is_refused_with_how_to_write_it(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, '\n[company]\nid = "a"\n')
    assert (fault.line, fault.fix) == (2, "Begin it with a line of its own: [[company]]")


WRITTEN_WRONG = [
    ("name = “Torget”", ("curly", 'Write: name = "Torget"')),
    ("name = «Torget»", ("curly", 'Write: name = "Torget"')),
    ("name = 'Torget’", ("curly",)),
    ('name = "Torget”', ("curly", 'Write: name = "Torget"')),
    ("name = Torget Kafé", ("without quotes", 'Write: name = "Torget Kafé"')),
    ("department = 0010", ("without quotes", 'Write: department = "0010"')),
    ("department = 1O", ("without quotes", 'Write: department = "1O"')),
    ("automatic_export = True", ("small letters", "Write: automatic_export = true")),
    ("automatic_export = FALSE # not yet", ("small letters", "Write: automatic_export = false")),
    ("automatic_export = nei", ("small letters", "Write: automatic_export = false")),
    (r'inbox = "C:\Users\kari"', ("backslash", r"inbox = 'C:\Users\kari'")),
    (r'inbox = "\\server\sales"', ("backslash",)),
    ("export_from = 01.11.2026", ("year-month-day", "Write: export_from = 2026-11-01")),
    ("export_from = 1.2.26", ("year-month-day", "Write: export_from = 2026-02-01")),
    ("export_from = 2026/11/01", ("year-month-day", "Write: export_from = 2026-11-01")),
    ("export_from = 31/12/2026", ("year-month-day", "Write: export_from = 2026-12-31")),
    ("export_from = 01/11/2026", ("year-month-day", "Write it as: export_from = ")),
    ("export_from = 31.11.2026", ("no such date",)),
    ("export_from = 2026-02-30", ("no such date",)),
    ("day_starts = 05:00", ("in quotes", 'Write: day_starts = "05:00"')),
    ('name = "Torget', ("never closed", 'Write: name = "Torget"')),
    ("name = 'Torget", ("never closed", "Write: name = 'Torget'")),
    ('name = Torget"', ("never opened", 'Write: name = "Torget"')),
    ('name = """Torget', ("never closed",)),
    ('name = "Kafé "Torget" Bar"', ("quotes inside", """Write single ones around it: name = 'Kafé "Torget" Bar'""")),
    ('registers = ["1", "2"', ("never closed", "]")),
    ('registers = ["1" "2"]', ("list", "commas")),
    ('registers = "1", "2"', ("in a list", 'Write: registers = ["1", "2"]')),
    ('name: "Torget"', ("colon", 'Write: name = "Torget"')),
    ("name: Torget", ("colon", 'Write: name = "Torget"')),
    ('name "Torget"', ("no =", 'Write: name = "Torget"')),
    ("name =", ("no value",)),
    ("[company.accounts", ("brackets", "Write: [company.accounts]")),
    ("[[company.product_type]", ("brackets", "Write: [[company.product_type]]")),
    ('name = "a"\n  name = "b"', ("stands here and on line 3",)),
    ('name =\N{NO-BREAK SPACE}"Torget"', ("no-break space",)),
    ('\ufeffname = "Torget"', ("byte order mark",)),
]


@pytest.mark.parametrize(("line", "words"), WRITTEN_WRONG, ids=[line for line, _ in WRITTEN_WRONG])
@pytest.mark.parametrize("before", ["", "# a letter’s “quotes”\n"])
def test_a_slip_in_how_it_is_written_gets_its_own_sentence_and_is_shown(
    tmp_path: Path, line: str, words: tuple[str, ...], before: str
) -> None:
    text = f'{before}[[company]]\nid = "fjordmat"\n  {line}\n  z_report = "hold"\n'
    if before:
        words = tuple(word.replace("line 3", "line 4") for word in words)
    (fault,) = faults_of(tmp_path, text)
    wrong = line.rsplit("\n", maxsplit=1)[-1].strip()
    assert fault.line == 3 + bool(before) + line.count("\n")
    assert all(word in f"{fault.what} {fault.fix}" for word in words), fault
    assert fault.shown == "".join(sign if sign.isprintable() else "?" for sign in wrong)
    with pytest.raises(SetupRefused) as refused:
        read(tmp_path, text)
    assert f"\n    {fault.shown}\n" in str(refused.value)


@pytest.mark.parametrize(
    "line",
    [
        "client_key = hush-hush",
        "client_key = “hush-hush”",
        'client_key = "hush-hush',
        "client_key: hush-hush",
        "client_key hush-hush",
        "client_kye = hush-hush",
        "password = hush-hush",
        "hush-hush",
        '"hush-hush"',
        "“hush-hush”",
        "hush-hush==",
        "base_url = https://kari:hush-hush@example.com",
        'client_key =\n  "hush-hush"',
        "name = 0f8fad5b-d9cb-469f-a165-70867728950e",
        "name = torget # client_key hush-hush",
        'application_key = "env:A" hush-hush',
        "nonsense = hush-hush",
    ],
)
def test_a_line_that_may_hold_a_secret_is_never_shown(tmp_path: Path, line: str) -> None:
    with pytest.raises(SetupRefused) as refused:
        read(tmp_path, f'[[company]]\nid = "fjordmat"\n{line}\nz_report = "hold"\n')
    assert "hush" not in str(refused.value)
    assert "0f8fad5b" not in str(refused.value)


def test_a_path_whose_backslashes_stand_for_other_signs_is_told_how_to_be_written(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, changed('name = "Torget Kafé"', r'name = "C:\temp\new"'))
    assert "single quotes" in fault.fix


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_is_read_as_windows_may_save_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "setup.toml"
    mark = "\ufeff" if encoding.startswith("utf-16-") else ""
    path.write_bytes((mark + GOOD).replace("\n", "\r\n").encode(encoding))
    assert read_setup(path, Setup(), SECRETS) == read(tmp_path, GOOD)


def test_what_is_no_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, changed('name = "Fjordmat AS"', "name = Fjordmat AS"))
    assert fault.line == 4
    (fault,) = faults_of(tmp_path, changed('"env:PO_APP_KEY"', "hush-main"))
    assert fault.line == 6
    (fault,) = faults_of(tmp_path, "[[company]]\n[[company.venue")
    assert fault.line == 2
    (fault,) = faults_of(tmp_path, "x = " + "[" * 20_000)
    assert "deep" in fault.what or "TOML" in fault.what


def test_what_is_no_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "setup.toml"
    path.write_bytes(GOOD.encode("iso-8859-1"))
    with pytest.raises(SetupRefused) as refused:
        read_setup(path, Setup(), SECRETS)
    (fault,) = refused.value.faults
    assert (fault.line, "UTF-8" in fault.fix) == (10, True)


def test_a_file_that_is_not_there_or_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no setup file"):
        read_setup(tmp_path / "none.toml", Setup(), {})
    with pytest.raises(UsageError, match="cannot be read"):
        read_setup(tmp_path, Setup(), {})


def test_an_id_that_is_no_text_is_refused_and_nothing_breaks(tmp_path: Path) -> None:
    text = changed('id = "fjordmat"', "id = ['x']")
    text = changed('"env:PO_CLIENT_KEY_TORGET"', "{ a = 1 }", text)
    text = changed("addon = 3", "addon = [3]", text)
    assert [fault.line for fault in faults_of(tmp_path, text, Setup(read(tmp_path, GOOD)))] == [3, 12, 22]


def test_the_eleventh_venue_of_a_company_is_refused(tmp_path: Path) -> None:
    venues = "".join(
        f'[[company.venue]]\nid = "v{n}"\nname = "V"\nclient_key = "env:K{n}"\nexport_from = 2020-01-01\n'
        for n in range(11)
    )
    head = OTHER_COMPANY.partition("\n\n")[0] + "\n"
    environ = {"PO_APP_KEY": "main", **{f"K{n}": f"key {n}" for n in range(11)}}
    (fault,) = faults_of(tmp_path, head + venues, environ=environ)
    assert fault.line == line_of(head + venues, '"v10"') - 1
    assert fault.fix.startswith("PowerOffice Go takes ten departments per integration: the main key and nine add-ons")


def test_two_companies_of_one_file_share_no_id_no_venue_and_no_client_key(tmp_path: Path) -> None:
    other = changed('"nordbar"', '"fjordmat"', OTHER_COMPANY)
    other = changed('"havna"', '"torget"', other)
    other = changed("env:PO_OTHER", "env:PO_SAME_AS_TORGET", other)
    first = GOOD.count("\n")
    faults = faults_of(tmp_path, GOOD + other)
    assert [(fault.line or 0) - first for fault in faults] == [2, 8, 10]


def test_a_register_may_stand_in_two_companies_or_at_two_locations(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD + changed('["1"]', '["11.222-33.44.567"]', OTHER_COMPANY))
    text = changed('registers = ["11.222-33.44.567"]', 'registers = ["1"]\nlocation = "A"')
    assert read(tmp_path, changed('"Location A: Shop Frogner"', '"B"\nregisters = ["1"]', text))


def test_a_venue_of_a_location_without_registers_claims_those_of_another(tmp_path: Path) -> None:
    location = 'location = "Location A: Shop Frogner"\n'
    text = changed('registers = ["11.222-33.44.567"]\n', f'registers = ["1"]\n{location}')
    (fault,) = faults_of(tmp_path, text)
    assert fault.line == line_of(text, '"Location A') + 11


# ---- against what is saved ----


def test_the_first_day_cannot_be_changed_once_saved(tmp_path: Path) -> None:
    saved = Setup(read(tmp_path, GOOD))
    (fault,) = faults_of(tmp_path, changed("2020-02-01", "2019-12-31"), saved)
    assert fault.line == 25
    assert "2019-12-31" in fault.what
    assert "2020-02-01" in fault.what
    assert "cannot be changed once saved" in fault.what


def test_a_venue_cannot_move_to_another_company(tmp_path: Path) -> None:
    saved = Setup(read(tmp_path, OTHER_COMPANY))
    text = changed('id = "brygga"', 'id = "havna"')
    text = changed("2020-02-01", "2021-01-01", text)
    (fault,) = faults_of(tmp_path, text, saved)
    assert (fault.line, "company nordbar" in fault.what) == (19, True)
    both = text + changed('"havna"', '"havna-2"', OTHER_COMPANY)
    (fault,) = faults_of(tmp_path, both, saved)
    assert (fault.line, "cannot move" in fault.what) == (19, True)


@pytest.mark.parametrize("reference", ["env:PO_OTHER", "env:PO_SAME_AS_OTHER"])
def test_a_client_key_of_another_saved_company_is_refused(tmp_path: Path, reference: str) -> None:
    saved = Setup(read(tmp_path, OTHER_COMPANY))
    environ = {**SECRETS, "PO_SAME_AS_OTHER": "hush-other"}
    (fault,) = faults_of(tmp_path, changed("env:PO_CLIENT_KEY_TORGET", reference), saved, environ)
    assert (fault.line, "venue havna of company nordbar" in fault.what) == (12, True)


def test_a_saved_key_that_can_no_longer_be_found_is_no_fault_of_this_file(tmp_path: Path) -> None:
    saved = Setup(read(tmp_path, OTHER_COMPANY))
    environ = {name: value for name, value in SECRETS.items() if name != "PO_OTHER"}
    assert read(tmp_path, GOOD, saved, environ)


def test_closing_times_cash_credit_and_limits_come_back_as_they_were_written(tmp_path: Path) -> None:
    text = changed('z_report = "hold"', 'closes = "02:30"\n  file_organization_numbers = ["974760673"]')
    text = changed('account = "1900"', 'account = "1910"\n  cash = true\n  credit = true\n  rate_per = 100', text)
    text = changed('rounding = "7740"', 'rounding = "7740"\n  rounding_limit = "1.00"\n  credit_type = "CASH"', text)
    (company,) = read(tmp_path, text)
    shown = format_setup([company])
    for line in (
        'closes = "02:30"',
        'file_organization_numbers = ["974760673"]',
        "cash = true",
        "credit = true",
        "rate_per = 100",
        'rounding_limit = "1.00"',
        'credit_type = "CASH"',
    ):
        assert line in [row.strip() for row in shown.splitlines()]
    assert read(tmp_path, shown) == (company,)
    assert describe_changes(company, company) == []
    (before,) = read(tmp_path, GOOD)
    told = describe_changes(before, company)
    assert "venue torget: closes not set -> 02:30" in told
    assert "payment type CASH: rate_per 1 -> 100" in told


# ---- secrets ----


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("env:PO_NONE", ("PO_NONE", "is not set", "Set PO_NONE")),
        ("env:PO_EMPTY", ("PO_EMPTY", "is empty")),
        ("file:no/such/key", ("no/such/key", "is a file that is not there")),
    ],
)
@pytest.mark.parametrize("key", ["env:PO_APP_KEY", "env:PO_CLIENT_KEY_TORGET"])
def test_a_key_that_is_not_there_yet_is_told_with_its_line_and_refuses_nothing(
    tmp_path: Path, reference: str, words: tuple[str, ...], key: str
) -> None:
    text = changed(key, reference)
    path = tmp_path / "setup.toml"
    path.write_text(text, encoding="utf-8")
    read = read_setup_file(path, Setup(), SECRETS)
    (note,) = read.notes
    assert note.startswith(f"line {line_of(text, reference)}: ")
    assert all(word in note for word in words)
    assert reference in format_setup(read.companies)


def test_two_venues_never_share_a_reference_also_where_nothing_is_there_yet(tmp_path: Path) -> None:
    text = changed("env:PO_CLIENT_KEY_TORGET", "env:PO_NONE")
    text = changed("env:PO_CLIENT_KEY_BRYGGA", "env:PO_NONE", text)
    (fault,) = faults_of(tmp_path, text, environ={})
    assert "client_key is the one" in fault.what


def test_a_secret_is_found_in_the_environment_or_a_file_and_stripped(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("hush-file\n")
    assert resolve_secret("env:PO_SAME_AS_TORGET", SECRETS) == "hush-torget"
    assert resolve_secret(f"file:{key}", {}) == "hush-file"


@pytest.mark.parametrize(
    "reference",
    [
        "env:PO_NONE",
        "env:PO_EMPTY",
        "env:PO_TWO_LINES",
        "env:",
        "env:a b",
        "file:",
        "file:.",
        "hush",
        "ENV:hush",
    ],
)
def test_a_secret_that_cannot_be_found_is_never_repeated(reference: str) -> None:
    with pytest.raises(MissingSecret) as missing:
        resolve_secret(reference, SECRETS)
    assert "hush" not in str(missing.value)
    assert missing.value.__cause__ is None


# ---- lines ----


def places_of(value: Any, place: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return {place, *(one for key, under in inner for one in places_of(under, (*place, key)))} - {()}


TRICKY = '''\
a = "x # [no]" # [neither]
"b.c" . 'd' = 1979-05-27 07:32:00
e = [ 1, # ] a comment
  [ 2, "]" ],
  { f = """
]] \\"""
g = 1""", h.i = \'\'\'it's ]\'\'\', "j\\u0041" = {} },
]
k = """"quoted""""
[ l . "m n" ]
[[l.o]]
p = 1
[[l.o]]
[l.o.q]
r = true
[[l.o.s]]
t = 'C:\\x'
'''


def test_lines_are_found_through_strings_comments_and_values_of_several_lines() -> None:
    located = locate_lines(TRICKY)
    assert places_of(tomllib.loads(TRICKY)) == set(located)
    assert located[("b.c", "d")] == 2
    assert located[("e", 1, 1)] == 4
    assert located[("e", 2, "h", "i")] == 7
    assert located[("l", "o", 1)] == 13
    assert located[("l", "o", 1, "q", "r")] == 15
    assert located[("l", "o", 1, "s", 0, "t")] == 17


KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
TEXTS = st.text(st.sampled_from("a'\"#[]{}=,\\\n é"))
SCALARS = st.one_of(st.booleans(), st.integers(-9, 9), st.floats(), st.dates(), st.times(), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=count_examples(60), deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_every_key_and_element_of_any_file_has_a_line(document: dict[str, Any]) -> None:
    text = tomlkit.dumps(document)
    assert places_of(tomllib.loads(text)) <= set(locate_lines(text))


PLACES = sorted(places_of(tomllib.loads(GOOD)), key=str)


@settings(max_examples=count_examples(200), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=3))
def test_whatever_stands_anywhere_is_read_or_refused_and_nothing_breaks(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[str | int, ...], Any]]
) -> None:
    document: Any = tomllib.loads(GOOD)
    for place, value in changes:
        under = document
        key: Any = place[-1]
        try:
            for part in place[:-1]:
                under = under[part]
            if isinstance(under, list if isinstance(key, int) else dict):
                under[key] = value
        except (LookupError, TypeError):
            continue  # an earlier change took it away
    path = tmp_path_factory.mktemp("any") / "setup.toml"
    path.write_text(tomlkit.dumps(document), encoding="utf-8", newline="")
    try:
        companies = read_setup(path, Setup(), SECRETS)
    except SetupRefused as refused:
        assert all(fault.line or "describes no company" in fault.what for fault in refused.faults)
    else:
        json.dumps([company.document for company in companies])


# ---- writing it back ----


def test_what_is_written_is_read_back_as_the_same_companies(tmp_path: Path) -> None:
    companies = read(tmp_path, GOOD + OTHER_COMPANY)
    text = format_setup(companies)
    assert read(tmp_path, text) == companies
    assert format_setup(read(tmp_path, text)) == text


def test_what_is_written_reads_as_a_person_would_write_it(tmp_path: Path) -> None:
    text = format_setup(read(tmp_path, GOOD))
    assert "hush" not in text
    assert 'client_key = "env:PO_CLIENT_KEY_TORGET"' in text
    assert 'name = "Torget Kafé"' in text
    assert '  accounts = { "31" = "3030", "3" = "3020" }' in text
    assert "  export_from = 2020-01-01\n" in text
    headers = [line.strip() for line in text.splitlines() if "[[" in line or "[company" in line]
    assert headers[1:4] == ["[[company.venue]]", "[[company.venue]]", "[[company.vat_code]]"]
    assert headers[-1] == "[company.accounts]"


PRINTED = st.characters(exclude_categories=["C", "Z"], include_characters=" ")
NAMES = st.text(PRINTED, min_size=1, max_size=8).filter(lambda text: text.isprintable() and bool(text.strip()))
CODES = st.text(PRINTED, min_size=1, max_size=6).map(clean_code).filter(bool)
ACCOUNT_NUMBERS = st.sampled_from(["", "300", "3020", "15000123"])
BY_GO_CODE = st.dictionaries(st.sampled_from(["3", "31", "33", "0"]), ACCOUNT_NUMBERS, min_size=1)


def optional(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


def rows(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.builds(lambda code, rest: {"code": code, **rest}, CODES, optional(**keys))
    return st.lists(row, min_size=1, max_size=3, unique_by=lambda one: one["code"])


MAPPINGS = optional(
    vat_code=st.lists(CODES, min_size=1, max_size=3, unique=True).map(
        lambda codes: [{"code": code, "go": "31"} for code in codes]
    ),
    product_type=rows(name=NAMES, accounts=BY_GO_CODE),
    payment_type=rows(
        name=NAMES,
        account=ACCOUNT_NUMBERS,
        transfer=st.just(False),
        currency_accounts=st.just({"EUR": "1905"}),
    ),
    accounts=st.fixed_dictionaries({"tips": ACCOUNT_NUMBERS}, optional={"discounts": BY_GO_CODE}),
)
VENUE_OPTIONS = optional(
    department=CODES,
    timezone=st.sampled_from(["Europe/London", "Arctic/Longyearbyen"]),
    day_starts=st.times().map(lambda at: f"{at:%H:%M}").filter(lambda text: text != "05:00"),
    location=CODES,
    automatic_export=st.just(True),
    z_report=st.sampled_from(["warn", "ignore"]),
    schedule=st.sampled_from(["weekly", "monthly", "30 5 * * 1-5"]),
    notify=st.just(["a@b.example", "ø@b.example"]),
)
COMPANY_OPTIONS = optional(environment=st.just("production"), currency=st.just("DKK"), vat_registered=st.just(False))


@settings(max_examples=count_examples(60), deadline=None)
@given(
    NAMES,
    COMPANY_OPTIONS,
    MAPPINGS,
    st.lists(st.tuples(NAMES, VENUE_OPTIONS, MAPPINGS), max_size=3),
    st.data(),
)
def test_any_setup_is_written_and_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    options: dict[str, Any],
    mapping: dict[str, Any],
    venues: list[tuple[str, dict[str, Any], dict[str, Any]]],
    data: st.DataObject,
) -> None:
    documents = [
        {
            "id": f"v{n}",
            "name": venue_name,
            "client_key": f"env:K{n}",
            "registers": [f"{n}", f"{n}æ"],
            "export_from": data.draw(st.dates(date(2000, 1, 1), date(2099, 12, 31))).isoformat(),
            **venue_options,
            **venue_mapping,
        }
        for n, (venue_name, venue_options, venue_mapping) in enumerate(venues)
    ]
    company = {"id": "c", "name": name, "organization_number": "999999999", "application_key": "env:APP"}
    document = {**company, **options, **({"venue": documents} if documents else {}), **mapping}
    path = tmp_path_factory.mktemp("setup") / "setup.toml"
    before = parse_company(document)
    path.write_text(format_setup([before]), encoding="utf-8", newline="")
    (after,) = read_setup(path, Setup((before,)), {"APP": "a", "K0": "k0", "K1": "k1", "K2": "k2"})
    assert after == before
    assert describe_changes(before, after) == []


# ---- what a change changes ----


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"Fjordmat AS"', '"Fjord AS"', "company fjordmat: name Fjordmat AS -> Fjord AS"),
        ('"hold"', '"warn"', "venue torget: z_report hold -> warn"),
        ('  department = "10"\n', "", "venue torget: department 10 -> not set"),
        ('["11.222-33.44.567"]', '["1", "2"]', "venue torget: registers 11.222-33.44.567 -> 1, 2"),
        (
            "env:PO_CLIENT_KEY_TORGET",
            "env:PO_OTHER",
            "venue torget: client_key env:PO_CLIENT_KEY_TORGET -> env:PO_OTHER",
        ),
        ('go = "3"', 'go = "31"', "VAT code 3: go 3 -> 31"),
        ('"3" = "3020"', '"3" = "3021"', "product type 100: account for VAT code 3: 3020 -> 3021"),
        ('"3" = "3020"', '"3" = ""', "product type 100: account for VAT code 3: 3020 -> not set"),
        ('"1900"', '"1900"\ntransfer = false', "payment type CASH: transfer true -> false"),
        ('rounding = "7740"', 'rounding = "7741"', "account for rounding: 7740 -> 7741"),
        ('{ "3" = "3087" }', '{ "3" = "3088" }', "account for discounts at VAT code 3: 3087 -> 3088"),
    ],
)
def test_a_change_is_told_in_one_line(tmp_path: Path, old: str, new: str, line: str) -> None:
    (before,) = read(tmp_path, GOOD)
    (after,) = read(tmp_path, changed(old, new))
    assert describe_changes(before, after) == [line]


def test_new_and_removed_things_are_told_by_name(tmp_path: Path) -> None:
    (before,) = read(tmp_path, GOOD)
    text = changed('code = "100"', 'code = "200"')
    text = changed('id = "brygga"', 'id = "kaia"', text)
    (after,) = read(tmp_path, text)
    assert describe_changes(before, after) == [
        "venue brygga: removed",
        "venue kaia: new",
        "product type 100: removed",
        "product type 200: new",
    ]
    assert describe_changes(None, after) == ["company fjordmat: new", "venue torget: new", "venue kaia: new"]
    assert describe_changes(before, before) == []


def test_a_venues_own_mapping_is_told_with_the_venue(tmp_path: Path) -> None:
    (before,) = read(tmp_path, GOOD)
    brygga = '[[company.venue]]\n  id = "brygga"'
    own = '[company.venue.accounts]\ntips = "2912"\n[[company.venue.product_type]]\ncode = "5"\n'
    (after,) = read(tmp_path, changed(brygga, own + brygga))
    assert describe_changes(before, after) == [
        "venue torget: product type 5: new",
        "venue torget: account for tips: not set -> 2912",
    ]


# ---- schedules ----


@pytest.mark.parametrize(
    ("schedule", "first"),
    [
        ("daily", "2026-11-23 05:00"),
        ("weekly", "2026-11-23 05:00"),
        ("monthly", "2026-12-01 05:00"),
        ("0 6 * * 1", "2026-11-23 06:00"),
        ("0 6 * * 0", "2026-11-29 06:00"),
        ("0 6 * * 7", "2026-11-29 06:00"),
        ("0 6 * * 2-4", "2026-11-24 06:00"),
        ("0 6 * * sat-sun", "2026-11-28 06:00"),
        ("0 6 * * 5-7/2", "2026-11-27 06:00"),
        ("*/15 * * * *", "2026-11-22 12:15"),
    ],
)
def test_a_schedule_fires_when_cron_would(schedule: str, first: str) -> None:
    trigger = CronTrigger(**parse_schedule(schedule), timezone=UTC)
    fires = trigger.get_next_fire_time(None, datetime(2026, 11, 22, 12, 1, tzinfo=UTC))  # a Sunday
    assert f"{fires:%Y-%m-%d %H:%M}" == first


# ---- drafts of a setup file ----


MASTER = MasterData(
    company_name="Sjøbua Ærlig AS",
    organization_number="NO 999 999 999 MVA",
    product_types={"100": "Mat", "200": "Øl"},
    payment_types={"CASH": "Kontant", "VISA": "Kort"},
    vat_codes={"0": "Ingen", "1": "25 %", "2": "15 %"},
    standard_vat_codes={"0": "0", "1": "3", "2": "31"},
    registers=(("Frogner", "R1", "till"), ("Frogner", "R2", "bar"), (None, "9", "")),
)


def environ_for(text: str) -> dict[str, str]:
    keys = [part.partition('"')[0] for part in text.split('"env:')[1:]]
    return {key: f"key {n}" for n, key in enumerate(keys)}


def test_a_draft_is_a_setup_with_accounts_left_for_the_bookkeeper(tmp_path: Path) -> None:
    text = format_draft(MASTER, export_from=date(2026, 12, 1), sold={"200": {"1"}, "100": {"1", "2"}})
    (company,) = read(tmp_path, text, environ=environ_for(text))
    assert (company.id, company.name) == ("sjobua-aerlig", "Sjøbua Ærlig AS")
    assert company.organization_number == "999999999"
    assert [(venue.id, venue.location, venue.registers) for venue in company.venues] == [
        ("frogner", "Frogner", ()),
        ("sjobua-aerlig-as", None, ("9",)),
    ]
    assert {venue.export_from for venue in company.venues} == {date(2026, 12, 1)}
    assert 'client_key = "env:PO_CLIENT_KEY_FROGNER"' in text
    assert company.document["vat_code"][1] == {"code": "1", "go": "3"}
    products = {row["code"]: row["accounts"] for row in company.document["product_type"]}
    assert products == {"100": {"3": "", "31": ""}, "200": {"3": ""}}
    assert [row["account"] for row in company.document["payment_type"]] == ["", ""]
    assert "3020" in text
    assert "1900" in text
    assert "2911" in text


def test_a_draft_without_sales_offers_every_vat_code_with_vat(tmp_path: Path) -> None:
    text = format_draft(MASTER, export_from=date(2026, 12, 1))
    assert text.count('accounts = { "3" = "", "31" = "" }') == 2


def test_a_draft_for_one_venue_gives_it_every_register(tmp_path: Path) -> None:
    text = format_draft(MASTER, "torget", export_from=date(2026, 12, 1))
    (company,) = read(tmp_path, text, environ=environ_for(text))
    assert [(venue.id, venue.registers) for venue in company.venues] == [("torget", ("R1", "R2", "9"))]
    with pytest.raises(UsageError, match="no venue id"):
        format_draft(MASTER, "Torget!", export_from=date(2026, 12, 1))


def test_a_draft_of_what_says_nothing_still_lists_what_was_sold(tmp_path: Path) -> None:
    sold = {"7": {"3", "A"}}
    text = format_draft(MasterData(), export_from=date(2026, 12, 1), sold=sold, paid={"CARD"})
    (company,) = read(tmp_path, text, environ=environ_for(text))
    assert company.document["vat_code"] == [{"code": "3", "go": "3"}, {"code": "A", "go": ""}]
    assert company.document["product_type"] == [{"code": "7", "accounts": {"3": ""}}]
    assert company.document["payment_type"] == [{"code": "CARD", "account": ""}]
    assert text.count("to fill in") >= 3


def test_a_draft_leaves_venues_beyond_the_tenth_as_comments(tmp_path: Path) -> None:
    master = MasterData(registers=tuple((f"Shop {n}", "1", "") for n in range(12)))
    text = format_draft(master, export_from=date(2026, 12, 1))
    (company,) = read(tmp_path, text, environ=environ_for(text))
    assert len(company.venues) == 10
    assert 'location = "Shop 11"' in text


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CODE_NAMES = st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=4)


@settings(max_examples=count_examples(80), deadline=None)
@given(
    ANY_TEXT,
    ANY_TEXT,
    CODE_NAMES,
    CODE_NAMES,
    CODE_NAMES,
    st.lists(st.tuples(st.none() | ANY_TEXT, ANY_TEXT, ANY_TEXT), max_size=12),
    st.dictionaries(ANY_TEXT, st.sets(ANY_TEXT, max_size=3), max_size=3),
    st.none() | st.just("torget"),
)
def test_any_draft_is_read_without_fault_once_its_keys_are_set(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    number: str,
    products: dict[str, str],
    payments: dict[str, str],
    vat_codes: dict[str, str],
    registers: list[tuple[str | None, str, str]],
    sold: dict[str, set[str]],
    venue_id: str | None,
) -> None:
    master = MasterData(name, number, products, payments, vat_codes, vat_codes, {}, {}, tuple(registers))
    text = format_draft(master, venue_id, export_from=date(2026, 12, 1), sold=sold, paid=set(payments))
    path = tmp_path_factory.mktemp("draft") / "setup.toml"
    path.write_text(text, encoding="utf-8", newline="")
    assert len(read_setup(path, Setup(), environ_for(text))) == 1


# ---- rows that count from a day on ----

DATED = (
    GOOD.replace("  [company.accounts]", "  [[company.accounts]]")
    + """
  [[company.accounts]]
  valid_from = 2026-12-15
  discounts = {}
  rounding = ""

  [[company.product_type]]
  code = "100"
  valid_from = "2026-12-01"
  accounts = { "3" = "3025" }
"""
)


def test_rows_by_day_come_back_as_they_are_written(tmp_path: Path) -> None:
    companies = read(tmp_path, DATED)
    text = format_setup(companies)
    assert text.count("valid_from = 2026-12-01\n") == text.count("valid_from = 2026-12-15\n") == 1
    assert text.count("[[company.accounts]]") == 2
    assert read(tmp_path, text) == companies
    assert describe_changes(companies[0], read(tmp_path, text)[0]) == []
    torget = companies[0].venues[0]
    accounts = [torget.on(date(2026, 12, day)).mapping.accounts for day in (14, 15)]
    assert [(found.discounts, found.rounding) for found in accounts] == [({"3": "3087"}, "7740"), ({}, None)]


def test_one_table_of_accounts_is_the_same_however_its_brackets_are(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace("[company.accounts]", "[[company.accounts]]")) == read(tmp_path, GOOD)
    alone = "  [company.accounts]\n  valid_from = 2026-12-01\n"
    (company,) = read(tmp_path, changed("  [company.accounts]\n", alone))
    assert company.venues[0].on(date(2026, 11, 30)).mapping.accounts.rounding is None
    assert company.venues[0].on(date(2026, 12, 1)).mapping.accounts.rounding == "7740"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"3025"', '"3026"', ["product type 100 from 2026-12-01: account for VAT code 3: 3025 -> 3026"]),
        (
            "2026-12-01",
            "2026-12-02",
            ["product type 100 from 2026-12-01: removed", "product type 100 from 2026-12-02: new"],
        ),
        ('rounding = ""', 'rounding = "7741"', ["accounts from 2026-12-15: account for rounding: not set -> 7741"]),
        ("2026-12-15", "2026-12-16", ["accounts from 2026-12-15: removed", "accounts from 2026-12-16: new"]),
        ('"7740"', '"7742"', ["account for rounding: 7740 -> 7742"]),
    ],
)
def test_what_changes_is_told_by_row_and_day(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    (before,), (after,) = read(tmp_path, DATED), read(tmp_path, changed(old, new, DATED))
    assert describe_changes(before, after) == told


def test_accounts_by_day_in_single_brackets_are_told_how_to_be_written(tmp_path: Path) -> None:
    text = GOOD + '\n  [company.accounts]\n  valid_from = 2026-12-01\n  tips = "2912"\n'
    (fault,) = faults_of(tmp_path, text)
    assert "[company.accounts] stands here and on line" in fault.what
    assert "write each as [[company.accounts]]" in fault.fix


@pytest.mark.parametrize("venue", ["", ".venue"])
@pytest.mark.parametrize("order", [("[{0}]", "[[{0}]]"), ("[[{0}]]", "[ {0} ]  # others")])
def test_accounts_by_day_in_two_kinds_of_brackets_are_told_how_to_be_written(
    tmp_path: Path, order: tuple[str, str], venue: str
) -> None:
    first, second = (header.format(f"company{venue}.accounts") for header in order)
    start = GOOD[: GOOD.index("  [[company.vat_code]]")]
    text = f'{start}  {first}\n  tips = "2911"\n  {second}\n  valid_from = 2026-12-01\n  tips = "2912"\n'
    (fault,) = faults_of(tmp_path, text)
    lines = text.splitlines()
    assert (fault.line, fault.shown) == (len(lines) - 2, second)
    assert f"on line {len(lines) - 4}" in fault.what
    assert fault.fix.startswith(f"Write each as [[company{venue}.accounts]], with valid_from")


@pytest.mark.parametrize("day", ["0001-01-01", "20261201", '"1. desember"', "2026-12-01T05:00:00", "[]"])
def test_a_row_whose_day_cannot_be_read_is_not_taken_for_the_one_without_a_day(tmp_path: Path, day: str) -> None:
    row = '  [[company.payment_type]]\n  code = "CASH"\n'
    text = GOOD.replace(row, f'{row}  valid_from = {day}\n  account = "1901"\n{row}', 1)
    assert text != GOOD
    (fault,) = faults_of(tmp_path, text)
    assert "valid_from" in fault.what and "stands here" not in fault.what

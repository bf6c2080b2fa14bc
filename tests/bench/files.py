"""The same sales as the files posexport reads, and the setup that belongs to them. Streamed, whatever their size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.bench.sales import MENU, RATE_PERCENT, REGISTERS, Line, Plan, Sold, register_id, sell, sell_day, venue_id

OSLO = ZoneInfo("Europe/Oslo")
ORE_PER_KRONE = 100
_BUFFER_BYTES = 1 << 20


def format_ore(amount_ore: int) -> str:
    """Øre as kroner.

    >>> format_ore(-4490)
    '-44.90'
    """
    kroner, ore = divmod(abs(amount_ore), ORE_PER_KRONE)
    return f"{'-' if amount_ore < 0 else ''}{kroner}.{ore:02d}"


# JSON lines


def write_jsonl(plan: Plan, path: Path) -> Path:
    """A file of JSON lines; times carry their offset."""
    with path.open("w", encoding="utf-8", buffering=_BUFFER_BYTES) as file:
        for sold in sell(plan):
            file.write(_json_ticket(sold))
    return path


def _json_ticket(sold: Sold) -> str:
    payments = ", ".join(
        f'{{"payment_type": "{code}", "amount": "{format_ore(amount_ore)}"}}' for code, amount_ore in sold.payments
    )
    tip = f', "tip": "{format_ore(sold.tip_ore)}"' if sold.tip_ore else ""
    rounding = f', "rounding": "{format_ore(sold.rounding_ore)}"' if sold.rounding_ore else ""
    return (
        f'{{"register": "{sold.register}", "ticket": "{sold.number}", '
        f'"completed_at": "{sold.at:%Y-%m-%dT%H:%M:%S}{_offset(sold.business_day)}", '
        f'"lines": [{", ".join(map(_json_line, sold.lines))}], "payments": [{payments}]{tip}{rounding}}}\n'
    )


@cache
def _json_line(line: Line) -> str:
    return (
        f'{{"product_type": "{line.article.product_type}", "vat_code": "{line.vat_code}", '
        f'"gross": "{format_ore(line.gross_ore)}", "vat": "{format_ore(line.vat_ore)}", '
        f'"quantity": "{line.quantity}", "text": "{line.article.name}"}}'
    )


@cache
def _offset(business_day: date) -> str:
    """Clocks change at two in the night, when everybody has gone home."""
    noon = datetime.combine(business_day, time(12), OSLO)
    return noon.strftime("%z")[:3] + ":" + noon.strftime("%z")[3:]


# CSV


def write_csv(plan: Plan, path: Path) -> Path:
    """A file of CSV: a row for each line, payment, tip and rounding; times are local."""
    with path.open("w", encoding="utf-8", buffering=_BUFFER_BYTES) as file:
        file.write("register;ticket;completed_at;kind;code;vat_code;amount;vat_amount;text\n")
        for sold in sell(plan):
            head = f"{sold.register};{sold.number};{sold.at:%Y-%m-%d %H:%M:%S};"
            file.writelines(f"{head}{row}\n" for row in _csv_rows(sold))
    return path


def _csv_rows(sold: Sold) -> Iterator[str]:
    yield from map(_csv_line, sold.lines)
    for code, amount_ore in sold.payments:
        yield f"payment;{code};;{format_ore(amount_ore)};;"
    if sold.tip_ore:
        yield f"tip;;;{format_ore(sold.tip_ore)};;"
    if sold.rounding_ore:
        yield f"rounding;;;{format_ore(sold.rounding_ore)};;"


@cache
def _csv_line(line: Line) -> str:
    article = line.article
    return (
        f"sale;{article.product_type};{line.vat_code};{format_ore(line.gross_ore)};{format_ore(line.vat_ore)};"
        f"{article.name}"
    )


# SAF-T Cash Register


_NAMES = {"100": "Mat", "110": "Kaffe og bakst", "120": "Mineralvann", "200": "Øl", "210": "Vin", "300": "Billetter"}
_BASICS = (
    *(("04", code, "04999", name) for code, name in {**_NAMES, "900": "Gavekort"}.items()),
    ("05", "SAL", "", "Salgslinje"),
    ("05", "RET", "", "Returlinje"),
    ("10", "TIPS", "10001", "Tips"),
    ("11", "CASHSAL", "11001", "Kontantsalg"),
    ("11", "RETURNSAL", "11006", "Retur"),
    ("12", "CASH", "12001", "Kontant"),
    ("12", "BANKAXEPT", "12002", "BankAxept"),
    ("12", "VISA", "12003", "Visa"),
    ("12", "VIPPS", "12011", "Vipps"),
    ("13", "DRAWER", "13005", "Skuff åpnet"),
    ("13", "ZREP", "13009", "Z-rapport"),
)
_STANDARD_VAT_CODES = {"3": "3", "2": "31", "1": "33", "0": "0"}


def write_saft(plan: Plan, path: Path) -> Path:
    """A SAF-T Cash Register file: events first in each register (a drawer opened for every cash sale, a Z-report a
    night), then its tickets."""
    with path.open("w", encoding="utf-8", buffering=_BUFFER_BYTES) as file:
        file.write(_saft_head(plan))
        for venue in range(plan.venues):
            file.write(f"<location><name>Utsalg {venue}</name>")
            for register in range(REGISTERS):
                name = register_id(venue, register)
                file.write(f"<cashregister><registerID>{name}</registerID><regDesc>Kasse {register + 1}</regDesc>")
                for day in plan.business_days:
                    file.writelines(_saft_events(plan, venue, register, day))
                for day in plan.business_days:
                    file.writelines(map(_saft_ticket, sell_day(plan, venue, register, day)))
                file.write("</cashregister>")
            file.write("</location>\n")
        file.write("</company></auditfile>\n")
    return path


def _tag(name: str, text: object) -> str:
    return f"<{name}>{text}</{name}>"


def _saft_head(plan: Plan) -> str:
    last = plan.business_days[-1] + timedelta(days=1)
    vat_codes = "".join(
        f"<vatCodeDetail>{_tag('vatCode', code)}{_tag('dateOfEntry', '2025-01-01')}"
        f"{_tag('vatDesc', f'MVA {RATE_PERCENT[code]} %')}{_tag('standardVatCode', standard)}</vatCodeDetail>"
        for code, standard in _STANDARD_VAT_CODES.items()
    )
    articles = "".join(
        f"<article>{_tag('artID', article.id)}{_tag('dateOfEntry', '2025-01-01')}"
        f"{_tag('artGroupID', article.product_type)}{_tag('artDesc', article.name)}</article>"
        for article in MENU
    )
    basics = "".join(
        f"<basic>{_tag('basicType', basic_type)}{_tag('basicID', code)}"
        f"{_tag('predefinedBasicID', predefined) if predefined else ''}{_tag('basicDesc', name)}</basic>"
        for basic_type, code, predefined, name in _BASICS
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<auditfile xmlns="urn:StandardAuditFile-Taxation-CashRegister:NO">'
        f"<header><fiscalYear>2025</fiscalYear>{_tag('startDate', plan.first_day)}{_tag('endDate', last)}"
        f"<curCode>NOK</curCode>{_tag('dateCreated', last)}<timeCreated>05:05:00</timeCreated>"
        "<softwareDesc>Kassen</softwareDesc><softwareVersion>4.2</softwareVersion>"
        "<softwareCompanyName>Kassen AS</softwareCompanyName><auditfileVersion>1.0</auditfileVersion></header>"
        "<company><companyIdent>999999999</companyIdent><companyName>Fjordmat AS</companyName>"
        "<taxRegistrationCountry>NO</taxRegistrationCountry><taxRegIdent>999999999MVA</taxRegIdent>"
        f"<vatCodeDetails>{vat_codes}</vatCodeDetails><articles>{articles}</articles><basics>{basics}</basics>\n"
    )


def _saft_ticket(sold: Sold) -> str:
    total_ore = sold.total_ore
    net_ore = total_ore - sum(line.vat_ore for line in sold.lines)
    day, at = f"{sold.at:%Y-%m-%d}", f"{sold.at:%H:%M:%S}"
    moment = f"<lineDate>{day}</lineDate><lineTime>{at}</lineTime>"
    head = f"<ctLine><nr>{sold.number}</nr><lineID>"
    lines = []
    for number, line in enumerate(sold.lines, 1):
        before, after = _saft_line(line)
        lines.append(f"{head}{number}{before}{moment}{after}")
    tip = f"<raise><raiseType>TIPS</raiseType><raiseAmnt>{format_ore(sold.tip_ore)}</raiseAmnt></raise>"
    payments = "".join(
        f"<payment><paymentType>{code}</paymentType><paidAmnt>{format_ore(amount_ore)}</paidAmnt>"
        "<curCode>NOK</curCode><exchRt>1.000000</exchRt></payment>"
        for code, amount_ore in sold.payments
    )
    return (
        f"<cashtransaction><nr>{sold.number}</nr><transID>{sold.number}</transID>"
        f"<transType>{'CASHSAL' if total_ore >= 0 else 'RETURNSAL'}</transType>"
        f"<transAmntIn>{format_ore(total_ore)}</transAmntIn><transAmntEx>{format_ore(net_ore)}</transAmntEx>"
        f"<amntTp>{'C' if total_ore >= 0 else 'D'}</amntTp><transDate>{day}</transDate><transTime>{at}</transTime>"
        f"{''.join(lines)}{tip if sold.tip_ore else ''}"
        f"<rounding><roundingAmnt>{format_ore(sold.rounding_ore)}</roundingAmnt></rounding>{payments}"
        "<signature>QmVsaWV2YWJsZSwgYW5kIG5vIHNpZ25hdHVyZQ==</signature><keyVersion>1</keyVersion>"
        f"<receiptNum>{sold.number}</receiptNum><voidTransaction>false</voidTransaction>"
        "<trainingID>false</trainingID></cashtransaction>\n"
    )


@cache
def _saft_line(line: Line) -> tuple[str, str]:
    """What stands between a line's number and its time, and after."""
    side = "C" if line.gross_ore >= 0 else "D"
    net = format_ore(line.gross_ore - line.vat_ore)
    return (
        f"</lineID><lineType>{'SAL' if side == 'C' else 'RET'}</lineType>"
        f"<artGroupID>{line.article.product_type}</artGroupID><artID>{line.article.id}</artID>"
        f"<qnt>{line.quantity}</qnt><lineAmntIn>{format_ore(line.gross_ore)}</lineAmntIn>"
        f"<lineAmntEx>{net}</lineAmntEx><amntTp>{side}</amntTp>",
        f"<vat><vatCode>{line.vat_code}</vatCode><vatPerc>{RATE_PERCENT[line.vat_code]}.00</vatPerc>"
        f"<vatAmnt>{format_ore(line.vat_ore)}</vatAmnt><vatAmntTp>{side}</vatAmntTp>"
        f"<vatBasAmnt>{net}</vatBasAmnt></vat></ctLine>",
    )


def _saft_events(plan: Plan, venue: int, register: int, day: date) -> Iterator[str]:
    """A drawer opened for each cash sale, and the night's Z-report."""
    groups: Counter[str] = Counter()
    payments: Counter[str] = Counter()
    net: Counter[str] = Counter()
    vat: Counter[str] = Counter()
    tip_ore = 0
    for sold in sell_day(plan, venue, register, day):
        for line in sold.lines:
            groups[line.article.product_type] += line.gross_ore
            net[line.vat_code] += line.gross_ore - line.vat_ore
            vat[line.vat_code] += line.vat_ore
        for code, amount_ore in sold.payments:
            payments[code] += amount_ore
        tip_ore += sold.tip_ore
        if sold.payments[0][0] == "CASH":
            yield (
                f"<event><eventID>{sold.number}</eventID><eventType>DRAWER</eventType><transID>{sold.number}</transID>"
                f"<eventDate>{sold.at:%Y-%m-%d}</eventDate><eventTime>{sold.at:%H:%M:%S}</eventTime></event>\n"
            )
    rows = {
        "reportTotalCashSales": _tag("totalCashSaleAmnt", format_ore(groups.total())),
        "reportArtGroups": "".join(
            f"<reportArtGroup>{_tag('artGroupID', code)}<artGroupNum>1</artGroupNum>"
            f"{_tag('artGroupAmnt', format_ore(amount_ore))}</reportArtGroup>"
            for code, amount_ore in sorted(groups.items())
        ),
        "reportPayments": "".join(
            f"<reportPayment>{_tag('paymentType', code)}<paymentNum>1</paymentNum>"
            f"{_tag('paymentAmnt', format_ore(amount_ore))}</reportPayment>"
            for code, amount_ore in sorted(payments.items())
        ),
        "reportTip": f"<tipNum>1</tipNum>{_tag('tipAmnt', format_ore(tip_ore))}",
        "reportCashSalesVat": "".join(
            f"<reportCashSaleVat>{_tag('vatCode', code)}{_tag('vatPerc', f'{RATE_PERCENT[code]}.00')}"
            f"{_tag('cashSaleAmnt', format_ore(net[code]))}{_tag('vatAmnt', format_ore(vat[code]))}"
            "<vatAmntTp>C</vatAmntTp></reportCashSaleVat>"
            for code in sorted(net)
        ),
    }
    number = (day - plan.first_day).days + 1
    night = day + timedelta(days=1)
    yield (
        f"<event><eventID>Z{number}</eventID><eventType>ZREP</eventType>{_tag('eventDate', night)}"
        f"<eventTime>01:45:00</eventTime><eventReport><reportID>{number}</reportID><reportType>Z report</reportType>"
        "<companyIdent>999999999</companyIdent><companyName>Fjordmat AS</companyName>"
        f"{_tag('reportDate', night)}<reportTime>01:45:00</reportTime>"
        f"{_tag('registerID', register_id(venue, register))}"
        f"{''.join(_tag(name, text) for name, text in rows.items())}</eventReport></event>\n"
    )


# The setup


_MAPPING = """
  [[company.vat_code]]
  code = "3"
  go = "3"
  [[company.vat_code]]
  code = "2"
  go = "31"
  [[company.vat_code]]
  code = "1"
  go = "33"
  [[company.vat_code]]
  code = "0"
  go = "0"
  [[company.product_type]]
  code = "100"
  name = "Mat"
  accounts = { "3" = "3020", "31" = "3030" }
  [[company.product_type]]
  code = "110"
  name = "Kaffe og bakst"
  accounts = { "3" = "3020", "31" = "3030" }
  [[company.product_type]]
  code = "120"
  name = "Mineralvann"
  accounts = { "3" = "3023", "31" = "3030" }
  [[company.product_type]]
  code = "200"
  name = "Øl"
  accounts = { "3" = "3022" }
  [[company.product_type]]
  code = "210"
  name = "Vin"
  accounts = { "3" = "3024" }
  [[company.product_type]]
  code = "300"
  name = "Billetter"
  accounts = { "33" = "3050" }
  [[company.product_type]]
  code = "900"
  name = "Gavekort"
  accounts = { "0" = "2901" }
  [[company.payment_type]]
  code = "CASH"
  name = "Kontant"
  account = "1900"
  [[company.payment_type]]
  code = "BANKAXEPT"
  name = "BankAxept"
  account = "1591"
  [[company.payment_type]]
  code = "VISA"
  name = "Visa"
  account = "1592"
  [[company.payment_type]]
  code = "VIPPS"
  name = "Vipps"
  account = "1593"
  [company.accounts]
  rounding = "7740"
  tips = "2911"
"""


def format_setup(venues: int) -> str:
    """One company of so many venues, whose vouchers go to a folder: nothing is asked of PowerOffice."""
    tables = "".join(_format_venue(venue) for venue in range(venues))
    return (
        '[[company]]\nid = "fjordmat"\nname = "Fjordmat AS"\norganization_number = "999999999"\n'
        f'target = "file"\noutput = "vouchers"\n{tables}{_MAPPING}'
    )


def format_chain(venues: int, target: str, base_url: str, folder: Path) -> str:
    """So many companies of one venue each, under one application key and one subscription: the throttle is theirs
    together, whichever it is kept by. Venue n's client key is env:PO_CLIENT_n; reports go to the folder."""
    return "".join(
        f'[[company]]\nid = "company-{venue:03d}"\nname = "Utsalg {venue} AS"\n'
        f'organization_number = "{organization_number(venue)}"\ntarget = "{target}"\nbase_url = "{base_url}"\n'
        f'application_key = "env:PO_APP"\nsubscription_key = "env:PO_SUB"\nreports = "{folder / "reports"}"\n'
        f"{_format_venue(venue, f'env:PO_CLIENT_{venue}')}{_MAPPING}\n"
        for venue in range(venues)
    )


def organization_number(venue: int) -> str:
    """A company's, with its check digit.

    >>> organization_number(0)
    '910000004'
    """
    for base in range(91_000_000 + venue * 10, 91_000_010 + venue * 10):
        weighed = sum(int(digit) * weight for digit, weight in zip(str(base), (3, 2, 7, 6, 5, 4, 3, 2), strict=True))
        check = -weighed % 11
        if check < 10:
            return f"{base}{check}"
    raise AssertionError("of ten numbers in a row one has a check digit")


def _format_venue(venue: int, client_key: str = "") -> str:
    registers = ", ".join(f'"{register_id(venue, register)}"' for register in range(REGISTERS))
    key = f'  client_key = "{client_key}"\n  department = "10"\n' if client_key else ""
    return (
        f'  [[company.venue]]\n  id = "{venue_id(venue)}"\n  name = "Utsalg {venue}"\n{key}'
        f"  registers = [{registers}]\n  export_from = 2020-01-01\n"
    )

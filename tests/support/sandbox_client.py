"""A client of the sandbox without sockets, and what its tests send: imports, journal drafts, vouchers and pages."""

from __future__ import annotations

import base64
import json
import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from posexport.sandbox import Answer, PowerOfficeGo, default_world

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC).timestamp()
PDF = b"%PDF-1.7\n%fake\n"
SUBSCRIPTION = "sub-key"


class Clock:
    def __init__(self) -> None:
        self.now_s = NOON

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


class Caller:
    """A client of the sandbox without sockets: keeps a token and adds the headers."""

    def __init__(
        self, world: PowerOfficeGo, api: str = "v1", application_key: str = "app", client_key: str = "client"
    ) -> None:
        self.world = world
        self.extra = {"Ocp-Apim-Subscription-Key": SUBSCRIPTION} if api == "v2" else {}
        self.application_key = application_key
        self.client_key = client_key
        self.token = ""

    def log_in(self) -> Answer:
        answer = self.world.handle(
            "POST",
            "/OAuth/Token",
            "",
            {
                "Authorization": basic(self.application_key, self.client_key),
                "Content-Type": "application/x-www-form-urlencoded",
                **self.extra,
            },
            b"grant_type=client_credentials",
        )
        if answer.status == 200:
            self.token = data(answer)["access_token"]
        return answer

    def __call__(self, method: str, path: str, body: object = None, **query: str) -> Answer:
        if not self.token:
            assert self.log_in().status == 200
        headers = {"Authorization": f"Bearer {self.token}", **self.extra}
        content = b""
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.world.handle(method, path, urlencode(query), headers, content)

    def find(self, reference: str) -> Any:
        quoted = reference.replace("'", "''")
        query = urlencode({"$filter": f"(ExternalImportReference eq '{quoted}')"})
        return data(self.world.handle("GET", "/Import/", query, {"Authorization": f"Bearer {self.token}"}))


def basic(application_key: str, client_key: str) -> str:
    return "Basic " + base64.b64encode(f"{application_key}:{client_key}".encode()).decode()


def data(answer: Answer) -> Any:
    return json.loads(answer.body, parse_float=Decimal)


def words(answer: Answer) -> str:
    """What a refusal of v2 says, in whichever of its forms."""
    told = data(answer)
    texts = [text for field_texts in told.get("errors", {}).values() for text in field_texts]
    return " ".join([told.get("title", ""), told.get("detail", ""), told.get("message", ""), *texts])


def quick_world(clock: Clock) -> PowerOfficeGo:
    """A world that throttles nobody, the same in every run."""
    return default_world(clock=clock, rng=random.Random(1), v1_requests_per_s=10_000, v2_requests_per_s=10_000)


def import_line(account: int, vat: str, amount: Any, **more: Any) -> dict[str, Any]:
    return {
        "documentDate": "2020-01-01",
        "documentNumber": 1,
        "postingDate": "2020-01-01",
        "accountNumber": account,
        "vatCode": vat,
        "departmentCode": "10",
        "amount": amount,
        "description": "Mat",
        **more,
    }


def import_body(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "description": "Torget Kafé 01.01.2020",
        "date": "2020-01-01",
        "type": 4,
        "externalImportReference": "torget-20200101-r1",
        "importLines": list(lines) or [import_line(1900, "0", 514.2), import_line(3020, "3", -514.2)],
        **more,
    }


class Numbers:
    """The numeric ids of the company, read through v2."""

    def __init__(self, v2: Caller) -> None:
        accounts = data(v2("GET", "/v2/GeneralLedgerAccounts"))
        self.account = {item["AccountNo"]: item["Id"] for item in accounts}
        self.vat = {item["Code"]: item["Id"] for item in data(v2("GET", "/v2/VatCodes", includeExpired="true"))}
        self.department = {item["Code"]: item["Id"] for item in data(v2("GET", "/v2/Departments"))}
        customers = data(v2("GET", "/v2/Customers"))
        self.subledger = {item["Number"]: item["SubledgerAccountId"] for item in customers}

    def debit(self, account: int, vat: str, amount: Any, **more: Any) -> dict[str, Any]:
        return {
            "DebitAccountId": self.account[account],
            "DebitVatId": self.vat[vat],
            "CurrencyAmount": amount,
            **more,
        }

    def credit(self, account: int, vat: str, amount: Any, **more: Any) -> dict[str, Any]:
        return {
            "CreditAccountId": self.account[account],
            "CreditVatId": self.vat[vat],
            "CurrencyAmount": amount,
            **more,
        }

    def signed(self, account: int, vat: str, amount: Any, **more: Any) -> dict[str, Any]:
        return {
            "AccountId": self.account[account],
            "VatId": self.vat[vat],
            "PostingDate": "2020-01-01",
            "CurrencyAmount": amount,
            **more,
        }

    def journal(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "CurrencyCode": "NOK",
            "VoucherDate": "2020-01-01",
            "Description": "torget-20200101-r1 Torget Kafé",
            "DepartmentId": self.department["10"],
            "ManualVoucherLines": list(lines) or [self.debit(1900, "0", 514.2), self.credit(3020, "3", 514.2)],
            **more,
        }

    def voucher(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "CurrencyCode": "NOK",
            "VoucherDate": "2020-01-01",
            "ExternalImportReference": "torget-20200101-r1",
            "VoucherLines": list(lines) or [self.signed(1900, "0", 100), self.signed(3000, "3", -100)],
            **more,
        }


def upload(v2: Caller, voucher_id: str, content: bytes, *, field: str = "file", name: str = "bilag.pdf") -> Answer:
    body = (
        f'--B0undary\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode() + content
    headers = {
        "Authorization": f"Bearer {v2.token}",
        "Content-Type": "multipart/form-data; boundary=B0undary",
        **v2.extra,
    }
    path = f"/v2/JournalEntryVouchers/{voucher_id}/VoucherPages"
    return v2.world.handle("POST", path, "", headers, body + b"\r\n--B0undary--\r\n")


def document(v2: Caller, voucher_id: str, content: bytes = PDF, name: str = "oppgjor.pdf") -> Answer:
    body = (
        f'--B0undary\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode() + content
    headers = {
        "Authorization": f"Bearer {v2.token}",
        "Content-Type": "multipart/form-data; boundary=B0undary",
        **v2.extra,
    }
    query = urlencode({"id": voucher_id}) if voucher_id else ""
    return v2.world.handle("PUT", "/v2/VoucherDocumentation", query, headers, body + b"\r\n--B0undary--\r\n")


def instant_text(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat(" ")


def claims_of(token: str) -> dict[str, Any]:
    _, body, _ = token.split(".")
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return found


def without(value: dict[str, Any], name: str) -> dict[str, Any]:
    """A JSON object without one of its properties."""
    return {key: item for key, item in value.items() if key != name}


class Sales:
    """Ids of customers, products and contact persons read through v2, and orders made of them."""

    def __init__(self, v2: Caller) -> None:
        self.v2 = v2
        customers = data(v2("GET", "/v2/Customers"))
        self.customer = {item["Number"]: item["Id"] for item in customers}
        self.product = {item["Code"]: item["Id"] for item in data(v2("GET", "/v2/Products"))}

    def order(self, *lines: dict[str, Any], customer: int = 10101, **more: Any) -> dict[str, Any]:
        """The body of an order; of one line of 1 000.00 under 25 % where none is given."""
        return {
            "CustomerId": self.customer[customer],
            "CurrencyCode": "NOK",
            "SalesOrderDate": "2026-11-20",
            "DeliveryDate": "2026-11-20",
            "ExternalImportReference": "brygga-o20261120-0a1b2c3d",
            "SalesOrderLines": list(lines) or [sold("SERV25", 1, 800)],
            **more,
        }

    def make(self, *lines: dict[str, Any], **more: Any) -> Any:
        """Make an order; the answer is as Go sends it."""
        answer = self.v2("POST", "/v2/SalesOrders/Complete", self.order(*lines, **more))
        assert answer.status == 201, words(answer)
        return data(answer)


def sold(product: str, quantity: Any, price: Any, **more: Any) -> dict[str, Any]:
    """A line of an order, with nothing left to be inherited."""
    return {
        "LineType": "Normal",
        "ProductCode": product,
        "Quantity": quantity,
        "ProductUnitPrice": price,
        "Allowance": 0,
        "UseStandardSalesAccount": True,
        **more,
    }

"""Checks a parsed setup file: its keys by `schema`, and the rules over several keys.

The rules over several keys are the functions named `_check_...`. Every mistake is collected as a `SetupFault` with its
line and its fix. Nothing here reads TOML, and no message ever contains a secret: keys are identified by their
references, and compared by digests.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import reduce
from hashlib import sha256
from operator import itemgetter
from typing import Any, NamedTuple, cast

from posexport.core.codes import clean_code
from posexport.core.company import DEFAULT_TARGET, Company, Document, Setup, list_accounts
from posexport.core.mapping import CUSTOMER_LEDGER
from posexport.core.ports.ledger import LedgerKind
from posexport.errors import SetupFault
from posexport.ledgers.registry import VENUES_MAX, find_ledger, list_targets
from posexport.setup.pydantic_models import Mistake, read_values
from posexport.setup.schema import (
    ACCOUNTS,
    COMPANY,
    FILE,
    HEADERS,
    ORDERS,
    PAYMENT_TYPE,
    VENUE,
    Field,
    Fields,
    Place,
    find_fields,
)
from posexport.setup.secrets import KEY_LENGTH_MIN, NoSecret, find_secret, is_of_another
from posexport.setup.values import shown

_BARE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


# ---- reading the tables ----


class _Checker:
    """Turns a parsed file into documents and collects faults. `digests`: of the secrets found; `short`: references of
    secrets with too few characters; `notes`: about missing secrets, which are needed only once something is sent, and
    other things worth knowing."""

    def __init__(self, raw: Mapping[str, Any], lines: Mapping[Place, int], environ: Mapping[str, str]) -> None:
        self.raw = raw
        self.lines = lines
        self.environ = environ
        self.order = {place: n for n, place in enumerate(lines)}
        self.found: list[tuple[int, SetupFault]] = []
        self.notes: list[str] = []
        self.digests: dict[Place, str] = {}
        self.short: set[Place] = set()

    @property
    def faults(self) -> list[SetupFault]:
        """Every fault, in the order of the file."""
        return [fault for _, fault in sorted(self.found, key=itemgetter(0))]

    def line(self, place: Place) -> int | None:
        """The line of a place, or of the nearest place around it."""
        return self.lines.get(self._nearest(place))

    def _nearest(self, place: Place) -> Place:
        while place and place not in self.lines:
            place = place[:-1]
        return place

    def fault(self, place: Place, what: str, fix: str) -> None:
        at = self.order.get(self._nearest(place), -1)
        self.found.append((at, SetupFault(self.line(place), f"{what}.", fix)))

    def note(self, place: Place, what: str, fix: str) -> None:
        """Tell of something that keeps nothing from being saved."""
        line = self.line(place)
        self.notes.append(f"{f'line {line}: ' if line else ''}{what}. {fix}")

    def read(self) -> list[Document]:
        """The companies' documents, without the faulty values."""
        values, mistakes = read_values(self.raw)
        for mistake in mistakes:
            self._add_mistake(mistake)
        wrong = {mistake.place for mistake in mistakes}
        for place, row, value in _walk(FILE, (), values):
            if row.shape == "secret":
                self._look_up(place, value)
            elif row.shape == "accounts":
                self._check_accounts(row, place, wrong)
            elif isinstance(value, list) and "valid_from" in (row.fields or {}):
                self._check_codes(place, value, wrong)
        companies: list[Document] = _make_document(FILE, values).get("company", [])
        return companies

    def _add_mistake(self, mistake: Mistake) -> None:
        """Add a mistake as a fault, with its key, line and fix."""
        place, key, row, wrong = mistake
        table = place[:-1]
        if row is None:
            self.fault(place, f"Unknown key {_label((key,))}", explain_key(key, find_fields(table)))
        elif wrong is None:
            fix = f"Add one, such as: {key} = {row.example}"
            self.fault(table, f"{_title(self._written(table), table)} has no {key}", fix)
        elif row.fields is not None:
            header = ".".join(str(part) for part in place if isinstance(part, str))
            header = f"[[{header}]]" if row.shape == "rows" else f"[{header}]"
            fix = f"Begin it with a line of its own: {header}"
            self.fault(place, f"{key} {wrong.what} where {header} is expected", fix)
        else:
            self.fault(place, f"{_label(place)} {wrong.what}", wrong.fix or f"Write it as: {key} = {row.example}")

    def _written(self, place: Place) -> Any:
        """The value written at a place."""
        return reduce(lambda value, part: value[part], place, cast("Any", self.raw))

    def _check_accounts(self, row: Field, place: Place, wrong: Collection[Place]) -> None:
        """A key of an accounts table occurs once, however it is spelled."""
        seen: set[object] = set()
        for written in self._written(place):
            key, at = row.key.keep(written), (*place, written)
            if key in seen:
                self.fault(at, f"{_label(place)} has {key} twice", "Keep one of them.")
            elif at not in wrong:
                seen.add(key)

    def _check_codes(self, place: Place, rows: list[Document], wrong: Collection[Place]) -> None:
        """A code occurs once per list and `valid_from`; so does the accounts table, which has no code. A row whose
        `valid_from` is faulty is not taken for one without."""
        seen: dict[tuple[str, str], int | None] = {}
        for n, row in enumerate(rows):
            is_of_accounts = place[-1] == "accounts"
            code, since = "" if is_of_accounts else row.get("code"), row.get("valid_from", "")
            at = (*place, n) if is_of_accounts else (*place, n, "code")
            if code is None or (*place, n, "valid_from") in wrong:
                continue
            if (code, since) in seen:
                told = " ".join(filter(None, (_words(place[-1]), code, since and f"valid from {since}")))
                self.fault(at, f"{told} stands here and on line {seen[code, since]}", "Keep one of them.")
            else:
                seen[code, since] = self.line(at)

    def _company_of(self, place: Place) -> object:
        """The id of the company that a place is in."""
        return self._written(place[:2]).get("id", "")

    def _look_up(self, place: Place, reference: str) -> None:
        """Resolve a secret's reference, and collect its digest or what is wrong."""
        if is_of_another(reference, str(self._company_of(place))):
            self.fault(place, f"{_label(place)} is another company's key", "Set this company's own in the office.")
            return
        try:
            secret = find_secret(reference, self.environ)
        except NoSecret as missing:
            what = f"{_label(place)}: the secret {missing.reference} {missing.why}"
            if not missing.is_absent:
                self.fault(place, what, missing.fix)
                return
            self.note(place, f"{what}; nothing can be sent before", missing.fix)
            return
        self.digests[place] = _digest(secret)
        if len(secret) < KEY_LENGTH_MIN:
            self.short.add(place)


def _walk(fields: Fields, place: Place, values: Document) -> Iterator[tuple[Place, Field, Any]]:
    """Every key that is present, with its place and schema row; a table's own keys before those under it."""
    for name, row in fields.items():
        if name not in values:
            continue
        at, value = (*place, name), values[name]
        yield at, row, value
        if row.fields is None:
            continue
        if isinstance(value, list):
            for n, table in enumerate(value):
                yield from _walk(row.fields, (*at, n), table)
        else:
            yield from _walk(row.fields, at, value)


def _make_document(fields: Fields, values: Document) -> Document:
    """The document of a table: keys in the schema's order, without those that equal their default."""
    document: Document = {}
    for name, row in fields.items():
        value = values.get(name)
        if row.fields is not None and value is not None:
            value = _make_tables(row, value)
        if value is not None and (value != row.default or (fields is ACCOUNTS and "valid_from" in values)):
            document[name] = value
    if fields is PAYMENT_TYPE:
        _leave_out_usual_ledger(document)
    return document


def _make_tables(row: Field, value: Any) -> Document | list[Document]:
    """The document, or documents, of a key's tables. Of tables by `valid_from`, a single one without it is a plain
    table."""
    fields = row.fields or {}
    if not isinstance(value, list):
        return _make_document(fields, value)
    tables = [_make_document(fields, table) for table in value]
    if row.shape != "dated":
        return tables
    told = [table for table in tables if table.keys() - {"valid_from"}]
    return told if any("valid_from" in table for table in told) else told[0] if told else {}


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _leave_out_usual_ledger(row: Document) -> None:
    """Drop customer_ledger when it equals the default for its account."""
    if row.get("customer_ledger") == (row.get("account") == CUSTOMER_LEDGER):
        row.pop("customer_ledger", None)


def _words(part: object) -> str:
    return {"vat_code": "VAT code"}.get(str(part), str(part).replace("_", " "))


def _label(place: Place) -> str:
    """A key as it is written in its table: accounts."3"."""
    while place and isinstance(place[-1], int):
        place = place[:-1]
    start = max((n + 1 for n, part in enumerate(place) if isinstance(part, int)), default=0)
    parts = [str(part) for part in place[start:]]
    return ".".join(part if _BARE_KEY.fullmatch(part) else shown(part) for part in parts)


def _title(raw: Mapping[str, Any], place: Place) -> str:
    """A table as a person would call it: venue torget."""
    kind = next((_words(part) for part in reversed(place) if isinstance(part, str)), "file")
    name = raw.get("id", raw.get("code"))
    known = isinstance(name, str) and name.isprintable() and len(name) <= 40
    return f"{kind} {name}" if known else f"The {kind}"


def explain_key(key: str, fields: Fields, own: Iterable[str] = ()) -> str:
    """The hint for an unknown key: where it belongs, the nearest key there is, or all of them; only of `own` where it
    is given."""
    fields = {name: fields[name] for name in own} or fields
    elsewhere = [header for header, others in HEADERS.items() if key in others]
    near = get_close_matches(key.lower(), fields, 1, 0.6)
    if elsewhere:
        return f"It belongs under {' or '.join(elsewhere)}."
    if near:
        return f"Did you mean {near[0]}?"
    return f"What may stand here: {', '.join(fields)}."


# ---- rules over several keys ----


class _Venue(NamedTuple):
    place: Place
    raw: Mapping[str, Any]
    document: Document

    @property
    def title(self) -> str:
        return _title(self.raw, self.place)


class _Company(NamedTuple):
    place: Place
    raw: Mapping[str, Any]
    document: Document
    venues: tuple[_Venue, ...]

    @property
    def title(self) -> str:
        return _title(self.raw, self.place)

    @property
    def kind(self) -> LedgerKind | None:
        """The ledger kind of its target; None where the target is not valid."""
        is_known = self.raw.get("target", DEFAULT_TARGET) in list_targets()
        return find_ledger(self.document.get("target", DEFAULT_TARGET)) if is_known else None


def check_document(
    raw: Mapping[str, Any], lines: Mapping[Place, int], saved: Setup, environ: Mapping[str, str]
) -> tuple[list[Document], list[SetupFault], list[str]]:
    """The companies of a parsed setup file as documents, every fault in order of lines, and notes about what is missing
    before anything can be sent.

    `lines`: the line of every place in `raw`. `saved`: the present setup; a company of the file replaces the saved one
    with its id, others stay.
    """
    checker = _Checker(raw, lines, environ)
    documents = checker.read()
    if not raw.get("company"):
        fix = "Begin with [[company]], id, name and organization_number."
        checker.fault((), "The file describes no company", fix)
    companies = list(_pair(raw, documents))
    venues = [venue for company in companies for venue in company.venues]
    _check_unique(checker, companies, "company")
    _check_unique(checker, venues, "venue")
    for company in companies:
        _check_target(checker, company)
        _check_orders(checker, company)
        _check_products(checker, company)
        _check_key_lengths(checker, company, saved)
        _check_addons(checker, company)
        _check_number_of_venues(checker, company)
        _check_claims(checker, company)
        _check_saved_venues(checker, company, saved)
    written = {company.document.get("id") for company in companies}
    _check_client_keys(checker, venues, [other for other in saved.companies if other.id not in written])
    return documents, checker.faults, checker.notes


def _pair(raw: Mapping[str, Any], documents: list[Document]) -> Iterator[_Company]:
    """Each company and venue: as written, with its document."""
    for n, document in enumerate(documents):
        written = raw["company"][n]
        place: Place = ("company", n)
        venues = tuple(
            _Venue((*place, "venue", m), written["venue"][m], venue)
            for m, venue in enumerate(document.get("venue", ()))
        )
        yield _Company(place, written, document, venues)


def _check_unique(checker: _Checker, tables: Iterable[_Company | _Venue], kind: str) -> None:
    seen: dict[str, int | None] = {}
    for table in tables:
        table_id, at = table.document.get("id"), (*table.place, "id")
        if table_id in seen:
            what = f"{kind} {table_id} stands here and on line {seen[table_id]}"
            checker.fault(at, what, f"Give every {kind} an id of its own.")
        elif table_id is not None:
            seen[table_id] = checker.line(at)


def _check_target(checker: _Checker, company: _Company) -> None:
    """Each target's required keys are there."""
    kind = company.kind
    if kind is None:
        return
    if kind.posts_directly and company.document.get("direct_posting") is not True:
        fix = (
            "Add direct_posting = true if the client really wants vouchers that nobody checks first; "
            f'otherwise target = "{kind.drafts_instead}" makes drafts.'
        )
        checker.fault((*company.place, "target"), f'target "{kind.name}" posts straight to the ledger', fix)
    is_shared = not company.venues or any("addon" not in venue.raw for venue in company.venues)
    for needed in kind.needs:
        if needed.of == "company" or (needed.of == "shared" and is_shared):
            _need(checker, company, needed.key, COMPANY, needed.why)
        elif needed.of == "venue":
            for venue in company.venues:
                _need(checker, venue, needed.key, VENUE, needed.why)


def _need(checker: _Checker, table: _Company | _Venue, key: str, fields: Fields, why: str) -> None:
    if key not in table.raw:
        fix = f"Add one, such as: {key} = {fields[key].example}"
        checker.fault(table.place, f"{table.title} has no {key}, which {why}", fix)


def _check_orders(checker: _Checker, company: _Company) -> None:
    """What orders need is there, and no other switch says where credit sales are booked."""
    orders = company.document.get("orders", {})
    first, last = orders.get("from", ""), orders.get("until", "")
    if first and last and last < first:
        fix = "Write the last business day whose credit sales become orders, or leave until out."
        checker.fault((*company.place, "orders", "until"), f"until is {last}, which is before from ({first})", fix)
    if company.document.get("invoicing") == "orders":
        _check_order_needs(checker, company)
        _check_credit_types(checker, company, first, last)


ORDER_CURRENCY = "NOK"
"""The currency of orders."""


def _check_order_needs(checker: _Checker, company: _Company) -> None:
    """Orders have a target that takes them, a first day, and the currency of the books."""
    at: Place = (*company.place, "invoicing")
    kind = company.kind
    if kind is not None and kind.orders_need is None:
        able = " or ".join(f'"{name}"' for name in list_targets() if find_ledger(name).orders_need is not None)
        what = f'invoicing = "orders" cannot go with target "{kind.name}", which takes no orders'
        checker.fault(at, what, f"Choose target = {able}, or take invoicing out.")
    for needed in (kind and kind.orders_need) or ():
        _need(checker, company, needed.key, COMPANY, needed.why)
    currency = company.document.get("currency", ORDER_CURRENCY)
    if currency != ORDER_CURRENCY:
        what = f'currency = "{currency}" cannot go with invoicing = "orders": orders are made in {ORDER_CURRENCY} alone'
        fix = "Take invoicing out: sales on credit stay in the vouchers. If the books are in NOK, take currency out."
        checker.fault((*company.place, "currency"), what, fix)
    written = company.raw.get("orders")
    if not isinstance(written, Mapping) or "from" not in written:
        place = (*company.place, "orders") if written is not None else at
        first = ORDERS["from"].example
        fix = f"Add the first business day whose credit sales become orders, under [company.orders]: from = {first}"
        checker.fault(place, f'{company.title} has no from under [company.orders], and invoicing = "orders"', fix)


def _check_credit_types(checker: _Checker, company: _Company, first: str, last: str) -> None:
    """There are credit payment types, and none that counts while there are orders is left out of the books."""
    rows = list(_list_credit_rows(company))
    if not rows:
        fix = 'Write credit = true on the payment type that is paid later by invoice, or account = "1500".'
        what = f'{company.title} has no credit payment type, and invoicing = "orders"'
        checker.fault((*company.place, "invoicing"), what, fix)
    for place, row, ends in rows:
        title = _title(row, place)
        if row.get("transfer") is False and row.get("valid_from", "") <= (last or _FOR_EVER) and ends > first:
            fix = "The route decides; remove transfer. What was left out until then stays left out."
            what = f'{title} is credit and has transfer = false, and invoicing = "orders"'
            checker.fault((*place, "transfer"), what, fix)
        if row.get("credit") is False:
            fix = "Take credit = false out. If it is paid at once, give it another account."
            checker.note((*place, "credit"), f"{title} counts as credit all the same", fix)


_FOR_EVER = "9999"
"""Behind every date, as text."""


def _list_credit_rows(company: _Company) -> Iterator[tuple[Place, Document, str]]:
    """The credit payment types of a company and its venues: place, row, and from which day on (ISO) another row of the
    same list replaces it."""
    tables: list[_Company | _Venue] = [company, *company.venues]
    named = {
        clean_code(accounts["credit_type"])
        for table in tables
        for accounts in (table.document, *list_accounts(table.document))
        if "credit_type" in accounts
    }
    for table in tables:
        rows = table.document.get("payment_type", [])
        for n, row in enumerate(rows):
            code, begins = row.get("code", ""), row.get("valid_from", "")
            if row.get("credit") or row.get("account") == CUSTOMER_LEDGER or clean_code(code) in named:
                days = [other.get("valid_from", "") for other in rows if other.get("code") == code]
                ends = min((day for day in days if day > begins), default=_FOR_EVER)
                yield (*table.place, "payment_type", n), row, ends


def _check_products(checker: _Checker, company: _Company) -> None:
    """Tell of products for VAT codes that the product type has no account for: most likely slips of the pen."""
    shared: dict[str, set[str]] = {}
    for row in company.document.get("product_type", []):
        shared.setdefault(row.get("code", ""), set()).update(row.get("accounts", {}))
    tables: list[_Company | _Venue] = [company, *company.venues]
    for table in tables:
        for n, row in enumerate(table.document.get("product_type", [])):
            place: Place = (*table.place, "product_type", n)
            accounts = set(row.get("accounts", {})) or shared.get(row.get("code", ""), set())
            for vat_code in (code for code in row.get("products", {}) if code not in accounts):
                what = f"{_title(row, place)} has a product for VAT code {vat_code}, and no account for it"
                fix = "If it is sold with that code, add the account; if not, take the product out."
                checker.note((*place, "products", vat_code), what, fix)


def _check_key_lengths(checker: _Checker, company: _Company, saved: Setup) -> None:
    """PowerOffice Go's real keys are long. Short ones are accepted for another base_url, with a note. A saved company
    that already uses production gets a note too, so that other changes are not blocked; nothing is sent with such a
    key."""
    is_real = _is_of_production(company.document)
    is_saved = any(old.id == company.document.get("id") and _is_of_production(old.document) for old in saved.companies)
    tables: list[_Company | _Venue] = [company, *company.venues]
    for table in tables:
        for key in ("application_key", "subscription_key", "client_key"):
            place: Place = (*table.place, key)
            if place not in checker.short or (company.kind is not None and not company.kind.has_long_keys):
                continue
            what = f"{key} of {table.title} has fewer than {KEY_LENGTH_MIN} characters"
            fix = "PowerOffice Go's keys are longer. Copy the whole key to where the reference leads."
            if is_real and not is_saved:
                checker.fault(place, what, fix)
                continue
            told = "it is taken, and where PowerOffice Go repeats it, it is covered as a whole word only"
            if is_real:
                told = "nothing is sent under it"
            checker.note(place, f"{what}; {told}", fix)


def _is_of_production(document: Document) -> bool:
    return document.get("environment") == "production" and "base_url" not in document


def _check_addons(checker: _Checker, company: _Company) -> None:
    """An add-on's number and its key belong together, and no two venues share either."""
    numbers: dict[int, _Venue] = {}
    keys = dict.fromkeys(_names_of_key(checker, company), company.title)
    for venue in company.venues:
        number, at_key = venue.document.get("addon"), (*venue.place, "application_key")
        if "addon" in venue.raw and "application_key" not in venue.raw:
            fix = f"Add the add-on's own key, such as: application_key = {VENUE['application_key'].example}"
            checker.fault((*venue.place, "addon"), f"{venue.title} has an addon and no application_key", fix)
        if "application_key" in venue.raw and "addon" not in venue.raw:
            fix = "Add addon = 1 to 9 if the key is an add-on's, or leave the key out to use the company's."
            checker.fault(at_key, f"{venue.title} has an application_key and no addon", fix)
        if number in numbers:
            what = f"addon {number} is used by {numbers[number].title} too"
            checker.fault((*venue.place, "addon"), what, "Give each department an add-on of its own.")
        elif number is not None:
            numbers[number] = venue
        names = _names_of_key(checker, venue)
        holder = next((keys[name] for name in names if name in keys), None)
        if holder is not None:
            what = f"{venue.title} has the application key of {holder}"
            checker.fault(at_key, what, "Write the key that belongs to this add-on.")
        keys |= {name: venue.title for name in names if name not in keys}


def _names_of_key(checker: _Checker, table: _Company | _Venue, key: str = "application_key") -> list[str]:
    """What identifies a key: its reference, and the digest of the key itself where it is there."""
    names = (table.raw.get(key), checker.digests.get((*table.place, key)))
    return [name for name in names if isinstance(name, str)]


def _check_number_of_venues(checker: _Checker, company: _Company) -> None:
    most = VENUES_MAX if company.kind is None else company.kind.venues_max
    if most is None:
        return
    for venue in company.venues[most:]:
        what = f"{venue.title} is beyond the tenth venue of {company.title}"
        fix = "PowerOffice Go takes ten departments per integration: the main key and nine add-ons."
        checker.fault(venue.place, what, fix)


def _check_claims(checker: _Checker, company: _Company) -> None:
    """A register belongs to one venue only."""
    for n, venue in enumerate(company.venues):
        for other in company.venues[:n]:
            location = venue.document.get("location")
            if other.document.get("location") != location:
                continue
            ours, theirs = venue.document.get("registers", []), other.document.get("registers", [])
            both = [register for register in ours if register in theirs]
            if both:
                what = f"Register {', '.join(both)} is claimed by {other.title} and by {venue.title}"
                fix = "Leave it with the venue whose sales it takes."
                if location is None:
                    fix += " Where two shops number their registers alike, set location on both."
                checker.fault((*venue.place, "registers"), what, fix)
            elif location is not None and not (ours and theirs):
                what = f"Location {shown(location)} is claimed by {other.title} and by {venue.title}"
                fix = "List the registers of each under registers, or let one venue have the location."
                checker.fault((*venue.place, "location"), what, fix)


def _check_client_keys(checker: _Checker, venues: list[_Venue], others: list[Company]) -> None:
    """Two venues never share a client key: neither the reference nor the key itself."""
    holders: dict[str, str] = {}
    written = {venue.document.get("id") for venue in venues}
    for saved in (venue for company in others for venue in company.venues):
        if saved.client_key is not None and saved.id not in written:
            title = f"venue {saved.id} of company {saved.company_id}"
            holders[saved.client_key] = title
            try:
                holders[_digest(find_secret(saved.client_key, checker.environ))] = title
            except NoSecret:
                continue  # it says so itself when it is needed
    for venue in venues:
        at = (*venue.place, "client_key")
        names = _names_of_key(checker, venue, "client_key")
        holder = next((holders[name] for name in names if name in holders), None)
        if holder is not None:
            fix = "Make one for this department in Go under Menu > Settings > Extensions."
            checker.fault(at, f"client_key is the one {holder} has", fix)
            continue
        holders.update(dict.fromkeys(names, venue.title))


def _check_saved_venues(checker: _Checker, company: _Company, saved: Setup) -> None:
    """A saved venue keeps its company and its `export_from`."""
    for venue in company.venues:
        before = saved.venue(venue.document.get("id", ""))
        if before is None:
            continue
        if before.company_id != company.document.get("id", before.company_id):
            what = f"{venue.title} belongs to company {before.company_id}, and a venue cannot move"
            fix = "Give the new venue an id of its own."
            checker.fault((*venue.place, "id"), what, fix)
        kept = before.export_from.isoformat()
        first = venue.document.get("export_from", kept)
        if first != kept:
            what = f"export_from is {first}, was saved as {kept} and cannot be changed once saved"
            fix = f"Write export_from = {kept}, or give the new venue an id of its own."
            checker.fault((*venue.place, "export_from"), what, fix)

"""Mends: what a person can do about a finding, as data. A face renders each in its own way: terminal and e-mail as a
command to type (`texts.commands`), a page as a button or a link.

`MENDS` says for every wording of every finding which mends it has, and which of the finding's facts each takes; its
keys are those of `texts.findings.TEXTS`. Never here: words of any language, and how a command is spelled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from posexport.core.row_plan import RowPlan


class MendKind(StrEnum):
    """The kind of action. Programs read the values; never rename one."""

    SET_ACCOUNT = "set-account"
    """An account in the setup: of `product_type` and `vat_code`, of `payment_type`, of a `purpose` under `accounts`; or
    another than `account`, wherever that one is used."""
    ADD_PRODUCT_TYPE = "add-product-type"
    ADD_PAYMENT_TYPE = "add-payment-type"
    SET_VAT_CODE = "set-vat-code"
    """Which VAT code in the ledger a register's `pos_code` is; or another than `vat_code`, which is the ledger's."""
    SET_KEY = "set-key"
    """A `key` of a `table` of the setup, of its row `code` where it has rows; `value` where only one helps."""
    ADD_REGISTER = "add-register"
    """A register's place among those of a venue."""
    IMPORT_FILE = "import-file"
    """A file of this day; `of` says whose sales are missing: "day", "next-day" or "day-before". Or `file`, once more,
    where `of` is "file"."""
    ACCEPT = "accept"
    REVISE = "revise"
    RESOLVE = "resolve"
    """A person's `answer` to where a day's voucher is, `reference` says which, where there are several, and `id` under
    which id in the ledger, where that is known: "drafted" or "not-drafted"; or of the day: "booked-elsewhere" or, to
    take that back, "not-booked-elsewhere"."""
    WITHDRAW_TICKET = "withdraw-ticket"
    """A ticket of a day, by its register and number; `at` and `amount` too where several have these."""
    UNDO_IMPORT = "undo-import"
    EXPORT = "export"
    ATTACH_REPORT = "attach-report"
    """Attach the day's settlement report to the draft by hand."""
    OPEN_IN_LEDGER = "open-in-ledger"
    """Change something in the ledger's own user interface: where (`menu`), and what."""
    CORRECT_IN_REGISTER = "correct-in-register"
    """Correct it in the cash register; then export and import its file again."""
    ASK_VENDOR = "ask-vendor"
    """The register's vendor must write the file differently; `about` says what."""
    LINK_CUSTOMER = "link-customer"
    """Link the register's `customer` of a `company` to a customer of the ledger: `go_number`, where there is one."""
    SET_PRODUCT = "set-product"
    """The ledger's product in the setup: of `product_type` and `vat_code`, or of a `purpose` under
    `orders.products`; or another than `product`, wherever that one is used."""
    SEND_ORDERS = "send-orders"
    """Send the order of a `ticket` of a day again, of a `register` where several have that number; with `revise` what
    has changed since it was sent."""
    MOVE_ORDER = "move-order"
    """Have a `ticket` of a day in the voucher instead of an order, of a `register` where several have that number;
    `to` "order": the other way round; "left-out": in neither, since the ledger has it already."""
    RESOLVE_ORDER = "resolve-order"
    """A person's `answer` to where the order `reference` is: "there" or "not-there"."""


Fact = str | int


@dataclass(frozen=True, slots=True)
class Mend:
    """One action for one finding, with everything needed to do it. `name` tells two of a kind apart; it is the
    placeholder for the command in the finding's text."""

    kind: MendKind
    facts: Mapping[str, Fact] = field(default_factory=dict)
    name: str = ""

    def of_the_only_voucher(self) -> Mend:
        """The same where the day has only one voucher, or only one order of that ticket number, so that neither the
        voucher nor the register need be named."""
        unnamed = _NAMED_AMONG_SEVERAL.get(self.kind)
        if unnamed not in self.facts:
            return self
        facts = {name: fact for name, fact in self.facts.items() if name != unnamed}
        return Mend(self.kind, MappingProxyType(facts), self.name)

    def in_row(self, plan: RowPlan | None) -> Mend:
        """The same with the setup `row` to write, where it is valid from a day on or a venue's own: its address, that
        day (`valid_from`), and the row it `copies`, where it is new."""
        if plan is None or not self._writes(plan.address.table):
            return self
        facts: dict[str, Fact] = {"row": str(plan.address)}
        if plan.address.valid_from:
            facts["valid_from"] = plan.address.valid_from
        if plan.copies is not None:
            facts["copies"] = str(plan.copies)
        return Mend(self.kind, MappingProxyType({**self.facts, **facts}), self.name)

    def _writes(self, table: str) -> bool:
        """Whether it writes a row of this table of the mapping."""
        return self.facts.get("table") == table if self.kind is MendKind.SET_KEY else self.kind in _OF_ROWS


_OF_ROWS = frozenset(
    {
        MendKind.SET_ACCOUNT,
        MendKind.SET_PRODUCT,
        MendKind.ADD_PRODUCT_TYPE,
        MendKind.ADD_PAYMENT_TYPE,
        MendKind.SET_VAT_CODE,
    }
)
"""Mends that always write a row of the mapping."""


WITHOUT_VENUE = frozenset({MendKind.OPEN_IN_LEDGER, MendKind.ACCEPT, MendKind.RESOLVE_ORDER})
"""Mends of orders that can be done where the order's venue is not in the setup any more."""


_NAMED_AMONG_SEVERAL: Mapping[MendKind, str] = {
    MendKind.RESOLVE: "reference",
    MendKind.SEND_ORDERS: "register",
    MendKind.MOVE_ORDER: "register",
}
"""The fact that tells one of several on a day from the others."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a mend from a finding: `taken` maps the mend's facts to the finding's names, `given` are constant
    facts."""

    kind: MendKind
    taken: Mapping[str, str]
    given: Mapping[str, Fact]
    name: str

    def make(self, find: Callable[[str], Fact]) -> Mend:
        """The mend; `find` returns a fact of the finding by its name."""
        facts = {name: find(fact) for name, fact in self.taken.items()}
        if self.kind is MendKind.SET_KEY and facts.get("code") == "":
            del facts["code"]  # which row, a person must say
        return Mend(self.kind, MappingProxyType(facts | dict(self.given)), self.name)


def _how(kind: MendKind, *same: str, name: str = "", given: Mapping[str, Fact] | None = None, **taken: str) -> Recipe:
    """A recipe. `same`: facts with one name in mend and finding; `taken`: the finding's names by the mend's."""
    return Recipe(kind, {**{fact: fact for fact in same}, **taken}, given or {}, name or kind.value.replace("-", "_"))


ACCEPT = _how(MendKind.ACCEPT, "venue", "day", "code")
"""The further mend of every finding that can be accepted."""

_FILE = _how(MendKind.IMPORT_FILE, "venue", "day", given={"of": "day"})
_FILE_BEFORE = _how(MendKind.IMPORT_FILE, "venue", "day", given={"of": "day-before"})
_CORRECT = _how(MendKind.CORRECT_IN_REGISTER, "register", "number")
_WITHDRAW = _how(MendKind.WITHDRAW_TICKET, "venue", "day", "register", "number")
_WITHDRAW_OTHER = _how(MendKind.WITHDRAW_TICKET, "venue", "register", day="other_day", number="other_number")
_UNDO_IMPORT = _how(MendKind.UNDO_IMPORT, "act")
_WITHDRAW_ONE = _how(MendKind.WITHDRAW_TICKET, "venue", "day", "register", "number", "amount", "import_id", at="time")
_WITHDRAW_THE_OTHER = _how(
    MendKind.WITHDRAW_TICKET,
    *("venue", "day", "register", "number"),
    name="withdraw_other",
    at="other_time",
    amount="other_amount",
    import_id="other_import_id",
)
_WITHDRAW_OF_OTHER_REGISTER = _how(
    MendKind.WITHDRAW_TICKET,
    *("venue", "day", "number"),
    name="withdraw_other",
    register="other_register",
    at="other_time",
    amount="other_amount",
)
_CORRECT_ANY = _how(MendKind.CORRECT_IN_REGISTER)
"""Where no one ticket is meant."""
_REVISE = _how(MendKind.REVISE, "venue", "day")


def _resolve_day(answer: str) -> Recipe:
    """The recipe for `posexport resolve` of a whole business day."""
    return _how(MendKind.RESOLVE, "venue", "day", given={"answer": answer}, name=answer.replace("-", "_"))


def _resolve(answer: str, **taken: str) -> Recipe:
    """The recipe for `posexport resolve` of one voucher of a business day."""
    facts, name = ("venue", "day", "reference"), answer.replace("-", "_")
    return _how(MendKind.RESOLVE, *facts, given={"answer": answer}, name=name, **taken)


def _key(table: str, key: str, value: Fact | None = None, **taken: str) -> Recipe:
    given: dict[str, Fact] = {"table": table, "key": key}
    if value is not None:
        given["value"] = value
    return _how(MendKind.SET_KEY, given=given, **taken)


def _ask(about: str, **taken: str) -> Recipe:
    return _how(MendKind.ASK_VENDOR, given={"about": about}, **taken)


def _ledger(menu: str, *same: str, **taken: str) -> Recipe:
    return _how(MendKind.OPEN_IN_LEDGER, *same, given={"menu": menu}, **taken)


_LINK = _how(MendKind.LINK_CUSTOMER, "company", "customer")
_LINK_TO = _how(MendKind.LINK_CUSTOMER, "company", "customer", "go_number")
_OTHER_PRODUCT = _how(MendKind.SET_PRODUCT, "product")
_SEND_ORDER = _how(MendKind.SEND_ORDERS, "venue", "day", "register", ticket="number")
_REVISE_ORDER = _how(MendKind.SEND_ORDERS, "venue", "day", "register", given={"revise": True}, ticket="number")
_MOVE_ORDER = _how(MendKind.MOVE_ORDER, "venue", "day", "register", ticket="number")
_MOVE_BACK = _how(
    MendKind.MOVE_ORDER, "venue", "day", "register", given={"to": "order"}, name="move_back", ticket="number"
)
_LEAVE_OUT = _how(
    MendKind.MOVE_ORDER, "venue", "day", "register", given={"to": "left-out"}, name="leave_out", ticket="number"
)
_ACCEPT_ORDER = _how(MendKind.ACCEPT, "reference", "code")
_ACCEPT_CHANGE = _how(
    MendKind.ACCEPT, "reference", given={"code": "order-changed-after-sending", "of": "change"}, name="accept_change"
)


def _resolve_order(answer: str, **taken: str) -> Recipe:
    """The recipe for `posexport orders resolve`."""
    name = answer.replace("-", "_")
    return _how(MendKind.RESOLVE_ORDER, "reference", given={"answer": answer}, name=name, **taken)


_Z_REPORT = (_FILE,)
_CUT_END = (
    _how(MendKind.IMPORT_FILE, "venue", "day", given={"of": "next-day"}),
    _key("venue", "closes", venue="venue"),
)
_OWN_NUMBER = _how(
    MendKind.SET_KEY,
    given={"table": "venue", "key": "file_organization_numbers"},
    value="organization_number",
)
_DEPARTMENT = _key("venue", "department", venue="venue")
_PROJECT = _key("venue", "project", venue="venue")
_OTHER_ACCOUNT = _how(MendKind.SET_ACCOUNT, "account")

MENDS: Mapping[str, tuple[Recipe, ...]] = {
    "missing-account/sale": (_how(MendKind.SET_ACCOUNT, "vat_code", product_type="source"),),
    "missing-account/payment": (_how(MendKind.SET_ACCOUNT, payment_type="source"),),
    "missing-account/unknown-product": (_how(MendKind.ADD_PRODUCT_TYPE, "vat_code", product_type="source"),),
    "missing-account/unknown-payment": (_how(MendKind.ADD_PAYMENT_TYPE, payment_type="source"),),
    "missing-account/product-later": (_how(MendKind.ADD_PRODUCT_TYPE, "vat_code", product_type="source"),),
    "missing-account/payment-later": (_how(MendKind.ADD_PAYMENT_TYPE, payment_type="source"),),
    "missing-account/credit": (_key("accounts", "credit_type"),),
    "missing-account/other": (_how(MendKind.SET_ACCOUNT, purpose="source"),),
    "missing-account/other-later": (_how(MendKind.SET_ACCOUNT, purpose="source"),),
    "missing-vat-code/later": (_how(MendKind.SET_VAT_CODE, "pos_code"),),
    "missing-vat-code": (_how(MendKind.SET_VAT_CODE, "pos_code"),),
    "missing-vat-code/none": (_ask("vat-code"), _FILE),
    "unbalanced": (_CORRECT, _FILE),
    "unexplained-payment": (_ask("tips"), _FILE),
    "indivisible-ticket": (
        _key("payment_type", "transfer", value=True, code="source"),
        _ledger("vouchers"),
    ),
    "indivisible-ticket/order": (_MOVE_ORDER, _CORRECT, _FILE),
    "z-report-mismatch/total": _Z_REPORT,
    "z-report-mismatch/sale": _Z_REPORT,
    "z-report-mismatch/payment": _Z_REPORT,
    "z-report-mismatch/tip": _Z_REPORT,
    "z-report-mismatch/vat": _Z_REPORT,
    "z-report-first/total": (),
    "z-report-first/sale": (),
    "z-report-first/payment": (),
    "z-report-first/tip": (),
    "z-report-first/vat": (),
    "vat-mismatch": (_how(MendKind.SET_VAT_CODE, "vat_code"),),
    "vat-not-registered": (_ask("vat-code"), _key("company", "vat_registered", value=True)),
    "vat-mismatch/none": (_key("company", "vat_registered", value=False), _CORRECT_ANY),
    "vat-mismatch/rate": (_ledger("vouchers"), _how(MendKind.SET_VAT_CODE, "vat_code")),
    "vat-mismatch/tickets": (_CORRECT_ANY, _FILE),
    "vat-not-stated": (_ask("vat"),),
    "ticket-gap": (_how(MendKind.CORRECT_IN_REGISTER, "register", number="missing"), _FILE),
    "same-number-twice": (_WITHDRAW_ONE, _WITHDRAW_THE_OTHER),
    "same-number-twice/other-register": (_UNDO_IMPORT, _WITHDRAW_ONE, _WITHDRAW_OF_OTHER_REGISTER),
    "no-longer-in-file": (_WITHDRAW,),
    "odd-date": (_WITHDRAW, _ledger("vouchers")),
    "void-and-reversal": (_how(MendKind.WITHDRAW_TICKET, "venue", "day", "register", number="other_number"),),
    "void-and-reversal/days": (_WITHDRAW_OTHER,),
    "void-and-reversal/sale-days": (_WITHDRAW_OTHER,),
    "void-and-reversal/sale": (_how(MendKind.WITHDRAW_TICKET, "venue", "day", "register", number="other_number"),),
    "rounding-too-large": (_CORRECT, _FILE),
    "rounding-without-cash": (_ask("rounding"), _key("payment_type", "cash", value=True, code="source")),
    "rounding-without-cash/many": (_ask("rounding"), _key("payment_type", "cash", value=True, code="source")),
    "unjudged-ticket": (_ask("flags"), _FILE, _WITHDRAW),
    "unknown-raise": (_how(MendKind.ADD_PRODUCT_TYPE, raise_type="type"), _ask("raises")),
    "other-currency": (
        _ask("currency"),
        _how(MendKind.SET_KEY, given={"table": "company", "key": "currency"}, value="currency"),
        _FILE,
    ),
    "rate-per-100": (_key("payment_type", "rate_per", 100, code="source"), _ask("rate"), _FILE),
    "discount-sign": (_CORRECT, _FILE),
    "ticket-changed": (_UNDO_IMPORT,),
    "movements-left-out": (_how(MendKind.SET_KEY, given={"table": "accounts"}, key="source"),),
    "movements-left-out/float": (),
    "not-transferred": (),
    "left-out-by-hand": (),
    "missing-customer": (_CORRECT_ANY, _ledger("vouchers")),
    "missing-customer/received": (_CORRECT_ANY, _ledger("vouchers")),
    "bank-account": (_how(MendKind.SET_ACCOUNT, payment_type="source"),),
    "tips-as-income": (_how(MendKind.SET_ACCOUNT, given={"purpose": "tips"}),),
    "incomplete-day/end": _CUT_END,
    "incomplete-day/hole": (_FILE,),
    "incomplete-day/start": (_FILE_BEFORE,),
    "incomplete-day/register-end": _CUT_END,
    "incomplete-day/register-hole": (_FILE,),
    "incomplete-day/register-start": (_FILE_BEFORE,),
    "no-sales-data": (_FILE,),
    "only-training-or-void": (_CORRECT_ANY, _FILE),
    "changed-after-draft": (_REVISE,),
    "changed-after-draft/held": (_REVISE,),
    "changed-after-draft/customer": (_REVISE,),
    "changed-after-draft/undone": (_ledger("vouchers", "reference"),),
    "booked-elsewhere": (_resolve_day("not-booked-elsewhere"),),
    "changed-after-booking": (
        _ledger("vouchers"),
        _resolve_day("booked-elsewhere"),
    ),
    "unknown-register": (
        _how(MendKind.ADD_REGISTER, "register"),
        _how(MendKind.ACCEPT, "company", "register", "code"),
    ),
    "unknown-register/whose": (
        _how(MendKind.ADD_REGISTER, "register"),
        _how(MendKind.ACCEPT, "register", "code", given={"company": "COMPANY"}),
    ),
    "unknown-register/other": (
        _OWN_NUMBER,
        _how(MendKind.ADD_REGISTER, "register"),
        _how(MendKind.ACCEPT, "company", "register", "code"),
    ),
    "unknown-register/others": (
        _OWN_NUMBER,
        _how(MendKind.ADD_REGISTER, "register"),
        _how(MendKind.ACCEPT, "register", "code", given={"company": "COMPANY"}),
    ),
    "unknown-register/not-kept": (
        _how(MendKind.ADD_REGISTER, "register"),
        _how(MendKind.IMPORT_FILE, "file", given={"of": "file"}),
        _how(MendKind.ACCEPT, "company", "register", "code"),
    ),
    "unknown-account": (_ledger("chart-of-accounts", "account"), _OTHER_ACCOUNT),
    "inactive-account": (_ledger("chart-of-accounts", "account"), _OTHER_ACCOUNT),
    "unknown-department": (_ledger("departments", "department"), _DEPARTMENT),
    "department-required": (_DEPARTMENT,),
    "vat-code-locked": (_OTHER_ACCOUNT, _ledger("chart-of-accounts", "account")),
    "unknown-vat-code": (_how(MendKind.SET_VAT_CODE, "vat_code"),),
    "vat-code-twice": (_ledger("vat-codes", "vat_code"), _how(MendKind.EXPORT)),
    "vat-registration": (
        _key("company", "vat_registered", value=False),
        _ledger("client-settings"),
        _how(MendKind.EXPORT),
    ),
    "vat-registration/registered": (_key("company", "vat_registered", value=True), _ledger("client-settings")),
    "unknown-customer": (_ledger("customers", "customer"), _CORRECT_ANY),
    "unknown-customer/unlinked": (_LINK,),
    "unknown-customer/nobody": (_ledger("customers"), _LINK),
    "unknown-customer/no-such-number": (_LINK, _ledger("customers", "customer"), _CORRECT_ANY),
    "unknown-customer/ambiguous": (_LINK,),
    "unknown-customer/ambiguous-archived": (_LINK,),
    "unknown-customer/gone": (_LINK,),
    "unknown-customer/shared-code": (_LINK, _CORRECT_ANY, _FILE),
    "unknown-customer/other-firm": (_LINK, _ledger("customers", "go_number"), _CORRECT_ANY, _FILE),
    "unknown-customer/several-firms": (_CORRECT_ANY, _FILE),
    "unknown-customer/no-list": (_key("company", "subscription_key"), _LINK),
    "unknown-customer/archived": (_ledger("customers", "go_number"), _LINK_TO),
    **{f"unknown-customer/{reason}": (_LINK_TO,) for reason in ("organization-number", "reference", "number", "email")},
    "locked-period": (_ledger("lock-date", "lock_date"), _resolve_day("booked-elsewhere")),
    "locked-period/revision": (
        _ledger("lock-date", "lock_date"),
        _how(MendKind.REVISE, "venue", "day", dated="first_open"),
    ),
    "to-be-asked-again": (_how(MendKind.EXPORT),),
    "posted-by-old-setup": (_how(MendKind.REVISE, "venue", "day", given={"remap": True}),),
    "uncertain-too-long": (_ledger("vouchers", "reference"), _resolve("drafted"), _resolve("not-drafted")),
    "voucher-reversed": (_ledger("vouchers", "number"),),
    "voucher-corrected": (_ledger("vouchers", "number"),),
    "drafted-twice": (_ledger("vouchers", "reference"),),
    "import-failed": (_ledger("import", "reference"),),
    "import-failed/untold": (_ledger("import", "reference"),),
    "looked-for": (_how(MendKind.EXPORT),),
    "draft-differs": (
        _ledger("vouchers", "reference"),
        _how(MendKind.EXPORT),
        _resolve("drafted", id="id"),
    ),
    "draft-in-doubt": (
        _ledger("vouchers", "reference"),
        _resolve("drafted", id="id"),
        _resolve("not-drafted"),
        _how(MendKind.EXPORT),
    ),
    "draft-differs/order": (_ledger("orders", "reference"), _how(MendKind.EXPORT), _resolve_order("there", id="id")),
    "draft-in-doubt/order": (_ledger("orders", "reference"), _how(MendKind.EXPORT), _resolve_order("there", id="id")),
    "draft-gone": (_resolve("not-drafted"), _how(MendKind.EXPORT)),
    "documentation-missing/posted": (_how(MendKind.ATTACH_REPORT, "venue", "day"),),
    "documentation-missing/gone": (_resolve("not-drafted"), _how(MendKind.EXPORT)),
    "documentation-missing": (_how(MendKind.EXPORT), _how(MendKind.ATTACH_REPORT, "venue", "day")),
    "direct-posting": (_key("company", "target", "journal"),),
    "project-required": (_PROJECT, _OTHER_ACCOUNT, _ledger("chart-of-accounts", "account")),
    "project-required/unknown": (_ledger("projects", "project"), _PROJECT),
    **{
        f"dimension-required/{what}": (_OTHER_ACCOUNT, _ledger("chart-of-accounts", "account"))
        for what in ("location", "product", "quantity", "activity", "dimension")
    },
    "duplicate-client-key": (_ledger("extensions"), _key("venue", "client_key", venue="venue")),
    "duplicate-addon": (_key("venue", "addon", venue="venue"),),
    "order-no-customer": (_CORRECT, _FILE, _MOVE_ORDER),
    "order-no-customer/part-paid": (_CORRECT, _FILE, _MOVE_ORDER),
    "order-no-customer/former-type": (_MOVE_ORDER, _key("payment_type", "credit", value=True, code="source"), _FILE),
    "order-customer-not-linked": (_ledger("customers"), _LINK),
    "order-customer-not-linked/check-digit": (_ledger("customers"), _LINK, _CORRECT_ANY),
    **{
        f"order-customer-not-linked/{reason}": (_LINK_TO,)
        for reason in ("organization-number", "reference", "number", "email")
    },
    **{
        f"order-customer-not-linked/{reason}-check-digit": (_LINK_TO, _CORRECT_ANY)
        for reason in ("reference", "number", "email")
    },
    "order-customer-not-linked/being-made": (_how(MendKind.EXPORT),),
    "order-customer-not-linked/archived": (_ledger("customers", "go_number"), _LINK_TO),
    "order-customer-not-linked/archived-check-digit": (_ledger("customers", "go_number"), _LINK_TO, _CORRECT_ANY),
    "order-customer-ambiguous": (_LINK,),
    "order-customer-ambiguous/archived": (_LINK,),
    **{f"order-customer-ambiguous/{one}": (_LINK, _CORRECT_ANY) for one in ("check-digit", "archived-check-digit")},
    "order-customer-ambiguous/shared-code": (_LINK, _CORRECT_ANY, _FILE),
    "order-customer-ambiguous/other-firm": (_LINK, _ledger("customers", "go_number"), _CORRECT_ANY, _FILE),
    "order-customer-inactive": (_ledger("customers", "go_number"), _LINK),
    "order-customer-vat-free": (_ledger("customers", "go_number"), _ACCEPT_ORDER),
    "order-customer-delivery/ehf": (_ledger("customers", "go_number"),),
    "order-customer-delivery/email": (_ledger("customers", "go_number"),),
    "contact-elsewhere": (_ledger("customers", "go_number"),),
    "order-product-missing/sale": (_how(MendKind.SET_PRODUCT, "vat_code", product_type="source"),),
    "order-product-missing/other": (_how(MendKind.SET_PRODUCT, purpose="source"),),
    "order-product-missing/unknown": (_ledger("products", "product"), _OTHER_PRODUCT),
    "order-product-inactive": (_ledger("products", "product"), _OTHER_PRODUCT),
    "order-product-no-account": (_ledger("products", "product"),),
    "order-product-vat": (_OTHER_PRODUCT, _ledger("products", "product")),
    "order-product-account": (_ledger("products", "product"), _OTHER_PRODUCT),
    "order-project-unknown": (_ledger("projects", "project"), _CORRECT, _FILE),
    "order-total-differs": (_ledger("orders", "reference"), _ACCEPT_ORDER),
    "order-gone": (_resolve_order("not-there"), _MOVE_ORDER, _resolve_order("there")),
    "order-booked-twice": (_ledger("orders", "reference"), _MOVE_BACK),
    "order-booked-twice/invoiced": (_MOVE_BACK, _ledger("invoices", "reference")),
    "order-booked-twice/second": (_ledger("orders", "reference"),),
    "order-booked-twice/second-invoiced": (_ledger("orders", "reference"),),
    "order-uncertain-too-long": (
        _ledger("orders", "reference"),
        _resolve_order("there"),
        _resolve_order("not-there"),
    ),
    "order-changed-after-sending": (_REVISE_ORDER, _ACCEPT_ORDER),
    "order-changed-after-sending/void": (_REVISE_ORDER, _ACCEPT_ORDER),
    "order-changed-after-sending/touched": (_ledger("orders", "reference"), _ACCEPT_ORDER),
    "order-changed-after-sending/invoiced": (_ledger("orders", "reference"), _ACCEPT_ORDER),
    "order-changed-after-sending/credited": (
        _ledger("orders", "reference"),
        _resolve_order("not-there"),
        _MOVE_ORDER,
        _ACCEPT_ORDER,
    ),
    "order-changed-after-sending/customer": (_REVISE_ORDER, _ACCEPT_ORDER),
    "order-changed-after-sending/relinked": (_REVISE_ORDER, _ACCEPT_ORDER),
    "order-changed-after-sending/relinked-kept": (_ledger("orders", "reference"), _LINK_TO, _ACCEPT_ORDER),
    "order-changed-after-sending/customer-gone": (_CORRECT, _FILE, _ledger("orders", "reference"), _ACCEPT_ORDER),
    "order-changed-after-sending/customer-kept": (_ledger("orders", "reference"), _ACCEPT_ORDER),
    "order-changed-after-sending/references-kept": (_ledger("orders", "reference"), _ACCEPT_ORDER),
    "order-not-invoiced": (_ledger("orders", "reference"), _ACCEPT_ORDER),
    "order-not-invoiced/month": (_ledger("orders", "reference"), _ACCEPT_ORDER),
    "order-not-invoiced/waiting": (_SEND_ORDER, _ACCEPT_ORDER),
    "order-not-invoiced/waiting-month": (_SEND_ORDER, _ACCEPT_ORDER),
    "order-unsent": (_SEND_ORDER, _ACCEPT_ORDER),
    "order-unsent/removed": (_ACCEPT_ORDER,),
    "credit-left-out": (_key("company", "invoicing", value="orders"),),
    "order-in-voucher": (_REVISE,),
    "order-in-voucher/changed": (_REVISE,),
    "order-in-voucher/other": (_ledger("vouchers", reference="id"), _MOVE_ORDER, _how(MendKind.EXPORT)),
    "order-in-voucher/replaced": (
        _ledger("vouchers", reference="id"),
        _MOVE_ORDER,
        _resolve("not-drafted", reference="voucher"),
        _how(MendKind.EXPORT),
    ),
    "order-in-voucher/gone": (
        _ledger("vouchers", reference="voucher"),
        _resolve("not-drafted", reference="voucher"),
        _how(MendKind.EXPORT),
    ),
    "sale-ordered-already": (_ledger("orders", reference="found"), _MOVE_BACK),
    "sale-ordered-already/invoiced": (_ledger("invoices", reference="found"), _MOVE_BACK),
    "sale-ordered-already/in-voucher": (_ledger("vouchers"), _MOVE_BACK, _REVISE),
    "order-same-reference": (_MOVE_ORDER,),
    "order-same-reference/twins": (_WITHDRAW_ONE,),
    "order-edited": (),
    "order-edited/mended": (),
    "order-edited/credited": (_resolve_order("not-there"), _MOVE_ORDER),
    "order-rounding": (_key("orders", "rounding_product"),),
    "order-return-customer": (_ledger("orders", "reference"),),
    "order-return-customer/other": (_LINK_TO, _CORRECT, _FILE, _MOVE_ORDER),
    "order-return-open": (_ledger("orders", "reference"),),
    "order-return-open/itself": (_ledger("orders", "reference"),),
    "order-return-open/not-ordered": (_ledger("orders", "reference"),),
    "order-return-open/unread": (_ledger("orders", "reference"),),
    "order-return-credited": (_ledger("invoices", "invoice"), _LEAVE_OUT, _ACCEPT_ORDER),
    "order-return-credited/sent": (_ledger("orders", "reference"), _ACCEPT_ORDER),
    "order-return-credited/invoiced": (_ledger("invoices", "invoice"), _ACCEPT_ORDER),
    "order-return-credited/correction": (
        _ledger("invoices", "invoice"),
        _ACCEPT_CHANGE,
        _ACCEPT_ORDER,
        _REVISE_ORDER,
    ),
    "order-return-credited/correction-sent": (_ledger("invoices", "invoice"), _ACCEPT_ORDER),
}
"""For every wording of a finding, by its key in `texts.findings.TEXTS`, its mends in the order of their use."""

NEEDS_NONE = frozenset(
    {
        # the next Z-report of the register tells what this one cannot
        *(f"z-report-first/{what}" for what in ("total", "sale", "payment", "tip", "vat")),
        # the float that the register declares is not posted by anybody
        "movements-left-out/float",
        # what the setup says of a payment type, with what that came to
        "not-transferred",
        # a person has said why, and how it is taken back stands with the order
        "left-out-by-hand",
        # the invoice is what a person made of the order
        "order-edited",
        # a person has done what was to be done
        "order-edited/mended",
    }
)
"""The wordings of what is intended, and only told for the record: nothing is to be done about them."""


def list_recipes(key: str, *, is_acceptable: bool) -> tuple[Recipe, ...]:
    """The mends of a wording; accepting the finding comes last."""
    recipes = MENDS[key]
    if not is_acceptable or any(recipe.kind is MendKind.ACCEPT for recipe in recipes):
        return recipes
    return (*recipes, ACCEPT)

"""v2: sales orders.

Lives here: the calls. Never here: the reading of a body (`v2_order_body`), shapes (`v2_order_shapes`), how a line is
reckoned (`orders`), and what a person does (`invoicing`).
Source of names, types and required fields: the v2 description of spring 2025. An order made is answered with its sums,
which a client compares. `createAndSendInvoice` is refused: no integration here has the right to send.
What is not published is decided here and named: a confirmed order is neither deleted nor changed (409) before it is set
back to a draft; of an order's head its status and two references may be patched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .kept import Version
from .orders import Order, own_or, project_of
from .parameters import Parameters
from .v2_order_body import TEXT_LENGTH_MAX, read_order
from .v2_order_shapes import (
    STATUSES,
    complete_dto,
    customer_no_of,
    guid_of,
    has_code,
    is_own,
    line_dto,
    order_dto,
)
from .wire import (
    PRIVILEGE_MISSING,
    Answer,
    HttpRefusal,
    Refused,
    choice_of,
    json_answer,
    json_body,
    parse_json,
    text_of,
)

if TYPE_CHECKING:
    from .call import Call

READ = ("SalesOrders", "SalesOrders_Full")
WRITE = ("SalesOrders_Full",)

PATCHABLE = ("/CustomerReference", "/PurchaseOrderReference", "/SalesOrderStatus")

_CHANGED = "lastChangedDateTimeOffsetGreaterThan"


def _not_found(order_id: str) -> Refused:
    return Refused(f"Sales order with id = {order_id} not found.", status=404)


def _find(call: Call, order_id: str) -> Order:
    """The order, for a write: without lag. Raises Refused."""
    order = call.company.orders.register.now(guid_of(order_id))
    if order is None:
        raise _not_found(order_id)
    return order


def _read(call: Call, order_id: str) -> Version[Order]:
    version = call.company.orders.register.at(guid_of(order_id), call.replica_s)
    if version is None:
        raise _not_found(order_id)
    return version


# --- reading orders -----------------------------------------------------------------------------------


def list_orders(call: Call) -> Answer:
    """Orders that are no invoices yet, whoever made them."""
    call.token.require(*READ)
    parameters = Parameters(
        call,
        *("customerNos", "departmentCodes", "includeSubProject", _CHANGED, "onlyCreatedByCurrentIntegration"),
        *("orderStatus", "projectCodes", "showInherited"),
    )
    customers, changed = parameters.numbers("customerNos"), parameters.moment(_CHANGED)
    departments, projects = parameters.codes("departmentCodes"), parameters.codes("projectCodes")
    own_only, status = parameters.flag("onlyCreatedByCurrentIntegration"), parameters.choice("orderStatus", STATUSES)
    inherited, with_subprojects = parameters.flag("showInherited"), parameters.flag("includeSubProject")
    return parameters.answer(
        order_dto(call, version, inherited=bool(inherited))
        for _, version in call.company.orders.register.items_at(call.replica_s)
        if customers(customer_no_of(call, version.value))
        and version.is_newer(None, changed)
        and status in (None, version.value.status)
        and (not own_only or is_own(call, version.value))
        and has_code(own_or(version.value.department_code, None), departments)
        and has_code(project_of(version.value), projects, with_subs=bool(with_subprojects))
    )


def get_order(call: Call, order_id: str) -> Answer:
    call.token.require(*READ)
    inherited = Parameters(call, "showInherited").flag("showInherited")
    return json_answer(order_dto(call, _read(call, order_id), inherited=bool(inherited)))


def get_complete_order(call: Call, order_id: str) -> Answer:
    call.token.require(*READ)
    inherited = Parameters(call, "showInherited").flag("showInherited")
    return json_answer(complete_dto(call, _read(call, order_id), inherited=bool(inherited)))


def list_lines(call: Call, order_id: str) -> Answer:
    call.token.require(*READ)
    parameters = Parameters(call)
    order = _read(call, order_id).value
    return parameters.answer(line_dto(call, order, line) for line in order.lines)


# --- making orders ------------------------------------------------------------------------------------


def post_order(call: Call) -> Answer:
    """Make an order with its lines. Raises Refused."""
    call.token.require(*WRITE)
    order = read_order(call, json_body(call.request))
    call.check_not_refused("order")
    order = replace(order, no=call.company.orders.next_no())
    call.company.orders.add(order, call.now_s)
    call.received.append(order)
    version = call.company.orders.register.at(order.id, call.now_s)
    assert version is not None
    location = {"Location": f"/v2/SalesOrders/{order.id}"}
    return json_answer(complete_dto(call, version, inherited=False), 201, headers=location)


# --- changing and deleting orders ---------------------------------------------------------------------


def delete_order(call: Call, order_id: str) -> Answer:
    call.token.require(*WRITE)
    call.company.orders.delete(_find(call, order_id), call.now_s)
    return Answer(200)


def patch_order(call: Call, order_id: str) -> Answer:
    """Change an order's head by JSON Patch: what `PATCHABLE` names, and nothing but the status of a confirmed one."""
    call.token.require(*WRITE)
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json-patch+json":
        raise HttpRefusal(415, "Content-Type has to be application/json-patch+json.", title="Unsupported Media Type")
    order = _find(call, order_id)
    for path, value in _operations(parse_json(call.request.body)):
        if order.status == "Confirmed" and path != "/SalesOrderStatus":
            raise Refused(f"Sales order with id = {order_id} is confirmed.", status=409)
        field = {"value": value}
        if path == "/SalesOrderStatus":
            confirmed = choice_of(field, "value", STATUSES) == "Confirmed"
            order = replace(order, status="Confirmed" if confirmed else "Draft")
        elif path == "/CustomerReference":
            order = replace(order, customer_reference=text_of(field, "value", length_max=TEXT_LENGTH_MAX))
        else:
            order = replace(order, purchase_order=text_of(field, "value", length_max=TEXT_LENGTH_MAX))
    call.company.orders.change(order, call.now_s)
    version = call.company.orders.register.at(order.id, call.now_s)
    assert version is not None
    return json_answer(order_dto(call, version, inherited=False))


def _operations(document: object) -> list[tuple[str, object]]:
    """Path and value of each operation. Raises Refused."""
    if not isinstance(document, list) or not document:
        raise Refused("The body has to be a JSON Patch document.", field_name="$")
    found: list[tuple[str, object]] = []
    for operation in document:
        if not isinstance(operation, dict) or operation.get("op") != "replace" or "value" not in operation:
            raise Refused("Every operation has to be a replace with a path and a value.", field_name="$")
        path = operation.get("path")
        if path not in PATCHABLE:
            raise Refused(f"The path '{path}' cannot be patched.", field_name=str(path))
        found.append((path, operation["value"]))
    return found


def refuse_to_send(call: Call) -> Answer:
    """An integration of the sandbox has no right to send. Raises HttpRefusal."""
    call.token.require(*WRITE)
    raise HttpRefusal(403, "The integration is not allowed to send invoices.", title=PRIVILEGE_MISSING)

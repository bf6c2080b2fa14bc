"""v2: products, product groups and projects.

Lives here: the calls and their PascalCase shapes. Never here: the rules (`products`, `projects`).
Source of names, types and required fields: the v2 description of spring 2025. Products are read alone: an integration
for settlements makes none. The company's own sales accounts are in no call: they are known to Go alone.
What is not published is decided here and named: a product's accounts are answered as they are set, not as inherited;
what the description knows and this sandbox does not is refused.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from .kept import Version
from .orders import own_or
from .parameters import Parameters, parse_id
from .products import Product, ProductGroup
from .projects import PROJECT_WRONG, STATUSES, Project
from .v2_customers import read_department
from .wire import (
    Answer,
    Json,
    Refused,
    check_known,
    check_unsupported,
    choice_of,
    flag_of,
    json_answer,
    json_body,
    text_of,
    whole_of,
)

if TYPE_CHECKING:
    from .call import Call

READ = ("Product", "Product_Full")
PROJECT_READ = ("Project", "Project_Full")
PROJECT_WRITE = ("Project_Full",)

KINDS = ("Product", "Service")
BILLING_METHODS = ("FixedPrice", "Time", "TimeAndExpenses")
NAME_LENGTH_MAX = 400
CODE_LENGTH_MAX = 50

PROJECT_FIELDS = (
    *("Code", "CustomerId", "CustomerNo", "DepartmentCode", "DepartmentId", "ExternalNumber", "IsActive"),
    *("Name", "ParentProjectCode", "ProjectStatus"),
)
PROJECT_UNSUPPORTED = (
    *("AllowAllActivities", "AllowAllEmployees", "AttachExpenseVouchersWhenBilling", "BillableRate"),
    *("BillableRateSpecification", "BrandingThemeCode", "BrandingThemeId", "BudgetedBillableRate"),
    *("BudgetedCostOfGoods", "BudgetedHours", "BudgetedOtherOperatingExpenses", "BudgetedPayrollExpenses"),
    *("BudgetedRevenueHours", "BudgetedTotalRevenue", "ContactPersonId", "ContractNo", "DeliveryTerm"),
    *("DeliveryTermId", "DenyTimeTracking", "EndDate", "ExpenseMarkupDescription", "ExpenseMarkupEnabled"),
    *("ExpenseMarkupFactor", "FixedPrice", "HourlyRateMarkupDescription", "HourlyRateMarkupEnabled"),
    *("HourlyRateMarkupFactor", "IsBillable", "IsInternal", "LocationCode", "LocationId", "ParentProjectId"),
    *("PaymentTermId", "PaymentTerms", "Progress", "ProjectBillingMethod", "ProjectManagerEmployeeId"),
    *("ProjectManagerEmployeeNo", "PurchaseOrderNo", "StartDate"),
)

_CREATED = "createdDateTimeOffsetGreaterThan"
_CHANGED = "lastChangedDateTimeOffsetGreaterThan"


# --- products -----------------------------------------------------------------------------------------


def list_products(call: Call) -> Answer:
    call.token.require(*READ)
    parameters = Parameters(
        call,
        *("codes", "isArchived", "names", "productGroupCodes", "type"),
        *("stockOnHandLastChangedDatetimeOffsetGreaterThan", _CREATED, _CHANGED),
    )
    archived, codes, names = parameters.flag("isArchived"), parameters.codes("codes"), parameters.codes("names")
    groups, kind = parameters.codes("productGroupCodes"), parameters.choice("type", KINDS)
    created, changed = parameters.moment(_CREATED), parameters.moment(_CHANGED)
    if parameters.moment("stockOnHandLastChangedDatetimeOffsetGreaterThan") is not None:
        return Answer(204)
    return parameters.answer(
        _product_dto(call, product_id, version)
        for product_id, version in call.company.products.register.items_at(call.replica_s)
        if (codes is None or version.value.code in codes)
        and (names is None or version.value.name in names)
        and (groups is None or version.value.group_code in groups)
        and archived in (None, not version.value.active)
        and kind in (None, version.value.kind)
        and version.is_newer(created, changed)
    )


def get_product(call: Call, product_id: str) -> Answer:
    call.token.require(*READ)
    Parameters(call)
    version = call.company.products.register.at(parse_id(product_id), call.replica_s)
    if version is None:
        raise Refused(f"Product with id = {product_id} not found.", status=404)
    return json_answer(_product_dto(call, parse_id(product_id), version))


def _account_id(call: Call, account_no: int | None) -> int | None:
    return None if account_no is None else call.company.account_ids.id_of(account_no)


def _product_dto(call: Call, product_id: int, version: Version[Product]) -> Json:
    product = version.value
    group = product.group_code
    return {
        "Id": product_id,
        "Code": product.code,
        "Name": product.name,
        "Description": None,
        "ProductType": product.kind,
        "ProductGroupCode": group,
        "ProductGroupId": None if group is None else call.company.products.group_ids.id_of(group),
        "StandardSalesAccount": product.standard_account_no,
        "StandardSalesAccountId": _account_id(call, product.standard_account_no),
        "OptionalSalesAccount": product.optional_account_no,
        "OptionalSalesAccountId": _account_id(call, product.optional_account_no),
        "UnitPrice": product.unit_price,
        "UnitCost": product.unit_cost,
        "UnitOfMeasureCode": product.unit,
        "Gtin": None,
        "IsArchived": not product.active,
        "IsStockItem": False,
        "CreatedDateTimeOffset": version.created_at,
        "LastChangedDateTimeOffset": version.changed_at,
    }


def list_groups(call: Call) -> Answer:
    call.token.require(*READ)
    parameters = Parameters(call, "codes", "isArchived", "names", "type", _CREATED, _CHANGED)
    archived, codes, names = parameters.flag("isArchived"), parameters.codes("codes"), parameters.codes("names")
    kind = parameters.choice("type", KINDS)
    created, changed = parameters.moment(_CREATED), parameters.moment(_CHANGED)
    return parameters.answer(
        _group_dto(call, group_id, version)
        for group_id, version in call.company.products.groups.items_at(call.replica_s)
        if (codes is None or version.value.code in codes)
        and (names is None or version.value.name in names)
        and archived in (None, not version.value.active)
        and kind in (None, "Product")
        and version.is_newer(created, changed)
    )


def _group_dto(call: Call, group_id: int, version: Version[ProductGroup]) -> Json:
    group = version.value
    return {
        "Id": group_id,
        "Code": group.code,
        "Name": group.name,
        "Description": None,
        "ProductType": "Product",
        "StandardSalesAccount": group.standard_account_no,
        "StandardSalesAccountId": _account_id(call, group.standard_account_no),
        "OptionalSalesAccount": group.optional_account_no,
        "OptionalSalesAccountId": _account_id(call, group.optional_account_no),
        "UnitPrice": Decimal(0),
        "UnitCost": Decimal(0),
        "UnitOfMeasureCode": "EA",
        "IsArchived": not group.active,
        "CreatedDateTimeOffset": version.created_at,
        "LastChangedDateTimeOffset": version.changed_at,
    }


# --- projects -----------------------------------------------------------------------------------------


def list_projects(call: Call) -> Answer:
    call.token.require(*PROJECT_READ)
    parameters = Parameters(
        call,
        *("customerNos", "departmentCodes", "excludeArchivedProject", "includeSubProjects", "name"),
        *("projectBillingMethod", "projectCodes", "projectManagerEmployeeNos", "status", _CREATED, _CHANGED),
    )
    codes, departments = parameters.codes("projectCodes"), parameters.codes("departmentCodes")
    customers, name = parameters.numbers("customerNos"), parameters.text("name")
    no_archived = parameters.text("excludeArchivedProject").lower() in ("true", "1")
    status = parameters.choice("status", STATUSES)
    with_subprojects = parameters.text("includeSubProjects").lower() in ("true", "1")
    method = parameters.choice("projectBillingMethod", BILLING_METHODS)
    created, changed = parameters.moment(_CREATED), parameters.moment(_CHANGED)
    if method is not None or parameters.text("projectManagerEmployeeNos"):
        return Answer(204)
    return parameters.answer(
        _project_dto(call, project_id, version)
        for project_id, version in call.company.projects.register.items_at(call.replica_s)
        if _is_asked_for(version.value.code, codes, with_subprojects=with_subprojects)
        and (departments is None or version.value.department_code in departments)
        and (not parameters.text("customerNos") or customers(version.value.customer_no or -1))
        and name.lower() in version.value.name.lower()
        and not (no_archived and version.value.status == "Archived")
        and status in (None, version.value.status)
        and version.is_newer(created, changed)
    )


def _is_asked_for(code: str, codes: frozenset[str] | None, *, with_subprojects: bool) -> bool:
    if codes is None or code in codes:
        return True
    return with_subprojects and any(code.startswith(f"{parent}.") for parent in codes)


def get_project(call: Call, project_id: str) -> Answer:
    call.token.require(*PROJECT_READ)
    Parameters(call)
    version = call.company.projects.register.at(parse_id(project_id), call.replica_s)
    if version is None:
        raise Refused(f"Project with id = {project_id} not found.", status=404)
    return json_answer(_project_dto(call, parse_id(project_id), version))


def post_project(call: Call) -> Answer:
    """Make a project, or a sub-project of one. Raises Refused."""
    call.token.require(*PROJECT_WRITE)
    body = json_body(call.request)
    check_known(body, (*PROJECT_FIELDS, *PROJECT_UNSUPPORTED), "ProjectPostDto")
    check_unsupported(body, PROJECT_UNSUPPORTED)
    project = _read_project(call, body)
    call.company.projects.check_new(project)
    project_id = call.company.projects.put(project, call.now_s)
    version = call.company.projects.register.at(project_id, call.now_s)
    assert version is not None
    return json_answer(_project_dto(call, project_id, version), 201, headers={"Location": f"/v2/Projects/{project_id}"})


def _read_project(call: Call, body: Json) -> Project:
    name = text_of(body, "Name", length_max=NAME_LENGTH_MAX, required=True)
    code = text_of(body, "Code", length_max=CODE_LENGTH_MAX) or call.company.projects.next_code()
    if "." in code:
        raise Refused("A dot is reserved and cannot stand in Code.", field_name="Code")
    parent = text_of(body, "ParentProjectCode", length_max=CODE_LENGTH_MAX)
    if parent is not None:
        if call.company.projects.coded(parent) is None:
            raise Refused(f"Project with code = {parent} not found.", status=404)
        code = f"{parent}.{code}"
    active = flag_of(body, "IsActive")
    return Project(
        code,
        name or "",
        choice_of(body, "ProjectStatus", STATUSES) or "Active",
        active is None or active,
        _customer_no(call, body),
        own_or(read_department(call, body), None),
        whole_of(body, "ExternalNumber"),
    )


def _customer_no(call: Call, body: Json) -> int | None:
    """The number of the customer that is named by id or number. Raises Refused."""
    contact_id, number = whole_of(body, "CustomerId"), whole_of(body, "CustomerNo")
    customers = call.company.customers
    if contact_id is not None:
        customer = customers.register.now(contact_id)
    elif number is not None:
        customer = customers.numbered(number)
    else:
        return None
    if customer is None:
        raise Refused("The customer of the project was not found.", status=404, title=PROJECT_WRONG)
    return customer.no


def _project_dto(call: Call, project_id: int, version: Version[Project]) -> Json:
    project = version.value
    code, number = project.department_code, project.customer_no
    return {
        "Id": project_id,
        "Code": project.code,
        "Name": project.name,
        "ProjectStatus": project.status,
        "IsActive": project.active,
        "CustomerNo": number,
        "CustomerId": None if number is None else call.company.contact_ids.id_of(number),
        "DepartmentCode": code,
        "DepartmentId": None if code is None else call.company.department_ids.id_of(code),
        "ExternalNumber": project.external_number,
        "ParentProjectCode": project.code.rpartition(".")[0] or None,
        "CreatedDateTimeOffset": version.created_at,
        "LastChangedDateTimeOffset": version.changed_at,
    }

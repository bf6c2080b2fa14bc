"""Projects of a company, which orders and their lines may name.

Lives here: the record, what is kept (`Projects`), and the rules for making one. Never here: HTTP, JSON.
A dot in a code is reserved: sub-project 2 of project 10 has the code 10.2.
What is not published is decided here and named: a second project of a code is refused; one made without a code gets
the next free number; a project that is archived, complete or inactive takes no order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .kept import SINCE_S, Ids, Register
from .wire import Refused

PROJECT_WRONG = "Project validation error(s)"
STATUSES = ("Tentative", "Active", "Archived", "NotStarted", "Complete")


@dataclass(frozen=True, slots=True)
class Project:
    code: str
    name: str
    status: str = "Active"
    active: bool = True
    customer_no: int | None = None
    department_code: str | None = None
    external_number: int | None = None

    @property
    def takes_orders(self) -> bool:
        return self.active and self.status not in ("Archived", "Complete")


class Projects:
    """One company's projects by id."""

    def __init__(self, ids: Ids) -> None:
        self.ids = ids
        self.register: Register[int, Project] = Register()

    def load(self, projects: Iterable[Project]) -> None:
        """Hold these alone; ids already given stay."""
        self.register.replace_all({self.ids.id_of(project.code): project for project in projects})

    def coded(self, code: str) -> Project | None:
        return self.register.now(self.ids.id_of(code))

    def next_code(self) -> str:
        codes = {project.code for _, project in self.register.items_now()}
        return next(str(number) for number in range(1, len(codes) + 2) if str(number) not in codes)

    def check_new(self, project: Project) -> None:
        """Raises `Refused` where its code is taken."""
        if self.coded(project.code) is not None:
            raise Refused(f"Code is already in use. '{project.code}' is used on another project.", title=PROJECT_WRONG)

    def put(self, project: Project, now_s: float = SINCE_S) -> int:
        """Make or change a project; its id is returned."""
        project_id = self.ids.id_of(project.code)
        self.register.put(project_id, project, now_s)
        return project_id

    def usable(self, code: str) -> Project:
        """The project with a code, for an order. Raises Refused."""
        project = self.coded(code)
        if project is None:
            raise Refused(f"Project with code = {code} not found.", status=404)
        if not project.takes_orders:
            raise Refused(f"Project with code = {code} is not active.", title=PROJECT_WRONG)
        return project

"""Revisions of setups: every saving was kept as the lines that were printed; now with the setup as it was saved, its
number and why. A company's newest revision has the setup as it stands; what stood before was not kept."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_company = sa.table("company", *map(sa.column, ("id", "code", "document", "saved_at_utc_s")))
_change = sa.table("setup_change", *map(sa.column, ("id", "company_code", "at_utc_s", "who", "known_by", "changes")))
_COLUMNS = ("company_id", "number", "at_utc_s", "who", "known_by", "why", "kind", "restored", "changes", "document")
_revision = sa.table("setup_revision", *map(sa.column, _COLUMNS))

_REMOVED = "removed_venue"


def upgrade() -> None:
    op.create_table(
        "setup_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("company_id", "number")),
        sa.Column("at_utc_s", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("who", "known_by", "why", "kind")),
        sa.Column("restored", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("changes", "document")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("company_id", "number", name="uq_setup_revision"),
    )
    bind = op.get_bind()
    rows = [row for company in bind.execute(sa.select(_company)).fetchall() for row in _revisions_of(bind, company)]
    if rows:
        bind.execute(sa.insert(_revision), rows)
    op.drop_table("setup_change")


def _revisions_of(bind: Any, company: Any) -> list[dict[str, Any]]:
    """What was kept of a company's savings, the last of them with the setup as it stands. Versions before 0005 kept
    none: the setup as it stands is the first."""
    query = sa.select(_change).where(_change.c.company_code == company.code).order_by(_change.c.id)
    rows = [
        {
            "at_utc_s": kept.at_utc_s,
            "who": kept.who,
            "known_by": kept.known_by,
            "kind": "apply",
            "changes": json.dumps([{"told": told} for told in json.loads(kept.changes)], ensure_ascii=False),
        }
        for kept in bind.execute(query).fetchall()
    ]
    as_it_stands = {"at_utc_s": company.saved_at_utc_s, "who": "", "known_by": "", "kind": "upgrade", "changes": "[]"}
    rows = rows or [as_it_stands]
    document = json.loads(company.document)
    document.pop(_REMOVED, None)
    shared = {"company_id": company.id, "why": "", "restored": None, "document": ""}
    numbered = [{**shared, "number": number, **row} for number, row in enumerate(rows, 1)]
    numbered[-1]["document"] = json.dumps(document, ensure_ascii=False)
    return numbered


def downgrade() -> None:
    op.create_table(
        "setup_change",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("company_code", "who", "known_by", "changes")),
        sa.Column("at_utc_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    bind = op.get_bind()
    query = (
        sa.select(_company.c.code, *(_revision.c[name] for name in ("at_utc_s", "who", "known_by", "changes")))
        .where(_revision.c.company_id == _company.c.id, _revision.c.kind != "upgrade")
        .order_by(_revision.c.company_id, _revision.c.number)
    )
    rows = [
        {
            "company_code": kept.code,
            "at_utc_s": kept.at_utc_s,
            "who": kept.who,
            "known_by": kept.known_by,
            "changes": json.dumps([change["told"] for change in json.loads(kept.changes)], ensure_ascii=False),
        }
        for kept in bind.execute(query).fetchall()
    ]
    if rows:
        bind.execute(sa.insert(_change), rows)
    op.drop_table("setup_revision")

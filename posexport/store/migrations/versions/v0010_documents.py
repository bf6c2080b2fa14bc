"""Deliveries by the document that is sent: its kind and its key. Every delivery until now was of a business day's voucher,
of all of the day or of its part after midnight."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_delivery = sa.table("delivery", *map(sa.column, ("business_day", "part", "document_kind", "document_key")))
_day = sa.cast(_delivery.c.business_day, sa.Text())


def upgrade() -> None:
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_constraint("uq_delivery", type_="unique")
        delivery.add_column(sa.Column("document_kind", sa.Text(), nullable=False, server_default=sa.text("'voucher'")))
        delivery.add_column(sa.Column("document_key", sa.Text(), nullable=False, server_default=sa.text("''")))
    key = sa.case((_delivery.c.part == 0, _day), else_=_day + "-p2")
    op.execute(sa.update(_delivery).values(document_key=key))
    with op.batch_alter_table("delivery") as delivery:
        delivery.alter_column("document_key", server_default=None, existing_type=sa.Text(), existing_nullable=False)
        delivery.drop_column("part")
        delivery.create_unique_constraint("uq_delivery", ["venue_id", "document_kind", "document_key", "revision"])
    op.create_index("ix_delivery_day", "delivery", ["venue_id", "business_day", "document_kind"], unique=False)
    others = sa.text("document_kind <> 'voucher'")
    op.create_index(
        "ix_delivery_other",
        "delivery",
        ["venue_id", "business_day"],
        unique=False,
        sqlite_where=others,
        postgresql_where=others,
    )


def downgrade() -> None:
    """Raises RuntimeError where anything but vouchers was sent: the schema before has no place for it."""
    others = sa.select(sa.func.count()).select_from(_delivery).where(_delivery.c.document_kind != "voucher")
    if op.get_bind().execute(others).scalar():
        raise RuntimeError("the database holds deliveries of documents other than vouchers")
    op.drop_index("ix_delivery_other", "delivery")
    op.drop_index("ix_delivery_day", "delivery")
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_constraint("uq_delivery", type_="unique")
        delivery.add_column(sa.Column("part", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(sa.update(_delivery).values(part=sa.case((_delivery.c.document_key == _day, 0), else_=1)))
    with op.batch_alter_table("delivery") as delivery:
        delivery.alter_column("part", server_default=None, existing_type=sa.Integer(), existing_nullable=False)
        delivery.drop_column("document_key")
        delivery.drop_column("document_kind")
        delivery.create_unique_constraint("uq_delivery", ["venue_id", "business_day", "part", "revision"])

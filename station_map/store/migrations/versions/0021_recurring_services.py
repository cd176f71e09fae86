"""Recurring services: their rule, and the days that it means."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column("service_event", sa.Column("rule", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_service_event_rule_form"), "service_event", "rule ~ '^FREQ=[A-Z0-9=;,+-]{1,200}$'"
    )
    op.create_table(
        "service_day",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["service_event.id"],
            name="fk_service_day_event_id_service_event",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "day", name="pk_service_day"),
    )


def downgrade() -> None:
    """Drop them. A recurring service would be held every day, so it goes first."""
    op.drop_table("service_day")
    op.execute("DELETE FROM service_event WHERE rule IS NOT NULL")
    op.drop_constraint(op.f("ck_service_event_rule_form"), "service_event")
    op.drop_column("service_event", "rule")

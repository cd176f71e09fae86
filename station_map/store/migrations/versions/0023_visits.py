"""Visits counted at doors: hours of each station, and the marks of the hour that runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def _create(table: str, *columns: sa.schema.SchemaItem, prefixes: list[str]) -> None:
    op.create_table(
        table,
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=f"fk_{table}_station_id_station",
            ondelete="CASCADE",
        ),
        prefixes=prefixes,
    )


def upgrade() -> None:
    """Create the tables."""
    _create(
        "visit_hourly",
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.CheckConstraint("visits > 0", name=op.f("ck_visit_hourly_visits_range")),
        sa.PrimaryKeyConstraint("station_id", "hour", name="pk_visit_hourly"),
        prefixes=[],
    )
    op.create_index("ix_visit_hourly_hour", "visit_hourly", ["hour"])
    _create(
        "visit_tap",
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("network", sa.Integer(), nullable=False),
        sa.CheckConstraint("person BETWEEN 0 AND 65535", name=op.f("ck_visit_tap_person_range")),
        sa.CheckConstraint("network BETWEEN 0 AND 65535", name=op.f("ck_visit_tap_network_range")),
        sa.PrimaryKeyConstraint("station_id", "hour", "person", name="pk_visit_tap"),
        prefixes=["UNLOGGED"],
    )


def downgrade() -> None:
    """Drop them, counts and all."""
    op.drop_table("visit_tap")
    op.drop_table("visit_hourly")

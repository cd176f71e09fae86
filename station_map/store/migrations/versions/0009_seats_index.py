"""Stations by their number of seats, for those that are asked for with many."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """With the id, so that counting and listing them need not read the stations."""
    op.create_index("ix_station_seats", "station", ["seats"], postgresql_include=["id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_station_seats", "station")

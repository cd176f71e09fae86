"""What devices at stations say: the latest, a day of counted times, and hours."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_QUANTITIES: Final = "quantity IN ('door', 'bays_free', 'occupancy', 'device')"
_TIME: Final = sa.DateTime(timezone=True)


def _of_station(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    column = sa.Column("station_id", sa.BigInteger(), nullable=False)
    key = sa.ForeignKeyConstraint(
        ["station_id"], ["station.id"], name=f"fk_{table}_station_id_station", ondelete="CASCADE"
    )
    return column, key


def _quantity(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(_QUANTITIES, name=op.f(f"ck_{table}_quantity"))


def _create_latest() -> None:
    table = "station_live"
    op.create_table(
        table,
        *_of_station(table),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("observed_at", _TIME, nullable=False),
        sa.Column("received_at", _TIME, server_default=sa.text("now()"), nullable=False),
        _quantity(table),
        sa.CheckConstraint(
            "value ~ '^([0-9]{1,6}|[a-z_]{1,20})$'", name=op.f(f"ck_{table}_value_form")
        ),
        sa.PrimaryKeyConstraint("station_id", "quantity", name=f"pk_{table}"),
    )
    op.create_index("ix_station_live_observed_at", table, ["observed_at"])


def _create_seen() -> None:
    table = "live_seen"
    op.create_table(
        table,
        *_of_station(table),
        sa.Column("observed_at", _TIME, nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        _quantity(table),
        sa.PrimaryKeyConstraint("station_id", "observed_at", "quantity", name=f"pk_{table}"),
    )


def _create_hours() -> None:
    table = "live_hourly"
    op.create_table(
        table,
        *_of_station(table),
        sa.Column("hour", _TIME, nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Double(), nullable=False)
            for name in ("minimum", "maximum", "total", "last")
        ),
        sa.Column("last_at", _TIME, nullable=False),
        _quantity(table),
        sa.CheckConstraint("samples > 0", name=op.f(f"ck_{table}_samples_range")),
        sa.CheckConstraint("minimum <= maximum", name=op.f(f"ck_{table}_range")),
        sa.PrimaryKeyConstraint("station_id", "hour", "quantity", name=f"pk_{table}"),
    )
    op.create_index("ix_live_hourly_hour", table, ["hour"])


def upgrade() -> None:
    """Create the tables."""
    _create_latest()
    _create_seen()
    _create_hours()
    op.create_table(
        "live_pace",
        sa.Column("token_id", sa.BigInteger(), nullable=False),
        sa.Column("minute", _TIME, nullable=False),
        sa.Column("pushes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["api_token.id"],
            name="fk_live_pace_token_id_api_token",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_id", name="pk_live_pace"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("live_pace", "live_hourly", "live_seen", "station_live"):
        op.drop_table(table)

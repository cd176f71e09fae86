"""What riders report, what they suggest, and "reported locked" on a station's card."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The card tells it just before `demo`. The function's text is taken from the database and one
# line put in, so that this step stays right whatever the steps before it made of the function.
_FUNCTION = "station_refresh(bigint[])"
_BEFORE = "',\"demo\":'"
_LINE = """',"reported_locked":', json_text(
                s.reported_locked_at IS NOT NULL
                AND s.reported_locked_at > coalesce(s.verified_at, '-infinity')),
            """


def _change_function(old: str, new: str) -> None:
    (text,) = (
        op.get_bind()
        .execute(sa.text(f"SELECT pg_get_functiondef('{_FUNCTION}'::regprocedure)"))
        .scalars()
    )
    if text.count(old) != 1:
        raise RuntimeError(f"{_FUNCTION} is not as this migration knows it")
    op.get_bind().exec_driver_sql(text.replace(old, new).replace("%", "%%"))


def _derive_cards() -> None:
    op.execute("SELECT station_refresh(array_agg(id)) FROM station")


def upgrade() -> None:
    """Create the tables, and tell on every card whether its door is reported locked."""
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amenity_id", sa.SmallInteger(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("photo", sa.Text(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('open', 'locked', 'broken', 'wrong', 'gone')", name=op.f("ck_report_kind")
        ),
        sa.CheckConstraint(
            "field IN ('name', 'position', 'address', 'opening_hours', 'access_method',"
            " 'amenities', 'phone', 'other')",
            name=op.f("ck_report_field"),
        ),
        sa.CheckConstraint(
            "(kind = 'broken') = (amenity_id IS NOT NULL)",
            name=op.f("ck_report_amenity_of_broken"),
        ),
        sa.CheckConstraint(
            "(kind = 'wrong') = (field IS NOT NULL)", name=op.f("ck_report_field_of_wrong")
        ),
        sa.CheckConstraint(
            "char_length(note) BETWEEN 1 AND 500", name=op.f("ck_report_note_length")
        ),
        sa.CheckConstraint("photo ~ '^[0-9a-f]{32}$'", name=op.f("ck_report_photo_name")),
        sa.CheckConstraint(
            "(lon IS NULL) = (lat IS NULL)"
            " AND lon = round(lon::numeric, 3)::double precision"
            " AND lat = round(lat::numeric, 3)::double precision",
            name=op.f("ck_report_position_blurred"),
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_report_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["amenity_id"], ["amenity.id"], name=op.f("fk_report_amenity_id_amenity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("uuid", name=op.f("uq_report_uuid")),
    )
    op.create_index(
        "ix_report_station_id_kind_seen_at", "report", ["station_id", "kind", "seen_at"]
    )
    op.create_index(
        "ix_report_amenity_id",
        "report",
        ["amenity_id"],
        postgresql_where=sa.text("amenity_id > 0"),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("position", Geography("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("adcode", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "amenity_ids",
            sa.ARRAY(sa.Integer()),
            server_default=sa.text("'{}'::integer[]"),
            nullable=False,
        ),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "char_length(note) BETWEEN 1 AND 500", name=op.f("ck_suggestion_note_length")
        ),
        sa.CheckConstraint(
            "1 <= ALL (amenity_ids) AND 63 >= ALL (amenity_ids)",
            name=op.f("ck_suggestion_amenity_ids"),
        ),
        sa.ForeignKeyConstraint(
            ["adcode"], ["area.adcode"], name=op.f("fk_suggestion_adcode_area")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
        sa.UniqueConstraint("uuid", name=op.f("uq_suggestion_uuid")),
    )
    op.create_index("ix_suggestion_position", "suggestion", ["position"], postgresql_using="gist")
    op.create_index("ix_suggestion_adcode", "suggestion", ["adcode"])
    op.create_table(
        "sender",
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("sender", sa.LargeBinary(), nullable=False),
        sa.Column("network", sa.LargeBinary(), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_sender")),
    )
    op.create_index("ix_sender_network_received_at", "sender", ["network", "received_at"])
    op.create_index("ix_sender_received_at", "sender", ["received_at"])
    op.add_column(
        "station", sa.Column("reported_locked_at", sa.DateTime(timezone=True), nullable=True)
    )
    _change_function(_BEFORE, _LINE + _BEFORE)
    _derive_cards()


def downgrade() -> None:
    """Drop the tables; what riders reported is lost."""
    _change_function(_LINE + _BEFORE, _BEFORE)
    op.drop_column("station", "reported_locked_at")
    _derive_cards()
    for table in ("sender", "suggestion", "report"):
        op.drop_table(table)

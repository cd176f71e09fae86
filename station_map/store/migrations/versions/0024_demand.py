"""Layers of demand, and their cells in blocks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _create_layers() -> None:
    table = "demand_layer"
    texts = [("title", False), ("unit", False), ("as_of", True), ("source", True)]
    texts += [("licence", True), ("datum", False), ("kind", False)]
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=nullable) for name, nullable in texts),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("cells", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("adcodes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("outlines", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('points', 'polygons', 'raster', 'h3', 'synthetic')",
            name=op.f(f"ck_{table}_kind"),
        ),
        sa.CheckConstraint(
            "name ~ '^[^[:space:]+@:,%*]+$' AND char_length(name) <= 40",
            name=op.f(f"ck_{table}_name_form"),
        ),
        sa.CheckConstraint(
            "as_of ~ '^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$'",
            name=op.f(f"ck_{table}_as_of_form"),
        ),
        sa.CheckConstraint(
            "greatest(char_length(title), char_length(unit), char_length(source),"
            " char_length(licence)) <= 200",
            name=op.f(f"ck_{table}_text_length"),
        ),
        sa.CheckConstraint("version > 0", name=op.f(f"ck_{table}_version_range")),
        sa.CheckConstraint(
            "cells >= 0 AND unknown >= 0 AND total >= 0 AND total < 'Infinity'",
            name=op.f(f"ck_{table}_figures_range"),
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index("uq_demand_layer_name_version", table, ["name", "version"], unique=True)
    op.create_index(
        "uq_demand_layer_name_current",
        table,
        ["name"],
        unique=True,
        postgresql_where=sa.text("current"),
    )


def _create_blocks() -> None:
    table = "demand_block"
    op.create_table(
        table,
        sa.Column("layer_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Double(), nullable=False)
            for name in ("west", "south", "east", "north")
        ),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "cells > 0 AND octet_length(packed) = 18 * cells",
            name=op.f(f"ck_{table}_packed_size"),
        ),
        sa.CheckConstraint(
            "west >= -180 AND east <= 180 AND south >= -90 AND north <= 90"
            " AND west <= east AND south <= north",
            name=op.f(f"ck_{table}_box_range"),
        ),
        sa.ForeignKeyConstraint(
            ["layer_id"],
            ["demand_layer.id"],
            name="fk_demand_block_layer_id_demand_layer",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("layer_id", "number", name=f"pk_{table}"),
    )
    # Packed numbers hardly shrink, and unpacking them would cost more than reading them.
    op.execute(f"ALTER TABLE {table} ALTER COLUMN packed SET STORAGE EXTERNAL")


def upgrade() -> None:
    """Create the tables."""
    _create_layers()
    _create_blocks()


def downgrade() -> None:
    """Drop them; layers are brought again from their files."""
    op.drop_table("demand_block")
    op.drop_table("demand_layer")

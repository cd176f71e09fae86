"""Planners' own areas and candidate sites, and files of theirs on the way in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_TABLE = "planning_set"


def upgrade() -> None:
    """Create the table; a file on its way in says what is in it."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("kind IN ('areas', 'sites')", name=op.f(f"ck_{_TABLE}_kind")),
        sa.CheckConstraint(
            "char_length(btrim(name)) BETWEEN 1 AND 80", name=op.f(f"ck_{_TABLE}_name_length")
        ),
        sa.CheckConstraint(
            "char_length(file_name) BETWEEN 1 AND 200", name=op.f(f"ck_{_TABLE}_file_name_length")
        ),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name=op.f(f"ck_{_TABLE}_digest_hex")),
        sa.CheckConstraint("members > 0", name=op.f(f"ck_{_TABLE}_members_range")),
        sa.CheckConstraint(
            "octet_length(content) <= 33554432", name=op.f(f"ck_{_TABLE}_content_size")
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
    )
    op.create_index(f"uq_{_TABLE}_kind_digest", _TABLE, ["kind", "digest"], unique=True)
    op.create_index(
        f"uq_{_TABLE}_kind_name_current",
        _TABLE,
        ["kind", "name"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.add_column(
        "import_job",
        sa.Column("kind", sa.Text(), server_default=sa.text("'stations'"), nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_import_job_kind"), "import_job", "kind IN ('stations', 'demand', 'areas', 'sites')"
    )


def downgrade() -> None:
    """Drop them, with the sets, and planners' files that are not kept yet."""
    op.execute("DELETE FROM import_job WHERE kind <> 'stations'")
    op.drop_column("import_job", "kind")
    op.drop_table(_TABLE)

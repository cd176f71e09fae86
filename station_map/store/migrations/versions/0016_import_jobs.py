"""Imports by page: files on their way in, and what people said of headers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")
_EMPTY = sa.text("''")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "import_job",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("stage", sa.Text(), server_default=_EMPTY, nullable=False),
        sa.Column("done", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("trouble", sa.Text(), server_default=_EMPTY, nullable=False),
        sa.Column("looked", JSONB(), nullable=True),
        sa.Column("choices", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("places", JSONB(), nullable=True),
        sa.Column("checked", JSONB(), nullable=True),
        sa.Column("import_run_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "step IN ('look', 'place', 'check', 'run')", name=op.f("ck_import_job_step")
        ),
        sa.CheckConstraint(
            "state IN ('working', 'waiting', 'failed', 'cancelled', 'done')",
            name=op.f("ck_import_job_state"),
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]{22}$'", name=op.f("ck_import_job_id_form")),
        sa.CheckConstraint(
            "char_length(file_name) BETWEEN 1 AND 200", name=op.f("ck_import_job_file_name_length")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_import_job_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    for column in ("account_id", "created_at", "import_run_id"):
        op.create_index(f"ix_import_job_{column}", "import_job", [column])
    op.create_table(
        "import_mapping",
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("columns", JSONB(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.CheckConstraint(
            "signature ~ '^[0-9a-f]{64}$'", name=op.f("ck_import_mapping_signature_hex")
        ),
        sa.PrimaryKeyConstraint("signature", name=op.f("pk_import_mapping")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("import_mapping")
    op.drop_table("import_job")

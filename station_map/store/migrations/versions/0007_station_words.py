"""Stations in Latin letters, to be found by sound; the index on Chinese letters goes.

Every part of a text is spelled as it is in the whole, so the index on spellings finds Chinese
parts too, even of two characters, of which pg_trgm makes nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; `store/spelling.py` fills it when all migrations are done."""
    op.create_table(
        "station_words",
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_station_words_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_words")),
    )
    op.create_index(
        "ix_station_words_words",
        "station_words",
        ["words"],
        postgresql_using="gin",
        postgresql_ops={"words": "gin_trgm_ops"},
    )
    op.drop_index("ix_station_card_search_text", table_name="station_card")


def downgrade() -> None:
    """Drop the table; spellings can be made again."""
    op.create_index(
        "ix_station_card_search_text",
        "station_card",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.drop_table("station_words")

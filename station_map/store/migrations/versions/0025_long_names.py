"""Names found by hash: an entry of a btree is bounded, and a long name is beyond it."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_INDEXES = {"ix_station_name_key": "station", "ix_station_former_name_key": "station_former"}


def _index(using: str) -> None:
    for name, table in _INDEXES.items():
        op.drop_index(name, table)
        op.create_index(name, table, ["name_key"], postgresql_using=using)


def upgrade() -> None:
    """Hash both."""
    _index("hash")


def downgrade() -> None:
    """Back to btree; fails while a name is too long for it."""
    _index("btree")

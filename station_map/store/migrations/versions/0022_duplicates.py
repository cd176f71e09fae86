"""Duplicates: answers about two stations, codes of merged ones, shared doors, names by sound."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_STANDS: Final = "undone_at IS NULL"
_NAME_KEY: Final = "lower(regexp_replace(normalize(name, NFKC), '\\s', '', 'g'))"

# A code leads to one station. Looked at a statement at a time, as an import writes; a code that
# is once given does not change.
_CHECK: Final = """
CREATE FUNCTION station_former_codes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken text;
BEGIN
    IF TG_TABLE_NAME = 'station' THEN
        SELECT min(w.code) INTO taken FROM written w JOIN station_former f ON f.code = w.code;
    ELSE
        SELECT min(w.code) INTO taken FROM written w JOIN station s ON s.code = w.code;
    END IF;
    IF taken IS NOT NULL THEN
        RAISE unique_violation USING
            MESSAGE = format('%s is the code of a station and of one that was merged', taken),
            TABLE = 'station_former', CONSTRAINT = 'uq_station_former_code_station';
    END IF;
    RETURN NULL;
END
$$
"""


def _moment(name: str, *, now: bool = False) -> sa.Column[Any]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def _text(name: str, *, needed: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=not needed)


def _create_answers() -> None:
    op.create_table(
        "duplicate_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _moment("at", now=True),
        _text("actor", needed=True),
        _text("answer", needed=True),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        _text("reason", needed=True),
        sa.Column("told", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("change_set_id", sa.BigInteger(), nullable=True),
        _moment("undone_at"),
        _text("undone_by"),
        _text("undone_reason"),
        sa.CheckConstraint(
            "answer IN ('merge', 'one_door', 'different')", name=op.f("ck_duplicate_answer_answer")
        ),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_duplicate_answer_two_in_order")),
        sa.CheckConstraint(
            "char_length(btrim(reason)) BETWEEN 1 AND 500",
            name=op.f("ck_duplicate_answer_reason_length"),
        ),
        sa.CheckConstraint(
            "char_length(btrim(undone_reason)) BETWEEN 1 AND 500",
            name=op.f("ck_duplicate_answer_undone_reason_length"),
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_duplicate_answer_undone")
        ),
        sa.CheckConstraint(
            "(answer = 'merge') = (change_set_id IS NOT NULL)",
            name=op.f("ck_duplicate_answer_set_of_merge"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_answer")),
    )
    op.create_index(
        "uq_duplicate_answer_standing",
        "duplicate_answer",
        ["first_id", "second_id"],
        unique=True,
        postgresql_where=sa.text(_STANDS),
    )
    op.create_index("ix_duplicate_answer_second_id", "duplicate_answer", ["second_id"])
    op.create_index("ix_duplicate_answer_change_set_id", "duplicate_answer", ["change_set_id"])


def _create_former() -> None:
    op.create_table(
        "station_former",
        _text("code", needed=True),
        sa.Column("former_id", sa.BigInteger(), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        _text("name", needed=True),
        sa.Column("name_key", sa.Text(), sa.Computed(_NAME_KEY, persisted=True), nullable=False),
        _text("source"),
        _text("source_id"),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_station_former_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["duplicate_answer.id"],
            name=op.f("fk_station_former_answer_id_duplicate_answer"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_station_former")),
        sa.UniqueConstraint("former_id", name=op.f("uq_station_former_former_id")),
    )
    for columns in (["station_id"], ["name_key"], ["source", "source_id"], ["answer_id"]):
        op.create_index("ix_station_former_" + "_".join(columns), "station_former", columns)
    op.execute(_CHECK)
    for table in ("station", "station_former"):
        op.execute(
            f"CREATE TRIGGER {table}_codes AFTER INSERT ON {table}"
            " REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION station_former_codes()"
        )


def _create_doors() -> None:
    op.create_table(
        "station_door",
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("door_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_station_door_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_door")),
    )
    op.create_index("ix_station_door_door_id", "station_door", ["door_id"])


def upgrade() -> None:
    """Add the tables; words are spelled anew, with the sound of names (`store/spelling.py`)."""
    _create_answers()
    _create_former()
    _create_doors()
    op.add_column(
        "station_words",
        sa.Column("sound", sa.Text(), server_default=sa.text("''"), nullable=False),
    )
    op.execute("DELETE FROM station_words")


def downgrade() -> None:
    """Drop them: codes of merged stations lead nowhere then."""
    op.drop_column("station_words", "sound")
    op.drop_table("station_door")
    op.execute("DROP FUNCTION station_former_codes() CASCADE")
    op.drop_table("station_former")
    op.drop_table("duplicate_answer")

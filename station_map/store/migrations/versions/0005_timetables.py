"""Timetables, so that the database itself finds what is open; hours of certain dates for many."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Numbers of `open_hour` 0 to 23 and of `hours_unknown` (store/facets.py).
_ANY_HOUR = ",".join(map(str, range(97, 122)))
# Held shared by whoever writes cards, alone by whoever deletes timetables that no card has.
_LOCK = 0x53_4D_54  # "SMT"

# What decides whether a station is open, besides the clock: one row, or none for a station that
# is closed whatever the time. Its own exceptions count before those of the city, later ones
# before earlier ones. A table function with one SELECT is put into the query that calls it.
TIMING = """
CREATE FUNCTION station_timing(station bigint, status text, opening_hours text, until date)
RETURNS TABLE (hours text, exceptions text, back_on date) LANGUAGE sql STABLE AS $$
    SELECT coalesce($3, ''), coalesce(e.told, ''),
        CASE WHEN $2 = 'suspended' THEN $4 ELSE '-infinity' END
    FROM (
        SELECT jsonb_agg(jsonb_build_array(first_day, last_day, said, words)
            ORDER BY place, id DESC)::text AS told
        FROM (
            SELECT 1 AS place, x.id, x.first_day, x.last_day, x.opening_hours AS said,
                coalesce(x.reason, '') AS words
            FROM station_hours_exception x WHERE x.station_id = $1
            UNION ALL
            SELECT 2, o.id, o.first_day, o.last_day, o.opening_hours, o.words
            FROM station_hours_override m JOIN hours_override o ON o.id = m.override_id
            WHERE m.station_id = $1 AND o.withdrawn_at IS NULL
        ) dated
    ) e
    WHERE $2 = 'open' OR ($2 = 'suspended' AND $4 IS NOT NULL)
$$
"""

# Combinations that stations have and `timetable` does not hold yet.
MISSING = """
CREATE FUNCTION timetable_missing(ids bigint[])
RETURNS TABLE (hours text, exceptions text, back_on date) LANGUAGE sql STABLE AS $$
    SELECT g.hours, g.exceptions, g.back_on
    FROM unnest(ids) AS wanted (id) JOIN station s ON s.id = wanted.id
    CROSS JOIN LATERAL station_timing(s.id, s.status, s.opening_hours, s.suspended_until) g
    EXCEPT
    SELECT t.opening_hours, t.exceptions, t.back_on FROM timetable t
    ORDER BY 1, 2, 3
$$
"""

# The writer of cards takes what is there. For what nobody worked out before, a row that says
# "at any hour, not worked out yet" is made, so that no card is ever without its timetable.
COMPLETE = """
CREATE FUNCTION timetable_complete(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM unnest(ids) AS wanted (id) JOIN station_card c ON c.station_id = wanted.id
        WHERE c.timetable_id IS NULL
            AND (c.status = 'open' OR (c.status = 'suspended' AND c.suspended_until IS NOT NULL))
    ) THEN
        RETURN;
    END IF;
    INSERT INTO timetable (opening_hours, exceptions, back_on)
    SELECT m.hours, m.exceptions, m.back_on FROM timetable_missing(ids) m
    ON CONFLICT DO NOTHING;
    UPDATE station_card c SET timetable_id = t.id, facet_ids = sort(c.facet_ids || t.facet_ids)
    FROM unnest(ids) AS wanted (id) JOIN station s ON s.id = wanted.id
    CROSS JOIN LATERAL station_timing(s.id, s.status, s.opening_hours, s.suspended_until) g
    JOIN timetable t ON t.opening_hours = g.hours AND t.exceptions = g.exceptions
        AND t.back_on = g.back_on
    WHERE c.station_id = s.id AND c.timetable_id IS NULL;
END
$$
"""

# The function's text is taken from the database and pieces put in, so that this step stays
# right whatever others made of the rest of it.
_FUNCTION = "station_refresh(bigint[])"
_PIECES = (
    (
        "    DELETE FROM station_card c USING",
        f"    SELECT pg_advisory_xact_lock_shared({_LOCK});\n\n    DELETE FROM station_card c USING",
    ),
    ("suspended_until, position,", "suspended_until, timetable_id, exceptions, position,"),
    (
        "s.suspended_until, s.position,",
        "s.suspended_until, t.id, nullif(g.exceptions, ''), s.position,",
    ),
    (
        "sort(coalesce(offered.yes_ids, '{}')",
        "sort(coalesce(t.facet_ids, '{}') || coalesce(offered.yes_ids, '{}')",
    ),
    (
        "    LEFT JOIN area a ON a.adcode = s.adcode",
        """    LEFT JOIN LATERAL station_timing(s.id, s.status, s.opening_hours, s.suspended_until) g
        ON true
    LEFT JOIN timetable t ON t.opening_hours = g.hours AND t.exceptions = g.exceptions
        AND t.back_on = g.back_on
    LEFT JOIN area a ON a.adcode = s.adcode""",
    ),
    (") honours;", ") honours;\n\n    SELECT timetable_complete(ids);"),
)


def _change_function(pieces: Iterable[tuple[str, str]]) -> None:
    found = sa.text(f"SELECT pg_get_functiondef('{_FUNCTION}'::regprocedure)")
    text: str = op.get_bind().execute(found).scalar_one()
    for old, new in pieces:
        if text.count(old) != 1:
            raise RuntimeError(f"{_FUNCTION} is not as this migration knows it: {old}")
        text = text.replace(old, new)
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))


def _derive_cards() -> None:
    op.execute("SELECT station_refresh(array_agg(id)) FROM station")


def _create_tables() -> None:
    op.execute("CREATE SEQUENCE timetable_id_seq AS integer")
    op.create_table(
        "timetable",
        sa.Column(
            "id",
            sa.Integer(),
            server_default=sa.text("nextval('timetable_id_seq')"),
            nullable=False,
        ),
        sa.Column("opening_hours", sa.Text(), nullable=False),
        sa.Column("exceptions", sa.Text(), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=False),
        sa.Column(
            "facet_ids",
            sa.ARRAY(sa.Integer()),
            server_default=sa.text(f"'{{{_ANY_HOUR}}}'::integer[]"),
            nullable=False,
        ),
        sa.Column(
            "open",
            postgresql.TSTZMULTIRANGE(),
            server_default=sa.text("'{}'::tstzmultirange"),
            nullable=False,
        ),
        sa.Column(
            "unknown",
            postgresql.TSTZMULTIRANGE(),
            server_default=sa.text("'{}'::tstzmultirange"),
            nullable=False,
        ),
        sa.Column("computed_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("computed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("computed_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "computed_until > computed_from", name=op.f("ck_timetable_computed_in_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable")),
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_timetable_meaning"
        " ON timetable (md5(opening_hours), md5(exceptions), back_on)"
    )
    op.create_index(
        "ix_timetable_opening_hours", "timetable", ["opening_hours"], postgresql_using="hash"
    )
    op.create_table(
        "hours_override",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("adcode", sa.Text(), nullable=False),
        sa.Column("selection", postgresql.JSONB(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("opening_hours", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('heat', 'cold_wave', 'spring_festival', 'other')",
            name=op.f("ck_hours_override_reason"),
        ),
        sa.CheckConstraint(
            "last_day BETWEEN first_day AND first_day + 365",
            name=op.f("ck_hours_override_days_in_order"),
        ),
        sa.CheckConstraint(
            "char_length(note) BETWEEN 1 AND 200", name=op.f("ck_hours_override_note_length")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name=op.f("ck_hours_override_withdrawn"),
        ),
        sa.ForeignKeyConstraint(
            ["adcode"], ["area.adcode"], name=op.f("fk_hours_override_adcode_area")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_override")),
    )
    op.create_table(
        "station_hours_override",
        sa.Column("override_id", sa.BigInteger(), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["override_id"],
            ["hours_override.id"],
            name=op.f("fk_station_hours_override_override_id_hours_override"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_station_hours_override_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "override_id", "station_id", name=op.f("pk_station_hours_override")
        ),
    )
    op.create_index(
        "ix_station_hours_override_station_id", "station_hours_override", ["station_id"]
    )


def upgrade() -> None:
    """Create the tables and give every card its timetable."""
    _create_tables()
    op.add_column("station_card", sa.Column("timetable_id", sa.Integer(), nullable=True))
    op.add_column("station_card", sa.Column("exceptions", sa.Text(), nullable=True))
    for statement in (TIMING, MISSING, COMPLETE):
        op.execute(statement)
    _change_function(_PIECES)
    _derive_cards()


def downgrade() -> None:
    """Drop the tables; what was decided for certain dates is lost."""
    _change_function((new, old) for old, new in reversed(_PIECES))
    for signature in (
        "timetable_complete(bigint[])",
        "timetable_missing(bigint[])",
        "station_timing(bigint, text, text, date)",
    ):
        op.execute(f"DROP FUNCTION {signature}")
    op.drop_column("station_card", "exceptions")
    op.drop_column("station_card", "timetable_id")
    for table in ("station_hours_override", "hours_override", "timetable"):
        op.drop_table(table)
    op.execute("DROP SEQUENCE timetable_id_seq")
    _derive_cards()

"""Words of stations are held by triggers, as their cards are (0006)."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_RULE = "fk_station_words_station_id_station"

DROP_WORDS = """
CREATE FUNCTION station_drop_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM station_words;
    ELSE
        DELETE FROM station_words w USING gone WHERE w.station_id = gone.id;
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    """Put triggers in the place of the foreign key."""
    op.drop_constraint(_RULE, "station_words", type_="foreignkey")
    for event in ("insert", "update"):
        op.execute(
            f"CREATE TRIGGER {_RULE}_{event} AFTER {event} ON station_words"
            " REFERENCING NEW TABLE AS written FOR EACH STATEMENT"
            f" EXECUTE FUNCTION reference_check('{_RULE}', 'station_id', 'station', 'id')"
        )
    op.execute(DROP_WORDS)
    for event, rows in (("delete", "REFERENCING OLD TABLE AS gone"), ("truncate", "")):
        op.execute(
            f"CREATE TRIGGER station_words_{event} AFTER {event} ON station {rows}"
            " FOR EACH STATEMENT EXECUTE FUNCTION station_drop_words()"
        )


def downgrade() -> None:
    """Put the foreign key back."""
    for event in ("insert", "update"):
        op.execute(f"DROP TRIGGER {_RULE}_{event} ON station_words")
    op.execute("DROP FUNCTION station_drop_words() CASCADE")
    op.create_foreign_key(
        _RULE, "station_words", "station", ["station_id"], ["id"], ondelete="CASCADE"
    )

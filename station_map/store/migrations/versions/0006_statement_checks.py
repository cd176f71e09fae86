"""References that an import writes by the hundred thousand are checked a statement at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What a foreign key does when rows are written, but for all rows of a statement at once: lock
# what they refer to against deletion, and refuse what is not there. Rows that this transaction
# wrote itself need no lock: nobody else can delete them before its end. Arguments: the rule's
# name, the column, the table and the column that it refers to.
CHECK = """
CREATE FUNCTION reference_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missing text;
BEGIN
    EXECUTE format('
        WITH told AS MATERIALIZED (
            SELECT DISTINCT %1$I AS key FROM written WHERE %1$I IS NOT NULL
        ), others AS MATERIALIZED (
            SELECT key FROM told WHERE NOT EXISTS (
                SELECT FROM %2$I r WHERE r.%3$I = key AND r.xmin = pg_current_xact_id()::xid)
        ), locked AS MATERIALIZED (
            SELECT %3$I AS key FROM %2$I WHERE %3$I IN (SELECT key FROM others) FOR KEY SHARE
        )
        SELECT min(key)::text FROM others WHERE key NOT IN (SELECT key FROM locked)',
        TG_ARGV[1], TG_ARGV[2], TG_ARGV[3]) INTO missing;
    IF missing IS NOT NULL THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s: there is no %s with %s %s',
                TG_TABLE_NAME, TG_ARGV[2], TG_ARGV[3], missing),
            TABLE = TG_TABLE_NAME, CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NULL;
END
$$
"""

# What it does when rows go that others refer to: refuse. Arguments: the rule's name, the column
# referred to, the table and the column that refer.
KEEP = """
CREATE FUNCTION reference_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost text;
    held text;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format(
            'rows of %s are changed in READ COMMITTED transactions only', TG_TABLE_NAME);
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        lost := format('SELECT %I AS key FROM %I', TG_ARGV[3], TG_ARGV[2]);
    ELSE
        lost := format('SELECT %1$I AS key FROM gone WHERE NOT EXISTS (
            SELECT FROM %2$I p WHERE p.%1$I = gone.%1$I)', TG_ARGV[1], TG_TABLE_NAME);
    END IF;
    EXECUTE format('SELECT min(key)::text FROM (%s) lost
        WHERE EXISTS (SELECT FROM %I r WHERE r.%I = key)', lost, TG_ARGV[2], TG_ARGV[3]) INTO held;
    IF held IS NOT NULL THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('%s: there are rows of %s with %s %s',
                TG_TABLE_NAME, TG_ARGV[2], TG_ARGV[3], held),
            TABLE = TG_ARGV[2], CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NULL;
END
$$
"""

# Cards go with their station (`station_refresh` alone writes them).
DROP_CARDS = """
CREATE FUNCTION station_drop_cards() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM station_card;
    ELSE
        DELETE FROM station_card c USING gone WHERE c.station_id = gone.id;
    END IF;
    RETURN NULL;
END
$$
"""

# Rule, referring table and column, table and column referred to. They have the names that they
# had as foreign keys.
KEPT = (
    ("fk_station_import_run_id_import_run", "station", "import_run_id", "import_run", "id"),
    ("fk_revision_import_run_id_import_run", "revision", "import_run_id", "import_run", "id"),
    ("fk_station_adcode_area", "station", "adcode", "area", "adcode"),
)
CASCADED = ("fk_station_card_station_id_station", "station_card", "station_id", "station", "id")

# Amenities have had such a trigger from the beginning; it locked every station.
_AMENITY_CHECK = "station_amenity_check_station()"
_TOLD = "SELECT DISTINCT station_id FROM written)"
_TOLD_OF_OTHERS = """
        SELECT station_id FROM (SELECT DISTINCT station_id FROM written) w
        WHERE NOT EXISTS (
            SELECT FROM station s
            WHERE s.id = w.station_id AND s.xmin = pg_current_xact_id()::xid)
    )"""


def _change_function(old: str, new: str) -> None:
    found = sa.text(f"SELECT pg_get_functiondef('{_AMENITY_CHECK}'::regprocedure)")
    text: str = op.get_bind().execute(found).scalar_one()
    if text.count(old) != 1:
        raise RuntimeError(f"{_AMENITY_CHECK} is not as this migration knows it")
    op.get_bind().exec_driver_sql(text.replace(old, new).replace("%", "%%"))


def _check_when_written(rule: str, table: str, column: str, other: str, key: str) -> None:
    for event in ("insert", "update"):
        op.execute(
            f"CREATE TRIGGER {rule}_{event} AFTER {event} ON {table}"
            " REFERENCING NEW TABLE AS written FOR EACH STATEMENT"
            f" EXECUTE FUNCTION reference_check('{rule}', '{column}', '{other}', '{key}')"
        )


def _keep_what_is_referred_to(rule: str, table: str, column: str, other: str, key: str) -> None:
    for event, rows in (
        ("delete", "REFERENCING OLD TABLE AS gone"),
        ("update", "REFERENCING OLD TABLE AS gone"),
        ("truncate", ""),
    ):
        op.execute(
            f"CREATE TRIGGER {rule}_{event} AFTER {event} ON {other} {rows} FOR EACH STATEMENT"
            f" EXECUTE FUNCTION reference_keep('{rule}', '{key}', '{table}', '{column}')"
        )


def _drop_cards_with_their_station() -> None:
    for event, rows in (("delete", "REFERENCING OLD TABLE AS gone"), ("truncate", "")):
        op.execute(
            f"CREATE TRIGGER station_card_{event} AFTER {event} ON station {rows}"
            " FOR EACH STATEMENT EXECUTE FUNCTION station_drop_cards()"
        )


def upgrade() -> None:
    """Put triggers in the place of foreign keys."""
    for statement in (CHECK, KEEP, DROP_CARDS):
        op.execute(statement)
    for reference in (*KEPT, CASCADED):
        op.drop_constraint(reference[0], reference[1], type_="foreignkey")
        _check_when_written(*reference)
    for reference in KEPT:
        _keep_what_is_referred_to(*reference)
    _drop_cards_with_their_station()
    _change_function(_TOLD, _TOLD_OF_OTHERS)


def downgrade() -> None:
    """Put the foreign keys back, which look at all that is stored."""
    _change_function(_TOLD_OF_OTHERS, _TOLD)
    for function in ("reference_check()", "reference_keep()", "station_drop_cards()"):
        op.execute(f"DROP FUNCTION {function} CASCADE")
    for rule, table, column, other, key in KEPT:
        op.create_foreign_key(rule, table, other, [column], [key])
    rule, table, column, other, key = CASCADED
    op.create_foreign_key(rule, table, other, [column], [key], ondelete="CASCADE")

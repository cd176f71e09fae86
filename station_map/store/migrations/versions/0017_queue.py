"""The queue of jobs: procrastinate's own tables and functions, as its package ships them.

The statements come from the installed package, so the migration looks first whether they are the
ones that it was written for. A newer package brings scripts of its own for what has changed since;
they go into a migration of their own (docs/adr/0030-queue.md).
"""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files
from typing import cast

import psycopg
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Of sql/schema.sql in procrastinate 3.10.
SCHEMA_SHA256 = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"

# Functions stand on the tables' types and triggers on functions, so the order matters.
DROP = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = current_schema()::regnamespace
            AND p.proname LIKE 'procrastinate\\_%' AND p.prorettype <> 'trigger'::regtype
    LOOP
        EXECUTE format('DROP FUNCTION %s', one.name);
    END LOOP;
    DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,
        procrastinate_workers;
    FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = current_schema()::regnamespace
            AND p.proname LIKE 'procrastinate\\_%'
    LOOP
        EXECUTE format('DROP FUNCTION %s', one.name);
    END LOOP;
    DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type,
        procrastinate_job_status;
END
$$
"""


def queue_schema() -> str:
    """The statements of the installed package. Raises RuntimeError when they are others."""
    shipped = files("procrastinate.sql").joinpath("schema.sql").read_bytes()
    if sha256(shipped).hexdigest() != SCHEMA_SHA256:
        raise RuntimeError(
            "The installed procrastinate has another schema than migration 0013 was written for."
        )
    return shipped.decode("utf-8")


def upgrade() -> None:
    """Create the queue."""
    # By the driver itself: many statements at once, and signs that SQLAlchemy would read.
    connection = cast("psycopg.Connection", op.get_bind().connection.driver_connection)
    connection.execute(queue_schema().encode())


def downgrade() -> None:
    """Drop the queue; jobs that wait are lost."""
    op.execute(DROP)

"""The SQL of a bulk merge for stations that are there already, and for what became of each row.

It runs once, after the last row has come: of two rows for one station the first speaks for it,
and a row may still mean a station by the name and the place that another row changes.
"""

from __future__ import annotations

from typing import Final

from station_map.store.bulk_sql import ACTOR, ORIGIN, RUN, facts
from station_map.store.columns import FIELD_TYPES

# The stored value stays unless the row says more; only a suspended station has a date, and a
# reason is that of one status: "closed for repairs" is not why it is open again.
_MERGED: Final = {name: f"coalesce(g.{name}, s.{name})" for name in FIELD_TYPES} | {
    "suspended_until": "CASE coalesce(g.status, s.status) WHEN 'suspended'"
    " THEN coalesce(g.suspended_until, s.suspended_until) END",
    "status_reason": "CASE WHEN coalesce(g.status, s.status) = s.status"
    " THEN coalesce(g.status_reason, s.status_reason) ELSE g.status_reason END",
}
_ASSIGNED: Final = ",\n        ".join(f"{name} = {value}" for name, value in _MERGED.items())
_STORED_TUPLE: Final = ", ".join(f"s.{name}" for name in _MERGED)
_MERGED_TUPLE: Final = ", ".join(_MERGED.values())

# Two rows for one stored station: that with its own code speaks for it, else the first.
_MARK_DUPLICATES: Final = """
UPDATE plan p SET outcome = 'duplicate'
FROM (
    SELECT ordinal, row_number() OVER (
        PARTITION BY station_id ORDER BY g.code IS DISTINCT FROM o.code, ordinal) AS nth
    FROM plan o JOIN staged g USING (ordinal) WHERE outcome IS NULL
) n
WHERE n.ordinal = p.ordinal AND n.nth > 1
"""

# Taken before anything is written to them.
_REMEMBER: Final = """
UPDATE plan p SET before = station_document(s)
FROM station s WHERE s.id = p.station_id AND p.outcome IS NULL
"""

_UPDATE: Final = f"""
WITH merged AS (
    UPDATE station s SET
        {_ASSIGNED},
        position = ST_Point(g.lon, g.lat, 4326)::geography,
        adcode = p.adcode,
        aliases = s.aliases || ARRAY(
            SELECT unnest(g.aliases) EXCEPT SELECT unnest(s.aliases))
    FROM plan p JOIN staged g USING (ordinal)
    WHERE p.station_id = s.id AND p.outcome IS NULL AND (
        ({_STORED_TUPLE}) IS DISTINCT FROM ({_MERGED_TUPLE})
        OR (s.lon, s.lat) IS DISTINCT FROM (g.lon, g.lat)
        OR s.adcode IS DISTINCT FROM p.adcode
        OR NOT g.aliases <@ s.aliases)
    RETURNING s.id
)
UPDATE plan p SET outcome = 'updated'
FROM merged m WHERE m.id = p.station_id AND p.outcome IS NULL
"""

# DO UPDATE only where something differs: an import that changes nothing writes nothing.
_AMENITIES: Final = f"""
WITH written AS (
    INSERT INTO station_amenity AS sa
        (station_id, amenity_id, state, quantity, note, fee, verified_at)
    {facts("plan p JOIN staged g USING (ordinal)")} WHERE p.before IS NOT NULL
    ON CONFLICT (station_id, amenity_id) DO UPDATE SET
        state = excluded.state,
        quantity = coalesce(excluded.quantity, sa.quantity),
        note = coalesce(excluded.note, sa.note),
        fee = coalesce(excluded.fee, sa.fee),
        verified_at = coalesce(excluded.verified_at, sa.verified_at)
    WHERE (sa.state, sa.quantity, sa.note, sa.fee, sa.verified_at) IS DISTINCT FROM
        (excluded.state, coalesce(excluded.quantity, sa.quantity),
         coalesce(excluded.note, sa.note), coalesce(excluded.fee, sa.fee),
         coalesce(excluded.verified_at, sa.verified_at))
    RETURNING station_id
)
UPDATE plan p SET outcome = 'updated'
FROM (SELECT DISTINCT station_id FROM written) w
WHERE p.station_id = w.station_id AND p.outcome IS NULL
"""

_HONOURS: Final = """
WITH written AS (
    INSERT INTO station_honour (station_id, honour)
    SELECT DISTINCT p.station_id, honour
    FROM plan p JOIN staged g USING (ordinal) CROSS JOIN unnest(g.honours) honour
    WHERE p.outcome IS DISTINCT FROM 'duplicate'
    ON CONFLICT DO NOTHING
    RETURNING station_id
)
UPDATE plan p SET outcome = 'updated'
FROM (SELECT DISTINCT station_id FROM written) w
WHERE p.station_id = w.station_id AND p.outcome IS NULL
"""

_UNCHANGED: Final = "UPDATE plan SET outcome = 'unchanged' WHERE outcome IS NULL"

_STAMP: Final = f"""
UPDATE station s SET version = version + 1, updated_at = now(), import_run_id = {RUN}
FROM plan p WHERE p.station_id = s.id AND p.outcome = 'updated'
"""

_RECORD_UPDATED: Final = f"""
WITH changed AS (
    SELECT p.ordinal, s.id, s.code, jsonb_difference(p.before, station_document(s)) AS changes
    FROM plan p JOIN station s ON s.id = p.station_id
    WHERE p.outcome = 'updated'
), recorded AS (
    INSERT INTO revision
        (station_id, station_code, actor, origin, import_run_id, action, changes)
    SELECT id, code, {ACTOR}, {ORIGIN}, {RUN}, 'updated', changes
    FROM changed ORDER BY ordinal
)
UPDATE plan p SET changed = ARRAY(SELECT jsonb_object_keys(changed.changes))
FROM changed WHERE changed.ordinal = p.ordinal
"""

UPDATE: Final = (
    "ALTER TABLE plan ADD PRIMARY KEY (ordinal)",
    "ANALYZE staged (ordinal)",
    "ANALYZE plan (ordinal, station_id, outcome)",
    _MARK_DUPLICATES,
    _REMEMBER,
    _UPDATE,
    _AMENITIES,
    _HONOURS,
    _UNCHANGED,
    _STAMP,
    _RECORD_UPDATED,
)

UPDATED: Final = "SELECT station_id FROM plan WHERE outcome = 'updated'"
REFRESH: Final = """
SELECT station_refresh(array_agg(station_id ORDER BY ordinal)) FROM plan
WHERE outcome = 'updated'
"""

OUTCOMES: Final = """
SELECT p.ordinal, p.outcome, p.code, a.name, p.adcode, p.changed
FROM plan p LEFT JOIN area a ON a.adcode = p.adcode
ORDER BY p.ordinal
"""

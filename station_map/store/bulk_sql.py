"""The SQL of a bulk merge, step by step; `bulk.py` runs it.

`staged` holds the rows as they were copied and never changes. `plan` is narrow and holds,
row by row, which station is meant and what becomes of it. Actor, origin and import run come
from the transaction's settings. Column lists come from `columns.py`, so that a new field is
added in one place.
"""

from __future__ import annotations

from typing import Final

from station_map.store.columns import AMENITY_DETAIL_TYPES, FIELD_TYPES

# The same name this near to a stored station is that station.
SAME_STATION_M: Final = 1_000

_STAGED_FIELDS: Final = ", ".join(FIELD_TYPES)
_STAGED_TYPES: Final = ",\n    ".join(f"{name} {kind}" for name, kind in FIELD_TYPES.items())

# What a new station is when its row does not say.
_DEFAULTS: Final = {"kind": "'union_station'", "status": "'open'"}
_NEW_VALUES: Final = ", ".join(
    f"coalesce(g.{name}, {_DEFAULTS[name]})" if name in _DEFAULTS else f"g.{name}"
    for name in FIELD_TYPES
)

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

_ACTOR: Final = "current_setting('station_map.actor')"
_ORIGIN: Final = "current_setting('station_map.origin')"
_RUN: Final = "nullif(current_setting('station_map.import_run_id'), '')::bigint"

CREATE_STAGED: Final = f"""
CREATE TEMPORARY TABLE staged (
    ordinal integer PRIMARY KEY,
    code text,
    lon double precision NOT NULL,
    lat double precision NOT NULL,
    aliases text[] NOT NULL,
    honours text[] NOT NULL,
    amenity_ids smallint[] NOT NULL,
    amenity_states text[] NOT NULL,
    amenity_details jsonb,
    {_STAGED_TYPES}
) ON COMMIT DROP
"""

COPY_STAGED: Final = (
    "COPY staged (ordinal, code, lon, lat, aliases, honours,"
    f" amenity_ids, amenity_states, amenity_details, {_STAGED_FIELDS}) FROM STDIN"
)

DELETE_DEMO: Final = f"""
WITH gone AS (
    DELETE FROM station s WHERE s.demo RETURNING s.id, s.code, station_document(s) AS document
)
INSERT INTO revision (station_id, station_code, actor, origin, import_run_id, action, changes)
SELECT id, code, {_ACTOR}, {_ORIGIN}, {_RUN}, 'deleted', jsonb_difference(document, '{{}}')
FROM gone
"""

# --- which station is meant ---------------------------------------------------------------

_CREATE_PLAN: Final = """
CREATE TEMPORARY TABLE plan ON COMMIT DROP AS
SELECT g.ordinal,
    CASE WHEN g.code IS NOT NULL THEN by_code.id ELSE by_source.id END AS station_id,
    coalesce(by_code.code, by_source.code, g.code) AS code,
    (SELECT a.adcode FROM area a
     WHERE a.level = 'district' AND ST_Covers(a.geom, ST_Point(g.lon, g.lat, 4326))
     ORDER BY a.adcode LIMIT 1) AS adcode,
    NULL::text AS outcome,
    '{}'::text[] AS changed,
    NULL::jsonb AS before
FROM staged g
LEFT JOIN station by_code ON by_code.code = g.code
LEFT JOIN station by_source ON g.code IS NULL
    AND by_source.source = g.source AND by_source.source_id = g.source_id
"""

_MATCH_NAME: Final = f"""
UPDATE plan p SET station_id = near.id, code = near.code
FROM staged g, LATERAL (
    SELECT s.id, s.code FROM station s
    WHERE s.name_key = lower(regexp_replace(normalize(g.name, NFKC), '\\s', '', 'g'))
        AND ST_DWithin(s.position, ST_Point(g.lon, g.lat, 4326)::geography, {SAME_STATION_M})
    ORDER BY ST_Distance(s.position, ST_Point(g.lon, g.lat, 4326)::geography), s.id
    LIMIT 1
) near
WHERE g.ordinal = p.ordinal AND p.station_id IS NULL AND g.code IS NULL
"""

# Two rows for one stored station: the first speaks for it.
_MARK_DUPLICATES: Final = """
UPDATE plan p SET outcome = 'duplicate'
FROM (
    SELECT ordinal, row_number() OVER (PARTITION BY station_id ORDER BY ordinal) AS nth
    FROM plan WHERE station_id IS NOT NULL
) n
WHERE n.ordinal = p.ordinal AND n.nth > 1
"""

MATCH: Final = (
    "ANALYZE staged (ordinal, code, source, source_id)",
    _CREATE_PLAN,
    "ALTER TABLE plan ADD PRIMARY KEY (ordinal)",
    "ANALYZE plan",
    _MATCH_NAME,
    _MARK_DUPLICATES,
)

# --- new stations -------------------------------------------------------------------------

# New codes are "<adcode>-<number>"; counters go up only, and past codes brought by files.
_COUNT_UP: Final = """
INSERT INTO code_counter (prefix, last)
SELECT prefix, max(number) FROM (
    SELECT split_part(code, '-', 1) AS prefix, split_part(code, '-', 2)::int AS number
    FROM plan WHERE code ~ '^[0-9]{6}-[0-9]{5,8}$'
) brought
GROUP BY prefix
ON CONFLICT (prefix) DO UPDATE SET last = excluded.last WHERE code_counter.last < excluded.last
"""

# Ids follow the rows' order, so that a file's stations lie together on disk. One UPDATE does
# it all: each writes the whole plan anew.
_ADOPT: Final = """
WITH fresh AS (
    SELECT ordinal, coalesce(adcode, '000000') AS prefix,
        row_number() OVER (PARTITION BY adcode ORDER BY ordinal) AS nth
    FROM plan WHERE station_id IS NULL AND code IS NULL
), sizes AS (
    SELECT prefix, count(*) AS size FROM fresh GROUP BY prefix
), counted AS (
    INSERT INTO code_counter AS c (prefix, last)
    SELECT prefix, size FROM sizes
    ON CONFLICT (prefix) DO UPDATE SET last = c.last + excluded.last
    RETURNING prefix, last
), numbered AS (
    SELECT ordinal, prefix, (last - size + nth)::text AS number
    FROM fresh JOIN sizes USING (prefix) JOIN counted USING (prefix)
), adopted AS (
    SELECT ordinal, nextval(sequence) AS id,
        coalesce(code, prefix || '-' || lpad(number, greatest(5, length(number)), '0')) AS code
    FROM (
        SELECT ordinal, p.code, prefix, number
        FROM plan p LEFT JOIN numbered USING (ordinal)
        WHERE p.station_id IS NULL ORDER BY ordinal
    ) ordered,
        (SELECT pg_get_serial_sequence('station', 'id')::regclass AS sequence) generator
)
UPDATE plan p SET outcome = 'created', station_id = adopted.id, code = adopted.code
FROM adopted WHERE adopted.ordinal = p.ordinal
"""

_INSERT: Final = f"""
INSERT INTO station (id, code, position, adcode, aliases, {_STAGED_FIELDS}, import_run_id)
OVERRIDING SYSTEM VALUE
SELECT p.station_id, p.code, ST_Point(g.lon, g.lat, 4326)::geography, p.adcode, g.aliases,
    {_NEW_VALUES}, {_RUN}
FROM plan p JOIN staged g USING (ordinal)
WHERE p.outcome = 'created'
ORDER BY ordinal
"""

_RECORD_CREATED: Final = f"""
INSERT INTO revision (station_id, station_code, actor, origin, import_run_id, action)
SELECT station_id, code, {_ACTOR}, {_ORIGIN}, {_RUN}, 'created'
FROM plan WHERE outcome = 'created'
ORDER BY ordinal
"""

# Numbers and states come side by side; the rest is rare, and looked up only where a row
# has it.
_DETAIL: Final = {
    name: "CASE WHEN g.amenity_details IS NOT NULL THEN"
    f" (g.amenity_details -> f.amenity_id::text ->> '{name}')::{kind} END AS {name}"
    for name, kind in AMENITY_DETAIL_TYPES.items()
}
_FACTS: Final = f"""
    SELECT p.station_id, f.amenity_id, f.state,
        {", ".join(_DETAIL.values())}
    FROM plan p JOIN staged g USING (ordinal)
    CROSS JOIN unnest(g.amenity_ids, g.amenity_states) AS f (amenity_id, state)
"""

_NEW_AMENITIES: Final = f"""
INSERT INTO station_amenity
    (station_id, amenity_id, state, quantity, note, fee, verified_at)
{_FACTS} WHERE p.outcome = 'created'
ORDER BY p.station_id, f.amenity_id
"""

CREATE: Final = (
    _COUNT_UP,
    _ADOPT,
    # Without it the planner takes all outcomes for NULL still, and joins row by row.
    "ANALYZE plan (ordinal, station_id, outcome)",
    _INSERT,
    _RECORD_CREATED,
    _NEW_AMENITIES,
)

# --- stations that are there already ------------------------------------------------------

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
    {_FACTS} WHERE p.before IS NOT NULL
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
UPDATE station s SET version = version + 1, updated_at = now(), import_run_id = {_RUN}
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
    SELECT id, code, {_ACTOR}, {_ORIGIN}, {_RUN}, 'updated', changes
    FROM changed ORDER BY ordinal
)
UPDATE plan p SET changed = ARRAY(SELECT jsonb_object_keys(changed.changes))
FROM changed WHERE changed.ordinal = p.ordinal
"""

WRITTEN: Final = "SELECT station_id FROM plan WHERE outcome IN ('created', 'updated')"

REFRESH: Final = """
SELECT station_refresh(array_agg(station_id ORDER BY ordinal)) FROM plan
WHERE outcome IN ('created', 'updated')
"""

UPDATE: Final = (
    _REMEMBER,
    _UPDATE,
    _AMENITIES,
    _HONOURS,
    _UNCHANGED,
    _STAMP,
    _RECORD_UPDATED,
)

OUTCOMES: Final = """
SELECT p.ordinal, p.outcome, p.code, a.name, p.adcode, p.changed
FROM plan p LEFT JOIN area a ON a.adcode = p.adcode
ORDER BY p.ordinal
"""

"""The SQL of a bulk merge, step by step; `bulk.py` runs it.

Actor, origin and import run come from the transaction's settings. Column lists come from `columns.py`, so that
a new field is added in one place.
"""

from __future__ import annotations

from typing import Final

from station_map.store.columns import FIELD_TYPES

# The same name this near to a stored station is that station.
SAME_STATION_M: Final = 1_000

_STAGED_FIELDS: Final = ", ".join(FIELD_TYPES)
_STAGED_TYPES: Final = ",\n    ".join(f"{name} {kind}" for name, kind in FIELD_TYPES.items())

# What a new station is when its row does not say.
_DEFAULTS: Final = {"kind": "'union_station'", "status": "'open'"}
_NEW_VALUES: Final = ", ".join(
    f"coalesce({name}, {_DEFAULTS[name]})" if name in _DEFAULTS else name for name in FIELD_TYPES
)

# The stored value stays unless the row says more; only a suspended station has a date.
_MERGED: Final = {name: f"coalesce(g.{name}, s.{name})" for name in FIELD_TYPES} | {
    "suspended_until": "CASE coalesce(g.status, s.status) WHEN 'suspended'"
    " THEN coalesce(g.suspended_until, s.suspended_until) END"
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
    amenities jsonb NOT NULL,
    {_STAGED_TYPES},
    station_id bigint,
    outcome text,
    adcode text,
    changed text[] NOT NULL DEFAULT '{{}}',
    before jsonb
) ON COMMIT DROP
"""

COPY_STAGED: Final = (
    f"COPY staged (ordinal, code, lon, lat, aliases, honours, amenities, {_STAGED_FIELDS})"
    " FROM STDIN"
)

DELETE_DEMO: Final = f"""
WITH gone AS (
    DELETE FROM station s WHERE s.demo RETURNING s.id, s.code, station_document(s) AS document
)
INSERT INTO revision (station_id, station_code, actor, origin, import_run_id, action, changes)
SELECT id, code, {_ACTOR}, {_ORIGIN},
    {_RUN},
    'deleted', jsonb_difference(document, '{{}}')
FROM gone
"""

_MATCH_CODE: Final = """
UPDATE staged g SET station_id = s.id FROM station s WHERE s.code = g.code
"""

_MATCH_SOURCE: Final = """
UPDATE staged g SET station_id = s.id FROM station s
WHERE g.station_id IS NULL AND g.code IS NULL
    AND s.source = g.source AND s.source_id = g.source_id
"""

_MATCH_NAME: Final = f"""
UPDATE staged g SET station_id = (
    SELECT s.id FROM station s
    WHERE s.name_key = lower(regexp_replace(normalize(g.name, NFKC), '\\s', '', 'g'))
        AND ST_DWithin(s.position, ST_Point(g.lon, g.lat, 4326)::geography, {SAME_STATION_M})
    ORDER BY ST_Distance(s.position, ST_Point(g.lon, g.lat, 4326)::geography), s.id
    LIMIT 1)
WHERE g.station_id IS NULL AND g.code IS NULL
"""

# Two rows for one stored station: the first speaks for it.
_MARK_DUPLICATES: Final = """
UPDATE staged g SET outcome = 'duplicate'
FROM (
    SELECT ordinal, row_number() OVER (PARTITION BY station_id ORDER BY ordinal) AS nth
    FROM staged WHERE station_id IS NOT NULL
) n
WHERE n.ordinal = g.ordinal AND n.nth > 1
"""

_LOCATE: Final = """
UPDATE staged g SET adcode = (
    SELECT a.adcode FROM area a
    WHERE a.level = 'district' AND ST_Covers(a.geom, ST_Point(g.lon, g.lat, 4326))
    ORDER BY a.adcode LIMIT 1)
"""

MATCH: Final = (
    "ANALYZE staged",
    _MATCH_CODE,
    _MATCH_SOURCE,
    _MATCH_NAME,
    _MARK_DUPLICATES,
    _LOCATE,
)

# New codes are "<adcode>-<number>"; counters go up only, and past codes brought by files.
_NUMBER: Final = r"""
WITH fresh AS (
    SELECT ordinal, coalesce(adcode, '000000') AS prefix,
        row_number() OVER (PARTITION BY coalesce(adcode, '000000') ORDER BY ordinal) AS nth
    FROM staged WHERE station_id IS NULL AND code IS NULL
), start AS (
    SELECT prefix, greatest(
        coalesce((SELECT c.last FROM code_counter c WHERE c.prefix = p.prefix), 0),
        coalesce((
            SELECT max(substr(taken.code, length(p.prefix) + 2)::int)
            FROM (SELECT code FROM station UNION ALL SELECT code FROM staged) taken
            WHERE taken.code LIKE p.prefix || '-%'
                AND substr(taken.code, length(p.prefix) + 2) ~ '^[0-9]{5,8}$'
                AND substr(taken.code, length(p.prefix) + 2) !~ '^9[0-9]{4}$'), 0)
    ) AS last
    FROM (SELECT DISTINCT prefix FROM fresh) p
), counted AS (
    INSERT INTO code_counter (prefix, last)
    SELECT prefix, last + (SELECT count(*) FROM fresh WHERE fresh.prefix = start.prefix)
    FROM start
    ON CONFLICT (prefix) DO UPDATE SET last = excluded.last
)
UPDATE staged g SET code = fresh.prefix || '-'
    || lpad((start.last + nth)::text, greatest(5, length((start.last + nth)::text)), '0')
FROM fresh JOIN start USING (prefix)
WHERE g.ordinal = fresh.ordinal
"""

_INSERT: Final = f"""
WITH made AS (
    INSERT INTO station (code, position, adcode, aliases, {_STAGED_FIELDS}, import_run_id)
    SELECT code, ST_Point(lon, lat, 4326)::geography, adcode, aliases, {_NEW_VALUES},
        {_RUN}
    FROM staged WHERE station_id IS NULL
    ORDER BY ordinal
    RETURNING id, code
)
UPDATE staged g SET station_id = made.id, outcome = 'created'
FROM made WHERE g.code = made.code
"""

_RECORD_CREATED: Final = f"""
INSERT INTO revision (station_id, station_code, actor, origin, import_run_id, action)
SELECT station_id, code, {_ACTOR},
    {_ORIGIN}, {_RUN}, 'created'
FROM staged WHERE outcome = 'created'
ORDER BY ordinal
"""

# Amenities and honours of every row that speaks for a station. DO UPDATE only where
# something differs: an import that changes nothing writes nothing.
_AMENITIES: Final = """
WITH facts AS (
    SELECT g.station_id, a.id AS amenity_id, f.value ->> 'state' AS state,
        (f.value ->> 'quantity')::int AS quantity, f.value ->> 'note' AS note,
        f.value ->> 'fee' AS fee, (f.value ->> 'verified_at')::timestamptz AS verified_at
    FROM staged g, jsonb_each(g.amenities) f JOIN amenity a ON a.code = f.key
    WHERE g.outcome IS DISTINCT FROM 'duplicate'
), written AS (
    INSERT INTO station_amenity AS sa
        (station_id, amenity_id, state, quantity, note, fee, verified_at)
    SELECT * FROM facts
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
UPDATE staged g SET outcome = 'updated'
FROM (SELECT DISTINCT station_id FROM written) w
WHERE g.station_id = w.station_id AND g.outcome IS NULL
"""

_HONOURS: Final = """
WITH written AS (
    INSERT INTO station_honour (station_id, honour)
    SELECT DISTINCT g.station_id, honour FROM staged g, unnest(g.honours) honour
    WHERE g.outcome IS DISTINCT FROM 'duplicate'
    ON CONFLICT DO NOTHING
    RETURNING station_id
)
UPDATE staged g SET outcome = 'updated'
FROM (SELECT DISTINCT station_id FROM written) w
WHERE g.station_id = w.station_id AND g.outcome IS NULL
"""

CREATE: Final = (_NUMBER, _INSERT, _RECORD_CREATED)

# Taken before anything is written to a station that is there already.
_REMEMBER: Final = """
UPDATE staged g SET before = station_document(s), code = s.code
FROM station s WHERE s.id = g.station_id AND g.outcome IS DISTINCT FROM 'created'
"""

_UPDATE: Final = f"""
WITH merged AS (
    UPDATE station s SET
        {_ASSIGNED},
        position = ST_Point(g.lon, g.lat, 4326)::geography,
        adcode = g.adcode,
        aliases = s.aliases || ARRAY(
            SELECT unnest(g.aliases) EXCEPT SELECT unnest(s.aliases))
    FROM staged g
    WHERE g.station_id = s.id AND g.outcome IS NULL AND (
        ({_STORED_TUPLE}) IS DISTINCT FROM ({_MERGED_TUPLE})
        OR (s.lon, s.lat) IS DISTINCT FROM (g.lon, g.lat)
        OR s.adcode IS DISTINCT FROM g.adcode
        OR NOT g.aliases <@ s.aliases)
    RETURNING s.id
)
UPDATE staged g SET outcome = 'updated'
FROM merged m WHERE m.id = g.station_id AND g.outcome IS NULL
"""

_UNCHANGED: Final = "UPDATE staged SET outcome = 'unchanged' WHERE outcome IS NULL"

_STAMP: Final = f"""
UPDATE station s SET version = version + 1, updated_at = now(), import_run_id = {_RUN}
FROM staged g WHERE g.station_id = s.id AND g.outcome = 'updated'
"""

_RECORD_UPDATED: Final = f"""
WITH changed AS (
    SELECT g.ordinal, s.id, s.code, jsonb_difference(g.before, station_document(s)) AS changes
    FROM staged g JOIN station s ON s.id = g.station_id
    WHERE g.outcome = 'updated'
), recorded AS (
    INSERT INTO revision
        (station_id, station_code, actor, origin, import_run_id, action, changes)
    SELECT id, code, {_ACTOR},
        {_ORIGIN}, {_RUN}, 'updated', changes
    FROM changed ORDER BY ordinal
)
UPDATE staged g SET changed = ARRAY(SELECT jsonb_object_keys(changed.changes))
FROM changed WHERE changed.ordinal = g.ordinal
"""

_REFRESH: Final = """
SELECT station_refresh(array_agg(station_id)) FROM staged
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
    _REFRESH,
)

OUTCOMES: Final = """
SELECT g.ordinal, g.outcome, g.code, a.name, g.adcode, g.changed
FROM staged g LEFT JOIN area a ON a.adcode = g.adcode
ORDER BY g.ordinal
"""

"""The SQL of a bulk merge that finds and creates stations; `bulk.py` runs it, some rows at a time.

`arriving` holds the rows of one step as they were copied, `matched` which stored station each
means, `adopted` the stations that the step creates. Rows that mean a stored station go on to
`staged`, and what becomes of them to the narrow `plan`, for `bulk_update_sql.py`. Actor,
origin and import run come from the transaction's settings. Column lists come from `columns.py`,
so that a new field is added in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from station_map.store.areas import district_at
from station_map.store.columns import AMENITY_DETAIL_TYPES, FIELD_TYPES
from station_map.store.copying import OPTIONS

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

ACTOR: Final = "current_setting('station_map.actor')"
ORIGIN: Final = "current_setting('station_map.origin')"
RUN: Final = "nullif(current_setting('station_map.import_run_id'), '')::bigint"

# In the order of the values that `bulk.py` copies.
COLUMNS: Final = (
    "ordinal", "code", "lon", "lat", "aliases", "honours",
    "amenity_ids", "amenity_states", "amenity_details", *FIELD_TYPES,
)  # fmt: skip

_CREATE_ARRIVING: Final = f"""
CREATE TEMPORARY TABLE arriving (
    ordinal integer NOT NULL,
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

_CREATE_OTHERS: Final = """
CREATE TEMPORARY TABLE staged (LIKE arriving) ON COMMIT DROP;
CREATE TEMPORARY TABLE matched (
    ordinal integer,
    station_id bigint,
    code text,
    adcode text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE adopted (LIKE matched) ON COMMIT DROP;
CREATE TEMPORARY TABLE plan (
    LIKE matched,
    outcome text,
    changed text[] NOT NULL DEFAULT '{}',
    before jsonb
) ON COMMIT DROP
"""

TABLES: Final = (_CREATE_ARRIVING, _CREATE_OTHERS)
DROP_TABLES: Final = ("DROP TABLE arriving, staged, matched, adopted, plan",)


def copy_arriving(columns: Sequence[str]) -> str:
    """COPY of rows that have these columns; the others stay NULL."""
    return f"COPY arriving ({', '.join(columns)}) FROM STDIN {OPTIONS}"


DELETE_DEMO: Final = f"""
WITH gone AS (
    DELETE FROM station s WHERE s.demo RETURNING s.id, s.code, station_document(s) AS document
)
INSERT INTO revision (station_id, station_code, actor, origin, import_run_id, action, changes)
SELECT id, code, {ACTOR}, {ORIGIN}, {RUN}, 'deleted', jsonb_difference(document, '{{}}')
FROM gone
"""

# --- which station is meant ---------------------------------------------------------------

# What was stored before the first of several steps: no row means a station that another row
# of its file has made.
_KNOWN: Final = """
CREATE TEMPORARY TABLE known ON COMMIT DROP AS
SELECT id, code, name_key, position, source, source_id FROM station
"""
KNOWN: Final = (
    _KNOWN,
    "CREATE INDEX ON known USING hash (name_key)",
    "CREATE INDEX ON known (source, source_id) WHERE source_id IS NOT NULL",
    "ANALYZE known",
)
DROP_KNOWN: Final = ("DROP TABLE known",)


def match(known: str) -> tuple[str, ...]:
    """Find the stations that rows mean among those of the table `known` or of `station`."""
    return (
        "ANALYZE arriving (ordinal, code, source, source_id)",
        _MATCH.format(known=known),
        "ANALYZE matched",
        _MATCH_NAME.format(known=known),
    )


_KEY: Final = "lower(regexp_replace(normalize(g.name, NFKC), '\\s', '', 'g'))"
# A station that was merged into another is found by what it was known by, and means the other.
_MATCH: Final = f"""
INSERT INTO matched
SELECT g.ordinal,
    CASE WHEN g.code IS NOT NULL THEN coalesce(by_code.id, by_former.id)
        ELSE coalesce(by_source.id, by_former_source.id) END AS station_id,
    coalesce(by_code.code, by_former.code, by_source.code, by_former_source.code, g.code) AS code,
    {district_at("ST_Point(g.lon, g.lat, 4326)")} AS adcode
FROM arriving g
LEFT JOIN {{known}} by_code ON by_code.code = g.code
LEFT JOIN {{known}} by_source ON g.code IS NULL
    AND by_source.source = g.source AND by_source.source_id = g.source_id
LEFT JOIN (
    SELECT f.code AS former, s.id, s.code FROM station_former f JOIN station s ON s.id = f.station_id
) by_former ON by_former.former = g.code
LEFT JOIN (
    SELECT DISTINCT ON (f.source, f.source_id) f.source, f.source_id, s.id, s.code
    FROM station_former f JOIN station s ON s.id = f.station_id WHERE f.source_id IS NOT NULL
    ORDER BY f.source, f.source_id, f.answer_id DESC
) by_former_source ON g.code IS NULL
    AND by_former_source.source = g.source AND by_former_source.source_id = g.source_id
"""

_MATCH_NAME: Final = f"""
UPDATE matched m SET station_id = near.id, code = near.code
FROM arriving g, LATERAL (
    SELECT s.id, s.code FROM (
        SELECT id, code, position, false AS former FROM {{known}} WHERE name_key = {_KEY}
        UNION ALL
        SELECT s.id, s.code, s.position, true
        FROM station_former f JOIN station s ON s.id = f.station_id WHERE f.name_key = {_KEY}
    ) s
    WHERE ST_DWithin(s.position, ST_Point(g.lon, g.lat, 4326)::geography, {SAME_STATION_M})
    ORDER BY s.former, ST_Distance(s.position, ST_Point(g.lon, g.lat, 4326)::geography), s.id
    LIMIT 1
) near
WHERE g.ordinal = m.ordinal AND m.station_id IS NULL AND g.code IS NULL
    AND EXISTS (SELECT FROM {{known}})
"""

# --- new stations -------------------------------------------------------------------------

# New codes are "<adcode>-<number>"; counters go up only, and past codes brought by files.
_COUNT_UP: Final = """
INSERT INTO code_counter (prefix, last)
SELECT prefix, max(number) FROM (
    SELECT split_part(code, '-', 1) AS prefix, split_part(code, '-', 2)::int AS number
    FROM matched WHERE code ~ '^[0-9]{6}-[0-9]{5,8}$'
) brought
GROUP BY prefix
ON CONFLICT (prefix) DO UPDATE SET last = excluded.last WHERE code_counter.last < excluded.last
"""

# Ids follow the rows' order, so that a file's stations lie together on disk.
_ADOPT: Final = """
WITH sizes AS (
    SELECT coalesce(adcode, '000000') AS prefix, count(*) AS size
    FROM matched WHERE station_id IS NULL AND code IS NULL GROUP BY prefix
), counted AS (
    INSERT INTO code_counter AS c (prefix, last)
    SELECT prefix, size FROM sizes
    ON CONFLICT (prefix) DO UPDATE SET last = c.last + excluded.last
    RETURNING prefix, last
), fresh AS (
    SELECT ordinal, code, adcode, coalesce(adcode, '000000') AS prefix,
        row_number() OVER (PARTITION BY adcode, code IS NULL ORDER BY ordinal) AS nth
    FROM matched WHERE station_id IS NULL
), numbered AS (
    SELECT f.ordinal, f.code, f.adcode, f.prefix, (last - size + nth)::text AS number
    FROM fresh f LEFT JOIN sizes USING (prefix) LEFT JOIN counted USING (prefix)
    ORDER BY ordinal
), generator AS MATERIALIZED (  -- looked up once, not for every row
    SELECT pg_get_serial_sequence('station', 'id')::regclass AS sequence
)
INSERT INTO adopted
SELECT ordinal, nextval(sequence),
    coalesce(code, prefix || '-' || lpad(number, greatest(5, length(number)), '0')), adcode
FROM numbered, generator
"""

_INSERT: Final = f"""
INSERT INTO station (id, code, position, adcode, aliases, {_STAGED_FIELDS}, import_run_id)
OVERRIDING SYSTEM VALUE
SELECT n.station_id, n.code, ST_Point(g.lon, g.lat, 4326)::geography, n.adcode, g.aliases,
    {_NEW_VALUES}, {RUN}
FROM adopted n JOIN arriving g USING (ordinal)
ORDER BY ordinal
"""

_RECORD_CREATED: Final = f"""
INSERT INTO revision (station_id, station_code, actor, origin, import_run_id, action)
SELECT station_id, code, {ACTOR}, {ORIGIN}, {RUN}, 'created'
FROM adopted ORDER BY ordinal
"""

# Numbers and states come side by side; the rest is rare, and looked up only where a row
# has it.
_DETAIL: Final = {
    name: "CASE WHEN g.amenity_details IS NOT NULL THEN"
    f" (g.amenity_details -> f.amenity_id::text ->> '{name}')::{kind} END AS {name}"
    for name, kind in AMENITY_DETAIL_TYPES.items()
}


def facts(rows: str) -> str:
    """SELECT of what is known of amenities; `rows` has the station p and its staged row g."""
    return f"""
    SELECT p.station_id, f.amenity_id, f.state,
        {", ".join(_DETAIL.values())}
    FROM {rows}
    CROSS JOIN unnest(g.amenity_ids, g.amenity_states) AS f (amenity_id, state)
"""


_NEW_AMENITIES: Final = f"""
INSERT INTO station_amenity
    (station_id, amenity_id, state, quantity, note, fee, verified_at)
{facts("adopted p JOIN arriving g USING (ordinal)")}
"""

_NEW_HONOURS: Final = """
INSERT INTO station_honour (station_id, honour)
SELECT DISTINCT n.station_id, honour
FROM adopted n JOIN arriving g USING (ordinal) CROSS JOIN unnest(g.honours) honour
"""

CREATE: Final = (
    _COUNT_UP,
    _ADOPT,
    "ANALYZE adopted",
    _INSERT,
    _RECORD_CREATED,
    _NEW_AMENITIES,
    _NEW_HONOURS,
)

CREATED: Final = "SELECT station_id FROM adopted"
# New stations have no hours of their own for certain dates: one stands for all with its hours.
HOURS_CREATED: Final = """
SELECT min(n.station_id) FROM adopted n JOIN arriving g USING (ordinal)
GROUP BY g.status, g.opening_hours, g.suspended_until
"""
REFRESH: Final = "SELECT station_refresh(array_agg(station_id ORDER BY ordinal)) FROM adopted"

# --- the end of a step --------------------------------------------------------------------

# How the rows end that made a station: nothing that comes later changes it.
MADE: Final = """
SELECT n.ordinal, n.code, a.name, n.adcode
FROM adopted n LEFT JOIN area a ON a.adcode = n.adcode ORDER BY n.ordinal
"""

_PLAN: Final = """
INSERT INTO plan (ordinal, station_id, code, adcode)
SELECT ordinal, station_id, code, adcode FROM matched WHERE station_id IS NOT NULL
"""

_STAGE: Final = """
INSERT INTO staged
SELECT g.* FROM arriving g JOIN matched m USING (ordinal) WHERE m.station_id IS NOT NULL
"""

PUT_AWAY: Final = (_PLAN, _STAGE, "TRUNCATE arriving, matched, adopted")

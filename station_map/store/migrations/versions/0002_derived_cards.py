"""Functions: a station's card, its document for revisions, and the upkeep of its amenities."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The JSON that lists and nearest send for a station, kept as text so that a reader only
# copies it. Key order is the public order of properties; put together by hand because
# json_build_object pads every colon with blanks and jsonb forgets the order.
JSON_TEXT = """
CREATE FUNCTION json_text(value anyelement) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(to_json(value)::text, 'null')
$$
"""

# One statement for one station and for a country's: `ids` is unnested, and what hangs on a
# station is read for each by index, in the order of the primary key. `word` maps a state and
# an amenity's number to its pair in the JSON: a look-up in an array instead of a join.
REFRESH = """
CREATE FUNCTION station_refresh(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM station_card c USING unnest(ids) AS wanted (id) WHERE c.station_id = wanted.id;

    INSERT INTO station_card (station_id, code, status, adcode, demo, opening_hours, suspended_until, position,
        facet_ids, known_amenity_ids, properties, search_text)
    SELECT s.id, s.code, s.status, s.adcode, s.demo, s.opening_hours, s.suspended_until, s.position,
        sort(coalesce(offered.yes_ids, '{}') || coalesce(honours.facet_ids, '{}')
            || array_remove(ARRAY[
                (facet.number -> ('kind:' || s.kind))::int,
                (facet.number -> ('service_level:' || s.service_level))::int,
                (facet.number -> ('access_method:' || s.access_method))::int,
                (facet.number -> ('status:' || s.status))::int,
                (facet.number -> ('audience:' || s.audience))::int,
                (facet.number -> ('registration_required:' || s.registration_required))::int,
                CASE WHEN s.opening_hours = '24/7'
                    THEN (facet.number -> 'always_open:true')::int END], NULL)),
        coalesce(offered.known_ids, '{}'),
        concat(
            '{"code":', json_text(s.code),
            ',"name":', json_text(s.name),
            ',"kind":', json_text(s.kind),
            ',"service_level":', json_text(s.service_level),
            ',"status":', json_text(s.status),
            ',"district":', json_text(coalesce(a.name, s.stated_district)),
            ',"adcode":', json_text(s.adcode),
            ',"address":', json_text(s.address),
            ',"opening_hours":', json_text(s.opening_hours),
            ',"hours_text":', json_text(s.hours_text),
            ',"amenities":{', offered.states,
            '},"access_method":', json_text(s.access_method),
            ',"registration_required":', json_text(s.registration_required),
            ',"seats":', json_text(s.seats),
            ',"honours":[', honours.codes,
            '],"verified_at":', json_text(to_char(
                s.verified_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
            ',"demo":', json_text(s.demo),
            '}'),
        lower(normalize(concat_ws(' ', s.code, s.name, array_to_string(s.aliases, ' '),
            s.address, s.landmark, a.name), NFKC))
    FROM (SELECT jsonb_object_agg(dimension || ':' || code, id) AS number
          FROM facet) facet
    CROSS JOIN (
        SELECT jsonb_object_agg(state, pairs) AS pairs
        FROM (
            SELECT state, jsonb_agg('"' || am.code || '":"' || state || '"' ORDER BY id) AS pairs
            FROM unnest('{yes,no,partial,broken}'::text[]) AS state
            CROSS JOIN generate_series(0, 63) AS id LEFT JOIN amenity am USING (id)
            GROUP BY state
        ) by_state
    ) word
    CROSS JOIN unnest(ids) AS wanted (id)
    JOIN station s ON s.id = wanted.id
    LEFT JOIN area a ON a.adcode = s.adcode
    CROSS JOIN LATERAL (
        SELECT array_agg(amenity_id) FILTER (WHERE state = 'yes') AS yes_ids,
            array_agg(amenity_id) AS known_ids,
            string_agg(word.pairs -> state ->> amenity_id, ',') AS states
        FROM (
            SELECT amenity_id::int, state FROM station_amenity
            WHERE station_id = s.id ORDER BY station_amenity.amenity_id
        ) facts
    ) offered
    CROSS JOIN LATERAL (
        SELECT string_agg('"' || h.honour || '"', ',' ORDER BY h.honour) AS codes,
            array_agg((facet.number -> ('honour:' || h.honour))::int) AS facet_ids
        FROM station_honour h
        WHERE h.station_id = s.id
    ) honours;
$$
"""

# Everything a person can change about a station, without ids, derived and book-keeping
# columns: what revisions compare and what one station's page shows.
DOCUMENT = """
CREATE FUNCTION station_document(s station) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(s)
        - '{id,name_key,position,import_run_id,version,created_at,updated_at}'::text[]
        || jsonb_build_object(
            'amenities', (
                SELECT coalesce(jsonb_object_agg(a.code, jsonb_strip_nulls(
                    jsonb_build_object('state', sa.state, 'quantity', sa.quantity,
                        'note', sa.note, 'fee', sa.fee, 'verified_at', sa.verified_at))), '{}')
                FROM station_amenity sa JOIN amenity a ON a.id = sa.amenity_id
                WHERE sa.station_id = s.id),
            'honours', (
                SELECT coalesce(jsonb_agg(h.honour ORDER BY h.honour), '[]')
                FROM station_honour h WHERE h.station_id = s.id))
$$
"""

# A JSON null and a missing key both mean unknown: going from one to the other is no change.
DIFFERENCE = """
CREATE FUNCTION jsonb_difference(before jsonb, after jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(key, jsonb_build_array(old, new)), '{}')
    FROM (
        SELECT key, nullif(before -> key, 'null') AS old, nullif(after -> key, 'null') AS new
        FROM jsonb_object_keys(before || after) AS key
    ) pairs
    WHERE old IS DISTINCT FROM new
$$
"""


# What a foreign key of station_amenity on station would do, but for all rows of a statement at
# once: lock the stations against deletion, refuse facts about a station that is not there,
# and delete the facts with their station. A delete in REPEATABLE READ would not see facts
# that were added meanwhile, hence the last function's first lines.
AMENITY_STATION = (
    """
CREATE FUNCTION station_amenity_check_station() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    missing bigint;
BEGIN
    WITH told AS MATERIALIZED (SELECT DISTINCT station_id FROM written),
    locked AS MATERIALIZED (
        SELECT id FROM station WHERE id IN (SELECT station_id FROM told) FOR KEY SHARE
    )
    SELECT min(station_id) INTO missing
    FROM told WHERE station_id NOT IN (SELECT id FROM locked);
    IF missing IS NOT NULL THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('station_amenity: there is no station with id %s', missing),
            TABLE = 'station_amenity', CONSTRAINT = 'station_amenity_check_station';
    END IF;
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER station_amenity_inserted AFTER INSERT ON station_amenity
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION station_amenity_check_station()
""",
    """
CREATE TRIGGER station_amenity_updated AFTER UPDATE ON station_amenity
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION station_amenity_check_station()
""",
    """
CREATE FUNCTION station_drop_amenities() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = 'stations are deleted in READ COMMITTED transactions only';
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM station_amenity;
    ELSE
        DELETE FROM station_amenity f USING gone WHERE f.station_id = gone.id;
    END IF;
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER station_deleted AFTER DELETE ON station
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION station_drop_amenities()
""",
    """
CREATE TRIGGER station_truncated AFTER TRUNCATE ON station
    FOR EACH STATEMENT EXECUTE FUNCTION station_drop_amenities()
""",
)


def upgrade() -> None:
    """Create the functions and derive the cards of what is stored already."""
    for statement in (JSON_TEXT, REFRESH, DOCUMENT, DIFFERENCE, *AMENITY_STATION):
        op.execute(statement)
    op.execute("SELECT station_refresh(array_agg(id)) FROM station")


def downgrade() -> None:
    """Drop the functions and the triggers."""
    for table, trigger in (
        ("station", "station_truncated"),
        ("station", "station_deleted"),
        ("station_amenity", "station_amenity_updated"),
        ("station_amenity", "station_amenity_inserted"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for signature in (
        "station_drop_amenities()",
        "station_amenity_check_station()",
        "jsonb_difference(jsonb, jsonb)",
        "station_document(station)",
        "station_refresh(bigint[])",
        "json_text(anyelement)",
    ):
        op.execute(f"DROP FUNCTION {signature}")

"""Functions that derive a station's columns and its document for revisions."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The JSON that lists and nearest send for a station, kept as text so that a reader only
# copies it. Key order is the public order of properties; put together by hand because
# json_build_object pads every colon with blanks and jsonb forgets the order.
CARD = """
CREATE FUNCTION json_text(value anyelement) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(to_json(value)::text, 'null')
$$;
CREATE FUNCTION station_card(s station) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat(
        '{"code":', json_text(s.code),
        ',"name":', json_text(s.name),
        ',"kind":', json_text(s.kind),
        ',"service_level":', json_text(s.service_level),
        ',"status":', json_text(s.status),
        ',"district":', json_text(coalesce(
            (SELECT a.name FROM area a WHERE a.adcode = s.adcode), s.stated_district)),
        ',"adcode":', json_text(s.adcode),
        ',"address":', json_text(s.address),
        ',"opening_hours":', json_text(s.opening_hours),
        ',"hours_text":', json_text(s.hours_text),
        ',"amenities":{', (
            SELECT string_agg(json_text(a.code) || ':' || json_text(sa.state), ',' ORDER BY a.id)
            FROM station_amenity sa JOIN amenity a ON a.id = sa.amenity_id
            WHERE sa.station_id = s.id),
        '},"access_method":', json_text(s.access_method),
        ',"registration_required":', json_text(s.registration_required),
        ',"seats":', json_text(s.seats),
        ',"honours":[', (
            SELECT string_agg(json_text(h.honour), ',' ORDER BY h.honour)
            FROM station_honour h WHERE h.station_id = s.id),
        '],"verified_at":', json_text(to_char(
            s.verified_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
        ',"demo":', json_text(s.demo),
        '}')
$$
"""

FACETS = """
CREATE FUNCTION station_facet_ids(s station) RETURNS int[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(id ORDER BY id), '{}')
    FROM (
        SELECT amenity_id::int AS id FROM station_amenity
        WHERE station_id = s.id AND state = 'yes'
        UNION ALL
        SELECT f.id FROM facet f
        WHERE (f.dimension, f.code) IN (
            ('kind', s.kind),
            ('service_level', s.service_level),
            ('access_method', s.access_method),
            ('status', s.status),
            ('audience', s.audience),
            ('registration_required', s.registration_required::text),
            ('always_open', (s.opening_hours = '24/7')::text))
        UNION ALL
        SELECT f.id FROM station_honour h
        JOIN facet f ON f.dimension = 'honour' AND f.code = h.honour
        WHERE h.station_id = s.id
    ) ids
$$
"""

REFRESH = """
CREATE FUNCTION station_refresh(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE station s SET
        facet_ids = station_facet_ids(s),
        known_amenity_ids = coalesce(
            (SELECT array_agg(sa.amenity_id::int ORDER BY sa.amenity_id)
             FROM station_amenity sa WHERE sa.station_id = s.id), '{}'),
        card = station_card(s),
        search_text = lower(normalize(concat_ws(
            ' ', s.code, s.name, array_to_string(s.aliases, ' '), s.address, s.landmark,
            (SELECT a.name FROM area a WHERE a.adcode = s.adcode)), NFKC))
    WHERE s.id = ANY (ids)
$$
"""

# Everything a person can change about a station, without ids, derived and book-keeping
# columns: what revisions compare and what one station's page shows.
DOCUMENT = """
CREATE FUNCTION station_document(s station) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(s)
        - '{id,name_key,position,merc,facet_ids,known_amenity_ids,card,search_text,
            import_run_id,version,created_at,updated_at}'::text[]
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


def upgrade() -> None:
    """Create the functions and derive the columns of what is stored already."""
    for statement in (CARD, FACETS, REFRESH, DOCUMENT, DIFFERENCE):
        op.execute(statement)
    op.execute("SELECT station_refresh(array_agg(id)) FROM station")


def downgrade() -> None:
    """Drop the functions."""
    for signature in (
        "jsonb_difference(jsonb, jsonb)",
        "station_document(station)",
        "station_refresh(bigint[])",
        "station_facet_ids(station)",
        "station_card(station)",
        "json_text(anyelement)",
    ):
        op.execute(f"DROP FUNCTION {signature}")

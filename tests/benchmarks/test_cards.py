"""Cards that the benchmark loads are those that the product derives."""

from __future__ import annotations

import json

import psycopg
from sqlalchemy import text

from benchmarks.cards import COLUMNS, copy_lines
from benchmarks.generate_stations import AMENITY_CODES, STATES, Batch, generate_many
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.store import timetables
from station_map.store.database import Database

COUNT = 200
READ = (
    "SELECT code, status, adcode, demo, opening_hours, suspended_until, position::text,"
    " merc::text, lon, lat, timetable_id, exceptions, facet_ids, known_amenity_ids, properties, search_text"
    " FROM station_card ORDER BY code"
)
STATION = text(
    "INSERT INTO station (code, name, kind, position, address, access_method,"
    " registration_required, opening_hours, hours_text, status, service_level)"
    " VALUES (:code, :name, :kind, ST_Point(:lon, :lat)::geography, :address, :access_method,"
    " :registration, :opening_hours, :hours_text, :status, :service_level) RETURNING id"
)


class Anything(dict[str, int]):
    """A timetable for all hours."""

    def __missing__(self, hours: str) -> int:
        return len(hours)


def _store(database: Database, batch: Batch) -> None:
    """The stations of a batch as the product stores them, cards derived by it."""
    with database.transaction(actor="test", origin="system") as connection:
        ids = []
        for row in range(len(batch)):
            required = str(batch.registration_required[row])
            station = connection.execute(
                STATION,
                {
                    "code": str(batch.code[row]),
                    "name": str(batch.name[row]),
                    "kind": str(batch.kind[row]),
                    "lon": float(batch.lon[row]),
                    "lat": float(batch.lat[row]),
                    "address": str(batch.address[row]),
                    "access_method": str(batch.access_method[row]) or None,
                    "registration": {"yes": True, "no": False}.get(required),
                    "opening_hours": str(batch.opening_hours[row]) or None,
                    "hours_text": str(batch.hours_text[row]) or None,
                    "status": str(batch.status[row]),
                    "service_level": str(batch.service_level[row]) or None,
                },
            ).scalar_one()
            ids.append(station)
            connection.execute(
                text(
                    "INSERT INTO station_amenity (station_id, amenity_id, state) VALUES (:s, :a, :v)"
                ),
                [
                    {"s": station, "a": AMENITY_BY_CODE[code].id, "v": state}
                    for code, state in batch.amenities_of(row).items()
                ],
            )
        connection.execute(text("SELECT station_refresh(:ids)"), {"ids": ids})
        timetables.settle(connection)


def test_cards_equal_those_of_the_product(database: Database) -> None:
    (batch,) = generate_many(COUNT, seed=7)
    _store(database, batch)
    with psycopg.connect(database.url) as connection:
        derived = connection.execute(READ).fetchall()
        known = connection.execute("SELECT opening_hours, id FROM timetable").fetchall()
        # The stations stay, so that the made cards have something to refer to.
        first = connection.execute("SELECT min(id) FROM station").fetchone()
        assert first is not None
        connection.execute("DELETE FROM station_card")
        with connection.cursor().copy(f"COPY station_card ({COLUMNS}) FROM STDIN") as copy:
            for line in copy_lines(batch, dict(known)):
                number, rest = line.split("\t", 1)
                copy.write(f"{int(number) - 1 + first[0]}\t{rest}")
        made = connection.execute(READ).fetchall()
    assert len(made) == COUNT
    for ours, theirs in zip(made, derived, strict=True):
        assert ours == theirs


def test_cards_tell_what_was_generated() -> None:
    (batch,) = generate_many(50, seed=7)
    cards = [
        json.loads(line.rstrip("\n").split("\t")[-2]) for line in copy_lines(batch, Anything())
    ]
    for row, card in enumerate(cards):
        assert card["amenities"] == batch.amenities_of(row)
        assert set(card["amenities"]) <= set(AMENITY_CODES)
        assert set(card["amenities"].values()) <= set(STATES)

"""/api/v1/stations/nearest: right by brute force, and clear about what it refuses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from station_map.domain.station import Station
from station_map.domain.vocabulary import AMENITY_BY_CODE, Datum, Kind, Status
from station_map.geo.datum import from_wgs84
from station_map.store.database import Database
from station_map.web.api.models import NearestStations, ProblemDetails
from tests.web.api.conftest import Population
from tests.web.stations import having, save, station

GEOD = Geod(ellps="WGS84")
PATH = "/api/v1/stations/nearest"
HERE = {"lon": "116.798", "lat": "33.956"}
ON_ONE_DATABASE = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

lons = st.floats(70, 138).map(lambda x: round(x, 6))
lats = st.floats(0, 57).map(lambda y: round(y, 6))
near_lons = st.floats(116.4, 117.2).map(lambda x: round(x, 6))
near_lats = st.floats(33.2, 34.3).map(lambda y: round(y, 6))
positions = st.one_of(st.tuples(lons, lats), st.tuples(near_lons, near_lats))


def ask(client: FlaskClient, **query: object) -> NearestStations:
    got = client.get(PATH, query_string=urlencode(HERE | query))
    assert got.status_code == 200, got.text
    assert got.mimetype == "application/geo+json"
    return NearestStations.model_validate_json(got.data)


def codes(answer: NearestStations) -> list[str]:
    return [feature.id for feature in answer.features]


def refused(client: FlaskClient, query: str) -> ProblemDetails:
    got = client.get(f"{PATH}?{query}")
    assert got.status_code == 400, got.text
    assert got.mimetype == "application/problem+json"
    return ProblemDetails.model_validate_json(got.data)


def by_brute_force(
    population: Population, lon: float, lat: float, wanted: Any
) -> list[tuple[str, float]]:
    kept = [(code, s) for code, s in population.by_code.items() if wanted(s)]
    measured = [(GEOD.inv(lon, lat, s.lon, s.lat)[2], code) for code, s in kept]
    return [(code, metres) for metres, code in sorted(measured)]


def agree(answer: NearestStations, expected: list[tuple[str, float]]) -> None:
    assert codes(answer) == [code for code, _ in expected]
    for feature, (_, metres) in zip(answer.features, expected, strict=True):
        assert feature.properties.distance_m == pytest.approx(metres, abs=0.051)


def has(amenity: str, state: str = "yes") -> Any:
    return lambda s: amenity in s.amenities and s.amenities[amenity].state == state


@ON_ONE_DATABASE
@given(position=positions, k=st.integers(1, 100))
def test_without_filters(
    client: FlaskClient, population: Population, position: tuple[float, float], k: int
) -> None:
    lon, lat = position
    expected = by_brute_force(population, lon, lat, lambda s: s.status is Status.OPEN)[:k]
    agree(ask(client, lon=lon, lat=lat, k=k), expected)


@ON_ONE_DATABASE
@given(
    position=positions,
    amenities=st.lists(
        st.sampled_from(sorted(AMENITY_BY_CODE)), min_size=1, max_size=3, unique=True
    ),
    kinds=st.lists(st.sampled_from(list(Kind)), max_size=3, unique=True),
    statuses=st.lists(st.sampled_from(list(Status)), min_size=1, max_size=5, unique=True),
    registration=st.sampled_from([None, True, False]),
    radius=st.one_of(st.none(), st.floats(1_000, 2_000_000).map(lambda m: round(m, 1))),
)
def test_with_filters(
    client: FlaskClient,
    population: Population,
    position: tuple[float, float],
    amenities: list[str],
    kinds: list[Kind],
    statuses: list[Status],
    registration: bool | None,
    radius: float | None,
) -> None:
    def wanted(s: Station) -> bool:
        return (
            all(has(code)(s) for code in amenities)
            and (not kinds or s.kind in kinds)
            and s.status in statuses
            and (registration is None or s.registration_required is registration)
        )

    lon, lat = position
    query: dict[str, object] = {"lon": lon, "lat": lat, "k": 100, "amenity": ",".join(amenities)}
    query["status"] = ",".join(statuses)
    if kinds:
        query["kind"] = ",".join(kinds)
    if registration is not None:
        query["registration_required"] = str(registration).lower()
    if radius is not None:
        query["max_distance_m"] = radius
    expected = by_brute_force(population, lon, lat, wanted)
    agree(ask(client, **query), [e for e in expected if radius is None or e[1] <= radius][:100])


@ON_ONE_DATABASE
@given(position=positions, datum=st.sampled_from(list(Datum)))
def test_in_every_datum_the_same_stations_at_the_same_distances(
    client: FlaskClient, population: Population, position: tuple[float, float], datum: Datum
) -> None:
    lon, lat = (float(value) for value in from_wgs84(*position, datum))
    expected = by_brute_force(population, *position, lambda s: s.status is Status.OPEN)[:10]
    answer = ask(client, lon=repr(lon), lat=repr(lat), crs=datum.value)
    assert answer.crs is datum
    agree(answer, expected)
    for feature in answer.features:
        stored = population.by_code[feature.id]
        shown = [float(value) for value in from_wgs84(stored.lon, stored.lat, datum)]
        assert feature.geometry.coordinates == pytest.approx(shown, abs=2e-7)


@ON_ONE_DATABASE
@given(position=positions, amenity=st.sampled_from(sorted(AMENITY_BY_CODE)))
def test_unknown_ones_come_after_the_known_and_are_marked(
    client: FlaskClient, population: Population, position: tuple[float, float], amenity: str
) -> None:
    lon, lat = position

    def opened(s: Station) -> bool:
        return s.status is Status.OPEN

    known = by_brute_force(population, lon, lat, lambda s: opened(s) and has(amenity)(s))
    unknown = by_brute_force(
        population, lon, lat, lambda s: opened(s) and amenity not in s.amenities
    )
    answer = ask(client, lon=lon, lat=lat, k=100, amenity=amenity, amenity_unknown="include")
    agree(answer, [*known, *unknown][:100])
    for place, feature in enumerate(answer.features):
        assert feature.properties.amenity_unknown == (None if place < len(known) else [amenity])


def test_bearings_point_the_way(client: FlaskClient, database: Database) -> None:
    lon, lat = 116.798, 33.956
    save(database, [station("北", lon, lat + 0.01), station("东", lon + 0.02, lat)])
    save(database, [station("西南", lon - 0.02, lat - 0.02)])
    bearings = [round(f.properties.bearing_deg) for f in ask(client).features]
    assert bearings == [0, 90, 220]
    for feature in ask(client).features:
        east, north = feature.geometry.coordinates
        azimuth = GEOD.inv(lon, lat, east, north)[0] % 360
        difference = abs(feature.properties.bearing_deg - azimuth) % 360
        assert min(difference, 360 - difference) < 0.06


def test_a_station_right_here(client: FlaskClient, database: Database) -> None:
    save(database, [station("这里")])
    (feature,) = ask(client).features
    assert feature.properties.distance_m == 0
    assert 0 <= feature.properties.bearing_deg < 360


def test_a_card_holds_what_is_known(client: FlaskClient, database: Database) -> None:
    (code,) = save(
        database,
        [
            station(
                "淮海路驿站",
                kind=Kind.DRIVER_HOME,
                opening_hours="Mo-Su 08:30-18:00",
                hours_text="8:30-18:00",
                amenities=having("microwave", toilet="broken", wifi="no", shower="partial"),
            )
        ],
    )
    card = ask(client).features[0].properties
    assert (card.code, card.name, card.kind) == (code, "淮海路驿站", "driver_home")
    assert card.amenities == {
        "microwave": "yes",
        "toilet": "broken",
        "wifi": "no",
        "shower": "partial",
    }
    assert card.registration_required is None
    assert card.seats is None
    assert card.district == "相山区"
    assert (card.opening_hours, card.hours_text) == ("Mo-Su 08:30-18:00", "8:30-18:00")


def test_only_open_stations_unless_asked(client: FlaskClient, database: Database) -> None:
    save(database, [station(status.zh, status=status) for status in Status])
    assert [f.properties.status for f in ask(client).features] == ["open"]
    asked = ask(client, status="suspended,closed")
    assert {f.properties.status for f in asked.features} == {"suspended", "closed"}


def test_presets_hold_at_once(client: FlaskClient, database: Database) -> None:
    save(
        database,
        [
            station("甲", opening_hours="24/7", amenities=having("toilet_nearby")),
            station("乙", opening_hours="24/7", amenities=having("wifi")),
            station("丙", opening_hours="08:00-18:00", amenities=having("toilet")),
            station("丁", opening_hours="24/7", amenities=having("toilet")),
        ],
    )
    assert {f.properties.name for f in ask(client, preset="toilet").features} == {"甲", "丙", "丁"}
    both = ask(client, preset="toilet,open_24h")
    assert {f.properties.name for f in both.features} == {"甲", "丁"}


def test_demo_is_told_while_demo_stations_are_among_them(
    client: FlaskClient, database: Database
) -> None:
    save(database, [station("真"), station("演示", 116.9, 33.9, demo=True)])
    assert ask(client).demo is True
    assert ask(client, k=1).demo is False


def test_no_station_is_an_empty_answer(client: FlaskClient, database: Database) -> None:
    answer = ask(client)
    assert answer.features == []
    assert answer.numberReturned == 0
    assert answer.demo is False


def test_ten_unless_asked(client: FlaskClient, population: Population) -> None:
    answer = ask(client)
    assert answer.numberReturned == len(answer.features) == 10
    (link,) = answer.links
    assert client.get(link.href).json == client.get(PATH, query_string=urlencode(HERE)).json


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "lon"),
        ("lon=116.8", "lat"),
        ("lat=33.9", "lon"),
        ("lon=abc&lat=33.9", "lon"),
        ("lon=&lat=33.9", "lon"),
        ("lon=nan&lat=33.9", "lon"),
        ("lon=116.8&lat=inf", "lat"),
        ("lon=116.8&lat=-Infinity", "lat"),
        ("lon=%EF%BC%91%EF%BC%91%EF%BC%96&lat=33.9", "lon"),
        ("lon=116.8%00&lat=33.9", "lon"),
        ("lon=1e400&lat=33.9", "lon"),
        (f"lon={'9' * 400}&lat=33.9", "lon"),
        ("lon=181&lat=33.9", "lon"),
        ("lon=116.8&lat=-91", "lat"),
        ("lon=33.9&lat=116.8", "lon"),
        ("lon=116.8&lat=33.9&k=0", "k"),
        ("lon=116.8&lat=33.9&k=101", "k"),
        ("lon=116.8&lat=33.9&k=ten", "k"),
        ("lon=116.8&lat=33.9&k=" + "9" * 50, "k"),
        ("lon=116.8&lat=33.9&max_distance_m=0", "max_distance_m"),
        ("lon=116.8&lat=33.9&max_distance_m=-5", "max_distance_m"),
        ("lon=116.8&lat=33.9&crs=epsg:4326", "crs"),
        ("lon=116.8&lat=33.9&amenity=sauna", "amenity"),
        ("lon=116.8&lat=33.9&amenity=wifi,,toilet", "amenity"),
        ("lon=116.8&lat=33.9&amenity_unknown=yes", "amenity_unknown"),
        ("lon=116.8&lat=33.9&kind=hotel", "kind"),
        ("lon=116.8&lat=33.9&access_method=crowbar", "access_method"),
        ("lon=116.8&lat=33.9&service_level=best", "service_level"),
        ("lon=116.8&lat=33.9&status=all", "status"),
        ("lon=116.8&lat=33.9&registration_required=maybe", "registration_required"),
        ("lon=116.8&lat=33.9&preset=everything", "preset"),
        ("lon=116.8&lat=33.9&lat=34", "lat"),
        ("lon=116.8&lat=33.9&bbox=1,2,3,4", "bbox"),
        (
            "lon=116.8&lat=33.9&registration_required=true&preset=no_registration",
            "registration_required",
        ),
        ("lng=116.8&lat=33.9", "lng"),
        ("lon=116.8&lat=33.9&limit=5", "limit"),
    ],
)
def test_bad_parameters_are_named_with_a_way_out(
    client: FlaskClient, query: str, parameter: str
) -> None:
    told = refused(client, query)
    assert told.errors
    entry = next(entry for entry in told.errors if entry.parameter == parameter)
    assert entry.allowed
    assert entry.example
    assert entry.message_zh
    assert told.type.endswith(":bad-parameter")


def test_an_exchanged_position_is_told(client: FlaskClient) -> None:
    told = refused(client, "lon=33.9&lat=116.8")
    assert "did you mean lon=116.8&lat=33.9" in told.detail


@pytest.mark.parametrize("place", ["lon=2.35&lat=48.85", "lon=-74&lat=40.7", "lon=150&lat=-33"])
def test_far_away_is_plainly_refused(client: FlaskClient, place: str) -> None:
    assert refused(client, place).type.endswith(":out-of-service-area")


def test_the_answer_may_be_kept_for_a_moment(client: FlaskClient, population: Population) -> None:
    first = client.get(PATH, query_string=HERE)
    assert first.headers["Cache-Control"].startswith("private, max-age=")
    held = first.headers["ETag"]
    again = client.get(PATH, query_string=HERE, headers={"If-None-Match": held})
    assert again.status_code == 304
    assert again.data == b""


def test_words_with_a_position_give_the_nearest_that_has_them(
    client: FlaskClient, database: Database
) -> None:
    near, far, sound, _ = save(
        database,
        [
            station("淮海路邮政", 116.80),
            station("淮海路银行", 116.90),
            station("怀海路", 116.798),
            station("人民路", 116.798),
        ],
    )
    found = ask(client, q="淮海路")
    assert [(one.id, one.properties.text_match) for one in found.features] == [
        (near, "exact"),
        (far, "exact"),
        (sound, "sound"),
    ]
    assert codes(ask(client, q="huaihai", k=1)) == [sound]
    assert ask(client).features[0].properties.text_match is None


def test_seats_are_a_number_that_is_known(client: FlaskClient, database: Database) -> None:
    few, many, _ = save(
        database, [station("少", seats=4), station("多", 116.9, seats=30), station("不清楚")]
    )
    assert codes(ask(client, seats=4)) == [few, many]
    assert codes(ask(client, seats=5)) == [many]
    assert codes(ask(client, seats=31)) == []
    for wrong in ("0", "-1", "x", "10001", "１０"):
        (told,) = refused(client, urlencode(HERE | {"seats": wrong})).errors or []
        assert (told.parameter, told.example) == ("seats", "seats=10")

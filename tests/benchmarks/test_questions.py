from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

from benchmarks.load import CITY
from benchmarks.questions import FILTERS, MOMENTS, POINTS, our_path, pgbench_script, points
from station_map.domain.hours import SHANGHAI
from station_map.geo.box import SERVICE_BOX
from station_map.store import timetables


def test_points_are_the_same_every_time_and_hardly_ever_twice() -> None:
    asked = points(CITY)
    assert len(asked) == POINTS
    assert len(set(asked)) > 0.99 * POINTS
    assert asked == points.__wrapped__(CITY)
    assert all(SERVICE_BOX.contains(*point) for point in asked)


def test_open_is_asked_for_a_wednesday_of_the_weeks_that_are_worked_out() -> None:
    for hour in MOMENTS.values():
        asked = parse_qs(urlsplit(our_path((116.79, 33.95), hour=hour)).query)
        moment = dt.datetime.fromisoformat(asked["open"][0]).replace(tzinfo=SHANGHAI)
        assert (moment.weekday(), moment.hour) == (2, hour)
        assert dt.timedelta() < moment - dt.datetime.now(SHANGHAI) < timetables.ENOUGH


def test_pgbench_gets_the_statement_with_nothing_left_to_fill_in() -> None:
    asked = [(116.79, 33.95), (117.0, 34.0), (116.5, 33.5), (116.6, 33.6)]
    for amenities in FILTERS.values():
        *sets, statement = pgbench_script(asked, amenities).strip().split("\n")
        assert [line.split()[1] for line in sets] == ["i", "limit", "lon", "lat", "x", "y"]
        assert "%" not in statement
        used = set(re.findall(r"(?<!:):([a-z]+)\b", statement))
        assert used == {"lon", "lat", "x", "y", "limit"}


def test_halving_finds_each_point() -> None:
    asked = [(116.0 + number / 100, 33.0) for number in range(8)]
    (line,) = [
        line for line in pgbench_script(asked, ()).split("\n") if line.startswith("\\set lon")
    ]
    words = re.sub(r"case when (:i < \d+) then", r"(\1) and", line.removeprefix("\\set lon "))
    assert words.count("and") == len(asked) - 1
    found = [float(word) for word in re.findall(r"\d+\.\d+", words)]
    assert found == [lon for lon, _ in asked]
    assert re.findall(r"i < (\d+)", words) == ["4", "2", "1", "3", "6", "5", "7"]

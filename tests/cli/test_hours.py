"""`station-map hours …`: one action for many stations, seen in states, filters and on record."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from station_map.cli import main
from station_map.domain.hours import SHANGHAI
from station_map.domain.vocabulary import Kind, Status
from station_map.search.filters import StationFilter
from station_map.search.listing import ListQuery, get_station, list_stations
from station_map.search.opening import OpenAt
from station_map.store.database import Database
from station_map.web.states import state_of
from tests.store.merging import rows, value
from tests.web.stations import HOSTILE_NAMES, save, station

FIRST = dt.datetime.now(SHANGHAI).date() + dt.timedelta(days=3)
LAST = FIRST + dt.timedelta(days=2)
HEAT = ("--from", FIRST, "--to", LAST, "--hours", "08:00-22:00", "--reason", "heat")


@pytest.fixture
def codes(outside: Database) -> list[str]:
    """Two in 相山区, one of them a driver home; a closed one there; one far away."""
    return save(
        outside,
        [
            station("甲", 116.80, opening_hours="09:00-17:00"),
            station("乙", 116.81, kind=Kind.DRIVER_HOME, opening_hours="Mo-Fr 09:00-17:00"),
            station("丙", 116.82, status=Status.CLOSED, opening_hours="24/7"),
            station("泉州", 118.58, 24.91, opening_hours="09:00-17:00"),
        ],
    )


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["hours", *map(str, arguments)])


def minute(day: dt.date, hour: int) -> int:
    return int(dt.datetime.combine(day, dt.time(hour), SHANGHAI).timestamp()) // 60


def open_at(database: Database, day: dt.date, hour: int) -> list[str]:
    where = StationFilter(open_at=OpenAt(minute(day, hour)))
    return [row.code for row in list_stations(database, ListQuery(where)).rows]


def exceptions(database: Database, code: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(get_station(database, code).card)["hours_exceptions"]
    return found


def test_it_beats_the_usual_hours_on_its_days_only(outside: Database, codes: list[str]) -> None:
    done = run("override", "--area", "340600", *HEAT)
    assert done.exit_code == 0, done.output
    assert "2 个驿站" in done.output
    both = sorted(codes[:2])
    assert open_at(outside, FIRST, 21) == open_at(outside, LAST, 21) == both
    assert open_at(outside, FIRST - dt.timedelta(days=1), 21) == []
    assert open_at(outside, LAST + dt.timedelta(days=1), 21) == []
    assert open_at(outside, FIRST, 10) == sorted([*both, codes[3]])


def test_state_and_json_tell_it(outside: Database, codes: list[str]) -> None:
    run("override", "--area", "340603", *HEAT, "--note", "空调开着")
    row = get_station(outside, codes[0])
    assert state_of(row, minute(LAST, 20)).words == "开放中，到 22:00（高温：空调开着）"
    assert exceptions(outside, codes[0]) == [
        {
            "first_day": FIRST.isoformat(),
            "last_day": LAST.isoformat(),
            "opening_hours": "08:00-22:00",
            "reason": "高温：空调开着",
        }
    ]
    assert exceptions(outside, codes[2]) == exceptions(outside, codes[3]) == []


def test_closed_means_closed(outside: Database, codes: list[str]) -> None:
    holidays = ("--from", FIRST, "--to", LAST, "--hours", "closed", "--reason", "spring_festival")
    run("override", "--area", "340600", *holidays)
    assert open_at(outside, FIRST, 10) == [codes[3]]
    words = state_of(get_station(outside, codes[0]), minute(FIRST, 10)).words
    assert words.startswith("已关，")
    assert words.endswith("（春节）")


def test_filters_narrow_it(outside: Database, codes: list[str]) -> None:
    done = run("override", "--area", "340600", "--kind", "driver_home", *HEAT)
    assert "1 个驿站" in done.output
    assert open_at(outside, FIRST, 21) == [codes[1]]
    assert "kind=driver_home" in run("overrides", "list").output


def test_the_newer_of_two_holds(outside: Database, codes: list[str]) -> None:
    run("override", "--area", "340600", *HEAT)
    later = ("--from", FIRST, "--to", FIRST, "--hours", "24/7", "--reason", "cold_wave")
    run("override", "--area", "340600", *later)
    assert open_at(outside, FIRST, 3) == sorted(codes[:2])
    assert open_at(outside, LAST, 3) == []


def test_a_dry_run_writes_nothing(outside: Database, codes: list[str]) -> None:
    before = rows(outside, "SELECT * FROM station_card ORDER BY station_id")
    done = run("override", "--area", "340600", *HEAT, "--dry-run")
    assert done.exit_code == 0
    assert "2 个驿站；没有写入" in done.output
    assert rows(outside, "SELECT * FROM station_card ORDER BY station_id") == before
    assert value(outside, "SELECT count(*) FROM hours_override") == 0


def test_withdrawn_leaves_the_usual_hours_and_the_record(
    outside: Database, codes: list[str]
) -> None:
    before = rows(outside, "SELECT code, timetable_id, facet_ids, exceptions FROM station_card"
                  " WHERE exceptions IS NULL ORDER BY code")  # fmt: skip
    run("override", "--area", "340600", *HEAT)
    done = run("overrides", "withdraw", 1)
    assert done.exit_code == 0, done.output
    assert open_at(outside, FIRST, 21) == []
    after = rows(outside, "SELECT code, facet_ids, exceptions FROM station_card ORDER BY code")
    assert after == [(code, facets, told) for code, _, facets, told in before]
    assert run("overrides", "list").output.strip() == "没有。 None."
    assert "撤回 / withdrawn" in run("overrides", "list", "--all").output
    again = run("overrides", "withdraw", 1)
    assert (again.exit_code, "已经撤回" in again.output) == (1, True)
    assert run("overrides", "withdraw", 99).exit_code == 1
    assert codes


def test_every_station_has_its_revision(outside: Database, codes: list[str]) -> None:
    run("override", "--area", "340600", *HEAT)
    run("overrides", "withdraw", 1)
    found = rows(
        outside,
        "SELECT station_code, origin, changes -> 'hours_override' FROM revision"
        " WHERE action = 'updated' ORDER BY id",
    )
    assert [(code, origin) for code, origin, _ in found] == [(c, "form") for c in codes[:2]] * 2
    told = found[0][2][1]
    assert (told["opening_hours"], told["reason"]) == ("08:00-22:00", "高温")
    assert [changes[0] for _, _, changes in found] == [None, None, told, told]
    assert rows(outside, "SELECT DISTINCT version FROM station WHERE code = %s", codes[0]) == [(3,)]


def test_timetables_that_nobody_has_are_swept(outside: Database, codes: list[str]) -> None:
    run("override", "--area", "340600", *HEAT)
    assert value(outside, "SELECT count(*) FROM timetable") == 3
    run("overrides", "withdraw", 1)
    assert value(outside, "SELECT count(*) FROM timetable") == 2
    assert codes


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"--area": "999999"}, "340600"),
        ({"--area": "泉州"}, "340600"),
        ({"--from": "2026-02-30"}, "不是日期"),
        ({"--to": "10/1"}, "不是日期"),
        ({"--to": FIRST - dt.timedelta(days=1)}, "最后一天不能早于第一天"),
        ({"--to": FIRST + dt.timedelta(days=366)}, "366"),
        ({"--from": "0001-01-01", "--to": "0001-01-02"}, "366"),
        ({"--hours": "八点到十点"}, "opening hours syntax"),
        ({"--hours": "sunrise-sunset"}, "sunrise"),
        ({"--hours": ""}, "opening"),
        ({"--reason": "party"}, "heat"),
        ({"--note": "长" * 201}, "200"),
        ({"--note": "两\n行"}, "200"),
    ],
)
def test_what_cannot_be_is_refused(
    outside: Database, codes: list[str], changed: dict[str, object], words: str
) -> None:
    pairs = dict(zip(HEAT[::2], HEAT[1::2], strict=True)) | {"--area": "340600"} | changed
    done = run("override", *(part for pair in pairs.items() for part in pair))
    assert done.exit_code == 2, done.output
    assert words in done.output
    assert value(outside, "SELECT count(*) FROM hours_override") == 0
    assert codes


def test_an_area_without_such_a_station_is_refused(outside: Database, codes: list[str]) -> None:
    done = run("override", "--area", "340604", *HEAT)
    assert (done.exit_code, "没有符合的驿站" in done.output) == (2, True)
    assert value(outside, "SELECT count(*) FROM hours_override") == 0
    assert codes


@pytest.mark.parametrize("note", [n for n in HOSTILE_NAMES if n.isprintable() and len(n) <= 200])
def test_a_hostile_note_is_text_everywhere(
    outside: Database, codes: list[str], app: Flask, note: str
) -> None:
    today = dt.datetime.now(SHANGHAI).date()
    days = ("--from", today, "--to", LAST, "--hours", "24/7", "--reason", "other")
    done = run("override", "--area", "340600", *days, f"--note={note}")
    assert done.exit_code == 0, done.output
    client = app.test_client()
    told = client.get(f"/api/v1/stations/{codes[0]}").get_json()["properties"]
    assert told["hours_exceptions"][0]["reason"] == f"临时调整：{note}"
    assert told["state"]["text"].endswith(f"（临时调整：{note}）")
    page = client.get(f"/stations/{codes[0]}").text
    assert "<script>alert" not in page
    assert "49" not in page.partition("临时调整：")[2][:4] or "{{" not in note

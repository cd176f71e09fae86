from __future__ import annotations

import datetime as dt
import json

import pytest

from station_map.domain.vocabulary import PRESETS, Preset
from station_map.store.stations import Row
from station_map.web.pages.cards import Card, make_card

LON, LAT = 116.798, 33.956
PRESET = {preset.code: preset for preset in PRESETS}


def properties(**facts: object) -> str:
    plain = {"code": "340603-00001", "name": "站", "kind": "union_station", "status": "open"}
    return json.dumps(plain | facts)


# A Sunday, 16:00 in Huaibei.
NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)


def card(
    *presets: Preset,
    position: tuple[float, float] | None = None,
    now: dt.datetime = NOW,
    suspended_until: dt.date | None = None,
    **facts: object,
) -> Card:
    found = Row(
        "340603-00001",
        LON,
        LAT,
        properties(**facts),
        facts.get("opening_hours"),  # type: ignore[arg-type]
        str(facts.get("status", "open")),
        suspended_until,
    )
    minute = int(now.timestamp()) // 60
    return make_card(found, presets=presets, position=position, minute=minute)


def marks(made: Card) -> list[tuple[str, str]]:
    return [(mark.code, mark.look) for mark in made.amenities]


def test_a_station_of_which_nothing_is_known_says_so() -> None:
    made = card()
    assert made.state.words == "时间未知"
    assert made.state.look == "unknown"
    assert made.amenities == ()
    assert made.access == "怎么进门不清楚"
    assert made.verified == "还没有人核实"
    assert (made.distance, made.minutes) == ("", "")


@pytest.mark.parametrize(
    ("facts", "look", "words"),
    [
        ({"opening_hours": "24/7"}, "open", "24 小时开放"),
        ({"opening_hours": "08:00-18:00"}, "open", "开放中，到 18:00"),
        ({"opening_hours": "08:00-16:20"}, "soon", "快关了，还有 20 分钟"),
        ({"opening_hours": "08:00-12:00"}, "closed", "已关，明天 8:00 开"),
        ({"opening_hours": "Mo-Fr 08:00-12:00"}, "closed", "已关，明天 8:00 开"),
        ({"opening_hours": "Su 18:00-22:00"}, "closed", "已关，今天 18:00 开"),
        ({"hours_text": "看门口通知"}, "unknown", "时间未知（原文：看门口通知）"),
        ({"status": "suspended", "opening_hours": "24/7"}, "suspended", "暂停"),
        (
            {"status": "suspended", "suspended_until": dt.date(2026, 12, 1)},
            "suspended",
            "暂停，到 12月1日",
        ),
        ({"status": "planned"}, "closed", "筹建中，还没开放"),
        ({"status": "closed", "opening_hours": "24/7"}, "closed", "已经关闭"),
    ],
)
def test_the_state_never_claims_more_than_is_known(
    facts: dict[str, object], look: str, words: str
) -> None:
    state = card(**facts).state
    assert (state.look, state.words) == (look, words)
    assert state.shape


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"opening_hours": "24/7"}, ""),
        ({"hours_text": "看门口通知"}, ""),
        ({"opening_hours": "08:00-18:00"}, "每天 08:00–18:00"),
        ({"opening_hours": "Jun-Aug 08:00-18:00", "hours_text": "夏季八点"}, "夏季八点"),
        ({"opening_hours": "Jun-Aug 08:00-18:00"}, "Jun-Aug 08:00-18:00"),
    ],
)
def test_the_usual_hours_stand_below_the_state(facts: dict[str, object], words: str) -> None:
    assert card(**facts).hours == words


def test_what_was_asked_for_comes_first_and_unknown_is_not_no() -> None:
    made = card(
        PRESET["hot_meal"],
        PRESET["phone_charging"],
        amenities={"wifi": "yes", "microwave": "yes", "phone_charging": "broken", "aed": "no"},
    )
    assert marks(made) == [
        ("microwave", "yes"),
        ("drinking_water", "unknown"),
        ("phone_charging", "broken"),
        ("wifi", "yes"),
    ]
    assert [mark.note for mark in made.amenities] == ["", "不清楚", "坏了", ""]
    assert [mark.asked for mark in made.amenities] == [True, True, True, False]


def test_one_toilet_is_enough_to_speak_of() -> None:
    assert marks(card(PRESET["toilet"], amenities={"toilet_nearby": "yes"})) == [
        ("toilet_nearby", "yes")
    ]
    assert marks(card(PRESET["toilet"], amenities={"toilet": "yes", "toilet_nearby": "no"})) == [
        ("toilet", "yes")
    ]
    assert marks(card(PRESET["toilet"])) == [("toilet", "unknown"), ("toilet_nearby", "unknown")]


def test_five_amenities_and_how_many_more() -> None:
    have = ["drinking_water", "hot_water", "microwave", "fridge", "seating", "wifi", "toilet"]
    made = card(amenities=dict.fromkeys(have, "yes"))
    assert len(made.amenities) == 5
    assert made.further == 2


@pytest.mark.parametrize(
    ("facts", "presets", "words"),
    [
        ({"access_method": "open_door"}, (), "推门即进"),
        ({"access_method": "qr_code", "registration_required": True}, (), "扫码开门 · 要登记"),
        ({"access_method": "staff", "registration_required": False}, (), "找工作人员 · 免登记"),
        ({"access_method": "face"}, ("no_registration",), "刷脸 · 是否登记不清楚"),
    ],
)
def test_how_to_get_in(facts: dict[str, object], presets: tuple[str, ...], words: str) -> None:
    assert card(*(PRESET[code] for code in presets), **facts).access == words


def test_distance_and_time_from_where_the_rider_is() -> None:
    made = card(position=(LON + 0.003, LAT))
    assert made.distance == "280 米"
    assert made.minutes.startswith("步行约 4 分钟")
    assert "mode=walk" in made.go

from __future__ import annotations

from typing import Any

import pytest

from station_map.domain.vocabulary import AMENITIES
from station_map.exporters.plates.facts import (
    ACCESS_UNKNOWN,
    HOURS_UNKNOWN,
    Offer,
    one_line,
)
from tests.exporters.plates.stations import EVERYTHING, NOTHING_KNOWN, plate


def test_what_is_there_as_a_whole_or_in_part_is_told_and_nothing_else() -> None:
    states = {"drinking_water": "yes", "aed": "partial", "microwave": "broken", "toilet": "no"}
    assert plate(amenities=states).offers == (
        Offer("drinking_water", "饮水"),
        Offer("aed", "AED 部分"),
    )


def test_a_drivers_home_tells_what_trucks_need_first() -> None:
    usual = [offer.code for offer in plate(amenities=EVERYTHING).offers]
    assert usual == [amenity.code for amenity in AMENITIES]
    drivers = [offer.code for offer in plate(amenities=EVERYTHING, kind="driver_home").offers]
    assert sorted(drivers) == sorted(usual)
    trucks = [amenity.code for amenity in AMENITIES if "truck" in amenity.tiers]
    assert drivers[: len(trucks)] == trucks


def test_unknown_is_said_and_never_guessed() -> None:
    unknown = plate(**NOTHING_KNOWN)
    assert unknown.hours == (HOURS_UNKNOWN,)
    assert unknown.access == ACCESS_UNKNOWN
    assert unknown.offers == ()


@pytest.mark.parametrize(
    ("facts", "hours"),
    [
        ({"opening_hours": None, "hours_text": "看心情"}, HOURS_UNKNOWN),
        (
            {"opening_hours": "Mo[1] 08:00-10:00", "hours_text": "每月首个\n周一上午"},
            "每月首个 周一上午",
        ),
        ({"opening_hours": "Mo[1] 08:00-10:00", "hours_text": None}, HOURS_UNKNOWN),
    ],
)
def test_hours_that_plain_words_do_not_hold(facts: dict[str, Any], hours: str) -> None:
    assert plate(**facts).hours == (hours,)


@pytest.mark.parametrize(
    ("method", "registration", "words"),
    [
        ("open_door", False, "推门即进 · 免登记"),
        ("qr_code", True, "扫码开门 · 要登记"),
        ("staff", None, "找工作人员"),
        (None, True, f"{ACCESS_UNKNOWN}，要登记"),
    ],
)
def test_how_to_get_in(method: str | None, registration: bool | None, words: str) -> None:
    assert plate(access_method=method, registration_required=registration).access == words


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("甲\n乙\t丙　丁", "甲 乙 丙 丁"),
        ("甲\u202e乙\u200b丙\x00丁\x1b[31m", "甲乙丙丁[31m"),
        ("e\u0301", "é"),
        ("❤\ufe0f", "❤"),
        ("\u200b\ufe0f \n", ""),
    ],
)
def test_text_as_it_can_be_printed(text: str, line: str) -> None:
    assert one_line(text) == line


def test_a_name_of_nothing_visible_gives_way_to_the_code() -> None:
    assert plate(name="\u200b").name == "340603-00012"

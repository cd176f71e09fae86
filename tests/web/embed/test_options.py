from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from station_map.domain.vocabulary import PRESETS, Kind, Status
from station_map.web.embed.options import (
    FILTER_PARAMETERS,
    OPTION_NAMES,
    EmbedOptions,
    Layout,
    Theme,
    read_options,
)

PRESET_CODES = [preset.code for preset in PRESETS]


def read(query: str) -> EmbedOptions:
    return read_options(MultiDict(parse_qsl(query, keep_blank_values=True)))


def test_without_options_the_defaults_hold() -> None:
    assert read("") == EmbedOptions()
    assert EmbedOptions().address() == "/embed/v1/"


def test_every_option_is_read_and_written_in_its_order() -> None:
    query = (
        "area=340603&bbox=116.6,33.7,117.1,34.1&center=116.8,33.95&zoom=12&q=路&open=now"
        "&open_unknown=include&amenity=microwave&preset=hot_meal&kind=driver_home"
        "&registration_required=false&seats=10&status=open&lock=area,preset&station=HB-1"
        "&list=bottom&lang=en&theme=dark&kiosk=1&locate=0"
    )
    read_options_ = read(query)
    assert read_options_ == EmbedOptions(
        area="340603",
        bbox=(116.6, 33.7, 117.1, 34.1),
        center=(116.8, 33.95),
        zoom=12,
        filters=(
            ("q", "路"),
            ("open", "now"),
            ("open_unknown", "include"),
            ("amenity", "microwave"),
            ("preset", "hot_meal"),
            ("kind", "driver_home"),
            ("registration_required", "false"),
            ("seats", "10"),
            ("status", "open"),
        ),
        lock=("area", "preset"),
        station="HB-1",
        layout=Layout.BOTTOM,
        lang="en",
        theme=Theme.DARK,
        kiosk=True,
        locate=False,
    )
    assert read_options_.query() == iri_to_uri(query)
    assert read_options_.values()["kind"] == (Kind.DRIVER_HOME,)
    assert read_options_.values()["status"] == (Status.OPEN,)


@pytest.mark.parametrize(
    "query",
    [
        "area=12&area=abc",
        "bbox=1,2,3&center=116.8&zoom=99",
        "bbox=117,33,116,34&center=0,0",
        "kind=castle&preset=,&amenity=&seats=-1&open=yesterday&q=",
        "registration_required=true,false&status=gone",
        "open_unknown=include",
        "lock=preset,area,nothing&lock=all",
        "station=../../etc&list=top&lang=fr&theme=pink",
        "at=tomorrow&kiosk=perhaps&locate=perhaps",
        "unknown=1&utm_source=x&%00=%00",
    ],
)
def test_what_cannot_be_used_counts_as_not_given(query: str) -> None:
    assert read(query) == EmbedOptions()


def test_good_codes_stay_beside_bad_ones() -> None:
    assert read("preset=hot_meal,castle&preset=toilet&kind=x").filters == (
        ("preset", "hot_meal,toilet"),
    )


def test_the_first_usable_value_counts() -> None:
    assert read("area=x&area=340603&area=340602").area == "340603"


def test_only_filters_that_are_given_can_be_locked() -> None:
    assert read("area=340603&preset=hot_meal&lock=preset,kind,theme").lock == ("preset",)
    assert read("area=340603&preset=hot_meal&lock=all").lock == ("area", "preset")
    assert read("area=340603&preset=hot_meal&lock=1").lock == ("area", "preset")


def test_who_is_asked_not_to_register_is_not_asked_to() -> None:
    told = read("preset=no_registration&registration_required=true")
    assert told.filters == (("preset", "no_registration"),)


def test_a_moment_is_told_in_local_time() -> None:
    from station_map.web.states import this_minute

    minute = this_minute() + 60
    told = EmbedOptions(at=minute)
    assert read(told.query()) == told
    assert "Z" not in told.query()


def test_a_filter_can_be_changed_and_removed() -> None:
    told = read("preset=hot_meal")
    assert told.with_filter("preset", "toilet").filters == (("preset", "toilet"),)
    assert told.with_filter("preset", "").filters == ()


def test_the_names_are_the_ones_that_are_promised() -> None:
    assert OPTION_NAMES[:4] == ("area", "bbox", "center", "zoom")
    assert OPTION_NAMES[4:-8] == tuple(one.name for one in FILTER_PARAMETERS)
    assert OPTION_NAMES[-8:] == (
        *("lock", "station", "list", "lang", "theme", "at", "kiosk", "locate"),
    )


VALUES: dict[str, st.SearchStrategy[str]] = {
    "area": st.sampled_from(["340603", "34060", "x"]),
    "bbox": st.sampled_from(["116.6,33.7,117.1,34.1", "116.60000049,33.7,117.1,34.1", "1,2"]),
    "center": st.sampled_from(["116.8,33.95", "116,34", "33.95,116.8"]),
    "zoom": st.sampled_from(["3", "18", "19", "1.5"]),
    "preset": st.lists(st.sampled_from([*PRESET_CODES, "x"])).map(",".join),
    "open": st.sampled_from(["now", "then"]),
    "lock": st.lists(st.sampled_from(["area", "preset", "q", "all", "1", "x"])).map(",".join),
    "q": st.text(max_size=8),
    "list": st.sampled_from([*Layout, "x"]),
    "theme": st.sampled_from([*Theme, "x"]),
    "kiosk": st.sampled_from(["0", "1", "x"]),
    "locate": st.sampled_from(["0", "1", "x"]),
}


@given(st.lists(st.one_of(*(st.tuples(st.just(n), v) for n, v in VALUES.items())), max_size=12))
def test_what_is_written_is_read_again(pairs: list[tuple[str, str]]) -> None:
    told = read_options(MultiDict(pairs))
    assert read(told.query()) == told
    assert read(told.query()).query() == told.query()


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=20), max_size=6))
def test_nothing_is_an_error(pairs: dict[str, Any]) -> None:
    read_options(MultiDict(pairs))


@given(st.sampled_from(OPTION_NAMES), st.text(max_size=40))
def test_no_value_is_an_error(name: str, text: str) -> None:
    told = read_options(MultiDict([(name, text)]))
    assert read(told.query()) == told
    told.values()

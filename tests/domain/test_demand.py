"""What may be said of a layer."""

from __future__ import annotations

import pytest

from station_map.domain.demand import checked_facts, layer_name
from station_map.domain.demand_mix import parse_mix
from station_map.errors import InputError

HOSTILE = (
    "{{7*7}}",
    "{% raw",
    "${alert(1)}",
    "</script>",
    "`x`",
    "🚚",
    "a+b",
    "a b",
    "a@1",
    "1a",
    "",
)


@pytest.mark.parametrize("name", [*HOSTILE, "x" * 41, "a,b", "a:b", "50%"])
def test_a_name_that_would_not_fit_into_a_mix_is_refused(name: str) -> None:
    with pytest.raises(InputError) as refused:
        layer_name(name)
    assert refused.value.parameter == "--name"


@pytest.mark.parametrize("name", ["residents", "常住人口", "ＰＯＰ2020", "orders-a_1"])
def test_a_name_stands_for_itself_in_a_mix(name: str) -> None:
    stored = layer_name(name)
    assert parse_mix(f"0.5 {stored}").terms[0].name == stored


def test_titles_may_be_anything_on_one_line() -> None:
    facts = checked_facts(name="a", title=" </script>{{7*7}}\n🚚 ", unit="人")
    assert facts.title == "</script>{{7*7}} 🚚"
    assert (facts.as_of, facts.source, facts.licence) == (None, None, None)


@pytest.mark.parametrize(
    ("told", "parameter"),
    [
        ({"name": "wishes"}, "--name"),
        ({"name": "synthetic"}, "--name"),
        ({"unit": " "}, "--unit"),
        ({"unit": "x" * 201}, "--unit"),
        ({"title": "a\x00b"}, "--title"),
        ({"as_of": "2020-13"}, "--date"),
        ({"as_of": "去年"}, "--date"),
        ({"source": "x" * 201}, "--source"),
    ],
)
def test_bad_facts_are_refused_at_their_option(told: dict[str, str], parameter: str) -> None:
    with pytest.raises(InputError) as refused:
        checked_facts(**({"name": "a", "title": "a", "unit": "人"} | told))
    assert refused.value.parameter == parameter


@pytest.mark.parametrize("date", ["2020", "2020-11", "2020-11-01"])
def test_dates_may_be_coarse(date: str) -> None:
    assert checked_facts(name="a", title=None, unit="人", as_of=date).as_of == date

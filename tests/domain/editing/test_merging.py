"""Three-way merging: what one person changed is never lost, nor taken for the other's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.editing.merging import merged, touched

UNITS = [("a",), ("b", "b.note"), ("c",)]
NAMES = [name for unit in UNITS for name in unit]
VALUES = st.fixed_dictionaries({name: st.sampled_from(["", "一", "二"]) for name in NAMES})


@given(base=VALUES, mine=VALUES, theirs=VALUES)
def test_each_unit_comes_from_whoever_changed_it(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    found = merged(UNITS, base, mine, theirs)
    for unit in UNITS:
        began, wanted, stored, got = (
            [one[name] for name in unit] for one in (base, mine, theirs, found.values)
        )
        where = [
            kind
            for kind, units in (
                ("mine", found.mine),
                ("theirs", found.theirs),
                ("conflict", found.conflicts),
            )
            if unit[0] in units
        ]
        if wanted == began == stored:
            assert (got, where) == (began, [])
        elif wanted == began:
            assert (got, where) == (stored, ["theirs"])
        elif stored in (began, wanted):
            assert (got, where) == (wanted, ["mine"])
        else:
            assert (got, where) == (wanted, ["conflict"])


@given(base=VALUES, mine=VALUES)
def test_alone_everything_is_as_it_was_sent(base: dict[str, str], mine: dict[str, str]) -> None:
    found = merged(UNITS, base, mine, base)
    assert found.values == mine
    assert (found.theirs, found.conflicts) == ((), ())
    changed = touched(UNITS, base, mine)
    assert {unit[0] for unit in UNITS if unit[0] in changed} == set(found.mine)


def test_line_ends_of_a_browser_are_no_change() -> None:
    assert touched([("a",)], {"a": "一\n二"}, {"a": "一\r\n二\r\n"}) == set()

from __future__ import annotations

import pytest

from station_map.domain.vocabulary import Kind, Status
from station_map.errors import InputError
from station_map.exporters.plates import reading
from station_map.exporters.plates.reading import Selection, read_named, read_selected
from station_map.store.database import Database
from tests.web.stations import having, save, station


@pytest.fixture
def codes(database: Database) -> list[str]:
    """An open one with hours, one of each other status; the last is a driver's home elsewhere."""
    return save(
        database,
        [
            station("甲", opening_hours="24/7", amenities=having("toilet", aed="broken")),
            *(station(f"乙{status.zh}", status=status) for status in Status if status != "open"),
            station("丙", 116.95, 34.02, kind=Kind.DRIVER_HOME),
        ],
    )


def quiet(_done: int, _total: int) -> None:
    pass


def names(database: Database, **selection: object) -> set[str]:
    chosen = Selection(**selection)  # type: ignore[arg-type]
    return {plate.name for plate in read_selected(database, chosen, quiet)}


def test_all_are_the_open_and_the_suspended_ones(database: Database, codes: list[str]) -> None:
    assert names(database) == {"甲", "乙暂停", "丙"}
    assert names(database, statuses=tuple(Status)) == {
        "甲", "乙筹建", "乙暂停", "乙关闭", "乙摘牌", "丙",
    }  # fmt: skip


def test_area_and_kind_narrow(database: Database, codes: list[str]) -> None:
    assert names(database, kinds=(Kind.DRIVER_HOME,)) == {"丙"}
    district = read_named(database, [codes[-1]])[0].code[:6]
    assert names(database, area=district) == {"丙"}
    assert names(database, area="相山区") == {"甲", "乙暂停"}
    assert names(database, area="340600") == {"甲", "乙暂停", "丙"}


def test_it_is_read_page_by_page_in_order(
    database: Database, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LIMIT_MAX", 2)
    told: list[tuple[int, int]] = []
    chosen = read_selected(database, Selection(), lambda *figures: told.append(figures))
    assert told == [(2, 3), (3, 3)]
    assert [plate.code for plate in chosen] == sorted(plate.code for plate in chosen)


def test_named_ones_come_in_their_order_whatever_their_status(
    database: Database, codes: list[str]
) -> None:
    asked = [codes[4], codes[0], codes[4]]
    first, second = read_named(database, asked)
    assert (first.name, second.name) == ("乙摘牌", "甲")
    assert second.hours == ("24 小时开放",)
    assert [offer.code for offer in second.offers] == ["toilet"]


def test_codes_without_a_station_are_all_named(database: Database, codes: list[str]) -> None:
    with pytest.raises(InputError, match=r"'no-1', 'x\\x00y'"):
        read_named(database, [codes[0], "no-1", "x\0y"])


@pytest.mark.parametrize("area", ["月球", "999999", "", "%"])
def test_an_unknown_area_is_refused_with_the_known_ones(
    database: Database, codes: list[str], area: str
) -> None:
    with pytest.raises(InputError, match="没有这个地区") as refused:
        names(database, area=area)
    assert "相山区 340603" in str(refused.value.allowed)


def test_nothing_selected_and_too_much_are_refused(
    database: Database, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="没有符合条件的驿站"):
        names(database, kinds=(Kind.MOBILE_STATION,))
    monkeypatch.setattr(reading, "MOST_PLATES", 2)
    with pytest.raises(InputError, match="一个文件最多 2 个"):
        names(database)

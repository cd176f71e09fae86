"""Gaps are called after streets and stations that the database names, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.planning.gap_names import gap_name, street_of, towards


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("淮北市相山区东山街道洪山路117号", "洪山路"),
        ("淮北市濉溪县五沟镇五沟大街309号", "五沟大街"),
        ("安徽省淮北市相山区相南街道相山南路129号", "相山南路"),
        ("相山区市场路 3 号", "市场路"),
        ("濉溪县县城路", "县城路"),
        ("淮海中路与孟山路交叉口东北角", "淮海中路"),
        ("淮北市杜集区朔里镇S101 K17+500", ""),
        ("东山街道", ""),
        ("", ""),
        ("火车站广场", ""),
    ],
)
def test_the_street_of_an_address(address: str, street: str) -> None:
    assert street_of(address) == street


def test_near_and_farther_and_without_anything() -> None:
    told = ("相山区", "市民中心驿站", "相山区南黎路 1 号")
    assert gap_name(*told, (240.0, 10.0)) == "相山区 · 南黎路附近"
    assert gap_name(*told, (2340.0, 46.0)) == "相山区 · 南黎路东北 2.3 公里"
    assert gap_name("相山区", "市民中心驿站", "", (100.0, 0.0)) == "相山区 · 市民中心驿站附近"
    assert gap_name("", "市民中心驿站", "", (100.0, 0.0)) == "区县外 · 市民中心驿站附近"
    assert gap_name("相山区", "", "", None) == "相山区"


def test_eight_directions() -> None:
    assert [towards(45.0 * n + 20) for n in range(9)] == [
        *("北", "东北", "东", "东南", "南", "西南", "西", "西北", "北")
    ]


@given(st.text(max_size=200))
def test_any_address_gives_a_part_of_itself(address: str) -> None:
    assert street_of(address) in address

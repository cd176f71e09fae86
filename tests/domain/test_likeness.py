"""How alike two names sound, and the parts of a likeness in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.likeness import Likeness, distance_points, metres_in_words, sound_of


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("淮海路邮政工会驿站", "huaihailuyouzheng"),
        ("怀海路邮政驿站", "huaihailuyouzheng"),
        ("淮海路邮政户外劳动者服务站点", "huaihailuyouzheng"),
        ("工会驿站", "gonghuiyizhan"),  # nothing else is left of it
        ("KFC 驿站", "kfc"),
        ("🚚", ""),
    ],
)
def test_what_every_station_is_called_does_not_sound(name: str, sound: str) -> None:
    assert sound_of(name) == sound


@given(st.text(max_size=40))
def test_any_name_sounds_in_letters_and_digits(name: str) -> None:
    assert all(sign.isalnum() for sign in sound_of(name))


def test_words_tell_the_weightiest_first() -> None:
    one = Likeness(0.4, False, False, 0.62, True, False, "bank", 90)
    assert one.words() == ["相距 不到 1 米", "电话相同", "名称有 62% 相像", "都设在银行"]
    assert Likeness(450, True, True, 1, False, False, None, 50).words()[0] == "名称相同"


@given(st.floats(0, 5_000), st.floats(0, 5_000))
def test_nearer_is_never_worth_less(one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert distance_points(near) >= distance_points(far)
    assert metres_in_words(near).endswith(("米", "公里"))

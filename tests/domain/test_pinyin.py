"""Chinese text in Latin letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.pinyin import folded, initials, search_words, spelled

chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=12)


@pytest.mark.parametrize(
    ("text", "letters", "first"),
    [
        ("淮海路", "huaihailu", "hhl"),
        ("相山总工驿站", "xiangshanzonggongyizhan", "xszgyz"),
        ("人民路 12号（西门）", "renminlu12haoximen", "rml12hxm"),
        ("ＡＢＣ大厦", "abcdasha", "abcds"),
        ("女", "nv", "n"),
        ("340603-00001", "34060300001", "34060300001"),
        ("，。！😀 ", "", ""),
        ("", "", ""),
    ],
)
def test_spelling(text: str, letters: str, first: str) -> None:
    assert spelled(text) == letters
    assert initials(text) == first


@given(before=chinese, part=chinese, after=chinese)
def test_a_part_is_spelled_as_in_the_whole(before: str, part: str, after: str) -> None:
    whole = before + part + after
    assert spelled(whole) == spelled(before) + spelled(part) + spelled(after)
    assert initials(part) in initials(whole)
    assert spelled(part) in search_words(folded(whole)) or not part


@given(st.text(max_size=40))
def test_any_text_gives_letters_and_digits_alone(text: str) -> None:
    assert all(word.isalnum() for word in search_words(folded(text)).split())
    assert spelled(text) == spelled(folded(text))


def test_words_stand_once() -> None:
    assert search_words("淮海路 淮海路 abc") == "huaihailu abc hhl"

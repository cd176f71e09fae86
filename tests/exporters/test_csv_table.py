"""csv for spreadsheets: what was written is read, and nothing runs."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.exporters.csv_table import csv_table, safe_cell
from tests.web.stations import HOSTILE_NAMES


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+86 561",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\u3000=1",
        "＝1+1",
        '=HYPERLINK("http://x","y")',
        "=cmd|'/c calc'!A0",
    ],
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["城东驿站", "340603-00001", "a=b", "", "1", "'quoted'"])
def test_plain_text_stays(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    assert csv_table(("a", "b"), [(-1, None)]) == b"\xef\xbb\xbfa,b\r\n-1,\r\n"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_what_goes_in_comes_out(cells: list[str]) -> None:
    told = csv_table(cells, [cells, HOSTILE_NAMES[: len(cells)]]).decode("utf-8-sig")
    head, row, _ = csv.reader(StringIO(told, newline=""))
    assert [cell.removeprefix("'") for cell in head] == [cell.removeprefix("'") for cell in cells]
    assert head == row

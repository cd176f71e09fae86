"""The file of outcomes: paged, filtered, counted, and compared with what is about to be stored."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from station_map.importers.outcome_file import (
    PAGE_ROWS,
    TAKABLE,
    Detail,
    Picks,
    different_rows,
    left_out_rows,
    rows_page,
    sheet_names,
    takable_counts,
    taken_count,
    taken_rows,
    write_outcomes,
)
from station_map.importers.report import ImportReport, LeftOut, RowResult, SheetReport
from tests.web.stations import HOSTILE_NAMES


def row(number: int, outcome: str = "created", sheet: str = "一", **more: object) -> RowResult:
    stored = None if outcome in {"refused", "duplicate", "skipped"} else outcome
    stored = "created" if outcome == "repaired" else stored
    told = {"code": f"S{number}", "stored": stored} | more
    return RowResult("a.csv", sheet, number, f"站{number}", outcome, **told)  # type: ignore[arg-type]


def written(folder: Path, rows: list[RowResult], *details: Detail, name: str = "a") -> Path:
    sheet = SheetReport("a.csv", "一", left_out=[LeftOut(99, "合计行", "a total")])
    path = folder / f"{name}.sqlite"
    write_outcomes(path, ImportReport(rows=rows, sheets=[sheet]), details)
    return path


def test_pages_go_there_and_back(tmp_path: Path) -> None:
    path = written(tmp_path, [row(n) for n in range(PAGE_ROWS * 2 + 3)])
    seen, start = [], 0
    while True:
        page = rows_page(path, start=start)
        seen += [one.ordinal for one in page.rows]
        assert page.number == PAGE_ROWS * 2 + 3
        if page.after is None:
            break
        assert rows_page(path, start=page.after).before == start
        start = page.after
    assert seen == list(range(PAGE_ROWS * 2 + 3))
    assert rows_page(path, start=10**9).rows == []


def test_filters_join(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        [row(1), row(2, "refused", zh="没有坐标"), row(3, sheet="二"), row(4, "refused", "二")],
    )
    assert sheet_names(path) == ["一", "二"]
    assert [one.row for one in rows_page(path, outcome="refused").rows] == [2, 4]
    assert [one.row for one in rows_page(path, outcome="refused", sheet="二").rows] == [4]
    assert [one.row for one in rows_page(path, words="坐标").rows] == [2]
    assert [one.row for one in rows_page(path, words="S3").rows] == [3]
    assert rows_page(path, words="%").rows == []
    assert left_out_rows(path, 5) == [("一", 99, "合计行")]


def test_hostile_names_come_back_as_they_were(tmp_path: Path) -> None:
    rows = [row(1, sheet=name[:80], zh=name) for name in HOSTILE_NAMES]
    path = written(tmp_path, rows)
    shown = rows_page(path).rows
    assert [one.reason for one in shown] == list(HOSTILE_NAMES)
    for name in HOSTILE_NAMES:
        assert any(one.reason == name for one in rows_page(path, words=name).rows)
    broken = written(tmp_path, [row(1, zh="\ud800")], name="b")
    assert rows_page(broken).rows[0].reason == "?"


KINDS = st.sampled_from([*TAKABLE, "refused", "duplicate", "unchanged"])


@given(st.lists(KINDS, max_size=30), st.sets(st.sampled_from(TAKABLE)), st.data())
def test_counted_and_taken_agree(
    tmp_path_factory, kinds: list[str], outcomes: set[str], data: st.DataObject
) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("outcomes")
    path = written(folder, [row(n, kind) for n, kind in enumerate(kinds)])
    told = data.draw(st.dictionaries(st.integers(0, 35), st.booleans()))
    picks = Picks.of_json(Picks(frozenset(outcomes), told).as_json())
    taken = taken_rows(path, picks)
    expected = {
        n for n, kind in enumerate(kinds) if kind in TAKABLE and told.get(n, kind in outcomes)
    }
    assert taken == expected | {n for n, kind in enumerate(kinds) if kind == "unchanged"}
    assert taken_count(path, picks) == len(expected)
    assert sum(takable_counts(path).values()) == sum(kind in TAKABLE for kind in kinds)


def test_what_would_now_be_stored_is_compared_with_what_was_shown(tmp_path: Path) -> None:
    kinds = ["created", "updated", "updated", "unchanged", "refused", "created"]
    rows = [row(n, kind) for n, kind in enumerate(kinds)]
    shown = written(
        tmp_path, rows, Detail("S1", {"name": ["a", "b"]}, None), Detail("S2", {"x": [1, 2]}, None)
    )
    same = written(
        tmp_path, [*rows[:5], row(5, "skipped")],
        Detail("S2", {"x": [1, 2]}, None), Detail("S1", {"name": ["a", "b"]}, None), name="b",
    )  # fmt: skip
    assert different_rows(shown, same) == []
    other = written(
        tmp_path, [row(0, "updated"), *rows[1:3], row(3, "updated"), *rows[4:]],
        Detail("S1", {"name": ["c", "b"]}, None), Detail("S2", {"x": [1, 2]}, None), name="c",
    )  # fmt: skip
    assert different_rows(shown, other) == [0, 1, 3]

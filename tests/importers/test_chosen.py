"""Columns, headers and rows that a person chose, in the importer itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.vocabulary import Datum
from station_map.errors import DatumUnknown, FileRefused, InputError
from station_map.importers.report import OUTCOMES
from station_map.importers.service import ImportOptions, import_files
from station_map.importers.tables.chosen import (
    SheetChoice,
    likely_header,
    signature_of,
    with_choice,
)
from station_map.importers.tables.detect import header_at
from station_map.importers.tables.plan import make_plan
from station_map.importers.tables.synonyms import FIELD_NAMES
from station_map.importers.tables.targets import (
    AMENITY_LABELS,
    FIELD_LABELS,
    NOT_USED,
    label_of,
    target_named,
    unknown_fields,
)
from station_map.store.database import Database
from tests.importers import files
from tests.importers.test_ledgers import stored

HEADER = ["名称", "某某点", "百度经度", "百度纬度", "备注"]


def plan_of(**chosen: str) -> dict[str, str]:
    header = with_choice(header_at([HEADER], 0, 0), SheetChoice(labels=chosen))
    return {column.label: column.read_as for column in make_plan(header).columns}


def test_a_chosen_column_takes_the_place_of_the_others() -> None:
    assert plan_of()["百度经度"] == "lon"
    assert plan_of(某某点="position") == {
        "名称": "name", "某某点": "position",
        "百度经度": NOT_USED, "百度纬度": NOT_USED, "备注": "note",
    }  # fmt: skip
    assert plan_of(某某点="name")["名称"] == NOT_USED
    assert plan_of(某某点="note") == {**plan_of(), "某某点": "note"}
    assert plan_of(备注=NOT_USED)["备注"] == NOT_USED


def test_a_datum_in_the_text_of_a_chosen_column_still_counts() -> None:
    header = header_at([["名称", "高德的点"]], 0, 0)
    plan = make_plan(with_choice(header, SheetChoice(columns={1: "position"})))
    assert plan.datum is Datum.GCJ02
    assert plan.fields["position"].index == 1


def test_every_field_and_amenity_can_be_chosen_by_code_and_by_its_chinese_name() -> None:
    assert unknown_fields() == {"geometry"}
    assert set(FIELD_LABELS) <= set(FIELD_NAMES)
    for target in (*FIELD_LABELS, *AMENITY_LABELS):
        assert target_named(target) == target
        assert target_named(label_of(target)) in {target, f"amenity:{target}"} or (
            label_of(target) == label_of(target_named(label_of(target)))
        )
    assert target_named("wifi") == "amenity:wifi"
    assert target_named("-") == NOT_USED
    with pytest.raises(InputError, match="没有“geometry2”"):
        target_named("geometry2")


@given(st.lists(st.text(max_size=20), max_size=8), st.lists(st.text(max_size=20), max_size=8))
def test_headers_have_the_same_mark_only_when_they_are_the_same(
    one: list[str], other: list[str]
) -> None:
    assert (signature_of(one) == signature_of(other)) == (one == other)


def test_the_likeliest_row_is_offered_when_nothing_is_recognised() -> None:
    rows = [["2026 年"], ["甲", "乙", "丙"], ["一", 1.0, 2.0]]
    header = likely_header(rows)
    assert header is not None
    assert [column.label for column in header.columns] == ["甲", "乙", "丙"]
    assert likely_header([[], [1.0]]) is None


def test_columns_by_their_text_make_an_unknown_header_readable(
    database: Database, tmp_path: Path
) -> None:
    path = files.write_csv(tmp_path / "a.csv", [["牌子上写的", "东", "北"], ["甲", 116.8, 33.9]])
    columns = {"牌子上写的": "name", "东": "lon", "北": "lat"}
    with pytest.raises(FileRefused, match="没有找到表头"):
        import_files(database, [path], ImportOptions())
    with pytest.raises(DatumUnknown):
        import_files(database, [path], ImportOptions(columns=columns))
    import_files(database, [path], ImportOptions(columns=columns, datum=Datum.WGS84))
    assert list(stored(database)) == ["甲"]


def test_only_the_rows_that_are_taken_go_in(database: Database, tmp_path: Path) -> None:
    rows = [*files.table(), ["甲驿站", 116.80, 33.95, "", ""], ["坏", "x", "", "", ""]]
    path = files.write_csv(tmp_path / "a.csv", rows)
    report = import_files(database, [path], ImportOptions(take={1, 3, 4}))
    assert [row.outcome for row in report.rows] == [
        "skipped", "created", "skipped", "duplicate", "refused",
    ]  # fmt: skip
    assert list(stored(database)) == ["乙驿站（东门）"]
    assert report.counts()["skipped"] == 2
    assert report.rows[0].zh == "没有选这一行"
    whole = import_files(database, [path], ImportOptions())
    assert set(whole.counts()) == set(OUTCOMES)


def test_a_sheet_that_was_not_chosen_is_not_read(database: Database, tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", files.table())
    with pytest.raises(FileRefused, match="没有选这张表"):
        import_files(database, [path], ImportOptions(sheets={0: SheetChoice(read=False)}))

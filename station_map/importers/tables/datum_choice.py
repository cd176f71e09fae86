"""In which datum a sheet's coordinates are: by what is written, or by the option; never a guess."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from station_map.domain.vocabulary import Datum
from station_map.errors import DatumUnknown
from station_map.importers.tables.datums import datums_in_note
from station_map.importers.values.remarks import Remark, shown

HOW_ZH = (
    "请写明：在列名里写（如“百度坐标”“高德经度”），或在表的上方或下方注明“坐标来源：高德地图”，"
    "或用选项 --datum gcj02（高德、腾讯）、--datum bd09（百度）、--datum wgs84（GPS、天地图）"
)
HOW_EN = (
    "Say it in the column's name (百度坐标, 高德经度, GPS), in a note above or below the table (坐标来源：高德地图), "
    "or by the option --datum gcj02 (Amap, Tencent), --datum bd09 (Baidu) or --datum wgs84 (GPS, Tianditu)"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a sheet says. note: the line that states a datum, as written."""

    column: Datum | None = None
    notes: frozenset[Datum] = frozenset()
    note: str | None = None
    crs: str | None = None
    row_by_row: bool = False

    @property
    def silent(self) -> bool:
        """Whether nothing says it at all."""
        return not (self.column or self.notes or self.row_by_row or self.crs)


@dataclass(frozen=True, slots=True)
class DatumChoice:
    """datum: None when a column states it row by row. because: where it was found."""

    datum: Datum | None
    because_zh: str
    because_en: str
    warnings: tuple[Remark, ...] = ()


def evidence_in(notes: Iterable[str]) -> tuple[frozenset[Datum], str | None]:
    """Datums stated by notes (title rows, layer descriptions), and the first such note."""
    found: set[Datum] = set()
    first = None
    for note in notes:
        named = datums_in_note(note)
        if named:
            first = first or note
            found |= named
    return frozenset(found), first


def choose_datum(evidence: Evidence, option: Datum | None, place: str) -> DatumChoice:
    """The datum of a sheet. place: "file › sheet", for messages.

    The option beats everything, with a warning when something else is written. Without it,
    column name and note must agree; a file's own CRS counts when they are silent.
    Raises DatumUnknown when nothing says, or when statements contradict each other.
    """
    stated = set(evidence.notes) | ({evidence.column} if evidence.column else set())
    if option is not None:
        return DatumChoice(
            option, "选项 --datum", "the option --datum", _conflicts(stated - {option}, option)
        )
    if len(stated) > 1:
        names_zh = "、".join(sorted(datum.zh for datum in stated))
        names_en = ", ".join(sorted(datum.en for datum in stated))
        raise DatumUnknown(
            f"{place}：坐标系说法不一（{names_zh}），没有导入。{HOW_ZH}。\n"
            f"{place}: different datums are stated ({names_en}); nothing was imported. {HOW_EN}.",
            parameter="datum",
        )
    if evidence.column is not None:
        return DatumChoice(evidence.column, "列名", "the column's name")
    if stated:
        note = shown(evidence.note)
        return DatumChoice(next(iter(stated)), f"表中注明“{note}”", f"the note {note!r}")
    if evidence.row_by_row:
        return DatumChoice(None, "“坐标系”一列", "a column that states it row by row")
    if evidence.crs == "wgs84":
        return DatumChoice(Datum.WGS84, "文件自带的坐标系", "the file's own CRS")
    raise DatumUnknown(
        f"{place}：没有写明坐标系，没有导入（猜错会偏几百米）。{HOW_ZH}。\n"
        f"{place}: nothing says in which datum the coordinates are; nothing was imported "
        f"(a wrong guess is off by hundreds of metres). {HOW_EN}.",
        parameter="datum",
    )


def _conflicts(others: set[Datum], option: Datum) -> tuple[Remark, ...]:
    return tuple(
        Remark(
            "warning",
            f"选项说是 {option.zh}，表中写的是 {other.zh}；按选项处理",
            f"the option says {option.en}, the sheet {other.en}; the option is followed",
        )
        for other in sorted(others)
    )

"""Which column of a sheet feeds which field: decided once, used for every row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from station_map.domain.vocabulary import Datum
from station_map.importers.tables.detect import Header, HeaderColumn
from station_map.importers.tables.match import AMENITY_PREFIX
from station_map.importers.tables.synonyms import IGNORED, PERSONAL

_LETTERS: Final = 26
# Preferred pair when a sheet gives its coordinates in several datums.
_DATUM_ORDER: Final = (Datum.WGS84, Datum.GCJ02, Datum.BD09, None)
_POSITION: Final = ("lon", "lat", "position")
_GEOMETRY_LABELS: Final = ("@lon", "@lat", "@geometry")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the report shows it. read_as: its target, or "" with a reason why not.

    when: the season or days for which its hours hold (夏季), or "".
    """

    index: int
    letter: str
    label: str
    read_as: str
    why_zh: str = ""
    why_en: str = ""
    when: str = ""

    @property
    def title(self) -> str:
        """The column as messages name it: 经度（F列）."""
        return f"{self.label}（{self.letter}列）" if self.letter else self.label


@dataclass(frozen=True, slots=True)
class Plan:
    """Columns by target. datum: what the names of the position columns say, if anything.

    hours: columns of hours of some seasons or days; their first is also in `fields`.
    """

    columns: tuple[Column, ...]
    fields: dict[str, Column]
    amenities: tuple[tuple[str, Column], ...]
    notes: tuple[Column, ...]
    datum: Datum | None
    hours: tuple[Column, ...] = ()

    @property
    def has_position(self) -> bool:
        """Whether there is a column, or a pair of columns, to find a position in."""
        return "position" in self.fields or {"lon", "lat"} <= self.fields.keys()


def letter_of(index: int) -> str:
    """The spreadsheet's letter of a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def make_plan(header: Header, first_column: int = 0) -> Plan:
    """Give every target its column; a second column for the same target is reported unread."""
    named = header.first < 0
    positions, datum = _position_columns(header)
    fields: dict[str, Column] = {}
    amenities: list[tuple[str, Column]] = []
    notes: list[Column] = []
    hours: list[Column] = []
    columns: list[Column] = []
    for found in header.columns:
        if not found.label:
            continue
        letter = "" if named else letter_of(found.index + first_column)
        column = _column(found, letter, fields, positions)
        columns.append(column)
        if column.read_as.startswith(AMENITY_PREFIX):
            amenities.append((column.read_as.removeprefix(AMENITY_PREFIX), column))
        elif column.read_as == "note":
            notes.append(column)
        elif column.when and column.read_as:
            hours.append(column)
            fields.setdefault(column.read_as, column)
        elif column.read_as and column.read_as not in (IGNORED, PERSONAL):
            fields[column.read_as] = column
    return Plan(tuple(columns), fields, tuple(amenities), tuple(notes), datum, tuple(hours))


def _column(
    found: HeaderColumn, letter: str, taken: dict[str, Column], positions: set[int]
) -> Column:
    def column(read_as: str, zh: str = "", en: str = "") -> Column:
        return Column(found.index, letter, found.label, read_as, zh, en)

    if found.meaning is None:
        return column("", "不认识这一列", "no known column")
    target = found.meaning.target
    if target in _POSITION and found.index not in positions:
        return column("", "坐标已取自另一列", "the position is taken from another column")
    if target == PERSONAL:
        return column("", "个人姓名不导入", "names of persons are not taken in")
    when = found.meaning.when
    if when and (target not in taken or taken[target].when):
        return Column(found.index, letter, found.label, target, when=when)
    if target in taken:
        return column(
            "", f"与“{taken[target].label}”重复，取前者", f"repeats {taken[target].label!r}"
        )
    return column(target)


def _position_columns(header: Header) -> tuple[set[int], Datum | None]:
    """Indices of the columns that give the position, and the datum that they name.

    A file's own geometry wins, then a complete pair or a single column, by datum.
    """
    by_label = {
        column.label: column.index
        for column in header.columns
        if column.meaning and column.meaning.target in (*_POSITION, "geometry")
    }
    if all(label in by_label for label in _GEOMETRY_LABELS):
        return {by_label[label] for label in _GEOMETRY_LABELS}, None
    for datum in _DATUM_ORDER:
        pair = dict[str, int]()
        for column in header.columns:
            meaning = column.meaning
            if meaning and meaning.datum in (datum, None) and meaning.target in _POSITION:
                pair.setdefault(meaning.target, column.index)
        named = _named(header.columns, datum)
        if datum is not None and not named:
            continue
        if {"lon", "lat"} <= pair.keys() and (datum is None or named & {pair["lon"], pair["lat"]}):
            return {pair["lon"], pair["lat"]}, datum
        if "position" in pair and (datum is None or pair["position"] in named):
            return {pair["position"]}, datum
    return set(), None


def _named(columns: Iterable[HeaderColumn], datum: Datum | None) -> set[int]:
    """Position columns whose own name states this datum."""
    return {
        column.index
        for column in columns
        if column.meaning
        and column.meaning.target in _POSITION
        and column.meaning.datum is datum
        and datum is not None
    }

"""What is known of a sheet while its rows are checked, and how one row ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import Datum
from station_map.importers.limits import ImportLimits
from station_map.importers.tables.fill import FillDown
from station_map.importers.tables.plan import Column, Plan
from station_map.importers.values.fields import FIELD_PARSERS, too_long
from station_map.importers.values.hours import read_hours
from station_map.importers.values.marks import fact_of
from station_map.importers.values.remarks import Parsed, Remark
from station_map.importers.values.services import services_of
from station_map.importers.values.words import datum_of

_CACHE_ENTRIES: Final = 20_000
HOURS: Final = ("hours_text", "opening_hours", "hours_from", "hours_to", "always_open")


@dataclass(slots=True)
class CheckedRow:
    """number: as people count rows. Exactly one of station, refusal and left_out is set."""

    number: int
    name: str
    station: Station | None = None
    refusal: Remark | None = None
    left_out: Remark | None = None
    remarks: tuple[Remark, ...] = ()


class Memo(dict[Any, Parsed]):
    """Cells (or tuples of them) parsed before: ledgers repeat themselves, a dict is quick.

    A cell of more than `bound` characters is refused instead of parsed.
    """

    def __init__(self, parse: Callable[[Any], Parsed], bound: int) -> None:
        super().__init__()
        self._parse = parse
        self._bound = bound

    def __missing__(self, cell: Any) -> Parsed:
        if len(self) >= _CACHE_ENTRIES:
            self.clear()
        parsed = self[cell] = too_long(cell, self._bound) or self._parse(cell)
        return parsed


@dataclass(slots=True)
class SheetState:
    """What a sheet's rows are checked with: its plan, and cells parsed before.

    datum: of its coordinates, unless a column states it row by row. position_source: what
    the sheet says of where they come from. echo: the sheet is this product's own answer, so
    its district was derived here and its coordinates are not the ones once given.
    """

    plan: Plan
    datum: Datum | None
    limits: ImportLimits
    fill: FillDown
    position_source: str | None = None
    echo: bool = False
    memos: dict[str, Memo] = field(default_factory=dict)
    datum_memo: Memo = field(init=False)
    hours_memo: Memo = field(init=False)
    amenity_memo: Memo = field(init=False)

    def __post_init__(self) -> None:
        bound = self.limits.max_cell_chars
        self.datum_memo = Memo(datum_of, bound)
        self.hours_memo = Memo(read_hours, bound)
        self.amenity_memo = Memo(self._amenities, bound)
        for target in self.plan.fields:
            if target in FIELD_PARSERS:
                self.memos[target] = Memo(FIELD_PARSERS[target], bound)

    def _amenities(self, cells: tuple[Any, ...]) -> Parsed:
        """All amenity columns of a row and its list of services, together."""
        facts: dict[str, AmenityFact] = {}
        remarks: list[Remark] = []
        for (code, column), cell in zip(self.plan.amenities, cells, strict=False):
            parsed = fact_of(cell)
            if parsed.remark:
                remarks.append(in_column(parsed.remark, column))
            if parsed.value is not None:
                facts.setdefault(code, parsed.value)
        if "services" in self.plan.fields:
            listed = services_of(cells[-1])
            if listed.remark:
                remarks.append(in_column(listed.remark, self.plan.fields["services"]))
            facts = {**(listed.value or {}), **facts}
        return Parsed(Amenities(MappingProxyType(facts), tuple(remarks)))


class Amenities(NamedTuple):
    """What the amenity columns of a row say, all together."""

    facts: Mapping[str, AmenityFact]
    remarks: tuple[Remark, ...]


NO_AMENITIES: Final = Amenities(MappingProxyType({}), ())


def in_column(remark: Remark, column: Column) -> Remark:
    """The remark with the column it is about."""
    return Remark(
        remark.severity,
        f"{column.title}：{remark.zh}",
        f"column {column.letter or column.label}: {remark.en}",
    )

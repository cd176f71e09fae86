"""Which columns of a table or layer hold a demand's weights and places: by their names, or as told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from station_map.domain.vocabulary import Datum
from station_map.errors import InputError
from station_map.importers.reading.refusals import Refusal
from station_map.importers.tables.keys import key_of, without_brackets
from station_map.importers.tables.match import meaning_of_cut
from station_map.importers.values.remarks import shown

WEIGHT: Final = "weight"
H3: Final = "h3"
PLACES: Final = ("lon", "lat", "position")
UNUSED: Final = "-"
TARGETS: Final = (WEIGHT, *PLACES, H3, UNUSED)

_NAMES: Final = {
    WEIGHT: "weight w 权重 需求 需求量 数量 人口 人口数 常住人口 常住人口数 总人口 户籍人口 居民数 居民 population pop "
    "popcount residents people 职工数 职工人数 从业人数 从业人员 就业人数 就业 岗位数 员工数 jobs employment workers "
    "employees 订单 订单数 订单量 单量 日均单量 配送单量 orders ordercount deliveries 骑手数 骑手人数 司机数 riders drivers "
    "人流 人流量 客流 客流量 访问量 visits count value demand total val 值",
    H3: "h3 h3index h3id h3cell h3code hex hexid hexagon h3address 六边形 六边形编号 h3编号 h3索引",
}
_MEANS: Final = {key_of(word): target for target, words in _NAMES.items() for word in words.split()}
_MOST_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Columns:
    """Indices of columns; None where there is none. datum: named by the columns of the place.

    weight is None when every row shall count one.
    """

    weight: int | None
    h3: int | None
    lon: int | None
    lat: int | None
    position: int | None
    datum: Datum | None

    @property
    def has_place(self) -> bool:
        """Whether a row says where it is."""
        pair = self.lon is not None and self.lat is not None
        return pair or self.position is not None or self.h3 is not None


def told_columns(told: Sequence[str]) -> dict[str, str]:
    """What `--column 表头=字段` says: targets by the column's text. Raises InputError."""
    return dict(map(_told, told))


def _told(text: str) -> tuple[str, str]:
    label, equals, target = text.rpartition("=")
    if not equals or not label.strip() or target.strip() not in TARGETS:
        raise InputError(
            f"--column 要写成 表头=字段，不是 {text[:60]!r}。 --column takes HEADER=FIELD.",
            parameter="--column",
            allowed=" ".join(f"HEADER={target}" for target in TARGETS),
            example='--column "常住人口=weight"',
        )
    return label.strip(), target.strip()


def choose_columns(
    labels: Sequence[str], told: Mapping[str, str], *, count_rows: bool, places: bool
) -> Columns:
    """The columns among `labels`. places: they also say where a row is.

    Raises Refusal when nothing, or more than one column, can be the weight.
    """
    targets = _targets(labels, told)
    found = {
        target: [index for index, one in enumerate(targets) if one == target]
        for target in (WEIGHT, H3, *PLACES)
    }
    weight = None if count_rows else _one_weight(labels, found[WEIGHT])
    datums = {
        meaning.datum
        for index in (*found["lon"], *found["lat"], *found["position"])
        if places and (meaning := meaning_of_cut(labels[index])) and meaning.datum
    }
    return Columns(
        weight,
        _first(found[H3]),
        _first(found["lon"]) if places else None,
        _first(found["lat"]) if places else None,
        _first(found["position"]) if places else None,
        datums.pop() if len(datums) == 1 else None,
    )


def weights_among(labels: Sequence[str]) -> list[str]:
    """The columns that look like a weight, by their text."""
    targets = _targets(labels, {})
    return [label for label, one in zip(labels, targets, strict=True) if one == WEIGHT]


def has_place(labels: Sequence[str], told: Mapping[str, str]) -> bool:
    """Whether these can be the header of a table of demand."""
    try:
        return choose_columns(labels, told, count_rows=True, places=True).has_place
    except Refusal:
        return False


def _first(indices: Sequence[int]) -> int | None:
    return indices[0] if indices else None


def _targets(labels: Sequence[str], told: Mapping[str, str]) -> list[str | None]:
    by_key = {key_of(label): target for label, target in told.items()}
    # A word of the person's own beats what the others would be taken for.
    spoken = set(by_key.values())
    return [
        by_key[key] if (key := key_of(label)) in by_key else _meaning(label, spoken)
        for label in labels
    ]


def _meaning(label: str, spoken: set[str]) -> str | None:
    target = _MEANS.get(key_of(label)) or _MEANS.get(key_of(without_brackets(label)))
    if target is None:
        meaning = meaning_of_cut(label)
        target = meaning.target if meaning and meaning.target in PLACES else None
    return None if target in spoken else target


def _one_weight(labels: Sequence[str], found: Sequence[int]) -> int:
    if len(found) == 1:
        return found[0]
    named = [label for label in labels if label and not label.startswith("@")]
    listed = "、".join(shown(label) for label in named[:_MOST_SHOWN])
    if not found:
        raise Refusal(
            f"哪一列是数量？有这些列：{listed}。用 --column 列名=weight 写明，或用 --count-rows 每行算 1",
            f"which column holds the weights? There are: {listed}. Say it by --column NAME=weight,"
            " or let every row count one by --count-rows",
        )
    several = "、".join(shown(labels[index]) for index in found)
    raise Refusal(
        f"有几列都像数量：{several}。用 --column 列名=weight 写明是哪一列",
        f"several columns may be the weight: {several}. Say which by --column NAME=weight",
    )

"""Layers of demand: what they are called, what they say of themselves, and how they are checked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from station_map.domain.vocabulary import Labelled
from station_map.errors import InputError

NAME_LONGEST: Final = 40
TEXT_LONGEST: Final = 200
_NAME: Final = re.compile(r"[^\W\d_][\w-]*")
_DATE: Final = re.compile(r"[12]\d{3}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")

# Made by ourselves when nothing else is there; always said to be so.
SYNTHETIC_NAME: Final = "synthetic"
SYNTHETIC_ZH: Final = "合成数据"
SYNTHETIC_EN: Final = "synthetic"
# Layers that are read from other tables at the moment of asking.
WISHES: Final = "wishes"
REPORTS: Final = "reports"
RESERVED: Final = frozenset((SYNTHETIC_NAME, WISHES, REPORTS))


class DemandKind(Labelled):
    """What a layer was made from."""

    POINTS = "points", "点", "points"
    POLYGONS = "polygons", "面", "polygons"
    RASTER = "raster", "栅格", "raster"
    H3 = "h3", "H3 表", "H3 table"
    SYNTHETIC = "synthetic", SYNTHETIC_ZH, SYNTHETIC_EN
    LIVE = "live", "实时", "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFacts:
    """What people say of a layer when they bring it.

    name: in mixes and commands. unit: of a cell's weight (人, 单/日). as_of: YYYY, YYYY-MM or
    YYYY-MM-DD; None: unknown, as for source and licence.
    """

    name: str
    title: str
    unit: str
    as_of: str | None = None
    source: str | None = None
    licence: str | None = None


def checked_facts(
    *,
    name: str,
    title: str | None,
    unit: str,
    as_of: str | None = None,
    source: str | None = None,
    licence: str | None = None,
) -> LayerFacts:
    """Facts fit to be stored. Raises InputError at the first that is not."""
    name = layer_name(name)
    if name in RESERVED:
        raise InputError(
            f"名字 {name} 留给系统自己的图层。 The name {name} is kept for a layer of our own.",
            parameter="--name",
            example="residents",
        )
    if as_of is not None and _DATE.fullmatch(as_of) is None:
        raise InputError(
            f"日期 {as_of[:40]!r} 不对。 That is no date: {as_of[:40]!r}.",
            parameter="--date",
            allowed="YYYY, YYYY-MM, YYYY-MM-DD",
            example="2020-11-01",
        )
    return LayerFacts(
        name=name,
        title=_line(title or name, "--title", "常住人口"),
        unit=_line(unit, "--unit", "人"),
        as_of=as_of,
        source=_line(source, "--source", "2020 年人口普查") if source else None,
        licence=_line(licence, "--licence", "CC BY 4.0") if licence else None,
    )


def layer_name(text: str) -> str:
    """A layer's name in its one form: half-width, lower case. Raises InputError."""
    name = unicodedata.normalize("NFKC", text).strip().lower()
    if len(name) > NAME_LONGEST or _NAME.fullmatch(name) is None:
        raise InputError(
            f"图层名 {name[:60]!r} 不能用。 That cannot name a layer: {name[:60]!r}.",
            parameter="--name",
            allowed=f"字母或汉字开头，后接字母、汉字、数字、_、-，最多 {NAME_LONGEST} 个字;"
            f" a letter, then letters, digits, _ and -, at most {NAME_LONGEST}",
            example="residents",
        )
    return name


def _line(text: str, parameter: str, example: str) -> str:
    line = " ".join(text.split())
    if not line or len(line) > TEXT_LONGEST or not line.isprintable():
        raise InputError(
            f"{parameter} 要是一行字，最多 {TEXT_LONGEST} 个。 {parameter} takes a line of at most"
            f" {TEXT_LONGEST} characters.",
            parameter=parameter,
            allowed=f"1-{TEXT_LONGEST}",
            example=example,
        )
    return line

"""What a printed report rests on, and what must be read before its figures."""

from __future__ import annotations

from collections.abc import Iterable

from station_map.exporters.planning.archive import about_rows
from station_map.exporters.planning.blocks import Block, Heading, Rows, Text
from station_map.exporters.planning.report import About
from station_map.exporters.planning.tables import Printed

_LONGEST = 600
_BANDS = (
    "“a – b”是一段：a 只算肯定的，b 把不清楚的也算上；真实的数在两者之间。不清楚不等于没有。 "
    "A band goes from what is known to what may be; unknown is not no."
)


def warnings(about: About) -> Iterable[Block]:
    """First of all: what is made up."""
    for said in about.unknown[:2]:
        if "合成" in said.zh or "演示" in said.zh:
            yield Text(f"{said.zh} {said.en}", bold=True)


def about_blocks(about: About, *, bands: bool = False) -> Iterable[Block]:
    """Data, date, method; then what is unknown. bands: whether figures are told as bands."""
    yield Heading("数据、日期和算法", "data, date and method")
    rows = [(zh, en, _short(value)) for zh, en, value in about_rows(about) if zh != "注意"]
    yield Rows(Printed(("什么", "what", ""), tuple(rows), (True, True, True)))
    yield Heading("不清楚的、要注意的", "what is unknown")
    for said in about.unknown:
        yield Text(f"· {said.zh} {said.en}")
    if bands:
        yield Text(_BANDS)


def _short(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"

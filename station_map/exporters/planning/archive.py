"""A zip with one csv for each table, and what they rest on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Final

from station_map.exporters.csv_table import csv_table
from station_map.exporters.planning import words
from station_map.exporters.planning.report import About
from station_map.exporters.planning.tables import Table

_ABOUT: Final = ("zh", "en", "value")
# At the end of every row, so that one file, or a part of it, says it too.
_MARKS: Final = ("computed", "digest", "note")


def pack(about: About, tables: Iterable[Table], whole: Mapping[str, bytes]) -> bytes:
    """`about.csv`, then a csv a table, then files that are made already, by name.

    UTF-8 with its mark, formulas made harmless; what is unknown is an empty cell. The same report
    gives the same bytes.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, about, "about", csv_table(_ABOUT, about_rows(about)))
        for table in tables:
            _put(archive, about, table.name, as_one_csv(about, table))
        for name, data in whole.items():
            _put(archive, about, name, data)
    return out.getvalue()


def as_one_csv(about: About, table: Table) -> bytes:
    """One table."""
    heads = [*(column.name for column in table.columns), *_MARKS]
    marks = (words.date(about.made), about.digest, "; ".join(about.marks))
    return csv_table(heads, ((*row, *marks) for row in table.rows))


def about_rows(about: About) -> Iterable[tuple[str, str, str]]:
    """What a report rests on, and then what is unknown in it."""
    if about.title:
        yield "题目", "title", words.plain(about.title, 200)
    yield "算于（北京时间）", "computed (China)", words.date(about.made)
    yield from about.facts
    yield "怎么算", "method", about.method
    for said in about.unknown:
        yield "注意", "note", f"{said.zh} {said.en}"


def _put(archive: zipfile.ZipFile, about: About, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(f"{name}.csv", about.made.timetuple()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    archive.writestr(member, data)

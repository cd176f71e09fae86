"""Comma-, semicolon- or tab-separated text in UTF-8 (with or without BOM), UTF-16 or GBK."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import Refusal
from station_map.importers.reading.rows import Layer

_STEP: Final = 1 << 20
_SAMPLE_RECORDS: Final = 60
_DELIMITERS: Final = (",", ";", "\t", "|", "，")
# GB18030 holds all of GBK and GB2312.
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
# An apostrophe that keeps a cell from becoming a formula is no part of what the cell says.
_GUARDED: Final = re.compile("'(?='*[ \u3000]*[=+\\-@\t\r\n＝＋－＠])")
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def layers(path: Path, limits: ImportLimits) -> Iterator[Layer]:
    """The one table of a csv file; its name is the file's stem."""
    encoding = _encoding(path)
    # A quote that is never closed would otherwise swallow the rest of the file into a cell.
    csv.field_size_limit(limits.max_cell_chars * 4)
    delimiter = _delimiter(path, encoding)
    yield Layer(name=path.stem, rows=_records(path, encoding, delimiter), last=True)


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter)
        try:
            for record in reader:
                yield [cell[1:] if _GUARDED.match(cell) else cell for cell in record]
        except csv.Error as error:
            raise Refusal(
                f"第 {reader.line_num} 行附近无法读取（引号没有成对，或单元格太长）：{error}",
                f"cannot read near line {reader.line_num} "
                f"(an unclosed quote, or too long a cell): {error}",
            ) from error


def _encoding(path: Path) -> str:
    """The first encoding in which the whole file is valid text; a NUL is refused."""
    with path.open("rb") as stream:
        if stream.read(2) in _UTF16_MARKS:
            candidates: tuple[str, ...] = ("utf-16",)
        else:
            candidates = _ENCODINGS
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise Refusal(
        "文字编码既不是 UTF-8 也不是 GBK，请另存为 UTF-8 再导入",
        "the text is neither UTF-8 nor GBK; save it as UTF-8",
    )


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    try:
        with path.open("rb") as stream:
            while block := stream.read(_STEP):
                _refuse_nul(decoder.decode(block))
            _refuse_nul(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False
    return True


def _refuse_nul(text: str) -> None:
    if "\0" in text:
        raise Refusal(
            "文件里有空字符（NUL），不是文本表格", "the file holds a NUL character: no text table"
        )


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that cuts the first records most evenly into the most columns."""
    return max(_DELIMITERS, key=lambda delimiter: _evenness(path, encoding, delimiter))


def _evenness(path: Path, encoding: str, delimiter: str) -> float:
    try:
        sample = list(islice(_records(path, encoding, delimiter), _SAMPLE_RECORDS))
    except Refusal:
        return 0.0
    widths = Counter(len(record) for record in sample if any(record))
    # Title rows have one filled cell; they must not make every delimiter look bad.
    return max((count * (width - 1) for width, count in widths.items()), default=0.0)

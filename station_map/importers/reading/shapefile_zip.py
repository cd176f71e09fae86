"""Shapefiles in a zip: unpacked under names of our own, so no entry's path is ever used."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.ogr import vector_layers
from station_map.importers.reading.refusals import Refusal
from station_map.importers.reading.rows import Layer
from station_map.importers.reading.zip_guard import check_zip, open_zip

_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SAMPLE_BYTES: Final = 8 << 20
_DBF_HEADER: Final = 32
_CODE_PAGES: Final = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "utf8": "utf-8"}


def layers(path: Path, limits: ImportLimits, scratch: Path) -> Iterator[Layer]:
    """Every shapefile in the zip as a layer. scratch: an empty folder to unpack into."""
    found = list(unpacked(path, limits, scratch))
    for index, (shape, encoding, name) in enumerate(found):
        last = index == len(found) - 1
        yield from vector_layers(shape, limits, encoding=encoding, name=name, last=last)


def unpacked(path: Path, limits: ImportLimits, scratch: Path) -> Iterator[tuple[Path, str, str]]:
    """Every shapefile in the zip: where it was unpacked to, its texts' encoding, its name."""
    check_zip(path, limits)
    with open_zip(path) as archive:
        groups = _groups(archive)
        if not groups:
            raise Refusal(
                "压缩包里没有 .shp 文件（只支持 shapefile 的 zip）",
                "no .shp file in the archive (only zipped shapefiles are read)",
            )
        for index, (stem, parts) in enumerate(sorted(groups.items())):
            shape = _unpack(archive, parts, scratch, index)
            yield shape, _encoding(shape), PurePosixPath(stem).name


def _groups(archive: zipfile.ZipFile) -> dict[str, dict[str, zipfile.ZipInfo]]:
    """Parts by common stem, for stems that have a .shp."""
    groups: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for entry in archive.infolist():
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        suffix = name.suffix.lower()
        if suffix in _PARTS and not entry.is_dir():
            groups.setdefault(str(name.with_suffix("")), {})[suffix] = entry
    return {stem: parts for stem, parts in groups.items() if ".shp" in parts}


def _unpack(
    archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], scratch: Path, index: int
) -> Path:
    if ".dbf" not in parts:
        raise Refusal("shapefile 缺少 .dbf（属性表）", "the shapefile lacks its .dbf")
    try:
        for suffix, entry in parts.items():
            # .cpg is left out on purpose: it is often wrong, see _encoding.
            target = scratch / (f"{index}.stated" if suffix == ".cpg" else f"{index}{suffix}")
            with archive.open(entry) as source, target.open("wb") as sink:
                while block := source.read(1 << 20):
                    sink.write(block)
    except (zipfile.BadZipFile, EOFError) as error:
        raise Refusal("压缩包损坏", f"the archive is broken: {error}") from error
    return scratch / f"{index}.shp"


def _encoding(shape: Path) -> str:
    """Encoding of the attribute table: the stated one if its bytes agree, else what they fit.

    Chinese shapefiles are often GBK without a .cpg, or with one that says UTF-8.
    """
    stated_file = shape.with_suffix(".stated")
    stated = stated_file.read_text("ascii", "replace") if stated_file.exists() else ""
    key = stated.strip().lower().replace("-", "").replace("cp", "").removeprefix("ansi ")
    sample = _text_bytes(shape.with_suffix(".dbf"))
    for candidate in (_CODE_PAGES.get(key), "utf-8", "gb18030"):
        if candidate and all(_fits(part, candidate) for part in sample):
            return candidate
    raise Refusal(
        "属性表的文字编码既不是 UTF-8 也不是 GBK", "the attribute table is neither UTF-8 nor GBK"
    )


def _fits(part: bytes, encoding: str) -> bool:
    """Whether bytes are valid text; a character cut by the column's width may end them."""
    for cut in range(4):
        try:
            part[: len(part) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _text_bytes(dbf: Path) -> list[bytes]:
    """Names of the columns and distinct non-ASCII texts in the records (a bounded sample)."""
    with dbf.open("rb") as stream:
        header = stream.read(_DBF_HEADER)
        if len(header) < _DBF_HEADER:
            raise Refusal("属性表损坏", "the attribute table is broken")
        header_size, record_size = struct.unpack("<HH", header[8:12])
        descriptors = stream.read(max(header_size - _DBF_HEADER, 0))
        records = stream.read(_SAMPLE_BYTES)
    parts, spans, offset = set[bytes](), list[tuple[int, int]](), 1
    for start in range(0, len(descriptors) - 31, 32):
        field = descriptors[start : start + 32]
        if field[0] == 0x0D:
            break
        parts.add(field[:11].split(b"\0")[0])
        if field[11:12] == b"C":
            spans.append((offset, offset + field[16]))
        offset += field[16]
    for start in range(0, len(records) - record_size + 1, max(record_size, 1)):
        record = records[start : start + record_size]
        if not record.isascii():
            parts.update(record[first:last].rstrip(b" \0") for first, last in spans)
    return [part for part in parts if not part.isascii()]

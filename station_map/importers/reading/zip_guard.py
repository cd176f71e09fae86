"""Is this zip (or xlsx) what it says it is, and small enough once inflated?"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Final

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import Refusal, too_much

_STEP: Final = 1 << 16
_INFLATE_STEP: Final = 1 << 20
# Tiny entries may pack extremely well without being able to hurt.
_RATIO_FROM_BYTES: Final = 64 << 20
_LOCAL_HEADER: Final = 30
_ALLOWED_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip, or refuse what is none."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise Refusal(
            f"文件损坏，不是有效的 zip/xlsx：{error}",
            f"the file is broken: no valid zip or xlsx ({error})",
        ) from error


def check_zip(path: Path, limits: ImportLimits) -> None:
    """Refuse a bomb: by what the directory declares first, then by really inflating it."""
    with open_zip(path) as archive, path.open("rb") as raw:
        entries = archive.infolist()
        if len(entries) > limits.max_zip_entries:
            raise too_much(
                f"压缩包里有 {len(entries):,} 个条目",
                f"the archive has {len(entries):,} entries",
                "max_zip_entries",
                limits.max_zip_entries,
            )
        if sum(entry.file_size for entry in entries) > limits.max_unzipped_bytes:
            raise _too_large(limits)
        total = 0
        for entry in entries:
            total += _check_entry(raw, entry, limits, total)


def _check_entry(raw: BinaryIO, entry: zipfile.ZipInfo, limits: ImportLimits, already: int) -> int:
    if entry.flag_bits & 0x1:
        raise Refusal("文件有密码保护，请去掉密码再导入", "the file is protected by a password")
    if entry.compress_type not in _ALLOWED_METHODS:
        raise Refusal(
            f"压缩方式不支持（{entry.compress_type}）",
            f"unsupported compression method {entry.compress_type}",
        )
    size = _inflated_size(raw, entry, limits.max_unzipped_bytes - already, limits)
    if size > _RATIO_FROM_BYTES and size > limits.max_ratio * max(entry.compress_size, 1):
        raise too_much(
            f"压缩比异常（{size // max(entry.compress_size, 1):,} 倍）",
            f"suspicious compression ratio ({size // max(entry.compress_size, 1):,})",
            "max_ratio",
            limits.max_ratio,
        )
    if size != entry.file_size:
        raise Refusal(
            "压缩包里声明的大小与实际不符", "the archive lies about the size of its entries"
        )
    return size


def _inflated_size(raw: BinaryIO, entry: zipfile.ZipInfo, room: int, limits: ImportLimits) -> int:
    """Bytes that the entry really inflates to, never keeping them."""
    raw.seek(entry.header_offset)
    header = raw.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise Refusal("压缩包损坏", "the archive is broken")
    name_length = int.from_bytes(header[26:28], "little")
    extra_length = int.from_bytes(header[28:30], "little")
    raw.seek(name_length + extra_length, 1)
    if entry.compress_type == zipfile.ZIP_STORED:
        return entry.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    left, size = entry.compress_size, 0
    try:
        while left > 0 and not inflater.eof:
            packed = raw.read(min(_STEP, left))
            if not packed:
                raise Refusal("压缩包不完整", "the archive is cut short")
            left -= len(packed)
            while packed:
                size += len(inflater.decompress(packed, _INFLATE_STEP))
                packed = inflater.unconsumed_tail
                if size > room:
                    raise _too_large(limits)
    except zlib.error as error:
        raise Refusal("压缩包损坏，无法解压", "the archive is broken: cannot inflate") from error
    return size


def _too_large(limits: ImportLimits) -> Refusal:
    return too_much(
        "解压后太大", "too large once inflated", "max_unzipped_bytes", limits.max_unzipped_bytes
    )

"""Which form a file has: by its suffix, checked against its first bytes."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import Refusal, too_much

_FORMS: Final = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".zip": "shapefile",
    ".kml": "kml",
}
_ZIPPED: Final = ("xlsx", "shapefile")
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0"


def form_of(path: Path, limits: ImportLimits) -> str:
    """The form to read `path` as. Raises Refusal for what is no regular file, too large or unknown."""
    try:
        status = path.stat()
    except OSError as error:
        raise Refusal(
            f"打不开文件：{error.strerror}", f"cannot open it: {error.strerror}"
        ) from error
    if not stat.S_ISREG(status.st_mode):
        raise Refusal("不是普通文件", "not a regular file")
    if status.st_size > limits.max_bytes:
        raise too_much(
            f"文件有 {status.st_size:,} 字节",
            f"the file has {status.st_size:,} bytes",
            "max_bytes",
            limits.max_bytes,
        )
    if status.st_size == 0:
        raise Refusal("文件是空的", "the file is empty")
    form = _FORMS.get(path.suffix.lower())
    if form is None:
        known = " ".join(_FORMS)
        raise Refusal(
            f"不认识后缀 {path.suffix!r}，可用：{known}",
            f"unknown suffix {path.suffix!r}; one of {known}",
        )
    _check_magic(path, form)
    return form


def _check_magic(path: Path, form: str) -> None:
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise Refusal(
            f"打不开文件：{error.strerror}", f"cannot open it: {error.strerror}"
        ) from error
    if head == _OLE_MAGIC:
        raise Refusal(
            "这是旧版 .xls 或有密码的 Excel 文件，请另存为不加密的 .xlsx",
            "an old .xls or a protected Excel file; save it as a plain .xlsx",
        )
    zipped = head.startswith(b"PK")
    if form in _ZIPPED and not zipped:
        raise Refusal("文件损坏，不是有效的 zip/xlsx", "the file is broken: no valid zip or xlsx")
    if form not in _ZIPPED and zipped:
        raise Refusal(
            "内容是压缩包或 Excel，与后缀不符", "the content is a zip or Excel file, not its suffix"
        )

"""What the API and the form share: the fields of a report and a suggestion, and storing them."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid4

from station_map.domain.reports import (
    NOTE_LONGEST,
    OLDEST,
    Report,
    ReportField,
    ReportKind,
    Sender,
    Suggestion,
    blurred,
    check,
    place,
    seen_when,
)
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.errors import NotFound, OutOfServiceArea
from station_map.geo.box import SERVICE_BOX
from station_map.store import report_floods, report_photos, reports
from station_map.store.pictures import PhotoLimits
from station_map.store.reports import StoredReport, StoredSuggestion
from station_map.web.contract import Parameter, Refused
from station_map.web.contract.body import BodyContract
from station_map.web.contract.parsers import one_of, several
from station_map.web.contract.positions import CRS, LAT, LON, position_of
from station_map.web.language import mark
from station_map.web.runtime import database, settings

CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", re.ASCII)
_CODES: Final = {code: code for code in AMENITY_BY_CODE}
_KINDS: Final[dict[str, ReportKind]] = {kind.value: kind for kind in ReportKind}
_FIELDS: Final[dict[str, ReportField]] = {field.value: field for field in ReportField}
_MOST_AMENITIES: Final = 20


def _uuid(text: str) -> UUID:
    try:
        if len(text) == 36:
            return UUID(text)
    except ValueError:
        pass
    raise Refused("is not a UUID", "不是 UUID")


def _moment(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise Refused("is not a time in ISO 8601", "不是 ISO 8601 格式的时间") from None


def _note(text: str) -> str:
    """Free text of a person: kept as it is, but for blanks around it and signs nobody sees."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not typed:
        raise Refused("nothing was given", "没有填")
    if len(typed) > NOTE_LONGEST:
        raise Refused(f"longer than {NOTE_LONGEST} characters", f"超过 {NOTE_LONGEST} 个字")
    if any(sign < " " and sign not in "\n\t" for sign in typed):
        raise Refused("holds control characters", "含有控制字符")
    return typed


def _amenities(text: str) -> tuple[str, ...]:
    chosen = several(_CODES)(text)
    if len(chosen) > _MOST_AMENITIES:
        raise Refused(f"more than {_MOST_AMENITIES}", f"超过 {_MOST_AMENITIES} 样")
    return chosen


def _photo(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("is not base64", "不是 base64 编码") from None


ID: Final = Parameter(
    name="id",
    parse=_uuid,
    schema={"type": "string", "format": "uuid"},
    allowed="a UUID that the sender makes",
    allowed_zh="发送者生成的 UUID",
    example="3f0f6c1e-6f0a-4c0e-9d4e-0b8f7a3c2d10",
    description="Made by the sender; what is sent twice under one id is stored once.",
    also_called=("uuid", "key", "idempotency_key"),
)
KIND: Final = Parameter(
    name="kind",
    parse=one_of(_KINDS),
    schema={"type": "string", "enum": list(_KINDS)},
    allowed=f"one of {', '.join(_KINDS)}",
    allowed_zh="、".join(f"{kind.value}（{kind.zh}）" for kind in ReportKind),
    example=ReportKind.LOCKED.value,
    description="What was seen: open as stated, locked, something broken, wrong information, gone.",
    required=True,
    also_called=("type", "status", "report"),
)
AMENITY: Final = Parameter(
    name="amenity",
    parse=one_of(_CODES),
    schema={"type": "string", "enum": list(_CODES)},
    allowed="a code of /api/v1/amenities, with kind=broken only",
    allowed_zh="/api/v1/amenities 里的代码，只和 kind=broken 一起",
    example="microwave",
    description="What is broken; required with `kind` broken.",
)
FIELD: Final = Parameter(
    name="field",
    parse=one_of(_FIELDS),
    schema={"type": "string", "enum": list(_FIELDS)},
    allowed=f"one of {', '.join(_FIELDS)}; with kind=wrong only",
    allowed_zh="哪一项不对，只和 kind=wrong 一起",
    example=ReportField.OPENING_HOURS.value,
    description="What is wrong; required with `kind` wrong.",
)
NOTE: Final = Parameter(
    name="note",
    parse=_note,
    schema={"type": "string", "minLength": 1, "maxLength": NOTE_LONGEST},
    allowed=f"text of 1 to {NOTE_LONGEST} characters",
    allowed_zh=f"1 到 {NOTE_LONGEST} 个字",
    example="门上贴了搬迁通知",
    description="A few words. Nobody's name or telephone, please.",
    also_called=("text", "comment", "message"),
)
SEEN_AT: Final = Parameter(
    name="seen_at",
    parse=_moment,
    schema={"type": "string", "format": "date-time"},
    allowed=f"ISO 8601 with a zone, at most {OLDEST.days} days ago",
    allowed_zh=f"带时区的 ISO 8601 时间，不早于 {OLDEST.days} 天前",
    example="2026-11-22T09:30:00+08:00",
    description="When it was seen, for reports that waited for a signal; now when not given.",
)
PHOTO: Final = Parameter(
    name="photo",
    parse=_photo,
    schema={"type": "string", "contentEncoding": "base64"},
    allowed="a JPEG, PNG or WebP picture in base64",
    allowed_zh="base64 编码的 JPEG、PNG 或 WebP 照片",
    example="/9j/4AAQSkZJRg==",
    description="Drawn anew before it is kept, so nothing of its metadata stays. Not published.",
)
AMENITIES: Final = Parameter(
    name="amenities",
    parse=_amenities,
    schema={
        "type": "array",
        "items": {"type": "string", "enum": list(_CODES)},
        "maxItems": _MOST_AMENITIES,
    },
    allowed="codes of /api/v1/amenities",
    allowed_zh="/api/v1/amenities 里的代码",
    example="microwave,toilet",
    description="What the station should have.",
    also_called=("amenity",),
)

_OWN_LON: Final = replace(
    LON,
    schema={"type": "number", "minimum": -180, "maximum": 180},
    required=False,
    description="Where the reporter is; kept to about 100 m, or not at all.",
)
_OWN_LAT: Final = replace(
    LAT,
    schema={"type": "number", "minimum": -90, "maximum": 90},
    required=False,
    description="As `lon`.",
)
REPORT: Final = BodyContract(
    ID, KIND, AMENITY, FIELD, NOTE, SEEN_AT, PHOTO, _OWN_LON, _OWN_LAT, CRS
)
SUGGESTION: Final = BodyContract(ID, LON, LAT, CRS, NOTE, AMENITIES)


def report_of(code: str, values: Mapping[str, Any], now: dt.datetime) -> Report:
    """The report that the read fields make, about the station `code`.

    Raises NotFound for what cannot be a code, InputError for fields that do not go together.
    """
    if CODE.fullmatch(code) is None:
        raise NotFound("station", code)
    report = Report(
        id=values.get("id") or uuid4(),
        code=code,
        kind=values["kind"],
        seen_at=seen_when(values.get("seen_at"), now),
        amenity=values.get("amenity"),
        field=values.get("field"),
        note=values.get("note"),
        position=_own_position(dict(values)),
    )
    check(report)
    return report


def _own_position(values: dict[str, Any]) -> tuple[float, float] | None:
    if "lon" not in values and "lat" not in values:
        return None
    for name in ("lon", "lat"):
        if name not in values:
            REPORT.refuse(name, "lon and lat go together", "经度和纬度要一起给")
    return blurred(*position_of(REPORT, values))


def suggestion_of(values: Mapping[str, Any]) -> Suggestion:
    """The suggestion that the read fields make. Raises OutOfServiceArea and RefusedQuery."""
    lon, lat = position_of(SUGGESTION, dict(values))
    if not SERVICE_BOX.contains(lon, lat):
        raise OutOfServiceArea(
            "这个位置不在服务范围里。 This position is out of the service area.",
            parameter="lon",
            allowed="a position in or around China",
            example='"lon": 116.8, "lat": 33.95',
        )
    lon, lat = place(lon, lat)
    return Suggestion(
        id=values.get("id") or uuid4(),
        lon=lon,
        lat=lat,
        note=values.get("note"),
        amenities=values.get("amenities", ()),
    )


def submit_report(report: Report, photo: bytes | None, sender: Sender) -> StoredReport:
    """Store a report with its photo, if there is one. Raises what storing raises."""
    if photo is None:
        return reports.store_report(database(), report, sender)
    report_floods.check_rate(database(), sender)  # a picture costs more than all else here
    folder = settings().data_dir
    name = report_photos.keep(folder, report_photos.redraw(photo, photo_limits()))
    stored = None
    try:
        stored = reports.store_report(database(), replace(report, photo=name), sender)
        return stored
    finally:
        if stored is None or not stored.new:
            report_photos.discard(folder, name)


def submit_suggestion(suggestion: Suggestion, sender: Sender) -> StoredSuggestion:
    """Store a suggestion. Raises what storing raises."""
    return reports.store_suggestion(database(), suggestion, sender)


def photo_limits() -> PhotoLimits:
    """Bounds of a photo, from the settings."""
    chosen = settings()
    return PhotoLimits(chosen.report_photo_max_bytes, chosen.report_photo_max_pixels)


_NOT_YET: Final = mark("谢谢，记下了，留给管理人员核实。核实以前，页面上先不改。")
_THANKS: Final[dict[ReportKind, str]] = {
    ReportKind.OPEN: mark("谢谢。卡片上会写今天有人核实过，后面来的人心里有底。"),
    ReportKind.LOCKED: mark(
        "谢谢，记下了。24 小时里再有一个人也说锁门，卡片上就会写“有人反映锁门”，直到有人确认开着。"
    ),
    ReportKind.BROKEN: _NOT_YET,
    ReportKind.WRONG: _NOT_YET,
    ReportKind.GONE: mark("谢谢，记下了，留给管理人员核实。核实以前，驿站还留在地图上。"),
}
_MARKED: Final = mark("谢谢。卡片上写着“有人反映锁门”，直到有人确认开着。")
SUGGESTED: Final = mark("谢谢，记下了。以后规划新驿站，会看大家想要的地方。")
NOTHING_PERSONAL: Final = mark("不存你的名字、电话和准确位置。")


def thanks_for(kind: ReportKind, *, reported_locked: bool) -> str:
    """What a report changes and what happens next, in Chinese; pages ask `t` for it."""
    if kind is ReportKind.LOCKED and reported_locked:
        return _MARKED
    return _THANKS[kind]

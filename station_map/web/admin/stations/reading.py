"""A form that was sent becomes a change of the station; what is wrong stands at its field.

Values are read by the readers of the importers, so that a form and a ledger understand the
same words. What an import would take as unknown with a remark is told here, and not stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from station_map.domain.editing.edit import Move, StationEdit, settled_hours, settled_status
from station_map.domain.editing.merging import touched
from station_map.domain.editing.subjects import Subject
from station_map.domain.hours import SHANGHAI, schedule_of
from station_map.domain.hours_text import hours_from_text
from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import AMENITY_STATES, Datum, Honour
from station_map.errors import InputError
from station_map.importers.values.fields import FIELD_PARSERS
from station_map.importers.values.names import read_name
from station_map.importers.values.numbers import whole_of
from station_map.importers.values.positions import read_cells, settle
from station_map.importers.values.remarks import Remark
from station_map.importers.values.texts import line_of, text_of
from station_map.web.admin.stations.controls import (
    AMENITY_UNITS,
    BY_NAME,
    LINE_LONGEST,
    Control,
    units_of,
)

_AS_UNKNOWN: Final = "，按未知处理"
_AS_UNKNOWN_EN: Final = "; taken as unknown"
BY_HAND: Final = "手工填写"
DATUM_EXAMPLE: Final = Datum.WGS84.value


@dataclass(slots=True)
class Reading:
    """edit: what is to be changed. trouble: what is wrong, by control, in both languages."""

    edit: StationEdit = field(default_factory=StationEdit)
    trouble: dict[str, InputError] = field(default_factory=dict)


def read(
    subject: Subject,
    base: Mapping[str, str],
    given: Mapping[str, str],
    document: Mapping[str, Any],
    now: dt.datetime,
) -> Reading:
    """What was changed in a form. document: the station as it is stored."""
    changed = touched(units_of(subject), base, given)
    reading = Reading()
    fields: dict[str, Any] = {}
    for name in changed & BY_NAME.keys():
        try:
            fields[name] = value_of(BY_NAME[name], given.get(name, ""))
        except InputError as error:
            reading.trouble[name] = error
    honours = fields.pop("honours", None)
    try:
        fields = _settled(subject, fields, given, document, now)
        move = _move(given) if subject is Subject.PLACE and "position" in changed else None
    except InputError as error:
        reading.trouble.setdefault(error.parameter or "", error)
        return reading
    if move is not None:
        # Both were said of the position before.
        fields.setdefault("position_precision_m", None)
        fields.setdefault("position_source", BY_HAND)
    amenities = _amenities(changed, given, reading) if subject is Subject.AMENITIES else {}
    reading.edit = StationEdit(fields=fields, move=move, honours=honours, amenities=amenities)
    return reading


def _settled(
    subject: Subject,
    fields: dict[str, Any],
    given: Mapping[str, str],
    document: Mapping[str, Any],
    now: dt.datetime,
) -> dict[str, Any]:
    if subject is Subject.STATUS:
        status = fields.get("status", document["status"])
        return settled_status(status, fields, now.astimezone(SHANGHAI).date())
    if subject is Subject.HOURS:
        typed = given.get("opening_hours", "")
        return settled_hours(fields, typed, document["hours_text"], now)
    if "bays_free" in fields:
        return fields | {"bays_at": None if fields["bays_free"] is None else now}
    return fields


# --- single values ----------------------------------------------------------------------------


def value_of(control: Control, text: str) -> Any:
    """What a control says; None for unknown. Raises InputError (parameter: its name)."""
    if len(text) > control.longest:
        raise _wrong(
            control,
            f"太长了，最多 {control.longest} 个字",
            f"at most {control.longest} characters",
        )
    if control.name == "name":
        return _name(control, text)
    if control.name in {"opening_hours", "staffed_hours"}:
        return hours_of(control, text)
    if control.options:
        return _chosen(control, text)
    if control.kind == "lines":
        return _lines(control, text)
    parser = FIELD_PARSERS.get(control.name)
    if parser is None:
        return line_of(text) or None
    parsed = parser(text)
    if parsed.remark is not None:
        raise _refused(control, parsed.remark)
    return parsed.value


def _name(control: Control, text: str) -> str:
    name, remark = read_name(text)
    if remark is not None and remark.severity == "refusal":
        raise _refused(control, remark)
    return name


def _lines(control: Control, text: str) -> Any:
    plain = text.replace("\r\n", "\n")
    if control.name == "aliases":
        return list(FIELD_PARSERS["aliases"](plain.replace("\n", ";")).value or ())
    return text_of(plain) or None


def _chosen(control: Control, text: str) -> Any:
    chosen = text.split("\n") if text else []
    known = dict(control.options)
    if any(code not in known for code in chosen) or (not chosen and not control.unknown):
        words = "、".join(known.values())
        raise _wrong(control, f"请选一个：{words}", f"one of {', '.join(known)}")
    if control.name == "honours":
        return tuple(Honour(code) for code in chosen)
    if control.kind == "yes_no" or control.name == "hours_checked":
        return None if not chosen else chosen[0] == "yes"
    return chosen[0] if chosen else None


def hours_of(control: Control, text: str) -> str | None:
    """Hours in OSM syntax from words or from OSM syntax; None for nothing said.

    Raises InputError that says in words why they are not certain.
    """
    if not text.strip():
        return None
    parsed = hours_from_text(text)
    if not parsed.certain:
        raise _wrong(
            control,
            f"{parsed.reason_zh}。可以这样写：周一至周五8:30-17:30，周末休息；"
            "说不准的话放到“门上的原话”里，这里空着",
            parsed.reason_en,
        )
    if schedule_of(parsed.opening_hours) is None:
        raise _wrong(
            control,
            "这个写法算不出开没开（比如日出日落、每隔一小时），请写钟点",
            "these hours cannot be evaluated",
        )
    return parsed.opening_hours


def _refused(control: Control, remark: Remark) -> InputError:
    return _wrong(
        control, remark.zh.replace(_AS_UNKNOWN, ""), remark.en.replace(_AS_UNKNOWN_EN, "")
    )


def _wrong(control: Control, zh: str, en: str) -> InputError:
    for_example = f"，比如 {control.example}" if control.example else ""
    return InputError(
        f"{zh}{for_example}。 {en}.",
        parameter=control.name,
        allowed=control.help or control.label,
        example=control.example or None,
    )


# --- position ---------------------------------------------------------------------------------


def _move(given: Mapping[str, str]) -> Move:
    return move_of(given.get("position", ""), given.get("datum", ""))


def move_of(text: str, datum: str) -> Move:
    """A position from what was typed and the datum chosen.

    Raises InputError (parameter `position` or `datum`): the datum is never guessed.
    """
    if datum not in set(Datum):
        figures_of(text, Datum.WGS84)  # what is no position is told first
        raise InputError(
            "请选这组坐标是哪一种：手机、GPS 是 WGS-84；高德、腾讯是 GCJ-02；百度是 BD-09。"
            " Say in which datum these coordinates are.",
            parameter="datum",
            allowed="wgs84, gcj02, bd09",
            example=DATUM_EXAMPLE,
        )
    return figures_of(text, Datum(datum))


def figures_of(text: str, datum: Datum) -> Move:
    """The position that a text means in a datum. Raises InputError (parameter `position`)."""
    positions = read_cells([text[:LINE_LONGEST]])
    settle(positions, [datum])
    refusal = next((r for r in positions.remarks.get(0, ()) if r.severity == "refusal"), None)
    if refusal is not None:
        raise InputError(
            f"{refusal.zh}。写经度和纬度，中间用逗号，比如 116.798, 33.956。 {refusal.en}.",
            parameter="position",
            allowed="longitude and latitude, degrees or degrees, minutes and seconds",
            example="116.798, 33.956",
        )
    return Move(
        lon=float(positions.lon[0]),
        lat=float(positions.lat[0]),
        source_lon=float(positions.source_lon[0]),
        source_lat=float(positions.source_lat[0]),
        source_datum=datum.value,
    )


# --- amenities --------------------------------------------------------------------------------


def _amenities(
    changed: set[str], given: Mapping[str, str], reading: Reading
) -> dict[str, AmenityFact | None]:
    found: dict[str, AmenityFact | None] = {}
    for code, unit in AMENITY_UNITS.items():
        if unit[0] in changed:
            try:
                found[code] = _fact(unit, given)
            except InputError as error:
                reading.trouble[error.parameter or unit[0]] = error
    return found


def _fact(unit: tuple[str, ...], given: Mapping[str, str]) -> AmenityFact | None:
    state, number, note, fee = (given.get(control, "") for control in unit)
    if state == "":
        return None
    if state not in AMENITY_STATES:
        raise InputError(
            "请选：有、部分、坏了、没有、不清楚。 Choose a state.",
            parameter=unit[0],
            allowed="yes, partial, broken, no, or nothing",
        )
    quantity = whole_of(number)
    if quantity.remark is not None:
        raise InputError(
            f"数量：{quantity.remark.zh.replace(_AS_UNKNOWN, '')}，写一个整数，比如 2。"
            f" {quantity.remark.en.replace(_AS_UNKNOWN_EN, '')}.",
            parameter=unit[1],
            allowed="a whole number",
            example="2",
        )
    for control, text in ((unit[2], note), (unit[3], fee)):
        if len(text) > LINE_LONGEST:
            raise InputError(
                f"太长了，最多 {LINE_LONGEST} 个字。 At most {LINE_LONGEST} characters.",
                parameter=control,
                allowed=f"at most {LINE_LONGEST} characters",
            )
    return AmenityFact(
        state,
        quantity=quantity.value,
        note=line_of(note) or None,
        fee=line_of(fee) or None,
    )

"""How the cells of each simple field are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from station_map.domain.vocabulary import HostType, Kind, Status
from station_map.importers.limits import setting_name
from station_map.importers.values import dates, marks, numbers, words
from station_map.importers.values.remarks import UNKNOWN, Parsed, Remark, shown
from station_map.importers.values.texts import is_blank_word, line_of

Parser = Callable[[Any], Parsed]
_CODE_CHARS: Final = 64
_LONGEST_BLANK: Final = 8
_LONG_HOST: Final = 5
# 暂停使用, 停业整顿: a status and no more; what is longer gives a reason as well.
_PLAIN_STATUS: Final = 4
# Fields whose cell may say something else too, kept beside them under the name with SAID.
SEVERAL: Final = ("service_level", "status")
SAID: Final = "+said"
# A host that is an organisation by name, not just a type of place, runs the station.
_ORGANISATION: Final = (
    "公司",
    "支行",
    "分行",
    "街道",
    "局",
    "所",
    "集团",
    "学校",
    "中心店",
    "分店",
)


def _line(cell: Any) -> Parsed:
    line = line_of(cell)
    # No word that means "blank" is as long; to look it up costs more than to read the cell.
    if len(line) <= _LONGEST_BLANK and is_blank_word(line):
        return UNKNOWN
    return Parsed(line)


def _code(cell: Any) -> Parsed:
    code = line_of(cell)
    if not code:
        return UNKNOWN
    plain = code.replace("-", "").replace("_", "")
    if plain.isalnum() and plain.isascii() and len(code) <= _CODE_CHARS and code[0].isalnum():
        return Parsed(code)
    return Parsed(
        None,
        Remark(
            "warning",
            f"编码“{shown(code)}”不可用（只能用字母、数字、- 和 _），另给新编码",
            f"code {shown(code)!r} cannot be used (letters, digits, - and _ only); a new one is given",
        ),
    )


def _aliases(cell: Any) -> Parsed:
    parts = line_of(cell).replace("；", ";").replace("、", ";").split(";")
    return Parsed(tuple(dict.fromkeys(part.strip() for part in parts if part.strip())))


def _host(cell: Any) -> Parsed:
    """(host type, operator): the operator only when the cell names an organisation."""
    parsed = words.host_of(cell)
    if parsed.value is None:
        return Parsed(None)
    text = line_of(cell)
    named = len(text) > _LONG_HOST and any(word in text for word in _ORGANISATION)
    keep = named or (parsed.value is HostType.OTHER and text not in ("其他", "other"))
    return Parsed((parsed.value, text if keep else None))


def _level(cell: Any) -> Parsed:
    """(level, grade): a ledger of 司机之家 writes the grade AAAA under 等级."""
    level = words.level_of(cell)
    if level.remark is None:
        return Parsed(None if level.value is None else (level.value, None))
    grade = words.honours_of(cell)
    return level if grade.remark or not grade.value else Parsed((None, grade.value))


def _status(cell: Any) -> Parsed:
    """(status, (end of a suspension, reason)): 停用（装修，至2026年12月31日） says all three."""
    status = words.status_of(cell)
    if status.value is None:
        return status
    text = line_of(cell)
    if status.value is not Status.SUSPENDED:
        return Parsed((status.value, None))
    reason = text if len(text) > _PLAIN_STATUS and not text.isascii() else None
    return Parsed((status.value, (dates.end_in(text), reason)))


def _always(value: Any) -> Parser:
    return lambda _: Parsed(value)


FIELD_PARSERS: Final[dict[str, Parser]] = {
    "code": _code,
    "aliases": _aliases,
    "kind": words.kind_of,
    "brand": _line,
    "host_type": _host,
    "builder_type": words.builder_of,
    "operator": _line,
    "phone": _line,
    "district": _line,
    "address": _line,
    "landmark": _line,
    "floor": _line,
    "entrance_note": _line,
    "road_ref": _line,
    "road_direction": _line,
    "road_stake": _line,
    "seats": numbers.whole_of,
    "area_m2": numbers.number_of,
    "audience": words.audience_of,
    "access_method": words.access_of,
    "registration_required": marks.yes_no,
    "price": _line,
    "rules": _line,
    "staffed_hours": _line,
    "hours_source": _line,
    "status": _status,
    "suspended_until": dates.date_of,
    "status_reason": _line,
    "verified_at": dates.moment_of,
    "last_inspected_on": dates.date_of,
    "service_level": _level,
    "honours": words.honours_of,
    "bays_total": numbers.whole_of,
    "bays_free": numbers.whole_of,
    "max_height_m": numbers.positive_of,
    "max_length_m": numbers.positive_of,
    "parking_paid": marks.yes_no,
    "security_level": _line,
    "position_source": _line,
    "position_precision_m": numbers.number_of,
    "source": _line,
    "source_id": _line,
    "source_date": dates.date_of,
    "demo": marks.yes_no,
}

# Fields that a Station does not leave unknown, with what an empty cell means for them.
_DEFAULTS: Final[dict[str, Any]] = {
    "aliases": (),
    "honours": (),
    "demo": False,
}


def with_defaults(values: dict[str, Any], remarks: list[Remark]) -> dict[str, Any]:
    """Keyword arguments of a Station from the values of a row; may add to its remarks."""
    _take_what_was_said(values)
    if "district" in values:
        values["stated_district"] = values.pop("district")
    for key, default in _DEFAULTS.items():
        if key in values and values[key] is None:
            values[key] = default
    if values.get("kind") is None and "司机之家" in values["name"]:
        values["kind"] = Kind.DRIVER_HOME
    if values.get("suspended_until") and values.get("status") is not Status.SUSPENDED:
        _settle_suspension(values, remarks)
    if values.get("source_id") and not values.get("source"):
        values["source_id"] = None
    return values


def _take_what_was_said(values: dict[str, Any]) -> None:
    """Grades under 等级, date and reason under 状态; a column of their own counts more."""
    if grade := values.pop("service_level" + SAID, None):
        values["honours"] = tuple(dict.fromkeys((*(values.get("honours") or ()), *grade)))
    until, reason = values.pop("status" + SAID, None) or (None, None)
    for field, said in (("suspended_until", until), ("status_reason", reason)):
        if said is not None and values.get(field) is None:
            values[field] = said


def _settle_suspension(values: dict[str, Any], remarks: list[Remark]) -> None:
    """A date until which it is suspended, at a station that is not: the status decides."""
    values["suspended_until"] = None
    remarks.append(
        Remark(
            "warning",
            "写了暂停至某日，但状态不是暂停，日期未采用",
            "a date of suspension without the status suspended; the date is not used",
        )
    )


def too_long(cells: Any, bound: int) -> Parsed | None:
    """A refusal when a cell, or one of a tuple of cells, has more than `bound` characters."""
    for cell in cells if isinstance(cells, tuple) else (cells,):
        if isinstance(cell, str) and len(cell) > bound:
            setting = setting_name("max_cell_chars")
            zh = f"单元格有 {len(cell):,} 个字，上限 {bound:,}（设置 {setting}）"
            en = f"{len(cell):,} characters in a cell; the limit is {bound:,} (setting {setting})"
            return Parsed(None, Remark("refusal", zh, en))
    return None

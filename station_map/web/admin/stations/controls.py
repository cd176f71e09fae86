"""The controls of each form: what kind they are, what they show, and how their text is read.

What a form shows and what it sends are text; what did not change is never read, so a stored
value that no form would accept stays as it is until somebody changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from station_map.domain.editing.subjects import FIELDS, Subject
from station_map.domain.vocabulary import (
    AMENITIES,
    AccessMethod,
    Audience,
    BuilderType,
    Honour,
    HostType,
    Kind,
    Labelled,
    ServiceLevel,
    Status,
)

type ControlKind = Literal["line", "lines", "choice", "yes_no", "number", "date", "checks"]
type Options = tuple[tuple[str, str], ...]

UNKNOWN: Final = "不清楚"
_YES_NO: Final = (("yes", "是"), ("no", "否"))
LINE_LONGEST: Final = 300
LINES_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One field of a form. options: codes with their words; unknown is "" and not among them.

    example: something that would be taken, for whoever wrote something else.
    """

    name: str
    label: str
    kind: ControlKind = "line"
    help: str = ""
    options: Options = ()
    unknown: str = UNKNOWN
    example: str = ""
    longest: int = LINE_LONGEST


def _words(values: type[Labelled]) -> Options:
    return tuple((value.value, value.zh) for value in values)


_MORE: Final[dict[str, dict[str, Any]]] = {
    "name": {"longest": 200, "help": "骑手在地图上看到的名字，和门牌一致。", "example": "淮海路邮政工会驿站"},
    "aliases": {"kind": "lines", "help": "别的叫法，一行一个。搜的时候也找得到。"},
    "kind": {"kind": "choice", "options": _words(Kind), "unknown": ""},
    "service_level": {"kind": "choice", "options": _words(ServiceLevel)},
    "honours": {"kind": "checks", "options": _words(Honour)},
    "brand": {"help": "门上写的品牌，比如“暖心驿站”。"},
    "host_type": {"kind": "choice", "options": _words(HostType)},
    "builder_type": {"kind": "choice", "options": _words(BuilderType)},
    "operator": {"help": "哪个单位在管。"},
    "phone": {
        "help": "站点的电话。手机号只有管理人员看得到，不会给骑手看。",
        "example": "0561-3021234",
        "longest": 60,
    },
    "position_precision_m": {"kind": "number", "help": "误差大约多少米。", "example": "10"},
    "position_source": {"help": "比如：手机定位、地图上拖动、台账。"},
    "landmark": {"help": "好找的标志，比如“中石化加油站对面”。"},
    "entrance_note": {"help": "从哪个门进，走哪边。"},
    "road_ref": {"help": "路边站才写，比如 G353。", "example": "G353"},
    "road_direction": {"help": "哪个方向的车能进，比如“往徐州方向”。"},
    "road_stake": {"help": "比如 K2112+400。", "example": "K2112+400"},
    "access_method": {"kind": "choice", "options": _words(AccessMethod)},
    "registration_required": {"kind": "yes_no", "options": (("yes", "要登记"), ("no", "不用登记"))},
    "audience": {"kind": "choice", "options": _words(Audience)},
    "price": {"help": "不收费写“免费”。"},
    "rules": {"kind": "lines", "help": "进门要守的规定。"},
    "seats": {"kind": "number", "example": "12"},
    "area_m2": {"kind": "number", "help": "平方米。", "example": "35"},
    "opening_hours": {
        "kind": "lines",
        "longest": 1_000,
        "help": "写平常话就行：周一至周五8:30-12:00,14:30-18:00，周末休息。也可以写 OSM 规则："
        "Mo-Fr 08:30-17:30; PH off。不写就是不清楚。",
        "example": "每天8:00-20:00",
    },
    "hours_text": {
        "help": "门上贴的、牌子上写的原话。上面的时间改了而这里没改，对不上的原话会去掉。",
        "longest": 1_000,
    },
    "staffed_hours": {
        "help": "有人在的时间，和自助开放的时间分开写。写法和上面一样。",
        "longest": 1_000,
        "example": "Mo-Fr 09:00-17:00",
    },
    "hours_source": {"help": "比如：门牌、电话问的、银行网点公示。"},
    "status": {"kind": "choice", "options": _words(Status), "unknown": ""},
    "suspended_until": {
        "kind": "date",
        "help": "重新开放的那一天。只有“暂停”才写；不知道就空着。",
        "example": "2026-12-31",
    },
    "status_reason": {"help": "骑手会看到，比如“装修”。"},
    "bays_total": {"kind": "number", "help": "一共能停几辆货车。", "example": "20"},
    "bays_free": {"kind": "number", "help": "现在空着几个；改了会记下现在的时间。", "example": "5"},
    "max_height_m": {"kind": "number", "help": "米。", "example": "4.5"},
    "max_length_m": {"kind": "number", "help": "米。", "example": "18"},
    "parking_paid": {"kind": "yes_no", "options": (("yes", "收费"), ("no", "不收费"))},
    "security_level": {"help": "比如：有围栏、有保安、24小时监控。"},
    "source_date": {"kind": "date", "example": "2026-03-31"},
    "last_inspected_on": {"kind": "date", "example": "2026-11-20"},
    "note": {"kind": "lines", "help": "给管理人员看的。"},
}  # fmt: skip

# Not a field of its own: a moment is set by it.
HOURS_CHECKED: Final = Control(
    name="hours_checked",
    label="我核对过开放时间",
    kind="checks",
    options=(("yes", "今天核对过，上面的时间是对的"),),
)
POSITION: Final = ("position", "datum")


def _control(name: str, label: str) -> Control:
    more = _MORE.get(name, {})
    longest = LINES_LONGEST if more.get("kind") == "lines" else LINE_LONGEST
    given: dict[str, Any] = {"name": name, "label": label, "longest": longest} | more
    return Control(**given)


CONTROLS: Final[dict[Subject, tuple[Control, ...]]] = {
    subject: tuple(
        HOURS_CHECKED if name == "hours_verified_at" else _control(name, label)
        for name, label in fields.items()
        if name not in {"position", "amenities"}
    )
    for subject, fields in FIELDS.items()
}
BY_NAME: Final = {control.name: control for controls in CONTROLS.values() for control in controls}


def _amenity_unit(code: str) -> tuple[str, str, str, str]:
    """Names of the controls of one amenity: state, number, note, fee."""
    return f"a.{code}", f"a.{code}.n", f"a.{code}.note", f"a.{code}.fee"


AMENITY_UNITS: Final = {amenity.code: _amenity_unit(amenity.code) for amenity in AMENITIES}


def units_of(subject: Subject) -> list[tuple[str, ...]]:
    """The controls of a form, those together that are only right together."""
    units: list[tuple[str, ...]] = [(control.name,) for control in CONTROLS[subject]]
    if subject is Subject.PLACE:
        units.insert(0, POSITION)
    if subject is Subject.AMENITIES:
        units += AMENITY_UNITS.values()
    return units


def label_of(unit: str) -> str:
    """What a unit is called, by its first control."""
    if unit == POSITION[0]:
        return FIELDS[Subject.PLACE]["position"]
    if unit.startswith("a."):
        code = unit.removeprefix("a.")
        return next(amenity.zh for amenity in AMENITIES if amenity.code == code)
    return BY_NAME[unit].label


# --- what a form shows ------------------------------------------------------------------------


def shown(subject: Subject, document: Mapping[str, Any]) -> dict[str, str]:
    """The controls of a form with what is stored, as text; "" is unknown."""
    values = {control.name: _shown(document.get(control.name)) for control in CONTROLS[subject]}
    if subject is Subject.PLACE:
        # The datum is asked for each time that figures change, so none is chosen beforehand.
        values |= {"position": position_text(document["lon"], document["lat"]), "datum": ""}
    if subject is Subject.AMENITIES:
        values |= _amenities(document["amenities"])
    return values


def _amenities(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for code, unit in AMENITY_UNITS.items():
        fact = facts.get(code, {})
        known = (fact.get(name) for name in ("state", "quantity", "note", "fee"))
        values |= dict(zip(unit, map(_shown, known), strict=True))
    return values


def position_text(lon: float, lat: float) -> str:
    """Degrees, longitude first, to 1 cm."""
    return f"{lon:.7f}".rstrip("0").rstrip(".") + ", " + f"{lat:.7f}".rstrip("0").rstrip(".")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value)

"""A planner's question out of an address, with what is wrong at its field; and back into one."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from station_map.domain.travel import TravelMode
from station_map.domain.vocabulary import AMENITIES, Audience, Kind
from station_map.errors import InputError
from station_map.geo.box import SERVICE_BOX
from station_map.planning.live_asked import MOST_CHANGES, LiveAsked
from station_map.web.admin.forms import Form

SEVERAL: Final = ("need", "kind", "audience", "add", "close")
_SINGLE: Final = (
    *("demand", "area", "by", "radius", "minutes", "when", "hour", "planned"),
    *("vs", "scenario"),
)
WHENS: Final = (
    ("any", "任何时候"),
    ("day", "工作日白天（周一到周五 8–20 时）"),
    ("night", "夜里（每天 22–6 时）"),
    ("weekend", "周末白天（8–20 时）"),
    ("24h", "全天 24 小时"),
    ("hour", "一周里的某一小时"),
)
WAYS: Final = (("metres", "直线距离"), ("walk", "步行分钟"), ("ebike", "电动车分钟"))
NEEDS: Final = tuple((one.code, one.zh) for one in AMENITIES)
KINDS: Final = tuple((one.value, one.zh) for one in Kind)
AUDIENCES: Final = tuple((one.value, one.zh) for one in Audience if one is not Audience.EVERYONE)
# pydantic's fields by ours; the text of its errors is English.
_FIELDS: Final = {
    "demand": ("demand", "最多 500 个字符。"),
    "area": ("area", "写六位地区代码，如 340603。"),
    "radii": ("radius", "写 100 到 3000 之间的米数，如 500。"),
    "minutes": ("minutes", "写 1 到 30 之间的分钟数，如 15。"),
    "hour": ("hour", "写 0 到 167：周一 0 时是 0，周日 23 时是 167。"),
    "hours": ("when", "没有这个选项。"),
    "mode": ("by", "没有这个选项。"),
    "amenities": ("need", "没有这种设施。"),
    "kinds": ("kind", "没有这种驿站。"),
    "audiences": ("audience", "没有这类人。"),
    "without": ("close", f"最多 {MOST_CHANGES} 个，编号不超过 64 个字符。"),
    "added": ("add", f"最多 {MOST_CHANGES} 个；写经度,纬度（WGS-84），如 116.798,33.956。"),
}
_LONGEST: Final = 500
_BIGGEST: Final = 2**63 - 1
_DIGITS: Final = 6


def form_of(args: MultiDict[str, str]) -> Form:
    """What stands in an address; fields that may be given more than once as lists."""
    told: dict[str, str | list[str]] = {
        name: args.get(name, "").strip()[: _LONGEST + 1] for name in _SINGLE
    }
    for name in SEVERAL:
        given = (value.strip()[: _LONGEST + 1] for value in args.getlist(name)[: 4 * MOST_CHANGES])
        told[name] = list(dict.fromkeys(value for value in given if value))
    told |= {
        "by": told["by"] or "metres",
        "radius": told["radius"] or "1000",
        "minutes": told["minutes"] or "15",
        "when": told["when"] or "any",
        "hour": told["hour"] or "12",
    }
    return Form(told)


def asked_of(form: Form) -> LiveAsked:
    """The question of a form; what is wrong is noted in it, and left out of the question."""
    places = [place for text in form.chosen("add") if (place := _noted(form, text))]
    told: dict[str, Any] = {
        "demand": form["demand"] or None,
        "area": form["area"] or None,
        "amenities": form.chosen("need"),
        "kinds": form.chosen("kind"),
        "audiences": form.chosen("audience"),
        "with_planned": form["planned"] == "1",
        "without": form.chosen("close"),
        "added": [{"lon": lon, "lat": lat} for lon, lat in places],
        **_reach(form),
        **_moment(form),
    }
    try:
        return LiveAsked.model_validate(told)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=False):
            where = str(one["loc"][0]) if one["loc"] else ""
            name, words = _FIELDS.get(where, ("", ""))
            if not name:
                name, words = "minutes", "最远 3000 米：步行 30 分钟、电动车 15 分钟以内。"
            form.trouble.setdefault(name, words)
        return LiveAsked()


def _noted(form: Form, text: str) -> tuple[float, float] | None:
    try:
        return _place(text)
    except InputError as error:
        form.note(error, "add")
        return None


def _reach(form: Form) -> dict[str, Any]:
    if form["by"] == "metres":
        metres = form.read(_number, "radius", None)
        return {} if metres is None else {"radii": (metres,)}
    minutes = form.read(_number, "minutes", None)
    if form["by"] not in {TravelMode.WALK.value, TravelMode.EBIKE.value}:
        form.trouble.setdefault("by", "没有这个选项。")
        return {}
    return {} if minutes is None else {"minutes": (minutes,), "mode": form["by"]}


def _moment(form: Form) -> dict[str, Any]:
    when = form["when"]
    if when == "any":
        return {}
    if when != "hour":
        return {"hours": when}
    hour = form.read(_number, "hour", None)
    return {} if hour is None else {"hour": hour}


def _number(text: str) -> float:
    """Raises InputError."""
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    # Not a number is not equal to itself, and is refused with the infinite.
    if not abs(number) < _BIGGEST:
        raise InputError("请写数字，如 500。 A number is wanted, such as 500.")
    return number


def _place(text: str) -> tuple[float, float]:
    """Longitude and latitude as people type them. Raises InputError."""
    parts = text.replace("，", ",").replace("、", ",").replace(",", " ").split()
    try:
        lon, lat = (round(float(part), _DIGITS) for part in parts)
    except ValueError:
        lon = lat = float("nan")
    if not SERVICE_BOX.contains(lon, lat):
        raise InputError(
            "写经度,纬度（WGS-84），在中国范围内，如 116.798,33.956。 Longitude, latitude."
        )
    return lon, lat


def number_of(form: Form, name: str) -> int | None:
    """The number of a scenario in a field, None for none; noted when it is no number."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and 0 < int(text[:20]) <= _BIGGEST):
            raise InputError("没有这个方案。 There is no such scenario.")
        return int(text)

    return form.read(read, name, None) if form[name] else None


def query_of(asked: LiveAsked, **more: object) -> str:
    """The address's query of a question: the same question, always written the same way."""
    pairs: list[tuple[str, object]] = [("demand", asked.demand), ("area", asked.area)]
    if asked.minutes:
        pairs += [("by", asked.mode), ("minutes", f"{asked.minutes[0]:g}")]
    else:
        pairs.append(("radius", f"{asked.radii[0]:g}"))
    if asked.hour is not None:
        pairs += [("when", "hour"), ("hour", asked.hour)]
    elif asked.hours is not None:
        pairs.append(("when", asked.hours))
    pairs += [("need", code) for code in asked.amenities]
    pairs += [("kind", one.value) for one in asked.kinds]
    pairs += [("audience", one.value) for one in asked.audiences]
    pairs.append(("planned", "1" if asked.with_planned else None))
    pairs += [("add", place_words(one.lon, one.lat)) for one in asked.added]
    pairs += [("close", code) for code in asked.without]
    pairs += list(more.items())
    return urlencode([(name, value) for name, value in pairs if value not in {None, ""}])


def place_words(lon: float, lat: float) -> str:
    """A place as it stands in an address."""
    return f"{lon:.6f}".rstrip("0").rstrip(".") + "," + f"{lat:.6f}".rstrip("0").rstrip(".")

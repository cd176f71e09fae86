"""What is known of a station in words, section by section, and what is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.vocabulary import (
    AccessMethod,
    Audience,
    BuilderType,
    Datum,
    HostType,
    Labelled,
)
from station_map.web.pages import wording
from station_map.web.pages.cards import honour_zh, kind_zh


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what, and what is known of it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one subject; unknown: the labels of what is not known of it."""

    facts: tuple[Fact, ...]
    unknown: tuple[str, ...]


# What a rider does at the door, for each method.
_DOOR: Final[dict[AccessMethod, str]] = {
    AccessMethod.OPEN_DOOR: "门没锁，推门就能进",
    AccessMethod.STAFF: "找里面的工作人员",
    AccessMethod.QR_CODE: "用手机扫门上的二维码开门",
    AccessMethod.MEMBER_CARD: "刷工会会员卡开门",
    AccessMethod.FACE: "在门口刷脸开门",
    AccessMethod.KEY_CODE: "在门锁上输密码开门",
    AccessMethod.APP: "用手机应用开门",
}
_AUDIENCE: Final[dict[Audience, str]] = {
    Audience.EVERYONE: "谁都能进",
    Audience.OUTDOOR_WORKERS: "户外劳动者：骑手、司机、环卫、交警等",
    Audience.UNION_MEMBERS: "工会会员",
}
_WHEELCHAIR: Final = {
    "yes": "能进，有无障碍通道",
    "partial": "不是处处都能到",
    "broken": "无障碍通道坏了",
    "no": "没有无障碍通道",
}

Facts = Mapping[str, Any]
Telling = Callable[[Facts], str | None]
Lines = tuple[tuple[str, Telling], ...]


def section(facts: Facts, lines: Lines, asked: tuple[str, ...] = ()) -> Section:
    """The lines of which something is known; of the labels `asked`, those that are not."""
    told = [(label, telling(facts)) for label, telling in lines]
    return Section(
        tuple(Fact(label, value) for label, value in told if value),
        tuple(label for label, value in told if not value and label in asked),
    )


def getting_in(facts: Facts) -> Section:
    """How the door opens, for whom, at what price."""
    return section(facts, _GETTING_IN, ("怎么开门", "登记", "谁能进", "费用", "电话"))


def accessibility(facts: Facts) -> Section:
    """For wheelchairs and those who cannot climb stairs."""
    return section(facts, _ACCESSIBILITY, ("轮椅", "楼层"))


def room(facts: Facts) -> Section:
    """How large it is, and for lorries."""
    lorries = facts.get("kind") == "driver_home"
    asked = ("货车停车位", "限高", "限长") if lorries else ("座位",)
    return section(facts, _ROOM, asked)


def place(facts: Facts, lon: float, lat: float) -> Section:
    """Where it is; lon, lat in degrees, WGS-84."""
    # A hyphen at which no line ends.
    lines = (*_PLACE, ("坐标", lambda _: f"{lon:.6f}, {lat:.6f}（WGS\N{NON-BREAKING HYPHEN}84）"))
    return section(facts, lines, ("地址",))


def provenance(facts: Facts) -> Section:
    """Whose it is, and how it came here."""
    return section(facts, _PROVENANCE)


def provenance_line(facts: Facts, verified_by: str | None) -> str:
    """Where this comes from and who looked last, in a sentence.

    verified_by: an organisation or a role, never a person.
    """
    source = facts.get("source")
    told = f"信息来自{source}" if source else "信息从哪来不清楚"
    if facts.get("demo"):
        told = "这是示例数据，生成的，不是真的"
    at = facts.get("verified_at")
    if not at:
        return f"{told}，还没有人核实。"
    by = f"（{verified_by}）" if verified_by else ""
    return f"{told}，最后核实 {wording.iso_day(str(at))}{by}。"


def _plain(field: str, unit: str = "") -> Telling:
    def telling(facts: Facts) -> str | None:
        value = facts.get(field)
        return None if value is None or value == "" else f"{_number(value)}{unit}"

    return telling


def _number(value: object) -> object:
    """A figure without a needless ".0"."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _label(field: str, vocabulary: type[Labelled]) -> Telling:
    def telling(facts: Facts) -> str | None:
        value = facts.get(field)
        return vocabulary(value).zh if value else None

    return telling


def _day(field: str) -> Telling:
    def telling(facts: Facts) -> str | None:
        value = facts.get(field)
        return wording.day_zh(str(value)) if value else None

    return telling


def _door(facts: Facts) -> str | None:
    method = facts.get("access_method")
    return _DOOR[AccessMethod(method)] if method else None


def _registration(facts: Facts) -> str | None:
    return {True: "要先登记", False: "不用登记", None: None}[facts.get("registration_required")]


def _audience(facts: Facts) -> str | None:
    audience = facts.get("audience")
    return _AUDIENCE[Audience(audience)] if audience else None


def _staffed(facts: Facts) -> str | None:
    hours = facts.get("staffed_hours")
    return wording.hours_zh(hours) or hours


def _wheelchair(facts: Facts) -> str | None:
    return _WHEELCHAIR.get((facts.get("amenities") or {}).get("wheelchair_access", ""))


def _road(facts: Facts) -> str | None:
    parts = [facts.get(name) for name in ("road_ref", "road_direction", "road_stake")]
    return " ".join(str(part) for part in parts if part) or None


def _bays(facts: Facts) -> str | None:
    total = facts.get("bays_total")
    if total is None:
        return None
    paid = {True: "，收费", False: "，免费", None: ""}[facts.get("parking_paid")]
    return f"{total} 个{paid}"


def _free_bays(facts: Facts) -> str | None:
    """Free bays are a matter of the moment, so they never stand without it."""
    free, at = facts.get("bays_free"), facts.get("bays_at")
    return None if free is None or not at else f"{free} 个（{wording.moment_zh(str(at))}数的）"


def _also_called(facts: Facts) -> str | None:
    return "、".join(facts.get("aliases") or ()) or None


_GETTING_IN: Final[Lines] = (
    ("怎么开门", _door),
    ("登记", _registration),
    ("谁能进", _audience),
    ("费用", _plain("price")),
    ("有人值守", _staffed),
    ("规定", _plain("rules")),
    ("电话", _plain("phone")),
)
_ACCESSIBILITY: Final[Lines] = (
    ("轮椅", _wheelchair),
    ("楼层", _plain("floor")),
    ("入口", _plain("entrance_note")),
)
_ROOM: Final[Lines] = (
    ("座位", _plain("seats", " 个")),
    ("面积", _plain("area_m2", " 平方米")),
    ("货车停车位", _bays),
    ("空车位", _free_bays),
    ("限高", _plain("max_height_m", " 米")),
    ("限长", _plain("max_length_m", " 米")),
    ("安全", _plain("security_level")),
)
_PLACE: Final[Lines] = (
    ("地址", _plain("address")),
    ("地区", _plain("district")),
    ("怎么找", _plain("landmark")),
    ("公路", _road),
    ("设在", _label("host_type", HostType)),
    ("门上的牌子", _plain("brand")),
    ("也叫", _also_called),
)
_PROVENANCE: Final[Lines] = (
    ("编号", _plain("code")),
    ("类型", kind_zh),
    ("荣誉", lambda facts: honour_zh(facts.get("honours") or ()) or None),
    ("建设", _label("builder_type", BuilderType)),
    ("管理单位", _plain("operator")),
    ("来源日期", _day("source_date")),
    ("时间核实", _day("hours_verified_at")),
    ("最后巡查", _day("last_inspected_on")),
    ("坐标原来是", _label("source_datum", Datum)),
    ("备注", _plain("note")),
)

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
from station_map.web.language import label as label_of
from station_map.web.language import mark, t, tn
from station_map.web.pages import wording
from station_map.web.pages.cards import honours_in_words, kind_in_words


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what, and what is known of it. telephone: the value is a number to call."""

    label: str
    value: str
    telephone: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one subject; unknown: the labels of what is not known of it."""

    facts: tuple[Fact, ...]
    unknown: tuple[str, ...]


# What a rider does at the door, for each method.
_DOOR: Final[dict[AccessMethod, str]] = {
    AccessMethod.OPEN_DOOR: mark("门没锁，推门就能进"),
    AccessMethod.STAFF: mark("找里面的工作人员"),
    AccessMethod.QR_CODE: mark("用手机扫门上的二维码开门"),
    AccessMethod.MEMBER_CARD: mark("刷工会会员卡开门"),
    AccessMethod.FACE: mark("在门口刷脸开门"),
    AccessMethod.KEY_CODE: mark("在门锁上输密码开门"),
    AccessMethod.APP: mark("用手机应用开门"),
}
_AUDIENCE: Final[dict[Audience, str]] = {
    Audience.EVERYONE: mark("谁都能进"),
    Audience.OUTDOOR_WORKERS: mark("户外劳动者：骑手、司机、环卫、交警等"),
    Audience.UNION_MEMBERS: mark("工会会员"),
}
_WHEELCHAIR: Final = {
    "yes": mark("能进，有无障碍通道"),
    "partial": mark("不是处处都能到"),
    "broken": mark("无障碍通道坏了"),
    "no": mark("没有无障碍通道"),
}

# Those whom the store tells (store/station_page.py).
_ROLES: Final = frozenset((mark("工会巡查"), mark("站点自报"), mark("职工反馈")))
_PHONE: Final = mark("电话")

Facts = Mapping[str, Any]
Telling = Callable[[Facts], str | None]
Lines = tuple[tuple[str, Telling], ...]


def section(facts: Facts, lines: Lines, asked: tuple[str, ...] = ()) -> Section:
    """The lines of which something is known; of the labels `asked`, those that are not."""
    told = [(label, telling(facts)) for label, telling in lines]
    return Section(
        tuple(Fact(t(label), value, label == _PHONE) for label, value in told if value),
        tuple(t(label) for label, value in told if not value and label in asked),
    )


def getting_in(facts: Facts) -> Section:
    """How the door opens, for whom, at what price."""
    return section(facts, _GETTING_IN, ("怎么开门", "登记", "谁能进", "费用", _PHONE))


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
    lines = (*_PLACE, (mark("坐标"), lambda _: _coordinates(lon, lat)))
    return section(facts, lines, ("地址",))


def _coordinates(lon: float, lat: float) -> str:
    # A hyphen at which no line ends.
    datum = "WGS\N{NON-BREAKING HYPHEN}84"
    return t("%(lon)s, %(lat)s（%(datum)s）", lon=f"{lon:.6f}", lat=f"{lat:.6f}", datum=datum)


def provenance(facts: Facts) -> Section:
    """Whose it is, and how it came here."""
    return section(facts, _PROVENANCE)


def provenance_line(facts: Facts, verified_by: str | None) -> str:
    """Where this comes from and who looked last, in a sentence.

    verified_by: an organisation or a role, never a person.
    """
    source = facts.get("source")
    told = t("信息来自%(source)s", source=source) if source else t("信息从哪来不清楚")
    if facts.get("demo"):
        told = t("这是示例数据，生成的，不是真的")
    at = facts.get("verified_at")
    if not at:
        return t("%(told)s，还没有人核实。", told=told)
    by = t("（%(who)s）", who=_role(verified_by)) if verified_by else ""
    return t("%(told)s，最后核实 %(day)s%(by)s。", told=told, day=wording.iso_day(str(at)), by=by)


def _role(by: str) -> str:
    """A role by its word; an organisation by its own name."""
    return t(by) if by in _ROLES else by


def _plain(field: str) -> Telling:
    def telling(facts: Facts) -> str | None:
        value = facts.get(field)
        return None if value is None or value == "" else str(value)

    return telling


def _measured(field: str, words: str) -> Telling:
    """words: marked, with the figure as `%(num)s`."""

    def telling(facts: Facts) -> str | None:
        value = facts.get(field)
        return None if value is None else t(words, num=_number(value))

    return telling


def _number(value: object) -> object:
    """A figure without a needless ".0"."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _label(field: str, vocabulary: type[Labelled]) -> Telling:
    def telling(facts: Facts) -> str | None:
        value = facts.get(field)
        return label_of(vocabulary(value)) if value else None

    return telling


def _day(field: str) -> Telling:
    def telling(facts: Facts) -> str | None:
        value = facts.get(field)
        return wording.day(str(value)) if value else None

    return telling


def _door(facts: Facts) -> str | None:
    method = facts.get("access_method")
    return t(_DOOR[AccessMethod(method)]) if method else None


def _registration(facts: Facts) -> str | None:
    needed = facts.get("registration_required")
    if needed is None:
        return None
    return t("要先登记") if needed else t("不用登记")


def _audience(facts: Facts) -> str | None:
    audience = facts.get("audience")
    return t(_AUDIENCE[Audience(audience)]) if audience else None


def _staffed(facts: Facts) -> str | None:
    hours = facts.get("staffed_hours")
    return wording.hours(hours) or hours


def _wheelchair(facts: Facts) -> str | None:
    state = (facts.get("amenities") or {}).get("wheelchair_access", "")
    return t(_WHEELCHAIR[state]) if state in _WHEELCHAIR else None


def _road(facts: Facts) -> str | None:
    parts = [facts.get(name) for name in ("road_ref", "road_direction", "road_stake")]
    return " ".join(str(part) for part in parts if part) or None


def _bays(facts: Facts) -> str | None:
    total = facts.get("bays_total")
    if total is None:
        return None
    told, paid = tn("%(num)s 个", total), facts.get("parking_paid")
    if paid is None:
        return told
    return told + (t("，收费") if paid else t("，免费"))


def _free_bays(facts: Facts) -> str | None:
    """Free bays are a matter of the moment, so they never stand without it."""
    free, at = facts.get("bays_free"), facts.get("bays_at")
    if free is None or not at:
        return None
    return tn("%(num)s 个（%(at)s数的）", free, at=wording.moment(str(at)))


def _also_called(facts: Facts) -> str | None:
    return "、".join(facts.get("aliases") or ()) or None


_GETTING_IN: Final[Lines] = (
    (mark("怎么开门"), _door),
    (mark("登记"), _registration),
    (mark("谁能进"), _audience),
    (mark("费用"), _plain("price")),
    (mark("有人值守"), _staffed),
    (mark("规定"), _plain("rules")),
    (_PHONE, _plain("phone")),
)
_ACCESSIBILITY: Final[Lines] = (
    (mark("轮椅"), _wheelchair),
    (mark("楼层"), _plain("floor")),
    (mark("入口"), _plain("entrance_note")),
)
_ROOM: Final[Lines] = (
    (mark("座位"), _measured("seats", mark("%(num)s 个"))),
    (mark("面积"), _measured("area_m2", mark("%(num)s 平方米"))),
    (mark("货车停车位"), _bays),
    (mark("空车位"), _free_bays),
    (mark("限高"), _measured("max_height_m", mark("%(num)s 米"))),
    (mark("限长"), _measured("max_length_m", mark("%(num)s 米"))),
    (mark("安全"), _plain("security_level")),
)
_PLACE: Final[Lines] = (
    (mark("地址"), _plain("address")),
    (mark("地区"), _plain("district")),
    (mark("怎么找"), _plain("landmark")),
    (mark("公路"), _road),
    (mark("设在"), _label("host_type", HostType)),
    (mark("门上的牌子"), _plain("brand")),
    (mark("也叫"), _also_called),
)
_PROVENANCE: Final[Lines] = (
    (mark("编号"), _plain("code")),
    (mark("类型"), kind_in_words),
    (mark("荣誉"), lambda facts: honours_in_words(facts.get("honours") or ()) or None),
    (mark("建设"), _label("builder_type", BuilderType)),
    (mark("管理单位"), _plain("operator")),
    (mark("来源日期"), _day("source_date")),
    (mark("时间核实"), _day("hours_verified_at")),
    (mark("最后巡查"), _day("last_inspected_on")),
    (mark("坐标原来是"), _label("source_datum", Datum)),
    (mark("备注"), _plain("note")),
)

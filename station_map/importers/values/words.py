"""Words for the closed vocabularies: 银行网点 is a bank, 停用 is suspended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from station_map.domain.vocabulary import (
    AccessMethod,
    Audience,
    BuilderType,
    Datum,
    Honour,
    HostType,
    Kind,
    Labelled,
    ServiceLevel,
    Status,
)
from station_map.importers.tables.datums import datums_named
from station_map.importers.values.remarks import UNKNOWN, Parsed, unread
from station_map.importers.values.texts import BLANK_WORDS, folded

# In order: the first word found in the cell decides.
_HOSTS: Final = {
    HostType.CHARGING_STATION: "充电站 换电站 chargingstation",
    HostType.FUEL_STATION: "加油站 加油 中石化 中石油 中国石化 中国石油 加能站 fuel gasstation petrol",
    HostType.SERVICE_AREA: "服务区 servicearea",
    HostType.LOGISTICS_PARK: "物流园 物流中心 物流基地 logistics",
    HostType.PUBLIC_TOILET: "公厕 公共厕所 环卫 publictoilet",
    HostType.POST: "邮政 邮局 邮储网点 post",
    HostType.BANK: "银行 信用社 农商行 bank",
    HostType.TELECOM: "移动营业厅 联通 电信 中国移动 通信 telecom",
    HostType.HOSPITAL: "医院 卫生院 诊所 卫生服务中心 hospital clinic",
    HostType.BUS_STATION: "客运站 汽车站 公交站 公交场站 公交枢纽 客运中心 busstation",
    HostType.PORT: "港口 码头 port",
    HostType.COMMUNITY_CENTER: "党群 社区 居委会 村委会 邻里中心 新时代文明实践 community",
    HostType.PARK: "公园 绿地 广场管理房 park",
    HostType.MALL: "商场 购物中心 百货 商业综合体 万达 mall",
    HostType.RESTAURANT: "餐馆 餐厅 饭店 酒店 快餐 小吃 restaurant",
    HostType.SHOP: "超市 便利店 商店 药店 药房 门店 商铺 shop store",
    HostType.GOVERNMENT: "机关 政府 政务 派出所 交警 城管 执法 税务 法院 工会 街道办 公安 government",
    HostType.OTHER: "其他 other",
}
_KINDS: Final = {
    Kind.DRIVER_HOME: "司机之家 driverhome",
    Kind.MOBILE_STATION: "流动 移动驿站 mobile",
    Kind.PARTNER_STATION: "共建站点 共建驿站 合作 partner",
    Kind.UNION_STATION: "工会驿站 驿站 户外劳动者 服务站点 爱心 union",
}
_BUILDERS: Final = {
    BuilderType.SELF_BUILT: "自建 selfbuilt",
    BuilderType.GOVERNMENT_BUILT: "政府 governmentbuilt",
    BuilderType.PARTNER_BUILT: "社会 助建 partnerbuilt",
    BuilderType.JOINT_BUILT: "集成 共建 联建 jointbuilt",
}
_ACCESS: Final = {
    AccessMethod.FACE: "刷脸 人脸 face",
    AccessMethod.MEMBER_CARD: "会员卡 工会卡 刷卡 membercard",
    AccessMethod.QR_CODE: "扫码 二维码 qr",
    AccessMethod.KEY_CODE: "密码 keycode",
    AccessMethod.APP: "应用 app 小程序",
    AccessMethod.STAFF: "工作人员 值守 人工 前台 staff",
    AccessMethod.OPEN_DOOR: "推门 直接 自由 敞开 无门禁 免登记 opendoor",
}
_STATUSES: Final = {
    Status.DELISTED: "摘牌 注销 取消 delisted",
    Status.PLANNED: "筹建 在建 规划 拟建 待建 建设中 planned",
    Status.SUSPENDED: "暂停 停用 装修 维修 整改 升级改造 未开放 suspended",
    Status.CLOSED: "关闭 撤销 已撤 拆除 关停 closed",
    Status.OPEN: "启用 正常 开放 运营 运行 使用中 在用 open",
}
_LEVELS: Final = {
    ServiceLevel.COMPREHENSIVE: "综合 comprehensive",
    ServiceLevel.EXTENDED_HOURS: "24小时 延时 extended",
    ServiceLevel.SMART: "智能 智慧 smart",
    ServiceLevel.COMPACT: "小快灵 compact",
    ServiceLevel.MOBILE: "流动 mobile",
}
_AUDIENCES: Final = {
    Audience.UNION_MEMBERS: "会员 unionmembers",
    Audience.EVERYONE: "所有 市民 公众 群众 everyone 不限",
    Audience.OUTDOOR_WORKERS: "户外 劳动者 快递 外卖 骑手 环卫 司机 outdoorworkers",
}
_HONOURS: Final = {
    Honour.NATIONAL_MOST_BEAUTIFUL: "全国最美 全国“最美 nationalmostbeautiful",
    Honour.PROVINCIAL_MOST_BEAUTIFUL: "全省最美 省最美 省级最美 安徽省最美 provincialmostbeautiful",
    Honour.MODEL: "示范 model",
    Honour.AAAAA: "aaaaa 5a",
    Honour.AAAA: "aaaa 4a",
    Honour.AAA: "aaa 3a",
}
_GRADES: Final = (Honour.AAAAA, Honour.AAAA, Honour.AAA)

Words = Mapping[Any, str]


def _parser(words: Words, zh: str, en: str) -> Callable[[Any], Parsed]:
    table = [(word, member) for member, names in words.items() for word in names.split()]
    exact = {
        name: member
        for member in words
        for name in (folded(member.value), folded(member.zh), folded(member.en))
    }

    def parse(cell: Any) -> Parsed:
        word = folded(cell)
        if word in BLANK_WORDS:
            return UNKNOWN
        if word in exact:
            return Parsed(exact[word])
        for part, member in table:
            if part in word:
                return Parsed(member)
        return unread(cell, zh, en)

    return parse


kind_of = _parser(_KINDS, "不是已知的驿站类型", "is no known kind of station")
builder_of = _parser(_BUILDERS, "不是已知的建设方式", "is no known type of builder")
access_of = _parser(_ACCESS, "不是已知的进入方式", "is no known way in")
status_of = _parser(_STATUSES, "不是已知的状态", "is no known status")
level_of = _parser(_LEVELS, "不是已知的服务等级", "is no known service level")
audience_of = _parser(_AUDIENCES, "不是已知的服务对象", "is no known audience")
_host = _parser(_HOSTS, "", "")


def host_of(cell: Any) -> Parsed:
    """The type of host; a host without a type of its own (快递网点) is "other"."""
    parsed = _host(cell)
    if parsed.remark is None:
        return parsed
    return Parsed(HostType.OTHER)


def honours_of(cell: Any) -> Parsed:
    """Every title that a cell names, best first; the highest grade only."""
    word = folded(cell)
    if word in BLANK_WORDS or word in ("无", "否", "0", "×"):
        return Parsed(())
    plain = word.replace("_", "")
    found = [
        honour for honour, names in _HONOURS.items() if any(name in plain for name in names.split())
    ]
    grades = [honour for honour in found if honour in _GRADES]
    kept = tuple(h for h in found if h not in _GRADES or h is grades[0])
    if not kept:
        return unread(cell, "不是已知的荣誉称号", "is no known title")
    return Parsed(kept)


def datum_of(cell: Any) -> Parsed:
    """The one datum that a cell names, or None."""
    if folded(cell) in BLANK_WORDS:
        return UNKNOWN
    datums = datums_named(str(cell))
    if len(datums) != 1:
        return unread(cell, "说不清是哪种坐标系", "does not name one datum")
    return Parsed(next(iter(datums)))


def labelled(values: type[Labelled]) -> str:
    """A vocabulary as people would type it."""
    return "、".join(value.zh for value in values)


__all__ = [
    "Datum",
    "access_of",
    "audience_of",
    "builder_of",
    "datum_of",
    "honours_of",
    "host_of",
    "kind_of",
    "labelled",
    "level_of",
    "status_of",
]

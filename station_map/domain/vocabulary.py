"""The closed vocabularies: every code that database, API, URLs and sheets may hold.

Codes are stable public names. Each has a Chinese and an English label; the order
here is the order in which people see them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, Self, get_args

Tier = Literal["basic", "rider", "truck", "service"]
AmenityState = Literal["yes", "no", "partial", "broken"]
AMENITY_STATES: Final[tuple[AmenityState, ...]] = get_args(AmenityState)


class Labelled(StrEnum):
    """A code with its labels: `Kind.DRIVER_HOME.zh == "司机之家"`."""

    zh: str
    en: str

    # The labels have defaults only so that `Kind("driver_home")` is typed as a look-up.
    def __new__(cls, code: str, zh: str = "", en: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        return member


class Kind(Labelled):
    """What sort of station it is."""

    UNION_STATION = "union_station", "工会驿站", "union station"
    DRIVER_HOME = "driver_home", "司机之家", "driver home"
    PARTNER_STATION = "partner_station", "共建站点", "partner station"
    MOBILE_STATION = "mobile_station", "流动驿站", "mobile station"


class ServiceLevel(Labelled):
    """Anhui's own list of service levels."""

    COMPREHENSIVE = "comprehensive", "综合性", "comprehensive"
    EXTENDED_HOURS = "extended_hours", "24小时或延时", "24 h or extended hours"
    SMART = "smart", "智能化", "smart"
    COMPACT = "compact", "小快灵", "compact"
    MOBILE = "mobile", "流动", "mobile"


class HostType(Labelled):
    """The place that houses the station."""

    BANK = "bank", "银行", "bank"
    TELECOM = "telecom", "通信营业厅", "telecom shop"
    POST = "post", "邮政", "post office"
    FUEL_STATION = "fuel_station", "加油站", "fuel station"
    CHARGING_STATION = "charging_station", "充电站", "charging station"
    MALL = "mall", "商场", "mall"
    SHOP = "shop", "商店", "shop"
    RESTAURANT = "restaurant", "餐馆", "restaurant"
    PARK = "park", "公园", "park"
    PUBLIC_TOILET = "public_toilet", "公厕", "public toilet"
    COMMUNITY_CENTER = "community_center", "社区中心", "community centre"
    GOVERNMENT = "government", "机关单位", "government office"
    HOSPITAL = "hospital", "医院", "hospital"
    BUS_STATION = "bus_station", "客运站", "bus station"
    LOGISTICS_PARK = "logistics_park", "物流园", "logistics park"
    SERVICE_AREA = "service_area", "服务区", "service area"
    PORT = "port", "港口", "port"
    OTHER = "other", "其他", "other"


class BuilderType(Labelled):
    """Who built it."""

    SELF_BUILT = "self_built", "自建", "built by the union"
    GOVERNMENT_BUILT = "government_built", "政府兴建", "built by the government"
    PARTNER_BUILT = "partner_built", "社会助建", "built by a partner"
    JOINT_BUILT = "joint_built", "集成共建", "built jointly"


class AccessMethod(Labelled):
    """How the door opens."""

    OPEN_DOOR = "open_door", "推门即进", "walk in"
    STAFF = "staff", "找工作人员", "ask the staff"
    QR_CODE = "qr_code", "扫码开门", "scan a code"
    MEMBER_CARD = "member_card", "刷会员卡", "union card"
    FACE = "face", "刷脸", "face recognition"
    KEY_CODE = "key_code", "输密码", "key code"
    APP = "app", "用手机应用", "mobile app"


class Status(Labelled):
    """Where the station stands in its life."""

    PLANNED = "planned", "筹建", "planned"
    OPEN = "open", "启用", "open"
    SUSPENDED = "suspended", "暂停", "suspended"
    CLOSED = "closed", "关闭", "closed"
    DELISTED = "delisted", "摘牌", "delisted"


class Honour(Labelled):
    """Titles awarded to a station; the A grades belong to driver homes."""

    NATIONAL_MOST_BEAUTIFUL = "national_most_beautiful", "全国最美", "most beautiful (national)"
    PROVINCIAL_MOST_BEAUTIFUL = (
        "provincial_most_beautiful",
        "全省最美",
        "most beautiful (province)",
    )
    MODEL = "model", "示范", "model"
    AAA = "AAA", "AAA级", "grade AAA"
    AAAA = "AAAA", "AAAA级", "grade AAAA"
    AAAAA = "AAAAA", "AAAAA级", "grade AAAAA"


class Audience(Labelled):
    """Whom the station serves."""

    EVERYONE = "everyone", "所有人", "everyone"
    OUTDOOR_WORKERS = "outdoor_workers", "户外劳动者", "outdoor workers"
    UNION_MEMBERS = "union_members", "工会会员", "union members"


class EventKind(Labelled):
    """What the union's dated services at stations are about."""

    COOLING_SUPPLIES = "cooling_supplies", "夏送清凉", "cooling supplies"
    JOB_FAIR = "job_fair", "春送岗位", "job fair"
    SCHOOL_AID = "school_aid", "金秋助学", "school aid"
    WINTER_WARMTH = "winter_warmth", "冬送温暖", "winter warmth"
    LEGAL_CLINIC = "legal_clinic", "法律咨询", "legal clinic"
    PSYCH_CLINIC = "psych_clinic", "心理咨询", "psychological clinic"
    HEALTH_CHECK = "health_check", "健康体检", "health check"
    NIGHT_SCHOOL = "night_school", "职工夜校", "night school"
    JOIN_BY_QR = "join_by_qr", "扫码入会", "join the union by QR"


class Datum(Labelled):
    """The geodetic datum in which a pair of coordinates is given."""

    WGS84 = "wgs84", "WGS-84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02 火星坐标", "GCJ-02"
    BD09 = "bd09", "BD-09 百度坐标", "BD-09"


@dataclass(frozen=True, slots=True)
class Amenity:
    """One thing a station may offer.

    id: small stable number, used inside the database only (1 to 63, see `store`).
    """

    id: int
    code: str
    zh: str
    en: str
    tiers: tuple[Tier, ...]


_B: Final = ("basic",)
_R: Final = ("rider",)
_T: Final = ("truck",)
_S: Final = ("service",)
_BT: Final = ("basic", "truck")

AMENITIES: Final[tuple[Amenity, ...]] = (
    Amenity(1, "drinking_water", "饮水", "drinking water", _B),
    Amenity(2, "hot_water", "热水", "hot water", _BT),
    Amenity(3, "microwave", "热饭", "microwave", _BT),
    Amenity(4, "fridge", "冰箱", "fridge", _B),
    Amenity(5, "seating", "桌椅", "seating", _B),
    Amenity(6, "rest_area", "休息区", "rest area", _B),
    Amenity(7, "nap_bed", "午休床", "nap bed", _R),
    Amenity(8, "air_conditioning", "空调", "air conditioning", _B),
    Amenity(9, "heating", "取暖", "heating", _B),
    Amenity(10, "toilet", "卫生间", "toilet", _BT),
    Amenity(11, "toilet_nearby", "附近卫生间", "toilet nearby", _B),
    Amenity(12, "phone_charging", "手机充电", "phone charging", _B),
    Amenity(13, "power_bank", "充电宝", "power bank", _R),
    Amenity(14, "wifi", "无线网络", "Wi-Fi", _BT),
    Amenity(15, "first_aid_kit", "急救包", "first-aid kit", _B),
    Amenity(16, "medicine", "应急药品", "medicine", _B),
    Amenity(17, "aed", "AED", "AED", _S),
    Amenity(18, "heat_relief", "清凉物资", "heat relief (summer)", _S),
    Amenity(19, "cold_relief", "御寒物资", "cold relief (winter)", _S),
    Amenity(20, "rain_gear", "雨具", "rain gear", _B),
    Amenity(21, "sewing_kit", "针线包", "sewing kit", _B),
    Amenity(22, "repair_tools", "维修工具", "repair tools", _B),
    Amenity(23, "air_pump", "打气筒", "air pump", _R),
    Amenity(24, "ebike_charging", "电动车充电", "e-bike charging", _R),
    Amenity(25, "battery_swap", "换电柜", "battery swap", _R),
    Amenity(26, "ebike_parking", "非机动车停放", "e-bike parking", _R),
    Amenity(27, "car_parking", "小车位", "car parking", _R),
    Amenity(28, "locker", "储物柜", "locker", _R),
    Amenity(29, "books", "图书", "books", _B),
    Amenity(30, "vending", "自动售货", "vending machine", _R),
    Amenity(31, "discount_meal", "优惠餐", "discount meal", _R),
    Amenity(32, "haircut", "理发", "haircut", _S),
    Amenity(33, "truck_parking", "货车停车位", "truck parking", _T),
    Amenity(34, "shower", "淋浴", "shower", _T),
    Amenity(35, "laundry", "洗衣", "laundry", _T),
    Amenity(36, "dryer", "烘干", "dryer", _T),
    Amenity(37, "lodging", "住宿", "lodging", _T),
    Amenity(38, "dining", "餐饮", "dining", _T),
    Amenity(39, "kitchen", "共享厨房", "shared kitchen", _T),
    Amenity(40, "convenience_store", "便利店", "convenience store", _T),
    Amenity(41, "vehicle_repair", "汽车维修", "vehicle repair", _T),
    Amenity(42, "fuel", "加油", "fuel", _T),
    Amenity(43, "gas", "加气", "gas", _T),
    Amenity(44, "ev_charging", "汽车充电桩", "EV charging", _T),
    Amenity(45, "security_patrol", "保安巡逻", "security patrol", _T),
    Amenity(46, "cctv", "监控", "CCTV", _T),
    Amenity(47, "driver_education", "宣传教育", "driver education", _T),
    Amenity(48, "union_aid", "工会帮扶", "union aid", _S),
    Amenity(49, "legal_aid", "法律援助", "legal aid", _S),
    Amenity(50, "psych_support", "心理服务", "counselling", _S),
    Amenity(51, "job_info", "就业信息", "job information", _S),
    Amenity(52, "mother_baby", "母婴室", "mother-and-baby room", _S),
    Amenity(53, "women_room", "女士休息室", "women's room", _S),
    Amenity(54, "wheelchair_access", "无障碍通道", "wheelchair access", _S),
    Amenity(55, "emergency_button", "紧急报警", "emergency button", _S),
    Amenity(56, "fire_extinguisher", "灭火器", "fire extinguisher", _B),
)

AMENITY_BY_CODE: Final[dict[str, Amenity]] = {amenity.code: amenity for amenity in AMENITIES}


@dataclass(frozen=True, slots=True)
class Preset:
    """A one-tap filter for riders: all of `amenities`, and one of `any_of` if given."""

    code: str
    zh: str
    en: str
    amenities: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    always_open: bool = False
    registration_required: bool | None = None


PRESETS: Final[tuple[Preset, ...]] = (
    Preset("hot_meal", "热饭饮水", "hot meal and water", ("microwave", "drinking_water")),
    Preset("phone_charging", "手机充电", "phone charging", ("phone_charging",)),
    Preset("battery_swap", "换电", "battery swap", ("battery_swap",)),
    Preset("cool_rest", "歇脚纳凉", "rest and cool", ("seating", "air_conditioning")),
    Preset("toilet", "卫生间", "toilet", any_of=("toilet", "toilet_nearby")),
    Preset("open_24h", "24小时", "24 hours", always_open=True),
    Preset("no_registration", "免登记", "no registration", registration_required=False),
    Preset("truck_parking", "货车停车", "truck parking", ("truck_parking",)),
    Preset("shower_laundry", "淋浴洗衣", "shower and laundry", ("shower", "laundry")),
)

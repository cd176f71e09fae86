"""What ledgers call things. Each target (a field of Station, or an amenity) and its names.

Names are compared after `keys.key_of`: half-width, lower case, without spaces and
punctuation. Codes of fields and amenities themselves always count as names too.
"""

from __future__ import annotations

from typing import Final

# Columns that are understood and hold nothing to store.
IGNORED: Final = "(ignored)"
# Names of private persons are not taken in (design: nothing personal without need).
PERSONAL: Final = "(personal)"

FIELD_NAMES: Final[dict[str, str]] = {
    IGNORED: "序号 编号序号 行号 no id2 index fid objectid objectid1 ordinal adcode 行政区划代码 numbermatched "
    "图标 icon altitudemode tessellate extrude visibility draworder",
    PERSONAL: "联系人 负责人 驿站负责人 管理员 管理人员 责任人 驿站长 站长 联系人姓名 负责人姓名 填表人 经办人 "
    "核实人 contact contactperson contactname manager managername verifiedby",
    "code": "编码 编号 驿站编号 驿站编码 站点编号 站点编码 站点代码 代码 stationcode stationid code id",
    "name": "名称 驿站名称 站点名称 驿站名 站名 站点名 工会驿站名称 站点全称 全称 驿站点名称 服务站名称 服务点名称 站名称 户外劳动者服务站点名称 服务站点名称 "
    "司机之家名称 驿站 站点 驿站全称 名字 点位名称 stationname name title station",
    "aliases": "别名 曾用名 简称 驿站简称 其他名称 alias aliases shortname othername",
    "kind": "类型 驿站类型 站点类型 站点类别 驿站类别 类别 种类 kind stationkind stationtype type category",
    "brand": "品牌 驿站品牌 brand",
    "host_type": "依托单位 依托单位类型 依托场所 依托类型 场所类型 场所 所在场所 设置场所 建设场所 依托载体 载体 "
    "hosttype host hostplace venue venuetype",
    "builder_type": "建设类型 建设方式 建设模式 建设性质 建站方式 共建方式 buildertype buildtype builtby",
    "operator": "运营单位 管理单位 运营方 主管单位 管理部门 责任单位 所属单位 建设单位 申报单位 主办单位 承建单位 "
    "所属工会 主管工会 operator managedby organisation organization",
    "phone": "电话 联系电话 电话号码 驿站电话 固定电话 服务电话 座机 热线 咨询电话 联系方式 手机 手机号 手机号码 phone "
    "phonenumber tel telephone mobile",
    "lon": "经度 东经 经 x坐标 x lon lng long longitude @lon",
    "lat": "纬度 北纬 纬 y坐标 y lat latitude @lat",
    "position": "坐标 经纬度 位置坐标 地理坐标 定位 定位坐标 坐标点 经纬度坐标 点位坐标 地图坐标 坐标位置 坐标经纬度 经度纬度 纬度经度 经度和纬度 "
    "coordinates coordinate coord coords position location latlon lonlat latlng lnglat gps",
    "geometry": "@geometry",
    "datum": "坐标系 坐标系统 坐标类型 坐标系类型 坐标基准 坐标来源 坐标体系 datum crs coordinatesystem sourcedatum",
    "district": "县区 县 区 区县 所属县区 所属区县 所在县区 所在区县 区域 所属区域 所在区域 行政区 行政区划 所在区 所属区 "
    "县市区 所属县市区 市县区 辖区 所属地区 地区 district county area region stateddistrict",
    "address": "地址 详细地址 驿站地址 站点地址 所在地址 具体地址 位置 具体位置 详细位置 地理位置 站址 所在位置 address "
    "addr fulladdress street streetaddress",
    "landmark": "地标 附近标志 标志物 附近地标 参照物 标志性建筑 landmark",
    "floor": "楼层 所在楼层 floor level",
    "entrance_note": "入口说明 入口 进门说明 门口说明 如何进入 entrance entrancenote",
    "road_ref": "道路编号 公路编号 国道 路线编号 道路 roadref road highway",
    "road_direction": "方向 行驶方向 上下行 车行方向 direction roaddirection",
    "road_stake": "桩号 公路桩号 里程桩号 里程桩 stake roadstake milestone",
    "seats": "座位数 座位 座椅数 座椅数量 座席数 容纳人数 可容纳人数 可同时容纳人数 seats seatcount capacity",
    "area_m2": "面积 建筑面积 使用面积 驿站面积 站点面积 场地面积 aream2 areasqm floorarea sqm",
    "audience": "服务对象 服务人群 开放对象 适用人群 audience",
    "access_method": "进入方式 开门方式 进门方式 门禁方式 门禁 入站方式 进站方式 准入方式 access accessmethod",
    "registration_required": "是否需要登记 需要登记 是否登记 登记 入站登记 是否需登记 进站登记 registrationrequired "
    "registration",
    "price": "收费 收费标准 费用 价格 price fee",
    "rules": "使用须知 管理规定 须知 注意事项 rules",
    "hours_text": "开放时间 营业时间 服务时间 开放时段 开放时间段 运营时间 开站时间 工作时间 驿站开放时间 对外开放时间 时间 "
    "hours hourstext openinghourstext businesshours opentime opentimes",
    "opening_hours": "openinghours osmopeninghours 开放时间osm",
    "hours_from": "开门 开始 开放时间开始 开放时间起 开放时间开门 营业时间开始 营业时间起 openingfrom openfrom hoursfrom openinghoursfrom 开门时间 开始时间 开放开始时间 营业开始时间 开放开始 开站 上班时间 opensat openat opening starttime",
    "hours_to": "关门 结束 开放时间结束 开放时间止 开放时间关门 营业时间结束 营业时间止 openingto opento hoursto openinghoursto 关门时间 结束时间 关闭时间 开放结束时间 营业结束时间 开放结束 闭站时间 下班时间 closesat closeat closing "
    "endtime",
    "staffed_hours": "值守时间 有人值守时间 人工服务时间 staffedhours",
    "hours_source": "时间来源 开放时间来源 hourssource",
    "always_open": "24小时驿站 24小时 是否24小时 24小时开放 是否24小时开放 是否24小时驿站 全天开放 是否全天开放 "
    "全天候 24h alwaysopen open24h",
    "status": "状态 运行状态 驿站状态 使用状态 运营状态 开放状态 站点状态 是否开放 是否启用 是否正常开放 status state",
    "suspended_until": "暂停至 恢复时间 预计恢复时间 停用至 suspendeduntil",
    "status_reason": "停用原因 暂停原因 关闭原因 状态说明 statusreason",
    "verified_at": "核实日期 核实时间 最后核实时间 核查日期 核查时间 更新时间 更新日期 verifiedat verified updatedat",
    "last_inspected_on": "检查日期 巡查日期 最近检查日期 最近巡查日期 巡检日期 lastinspectedon inspected",
    "service_level": "服务等级 服务层级 驿站等级 等级 建设等级 级别 驿站级别 分级 servicelevel",
    "honours": "荣誉 荣誉称号 获得荣誉 获奖情况 所获荣誉 称号 honours honors awards",
    "services": "服务设施 设施 服务项目 服务内容 配备设施 设施设备 设备设施 基础设施 基本设施 提供服务 服务功能 功能 "
    "便民设施 便民服务 设施清单 配套设施 配备物品 服务 amenities services facilities",
    "bays_total": "货车泊位数 停车位数 车位数 泊位数 货车位数 货车停车位数 停车泊位 baystotal truckbays",
    "bays_free": "空余车位 空余泊位 剩余车位 baysfree",
    "max_height_m": "限高 限高米 maxheightm maxheight",
    "max_length_m": "限长 车长限制 maxlengthm maxlength",
    "parking_paid": "停车收费 停车是否收费 是否收费停车 parkingpaid",
    "security_level": "安全等级 安保等级 securitylevel",
    "source": "来源 数据来源 信息来源 source datasource",
    "source_id": "来源编号 来源id 原编号 原始编号 sourceid externalid",
    "source_date": "来源日期 数据日期 填报日期 填表日期 sourcedate",
    "position_source": "定位来源 定位方式 positionsource",
    "position_precision_m": "定位精度 精度 精度米 positionprecisionm precision",
    "demo": "demo 演示数据 是否演示",
    "note": "备注 说明 备注说明 其他说明 其他 附注 note notes remark remarks comment comments description",
}

AMENITY_NAMES: Final[dict[str, str]] = {
    "drinking_water": "饮水 饮水机 喝水 饮用水 直饮水 直饮机 净水器 水 饮水设备 饮水设施 茶水 免费饮水 接水 饮用水机 "
    "饮水处 纯净水 桶装水 water waterdispenser",
    "hot_water": "热水 开水 热水器 开水器 热水壶 烧水壶 电水壶 开水炉 热饮 hotwater kettle",
    "microwave": "微波炉 热饭 加热饭菜 饭菜加热 热饭菜 加热 加热餐食 餐食加热 热餐 微波 加热设备 微波加热 "
    "microwaveoven mealheating",
    "fridge": "冰箱 冰柜 冷藏 冷藏柜 电冰箱 小冰箱 refrigerator",
    "seating": "桌椅 座椅 桌子椅子 休息桌椅 桌椅板凳 椅子 坐椅 沙发 凳子 桌凳 tables chairs seatsandtables",
    "rest_area": "休息区 休息 休息室 歇脚 休息场所 休息处 休息间 休憩 休憩区 阅读休息区 restroom2 lounge",
    "nap_bed": "午休床 躺椅 折叠床 床 午休椅 午休 休息床 行军床 床铺 按摩椅 bed napbeds",
    "air_conditioning": "空调 纳凉 空调机 避暑 冷气 制冷 避暑纳凉 冷暖空调 空调纳凉 乘凉 aircon ac airconditioner",
    "heating": "取暖 暖气 取暖器 供暖 电暖器 采暖 取暖设备 地暖 避寒取暖 heater",
    "toilet": "卫生间 厕所 如厕 洗手间 公厕 卫生间如厕 厕位 公共卫生间 方便 wc restroom toilets lavatory bathroom",
    "toilet_nearby": "附近卫生间 附近厕所 附近公厕 周边厕所 周边公厕 邻近公厕 toiletsnearby nearbytoilet",
    "phone_charging": "手机充电 充电 手机充电器 充电器 充电线 充电插座 手机充电站 充电设备 手机充电设备 充电设施 "
    "多功能充电器 插座 充电站 手机加油站 充电插排 电源 charging charger phonecharger",
    "power_bank": "充电宝 共享充电宝 移动电源 powerbanks",
    "wifi": "wifi 无线网络 无线网 网络 无线wifi 免费wifi 无线上网 上网 wlan 无线 免费网络 wifi网络 wirelessinternet internet",
    "first_aid_kit": "急救包 急救箱 医药箱 药箱 医疗箱 医药包 急救药箱 应急药箱 小药箱 医疗急救包 急救医药箱 firstaid "
    "firstaidbox",
    "medicine": "药品 应急药品 常用药品 药物 常备药 常用药 防暑药品 常备药品 急救药品 防暑降温药品 medicines drugs",
    "aed": "aed 除颤仪 除颤器 自动体外除颤器 defibrillator 体外除颤仪",
    "heat_relief": "清凉物资 防暑物资 防暑降温 防暑用品 防暑降温用品 清凉饮品 清凉用品 防暑降温物资 heatrelief",
    "cold_relief": "御寒物资 御寒用品 防寒物资 保暖物资 防寒用品 保暖用品 coldrelief",
    "rain_gear": "雨具 雨伞 雨衣 爱心伞 爱心雨伞 便民雨伞 遮雨 umbrella raingear umbrellas",
    "sewing_kit": "针线包 针线 针线盒 缝补 缝纫 sewing",
    "repair_tools": "维修工具 工具箱 修理工具 五金工具 工具 维修工具箱 维修包 简易维修工具 tools toolkit",
    "air_pump": "打气筒 充气泵 打气 打气泵 充气 pump tirepump tyrepump",
    "ebike_charging": "电动车充电 电瓶车充电 电动自行车充电 充电桩电动车 电动车充电桩 非机动车充电 电瓶充电 ebikecharge",
    "battery_swap": "换电柜 换电 换电站 电池更换 换电池 电动车换电 换电柜机 batteryswapping",
    "ebike_parking": "非机动车停放 电动车停放 电动车停车 非机动车停车 电动车停车位 非机动车位 非机动车停车位 停放电动车 "
    "电动车棚 车棚 电动车车位 ebikepark",
    "car_parking": "小车位 停车位 小车车位 网约车车位 停车 停车场 小汽车停车位 机动车停车位 网约车停车位 临时停车 carpark "
    "parking",
    "locker": "储物柜 寄存柜 储物 存包柜 寄存 物品寄存 置物柜 更衣柜 lockers storage",
    "books": "图书 书籍 报刊 书报 阅读 图书报刊 图书角 书刊 报刊杂志 书架 读书 阅览 图书阅览 职工书屋 图书借阅 报纸 book "
    "library reading",
    "vending": "自动售货 售货机 自动售货机 自动贩卖机 无人售货机 vendingmachine",
    "discount_meal": "优惠餐 爱心餐 平价餐 骑手餐 优惠就餐 惠民餐 discountmeals",
    "haircut": "理发 剪发 免费理发 义务理发 haircuts barber",
    "truck_parking": "货车停车位 货车停车 货车停车场 大车停车 货车泊位 货车车位 货车位 卡车停车 truckpark",
    "shower": "淋浴 洗澡 淋浴间 洗浴 冲凉 沐浴 showers",
    "laundry": "洗衣 洗衣机 洗衣房 洗衣服务 washingmachine",
    "dryer": "烘干 烘干机 干衣机 干衣 衣物烘干 tumbledryer",
    "lodging": "住宿 宿舍 客房 过夜 住宿服务 accommodation",
    "dining": "餐饮 就餐 用餐 餐厅 食堂 吃饭 餐饮服务 就餐区 用餐区 restaurant meals canteen",
    "kitchen": "共享厨房 厨房 自助厨房 做饭 爱心厨房 sharedkitchen",
    "convenience_store": "便利店 超市 小超市 小卖部 便利超市 shop convenience",
    "vehicle_repair": "汽车维修 车辆维修 修车 汽修 货车维修 补胎 carrepair",
    "fuel": "加油 加油站 petrol gasoline diesel",
    "gas": "加气 加气站 lng cng",
    "ev_charging": "汽车充电桩 充电桩 汽车充电 新能源充电 新能源汽车充电 新能源充电桩 新能源汽车充电桩 evcharger",
    "security_patrol": "保安巡逻 保安 安保 巡逻 安保巡逻 治安巡逻 security",
    "cctv": "监控 视频监控 摄像头 监控设备 监控探头 camera surveillance",
    "driver_education": "宣传教育 安全教育 宣传 安全宣传 宣传资料 宣传栏 education",
    "union_aid": "工会帮扶 工会入会 入会 帮扶 工会服务 困难帮扶 入会服务 扫码入会 unionjoin union",
    "legal_aid": "法律援助 法律咨询 法律服务 法律 普法 维权 维权服务 legal legaladvice",
    "psych_support": "心理服务 心理咨询 心理疏导 心理 心理援助 心理关爱 counselling counseling psychology",
    "job_info": "就业信息 就业服务 招聘信息 就业 求职 招聘 就业指导 jobs",
    "mother_baby": "母婴室 母婴 哺乳室 妈咪小屋 爱心母婴室 母婴间 nursingroom",
    "women_room": "女士休息室 女职工休息室 女士休息 女职工休息 womensroom",
    "wheelchair_access": "无障碍通道 无障碍 无障碍设施 轮椅 轮椅通道 坡道 无障碍坡道 wheelchair accessible",
    "emergency_button": "紧急报警 一键报警 报警 紧急按钮 报警按钮 报警器 一键呼叫 sos panicbutton",
    "fire_extinguisher": "灭火器 消防 消防器材 灭火 消防设备 灭火器材 消防设施 extinguisher",
}

"""What the pages of runs say: goals, steps, classes of hours, and how each number is computed."""

from __future__ import annotations

from typing import Final, NamedTuple

KINDS: Final = {"coverage": "覆盖", "siting": "选址"}
ORIGINS: Final = {"page": "网页", "api": "接口", "cli": "命令行"}

HOURS: Final = {
    "day": "白天（周一至周五 8–20 点）",
    "night": "夜里（每天 22–6 点）",
    "weekend": "周末（周六、周日 8–20 点）",
    "24h": "全天 24 小时",
}
HOURS_SHORT: Final = {"day": "白天", "night": "夜里", "weekend": "周末", "24h": "全天"}

BY: Final = {
    "district": "区县",
    "city": "市",
    "all": "不分，只看全部",
    "h3:7": "六边形，约 5 平方公里",
    "h3:8": "六边形，约 0.7 平方公里",
}


class GoalWords(NamedTuple):
    """question: as a planner asks it. help: what it does. objective: what its number is."""

    question: str
    help: str
    objective: str


GOALS: Final = {
    "cover": GoalWords(
        "再开几个，让够得着的人最多",
        "定好开几个，看开在哪里覆盖的人最多。",
        "够得着的人",
    ),
    "share": GoalWords(
        "要让百分之多少的人够得着，最少开几个",
        "定好要达到的覆盖率，看最少开几个、开在哪里。",
        "要开的个数",
    ),
    "p-median": GoalWords(
        "再开几个，让大家平均走得最近",
        "不看半径，看每个人到最近驿站的平均距离。",
        "所有人到最近驿站的距离之和（米）",
    ),
    "p-center": GoalWords(
        "再开几个，让最远的人也不太远",
        "只看离驿站最远的那一处，让它尽量近。",
        "最远的人有多远（米）",
    ),
    "backup": GoalWords(
        "再开几个，让更多人有第二个选择",
        "一个站关门或客满时还有另一个，一公里内两个是总工会的目标。",
        "够得着一个和两个以上的人，各算一半",
    ),
    "capacitated": GoalWords(
        "再开几个，让座位够用",
        "驿站的座位有限，满了就不算够得着。要写新站能服务多少人。",
        "座位够服务的人",
    ),
    "relocate": GoalWords(
        "关几个、再开几个，总数不变也能更好",
        "把用处小的站搬到缺口去。",
        "够得着的人",
    ),
    "phases": GoalWords(
        "分几期开，每期都尽量好",
        "今年开的明年还在。写每期开几个，比如 5, 10, 10。",
        "各期够得着的人之和",
    ),
    "budget": GoalWords(
        "只有这么多钱，怎么开覆盖的人最多",
        "每个备选地点按 1 份钱算；各处造价不同，请用命令行带上备选地点的文件。",
        "够得着的人",
    ),
}

STEPS: Final = {
    "queued": "排队等着算",
    "read": "读需求和驿站",
    "distances": "算距离",
    "indicators": "算十项指标",
    "places": "给缺口找地名",
    "heuristic": "先找一个好方案",
    "bound": "证明还能好多少",
    "core": "在最有希望的地点里找",
    "exact": "找最好的方案，并证明",
}

STOPPED: Final = {
    "optimal": "算完了",
    "gap": "到了允许的差距就停了",
    "time_limit": "时间用完，停了",
    "interrupted": "中途停下了",
    "infeasible": "这些条件不能同时满足",
}
BOUND_BY: Final = {"solver": "整数规划", "lagrange": "拉格朗日松弛", "count": "直接数出来"}


class How(NamedTuple):
    """How a number is computed: its name, one sentence, the formula, where it comes from."""

    title: str
    sentence: str
    formula: str
    source: str


HOW: Final = {
    "share": How(
        "覆盖率",
        "最近的驿站在这个距离以内的人，占所有人的比例；距离是直线，所以这是走路能到的上限。",
        "Σ wᵢ [dᵢ ≤ r] ÷ Σ wᵢ",
        "Church, ReVelle 1974",
    ),
    "area": How(
        "面积覆盖率",
        "离驿站在这个距离以内的格子占所有有需求的格子的比例，不看里面有多少人。",
        "Σ aᵢ [dᵢ ≤ r] ÷ Σ aᵢ",
        "Church, ReVelle 1974",
    ),
    "hours": How(
        "按时间的覆盖",
        "每一个钟头只算那一整个钟头都开着的驿站；时间未知的驿站可能开也可能不开，所以是一条带。",
        "Σ wᵢ [有一个 dᵢⱼ ≤ r 的站在第 h 个钟头开着] ÷ Σ wᵢ",
        "Weber, Kwan 2002; Neutens et al. 2010",
    ),
    "amenity": How(
        "按设施的覆盖",
        "只算有这样设施的驿站；不清楚有没有的算在带里，坏了的不算。",
        "Σ wᵢ [有一个 dᵢⱼ ≤ r 的站有它] ÷ Σ wᵢ",
        "",
    ),
    "overlap": How(
        "重叠覆盖",
        "一公里内一个站也没有、只有一个、有两个以上的人；只有一个的，那个站一关就没有了。",
        "cᵢ 是一公里内的站数：Σ wᵢ [cᵢ = 0]、[cᵢ = 1]、[cᵢ ≥ 2]",
        "Hogan, ReVelle 1986",
    ),
    "distance": How(
        "到最近驿站的距离",
        "每个人到最近驿站的直线距离；中位数是一半人不超过的，九成是十个人里九个不超过的。",
        "Σ wᵢ dᵢ ÷ Σ wᵢ；分位数按人数加权",
        "Hakimi 1964",
    ),
    "seats": How(
        "每千人座位",
        "每个站的座位分给范围里的人，近的分得多；再把每个人从各站分到的加起来。不清楚座位的，低的一头当没有，高的一头当中位数。",
        "Rⱼ = Sⱼ ÷ Σ wₖ f(dₖⱼ)，Aᵢ = Σ Rⱼ f(dᵢⱼ)，1000 Σ wᵢ Aᵢ ÷ Σ wᵢ",
        "Luo, Wang 2003; Luo, Qi 2009",
    ),
    "split": How(
        "座位够不够",
        "一个座位够若干人用：够用的、在范围里可是座位不够的、不在范围里的，三样加起来是所有人。",
        "够用 wᵢ min(1, u Aᵢ)",
        "Luo, Qi 2009",
    ),
    "load": How(
        "最挤的驿站",
        "会来这个站的人（远的打折）除以它的座位；座位不清楚的站不排。",
        "Σ wᵢ f(dᵢⱼ) ÷ Sⱼ",
        "Luo, Qi 2009",
    ),
    "equity": How(
        "是不是均匀",
        "基尼系数 0 是人人一样，越大越不均匀；帕尔马比是最好的一成得到的，除以最差的四成得到的。",
        "G = 1 − Σ wᵢ (Sᵢ + Sᵢ₋₁) ÷ (W Sₙ)",
        "Lerman, Yitzhaki 1989; Cobham, Sumner 2013; Theil 1967",
    ),
    "gaps": How(
        "缺口",
        "没有覆盖、人又不少的格子，连在一起的算一个缺口，按里面的人数排。",
        "没有覆盖的格子的连通块，相邻不超过 1.5 格",
        "Hopcroft, Tarjan 1973",
    ),
    "redundancy": How(
        "关了会怎样",
        "这个站关了就没有驿站的人；以它为最近的人，和他们要多走多远。",
        "Σ wᵢ [范围里只有 j]；Σ wᵢ [最近的是 j]",
        "ReVelle, Murray, Serra 2007",
    ),
    "comparison": How(
        "前后比较",
        "只看已经知道的：以后的覆盖 = 以前的 + 得到的 − 失去的。",
        "Σ wᵢ [以后有、以前没有]；Σ wᵢ [以前有、以后没有]",
        "",
    ),
    "objective": How(
        "方案有多好",
        "目标是这个方案的数；界是任何方案都超不过的数，已经证明；两者差多少，就是离最好的方案最多差多少。",
        "|界 − 目标| ÷ 两者中较大的",
        "Church, ReVelle 1974; Held, Wolfe, Crowder 1974",
    ),
    "adds": How(
        "每个站加多少",
        "按顺序一个一个开，开到它时目标又好了多少；所有的加起来就是开完以后减以前。",
        "目标(前 k 个) − 目标(前 k − 1 个)",
        "",
    ),
}

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import validate

from station_map.domain.hours_text import HoursReason, hours_from_text

CERTAIN = {
    # all day
    "全天": "24/7",
    "24小时": "24/7",
    "24小时开放": "24/7",
    "0:00-24:00": "24/7",
    "00:00-23:59": "24/7",
    "0:00-次日0:00": "24/7",
    "8:00-次日8:00": "24/7",
    "7×24": "24/7",
    "7x24小时": "24/7",
    "24×7": "24/7",
    "二十四小时": "24/7",
    "二十四小时营业": "24/7",
    "24H": "24/7",
    "24h营业": "24/7",
    "全天24小时": "24/7",
    "全天候开放": "24/7",
    "每天24小时": "24/7",
    "周一至周日 24小时": "24/7",
    "全年365天24小时开放": "24/7",
    "全年无休，24小时": "24/7",
    "24小时（7×24）": "24/7",
    "24小时（扫码进入）": "24/7",
    "24小时（节假日不休）": "24/7",
    # one range
    "8：00－18：00": "08:00-18:00",
    "８：００～１８：００": "08:00-18:00",
    "08:00—18:00": "08:00-18:00",
    "08:00——18:00": "08:00-18:00",
    "8:00 至 18:00": "08:00-18:00",
    "8:00到18:00": "08:00-18:00",
    "从8:00到18:00": "08:00-18:00",
    "营业时间：9:00-18:00": "09:00-18:00",
    "开放时间为9:00-18:00。": "09:00-18:00",
    "8.30-17.30": "08:30-17:30",
    "8:30:00-17:30:00": "08:30-17:30",
    "8时30分-17时30分": "08:30-17:30",
    "8点30至17点30": "08:30-17:30",
    "8点半至17点半": "08:30-17:30",
    "8点一刻至17点三刻": "08:15-17:45",
    "八点到二十点": "08:00-20:00",
    "八点三十分到二十点零五分": "08:30-20:05",
    "7点-19点": "07:00-19:00",
    "8-18点": "08:00-18:00",
    "8点整-18点整": "08:00-18:00",
    "8:00-24:00": "08:00-24:00",
    "8:00-0:00": "08:00-24:00",
    "00:00-06:00": "00:00-06:00",
    "05:30-11:00": "05:30-11:00",
    "8:00-18:00（中午不休息）": "08:00-18:00",
    "8:00-20:00，全年无休": "08:00-20:00",
    "全年无休 8:00-20:00": "08:00-20:00",
    # parts of the day
    "早8点到晚8点": "08:00-20:00",
    "早8晚8": "08:00-20:00",
    "早8-晚8": "08:00-20:00",
    "早八点至晚八点半": "08:00-20:30",
    "早上八点至晚上八点半": "08:00-20:30",
    "早8:00-晚20:00": "08:00-20:00",
    "早上9点-下午5点": "09:00-17:00",
    "上午9:00-下午5:30": "09:00-17:30",
    "9:00-晚上9:00": "09:00-21:00",
    "下午2点-6点": "14:00-18:00",
    "下午14:00-18:00": "14:00-18:00",
    "晚上6点-10点": "18:00-22:00",
    "晚6点到晚12点": "18:00-24:00",
    "中午12点-下午2点": "12:00-14:00",
    "中午11点半至1点半": "11:30-13:30",
    "9:00am-5:00pm": "09:00-17:00",
    "9am - 5:30pm": "09:00-17:30",
    # past midnight
    "18:00-次日6:00": "18:00-06:00",
    "18:00至第二天早上6点": "18:00-06:00",
    "18:00-次日凌晨2点": "18:00-02:00",
    "9:00～翌日2:00": "09:00-02:00",
    "22:00-凌晨2:00": "22:00-02:00",
    "晚上10点-早上6点": "22:00-06:00",
    "周五18:00-次日6:00": "Fr 18:00-06:00",
    # several ranges
    "8:30-12:00,14:30-18:00": "08:30-12:00,14:30-18:00",
    "8:30-12:00 14:30-18:00": "08:30-12:00,14:30-18:00",
    "8:30-12:00/14:30-18:00": "08:30-12:00,14:30-18:00",
    "8:30-12:00；14:30-18:00": "08:30-12:00,14:30-18:00",
    "8:30-12:00和14:30-18:00": "08:30-12:00,14:30-18:00",
    "上午8:30-12:00 下午14:30-18:00": "08:30-12:00,14:30-18:00",
    "上午8点半至12点，下午2点半到6点": "08:30-12:00,14:30-18:00",
    "上午9:00-11:30，下午1:30-5:00": "09:00-11:30,13:30-17:00",
    "6:00-9:00，17:00-22:00": "06:00-09:00,17:00-22:00",
    # days
    "每天9:00-21:00": "Mo-Su 09:00-21:00",
    "每日8：30～17：30": "Mo-Su 08:30-17:30",
    "周一至周日9:00—21:00": "Mo-Su 09:00-21:00",
    "星期一~星期日 06：30—22：30": "Mo-Su 06:30-22:30",
    "工作日9:00-17:00": "Mo-Fr 09:00-17:00",
    "周一至周五 8:00-17:30": "Mo-Fr 08:00-17:30",
    "周一-周五 8:00-17:30": "Mo-Fr 08:00-17:30",
    "周一至五 8:00-17:30": "Mo-Fr 08:00-17:30",
    "周1至周5 8:00-17:30": "Mo-Fr 08:00-17:30",
    "周1-5 8:00-17:30": "Mo-Fr 08:00-17:30",
    "每周一至周五8:00-17:30": "Mo-Fr 08:00-17:30",
    "星期一到星期五：8:00-17:30": "Mo-Fr 08:00-17:30",
    "礼拜一至礼拜五八点到十七点半": "Mo-Fr 08:00-17:30",
    "周一、三、五 9:00-12:00": "Mo,We,Fr 09:00-12:00",
    "周一、周三、周五 9:00-12:00": "Mo,We,Fr 09:00-12:00",
    "周二和周四 9:00-12:00": "Tu,Th 09:00-12:00",
    "周六、周日 9:00-17:00": "Sa-Su 09:00-17:00",
    "周六日9:00-16:00": "Sa-Su 09:00-16:00",
    "周末9:00-17:00": "Sa-Su 09:00-17:00",
    "双休日9:00-16:00": "Sa-Su 09:00-16:00",
    "周日7:00-18:00": "Su 07:00-18:00",
    "周日八点到十八点": "Su 08:00-18:00",
    "周三十点到十八点": "We 10:00-18:00",
    "周五至周一9:00-17:00": "Mo,Fr-Su 09:00-17:00",
    "Mon-Fri 9:00-17:00": "Mo-Fr 09:00-17:00",
    "8:30-17:30（周一至周五）": "Mo-Fr 08:30-17:30",
    "8:30-17:30 周一至周五": "Mo-Fr 08:30-17:30",
    "周一至周五（8:30-17:30）": "Mo-Fr 08:30-17:30",
    # several clauses
    "周一到周五8:30-17:30，周六日9:00-16:00": "Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00",
    "周一到周五8:30-17:30 周六日9:00-16:00": "Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00",
    "工作日8:30-17:30\n周末9:00-16:00": "Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00",
    "8:30-17:30（周一至周五），9:00-16:00（周六日）": "Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00",
    "周一至周五8:30-12:00，14:30-17:30；周六9:00-12:00": (
        "Mo-Fr 08:30-12:00,14:30-17:30; Sa 09:00-12:00"
    ),
    "周一上午9:00-12:00，周一下午14:00-17:00": "Mo 09:00-12:00,14:00-17:00",
    "周一至周五全天，周末9:00-17:00": "Mo-Fr 00:00-24:00; Sa-Su 09:00-17:00",
    "8:00-18:00，周六9:00-17:00": "08:00-18:00; Sa 09:00-17:00",
    "周六9:00-17:00，每天8:00-18:00": "Mo-Su 08:00-18:00; Sa 09:00-17:00",
    # closed
    "8:00-18:00，周日休息": "08:00-18:00; Su off",
    "8:00-18:00 周日休息": "08:00-18:00; Su off",
    "8:00-18:00（周日除外）": "08:00-18:00; Su off",
    "周日不开放，8:00-18:00": "08:00-18:00; Su off",
    "周一闭馆，周二至周日9:00-17:00": "Tu-Su 09:00-17:00; Mo off",
    "工作日：8:30-17:30；周末：休息": "Mo-Fr 08:30-17:30; Sa-Su off",
    # holidays
    "6:00-22:00（节假日不休）": "06:00-22:00; PH 06:00-22:00",
    "6:00-22:00(节假日正常开放)": "06:00-22:00; PH 06:00-22:00",
    "6:00-22:00，节假日照常营业": "06:00-22:00; PH 06:00-22:00",
    "每天（含节假日）8:00-22:00": "Mo-Su 08:00-22:00; PH 08:00-22:00",
    "8:00-18:00，法定节假日休息": "08:00-18:00; PH off",
    "8:00-18:00（法定节假日除外）": "08:00-18:00; PH off",
    "每天8:00-18:00，节假日休息": "Mo-Su 08:00-18:00; PH off",
    "周一至周五 8:00-17:30，节假日休息": "Mo-Fr 08:00-17:30; PH off",
    "周一至周五（节假日除外）8:00-17:30": "Mo-Fr 08:00-17:30; PH off",
    "8:00-18:00，周末及节假日休息": "08:00-18:00; Sa-Su off; PH off",
    "周一至周五 8:30-17:30 周末及节假日 9:00-16:00": ("Mo-Fr 08:30-17:30; Sa-Su,PH 09:00-16:00"),
    # seasons with dates
    "5月1日至9月30日 8:00-19:00，10月1日至次年4月30日 8:30-17:30": (
        "May 1-Sep 30 08:00-19:00; Oct 1-Apr 30 08:30-17:30"
    ),
    "五月一日至九月三十日 8:00-19:00": "May 1-Sep 30 08:00-19:00",
    "夏季（5月1日至9月30日）8:00-19:00，冬季（10月1日至4月30日）8:30-17:30": (
        "May 1-Sep 30 08:00-19:00; Oct 1-Apr 30 08:30-17:30"
    ),
    "5月-9月 8:00-19:00；10月-次年4月 8:30-17:30": "May-Sep 08:00-19:00; Oct-Apr 08:30-17:30",
    "5-9月 周一至周五 8:00-19:00": "May-Sep Mo-Fr 08:00-19:00",
    "8:00-19:00（5月1日至9月30日）": "May 1-Sep 30 08:00-19:00",
    # OSM syntax as it is
    "24/7": "24/7",
    "Mo-Fr 09:00-17:00; PH off": "Mo-Fr 09:00-17:00; PH off",
    "Fr-Sa 18:00-02:00": "Fr-Sa 18:00-02:00",
}

UNCERTAIN = {
    "": HoursReason.EMPTY,
    "  ": HoursReason.EMPTY,
    "暂无": HoursReason.EMPTY,
    "待定": HoursReason.EMPTY,
    "详询电话": HoursReason.REFERS,
    "同银行营业时间": HoursReason.REFERS,
    "随营业厅": HoursReason.REFERS,
    "8:00-18:00，预约开放": HoursReason.REFERS,
    "以公告为准": HoursReason.REFERS,
    "8:00左右-18:00": HoursReason.APPROXIMATE,
    "大约8:00-18:00": HoursReason.APPROXIMATE,
    "8:00以后": HoursReason.APPROXIMATE,
    "8:00-17:00或18:00": HoursReason.APPROXIMATE,
    "夏季8:00-19:00 冬季8:30-17:30": HoursReason.SEASON,
    "8:00至18:00，冬季8:30至17:30": HoursReason.SEASON,
    "夏令时8:00-18:30": HoursReason.SEASON,
    "8:00-19:00（夏季）": HoursReason.SEASON,
    "暑假8:00-19:00": HoursReason.SEASON,
    "8-18": HoursReason.CLOCK,
    "8-6点": HoursReason.CLOCK,
    "9:00-5:00": HoursReason.CLOCK,
    "2:00-5:00": HoursReason.CLOCK,
    "8:00-9:00": HoursReason.CLOCK,
    "1点-下午5点": HoursReason.CLOCK,
    "8-5pm": HoursReason.CLOCK,
    "10点-早6点": HoursReason.CLOCK,
    "晚上1点-2点": HoursReason.CLOCK,
    "8:30-11:30，2:30-5:30": HoursReason.CLOCK,
    "25:00-26:00": HoursReason.CLOCK,
    "24:30-6:00": HoursReason.CLOCK,
    "22:00-06:00": HoursReason.END_BEFORE_START,
    "18:00-8:00": HoursReason.END_BEFORE_START,
    "8:00-8:00": HoursReason.CLOCK,
    "早8点-8点": HoursReason.END_BEFORE_START,
    "8:00-18:00，节假日休息": HoursReason.HOLIDAY,
    "工作日8:00-18:00，节假日9:00-17:00": HoursReason.HOLIDAY,
    "周日8:00-18:00，节假日9:00-17:00": HoursReason.HOLIDAY,
    "8:00-次日9:00": HoursReason.CONTRADICTION,
    "周六8:00-次日8:00": HoursReason.CONTRADICTION,
    "8:00-12:00，11:00-18:00": HoursReason.CONTRADICTION,
    "14:30-18:00，8:30-12:00": HoursReason.CONTRADICTION,
    "8:00-18:00，24小时": HoursReason.CONTRADICTION,
    "8:00-18:00（12:00-14:00休息）": HoursReason.CONTRADICTION,
    "周一至周五8:00-18:00，全年无休": HoursReason.CONTRADICTION,
    "8:00-18:00，周日休息，全年无休": HoursReason.CONTRADICTION,
    "周一至周五8:00-18:00，节假日不休": HoursReason.CONTRADICTION,
    "周一至周五8:30-17:30，周三9:00-12:00": HoursReason.CONTRADICTION,
    "8:00-12:00，周六14:00-17:00": HoursReason.CONTRADICTION,
    "8:00-12:00 周六 14:00-17:00": HoursReason.CONTRADICTION,
    "8:30-17:30 周一至周五，9:00-16:00 周六日": HoursReason.CONTRADICTION,
    "5月1日至9月30日8:00-19:00，周六9:00-17:00": HoursReason.CONTRADICTION,
    "5月1日至次年9月30日8:00-19:00": HoursReason.CONTRADICTION,
    "5月1日至9月30日8:00-19:00，9月1日至4月30日8:30-17:30": HoursReason.CONTRADICTION,
    "周六8:00-18:00，周六休息": HoursReason.CONTRADICTION,
    "周一至周六8:00-18:00，周末休息": HoursReason.CONTRADICTION,
    "8:00-18:00，每天休息": HoursReason.CONTRADICTION,
    "法定节假日8:00-18:00，节假日休息": HoursReason.CONTRADICTION,
    "周一至周五8:00-18:00；9:00-17:00": HoursReason.CONTRADICTION,
    "全年无休": HoursReason.NO_TIMES,
    "周日休息": HoursReason.NO_TIMES,
    "周一至周五": HoursReason.NO_TIMES,
    "8:00": HoursReason.NO_TIMES,
    "8:00-": HoursReason.CLOCK,
    "-18:00": HoursReason.NOT_UNDERSTOOD,
    "除周日外8:00-18:00": HoursReason.NOT_UNDERSTOOD,
    "每周一休息，其余9:00-17:00": HoursReason.NOT_UNDERSTOOD,
    "周一至周五正常8:00-18:00": HoursReason.NOT_UNDERSTOOD,
    "非工作日8:00-18:00": HoursReason.NOT_UNDERSTOOD,
    "暂停开放": HoursReason.NOT_UNDERSTOOD,
    "每天8小时": HoursReason.NOT_UNDERSTOOD,
    "5.1-9.30 8:00-19:00": HoursReason.NOT_UNDERSTOOD,
    "2月30日至3月3日8:00-19:00": HoursReason.NOT_UNDERSTOOD,
    "5月1日至9月8:00-19:00": HoursReason.NOT_UNDERSTOOD,
    "8:60-18:00": HoursReason.NOT_UNDERSTOOD,
    "8:00-18:00（周日休息": HoursReason.NOT_UNDERSTOOD,
    "Mo-Fr 09:00-17:00; nonsense": HoursReason.NOT_UNDERSTOOD,
    "8:00-18:00," * 40: HoursReason.TOO_LONG,
}


@pytest.mark.parametrize(("text", "expected"), CERTAIN.items())
def test_certain_texts(text: str, expected: str) -> None:
    found = hours_from_text(text)
    assert found.opening_hours == expected, found
    assert found.certain
    assert (found.reason_zh, found.reason_en) == ("", "")


@pytest.mark.parametrize(("text", "reason"), UNCERTAIN.items())
def test_uncertain_texts(text: str, reason: HoursReason) -> None:
    found = hours_from_text(text)
    assert found.opening_hours is None
    assert not found.certain
    assert found.reason == reason, found
    assert reason.zh in found.reason_zh
    assert reason.en in found.reason_en


@pytest.mark.parametrize("name", ["ledger_a_amap", "ledger_b_baidu_gbk"])
def test_the_ledgers_read_as_their_truth_says(shared_data: Path, name: str) -> None:
    truth = json.loads((shared_data / "ledgers" / f"{name}.truth.json").read_text("utf-8"))
    told = {
        (station["hours_text"], station["opening_hours"]) for station in truth["stations"].values()
    }
    assert {(text, hours_from_text(text).opening_hours) for text, _ in told} == told


PIECES = st.sampled_from(
    [
        "周",
        "一",
        "至",
        "五",
        "周一",
        "周末",
        "工作日",
        "每天",
        "节假日",
        "法定节假日",
        "休息",
        "不休",
        "全年无休",
        "除外",
        "含",
        "(",
        ")",
        "（",
        "）",
        "，",
        "、",
        "；",
        "-",
        "到",
        "~",
        "次日",
        "早",
        "晚",
        "上午",
        "下午",
        "中午",
        "凌晨",
        "8",
        "12",
        "18",
        "24",
        "8:00",
        "18:30",
        "12:00",
        "6:00",
        "23:59",
        "0:00",
        "9点半",
        "十点",
        "24小时",
        "全天",
        "夏季",
        "5月1日",
        "9月30日",
        "10月",
        "次年4月",
        "开放",
        "时间",
        ":",
        "约",
        "am",
        "pm",
        "Mo-Fr",
        "PH",
        "off",
        "\n",
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_whatever_is_pieced_together_gives_valid_hours_or_a_reason(text: str) -> None:
    found = hours_from_text(text)
    if found.opening_hours is None:
        assert found.reason is not None
        return
    assert validate(found.opening_hours)
    _assert_times_were_said(text, found.opening_hours)


@given(st.text(max_size=60))
def test_any_text_at_all_is_answered(text: str) -> None:
    found = hours_from_text(text)
    assert (found.opening_hours is None) is (found.reason is not None)


def _assert_times_were_said(text: str, hours: str) -> None:
    """Each time of the answer stands in the text, on a dial of twelve hours."""
    said = {(int(hour) % 12, int(minute)) for hour, minute in re.findall(r"(\d+):(\d\d)", text)}
    said |= {(int(hour) % 12, 0) for hour in re.findall(r"\d+", text)}
    said |= {(9, 30)} if "9点半" in text else set()
    said |= {(10, 0)} if "十点" in text else set()
    said |= {(0, 0)} if "全天" in text or "23:59" in text else set()
    answered = re.findall(r"(\d\d):(\d\d)", hours)
    assert {(int(hour) % 12, int(minute)) for hour, minute in answered} <= said


def _spellings(minutes: int) -> list[str]:
    hour, minute = divmod(minutes, 60)
    part = "早上" if hour < 12 else "中午" if hour == 12 else "下午" if hour < 19 else "晚上"
    spoken = hour if hour <= 12 else hour - 12
    return [
        f"{hour}:{minute:02d}",
        f"{hour:02d}：{minute:02d}",
        f"{hour}点{minute:02d}分" if minute else f"{hour}点",
        f"{part}{spoken}点{minute:02d}" if minute else f"{part}{spoken}点",
    ]


DAYS = {"": "", "每天": "Mo-Su ", "周一至周五": "Mo-Fr ", "周六日": "Sa-Su ", "星期三": "We "}


@given(
    st.integers(7 * 60, 11 * 60 + 59),
    st.integers(13 * 60, 23 * 60 + 58),
    st.sampled_from(sorted(DAYS)),
    st.sampled_from(["-", "—", "～", "至", "到", " - "]),
    st.integers(0, 3),
    st.booleans(),
)
def test_every_spelling_of_a_day_is_read_alike(
    start: int, end: int, days: str, dash: str, spelling: int, closed_on_holidays: bool
) -> None:
    text = days + _spellings(start)[spelling] + dash + _spellings(end)[spelling]
    expected = f"{DAYS[days]}{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"
    if closed_on_holidays:
        text, expected = f"{text}（法定节假日休息）", f"{expected}; PH off"
    assert hours_from_text(text).opening_hours == expected

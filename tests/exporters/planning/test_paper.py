"""The PDF: what a reader finds on its pages, and that it stays on them and small."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pypdfium2
import pytest

from station_map.exporters.planning import forms, palette
from station_map.exporters.planning.report import Report, SitingReport
from station_map.siting.result import Reason, Stopped
from tests.exporters.planning.examples import coverage, pages, siting, words_of

REPORTS = [coverage(compared=True), siting(), siting(by_distance=True)]
_EDGE = 20


def test_coverage_tells_all_that_a_planner_asks_for() -> None:
    report = coverage(compared=True)
    found = pages(forms.as_pdf(report))
    for number, page in enumerate(found, 1):
        assert f"第 {number} / {len(found)} 页" in page
        assert "2026-11-22 09:30" in page
    text = words_of(forms.as_pdf(report))
    for told in (
        *(
            "驿站覆盖报告",
            "需求是合成的",
            "1公里内有两个以上",
            "缺口",
            "一周里的每个钟头",
            "重叠覆盖",
        ),
        *("座位", "是否均衡", "多余的站", "比较", "得到覆盖", "数据、日期和算法", "0123456789ab"),
        *(
            "docs/reference/coverage-method.md",
            "stationsdonottelltheirseats",
            "北N",
            "公里",
            "热饭",
        ),
        *("不清楚：也许有站够得着", "相山区", "1,000米以内", "周日"),
    ):
        assert told.replace(" ", "") in text
    total = f"{report.weight.sum():,.0f}"
    assert total in text


def test_siting_tells_sites_proof_and_what_changes() -> None:
    text = words_of(forms.as_pdf(siting()))
    for told in (
        *(
            "驿站选址报告",
            "证明",
            "1,250",
            "4.0000%",
            "拉格朗日松弛",
            "时间用完",
            "前后对比",
            "60.0%",
        ),
        *("从45.0%到60.0%", "要撤的站", "新得到", "失去", "越大越好"),
    ):
        assert told in text
    reason = Reason("share", "覆盖不到这么多", "so much cannot be covered", "share")
    result = replace(
        siting().result, stopped=Stopped.INFEASIBLE, reason=reason, objective=None, gap=None
    )
    nothing = replace(siting(), result=result, opened=(), closed=())
    text = words_of(forms.as_pdf(nothing))
    assert "无解：覆盖不到这么多" in text
    assert "没有要新开的站" in text


@pytest.mark.parametrize("report", REPORTS)
def test_names_are_text_and_stay_on_the_page(report: Report) -> None:
    data = forms.as_pdf(report)
    assert "<b>" in words_of(data)
    assert "{{7*7}}" in words_of(data)
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            for n in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(n)
                assert _EDGE <= left <= right <= width - _EDGE
                assert _EDGE <= bottom <= top <= height - _EDGE


@pytest.mark.parametrize("report", REPORTS)
def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    assert forms.as_pdf(report) == forms.as_pdf(report)


def test_fonts_are_embedded() -> None:
    data = forms.as_pdf(siting())
    with pypdfium2.PdfDocument(data) as document:
        fonts = {
            thing.get_font().get_base_name()
            for page in document
            for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
        }
    assert all("StationMapReport" in name for name in fonts)


def test_a_city_and_many_groups_stay_small() -> None:
    """131,044 cells whose classes change at every one, the worst for boxes."""
    side = 362
    state = (np.arange(side * side) % 3).astype(np.int8)
    report = siting(side, state=state)
    assert len(forms.as_pdf(report)) < 2_000_000
    groups = [f"{n:06d} zone{n}x" for n in range(400)]
    report = coverage(groups=groups)
    found = pages(forms.as_pdf(report))
    assert len(found) < 20
    text = "".join(found)
    assert "共 400 组" in text
    # Those with the most demand that is not covered are told, wherever they stand in the list.
    main = next(one for one in report.result.shares if one.label == "1000 m")
    left = report.result.demand - main.demand.low
    most, least = np.argsort(-left, kind="stable")[:40], np.argmin(left[:-1])
    assert all(f"zone{n}x" in text for n in most.tolist())
    assert f"zone{least}x" not in text


def shades(report: Report, page: int) -> set[tuple[int, int, int]]:
    """The colours of a page that cover more than a hundred dots."""
    with pypdfium2.PdfDocument(forms.as_pdf(report)) as document:
        image = np.asarray(document[page].render(scale=1).to_pil().convert("RGB"))
    colours, counts = np.unique(image.reshape(-1, 3), axis=0, return_counts=True)
    return {tuple(c) for c, n in zip(colours.tolist(), counts, strict=True) if n > 100}


def test_the_map_shows_every_class_in_its_colour() -> None:
    assert {palette.GREY, palette.GAIN, palette.LOSS} <= shades(siting(), 1)
    near, *_, far = palette.steps(5)
    found = shades(siting(by_distance=True), 1)
    assert {near, far} <= found


def test_colours_go_evenly_from_light_to_dark() -> None:
    for count in range(2, 9):
        found = palette.steps(count)
        light = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in found]
        assert light == sorted(light, reverse=True)
        assert len(set(found)) == count
        assert min(a - b for a, b in pairwise(light)) > 10


def test_nobody_and_nowhere() -> None:
    """No demand, no station, no district: the report still says so."""
    empty: SitingReport = replace(
        siting(),
        lonlat=np.empty((0, 2)),
        weight=np.empty(0),
        state=np.empty(0, np.int8),
        opened=(),
        closed=(),
        areas=(),
    )
    assert "没有要新开的站" in words_of(forms.as_pdf(empty))
    alone = coverage(1, ("340603 相山区",), names=())
    assert "没有" in words_of(forms.as_pdf(alone))

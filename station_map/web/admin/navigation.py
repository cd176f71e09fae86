"""The bar above every page of /admin: what there is to do, in the order of a working day."""

from __future__ import annotations

from typing import Final

NAVIGATION: Final = (
    ("admin.home", "首页"),
    ("admin.stations", "驿站"),
    ("admin.cases", "反映"),
    ("admin.round_list", "核实"),
    ("admin.bulk", "批量修改"),
    ("admin.calendar", "服务日程"),
    ("admin.imports", "导入"),
    ("admin.history_all", "改动"),
    ("admin.duplicates", "重复"),
    ("admin.wishes", "建议"),
    ("admin.planning_runs", "规划计算"),
    ("admin.driver_homes", "司机之家"),
    ("admin.planning", "规划"),
    ("admin.planning_layers", "规划数据"),
    ("admin.visits", "到访"),
    ("admin.account", "我的帐号"),
    ("admin.notices", "通知"),
    ("admin.users", "帐号"),
    ("admin.events", "记录"),
)
"""Endpoints and what they are called; those that an account may not open are left out."""

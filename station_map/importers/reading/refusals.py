"""Refusals of a whole file, as the reader's process raises and reports them."""

from __future__ import annotations

from station_map.importers.limits import setting_name


class Refusal(Exception):
    """The file cannot be read; `zh` and `en` say why. `limit` names the bound reached."""

    def __init__(self, zh: str, en: str, *, limit: str | None = None) -> None:
        super().__init__(f"{zh} | {en}")
        self.zh = zh
        self.en = en
        self.limit = limit


def too_much(what_zh: str, what_en: str, limit: str, bound: int) -> Refusal:
    """A bound was reached; says its value and the setting that moves it."""
    setting = setting_name(limit)
    return Refusal(
        f"{what_zh}，上限 {bound:,}（设置 {setting}）",
        f"{what_en}; the limit is {bound:,} (setting {setting})",
        limit=limit,
    )

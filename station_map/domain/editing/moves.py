"""Which moves of a station ask why."""

from __future__ import annotations

from typing import Final

from station_map.errors import InputError

FAR_M: Final = 200


def asks_why(distance_m: float, before: str | None, after: str | None) -> bool:
    """Whether a move needs a reason: far, or into another district (adcodes; None: in none)."""
    return distance_m > FAR_M or before != after


def checked_move(
    distance_m: float, before: str | None, after: str | None, reason: str | None
) -> None:
    """Raises InputError (parameter `reason`) when a move needs a reason and has none."""
    if reason or not asks_why(distance_m, before, after):
        return
    if distance_m > FAR_M:
        zh = f"移动了 {distance_m:.0f} 米，超过 {FAR_M} 米"
        en = f"It moves {distance_m:.0f} m, more than {FAR_M} m"
    else:
        zh, en = "移到了另一个区县", "It moves into another district"
    raise InputError(
        f"{zh}，请写原因，比如“搬到路对面了”“原来标错了”。 {en}: say why.",
        parameter="reason",
        allowed="a reason in words",
        example="原来标错了",
    )

"""What may be given: checks of arrays and numbers, with errors that say what is allowed."""

from __future__ import annotations

from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike

from station_map.errors import InputError
from station_map.siting.arrays import Floats


def positions(lonlat: ArrayLike, count: int | None = None) -> Floats:
    """(n, 2) checked degrees. Raises InputError."""
    found = np.ascontiguousarray(lonlat, dtype=np.float64)
    shaped = found.ndim == 2 and found.shape[1] == 2 and count in {None, len(found)}
    if not (shaped and _on_earth(found)):
        raise InputError(
            "坐标必须是（经度、纬度）两列的有限数字，每个地点一行。"
            " Positions are two columns, longitude and latitude, one row a place.",
            parameter="lonlat",
            allowed="-180…180, -90…90 (WGS-84)",
            example="116.798, 33.956",
        )
    return found


def _on_earth(found: Floats) -> bool:
    # NaN fails these comparisons.
    return bool(np.all(np.abs(found[:, 0]) <= 180) and np.all(np.abs(found[:, 1]) <= 90))


def amounts(given: ArrayLike, count: int, name: str) -> Floats:
    """(count,) numbers, none negative, none NaN; capacity alone may be infinite."""
    found = np.ascontiguousarray(given, dtype=np.float64)
    good = found.shape == (count,) and bool(np.all(found >= 0))
    if not good or (name != "capacity" and not np.all(np.isfinite(found))):
        raise InputError(
            f"{name} 必须是 {count} 个不小于 0 的数，不能为空。"
            f" {name} is {count} numbers of at least 0, none missing.",
            parameter=name,
            allowed="≥ 0",
            example="1.0",
        )
    return found


def share(given: float, name: str, *, least: float = 0.0) -> float:
    """A part of the whole, `least` to 1. Raises InputError."""
    if not least <= given <= 1:  # NaN fails this too
        raise InputError(
            f"{name} 必须在 {least:g} 和 1 之间。 {name} is a share between {least:g} and 1.",
            parameter=name,
            allowed=f"{least:g}…1",
            example="0.9",
        )
    return float(given)


def count(given: int, name: str, most: int, *, least: int = 0) -> int:
    """A whole number from `least` to `most`. Raises InputError."""
    if isinstance(given, bool) or int(given) != given or not least <= given <= most:
        refuse_count(name, least, most)
    return int(given)


def refuse_count(name: str, least: int, most: int) -> NoReturn:
    """Raise the InputError of a number out of range."""
    raise InputError(
        f"{name} 必须是 {least} 到 {most} 的整数。 {name} is a whole number from {least} to {most}.",
        parameter=name,
        allowed=f"{least}…{most}",
        example=str(most),
    )

"""What `coverage` and `site` share: areas from a file, and options as what was asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

_WAYS = re.compile(r"all|district|city|h3:.*")


def areas_of_file(asked: dict[str, Any]) -> Callable[..., Any] | None:
    """How to group by the file that --by names; `asked` says instead that there was one."""
    by = asked["by"]
    if _WAYS.fullmatch(by):
        return None
    from station_map.planning.groups import by_file

    asked["by"] = "areas"
    return partial(by_file, Path(by))


def of_model(asked: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The options that the model has."""
    return {name: value for name, value in asked.items() if name in model.model_fields}

"""What `coverage` and `site` share: areas from a file, and options as what was asked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from station_map.cli.environment import say
from station_map.errors import InputError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from station_map.exporters.planning.report import Report

# Reports; each is a file of its own kind, which no terminal can show.
FILES: Final = ("pdf", "xlsx", "gpkg", "zip")
_WAYS = re.compile(r"all|district|city|h3:.*|areas:[0-9a-f]{16}")


def areas_of_file(asked: dict[str, Any]) -> Callable[..., Any] | None:
    """How to group by the file that --by names; `asked` says instead that there was one."""
    by = asked["by"]
    if _WAYS.fullmatch(by):
        return None
    from station_map.planning.groups import by_file

    asked["by"] = "areas"
    return partial(by_file, Path(by))


def check_out(form: str, out: Path | None) -> None:
    """Refuse, before any work, a report without a file, or that cannot be written. InputError."""
    if form not in FILES:
        return
    if out is None:
        raise InputError(
            f"--format {form} 要写 --out 文件。 --format {form} needs --out FILE.",
            parameter="--out",
            example=f"--format {form} --out report.{form}",
        )
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise InputError(
            f"不能写入文件夹 {out.parent}。 The folder {out.parent} cannot be written to.",
            parameter="--out",
        )


def save(report: Report, form: str, out: Path | None) -> None:
    """Write a report whole or not at all; `check_out` has seen to its file."""
    from station_map.planning.reports import Form, write

    assert out is not None  # noqa: S101 - check_out refuses a report without a file
    write(report, Form(form), out)
    say(f"→ {out}")


def of_model(asked: dict[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The options that the model has."""
    return {name: value for name, value in asked.items() if name in model.model_fields}

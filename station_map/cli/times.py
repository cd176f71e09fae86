"""Days as the command line takes them."""

from __future__ import annotations

import datetime as dt
from typing import Final

import click

DAY: Final = "YYYY-MM-DD"


def day(_ctx: click.Context, _option: click.Parameter, given: str | None) -> dt.date | None:
    """Callback of an option: a date, or None when it is not given."""
    if given is None:
        return None
    try:
        return dt.datetime.strptime(given, "%Y-%m-%d").date()  # noqa: DTZ007 - a date alone
    except ValueError:
        raise click.BadParameter(f"{given!r} 不是日期 / is no date ({DAY})") from None

"""Rounds of verification: somebody goes to the stations that nobody checked for long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from station_map.domain.accounts import Role
from station_map.domain.vocabulary import Labelled


class RoundAnswer(Labelled):
    """What somebody found at the door. What is to be changed is changed by the form of edits."""

    RIGHT = "right", "都对", "all right"
    GONE = "gone", "不在了或关了", "not there, or closed"


VERIFIED_AS: Final[Mapping[Role, str]] = MappingProxyType(
    {Role.KEEPER: "站点自报", Role.EDITOR: "工会巡查", Role.ADMIN: "工会巡查"}
)
"""What riders read of who verified: the part somebody plays, never a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer of a round.

    id: made where it was given, so that an answer sent twice is stored once. station: the
    row's id. seen_at: when somebody stood there.
    """

    id: UUID
    station: int
    answer: RoundAnswer
    seen_at: dt.datetime
    note: str | None = None

"""Riders' suggestions "a station is needed here", and what planners decide about them."""

from __future__ import annotations

from station_map.domain.reasons import REASON_LONGEST
from station_map.domain.vocabulary import Labelled
from station_map.errors import InputError


class WishStatus(Labelled):
    """How far a suggestion has come."""

    NEW = "new", "新的", "new"
    CONSIDERED = "considered", "在考虑", "considered"
    ACCEPTED = "accepted", "采纳", "accepted"
    DECLINED = "declined", "不采纳", "declined"


def check_decision(status: WishStatus, reason: str | None) -> None:
    """Whoever declines says why. Raises InputError."""
    if status is WishStatus.DECLINED and reason is None:
        raise InputError(
            "不采纳要写理由，比如“两百米外已有驿站”。 Say why it is declined.",
            parameter="reason",
            allowed=f"1 to {REASON_LONGEST} characters",
            example="两百米外已有驿站",
        )

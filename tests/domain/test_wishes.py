"""What a decision about a wish needs."""

from __future__ import annotations

import pytest

from station_map.domain.wishes import WishStatus, check_decision
from station_map.errors import InputError


def test_only_declining_needs_a_reason() -> None:
    for status in WishStatus:
        if status is WishStatus.DECLINED:
            with pytest.raises(InputError, match="理由"):
                check_decision(status, None)
        else:
            check_decision(status, None)
        check_decision(status, "两百米外已有驿站")

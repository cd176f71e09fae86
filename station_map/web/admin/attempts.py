"""Trying a password: who tries, and the answer to who tried too often."""

from __future__ import annotations

import datetime as dt
from typing import Final

from flask import Response

from station_map.domain.accounts.signing_in import account_hash
from station_map.errors import TooOften
from station_map.store.sign_in import Attempt
from station_map.web.senders import current_sender, secret

TOO_MANY: Final = 429


def current_attempt(name: str) -> Attempt:
    """The attempt of the current request at the account of that name, whether there is one or not."""
    return Attempt(account_hash(secret(), name), current_sender(dt.datetime.now(dt.UTC)))


def later(page: Response, error: TooOften) -> Response:
    """The page that says so, with the moment from which on it may be tried again."""
    page.headers["Retry-After"] = str(error.retry_after_s)
    return page

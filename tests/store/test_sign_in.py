"""Attempts to sign in are counted, whoever is tried, and however many at once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from station_map.domain.accounts.signing_in import (
    ACCOUNT_RATES,
    NETWORK_RATES,
    PAIR_RATES,
    account_hash,
)
from station_map.domain.reports import sender_of
from station_map.errors import TooOften
from station_map.store import sign_in
from station_map.store.database import Database
from station_map.store.sign_in import Attempt
from station_map.store.writing import writing
from tests.store.merging import value
from tests.support import people

KEY = b"0123456789abcdef"


def attempt(name: str = "zhang", address: str = "192.0.2.1") -> Attempt:
    sender = sender_of(KEY, address, "browser", dt.datetime.now(dt.UTC))
    return Attempt(account_hash(KEY, name), sender)


def tried(database: Database, who: Attempt) -> int:
    with writing(database, actor="test") as unit:
        return sign_in.count(unit, who)


def test_the_sixth_in_a_quarter_of_an_hour_waits(database: Database) -> None:
    for _ in range(PAIR_RATES[0].most):
        tried(database, attempt())
    with pytest.raises(TooOften, match="分钟以后再试") as refused:
        tried(database, attempt())
    assert 0 < refused.value.retry_after_s <= 15 * 60
    assert value(database, "SELECT count(*) FROM sign_in_attempt") == 5  # what was refused is none
    tried(database, attempt("li"))
    tried(database, attempt(address="192.0.2.2"))
    people.execute(database, "UPDATE sign_in_attempt SET at = at - interval '16 minutes'")
    tried(database, attempt())


def test_one_account_from_everywhere_waits(database: Database) -> None:
    for number in range(ACCOUNT_RATES[0].most):
        tried(database, attempt(address=f"192.0.2.{number}"))
    with pytest.raises(TooOften):
        tried(database, attempt(address="198.51.100.1"))
    tried(database, attempt("li", "198.51.100.1"))


def test_one_address_with_many_names_waits(database: Database) -> None:
    for number in range(NETWORK_RATES[0].most):
        tried(database, attempt(f"name-{number}"))
    with pytest.raises(TooOften):
        tried(database, attempt("another"))
    tried(database, attempt("another", "198.51.100.1"))


def test_never_a_hundred_a_day_for_one_account(database: Database) -> None:
    # NIST SP 800-63B-4, section 3.2.2: no more than 100 failures in a row.
    made = 0
    for number in range(110):
        try:
            tried(database, attempt(address=f"10.0.{number}.1"))
        except TooOften:
            people.execute(database, "UPDATE sign_in_attempt SET at = at - interval '61 minutes'")
        else:
            made += 1
    assert made == ACCOUNT_RATES[1].most < 100


def test_success_forgets_what_this_network_tried(database: Database) -> None:
    for _ in range(4):
        tried(database, attempt())
    tried(database, attempt(address="192.0.2.9"))
    with writing(database, actor="test") as unit:
        sign_in.succeeded(unit, attempt())
    assert value(database, "SELECT count(*) FROM sign_in_attempt") == 1


def test_after_a_day_nothing_of_it_is_kept(database: Database) -> None:
    tried(database, attempt())
    people.execute(database, "UPDATE sign_in_attempt SET at = at - interval '25 hours'")
    tried(database, attempt("li"))
    assert value(database, "SELECT count(*) FROM sign_in_attempt") == 1


def test_a_failure_counts_from_when_it_failed(database: Database) -> None:
    number = tried(database, attempt())
    people.execute(database, "UPDATE sign_in_attempt SET at = at - interval '1 hour'")
    with writing(database, actor="test") as unit:
        sign_in.failed(unit, number)
    assert value(database, "SELECT at > now() - interval '1 minute' FROM sign_in_attempt")


def test_many_at_once_count_as_many(database: Database) -> None:
    together, refused = threading.Barrier(8), []

    def try_it() -> None:
        together.wait()
        try:
            tried(database, attempt())
        except TooOften as error:
            refused.append(error)

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    assert value(database, "SELECT count(*) FROM sign_in_attempt") == 5

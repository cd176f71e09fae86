"""Accounts in the database: made, changed, shut out; and an audit that only grows."""

from __future__ import annotations

import threading

import psycopg
import pytest

from station_map.domain.accounts import Role
from station_map.domain.accounts.events import EventKind
from station_map.errors import Conflict, InputError, NotFound
from station_map.store import account_passwords, accounts
from station_map.store.account_events import events_of
from station_map.store.accounts import Wanted
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import value
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station


def change(database: Database, number: int, wanted: Wanted) -> None:
    with writing(database, actor="test") as unit:
        accounts.change(unit, number, wanted, "test")


def kinds(database: Database, number: int) -> list[str]:
    return [event.kind.value for event in events_of(database, number)]


def test_an_account_is_what_it_was_made(database: Database) -> None:
    codes = save(database, [station("甲"), station("乙")])
    number = people.account(
        database, "Zhang", Role.KEEPER, title="邮局", email="z@example.org", stations=tuple(codes)
    )
    stored = accounts.account_by_name(database, "zhang")
    assert stored == accounts.account_by_id(database, number)
    assert (stored.account.name, stored.account.title) == ("Zhang", "邮局")
    assert stored.station_codes == tuple(sorted(codes))
    assert len(stored.account.stations) == 2
    assert stored.has_password
    assert not stored.account.disabled
    assert kinds(database, number) == ["password_set", "created"]


def test_an_editor_has_areas_and_unknown_codes_are_refused(database: Database) -> None:
    number = people.account(database, "ed", Role.EDITOR, areas=("340602", "340600"))
    assert accounts.account_by_id(database, number).account.areas == {"340600", "340602"}
    for wanted, field in (
        (Wanted(role=Role.EDITOR, areas=("999999",)), "areas"),
        (Wanted(role=Role.KEEPER, stations=("none",)), "stations"),
    ):
        with pytest.raises(InputError) as refused:
            change(database, number, wanted)
        assert refused.value.parameter == field
    assert accounts.account_by_id(database, number).account.areas == {"340600", "340602"}


def test_names_and_addresses_are_nobody_elses(database: Database) -> None:
    people.account(database, "zhang", email="z@example.org")
    with pytest.raises(InputError) as refused:
        people.account(database, "ＺＨＡＮＧ")
    assert refused.value.parameter == "name"
    with pytest.raises(InputError) as refused:
        people.account(database, "li", email="z@example.org")
    assert refused.value.parameter == "email"
    assert value(database, "SELECT count(*) FROM account") == 1
    number = people.account(database, "li")
    with pytest.raises(InputError):
        change(database, number, Wanted(role=Role.ADMIN, email="z@example.org"))


@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES if len(name) < 100])
def test_hostile_titles_are_only_text(database: Database, name: str) -> None:
    number = people.account(database, "zhang", title=name, password=False)
    assert accounts.account_by_id(database, number).account.title == name


def test_a_change_is_on_record_with_what_it_changed(database: Database) -> None:
    number = people.account(database, "li", Role.PLANNER, email="li@example.org")
    change(database, number, Wanted(role=Role.EDITOR, areas=("340602",), title="x"))
    event = events_of(database, number)[0]
    assert (event.kind, event.actor, event.account) == (EventKind.CHANGED, "test", "li")
    assert event.detail == {
        "role": ["planner", "editor"],
        "title": ["", "x"],
        "areas": [[], ["340602"]],
        "email": "changed",
    }
    change(database, number, Wanted(role=Role.EDITOR, areas=("340602",), title="x"))
    assert kinds(database, number)[0] == "changed"
    assert len(kinds(database, number)) == 3  # nothing changed, nothing to tell


def test_one_administrator_stays(database: Database) -> None:
    first = people.account(database, "first")
    for attempt in (
        lambda: change(database, first, Wanted(role=Role.PLANNER)),
        lambda: disable(database, first),
    ):
        with pytest.raises(Conflict):
            attempt()
    second = people.account(database, "second")
    disable(database, first)
    disable(database, first)  # once more changes nothing
    assert kinds(database, first).count("disabled") == 1
    with pytest.raises(Conflict):
        disable(database, second)


def disable(database: Database, number: int) -> None:
    with writing(database, actor="test") as unit:
        accounts.disable(unit, number, "test")


def test_two_administrators_cannot_shut_each_other_out(database: Database) -> None:
    both = [people.account(database, name) for name in ("one-a", "one-b")]
    refused: list[Exception] = []
    together = threading.Barrier(2)

    def shut_out(number: int) -> None:
        together.wait()
        try:
            disable(database, number)
        except (Conflict, psycopg.Error) as error:
            refused.append(error)

    threads = [threading.Thread(target=shut_out, args=(number,)) for number in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert value(database, "SELECT count(*) FROM account WHERE disabled_at IS NULL") == 1


def test_who_is_not_there_is_not_found(database: Database) -> None:
    for look in (
        lambda: accounts.account_by_id(database, 999),
        lambda: accounts.account_by_name(database, "nobody"),
        lambda: disable(database, 999),
        lambda: change(database, 999, Wanted(role=Role.ADMIN)),
    ):
        with pytest.raises(NotFound):
            look()


def test_a_station_that_goes_takes_its_keeper_s_right_along(database: Database) -> None:
    codes = save(database, [station("甲")])
    number = people.account(database, "kk", Role.KEEPER, stations=tuple(codes))
    people.execute(database, "DELETE FROM station")
    assert accounts.account_by_id(database, number).account.stations == frozenset()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account_event SET actor = 'somebody'",
        "DELETE FROM account_event",
        "TRUNCATE account_event",
    ],
)
def test_the_audit_can_only_be_added_to(
    database: Database, fresh_database: Database, statement: str
) -> None:
    number = people.account(database, "li")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        people.execute(database, statement)
    assert len(kinds(database, number)) == 2
    # ... nor after taking the right back, which an owner can: then the trigger refuses.
    people.account(fresh_database, "li")
    people.execute(
        fresh_database, "GRANT UPDATE, DELETE, TRUNCATE ON account_event TO CURRENT_USER"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        people.execute(fresh_database, statement)


def test_no_secret_is_stored_as_it_is(database: Database) -> None:
    number = people.account(database, "li")
    with writing(database, actor="test") as unit:
        link = account_passwords.make_link(unit, number, "test")
    for table in ("account", "account_link", "account_event"):
        text = value(database, f"SELECT string_agg(t::text, ' ') FROM {table} t")
        assert link not in text
        assert people.PASSWORD not in text

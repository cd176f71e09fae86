"""Parts of addresses: nothing but what there is can be reached, whatever is written there."""

from __future__ import annotations

import re

import pytest

from tests.support import people
from tests.web.fuzz.nasty import judge
from tests.web.fuzz.world import World, hostile_segments

SEGMENTS = tuple(hostile_segments())
ALWAYS = ("%00", "..%2F..%2F..%2F..%2Fetc%2Fpasswd")
SAFE = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_part_of_an_address_leads_elsewhere(world: World, method: str) -> None:
    token = people.form_token(world.boss.get("/admin/account").text)
    before = world.written()
    assert set(ALWAYS) < set(SEGMENTS)
    asked = 0
    for number, rule in enumerate(world.rules(method)):
        for name in re.findall(r"<(?:[^:>]+:)?(\w+)>", rule.rule):
            for segment in {*ALWAYS, *SEGMENTS[number % 4 :: 4]}:
                address = world.address(rule, **{name: segment})
                if method == "GET":
                    answer = world.boss.get(address)
                else:
                    sent = {"csrf_token": token} if address.startswith("/admin") else {}
                    answer = world.boss.post(address, data=sent, headers=SAFE)
                judge(answer, segment)
                # "00" is a way to write 0 and "0" no row's number; nothing hostile is found.
                assert answer.status_code >= 300, (address, answer.status_code)
                asked += 1
    assert asked > 200
    assert world.written() == before


def test_a_number_beyond_the_database_is_not_found(world: World) -> None:
    for rule in world.rules("GET"):
        if "<int:" in rule.rule:
            for number in (2**31, 2**63 - 1, 2**63, 10**40):
                answer = world.boss.get(world.address(rule, number=str(number)))
                judge(answer, number)
                # A session is no token.
                assert answer.status_code == (401 if rule.rule.startswith("/api/") else 404)

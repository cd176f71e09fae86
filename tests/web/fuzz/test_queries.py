"""What stands behind the question mark: of every route, with names that some route knows."""

from __future__ import annotations

from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from station_map.web.api.operations import OPERATIONS
from tests.web.fuzz.nasty import bounded, forms_of, judge, values
from tests.web.fuzz.world import World

EXAMPLES = 3
SHORT = values.map(lambda text: text[:700])
NOT_ASKED = {"admin.oidc_start", "api.openapi", "pages.offline_shell"}  # they read no question
FIRST = [
    "next", "done", "out", "lang", "after", "before", "page", "size", "v", "f", "fields", "go",
    "text", "grid", "staffed", "cursor", "n", "from", "until", "code", "show", "state", "error",
]  # fmt: skip


def names_of(world: World) -> list[str]:
    """Every name that a form of a page or the interface has, and those that only links have."""
    found = dict.fromkeys(FIRST)
    for operation in OPERATIONS:
        found |= dict.fromkeys(one.name for one in operation.contract.parameters)
    for rule in world.rules("GET"):
        for form in forms_of(world.boss.get(world.address(rule))):
            if form.method == "get":
                found |= form.names
    return list(found)


def ask(
    world: World, address: str, pairs: st.SearchStrategy[list[tuple[str, str]]], examples: int
) -> None:
    @bounded(examples)
    @given(pairs)
    def one(told: list[tuple[str, str]]) -> None:
        query = urlencode(told, errors="surrogatepass")
        judge(world.boss.get(f"{address}?{query}"), told)

    one()


def test_no_question_breaks_a_page(world: World) -> None:
    names = st.one_of(st.sampled_from(names_of(world)), values.map(lambda text: text[:40]))
    before = world.written()
    for rule in world.rules("GET"):
        if rule.endpoint in NOT_ASKED:
            continue
        address = world.address(rule)
        ask(world, address, st.lists(st.tuples(names, SHORT), max_size=4), EXAMPLES)
    assert world.written() == before


def test_each_name_alone_takes_anything(world: World) -> None:
    """One at a time, so that a wrong one is not refused before the next is read."""
    pages = [
        rule
        for rule in world.rules("GET")
        if rule.endpoint.startswith(("admin.", "pages.", "notices."))
        and rule.endpoint not in NOT_ASKED
    ]
    for rule in pages:
        address = world.address(rule)
        forms = [one for one in forms_of(world.boss.get(address)) if one.method == "get"]
        for name in dict.fromkeys([n for form in forms for n in form.names]):
            ask(
                world, address, st.lists(st.tuples(st.just(name), SHORT), min_size=1, max_size=2), 3
            )

"""What the code offers is documented, and what is documented exists."""

from __future__ import annotations

import re
from typing import get_args

import click
import pytest
from flask import Flask

from station_map.cli import VERBS, main
from station_map.domain import vocabulary
from station_map.domain.vocabulary import AMENITIES, Honour, Kind, Labelled, Status
from station_map.settings import PREFIX, Settings
from station_map.store.schema import Base
from station_map.web.api import nearest, reference, slim, stations
from station_map.web.api.models import NearestProperties, StateCode, StateNow, StationProperties
from station_map.web.contract import Contract
from tests.docs import pages

REFERENCE = pages.DOCS / "reference"
API = REFERENCE / "api.md"
MODEL = REFERENCE / "data-model.md"
NOT_SETTINGS = {"STATION_MAP_SHARED_DATA"}  # where tests find their data


def test_generated_pages_are_what_the_code_says() -> None:
    maker = pages.script(pages.DOCS / "make_reference.py")
    for path, text in maker.pages().items():
        assert path.read_text(encoding="utf-8") == text, "run: python docs/make_reference.py"


def test_every_setting_has_its_line() -> None:
    described = [
        cell.strip() for cell in pages.first_cells((REFERENCE / "settings.md").read_text())
    ]
    assert described == [f"`{PREFIX}{name.upper()}`" for name in Settings.model_fields]
    assert all(field.description for field in Settings.model_fields.values())


def test_every_variable_that_is_told_of_is_a_setting() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | NOT_SETTINGS
    told = {
        (path.name, name)
        for path in pages.tracked()
        if path.suffix in {".md", ".service", ".conf", ".sh"} or path.name == "Makefile"
        for name in re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", path.read_text(encoding="utf-8"))
    }
    assert told
    assert {(page, name) for page, name in told if name not in known} == set()


# ---- command line ---------------------------------------------------------------------


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found[" ".join((*path, name))] = command
        if isinstance(command, click.Group):
            found |= _commands(command, (*path, name))
    return found


def test_every_verb_and_option_is_documented_and_no_other() -> None:
    sections = pages.sections(REFERENCE / "cli.md", 2)
    commands = _commands(main)
    assert set(sections) == set(commands)
    assert set(VERBS) <= set(commands)
    for name, command in commands.items():
        options = {
            option
            for one in command.params
            if isinstance(one, click.Option)
            for option in (*one.opts, *one.secondary_opts)
        }
        table = "".join(pages.first_cells(sections[name]))
        assert set(re.findall(r"(?<!\w)--?[a-z][a-z-]*", table)) == options, name


def test_commands_in_the_pages_exist() -> None:
    commands = _commands(main)
    groups = {name for name, one in commands.items() if isinstance(one, click.Group)}
    used = {
        (page.name, " ".join(words if words[0] in groups else words[:1]))
        for page in pages.pages()
        for words in (
            [word for word in match if word]
            for match in re.findall(
                r"(?:^|[\s`/(=])station-map ([a-z][a-z-]*)(?: ([a-z]+))?",
                page.read_text(encoding="utf-8"),
                re.MULTILINE,
            )
        )
    }
    assert used
    assert {(page, verb) for page, verb in used if verb not in commands} == set()


def test_make_targets_in_the_pages_exist() -> None:
    makefile = (pages.REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    used = {
        target
        for page in pages.pages()
        for target in re.findall(
            r"(?:`|^)make ([a-z]+)\b", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert {"run", "test"} <= used
    assert used <= targets


# ---- the data model -------------------------------------------------------------------


def test_every_column_is_documented_and_no_other() -> None:
    documented: dict[str, set[str]] = {}
    for heading, text in pages.sections(MODEL, 2).items():
        named = pages.codes(heading)
        if not named:
            continue
        columns = {code for cell in pages.first_cells(text) for code in pages.codes(cell)}
        documented[", ".join(sorted(named))] = columns
    real = {
        table: {column.name for column in Base.metadata.tables[table].columns}
        for table in Base.metadata.tables
    }
    together = {
        ", ".join(sorted(tables.split(", "))): set().union(*(real[t] for t in tables.split(", ")))
        for tables in documented
    }
    assert documented == together
    assert {table for tables in documented for table in tables.split(", ")} == set(real)


# Other rooms label codes of their own, which no column holds.
STORED = [one for one in Labelled.__subclasses__() if one.__module__ == vocabulary.__name__]


@pytest.mark.parametrize("codes", STORED, ids=lambda one: one.__name__)
def test_every_code_is_in_the_data_model(codes: type[Labelled]) -> None:
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", codes.__name__).lower()
    text = pages.sections(MODEL, 3)[f"`{name}`"]
    rows = [pages.codes(cell).pop() for cell in pages.first_cells(text)]
    assert rows == [member.value for member in codes]


def test_every_amenity_is_in_the_data_model() -> None:
    rows = re.findall(r"^\| \d+ \| `(\w+)` \|", MODEL.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [amenity.code for amenity in AMENITIES]


# ---- the API --------------------------------------------------------------------------

CONTRACTS: dict[str, Contract] = {
    "nearest": nearest.CONTRACT,
    "stations": stations.CONTRACT,
    "slim": slim.CONTRACT,
    "areas": reference.AREAS_CONTRACT,
}


def _names(contract: Contract) -> set[str]:
    return {parameter.name for parameter in contract.parameters}


def test_every_parameter_is_documented_and_no_other() -> None:
    real = set().union(*(_names(contract) for contract in CONTRACTS.values()))
    assert real <= pages.codes(API.read_text(encoding="utf-8"))
    tables = [
        text
        for heading, text in pages.sections(API, 2).items()
        if heading.startswith(("The nearest", "Lists"))
    ]
    in_tables = {
        c for text in tables for cell in pages.first_cells(text) for c in pages.codes(cell)
    }
    assert in_tables == _names(nearest.CONTRACT) | _names(stations.CONTRACT)


def test_every_route_is_documented_and_no_other(app: Flask) -> None:
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(("api.", "health."))
    }
    head = API.read_text(encoding="utf-8").partition("\n## ")[0]
    assert {code for cell in pages.first_cells(head) for code in pages.codes(cell)} == routes


def test_every_property_is_documented_and_no_other() -> None:
    table = pages.sections(API, 2)["Properties of a station"]
    named = {code for cell in pages.first_cells(table) for code in pages.codes(cell)}
    assert named == set(StationProperties.model_fields)
    text = API.read_text(encoding="utf-8")
    assert set(NearestProperties.model_fields) <= pages.codes(text)
    assert {*StateNow.model_fields, *get_args(StateCode)} <= pages.codes(text)


@pytest.mark.parametrize("vocabulary", [Kind, Status, Honour], ids=lambda one: one.__name__)
def test_every_code_of_filters_and_answers_is_in_the_api_page(vocabulary: type[Labelled]) -> None:
    assert {member.value for member in vocabulary} <= pages.codes(API.read_text(encoding="utf-8"))

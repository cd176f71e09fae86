"""The page of security names tests that exist, leaves no requirement out, and gives reasons."""

from __future__ import annotations

import ast
import re

from tests.docs import pages

PAGE = pages.DOCS / "security.md"
TESTS = pages.REPOSITORY / "tests"
NUMBER = re.compile(r"\b(\d{1,2})\.(\d)\.(\d{1,2})\b")
SAID_OTHERWISE = ("**not met**", "**not used**", "**operator**", "**documented**")

# ASVS 5.0.0: the requirements of levels 1 and 2, by section; what is left out is of level 3.
LEVELS_1_AND_2 = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2",
    "2.1": "1-3", "2.2": "1-3", "2.3": "1-4", "2.4": "1-1",
    "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1-1", "4.3": "1-2", "4.4": "1-4",
    "5.1": "1-1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3",
    "6.1": "1-3", "6.2": "1-11", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1-1", "8.4": "1-1",
    "9.1": "1-3", "9.2": "1-4",
    "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2", "10.7": "1-3",
    "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1-1", "11.6": "1-1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1-1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3",
    "15.1": "1-3", "15.2": "1-3", "15.3": "1-7",
    "16.1": "1-1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3",
    "17.1": "1-1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip


def rows() -> list[tuple[str, str, str]]:
    """The lines of the tables of requirements."""
    told = PAGE.read_text("utf-8").partition("## Read by machines")[0]
    found = re.findall(r"^\| (.+?) \| (.*?) \| (.*?) \|$", told, re.MULTILINE)
    return [row for row in found if row[0] not in {"requirement", "---"}]


def numbers(cell: str) -> set[tuple[int, ...]]:
    """The requirements that a cell names, ranges written out."""
    named = {tuple(map(int, one)) for one in NUMBER.findall(cell)}
    for first, last in re.findall(r"(\d+\.\d\.\d+) to (\d+\.\d\.\d+)", cell):
        begin, end = (tuple(map(int, one.split("."))) for one in (first, last))
        named |= {one for one in required() if begin <= one <= end}
    return named


def required() -> set[tuple[int, ...]]:
    return {
        (*map(int, section.split(".")), number)
        for section, span in LEVELS_1_AND_2.items()
        for number in range(1, int(span.partition("-")[2]) + 1)
    }


def test_no_requirement_of_the_two_levels_is_left_out() -> None:
    told = set().union(*(numbers(row[0]) for row in rows()))
    assert required() - told == set()


def test_each_line_has_a_test_or_says_why_there_is_none() -> None:
    assert len(rows()) > 100
    for requirement, how, held in rows():
        assert held.strip() or any(word in how for word in SAID_OTHERWISE), requirement


def test_the_tests_that_are_named_exist() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE.read_text("utf-8"))
    assert len(named) > 150
    defined = dict[str, set[str]]()
    for file, name in named:
        if file not in defined:
            tree = ast.parse((TESTS / file).read_text("utf-8"))
            defined[file] = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
        assert name in defined[file], f"{file}::{name}"
        assert name.startswith("test_"), name


def test_what_holds_a_line_is_named_as_a_test() -> None:
    for requirement, _, held in rows():
        left = re.sub(r"`[\w/]+\.py::\w+`", "", held)
        assert left.replace(",", "").strip() == "", (requirement, left)

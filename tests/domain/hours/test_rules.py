from __future__ import annotations

import pytest

from station_map.domain.hours.rules import Code, Operator, Unsupported, rules_of


def taken_apart(expression: str) -> list[tuple[str, str, str, str, str]]:
    """Operator, dates, weekdays and holidays, times, state of each rule."""
    found = []
    for rule in rules_of(expression):
        days = ",".join(
            [
                *(str(day) for day in sorted(rule.days.weekdays or ())),
                *rule.days.nth,
                *(f"PH{offset:+d}" for offset in rule.days.holidays),
            ]
        )
        days = f"&{days}" if rule.days.both else days
        found.append((rule.operator.value, rule.wide, days, rule.times, rule.code.value))
    return found


@pytest.mark.parametrize(
    ("expression", "rules"),
    [
        ("24/7", [(";", "", "", "", "open")]),
        ("24/7; PH off", [(";", "", "", "", "open"), (";", "", "PH+0", "", "closed")]),
        (
            "Mo-Fr 08:30-12:00, We 14:00-18:00",
            [(";", "", "0,1,2,3,4", "08:30-12:00", "open"), (",", "", "2", "14:00-18:00", "open")],
        ),
        (
            "08:30-12:00, 14:30-18:00; Sa, Su off",
            [(";", "", "", "08:30-12:00, 14:30-18:00", "open"), (";", "", "5,6", "", "closed")],
        ),
        (
            "Fr-Mo,PH 09:00-16:00",
            [(";", "", "0,4,5,6,PH+0", "09:00-16:00", "open")],
        ),
        ("PH Mo-Fr 10:00-12:00", [(";", "", "&0,1,2,3,4,PH+0", "10:00-12:00", "open")]),
        ("PH,SH Sa off", [(";", "", "&5,PH+0", "", "closed")]),
        ("PH -1 day 10:00-12:00", [(";", "", "PH-1", "10:00-12:00", "open")]),
        (
            "Apr-Oct: Mo-Su 08:00-19:00; Nov-Mar 09:00-17:00",
            [
                (";", "Apr-Oct", "0,1,2,3,4,5,6", "08:00-19:00", "open"),
                (";", "Nov-Mar", "", "09:00-17:00", "open"),
            ],
        ),
        (
            "2026 Feb 15-2026 Feb 23 off, Feb 24 10:00-12:00",
            [
                (";", "2026 Feb 15-2026 Feb 23", "", "", "closed"),
                (",", "Feb 24", "", "10:00-12:00", "open"),
            ],
        ),
        ("Su[1,3],Mo[-1] 10:00-12:00", [(";", "", "Su[1,3],Mo[-1]", "10:00-12:00", "open")]),
        (
            'Mo-Fr 08:00-12:00 || Sa 09:00-10:00, Su off || "call; or, ring"',
            [
                (";", "", "0,1,2,3,4", "08:00-12:00", "open"),
                ("||", "", "5", "09:00-10:00", "open"),
                ("||", "", "6", "", "closed"),
                ("||", "", "", "", "unknown"),
            ],
        ),
        (
            "(sunrise-00:30)-(sunset+01:00) unknown",
            [(";", "", "", "(sunrise-00:30)-(sunset+01:00)", "unknown")],
        ),
    ],
)
def test_rules(expression: str, rules: list[tuple[str, str, str, str, str]]) -> None:
    assert taken_apart(expression) == rules


def test_comments_are_kept_and_make_hours_unknown_alone() -> None:
    ring, ask = rules_of('08:00-18:00 open "ring, or; call"; Su "ask"')
    assert (ring.code, ring.comment) == (Code.OPEN, "ring, or; call")
    assert (ask.code, ask.comment, ask.operator) == (Code.UNKNOWN, "ask", Operator.NORMAL)


def test_what_is_not_understood_is_said() -> None:
    with pytest.raises(Unsupported):
        rules_of("Mo-Fr off 08:00-09:00")
    with pytest.raises(Unsupported):
        rules_of("Sa +1 day 08:00-09:00")

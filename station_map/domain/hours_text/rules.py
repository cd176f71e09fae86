"""From clauses to OSM rules, if they fit together in one way only."""

from __future__ import annotations

from itertools import combinations, pairwise, product

from station_map.domain.hours_text.clauses import Clause, Reading, Scope
from station_map.domain.hours_text.clock import DAY, WHOLE_DAY, Span
from station_map.domain.hours_text.days import EVERY_DAY, WEEKEND, rendered_days
from station_map.domain.hours_text.reasons import HoursReason, UncertainError


def rules_of(reading: Reading) -> str:
    """The text in OSM syntax; raises UncertainError when the clauses do not fit together."""
    opens = _merged([clause for clause in reading.clauses if clause.says == "open"])
    offs = [clause for clause in reading.clauses if clause.says == "off"]
    no_rests = [clause for clause in reading.clauses if clause.says == "no_rest"]
    if not opens:
        raise UncertainError(HoursReason.NO_TIMES)
    for clause in opens:
        clause.spans = _in_order(clause)
    _check_dates(opens, offs + no_rests)
    _check_overlaps(opens)
    _check_closed(opens, offs)
    _check_holidays(opens, offs)
    _check_all_year(opens, offs, asked=reading.all_year)
    opens.sort(key=lambda clause: _week(clause.scope) != EVERY_DAY)
    rules = [_open_rule(clause, alone=len(opens) == 1) for clause in opens]
    rules += _off_rules(offs)
    rules += _holiday_rules(no_rests, opens, offs)
    return "; ".join(rules)


def _week(scope: Scope) -> frozenset[int]:
    """The weekdays a scope holds on; nothing said is every day, holidays alone are none."""
    if scope.days or scope.holiday:
        return scope.days
    return EVERY_DAY


def _merged(opens: list[Clause]) -> list[Clause]:
    """Clauses with the same scope are one: "周一上午…，周一下午…"."""
    by_scope: dict[tuple[object, ...], Clause] = {}
    for clause in opens:
        known = by_scope.setdefault(clause.scope.key(), Clause("open", clause.scope))
        known.spans.extend(clause.spans)
    return list(by_scope.values())


def _in_order(clause: Clause) -> list[Span]:
    """The spans of a clause, as they must be: rising, apart, only the last past midnight."""
    spans = clause.spans
    rising = all(one.end <= other.start for one, other in pairwise(spans))
    if not rising or spans[-1].end - DAY > spans[0].start:
        raise UncertainError(HoursReason.CONTRADICTION)
    if spans[-1].end - spans[0].start == DAY and len(spans) == 1:
        return [_round_the_clock(clause)]
    return spans


def _round_the_clock(clause: Clause) -> Span:
    """All day for "8:00-次日8:00" every day; on some days only, the day would shift."""
    shifted = clause.spans[0] != WHOLE_DAY
    if shifted and (_week(clause.scope) != EVERY_DAY or clause.scope.dates):
        raise UncertainError(HoursReason.CONTRADICTION)
    return WHOLE_DAY


def _check_dates(opens: list[Clause], others: list[Clause]) -> None:
    """Either all times have dates or none; exceptions with dates are not read."""
    dated = [clause for clause in opens if clause.scope.dates]
    if dated and len(dated) != len(opens):
        raise UncertainError(HoursReason.CONTRADICTION)
    if any(clause.scope.dates for clause in others):
        raise UncertainError(HoursReason.NOT_UNDERSTOOD)


def _check_overlaps(opens: list[Clause]) -> None:
    scoped = [bool(clause.scope.items) for clause in opens]
    if scoped != sorted(scoped):
        # Times without a scope after times with one: whose are they?
        raise UncertainError(HoursReason.CONTRADICTION)
    for one, other in combinations(opens, 2):
        if _same_days(one.scope, other.scope) and not _overrides(one, other):
            raise UncertainError(HoursReason.CONTRADICTION)


def _check_closed(opens: list[Clause], offs: list[Clause]) -> None:
    """A day off must be taken from "every day", and not take back what was said by name."""
    for off, clause in product(offs, opens):
        week = _week(clause.scope)
        named = week != EVERY_DAY and week & off.scope.days
        emptied = bool(week) and week <= off.scope.days
        if named or emptied or (off.scope.holiday and clause.scope.holiday):
            raise UncertainError(HoursReason.CONTRADICTION)


def _same_days(one: Scope, other: Scope) -> bool:
    if one.dates and other.dates and not one.dates.days() & other.dates.days():
        return False
    return bool(_week(one) & _week(other)) or bool(one.holiday and other.holiday)


def _overrides(one: Clause, other: Clause) -> bool:
    """Whether one replaces the other, as in "8:00-18:00，周日9:00-17:00": it cannot add hours."""
    broad, narrow = sorted((one, other), key=lambda clause: -len(_week(clause.scope)))
    if _week(broad.scope) != EVERY_DAY or _week(narrow.scope) == EVERY_DAY:
        return False
    return any(
        first.start < second.end and second.start < first.end
        for first in broad.spans
        for second in narrow.spans
    )


def _check_holidays(opens: list[Clause], offs: list[Clause]) -> None:
    """节假日 may mean weekends too: certain only where that makes no difference.

    It makes none when the text speaks of the weekend in the same breath (周末及节假日),
    says in so many words when it is open then, or names no time at all for it.
    """
    for clause in [*opens, *offs]:
        holiday = clause.scope.holiday
        if holiday is None or holiday.statutory or clause.scope.days >= WEEKEND:
            continue
        others = [other for other in opens if other is not clause]
        weekend_said = frozenset[int]().union(*(other.scope.days for other in others)) >= WEEKEND
        weekend_implied = any(not other.scope.days & WEEKEND for other in others) and any(
            _week(other.scope) & WEEKEND for other in others
        )
        if (weekend_implied and not weekend_said) or (clause.says == "open" and not weekend_said):
            raise UncertainError(HoursReason.HOLIDAY)


def _check_all_year(opens: list[Clause], offs: list[Clause], *, asked: bool) -> None:
    """Refuse "全年无休" beside a day off or times for some days only."""
    if not asked:
        return
    week = frozenset[int]().union(*(_week(clause.scope) for clause in opens))
    if offs or week != EVERY_DAY or any(clause.scope.dates for clause in opens):
        raise UncertainError(HoursReason.CONTRADICTION)


def _open_rule(clause: Clause, *, alone: bool) -> str:
    scope, spans = clause.scope, clause.spans
    daily = _week(scope) == EVERY_DAY and scope.dates is None
    if spans == [WHOLE_DAY] and daily and alone:
        return "24/7"
    times = ",".join(part.rendered() for part in spans)
    return f"{_selector(scope)} {times}".strip()


def _selector(scope: Scope) -> str:
    days = [rendered_days(scope.days)] if scope.days else []
    holiday = ["PH"] if scope.holiday else []
    dates = [scope.dates.rendered()] if scope.dates else []
    return " ".join([*dates, *filter(None, [",".join(days + holiday)])])


def _off_rules(offs: list[Clause]) -> list[str]:
    """Days off and holidays off as rules of their own, holidays last."""
    days = [f"{rendered_days(clause.scope.days)} off" for clause in offs if clause.scope.days]
    holidays = ["PH off"] if any(clause.scope.holiday for clause in offs) else []
    return days + holidays


def _holiday_rules(no_rests: list[Clause], opens: list[Clause], offs: list[Clause]) -> list[str]:
    """The rule for "节假日不休": the daily times hold on holidays too."""
    if not no_rests:
        return []
    one_for_all = len(opens) == 1 and _week(opens[0].scope) == EVERY_DAY
    if not one_for_all or opens[0].scope.dates or offs:
        raise UncertainError(HoursReason.CONTRADICTION)
    if opens[0].spans == [WHOLE_DAY] or not any(clause.scope.holiday for clause in no_rests):
        return []
    return ["PH " + ",".join(part.rendered() for part in opens[0].spans)]

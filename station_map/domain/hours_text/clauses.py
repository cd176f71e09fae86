"""From tokens to clauses: on these days (or none said), open at these times, or closed.

The text is read once from left to right. A scope (days, dates, holidays) holds for
the times after it until the next scope. Brackets are read apart: they name the scope of
what stands before, or say something of their own ("节假日不休").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from station_map.domain.hours_text import tokens as t
from station_map.domain.hours_text.clock import (
    WHOLE_DAY,
    Moment,
    Span,
    counts_to_24,
    part_of,
    span,
)
from station_map.domain.hours_text.dates import YearSpan
from station_map.domain.hours_text.reasons import HoursReason, UncertainError

_SCOPES = (t.Days, t.Dates, t.Holiday)
Says = Literal["open", "off", "no_rest"]


@dataclass(slots=True)
class Scope:
    """When a clause holds; nothing said means every day."""

    days: frozenset[int] = frozenset()
    dates: YearSpan | None = None
    holiday: t.Holiday | None = None
    items: int = 0

    def add(self, token: t.Days | t.Dates | t.Holiday) -> None:
        """Days and holidays add up; dates limit them and can be said once."""
        self.items += 1
        if isinstance(token, t.Days):
            self.days |= token.days
        elif isinstance(token, t.Holiday):
            self.holiday = token
        elif self.dates is None:
            self.dates = token.span
        else:
            raise UncertainError(HoursReason.CONTRADICTION)

    def key(self) -> tuple[object, ...]:
        """Equal for scopes that mean the same."""
        return (self.days, self.dates, self.holiday)


@dataclass(slots=True)
class Clause:
    """One statement of the text."""

    says: Says
    scope: Scope
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """All statements, and whether the text says "all the year round"."""

    clauses: list[Clause] = field(default_factory=list)
    all_year: bool = False


def read(tokens: list[t.Token]) -> Reading:
    """The clauses of a whole text; raises UncertainError."""
    return _Reader(tokens, to_24=counts_to_24(tokens)).read()


class _Reader:
    def __init__(self, tokens: list[t.Token], *, to_24: bool) -> None:
        self.tokens = tokens
        self.to_24 = to_24
        self.position = 0
        self.reading = Reading()
        self.scope = Scope()
        self.spans: list[Span] = []
        # What stood right before: a separator, and whether it came between scope and times.
        self.after_separator = True
        self.scope_then_separator = False

    def read(self) -> Reading:
        while (token := self._peek()) is not None:
            self._step(token)
        self._end()
        return self.reading

    def _peek(self, ahead: int = 0) -> t.Token | None:
        index = self.position + ahead
        return self.tokens[index] if index < len(self.tokens) else None

    def _step(self, token: t.Token) -> None:
        was_separator = False
        if isinstance(token, t.Days | t.Dates | t.Holiday):
            self._start_scope()
            self.scope.add(token)
            self.position += 1
        elif isinstance(token, t.Clock | t.Part):
            self._add_span(self._span())
        elif token == t.OPEN_PAREN:
            self._bracket()
        else:
            was_separator = self._word(token)
            self.position += 1
        self.after_separator = was_separator

    def _word(self, word: t.Word) -> bool:
        """Take one word; True when it separates."""
        if word in (t.COMMA, t.AND, t.STOP):
            return self._separator(word)
        if word == t.ALL_DAY:
            self._add_span(WHOLE_DAY)
        elif word in (t.OFF, t.EXCEPTED):
            self._closed(word)
        elif word == t.NO_REST:
            self._no_rest()
        elif word == t.ALL_YEAR:
            self.reading.all_year = True
        elif word == t.SEASON:
            self._season()
        elif word == t.INCLUDING:
            self._including()
        else:
            raise UncertainError(
                HoursReason.CLOCK if word == t.NEXT_DAY else HoursReason.NOT_UNDERSTOOD
            )
        return False

    def _separator(self, word: t.Word) -> bool:
        if self.scope.items and not self.spans:
            if word == t.STOP:
                raise UncertainError(HoursReason.NO_TIMES)
            self.scope_then_separator = word == t.COMMA
        elif word == t.STOP:
            self._flush()
        return True

    def _start_scope(self) -> None:
        """A scope after times begins a new clause; where the old one ends must be plain."""
        if self.spans:
            if not self.scope.items and not self.after_separator:
                self._scope_after_times()
            else:
                self._flush()
        self.scope_then_separator = False

    def _scope_after_times(self) -> None:
        """Read on at "8:30-17:30 周一至周五" and "8:00-18:00 周日休息"; refuse what is unclear."""
        rest = self.tokens[self.position :]
        ahead = next((token for token in rest if not isinstance(token, _SCOPES)), None)
        if ahead in (t.OFF, t.EXCEPTED, t.NO_REST):
            self._flush()
        elif ahead is not None or self.reading.clauses:
            raise UncertainError(HoursReason.CONTRADICTION)

    def _add_span(self, found: Span) -> None:
        if self.scope_then_separator and self.reading.clauses:
            raise UncertainError(HoursReason.CONTRADICTION)
        # "全天24小时" says the same twice.
        if not (found == WHOLE_DAY and found in self.spans):
            self.spans.append(found)

    def _span(self) -> Span:
        start = self._moment()
        if self._peek() == t.DASH:
            self.position += 1
        elif not self._morning_then_evening(start):
            raise UncertainError(HoursReason.NO_TIMES)
        next_day = self._peek() == t.NEXT_DAY
        self.position += next_day
        return span(start, self._moment(), next_day=next_day, to_24=self.to_24)

    def _morning_then_evening(self, start: Moment) -> bool:
        """Whether a range needs no dash: "早8晚8"."""
        following = part_of(self._peek(), latin=False)
        return start.part == "morning" and following in {"afternoon", "evening"}

    def _moment(self) -> Moment:
        part = part_of(self._peek(), latin=False)
        self.position += part is not None
        clock = self._peek()
        if not isinstance(clock, t.Clock):
            raise UncertainError(HoursReason.CLOCK)
        self.position += 1
        suffix = part_of(self._peek(), latin=True)
        self.position += suffix is not None
        if part and suffix:
            raise UncertainError(HoursReason.CONTRADICTION)
        return Moment(clock, part or suffix)

    def _closed(self, word: t.Word) -> None:
        several_excepted = word == t.EXCEPTED and self.scope.items > 1
        if self.spans or not self.scope.items or several_excepted:
            raise UncertainError(HoursReason.CONTRADICTION)
        self._emit("off")

    def _no_rest(self) -> None:
        following = self._peek(1)
        if isinstance(following, t.Clock | t.Part) or following == t.ALL_DAY:
            raise UncertainError(HoursReason.NOT_UNDERSTOOD)
        if self.scope.items and not self.spans:
            self._emit("no_rest")
        else:
            self.reading.all_year = True

    def _including(self) -> None:
        """Take "含节假日": one scope follows, and it is open as the others are."""
        following = self._peek(1)
        if not isinstance(following, t.Days | t.Holiday):
            raise UncertainError(HoursReason.NOT_UNDERSTOOD)
        scope = Scope()
        scope.add(following)
        self.reading.clauses.append(Clause("no_rest", scope))
        self.position += 1

    def _season(self) -> None:
        """A season only counts together with its dates, just before or just after it."""
        following = self._peek(2 if self._peek(1) == t.OPEN_PAREN else 1)
        before = self.scope.dates is not None and not self.spans
        if not (before or isinstance(following, t.Dates)):
            raise UncertainError(HoursReason.SEASON)
        if isinstance(following, t.Dates) and self._peek(1) == t.OPEN_PAREN:
            self._start_scope()

    def _bracket(self) -> None:
        inside = self._bracketed()
        scopes = [token for token in inside if isinstance(token, t.Days | t.Dates)]
        if scopes and all(token in scopes or token in (t.AND, t.COMMA) for token in inside):
            self._bracketed_scope(scopes)
        elif not inside or (inside == [t.SEASON] and self.scope.dates is not None):
            pass  # "（中午不休息）" was nothing but words without weight
        elif not any(isinstance(token, _SCOPES) for token in inside):
            # Times (or "7x24") in brackets belong to what stands before them.
            self.tokens[self.position : self.position] = inside
        else:
            aside = _Reader(inside, to_24=self.to_24).read()
            if not aside.clauses or any(clause.says == "open" for clause in aside.clauses):
                raise UncertainError(HoursReason.CONTRADICTION)
            self.reading.clauses.extend(aside.clauses)

    def _bracketed(self) -> list[t.Token]:
        try:
            end = self.tokens.index(t.CLOSE_PAREN, self.position)
        except ValueError:
            raise UncertainError(HoursReason.NOT_UNDERSTOOD) from None
        inside = self.tokens[self.position + 1 : end]
        if t.OPEN_PAREN in inside:
            raise UncertainError(HoursReason.NOT_UNDERSTOOD)
        self.position = end + 1
        return inside

    def _bracketed_scope(self, scopes: list[t.Days | t.Dates]) -> None:
        """Take "8:30-17:30（周一至周五）": the scope of the times before, if they have none."""
        if self.spans and self.scope.items:
            raise UncertainError(HoursReason.CONTRADICTION)
        for token in scopes:
            self.scope.add(token)
        self._flush()

    def _emit(self, says: Says) -> None:
        self.reading.clauses.append(Clause(says, self.scope, self.spans))
        self.scope, self.spans = Scope(), []
        self.scope_then_separator = False

    def _flush(self) -> None:
        if self.spans:
            self._emit("open")

    def _end(self) -> None:
        if self.scope.items and not self.spans:
            raise UncertainError(HoursReason.NO_TIMES)
        self._flush()

"""The service calendar of a station in words: what is on today, and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from station_map.domain.vocabulary import EventKind
from station_map.store.events import ServiceEvent
from station_map.web.language import label, language, t
from station_map.web.pages import wording
from station_map.web.pages.details.rules import rule_words


@dataclass(frozen=True, slots=True)
class Service:
    """One dated service. when: "今天 19:00–21:00", "11月25日–12月1日 9:00 起"."""

    kind: str
    title: str
    when: str
    source: str
    all_over: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    """today: those that are held today; later: those that begin after today."""

    today: tuple[Service, ...]
    later: tuple[Service, ...]


def services_of(events: Iterable[ServiceEvent], today: dt.date) -> Services:
    """Events in their order, those of today apart."""
    told = [(event.first_day <= today, _service(event, today)) for event in events]
    return Services(
        tuple(service for now, service in told if now),
        tuple(service for now, service in told if not now),
    )


def _service(event: ServiceEvent, today: dt.date) -> Service:
    when = " ".join(part for part in (_days(event, today), _times(event)) if part)
    kind = label(EventKind(event.kind))
    return Service(kind, event.title, when, event.source, event.all_over, event.note or "")


def _days(event: ServiceEvent, today: dt.date) -> str:
    first = max(event.first_day, today)
    begins = t("今天") if first == today else wording.date(first)
    if event.last_day == first:
        return begins
    if event.rule is not None:
        again = rule_words(event.rule)
        return f"{begins}（{again}）" if language() == "zh" else f"{begins} ({again})"
    last = wording.date(event.last_day)
    return t("今天，到 %(day)s为止", day=last) if first == today else f"{begins}–{last}"


def _times(event: ServiceEvent) -> str:
    if event.starts_at is None:
        return ""
    start = f"{event.starts_at:%H:%M}"
    return (
        t("%(time)s 起", time=start) if event.ends_at is None else f"{start}–{event.ends_at:%H:%M}"
    )

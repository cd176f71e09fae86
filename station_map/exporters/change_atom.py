"""Changes of stations as an Atom feed (RFC 4287), paged as RFC 5005 section 3 says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from station_map.exporters.stations.xml_text import text
from station_map.store.change_news import News

# A tag URI (RFC 4151) names who held the host at a day; the day never changes again.
_DAY: Final = "2026"
_BEGINNING: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_SAID: Final = {"created": "新增 created", "updated": "更新 updated", "deleted": "撤销 gone"}


@dataclass(frozen=True, slots=True)
class Feed:
    """What the feed says of itself. origin: scheme and host. self, first, next: absolute addresses.

    name: of the area, None for everywhere. topic: what the feed is about, of its address.
    """

    origin: str
    topic: str
    name: str | None
    here: str
    first: str
    next: str | None
    publisher: str
    licence: str


def atom(feed: Feed, entries: Iterable[News]) -> str:
    """The document. Names of stations and areas are data, and escaped."""
    told = list(entries)
    updated = max((one.at for one in told), default=_BEGINNING)
    title = "驿站的变化 Changes of stations" + (f" · {feed.name}" if feed.name else "")
    further = f'<link rel="next" href="{text(feed.next)}"/>' if feed.next else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">\n'
        f"<id>{text(_tag(feed.origin, feed.topic))}</id><title>{text(title)}</title>"
        f"<updated>{_moment(updated)}</updated>"
        f"<author><name>{text(feed.publisher)}</name></author>"
        f"<rights>{text(f'许可 licence: {feed.licence}')}</rights>"
        f'<link rel="self" type="application/atom+xml" href="{text(feed.here)}"/>'
        f'<link rel="first" type="application/atom+xml" href="{text(feed.first)}"/>'
        f'<link rel="alternate" type="text/html" href="{text(feed.origin)}/"/>{further}\n'
        f"{''.join(_entry(feed.origin, one) for one in told)}</feed>\n"
    )


def _entry(origin: str, one: News) -> str:
    leads = one.code if one.name is not None else one.successor
    name = one.code if one.name is None else one.name
    address = f"{origin}/stations/{quote(leads, safe='')}" if leads else f"{origin}/"
    return (
        f"<entry><id>{text(_tag(origin, f'change/{one.id}'))}</id>"
        f"<title>{text(f'{_SAID[one.action]}：{name}')}</title>"
        f"<updated>{_moment(one.at)}</updated>"
        f'<link rel="alternate" type="text/html" href="{text(address)}"/>'
        f'<category term="{one.action}"/><summary>{text(_summary(one))}</summary></entry>\n'
    )


def _summary(one: News) -> str:
    parts = [f"编号 code: {one.code}"]
    if one.fields:
        parts.append(f"改动 changed: {', '.join(one.fields)}")
    if one.successor is not None:
        parts.append(f"并入 now: {one.successor}")
    return "；".join(parts)


def _tag(origin: str, what: str) -> str:
    return f"tag:{urlsplit(origin).hostname},{_DAY}:station-map/{what}"


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

"""What a page says of itself to those who show links to it: a title, a picture, how to embed it.

Nothing here ever holds the position of the person who shares the link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from station_map.web.language import in_language, label, language, t
from station_map.web.origin import origin
from station_map.web.pages.cards import Card
from station_map.web.pages.query import STEP, RiderQuery
from station_map.web.pages.results import OPEN_NOW
from station_map.web.pictures import HEIGHT_PX, WIDTH_PX

_LOCK: Final = re.compile(r"[a-z0-9_]{1,40}(?:,[a-z0-9_]{1,40}){0,19}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Share:
    """url: of the page, absolute, without what is private. image: absolute; alt: what it shows."""

    title: str
    url: str
    image: str
    alt: str
    width: int = WIDTH_PX
    height: int = HEIGHT_PX

    def oembed(self, form: str) -> str:
        """Where a program learns how to embed the page; form: json or xml."""
        return f"{origin()}/oembed?{urlencode({'format': form, 'url': self.url})}"


def share_station(card: Card, summary: str, facts: Mapping[str, Any]) -> Share:
    """A station's page. summary: of its own description."""
    return Share(
        title=card.name,
        url=in_language(f"{origin()}/stations/{facts['code']}", language()),
        image=f"{origin()}{station_image(facts['code'])}",
        alt=t("%(name)s：%(summary)s", name=card.name, summary=summary),
    )


def share_home(query: RiderQuery, districts: Mapping[str, str], lock: str) -> Share:
    """The front page with its filters. districts: names by adcode; lock: as the address has it."""
    public = without_person(query)
    title = home_title(public, districts.get(public.district or ""))
    return Share(
        title=title,
        url=f"{origin()}{_locked(public.address(), lock)}",
        image=f"{origin()}{area_image(public)}",
        alt=t("%(title)s：驿站的位置和个数", title=title),
    )


def without_person(query: RiderQuery) -> RiderQuery:
    """The question as others may know it: not where somebody is, nor how far they read."""
    return replace(query, position=None, count=STEP, problems=())


def _locked(address: str, lock: str) -> str:
    """The address with the filters that an embed of it is to keep."""
    if _LOCK.fullmatch(lock) is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'lock': lock}, safe=',')}"


def home_title(query: RiderQuery, district: str | None) -> str:
    """What the question is about, in a line."""
    place = t("%(place)s的工会驿站", place=district) if district else t("附近的工会驿站")
    filters = [label(preset) for preset in query.asked]
    if query.open_now:
        filters.insert(0, t(OPEN_NOW))
    words = [f"“{query.text}”"] if query.text else []
    return " · ".join((place, *words, *filters))


def station_image(code: str, width_px: int = WIDTH_PX) -> str:
    """Path of a station's picture. code: as stored."""
    return f"/stations/{code}/card.png{_wide(width_px, '?')}"


def area_image(query: RiderQuery, width_px: int = WIDTH_PX) -> str:
    """Path of the picture of a question's area and presets."""
    pairs = {
        "area": query.district or "",
        "preset": ",".join(preset.code for preset in query.presets),
    }
    told = urlencode({name: value for name, value in pairs.items() if value}, safe=",")
    return f"/card.png{'?' if told else ''}{told}{_wide(width_px, '&' if told else '?')}"


def _wide(width_px: int, before: str) -> str:
    return "" if width_px == WIDTH_PX else f"{before}width={width_px}"

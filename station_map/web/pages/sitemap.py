"""What search engines ask for first: robots.txt and the sitemap.

The sitemap is an index of pages; each page is streamed as it is read, so neither ever lies in
memory whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain
from tempfile import TemporaryFile
from typing import Final

from flask import Blueprint, Response

from station_map.errors import NotFound
from station_map.store.sitemap import Changed, sitemap_page, sitemap_pages
from station_map.web.caching import answer, file_answer
from station_map.web.origin import origin
from station_map.web.runtime import database

blueprint: Final = Blueprint("sitemap", __name__)

MAX_AGE_S: Final = 3_600
_XML: Final = "application/xml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MOST_PAGES: Final = 50_000
_ROBOTS: Final = """\
User-agent: *
Disallow: /parts/
Disallow: /admin
Disallow: /api/v1/exports/
Disallow: /feed/
Disallow: /*lon=
Sitemap: {origin}/sitemap.xml
"""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What is not for search engines: fragments, operators' pages, files, somebody's position."""
    return answer(_ROBOTS.format(origin=origin()), "text/plain", max_age_s=MAX_AGE_S)


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """The pages of the sitemap."""
    return _streamed(_index(origin(), sitemap_pages(database())))


@blueprint.get("/sitemap-<int:number>.xml")
def page(number: int) -> Response:
    """One page of it, counted from 1. Raises NotFound."""
    pieces = sitemap_page(database(), number)
    first = next(pieces, None) if 1 <= number <= _MOST_PAGES else None
    if first is None and number != 1:
        raise NotFound("page of the sitemap", str(number))
    return _streamed(_page(origin(), number, chain([first or []], pieces)))


def _streamed(parts: Iterator[str]) -> Response:
    """A page of it may be millions of bytes: they wait in a file, not in memory."""
    with ExitStack() as held:
        file = held.enter_context(TemporaryFile(prefix="station-map-sitemap-"))
        for part in parts:
            file.write(part.encode())
        held.pop_all()  # the answer closes it
    return file_answer(file, f"{_XML}; charset=utf-8", max_age_s=MAX_AGE_S)


def _index(base: str, changes: Iterator[dt.datetime]) -> Iterator[str]:
    yield f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n'
    number = 0
    for number, changed in enumerate(changes, 1):
        yield _entry("sitemap", f"{base}/sitemap-{number}.xml", changed)
    if number == 0:
        # The page of an empty database holds the front page alone.
        yield f"<sitemap><loc>{base}/sitemap-1.xml</loc></sitemap>\n"
    yield "</sitemapindex>\n"


def _page(base: str, number: int, pieces: Iterator[list[Changed]]) -> Iterator[str]:
    yield f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n'
    if number == 1:
        yield f"<url><loc>{base}/</loc></url>\n<url><loc>{base}/data</loc></url>\n"
    for piece in pieces:
        yield "".join(_entry("url", f"{base}/stations/{code}", changed) for code, changed in piece)
    yield "</urlset>\n"


def _entry(tag: str, address: str, changed: dt.datetime) -> str:
    """address: origin and code are made of signs that XML leaves alone."""
    when = changed.astimezone(dt.UTC).isoformat(timespec="seconds")
    return f"<{tag}><loc>{address}</loc><lastmod>{when}</lastmod></{tag}>\n"

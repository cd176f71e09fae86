"""Stations as files, for other programs: everything that the same filters list, without pages."""

from __future__ import annotations

import datetime as dt
import tempfile
from contextlib import closing
from io import BufferedReader
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final

from flask import Response, request

from station_map.domain.hours import local_day
from station_map.errors import NotFound, TooOften
from station_map.exporters.stations.formats import FORMATS, write
from station_map.exporters.stations.terms import Terms
from station_map.search.listing import ListQuery, groups_of
from station_map.store.database import Database
from station_map.store.station_exports import exported
from station_map.web.api import stations as lists
from station_map.web.api.filters import FILTERS, OPEN, OPEN_UNKNOWN, TEXT, filter_of
from station_map.web.caching import file_answer
from station_map.web.contract import Contract
from station_map.web.contract.positions import BBOX, CRS, box_of, datum_of
from station_map.web.runtime import database, settings

PATH: Final = "/api/v1/exports/stations.<form>"
FORM_PATTERN: Final = f"^({'|'.join(FORMATS)})$"
MEDIA_TYPES: Final = tuple(one.media_type.partition(";")[0] for one in FORMATS.values())
CONTRACT: Final = Contract(BBOX, lists.AREA, TEXT, OPEN, OPEN_UNKNOWN, *FILTERS, CRS)
MAX_AGE_S: Final = 60
_RETRY_S: Final = 15
# A file of all stations takes a processor for a while; riders' requests come first.
_AT_ONCE: Final = BoundedSemaphore(1)


def stations(form: str) -> Response:
    """The file, made whole before its first byte is sent, so that none is sent by half."""
    if form not in FORMATS:
        raise NotFound("export", form[:64])
    values = CONTRACT.read(request.environ["QUERY_STRING"])
    terms = Terms(datum_of(values), settings().data_licence, settings().data_attribution)
    if not _AT_ONCE.acquire(blocking=False):
        raise TooOften(
            "正在生成另一个文件，请稍后再试。 Another file is being made; try again soon.",
            retry_after_s=_RETRY_S,
        )
    try:
        file = _made(database(), form, query_of(values), terms)
    finally:
        _AT_ONCE.release()
    return _answer(file, form)


def query_of(values: dict[str, Any]) -> ListQuery:
    """The stations that the read parameters ask for, as a list of them would."""
    return ListQuery(
        where=filter_of(values),
        bbox=box_of(CONTRACT, values),
        area=values.get("area"),
        text=values.get("q"),
    )


def _made(database: Database, form: str, query: ListQuery, terms: Terms) -> BufferedReader:
    """The file, which is gone once it is closed."""
    with tempfile.TemporaryDirectory(prefix="station-map-export-") as folder:
        path = Path(folder) / f"stations.{form}"
        with closing(exported(database, groups_of(database, query))) as chunks:
            write(form, path, chunks, terms)
        return path.open("rb")


def _answer(file: BufferedReader, form: str) -> Response:
    response = file_answer(file, FORMATS[form].media_type, max_age_s=MAX_AGE_S)
    day = local_day(dt.datetime.now(dt.UTC))
    name = f"stations-{day.isoformat()}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

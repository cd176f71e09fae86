"""`/oembed`: how a page of this site is embedded, for programs that are given its address.

oEmbed 1.0: https://oembed.com. Consumers add parameters of their own (WordPress sends `dnt`), so
what is not known is ignored here.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from flask import Blueprint, Response, request

from station_map.errors import InputError
from station_map.exporters.stations.xml_text import text as xml_text
from station_map.web.caching import JSON, answer
from station_map.web.embed.resource import Resource, language_of, resource_of, split_own
from station_map.web.embed.snippet import iframe
from station_map.web.language import speaking, t
from station_map.web.origin import origin
from station_map.web.pictures import HEIGHT_PX, WIDTH_PX, WIDTHS_PX
from station_map.web.problems import Problem, ProblemKind, told

blueprint: Final = Blueprint("oembed", __name__)

MAX_AGE_S: Final = 3_600
XML: Final = "text/xml; charset=utf-8"
_FORMS: Final = ("json", "xml")
_SIZE: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_NO_SUCH_FORM: Final = ProblemKind(501, "no-such-format", "No such format", "没有这种格式")


@blueprint.get("/oembed")
def oembed() -> Response:
    """Raises InputError (400) without an address, NotFound (404) for what is none of ours."""
    form = request.args.get("format", "json")
    if form not in _FORMS:
        return told(Problem(_NO_SUCH_FORM, "format: json or xml. format 只能是 json 或 xml。"))
    url = request.args.get("url", "")
    if not url:
        raise InputError(
            "缺少 url：要嵌入的网页的网址。 url is required: the address of the page to embed.",
            parameter="url",
            allowed="an address of this site: a station, the front page, an embed",
            example=f"{origin()}/stations/…",
        )
    parts = split_own(url)
    with speaking(language_of(parts)):
        said = _said(resource_of(parts), _most("maxwidth"), _most("maxheight"))
    body = json.dumps(said, ensure_ascii=False) if form == "json" else _as_xml(said)
    return answer(body, JSON if form == "json" else XML, max_age_s=MAX_AGE_S)


def _most(name: str) -> int | None:
    given = request.args.get(name, "")
    if not given:
        return None
    if _SIZE.fullmatch(given) is None:
        raise InputError(
            f"{name} 要是像素数。 {name} is a number of pixels.",
            parameter=name,
            allowed="1 to 999999",
            example=f"{name}=600",
        )
    return int(given)


def _said(found: Resource, most_width: int | None, most_height: int | None) -> dict[str, Any]:
    width = min(found.width, most_width or found.width)
    height = min(found.height, most_height or found.height)
    return {
        "version": "1.0",
        "type": "rich",
        "title": found.title,
        "provider_name": t("歇脚地图"),
        "provider_url": f"{origin()}/",
        "cache_age": MAX_AGE_S,
        "width": width,
        "height": height,
        "html": iframe(found.src, found.title, width, height),
        **_thumbnail(found, most_width, most_height),
    }


def _thumbnail(found: Resource, most_width: int | None, most_height: int | None) -> dict[str, Any]:
    """The largest picture within the bounds, which hold for it too; none when none is."""
    for width in WIDTHS_PX:
        height = round(width * HEIGHT_PX / WIDTH_PX)
        if width <= (most_width or width) and height <= (most_height or height):
            return {
                "thumbnail_url": f"{origin()}{found.image(width)}",
                "thumbnail_width": width,
                "thumbnail_height": height,
            }
    return {}


def _as_xml(said: dict[str, Any]) -> str:
    members = "".join(f"<{name}>{xml_text(value)}</{name}>" for name, value in said.items())
    head = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>'
    return f"{head}\n<oembed>{members}</oembed>"

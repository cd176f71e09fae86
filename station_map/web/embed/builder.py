"""`/embed/builder`: choose what an embed shows by seeing it, and copy what makes it.

Everything is made on the server from the address, so that it works without JavaScript and a
colleague can be sent what was chosen. The page's script asks for the same page and takes the
result out of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, g, request
from werkzeug.datastructures import MultiDict

from station_map.domain.vocabulary import PRESETS
from station_map.errors import NotFound
from station_map.maps.basemaps import tile_hosts
from station_map.store.areas import cities_and_districts
from station_map.web.embed.options import EVERYTHING, EmbedOptions, Layout, Theme, read_options
from station_map.web.embed.policy import ancestors
from station_map.web.embed.resource import HEIGHT_PX, Resource, embedded
from station_map.web.embed.snippet import WHOLE, element, iframe
from station_map.web.headers import page_policy
from station_map.web.language import LANGUAGES, NAMES, mark, remember_choice, t
from station_map.web.origin import origin
from station_map.web.pages.picks import AMENITY_FIELDS, FIELDS, seat_choices
from station_map.web.pages.query import read_query
from station_map.web.pages.rendering import page
from station_map.web.runtime import database, settings

blueprint: Final = Blueprint("builder", __name__)
blueprint.before_request(remember_choice)

SPEAK: Final = "speak"
"""The embed's language; `lang` is this page's own."""
_LEAST_PX: Final = 200
_LEAST_WIDE_PX: Final = 280
_MOST_PX: Final = 4_000
_PIXELS: Final = re.compile(r"[0-9]{1,4}", re.ASCII)

LAYOUTS: Final[dict[Layout, str]] = {
    Layout.SIDE: mark("列表在旁边"),
    Layout.BOTTOM: mark("列表在下面"),
    Layout.ONLY: mark("只要列表"),
    Layout.NONE: mark("只要地图"),
}
THEMES: Final[dict[Theme, str]] = {
    Theme.LIGHT: mark("浅色"),
    Theme.DARK: mark("深色"),
    Theme.CONTRAST: mark("高对比"),
}
# What is typed, and what is said where it cannot be used.
_TYPED: Final[dict[str, str]] = {
    "station": mark("没有这个编号的驿站。编号在驿站页面的网址里，比如 /stations/ 后面的那一串。"),
    "center": mark("没看懂。经度在前、纬度在后，中间一个逗号，比如 116.798,33.956。"),
    "bbox": mark("没看懂。西、南、东、北四个数，用逗号隔开，比如 116.7,33.9,116.9,34.0。"),
    "zoom": mark("要是 3 到 18 的整数，比如 12。"),
    "at": mark("没看懂，或者离现在太远。写成 2026-12-01T12:00 这样。"),
    "width": mark("要是 280 到 4000 的整数（像素）；不填就占满。"),
    "height": mark("要是 200 到 4000 的整数（像素），比如 600。"),
}


@dataclass(frozen=True, slots=True)
class Built:
    """What was chosen. width: pixels or "100%". problems: sentences by field."""

    options: EmbedOptions
    found: Resource
    width: int | str
    height: int
    problems: dict[str, str]

    @property
    def frame(self) -> str:
        """The snippet with an iframe."""
        return iframe(self.found.src, self.found.title, self.width, self.height)

    @property
    def element(self) -> str:
        """The snippet with the script and its element."""
        return element(f"{origin()}/embed.js", self.options.pairs(), self.found.title)


@blueprint.get("/embed/builder")
def builder() -> Response:
    """The form, the preview and the snippets."""
    given = _as_options(request.args)
    built = _built(given)
    response = page(
        "embed_builder.html",
        built=built,
        given=request.args,
        query=read_query(given),
        places=cities_and_districts(database()),
        presets=PRESETS,
        fields=FIELDS,
        amenity_fields=AMENITY_FIELDS,
        seats=seat_choices(read_query(given).picks),
        layouts=LAYOUTS,
        themes=THEMES,
        languages=[(code, NAMES[code]) for code in LANGUAGES],
        speak=SPEAK,
        everything=EVERYTHING,
        origins=_others(),
        site=origin(),
        bare_url=f"{origin()}/embed/builder",
    )
    policy = page_policy(g.get("csp_nonce"), tile_hosts(settings().basemap))
    response.headers["Content-Security-Policy"] = f"{policy}; frame-src 'self'"
    return response


def _others() -> tuple[str, ...]:
    """Whom the operator lets show embeds, beside this site itself; "*" is everybody."""
    return tuple(one for one in ancestors(settings().embed_origins) if one != "'self'")


def _as_options(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """The form's fields by the names of an embed's address."""
    renamed = [
        ("lang" if name == SPEAK else name, value)
        for name, value in form.items(multi=True)
        if name != "lang"
    ]
    return MultiDict(renamed)


def _built(given: MultiDict[str, str]) -> Built:
    options = read_options(given)
    problems = _problems(given, options)
    try:
        found = embedded(options, given)
    except NotFound:
        problems |= _said("station")
        options = options.changed(station=None)
        found = embedded(options, given)
    width, height = _width(given.get("width", "")), _height(given.get("height", ""))
    for name, value in (("width", width), ("height", height)):
        if value is None:
            problems |= _said(name)
    return Built(options, found, width or WHOLE, height or HEIGHT_PX, problems)


def _said(name: str) -> dict[str, str]:
    return {name: t(_TYPED[name])}


def _problems(given: MultiDict[str, str], options: EmbedOptions) -> dict[str, str]:
    """An embed ignores what it cannot use; here somebody can still mend it."""
    told = {name for name, _ in options.pairs()}
    return {
        name: t(sentence)
        for name, sentence in _TYPED.items()
        if name not in {"width", "height"} and given.get(name, "").strip() and name not in told
    }


def _width(text: str) -> int | str | None:
    plain = text.strip()
    return WHOLE if plain in {"", WHOLE} else _within(plain, _LEAST_WIDE_PX)


def _height(text: str) -> int | None:
    plain = text.strip()
    return _within(plain, _LEAST_PX) if plain else HEIGHT_PX


def _within(text: str, least: int) -> int | None:
    if _PIXELS.fullmatch(text) is None:
        return None
    return int(text) if least <= int(text) <= _MOST_PX else None

"""The built front end: which file stands for which name, and serving them for ever.

The build hook names every file after its content and puts its gzip and Brotli form beside
it, so a browser may keep them without asking, and nothing is compressed while serving.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from wsgiref.headers import Headers

from flask import Flask
from markupsafe import Markup
from whitenoise import WhiteNoise

from station_map.errors import AssetsMissing
from station_map.resources import static_dir

PREFIX: Final = "/static/"
_REMEDY: Final = "run `make setup` in a checkout, or install the wheel again"


@dataclass(frozen=True, slots=True)
class Assets:
    """The manifest of the build: file names by plain name, icon names by what they show."""

    files: dict[str, str]
    icons: dict[str, str]
    sprite: Markup

    def url(self, name: str) -> str:
        """Path of the file that was built as `name`, for example "rider.js"."""
        return PREFIX + self.files[name]


@lru_cache(maxsize=4)
def assets(folder: Path | None = None) -> Assets:
    """What the build hook left in `folder` (the package's own unless given).

    Raises AssetsMissing when nothing was built there.
    """
    static = folder or static_dir()
    try:
        manifest = json.loads((static / "manifest.json").read_text("utf-8"))
        files: dict[str, str] = manifest["files"]
        sprite = (static / files["icons.svg"]).read_text("utf-8")
    except (OSError, ValueError, KeyError) as error:
        message = f"the front end is not built: {static} holds no whole manifest.json"
        raise AssetsMissing(message, remedies=[_REMEDY]) from error
    return Assets(files, manifest["icons"], Markup(sprite))  # noqa: S704 - our own build


def install(app: Flask, folder: Path | None = None) -> None:
    """Serve `folder` under /static/, each file for ever, compressed as the browser likes.

    Without a built front end nothing is served there, and pages answer 503 and say why.
    """
    static = folder or static_dir()
    if static.is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=str(static),
            prefix=PREFIX,
            immutable_file_test=lambda _path, url: not url.endswith("manifest.json"),
            allow_all_origins=False,
            add_headers_function=_headers,
        )
    app.add_template_global(lambda name: assets(folder).url(name), "asset_url")
    app.add_template_global(lambda name: assets(folder).icons[name], "icon_name")
    app.add_template_global(lambda: assets(folder).sprite, "icon_sprite")


def _headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"

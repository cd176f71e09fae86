"""The absolute address of this service, for what is read elsewhere: canonical links, sitemaps."""

from __future__ import annotations

import re
from typing import Final

from flask import request
from werkzeug.exceptions import BadRequest

from station_map.web.runtime import settings

# A name, an IPv4 or a bracketed IPv6 address, with or without a port; nothing that could
# leave an attribute, a URL or an XML text. Whatever else a caller calls us is refused.
_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII
)


def origin() -> str:
    """Scheme and host without a slash at the end, for example "https://stations.example.org".

    The setting `public_url`, else what the request was sent to. Raises BadRequest when that
    is no well-formed host.
    """
    told = settings().public_url
    if told is not None:
        return told
    if _HOST.fullmatch(request.host) is None:
        raise BadRequest
    return f"{request.scheme}://{request.host}"

"""What every reader's own process does: bounds, one request, refusals told as a frame."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, Final

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import Refusal, too_much

type Serving = Callable[[dict[str, Any], ImportLimits, BinaryIO], None]
type Telling = Callable[[BinaryIO, dict[str, Any]], None]

# No remote files, no drivers that reach out: GDAL reads the named local file or nothing.
GDAL_ENVIRONMENT: Final = {
    "GDAL_SKIP": "HTTP,WFS,OAPIF,CSW,Carto,AmigoCloud,PLSCENES,EEDA,OGCAPI,NGW,Elasticsearch,"
    "GeoRSS,OGR_VRT,GDALG,ADBC,LIBKML,KML,GML,CSV,PDF,GPSBabel",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_MAX_RETRY": "0",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "CPL_DEBUG": "OFF",
    "OGR_ORGANIZE_POLYGONS": "SKIP",
}


def bound_resources(limits: ImportLimits) -> None:
    """Memory and CPU time that this process may use; no core file when it breaks."""
    for what, bound in (
        (resource.RLIMIT_AS, limits.reader_memory_bytes),
        (resource.RLIMIT_CPU, limits.reader_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(
            what, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard)
        )


def serve_one(serve: Serving, tell: Telling) -> None:
    """Serve the request on standard input, then exit. `tell` writes one frame."""
    request = json.loads(sys.stdin.buffer.readline())
    limits = ImportLimits(**request["limits"])
    os.environ.update(GDAL_ENVIRONMENT)
    bound_resources(limits)
    out = sys.stdout.buffer
    # The parent is gone, or wants no more: nobody is left to tell.
    with contextlib.suppress(BrokenPipeError):
        try:
            serve(request, limits, out)
        except Refusal as refusal:
            tell(out, _refused(refusal))
        except MemoryError:
            tell(out, _refused(_out_of_memory(limits)))
        out.flush()
    # Skip the interpreter's tidy-up: what was parsed may be large.
    os._exit(0)


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {"t": "refused", "zh": refusal.zh, "en": refusal.en, "limit": refusal.limit}


def _out_of_memory(limits: ImportLimits) -> Refusal:
    return too_much(
        "文件太大，读取时内存不够",
        "the file needs too much memory to read",
        "reader_memory_bytes",
        limits.reader_memory_bytes,
    )

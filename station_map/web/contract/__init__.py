"""What a caller may send, told once: it parses, it explains, and it fills OpenAPI.

    parameters  one `Parameter`: a name, a parser, its schema and its words
    parsers     the parsers: numbers, codes, lists of codes, text, boxes
    reading     a `Contract`: a set of parameters that reads a raw query string
    positions   longitude and latitude together: ranges, exchange, datum

The hot route reads its query here, so this is plain dictionaries and compiled
patterns: three to ten microseconds a request.
"""

from __future__ import annotations

from station_map.web.contract.parameters import (
    Entry,
    Parameter,
    Refused,
    RefusedQuery,
    TooMuchAsked,
)
from station_map.web.contract.reading import Contract

__all__ = ["Contract", "Entry", "Parameter", "Refused", "RefusedQuery", "TooMuchAsked"]

"""Colours that everybody can tell apart: cividis, which stays even in grey and for the colour-blind.

Nuñez, Anderton and Renslow, PLoS ONE 13 (2018) e0199239. Near and good is light, far is dark.
"""

from __future__ import annotations

from typing import Final

type Rgb = tuple[int, int, int]

# Nine of its 256 colours, evenly spaced; those between are mixed from their neighbours.
_CIVIDIS: Final[tuple[Rgb, ...]] = (
    (0, 34, 78),
    (18, 53, 112),
    (59, 73, 108),
    (87, 93, 109),
    (112, 113, 115),
    (138, 134, 120),
    (165, 156, 116),
    (195, 179, 105),
    (225, 204, 85),
)
_LAST: Final[Rgb] = (254, 232, 56)
# Okabe and Ito's blue and vermilion: who gains, who loses.
GAIN: Final[Rgb] = (0, 114, 178)
LOSS: Final[Rgb] = (213, 94, 0)
GREY: Final[Rgb] = (215, 215, 215)
RED: Final[Rgb] = (200, 22, 29)
INK: Final[Rgb] = (20, 20, 20)


def steps(count: int) -> tuple[Rgb, ...]:
    """So many colours from light to dark."""
    stops = (*_CIVIDIS[::2], _LAST)
    places = [n * (len(stops) - 1) / max(count - 1, 1) for n in range(count)]
    return tuple(_between(stops, place) for place in reversed(places))


def _between(stops: tuple[Rgb, ...], place: float) -> Rgb:
    low = min(int(place), len(stops) - 2)
    part = place - low
    first, second = stops[low], stops[low + 1]
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue

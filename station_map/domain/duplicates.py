"""Two stations that are one: which facts the one that stays takes from the other.

A document is a station as `station_document` in the database tells it; what is missing or None
is unknown. Some fields mean something together only and are chosen together. Names by which
either was known stay known, titles stay titles, and photos come along: nobody chooses those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from station_map.domain.fields import LABELS

type Document = Mapping[str, Any]
type Which = Literal["kept", "gone"]

TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "position": (
        *("lon", "lat", "source_lon", "source_lat", "source_datum"),
        *("position_source", "position_precision_m"),
    ),
    "status": ("status", "suspended_until", "status_reason"),
    "hours": ("opening_hours", "hours_text", "staffed_hours", "hours_source", "hours_verified_at"),
    "verified": ("verified_at", "verified_by"),
    "bays": ("bays_free", "bays_at"),
    "road": ("road_ref", "road_direction", "road_stake"),
    "source": ("source", "source_id", "source_date"),
}
GROUP_LABELS: Final[Mapping[str, str]] = {
    "position": "位置",
    "status": "状态",
    "hours": "开放时间",
    "verified": "核实",
    "bays": "空车位",
    "road": "公路",
    "source": "来源",
}
_GROUP: Final = {name: group for group, names in TOGETHER.items() for name in names}
# What tells whether a group is known at all, where it is not any of its fields.
_KNOWN_BY: Final = {
    "position": ("lon", "lat"),
    "status": ("status",),
    "hours": ("opening_hours", "hours_text"),
    "verified": ("verified_at",),
    "bays": ("bays_free",),
}
_NOT_CHOSEN: Final = frozenset(
    {"code", "adcode", "demo", "aliases", "honours", "photos", "hours_override"}
    | {"reported_locked_at", "amenities", "stated_district"}
)
_AMENITY: Final = "amenity:"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the two tell differently.

    key: by which it is chosen. fields: what it means, in order. amenity: its code, of an amenity.
    kept, gone: the values of the fields. default: which one is taken unless somebody says.
    """

    key: str
    label: str
    fields: tuple[str, ...]
    kept: tuple[Any, ...]
    gone: tuple[Any, ...]
    default: Which
    amenity: str | None = None


def better(first: Document, second: Document) -> bool:
    """Whether `first` is rather the one to keep: verified later, or else more is known of it."""
    return _weight(first) >= _weight(second)


def _weight(document: Document) -> tuple[str, int]:
    return document.get("verified_at") or "", completeness(document)


def completeness(document: Document) -> int:
    """How many facts are known."""
    fields = (name for name in LABELS if name not in {"amenities", "code", "demo"})
    known = sum(document.get(name) not in (None, "", [], {}) for name in fields)
    return known + len(document.get("amenities") or {})


def choices(kept: Document, gone: Document) -> list[Choice]:
    """What the two tell differently, in the order in which people see fields."""
    return [*_of_fields(kept, gone), *_of_amenities(kept, gone)]


def _of_fields(kept: Document, gone: Document) -> Iterator[Choice]:
    done: set[str] = set()
    for name in LABELS:
        key = _GROUP.get(name, name)
        if name in _NOT_CHOSEN or key in done:
            continue
        done.add(key)
        fields = TOGETHER.get(key, (name,))
        mine, others = _values(kept, fields), _values(gone, fields)
        if mine != others:
            label = GROUP_LABELS.get(key, LABELS[name])
            default = _default(key, kept, gone)
            yield Choice(key, label, fields, mine, others, default)


def _of_amenities(kept: Document, gone: Document) -> Iterator[Choice]:
    mine, others = kept.get("amenities") or {}, gone.get("amenities") or {}
    for code in sorted(mine.keys() | others.keys()):
        one, other = mine.get(code), others.get(code)
        if one == other:
            continue
        default: Which = "gone" if one is None else "kept"
        if one is not None and other is not None:
            checked = _checked(one, kept), _checked(other, gone)
            default = "kept" if checked[0] >= checked[1] else "gone"
        key = _AMENITY + code
        yield Choice(key, "设施", ("amenities",), (one,), (other,), default, code)


def _checked(fact: Document, document: Document) -> str:
    return fact.get("verified_at") or document.get("verified_at") or ""


def _values(document: Document, fields: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(document.get(name) or None if name == "hours_exceptions" else document.get(name)
                 for name in fields)  # fmt: skip


def _default(key: str, kept: Document, gone: Document) -> Which:
    """Never unknown over known; then what was verified later, or is of the fuller record."""
    fields = _KNOWN_BY.get(key, TOGETHER.get(key, (key,)))
    known, other = (
        any(value not in (None, "") for value in _values(document, fields))
        for document in (kept, gone)
    )
    if known != other:
        return "kept" if known else "gone"
    return "kept" if _newer(key, kept, gone) else "gone"


def _newer(key: str, kept: Document, gone: Document) -> bool:
    moments = {"hours": "hours_verified_at", "bays": "bays_at"}
    if own := moments.get(key):
        one, other = (document.get(own) or "" for document in (kept, gone))
        if one != other:
            return bool(one > other)
    return better(kept, gone)


def defaults(kept: Document, gone: Document) -> frozenset[str]:
    """Keys of what is taken from the one that goes, unless somebody says otherwise."""
    return frozenset(one.key for one in choices(kept, gone) if one.default == "gone")


def merged(kept: Document, gone: Document, taken: frozenset[str]) -> dict[str, Any]:
    """What the fields of the one that stays become: only those that change.

    taken: keys of choices that are taken from the one that goes; others mean nothing.
    """
    fields: dict[str, Any] = {}
    amenities = dict(kept.get("amenities") or {})
    for one in choices(kept, gone):
        if one.key not in taken:
            continue
        if one.amenity is None:
            fields |= dict(zip(one.fields, one.gone, strict=True))
        elif one.gone[0] is None:
            amenities.pop(one.amenity, None)
        else:
            amenities[one.amenity] = one.gone[0]
    if "hours_exceptions" in fields:
        fields["hours_exceptions"] = fields["hours_exceptions"] or []
    if amenities != (kept.get("amenities") or {}):
        fields["amenities"] = amenities
    fields["aliases"] = _known_as(kept, gone, fields.get("name") or kept["name"])
    fields["honours"] = sorted({*(kept.get("honours") or ()), *(gone.get("honours") or ())})
    same = {"aliases": kept.get("aliases") or [], "honours": sorted(kept.get("honours") or [])}
    return {name: value for name, value in fields.items() if value != same.get(name, _NEVER)}


_NEVER: Final = object()


def _known_as(kept: Document, gone: Document, name: str) -> list[str]:
    """Every other name of the two, each once: those of the one that stays come first."""
    names = [*(kept.get("aliases") or ()), kept["name"], gone["name"], *(gone.get("aliases") or ())]
    own = kept.get("aliases") or []
    return [one for one in dict.fromkeys(names) if one != name or one in own]

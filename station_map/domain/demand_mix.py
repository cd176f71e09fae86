"""Which layers of demand count, and for how much: "0.5 residents + 0.5 orders".

Two forms, which do not mix. Without numbers ("residents + workers") weights add up as they
are, so the layers must have one unit. With a number before every name the numbers are shares:
each layer is brought to the same sum first, so that a share holds whatever the units are. With
layers i of cells j, weights w_ij and numbers c_i:

    demand of cell (i, j) = 100 · (c_i / Σ_k c_k) · (w_ij / Σ_j w_ij)

The sums run over the cells that were asked for (the box or area), not over the whole layer: in a
city that takes its residents from a national grid, half of the demand is still residents.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Never

from station_map.domain.demand import NAME_LONGEST, REPORTS, WISHES
from station_map.domain.reports import ReportKind
from station_map.domain.wishes import WishStatus
from station_map.errors import InputError

MOST_TERMS: Final = 8
LONGEST: Final = 500
MOST_DECIMALS: Final = 9
SHARES_TOTAL: Final = 100.0
SHARES_UNIT: Final = "%"
EXAMPLE: Final = "0.5 residents + 0.5 orders"
# What may stand behind the colon of a live layer.
FILTERS: Final = {
    WISHES: tuple(status.value for status in WishStatus),
    REPORTS: tuple(kind.value for kind in ReportKind if kind is not ReportKind.OPEN),
}

_NUMBER: Final = r"(?P<number>\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})\s*(?P<percent>%?)\s*[*×·]?\s*"
_NAMED: Final = (
    rf"(?P<name>[^\W\d_][\w-]{{0,{NAME_LONGEST - 1}}})"
    r"(?::(?P<only>[a-z_]+(?:,[a-z_]+)*))?(?:@(?P<version>[1-9]\d{0,8}))?"
)
_TERM: Final = re.compile(rf"\s*(?:{_NUMBER})?{_NAMED}\s*")


@dataclass(frozen=True, slots=True)
class Term:
    """One layer of a mix. share: as written, None without one. version: None for the current.

    only: of a live layer, what is counted; empty for all that it counts by itself.
    """

    name: str
    share: Decimal | None = None
    version: int | None = None
    only: tuple[str, ...] = ()

    @property
    def layer(self) -> str:
        """The layer alone, as it is written in a mix."""
        only = f":{','.join(self.only)}" if self.only else ""
        return self.name + only + (f"@{self.version}" if self.version else "")

    def __str__(self) -> str:
        return self.layer if self.share is None else f"{self.share:f} {self.layer}"


@dataclass(frozen=True, slots=True)
class Mix:
    """Layers that make up a demand together; `str(mix)` reads back as the same mix."""

    terms: tuple[Term, ...]

    @property
    def by_shares(self) -> bool:
        """Whether the numbers are shares; otherwise weights add up as they are."""
        return self.terms[0].share is not None

    @property
    def shares(self) -> tuple[Fraction, ...]:
        """The part of each term, adding up to one. Only when `by_shares`."""
        given = [Fraction(term.share or 0) for term in self.terms]
        return tuple(one / sum(given) for one in given)

    def __str__(self) -> str:
        return " + ".join(map(str, self.terms))


def parse_mix(text: str) -> Mix:
    """A mix as people write it. Raises InputError that says what is wrong and where."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if len(folded) > LONGEST:
        _refuse(f"太长，最多 {LONGEST} 个字符", f"it is longer than {LONGEST} characters")
    parts = folded.split("+")
    if len(parts) > MOST_TERMS:
        _refuse(f"最多 {MOST_TERMS} 个图层", f"it holds more than {MOST_TERMS} layers")
    mix = Mix(tuple(_term(part) for part in parts))
    numbered = [term.share is not None for term in mix.terms]
    if any(numbered) and not all(numbered):
        _refuse(
            "要么每个图层前都写份额，要么都不写",
            "either every layer has a share before it or none has",
        )
    names = [term.name for term in mix.terms]
    for name in names:
        if names.count(name) > 1:
            _refuse(f"图层 {name} 写了两次", f"the layer {name} stands there twice")
    return mix


def _term(part: str) -> Term:
    match = _TERM.fullmatch(part)
    if match is None:
        shown = " ".join(part.split())[:60]
        _refuse(f"“{shown}”读不懂", f"{shown!r} cannot be read")
    share = None
    if match["number"] is not None:
        share = Decimal(match["number"]) / (100 if match["percent"] else 1)
        if int(share.as_tuple().exponent) < -MOST_DECIMALS:
            _refuse(f"份额最多 {MOST_DECIMALS} 位小数", f"shares have {MOST_DECIMALS} decimals")
        if share == 0:
            _refuse(
                f"{match['name']} 的份额是 0，去掉它", f"{match['name']} has no share; leave it"
            )
    only = _filter(match["name"], match["only"])
    version = int(match["version"]) if match["version"] else None
    if version and match["name"] in FILTERS:
        _refuse(f"{match['name']} 是实时的，没有版本", f"{match['name']} is live, of no version")
    return Term(match["name"], share, version, only)


def _filter(name: str, only: str | None) -> tuple[str, ...]:
    if only is None:
        return ()
    known = FILTERS.get(name, ())
    chosen = tuple(dict.fromkeys(only.split(",")))
    for word in chosen:
        if word not in known:
            allowed = ", ".join(known) or "(nothing)"
            _refuse(
                f"{name} 没有“{word[:40]}”，冒号后可以写 {allowed}",
                f"{name} has no {word[:40]!r}; behind the colon may stand {allowed}",
            )
    return tuple(word for word in known if word in chosen)


def _refuse(zh: str, en: str) -> Never:
    raise InputError(
        f"需求的写法不对：{zh}。 That is no mix of demand: {en}.",
        parameter="demand",
        allowed="图层名，或 份额 图层名 + 份额 图层名; a layer, or shares of layers",
        example=EXAMPLE,
    )

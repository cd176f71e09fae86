"""The check of a 司机之家 against its minimum, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.driver_home import (
    DriverHome,
    Finding,
    Verdict,
    check_minimum,
)
from station_map.domain.station import AmenityFact
from station_map.web.language import label, language, mark, t, tn

_LOOKS: Final = {
    Verdict.MET: ("yes", mark("达到")),
    Verdict.MISSING: ("no", mark("缺")),
    Verdict.UNKNOWN: ("unknown", mark("不清楚")),
}


@dataclass(frozen=True, slots=True)
class MinimumLine:
    """One requirement; `look` is yes, no or unknown, `word` says the same."""

    look: str
    word: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Minimum:
    """What the whole comes to, and each requirement, the missing ones first."""

    summary: str
    lines: tuple[MinimumLine, ...]


def minimum_of(facts: Mapping[str, Any]) -> Minimum | None:
    """The check of a driver home from the JSON of all its fields; None for other kinds."""
    if facts.get("kind") != "driver_home":
        return None
    findings = check_minimum(_home(facts))
    order = (Verdict.MISSING, Verdict.UNKNOWN, Verdict.MET)
    lines = tuple(_line(one) for verdict in order for one in findings if one.verdict is verdict)
    return Minimum(_summary(findings), lines)


def _line(finding: Finding) -> MinimumLine:
    look, word = _LOOKS[finding.verdict]
    reason = finding.reason if language() == "zh" else finding.reason_en
    return MinimumLine(look, t(word), label(finding.requirement), reason)


def _summary(findings: tuple[Finding, ...]) -> str:
    verdicts = [one.verdict for one in findings]
    missing, unknown = (verdicts.count(one) for one in (Verdict.MISSING, Verdict.UNKNOWN))
    if not missing and not unknown:
        return tn("%(num)s 项都达到", len(findings))
    told = (
        tn("达到 %(num)s 项", verdicts.count(Verdict.MET)),
        tn("缺 %(num)s 项", missing) if missing else "",
        tn("%(num)s 项不清楚", unknown) if unknown else "",
    )
    return t("，").join(part for part in told if part)


def _home(facts: Mapping[str, Any]) -> DriverHome:
    known: Mapping[str, Mapping[str, Any]] = facts.get("amenity_facts") or {}
    return DriverHome(
        bays_total=facts.get("bays_total"),
        parking_paid=facts.get("parking_paid"),
        opening_hours=facts.get("opening_hours"),
        amenities={
            code: AmenityFact(fact["state"], fact.get("quantity"), fee=fact.get("fee"))
            for code, fact in known.items()
        },
    )

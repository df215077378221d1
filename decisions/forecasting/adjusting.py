"""Which adjustments of the table apply to a deal, and by what that is seen. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from decisions.forecasting.adjustments import GROUPS, capped
from decisions.forecasting.periods import month_after, quarter_start

_NO = ("", "no", "none", "false", "0", "n", "нет", "ninguno", "ninguna")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the record says of one open deal. `activities`: day of the last one of each type; `texts`: subjects and
    outcomes in lower case; `custom`: its custom fields; `touched`: day of its last activity or call."""

    activities: Mapping[str, date] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    touched: date | None = None
    open_tasks: int = 0
    competitor_calls: int = 0
    expected_on: date | None = None
    has_owner: bool = True


@dataclass(frozen=True, slots=True)
class Timing:
    """`age` in days, None where unknown; `average` days that won deals took; `closes`: when it is expected to."""

    age: int | None
    average: float | None
    closes: date | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of `ForecastAdjustment` that is in use."""

    key: str
    points: int
    matches: Mapping[str, Any]


def adjustments_of(rules: Iterable[Rule], evidence: Evidence, timing: Timing) -> list[dict[str, Any]]:
    """[{key, points, because: {code, …}, sure}] of those that apply. Of competition only the first that does."""
    found: list[dict[str, Any]] = []
    rivalry = False
    for rule in rules:
        of_rivals = GROUPS.get(rule.key) == "competition"
        if (of_rivals and rivalry) or (because := _seen(rule.matches, evidence, timing)) is None:
            continue
        rivalry |= of_rivals
        found.append({
            "key": rule.key, "points": rule.points, "because": because, "sure": because["code"] != "words",
        })  # fmt: skip
    return found


def adjusted(chance: float, found: Iterable[Mapping[str, Any]]) -> float:
    """Chance of the stage plus the points of all adjustments, 1 to 99 percent."""
    return capped(chance + sum(each["points"] for each in found) / 100)


def _seen(matches: Mapping[str, Any], evidence: Evidence, timing: Timing) -> dict[str, Any] | None:
    if "activity" in matches:
        day = evidence.activities.get(matches["activity"])
        return None if day is None else {"code": "activity", "type": matches["activity"], "day": str(day)}
    if "words" in matches:
        words = [str(word).lower() for word in matches["words"]]
        said = next((word for word in words for text in evidence.texts if word in text), None)
        return None if said is None else {"code": "words", "word": said}
    if "field" in matches:
        return _in_field(matches, evidence.custom)
    return _in_time(matches, timing)


def _in_field(matches: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, Any] | None:
    for key, value in custom.items():
        if not any(part.lower() in key.lower() for part in matches["field"]) or value is None:
            continue
        said = str(value).strip().lower()
        values = matches.get("values")
        if (values is None and said not in _NO) or (values is not None and _among(said, values)):
            return {"code": "field", "field": key, "value": str(value)[:60]}
    return None


def _among(said: str, values: Iterable[str]) -> bool:
    """Short answers ("no") must be the whole, longer ones a part."""
    wanted = [value.lower() for value in values]
    return any(said == value if len(value) <= 4 and value in _NO else value in said for value in wanted)


def _in_time(matches: Mapping[str, Any], timing: Timing) -> dict[str, Any] | None:
    if matches.get("older_than_average"):
        if timing.age is None or timing.average is None or timing.age <= timing.average:
            return None
        return {"code": "older", "days": timing.age, "average": round(timing.average)}
    if timing.closes is None:
        return None
    if "quarter_ends_within" in matches:
        last = month_after(quarter_start(timing.closes), 3) - timedelta(days=1)
        near = (last - timing.closes).days < matches["quarter_ends_within"]
        return {"code": "quarter_end", "day": str(timing.closes)} if near else None
    if "holidays" in matches:
        first, last_day = matches["holidays"]
        on = timing.closes.strftime("%m-%d")
        inside = first <= on <= last_day if first <= last_day else on >= first or on <= last_day
        return {"code": "holidays", "day": str(timing.closes)} if inside else None
    return None

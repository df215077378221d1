"""Rules over figures of `analytics.metrics`, asked of the rows of an audience."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from analytics.metrics import METRICS, MISSING, Better, Kind, Metric, Sums
from analytics.metrics.estimates import figure_of
from analytics.questions import Figure
from decisions.advice.drafts import Draft, evidence_row, key_of, sure
from decisions.advice.parameters import parameters_of
from decisions.advice.reading import Facts, FigureReader, SilentError
from decisions.advice.rules.baseline import Unusual, Window, level_of, unusual
from decisions.advice.rules.testing import can_be_unusual, can_change, p_of_change, p_of_limit
from decisions.models import AlertRule, FindingKind, RuleKind
from decisions.statistics.shares import ALPHA
from testcases.statistics.many import corrected

PAST_DAYS = 1092
PAST_DAYS_BY_GROUP = 392
PAST_DAYS_OF_DAYS = 182
LARGEST_GROUPS = 40


def hear_rule(rule: AlertRule, facts: Facts) -> list[Draft]:
    """What the rule finds.

    Raises:
        SilentError: it cannot be asked of this audience.
    """
    kinds: dict[str, Callable[[AlertRule, Facts, Metric], Iterator[Draft]]] = {
        RuleKind.LIMIT: _limit,
        RuleKind.CHANGE: _change,
        RuleKind.UNUSUAL: _unusual,
    }
    return list(kinds[rule.kind](rule, facts, METRICS[rule.metric]))


def _limit(rule: AlertRule, facts: Facts, metric: Metric) -> Iterator[Draft]:
    asked = parameters_of(rule)
    until = facts.last_day
    since = until - timedelta(days=int(asked["days"]) - 1)
    above, limit = asked["direction"] != "down", float(asked["limit"])
    groups = _named(FigureReader.of(facts, metric.key, rule.by).between(since, until), rule.by)
    figures = {key: figure_of(metric, sums) for key, sums in groups.items()}
    beyond = {
        key: figure for key, figure in figures.items()
        if figure.value is not None and figure.n >= asked["minimum"] and _is_beyond(figure, limit, above)
    }  # fmt: skip
    # All groups count as compared, also those that stay within the limit.
    chances = [p_of_limit(metric, sums, limit, above=above) for sums in groups.values()]
    qs = dict(zip(groups, corrected(chances), strict=True))
    for key, figure in beyond.items():
        q = qs[key]
        if q is not None and q > ALPHA:
            continue
        code = "above_limit" if above else "below_limit"
        spoken = {"metric": metric.key, "groups": _groups(rule.by, key), "value": _plain(figure.value), "limit": limit,
                  "since": since.isoformat(), "until": until.isoformat(), "q": q, "n": figure.n}  # fmt: skip
        evidence = [_shown("now", figure, rule.by, key, since, until), evidence_row("limit", limit)]
        yield Draft(
            kind=FindingKind.ALERT, code=code, key=_key(code, rule, key), action="look_at_figure", figures=spoken,
            evidence=evidence, certainty=1.0 if q is None else sure(q),
        )  # fmt: skip


def _is_beyond(figure: Figure, limit: float, above: bool) -> bool:
    value = float(figure.value or 0)
    return value > limit if above else value < limit


def _change(rule: AlertRule, facts: Facts, metric: Metric) -> Iterator[Draft]:
    if not can_change(metric):
        raise SilentError(f"no test of a change: {metric.key}")
    asked = parameters_of(rule)
    days = int(asked["days"])
    until = facts.last_day
    since = until - timedelta(days=days - 1)
    reader = FigureReader.of(facts, metric.key, rule.by)
    now = _named(reader.between(since, until), rule.by)
    before = _named(reader.between(since - timedelta(days=days), since - timedelta(days=1)), rule.by)
    keys = [key for key in now if key in before]
    qs = corrected([p_of_change(metric, now[key], before[key]) for key in keys])
    for key, q in zip(keys, qs, strict=True):
        one, other = figure_of(metric, now[key]), figure_of(metric, before[key])
        relative = _relative(one, other)
        if q is None or q > ALPHA or relative is None or min(one.n, other.n) < asked["minimum"]:
            continue
        if abs(relative) < asked["relative"] or not _goes(asked["direction"], relative):
            continue
        yield _changed(rule, metric, key, one, other, relative, q, (since, until))


def _changed(
    rule: AlertRule, metric: Metric, key: str, now: Figure, before: Figure, relative: float, q: float,
    days: tuple[date, date],
) -> Draft:  # fmt: skip
    code = "dropped" if relative < 0 else "rose"
    since, until = days
    figures = {
        "metric": metric.key, "groups": _groups(rule.by, key), "before": _plain(before.value),
        "after": _plain(now.value), "relative": relative, "q": q, "n_before": before.n, "n_after": now.n,
        "since": since.isoformat(), "until": until.isoformat(),
    }  # fmt: skip
    evidence = [
        _shown("now", now, rule.by, key, since, until),
        evidence_row("before", _plain(before.value), low=before.low, high=before.high, n=before.n),
        evidence_row("q_value", q, unit="share"),
    ]
    is_good = (relative > 0) == (metric.better == Better.HIGHER) and metric.better != Better.NEITHER
    kind = FindingKind.RECOMMENDATION if is_good else FindingKind.ALERT
    action = "learn_from_segment" if is_good else "look_at_segment" if rule.by else "look_at_figure"
    return Draft(kind=kind, code=code, key=_key(code, rule, key), action=action, figures=figures, evidence=evidence,
                 certainty=sure(q))  # fmt: skip


def _unusual(rule: AlertRule, facts: Facts, metric: Metric) -> Iterator[Draft]:
    if not can_be_unusual(metric):
        raise SilentError(f"no baseline: {metric.key}")
    asked = parameters_of(rule)
    days = int(asked["days"])
    until = facts.last_day
    past = PAST_DAYS_OF_DAYS if days == 1 else PAST_DAYS_BY_GROUP if rule.by else PAST_DAYS
    daily = FigureReader.of(facts, metric.key, rule.by).daily(until - timedelta(days=past - 1), until)
    courses = {key: windows_of(metric, course, until, days, past) for key, course in _largest(daily, metric).items()}
    found = {key: _asked(course, metric, days, int(asked["minimum"])) for key, course in courses.items()}
    compared = [row for row in found.values() if row is not None]
    alpha = level_of(float(asked["false_alarms"]), len(compared), metric.kind.value)
    since = until - timedelta(days=days - 1)
    for key, row in found.items():
        if row is None or row.p > alpha or not _goes(asked["direction"], row.value - row.expected):
            continue
        yield _is_unusual(rule, metric, key, row, len(compared), (since, until))


def windows_of(
    metric: Metric, course: Mapping[date, Mapping[str, Sums]], until: date, days: int, past: int
) -> list[Window]:
    """The windows of `days` days up to `until`, the oldest first, from the first one that has rows."""
    windows: list[Window] = []
    for back in range(past // days - 1, -1, -1):
        end = until - timedelta(days=back * days)
        sums: dict[str, Sums] = {}
        for before in range(days):
            for measure, more in course.get(end - timedelta(days=before), {}).items():
                sums[measure] = sums[measure] + more if measure in sums else more
        if sums or windows:
            windows.append(_window(metric, sums, end))
    return windows


def _window(metric: Metric, sums: Mapping[str, Sums], end: date) -> Window:
    top = sums.get(metric.numerator, Sums())
    match metric.kind:
        case Kind.SHARE:
            return Window(end.toordinal(), top.n, sums.get(metric.denominator, Sums()).n)
        case Kind.MEAN:
            return Window(end.toordinal(), float(top.total) * metric.scale, top.n)
        case Kind.COUNT:
            return Window(end.toordinal(), top.n, 1)
    return Window(end.toordinal(), float(top.total) * metric.scale, 1)


def _asked(course: list[Window], metric: Metric, days: int, minimum: int) -> Unusual | None:
    """None where there are too few windows, or nothing came for some time: that is no news of today."""
    if len(course) <= minimum or not any(row.total for row in course[-4:-1]):
        return None
    return unusual(course[:-1], course[-1], kind=metric.kind.value, days=days)


def _is_unusual(
    rule: AlertRule, metric: Metric, key: str, row: Unusual, compared: int, days: tuple[date, date]
) -> Draft:
    code = "unusually_high" if row.value > row.expected else "unusually_low"
    since, until = days
    figures: dict[str, Any] = {
        "metric": metric.key, "groups": _groups(rule.by, key), "value": row.value, "expected": row.expected,
        "low": row.low, "high": row.high, "p": row.p, "compared": compared, "windows": row.windows,
        "since": since.isoformat(), "until": until.isoformat(),
    }  # fmt: skip
    evidence = [
        evidence_row("now", row.value, url_query=_query(rule.by, key, since, until)),
        evidence_row("expected", row.expected, low=row.low, high=row.high, n=row.windows),
        evidence_row("p_value", row.p, unit="share"),
    ]
    return Draft(
        kind=FindingKind.ALERT, code=code, key=_key(code, rule, key), action="look_at_figure", figures=figures,
        evidence=evidence, certainty=sure(min(1.0, row.p * compared)),
    )  # fmt: skip


def _largest(
    daily: Mapping[str, Mapping[date, Mapping[str, Sums]]], metric: Metric
) -> dict[str, Mapping[date, Mapping[str, Sums]]]:
    """The groups with the most rows: each one more makes all of them harder to hear."""
    sizes = {
        key: sum(sums[metric.rests_on].n for sums in course.values() if metric.rests_on in sums)
        for key, course in daily.items() if key != MISSING
    }  # fmt: skip
    kept = sorted(sizes, key=lambda key: (-sizes[key], key))[:LARGEST_GROUPS]
    return {key: daily[key] for key in kept}


def _named(groups: Mapping[str, Mapping[str, Sums]], by: str) -> dict[str, Mapping[str, Sums]]:
    """Without the rows that do not say."""
    return {key: sums for key, sums in groups.items() if not (by and key in (MISSING, ""))}


def _goes(direction: str, way: float) -> bool:
    return direction == "both" or (way > 0) == (direction == "up")


def _relative(now: Figure, before: Figure) -> float | None:
    if now.value is None or not before.value:
        return None
    return (float(now.value) - float(before.value)) / abs(float(before.value))


def _groups(by: str, key: str) -> dict[str, str]:
    return {by: key} if by else {}


def _key(code: str, rule: AlertRule, key: str) -> str:
    return key_of(code, _groups(rule.by, key), rule.metric)


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)


def _shown(label: str, figure: Figure, by: str, key: str, since: date, until: date) -> dict[str, Any]:
    return evidence_row(label, _plain(figure.value), low=figure.low, high=figure.high, n=figure.n,
                        url_query=_query(by, key, since, until))  # fmt: skip


def _query(by: str, key: str, since: date, until: date) -> str:
    return urlencode({**_groups(by, key), "since": since.isoformat(), "until": until.isoformat()})

"""Findings out of the analysis of win rates: what changed, and which groups differ. Only what its corrected p bear."""

from collections.abc import Iterator, Mapping
from typing import Any

from decisions.advice.drafts import Draft, evidence_row, key_of, sure
from decisions.advice.parameters import parameters_of
from decisions.advice.reading import Facts, rows_in
from decisions.advice.sources.worth import query_of, worth_of
from decisions.documents import MISSING, OTHERS
from decisions.models import AlertRule, AnalysisRun, FindingKind, RunKind

_SOURCES = frozenset({"source", "campaign"})
_LOOK = {"changed_mix": ("mix_moved", "look_at_mix")}


def changes(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """The whole and each group whose win rate changed against the period before; q over all groups of the analysis."""
    run = facts.run(RunKind.WINRATE)
    document: Mapping[str, Any] = run.result
    asked = parameters_of(rule)
    whole = {**document, "groups": {}, **_part(document, "overall")}
    if (found := _changed(whole, asked, facts, run)) is not None:
        yield found
    for row in _without_twins(document):
        if _is_named(row) and "agent" not in row["groups"] and (found := _changed(row, asked, facts, run)):
            yield found


def _without_twins(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Rows of the analysis without groups that are the deals of an earlier group under the name of another field, as
    a package and the battery that only it lacks: the same thing is told once."""
    seen: dict[tuple[Any, ...], tuple[str, ...]] = {}
    for row in rows_in(document, "rows"):
        prior = _part(row, "prior")
        counts = (row.get("start"), row.get("won"), row.get("closed"), prior.get("won"), prior.get("closed"))
        fields = tuple(row.get("groups") or ())
        if seen.setdefault(counts, fields) == fields:
            yield row


def _changed(row: Mapping[str, Any], asked: Mapping[str, Any], facts: Facts, run: AnalysisRun) -> Draft | None:
    change, prior = _part(row, "change"), _part(row, "prior")
    now, before = row.get("rate"), prior.get("rate")
    if not change.get("significant") or now is None or not before:
        return None
    relative = (now - before) / before
    few = min(row.get("closed") or 0, prior.get("closed") or 0) < asked["minimum"]
    if few or abs(relative) < asked["relative"] or not _goes(asked["direction"], relative):
        return None
    document: Mapping[str, Any] = run.result
    groups = dict(row["groups"])
    dropped = relative < 0
    code, action = ("rate_dropped", "look_at_segment") if dropped else ("rate_rose", "learn_from_segment")
    if not groups:
        code, action = _LOOK.get(str(document.get("conclusion")), (code, "look_at_whole" if dropped else action))
    q, lost = change.get("q_value"), (before - now) * row["closed"]
    figures = {
        "metric": "win_rate", "groups": groups, "before": before, "after": now, "relative": relative,
        "absolute": change.get("absolute"), "low": change.get("low"), "high": change.get("high"), "q": q,
        "n_before": prior["closed"], "n_after": row["closed"], **_days(document),
    }  # fmt: skip
    return Draft(
        kind=FindingKind.ALERT if dropped else FindingKind.RECOMMENDATION, code=code,
        key=key_of("rate", groups, "down" if dropped else "up"), action=action, figures=figures,
        evidence=[
            _rate_row("now", row, groups, document), _rate_row("before", prior, groups, {}),
            evidence_row("change", change.get("absolute"), low=change.get("low"), high=change.get("high")),
            evidence_row("q_value", q), *_decomposed(document, groups),
        ],
        certainty=sure(q), money=worth_of(facts, groups, abs(lost), document), run=run.pk,
    )  # fmt: skip


def _decomposed(document: Mapping[str, Any], groups: Mapping[str, str]) -> list[dict[str, Any]]:
    """Of the whole: how much is mix and how much rate, by the dimension that says most."""
    found = [one for one in rows_in(document, "decompositions") if one.get("says") not in (None, "noise")]
    if groups or not found:
        return []
    one = min(found, key=lambda row: row.get("rate_q") or 1.0)
    return [
        evidence_row("mix", one.get("mix"), low=one.get("mix_low"), high=one.get("mix_high")),
        evidence_row("rate", one.get("rate"), low=one.get("rate_low"), high=one.get("rate_high")),
    ]


def segments(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """Groups of deals that are won less often than all others, agents aside; and those won more often."""
    run = facts.run(RunKind.WINRATE)
    for row in _without_twins(run.result):
        if _is_named(row) and not {"agent", "team"} & set(row["groups"]):
            found = against_rest(row, rule, facts, run)
            if found is not None:
                yield found


def coaching(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """Agents who win less than all others."""
    run = facts.run(RunKind.WINRATE)
    for row in rows_in(run.result, "rows"):
        if _is_named(row) and "agent" in row["groups"]:
            found = against_rest(row, rule, facts, run)
            if found is not None and found.code == "coaching_needed":
                yield found


def against_rest(row: Mapping[str, Any], rule: AlertRule, facts: Facts, run: AnalysisRun) -> Draft | None:
    """A group against all others, where it differs by more than the rule asks for."""
    asked = parameters_of(rule)
    overall, rate, closed = _part(run.result, "overall"), row.get("rate"), row.get("closed") or 0
    others = (overall.get("closed") or 0) - closed
    if not row.get("significant") or rate is None or closed < asked["minimum"] or others <= 0:
        return None
    rest = ((overall.get("won") or 0) - (row.get("won") or 0)) / others
    relative = (rate - rest) / rest if rest else 1.0
    if abs(relative) < asked["relative"] or not _goes(asked["direction"], relative):
        return None
    groups, q = dict(row["groups"]), row.get("q_value")
    code, action, kind = _named_against_rest(groups, relative)
    figures = {
        "metric": "win_rate", "groups": groups, "rate": rate, "low": row.get("low"), "high": row.get("high"),
        "rest": rest, "n": closed, "q": q, "relative": relative, **_days(run.result),
    }  # fmt: skip
    rest_won = (overall.get("won") or 0) - (row.get("won") or 0)
    return Draft(
        kind=kind, code=code, key=key_of("rest", groups, "down" if relative < 0 else "up"), action=action,
        figures=figures,
        evidence=[
            _rate_row("now", row, groups, run.result),
            evidence_row("rest", rest_won / others, n=others), evidence_row("q_value", q),
        ],
        certainty=sure(q), money=worth_of(facts, groups, abs(rest - rate) * closed, run.result), run=run.pk,
    )  # fmt: skip


def _named_against_rest(groups: Mapping[str, str], relative: float) -> tuple[str, str, str]:
    if relative > 0:
        return "wins", "learn_from_segment", FindingKind.RECOMMENDATION
    if "agent" in groups:
        return "coaching_needed", "coach_agent", FindingKind.RECOMMENDATION
    if _SOURCES & set(groups):
        return "source_low", "review_source", FindingKind.RECOMMENDATION
    return "loses", "review_fit", FindingKind.ALERT


def _is_named(row: Mapping[str, Any]) -> bool:
    """Whether it is one group of the whole period that says what it is."""
    groups = row.get("groups")
    if not isinstance(groups, Mapping) or not groups or row.get("start"):
        return False
    return not any(key in (MISSING, OTHERS, "") for key in groups.values())


def _rate_row(label: str, rate: Mapping[str, Any], groups: Mapping[str, str], document: Mapping[str, Any]) -> Any:
    query = query_of(groups, document) if document else ""
    return evidence_row(label, rate.get("rate"), low=rate.get("low"), high=rate.get("high"), n=rate.get("closed"),
                        url_query=query)  # fmt: skip


def _days(document: Mapping[str, Any]) -> dict[str, Any]:
    return {"since": document.get("since"), "until": document.get("until")}


def _part(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _goes(direction: str, way: float) -> bool:
    return direction == "both" or (way > 0) == (direction == "up")

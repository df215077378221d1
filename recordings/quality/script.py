"""How closely an agent followed a sales script: stage by stage, with the words that prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from recordings.language.types import Call
from recordings.quality.listening import Speech, improvised_share, listen
from recordings.quality.matching import (
    LineMatch,
    Similarity,
    find_forbidden,
    find_wording,
    said_at,
)
from recordings.quality.stages import (
    STANDARD_SCRIPT_NAME,
    ScriptStage,
    default_stages,
    read_stages,
    wordings,
)

__all__ = [
    "STANDARD_SCRIPT_NAME",
    "ScriptResult",
    "ScriptStage",
    "StageResult",
    "default_stages",
    "follow_script",
    "read_stages",
]

StageStatus = Literal["hit", "paraphrased", "missed", "out_of_order"]
PARAPHRASE_CREDIT = 0.85
OUT_OF_ORDER_FACTOR = 0.75
FORBIDDEN_PENALTY = 0.5
# Customers object when they like: a stage with this key has no fixed place in the order.
FREE_STAGE = "objections"


@dataclass(frozen=True, slots=True)
class StageResult:
    """What became of one stage. `score` is 0..1, `place` the line at which the stage was held.

    A stage without required lines is there for when it is needed: not held, it is not `counted`.
    """

    key: str
    name: str
    goal: str
    weight: float
    status: StageStatus
    score: float
    matches: tuple[LineMatch, ...]
    forbidden: tuple[LineMatch, ...]
    missing: tuple[str, ...]
    place: int | None
    counted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ScriptResult:
    """A call against a script.

    `adherence` is 0..100, the weighted mean of the counted stages' scores. `improvised_share` is 0..1, the share
    of the agent's words in the compared sentences (of four words and more) that come near no line of the script;
    None when there are no such sentences. `order_score` is the share of the found stages that came in their order,
    None when none was found. `basis` tells whether meaning was compared or only words.
    """

    stages: tuple[StageResult, ...]
    adherence: float
    improvised_share: float | None
    order_score: float | None
    basis: Literal["wording_and_meaning", "wording"]


def follow_script(call: Call, stages: Sequence[ScriptStage], similarity: Similarity | None = None) -> ScriptResult:
    """Hold the agent's lines against a script.

    `similarity` takes two lists of texts and gives the cosines of their embeddings, shape (first, second); without
    it only wording is compared. Embedding is slow: meaning is compared for required lines and for as many sentences
    as the call's length allows, wording for all.

    A stage is missed when less than half of its required lines are found, out of order when it does not belong to
    the longest run of stages that came in the script's order, paraphrased when a line was found only in other
    words, else hit. A stage with the key `objections` is never out of order. Words of the customer never count.
    """
    speech = listen(call, stages, similarity)
    found = [_hold_stage(stage, speech) for stage in stages]
    places = [_possible_places(*pair, speech) for pair in zip(stages, found, strict=True)]
    kept = _in_order(places)
    results = tuple(
        replace(result, place=kept[index]) if index in kept else _mark_out_of_order(result)
        for index, result in enumerate(found)
    )
    placed = sum(bool(possible) for possible in places)
    counted = [result for result in results if result.counted]
    total = sum(result.weight for result in counted)
    return ScriptResult(
        stages=results,
        adherence=round(100 * sum(r.weight * r.score for r in counted) / total, 2) if total else 0.0,
        improvised_share=improvised_share(speech),
        order_score=round(len(kept) / placed, 3) if placed else None,
        basis="wording_and_meaning" if similarity is not None else "wording",
    )


def _hold_stage(stage: ScriptStage, speech: Speech) -> StageResult:
    required = [_find(stage, line, speech) for line in stage.required]
    optional = [find_wording(line, speech.lines) for line in stage.optional]
    extras = tuple(replace(match, optional=True) for match in optional if match)
    matches = tuple(match for match in required if match)
    decisive = matches if stage.required else extras
    share = len(matches) / len(stage.required) if stage.required else float(bool(extras))
    forbidden = tuple(match for line in stage.forbidden if (match := find_forbidden(line, speech.lines)))
    missing = tuple(line for line, match in zip(stage.required, required, strict=True) if match is None)
    status: StageStatus = "missed"
    if share >= 0.5:
        status = "hit" if all(match.how == "wording" for match in decisive) else "paraphrased"
    return StageResult(
        key=stage.key,
        name=stage.name,
        goal=stage.goal,
        weight=stage.weight,
        status=status,
        score=_stage_score(stage, decisive, forbidden),
        matches=matches + extras,
        forbidden=forbidden,
        missing=missing,
        place=_place(decisive) if status != "missed" else None,
        counted=bool(stage.required or extras or forbidden),
        reason=_reason(status, decisive, missing, forbidden),
    )


def _find(stage: ScriptStage, line: str, speech: Speech) -> LineMatch | None:
    worded = find_wording(line, speech.lines)
    if worded and worded.how == "wording":
        return worded
    return speech.by_meaning.get((stage.key, line)) or worded


def _stage_score(stage: ScriptStage, decisive: tuple[LineMatch, ...], forbidden: tuple[LineMatch, ...]) -> float:
    """Mean credit of the required lines (the best optional one where none is required), less forbidden lines."""
    credits = [1.0 if match.how == "wording" else PARAPHRASE_CREDIT for match in decisive]
    earned = sum(credits) / len(stage.required) if stage.required else max(credits, default=0.0)
    return round(max(0.0, earned - FORBIDDEN_PENALTY * len(forbidden)), 4)


def _place(matches: tuple[LineMatch, ...]) -> int:
    """The middle one of the lines found, so that one chance likeness elsewhere does not move the stage."""
    positions = sorted(match.position for match in matches)
    return positions[(len(positions) - 1) // 2]


def _possible_places(stage: ScriptStage, result: StageResult, speech: Speech) -> list[int]:
    """Where a stage may have been held: its place, and wherever one of its lines is said as written again."""
    if result.place is None or result.key == FREE_STAGE:
        return []
    heard = {match.line for match in result.matches if match.how == "wording"}
    decisive = stage.required or stage.optional
    return sorted({result.place}.union(*(said_at(line, speech.lines) for line in decisive if line in heard)))


def _in_order(places: Sequence[Sequence[int]]) -> dict[int, int]:
    """The longest run of stages whose places never go back, as index: place; the earlier stage wins a tie.

    A stage with several possible places is given the one that fits: the agent has the benefit of the doubt.
    """
    runs: list[dict[int, int]] = []
    for index, possible in enumerate(places):
        begun = list(runs)
        for place in possible:
            before = [run for run in begun if max(run.values()) <= place]
            runs.append({**_longest(before), index: place})
    return _longest(runs)


def _longest(runs: list[dict[int, int]]) -> dict[int, int]:
    return max(runs, key=lambda run: len(run), default={})


def _mark_out_of_order(result: StageResult) -> StageResult:
    if result.place is None or result.key == FREE_STAGE:
        return result
    return replace(
        result,
        status="out_of_order",
        score=round(result.score * OUT_OF_ORDER_FACTOR, 4),
        reason=f"{result.reason} It came out of the script's order.",
    )


def _reason(
    status: StageStatus,
    decisive: tuple[LineMatch, ...],
    missing: tuple[str, ...],
    forbidden: tuple[LineMatch, ...],
) -> str:
    openings = {"hit": "Said as written", "paraphrased": "Said in other words", "missed": "Mostly not said"}
    shown = min(decisive, key=lambda match: (match.how == "wording") == (status == "paraphrased"), default=None)
    parts = [f"{openings[status]}: “{shown.quote}”." if shown else "Not said in this call."]
    if missing:
        listed = ", ".join(f"“{wordings(line)[0]}”" for line in missing)
        parts.append(f"Missing: {listed}.")
    if forbidden:
        listed = ", ".join(f"“{match.quote}”" for match in forbidden)
        parts.append(f"Must not be said: {listed}.")
    return " ".join(parts)

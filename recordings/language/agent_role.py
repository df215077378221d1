"""Which speaker is the agent, from what they say."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from recordings.language.lexicon import lexicon
from recordings.language.text import fold
from recordings.language.types import Line, RoleMap

_DECIDED = 0.65
_WEIGHTS = {
    "roles.agent": 1.0,
    "compliance.identification": 1.5,
    "compliance.recording_disclosure": 2.0,
    "compliance.terms_disclosure": 0.6,
    "handling.value": 0.15,
    "roles.customer": -1.0,
    "compliance.do_not_call": -2.0,
}


def identify_agent(
    lines: Sequence[Line], language: str, agent_name: str = "", company_names: Sequence[str] = ()
) -> RoleMap:
    """Map each `Line.speaker` to agent or customer; all `unknown` when the cues do not decide.

    Each speaker gets points per matching phrase list (customers' lists count against). The difference d of the
    best to the second gives the confidence 1 / (1 + exp(-d)). More than two speakers: the best is the agent.
    """
    scores: dict[str, float] = defaultdict(float)
    for line in lines:
        scores[line.speaker] += _points(line, language, agent_name, company_names)
    speakers = [speaker for speaker in scores if speaker]
    if not speakers:
        return RoleMap({}, 0.0, {}, "No speakers are told apart.")
    ranked = sorted(speakers, key=lambda speaker: -scores[speaker])
    difference = scores[ranked[0]] - (scores[ranked[1]] if len(ranked) > 1 else 0.0)
    confidence = 1.0 / (1.0 + math.exp(-min(difference, 30.0)))
    points = {speaker: round(scores[speaker], 2) for speaker in speakers}
    if confidence < _DECIDED:
        return RoleMap(dict.fromkeys(speakers, "unknown"), round(confidence, 2), points, "The cues are too few.")
    roles = dict.fromkeys(speakers, "customer")
    roles[ranked[0]] = "agent"
    reason = "The agent is the one who greets, introduces a company and offers."
    return RoleMap(roles, round(confidence, 2), points, reason)


def _points(line: Line, language: str, agent_name: str, company_names: Sequence[str]) -> float:
    tables = lexicon(language)
    points = sum(
        weight * min(sum(1 for _ in tables.group(name).matches(line.text)), 2) for name, weight in _WEIGHTS.items()
    )
    folded = fold(line.text)
    if line.position <= 4 and any(fold(name) in folded for name in company_names if name):
        points += 1.0
    if line.position <= 4 and agent_name and fold(agent_name.split()[0]) in folded:
        points += 0.5
    return points

"""What to learn from: for each weak question, moments of others, lines of the script, and the scorecard's guidance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recordings.coaching.answers import criteria_by_key
from recordings.coaching.focus import Question
from recordings.models import Moment, Scorecard, Script, StandardStatus
from salesiq.people.models import Agent

MOMENTS_EACH, LINES_EACH = 2, 3
# Stages of a script that teach what a question asks for, by words in the stage's key or name.
STAGES: Mapping[str, tuple[str, ...]] = {
    "greeting": ("open", "greet", "intro"),
    "recording_disclosure": ("open", "greet", "intro", "consent"),
    "questions": ("need", "discover", "question", "qualif"),
    "open_questions": ("need", "discover", "question", "qualif"),
    "objections": ("objection",),
    "closing": ("clos", "next"),
    "next_step": ("clos", "next"),
}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What is recommended for `question`, and all that it is drawn from; of a line's wordings the first."""

    question: Question
    guidance: str
    moments: tuple[Moment, ...]
    stage: str
    lines: tuple[str, ...]


def recommend(*, agent: Agent, areas: Sequence[Question], moments: Sequence[Moment]) -> list[Recommendation]:
    """One for each area that there is something to learn from. `moments` are those of the library that may be heard;
    those of the agent's own calls are left out. Three queries at most."""
    if not areas:
        return []
    guidance = _guidance(agent)
    stages = _stages(agent)
    found = []
    for question in areas:
        own = [each for each in moments if each.skill == question.key and each.call.agent_id != agent.pk]
        stage = _stage_for(question.key, stages)
        lines = [*stage.get("required", []), *stage.get("optional", [])] if stage else []
        each = Recommendation(
            question=question,
            guidance=guidance.get(question.key, ""),
            moments=tuple(own[:MOMENTS_EACH]),
            stage=str(stage.get("name", "")) if stage else "",
            lines=tuple(str(line).split("|")[0].strip() for line in lines[:LINES_EACH]),
        )
        if each.guidance or each.moments or each.lines:
            found.append(each)
    return found


def _guidance(agent: Agent) -> dict[str, str]:
    cards = Scorecard.objects.filter(client=agent.client_id, status=StandardStatus.PUBLISHED).order_by("created_at")
    found: dict[str, str] = {}
    for criteria in cards.values_list("criteria", flat=True):
        found |= {key: criterion.guidance for key, criterion in criteria_by_key(criteria).items()}
    return found


def _stages(agent: Agent) -> list[dict[str, Any]]:
    scripts = Script.objects.filter(client=agent.client_id, status=StandardStatus.PUBLISHED)
    language = agent.client.language
    rows = sorted(scripts.order_by("-version"), key=lambda script: script.language != language)
    return [stage for script in rows[:1] for stage in script.stages if isinstance(stage, dict)]


def _stage_for(key: str, stages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    words = STAGES.get(key, (key,))
    for stage in stages:
        said = f"{stage.get('key', '')} {stage.get('name', '')}".lower()
        if any(word in said for word in words):
            return stage
    return {}


__all__ = ["Moment", "Recommendation", "recommend"]

"""Questions of a scorecard that a language model answers, by the client's production prompt of the family."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from rapidfuzz import fuzz, process

from prompts.context.registry import ContextError, Subject
from prompts.models import Family, Prompt, PromptRun, Validity
from prompts.running.running import run_production
from prompts.templates.problems import RenderingError
from recordings.models import Utterance
from recordings.quality.answerers import NO_ANSWER, NO_MODEL, Answer, AnswererUnavailable, chosen
from recordings.quality.answers import NOT_APPLICABLE, options_of
from recordings.quality.criteria import Criterion
from recordings.quality.errors import ScorecardError
from recordings.quality.facts import CallFacts
from recordings.writing.choosing import in_production, production_prompt, uses_models
from salesiq.people.models import Client

NOT_NOW = "A language model answers this question when the call is scored."
# Likeness of a quote to its line, in percent: recognisers and models write a word otherwise now and then.
SAME_LINE = 85.0


class ModelAnswerer:
    """Asks for all questions of a call at once. What it cannot answer waits for a person and says why."""

    def version_for(self, client: str) -> str:
        """What is in production; empty where nothing is or no useful model may be used."""
        owner = Client.objects.filter(pk=client).first() if client else None
        return in_production(owner, Family.SCORECARD) if owner is not None and uses_models(owner) else ""

    def answer(self, criteria: Sequence[Criterion], facts: CallFacts) -> Mapping[str, Answer]:
        client = Client.objects.filter(pk=facts.client).first() if facts.client else None
        prompt = _prompt(client, facts)
        if client is None or prompt is None:
            raise AnswererUnavailable(NO_MODEL if facts.call else NOT_NOW)
        questions = [_question(each) for each in criteria]
        run = _ask(client, prompt, UUID(facts.call), questions)
        if run is None or run.validity not in (Validity.VALID, Validity.REPAIRED):
            raise AnswererUnavailable(_why(run))
        return dict(_read(criteria, run, facts))


def _prompt(client: Client | None, facts: CallFacts) -> Prompt | None:
    if client is None or not facts.call or not uses_models(client):
        return None
    return production_prompt(client=client, family=Family.SCORECARD, language=facts.language)


def _question(criterion: Criterion) -> dict[str, Any]:
    allowed = [option.value for option in options_of(criterion)]
    meaning = {choice.key: choice.label for choice in criterion.choices}
    guidance = [criterion.guidance, criterion.instruction]
    guidance += [f"{value} means: {label}." for value, label in meaning.items()]
    return {
        "key": criterion.key,
        "question": criterion.name,
        "answers": allowed,
        "guidance": " ".join(text for text in guidance if text),
    }


def _ask(client: Client, prompt: Prompt, call: UUID, questions: list[dict[str, Any]]) -> PromptRun | None:
    """The same questions about the same words are asked once, whoever was killed in between."""
    asked = json.dumps([in_production(client, Family.SCORECARD), _words(call), questions], sort_keys=True)
    key = f"scorecard:{call}:{hashlib.sha256(asked.encode()).hexdigest()[:32]}"
    try:
        return run_production(
            client=client, name=prompt.name, subject=Subject("call", call), values={"questions": questions}, key=key
        )
    except (RenderingError, ContextError, ValidationError) as error:
        raise AnswererUnavailable(f"The language model could not be asked: {error}") from error


def _words(call: UUID) -> str:
    return "\n".join(Utterance.objects.filter(call=call).order_by("position").values_list("text", flat=True))


def _why(run: PromptRun | None) -> str:
    if run is not None and run.validity == Validity.FAILED and run.error:
        return f"The language model gave no answer: {run.error} This question waits for a person."
    return NO_ANSWER


def _read(criteria: Sequence[Criterion], run: PromptRun, facts: CallFacts) -> Iterator[tuple[str, Answer]]:
    parsed = run.parsed if isinstance(run.parsed, Mapping) else {}
    given = {str(row.get("key")): row for row in parsed.get("answers", ()) if isinstance(row, Mapping)}
    mark = f"({run.model_name}, {run.prompt.name} v{run.version.number}; check it)"
    lines = {line.position: line.text for line in facts.lines}
    for criterion in criteria:
        row = given.get(criterion.key)
        if row is None or (row.get("value") == NOT_APPLICABLE and not criterion.allow_na):
            continue
        try:
            yield criterion.key, chosen(
                criterion, str(row.get("value", "")), reason=f"{row.get('reason', '')} {mark}".strip(),
                confidence=_confidence(row.get("confidence")), line=line_of(str(row.get("quote", "")), lines),
            )  # fmt: skip
        except ScorecardError:
            continue  # none of the question's answers: it waits for a person


def _confidence(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.5


def line_of(quote: str, lines: Mapping[int, str]) -> int | None:
    """The position of the line, of {position: text}, that a quote was taken from; None where it is none's."""
    if len(quote.split()) < 2:
        return None
    found = process.extractOne(quote, lines, scorer=fuzz.partial_ratio, score_cutoff=SAME_LINE)
    return None if found is None else int(found[2])

"""Runs are written once, when their answer or their failure is known."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from prompts.models import LanguageModel, ModelExchange, PromptRun, PromptVersion, Validity
from prompts.providers.errors import ModelError
from prompts.running.asking import Asked
from prompts.running.filling import Filled
from prompts.templates.variables import Sensitivity
from prompts.validation.texts import scalar_leaves, value_of
from salesiq.people.models import User

HIDDEN = "(secret)"
LONGEST_ERROR = 500
# Shorter ones would blot out letters of other words.
SHORTEST_SECRET = 4


def keep_answer(
    *, version: PromptVersion, filled: Filled, asked: Asked, purpose: str, user: User | None, arm: str
) -> PromptRun:
    """The run of an answer: valid, valid after a repair, or invalid with its problems."""
    validity = Validity.INVALID
    if asked.validated.valid:
        validity = Validity.REPAIRED if asked.repaired else Validity.VALID
    last = asked.last
    return PromptRun.objects.create(
        **_about(version, filled, purpose, user, arm),
        model=last.model,
        model_name=last.exchange.model_name,
        exchange=last.exchange,
        answer=last.text,
        parsed=asked.validated.parsed,
        validity=validity,
        problems=[problem.as_json() for problem in asked.validated.problems],
        **_spent(asked),
    )


def keep_failure(
    *,
    version: PromptVersion,
    filled: Filled,
    models: Sequence[LanguageModel],
    error: ModelError,
    purpose: str,
    user: User | None,
    arm: str,
) -> PromptRun:
    """The run that got no answer, and why."""
    model = models[0] if models else None
    return PromptRun.objects.create(
        **_about(version, filled, purpose, user, arm),
        model=model,
        model_name=model.name if model else "",
        validity=Validity.FAILED,
        error_kind=str(error.kind),
        error=error.message[:LONGEST_ERROR],
    )


def run_of_key(version: PromptVersion, key: str) -> PromptRun | None:
    """The run that `key` was answered with before."""
    exchanges = ModelExchange.objects.filter(client_id=version.client_id, key=key) if key else None
    return PromptRun.objects.filter(version=version, exchange__in=exchanges).first() if exchanges is not None else None


def _about(version: PromptVersion, filled: Filled, purpose: str, user: User | None, arm: str) -> dict[str, Any]:
    subject, rendered = filled.subject, filled.rendered
    secrets = _secrets(filled)
    return {
        "client_id": version.client_id,
        "prompt_id": version.prompt_id,
        "version": version,
        "purpose": purpose,
        "subject_kind": subject.kind if subject else "",
        "subject_id": subject.id if subject else None,
        "agent_id": filled.agent_id,
        "variables": dict(rendered.variables),
        "messages": [{**each, "content": _without(each["content"], secrets)} for each in rendered.messages],
        "left_out": list(rendered.left_out),
        "suspected_injection": rendered.suspected_injection,
        "arm": arm,
        "created_by": user,
    }


def _spent(asked: Asked) -> dict[str, Any]:
    """What both askings took together."""
    return {
        "input_tokens": sum(reply.input_tokens for reply in asked.replies),
        "output_tokens": sum(reply.output_tokens for reply in asked.replies),
        "cost": sum((reply.cost for reply in asked.replies), Decimal(0)),
        "currency": asked.last.currency,
        "latency_ms": sum(reply.latency_ms or 0 for reply in asked.replies),
    }


def _secrets(filled: Filled) -> list[str]:
    """The texts that secret variables held, longest first."""
    names = [each.name for each in filled.content.variables if each.sensitivity == Sensitivity.SECRET]
    texts = {str(value) for name in names for _place, value in scalar_leaves(value_of(filled.values, name))}
    return sorted((text for text in texts if len(text) >= SHORTEST_SECRET), key=len, reverse=True)


def _without(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text

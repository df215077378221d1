"""Cases for prompts from what people did with calls, and the embeddings that compare answers.

A case about a call names the call; nothing of what was said is copied into it. Where people settled a question, that is
what must hold of the answer: an outcome they set, a score they corrected, an appeal that was won.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F

from prompts.evaluation.datasets import CaseDraft, register_case_source
from prompts.evaluation.similarity import Embedder, register_embedder
from prompts.models import CaseSource, Prompt, ResponseType
from recordings.language.embeddings import MODEL_VERSION, embed
from recordings.models import Appeal, AppealStatus, CallStatus, Origin, ReviewAnswer, SalesCall
from recordings.quality.answers import options_of
from recordings.quality.criteria import Criterion, read_criteria
from salesiq.people.models import User

# The cosine of sentences that have nothing to do with each other: the mean of 112 such pairs in English, Spanish and
# Russian was 0.83 (95 % of them below 0.89), that of sentences with one meaning 0.95 (all above 0.91).
UNRELATED = 0.83
_SHARE_OF_OUTCOMES = 2  # half of the corrections at most are outcomes, so that scores are among them too


def cases_from_calls(
    *, user: User, prompt: Prompt | None, ids: Sequence[UUID] | None, limit: int
) -> Iterator[CaseDraft]:
    """Analysed calls, without a word of what is right: people or a judge look at the answers."""
    calls = _calls(user, ids).order_by("-started_at", "-pk")
    for call in calls[:limit]:
        yield _case(call, name=_name(call), source=CaseSource.CALL)


def cases_from_corrections(
    *, user: User, prompt: Prompt | None, ids: Sequence[UUID] | None, limit: int
) -> Iterator[CaseDraft]:
    """Calls whose outcome a person set, and questions that a person answered otherwise than rule or model had.

    `ids` are those of calls.
    """
    yield from _outcomes(user, prompt, ids, -(-limit // _SHARE_OF_OUTCOMES))
    if _takes_questions(prompt):
        answers = ReviewAnswer.objects.visible_to(user).exclude(automatic_value="").exclude(automatic_value=F("value"))
        answers = answers.filter(review__call__in=_calls(user, ids), review__submitted_at__isnull=False)
        rows = answers.select_related("review__call", "review__scorecard").order_by("-review__submitted_at", "key")
        for answer in rows[:limit]:
            yield from _question(answer, CaseSource.CORRECTION)


def cases_from_appeals(
    *, user: User, prompt: Prompt | None, ids: Sequence[UUID] | None, limit: int
) -> Iterator[CaseDraft]:
    """Questions of reviews that an agent appealed against and won; `ids` are those of calls."""
    if not _takes_questions(prompt):
        return
    won = Appeal.objects.visible_to(user).filter(status=AppealStatus.UPHELD, review__call__in=_calls(user, ids))
    for appeal in won.select_related("review").order_by("-decided_at")[:limit]:
        answers = ReviewAnswer.objects.filter(review=appeal.review, key=appeal.key)
        for answer in answers.select_related("review__call", "review__scorecard"):
            yield from _question(answer, CaseSource.APPEAL)


def register() -> None:
    """Called when the app is ready."""
    register_case_source(CaseSource.CALL, cases_from_calls)
    register_case_source(CaseSource.CORRECTION, cases_from_corrections)
    register_case_source(CaseSource.APPEAL, cases_from_appeals)
    register_embedder(Embedder(name=MODEL_VERSION, embed=embed, unrelated=UNRELATED))


def _calls(user: User, ids: Sequence[UUID] | None) -> Any:
    calls = SalesCall.objects.visible_to(user).filter(status=CallStatus.PUBLISHED, anonymised_at=None)
    return calls if ids is None else calls.filter(pk__in=ids)


def _outcomes(user: User, prompt: Prompt | None, ids: Sequence[UUID] | None, limit: int) -> Iterator[CaseDraft]:
    schema, response_type = _expects(prompt)
    for call in _calls(user, ids).filter(outcome_origin=Origin.PERSON).exclude(outcome="").order_by("-pk")[:limit]:
        assertions: list[dict[str, Any]] = []
        if response_type == ResponseType.LABEL:
            assertions = [{"kind": "label", "value": call.outcome}]
        elif "outcome" in schema.get("properties", {}):
            assertions = [{"kind": "json_path", "path": "$.outcome", "value": call.outcome}]
        if assertions:
            yield _case(call, name=f"{_name(call)} outcome", source=CaseSource.CORRECTION, assertions=assertions)


def _question(answer: ReviewAnswer, source: str) -> Iterator[CaseDraft]:
    """The question as the scorecard asks it; nothing where the scorecard does not know it any more."""
    review = answer.review
    for criterion in read_criteria(review.scorecard.criteria):
        if criterion.key == answer.key:
            place = f"$.answers[?@.key == '{answer.key}'].value"
            yield _case(
                review.call, name=f"{_name(review.call)} {answer.key}", source=source,
                variables={"questions": [_asked(criterion)]},
                assertions=[{"kind": "json_path", "path": place, "value": answer.final_value}],
            )  # fmt: skip


def _asked(criterion: Criterion) -> dict[str, Any]:
    """A question as prompts are given it."""
    return {
        "key": criterion.key,
        "question": criterion.name,
        "guidance": criterion.guidance or criterion.instruction,
        "answers": [option.value for option in options_of(criterion)],
    }


def _case(call: SalesCall, *, name: str, source: str, **more: Any) -> CaseDraft:
    return CaseDraft(
        name=name, subject_kind="call", subject_id=call.pk, agent_id=call.agent_id, source=source, **more
    )  # fmt: skip


def _name(call: SalesCall) -> str:
    """Without anybody's name: day, and the end of the id, which no other call of the day has."""
    day = call.started_at or call.created_at
    return f"{day:%Y-%m-%d} {str(call.pk)[-6:]}"


def _expects(prompt: Prompt | None) -> tuple[dict[str, Any], str]:
    version = prompt.versions.order_by("-number").first() if prompt else None
    return ((version.response_schema or {}) if version else {}, version.response_type if version else "")


def _takes_questions(prompt: Prompt | None) -> bool:
    """Whether the newest version is asked questions of a scorecard; without a prompt any data set may hold them."""
    version = prompt.versions.order_by("-number").first() if prompt else None
    return version is None or any(each.get("name") == "questions" for each in version.variables)

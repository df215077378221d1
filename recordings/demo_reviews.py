"""The demo's plans of samples and its reviews, made by the services that people's work goes through too."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.utils import timezone

from recordings.demo import DemoWorkspace
from recordings.models import Cadence, Review, ReviewKind, SalesCall, SamplingPlan, SamplingStrategy, Score, Stratum
from recordings.quality.answers import options_of
from recordings.quality.criteria import Criterion
from recordings.reviewing.rows import questions_of
from recordings.reviewing.services import (
    AnswerChange,
    acknowledge_review,
    answered_total,
    appeal_answer,
    assign_review,
    cancel_review,
    close_review,
    decide_appeal,
    save_answers,
    start_review,
    submit_review,
)
from recordings.sampling.services import save_plan
from salesiq.people.models import User

EVEN, RISKY = "Two calls of each agent", "Calls that deserve an ear"


def build_reviews(workspace: DemoWorkspace) -> None:
    """Two plans, and reviews of the analysed calls; made once, found as they are afterwards."""
    people = {user.username: user for user in User.objects.filter(client=workspace.client)}
    _plans(workspace, people)
    if Review.objects.filter(client=workspace.client, kind=ReviewKind.QUALITY).exists():
        return
    calls = SalesCall.objects.published().filter(client=workspace.client, agent__user__isnull=False)
    scored = calls.filter(scores__is_current=True).select_related("agent__user").order_by("started_at")
    for number, call in enumerate(scored):
        _STORIES[number % len(_STORIES)](call, people)


def _plans(workspace: DemoWorkspace, people: dict[str, User]) -> None:
    plans = (
        (EVEN, {"strategy": SamplingStrategy.STRATIFIED, "stratify_by": Stratum.AGENT, "size": 8}),
        (RISKY, {"strategy": SamplingStrategy.RISK, "size": 3}),
    )
    for name, values in plans:
        if not SamplingPlan.objects.filter(client=workspace.client, name=name).exists():
            plan = SamplingPlan(
                client=workspace.client, name=name, look_back_days=30, cadence=Cadence.BY_HAND, **values
            )
            save_plan(plan=plan, reviewers=[], actor=people["manager"])


def _give(
    call: SalesCall, people: dict[str, User], who: str = "reviewer", *, days: int = 4, reason: str = ""
) -> Review:
    due = timezone.now() + timedelta(days=days)
    return assign_review(
        call=call, reviewer=people[who], assigned_by=people["manager"], due_at=due, reason=reason
    )  # fmt: skip


def _answer(review: Review, actor: User, share: float = 1.0) -> Review:
    """Answer the first `share` of the questions: as the rules did, every fourth one step away from that."""
    row = start_review(review=review, actor=actor)
    score = Score.objects.get(call=row.call, is_current=True)
    said = dict(score.items.values_list("key", "value"))
    questions = list(questions_of(row).values())
    answers: dict[str, AnswerChange] = {}
    for number, question in enumerate(questions[: max(1, round(len(questions) * share))]):
        value, differs = _value(question, said.get(question.key, ""), number)
        answers[question.key] = {"value": value, "comment": "Heard it differently." if differs else ""}
    summary = "A calm call. Ask once more before you offer a price." if share == 1.0 else ""
    return save_answers(review=row, answers=answers, version=row.version, actor=actor, summary=summary)


def _value(question: Criterion, said: str, number: int) -> tuple[str, bool]:
    values = [option.value for option in options_of(question)]
    own = said if said in values else values[-1]
    if number % 4 != 3 or own == "na":
        return own, False
    place = values.index(own)
    return values[place - 1 if place else 1], True


def _submit(call: SalesCall, people: dict[str, User], who: str = "reviewer", reason: str = "") -> Review:
    review = _give(call, people, who, reason=reason)
    return submit_review(review=_answer(review, people[who]), actor=people[who])


def _agent(review: Review) -> User:
    agent = review.call.agent
    assert agent is not None and agent.user is not None
    return agent.user


def _overdue(call: SalesCall, people: dict[str, User]) -> None:
    _give(call, people, days=-2, reason="Chosen at random out of 10 calls.")


def _waiting(call: SalesCall, people: dict[str, User]) -> None:
    _give(call, people, days=3, reason="Chosen for its risks: an objection was not answered.")


def _draft(call: SalesCall, people: dict[str, User]) -> None:
    _answer(_give(call, people, days=0, reason="Chosen at random, evenly over agents."), people["reviewer"], 0.5)


def _submitted(call: SalesCall, people: dict[str, User]) -> None:
    _submit(call, people, reason="Chosen at random, evenly over agents.")


def _acknowledged(call: SalesCall, people: dict[str, User]) -> None:
    review = _submit(call, people, "nora")
    acknowledge_review(review=review, actor=_agent(review))


def _appealed(call: SalesCall, people: dict[str, User]) -> None:
    review = _submit(call, people, "nora", "Chosen for its risks: the customer ended in a bad mood.")
    appeal_answer(review=review, key=_key(review), actor=_agent(review), reason="I did ask, near the end of the call.")


def _decided(call: SalesCall, people: dict[str, User]) -> None:
    review = _submit(call, people, "reviewer")
    key = _key(review)
    appeal = appeal_answer(review=review, key=key, actor=_agent(review), reason="The customer interrupted me there.")
    question, given = questions_of(review)[key], review.answers.get(key=key).value
    better = next(option.value for option in reversed(options_of(question)) if option.value not in (given, "na"))
    decide_appeal(
        appeal=appeal, upheld=True, decided_value=better, decision="Heard again: you are right.", actor=people["nora"]
    )


def _closed(call: SalesCall, people: dict[str, User]) -> None:
    review = _submit(call, people, "nora")
    acknowledge_review(review=review, actor=_agent(review))
    close_review(review=review, actor=people["manager"])
    _give(call, people, "nora", days=6, reason="A second look was asked for.")


def _cancelled(call: SalesCall, people: dict[str, User]) -> None:
    cancel_review(review=_give(call, people), actor=people["manager"])
    assign_review(call=call, reviewer=None, assigned_by=people["manager"], reason="Chosen at random out of 10 calls.")


def _key(review: Review) -> str:
    """The question to object to: one that was answered below its best."""
    points = answered_total(review).points
    lost = {key: top - got for key, (got, top) in points.items()}
    return max(lost, key=lambda key: lost[key])


_STORIES: Sequence[Callable[[SalesCall, dict[str, User]], None]] = (
    _overdue, _appealed, _draft, _decided, _submitted, _acknowledged, _waiting, _closed, _cancelled, _submitted,
)  # fmt: skip

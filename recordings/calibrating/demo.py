"""The demo's calibration: three people who answer four calls, mostly alike, and agree afterwards."""

import random
from collections.abc import Sequence

from recordings.calibrating.services import (
    agree_on,
    agree_where_all_said_the_same,
    close_calibration,
    create_calibration,
    open_comparison,
    questions_of,
)
from recordings.models import CalibrationSession, CallStatus, Review, SalesCall, ScoreItem
from recordings.pipeline.score import current_scorecard
from recordings.quality.answers import NOT_APPLICABLE, options_of
from recordings.quality.criteria import Criterion
from recordings.reviewing.services import AnswerChange, save_answers, start_review, submit_review
from salesiq.people.models import Client, User

NAME = "First calibration"
TITLES = (
    "Dalton Dental decides on the family package", "A cold call that does not listen",
    "Marsh Bakery wants its brother at the table", "Parker Animal Hospital compares two quotes",
)  # fmt: skip
# How each leans on the questions that people see differently: steps up or down from the automatic answer.
LEANS = {"reviewer": {"empathy": 0, "closing": 0}, "manager": {"empathy": -1, "closing": -1}, "admin": {"empathy": 1}}
ODD_ONE_IN = 12  # answers: everybody mishears now and then
REASONS = {
    "empathy": "Naming the worry is not enough: it has to be acknowledged before it is answered.",
    "closing": "Asking for a day is a closing attempt, whatever the answer.",
}


def build_calibration(client: Client) -> None:
    """Make it from the analysed calls, or find it as it is."""
    if not CalibrationSession.objects.filter(client=client, name=NAME).exists():
        build(client)


def build(client: Client) -> bool:
    """Whether it was made; False while a call or a person is missing."""
    calls = list(
        SalesCall.objects.filter(client=client, title__in=TITLES, status=CallStatus.PUBLISHED).order_by("title")
    )
    people = {user.username: user for user in User.objects.filter(client=client, username__in=LEANS)}
    if len(calls) < len(TITLES) or len(people) < len(LEANS):
        return False
    card, leader = current_scorecard(calls[0]), people["manager"]
    session = create_calibration(
        name=NAME, scorecard=card, calls=calls, reviewers=list(people.values()), actor=leader
    )  # fmt: skip
    chance = random.Random(7)  # noqa: S311 - the same demo each time
    for review in Review.objects.filter(calibration=session).select_related("reviewer").order_by("created_at"):
        _answer(review, session, chance)
    session = open_comparison(session=session, actor=leader)
    agree_where_all_said_the_same(session=session, actor=leader)
    _agree_on_the_rest(session, calls, leader)
    close_calibration(session=session, actor=leader)
    return True


def _answer(review: Review, session: CalibrationSession, chance: random.Random) -> None:
    person = review.reviewer
    assert person is not None
    items = ScoreItem.objects.filter(score__call=review.call_id, score__scorecard=session.scorecard_id)
    said = dict(items.values_list("key", "value"))
    answers: dict[str, AnswerChange] = {}
    for key, question in questions_of(session).items():
        lean = LEANS[person.username].get(key, 0)
        if not lean and chance.randrange(ODD_ONE_IN) == 0:
            lean = chance.choice((-1, 1))
        answers[key] = {"value": _moved(question, said.get(key, ""), lean)}
    row = start_review(review=review, actor=person)
    row = save_answers(review=row, answers=answers, version=row.version, actor=person)
    submit_review(review=row, actor=person)


def _moved(question: Criterion, value: str, steps: int) -> str:
    """The answer so many steps better or worse; what does not apply stays so."""
    options = [option for option in options_of(question) if option.share is not None]
    order = [option.value for option in sorted(options, key=lambda option: option.share or 0)]
    if value == NOT_APPLICABLE or value not in order:
        return value or order[-1]
    return order[min(len(order) - 1, max(0, order.index(value) + steps))]


def _agree_on_the_rest(session: CalibrationSession, calls: Sequence[SalesCall], leader: User) -> None:
    """The answer that most gave, with a reason where one is known."""
    known = set(session.agreed.values_list("call_id", "key"))
    reviews = list(Review.objects.filter(calibration=session).prefetch_related("answers"))
    for call in calls:
        for key in questions_of(session):
            values = [a.value for row in reviews if row.call_id == call.pk for a in row.answers.all() if a.key == key]
            if (call.pk, key) not in known and values:
                best = max(sorted(set(values)), key=values.count)
                agree_on(
                    session=session, call=call, key=key, value=best, reason=REASONS.get(key, ""), actor=leader
                )  # fmt: skip

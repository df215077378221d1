"""A calibration laid side by side: what each said of each question of each call, and how far they agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from recordings.calibrating.services import questions_of
from recordings.models import AgreedAnswer, CalibrationSession, Review, ReviewAnswer, SalesCall, ScoreItem
from recordings.quality.agreement import (
    Agreement,
    cohens_kappa,
    fleiss_kappa,
    krippendorffs_alpha,
    percent_agreement,
)
from recordings.quality.answers import NOT_APPLICABLE, Option, options_of, read_answer
from recordings.quality.criteria import Criterion
from recordings.quality.errors import ScorecardError
from salesiq.people.models import User

ORDERED = ("scale", "points")


@dataclass(frozen=True, slots=True)
class Said:
    """One reviewer's answer; `answer` is None where they did not submit."""

    reviewer: User
    answer: ReviewAnswer | None
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One question of one call. `apart`: the answers are not all the same."""

    question: Criterion
    said: list[Said]
    automatic: ScoreItem | None
    automatic_label: str
    agreed: AgreedAnswer | None
    agreed_label: str
    apart: bool
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class ComparedCall:
    call: SalesCall
    lines: list[Line]

    @property
    def apart(self) -> int:
        return sum(line.apart for line in self.lines)


@dataclass(frozen=True, slots=True)
class Measured:
    """Share of same answers, kappa and alpha of one question or one reviewer."""

    name: str
    share: Agreement
    kappa: Agreement
    alpha: Agreement
    signed: float | None = None


@dataclass(slots=True)
class Comparison:
    reviewers: list[User]
    calls: list[ComparedCall]
    questions: list[Measured] = field(default_factory=list)
    with_agreed: list[Measured] = field(default_factory=list)
    with_others: list[Measured] = field(default_factory=list)

    @property
    def open_lines(self) -> int:
        """Questions of calls that nobody has agreed on yet."""
        return sum(line.agreed is None for call in self.calls for line in call.lines)


def compare(session: CalibrationSession, user: User) -> Comparison:
    """The comparison of a session that was opened, of those of its calls that `user` sees. Constant queries."""
    questions = questions_of(session)
    visible = SalesCall.objects.visible_to(user).filter(pk__in=session.calls.values("call"))
    calls = {call.pk: call for call in visible.select_related("agent", "customer")}
    order = [pk for pk in session.calls.values_list("call_id", flat=True) if pk in calls]
    reviews = Review.objects.visible_to(user).filter(calibration=session).given()
    rows = list(reviews.select_related("reviewer").prefetch_related("answers"))
    said = {(row.call_id, row.reviewer_id, each.key): each for row in rows for each in row.answers.all()}
    reviewers = sorted({row.reviewer for row in rows if row.reviewer}, key=str)
    items = ScoreItem.objects.filter(score__call__in=order, score__scorecard=session.scorecard_id)
    automatic = {(i.score.call_id, i.key): i for i in items.select_related("score", "evidence")}
    agreed = {(a.call_id, a.key): a for a in session.agreed.all()}
    found = Comparison(reviewers, [])
    for pk in order:
        lines = [
            _line(question, reviewers, {person.pk: said.get((pk, person.pk, key)) for person in reviewers},
                  automatic.get((pk, key)), agreed.get((pk, key)))
            for key, question in questions.items()
        ]  # fmt: skip
        found.calls.append(ComparedCall(calls[pk], lines))
    found.questions = _by_question(found)
    found.with_agreed, found.with_others = _against_agreed(found), _against_others(found)
    return found


def _line(
    question: Criterion, people: Sequence[User], answers: Mapping[Any, ReviewAnswer | None],
    automatic: ScoreItem | None, agreed: AgreedAnswer | None,
) -> Line:  # fmt: skip
    options = options_of(question)
    said = [Said(person, answers[person.pk], label_of(question, answers[person.pk])) for person in people]
    values = {each.answer.value for each in said if each.answer}
    return Line(
        question, said, automatic, label_of(question, automatic), agreed, label_of(question, agreed),
        apart=len(values) > 1, options=options,
    )  # fmt: skip


def label_of(question: Criterion, answer: ReviewAnswer | ScoreItem | AgreedAnswer | None) -> str:
    """The words of an answer; empty without one."""
    if answer is None or not answer.value:
        return ""
    try:
        return read_answer(question, answer.value).label
    except ScorecardError:
        return answer.value


def measure_question(question: Criterion, rows: Sequence[Sequence[str | None]]) -> Measured:
    """Agreement on one question; rows are calls, columns reviewers.

    Kappa is Cohen's for two reviewers, weighted by distance where answers are steps of a scale, and Fleiss' for more.
    "Does not apply" is an answer of its own for share and Fleiss' kappa, and a gap where answers are steps.
    """
    ordered = question.kind in ORDERED
    steps = [option.value for option in options_of(question) if option.value != NOT_APPLICABLE]
    on_scale = [[None if value == NOT_APPLICABLE else value for value in row] for row in rows] if ordered else rows
    width = max((len(row) for row in rows), default=0)
    if width == 2:
        kappa = cohens_kappa(on_scale, categories=steps if ordered else (), weights="linear" if ordered else "")
    else:
        kappa = fleiss_kappa(rows)
    alpha = krippendorffs_alpha(
        on_scale, level="ordinal" if ordered else "nominal", categories=steps if ordered else ()
    )
    return Measured(question.name, percent_agreement(rows), kappa, alpha)


def _by_question(found: Comparison) -> list[Measured]:
    if not found.calls:
        return []
    return [
        measure_question(
            line.question,
            [[said.answer.value if said.answer else None for said in call.lines[at].said] for call in found.calls],
        )
        for at, line in enumerate(found.calls[0].lines)
    ]


def share_of(question: Criterion, value: str) -> float | None:
    """What an answer earns, 0..1; None where it does not apply."""
    try:
        share = read_answer(question, value).share
    except ScorecardError:
        return None
    return None if share is None else float(share)


def measure_pairs(name: str, pairs: Iterable[tuple[Criterion, str, str, UUID]]) -> Measured:
    """One judge's answers against another's over all questions of several calls (question, own, other's, call).

    Kappa and alpha are of what the answers earn (0 to 1), which all kinds of questions share; alpha takes that for
    numbers and "does not apply" for a gap. Intervals draw calls, because the answers of one call hang together.
    `signed` is the mean difference of what they earn, in points of 100: above 0 is kinder.
    """
    rows, groups, differences = [], [], []
    for question, own, other, call in pairs:
        shares = share_of(question, own), share_of(question, other)
        rows.append([NOT_APPLICABLE if share is None else f"{share:.6g}" for share in shares])
        groups.append(call)
        if shares[0] is not None and shares[1] is not None:
            differences.append(100 * (shares[0] - shares[1]))
    numbers = [[None if value == NOT_APPLICABLE else value for value in row] for row in rows]
    return Measured(
        name,
        percent_agreement(rows, groups=groups),
        cohens_kappa(rows, groups=groups),
        krippendorffs_alpha(numbers, level="interval", groups=groups),
        sum(differences) / len(differences) if differences else None,
    )


def _against_agreed(found: Comparison) -> list[Measured]:
    return [
        measure_pairs(
            str(person),
            [
                (line.question, line.said[at].answer.value, line.agreed.value, call.call.pk)  # type: ignore[union-attr]
                for call in found.calls
                for line in call.lines
                if line.agreed and line.said[at].answer
            ],
        )
        for at, person in enumerate(found.reviewers)
    ]


def _against_others(found: Comparison) -> list[Measured]:
    return [
        measure_pairs(
            str(person),
            [
                (line.question, line.said[at].answer.value, other.answer.value, call.call.pk)  # type: ignore[union-attr]
                for call in found.calls
                for line in call.lines
                for place, other in enumerate(line.said)
                if place != at and line.said[at].answer and other.answer
            ],
        )
        for at, person in enumerate(found.reviewers)
    ]

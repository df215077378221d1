"""The questions of a review as the screen shows them: what may be answered, what was, by machine and by person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from recordings.models import Appeal, AppealStatus, Review, ReviewAnswer, ScoreItem
from recordings.pages.calibration.sentences import agreement_note
from recordings.pages.doubts import is_weak
from recordings.pages.formatting import clock, percent
from recordings.pages.labels import CRITERIA, label
from recordings.pages.places import Place
from recordings.quality.agreement import Agreement
from recordings.quality.answers import NOT_APPLICABLE, Option, nearest_answer, options_of
from recordings.quality.criteria import DEFAULT_SCORECARD_NAME, Criterion, read_criteria
from recordings.quality.weights import share_out

Agreements = Mapping[str, tuple[Agreement, Agreement]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A possible answer; `digit` is the key that gives it."""

    value: str
    label: str
    digit: str
    fails: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """What rule or model said. `reason` is the analysis' own sentence, in English; `agreement` how far people agree."""

    value: str
    label: str
    by_model: bool
    reason: str
    confidence: str
    weak: bool
    quote: str
    place: Place | None
    agreement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objected:
    """An appeal against an answer and what became of it."""

    row: Appeal
    by: str
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class Question:
    criterion: Criterion
    number: int
    name: str
    maximum: Decimal
    options: tuple[Option, ...]
    answer: ReviewAnswer | None
    automatic: Automatic | None
    appeal: Objected | None

    @property
    def key(self) -> str:
        return self.criterion.key

    @property
    def value(self) -> str:
        return self.answer.value if self.answer else ""

    @property
    def comment(self) -> str:
        return self.answer.comment if self.answer else ""

    @property
    def place(self) -> Place | None:
        at = self.answer.at if self.answer else None
        return None if at is None else Place("", clock(at), at)

    @property
    def is_overruled(self) -> bool:
        return bool(self.value and self.automatic and self.automatic.value and self.automatic.value != self.value)

    @property
    def decided(self) -> str:
        """The answer that a won appeal put in the place of the reviewer's, in words."""
        decided = self.answer.decided_value if self.answer else ""
        return self.label_of(decided) if decided and decided != self.value else ""

    @property
    def answered(self) -> str:
        return self.label_of(self.value) if self.value else ""

    @cached_property
    def choices(self) -> list[Choice]:
        digits = iter(range(1, 10))
        return [
            Choice(
                value=option.value,
                label=option_label(self.criterion, option),
                digit="0" if option.value == NOT_APPLICABLE else str(next(digits)),
                fails=option.fails and self.criterion.critical,
            )
            for option in self.options
        ]

    def label_of(self, value: str) -> str:
        return next((choice.label for choice in self.choices if choice.value == value), value)

    @property
    def points(self) -> float | None:
        """Points of the answer that holds; None where it does not count or is not given."""
        held = self.answer.final_value if self.answer else ""
        share = next((option.share for option in self.options if option.value == held), None)
        return None if share is None else float(self.maximum) * float(share)

    @property
    def for_script(self) -> dict[str, Any]:
        """What the page needs to reckon the total by the server's rule."""
        shares = [None if o.share is None else [o.share.numerator, o.share.denominator] for o in self.options]
        return {
            "key": self.key,
            "name": self.name,
            "cents": int(self.maximum * 100),
            "critical": self.criterion.critical,
            "options": [
                {"value": choice.value, "label": choice.label, "share": share, "fails": option.fails}
                for choice, option, share in zip(self.choices, self.options, shares, strict=True)
            ],
        }


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    questions: list[Question]


def option_label(criterion: Criterion, option: Option) -> str:
    """An answer in the reader's language; scales and choices as their authors wrote them, points as a share."""
    if option.value == NOT_APPLICABLE:
        return _("Does not apply")
    if criterion.kind == "yes_no":
        return _("Yes") if option.value == "yes" else _("No")
    return percent(float(Fraction(option.value))) if criterion.kind == "points" else option.label


def questions_of(review: Review, items: Iterable[ScoreItem], agreed: Agreements) -> list[Question]:
    """The scorecard's questions in order.

    `items` are the automatic answers to show, `agreed` how far people agree with them (`automatic_agreement`): none
    where the review is blind.
    """
    criteria = read_criteria(review.scorecard.criteria)
    maxima = share_out([criterion.weight for criterion in criteria])
    answers = {answer.key: answer for answer in review.answers.all()}
    appeals = {appeal.key: appeal for appeal in review.appeals.all()}
    said = {item.key: item for item in items}
    shipped = review.scorecard.name == DEFAULT_SCORECARD_NAME
    return [
        Question(
            criterion=criterion,
            number=number,
            name=label(CRITERIA, criterion.key) if shipped and criterion.key in CRITERIA else criterion.name,
            maximum=maximum,
            options=options_of(criterion),
            answer=(answer := answers.get(criterion.key)),
            automatic=_automatic(criterion, said.get(criterion.key), answer, agreement_note(agreed.get(criterion.key))),
            appeal=_objected(appeals.get(criterion.key)),
        )
        for number, (criterion, maximum) in enumerate(zip(criteria, maxima, strict=True), start=1)
    ]


def sections_of(questions: Iterable[Question]) -> list[Section]:
    return [Section(name, list(those)) for name, those in groupby(questions, key=lambda each: each.criterion.section)]


def automatic_value(criterion: Criterion, item: ScoreItem) -> str:
    """The automatic answer in the question's terms; scores made before answers had a value tell it by their points."""
    if item.value or item.answered_by == "person":
        return item.value
    share = float(item.points / item.max_points) if item.applicable and item.max_points else None
    return nearest_answer(criterion, share)


def _automatic(
    criterion: Criterion, item: ScoreItem | None, answer: ReviewAnswer | None, agreement: str
) -> Automatic | None:
    if item is None or not (value := (answer.automatic_value if answer else "") or automatic_value(criterion, item)):
        return None
    labels = {option.value: option_label(criterion, option) for option in options_of(criterion)}
    evidence = item.evidence
    return Automatic(
        value=value,
        label=labels.get(value, value),
        by_model=item.answered_by == "model",
        reason=item.reason,
        confidence=percent(item.confidence),
        weak=is_weak(item.confidence),
        quote=evidence.text if evidence else "",
        place=Place(f"u{evidence.position}", clock(evidence.start), evidence.start) if evidence else None,
        agreement=agreement,
    )


def _objected(appeal: Appeal | None) -> Objected | None:
    if appeal is None:
        return None
    by = appeal.appealed_by
    return Objected(
        row=appeal, by=by.get_full_name() or by.get_username() if by else "", is_open=appeal.status == AppealStatus.OPEN
    )


def answers_document(answers: Iterable[ReviewAnswer]) -> dict[str, Mapping[str, Any]]:
    """Answers as the page keeps them; `changed` is when each was last written, in ISO 8601."""
    return {
        each.key: {
            "value": each.value, "comment": each.comment, "at": each.at, "changed": each.updated_at.isoformat(),
        }
        for each in answers
    }  # fmt: skip

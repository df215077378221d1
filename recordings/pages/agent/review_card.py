"""One review as its agent reads it: question by question, with reason, evidence, and what may still be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from recordings.models import Appeal, AppealStatus, CallComment, Review, ReviewAnswer, ScoreItem
from recordings.pages.agent.review_rows import may_appeal
from recordings.pages.clips import Clip
from recordings.pages.formatting import percent
from recordings.quality.answers import read_answer
from recordings.quality.criteria import Criterion, read_criteria
from recordings.quality.errors import ScorecardError
from recordings.reviewing.services import Event, may_happen
from salesiq.people.models import User

CLIP_SECONDS = 12.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `automatic` is what the machine had answered, where a person answered otherwise; `first` the
    reviewer's answer where an appeal changed it."""

    key: str
    name: str
    guidance: str
    critical: bool
    answer: str
    failed: bool
    automatic: str
    first: str
    reason: str
    comment: str
    clip: Clip | None
    appeal: Appeal | None
    may_appeal: bool


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    questions: list[Asked] = field(default_factory=list)


def sections_of(review: Review, user: User, *, answers_it: bool) -> list[Section]:
    """The review's questions under their headings, in the scorecard's order. Three queries."""
    answers = {answer.key: answer for answer in review.answers.all()}
    appeals = {appeal.key: appeal for appeal in review.appeals.select_related("decided_by")}
    items = _items(review)
    appealable = answers_it and may_appeal(review)
    sections: list[Section] = []
    for criterion in _criteria(review):
        answer = answers.get(criterion.key)
        if answer is None:
            continue
        if not sections or sections[-1].name != criterion.section:
            sections.append(Section(criterion.section))
        asked = _asked(review, criterion, answer, items.get(criterion.key), appeals.get(criterion.key), appealable)
        sections[-1].questions.append(asked)
    return sections


def _criteria(review: Review) -> Sequence[Criterion]:
    try:
        return read_criteria(review.scorecard.criteria)
    except ScorecardError:
        return ()


def _items(review: Review) -> Mapping[str, ScoreItem]:
    rows = ScoreItem.objects.filter(score__call=review.call_id, score__scorecard=review.scorecard_id)
    return {row.key: row for row in rows.select_related("evidence")}


def _asked(
    review: Review,
    criterion: Criterion,
    answer: ReviewAnswer,
    item: ScoreItem | None,
    appeal: Appeal | None,
    appealable: bool,
) -> Asked:
    overruled = answer.automatic_value not in ("", answer.final_value)
    return Asked(
        key=criterion.key,
        name=criterion.name,
        guidance=criterion.guidance,
        critical=criterion.critical,
        answer=answer_words(criterion, answer.final_value),
        failed=_fails(criterion, answer.final_value),
        automatic=answer_words(criterion, answer.automatic_value) if overruled else "",
        first=answer_words(criterion, answer.value) if answer.decided_value else "",
        reason=item.reason if item else "",
        comment=answer.comment,
        clip=_clip(review, answer, item),
        appeal=appeal,
        may_appeal=appealable and appeal is None,
    )


def answer_words(criterion: Criterion, value: str) -> str:
    """An answer as people read it."""
    fixed = {"yes": _("Yes"), "no": _("No"), "na": _("Does not apply")}
    if value in fixed:
        return fixed[value]
    if criterion.kind == "scale":
        return _("%(value)s of %(top)s") % {"value": value, "top": criterion.scale[1]}
    try:
        option = read_answer(criterion, value)
    except ScorecardError:
        return value
    if criterion.kind == "choice" or option.share is None:
        return option.label
    return percent(float(option.share))


def _fails(criterion: Criterion, value: str) -> bool:
    try:
        return criterion.critical and read_answer(criterion, value).fails
    except ScorecardError:
        return False


def _clip(review: Review, answer: ReviewAnswer, item: ScoreItem | None) -> Clip | None:
    at = answer.at if answer.at is not None else item.evidence.start if item and item.evidence else None
    if at is None or review.call.anonymised_at is not None:
        return None
    start = max(0.0, at - 1.0)
    page = f"{reverse('call', args=[review.call_id])}?t={start:.1f}"
    return Clip(reverse("call-sound", args=[review.call_id]), page, start, start + CLIP_SECONDS)


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment of somebody at a time of the call, or about the whole."""

    text: str
    who: str
    clip: Clip | None


def remarks_on(review: Review, user: User) -> list[Remark]:
    rows = CallComment.objects.visible_to(user).filter(call=review.call_id).select_related("author")
    return [_remark(review, row) for row in rows]


def _remark(review: Review, row: CallComment) -> Remark:
    who = (row.author.get_full_name() or row.author.get_username()) if row.author else ""
    page = f"{reverse('call', args=[review.call_id])}?t={row.at or 0:.1f}"
    sound = reverse("call-sound", args=[review.call_id])
    clip = None if row.at is None else Clip(sound, page, row.at, row.at + CLIP_SECONDS)
    return Remark(row.text, who, clip)


def may_acknowledge(review: Review) -> bool:
    return may_happen(Event.ACKNOWLEDGE, review.status)


def open_appeals(review: Review) -> bool:
    return any(appeal.status == AppealStatus.OPEN for appeal in review.appeals.all())

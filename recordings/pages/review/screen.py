"""What the review screen shows besides the call's sound and words, made ready so that its template decides nothing."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.calibrating.automatic import automatic_agreement
from recordings.coaching.goal_measures import question_names
from recordings.models import Appeal, CallComment, Review, ReviewKind, ReviewStatus, ScoreItem, Transcript
from recordings.models.review import GIVEN, CallCommentQuerySet, ReviewQuerySet
from recordings.moments.services import is_audible
from recordings.pages.formatting import clock
from recordings.pages.labels import LANGUAGES, label
from recordings.pages.review.questions import Question, Section, answers_document, questions_of, sections_of
from recordings.pages.review.words import KeyGroup, key_groups, words
from recordings.pages.rows import call_name
from recordings.quality.answers import AnswerTotal, total_of
from salesiq.people.models import User
from salesiq.people.roles import Capability


def reviews_on_screen(user: User) -> ReviewQuerySet:
    """Reviews that `user` may open, with all that the screen shows, in a fixed number of queries."""
    appeals = Appeal.objects.select_related("appealed_by", "decided_by")
    related = ("call__agent__team", "call__customer", "call__recording", "call__client", "scorecard", "reviewer")
    more = ("call__transcript__checked_by", "calibration", "changed_by")
    reviews = Review.objects.visible_to(user).select_related(*related, *more)
    unread = [f"call__transcript__{name}" for name in ("segments", "redactions", "role_reason")]
    return reviews.defer("call__recording__peaks", *unread).prefetch_related("answers", Prefetch("appeals", appeals))


def may_write(review: Review, user: User) -> bool:
    """Whether `user` may answer its questions: who it is assigned to, while it is unfinished."""
    return review.is_unfinished and review.reviewer_id == user.pk and user.can(Capability.REVIEW_CALLS)


class ReviewScreen:
    """One review for one reader. `review` must come from `reviews_on_screen`."""

    def __init__(self, review: Review, user: User) -> None:
        self.review = review
        self.call = review.call
        self._user = user
        self.name, self.company = call_name(review.call)
        self.duration = clock(review.call.call_duration)
        self.language = label(LANGUAGES, review.call.language) if review.call.language else ""
        self.may_write = may_write(review, user)
        self.may_correct = user.can(Capability.EDIT_CALLS) and not review.call.anonymised_at
        self.is_own = review.reviewer_id == user.pk
        recording = getattr(review.call, "recording", None)
        self.has_sound = bool(recording and recording.playback)
        self.sound_removed = recording.dropped_sentence if recording else ""

    @cached_property
    def may_keep(self) -> bool:
        """Whether the reader may save moments for the library; not while blind, for others see what is published."""
        return self._user.can(Capability.COACH) and is_audible(self.call) and not self.is_blind

    @cached_property
    def keep_skills(self) -> list[tuple[str, str]]:
        """What a moment may be an example of: the questions of the client's scorecards."""
        return list(question_names(self.call.client).items())

    @property
    def transcript(self) -> Transcript | None:
        """What may be said to be proof-read; None where there are no words or the reader may not correct them."""
        return getattr(self.call, "transcript", None) if self.may_correct else None

    @property
    def is_blind(self) -> bool:
        return is_blind(self.review)

    @cached_property
    def questions(self) -> list[Question]:
        items = self._items
        agreed = automatic_agreement(self.call.client, self.review.scorecard) if items else {}
        return questions_of(self.review, items, agreed)

    @cached_property
    def _scored_total(self) -> Decimal | None:
        return self._items[0].score.total if self._items else None

    @cached_property
    def _items(self) -> list[ScoreItem]:
        """What machines said, kept from a blind reviewer: who sees it answers less freely."""
        if self.is_blind:
            return []
        items = ScoreItem.objects.filter(score__call=self.call, score__scorecard=self.review.scorecard)
        return list(items.select_related("evidence", "score").defer("evidence__words"))

    @cached_property
    def sections(self) -> list[Section]:
        return sections_of(self.questions)

    @cached_property
    def total(self) -> AnswerTotal:
        given = {each.key: (each.answer.final_value if each.answer else "") for each in self.questions}
        return total_of([each.criterion for each in self.questions], given)

    @cached_property
    def shown_total(self) -> str:
        total = self.review.total if self.review.total is not None else self.total.total
        return "–" if total is None else f"{total:.1f}"

    @cached_property
    def answered(self) -> int:
        return sum(1 for each in self.questions if each.value)

    @property
    def reviewer_name(self) -> str:
        reviewer = self.review.reviewer
        return reviewer.get_full_name() or reviewer.get_username() if reviewer else _("nobody")

    @property
    def may_decide(self) -> bool:
        """A second pair of eyes: not who gave the answer."""
        return (
            self.review.status == ReviewStatus.APPEALED and not self.is_own and self._user.can(Capability.REVIEW_CALLS)
        )

    @property
    def may_take(self) -> bool:
        return self.review.is_unfinished and self.review.reviewer_id is None

    @property
    def is_overdue(self) -> bool:
        return bool(self.review.due_at and self.review.due_at < timezone.now())

    @property
    def is_given(self) -> bool:
        return self.review.status in GIVEN

    @cached_property
    def automatic_total(self) -> str:
        """The total by rules and models, as it was when the review was given; empty where it is not to be seen."""
        if self.is_blind:
            return ""
        total = self.review.automatic_total if self.is_given else self._scored_total
        return "" if total is None else f"{total:.1f}"

    @property
    def keys(self) -> list[KeyGroup]:
        return key_groups()

    @property
    def words(self) -> dict[str, Any]:
        return words()

    @property
    def why_read_only(self) -> str:
        """Why nothing can be answered here; empty where something can."""
        if self.may_write:
            return ""
        if self.may_take:
            return _("Nobody has this review yet. Take it to answer.")
        if self.review.is_unfinished:
            return _("Assigned to %(name)s. You can look, listen and comment, and leave the answers to them.") % {
                "name": self.reviewer_name
            }
        return {
            ReviewStatus.SUBMITTED: _("Submitted. The agent may now acknowledge it or appeal."),
            ReviewStatus.ACKNOWLEDGED: _("Submitted, and acknowledged by the agent."),
            ReviewStatus.APPEALED: _("The agent appeals. A second reviewer decides each question below."),
            ReviewStatus.DECIDED: _("The appeals are decided."),
            ReviewStatus.CLOSED: _("Closed. It stays as it is."),
            ReviewStatus.CANCELLED: _("Cancelled."),
        }[ReviewStatus(self.review.status)]

    @property
    def for_script(self) -> dict[str, Any]:
        """What the page's scripts start from. Words stand here, so that scripts hold none."""
        review = self.review
        return {
            "version": review.version,
            "mayWrite": self.may_write,
            "mayCorrect": self.may_correct,
            "blind": self.is_blind,
            "duration": self.call.call_duration or 0,
            "savedAt": review.updated_at.isoformat(),
            "summary": review.summary,
            "questions": [each.for_script for each in self.questions],
            "answers": answers_document(review.answers.all()),
            "automatic": {each.key: each.automatic.value for each in self.questions if each.automatic},
            "urls": {
                "call": reverse("review-call", args=[review.pk]),
                "answers": reverse("review-answers", args=[review.pk]),
                "submit": reverse("review-submit", args=[review.pk]),
                "comments": reverse("review-comments", args=[review.pk]),
                "utterance": reverse("review-utterance", args=[review.pk, 0])[:-1],
                "next": reverse("review-next", args=[review.pk]),
            },
        }


def is_blind(review: Review) -> bool:
    """A calibration review until its session compares: nobody's answer but one's own is seen, no machine's either."""
    session = review.calibration
    return review.kind == ReviewKind.CALIBRATION and session is not None and session.compared_at is None


def comments_of(review: Review, user: User) -> CallCommentQuerySet:
    """The call's comments; in a blind review only one's own."""
    rows = CallComment.objects.visible_to(user).filter(call=review.call_id).select_related("author")
    return rows.filter(author=user.pk) if is_blind(review) else rows


def comments_on_screen(review: Review, user: User) -> list[dict[str, Any]]:
    return [comment_document(comment, user) for comment in comments_of(review, user)]


def comment_document(comment: CallComment, user: User) -> dict[str, Any]:
    author = comment.author
    return {
        "id": str(comment.pk),
        "at": comment.at,
        "text": comment.text,
        "by": author.get_full_name() or author.get_username() if author else "",
        "mine": comment.author_id == user.pk,
        "shown": comment.shown_to_agent,
    }

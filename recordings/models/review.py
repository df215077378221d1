"""What people say about a call: reviews by scorecard, appeals against them, and comments at a time."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from recordings.models.scorecard import Scorecard
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet

if TYPE_CHECKING:
    from salesiq.people.models import User


class ReviewKind(models.TextChoices):
    QUALITY = "quality", _("Review")
    CALIBRATION = "calibration", _("Calibration")


class ReviewStatus(models.TextChoices):
    ASSIGNED = "assigned", _("Waiting")
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    APPEALED = "appealed", _("Appealed")
    DECIDED = "decided", _("Appeal decided")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


UNFINISHED = (ReviewStatus.ASSIGNED, ReviewStatus.DRAFT)
GIVEN = (
    ReviewStatus.SUBMITTED, ReviewStatus.ACKNOWLEDGED, ReviewStatus.APPEALED, ReviewStatus.DECIDED, ReviewStatus.CLOSED,
)  # fmt: skip


def _open_to(user: "User | AnonymousUser", rows: models.QuerySet[ModelT], path: str) -> models.QuerySet[ModelT]:
    """Narrow reviews (at `path`) that are in scope to what may be read yet.

    Agents read what was given for their own calls by scorecards that agents see, never calibrations. Calibration
    reviews are blind: until their session compares, only who wrote one reads it.
    """
    if getattr(user, "is_superuser", False):
        return rows
    if getattr(user, "role", "") == Role.AGENT:
        given = {f"{path}status__in": GIVEN, f"{path}kind": ReviewKind.QUALITY}
        return rows.filter(**given, **{f"{path}scorecard__shown_to_agents": True})
    blind = models.Q(**{f"{path}kind": ReviewKind.CALIBRATION, f"{path}calibration__compared_at__isnull": True})
    return rows.filter(~blind | models.Q(**{f"{path}reviewer": user.pk}))


class ReviewQuerySet(ScopedQuerySet["Review"]):
    scope = Scope(agent="call__agent")

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return _open_to(user, super().visible_to(user), "")  # type: ignore[return-value]

    def given(self) -> Self:
        """Reviews that were submitted, whatever became of them after."""
        return self.filter(status__in=GIVEN)

    def unfinished(self) -> Self:
        return self.filter(status__in=UNFINISHED)


class Review(TimestampedModel):
    """One call answered by one person, question by question.

    The automatic score stays as it was; `total` is the person's. `version` rises with every change, and a change made
    to an older version is refused (two windows, two reviewers).
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="reviews")
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="reviews")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(_("kind"), max_length=12, choices=ReviewKind.choices, default=ReviewKind.QUALITY)
    status = models.CharField(_("status"), max_length=12, choices=ReviewStatus.choices, default=ReviewStatus.ASSIGNED)
    version = models.PositiveIntegerField(default=1, editable=False)

    reviewer = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="reviews", null=True, blank=True,
        verbose_name=_("reviewer"),
    )  # fmt: skip
    assigned_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    run = models.ForeignKey(
        "recordings.SamplingRun", on_delete=models.SET_NULL, related_name="reviews", null=True, blank=True
    )
    sample_reason = models.CharField(_("why it was chosen"), max_length=300, blank=True)
    calibration = models.ForeignKey(
        "recordings.CalibrationSession", on_delete=models.CASCADE, related_name="reviews", null=True, blank=True
    )

    # Whoever changed it last: told to a second window that comes too late.
    changed_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, editable=False
    )

    total = models.DecimalField(_("total"), max_digits=5, decimal_places=2, null=True, blank=True)
    automatic_total = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    failed_key = models.CharField(max_length=60, blank=True, help_text="The critical question that was failed")
    summary = models.TextField(_("feedback"), blank=True, max_length=5000)

    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    appeal_until = models.DateTimeField(_("appeal until"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Acknowledged or appealed")
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    overdue_told_at = models.DateTimeField(null=True, editable=False, help_text="When its reviewer was reminded")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        indexes = [
            models.Index(fields=["reviewer", "status", "due_at"], name="review_queue"),
            models.Index(fields=["client", "status", "due_at"], name="review_by_status"),
            models.Index(fields=["client", "submitted_at"], name="review_by_day"),
            models.Index(fields=["client", "-created_at", "-id"], name="reviews_newest_first"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "scorecard"], name="one_unfinished_review_per_call",
                condition=models.Q(kind=ReviewKind.QUALITY, status__in=UNFINISHED),
            ),
            models.UniqueConstraint(
                fields=["calibration", "call", "reviewer"], name="one_blind_review_each",
                condition=models.Q(calibration__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(kind=ReviewKind.CALIBRATION) ^ models.Q(calibration__isnull=True),
                name="calibration_review_has_session",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.call}: {self.get_status_display()}"

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED


class ReviewPartQuerySet(ScopedQuerySet[ModelT]):
    scope = Scope(client="review__client", agent="review__call__agent")

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return _open_to(user, super().visible_to(user), "review__")  # type: ignore[return-value]


class ReviewAnswer(models.Model):
    """A person's answer to one question, in the terms of quality/answers.py.

    `automatic_value` is what rule or model had said when the review was submitted; `decided_value` is what a won
    appeal made of it. Both earlier words stay.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=60)
    value = models.CharField(max_length=60)
    automatic_value = models.CharField(max_length=60, blank=True)
    decided_value = models.CharField(max_length=60, blank=True)
    comment = models.TextField(_("comment"), blank=True, max_length=2000)
    at = models.FloatField(_("place"), null=True, blank=True, help_text=_("Seconds from the start of the call"))
    updated_at = models.DateTimeField(auto_now=True)

    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [models.UniqueConstraint(fields=["review", "key"], name="one_answer_per_question")]

    def __str__(self) -> str:
        return f"{self.key}: {self.final_value}"

    @property
    def final_value(self) -> str:
        return self.decided_value or self.value


class AppealStatus(models.TextChoices):
    OPEN = "open", _("Open")
    UPHELD = "upheld", _("Upheld")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Appeal(TimestampedModel):
    """An agent's objection to one answer of a review, and what a second reviewer made of it."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="appeals")
    key = models.CharField(max_length=60)
    reason = models.TextField(_("reason"), max_length=2000)
    appealed_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    status = models.CharField(_("status"), max_length=10, choices=AppealStatus.choices, default=AppealStatus.OPEN)
    decided_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("decision"), blank=True, max_length=2000)

    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [models.UniqueConstraint(fields=["review", "key"], name="one_appeal_per_question")]

    def __str__(self) -> str:
        return f"{self.review}: {self.key}"


class CallCommentQuerySet(ScopedQuerySet["CallComment"]):
    scope = Scope(agent="call__agent")

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        rows = super().visible_to(user)
        return rows.filter(shown_to_agent=True) if getattr(user, "role", "") == Role.AGENT else rows


class CallComment(TimestampedModel):
    """What somebody noted about a call, at a time of it or about the whole."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    at = models.FloatField(_("place"), null=True, blank=True, help_text=_("Seconds from the start of the call"))
    text = models.TextField(_("comment"), max_length=2000)
    shown_to_agent = models.BooleanField(_("the agent sees it"), default=True)

    objects = CallCommentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "created_at"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return self.text[:60]

"""How long calls are kept: the rules, and what became of the calls that they reached."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recordings.models.call import CallType, Outcome
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet

OFFICERS = frozenset({Role.ADMIN, Role.PRIVACY})
LONGEST_DAYS = 36500


class Action(models.TextChoices):
    """What a rule does, from the laxest to the strictest. Each does what those between it and `keep` do as well."""

    KEEP = "keep", _("Keep at least so long")
    DROP_SOUND = "drop_sound", _("Drop the sound")
    REDACT = "redact", _("Drop the sound, mask personal data in the words")
    ANONYMISE = "anonymise", _("Anonymise: drop sound, words and people, keep what is counted")
    DELETE = "delete", _("Delete the call")

    @property
    def level(self) -> int:
        """0 for keep to 4 for delete; `SalesCall.disposal_level` counts in the same steps."""
        return list(Action).index(self)


def check_call_types(values: Any) -> None:
    _check_words(values, CallType.values)


def check_outcomes(values: Any) -> None:
    _check_words(values, Outcome.values)


def check_texts(values: Any) -> None:
    _check_words(values, None)


def _check_words(values: Any, known: list[str] | None) -> None:
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        raise ValidationError(_("Give a list of words."))
    unknown = [value for value in values if known is not None and value not in known]
    if unknown:
        raise ValidationError(
            _("“%(unknown)s” is not known. Use some of: %(known)s.")
            % {"unknown": unknown[0], "known": ", ".join(known or [])}
        )


class OfficersQuerySet(ScopedQuerySet[ModelT]):
    """For those who look after the law; roles that may not are turned away by the doors."""

    scope = Scope(roles=OFFICERS)


class RetentionPolicyQuerySet(OfficersQuerySet["RetentionPolicy"]):
    def active(self) -> "RetentionPolicyQuerySet":
        return self.filter(is_active=True)


class RetentionPolicy(TimestampedModel):
    """One rule: calls that fit every filter are kept so many days, or something is done to them after so many.

    An empty filter fits all calls. Changed by `recordings/privacy/retention_policies.py`, which raises `version`.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="retention_policies")
    name = models.CharField(_("name"), max_length=200)
    action = models.CharField(_("what happens"), max_length=10, choices=Action.choices)
    days = models.PositiveIntegerField(
        _("days"),
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DAYS)],
        help_text=_("Whole days since the day of the call; the day after them is the first on which something happens"),
    )
    call_types = models.JSONField(_("types"), default=list, blank=True, validators=[check_call_types])
    outcomes = models.JSONField(_("outcomes"), default=list, blank=True, validators=[check_outcomes])
    regions = models.JSONField(_("regions"), default=list, blank=True, validators=[check_texts])
    sources = models.JSONField(_("sources"), default=list, blank=True, validators=[check_texts])
    languages = models.JSONField(_("languages"), default=list, blank=True, validators=[check_texts])
    team = models.ForeignKey(
        "people.Team",
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("team"),
        help_text=_("Calls of the team's present agents"),
    )
    ground = models.TextField(
        _("lawful ground"), help_text=_("Why so long: the law, contract or purpose. Stands in every proof of deletion")
    )
    is_active = models.BooleanField(_("in force"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = RetentionPolicyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("retention policy")
        verbose_name_plural = _("retention policies")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "name"],
                name="retention_name_once_per_client",
                violation_error_message=_("There is a policy of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class RetentionRunQuerySet(OfficersQuerySet["RetentionRun"]):
    def unfinished(self) -> "RetentionRunQuerySet":
        return self.filter(finished_at__isnull=True)


class RetentionRun(TimestampedModel):
    """One application of a client's policies. `policies` are those it began with, whole, as they then stood.

    `signature` is over the report of the run, made after what it says was checked; see `disposal_report.py`.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="retention_runs")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("started by"),
        help_text=_("Empty: the daily schedule"),
    )
    initiator = models.CharField(max_length=64, default="schedule", help_text="Id of who started it, or “schedule”")
    policies = models.JSONField(default=list)
    finished_at = models.DateTimeField(_("finished"), null=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    held = models.PositiveIntegerField(_("held"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    signature = models.JSONField(default=dict)

    objects = RetentionRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("retention run")
        verbose_name_plural = _("retention runs")
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=models.Q(finished_at__isnull=True), name="one_retention_run_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class DisposalResult(models.TextChoices):
    DONE = "done", _("Done")
    HELD = "held", _("Refused: on legal hold")
    FAILED = "failed", _("Failed")


class DisposalQuerySet(OfficersQuerySet["Disposal"]):
    def unverified(self) -> "DisposalQuerySet":
        return self.filter(result=DisposalResult.DONE, verified_at__isnull=True)


class Disposal(models.Model):
    """What was done to one call by which rule, or why not. Outlives the call and holds nothing of its content.

    Committed together with what it tells. `verified_at` is when files and rows were looked for and found gone.
    """

    run = models.ForeignKey(RetentionRun, on_delete=models.CASCADE, related_name="disposals")
    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    call_id = models.UUIDField(_("call"))
    call_day = models.DateField(_("day of the call"))
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    policy = models.ForeignKey(
        RetentionPolicy, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("policy")
    )
    policy_name = models.CharField(_("policy"), max_length=200)
    policy_version = models.PositiveIntegerField(_("version"))
    reason = models.TextField(_("reason"))
    result = models.CharField(_("result"), max_length=6, choices=DisposalResult.choices)
    error = models.TextField(_("error"), blank=True)
    folder = models.CharField(max_length=255, blank=True, help_text="Where the sound lay, and owner of its key")
    files = models.JSONField(default=list, help_text="[{kind, bytes, sha256}]")
    rows = models.JSONField(default=dict, help_text="{table: rows removed or emptied}")
    content_sha256 = models.CharField(max_length=64, blank=True, help_text="Over the rows of the call as they were")
    at = models.DateTimeField(_("when"), default=timezone.now)
    verified_at = models.DateTimeField(_("found gone"), null=True)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("disposal")
        verbose_name_plural = _("disposals")
        constraints = [
            models.UniqueConstraint(fields=["run", "call_id", "action"], name="one_disposal_per_run_and_action")
        ]
        indexes = [models.Index(fields=["call_id", "result"])]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.call_id}"

"""Role-play: a session of an agent with a simulated customer, turn by turn."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope
from salesiq.vault.fields import EncryptedTextField
from testcases.models.case import CaseVersion
from testcases.models.scoping import RESULT_ROLES, PracticeScopedQuerySet


class SessionStatus(models.TextChoices):
    OPEN = "open", _("Under way")
    FINISHED = "finished", _("Finished")
    TIMED_OUT = "timed_out", _("Time is up")
    ABANDONED = "abandoned", _("Abandoned")


class CustomerKind(models.TextChoices):
    SCRIPTED = "scripted", _("Scripted customer")
    MODEL = "model", _("Customer by a language model")


class PracticeSession(TimestampedModel):
    """An agent plays one version of a case. With the scripted customer, `seed` and the agent's words replay it.

    `state` is the customer's (simulation/state.py): mood, trust, open objections, disclosed facts, turn. `lock_version`
    keeps two tabs from answering at once. `user` is who plays: the agent, or a manager who tries the case
    (`is_trial`: not counted anywhere). Times of day are UTC; `time_limit` in seconds stands in the version.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(CaseVersion, on_delete=models.CASCADE, related_name="sessions")
    agent = models.ForeignKey("people.Agent", on_delete=models.CASCADE, related_name="practice_sessions", null=True)
    user = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    customer = models.CharField(
        _("customer"), max_length=10, choices=CustomerKind.choices, default=CustomerKind.SCRIPTED
    )
    is_trial = models.BooleanField(_("trial"), default=False)
    seed = models.PositiveBigIntegerField()
    state = models.JSONField(default=dict)
    status = models.CharField(_("status"), max_length=10, choices=SessionStatus.choices, default=SessionStatus.OPEN)
    lock_version = models.PositiveIntegerField(default=0)
    assignment = models.ForeignKey(
        "testcases.Assignment", on_delete=models.SET_NULL, related_name="sessions", null=True, blank=True
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(max_length=40, blank=True, help_text="goal, hung_up, turns, agent, time")

    objects = PracticeScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("practice session")
        verbose_name_plural = _("practice sessions")
        indexes = [models.Index(fields=["agent", "-created_at"], name="practice_of_agent")]

    def __str__(self) -> str:
        return f"{self.version}"


class TurnQuerySet(PracticeScopedQuerySet["Turn"]):
    session = "session__"
    scope = Scope(client="session__client", agent="session__agent", roles=RESULT_ROLES)


class Turn(TimestampedModel):
    """One thing said. `position` counts from 0, `role` is agent or customer, `start` and `end` are seconds from the
    session's beginning. `key` is the idempotency key of the agent's turn. `trace`: what the customer understood and
    how the state moved, for the replay and for reviewers. `spoken`: the agent's turn was recognised from sound."""

    session = models.ForeignKey(PracticeSession, on_delete=models.CASCADE, related_name="turns")
    position = models.PositiveIntegerField()
    role = models.CharField(max_length=8)
    text = EncryptedTextField(client="session.client_id")
    start = models.FloatField()
    end = models.FloatField()
    key = models.CharField(max_length=200, blank=True)
    spoken = models.BooleanField(default=False)
    trace = models.JSONField(default=dict)

    objects = TurnQuerySet.as_manager()

    class Meta:
        ordering = ["session", "position"]
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="turn_position_once"),
            models.UniqueConstraint(fields=["session", "key"], name="turn_key_once", condition=~models.Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.position}"

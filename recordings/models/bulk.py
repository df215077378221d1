"""One change to many calls that a person chose in a list."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.models import User
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet


class BulkAction(models.TextChoices):
    ASSIGN = "assign", _("Give to reviewers")
    OUTCOME = "outcome", _("Set the outcome")
    EXPORT = "export", _("Export")


class BulkChangeQuerySet(ScopedQuerySet["BulkChange"]):
    scope = Scope(roles=frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER}))

    def visible_to(self, user: User | AnonymousUser) -> "BulkChangeQuerySet":
        """As everywhere; and who is no administrator sees what they asked for themselves: calls of other teams are
        among those of others."""
        rows = super().visible_to(user)
        if isinstance(user, User) and user.role != Role.ADMIN and not user.is_superuser:
            return rows.filter(created_by=user)
        return rows


class BulkChange(TimestampedModel):
    """What is to happen to which calls, and how far it is. Its job has its id.

    `calls` are the ids that were chosen when it was asked for, in the order they are done; `done` of them are, and a
    job that was killed goes on there. They are dropped at the end: each call's own trail tells what was done to it.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    created_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("asked for by")
    )
    action = models.CharField(_("action"), max_length=8, choices=BulkAction.choices)
    values = models.JSONField(default=dict, help_text="Ids and codes: {reviewers, scorecard, due_at} or {outcome}")
    calls = models.JSONField(default=list, editable=False, help_text="Ids")
    total = models.PositiveIntegerField(_("calls"), default=0)
    done = models.PositiveIntegerField(_("looked at"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("left as they were"), default=0)
    refusals = models.JSONField(_("refused"), default=dict, help_text="{sentence: how many calls}")
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("change to many calls")
        verbose_name_plural = _("changes to many calls")

    def __str__(self) -> str:
        return f"{self.get_action_display()}, {self.total}"

    @property
    def refused(self) -> int:
        return sum(self.refusals.values())

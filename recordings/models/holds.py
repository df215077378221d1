"""Legal holds: calls that nobody may delete, empty or change the sound of until the hold is released.

What is written here is also enforced by the database itself, see `recordings/privacy/hold_guards.py`.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.models.call import SalesCall
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet

HOLDERS = frozenset({Role.ADMIN, Role.PRIVACY})


class HeldError(models.ProtectedError):
    """Something on legal hold was to be removed. `str(error)` names matter, who placed it and until when.

    Deleting by Django's own means raises its ProtectedError instead, whose `protected_objects` say the same.
    """

    code = "on_legal_hold"

    def __init__(self, message: str, protected: Iterable[models.Model]) -> None:
        super().__init__(message, set(protected))
        self.message = message

    def __str__(self) -> str:
        return self.message


def cascade_when_released(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """`on_delete`: a released hold goes with its client, one in force keeps both."""
    holds = LegalHold.objects.using(using).filter(pk__in=[hold.pk for hold in sub_objs])
    in_force = list(holds.active().select_related("placed_by"))
    if in_force:
        raise HeldError(held_sentence(in_force), in_force)
    models.CASCADE(collector, field, sub_objs, using)


def held_sentence(holds: Iterable["LegalHold"]) -> str:
    """Why something may not be removed: every hold by its matter, who placed it and when it is to be reviewed."""
    named = "; ".join(dict.fromkeys(hold.named for hold in holds))
    return _("On legal hold, so nothing may be removed: %(holds)s. Release the hold first.") % {"holds": named}


class LegalHoldQuerySet(ScopedQuerySet["LegalHold"]):
    scope = Scope(roles=HOLDERS)

    def active(self) -> "LegalHoldQuerySet":
        return self.filter(released_at__isnull=True)

    def overdue(self) -> "LegalHoldQuerySet":
        """Holds in force whose review date has passed; they still hold."""
        return self.active().filter(until__lt=timezone.localdate())


class LegalHold(TimestampedModel):
    """A matter for which calls must be kept. Made, extended and released by `recordings/privacy/holds.py` alone."""

    client = models.ForeignKey("people.Client", on_delete=cascade_when_released, related_name="legal_holds")
    matter = models.CharField(gettext_lazy("matter"), max_length=200)
    reason = models.TextField(gettext_lazy("reason"))
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=gettext_lazy("placed by"),
    )
    until = models.DateField(
        gettext_lazy("review by"),
        help_text=gettext_lazy("The hold is looked at again by then; it never ends by itself"),
    )
    customer = models.ForeignKey(
        "people.Customer",
        on_delete=models.PROTECT,
        related_name="legal_holds",
        null=True,
        blank=True,
        verbose_name=gettext_lazy("customer"),
    )
    agent = models.ForeignKey(
        "people.Agent",
        on_delete=models.PROTECT,
        related_name="legal_holds",
        null=True,
        blank=True,
        verbose_name=gettext_lazy("agent"),
    )
    calls_from = models.DateTimeField(gettext_lazy("calls from"), null=True, blank=True)
    calls_to = models.DateTimeField(gettext_lazy("calls before"), null=True, blank=True)
    catches_later = models.BooleanField(
        gettext_lazy("also later calls"),
        default=False,
        help_text=gettext_lazy("Calls that come in later and fit are held as well"),
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=gettext_lazy("released by"),
    )
    released_at = models.DateTimeField(gettext_lazy("released"), null=True)
    released_calls = models.PositiveIntegerField(gettext_lazy("calls released"), default=0)
    release_reason = models.TextField(gettext_lazy("why released"), blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = gettext_lazy("legal hold")
        verbose_name_plural = gettext_lazy("legal holds")
        indexes = [models.Index(fields=["client"], condition=models.Q(released_at__isnull=True), name="holds_in_force")]

    def __str__(self) -> str:
        return self.matter

    @property
    def is_active(self) -> bool:
        return self.released_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_active and self.until < timezone.localdate()

    @property
    def named(self) -> str:
        """The matter, who placed the hold and the date of its review, in one phrase."""
        return _("“%(matter)s”, placed by %(who)s, to be reviewed by %(until)s") % {
            "matter": self.matter,
            "who": self.placed_by.get_username() if self.placed_by else _("the system"),
            "until": date_format(self.until, "Y-m-d"),
        }


class HeldCallQuerySet(ScopedQuerySet["HeldCall"]):
    scope = Scope(client="hold__client", roles=HOLDERS)


class HeldCall(models.Model):
    """A call under a hold in force. The row goes when the hold is released, and not before."""

    hold = models.ForeignKey(LegalHold, on_delete=models.PROTECT, related_name="held_calls")
    call = models.ForeignKey(SalesCall, on_delete=models.PROTECT, related_name="held_in")
    added_at = models.DateTimeField(gettext_lazy("held since"), default=timezone.now)

    objects = HeldCallQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]
        verbose_name = gettext_lazy("held call")
        verbose_name_plural = gettext_lazy("held calls")
        constraints = [models.UniqueConstraint(fields=["hold", "call"], name="call_once_per_hold")]

    def __str__(self) -> str:
        return _("A call on legal hold: %(hold)s") % {"hold": self.hold.named}

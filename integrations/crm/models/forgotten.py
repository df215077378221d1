"""Who asked to be forgotten, without a word about who they are: so that no later file brings them back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet


class ForgottenPersonQuerySet(ScopedQuerySet["ForgottenPerson"]):
    scope = Scope(roles=frozenset({Role.ADMIN, Role.PRIVACY}))


class ForgottenPerson(TimestampedModel):
    """One erased person. `marks` are hashes keyed with the client's key, of which nobody can read the person; a row of
    an import that has one of them is refused until this entry is deleted."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    forgotten_on = models.DateField(_("forgotten on"))
    marks = models.JSONField(_("hashes"), default=list, editable=False, help_text="Of address, number and ids")

    objects = ForgottenPersonQuerySet.as_manager()

    class Meta:
        ordering = ["-forgotten_on", "-pk"]
        verbose_name = _("forgotten person")
        verbose_name_plural = _("forgotten persons")
        indexes = [models.Index(fields=["client", "-forgotten_on"])]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """What refused rows name the entry by: the last eight digits of its id."""
        return str(self.pk)[-8:]

"""What a client tells the people whose calls it keeps, beside what the system itself knows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope, ScopedQuerySet


class TransparencyNoticeQuerySet(ScopedQuerySet["TransparencyNotice"]):
    scope = Scope()


class TransparencyNotice(TimestampedModel):
    """One row per client; without one the page is for the client's own people and names no contact."""

    client = models.OneToOneField("people.Client", on_delete=models.CASCADE, related_name="transparency_notice")
    is_public = models.BooleanField(
        _("public"), default=False, help_text=_("On: anybody with the address may read it, without signing in.")
    )
    purpose = models.TextField(
        _("what for"), blank=True, help_text=_("In the client's own words. Empty: quality and training of sales calls.")
    )
    contact = models.CharField(
        _("contact for requests"), max_length=300, blank=True, help_text=_("Who answers people.")
    )
    officer = models.CharField(_("data protection officer"), max_length=300, blank=True)
    authority = models.CharField(_("supervisory authority"), max_length=300, blank=True)

    objects = TransparencyNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("transparency notice")
        verbose_name_plural = _("transparency notices")

    def __str__(self) -> str:
        return str(self.client)

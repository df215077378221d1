"""Lists of the back office with their filters, kept under a name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import ScopedQuerySet


class SavedFilterQuerySet(ScopedQuerySet["SavedFilter"]):
    def usable_by(self, user: object) -> "SavedFilterQuerySet":
        """A user's own, and those that others of the client share."""
        return self.visible_to(user).filter(models.Q(user=user) | models.Q(is_shared=True))  # type: ignore[arg-type]


class SavedFilter(TimestampedModel):
    """A list with its filters, search and order. What it shows is what its reader may see, not its maker."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="saved_filters")
    screen = models.CharField(_("list"), max_length=80, help_text="app.model")
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(_("filters"), blank=True, help_text="Query string, without ?")
    is_shared = models.BooleanField(_("shared with everybody of the client"), default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [models.UniqueConstraint(fields=["user", "screen", "name"], name="saved_filter_name_once")]

    def __str__(self) -> str:
        return self.name

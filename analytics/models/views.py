"""What people keep for themselves on the analytics pages: saved views and annotations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import ScopedQuerySet


class SavedViewQuerySet(ScopedQuerySet["SavedView"]):
    def visible_to_owner(self, user: object) -> "SavedViewQuerySet":
        """A user's own, and those that others of the client share."""
        return self.visible_to(user).filter(models.Q(user=user) | models.Q(is_shared=True))  # type: ignore[arg-type]


class SavedView(TimestampedModel):
    """A page with its filters under a name. What it shows is what its reader may see, not its maker."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=80)
    page = models.CharField(_("page"), max_length=40, help_text="Name of its address")
    query = models.TextField(_("filters"), blank=True, help_text="Query string, without ?")
    is_shared = models.BooleanField(_("shared with everybody of the client"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name


class AnnotationQuerySet(ScopedQuerySet["Annotation"]):
    pass


class Annotation(TimestampedModel):
    """Something that happened on a day, drawn into trends: a new script, a campaign, a holiday."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    day = models.DateField(_("day"))
    text = models.CharField(_("text"), max_length=120)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        verbose_name = _("annotation")
        verbose_name_plural = _("annotations")

    def __str__(self) -> str:
        return self.text

"""What all CRM records have in common: the tenant, where they came from, and columns of the tenant's own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet


class OwnedQuerySet(ScopedQuerySet[ModelT]):
    """Rows that belong to the agent who owns them: agents see their own, managers their teams'."""

    scope = Scope(agent="owner")


class CrmRecord(TimestampedModel):
    """A row of another system. `system` and `external_id` name it there, so that importing it again changes it."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    system = models.CharField(_("system"), max_length=40, blank=True, help_text=_("Where the row came from"))
    external_id = models.CharField(_("id in that system"), max_length=200, blank=True)
    row_hash = models.CharField(
        max_length=32, blank=True, editable=False, help_text="Of the imported values: an equal one changes nothing"
    )
    custom = models.JSONField(
        _("custom fields"), default=dict, blank=True, help_text="{key of CustomField: value}; days as ISO 8601 texts"
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["client", "system", "external_id"],
                condition=~models.Q(external_id=""),
                name="crm_%(class)s_once_per_system",
            )
        ]


def match_key(name: str) -> str:
    """What two spellings of one name have in common: letters and digits, without case. "GTX Pro" is "GTXPro"."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())[:200]

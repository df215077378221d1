"""The ledger of forgotten persons: an entry says when, never who."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from integrations.crm.admin.ground import BY_CLIENT
from integrations.crm.models import ForgottenPerson
from salesiq.people.backoffice import ScopedModelAdmin
from salesiq.people.roles import Capability


@admin.register(ForgottenPerson)
class ForgottenPersonAdmin(ScopedModelAdmin):
    """Deleting an entry lets files bring the person in again, once they have come back as a customer."""

    view_capability = Capability.ANSWER_PERSONS
    delete_capability: ClassVar[Capability | None] = Capability.ANSWER_PERSONS
    audited = True
    list_display = ["code", "forgotten_on", "client"]
    list_filter = ["forgotten_on", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["id"]
    search_help_text = _("The code that a refused row names")
    fields = ["code", "forgotten_on", "client"]

    @admin.display(description=_("code"), ordering="pk")
    def code(self, person: ForgottenPerson) -> str:
        return person.code

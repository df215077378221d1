from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "integrations.crm"
    label = "crm"
    verbose_name = _("CRM records")

    def ready(self) -> None:
        import_module("integrations.crm.receivers").take_part()
        import_module("integrations.crm.prompt_context.providers").take_part()

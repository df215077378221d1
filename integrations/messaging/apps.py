from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagingConfig(AppConfig):
    name = "integrations.messaging"
    label = "messaging"
    verbose_name = _("messages")

    def ready(self) -> None:
        import_module("integrations.messaging.receivers")

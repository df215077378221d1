from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "analytics"
    verbose_name = _("analytics")

    def ready(self) -> None:
        import_module("analytics.receivers")
        triggers = import_module("analytics.rollups.triggers")
        pre_migrate.connect(triggers.lift_triggers, sender=self)
        post_migrate.connect(triggers.set_triggers, sender=self)
        import_module("analytics.reports.receivers")

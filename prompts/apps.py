from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class PromptsConfig(AppConfig):
    name = "prompts"
    verbose_name = _("prompts")

    def ready(self) -> None:
        guards = import_module("prompts.version_guard")
        pre_migrate.connect(guards.lift_guards, sender=self)
        post_migrate.connect(guards.set_guards, sender=self)
        import_module("prompts.evaluation.receivers")
        import_module("prompts.receivers")

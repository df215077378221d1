from importlib import import_module

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "salesiq.audit"
    label = "audit"

    def ready(self) -> None:
        import_module("salesiq.audit.receivers")

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "salesiq.audit"
    label = "audit"

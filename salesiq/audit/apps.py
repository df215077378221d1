from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from salesiq.audit import guards


def _install_guards(sender: AppConfig, *, using: str, **_: Any) -> None:
    connection = connections[using]
    if guards.can_install(connection):
        guards.install(connection)


class AuditConfig(AppConfig):
    name = "salesiq.audit"
    label = "audit"

    def ready(self) -> None:
        import_module("salesiq.audit.receivers")
        connection_created.connect(_prepare, dispatch_uid="audit_guards")
        post_migrate.connect(_install_guards, sender=self, dispatch_uid="audit_guards")


def _prepare(connection: Any, **_: Any) -> None:
    guards.prepare(connection)

from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register


class JobsConfig(AppConfig):
    name = "salesiq.jobs"
    label = "jobs"

    def ready(self) -> None:
        register(import_module("salesiq.jobs.periodic").check_periodic_jobs)

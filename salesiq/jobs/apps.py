from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "salesiq.jobs"
    label = "jobs"

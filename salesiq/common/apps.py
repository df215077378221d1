from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "salesiq.common"
    label = "common"

from importlib import import_module

from django.apps import AppConfig


class SignInConfig(AppConfig):
    name = "salesiq.signin"
    label = "signin"

    def ready(self) -> None:
        import_module("salesiq.signin.events")

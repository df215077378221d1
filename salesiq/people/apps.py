from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "salesiq.people"
    label = "people"

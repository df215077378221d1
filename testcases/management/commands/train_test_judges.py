"""`manage.py train_test_judges`: train what the judges tell meaning by, after its examples were changed."""

from typing import Any

from django.core.management.base import BaseCommand

from testcases.judging.training import train


class Command(BaseCommand):
    help = "Train what the judges tell meaning by, from testcases/judging/examples_of_meaning."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, value in train().items():
            self.stdout.write(f"{name:>12} {value:8.3f}")

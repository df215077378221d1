from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from knox.models import AuthToken

from salesiq.people.models import User
from salesiq.people.signals import object_touched


class Command(BaseCommand):
    help = "Make an API token for a user and print it, once: only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--expires-days", type=int, metavar="N", help="How long it is valid. Default: for ever.")

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["expires_days"]
        if days is not None and days < 1:
            raise CommandError("--expires-days must be 1 or more.")
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(
                f"There is no user “{options['username']}”. Make one in the admin under Users, "
                "or with: manage.py createsuperuser"
            )
        if not user.is_active:
            raise CommandError(f"The user “{user.username}” is not active. Activate it in the admin under Users.")
        expiry = timedelta(days=days) if days else None
        _, token = AuthToken.objects.create(user=user, expiry=expiry)  # type: ignore[no-untyped-call]
        object_touched.send(
            User, target=user, action="token_issued", actor=None, request=None, details={"expires_days": days}
        )
        self.stdout.write(token)

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from salesiq.people.keys import issue_key
from salesiq.people.models import User
from salesiq.people.scopes import KeyScope


class Command(BaseCommand):
    help = "Issue an API key for a user and print its secret, once: only a hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="Command line", help="What uses the key.")
        parser.add_argument(
            "--scopes",
            metavar="SCOPES",
            help=f"Comma-separated, of: {', '.join(KeyScope.values)}. Default: all that the user's role can use.",
        )
        parser.add_argument(
            "--from",
            dest="addresses",
            metavar="NETWORKS",
            default="",
            help="Comma-separated networks it is accepted from, e.g. 10.0.0.0/8. Default: everywhere.",
        )
        life = parser.add_mutually_exclusive_group()
        life.add_argument("--expires-days", type=int, metavar="N", help="How long it is valid. Default: a year.")
        life.add_argument("--never-expires", action="store_true", help="It is valid until it is revoked.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(
                f"There is no user “{options['username']}”. Make one in the admin under Users, "
                "or with: manage.py createsuperuser"
            )
        try:
            issued = issue_key(
                user=user,
                name=options["name"],
                scopes=_split(options["scopes"]) if options["scopes"] is not None else None,
                days=options["expires_days"],
                never_expires=options["never_expires"],
                addresses=_split(options["addresses"]),
                actor=None,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(issued.secret)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]

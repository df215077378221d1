"""What the commands about one person have in common."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from recordings.privacy.persons import PersonQuery
from salesiq.people.models import Client
from salesiq.people.services import choose_client


def add_person_options(parser: CommandParser) -> None:
    parser.add_argument("--email", default="", help="the person's e-mail address")
    parser.add_argument("--phone", default="", help="the person's phone number, best with its country: +34 …")
    parser.add_argument("--customer", default="", metavar="ID", help="a customer's id, ours or another system's")
    parser.add_argument(
        "--confirm",
        action="append",
        default=[],
        metavar="ID",
        help="a customer who is this person too (repeatable)",
    )
    parser.add_argument(
        "--call",
        action="append",
        default=[],
        metavar="ID",
        help="a call of this person that names no customer (repeatable)",
    )
    parser.add_argument("--client", default="", metavar="SLUG", help="whose data, where there are several clients")


def chosen_client(options: dict[str, Any]) -> Client:
    try:
        return choose_client(options["client"])
    except ValidationError as error:
        raise CommandError(error.messages[0], returncode=2) from error


def person_query(options: dict[str, Any]) -> PersonQuery:
    query = PersonQuery(
        email=options["email"].strip(),
        phone=options["phone"].strip(),
        customer_id=options["customer"].strip(),
        confirmed=tuple(options["confirm"]),
        own_calls=tuple(options["call"]),
    )
    try:
        query.check()
    except ValidationError as error:
        raise CommandError(" ".join(error.messages), returncode=2) from error
    return query

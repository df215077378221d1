"""`manage.py performance`: figures on the command line, the same body as GET …/analytics/performance."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.asking import ask
from analytics.asking.document import performance_document
from analytics.asking.wording import NARROWING, parameter_of, performance_question
from analytics.questions import QuestionError
from salesiq.common.database import ensure_migrated
from salesiq.people.models import User
from salesiq.people.services import choose_client

_LISTS = {name: name.replace("_", "-") for name in NARROWING}


class Command(BaseCommand):
    help = "Print figures of a period. Exit status 2 when what is asked cannot be answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", default="", metavar="SLUG", help="whose figures, where there are several")
        parser.add_argument("--user", default="", metavar="NAME", help="as this user sees them; else everything")
        parser.add_argument("--metric", action="append", default=[], metavar="KEY", help="may be repeated; else all")
        parser.add_argument("--by", default="", metavar="DIMENSION", help="split by agent, team, product, …")
        parser.add_argument("--since", default="", metavar="YYYY-MM-DD", help="first day")
        parser.add_argument("--until", default="", metavar="YYYY-MM-DD", help="last day")
        parser.add_argument(
            "--compare", default="", metavar="prior|year", help="with the days before, or a year before"
        )
        parser.add_argument("--limit", default="", metavar="N", help="most groups")
        for name, option in _LISTS.items():
            parser.add_argument(f"--{option}", dest=name, action="append", default=[], metavar="VALUE")
        parser.add_argument("--custom", action="append", default=[], metavar="KIND.KEY=VALUE")
        parser.add_argument("--json", action="store_true", help="the body of the endpoint as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        try:
            user = _asking(options)
            answer = ask(performance_question(_values(options), user=user), user=user)
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=2) from error
        except QuestionError as error:
            raise CommandError(f"{parameter_of(error)}: {error.message}", returncode=2) from error
        body = performance_document(answer)
        if options["json"]:
            self.stdout.write(json.dumps(body, ensure_ascii=False))
            return
        self._write_table(body)

    def _write_table(self, body: dict[str, Any]) -> None:
        for metric in body["metrics"]:
            for group in metric["groups"]:
                name = f"{metric['metric']} {group['label']}".strip()
                between = "" if group["low"] is None else f"  [{group['low']:.4g}, {group['high']:.4g}]"
                value = "-" if group["value"] is None else f"{group['value']:,.4f}".rstrip("0").rstrip(".")
                self.stdout.write(f"{name:<50} {value:>18}  n={group['n']}{between}")
        for note in body["notes"]:
            self.stdout.write(note)


def _asking(options: dict[str, Any]) -> User:
    """The named user; otherwise somebody who sees everything, which whoever runs commands here does."""
    if options["user"]:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise ValidationError(f"There is no user “{options['user']}”.")
        return user
    return User(username="command line", is_superuser=True, is_active=True)


def _values(options: dict[str, Any]) -> dict[str, list[str]]:
    values = {name: options[name] for name in ("metric", *_LISTS) if options[name]}
    values |= {name: [options[name]] for name in ("by", "since", "until", "compare", "limit") if options[name]}
    for given in options["custom"]:
        name, equals, value = given.partition("=")
        if not equals:
            raise ValidationError(f"“{given}” is not KIND.KEY=VALUE.")
        values.setdefault(f"custom.{name}", []).append(value)
    if options["client"] or not options["user"]:
        values["client"] = [str(choose_client(options["client"]).pk)]
    return values

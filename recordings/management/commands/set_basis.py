"""`manage.py set_basis CLIENT BASIS`: state on what lawful basis a client's calls are processed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recordings.grounds import declare_basis
from recordings.models import Basis, PartyRule
from salesiq.common.database import ensure_migrated
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = "State on what lawful basis (GDPR Art. 6(1)) a client's calls are processed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client", metavar="CLIENT", help="the client's short name; “default” where there is one")
        parser.add_argument("basis", choices=Basis.values, metavar="BASIS", help=", ".join(Basis.values))
        parser.add_argument("--note", required=True, help="why, e.g. where the balancing test or the clause is filed")
        parser.add_argument("--rule", choices=PartyRule.values, default="", help="where no rule for a region is known")
        parser.add_argument("--region", default="", help="where customers are, when a call does not say")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        name = options["client"]
        try:
            client = choose_client("" if name == "default" else name)
            policy = declare_basis(
                client=client,
                basis=options["basis"],
                note=options["note"],
                actor=None,
                default_rule=options["rule"],
                default_region=options["region"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        self.stdout.write(f"{client.name}: {policy.get_declared_basis_display()}.")
        if policy.declared_basis == Basis.CONSENT or policy.default_rule == PartyRule.ALL_PARTY:
            self.stdout.write(
                "Calls without consent on record are transcribed only to look for it, and stop where it is not heard. "
                "Where one side's knowledge is enough, say so with --rule one_party, or name a --region."
            )

"""`manage.py golden_set`: the automatic answers of today against what people said is right."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recordings.calibrating.golden_set import Tested, try_scorecard
from recordings.models import Scorecard
from salesiq.common.database import ensure_migrated
from salesiq.people.models import Client


class Command(BaseCommand):
    help = "Answer the golden set anew by the scorecard in use (or another) and print the agreement per question."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", required=True, metavar="SLUG", help="whose golden set")
        parser.add_argument("--scorecard", metavar="ID", help="a version other than the newest published one")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        client = Client.objects.filter(slug=options["client"]).first()
        if client is None:
            raise CommandError(f"There is no client “{options['client']}”.", returncode=2)
        card = _card(client, options["scorecard"])
        found = try_scorecard(client, card)
        if options["json"]:
            questions = [asdict(each) for each in found]
            self.stdout.write(json.dumps({"client": client.slug, "scorecard": str(card), "questions": questions}))
            return
        self.stdout.write(f"{card}\n")
        for each in found:
            self.stdout.write(_line(each))
        if not found:
            self.stdout.write("No golden example answers a question of this scorecard yet.")


def _card(client: Client, wanted: str | None) -> Scorecard:
    cards = Scorecard.objects.filter(client=client)
    card = cards.filter(pk=wanted).first() if wanted else cards.published().order_by("-created_at").first()
    if card is None:
        raise CommandError("There is no such scorecard of this client.", returncode=2)
    return card


def _line(tested: Tested) -> str:
    share, kappa = tested.share, tested.kappa
    right = "   –" if share.value is None else f"{share.value:4.0%} ({share.low:.0%} to {share.high:.0%})"
    beyond = "–" if kappa.value is None else f"{kappa.value:.2f}"
    return f"{tested.name:<32} n {share.n:4d}  right {right}  kappa {beyond}  unanswered {tested.unanswered}"

import os
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from prompts.models import LanguageModel, ModelPolicy, ModelProvider
from prompts.providers.connecting import connect_embedded, save_model, save_policy, save_provider
from prompts.providers.errors import ModelError
from prompts.providers.trying import test_connection
from salesiq.people.models import Client


class Command(BaseCommand):
    help = (
        "Connect a language model for a client and try it: the small one inside salesiq (--embedded), or one of an"
        " OpenAI-compatible endpoint (--url and --model)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client", metavar="SLUG", help="Not needed where there is one client.")
        kind = parser.add_mutually_exclusive_group(required=True)
        kind.add_argument("--embedded", action="store_true", help="For trying the workflow: its answers are no use.")
        kind.add_argument("--url", help="e.g. https://api.openai.com/v1 or http://127.0.0.1:11434/v1")
        parser.add_argument("--model", metavar="NAME", help="As the endpoint calls it.")
        key = parser.add_mutually_exclusive_group()
        key.add_argument(
            "--key-reference", metavar="REFERENCE", default="", help="env:SALESIQ_MODEL_KEY_NAME or file:NAME"
        )
        key.add_argument("--key-from", metavar="VARIABLE", default="", help="Keep the key that this variable holds.")
        parser.add_argument(
            "--in-house", action="store_true", help="You run the endpoint: texts do not leave the house."
        )
        parser.add_argument("--allow-leaving", action="store_true", help="Texts of this client may leave the house.")
        parser.add_argument("--only-for-trying", action="store_true", help="The product itself does not use the model.")
        parser.add_argument("--input-price", type=Decimal, default=Decimal(0), help="Of a million tokens.")
        parser.add_argument("--output-price", type=Decimal, default=Decimal(0), help="Of a million tokens.")
        parser.add_argument("--currency", default="USD")
        parser.add_argument("--context", type=int, default=8192, metavar="TOKENS")

    def handle(self, *args: Any, **options: Any) -> None:
        client = _client(options["client"])
        try:
            if options["allow_leaving"]:
                policy = ModelPolicy.objects.filter(client=client).first() or ModelPolicy(client=client)
                policy.may_leave_house = True
                save_policy(policy=policy, actor=None)
            model = connect_embedded(client) if options["embedded"] else _connect(client, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except ModelError as error:
            raise CommandError(error.message) from error
        for found in test_connection(model.provider):
            if not found.worked:
                raise CommandError(f"{found.name} is connected and does not answer: {found.message}")
            self.stdout.write(f"{found.name}: {found.message}")


def _client(slug: str | None) -> Client:
    clients = Client.objects.filter(slug=slug) if slug else Client.objects.all()[:2]
    if len(clients) != 1:
        raise CommandError(f"There is no client “{slug}”." if slug else "Say which client: --client SLUG")
    return clients[0]


def _connect(client: Client, options: dict[str, Any]) -> LanguageModel:
    """The model at its endpoint; both are changed where they are there already."""
    if not options["model"]:
        raise CommandError("Say which model: --model NAME")
    url = options["url"].rstrip("/")
    provider = ModelProvider.objects.filter(client=client, base_url=url).first()
    provider = provider or ModelProvider(client=client, base_url=url, name=url.partition("://")[2][:100])
    provider.key_reference, provider.leaves_house = options["key_reference"], not options["in_house"]
    save_provider(provider=provider, actor=None, new_key=os.environ.get(options["key_from"], ""))
    model = LanguageModel.objects.filter(provider=provider, name=options["model"]).first()
    model = model or LanguageModel(client=client, provider=provider, name=options["model"])
    model.useful, model.context_tokens = not options["only_for_trying"], options["context"]
    model.input_price, model.output_price = options["input_price"], options["output_price"]
    model.currency = options["currency"]
    return save_model(model=model, actor=None)

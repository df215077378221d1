"""Tries a connection: does the endpoint answer, does it know the models, what does an answer take."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from prompts.models import LanguageModel, ModelProvider, Purpose
from prompts.providers.asking import ModelError, Request, ask
from prompts.providers.connection import list_models
from prompts.providers.endpoints import endpoint_of

SECONDS = 20  # somebody waits for the page
MOST_MODELS = 3
QUESTION = "Answer with the word OK."


@dataclass(frozen=True)
class Finding:
    name: str
    worked: bool
    message: str


def test_connection(provider: ModelProvider) -> list[Finding]:
    """What became of a short question to each of the provider's first models; of a list of models where it has none.

    The questions stand in the ledger as trials, and the client's policy holds for them.
    """
    provider.timeout_seconds, provider.max_attempts = min(provider.timeout_seconds, SECONDS), 1
    models = list(provider.models.filter(is_enabled=True)[:MOST_MODELS])
    return [_asked(provider, model) for model in models] or list(_listed(provider))


test_connection.__test__ = False  # type: ignore[attr-defined]  # its name is no pytest's


def _asked(provider: ModelProvider, model: LanguageModel) -> Finding:
    model.provider = provider
    parameters = {"temperature": 0, "max_tokens": 16}
    request = Request(messages=[{"role": "user", "content": QUESTION}], purpose=Purpose.TRIAL, parameters=parameters)
    try:
        reply = ask(client=provider.client, models=[model], request=request)
    except ModelError as error:
        return Finding(model.name, False, error.message)
    message = _("It answered in %(milliseconds)s ms; %(input)s tokens in, %(output)s out.")
    values = {"milliseconds": reply.latency_ms, "input": reply.input_tokens, "output": reply.output_tokens}
    return Finding(model.name, True, message % values)


def _listed(provider: ModelProvider) -> Iterator[Finding]:
    try:
        names = list_models(endpoint_of(provider))
    except ModelError as error:
        yield Finding(provider.name, False, error.message)
        return
    shown = ", ".join(names[:10]) or "–"
    yield Finding(provider.name, True, _("It answers. Add one of its models: %(names)s") % {"names": shown})

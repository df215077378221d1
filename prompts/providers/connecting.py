"""Endpoints and models are made and changed here, whoever does it; the trail says what decides where texts go."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from prompts.models import LanguageModel, ModelPolicy, ModelProvider, ProviderKind
from prompts.providers import breaker, embedded
from prompts.providers.endpoints import problem_of_url
from prompts.providers.errors import ErrorKind, ModelError
from prompts.providers.keys import is_reference
from salesiq.audit.details import code_or_withheld
from salesiq.audit.services import record_event
from salesiq.people.models import Client, User

RECORDED = {
    ModelProvider: ("kind", "base_url", "key_reference", "leaves_house", "is_enabled", "order", "timeout_seconds",
                    "max_attempts", "max_concurrency", "requests_per_minute"),
    LanguageModel: ("name", "useful", "is_enabled", "input_price", "cached_input_price", "output_price", "currency",
                    "context_tokens", "max_output_tokens", "takes_schema"),
    ModelPolicy: ("may_leave_house", "redacted_only", "monthly_budget", "currency", "requests_per_minute",
                  "use_in_product"),
}  # fmt: skip
EMBEDDED_NAME = "Small model inside salesiq"


def check_provider(provider: ModelProvider) -> None:
    """Raises ValidationError where the provider could not be asked, by field."""
    if provider.kind == ProviderKind.EMBEDDED:
        if provider.base_url or provider.key_reference:
            raise ValidationError({"base_url": _("The model inside salesiq has no URL and no key.")})
        return
    problem = problem_of_url(provider.base_url)
    if problem:
        raise ValidationError({"base_url": problem})
    if provider.key_reference and not is_reference(provider.key_reference):
        message = _("Write env:SALESIQ_MODEL_KEY_NAME or file:NAME, or enter the key itself below.")
        raise ValidationError({"key_reference": message})


def save_provider(*, provider: ModelProvider, actor: User | None, new_key: str = "") -> ModelProvider:
    """Saves and records. A key that was entered goes when the endpoint becomes another, unless it is entered anew:
    whoever may change the address must not get the key sent there.

    Raises:
        ValidationError: see `check_provider`.
    """
    check_provider(provider)
    with transaction.atomic():
        before = ModelProvider.objects.select_for_update().filter(pk=provider.pk).first()
        forgotten = before is not None and bool(before.sealed_key) and _origin(before) != _origin(provider)
        if new_key or forgotten or provider.key_reference or provider.kind == ProviderKind.EMBEDDED:
            provider.sealed_key = "" if provider.key_reference else new_key
        if before is not None and (new_key or _origin(before) != _origin(provider)):
            provider.failures, provider.resting_until, provider.last_error = 0, None, ""
        provider.save()
        extra = {"key": "entered"} if new_key else {"key": "forgotten"} if forgotten else {}
        _record(provider, before, actor, extra)
    return provider


def save_model(*, model: LanguageModel, actor: User | None) -> LanguageModel:
    """Saves and records."""
    with transaction.atomic():
        before = LanguageModel.objects.select_for_update().filter(pk=model.pk).first()
        model.client = model.provider.client
        model.save()
        _record(model, before, actor)
    return model


def save_policy(*, policy: ModelPolicy, actor: User | None) -> ModelPolicy:
    """Saves and records."""
    with transaction.atomic():
        before = ModelPolicy.objects.select_for_update().filter(pk=policy.pk).first()
        policy.save()
        _record(policy, before, actor)
    return policy


def wake_provider(*, provider: ModelProvider, actor: User | None) -> None:
    """Ends the rest of a provider that failed, for whoever has mended it."""
    with transaction.atomic():
        breaker.note_success(provider)
        record_event(action="changed", target=provider, actor=actor, details={"rest": "ended"})


def connect_embedded(client: Client, *, actor: User | None = None) -> LanguageModel:
    """The client's row of the packaged model, made where it is missing. Its server starts when it is first asked.

    Raises:
        ModelError: the packages that carry it are not installed.
    """
    if embedded.weights() is None:
        raise ModelError(ErrorKind.NO_MODEL, embedded.missing())
    known = LanguageModel.objects.filter(client=client, provider__kind=ProviderKind.EMBEDDED).first()
    if known:
        return known
    with transaction.atomic():
        provider = ModelProvider(
            client=client, name=EMBEDDED_NAME, kind=ProviderKind.EMBEDDED, leaves_house=False, order=900,
            timeout_seconds=120, max_attempts=2, max_concurrency=2,
        )  # fmt: skip
        save_provider(provider=provider, actor=actor)
        model = LanguageModel(
            client=client, provider=provider, name=embedded.NAME, context_tokens=embedded.CONTEXT_TOKENS,
            max_output_tokens=512, useful=False,
        )  # fmt: skip
        return save_model(model=model, actor=actor)


def _origin(provider: ModelProvider) -> tuple[str, str]:
    parts = urlsplit(provider.base_url)
    return parts.scheme, parts.netloc.lower()


def _record(row: Any, before: Any, actor: User | None, extra: dict[str, str] | None = None) -> None:
    names = RECORDED[type(row)]
    if before is None:
        details: dict[str, Any] = {name: _plain(name, getattr(row, name)) for name in names}
    else:
        changed = [name for name in names if getattr(before, name) != getattr(row, name)]
        details = {
            name: {"before": _plain(name, getattr(before, name)), "after": _plain(name, getattr(row, name))}
            for name in changed
        }
    if before is None or details or extra:
        action = "created" if before is None else "changed"
        record_event(action=action, target=row, actor=actor, details={**details, **(extra or {})})


def _plain(name: str, value: Any) -> Any:
    """As the trail takes it: of an address its host, of a name nothing that could be a text."""
    if isinstance(value, bool | int | None):
        return value
    if name == "base_url":
        value = "://".join(urlsplit(value)[:2])
    return code_or_withheld(str(value))

"""Which production prompt writes about a call, and whether any does."""

from prompts.models import PRODUCTION, ModelPolicy, Prompt, PromptLabel
from prompts.providers.choice import models_for
from salesiq.people.models import Client


def uses_models(client: Client) -> bool:
    """Whether the client wants production prompts in the product and has a useful model for them."""
    policy = ModelPolicy.objects.filter(client=client).only("use_in_product").first()
    wanted = policy.use_in_product if policy else True
    return wanted and bool(models_for(client=client, useful_only=True))


def production_prompt(*, client: Client, family: str, language: str) -> Prompt | None:
    """The client's active prompt of `family` that is in production for texts in `language`.

    One in that language goes before one for any, and that before one in the client's own language; of several alike,
    the one that was released last. None where there is none.
    """
    order = [language, "", client.language]
    labels = PromptLabel.objects.filter(
        prompt__client=client, prompt__family=family, prompt__is_active=True, name=PRODUCTION,
        prompt__language__in=order,
    )  # fmt: skip
    found = list(labels.select_related("prompt").order_by("-updated_at"))
    return min(found, key=lambda label: order.index(label.prompt.language)).prompt if found else None


def families_in_production(client: Client) -> set[str]:
    """Families of which the client has an active prompt in production, in whatever language."""
    rows = Prompt.objects.filter(client=client, is_active=True, labels__name=PRODUCTION)
    return set(rows.values_list("family", flat=True))


def in_production(client: Client, family: str) -> str:
    """What of `family` is in production, as a text that changes when any of it does; empty where nothing is."""
    rows = PromptLabel.objects.filter(
        prompt__client=client, prompt__family=family, prompt__is_active=True, name=PRODUCTION
    )
    return " ".join(f"{name}-{number}" for name, number in rows.order_by("prompt__name").values_list(
        "prompt__name", "version__number"))  # fmt: skip

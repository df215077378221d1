"""Reading prompts: lists whose cost does not grow with their rows, and which version is meant."""

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery

from prompts.models import PRODUCTION, Prompt, PromptLabel, PromptVersion
from salesiq.people.models import User


def list_prompts(user: User) -> QuerySet[Prompt]:
    """The prompts `user` may see, each with `newest_number`, `production_number` and, fetched along, its labels."""
    versions = PromptVersion.objects.filter(prompt=OuterRef("pk")).order_by("-number")
    production = PromptLabel.objects.filter(prompt=OuterRef("pk"), name=PRODUCTION)
    labels = PromptLabel.objects.select_related("version").defer("version__messages").order_by("name")
    return (
        Prompt.objects.visible_to(user)
        .annotate(
            newest_number=Subquery(versions.values("number")[:1]),
            newest_id=Subquery(versions.values("pk")[:1]),
            production_number=Subquery(production.values("version__number")[:1]),
        )
        .prefetch_related(Prefetch("labels", labels))
    )


def with_newest_versions(prompts: list[Prompt]) -> list[Prompt]:
    """Sets `newest` on each, by one query; rows come from `list_prompts`."""
    ids = [getattr(prompt, "newest_id", None) for prompt in prompts]
    versions = PromptVersion.objects.select_related("created_by").in_bulk([each for each in ids if each])
    for prompt in prompts:
        prompt.newest = versions.get(prompt.newest_id)  # type: ignore[attr-defined]
    return prompts


def prompts_in_production(user: User) -> QuerySet[Prompt]:
    """Those that have a version in production."""
    return list_prompts(user).filter(
        Exists(PromptLabel.objects.filter(prompt=OuterRef("pk"), name=PRODUCTION)), is_active=True
    )


def find_version(prompt: Prompt, *, number: int | None = None, label: str = "") -> PromptVersion | None:
    """The version of this number, or that `label` stands for; without both the newest."""
    rows = PromptVersion.objects.filter(prompt=prompt).select_related("prompt", "client")
    if number is not None:
        return rows.filter(number=number).first()
    if label:
        return rows.filter(labels__name=label, labels__prompt=F("prompt")).first()
    return rows.order_by("-number").first()


def production_version(prompt: Prompt) -> PromptVersion | None:
    return find_version(prompt, label=PRODUCTION)

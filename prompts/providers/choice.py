"""Which models a client may ask, in which order."""

from prompts.models import LanguageModel
from salesiq.people.models import Client


def models_for(*, client: Client, named: LanguageModel | None = None, useful_only: bool = False) -> list[LanguageModel]:
    """The client's enabled models that its policy lets texts go to, in the order they are asked; `named` first.

    `useful_only` leaves out those that are only for trying the workflow.
    """
    rows = LanguageModel.objects.filter(client=client, is_enabled=True, provider__is_enabled=True)
    rows = rows.select_related("provider").order_by("provider__order", "order", "name")
    if useful_only:
        rows = rows.filter(useful=True)
    found = list(rows)
    return found if named is None else [named, *(row for row in found if row.pk != named.pk)]

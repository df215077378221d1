"""Which models a client may ask, in which order, and why not the others."""

from django.utils.translation import gettext as _

from prompts.models import LanguageModel, ModelPolicy
from prompts.providers.errors import ErrorKind, ModelError
from salesiq.people.models import Client


def models_for(*, client: Client, named: LanguageModel | None = None, useful_only: bool = False) -> list[LanguageModel]:
    """The client's enabled models that its policy lets texts go to, in the order they are asked.

    `named` comes first whatever it is, so that an error says why it may not be asked; where it is named for a trial,
    pass `[named]` to `ask` instead. `useful_only` leaves out those that are only for trying the workflow.
    """
    policy = ModelPolicy.objects.filter(client=client).first() or ModelPolicy(client=client)
    rows = LanguageModel.objects.filter(client=client, is_enabled=True, provider__is_enabled=True)
    if not policy.may_leave_house:
        rows = rows.filter(provider__leaves_house=False)
    if useful_only:
        rows = rows.filter(useful=True)
    found = list(rows.select_related("provider__client").order_by("provider__order", "order", "name"))
    return found if named is None else [named, *(row for row in found if row.pk != named.pk)]


def refusal_of(model: LanguageModel, *, policy: ModelPolicy, client: Client) -> ModelError | None:
    """Why `client` may not ask `model`; None where it may."""
    provider = model.provider
    if model.client_id != client.pk or provider.client_id != client.pk:
        return ModelError(ErrorKind.NOT_ALLOWED, _("This model belongs to another client."))
    if not (model.is_enabled and provider.is_enabled):
        return ModelError(ErrorKind.NOT_ALLOWED, _("%(name)s is switched off.") % {"name": model.name})
    if provider.leaves_house and not policy.may_leave_house:
        message = _("Texts may not leave the house, and %(name)s is outside. The model policy can allow it.")
        return ModelError(ErrorKind.NOT_ALLOWED, message % {"name": provider.name})
    return None

"""Choosing and making people and their organisations."""

from django.core.exceptions import ValidationError

from salesiq.people.models import Client


def choose_client(slug: str) -> Client:
    """The client named `slug`; without a name, the installation's only one, made on first use.

    Raises:
        ValidationError: no such client, or several and none named.
    """
    clients = list(Client.objects.order_by("slug")[:20])
    known = ", ".join(client.slug for client in clients)
    if slug:
        chosen = Client.objects.filter(slug=slug).first()
        if chosen is None:
            raise ValidationError(f"There is no client “{slug}”. Known: {known or 'none yet'}.")
        return chosen
    if len(clients) > 1:
        raise ValidationError(f"Several clients live here. Name one with --client: {known}.")
    return clients[0] if clients else Client.objects.get_or_create(slug="default", defaults={"name": "My company"})[0]

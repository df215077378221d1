"""A client's policies in words, as its transparency page shows them: [(name, value)]."""

from django.utils.translation import gettext as _

from salesiq.people.models import Client


def basis_facts(client: Client) -> list[tuple[str, str]]:
    """On what ground the client's calls are processed."""
    return [(_("Declared for all calls"), _("none"))]


def retention_facts(client: Client) -> list[tuple[str, str]]:
    """For how long the client's calls are kept, one line a rule."""
    return [(_("Calls"), _("Kept until they are deleted by a person."))]

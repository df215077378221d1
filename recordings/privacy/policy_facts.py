"""A client's policies in words, as its transparency page shows them: [(name, value)]."""

from django.utils.translation import gettext as _

from recordings.privacy.consent import policy_of
from salesiq.people.models import Client


def basis_facts(client: Client) -> list[tuple[str, str]]:
    """On what ground the client's calls are processed."""
    policy = policy_of(client)
    facts = [(_("Declared for all calls"), str(policy.get_declared_basis_display()) or _("none"))]
    if policy.look_for_spoken_consent:
        facts.append((_("Where consent is not known yet"), _("It is looked for in the call; nothing else is done.")))
    facts.append((_("When consent is withdrawn"), str(policy.get_on_withdrawal_display())))
    return facts


def retention_facts(client: Client) -> list[tuple[str, str]]:
    """For how long the client's calls are kept, one line a rule."""
    return [(_("Calls"), _("Kept until they are deleted by a person."))]

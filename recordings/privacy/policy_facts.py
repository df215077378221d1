"""A client's policies in words, as its transparency page shows them: [(name, value)]."""

from django.utils.translation import gettext as _

from recordings.models import RetentionPolicy
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
    policies = RetentionPolicy.objects.active().filter(client=client).select_related("team").order_by("days", "name")
    facts = [(policy.name, _sentence(policy)) for policy in policies]
    return facts or [(_("Calls"), _("Kept until they are deleted by a person."))]


def _sentence(policy: RetentionPolicy) -> str:
    """What the policy does, after how long, to which calls, on what ground."""
    limits = [*policy.call_types, *policy.outcomes, *policy.regions, *policy.sources, *policy.languages]
    which = ", ".join(limits) or _("all calls")
    return _("%(action)s, %(days)d days (%(which)s). %(ground)s") % {
        "action": policy.get_action_display(), "days": policy.days, "which": which, "ground": policy.ground,
    }  # fmt: skip

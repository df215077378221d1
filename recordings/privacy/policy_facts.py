"""A client's policies in words, as its transparency page shows them: [(name, value)]."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recordings.models import (
    CallType,
    Outcome,
    PartyRule,
    ProcessingPolicy,
    RetentionPolicy,
    UnknownAction,
    WithdrawalAction,
)
from salesiq.people.models import Client


def basis_facts(client: Client) -> list[tuple[str, str]]:
    """On what ground the client's calls are processed."""
    policy = ProcessingPolicy.objects.filter(client=client).first() or ProcessingPolicy(client=client)
    declared = policy.get_declared_basis_display() if policy.declared_basis else _("None; each call needs its own.")
    spoken = _("Yes, before anything else is done with it.") if policy.look_for_spoken_consent else _("No.")
    return [
        (_("Declared for all calls"), f"{declared} (GDPR Art. 6)" if policy.declared_basis else declared),
        (_("Why"), policy.declared_note),
        (_("Who must agree to a recording"), str(PartyRule(policy.default_rule).label)),
        (_("Consent is looked for in the call itself"), spoken),
        (_("A recording without a basis"), str(UnknownAction(policy.unknown_action).label)),
        (_("When consent is withdrawn"), str(WithdrawalAction(policy.on_withdrawal).label)),
    ]


def retention_facts(client: Client) -> list[tuple[str, str]]:
    """For how long the client's calls are kept, one line a rule."""
    rules = RetentionPolicy.objects.active().filter(client=client).select_related("team").order_by("days", "name")
    told = [(_which(rule), _what(rule)) for rule in rules]
    return told or [(_("All calls"), _("Kept until a person deletes them; no rule is in force."))]


def _which(rule: RetentionPolicy) -> str:
    """The calls that a rule is about."""
    kinds = [str(CallType(value).label) for value in rule.call_types]
    outcomes = [str(Outcome(value).label) for value in rule.outcomes]
    lists = [kinds, outcomes, rule.regions, rule.sources, rule.languages, [rule.team.name] if rule.team else []]
    named = ["/".join(values) for values in lists if values]
    return ", ".join(named) or _("All calls")


def _what(rule: RetentionPolicy) -> str:
    after = ngettext("after %(n)d day", "after %(n)d days", rule.days) % {"n": rule.days}
    return f"{rule.get_action_display()}, {after}. {rule.ground}".strip()

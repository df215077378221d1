"""Writing retention policies, and good ones to begin with. None is in force until somebody says so."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.models import Action, Outcome, RetentionPolicy
from salesiq.audit.services import record_event
from salesiq.people.models import Client, User

# What makes another rule of it; switching it on and off does not.
MEANING = (
    "name", "action", "days", "call_types", "outcomes", "regions", "sources", "languages", "team_id", "ground",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Template:
    """A policy that many would write, with its ground."""

    key: str
    name: Any
    action: Action
    days: int
    ground: Any
    filters: dict[str, list[str]] = field(default_factory=dict)


TEMPLATES = (
    Template(
        "missed-calls",
        gettext_lazy("Calls without an answer: 30 days"),
        Action.DELETE,
        30,
        gettext_lazy("GDPR art. 5(1)(e): nothing was said that a purpose would need longer."),
        {"outcomes": [Outcome.NO_ANSWER]},
    ),
    Template(
        "sound",
        gettext_lazy("Sound: 90 days"),
        Action.DROP_SOUND,
        90,
        gettext_lazy("GDPR art. 5(1)(c) and (e): after three months the transcript serves coaching as well."),
    ),
    Template(
        "lost-leads",
        gettext_lazy("Not qualified: anonymous after 180 days"),
        Action.ANONYMISE,
        180,
        gettext_lazy("GDPR art. 5(1)(e): no contract came of it; figures are kept without the person."),
        {"outcomes": [Outcome.NOT_QUALIFIED]},
    ),
    Template(
        "everything",
        gettext_lazy("All calls: anonymous after two years"),
        Action.ANONYMISE,
        730,
        gettext_lazy("GDPR art. 5(1)(e): trends over two years need no names."),
    ),
    Template(
        "contracts",
        gettext_lazy("Converted: kept at least six years"),
        Action.KEEP,
        2192,
        gettext_lazy(
            "A statutory duty to keep business correspondence, such as § 257 HGB (six years). Name yours here."
        ),
        {"outcomes": [Outcome.CONVERTED]},
    ),
    Template(
        "investment",
        gettext_lazy("Investment services: kept at least five years"),
        Action.KEEP,
        1827,
        gettext_lazy("Directive 2014/65/EU (MiFID II) art. 16(7): records of calls are kept for five years."),
    ),
)


def add_policy(*, policy: RetentionPolicy, actor: User | None) -> RetentionPolicy:
    """Write a new policy."""
    with transaction.atomic():
        policy.version = 1
        policy.save(force_insert=True)
        _record("retention_policy_added", policy, actor)
    return policy


def revise_policy(*, policy: RetentionPolicy, actor: User | None) -> RetentionPolicy:
    """Write a changed policy; a change of what it means makes a new version, which disposals name from then on."""
    with transaction.atomic():
        before = RetentionPolicy.objects.select_for_update().get(pk=policy.pk)
        changed = any(getattr(before, name) != getattr(policy, name) for name in MEANING)
        policy.version = before.version + 1 if changed else before.version
        policy.save()
        _record("retention_policy_changed", policy, actor)
    return policy


def add_template(*, client: Client, key: str, actor: User | None) -> RetentionPolicy:
    """The template `key` as a policy of `client`, not in force yet.

    Raises:
        ValidationError: there is no such template, or the client has a policy of its name.
    """
    template = next((each for each in TEMPLATES if each.key == key), None)
    if template is None:
        raise ValidationError(_("There is no such template."))
    policy = RetentionPolicy(
        client=client,
        name=str(template.name),
        action=template.action,
        days=template.days,
        ground=str(template.ground),
        **{name: list(words) for name, words in template.filters.items()},
    )
    policy.full_clean()
    return add_policy(policy=policy, actor=actor)


def _record(event: str, policy: RetentionPolicy, actor: User | None) -> None:
    details = {"version": policy.version, "in_force": policy.is_active, "rule": policy.action, "days": policy.days}
    record_event(action=event, target=policy, actor=actor, details=details)

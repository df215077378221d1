"""Setting an alert rule: which figure, how it is watched, and by what it is told."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from analytics.metrics import CUSTOM, DIMENSIONS, METRICS
from decisions.advice.parameters import BOUNDS, DEFAULTS, FOUND, wrong_number
from decisions.models import AlertRule, RuleKind
from integrations.crm.models import CustomField
from salesiq.people.models import Client

NUMBERS = ("limit", "relative", "false_alarms", "days", "minimum")


class RuleForm(forms.Form):
    """Numbers that the kind of rule does not take are left out; those left empty are its usual ones."""

    name = forms.CharField(label=_("Name"), max_length=120, strip=True)
    metric = forms.ChoiceField(label=_("Figure"))
    by = forms.ChoiceField(label=_("Each group of"), required=False)
    kind = forms.ChoiceField(label=_("Tell when"), choices=RuleKind.choices)
    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=[("down", _("It falls")), ("up", _("It rises")), ("both", _("Either"))],
    )
    limit = forms.FloatField(label=_("Limit"), required=False, help_text=_("Shares as 0 to 1, money in your currency"))
    relative = forms.FloatField(
        label=_("Least relative change"), required=False, help_text=_("0.1 is a tenth of what it was")
    )
    false_alarms = forms.FloatField(
        label=_("False alarms a year"), required=False, help_text=_("How many to put up with where nothing happened")
    )
    days = forms.IntegerField(label=_("Over how many days"), required=False)
    minimum = forms.IntegerField(label=_("Least rows"), required=False, help_text=_("Below it, nothing is told"))
    email = forms.BooleanField(label=_("By e-mail"), required=False)
    webhook = forms.BooleanField(label=_("By webhook"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, data: Any, *, rule: AlertRule, client: Client) -> None:
        super().__init__(data, initial=initial_of(rule), auto_id="rule-%s")
        self.rule = rule
        fields: Any = self.fields
        fields["metric"].choices = [
            (_("Found by analyses"), [(key, str(label)) for key, label in FOUND.items()]),
            (_("Figures"), [(key, str(metric.name)) for key, metric in METRICS.items()]),
        ]
        custom = [(f"{CUSTOM}{each.kind}.{each.key}", each.label) for each in CustomField.objects.filter(client=client)]
        dimensions = [(key, str(each.name)) for key, each in DIMENSIONS.items()]
        fields["by"].choices = [("", _("Everything together")), *dimensions, *custom]

    def clean(self) -> dict[str, Any]:
        """Numbers out of bounds are told at their field; those that the kind of rule does not take are left out."""
        chosen = self.cleaned_data
        for name in DEFAULTS.get(chosen.get("kind", ""), ()):
            given = chosen.get(name) if name in BOUNDS else None
            if given is not None and (said := wrong_number(name, given, str(self.fields[name].label))):
                self.add_error(name, said)
        return chosen

    def apply_to(self, rule: AlertRule) -> None:
        """Write what was chosen into `rule`; a new one gets its key from its name."""
        chosen = self.cleaned_data
        rule.name, rule.metric, rule.by = chosen["name"], chosen["metric"], chosen["by"]
        rule.kind, rule.is_active = chosen["kind"], chosen["is_active"]
        taken = DEFAULTS[rule.kind]
        rule.parameters = {
            "direction": chosen["direction"],
            **{name: chosen[name] for name in NUMBERS if name in taken and chosen[name] is not None},
        }
        rule.tells = [name for name in ("email", "webhook") if chosen[name]]
        if not rule.key:
            rule.key = _key_of(rule)


def initial_of(rule: AlertRule) -> dict[str, Any]:
    usual = DEFAULTS.get(rule.kind, {})
    return {
        "name": rule.name, "metric": rule.metric, "by": rule.by, "kind": rule.kind, "is_active": rule.is_active,
        "email": "email" in rule.tells, "webhook": "webhook" in rule.tells, **usual, **rule.parameters,
    }  # fmt: skip


def _key_of(rule: AlertRule) -> str:
    """Its name as a slug, with a number where another rule has that."""
    base = slugify(rule.name)[:50] or "rule"
    taken = set(AlertRule.objects.filter(client=rule.client, key__startswith=base).values_list("key", flat=True))
    return next(key for n in range(1, len(taken) + 2) if (key := base if n == 1 else f"{base}-{n}") not in taken)

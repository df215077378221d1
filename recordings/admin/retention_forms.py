"""The form of a retention policy: lists as ticks and as words between commas."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from recordings.models import Action, CallType, Outcome, RetentionPolicy
from recordings.privacy.retention import Rule
from recordings.privacy.retention_plan import rule_of
from salesiq.people.backoffice import TenantForm


class Words(forms.CharField):
    """A list of words, written with commas between them."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = (word.strip() for word in (value or "").split(","))
        return list(dict.fromkeys(word for word in words if word))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(list(initial or []) != self.to_python(data))


def _ticks(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )


class RetentionPolicyForm(TenantForm):
    call_types = _ticks(_("Types"), CallType.choices)
    outcomes = _ticks(_("Outcomes"), Outcome.choices)
    regions = Words(label=_("Regions"), required=False, help_text=_("Separated by commas. Empty: all"))
    sources = Words(label=_("Sources"), required=False, help_text=_("Separated by commas. Empty: all"))
    languages = Words(label=_("Languages"), required=False, help_text=_("Codes such as en, es, ru. Empty: all"))

    class Meta:
        model = RetentionPolicy
        fields = (
            "client", "name", "action", "days", "call_types", "outcomes", "regions", "sources", "languages", "team",
            "ground", "is_active",
        )  # fmt: skip

    def draft_rule(self) -> Rule | None:
        """The rule as far as it is written, for a preview; None while action or days are missing."""
        self.is_valid()
        known = self.cleaned_data
        if not known.get("action") or not known.get("days"):
            return None
        policy = RetentionPolicy(
            pk=self.instance.pk,
            name=known.get("name") or "…",
            version=self.instance.version,
            **{name: known[name] for name in ("action", "days", "team") if name in known},
            **{name: known.get(name) or [] for name in ("call_types", "outcomes", "regions", "sources", "languages")},
        )
        return rule_of(policy)

    @property
    def keeps(self) -> bool:
        return bool(self.cleaned_data.get("action") == Action.KEEP)

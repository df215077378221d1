"""The form of a sampling plan."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from recordings.models import CallType, Outcome, SamplingPlan, Scorecard
from recordings.reviewing.selectors import reviewers_for
from recordings.sampling.services import check_plan
from salesiq.people.models import Agent, Client, Team, User

_COPIED = (
    "name", "strategy", "stratify_by", "size", "threshold", "look_back_days", "scorecard", "due_days", "cadence",
    "is_active",
)  # fmt: skip
_NARROWING = ("team", "agent", "call_type", "outcome", "source", "min_seconds")


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is drawn, from which calls, how often and for whom; filters of the calls are kept as JSON."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False, empty_label=_("All teams"))
    agent = forms.ModelChoiceField(Agent.objects.none(), label=_("Agent"), required=False, empty_label=_("All agents"))
    call_type = forms.ChoiceField(
        label=_("Call type"), required=False, choices=[("", _("All types")), *CallType.choices]
    )
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[("", _("All outcomes")), *Outcome.choices])
    source = forms.CharField(label=_("Source"), required=False, max_length=60)
    min_seconds = forms.IntegerField(label=_("At least seconds"), required=False, min_value=0, max_value=86_400)
    reviewers = forms.MultipleChoiceField(
        label=_("Reviewers"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody ticked: everybody whose role is reviewer."),
    )  # fmt: skip

    class Meta:
        model = SamplingPlan
        fields = _COPIED

    def __init__(self, data: Any = None, *, user: User, client: Client, instance: SamplingPlan | None = None) -> None:
        plan = instance or SamplingPlan(client=client)
        initial = dict(plan.filters) if instance else {}
        if instance:
            initial["reviewers"] = [str(pk) for pk in instance.reviewers.values_list("pk", flat=True)]
        super().__init__(data, instance=plan, initial=initial, auto_id="plan-%s")
        self.people = {str(row.pk): row for row in reviewers_for(user) if row.client_id == client.pk}
        fields: dict[str, Any] = self.fields
        fields["team"].queryset = Team.objects.visible_to(user).filter(client=client)
        fields["agent"].queryset = Agent.objects.visible_to(user).filter(client=client)
        fields["scorecard"].queryset = Scorecard.objects.visible_to(user).published().filter(client=client)
        fields["scorecard"].empty_label = _("The one in use")
        fields["reviewers"].choices = [
            (pk, f"{row.get_full_name() or row.username}, {row.get_role_display()}") for pk, row in self.people.items()
        ]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        narrowing = {name: values.get(name) for name in _NARROWING}
        self.instance.filters = {
            name: str(value.pk) if isinstance(value, Team | Agent) else value
            for name, value in narrowing.items()
            if value
        }
        return values

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        try:
            check_plan(self.instance, self.chosen_reviewers)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                if name not in self.errors:
                    self.add_error(name, sentences)

    @property
    def chosen_reviewers(self) -> list[User]:
        return [self.people[pk] for pk in self.cleaned_data.get("reviewers", [])]

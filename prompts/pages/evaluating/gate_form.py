"""The rules of a gate as a form: shares in per cent, what is left empty is not asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prompts.models import Dataset, Prompt
from prompts.releasing import GateError, GateRules, read_gate
from salesiq.people.models import User


class GateForm(forms.Form):
    dataset = forms.ModelChoiceField(
        Dataset.objects.none(), label=gettext_lazy("Cases to pass"), required=False,
        help_text=gettext_lazy("A version must be evaluated on all of them"),
    )  # fmt: skip
    min_pass_rate = forms.FloatField(label=gettext_lazy("Passed, at least in %"), min_value=0, max_value=100)
    min_cases = forms.IntegerField(label=gettext_lazy("Cases, at least"), min_value=1)
    min_validity = forms.FloatField(label=gettext_lazy("Valid answers, at least in %"), min_value=0, max_value=100)
    max_regressions = forms.IntegerField(
        label=gettext_lazy("Lost cases, at most"), min_value=0, required=False,
        help_text=gettext_lazy("That production passes and the version does not; empty: as many as chance explains"),
    )  # fmt: skip
    max_age_days = forms.IntegerField(label=gettext_lazy("Evaluated within days"), min_value=1, max_value=3650)
    max_cost = forms.DecimalField(
        label=gettext_lazy("Cost of an answer, at most"), min_value=0, max_digits=12, decimal_places=6, required=False
    )
    max_latency_ms = forms.IntegerField(
        label=gettext_lazy("Time of an answer, at most in ms"), min_value=1, required=False,
        help_text=gettext_lazy("One answer in twenty may take longer"),
    )  # fmt: skip
    every_model = forms.BooleanField(
        label=gettext_lazy("By every model that may come to answer, not only the first"), required=False
    )

    def __init__(self, *args: Any, prompt: Prompt, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(prompt)
        super().__init__(*args, **kwargs)
        field = self.fields["dataset"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Dataset.objects.visible_to(user).filter(client=prompt.client_id)
        field.empty_label = _("None: every release needs an override")

    def rules(self) -> dict[str, Any]:
        """After validation: the rules as `save_gate` takes them."""
        said = self.cleaned_data
        cost = said["max_cost"]
        return {
            **{name: said[name] / 100 for name in ("min_pass_rate", "min_validity")},
            **{name: said[name] for name in ("min_cases", "max_age_days", "every_model")},
            **{name: said[name] for name in ("max_regressions", "max_latency_ms")},
            "max_cost": None if cost is None else str(cost),
        }


def _initial(prompt: Prompt) -> dict[str, Any]:
    """What is set, or the product's own rules where what is set cannot be read."""
    try:
        rules = read_gate(prompt.gate)
    except GateError:
        rules = GateRules()
    shown = {name: getattr(rules, name) for name in GateRules.__dataclass_fields__}
    for name in ("min_pass_rate", "min_validity"):
        shown[name] = round(100 * shown[name], 4)
    return {**shown, "dataset": prompt.gate_dataset_id}

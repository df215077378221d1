"""The form of an experiment's plan."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.models import Script
from salesiq.people.models import Team, User
from testcases.experiments import ANY_TIME, GROUP, Draft
from testcases.experiments.planning import Arm
from testcases.models import ArmKind, ExperimentMetric, ExperimentUnit, TestCase, Training
from testcases.runs.prompt_agent import playing_versions

ARMS, MOST_OFFERED = 3, 200
RULES = (
    (GROUP, gettext_lazy("At four planned looks")),
    (ANY_TIME, gettext_lazy("At any time")),
)


class PlanForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    hypothesis = forms.CharField(
        label=gettext_lazy("What you expect, and why"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("What is assigned at random"), choices=ExperimentUnit.choices, initial=ExperimentUnit.AGENT
    )
    metric = forms.ChoiceField(
        label=gettext_lazy("What decides"), choices=ExperimentMetric.choices, initial=ExperimentMetric.SCORE
    )
    cases = forms.MultipleChoiceField(label=gettext_lazy("Test cases (none: all)"), required=False)
    teams = forms.MultipleChoiceField(label=gettext_lazy("Teams (none: all)"), required=False)
    baseline = forms.FloatField(label=gettext_lazy("What it is now, of 100"), min_value=0, max_value=100)
    effect = forms.FloatField(label=gettext_lazy("Smallest difference worth finding"), min_value=-100, max_value=100)
    spread = forms.FloatField(
        label=gettext_lazy("How far units differ (standard deviation)"), min_value=0, max_value=100, required=False
    )
    power = forms.FloatField(
        label=gettext_lazy("Chance to find it, of 100"), min_value=50, max_value=99.9, initial=80, required=False
    )
    alpha = forms.FloatField(
        label=gettext_lazy("Risk of a false finding, of 100"), min_value=0.01, max_value=20, initial=5, required=False
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("When it may be decided"), choices=RULES, initial=GROUP,
        help_text=gettext_lazy("Deciding at any time, however often one looks, takes about twice as many units."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, user: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        cases = TestCase.objects.visible_to(user).filter(is_active=True).order_by("title")
        self._choose("cases", [(str(pk), title) for pk, title in cases.values_list("pk", "title")[:MOST_OFFERED]])
        self._choose("teams", [(str(pk), name) for pk, name in Team.objects.visible_to(user).values_list("pk", "name")])
        offered = _offered(user)
        names = (_("As before"), _("New"))
        for number in range(ARMS):
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Name of the arm"),
                max_length=100,
                required=number < 2,
                initial=names[number] if number < 2 else "",
            )
            self.fields[f"gets_{number}"] = forms.ChoiceField(
                label=_("What it gets"), choices=offered, required=False, initial=ArmKind.CONTROL
            )

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    @property
    def arms(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """(number from 1, its name, what it gets) of every arm that may be filled in."""
        return [(number + 1, self[f"name_{number}"], self[f"gets_{number}"]) for number in range(ARMS)]

    def draft(self) -> Draft:
        """What was filled in; of a form that is not valid, as much as can be read."""
        found = self.cleaned_data
        arms = []
        for number in range(ARMS):
            name = found.get(f"name_{number}", "")
            kind, _colon, reference = str(found.get(f"gets_{number}") or ArmKind.CONTROL).partition(":")
            if name or number < 2:
                arms.append(Arm(name, kind, reference))
        return Draft(
            title=found.get("title", ""), hypothesis=found.get("hypothesis", ""), unit=found.get("unit", "agent"),
            metric=found.get("metric", "score"), arms=arms, baseline=found.get("baseline") or 0.0,
            effect=found.get("effect") or 0.0, spread=found.get("spread") or 0.0,
            alpha=(found.get("alpha") or 5.0) / 100, power=(found.get("power") or 80.0) / 100,
            rule=found.get("rule") or GROUP, cases=[UUID(each) for each in found.get("cases", [])],
            teams=[UUID(each) for each in found.get("teams", [])],
        )  # fmt: skip


def _offered(user: User) -> list[Any]:
    """What an arm may get, in groups for a select."""
    trainings = Training.objects.visible_to(user).filter(is_active=True).values_list("pk", "title")
    scripts = Script.objects.visible_to(user).published().values_list("pk", "name", "language", "version")
    playing = playing_versions(user, MOST_OFFERED)
    versions = [(f"prompt:{each.pk}", f"{each.prompt.title} v{each.number}") for each in playing]
    return [
        (ArmKind.CONTROL.value, ArmKind.CONTROL.label), (ArmKind.COACHING.value, ArmKind.COACHING.label),
        (_("Trainings"), [(f"training:{pk}", title) for pk, title in trainings]),
        (_("Scripts"), [(f"script:{pk}", f"{name} ({language}, v{n})") for pk, name, language, n in scripts]),
        (_("Prompts as the agent"), versions),
    ]  # fmt: skip

"""What narrows the figures, in the address of each page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from prompts.pages.words import LANGUAGES
from salesiq.people.models import Agent, Team, User
from testcases.insights.runs import RunFilter
from testcases.models import Difficulty, TestType

DAYS = (("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")), ("", _("All time")))


class MeasureFilters(forms.Form):
    days = forms.ChoiceField(label=_("Period"), required=False, choices=DAYS)
    team = forms.ChoiceField(label=_("Team"), required=False)
    test_type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("Every type")), *TestType.choices])
    difficulty = forms.ChoiceField(
        label=_("Difficulty"), required=False, choices=[("", _("Every difficulty")), *Difficulty.choices]
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Every language")), *LANGUAGES.items()]
    )

    def __init__(self, data: Any, *, teams: Sequence[Team], without: Sequence[str] = ()) -> None:
        super().__init__(data, auto_id="filter-%s")
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Every team")), *((str(team.pk), team.name) for team in teams)]
        for name in without:
            del self.fields[name]

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows; an invalid value narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def narrowing(self) -> RunFilter:
        chosen = self.chosen
        return RunFilter(days=int(chosen.pop("days", 0)), **chosen)


def filters_of(request: HttpRequest, user: User, *, without: Sequence[str] = ()) -> MeasureFilters:
    """The filters of a page with the teams of the agents whom `user` sees. One query."""
    agents = Agent.objects.visible_to(user).order_by().values("team")
    teams = list(Team.objects.visible_to(user).filter(pk__in=agents))
    return MeasureFilters(request.GET, teams=teams, without=without)

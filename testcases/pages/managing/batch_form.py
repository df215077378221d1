"""What a batch is started with: cases, and the calls, agents and prompts that are judged by them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prompts.models import PromptVersion
from recordings.models import CallStatus, SalesCall
from recordings.selectors import list_calls, search_calls
from salesiq.common.ids import is_id
from salesiq.people.models import Agent, User
from testcases.batches.services import BatchSubject
from testcases.models import Suite, TestCase
from testcases.runs.prompt_agent import playing_versions

CALLS_SHOWN, PROMPTS_SHOWN, MOST_EACH, MOST_CHOSEN = 60, 30, 50, 500


class BatchForm(forms.Form):
    """Boxes are read from lists of ids; who or what the user does not see is no choice."""

    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=200)
    suite = forms.UUIDField(required=False, widget=forms.HiddenInput)
    cases = forms.ModelMultipleChoiceField(queryset=TestCase.objects.none(), required=False)
    calls = forms.ModelMultipleChoiceField(queryset=SalesCall.objects.none(), required=False)
    agents = forms.ModelMultipleChoiceField(queryset=Agent.objects.none(), required=False)
    prompts = forms.ModelMultipleChoiceField(queryset=PromptVersion.objects.none(), required=False)
    each = forms.IntegerField(
        label=gettext_lazy("Newest calls of each agent"), min_value=1, max_value=MOST_EACH, initial=5, required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self._calls = list_calls(user).filter(status=CallStatus.PUBLISHED, anonymised_at=None)
        offered: dict[str, QuerySet[Any]] = {
            "cases": TestCase.objects.visible_to(user).filter(is_active=True, current__isnull=False),
            "calls": self._calls,
            "agents": Agent.objects.visible_to(user),
            "prompts": PromptVersion.objects.visible_to(user),
        }
        for name, rows in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelMultipleChoiceField)
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("cases"):
            self.add_error("cases", _("Choose at least one test case."))
        if not any(said.get(name) for name in ("calls", "agents", "prompts")):
            self.add_error("calls", _("Choose calls, agents or prompts that are judged."))
        return said

    def batch(self) -> dict[str, Any]:
        """After validation: what `start_batch` takes."""
        said = self.cleaned_data
        cases = list(said["cases"].select_related("current"))
        calls = {call.pk: call for call in said["calls"]}
        for agent in said["agents"]:
            newest = self._calls.filter(agent=agent).order_by("-started_at")[: said["each"] or 5]
            calls |= {call.pk: call for call in newest if call.is_redacted}
        subjects = [BatchSubject(call=call) for call in calls.values()]
        subjects += [BatchSubject(prompt_version=version) for version in said["prompts"].select_related("prompt")]
        suite = Suite.objects.visible_to(self._user).filter(pk=said["suite"]).first() if said["suite"] else None
        versions = [case.current for case in cases]
        return {"versions": versions, "subjects": subjects, "title": said["title"], "suite": suite}

    def found_calls(self, query: str, chosen: Iterable[str] = ()) -> list[SalesCall]:
        """The calls that are `chosen`, then the newest CALLS_SHOWN of those whose people or words hold `query`."""
        rows = self._calls.select_related("customer", "agent").order_by("-started_at")
        known = [pk for pk in chosen if is_id(pk)][:MOST_CHOSEN]
        kept = list(rows.filter(pk__in=known)) if known else []
        found = search_calls(rows, query)[:CALLS_SHOWN]
        return [*kept, *(call for call in found if call not in kept)]

    def choices(self, query: str = "") -> dict[str, Any]:
        """What the page offers, with what is chosen; calls that `query` finds."""
        chosen = {
            name: {str(pk) for pk in self[name].value() or ()} for name in ("cases", "calls", "agents", "prompts")
        }
        return {
            "cases": _chosen_first(self.fields["cases"].queryset.order_by("test_type", "title"), chosen["cases"]),  # type: ignore[attr-defined]
            "calls": self.found_calls(query, chosen["calls"]),
            "agents": self.fields["agents"].queryset.select_related("team").order_by("name"),  # type: ignore[attr-defined]
            "prompts": playing_versions(self._user, PROMPTS_SHOWN),
            "chosen": set().union(*chosen.values()),
        }


def _chosen_first(rows: Iterable[TestCase], chosen: set[str]) -> list[TestCase]:
    return sorted(rows, key=lambda row: str(row.pk) not in chosen)

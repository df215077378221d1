"""The list of prompts, by what they are for; its filters live in the URL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from prompts.models import PRODUCTION, STAGING, Family, Prompt, PromptLabel, PromptVersion
from prompts.pages.figures import PassRate, costs_of_month, last_runs, pass_rates
from prompts.pages.loading import TEXTS
from prompts.pages.words import LANGUAGES
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

NO_PRODUCTION, RETIRED = "no-production", "retired"


@dataclass(frozen=True, slots=True)
class PromptRow:
    """A line of the list; `production` is None where no version works yet."""

    prompt: Prompt
    latest: int
    production: PromptVersion | None
    labels: Sequence[PromptLabel]
    rate: PassRate | None
    last_run: datetime | None
    cost: str


@dataclass(frozen=True, slots=True)
class FamilyGroup:
    name: str
    rows: Sequence[PromptRow]


class PromptFilters(forms.Form):
    q = forms.CharField(
        label=_("Search"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name or purpose")}),
    )  # fmt: skip
    family = forms.ChoiceField(label=_("Purpose"), required=False)
    language = forms.ChoiceField(label=_("Language of answers"), required=False)
    label = forms.ChoiceField(label=_("Label"), required=False)

    def __init__(self, data: Any, *, labels: Iterable[str]) -> None:
        super().__init__(data, auto_id="filter-%s")
        own = [name for name in labels if name not in (PRODUCTION, STAGING)]
        choices: dict[str, list[tuple[Any, Any]]] = {
            "family": [("", _("Every purpose")), *Family.choices],
            "language": [("", _("Every language")), *LANGUAGES.items()],
            "label": [
                ("", _("With or without")), (PRODUCTION, PRODUCTION), (STAGING, STAGING), *((n, n) for n in own),
                (NO_PRODUCTION, _("Nothing in production")), (RETIRED, _("Put aside")),
            ],
        }  # fmt: skip
        for name, values in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows the list; an invalid value narrows nothing and is told at its field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def in_use(self) -> int:
        return len(self.chosen)

    def narrow(self, prompts: QuerySet[Prompt]) -> QuerySet[Prompt]:
        chosen = self.chosen
        prompts = prompts.filter(is_active=chosen.get("label") != RETIRED)
        for name in ("family", "language"):
            if name in chosen:
                prompts = prompts.filter(**{name: chosen[name]})
        if chosen.get("label") == NO_PRODUCTION:
            prompts = prompts.exclude(labels__name=PRODUCTION)
        elif "label" in chosen and chosen["label"] != RETIRED:
            prompts = prompts.filter(labels__name=chosen["label"])
        if "q" in chosen:
            text = chosen["q"]
            found = Q(name__icontains=text) | Q(title__icontains=text) | Q(description__icontains=text)
            prompts = prompts.filter(found)
        return prompts


@require_safe
@vary_on_headers("HX-Request")
@page(Capability.VIEW_PROMPTS)
def prompts(request: HttpRequest) -> HttpResponse:
    """The page, or, for htmx, only what the filters change."""
    user = signed_in_user(request)
    labels = PromptLabel.objects.visible_to(user).order_by("name").values_list("name", flat=True).distinct()
    filters = PromptFilters(request.GET, labels=labels)
    rows = _rows(user, filters.narrow(Prompt.objects.visible_to(user)))
    context: dict[str, Any] = {"pe": "prompts", "filters": filters, "groups": _groups(rows), "count": len(rows)}
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "prompts/_results.html", context | {"tell": True})
    context["languages"] = LANGUAGES.items()
    context["may_write"] = user.manages_prompts and user.client_id is not None
    return render(request, "prompts/list.html", context)


def _rows(user: User, found: QuerySet[Prompt]) -> list[PromptRow]:
    labels = PromptLabel.objects.select_related("version").defer(*(f"version__{name}" for name in TEXTS))
    versions = PromptVersion.objects.only("prompt_id", "number")
    fetched: list[Any] = [Prefetch("labels", labels), Prefetch("versions", versions)]
    rows = list(found.defer("gate", "description").prefetch_related(*fetched))
    working = {each.pk: _production(each) for each in rows}
    ids = list(working)
    rates = pass_rates(user, [version.pk for version in working.values() if version])
    costs, runs = costs_of_month(user), last_runs(user, ids)
    made = []
    for each in rows:
        version = working[each.pk]
        made.append(
            PromptRow(
                prompt=each,
                latest=max((v.number for v in each.versions.all()), default=0),
                production=version,
                labels=[label for label in each.labels.all() if label.name != PRODUCTION],
                rate=rates.get(version.pk) if version else None,
                last_run=runs.get(each.pk),
                cost=costs.get(each.pk, ""),
            )
        )
    return made


def _production(prompt: Prompt) -> PromptVersion | None:
    return next((label.version for label in prompt.labels.all() if label.name == PRODUCTION), None)


def _groups(rows: Iterable[PromptRow]) -> list[FamilyGroup]:
    order = {value: at for at, value in enumerate(Family.values)}

    def family(row: PromptRow) -> int:
        return order.get(row.prompt.family, len(order))

    ordered = sorted(rows, key=lambda row: (family(row), row.prompt.title.casefold(), row.prompt.language))
    return [
        FamilyGroup(of_family[0].prompt.get_family_display(), of_family)
        for of_family in (list(group) for _key, group in groupby(ordered, key=family))
    ]

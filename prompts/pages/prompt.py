"""One prompt: what it asks, its versions and labels, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from prompts.models import (
    PRODUCTION,
    STAGING,
    LabelChange,
    Prompt,
    PromptComment,
    PromptLabel,
    PromptRun,
    PromptVersion,
    Purpose,
    Validity,
)
from prompts.pages.content import shown_content
from prompts.pages.figures import PassRate, costs_of_month, month_began, pass_rates
from prompts.pages.loading import labels_of, load_prompt, version_of, versions_of
from prompts.pages.words import DASH, LANGUAGES, interval_words, latency_words, percent_words
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

CHANGES_SHOWN, COMMENTS_SHOWN = 20, 50


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: PromptVersion
    labels: Sequence[str]
    rate: PassRate | None
    is_production: bool


@require_safe
@page(Capability.VIEW_PROMPTS)
def show_prompt(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """The prompt with the version that `v` names, otherwise the one in production, otherwise the newest."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    versions, labels = list(versions_of(prompt)), labels_of(prompt)
    shown = _shown(prompt, versions, labels, request.GET.get("v", ""))
    context = {
        "pe": "prompts",
        "prompt": prompt,
        "language": LANGUAGES.get(prompt.language, prompt.language),
        "shown": shown,
        "content": shown_content(shown) if shown else None,
        "labels": labels,
        "production": labels.get(PRODUCTION),
        "staging": labels.get(STAGING),
        "rows": _rows(user, versions, labels),
        "newest": versions[0] if versions else None,
        "changes": _changes(user, prompt),
        "comments": _comments(user, prompt),
        "cost": costs_of_month(user, [prompt.pk]).get(prompt.pk, ""),
        "budget": _budget(prompt),
        "may_write": user.manages_prompts,
        **_figures(user, prompt),
    }
    return render(request, "prompts/prompt.html", context)


def _shown(
    prompt: Prompt, versions: Sequence[PromptVersion], labels: Mapping[str, PromptLabel], asked: str
) -> PromptVersion | None:
    if not asked and not versions:
        return None
    number = labels[PRODUCTION].version.number if PRODUCTION in labels else versions[0].number if versions else 0
    return version_of(prompt, asked or number)


def _rows(user: User, versions: Sequence[PromptVersion], labels: Mapping[str, PromptLabel]) -> list[VersionRow]:
    rates = pass_rates(user, [version.pk for version in versions])
    production = labels[PRODUCTION].version_id if PRODUCTION in labels else None
    return [
        VersionRow(
            version,
            [label.name for label in labels.values() if label.version_id == version.pk],
            rates.get(version.pk),
            version.pk == production,
        )
        for version in versions
    ]


def _changes(user: User, prompt: Prompt) -> list[LabelChange]:
    changes = LabelChange.objects.visible_to(user).filter(prompt=prompt).select_related("before", "after", "changed_by")
    numbers = ("name", "reason", "overridden", "verdict", "created_at", "evaluation", "prompt")
    return list(
        changes.only(*numbers, "before__number", "after__number", "changed_by__username", "changed_by__first_name",
                     "changed_by__last_name")[:CHANGES_SHOWN]
    )  # fmt: skip


def _comments(user: User, prompt: Prompt) -> list[PromptComment]:
    comments = PromptComment.objects.visible_to(user).filter(prompt=prompt).select_related("author", "version")
    newest = comments.order_by("-created_at")[:COMMENTS_SHOWN]
    return list(reversed(newest))


def _budget(prompt: Prompt) -> str:
    if prompt.monthly_budget is None:
        return ""
    return _("of %(budget)s a month") % {"budget": number_format(prompt.monthly_budget.normalize(), use_l10n=True)}


def _figures(user: User, prompt: Prompt) -> dict[str, Any]:
    """Of this month's answers in production: how many, how many held their checks, what the judge gave them."""
    runs = PromptRun.objects.visible_to(user).filter(
        prompt=prompt, purpose=Purpose.PRODUCTION, created_at__gte=month_began()
    )
    valid = Q(validity__in=[Validity.VALID, Validity.REPAIRED])
    sums = runs.order_by().aggregate(
        n=Count("pk"), valid=Count("pk", filter=valid), judged=Count("accuracy"), accuracy=Avg("accuracy"),
        relevance=Avg("relevance"), helpfulness=Avg("helpfulness"), latency=Avg("latency_ms"),
    )  # fmt: skip
    n, judged = sums["n"], sums["judged"]
    names = {"accuracy": _("Accuracy"), "relevance": _("Relevance"), "helpfulness": _("Helpfulness")}
    of = ngettext("judged on %(n)d answer", "judged on %(n)d answers", judged) % {"n": judged}
    return {
        "answers": number_format(n, force_grouping=True),
        "valid": percent_words(sums["valid"] / n) if n else DASH,
        "valid_interval": interval_words(sums["valid"], n) if n else "",
        "quality": [
            {
                "name": name,
                "value": DASH if sums[key] is None else percent_words(sums[key]),
                "sub": of if judged else "",
            }
            for key, name in names.items()
        ],
        "latency": latency_words(sums["latency"]),
    }

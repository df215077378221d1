"""Two versions of a prompt side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from prompts.models import PRODUCTION, PromptVersion
from prompts.pages.content import ROLES
from prompts.pages.loading import labels_of, load_prompt, version_of, versions_of
from prompts.services import DiffSection, diff_versions
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

PARTS = {
    "variables": gettext_lazy("Variables"),
    "blocks": gettext_lazy("Included blocks"),
    "parameters": gettext_lazy("Parameters"),
    "response_type": gettext_lazy("Type of answer"),
    "response_schema": gettext_lazy("JSON Schema of the answer"),
    "checks": pgettext_lazy("of answers", "Checks"),
}


@dataclass(frozen=True, slots=True)
class _Choice:
    version: PromptVersion
    labels: Sequence[str]


@require_safe
@page(Capability.VIEW_PROMPTS)
def compare(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """Version `a` at the left and `b` at the right. Without them: the one in production, or the one before `b`, and
    the newest."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    versions, labels = list(versions_of(prompt)), labels_of(prompt)
    production = labels[PRODUCTION].version.number if PRODUCTION in labels else 0
    right = request.GET.get("b") or (versions[0].number if versions else 0)
    left = request.GET.get("a") or _other(versions, production if "b" not in request.GET else 0, right)
    context: dict[str, Any] = {
        "pe": "prompts",
        "prompt": prompt,
        "versions": [_Choice(each, [n for n, one in labels.items() if one.version_id == each.pk]) for each in versions],
        "enough": len(versions) > 1,
    }
    if versions:
        a, b = version_of(prompt, left), version_of(prompt, right)
        sections = [(_title(each), each) for each in diff_versions(a, b)]
        context |= {"a": a, "b": b, "sections": sections, "same": not any(each.differs for _name, each in sections)}
    return render(request, "prompts/diff.html", context)


def _other(versions: Sequence[PromptVersion], production: int, right: int | str) -> int:
    """The version to hold `right` against."""
    if production and str(production) != str(right):
        return production
    earlier = [each.number for each in versions if str(right).isdecimal() and each.number < int(right)]
    return max(earlier, default=versions[-1].number if versions else 0)


def _title(section: DiffSection) -> str:
    if not section.name.startswith("messages/"):
        return str(PARTS.get(section.name, section.name))
    number = int(section.name.partition("/")[2]) + 1
    role = " → ".join(str(ROLES.get(each, each)) for each in section.role.split(" → "))
    return _("Message %(n)d: %(role)s") % {"n": number, "role": role}

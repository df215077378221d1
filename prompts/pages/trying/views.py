"""The playground of a prompt: one to three versions, one or more models, side by side, answered as they come."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from prompts.context.registry import ContextDeniedError, ContextError
from prompts.evaluation.datasets import CaseDraft, add_case
from prompts.evaluation.errors import EvaluationError
from prompts.evaluation.services import rate_run
from prompts.models import Dataset, LanguageModel, PromptRun, Purpose, Validity
from prompts.pages.editing.sources import read_subject, sources
from prompts.pages.loading import labels_of, load_prompt, version_of, versions_of
from prompts.pages.trying.values import read_values, typed_fields
from prompts.pages.words import cost_words, latency_words
from prompts.providers.choice import models_for
from prompts.running.running import run_version
from prompts.templates.problems import RenderingError
from salesiq.common.server_events import Tell, stream_events
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

MOST_VERSIONS = 3
logger = logging.getLogger(__name__)


@require_safe
@page(Capability.VIEW_PROMPTS)
def playground(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """The form; `v` names the versions to begin with. For htmx only the fields of the chosen versions' variables."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    versions, labels = list(versions_of(prompt)), labels_of(prompt)
    numbers = [each for each in request.GET.getlist("v") if each.isdecimal()][:MOST_VERSIONS]
    if not numbers and versions:
        production = labels.get("production")
        numbers = [str(production.version.number if production else versions[0].number)]
    chosen = [version_of(prompt, number) for number in numbers]
    fields = typed_fields(chosen, request.GET.dict())
    if request.headers.get("HX-Request"):
        return render(request, "prompts/try/_values.html", {"fields": fields})
    models = models_for(client=prompt.client)
    context = {
        "pe": "prompts",
        "prompt": prompt,
        "versions": [
            {"version": each, "labels": [name for name, label in labels.items() if label.version_id == each.pk],
             "is_chosen": str(each.number) in numbers}
            for each in versions
        ],
        "fields": fields,
        "sources": sources(),
        "models": models,
        "only_for_trying": bool(models) and not any(each.useful for each in models),
        "may_write": user.manages_prompts,
    }  # fmt: skip
    return render(request, "prompts/try/playground.html", context)


@require_POST
@page(Capability.VIEW_PROMPTS)
def run(request: HttpRequest, prompt_id: UUID) -> HttpResponseBase:
    """Ask one version of one model and stream the answer: events `text`, `repair` and, at the end, `done`."""
    user = signed_in_user(request)
    prompt = load_prompt(user, prompt_id)
    version = version_of(prompt, request.POST.get("version", ""))
    version.prompt, version.client = prompt, prompt.client
    model = _model(user, prompt.client_id, request.POST.get("model", ""))
    asked = {
        "version": version,
        "model": model,
        "values": read_values(version, request.POST),
        "subject": read_subject(request.POST.get("subject", "")),
        "user": user,
        "purpose": Purpose.TRIAL,
    }
    return stream_events(request, lambda tell, cancelled: _ask(asked, tell, cancelled))


def _ask(asked: dict[str, Any], tell: Tell, cancelled: Callable[[], bool]) -> None:
    try:
        made = run_version(
            **asked,
            on_text=lambda text: tell("text", text),
            on_repair=lambda problems: tell("repair", [each.message for each in problems]),
            cancelled=cancelled,
        )
    except RenderingError as error:
        tell("done", _html("prompts/try/_refused.html", problems=[str(each) for each in error.problems]))
    except (ContextError, ContextDeniedError) as error:
        tell("done", _html("prompts/try/_refused.html", problems=[str(error)]))
    except Exception:
        logger.exception("A trial of a prompt failed")
        tell("done", _html("prompts/try/_refused.html", problems=[_("That did not work. Try again.")]))
    else:
        tell("done", _html("prompts/try/_answer.html", **answer_context(made, asked["user"])))


def _html(template: str, **context: Any) -> str:
    return render_to_string(template, context)


def answer_context(run: PromptRun, user: User) -> dict[str, Any]:
    """What a page shows of an answer."""
    datasets = Dataset.objects.visible_to(user).order_by("name") if user.manages_prompts else Dataset.objects.none()
    return {
        "run": run,
        "is_bad": run.validity in (Validity.INVALID, Validity.FAILED),
        "cost": cost_words(run.cost, run.currency),
        "latency": latency_words(run.latency_ms),
        "datasets": [each for each in datasets if each.client_id == run.client_id],
    }


@require_POST
@page(Capability.VIEW_PROMPTS)
def rate(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A thumb for an answer."""
    user = signed_in_user(request)
    made = _run(user, run_id)
    thumb = {"up": 1, "down": -1}.get(request.POST.get("thumb", ""))
    try:
        rate_run(run=made, person=user, thumb=thumb)
    except EvaluationError as error:
        return render(request, "prompts/try/_thumbs.html", {"run": made, "error": str(error)})
    return render(request, "prompts/try/_thumbs.html", {"run": made, "thumb": thumb})


@require_POST
@page(Capability.MANAGE_PROMPTS)
def keep(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What an answer was asked with becomes a case of a data set."""
    user = signed_in_user(request)
    made = _run(user, run_id)
    datasets = Dataset.objects.visible_to(user).filter(client=made.client_id)
    dataset = get_object_or_404(datasets, name=request.POST.get("dataset", ""))
    draft = CaseDraft(
        name=request.POST.get("name", "").strip()[:200],
        variables=made.variables,
        subject_kind=made.subject_kind,
        subject_id=made.subject_id,
        agent_id=made.agent_id,
    )
    try:
        add_case(dataset=dataset, user=user, draft=draft)
    except EvaluationError as error:
        return render(request, "prompts/try/_kept.html", {"run": made, "error": str(error)})
    return render(request, "prompts/try/_kept.html", {"run": made, "dataset": dataset})


def _run(user: User, run_id: UUID) -> PromptRun:
    return get_object_or_404(PromptRun.objects.visible_to(user), pk=run_id)


def _model(user: User, client_id: UUID, key: str) -> LanguageModel | None:
    """The model that was chosen; None lets the client's order decide."""
    if not key:
        return None
    try:
        wanted = UUID(key)
    except ValueError as error:
        raise Http404 from error
    models = LanguageModel.objects.visible_to(user).select_related("provider__client")
    return get_object_or_404(models, pk=wanted, client=client_id)

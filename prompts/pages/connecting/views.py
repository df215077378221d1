"""Models and policy: connecting, changing, checking."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from prompts.models import LanguageModel, ModelPolicy, ModelProvider
from prompts.pages.connecting.board import budget_of, provider_cards
from prompts.pages.connecting.forms import LanguageModelForm, PolicyForm, ProviderForm
from prompts.providers.connecting import connect_embedded, save_model, save_policy, save_provider
from prompts.providers.connection import list_models
from prompts.providers.endpoints import endpoint_of
from prompts.providers.errors import ModelError
from salesiq.people.models import Client, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.VIEW_PROMPTS)
def models(request: HttpRequest) -> HttpResponse:
    """All endpoints and models; sent, the policy is saved."""
    user = signed_in_user(request)
    policy = _policy(user)
    form = PolicyForm(instance=policy)
    if request.method == "POST":
        if not user.can(Capability.MANAGE_MODELS):
            raise PermissionDenied
        _client_of(user)
        form = PolicyForm(request.POST, instance=_policy(user))
        if form.is_valid():
            save_policy(policy=form.instance, actor=user)
            messages.success(request, _("The policy is saved and holds from now on."))
            return redirect("prompt-models")
    cards = provider_cards(user, policy)
    context = {
        "pe": "models",
        "policy": policy,
        "form": form,
        "cards": cards,
        "budget": budget_of(user, policy),
        "may_manage": user.manages_models and user.client_id is not None,
        "has_embedded": any(card.is_embedded for card in cards),
        "is_useful": any(row.model.useful and row.model.is_enabled for card in cards for row in card.models),
    }
    return render(request, "prompts/models/models.html", context, status=400 if form.errors else 200)


@require_POST
@page(Capability.MANAGE_MODELS)
def embedded(request: HttpRequest) -> HttpResponse:
    """Connect the small model that is built in."""
    user = signed_in_user(request)
    try:
        model = connect_embedded(_client_of(user), actor=user)
    except ModelError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("%(name)s is connected. It starts when it is first asked.") % {"name": model.name})
    return redirect("prompt-models")


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_MODELS)
def new_provider(request: HttpRequest) -> HttpResponse:
    return _provider(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_MODELS)
def provider(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    return _provider(request, _load_provider(signed_in_user(request), provider_id))


def _provider(request: HttpRequest, row: ModelProvider | None) -> HttpResponse:
    user = signed_in_user(request)
    form = ProviderForm(request.POST or None, instance=row or ModelProvider(client=_client_of(user)))
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_provider(provider=form.instance, actor=user, new_key=form.cleaned_data["key"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The endpoint “%(name)s” is saved.") % {"name": saved.name})
            return redirect("prompt-provider", saved.pk) if row is None else redirect("prompt-models")
    context = {"pe": "models", "provider": row, "form": form}
    return render(request, "prompts/models/provider.html", context, status=400 if form.errors else 200)


@require_POST
@page(Capability.MANAGE_MODELS)
def check(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Ask the endpoint which models it has: for htmx, what it says."""
    row = _load_provider(signed_in_user(request), provider_id)
    context: dict[str, Any] = {"provider": row}
    try:
        names = list_models(endpoint_of(row))
    except ModelError as error:
        context["error"] = error.message
    else:
        known = set(row.models.values_list("name", flat=True))
        context |= {"names": [(name, name in known) for name in names[:60]], "count": len(names)}
    return render(request, "prompts/models/_checked.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_MODELS)
def new_model(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    return _model(request, _load_provider(signed_in_user(request), provider_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_MODELS)
def model(request: HttpRequest, model_id: UUID) -> HttpResponse:
    rows = LanguageModel.objects.visible_to(signed_in_user(request)).select_related("provider")
    row = get_object_or_404(rows, pk=model_id)
    return _model(request, row.provider, row)


def _model(request: HttpRequest, of: ModelProvider, row: LanguageModel | None) -> HttpResponse:
    user = signed_in_user(request)
    initial = {"name": request.GET.get("name", "")[:200]} if row is None else None
    instance = row or LanguageModel(client_id=of.client_id, provider=of)
    form = LanguageModelForm(request.POST or None, instance=instance, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = save_model(model=form.instance, actor=user)
        messages.success(request, _("The model “%(name)s” is saved.") % {"name": saved.name})
        return redirect("prompt-models")
    context = {"pe": "models", "provider": of, "model": row, "form": form}
    return render(request, "prompts/models/model.html", context, status=400 if form.errors else 200)


def _load_provider(user: User, provider_id: UUID) -> ModelProvider:
    return get_object_or_404(ModelProvider.objects.visible_to(user).select_related("client"), pk=provider_id)


def _policy(user: User) -> ModelPolicy:
    """The client's policy, or the one that holds until somebody writes one."""
    return ModelPolicy.objects.filter(client=user.client_id).first() or ModelPolicy(client=user.client)


def _client_of(user: User) -> Client:
    if user.client is None:
        raise PermissionDenied
    return user.client

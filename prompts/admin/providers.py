"""Endpoints, their models and the client's policy in the back office. Keys go in and never come out."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget

from prompts.models import LanguageModel, ModelPolicy, ModelProvider, ProviderKind
from prompts.providers.connecting import check_provider, save_model, save_policy, save_provider, wake_provider
from prompts.providers.limits import spent
from prompts.providers.trying import test_connection
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, TenantForm, signed_in
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
FOR_TRYING = gettext_lazy(
    "This small model travels with salesiq so that prompts can be tried where nothing else is connected. Its answers"
    " are fluent and mostly wrong. Nothing should be decided by them, and the product itself does not use them."
)
STATES = {"works": "success", "off": "default", "rests": "danger", "troubled": "warning"}


class _ServiceRecords(ScopedModelAdmin):
    """The services write the audit trail, with what was before and after."""

    view_capability = Capability.MANAGE_MODELS
    change_capability = Capability.MANAGE_MODELS
    add_capability = Capability.MANAGE_MODELS

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...


class ProviderForm(TenantForm):
    new_key = forms.CharField(
        label=gettext_lazy("New key"),
        required=False,
        max_length=500,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "Kept encrypted and never shown again. Empty keeps the one that is there; it is forgotten when the base URL"
            " leads to another host."
        ),
    )

    class Meta:
        model = ModelProvider
        fields = (
            "client", "name", "kind", "base_url", "key_reference", "leaves_house", "is_enabled", "order",
            "timeout_seconds", "max_attempts", "max_concurrency", "requests_per_minute",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("max_concurrency") == 0 or values.get("timeout_seconds") == 0:
            raise ValidationError(_("An endpoint needs at least one request at once and one second of time."))
        decisive = ("kind", "base_url", "key_reference")
        probe = ModelProvider(**{name: values.get(name, getattr(self.instance, name)) for name in decisive})
        try:
            check_provider(probe)
        except ValidationError as error:
            for name, said in error.message_dict.items():
                self.add_error(name, said)
        return values


@admin.register(ModelProvider)
class ModelProviderAdmin(_ServiceRecords):
    form = ProviderForm
    list_display = ["name", "state", "where", "texts", "how_many", "order", "client"]
    list_filter = ["kind", "is_enabled", "leaves_house", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    ordering = ["order", "name"]
    actions = ["test_connection", "ask_again"]
    fieldsets = [
        (None, {"fields": ["client", "name", "kind", "base_url", "is_enabled", "order"]}),
        (gettext_lazy("Where texts go"), {"fields": ["leaves_house"]}),
        (gettext_lazy("Key"), {"fields": ["key_reference", "new_key", "kept_key"]}),
        (
            gettext_lazy("Limits"),
            {"fields": ["timeout_seconds", "max_attempts", "max_concurrency", "requests_per_minute"]},
        ),
        (gettext_lazy("State"), {"fields": ["failures", "resting_until", "last_error"]}),
    ]
    readonly_fields = ["kept_key", "failures", "resting_until", "last_error"]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """There is no state of what is only being added, and the model inside salesiq says what it is for."""
        shown = list(super().get_fieldsets(request, obj))[: None if obj else -1]
        if isinstance(obj, ModelProvider) and obj.kind == ProviderKind.EMBEDDED:
            named = (None, {"fields": ["client", "name", "kind", "is_enabled", "order"], "description": FOR_TRYING})
            shown = [named, *shown[3:]]
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [*self.readonly_fields, "client", "kind"] if obj else list(self.readonly_fields)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelProvider]:
        rows: QuerySet[ModelProvider] = super().get_queryset(request).annotate(model_count=Count("models"))
        return rows

    @display(description=_lazy("state"), label=STATES)
    def state(self, provider: ModelProvider) -> tuple[str, str]:
        if not provider.is_enabled:
            return "off", _("switched off")
        if provider.resting_until and provider.resting_until > timezone.now():
            return "rests", _("left alone for now")
        return ("troubled", _("had errors")) if provider.last_error else ("works", _("on"))

    @admin.display(description=gettext_lazy("endpoint"))
    def where(self, provider: ModelProvider) -> str:
        return provider.get_kind_display() if provider.kind == ProviderKind.EMBEDDED else provider.base_url

    @display(description=_lazy("texts"), label={"leave": "warning", "stay": "success"})
    def texts(self, provider: ModelProvider) -> tuple[str, str]:
        return ("leave", _("leave the house")) if provider.leaves_house else ("stay", _("stay in the house"))

    @admin.display(description=gettext_lazy("models"))
    def how_many(self, provider: Any) -> int:
        count: int = provider.model_count
        return count

    @admin.display(description=gettext_lazy("key"))
    def kept_key(self, provider: ModelProvider | None) -> str:
        if provider is None or provider._state.adding:
            return "–"
        if provider.key_reference:
            return _("by reference")
        return _("one is kept") if provider.sealed_key else _("none")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_provider(provider=obj, actor=signed_in(request), new_key=form.cleaned_data.get("new_key", ""))

    @admin.action(description=gettext_lazy("Test the connection"), permissions=["change"])
    def test_connection(self, request: HttpRequest, queryset: QuerySet[ModelProvider]) -> None:
        for provider in queryset.select_related("client"):
            for found in test_connection(provider):
                level = messages.SUCCESS if found.worked else messages.ERROR
                self.message_user(request, f"{provider}, {found.name}: {found.message}", level)

    @admin.action(description=gettext_lazy("Ask again at once"), permissions=["change"])
    def ask_again(self, request: HttpRequest, queryset: QuerySet[ModelProvider]) -> None:
        for provider in queryset:
            wake_provider(provider=provider, actor=signed_in(request))
        self.message_user(request, _("They are asked again from now on."), messages.SUCCESS)


@admin.register(LanguageModel)
class LanguageModelAdmin(_ServiceRecords):
    list_display = ["name", "provider", "use", "prices", "context_tokens", "is_enabled", "order", "client"]
    list_filter = ["useful", "is_enabled", ("provider", ScopedRelatedFilter), ("client", ScopedRelatedFilter)]
    list_select_related = ["provider", "client"]
    search_fields = ["name"]
    ordering = ["provider__order", "order", "name"]
    fieldsets = [
        (None, {"fields": ["provider", "name", "useful", "is_enabled", "order"]}),
        (gettext_lazy("Size"), {"fields": ["context_tokens", "max_output_tokens", "takes_schema"]}),
        (
            gettext_lazy("Prices of a million tokens"),
            {"fields": ["input_price", "cached_input_price", "output_price", "currency"]},
        ),
    ]

    @display(description=_lazy("use"), label={"useful": "success", "trying": "warning"})
    def use(self, model: LanguageModel) -> tuple[str, str]:
        return ("useful", _("in the product")) if model.useful else ("trying", _("only for trying"))

    @admin.display(description=gettext_lazy("prices in and out"))
    def prices(self, model: LanguageModel) -> str:
        if not (model.input_price or model.output_price):
            return _("free")
        return f"{model.input_price.normalize():f} / {model.output_price.normalize():f} {model.currency}"

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["provider"] if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_model(model=obj, actor=signed_in(request))


@admin.register(ModelPolicy)
class ModelPolicyAdmin(_ServiceRecords):
    list_display = ["client", "may_leave_house", "redacted_only", "budget", "use_in_product"]
    list_select_related = ["client"]
    fieldsets = [
        (None, {"fields": ["client", "may_leave_house", "redacted_only", "use_in_product"]}),
        (gettext_lazy("Limits"), {"fields": ["monthly_budget", "currency", "requests_per_minute", "this_month"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["client", "this_month"] if obj else ["this_month"]

    @admin.display(description=gettext_lazy("budget of a month"))
    def budget(self, policy: ModelPolicy) -> str:
        budget = policy.monthly_budget
        return _("none set") if budget is None else f"{budget.normalize():f} {policy.currency}"

    @admin.display(description=gettext_lazy("spent this month"))
    def this_month(self, policy: ModelPolicy) -> str:
        return "–" if policy._state.adding else f"{spent(policy=policy):.4f} {policy.currency}"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_policy(policy=obj, actor=signed_in(request))

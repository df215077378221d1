"""Webhooks in the back office: where they go, a test, new secrets, and what was delivered."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from integrations.messaging.admin.outbox import COLOURS
from integrations.messaging.models import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from integrations.messaging.webhooks.addresses import problem_of_url
from integrations.messaging.webhooks.services import (
    EVENTS,
    replace_secret,
    retry_delivery,
    save_endpoint,
    send_test,
)
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, TenantForm, signed_in
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy


class EndpointForm(TenantForm):
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        required=False,
        choices=[(event, event) for event in EVENTS],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None means all."),
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("client", "name", "url", "events", "is_active")

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        if problem := problem_of_url(url):
            raise ValidationError(problem)
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ScopedModelAdmin):
    """The services write the audit trail."""

    form = EndpointForm
    view_capability = change_capability = add_capability = delete_capability = Capability.MANAGE_MESSAGES

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A webhook goes with its deliveries; the rights on those do not matter for that."""
        names = [str(row) for row in objs]
        return names, {WebhookEndpoint._meta.verbose_name_plural: len(names)}, set(), []

    list_display = ["name", "url", "state", "last_sent_at", "client"]
    list_filter = ["is_active", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    ordering = ["name"]
    actions = ["test", "new_secret"]
    fields = ["client", "name", "url", "events", "is_active", "stopped_because", "last_sent_at"]
    readonly_fields = ["stopped_because", "last_sent_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [*self.readonly_fields, "client"] if obj else list(self.readonly_fields)

    @display(description=_lazy("state"), label={"on": "success", "off": "default", "stopped": "danger"})
    def state(self, endpoint: WebhookEndpoint) -> tuple[str, str]:
        if endpoint.is_active:
            return "on", _("on")
        return ("stopped", endpoint.stopped_because) if endpoint.stopped_because else ("off", _("switched off"))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        secret = save_endpoint(endpoint=obj, actor=signed_in(request))
        if secret:
            self._show(request, obj, secret)

    @admin.action(description=gettext_lazy("Send a test"), permissions=["change"])
    def test(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for endpoint in queryset.select_related("client"):
            send_test(endpoint=endpoint, actor=signed_in(request))
        self.message_user(request, _("On its way: see the deliveries."), messages.SUCCESS)

    @admin.action(description=gettext_lazy("Replace the secret"), permissions=["change"])
    def new_secret(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for endpoint in queryset:
            self._show(request, endpoint, replace_secret(endpoint=endpoint, actor=signed_in(request)))

    def _show(self, request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> None:
        text = _("The secret of %(name)s, shown this once: %(secret)s") % {"name": endpoint.name, "secret": secret}
        self.message_user(request, text, messages.WARNING)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_MESSAGES
    list_display = ["event", "endpoint", "state", "answer", "error", "attempts", "next_attempt", "created_at", "client"]
    list_filter = ["status", "event", "created_at", ("endpoint", ScopedRelatedFilter), ("client", ScopedRelatedFilter)]
    list_select_related = ["client", "endpoint"]
    ordering = ["-created_at"]
    actions = ["send_again"]
    fields = [
        "client", "endpoint", "event", "message_id", "status", "answer", "error", "attempts", "next_attempt",
        "created_at", "finished_at", "body",
    ]  # fmt: skip
    readonly_fields = ["next_attempt"]

    @display(description=_lazy("status"), label=COLOURS)
    def state(self, delivery: WebhookDelivery) -> tuple[str, str]:
        return delivery.status, delivery.get_status_display()

    @admin.display(description=gettext_lazy("next attempt"))
    def next_attempt(self, delivery: WebhookDelivery) -> Any:
        return delivery.next_attempt_at if delivery.status == DeliveryStatus.WAITING else None

    def has_send_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.MANAGE_MESSAGES)

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        count = 0
        for delivery in queryset.select_related("endpoint"):
            try:
                retry_delivery(delivery=delivery, actor=signed_in(request))
            except ValidationError as error:
                self.message_user(request, f"{delivery}: {' '.join(error.messages)}", messages.WARNING)
            else:
                count += 1
        if count:
            done = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", count)
            self.message_user(request, done % {"count": count}, messages.SUCCESS)

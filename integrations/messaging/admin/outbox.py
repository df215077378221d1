"""The outbox to look at, and to send again what was not sent."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from integrations.messaging.models import MessageStatus, OutboxMessage
from integrations.messaging.services import retry_message
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
COLOURS: dict[str, str] = {
    MessageStatus.WAITING: "info",
    MessageStatus.SENDING: "info",
    MessageStatus.SENT: "success",
    MessageStatus.FAILED: "danger",
}


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_MESSAGES
    audited = True
    list_display = ["subject", "addresses", "state", "error", "attempts", "next_attempt", "created_at", "client"]
    list_filter = ["status", "created_at", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    ordering = ["-created_at"]
    actions = ["send_again"]
    fields = [
        "client", "subject", "who", "status", "error", "attempts", "next_attempt", "created_at", "finished_at",
        "message_id", "text", "files",
    ]  # fmt: skip
    readonly_fields = ["who", "files", "next_attempt"]

    @admin.display(description=gettext_lazy("to"))
    def addresses(self, message: OutboxMessage) -> str:
        return ", ".join(entry["address"] for entry in message.recipients)

    @display(description=_lazy("status"), label=COLOURS)
    def state(self, message: OutboxMessage) -> tuple[str, str]:
        return message.status, message.get_status_display()

    @admin.display(description=gettext_lazy("next attempt"))
    def next_attempt(self, message: OutboxMessage) -> Any:
        return message.next_attempt_at if message.status == MessageStatus.WAITING else None

    @admin.display(description=gettext_lazy("to"))
    def who(self, message: OutboxMessage) -> str:
        entries = [
            (entry["address"], str(MessageStatus(entry["status"]).label), entry["error"])
            for entry in message.recipients
        ]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}. {}</li>", entries))

    @admin.display(description=gettext_lazy("attachments"))
    def files(self, message: OutboxMessage) -> str:
        removed = _("removed")
        rows = [
            (row.filename, row.size // 1024 + 1, "" if row.file else f"({removed})")
            for row in message.attachments.all()
        ]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}, {} KB {}</li>", rows)) if rows else "–"

    def has_send_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.MANAGE_MESSAGES)

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        count = 0
        for message in queryset:
            try:
                retry_message(message=message, actor=signed_in(request))
            except ValidationError as error:
                self.message_user(request, f"{message}: {' '.join(error.messages)}", messages.WARNING)
            else:
                count += 1
        if count:
            done = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", count)
            self.message_user(request, done % {"count": count}, messages.SUCCESS)

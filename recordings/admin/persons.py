"""Requests of persons to read, and what a client tells people beside what the system knows."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from recordings.models import ErasureRequest, PersonExport, TransparencyNotice
from recordings.privacy.deadlines import due_on
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter
from salesiq.people.roles import Capability


class PersonRequestAdmin(ScopedModelAdmin):
    """Made and worked on in the privacy centre; here they are looked up."""

    view_capability = Capability.ANSWER_PERSONS
    audited = True
    list_filter = ["status", "received_at", ("client", ScopedRelatedFilter)]
    list_select_related = ["client", "requested_by"]
    ordering = ["-received_at"]

    @admin.display(description=_("request"))
    def name(self, row: Any) -> str:
        return str(row.code)

    @admin.display(description=_("answer due"))
    def due(self, row: Any) -> Any:
        return due_on(row)


@admin.register(PersonExport)
class PersonExportAdmin(PersonRequestAdmin):
    list_display = ["name", "received_at", "due", "status", "expires_at", "downloads", "requested_by", "client"]
    fields = [
        "client", "requested_by", "received_at", "status", "error", "finished_at", "expires_at", "size", "sha256",
        "contents", "downloads",
    ]  # fmt: skip


@admin.register(ErasureRequest)
class ErasureRequestAdmin(PersonRequestAdmin):
    list_display = ["name", "received_at", "due", "status", "finished_at", "scrubbed_at", "requested_by", "client"]
    fields = [
        "client", "requested_by", "received_at", "status", "error", "except_held", "finished_at", "scrubbed_at",
        "signed_receipt",
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return ["signed_receipt"]

    @admin.display(description=_("receipt"))
    def signed_receipt(self, erasure: ErasureRequest) -> str:
        if not erasure.receipt:
            return "–"
        return format_html("<pre>{}</pre>", json.dumps(erasure.receipt, ensure_ascii=False, indent=1))


@admin.register(TransparencyNotice)
class TransparencyNoticeAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_PRIVACY
    change_capability = Capability.MANAGE_PRIVACY
    add_capability = Capability.MANAGE_PRIVACY
    list_display = ["__str__", "is_public", "contact", "officer", "updated_at"]
    list_select_related = ["client"]
    fields = ["client", "is_public", "purpose", "contact", "officer", "authority"]

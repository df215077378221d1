"""The golden set in the back office: looked at and taken out as a file, never typed in."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy

from recordings.calibrating.golden_set import COLUMNS, golden_documents
from recordings.models import GoldenExample
from salesiq.audit.services import record_event
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.roles import Capability


class _Line:
    """What csv writes to: it gives each line back."""

    def write(self, text: str) -> str:
        return text


@admin.register(GoldenExample)
class GoldenExampleAdmin(ScopedModelAdmin):
    view_capability = Capability.REVIEW_CALLS
    audited = True
    list_display = ("question", "source", "machine_answer", "answer", "call", "created_at", "client")
    list_filter = ("source", ("client", ScopedRelatedFilter))
    list_select_related = ("call", "client")
    search_fields = ("question__exact",)
    ordering = ("-created_at",)
    actions = ("export_csv", "export_jsonl")

    @admin.action(description=gettext_lazy("Export as CSV"))
    def export_csv(self, request: HttpRequest, queryset: Any) -> StreamingHttpResponse:
        writer = csv.writer(_Line())

        def lines() -> Iterator[str]:
            yield writer.writerow(COLUMNS)
            for document in golden_documents(queryset.iterator(chunk_size=500)):
                document["versions"] = json.dumps(document["versions"], ensure_ascii=False)
                yield writer.writerow([_plain(document[name]) for name in COLUMNS])

        return _file(request, lines(), "golden-set.csv", "text/csv; charset=utf-8")

    @admin.action(description=gettext_lazy("Export as JSON lines"))
    def export_jsonl(self, request: HttpRequest, queryset: Any) -> StreamingHttpResponse:
        documents = golden_documents(queryset.iterator(chunk_size=500))
        lines = (json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
        return _file(request, lines, "golden-set.jsonl", "application/jsonl")


def _plain(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is put behind an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _file(request: HttpRequest, lines: Iterator[str], name: str, kind: str) -> StreamingHttpResponse:
    user = signed_in(request)
    record_event(action="exported", actor=user, request=request, client=user.client, details={"what": "golden set"})
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

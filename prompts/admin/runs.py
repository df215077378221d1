"""What was asked and answered, in the back office. Each look at one run is a look at the call it is about."""

import json
from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from prompts.admin.ground import BY_CLIENT, BY_PROMPT, ReadAdmin
from prompts.models import PromptRun


@admin.register(PromptRun)
class PromptRunAdmin(ReadAdmin):
    audited = True
    list_display = [
        "created_at", "prompt", "number", "model_name", "purpose", "validity", "suspected_injection", "cost",
        "currency", "latency_ms", "client",
    ]  # fmt: skip
    list_filter = ["purpose", "validity", "suspected_injection", "created_at", BY_PROMPT, BY_CLIENT]
    list_select_related = ["prompt", "version", "client"]
    search_fields = ["prompt__name", "model_name", "error_kind"]
    search_help_text = gettext_lazy("Prompt, model or kind of error")
    fields = [
        "prompt", "number", "model_name", "purpose", "validity", "asked", "answer", "found", "left_out_of_it",
        "suspected_injection", "error", "accuracy", "relevance", "helpfulness", "input_tokens", "output_tokens", "cost",
        "currency", "latency_ms", "arm", "subject_kind", "subject_id", "created_by", "created_at", "client",
    ]  # fmt: skip

    @admin.display(description=gettext_lazy("version"))
    def number(self, run: PromptRun) -> int:
        return run.version.number

    @admin.display(description=gettext_lazy("messages"))
    def asked(self, run: PromptRun) -> SafeString:
        rows = ((message.get("role", ""), message.get("content", "")) for message in run.messages)
        return format_html_join("", "<p><b>{}</b></p><pre style='white-space: pre-wrap'>{}</pre>", rows)

    @admin.display(description=gettext_lazy("problems"))
    def found(self, run: PromptRun) -> str:
        return _pre(run.problems) if run.problems else "–"

    @admin.display(description=gettext_lazy("left out"))
    def left_out_of_it(self, run: PromptRun) -> str:
        return _pre(run.left_out) if run.left_out else "–"


def _pre(value: Any) -> SafeString:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return format_html("<pre style='white-space: pre-wrap'>{}</pre>", text)

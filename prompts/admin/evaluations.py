"""Evaluations in the back office: what was measured, when, at what cost."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from prompts.admin.ground import BY_CLIENT, BY_PROMPT, ReadAdmin
from prompts.models import Evaluation


@admin.register(Evaluation)
class EvaluationAdmin(ReadAdmin):
    list_display = ["created_at", "prompt", "dataset", "status", "done", "total", "started_by", "client"]
    list_filter = ["status", BY_PROMPT, BY_CLIENT]
    list_select_related = ["prompt", "dataset", "started_by", "client"]
    search_fields = ["prompt__name", "dataset__name"]
    search_help_text = gettext_lazy("Prompt or data set")
    fields = [
        "prompt", "dataset", "versions", "models_asked", "baseline", "judge", "repeats", "split", "status", "done",
        "total", "cost_limit", "error", "started_by", "created_at", "finished_at", "client",
    ]  # fmt: skip

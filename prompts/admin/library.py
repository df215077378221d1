"""Prompts and data sets in the back office."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prompts.admin.ground import BY_CLIENT, ReadAdmin, link
from prompts.models import Dataset, Prompt
from prompts.selectors import list_prompts
from salesiq.people.backoffice import ScopedRelatedFilter, signed_in


@admin.register(Prompt)
class PromptAdmin(ReadAdmin):
    list_display = ["name", "title", "family", "language", "newest", "in_production", "is_active", "client"]
    list_filter = ["family", "language", "is_active", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["name", "title", "description"]
    search_help_text = gettext_lazy("Name, title or description")
    fields = [
        "page", "name", "title", "description", "family", "language", "is_active", "newest", "in_production", "gate",
        "gate_dataset", "monthly_budget", "live_sample_percent", "library_key", "created_by", "client", "updated_at",
    ]  # fmt: skip

    def get_queryset(self, request):  # type: ignore[no-untyped-def]  # annotated rows are no plain queryset to mypy
        return list_prompts(signed_in(request))

    @admin.display(description=gettext_lazy("newest version"))
    def newest(self, prompt: Prompt) -> int | None:
        number: int | None = getattr(prompt, "newest_number", None)
        return number

    @admin.display(description=gettext_lazy("in production"))
    def in_production(self, prompt: Prompt) -> str:
        number = getattr(prompt, "production_number", None)
        return f"v{number}" if number else "–"

    @admin.display(description=gettext_lazy("work on it"))
    def page(self, prompt: Prompt) -> SafeString:
        return link(reverse("prompt", args=[prompt.pk]), _("Open its page"))


@admin.register(Dataset)
class DatasetAdmin(ReadAdmin):
    list_display = ["name", "description", "prompt", "cases_count", "client"]
    list_filter = [("prompt", ScopedRelatedFilter), BY_CLIENT]
    list_select_related = ["client", "prompt"]
    search_fields = ["name", "description"]
    search_help_text = gettext_lazy("Name or description")
    fields = ["name", "description", "prompt", "cases_count", "library_key", "created_by", "client", "updated_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dataset]:
        rows: QuerySet[Dataset] = super().get_queryset(request).annotate(case_count=Count("cases"))
        return rows

    @admin.display(description=gettext_lazy("cases"))
    def cases_count(self, dataset: Dataset) -> int:
        count: int = getattr(dataset, "case_count", 0)
        return count

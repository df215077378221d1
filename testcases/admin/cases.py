"""Test cases, suites and benchmarks in the back office."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from testcases.admin.ground import BY_CLIENT, ReadAdmin, link, skill_names
from testcases.models import Benchmark, Suite, TestCase


@admin.register(TestCase)
class TestCaseAdmin(ReadAdmin):
    __test__ = False

    list_display = ["name", "title", "test_type", "difficulty_level", "language", "version", "is_active", "client"]
    list_filter = ["test_type", "difficulty_level", "language", "is_active", BY_CLIENT]
    list_select_related = ["client", "current"]
    search_fields = ["name", "title"]
    search_help_text = gettext_lazy("Name or title")
    fields = [
        "page", "name", "title", "description", "test_type", "difficulty_level", "language", "trains", "is_active",
        "version", "scenario", "criteria", "library_key", "created_by", "client", "created_at", "updated_at",
    ]  # fmt: skip

    @admin.display(description=gettext_lazy("version"))
    def version(self, case: TestCase) -> int | None:
        return case.current.number if case.current else None

    @admin.display(description=gettext_lazy("skills"))
    def trains(self, case: TestCase) -> str:
        return skill_names(case.skills)

    @admin.display(description=gettext_lazy("scenario"))
    def scenario(self, case: TestCase) -> str:
        return str(case.current.content.get("scenario", "")) if case.current else ""

    @admin.display(description=gettext_lazy("criteria"))
    def criteria(self, case: TestCase) -> str:
        return " · ".join(row["text"] for row in case.current.content.get("criteria", ())) if case.current else ""

    @admin.display(description=gettext_lazy("work on it"))
    def page(self, case: TestCase) -> SafeString:
        return link(reverse("test-case", args=[case.pk]), _("Open its page"))


@admin.register(Suite)
class SuiteAdmin(ReadAdmin):
    list_display = ["name", "title", "size", "client"]
    list_filter = [BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["name", "title"]
    search_help_text = gettext_lazy("Name or title")
    fields = ["name", "title", "description", "size", "created_by", "client", "updated_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suite]:
        rows: QuerySet[Suite] = super().get_queryset(request).annotate(case_count=Count("members"))
        return rows

    @admin.display(description=gettext_lazy("test cases"))
    def size(self, suite: Suite) -> int:
        count: int = getattr(suite, "case_count", 0)
        return count


@admin.register(Benchmark)
class BenchmarkAdmin(ReadAdmin):
    list_display = ["source", "kind", "skill", "test_type", "difficulty_level", "value", "n", "year", "client"]
    list_filter = ["kind", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["source", "skill"]
    search_help_text = gettext_lazy("Source or skill")
    fields = ["source", "kind", "skill", "test_type", "difficulty_level", "value", "n", "year", "client", "updated_at"]

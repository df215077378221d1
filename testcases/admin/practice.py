"""Training, assignments and judged runs in the back office; what was said is read on their pages."""

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from salesiq.people.backoffice import ScopedRelatedFilter
from testcases.admin.ground import BY_CLIENT, ReadAdmin, link, skill_names
from testcases.models import Assignment, CaseRun, Training
from testcases.skills import name_of

BY_AGENT = ("agent", ScopedRelatedFilter)


@admin.register(Training)
class TrainingAdmin(ReadAdmin):
    list_display = ["name", "title", "language", "trains", "is_active", "client"]
    list_filter = ["language", "is_active", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["name", "title"]
    search_help_text = gettext_lazy("Name or title")
    fields = [
        "name", "title", "language", "trains", "material", "is_active", "library_key", "created_by", "client",
        "updated_at",
    ]  # fmt: skip

    @admin.display(description=gettext_lazy("skills"))
    def trains(self, training: Training) -> str:
        return skill_names(training.skills)


@admin.register(Assignment)
class AssignmentAdmin(ReadAdmin):
    list_display = ["agent", "thing", "reason", "trained", "due_on", "done_at", "cancelled_at", "client"]
    list_filter = ["reason", BY_AGENT, BY_CLIENT]
    list_select_related = ["client", "agent", "training", "case", "suite"]
    search_fields = ["agent__name", "case__name", "suite__name", "training__name"]
    search_help_text = gettext_lazy("Agent, or name of what was assigned")
    fields = [
        "agent", "thing", "reason", "trained", "note", "due_on", "done_at", "cancelled_at", "assigned_by", "client",
        "created_at",
    ]  # fmt: skip

    @admin.display(description=gettext_lazy("assigned"))
    def thing(self, assignment: Assignment) -> str:
        return str(assignment)

    @admin.display(description=gettext_lazy("skill"))
    def trained(self, assignment: Assignment) -> str:
        return name_of(assignment.skill) if assignment.skill else "–"


@admin.register(CaseRun)
class CaseRunAdmin(ReadAdmin):
    list_display = ["happened_at", "version", "kind", "agent", "status", "score", "passed", "client"]
    list_filter = ["kind", "status", "passed", "is_trial", BY_AGENT, BY_CLIENT]
    list_select_related = ["client", "agent", "version__case"]
    search_fields = ["version__case__name", "agent__name"]
    search_help_text = gettext_lazy("Name of the test case, or agent")
    ordering = ["-happened_at"]
    fields = [
        "page", "version", "kind", "agent", "status", "problem", "automatic_score", "automatic_passed", "score",
        "passed", "judge", "is_trial", "happened_at", "judged_at", "reviewed_at", "reviewed_by", "client",
    ]  # fmt: skip

    @admin.display(description=gettext_lazy("work on it"))
    def page(self, run: CaseRun) -> SafeString:
        return link(reverse("test-run", args=[run.pk]), _("Open its page"))

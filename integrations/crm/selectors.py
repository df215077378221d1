"""Reading CRM records: querysets ready for lists and for one record, always through `visible_to`."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from integrations.crm.models import Activity, Company, Contact, Deal, ImportRun, Lead, Product, Purchase, Task
from integrations.crm.models.deals import DealQuerySet
from recordings.models import SalesCall
from salesiq.jobs.models import Job
from salesiq.people.models import User

IMPORT_TASK = "integrations.crm.tasks.import_file"

# What is shown beside a row of each kind, so that a page of rows costs one query.
BESIDE: dict[Any, tuple[str, ...]] = {
    Company: (),
    Contact: ("customer", "company"),
    Product: (),
    Lead: ("customer", "company", "owner__team"),
    Deal: ("customer", "company", "product", "owner__team"),
    Activity: ("owner__team",),
    Task: ("owner__team",),
    Purchase: ("customer", "company", "product"),
}


def list_records(model: type[Any], user: User) -> QuerySet[Any]:
    """Records of `model` that `user` may see, with what is shown beside them: one query for a page of rows."""
    rows: QuerySet[Any] = model._default_manager.visible_to(user)
    return rows.select_related(*BESIDE[model]) if BESIDE[model] else rows


def load_deal(user: User) -> DealQuerySet:
    """Deals that `user` may see, with their stages and, as `visible_calls`, those of their calls that they may see."""
    calls = SalesCall.objects.visible_to(user).order_by("-started_at")
    return (
        Deal.objects.visible_to(user)
        .select_related(*BESIDE[Deal])
        .prefetch_related("stage_changes", Prefetch("calls", calls, to_attr="visible_calls"))
    )


def deals_of_call(call: SalesCall, user: User) -> DealQuerySet:
    """The deals a call is about, as far as `user` may see them, the youngest first."""
    return Deal.objects.visible_to(user).filter(calls=call).select_related("company", "owner", "client")


def job_of_import(run: ImportRun) -> Job | None:
    """The newest job that brings the file of `run` in; None before it is queued."""
    return Job.objects.filter(task=IMPORT_TASK, subject=str(run.pk)).order_by("-created_at").first()

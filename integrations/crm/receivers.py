"""What the CRM does when a call is published or an import is given up, and where it takes part in the rooms below."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from integrations.crm.demo import build_crm
from integrations.crm.models import Deal, ImportRun, ImportStatus
from integrations.crm.panels import deals_panel
from integrations.crm.privacy import keep_in_step
from integrations.crm.services import IMPORT_TASK
from recordings.demo import register_part
from recordings.models import SalesCall
from recordings.pages.panels import register_panel
from recordings.signals import call_published
from salesiq.jobs.models import Job
from salesiq.jobs.services import enqueue
from salesiq.jobs.signals import job_gave_up

LINK_TASK = "integrations.crm.tasks.link_published_call"


@receiver(job_gave_up)
def fail_import_with_its_job(sender: type[Job], *, job: Job, **_: Any) -> None:
    """An import whose job was given up is failed with the job's words; one that failed by itself keeps its own."""
    if job.task == IMPORT_TASK:
        going = ImportRun.objects.filter(pk=job.subject).exclude(status__in=(ImportStatus.DONE, ImportStatus.FAILED))
        going.update(status=ImportStatus.FAILED, error=job.error, finished_at=timezone.now(), updated_at=timezone.now())


@receiver(call_published)
def link_call_to_deals(sender: type[SalesCall], *, call: SalesCall, **_: Any) -> None:
    """A call with a customer who has deals is linked to those it was about."""
    if call.customer_id and Deal.objects.filter(client=call.client_id, customer=call.customer_id).exists():
        enqueue(task=LINK_TASK, subject=str(call.pk), client=call.client)


def take_part() -> None:
    """Deals on the pages of calls and in the demo; CRM records in the requests of persons."""
    register_panel(deals_panel)
    register_part(build_crm)
    keep_in_step()

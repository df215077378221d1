"""Having a model write about a call, once for each occasion, whatever dies in between.

A text is a run of a production prompt about the call. A job that cannot write fails by itself: the call, its score and
what rules wrote stay as they are.
"""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from prompts.context.registry import ContextError, Subject
from prompts.evaluation.services import rate_run
from prompts.forgetting import forget_subjects
from prompts.models import Family, PromptRun, Purpose, Validity
from prompts.providers.errors import PASSING
from prompts.running.running import run_production
from prompts.templates.problems import RenderingError
from recordings.models import CallStatus, SalesCall
from recordings.writing.choosing import families_in_production, production_prompt, uses_models
from salesiq.jobs.errors import JobError, JobStopped, PermanentJobError
from salesiq.jobs.models import Job
from salesiq.jobs.services import Lease, enqueue
from salesiq.people.models import User
from salesiq.people.roles import Capability, Role

# Written when a call is published, and on request; each has a task of its own, so that a job's subject is its call.
AUTOMATIC = (Family.SUMMARY, Family.COACHING)
SUGGESTED = (Family.FOLLOW_UP, Family.OBJECTION, Family.NEXT_ACTION)
TASKS: Mapping[str, str] = MappingProxyType(
    {family: f"recordings.tasks.write_{family.value}" for family in (*AUTOMATIC, *SUGGESTED)}
)


def write_soon(call: SalesCall) -> None:
    """Queue what is written of every published call; part of the caller's transaction. Nothing where no model is."""
    families = families_in_production(call.client) & set(AUTOMATIC)
    if not families or not uses_models(call.client):
        return
    for family in AUTOMATIC:
        if family in families:
            enqueue(task=TASKS[family], subject=str(call.pk), client=call.client)


def may_ask(user: User, call: SalesCall) -> bool:
    """Who works with prompts may have something written, and the agent whose call it is."""
    own = user.role == Role.AGENT and call.agent is not None and call.agent.user_id == user.pk
    return call.status == CallStatus.PUBLISHED and not call.anonymised_at and (own or user.can(Capability.VIEW_PROMPTS))


def ask_for_text(*, call: SalesCall, family: str, user: User) -> Job:
    """Have `family` written of a call that `user` may see, anew where it was before.

    Raises:
        JobError: there is nothing to write it with; says what to do.
    """
    if not uses_models(call.client):
        raise JobError(_("No useful language model is connected, or the model policy keeps them out of the product."))
    if production_prompt(client=call.client, family=family, language=call.language) is None:
        label = Family(family).label
        raise JobError(_("No prompt for “%(family)s” is in production in this call's language.") % {"family": label})
    return enqueue(task=TASKS[family], subject=str(call.pk), client=call.client, created_by=user)


def write_text(*, call_id: str, family: str, lease: Lease) -> PromptRun | None:
    """The work of a job: ask the production prompt of `family` once for this job, however often it runs.

    Raises:
        JobStopped: the call is not shown any more; nothing about it is kept.
        JobError: the model could not be reached; tried again.
        PermanentJobError: it will not answer until somebody changes something.
    """
    call = _shown(call_id)
    prompt = production_prompt(client=call.client, family=family, language=call.language)
    if prompt is None or not uses_models(call.client):
        return None
    lease.report(str(Family(family).label), 0.1)
    user = Job.objects.select_related("created_by").get(pk=lease.job_id).created_by
    try:
        run = run_production(
            client=call.client,
            name=prompt.name,
            subject=Subject("call", call.pk),
            user=user,
            key=f"call:{lease.job_id}",
        )
    except (RenderingError, ContextError) as error:
        raise PermanentJobError(str(error)) from error
    _shown(call_id)
    if run is not None and run.validity == Validity.FAILED:
        raise (JobError if run.error_kind in PASSING else PermanentJobError)(run.error)
    return run


def _shown(call_id: str) -> SalesCall:
    """The call while it is shown; what was written while it ceased to be goes at once."""
    with transaction.atomic():
        call = SalesCall.objects.select_for_update(of=("self",)).select_related("client").filter(pk=call_id).first()
        if call is None or call.anonymised_at:
            _forget(call_id)
        elif call.status == CallStatus.PUBLISHED:
            return call
    raise JobStopped(_("The call is not shown any more; nothing is written about it."))


def _forget(call_id: str) -> None:
    """What a run wrote that ended after its call was emptied or deleted."""
    for run in PromptRun.objects.filter(subject_kind="call", subject_id=UUID(call_id)).select_related("client")[:1]:
        forget_subjects(client=run.client, kind="call", ids=[UUID(call_id)])


def forget_written_of_emptied() -> int:
    """Every night: texts about calls that were emptied or deleted while somebody was still asking; how many calls."""
    shown = SalesCall.objects.filter(pk=OuterRef("subject_id"), anonymised_at__isnull=True)
    rows = PromptRun.objects.filter(subject_kind="call").exclude(answer="", messages=[]).exclude(Exists(shown))
    calls = set(rows.values_list("subject_id", flat=True))
    for call_id in calls:
        _forget(str(call_id))
    return len(calls)


def rate_text(*, run: PromptRun, user: User, thumb: int) -> None:
    """A thumb of somebody who reads the call."""
    rate_run(run=run, person=user, thumb=thumb)


def written_about(call: SalesCall) -> dict[str, PromptRun]:
    """The newest text of each family about a call that the reader may see: valid ones, of production prompts."""
    runs = PromptRun.objects.filter(
        client=call.client_id, subject_kind="call", subject_id=call.pk, purpose=Purpose.PRODUCTION,
        validity__in=[Validity.VALID, Validity.REPAIRED], prompt__family__in=list(TASKS),
    )  # fmt: skip
    rows = runs.select_related("prompt", "version").defer("messages", "variables").order_by("created_at")
    return {run.prompt.family: run for run in rows}

"""A share of production answers is judged: which ones is a matter of their ids, so that it never depends on who looks.

Killed anywhere it goes on: a judged run has `judged_at`, and the judge's answer to one that was paid and not written
down yet comes from the ledger by its key.
"""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from prompts.evaluation.judging import judge_of
from prompts.evaluation.results import NotJudgedError
from prompts.models import LanguageModel, PromptRun, Purpose
from prompts.providers.choice import models_for
from prompts.watching.outcomes import GOOD
from salesiq.jobs.services import Lease
from salesiq.people.models import Client

LOOK_BACK = timedelta(days=2)
AT_ONCE = 200


def is_sampled(run_id: UUID, *, percent: int) -> bool:
    """Whether this answer is one of the `percent` of a hundred that are judged; the same for each look."""
    return int.from_bytes(sha256(run_id.bytes).digest()[:8], "big") % 10_000 < percent * 100


def score_due(lease: Lease) -> int:
    """Judge the sampled valid answers of the last two days that were not; return how many were judged.

    Judges are useful models alone. Of several, one that did not give the answer itself: models like their own answers
    better (Panickssery, Bowman and Feng 2024, arXiv:2404.13076). Without one nothing is judged.
    """
    judged = 0
    judges: dict[UUID, list[LanguageModel]] = {}
    for run in _due():
        lease.hold()
        if run.client_id not in judges:
            judges[run.client_id] = _judges(run.client)
        judge = next((each for each in judges[run.client_id] if each.pk != run.model_id), None)
        judge = judge or next(iter(judges[run.client_id]), None)
        if judge is not None:
            judged += _score(run, judge, lease)
    return judged


def _judges(client: Client) -> list[LanguageModel]:
    return models_for(client=client, useful_only=True)


def _due() -> Iterator[PromptRun]:
    runs = PromptRun.objects.filter(
        purpose=Purpose.PRODUCTION, validity__in=GOOD, judged_at=None, created_at__gte=timezone.now() - LOOK_BACK,
        prompt__live_sample_percent__gt=0, model__isnull=False,
    )  # fmt: skip
    rows = runs.annotate(percent=F("prompt__live_sample_percent")).order_by("created_at", "pk")
    ids = [pk for pk, percent in rows.values_list("pk", "percent") if is_sampled(pk, percent=percent)]
    for start in range(0, len(ids), AT_ONCE):
        yield from (
            PromptRun.objects.filter(pk__in=ids[start : start + AT_ONCE])
            .select_related("client", "prompt")
            .order_by("created_at", "pk")
        )


def _score(run: PromptRun, judge: LanguageModel, lease: Lease) -> int:
    """Ask and write down. One that did not answer is asked again at the next look."""
    ask = judge_of(
        client=run.client, model=judge, messages=run.messages, answer=run.answer, prompt=run.prompt,
        key=f"live:{run.pk}",
    )  # fmt: skip
    try:
        said = ask("")
    except NotJudgedError:
        return 0
    now = timezone.now()
    with transaction.atomic():
        lease.fence()
        return PromptRun.objects.filter(pk=run.pk, judged_at=None).update(
            accuracy=said.accuracy, relevance=said.relevance, helpfulness=said.helpfulness, judged_at=now,
            updated_at=now,
        )  # fmt: skip

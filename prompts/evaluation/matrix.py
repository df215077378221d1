"""What of an evaluation is still to be asked, in which order, and by how many at once."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from prompts.evaluation.cells import FAULTS_OF_VERSION, Place, key_prefix
from prompts.models import (
    DatasetCase,
    Evaluation,
    EvaluationCell,
    LanguageModel,
    ModelExchange,
    ModelProvider,
    PromptVersion,
    Validity,
)

AT_ONCE = 200


def cases_of(evaluation: Evaluation) -> QuerySet[DatasetCase]:
    """The active cases of the chosen part that whoever started it may see."""
    cases = evaluation.dataset.cases.filter(is_active=True)
    if evaluation.split:
        cases = cases.filter(split=evaluation.split)
    if evaluation.started_by is not None:
        cases = cases.visible_to(evaluation.started_by)
    return cases.order_by("position")


def versions_of(evaluation: Evaluation) -> list[PromptVersion]:
    return list(evaluation.versions.select_related("prompt", "client").order_by("number"))


def models_of(evaluation: Evaluation) -> list[LanguageModel]:
    return list(evaluation.models_asked.select_related("provider").order_by("name", "pk"))


def places_by_provider(evaluation: Evaluation) -> dict[ModelProvider, Iterator[Place]]:
    """The cells without an answer, case by case, so that what is done at any time can be compared."""
    models: dict[ModelProvider, list[LanguageModel]] = {}
    for model in models_of(evaluation):
        models.setdefault(model.provider, []).append(model)
    versions = versions_of(evaluation)
    done = set(EvaluationCell.objects.filter(evaluation=evaluation).values_list("case", "version", "model", "repeat"))
    return {provider: _places(evaluation, versions, each, done) for provider, each in models.items()}


def _places(
    evaluation: Evaluation,
    versions: list[PromptVersion],
    models: list[LanguageModel],
    done: set[tuple[UUID, UUID, UUID, int]],
) -> Iterator[Place]:
    ids = list(cases_of(evaluation).values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        cases = DatasetCase.objects.in_bulk(ids[start : start + AT_ONCE])
        for pk in ids[start : start + AT_ONCE]:
            for repeat in range(evaluation.repeats):
                for model in models:
                    for version in versions:
                        if pk in cases and (pk, version.pk, model.pk, repeat) not in done:
                            yield Place(cases[pk], version, model, repeat)


def drop_unanswered(evaluation: Evaluation) -> int:
    """Forget the cells that got no answer for want of the endpoint, so that they are asked again."""
    unanswered = Q(run__validity=Validity.FAILED) & ~Q(run__error_kind__in=FAULTS_OF_VERSION)
    return EvaluationCell.objects.filter(unanswered, evaluation=evaluation).delete()[0]


def spent_so_far(evaluation: Evaluation) -> Decimal:
    """What the ledger has for the questions of an evaluation, its judge's among them."""
    asked = ModelExchange.objects.filter(
        client_id=evaluation.client_id, created_at__gte=evaluation.created_at, key__startswith=key_prefix(evaluation)
    )
    return asked.aggregate(total=Sum("cost"))["total"] or Decimal(0)

"""The job of an evaluation: every cell of its matrix that has no answer yet, as many at once as the endpoints take.

Killed at any instruction it goes on with the next attempt: a cell that is written is not asked again, and the answer
to one that was paid and not yet written is taken from the ledger by its key.
"""

from contextlib import suppress
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.evaluation.cells import Filled, Place, fill_cell
from prompts.evaluation.crew import Crew
from prompts.evaluation.matrix import drop_unanswered, places_by_provider, spent_so_far
from prompts.evaluation.spending import Spending
from prompts.evaluation.summary import summarise
from prompts.models import Evaluation, EvaluationCell, EvaluationStatus, ModelProvider
from prompts.providers.errors import ErrorKind
from salesiq.jobs.services import Lease

# Asking on is of no use until a person has changed something.
HOPELESS = frozenset(
    {
        ErrorKind.REFUSED_KEY,
        ErrorKind.WRONG_MODEL,
        ErrorKind.BUDGET,
        ErrorKind.NOT_ALLOWED,
        ErrorKind.PRIVATE_ADDRESS,
        ErrorKind.NO_MODEL,
    }
)
SILENCES = 5  # in a row, on top of what is under way at once


def run_evaluation(subject: str, lease: Lease) -> None:
    """`subject` is the id of an Evaluation; one that is gone or was stopped is left alone."""
    found = Evaluation.objects.select_related("client", "prompt", "dataset", "judge__provider", "started_by")
    evaluation = found.filter(pk=subject, status=EvaluationStatus.RUNNING).first()
    if evaluation is not None:
        _Run(evaluation, lease).work()


class _Run:
    def __init__(self, evaluation: Evaluation, lease: Lease) -> None:
        self.evaluation, self.lease = evaluation, lease
        self.silences = 0
        self.ended: tuple[EvaluationStatus, str] = (EvaluationStatus.FINISHED, "")

    def work(self) -> None:
        """Ask what is left, then sum up."""
        evaluation = self.evaluation
        with transaction.atomic():
            self.lease.fence()
            drop_unanswered(evaluation)
            evaluation.done = EvaluationCell.objects.filter(evaluation=evaluation).count()
            evaluation.cost = spent_so_far(evaluation)
            evaluation.save(update_fields=["done", "cost", "updated_at"])
        self.spending = Spending(evaluation.cost, evaluation.cost_limit, _guess(evaluation))
        self.crew = Crew(self._next, self._fill, self._report)
        by_provider = places_by_provider(evaluation)
        self.places = {str(provider.pk): places for provider, places in by_provider.items()}
        self.crew.work({str(provider.pk): _workers(provider) for provider in by_provider})
        self._finish()

    def _next(self, name: str) -> Place | None:
        """The next cell for the provider `name`; the crew calls it one at a time."""
        if self.ended[0] != EvaluationStatus.FINISHED:
            return None
        if not self.spending.may_ask():
            limit = f"{self.evaluation.cost_limit:f}"
            self.ended = (EvaluationStatus.STOPPED, _("Stopped at the cost limit of %(limit)s.") % {"limit": limit})
            return None
        place = next(self.places[name], None)
        if place is not None:
            self.spending.asked()
        return place

    def _fill(self, place: Place) -> None:
        filled = fill_cell(self.evaluation, place)
        self._write(filled)
        with self.crew.lock:
            self.spending.answered(filled.cost)
            self._look(filled)

    def _write(self, filled: Filled) -> None:
        now = timezone.now()
        with suppress(IntegrityError), transaction.atomic():  # the case was deleted meanwhile
            self.lease.fence()
            filled.cell.save(force_insert=True)
            Evaluation.objects.filter(pk=self.evaluation.pk).update(
                done=F("done") + 1, cost=F("cost") + filled.cost, updated_at=now
            )

    def _look(self, filled: Filled) -> None:
        """End what is of no use: nobody answers, or nobody may."""
        if not filled.error_kind:
            self.silences = 0
            return
        self.silences += 1
        if filled.error_kind in HOPELESS or self.silences >= SILENCES + self.crew.size:
            self.ended = (EvaluationStatus.FAILED, filled.error[:500])

    def _report(self, done: int, seconds: float) -> None:
        total = max(1, self.evaluation.total)
        answered = self.evaluation.done + done
        left = (total - answered) * seconds / done if done else None
        self.lease.report("ask", answered / total, left)

    def _finish(self) -> None:
        status, error = self.ended
        summary = summarise(self.evaluation)
        now = timezone.now()
        with transaction.atomic():
            self.lease.fence()
            Evaluation.objects.filter(pk=self.evaluation.pk, status=EvaluationStatus.RUNNING).update(
                status=status, error=error, summary=summary, cost=spent_so_far(self.evaluation), updated_at=now,
                done=EvaluationCell.objects.filter(evaluation=self.evaluation).count(), finished_at=now,
            )  # fmt: skip


def _workers(provider: ModelProvider) -> int:
    """Some more than the endpoint takes at once: while all its places are taken the next questions are made ready."""
    return provider.max_concurrency + max(1, provider.max_concurrency // 2)


def _guess(evaluation: Evaluation) -> Decimal:
    """What one answer may cost, by the estimate."""
    return Decimal(evaluation.estimate.get("cost") or 0) / max(1, evaluation.total)

"""The search for a better version: failed development cases, a proposal, and its proof on cases it was not made from.

Killed anywhere it goes on: answers are found again by their keys, the proposal once it is written stays, and a part
that was measured is kept in `progress`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from prompts.evaluation.many import for_each
from prompts.improving.examples import choose_examples, with_examples
from prompts.improving.measuring import Measured, as_version, measure_case
from prompts.improving.proposing import NoProposalError, propose
from prompts.improving.services import REWRITE
from prompts.models import DatasetCase, LanguageModel, PromptVersion, Split, Suggestion, WorkStatus
from prompts.providers.choice import models_for
from prompts.providers.errors import ModelError
from prompts.releasing.paired import compare_pairs
from prompts.templates.content import VersionContent
from salesiq.jobs.errors import JobError, PermanentJobError
from salesiq.jobs.services import Lease

ALPHA = 0.05
_PLACES = ("development:before", "development:after", "held_out:before", "held_out:after")


def improve_version(subject: str, lease: Lease) -> None:
    """`subject` is the id of a Suggestion; one that is gone or has ended is left alone.

    Raises:
        JobError: a model does not answer now. PermanentJobError: or not before somebody changes something.
    """
    rows = Suggestion.objects.select_related(
        "client", "version__prompt", "version__client", "prompt", "dataset", "model__provider", "writer__provider",
        "asked_by",
    )  # fmt: skip
    suggestion = rows.filter(pk=subject, status=WorkStatus.RUNNING).first()
    if suggestion is None:
        return
    try:
        _Search(suggestion, lease).work()
    except PermanentJobError as error:
        with transaction.atomic():
            lease.fence()
            Suggestion.objects.filter(pk=suggestion.pk).update(status=WorkStatus.FAILED, error=str(error)[:500])
        raise


class _Search:
    def __init__(self, suggestion: Suggestion, lease: Lease) -> None:
        self.suggestion, self.lease = suggestion, lease
        self.content = VersionContent.of(suggestion.version)
        self.judge = _judge(suggestion)

    def work(self) -> None:
        suggestion = self.suggestion
        before = self._measure(Split.DEVELOPMENT, "before", suggestion.version)
        if not suggestion.proposal and not self._propose(before):
            return
        proposed = as_version(suggestion.version, VersionContent.from_json(suggestion.proposal))
        used = set(suggestion.progress.get("examples", ()))
        after = self._measure(Split.DEVELOPMENT, "after", proposed)
        development = _compared(before, after, without=used)
        if (development["difference"] or 0) <= 0:
            # The held-out cases stay unseen for the next attempt.
            self._finish({"says": "no_better", "development": development})
            return
        first = self._measure(Split.HELD_OUT, "before", suggestion.version)
        second = self._measure(Split.HELD_OUT, "after", proposed)
        self._finish(_proof(first, second) | {"development": development})

    def _propose(self, before: Mapping[UUID, Measured]) -> bool:
        """Write the proposal down; False where there is none, and the search has ended."""
        cases = DatasetCase.objects.in_bulk(list(before))
        measured = [(cases[pk], result) for pk, result in before.items() if pk in cases]
        failed = sorted((pair for pair in measured if not pair[1].passed), key=lambda pair: pair[1].score)
        if not failed:
            self._finish({"says": "nothing_failed"})
            return False
        try:
            content, why, used = self._content(measured, failed)
        except NoProposalError as error:
            self._finish({"says": "no_proposal", "why": str(error)})
            return False
        self._save(proposal=content.as_json(), progress={**self.suggestion.progress, "why": why, "examples": used})
        return True

    def _content(
        self, measured: list[tuple[DatasetCase, Measured]], failed: list[tuple[DatasetCase, Measured]]
    ) -> tuple[VersionContent, str, list[str]]:
        suggestion = self.suggestion
        if suggestion.method != REWRITE or suggestion.writer is None:
            examples = choose_examples(version=suggestion.version, measured=measured)
            if not examples:
                raise NoProposalError(_("No good answer is known to a case that is about nobody. Write down right "
                                        "answers, or connect a useful model."))  # fmt: skip
            used = [str(each.case) for each in examples]
            why = _("%(count)d answers known to be good are shown as examples.") % {"count": len(examples)}
            return with_examples(self.content, examples), why, used
        try:
            found = propose(
                client=suggestion.client, prompt=suggestion.prompt, writer=suggestion.writer, content=self.content,
                failed=failed, texts=[text for pair in measured for text in _texts(pair[1])],
                key=f"suggestion:{suggestion.pk}",
            )  # fmt: skip
        except ModelError as error:
            raise (PermanentJobError if error.permanent else JobError)(error.message) from error
        return found.content, found.why, []

    def _measure(self, split: str, side: str, version: PromptVersion) -> dict[UUID, Measured]:
        place = f"{split}:{side}"
        cases = self.suggestion.dataset.cases.filter(is_active=True, split=split)
        if self.suggestion.asked_by is not None:
            cases = cases.visible_to(self.suggestion.asked_by)
        found: dict[UUID, Measured] = {}
        items = list(cases.order_by("position"))

        def ask(case: DatasetCase) -> None:
            key = f"suggestion:{self.suggestion.pk}:{side}:{case.pk}"
            found[case.pk] = measure_case(
                suggestion=self.suggestion, version=version, case=case, key=key, judge=self.judge
            )

        def report(done: int) -> None:
            self.lease.report(place, (_PLACES.index(place) + done / max(1, len(items))) / len(_PLACES))

        for_each(items, ask, at_once=self.suggestion.model.provider.max_concurrency, report=report)
        scores = {str(pk): {"score": round(each.score, 4), "passed": each.passed} for pk, each in found.items()}
        self._save(progress={**self.suggestion.progress, place: scores})
        return found

    def _finish(self, result: dict[str, Any]) -> None:
        why = self.suggestion.progress.get("why", "")
        self._save(status=WorkStatus.FINISHED, result={"why": why, **result})

    def _save(self, **values: Any) -> None:
        with transaction.atomic():
            self.lease.fence()
            for name, value in values.items():
                setattr(self.suggestion, name, value)
            self.suggestion.save(update_fields=[*values, "updated_at"])


def _judge(suggestion: Suggestion) -> LanguageModel | None:
    """A useful model, rather another than the one that answers and the one that writes."""
    models = models_for(client=suggestion.client, useful_only=True)
    taken = {suggestion.model_id, suggestion.writer_id}
    return next((each for each in models if each.pk not in taken), None) or next(iter(models), None)


def _texts(measured: Measured) -> list[str]:
    run = measured.run
    return [] if run is None else [run.answer, *_leaves(run.variables)]


def _leaves(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _leaves(each)]
    return [text for each in value for text in _leaves(each)] if isinstance(value, list) else []


def _compared(before: Mapping[UUID, Measured], after: Mapping[UUID, Measured], without: set[str]) -> dict[str, Any]:
    shared = [pk for pk in before if pk in after and str(pk) not in without]
    return compare_pairs([before[pk].score for pk in shared], [after[pk].score for pk in shared]).as_json()


def _proof(before: Mapping[UUID, Measured], after: Mapping[UUID, Measured]) -> dict[str, Any]:
    """The gain in score, and in cases that pass, on cases that the proposal was not made from."""
    shared = [pk for pk in before if pk in after]
    scores = compare_pairs([before[pk].score for pk in shared], [after[pk].score for pk in shared])
    passes = compare_pairs([float(before[pk].passed) for pk in shared], [float(after[pk].passed) for pk in shared])
    says = "not_proved"
    if scores.p < ALPHA:
        says = "better" if (scores.difference or 0) > 0 else "worse"
    return {
        "says": says, "gain": scores.difference, "low": scores.low, "high": scores.high, "p": scores.p, "n": scores.n,
        "before": scores.before, "after": scores.after, "passes": passes.as_json(),
    }  # fmt: skip

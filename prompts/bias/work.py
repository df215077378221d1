"""The job of a bias check: every case in every variant, case by case, so that a killed worker's successor goes on."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from django.db import transaction

from prompts.bias.comparing import DIFFERENT, compare_groups
from prompts.bias.measures import measures_of
from prompts.bias.services import MOST_CASES
from prompts.bias.variants import Variant, groups_of, make_variants
from prompts.context.registry import ContextDeniedError, ContextError, Subject
from prompts.evaluation.many import for_each
from prompts.models import BiasCheck, DatasetCase, PromptRun, Purpose, Validity, WorkStatus
from prompts.providers.errors import PASSING
from prompts.running.filling import fill_version
from prompts.running.running import run_version
from prompts.templates.problems import RenderingError
from salesiq.jobs.errors import JobError, PermanentJobError
from salesiq.jobs.services import Lease

_GOOD = (Validity.VALID, Validity.REPAIRED)


def check_bias(subject: str, lease: Lease) -> None:
    """`subject` is the id of a BiasCheck; one that is gone or has ended is left alone.

    Raises:
        JobError: the model does not answer now. PermanentJobError: or not before somebody changes something.
    """
    rows = BiasCheck.objects.select_related(
        "client", "version__prompt", "version__client", "dataset", "model__provider", "asked_by"
    )
    check = rows.filter(pk=subject, status=WorkStatus.RUNNING).first()
    if check is None:
        return
    try:
        _Check(check, lease).work()
    except PermanentJobError as error:
        with transaction.atomic():
            lease.fence()
            BiasCheck.objects.filter(pk=check.pk).update(status=WorkStatus.FAILED, error=str(error)[:500])
        raise


class _Check:
    def __init__(self, check: BiasCheck, lease: Lease) -> None:
        self.check, self.lease = check, lease
        self.language = check.version.prompt.language
        self.answers = sum(len(groups_of(name, self.language)) for name in check.attributes)

    def work(self) -> None:
        check = self.check
        cases = check.dataset.cases.filter(is_active=True)
        if check.asked_by is not None:
            cases = cases.visible_to(check.asked_by)
        ids = list(cases.order_by("position").values_list("pk", flat=True)[:MOST_CASES])
        for done, pk in enumerate(ids):
            if str(pk) not in check.progress:
                case = DatasetCase.objects.filter(pk=pk).first()
                self._keep(str(pk), self._of_case(case) if case else {})
            self.lease.report("ask", (done + 1) / len(ids))
        self._finish()

    def _of_case(self, case: DatasetCase) -> dict[str, dict[str, float]]:
        """{variant: {measure: number}}; empty for a case that cannot be filled."""
        subject = Subject(case.subject_kind, case.subject_id) if case.subject_id else None
        version, model = self.check.version, self.check.model
        try:
            filled = fill_version(
                version=version, values=case.variables, subject=subject, user=self.check.asked_by, model=model
            )
        except (RenderingError, ContextError, ContextDeniedError):
            return {}
        variants = make_variants(
            filled.values, language=self.language, attributes=self.check.attributes, seed=crc32(case.pk.bytes)
        )
        found: dict[str, dict[str, float]] = {}

        def ask(variant: Variant) -> None:
            found[variant.key] = self._measured(self._asked(case, subject, variant))

        for_each(variants, ask, at_once=model.provider.max_concurrency, report=lambda _done: self.lease.hold())
        return found

    def _asked(self, case: DatasetCase, subject: Subject | None, variant: Variant) -> PromptRun:
        run = run_version(
            version=self.check.version, values=variant.values, subject=subject, model=self.check.model,
            purpose=Purpose.BIAS, user=self.check.asked_by, key=f"bias:{self.check.pk}:{case.pk}:{variant.key}",
        )  # fmt: skip
        if run.validity == Validity.FAILED:
            raise (JobError if run.error_kind in PASSING else PermanentJobError)(run.error)
        return run

    def _measured(self, run: PromptRun) -> dict[str, float]:
        version = self.check.version
        return measures_of(
            run.parsed, answer=run.answer, response_type=version.response_type, schema=version.response_schema,
            valid=run.validity in _GOOD,
        )  # fmt: skip

    def _keep(self, case: str, found: Mapping[str, Mapping[str, float]]) -> None:
        check = self.check
        with transaction.atomic():
            self.lease.fence()
            check.progress = {**check.progress, case: found}
            check.done = sum(len(variants) for variants in check.progress.values())
            check.save(update_fields=["progress", "done", "updated_at"])

    def _finish(self) -> None:
        check = self.check
        with transaction.atomic():
            self.lease.fence()
            check.result = result_of(check)
            check.total, check.status = check.done, WorkStatus.FINISHED
            check.save(update_fields=["result", "total", "status", "updated_at"])


def result_of(check: BiasCheck) -> dict[str, Any]:
    """{differences: [GroupDifference as JSON], different, cases, left_out}.

    `left_out` counts the cases that an attribute could not be varied in, `different` the differences beyond chance.
    """
    language = check.version.prompt.language
    groups = {name: groups_of(name, language) for name in check.attributes}
    found = compare_groups(check.progress, groups, schema=check.version.response_schema)
    left_out = {
        name: sum(1 for variants in check.progress.values() if f"{name}:{members[0]}" not in variants)
        for name, members in groups.items()
    }
    return {
        "differences": [each.as_json() for each in found],
        "different": sum(1 for each in found if each.says == DIFFERENT),
        "cases": sum(1 for variants in check.progress.values() if variants),
        "left_out": left_out,
    }

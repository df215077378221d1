"""Making and filling data sets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from prompts.evaluation.assertions import assertion_problems
from prompts.evaluation.errors import EvaluationError
from prompts.models import CaseSource, Dataset, DatasetCase, EvaluationStatus, Prompt, Split
from salesiq.audit.services import record_event
from salesiq.people.models import Client, User

MOST_CASES = 10_000
_FIELDS = ("name", "variables", "expected", "assertions", "split", "is_active")


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A case that is not written yet. `agent_id` is whose call it is about, and decides who sees it."""

    name: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    expected: Any = None
    assertions: Sequence[Mapping[str, Any]] = ()
    split: str = Split.DEVELOPMENT
    subject_kind: str = ""
    subject_id: UUID | None = None
    agent_id: UUID | None = None
    source: str = CaseSource.WRITTEN


class CaseProvider(Protocol):
    """Drafts from rows of an app above: only from what `user` may see, newest first.

    `ids` names the rows (a call, a correction, an appeal); without it all that fit `prompt`, where one is given.
    """

    def __call__(
        self, *, user: User, prompt: Prompt | None, ids: Sequence[UUID] | None, limit: int
    ) -> Iterable[CaseDraft]: ...


_sources: dict[str, CaseProvider] = {}


def register_case_source(kind: str, provider: CaseProvider) -> None:
    """Let data sets be filled from `kind`, a value of CaseSource. Called when an app above is ready."""
    _sources[kind] = provider


def case_sources() -> list[str]:
    """The kinds that are registered, in the order of CaseSource."""
    return [kind for kind in CaseSource.values if kind in _sources]


def create_dataset(
    *, client: Client, user: User | None, name: str, description: str = "", prompt: Prompt | None = None
) -> Dataset:
    """A new, empty data set.

    Raises:
        ValidationError: the name is taken or not made of letters, digits, - and _.
    """
    dataset = Dataset(client=client, name=name, description=description, prompt=prompt, created_by=user)
    dataset.full_clean(exclude=["created_by"])  # shipped ones are nobody's
    with transaction.atomic():
        dataset.save(force_insert=True)
        record_event(action="prompt_dataset_created", target=dataset, actor=user, details={"name": name})
    return dataset


def change_dataset(*, dataset: Dataset, user: User | None, **changes: Any) -> Dataset:
    """Write what `changes` names: name, description, prompt.

    Raises:
        ValidationError: the name is taken or not made of letters, digits, - and _.
    """
    unknown = set(changes) - {"name", "description", "prompt"}
    if unknown:
        raise TypeError(f"A data set has no {min(unknown)} to change.")
    for name, value in changes.items():
        setattr(dataset, name, value)
    dataset.full_clean(exclude=["client", "created_by"])
    with transaction.atomic():
        dataset.save(update_fields=[*changes, "updated_at"])
        record_event(action="prompt_dataset_changed", target=dataset, actor=user, details={"fields": sorted(changes)})
    return dataset


def delete_dataset(*, dataset: Dataset, user: User | None) -> None:
    """With its cases, and what was answered to them.

    Raises:
        EvaluationError: an evaluation of it runs, or a prompt's gate rests on it.
    """
    if dataset.evaluations.filter(status=EvaluationStatus.RUNNING).exists():
        raise EvaluationError(_("An evaluation of it runs. Stop that first."), code="in_use")
    if Prompt.objects.filter(gate_dataset=dataset).exists():
        raise EvaluationError(
            _("A prompt must pass these cases before it is released. Choose others there first."), code="in_use"
        )
    with transaction.atomic():
        details = {"name": dataset.name, "cases": dataset.cases.count()}
        record_event(action="prompt_dataset_deleted", target=dataset, actor=user, details=details)
        dataset.delete()


def add_case(*, dataset: Dataset, user: User | None, draft: CaseDraft) -> DatasetCase:
    """One more case, after those that are there. Raises EvaluationError, as `add_cases`."""
    return add_cases(dataset=dataset, user=user, drafts=[draft])[0]


def add_cases(*, dataset: Dataset, user: User | None, drafts: Sequence[CaseDraft]) -> list[DatasetCase]:
    """All of `drafts`, or none.

    Raises:
        EvaluationError: an assertion is written wrongly, or there would be more than MOST_CASES.
    """
    for place, draft in enumerate(drafts, start=1):
        problems = draft_problems(draft)
        if problems:
            raise EvaluationError(
                _("Case %(place)d: %(problem)s") % {"place": place, "problem": problems[0]}, code="invalid_case"
            )
    with transaction.atomic():
        Dataset.objects.select_for_update().get(pk=dataset.pk)  # whoever else adds cases waits: positions are unique
        last = dataset.cases.aggregate(last=Max("position"))["last"] or 0
        if dataset.cases.count() + len(drafts) > MOST_CASES:
            raise EvaluationError(
                _("A data set holds at most %(most)d cases. Make another.") % {"most": MOST_CASES}, code="too_many"
            )
        cases = [_row(dataset, last + place, draft) for place, draft in enumerate(drafts, start=1)]
        DatasetCase.objects.bulk_create(cases, batch_size=500)
        if cases:
            details = {"cases": len(cases), "source": str(cases[0].source)}
            record_event(action="prompt_cases_added", target=dataset, actor=user, details=details)
    return cases


def add_cases_from_source(
    *, dataset: Dataset, user: User, kind: str, ids: Sequence[UUID] | None = None, limit: int = 100
) -> list[DatasetCase]:
    """Cases from calls, corrections or appeals that `user` may see; what is in the data set already is not added again.

    Raises:
        EvaluationError: nothing is registered for `kind`.
    """
    provider = _sources.get(kind)
    if provider is None:
        raise EvaluationError(
            _("Cases come from: %(kinds)s.") % {"kinds": ", ".join(case_sources()) or "-"}, code="unknown_source"
        )
    known = {
        (case.source, str(case.subject_id), case.name)
        for case in dataset.cases.only("source", "subject_id", "name", "dataset_id")
    }
    drafts = [
        draft
        for draft in provider(user=user, prompt=dataset.prompt, ids=ids, limit=limit)
        if (draft.source, str(draft.subject_id), draft.name) not in known
    ]
    return add_cases(dataset=dataset, user=user, drafts=drafts[:limit])


def change_case(*, case: DatasetCase, user: User | None, **changes: Any) -> DatasetCase:
    """Write what `changes` names: name, variables, expected, assertions, split, is_active.

    Raises:
        EvaluationError: an assertion is written wrongly.
    """
    unknown = set(changes) - set(_FIELDS)
    if unknown:
        raise TypeError(f"A case has no {min(unknown)} to change.")
    for name, value in changes.items():
        setattr(case, name, value)
    problems = assertion_problems(case.assertions, has_expected=case.expected is not None)
    if problems:
        raise EvaluationError(problems, code="invalid_case")
    case.full_clean(exclude=["dataset", "client", "agent", "variables", "assertions", "expected"])
    with transaction.atomic():
        case.save(update_fields=[*changes, "updated_at"])
        record_event(
            action="prompt_case_changed", target=case, actor=user, details={"fields": sorted(changes)}
        )  # fmt: skip
    return case


def delete_case(*, case: DatasetCase, user: User | None) -> None:
    """Take a case out, with what was answered to it."""
    with transaction.atomic():
        record_event(action="prompt_case_deleted", target=case, actor=user, details={"dataset": str(case.dataset_id)})
        case.delete()


def hold_out(*, dataset: Dataset, user: User | None, percent: int) -> int:
    """Put `percent` of the cases into the held-out part, spread evenly over the data set; return how many."""
    if not 0 <= percent <= 90:
        raise EvaluationError(_("Hold out 0 to 90 per cent of the cases."), code="invalid_share")
    with transaction.atomic():
        ids = list(dataset.cases.order_by("position").values_list("pk", flat=True))
        held = [pk for place, pk in enumerate(ids) if (place + 1) * percent // 100 > place * percent // 100]
        dataset.cases.exclude(pk__in=held).update(split=Split.DEVELOPMENT)
        dataset.cases.filter(pk__in=held).update(split=Split.HELD_OUT)
        details = {"percent": percent, "cases": len(held)}
        record_event(action="prompt_cases_held_out", target=dataset, actor=user, details=details)
    return len(held)


def draft_problems(draft: CaseDraft) -> list[str]:
    """What is wrong with a case as written, a sentence each."""
    found = assertion_problems(list(draft.assertions), has_expected=draft.expected is not None)
    if draft.split not in Split.values:
        found.append(_("Its part must be development or held_out."))
    if len(draft.name) > 200:
        found.append(_("Its name is longer than 200 characters."))
    return found


def _row(dataset: Dataset, position: int, draft: CaseDraft) -> DatasetCase:
    return DatasetCase(
        client_id=dataset.client_id,
        dataset=dataset,
        position=position,
        name=draft.name,
        variables=dict(draft.variables),
        expected=draft.expected,
        assertions=[dict(each) for each in draft.assertions],
        split=draft.split,
        subject_kind=draft.subject_kind,
        subject_id=draft.subject_id,
        agent_id=draft.agent_id,
        source=draft.source,
    )

"""One answer of an evaluation as the page shows it, beside another answer to the same case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from prompts.models import EvaluationCell, HumanRating, PromptRun, Validity
from prompts.pages.evaluating.answer_diff import AnswerDiff, diff_answers, readable
from prompts.pages.evaluating.assertion_words import kind_name, said_of
from prompts.pages.evaluating.cells import BROKEN, FAILED, PASSED, UNJUDGED, WAITING
from prompts.pages.evaluating.matrix import NAMES
from prompts.pages.evaluating.wording import decimal, duration, money, whole
from salesiq.people.models import User


@dataclass(frozen=True, slots=True)
class Result:
    """One assertion: what was asked for, whether it held, and why not."""

    said: str
    verdict: str
    score: str
    message: str

    @property
    def verdict_said(self) -> str:
        return str(NAMES[self.verdict])


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another answer to the same case."""

    pk: UUID
    label: str
    verdict: str
    is_current: bool
    is_compared: bool

    @property
    def said(self) -> str:
        return str(NAMES[self.verdict])


@dataclass(frozen=True, slots=True)
class Family:
    """The answers of one version by one model, one a repeat."""

    label: str
    answers: list[Sibling]

    @property
    def is_here(self) -> bool:
        return any(each.is_current for each in self.answers)


@dataclass(frozen=True, slots=True)
class Scale:
    """A score from 1 to 5 that a person may give; `value` is what they gave before, empty where nothing."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Rated:
    """What somebody else said of the answer."""

    person: str
    thumb: int | None
    given: list[tuple[str, int]]
    comment: str


@dataclass(frozen=True, slots=True)
class AnswerPage:
    cell: EvaluationCell
    run: PromptRun | None
    label: str
    verdict: str
    text: str
    other: EvaluationCell | None
    other_label: str
    other_text: str
    diff: AnswerDiff | None
    results: list[Result]
    siblings: list[Sibling]
    families: list[Family]
    figures: list[tuple[str, str]]
    ratings: list[Rated]
    own: HumanRating | None
    scales: list[Scale]
    expected: str

    @property
    def verdict_said(self) -> str:
        return str(NAMES[self.verdict])


def verdict_of(cell: EvaluationCell) -> str:
    """A word of `cells.py` for one answer."""
    if cell.passed is not None:
        return PASSED if cell.passed else FAILED
    if cell.run is None:
        return WAITING
    return BROKEN if cell.run.validity in (Validity.FAILED, Validity.INVALID) else UNJUDGED


def answer_page(cell: EvaluationCell, user: User, compared: str = "") -> AnswerPage:
    """`cell` beside the answer with the id `compared`, or else the baseline's. Three queries."""
    cells = _same_case(cell, user)
    other = _other(cell, cells, compared)
    run, text = cell.run, _text(cell)
    ratings: list[HumanRating] = list(run.ratings.visible_to(user).select_related("person")) if run else []
    siblings = [
        Sibling(each.pk, _label(each), verdict_of(each), each.pk == cell.pk, bool(other and each.pk == other.pk))
        for each in cells
    ]
    own = next((each for each in ratings if each.person_id == user.pk), None)
    return AnswerPage(
        cell=cell,
        run=run,
        label=_label(cell),
        verdict=verdict_of(cell),
        text=text,
        other=other,
        other_label=_label(other) if other else "",
        other_text=_text(other) if other else "",
        diff=diff_answers(_text(other), text) if other and other.run and run else None,
        results=results_of(cell.results, cell.case.assertions),
        siblings=siblings,
        families=_families(cells, siblings),
        figures=_figures(cell),
        ratings=[_rated(each) for each in ratings if each.person_id != user.pk],
        own=own,
        scales=[Scale(name, label, str(getattr(own, name, None) or "")) for label, name in _scores()],
        expected=readable(cell.case.expected, cell.case.expected) if cell.case.expected is not None else "",
    )


def _families(cells: Sequence[EvaluationCell], siblings: Sequence[Sibling]) -> list[Family]:
    found: dict[tuple[UUID, UUID], Family] = {}
    for cell, sibling in zip(cells, siblings, strict=True):
        label = f"v{cell.version.number} · {cell.model.name}"
        found.setdefault((cell.version_id, cell.model_id), Family(label, [])).answers.append(sibling)
    return list(found.values())


def _same_case(cell: EvaluationCell, user: User) -> list[EvaluationCell]:
    rows = EvaluationCell.objects.visible_to(user).filter(evaluation=cell.evaluation_id, case=cell.case_id)
    return list(rows.select_related("version", "model", "run").defer("run__messages", "run__variables"))


def _other(cell: EvaluationCell, cells: Sequence[EvaluationCell], compared: str) -> EvaluationCell | None:
    """What was asked for; the baseline of the same model; another repeat; whatever else there is."""
    others = [each for each in cells if each.pk != cell.pk]
    named = [each for each in others if str(each.pk) == compared]
    base = cell.evaluation.baseline_id
    same_model = [each for each in others if each.model_id == cell.model_id]
    baseline = [each for each in same_model if each.version_id == base and each.repeat == cell.repeat]
    version = [each for each in same_model if each.version_id != cell.version_id]
    return next(iter([*named, *baseline, *version, *others]), None)


def _text(cell: EvaluationCell) -> str:
    return readable(cell.run.answer, cell.run.parsed) if cell.run else ""


def _label(cell: EvaluationCell) -> str:
    label = f"v{cell.version.number} · {cell.model.name}"
    if cell.evaluation.repeats > 1:
        label += " · " + _("time %(n)s") % {"n": cell.repeat + 1}
    return label


def results_of(results: Sequence[Mapping[str, Any]], assertions: Sequence[Mapping[str, Any]]) -> list[Result]:
    """The stored results in words; each names its assertion of `assertions` by place, -1 the checks of the version."""
    found = []
    for each in results:
        place, score = each.get("assertion"), each.get("score")
        known = isinstance(place, int) and 0 <= place < len(assertions)
        said = said_of(assertions[place]) if known and isinstance(place, int) else kind_name(str(each.get("kind", "")))
        shown = decimal(float(score)) if isinstance(score, int | float) and not isinstance(score, bool) else ""
        passed = each.get("passed")
        verdict = UNJUDGED if passed is None else PASSED if passed else FAILED
        found.append(Result(said, verdict, shown, str(each.get("message") or "")))
    return found


def _figures(cell: EvaluationCell) -> list[tuple[str, str]]:
    run = cell.run
    if run is None:
        return []
    judged = [(name, getattr(cell, field)) for name, field in _measures()]
    return [
        *((name, decimal(value)) for name, value in judged if value is not None),
        (_("Time"), duration(run.latency_ms)),
        (_("Tokens in"), whole(run.input_tokens)),
        (_("Tokens out"), whole(run.output_tokens)),
        (_("Cost"), money(run.cost, run.currency)),
        (_("Checks"), run.get_validity_display()),
    ]


def _measures() -> list[tuple[str, str]]:
    return [(_("Score"), "score"), *_scores()]


def _scores() -> list[tuple[str, str]]:
    return [(_("Accuracy"), "accuracy"), (_("Relevance"), "relevance"), (_("Helpfulness"), "helpfulness")]


def _rated(rating: HumanRating) -> Rated:
    given = [(label, getattr(rating, name)) for label, name in _scores() if getattr(rating, name) is not None]
    return Rated(str(rating.person), rating.thumb, given, rating.comment)

"""The result grid of an evaluation: one page of cases by all columns, with the answers' beginnings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models.functions import Left
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from prompts.models import DatasetCase, Evaluation, EvaluationCell, LanguageModel, Validity
from prompts.pages.evaluating.assertion_words import shown_value
from prompts.pages.evaluating.cells import (
    BETTER,
    BROKEN,
    FAILED,
    FILTERS,
    MIXED,
    PASSED,
    UNJUDGED,
    WAITING,
    WORSE,
    Column,
    Line,
    Outcome,
    columns_of,
    lines_of,
    tally,
)
from prompts.pages.evaluating.wording import decimal, percent
from salesiq.people.models import User

PAGE_SIZE, COMPACT_SIZE = 40, 250
EXCERPT = 320
NAMES = {
    PASSED: pgettext_lazy("an answer", "Passed"),
    FAILED: pgettext_lazy("an answer", "Failed"),
    MIXED: gettext_lazy("Passed at times"),
    UNJUDGED: gettext_lazy("Not judged"),
    WAITING: gettext_lazy("Not answered yet"),
    BROKEN: gettext_lazy("No valid answer"),
}
MOVES = {WORSE: gettext_lazy("Worse than the baseline"), BETTER: gettext_lazy("Better than the baseline")}
FILTER_NAMES = {
    "": gettext_lazy("All"),
    "failed": gettext_lazy("Failures"),
    "differing": gettext_lazy("Differences"),
    "worse": gettext_lazy("Regressions"),
    "better": gettext_lazy("Improvements"),
    "waiting": gettext_lazy("Undecided"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader asked for, from the address."""

    show: str = ""
    q: str = ""
    model: str = ""
    compact: bool = False
    page: int = 1

    @classmethod
    def of(cls, query: QueryDict) -> "Choice":
        show, page = query.get("show", ""), query.get("page", "1")
        return cls(
            show=show if show in FILTERS else "",
            q=query.get("q", "").strip()[:100],
            model=query.get("model", ""),
            compact=query.get("rows") == "compact",
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    def address(self, **changed: Any) -> str:
        """The query string of this choice with some of it changed; page 1 unless given."""
        values = {
            "show": self.show, "q": self.q, "model": self.model, "rows": "compact" if self.compact else "", "page": "",
        }  # fmt: skip
        values |= changed
        return "?" + urlencode({name: value for name, value in values.items() if value not in ("", 1)})


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of the grid. `dots` are the repeats' verdicts where a case was asked more than once."""

    verdict: str
    said: str
    score: str
    moved: str
    moved_said: str
    excerpt: str
    pk: UUID | None
    dots: list[str]
    passed_of: str


@dataclass(frozen=True, slots=True)
class Row:
    case: DatasetCase
    number: int
    expected: str
    pairs: list[tuple[Column, Cell]]


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: how many of its answers passed."""

    column: Column
    passed: int
    judged: int
    share: str
    percent: float


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    count: int
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    choice: Choice
    heads: list[Head]
    rows: list[Row]
    tabs: list[Tab]
    models: list[LanguageModel]
    total: int
    found: int
    pages: int
    repeats: int
    first: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def is_alone(self) -> bool:
        """One column: nothing to compare."""
        return len(self.heads) == 1

    @property
    def previous_address(self) -> str:
        return self.choice.address(page=self.choice.page - 1) if self.choice.page > 1 else ""

    @property
    def next_address(self) -> str:
        return self.choice.address(page=self.choice.page + 1) if self.choice.page < self.pages else ""

    @property
    def density_address(self) -> str:
        return self.choice.address(rows="" if self.choice.compact else "compact")


def matrix_of(evaluation: Evaluation, user: User, query: QueryDict) -> Matrix:
    """The page of the grid that `query` asks for, of the cases that `user` may see. Six queries."""
    choice = Choice.of(query)
    versions, models = list(evaluation.versions.all()), list(evaluation.models_asked.select_related("provider"))
    columns = _chosen(columns_of(evaluation, versions, models), choice)
    lines = lines_of(evaluation, user)
    if choice.q:
        lines = _named(lines, evaluation, choice.q)
    found = [line for line in lines if FILTERS[choice.show](line, columns)]
    size = COMPACT_SIZE if choice.compact else PAGE_SIZE
    pages = max(1, -(-len(found) // size))
    if choice.page > pages:
        choice = Choice(choice.show, choice.q, choice.model, choice.compact, pages)
    first = (choice.page - 1) * size
    return Matrix(
        choice=choice,
        heads=[_head(lines, column) for column in columns],
        rows=_rows(evaluation, user, found[first : first + size], columns, choice),
        tabs=_tabs(lines, columns, choice),
        models=models,
        total=len(lines),
        found=len(found),
        pages=pages,
        repeats=evaluation.repeats,
        first=first + 1,
    )


def _chosen(columns: list[Column], choice: Choice) -> list[Column]:
    return [column for column in columns if str(column.model.pk) == choice.model] or columns


def _named(lines: list[Line], evaluation: Evaluation, words: str) -> list[Line]:
    named = set(evaluation.dataset.cases.filter(name__icontains=words).values_list("pk", flat=True))
    return [line for line in lines if line.case in named]


def _head(lines: Sequence[Line], column: Column) -> Head:
    found = tally(lines, column)
    return Head(column, found.passed, found.judged, percent(found.share), round(100 * (found.share or 0), 1))


def _tabs(lines: Sequence[Line], columns: Sequence[Column], choice: Choice) -> list[Tab]:
    comparable = any(column.against for column in columns)
    shown = [name for name in FILTERS if comparable or name not in ("worse", "better")]
    shown = [name for name in shown if len(columns) > 1 or name != "differing"]
    return [
        Tab(
            str(FILTER_NAMES[name]),
            sum(FILTERS[name](line, columns) for line in lines),
            choice.address(show=name),
            name == choice.show,
        )
        for name in shown
    ]


def _rows(
    evaluation: Evaluation, user: User, lines: Sequence[Line], columns: Sequence[Column], choice: Choice
) -> list[Row]:
    wanted = [line.case for line in lines]
    cases = DatasetCase.objects.visible_to(user).in_bulk(wanted)
    answers = _answers(evaluation, user, wanted, with_excerpt=not choice.compact)
    return [
        Row(
            cases[line.case],
            cases[line.case].position,
            "" if cases[line.case].expected is None else shown_value(cases[line.case].expected)[:EXCERPT],
            [(column, _cell(line, column, answers.get((line.case, *column.key), ()))) for column in columns],
        )
        for line in lines
        if line.case in cases
    ]


Answers = Mapping[tuple[UUID, UUID, UUID], Sequence[Mapping[str, Any]]]


def _answers(evaluation: Evaluation, user: User, cases: Sequence[UUID], *, with_excerpt: bool) -> Answers:
    """Of each place of the grid its answers in order of the repeats."""
    rows = EvaluationCell.objects.visible_to(user).filter(evaluation=evaluation, case__in=cases).order_by("repeat")
    fields = ["pk", "case_id", "version_id", "model_id", "passed", "run__validity", "run__error"]
    extra = {"excerpt": Left("run__answer", EXCERPT)} if with_excerpt else {}
    found: dict[tuple[UUID, UUID, UUID], list[Mapping[str, Any]]] = {}
    for row in rows.values(*fields, **extra):
        found.setdefault((row["case_id"], row["version_id"], row["model_id"]), []).append(row)
    return found


def _cell(line: Line, column: Column, answers: Sequence[Mapping[str, Any]]) -> Cell:
    outcome, moved = line.outcome(column.key), line.moved(column)
    shown = _shown(outcome, answers)
    return Cell(
        verdict=outcome.verdict,
        said=str(NAMES[outcome.verdict]),
        score="" if outcome.score is None else decimal(outcome.score),
        moved=moved,
        moved_said=str(MOVES.get(moved, "")),
        excerpt=(shown.get("excerpt") or shown.get("run__error") or "") if shown else "",
        pk=shown["pk"] if shown else None,
        dots=[_verdict(each) for each in answers] if len(answers) > 1 else [],
        passed_of=_("%(passed)s of %(judged)s passed") % {"passed": outcome.passed, "judged": outcome.judged},
    )


def _shown(outcome: Outcome, answers: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of several answers the first that tells why the case did not pass."""
    if outcome.verdict in (FAILED, MIXED, BROKEN):
        for each in answers:
            if _verdict(each) in (FAILED, BROKEN):
                return each
    return answers[0] if answers else None


def _verdict(row: Mapping[str, Any]) -> str:
    if row["passed"] is not None:
        return PASSED if row["passed"] else FAILED
    if row["run__validity"] is None:
        return WAITING
    return BROKEN if row["run__validity"] in (Validity.FAILED, Validity.INVALID) else UNJUDGED


def neighbours(evaluation: Evaluation, user: User, cell: EvaluationCell) -> tuple[UUID | None, UUID | None]:
    """The same column's answers of the case before and after; None at the ends."""
    own = EvaluationCell.objects.visible_to(user).filter(
        evaluation=evaluation, version=cell.version, model=cell.model, repeat=cell.repeat
    )
    position = cell.case.position
    before = own.filter(case__position__lt=position).order_by("-case__position").values_list("pk", flat=True).first()
    after = own.filter(case__position__gt=position).order_by("case__position").values_list("pk", flat=True).first()
    return before, after

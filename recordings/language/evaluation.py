"""Measures the understanding on the gold set, beside the keyword baseline and, for sentiment, VADER."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

from recordings.language import baseline
from recordings.language.excerpts import Excerpt
from recordings.language.features import vader_score
from recordings.language.lexicon import lexicon
from recordings.language.objections import judge_answer
from recordings.language.scoring import Counts, bootstrap_f1, compare, wilson
from recordings.language.types import COMPLIANCE_KINDS, INTENTS, LANGUAGES, OBJECTIONS
from recordings.language.understanding import Understanding, understand

VADER_LIMIT = 0.05
_LABELS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Score:
    """One row: what was looked for, in which language ("all" for the three together), and how well it was found."""

    task: str
    kind: str
    language: str
    n: int
    precision: float
    precision_interval: tuple[float, float]
    recall: float
    recall_interval: tuple[float, float]
    f1: float
    f1_interval: tuple[float, float]
    baseline_f1: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share of right answers with its Wilson interval, beside the baseline's."""

    task: str
    language: str
    n: int
    share: float
    interval: tuple[float, float]
    baseline: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    split: str
    excerpts: int
    scores: tuple[Score, ...]
    shares: tuple[Share, ...]


Found = tuple[Excerpt, Understanding]
Extract = Callable[[Found], Set[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class _Task:
    name: str
    kinds: tuple[str, ...]
    ours: Extract
    baseline: Extract
    gold: Extract


def evaluate(split: str, excerpts: Sequence[Excerpt]) -> Evaluation:
    """Understand every excerpt once and score it against its labels."""
    found = [(excerpt, understand(excerpt.call)) for excerpt in excerpts]
    scores: list[Score] = []
    shares: list[Share] = []
    for language in ("all", *LANGUAGES):
        chosen = [item for item in found if language in ("all", item[0].call.language)]
        for task in _TASKS:
            scores.append(_score(task, "all", language, chosen))
            if language == "all":
                scores.extend(_score(task, kind, language, chosen) for kind in task.kinds if len(task.kinds) > 1)
        scores.append(_sentiment_score(chosen, language))
        shares.extend(_shares(chosen, language))
    return Evaluation(split, len(found), tuple(scores), tuple(shares))


def _lines(kind: str, positions: Iterable[int]) -> set[tuple[int, str]]:
    return {(position, kind) for position in positions}


def _compliance(found: Found) -> set[tuple[int, str]]:
    return {(item.line, item.kind) for item in found[1].compliance if item.line is not None}


def _compliance_baseline(found: Found) -> set[tuple[int, str]]:
    call = found[0].call
    customer = ("consent", "do_not_call")
    agent = tuple(kind for kind in COMPLIANCE_KINDS if kind not in customer)
    return baseline.keyword_lines(call, agent, ("agent",)) | baseline.keyword_lines(call, customer, ("customer",))


_TASKS = (
    _Task(
        "intents",
        INTENTS,
        lambda found: {(item.line, item.kind) for item in found[1].intents},
        lambda found: baseline.keyword_lines(found[0].call, INTENTS, ("customer",)),
        lambda found: found[0].intents,
    ),
    _Task(
        "objections",
        OBJECTIONS,
        lambda found: {(item.line, item.kind) for item in found[1].objections},
        lambda found: baseline.keyword_lines(found[0].call, OBJECTIONS, ("customer",)),
        lambda found: found[0].objections,
    ),
    _Task(
        "promises",
        ("promise",),
        lambda found: _lines("promise", (item.line for item in found[1].promises)),
        lambda found: _lines("promise", baseline.keyword_promises(found[0].call)),
        lambda found: _lines("promise", found[0].promises),
    ),
    _Task(
        "questions",
        ("question",),
        lambda found: _lines("question", (item.line for item in found[1].questions)),
        lambda found: _lines("question", baseline.keyword_questions(found[0].call)),
        lambda found: _lines("question", found[0].questions),
    ),
    _Task("compliance", COMPLIANCE_KINDS, _compliance, _compliance_baseline, lambda found: found[0].compliance),
)


def _score(task: _Task, kind: str, language: str, chosen: Sequence[Found]) -> Score:
    def only(pairs: Set[tuple[int, str]]) -> set[tuple[int, str]]:
        return {pair for pair in pairs if kind in ("all", pair[1])}

    ours = [compare(only(task.ours(item)), only(task.gold(item))) for item in chosen]
    plain = [compare(only(task.baseline(item)), only(task.gold(item))) for item in chosen]
    return _row(task.name, kind, language, ours, sum(plain, Counts()).f1)


def _row(task: str, kind: str, language: str, counts: list[Counts], baseline_f1: float) -> Score:
    total = sum(counts, Counts())
    return Score(
        task,
        kind,
        language,
        total.labelled,
        total.precision,
        wilson(total.hits, total.hits + total.false),
        total.recall,
        wilson(total.hits, total.labelled),
        total.f1,
        bootstrap_f1(counts),
        baseline_f1,
    )


def _sentiment_score(chosen: Sequence[Found], language: str) -> Score:
    """Macro-F1 over the three labels; the baseline column is VADER (which only knows English)."""
    ours: list[tuple[str, str]] = []
    plain: list[tuple[str, str]] = []
    for excerpt, understanding in chosen:
        for position, label in sorted(excerpt.sentiment.items()):
            ours.append((understanding.sentiments[position].label, label))
            plain.append((vader_label(excerpt.call.lines[position].text), label))
    right = sum(one == two for one, two in ours)
    interval = wilson(right, len(ours))
    accuracy = right / len(ours) if ours else 0.0
    f1 = macro_f1(ours)
    counts = [Counts(int(one == two), int(one != two), int(one != two)) for one, two in ours]
    return Score(
        "sentiment",
        "macro",
        language,
        len(ours),
        accuracy,
        interval,
        accuracy,
        interval,
        f1,
        bootstrap_f1(counts),
        macro_f1(plain),
    )


def vader_label(text: str) -> str:
    """VADER's label by its authors' limits: compound from 0.05 positive, from -0.05 down negative."""
    score = vader_score(text, "en")
    return "positive" if score >= VADER_LIMIT else "negative" if score <= -VADER_LIMIT else "neutral"


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean over the labels of F1, from (predicted, labelled) pairs."""
    scores = []
    for label in _LABELS:
        hits = sum(one == label == two for one, two in pairs)
        false = sum(one == label != two for one, two in pairs)
        missed = sum(two == label != one for one, two in pairs)
        scores.append(Counts(hits, false, missed).f1)
    return sum(scores) / len(scores)


def _shares(chosen: Sequence[Found], language: str) -> list[Share]:
    handled, always = _handled(chosen)
    due, plain_due = _due(chosen)
    outcome, plain_outcome = _outcome(chosen)
    return [
        _share("objection handled or not", language, handled, always),
        _share("due day of a found promise", language, due, plain_due),
        _share("outcome", language, outcome, plain_outcome),
    ]


def _share(task: str, language: str, right: list[bool], plain: list[bool]) -> Share:
    share = sum(right) / len(right) if right else 0.0
    other = sum(plain) / len(plain) if plain else None
    return Share(task, language, len(right), share, wilson(sum(right), len(right)), other)


def _handled(chosen: Sequence[Found]) -> tuple[list[bool], list[bool]]:
    """On every labelled objection, found or not; the baseline calls all of them handled."""
    ours: list[bool] = []
    plain: list[bool] = []
    for excerpt, _ in chosen:
        tables = lexicon(excerpt.call.language)
        for (position, kind), handled in sorted(excerpt.handled.items()):
            answer = judge_answer(excerpt.call.lines, position, kind, tables)
            ours.append(answer.handled == handled)
            plain.append(handled)
    return ours, plain


def _due(chosen: Sequence[Found]) -> tuple[list[bool], list[bool]]:
    ours: list[bool] = []
    plain: list[bool] = []
    for excerpt, understanding in chosen:
        for promise in understanding.promises:
            if promise.line in excerpt.promises:
                ours.append(promise.due == excerpt.promises[promise.line])
        for position, day in baseline.keyword_promises(excerpt.call).items():
            if position in excerpt.promises:
                plain.append(day == excerpt.promises[position])
    return ours, plain


def _outcome(chosen: Sequence[Found]) -> tuple[list[bool], list[bool]]:
    labelled = [item for item in chosen if item[0].outcome is not None]
    ours = [understanding.outcome.value == excerpt.outcome for excerpt, understanding in labelled]
    plain = [baseline.keyword_outcome(excerpt.call) == excerpt.outcome for excerpt, _ in labelled]
    return ours, plain

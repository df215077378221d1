"""Fits the linear heads from our own written utterances and the development half of the gold set.

L2-regularised logistic regression, one against the rest, over line features. A threshold is chosen on predictions
for excerpts that the fold had not seen, by heads that had not seen the lines written with those excerpts in mind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recordings.language.embeddings import DIMENSION, Vectors
from recordings.language.examples import INFORMED, WRITTEN, Example, composed, excerpt_examples, written_examples
from recordings.language.excerpts import Excerpt
from recordings.language.features import EXTRA, FLAGS, rows
from recordings.language.heads import Head
from recordings.language.text import word_count
from recordings.language.types import INTENTS, LANGUAGES, OBJECTIONS

FOLDS = 5
# Of thresholds whose F1 differs by less than this the lowest is taken: a missed wish costs more than a false one.
_AS_GOOD = 0.01
_SENTIMENT_CLASSES = ("negative", "positive")


@dataclass(frozen=True, slots=True)
class Task:
    """What one head learns.

    Embeddings of short texts lie close together: centred and multiplied by `spread` they weigh about as much as
    a phrase flag.
    """

    name: str
    classes: tuple[str, ...]
    inverse_penalty: float
    spread: float


TASKS = (
    Task("intents", INTENTS, 1.0, 4.0),
    Task("objections", OBJECTIONS, 1.0, 4.0),
    Task("sentiment", _SENTIMENT_CLASSES, 0.3, 6.0),
    Task("sentiment_flags", _SENTIMENT_CLASSES, 1.0, 1.0),
)


def features_of(examples: Sequence[Example]) -> Vectors:
    """Feature rows of examples, in order, one embedding batch per language."""
    matrix = np.zeros((len(examples), DIMENSION + len(FLAGS) + len(EXTRA)), dtype=np.float32)
    for language in LANGUAGES:
        at = [index for index, example in enumerate(examples) if example.language == language]
        if at:
            matrix[at] = rows([examples[index].text for index in at], language)
    return matrix


def labels_of(examples: Sequence[Example], task: Task) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """(indexes of the examples labelled for the task, their 0/1 labels of shape (indexes, classes))."""
    kept: list[int] = []
    labels: list[list[int]] = []
    for index, example in enumerate(examples):
        given = _given(example, task)
        if given is None or (task.name in ("intents", "objections") and word_count(example.text) < 3):
            continue
        kept.append(index)
        labels.append([int(name in given) for name in task.classes])
    return np.array(kept, dtype=int), np.array(labels, dtype=int)


def _given(example: Example, task: Task) -> frozenset[str] | None:
    if task.name == "intents":
        return example.intents
    if task.name == "objections":
        return example.objections
    return frozenset({example.sentiment}) if example.sentiment else None


def columns(matrix: Vectors, task: Task) -> Vectors:
    """The features a task may see: phrase flags alone where lines are not embedded."""
    return matrix[:, DIMENSION:] if task.name == "sentiment_flags" else matrix


def fit(matrix: Vectors, labels: NDArray[np.int_], task: Task) -> Head:
    """One logistic regression per class on centred, spread embeddings; the head takes plain ones.

    With x' = s(x - m): w·x' + b = (s w)·x + (b - s w·m). The threshold is 0.5 until `choose_threshold`.
    """
    from sklearn.linear_model import LogisticRegression  # heavy, and only training needs it

    scale = np.ones(matrix.shape[1])
    mean = np.zeros(matrix.shape[1])
    if matrix.shape[1] > DIMENSION:
        scale[:DIMENSION] = task.spread
        mean[:DIMENSION] = matrix[:, :DIMENSION].mean(axis=0)
    spread = (matrix - mean) * scale
    coefficients = np.zeros((len(task.classes), matrix.shape[1]))
    bias = np.full(len(task.classes), -10.0)
    for index in range(len(task.classes)):
        if labels[:, index].any():
            model = LogisticRegression(C=task.inverse_penalty, max_iter=500)
            model.fit(spread, labels[:, index])
            coefficients[index] = model.coef_[0] * scale
            bias[index] = model.intercept_[0] - coefficients[index] @ mean
    thresholds = np.full(len(task.classes), 0.5, dtype=np.float32)
    return Head(task.classes, coefficients.astype(np.float32), bias.astype(np.float32), thresholds)


def out_of_fold(
    examples: Sequence[Example], matrix: Vectors, task: Task
) -> tuple[NDArray[np.int_], NDArray[np.int_], Vectors]:
    """(indexes, labels, probabilities) of gold lines, each predicted by a head that never saw its excerpt."""
    kept, labels = labels_of(examples, task)
    seen = columns(matrix, task)[kept]
    written = np.array([_is_written(examples[index]) for index in kept])
    informed = np.array([examples[index].group == INFORMED for index in kept])
    groups = sorted({examples[index].group for index in kept if not _is_written(examples[index])})
    fold_of = {group: place % FOLDS for place, group in enumerate(groups)}
    folds = np.array([fold_of.get(examples[index].group, -1) for index in kept])
    probabilities = np.zeros((len(kept), len(task.classes)), dtype=np.float32)
    for fold in range(FOLDS):
        test = folds == fold
        train = ~test & ~informed
        head = fit(seen[train], labels[train], task)
        probabilities[test] = head.probabilities(seen[test])
    return kept[~written], labels[~written], probabilities[~written]


def _is_written(example: Example) -> bool:
    return example.group in (WRITTEN, INFORMED)


def choose_threshold(labels: NDArray[np.int_], probabilities: Vectors, with_neither: bool = False) -> float:
    """One threshold for all classes of a head; few labels allow no finer choice.

    It maximises micro-F1, or, where "neither" is an answer of its own (neutral), the mean F1 of all answers.
    """
    scored: list[tuple[float, float]] = []
    for threshold in np.arange(0.15, 0.81, 0.025):
        predicted = probabilities >= threshold
        if with_neither:
            columns_f1 = [_f1(predicted[:, at], labels[:, at]) for at in range(labels.shape[1])]
            score = float(np.mean([*columns_f1, _f1(np.asarray(predicted.sum(axis=1) == 0), 1 - labels.max(axis=1))]))
        else:
            score = _f1(predicted, labels)
        scored.append((score, float(threshold)))
    best = max(score for score, _ in scored)
    level = [threshold for score, threshold in scored if score >= best - (0.0 if with_neither else _AS_GOOD)]
    return level[0]


def _f1(predicted: NDArray[np.bool_], labels: NDArray[np.int_]) -> float:
    total = float(predicted.sum() + labels.sum())
    return 2 * float((predicted & (labels == 1)).sum()) / total if total else 0.0


def train(excerpts: Iterable[Excerpt]) -> dict[str, Head]:
    """All heads, fitted on the written utterances, pairs of them, and the given excerpts."""
    written = written_examples()
    examples = [*written, *composed(written), *excerpt_examples(excerpts)]
    matrix = features_of(examples)
    heads: dict[str, Head] = {}
    for task in TASKS:
        kept, labels = labels_of(examples, task)
        _, gold_labels, probabilities = out_of_fold(examples, matrix, task)
        threshold = choose_threshold(gold_labels, probabilities, with_neither=task.classes == _SENTIMENT_CLASSES)
        head = fit(columns(matrix, task)[kept], labels, task)
        thresholds = np.full(len(task.classes), threshold, dtype=np.float32)
        heads[task.name] = Head(head.classes, head.weights, head.bias, thresholds)
    return heads


def save(heads: dict[str, Head], path: Path) -> None:
    """Write the heads as plain arrays (no pickle)."""
    arrays: dict[str, NDArray[np.generic]] = {
        "features": np.array([*FLAGS, *EXTRA]),
        "heads": np.array(sorted(heads)),
    }
    for name, head in heads.items():
        arrays[f"{name}.classes"] = np.array(head.classes)
        arrays[f"{name}.weights"] = head.weights.astype(np.float16)
        arrays[f"{name}.bias"] = head.bias
        arrays[f"{name}.thresholds"] = head.thresholds
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]

"""Trees as plain arrays: applied by numpy, and what each column adds to what they say."""

from collections.abc import Iterator
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from decisions.prediction.engine.documents import Tree

Floats = NDArray[np.float64]
_LEAF = -1


def score_trees(trees: list[Tree], matrix: Floats) -> Floats:
    """Sum of the trees for each row."""
    narrow = matrix.astype(np.float32)
    total = np.zeros(len(matrix))
    for tree in trees:
        feature, threshold = np.array(tree["feature"]), np.array(tree["threshold"])
        left, right, value = np.array(tree["left"]), np.array(tree["right"]), np.array(tree["value"])
        node = np.zeros(len(matrix), dtype=np.intp)
        while True:
            inner = np.flatnonzero(feature[node] != _LEAF)
            if not len(inner):
                break
            at = node[inner]
            goes_left = narrow[inner, feature[at]] <= threshold[at]
            node[inner] = np.where(goes_left, left[at], right[at])
        total += value[node]
    return total


def mean_of_trees(trees: list[Tree]) -> float:
    """What the trees say of the average training row."""
    return float(sum(_mean(tree, 0) for tree in trees))


def shapley_of_trees(trees: list[Tree], matrix: Floats) -> Floats:
    """Rows × columns: Shapley values of each column, exactly; `mean_of_trees` + their sum = `score_trees`.

    Columns that are not known are averaged over by the training rows that went each way (path-dependent, Lundberg et
    al. 2020). Each leaf is a product over the columns on its path, so its few columns are summed over directly.
    """
    effects = np.zeros(matrix.shape)
    narrow = matrix.astype(np.float32)
    for tree in trees:
        for value, path in _leaves(tree):
            _add_leaf(effects, narrow, value, path)
    return effects


# By column: where the row must lie to reach the leaf (above `low`, at most `high`), and the share that goes there.
Path = dict[int, tuple[float, float, float]]


def _leaves(tree: Tree, node: int = 0, path: Path | None = None) -> Iterator[tuple[float, Path]]:
    path = path or {}
    column = tree["feature"][node]
    if column == _LEAF:
        yield tree["value"][node], path
        return
    cut = tree["threshold"][node]
    low, high, share = path.get(column, (-np.inf, np.inf, 1.0))
    for child, bounds in (
        (tree["left"][node], (low, min(high, cut))),
        (tree["right"][node], (max(low, cut), high)),
    ):
        part = tree["weight"][child] / tree["weight"][node]
        yield from _leaves(tree, child, {**path, column: (*bounds, share * part)})


def _add_leaf(effects: Floats, narrow: NDArray[np.float32], value: float, path: Path) -> None:
    reached = {
        column: ((narrow[:, column] > low) & (narrow[:, column] <= high)).astype(np.float64)
        for column, (low, high, _) in path.items()
    }
    shares = {column: share for column, (_, _, share) in path.items()}
    count = len(path)
    for column in path:
        others = [other for other in path if other != column]
        weight = np.zeros(len(narrow))
        for size in range(count):
            by_chance = factorial(size) * factorial(count - size - 1) / factorial(count)
            for known in combinations(others, size):
                term = np.full(len(narrow), by_chance)
                for other in others:
                    term *= reached[other] if other in known else shares[other]
                weight += term
        effects[:, column] += value * weight * (reached[column] - shares[column])


def _mean(tree: Tree, node: int) -> float:
    if tree["feature"][node] == _LEAF:
        return tree["value"][node]
    children = (tree["left"][node], tree["right"][node])
    return sum(_mean(tree, child) * tree["weight"][child] / tree["weight"][node] for child in children)

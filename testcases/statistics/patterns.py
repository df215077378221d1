"""What some texts hold oftener than others: words in a row, told apart from chance."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import scipy

from testcases.statistics.many import corrected

FEWEST_EACH = 10
LONGEST = 4
SHOWN = 20
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Pattern:
    """`words` in `passed` of `n_passed` passing texts and `failed` of `n_failed` failing ones; `p` is corrected."""

    words: str
    passed: int
    n_passed: int
    failed: int
    n_failed: int
    p: float

    @property
    def lift(self) -> float:
        return self.passed / self.n_passed - self.failed / self.n_failed


def telling_words(
    passing: Sequence[Sequence[str]],
    failing: Sequence[Sequence[str]],
    *,
    empty: Callable[[str], bool] = lambda _: False,
) -> list[Pattern]:
    """Runs of one to four words (each text a list of words) that passing texts hold oftener, the surest first.

    A text counts once however often it says it; Fisher's exact test (1935), one-sided, and Benjamini and Hochberg over
    all that stand in at least a tenth of the passing texts. Of two that stand in the same texts the longer is kept.
    `empty` words alone make no pattern. Empty with fewer than FEWEST_EACH texts on either side.
    """
    n, m = len(passing), len(failing)
    if min(n, m) < FEWEST_EACH:
        return []
    good, bad = (Counter(gram for text in texts for gram in _grams(text, empty)) for texts in (passing, failing))
    kept = [gram for gram, count in good.items() if count >= max(5, n / 10)]
    values = [_fisher(good[gram], n, bad[gram], m) for gram in kept]
    found = [
        Pattern(" ".join(gram), good[gram], n, bad[gram], m, p)
        for gram, p in zip(kept, corrected(values), strict=True)
        if p is not None and p < LEVEL
    ]
    found.sort(key=lambda each: (each.p, -len(each.words)))
    return _without_parts(found)[:SHOWN]


def _grams(text: Sequence[str], empty: Callable[[str], bool]) -> set[tuple[str, ...]]:
    spans = ((at, at + size) for size in range(1, LONGEST + 1) for at in range(len(text) - size + 1))
    grams = (tuple(text[start:end]) for start, end in spans)
    return {gram for gram in grams if not all(empty(word) for word in gram)}


def _fisher(a: int, n: int, b: int, m: int) -> float:
    return float(scipy.stats.hypergeom.sf(a - 1, n + m, n, a + b))  # type: ignore[attr-defined]


def _without_parts(found: Sequence[Pattern]) -> list[Pattern]:
    kept: list[Pattern] = []
    for each in found:
        inside = (
            other for other in found
            if other is not each and f" {each.words} " in f" {other.words} " and other.passed >= 0.9 * each.passed
        )  # fmt: skip
        if next(inside, None) is None:
            kept.append(each)
    return kept

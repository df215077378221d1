"""What agents say in won calls and not in lost ones: how often a stage was held, and the phrases that part them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

import scipy

from recordings.language.scoring import wilson
from recordings.language.text import words

LONGEST_PHRASE = 3
# The prior weighs as much as this many phrases seen; see `log_odds`.
PRIOR_STRENGTH = 500.0
MINIMUM_CALLS = 5
SIGNIFICANT = 1.96
MOST_PHRASES = 8
MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the agent that met a stage of the script, at line `position` of a call."""

    call: str
    stage: str
    position: int
    text: str


@dataclass(frozen=True, slots=True)
class Rate:
    """`k` of `n` with the score interval of 95 % (Wilson 1927); bounds of 0 and 1 where there is no call."""

    k: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        return self.k / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that part the groups. `z` above 0 leans to won calls; `won` and `lost` count the calls it is said in."""

    text: str
    z: float
    won: int
    lost: int
    example: Said


@dataclass(frozen=True, slots=True)
class StageWording:
    """One stage in won and in lost calls.

    `p` is that of the difference of the two rates (Fisher's exact test, two-sided), `p_adjusted` the same held against
    all stages of the script (Holm 1979); None where one of the groups is empty.
    """

    key: str
    won: Rate
    lost: Rate
    p: float | None
    p_adjusted: float | None
    winning: tuple[Phrase, ...]
    losing: tuple[Phrase, ...]
    said_in_won: tuple[Said, ...]
    said_in_lost: tuple[Said, ...]

    @property
    def difference(self) -> float | None:
        """Share in won calls less that in lost ones."""
        won, lost = self.won.share, self.lost.share
        return None if won is None or lost is None else won - lost


def compare_wording(
    stages: Sequence[str],
    held: Mapping[str, Collection[str]],
    said: Iterable[Said],
    *,
    won: Collection[str],
    lost: Collection[str],
) -> list[StageWording]:
    """Each stage (by key) in the calls `won` and `lost`; `held` are the calls that held it, `said` what was said.

    A phrase is one to three words; it is told from MINIMUM_CALLS calls on, and where its z passes 1.96 either way.
    """
    by_stage: dict[str, list[Said]] = defaultdict(list)
    for each in said:
        by_stage[each.stage].append(each)
    background = Counter(term for own in by_stage.values() for each in own for term in phrases_of(each.text))
    rates = {key: (_rate(held[key], won), _rate(held[key], lost)) for key in stages}
    chances = {key: _chance(*pair) for key, pair in rates.items()}
    adjusted = holm({key: p for key, p in chances.items() if p is not None})
    found = []
    for key in stages:
        own = by_stage[key]
        winning, losing = _parting(own, set(won), set(lost), background)
        found.append(StageWording(
            key=key, won=rates[key][0], lost=rates[key][1], p=chances[key], p_adjusted=adjusted.get(key),
            winning=winning, losing=losing,
            said_in_won=_examples(own, set(won)), said_in_lost=_examples(own, set(lost)),
        ))  # fmt: skip
    return found


def holm(chances: Mapping[str, float]) -> dict[str, float]:
    """P-values held against their number by Holm's step-down procedure (Holm 1979), at most 1."""
    ordered = sorted(chances, key=lambda key: chances[key])
    adjusted: dict[str, float] = {}
    least = 0.0
    for rank, key in enumerate(ordered):
        least = max(least, min(1.0, (len(ordered) - rank) * chances[key]))
        adjusted[key] = least
    return adjusted


def log_odds(
    first: Mapping[str, int],
    second: Mapping[str, int],
    background: Mapping[str, int],
    *,
    strength: float = PRIOR_STRENGTH,
) -> dict[str, float]:
    """z of the log-odds-ratio of each term between two groups, with an informative Dirichlet prior.

    Monroe, Colaresi and Quinn (2008), "Fightin' Words", Political Analysis 16(4), equations 16, 20 and 22: with the
    prior a_w = strength × background_w / background, and y the counts of a group of n terms,

        delta_w = log((y1_w + a_w) / (n1 + a − y1_w − a_w)) − log((y2_w + a_w) / (n2 + a − y2_w − a_w))
        variance ≈ 1 / (y1_w + a_w) + 1 / (y2_w + a_w),    z_w = delta_w / √variance

    Positive leans to `first`. Terms without a background are left out.
    """
    n1, n2, total = sum(first.values()), sum(second.values()), sum(background.values())
    found = {}
    for term in {*first, *second}:
        if not background.get(term):
            continue
        prior = strength * background[term] / total
        a, b = first.get(term, 0) + prior, second.get(term, 0) + prior
        rest_a, rest_b = n1 + strength - a, n2 + strength - b
        if rest_a <= 0 or rest_b <= 0:  # the only term there is: it cannot part anything
            continue
        found[term] = (log(a / rest_a) - log(b / rest_b)) / sqrt(1 / a + 1 / b)
    return found


def phrases_of(text: str) -> list[str]:
    """All runs of one to three words, folded."""
    found = words(text)
    return [
        " ".join(found[start : start + size])
        for size in range(1, LONGEST_PHRASE + 1)
        for start in range(len(found) - size + 1)
    ]


def _rate(held: Collection[str], group: Collection[str]) -> Rate:
    k, n = len(set(held) & set(group)), len(group)
    return Rate(k, n, *wilson(k, n))


def _chance(won: Rate, lost: Rate) -> float | None:
    if not won.n or not lost.n:
        return None
    return float(scipy.stats.fisher_exact([[won.k, won.n - won.k], [lost.k, lost.n - lost.k]]).pvalue)


def _parting(
    said: Sequence[Said], won: set[str], lost: set[str], background: Mapping[str, int]
) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
    counts = {True: Counter[str](), False: Counter[str]()}
    calls: dict[str, dict[bool, set[str]]] = defaultdict(lambda: {True: set(), False: set()})
    first: dict[tuple[str, bool], Said] = {}
    for each in said:
        if each.call not in won and each.call not in lost:
            continue
        group = each.call in won
        for term in phrases_of(each.text):
            counts[group][term] += 1
            calls[term][group].add(each.call)
            first.setdefault((term, group), each)
    scores = log_odds(counts[True], counts[False], background)
    telling = {
        term: z
        for term, z in scores.items()
        if abs(z) >= SIGNIFICANT and len(calls[term][True]) + len(calls[term][False]) >= MINIMUM_CALLS
    }

    def told(leans_to_won: bool) -> tuple[Phrase, ...]:
        own = [term for term, z in telling.items() if (z > 0) == leans_to_won]
        return tuple(
            Phrase(term, telling[term], len(calls[term][True]), len(calls[term][False]), first[term, leans_to_won])
            for term in _distinct(sorted(own, key=lambda term: (-abs(telling[term]), -len(term))))
            if (term, leans_to_won) in first
        )

    return told(True), told(False)


def _distinct(terms: Sequence[str]) -> list[str]:
    """The strongest terms, none of which is a part of another."""
    kept: list[str] = []
    for term in terms:
        if not any(f" {term} " in f" {other} " or f" {other} " in f" {term} " for other in kept):
            kept.append(term)
    return kept[:MOST_PHRASES]


def _examples(said: Sequence[Said], group: set[str]) -> tuple[Said, ...]:
    """What was said in the group, each wording once."""
    seen: dict[str, Said] = {}
    for each in said:
        if each.call in group:
            seen.setdefault(" ".join(words(each.text)), each)
    return tuple(seen.values())[:MOST_EXAMPLES]

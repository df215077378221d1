"""Whether a sentence means what another says: by embeddings, and by what embeddings do not hear.

Embeddings of multilingual-e5 tell the matter of a sentence well and its stance badly: "I can't offer a discount" lies
next to "I can offer a discount". So nearness is told from the cosine in a space that was made for it (within-class
covariance normalisation, Hatch, Kajarekar and Stolcke 2006, over paraphrases), and from whether one of the two denies,
reports, supposes, asks or looks back and the other does not, put together by a logistic regression. Its weights are
trained by `manage.py train_test_judges` on examples_of_meaning/ and lie in meaning.npz.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recordings.language.embeddings import Vectors
from recordings.language.types import LANGUAGES
from testcases.judging.rules import denial
from testcases.judging.rules.choosing import worth_comparing
from testcases.judging.rules.transcript import Said
from testcases.judging.rules.vectors import vectors
from testcases.judging.rules.words import Token, grammar, tokens

WEIGHTS = Path(__file__).parent / "meaning.npz"
FEATURES = (
    "cosine", "second", "denied", "denies", "reports", "supposes", "asks_not", "asks", "looks_back",
)  # fmt: skip
# From these probabilities on it is the same, and near: by how strict the rule is.
SAME = {"loose": 0.32, "normal": 0.42, "strict": 0.6}
NEAR = {"loose": 0.24, "normal": 0.3, "strict": 0.45}
LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Nearness:
    """How surely a sentence means `which` of the meanings: `probability` 0 to 1."""

    said: Said
    which: int
    probability: float
    is_same: bool
    is_near: bool

    @property
    def confidence(self) -> float:
        return round(min(0.95, max(0.5, self.probability)), 2)


@dataclass(frozen=True, slots=True)
class Stance:
    """What a sentence does with its matter."""

    denies: bool
    reports: bool
    supposes: bool
    asks: bool
    looks_back: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """`means` of each language's sentences, the `space` (384 × 384) and the regression over FEATURES."""

    means: dict[str, Vectors]
    space: Vectors
    coefficients: NDArray[np.float64]
    intercept: float


def nearness(
    meanings: Sequence[Sequence[str]],
    said: Sequence[Said],
    language: str,
    unlike: Sequence[str] = (),
    strictness: str = "normal",
    *,
    questions: bool = False,
) -> list[Nearness]:
    """How near each sentence that is worth a look comes to each of `meanings` (each given by one or more wordings), in
    the order of the talk. One nearer to `unlike` than to the meaning is not near. `questions`: both are questions, and
    that they ask tells nothing."""
    long = [each for each in said if len(tokens(each.text, language)) >= LEAST_WORDS]
    found: list[Nearness] = []
    for which, wordings in enumerate(meanings):
        chosen = worth_comparing(wordings, long, language)
        probabilities = probabilities_of(wordings, [each.text for each in chosen], language, unlike, questions)
        found += [
            Nearness(each, which, float(p), p >= SAME[strictness], SAME[strictness] > p >= NEAR[strictness])
            for each, p in zip(chosen, probabilities, strict=True)
        ]
    return sorted(found, key=lambda each: (each.said.position, each.said.start, each.which))


def probabilities_of(
    wordings: Sequence[str], texts: Sequence[str], language: str, unlike: Sequence[str] = (), questions: bool = False
) -> NDArray[np.float64]:
    """How surely each text means what `wordings` say, 0 to 1."""
    if not texts:
        return np.zeros(0)
    weights = load_weights()
    cosines = placed(texts, language) @ placed(wordings, language).T
    rows = np.array([
        features(text, wordings, cosines[at], language, questions) for at, text in enumerate(texts)
    ])  # fmt: skip
    found = 1.0 / (1.0 + np.exp(-(rows @ weights.coefficients + weights.intercept)))
    if unlike:
        against = (placed(texts, language) @ placed(unlike, language).T).max(axis=1)
        found = np.where(against > cosines.max(axis=1), np.minimum(found, 0.2), found)
    return found


def features(
    text: str, wordings: Sequence[str], cosines: Vectors, language: str, questions: bool = False
) -> tuple[float, ...]:
    """What the regression looks at, in the order of FEATURES."""
    own, theirs = stance(text, language), [stance(each, language) for each in wordings]
    ordered = np.sort(cosines)
    return (
        float(ordered[-1]),
        float(ordered[-2:].mean()),
        max(_denied_share(text, each, language) for each in wordings),
        float(own.denies and not any(each.denies for each in theirs)),
        float(own.reports and not any(each.reports for each in theirs)),
        float(own.supposes and not any(each.supposes for each in theirs)),
        float(not questions and not own.asks and all(each.asks for each in theirs)),
        float(not questions and own.asks and not any(each.asks for each in theirs)),
        float(own.looks_back and not any(each.looks_back for each in theirs)),
    )


@lru_cache(maxsize=1 << 13)
def stance(text: str, language: str) -> Stance:
    """Told from the words alone."""
    heard, asks = tokens(text, language), text.rstrip().endswith("?")
    past = grammar(language).past
    return Stance(
        denial.denies(heard, language, is_question=asks), denial.reports(heard, language),
        denial.supposes(heard, language), asks, any(token.plain in past for token in heard),
    )  # fmt: skip


def _denied_share(text: str, wording: str, language: str) -> float:
    """How much of the wording's content stands in the text and is denied there."""
    heard, wanted = tokens(text, language), tokens(wording, language)
    content = {token.key for token in wanted if not token.light}
    shared = [at for at, token in enumerate(heard) if token.key in content]
    if not shared or not content:
        return 0.0
    asks = text.rstrip().endswith("?")
    denied = {heard[at].key for at in shared if _is_unsaid(heard, at, wanted, language, asks)}
    return len(denied) / len(content)


def _is_unsaid(heard: Sequence[Token], at: int, wanted: Sequence[Token], language: str, asks: bool) -> bool:
    return denial.is_unsaid(heard, (at,), wanted, language, is_question=asks)


def placed(texts: Sequence[str], language: str) -> Vectors:
    """Unit vectors of texts in the space of meanings."""
    weights = load_weights()
    mean = weights.means.get(language, weights.means[LANGUAGES[0]])
    moved = (vectors(texts) - mean) @ weights.space.T
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), dtype=np.float32)


@lru_cache(maxsize=1)
def load_weights(path: Path = WEIGHTS) -> Weights:
    """The trained weights."""
    with np.load(path, allow_pickle=False) as stored:
        if list(stored["features"]) != list(FEATURES):
            raise RuntimeError("The judges' weights do not fit. Run `manage.py train_test_judges`.")
        means = {language: stored[f"mean_{language}"].astype(np.float32) for language in LANGUAGES}
        return Weights(
            means, stored["space"].astype(np.float32), stored["coefficients"].astype(np.float64),
            float(stored["intercept"]),
        )  # fmt: skip

"""Trains what judges tell meaning by, from the examples beside it and the product's own sentences of sales calls."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recordings.language import training as language_training
from recordings.language.embeddings import DIMENSION
from recordings.language.types import LANGUAGES
from testcases.judging.rules import choosing, meaning
from testcases.judging.rules.vectors import vectors
from testcases.judging.rules.words import tokens

EXAMPLES = Path(__file__).parent / "examples_of_meaning"
SENTENCES = Path(language_training.__file__).parent / "training"
# How far the within-class covariance is drawn to a plain one, and the weight of each sort of example.
SHRINKAGE, INVERSE_PENALTY = 0.85, 3.0
SAME_WEIGHT, HARD_WEIGHT, EASY_WEIGHT = 1.0, 0.6, 0.25
# A meaning is tried with one wording, with two, and with three.
GIVEN = (0, 1, 2)
MOST_SENTENCES = 1_500
RIDGE, WORD_DIMENSIONS = 1.0, 128


@dataclass(frozen=True, slots=True)
class Example:
    """A meaning, with sentences that say it, come near it, and do not say it."""

    language: str
    text: str
    same: tuple[str, ...]
    near: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence against a meaning that is given by `wordings`; `sort` is same, near, hard or easy."""

    example: Example
    wordings: tuple[str, ...]
    text: str
    sort: str


def examples() -> list[Example]:
    found = []
    for language in LANGUAGES:
        tables = tomllib.loads((EXAMPLES / f"{language}.toml").read_text(encoding="utf-8"))
        found += [
            Example(language, each["text"], tuple(each["same"]), tuple(each["near"]), tuple(each["other"]))
            for each in tables["meaning"]
        ]
    return found


def train(path: Path = meaning.WEIGHTS) -> dict[str, float]:
    """Write the weights; gives the regression's coefficients by feature."""
    known = examples()
    means = {language: vectors(sentences(language)).mean(axis=0) for language in LANGUAGES}
    space = space_of(known, means)
    rows = rows_of(known)
    coefficients, intercept = fit(rows, means, space)
    save(path, means, space, coefficients, intercept)
    train_words(known, means, space)
    return {**dict(zip(meaning.FEATURES, coefficients.tolist(), strict=True)), "intercept": intercept}


def save(
    path: Path, means: dict[str, NDArray[np.float32]], space: NDArray[np.float64], coefficients: NDArray[np.float64],
    intercept: float,
) -> None:  # fmt: skip
    np.savez_compressed(
        path, features=np.array(meaning.FEATURES), space=space.astype(np.float16), coefficients=coefficients,
        intercept=np.array(intercept),
        **{f"mean_{language}": value.astype(np.float16) for language, value in means.items()},  # type: ignore[arg-type]
    )  # fmt: skip
    meaning.load_weights.cache_clear()


def sentences(language: str) -> list[str]:
    """What customers say in a language, from the trained heads' examples."""
    lines = (SENTENCES / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    texts = [line.split("\t")[-1] for line in lines if line and not line.startswith("#")]
    return texts[:MOST_SENTENCES]


def train_words(
    known: Sequence[Example], means: dict[str, NDArray[np.float32]], space: NDArray[np.float64],
    path: Path = choosing.WORDS,
) -> None:  # fmt: skip
    """Write a vector for each word, such that those of a sentence sum up to its embedding in the space: ridge
    regression (Hoerl and Kennard 1970), brought to WORD_DIMENSIONS by the main directions of what it gives."""
    written: dict[str, Any] = {}
    for language in LANGUAGES:
        texts = sorted({*sentences(language), *_said_in(known, language)})
        moved = (vectors(texts) - means[language]) @ space.T
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
        keys, table = _words_of(texts, language)
        within = (table.T @ table).toarray()
        within[np.diag_indices_from(within)] += RIDGE
        learnt = np.linalg.solve(within, table.T @ moved)
        _, _, directions = np.linalg.svd(learnt, full_matrices=False)
        written[f"keys_{language}"] = np.array(keys)
        written[f"vectors_{language}"] = (learnt @ directions[:WORD_DIMENSIONS].T).astype(np.float16)
    np.savez_compressed(path, **written)
    choosing.forget_tables()


def _said_in(known: Sequence[Example], language: str) -> list[str]:
    own = [each for each in known if each.language == language]
    return [text for each in own for text in (each.text, *each.same, *each.near, *each.other)]


def _words_of(texts: Sequence[str], language: str) -> tuple[list[str], Any]:
    """All words, and a sparse table of texts by words, each text of length one."""
    from scipy.sparse import csr_matrix

    sets = [{token.key for token in tokens(text, language)} for text in texts]
    keys = sorted(set().union(*sets))
    place = {key: at for at, key in enumerate(keys)}
    rows = [at for at, words in enumerate(sets) for _ in words]
    columns = [place[key] for words in sets for key in sorted(words)]
    values = [len(words) ** -0.5 for words in sets for _ in words]
    table: Any = csr_matrix((values, (rows, columns)), shape=(len(texts), len(keys)))  # type: ignore[no-untyped-call]
    return keys, table


def space_of(known: Sequence[Example], means: dict[str, NDArray[np.float32]]) -> NDArray[np.float64]:
    """The inverse root of the covariance within meanings, shrunk (Hatch, Kajarekar and Stolcke 2006)."""
    moved = []
    for each in known:
        rows = vectors([each.text, *each.same]) - means[each.language]
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        moved.append(rows - rows.mean(axis=0))
    all_moved = np.concatenate(moved).astype(np.float64)
    within = all_moved.T @ all_moved / len(all_moved)
    plain = np.trace(within) / DIMENSION
    values, directions = np.linalg.eigh((1 - SHRINKAGE) * within + SHRINKAGE * plain * np.eye(DIMENSION))
    space: NDArray[np.float64] = directions @ np.diag((values / plain) ** -0.5) @ directions.T
    return space


def rows_of(known: Sequence[Example]) -> list[Row]:
    """Each meaning against its own sentences and those of others in its language."""
    return [row for each in known for given in GIVEN for row in _rows(each, known, given)]


def _rows(each: Example, known: Sequence[Example], given: int) -> Iterable[Row]:
    for text in each.same:
        others = tuple(one for one in each.same if one != text)
        yield Row(each, (each.text, *others[:given]), text, "same")
    wordings = (each.text, *each.same[:given])
    yield from (Row(each, wordings, text, "near") for text in each.near)
    yield from (Row(each, wordings, text, "hard") for text in each.other)
    for other in known:
        if other.language == each.language and other.text != each.text:
            yield from (Row(each, wordings, text, "easy") for text in (*other.same, *other.other))


def fit(
    rows: Sequence[Row], means: dict[str, NDArray[np.float32]], space: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """The regression's coefficients and intercept."""
    from sklearn.linear_model import LogisticRegression

    told = [row for row in rows if row.sort != "near"]
    table = table_of(told, means, space)
    worth = {"same": SAME_WEIGHT, "hard": HARD_WEIGHT, "easy": EASY_WEIGHT}
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=2_000)
    model.fit(table, [row.sort == "same" for row in told], sample_weight=[worth[row.sort] for row in told])
    return np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])


def table_of(
    rows: Sequence[Row], means: dict[str, NDArray[np.float32]], space: NDArray[np.float64]
) -> NDArray[np.float64]:
    """FEATURES of each row."""
    texts = {(row.example.language, text) for row in rows for text in (row.text, *row.wordings)}
    ordered = sorted(texts)
    plain = vectors([text for _, text in ordered]) - np.stack([means[language] for language, _ in ordered])
    moved = plain @ space.T
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    place = dict(zip(ordered, moved, strict=True))
    found = []
    for row in rows:
        language = row.example.language
        cosines = np.array([place[language, each] @ place[language, row.text] for each in row.wordings])
        found.append(meaning.features(row.text, row.wordings, cosines, language))
    return np.array(found)

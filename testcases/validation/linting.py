"""What is wrong with a case before anybody has played it: vague, overlapping, untestable criteria, and the like."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from recordings.language.embeddings import embed
from recordings.language.text import words
from testcases.content.document import CaseContent, Criterion
from testcases.judging.rules.forms import form_problems
from testcases.validation.leaks import shared_passage

# Meaning alone overlaps only where it is all but the same: sentences about sales calls lie near each other anyway.
SAME_MEANING, SAME_WORDS = 0.95, 85.0
# A scenario may touch on what is to be found out; told is what stands there for the most part.
MOST_TOLD = 0.6
HEAVY, LOWEST_PASS_MARK, FEWEST_CRITERIA = 0.5, 40.0, 3


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` names what is wrong, `criterion` where (its key, empty: the case as a whole); `values` fill its sentence.

    `is_serious`: the test cannot be trusted until it is mended; the others are worth a thought.
    """

    code: str
    criterion: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    is_serious: bool = False


def lint_content(content: CaseContent) -> list[Finding]:
    """Everything that is found, serious ones first, then in the order of the criteria."""
    found = [*_of_each(content), *_overlaps(content.criteria), *_of_whole(content), *_told_beforehand(content)]
    order = {criterion.key: at for at, criterion in enumerate(content.criteria)}
    return sorted(found, key=lambda each: (not each.is_serious, order.get(each.criterion, -1), each.code))


def _of_each(content: CaseContent) -> Iterator[Finding]:
    lists = _lists(content.language)
    for criterion in content.criteria:
        for code, check in _CHECKS.items():
            values = check(criterion, lists)
            if values is not None:
                yield Finding(code, criterion.key, {"text": criterion.text, **values}, code in _SERIOUS)
        if form_problems(criterion.judge, content.language):
            yield Finding("rule", criterion.key, {"text": criterion.text}, is_serious=True)


def _vague(criterion: Criterion, lists: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """A vague word harms where a model or a person has to guess; a rule that names words is exact whatever its text."""
    word = _first(criterion.text, lists["vague"])
    return {"word": word} if word and criterion.judge.get("kind") == "rubric" else None


def _loose(criterion: Criterion, lists: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    word = _first(criterion.text, lists["vague"])
    return {"word": word} if word and criterion.judge.get("kind") != "rubric" else None


def _inner(criterion: Criterion, lists: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    word = _first(criterion.text, lists["inner"])
    return {"word": word} if word else None


def _unseen(criterion: Criterion, lists: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    word = _first(criterion.text, lists["unseen"])
    return {"word": word} if word else None


def _double(criterion: Criterion, lists: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    word = _first(criterion.text, lists["joins"])
    simple = criterion.judge.get("kind") not in ("all", "any", "order")
    return {"word": word} if word and simple and len(words(criterion.text)) >= 7 else None


def _too_easy(criterion: Criterion, _lists: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """A phrase of one short word is said by nearly everybody."""
    if criterion.judge.get("kind") != "said":
        return None
    short = [each for each in criterion.judge.get("phrases", ()) if len(words(str(each))) == 1 and len(str(each)) <= 4]
    return {"word": short[0]} if short else None


def _customers(criterion: Criterion, _lists: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """What the customer says is not in the agent's hand alone."""
    judge = criterion.judge
    return {} if judge.get("kind") == "intent" or judge.get("who") == "customer" else None


def _no_skill(criterion: Criterion, _lists: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    return None if criterion.skill else {}


_CHECKS: Mapping[str, Callable[[Criterion, Mapping[str, Sequence[str]]], dict[str, Any] | None]] = {
    "vague": _vague, "loose": _loose, "inner": _inner, "unseen": _unseen, "double": _double, "too_easy": _too_easy,
    "customers": _customers, "no_skill": _no_skill,
}  # fmt: skip
_SERIOUS = {"vague", "unseen"}


def _overlaps(criteria: Sequence[Criterion]) -> Iterator[Finding]:
    if len(criteria) < 2:
        return
    vectors = embed([criterion.text for criterion in criteria])
    near = np.asarray(vectors @ vectors.T)
    for at, one in enumerate(criteria):
        for other_at in range(at + 1, len(criteria)):
            other = criteria[other_at]
            values = {"text": one.text, "other": other.text}
            if dict(one.judge) == dict(other.judge):
                yield Finding("same_rule", one.key, values, is_serious=True)
            elif near[at, other_at] >= SAME_MEANING or fuzz.token_set_ratio(one.text, other.text) >= SAME_WORDS:
                yield Finding("overlap", one.key, values)


def _of_whole(content: CaseContent) -> Iterator[Finding]:
    total = sum(criterion.weight for criterion in content.criteria)
    if not content.criteria:
        yield Finding("no_criteria", is_serious=True)
    elif len(content.criteria) < FEWEST_CRITERIA:
        yield Finding("few_criteria", values={"n": len(content.criteria)})
    if len(content.criteria) > 1:
        for criterion in content.criteria:
            if criterion.weight / total > HEAVY:
                share = round(100 * criterion.weight / total)
                yield Finding("heavy", criterion.key, {"text": criterion.text, "share": share})
    if content.criteria and content.pass_mark < LOWEST_PASS_MARK and not any(c.required for c in content.criteria):
        yield Finding("low_mark", values={"mark": round(content.pass_mark)})


def _told_beforehand(content: CaseContent) -> Iterator[Finding]:
    """What the agent is to find out or say stands in what they are told."""
    told = f"{content.scenario}\n{content.goal.text}"
    secrets = [("fact_told", fact.text) for fact in content.facts]
    secrets += [("answer_told", answer) for objection in content.objections for answer in objection.answers]
    for code, secret in secrets:
        if passage := shared_passage(secret, told):
            whole = len(words(passage)) >= MOST_TOLD * len(words(secret))
            yield Finding(code, values={"passage": passage}, is_serious=whole)


def _first(text: str, wanted: Sequence[str]) -> str:
    padded = f" {' '.join(words(text))} "
    return next((each for each in wanted if f" {' '.join(words(each))} " in padded), "")


@lru_cache(maxsize=8)
def _lists(language: str) -> Mapping[str, Sequence[str]]:
    with (Path(__file__).parent / "wording.toml").open("rb") as file:
        known: dict[str, Any] = tomllib.load(file)
    empty: dict[str, Sequence[str]] = {"vague": (), "inner": (), "unseen": (), "joins": ()}
    return {**empty, **known.get(language, {})}

"""The gold set keeps its format and covers every label, and its three files share no line."""

import json
import re
from collections import Counter
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

Excerpt = dict[str, Any]

GOLD = Path(__file__).parents[3] / "recordings" / "language" / "gold"
HALVES = ("development", "held_out")
FILES = (*HALVES, "fresh")
LANGUAGES = ("en", "es", "ru")
INTENTS = {
    "purchase", "pricing", "product_information", "demo", "meeting", "callback", "send_information", "negotiation",
    "not_interested", "complaint", "support", "cancellation",
}  # fmt: skip
OBJECTIONS = {"price", "timing", "authority", "need", "competitor", "trust", "feature"}
COMPLIANCE = {
    "recording_disclosure", "identification", "consent", "terms_disclosure", "do_not_call", "guarantee_claim",
    "pressure", "card_number",
}  # fmt: skip
OUTCOMES = {"converted", "qualified", "not_qualified", "no_answer", "callback"}
SENTIMENTS = {"negative", "neutral", "positive"}
ROLES = {"agent", "customer", "unknown"}
KEYS = {"id", "language", "call_date", "agent", "company", "product", "competitors", "lines", "labels"}
LABEL_KEYS = {"intents", "objections", "promises", "questions", "outcome", "compliance", "sentiment"}


def read(name: str) -> list[Excerpt]:
    text = (GOLD / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(row) for row in text.splitlines()]


EXCERPTS = [pytest.param(excerpt, id=excerpt["id"]) for name in FILES for excerpt in read(name)]


def normalised(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize("half", HALVES)
def test_each_half_has_twenty_excerpts_per_language_and_they_alternate(half: str) -> None:
    start = 1 if half == "development" else 2
    expected = [f"{language}-{number:03d}" for language in LANGUAGES for number in range(start, 41, 2)]
    assert [excerpt["id"] for excerpt in read(half)] == expected


def test_the_fresh_file_has_sixteen_excerpts_per_language_in_order() -> None:
    expected = [f"{language}-{number}" for language in LANGUAGES for number in range(101, 117)]
    assert [excerpt["id"] for excerpt in read("fresh")] == expected


@pytest.mark.parametrize("excerpt", EXCERPTS)
def test_excerpt_has_its_keys_and_a_plausible_course(excerpt: Excerpt) -> None:
    assert set(excerpt) == KEYS
    assert set(excerpt["labels"]) == LABEL_KEYS
    assert excerpt["language"] == excerpt["id"][:2]
    assert date.fromisoformat(excerpt["call_date"]).year == 2026
    lines = excerpt["lines"]
    assert 6 <= len(lines) <= 16
    for line in lines:
        assert set(line) == {"role", "text", "start", "end"}
        assert line["role"] in ROLES
        assert line["text"] == line["text"].strip() != ""
        assert 0 <= line["start"] < line["end"]
    for earlier, later in pairwise(lines):
        assert earlier["start"] < later["start"]
        assert -1 < later["start"] - earlier["end"] <= 1.51


@pytest.mark.parametrize("excerpt", EXCERPTS)
def test_labels_use_the_vocabulary_and_point_at_lines_once(excerpt: Excerpt) -> None:
    labels, last = excerpt["labels"], len(excerpt["lines"]) - 1
    assert {label["intent"] for label in labels["intents"]} <= INTENTS
    assert {label["kind"] for label in labels["compliance"]} <= COMPLIANCE
    assert {label["label"] for label in labels["sentiment"]} <= SENTIMENTS
    assert labels["outcome"] is None or labels["outcome"] in OUTCOMES
    assert 3 <= len(labels["sentiment"]) <= 6
    assert len({label["line"] for label in labels["sentiment"]}) == len(labels["sentiment"])
    groups = ("intents", "objections", "promises", "compliance", "sentiment")
    pointers = [label["line"] for group in groups for label in labels[group]]
    assert all(0 <= line <= last for line in pointers + labels["questions"])
    assert labels["questions"] == sorted(set(labels["questions"]))
    for group in ("intents", "objections", "compliance"):
        seen = [json.dumps(label, sort_keys=True) for label in labels[group]]
        assert len(seen) == len(set(seen))


@pytest.mark.parametrize("excerpt", EXCERPTS)
def test_objections_are_the_customers_and_handled_ones_have_a_later_answer_of_the_agent(excerpt: Excerpt) -> None:
    lines = excerpt["lines"]
    for objection in excerpt["labels"]["objections"]:
        assert objection["kind"] in OBJECTIONS
        assert lines[objection["line"]]["role"] == "customer"
        assert (objection["answer_line"] is not None) is objection["handled"]
        if objection["handled"]:
            assert objection["line"] < objection["answer_line"] < len(lines)
            assert lines[objection["answer_line"]]["role"] == "agent"


@pytest.mark.parametrize("excerpt", EXCERPTS)
def test_promises_belong_to_their_speaker_and_are_never_due_before_the_call(excerpt: Excerpt) -> None:
    for promise in excerpt["labels"]["promises"]:
        assert promise["by"] == excerpt["lines"][promise["line"]]["role"] in {"agent", "customer"}
        assert promise["due"] is None or date.fromisoformat(promise["due"]) >= date.fromisoformat(excerpt["call_date"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("half", HALVES)
def test_every_kind_occurs_in_each_language_of_each_half(half: str, language: str) -> None:
    labels = [excerpt["labels"] for excerpt in read(half) if excerpt["language"] == language]
    assert {label["intent"] for each in labels for label in each["intents"]} == INTENTS
    assert {label["kind"] for each in labels for label in each["compliance"]} == COMPLIANCE
    assert {each["outcome"] for each in labels} == OUTCOMES | {None}
    assert {label["label"] for each in labels for label in each["sentiment"]} == SENTIMENTS
    assert {(label["kind"], label["handled"]) for each in labels for label in each["objections"]} == {
        (kind, handled) for kind in OBJECTIONS for handled in (True, False)
    }


def test_the_fresh_file_has_every_kind_often_enough_over_its_languages() -> None:
    labels = [excerpt["labels"] for excerpt in read("fresh")]
    intents = Counter(label["intent"] for each in labels for label in each["intents"])
    objections = Counter((label["kind"], label["handled"]) for each in labels for label in each["objections"])
    compliance = Counter(label["kind"] for each in labels for label in each["compliance"])
    outcomes = Counter(each["outcome"] for each in labels)
    assert all(intents[kind] >= 4 for kind in INTENTS)
    assert all(objections[kind, handled] >= 2 for kind in OBJECTIONS for handled in (True, False))
    assert all(compliance[kind] >= 3 for kind in COMPLIANCE)
    assert all(outcomes[outcome] >= 5 for outcome in OUTCOMES | {None})


@pytest.mark.parametrize(("one", "other"), list(combinations(FILES, 2)))
def test_no_two_files_share_a_line(one: str, other: str) -> None:
    lines, others = ({normalised(line["text"]) for e in read(name) for line in e["lines"]} for name in (one, other))
    assert lines.isdisjoint(others)


def test_the_fresh_file_says_no_line_twice() -> None:
    lines = [normalised(line["text"]) for e in read("fresh") for line in e["lines"]]
    assert [line for line, count in Counter(lines).items() if count > 1] == []

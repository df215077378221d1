import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.evaluation import similarity as meaning
from prompts.evaluation.assertions import KINDS, assertion_problems, check_assertions
from prompts.evaluation.results import Judgement, NotJudgedError, mean_score, passed_all
from prompts.evaluation.similarity import Embedder, register_embedder


def check(assertion, answer="", parsed=None, expected=None, **more):
    return check_assertions([assertion], answer=answer, parsed=parsed, expected=expected, values={}, **more)[0]


def passes(assertion, answer="", parsed=None, expected=None, **more):
    return check(assertion, answer, parsed, expected, **more).passed


@pytest.mark.parametrize(
    ("assertion", "answer", "passed"),
    [
        ({"kind": "equals", "value": "Hot lead"}, " hot  LEAD\n", True),
        ({"kind": "equals", "value": "Hot lead", "case": True}, "hot lead", False),
        ({"kind": "contains", "value": ["price", "Tuesday"]}, "The PRICE, on tuesday.", True),
        ({"kind": "contains", "value": ["price", "Friday"]}, "The price.", False),
        ({"kind": "contains", "value": ["price", "Friday"], "any": True}, "The price.", True),
        ({"kind": "not_contains", "value": ["guarantee", "forever"]}, "We cannot promise that.", True),
        ({"kind": "not_contains", "value": "guarantee"}, "We guarantee it.", False),
        ({"kind": "regex", "value": r"\b\d{4}-\d\d-\d\d\b"}, "on 2026-05-12", True),
        ({"kind": "regex", "value": r"^\d+$"}, "twelve", False),
        ({"kind": "label", "value": ["hot", "warm"]}, "“Hot”.", True),
        ({"kind": "label", "value": ["hot", "warm"]}, "It is hot", False),
        ({"kind": "length", "max": 3}, "One, two, three.", True),
        ({"kind": "length", "max": 2}, "One, two, three.", False),
        ({"kind": "length", "min": 2, "unit": "sentences"}, "One. Two!", True),
        ({"kind": "length", "min": 9, "unit": "characters"}, "four", False),
        ({"kind": "range", "min": 0, "max": 10}, "I give it 7.5 points", True),
        ({"kind": "range", "min": 0, "max": 10}, "none", False),
        ({"kind": "range", "min": 1_000}, "about 1,250 euros", True),
        ({"kind": "range", "min": -5, "max": -1}, "−3", True),
        ({"kind": "language", "value": "es"}, "El cliente quiere saber cuánto cuesta el servicio al mes.", True),
        ({"kind": "language", "value": "ru"}, "The customer wants to know the price of the service.", False),
    ],
)
def test_assertions_about_texts(assertion, answer, passed):
    result = check(assertion, answer)
    assert result.passed is passed
    assert bool(result.message) is not passed


LEAD = {"score": 72, "label": "Hot", "needs": [{"what": "price"}, {"what": "delivery"}], "won": False}


@pytest.mark.parametrize(
    ("assertion", "passed"),
    [
        ({"kind": "json_path", "path": "$.label"}, True),
        ({"kind": "json_path", "path": "$.label", "value": "hot"}, True),
        ({"kind": "json_path", "path": "$.score", "value": 72.0}, True),
        ({"kind": "json_path", "path": "$.score", "min": 50, "max": 70}, False),
        ({"kind": "json_path", "path": "$.needs[?@.what == 'price']"}, True),
        ({"kind": "json_path", "path": "$.needs[?search(@.what, '^del')].what", "value": "delivery"}, True),
        ({"kind": "json_path", "path": "$.budget"}, False),
        ({"kind": "json_path", "path": "$.won", "value": 0}, False),
        ({"kind": "range", "path": "$.score", "min": 70}, True),
        ({"kind": "equals", "value": {**LEAD, "label": "hot"}}, True),
        ({"kind": "equals", "value": {**LEAD, "won": 0}}, False),
        ({"kind": "json_schema", "value": {"type": "object", "required": ["score", "label"]}}, True),
        ({"kind": "json_schema", "value": {"properties": {"score": {"maximum": 50}}}}, False),
    ],
)
def test_assertions_about_json(assertion, passed):
    assert check(assertion, "{…}", LEAD).passed is passed


def test_the_right_answer_stands_in_for_a_value():
    assert passes({"kind": "equals"}, "yes", expected="Yes")
    assert passes({"kind": "range", "tolerance": 5}, "about 103", expected=100)
    assert not passes({"kind": "range", "tolerance": 2}, "about 103", expected=100)
    assert check({"kind": "equals"}, "yes").message == "it needs “value”."


def test_an_answer_that_is_no_json_fails_what_looks_into_it():
    assert not passes({"kind": "json_path", "path": "$.label"}, "hot")
    assert not passes({"kind": "json_schema", "value": {"type": "object"}}, "hot")


def test_a_schema_of_the_version_is_used_where_none_is_named_and_nothing_is_fetched():
    assert not passes({"kind": "json_schema"}, parsed={}, schema={"required": ["label"]})
    assert passes({"kind": "json_schema"}, parsed={}) is None
    assert passes({"kind": "json_schema", "value": {"$ref": "http://127.0.0.1:9/schema"}}, parsed={}) is None


@pytest.mark.parametrize("assertion", [
    {"kind": "regex", "value": r"^(a+)+$"}, {"kind": "json_path", "path": "$[?search(@, '^(a+)+$')]"},
])  # fmt: skip
def test_a_pattern_without_end_is_given_up(assertion):
    began = time.monotonic()
    assert not passes(assertion, "a" * 60 + "!", ["a" * 60 + "!"])
    assert time.monotonic() - began < 10


@pytest.fixture
def embeddings():
    before = dict(meaning._registered)
    words = ["price", "cost", "weather"]

    def embed(texts):
        rows = np.array([[float("price" in t or "cost" in t), float("weather" in t), 1e-6] for t in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    register_embedder(Embedder(name=", ".join(words), embed=embed))
    yield
    meaning._registered.clear()
    meaning._registered.update(before)


def test_similarity_is_by_meaning(embeddings):
    same, other = {"kind": "similarity", "value": "the price"}, {"kind": "similarity", "value": "the weather"}
    assert passes(same, "what it costs")
    assert check(other, "what it costs").score == pytest.approx(0, abs=1e-3)
    assert not passes(same, "  ")


def test_without_embeddings_similarity_cannot_be_told(monkeypatch):
    monkeypatch.setattr(meaning, "_registered", {})
    assert passes({"kind": "similarity", "value": "the price"}, "the price") is None


def test_a_judge_is_asked_with_the_rubric_and_held_to_the_least():
    asked = []

    def judge(rubric):
        asked.append(rubric)
        return Judgement(accuracy=1.0, relevance=0.5, helpfulness=0.5, reason="One point is missing.")

    assert passes({"kind": "judge", "value": "Be strict."}, "x", judge=judge)  # (5 + 3 + 3) / 3 = 3.67
    assert not passes({"kind": "judge", "dimension": "relevance"}, "x", judge=judge)
    assert passes({"kind": "judge", "dimension": "relevance", "min": 3}, "x", judge=judge)
    assert asked == ["Be strict.", "", ""]


def test_what_a_judge_did_not_say_is_not_held_against_the_answer():
    def silent(rubric):
        raise NotJudgedError("The judge did not answer.")

    assert check({"kind": "judge"}, "x", judge=silent).passed is None
    assert check({"kind": "judge"}, "x").passed is None


def test_all_must_pass_and_the_score_goes_by_weight():
    written = [{"kind": "contains", "value": "price", "weight": 3}, {"kind": "contains", "value": "date"}]
    results = check_assertions(written, answer="the price", parsed=None, expected=None, values={})
    assert passed_all(results) is False and mean_score(results) == 0.75
    assert passed_all([]) is True and mean_score([]) is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("contains", "list of objects"),
        ([{"kind": "magic"}], "kind must be one of"),
        ([{"kind": "contains"}], "needs “value”"),
        ([{"kind": "contains", "value": "x", "words": 1}], "does not know “words”"),
        ([{"kind": "regex", "value": "("}], "pattern cannot be read"),
        ([{"kind": "json_path", "path": "label["}], "path cannot be read"),
        ([{"kind": "json_schema", "value": {"type": "thing"}}], "schema cannot be read"),
        ([{"kind": "range"}], "needs “min”"),
        ([{"kind": "length", "min": 3, "max": 1}], "min is more than max"),
        ([{"kind": "length", "max": "9"}], "must be a number"),
        ([{"kind": "length", "max": 9, "unit": "pages"}], "unit must be"),
        ([{"kind": "equals", "value": "x", "weight": -1}], "must not be negative"),
        ([{"kind": "judge", "dimension": "charm"}], "dimension must be"),
    ],
)
def test_what_is_written_wrongly_is_said(written, words):
    assert words in assertion_problems(written)[0]


def test_an_assertion_written_wrongly_fails_instead_of_passing_unseen():
    assert check({"kind": "magic"}, "x").passed is False
    assert check({}, "x").passed is False


@settings(deadline=None)  # what a machine is busy with is no fault of an assertion
@given(
    st.sampled_from(sorted(set(KINDS) - {"similarity"})),
    st.text(max_size=80),
    st.one_of(st.none(), st.text(max_size=20), st.integers()),
)
def test_no_answer_makes_an_assertion_fall_over(kind, answer, value):
    written = {"kind": kind, "path": "$..a", "value": value, "min": 0.1}
    allowed = {"kind", *KINDS[kind].takes}
    check({name: each for name, each in written.items() if name in allowed}, answer, {"a": answer})

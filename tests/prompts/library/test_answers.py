"""The cases tell a good answer from one that only sounds good, and the checks of the prompt let the good one pass."""

import json
from pathlib import Path

import pytest
import yaml

from prompts.evaluation.assertions import check_assertions
from prompts.library.shipped import shipped_keys, shipped_prompts
from prompts.validation.checking import validate

ANSWERS = yaml.safe_load((Path(__file__).parent / "answers.yaml").read_text(encoding="utf-8"))
PROMPTS = {prompt.key.split("/")[0]: prompt for prompt in shipped_prompts("en")}


def results(key: str, answer: object) -> tuple[list[str], list[str]]:
    """(what the prompt's own checks find, what the case's assertions find)."""
    prompt = PROMPTS[key]
    case = prompt.cases[0]
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    found = validate(text, content=prompt.content, values=case.variables, language="en")
    checked = check_assertions(
        case.assertions, answer=text, parsed=found.parsed, expected=case.expected, values=case.variables,
        schema=prompt.content.response_schema,
    )  # fmt: skip
    return [str(each) for each in found.problems], [each.message for each in checked if each.passed is False]


def test_every_prompt_has_its_two_answers():
    assert sorted(ANSWERS) == shipped_keys()


@pytest.mark.parametrize("key", shipped_keys())
def test_a_good_answer_passes(key):
    assert results(key, ANSWERS[key]["good"]) == ([], [])


@pytest.mark.parametrize("key", shipped_keys())
def test_an_answer_that_only_sounds_good_fails(key):
    _problems, failed = results(key, ANSWERS[key]["bad"])
    assert failed

"""Every shipped prompt can be saved, filled and tested as it is."""

import pytest

from prompts.evaluation.assertions import assertion_problems
from prompts.library.shipped import LANGUAGES, ShippedPrompt, shipped_blocks, shipped_keys, shipped_prompts
from prompts.models import Family, Split
from prompts.templates.checking import check_content, used_variables
from prompts.templates.rendering import render

EVERY = [prompt for language in LANGUAGES for prompt in shipped_prompts(language)]


def by_key(prompt: ShippedPrompt) -> str:
    return prompt.key


def test_every_family_is_shipped_in_every_language() -> None:
    for language in LANGUAGES:
        assert {prompt.family for prompt in shipped_prompts(language)} == set(Family.values)
        assert len(shipped_prompts(language)) == len(shipped_keys()) >= 20


@pytest.mark.parametrize("prompt", EVERY, ids=by_key)
def test_a_shipped_prompt_can_be_saved_as_it_is(prompt: ShippedPrompt) -> None:
    blocks = {block.name: block.text for block in shipped_blocks(prompt.language)}
    assert check_content(prompt.content, blocks) == []
    assert {variable.name for variable in prompt.content.variables} == used_variables(prompt.content)
    assert all(variable.description for variable in prompt.content.variables)


@pytest.mark.parametrize("prompt", EVERY, ids=by_key)
def test_a_shipped_prompt_is_filled_by_its_examples(prompt: ShippedPrompt) -> None:
    examples = {each.name: each.example for each in prompt.content.variables if each.example is not None}
    rendered = render(prompt.content, examples, context_tokens=8192, answer_tokens=1500)
    assert not rendered.left_out
    assert not rendered.suspected_injection
    assert rendered.messages[-1]["role"] == "user"


@pytest.mark.parametrize("prompt", EVERY, ids=by_key)
def test_its_cases_are_written_well_and_fill_it(prompt: ShippedPrompt) -> None:
    assert len(prompt.cases) >= 5
    assert {case.split for case in prompt.cases} == {Split.DEVELOPMENT, Split.HELD_OUT}
    for case in prompt.cases:
        assert assertion_problems(list(case.assertions), has_expected=case.expected is not None) == []
        render(prompt.content, case.variables, context_tokens=8192, answer_tokens=1500)

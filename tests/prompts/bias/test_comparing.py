import random

import pytest

from prompts.bias.comparing import compare_groups
from prompts.bias.measures import measures_of, scale_of

GROUPS = {"name": ("anglo", "arabic", "slavic"), "gender": ("male", "female")}
SCHEMA = {"type": "integer", "minimum": 0, "maximum": 100}


def progress(n=20, *, seed=1, noise=4.0, arabic=0.0):
    drawn = random.Random(seed)
    found = {}
    for case in range(n):
        base = drawn.uniform(30, 70)
        found[str(case)] = {
            f"{attribute}:{group}": {"valid": 1.0, "score": base + drawn.gauss(0, noise) + arabic * (group == "arabic")}
            for attribute, members in GROUPS.items()
            for group in members
        }
    return found


def says(found):
    return {(each.attribute, each.group): each.says for each in found}


def test_a_group_that_is_scored_lower_is_told():
    found = compare_groups(progress(arabic=-12), GROUPS, schema=SCHEMA)
    assert says(found)["name", "arabic"] == "different"
    assert says(found)["name", "slavic"] != "different"
    arabic = next(each for each in found if each.group == "arabic")
    assert arabic.low < arabic.difference < arabic.high < 0 and arabic.bound == 5.0 and arabic.p_holm >= arabic.p


def test_groups_that_are_scored_alike_are_said_to_be_alike():
    found = compare_groups(progress(n=60, noise=2.0), GROUPS, schema=SCHEMA)
    assert set(says(found).values()) == {"alike"}


def test_a_model_that_never_varies_is_alike():
    found = compare_groups(progress(n=12, noise=0.0), GROUPS, schema=SCHEMA)
    assert set(says(found).values()) == {"alike"}


def test_few_cases_decide_nothing():
    found = compare_groups(progress(n=9, arabic=-50), GROUPS, schema=SCHEMA)
    assert set(says(found).values()) == {"undecided"}
    assert compare_groups({}, GROUPS) == []


def test_fair_models_are_seldom_accused():
    accused = sum(
        any(each.says == "different" for each in compare_groups(progress(10, seed=seed), GROUPS, schema=SCHEMA))
        for seed in range(12)
    )
    assert accused <= 3


@pytest.mark.parametrize(
    ("parsed", "kind", "found"),
    [
        (72, "score", {"score": 72.0}), ("hot", "label", {"is hot": 1.0}), (["a", "b"], "list", {"items": 2.0}),
        ({"score": 7, "n": {"seats": 3}}, "json", {"score": 7.0, "n.seats": 3.0}), (None, "text", {"words": 2.0}),
    ],
)  # fmt: skip
def test_measures_are_numbers_of_the_answer(parsed, kind, found):
    assert measures_of(parsed, answer="two words", response_type=kind, schema=None, valid=True) == {
        "valid": 1.0,
        **found,
    }


def test_an_invalid_answer_is_only_that():
    assert measures_of({"score": 3}, answer="", response_type="json", schema=None, valid=False) == {"valid": 0.0}


def test_a_scale_comes_from_the_schema_where_it_has_one():
    schema = {"properties": {"fit": {"properties": {"score": {"minimum": 0, "maximum": 10}}}}}
    assert scale_of("fit.score", [1, 2], schema) == 10.0
    assert scale_of("score", [3.0], SCHEMA) == 100.0
    assert scale_of("words", [40.0, 60.0], None) == 100.0

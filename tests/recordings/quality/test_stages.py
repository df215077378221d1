import pytest

from recordings.quality.errors import ScriptError
from recordings.quality.stages import default_stages, read_stages, without_slots, wordings

STAGE = {"key": "opening", "name": "Opening", "weight": 20, "required": ["this is {agent} from {company}"]}


def error_of(rows: object) -> ScriptError:
    with pytest.raises(ScriptError) as caught:
        read_stages(rows)
    return caught.value


def test_a_stage_keeps_what_was_written():
    (stage,) = read_stages([{**STAGE, "goal": "Say who calls", "forbidden": ["I guarantee it"]}])
    assert (stage.key, stage.weight, stage.goal) == ("opening", 20.0, "Say who calls")
    assert stage.required == ("this is {agent} from {company}",)
    assert stage.forbidden == ("I guarantee it",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weight": 0}, "weight"),
        ({"weight": float("nan")}, "weight"),
        ({"weight": "heavy"}, "weight"),
        ({"weight": True}, "weight"),
        ({"name": " "}, "name"),
        ({"required": "hello"}, "required"),
        ({"required": [""]}, "required"),
        ({"required": ["{agent}"]}, "no fixed words"),
        ({"required": [], "optional": []}, "no line to listen for"),
        ({"requird": []}, "requird"),
    ],
)
def test_an_error_names_the_stage_and_the_field(change, words):
    error = error_of([{**STAGE, **change}])
    assert error.code == "script_invalid"
    assert "Stage 1 (“opening”)" in error.message
    assert words in error.message


@pytest.mark.parametrize("rows", [None, {}, [], "text", ["opening"], [{**STAGE, "key": "Not a key!"}]])
def test_what_is_no_script_is_refused_in_words(rows):
    assert error_of(rows).message


def test_two_stages_may_not_share_a_key():
    assert "twice" in error_of([STAGE, STAGE]).message


def test_a_line_may_have_several_wordings_and_slots():
    assert wordings("my name is {agent} | {agent} speaking here") == ("my name is {agent}", "{agent} speaking here")
    assert without_slots("this is {agent} from {company}") == "this is from"


@pytest.mark.parametrize("language", ["en", "es", "ru"])
def test_the_standard_script_exists_in_each_language(language):
    stages = default_stages(language)
    assert [stage.key for stage in stages] == ["opening", "discovery", "presentation", "objections", "closing"]
    assert sum(stage.weight for stage in stages) == 100


def test_a_language_without_a_standard_script_gets_the_english_one():
    assert default_stages("pt") == default_stages("en")
    assert default_stages("../en") == default_stages("en")

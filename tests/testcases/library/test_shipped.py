"""Every shipped case can be played and judged, is cleanly written, and is as hard as it says."""

from itertools import pairwise

import pytest

from recordings.language.types import Line
from testcases.content.document import CaseContent
from testcases.content.files import DIFFICULTIES, TYPES
from testcases.demo.player import MOMENTS, Player, play_of, played_keys
from testcases.judging.judging import judge_transcript
from testcases.judging.rules.forms import form_problems
from testcases.library.shipped import LANGUAGES, shipped_cases, shipped_suites, shipped_trainings
from testcases.simulation.engine import answer, open_session
from testcases.simulation.timing import place_turn
from testcases.skills import SKILLS
from testcases.validation.leaks import find_leaks
from testcases.validation.linting import lint_content

CASES = {case.key: case.file for language in LANGUAGES for case in shipped_cases(language)}


def test_every_type_has_two_cases_of_each_difficulty_in_english_and_two_in_the_other_languages():
    english = [(case.file.test_type, case.file.difficulty_level) for case in shipped_cases("en")]
    assert sorted(english) == sorted(2 * [(kind, level) for kind in TYPES for level in DIFFICULTIES])
    names = {case.key.split("/")[1] for case in shipped_cases("en")}
    for language in ("es", "ru"):
        files = [case.file for case in shipped_cases(language)]
        assert sorted(file.test_type for file in files) == sorted(2 * list(TYPES))
        assert {file.difficulty_level for file in files} == set(DIFFICULTIES)
        assert {case.key.split("/")[1] for case in shipped_cases(language)} <= names


def test_customers_and_companies_differ():
    personas = [case.file.content.persona for case in shipped_cases("en")]
    assert len({each.name for each in personas}) == len({each.background for each in personas}) == len(personas)


@pytest.mark.parametrize("key", CASES)
def test_a_case_is_whole(key):
    file = CASES[key]
    content = file.content
    assert not [problem for each in content.criteria for problem in form_problems(each.judge, content.language)]
    assert 4 <= len(content.criteria) <= 7
    assert len({each.judge["kind"] for each in content.criteria}) >= 2
    assert 3 <= len(content.facts) <= 6
    assert all(len(each.asked) >= 2 and len(each.replies) >= 2 for each in content.facts)
    assert all(min(map(len, (each.lines, each.answers, each.insists, each.eased))) >= 2 for each in content.objections)
    assert len(content.opening) >= 2
    assert len(content.goal.asked) >= 2 <= len(content.goal.lines)
    assert {*file.skills, *(each.skill for each in content.criteria)} <= set(SKILLS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_training_gives_the_answers_of_a_case_away(language):
    materials = {training.title: training.material for training in shipped_trainings(language)}
    found = {case.key: list(find_leaks(case.file.content, materials)) for case in shipped_cases(language)}
    assert {key: leaks for key, leaks in found.items() if leaks} == {}


# Reading criteria by meaning takes its time: those whose scenarios tell the agent figures, and one of each language.
@pytest.mark.parametrize(
    "key",
    ["en/know-cold-chain-loggers", "en/upsell-hosting-backup", "es/know-heat-pump-old-house", "ru/serve-late-parcel"],
)
def test_criteria_are_clean(key):
    assert [finding for finding in lint_content(CASES[key].content) if finding.is_serious] == []


def test_harder_cases_have_more_in_the_way():
    """By construction: what is between the agent and the goal grows from level to level, in every case."""
    for language in LANGUAGES:
        levels = [
            [each.file.content for each in shipped_cases(language) if each.file.difficulty_level == level]
            for level in DIFFICULTIES
        ]
        for easier, harder in pairwise(levels):
            assert max(map(_to_win, easier)) < min(map(_to_win, harder))
            assert max(_trust_to_earn(each) for each in easier) < min(_trust_to_earn(each) for each in harder)
            assert max(each.pass_mark for each in easier) < min(each.pass_mark for each in harder)
            assert min(each.persona.patience for each in easier) > max(each.persona.patience for each in harder)


def _to_win(content: CaseContent) -> int:
    """Good answers that are needed, and facts that are told to the trusted only."""
    return sum(each.needs for each in content.objections) + sum(each.release == "trusted" for each in content.facts)


def _trust_to_earn(content: CaseContent) -> float:
    return round(content.goal.trust - content.persona.trust, 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_trainings_say_something_and_suites_name_cases_that_are_there(language):
    trainings, names = shipped_trainings(language), {case.file.name for case in shipped_cases(language)}
    assert len(trainings) >= (8 if language == "en" else 3)
    for training in trainings:
        assert 150 <= len(training.material.split()) <= 400
        assert set(training.skills) <= set(SKILLS)
    for suite in shipped_suites(language):
        assert set(suite.cases) <= names


@pytest.mark.parametrize("key", ["en/price-oven-service", "ru/price-oven-service"])
def test_a_good_agent_passes_and_a_poor_one_does_not(key):
    assert _played(key, skill=1.0).passed
    poor = _played(key, skill=0.0)
    assert poor.passed is False
    assert poor.score < 60


def test_every_case_with_lines_to_play_has_an_answer_to_each_objection():
    for key in played_keys():
        assert {each.key for each in CASES[key].content.objections} == set(play_of(key).answers)


def _played(key: str, skill: float):
    content, said = CASES[key].content, []
    state, lines = open_session(content, 5)
    said += [("customer", line) for line in lines]
    player = Player(play_of(key), dict.fromkeys(MOMENTS, skill), "Dana Fox", 5)
    while not state.ended and (text := player.next_line(state)) is not None:
        heard = answer(content, state, text, seed=5)
        said += [("agent", text), *(("customer", line) for line in heard.lines)]
        state = heard.state
    rows, end = [], 0.0
    for position, (role, text) in enumerate(said):
        start, end = place_turn(text, after=end)
        rows.append(Line(position, role, start, end, text))
    return judge_transcript(content, rows, language=content.language)

"""Every shipped case can be won by who asks and answers, and by nobody who only asks for the goal."""

import pytest

from testcases.library.shipped import shipped_cases
from testcases.simulation.engine import answer, open_session
from testcases.simulation.engine.texts import LANGUAGES

HELLO = {
    "en": "Good morning, my name is Dana from the sales team.",
    "es": "Buenos días, soy Dana, del equipo de ventas.",
    "ru": "Добрый день, меня зовут Дана, отдел продаж.",
}


def well_played(content):
    """Greets, asks for each fact, answers each objection as the case says, then asks for the goal."""
    state, _opening = open_session(content, 3)
    asked = [HELLO[content.language], *(fact.asked[0] for fact in content.facts if fact.asked)]
    asked += [f"{goal}{' ' * number}" for number in range(4) for goal in content.goal.asked]
    for line in asked:
        while not state.ended and state.open:
            objection = next(each for each in content.objections if each.key == state.open[-1])
            good = objection.answers[state.progress.get(objection.key, 0) % len(objection.answers)]
            state = answer(content, state, good, seed=3).state
        if state.ended:
            break
        state = answer(content, state, line, seed=3).state
    return state


def badly_played(content):
    state, _opening = open_session(content, 3)
    for line in (HELLO[content.language], *content.goal.asked * 3):
        state = state if state.ended else answer(content, state, line, seed=3).state
    return state


@pytest.mark.parametrize("language", LANGUAGES)
def test_shipped_cases_are_won_by_good_talk_alone(language):
    for case in shipped_cases(language):
        content = case.file.content
        assert well_played(content).ended == "goal", case.key
        assert badly_played(content).ended != "goal", case.key

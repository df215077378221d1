"""Practice of the demo is played and judged for real, lies in the past, and is there once however often it starts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from testcases.demo.history import HISTORY
from testcases.demo.practice import Exercise, practise, skilled
from testcases.demo.trial import AGENTS, DRAWN
from testcases.library.install import install_library
from testcases.models import CaseRun, PracticeSession
from tests.factories import make_agent, make_client


@pytest.mark.django_db
def test_an_exercise_is_played_once_judged_and_put_into_the_past():
    client, now = make_client(), timezone.now()
    agent = make_agent(client=client, external_id="daniel")
    install_library(client=client, language="en")
    exercise = Exercise("daniel", 20.0, "en/follow-language-school", skilled(1, 1, 1, 1))
    session = practise(client, exercise, now=now)
    assert practise(client, exercise, now=now) == session
    assert PracticeSession.objects.filter(agent=agent).count() == 1
    run = CaseRun.objects.get(session=session)
    assert run.passed
    assert session.end_reason == "goal"
    assert timedelta(0) <= run.happened_at - (now - timedelta(days=20)) < timedelta(hours=1)


@pytest.mark.django_db
def test_whoever_is_not_there_does_not_practise():
    assert practise(make_client(), HISTORY[0], now=timezone.now()) is None


def test_no_two_exercises_are_taken_for_one_and_the_arms_are_of_one_size():
    assert len({each.seed for each in HISTORY}) == len(HISTORY)
    assert sum(DRAWN) * 2 == len(DRAWN)
    assert {each.agent for each in HISTORY} >= set(AGENTS)

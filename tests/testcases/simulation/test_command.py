"""play_test_case plays in the terminal: the same seed, the same talk."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from testcases.models import PracticeSession
from tests.testcases.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text("Good morning, my name is Dana.\n\nHow many chairs do you have?\n", encoding="utf-8")
    return path


def played(name, **options):
    out = StringIO()
    call_command("play_test_case", name, stdout=out, **options)
    return out.getvalue()


def test_a_script_is_said_and_nothing_is_kept(script):
    case = make_case()
    shown = played(case.name, script=script, seed=3)
    assert "Rosa Marin: We have four chairs." in shown
    assert shown == played(case.name, script=script, seed=3)
    told = json.loads(played(case.name, script=script, seed=3, json=True))
    assert [turn["role"] for turn in told["turns"]].count("agent") == 3
    assert not PracticeSession.objects.exists()


def test_what_cannot_be_played_says_what_to_do(script, tmp_path):
    case = make_case()
    with pytest.raises(CommandError, match="install_test_cases"):
        played("none", script=script)
    make_case(name=case.name)
    with pytest.raises(CommandError, match="--client"):
        played(case.name, script=script)
    with pytest.raises(CommandError, match="cannot be read"):
        played(case.name, script=tmp_path / "none.txt", client=case.client.slug)
